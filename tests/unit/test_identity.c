/* SPDX-License-Identifier: GPL-2.0 */
#include "fixture.h"

#include <sys/types.h>

#include "cgroup.h"
#include "identity.h"
#include "users.h"

#define HEX64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void assert_container(const char *path, const char *expected)
{
	char out[256];

	cgroup__container(path, out, sizeof(out));
	assert_string_equal(out, expected);
}

static void test_containers(void **state)
{
	(void)state;
	assert_container("/system.slice/docker-" HEX64 ".scope", "docker:0123456789ab");
	assert_container("/docker/" HEX64, "docker:0123456789ab");
	assert_container("/docker/" HEX64 "/system.slice/nginx.service", "docker:0123456789ab");
	assert_container("/machine.slice/libpod-" HEX64 ".scope/container", "podman:0123456789ab");
	assert_container("/libpod_parent/libpod-" HEX64, "podman:0123456789ab");
	assert_container("/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1_2.slice/"
			 "cri-containerd-" HEX64 ".scope",
			 "k8s:0123456789ab");
	assert_container("/kubepods.slice/kubepods-pod1.slice/crio-" HEX64 ".scope", "k8s:0123456789ab");
	assert_container("/kubepods.slice/kubepods-pod1.slice/docker-" HEX64 ".scope", "k8s:0123456789ab");
	assert_container("/kubepods/besteffort/pod0a1b-2c3d/" HEX64, "k8s:0123456789ab");
	assert_container(
		"/system.slice/containerd.service/kubepods-burstable-pod1.slice:cri-containerd:" HEX64,
		"k8s:0123456789ab");
	assert_container("/default/" HEX64, "container:0123456789ab");
	assert_container("/lxc/web1", "lxc:web1");
	assert_container("/lxc.payload.web-2/system.slice/ssh.service", "lxc:web-2");
	assert_container("/lxc.payload/web3/init.scope", "lxc:web3");
	assert_container("/machine.slice/machine-my\\x2dbox.scope/payload/init.scope", "machine:my-box");
	assert_container("/machine.slice/systemd-nspawn@deb.service/payload", "machine:deb");
	/* docker in docker: the one it is in */
	assert_container("/docker/" HEX64 "/docker/ffffffffffff0000", "docker:ffffffffffff");
}

static void test_units(void **state)
{
	(void)state;
	assert_container("/system.slice/nginx.service", "nginx.service");
	assert_container("/system.slice/nginx.service/worker", "nginx.service");
	assert_container("/user.slice/user-1000.slice/user@1000.service/app.slice/foo.service",
			 "foo.service");
	assert_container("/user.slice/user-1000.slice/session-3.scope", "session-3.scope");
	assert_container("/system.slice/system-getty.slice/getty@tty1.service", "getty@tty1.service");
	assert_container("/machine.slice/libpod-conmon-" HEX64 ".scope", "libpod-conmon-" HEX64 ".scope");
	assert_container("/user.slice", "");
	assert_container("/", "");
	assert_container("", "");
}

static void test_hostile_paths(void **state)
{
	char out[8];

	(void)state;
	assert_container("docker-", "");
	assert_container("/docker-.scope", "docker-.scope");
	assert_container("/.service", "");
	assert_container("/.scope/", "");
	assert_container("/machine-.scope", "machine-.scope");
	assert_container("/lxc.payload.", "");
	assert_container("/lxc/", "");
	assert_container("/lxc", "");
	assert_container("//////", "");
	assert_container("/docker/0123456789AB", "");
	assert_container("/mydocker-" HEX64 ".scope", "mydocker-" HEX64 ".scope");
	assert_container("/system.slice/:", "");
	assert_container("/a/../\x1b[2J.service", "\x1b[2J.service");
	cgroup__container("/system.slice/nginx.service", out, sizeof(out));
	assert_string_equal(out, "nginx.s");
}

static void assert_path(const char *text, const char *expected)
{
	const char *path;
	size_t length;

	if (!expected) {
		assert_false(cgroup__parse(text, &path, &length));
		return;
	}
	assert_true(cgroup__parse(text, &path, &length));
	assert_int_equal(length, strlen(expected));
	assert_memory_equal(path, expected, length);
}

