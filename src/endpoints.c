/* SPDX-License-Identifier: GPL-2.0 */
#include "endpoints.h"

#include <stdio.h>
#include <string.h>

#include "format.h"

static const char *name_of(const struct endpoints *endpoints, const __u8 *addr)
{
	return endpoints && endpoints->resolver ? resolver__name(endpoints->resolver, addr) : NULL;
}

static const char *service_of(const struct endpoints *endpoints, __u16 port, __u16 protocol)
{
	return endpoints && endpoints->services ? services__name(endpoints->services, port, protocol) : NULL;
}

/* name NULL: by its address. */
static char *put_endpoint(char *out, const char *name, const char *address, __u16 port, __u16 protocol,
			  const struct endpoints *endpoints)
{
	const char *service = service_of(endpoints, port, protocol);
	bool brackets = !name && strchr(address, ':');
	char number[8];

	snprintf(number, sizeof(number), "%u", port);
	if (endpoints && endpoints->hide_ports)
		snprintf(out, ENDPOINT_SIZE, "%.255s", name ?: address);
	else
		snprintf(out, ENDPOINT_SIZE, brackets ? "[%.255s]:%.40s" : "%.255s:%.40s", name ?: address,
			 service ?: number);
	return out;
}

char *endpoint__local(char *out, const struct flow_key *key, const struct endpoints *endpoints)
{
	char address[FORMAT_ENDPOINT_SIZE];

	return put_endpoint(out, name_of(endpoints, key->laddr), format__local_address(address, key), key->lport,
			    key->protocol, endpoints);
}

char *endpoint__remote(char *out, const struct flow_key *key, const struct endpoints *endpoints)
{
	char address[FORMAT_ENDPOINT_SIZE];

	if (format__remote_unknown(key))
		return memcpy(out, "?", sizeof("?"));
	return put_endpoint(out, name_of(endpoints, key->raddr), format__remote_address(address, key), key->rport,
			    key->protocol, endpoints);
}

char *endpoint__host(char *out, const struct flow_key *key, const struct endpoints *endpoints)
{
	char address[FORMAT_ENDPOINT_SIZE];

	if (format__remote_unknown(key))
		return memcpy(out, "?", sizeof("?"));
	snprintf(out, ENDPOINT_SIZE, "%.255s", name_of(endpoints, key->raddr) ?: format__remote_address(address, key));
	return out;
}

__u16 endpoint__service_port(const struct flow_key *key)
{
	if (!key->rport || !key->lport)
		return key->lport ?: key->rport;
	return key->lport < key->rport ? key->lport : key->rport;
}

char *endpoint__service(char *out, const struct flow_key *key, const struct endpoints *endpoints)
{
	__u16 port = endpoint__service_port(key);
	const char *service = service_of(endpoints, port, key->protocol);

	snprintf(out, ENDPOINT_SIZE, "%u/%s%s%.255s", port, format__protocol(key->protocol), service ? " " : "",
		 service ?: "");
	return out;
}
