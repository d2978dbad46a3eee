/* SPDX-License-Identifier: GPL-2.0 */
/* A failed allocation in the hash leaves the entry out, and its hh.tbl NULL. */
#define HASH_NONFATAL_OOM 1

#include "diag_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define KEEP_LOOKS 5

/* A port that connections are accepted at. */
struct listener {
	struct {
		__u32 netns;
		__u32 port;
	} id;
	__u64 looked;
	UT_hash_handle hh;
};

struct diag_table {
	struct diag_entry *hash;
	struct listener *listeners;
	__u64 look; /* the number of this one */
};

int diag_table__new(struct diag_table **out)
{
	struct diag_table *table = calloc(1, sizeof(*table));

	if (!table)
		return -ENOMEM;
	*out = table;
	return 0;
}

static void forget(struct diag_table *table, struct diag_entry *entry)
{
	HASH_DEL(table->hash, entry);
	free(entry);
}

static void forget_listener(struct diag_table *table, struct listener *listener)
{
	HASH_DEL(table->listeners, listener);
	free(listener);
}

void diag_table__free(struct diag_table *table)
{
	if (!table)
		return;
	while (table->listeners)
		forget_listener(table, table->listeners);
	while (table->hash)
		forget(table, table->hash);
	free(table);
}

/* --- the numbers of a socket --- */

static bool sent_fin(const struct diag_socket *socket)
{
	return socket->state == DIAG_FIN_WAIT1 || socket->state == DIAG_FIN_WAIT2 || socket->state == DIAG_CLOSING ||
	       socket->state == DIAG_LAST_ACK;
}

static bool received_fin(const struct diag_socket *socket)
{
	return socket->state == DIAG_CLOSE_WAIT || socket->state == DIAG_CLOSING || socket->state == DIAG_LAST_ACK;
}

/*
 * How far write_seq went, as the BPF side counts it: what was acknowledged, and what waits for that (write_seq - snd_una).
 * Both go by sequence numbers, so that neither retransmissions nor segments that the machine's own queues dropped are in
 * it; those spoil bytes_sent - bytes_retrans. The two are not read at one moment: of a queue that is not empty, what is
 * acknowledged in between is in both. That never makes the count go back, and is made up for by what is sent next.
 */
static __u64 write_seq(const struct diag_socket *socket)
{
	__u64 all = socket->tcp.bytes_acked + socket->send_queue;

	return all && sent_fin(socket) ? all - 1 : all;
}

/*
 * A SYN takes a sequence number, which is in bytes_acked of the side that connects alone. What was transmitted is counted
 * without it: where nothing was dropped or read at an odd moment, the difference tells the sides apart. Where it does not,
 * a port that somebody listens at does.
 */
static enum diag_syn find_syn(const struct diag_socket *socket)
{
	const struct diag_tcp *tcp = &socket->tcp;
	__u64 written;

	if (!tcp->has_sent || (sent_fin(socket) && tcp->notsent_bytes)) /* of which the FIN may be one, or not */
		return DIAG_SYN_OPEN;
	written = tcp->bytes_sent - tcp->bytes_retrans + tcp->notsent_bytes;
	if (write_seq(socket) == written)
		return DIAG_SYN_NOT;
	return write_seq(socket) == written + 1 ? DIAG_SYN_COUNTED : DIAG_SYN_OPEN;
}

/* Never more than what may come out later: as long as it is not known, a SYN is taken to be counted. */
static __u64 sent_by(const struct diag_entry *entry, const struct diag_socket *socket)
{
	__u64 all = write_seq(socket);

	return all && entry->syn != DIAG_SYN_NOT ? all - 1 : all;
}

/* What came in order, whether or not the program has read it: when a socket goes, nobody tells what was left unread. */
static __u64 received_by(const struct diag_socket *socket)
{
	__u64 all = socket->tcp.bytes_received;

	return all && received_fin(socket) ? all - 1 : all;
}

/* The counters never go back; what seems to is a state that was read before the numbers. */
static __u64 advance(__u64 *counted, __u64 now)
{
	__u64 more = now > *counted ? now - *counted : 0;

	*counted += more;
	return more;
}

/* --- the end --- */

/*
 * The last numbers of a socket come without the states that it passed. How many of the numbers SYN and FIN have taken is
 * told by what was transmitted; where that is of no use, or a FIN may wait among what was not, both have.
 */
static __u64 sent_in_all(const struct diag_entry *entry, const struct diag_socket *socket)
{
	const struct diag_tcp *tcp = &socket->tcp;
	__u64 all = tcp->bytes_acked + socket->send_queue;
	__u64 written = tcp->bytes_sent - tcp->bytes_retrans;
	__u64 taken = entry->syn == DIAG_SYN_NOT ? 1 : 2;

	if (tcp->has_sent && !tcp->notsent_bytes && all >= written && all - written <= taken)
		return written;
	return all > taken ? all - taken : 0;
}

/* Not one byte too many, so the peer's FIN is taken to have come. */
static struct diag_entry *end(struct diag_entry *entry, const struct diag_socket *socket)
{
	__u64 received = socket->tcp.bytes_received;

