/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the features need after the door was closed:
 *
 *   reading the maps            descriptors that are open. CAP_BPF where bpf(2) wants it for every command: before 5.19 with
 *                               kernel.unprivileged_bpf_disabled. That is tried, not told by the version.
 *   ... without being           SCHED_FIFO for a moment: RLIMIT_RTPRIO is set for it; CAP_SYS_NICE where that is not allowed.
 *   preempted
 *   sockets of a process        an iterator of a program that is loaded: as the maps. No ptrace, no setns.
 *   ended connections           a sock_diag socket that is open, of the own network namespace.
 *   exe, cgroups of the ended   src/helper.c, which keeps CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH.
 *   the rest of /proc/PID       nothing, unless /proc is mounted with hidepid: then CAP_SYS_PTRACE and no Landlock, which
 *                               would hide all.
 *   names of users              /etc, as passwd is replaced rather than changed; what name services have in /usr, /run, /var.
 *   names of hosts              /etc, UDP.
 *   --attach diag               CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH for the files of all processes, which Landlock would hide;
 *                               CAP_SYS_ADMIN to look at other network namespaces. A namespace may appear at any time.
 *   signals by key k            CAP_KILL, unless --read-only.
 *   w                           new files below the working directory. Not those that are there.
 *   --record, --textfile        new files, rename and unlink in their directories.
 *   --listen                    a socket that is open; SIGHUP opens it again: CAP_NET_BIND_SERVICE.
 *   SIGHUP with --config        to read that again; to attach anew: CAP_BPF and CAP_PERFMON, and CAP_SYS_ADMIN where kprobes
 *                               want it and we had it.
 *
 * And CAP_DAC_OVERRIDE or CAP_DAC_READ_SEARCH where a path that was given can only be written or read with them, as in
 * `cd ~alice; sudo bpfhogs --record x`; with Landlock they are good for no other place. Not where the program file lent them.
 *
 * Root stays user 0, to whom its files belong without any capability.
 */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "landlock.h"
#include "privilege.h"
#include "syscalls.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

struct place {
	dev_t dev;
	ino_t ino;
};

struct sandbox {
	struct place places[SANDBOX_PATHS]; /* directories where files may be replaced */
	size_t count;
	bool attaches;
};

/*
 * What libraries read, and nothing of people's: of /var and /run only what name services and the resolver have there; of
 * /boot, the kernel's configuration. The places of NixOS and Guix are their /usr.
 */
static const char *const readable[] = {
	"/proc", "/sys", "/etc", "/usr", "/lib", "/lib64", "/boot", "/nix/store", "/gnu/store", "/dev/null", "/dev/urandom",
	"/run/systemd/resolve", "/run/systemd/userdb", "/run/NetworkManager", "/run/resolvconf", "/run/nscd",
	"/var/cache/nscd", "/var/db/nscd", "/var/lib/sss/mc", "/var/lib/extrausers",
};

/* --- places --- */

static void directory_of(const char *path, char *out, size_t size)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		snprintf(out, size, ".");
	else
		snprintf(out, size, "%.*s", slash == path ? 1 : (int)(slash - path), path);
}

static bool place_of(const char *path, struct place *place)
{
	char directory[PATH_MAX];
	struct stat status;

	directory_of(path, directory, sizeof(directory));
	if (stat(directory, &status))
		return false;
	*place = (struct place){ status.st_dev, status.st_ino };
	return true;
}

static void note_places(struct sandbox *sandbox, const struct sandbox_config *config)
{
	for (size_t i = 0; i < SANDBOX_PATHS; i++)
		if (config->replaces[i] && place_of(config->replaces[i], &sandbox->places[sandbox->count]))
			sandbox->count++;
}

bool sandbox__replaces(const struct sandbox *sandbox, const char *path)
{
	struct place place;

	if (!sandbox)
		return true;
	if (!place_of(path, &place))
		return false;
	for (size_t i = 0; i < sandbox->count; i++)
		if (sandbox->places[i].dev == place.dev && sandbox->places[i].ino == place.ino)
			return true;
	return false;
}

bool sandbox__attaches(const struct sandbox *sandbox)
{
	return !sandbox || sandbox->attaches;
}

/* --- capabilities --- */

static bool may_not(const char *path, int mode)
{
	return faccessat(AT_FDCWD, path, mode, AT_EACCESS) && errno == EACCES;
}

/* To be asked while capabilities rest. Such as are lent are for no paths. */
static __u64 for_paths(const struct sandbox_config *config)
{
	char directory[PATH_MAX];
	__u64 wanted = 0;

	if (privilege__are_lent())
		return 0;
	for (size_t i = 0; i < SANDBOX_PATHS; i++) {
		if (config->reads[i] && may_not(config->reads[i], R_OK))
			wanted |= CAPABILITY(CAP_DAC_READ_SEARCH);
		if (!config->replaces[i])
			continue;
		directory_of(config->replaces[i], directory, sizeof(directory));
		if (may_not(directory, W_OK | X_OK))
			wanted |= CAPABILITY(CAP_DAC_OVERRIDE);
	}
	if (config->creates && may_not(config->creates, W_OK | X_OK))
		wanted |= CAPABILITY(CAP_DAC_OVERRIDE);
	return wanted;
}

