/* SPDX-License-Identifier: GPL-2.0 */
#include "wire.h"

#include <stdio.h>
#include <string.h>

/* The driver may have to be asked: only for those that are shown. */
static __u64 read_speed(const char *name)
{
	char path[64];
	long megabits = 0;
	FILE *file;

	if (strchr(name, '/'))
		return 0;
	snprintf(path, sizeof(path), "/sys/class/net/%s/speed", name);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fscanf(file, "%ld", &megabits) != 1 || megabits < 0) /* -1: the link is down */
		megabits = 0;
	fclose(file);
	return megabits * 1000000ULL / 8;
}

static __u64 beyond(__u64 carried, __u64 explained)
{
	return carried > explained ? carried - explained : 0;
}

static struct wire_device measure(const struct model *model, const struct device *device,
				  const struct interval *interval)
{
	struct counters explained = model__explained(model, device->name);
	struct wire_device result = {
		.carried = { interval__rate(device->tx_bytes, interval->elapsed_ns),
			     interval__rate(device->rx_bytes, interval->elapsed_ns) },
		.explained = { interval__rate(explained.tx_bytes, interval->elapsed_ns),
			       interval__rate(explained.rx_bytes, interval->elapsed_ns) },
	};

	memcpy(result.name, device->name, sizeof(result.name));
	return result;
}

static bool is_busier(const struct wire_device *a, const struct wire_device *b)
{
	__u64 a_sum = a->carried.tx + a->carried.rx, b_sum = b->carried.tx + b->carried.rx;

	return a_sum != b_sum ? a_sum > b_sum : strcmp(a->name, b->name) < 0;
}

/* Into its place among the busiest; the last falls off where there are too many. */
static void insert(struct wire *wire, const struct wire_device *device)
{
	size_t at = wire->count;

	while (at && is_busier(device, &wire->devices[at - 1]))
		at--;
	if (at == WIRE_DEVICES)
		return;
	wire->count += wire->count < WIRE_DEVICES;
	memmove(&wire->devices[at + 1], &wire->devices[at], (wire->count - at - 1) * sizeof(*device));
	wire->devices[at] = *device;
}

void wire__build(struct wire *wire, const struct model *model, const struct devices *devices,
		 const struct interval *interval, bool speeds)
{
	size_t count = 0;
	const struct device *list = devices ? devices__list(devices, &count) : NULL;

	*wire = (struct wire){};
	for (size_t i = 0; i < count; i++) {
		struct wire_device device = measure(model, &list[i], interval);

		if (!list[i].tx_bytes && !list[i].rx_bytes)
			continue;
		wire->found++;
		wire->unexplained.tx += beyond(device.carried.tx, device.explained.tx);
		wire->unexplained.rx += beyond(device.carried.rx, device.explained.rx);
		insert(wire, &device);
	}
	for (size_t i = 0; i < wire->count && speeds; i++)
		wire->devices[i].speed = read_speed(wire->devices[i].name);
}
