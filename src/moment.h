/* SPDX-License-Identifier: GPL-2.0 */
/* A point of time, as somebody types it who looks at a recording. */
#ifndef MOMENT_H
#define MOMENT_H

#include <time.h>

/*
 * +SECONDS or -SECONDS, from now; or HH:MM or HH:MM:SS, local time: on the recording's first 24 hours that is the one in them,
 * later on the one that is nearest to now. The recording begins at begin. 0 or -EINVAL.
 */
int moment__parse(const char *text, time_t begin, time_t now, time_t *moment);

#endif