static void test_cgroup_file(void **state)
{
	(void)state;
	assert_path("0::/system.slice/a.service\n", "/system.slice/a.service");
	assert_path("0::/a:b\n", "/a:b");
	assert_path("0::/no-newline", "/no-newline");
	assert_path("3:cpu:/x\n1:name=systemd:/y\n0::/z\n", "/z");
	assert_path("3:cpu:/x\n1:name=systemd:/y\n0::/\n", "/y");
	assert_path("3:cpu:/x\n1:name=systemd:/\n0::/\n", "/x");
	assert_path("1:name=systemd:/\n0::/\n", "/");
	assert_path("0::/../outside\n", "/../outside");
	assert_path("", NULL);
	assert_path("\n\n::\n", NULL);
	assert_path("0:", NULL);
	assert_path("0::relative\n", NULL);
}

static void assert_start_time(const char *stat, __u64 expected)
{
	__u64 ticks;

	assert_true(identity__parse_start_time(stat, &ticks));
	assert_int_equal(ticks, expected);
}

#define STAT_MIDDLE " S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 "

static void test_stat(void **state)
{
	__u64 ticks;

	(void)state;
	assert_start_time("5 (sh)" STAT_MIDDLE "777 9 9\n", 777);
	assert_start_time("5 (a) b (c) 1 2 3)" STAT_MIDDLE "18446744073709551615\n", UINT64_MAX);
	assert_start_time("5 ()\n)" STAT_MIDDLE "0", 0);
	assert_false(identity__parse_start_time("", &ticks));
	assert_false(identity__parse_start_time("5 (sh", &ticks));
	assert_false(identity__parse_start_time("5 (sh)", &ticks));
	assert_false(identity__parse_start_time("5 (sh)" STAT_MIDDLE, &ticks));
	assert_false(identity__parse_start_time("5 (sh)" STAT_MIDDLE "-1 2", &ticks));
	assert_false(identity__parse_start_time("5 (sh)" STAT_MIDDLE "99999999999999999999 2", &ticks));
	assert_false(identity__parse_start_time("5 (sh)" STAT_MIDDLE "7x 2", &ticks));
}

static void assert_passwd(const char *line, __u32 expected, const char *expected_name)
{
	const char *name;
	size_t length;
	__u32 uid;

	assert_true(users__parse_line(line, &uid, &name, &length));
	assert_int_equal(uid, expected);
	assert_int_equal(length, strlen(expected_name));
	assert_memory_equal(name, expected_name, length);
}

static void test_passwd_lines(void **state)
{
	static const char *const none[] = {
		"",	    "root",	 "root:x",	"root:x:",	   "root:x:0",
		":x:0:0:",  "a:x:-1:0",	 "a:x: 1:0",	"a:x:4294967296:", "+:::::",
		"+@n:x:0:", "-bad:x:0:", "#root:x:0:0", "a:x:1x:0"
	};
	const char *name;
	size_t length;
	__u32 uid;

	(void)state;
	assert_passwd("root:x:0:0:root:/root:/bin/bash\n", 0, "root");
	assert_passwd("nobody::4294967295:", UINT32_MAX, "nobody");
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_false(users__parse_line(none[i], &uid, &name, &length));
}

/* A /proc with the process 42, started at tick 500. */
struct fixture {
	char root[64];
	char passwd[96];
	struct identities *identities;
	struct owner owner;
};

static void path_in(const struct fixture *fixture, const char *name, char *out)
{
	snprintf(out, PATH_MAX, "%s/%s", fixture->root, name);
}

static void put(const struct fixture *fixture, const char *name, const void *text, size_t length)
{
	char path[PATH_MAX];

	path_in(fixture, name, path);
	write_file(path, text, length);
}

