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
 * Hyperscalers buy for their own fleets outside the rental market, by a dated series: foreign while the gate is open,
 * domestic up to the capacity left to them. They dominate the domestic share of new cards, which counts cards.
 *
 * Stockpiles. While a ban is feared, dealers and hyperscalers bring forward a share s of what they would buy in the
 * horizon h: with S cards held, they buy (s h rate - S)(1 - e^(-dt/u)) in dt, u a month, dealers at most a share of the
 * official supply of the rental market, which is then short, hyperscalers at most the surge that makers can ship beyond
 * the usual. Afterwards dealers offer S over a release time, through whichever channel the card then has, at street
 * price; hyperscalers use theirs up over h and buy so much less. A stockpile costs its price and interest; its gain is
 * what was sold or used, at the street price of that day, plus what is held at today's, less that. Neutral: s = 0.
 *
 * Software. A firm that does not run a vendor's software yet pays a share of the card's price to move to
 * it: it counts in the choice of cards (pipeline.c), in the cost of the order, and so in the books and the cost of
 * activation; and a later centre on the same software saves part of the extra work of activation (supply.c). It is paid
 * until the firm's first centre with such cards stands. Neutral: cost 0, saving 0.
 */
#include "platform.h"

#include "models/models.h"
#include "models/world.h"

#include "sim/base/det.h"

#include <assert.h>

struct settings {
    double lead_yr[CHANNELS], gray_lag_yr, gray_floor, seizure, premium_speed_per_yr, order_memory_yr;
    double shipped_yr, refunded, hardware_share, building_cny_per_kw, server_kw_factor, vat, ramp_yr,
        stock_decay_per_yr;
    double fleet_captive, own_use, panic, panic_fade_yr, domestic_output, prepaid, far_along, reuse;
    double suppliers, concentration, raid_recovery_yr;
    double stockpile, stockpile_horizon_yr, dealer_share, surge, release_yr;
    const struct dated_series *gray_per_month, *fleet_per_month, *fleet_domestic_per_month, *process_per_month,
        *memory_per_month;
};

struct row {
    double supply_per_month, gray_weight, ramp_yr, migration_cost;
    const struct dated_series *output_per_month;
    bool for_this_market;
};

struct order {
    uint32_t project;
    int generation;
    enum channel_kind channel;
    double cards, cost_per_card, due;
    struct handle handle;
    bool live;
    uint32_t next_free; /* row, if it is not */
};

enum {
    STREAM_OF_RAID,
    STREAM_OF_ORDER
}; /* (act of enforcement, gray supplier); + rounds of ordering (operator, k): mishaps */
enum holder { DEALERS, FLEETS, HOLDERS };
enum { MAX_SUPPLIERS = 32 };

struct procurement {
    const struct settings *settings;
    const struct row *row;
    struct order *order;
    size_t count, capacity;
    uint32_t free_order; /* the row last given up; UINT32_MAX: none */
    double passes[MAX_GENERATIONS],
        passed[MAX_GENERATIONS]; /* share of official sales that passes now, and did in the last step */
    double capacity_per_yr[MAX_GENERATIONS]; /* in this step */
    double orders_per_yr[MAX_GENERATIONS], queue_free[CHANNELS][MAX_GENERATIONS];
    double closed_on[MAX_GENERATIONS]; /* NaN while open */
    double barred[MAX_GENERATIONS]; /* for state-funded owners, in the last step */
    double fleet_foreign, fleet_domestic; /* cards since the last sample */
    double fleet_cny; /* what they cost in place, likewise */
    double placed, arrived; /* the same of orders */
    double domestic_cut; /* share of planned domestic output that process and memory do not allow */
    /* gray suppliers */
    size_t suppliers, raids;
    double gray_per_month; /* cards that those in business can bring in */
    double supplier_share[MAX_SUPPLIERS], back_on[MAX_SUPPLIERS];
    uint32_t raid[MAX_RAIDS]; /* acts that have struck */
    /* stockpiles */
    double stock[HOLDERS][MAX_GENERATIONS], stock_cost_cny[HOLDERS][MAX_GENERATIONS], stock_gain_cny;
    double release_per_yr[MAX_GENERATIONS]; /* offered out of dealers' stock in this step, part of the capacity */
    double log_migration[MAX_GENERATIONS];
    struct fleet_market fleets;
    double lessors_share[MAX_GENERATIONS]; /* of what a channel sells, where it is short */
    bool fleets_order; /* platforms have decided at least once */
};

