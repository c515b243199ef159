/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What procurement shows, and that no card is lost. */
#include "procurement.h"

/* Cards in = cards out, at every step and at the end; a broken promise fails the replication. */
void procurement_check_conservation(struct world *w)
{
    const struct channels *c = &w->channels;
    double in_flight = 0, gain;
    for (int k = 0; k < CHANNELS; k++)
        for (size_t g = 0; g < w->generations.count; g++)
            in_flight += c->backlog_cards[k][g];
    double error = c->ordered - c->delivered - c->refunded - c->lost - c->seized - in_flight;
    if (fabs(error) > 1e-6 * (1 + c->ordered))
        sim_fail(w->sim, "%.3g cards ordered are neither delivered, refunded, lost, seized nor in flight", error);
    error = c->stock_bought - c->stock_released - stockpile_held(w, &gain);
    if (fabs(error) > 1e-6 * (1 + c->stock_bought))
        sim_fail(w->sim, "%.3g cards bought ahead of bans are neither sold, used nor held", error);
}

enum {
    OUT_PREMIUM,
    OUT_PREMIUM_OF,
    OUT_WAIT,
    OUT_BACKLOG,
    OUT_SERVER_PRICE,
    OUT_DOMESTIC_SHARE,
    OUT_FLEET,
    OUT_FLEET_COST,
    OUT_SUPPLIERS,
    OUT_GRAY_CAPACITY,
    OUT_STOCKPILE,
    OUT_STOCKPILE_GAIN,
    OUT_PLACED,
    OUT_ARRIVED,
    OUT_DOMESTIC_CUT,
    OUT_FIRST_ARRIVAL,
    OUT_CAUGHT,
    OUT_SEIZED,
    OUT_PREPAYMENTS_LOST
};
/* clang-format off */
const struct output procurement_outputs[] = {
    [OUT_PREMIUM] = {"gray.premium", OUTPUT_SERIES, "", NULL,
                     "street price over list price of foreign cards that cannot be bought officially, weighted by orders"},
    [OUT_PREMIUM_OF] = {"premium", OUTPUT_SERIES, "", GENERATION, "price over list price, in the street or with a licence"},
    [OUT_WAIT] = {"wait", OUTPUT_SERIES, "years", GENERATION, "time until a card that a lessor orders now is delivered"},
    [OUT_BACKLOG] = {"gray.backlog", OUTPUT_SERIES, "cards", NULL, "cards ordered through the gray channel and not yet delivered"},
    [OUT_SERVER_PRICE] = {"server_price", OUTPUT_SERIES, "CNY/server", GENERATION,
                          "quoted price of a server; with its share of network and storage, incl VAT"},
    [OUT_DOMESTIC_SHARE] = {"domestic_share", OUTPUT_SERIES, "", NULL,
                            "domestic share of new cards, by cards, hyperscalers' purchases included", .share = true},
    [OUT_FLEET] = {"fleet_purchases", OUTPUT_SERIES, "cards/month", NULL, "platforms' purchases for their own fleets"},
    [OUT_FLEET_COST] = {"investment.fleets", OUTPUT_SERIES, "CNY", NULL,
                        "cost in place of hyperscalers' purchases since the last report, at the mean cost of cards sold officially and of domestic ones, ex VAT"},
    [OUT_SUPPLIERS] = {"gray.suppliers", OUTPUT_SERIES, "", NULL, "gray suppliers in business"},
    [OUT_GRAY_CAPACITY] = {"gray.capacity", OUTPUT_SERIES, "cards/month", NULL, "cards that gray suppliers in business can bring in"},
    [OUT_STOCKPILE] = {"stockpile", OUTPUT_SERIES, "cards", NULL, "cards that dealers and hyperscalers hold, bought ahead of bans"},
    [OUT_STOCKPILE_GAIN] = {"stockpile.gain", OUTPUT_SERIES, "CNY", NULL,
                            "gain so far on all cards bought ahead of bans, at street prices, less interest; below zero a loss"},
    [OUT_PLACED] = {"orders.placed", OUTPUT_SERIES, "cards", NULL, "cards ordered for rental centres since the last report"},
    [OUT_ARRIVED] = {"orders.delivered", OUTPUT_SERIES, "cards", NULL, "cards delivered to rental centres since the last report"},
    [OUT_DOMESTIC_CUT] = {"domestic.cut", OUTPUT_SERIES, "", NULL,
                          "planned domestic output that process and memory do not allow, as a share; of that for the rental market", .share = true},
    [OUT_FIRST_ARRIVAL] = {"first_arrival", OUTPUT_SCALAR, "date", GENERATION, "first delivery to a rental centre"},
    [OUT_CAUGHT] = {"orders.caught", OUTPUT_SCALAR, "cards", NULL,
                    "cards ordered and never delivered: refunded, cancelled, seized or lost"},
    [OUT_SEIZED] = {"orders.seized", OUTPUT_SCALAR, "cards", NULL, "cards seized on their way through the gray channel"},
    [OUT_PREPAYMENTS_LOST] = {"prepayments_lost", OUTPUT_SCALAR, "CNY", NULL, "prepayments for orders seized or caught by a ban, and not refunded"},
    {0},
};
/* clang-format on */

