/* SPDX-License-Identifier: GPL-2.0 */
#include "exposition.h"

static const char *const suffixes[] = {
	[EXPOSITION_COUNTER] = "_total",
	[EXPOSITION_GAUGE] = "",
	[EXPOSITION_INFO] = "_info",
};

static const char *const types[][2] = {
	[EXPOSITION_COUNTER] = { [METRICS_TEXT] = "counter", [METRICS_OPENMETRICS] = "counter" },
	[EXPOSITION_GAUGE] = { [METRICS_TEXT] = "gauge", [METRICS_OPENMETRICS] = "gauge" },
	[EXPOSITION_INFO] = { [METRICS_TEXT] = "gauge", [METRICS_OPENMETRICS] = "info" },
};

/* The older format knows no families: there the samples' own name is told. */
void exposition__family(struct buffer *out, enum metrics_format format, const struct exposition_family *family)
{
	const char *suffix = format == METRICS_TEXT ? suffixes[family->type] : "";

	buffer__printf(out, "# HELP %s%s %s\n", family->name, suffix, family->help);
	buffer__printf(out, "# TYPE %s%s %s\n", family->name, suffix, types[family->type][format]);
	if (family->unit && format == METRICS_OPENMETRICS)
		buffer__printf(out, "# UNIT %s %s\n", family->name, family->unit);
}

static void begin_sample(struct buffer *out, const struct exposition_family *family, const char *labels)
{
	buffer__puts(out, family->name);
	buffer__puts(out, suffixes[family->type]);
	if (!*labels)
		return;
	buffer__puts(out, "{");
	buffer__puts(out, labels);
	buffer__puts(out, "}");
}

void exposition__number(struct buffer *out, const struct exposition_family *family, const char *labels, __u64 value)
{
	begin_sample(out, family, labels);
	buffer__printf(out, " %llu\n", value);
}

void exposition__real(struct buffer *out, const struct exposition_family *family, const char *labels, double value)
{
	begin_sample(out, family, labels);
	buffer__printf(out, " %.6f\n", value);
}

void exposition__end(struct buffer *out, enum metrics_format format)
{
	if (format == METRICS_OPENMETRICS)
		buffer__puts(out, "# EOF\n");
}
