/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What platforms buy for their own fleets, beside lessors: out of the same channels. */
#include "procurement.h"

#include "sim/base/det.h"

struct fleet_market *procurement_fleets(const struct world *w)
{
    return platform_on(w) ? &procurement_state(w)->fleets : NULL;
}

/* Cards a year that lessors are after, by the clock of platforms. */
static double lessors_want(const struct world *w, int g, double lag_yr)
{
    int channel = procurement_channel(w, g);
    double queue = channel < 0 ? 0 : w->channels.backlog_cards[channel][g] / lag_yr;
    return max_of(procurement_state(w)->orders_per_yr[g], queue);
}

/* Platforms buy at a rate; while a ban is feared they buy ahead, and use that up afterwards. */
static void fleet_buys(struct world *w, int g, double rate_per_yr, double dt)
{
    struct procurement *p = procurement_state(w);
    const struct procurement_settings *s = p->settings;
    double held = p->stock[FLEETS][g], cards = rate_per_yr * dt;
    p->fleets.bought[g] += cards;
    if (stockpile_hoarded(w, g)) {
        double ahead = stockpile_buys_ahead(w, FLEETS, g, rate_per_yr, s->surge * rate_per_yr, dt);
        stockpile_add(w, FLEETS, g, ahead);
        p->fleets.stocked[g] += ahead;
        cards += ahead;
    } else if (held > 0) {
        double used = held < LEAST_STOCK ? held : held * -det_expm1(-dt / s->stockpile_horizon_yr);
        stockpile_take(w, FLEETS, g, used);
        p->fleets.released[g] += used;
    }
    bool domestic = w->generations.domestic[g];
    *(domestic ? &p->fleet_domestic : &p->fleet_foreign) += cards;
    p->fleet_cny += cards * procurement_cost_per_card(w, g);
    w->channels.sold_cards[g] += cards;
}

/* Share of the capacity of rental centres that is let, by P. */
static double share_let(const struct world *w)
{
    double installed = 0, let_p = 0;
    for (int g = 0; g < (int)w->generations.count; g++) {
        installed += w->vintages.installed_cards[g] * w->generations.pflops_fp16[g];
        let_p += w->vintages.let_cards[g] * w->generations.pflops_fp16[g];
    }
    return installed > 0 ? let_p / installed : 0;
}

/* Says in the trace when platforms leave lessors waiting for a card, and when that is over. */
static void tell_who_waits(const struct world *w, int g, double all_per_yr, double platforms_per_yr)
{
    const double long_yr = 0.25, short_yr = 0.08; /* beyond the usual lead */
    struct procurement *p = procurement_state(w);
    int channel = procurement_channel(w, g);
    double lead_yr = p->settings->lead_yr[channel], wait_yr = procurement_wait_years(w, g);
    uint64_t this_card = (uint64_t)1 << g;
    double on_order = w->channels.backlog_cards[channel][g];
    bool wait = on_order > 0 && wait_yr > lead_yr + long_yr;
    if (!(p->crowded_out & this_card) && wait && platforms_per_yr > all_per_yr / 2) {
        p->crowded_out |= this_card;
        tell(w->sim, "procurement", "crowded out", w->generations.name[g],
             "platforms take %.0f of %.0f cards a month; lessors wait %.0f months for %.0f on order, with %.0f %% of "
             "capacity let",
             platforms_per_yr / MONTHS_PER_YEAR, all_per_yr / MONTHS_PER_YEAR, wait_yr * MONTHS_PER_YEAR, on_order,
             100 * share_let(w));
    } else if (p->crowded_out & this_card && wait_yr < lead_yr + short_yr) {
        p->crowded_out &= ~this_card;
        tell(w->sim, "procurement", "caught up", w->generations.name[g], "lessors wait %.0f months again",
             wait_yr * MONTHS_PER_YEAR);
    }
}

/* Cards a year beyond capacity that makers have for platforms: what was made since launch, before the first orders of
 * platforms arrive. They see a card in the step after its launch, and are served in the next. */
static double made_ahead_per_yr(struct world *w, int g, double all_per_yr, double dt)
{
    struct procurement *p = procurement_state(w);
    const double long_yr = 0.25;
    uint64_t this_card = (uint64_t)1 << g;
    double age = w->sim->now - w->generations.launch[g], rest_of_step = w->sim->whole_end - w->sim->now;
    if (age > long_yr || w->generations.launch[g] <= w->sim->plan->start || procurement_channel(w, g) == CHANNEL_GRAY)
        return 0;
    if (p->fleets.wanted[g] > 0 && w->sim->now <= w->sim->whole_start)
        p->ordered_once |= this_card;
    if (!(p->ordered_once & this_card)) {
        p->made_ahead[g] += all_per_yr * (p->made_ahead[g] > 0 ? dt : age + dt);
        return p->made_ahead[g] / (w->sim->whole_end - w->sim->whole_start);
    }
    double per_yr = p->made_ahead[g] / rest_of_step;
    p->made_ahead[g] -= per_yr * dt;
    return per_yr;
}

/* What platforms ordered in the last step comes out of each channel's capacity; lessors have what is left. Where all
 * together want more than there is, it is shared by orders times priority. */
void fleets_share(struct world *w, double dt)
{
    struct procurement *p = procurement_state(w);
    struct fleet_market *f = &p->fleets;
    double moved = -det_expm1(-dt / p->settings->order_memory_yr), priority = platform_priority(w),
           lag_yr = platform_lag_yr(w);
    for (int g = 0; g < (int)w->generations.count; g++) {
        double *capacity = &p->capacity_per_yr[g], all = f->capacity[g] = *capacity,
               lessors = lessors_want(w, g, lag_yr);
        double *share = &p->lessors_share[g], due = lessors / max_of(all, 1e-9);
        f->room[g] = 0;
        if (all <= 0) {
            if (p->stock[FLEETS][g] > 0)
                fleet_buys(w, g, 0, dt);
            continue;
        }
        double ahead = made_ahead_per_yr(w, g, all, dt);
        all += ahead;
        if (f->wanted[g] + lessors > all)
            due = max_of(1 - f->wanted[g] / all, lessors / (lessors + priority * f->wanted[g]));
        *share += (min_of(1, max_of(1.0 / LEAST_LESSORS, due)) - *share) * moved;
        double most = all * (1 - *share);
        f->capacity[g] = p->ordered_once >> g & 1 ? all - ahead : all; /* to order from: what is ahead goes once */
        f->room[g] = f->capacity[g] * (1 - *share);
        double sold = p->fleets_order ? min_of(f->ordered[g], most) : most;
        fleet_buys(w, g, p->fleets_order ? sold : 0, dt);
        *capacity -= max_of(0, sold - ahead);
        if (w->sim->trace)
            tell_who_waits(w, g, all, sold);
    }
    p->fleets_order = p->fleets_order || dt > 0;
}
