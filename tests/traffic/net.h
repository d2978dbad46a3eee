/* SPDX-License-Identifier: GPL-2.0 */
/* Sockets for the workloads. What goes wrong here is the workload's fault, and ends the process (broken()). */
#ifndef NET_H
#define NET_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "truth.h"

#define KIB 1024
#define MIB (1024 * KIB)

/* Data to send, and room to receive. Shared by the threads of a process, so its contents mean nothing. */
extern char data[4 * MIB];

enum address_kind { IPV4, IPV6, MAPPED, ANY4, ANY6 };

struct address {
	struct sockaddr_storage storage;
	socklen_t len;
};

/* A loopback (or wildcard) address with a port; 0: of the kernel's choice. */
struct address address(enum address_kind kind, int port);
struct sockaddr *raw(struct address *address);
struct address local_address(int fd);
int family_of(enum address_kind kind);

int open_socket(int family, int type, int protocol); /* skips the case if the kernel has no such protocol */
int bound_socket(enum address_kind kind, int type, int protocol);
void set_option(int fd, int level, int name, int value);
void connect_to(int fd, struct address *to);

/* The calls that are noted. They retry when interrupted, and return what the call did. */
ssize_t send_some(int fd, size_t len, int flags);
ssize_t receive_some(int fd, size_t len, int flags); /* a peek, and the error queue, count nothing */

/* All of it, or broken(). */
void send_all(int fd, size_t len);
void receive_all(int fd, size_t len);
size_t receive_to_end(int fd); /* until end of file or a reset */

/* A child of the case's. When it returns from the function it ends well. */
pid_t spawn(void (*function)(int fd), int fd);
void wait_for(pid_t pid);
void wait_for_all(void);

/* Messages between processes, not over the network: each byte lets one reader go on. */
struct gate {
	int fds[2];
};
struct gate gate(void);
void open_gate(struct gate *gate, int readers);
void pass_gate(struct gate *gate);

void pin_to_cpu(int cpu);

/* A file of so many bytes, removed already; shared by the case's processes. */
int temporary_file(size_t size);

#endif
