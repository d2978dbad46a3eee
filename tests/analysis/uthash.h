/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What static analyzers are shown in place of uthash: the same interface over a list. They cannot follow the buckets that
 * the real one keeps, and take each entry that was removed and freed for one that is still there.
 */
#ifndef UTHASH_H
#define UTHASH_H

#include <stdint.h>
#include <string.h>

typedef struct UT_hash_handle {
	void *tbl, *next;
} UT_hash_handle;

/* Any number: what nobody knows who does not run the program. */
unsigned int analysis__any(void);

/* Without memory it is left out, and has no table. */
#define HASH_ADD(hh, head, field, length, add)                                              \
	((void)(analysis__any() ? ((add)->hh.tbl = (add), (add)->hh.next = (head), (head) = (add)) \
				: ((add)->hh.tbl = NULL)))
#define HASH_ADD_KEYPTR(hh, head, key, length, add) ((void)(key), HASH_ADD(hh, head, , length, add))
#define HASH_ADD_STR(head, field, add) HASH_ADD(hh, head, field, 0, add)
#define HASH_FIND(hh, head, key, length, out) ((void)(key), (out) = analysis__any() ? (head) : NULL)
#define HASH_FIND_STR(head, text, out) HASH_FIND(hh, head, text, 0, out)
#define HASH_DEL(head, entry) ((head) = (entry)->hh.next)
#define HASH_CLEAR(hh, head) ((head) = NULL)
#define HASH_COUNT(head) ((head) ? analysis__any() : 0)
#define HASH_SORT(head, compare) ((void)((head) && compare(head, head)))
#define HASH_ITER(hh, head, at, after) for ((at) = (head); (at) && ((after) = (at)->hh.next, 1); (at) = (after))

#endif