#define PUT(fixture, name, text) put(fixture, name, text, sizeof(text) - 1)

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	struct identities_config config = { .proc = fixture->root, .passwd = fixture->passwd };
	char path[PATH_MAX];

	make_temporary(fixture->root, sizeof(fixture->root));
	snprintf(fixture->passwd, sizeof(fixture->passwd), "%s/passwd", fixture->root);
	path_in(fixture, "42", path);
	assert_int_equal(mkdir(path, 0700), 0);
	path_in(fixture, "42/exe", path);
	assert_int_equal(symlink("/usr/bin/prog (deleted)", path), 0);
	PUT(fixture, "passwd", "+@nis:x:1000:\nalice:x:1000:1000::/:/bin/sh\nagain:x:1000:1000::/:/bin/sh\n");
	PUT(fixture, "42/stat", "42 (prog) x)" STAT_MIDDLE "500 1 2\n");
	PUT(fixture, "42/cmdline", "./prog\0--name\0a b\0");
	PUT(fixture, "42/cgroup", "0::/system.slice/prog.service\n");
	assert_int_equal(identities__new(&fixture->identities, &config), 0);
	fixture->owner = (struct owner){
		.tgid = 42,
		.start_time = 500 * (SECOND / sysconf(_SC_CLK_TCK)) + 1234567,
		.uid = 1000,
		.comm = "prog",
	};
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = { "42/stat", "42/cmdline", "42/cgroup", "42/exe",
					     "42",	"passwd",     "" };
	struct fixture *fixture = *state;
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		path_in(fixture, names[i], path);
		remove(path);
	}
	identities__free(fixture->identities);
	free(fixture);
	return 0;
}

static void test_process(void **state)
{
	struct fixture *fixture = *state;
	struct identity identity = {};

	assert_int_equal(identities__lookup(fixture->identities, &fixture->owner, &identity), 0);
	assert_string_equal(identity.user, "alice");
	assert_string_equal(identity.program, "./prog");
	assert_string_equal(identity.exe, "/usr/bin/prog (deleted)");
	assert_string_equal(identity.cmdline, "./prog --name a b");
	assert_string_equal(identity.cgroup, "/system.slice/prog.service");
	assert_string_equal(identity.container, "prog.service");
	identity__clear(&identity);
	assert_null(identity.user);
}

static void assert_only_user(struct fixture *fixture)
{
	struct identity identity = {};

	assert_int_equal(identities__lookup(fixture->identities, &fixture->owner, &identity), 0);
	assert_string_equal(identity.user, "alice");
	assert_string_equal(identity.exe, "");
	assert_string_equal(identity.cmdline, "");
	assert_string_equal(identity.container, "");
	identity__clear(&identity);
}

/* The pid is another process's by now, or nobody's. */
static void test_not_the_same(void **state)
{
	struct fixture *fixture = *state;

	fixture->owner.start_time += SECOND / sysconf(_SC_CLK_TCK);
	assert_only_user(fixture);
	fixture->owner.tgid = 43;
	assert_only_user(fixture);
}

static void test_kernel(void **state)
{
	struct fixture *fixture = *state;

	fixture->owner.tgid = TGID_KERNEL;
	assert_only_user(fixture);
}

static void test_long_and_odd(void **state)
{
	struct fixture *fixture = *state;
	struct identity identity = {};
	static char text[3 * IDENTITY_TEXT_MAX];

	memset(text, 'x', sizeof(text));
	put(fixture, "42/cmdline", text, sizeof(text));
	assert_int_equal(identities__lookup(fixture->identities, &fixture->owner, &identity), 0);
	assert_int_equal(strlen(identity.cmdline), IDENTITY_TEXT_MAX - 1);
	assert_int_equal(strlen(identity.program), IDENTITY_TEXT_MAX - 1);
	identity__clear(&identity);

	PUT(fixture, "42/cmdline", "nginx: worker\0\0  \0\0");
	assert_int_equal(identities__lookup(fixture->identities, &fixture->owner, &identity), 0);
	assert_string_equal(identity.cmdline, "nginx: worker");
	assert_string_equal(identity.program, "nginx: worker");
	identity__clear(&identity);

	PUT(fixture, "42/cmdline", "");
	assert_int_equal(identities__lookup(fixture->identities, &fixture->owner, &identity), 0);
	assert_string_equal(identity.cmdline, "");
	assert_string_equal(identity.program, "");
	identity__clear(&identity);
}

