/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Three single worlds of a run, drawn over the bands of the study's key output: a band is of many worlds at each date, and
 * no world runs along its median.
 *
 * Each world is ranked at each date, and its place is the mean of its ranks, if it has a number at most dates; the three are
 * those whose ranks stay nearest, in the mean over dates, to a tenth, a half and nine tenths. What sets a world apart are
 * the date at which it is farthest from the median, and the uncertain input that says most about places and was drawn far
 * out in it.
 */
#ifndef ICCSIM_STUDY_WORLDS_H
#define ICCSIM_STUDY_WORLDS_H

#include "outcome.h"
#include "sim/output/report.h"

enum {
    WORLDS_SHOWN = 3,
    WORLDS_LEAST = 5,
    WORLDS_KEPT = 200
}; /* three are shown of at least five; the first are kept */

struct worlds;

/* NULL if the study has no output over time. */
struct worlds *worlds_open(const struct outcome *outcome);
void worlds_free(struct worlds *worlds);
void worlds_note(struct worlds *worlds, const struct committed *one);
/* Once all are noted and there are bands. */
void worlds_take(struct worlds *worlds);

/* How many there are to show, 0 or WORLDS_SHOWN; the low one first. */
size_t worlds_count(const struct worlds *worlds);
/* Its number, and what it is in two lines, values in units of `scale` of what the study shows. */
uint32_t world_number(const struct worlds *worlds, size_t i);
const char *world_label(const struct worlds *worlds, size_t i, double scale, struct arena *arena);
/* worlds.dat: a column a world, in the output's own unit. */
void worlds_write(const struct worlds *worlds, FILE *to);
struct report_table worlds_report(const struct worlds *worlds, const char *file, struct arena *arena);

#endif
