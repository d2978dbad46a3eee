/* SPDX-License-Identifier: GPL-2.0 */
/* Capabilities: whether we have what it takes, and letting go of the others. */
#ifndef PRIVILEGE_H
#define PRIVILEGE_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

/* A set of capabilities has the bit of each. */
#define CAPABILITY(number) (1ULL << (number))

/*
 * Whether we may do what counting by BPF takes. 0; -EPERM, and `missing` names what we have not ("CAP_BPF and CAP_PERFMON"); or
 * another -errno.
 */
int privilege__check(char *missing, size_t size);

/* How to get it: words for a person. */
void privilege__remedy(char *text, size_t size);

/* Whether one (CAP_...) is in force. */
bool privilege__has(int capability);

/* Whether kernel.perf_event_paranoid leaves kprobes to those with CAP_SYS_ADMIN: CAP_PERFMON is not enough. */
bool privilege__kprobes_want_admin(void);

/*
 * Whether they are the program file's, lent to whoever executes it: for counting, not to reach files by. Then they rest wherever
 * a path is read that the user gave.
 */
bool privilege__are_lent(void);

/* Lets those that are ours rest, so that we are like anybody, and takes them up again. 0 or -errno. */
int privilege__rest(void);
int privilege__resume(void);

/*
 * Lets go for good of all that are not in the set, and of ever getting more by executing another program
 * (no_new_privs). 0 or -errno.
 */
int privilege__keep(__u64 capabilities);

#endif
