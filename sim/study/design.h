/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The points of a sweep: what each factor is moved to at each.
 *
 * Points are numbered from 0. Point `base` is the scenario as it is, for differences: a point of the design that moves
 * nothing, if it has one; else it is added in front of the others. Nothing but the samples is kept in memory.
 *
 * Designs for sensitivity have no base. Their points lie row by row (a row of saltelli, a trajectory of morris, a
 * draw), and each row has replications of its own, so that luck differs between rows.
 */
#ifndef ICCSIM_STUDY_DESIGN_H
#define ICCSIM_STUDY_DESIGN_H

#include "sim/output/sha256.h"
#include "sim/scenario/sweep.h"

struct design {
    const struct sweep *sweep;
    const struct scenario *scenario;
    size_t count, base; /* count: the base included; base: `count` if there is none */
    size_t row_points; /* of a design for sensitivity; else 0 */
    bool base_is_extra; /* point 0 is not of the design */
    size_t all; /* points of the design before exceptions */
    uint32_t *kept; /* which of them; NULL: all */
    double *u; /* of the sampled designs, point by point; of saltelli, A and then B of all rows */
    double *x; /* of draws: numbers, point by point */
    struct arena arena;
};

/* What a factor is moved to at a point. */
struct move_to {
    bool moved; /* else it stays as the scenario has it: `value` is lever_now and has no text */
    struct lever_value value;
};

/* Lays the points out and checks each by moving a copy of the scenario there. False after adding what is wrong. */
bool design_open(struct design *design, const struct sweep *sweep, const struct scenario *scenario, uint64_t seed,
                 struct mistakes *mistakes);
void design_free(struct design *design);
/* The first of the point's `replications` replications. */
uint32_t design_first(const struct design *design, size_t point, uint32_t replications);

/* `to` has room for one a factor. */
void design_point(const struct design *design, size_t point, struct move_to *to);
/* What a row of a list or file is called; "base" for the base; else "". */
const char *design_name(const struct design *design, size_t point);
/* Moves a copy of the scenario to a point, from wherever it was, and checks it; false after adding what is wrong. */
bool design_move(const struct design *design, const struct move_to *to, struct scenario *copy,
                 struct mistakes *mistakes);
/* Whether a point may need a plan of its own. */
bool design_moves_plan(const struct design *design);
/* A hash of all points, factors and paths. */
void design_hash(const struct design *design, char text[SHA256_TEXT_BYTES]);
/* For people: `ban -6 months, cards 2`. */
const char *design_point_text(const struct design *design, size_t point, struct arena *arena);

#endif
