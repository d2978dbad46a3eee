/* SPDX-License-Identifier: GPL-2.0 */
#include "diag.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attach_mode.h"
#include "clock.h"
#include "diag_dump.h"
#include "diag_table.h"
#include "format.h"
#include "holders.h"
#include "netspaces.h"
#include "route.h"

#define LOOPBACK_IFINDEX 1 /* in every namespace */

/* Which traffic is wanted: what the BPF programs' settings are. */
struct wishes {
	__u32 pids[MAX_FILTER_PIDS];
	size_t pid_count;
	__u32 ifindexes[MAX_FILTER_DEVICES]; /* of our own namespace */
	size_t ifindex_count;
	bool ipv4, ipv6, no_loopback;
	__u32 netns;
};

struct diag {
	struct wishes wishes;
	struct diag_table *table;
	struct holders *holders;
	struct netspaces *netspaces;
	__u64 start_ns;
	__u64 missed; /* ends of connections, in this interval */
};

/* A namespace that is looked at. */
struct look {
	struct diag *diag;
	__u32 netns;
	bool existing; /* what there is counts from now on */
	bool found;    /* a connection */
};

static int note_socket(void *ctx, const struct diag_socket *socket)
{
	struct look *look = ctx;

	if (diag_table__note(look->diag->table, look->netns, socket, look->existing))
		look->found = true;
	return 0;
}

/*
 * Of our own namespace it must succeed; another may be on its way out. One that processes have left goes on as long as its
 * connections do: found anew when somebody enters it, they would count from their beginning again.
 */
static int look_at_all(struct diag *diag, bool existing)
{
	struct netspace *own = netspaces__first(diag->netspaces);
	int err = 0;

	netspaces__refresh(diag->netspaces);
	for (struct netspace *space = own; space && !err; space = space->next) {
		struct look look = { diag, space->inode, existing, false };

		err = diag_dump__sockets(space->diag_fd, IPPROTO_TCP, DIAG_CONNECTED_STATES | 1 << DIAG_LISTEN, note_socket, &look);
		err = space == own ? err : 0;
		space->connected = look.found;
		diag->missed += diag_dump__ended(space->ends_fd, &space->ends_lost, note_socket, &look);
	}
	return err;
}

/* --- whose it is, and whether it is wanted --- */

static void set_owner(struct diag_entry *entry, const struct owner *owner)
{
	entry->owner = *owner;
	entry->owned = true;
	entry->key.tgid = owner->tgid;
}

/* Its user is known, though not which of his processes. */
static void set_unknown_owner(struct diag_entry *entry)
{
	entry->owner = (struct owner){ .tgid = TGID_UNKNOWN | entry->uid, .uid = entry->uid, .comm = "(unknown)" };
	entry->key.tgid = entry->owner.tgid;
}

static bool has_moved(const struct diag_entry *entry)
{
	return entry->tx_bytes || entry->rx_bytes;
}

/* Asks for all that were not found yet, so that whoever sends and is gone a moment later is known. */
static void find_owners(struct diag *diag)
{
	struct diag_entry *entry = diag_table__entries(diag->table);
	struct owner owner;

	for (; entry; entry = entry->hh.next)
		if ((has_moved(entry) || !entry->owned) && holders__find(diag->holders, entry->inode, &owner))
			set_owner(entry, &owner);
}

static bool contains(const __u32 *list, size_t count, __u32 number)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == number)
			return true;
	return false;
}

static const struct netspace *netspace_of(const struct diag *diag, const struct diag_entry *entry)
{
	const struct netspace *space = netspaces__first(diag->netspaces);

	while (space && space->inode != entry->id.netns)
		space = space->next;
	return space;
}

/* Once, when it first moves something. */
static void find_device(const struct diag *diag, struct diag_entry *entry)
{
	const struct netspace *space = entry->routed ? NULL : netspace_of(diag, entry);

	if (!space)
		return;
	entry->routed = true;
	entry->ifindex = route__device(space->route_fd, &entry->key) ?: entry->bound_ifindex;
	route__name(space->route_fd, entry->ifindex, entry->dev);
}

static bool device_wanted(const struct wishes *wishes, const struct diag_entry *entry)
{
	if (wishes->no_loopback && entry->ifindex == LOOPBACK_IFINDEX)
		return false;
	if (!wishes->ifindex_count)
		return true;
	return entry->id.netns == wishes->netns && contains(wishes->ifindexes, wishes->ifindex_count, entry->ifindex);
}

static bool is_wanted(const struct wishes *wishes, const struct diag_entry *entry)
{
	if (!(format__is_ipv4(entry->key.laddr) ? wishes->ipv4 : wishes->ipv6))
		return false;
	if (wishes->pid_count && !contains(wishes->pids, wishes->pid_count, entry->key.tgid))
		return false;
	return device_wanted(wishes, entry);
}

