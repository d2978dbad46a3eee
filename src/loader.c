/* SPDX-License-Identifier: GPL-2.0 */
#include "loader.h"

#include <errno.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "bpfhogs.skel.h"
#include "handles.h"
#include "hooks.h"
#include "kernel.h"
#include "kernel_types.h"
#include "privilege.h"
#include "probe.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MAX_LINKS 32

/*
 * One way to attach. In fentry mode UDP is left to kprobes where the kernel preempts: another call of a function may
 * then run on a CPU while our program is in the middle of one, and the kernel skips the program. Kprobes cannot be
 * preempted, nor can TCP's trampoline, which runs under a spinlock.
 */
struct plan {
	enum attach_mode mode;
	bool udp_kprobe;
	bool places; /* otherwise all flows are in the hash map */
};

struct loader {
	struct plan plan;
	struct bpfhogs *skel; /* until the programs are attached */
	struct handles *handles;
	struct bpf_link *links[MAX_LINKS];
	size_t link_count;
	bool preempts;
	bool atomics; /* BPF's return something */
	char refusal[256]; /* why the plan at hand was refused */
	char denied[320];  /* the mode, and why, where privileges were what it lacked; "": nowhere */
};

static int refuse(struct loader *loader, int err, const char *format, ...) __attribute__((format(printf, 3, 4)));

static int refuse(struct loader *loader, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(loader->refusal, sizeof(loader->refusal), format, args);
	va_end(args);
	return err;
}

/* The function or tracepoint that a program's section names: "fentry/tcp_release_cb". */
static const char *target_of(const struct bpf_program *program)
{
	return strchr(bpf_program__section_name(program), '/') + 1;
}

static bool has_target(const struct btf *btf, const struct bpf_program *program)
{
	if (!strncmp(bpf_program__section_name(program), "tp_btf", strlen("tp_btf")))
		return kernel_types__has_tracepoint(btf, target_of(program));
	return kernel_types__has_function(btf, target_of(program));
}

static bool has_storage(enum attach_mode mode, const struct btf *btf)
{
	return mode != ATTACH_KPROBE && kernel_types__has_function(btf, "bpf_sk_storage_get_tracing");
}

/* Which needs hold, on this kernel and with these settings. */
static unsigned int fulfilled(const struct plan *plan, const struct loader_config *config, const struct btf *btf)
{
	unsigned int needs = 0;

	if (config->tcp)
		needs |= NEED_TCP;
	if (config->udp)
		needs |= NEED_UDP | (plan->udp_kprobe ? NEED_UDP_KPROBE : NEED_UDP_FENTRY);
	if (!kernel_types__has_member(btf, "mptcp_sock", "bytes_consumed"))
		needs |= NEED_MPTCP_RETURNS;
	if (!plan->places)
		needs |= NEED_HASH;
	return needs;
}

/* Some programs are there twice: with places, and for kernels that cannot have those. */
static struct bpf_program *program_of(const struct loader *loader, const struct hook *hook)
{
	struct bpf_program *program = NULL;
	char name[64];

	if (!loader->plan.places) {
		snprintf(name, sizeof(name), "%s_hash", hook->program);
		program = bpf_object__find_program_by_name(loader->skel->obj, name);
	}
	return program ?: bpf_object__find_program_by_name(loader->skel->obj, hook->program);
}

/* Marks the hooks that apply for loading; -ENOENT if the kernel lacks the target of one that must be there. */
static int choose(struct loader *loader, const struct hook_list *list, unsigned int needs, const struct btf *btf)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct hook *hook = &list->hooks[i];
		struct bpf_program *program = program_of(loader, hook);

		if ((hook->needs & needs) != hook->needs)
			continue;
		if (has_target(btf, program))
			bpf_program__set_autoload(program, true);
		else if (!hook->optional)
			return refuse(loader, -ENOENT, "this kernel has no %s", target_of(program));
	}
	return 0;
}

