/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What owners decide about a vintage that stands: scrap, replace, improve. */
#include "models/planner/cashflow.h"
#include "models/supply/engineering.h"
#include "models/supply/life.h"
#include "supply.h"

/* Value of a CNY a year over the life that owners expect of new cards. */
double review_annuity_yr(const struct world *w)
{
    return cashflow_annuity(w->value.discount_per_yr, VALUE_YEARS / 2.0);
}

static bool refreshes(const struct world *w)
{
    return sim_enabled(w->sim, &model_pipeline) && supply_state(w)->settings->review_per_yr > 0 &&
           !isnan(supply_state(w)->settings->refresh_margin);
}

/* What a kW of new cards must earn beyond its cost to beat what stands; infinite if the site is not worth that. */
static double price_to_beat(const struct world *w, uint32_t id)
{
    const struct vintage *v = &w->vintages.row[id];
    int g = v->generation, r = v->region;
    double kw = procurement_site_kw(w, g), rent = w->value.yield * w->market.rent_card[g] * supply_rent_factor(w, id);
    double old = max_of(0, w->value.occupancy * (rent - w->value.cash_cost[r][g])) * HOURS_PER_YEAR / kw;
    double price = old * (1 + supply_state(w)->settings->refresh_margin) * supply_state(w)->annuity_yr;
    bool can_build = !isfinite(w->power.cap_mw[r]);
    return can_build && price > procurement_building_cost_per_card(w, g) / kw ? (double)INFINITY : price;
}

static void refresh(struct world *w, uint32_t id, double least_cny_per_kw)
{
    if (!isfinite(least_cny_per_kw))
        return;
    uint32_t successor = pipeline_refresh(w, id, least_cny_per_kw);
    w->vintages.row[id].successor = successor;
    char name[64];
    if (successor != UINT32_MAX)
        tell(w->sim, "supply", "outdated", supply_name(w, id, name), "new cards are ordered for the site");
}

/* New cards take over a site that is worth having, or it is left. */
static void give_up(struct world *w, uint32_t id)
{
    double hall = life_hall_value_per_kw(w, id);
    if (hall > 0 && w->vintages.row[id].on_offer && refreshes(w))
        refresh(w, id, hall);
    if (w->vintages.row[id].successor == UINT32_MAX)
        supply_close(w, id, "worth more as parts");
}

static void review(struct world *w, uint32_t id)
{
    const struct vintage *v = &w->vintages.row[id];
    if (!v->standing)
        return;
    vintages_schedule_review(w, id, 1);
    if (v->successor != UINT32_MAX || firms_in_possession(w, v->firm))
        return;
    if (life_value_left(w, id) < supply_salvage(w, v->generation))
        give_up(w, id);
    else if (v->on_offer && refreshes(w))
        refresh(w, id, price_to_beat(w, id));
    if (v->standing && v->successor == UINT32_MAX)
        engineering_review(w, id);
}

/* Worn out. A site with users gets new cards, if they pay there. */
static void end_of_life(struct world *w, uint32_t id)
{
    const struct vintage *v = &w->vintages.row[id];
    if (v->on_offer && v->successor == UINT32_MAX && !firms_in_possession(w, v->firm) && refreshes(w))
        refresh(w, id, 0);
    supply_close(w, id, "end of service life");
}

void review_handle(struct world *w, const struct event *event)
{
    if (event->kind == REVIEW)
        review(w, event->id);
    else
        end_of_life(w, event->id);
}
