/* SPDX-License-Identifier: GPL-2.0 */
/* A file of options: lines "name = value", or "name" alone; # begins a comment, blank lines mean nothing. */
#ifndef CONFIG_H
#define CONFIG_H

#include <stddef.h>

struct config_line {
	unsigned long number;
	char *name;
	char *value; /* NULL: there is no "=" */
};

struct config {
	char *text; /* that the lines point into */
	struct config_line *lines;
	size_t count;
};

/* 0 or -errno. *config is to be cleared, if all went well. */
int config__read(struct config *config, const char *path);
void config__clear(struct config *config);

#endif
