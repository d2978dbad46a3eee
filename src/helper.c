/* SPDX-License-Identifier: GPL-2.0 */
#include "helper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroup.h"
#include "clock.h"
#include "privilege.h"
#include "syscalls.h"

#define PATIENCE_MS 1000
#define NSEC_PER_MSEC 1000000

struct helper {
	pid_t pid;
	int fd;	   /* a packet there, a packet back; -1: it is gone */
	bool owes; /* an answer, which may still come: until then nothing else is asked */
	helper_say say;
	void *say_ctx;
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

/* close_range() may be missing (before 5.9), or be refused by a container's filter. */
static void close_from(int first)
{
	struct dirent *entry;
	DIR *dir;

	if (!syscall(SYS_close_range, first, ~0U, 0))
		return;
	dir = opendir("/proc/self/fd");
	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (atoi(entry->d_name) >= first && atoi(entry->d_name) != dirfd(dir))
			close(atoi(entry->d_name));
	closedir(dir);
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
	close_from(STDERR_FILENO + 1);
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
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds))
		return -errno;
	helper->fd = fds[0];
	helper->pid = fork();
	if (!helper->pid) {
		close(fds[0]); /* else it would never see its end */
		live(fds[1]);
	}
	close(fds[1]);
	return helper->pid < 0 ? -errno : 0;
}

int helper__new(struct helper **out, helper_say say, void *ctx)
{
	struct helper *helper = calloc(1, sizeof(*helper));
	int err;

	if (!helper)
		return -ENOMEM;
	*helper = (struct helper){ .fd = -1, .say = say, .say_ctx = ctx };
	err = start(helper);
	if (err) {
		helper__free(helper);
		return err;
	}
	*out = helper;
	return 0;
}

/* Signals, also one that stops and goes on, interrupt it. Whether there is something to receive. */
static bool wait_for(int fd, int patience_ms)
{
	const __u64 end_ns = clock__monotonic_ns() + (__u64)patience_ms * NSEC_PER_MSEC;
	struct pollfd answer = { .fd = fd, .events = POLLIN };
	int ready;

	while ((ready = poll(&answer, 1, patience_ms)) < 0 && errno == EINTR) {
		__u64 now_ns = clock__monotonic_ns();

		patience_ms = now_ns < end_ns ? (end_ns - now_ns) / NSEC_PER_MSEC : 0;
	}
	return ready > 0;
}

/* Its length, -EAGAIN (none came in that time) or -EPIPE: none will come any more. */
static ssize_t receive(int fd, int patience_ms, char *out, size_t size)
{
	ssize_t length;

	if (!wait_for(fd, patience_ms))
		return -EAGAIN;
	length = recv(fd, out, size, MSG_DONTWAIT);
	return length > 0 ? length : -EPIPE;
}

/* It has closed its end, which it does when it ends. */
static void bury(struct helper *helper)
{
	close(helper->fd);
	helper->fd = -1;
	if (helper->pid > 0)
		waitpid(helper->pid, NULL, 0);
}

/* One that is stopped is not waited for: it sees that there are no more questions when it goes on. */
static void dismiss(struct helper *helper)
{
	ssize_t length;
	char late;

	shutdown(helper->fd, SHUT_WR);
	do {
		length = receive(helper->fd, PATIENCE_MS, &late, sizeof(late));
	} while (length > 0);
	if (length == -EPIPE)
		bury(helper);
	else
		close(helper->fd);
}

void helper__free(struct helper *helper)
{
	if (!helper)
		return;
	if (helper->fd >= 0)
		dismiss(helper);
	free(helper);
}

static void lose(struct helper *helper)
{
	bury(helper);
	helper->say(helper->say_ctx, "the helper process has ended: of programs from now on not all is known (a restart takes that)");
}

/* One question is open at a time, so there is no other answer that it could be. */
static ssize_t take_answer(struct helper *helper, int patience_ms, char *out, size_t size)
{
	ssize_t length = receive(helper->fd, patience_ms, out, size);

	helper->owes = length == -EAGAIN;
	if (length == -EPIPE)
		lose(helper);
	return length;
}

/* The answer that it owed from before is of no use any more. */
static bool is_ready(struct helper *helper)
{
	char late;

	if (helper->owes)
		take_answer(helper, 0, &late, sizeof(late));
	return helper->fd >= 0 && !helper->owes;
}

static bool put(struct helper *helper, const struct question *question)
{
	if (send(helper->fd, question, sizeof(*question), MSG_NOSIGNAL) == sizeof(*question))
		return true;
	if (errno == EPIPE || errno == ECONNRESET)
		lose(helper);
	return false;
}

static void ask(struct helper *helper, const struct question *question, char *out, size_t size)
{
	ssize_t length = 0;

	if (is_ready(helper) && put(helper, question))
		length = take_answer(helper, PATIENCE_MS, out, size);
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
