/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The clocks of new contracts: set together, so that logarithms and exponentials are taken of columns. */
#include "leasing.h"

#include "sim/engine/arrays.h"

static const double LEAST_RENT = 1e-6;

static void make_room_for_fresh(struct world *w)
{
    struct fresh *f = &leasing_state(w)->fresh;
    struct arena *arena = &w->sim->arena;
    size_t room = f->room ? 2 * f->room : 256;
    f->clock = arena_grow(arena, f->clock, f->room * sizeof *f->clock, room * sizeof *f->clock);
    f->rent = arena_grow(arena, f->rent, f->room * sizeof *f->rent, room * sizeof *f->rent);
    f->exposure = arena_grow(arena, f->exposure, f->room * sizeof *f->exposure, room * sizeof *f->exposure);
    f->cards = arena_grow(arena, f->cards, f->room * sizeof *f->cards, room * sizeof *f->cards);
    f->room = room;
}

/* Its clock is set, to this exposure (uniform), when the clocks are next run down; `rent`: over lease_received. */
void lease_note_fresh(struct world *w, const struct lease *l, double rent, double exposure)
{
    const struct leasing *state = leasing_state(w);
    const struct leasing_settings *s = state->settings;
    struct fresh *f = &leasing_state(w)->fresh;
    bool leaves = l->billing == BILLING_ON_DEMAND;
    double fixed = leaves ? s->on_demand_leave_per_yr : s->lessor_review_per_yr;
    if (f->count == f->room)
        make_room_for_fresh(w);
    f->clock[f->count] =
        (struct fresh_clock){.slot = l->slot,
                             .sees_gap = !leaves & !l->opaque,
                             .middleman = l->middleman,
                             .of_size = (leaves | !l->started) ? 0 : state->row[l->class_].hazard_per_yr,
                             .fixed = l->started ? fixed : 0};
    f->rent[f->count] = max_of(rent, LEAST_RENT);
    f->exposure[f->count] = exposure;
    f->cards[f->count++] = l->cards / SIZE_OF_BASE;
}

/* Logarithms and exponentials of all new contracts at once. */
void lease_set_fresh_clocks(struct world *w)
{
    struct leasing *state = leasing_state(w);
    const struct leasing_settings *s = state->settings;
    const double of_middleman[] = {0, s->b_middleman};
    struct lease_clocks *c = &state->clocks;
    struct fresh *f = &state->fresh;
    for (size_t i = 0; i < f->count; i++)
        __builtin_prefetch(&c->block[f->clock[i].slot / CLOCK_BLOCK], 1);
    array_log(f->rent, f->rent, f->count);
    array_log(f->exposure, f->exposure, f->count);
    array_log(f->cards, f->cards, f->count);
    for (size_t i = 0; i < f->count; i++) {
        f->rent[i] *= s->b_gap;
        f->cards[i] = s->b_size * f->cards[i] + of_middleman[f->clock[i].middleman];
    }
    array_exp(f->rent, f->rent, f->count);
    array_exp(f->cards, f->cards, f->count);
    for (size_t i = 0; i < f->count; i++) {
        const struct fresh_clock *fresh = &f->clock[i];
        if (lease_clocks_free(c, fresh->slot)) /* it has ended already */
            continue;
        *lease_clocks_left(c, fresh->slot) = (float)-f->exposure[i];
        *lease_clocks_base(c, fresh->slot) = (float)(fresh->of_size * f->cards[i] + fresh->fixed);
        *lease_clocks_slope(c, fresh->slot) = (float)f->rent[i] * (float)fresh->sees_gap;
    }
    f->count = 0;
}
