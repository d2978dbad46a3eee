/* SPDX-License-Identifier: GPL-2.0 */
#include "truth.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_TESTS 256
#define MAX_FDS 2048
#define REASON_LEN 120

static struct shared {
	uint32_t count;
	struct truth truths[MAX_TRUTHS];
	struct {
		int verdict;
		char reason[REASON_LEN];
	} tests[MAX_TESTS];
} *shared;

static int current_test;

/* Of each descriptor of this process: its connection, found once. A child makes its own. */
static struct {
	pid_t pid;
	struct truth *truth;
} known[MAX_FDS];

void truth__init(void)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
}

static struct truth *new_truth(void)
{
	uint32_t index = __sync_fetch_and_add(&shared->count, 1);

	if (index >= MAX_TRUTHS)
		broken("more than %d connections to note", MAX_TRUTHS);
	shared->truths[index].test = current_test;
	shared->truths[index].pid = getpid();
	return &shared->truths[index];
}

void truth__join(void)
{
	new_truth();
}

void truth__begin(int test)
{
	current_test = test;
	truth__join();
}

static uint64_t own_netns(void)
{
	struct stat netns;

	return stat("/proc/self/ns/net", &netns) ? 0 : netns.st_ino;
}

static void set_endpoint(char text[ENDPOINT_LEN], uint16_t *port, const struct sockaddr *address)
{
	const struct sockaddr_in6 *in6 = (const void *)address;
	const struct sockaddr_in *in = (const void *)address;

	if (address->sa_family == AF_INET) {
		inet_ntop(AF_INET, &in->sin_addr, text, ENDPOINT_LEN);
		*port = ntohs(in->sin_port);
		return;
	}
	*port = ntohs(in6->sin6_port);
	if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr))
		inet_ntop(AF_INET, &in6->sin6_addr.s6_addr[12], text, ENDPOINT_LEN);
	else
		inet_ntop(AF_INET6, &in6->sin6_addr, text, ENDPOINT_LEN);
}

static const char *protocol_name(int fd)
{
	int protocol = 0;
	socklen_t len = sizeof(protocol);

	getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &len);
	return protocol == IPPROTO_UDP ? "udp" : protocol == IPPROTO_MPTCP ? "mptcp" : "tcp";
}

static void fill_in(struct truth *truth, int fd, const struct sockaddr *peer)
{
	struct sockaddr_storage local;
	socklen_t len = sizeof(local);

	if (getsockname(fd, (struct sockaddr *)&local, &len))
		broken("getsockname: %s", strerror(errno));
	set_endpoint(truth->laddr, &truth->lport, (struct sockaddr *)&local);
	set_endpoint(truth->raddr, &truth->rport, peer);
	truth->any_address6 = !strcmp(truth->laddr, "::");
	if (truth->any_address6 && !strchr(truth->raddr, ':'))
		strcpy(truth->laddr, "0.0.0.0");
	truth->netns = own_netns();
	snprintf(truth->proto, sizeof(truth->proto), "%s", protocol_name(fd));
}

static struct truth *connected(int fd)
{
	struct sockaddr_storage peer;
	socklen_t len = sizeof(peer);

	if (fd < 0 || fd >= MAX_FDS)
		broken("descriptor %d", fd);
	if (known[fd].truth && known[fd].pid == getpid())
		return known[fd].truth;
	if (known[fd].truth) { /* the parent's: the same connection, another process */
		struct truth *mine = new_truth();
		struct truth parents = *known[fd].truth;

		parents.pid = mine->pid;
		parents.tx = parents.rx = 0;
		*mine = parents;
		known[fd].truth = mine;
	} else {
		if (getpeername(fd, (struct sockaddr *)&peer, &len))
			broken("getpeername: %s", strerror(errno));
		known[fd].truth = new_truth();
		fill_in(known[fd].truth, fd, (struct sockaddr *)&peer);
	}
	known[fd].pid = getpid();
	return known[fd].truth;
}

void truth__remember(int fd)
{
	connected(fd);
}

void truth__forget(int fd)
{
	known[fd].truth = NULL;
}

ssize_t truth__sent(int fd, ssize_t n)
{
	if (n > 0)
		__sync_fetch_and_add(&connected(fd)->tx, n);
	return n;
}

ssize_t truth__received(int fd, ssize_t n)
{
	if (n > 0)
		__sync_fetch_and_add(&connected(fd)->rx, n);
	return n;
}

/* A record for each datagram would be too many: the last one is used again if it is the same flow. */
static struct truth *unconnected(int fd, const struct sockaddr *peer)
{
	static struct truth *last;
	struct truth now = { .pid = getpid(), .test = current_test, .unconnected = true };

	fill_in(&now, fd, peer);
	if (last && last->pid == now.pid && !strcmp(last->raddr, now.raddr) && last->rport == now.rport &&
	    last->lport == now.lport && !strcmp(last->laddr, now.laddr) && last->netns == now.netns)
		return last;
	last = new_truth();
	*last = now;
	return last;
}

ssize_t truth__sent_to(int fd, ssize_t n, const struct sockaddr *peer)
{
	if (n > 0)
		unconnected(fd, peer)->tx += n;
	return n;
}

ssize_t truth__received_from(int fd, ssize_t n, const struct sockaddr *peer)
{
	if (n > 0)
		unconnected(fd, peer)->rx += n;
	return n;
}

const struct truth *truth__all(size_t *count)
{
	*count = shared->count < MAX_TRUTHS ? shared->count : MAX_TRUTHS;
	return shared->truths;
}

/* The first word stands: what follows from it is not the cause. */
void truth__set_verdict(int test, enum verdict verdict, const char *reason)
{
	if (shared->tests[test].verdict != RAN)
		return;
	shared->tests[test].verdict = verdict;
	snprintf(shared->tests[test].reason, REASON_LEN, "%s", reason);
}

bool truth__skipped(void)
{
	return shared->tests[current_test].verdict == SKIPPED;
}

enum verdict truth__verdict(int test, const char **reason)
{
	*reason = shared->tests[test].reason;
	return shared->tests[test].verdict;
}

void skip(const char *format, ...)
{
	char reason[REASON_LEN];
	va_list args;

	va_start(args, format);
	vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	truth__set_verdict(current_test, SKIPPED, reason);
	_exit(0);
}

void broken(const char *format, ...)
{
	char reason[REASON_LEN];
	va_list args;

	va_start(args, format);
	vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	truth__set_verdict(current_test, BROKEN, reason);
	_exit(1);
}
