/* SPDX-License-Identifier: GPL-2.0 */
#include "landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * The kernel's interface (include/uapi/linux/landlock.h), here because the headers of the build machine may be older than
 * the kernel that it runs on.
 */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

#define CREATE_RULESET_VERSION 1
#define RULE_PATH_BENEATH 1

struct ruleset {
	__u64 files;
	__u64 ports;
	__u64 scoped;
};

struct path_beneath {
	__u64 allowed;
	__s32 parent_fd;
} __attribute__((packed));

enum {
	WRITE_FILE = 1 << 1,
	READ_FILE = 1 << 2,
	READ_DIR = 1 << 3,
	REMOVE_FILE = 1 << 5,
	MAKE_REG = 1 << 8,
	TRUNCATE = 1 << 14,
};

#define ON_FILES (1 << 0 /* execute */ | WRITE_FILE | READ_FILE | TRUNCATE | 1 << 15 /* ioctl of devices */)

#define SCOPE_ABSTRACT_UNIX_SOCKET (1 << 0)
#define SCOPE_SIGNAL (1 << 1)

/* The file rights that a version of the interface knows are the lowest so many bits. */
static __u64 rights_of(int version)
{
	static const int counts[] = { 0, 13, 14, 15, 15, 16 };
	int last = sizeof(counts) / sizeof(counts[0]) - 1;

	return (1ULL << counts[version < last ? version : last]) - 1;
}

static size_t size_of(int version)
{
	if (version >= 6)
		return sizeof(struct ruleset);
	return version >= 4 ? offsetof(struct ruleset, scoped) : offsetof(struct ruleset, ports);
}

int landlock__begin(struct landlock *rules, bool signals)
{
	int version = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);
	struct ruleset ruleset = {};

	if (version < 1)
		return version < 0 ? -errno : -EOPNOTSUPP;
	rules->handled = ruleset.files = rights_of(version);
	if (version >= 6)
		ruleset.scoped = SCOPE_ABSTRACT_UNIX_SOCKET | (signals ? 0 : SCOPE_SIGNAL);
	rules->fd = syscall(SYS_landlock_create_ruleset, &ruleset, size_of(version), 0);
	return rules->fd < 0 ? -errno : 0;
}

static __u64 rights_for(enum landlock_access access)
{
	switch (access) {
	case LANDLOCK_CREATE:
		return MAKE_REG | WRITE_FILE;
	case LANDLOCK_REPLACE:
		return MAKE_REG | WRITE_FILE | REMOVE_FILE | TRUNCATE;
	default:
		return READ_FILE | READ_DIR;
	}
}

static int add_rule(const struct landlock *rules, int fd, __u64 rights)
{
	struct path_beneath rule = { .allowed = rights & rules->handled, .parent_fd = fd };
	struct stat status;

	if (fstat(fd, &status))
		return -errno;
	if (!S_ISDIR(status.st_mode))
		rule.allowed &= ON_FILES;
	return syscall(SYS_landlock_add_rule, rules->fd, RULE_PATH_BENEATH, &rule, 0) ? -errno : 0;
}

int landlock__allow(struct landlock *rules, const char *path, enum landlock_access access)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	int err;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == EACCES ? 0 : -errno;
	err = add_rule(rules, fd, rights_for(access));
	close(fd);
	return err;
}

int landlock__enforce(struct landlock *rules)
{
	int err = syscall(SYS_landlock_restrict_self, rules->fd, 0) ? -errno : 0;

	landlock__drop(rules);
	return err;
}

void landlock__drop(struct landlock *rules)
{
	close(rules->fd);
	rules->fd = -1;
}
