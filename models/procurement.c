/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Channels through which cards are bought, and what they cost there.
 *
 * Official: list price, a lead time, and only while the gate is open. Gray: foreign cards that cannot be sold officially, some
 * months after launch, from few suppliers with a weekly capacity, some of it seized. Domestic: a capacity that ramps up after
 * launch. Each channel serves its orders first in, first out at its capacity, and delivers a lead time after an order's turn.
 *
 * The street price of a foreign card is its list price times a premium m that follows scarcity,
 *
 *     d ln m = k ln(orders / capacity) dt,    1 <= m <= what the card is worth to the keenest buyer,
 *
 * orders being an exponentially weighted rate, or the queue over the lead time if that is more, and the upper bound a multiple of the present value of the card's rents (value.c).
 * Orders fall in m because buyers choose by value over cost (pipeline.c). A ban takes capacity away at once, so the premium
 * jumps the week it takes effect; official orders then outstanding are refunded or lost, unless already shipped.
 *
 * Hyperscalers buy for their own fleets outside the rental market, by a dated series: foreign while the gate is open,
 * domestic up to the capacity left to them. They dominate the domestic share of new cards, which counts cards.
 */
#include "models.h"
#include "world.h"

#include "../sim/base/det.h"

#include <assert.h>

struct settings {
    double lead_yr[CHANNELS], gray_lag_yr, gray_floor, seizure, premium_speed_per_yr, order_memory_yr;
    double shipped_yr, refunded, hardware_share, building_cny_per_kw, server_kw_factor, vat, ramp_yr, stock_decay_per_yr;
    double fleet_captive, own_use, domestic_output, prepaid;
    const struct dated_series *gray_per_month, *fleet_per_month, *fleet_domestic_per_month;
};

struct row {
    double supply_per_month, gray_weight;
    bool for_this_market;
};

struct order {
    uint32_t project;
    int generation;
    enum channel_kind channel;
    double cards, cost_per_card, due;
    struct handle handle;
    bool live;
};

struct procurement {
    const struct settings *settings;
    const struct row *row;
    struct order *order;
    size_t count, capacity;
    double capacity_per_yr[MAX_GENERATIONS]; /* in this step */
    double orders_per_yr[MAX_GENERATIONS], queue_free[CHANNELS][MAX_GENERATIONS];
    double was_open[MAX_GENERATIONS], closed_on[MAX_GENERATIONS]; /* NaN while open */
    double fleet_foreign, fleet_domestic; /* cards since the last sample */
};

