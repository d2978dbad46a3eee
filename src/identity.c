/* SPDX-License-Identifier: GPL-2.0 */
#include "identity.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "helper.h"
#include "users.h"

#define NSEC_PER_SEC 1000000000ULL
#define START_TIME_FIELD 22
#define CGROUP_FILE_MAX 16384 /* version 1 has a line for each controller */

/* The texts while they are found out. */
struct draft {
	char user[256];
	char program[IDENTITY_TEXT_MAX];
	char exe[IDENTITY_TEXT_MAX];
	char cmdline[IDENTITY_TEXT_MAX];
	char cgroup[IDENTITY_TEXT_MAX];
	char container[IDENTITY_TEXT_MAX];
};

struct identities {
	char proc[PATH_MAX / 2];
	struct users *users;
	struct cgroup_mount *cgroups; /* NULL: none */
	struct helper *helper;	      /* likewise */
	__u64 tick_ns;
	struct draft draft; /* here because it is large */
};

int identities__new(struct identities **out, const struct identities_config *config)
{
	struct identities *identities = calloc(1, sizeof(*identities));
	char mounts[PATH_MAX];
	int err;

	if (!identities)
		return -ENOMEM;
	snprintf(identities->proc, sizeof(identities->proc), "%s", config->proc ?: "/proc");
	identities->helper = config->helper;
	identities->tick_ns = NSEC_PER_SEC / sysconf(_SC_CLK_TCK);
	err = users__new(&identities->users, config->passwd ?: "/etc/passwd");
	if (err) {
		identities__free(identities);
		return err;
	}
	snprintf(mounts, sizeof(mounts), "%s/self/mounts", identities->proc);
	cgroup_mount__open(&identities->cgroups, mounts); /* a machine may have none */
	*out = identities;
	return 0;
}

void identities__free(struct identities *identities)
{
	if (!identities)
		return;
	users__free(identities->users);
	cgroup_mount__close(identities->cgroups);
	free(identities);
}

void identity__clear(struct identity *identity)
{
	free(identity->user);
	free(identity->program);
	free(identity->exe);
	free(identity->cmdline);
	free(identity->cgroup);
	free(identity->container);
	*identity = (struct identity){};
}

static char *copy_text(const char *text)
{
	return strdup(text ?: "");
}

static bool is_whole(const struct identity *identity)
{
	return identity->user && identity->program && identity->exe && identity->cmdline && identity->cgroup &&
	       identity->container;
}

int identity__copy(struct identity *to, const struct identity *from)
{
	to->user = copy_text(from->user);
	to->program = copy_text(from->program);
	to->exe = copy_text(from->exe);
	to->cmdline = copy_text(from->cmdline);
	to->cgroup = copy_text(from->cgroup);
	to->container = copy_text(from->container);
	if (is_whole(to))
		return 0;
	identity__clear(to);
	return -ENOMEM;
}

/* PID (COMM) STATE ...: the comm may have any characters, the fields behind it have no parenthesis. */
bool identity__parse_start_time(const char *stat, __u64 *ticks)
{
	const char *at = strrchr(stat, ')');
	char *end;

	if (!at)
		return false;
	for (int field = 2; field < START_TIME_FIELD; field++) {
		at = strchr(at, ' ');
		if (!at)
			return false;
		at++;
	}
	if (*at < '0' || *at > '9')
		return false;
	errno = 0;
	*ticks = strtoull(at, &end, 10);
	return !errno && (*end == ' ' || *end == '\n' || !*end);
}

/*
 * Reads at most size - 1 bytes of a small file and terminates them. Returns their number, 0 also for an
 * error.
 */
static size_t read_text(int dir, const char *name, char *out, size_t size)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t got = 1;

	while (fd >= 0 && got > 0 && used < size - 1) {
		got = read(fd, out + used, size - 1 - used);
		used += got > 0 ? got : 0;
	}
	if (fd >= 0)
		close(fd);
	out[used] = '\0';
	return used;
}

static bool is_same(const struct identities *identities, int dir, const struct owner *owner)
{
	char stat[1024];
	__u64 ticks;

	read_text(dir, "stat", stat, sizeof(stat));
	return identity__parse_start_time(stat, &ticks) && ticks == owner->start_time / identities->tick_ns;
}

/*
 * The process's directory, or -1 if it is gone. All that is read through this descriptor is of that process,
 * even if it ends meanwhile and its pid is used again.
 */
