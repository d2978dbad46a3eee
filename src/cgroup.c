/* SPDX-License-Identifier: GPL-2.0 */
#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define CONTAINER_ID 64	      /* hexadecimal digits */
#define CONTAINER_ID_SHOWN 12 /* as docker ps does */

#ifndef FILEID_KERNFS
#define FILEID_KERNFS 0xfe /* since 5.5, 33c5ac9175195 */
#endif

struct cgroup_mount {
	int fd;
	char path[1024];
};

/* A piece of a path: a component, or a part of one. Not terminated. */
struct part {
	const char *text;
	size_t length;
};

static bool is(struct part part, const char *text)
{
	return part.length == strlen(text) && !memcmp(part.text, text, part.length);
}

static bool strip_prefix(struct part *part, const char *prefix)
{
	size_t length = strlen(prefix);

	if (part->length <= length || memcmp(part->text, prefix, length))
		return false;
	part->text += length;
	part->length -= length;
	return true;
}

static bool strip_suffix(struct part *part, const char *suffix)
{
	size_t length = strlen(suffix);

	if (part->length <= length || memcmp(part->text + part->length - length, suffix, length))
		return false;
	part->length -= length;
	return true;
}

static bool is_id(struct part part)
{
	if (part.length < CONTAINER_ID_SHOWN || part.length > CONTAINER_ID)
		return false;
	for (size_t i = 0; i < part.length; i++) {
		char c = part.text[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			return false;
	}
	return true;
}

/* The component that ends at `end` (a slash, or the end of the path). Empty: there is none. */
static struct part part_before(const char *path, const char *end)
{
	const char *start = end;

	while (start > path && start[-1] != '/')
		start--;
	return (struct part){ start, end - start };
}

static struct part parent_of(const char *path, struct part part)
{
	return part.text > path ? part_before(path, part.text - 1) : (struct part){ path, 0 };
}

static void show_id(const char *runtime, struct part id, char *out, size_t size)
{
	snprintf(out, size, "%s:%.*s", runtime, CONTAINER_ID_SHOWN, id.text);
}

static void show_name(const char *kind, struct part name, char *out, size_t size)
{
	snprintf(out, size, "%s:%.*s", kind, (int)name.length, name.text);
}

/* Whether the part lies below a cgroup of Kubernetes, whatever runtime made it. */
static bool in_pod(const char *path, struct part part)
{
	const char *pods = strstr(path, "kubepods");

	return pods && pods < part.text + part.length;
}

/* Splits at the last '-' or ':': docker-ID, cri-containerd-ID, kubepods-pod1.slice:cri-containerd:ID. */
static bool split_id(struct part part, struct part *runtime, struct part *id)
{
	size_t at = part.length;

	while (at > 0 && part.text[at - 1] != '-' && part.text[at - 1] != ':')
		at--;
	if (!at)
		return false;
	*runtime = (struct part){ part.text, at - 1 };
	*id = (struct part){ part.text + at, part.length - at };
	return is_id(*id);
}

static struct part behind_colon(struct part part)
{
	const char *colon = memrchr(part.text, ':', part.length);

	return colon ? (struct part){ colon + 1, part.text + part.length - colon - 1 } : part;
}

/* RUNTIME-ID.scope, which systemd makes for the runtime, and its like. */
static bool runtime_container(const char *path, struct part part, char *out, size_t size)
{
	static const struct {
		const char *in_path, *name;
	} runtimes[] = {
		{ "docker", "docker" }, { "libpod", "podman" },	  { "cri-containerd", "k8s" },
		{ "crio", "k8s" },	{ "nerdctl", "nerdctl" },
	};
	struct part runtime, id;

	strip_suffix(&part, ".scope");
	if (!split_id(part, &runtime, &id))
		return false;
	runtime = behind_colon(runtime);
	for (size_t i = 0; i < ARRAY_SIZE(runtimes); i++) {
		if (!is(runtime, runtimes[i].in_path))
			continue;
		show_id(in_pod(path, part) ? "k8s" : runtimes[i].name, id, out, size);
		return true;
	}
	return false;
}

/* A directory that is called like the container: /docker/ID, /kubepods/besteffort/podUID/ID, /default/ID. */
static bool bare_container(const char *path, struct part part, char *out, size_t size)
{
	struct part parent = parent_of(path, part);

	if (!is_id(part))
		return false;
	if (in_pod(path, part))
		show_id("k8s", part, out, size);
	else if (is(parent, "docker"))
		show_id("docker", part, out, size);
	else if (is(parent, "libpod_parent"))
		show_id("podman", part, out, size);
	else if (part.length == CONTAINER_ID)
		show_id("container", part, out, size);
	else
		return false;
	return true;
}

static bool lxc_container(const char *path, struct part part, char *out, size_t size)
{
	struct part parent = parent_of(path, part);

	if (!strip_prefix(&part, "lxc.payload.") && !is(parent, "lxc") && !is(parent, "lxc.payload"))
		return false;
	show_name("lxc", part, out, size);
	return true;
}

/* systemd writes a '-' of a machine's name as \x2d. */
static void unescape_dashes(char *text)
{
	char *dash;

	while ((dash = strstr(text, "\\x2d"))) {
		*dash = '-';
		memmove(dash + 1, dash + 4, strlen(dash + 4) + 1);
		text = dash + 1;
	}
}

/* What is registered with systemd-machined: nspawn, virtual machines of libvirt. */
static bool machine(const char *path, struct part part, char *out, size_t size)
{
	bool scope = strip_prefix(&part, "machine-") && strip_suffix(&part, ".scope");

	(void)path;
	if (!scope && !(strip_prefix(&part, "systemd-nspawn@") && strip_suffix(&part, ".service")))
		return false;
	show_name("machine", part, out, size);
	unescape_dashes(out);
	return true;
}

static bool container(const char *path, struct part part, char *out, size_t size)
{
	return runtime_container(path, part, out, size) || bare_container(path, part, out, size) ||
	       lxc_container(path, part, out, size) || machine(path, part, out, size);
}

static bool unit(const char *path, struct part part, char *out, size_t size)
{
	struct part stem = part;

	(void)path;
	if (!strip_suffix(&stem, ".service") && !strip_suffix(&stem, ".scope"))
		return false;
	snprintf(out, size, "%.*s", (int)part.length, part.text);
	return true;
}

/* What a component of the path stands for. False: nothing of that kind. */
typedef bool (*name_part)(const char *path, struct part part, char *out, size_t size);

/* Tries the components from the innermost on. */
static bool innermost(const char *path, name_part try, char *out, size_t size)
{
	const char *end = path + strlen(path);

	for (;;) {
		struct part part = part_before(path, end);

		if (part.length && try(path, part, out, size))
			return true;
		if (part.text == path)
			return false;
		end = part.text - 1;
	}
}

void cgroup__container(const char *path, char *out, size_t size)
{
	out[0] = '\0';
	if (!innermost(path, container, out, size))
		innermost(path, unit, out, size);
}

/* A line of /proc/PID/cgroup: HIERARCHY:CONTROLLERS:PATH */
struct line {
	struct part hierarchy, controllers, path;
};

static bool parse_line(const char *text, size_t length, struct line *line)
{
	const char *end = text + length;
	const char *first = memchr(text, ':', length);
	const char *second = first ? memchr(first + 1, ':', end - first - 1) : NULL;

	if (!second || second + 1 == end || second[1] != '/')
		return false;
	line->hierarchy = (struct part){ text, first - text };
	line->controllers = (struct part){ first + 1, second - first - 1 };
	line->path = (struct part){ second + 1, end - second - 1 };
	return true;
}

/* How much a line's path tells, 0 nothing. */
static int worth(const struct line *line)
{
	if (is(line->path, "/"))
		return 1;
	if (is(line->hierarchy, "0"))
		return 4;
	return is(line->controllers, "name=systemd") ? 3 : 2;
}

bool cgroup__parse(const char *text, const char **path, size_t *length)
{
	int best = 0;

	while (*text) {
		size_t end = strcspn(text, "\n");
		struct line line;

		if (parse_line(text, end, &line) && worth(&line) > best) {
			best = worth(&line);
			*path = line.path.text;
			*length = line.path.length;
		}
		text += end + (text[end] == '\n');
	}
	return best > 0;
}

/* Where the version 2 hierarchy is mounted: /sys/fs/cgroup, or /sys/fs/cgroup/unified. */
static int find_mount(const char *mounts, char *out, size_t size)
{
	FILE *file = setmntent(mounts, "re");
	char text[4096];
	struct mntent entry;
	int err = -ENOENT;

	if (!file)
		return -errno;
	while (err && getmntent_r(file, &entry, text, sizeof(text))) {
		if (strcmp(entry.mnt_type, "cgroup2"))
			continue;
		err = snprintf(out, size, "%s", entry.mnt_dir) < (int)size ? 0 : -ENAMETOOLONG;
	}
	endmntent(file);
	return err;
}

static int open_by_id(int mount, __u64 id)
{
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + sizeof(id)];
	} file = { .handle = { .handle_bytes = sizeof(id), .handle_type = FILEID_KERNFS } };
	int fd;

	memcpy(file.handle.f_handle, &id, sizeof(id));
	fd = open_by_handle_at(mount, &file.handle, O_PATH | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int path_of_fd(int fd, char *out, size_t size)
{
	char link[32];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, out, size - 1);
	if (length < 0)
		return -errno;
	out[length] = '\0';
	return 0;
}

