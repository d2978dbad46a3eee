/* SPDX-License-Identifier: GPL-2.0 */
/* What --listen is given. No socket is opened: it is about the address that one would get. */
#include "fuzz.h"

#include <errno.h>
#include <event2/event.h>
#include <sys/socket.h>

#include "metrics_server.h"

/* In the place of libc's. */
int socket(int family, int type, int protocol)
{
	(void)type;
	(void)protocol;
	CHECK(family == AF_INET || family == AF_INET6);
	errno = EACCES;
	return -1;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	be_quiet();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct event_base *base;
	char *address = copy_of((struct part){ (const char *)data, size });
	struct metrics_server *server;
	int err;

	base = base ?: event_base_new();
	err = metrics_server__new(&server, base, address, NULL);
	CHECK(err == -EACCES || err == -EINVAL);
	free(address);
	return 0;
}
