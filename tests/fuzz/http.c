/* SPDX-License-Identifier: GPL-2.0 */
/* What a client says to the metrics' server: each part comes by itself, then the client says no more. */
#include "fuzz.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "http.h"

#define TURNS_MAX 100

static struct event_base *base;
static struct sockaddr_un address = { .sun_family = AF_UNIX };

static void handle(void *ctx, const struct http_request *request, struct http_response *response)
{
	static const char body[] = "ok\n";

	(void)ctx;
	CHECK(request->path && *request->path == '/' && !strpbrk(request->path, "\r\n ?#"));
	CHECK(request->accept && !strstr(request->accept, "\r\n"));
	http__accepts(request->accept, "application/openmetrics-text");
	*response = (struct http_response){ .status = 200, .type = "text/plain", .body = body, .length = sizeof(body) - 1 };
}

/* An abstract name, which the kernel chooses. */
static void start(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	socklen_t length = sizeof(address);
	struct http *http;

	signal(SIGPIPE, SIG_IGN);
	base = event_base_new();
	CHECK(!bind(fd, (struct sockaddr *)&address, sizeof(sa_family_t)) && !listen(fd, 8));
	CHECK(!getsockname(fd, (struct sockaddr *)&address, &length));
	CHECK(!http__new(&http, base, handle, NULL) && !http__listen(http, fd));
}

static int try_connect(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t length = sizeof(sa_family_t) + 6; /* a zero and five digits */

	CHECK(!connect(fd, (struct sockaddr *)&address, length));
	return fd;
}

/* The answer, until the server has closed. */
static size_t hear(int fd, char *out, size_t size)
{
	size_t used = 0;

	for (int i = 0; i < TURNS_MAX; i++) {
		ssize_t got = recv(fd, out + used, size - used, MSG_DONTWAIT);

		if (!got || (got < 0 && errno != EAGAIN))
			return used;
		used += got > 0 ? got : 0;
		event_base_loop(base, EVLOOP_NONBLOCK);
	}
	CHECK(!"the server goes on and on");
	return 0;
}

/* Nothing, or one answer that is whole. */
static void check_answer(char *answer, size_t length)
{
	char *end;

	if (!length)
		return;
	answer[length] = '\0';
	CHECK(strlen(answer) == length && !strncmp(answer, "HTTP/1.1 ", 9));
	CHECK(strtoul(answer + 9, NULL, 10) >= 200);
	end = strstr(answer, "\r\n\r\n");
	CHECK(end && strstr(answer, "\r\nConnection: close\r\n") && !strstr(end, "HTTP/1.1"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct parts parts = parts_of(data, size);
	char answer[4096];
	size_t length;
	int fd;

	if (!base)
		start();
	fd = try_connect();
	while (parts.at) {
		struct part part = next_part(&parts);

		send(fd, part.bytes, part.length, MSG_DONTWAIT | MSG_NOSIGNAL);
		event_base_loop(base, EVLOOP_NONBLOCK);
	}
	shutdown(fd, SHUT_WR);
	length = hear(fd, answer, sizeof(answer) - 1);
	close(fd);
	check_answer(answer, length);
	event_base_loop(base, EVLOOP_NONBLOCK);
	return 0;
}