static int apply_filters(struct loader *loader, const struct loader_config *config)
{
	struct settings *settings = &loader->skel->rodata->settings;

	if (config->pid_count > ARRAY_SIZE(settings->pid) || config->ifindex_count > ARRAY_SIZE(settings->ifindex))
		return refuse(loader, -E2BIG, "too many processes or devices to filter by");
	settings->pids = config->pid_count;
	memcpy(settings->pid, config->pids, config->pid_count * sizeof(*config->pids));
	settings->devices = config->ifindex_count;
	memcpy(settings->ifindex, config->ifindexes, config->ifindex_count * sizeof(*config->ifindexes));
	settings->netns = config->netns;
	settings->no_loopback = config->no_loopback;
	settings->ipv4_only = config->ipv4 && !config->ipv6;
	settings->ipv6_only = config->ipv6 && !config->ipv4;
	settings->tcp = config->tcp;
	settings->udp = config->udp;
	return 0;
}

/*
 * The flows' maps have their memory from the start: to give each flow's back, in a poll of many, takes half a microsecond.
 * Few ever come to the maps for what has no room there: those take memory only for what they have, where BPF has an
 * allocator of its own (since 6.1). More places than there are slots would serve UDP alone.
 */
static void size_flow_maps(struct loader *loader, __u32 max_flows, bool allocator)
{
	struct bpfhogs *skel = loader->skel;
	__u32 places = (max_flows < TCP_SLOTS ? max_flows : TCP_SLOTS) + 1;
	__u32 second = (places + PLACES_ALIGN - 1) / PLACES_ALIGN * PLACES_ALIGN;

	bpf_map__set_max_entries(skel->maps.flows_a, max_flows);
	bpf_map__set_max_entries(skel->maps.flows_b, max_flows);
	if (allocator) {
		bpf_map__set_map_flags(skel->maps.overflow_a, BPF_F_NO_PREALLOC);
		bpf_map__set_map_flags(skel->maps.overflow_b, BPF_F_NO_PREALLOC);
	}
	if (!loader->plan.places)
		return;
	skel->rodata->settings.places = places;
	skel->rodata->settings.use_places = !skel->rodata->settings.devices && !skel->rodata->settings.no_loopback;
	skel->rodata->settings.second_half = second;
	bpf_map__set_max_entries(skel->maps.places, second + places);
}

/*
 * The hash of TCP sockets has room for those that move nothing, too: many where there are few. Where BPF has an allocator of its own
 * (since 6.1) room costs no more than 16 bytes until it is used; before that a hash for kprobes must be allocated beforehand.
 */
static __u32 room_for_sockets(__u32 max_flows, bool allocator)
{
	const __u32 many = 1 << 20;

	if (!allocator || max_flows >= many)
		return max_flows;
	return max_flows < many / 16 ? 16 * max_flows : many;
}

static void size_socket_maps(struct loader *loader, __u32 max_flows, bool allocator)
{
	struct bpfhogs *skel = loader->skel;

	if (loader->plan.places) {
		bpf_map__set_max_entries(skel->maps.tcp_hash, 1);
		return;
	}
	bpf_map__set_max_entries(skel->maps.tcp_slots, 1);
	bpf_map__set_max_entries(skel->maps.tcp_rests, 1);
	bpf_map__set_max_entries(skel->maps.udp_slots, 1);
	bpf_map__set_max_entries(skel->maps.tcp_hash, room_for_sockets(max_flows, allocator));
	if (allocator)
		bpf_map__set_map_flags(skel->maps.tcp_hash, BPF_F_NO_PREALLOC);
}

static void size_maps(struct loader *loader, const struct loader_config *config, unsigned int needs,
		      const struct btf *btf)
{
	bool allocator = kernel_types__has_struct(btf, "bpf_mem_alloc");
	bool receivers = needs & NEED_MPTCP_RETURNS && loader->plan.mode == ATTACH_KPROBE;

	if (!receivers)
		bpf_map__set_max_entries(loader->skel->maps.receivers, 1);
	size_socket_maps(loader, config->max_flows, allocator);
	size_flow_maps(loader, config->max_flows, allocator);
}

