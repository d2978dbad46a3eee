/* SPDX-License-Identifier: GPL-2.0 */
#include "http.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <utlist.h>

#define LISTENERS_MAX 2
#define LINGER_SECONDS 2 /* for the client to close, once it has its answer */
#define LINGER_BYTES_MAX 65536
#define PAUSE_SECONDS 1 /* when no connection can be accepted */
#define ALLOWED "GET, HEAD"

struct client {
	struct http *http;
	struct bufferevent *bev;
	struct event *deadline;
	bool answered;
	bool half_closed; /* it says no more */
	size_t lingering; /* bytes that came after the request */
	struct client *prev, *next;
};

struct http {
	struct event_base *base;
	http_handler handler;
	void *ctx;
	struct evconnlistener *listeners[LISTENERS_MAX];
	int listener_count;
	struct event *pause;
	struct client *clients;
	size_t client_count;
};

static void free_client(struct client *client);

/* --- what there is to answer --- */

static const char *reason(int status)
{
	switch (status) {
	case 200:
		return "OK";
	case 400:
		return "Bad Request";
	case 404:
		return "Not Found";
	case 405:
		return "Method Not Allowed";
	case 431:
		return "Request Header Fields Too Large";
	case 503:
		return "Service Unavailable";
	default:
		return "Internal Server Error";
	}
}

static void add_date(struct evbuffer *out)
{
	char date[64];

	evutil_date_rfc1123(date, sizeof(date), NULL);
	evbuffer_add_printf(out, "Date: %s\r\n", date);
}

static void done_with_body(const void *body, size_t length, void *response)
{
	const struct http_response *own = response;

	(void)body;
	(void)length;
	if (own->done)
		own->done(own->ctx);
	free(response);
}

/* The body is not copied: many slow clients share one. Without memory it is missing, and the client can tell by the length. */
static void add_body(struct evbuffer *out, const struct http_response *response, bool wanted)
{
	struct http_response *own = wanted && response->length ? malloc(sizeof(*own)) : NULL;

	if (own) {
		*own = *response;
		if (!evbuffer_add_reference(out, own->body, own->length, done_with_body, own))
			return;
		free(own);
	}
	if (response->done)
		response->done(response->ctx);
}

static void answer(struct client *client, const struct http_response *response, bool body)
{
	struct evbuffer *out = bufferevent_get_output(client->bev);

	client->answered = true;
	evbuffer_add_printf(out, "HTTP/1.1 %d %s\r\n", response->status, reason(response->status));
	add_date(out);
	evbuffer_add_printf(out, "Content-Type: %s\r\nContent-Length: %zu\r\n", response->type, response->length);
	if (response->status == 405)
		evbuffer_add_printf(out, "Allow: " ALLOWED "\r\n");
	evbuffer_add_printf(out, "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n");
	add_body(out, response, body);
}

static void answer_error(struct client *client, int status)
{
	char text[64];
	struct http_response response = { .status = status, .type = "text/plain; charset=utf-8", .body = text };

	response.length = snprintf(text, sizeof(text), "%s\n", reason(status));
	answer(client, &response, false);
	evbuffer_add(bufferevent_get_output(client->bev), text, response.length);
}

/* --- requests --- */

/* Cuts the next line off; NULL: there is none. */
static char *next_line(char **text)
{
	char *line = *text, *end = strstr(line, "\r\n");

	if (!end)
		return NULL;
	*end = '\0';
	*text = end + 2;
	return line;
}

/* The value of a header, if this line is it. */
static const char *header(const char *line, const char *name)
{
	size_t length = strlen(name);

	if (strncasecmp(line, name, length) || line[length] != ':')
		return NULL;
	line += length + 1;
	return line + strspn(line, " \t");
}

static bool has_control(const char *text)
{
	while (*text && !iscntrl((unsigned char)*text))
		text++;
	return *text;
}

/* A proxy's form has the host too. NULL: neither. */
static char *path_of(char *target)
{
	target[strcspn(target, "?#")] = '\0';
	if (!strncasecmp(target, "http://", 7)) {
		target += 7;
		target += strcspn(target, "/");
		return *target ? target : "/";
	}
	return *target == '/' ? target : NULL;
}

