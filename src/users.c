/* SPDX-License-Identifier: GPL-2.0 */
#include "users.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

/* Containers can have any number of uids: beyond so many names the cache starts anew. */
#define MAX_USERS 65536

struct user {
	__u32 uid;
	char *name;
	UT_hash_handle hh;
};

struct users {
	const char *passwd;
	struct timespec read; /* modification time of the file as it was read; zero: not yet */
	struct user *by_uid;
};

int users__new(struct users **out, const char *passwd)
{
	struct users *users = calloc(1, sizeof(*users));

	if (!users)
		return -ENOMEM;
	users->passwd = passwd;
	*out = users;
	return 0;
}

static void forget_all(struct users *users)
{
	struct user *user, *next;

	HASH_ITER(hh, users->by_uid, user, next) {
		HASH_DEL(users->by_uid, user);
		free(user->name);
		free(user);
	}
}

void users__free(struct users *users)
{
	if (!users)
		return;
	forget_all(users);
	free(users);
}

static const struct user *find(const struct users *users, __u32 uid)
{
	struct user *user;

	HASH_FIND(hh, users->by_uid, &uid, sizeof(uid), user);
	return user;
}

/* Of several names for a uid the first is the one. Without memory a name is just not cached. */
static void add(struct users *users, __u32 uid, const char *name, size_t length)
{
	struct user *user;

	if (find(users, uid))
		return;
	if (HASH_COUNT(users->by_uid) >= MAX_USERS)
		forget_all(users);
	user = calloc(1, sizeof(*user));
	if (!user)
		return;
	user->uid = uid;
	user->name = strndup(name, length);
	if (user->name)
		HASH_ADD(hh, users->by_uid, uid, sizeof(user->uid), user);
	if (!user->name || !user->hh.tbl) {
		free(user->name);
		free(user);
	}
}

static bool parse_uid(const char *text, __u32 *uid)
{
	unsigned long long value;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	value = strtoull(text, &end, 10);
	*uid = value;
	return *end == ':' && value <= 0xffffffff;
}

/* name:password:uid:... */
bool users__parse_line(const char *line, __u32 *uid, const char **name, size_t *length)
{
	const char *colon = strchr(line, ':');
	const char *second = colon ? strchr(colon + 1, ':') : NULL;

	/* + and - are for NIS: what comes then is in no file */
	if (!second || colon == line || *line == '+' || *line == '-' || *line == '#')
		return false;
	*name = line;
	*length = colon - line;
	return parse_uid(second + 1, uid);
}

static void read_passwd(struct users *users)
{
	FILE *file = fopen(users->passwd, "re");
	char *line = NULL;
	const char *name;
	size_t room = 0, length;
	__u32 uid;

	if (!file)
		return;
	while (getline(&line, &room, file) >= 0) {
		if (users__parse_line(line, &uid, &name, &length))
			add(users, uid, name, length);
	}
	free(line);
	fclose(file);
}

/* Reads the file if it is not the one that was read last. */
static void refresh(struct users *users)
{
	struct stat now;

	if (stat(users->passwd, &now))
		return;
	if (now.st_mtim.tv_sec == users->read.tv_sec && now.st_mtim.tv_nsec == users->read.tv_nsec)
		return;
	forget_all(users);
	read_passwd(users);
	users->read = now.st_mtim;
}

#ifdef STATIC_BUILD
static bool ask_name_service(__u32 uid, char *out, size_t size)
{
	(void)uid;
	(void)out;
	(void)size;
	return false;
}
#else
static bool ask_name_service(__u32 uid, char *out, size_t size)
{
	struct passwd entry, *found = NULL;
	char text[4096];

	if (getpwuid_r(uid, &entry, text, sizeof(text), &found) || !found)
		return false;
	snprintf(out, size, "%s", found->pw_name);
	return true;
}
#endif

void users__name(struct users *users, __u32 uid, char *out, size_t size)
{
	const struct user *user = find(users, uid);

	if (!user) {
		refresh(users);
		user = find(users, uid);
	}
	if (user) {
		snprintf(out, size, "%s", user->name);
		return;
	}
	if (!ask_name_service(uid, out, size))
		snprintf(out, size, "%u", uid);
	add(users, uid, out, strlen(out));
}
