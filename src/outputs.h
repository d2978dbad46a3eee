/* SPDX-License-Identifier: GPL-2.0 */
/* Where intervals go, beside the screen: what is printed, recorded, and served as metrics. */
#ifndef OUTPUTS_H
#define OUTPUTS_H

#include <stdbool.h>

#include "devices.h"
#include "filter.h"
#include "interval.h"
#include "metrics.h"
#include "model.h"
#include "order.h"
#include "recorder.h"
#include "text.h"

/* What is shown to the one who looks on. */
enum output {
	OUTPUT_AUTO, /* by what stdout is */
	OUTPUT_NONE,
	OUTPUT_TEXT,
	OUTPUT_NETHOGS,
	OUTPUT_JSON,
	OUTPUT_CSV,
	OUTPUT_SCREEN,
};

struct outputs_options {
	enum output printed; /* to stdout, if it is one of the texts */
	long top;	     /* of processes and connections; 0: all */
	enum order_sort sort;
	const struct filter *filter; /* NULL: all; of what is printed */
	bool csv_connections;
	struct text_options text;
	struct recorder_options record; /* path NULL: none */
	const char *listen;		/* for metrics; NULL: not */
	const char *textfile;		/* likewise */
	struct metrics_options metrics;
	__u64 max_flows;
	void (*say)(void *ctx, const char *text); /* what people should know; one line without its end */
	void *say_ctx;
};

struct event_base;
struct outputs;

/*
 * The options are copied, what they point to is borrowed, as is the base. before: those whose place these take, or NULL; freed
 * then, and as they were if this fails. 0 or -errno, said on stderr.
 */
int outputs__new(struct outputs **out, const struct outputs_options *options, struct event_base *base, struct outputs *before);
void outputs__free(struct outputs *outputs);

/*
 * An interval is over. last: it is the rest, and cut short. 0, or -errno: stdout takes no more. What goes wrong elsewhere
 * is said, and does not end anything.
 */
int outputs__interval(struct outputs *outputs, const struct interval *interval, const struct model *model,
		      const struct devices *devices, bool last);

/* There will be no more: prints the summary, where there is one. 0 or -errno, as above. */
int outputs__end(struct outputs *outputs, const struct model *model);

#endif