#define GENERATION "generations"
/* clang-format off */
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
    NUMBER(struct settings, suppliers, "gray_suppliers", "", 1, MAX_SUPPLIERS, "8", FIXED,
           "gray suppliers", "fewer than ten, mid 2025"),
    NUMBER(struct settings, concentration, "gray_concentration", "", 0, 5, "1", UNCERTAIN,
           "exponent of the suppliers' shares: the k-th has 1/k to this power; 0: all alike",
           "one brings in 100 servers a week, about half of what all do"),
    NUMBER(struct settings, raid_recovery_yr, "raid_recovery", "yr", 0, 20, "9 months", UNCERTAIN,
           "mean time until a gray supplier put out of business has a successor", NULL),
    NUMBER(struct settings, premium_speed_per_yr, "premium_speed", "/yr", 0, 100, "6 /yr", UNCERTAIN,
           "speed of the street premium per log of orders over capacity", "A800 servers +43 % in the week of the October 2023 rule"),
    NUMBER(struct settings, own_use, "own_use", "", 0.1, 10, "1.35", UNCERTAIN,
           "what the buyers with the most urgent own need pay over the present value of rents",
           "A800 servers at 2.3 to 3.3 MCNY in October 2023 against rents of 70 to 90 kCNY a month"),
    NUMBER(struct settings, panic, "panic", "", 0, 10, "0", UNCERTAIN,
           "share by which urgent buyers pay more just after a ban is announced", NULL),
    NUMBER(struct settings, panic_fade_yr, "panic_fade", "yr", 0.01, 10, "4 months", UNCERTAIN, "time in which the panic after a ban fades", NULL),
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
    {.name = "domestic_process", .type = PARAM_SERIES, .unit = "P/month", .min = 0, .max = 1e9, .value = "none",
     .help = "compute a month that the process of domestic makers yields for the rental market; none: no limit",
     .offset = offsetof(struct settings, process_per_month)},
    {.name = "domestic_memory", .type = PARAM_SERIES, .unit = "GB/month", .min = 0, .max = 1e12, .value = "none",
     .help = "high-bandwidth memory a month for domestic cards of the rental market; none: no limit",
     .offset = offsetof(struct settings, memory_per_month)},
    NUMBER(struct settings, stockpile, "stockpile", "", 0, 2, "0", UNCERTAIN,
           "share of the purchases of the horizon that dealers and hyperscalers bring forward while a ban is feared; 0: none", NULL),
    NUMBER(struct settings, stockpile_horizon_yr, "stockpile_horizon", "yr", 0.05, 3, "6 months", FIXED,
           "time ahead whose purchases are brought forward, and over which hyperscalers use them up", NULL),
    NUMBER(struct settings, dealer_share, "stockpile_dealers", "", 0, 1, "0.3", UNCERTAIN,
           "most of the official supply of the rental market that dealers can get while a ban is feared", NULL),
    NUMBER(struct settings, surge, "stockpile_surge", "", 0, 10, "0.5", UNCERTAIN,
           "what makers can ship to hyperscalers in a rush beyond the usual, as a share of it", NULL),
    NUMBER(struct settings, release_yr, "stockpile_release", "yr", 0.02, 10, "6 months", UNCERTAIN,
           "time over which dealers offer their stock once the ban has come or is off", NULL),
    NUMBER(struct settings, far_along, "far_along", "", 0, 1, "0.3", FIXED,
           "share of building done from which a state-funded centre keeps its foreign order when a rule bars such cards; 0: all keep it",
           "the rule of November 2025 draws the line at 30 %"),
    NUMBER(struct settings, reuse, "migration_reuse", "", 0, 1, "0", UNCERTAIN,
           "share of the extra activation of domestic cards that a buyer saves that already runs their software", NULL),
    NUMBER(struct settings, fleet_captive, "fleet_captive", "", 0, 1, "0.6", UNCERTAIN,
           "share of hyperscalers' domestic capacity bought even while foreign cards are free: own chips and captive buyers", NULL),
    COLUMN(GENERATION, struct row, supply_per_month, "supply", "card/month", 0, 1e7, "0 card/month", UNCERTAIN,
           "cards a month for the rental market while sold officially, or made at home", NULL),
    {.name = "output", .table = GENERATION, .type = PARAM_SERIES, .unit = "card/month", .min = 0, .max = 1e8, .value = "none",
     .help = "cards a month for all buyers in the country, platforms included, where these are simulated; none: as supply",
     .offset = offsetof(struct row, output_per_month)},
    COLUMN(GENERATION, struct row, gray_weight, "gray_weight", "", 0, 10, "0", UNCERTAIN,
           "pull of this card on gray capacity when it cannot be bought officially; 0: nobody smuggles it", NULL),
    COLUMN(GENERATION, struct row, ramp_yr, "ramp", "yr", 0, 10, "none", UNCERTAIN,
           "time in which its supply comes up after launch; none: domestic_ramp for domestic cards, at once for others", NULL),
    COLUMN(GENERATION, struct row, migration_cost, "migration_cost", "", 0, 10, "0", UNCERTAIN,
           "what a buyer new to the vendor's software pays to move to it, share of the cost of the cards in place", NULL),
    {.name = "for_this_market", .table = GENERATION, .type = PARAM_FLAG, .value = "false",
     .help = "made for this market alone: its production ends when the gate closes", .offset = offsetof(struct row, for_this_market)},
    {0},
};
/* clang-format on */

static bool gray_offered(const struct world *w, int g)
{
    const struct procurement *p = w->procurement;
    return !w->generations.domestic[g] && w->generations.sold[g] && p->row[g].gray_weight > 0 &&
           w->sim->now >= w->generations.launch[g] + p->settings->gray_lag_yr && p->gray_per_month > 0;
}

/* Share of its supply that a card has come up to at a date after its launch. */
static double ramped(const struct world *w, int g, double year)
{
    const struct procurement *p = w->procurement;
    double ramp = p->row[g].ramp_yr, since = year - w->generations.launch[g] + 1.0 / MONTHS_PER_YEAR;
    if (isnan(ramp))
        ramp = w->generations.domestic[g] ? p->settings->ramp_yr : 0;
    return ramp > 0 ? 1 - det_exp(-since / ramp) : 1;
}

static double rental_per_yr(const struct world *w, int g)
{
    const struct procurement *p = w->procurement;
    double factor = w->generations.domestic[g] ? p->settings->domestic_output : 1;
    return p->row[g].supply_per_month * MONTHS_PER_YEAR * factor * ramped(w, g, w->sim->now);
}

/* How much a maker offers at a date; only the ratio of two dates means something. */
static double made_at(const struct world *w, int g, double year)
{
    const struct row *row = &w->procurement->row[g];
    return platform_on(w) && row->output_per_month ? series_at(row->output_per_month, year) : ramped(w, g, year);
}

/* Cards a year that its maker would sell here with all gates open. */
static double made_per_yr(const struct world *w, int g)
{
    const struct procurement *p = w->procurement;
    double factor = w->generations.domestic[g] ? p->settings->domestic_output : 1;
    if (!platform_on(w) || !p->row[g].output_per_month)
        return rental_per_yr(w, g);
    return series_at(p->row[g].output_per_month, w->sim->now) * MONTHS_PER_YEAR * factor;
}

