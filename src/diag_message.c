/* SPDX-License-Identifier: GPL-2.0 */
#include "diag_message.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

struct diag_request diag_message__request(int family, int protocol, __u32 states)
{
	return (struct diag_request){
		.header = { .nlmsg_len = sizeof(struct diag_request),
			    .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.body = { .sdiag_family = family,
			  .sdiag_protocol = protocol,
			  .idiag_ext = 1 << (INET_DIAG_INFO - 1),
			  .idiag_states = states },
	};
}

/* Whether that many bytes of the structure reach behind a field. */
#define HAS(length, field) ((length) >= offsetof(struct tcp_info, field) + sizeof(((struct tcp_info *)0)->field))

static void read_tcp_info(const void *bytes, size_t length, struct diag_tcp *tcp)
{
	struct tcp_info info = {};

	memcpy(&info, bytes, length < sizeof(info) ? length : sizeof(info));
	*tcp = (struct diag_tcp){
		.has_acked = HAS(length, tcpi_bytes_received),
		.has_sent = HAS(length, tcpi_bytes_retrans),
		.unacked = info.tcpi_unacked,
		.notsent_bytes = info.tcpi_notsent_bytes,
		.rtt_us = info.tcpi_rtt,
		.cwnd = info.tcpi_snd_cwnd,
		.retransmits = info.tcpi_total_retrans,
	};
	if (tcp->has_acked) {
		tcp->bytes_acked = info.tcpi_bytes_acked;
		tcp->bytes_received = info.tcpi_bytes_received;
	}
	if (tcp->has_sent) {
		tcp->bytes_sent = info.tcpi_bytes_sent;
		tcp->bytes_retrans = info.tcpi_bytes_retrans;
	}
}

static void read_attributes(const char *bytes, size_t length, struct diag_socket *socket)
{
	struct rtattr attribute;

	while (length >= sizeof(attribute)) {
		memcpy(&attribute, bytes, sizeof(attribute));
		if (attribute.rta_len < sizeof(attribute) || attribute.rta_len > length)
			return;
		if (attribute.rta_type == INET_DIAG_INFO)
			read_tcp_info(bytes + sizeof(attribute), attribute.rta_len - sizeof(attribute), &socket->tcp);
		if (RTA_ALIGN(attribute.rta_len) >= length)
			return;
		bytes += RTA_ALIGN(attribute.rta_len);
		length -= RTA_ALIGN(attribute.rta_len);
	}
}

static void put_address(__u8 *to, const __be32 *from, int family)
{
	static const __u8 mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (family == AF_INET6) {
		memcpy(to, from, 16);
		return;
	}
	memcpy(to, mapped, sizeof(mapped));
	memcpy(to + sizeof(mapped), from, 4);
}

static void read_socket(const struct inet_diag_msg *message, struct diag_socket *socket)
{
	const struct inet_diag_sockid *id = &message->id;

	put_address(socket->key.laddr, id->idiag_src, message->idiag_family);
	put_address(socket->key.raddr, id->idiag_dst, message->idiag_family);
	socket->key.lport = ntohs(id->idiag_sport);
	socket->key.rport = ntohs(id->idiag_dport);
	socket->cookie = (__u64)id->idiag_cookie[1] << 32 | id->idiag_cookie[0];
	socket->ifindex = id->idiag_if;
	socket->inode = message->idiag_inode;
	socket->uid = message->idiag_uid;
	socket->state = message->idiag_state;
	socket->recv_queue = message->idiag_rqueue;
	socket->send_queue = message->idiag_wqueue;
}

static bool is_connected(const struct diag_socket *socket)
{
	return socket->state < 32 && 1U << socket->state & DIAG_CONNECTED_STATES;
}

/*
 * The queue is read without the socket's lock, before what TCP_INFO tells under it, so what is acknowledged in between would
 * count as both. Where nothing is on its way then, nothing is in the queue. (Of a listener it is the backlog's limit.)
 */
static void correct_send_queue(struct diag_socket *socket)
{
	const struct diag_tcp *tcp = &socket->tcp;

	if (is_connected(socket) && tcp->has_sent && !tcp->unacked && !tcp->notsent_bytes)
		socket->send_queue = 0;
}

/* body: what follows the header. */
static int hand_over(const char *body, size_t length, int protocol, diag_sink sink, void *ctx)
{
	struct diag_socket socket = { .key.protocol = protocol };
	struct inet_diag_msg message;

	if (length < sizeof(message))
		return -EBADMSG;
	memcpy(&message, body, sizeof(message));
	if (message.idiag_family != AF_INET && message.idiag_family != AF_INET6)
		return 0;
	read_socket(&message, &socket);
	if (length > NLMSG_ALIGN(sizeof(message)))
		read_attributes(body + NLMSG_ALIGN(sizeof(message)), length - NLMSG_ALIGN(sizeof(message)), &socket);
	correct_send_queue(&socket);
	return sink(ctx, &socket);
}

/* What ends an answer begins with a number: 0 or -errno. */
static int end_of(const char *body, size_t length)
{
	int err = 0;

	if (length >= sizeof(err))
		memcpy(&err, body, sizeof(err));
	return err < 0 ? err : DIAG_END;
}

int diag_message__read(const void *bytes, size_t length, int protocol, diag_sink sink, void *ctx)
{
	const char *at = bytes;
	int result = 0;

	while (!result && length) {
		struct nlmsghdr header;
		size_t body;

		if (length < NLMSG_HDRLEN)
			return -EBADMSG;
		memcpy(&header, at, sizeof(header));
		if (header.nlmsg_len < NLMSG_HDRLEN || header.nlmsg_len > length)
			return -EBADMSG;
		body = header.nlmsg_len - NLMSG_HDRLEN;
		if (header.nlmsg_type == NLMSG_DONE || header.nlmsg_type == NLMSG_ERROR)
			result = end_of(at + NLMSG_HDRLEN, body);
		else if (header.nlmsg_type == SOCK_DIAG_BY_FAMILY)
			result = hand_over(at + NLMSG_HDRLEN, body, protocol, sink, ctx);
		if (NLMSG_ALIGN(header.nlmsg_len) >= length)
			break;
		at += NLMSG_ALIGN(header.nlmsg_len);
		length -= NLMSG_ALIGN(header.nlmsg_len);
	}
	return result;
}
