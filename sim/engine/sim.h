/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One replication: a world from start to horizon.
 *
 * A `struct plan` is what all replications share and nobody changes; a `struct sim` is the workplace of one thread,
 * used for one replication after another. Time is a decimal year (base/dates.h). Steps lie on the plan's grid. A step
 * is split into parts at every date a mechanism asks for, so that a shock takes effect at its instant: prices, beliefs,
 * decisions and events see it at once. Requests and hazards look ahead over the whole step, books are closed at its end
 * (model.h).
 */
#ifndef ICCSIM_ENGINE_SIM_H
#define ICCSIM_ENGINE_SIM_H

#include "agenda.h"
#include "calendar.h"
#include "model.h"
#include "sim/base/arena.h"
#include "stream.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One named output of the whole run: an output, or one row of an output that has one a row. */
struct channel {
    const char *name; /* rent.H100 */
    const char *label; /* of the row, NULL if none */
    const struct output *output;
    int model, row; /* row -1 if none */
    size_t first_point; /* of a curve: among the points of all curves */
};

struct plan {
    const struct model *const *models; /* ends with NULL; index is the mechanism's number */
    size_t model_count;
    const bool *enabled; /* a mechanism */
    double start, end; /* decimal years */
    size_t step_count, sample_count;
    const double *step_end; /* ascending; the last is `end` */
    const double *sample_at; /* reporting grid: a subset of step_end */
    size_t series_count, scalar_count, curve_count;
    size_t point_count; /* of all curves together */
    const struct channel *series, *scalar, *curve;
    const size_t *const *first; /* first[model][output]: its first channel among those of its kind */
    size_t world_size; /* bytes of struct world, zeroed at every start */
};

/* What one replication leaves. NaN: does not apply. */
struct result {
    double *series; /* [series_count][sample_count] */
    unsigned char *flag; /* [plan_cells]: 1 where a price sits on a bound, or a curve goes on beyond what was seen */
    double *scalar; /* [scalar_count] */
    double *point; /* [point_count]: of the curves, one after another */
    uint64_t events, steps;
    const char *failed; /* NULL, or why the replication failed; valid until the next run */
};

/* How many numbers a replication leaves. In a row of them series come first, then scalars, then points of curves. */
static inline size_t plan_cells(const struct plan *plan)
{
    return plan->series_count * plan->sample_count + plan->scalar_count + plan->point_count;
}

/* Gives one mechanism the values it was configured with: `section` is its own name or that of a table. */
typedef const void *sim_values(const void *drawn, const char *section, int model);
struct values {
    sim_values *block;
    const void *drawn;
    size_t (*row_count)(const void *drawn, const char *table);
    const char *(*row_name)(const void *drawn, const char *table, size_t row);
};

struct trace; /* trace.h */

struct call { /* what a mechanism does in a phase */
    void (*run)(struct world *w);
    size_t model;
};

struct output_place { /* of an output among those of its kind */
    uint32_t first;
    enum output_kind kind;
    bool is_share;
};

struct sim {
    const struct plan *plan;
    struct streams streams; /* of the replication; a mechanism's own: sim_streams */
    struct values values;
    struct trace *trace; /* NULL: off */
    struct result *result;
    struct calendar *calendar;
    struct agenda agenda; /* of this step */
    struct arena arena; /* the world lives here; reset before each replication */
    struct world *world;
    void **state; /* of each mechanism that is enabled and has some */
    double now; /* inside an event: its time; inside a phase: the step's start, from PHASE_BOOKS on its end */
    double step_start, step_end,
        dt; /* in phases that run in every part of a step, and in events: of the part; else of the step */
    double whole_start, whole_end; /* of the step */
    size_t step, sample;
    bool sampling; /* this step ends on the reporting grid */
    /* private */
    size_t running; /* mechanism whose function runs */
    uint16_t number_of[512]; /* 1 + the number of a mechanism, hashed by its address; 0: nobody's */
    bool looks_ahead; /* a mechanism does (model.h) */
    struct call *call[PHASES]; /* the last one runs nothing */
    struct output_place **place; /* [model][output] */
    struct streams *of_model; /* of `streams`, those of each mechanism */
    struct later *later; /* events of steps to come that have no handle: a pool of pages with a list for each step */
    struct later_list *later_of_step;
    uint32_t laters, later_capacity, later_free;
    double steps_per_yr; /* on average */
    uint64_t events_before; /* this step */
    double *reports, *report; /* the last ones, a row of series each; of these, the present one */
    double *split;
    size_t split_count, split_capacity;
    char reason[512];
    void *escape;
};