static int open_process(const struct identities *identities, const struct owner *owner)
{
	char path[PATH_MAX];
	int dir;

	snprintf(path, sizeof(path), "%s/%u", identities->proc, owner->tgid);
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir >= 0 && !is_same(identities, dir, owner)) {
		close(dir);
		dir = -1;
	}
	return dir;
}

/* The helper goes by the pid, which may have become another's in between. */
static void ask_exe(struct identities *identities, const struct owner *owner, int dir)
{
	char *exe = identities->draft.exe;

	helper__exe(identities->helper, owner->tgid, exe, sizeof(identities->draft.exe));
	if (!is_same(identities, dir, owner))
		exe[0] = '\0';
}

static void read_exe(struct draft *draft, int dir)
{
	ssize_t length = readlinkat(dir, "exe", draft->exe, sizeof(draft->exe) - 1);

	draft->exe[length > 0 ? length : 0] = '\0';
}

/* The words are each terminated by a NUL; what changes its title leaves behind several, or blanks. */
static void read_cmdline(struct draft *draft, int dir)
{
	size_t length = read_text(dir, "cmdline", draft->cmdline, sizeof(draft->cmdline));

	memcpy(draft->program, draft->cmdline, sizeof(draft->program));
	while (length && (draft->cmdline[length - 1] == '\0' || draft->cmdline[length - 1] == ' '))
		draft->cmdline[--length] = '\0';
	for (size_t i = 0; i < length; i++) {
		if (!draft->cmdline[i])
			draft->cmdline[i] = ' ';
	}
}

static void read_cgroup(struct draft *draft, int dir)
{
	char text[CGROUP_FILE_MAX];
	const char *path;
	size_t length;

	read_text(dir, "cgroup", text, sizeof(text));
	if (cgroup__parse(text, &path, &length))
		snprintf(draft->cgroup, sizeof(draft->cgroup), "%.*s", (int)length, path);
}

static void read_process(struct identities *identities, const struct owner *owner, int dir)
{
	struct draft *draft = &identities->draft;

	if (identities->helper)
		ask_exe(identities, owner, dir);
	else
		read_exe(draft, dir);
	read_cmdline(draft, dir);
	read_cgroup(draft, dir);
}

static void find_cgroup(struct identities *identities, __u64 id)
{
	struct draft *draft = &identities->draft;

	if (identities->helper)
		helper__cgroup(identities->helper, id, draft->cgroup, sizeof(draft->cgroup));
	else
		cgroup_mount__path(identities->cgroups, id, draft->cgroup, sizeof(draft->cgroup));
}

static void find_out(struct identities *identities, const struct owner *owner)
{
	struct draft *draft = &identities->draft;
	int dir;

	*draft = (struct draft){};
	users__name(identities->users, owner->uid, draft->user, sizeof(draft->user));
	if (owner->tgid == TGID_KERNEL || owner->tgid & TGID_UNKNOWN)
		return;
	dir = open_process(identities, owner);
	if (dir >= 0) {
		read_process(identities, owner, dir);
		close(dir);
	}
	if (!draft->cgroup[0] && owner->cgroup)
		find_cgroup(identities, owner->cgroup);
	cgroup__container(draft->cgroup, draft->container, sizeof(draft->container));
}

int identities__lookup(void *ctx, const struct owner *owner, struct identity *identity)
{
	struct identities *identities = ctx;
	struct draft *draft = &identities->draft;
	const struct identity found = { draft->user,	draft->program, draft->exe,
					draft->cmdline, draft->cgroup,	draft->container };

	find_out(identities, owner);
	return identity__copy(identity, &found);
}

bool identities__ended(void *ctx, const struct owner *owner)
{
	const struct identities *identities = ctx;
	char path[PATH_MAX], stat[1024];
	const char *name_end;
	__u64 ticks;

	if (owner->tgid & TGID_UNKNOWN)
		return false;
	snprintf(path, sizeof(path), "%s/%u/stat", identities->proc, owner->tgid);
	if (!read_text(AT_FDCWD, path, stat, sizeof(stat)))
		return access(path, F_OK) && errno == ENOENT;
	if (!identity__parse_start_time(stat, &ticks))
		return false;
	name_end = strrchr(stat, ')');
	return ticks != owner->start_time / identities->tick_ns || !strncmp(name_end, ") Z", 3);
}
