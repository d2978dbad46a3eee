/* SPDX-License-Identifier: GPL-2.0 */
#include "route.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "format.h"

struct request {
	struct nlmsghdr header;
	struct rtmsg body;
	char attributes[2 * RTA_SPACE(16)];
};

int route__open(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	return fd < 0 ? -errno : fd;
}

static void add_address(struct request *request, int type, const __u8 *addr)
{
	size_t length = request->body.rtm_family == AF_INET ? 4 : 16;
	struct rtattr *attribute = (void *)((char *)request + request->header.nlmsg_len);

	attribute->rta_type = type;
	attribute->rta_len = RTA_LENGTH(length);
	memcpy(RTA_DATA(attribute), addr + 16 - length, length);
	request->header.nlmsg_len += RTA_SPACE(length);
}

static struct request make_request(const struct flow_key *key)
{
	bool ipv4 = format__is_ipv4(key->raddr);
	struct request request = {
		.header = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct rtmsg)),
			    .nlmsg_type = RTM_GETROUTE,
			    .nlmsg_flags = NLM_F_REQUEST },
		.body = { .rtm_family = ipv4 ? AF_INET : AF_INET6,
			  .rtm_dst_len = ipv4 ? 32 : 128,
			  .rtm_src_len = ipv4 ? 32 : 128 },
	};

	add_address(&request, RTA_DST, key->raddr);
	add_address(&request, RTA_SRC, key->laddr);
	return request;
}

static __u32 read_device(const struct nlmsghdr *header, ssize_t length)
{
	const struct rtattr *attribute = RTM_RTA(NLMSG_DATA(header));
	__u32 ifindex = 0;
	long left;

	if (!NLMSG_OK(header, length) || header->nlmsg_type != RTM_NEWROUTE || header->nlmsg_len < NLMSG_LENGTH(sizeof(struct rtmsg)))
		return 0;
	for (left = RTM_PAYLOAD(header); RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left))
		if (attribute->rta_type == RTA_OIF && RTA_PAYLOAD(attribute) >= sizeof(ifindex))
			memcpy(&ifindex, RTA_DATA(attribute), sizeof(ifindex));
	return ifindex;
}

__u32 route__device(int fd, const struct flow_key *key)
{
	struct request request = make_request(key);
	union {
		struct nlmsghdr header;
		char bytes[4096];
	} answer;
	ssize_t length;

	if (fd < 0 || send(fd, &request, request.header.nlmsg_len, 0) < 0)
		return 0;
	length = recv(fd, &answer, sizeof(answer), MSG_DONTWAIT); /* the kernel has answered before send returned */
	return length > 0 ? read_device(&answer.header, length) : 0;
}

void route__name(int fd, __u32 ifindex, char name[DEV_LEN])
{
	struct ifreq request = { .ifr_ifindex = ifindex };

	name[0] = '\0';
	if (ifindex && fd >= 0 && !ioctl(fd, SIOCGIFNAME, &request))
		memcpy(name, request.ifr_name, DEV_LEN);
}
