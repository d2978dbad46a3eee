/* SPDX-License-Identifier: GPL-2.0 */
#include "labels.h"

#include <linux/types.h>
#include <stdbool.h>
#include <string.h>

#include "escape.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* Dashboards show names in a browser, where these make one look like another. */
static const struct {
	__u32 first, last;
} unseen[] = {
	{ 0x0001, 0x0009 },   /* C0 without the newline */
	{ 0x000b, 0x001f },   /* C0 */
	{ 0x007f, 0x009f },   /* delete, C1 */
	{ 0x00ad, 0x00ad },   /* soft hyphen */
	{ 0x061c, 0x061c },   /* Arabic letter mark */
	{ 0x180e, 0x180e },   /* Mongolian vowel separator */
	{ 0x200b, 0x200f },   /* zero width, direction marks */
	{ 0x2028, 0x202e },   /* line and paragraph ends, directions */
	{ 0x2060, 0x206f },   /* joiners, isolates, shaping */
	{ 0xfeff, 0xfeff },   /* byte order mark */
	{ 0xfff9, 0xfffb },   /* annotations */
	{ 0xe0000, 0xe0fff }, /* tags, variants */
};

static bool is_unseen(__u32 code)
{
	for (size_t i = 0; i < ARRAY_SIZE(unseen); i++) {
		if (code >= unseen[i].first && code <= unseen[i].last)
			return true;
	}
	return false;
}

/* The character that a text begins with, which is valid UTF-8. */
static __u32 decode(const char *text, size_t *length)
{
	const unsigned char *byte = (const unsigned char *)text;
	__u32 code = *byte;

	*length = *byte < 0x80 ? 1 : *byte < 0xe0 ? 2 : *byte < 0xf0 ? 3 : 4;
	if (*length > 1)
		code &= 0x7f >> *length;
	for (size_t i = 1; i < *length; i++)
		code = code << 6 | (byte[i] & 0x3f);
	return code;
}

/* Makes the value that is meant, before the escaping. out holds LABELS_VALUE_MAX + 1. */
static void clean(char *out, const char *value)
{
	char valid[LABELS_VALUE_MAX + 1];
	size_t used = 0, length;

	escape__to_utf8(valid, sizeof(valid), value);
	for (const char *at = valid; *at; at += length) {
		bool bad = is_unseen(decode(at, &length));
		size_t more = bad ? strlen(REPLACEMENT) : length;

		if (used + more > LABELS_VALUE_MAX)
			break;
		memcpy(out + used, bad ? REPLACEMENT : at, more);
		used += more;
	}
	out[used] = '\0';
}

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

	clean(text, value);
	add(labels, name, strcmp(text, LABELS_OTHER) ? text : "'" LABELS_OTHER "'");
}

void labels__add_other(struct buffer *labels, const char *name)
{
	add(labels, name, LABELS_OTHER);
}
