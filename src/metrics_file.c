/* SPDX-License-Identifier: GPL-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "metrics.h"

/* Nobody wants /dev/null to be replaced by a file. */
static bool may_replace(const char *path)
{
	struct stat stat;

	return lstat(path, &stat) || S_ISREG(stat.st_mode) || S_ISLNK(stat.st_mode);
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

static int write_new(const char *path, struct buffer *page)
{
	int fd = open_new(path);
	FILE *file;
	int err;

	if (fd < 0)
		return fd;
	file = fdopen(fd, "w");
	if (!file) {
		err = -errno;
		close(fd);
		return err;
	}
	err = buffer__write(page, file);
	if (fclose(file) && !err)
		err = -errno;
	return err;
}

/* Not flushed to the disk: after a crash of the machine the next interval writes another. */
static int replace(const char *path, struct buffer *page)
{
	char temporary[PATH_MAX];
	int err;

	if (snprintf(temporary, sizeof(temporary), "%s.%d.new", path, getpid()) >= (int)sizeof(temporary))
		return -ENAMETOOLONG;
	err = write_new(temporary, page);
	if (!err && rename(temporary, path))
		err = -errno;
	if (err)
		unlink(temporary);
	return err;
}

int metrics__write_file(const struct metrics *metrics, const char *path)
{
	struct buffer page = {};
	int err;

	if (!may_replace(path))
		return -EINVAL;
	metrics__render(metrics, METRICS_TEXT, &page);
	err = replace(path, &page);
	buffer__clear(&page);
	return err;
}
