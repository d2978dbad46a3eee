/* SPDX-License-Identifier: GPL-2.0 */
#include "privilege.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sys/auxv.h>
#include <sys/capability.h>
#include <sys/prctl.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/*
 * To load and attach: CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN, which stands for both. To name the programs of other
 * users beyond what the kernel side tells: CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH; wished for, not needed.
 */
static const cap_value_t needed[] = { CAP_BPF, CAP_PERFMON };

#define SETCAP "cap_bpf,cap_perfmon,cap_sys_ptrace,cap_dac_read_search+ep"

static bool have(cap_t caps, cap_value_t cap)
{
	cap_flag_value_t value = CAP_CLEAR;

	return !cap_get_flag(caps, cap, CAP_EFFECTIVE, &value) && value == CAP_SET;
}

static void list_missing(cap_t caps, char *text, size_t size)
{
	text[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		char *name = have(caps, needed[i]) ? NULL : cap_to_name(needed[i]);

		if (!name)
			continue;
		for (char *c = name; *c; c++)
			*c = *c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c;
		snprintf(text + strlen(text), size - strlen(text), "%s%s", text[0] ? " and " : "", name);
		cap_free(name);
	}
}

void privilege__remedy(char *text, size_t size)
{
	char program[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);

	program[len > 0 ? len : 0] = '\0';
	snprintf(text, size, "run it as root (sudo bpfhogs), or once: sudo setcap " SETCAP " %s%s",
		 len > 0 ? program : "bpfhogs",
		 privilege__kprobes_want_admin() ? " (without kprobes, unless by sudo sysctl kernel.perf_event_paranoid=2)" : "");
}

int privilege__check(char *missing, size_t size)
{
	cap_t caps = cap_get_proc();

	if (!caps)
		return -errno;
	missing[0] = '\0';
	if (!have(caps, CAP_SYS_ADMIN))
		list_missing(caps, missing, size);
	cap_free(caps);
	return missing[0] ? -EPERM : 0;
}

bool privilege__has(int capability)
{
	cap_t caps = cap_get_proc();
	bool result = caps && have(caps, capability);

	cap_free(caps);
	return result;
}

/* Kprobes are attached by opening an event, which 3, a value of Debian's and Ubuntu's kernels, leaves to CAP_SYS_ADMIN. */
bool privilege__kprobes_want_admin(void)
{
	FILE *file = fopen("/proc/sys/kernel/perf_event_paranoid", "re");
	int level = 0;

	if (!file)
		return false;
	if (fscanf(file, "%d", &level) != 1)
		level = 0;
	fclose(file);
	return level > 2;
}

/* Puts in force what is permitted and in the set; with `forever`, lets go of the others. */
static int restrict_to(__u64 wanted, bool forever)
{
	cap_t before = cap_get_proc(), after = cap_init();
	int err = before && after ? 0 : -ENOMEM;

	for (cap_value_t cap = 0; cap <= CAP_LAST_CAP && !err; cap++) {
		cap_flag_value_t had = CAP_CLEAR;

		cap_get_flag(before, cap, CAP_PERMITTED, &had);
		if (had == CAP_SET && (!forever || wanted & CAPABILITY(cap)))
			cap_set_flag(after, CAP_PERMITTED, 1, &cap, CAP_SET);
		if (had == CAP_SET && wanted & CAPABILITY(cap))
			cap_set_flag(after, CAP_EFFECTIVE, 1, &cap, CAP_SET);
	}
	if (!err)
		err = cap_set_proc(after) ? -errno : 0;
	cap_free(before);
	cap_free(after);
	return err;
}

bool privilege__are_lent(void)
{
	return getauxval(AT_SECURE);
}

int privilege__rest(void)
{
	return restrict_to(0, false);
}

int privilege__resume(void)
{
	return restrict_to(~0ULL, false);
}

/* Programs that it executes could not have them either. Only root may say so (CAP_SETPCAP), and only root need. */
static void limit_bounds(__u64 wanted)
{
	for (cap_value_t cap = 0; cap_get_bound(cap) >= 0; cap++)
		if (!(wanted & CAPABILITY(cap)))
			cap_drop_bound(cap);
}

int privilege__keep(__u64 capabilities)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	limit_bounds(capabilities);
	return restrict_to(capabilities, true);
}
