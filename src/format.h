/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers and addresses as people read them. Every function fills the caller's buffer and returns it. */
#ifndef FORMAT_H
#define FORMAT_H

#include <linux/types.h>
#include <stdbool.h>

#include "bpfhogs.h"

/* How byte counts and rates are told; the first is the default. */
enum format_units {
	FORMAT_IEC,   /* 12.3 MiB/s: powers of 1024 */
	FORMAT_BITS,  /* 98.4 Mbit/s: powers of 1000 */
	FORMAT_BYTES, /* 12345678: the plain number */
	FORMAT_SI,    /* 12.3 MB/s: powers of 1000 */
};

#define FORMAT_NUMBER_SIZE 32	/* holds any count or rate */
#define FORMAT_ENDPOINT_SIZE 64 /* holds any address with its port */

/* A number of bytes: three significant digits and a unit, except FORMAT_BYTES. */
char *format__bytes(char *out, __u64 bytes, enum format_units units);

/* Likewise for bytes per second. */
char *format__rate(char *out, __u64 rate, enum format_units units);

/* The columns that such text takes; with FORMAT_BYTES numbers from 10^11 on take more. */
int format__bytes_width(enum format_units units);
int format__rate_width(enum format_units units);

/* "tcp", "udp", "udplite", "mptcp"; "?" for others. Static. */
const char *format__protocol(__u16 protocol);

/* The number of such a name, or -EINVAL. */
int format__parse_protocol(const char *name);

/* An address as it is told here: IPv4 becomes IPv4-mapped, "" all zeros. 0 or -EINVAL. */
int format__parse_address(const char *text, __u8 addr[16]);

/* Whether an address is an IPv4-mapped one. */
bool format__is_ipv4(const __u8 addr[16]);

/* Whether the peer could not be seen: no address and no port. */
bool format__remote_unknown(const struct flow_key *key);

/*
 * An address without its port, IPv4-mapped ones as IPv4; a wildcard local address takes the family of its
 * peer. out holds FORMAT_ENDPOINT_SIZE. An unknown peer is "".
 */
char *format__local_address(char *out, const struct flow_key *key);
char *format__remote_address(char *out, const struct flow_key *key);

/* With its port: 127.0.0.1:80, [2001:db8::1]:443. An unknown peer is "?". */
char *format__local(char *out, const struct flow_key *key);
char *format__remote(char *out, const struct flow_key *key);

#endif
