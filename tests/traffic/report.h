/* SPDX-License-Identifier: GPL-2.0 */
/* What bpfhogs reported, summed up over a run, and how that compares with the truth. */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "truth.h"

struct report;

/* Reads the JSON lines of a run. NULL: they are not what they should be; why is in *problem. */
struct report *report__read(FILE *lines, char *problem, size_t size);
void report__free(struct report *report);

/* Over all lines. */
uint64_t report__missed(const struct report *report);
uint64_t report__lost_flows(const struct report *report);

/*
 * Whether what is reported of all processes of a case is the truth, no more and no less; if not, *problem is the first
 * difference. peers_unknown: bpfhogs cannot see the peers of UDP sockets that are not connected.
 */
bool report__is_exact(const struct report *report, int test, bool peers_unknown, char *problem, size_t size);

/* Whether some process of the case has that name and user. */
bool report__has_process(const struct report *report, int test, const char *comm, int uid, const char *user);

#endif
