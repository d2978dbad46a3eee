/* SPDX-License-Identifier: GPL-2.0 */
/* Whose bytes they are: shared and passed sockets, threads, sleepers, short lives, namespaces, bystanders. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cases.h"
#include "pair.h"

static void receive_rest(int fd)
{
	receive_to_end(fd);
}

/* A parent and its child, one socket. */
static void child_part(int fd)
{
	for (int i = 0; i < 300; i++)
		send_some(fd, 1001, 0);
	receive_some(fd, 700, MSG_WAITALL);
}

static void parent_part(int fd)
{
	pid_t child;

	send_some(fd, 5000, 0);
	child = spawn(child_part, fd);
	for (int i = 0; i < 300; i++)
		send_some(fd, 999, 0);
	wait_for(child);
	receive_some(fd, 300, MSG_WAITALL);
}

static void feed_both(int fd)
{
	send_all(fd, 1000);
	receive_to_end(fd);
}

void case_fork_shared(void)
{
	pair__run_tcp(parent_part, feed_both);
}

/* Two processes that write the same socket at full speed, each on a CPU of its own. */
static void write_on(int fd, int cpu, size_t size)
{
	pin_to_cpu(cpu);
	for (int i = 0; i < 1500; i++)
		send_some(fd, size, 0);
}

static void second_writer(int fd)
{
	write_on(fd, 1, 1500);
}

static void first_writer(int fd)
{
	pid_t other = spawn(second_writer, fd);

	write_on(fd, 0, 1000);
	wait_for(other);
}

void case_two_writers(void)
{
	pair__run_tcp(first_writer, receive_rest);
}

static void discard(int fd)
{
	(void)fd;
	usleep(500000);
}

void case_udp_two_writers(void)
{
	pair__run_udp(IPV4, first_writer, discard);
}

/* A socket that is sent to another process. */
static void pass_socket(int channel, int fd)
{
	char control[CMSG_SPACE(sizeof(fd))] = {};
	struct iovec iov = { "x", 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	*cmsg = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(fd)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS };
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	if (sendmsg(channel, &msg, 0) != 1)
		broken("SCM_RIGHTS: %s", strerror(errno));
}

static void use_passed_socket(int channel)
{
	char byte, control[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	int fd;

	if (recvmsg(channel, &msg, 0) != 1)
		broken("SCM_RIGHTS: %s", strerror(errno));
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(fd));
	truth__forget(fd);
	send_all(fd, 40000);
}

static void use_and_pass(int fd)
{
	int channel[2];
	pid_t other;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, channel))
		broken("socketpair: %s", strerror(errno));
	other = spawn(use_passed_socket, channel[1]);
	send_all(fd, 10000);
	pass_socket(channel[0], fd);
	wait_for(other);
	send_all(fd, 300);
}

void case_scm_rights(void)
{
	pair__run_tcp(use_and_pass, receive_rest);
}

/* Threads with names of their own are one process. */
static void *send_from_thread(void *fd)
{
	prctl(PR_SET_NAME, "a-thread");
	for (int i = 0; i < 100; i++)
		send_some(*(int *)fd, 2000, 0);
	return NULL;
}

static void run_threads(int fd)
{
	pthread_t threads[8];

	for (int i = 0; i < 8; i++)
		pthread_create(&threads[i], NULL, send_from_thread, &fd);
	for (int i = 0; i < 8; i++)
		pthread_join(threads[i], NULL);
}

void case_threads(void)
{
	pair__run_tcp(run_threads, receive_rest);
}

/* 200 threads asleep in send at once: what return probes cannot see. */
#define SLEEPERS 200
#define SLEEPERS_BYTES (300 * KIB)

static void *send_asleep(void *fd)
{
	send_some(*(int *)fd, SLEEPERS_BYTES, 0);
	return NULL;
}

static void sleep_in_send(int listener)
{
	struct address to = local_address(listener);
	pthread_t threads[SLEEPERS];
	int fds[SLEEPERS];

	for (int i = 0; i < SLEEPERS; i++) {
		fds[i] = open_socket(AF_INET, SOCK_STREAM, 0);
		set_option(fds[i], SOL_SOCKET, SO_SNDBUF, 16 * KIB);
		connect_to(fds[i], &to);
	}
	for (int i = 0; i < SLEEPERS; i++)
		pthread_create(&threads[i], NULL, send_asleep, &fds[i]);
	for (int i = 0; i < SLEEPERS; i++)
		pthread_join(threads[i], NULL);
}

void case_sleepers(void)
{
	int listener = bound_socket(IPV4, SOCK_STREAM, 0), fds[SLEEPERS];

	set_option(listener, SOL_SOCKET, SO_RCVBUF, 16 * KIB);
	listen(listener, SLEEPERS);
	spawn(sleep_in_send, listener);
	for (int i = 0; i < SLEEPERS; i++)
		fds[i] = accept(listener, NULL, NULL);
	usleep(500000); /* until they all are asleep */
	for (int i = 0; i < SLEEPERS; i++) {
		truth__forget(fds[i]);
		receive_all(fds[i], SLEEPERS_BYTES);
		close(fds[i]);
	}
	wait_for_all();
}