/*
 * Before 5.11, maps are locked memory, and EPERM says that there is too little of it. The function came with the same
 * version.
 */
static bool memory_is_limited(const struct btf *btf)
{
	struct rlimit limit;

	return !kernel_types__has_function(btf, "bpf_ktime_get_coarse_ns") && !getrlimit(RLIMIT_MEMLOCK, &limit) &&
	       limit.rlim_cur != RLIM_INFINITY;
}

/* What look_at_existing() runs. */
static void choose_iterators(struct loader *loader, unsigned int needs, const struct btf *btf)
{
	struct bpfhogs *skel = loader->skel;

	if (!(needs & NEED_TCP) || !kernel_types__has_function(btf, "bpf_iter_task_file"))
		return;
	bpf_program__set_autoload(loader->plan.places ? skel->progs.tcp_existing : skel->progs.tcp_existing_hash, true);
	if (loader->plan.mode == ATTACH_TRACEPOINT && kernel_types__has_function(btf, "bpf_loop"))
		bpf_program__set_autoload(skel->progs.tcp_waiting, true);
}

/*
 * A kernel function that vmlinux lacks, bpf_rdonly_cast() before 6.2, is looked for in the modules' types, for which libbpf
 * before 1.3 takes CAP_SYS_ADMIN, or it loads nothing at all, however weak the reference. But it asks for them once only,
 * and may be refused while nothing depends on it: on looking for a name that is nowhere.
 */
static void ask_for_module_types(struct loader *loader)
{
	bpf_program__set_attach_target(loader->skel->progs.tcp_destroyed, 0, "no_such_function");
}

static int load(struct loader *loader, const struct loader_config *config, const struct btf *btf)
{
	unsigned int needs = fulfilled(&loader->plan, config, btf);
	int err;

	loader->skel = bpfhogs__open();
	if (!loader->skel)
		return refuse(loader, -errno, "cannot open the BPF object: %s", strerror(errno));
	err = apply_filters(loader, config);
	if (err)
		return err;
	loader->skel->rodata->settings.preempts = loader->preempts;
	loader->skel->rodata->settings.mptcp_recvmsg_args = kernel_types__argument_count(btf, "mptcp_recvmsg");
	size_maps(loader, config, needs, btf);
	err = choose(loader, &hooks__sockets, needs, btf);
	err = err ?: choose(loader, &hooks__modes[loader->plan.mode], needs, btf);
	if (err)
		return err;
	choose_iterators(loader, needs, btf);
	if (!kernel_types__has_function(btf, "bpf_rdonly_cast"))
		ask_for_module_types(loader);
	err = bpfhogs__load(loader->skel);
	if (err == -EPERM && memory_is_limited(btf))
		return refuse(loader, err, "not enough locked memory for the maps: CAP_SYS_RESOURCE or a higher limit (ulimit -l "
					   "unlimited, LimitMEMLOCK=infinity) is missing");
	if (err)
		return refuse(loader, err, "the kernel refuses the programs: %s", strerror(-err));
	return 0;
}

static int refuse_attaching(struct loader *loader, const struct bpf_program *program, int err)
{
	bool by_event = !strncmp(bpf_program__section_name(program), "kprobe", strlen("kprobe"));

	if ((err == -EACCES || err == -EPERM) && by_event && privilege__kprobes_want_admin() && !privilege__has(CAP_SYS_ADMIN))
		return refuse(loader, err, "kprobes take CAP_SYS_ADMIN here, or the sysctl kernel.perf_event_paranoid=2 (it is "
					   "higher)");
	return refuse(loader, err, "cannot attach to %s: %s", target_of(program), strerror(-err));
}

static int attach(struct loader *loader, const struct hook_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		struct bpf_program *program = program_of(loader, &list->hooks[i]);
		struct bpf_link *link;

		if (!bpf_program__autoload(program))
			continue;
		link = bpf_program__attach(program);
		if (!link)
			return refuse_attaching(loader, program, -errno);
		loader->links[loader->link_count++] = link;
	}
	return 0;
}

