/* SPDX-License-Identifier: GPL-2.0 */
#include "diag_table.h"

#include "fixture.h"

struct fixture {
	struct diag_table *table;
	int forgotten;
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	*state = fixture;
	return diag_table__new(&fixture->table);
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	diag_table__free(fixture->table);
	free(fixture);
	return 0;
}

/* A connection that wrote and got so much, all of it acknowledged. */
static struct diag_socket make_socket(__u64 cookie, __u64 tx, __u64 rx)
{
	return (struct diag_socket){
		.key = key_of(0, 4000 + cookie),
		.cookie = cookie,
		.inode = 100 + cookie,
		.uid = 1000,
		.state = DIAG_ESTABLISHED,
		.tcp = { .has_acked = true, .has_sent = true, .bytes_acked = tx, .bytes_sent = tx, .bytes_received = rx },
	};
}

/* What a look at it finds. */
static void finds(struct fixture *fixture, const struct diag_socket *socket, bool existing, __u64 tx, __u64 rx)
{
	struct diag_entry *entry = diag_table__note(fixture->table, NETNS, socket, existing);

	assert_non_null(entry);
	assert_int_equal(entry->tx_bytes, tx);
	assert_int_equal(entry->rx_bytes, rx);
	entry->tx_bytes = 0;
	entry->rx_bytes = 0;
}

static void count_forgotten(void *ctx, const struct diag_entry *entry)
{
	(void)entry;
	((struct fixture *)ctx)->forgotten++;
}

static void end_look(struct fixture *fixture)
{
	diag_table__end_look(fixture->table, count_forgotten, fixture);
}

static void test_differences(void **state)
{
	struct diag_socket old = make_socket(1, 5000, 700), new = make_socket(2, 300, 40);

	finds(*state, &old, true, 0, 0);
	end_look(*state);
	old.tcp.bytes_acked = old.tcp.bytes_sent = 5010;
	old.tcp.bytes_received = 701;
	finds(*state, &old, false, 10, 1);
	finds(*state, &old, false, 0, 0); /* the kernel may list one twice */
	finds(*state, &new, false, 300, 40);
}

/* Neither what was sent again nor what is not acknowledged yet makes a difference. */
static void test_what_is_sent(void **state)
{
	struct diag_socket socket = make_socket(1, 1000, 0);

	socket.send_queue = 500;
	socket.tcp.bytes_sent = 1000 + 200 + 90;
	socket.tcp.bytes_retrans = 90;
	socket.tcp.notsent_bytes = 300;
	finds(*state, &socket, false, 1500, 0);
	socket.tcp.bytes_acked = 1500;
	socket.send_queue = 0;
	finds(*state, &socket, false, 0, 0);
}

/* SYN and FIN take a sequence number each. */
static void test_syn_and_fin(void **state)
{
	struct diag_socket client = make_socket(1, 100, 50), server = make_socket(2, 50, 100);

	client.tcp.bytes_acked = 101;
	finds(*state, &client, false, 100, 50);
	finds(*state, &server, false, 50, 100);
	client.state = DIAG_FIN_WAIT1;
	client.send_queue = 1;
	finds(*state, &client, false, 0, 0);
	client.state = DIAG_FIN_WAIT2;
	client.send_queue = 0;
	client.tcp.bytes_acked = 102;
	finds(*state, &client, false, 0, 0);
	server.state = DIAG_CLOSE_WAIT;
	server.tcp.bytes_received = 101;
	finds(*state, &server, false, 0, 0);
	server.state = DIAG_LAST_ACK;
	server.tcp.bytes_acked = 51;
	finds(*state, &server, false, 0, 0);
}

/* Seen for the first time when it has closed its side already. */
static void test_first_seen_closing(void **state)
{
	struct diag_socket client = make_socket(1, 100, 51), empty = make_socket(2, 0, 0);

	client.state = DIAG_LAST_ACK;
	client.tcp.bytes_acked = 101; /* the SYN; the FIN waits */
	client.send_queue = 1;
	finds(*state, &client, false, 100, 50);
	empty.state = DIAG_CLOSING;
	finds(*state, &empty, false, 0, 0);
}

/* As long as segments that were dropped on the way out hide it, a SYN is taken to be there. */
static void test_syn_not_known(void **state)
{
	struct diag_socket socket = make_socket(1, 100, 0);

	socket.tcp.bytes_sent = 180;
	finds(*state, &socket, false, 99, 0);
	socket.tcp.bytes_sent = 100;
	finds(*state, &socket, false, 1, 0);
}

/* But where somebody listens, there it is not. */
static void test_accepted_where_somebody_listens(void **state)
{
	struct fixture *fixture = *state;
	struct diag_socket socket = make_socket(1, 100, 0), listener = make_socket(2, 0, 0);

	listener.state = DIAG_LISTEN;
	listener.key.lport = socket.key.lport;
	socket.tcp.bytes_sent = 180;
	assert_null(diag_table__note(fixture->table, NETNS, &listener, false));
	finds(fixture, &socket, false, 100, 0);
}

/* Before 4.19 nothing else tells. */
static void test_older_kernel(void **state)
{
	struct fixture *fixture = *state;
	struct diag_socket socket = make_socket(1, 100, 20), oldest = make_socket(2, 0, 0);

	socket.tcp.has_sent = false;
	socket.tcp.bytes_sent = 0;
	finds(*state, &socket, false, 99, 20);
	oldest.tcp.has_acked = false;
	assert_null(diag_table__note(fixture->table, NETNS, &oldest, false));
}

