/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The TCP sockets that the kernel's statistics have told of, and how far they were counted: what a socket moved between
 * two looks is the difference. Pure: fed with what was read.
 */
#ifndef DIAG_TABLE_H
#define DIAG_TABLE_H

#include <linux/types.h>
#include <stdbool.h>
#include <uthash.h>

#include "diag_message.h"

/* A SYN takes a sequence number: whether it is in what this socket's peer acknowledged. */
enum diag_syn {
	DIAG_SYN_OPEN,	 /* not known yet */
	DIAG_SYN_COUNTED, /* we connected */
	DIAG_SYN_NOT,	 /* we accepted */
};

struct diag_id {
	__u64 cookie;
	__u32 netns; /* inode number */
	__u32 pad;   /* zero: hashed as bytes */
};

struct diag_entry {
	struct diag_id id;
	struct flow_key key; /* tgid: of the owner */
	struct owner owner;  /* who had it last, as far as known */
	bool owned;	     /* the owner is known */
	bool routed;	     /* whether ifindex and dev were looked up: the user's to fill in, as the owner */
	__u32 bound_ifindex; /* 0: to none */
	__u32 ifindex;	     /* 0: not known */
	char dev[DEV_LEN];
	__u32 inode; /* of its file, the last that it had */
	__u32 uid;
	bool waits_for_accept; /* no process has it yet; not for long, it may also be the kernel's */
	__u64 tx_bytes;	       /* not yet handed over */
	__u64 rx_bytes;

	/* The table's own from here. */
	enum diag_syn syn;
	__u64 sent; /* up to here counted */
	__u64 received;
	__u64 looked; /* number of the look that had it last */
	unsigned int waited; /* looks */
	UT_hash_handle hh;
};

struct diag_table;

/* 0 or -ENOMEM. */
int diag_table__new(struct diag_table **out);
void diag_table__free(struct diag_table *table);

/*
 * Takes note of a socket: what it moved since it was seen last is added to its entry's tx_bytes and rx_bytes. A new
 * one counts from its beginning, or, as `existing`, from now; one that has ended (DIAG_CLOSE) only if it is known. Returns the entry, borrowed; NULL: no memory, a listener
 * (which is remembered), or the kernel does not tell bytes.
 */
struct diag_entry *diag_table__note(struct diag_table *table, __u32 netns, const struct diag_socket *socket,
				    bool existing);

typedef void (*diag_forgotten)(void *ctx, const struct diag_entry *entry);

/*
 * Ends a look. What was in none of the last few looks is forgotten, if nothing is to be handed over: one that was left out
 * by chance, as the kernel's list changed while it was read, must not count as new.
 */
void diag_table__end_look(struct diag_table *table, diag_forgotten forgotten, void *ctx);

/* The first of all entries; the next is hh.next. */
struct diag_entry *diag_table__entries(const struct diag_table *table);

#endif