/* Share of official sales that passes both gates and the quota that a card shares with others of its licence. */
static double passes_now(const struct world *w, int g)
{
    double open = w->policy.official_open[g], sales = 0;
    if (w->policy.licence[g] < 0 || open <= 0)
        return open;
    for (int other = 0; other < (int)w->generations.count; other++)
        if (w->policy.licence[other] == w->policy.licence[g] && w->generations.in_production[other])
            sales += rental_per_yr(w, other) * w->policy.official_open[other];
    double quota = w->policy.quota_per_month[g] * MONTHS_PER_YEAR;
    return sales > quota ? open * quota / sales : open;
}

static int channel_now(const struct world *w, int g)
{
    const struct procurement *p = w->procurement;
    const struct generations *gen = &w->generations;
    if (!gen->sold[g] || !gen->launched[g])
        return -1;
    bool made =
        gen->in_production[g] && (p->row[g].supply_per_month > 0 || (platform_on(w) && p->row[g].output_per_month));
    if (gen->domestic[g])
        return made ? CHANNEL_DOMESTIC : -1;
    if (made && p->passes[g] > 0)
        return CHANNEL_OFFICIAL;
    return gray_offered(w, g) || p->stock[DEALERS][g] > 0 ? CHANNEL_GRAY : -1;
}

static double gray_capacity(const struct world *w, int g, double per_weight)
{
    const struct procurement *p = w->procurement;
    double end = p->row[g].for_this_market ? p->closed_on[g] : w->generations.end_of_production[g];
    double all = gray_offered(w, g) ? per_weight * p->row[g].gray_weight : 0, since_end = w->sim->now - end;
    return since_end > 0 ? all * det_exp(-p->settings->stock_decay_per_yr * since_end) : all;
}

/* Process and memory go for so much of the domestic cards that are planned; all are cut alike. */
static void cut_domestic(struct world *w)
{
    struct procurement *p = w->procurement;
    const struct settings *s = p->settings;
    double compute = 0, memory = 0, now = w->sim->now;
    p->domestic_cut = 0;
    if (!s->process_per_month && !s->memory_per_month)
        return;
    for (int g = 0; g < (int)w->generations.count; g++)
        if (procurement_channel(w, g) == CHANNEL_DOMESTIC) {
            compute += p->capacity_per_yr[g] * w->generations.pflops_fp16[g];
            memory += p->capacity_per_yr[g] * w->generations.memory_gb[g];
        }
    double share = 1, factor = s->domestic_output * MONTHS_PER_YEAR;
    if (s->process_per_month && compute > 0)
        share = min_of(share, series_at(s->process_per_month, now) * factor / compute);
    if (s->memory_per_month && memory > 0)
        share = min_of(share, series_at(s->memory_per_month, now) * factor / memory);
    for (int g = 0; g < (int)w->generations.count; g++)
        if (procurement_channel(w, g) == CHANNEL_DOMESTIC)
            p->capacity_per_yr[g] *= share;
    p->domestic_cut = 1 - share;
}

/* -- gray suppliers ------------------------------------------------------------------------------------------------ */

/* An act strikes once, when it comes into force. */
static void strike(struct world *w, const struct raid *raid)
{
    struct procurement *p = w->procurement;
    for (size_t k = 0; k < p->suppliers; k++) {
        struct stream s = sim_stream(w->sim, &model_procurement, identity_pair(STREAM_OF_RAID, raid->act, (uint32_t)k));
        double luck = stream_uniform(&s), out_yr = p->settings->raid_recovery_yr * stream_exponential(&s);
        if (luck >= raid->strength || p->back_on[k] > w->sim->now)
            continue;
        p->back_on[k] = w->sim->now + out_yr;
        tell(w->sim, "procurement", "raided", "gray supplier",
             "the one with %.0f %% of the market is out for %.1f years", 100 * p->supplier_share[k], out_yr);
    }
}

static void update_suppliers(struct world *w)
{
    struct procurement *p = w->procurement;
    for (size_t i = 0; i < w->policy.raids; i++) {
        bool struck = false;
        for (size_t k = 0; k < p->raids; k++)
            struck = struck || p->raid[k] == w->policy.raid[i].act;
        if (struck)
            continue;
        p->raid[p->raids++] = w->policy.raid[i].act;
        strike(w, &w->policy.raid[i]);
    }
}

/* Cards a month that the gray suppliers in business can bring in. */
static double gray_per_month(const struct world *w)
{
    const struct procurement *p = w->procurement;
    double share = 0;
    for (size_t k = 0; k < p->suppliers; k++)
        share += p->back_on[k] <= w->sim->now ? p->supplier_share[k] : 0;
    return share * series_at(p->settings->gray_per_month, w->sim->now);
}

static void open_suppliers(struct procurement *p)
{
    double sum = 0;
    p->suppliers = (size_t)round(p->settings->suppliers);
    for (size_t k = 0; k < p->suppliers; k++)
        sum += p->supplier_share[k] = det_pow((double)(k + 1), -p->settings->concentration);
    for (size_t k = 0; k < p->suppliers; k++)
        p->supplier_share[k] /= sum;
}

/* Channels and their capacities in this step; the cards in the gray channel share its capacity by weight. A card that
 * comes through either is counted as gray if that gives more of it. */
static void update_channels(struct world *w)
{
    struct procurement *p = w->procurement;
    int *kind = w->channels.kind;
    p->gray_per_month = gray_per_month(w);
    double weight = 0, gray_per_yr = p->gray_per_month * MONTHS_PER_YEAR;
    for (int g = 0; g < (int)w->generations.count; g++) {
        p->passes[g] = passes_now(w, g);
        kind[g] = channel_now(w, g);
        weight += kind[g] == CHANNEL_GRAY ? p->row[g].gray_weight : 0;
    }
    for (int g = 0; g < (int)w->generations.count; g++)
        if (kind[g] == CHANNEL_OFFICIAL && p->passes[g] < 1 && gray_offered(w, g)) {
            double with_it = weight + p->row[g].gray_weight;
            if (gray_capacity(w, g, gray_per_yr / with_it) > made_per_yr(w, g) * p->passes[g]) {
                kind[g] = CHANNEL_GRAY;
                weight = with_it;
            }
        }
    for (int g = 0; g < (int)w->generations.count; g++) {
        double *capacity = &p->capacity_per_yr[g];
        switch (kind[g]) {
        case CHANNEL_OFFICIAL:
            *capacity = made_per_yr(w, g) * p->passes[g];
            break;
        case CHANNEL_GRAY:
            *capacity = weight > 0 ? gray_capacity(w, g, gray_per_yr / weight) : 0;
            break;
        case CHANNEL_DOMESTIC:
            *capacity = made_per_yr(w, g);
            break;
        default:
            *capacity = 0;
        }
    }
    cut_domestic(w);
}

