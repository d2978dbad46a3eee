/* SPDX-License-Identifier: GPL-2.0 */
#include "attach_mode.h"

static const char *const names[] = {
	[ATTACH_AUTO] = "auto",
	[ATTACH_FENTRY] = "fentry",
	[ATTACH_KPROBE] = "kprobe",
	[ATTACH_TRACEPOINT] = "tracepoint",
	[ATTACH_DIAG] = "diag",
};

const char *attach_mode__name(enum attach_mode mode)
{
	return names[mode];
}
