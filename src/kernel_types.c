/* SPDX-License-Identifier: GPL-2.0 */
#include "kernel_types.h"

#include <stdio.h>
#include <string.h>

#include <bpf/btf.h>

bool kernel_types__has_function(const struct btf *btf, const char *name)
{
	return btf__find_by_name_kind(btf, name, BTF_KIND_FUNC) > 0;
}

bool kernel_types__has_tracepoint(const struct btf *btf, const char *name)
{
	char type[128];

	snprintf(type, sizeof(type), "btf_trace_%s", name);
	return btf__find_by_name_kind(btf, type, BTF_KIND_TYPEDEF) > 0;
}

bool kernel_types__has_struct(const struct btf *btf, const char *name)
{
	return btf__find_by_name_kind(btf, name, BTF_KIND_STRUCT) > 0;
}

bool kernel_types__has_member(const struct btf *btf, const char *struct_name, const char *member_name)
{
	__s32 id = btf__find_by_name_kind(btf, struct_name, BTF_KIND_STRUCT);
	const struct btf_member *member;
	const struct btf_type *type;

	if (id < 0)
		return false;
	type = btf__type_by_id(btf, id);
	member = btf_members(type);
	for (int i = 0; i < btf_vlen(type); i++)
		if (!strcmp(btf__name_by_offset(btf, member[i].name_off), member_name))
			return true;
	return false;
}

unsigned int kernel_types__argument_count(const struct btf *btf, const char *function)
{
	__s32 id = btf__find_by_name_kind(btf, function, BTF_KIND_FUNC);

	if (id < 0)
		return 0;
	return btf_vlen(btf__type_by_id(btf, btf__type_by_id(btf, id)->type));
}