/* Numbers that were not read at one moment count too much at most until the next look. */
static void test_never_back(void **state)
{
	struct diag_socket socket = make_socket(1, 1000, 10);

	finds(*state, &socket, true, 0, 0);
	socket.send_queue = 400; /* was acknowledged meanwhile */
	finds(*state, &socket, false, 400, 0);
	socket.send_queue = 0;
	socket.tcp.bytes_acked = 1300;
	finds(*state, &socket, false, 0, 0);
	socket.tcp.bytes_acked = 1500;
	finds(*state, &socket, false, 100, 0);
}

static void test_connected_again(void **state)
{
	struct diag_socket socket = make_socket(1, 1000, 10);

	finds(*state, &socket, true, 0, 0);
	socket.key.rport++;
	socket.tcp = (struct diag_tcp){ .has_acked = true, .has_sent = true, .bytes_acked = 8, .bytes_sent = 7 };
	finds(*state, &socket, false, 7, 0);
}

/* One that a look left out does not begin anew; one that stays away is forgotten. */
static void test_left_out(void **state)
{
	struct fixture *fixture = *state;
	struct diag_socket socket = make_socket(1, 1000, 10);

	finds(fixture, &socket, true, 0, 0);
	for (int i = 0; i < 3; i++)
		end_look(fixture);
	finds(fixture, &socket, false, 0, 0);
	for (int i = 0; i < 10; i++)
		end_look(fixture);
	assert_int_equal(fixture->forgotten, 1);
	assert_null(diag_table__entries(fixture->table));
}

/* What is not handed over yet stays. */
static void test_kept_until_handed_over(void **state)
{
	struct fixture *fixture = *state;
	struct diag_socket socket = make_socket(1, 1000, 10);
	struct diag_entry *entry = diag_table__note(fixture->table, NETNS, &socket, false);

	for (int i = 0; i < 10; i++)
		end_look(fixture);
	assert_ptr_equal(diag_table__entries(fixture->table), entry);
	assert_int_equal(entry->tx_bytes, 1000);
}

static void test_accepted(void **state)
{
	struct fixture *fixture = *state;
	struct diag_socket socket = make_socket(1, 0, 10);
	struct diag_entry *entry;

	socket.inode = 0;
	socket.uid = 0;
	entry = diag_table__note(fixture->table, NETNS, &socket, false);
	assert_true(entry->waits_for_accept);
	socket.inode = 8;
	socket.uid = 5;
	diag_table__note(fixture->table, NETNS, &socket, false);
	assert_false(entry->waits_for_accept);
	assert_int_equal(entry->inode, 8);
	socket.inode = 0; /* closed */
	socket.uid = 0;
	socket.state = DIAG_FIN_WAIT1;
	diag_table__note(fixture->table, NETNS, &socket, false);
	assert_false(entry->waits_for_accept);
	assert_int_equal(entry->uid, 5);
}

/* What a socket moved after the last look, its numbers tell that come when it is destroyed: with SYN and FINs in them. */
static void test_end(void **state)
{
	struct fixture *fixture = *state;
	struct diag_socket client = make_socket(1, 100, 50), server = make_socket(2, 50, 100), stranger = make_socket(3, 9, 9);

	client.tcp.bytes_acked = 101;
	finds(fixture, &client, false, 100, 50);
	finds(fixture, &server, false, 50, 100);
	client.state = server.state = stranger.state = DIAG_CLOSE;
	client.tcp = (struct diag_tcp){ .has_acked = true, .has_sent = true, .bytes_acked = 302, .bytes_sent = 300, .bytes_received = 61 };
	server.tcp = (struct diag_tcp){ .has_acked = true, .has_sent = true, .bytes_acked = 61, .bytes_sent = 60, .bytes_received = 301 };
	finds(fixture, &client, false, 200, 10);
	finds(fixture, &server, false, 10, 200);
	assert_null(diag_table__note(fixture->table, NETNS, &stranger, false));
}

/* What one that was broken off could not send any more was written all the same; its last byte may be a FIN. */
static void test_broken_off(void **state)
{
	struct diag_socket server = make_socket(1, 50, 100);

	finds(*state, &server, false, 50, 100);
	server.state = DIAG_CLOSE;
	server.send_queue = 30;
	server.tcp.notsent_bytes = 30;
	finds(*state, &server, false, 29, 0);
}

/* Some sockets never get a file; nobody waits for those for ever. */
static void test_never_accepted(void **state)
{
	struct fixture *fixture = *state;
	struct diag_socket socket = make_socket(1, 0, 10);

	socket.inode = 0;
	for (int i = 0; i < 10; i++) {
		diag_table__note(fixture->table, NETNS, &socket, false);
		end_look(fixture);
	}
	assert_false(diag_table__entries(fixture->table)->waits_for_accept);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_differences),	 TEST(test_what_is_sent),   TEST(test_syn_and_fin),
		TEST(test_first_seen_closing), TEST(test_syn_not_known), TEST(test_older_kernel),
		TEST(test_accepted_where_somebody_listens),
		TEST(test_never_back),	 TEST(test_connected_again), TEST(test_left_out),
		TEST(test_kept_until_handed_over), TEST(test_accepted), TEST(test_never_accepted),
		TEST(test_end), TEST(test_broken_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
