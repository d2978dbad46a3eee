/* SPDX-License-Identifier: GPL-2.0 */
/* The parts of a report's page that are HTML: what is told about the recording, and tables of what did what. */
#ifndef REPORT_TABLES_H
#define REPORT_TABLES_H

#include "buffer.h"
#include "report_data.h"

void report_tables__facts(struct buffer *page, const struct report_data *data, const char *recording);
void report_tables__warnings(struct buffer *page, const struct report_data *data);
void report_tables__processes(struct buffer *page, const struct report_data *data);
void report_tables__connections(struct buffer *page, const struct report_data *data);
void report_tables__devices(struct buffer *page, const struct report_data *data);

#endif
