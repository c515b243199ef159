/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A clock's `left` is that of the step's end: a change inside a step must add or take the rest. */
#include "clock_table.h"

#include <assert.h>
#include <math.h>

void clock_table_open(struct clock_table *table, struct sim *sim, struct event event, size_t capacity)
{
    struct arena *arena = &sim->arena;
    *table = (struct clock_table){.sim = sim, .event = event, .run_until = sim->now, .capacity = capacity};
    table->left = arena_array(arena, capacity, sizeof *table->left);
    table->base = arena_array(arena, capacity, sizeof *table->base);
    table->slope = arena_array(arena, capacity, sizeof *table->slope);
    table->stamp = arena_array(arena, capacity, sizeof *table->stamp);
    table->fired = arena_array(arena, capacity, sizeof *table->fired);
    table->after = arena_array(arena, capacity, sizeof *table->after);
    for (size_t i = 0; i < capacity; i++)
        table->left[i] = INFINITY;
}

static void announce(struct clock_table *table, uint32_t clock, double time)
{
    struct event event = table->event;
    event.id = clock;
    event.stamp = table->stamp[clock];
    sim_schedule(table->sim, time, 0, event);
}

static float hazard_of(const struct clock_table *table, uint32_t clock)
{
    return clock_hazard(table->base[clock], table->slope[clock], table->covariate);
}

/* What the last run has taken beforehand: nothing if it lies behind. */
static double rest_of_run(const struct clock_table *table)
{
    double rest = table->run_until - table->sim->now;
    return rest > 0 ? rest : 0;
}

void clock_table_start(struct clock_table *table, uint32_t clock, double exposure, double base, double slope)
{
    assert(clock < table->capacity && exposure > 0);
    table->count = clock < table->count ? table->count : clock + 1;
    table->base[clock] = (float)base;
    table->slope[clock] = (float)slope;
    table->stamp[clock]++;
    double hazard = hazard_of(table, clock), left = exposure - hazard * rest_of_run(table);
    table->left[clock] = (float)left;
    if (left <= 0)
        announce(table, clock, table->sim->now + exposure / hazard);
}

void clock_table_change(struct clock_table *table, uint32_t clock, double base, double slope)
{
    float old = hazard_of(table, clock), after;
    assert(!table->given && table->left[clock] < INFINITY);
    table->base[clock] = (float)base;
    table->slope[clock] = (float)slope;
    table->stamp[clock]++;
    if (clock_settle(&table->left[clock], old, hazard_of(table, clock), (float)rest_of_run(table), &after))
        announce(table, clock, table->sim->now + (double)after);
    else if (table->left[clock] <= 0) /* by rounding its time has come */
        announce(table, clock, table->sim->now);
}

void clock_table_stop(struct clock_table *table, uint32_t clock)
{
    table->left[clock] = INFINITY;
    table->stamp[clock]++;
}

static void run(struct clock_table *table, const float *hazard, double covariate)
{
    struct sim *sim = table->sim;
    struct clock_columns columns = {table->left, hazard ? hazard : table->base, table->slope, table->count};
    size_t fired =
        clocks_sweep(columns, (float)covariate, (float)(sim->step_end - sim->step_start), table->fired, table->after);
    table->run_until = sim->step_end;
    table->covariate = (float)covariate;
    table->given = hazard != NULL;
    for (size_t i = 0; i < fired; i++)
        announce(table, table->fired[i], fmin(sim->step_start + (double)table->after[i], sim->step_end));
}

void clock_table_run(struct clock_table *table, double covariate)
{
    run(table, NULL, covariate);
}

void clock_table_run_at(struct clock_table *table, const float *hazard)
{
    run(table, hazard, 0);
}

bool clock_table_fired(struct clock_table *table, const struct event *event)
{
    if (event->stamp != table->stamp[event->id])
        return false;
    clock_table_stop(table, event->id);
    return true;
}
