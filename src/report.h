/* SPDX-License-Identifier: GPL-2.0 */
/* A recording as one web page that needs nothing else. */
#ifndef REPORT_H
#define REPORT_H

/* Reads the recording and writes the page: a new file that takes its place when it is whole. 0 or -errno, said on stderr. */
int report__write(const char *recording, const char *out);

#endif
