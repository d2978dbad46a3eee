/* SPDX-License-Identifier: GPL-2.0 */
/* The text formats in which metrics are told: the older one of Prometheus (0.0.4), and OpenMetrics 1.0. */
#ifndef EXPOSITION_H
#define EXPOSITION_H

#include <linux/types.h>

#include "buffer.h"

enum metrics_format {
	METRICS_TEXT, /* what textfile collectors and people with curl read */
	METRICS_OPENMETRICS,
	METRICS_FORMATS,
};

enum exposition_type {
	EXPOSITION_COUNTER, /* its samples are called NAME_total */
	EXPOSITION_GAUGE,
	EXPOSITION_INFO, /* NAME_info, and always 1: its labels tell */
};

/* All metrics of one name; help has no backslash and no newline. */
struct exposition_family {
	const char *name; /* without the suffix of its type; with a unit it ends with that */
	enum exposition_type type;
	const char *unit; /* NULL: none */
	const char *help;
};

/* What is told of a family before its samples. */
void exposition__family(struct buffer *out, enum metrics_format format, const struct exposition_family *family);

/* A sample; labels as labels__add() makes them, "" for none. */
void exposition__number(struct buffer *out, const struct exposition_family *family, const char *labels, __u64 value);
void exposition__real(struct buffer *out, const struct exposition_family *family, const char *labels, double value);

/* There is no more. */
void exposition__end(struct buffer *out, enum metrics_format format);

#endif
