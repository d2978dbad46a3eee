/* SPDX-License-Identifier: GPL-2.0 */
#include "filter.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"

enum term_kind {
	TERM_TEXT,
	TERM_PID,
	TERM_USER,
	TERM_PORT,
	TERM_HOST,
	TERM_PROTO,
	TERM_DEV,
	TERM_CONTAINER,
};

static const struct {
	const char *name;
	enum term_kind kind;
} kinds[] = {
	{ "pid", TERM_PID },   { "user", TERM_USER }, { "port", TERM_PORT },	       { "host", TERM_HOST },
	{ "proto", TERM_PROTO }, { "dev", TERM_DEV },   { "container", TERM_CONTAINER }, { "unit", TERM_CONTAINER },
};

struct term {
	enum term_kind kind;
	bool negated;
	char *text;	     /* what follows the colon */
	unsigned long number; /* of pid, port, proto; of user: its uid, if `numeric` */
	bool numeric;
	__u8 addr[16]; /* of host, if prefix >= 0 */
	int prefix;    /* bits, of 128 */
};

struct filter {
	struct filter_names names;
	struct term *terms;
	size_t count;
};

/* --- words --- */

/*
 * Takes the next word off the text, without its quotes, to `word`, which has room for all of the text. 1, 0 at the end, or
 * -EINVAL: a quote has no end.
 */
static int next_word(const char **text, char *word)
{
	bool quoted = false, any = false;
	const char *at = *text + strspn(*text, " \t\r\n");

	for (; *at && (quoted || !strchr(" \t\r\n", *at)); at++) {
		any = true;
		if (*at == '"')
			quoted = !quoted;
		else
			*word++ = *at;
	}
	*word = '\0';
	*text = at;
	return quoted ? -EINVAL : any;
}

/* --- terms --- */

static int parse_number(const char *text, unsigned long max, unsigned long *number)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	*number = strtoul(text, &end, 10);
	return errno || *end || *number > max ? -EINVAL : 0;
}

/* An address, with or without a prefix length; anything else is text. */
static void parse_host(struct term *term)
{
	char address[INET6_ADDRSTRLEN];
	const char *slash = strchr(term->text, '/');
	size_t length = slash ? (size_t)(slash - term->text) : strlen(term->text);
	unsigned long bits = 0;
	int most;

	term->prefix = -1;
	if (!length || length >= sizeof(address))
		return;
	memcpy(address, term->text, length);
	address[length] = '\0';
	if (format__parse_address(address, term->addr))
		return;
	/* by what was typed: an IPv4-mapped address written as IPv6 has all of its 128 bits */
	most = strchr(address, ':') ? 128 : 32;
	if (slash && parse_number(slash + 1, most, &bits))
		return;
	term->prefix = slash ? 128 - most + (int)bits : 128;
}

static int parse_value(struct term *term, const struct filter_names *names)
{
	int number;

	switch (term->kind) {
	case TERM_PID:
		return parse_number(term->text, UINT32_MAX, &term->number);
	case TERM_USER:
		term->numeric = !parse_number(term->text, UINT32_MAX, &term->number);
		return 0;
	case TERM_PORT:
		if (!parse_number(term->text, UINT16_MAX, &term->number))
			return 0;
		number = names->port ? names->port(names->ctx, term->text) : -ENOENT;
		term->number = number;
		return number < 0 ? -EINVAL : 0;
	case TERM_PROTO:
		number = format__parse_protocol(term->text);
		term->number = number;
		return number < 0 ? -EINVAL : 0;
	case TERM_HOST:
		parse_host(term);
		return term->prefix < 0 && strchr(term->text, '/') ? -EINVAL : 0;
	default:
		return 0;
	}
}

/* The length of the letters that a colon follows, or 0. */
static size_t name_length(const char *word)
{
	size_t length = 0;

	while (isalpha((unsigned char)word[length]))
		length++;
	return word[length] == ':' ? length : 0;
}

static int find_kind(const char *word, size_t length, enum term_kind *kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strlen(kinds[i].name) == length && !strncasecmp(word, kinds[i].name, length)) {
			*kind = kinds[i].kind;
			return 0;
		}
	}
	return -EINVAL;
}

static int parse_term(struct term *term, const char *word, const struct filter_names *names, char *error, size_t size)
{
	size_t length;

	term->negated = *word == '!';
	word += term->negated;
	length = name_length(word);
	if (length && find_kind(word, length, &term->kind) && word[length + 1] == ':')
		length = 0; /* an address: abcd::1 */
	if (length && find_kind(word, length, &term->kind)) {
		snprintf(error, size, "unknown term %.*s:", length < 20 ? (int)length : 20, word);
		return -EINVAL;
	}
	term->text = strdup(word + (length ? length + 1 : 0));
	if (!term->text)
		return -ENOMEM;
	if (!*term->text || parse_value(term, names)) {
		snprintf(error, size, "'%.20s' lacks a value, or has a wrong one", word);
		return -EINVAL;
	}
	return 0;
}

