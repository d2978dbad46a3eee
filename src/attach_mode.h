/* SPDX-License-Identifier: GPL-2.0 */
#ifndef ATTACH_MODE_H
#define ATTACH_MODE_H

/* How the kernel is made to count, in the order in which ATTACH_AUTO tries it: by BPF, or else by its own socket statistics. */
enum attach_mode {
	ATTACH_AUTO,
	ATTACH_FENTRY,
	ATTACH_KPROBE,
	ATTACH_TRACEPOINT,
	ATTACH_DIAG,
	ATTACH_MODES,
};

/* As the option --attach and all outputs name it. Static. */
const char *attach_mode__name(enum attach_mode mode);

#endif