static void sample_orders(struct world *w)
{
    struct procurement *p = procurement_state(w);
    const struct model *m = &model_procurement;
    double gain, held = stockpile_held(w, &gain);
    sim_record(w->sim, m, OUT_SUPPLIERS, -1, gray_suppliers_in_business(w), false);
    sim_record(w->sim, m, OUT_GRAY_CAPACITY, -1, p->gray_per_month, false);
    sim_record(w->sim, m, OUT_STOCKPILE, -1, held, false);
    sim_record(w->sim, m, OUT_STOCKPILE_GAIN, -1, gain, false);
    sim_record(w->sim, m, OUT_PLACED, -1, p->placed, false);
    sim_record(w->sim, m, OUT_ARRIVED, -1, p->arrived, false);
    sim_record(w->sim, m, OUT_DOMESTIC_CUT, -1, p->domestic_cut, false);
    p->placed = p->arrived = 0;
}

void procurement_sample(struct world *w)
{
    struct procurement *p = procurement_state(w);
    struct channels *c = &w->channels;
    const struct model *m = &model_procurement;
    double premium = 0, weight = 0, weight_on_bound = 0, backlog = 0;
    for (int g = 0; g < (int)w->generations.count; g++) {
        if (!w->generations.launched[g]) /* what is not recorded does not apply */
            continue;
        bool quoted = w->generations.sold[g] && !w->generations.domestic[g];
        bool gray = quoted && channels_gray_offered(w, g) && p->passes[g] <= 0;
        if (gray && procurement_channel(w, g) == CHANNEL_GRAY) {
            weight += p->orders_per_yr[g];
            premium += p->orders_per_yr[g] * c->premium[g];
            weight_on_bound += c->premium_on_bound[g] ? p->orders_per_yr[g] : 0;
        }
        backlog += c->backlog_cards[CHANNEL_GRAY][g];
        bool on_sale = procurement_channel(w, g) >= 0 || gray;
        double over_list = c->street_price_cny[g] / w->generations.list_price_cny[g];
        sim_record(w->sim, m, OUT_PREMIUM_OF, g, on_sale ? over_list : NONE, c->premium_on_bound[g]);
        if (procurement_channel(w, g) >= 0)
            sim_record(w->sim, m, OUT_WAIT, g, procurement_wait_years(w, g), false);
        sim_record(w->sim, m, OUT_SERVER_PRICE, g, on_sale ? c->server_price_cny[g] : NONE, c->premium_on_bound[g]);
    }
    double since = w->sim->now - (w->sim->sample ? w->sim->plan->sample_at[w->sim->sample - 1] : w->sim->plan->start);
    double domestic = p->fleet_domestic + c->step_delivered_domestic;
    double all = domestic + p->fleet_foreign + c->step_delivered_foreign;
    sim_record(w->sim, m, OUT_PREMIUM, -1, weight > 1 ? premium / weight : NONE, weight_on_bound > weight / 2);
    sim_record(w->sim, m, OUT_BACKLOG, -1, backlog, false);
    sim_record(w->sim, m, OUT_DOMESTIC_SHARE, -1, all > 0 ? domestic / all : NONE, false);
    sim_record(w->sim, m, OUT_FLEET, -1, (p->fleet_domestic + p->fleet_foreign) / since / MONTHS_PER_YEAR, false);
    sim_record(w->sim, m, OUT_FLEET_COST, -1, p->fleet_cny, false);
    p->fleet_cny = p->fleet_domestic = p->fleet_foreign = c->step_delivered_domestic = c->step_delivered_foreign = 0;
    sample_orders(w);
}

void procurement_finish(struct world *w)
{
    procurement_check_conservation(w);
    for (int g = 0; g < (int)w->generations.count; g++)
        sim_record(w->sim, &model_procurement, OUT_FIRST_ARRIVAL, g, w->channels.first_arrival[g], false);
    sim_record(w->sim, &model_procurement, OUT_CAUGHT, -1, w->channels.refunded + w->channels.lost + w->channels.seized,
               false);
    sim_record(w->sim, &model_procurement, OUT_SEIZED, -1, w->channels.seized, false);
    sim_record(w->sim, &model_procurement, OUT_PREPAYMENTS_LOST, -1, w->channels.all_prepayments_lost_cny, false);
}
