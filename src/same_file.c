/* SPDX-License-Identifier: GPL-2.0 */
#include "same_file.h"

#include <sys/stat.h>

bool same_file__are(const char *one, const char *other)
{
	struct stat a, b;

	return !stat(one, &a) && !stat(other, &b) && S_ISREG(a.st_mode) && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}