static bool parse(char *text, const char **method, struct http_request *request)
{
	char *line = next_line(&text), *save, *target, *version;

	*method = line ? strtok_r(line, " ", &save) : NULL;
	target = *method ? strtok_r(NULL, " ", &save) : NULL;
	version = target ? strtok_r(NULL, "", &save) : NULL;
	if (!version || strncmp(version, "HTTP/1.", 7) || has_control(target))
		return false;
	request->path = path_of(target);
	request->accept = "";
	while ((line = next_line(&text)) && *line) {
		if (!*request->accept)
			request->accept = header(line, "Accept") ?: "";
	}
	return request->path;
}

static void handle(struct client *client, char *text)
{
	struct http_response response = {};
	struct http_request request;
	const char *method;

	if (!parse(text, &method, &request)) {
		answer_error(client, 400);
		return;
	}
	if (strcmp(method, "GET") && strcmp(method, "HEAD")) {
		answer_error(client, 405);
		return;
	}
	client->http->handler(client->http->ctx, &request, &response);
	answer(client, &response, !strcmp(method, "GET"));
}

/* How long the request's head is, with the empty line; 0: that has not come yet. */
static size_t head_length(struct evbuffer *in)
{
	struct evbuffer_ptr end = evbuffer_search(in, "\r\n\r\n", 4, NULL);

	return end.pos < 0 ? 0 : end.pos + 4;
}

/* What comes after it is of no interest, but closing with it unread would take the answer from the client. */
static void linger(struct client *client)
{
	struct evbuffer *in = bufferevent_get_input(client->bev);
	size_t length = evbuffer_get_length(in);

	client->lingering += length;
	evbuffer_drain(in, length);
	if (client->lingering > LINGER_BYTES_MAX)
		free_client(client);
}

static void on_read(struct bufferevent *bev, void *ctx)
{
	struct client *client = ctx;
	struct evbuffer *in = bufferevent_get_input(bev);
	char text[HTTP_REQUEST_MAX + 1];
	size_t length = client->answered ? 0 : head_length(in);

	if (length > HTTP_REQUEST_MAX || (!length && !client->answered && evbuffer_get_length(in) >= HTTP_REQUEST_MAX)) {
		answer_error(client, 431);
	} else if (length) {
		evbuffer_remove(in, text, length);
		text[length] = '\0';
		if (memchr(text, '\0', length))
			answer_error(client, 400);
		else
			handle(client, text);
	}
	if (client->answered)
		linger(client);
}

/* --- connections --- */

static void free_client(struct client *client)
{
	struct http *http = client->http;

	if (client->deadline)
		event_free(client->deadline);
	bufferevent_free(client->bev);
	DL_DELETE(http->clients, client);
	free(client);
	if (http->client_count-- < HTTP_CLIENTS_MAX)
		return;
	for (int i = 0; i < http->listener_count; i++)
		evconnlistener_enable(http->listeners[i]);
}

static void on_deadline(evutil_socket_t fd, short what, void *ctx)
{
	(void)fd;
	(void)what;
	free_client(ctx);
}

/* All that there was to write is written. */
static void on_written(struct bufferevent *bev, void *ctx)
{
	static const struct timeval soon = { .tv_sec = LINGER_SECONDS };
	struct client *client = ctx;

	if (!client->answered)
		return;
	if (client->half_closed) {
		free_client(client);
		return;
	}
	shutdown(bufferevent_getfd(bev), SHUT_WR);
	event_add(client->deadline, &soon);
}

static void on_end(struct bufferevent *bev, short what, void *ctx)
{
	struct client *client = ctx;

	client->half_closed = true;
	if ((what & BEV_EVENT_ERROR) || !evbuffer_get_length(bufferevent_get_output(bev)))
		free_client(client);
}

static struct client *make_client(struct http *http, int fd)
{
	static const struct timeval patience = { .tv_sec = HTTP_SECONDS };
	struct client *client = calloc(1, sizeof(*client));

