/* SPDX-License-Identifier: GPL-2.0 */
/* What the fuzzers have in common: inputs of several parts, files that are none, and properties that must hold. */
#ifndef FUZZ_H
#define FUZZ_H

#include <linux/limits.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* Past stdio, which be_quiet() may have shut. */
#define CHECK(condition)                                                                       \
	do {                                                                                   \
		if (!(condition)) {                                                            \
			dprintf(STDERR_FILENO, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
			abort();                                                               \
		}                                                                              \
	} while (0)

/* What the program says goes nowhere; what libFuzzer, the sanitizers and CHECK() say is still heard. */
static inline void be_quiet(void)
{
	stdout = fopen("/dev/null", "w");
	stderr = fopen("/dev/null", "w");
	CHECK(stdout && stderr);
}

/* --- parts: an input is some texts with a line "%%" between them, so that people can read and write it --- */

#define BETWEEN_PARTS "\n%%\n"

struct parts {
	const char *at; /* NULL: there are no more */
	size_t left;
};

struct part {
	const char *bytes;
	size_t length;
};

static inline struct parts parts_of(const uint8_t *data, size_t size)
{
	return (struct parts){ (const char *)data, size };
}

/* Empty, when there is none. */
static inline struct part next_part(struct parts *parts)
{
	const char *end = parts->at ? memmem(parts->at, parts->left, BETWEEN_PARTS, strlen(BETWEEN_PARTS)) : NULL;
	struct part part = { parts->at, end ? (size_t)(end - parts->at) : parts->left };
	size_t taken = part.length + strlen(BETWEEN_PARTS);

	*parts = end ? (struct parts){ parts->at + taken, parts->left - taken } : (struct parts){};
	return part;
}

/* Terminated, and in memory of just that size, so that the sanitizers see who reads on. To be freed. */
static inline char *copy_of(struct part part)
{
	char *text = malloc(part.length + 1);

	CHECK(text);
	if (part.length)
		memcpy(text, part.bytes, part.length);
	text[part.length] = '\0';
	return text;
}

static inline char *next_text(struct parts *parts)
{
	return copy_of(next_part(parts));
}

/* --- files in memory, for what reads a path --- */

struct file {
	int fd; /* 0: not made yet */
	char path[32];
};

static inline void put_file(struct file *file, struct part content)
{
	if (!file->fd) {
		file->fd = memfd_create("fuzz", 0);
		snprintf(file->path, sizeof(file->path), "/proc/self/fd/%d", file->fd);
	}
	CHECK(file->fd > 0 && !ftruncate(file->fd, 0));
	CHECK(pwrite(file->fd, content.bytes, content.length, 0) == (ssize_t)content.length);
}

/* A directory for what reads several; whoever set TMPDIR removes it. */
static inline void make_directory(char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/bpfhogs-fuzz-XXXXXX", getenv("TMPDIR") ?: "/tmp");
	CHECK(mkdtemp(path));
}

#endif
