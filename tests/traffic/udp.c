/* SPDX-License-Identifier: GPL-2.0 */
/* UDP: connected and not, whole and in batches, and what is refused. */
#include <errno.h>
#include <netinet/udp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cases.h"
#include "pair.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

#define END 9 /* the length of the last datagram */

static void big_buffer(int fd)
{
	int size = 8 * MIB;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
}

static void send_datagrams(int fd)
{
	for (int i = 0; i < 1000; i++) {
		send_some(fd, 64 + i, 0);
		if (i % 50 == 49)
			receive_some(fd, 100, 0); /* paced by the other end, so that none is dropped */
	}
	send_some(fd, END, 0);
}

static void receive_datagrams(int fd)
{
	ssize_t n;

	for (int i = 0; (n = receive_some(fd, 64 * KIB, 0)) != END; i++) {
		if (n < 0)
			broken("recv: %s", strerror(errno));
		if (i % 50 == 49)
			send_some(fd, 33, 0);
	}
}

void case_udp4_connected(void)
{
	pair__run_udp(IPV4, send_datagrams, receive_datagrams);
}

void case_udp6_connected(void)
{
	pair__run_udp(IPV6, send_datagrams, receive_datagrams);
}

void case_udp_v4mapped(void)
{
	pair__run_udp(MAPPED, send_datagrams, receive_datagrams);
}

static ssize_t send_to(int fd, size_t len, struct address *to)
{
	return truth__sent_to(fd, sendto(fd, data, len, 0, raw(to), to->len), raw(to));
}

static ssize_t receive_from(int fd, size_t len, struct address *from)
{
	from->len = sizeof(from->storage);
	return truth__received_from(fd, recvfrom(fd, data, len, 0, raw(from), &from->len), raw(from));
}

/* A server that is bound to no address and answers whoever asks. */
static void echo(int fd)
{
	struct address from;
	ssize_t n;

	while ((n = receive_from(fd, 64 * KIB, &from)) != END)
		send_to(fd, n + 1, &from);
}

static void ask(enum address_kind server_kind, enum address_kind client_kind, int clients, int questions)
{
	int server = bound_socket(server_kind, SOCK_DGRAM, 0);
	struct address self = local_address(server), to;

	to = address(client_kind, ntohs(((struct sockaddr_in *)&self.storage)->sin_port));
	spawn(echo, server);
	for (int i = 0; i < clients; i++) {
		int fd = open_socket(family_of(client_kind), SOCK_DGRAM, 0);
		struct address from;

		for (int j = 0; j < questions; j++) {
			send_to(fd, 100 + j, &to);
			receive_from(fd, 64 * KIB, &from);
		}
		if (i == clients - 1)
			send_to(fd, END, &to);
		close(fd);
	}
	wait_for_all();
}

void case_udp_unconnected(void)
{
	ask(ANY4, IPV4, 1, 200);
}

void case_udp_unconnected6(void)
{
	ask(ANY6, IPV6, 1, 200);
}

/* An IPv6 socket for both families, with IPv4 peers. */
void case_udp_dual_stack(void)
{
	ask(ANY6, IPV4, 2, 50);
	ask(IPV4, MAPPED, 2, 50);
}

void case_udp_many_peers(void)
{
	ask(ANY4, IPV4, 50, 10);
}

static void receive_peeked(int fd)
{
	for (int i = 0;; i++) {
		receive_some(fd, 30, MSG_PEEK);
		receive_some(fd, 64 * KIB, MSG_PEEK | MSG_TRUNC);
		if (receive_some(fd, 64 * KIB, 0) == END)
			return;
		if (i % 50 == 49)
			send_some(fd, 33, 0);
	}
}

void case_udp_peek(void)
{
	pair__run_udp(IPV4, send_datagrams, receive_peeked);
}

/* A buffer that is too small: the call returns what it had room for, or with MSG_TRUNC the datagram's length. */
static void receive_cut(int fd)
{
	for (int i = 0;; i++) {
		ssize_t n = receive_some(fd, 100, i % 2 ? MSG_TRUNC : 0);

		if (n == END)
			return;
		if (i % 50 == 49)
			send_some(fd, 33, 0);
	}
}

void case_udp_trunc(void)
{
	pair__run_udp(IPV4, send_datagrams, receive_cut);
}

static void send_segments(int fd)
{
	set_option(fd, IPPROTO_UDP, UDP_SEGMENT, 1000);
	for (int i = 0; i < 40; i++) {
		if (send_some(fd, 20500, 0) != 20500)
			broken("UDP_SEGMENT: %s", strerror(errno));
		receive_some(fd, 100, 0);
	}
	set_option(fd, IPPROTO_UDP, UDP_SEGMENT, 0);
	send_some(fd, END, 0);
}

static void receive_segments(int fd)
{
	size_t got = 0;
	ssize_t n;

	while ((n = receive_some(fd, 64 * KIB, 0)) != END) {
		got += n;
		if (got % 20500 == 0)
			send_some(fd, 1, 0);
	}
}

static void receive_merged(int fd)
{
	set_option(fd, IPPROTO_UDP, UDP_GRO, 1);
	receive_segments(fd);
}

void case_udp_gso(void)
{
	pair__run_udp(IPV4, send_segments, receive_segments);
}

void case_udp_gro(void)
{
	pair__run_udp(IPV4, send_segments, receive_merged);
	pair__run_udp(IPV6, send_segments, receive_merged);
}

#define BATCH 16

static void fill_batch(struct mmsghdr *msgs, struct iovec *iov)
{
	memset(msgs, 0, BATCH * sizeof(*msgs));
	for (int i = 0; i < BATCH; i++) {
		iov[i] = (struct iovec){ data, 500 + i };
		msgs[i].msg_hdr.msg_iov = &iov[i];
		msgs[i].msg_hdr.msg_iovlen = 1;
	}
}

