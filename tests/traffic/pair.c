/* SPDX-License-Identifier: GPL-2.0 */
#include "pair.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* What the children are to do; they inherit it. */
static const struct pair *current;
static struct address server_address, client_address;

static void serve(int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		broken("accept: %s", strerror(errno));
	close(listener);
	truth__forget(fd);
	truth__remember(fd);
	current->server(fd);
	close(fd);
}

static void be_client(int unused)
{
	struct address to = server_address;
	int fd = open_socket(family_of(current->kind), SOCK_STREAM, current->client_protocol);

	(void)unused;
	if (current->kind == MAPPED)
		to = address(MAPPED, ntohs(((struct sockaddr_in *)&to.storage)->sin_port));
	if (current->prepare)
		current->prepare(fd);
	connect_to(fd, &to);
	current->client(fd);
	close(fd);
}

void pair__run(const struct pair *pair)
{
	enum address_kind kind = pair->kind == MAPPED ? IPV4 : pair->kind;
	int listener = bound_socket(kind, SOCK_STREAM, pair->server_protocol);

	current = pair;
	if (pair->prepare)
		pair->prepare(listener);
	if (listen(listener, 16))
		broken("listen: %s", strerror(errno));
	server_address = local_address(listener);
	spawn(serve, listener);
	close(listener);
	spawn(be_client, -1);
	wait_for_all();
}

void pair__run_tcp(void (*client)(int fd), void (*server)(int fd))
{
	pair__run(&(struct pair){ .client = client, .server = server });
}

static void udp_server(int fd)
{
	connect_to(fd, &client_address);
	current->server(fd);
}

static void udp_client(int fd)
{
	connect_to(fd, &server_address);
	current->client(fd);
}

void pair__run_udp(enum address_kind kind, void (*client)(int fd), void (*server)(int fd))
{
	const struct pair pair = { .client = client, .server = server };
	int server_fd = bound_socket(kind, SOCK_DGRAM, 0);
	int client_fd = bound_socket(kind, SOCK_DGRAM, 0);

	current = &pair;
	server_address = local_address(server_fd);
	client_address = local_address(client_fd);
	spawn(udp_server, server_fd);
	spawn(udp_client, client_fd);
	wait_for_all();
}

void pair__sockets(int fds[2])
{
	int listener = bound_socket(IPV4, SOCK_STREAM, 0);
	struct address to = local_address(listener);

	listen(listener, 1);
	fds[0] = open_socket(AF_INET, SOCK_STREAM, 0);
	connect_to(fds[0], &to);
	fds[1] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	truth__forget(fds[1]);
	truth__remember(fds[1]);
	close(listener);
}