#define GENERATION "generations"
static const struct param params[] = {
    NUMBER(struct settings, lead_yr[CHANNEL_OFFICIAL], "lead_official", "yr", 0, 3, "3 months", UNCERTAIN,
           "from an official order to delivery when nothing is queued", "4 to 11 months were quoted in 2023 with the queue, which comes on top here"),
    NUMBER(struct settings, lead_yr[CHANNEL_GRAY], "lead_gray", "yr", 0, 3, "1 month", UNCERTAIN,
           "from a gray order to delivery when nothing is queued", NULL),
    NUMBER(struct settings, lead_yr[CHANNEL_DOMESTIC], "lead_domestic", "yr", 0, 3, "4 months", UNCERTAIN,
           "from a domestic order to delivery when nothing is queued", NULL),
    NUMBER(struct settings, gray_lag_yr, "gray_lag", "yr", 0, 5, "3.5 months", UNCERTAIN,
           "from launch to the first gray offers", "H200: April to September 2024; B200: by May 2025"),
    NUMBER(struct settings, gray_floor, "gray_floor", "", 1, 5, "1.1", UNCERTAIN,
           "lowest gray price over list price: handling and risk", NULL),
    NUMBER(struct settings, seizure, "seizure", "", 0, 1, "0.03", UNCERTAIN, "share of gray orders that is seized", NULL),
    {.name = "gray_capacity", .type = PARAM_SERIES, .unit = "card/month", .min = 0, .max = 1e6,
     .value = "{2022-10: 500 card/month, 2023-10: 1500 card/month, 2024-06: 4000 card/month, 2025-06: 6000 card/month}",
     .help = "cards a month that all gray suppliers together can bring in",
     .source = "100 H200 servers a week at one supplier, fewer than ten suppliers, mid 2025",
     .offset = offsetof(struct settings, gray_per_month)},
    NUMBER(struct settings, premium_speed_per_yr, "premium_speed", "/yr", 0, 100, "6 /yr", UNCERTAIN,
           "speed of the street premium per log of orders over capacity", "A800 servers +43 % in the week of the October 2023 rule"),
    NUMBER(struct settings, own_use, "own_use", "", 0.1, 10, "1.35", UNCERTAIN,
           "what the keenest buyers, who need the cards themselves, pay over the present value of rents",
           "A800 servers at 2.3 to 3.3 MCNY in October 2023 against rents of 70 to 90 kCNY a month"),
    NUMBER(struct settings, order_memory_yr, "order_memory", "yr", 0.01, 3, "3 months", FIXED,
           "memory of the order rate that suppliers see", NULL),
    NUMBER(struct settings, shipped_yr, "shipped", "yr", 0, 1, "3 weeks", UNCERTAIN,
           "official orders due within this time of a ban are already on the way and arrive", NULL),
    NUMBER(struct settings, refunded, "refunded", "", 0, 1, "0.85", UNCERTAIN,
           "share of official orders caught by a ban that is refunded; the rest is lost", "one of the listed cases refunded, one not delivered"),
    NUMBER(struct settings, prepaid, "prepaid", "", 0, 1, "0.6", UNCERTAIN,
           "share of an order's price paid ahead: what is lost with it", "60 % prepaid in a listed lessor's order, December 2025"),
    NUMBER(struct settings, hardware_share, "hardware_share", "", 0.1, 1, "0.8", UNCERTAIN,
           "cards' share of the cost of a leasing cluster without the building", "practitioner, 2025: servers 80 %, network and storage 20 %"),
    NUMBER(struct settings, building_cny_per_kw, "building_cost", "CNY*h/kWh", 0, 1e6, "20000 CNY*h/kWh", UNCERTAIN,
           "building, power and cooling for a kW of computing load", NULL),
    NUMBER(struct settings, server_kw_factor, "server_power_factor", "", 1, 4, "1.5", UNCERTAIN,
           "power of a server over that of its cards", "8 x 700 W in a server of about 10 kW"),
    NUMBER(struct settings, vat, "vat_equipment", "", 0, 1, "13%", FIXED, "value added tax in quoted server prices", "statute"),
    NUMBER(struct settings, ramp_yr, "domestic_ramp", "yr", 0, 5, "9 months", UNCERTAIN,
           "time in which domestic output of a generation comes up to its capacity", NULL),
    NUMBER(struct settings, stock_decay_per_yr, "stock_decay", "/yr", 0, 20, "0.7 /yr", UNCERTAIN,
           "decline of gray supply of a card after the end of its production", NULL),
    {.name = "fleet_purchases", .type = PARAM_SERIES, .unit = "card/month", .min = 0, .max = 1e8,
     .value = "{2022-01: 50000 card/month, 2023-03: 70000 card/month, 2024-06: 190000 card/month, 2025-03: 260000 card/month, "
              "2027-01: 330000 card/month, 2032-01: 480000 card/month}",
     .help = "cards a month that hyperscalers want for their own fleets",
     .source = "shipments of 0.5 M cards in H1 2023 and 1.9 M in H1 2025, less the rental market",
     .offset = offsetof(struct settings, fleet_per_month)},
    {.name = "fleet_domestic", .type = PARAM_SERIES, .unit = "card/month", .min = 0, .max = 1e8,
     .value = "{2022-01: 5000 card/month, 2023-06: 9500 card/month, 2024-06: 65000 card/month, 2025-03: 150000 card/month, "
              "2026-06: 230000 card/month, 2028-01: 320000 card/month, 2032-01: 420000 card/month}",
     .help = "domestic cards a month that are left to hyperscalers by process and memory capacity",
     .source = "domestic share 10 % in H1 2023, 35 % in H1 2025, by cards", .offset = offsetof(struct settings, fleet_domestic_per_month)},
    NUMBER(struct settings, domestic_output, "domestic_output", "", 0, 100, "1", UNCERTAIN,
           "factor on all domestic capacity: process, memory and yield are not public", NULL),
    NUMBER(struct settings, fleet_captive, "fleet_captive", "", 0, 1, "0.6", UNCERTAIN,
           "share of that domestic capacity bought even while foreign cards are free: own chips and captive buyers", NULL),
    COLUMN(GENERATION, struct row, supply_per_month, "supply", "card/month", 0, 1e7, "0 card/month", UNCERTAIN,
           "cards a month for the rental market while sold officially, or made at home", NULL),
    COLUMN(GENERATION, struct row, gray_weight, "gray_weight", "", 0, 10, "0", UNCERTAIN,
           "pull of this card on gray capacity when it cannot be bought officially; 0: nobody smuggles it", NULL),
    {.name = "for_this_market", .table = GENERATION, .type = PARAM_FLAG, .value = "false",
     .help = "made for this market alone: its production ends when the gate closes", .offset = offsetof(struct row, for_this_market)},
    {0},
};

