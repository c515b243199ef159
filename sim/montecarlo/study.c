/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Schema from mechanisms, plan from a scenario, values from streams. */
#include "study.h"

#include "montecarlo.h"
#include "sim/base/dates.h"

#include <math.h>
#include <string.h>

static size_t output_count(const struct model *model)
{
    size_t count = 0;
    while (model->outputs && model->outputs[count].name)
        count++;
    return count;
}

static void add_model(struct study *study, const struct model *model, int owner)
{
    if (model->without)
        schema_add_switch(&study->schema, &study->arena, model->name, model->help, !model->asleep);
    schema_add(&study->schema, &study->arena, model->name, false, model->help, model->params, model->settings_size,
               owner);
    if (model->alone)
        schema_set_alone(&study->schema, model->name);
    if (model->check)
        schema_set_check(&study->schema, model->name, model->check);
    for (const struct table *table = model->tables; table && table->name; table++)
        schema_add(&study->schema, &study->arena, table->name, true, table->help, model->params, table->row_size,
                   owner);
}

static const struct schema_output *list_outputs(struct study *study)
{
    size_t count = 0;
    for (size_t m = 0; m < study->model_count; m++)
        count += output_count(study->models[m]);
    struct schema_output *list = arena_array(&study->arena, count + 1, sizeof *list), *next = list;
    for (size_t m = 0; m < study->model_count; m++)
        for (const struct output *output = study->models[m]->outputs; output && output->name; output++)
            *next++ = (struct schema_output){.name = output->name,
                                             .unit = output->unit,
                                             .table = output->by,
                                             .is_scalar = output->kind == OUTPUT_SCALAR,
                                             .is_curve = output->kind == OUTPUT_CURVE};
    return list;
}

/* Closer than this, about half a minute, two times are one. */
static const double SAME_TIME_YR = 1e-6;

static void check_run(const struct scenario *scenario, struct mistakes *mistakes)
{
    struct run_settings run = study_settings(scenario);
    if (run.report_yr < run.step_yr - SAME_TIME_YR)
        scenario_complain(scenario, mistakes, "run.report",
                          "shorter than run.step, %.4g years; allowed: from %.4g years", run.report_yr, run.step_yr);
}

void study_open(struct study *study, const struct model *const *models, size_t world_size)
{
    *study = (struct study){.models = models, .world_size = world_size, .commit = "unknown"};
    while (models[study->model_count])
        study->model_count++;
    study->schema.models = models;
    schema_add(&study->schema, &study->arena, "run", false,
               "horizon, grids, replications and what holds for the whole run", run_params, sizeof(struct run_settings),
               OWNER_SIMULATOR);
    schema_set_check(&study->schema, "run", check_run);
    for (size_t m = 0; m < study->model_count; m++)
        add_model(study, models[m], (int)m);
    study->schema.outputs = list_outputs(study);
}

void study_close(struct study *study)
{
    arena_free(&study->arena);
    *study = (struct study){0};
}

struct run_settings study_settings(const struct scenario *scenario)
{
    struct arena arena = {0};
    struct drawn drawn = scenario_draw(scenario, &arena, NULL, NULL);
    struct run_settings settings = *(const struct run_settings *)drawn_block(scenario, &drawn, "run", OWNER_SIMULATOR);
    arena_free(&arena);
    return settings;
}

/* A grid of times after the start: the k-th of them, by the calendar where the interval is a whole number of months. */
static double grid_time(double start, double interval_yr, size_t k)
{
    double months = round(interval_yr * MONTHS_PER_YEAR);
    if (months >= 1 && fabs(interval_yr * MONTHS_PER_YEAR - months) < 1e-6)
        return date_add_months(start, (int)months * (int)k);
    return start + interval_yr * (double)k;
}

static size_t grid_count(double start, double end, double interval_yr)
{
    size_t count = 1;
    while (grid_time(start, interval_yr, count) < end - SAME_TIME_YR)
        count++;
    return count;
}

/* Reports lie on the calendar; each interval between two is cut into equal steps, as near to `step` as it goes. */
static void make_grids(struct plan *plan, const struct run_settings *run, struct arena *arena)
{
    plan->sample_count = grid_count(run->start, run->end, run->report_yr);
    double *sample_at = arena_array(arena, plan->sample_count, sizeof *sample_at);
    size_t most = (size_t)ceil(run->report_yr / run->step_yr - SAME_TIME_YR) + 1;
    double *step_end = arena_array(arena, plan->sample_count * most, sizeof *step_end);
    double from = run->start;
    for (size_t k = 0; k < plan->sample_count; k++) {
        double to = k + 1 == plan->sample_count ? run->end : grid_time(run->start, run->report_yr, k + 1);
        size_t steps = (size_t)fmax(1, round((to - from) / run->step_yr));
        for (size_t i = 1; i < steps; i++) {
            double by_calendar = grid_time(from, run->step_yr, i),
                   equal = from + (to - from) * (double)i / (double)steps;
            step_end[plan->step_count++] = fabs(by_calendar - equal) < SAME_TIME_YR ? by_calendar : equal;
        }
        step_end[plan->step_count++] = sample_at[k] = from = to;
    }
    plan->step_end = step_end;
    plan->sample_at = sample_at;
}

