/* SPDX-License-Identifier: GPL-2.0 */
#ifndef ATTACH_MODE_H
#define ATTACH_MODE_H

/* How the programs are attached to the kernel, in the order in which ATTACH_AUTO tries them. */
enum attach_mode {
	ATTACH_AUTO,
	ATTACH_FENTRY,
	ATTACH_KPROBE,
	ATTACH_TRACEPOINT,
	ATTACH_MODES,
};

/* As the option --attach and all outputs name it. Static. */
const char *attach_mode__name(enum attach_mode mode);

#endif
