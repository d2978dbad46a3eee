/* SPDX-License-Identifier: GPL-2.0 */
#include "recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "same_file.h"

#define GZIP_WINDOW (15 + 16) /* the largest, and gzip's header: zlib.h, deflateInit2() */
#define LEVEL 3		      /* a line of 100,000 connections has to be through within a second */
#define SUFFIX ".gz"

struct recorder {
	struct recorder_options options;
	int fd;	      /* -1: the file could not be opened again after a rotation */
	__u64 length; /* of whole lines in the file */
	unsigned char *packed;
	size_t room;
};

static bool ends_in_suffix(const char *path)
{
	size_t length = strlen(path);

	return length > strlen(SUFFIX) && !strcmp(path + length - strlen(SUFFIX), SUFFIX);
}

/* --- files --- */

/* The name of the number-th file before the one at hand, which is 0. */
static void name_file(const char *path, unsigned int number, char *out, size_t size)
{
	const char *suffix = ends_in_suffix(path) ? SUFFIX : "";
	int stem = strlen(path) - strlen(suffix);

	if (!number)
		snprintf(out, size, "%s", path);
	else
		snprintf(out, size, "%.*s.%u%s", stem, path, number, suffix);
}

bool recorder__takes_place_of(const struct recorder_options *options, const char *path)
{
	char name[PATH_MAX];

	for (unsigned int number = 0; number <= options->keep; number++) {
		name_file(options->path, number, name, sizeof(name));
		if (same_file__are(path, name))
			return true;
	}
	return false;
}

/* The oldest goes, the others move on by one. */
static int rotate(const struct recorder_options *options)
{
	char from[PATH_MAX], to[PATH_MAX];

	for (unsigned int number = options->keep + 1; number-- > 0;) {
		int err;

		name_file(options->path, number, from, sizeof(from));
		name_file(options->path, number + 1, to, sizeof(to));
		err = number == options->keep ? unlink(from) : rename(from, to);
		if (err && errno != ENOENT)
			return -errno;
	}
	return 0;
}

static int open_file(struct recorder *recorder)
{
	recorder->fd = open(recorder->options.path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640);
	recorder->length = 0;
	return recorder->fd < 0 ? -errno : 0;
}

static void close_file(struct recorder *recorder)
{
	if (recorder->fd >= 0)
		close(recorder->fd);
	recorder->fd = -1;
}

/* An empty file is no recording that would have to be kept. */
static int begin_file(struct recorder *recorder)
{
	struct stat there;
	int err = 0;

	if (!lstat(recorder->options.path, &there)) {
		if (!S_ISREG(there.st_mode))
			return -EEXIST;
		err = there.st_size ? rotate(&recorder->options) : unlink(recorder->options.path) ? -errno : 0;
	}
	return err ?: open_file(recorder);
}

int recorder__new(struct recorder **out, const struct recorder_options *options)
{
	struct recorder *recorder = calloc(1, sizeof(*recorder));
	int err;

	if (!recorder)
		return -ENOMEM;
	recorder->options = *options;
	recorder->fd = -1;
	err = begin_file(recorder);
	if (err) {
		fprintf(stderr, "bpfhogs: cannot begin the recording %s: %s\n", options->path,
			err == -EEXIST ? "it is there, and no plain file" : strerror(-err));
		recorder__free(recorder);
		return err;
	}
	*out = recorder;
	return 0;
}

void recorder__free(struct recorder *recorder)
{
	if (!recorder)
		return;
	close_file(recorder);
	free(recorder->packed);
	free(recorder);
}

/* --- lines --- */

static int make_room(struct recorder *recorder, size_t needed)
{
	unsigned char *packed;

	if (needed <= recorder->room)
		return 0;
	packed = realloc(recorder->packed, needed);
	if (!packed)
		return -ENOMEM;
	recorder->packed = packed;
	recorder->room = needed;
	return 0;
}

static int pack(struct recorder *recorder, const char *line, size_t length, size_t *packed_length)
{
	z_stream stream = {};
	int err;

	if (deflateInit2(&stream, LEVEL, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return -ENOMEM;
	err = make_room(recorder, deflateBound(&stream, length));
	if (!err) {
		stream.next_in = (unsigned char *)line;
		stream.avail_in = length;
		stream.next_out = recorder->packed;
		stream.avail_out = recorder->room;
		err = deflate(&stream, Z_FINISH) == Z_STREAM_END ? 0 : -EIO;
		*packed_length = stream.total_out;
	}
	deflateEnd(&stream);
	return err;
}

/* What was written of a line that did not fit is taken back. */
static int write_whole(struct recorder *recorder, const void *bytes, size_t length)
{
	size_t done = 0;

	while (done < length) {
		ssize_t written = write(recorder->fd, (const char *)bytes + done, length - done);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0) {
			int err = written < 0 ? -errno : -ENOSPC;

			if (ftruncate(recorder->fd, recorder->length) || lseek(recorder->fd, recorder->length, SEEK_SET) < 0)
				close_file(recorder); /* the next line begins a new file */
			return err;
		}
		done += written;
	}
	recorder->length += length;
	return 0;
}

static bool is_full(const struct recorder *recorder, size_t more)
{
	__u64 max = recorder->options.max_bytes;

	return max && recorder->length && recorder->length + more > max;
}

int recorder__add(struct recorder *recorder, const char *line, size_t length)
{
	const void *bytes = line;
	int err = 0;

	if (ends_in_suffix(recorder->options.path)) {
		size_t packed_length = 0;

		err = pack(recorder, line, length, &packed_length);
		bytes = recorder->packed;
		length = packed_length;
	}
	if (!err && (recorder->fd < 0 || is_full(recorder, length))) {
		close_file(recorder);
		err = begin_file(recorder);
	}
	return err ?: write_whole(recorder, bytes, length);
}
