/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which process has a socket open, by the inode number of its file: from /proc/PID/fd, as far as we may look there. Of
 * several processes that have it, it is that with the lowest pid.
 */
#ifndef HOLDERS_H
#define HOLDERS_H

#include <linux/types.h>
#include <stdbool.h>

#include "bpfhogs.h"

struct holders;

/* proc: NULL for /proc, else borrowed. 0 or -errno. */
int holders__new(struct holders **out, const char *proc);
void holders__free(struct holders *holders);

/* Begins a look: who is known to hold a socket is asked anew whether it still does, and who it is now. */
void holders__begin(struct holders *holders);

/* Who holds it, as far as it is known; the next holders__search() looks for it otherwise. */
bool holders__find(struct holders *holders, __u32 inode, struct owner *owner);

/*
 * Goes through the files of all processes if anything is to be looked for. That takes time, so it is put off if the last
 * search was a short while ago, unless `now`; what was not found is looked for again after longer and longer. Returns
 * whether all was looked for that was to be.
 */
bool holders__search(struct holders *holders, bool now);

/* That socket is no more. */
void holders__forget(struct holders *holders, __u32 inode);

#endif