double procurement_site_kw(const struct world *w, int g)
{
    return w->channels.site_kw[g];
}

double procurement_building_cost_per_card(const struct world *w, int g)
{
    return w->procurement->settings->building_cny_per_kw * procurement_site_kw(w, g);
}

double procurement_cost_per_card(const struct world *w, int g)
{
    return w->channels.street_price_cny[g] / w->procurement->settings->hardware_share +
           procurement_building_cost_per_card(w, g);
}

double procurement_wait_years(const struct world *w, int g)
{
    int channel = procurement_channel(w, g);
    return channel < 0 ? 0
                       : w->procurement->settings->lead_yr[channel] +
                             max_of(0, w->procurement->queue_free[channel][g] - w->sim->now);
}

double procurement_queue_years(const struct world *w, int g, double cards)
{
    double capacity = w->procurement->capacity_per_yr[g];
    return procurement_channel(w, g) >= 0 && capacity > 0 ? cards / capacity : 0;
}

/* -- software ------------------------------------------------------------------------------------------------------ */

static bool runs_software_of(const struct world *w, uint32_t firm, int g)
{
    return w->firms.row[firm].software >> w->generations.stack[g] & 1;
}

double procurement_log_migration(const struct world *w, uint32_t firm, int g)
{
    return runs_software_of(w, firm, g) ? 0 : w->procurement->log_migration[g];
}

double procurement_experience(const struct world *w, uint32_t firm, int g)
{
    return runs_software_of(w, firm, g) ? w->procurement->settings->reuse : 0;
}

void procurement_gain_experience(struct world *w, uint32_t firm, int g)
{
    w->firms.row[firm].software |= (uint64_t)1 << w->generations.stack[g];
}

static void open_software(struct world *w)
{
    struct procurement *p = w->procurement;
    for (size_t g = 0; g < w->generations.count; g++)
        p->log_migration[g] = det_log(1 + p->row[g].migration_cost);
}

/* -- prices ------------------------------------------------------------------------------------------------------ */

/* Cards a year that buyers are after: the rate of orders, or the queue over the normal lead time if that is more. */
static double pressure(const struct world *w, int g)
{
    int channel = procurement_channel(w, g);
    if (channel < 0)
        return w->procurement->orders_per_yr[g];
    double queue = w->channels.backlog_cards[channel][g] /
                   max_of(w->procurement->settings->lead_yr[channel], 1.0 / MONTHS_PER_YEAR);
    return max_of(w->procurement->orders_per_yr[g], queue);
}

/* Price of a card without scarcity: in the street nobody pays for the licence. */
static double asked_cny(const struct world *w, int g)
{
    return w->generations.list_price_cny[g] *
           (procurement_channel(w, g) == CHANNEL_OFFICIAL ? w->policy.licence_price[g] : 1);
}

/* What the keenest buyers pay over the present value of rents. When a ban is announced, those who cannot wait pay more
 * for a while. */
static double keenness(const struct world *w, int g)
{
    const struct settings *s = w->procurement->settings;
    double since = w->sim->now - w->policy.ban_announced[g]; /* NaN: no ban */
    return s->panic > 0 && since >= 0 ? s->own_use * (1 + s->panic * det_exp(-since / s->panic_fade_yr)) : s->own_use;
}

static void price_foreign(struct world *w, int g, double dt)
{
    enum { RATIO_BOUND = 20 }; /* orders over capacity beyond which the premium moves no faster */
    const struct settings *s = w->procurement->settings;
    struct channels *c = &w->channels;
    int channel = procurement_channel(w, g);
    const struct fleet_market *fleets = &w->procurement->fleets; /* both nil while platforms are off */
    double capacity = w->procurement->capacity_per_yr[g] + fleets->ordered[g],
           wanted = pressure(w, g) + fleets->wanted[g];
    double ratio = min_of(RATIO_BOUND, max_of(1.0 / RATIO_BOUND, wanted / max_of(capacity, 1e-9)));
    double premium = c->premium[g] * det_exp(s->premium_speed_per_yr * det_log(ratio) * dt);
    double floor_ = channel == CHANNEL_OFFICIAL ? 1 : s->gray_floor;
    double earns = keenness(w, g) * value_of_card(w, w->regions.reference, g, VALUE_YEARS / 2.0) -
                   procurement_building_cost_per_card(w, g);
    double most = max_of(floor_, earns * s->hardware_share / asked_cny(w, g));
    c->premium_on_bound[g] = (premium >= most || premium <= floor_) && dt > 0;
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
        c->street_price_cny[g] = asked_cny(w, g) * c->premium[g];
        c->server_price_cny[g] =
            c->street_price_cny[g] * w->generations.cards_per_server[g] / s->hardware_share * (1 + s->vat);
    }
}

/* -- stockpiles ---------------------------------------------------------------------------------------------------- */

static void stock_add(struct world *w, enum holder holder, int g, double cards)
{
    struct procurement *p = w->procurement;
    p->stock[holder][g] += cards;
    p->stock_cost_cny[holder][g] += cards * w->channels.street_price_cny[g];
    w->channels.stock_bought += cards;
    w->channels.stock_held += cards;
}

/* Cards sold on or used, worth today's price in the street. */
static void stock_take(struct world *w, enum holder holder, int g, double cards)
{
    struct procurement *p = w->procurement;
    double cost = p->stock_cost_cny[holder][g] * (cards / p->stock[holder][g]);
    p->stock_gain_cny += cards * w->channels.street_price_cny[g] - cost;
    p->stock[holder][g] -= cards;
    p->stock_cost_cny[holder][g] -= cost;
    w->channels.stock_released += cards;
    w->channels.stock_held -= cards;
}

