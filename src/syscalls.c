/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two filters, of which the stricter holds for each call:
 *
 * - Which calls. What the program and the libraries below it use is listed by what it is for, generously within a kind (all
 *   ways to read, all ways to wait), because C libraries differ in which one they take. Everything else, and whatever
 *   kernels come to have, does not exist (ENOSYS): every library has a way around that, for older kernels. Only what no
 *   library calls by itself, and an intruder wants first, ends the process.
 * - How: refused arguments of the calls that are listed (EPERM). Above all, a file that is there cannot be opened for
 *   writing: bpfhogs only writes to files that it makes.
 */
#include "syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define LOW_HALF 0xffffffffULL /* of an argument that is an int */

#ifndef TIOCLINUX
#define TIOCLINUX 0x541C
#endif

/* Names, with blanks between; those that this machine or libseccomp does not know are left out. */
static const char *const always[] = {
	/* files that are open, or are opened */
	"read", "pread64", "readv", "preadv", "preadv2", "write", "pwrite64", "writev", "pwritev", "pwritev2", "open", "openat",
	"close", "close_range", "lseek", "_llseek", "fstat", "fstat64", "stat", "stat64", "lstat", "lstat64", "newfstatat",
	"fstatat64", "statx", "statfs", "statfs64", "fstatfs", "fstatfs64", "access", "faccessat", "faccessat2", "readlink",
	"readlinkat", "getdents", "getdents64", "getcwd", "fcntl", "fcntl64", "ioctl", "dup", "dup2", "dup3", "pipe", "pipe2",
	"fadvise64", "fadvise64_64", "umask",
	/* files that are written: rotation and replacement */
	"ftruncate", "ftruncate64", "fsync", "fdatasync", "unlink", "unlinkat", "rename", "renameat", "renameat2",
	/* waiting */
	"poll", "ppoll", "ppoll_time64", "select", "_newselect", "pselect6", "pselect6_time64", "epoll_create", "epoll_create1",
	"epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd", "eventfd2", "timerfd_create", "timerfd_settime",
	"timerfd_settime64", "timerfd_gettime", "timerfd_gettime64", "nanosleep", "clock_nanosleep", "clock_nanosleep_time64",
	"pause", "wait4", "waitid", "waitpid", "restart_syscall", "sched_yield", "futex", "futex_time64", "futex_waitv",
	"futex_wait", "futex_wake", "membarrier",
	/* the network: metrics, DNS, sock_diag, name services */
	"socket", "socketpair", "connect", "bind", "accept", "accept4", "sendto", "send", "sendmsg", "sendmmsg", "recvfrom",
	"recv", "recvmsg", "recvmmsg", "recvmmsg_time64", "getsockname", "getpeername", "getsockopt", "setsockopt", "shutdown",
	"socketcall",
	/* memory */
	"brk", "mmap", "mmap2", "mprotect", "munmap", "mremap", "madvise", "mincore", "msync",
	/* time and chance */
	"clock_gettime", "clock_gettime64", "clock_getres", "clock_getres_time64", "gettimeofday", "time", "times", "getrandom",
	"getitimer", "setitimer", "alarm",
	/* its own signals and state */
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigpending", "rt_sigsuspend", "rt_sigtimedwait",
	"rt_sigtimedwait_time64", "sigaction", "sigprocmask", "sigreturn", "sigaltstack", "tgkill", "tkill", "kill", "getpid",
	"gettid", "getppid", "getpgrp", "getpgid", "getsid", "getuid", "getuid32", "geteuid", "geteuid32", "getgid",
	"getgid32", "getegid", "getegid32", "getresuid", "getresuid32", "getresgid", "getresgid32", "getgroups", "getgroups32",
	"capget", "capset", "uname", "sysinfo", "getrusage", "getcpu", "getrlimit", "ugetrlimit", "prlimit64", "getpriority",
	"sched_getaffinity", "sched_getscheduler", "sched_getparam", "sched_get_priority_max", "sched_get_priority_min",
	"sched_setscheduler", "set_robust_list", "get_robust_list", "rseq", "exit", "exit_group",
	NULL,
};

