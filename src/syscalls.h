/* SPDX-License-Identifier: GPL-2.0 */
/* Seccomp: which system calls this process may make from now on. */
#ifndef SYSCALLS_H
#define SYSCALLS_H

#include <stdbool.h>

struct syscalls_config {
	bool attach; /* BPF programs may be loaded and attached anew */
	bool listen; /* sockets may be listened on */
	bool visit;  /* other network namespaces may be entered */
	bool signal; /* other processes may be sent signals */
};

/*
 * Both confine this process for good; they want no_new_privs. 0, or -errno: this kernel has no seccomp filters, or not
 * enough memory.
 */
int syscalls__confine(const struct syscalls_config *config);

/* To what src/helper.c does: it reads links, and opens cgroups by their ids. */
int syscalls__confine_helper(void);

#endif
