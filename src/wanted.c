/* SPDX-License-Identifier: GPL-2.0 */
#include "wanted.h"

#include <netinet/in.h>
#include <string.h>

#include "format.h"

#define LOOPBACK "lo"

static bool pid_wanted(const struct wanted *wanted, __u32 tgid)
{
	for (size_t i = 0; i < wanted->pid_count; i++) {
		if (wanted->pids[i] == tgid)
			return true;
	}
	return !wanted->pid_count;
}

static bool device_wanted(const struct wanted *wanted, const char *dev, bool own)
{
	if (wanted->no_loopback && !strcmp(dev, LOOPBACK))
		return false;
	for (size_t i = 0; i < wanted->device_count && own; i++) {
		if (!strcmp(wanted->devices[i], dev))
			return true;
	}
	return !wanted->device_count;
}

static bool protocol_wanted(const struct wanted *wanted, __u16 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_MPTCP ? wanted->tcp : wanted->udp;
}

static bool family_wanted(const struct wanted *wanted, const struct flow_key *key)
{
	bool ipv4 = format__is_ipv4(format__remote_unknown(key) ? key->laddr : key->raddr);

	return ipv4 ? wanted->ipv4 : wanted->ipv6;
}

static bool all_connections(const struct wanted *wanted)
{
	return wanted->tcp && wanted->udp && wanted->ipv4 && wanted->ipv6 && !wanted->no_loopback && !wanted->device_count;
}

bool wanted__all(const struct wanted *wanted)
{
	return all_connections(wanted) && !wanted->pid_count;
}

bool wanted__flow(const struct wanted *wanted, const struct flow_key *key, const char *dev, bool own)
{
	if (!pid_wanted(wanted, key->tgid))
		return false;
	if (!key->protocol)
		return all_connections(wanted);
	return protocol_wanted(wanted, key->protocol) && family_wanted(wanted, key) && device_wanted(wanted, dev, own);
}
