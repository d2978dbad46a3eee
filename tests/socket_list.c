/* SPDX-License-Identifier: GPL-2.0 */
/*
 * socket_list PID...: what src/sockets.c reads of each process in turn, for tests/sockets. One JSON object a line.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sockets.h"

static void print_socket(const struct socket_info *socket)
{
	const unsigned char *key = (const unsigned char *)&socket->key;
	char local[INET6_ADDRSTRLEN];
	char remote[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, socket->key.laddr, local, sizeof(local));
	inet_ntop(AF_INET6, socket->key.raddr, remote, sizeof(remote));
	printf("{\"fd\":%u,\"protocol\":%u,\"state\":\"%s\",\"laddr\":\"%s\",\"lport\":%u,\"raddr\":\"%s\",\"rport\":%u,",
	       socket->fd, socket->key.protocol, sockets__state(socket), local, socket->key.lport, remote,
	       socket->key.rport);
	printf("\"netns\":%u,\"recv_queue\":%u,\"send_queue\":%u,\"rtt_us\":%u,\"cwnd\":%u,", socket->key.netns,
	       socket->recv_queue, socket->send_queue, socket->rtt_us, socket->cwnd);
	printf("\"retransmits\":%u,\"ifindex\":%u,\"key\":\"", socket->retransmits, socket->ifindex);
	for (size_t i = 0; i < sizeof(socket->key); i++)
		printf("%02x", key[i]);
	printf("\"}\n");
}

int main(int argc, char **argv)
{
	const struct socket_info *list;
	struct sockets *sockets;
	size_t count;
	int err;

	if (argc < 2) {
		fprintf(stderr, "usage: socket_list PID...\n");
		return 2;
	}
	err = sockets__new(&sockets);
	if (err) {
		fprintf(stderr, "socket_list: cannot load: %s\n", strerror(-err));
		return 1;
	}
	for (int i = 1; i < argc && !err; i++) {
		err = sockets__read(sockets, atoi(argv[i]), &list, &count);
		for (size_t j = 0; j < count; j++)
			print_socket(&list[j]);
	}
	if (err)
		fprintf(stderr, "socket_list: cannot read: %s\n", strerror(-err));
	sockets__free(sockets);
	return err ? 1 : 0;
}
