/* SPDX-License-Identifier: GPL-2.0 */
/* TCP: all the ways into and out of a socket, and all the ways to end a connection. */
#include <errno.h>
#include <fcntl.h>
#include <linux/errqueue.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>

#include "cases.h"
#include "pair.h"

#define BULK (3 * MIB)

static void send_bulk(int fd)
{
	send_all(fd, BULK);
}

static void receive_bulk(int fd)
{
	receive_all(fd, BULK);
}

/* Sends, ends its half, and takes what comes back until the other half is ended. */
static void talk(int fd)
{
	send_all(fd, BULK);
	shutdown(fd, SHUT_WR);
	if (receive_to_end(fd) != 2 * MIB)
		broken("the answer is not whole");
}

static void answer(int fd)
{
	if (receive_to_end(fd) != BULK)
		broken("the question is not whole");
	send_all(fd, 2 * MIB);
}

void case_tcp4(void)
{
	pair__run(&(struct pair){ .kind = IPV4, .client = talk, .server = answer });
}

void case_tcp6(void)
{
	pair__run(&(struct pair){ .kind = IPV6, .client = talk, .server = answer });
}

void case_tcp_v4mapped(void)
{
	pair__run(&(struct pair){ .kind = MAPPED, .client = talk, .server = answer });
}

/* A buffer that is full again and again, so that most calls take less than they are offered. */
static void send_nonblocking(int fd)
{
	struct pollfd writable = { .fd = fd, .events = POLLOUT };
	size_t left = BULK;

	set_option(fd, SOL_SOCKET, SO_SNDBUF, 64 * KIB);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (left) {
		ssize_t n = send_some(fd, left < 300 * KIB ? left : 300 * KIB, 0);

		if (n > 0)
			left -= n;
		else
			poll(&writable, 1, 1000);
	}
}

static void receive_slowly(int fd)
{
	for (size_t left = BULK; left;) {
		ssize_t n = receive_some(fd, 50 * KIB, 0);

		if (n <= 0)
			broken("the stream is not whole");
		left -= n;
		usleep(200);
	}
}

void case_tcp_nonblock_partial(void)
{
	pair__run_tcp(send_nonblocking, receive_slowly);
}

static void send_crumbs(int fd)
{
	for (int i = 0; i < 5000; i++)
		send_some(fd, 1 + i % 7, 0);
}

static void receive_rest(int fd)
{
	receive_to_end(fd);
}

void case_tcp_small_writes(void)
{
	pair__run_tcp(send_crumbs, receive_rest);
}

static void receive_waitall(int fd)
{
	for (size_t left = BULK; left; left -= 256 * KIB)
		if (receive_some(fd, 256 * KIB, MSG_WAITALL) != 256 * KIB)
			broken("MSG_WAITALL did not wait for all");
}

void case_tcp_waitall(void)
{
	pair__run_tcp(send_bulk, receive_waitall);
}

static void receive_peeking(int fd)
{
	for (size_t left = BULK; left;) {
		ssize_t peeked = receive_some(fd, 20 * KIB, MSG_PEEK);
		ssize_t again = receive_some(fd, 10 * KIB, MSG_PEEK);
		ssize_t n = receive_some(fd, 15 * KIB, 0);

		if (peeked <= 0 || again <= 0 || n <= 0)
			broken("a peek or what came after it failed");
		left -= n;
	}
}

void case_tcp_peek(void)
{
	pair__run_tcp(send_bulk, receive_peeking);
}

static void receive_lowat(int fd)
{
	set_option(fd, SOL_SOCKET, SO_RCVLOWAT, 16 * KIB);
	receive_rest(fd);
}

void case_tcp_lowat(void)
{
	pair__run_tcp(send_bulk, receive_lowat);
}

static void receive_discarding(int fd)
{
	for (size_t left = BULK; left;) {
		ssize_t n = receive_some(fd, 30 * KIB, MSG_TRUNC);

		if (n <= 0)
			broken("MSG_TRUNC: %s", strerror(errno));
		left -= n;
	}
}