/* Users made while we run are found: the file is read again if it changed. */
static void test_new_user(void **state)
{
	struct fixture *fixture = *state;
	struct users *users;
	char name[64], cut[4];

	assert_int_equal(users__new(&users, fixture->passwd), 0);
	users__name(users, 1000, name, sizeof(name));
	assert_string_equal(name, "alice");
	users__name(users, 3999999999U, name, sizeof(name));
	assert_string_equal(name, "3999999999");
	usleep(20000);
	PUT(fixture, "passwd", "bob:x:4000000000:1::/:\n");
	users__name(users, 4000000000U, name, sizeof(name));
	assert_string_equal(name, "bob");
	users__name(users, 4000000000U, cut, 3);
	assert_string_equal(cut, "bo");
	users__free(users);
	users__free(NULL);
}

/* Ourselves, by the real /proc. */
static void test_self(void **state)
{
	struct identities_config config = {};
	struct identities *identities;
	struct identity identity = {};
	struct owner owner = { .tgid = getpid(), .uid = 0 };
	char stat[1024] = "";
	FILE *file = fopen("/proc/self/stat", "r");
	__u64 ticks;

	(void)state;
	assert_non_null(file);
	assert_non_null(fgets(stat, sizeof(stat), file));
	fclose(file);
	assert_true(identity__parse_start_time(stat, &ticks));
	owner.start_time = ticks * (SECOND / sysconf(_SC_CLK_TCK));
	assert_int_equal(identities__new(&identities, &config), 0);
	assert_int_equal(identities__lookup(identities, &owner, &identity), 0);
	assert_string_equal(identity.user, "root");
	assert_non_null(strstr(identity.exe, "test_identity"));
	assert_non_null(strstr(identity.cmdline, "test_identity"));
	assert_int_equal(identity.cgroup[0], '/');
	identity__clear(&identity);
	identities__free(identities);
}

/* Finds the directory where version 2 is mounted. False: nowhere. */
static bool find_hierarchy(char *out)
{
	static const char *const places[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" };

	for (int i = 0; i < 2; i++) {
		snprintf(out, PATH_MAX, "%s/cgroup.procs", places[i]);
		if (access(out, F_OK))
			continue;
		strcpy(out, places[i]);
		return true;
	}
	return false;
}

/* A cgroup of the real hierarchy, by its id. */
static void test_cgroup_of_id(void **state)
{
	struct cgroup_mount *mount;
	char path[PATH_MAX], found[PATH_MAX];
	struct stat info;
	int err;

	(void)state;
	if (!find_hierarchy(path) || cgroup_mount__open(&mount, "/proc/self/mounts"))
		skip();
	strcat(path, "/bpfhogs-test");
	if (mkdir(path, 0755)) {
		cgroup_mount__close(mount);
		skip();
	}
	assert_int_equal(stat(path, &info), 0);
	err = cgroup_mount__path(mount, info.st_ino, found, sizeof(found));
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(err, 0);
	assert_string_equal(found, "/bpfhogs-test");
	assert_true(cgroup_mount__path(mount, info.st_ino, found, sizeof(found)) < 0);
	assert_string_equal(found, "");
	cgroup_mount__close(mount);
}

static void test_no_hierarchy(void **state)
{
	struct cgroup_mount *mount;
	char path[16] = "x";

	(void)state;
	assert_int_equal(cgroup_mount__open(&mount, "/dev/null"), -ENOENT);
	assert_null(mount);
	assert_int_equal(cgroup_mount__path(mount, 1, path, sizeof(path)), -ENOENT);
	assert_string_equal(path, "");
	cgroup_mount__close(mount);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_containers),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_hostile_paths),
		cmocka_unit_test(test_cgroup_file),
		cmocka_unit_test(test_stat),
		cmocka_unit_test(test_passwd_lines),
		cmocka_unit_test_setup_teardown(test_process, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_not_the_same, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_kernel, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_long_and_odd, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_new_user, set_up, tear_down),
		cmocka_unit_test(test_self),
		cmocka_unit_test(test_cgroup_of_id),
		cmocka_unit_test(test_no_hierarchy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
