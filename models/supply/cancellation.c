/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clocks of cancellation: all projects of a class run the same hazard, so one sum stands for all of them. */
#include "pipeline.h"

static void grow_clocks(struct arena *arena, struct clocks *c)
{
    size_t n = c->count, room = c->capacity ? 2 * c->capacity : 512;
    c->project = arena_grow(arena, c->project, n * sizeof *c->project, room * sizeof *c->project);
    c->rings_at = arena_grow(arena, c->rings_at, n * sizeof *c->rings_at, room * sizeof *c->rings_at);
    c->size_p = arena_grow(arena, c->size_p, n * sizeof *c->size_p, room * sizeof *c->size_p);
    c->capacity = room;
}

void cancellation_start_clock(struct world *w, uint32_t id, double hazard)
{
    const struct project *p = &w->projects.row[id];
    struct clocks *c = &pipeline_state(w)->clocks[p->owner_class];
    if (c->count == c->capacity)
        grow_clocks(&w->sim->arena, c);
    c->project[c->count] = id;
    c->rings_at[c->count] = pipeline_state(w)->hazard_sum[p->owner_class] + hazard;
    c->size_p[c->count++] = p->replaces == UINT32_MAX ? p->size_p : (double)INFINITY;
}

/* Until the cards are there: nobody gives up a centre with its cards in store. */
bool cancellation_possible(const struct project *p)
{
    return p->state <= PROJECT_BUILDING && !(p->cards > 0);
}
/* Years into the step of `dt` at which a clock with that hazard left rings; at once if there is none. */
static double when(double left, double per_yr, double dt)
{
    return left > 0 && per_yr > 0 ? min_of(left / per_yr, dt) : 0;
}

/* Guidance in force moves the end of the clock of those that it would not approve. */
static void hasten(struct clocks *c, double below_p, double by)
{
    for (size_t i = 0; i < c->count; i++)
        c->rings_at[i] -= c->size_p[i] < below_p ? by : 0;
}

/* A project whose clock has rung keeps none. */
static void ring(struct world *w, struct clocks *c, size_t i, double after_yr)
{
    if (cancellation_possible(&w->projects.row[c->project[i]]))
        sim_schedule(w->sim, w->sim->now + after_yr, 0, project_event(w, CANCELLED, c->project[i], 0));
    c->rings_at[i] = (double)INFINITY;
    c->silent++;
}

static void sweep_silent(struct clocks *c)
{
    size_t kept = 0;
    for (size_t i = 0; i < c->count; i++) {
        c->project[kept] = c->project[i];
        c->rings_at[kept] = c->rings_at[i];
        c->size_p[kept] = c->size_p[i];
        kept += c->rings_at[i] < (double)INFINITY;
    }
    c->count = kept;
    c->silent = 0;
}

/* All projects of a class run the same hazard, so one sum stands for all their clocks. */
void cancellation_run(struct world *w)
{
    struct pipeline *state = pipeline_state(w);
    double dt = w->sim->dt,
           guided = state->settings->guided_cancellation_per_yr * (1 - w->policy.approvals_factor) * dt;
    for (size_t o = 0; o < state->operators; o++) {
        struct clocks *c = &state->clocks[o];
        double short_of_one = state->row[o].own_need ? 0 : max_of(0, 1 - w->projects.tobins_q[o]);
        double hazard = state->row[o].cancellation_per_yr * (1 + state->settings->low_q_cancellation * short_of_one);
        double before = state->hazard_sum[o], after = state->hazard_sum[o] += hazard * dt;
        if (guided > 0)
            hasten(c, w->policy.minimum_size_p, guided);
        for (size_t i = 0; i < c->count; i++)
            if (c->rings_at[i] <= after)
                ring(w, c, i, when(c->rings_at[i] - before, hazard, dt));
        if (2 * c->silent > c->count)
            sweep_silent(c);
    }
}