static void send_batches(int fd)
{
	struct mmsghdr msgs[BATCH];
	struct iovec iov[BATCH];

	for (int round = 0; round < 20; round++) {
		fill_batch(msgs, iov);
		int n = sendmmsg(fd, msgs, BATCH, 0);

		for (int i = 0; i < n; i++)
			truth__sent(fd, msgs[i].msg_len);
		receive_some(fd, 100, 0);
	}
	send_some(fd, END, 0);
}

static void receive_batches(int fd)
{
	struct mmsghdr msgs[BATCH];
	struct iovec iov[BATCH];
	int got = 0, n;

	for (;;) {
		fill_batch(msgs, iov);
		n = recvmmsg(fd, msgs, BATCH, MSG_WAITFORONE, NULL);
		for (int i = 0; i < n; i++)
			truth__received(fd, msgs[i].msg_len);
		if (n <= 0 || msgs[n - 1].msg_len == END)
			return;
		got += n;
		if (got % BATCH == 0)
			send_some(fd, 2, 0);
	}
}

void case_udp_mmsg(void)
{
	pair__run_udp(IPV4, send_batches, receive_batches);
}

/* Pieces that leave as one datagram. */
static void send_corked(int fd)
{
	for (int i = 0; i < 20; i++) {
		send_some(fd, 300, MSG_MORE);
		send_some(fd, 200, MSG_MORE);
		send_some(fd, 100, 0);
		set_option(fd, IPPROTO_UDP, UDP_CORK, 1);
		send_some(fd, 700, 0);
		send_some(fd, 50, 0);
		set_option(fd, IPPROTO_UDP, UDP_CORK, 0);
	}
	send_some(fd, END, 0);
}

static void receive_until_end(int fd)
{
	while (receive_some(fd, 64 * KIB, 0) != END)
		;
}

void case_udp_cork(void)
{
	pair__run_udp(IPV4, send_corked, receive_until_end);
	pair__run_udp(IPV6, send_corked, receive_until_end);
}

/* Calls that fail count nothing; a datagram that nobody wants was sent all the same. */
void case_udp_refused(void)
{
	int closed = bound_socket(IPV4, SOCK_DGRAM, 0), fd = open_socket(AF_INET, SOCK_DGRAM, 0);
	struct address to = local_address(closed), nowhere = address(IPV4, 9);

	close(closed);
	connect_to(fd, &to);
	for (int i = 0; i < 10; i++) { /* every other one reports the refusal of the one before */
		send_some(fd, 100, 0);
		usleep(1000);
	}
	if (send_some(fd, 70000, 0) >= 0 || errno != EMSGSIZE)
		broken("a datagram of 70,000 bytes was taken");
	close(fd);

	fd = open_socket(AF_INET, SOCK_DGRAM, 0);
	((struct sockaddr_in *)&nowhere.storage)->sin_addr.s_addr = htonl(0xffffffff);
	if (sendto(fd, data, 100, 0, raw(&nowhere), nowhere.len) >= 0)
		broken("a broadcast without leave was taken");
	close(fd);
}

static void send_nothings(int fd)
{
	for (int i = 0; i < 20; i++)
		send_some(fd, 0, 0);
	send_some(fd, END, 0);
}

void case_udp_zero_length(void)
{
	pair__run_udp(IPV4, send_nothings, receive_until_end);
}

/* What the error queue gives back was not received. */
void case_udp_errqueue(void)
{
	int closed = bound_socket(IPV4, SOCK_DGRAM, 0), fd = open_socket(AF_INET, SOCK_DGRAM, 0);
	struct address to = local_address(closed);
	struct pollfd error = { .fd = fd };

	close(closed);
	set_option(fd, IPPROTO_IP, IP_RECVERR, 1);
	connect_to(fd, &to);
	send_some(fd, 500, 0);
	poll(&error, 1, 1000);
	if (receive_some(fd, 1000, MSG_ERRQUEUE) != 500)
		broken("the error queue: %s", strerror(errno));
	close(fd);
}

void case_udp_disconnect(void)
{
	int server = bound_socket(IPV4, SOCK_DGRAM, 0), fd = open_socket(AF_INET, SOCK_DGRAM, 0);
	struct address to = local_address(server);
	struct sockaddr nowhere = { .sa_family = AF_UNSPEC };

	connect_to(fd, &to);
	send_some(fd, 1000, 0);
	connect(fd, &nowhere, sizeof(nowhere));
	truth__forget(fd);
	send_to(fd, 500, &to);
	close(fd);
}

static void send_flood(int fd)
{
	for (int i = 0; i < 20000; i++)
		send_some(fd, 64, 0);
	usleep(100000);
	send_some(fd, END, 0);
}

static void receive_flood(int fd)
{
	big_buffer(fd);
	receive_until_end(fd);
}

void case_udp_flood(void)
{
	pair__run_udp(IPV4, send_flood, receive_flood);
}

/* 20,000 at once: 200 sockets that send to 100 others. */
void case_flows_20000(void)
{
	struct address to[100];
	int sinks[100];

	for (int i = 0; i < 100; i++) {
		sinks[i] = bound_socket(IPV4, SOCK_DGRAM, 0);
		to[i] = local_address(sinks[i]);
	}
	for (int i = 0; i < 200; i++) {
		int fd = bound_socket(IPV4, SOCK_DGRAM, 0);

		for (int j = 0; j < 100; j++)
			if (send_to(fd, 50 + i, &to[j]) < 0)
				broken("sendto: %s", strerror(errno));
		close(fd);
	}
}