static size_t rows_of(const struct scenario *scenario, const struct output *output)
{
    return output->by ? scenario_row_count(scenario, output->by) : 1;
}

static struct channel make_channel(const struct scenario *scenario, const struct output *output, int model, size_t row,
                                   struct arena *arena)
{
    if (!output->by)
        return (struct channel){.name = output->name, .output = output, .model = model, .row = -1};
    return (struct channel){
        .name = arena_printf(arena, "%s.%s", output->name, scenario_row_name(scenario, output->by, row)),
        .label = scenario_row_label(scenario, output->by, row),
        .output = output,
        .model = model,
        .row = (int)row,
    };
}

/* Curves that are not shown stand behind those that are. */
static size_t shown_curves(const struct plan *plan, const struct scenario *scenario)
{
    size_t count = 0;
    for (size_t m = 0; m < plan->model_count; m++)
        for (size_t o = 0; o < output_count(plan->models[m]) && plan->enabled[m]; o++)
            if (plan->models[m]->outputs[o].kind == OUTPUT_CURVE && !plan->models[m]->outputs[o].hidden)
                count += rows_of(scenario, &plan->models[m]->outputs[o]);
    return count;
}

/* All outputs of all mechanisms that are on: a mechanism after the other, an output after the other, a row after the
 * other. */
static void make_channels(struct plan *plan, const struct scenario *scenario, struct arena *arena)
{
    size_t most = 0;
    for (size_t m = 0; m < plan->model_count; m++)
        for (size_t o = 0; o < output_count(plan->models[m]); o++)
            most += rows_of(scenario, &plan->models[m]->outputs[o]);
    struct channel *list[OUTPUT_KINDS];
    size_t count[OUTPUT_KINDS] = {0}, shown = shown_curves(plan, scenario), hidden = shown;
    for (int kind = 0; kind < OUTPUT_KINDS; kind++)
        list[kind] = arena_array(arena, most, sizeof *list[kind]);
    const size_t **first = arena_array(arena, plan->model_count, sizeof *first);
    for (size_t m = 0; m < plan->model_count; m++) {
        size_t outputs = output_count(plan->models[m]);
        size_t *of_model = arena_array(arena, outputs, sizeof *of_model);
        for (size_t o = 0; o < outputs && plan->enabled[m]; o++) {
            const struct output *output = &plan->models[m]->outputs[o];
            size_t *next = output->hidden ? &hidden : &count[output->kind];
            of_model[o] = *next;
            for (size_t row = 0; row < rows_of(scenario, output); row++) {
                struct channel *channel = &list[output->kind][(*next)++];
                *channel = make_channel(scenario, output, (int)m, row, arena);
                channel->first_point = plan->point_count;
                plan->point_count += output->x.points;
            }
        }
        first[m] = of_model;
    }
    plan->series = list[OUTPUT_SERIES], plan->series_count = count[OUTPUT_SERIES];
    plan->scalar = list[OUTPUT_SCALAR], plan->scalar_count = count[OUTPUT_SCALAR];
    plan->curve = list[OUTPUT_CURVE], plan->curve_count = count[OUTPUT_CURVE];
    plan->first = (const size_t *const *)first;
}

struct plan *study_plan(const struct study *study, const struct scenario *scenario, struct arena *arena)
{
    struct run_settings run = study_settings(scenario);
    struct plan *plan = arena_alloc(arena, sizeof *plan);
    bool *enabled = arena_array(arena, study->model_count, sizeof *enabled);
    for (size_t m = 0; m < study->model_count; m++)
        enabled[m] = scenario_enabled(scenario, study->models[m]->name);
    *plan = (struct plan){
        .models = study->models,
        .model_count = study->model_count,
        .enabled = enabled,
        .start = run.start,
        .end = run.end,
        .world_size = study->world_size,
    };
    make_grids(plan, &run, arena);
    make_channels(plan, scenario, arena);
    return plan;
}

/* What `struct values` passes round. */
struct drawing {
    const struct scenario *scenario;
    struct drawn drawn;
};

static const void *block(const void *drawing, const char *section, int owner)
{
    const struct drawing *d = drawing;
    return drawn_block(d->scenario, &d->drawn, section, owner);
}

static size_t row_count(const void *drawing, const char *table)
{
    return scenario_row_count(((const struct drawing *)drawing)->scenario, table);
}

static const char *row_name(const void *drawing, const char *table, size_t row)
{
    return scenario_row_name(((const struct drawing *)drawing)->scenario, table, row);
}

static double parameter_uniform(void *streams, const char *path)
{
    struct stream stream = stream_open(streams, identity_of_text(path));
    return stream_uniform(&stream);
}

void study_inputs(const void *scenario, const struct values *values, double *input)
{
    scenario_inputs(scenario, &((const struct drawing *)values->drawn)->drawn, input);
}

struct values study_draw(const void *scenario, uint32_t replication, const struct streams *streams, struct arena *arena)
{
    struct streams from = streams_of(streams, "parameters of the scenario");
    struct drawing *drawing = arena_alloc(arena, sizeof *drawing);
    drawing->scenario = scenario;
    drawing->drawn = scenario_draw_for(scenario, arena, parameter_uniform, &from, replication);
    return (struct values){.block = block, .drawn = drawing, .row_count = row_count, .row_name = row_name};
}
