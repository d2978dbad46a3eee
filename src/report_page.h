/* SPDX-License-Identifier: GPL-2.0 */
/* The web page of a report: tables in HTML, series as data for its script, all in one file. */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "buffer.h"
#include "report_data.h"

#define REPORT_ROWS 2000 /* of a table; what the others did is one row */
#define REPORT_SERIES 20 /* of a chart, likewise */

/* recording: its name, for people to read. */
void report_page__render(struct buffer *page, const struct report_data *data, const char *recording);

#endif
