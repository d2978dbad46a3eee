/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SAME_FILE_H
#define SAME_FILE_H

#include <stdbool.h>

/* Whether two paths lead to one plain file, which would be lost if what is made of it took its place. */
bool same_file__are(const char *one, const char *other);

#endif