/* Runs an iterator over all files of all tasks, if it was loaded. */
static void look_by(struct bpf_program *program)
{
	struct bpf_link *link;
	char buffer[64];
	int fd;

	if (!bpf_program__autoload(program))
		return;
	link = bpf_program__attach_iter(program, NULL);
	if (!link)
		return;
	fd = bpf_iter_create(bpf_link__fd(link));
	if (fd >= 0) {
		while (read(fd, buffer, sizeof(buffer)) > 0)
			;
		close(fd);
	}
	bpf_link__destroy(link);
}

/*
 * Takes note of the TCP sockets that are there already, so that their next byte counts. Without it (a kernel without
 * iterators) the first call on each of them goes by uncounted, and is reported.
 */
static void look_at_existing(struct loader *loader)
{
	look_by(loader->skel->progs.tcp_existing);
	look_by(loader->skel->progs.tcp_existing_hash);
	look_by(loader->skel->progs.tcp_waiting);
}

/* Births are seen first, then the sockets that there are noted: so none is unknown when the counting begins. */
static int attach_all(struct loader *loader)
{
	int err = attach(loader, &hooks__sockets);

	if (err)
		return err;
	look_at_existing(loader);
	return attach(loader, &hooks__modes[loader->plan.mode]);
}

void loader__detach(struct loader *loader)
{
	while (loader->link_count)
		bpf_link__destroy(loader->links[--loader->link_count]);
}

/* Holds what the rest of this file works with. */
static int hold(struct loader *loader)
{
	const struct hook_list *list = &hooks__modes[loader->plan.mode];
	int err = handles__new(&loader->handles, loader->skel);

	for (size_t i = 0; i < list->count && !err; i++) {
		const struct bpf_program *program = program_of(loader, &list->hooks[i]);

		if (bpf_program__autoload(program))
			err = handles__add(loader->handles, program);
	}
	return err ? refuse(loader, err, "cannot hold what was loaded: %s", strerror(-err)) : 0;
}

/* Of the program file, from which they come back to whom reads them. */
static void drop_pages(const void *data, size_t size)
{
	const uintptr_t page = sysconf(_SC_PAGESIZE);
	uintptr_t first = ((uintptr_t)data + page - 1) / page * page, end = ((uintptr_t)data + size) / page * page;

	madvise((void *)first, end - first, MADV_DONTNEED);
}

/* It is half of the program file, and not read again unless something is attached anew. */
static void close_object(struct loader *loader)
{
	if (loader->skel)
		drop_pages(loader->skel->skeleton->data, loader->skel->skeleton->data_sz);
	bpfhogs__destroy(loader->skel);
	loader->skel = NULL;
}

static void unload(struct loader *loader)
{
	loader__detach(loader);
	close_object(loader);
	handles__free(loader->handles);
	loader->handles = NULL;
}

static int try_plan(struct loader *loader, const struct loader_config *config, const struct btf *btf)
{
	int err = load(loader, config, btf);

	err = err ?: attach_all(loader);
	err = err ?: hold(loader);
	if (err)
		unload(loader);
	else
		close_object(loader);
	return err;
}

/* libbpf's own words, the verifier's log among them: only for who asks. */
static int print_nothing(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

static int print_warnings(enum libbpf_print_level level, const char *format, va_list args)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, format, args) : 0;
}

static void say_attached(const struct loader *loader)
{
	fprintf(stderr, "bpfhogs: attached: %s%s\n", attach_mode__name(loader->plan.mode),
		loader->plan.udp_kprobe ? ", UDP by kprobes because this kernel preempts" : "");
}

static void say_refused(const struct loader *loader)
{
	const struct plan *plan = &loader->plan;

	fprintf(stderr, "bpfhogs: %s%s: %s\n", attach_mode__name(plan->mode),
		plan->udp_kprobe ? " with kprobes for UDP" : "", loader->refusal);
}

static int try_and_tell(struct loader *loader, const struct plan *plan, const struct loader_config *config,
			const struct btf *btf)
{
	int err;

	loader->plan = *plan;
	loader->plan.places = loader->atomics && has_storage(plan->mode, btf);
	err = try_plan(loader, config, btf);
	if (config->verbose && err)
		say_refused(loader);
	else if (config->verbose)
		say_attached(loader);
	return err;
}

