/* SPDX-License-Identifier: GPL-2.0 */
/* The command line, a word a line; where there is a second part, it is the file of a --config that stands before them. */
#include "fuzz.h"

#include <math.h>

#include "options.h"

#define WORDS_MAX 200

static void check_numbers(const struct options *options)
{
	CHECK(options->screen.interval >= 0.05 && isfinite(options->screen.interval));
	CHECK(!options->screen.speed || options->screen.speed >= 0.01);
	CHECK(options->screen.speed <= 10000);
	CHECK(!options->duration || (options->duration >= 0.05 && isfinite(options->duration)));
	CHECK(options->max_flows >= 1 && options->max_flows <= 1 << 24);
	CHECK(options->record_size <= 1ULL << 62);
	CHECK(options->record_keep <= 1000);
	CHECK(options->screen.top >= -1);
}

static void check(const struct options *options)
{
	CHECK((int)options->attach >= 0 && options->attach < ATTACH_MODES);
	CHECK((int)options->screen.view >= 0 && options->screen.view < LISTING_KINDS);
	CHECK((int)options->screen.sort >= 0 && options->screen.sort < ORDER_SORTS);
	CHECK((options->ipv4 || options->ipv6) && (options->tcp || options->udp));
	for (size_t i = 0; i < options->pid_count; i++)
		CHECK(options->pids[i]);
	for (size_t i = 0; i < options->device_count; i++)
		CHECK(options->devices[i]);
	check_numbers(options);
}

static int split(char *text, char **words, int count)
{
	char *word;

	while (count < WORDS_MAX && (word = strsep(&text, "\n")))
		words[count++] = word;
	words[count] = NULL;
	return count;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	be_quiet();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct file config;
	struct parts parts = parts_of(data, size);
	char *words[WORDS_MAX + 1] = { "bpfhogs" }, *text = next_text(&parts);
	struct options options;
	int count = 1;

	if (parts.at) {
		put_file(&config, next_part(&parts));
		words[count++] = "--config";
		words[count++] = config.path;
	}
	count = split(text, words, count);
	if (options__parse(&options, count, words) == OPTIONS_RUN) {
		check(&options);
		options__clear(&options);
	}
	free(text);
	return 0;
}
