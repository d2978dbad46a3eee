/* SPDX-License-Identifier: GPL-2.0 */
#include "checkpoints.h"

#define FIRST_SPACING 16     /* intervals */
#define ENTRIES_MAX 100000UL /* of a kilobyte or so */

static unsigned long spacing(const struct checkpoints *checkpoints)
{
	return (unsigned long)FIRST_SPACING << checkpoints->doubled;
}

static size_t entries_of(const struct model *model)
{
	return model__process_count(model) + model__connection_count(model);
}

static bool is_full(const struct checkpoints *checkpoints, size_t more)
{
	return checkpoints->count == CHECKPOINTS_MAX || checkpoints->entries + more > ENTRIES_MAX;
}

/* Every second one goes; the beginning never does. */
static void thin(struct checkpoints *checkpoints)
{
	size_t kept = 0;

	checkpoints->doubled++;
	for (size_t i = 0; i < checkpoints->count; i++) {
		struct checkpoint *checkpoint = &checkpoints->list[i];

		if (checkpoint->progress.intervals % spacing(checkpoints) == 0) {
			checkpoints->list[kept++] = *checkpoint;
			continue;
		}
		checkpoints->entries -= entries_of(checkpoint->model);
		model__free(checkpoint->model);
	}
	checkpoints->count = kept;
}

/* Whether one is to be had of this place; there is room for it then. */
static bool is_wanted(struct checkpoints *checkpoints, unsigned long intervals, size_t entries)
{
	size_t count = checkpoints->count;

	if (intervals % spacing(checkpoints) || (count && intervals <= checkpoints->list[count - 1].progress.intervals))
		return false;
	if (is_full(checkpoints, entries))
		thin(checkpoints);
	return intervals % spacing(checkpoints) == 0 && !is_full(checkpoints, entries);
}

void checkpoints__note(struct checkpoints *checkpoints, const struct progress *progress, __s64 offset,
		       const struct model *model)
{
	struct checkpoint new = { .progress = *progress, .offset = offset };

	if (progress->intervals > checkpoints->farthest)
		checkpoints->farthest = progress->intervals;
	if (!is_wanted(checkpoints, progress->intervals, entries_of(model)) || model__clone(&new.model, model))
		return;
	checkpoints->entries += entries_of(new.model);
	checkpoints->list[checkpoints->count++] = new;
}

const struct checkpoint *checkpoints__before(const struct checkpoints *checkpoints, const struct progress *wanted)
{
	for (size_t i = checkpoints->count; i-- > 0;) {
		const struct checkpoint *checkpoint = &checkpoints->list[i];

		if (checkpoint->progress.intervals < checkpoints->farthest &&
		    progress__is_short_of(&checkpoint->progress, wanted))
			return checkpoint;
	}
	return NULL;
}

void checkpoints__clear(struct checkpoints *checkpoints)
{
	for (size_t i = 0; i < checkpoints->count; i++)
		model__free(checkpoints->list[i].model);
	*checkpoints = (struct checkpoints){};
}