static bool gray_offered(const struct world *w, int g)
{
    const struct procurement *p = w->procurement;
    return !w->generations.domestic[g] && w->generations.sold[g] && p->row[g].gray_weight > 0 &&
           w->sim->now >= w->generations.launch[g] + p->settings->gray_lag_yr;
}

static int channel_now(const struct world *w, int g)
{
    const struct generations *gen = &w->generations;
    if (!gen->sold[g] || !gen->launched[g])
        return -1;
    bool made = gen->in_production[g] && w->procurement->row[g].supply_per_month > 0;
    if (gen->domestic[g])
        return made ? CHANNEL_DOMESTIC : -1;
    if (made && w->policy.official_open[g] > 0)
        return CHANNEL_OFFICIAL;
    return gray_offered(w, g) ? CHANNEL_GRAY : -1;
}

static double capacity_now(const struct world *w, int g, double gray_per_weight)
{
    const struct procurement *p = w->procurement;
    const struct generations *gen = &w->generations;
    double made = p->row[g].supply_per_month * MONTHS_PER_YEAR * (gen->domestic[g] ? p->settings->domestic_output : 1);
    switch (procurement_channel(w, g)) {
    case CHANNEL_OFFICIAL: return made * w->policy.official_open[g];
    case CHANNEL_GRAY: {
        double all = gray_per_weight * p->row[g].gray_weight;
        double end = p->row[g].for_this_market ? p->closed_on[g] : gen->end_of_production[g];
        double since_end = w->sim->now - end;
        return since_end > 0 ? all * det_exp(-p->settings->stock_decay_per_yr * since_end) : all;
    }
    case CHANNEL_DOMESTIC: {
        double ramp = p->settings->ramp_yr;
        return ramp > 0 ? made * -det_expm1(-(w->sim->now - gen->launch[g] + 1.0 / MONTHS_PER_YEAR) / ramp) : made;
    }
    default: return 0;
    }
}

