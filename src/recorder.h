/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writes a recording: the lines of --json, each whole or not at all, whatever happens. In a file whose name ends in .gz
 * each line is a gzip member of its own, so that one which was cut short by a crash is the last and the only one.
 */
#ifndef RECORDER_H
#define RECORDER_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

struct recorder;

struct recorder_options {
	const char *path;  /* borrowed */
	__u64 max_bytes;   /* of a file, which is then renamed to PATH.1 (x.json.gz: x.json.1.gz); 0: no limit */
	unsigned int keep; /* that many of those; older ones are removed */
};

/* Whether a path leads to one of the files that such a recording begins, renames or removes. */
bool recorder__takes_place_of(const struct recorder_options *options, const char *path);

/*
 * Begins a new file; one that is there is kept as if it were full. Links are not followed. 0 or -errno, said on stderr.
 */
int recorder__new(struct recorder **out, const struct recorder_options *options);
void recorder__free(struct recorder *recorder);

/* Writes a line with its newline. 0 or -errno: the file is as it was before, and the next line may succeed. */
int recorder__add(struct recorder *recorder, const char *line, size_t length);

#endif
