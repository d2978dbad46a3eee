/* SPDX-License-Identifier: GPL-2.0 */
#ifndef FETCH_H
#define FETCH_H

#include <stddef.h>

#define FETCH_LINE 64 /* bytes that memory gives in one go, on most CPUs */

/* Asks memory for what is read soon; NULL is nothing. (What has no effect gcc leaves out: therefore the asm.) */
static inline void fetch(const void *from, size_t size)
{
	for (size_t i = 0; i < size && from; i += FETCH_LINE)
		__builtin_prefetch((const char *)from + i);
	__asm__ volatile("");
}

#endif
