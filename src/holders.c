/* SPDX-License-Identifier: GPL-2.0 */
/* A failed allocation in a hash leaves the entry out, and its hh.tbl NULL. */
#define HASH_NONFATAL_OOM 1

#include "holders.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uthash.h>

#include "clock.h"
#include "identity.h"

#define NSEC_PER_SEC 1000000000ULL
#define SEARCH_SHARE 4 /* a search at most every so many times what one takes */
#define MAX_PAUSE 64   /* looks */

/* A socket's file. */
struct file {
	__u32 inode;
	__u32 tgid; /* 0: nobody is known to have it */
	int fd;	    /* of that process */
	bool checked;
	__u64 wanted_at; /* look from which on it is to be looked for */
	unsigned int pause;
	UT_hash_handle hh;
};

/* A process, in the look at hand. */
struct facts {
	struct owner owner;
	UT_hash_handle hh;
};

struct holders {
	char proc[PATH_MAX / 2];
	__u64 tick_ns;
	struct file *files;
	struct facts *facts;
	__u64 look;
	size_t wanted; /* files, in the look at hand */
	__u64 next_search_ns;
};

int holders__new(struct holders **out, const char *proc)
{
	struct holders *holders = calloc(1, sizeof(*holders));

	if (!holders)
		return -ENOMEM;
	snprintf(holders->proc, sizeof(holders->proc), "%s", proc ?: "/proc");
	holders->tick_ns = NSEC_PER_SEC / sysconf(_SC_CLK_TCK);
	*out = holders;
	return 0;
}

static void forget_facts(struct holders *holders)
{
	struct facts *facts, *next;

	HASH_ITER(hh, holders->facts, facts, next) {
		HASH_DEL(holders->facts, facts);
		free(facts);
	}
}

static void forget_file(struct holders *holders, struct file *file)
{
	HASH_DEL(holders->files, file);
	free(file);
}

void holders__free(struct holders *holders)
{
	if (!holders)
		return;
	forget_facts(holders);
	while (holders->files)
		forget_file(holders, holders->files);
	free(holders);
}

void holders__begin(struct holders *holders)
{
	forget_facts(holders);
	for (struct file *file = holders->files; file; file = file->hh.next)
		file->checked = false;
	holders->wanted = 0;
	holders->look++;
}

static struct file *find_file(const struct holders *holders, __u32 inode)
{
	struct file *file;

	HASH_FIND(hh, holders->files, &inode, sizeof(inode), file);
	return file;
}

void holders__forget(struct holders *holders, __u32 inode)
{
	struct file *file = find_file(holders, inode);

	if (file)
		forget_file(holders, file);
}

/* --- what /proc says --- */

/* Reads at most size - 1 bytes of a file and terminates them. Returns whether there were any. */
static bool read_text(const struct holders *holders, __u32 tgid, const char *name, char *out, size_t size)
{
	char path[PATH_MAX];
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "%s/%u/%s", holders->proc, tgid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	length = read(fd, out, size - 1);
	close(fd);
	out[length > 0 ? length : 0] = '\0';
	return length > 0;
}

/* Between the first parenthesis and the last: it may have any characters. */
static void read_comm(const char *stat, char *comm)
{
	const char *begin = strchr(stat, '('), *end = strrchr(stat, ')');

	if (begin && end > begin)
		snprintf(comm, COMM_LEN, "%.*s", (int)(end - begin - 1), begin + 1);
}

/* "Uid:", the real one, and the effective one, which is the one meant. */
static __u32 read_uid(const struct holders *holders, __u32 tgid)
{
	char status[4096];
	const char *line;
	__u32 uid = 0;

	if (!read_text(holders, tgid, "status", status, sizeof(status)))
		return 0;
	line = strstr(status, "\nUid:");
	if (line)
		sscanf(line, "\nUid: %*u %u", &uid);
	return uid;
}

static bool read_owner(const struct holders *holders, __u32 tgid, struct owner *owner)
{
	char stat[1024];
	__u64 ticks;

	if (!read_text(holders, tgid, "stat", stat, sizeof(stat)) || !identity__parse_start_time(stat, &ticks))
		return false;
	*owner = (struct owner){ .tgid = tgid, .start_time = ticks * holders->tick_ns };
	read_comm(stat, owner->comm);
	owner->uid = read_uid(holders, tgid);
	return true;
}

