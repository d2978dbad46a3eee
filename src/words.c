/* SPDX-License-Identifier: GPL-2.0 */
#include "words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\r\n\v\f"

int words__read(const char *path, int (*line)(void *ctx, char *text), void *ctx)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t room = 0;
	int err = 0;

	if (!file)
		return 0;
	while (!err && getline(&text, &room, file) >= 0)
		err = line(ctx, text);
	free(text);
	fclose(file);
	return err;
}

char *words__next(char **text)
{
	char *word = *text + strspn(*text, BLANKS);
	char *end = word + strcspn(word, BLANKS "#");

	*text = end;
	if (end == word)
		return NULL;
	/* a comment can begin right behind a word */
	if (*end == '#')
		*end = '\0';
	if (*end)
		*(*text)++ = '\0';
	return word;
}
