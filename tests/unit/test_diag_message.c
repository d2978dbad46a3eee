/* SPDX-License-Identifier: GPL-2.0 */
#include "diag_message.h"

#include "fixture.h"

#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>

/* What a kernel answers, put together piece by piece. */
struct answer {
	_Alignas(8) char bytes[4096];
	size_t length;
	struct nlmsghdr *message; /* the last */
};

static void begin(struct answer *answer, int type)
{
	answer->message = (void *)(answer->bytes + answer->length);
	*answer->message = (struct nlmsghdr){ .nlmsg_len = NLMSG_HDRLEN, .nlmsg_type = type };
	answer->length += NLMSG_HDRLEN;
}

static void put(struct answer *answer, const void *bytes, size_t length)
{
	memcpy(answer->bytes + answer->length, bytes, length);
	answer->message->nlmsg_len += NLMSG_ALIGN(length);
	answer->length += NLMSG_ALIGN(length);
}

static void put_attribute(struct answer *answer, int type, const void *bytes, size_t length)
{
	struct rtattr attribute = { .rta_len = RTA_LENGTH(length), .rta_type = type };

	put(answer, &attribute, sizeof(attribute));
	put(answer, bytes, length);
}

/* An IPv4 socket with as much of TCP_INFO as a kernel has. */
static void put_socket_that(struct answer *answer, size_t info_length, enum diag_state state, __u32 unacked, __u32 notsent_bytes)
{
	struct inet_diag_msg socket = { .idiag_family = AF_INET, .idiag_state = state, .idiag_rqueue = 5,
					.idiag_wqueue = 6, .idiag_uid = 1000, .idiag_inode = 77,
					.id = { .idiag_sport = htons(80), .idiag_dport = htons(1234), .idiag_if = 3,
						.idiag_cookie = { 0x11, 0x22 } } };
	struct tcp_info info = { .tcpi_rtt = 250, .tcpi_snd_cwnd = 10, .tcpi_total_retrans = 4, .tcpi_bytes_acked = 1001,
				 .tcpi_bytes_received = 2002, .tcpi_bytes_sent = 3003, .tcpi_bytes_retrans = 4, .tcpi_unacked = unacked,
				 .tcpi_notsent_bytes = notsent_bytes };

	inet_pton(AF_INET, "10.0.0.1", socket.id.idiag_src);
	inet_pton(AF_INET, "10.0.0.2", socket.id.idiag_dst);
	begin(answer, SOCK_DIAG_BY_FAMILY);
	put(answer, &socket, sizeof(socket));
	put_attribute(answer, INET_DIAG_SHUTDOWN, "", 1);
	if (info_length)
		put_attribute(answer, INET_DIAG_INFO, &info, info_length);
}

static void put_socket(struct answer *answer, size_t info_length)
{
	put_socket_that(answer, info_length, DIAG_ESTABLISHED, 1, 8);
}

static void put_number(struct answer *answer, int type, int number)
{
	begin(answer, type);
	put(answer, &number, sizeof(number));
}

struct seen {
	struct diag_socket last;
	int count, fail;
};

static int see(void *ctx, const struct diag_socket *socket)
{
	struct seen *seen = ctx;

	seen->last = *socket;
	seen->count++;
	return seen->fail;
}

static int read_answer(const struct answer *answer, struct seen *seen)
{
	return diag_message__read(answer->bytes, answer->length, IPPROTO_TCP, see, seen);
}

static void test_request(void **state)
{
	struct diag_request request = diag_message__request(AF_INET6, IPPROTO_TCP, DIAG_CONNECTED_STATES);

	(void)state;
	assert_int_equal(request.header.nlmsg_len, sizeof(request));
	assert_int_equal(request.body.sdiag_family, AF_INET6);
	assert_int_equal(request.body.idiag_ext, 1 << (INET_DIAG_INFO - 1));
	assert_false(request.body.idiag_states & (1 << DIAG_LISTEN | 1 << DIAG_TIME_WAIT | 1 << DIAG_SYN_RECV));
}

static void test_socket(void **state)
{
	const struct flow_key wanted = make_key(0, "10.0.0.1", 80, "10.0.0.2", 1234);
	struct answer answer = {};
	struct seen seen = {};

	(void)state;
	put_socket(&answer, sizeof(struct tcp_info));
	put_socket(&answer, sizeof(struct tcp_info));
	assert_int_equal(read_answer(&answer, &seen), 0);
	assert_int_equal(seen.count, 2);
	assert_memory_equal(seen.last.key.laddr, wanted.laddr, 16);
	assert_memory_equal(seen.last.key.raddr, wanted.raddr, 16);
	assert_int_equal(seen.last.key.lport, 80);
	assert_int_equal(seen.last.key.rport, 1234);
	assert_int_equal(seen.last.key.protocol, IPPROTO_TCP);
	assert_int_equal(seen.last.cookie, 0x2200000011);
	assert_int_equal(seen.last.inode, 77);
	assert_int_equal(seen.last.uid, 1000);
	assert_int_equal(seen.last.ifindex, 3);
	assert_int_equal(seen.last.recv_queue, 5);
	assert_int_equal(seen.last.send_queue, 6);
	assert_true(seen.last.tcp.has_acked && seen.last.tcp.has_sent);
	assert_int_equal(seen.last.tcp.bytes_acked, 1001);
	assert_int_equal(seen.last.tcp.bytes_received, 2002);
	assert_int_equal(seen.last.tcp.bytes_sent, 3003);
	assert_int_equal(seen.last.tcp.rtt_us, 250);
}

