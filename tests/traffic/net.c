/* SPDX-License-Identifier: GPL-2.0 */
#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

char data[4 * MIB];

int family_of(enum address_kind kind)
{
	return kind == IPV4 || kind == ANY4 ? AF_INET : AF_INET6;
}

struct address address(enum address_kind kind, int port)
{
	static const char *const texts[] = { "127.0.0.1", "::1", "::ffff:127.0.0.1", "0.0.0.0", "::" };
	struct address address = {};
	struct sockaddr_in *in = (struct sockaddr_in *)&address.storage;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&address.storage;

	if (family_of(kind) == AF_INET) {
		in->sin_family = AF_INET;
		in->sin_port = htons(port);
		inet_pton(AF_INET, texts[kind], &in->sin_addr);
		address.len = sizeof(*in);
	} else {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(port);
		inet_pton(AF_INET6, texts[kind], &in6->sin6_addr);
		address.len = sizeof(*in6);
	}
	return address;
}

struct sockaddr *raw(struct address *address)
{
	return (struct sockaddr *)&address->storage;
}

struct address local_address(int fd)
{
	struct address address = { .len = sizeof(address.storage) };

	if (getsockname(fd, raw(&address), &address.len))
		broken("getsockname: %s", strerror(errno));
	return address;
}

int open_socket(int family, int type, int protocol)
{
	int fd = socket(family, type | SOCK_CLOEXEC, protocol);

	if (fd < 0 && (errno == EPROTONOSUPPORT || errno == EAFNOSUPPORT || errno == ENOPROTOOPT))
		skip("socket(%d, %d, %d): %s", family, type, protocol, strerror(errno));
	if (fd < 0)
		broken("socket: %s", strerror(errno));
	truth__forget(fd);
	return fd;
}

int bound_socket(enum address_kind kind, int type, int protocol)
{
	struct address any = address(kind, 0);
	int fd = open_socket(family_of(kind), type, protocol);

	if (bind(fd, raw(&any), any.len))
		broken("bind: %s", strerror(errno));
	return fd;
}

void set_option(int fd, int level, int name, int value)
{
	if (!setsockopt(fd, level, name, &value, sizeof(value)))
		return;
	if (errno == ENOPROTOOPT || errno == EOPNOTSUPP)
		skip("socket option %d of level %d: %s", name, level, strerror(errno));
	broken("socket option %d of level %d: %s", name, level, strerror(errno));
}

void connect_to(int fd, struct address *to)
{
	if (connect(fd, raw(to), to->len))
		broken("connect: %s", strerror(errno));
	truth__forget(fd);
	truth__remember(fd);
}

ssize_t send_some(int fd, size_t len, int flags)
{
	ssize_t n;

	do
		n = send(fd, data, len, flags | MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return truth__sent(fd, n);
}

ssize_t receive_some(int fd, size_t len, int flags)
{
	ssize_t n;

	do
		n = recv(fd, data, len, flags);
	while (n < 0 && errno == EINTR);
	return flags & (MSG_PEEK | MSG_ERRQUEUE) ? n : truth__received(fd, n);
}

void send_all(int fd, size_t len)
{
	while (len) {
		ssize_t n = send_some(fd, len < 64 * KIB ? len : 64 * KIB, 0);

		if (n <= 0)
			broken("send: %s, %zu bytes left", strerror(errno), len);
		len -= n;
	}
}

void receive_all(int fd, size_t len)
{
	while (len) {
		ssize_t n = receive_some(fd, len < 256 * KIB ? len : 256 * KIB, 0);

		if (n <= 0)
			broken("receive: %s, %zu bytes left", n ? strerror(errno) : "end of file", len);
		len -= n;
	}
}

size_t receive_to_end(int fd)
{
	size_t total = 0;
	ssize_t n;

	while ((n = receive_some(fd, 64 * KIB, 0)) > 0)
		total += n;
	return total;
}

pid_t spawn(void (*function)(int fd), int fd)
{
	pid_t pid = fork();

	if (pid < 0)
		broken("fork: %s", strerror(errno));
	if (pid)
		return pid;
	truth__join();
	function(fd);
	_exit(0);
}

/* When one of a case's processes finds that it cannot run here, the others are not waited for. */
static void check_status(int status)
{
	if (truth__skipped())
		_exit(0);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		broken("a child ended with status %#x", status);
}

void wait_for(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) < 0)
		broken("waitpid: %s", strerror(errno));
	check_status(status);
}

void wait_for_all(void)
{
	int status;

	while (waitpid(-1, &status, 0) > 0)
		check_status(status);
}

struct gate gate(void)
{
	struct gate gate;

	if (pipe2(gate.fds, O_CLOEXEC))
		broken("pipe: %s", strerror(errno));
	return gate;
}

void open_gate(struct gate *gate, int readers)
{
	while (readers--)
		if (write(gate->fds[1], "", 1) != 1)
			broken("pipe: %s", strerror(errno));
}

void pass_gate(struct gate *gate)
{
	char byte;

	if (read(gate->fds[0], &byte, 1) != 1)
		broken("pipe: %s", strerror(errno));
}

void pin_to_cpu(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu % sysconf(_SC_NPROCESSORS_ONLN), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

int temporary_file(size_t size)
{
	int fd = memfd_create("traffic", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, size))
		broken("memfd: %s", strerror(errno));
	return fd;
}
