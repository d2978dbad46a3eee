/* SPDX-License-Identifier: GPL-2.0 */
/* What the running kernel is like, as far as the loader's choices depend on it. */
#ifndef KERNEL_H
#define KERNEL_H

#include <stdbool.h>

/*
 * Whether kernel code may be preempted: then a BPF program may be too, and the kernel skips the runs of the same
 * program by others on that CPU meanwhile. From the boot parameter, the version string, or the build's configuration;
 * true where none of them tells.
 */
bool kernel__preempts(void);

/* Whether there are kprobes for BPF: false only where that is sure. */
bool kernel__has_kprobes(void);

/* The kernel lockdown mode in force ("none", "integrity", "confidentiality"); static text, "none" if unknown. */
const char *kernel__lockdown(void);

#endif
