/* SPDX-License-Identifier: GPL-2.0 */
/* Files that are written as a whole: who reads one sees the old text or the new one, never a part. */
#ifndef WHOLE_FILE_H
#define WHOLE_FILE_H

#include <sys/types.h>

#include "buffer.h"

/*
 * Writes the text to a new file, which then takes the place of what is at path; of a link, not of what it leads to. 0 or -errno;
 * -ENOTSUP: it is, or leads to, a device, a pipe or the like, or is a link to a descriptor (/dev/stdout), which is left
 * alone. The umask takes from the mode. Not flushed to the disk.
 */
int whole_file__replace(const char *path, struct buffer *text, mode_t mode);

/* Writes the text to such a device, pipe or descriptor. 0 or -errno; -EEXIST: it is a file after all. */
int whole_file__write_through(const char *path, struct buffer *text);

#endif
