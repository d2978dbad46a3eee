/* SPDX-License-Identifier: GPL-2.0 */
#include "devices.h"

#include <errno.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a line of the file says: counters since the interface was made. */
struct reading {
	char name[DEV_LEN];
	unsigned int ifindex; /* of the first of that name; 0: none */
	__u64 tx_bytes;
	__u64 rx_bytes;
};

struct readings {
	struct reading *items;
	size_t count;
	size_t room;
};

struct devices {
	const char *path;
	struct readings last;
	struct readings spare; /* for the next */
	struct device *list;
	size_t list_count;
	size_t list_room;
};

static int grow(void **items, size_t *room, size_t needed, size_t size)
{
	size_t more = *room ?: 16;
	void *grown;

	if (needed <= *room)
		return 0;
	while (more < needed)
		more *= 2;
	grown = reallocarray(*items, more, size);
	if (!grown)
		return -ENOMEM;
	*items = grown;
	*room = more;
	return 0;
}

/* NAME: RX_BYTES, seven more, TX_BYTES, ... False: a line of the heading. */
static bool parse_line(char *line, struct reading *reading)
{
	char *colon = strrchr(line, ':');

	line += strspn(line, " ");
	if (!colon || colon == line || colon - line >= DEV_LEN)
		return false;
	*reading = (struct reading){};
	memcpy(reading->name, line, colon - line);
	return sscanf(colon + 1, "%llu %*u %*u %*u %*u %*u %*u %*u %llu", &reading->rx_bytes,
		      &reading->tx_bytes) == 2;
}

static int add_line(struct readings *readings, char *line)
{
	struct reading reading;
	void *items = readings->items;
	int err;

	if (!parse_line(line, &reading))
		return 0;
	err = grow(&items, &readings->room, readings->count + 1, sizeof(reading));
	readings->items = items;
	if (!err)
		readings->items[readings->count++] = reading;
	return err;
}

static int read_file(const char *path, struct readings *readings)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	int err = 0;

	if (!file)
		return -errno;
	readings->count = 0;
	errno = 0;
	while (!err && getline(&line, &room, file) >= 0)
		err = add_line(readings, line);
	if (!err && !feof(file))
		err = errno ? -errno : -EIO;
	free(line);
	fclose(file);
	return err;
}

/* Devices seldom move in the file: looks first where the one before was found. */
static const struct reading *find(const struct readings *readings, const char *name, size_t *hint)
{
	for (size_t i = 0; i < readings->count; i++) {
		size_t at = (*hint + i) % readings->count;

		if (!strcmp(readings->items[at].name, name)) {
			*hint = at + 1;
			return &readings->items[at];
		}
	}
	return NULL;
}

static const struct reading *find_index(const struct readings *readings, unsigned int ifindex)
{
	for (size_t i = 0; i < readings->count && ifindex; i++) {
		if (readings->items[i].ifindex == ifindex)
			return &readings->items[i];
	}
	return NULL;
}

/* The file does not have them. They are asked for when a name is new: it may be the new one of a device that was known. */
static void note_indices(struct readings *now, const struct readings *last)
{
	size_t hint = 0;

	for (size_t i = 0; i < now->count; i++) {
		struct reading *reading = &now->items[i];
		const struct reading *known = find(last, reading->name, &hint);

		reading->ifindex = known ? known->ifindex : if_nametoindex(reading->name);
	}
}

static struct device difference(const struct reading *now, const struct reading *last)
{
	struct device device = { .tx_bytes = now->tx_bytes, .rx_bytes = now->rx_bytes };

	memcpy(device.name, now->name, sizeof(device.name));
	if (last && now->tx_bytes >= last->tx_bytes && now->rx_bytes >= last->rx_bytes) {
		device.tx_bytes -= last->tx_bytes;
		device.rx_bytes -= last->rx_bytes;
	}
	return device;
}

static void make_list(struct devices *devices, const struct readings *now)
{
	size_t hint = 0;

	for (size_t i = 0; i < now->count; i++) {
		const struct reading *reading = &now->items[i];
		const struct reading *last = find(&devices->last, reading->name, &hint);

		devices->list[i] = difference(reading, last ?: find_index(&devices->last, reading->ifindex));
	}
	devices->list_count = now->count;
}

/* What was told once is not told again. */
static void clear_list(struct devices *devices)
{
	for (size_t i = 0; i < devices->list_count; i++)
		devices->list[i].tx_bytes = devices->list[i].rx_bytes = 0;
}

int devices__read(struct devices *devices)
{
	struct readings now;
	void *list = devices->list;
	int err = read_file(devices->path, &devices->spare);

	err = err ?: grow(&list, &devices->list_room, devices->spare.count, sizeof(*devices->list));
	devices->list = list;
	if (err) {
		clear_list(devices);
		return err;
	}
	now = devices->spare;
	note_indices(&now, &devices->last);
	make_list(devices, &now);
	devices->spare = devices->last;
	devices->last = now;
	return 0;
}

int devices__replace(struct devices *devices, const struct device *list, size_t count)
{
	void *room = devices->list;
	int err = grow(&room, &devices->list_room, count, sizeof(*devices->list));

	devices->list = room;
	devices->list_count = err ? 0 : count;
	if (devices->list_count)
		memcpy(devices->list, list, count * sizeof(*list));
	return err;
}

int devices__new(struct devices **out, const char *path)
{
	struct devices *devices = calloc(1, sizeof(*devices));
	int err;

	if (!devices)
		return -ENOMEM;
	devices->path = path ?: "/proc/self/net/dev";
	err = read_file(devices->path, &devices->last);
	if (err) {
		devices__free(devices);
		return err;
	}
	note_indices(&devices->last, &devices->spare);
	*out = devices;
	return 0;
}

void devices__free(struct devices *devices)
{
	if (!devices)
		return;
	free(devices->last.items);
	free(devices->spare.items);
	free(devices->list);
	free(devices);
}

const struct device *devices__list(const struct devices *devices, size_t *count)
{
	*count = devices->list_count;
	return devices->list;
}
