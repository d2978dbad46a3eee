/* SPDX-License-Identifier: GPL-2.0 */
/* Landlock, by its system calls: which files this process may reach by their paths from now on. */
#ifndef LANDLOCK_H
#define LANDLOCK_H

#include <linux/types.h>
#include <stdbool.h>

/* What may be done with a file, or with all below a directory. */
enum landlock_access {
	LANDLOCK_READ,
	LANDLOCK_CREATE,  /* new files, which may be written to; names that are there are safe */
	LANDLOCK_REPLACE, /* that, and files may be renamed, replaced and removed */
};

/* Rules while they are put together: what none of them allows is denied, as far as the kernel knows of it. */
struct landlock {
	int fd;
	__u64 handled; /* rights that this kernel can deny */
};

/*
 * signals: other processes may be sent some. 0, or -errno: this kernel has no Landlock (-ENOSYS, since 5.13), or it is
 * turned off (-EOPNOTSUPP).
 */
int landlock__begin(struct landlock *rules, bool signals);

/* One that is not there, or out of reach, needs no rule: 0. Links on the way are followed now, not later. Or -errno. */
int landlock__allow(struct landlock *rules, const char *path, enum landlock_access access);

/* Puts the rules into force, for good, and ends them. Wants no_new_privs. 0 or -errno. */
int landlock__enforce(struct landlock *rules);

/* Ends rules that are not to come into force. */
void landlock__drop(struct landlock *rules);

#endif
