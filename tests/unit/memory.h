/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory that can run out. The sanitizers' own functions, or else the C library's, do the work: both are
 * reached by names that this program does not take over.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdbool.h>
#include <stddef.h>

void *__interceptor_calloc(size_t count, size_t size) __attribute__((weak));
void *__interceptor_malloc(size_t size) __attribute__((weak));
void *__libc_calloc(size_t count, size_t size);
void *__libc_malloc(size_t size);

static bool no_memory;

void *calloc(size_t count, size_t size)
{
	if (no_memory)
		return NULL;
	return __interceptor_calloc ? __interceptor_calloc(count, size) : __libc_calloc(count, size);
}

void *malloc(size_t size)
{
	if (no_memory)
		return NULL;
	return __interceptor_malloc ? __interceptor_malloc(size) : __libc_malloc(size);
}

#endif
