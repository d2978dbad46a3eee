/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Text that grows: an output is built whole, then written at once. An error is remembered and makes every
 * later call a no-op, so that only buffer__write() has to be checked. All zeros is an empty buffer.
 */
#ifndef BUFFER_H
#define BUFFER_H

#include <stddef.h>
#include <stdio.h>

struct buffer {
	char *text; /* not terminated; NULL while nothing was added */
	size_t length;
	size_t capacity;
	int error; /* 0 or -ENOMEM */
};

void buffer__append(struct buffer *buffer, const char *text, size_t length);
void buffer__puts(struct buffer *buffer, const char *text);
void buffer__pad(struct buffer *buffer, char fill, size_t count);
void buffer__printf(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Forgets the text and the error, keeps the memory. */
void buffer__reset(struct buffer *buffer);

/*
 * Writes all of it to out and flushes that. 0, -ENOMEM if the text is not whole, or -errno (-EPIPE, -ENOSPC,
 * ...).
 */
int buffer__write(struct buffer *buffer, FILE *out);

/* Frees the memory; the buffer is empty then. */
void buffer__clear(struct buffer *buffer);

#endif