/* Channels and their capacities in this step; the cards in the gray channel share its capacity by weight. */
static void update_channels(struct world *w)
{
    struct procurement *p = w->procurement;
    double weight = 0;
    for (int g = 0; g < (int)w->generations.count; g++) {
        w->channels.kind[g] = channel_now(w, g);
        weight += w->channels.kind[g] == CHANNEL_GRAY ? p->row[g].gray_weight : 0;
    }
    double gray_per_yr = series_at(p->settings->gray_per_month, w->sim->now) * MONTHS_PER_YEAR;
    for (int g = 0; g < (int)w->generations.count; g++)
        p->capacity_per_yr[g] = capacity_now(w, g, weight > 0 ? gray_per_yr / weight : 0);
}

static double building_cost_per_card(const struct world *w, int g)
{
    const struct settings *s = w->procurement->settings;
    return s->building_cny_per_kw * w->generations.power_kw[g] * s->server_kw_factor;
}

double procurement_cost_per_card(const struct world *w, int g)
{
    return w->channels.street_price_cny[g] / w->procurement->settings->hardware_share + building_cost_per_card(w, g);
}

double procurement_wait_years(const struct world *w, int g)
{
    int channel = procurement_channel(w, g);
    return channel < 0 ? 0 : w->procurement->settings->lead_yr[channel] +
                                 max_of(0, w->procurement->queue_free[channel][g] - w->sim->now);
}

/* -- prices ------------------------------------------------------------------------------------------------------ */

/* Cards a year that buyers are after: the rate of orders, or the queue over the normal lead time if that is more. */
static double pressure(const struct world *w, int g)
{
    int channel = procurement_channel(w, g);
    if (channel < 0)
        return w->procurement->orders_per_yr[g];
    double queue = w->channels.backlog_cards[channel][g] / max_of(w->procurement->settings->lead_yr[channel], 1.0 / MONTHS_PER_YEAR);
    return max_of(w->procurement->orders_per_yr[g], queue);
}

static void price_foreign(struct world *w, int g, double dt)
{
    enum { RATIO_BOUND = 20 }; /* orders over capacity beyond which the premium moves no faster */
    const struct settings *s = w->procurement->settings;
    struct channels *c = &w->channels;
    int channel = procurement_channel(w, g);
    double capacity = w->procurement->capacity_per_yr[g];
    double ratio = min_of(RATIO_BOUND, max_of(1.0 / RATIO_BOUND, pressure(w, g) / max_of(capacity, 1e-9)));
    double premium = c->premium[g] * det_exp(s->premium_speed_per_yr * det_log(ratio) * dt);
    double floor_ = channel == CHANNEL_OFFICIAL ? 1 : s->gray_floor;
    double earns = s->own_use * value_of_card(w, 0, g, VALUE_YEARS / 2.0) - building_cost_per_card(w, g);
    double most = max_of(floor_, earns * s->hardware_share / w->generations.list_price_cny[g]);
    c->premium_on_bound[g] = premium >= most && dt > 0;
    c->premium[g] = max_of(floor_, min_of(most, premium));
}

static void update_prices(struct world *w, double dt)
{
    struct channels *c = &w->channels;
    const struct settings *s = w->procurement->settings;
    double remembered = det_exp(-dt / s->order_memory_yr);
    for (int g = 0; g < (int)w->generations.count; g++) {
        w->procurement->orders_per_yr[g] *= remembered;
        if (!w->generations.launched[g])
            continue;
        if (w->generations.domestic[g])
            c->premium[g] = 1;
        else
            price_foreign(w, g, dt);
        c->street_price_cny[g] = w->generations.list_price_cny[g] * c->premium[g];
        c->server_price_cny[g] =
            c->street_price_cny[g] * w->generations.cards_per_server[g] / s->hardware_share * (1 + s->vat);
    }
}

/* -- orders ---------------------------------------------------------------------------------------------------------- */