/* Cards that a holder buys ahead in dt: towards its share of the horizon's purchases, at most at a rate. */
static double buys_ahead(const struct world *w, enum holder holder, int g, double rate_per_yr, double most_per_yr,
                         double dt)
{
    const double urgency_yr = 1.0 / MONTHS_PER_YEAR;
    const struct settings *s = w->procurement->settings;
    double lacks = s->stockpile * s->stockpile_horizon_yr * rate_per_yr - w->procurement->stock[holder][g];
    return max_of(0, min_of(lacks * (1 - det_exp(-dt / urgency_yr)), most_per_yr * dt));
}

static bool hoarded(const struct world *w, int g)
{
    return w->policy.feared[g] && procurement_channel(w, g) == CHANNEL_OFFICIAL;
}

/* Dealers take from the official supply of the rental market while a ban is feared, and add to what is offered
 * afterwards. */
static void update_dealers(struct world *w, double dt)
{
    struct procurement *p = w->procurement;
    const struct settings *s = p->settings;
    for (int g = 0; g < (int)w->generations.count && dt > 0; g++) {
        double *capacity = &p->capacity_per_yr[g], stock = p->stock[DEALERS][g];
        p->release_per_yr[g] = 0;
        if (hoarded(w, g)) {
            double cards = buys_ahead(w, DEALERS, g, *capacity, s->dealer_share * *capacity, dt);
            stock_add(w, DEALERS, g, cards);
            *capacity -= cards / dt;
        } else if (stock > 0) {
            p->release_per_yr[g] = stock / s->release_yr;
            *capacity += p->release_per_yr[g];
        }
    }
}

enum { LEAST_STOCK = 8 }; /* cards: less is used at once */

/* Hyperscalers' foreign purchases of a step, given the usual ones; what they hold is used up over the horizon. */
static double fleets_with_stock(struct world *w, double usual, double dt)
{
    struct procurement *p = w->procurement;
    const struct settings *s = p->settings;
    double offered = 0, bought = usual, kept = det_exp(-dt / s->stockpile_horizon_yr);
    for (int g = 0; g < (int)w->generations.count; g++)
        offered += procurement_channel(w, g) == CHANNEL_OFFICIAL ? made_per_yr(w, g) * p->passes[g] : 0;
    for (int g = 0; g < (int)w->generations.count; g++) {
        double held = p->stock[FLEETS][g];
        if (hoarded(w, g)) {
            double rate = usual / dt * made_per_yr(w, g) * p->passes[g] / offered;
            double cards = buys_ahead(w, FLEETS, g, rate, s->surge * rate, dt);
            stock_add(w, FLEETS, g, cards);
            bought += cards;
        } else if (held > 0) {
            double used = held < LEAST_STOCK ? held : held * (1 - kept);
            stock_take(w, FLEETS, g, used);
            bought -= used;
        }
    }
    return max_of(0, bought);
}

/* Money tied up in cards costs interest. */
static void carry_stock(struct world *w, double dt)
{
    if (w->channels.stock_held <= 0)
        return;
    double grown = det_exp(w->value.discount_per_yr * dt);
    for (int holder = 0; holder < HOLDERS; holder++)
        for (size_t g = 0; g < w->generations.count; g++)
            w->procurement->stock_cost_cny[holder][g] *= grown;
}

/* Cards held, and the gain on all that was ever bought ahead: on what has gone, and on what is held at today's prices.
 */
static double stock_held(const struct world *w, double *gain_cny)
{
    const struct procurement *p = w->procurement;
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
static void sell_stock(struct world *w, int g, double cards)
{
    struct procurement *p = w->procurement;
    if (p->release_per_yr[g] > 0)
        stock_take(w, DEALERS, g, min_of(p->stock[DEALERS][g], cards * p->release_per_yr[g] / p->capacity_per_yr[g]));
}

/* -- platforms ----------------------------------------------------------------------------------------------------- */

struct fleet_market *procurement_fleets(const struct world *w)
{
    return platform_on(w) ? &w->procurement->fleets : NULL;
}

enum { LEAST_LESSORS = 20 }; /* makers keep one card in so many for small buyers */

/* Cards a year that lessors are after, by the clock of platforms. */
static double lessors_want(const struct world *w, int g, double lag_yr)
{
    int channel = procurement_channel(w, g);
    double queue = channel < 0 ? 0 : w->channels.backlog_cards[channel][g] / lag_yr;
    return max_of(w->procurement->orders_per_yr[g], queue);
}

/* Platforms buy at a rate; while a ban is feared they buy ahead, and use that up afterwards. */
static void fleet_buys(struct world *w, int g, double rate_per_yr, double dt)
{
    struct procurement *p = w->procurement;
    const struct settings *s = p->settings;
    double held = p->stock[FLEETS][g], cards = rate_per_yr * dt;
    p->fleets.bought[g] += cards;
    if (hoarded(w, g)) {
        double ahead = buys_ahead(w, FLEETS, g, rate_per_yr, s->surge * rate_per_yr, dt);
        stock_add(w, FLEETS, g, ahead);
        p->fleets.stocked[g] += ahead;
        cards += ahead;
    } else if (held > 0) {
        double used = held < LEAST_STOCK ? held : held * -det_expm1(-dt / s->stockpile_horizon_yr);
        stock_take(w, FLEETS, g, used);
        p->fleets.released[g] += used;
    }
    bool domestic = w->generations.domestic[g];
    *(domestic ? &p->fleet_domestic : &p->fleet_foreign) += cards;
    p->fleet_cny += cards * procurement_cost_per_card(w, g);
    w->channels.fleet_cards[domestic] += cards;
}

/* What platforms ordered in the last step comes out of each channel's capacity; lessors have what is left. Where all
 * together want more than there is, it is shared by orders times priority. */
static void share_with_fleets(struct world *w, double dt)
{
    struct procurement *p = w->procurement;
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
        if (f->wanted[g] + lessors > all)
            due = max_of(1 - f->wanted[g] / all, lessors / (lessors + priority * f->wanted[g]));
        *share += (min_of(1, max_of(1.0 / LEAST_LESSORS, due)) - *share) * moved;
        f->room[g] = all * (1 - *share);
        double sold = p->fleets_order ? min_of(f->ordered[g], f->room[g]) : f->room[g];
        fleet_buys(w, g, p->fleets_order ? sold : 0, dt);
        *capacity -= sold;
    }
    p->fleets_order = p->fleets_order || dt > 0;
}

