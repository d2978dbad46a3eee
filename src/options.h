/* SPDX-License-Identifier: GPL-2.0 */
/* The command line. One table describes every option: parsing, --help and whatever else lists them go by it. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "attach_mode.h"
#include "bpfhogs.h"
#include "config.h"
#include "outputs.h"
#include "screen.h"

struct options {
	enum output output;
	struct screen_options screen; /* and what other outputs have of it */
	enum attach_mode attach;
	const char *record; /* NULL: not, as the next two */
	const char *listen;
	const char *textfile;
	__u64 record_size; /* bytes */
	unsigned long record_keep;
	struct metrics_options metrics;
	double duration; /* seconds; 0: until told to stop */
	unsigned long count; /* intervals; 0: until told to stop */
	__u32 pids[MAX_FILTER_PIDS];
	size_t pid_count;
	const char *devices[MAX_FILTER_DEVICES]; /* borrowed from argv */
	size_t device_count;
	bool ipv4, ipv6;
	bool tcp, udp;
	bool no_loopback;
	__u32 max_flows;
	int verbose;
	bool no_sandbox;
	const char *config_file; /* NULL: none */
	struct config config;	 /* what was read of it */
};

struct option_info {
	int key; /* the short option, or a number above 255 where there is none */
	const char *name;
	const char *argument; /* its name in the help; NULL: takes none; in brackets: may be left out */
	const char *help;
};

/* What the command line asks for. */
enum options_verdict {
	OPTIONS_RUN,
	OPTIONS_DONE, /* --help or --version: printed */
	OPTIONS_BAD,  /* one line on stderr says what is wrong */
};

/* The texts in *options are those of argv, or of a configuration file, which *options owns. */
enum options_verdict options__parse(struct options *options, int argc, char **argv);
void options__clear(struct options *options);

/* The table itself; *count is its length. Static. */
const struct option_info *options__table(size_t *count);

/* The i-th of the words that an option's value may be; NULL past the last, and where it is not one of a few words. */
const char *options__word(const struct option_info *info, int i);

#endif