static int add_term(struct filter *filter, const char *word, char *error, size_t size)
{
	struct term *terms = reallocarray(filter->terms, filter->count + 1, sizeof(*terms));

	if (!terms)
		return -ENOMEM;
	filter->terms = terms;
	terms[filter->count] = (struct term){};
	return parse_term(&terms[filter->count++], word, &filter->names, error, size);
}

static int parse(struct filter *filter, const char *expression, char *word, char *error, size_t size)
{
	int err;

	while ((err = next_word(&expression, word)) > 0) {
		err = add_term(filter, word, error, size);
		if (err)
			return err;
	}
	if (err)
		snprintf(error, size, "a quote has no end");
	return err;
}

int filter__new(struct filter **out, const char *expression, const struct filter_names *names, char *error,
		size_t size)
{
	struct filter *filter = calloc(1, sizeof(*filter));
	char *word = calloc(1, strlen(expression) + 1);
	int err = filter && word ? 0 : -ENOMEM;

	if (!err) {
		filter->names = *names;
		err = parse(filter, expression, word, error, size);
	}
	free(word);
	if (err) {
		filter__free(filter);
		return err;
	}
	*out = filter;
	return 0;
}

void filter__free(struct filter *filter)
{
	if (!filter)
		return;
	for (size_t i = 0; i < filter->count; i++)
		free(filter->terms[i].text);
	free(filter->terms);
	free(filter);
}

/* --- matching --- */

static bool contains(const char *text, const char *part)
{
	return text && strcasestr(text, part);
}

static bool is_user(const struct term *term, const struct process *process)
{
	if (term->numeric && term->number == process->owner.uid)
		return true;
	return process->identity.user && !strcasecmp(process->identity.user, term->text);
}

static bool process_has_text(const struct process *process, const char *text)
{
	const struct identity *identity = &process->identity;

	return contains(process->owner.comm, text) || contains(identity->program, text) || contains(identity->exe, text) ||
	       contains(identity->cmdline, text) || contains(identity->user, text) || contains(identity->container, text);
}

/* What a process is of itself; its terms only. */
static bool process_has(const struct term *term, const struct process *process)
{
	switch (term->kind) {
	case TERM_PID:
		return !process->aggregate && term->number == process->id.tgid;
	case TERM_USER:
		return !process->aggregate && is_user(term, process);
	case TERM_CONTAINER:
		return contains(process->identity.container, term->text);
	case TERM_TEXT:
		return process_has_text(process, term->text);
	default:
		return false;
	}
}

static bool is_in_network(const __u8 *addr, const struct term *term)
{
	int bytes = term->prefix / 8, bits = term->prefix % 8;

	if (memcmp(addr, term->addr, bytes))
		return false;
	return !bits || (addr[bytes] ^ term->addr[bytes]) >> (8 - bits) == 0;
}

static bool has_host(const struct filter *filter, const char *text, const struct flow_key *key)
{
	char address[FORMAT_ENDPOINT_SIZE];
	const struct filter_names *names = &filter->names;

	return contains(format__remote_address(address, key), text) ||
	       (names->host && contains(names->host(names->ctx, key->raddr), text));
}

static bool connection_has(const struct filter *filter, const struct term *term, const struct connection *connection)
{
	const struct flow_key *key = &connection->id.key;

	switch (term->kind) {
	case TERM_PORT:
		return key->lport == term->number || key->rport == term->number;
	case TERM_HOST:
		if (format__remote_unknown(key))
			return false;
		return term->prefix >= 0 ? is_in_network(key->raddr, term) : has_host(filter, term->text, key);
	case TERM_PROTO:
		return key->protocol == term->number;
	case TERM_DEV:
		return !strcmp(connection->dev, term->text);
	case TERM_TEXT:
		return process_has(term, connection->process) || has_host(filter, term->text, key);
	default:
		return process_has(term, connection->process);
	}
}

bool filter__connection(const struct filter *filter, const struct connection *connection)
{
	for (size_t i = 0; filter && i < filter->count; i++) {
		if (connection_has(filter, &filter->terms[i], connection) == filter->terms[i].negated)
			return false;
	}
	return true;
}

/* By itself: not by what only a connection has, nor by not having it. */
static bool matches_alone(const struct filter *filter, const struct process *process)
{
	for (size_t i = 0; i < filter->count; i++) {
		const struct term *term = &filter->terms[i];
		bool of_connection = term->kind == TERM_PORT || term->kind == TERM_HOST || term->kind == TERM_PROTO ||
				     term->kind == TERM_DEV;

		if (of_connection || process_has(term, process) == term->negated)
			return false;
	}
	return true;
}

bool filter__process(const struct filter *filter, const struct process *process)
{
	if (!filter || matches_alone(filter, process))
		return true;
	for (const struct connection *c = process->flows; c; c = c->flow_next) {
		if (filter__connection(filter, c))
			return true;
	}
	return false;
}