/* Older kernels know less; newer ones more. */
static void test_lengths_of_info(void **state)
{
	static const struct {
		size_t length;
		bool acked, sent;
	} cases[] = {
		{ 0, false, false },
		{ 1, false, false },
		{ offsetof(struct tcp_info, tcpi_bytes_acked), false, false },
		{ offsetof(struct tcp_info, tcpi_bytes_received) + 7, false, false },
		{ offsetof(struct tcp_info, tcpi_segs_out), true, false },
		{ offsetof(struct tcp_info, tcpi_bytes_retrans), true, false },
		{ offsetof(struct tcp_info, tcpi_dsack_dups), true, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct answer answer = {};
		struct seen seen = {};

		put_socket(&answer, cases[i].length);
		assert_int_equal(read_answer(&answer, &seen), 0);
		assert_int_equal(seen.count, 1);
		assert_int_equal(seen.last.tcp.has_acked, cases[i].acked);
		assert_int_equal(seen.last.tcp.has_sent, cases[i].sent);
		assert_int_equal(seen.last.tcp.bytes_received, cases[i].acked ? 2002 : 0);
	}
}

/* What was acknowledged after the queue was read is not in it any more. */
static void test_queue_of_another_moment(void **state)
{
	static const struct {
		enum diag_state state;
		size_t info_length;
		__u32 unacked, notsent_bytes, send_queue;
	} cases[] = {
		{ DIAG_ESTABLISHED, sizeof(struct tcp_info), 0, 0, 0 },
		{ DIAG_CLOSE_WAIT, sizeof(struct tcp_info), 0, 0, 0 },
		{ DIAG_ESTABLISHED, sizeof(struct tcp_info), 1, 0, 6 },
		{ DIAG_ESTABLISHED, sizeof(struct tcp_info), 0, 1, 6 },
		{ DIAG_ESTABLISHED, offsetof(struct tcp_info, tcpi_bytes_retrans), 0, 0, 6 }, /* it is not known */
		{ DIAG_LISTEN, sizeof(struct tcp_info), 0, 0, 6 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct answer answer = {};
		struct seen seen = {};

		put_socket_that(&answer, cases[i].info_length, cases[i].state, cases[i].unacked, cases[i].notsent_bytes);
		assert_int_equal(read_answer(&answer, &seen), 0);
		assert_int_equal(seen.last.send_queue, cases[i].send_queue);
	}
}

static void test_ends(void **state)
{
	struct answer done = {}, failed = {}, acknowledged = {};
	struct seen seen = {}, refusing = { .fail = -ENOMEM };

	(void)state;
	put_socket(&done, sizeof(struct tcp_info));
	put_number(&done, NLMSG_DONE, 0);
	assert_int_equal(read_answer(&done, &seen), DIAG_END);
	assert_int_equal(read_answer(&done, &refusing), -ENOMEM);
	put_number(&failed, NLMSG_ERROR, -ENOENT);
	assert_int_equal(read_answer(&failed, &seen), -ENOENT);
	put_number(&acknowledged, NLMSG_ERROR, 0);
	assert_int_equal(read_answer(&acknowledged, &seen), DIAG_END);
	assert_int_equal(seen.count, 1);
}

/* Cut off anywhere, in a buffer of just that size, where a look beyond the end is found out. */
static void test_truncated(void **state)
{
	struct answer answer = {};

	(void)state;
	put_socket(&answer, sizeof(struct tcp_info));
	put_number(&answer, NLMSG_DONE, 0);
	for (size_t length = 0; length < answer.length; length++) {
		char *bytes = malloc(length ?: 1);
		struct seen seen = {};

		memcpy(bytes, answer.bytes, length);
		assert_int_not_equal(diag_message__read(bytes, length, IPPROTO_TCP, see, &seen), DIAG_END);
		assert_true(seen.count <= 1);
		free(bytes);
	}
}

/* The same with each length that a message tells of itself, and of its attributes. */
static void test_hostile_lengths(void **state)
{
	static const unsigned int lengths[] = { 0, 1, 3, 4, 15, 16, 17, 0x7f, 0xff, 0xffff, 0x7fffffff, 0xffffffff };

	(void)state;
	for (size_t at = 0; at < 200; at++) {
		for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
			struct answer answer = {};
			struct seen seen = {};
			char *bytes;

			put_socket(&answer, sizeof(struct tcp_info));
			memcpy(answer.bytes + at, &lengths[i], sizeof(lengths[i]));
			bytes = malloc(answer.length);
			memcpy(bytes, answer.bytes, answer.length);
			assert_true(diag_message__read(bytes, answer.length, IPPROTO_TCP, see, &seen) <= 1);
			free(bytes);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_socket),
		cmocka_unit_test(test_lengths_of_info),
		cmocka_unit_test(test_queue_of_another_moment),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_hostile_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