/* 500 connections a second that live for milliseconds, for two seconds. */
static void serve_many(int listener)
{
	for (int i = 0; i < 1000; i++) {
		int fd = accept(listener, NULL, NULL);

		truth__forget(fd);
		truth__remember(fd);
		receive_all(fd, 100);
		send_all(fd, 200);
		close(fd);
	}
}

void case_short_connections(void)
{
	int listener = bound_socket(IPV4, SOCK_STREAM, 0);
	struct address to = local_address(listener);
	struct timespec next;

	listen(listener, 128);
	spawn(serve_many, listener);
	clock_gettime(CLOCK_MONOTONIC, &next);
	for (int i = 0; i < 1000; i++) {
		int fd = open_socket(AF_INET, SOCK_STREAM, 0);

		connect_to(fd, &to);
		send_all(fd, 100);
		receive_all(fd, 200);
		close(fd);
		next.tv_nsec += 2000000;
		if (next.tv_nsec >= 1000000000) {
			next.tv_nsec -= 1000000000;
			next.tv_sec++;
		}
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
	}
	wait_for_all();
}

/* A process that is gone before anybody looks; the comparison asks for this name and user. */
static void live_shortly(int listener)
{
	struct address to = local_address(listener);
	int fd = open_socket(AF_INET, SOCK_STREAM, 0);

	prctl(PR_SET_NAME, SHORT_LIVED_NAME);
	if (setgid(SHORT_LIVED_UID) || setuid(SHORT_LIVED_UID))
		broken("setuid: %s", strerror(errno));
	connect_to(fd, &to);
	send_all(fd, 1234);
}

void case_short_process(void)
{
	int listener = bound_socket(IPV4, SOCK_STREAM, 0), fd;

	listen(listener, 1);
	spawn(live_shortly, listener);
	fd = accept(listener, NULL, NULL);
	truth__forget(fd);
	truth__remember(fd);
	receive_to_end(fd);
	wait_for_all();
}

/* The same addresses and ports, twice, in two network namespaces. */
#define FIXED_PORT 7001

static void loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (ioctl(fd, SIOCSIFFLAGS, &request))
		broken("lo up: %s", strerror(errno));
	close(fd);
}

static struct gate begin;

static void talk_in_namespace(int which)
{
	struct address server = address(IPV4, FIXED_PORT), client = address(IPV4, FIXED_PORT + 1);
	int listener, fds[2], on = 1;

	if (unshare(CLONE_NEWNET))
		broken("unshare: %s", strerror(errno));
	loopback_up();
	pass_gate(&begin);
	listener = open_socket(AF_INET, SOCK_STREAM, 0);
	fds[0] = open_socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(listener, raw(&server), server.len) || bind(fds[0], raw(&client), client.len))
		broken("bind: %s", strerror(errno));
	listen(listener, 1);
	connect_to(fds[0], &server);
	fds[1] = accept(listener, NULL, NULL);
	truth__forget(fds[1]);
	for (int i = 0; i < 50; i++) {
		send_all(fds[0], 1000 + which);
		receive_all(fds[1], 1000 + which);
	}
}

void case_netns_same_tuple(void)
{
	begin = gate();
	spawn(talk_in_namespace, 0);
	spawn(talk_in_namespace, 1);
	open_gate(&begin, 2);
	wait_for_all();
}

/* What is no network. */
void case_unix_and_pipes(void)
{
	int sockets[2], pipes[2];
	char byte;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) || pipe(pipes))
		broken("socketpair, pipe: %s", strerror(errno));
	for (int i = 0; i < 100; i++) {
		send(sockets[0], data, 1, 0);
		recv(sockets[1], &byte, 1, 0);
		write(pipes[1], data, 1);
		read(pipes[0], &byte, 1);
	}
}

/*
 * So many at once that some of them share a slot (bpf/maps.h), among 32768 for TCP. Datagrams enough to be worth a place,
 * in several intervals.
 */
#define MANY_PAIRS 400

static void udp_sockets(int fds[2])
{
	struct address to[2];

	for (int i = 0; i < 2; i++) {
		fds[i] = bound_socket(IPV4, SOCK_DGRAM, 0);
		to[i] = local_address(fds[i]);
	}
	for (int i = 0; i < 2; i++) {
		connect_to(fds[i], &to[!i]);
		truth__forget(fds[i]);
	}
}

/* The soft limit is 1024 in most places, a guest's hard one 4096. */
static void allow_many_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static void talk_on_many(int salt)
{
	int tcp[MANY_PAIRS][2], udp[MANY_PAIRS][2];

	allow_many_files();
	for (int i = 0; i < MANY_PAIRS; i++) {
		pair__sockets(tcp[i]);
		udp_sockets(udp[i]);
	}
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < MANY_PAIRS; i++) {
			send_all(tcp[i][0], 100 + i + salt);
			receive_all(tcp[i][1], 100 + i + salt);
			for (int j = 0; j < 3; j++) {
				send_some(udp[i][0], 3000 + i, 0);
				receive_some(udp[i][1], 64 * KIB, 0);
			}
		}
		usleep(300000);
	}
}

