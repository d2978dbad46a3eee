/* SPDX-License-Identifier: GPL-2.0 */
/* Signals to processes that were counted: never to another that has got the same pid since. */
#ifndef PROCESS_SIGNAL_H
#define PROCESS_SIGNAL_H

#include "bpfhogs.h"
#include "identity.h"

/* 0, -ESRCH where the process has ended, or another -errno. */
int process__signal(struct identities *identities, const struct owner *owner, int number);

/* The number of "15", "TERM" or "SIGTERM", or -EINVAL. */
int signal__parse(const char *text);

#endif