/* What can be told before the programs are loaded, which takes time. */
static int check_mode(struct loader *loader)
{
	int always;

	if (loader->plan.mode == ATTACH_KPROBE && !kernel__has_kprobes())
		return refuse(loader, -EOPNOTSUPP, "this kernel has no kprobes");
	if (loader->plan.mode != ATTACH_FENTRY)
		return 0;
	always = probe__release_cb_always_called();
	if (always < 0)
		return refuse(loader, always, "no trampolines on this kernel: %s", strerror(-always));
	return always ? 0 : refuse(loader, -EOPNOTSUPP, "this kernel often skips tcp_release_cb (since 7.1)");
}

static int try_fentry(struct loader *loader, const struct loader_config *config, const struct btf *btf)
{
	struct plan plan = { .mode = ATTACH_FENTRY, .udp_kprobe = config->udp && loader->preempts };
	int err = try_and_tell(loader, &plan, config, btf);

	if (err && plan.udp_kprobe) { /* without kprobes: then what is skipped is at least counted */
		plan.udp_kprobe = false;
		err = try_and_tell(loader, &plan, config, btf);
	}
	return err;
}

static int try_mode(struct loader *loader, enum attach_mode mode, const struct loader_config *config,
		    const struct btf *btf)
{
	const struct plan plan = { .mode = mode };
	int err;

	loader->plan = plan;
	err = check_mode(loader);
	if (err && config->verbose)
		say_refused(loader);
	if (err)
		return err;
	return mode == ATTACH_FENTRY ? try_fentry(loader, config, btf) : try_and_tell(loader, &plan, config, btf);
}

/* What can be helped is worth more than what the kernel does not have. */
static void note_denied(struct loader *loader, int err)
{
	if (err == -EPERM || err == -EACCES)
		snprintf(loader->denied, sizeof(loader->denied), "%s: %s", attach_mode__name(loader->plan.mode),
			 loader->refusal);
}

static int try_all(struct loader *loader, const struct loader_config *config, const struct btf *btf)
{
	int err = -EOPNOTSUPP;

	if (config->mode != ATTACH_AUTO)
		return try_mode(loader, config->mode, config, btf);
	for (enum attach_mode mode = ATTACH_FENTRY; err && mode <= ATTACH_TRACEPOINT; mode++) {
		err = try_mode(loader, mode, config, btf);
		note_denied(loader, err);
	}
	return err;
}

void loader__pass_messages(bool pass)
{
	libbpf_set_print(pass ? print_warnings : print_nothing);
}