void case_tcp_trunc(void)
{
	pair__run_tcp(send_bulk, receive_discarding);
}

static void send_urgent(int fd)
{
	for (int i = 0; i < 50; i++) {
		send_all(fd, 1000);
		send_some(fd, 1, MSG_OOB);
		send_all(fd, 500);
	}
}

static void prepare_urgent(int fd)
{
	set_option(fd, SOL_SOCKET, SO_OOBINLINE, 1);
}

void case_tcp_urgent(void)
{
	pair__run(&(struct pair){ .client = send_urgent, .server = receive_rest, .prepare = prepare_urgent });
}

static void send_file(int fd)
{
	int file = temporary_file(BULK);
	off_t offset = 0;

	while (offset < BULK)
		if (truth__sent(fd, sendfile(fd, file, &offset, 500 * KIB)) <= 0)
			broken("sendfile: %s", strerror(errno));
}

void case_tcp_sendfile(void)
{
	pair__run_tcp(send_file, receive_bulk);
}

static void send_by_splice(int fd)
{
	int file = temporary_file(BULK), pipes[2];
	ssize_t in, out;

	if (pipe(pipes))
		broken("pipe: %s", strerror(errno));
	while ((in = splice(file, NULL, pipes[1], NULL, 64 * KIB, 0)) > 0) {
		for (; in; in -= out) {
			out = truth__sent(fd, splice(pipes[0], NULL, fd, NULL, in, SPLICE_F_MORE));
			if (out <= 0)
				broken("splice to the socket: %s", strerror(errno));
		}
	}
}

static void receive_by_splice(int fd)
{
	int pipes[2], null = open("/dev/null", O_WRONLY);
	ssize_t in;

	if (pipe(pipes))
		broken("pipe: %s", strerror(errno));
	while ((in = truth__received(fd, splice(fd, NULL, pipes[1], NULL, 64 * KIB, 0))) > 0)
		while (in > 0)
			in -= splice(pipes[0], NULL, null, NULL, in, 0);
	if (in < 0)
		broken("splice from the socket: %s", strerror(errno));
}

void case_tcp_splice(void)
{
	pair__run_tcp(send_by_splice, receive_by_splice);
}

/* Waits for the kernel to be done with what was sent so far. */
static void reap_zerocopy(int fd)
{
	struct pollfd error = { .fd = fd };
	char control[128];
	struct msghdr msg = { .msg_control = control, .msg_controllen = sizeof(control) };

	poll(&error, 1, 100);
	recvmsg(fd, &msg, MSG_ERRQUEUE | MSG_DONTWAIT);
}

static void send_zerocopy(int fd)
{
	set_option(fd, SOL_SOCKET, SO_ZEROCOPY, 1);
	for (size_t left = BULK; left;) {
		ssize_t n = send_some(fd, left < 48 * KIB ? left : 48 * KIB, MSG_ZEROCOPY);

		if (n > 0)
			left -= n;
		else if (errno != ENOBUFS)
			broken("MSG_ZEROCOPY: %s", strerror(errno));
		reap_zerocopy(fd);
	}
}

void case_tcp_zerocopy_send(void)
{
	pair__run_tcp(send_zerocopy, receive_bulk);
}

/* Pages mapped where they can be, the rest copied. */
static void receive_zerocopy(int fd)
{
	const size_t window = 512 * KIB;
	void *pages = mmap(NULL, window, PROT_READ, MAP_SHARED, fd, 0);
	struct pollfd readable = { .fd = fd, .events = POLLIN };

	if (pages == MAP_FAILED)
		skip("no mmap on TCP sockets: %s", strerror(errno));
	for (size_t got = 0; got < BULK;) {
		struct tcp_zerocopy_receive zc = { .address = (uintptr_t)pages, .length = window };
		socklen_t len = sizeof(zc);

		poll(&readable, 1, 1000);
		if (getsockopt(fd, IPPROTO_TCP, TCP_ZEROCOPY_RECEIVE, &zc, &len)) {
			if (errno == ENOPROTOOPT)
				skip("TCP_ZEROCOPY_RECEIVE: %s", strerror(errno));
			broken("TCP_ZEROCOPY_RECEIVE: %s", strerror(errno));
		}
		got += truth__received(fd, zc.length);
		if (zc.recv_skip_hint)
			got += receive_some(fd, zc.recv_skip_hint < BULK - got ? zc.recv_skip_hint : BULK - got, 0);
	}
}

