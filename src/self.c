/* SPDX-License-Identifier: GPL-2.0 */
#include "self.h"

#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "identity.h"

static double seconds_of(struct timeval time)
{
	return time.tv_sec + time.tv_usec / 1e6;
}

double self__cpu_seconds(void)
{
	struct rusage usage = {};

	getrusage(RUSAGE_SELF, &usage);
	return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

/* As a text that is terminated, "" where it cannot be read. */
static void read_file(const char *path, char *out, size_t size)
{
	FILE *file = fopen(path, "re");

	out[0] = '\0';
	if (!file)
		return;
	out[fread(out, 1, size - 1, file)] = '\0';
	fclose(file);
}

__u64 self__resident_bytes(void)
{
	unsigned long long pages;
	char statm[256];

	read_file("/proc/self/statm", statm, sizeof(statm));
	return sscanf(statm, "%*u %llu", &pages) == 1 ? pages * sysconf(_SC_PAGESIZE) : 0;
}

static double now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

double self__start_time(void)
{
	char stat[1024];
	__u64 ticks;

	read_file("/proc/self/stat", stat, sizeof(stat));
	if (!identity__parse_start_time(stat, &ticks))
		return 0;
	return now(CLOCK_REALTIME) - now(CLOCK_BOOTTIME) + (double)ticks / sysconf(_SC_CLK_TCK);
}
