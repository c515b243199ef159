/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cards that dealers and hyperscalers buy ahead of bans. */
#include "procurement.h"

#include "sim/base/det.h"

void stockpile_add(struct world *w, enum holder holder, int g, double cards)
{
    struct procurement *p = procurement_state(w);
    p->stock[holder][g] += cards;
    p->stock_cost_cny[holder][g] += cards * w->channels.street_price_cny[g];
    w->channels.stock_bought += cards;
    w->channels.stock_held += cards;
}

/* Cards sold on or used, worth today's price in the street. */
void stockpile_take(struct world *w, enum holder holder, int g, double cards)
{
    struct procurement *p = procurement_state(w);
    double cost = p->stock_cost_cny[holder][g] * (cards / p->stock[holder][g]);
    p->stock_gain_cny += cards * w->channels.street_price_cny[g] - cost;
    p->stock[holder][g] -= cards;
    p->stock_cost_cny[holder][g] -= cost;
    w->channels.stock_released += cards;
    w->channels.stock_held -= cards;
}

/* Cards that a holder buys ahead in dt: towards its share of the horizon's purchases, at most at a rate. */
double stockpile_buys_ahead(const struct world *w, enum holder holder, int g, double rate_per_yr, double most_per_yr,
                            double dt)
{
    const double urgency_yr = 1.0 / MONTHS_PER_YEAR;
    const struct procurement_settings *s = procurement_state(w)->settings;
    double lacks = s->stockpile * s->stockpile_horizon_yr * rate_per_yr - procurement_state(w)->stock[holder][g];
    return max_of(0, min_of(lacks * (1 - det_exp(-dt / urgency_yr)), most_per_yr * dt));
}

bool stockpile_hoarded(const struct world *w, int g)
{
    return w->policy.feared[g] && procurement_channel(w, g) == CHANNEL_OFFICIAL;
}

/* Dealers take from the official supply of the rental market while a ban is feared, and add to what is offered
 * afterwards. */
void stockpile_update_dealers(struct world *w, double dt)
{
    struct procurement *p = procurement_state(w);
    const struct procurement_settings *s = p->settings;
    for (int g = 0; g < (int)w->generations.count && dt > 0; g++) {
        double *capacity = &p->capacity_per_yr[g], stock = p->stock[DEALERS][g];
        p->release_per_yr[g] = 0;
        if (stockpile_hoarded(w, g)) {
            double cards = stockpile_buys_ahead(w, DEALERS, g, *capacity, s->dealer_share * *capacity, dt);
            stockpile_add(w, DEALERS, g, cards);
            *capacity -= cards / dt;
        } else if (stock > 0) {
            p->release_per_yr[g] = stock / s->release_yr;
            *capacity += p->release_per_yr[g];
        }
    }
}

/* Money tied up in cards costs interest. */
void stockpile_carry(struct world *w, double dt)
{
    if (w->channels.stock_held <= 0)
        return;
    double grown = det_exp(w->value.discount_per_yr * dt);
    for (int holder = 0; holder < HOLDERS; holder++)
        for (size_t g = 0; g < w->generations.count; g++)
            procurement_state(w)->stock_cost_cny[holder][g] *= grown;
}

/* Cards held, and the gain on all that was ever bought ahead: on what has gone, and on what is held at today's prices.
 */
double stockpile_held(const struct world *w, double *gain_cny)
{
    const struct procurement *p = procurement_state(w);
    double cards = 0;
    *gain_cny = p->stock_gain_cny;
    for (int holder = 0; holder < HOLDERS; holder++)
        for (size_t g = 0; g < w->generations.count; g++) {
            cards += p->stock[holder][g];
            *gain_cny += p->stock[holder][g] * w->channels.street_price_cny[g] - p->stock_cost_cny[holder][g];
        }
    return cards;
}

/* Dealers fill their part of an order out of their stock. */
void stockpile_sell(struct world *w, int g, double cards)
{
    struct procurement *p = procurement_state(w);
    if (p->release_per_yr[g] > 0)
        stockpile_take(w, DEALERS, g,
                       min_of(p->stock[DEALERS][g], cards * p->release_per_yr[g] / p->capacity_per_yr[g]));
}
