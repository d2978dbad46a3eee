/* SPDX-License-Identifier: GPL-2.0 */
/* What the unit tests have in common: made-up flows, intervals and files. Include it first. */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <linux/limits.h>
#include <linux/types.h>
#include <locale.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bpfhogs.h"
#include "interval.h"

#define NETNS 4026531840U
#define SECOND 1000000000ULL

/* IPv4 or IPv6, as the kernel side stores it. */
static inline void set_address(__u8 *addr, const char *text)
{
	static const __u8 mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (strchr(text, ':')) {
		assert_int_equal(inet_pton(AF_INET6, text, addr), 1);
		return;
	}
	memcpy(addr, mapped, sizeof(mapped));
	assert_int_equal(inet_pton(AF_INET, text, addr + 12), 1);
}

static inline struct flow_key make_key(__u32 tgid, const char *local, __u16 lport, const char *remote,
				       __u16 rport)
{
	struct flow_key key = {
		.tgid = tgid, .netns = NETNS, .lport = lport, .rport = rport, .protocol = IPPROTO_TCP
	};

	set_address(key.laddr, local);
	set_address(key.raddr, remote);
	return key;
}

/* A connection of the process, told from others by its port. */
static inline struct flow_key key_of(__u32 tgid, __u16 lport)
{
	return make_key(tgid, "10.0.0.1", lport, "192.0.2.7", 443);
}

static inline struct flow make_flow(__u32 tgid, __u64 start_time, const char *comm, __u64 tx, __u64 rx)
{
	struct flow flow = { .tx_bytes = tx,
			     .rx_bytes = rx,
			     .owner = { .tgid = tgid, .start_time = start_time, .uid = 1000, .cgroup = 7 },
			     .ifindex = 2,
			     .dev = "eth0" };

	snprintf(flow.owner.comm, sizeof(flow.owner.comm), "%s", comm);
	return flow;
}

/* One that ended at 2026-11-23 11:00:01.234 UTC. */
static inline struct interval make_interval(__u64 elapsed_ns)
{
	return (struct interval){
		.end = { 1795431601, 234567890 },
		.elapsed_ns = elapsed_ns,
		.attach = "fentry",
	};
}

static inline void use_utf8(void)
{
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
}

static inline void write_file(const char *path, const void *text, size_t length)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

static inline void make_temporary(char *out, size_t size)
{
	snprintf(out, size, "/tmp/bpfhogs-test-XXXXXX");
	assert_non_null(mkdtemp(out));
}

#endif
