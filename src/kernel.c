/* SPDX-License-Identifier: GPL-2.0 */
#include "kernel.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <zlib.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Reads the start of a file, compressed or not, as a text. */
static bool read_text(const char *path, char *text, size_t size)
{
	gzFile file = gzopen(path, "rb");
	int len;

	if (!file)
		return false;
	len = gzread(file, text, size - 1);
	gzclose(file);
	text[len > 0 ? len : 0] = '\0';
	return len > 0;
}

static bool config_says(const char *path, const char *option)
{
	gzFile file = gzopen(path, "rb");
	char line[256];
	bool found = false;

	if (!file)
		return false;
	while (!found && gzgets(file, line, sizeof(line)))
		found = !strncmp(line, option, strlen(option));
	gzclose(file);
	return found;
}

/* The preemption models under which kernel code runs until it lets go, unless it is told otherwise at boot. */
static bool built_without_preemption(const struct utsname *name)
{
	static const char *const options[] = { "CONFIG_PREEMPT_NONE=y", "CONFIG_PREEMPT_VOLUNTARY=y" };
	char path[sizeof(name->release) + 16];

	snprintf(path, sizeof(path), "/boot/config-%s", name->release);
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (config_says("/proc/config.gz", options[i]) || config_says(path, options[i]))
			return true;
	return false;
}

bool kernel__preempts(void)
{
	struct utsname name;
	char cmdline[4096];

	if (uname(&name))
		return true;
	if (!strstr(name.version, "PREEMPT"))
		return false;
	if (read_text("/proc/cmdline", cmdline, sizeof(cmdline)) && strstr(cmdline, "preempt="))
		return !strstr(cmdline, "preempt=none") && !strstr(cmdline, "preempt=voluntary");
	if (!strstr(name.version, "PREEMPT_DYNAMIC"))
		return true;
	return !built_without_preemption(&name);
}

/* Since 4.17 (e12f03d7031a) they are a kind of perf event, as others are. */
bool kernel__has_kprobes(void)
{
	return access("/sys/bus/event_source/devices", F_OK) || !access("/sys/bus/event_source/devices/kprobe", F_OK);
}

const char *kernel__lockdown(void)
{
	static const char *const modes[] = { "integrity", "confidentiality" };
	char text[128], chosen[32];

	if (!read_text("/sys/kernel/security/lockdown", text, sizeof(text)))
		return "none";
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		snprintf(chosen, sizeof(chosen), "[%s]", modes[i]);
		if (strstr(text, chosen))
			return modes[i];
	}
	return "none";
}
