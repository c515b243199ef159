/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be studied and how: the schema of a list of mechanisms, and the plan of a scenario.
 *
 * A study is opened once with the list of mechanisms; every scenario is loaded against its schema. A plan holds
 * pointers into the scenario and the arena it was made in and is shared by all threads.
 */
#ifndef ICCSIM_MONTECARLO_STUDY_H
#define ICCSIM_MONTECARLO_STUDY_H

#include "sim/base/arena.h"
#include "sim/base/mistakes.h"
#include "sim/engine/sim.h"
#include "sim/scenario/run.h"
#include "sim/scenario/scenario.h"

#include <stdbool.h>
#include <stddef.h>

struct study {
    struct arena arena;
    const struct model *const *models; /* ends with NULL */
    size_t model_count, world_size;
    struct schema schema;
    const char *commit; /* of the sources of the program; "unknown" until its main() says which */
    const char *numbers; /* a hash of the sources that make them; NULL: not known */
};

/* Overwrites `study`; `models` must live as long. */
void study_open(struct study *study, const struct model *const *models, size_t world_size);
void study_close(struct study *study);

/* Section `run` of a scenario. */
struct run_settings study_settings(const struct scenario *scenario);

/* The grids and the channels of one scenario. */
struct plan *study_plan(const struct study *study, const struct scenario *scenario, struct arena *arena);

/* The values of one replication, every UNCERTAIN one drawn from its own stream. Allocates from `arena`. */
struct values study_draw(const void *scenario, uint32_t replication, const struct streams *streams,
                         struct arena *arena);
/* What was drawn: a montecarlo_inputs, scenario_input_count numbers. */
void study_inputs(const void *scenario, const struct values *values, double *input);

#endif