static int give(struct diag *diag, struct diag_entry *entry, sampler_sink sink, void *ctx)
{
	struct flow flow = { .tx_bytes = entry->tx_bytes, .rx_bytes = entry->rx_bytes };

	entry->tx_bytes = 0;
	entry->rx_bytes = 0;
	if (!entry->owned)
		set_unknown_owner(entry);
	find_device(diag, entry);
	if (!is_wanted(&diag->wishes, entry))
		return 0;
	flow.owner = entry->owner;
	flow.ifindex = entry->ifindex;
	memcpy(flow.dev, entry->dev, DEV_LEN);
	return sink(ctx, &entry->key, &flow);
}

/* What nobody has accepted yet is not read either; what is not looked for yet may be somebody's. Both can wait. */
static int give_all(struct diag *diag, struct interval *interval, bool last, sampler_sink sink, void *ctx)
{
	bool searched, wait;
	int err = 0;

	holders__begin(diag->holders);
	find_owners(diag);
	searched = holders__search(diag->holders, last);
	find_owners(diag);
	for (struct diag_entry *entry = diag_table__entries(diag->table); entry && !err; entry = entry->hh.next) {
		wait = !last && !entry->owned && (!searched || entry->waits_for_accept);
		if (!has_moved(entry) || wait)
			continue;
		interval->flows++;
		err = give(diag, entry, sink, ctx);
	}
	return err;
}

/* --- from outside --- */

static void take_wishes(struct wishes *wishes, const struct loader_config *config)
{
	wishes->ipv4 = config->ipv4;
	wishes->ipv6 = config->ipv6;
	wishes->no_loopback = config->no_loopback;
	wishes->netns = config->netns;
	wishes->pid_count = config->pid_count;
	memcpy(wishes->pids, config->pids, config->pid_count * sizeof(*config->pids));
	wishes->ifindex_count = config->ifindex_count;
	memcpy(wishes->ifindexes, config->ifindexes, config->ifindex_count * sizeof(*config->ifindexes));
}

static void forget_file(void *ctx, const struct diag_entry *entry)
{
	holders__forget(((struct diag *)ctx)->holders, entry->inode);
}

/* Twice, for what a look may leave out. Nothing of it is told, but whose it all is is known from here on. */
static int begin(struct diag *diag)
{
	struct interval interval = {};
	int err = look_at_all(diag, true);

	err = err ?: look_at_all(diag, true);
	err = err ?: give_all(diag, &interval, true, sampler__discard, NULL);
	diag_table__end_look(diag->table, forget_file, diag);
	diag->start_ns = clock__monotonic_ns();
	diag->missed = 0;
	return err;
}

static const char *explain(int err)
{
	if (err == -ENOENT || err == -EPROTONOSUPPORT || err == -EOPNOTSUPP)
		return "this kernel has no statistics of TCP sockets (modprobe tcp_diag)";
	return strerror(-err);
}

static int check_config(const struct loader_config *config, char *error, size_t size)
{
	if (config->pid_count > MAX_FILTER_PIDS || config->ifindex_count > MAX_FILTER_DEVICES)
		return snprintf(error, size, "too many processes or devices to filter by"), -E2BIG;
	if (!config->tcp)
		return snprintf(error, size, "it counts TCP only"), -EOPNOTSUPP;
	return 0;
}

int diag__new(struct diag **out, const struct loader_config *config, char *error, size_t size)
{
	const struct netspaces_config spaces = { .own = config->netns, .all = !config->ifindex_count, .ends = true };
	int err = check_config(config, error, size);
	struct diag *diag;

	if (err)
		return err;
	diag = calloc(1, sizeof(*diag));
	if (!diag)
		return -ENOMEM;
	take_wishes(&diag->wishes, config);
	err = diag_table__new(&diag->table);
	err = err ?: holders__new(&diag->holders, NULL);
	err = err ?: netspaces__new(&diag->netspaces, &spaces);
	err = err ?: begin(diag);
	if (err) {
		snprintf(error, size, "%s", explain(err));
		diag__free(diag);
		return err;
	}
	*out = diag;
	return 0;
}

void diag__free(struct diag *diag)
{
	if (!diag)
		return;
	netspaces__free(diag->netspaces);
	holders__free(diag->holders);
	diag_table__free(diag->table);
	free(diag);
}

int diag__take(struct diag *diag, struct interval *interval, bool last, sampler_sink sink, void *ctx)
{
	int err = look_at_all(diag, false);

	interval__end_now(interval, &diag->start_ns);
	interval->attach = attach_mode__name(ATTACH_DIAG);
	interval->missed = diag->missed;
	interval->left_out = netspaces__left_out(diag->netspaces);
	diag->missed = 0;
	err = err ?: give_all(diag, interval, last, sink, ctx);
	diag_table__end_look(diag->table, forget_file, diag);
	return err;
}