	if (!client)
		return NULL;
	client->http = http;
	client->bev = bufferevent_socket_new(http->base, fd, BEV_OPT_CLOSE_ON_FREE);
	if (!client->bev) {
		free(client);
		return NULL;
	}
	DL_APPEND(http->clients, client);
	http->client_count++;
	client->deadline = evtimer_new(http->base, on_deadline, client);
	if (!client->deadline || event_add(client->deadline, &patience)) {
		free_client(client);
		return NULL;
	}
	return client;
}

static void stop_accepting(struct http *http)
{
	for (int i = 0; i < http->listener_count; i++)
		evconnlistener_disable(http->listeners[i]);
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address, int length, void *ctx)
{
	struct http *http = ctx;
	/* this may be the last of several that were waiting */
	struct client *client = http->client_count < HTTP_CLIENTS_MAX ? make_client(http, fd) : NULL;

	(void)listener;
	(void)address;
	(void)length;
	if (!client) {
		close(fd);
		return;
	}
	if (http->client_count >= HTTP_CLIENTS_MAX)
		stop_accepting(http);
	bufferevent_setwatermark(client->bev, EV_READ, 0, HTTP_REQUEST_MAX);
	bufferevent_setcb(client->bev, on_read, on_written, on_end, client);
	if (bufferevent_enable(client->bev, EV_READ | EV_WRITE))
		free_client(client);
}

/* Without descriptors it would be tried again and again. */
static void on_accept_error(struct evconnlistener *listener, void *ctx)
{
	static const struct timeval later = { .tv_sec = PAUSE_SECONDS };
	struct http *http = ctx;

	(void)listener;
	if (!event_add(http->pause, &later))
		stop_accepting(http);
}

static void on_pause_over(evutil_socket_t fd, short what, void *ctx)
{
	struct http *http = ctx;

	(void)fd;
	(void)what;
	for (int i = 0; i < http->listener_count && http->client_count < HTTP_CLIENTS_MAX; i++)
		evconnlistener_enable(http->listeners[i]);
}

int http__new(struct http **out, struct event_base *base, http_handler handler, void *ctx)
{
	struct http *http = calloc(1, sizeof(*http));

	if (!http)
		return -ENOMEM;
	http->base = base;
	http->handler = handler;
	http->ctx = ctx;
	http->pause = evtimer_new(base, on_pause_over, http);
	if (!http->pause) {
		free(http);
		return -ENOMEM;
	}
	*out = http;
	return 0;
}

void http__free(struct http *http)
{
	struct client *client, *next;

	if (!http)
		return;
	for (int i = 0; i < http->listener_count; i++)
		evconnlistener_free(http->listeners[i]);
	http->listener_count = 0;
	DL_FOREACH_SAFE(http->clients, client, next)
		free_client(client);
	event_free(http->pause);
	free(http);
}

int http__listen(struct http *http, int fd)
{
	struct evconnlistener *listener = NULL;

	if (http->listener_count < LISTENERS_MAX)
		listener = evconnlistener_new(http->base, on_accept, http, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	if (!listener) {
		close(fd);
		return -ENOMEM;
	}
	evconnlistener_set_error_cb(listener, on_accept_error);
	http->listeners[http->listener_count++] = listener;
	return 0;
}

/* --- what the client would like --- */

static bool is_type(const char *range, size_t length, const char *type)
{
	size_t name = strcspn(range, ";, \t");

	return name <= length && name == strlen(type) && !strncasecmp(range, type, name);
}

static bool has_weight(const char *range, size_t length)
{
	for (const char *at = range; (at = strpbrk(at, ";")) && at < range + length;) {
		at += 1 + strspn(at + 1, " \t");
		if ((*at == 'q' || *at == 'Q') && at[1] == '=')
			return strtod(at + 2, NULL) > 0;
	}
	return true;
}

bool http__accepts(const char *accept, const char *type)
{
	while (*accept) {
		size_t length;

		accept += strspn(accept, " \t,");
		length = strcspn(accept, ",");
		if (is_type(accept, length, type))
			return has_weight(accept, length);
		accept += length;
	}
	return false;
}
