/* SPDX-License-Identifier: GPL-2.0 */
/* Where intervals come from: the kernel now, by BPF or by its socket statistics, or a recording. */
#ifndef SOURCE_H
#define SOURCE_H

#include <linux/types.h>
#include <stdbool.h>

#include "devices.h"
#include "identity.h"
#include "interval.h"
#include "loader.h"
#include "model.h"
#include "wanted.h"

struct source;

/*
 * Counting begins, in the mode of the config; ATTACH_AUTO takes the socket statistics (ATTACH_DIAG) where BPF cannot be used,
 * after saying so on stderr, if it may. 0 or -errno; what went wrong was said on stderr.
 */
int source__attach(struct source **out, const struct loader_config *config, bool may_fall_back);

/* Opens a recording, of which some is wanted. Likewise. */
int source__replay(struct source **out, const char *path, const struct wanted *wanted);

void source__free(struct source *source);

/* How long the next interval of a recording was, nanoseconds; and where in it that is. */
__u64 source__next_ns(const struct source *source);
__s64 source__offset(const struct source *source);

/* Goes to such a place in the recording, behind so many intervals. 0, or -ESPIPE: a pipe has no way back. */
int source__go(struct source *source, __s64 offset, unsigned long intervals);

/*
 * Ends the interval: the model has it then, and the devices what they carried in it. 0, -ENODATA (the recording has no
 * more) or another -errno, of which source__error() tells.
 */
int source__take(struct source *source, struct model *model, struct devices *devices, struct interval *interval);

/* Takes the programs out of the kernel first: what is left in the maps then is the rest, whole. (Without BPF, a last look.) -ENODATA of a recording. */
int source__take_rest(struct source *source, struct model *model, struct devices *devices, struct interval *interval);

/* Counting begins now after all: what was counted since source__attach() is left out. 0 or -errno, likewise. Not of a recording. */
int source__begin(struct source *source);

/* Whether the kernel lets this process, as it is, read what was counted; a recording always can be. */
bool source__may_read(const struct source *source);

/* Whether taking an interval looks for the files of all processes, in all network namespaces (attach mode diag). */
bool source__searches(const struct source *source);

/* Whether taking an interval wants SCHED_FIFO for a moment: src/sampler.c. */
bool source__holds_cpu(const struct source *source);

/* What went wrong. Borrowed. */
const char *source__error(const struct source *source);

/* Who a process of a recording was: the model's identify function, with a struct source as its first argument. */
int source__identify(void *source, const struct owner *owner, struct identity *identity);

#endif
