/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waking and sleeping: dormant vintages come on offer, those that do not pay go dormant. */
#include "supply.h"

#include "sim/engine/arrays.h"

#include <stdlib.h>

void activation_sleep_again(struct world *w, uint32_t id)
{
    struct vintage *v = &w->vintages.row[id];
    struct stream random = vintages_stream(w, v->owner_class | STREAM_SLEEPS, v->number);
    double clock = stream_exponential(&random);
    for (int i = 0; i < v->sleeps; i++)
        clock = stream_exponential(&random);
    v->sleeps++;
    vintages_stop_offering(w, id, "rent below avoidable cost");
    vintages_fall_asleep(w, id, w->sim->now, clock);
}

static int ascending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Adds the commissioned vintages of a generation that stand where its rent is below the avoidable cost. */
static size_t add_idle(struct world *w, int g, size_t found)
{
    const struct vintages *v = &w->vintages;
    struct supply *s = supply_state(w);
    for (size_t i = 0; i < v->generation_count[g]; i++)
        if (w->market.rent_card[g] < w->value.cash_cost[v->row[v->of_generation[g][i]].region][g]) {
            WORLD_GROW(w, s->idle, found, s->idle_capacity);
            s->idle[found++] = v->of_generation[g][i];
        }
    return found;
}

/* How many vintages on offer do not pay: mostly none, and no vintage is looked at. */
size_t activation_find_idle(struct world *w)
{
    size_t found = 0;
    for (int g = 0; g < (int)w->generations.count; g++) {
        bool idles = false;
        for (size_t r = 0; r < w->regions.count && w->vintages.generation_count[g]; r++)
            idles |= w->market.rent_card[g] < w->value.cash_cost[r][g];
        if (idles)
            found = add_idle(w, g, found);
    }
    if (found > 1)
        qsort(supply_state(w)->idle, found, sizeof *supply_state(w)->idle, ascending);
    return found;
}

enum { DORMANT_AT_ONCE = 64 };

/* Odds of waking, at first worth over cost of activation, to the power of the slope. */
static void find_odds(const struct world *w, const struct sleeper *dormant, size_t count, double odds[DORMANT_AT_ONCE])
{
    for (size_t i = 0; i < count; i++) {
        const struct sleeper *d = &dormant[i];
        double worth = value_of_card(w, d->region, d->generation, d->retires - w->sim->now);
        odds[i] = max_of(worth, 1) / max_of(d->activation_cost_per_card, 1);
    }
    array_log(odds, odds, count);
    for (size_t i = 0; i < count; i++)
        odds[i] *= supply_state(w)->settings->slope;
    array_exp(odds, odds, count);
}

/* The clocks of dormant vintages run down over the step; with hazards constant in the step this is exact, and the
 * waking counts from the next step's market. */
void activation_run(struct world *w)
{
    struct supply *s = supply_state(w);
    double odds[DORMANT_AT_ONCE], now = w->sim->now;
    size_t kept = 0;
    for (size_t i = 0; i < s->dormant_count; i++) {
        if (i % DORMANT_AT_ONCE == 0)
            find_odds(w, &s->dormant[i],
                      i + DORMANT_AT_ONCE < s->dormant_count ? DORMANT_AT_ONCE : s->dormant_count - i, odds);
        struct sleeper *d = &s->dormant[i];
        double odd = odds[i % DORMANT_AT_ONCE];
        d->clock -= s->row[d->owner_class].activation_per_yr * odd / (1 + odd) * w->sim->dt;
        if (now - d->since > s->settings->sleep_limit_yr)
            vintages_scrap(w, d->id, "dormant too long");
        else if (d->clock <= 0)
            vintages_offer(w, d->id);
        else if (kept++ < i)
            s->dormant[kept - 1] = *d;
    }
    s->dormant_count = kept;
}
