/* SPDX-License-Identifier: GPL-2.0 */
/* A process's files in /proc: stat, status, cmdline, cgroup, the links exe and fd/3; and what is mounted. */
#include "fuzz.h"

#include <sys/stat.h>

#include "holders.h"
#include "identity.h"

#define PID 7
#define TICKS_PER_SECOND 100

static char proc[PATH_MAX];
static struct file passwd;

static const char *path_of(const char *name)
{
	static char path[PATH_MAX + 64];

	snprintf(path, sizeof(path), "%s/%s", proc, name);
	return path;
}

/* A file's place is taken once, and has a link to what is in memory. */
static void put(const char *name, struct file *file, struct part content)
{
	bool is_new = !file->fd;

	put_file(file, content);
	if (is_new)
		CHECK(!symlink(file->path, path_of(name)));
}

static void put_link(const char *name, struct part target)
{
	char *text = copy_of(target);

	unlink(path_of(name));
	if (*text)
		(void)!symlink(text, path_of(name)); /* some cannot be */
	free(text);
}

static void put_all(struct parts *parts)
{
	static struct file stat, status, cmdline, cgroup, mounts;

	put("7/stat", &stat, next_part(parts));
	put("7/status", &status, next_part(parts));
	put("7/cmdline", &cmdline, next_part(parts));
	put("7/cgroup", &cgroup, next_part(parts));
	put_link("7/exe", next_part(parts));
	put_link("7/fd/3", next_part(parts));
	put("self/mounts", &mounts, next_part(parts));
}

static void check_holder(struct owner *owner)
{
	struct holders *holders;

	CHECK(!holders__new(&holders, proc));
	holders__begin(holders);
	holders__find(holders, 12345, owner);
	holders__search(holders, true);
	if (holders__find(holders, 12345, owner))
		CHECK(owner->tgid == PID && memchr(owner->comm, '\0', sizeof(owner->comm)));
	holders__free(holders);
}

static void check_text(const char *text)
{
	CHECK(text && strlen(text) < IDENTITY_TEXT_MAX);
}

static void check_identity(const struct owner *owner)
{
	const struct identities_config config = { .proc = proc, .passwd = passwd.path };
	struct identity identity = {};
	struct identities *identities;

	CHECK(!identities__new(&identities, &config));
	CHECK(!identities__lookup(identities, owner, &identity));
	identities__ended(identities, owner);
	check_text(identity.program);
	check_text(identity.exe);
	check_text(identity.cmdline);
	check_text(identity.cgroup);
	check_text(identity.container);
	CHECK(!strcmp(identity.user, "root"));
	identity__clear(&identity);
	identities__free(identities);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char root[] = "root:x:0:0:root:/root:/bin/bash\n";

	(void)argc;
	(void)argv;
	make_directory(proc);
	put_file(&passwd, (struct part){ root, sizeof(root) - 1 });
	CHECK(!mkdir(path_of("self"), 0700) && !mkdir(path_of("7"), 0700) && !mkdir(path_of("7/fd"), 0700));
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct parts parts = parts_of(data, size);
	struct owner owner = { .tgid = PID, .start_time = 100ULL * 1000000000 / TICKS_PER_SECOND };

	put_all(&parts);
	check_holder(&owner);
	owner.uid = 0;
	check_identity(&owner);
	return 0;
}
