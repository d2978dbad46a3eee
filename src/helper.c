/* SPDX-License-Identifier: GPL-2.0 */
#include "helper.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroup.h"
#include "privilege.h"
#include "syscalls.h"

#define PATIENCE_S 1

struct helper {
	pid_t pid;
	int fd; /* a packet there, a packet back; -1: it is given up */
};

struct question {
	enum { OF_PROCESS, OF_CGROUP } what;
	__u64 number;
};

/* --- in the helper --- */

static void read_exe(__u32 pid, char *out, size_t size)
{
	char path[32];
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/%u/exe", pid);
	length = readlink(path, out, size - 1);
	out[length > 0 ? length : 0] = '\0';
}

static void serve(int fd, const struct cgroup_mount *cgroups)
{
	static char text[PATH_MAX];
	struct question question;

	while (recv(fd, &question, sizeof(question), 0) == sizeof(question)) {
		if (question.what == OF_CGROUP)
			cgroup_mount__path(cgroups, question.number, text, sizeof(text));
		else
			read_exe(question.number, text, sizeof(text));
		if (send(fd, text, strlen(text) + 1, MSG_NOSIGNAL) < 0)
			return;
	}
}

/* Nothing of the terminal's, of pipes that others wait at, or of what else was left open. */
static int keep_only(int fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (dup2(fd, STDIN_FILENO) < 0)
		return -errno;
	if (null >= 0) {
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
	}
	syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, 0);
	return STDIN_FILENO;
}

/* What ends or stops its maker is not for it: it ends with the socket. */
static void ignore_signals(void)
{
	static const int ours[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGUSR1, SIGUSR2, SIGALRM };

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		signal(ours[i], SIG_IGN);
}

static void live(int fd)
{
	struct cgroup_mount *cgroups;

	ignore_signals();
	fd = keep_only(fd);
	cgroup_mount__open(&cgroups, "/proc/self/mounts"); /* a machine may have none */
	prctl(PR_SET_NAME, "bpfhogs-names");
	if (fd < 0 || privilege__keep(CAPABILITY(CAP_SYS_PTRACE) | CAPABILITY(CAP_DAC_READ_SEARCH)))
		_exit(1);
	syscalls__confine_helper(); /* where there is no seccomp, so be it */
	serve(fd, cgroups);
	_exit(0);
}

/* --- in its maker --- */

static int start(struct helper *helper)
{
	const struct timeval patience = { .tv_sec = PATIENCE_S };
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds))
		return -errno;
	helper->fd = fds[0];
	setsockopt(helper->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	helper->pid = fork();
	if (!helper->pid)
		live(fds[1]);
	close(fds[1]);
	return helper->pid < 0 ? -errno : 0;
}

int helper__new(struct helper **out)
{
	struct helper *helper = calloc(1, sizeof(*helper));
	int err;

	if (!helper)
		return -ENOMEM;
	helper->fd = -1;
	err = start(helper);
	if (err) {
		helper__free(helper);
		return err;
	}
	*out = helper;
	return 0;
}

static void hang_up(struct helper *helper)
{
	if (helper->fd >= 0)
		close(helper->fd);
	helper->fd = -1;
}

void helper__free(struct helper *helper)
{
	if (!helper)
		return;
	hang_up(helper);
	if (helper->pid > 0)
		waitpid(helper->pid, NULL, 0);
	free(helper);
}

/* One that does not answer in time is not asked again: a late answer would be taken for that to the next question. */
static void ask(struct helper *helper, const struct question *question, char *out, size_t size)
{
	ssize_t length = -1;

	if (helper->fd >= 0 && send(helper->fd, question, sizeof(*question), MSG_NOSIGNAL) == sizeof(*question))
		length = recv(helper->fd, out, size, 0);
	if (length <= 0)
		hang_up(helper);
	out[length > 0 ? length - 1 : 0] = '\0';
}

void helper__exe(struct helper *helper, __u32 pid, char *out, size_t size)
{
	const struct question question = { .what = OF_PROCESS, .number = pid };

	ask(helper, &question, out, size);
}

void helper__cgroup(struct helper *helper, __u64 id, char *out, size_t size)
{
	const struct question question = { .what = OF_CGROUP, .number = id };

	ask(helper, &question, out, size);
}
