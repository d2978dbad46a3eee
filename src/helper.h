/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A process of our own that answers two questions, and can do nothing else. It keeps the capabilities that these take, so
 * that the process which reads and parses what comes from outside needs none of them; and it is not confined by Landlock,
 * which forbids to look at any process that is not confined likewise (hook_ptrace_access_check), and with that at
 * /proc/PID/exe. It ends when its maker does.
 *
 * One that does not answer within a second is left alone until it does: what is asked meanwhile stays unknown.
 */
#ifndef HELPER_H
#define HELPER_H

#include <linux/types.h>
#include <stddef.h>

struct helper;

typedef void (*helper_say)(void *ctx, const char *text);

/*
 * Starts it: before there is anything that it should not have a copy of. say: what people should know, once, if it ends
 * before its time. 0 or -errno.
 */
int helper__new(struct helper **out, helper_say say, void *ctx);
void helper__free(struct helper *helper);

/* What the link /proc/PID/exe says, or the path of a cgroup by its id. Cut at size; "" where it cannot be known. */
void helper__exe(struct helper *helper, __u32 pid, char *out, size_t size);
void helper__cgroup(struct helper *helper, __u64 id, char *out, size_t size);

#endif
