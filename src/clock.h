/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLOCK_H
#define CLOCK_H

#include <linux/types.h>
#include <time.h>

/* Nanoseconds of CLOCK_MONOTONIC: to measure how long something takes. */
static inline __u64 clock__monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

/* Nanoseconds since the machine was started (CLOCK_BOOTTIME), by which the kernel tells when a process was. */
static inline __u64 clock__boot_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

#endif