static const char *const to_attach[] = { "bpf", "perf_event_open", NULL };
static const char *const to_listen[] = { "listen", NULL };
static const char *const to_signal[] = { "pidfd_open", "pidfd_send_signal", NULL };

/* What reading maps and listing sockets takes. */
static const int to_poll[] = {
	BPF_MAP_LOOKUP_ELEM, BPF_MAP_UPDATE_ELEM, BPF_MAP_DELETE_ELEM, BPF_MAP_GET_NEXT_KEY, BPF_MAP_LOOKUP_AND_DELETE_ELEM,
	BPF_MAP_LOOKUP_BATCH, BPF_MAP_LOOKUP_AND_DELETE_BATCH, BPF_MAP_UPDATE_BATCH, BPF_MAP_DELETE_BATCH,
	BPF_OBJ_GET_INFO_BY_FD, BPF_LINK_CREATE, BPF_LINK_DETACH, BPF_ITER_CREATE,
};

static const char *const deadly[] = {
	"execve", "execveat", "ptrace", "process_vm_readv", "process_vm_writev", "init_module", "finit_module", "delete_module",
	"kexec_load", "kexec_file_load", "mount", "umount", "umount2", "move_mount", "open_tree", "fsopen", "fsmount",
	"fsconfig", "mount_setattr", "pivot_root", "chroot", "unshare", "reboot", "swapon", "swapoff", "iopl", "ioperm",
	"add_key", "request_key", "keyctl", "userfaultfd", NULL,
};

static const char *const of_helper[] = {
	"read", "write", "recvfrom", "recvmsg", "recv", "sendto", "sendmsg", "send", "socketcall", "readlink", "readlinkat",
	"open_by_handle_at", "close", "exit", "exit_group", "rt_sigreturn", "rt_sigprocmask", "sigreturn", "restart_syscall",
	"brk", "mmap", "mmap2", "munmap", "getpid", "gettid", "tgkill", "tkill", NULL,
};

/* An argument that is refused: of the bits in the mask it has exactly these. */
struct refusal {
	const char *name;
	unsigned int argument;
	__u64 mask, value;
};

static const struct refusal refusals[] = {
	/* for writing only as a new file */
	{ "openat", 2, O_ACCMODE | O_EXCL, O_WRONLY },
	{ "openat", 2, O_ACCMODE | O_EXCL, O_RDWR },
	{ "openat", 2, O_CREAT | O_EXCL, O_CREAT },
	{ "openat", 2, O_CREAT | O_EXCL, O_EXCL },
	{ "openat", 2, O_TRUNC, O_TRUNC },
	{ "open", 1, O_ACCMODE | O_EXCL, O_WRONLY },
	{ "open", 1, O_ACCMODE | O_EXCL, O_RDWR },
	{ "open", 1, O_CREAT | O_EXCL, O_CREAT },
	{ "open", 1, O_CREAT | O_EXCL, O_EXCL },
	{ "open", 1, O_TRUNC, O_TRUNC },
	/* what the shell would read as if it had been typed */
	{ "ioctl", 1, LOW_HALF, TIOCSTI },
	{ "ioctl", 1, LOW_HALF, TIOCLINUX },
	/* no memory that is written and then run */
	{ "mmap", 2, PROT_WRITE | PROT_EXEC, PROT_WRITE | PROT_EXEC },
	{ "mmap2", 2, PROT_WRITE | PROT_EXEC, PROT_WRITE | PROT_EXEC },
	{ "mprotect", 2, PROT_EXEC, PROT_EXEC },
};

/* Names that do not exist here are no error. */
static int add_all(scmp_filter_ctx filter, const char *const *names, unsigned int action)
{
	int err = 0;

	for (; *names && !err; names++) {
		int number = seccomp_syscall_resolve_name(*names);

		if (number != __NR_SCMP_ERROR)
			err = seccomp_rule_add(filter, action, number, 0);
		if (err == -EDOM || err == -EACCES) /* another architecture's, or it is the default */
			err = 0;
	}
	return err;
}

