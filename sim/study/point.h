/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs one scenario again and again with its levers moved, on the same luck: the points of a sweep, the samples of a
 * sensitivity analysis.
 *
 *     struct point_runner *runner = point_runner_new(&setup);          one a thread
 *     for (each point) {
 *         struct block *block = point_run(runner, &point);             block_kept gives measures, and inputs if wanted
 *         ... block_measure(block, point_request(runner), band);
 *         block_free(block);
 *     }
 *     point_runner_free(runner);
 *
 * What `move` does must have been checked for every point before, alone, since only then does it allocate nothing in
 * the original.
 */
#ifndef ICCSIM_STUDY_POINT_H
#define ICCSIM_STUDY_POINT_H

#include "outcome.h"
#include "sim/montecarlo/block.h"
#include "sim/scenario/lever.h"

struct point_setup {
    const struct outcome *outcome; /* the scenario as it is, its plan, measures and seed */
    bool inputs; /* keep what was drawn of each uncertain parameter too */
    bool full; /* bands of all outputs, for --until and series; else measures alone */
    bool moves_plan; /* a point may have other dates, outputs or mechanisms */
    bool (*move)(const void *state, size_t point, struct scenario *copy); /* restores the copy, then moves it */
    const void *state;
    uint32_t checkpoint; /* as in struct montecarlo; with `full` */
    montecarlo_go_on *go_on;
    void *go_on_state;
};

struct point {
    size_t number; /* of the point; the block's identity too */
    uint32_t first, replications;
    int threads;
    const volatile sig_atomic_t *stop; /* or NULL */
};

struct point_runner;
struct point_runner *point_runner_new(const struct point_setup *setup); /* `setup` must live as long */
/* Not the setup. */
void point_runner_free(struct point_runner *runner);

/* Moves the scenario to the point without running anything; the request of the point, until the next one. */
const struct montecarlo *point_prepare(struct point_runner *runner, const struct point *point);
/* Freed by block_free. A stop leaves a block with fewer replications. */
struct block *point_run(struct point_runner *runner, const struct point *point);
/* The request of the last point, for block_measure and block_finish; its plan may be the point's own. */
const struct montecarlo *point_request(const struct point_runner *runner);

#endif