void case_many_sockets(void)
{
	for (int i = 0; i < 4; i++)
		spawn(talk_on_many, i);
	wait_for_all();
}

/* An innocent process where the softirqs of others run. */
static void burn(int unused)
{
	time_t end = time(NULL) + 2;

	(void)unused;
	pin_to_cpu(0);
	while (time(NULL) < end)
		;
}

static void send_beside(int fd)
{
	pin_to_cpu(0);
	for (int i = 0; i < 500; i++)
		send_some(fd, 4000, 0);
}

void case_bystander(void)
{
	spawn(burn, -1); /* whoever waits first waits for it too */
	pair__run_tcp(send_beside, receive_rest);
	pair__run_udp(IPV4, send_beside, discard);
}

/* One process, two programs: it sends, becomes another, and sends again. */
static void send_and_exec(int fd)
{
	char number[16];
	int copy = dup(fd); /* without close-on-exec */

	send_all(fd, 1000);
	snprintf(number, sizeof(number), "%d", copy);
	truth__sent(fd, EXEC_BYTES); /* what it will send */
	execl("/proc/self/exe", EXEC_NAME, "--send", number, NULL);
	broken("exec: %s", strerror(errno));
}

void case_exec(void)
{
	pair__run_tcp(send_and_exec, receive_rest);
}

/*
 * Connections that are older than bpfhogs, one of them not accepted yet, others not even answered: the driver makes the process
 * before, and lets it go on after.
 */
#define UNANSWERED 12 /* each begins at a number of its own */

static struct gate go_on;
static pid_t old_timer;

struct unanswered {
	int listener;
	int first;	     /* for whom there was room */
	int fds[UNANSWERED]; /* the others: half of TCP, half of MPTCP, -1 where there is none of that */
};

/* A listener that has no room but for one drops what asks to be connected. */
static void connect_unanswered(struct unanswered *unanswered)
{
	struct address to;

	unanswered->listener = bound_socket(IPV4, SOCK_STREAM, 0);
	unanswered->first = open_socket(AF_INET, SOCK_STREAM, 0);
	to = local_address(unanswered->listener);
	listen(unanswered->listener, 0);
	connect_to(unanswered->first, &to);
	for (int i = 0; i < UNANSWERED; i++) {
		unanswered->fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, i % 2 ? IPPROTO_MPTCP : IPPROTO_TCP);
		connect(unanswered->fds[i], raw(&to), to.len);
	}
}

/* An accepted one is not known by its number, which comes again. */
static void answer_one(int listener, size_t to_send, size_t to_receive)
{
	int fd = accept(listener, NULL, NULL);

	truth__forget(fd);
	send_all(fd, to_send);
	receive_all(fd, to_receive);
	close(fd);
}

static void use_one(int fd)
{
	struct pollfd connected = { .fd = fd, .events = POLLOUT };

	poll(&connected, 1, -1);
	fcntl(fd, F_SETFL, 0);
	send_all(fd, 70);
}

/* They ask again, and are answered. */
static void use_unanswered(const struct unanswered *unanswered)
{
	listen(unanswered->listener, UNANSWERED);
	send_all(unanswered->first, 11);
	answer_one(unanswered->listener, 22, 11);
	receive_all(unanswered->first, 22);
	for (int i = 0; i < UNANSWERED; i++)
		if (unanswered->fds[i] >= 0)
			use_one(unanswered->fds[i]);
	for (int i = 0; i < UNANSWERED; i++)
		if (unanswered->fds[i] >= 0)
			answer_one(unanswered->listener, 500, 70);
	for (int i = 0; i < UNANSWERED; i++)
		if (unanswered->fds[i] >= 0)
			receive_all(unanswered->fds[i], 500);
}

static void use_old_connection(int unused)
{
	int fds[2], listener = bound_socket(IPV4, SOCK_STREAM, 0), early = open_socket(AF_INET, SOCK_STREAM, 0), late;
	struct unanswered unanswered;
	struct address to = local_address(listener);

	(void)unused;
	connect_unanswered(&unanswered);
	listen(listener, 1);
	connect_to(early, &to);
	send(early, data, 4000, 0);
	pair__sockets(fds);
	send(fds[0], data, 5000, 0); /* before: not to be counted */
	recv(fds[1], data, 5000, MSG_WAITALL);
	pass_gate(&go_on);
	late = accept(listener, NULL, NULL);
	truth__forget(late);
	receive_all(late, 4000); /* what waited to be taken */
	send_all(late, 90);
	receive_all(early, 90);
	send_all(fds[0], 7000);
	receive_all(fds[1], 7000);
	send_all(fds[1], 300);
	receive_all(fds[0], 300);
	use_unanswered(&unanswered);
}

void prepare_long_lived(void)
{
	go_on = gate();
	old_timer = spawn(use_old_connection, -1);
	usleep(200000);
}

void case_long_lived(void)
{
	open_gate(&go_on, 1);
}

void finish_long_lived(void)
{
	wait_for(old_timer);
}

void abandon_long_lived(void)
{
	kill(old_timer, SIGKILL);
	waitpid(old_timer, NULL, 0);
}
