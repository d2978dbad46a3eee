/* SPDX-License-Identifier: GPL-2.0 */
#include "sockets.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "diag_list.h"
#include "kernel_types.h"
#include "socket_list.skel.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define ROOM_AT_FIRST 128	       /* sockets */
#define INITIAL_PID_NAMESPACE 0xeffffffc /* PROC_PID_INIT_INO */

struct sockets {
	struct diag_list *diag; /* in place of all that follows, where BPF cannot be used */
	struct socket_list *skel;
	struct bpf_program *program;
	bool by_process; /* the kernel need not go through the files of all processes */
	struct socket_info *list;
	size_t size; /* bytes that were read, and for which there is room */
	size_t room;
};

/* In another, processes have other numbers than the BPF programs see, but the iterator would go by those. */
static bool in_initial_pid_namespace(void)
{
	struct stat status;

	return !stat("/proc/self/ns/pid", &status) && status.st_ino == INITIAL_PID_NAMESPACE;
}

static int choose(struct sockets *sockets)
{
	struct btf *btf = btf__load_vmlinux_btf();

	if (!btf)
		return -errno;
	if (kernel_types__has_function(btf, "bpf_sock_from_file"))
		sockets->program = sockets->skel->progs.list_sockets;
	else if (kernel_types__has_function(btf, "bpf_iter_task_file"))
		sockets->program = sockets->skel->progs.list_sockets_by_mode;
	btf__free(btf);
	return sockets->program ? bpf_program__set_autoload(sockets->program, true) : -EOPNOTSUPP;
}

/* The maps that the headers of the BPF side define are the accounting's. */
static void leave_maps_out(struct socket_list *skel)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, skel->obj)
		if (!bpf_map__is_internal(map))
			bpf_map__set_autocreate(map, false);
}

static int load(struct sockets *sockets)
{
	int err;

	sockets->skel = socket_list__open();
	if (!sockets->skel)
		return -errno;
	leave_maps_out(sockets->skel);
	err = choose(sockets);
	return err ?: socket_list__load(sockets->skel);
}

int sockets__new(struct sockets **out)
{
	struct sockets *sockets = calloc(1, sizeof(*sockets));
	int err;

	if (!sockets)
		return -ENOMEM;
	sockets->by_process = in_initial_pid_namespace();
	err = load(sockets);
	if (err)
		err = diag_list__new(&sockets->diag);
	if (err) {
		sockets__free(sockets);
		return err;
	}
	*out = sockets;
	return 0;
}

void sockets__free(struct sockets *sockets)
{
	if (!sockets)
		return;
	diag_list__free(sockets->diag);
	socket_list__destroy(sockets->skel);
	free(sockets->list);
	free(sockets);
}

/* The threads of a process too (pid, not tid): the leader may have ended before them. NULL, with errno. */
static struct bpf_link *attach_to(struct sockets *sockets, __u32 tgid)
{
	union bpf_iter_link_info info = { .task.pid = tgid };
	struct bpf_iter_attach_opts options;

	memset(&options, 0, sizeof(options)); /* its padding too, which LIBBPF_OPTS leaves and libbpf looks at */
	options.sz = sizeof(options);
	options.link_info = &info;
	options.link_info_len = sizeof(info);
	return bpf_program__attach_iter(sockets->program, &options);
}

/* Since 6.1 (f0d74c4da1f0) an iterator can be told of one process. Before, one that goes through all serves again. */
static struct bpf_link *attach(struct sockets *sockets, __u32 tgid)
{
	struct bpf_link *link;

	if (sockets->by_process) {
		link = attach_to(sockets, tgid);
		if (link || (errno != E2BIG && errno != EINVAL))
			return link;
		sockets->by_process = false;
	}
	return bpf_program__attach_iter(sockets->program, NULL);
}

static int make_room(struct sockets *sockets)
{
	size_t room = sockets->room ? 2 * sockets->room : ROOM_AT_FIRST * sizeof(*sockets->list);
	struct socket_info *list;

	if (sockets->size < sockets->room)
		return 0;
	list = realloc(sockets->list, room);
	if (!list)
		return -ENOMEM;
	sockets->list = list;
	sockets->room = room;
	return 0;
}

/* A read may end within a socket; the next goes on from there. EAGAIN: many files went by without one of ours. */
static int read_all(struct sockets *sockets, int fd)
{
	ssize_t got;

	do {
		if (make_room(sockets))
			return -ENOMEM;
		got = read(fd, (char *)sockets->list + sockets->size, sockets->room - sockets->size);
		if (got > 0)
			sockets->size += got;
		else if (got < 0 && errno != EINTR && errno != EAGAIN)
			return -errno;
	} while (got);
	return 0;
}

static int read_link(struct sockets *sockets, struct bpf_link *link)
{
	int fd = bpf_iter_create(bpf_link__fd(link));
	int err;

	if (fd < 0)
		return -errno;
	err = read_all(sockets, fd);
	close(fd);
	return err;
}

static int compare_fds(const void *a, const void *b)
{
	__u32 left = ((const struct socket_info *)a)->fd;
	__u32 right = ((const struct socket_info *)b)->fd;

	return (left > right) - (left < right);
}

/* Sorted, and each once: the threads of a process show the same files. Returns how many there are. */
static size_t tidy(struct socket_info *list, size_t count)
{
	size_t kept = 0;

	if (!count)
		return 0;
	qsort(list, count, sizeof(*list), compare_fds);
	for (size_t i = 1; i < count; i++)
		if (list[i].fd != list[kept].fd)
			list[++kept] = list[i];
	return kept + 1;
}

int sockets__read(struct sockets *sockets, __u32 tgid, const struct socket_info **list, size_t *count)
{
	struct bpf_link *link;
	int err;

	*list = NULL;
	*count = 0;
	if (sockets->diag) {
		err = diag_list__read(sockets->diag, tgid, list, count);
		return err == -ESRCH ? 0 : err;
	}
	sockets->size = 0;
	*(volatile __u32 *)&sockets->skel->bss->wanted_tgid = tgid;
	link = attach(sockets, tgid);
	if (!link)
		return errno == ESRCH ? 0 : -errno;
	err = read_link(sockets, link);
	bpf_link__destroy(link);
	if (err)
		return err == -ESRCH ? 0 : err;
	*count = tidy(sockets->list, sockets->size / sizeof(*sockets->list));
	*list = sockets->list;
	return 0;
}

const char *sockets__state(const struct socket_info *socket)
{
	static const char *const names[] = {
		NULL,	     "ESTAB",  "SYN-SENT",   "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2",
		"TIME-WAIT", "UNCONN", "CLOSE-WAIT", "LAST-ACK", "LISTEN",     "CLOSING",
	};

	return socket->state && socket->state < ARRAY_SIZE(names) ? names[socket->state] : "UNKNOWN";
}