void case_tcp_zerocopy_receive(void)
{
	pair__run_tcp(send_zerocopy, receive_zerocopy);
}

#define BATCH 8

static void fill_batch(struct mmsghdr *msgs, struct iovec *iov, size_t len)
{
	memset(msgs, 0, BATCH * sizeof(*msgs));
	for (int i = 0; i < BATCH; i++) {
		iov[i] = (struct iovec){ data, len + i };
		msgs[i].msg_hdr.msg_iov = &iov[i];
		msgs[i].msg_hdr.msg_iovlen = 1;
	}
}

static void send_batches(int fd)
{
	struct mmsghdr msgs[BATCH];
	struct iovec iov[BATCH];

	for (int round = 0; round < 50; round++) {
		fill_batch(msgs, iov, 1000);
		int n = sendmmsg(fd, msgs, BATCH, 0);

		for (int i = 0; i < n; i++)
			truth__sent(fd, msgs[i].msg_len);
	}
	shutdown(fd, SHUT_WR);
	receive_to_end(fd);
}

static void receive_batches(int fd)
{
	struct mmsghdr msgs[BATCH];
	struct iovec iov[BATCH];
	int n;

	do {
		fill_batch(msgs, iov, 700);
		n = recvmmsg(fd, msgs, BATCH, MSG_WAITFORONE, NULL);
		for (int i = 0; i < n; i++)
			truth__received(fd, msgs[i].msg_len);
	} while (n > 0 && msgs[n - 1].msg_len);
}

void case_tcp_mmsg(void)
{
	pair__run_tcp(send_batches, receive_batches);
}

static void send_vectors(int fd)
{
	struct iovec iov[3] = { { data, 100 }, { data + 1000, 20000 }, { data + 30000, 7 } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 3 };

	for (int i = 0; i < 30; i++) {
		truth__sent(fd, writev(fd, iov, 3));
		truth__sent(fd, sendmsg(fd, &msg, 0));
		truth__sent(fd, write(fd, data, 999));
	}
}

static void receive_vectors(int fd)
{
	struct iovec iov[3] = { { data, 10 }, { data + 1000, 3000 }, { data + 30000, 4 } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 3 };

	while (truth__received(fd, readv(fd, iov, 3)) > 0 && truth__received(fd, recvmsg(fd, &msg, 0)) > 0 &&
	       truth__received(fd, read(fd, data, 5000)) > 0)
		;
}

void case_tcp_iov(void)
{
	pair__run_tcp(send_vectors, receive_vectors);
}

/* Fast Open: data in the SYN, with a cookie from the first connection on; and connect() that waits for the data. */
static void serve_fastopen(int listener)
{
	for (int i = 0; i < 3; i++) {
		int fd = accept(listener, NULL, NULL);

		truth__forget(fd);
		truth__remember(fd);
		receive_to_end(fd);
		send_all(fd, 5000);
		close(fd);
	}
}

static void fastopen_by_send(struct address *to)
{
	int fd = open_socket(AF_INET, SOCK_STREAM, 0);
	ssize_t n = sendto(fd, data, 1000, MSG_FASTOPEN, raw(to), to->len);

	if (n < 0)
		skip("MSG_FASTOPEN: %s", strerror(errno));
	truth__remember(fd);
	truth__sent(fd, n);
	send_all(fd, 100000);
	shutdown(fd, SHUT_WR);
	receive_to_end(fd);
	close(fd);
}

