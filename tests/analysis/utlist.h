/* SPDX-License-Identifier: GPL-2.0 */
/* What static analyzers are shown in place of utlist, as in uthash.h: they do not know that a list's first has a last one. */
#ifndef UTLIST_H
#define UTLIST_H

#include <stddef.h>

#define DL_APPEND2(head, add, prev, next) ((add)->next = (head), (add)->prev = NULL, (head) = (add))
#define DL_APPEND(head, add) DL_APPEND2(head, add, prev, next)
#define DL_DELETE2(head, entry, prev, next) ((head) = (entry)->next)
#define DL_DELETE(head, entry) DL_DELETE2(head, entry, prev, next)
#define DL_SORT(head, compare) ((void)((head) && compare(head, head)))
#define LL_PREPEND2(head, add, next) ((add)->next = (head), (head) = (add))
#define LL_SORT2(head, compare, next) DL_SORT(head, compare)
#define DL_FOREACH(head, at) for ((at) = (head); (at); (at) = (at)->next)
#define DL_FOREACH_SAFE(head, at, after) for ((at) = (head); (at) && ((after) = (at)->next, 1); (at) = (after))

#endif
