/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What of the BPF object is used while it counts, held without the object: that keeps all that it was loaded from, 600 kB of
 * heap.
 */
#ifndef HANDLES_H
#define HANDLES_H

#include <stddef.h>

#include "places.h"

struct bpf_program;
struct bpfhogs;
struct bpfhogs__bss;

/* Maps. Those that there are for each half come in pairs. */
enum handle {
	HANDLE_WAIT_OUTER,
	HANDLE_WAIT_INNER,
	HANDLE_FLOWS,
	HANDLE_OVERFLOW = HANDLE_FLOWS + 2,
	HANDLE_PLACES = HANDLE_OVERFLOW + 2,
	HANDLE_TCP_SLOTS,
	HANDLES,
};

#define HANDLES_PROGRAMS 32

struct handles {
	int maps[HANDLES]; /* by enum handle: file descriptors */
	struct places places[2];
	int programs[HANDLES_PROGRAMS];
	size_t program_count;
	struct bpfhogs__bss *bss; /* shared with the programs */
};

/* Of an object that is loaded, which may then be closed. 0 or -errno. */
int handles__new(struct handles **out, const struct bpfhogs *skel);

/* Holds a program, too. 0 or -errno. */
int handles__add(struct handles *handles, const struct bpf_program *program);

void handles__free(struct handles *handles);

#endif
