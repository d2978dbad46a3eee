/* SPDX-License-Identifier: GPL-2.0 */
#include "report_page.h"

#include <locale.h>
#include <string.h>

#include "report_series.h"
#include "report_tables.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Files that are part of the program (report_assets.S). */
extern const char report_html[], report_css[], report_js[], report_uplot_js[], report_uplot_license[],
	report_uplot_css[];

struct context {
	const struct report_data *data;
	const char *recording;
};

static void put_css(struct buffer *page, const struct context *context)
{
	(void)context;
	buffer__puts(page, report_uplot_css);
	buffer__puts(page, report_css);
}

static void put_js(struct buffer *page, const struct context *context)
{
	(void)context;
	buffer__puts(page, report_js);
}

static void put_uplot(struct buffer *page, const struct context *context)
{
	(void)context;
	buffer__puts(page, "/*\n");
	buffer__puts(page, report_uplot_license); /* wants to be in all copies */
	buffer__puts(page, "*/\n");
	buffer__puts(page, report_uplot_js);
}

static void put_version(struct buffer *page, const struct context *context)
{
	(void)context;
	buffer__puts(page, VERSION);
}

static void put_facts(struct buffer *page, const struct context *context)
{
	report_tables__facts(page, context->data, context->recording);
}

static void put_warnings(struct buffer *page, const struct context *context)
{
	report_tables__warnings(page, context->data);
}

static void put_processes(struct buffer *page, const struct context *context)
{
	report_tables__processes(page, context->data);
}

static void put_connections(struct buffer *page, const struct context *context)
{
	report_tables__connections(page, context->data);
}

static void put_devices(struct buffer *page, const struct context *context)
{
	report_tables__devices(page, context->data);
}

static void put_data(struct buffer *page, const struct context *context)
{
	report_series__render(page, context->data);
}

/* What the template's {{name}} stand for. */
static const struct {
	const char *name;
	void (*put)(struct buffer *page, const struct context *context);
} parts[] = {
	{ "css", put_css },	      { "js", put_js },
	{ "uplot", put_uplot },	      { "version", put_version },
	{ "facts", put_facts },	      { "warnings", put_warnings },
	{ "processes", put_processes }, { "connections", put_connections },
	{ "devices", put_devices },   { "data", put_data },
};

static void put_part(struct buffer *page, const struct context *context, const char *name, size_t length)
{
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (strlen(parts[i].name) == length && !memcmp(parts[i].name, name, length))
			parts[i].put(page, context);
	}
}

static void fill_template(struct buffer *page, const struct context *context)
{
	const char *at = report_html, *open;

	while ((open = strstr(at, "{{"))) {
		const char *name = open + 2, *close = strstr(name, "}}");

		buffer__append(page, at, open - at);
		put_part(page, context, name, close - name);
		at = close + 2;
	}
	buffer__puts(page, at);
}

/* The page is UTF-8, in whatever locale it is made. */
void report_page__render(struct buffer *page, const struct report_data *data, const char *recording)
{
	struct context context = { data, recording };
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL), before = uselocale(utf8);

	fill_template(page, &context);
	uselocale(before);
	if (utf8)
		freelocale(utf8);
}
