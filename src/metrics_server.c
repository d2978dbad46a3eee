/* SPDX-License-Identifier: GPL-2.0 */
#include "metrics_server.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utlist.h>

#include "http.h"

#define BACKLOG 64
#define HOST_SIZE 64

/* A page is shared by all who ask for it in its interval. Of each format so many may be there, for slow clients. */
#define PAGES_MAX 4

struct page {
	struct pages *of; /* NULL: the server is gone, which libevent lets go of clients after */
	struct buffer text;
	__u64 interval;
	size_t references; /* each client's that still reads it; and that it is the newest one */
	struct page *prev, *next;
};

struct pages {
	struct page *newest;
	struct page *all; /* with those that only clients have */
	size_t count;
};

struct metrics_server {
	const struct metrics *metrics;
	struct http *http;
	struct pages pages[METRICS_FORMATS];
	unsigned short port;
};

/* --- pages --- */

static void let_go(void *ctx)
{
	struct page *page = ctx;

	if (!page || --page->references)
		return;
	if (page->of) {
		DL_DELETE(page->of->all, page);
		page->of->count--;
	}
	buffer__clear(&page->text);
	free(page);
}

static void forget_pages(struct pages *pages)
{
	struct page *page;

	let_go(pages->newest);
	DL_FOREACH(pages->all, page)
		page->of = NULL;
}

static struct page *add_page(struct pages *pages, const struct metrics *metrics, enum metrics_format format)
{
	struct page *page = calloc(1, sizeof(*page));

	if (!page)
		return NULL;
	metrics__render(metrics, format, &page->text);
	if (page->text.error) {
		buffer__clear(&page->text);
		free(page);
		return NULL;
	}
	page->of = pages;
	page->interval = metrics__intervals(metrics);
	page->references = 1;
	DL_APPEND(pages->all, page);
	pages->count++;
	return page;
}

/* Whether there should be another; not while too many are being read. */
static bool is_due(const struct pages *pages, const struct metrics *metrics)
{
	const struct page *newest = pages->newest;

	if (!newest)
		return true;
	return newest->interval != metrics__intervals(metrics) && (newest->references == 1 || pages->count < PAGES_MAX);
}

/* NULL: without memory. */
static struct page *get_page(struct metrics_server *server, enum metrics_format format)
{
	struct pages *pages = &server->pages[format];

	if (is_due(pages, server->metrics)) {
		let_go(pages->newest);
		pages->newest = add_page(pages, server->metrics, format);
		if (!pages->newest)
			return NULL;
	}
	pages->newest->references++;
	return pages->newest;
}

static void put_text(struct http_response *response, int status, const char *type, const char *text)
{
	*response = (struct http_response){ .status = status, .type = type, .body = text, .length = strlen(text) };
}

static void put_page(struct metrics_server *server, const struct http_request *request, struct http_response *response)
{
	bool openmetrics = http__accepts(request->accept, "application/openmetrics-text");
	struct page *page = get_page(server, openmetrics ? METRICS_OPENMETRICS : METRICS_TEXT);

	if (!page) {
		put_text(response, 500, "text/plain; charset=utf-8", "not enough memory\n");
		return;
	}
	*response = (struct http_response){
		.status = 200,
		.type = openmetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8" :
				      "text/plain; version=0.0.4; charset=utf-8",
		.body = page->text.text,
		.length = page->text.length,
		.done = let_go,
		.ctx = page,
	};
}

static void handle(void *ctx, const struct http_request *request, struct http_response *response)
{
	static const char text[] = "text/plain; charset=utf-8";
	struct metrics_server *server = ctx;

	if (!strcmp(request->path, "/metrics"))
		put_page(server, request, response);
	else if (!strcmp(request->path, "/health") && metrics__is_current(server->metrics))
		put_text(response, 200, text, "ok\n");
	else if (!strcmp(request->path, "/health"))
		put_text(response, 503, text, "no interval has ended for too long\n");
	else if (!strcmp(request->path, "/"))
		put_text(response, 200, "text/html; charset=utf-8",
			 "<!DOCTYPE html><html lang=\"en\"><title>bpfhogs</title><h1>bpfhogs</h1><p><a href=\"/metrics\">metrics"
			 "</a> <a href=\"/health\">health</a></html>\n");
	else
		put_text(response, 404, text, "there are /metrics and /health\n");
}

/* --- where it listens --- */

union address {
	struct sockaddr any;
	struct sockaddr_in ipv4;
	struct sockaddr_in6 ipv6;
};

static int complain(const char *where, int err)
{
	fprintf(stderr, "bpfhogs: cannot listen on %s: %s\n", where, strerror(-err));
	return err;
}

