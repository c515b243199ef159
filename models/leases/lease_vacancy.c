/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cards of ended leases: they come back to the market after a lag. */
#include "leasing.h"

void lease_room_for_vacated(struct world *w)
{
    struct leasing *book = w->leasing;
    while (book->vacated_room < w->vintages.count) {
        size_t had = book->vacated_room;
        WORLD_GROW(w, book->vacated, had, book->vacated_room);
        memset(book->vacated + had, 0, (book->vacated_room - had) * sizeof *book->vacated);
    }
}

void lease_vacate(struct world *w, const struct lease *l, double cards)
{
    struct leasing *book = w->leasing;
    double lag = book->settings->reletting_lag_yr;
    if (lag <= 0)
        return;
    lag *= 2 * (double)l->vacancy_luck / book->owner[l->owner_class].know_how;
    size_t week = (size_t)((w->sim->now + lag - w->sim->plan->start) * RELEASES_PER_YEAR) + 1;
    if (week >= book->weeks)
        week = book->weeks; /* beyond the horizon */
    uint32_t id = book->spare_release;
    if (id != NO_RELEASE) {
        book->spare_release = book->release[id].next;
    } else {
        WORLD_GROW(w, book->release, book->releases, book->release_room);
        id = (uint32_t)book->releases++;
    }
    book->release[id] = (struct release){.vintage = l->vintage,
                                         .sleeps = w->vintages.row[l->vintage].sleeps,
                                         .next = book->release_in[week],
                                         .cards = (float)cards};
    book->release_in[week] = id;
    float *vacated = &book->vacated[l->vintage], before = *vacated;
    *vacated += (float)cards;
    w->leases.vacated_cards[l->generation] += (double)*vacated - (double)before; /* as rounded: sums stay sums */
}

static void release(struct world *w, const struct release *r)
{
    const struct vintage *v = &w->vintages.row[r->vintage];
    float *vacated = &w->leasing->vacated[r->vintage], before = *vacated;
    if (!v->competent || v->sleeps != r->sleeps)
        return;
    *vacated = before > r->cards ? before - r->cards : 0;
    w->leases.vacated_cards[v->generation] -= (double)before - (double)*vacated;
}

void lease_forget_vacated(struct world *w, uint32_t vintage)
{
    if (lease_vacated(w, vintage) <= 0)
        return;
    w->leases.vacated_cards[w->vintages.row[vintage].generation] -= lease_vacated(w, vintage);
    w->leasing->vacated[vintage] = 0;
}

void lease_release_vacated(struct world *w)
{
    struct leasing *book = w->leasing;
    const double rounding = 1e-6;
    double weeks = (w->sim->now - w->sim->plan->start) * RELEASES_PER_YEAR + rounding;
    for (; (double)book->released <= weeks && book->released < book->weeks; book->released++)
        for (uint32_t id = book->release_in[book->released], next; id != NO_RELEASE; id = next) {
            next = book->release[id].next;
            release(w, &book->release[id]);
            book->release[id].next = book->spare_release;
            book->spare_release = id;
        }
}
