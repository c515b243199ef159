/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cards of ended leases: they come back to the market after a lag. */
#include "leasing.h"

void lease_room_for_vacated(struct world *w)
{
    struct leasing *state = leasing_state(w);
    while (state->vacated_room < w->vintages.count) {
        size_t had = state->vacated_room;
        WORLD_GROW(w, state->vacated, had, state->vacated_room);
        memset(state->vacated + had, 0, (state->vacated_room - had) * sizeof *state->vacated);
    }
}

void lease_vacate(struct world *w, const struct lease *l, double cards)
{
    struct leasing *state = leasing_state(w);
    double lag = state->settings->reletting_lag_yr;
    if (lag <= 0)
        return;
    lag *= 2 * (double)l->vacancy_uniform / state->owner[l->owner_class].know_how;
    size_t week = (size_t)((w->sim->now + lag - w->sim->plan->start) * RELEASES_PER_YEAR) + 1;
    if (week >= state->weeks)
        week = state->weeks; /* beyond the horizon */
    uint32_t id = state->spare_release;
    if (id != NO_RELEASE) {
        state->spare_release = state->release[id].next;
    } else {
        WORLD_GROW(w, state->release, state->releases, state->release_room);
        id = (uint32_t)state->releases++;
    }
    state->release[id] = (struct release){.vintage = l->vintage,
                                          .sleeps = w->vintages.row[l->vintage].sleeps,
                                          .next = state->release_in[week],
                                          .cards = (float)cards};
    state->release_in[week] = id;
    float *vacated = &state->vacated[l->vintage], before = *vacated;
    *vacated += (float)cards;
    w->leases.vacated_cards[l->generation] += (double)*vacated - (double)before; /* as rounded: sums stay sums */
}

static void release(struct world *w, const struct release *r)
{
    const struct vintage *v = &w->vintages.row[r->vintage];
    float *vacated = &leasing_state(w)->vacated[r->vintage], before = *vacated;
    if (!v->on_offer || v->sleeps != r->sleeps)
        return;
    *vacated = before > r->cards ? before - r->cards : 0;
    w->leases.vacated_cards[v->generation] -= (double)before - (double)*vacated;
}

void lease_forget_vacated(struct world *w, uint32_t vintage)
{
    if (lease_vacated(w, vintage) <= 0)
        return;
    w->leases.vacated_cards[w->vintages.row[vintage].generation] -= lease_vacated(w, vintage);
    leasing_state(w)->vacated[vintage] = 0;
}

void lease_release_vacated(struct world *w)
{
    struct leasing *state = leasing_state(w);
    const double rounding = 1e-6;
    double weeks = (w->sim->now - w->sim->plan->start) * RELEASES_PER_YEAR + rounding;
    for (; (double)state->released <= weeks && state->released < state->weeks; state->released++)
        for (uint32_t id = state->release_in[state->released], next; id != NO_RELEASE; id = next) {
            next = state->release[id].next;
            release(w, &state->release[id]);
            state->release[id].next = state->spare_release;
            state->spare_release = id;
        }
}