static int parse_host(const char *host, unsigned short port, union address *address)
{
	memset(address, 0, sizeof(*address));
	if (inet_pton(AF_INET, host, &address->ipv4.sin_addr) == 1) {
		address->ipv4.sin_family = AF_INET;
		address->ipv4.sin_port = htons(port);
		return 0;
	}
	if (inet_pton(AF_INET6, host, &address->ipv6.sin6_addr) != 1)
		return -EINVAL;
	address->ipv6.sin6_family = AF_INET6;
	address->ipv6.sin6_port = htons(port);
	return 0;
}

static int open_socket(const union address *address)
{
	int fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
	int err;

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (address->any.sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	if (!bind(fd, &address->any, sizeof(*address)) && !listen(fd, BACKLOG))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

static void note_port(struct metrics_server *server, int fd)
{
	union address address = {};
	socklen_t length = sizeof(address);

	if (!getsockname(fd, &address.any, &length))
		server->port = ntohs(address.any.sa_family == AF_INET ? address.ipv4.sin_port : address.ipv6.sin6_port);
}

static int start(struct metrics_server *server, const char *host, unsigned short port)
{
	union address address;
	int fd = parse_host(host, port, &address);

	if (!fd)
		fd = open_socket(&address);
	if (fd < 0)
		return fd;
	note_port(server, fd);
	return http__listen(server->http, fd);
}

/* "PORT", "HOST:PORT", "[HOST]:PORT". host: "" where there is none. */
static int split(const char *text, char *host, size_t size, unsigned short *port)
{
	const char *colon = strrchr(text, ':'), *digits = colon ? colon + 1 : text;
	size_t length = colon ? colon - text : 0;
	char *end;
	unsigned long number = strtoul(digits, &end, 10);

	if (*digits < '0' || *digits > '9' || *end || number > 65535)
		return -EINVAL;
	if (length > 1 && text[0] == '[' && text[length - 1] == ']') {
		text++;
		length -= 2;
	}
	if (length >= size)
		return -EINVAL;
	memcpy(host, text, length);
	host[length] = '\0';
	*port = number;
	return 0;
}

/* Names are not looked up. Only IPv6 has brackets, and has them always. */
static bool is_host(const char *host, const char *text)
{
	union address address;

	if (!*host || !strcasecmp(host, "localhost"))
		return isdigit((unsigned char)*text) || tolower((unsigned char)*text) == 'l';
	return !parse_host(host, 0, &address) && (address.any.sa_family == AF_INET6) == (*text == '[');
}

static int parse_address(const char *text, char *host, size_t size, unsigned short *port)
{
	return split(text, host, size, port) || !is_host(host, text) ? -EINVAL : 0;
}

bool metrics_server__is_address(const char *address)
{
	unsigned short port;
	char host[HOST_SIZE];

	return !parse_address(address, host, sizeof(host), &port);
}

static int start_all(struct metrics_server *server, const char *text)
{
	unsigned short port;
	char host[HOST_SIZE], where[80];
	bool loopback;
	int err;

	if (parse_address(text, host, sizeof(host), &port)) {
		fprintf(stderr, "bpfhogs: cannot listen on '%s': neither PORT nor ADDRESS:PORT\n", text);
		return -EINVAL;
	}
	loopback = !*host || !strcasecmp(host, "localhost");
	snprintf(where, sizeof(where), strchr(host, ':') ? "[%s]:%u" : "%s:%u", loopback ? "127.0.0.1" : host, port);
	err = start(server, loopback ? "127.0.0.1" : host, port);
	if (err)
		return complain(where, err);
	if (loopback)
		err = start(server, "::1", server->port);
	if (err == -EAFNOSUPPORT || err == -EADDRNOTAVAIL) /* there is no IPv6 here */
		err = 0;
	snprintf(where, sizeof(where), "[::1]:%u", server->port);
	return err ? complain(where, err) : 0;
}

int metrics_server__new(struct metrics_server **out, struct event_base *base, const char *address,
			const struct metrics *metrics)
{
	struct metrics_server *server = calloc(1, sizeof(*server));
	int err;

	if (!server)
		return -ENOMEM;
	server->metrics = metrics;
	err = http__new(&server->http, base, handle, server);
	err = err ?: start_all(server, address);
	if (err) {
		metrics_server__free(server);
		return err;
	}
	*out = server;
	return 0;
}

void metrics_server__free(struct metrics_server *server)
{
	if (!server)
		return;
	http__free(server->http);
	for (int format = 0; format < METRICS_FORMATS; format++)
		forget_pages(&server->pages[format]);
	free(server);
}

unsigned short metrics_server__port(const struct metrics_server *server)
{
	return server->port;
}