double procurement_order(struct world *w, uint32_t project, int g, double cards)
{
    struct procurement *p = w->procurement;
    int channel = procurement_channel(w, g);
    assert(channel >= 0);
    double now = w->sim->now, capacity = p->capacity_per_yr[g], *free_at = &p->queue_free[channel][g];
    *free_at = max_of(now, *free_at) + cards / max_of(capacity, 1);
    double due = *free_at + p->settings->lead_yr[channel];
    WORLD_GROW(w, p->order, p->count, p->capacity);
    uint32_t id = (uint32_t)p->count++;
    p->order[id] = (struct order){.project = project, .generation = g, .channel = (enum channel_kind)channel, .cards = cards,
                                  .cost_per_card = procurement_cost_per_card(w, g), .due = due, .live = true};
    p->order[id].handle = sim_schedule(
        w->sim, due, 0, (struct event){.model = (uint16_t)sim_model_index(w->sim, &model_procurement), .id = id});
    p->orders_per_yr[g] += cards / p->settings->order_memory_yr;
    w->projects.row[project].order = id;
    w->channels.ordered += cards;
    w->channels.backlog_cards[channel][g] += cards;
    return due;
}

static void close_order(struct world *w, struct order *o, double *account)
{
    o->live = false;
    *account += o->cards;
    w->channels.backlog_cards[o->channel][o->generation] -= o->cards;
    w->projects.row[o->project].order = UINT32_MAX;
}

/* Neither cards nor money come back. */
static void lose_order(struct world *w, struct order *o)
{
    double paid = w->procurement->settings->prepaid * o->cards * o->cost_per_card;
    const struct project *project = &w->projects.row[o->project];
    w->firms.row[firms_owner(w, project->operator, project->k)].prepayments_lost += paid;
    w->channels.all_prepayments_lost_cny += paid;
    close_order(w, o, &w->channels.lost);
}

void procurement_cancel(struct world *w, uint32_t project)
{
    uint32_t id = w->projects.row[project].order;
    if (id == UINT32_MAX)
        return;
    struct order *o = &w->procurement->order[id];
    calendar_cancel(w->sim->calendar, o->handle);
    close_order(w, o, &w->channels.refunded);
}

/* One uniform number that belongs to this order and decides its mishaps. */
static double order_luck(const struct world *w, const struct order *o)
{
    const struct project *project = &w->projects.row[o->project];
    struct stream s = stream_open(&w->sim->streams, identity(PURPOSE_ORDER + project->orders, project->operator, project->k));
    return stream_uniform(&s);
}

static void arrive(struct world *w, const struct event *event)
{
    struct order *o = &w->procurement->order[event->id];
    struct channels *c = &w->channels;
    if (o->channel == CHANNEL_GRAY && order_luck(w, o) < w->procurement->settings->seizure) {
        lose_order(w, o);
        pipeline_order_lost(w, o->project, o->cards, "seized on the way");
        return;
    }
    close_order(w, o, &c->delivered);
    if (isnan(c->first_arrival[o->generation]))
        c->first_arrival[o->generation] = w->sim->now;
    *(w->generations.domestic[o->generation] ? &c->step_delivered_domestic : &c->step_delivered_foreign) += o->cards;
    pipeline_delivered(w, o->project, o->cards, o->cost_per_card, o->channel);
}

/* A gate has closed: what is not yet on its way is caught. */
static void catch_orders(struct world *w, int g)
{
    struct procurement *p = w->procurement;
    double now = w->sim->now;
    for (size_t i = 0; i < p->count; i++) {
        struct order *o = &p->order[i];
        if (!o->live || o->generation != g || o->channel != CHANNEL_OFFICIAL || o->due <= now + p->settings->shipped_yr)
            continue;
        bool refunded = order_luck(w, o) < p->settings->refunded;
        calendar_cancel(w->sim->calendar, o->handle);
        if (refunded)
            close_order(w, o, &w->channels.refunded);
        else
            lose_order(w, o);
        pipeline_order_lost(w, o->project, o->cards, refunded ? "caught by the ban, refunded" : "caught by the ban, prepayment lost");
    }
    p->queue_free[CHANNEL_OFFICIAL][g] = now;
}