static void fastopen_by_connect(struct address *to)
{
	int fd = open_socket(AF_INET, SOCK_STREAM, 0);
	ssize_t n;

	set_option(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1);
	if (connect(fd, raw(to), to->len))
		broken("connect: %s", strerror(errno));
	n = send(fd, data, 1200, 0); /* this connects */
	truth__remember(fd);
	truth__sent(fd, n);
	send_all(fd, 70000);
	shutdown(fd, SHUT_WR);
	receive_to_end(fd);
	close(fd);
}

void case_tcp_fastopen(void)
{
	int listener = bound_socket(IPV4, SOCK_STREAM, 0);
	struct address to = local_address(listener);
	FILE *sysctl = fopen("/proc/sys/net/ipv4/tcp_fastopen", "w");

	if (!sysctl || fprintf(sysctl, "3") < 0 || fclose(sysctl))
		skip("net.ipv4.tcp_fastopen: %s", strerror(errno));
	set_option(listener, IPPROTO_TCP, TCP_FASTOPEN, 16);
	listen(listener, 16);
	spawn(serve_fastopen, listener);
	fastopen_by_send(&to);
	fastopen_by_send(&to);
	fastopen_by_connect(&to);
	wait_for_all();
}

/* Data that is read after the connection has been ended from both sides. */
static void end_first(int fd)
{
	send_all(fd, 500);
	shutdown(fd, SHUT_WR);
	usleep(100000);
	receive_to_end(fd);
}

static void end_second(int fd)
{
	send_all(fd, 70000);
	shutdown(fd, SHUT_WR);
	usleep(150000);
	receive_to_end(fd);
}

void case_tcp_halfclose(void)
{
	pair__run_tcp(end_first, end_second);
}

static void end_by_reset(int fd)
{
	struct linger at_once = { .l_onoff = 1 };

	send_all(fd, 20000);
	usleep(50000);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

static void see_reset(int fd)
{
	receive_all(fd, 5000);
	send_all(fd, 3000);
	usleep(100000);
	send_some(fd, 100, 0);
	receive_some(fd, 5000, 0);
}

void case_tcp_reset(void)
{
	pair__run_tcp(end_by_reset, see_reset);
}

static void send_into_void(int fd)
{
	send_all(fd, 20000);
	usleep(100000);
	for (int i = 0; i < 3; i++)
		send_some(fd, 10, 0);
}

static void close_unread(int fd)
{
	receive_all(fd, 1000);
	usleep(20000);
}

void case_tcp_close_unread(void)
{
	pair__run_tcp(send_into_void, close_unread);
}

static void serve_two(int listener)
{
	for (int i = 0; i < 2; i++) {
		int fd = accept(listener, NULL, NULL);

		truth__forget(fd);
		truth__remember(fd);
		receive_all(fd, 10000);
		send_all(fd, 6000 + i);
		receive_to_end(fd);
		close(fd);
	}
}

/* One socket, two connections: the numbers of the first must not leak into the second. */
void case_tcp_reconnect(void)
{
	int listener = bound_socket(IPV4, SOCK_STREAM, 0), fd = open_socket(AF_INET, SOCK_STREAM, 0);
	struct address to = local_address(listener);
	struct sockaddr nowhere = { .sa_family = AF_UNSPEC };

	listen(listener, 2);
	spawn(serve_two, listener);
	for (int i = 0; i < 2; i++) {
		connect_to(fd, &to);
		send_all(fd, 10000);
		receive_all(fd, 5000); /* leaves some unread */
		if (connect(fd, &nowhere, sizeof(nowhere)))
			broken("disconnect: %s", strerror(errno));
	}
	close(fd);
	wait_for_all();
}

static void do_nothing(int fd)
{
	(void)fd;
}

void case_tcp_no_data(void)
{
	pair__run_tcp(do_nothing, do_nothing);
	pair__run_tcp(do_nothing, receive_rest);
}
