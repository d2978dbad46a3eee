/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads a recording, a file of lines as --json prints them (compressed by gzip or not), and gives the model what the
 * kernel gave when it was made. What the lines leave out (a --top cut) counts for the process, or for nobody.
 */
#ifndef REPLAY_H
#define REPLAY_H

#include "devices.h"
#include "identity.h"
#include "interval.h"
#include "sampler.h"

struct replay;

/* Opens the file. 0 or -errno; what went wrong was said on stderr. */
int replay__new(struct replay **out, const char *path);
void replay__free(struct replay *replay);

/*
 * Reads on to the next interval. 0, -ENODATA at the end of the recording (a last line that was not finished is none), or
 * another -errno, of which replay__error() tells more.
 */
int replay__next(struct replay *replay);

/* Where the line of that interval begins, in the text of the recording. */
__s64 replay__offset(const struct replay *replay);

/*
 * Goes to where a line begins, behind so many others; replay__next() reads on from there. 0, or -ESPIPE: the recording is a
 * pipe, and stays where it is.
 */
int replay__go(struct replay *replay, __s64 offset, unsigned long lines);

/* Of that interval: how long it took, and the network namespace of who recorded it (0: not told). */
__u64 replay__elapsed_ns(const struct replay *replay);
__u32 replay__netns(const struct replay *replay);

/*
 * Gives that interval as sampler__take() gives one; its devices become the list of `devices`. 0 or -errno, as above.
 */
int replay__take(struct replay *replay, struct interval *interval, struct devices *devices, sampler_sink sink,
		 void *ctx);

/* What is wrong with the recording, and where. Borrowed. */
const char *replay__error(const struct replay *replay);

/* Who a process of the last interval was: the model's identify function, with a struct replay as its first argument. */
int replay__identify(void *replay, const struct owner *owner, struct identity *identity);

#endif
