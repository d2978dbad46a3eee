/* SPDX-License-Identifier: GPL-2.0 */
/* Files like /etc/hosts: lines of words, and comments from # to the end of the line. */
#ifndef WORDS_H
#define WORDS_H

/* Hands over each line, until `line` returns an error, which is returned then. A missing file has no lines. */
int words__read(const char *path, int (*line)(void *ctx, char *text), void *ctx);

/* Cuts the next word off the text, and sets `text` behind it. NULL: there are no more. */
char *words__next(char **text);

#endif
