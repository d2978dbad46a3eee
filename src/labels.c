/* SPDX-License-Identifier: GPL-2.0 */
#include "labels.h"

#include <string.h>

#include "escape.h"

static void escape(struct buffer *out, const char *value)
{
	while (*value) {
		size_t plain = strcspn(value, "\\\"\n");

		buffer__append(out, value, plain);
		value += plain;
		if (!*value)
			break;
		buffer__puts(out, *value == '\n' ? "\\n" : *value == '"' ? "\\\"" : "\\\\");
		value++;
	}
}

static void add(struct buffer *labels, const char *name, const char *value)
{
	if (labels->length)
		buffer__puts(labels, ",");
	buffer__puts(labels, name);
	buffer__puts(labels, "=\"");
	escape(labels, value);
	buffer__puts(labels, "\"");
}

void labels__add(struct buffer *labels, const char *name, const char *value)
{
	char text[LABELS_VALUE_MAX + 1];

	escape__to_clean_utf8(text, sizeof(text), value); /* dashboards show names in a browser */
	add(labels, name, strcmp(text, LABELS_OTHER) ? text : "'" LABELS_OTHER "'");
}
