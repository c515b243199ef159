/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plan made by a program: for models that need no scenario, such as tests, benchmarks and other models than the
 * economics of this repository. montecarlo/study.h makes plans of scenarios. */
#ifndef ICCSIM_ENGINE_PLAN_H
#define ICCSIM_ENGINE_PLAN_H

#include "sim.h"

struct plan_request {
    const struct model *const *models; /* ends with NULL; all are on; their outputs have no rows (`by`) */
    const void *const *settings; /* of each mechanism, for sim_settings */
    double start, end;
    size_t steps; /* equal ones; each ends on the reporting grid */
    size_t world_size;
};

/* In `arena`, which the plan needs as long as it lives. */
struct plan *plan_new(const struct plan_request *request, struct arena *arena);
/* What sim_run gives the mechanisms: the request's settings; there are no tables. */
struct values plan_values(const struct plan_request *request);

#endif
