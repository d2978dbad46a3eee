/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What netlink sockets answer to those that ask: each part is a datagram. The kernel's end is a socket pair's other one,
 * in which the answers lie before the question is asked.
 */
#include "fuzz.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "alive.h"
#include "diag_dump.h"
#include "route.h"

static int ours, kernels;

/* In the place of libc's: what asks for a netlink socket gets our end. */
int socket(int family, int type, int protocol)
{
	(void)type;
	(void)protocol;
	CHECK(family == AF_NETLINK);
	return dup(ours);
}

static void open_pair(void)
{
	int fds[2];

	CHECK(!socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds));
	ours = fds[0];
	kernels = fds[1];
}

/* As many as there is room for. */
static void answer(struct parts parts)
{
	struct part part;

	while (parts.at) {
		part = next_part(&parts);
		if (part.length && send(kernels, part.bytes, part.length, 0) < 0)
			return;
	}
}

static void drain(int fd)
{
	char bytes[64];

	while (recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT) >= 0)
		;
}

static int count_socket(void *ctx, const struct diag_socket *socket)
{
	size_t *count = ctx;

	CHECK(socket->key.protocol == IPPROTO_TCP);
	++*count;
	return 0;
}

static void ask_for_sockets(void)
{
	size_t count = 0;

	diag_dump__sockets(ours, IPPROTO_TCP, DIAG_ALL_STATES, count_socket, &count);
}

static void ask_for_ended(void)
{
	size_t count = 0;
	__u32 lost = 0;

	CHECK(!diag_dump__ended(ours, &lost, count_socket, &count)); /* such a socket never overflows */
}

static void ask_for_route(void)
{
	const struct flow_key key = { .raddr = { [10] = 0xff, [11] = 0xff, [15] = 1 } };

	route__device(ours, &key);
}

static void ask_whether_alive(void)
{
	const struct flow_key key = { .netns = 1, .protocol = IPPROTO_TCP, .rport = 443 };
	struct alive *alive;

	CHECK(!alive__new(&alive, NULL, 1));
	alive__connection_ended(alive, &key);
	alive__free(alive);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const questions[])(void) = { ask_for_sockets, ask_for_ended, ask_for_route, ask_whether_alive };

	if (!ours)
		open_pair();
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		answer(parts_of(data, size));
		questions[i]();
		drain(ours);
		drain(kernels);
	}
	return 0;
}
