/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "point.h"

#include "sim/base/memory.h"

#include <assert.h>
#include <stdlib.h>

struct point_runner {
    const struct point_setup *setup;
    struct scenario *copy;
    struct workplace *workplace;
    struct montecarlo request;
    struct fact_targets measures; /* of a plan of its own */
    struct arena arena; /* of that plan */
};

struct point_runner *point_runner_new(const struct point_setup *setup)
{
    struct point_runner *runner = memory_new(1, sizeof *runner);
    runner->setup = setup;
    runner->copy = scenario_copy(setup->outcome->scenario);
    runner->workplace = workplace_new(setup->outcome->plan);
    return runner;
}

void point_runner_free(struct point_runner *runner)
{
    if (!runner)
        return;
    scenario_free(runner->copy);
    workplace_free(runner->workplace);
    arena_free(&runner->arena);
    free(runner);
}

/* The plan of the scenario as it was moved. */
static void plan_anew(struct point_runner *runner)
{
    const struct study *study = runner->setup->outcome->study;
    arena_reset(&runner->arena);
    runner->request.plan = study_plan(study, runner->copy, &runner->arena);
    runner->measures = facts_find(runner->copy, runner->request.plan, &runner->arena);
    runner->request.derive_state = &runner->measures;
    runner->request.derived_origin = runner->measures.origin;
}

const struct montecarlo *point_prepare(struct point_runner *runner, const struct point *point)
{
    const struct point_setup *setup = runner->setup;
    bool moved = setup->move(setup->state, point->number, runner->copy);
    assert(moved); /* it was checked */
    (void)moved;
    struct montecarlo *request = &runner->request;
    *request = outcome_request(setup->outcome);
    request->draw_state = runner->copy;
    request->input_count = setup->inputs ? scenario_input_count(runner->copy) : 0;
    request->first = point->first;
    request->replications = point->replications;
    request->threads = point->threads;
    request->workplace = point->threads == 1 ? runner->workplace : NULL;
    request->derived_only = !setup->full;
    request->keep = true;
    request->identity = point->number;
    request->stop = point->stop;
    request->what = NULL;
    request->checkpoint = setup->checkpoint;
    request->go_on = setup->go_on;
    request->go_on_state = setup->go_on_state;
    if (setup->moves_plan)
        plan_anew(runner);
    return request;
}

struct block *point_run(struct point_runner *runner, const struct point *point)
{
    return block_run(point_prepare(runner, point));
}

const struct montecarlo *point_request(const struct point_runner *runner)
{
    return &runner->request;
}
