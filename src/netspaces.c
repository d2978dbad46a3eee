/* SPDX-License-Identifier: GPL-2.0 */
#include "netspaces.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/capability.h>
#include <sys/resource.h>
#include <unistd.h>

#include "diag_dump.h"
#include "privilege.h"
#include "route.h"

struct netspaces {
	struct netspace *first;
	bool ends;
	int own_fd;    /* of our namespace, to come back to it; -1: we stay */
	rlim_t fd_end; /* descriptors from here on are for the rest of the program */
	bool left_out; /* some, for want of descriptors */
};

static void close_if_open(int fd)
{
	if (fd >= 0)
		close(fd);
}

/* Of the namespace that we are in now. NULL, with errno. */
static struct netspace *open_here(const struct netspaces *netspaces, __u32 inode)
{
	int diag_fd = diag_dump__open();
	struct netspace *space = diag_fd < 0 ? NULL : calloc(1, sizeof(*space));

	if (!space) {
		errno = diag_fd < 0 ? -diag_fd : ENOMEM;
		close_if_open(diag_fd);
		return NULL;
	}
	space->inode = inode;
	space->seen = true;
	space->diag_fd = diag_fd;
	space->ends_fd = netspaces->ends ? diag_dump__watch() : -1;
	space->route_fd = route__open();
	return space;
}

static void close_space(struct netspace *space)
{
	close(space->diag_fd);
	close_if_open(space->ends_fd);
	close_if_open(space->route_fd);
	free(space);
}

/* Each namespace takes some descriptors; the usual limit is for the sake of select(), which nothing here uses. */
static rlim_t raise_limit(void)
{
	struct rlimit limit = {};

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		getrlimit(RLIMIT_NOFILE, &limit);
	return limit.rlim_cur - limit.rlim_cur / 8;
}

int netspaces__new(struct netspaces **out, const struct netspaces_config *config)
{
	struct netspaces *netspaces = calloc(1, sizeof(*netspaces));
	int err;

	if (!netspaces)
		return -ENOMEM;
	netspaces->ends = config->ends;
	if (config->all)
		netspaces->fd_end = raise_limit();
	netspaces->own_fd = config->all ? open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC) : -1;
	netspaces->first = open_here(netspaces, config->own);
	if (!netspaces->first) {
		err = -errno;
		netspaces__free(netspaces);
		return err;
	}
	*out = netspaces;
	return 0;
}

void netspaces__free(struct netspaces *netspaces)
{
	if (!netspaces)
		return;
	if (netspaces->first) {
		netspaces__let_go(netspaces);
		close_space(netspaces->first);
	}
	close_if_open(netspaces->own_fd);
	free(netspaces);
}

void netspaces__let_go(struct netspaces *netspaces)
{
	while (netspaces->first->next) {
		struct netspace *space = netspaces->first->next;

		netspaces->first->next = space->next;
		close_space(space);
	}
}

static struct netspace *find(const struct netspaces *netspaces, __u32 inode)
{
	struct netspace *space = netspaces->first;

	do {
		if (space->inode == inode)
			return space;
		space = space->next;
	} while (space);
	return NULL;
}

/*
 * Goes there and comes back. In a user namespace of its own a process may go to where it may not come back from (a network
 * namespace that belongs to it, when its own is the host's): it stays. NULL, with errno.
 */
static struct netspace *open_there(struct netspaces *netspaces, const char *path, __u32 inode)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct netspace *space = NULL;

	if (fd < 0)
		return NULL;
	if (!setns(netspaces->own_fd, CLONE_NEWNET) && !setns(fd, CLONE_NEWNET)) {
		space = open_here(netspaces, inode);
		if (setns(netspaces->own_fd, CLONE_NEWNET))
			abort(); /* everything from here on would be about another namespace than it seems */
	}
	close(fd);
	return space;
}

static void visit(struct netspaces *netspaces, const char *path, __u32 inode)
{
	struct netspace *space = open_there(netspaces, path, inode);
	bool too_many = space ? (rlim_t)space->diag_fd >= netspaces->fd_end : errno == EMFILE || errno == ENFILE;

	netspaces->left_out |= too_many;
	if (!space)
		return;
	if (too_many) {
		close_space(space);
		return;
	}
	space->next = netspaces->first->next;
	netspaces->first->next = space;
}

static void look_at_process(struct netspaces *netspaces, const char *pid)
{
	char path[64], text[64];
	struct netspace *space;
	ssize_t length;
	__u32 inode;

	snprintf(path, sizeof(path), "/proc/%.20s/ns/net", pid);
	length = readlink(path, text, sizeof(text) - 1);
	text[length > 0 ? length : 0] = '\0';
	if (sscanf(text, "net:[%u]", &inode) != 1)
		return;
	space = find(netspaces, inode);
	if (space)
		space->seen = true;
	else
		visit(netspaces, path, inode);
}

/* Sockets of ours would keep a namespace that nobody else needs. */
static void let_go_of_empty(struct netspaces *netspaces)
{
	for (struct netspace **at = &netspaces->first->next; *at;) {
		struct netspace *space = *at;

		if (space->seen || space->connected) {
			at = &space->next;
			continue;
		}
		*at = space->next;
		close_space(space);
	}
}

void netspaces__refresh(struct netspaces *netspaces)
{
	struct dirent *entry;
	DIR *dir;

	/* without that capability nobody enters any, and in the sandbox who tries is killed */
	if (netspaces->own_fd < 0 || !privilege__has(CAP_SYS_ADMIN))
		return;
	dir = opendir("/proc");
	if (!dir)
		return;
	for (struct netspace *space = netspaces->first->next; space; space = space->next)
		space->seen = false;
	netspaces->left_out = false;
	while ((entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]))
			look_at_process(netspaces, entry->d_name);
	closedir(dir);
	let_go_of_empty(netspaces);
}

struct netspace *netspaces__first(const struct netspaces *netspaces)
{
	return netspaces->first;
}

bool netspaces__left_out(const struct netspaces *netspaces)
{
	return netspaces->left_out;
}
