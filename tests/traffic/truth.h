/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the calls of a workload returned, by process and connection: the truth that bpfhogs is measured by. It lives in
 * memory that all processes of the run share.
 */
#ifndef TRUTH_H
#define TRUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

#define ENDPOINT_LEN 48

struct truth {
	int32_t test;	/* which case */
	int32_t pid;
	char proto[8];	/* "" : the process is known, and has no connection by that */
	char laddr[ENDPOINT_LEN], raddr[ENDPOINT_LEN];
	uint16_t lport, rport;
	bool unconnected;   /* a UDP socket that is not connected */
	bool any_address6;  /* bound to ::, which IPv4 peers make 0.0.0.0 in laddr */
	uint64_t netns;
	uint64_t tx, rx;
};

#define MAX_TRUTHS 100000

/* Once, before any process is made. */
void truth__init(void);

/* The case that runs from here on, in this process and its children; the process counts as one of the case's. */
void truth__begin(int test);
void truth__join(void); /* so does this one, a child */

/* What a call on a socket returned; not positive counts nothing. Returns n. Of a connected socket: */
ssize_t truth__sent(int fd, ssize_t n);
ssize_t truth__received(int fd, ssize_t n);

/* Of a UDP socket that is not connected, with the peer of the datagram: */
ssize_t truth__sent_to(int fd, ssize_t n, const struct sockaddr *peer);
ssize_t truth__received_from(int fd, ssize_t n, const struct sockaddr *peer);

/* The socket's addresses will change, or the number will mean another socket: what is remembered of it goes. */
void truth__forget(int fd);

/* Looks at the socket's addresses now: before a reset makes that impossible. */
void truth__remember(int fd);

/* All that was noted. */
const struct truth *truth__all(size_t *count);

/* The case cannot run here, and why; or the workload itself went wrong, and where. Both end the process. */
void skip(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
void broken(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* Whether a process of this case has called skip(). */
bool truth__skipped(void);

enum verdict { RAN, SKIPPED, BROKEN };

/* What became of a case. *reason is static. */
enum verdict truth__verdict(int test, const char **reason);
void truth__set_verdict(int test, enum verdict verdict, const char *reason);

#endif