/* -- orders -------------------------------------------------------------------------------------------------------- */

static uint32_t free_order(struct world *w)
{
    struct procurement *p = w->procurement;
    uint32_t id = p->free_order;
    if (id == UINT32_MAX) {
        WORLD_GROW(w, p->order, p->count, p->capacity);
        return (uint32_t)p->count++;
    }
    p->free_order = p->order[id].next_free;
    return id;
}

double procurement_order(struct world *w, uint32_t project, int g, double cards)
{
    struct procurement *p = w->procurement;
    int channel = procurement_channel(w, g);
    assert(channel >= 0);
    double now = w->sim->now, capacity = p->capacity_per_yr[g], *free_at = &p->queue_free[channel][g];
    const struct project *buyer = &w->projects.row[project];
    double migration = det_exp(procurement_log_migration(w, buyer->firm, g));
    double turn = max_of(now, *free_at);
    if (channel != CHANNEL_GRAY && turn > now) /* by then output has come up further */
        capacity *= made_at(w, g, turn) / made_at(w, g, now);
    *free_at = turn + cards / max_of(capacity, 1);
    w->channels.offers.queue_free[w->channels.offers.place[g]] = *free_at;
    double due = *free_at + p->settings->lead_yr[channel];
    uint32_t id = free_order(w);
    p->order[id] = (struct order){.project = project,
                                  .generation = g,
                                  .channel = (enum channel_kind)channel,
                                  .cards = cards,
                                  .cost_per_card = procurement_cost_per_card(w, g) * migration,
                                  .due = due,
                                  .live = true};
    p->order[id].handle = sim_schedule_handle(
        w->sim, due, 0, (struct event){.model = (uint16_t)sim_model_index(w->sim, &model_procurement), .id = id});
    p->orders_per_yr[g] += cards / p->settings->order_memory_yr;
    sell_stock(w, g, cards);
    w->projects.row[project].order = id;
    w->channels.ordered += cards;
    p->placed += cards;
    w->channels.backlog_cards[channel][g] += cards;
    return due;
}

static void close_order(struct world *w, struct order *o, double *account)
{
    o->live = false;
    o->next_free = w->procurement->free_order;
    w->procurement->free_order = (uint32_t)(o - w->procurement->order);
    *account += o->cards;
    w->channels.backlog_cards[o->channel][o->generation] -= o->cards;
    w->projects.row[o->project].order = UINT32_MAX;
}

