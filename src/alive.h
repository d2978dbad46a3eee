/* SPDX-License-Identifier: GPL-2.0 */
/* Whether what was counted is still there: processes by /proc, connections by the kernel's socket statistics (sock_diag). */
#ifndef ALIVE_H
#define ALIVE_H

#include <linux/types.h>
#include <stdbool.h>

#include "bpfhogs.h"
#include "identity.h"

struct alive;

/* netns: our own, the only one whose sockets can be asked for. Without sock_diag no connection has ended. 0 or -ENOMEM. */
int alive__new(struct alive **out, struct identities *identities, __u32 netns);
void alive__free(struct alive *alive);

/* The model's functions, with a struct alive as their first argument. What cannot be told has not ended. */
bool alive__process_ended(void *alive, const struct owner *owner);
bool alive__connection_ended(void *alive, const struct flow_key *key);

#endif
