/* SPDX-License-Identifier: GPL-2.0 */
/* Closes the door: from then on this process can do what its features still need, and no more. */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#define SANDBOX_PATHS 4

/* What is needed from now on. Paths are borrowed; NULL: not. */
struct sandbox_config {
	bool maps_want_bpf; /* the kernel lets nobody read maps by their descriptors without CAP_BPF */
	bool attaches;	    /* programs may be attached anew */
	bool preempts;	    /* maps are read with SCHED_FIFO */
	bool listens;
	bool searches; /* the files of other processes, and network namespaces */
	bool signals; /* to the processes of others */
	const char *reads[SANDBOX_PATHS];    /* files, or all below directories */
	const char *replaces[SANDBOX_PATHS]; /* files that are made, rotated and replaced: in their directories */
	const char *creates;		     /* a directory for new files */
	int verbose;			     /* says on stderr what the kernel does not have */
};

struct sandbox;

/*
 * Lets go of all other capabilities, then of files (Landlock) and system calls (seccomp), as far as the kernel has those.
 * 0; -ENOMEM; or another -errno where capabilities could not be let go of, which is said on stderr.
 */
int sandbox__enter(struct sandbox **out, const struct sandbox_config *config);

/* The door stays closed. */
void sandbox__free(struct sandbox *sandbox);

/* Whether programs may be attached anew. NULL: there are no rules, as below. */
bool sandbox__attaches(const struct sandbox *sandbox);

/* Whether that file may be made and replaced by those rules. */
bool sandbox__replaces(const struct sandbox *sandbox, const char *path);

#endif
