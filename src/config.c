/* SPDX-License-Identifier: GPL-2.0 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX (1 << 20)
#define BLANKS " \t\r"

static int read_file(struct config *config, const char *path)
{
	FILE *file = fopen(path, "re");
	size_t length;
	int err = 0;

	if (!file)
		return -errno;
	config->text = malloc(FILE_MAX + 1);
	if (!config->text) {
		fclose(file);
		return -ENOMEM;
	}
	length = fread(config->text, 1, FILE_MAX, file);
	config->text[length] = '\0';
	if (ferror(file))
		err = -EIO;
	else if (length == FILE_MAX)
		err = -EFBIG;
	fclose(file);
	return err;
}

/* Without the blanks around it. */
static char *trim(char *text)
{
	char *end;

	text += strspn(text, BLANKS);
	end = text + strlen(text);
	while (end > text && strchr(BLANKS, end[-1]))
		end--;
	*end = '\0';
	return text;
}

static int add_line(struct config *config, unsigned long number, char *text)
{
	struct config_line *lines;
	char *equals;

	text = trim(text);
	if (!*text || *text == '#')
		return 0;
	lines = reallocarray(config->lines, config->count + 1, sizeof(*lines));
	if (!lines)
		return -ENOMEM;
	config->lines = lines;
	equals = strchr(text, '=');
	if (equals)
		*equals = '\0';
	lines[config->count++] = (struct config_line){ number, trim(text), equals ? trim(equals + 1) : NULL };
	return 0;
}

int config__read(struct config *config, const char *path)
{
	unsigned long number = 0;
	char *rest, *line;
	int err;

	*config = (struct config){};
	err = read_file(config, path);
	rest = config->text;
	while (!err && (line = strsep(&rest, "\n")))
		err = add_line(config, ++number, line);
	if (err)
		config__clear(config);
	return err;
}

void config__clear(struct config *config)
{
	free(config->text);
	free(config->lines);
	*config = (struct config){};
}
