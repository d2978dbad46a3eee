/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of an HTTP server as pages for monitoring take: GET and HEAD, one request a connection, no bodies. What clients
 * can take is bounded: each has HTTP_SECONDS from its first byte to its last, so many may be there at once (others wait in
 * the kernel's queue), and a request has HTTP_REQUEST_MAX bytes. (libevent's own server, 2.1, can bound neither the
 * connections nor the time that a client takes bit by bit.)
 */
#ifndef HTTP_H
#define HTTP_H

#include <stdbool.h>
#include <stddef.h>

struct event_base;
struct http;

#define HTTP_SECONDS 10
#define HTTP_CLIENTS_MAX 200
#define HTTP_REQUEST_MAX 8192

/* Texts valid during the call. */
struct http_request {
	const char *path;   /* without the query; as it came, not decoded */
	const char *accept; /* value of the first such header, "" without */
};

/* done is called when the body is no longer needed; NULL: it is static. */
struct http_response {
	int status;
	const char *type;
	const char *body;
	size_t length;
	void (*done)(void *ctx);
	void *ctx;
};

/* Fills in *response, which is all zeros before. */
typedef void (*http_handler)(void *ctx, const struct http_request *request, struct http_response *response);

/* 0 or -ENOMEM. Borrows the base. */
int http__new(struct http **out, struct event_base *base, http_handler handler, void *ctx);
void http__free(struct http *http);

/* Serves on a listening socket too, which is closed in the end, also if this fails. 0 or -ENOMEM. */
int http__listen(struct http *http, int fd);

/* Whether an Accept header names a media type, with a weight above zero. */
bool http__accepts(const char *accept, const char *type);

#endif
