/* SPDX-License-Identifier: GPL-2.0 */
/* MPTCP, kTLS, io_uring, and raw sockets. */
#include <errno.h>
#include <linux/tls.h>
#include <liburing.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "cases.h"
#include "pair.h"

#ifndef TCP_ULP
#define TCP_ULP 31
#endif

/* MPTCP */

static void talk(int fd)
{
	send_all(fd, MIB);
	shutdown(fd, SHUT_WR);
	if (receive_to_end(fd) != MIB / 2)
		broken("the answer is not whole");
}

static void answer(int fd)
{
	if (receive_to_end(fd) != MIB)
		broken("the question is not whole");
	send_all(fd, MIB / 2);
}

static void mptcp(enum address_kind kind, int server_protocol)
{
	pair__run(&(struct pair){ .kind = kind, .client_protocol = IPPROTO_MPTCP, .server_protocol = server_protocol,
				  .client = talk, .server = answer });
}

void case_mptcp4(void)
{
	mptcp(IPV4, IPPROTO_MPTCP);
}

void case_mptcp6(void)
{
	mptcp(IPV6, IPPROTO_MPTCP);
}

void case_mptcp_to_tcp(void)
{
	mptcp(IPV4, 0);
}

/* A server that offers MPTCP, as Go's do, and a client that does not know it. */
void case_tcp_to_mptcp(void)
{
	close(open_socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP));
	pair__run(&(struct pair){ .server_protocol = IPPROTO_MPTCP, .client = talk, .server = answer });
}

static void mptcp_receive(int fd)
{
	for (size_t left = MIB; left; left -= 64 * KIB) {
		receive_some(fd, 10 * KIB, MSG_PEEK);
		if (receive_some(fd, 64 * KIB, MSG_WAITALL) != 64 * KIB)
			broken("MSG_WAITALL did not wait for all");
	}
}

static void mptcp_send(int fd)
{
	send_all(fd, MIB);
}

void case_mptcp_peek_waitall(void)
{
	pair__run(&(struct pair){ .client_protocol = IPPROTO_MPTCP, .server_protocol = IPPROTO_MPTCP,
				  .client = mptcp_send, .server = mptcp_receive });
}

/* kTLS: each record of AES-128-GCM has 5 bytes of header, 8 of nonce, 16 of tag. */

#define TLS_OVERHEAD 29
#define TLS_PIECE 10000 /* of one record */
#define TLS_PIECES 50

static void set_up_tls(int fd, int direction)
{
	struct tls12_crypto_info_aes_gcm_128 crypto = {
		.info = { .version = TLS_1_2_VERSION, .cipher_type = TLS_CIPHER_AES_GCM_128 },
	};

	if (setsockopt(fd, IPPROTO_TCP, TCP_ULP, "tls", 4) && errno != EEXIST)
		skip("no kTLS: %s", strerror(errno));
	if (setsockopt(fd, SOL_TLS, direction, &crypto, sizeof(crypto)))
		skip("kTLS with AES-128-GCM: %s", strerror(errno));
}

/* send() returns what it was given; the records around that are on the stream too. */
static void tls_send(int fd)
{
	set_up_tls(fd, TLS_TX);
	for (int i = 0; i < TLS_PIECES; i++) {
		if (send_some(fd, TLS_PIECE, 0) != TLS_PIECE)
			broken("send: %s", strerror(errno));
		truth__sent(fd, TLS_OVERHEAD);
	}
}

static void tls_receive_raw(int fd)
{
	receive_all(fd, TLS_PIECES * (TLS_PIECE + TLS_OVERHEAD));
}

static void tls_receive(int fd)
{
	set_up_tls(fd, TLS_RX);
	for (int i = 0; i < TLS_PIECES; i++) {
		if (receive_some(fd, TLS_PIECE, MSG_WAITALL) != TLS_PIECE)
			broken("recv: %s", strerror(errno));
		truth__received(fd, TLS_OVERHEAD);
	}
}

void case_tls_transmit(void)
{
	pair__run_tcp(tls_send, tls_receive_raw);
}

void case_tls_both(void)
{
	pair__run_tcp(tls_send, tls_receive);
}

/* Plain text first: what was counted before the change must not count again. */
static void plain_then_tls_send(int fd)
{
	send_all(fd, 5000);
	receive_all(fd, 100);
	tls_send(fd);
}

static void plain_then_tls_receive(int fd)
{
	receive_all(fd, 5000);
	send_all(fd, 100);
	tls_receive(fd);
}

void case_tls_after_plain(void)
{
	pair__run_tcp(plain_then_tls_send, plain_then_tls_receive);
}

static void tls_send_file(int fd)
{
	int file = temporary_file(TLS_PIECE);
	off_t offset;

	set_up_tls(fd, TLS_TX);
	for (int i = 0; i < TLS_PIECES; i++) {
		offset = 0;
		if (truth__sent(fd, sendfile(fd, file, &offset, TLS_PIECE)) != TLS_PIECE)
			broken("sendfile: %s", strerror(errno));
		truth__sent(fd, TLS_OVERHEAD);
	}
}

void case_tls_sendfile(void)
{
	pair__run_tcp(tls_send_file, tls_receive_raw);
}

