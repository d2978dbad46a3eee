/* SPDX-License-Identifier: GPL-2.0 */
#include "alive.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "format.h"

struct alive {
	struct identities *identities;
	__u32 netns;
	int fd; /* of sock_diag, or -1 */
};

int alive__new(struct alive **out, struct identities *identities, __u32 netns)
{
	struct alive *alive = calloc(1, sizeof(*alive));

	if (!alive)
		return -ENOMEM;
	alive->identities = identities;
	alive->netns = netns;
	alive->fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	*out = alive;
	return 0;
}

void alive__free(struct alive *alive)
{
	if (!alive)
		return;
	if (alive->fd >= 0)
		close(alive->fd);
	free(alive);
}

bool alive__process_ended(void *ctx, const struct owner *owner)
{
	const struct alive *alive = ctx;

	return identities__ended(alive->identities, owner);
}

/* --- one socket, by its 5-tuple --- */

struct request {
	struct nlmsghdr header;
	struct inet_diag_req_v2 body;
};

/* Of IPv4 the last four bytes. */
static void put_address(__be32 *to, const __u8 *addr, bool ipv4)
{
	memcpy(to, ipv4 ? addr + 12 : addr, ipv4 ? 4 : 16);
}

static struct request make_request(const struct flow_key *key)
{
	bool ipv4 = format__is_ipv4(key->raddr);
	struct request request = {
		.header = { .nlmsg_len = sizeof(request), .nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = NLM_F_REQUEST },
		.body = { .sdiag_family = ipv4 ? AF_INET : AF_INET6,
			  .sdiag_protocol = IPPROTO_TCP,
			  .idiag_states = -1,
			  .id = { .idiag_sport = htons(key->lport),
				  .idiag_dport = htons(key->rport),
				  .idiag_cookie = { INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE } } },
	};

	put_address(request.body.id.idiag_src, key->laddr, ipv4);
	put_address(request.body.id.idiag_dst, key->raddr, ipv4);
	return request;
}

/* A listener is found where the connection is none any more; a connection in TIME_WAIT is nobody's. */
static bool tells_of_end(const struct nlmsghdr *header, ssize_t length)
{
	const struct inet_diag_msg *message = NLMSG_DATA(header);
	const struct nlmsgerr *error = NLMSG_DATA(header);

	if (length < (ssize_t)NLMSG_LENGTH(sizeof(*error)))
		return false;
	if (header->nlmsg_type == NLMSG_ERROR)
		return error->error == -ENOENT;
	if (length < (ssize_t)NLMSG_LENGTH(sizeof(*message)))
		return false;
	return message->idiag_state == TCP_LISTEN || message->idiag_state == TCP_TIME_WAIT ||
	       message->idiag_state == TCP_CLOSE;
}

bool alive__connection_ended(void *ctx, const struct flow_key *key)
{
	const struct alive *alive = ctx;
	struct request request;
	union {
		struct nlmsghdr header;
		char bytes[4096];
	} answer;
	ssize_t length;

	if (alive->fd < 0 || key->protocol != IPPROTO_TCP || key->netns != alive->netns || !key->rport)
		return false;
	request = make_request(key);
	if (send(alive->fd, &request, sizeof(request), 0) != sizeof(request))
		return false;
	length = recv(alive->fd, &answer, sizeof(answer), MSG_DONTWAIT); /* the kernel has answered before send returned */
	return length >= (ssize_t)sizeof(answer.header) && tells_of_end(&answer.header, length);
}
