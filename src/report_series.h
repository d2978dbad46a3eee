/* SPDX-License-Identifier: GPL-2.0 */
/* The part of a report's page that is JSON, for its script: what is drawn. */
#ifndef REPORT_SERIES_H
#define REPORT_SERIES_H

#include "buffer.h"
#include "report_data.h"

/* ASCII, and safe inside of a <script>. */
void report_series__render(struct buffer *page, const struct report_data *data);

#endif
