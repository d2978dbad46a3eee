/* SPDX-License-Identifier: GPL-2.0 */
#include "holders.h"

#include "fixture.h"

#include <ftw.h>

/* A directory that looks like /proc. */
struct fixture {
	char proc[64];
	struct holders *holders;
};

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
	(void)status;
	(void)kind;
	(void)where;
	return remove(path);
}

static void path_of(char *out, const struct fixture *fixture, unsigned int pid, const char *rest)
{
	snprintf(out, PATH_MAX, "%s/%u%s", fixture->proc, pid, rest);
}

static void make_process(const struct fixture *fixture, unsigned int pid, const char *comm, unsigned int uid)
{
	char path[PATH_MAX], text[512];

	path_of(path, fixture, pid, "");
	assert_int_equal(mkdir(path, 0755), 0);
	path_of(path, fixture, pid, "/fd");
	assert_int_equal(mkdir(path, 0755), 0);
	path_of(path, fixture, pid, "/stat");
	snprintf(text, sizeof(text), "%u (%s) S 1 1 1 0 -1 4194304 1 0 0 0 1 1 0 0 20 0 1 0 %u 1 1\n", pid, comm, 100 + pid);
	write_file(path, text, strlen(text));
	path_of(path, fixture, pid, "/status");
	snprintf(text, sizeof(text), "Name:\tx\nUid:\t7\t%u\t7\t7\n", uid);
	write_file(path, text, strlen(text));
}

static void open_file(const struct fixture *fixture, unsigned int pid, int fd, const char *link)
{
	char path[PATH_MAX], name[32];

	snprintf(name, sizeof(name), "/fd/%d", fd);
	path_of(path, fixture, pid, name);
	unlink(path);
	assert_int_equal(symlink(link, path), 0);
}

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	make_temporary(fixture->proc, sizeof(fixture->proc));
	make_process(fixture, 20, "ngi(n) x", 33);
	make_process(fixture, 3, "init", 0);
	open_file(fixture, 20, 0, "/dev/null");
	open_file(fixture, 20, 5, "socket:[500]");
	*state = fixture;
	return holders__new(&fixture->holders, fixture->proc);
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	holders__free(fixture->holders);
	nftw(fixture->proc, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(fixture);
	return 0;
}

/* A look, with a search if one is needed. Who holds the socket; 0: nobody. */
static __u32 look(const struct fixture *fixture, __u32 inode, struct owner *owner)
{
	holders__begin(fixture->holders);
	if (holders__find(fixture->holders, inode, owner))
		return owner->tgid;
	assert_true(holders__search(fixture->holders, true));
	return holders__find(fixture->holders, inode, owner) ? owner->tgid : 0;
}

static void test_found(void **state)
{
	struct owner owner;

	assert_int_equal(look(*state, 500, &owner), 20);
	assert_string_equal(owner.comm, "ngi(n) x");
	assert_int_equal(owner.uid, 33);
	assert_int_equal(owner.start_time, 120 * (SECOND / sysconf(_SC_CLK_TCK)));
	assert_int_equal(look(*state, 500, &owner), 20);
	assert_int_equal(look(*state, 501, &owner), 0);
	assert_int_equal(look(*state, 0, &owner), 0);
}

/* Whoever passed it on holds it no more. */
static void test_passed_on(void **state)
{
	struct owner owner;

	assert_int_equal(look(*state, 500, &owner), 20);
	open_file(*state, 20, 5, "socket:[9]");
	open_file(*state, 3, 1, "socket:[500]");
	assert_int_equal(look(*state, 500, &owner), 3);
	open_file(*state, 3, 1, "/dev/null");
	assert_int_equal(look(*state, 500, &owner), 0);
}

/* What nobody has is looked for less and less often, but still. */
static void test_not_searched_for_each_time(void **state)
{
	const struct fixture *fixture = *state;
	struct owner owner;
	int looks = 0;

	for (int i = 0; i < 8; i++)
		assert_int_equal(look(fixture, 600, &owner), 0);
	open_file(fixture, 3, 4, "socket:[600]");
	while (!look(fixture, 600, &owner))
		looks++;
	assert_in_range(looks, 1, 64);
}

static void test_forgotten(void **state)
{
	const struct fixture *fixture = *state;
	struct owner owner;

	assert_int_equal(look(fixture, 500, &owner), 20);
	holders__forget(fixture->holders, 500);
	holders__forget(fixture->holders, 500);
	holders__begin(fixture->holders);
	assert_false(holders__find(fixture->holders, 500, &owner));
}

static void test_nothing_to_search(void **state)
{
	const struct fixture *fixture = *state;

	holders__begin(fixture->holders);
	assert_true(holders__search(fixture->holders, false));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_found), TEST(test_passed_on), TEST(test_not_searched_for_each_time), TEST(test_forgotten),
		TEST(test_nothing_to_search),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