/* Makes a path below the mount one below the root of the hierarchy. */
static int strip_mount(const char *mount, char *path)
{
	size_t length = strcmp(mount, "/") ? strlen(mount) : 0;

	if (strncmp(path, mount, length) || (path[length] && path[length] != '/'))
		return -ENOENT;
	memmove(path, path + length, strlen(path + length) + 1);
	if (!path[0])
		memcpy(path, "/", sizeof("/"));
	return 0;
}

int cgroup_mount__open(struct cgroup_mount **out, const char *mounts)
{
	struct cgroup_mount *mount = calloc(1, sizeof(*mount));
	int err;

	*out = NULL;
	if (!mount)
		return -ENOMEM;
	err = find_mount(mounts, mount->path, sizeof(mount->path));
	if (!err) {
		mount->fd = open(mount->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		err = mount->fd < 0 ? -errno : 0;
	}
	if (err) {
		free(mount);
		return err;
	}
	*out = mount;
	return 0;
}

void cgroup_mount__close(struct cgroup_mount *mount)
{
	if (!mount)
		return;
	close(mount->fd);
	free(mount);
}

static int find_path(const struct cgroup_mount *mount, __u64 id, char *out, size_t size)
{
	int fd = open_by_id(mount->fd, id);
	int err;

	if (fd < 0)
		return fd;
	err = path_of_fd(fd, out, size);
	close(fd);
	return err ?: strip_mount(mount->path, out);
}

int cgroup_mount__path(const struct cgroup_mount *mount, __u64 id, char *out, size_t size)
{
	int err = mount ? find_path(mount, id, out, size) : -ENOENT;

	if (err)
		out[0] = '\0';
	return err;
}
