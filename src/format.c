/* SPDX-License-Identifier: GPL-2.0 */
#include "format.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

struct scale {
	int base;
	const char *names[7];
	int bytes_width; /* of the longest text */
	int rate_width;
};

static const struct scale scales[] = {
	[FORMAT_IEC] = { 1024, { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" }, 8, 10 },
	[FORMAT_BITS] = { 1000, { "bit", "kbit", "Mbit", "Gbit", "Tbit", "Pbit", "Ebit" }, 9, 11 },
	[FORMAT_BYTES] = { 0, {}, 11, 11 },
	[FORMAT_SI] = { 1000, { "B", "kB", "MB", "GB", "TB", "PB", "EB" }, 7, 9 },
};

int format__bytes_width(enum format_units units)
{
	return scales[units].bytes_width;
}

int format__rate_width(enum format_units units)
{
	return scales[units].rate_width;
}

/* How many decimals make three significant digits, as far as the value has them. */
static int decimals(double value, size_t power)
{
	if (!power || value >= 99.95)
		return 0;
	return value >= 9.995 ? 1 : 2;
}

static char *format_scaled(char *out, double value, const struct scale *scale, const char *per)
{
	size_t power = 0;

	/* what would be rounded to a thousand and more is one of the next unit */
	while (value >= scale->base - 0.5 && power + 1 < ARRAY_SIZE(scale->names)) {
		value /= scale->base;
		power++;
	}
	snprintf(out, FORMAT_NUMBER_SIZE, "%.*f %s%s", decimals(value, power), value, scale->names[power],
		 per);
	return out;
}

static char *format_number(char *out, __u64 bytes, enum format_units units, const char *per)
{
	double value = units == FORMAT_BITS ? 8.0 * bytes : bytes;

	if (units != FORMAT_BYTES)
		return format_scaled(out, value, &scales[units], per);
	snprintf(out, FORMAT_NUMBER_SIZE, "%llu", bytes);
	return out;
}

char *format__bytes(char *out, __u64 bytes, enum format_units units)
{
	return format_number(out, bytes, units, "");
}

char *format__rate(char *out, __u64 rate, enum format_units units)
{
	return format_number(out, rate, units, "/s");
}

static const struct {
	__u16 number;
	const char *name;
} protocols[] = {
	{ IPPROTO_TCP, "tcp" },
	{ IPPROTO_UDP, "udp" },
	{ IPPROTO_UDPLITE, "udplite" },
	{ IPPROTO_MPTCP, "mptcp" },
};

const char *format__protocol(__u16 protocol)
{
	for (size_t i = 0; i < ARRAY_SIZE(protocols); i++) {
		if (protocols[i].number == protocol)
			return protocols[i].name;
	}
	return "?";
}

int format__parse_protocol(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(protocols); i++) {
		if (!strcasecmp(protocols[i].name, name))
			return protocols[i].number;
	}
	return -EINVAL;
}

int format__parse_address(const char *text, __u8 addr[16])
{
	static const __u8 mapped[12] = { [10] = 0xff, [11] = 0xff };

	memset(addr, 0, 16);
	if (!*text || inet_pton(AF_INET6, text, addr) == 1)
		return 0;
	memcpy(addr, mapped, sizeof(mapped));
	return inet_pton(AF_INET, text, addr + sizeof(mapped)) == 1 ? 0 : -EINVAL;
}

static bool is_zero(const __u8 *addr)
{
	static const __u8 zero[16];

	return !memcmp(addr, zero, sizeof(zero));
}

bool format__is_ipv4(const __u8 addr[16])
{
	static const __u8 prefix[12] = { [10] = 0xff, [11] = 0xff };

	return !memcmp(addr, prefix, sizeof(prefix));
}

bool format__remote_unknown(const struct flow_key *key)
{
	return is_zero(key->raddr) && !key->rport;
}

static char *format_ip(char *out, const __u8 *addr, bool ipv4)
{
	int family = ipv4 ? AF_INET : AF_INET6;

	if (!inet_ntop(family, ipv4 ? addr + 12 : addr, out, FORMAT_ENDPOINT_SIZE))
		out[0] = '\0';
	return out;
}

/*
 * A socket of IPv6 that talks over IPv4 is bound to no address of either: what is zero then reads as IPv4's
 * zero.
 */
static bool local_is_ipv4(const struct flow_key *key)
{
	return format__is_ipv4(key->laddr) || (is_zero(key->laddr) && format__is_ipv4(key->raddr));
}

char *format__local_address(char *out, const struct flow_key *key)
{
	return format_ip(out, key->laddr, local_is_ipv4(key));
}

char *format__remote_address(char *out, const struct flow_key *key)
{
	if (!format__remote_unknown(key))
		return format_ip(out, key->raddr, format__is_ipv4(key->raddr));
	out[0] = '\0';
	return out;
}

static char *format_endpoint(char *out, const char *address, bool ipv4, __u16 port)
{
	snprintf(out, FORMAT_ENDPOINT_SIZE, ipv4 ? "%.45s:%u" : "[%.45s]:%u", address, port);
	return out;
}

char *format__local(char *out, const struct flow_key *key)
{
	char address[FORMAT_ENDPOINT_SIZE];

	format__local_address(address, key);
	return format_endpoint(out, address, local_is_ipv4(key), key->lport);
}

char *format__remote(char *out, const struct flow_key *key)
{
	char address[FORMAT_ENDPOINT_SIZE];

	if (format__remote_unknown(key))
		return memcpy(out, "?", sizeof("?"));
	format__remote_address(address, key);
	return format_endpoint(out, address, format__is_ipv4(key->raddr), key->rport);
}