/* A place to run replications of the plan, which must live as long; one a thread. Never NULL. */
struct sim *sim_new(const struct plan *plan);
void sim_free(struct sim *sim);
/* Runs one replication into `result`, whose arrays the caller gives. Returns false if it failed (result->failed says
 * why). */
bool sim_run(struct sim *sim, struct streams streams, struct values values, struct trace *trace, struct result *result);
/* Zeroed states for the mechanisms that are on, as at every start: for a program that calls them without sim_run. */
void sim_open_states(struct sim *sim);
/* Allocates a result of the plan's shape from `arena`. */
struct result *result_new(const struct plan *plan, struct arena *arena);

/* What mechanisms may ask. `model` is the asking mechanism's own constant. */
const void *sim_settings(const struct sim *sim, const struct model *model); /* its section */
const void *sim_rows(const struct sim *sim, const struct model *model, const char *table); /* its columns of a table */
size_t sim_row_count(const struct sim *sim, const char *table);
const char *sim_row_name(const struct sim *sim, const char *table, size_t row);
bool sim_enabled(const struct sim *sim, const struct model *model);
/* private: where the number of a mechanism is looked for first; what finds it elsewhere */
static inline size_t sim_model_slot(const struct sim *sim, const struct model *model)
{
    return (size_t)((uintptr_t)model / _Alignof(max_align_t) % (sizeof sim->number_of / sizeof *sim->number_of));
}
int sim_model_search(const struct sim *sim, const struct model *model);

static inline int sim_model_index(const struct sim *sim, const struct model *model)
{
    const struct model *const *list = sim->plan->models;
    if (list[sim->running] == model) /* mostly a mechanism asks about itself */
        return (int)sim->running;
    unsigned number = sim->number_of[sim_model_slot(sim, model)];
    return number && list[number - 1] == model ? (int)number - 1 : sim_model_search(sim, model);
}

/* What the mechanism keeps to itself in this replication, state_size bytes; NULL if it is switched off. */
static inline void *sim_state(const struct sim *sim, const struct model *model)
{
    return sim->state[sim_model_index(sim, model)];
}
/* The random streams that belong to the mechanism: their purposes are numbers of its own (stream.h). */
const struct streams *sim_streams(const struct sim *sim, const struct model *model);
struct stream sim_stream(const struct sim *sim, const struct model *model, uint64_t identity);

void sim_split_at(struct sim *sim, double year); /* only in start */
/* An event at or after the plan's end is not kept. */
void sim_schedule(struct sim *sim, double time, int priority, struct event event);
/* For an event that may have to be cancelled; one that is not kept gets the handle of no event. */
struct handle sim_schedule_handle(struct sim *sim, double time, int priority, struct event event);
/* Both return false if the event has happened or was cancelled, or the handle is that of no event. An event moved to or
 * beyond the plan's end is dropped, and its handle is then that of no event. */
bool sim_cancel(struct sim *sim, struct handle handle);
bool sim_reschedule(struct sim *sim, struct handle *handle, double time, int priority);
/* Of one of its outputs, by its place in their table; `row` of the table it is by, or -1. `on_bound`: a limit of the model
 * made the value what it is. */
void sim_record(struct sim *sim, const struct model *model, int output, int row, double value,
                bool on_bound); /* series: only in PHASE_SAMPLE */
void sim_record_point(struct sim *sim, const struct model *model, int output, int row, size_t point,
                      double value); /* curves */
void sim_flag_point(struct sim *sim, const struct model *model, int output, int row, size_t point);
_Noreturn void sim_fail(struct sim *sim, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