/* io_uring */

#define URING_PIECE 20000
#define URING_PIECES 50

static unsigned int ring_flags; /* of the ring */
static unsigned int submit_flags; /* of each submission */
static int send_opcode;

static struct io_uring make_ring(void)
{
	struct io_uring_params params = { .flags = ring_flags, .sq_thread_idle = 200 };
	struct io_uring ring;
	int err = io_uring_queue_init_params(8, &ring, &params);

	if (err == -ENOSYS || err == -EPERM || err == -EINVAL)
		skip("io_uring: %s", strerror(-err));
	if (err)
		broken("io_uring: %s", strerror(-err));
	return ring;
}

/* Submits one and waits for it; a zero-copy send tells of its end apart. */
static int submit_and_wait(struct io_uring *ring, int opcode, int fd, size_t len)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(ring);
	struct io_uring_cqe *cqe;
	bool more;
	int result = 0;

	io_uring_prep_rw(opcode, sqe, fd, data, len, 0);
	sqe->flags |= submit_flags;
	io_uring_submit(ring);
	do {
		if (io_uring_wait_cqe(ring, &cqe))
			broken("io_uring_wait_cqe");
		more = cqe->flags & IORING_CQE_F_MORE;
		if (!(cqe->flags & (1U << 3))) /* IORING_CQE_F_NOTIF */
			result = cqe->res;
		io_uring_cqe_seen(ring, cqe);
	} while (more);
	return result;
}

static void uring_send(int fd)
{
	struct io_uring ring = make_ring();

	for (size_t left = URING_PIECES * URING_PIECE; left;) {
		int n = submit_and_wait(&ring, send_opcode, fd, left < URING_PIECE ? left : URING_PIECE);

		if (n == -EINVAL || n == -EOPNOTSUPP)
			skip("io_uring operation %d: %s", send_opcode, strerror(-n));
		if (n <= 0)
			broken("io_uring send: %s", strerror(-n));
		truth__sent(fd, n);
		left -= n;
	}
	io_uring_queue_exit(&ring);
}

static void uring_receive(int fd)
{
	struct io_uring ring = make_ring();

	for (size_t left = URING_PIECES * URING_PIECE; left;) {
		int n = submit_and_wait(&ring, IORING_OP_RECV, fd, left < URING_PIECE ? left : URING_PIECE);

		if (n <= 0)
			broken("io_uring receive: %s", strerror(-n));
		truth__received(fd, n);
		left -= n;
	}
	io_uring_queue_exit(&ring);
}

static void uring(unsigned int ring, unsigned int submit, int opcode)
{
	ring_flags = ring;
	submit_flags = submit;
	send_opcode = opcode;
	pair__run_tcp(uring_send, uring_receive);
}

void case_uring(void)
{
	uring(0, 0, IORING_OP_SEND);
}

/* By its worker threads: until 5.12 those are threads of the kernel's. */
void case_uring_worker(void)
{
	uring(0, IOSQE_ASYNC, IORING_OP_SEND);
}

void case_uring_sqpoll(void)
{
	uring(IORING_SETUP_SQPOLL, 0, IORING_OP_SEND);
}

#define OP_SEND_ZC 47 /* IORING_OP_SEND_ZC, since 6.0 */

void case_uring_zerocopy(void)
{
	uring(0, 0, OP_SEND_ZC);
}

static void uring_udp_send(int fd)
{
	struct io_uring ring = make_ring();

	for (int i = 0; i < 100; i++) {
		truth__sent(fd, submit_and_wait(&ring, IORING_OP_SEND, fd, 1000 + i));
		truth__received(fd, submit_and_wait(&ring, IORING_OP_RECV, fd, 100));
	}
	io_uring_queue_exit(&ring);
}

static void uring_udp_receive(int fd)
{
	struct io_uring ring = make_ring();

	for (int i = 0; i < 100; i++) {
		truth__received(fd, submit_and_wait(&ring, IORING_OP_RECV, fd, 5000));
		truth__sent(fd, submit_and_wait(&ring, IORING_OP_SEND, fd, 50));
	}
	io_uring_queue_exit(&ring);
}

void case_uring_udp(void)
{
	submit_flags = IOSQE_ASYNC;
	pair__run_udp(IPV4, uring_udp_send, uring_udp_receive);
}

/* --- raw sockets --- */

/* What they send has the number of a protocol that is counted, and is not. */
static void send_raw(int family, enum address_kind kind, int protocol)
{
	struct address to = address(kind, 9);
	int fd = socket(family, SOCK_RAW, protocol);

	if (fd < 0 || connect(fd, raw(&to), to.len))
		broken("raw socket: %s", strerror(errno));
	for (int i = 0; i < 3; i++)
		send(fd, data, 100, 0);
	recv(fd, data, sizeof(data), MSG_DONTWAIT);
	close(fd);
}

void case_raw(void)
{
	send_raw(AF_INET, IPV4, IPPROTO_TCP);
	send_raw(AF_INET, IPV4, IPPROTO_UDP);
	send_raw(AF_INET6, IPV6, IPPROTO_TCP);
	send_raw(AF_INET6, IPV6, IPPROTO_UDP);
}
