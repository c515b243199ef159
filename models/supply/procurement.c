/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Channels through which cards are bought, and what they cost there.
 *
 * Official: list price, a lead time, and only while the gate is open, to the share and the quota that both sides let
 * pass. Gray: foreign cards, some months after launch, from few suppliers, some of them seized. Domestic: a capacity
 * that ramps up after launch, as far as process and memory go for all domestic cards together. Each channel serves its
 * orders first in, first out at its capacity, and delivers a lead time after an order's turn. A card that is for sale
 * both ways goes the way that has more of it.
 *
 * Gray suppliers have shares 1/k^c of the gray capacity (k = 1, 2, ...). An act of enforcement puts each out of
 * business with the probability of its strength, for an exponential time; while it lasts, more deliveries are seized.
 *
 * The street price of a foreign card is its list price times a premium m that follows scarcity,
 *
 *     d ln m = k ln(orders / capacity) dt,    1 <= m <= what the card is worth to the keenest buyer,
 *
 * orders being an exponentially weighted rate, or the queue over the lead time if that is more, and the upper bound a
 * multiple of the present value of the card's rents (value.c), higher for a while after a ban was announced. Orders
 * fall in m because buyers choose by value over cost (pipeline.c). When a gate closes, the premium jumps the week it
 * takes effect; of the official orders then outstanding, the share that no longer passes is refunded or lost, unless
 * already shipped. When a rule bars foreign cards from state-funded centres, those that are not far along give theirs
 * back.
 *
 * Platforms buy for their own fleets from the same channels (platform.c). They dominate the domestic share of new cards,
 * which counts cards.
 *
 * Stockpiles. While a ban is feared, dealers and hyperscalers bring forward a share s of what they would buy in the
 * horizon h: with S cards held, they buy (s h rate - S)(1 - e^(-dt/u)) in dt, u a month, dealers at most a share of the
 * official supply of the rental market, which is then short, hyperscalers at most the surge that makers can ship beyond
 * the usual. Afterwards dealers offer S over a release time, through whichever channel the card then has, at street
 * price; hyperscalers use theirs up over h and buy less by as much. A stockpile costs its price and interest; its gain is
 * what was sold or used, at the street price of that day, plus what is held at today's, less that. Neutral: s = 0.
 *
 * Software. A firm that does not run a vendor's software yet pays a share of the card's price to move to
 * it: it counts in the choice of cards (pipeline.c), in the cost of the order, and so in the books and the cost of
 * activation; and a later centre on the same software saves part of the extra work of activation (supply.c). It is paid
 * until the firm's first centre with such cards stands. Neutral: cost 0, saving 0.
 */
#include "procurement.h"

static void start(struct world *w);
static void supply(struct world *w);

/* clang-format off */
static const struct table tables[] = {
    {GENERATION, sizeof(struct procurement_row), "hardware generations"},
    {0},
};
/* clang-format on */

const struct model model_procurement = {
    .name = "procurement",
    .help = "official, gray and domestic channels: queues, street premium, orders caught by bans, stockpiles",
    .tables = tables,
    .params = procurement_params,
    .outputs = procurement_outputs,
    .settings_size = sizeof(struct procurement_settings),
    STATE(procurement, struct procurement),
    .start = start,
    .event = orders_arrive,
    .finish = procurement_finish,
    .phase = {[PHASE_SUPPLY] = supply, [PHASE_SAMPLE] = procurement_sample},
};

static void supply(struct world *w)
{
    double dt = w->sim->dt;
    procurement_check_conservation(w);
    gray_suppliers_update(w);
    channels_update(w);
    orders_obey_gates(w);
    stockpile_carry(w, dt);
    if (platform_on(w))
        fleets_share(w, dt);
    stockpile_update_dealers(w, dt);
    street_price_update(w, dt);
    channels_list_offers(w);
}

static void start(struct world *w)
{
    struct procurement *p = procurement_state(w);
    p->settings = sim_settings(w->sim, &model_procurement);
    p->row = sim_rows(w->sim, &model_procurement, GENERATION);
    p->free_order = UINT32_MAX;
    gray_suppliers_open(p);
    software_open(w);
    for (int g = 0; g < MAX_GENERATIONS; g++) {
        w->channels.premium[g] = 1;
        w->channels.site_kw[g] = w->generations.power_kw[g] * p->settings->server_kw_factor;
        w->channels.first_arrival[g] = NONE;
        p->closed_on[g] = w->sim->now;
    }
    channels_update(w);
    for (int g = 0; g < (int)w->generations.count; g++) {
        double all = channels_made_per_yr(w, g);
        p->lessors_share[g] = all > 0 ? max_of(1.0 / LEAST_LESSORS, min_of(1, channels_rental_per_yr(w, g) / all)) : 1;
    }
    memcpy(p->passed, p->passes, sizeof p->passed);
    for (int g = 0; g < MAX_GENERATIONS; g++)
        if (p->passes[g] > 0)
            p->closed_on[g] = NONE;
    memcpy(p->barred, w->policy.barred_for_state, sizeof p->barred);
    street_price_update(w, 0);
    channels_list_offers(w);
}
