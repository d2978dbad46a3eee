/* SPDX-License-Identifier: GPL-2.0 */
#include "metrics.h"
#include "whole_file.h"

int metrics__write_file(const struct metrics *metrics, const char *path)
{
	struct buffer page = {};
	int err;

	metrics__render(metrics, METRICS_TEXT, &page);
	err = whole_file__replace(path, &page, 0644);
	buffer__clear(&page);
	return err;
}
