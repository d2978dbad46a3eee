/* SPDX-License-Identifier: GPL-2.0 */
/* Files with a line for each entry: passwd, services, /proc/net/dev (before and after), hosts. */
#include "fuzz.h"

#include <arpa/inet.h>
#include <event2/event.h>
#include <netinet/in.h>

#include "devices.h"
#include "resolver.h"
#include "services.h"
#include "users.h"

#define UID 1000

static void read_users(struct part content)
{
	static struct file file;
	struct users *users;
	char name[256], small[3];

	put_file(&file, content);
	CHECK(!users__new(&users, file.path));
	users__name(users, UID, name, sizeof(name));
	users__name(users, UID, small, sizeof(small));
	CHECK(*name && strlen(name) < sizeof(name) && !strchr(name, ':'));
	CHECK(!strncmp(name, small, sizeof(small) - 1));
	users__free(users);
}

static void read_services(struct part content)
{
	static struct file file;
	struct services *services;
	int port;

	put_file(&file, content);
	CHECK(!services__new(&services, file.path));
	for (int number = 0; number < 100; number++) {
		const char *name = services__name(services, number, IPPROTO_TCP);

		CHECK(!name || (*name && !strpbrk(name, " \t\n#")));
		port = name ? services__port(services, name) : 1;
		CHECK(port > 0 && port <= 0xffff);
	}
	services__free(services);
}

static void read_devices(struct part before, struct part after)
{
	static struct file file;
	struct devices *devices;
	const struct device *list;
	size_t count;

	put_file(&file, before);
	CHECK(!devices__new(&devices, file.path));
	put_file(&file, after);
	CHECK(!devices__read(devices));
	list = devices__list(devices, &count);
	for (size_t i = 0; i < count; i++)
		CHECK(strnlen(list[i].name, sizeof(list[i].name)) < sizeof(list[i].name));
	devices__free(devices);
}

static void read_hosts(struct part content)
{
	static const __u8 loopback[16] = { [15] = 1 };
	static struct event_base *base;
	static struct file file;
	struct resolver_config config = { .hosts = file.path, .resolv_conf = "/dev/null" };
	struct resolver *resolver;
	const char *name;

	put_file(&file, content);
	config.base = base = base ?: event_base_new();
	CHECK(!resolver__new(&resolver, &config));
	name = resolver__name(resolver, loopback);
	CHECK(!name || (*name && !strpbrk(name, " \t\n#")));
	resolver__free(resolver);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct parts parts = parts_of(data, size);
	struct part before;

	read_users(next_part(&parts));
	read_services(next_part(&parts));
	before = next_part(&parts);
	read_devices(before, next_part(&parts));
	read_hosts(next_part(&parts));
	return 0;
}
