/* SPDX-License-Identifier: GPL-2.0 */
#include "nethogs.h"

#include <limits.h>

#include "buffer.h"
#include "escape.h"

static void put_process(struct buffer *out, const struct process *process)
{
	const char *program = process->identity.program;
	__u32 pid = process->id.tgid & TGID_UNKNOWN ? 0 : process->id.tgid;

	escape__fit(out, program && *program ? program : process->owner.comm, INT_MAX, ESCAPE_CUT_END, ESCAPE_ASCII);
	buffer__printf(out, "/%u/%u\t%g\t%g\n", pid, process->owner.uid,
		       process->activity.tx_rate / 1024.0, process->activity.rx_rate / 1024.0);
}

int nethogs__interval(FILE *out, const struct view *view)
{
	struct buffer text = {};
	int err;

	buffer__puts(&text, "\nRefreshing:\n");
	for (size_t i = 0; i < view->process_count; i++)
		put_process(&text, view->processes[i]);
	err = buffer__write(&text, out);
	buffer__clear(&text);
	return err;
}
