/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counts without BPF: by what the kernel's socket statistics say of each TCP connection, looked at once an interval. For
 * where BPF cannot be used; an ordinary user can do this. What it cannot see: UDP, and connections that come and go between
 * two looks.
 */
#ifndef DIAG_H
#define DIAG_H

#include <stddef.h>

#include "interval.h"
#include "loader.h"
#include "sampler.h"

struct diag;

/*
 * Counting begins: what is there now counts from now on. Of the config it takes what says which traffic is wanted. 0 or
 * -errno, and why in `error`, which is "" otherwise.
 */
int diag__new(struct diag **out, const struct loader_config *config, char *error, size_t size);
void diag__free(struct diag *diag);

/*
 * Ends the interval, as sampler__take() does. last: no other comes after it, so nothing waits until it is known whose it
 * is. 0 or -errno.
 */
int diag__take(struct diag *diag, struct interval *interval, bool last, sampler_sink sink, void *ctx);

#endif