/* CAP_SYS_ADMIN stands for the two where it is all there is. */
static __u64 to_attach(void)
{
	bool both = privilege__has(CAP_BPF) && privilege__has(CAP_PERFMON);
	__u64 wanted = CAPABILITY(CAP_BPF) | CAPABILITY(CAP_PERFMON);

	return wanted | (!both || privilege__kprobes_want_admin() ? CAPABILITY(CAP_SYS_ADMIN) : 0);
}

static bool proc_hides(void)
{
	FILE *file = setmntent("/proc/self/mounts", "re");
	struct mntent *entry;
	bool hides = false;

	while (file && (entry = getmntent(file)))
		if (!strcmp(entry->mnt_type, "proc") && !strcmp(entry->mnt_dir, "/proc"))
			hides = hasmntopt(entry, "hidepid");
	if (file)
		endmntent(file);
	return hides;
}

/* The limit lasts, the capability need not. */
static bool may_be_first(void)
{
	struct rlimit limit = { 1, 1 };

	return !setrlimit(RLIMIT_RTPRIO, &limit) || (!getrlimit(RLIMIT_RTPRIO, &limit) && limit.rlim_cur >= 1);
}

static int choose(const struct sandbox_config *config, bool hidden, __u64 *wanted)
{
	int err;

	*wanted = config->attaches ? to_attach() : 0;
	if (config->maps_want_bpf)
		*wanted |= CAPABILITY(privilege__has(CAP_BPF) ? CAP_BPF : CAP_SYS_ADMIN);
	if (config->preempts && !may_be_first())
		*wanted |= CAPABILITY(CAP_SYS_NICE);
	if (config->listens)
		*wanted |= CAPABILITY(CAP_NET_BIND_SERVICE);
	if (config->signals)
		*wanted |= CAPABILITY(CAP_KILL);
	if (hidden || config->searches)
		*wanted |= CAPABILITY(CAP_SYS_PTRACE);
	if (config->searches)
		*wanted |= CAPABILITY(CAP_DAC_READ_SEARCH) | CAPABILITY(CAP_SYS_ADMIN);
	err = privilege__rest();
	if (!err)
		*wanted |= for_paths(config);
	return err ?: privilege__resume();
}

static int let_go(const struct sandbox_config *config, bool hidden)
{
	__u64 wanted;
	int err = choose(config, hidden, &wanted);

	err = err ?: privilege__keep(wanted);
	if (err)
		fprintf(stderr, "bpfhogs: cannot let go of privileges: %s (--no-sandbox keeps them)\n", strerror(-err));
	return err;
}

/* --- files --- */

static int add_paths(struct landlock *rules, const struct sandbox_config *config)
{
	char directory[PATH_MAX];
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(readable) && !err; i++)
		err = landlock__allow(rules, readable[i], LANDLOCK_READ);
	for (size_t i = 0; i < SANDBOX_PATHS && !err; i++) {
		if (config->reads[i])
			err = landlock__allow(rules, config->reads[i], LANDLOCK_READ);
		if (err || !config->replaces[i])
			continue;
		directory_of(config->replaces[i], directory, sizeof(directory));
		err = landlock__allow(rules, directory, LANDLOCK_REPLACE);
	}
	if (!err && config->creates)
		err = landlock__allow(rules, config->creates, LANDLOCK_CREATE);
	return err;
}

/* The rules are made before capabilities are let go of: the way to a path may take them. */
static int make_rules(struct landlock *rules, const struct sandbox_config *config)
{
	int err = landlock__begin(rules, config->signals);

	if (err)
		return err;
	err = add_paths(rules, config);
	if (err)
		landlock__drop(rules);
	return err;
}

/* --- all of it --- */

static void say_without(const struct sandbox_config *config, const char *what, const char *why)
{
	if (config->verbose)
		fprintf(stderr, "bpfhogs: not confined by %s: %s\n", what, why);
}

/* Who is confined by Landlock may not look into processes that are not. NULL: nothing speaks against it. */
static const char *why_no_rules(const struct sandbox_config *config, bool hidden)
{
	if (config->searches)
		return "the files of all processes are searched";
	return hidden ? "/proc is mounted with hidepid" : NULL;
}

static int confine(const struct sandbox_config *config)
{
	const struct syscalls_config calls = {
		.attach = config->attaches,
		.listen = config->listens,
		.signal = config->signals,
		.visit = config->searches,
	};
	bool hidden = proc_hides();
	const char *why_not = why_no_rules(config, hidden);
	struct landlock rules;
	int no_rules = why_not ? -EBUSY : make_rules(&rules, config);
	int err = let_go(config, hidden);

	if (err) {
		if (!no_rules)
			landlock__drop(&rules);
		return err;
	}
	if (!no_rules)
		no_rules = landlock__enforce(&rules);
	if (no_rules)
		say_without(config, "Landlock", why_not ?: strerror(-no_rules));
	err = syscalls__confine(&calls);
	if (err)
		say_without(config, "seccomp", strerror(-err));
	return 0;
}

int sandbox__enter(struct sandbox **out, const struct sandbox_config *config)
{
	struct sandbox *sandbox = calloc(1, sizeof(*sandbox));
	int err;

	if (!sandbox)
		return -ENOMEM;
	note_places(sandbox, config);
	sandbox->attaches = config->attaches;
	err = confine(config);
	if (err) {
		sandbox__free(sandbox);
		return err;
	}
	*out = sandbox;
	return 0;
}

void sandbox__free(struct sandbox *sandbox)
{
	free(sandbox);
}
