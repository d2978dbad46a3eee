/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the benchmark measures by: a flood of datagrams, and small requests and responses over many connections.
 *
 *   load sink PORT                       takes datagrams until SIGTERM; prints how many
 *   load deaf PORT                       has a socket there, and takes nothing, until SIGTERM
 *   load flood ADDRESS PORT SECONDS SIZE sends them as fast as it can; prints how many
 *   load server PORT                     answers requests until SIGTERM
 *   load client ADDRESS PORT SECONDS CONNECTIONS   one request at a time on each; prints how many were answered
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MESSAGE 64 /* bytes of a request, and of a response */
#define EVENTS 256

static volatile sig_atomic_t ended;

static void on_term(int number)
{
	(void)number;
	ended = 1;
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static struct sockaddr_in address(const char *host, const char *port)
{
	struct sockaddr_in result = { .sin_family = AF_INET, .sin_port = htons(atoi(port)) };

	if (host && inet_pton(AF_INET, host, &result.sin_addr) != 1)
		fail(host);
	return result;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

static int open_socket(int type, const struct sockaddr_in *to, bool binds)
{
	int fd = socket(AF_INET, type, 0), one = 1;

	if (fd < 0)
		fail("socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (binds ? bind(fd, (const struct sockaddr *)to, sizeof(*to)) : connect(fd, (const struct sockaddr *)to, sizeof(*to)))
		fail(binds ? "bind" : "connect");
	if (type == SOCK_STREAM)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

static int sink(const char *port)
{
	struct sockaddr_in any = address(NULL, port);
	int fd = open_socket(SOCK_DGRAM, &any, true);
	unsigned long count = 0;
	char buffer[2048];

	while (!ended)
		count += recv(fd, buffer, sizeof(buffer), 0) > 0;
	printf("%lu\n", count);
	return 0;
}

static int deaf(const char *port)
{
	struct sockaddr_in any = address(NULL, port);

	open_socket(SOCK_DGRAM, &any, true);
	while (!ended)
		pause();
	return 0;
}

static int flood(const char *host, const char *port, double seconds, int size)
{
	struct sockaddr_in to = address(host, port);
	int fd = open_socket(SOCK_DGRAM, &to, false);
	double end = now() + seconds;
	char buffer[2048] = "";
	unsigned long count = 0;

	while (now() < end) {
		for (int i = 0; i < 64; i++)
			count += send(fd, buffer, size, 0) == size;
	}
	printf("%lu\n", count);
	return 0;
}

static void watch(int poll, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event))
		fail("epoll_ctl");
}

/* False: the peer is gone. */
static bool answer(int fd)
{
	char buffer[MESSAGE];

	return recv(fd, buffer, MESSAGE, MSG_WAITALL) == MESSAGE && send(fd, buffer, MESSAGE, MSG_NOSIGNAL) == MESSAGE;
}

static int server(const char *port)
{
	struct sockaddr_in any = address(NULL, port);
	int listener = open_socket(SOCK_STREAM, &any, true), poll = epoll_create1(0);
	struct epoll_event events[EVENTS];

	if (listen(listener, 1024) || poll < 0)
		fail("listen");
	watch(poll, listener);
	while (!ended) {
		int count = epoll_wait(poll, events, EVENTS, -1);

		for (int i = 0; i < count; i++) {
			int fd = events[i].data.fd;

			if (fd == listener)
				watch(poll, accept(listener, NULL, NULL));
			else if (!answer(fd))
				close(fd);
		}
	}
	return 0;
}

static int client(const char *host, const char *port, double seconds, int connections)
{
	struct sockaddr_in to = address(host, port);
	struct epoll_event events[EVENTS];
	char buffer[MESSAGE] = "";
	int poll = epoll_create1(0);
	unsigned long done = 0;
	double end;

	for (int i = 0; i < connections; i++) {
		int fd = open_socket(SOCK_STREAM, &to, false);

		watch(poll, fd);
		if (send(fd, buffer, MESSAGE, 0) != MESSAGE)
			fail("send");
	}
	for (end = now() + seconds; now() < end;) {
		int count = epoll_wait(poll, events, EVENTS, 100);

		for (int i = 0; i < count; i++)
			done += answer(events[i].data.fd);
	}
	printf("%lu\n", done);
	return 0;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_term }; /* no SA_RESTART: what waits is to wake up */

	sigaction(SIGTERM, &action, NULL);
	if (argc == 3 && !strcmp(argv[1], "sink"))
		return sink(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "deaf"))
		return deaf(argv[2]);
	if (argc == 6 && !strcmp(argv[1], "flood"))
		return flood(argv[2], argv[3], atof(argv[4]), atoi(argv[5]));
	if (argc == 3 && !strcmp(argv[1], "server"))
		return server(argv[2]);
	if (argc == 6 && !strcmp(argv[1], "client"))
		return client(argv[2], argv[3], atof(argv[4]), atoi(argv[5]));
	fprintf(stderr, "usage: see the top of bench/load.c\n");
	return 2;
}
