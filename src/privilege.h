/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PRIVILEGE_H
#define PRIVILEGE_H

/*
 * Whether we may do what counting takes. Returns 0, or -EPERM after one line on stderr that names what is missing and
 * how to get it.
 */
int privilege__check(void);

#endif
