/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Makes every kind of traffic while bpfhogs runs, and compares what it reports with what the calls returned, byte for
 * byte.
 *
 *	traffic --bpfhogs PATH --attach MODE [--only NAME] [--with OPTION]...
 *		prints `NAME<TAB>exact|skipped: ...|WRONG: ...` a line; the options are for bpfhogs
 *	traffic --dry [--only NAME]                          only the traffic
 *	traffic --self-test                                  that a wrong report is noticed
 */
#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cases.h"
#include "net.h"
#include "report.h"
#include "truth.h"

#define CASE_SECONDS 120
#define MAX_PROBLEM 400
#define MAX_WITH 8

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
#define ENTRY(name, function) { name, function },
	CASES(ENTRY)
#undef ENTRY
};

#define CASE_COUNT ((int)(sizeof(cases) / sizeof(cases[0])))
#define LONG_LIVED 0

struct options {
	const char *bpfhogs, *attach, *only;
	const char *with[MAX_WITH + 1]; /* NULL-terminated */
	int with_count;
	bool dry;
};

static bool chosen(const struct options *options, int test)
{
	return !options->only || !fnmatch(options->only, cases[test].name, 0);
}

/* bpfhogs, its lines in a file */
struct hogs {
	pid_t pid;
	FILE *lines;
	FILE *errors; /* what it says on stderr */
};

/* Reads until it says that it counts; false: it ended before. What it said is in *said. */
static bool wait_until_attached(struct hogs *hogs, char *said, size_t size)
{
	char line[256];

	said[0] = '\0';
	while (fgets(line, sizeof(line), hogs->errors)) {
		line[strcspn(line, "\n")] = '\0';
		snprintf(said, size, "%s", line);
		if (strstr(line, "attached:"))
			return true;
	}
	return false;
}

static void exec_bpfhogs(const struct options *options)
{
	const char *argv[MAX_WITH + 8] = { "bpfhogs", "--json", "-v", "--attach", options->attach };

	memcpy(&argv[5], options->with, sizeof(options->with));
	execv(options->bpfhogs, (char **)argv);
	perror(options->bpfhogs);
	_exit(127);
}

static struct hogs start_bpfhogs(const struct options *options)
{
	struct hogs hogs = { .lines = tmpfile() };
	int errors[2];

	if (!hogs.lines || pipe(errors)) {
		perror("traffic");
		exit(1);
	}
	hogs.pid = fork();
	if (!hogs.pid) {
		dup2(fileno(hogs.lines), STDOUT_FILENO);
		dup2(errors[1], STDERR_FILENO);
		close(errors[0]);
		close(errors[1]);
		exec_bpfhogs(options);
	}
	close(errors[1]);
	hogs.errors = fdopen(errors[0], "r");
	return hogs;
}

