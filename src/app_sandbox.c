/* SPDX-License-Identifier: GPL-2.0 */
/* What of the program's parts still needs something after the door was closed, by what the options say. */
#include "app.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "privilege.h"

static bool may_read(struct app *app)
{
	const struct socket_info *list;
	size_t count;

	if (!source__may_read(app->source))
		return false;
	return !app->sockets || sockets__read(app->sockets, getpid(), &list, &count) != -EPERM;
}

/* By trying it without capabilities. */
static int check_maps(struct app *app, struct sandbox_config *config)
{
	int err = privilege__rest();

	if (err)
		return err;
	config->maps_want_bpf = !may_read(app);
	return privilege__resume();
}

/* NULL: new files below the root could be anywhere. */
static const char *working_directory(void)
{
	char path[PATH_MAX];

	return getcwd(path, sizeof(path)) && strcmp(path, "/") ? "." : NULL;
}

/* The file may be replaced: its directory is what is read. */
static const char *directory_of_config(const struct options *options, char *room, size_t size)
{
	if (!options->config_file)
		return NULL;
	snprintf(room, size, "%s", options->config_file);
	return dirname(room);
}

int app__enter_sandbox(struct app *app)
{
	const struct options *options = &app->options;
	bool reloads = options->config_file && !app->screen && !app__is_replay(app);
	char room[PATH_MAX];
	struct sandbox_config config = {
		.attaches = reloads,
		.preempts = reloads || source__holds_cpu(app->source),
		.listens = reloads || options->listen,
		.searches = source__searches(app->source),
		.signals = app->screen && !app__is_replay(app) && !options->screen.read_only,
		.reads = { options->config_file, directory_of_config(options, room, sizeof(room)) },
		.replaces = { options->record, options->textfile },
		.creates = app->screen ? working_directory() : NULL,
		.verbose = app->screen ? 0 : options->verbose,
	};
	int err;

	if (options->no_sandbox)
		return 0;
	if (reloads && working_directory()) /* what the file says then may be relative to it */
		config.replaces[2] = "./any";
	err = check_maps(app, &config);
	return err ?: sandbox__enter(&app->sandbox, &config);
}

bool app__fits_sandbox(const struct app *app, bool anew)
{
	const struct options *options = &app->options;
	const char *const paths[] = { options->record, options->textfile };

	if (anew && !sandbox__attaches(app->sandbox)) {
		fprintf(stderr, "bpfhogs: to attach anew takes a restart (or --no-sandbox)\n");
		return false;
	}
	if (app->sandbox && options->attach == ATTACH_DIAG && !source__searches(app->source)) {
		fprintf(stderr, "bpfhogs: attach mode diag takes a restart (or --no-sandbox)\n");
		return false;
	}
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (!paths[i] || sandbox__replaces(app->sandbox, paths[i]))
			continue;
		fprintf(stderr, "bpfhogs: %s: another directory takes a restart (or --no-sandbox)\n", paths[i]);
		return false;
	}
	return true;
}
