/* SPDX-License-Identifier: GPL-2.0 */
#include "handles.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "bpfhogs.skel.h"

/* -errno where it cannot be had. */
static int duplicate(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	return copy < 0 ? -errno : copy;
}

static int hold_maps(struct handles *handles, const struct bpfhogs *skel)
{
	const struct bpf_map *const maps[HANDLES] = {
		[HANDLE_WAIT_OUTER] = skel->maps.wait_outer,
		[HANDLE_WAIT_INNER] = skel->maps.wait_inner,
		[HANDLE_FLOWS] = skel->maps.flows_a, skel->maps.flows_b,
		[HANDLE_OVERFLOW] = skel->maps.overflow_a, skel->maps.overflow_b,
		[HANDLE_PLACES] = skel->maps.places,
		[HANDLE_TCP_SLOTS] = skel->maps.tcp_slots,
	};

	for (int i = 0; i < HANDLES; i++) {
		handles->maps[i] = duplicate(bpf_map__fd(maps[i]));
		if (handles->maps[i] < 0)
			return handles->maps[i];
	}
	return 0;
}

static void note_places(struct handles *handles, const struct settings *settings)
{
	for (int half = 0; half < 2; half++)
		handles->places[half] = (struct places){
			.fd = handles->maps[HANDLE_PLACES],
			.first = half ? settings->second_half : 0,
			.count = settings->places,
			.half = half,
			.slots_fd = handles->maps[HANDLE_TCP_SLOTS],
		};
}

static int map_bss(struct handles *handles, const struct bpfhogs *skel)
{
	void *bss = mmap(NULL, sizeof(*handles->bss), PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(skel->maps.bss), 0);

	if (bss == MAP_FAILED)
		return -errno;
	handles->bss = bss;
	return 0;
}

int handles__new(struct handles **out, const struct bpfhogs *skel)
{
	struct handles *handles = malloc(sizeof(*handles));
	int err;

	if (!handles)
		return -ENOMEM;
	*handles = (struct handles){ .maps = { [0 ... HANDLES - 1] = -1 } };
	err = hold_maps(handles, skel);
	err = err ?: map_bss(handles, skel);
	if (err) {
		handles__free(handles);
		return err;
	}
	note_places(handles, &skel->rodata->settings);
	*out = handles;
	return 0;
}

int handles__add(struct handles *handles, const struct bpf_program *program)
{
	int fd;

	if (handles->program_count == HANDLES_PROGRAMS)
		return -E2BIG;
	fd = duplicate(bpf_program__fd(program));
	if (fd < 0)
		return fd;
	handles->programs[handles->program_count++] = fd;
	return 0;
}

void handles__free(struct handles *handles)
{
	if (!handles)
		return;
	if (handles->bss)
		munmap(handles->bss, sizeof(*handles->bss));
	for (size_t i = 0; i < handles->program_count; i++)
		close(handles->programs[i]);
	for (int i = 0; i < HANDLES && handles->maps[i] >= 0; i++)
		close(handles->maps[i]);
	free(handles);
}
