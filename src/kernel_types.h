/* SPDX-License-Identifier: GPL-2.0 */
/* Questions to the running kernel's BTF: what it has, whatever its version says. */
#ifndef KERNEL_TYPES_H
#define KERNEL_TYPES_H

#include <stdbool.h>

struct btf;

bool kernel_types__has_function(const struct btf *btf, const char *name);
bool kernel_types__has_tracepoint(const struct btf *btf, const char *name);
bool kernel_types__has_struct(const struct btf *btf, const char *name);
bool kernel_types__has_member(const struct btf *btf, const char *struct_name, const char *member_name);

/* How many arguments a function takes; 0 if there is no such function. */
unsigned int kernel_types__argument_count(const struct btf *btf, const char *function);

#endif
