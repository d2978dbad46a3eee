/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User names by uid. First from the passwd file itself, which never blocks; then from the name service, once
 * for each uid, except in a static build, which has none.
 */
#ifndef USERS_H
#define USERS_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

struct users;

/* passwd: the file's path, borrowed. It is read when first needed. 0 or -ENOMEM. */
int users__new(struct users **out, const char *passwd);
void users__free(struct users *users);

/* The name, or the uid's digits where there is none. Cut at size. */
void users__name(struct users *users, __u32 uid, char *out, size_t size);

/* A line of passwd. *name points into the line. False: it is none, or one that stands for other sources. */
bool users__parse_line(const char *line, __u32 *uid, const char **name, size_t *length);

#endif
