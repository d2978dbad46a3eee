/* SPDX-License-Identifier: GPL-2.0 */
/* The text of /proc/PID/cgroup, and the path that is found in it. */
#include "fuzz.h"

#include "cgroup.h"

/* Also where there is little room. */
static void check_container(const char *path)
{
	char small[8], large[4096];

	cgroup__container(path, small, sizeof(small));
	cgroup__container(path, large, sizeof(large));
	CHECK(strlen(small) < sizeof(small) && strlen(large) < sizeof(large));
	CHECK(strlen(large) <= strlen(path) + strlen("container:"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = copy_of((struct part){ (const char *)data, size });
	struct part path = {};
	char *copy;

	check_container(text);
	if (cgroup__parse(text, &path.bytes, &path.length)) {
		CHECK(path.bytes > text && path.bytes + path.length <= text + size);
		CHECK(path.length && *path.bytes == '/' && !memchr(path.bytes, '\n', path.length));
		copy = copy_of(path);
		check_container(copy);
		free(copy);
	}
	free(text);
	return 0;
}