/* Neither cards nor money come back; `account` says where the cards went. */
static void lose_order(struct world *w, struct order *o, double *account)
{
    double paid = w->procurement->settings->prepaid * o->cards * o->cost_per_card;
    const struct project *project = &w->projects.row[o->project];
    uint32_t firm = pipeline_firm(w, project);
    ledger_post(w, firm, ACCOUNT_PREPAYMENTS_LOST, paid);
    w->channels.all_prepayments_lost_cny += paid;
    close_order(w, o, account);
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

/* Uniform numbers that belong to this order, in this order. */
enum luck { LUCK_MISHAP, LUCK_CAUGHT, LUCKS };
static void order_luck(const struct world *w, const struct order *o, double luck[LUCKS])
{
    const struct project *project = &w->projects.row[o->project];
    struct stream s = sim_stream(w->sim, &model_procurement,
                                 identity(STREAM_OF_ORDER + project->orders, project->owner_class, project->k));
    stream_fill_uniform(&s, luck, LUCKS);
}

static bool is_seized(const struct world *w, const struct order *o)
{
    double luck[LUCKS], passes = (1 - w->procurement->settings->seizure) * (1 - w->policy.raid_seizure);
    order_luck(w, o, luck);
    return luck[LUCK_MISHAP] < 1 - passes;
}

static void arrive(struct world *w, const struct event *event)
{
    struct order *o = &w->procurement->order[event->id];
    struct channels *c = &w->channels;
    if (o->channel == CHANNEL_GRAY && is_seized(w, o)) {
        lose_order(w, o, &c->seized);
        pipeline_order_lost(w, o->project, o->cards, "seized on the way");
        return;
    }
    close_order(w, o, &c->delivered);
    w->procurement->arrived += o->cards;
    if (isnan(c->first_arrival[o->generation]))
        c->first_arrival[o->generation] = w->sim->now;
    *(w->generations.domestic[o->generation] ? &c->step_delivered_domestic : &c->step_delivered_foreign) += o->cards;
    pipeline_delivered(w, o->project, o->cards, o->cost_per_card, o->channel);
}

/* A gate has closed to a share of what passed: that share of what is not yet on its way is caught. */
static void catch_orders(struct world *w, int g, double share)
{
    struct procurement *p = w->procurement;
    double now = w->sim->now;
    for (size_t i = 0; i < p->count; i++) {
        struct order *o = &p->order[i];
        if (!o->live || o->generation != g || o->channel != CHANNEL_OFFICIAL || o->due <= now + p->settings->shipped_yr)
            continue;
        double luck[LUCKS];
        order_luck(w, o, luck);
        if (luck[LUCK_CAUGHT] >= share)
            continue;
        bool refunded = luck[LUCK_MISHAP] < p->settings->refunded;
        calendar_cancel(w->sim->calendar, o->handle);
        if (refunded)
            close_order(w, o, &w->channels.refunded);
        else
            lose_order(w, o, &w->channels.lost);
        pipeline_order_lost(w, o->project, o->cards,
                            refunded ? "caught by the ban, refunded" : "caught by the ban, prepayment lost");
    }
    if (share >= 1)
        p->queue_free[CHANNEL_OFFICIAL][g] = now;
}

static bool is_far_along(const struct world *w, const struct project *p)
{
    double all = p->site_ready - p->building_since, done = w->sim->now - p->building_since;
    return done >= w->procurement->settings->far_along * all;
}

/* A rule bars card g from state-funded centres: those newly barred that are not far along give their orders back. */
static void give_back_orders(struct world *w, int g, double was_barred)
{
    struct procurement *p = w->procurement;
    for (size_t i = 0; i < p->count; i++) {
        struct order *o = &p->order[i];
        if (!o->live || o->generation != g)
            continue;
        const struct project *project = &w->projects.row[o->project];
        bool barred = project->state_luck < w->policy.barred_for_state[g] && project->state_luck >= was_barred;
        if (!barred || !w->vintages.state_funded[project->owner_class] || is_far_along(w, project))
            continue;
        calendar_cancel(w->sim->calendar, o->handle);
        close_order(w, o, &w->channels.refunded);
        pipeline_order_lost(w, o->project, o->cards, "given back: barred from state-funded centres");
    }
}

/* Mean cost in place of the cards that a channel sells, by what it sells of each; nil if it sells none. */
static double mean_cost(const struct world *w, enum channel_kind channel)
{
    double cost = 0, cards = 0;
    for (int g = 0; g < (int)w->generations.count; g++)
        if (procurement_channel(w, g) == (int)channel) {
            cost += w->procurement->capacity_per_yr[g] * procurement_cost_per_card(w, g);
            cards += w->procurement->capacity_per_yr[g];
        }
    return cards > 0 ? cost / cards : 0;
}

/* Series are read in the middle of the step, so that splitting a step changes no sum. */
static void update_fleets(struct world *w, double dt)
{
    struct procurement *p = w->procurement;
    const struct settings *s = p->settings;
    double now = w->sim->now + dt / 2, open = 0;
    for (int g = 0; g < (int)w->generations.count; g++)
        if (procurement_channel(w, g) == CHANNEL_OFFICIAL)
            open = max_of(open, p->passes[g]);
    double wanted = series_at(s->fleet_per_month, now),
           made = series_at(s->fleet_domestic_per_month, now) * s->domestic_output;
    double domestic = min_of(wanted, made * (s->fleet_captive + (1 - s->fleet_captive) * (1 - open)));
    double at_home = domestic * MONTHS_PER_YEAR * dt,
           abroad = fleets_with_stock(w, (wanted - domestic) * open * MONTHS_PER_YEAR * dt, dt);
    p->fleet_domestic += at_home;
    p->fleet_foreign += abroad;
    p->fleet_cny += at_home * mean_cost(w, CHANNEL_DOMESTIC) + abroad * mean_cost(w, CHANNEL_OFFICIAL);
    w->channels.fleet_cards[false] += abroad;
    w->channels.fleet_cards[true] += at_home;
}

/* What closing gates and new rules do to orders outstanding. */
static void update_gates(struct world *w)
{
    struct procurement *p = w->procurement;
    for (int g = 0; g < (int)w->generations.count; g++) {
        double passes = p->passes[g], passed = p->passed[g], barred = w->policy.barred_for_state[g];
        if (passes > 0)
            p->closed_on[g] = NONE;
        else if (passed > 0)
            p->closed_on[g] = w->sim->now;
        if (passes < passed)
            catch_orders(w, g, 1 - passes / passed);
        if (barred > p->barred[g])
            give_back_orders(w, g, p->barred[g]);
        p->passed[g] = passes;
        p->barred[g] = barred;
    }
}

/* Cards in = cards out, at every step and at the end; a broken promise fails the replication. */
static void check_conservation(struct world *w)
{
    const struct channels *c = &w->channels;
    double in_flight = 0, gain;
    for (int k = 0; k < CHANNELS; k++)
        for (size_t g = 0; g < w->generations.count; g++)
            in_flight += c->backlog_cards[k][g];
    double error = c->ordered - c->delivered - c->refunded - c->lost - c->seized - in_flight;
    if (fabs(error) > 1e-6 * (1 + c->ordered))
        sim_fail(w->sim, "%.3g cards ordered are neither delivered, refunded, lost, seized nor in flight", error);
    error = c->stock_bought - c->stock_released - stock_held(w, &gain);
    if (fabs(error) > 1e-6 * (1 + c->stock_bought))
        sim_fail(w->sim, "%.3g cards bought ahead of bans are neither sold, used nor held", error);
}

static void list_offers(struct world *w)
{
    const struct procurement *p = w->procurement;
    struct offers *o = &w->channels.offers;
    o->count = 0;
    for (int g = 0; g < (int)w->generations.count; g++) {
        int channel = procurement_channel(w, g);
        if (channel < 0)
            continue;
        size_t place = o->count++;
        o->generation[place] = g;
        o->place[g] = (int)place;
        o->lead_yr[place] = p->settings->lead_yr[channel];
        o->queue_free[place] = p->queue_free[channel][g];
        o->log_migration[place] = p->log_migration[g];
        o->software[place] = (uint64_t)1 << w->generations.stack[g];
    }
}

static void supply(struct world *w)
{
    double dt = w->sim->dt;
    check_conservation(w);
    update_suppliers(w);
    update_channels(w);
    update_gates(w);
    carry_stock(w, dt);
    if (platform_on(w))
        share_with_fleets(w, dt);
    update_dealers(w, dt);
    if (!platform_on(w))
        update_fleets(w, dt);
    update_prices(w, dt);
    list_offers(w);
}

/* -- outputs ------------------------------------------------------------------------------------------------------- */

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
static const struct output outputs[] = {
    [OUT_PREMIUM] = {"gray.premium", OUTPUT_SERIES, "", NULL,
                     "street price over list price of foreign cards that cannot be bought officially, weighted by orders"},
    [OUT_PREMIUM_OF] = {"premium", OUTPUT_SERIES, "", GENERATION, "price over list price, in the street or with a licence"},
    [OUT_WAIT] = {"wait", OUTPUT_SERIES, "years", GENERATION, "time until a card that a lessor orders now is delivered"},
    [OUT_BACKLOG] = {"gray.backlog", OUTPUT_SERIES, "cards", NULL, "cards ordered through the gray channel and not yet delivered"},
    [OUT_SERVER_PRICE] = {"server_price", OUTPUT_SERIES, "CNY/server", GENERATION,
                          "quoted price of a server with its share of network and storage, incl VAT"},
    [OUT_DOMESTIC_SHARE] = {"domestic_share", OUTPUT_SERIES, "", NULL,
                            "domestic share of new cards, by cards, hyperscalers' purchases included", .share = true},
    [OUT_FLEET] = {"fleet_purchases", OUTPUT_SERIES, "cards/month", NULL, "hyperscalers' purchases for their own fleets"},
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
                          "share of planned domestic output for the rental market that process and memory do not allow", .share = true},
    [OUT_FIRST_ARRIVAL] = {"first_arrival", OUTPUT_SCALAR, "date", GENERATION, "first delivery to a rental centre"},
    [OUT_CAUGHT] = {"orders.caught", OUTPUT_SCALAR, "cards", NULL,
                    "cards ordered and never delivered: refunded, cancelled, seized or lost"},
    [OUT_SEIZED] = {"orders.seized", OUTPUT_SCALAR, "cards", NULL, "cards seized on their way through the gray channel"},
    [OUT_PREPAYMENTS_LOST] = {"prepayments_lost", OUTPUT_SCALAR, "CNY", NULL, "prepayments for orders seized or caught by a ban, and not refunded"},
    {0},
};
/* clang-format on */

