/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hazard clocks that announce themselves: a table of clocks (clocks.h) joined with the calendar of a replication.
 *
 * Each step clock_table_run lowers all clocks over the whole step, and each that fires becomes an event at its exact
 * time. In between a clock may be started, changed or stopped at any moment; the table settles what it has already
 * taken for the rest of the step at the old hazard, so callers cannot get the order wrong. An announcement that no
 * longer holds is recognised by its stamp:
 *
 *     clock_table_run(&table, covariate);                      in PHASE_HAZARD
 *     if (!clock_table_fired(&table, event)) return;           in the handler of the table's events
 *
 * The hazard is base max(1, slope covariate), or, with clock_table_run_at, whatever column the caller gives. Left out:
 * clocks with covariates of their own cells (clocks_sweep_blocks).
 */
#ifndef ICCSIM_ENGINE_CLOCK_TABLE_H
#define ICCSIM_ENGINE_CLOCK_TABLE_H

#include "clocks.h"
#include "sim.h"

struct clock_table {
    struct sim *sim;
    struct event event; /* what a firing becomes, with the clock's number as id; its stamp is the table's */
    float *left, *base, *slope; /* of each clock; `left` as at run_until */
    uint32_t *stamp, *fired;
    float *after;
    double run_until; /* the end of the step that was run last, up to which `left` is lowered */
    float covariate; /* of that step */
    bool given; /* its hazards were the caller's column */
    size_t count, capacity; /* clocks from `count` on have never run */
};

/* All clocks stopped. Memory comes from the replication's arena. */
void clock_table_open(struct clock_table *table, struct sim *sim, struct event event, size_t capacity);
/* From sim->now on. `exposure` is a draw of Exp(1); the hazard a year at covariate 0 is `base`. A clock that runs is
 * started anew. */
void clock_table_start(struct clock_table *table, uint32_t clock, double exposure, double base, double slope);
/* A clock that runs gets another hazard from sim->now on and keeps the exposure it has left. Not in a step of run_at.
 */
void clock_table_change(struct clock_table *table, uint32_t clock, double base, double slope);
void clock_table_stop(struct clock_table *table, uint32_t clock);
/* Runs all over [step_start, step_end] of the simulation. */
void clock_table_run(struct clock_table *table, double covariate);
/* The same with a hazard a year for each clock up to `count`. Clocks that start inside the step take their `base` for
 * the rest of it. */
void clock_table_run_at(struct clock_table *table, const float *hazard);
/* True if the event's clock has fired by it, and is stopped now; false if the announcement no longer holds. */
bool clock_table_fired(struct clock_table *table, const struct event *event);

#endif