/* Series are read in the middle of the step, so that splitting a step changes no sum. */
static void update_fleets(struct world *w, double dt)
{
    struct procurement *p = w->procurement;
    const struct settings *s = p->settings;
    double now = w->sim->now + dt / 2, open = 0;
    for (int g = 0; g < (int)w->generations.count; g++)
        if (procurement_channel(w, g) == CHANNEL_OFFICIAL)
            open = max_of(open, w->policy.official_open[g]);
    double wanted = series_at(s->fleet_per_month, now), made = series_at(s->fleet_domestic_per_month, now) * s->domestic_output;
    double domestic = min_of(wanted, made * (s->fleet_captive + (1 - s->fleet_captive) * (1 - open)));
    p->fleet_domestic += domestic * MONTHS_PER_YEAR * dt;
    p->fleet_foreign += (wanted - domestic) * open * MONTHS_PER_YEAR * dt;
}

static void supply(struct world *w)
{
    struct procurement *p = w->procurement;
    for (int g = 0; g < (int)w->generations.count; g++) {
        double open = w->policy.official_open[g];
        if (open > 0)
            p->closed_on[g] = NONE;
        else if (p->was_open[g] > 0) {
            p->closed_on[g] = w->sim->now;
            catch_orders(w, g);
        }
        p->was_open[g] = open;
    }
    update_channels(w);
    update_fleets(w, w->sim->dt);
    update_prices(w, w->sim->dt);
}

/* -- outputs ------------------------------------------------------------------------------------------------------------- */

enum { OUT_PREMIUM, OUT_PREMIUM_OF, OUT_BACKLOG, OUT_SERVER_PRICE, OUT_DOMESTIC_SHARE, OUT_FLEET, OUT_FIRST_ARRIVAL, OUT_CAUGHT, OUT_PREPAYMENTS_LOST };
static const struct output outputs[] = {
    [OUT_PREMIUM] = {"gray.premium", OUTPUT_SERIES, "", NULL,
                     "street price over list price of foreign cards that cannot be bought officially, weighted by orders"},
    [OUT_PREMIUM_OF] = {"premium", OUTPUT_SERIES, "", GENERATION, "street price over list price"},
    [OUT_BACKLOG] = {"gray.backlog", OUTPUT_SERIES, "cards", NULL, "cards ordered through the gray channel and not yet delivered"},
    [OUT_SERVER_PRICE] = {"server_price", OUTPUT_SERIES, "CNY/server", GENERATION,
                          "quoted price of a server with its share of network and storage, incl VAT"},
    [OUT_DOMESTIC_SHARE] = {"domestic_share", OUTPUT_SERIES, "", NULL,
                            "domestic share of new cards, by cards, hyperscalers' purchases included"},
    [OUT_FLEET] = {"fleet_purchases", OUTPUT_SERIES, "cards/month", NULL, "hyperscalers' purchases for their own fleets"},
    [OUT_FIRST_ARRIVAL] = {"first_arrival", OUTPUT_SCALAR, "date", GENERATION, "first delivery to a rental centre"},
    [OUT_CAUGHT] = {"orders.caught", OUTPUT_SCALAR, "cards", NULL,
                    "cards ordered and never delivered: refunded, cancelled, seized or lost"},
    [OUT_PREPAYMENTS_LOST] = {"prepayments_lost", OUTPUT_SCALAR, "CNY", NULL, "paid ahead for orders seized or caught, and not refunded"},
    {0},
};

/* Cards in = cards out; a broken promise fails the replication. */
static void check_conservation(struct world *w)
{
    const struct channels *c = &w->channels;
    double in_flight = 0;
    for (int k = 0; k < CHANNELS; k++)
        for (size_t g = 0; g < w->generations.count; g++)
            in_flight += c->backlog_cards[k][g];
    double error = c->ordered - c->delivered - c->refunded - c->lost - in_flight;
    if (fabs(error) > 1e-6 * (1 + c->ordered))
        sim_fail(w->sim, "%.3g cards ordered are neither delivered, refunded, lost nor in flight", error);
}

