/* SPDX-License-Identifier: GPL-2.0 */
#include "process_signal.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * The descriptor is taken first: the process that is found to be the one meant after that has had the pid all the while,
 * so the descriptor is its.
 */
int process__signal(struct identities *identities, const struct owner *owner, int number)
{
	int fd = syscall(SYS_pidfd_open, owner->tgid, 0);
	int err;

	if (fd < 0)
		return -errno;
	if (identities__ended(identities, owner))
		err = -ESRCH;
	else
		err = syscall(SYS_pidfd_send_signal, fd, number, NULL, 0) ? -errno : 0;
	close(fd);
	return err;
}

int signal__parse(const char *text)
{
	char *end;
	long number = strtol(text, &end, 10);

	if (end != text)
		return *end || number < 1 || number >= NSIG ? -EINVAL : number;
	if (!strncasecmp(text, "SIG", 3))
		text += 3;
	for (int i = 1; i < NSIG; i++) {
		if (sigabbrev_np(i) && !strcasecmp(sigabbrev_np(i), text))
			return i;
	}
	return -EINVAL;
}
