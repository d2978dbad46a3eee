/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who a process is, beyond what the kernel side knows: user, program, command line, cgroup, container or
 * unit. All from files of /proc and /etc: nothing here asks the network.
 */
#ifndef IDENTITY_H
#define IDENTITY_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "bpfhogs.h"

#define IDENTITY_TEXT_MAX 4096 /* bytes of each text below, with its end */

/* Each text is owned, and any bytes; "" where not known. NULL only in one that was never filled in. */
struct identity {
	char *user;	 /* its name, or else the uid's digits */
	char *program;	 /* the first word of the command line: what the program was called as */
	char *exe;	 /* path of the program file; " (deleted)" as the kernel says it */
	char *cmdline;	 /* words separated by spaces */
	char *cgroup;	 /* path */
	char *container; /* docker:0123456789ab, lxc:name, ..., or the systemd unit */
};

struct helper;
struct identities;

/* Where to look; NULL: in the usual place. The texts are borrowed. */
struct identities_config {
	const char *proc;   /* /proc */
	const char *passwd; /* /etc/passwd */
	struct helper *helper; /* asked for what takes capabilities; borrowed; NULL: no one, we do it ourselves */
};

/* What looks identities up, with a cache of user names. 0 or -ENOMEM. */
int identities__new(struct identities **out, const struct identities_config *config);
void identities__free(struct identities *identities);

/*
 * Fills in who the owner is. A process that ended, or whose pid means another process by now, still has a
 * user and, where its cgroup exists, cgroup and container. 0, or -ENOMEM with *identity all zeros. The first
 * argument is a struct identities: this is the model's identify function.
 */
int identities__lookup(void *identities, const struct owner *owner, struct identity *identity);

/*
 * Whether the process is known to be there no more: its pid is nobody's or another's, or only its parent has to take
 * notice (a zombie). The first argument is a struct identities: this is the model's process_ended function.
 */
bool identities__ended(void *identities, const struct owner *owner);

/* Copies the texts. 0, or -ENOMEM with *to all zeros. */
int identity__copy(struct identity *to, const struct identity *from);

/* Frees the texts and zeroes the rest. */
void identity__clear(struct identity *identity);

/* Field 22 of the text of /proc/PID/stat: start time in clock ticks since boot. False: it is no such text. */
bool identity__parse_start_time(const char *stat, __u64 *ticks);

#endif
