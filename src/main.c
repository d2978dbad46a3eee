/* SPDX-License-Identifier: GPL-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app.h"
#include "privilege.h"
#include "report.h"

#define EXIT_USAGE 2
#define REPORT_USAGE "usage: bpfhogs report RECORDING -o PAGE.html\n"

/* A reader that has seen enough is no error. */
static int exit_status(const struct app *app, int err)
{
	if (!err || err == -EPIPE)
		return EXIT_SUCCESS;
	if (app->error)
		fprintf(stderr, "bpfhogs: %s\n", app->error);
	else if (err == -ENOSPC || err == -EIO || err == -EFBIG || err == -EDQUOT || err == -EBADF)
		fprintf(stderr, "bpfhogs: cannot write the output: %s\n", strerror(-err));
	return EXIT_FAILURE;
}

/*
 * A standard file that is closed leaves its number to whatever is opened next, a recording say, and what is printed would go
 * there. One that cannot be used so takes it.
 */
static void occupy_standard_files(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
			return;
	}
}

static int complain_of_option(int option, char **argv)
{
	const char short_one[] = { '-', optopt, '\0' };

	fprintf(stderr, "bpfhogs: report: %s %s (see bpfhogs report --help)\n", option == ':' ? "a value is missing after" : "unknown option",
		optopt ? short_one : argv[optind - 1]);
	return EXIT_USAGE;
}

/* bpfhogs report RECORDING -o PAGE */
static int make_report(int argc, char **argv)
{
	static const struct option longs[] = { { "help", no_argument, NULL, 'h' }, {} };
	const char *out = NULL;
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":o:h", longs, NULL)) == 'o')
		out = optarg;
	if (option == '?' || option == ':')
		return complain_of_option(option, argv);
	if (option == 'h') {
		printf(REPORT_USAGE);
		return fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
	}
	if (!out || optind != argc - 1) {
		fprintf(stderr, REPORT_USAGE);
		return EXIT_USAGE;
	}
	return report__write(argv[optind], out) ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct app app = { .argc = argc, .argv = argv };
	int err;

	occupy_standard_files();
	if (privilege__are_lent())
		privilege__rest();
	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file that must not grow is one that cannot be written */
	if (argc > 1 && !strcmp(argv[1], "report"))
		return make_report(argc - 1, argv + 1);
	switch (options__parse(&app.options, argc, argv)) {
	case OPTIONS_DONE:
		return fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
	case OPTIONS_BAD:
		return EXIT_USAGE;
	case OPTIONS_RUN:
		break;
	}
	err = app__prepare(&app);
	if (!err && app__check(&app))
		return EXIT_USAGE;
	err = err ?: app__start(&app);
	err = err ?: app__run(&app);
	screen__free(app.screen); /* what is said from here on goes to a terminal as it was */
	app.screen = NULL;
	err = exit_status(&app, err);
	app__tear_down(&app);
	return err;
}
