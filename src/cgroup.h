/* SPDX-License-Identifier: GPL-2.0 */
/* Cgroups: their paths, and which container or systemd unit a path stands for. */
#ifndef CGROUP_H
#define CGROUP_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * The path in the text of /proc/PID/cgroup: that of version 2, or where it is the root (version 1 in use)
 * that of systemd's hierarchy, or else the first that is not the root. *path points into the text. False:
 * there is none.
 */
bool cgroup__parse(const char *text, const char **path, size_t *length);

/*
 * The container that a path stands for: docker:0123456789ab, podman:..., k8s:..., container:... (of another
 * runtime), lxc:NAME, machine:NAME; the innermost, if one is in another. Where there is none the systemd
 * unit's name, else "". Cut at size.
 */
void cgroup__container(const char *path, char *out, size_t size);

/* The version 2 hierarchy, to find cgroups by their ids in. */
struct cgroup_mount;

/*
 * mounts: the path of a file like /proc/self/mounts. 0, or -errno with *out NULL: there is no such hierarchy,
 * or not enough memory.
 */
int cgroup_mount__open(struct cgroup_mount **out, const char *mounts);
void cgroup_mount__close(struct cgroup_mount *mount);

/*
 * The path of a cgroup by its id, which is known even of a process that is gone. 0, or -errno with out "": no
 * such cgroup any more, or not permitted (CAP_DAC_READ_SEARCH). mount NULL: -ENOENT.
 */
int cgroup_mount__path(const struct cgroup_mount *mount, __u64 id, char *out, size_t size);

#endif
