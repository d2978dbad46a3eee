/* SPDX-License-Identifier: GPL-2.0 */
#include "diag_dump.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_MAX 65536 /* the kernel makes its messages no longer than 32 KiB */
#define WATCH_ROOM (8 << 20)

int diag_dump__open(void)
{
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);

	return fd < 0 ? -errno : fd;
}

/* What a dump that was broken off has still to say would be taken for the answer to the next. */
static void drop_rest(int fd)
{
	char bytes[4096];

	while (recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		;
}

static int dump_family(int fd, int family, int protocol, __u32 states, diag_sink sink, void *ctx)
{
	static char answer[ANSWER_MAX];
	struct diag_request request = diag_message__request(family, protocol, states);
	ssize_t length;
	int result;

	if (send(fd, &request, sizeof(request), 0) != sizeof(request))
		return -errno;
	do {
		length = recv(fd, answer, sizeof(answer), 0);
		if (length < 0 && errno == EINTR)
			result = 0;
		else
			result = length < 0 ? -errno : diag_message__read(answer, length, protocol, sink, ctx);
	} while (!result);
	if (result != DIAG_END)
		drop_rest(fd);
	return result == DIAG_END ? 0 : result;
}

int diag_dump__sockets(int fd, int protocol, __u32 states, diag_sink sink, void *ctx)
{
	int err = dump_family(fd, AF_INET, protocol, states, sink, ctx);

	return err ?: dump_family(fd, AF_INET6, protocol, states, sink, ctx);
}

/* More room than others may have is root's; what there is serves too. */
static void make_room(int fd)
{
	int room = WATCH_ROOM;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
}

int diag_dump__watch(void)
{
	const struct sockaddr_nl groups = {
		.nl_family = AF_NETLINK,
		.nl_groups = 1 << (SKNLGRP_INET_TCP_DESTROY - 1) | 1 << (SKNLGRP_INET6_TCP_DESTROY - 1),
	};
	int err, fd = diag_dump__open();

	if (fd < 0)
		return fd;
	make_room(fd);
	if (bind(fd, (const struct sockaddr *)&groups, sizeof(groups))) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

/* Messages that found no room since the socket was made. 0: this kernel does not say. */
static __u32 count_dropped(int fd)
{
	__u32 numbers[SK_MEMINFO_VARS] = {};
	socklen_t size = sizeof(numbers);

	getsockopt(fd, SOL_SOCKET, SO_MEMINFO, numbers, &size);
	return numbers[SK_MEMINFO_DROPS];
}

__u32 diag_dump__ended(int fd, __u32 *lost, diag_sink sink, void *ctx)
{
	static char message[ANSWER_MAX];
	const __u32 before = *lost;
	bool overflowed = false;
	ssize_t length;

	if (fd < 0)
		return 0;
	do { /* ENOBUFS: some were lost, and there are more */
		length = recv(fd, message, sizeof(message), MSG_DONTWAIT);
		if (length > 0)
			diag_message__read(message, length, IPPROTO_TCP, sink, ctx);
		else
			overflowed |= errno == ENOBUFS;
	} while (length > 0 || errno == ENOBUFS || errno == EINTR);
	if (!overflowed)
		return 0;
	*lost = count_dropped(fd);
	return *lost - before ?: 1;
}
