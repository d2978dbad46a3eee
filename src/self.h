/* SPDX-License-Identifier: GPL-2.0 */
/* What this process itself takes. */
#ifndef SELF_H
#define SELF_H

#include <linux/types.h>

double self__cpu_seconds(void);

/* Bytes; 0 where /proc does not tell. */
__u64 self__resident_bytes(void);

/* When it was started, in seconds since the epoch; 0 where /proc does not tell. */
double self__start_time(void);

#endif
