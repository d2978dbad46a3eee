/* SPDX-License-Identifier: GPL-2.0 */
#include "privilege.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sys/capability.h>

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

static void say_missing(const char *missing)
{
	char program[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);

	program[len > 0 ? len : 0] = '\0';
	fprintf(stderr,
		"bpfhogs: not permitted: %s missing; run it as root (sudo bpfhogs), or once: "
		"sudo setcap " SETCAP " %s\n",
		missing, len > 0 ? program : "bpfhogs");
}

int privilege__check(void)
{
	cap_t caps = cap_get_proc();
	char missing[64];
	int err = 0;

	if (!caps)
		return -errno;
	if (!have(caps, CAP_SYS_ADMIN)) {
		list_missing(caps, missing, sizeof(missing));
		if (missing[0]) {
			say_missing(missing);
			err = -EPERM;
		}
	}
	cap_free(caps);
	return err;
}