static int refuse(scmp_filter_ctx filter, const char *name, struct scmp_arg_cmp condition)
{
	int number = seccomp_syscall_resolve_name(name);
	int err = 0;

	if (number != __NR_SCMP_ERROR)
		err = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), number, 1, condition);
	return err == -EDOM ? 0 : err;
}

/* Takes over the filter; err: of what made it. */
static int load(scmp_filter_ctx filter, int err)
{
	if (!filter)
		return -ENOMEM;
	if (!err)
		seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2); /* a tree, where libseccomp knows how (2.5) */
	err = err ?: seccomp_load(filter);
	seccomp_release(filter);
	return err;
}

static bool is_family_of_ours(int family)
{
	return family == AF_UNIX || family == AF_INET || family == AF_INET6 || family == AF_NETLINK;
}

static int refuse_families(scmp_filter_ctx filter)
{
	int err = refuse(filter, "socket", SCMP_A0_32(SCMP_CMP_GT, AF_NETLINK));

	for (int family = 0; family < AF_NETLINK && !err; family++)
		if (!is_family_of_ours(family))
			err = refuse(filter, "socket", SCMP_A0_32(SCMP_CMP_EQ, family));
	return err;
}

/* Signals by number go to nobody else, limits are its own. */
static int refuse_others(scmp_filter_ctx filter)
{
	static const char *const by_pid[] = { "kill", "tkill", "tgkill" };
	int err = refuse(filter, "prlimit64", SCMP_A0_32(SCMP_CMP_NE, 0));

	for (size_t i = 0; i < sizeof(by_pid) / sizeof(by_pid[0]) && !err; i++)
		err = refuse(filter, by_pid[i], SCMP_A0_32(SCMP_CMP_NE, getpid()));
	return err;
}

static int confine_how(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int err = filter ? 0 : -ENOMEM;

	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]) && !err; i++) {
		const struct refusal *bad = &refusals[i];

		err = refuse(filter, bad->name, SCMP_CMP(bad->argument, SCMP_CMP_MASKED_EQ, bad->mask, bad->value));
	}
	err = err ?: refuse_families(filter);
	err = err ?: refuse_others(filter);
	return load(filter, err);
}

static int add_polling(scmp_filter_ctx filter)
{
	int err = 0;

	for (size_t i = 0; i < sizeof(to_poll) / sizeof(to_poll[0]) && !err; i++)
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(bpf), 1, SCMP_A0_32(SCMP_CMP_EQ, to_poll[i]));
	return err;
}

static int confine_which(const struct syscalls_config *config)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	int err = filter ? add_all(filter, always, SCMP_ACT_ALLOW) : -ENOMEM;

	err = err ?: add_all(filter, deadly, SCMP_ACT_KILL_PROCESS);
	if (!err)
		err = config->attach ? add_all(filter, to_attach, SCMP_ACT_ALLOW) : add_polling(filter);
	if (!err && config->listen)
		err = add_all(filter, to_listen, SCMP_ACT_ALLOW);
	if (!err)
		err = seccomp_rule_add(filter, config->visit ? SCMP_ACT_ALLOW : SCMP_ACT_KILL_PROCESS, SCMP_SYS(setns), config->visit,
				       SCMP_A1_32(SCMP_CMP_EQ, CLONE_NEWNET));
	if (!err && config->signal)
		err = add_all(filter, to_signal, SCMP_ACT_ALLOW);
	return load(filter, err);
}

/* The second would not let another be loaded. */
int syscalls__confine(const struct syscalls_config *config)
{
	return confine_how() ?: confine_which(config);
}

int syscalls__confine_helper(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);

	return load(filter, filter ? add_all(filter, of_helper, SCMP_ACT_ALLOW) : -ENOMEM);
}
