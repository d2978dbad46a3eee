/* SPDX-License-Identifier: GPL-2.0 */
#include "whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Nobody wants /dev/null to be replaced by a file, nor the link /dev/stderr. A directory is told of by rename(). */
static int check_replaceable(const char *path)
{
	struct stat stat_of;

	if (stat(path, &stat_of))
		return errno == ENOENT ? 0 : -errno;
	return S_ISREG(stat_of.st_mode) || S_ISDIR(stat_of.st_mode) ? 0 : -ENOTSUP;
}

/* One that is there is left from a process that ended badly, with our pid. */
static int open_new(const char *path)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = open(path, flags, 0644);

	if (fd < 0 && errno == EEXIST && !unlink(path))
		fd = open(path, flags, 0644);
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

int whole_file__replace(const char *path, struct buffer *text)
{
	char temporary[PATH_MAX];
	int fd, err = check_replaceable(path);

	if (err)
		return err;
	if (snprintf(temporary, sizeof(temporary), "%s.%d.new", path, getpid()) >= (int)sizeof(temporary))
		return -ENAMETOOLONG;
	fd = open_new(temporary);
	if (fd < 0)
		return fd;
	err = write_to(fd, text);
	if (!err && rename(temporary, path))
		err = -errno;
	if (err)
		unlink(temporary);
	return err;
}

int whole_file__write_device(const char *path, struct buffer *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	struct stat stat_of;

	if (fd < 0)
		return -errno;
	if (!fstat(fd, &stat_of) && !S_ISREG(stat_of.st_mode))
		return write_to(fd, text);
	close(fd);
	return -EEXIST;
}
