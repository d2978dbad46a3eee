/* SPDX-License-Identifier: GPL-2.0 */
/* Labels of metrics, as the text formats of Prometheus and OpenMetrics have them: name="value",name="value". */
#ifndef LABELS_H
#define LABELS_H

#include "buffer.h"

#define LABELS_VALUE_MAX 200 /* bytes, before the escaping */

/* The value of the series that has what no other has; what is really called so is shown as 'other', with the quotes. */
#define LABELS_OTHER "other"

/*
 * Appends a label. The value may be any bytes: what is not valid UTF-8, control characters and those that are invisible
 * or change the direction of writing become U+FFFD; backslash, quote and newline are escaped. A value that is too long
 * loses whole characters at its end.
 */
void labels__add(struct buffer *labels, const char *name, const char *value);

#endif