/* Fills in the words for a person. Returns err. */
static int explain(struct loader_refusal *refusal, int err, const char *remedy, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static int explain(struct loader_refusal *refusal, int err, const char *remedy, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(refusal->why, sizeof(refusal->why), format, args);
	va_end(args);
	snprintf(refusal->remedy, sizeof(refusal->remedy), "%s", remedy);
	return err;
}

static int explain_failure(const struct loader *loader, const struct loader_config *config,
			   struct loader_refusal *refusal, int err)
{
	const char *last = attach_mode__name(loader->plan.mode);

	if (!strcmp(kernel__lockdown(), "confidentiality"))
		return explain(refusal, err, "boot with lockdown=integrity or without",
			       "the kernel is locked down (confidentiality), which forbids BPF to read it");
	if (config->mode == ATTACH_AUTO && loader->denied[0])
		return explain(refusal, err, "-v tells about all", "no attach mode of BPF works (%s)", loader->denied);
	if (config->mode == ATTACH_AUTO)
		return explain(refusal, err, "-v tells about all", "no attach mode of BPF works on this kernel (the last, %s: %s)",
			       last, loader->refusal);
	return explain(refusal, err, "", "attach mode %s: %s", last, loader->refusal);
}

static int check_privileges(struct loader_refusal *refusal)
{
	char missing[64];
	int err = privilege__check(missing, sizeof(missing));

	if (err == -EPERM) {
		explain(refusal, err, "", "not permitted: %s missing", missing);
		privilege__remedy(refusal->remedy, sizeof(refusal->remedy));
		return err;
	}
	return err ? explain(refusal, err, "", "cannot tell our capabilities: %s", strerror(-err)) : 0;
}

/* Where IPv6 is a module, its functions are not among the kernel's own. (Attach mode tracepoint does without them.) */
static void say_uncounted(const struct loader *loader, const struct loader_config *config, const struct btf *btf)
{
	bool ipv6 = config->udp && config->ipv6 && !access("/proc/net/if_inet6", F_OK);

	if (ipv6 && loader->plan.mode != ATTACH_TRACEPOINT && !kernel_types__has_function(btf, "ip6_send_skb"))
		fprintf(stderr, "bpfhogs: this kernel has no ip6_send_skb (IPv6 as a module?): what UDP sends over IPv6 is not "
				"counted\n");
}

int loader__new(struct loader **out, const struct loader_config *config, struct loader_refusal *refusal)
{
	int err = check_privileges(refusal);
	struct loader *loader;
	struct btf *btf;

	if (err)
		return err;
	btf = btf__load_vmlinux_btf();
	if (!btf)
		return explain(refusal, -errno, "it must be built with CONFIG_DEBUG_INFO_BTF",
			       "the kernel does not describe its types (/sys/kernel/btf/vmlinux)");
	loader = calloc(1, sizeof(*loader));
	if (!loader) {
		btf__free(btf);
		return explain(refusal, -ENOMEM, "", "not enough memory");
	}
	loader->preempts = kernel__preempts();
	loader->atomics = probe__atomics_return();
	err = try_all(loader, config, btf);
	if (!err)
		say_uncounted(loader, config, btf);
	btf__free(btf);
	malloc_trim(0); /* the kernel's types took twice 5 MB for a moment */
	if (err) {
		explain_failure(loader, config, refusal, err);
		loader__free(loader);
		return err;
	}
	*out = loader;
	return 0;
}

void loader__free(struct loader *loader)
{
	if (!loader)
		return;
	unload(loader);
	free(loader);
}

enum attach_mode loader__mode(const struct loader *loader)
{
	return loader->plan.mode;
}

int loader__swap(const struct loader *loader, int half)
{
	const struct handles *handles = loader->handles;
	__u32 key = 0;

	handles->bss->half = half;
	return bpf_map_update_elem(handles->maps[HANDLE_WAIT_OUTER], &key, &handles->maps[HANDLE_WAIT_INNER], BPF_ANY) ? -errno : 0;
}

int loader__flows_fd(const struct loader *loader, int half)
{
	return loader->handles->maps[HANDLE_FLOWS + half];
}

int loader__overflow_fd(const struct loader *loader, int half)
{
	return loader->handles->maps[HANDLE_OVERFLOW + half];
}

struct places loader__places(const struct loader *loader, int half)
{
	return loader->handles->places[half];
}

const struct losses *loader__losses(const struct loader *loader)
{
	return &loader->handles->bss->losses;
}

__u64 loader__missed(const struct loader *loader)
{
	const struct handles *handles = loader->handles;
	__u64 missed = loader__losses(loader)->sockets + loader__losses(loader)->datagrams;

	for (size_t i = 0; i < handles->program_count; i++) {
		struct bpf_prog_info info = {};
		__u32 len = sizeof(info);

		if (!bpf_obj_get_info_by_fd(handles->programs[i], &info, &len))
			missed += info.recursion_misses;
	}
	return missed;
}

bool loader__syscalls_mask_probes(const struct loader *loader)
{
	return loader->preempts && (loader->plan.mode == ATTACH_KPROBE || loader->plan.udp_kprobe);
}

int loader__try(const struct loader *loader)
{
	__u32 key = 0, id;

	return bpf_map_lookup_elem(loader->handles->maps[HANDLE_WAIT_OUTER], &key, &id) ? -errno : 0;
}
