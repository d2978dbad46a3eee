/* SPDX-License-Identifier: GPL-2.0 */
#include "whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Links in /dev (stdout, fd/1) and /proc are the system's, and lead to descriptors: whatever those are, they may be files. */
static bool is_systems_link(const char *path)
{
	char parent[PATH_MAX], resolved[PATH_MAX];
	struct stat stat_of;

	if (lstat(path, &stat_of) || !S_ISLNK(stat_of.st_mode))
		return false;
	snprintf(parent, sizeof(parent), "%s", path); /* lstat() takes none that is longer */
	if (!realpath(dirname(parent), resolved))
		return false;
	return !strcmp(resolved, "/dev") || !strncmp(resolved, "/proc/", 6);
}

/* Nobody wants /dev/null to be replaced by a file. A directory is told of by rename(). */
static int check_replaceable(const char *path)
{
	struct stat stat_of;

	if (is_systems_link(path))
		return -ENOTSUP;
	if (stat(path, &stat_of))
		return errno == ENOENT ? 0 : -errno;
	return S_ISREG(stat_of.st_mode) || S_ISDIR(stat_of.st_mode) ? 0 : -ENOTSUP;
}

/* One that is there is left from a process that ended badly, with our pid. */
static int open_new(const char *path, mode_t mode)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = open(path, flags, mode);

	if (fd < 0 && errno == EEXIST && !unlink(path))
		fd = open(path, flags, mode);
	return fd < 0 ? -errno : fd;
}

static int write_to(int fd, struct buffer *text)
{
	FILE *file = fdopen(fd, "w");
	int err;

	if (!file) {
		err = -errno;
		close(fd);
		return err;
	}
	err = buffer__write(text, file);
	if (fclose(file) && !err)
		err = -errno;
	return err;
}

int whole_file__replace(const char *path, struct buffer *text, mode_t mode)
{
	char temporary[PATH_MAX];
	int fd, err = check_replaceable(path);

	if (err)
		return err;
	if (snprintf(temporary, sizeof(temporary), "%s.%d.new", path, getpid()) >= (int)sizeof(temporary))
		return -ENAMETOOLONG;
	fd = open_new(temporary, mode);
	if (fd < 0)
		return fd;
	err = write_to(fd, text);
	if (!err && rename(temporary, path))
		err = -errno;
	if (err)
		unlink(temporary);
	return err;
}

/* Appends: what a descriptor's file has already was written before. */
int whole_file__write_through(const char *path, struct buffer *text)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	struct stat stat_of;

	if (fd < 0)
		return -errno;
	if (is_systems_link(path) || (!fstat(fd, &stat_of) && !S_ISREG(stat_of.st_mode)))
		return write_to(fd, text);
	close(fd);
	return -EEXIST;
}
