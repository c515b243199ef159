/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verbs of value.h that are inlined. Included by world.h. */
#ifndef ICCSIM_MODELS_MARKET_VALUE_INLINE_H
#define ICCSIM_MODELS_MARKET_VALUE_INLINE_H

/* Value on a curve of value.h with these years left to a card, CNY. */
static inline double value_at(const double curve[VALUE_STEPS + 1], double years_left)
{
    double at = min_of(max_of(years_left, 0), VALUE_YEARS) * VALUE_STEPS_PER_YEAR;
    int k = (int)min_of(at, VALUE_STEPS - 1);
    return curve[k] + (at - k) * (curve[k + 1] - curve[k]);
}

/* Worth of a card of a vintage that must first be commissioned if it is dormant, CNY. */
static inline double value_when_woken(const struct vintage *v, double worth)
{
    double sleeps = 1 - v->on_offer,
           to_wake = sleeps * v->activation_cost_per_card; /* no branch: who sleeps is scattered */
    return above_zero(worth - to_wake);
}

/* Present value of the quasi-rents of one card over the years left to it, CNY. */
static inline double value_of_card(const struct world *w, int region, int generation, double years_left)
{
    return value_at(w->value.card[region][generation], years_left);
}

/* The same of a card of a vintage, which must first be commissioned if it is dormant. */
static inline double value_of_vintage(const struct world *w, const struct vintage *v)
{
    return value_when_woken(v, value_of_card(w, v->region, v->generation, v->retires - w->sim->now));
}

#endif
