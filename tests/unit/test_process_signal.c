/* SPDX-License-Identifier: GPL-2.0 */
#include "fixture.h"

#include <signal.h>
#include <sys/wait.h>

#include "process_signal.h"

static struct identities *identities;

/* A child that waits for a signal, as the kernel side would tell of it. */
static struct owner start_child(void)
{
	struct owner owner = { .tgid = fork() };
	char path[64], stat[1024];
	__u64 ticks;
	FILE *file;

	if (!owner.tgid) {
		for (;;)
			pause();
	}
	snprintf(path, sizeof(path), "/proc/%u/stat", owner.tgid);
	file = fopen(path, "r");
	assert_non_null(file);
	stat[fread(stat, 1, sizeof(stat) - 1, file)] = '\0';
	fclose(file);
	assert_true(identity__parse_start_time(stat, &ticks));
	owner.start_time = ticks * (1000000000 / sysconf(_SC_CLK_TCK)) + 12345;
	return owner;
}

static void test_sent(void **state)
{
	struct owner owner = start_child();
	int status;

	(void)state;
	assert_false(identities__ended(identities, &owner));
	assert_int_equal(process__signal(identities, &owner, SIGUSR1), 0);
	assert_int_equal(waitpid(owner.tgid, &status, 0), owner.tgid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR1);
	assert_true(identities__ended(identities, &owner));
	assert_int_equal(process__signal(identities, &owner, SIGUSR1), -ESRCH);
}

/* The pid is another process's by now: that gets nothing. */
static void test_pid_used_again(void **state)
{
	struct owner owner = start_child(), before = owner;
	int status;

	(void)state;
	before.start_time -= 1000000000;
	assert_true(identities__ended(identities, &before));
	assert_int_equal(process__signal(identities, &before, SIGKILL), -ESRCH);
	usleep(100000);
	assert_int_equal(waitpid(owner.tgid, &status, WNOHANG), 0);
	assert_int_equal(process__signal(identities, &owner, SIGKILL), 0);
	usleep(100000);
	assert_true(identities__ended(identities, &owner)); /* though its parent has not looked yet */
	assert_int_equal(waitpid(owner.tgid, &status, 0), owner.tgid);
}

static void test_names(void **state)
{
	(void)state;
	assert_int_equal(signal__parse("15"), SIGTERM);
	assert_int_equal(signal__parse("TERM"), SIGTERM);
	assert_int_equal(signal__parse("SIGterm"), SIGTERM);
	assert_int_equal(signal__parse("hup"), SIGHUP);
	assert_int_equal(signal__parse("0"), -EINVAL);
	assert_int_equal(signal__parse("65"), -EINVAL);
	assert_int_equal(signal__parse("9x"), -EINVAL);
	assert_int_equal(signal__parse(""), -EINVAL);
	assert_int_equal(signal__parse("SIG"), -EINVAL);
	assert_int_equal(signal__parse("NONE"), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sent),
		cmocka_unit_test(test_pid_used_again),
		cmocka_unit_test(test_names),
	};
	const struct identities_config usual_places = {};
	int failed;

	if (identities__new(&identities, &usual_places))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	identities__free(identities);
	return failed;
}
