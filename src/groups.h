/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Processes or connections summed up: by user, by container or unit, by remote host, by port. The groups' bytes sum up to
 * those of the whole model, if nothing was left out by a filter: what cannot be told whose it is has a group too.
 */
#ifndef GROUPS_H
#define GROUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <uthash.h>

#include "bpfhogs.h"
#include "filter.h"
#include "model.h"

enum group_by {
	GROUP_BY_HOST,
	GROUP_BY_PORT,
	GROUP_BY_CONTAINER,
	GROUP_BY_USER,
};

#define GROUP_KEY_SIZE 256

struct group {
	char key[GROUP_KEY_SIZE];  /* what its members have in common, any bytes; in numbers: it does not change when names are shown */
	struct flow_key flow;	   /* by host and port: of one of its members; all zeros if it has none */
	struct activity activity;  /* sums; peaks and times are not kept */
	unsigned int processes;	   /* by user and container */
	unsigned int connections;  /* active in the interval */

	UT_hash_handle hh; /* goes on with hh.next */
};

struct groups_options {
	enum group_by by;
	enum model_which which;
	const struct filter *filter; /* NULL: all */
};

/* Makes the groups; *out is NULL for none. Those made before are to be freed. 0 or -ENOMEM, with *out NULL. */
int groups__build(struct group **out, const struct model *model, const struct groups_options *options);
void groups__free(struct group *groups);

#endif