	if (!entry)
		return NULL;
	entry->tx_bytes += advance(&entry->sent, sent_in_all(entry, socket));
	entry->rx_bytes += advance(&entry->received, received ? received - 1 : 0);
	return entry;
}

/* --- listeners --- */

static struct listener *find_listener(const struct diag_table *table, __u32 netns, __u32 port)
{
	const struct listener wanted = { .id = { netns, port } };
	struct listener *listener;

	HASH_FIND(hh, table->listeners, &wanted.id, sizeof(wanted.id), listener);
	return listener;
}

/* Without memory it is not known: that costs a byte. */
static void note_listener(struct diag_table *table, __u32 netns, __u32 port)
{
	struct listener *listener = find_listener(table, netns, port);

	if (!listener) {
		listener = calloc(1, sizeof(*listener));
		if (!listener)
			return;
		listener->id.netns = netns;
		listener->id.port = port;
		HASH_ADD(hh, table->listeners, id, sizeof(listener->id), listener);
		if (!listener->hh.tbl) {
			free(listener);
			return;
		}
	}
	listener->looked = table->look;
}

static void forget_old_listeners(struct diag_table *table)
{
	struct listener *listener, *next;

	HASH_ITER(hh, table->listeners, listener, next)
		if (table->look - listener->looked >= KEEP_LOOKS)
			forget_listener(table, listener);
}

/* --- entries --- */

static struct diag_entry *add(struct diag_table *table, const struct diag_id *id)
{
	struct diag_entry *entry = calloc(1, sizeof(*entry));

	if (!entry)
		return NULL;
	entry->id = *id;
	HASH_ADD(hh, table->hash, id, sizeof(entry->id), entry);
	if (!entry->hh.tbl) {
		free(entry);
		return NULL;
	}
	return entry;
}

static void begin(struct diag_entry *entry, const struct diag_socket *socket, bool existing)
{
	entry->syn = existing ? DIAG_SYN_NOT : DIAG_SYN_OPEN;
	entry->sent = existing ? sent_by(entry, socket) : 0;
	entry->received = existing ? received_by(socket) : 0;
	entry->routed = false;
	entry->bound_ifindex = socket->ifindex;
	entry->key = socket->key;
	entry->key.netns = entry->id.netns;
	entry->key.tgid = entry->owner.tgid;
}

/* A socket may be connected again, to somebody else: its counters begin anew then. */
static bool is_same_connection(const struct diag_entry *entry, const struct diag_socket *socket)
{
	const struct flow_key *a = &entry->key, *b = &socket->key;

	return a->lport == b->lport && a->rport == b->rport && !memcmp(a->laddr, b->laddr, sizeof(a->laddr)) &&
	       !memcmp(a->raddr, b->raddr, sizeof(a->raddr));
}

/* The file goes when it is closed, while the kernel still sends what is left: then it is whose it was. */
static void note_file(struct diag_entry *entry, const struct diag_socket *socket)
{
	if (socket->inode) {
		entry->inode = socket->inode;
		entry->uid = socket->uid;
	} else if (!entry->inode) {
		entry->uid = socket->uid;
	}
	entry->waits_for_accept = !entry->inode && entry->waited < KEEP_LOOKS &&
				  (socket->state == DIAG_ESTABLISHED || socket->state == DIAG_CLOSE_WAIT);
	entry->waited += entry->waits_for_accept;
}

struct diag_entry *diag_table__note(struct diag_table *table, __u32 netns, const struct diag_socket *socket,
				    bool existing)
{
	const struct diag_id id = { .cookie = socket->cookie, .netns = netns };
	struct diag_entry *entry;

	if (socket->state == DIAG_LISTEN)
		note_listener(table, netns, socket->key.lport);
	if (socket->state == DIAG_LISTEN || !socket->tcp.has_acked)
		return NULL;
	HASH_FIND(hh, table->hash, &id, sizeof(id), entry);
	if (socket->state == DIAG_CLOSE)
		return end(entry, socket);
	if (!entry) {
		entry = add(table, &id);
		if (!entry)
			return NULL;
		begin(entry, socket, existing);
	} else if (!is_same_connection(entry, socket)) {
		begin(entry, socket, false);
	}
	if (entry->syn == DIAG_SYN_OPEN)
		entry->syn = find_syn(socket);
	if (entry->syn == DIAG_SYN_OPEN && find_listener(table, netns, socket->key.lport))
		entry->syn = DIAG_SYN_NOT;
	entry->tx_bytes += advance(&entry->sent, sent_by(entry, socket));
	entry->rx_bytes += advance(&entry->received, received_by(socket));
	entry->looked = table->look;
	note_file(entry, socket);
	return entry;
}

void diag_table__end_look(struct diag_table *table, diag_forgotten forgotten, void *ctx)
{
	struct diag_entry *entry, *next;

	HASH_ITER(hh, table->hash, entry, next) {
		if (entry->looked != table->look)
			entry->waits_for_accept = false;
		if (table->look - entry->looked < KEEP_LOOKS || entry->tx_bytes || entry->rx_bytes)
			continue;
		forgotten(ctx, entry);
		forget(table, entry);
	}
	forget_old_listeners(table);
	table->look++;
}

struct diag_entry *diag_table__entries(const struct diag_table *table)
{
	return table->hash;
}
