/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Levers: one number or word that sets, shifts or scales values of a scenario that is already loaded.
 *
 *     {shift: [policies.ban_2023.announced, policies.ban_2023.effective]}   dates by months, numbers in their own unit
 *     {scale: generations.Ascend*.supply}                                   `*` and `?` stand for names of entities
 *     {set: usage.growth}
 *
 * A lever is found once, which checks its paths and types; moving it writes into a copy of the scenario and reads no
 * file. The original stays as it is:
 *
 *     const struct lever *lever = lever_read(scenario, "ban", map, &mistakes);
 *     lever_value_read(scenario, lever, "ban", node, &value, &mistakes);       -6 months
 *     struct scenario *moved = scenario_copy(scenario);
 *     for (each point) {
 *         scenario_restore(moved, scenario);
 *         lever_apply(lever, &value, moved, &mistakes);                        one lever after the other
 *         scenario_recheck(moved, &mistakes);
 *         ... draw_state = moved, and the plan of the original unless lever_moves_plan(lever)
 *     }
 *
 * A copy belongs to one thread while it is moved and to all once it is checked. Several levers on one value act one
 * after the other.
 */
#ifndef ICCSIM_SCENARIO_LEVER_H
#define ICCSIM_SCENARIO_LEVER_H

#include "scenario.h"

struct distribution;
struct node;

enum lever_verb { LEVER_SET, LEVER_SHIFT, LEVER_SCALE };
struct lever;

/* What a lever is moved to. */
struct lever_value {
    const char *text; /* as it was written; lives as long as the scenario */
    double number; /* in the lever's unit; a decimal year if that is `date`; NaN for `none` and for words */
    const struct distribution *distribution; /* or NULL: to sample with lever_value_at, or to set as uncertain */
    uint64_t word; /* of a lever that is set to a flag, a choice, a name, a text or a series */
};

/* Reads the one key of `map` that is set, shift or scale; other keys are the caller's. `name` is for messages:
 * levers.ban. NULL after adding what is wrong. What is found lives as long as the scenario. */
const struct lever *lever_read(struct scenario *scenario, const char *name, const struct node *map,
                               struct mistakes *mistakes);
/* The same for a path, or a list of them. */
const struct lever *lever_find(struct scenario *scenario, const char *name, enum lever_verb verb,
                               const struct node *paths, struct mistakes *mistakes);

enum lever_verb lever_verb(const struct lever *lever);
/* "" for a scale and for words, "month" for dates that are shifted, "date" for dates that are set. */
const char *lever_unit(const struct lever *lever);
bool lever_is_number(const struct lever *lever); /* else it is set to words */
/* The i-th word that a lever may be set to: those of a choice, `true` and `false` of a flag; NULL behind the last, and
 * where anything may be written. */
const char *lever_word(const struct lever *lever, size_t i, struct arena *arena);
/* Which of them holds now; 0 where there are none. */
size_t lever_word_now(const struct lever *lever, const struct scenario *scenario);
size_t lever_target_count(const struct lever *lever);
const char *lever_target(const struct lever *lever, size_t i); /* its path */
/* A value that both move, or NULL. */
const char *lever_in_common(const struct lever *a, const struct lever *b);
/* Whether the grids, mechanisms or outputs may change: a new plan is needed. */
bool lever_moves_plan(const struct lever *lever);
/* What a lever that sets a number has its first value at, in its unit: the median if it is uncertain; 0 for a shift, 1
 * for a scale. */
double lever_now(const struct lever *lever, const struct scenario *scenario);
/* Whether all that it moves stays as it is: fixed numbers that have this value, a shift by nothing, a scale of one. */
bool lever_leaves(const struct lever *lever, const struct scenario *scenario, const struct lever_value *value);

/* The distribution by which what a lever sets is uncertain, in its unit; NULL if it is not, or if the lever sets
 * several values. `joint`: it is a column of a file of draws, which belongs together with others. */
const struct distribution *lever_own(const struct lever *lever, const struct scenario *scenario, bool *joint);
const char *lever_confidence(const struct lever *lever); /* of the first value's source: A, B, C, or "" */

/* Reads what the lever is to be moved to; false after adding what is wrong. */
bool lever_value_read(struct scenario *scenario, const struct lever *lever, const char *name, const struct node *node,
                      struct lever_value *value, struct mistakes *mistakes);
struct lever_value lever_value_of(double number); /* in the lever's unit */
struct lever_value lever_value_at(const struct lever_value *value, double u); /* the u-quantile of its distribution */

/* Same values, its own memory; `scenario` must outlive it. Freed by scenario_free. */
struct scenario *scenario_copy(const struct scenario *scenario);
/* Makes the copy as its original again; allocates nothing after the first time. */
void scenario_restore(struct scenario *copy, const struct scenario *original);
/* Writes into the copy, with all checks of single values; false after adding what is wrong at the place of the lever.
 * A distribution is set as uncertain; it cannot shift or scale. */
bool lever_apply(const struct lever *lever, const struct lever_value *value, struct scenario *copy,
                 struct mistakes *mistakes);
/* The checks of values taken together, which the moved ones may fail. */
bool scenario_recheck(const struct scenario *copy, struct mistakes *mistakes);

/* The section `levers` of a scenario: what a reader may move. One that stands somewhere, `at: 6 months`, has been moved
 * there when the scenario is loaded, one after the other in the order of the file. One that another file brings along
 * for an entity that this scenario deletes, or whose ends it cannot take, is left out. */
struct slider {
    const char *name, *label, *label_zh; /* label: the name if none is given; label_zh may be NULL */
    const struct lever *lever;
    struct lever_value from, to; /* of numbers; a lever of words has neither */
    struct lever_value at;
    bool is_moved; /* to `at` */
};
size_t scenario_slider_count(const struct scenario *scenario);
const struct slider *scenario_slider(const struct scenario *scenario, size_t i);

#endif
