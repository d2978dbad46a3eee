/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel's socket statistics answer: each part is a look, and all sockets count from one to the next. */
#include "fuzz.h"

#include <netinet/in.h>

#include "diag_message.h"
#include "diag_table.h"

#define ENOUGH (1ULL << 63) /* bytes of a socket; counters of the kernel start at zero */

static int note(void *ctx, const struct diag_socket *socket)
{
	struct diag_entry *entry;

	if (socket->tcp.bytes_acked >= ENOUGH || socket->tcp.bytes_received >= ENOUGH)
		return 0;
	entry = diag_table__note(ctx, 1, socket, false);
	if (!entry)
		return 0;
	CHECK(entry->tx_bytes <= socket->tcp.bytes_acked + socket->send_queue);
	CHECK(entry->rx_bytes <= socket->tcp.bytes_received);
	entry->tx_bytes = entry->rx_bytes = 0;
	return 0;
}

static void forgotten(void *ctx, const struct diag_entry *entry)
{
	(void)ctx;
	CHECK(!entry->tx_bytes && !entry->rx_bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct parts parts = parts_of(data, size);
	struct diag_table *table;

	CHECK(!diag_table__new(&table));
	while (parts.at) {
		struct part part = next_part(&parts);
		char *answer = malloc(part.length); /* of just its size */

		memcpy(answer, part.bytes, part.length);
		CHECK(diag_message__read(answer, part.length, IPPROTO_TCP, note, table) <= DIAG_END);
		diag_table__end_look(table, forgotten, NULL);
		free(answer);
	}
	diag_table__free(table);
	return 0;
}