static void sample(struct world *w)
{
    struct procurement *p = w->procurement;
    struct channels *c = &w->channels;
    const struct model *m = &model_procurement;
    double premium = 0, weight = 0, backlog = 0;
    for (int g = 0; g < (int)w->generations.count; g++) {
        bool quoted = w->generations.launched[g] && w->generations.sold[g] && !w->generations.domestic[g];
        bool gray = quoted && gray_offered(w, g) && w->policy.official_open[g] <= 0;
        if (gray && procurement_channel(w, g) == CHANNEL_GRAY) {
            weight += p->orders_per_yr[g];
            premium += p->orders_per_yr[g] * c->premium[g];
        }
        backlog += c->backlog_cards[CHANNEL_GRAY][g];
        bool on_sale = w->generations.launched[g] && (procurement_channel(w, g) >= 0 || gray);
        sim_record(w->sim, m, OUT_PREMIUM_OF, g, on_sale ? c->premium[g] : NONE, c->premium_on_bound[g]);
        sim_record(w->sim, m, OUT_SERVER_PRICE, g, on_sale ? c->server_price_cny[g] : NONE, c->premium_on_bound[g]);
    }
    double since = w->sim->now - (w->sim->sample ? w->sim->plan->sample_at[w->sim->sample - 1] : w->sim->plan->start);
    double domestic = p->fleet_domestic + c->step_delivered_domestic;
    double all = domestic + p->fleet_foreign + c->step_delivered_foreign;
    sim_record(w->sim, m, OUT_PREMIUM, -1, weight > 1 ? premium / weight : NONE, false);
    sim_record(w->sim, m, OUT_BACKLOG, -1, backlog, false);
    sim_record(w->sim, m, OUT_DOMESTIC_SHARE, -1, all > 0 ? domestic / all : NONE, false);
    sim_record(w->sim, m, OUT_FLEET, -1, (p->fleet_domestic + p->fleet_foreign) / since / MONTHS_PER_YEAR, false);
    p->fleet_domestic = p->fleet_foreign = c->step_delivered_domestic = c->step_delivered_foreign = 0;
    check_conservation(w);
}

static void finish(struct world *w)
{
    for (int g = 0; g < (int)w->generations.count; g++)
        sim_record(w->sim, &model_procurement, OUT_FIRST_ARRIVAL, g, w->channels.first_arrival[g], false);
    sim_record(w->sim, &model_procurement, OUT_CAUGHT, -1, w->channels.refunded + w->channels.lost, false);
    sim_record(w->sim, &model_procurement, OUT_PREPAYMENTS_LOST, -1, w->channels.all_prepayments_lost_cny, false);
}

static void start(struct world *w)
{
    struct procurement *p = w->procurement = arena_alloc(&w->sim->arena, sizeof *p);
    p->settings = sim_settings(w->sim, &model_procurement);
    p->row = sim_rows(w->sim, &model_procurement, GENERATION);
    for (int g = 0; g < MAX_GENERATIONS; g++) {
        w->channels.premium[g] = 1;
        w->channels.first_arrival[g] = NONE;
        p->was_open[g] = w->policy.official_open[g];
        p->closed_on[g] = p->was_open[g] > 0 ? NONE : w->sim->now;
    }
    update_channels(w);
    update_prices(w, 0);
}

static const struct table tables[] = {{GENERATION, sizeof(struct row), "hardware generations"}, {0}};

const struct model model_procurement = {
    .name = "procurement",
    .help = "official, gray and domestic channels: queues, street premium, orders caught by bans, hyperscaler fleets",
        .tables = tables,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    .start = start,
    .event = arrive,
    .finish = finish,
    .phase = {[PHASE_SUPPLY] = supply, [PHASE_SAMPLE] = sample},
};