static bool stop_bpfhogs(struct hogs *hogs)
{
	int status;

	kill(hogs->pid, SIGINT);
	waitpid(hogs->pid, &status, 0);
	rewind(hogs->lines);
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

/* Runs a case in a process group of its own, so that what hangs can be ended whole. */
static void run_case(int test)
{
	const struct timespec pause = { .tv_nsec = 10000000 };
	time_t end = time(NULL) + CASE_SECONDS;
	pid_t pid = fork(), ended;
	int status;

	if (!pid) {
		setpgid(0, 0);
		truth__begin(test);
		cases[test].run();
		_exit(0);
	}
	while (!(ended = waitpid(pid, &status, WNOHANG)) && time(NULL) < end)
		nanosleep(&pause, NULL);
	if (!ended) {
		truth__set_verdict(test, BROKEN, "it hung");
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
	} else if (!WIFEXITED(status) || WEXITSTATUS(status)) {
		truth__set_verdict(test, BROKEN, "it ended badly");
	}
	kill(-pid, SIGKILL); /* whoever is left */
}

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static void run_cases(const struct options *options)
{
	for (int test = 0; test < CASE_COUNT; test++) {
		double begin = seconds_now();

		if (!chosen(options, test))
			continue;
		run_case(test);
		if (test == LONG_LIVED)
			finish_long_lived();
		fprintf(stderr, "%s: %.2f s\n", cases[test].name, seconds_now() - begin);
	}
}

/* The cases that ask for more than bytes. */
static bool names_right(const struct report *report, int test, char *problem, size_t size)
{
	if (!strcmp(cases[test].name, "short-process") &&
	    !report__has_process(report, test, SHORT_LIVED_NAME, SHORT_LIVED_UID, "nobody")) {
		snprintf(problem, size, "no process %s of user nobody", SHORT_LIVED_NAME);
		return false;
	}
	if (!strcmp(cases[test].name, "threads") && report__has_process(report, test, "a-thread", 0, "root")) {
		snprintf(problem, size, "a process has the name of a thread");
		return false;
	}
	return true;
}

/* The case's name, and what bpfhogs ran with. */
static void print_name(const struct options *options, int test)
{
	printf("%s", cases[test].name);
	for (int i = 0; i < options->with_count; i++)
		printf(" %s", options->with[i]);
	printf("\t");
}

static bool judge_case(const struct options *options, const struct report *report, int test)
{
	bool peers_unknown = options->attach && !strcmp(options->attach, "tracepoint");
	char problem[MAX_PROBLEM];
	const char *reason;

	print_name(options, test);
	switch (truth__verdict(test, &reason)) {
	case SKIPPED:
		printf("skipped: %s\n", reason);
		return true;
	case BROKEN:
		printf("WRONG: the traffic itself: %s\n", reason);
		return false;
	case RAN:
		break;
	}
	if (report && (!report__is_exact(report, test, peers_unknown, problem, sizeof(problem)) ||
		       !names_right(report, test, problem, sizeof(problem)))) {
		printf("WRONG: %s\n", problem);
		return false;
	}
	printf("%s\n", report ? "exact" : "ran");
	return true;
}

static bool judge(const struct options *options, const struct report *report)
{
	bool good = true;

	for (int test = 0; test < CASE_COUNT; test++)
		if (chosen(options, test) && !judge_case(options, report, test))
			good = false;
	if (report && (report__missed(report) || report__lost_flows(report))) {
		printf("nothing-missed\tWRONG: missed %llu, lost_flows %llu\n", (unsigned long long)report__missed(report),
		       (unsigned long long)report__lost_flows(report));
		good = false;
	} else if (report && !options->only) {
		printf("nothing-missed\texact\n");
	}
	return good;
}

static void skip_all(const struct options *options, const char *reason)
{
	for (int test = 0; test < CASE_COUNT; test++)
		if (chosen(options, test)) {
			print_name(options, test);
			printf("skipped: %s\n", reason);
		}
}

static int run_with_bpfhogs(const struct options *options)
{
	char said[MAX_PROBLEM];
	struct report *report;
	struct hogs hogs;
	bool ended_well, good;

	hogs = start_bpfhogs(options);
	if (!wait_until_attached(&hogs, said, sizeof(said))) {
		waitpid(hogs.pid, NULL, 0);
		if (chosen(options, LONG_LIVED))
			abandon_long_lived();
		skip_all(options, said);
		return 0;
	}
	fprintf(stderr, "%s\n", said);
	run_cases(options);
	ended_well = stop_bpfhogs(&hogs);
	report = report__read(hogs.lines, said, sizeof(said));
	if (!ended_well || !report) {
		printf("report\tWRONG: %s\n", ended_well ? said : "bpfhogs ended badly");
		return 1;
	}
	good = judge(options, report);
	report__free(report);
	return !good;
}

/* A report that is right, and then ones that differ in one thing each. */
static bool exact_with(const char *connection, const char *process, const char *total)
{
	char problem[MAX_PROBLEM];
	struct report *report;
	FILE *file = tmpfile();
	bool exact;

	fprintf(file,
		"{\"time\":\"\",\"interval\":1.0,\"attach\":\"\",\"lost_flows\":0,\"missed\":0,\"total\":{%s},\"devices\":[],"
		"\"processes\":[{\"pid\":%d,\"comm\":\"\",\"exe\":\"\",\"cmdline\":\"\",\"uid\":0,\"user\":\"\",\"cgroup\":\"\","
		"\"container\":\"\",%s,\"connections\":1}],\"connections\":[%s]}\n",
		total, getpid(), process, connection);
	rewind(file);
	report = report__read(file, problem, sizeof(problem));
	fclose(file);
	exact = report && report__is_exact(report, 0, false, problem, sizeof(problem));
	report__free(report);
	return exact;
}

static int self_test(void)
{
	char right[512], wrong[512], both[1100];
	const char *bytes = "\"tx_bytes\":1000,\"rx_bytes\":0";
	int fds[2];
	struct address local;

	truth__begin(0);
	local = address(IPV4, 0);
	fds[0] = bound_socket(IPV4, SOCK_DGRAM, 0);
	fds[1] = open_socket(AF_INET, SOCK_DGRAM, 0);
	local = local_address(fds[0]);
	connect_to(fds[1], &local);
	send_some(fds[1], 1000, 0);

	size_t count;
	const struct truth *truths = truth__all(&count), *truth = &truths[count - 1];
	const char *format = "{\"pid\":%d,\"comm\":\"\",\"proto\":\"udp\",\"laddr\":\"127.0.0.1\",\"lport\":%d,"
			     "\"raddr\":\"127.0.0.1\",\"rport\":%d,\"netns\":%llu,\"dev\":\"lo\",\"tx_bytes\":%d,"
			     "\"rx_bytes\":0}";

	snprintf(right, sizeof(right), format, truth->pid, truth->lport, truth->rport, (unsigned long long)truth->netns,
		 1000);
	snprintf(wrong, sizeof(wrong), format, truth->pid, truth->lport, truth->rport, (unsigned long long)truth->netns,
		 1001);
	snprintf(both, sizeof(both), "%s,%s", right, right);

	const struct {
		const char *what;
		bool exact, wanted;
	} tests[] = {
		{ "the truth is exact", exact_with(right, bytes, bytes), true },
		{ "a byte too many", exact_with(wrong, bytes, bytes), false },
		{ "a connection missing", exact_with("", bytes, bytes), false },
		{ "a connection twice", exact_with(both, bytes, bytes), false },
		{ "a process with a byte too few",
		  exact_with(right, "\"tx_bytes\":999,\"rx_bytes\":0", "\"tx_bytes\":999,\"rx_bytes\":0"), false },
		{ "a total that is no sum", exact_with(right, bytes, "\"tx_bytes\":1,\"rx_bytes\":0"), false },
	};
	int status = 0;

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		bool good = tests[i].exact == tests[i].wanted;

		printf("%s - the comparison itself: %s\n", good ? "ok" : "not ok", tests[i].what);
		status |= !good;
	}
	return status;
}