static double suppliers_in_business(const struct world *w)
{
    double count = 0;
    for (size_t k = 0; k < w->procurement->suppliers; k++)
        count += w->procurement->back_on[k] <= w->sim->now;
    return count;
}

static void sample_orders(struct world *w)
{
    struct procurement *p = w->procurement;
    const struct model *m = &model_procurement;
    double gain, held = stock_held(w, &gain);
    sim_record(w->sim, m, OUT_SUPPLIERS, -1, suppliers_in_business(w), false);
    sim_record(w->sim, m, OUT_GRAY_CAPACITY, -1, p->gray_per_month, false);
    sim_record(w->sim, m, OUT_STOCKPILE, -1, held, false);
    sim_record(w->sim, m, OUT_STOCKPILE_GAIN, -1, gain, false);
    sim_record(w->sim, m, OUT_PLACED, -1, p->placed, false);
    sim_record(w->sim, m, OUT_ARRIVED, -1, p->arrived, false);
    sim_record(w->sim, m, OUT_DOMESTIC_CUT, -1, p->domestic_cut, false);
    p->placed = p->arrived = 0;
}

static void sample(struct world *w)
{
    struct procurement *p = w->procurement;
    struct channels *c = &w->channels;
    const struct model *m = &model_procurement;
    double premium = 0, weight = 0, weight_on_bound = 0, backlog = 0;
    for (int g = 0; g < (int)w->generations.count; g++) {
        if (!w->generations.launched[g]) /* what is not recorded does not apply */
            continue;
        bool quoted = w->generations.sold[g] && !w->generations.domestic[g];
        bool gray = quoted && gray_offered(w, g) && p->passes[g] <= 0;
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

static void finish(struct world *w)
{
    check_conservation(w);
    for (int g = 0; g < (int)w->generations.count; g++)
        sim_record(w->sim, &model_procurement, OUT_FIRST_ARRIVAL, g, w->channels.first_arrival[g], false);
    sim_record(w->sim, &model_procurement, OUT_CAUGHT, -1, w->channels.refunded + w->channels.lost + w->channels.seized,
               false);
    sim_record(w->sim, &model_procurement, OUT_SEIZED, -1, w->channels.seized, false);
    sim_record(w->sim, &model_procurement, OUT_PREPAYMENTS_LOST, -1, w->channels.all_prepayments_lost_cny, false);
}

static void start(struct world *w)
{
    struct procurement *p = w->procurement = arena_alloc(&w->sim->arena, sizeof *p);
    p->settings = sim_settings(w->sim, &model_procurement);
    p->row = sim_rows(w->sim, &model_procurement, GENERATION);
    p->free_order = UINT32_MAX;
    open_suppliers(p);
    open_software(w);
    for (int g = 0; g < MAX_GENERATIONS; g++) {
        w->channels.premium[g] = 1;
        w->channels.site_kw[g] = w->generations.power_kw[g] * p->settings->server_kw_factor;
        w->channels.first_arrival[g] = NONE;
        p->closed_on[g] = w->sim->now;
    }
    update_channels(w);
    for (int g = 0; g < (int)w->generations.count; g++) {
        double all = made_per_yr(w, g);
        p->lessors_share[g] = all > 0 ? max_of(1.0 / LEAST_LESSORS, min_of(1, rental_per_yr(w, g) / all)) : 1;
    }
    memcpy(p->passed, p->passes, sizeof p->passed);
    for (int g = 0; g < MAX_GENERATIONS; g++)
        if (p->passes[g] > 0)
            p->closed_on[g] = NONE;
    memcpy(p->barred, w->policy.barred_for_state, sizeof p->barred);
    update_prices(w, 0);
    list_offers(w);
}

/* clang-format off */
static const struct table tables[] = {
    {GENERATION, sizeof(struct row), "hardware generations"},
    {0},
};
/* clang-format on */

const struct model model_procurement = {
    .name = "procurement",
    .help = "official, gray and domestic channels: queues, street premium, orders caught by bans, stockpiles, "
            "hyperscaler fleets",
    .tables = tables,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    .start = start,
    .event = arrive,
    .finish = finish,
    .phase = {[PHASE_SUPPLY] = supply, [PHASE_SAMPLE] = sample},
};
