/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Channels in the order of mechanisms and outputs, one each. */
#include "plan.h"

#include <assert.h>

static size_t outputs_of(const struct model *model)
{
    size_t count = 0;
    while (model->outputs && model->outputs[count].name)
        count++;
    return count;
}

static void add_channels(struct plan *plan, struct channel *to[OUTPUT_KINDS], size_t used[OUTPUT_KINDS], size_t m,
                         size_t *first)
{
    const struct output *output = plan->models[m]->outputs;
    for (size_t i = 0; i < outputs_of(plan->models[m]); i++, output++) {
        assert(!output->by);
        first[i] = used[output->kind]++;
        to[output->kind][first[i]] = (struct channel){output->name, NULL, output, (int)m, -1, plan->point_count};
        plan->point_count += output->kind == OUTPUT_CURVE ? output->x.points : 0;
    }
}

static void plan_channels(struct plan *plan, struct arena *arena)
{
    size_t all = 0, used[OUTPUT_KINDS] = {0};
    for (size_t m = 0; m < plan->model_count; m++)
        all += outputs_of(plan->models[m]);
    struct channel *to[OUTPUT_KINDS];
    for (int kind = 0; kind < OUTPUT_KINDS; kind++)
        to[kind] = arena_array(arena, all, sizeof *to[kind]);
    const size_t **first = arena_array(arena, plan->model_count, sizeof *first);
    for (size_t m = 0; m < plan->model_count; m++) {
        size_t *firsts = arena_array(arena, outputs_of(plan->models[m]), sizeof *firsts);
        add_channels(plan, to, used, m, firsts);
        first[m] = firsts;
    }
    plan->first = first;
    plan->series = to[OUTPUT_SERIES], plan->series_count = used[OUTPUT_SERIES];
    plan->scalar = to[OUTPUT_SCALAR], plan->scalar_count = used[OUTPUT_SCALAR];
    plan->curve = to[OUTPUT_CURVE], plan->curve_count = used[OUTPUT_CURVE];
}

struct plan *plan_new(const struct plan_request *request, struct arena *arena)
{
    assert(request->steps && request->end > request->start);
    struct plan *plan = arena_alloc(arena, sizeof *plan);
    plan->models = request->models;
    while (plan->models[plan->model_count])
        plan->model_count++;
    bool *enabled = arena_array(arena, plan->model_count, sizeof *enabled);
    for (size_t m = 0; m < plan->model_count; m++)
        enabled[m] = true;
    double *step_end = arena_array(arena, request->steps, sizeof *step_end), span = request->end - request->start;
    for (size_t k = 0; k < request->steps; k++)
        step_end[k] = request->start + span * (double)(k + 1) / (double)request->steps;
    step_end[request->steps - 1] = request->end;
    plan->enabled = enabled;
    plan->start = request->start, plan->end = request->end;
    plan->step_count = plan->sample_count = request->steps;
    plan->step_end = plan->sample_at = step_end;
    plan->world_size = request->world_size;
    plan_channels(plan, arena);
    return plan;
}

static const void *settings_of(const void *settings, const char *section, int model)
{
    (void)section;
    return ((const void *const *)settings)[model];
}

struct values plan_values(const struct plan_request *request)
{
    return (struct values){.block = settings_of, .drawn = request->settings};
}