/* What the case exec becomes. */
static int send_on(int fd)
{
	return send(fd, data, EXEC_BYTES, 0) == EXEC_BYTES ? 0 : 1;
}

int main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "bpfhogs", required_argument, NULL, 'b' }, { "attach", required_argument, NULL, 'a' },
		{ "only", required_argument, NULL, 'o' },    { "dry", no_argument, NULL, 'd' },
		{ "with", required_argument, NULL, 'w' },
		{ "self-test", no_argument, NULL, 's' },     { "send", required_argument, NULL, 'S' },
		{},
	};
	struct options options = { .attach = "auto" };
	int key;

	truth__init();
	while ((key = getopt_long(argc, argv, "", longs, NULL)) >= 0) {
		switch (key) {
		case 'b': options.bpfhogs = optarg; break;
		case 'a': options.attach = optarg; break;
		case 'o': options.only = optarg; break;
		case 'd': options.dry = true; break;
		case 'w':
			if (options.with_count < MAX_WITH)
				options.with[options.with_count++] = optarg;
			break;
		case 's': return self_test();
		case 'S': return send_on(atoi(optarg));
		default: return 2;
		}
	}
	if (!options.bpfhogs && !options.dry) {
		fprintf(stderr, "usage: traffic --bpfhogs PATH --attach MODE | --dry | --self-test\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPIPE, SIG_IGN);
	truth__begin(LONG_LIVED);
	if (chosen(&options, LONG_LIVED))
		prepare_long_lived();
	if (!options.dry)
		return run_with_bpfhogs(&options);
	run_cases(&options);
	return !judge(&options, NULL);
}