/* Each process once a look. */
static bool get_owner(struct holders *holders, __u32 tgid, struct owner *owner)
{
	struct facts *facts;

	HASH_FIND(hh, holders->facts, &tgid, sizeof(tgid), facts);
	if (facts) {
		*owner = facts->owner;
		return true;
	}
	if (!read_owner(holders, tgid, owner))
		return false;
	facts = calloc(1, sizeof(*facts));
	if (!facts)
		return true;
	facts->owner = *owner;
	HASH_ADD(hh, holders->facts, owner.tgid, sizeof(tgid), facts);
	if (!facts->hh.tbl)
		free(facts);
	return true;
}

/* The inode number in the text of a link, "socket:[12345]"; 0: it is another. */
static __u32 read_link(int dir, const char *name)
{
	char text[64];
	ssize_t length = readlinkat(dir, name, text, sizeof(text) - 1);
	__u32 inode;

	text[length > 0 ? length : 0] = '\0';
	return sscanf(text, "socket:[%u]", &inode) == 1 ? inode : 0;
}

static bool still_holds(const struct holders *holders, const struct file *file)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%u/fd/%d", holders->proc, file->tgid, file->fd);
	return read_link(AT_FDCWD, path) == file->inode;
}

/* --- asking --- */

static struct file *add_file(struct holders *holders, __u32 inode)
{
	struct file *file = calloc(1, sizeof(*file));

	if (!file)
		return NULL;
	file->inode = inode;
	HASH_ADD(hh, holders->files, inode, sizeof(inode), file);
	if (!file->hh.tbl) {
		free(file);
		return NULL;
	}
	return file;
}

static void check(struct holders *holders, struct file *file)
{
	if (file->checked)
		return;
	file->checked = true;
	if (file->tgid && !still_holds(holders, file)) {
		file->tgid = 0;
		file->pause = 0;
		file->wanted_at = 0;
	}
	holders->wanted += !file->tgid && file->wanted_at <= holders->look;
}

bool holders__find(struct holders *holders, __u32 inode, struct owner *owner)
{
	struct file *file;

	if (!inode)
		return false;
	file = find_file(holders, inode) ?: add_file(holders, inode);
	if (!file)
		return false;
	check(holders, file);
	return file->tgid && get_owner(holders, file->tgid, owner);
}

/* --- searching --- */

static void note_holder(struct holders *holders, __u32 inode, __u32 tgid, int fd)
{
	struct file *file = inode ? find_file(holders, inode) : NULL;

	if (!file || file->tgid)
		return;
	file->tgid = tgid;
	file->fd = fd;
	holders->wanted -= file->checked && file->wanted_at <= holders->look;
	file->wanted_at = 0;
	file->pause = 0;
}

static void search_process(struct holders *holders, const char *pid)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/%s/fd", holders->proc, pid);
	dir = opendir(path);
	if (!dir)
		return;
	while (holders->wanted && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]))
			note_holder(holders, read_link(dirfd(dir), entry->d_name), strtoul(pid, NULL, 10), atoi(entry->d_name));
	closedir(dir);
}

/* In the order of their pids, which is that of /proc. */
static void search_all(struct holders *holders)
{
	DIR *dir = opendir(holders->proc);
	struct dirent *entry;

	if (!dir)
		return;
	while (holders->wanted && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]))
			search_process(holders, entry->d_name);
	closedir(dir);
}

static void put_off_rest(struct holders *holders)
{
	for (struct file *file = holders->files; file; file = file->hh.next) {
		if (file->tgid || !file->checked || file->wanted_at > holders->look)
			continue;
		file->pause = file->pause ? 2 * file->pause : 1;
		if (file->pause > MAX_PAUSE)
			file->pause = MAX_PAUSE;
		file->wanted_at = holders->look + file->pause;
	}
	holders->wanted = 0;
}

bool holders__search(struct holders *holders, bool now)
{
	__u64 start_ns = clock__monotonic_ns();
	__u64 end_ns;

	if (!holders->wanted)
		return true;
	if (start_ns < holders->next_search_ns && !now)
		return false;
	search_all(holders);
	put_off_rest(holders);
	end_ns = clock__monotonic_ns();
	holders->next_search_ns = end_ns + SEARCH_SHARE * (end_ns - start_ns);
	return true;
}
