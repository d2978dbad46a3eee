/* SPDX-License-Identifier: GPL-2.0 */
#include "diag_list.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag_dump.h"
#include "netspaces.h"

#define ROOM_AT_FIRST 64

/* A file of the process that is a socket. */
struct file {
	__u32 inode;
	__u32 fd;
};

struct diag_list {
	struct netspaces *netspaces;
	struct file *files; /* by inode */
	size_t file_count, file_room;
	struct socket_info *sockets;
	size_t count, room;
	__u32 tgid;
	__u32 netns; /* that is read now */
};

int diag_list__new(struct diag_list **out)
{
	struct diag_list *list = calloc(1, sizeof(*list));
	struct netspaces_config config = { .all = true };
	struct stat own = {};
	int err;

	if (!list)
		return -ENOMEM;
	stat("/proc/self/ns/net", &own);
	config.own = own.st_ino;
	err = netspaces__new(&list->netspaces, &config);
	if (err) {
		diag_list__free(list);
		return err;
	}
	*out = list;
	return 0;
}

void diag_list__free(struct diag_list *list)
{
	if (!list)
		return;
	netspaces__free(list->netspaces);
	free(list->files);
	free(list->sockets);
	free(list);
}

/* Room for one more. */
static int make_room(void **array, size_t *room, size_t count, size_t size)
{
	size_t more = *room ? 2 * *room : ROOM_AT_FIRST;
	void *larger;

	if (count < *room)
		return 0;
	larger = realloc(*array, more * size);
	if (!larger)
		return -ENOMEM;
	*array = larger;
	*room = more;
	return 0;
}

/* --- its files --- */

static int add_file(struct diag_list *list, int dir, const char *name)
{
	char text[64];
	ssize_t length = readlinkat(dir, name, text, sizeof(text) - 1);
	struct file file = { .fd = atoi(name) };

	if (length < 0) /* it was closed meanwhile, or may not be seen */
		return errno == ENOENT ? 0 : -errno;
	text[length] = '\0';
	if (sscanf(text, "socket:[%u]", &file.inode) != 1)
		return 0;
	if (make_room((void **)&list->files, &list->file_room, list->file_count, sizeof(file)))
		return -ENOMEM;
	list->files[list->file_count++] = file;
	return 0;
}

static int compare_files(const void *left, const void *right)
{
	const struct file *a = left, *b = right;

	if (a->inode != b->inode)
		return a->inode < b->inode ? -1 : 1;
	return (a->fd > b->fd) - (a->fd < b->fd);
}

static int read_files(struct diag_list *list)
{
	struct dirent *entry;
	char path[64];
	int err = 0;
	DIR *dir;

	list->file_count = 0;
	snprintf(path, sizeof(path), "/proc/%u/fd", list->tgid);
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? -ESRCH : -errno;
	while (!err && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]))
			err = add_file(list, dirfd(dir), entry->d_name);
	closedir(dir);
	if (list->file_count)
		qsort(list->files, list->file_count, sizeof(*list->files), compare_files);
	return err;
}

/* --- the sockets of those --- */

/* Of one that is open twice, the first. NULL: it is another process's. */
static const struct file *find_file(const struct diag_list *list, __u32 inode)
{
	size_t low = 0, high = list->file_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (list->files[middle].inode < inode)
			low = middle + 1;
		else
			high = middle;
	}
	return low < list->file_count && list->files[low].inode == inode ? &list->files[low] : NULL;
}

static int add_socket(void *ctx, const struct diag_socket *socket)
{
	struct diag_list *list = ctx;
	const struct file *file = socket->inode ? find_file(list, socket->inode) : NULL;
	struct socket_info *info;

	if (!file)
		return 0;
	if (make_room((void **)&list->sockets, &list->room, list->count, sizeof(*info)))
		return -ENOMEM;
	info = &list->sockets[list->count++];
	*info = (struct socket_info){ .key = socket->key, .fd = file->fd, .state = socket->state,
				      .recv_queue = socket->recv_queue, .send_queue = socket->send_queue,
				      .rtt_us = socket->tcp.rtt_us, .cwnd = socket->tcp.cwnd,
				      .retransmits = socket->tcp.retransmits, .ifindex = socket->ifindex };
	info->key.tgid = list->tgid;
	info->key.netns = list->netns;
	return 0;
}

/* A kernel may have the statistics of one protocol alone; another namespace may be on its way out. */
static int read_sockets(struct diag_list *list)
{
	const struct netspace *own = netspaces__first(list->netspaces);
	int err = 0;

	list->count = 0;
	netspaces__refresh(list->netspaces);
	for (const struct netspace *space = own; space && err != -ENOMEM; space = space->next) {
		int result;

		list->netns = space->inode;
		result = diag_dump__sockets(space->diag_fd, IPPROTO_TCP, DIAG_ALL_STATES, add_socket, list);
		diag_dump__sockets(space->diag_fd, IPPROTO_UDP, DIAG_ALL_STATES, add_socket, list);
		if (space == own || result == -ENOMEM)
			err = result;
	}
	netspaces__let_go(list->netspaces); /* the next read may be a long time off */
	return err;
}

static int compare_sockets(const void *left, const void *right)
{
	const struct socket_info *a = left, *b = right;

	return (a->fd > b->fd) - (a->fd < b->fd);
}

int diag_list__read(struct diag_list *list, __u32 tgid, const struct socket_info **sockets, size_t *count)
{
	int err;

	if (tgid & TGID_UNKNOWN)
		return -EACCES;
	list->tgid = tgid;
	err = read_files(list);
	err = err ?: read_sockets(list);
	if (err)
		return err;
	if (list->count)
		qsort(list->sockets, list->count, sizeof(*list->sockets), compare_sockets);
	*sockets = list->sockets;
	*count = list->count;
	return 0;
}
