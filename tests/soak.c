/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Many short flows and many short processes: soak FLOWS PROCESSES. A byte over each flow, a byte by each process; prints how
 * many were sent.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sockaddr_in address_of(unsigned long number, int port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = port,
		.sin_addr.s_addr = htonl(0x7f010000 + number % 0xfe0000),
	};
}

/* A receiver that never reads: what comes is dropped, and nobody is told. */
static int open_receiver(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET };
	socklen_t length = sizeof(any);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&any, sizeof(any)) || getsockname(fd, (struct sockaddr *)&any, &length))
		exit(1);
	return any.sin_port;
}

/* A flow is another address that the same socket is connected to. */
static unsigned long send_flows(unsigned long flows, int port)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	unsigned long sent = 0;

	for (unsigned long i = 0; i < flows; i++) {
		struct sockaddr_in to = address_of(i, port);

		if (connect(fd, (struct sockaddr *)&to, sizeof(to)))
			exit(1);
		sent += send(fd, "", 1, 0) == 1;
	}
	close(fd);
	return sent;
}

static int send_by_process(int fd)
{
	int status;
	pid_t pid = vfork();

	if (!pid)
		_exit(send(fd, "", 1, 0) != 1);
	return pid > 0 && waitpid(pid, &status, 0) == pid && !status;
}

static unsigned long send_by_processes(unsigned long processes, int port)
{
	struct sockaddr_in to = address_of(1, port);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	unsigned long sent = 0;

	if (connect(fd, (struct sockaddr *)&to, sizeof(to)))
		exit(1);
	for (unsigned long i = 0; i < processes; i++)
		sent += send_by_process(fd);
	close(fd);
	return sent;
}

int main(int argc, char **argv)
{
	int port = open_receiver();
	unsigned long sent;

	if (argc != 3)
		return 2;
	sent = send_flows(strtoul(argv[1], NULL, 10), port);
	sent += send_by_processes(strtoul(argv[2], NULL, 10), port);
	printf("%lu\n", sent);
	return 0;
}
