/* SPDX-License-Identifier: GPL-2.0 */
/* Which programs of the BPF object make up an attach mode, and on what that depends. Tables. */
#ifndef HOOKS_H
#define HOOKS_H

#include <stdbool.h>
#include <stddef.h>

#include "attach_mode.h"

/* What a hook asks of the kernel or of the settings; all bits of a hook must hold. */
enum need {
	NEED_TCP = 1 << 0,
	NEED_UDP = 1 << 1,
	NEED_MPTCP_RETURNS = 1 << 2, /* MPTCP without a counter of bytes received */
	NEED_UDP_FENTRY = 1 << 3, /* in fentry mode, UDP by trampolines */
	NEED_UDP_KPROBE = 1 << 4, /* or by kprobes */
	NEED_HASH = 1 << 5,	  /* there are no places */
};

struct hook {
	const char *program; /* its name in the BPF object; the program's section says where it goes */
	unsigned int needs;  /* of enum need */
	bool optional;	     /* the function may be missing from the kernel: no IPv6, no MPTCP */
};

struct hook_list {
	const struct hook *hooks;
	size_t count;
};

/* What every mode needs: TCP sockets that are born and die. */
extern const struct hook_list hooks__sockets;

/* What does the counting; by mode, none for ATTACH_AUTO. */
extern const struct hook_list hooks__modes[ATTACH_MODES];

#endif
