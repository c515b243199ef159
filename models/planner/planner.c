/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A buyer of compute who asks: build or rent, how much of each, or wait?
 *
 * The planner reads the world and pays what it asks at each date; it never sees the future, and is too small to move
 * the world. Every alternative delivers the same effective P-hours: a need N_w(t) of peak effective P by workload,
 *
 *     N_w(t) = need_w e^(growth_w t) X(t),
 *
 * X a geometric Brownian motion of mean 1 (`volatility`), until the need ends for good (hazard `ends`). Its hours
 * follow the load-duration curve L(x) = (1 - x)^(1/l - 1) (Stoft 2002, Power System Economics, 1-4): level x of the
 * peak is in use a share L(x) of the time, l on average. So capacity for a share s of the peak, used first, delivers
 *
 *     f(s) = 1 - (1 - s)^(1/l)
 *
 * of all hours: the first cards work nearly always, the last hardly ever. Own cards run first, then those under term
 * contracts; what is missing is rented by the hour.
 *
 * Own: tranches are ordered through the market's channel at its price, wait in its queue, and come when site and cards
 * are there. They cost power for used hours at the region's price and overhead, upkeep as in the market, and staff.
 * Spare hours are let as far as competent cards find users; at the end cards are sold for a share of what they can
 * still earn, at most their street price.
 *
 * Term contracts: the forward curve's rent for all hours, used or not, signed again at each term's end.
 *
 * By the hour: the cheapest card on offer for each workload, times a premium. The share of demand that the market
 * leaves unmet cannot be had at that price and is bought at `shortage` times it: rationing. Moving to the next contract
 * costs some weeks of double rent.
 *
 * Waiting: by the hour until a date of decision, and the best of the others from then on, as seen on that date
 * (Longstaff and Schwartz 2001; taken after all replications in sim/command/decision.c).
 *
 * Costs are after tax and unlevered, at the cost of capital. Financing comes on top (adjusted present value: Myers,
 * Dill and Bautista 1976): a loan B at the rate r_l adds int ((r_d - r_l) + T r_l) B dt, discounted at the market's
 * rate of debt r_d; term contracts displace debt and lose its tax shield. VAT is a cost only where it is not recovered.
 * Money is in CNY.
 *
 * Imposed: need, shares, terms. From the world: prices, terms, lead times, queues, rationing, resale, power. On or off,
 * nothing else in the world changes.
 */
#include "planner.h"
#include "models/models.h"

#include "sim/base/det.h"
#include "sim/scenario/scenario.h"

enum { STREAM_OF_NEED, STREAM_OF_END }; /* (0, month); (0, 0) */
enum { MOST_TRANCHES = 8, HORIZON_MOST_YR = 30 };
static const double SLACK_YR = 1e-6; /* steps end on dates up to rounding */

struct tranche {
    double cards, cost; /* cost: with VAT that is not recovered */
    double due, tax_book, tax_life_yr;
    bool paid, standing;
};

/* An alternative begun at one date, and what it has cost so far. */
struct position {
    const struct alternative *row;
    double began, next_order, next_move;
    int ordered; /* tranches so far */
    bool open, closed;
    struct tranche tranche[MOST_TRANCHES];
    double debt, repaid_per_yr;
    double contract_cards[WORKLOADS], contract_cny_per_yr, contract_ends; /* with VAT */
    int contract_generation[WORKLOADS];
    bool signed_before;
    double cost, financing; /* present values at the start, after tax */
    double usage, rented, sublet, spare_worth; /* parts of cost: power of used hours, rent by the hour, sublet income;
                                                  used hours at that income */
    double spent, delivered; /* undiscounted: CNY, effective P-hours */
};

struct planner {
    const struct planner_settings *settings;
    const struct alternative *row;
    size_t rows, dates;
    double date[PLANNER_DATES], end; /* end: of the need, or of the horizon */
    struct position *position; /* [rows][dates] */
    double asked[PLANNER_DATES][PLANNER_ALTERNATIVES], paid[PLANNER_DATES];
    size_t noted; /* dates passed */
    double level; /* X */
    int level_month;
    double hours, card_hours; /* present value of what is needed */
    /* this step */
    double now, until, middle, dt, discount, discount_debt;
    double need[WORKLOADS]; /* effective P at the peak */
    double spot[WORKLOADS]; /* CNY per effective P-hour by the hour, all told */
    double let_share, voucher; /* voucher: share of rents that it pays */
};

#define ALTERNATIVE PLANNER_TABLE
#define MINE(member, key, units, low, high, fallback, how, explain)                                                    \
    NUMBER(struct planner_settings, member, key, units, low, high, fallback, how, explain, NULL)
#define OF(member, key, units, low, high, fallback, explain)                                                           \
    COLUMN(ALTERNATIVE, struct alternative, member, key, units, low, high, fallback, UNCERTAIN, explain, NULL)
/* clang-format off */
static const struct param params[] = {
    {.name = "start",
     .type = PARAM_DATE,
     .min = 2000,
     .max = 2100,
     .help = "date of the decision",
     .offset = offsetof(struct planner_settings, start)},
    MINE(horizon_yr, "horizon", "yr", 0.25, HORIZON_MOST_YR, "5 years", FIXED, "how long the need is planned for"),
    MINE(need_p[TRAINING], "need_training", "P", 0, 1e7, "0 P", UNCERTAIN,
         "effective P that training needs at its peak, at the start"),
    MINE(need_p[INFERENCE], "need_inference", "P", 0, 1e7, "0 P", UNCERTAIN,
         "effective P that inference needs at its peak, at the start"),
    MINE(growth_per_yr[TRAINING], "growth_training", "/yr", -3, 3, "0 /yr", UNCERTAIN,
         "growth of the need for training"),
    MINE(growth_per_yr[INFERENCE], "growth_inference", "/yr", -3, 3, "0 /yr", UNCERTAIN,
         "growth of the need for inference"),
    MINE(load[TRAINING], "load_training", "", 0.01, 1, "1", UNCERTAIN, "mean over peak of the need for training"),
    MINE(load[INFERENCE], "load_inference", "", 0.01, 1, "1", UNCERTAIN, "mean over peak of the need for inference"),
    MINE(volatility, "volatility", "", 0, 3, "0", UNCERTAIN, "deviation of the log need that a year adds"),
    MINE(ends_per_yr, "ends", "/yr", 0, 10, "0 /yr", UNCERTAIN,
         "hazard that the need ends for good: the product is given up"),
    MINE(discount_per_yr, "cost_of_capital", "/yr", -0.1, 1, "8 %/yr", UNCERTAIN,
         "discount rate of unlevered cash flows after tax"),
    MINE(debt_per_yr, "cost_of_debt", "/yr", 0, 1, "4 %/yr", UNCERTAIN,
         "what the market asks for loans to the planner"),
    MINE(tax, "tax", "", 0, 0.9, "0", UNCERTAIN, "income tax on what is saved or spent, 0 for who pays none"),
    MINE(tax_life_yr, "tax_life", "yr", 0, 20, "3 years", FIXED,
         "straight-line life of cards for tax; 0: expensed at once"),
    NUMBER(struct planner_settings, vat_rent, "vat_rent", "", 0, 1, "6%", FIXED, "value added tax on rents", "statute"),
    NUMBER(struct planner_settings, vat_equipment, "vat_equipment", "", 0, 1, "13%", FIXED,
           "value added tax on equipment", "statute"),
    MINE(vat_recovered, "vat_recovered", "", 0, 1, "1", UNCERTAIN,
         "share of value added tax paid that is credited; 0: exempt buyers, public bodies"),
    MINE(on_demand_premium, "on_demand_premium", "", 0.1, 10, "1", UNCERTAIN,
         "what an hour costs by the hour over the market's monthly rent"),
    MINE(reserved_premium, "reserved_premium", "", 0.1, 10, "1", UNCERTAIN,
         "what a term contract costs over the forward curve's rent of that term"),
    MINE(shortage, "shortage", "", 1, 20, "1", UNCERTAIN,
         "price over the rent by the hour of what the market has not got"),
    MINE(voucher, "voucher", "", 0, 1, "0", UNCERTAIN, "share of rents that a voucher pays while the state grants any"),
    MINE(voucher_cny_per_yr, "voucher_cap", "CNY/yr", 0, 1e12, "1e12 CNY/yr", UNCERTAIN,
         "what a voucher pays a year at most"),
    {.name = "tokens",
     .type = PARAM_NUMBER,
     .draw = UNCERTAIN,
     .unit = "token/P-hour",
     .min = 1,
     .max = 1e15,
     .value = "none",
     .help = "tokens that an effective P-hour gives, for the cost of a million of them",
     .offset = offsetof(struct planner_settings, tokens_per_p_hour)},
    {.name = "reference",
     .type = PARAM_REFERENCE,
     .of = "generations",
     .value = "H100",
     .help = "card whose hours costs are also told in",
     .offset = offsetof(struct planner_settings, reference)},

    {.name = "kind",
     .table = ALTERNATIVE,
     .type = PARAM_CHOICE,
     .choices = "build rent_on_demand rent_reserved hybrid wait",
     .value = "rent_on_demand",
     .help = "how the need is met",
     .offset = offsetof(struct alternative, kind)},
    {.name = "generation",
     .table = ALTERNATIVE,
     .type = PARAM_REFERENCE,
     .of = "generations",
     .value = "none",
     .help = "card that is built with, or insisted on when renting; none: the cheapest on offer for each workload",
     .offset = offsetof(struct alternative, generation)},
    {.name = "channel",
     .table = ALTERNATIVE,
     .type = PARAM_CHOICE,
     .choices = "official gray domestic any",
     .value = "any",
     .help = "channel that is bought through; orders wait until it is open",
     .offset = offsetof(struct alternative, channel)},
    {.name = "region",
     .table = ALTERNATIVE,
     .type = PARAM_REFERENCE,
     .of = "regions",
     .value = "none",
     .help = "where own cards stand; none: the region of reference",
     .offset = offsetof(struct alternative, region)},
    OF(share, "share", "", 0, 5, "1", "share of the peak need that is built, or reserved when renting"),
    OF(rest_reserved, "rest_reserved", "", 0, 1, "0", "share of what is not built that a term contract covers"),
    OF(tranches, "tranches", "", 1, MOST_TRANCHES, "1", "equal orders that what is built comes in"),
    OF(tranche_yr, "tranche_every", "yr", 0, 10, "6 months", "time between these orders"),
    OF(build_time_yr, "build_time", "yr", 0, 10, "0 months",
       "from an order until the site is ready; cards may take longer"),
    OF(headroom, "headroom", "", -0.9, 5, "0", "capacity ordered beyond the need of the day, share of it"),
    OF(prepaid, "prepaid", "", 0, 1, "0", "share of the price paid with the order, the rest at delivery"),
    OF(lost, "lost", "", 0, 0.9, "0", "share of cards paid for that never arrive"),
    {.name = "invoice",
     .table = ALTERNATIVE,
     .type = PARAM_FLAG,
     .value = "true",
     .help = "bought with an invoice, without which no value added tax is credited",
     .offset = offsetof(struct alternative, invoice)},
    OF(sublet, "sublet", "", 0, 1, "0", "share of own spare hours offered to others"),
    OF(resale, "resale", "", 0, 1, "0", "share of what cards can still earn that their sale at the end brings"),
    OF(service_life_yr, "service_life", "yr", 0.5, 30, "6.5 years", "physical life of own cards"),
    OF(staff_cny_per_yr, "staff", "CNY/yr", 0, 1e12, "0 CNY/yr", "people who run it, beyond the market's upkeep"),
    OF(term_yr, "term", "yr", 1.0 / MONTHS_PER_YEAR, LONGEST_TERM_MONTHS / MONTHS_PER_YEAR, "1 year",
       "length of a rental contract"),
    OF(recontracting_yr, "recontracting", "yr", 0, 1, "0 weeks",
       "time for which rent is paid twice when one contract follows another"),
    OF(penalty, "penalty", "", 0, 1, "1", "share of rent still due that leaving a term contract costs"),
    OF(displaced, "displaced_debt", "", 0, 1, "0", "debt that a yuan still due under a term contract displaces"),
    OF(debt_share, "debt_share", "", 0, 1, "0", "share of what is built that is borrowed"),
    {.name = "loan_rate",
     .table = ALTERNATIVE,
     .type = PARAM_NUMBER,
     .draw = UNCERTAIN,
     .unit = "/yr",
     .min = 0,
     .max = 1,
     .value = "none",
     .help = "rate of that loan; none: the cost of debt, without subsidy",
     .offset = offsetof(struct alternative, loan_per_yr)},
    OF(loan_yr, "loan_life", "yr", 0.5, 30, "5 years", "time over which it is repaid in equal parts"),
    OF(until_yr, "until", "yr", 0, HORIZON_MOST_YR, "1 year", "longest time that deciding is put off"),
    OF(review_yr, "review", "yr", 1.0 / MONTHS_PER_YEAR, 10, "3 months",
       "time between two looks at the market while waiting"),
    {0},
};
/* clang-format on */

/* -- dates --------------------------------------------------------------------------------------------------------- */

size_t planner_dates(const struct planner_settings *s, const struct alternative *row, size_t rows,
                     double date[PLANNER_DATES])
{
    size_t count = 1;
    date[0] = s->start;
    for (size_t i = 0; i < rows; i++)
        if (row[i].kind == ALTERNATIVE_WAIT)
            for (; count < PLANNER_DATES && (double)count * row[i].review_yr <= row[i].until_yr + SLACK_YR; count++)
                date[count] = s->start + (double)count * row[i].review_yr;
    return count;
}

static bool is_due(const struct planner *plan, double date)
{
    return plan->now >= date - SLACK_YR;
}

/* -- what the market asks ------------------------------------------------------------------------------------------ */

static bool is_on_offer(const struct world *w, int g, enum workload k)
{
    return w->vintages.competent_cards[g] >= 1 && w->generations.effective_p[k][g] > 0;
}

/* The card whose hour is cheapest per effective P, at spot (months 0) or for a term; -1: none is on offer. */
static int cheapest(const struct world *w, enum workload k, int months, double *price)
{
    int best = -1;
    for (int g = 0; g < (int)w->generations.count; g++) {
        if (!is_on_offer(w, g, k))
            continue;
        double rent = months ? value_term_rent(w, g, months) : w->market.rent_card[g];
        double each = rent / w->generations.effective_p[k][g];
        if (best < 0 || each < *price) {
            best = g;
            *price = each;
        }
    }
    return best;
}

/* What a yuan of rent costs with its tax. */
static double of_a_rent(const struct planner_settings *s)
{
    return 1 + s->vat_rent * (1 - s->vat_recovered);
}

static bool vouchers_are_granted(const struct world *w)
{
    for (int c = 0; c < MAX_TENANT_CLASSES; c++)
        if (w->policy.voucher_share[c] > 0)
            return true;
    return false;
}

/* By the hour: rationed, with premium. Where nobody offers, work costs what the market says it would. */
static double spot_price(const struct world *w, enum workload k, int generation)
{
    const struct planner_settings *s = w->planner->settings;
    double price = w->market.rent[k];
    if (generation >= 0 && is_on_offer(w, generation, k))
        price = w->market.rent_card[generation] / w->generations.effective_p[k][generation];
    else
        cheapest(w, k, 0, &price);
    double rationed = w->market.demand[k] > 0 ? min_of(1, w->leases.unmet_p[k] / w->market.demand[k]) : 0;
    return price * s->on_demand_premium * (1 + rationed * (s->shortage - 1)) * of_a_rent(s);
}

static bool rents_only(const struct alternative *a)
{
    return a->kind == ALTERNATIVE_ON_DEMAND || a->kind == ALTERNATIVE_RESERVED || a->kind == ALTERNATIVE_WAIT;
}

static double spot_of(const struct world *w, const struct alternative *a, enum workload k)
{
    return rents_only(a) && a->generation >= 0 ? spot_price(w, k, a->generation) : w->planner->spot[k];
}

/* Cards for a share of today's peak need. Work that a card cannot do is left to others. */
static double cards_for_need(const struct world *w, int g)
{
    double cards = 0;
    for (int k = 0; k < WORKLOADS; k++)
        if (w->generations.effective_p[k][g] > 0)
            cards += w->planner->need[k] / w->generations.effective_p[k][g];
    return cards;
}

static int region_of(const struct world *w, const struct alternative *a)
{
    return a->region >= 0 && a->region < (int)w->regions.count ? a->region : w->regions.reference;
}

static double built_share(const struct alternative *a)
{
    return a->kind == ALTERNATIVE_BUILD || a->kind == ALTERNATIVE_HYBRID ? a->share : 0;
}

static double reserved_share(const struct alternative *a)
{
    return a->kind == ALTERNATIVE_RESERVED ? a->share
           : built_share(a) > 0            ? max_of(0, 1 - built_share(a)) * a->rest_reserved
                                           : 0;
}

/* What equipment costs of its price without tax. */
static double of_a_price(const struct world *w, const struct alternative *a)
{
    const struct planner_settings *s = w->planner->settings;
    return (1 + s->vat_equipment * (1 - (a->invoice ? s->vat_recovered : 0))) / (1 - a->lost);
}

/* -- money --------------------------------------------------------------------------------------------------------- */

/* Pays after tax, at a time whose discount factor is given. */
static void pay(struct position *p, double cny, double discount)
{
    p->cost += cny * discount;
    p->spent += cny;
}

static double discount_at(const struct planner *plan, double rate, double time)
{
    return det_exp(-rate * (time - plan->settings->start));
}

/* A cost that is deductible, spread over the step. Returns its present value after tax. */
static double expense(const struct planner *plan, struct position *p, double cny)
{
    double after_tax = cny * (1 - plan->settings->tax);
    pay(p, after_tax, plan->discount);
    return after_tax * plan->discount;
}

/* -- own cards ----------------------------------------------------------------------------------------------------- */

static bool channel_is_open(const struct world *w, const struct alternative *a)
{
    int channel = procurement_channel(w, a->generation);
    return channel >= 0 && (a->channel == CHANNELS || a->channel == channel);
}

/* Only what is begun at the start is a story; the rest is what if. */
static bool is_told(const struct planner *plan, const struct position *p)
{
    return p->began <= plan->settings->start;
}

static const char *name_of(const struct world *w, const struct position *p)
{
    return sim_row_name(w->sim, ALTERNATIVE, (size_t)(p->row - w->planner->row));
}

static void order_tranche(const struct world *w, struct position *p)
{
    const struct alternative *a = p->row;
    const struct planner *plan = w->planner;
    double cards = cards_for_need(w, a->generation) * a->share * (1 + a->headroom) / round(a->tranches);
    double wait = procurement_wait_years(w, a->generation) + procurement_queue_years(w, a->generation, cards);
    double cost = cards * procurement_cost_per_card(w, a->generation) * of_a_price(w, a);
    p->tranche[p->ordered++] = (struct tranche){.cards = cards,
                                                .cost = cost,
                                                .due = plan->now + max_of(wait, a->build_time_yr),
                                                .tax_life_yr = plan->settings->tax_life_yr};
    p->next_order += a->tranche_yr;
    pay(p, cost * a->prepaid, discount_at(plan, plan->settings->discount_per_yr, plan->now));
    if (is_told(plan, p))
        tell(w->sim, "planner", "ordered", name_of(w, p), "%.0f %s cards for %.3g MCNY, due in %.1f months", cards,
             w->generations.name[a->generation], cost / 1e6,
             (p->tranche[p->ordered - 1].due - plan->now) * MONTHS_PER_YEAR);
}

static void place_orders(const struct world *w, struct position *p)
{
    const struct alternative *a = p->row;
    const struct planner *plan = w->planner;
    while (built_share(a) > 0 && p->ordered < (int)round(a->tranches) && is_due(plan, p->next_order) &&
           channel_is_open(w, a))
        order_tranche(w, p);
}

static void take_delivery(const struct planner *plan, struct position *p, struct tranche *t)
{
    const struct alternative *a = p->row;
    double loan = t->cost * a->debt_share;
    t->paid = t->standing = true;
    pay(p, t->cost * (1 - a->prepaid), plan->discount);
    p->debt += loan;
    p->repaid_per_yr += loan / a->loan_yr;
    t->tax_book = t->cost;
    if (t->tax_life_yr <= 0) {
        pay(p, -t->cost * plan->settings->tax, plan->discount);
        t->tax_book = 0;
    }
}

/* Tax saved by writing cards off. */
static void write_off(const struct planner *plan, struct position *p, struct tranche *t)
{
    if (t->tax_book <= 0)
        return;
    double written = min_of(t->tax_book, t->cost / t->tax_life_yr * plan->dt);
    t->tax_book -= written;
    pay(p, -written * plan->settings->tax, plan->discount);
}

/* Own cards in this step: those that come in its first half are there for the whole of it. */
static double own_cards(const struct planner *plan, struct position *p)
{
    double cards = 0;
    for (int i = 0; i < p->ordered; i++) {
        struct tranche *t = &p->tranche[i];
        if (!t->paid && t->due <= plan->middle)
            take_delivery(plan, p, t);
        if (t->standing && plan->middle > t->due + p->row->service_life_yr) /* scrapped */
            t->standing = false;
        if (t->paid)
            write_off(plan, p, t);
        cards += t->standing ? t->cards : 0;
    }
    return cards;
}

/* CNY a card-hour in use. */
static double power_of_card(const struct world *w, const struct alternative *a)
{
    int r = region_of(w, a), g = a->generation;
    return procurement_site_kw(w, g) * w->regions.pue[r] * w->regions.power_price_cny_per_kwh[r] *
           (1 - w->policy.power_discount[g]);
}

/* What own cards cost and bring in this step; `used` are their card-hours in use. */
static void run_own(const struct world *w, struct position *p, double cards, double used)
{
    const struct alternative *a = p->row;
    const struct planner *plan = w->planner;
    if (p->ordered)
        expense(plan, p, a->staff_cny_per_yr * plan->dt);
    if (cards <= 0)
        return;
    double power = power_of_card(w, a), spare = cards * HOURS_PER_YEAR * plan->dt - used;
    double margin = a->sublet * plan->let_share * max_of(0, w->market.rent_card[a->generation] - power);
    expense(plan, p, value_upkeep(w, w->generations.list_price_cny[a->generation] * cards) * plan->dt);
    p->usage += expense(plan, p, used * power);
    p->sublet -= expense(plan, p, -spare * margin);
    p->spare_worth += used * margin * (1 - plan->settings->tax) * plan->discount;
}

static void sell_own(const struct world *w, struct position *p, double discount)
{
    const struct alternative *a = p->row;
    double tax = w->planner->settings->tax;
    for (int i = 0; i < p->ordered; i++) {
        struct tranche *t = &p->tranche[i];
        double left = t->due + a->service_life_yr - w->planner->until;
        if (t->standing && left > 0) {
            double worth = value_of_card(w, region_of(w, a), a->generation, left);
            double price = t->cards * a->resale * min_of(worth, max_of(w->channels.street_price_cny[a->generation], 0));
            pay(p, -price * (1 - tax), discount);
        }
        pay(p, -t->tax_book * tax, discount);
    }
}

/* -- term contracts ------------------------------------------------------------------------------------------------ */

static void sign_contract(const struct world *w, struct position *p)
{
    const struct alternative *a = p->row;
    const struct planner *plan = w->planner;
    double left = plan->settings->start + plan->settings->horizon_yr - plan->now, term = min_of(a->term_yr, left),
           rent = 0;
    int months = (int)max_of(1, round(term * MONTHS_PER_YEAR));
    for (int k = 0; k < WORKLOADS; k++) {
        double price = w->market.rent[k], e = 1;
        int g = a->kind == ALTERNATIVE_RESERVED && a->generation >= 0 && is_on_offer(w, a->generation, (enum workload)k)
                    ? a->generation
                    : cheapest(w, (enum workload)k, months, &price);
        if (g >= 0) {
            e = w->generations.effective_p[k][g];
            price = value_term_rent(w, g, months) / e;
        }
        p->contract_generation[k] = g;
        p->contract_cards[k] = plan->need[k] * reserved_share(a) / e;
        rent += plan->need[k] * reserved_share(a) * price;
    }
    p->contract_cny_per_yr = rent * plan->settings->reserved_premium * of_a_rent(plan->settings) * HOURS_PER_YEAR;
    p->contract_ends = plan->now + term;
    if (p->signed_before)
        expense(plan, p, p->contract_cny_per_yr * a->recontracting_yr);
    p->signed_before = true;
    if (is_told(plan, p))
        tell(w->sim, "planner", "signed", name_of(w, p), "%.0f months at %.3g MCNY a year", term * MONTHS_PER_YEAR,
             p->contract_cny_per_yr / 1e6);
}

static double contract_p(const struct world *w, const struct position *p, enum workload k)
{
    int g = p->contract_generation[k];
    return p->contract_cards[k] * (g >= 0 ? w->generations.effective_p[k][g] : 1);
}

/* -- a step -------------------------------------------------------------------------------------------------------- */

/* Share of the hours that capacity for a share of the peak delivers. */
static double hours_below(double share, double load)
{
    if (share <= 0 || share >= 1 || load >= 1)
        return min_of(1, max_of(0, share));
    return 1 - det_exp(det_log(1 - share) / load);
}

/* Rents of this step, less what a voucher pays of them. */
static void pay_rents(const struct planner *plan, struct position *p, double by_hour)
{
    double contract = p->contract_cny_per_yr * plan->dt, all = by_hour + contract;
    double voucher = min_of(plan->voucher * all, plan->settings->voucher_cny_per_yr * plan->dt),
           paid = all > 0 ? 1 - voucher / all : 1;
    p->rented += expense(plan, p, by_hour * paid);
    expense(plan, p, contract * paid);
    if (is_due(plan, p->next_move)) {
        expense(plan, p, by_hour / plan->dt * p->row->recontracting_yr);
        p->next_move += p->row->term_yr;
    }
}

/* Meets the need of this step. */
static void serve(const struct world *w, struct position *p)
{
    const struct planner *plan = w->planner;
    const struct alternative *a = p->row;
    double cards = own_cards(plan, p), wanted = cards > 0 ? cards_for_need(w, a->generation) : 0;
    double own_share = wanted > 0 ? min_of(1, cards / wanted) : 0, used = 0, by_hour = 0;
    for (int k = 0; k < WORKLOADS; k++) {
        double need = plan->need[k], load = plan->settings->load[k], hours = need * load * HOURS_PER_YEAR * plan->dt;
        if (need <= 0)
            continue;
        double e = cards > 0 ? w->generations.effective_p[k][a->generation] : 0, own = e > 0 ? own_share : 0;
        double below_own = hours_below(own, load),
               below_contract = hours_below(own + contract_p(w, p, (enum workload)k) / need, load);
        double by_own = hours * below_own, by_contract = hours * (below_contract - below_own),
               rest = hours * (1 - below_contract);
        used += e > 0 ? by_own / e : 0;
        by_hour += rest * spot_of(w, a, (enum workload)k);
        p->delivered += by_own + by_contract + rest;
    }
    run_own(w, p, cards, used);
    pay_rents(plan, p, by_hour);
}

/* The value of debt and the loss of debt that contracts displace. */
static void finance(const struct planner *plan, struct position *p)
{
    const struct planner_settings *s = plan->settings;
    double loan_rate = isnan(p->row->loan_per_yr) ? s->debt_per_yr : p->row->loan_per_yr;
    double still_due = p->contract_cny_per_yr * max_of(0, p->contract_ends - plan->middle) * p->row->displaced;
    double gain = (s->debt_per_yr - loan_rate + s->tax * loan_rate) * p->debt - s->tax * s->debt_per_yr * still_due;
    p->financing += gain * plan->dt * plan->discount_debt;
    p->debt = max_of(0, p->debt - p->repaid_per_yr * plan->dt);
}

static void close_position(const struct world *w, struct position *p)
{
    const struct planner *plan = w->planner;
    double discount = discount_at(plan, plan->settings->discount_per_yr, plan->until);
    double still_due = p->contract_cny_per_yr * max_of(0, p->contract_ends - plan->until);
    sell_own(w, p, discount);
    pay(p, still_due * p->row->penalty * (1 - plan->settings->tax), discount);
    p->open = false;
    p->closed = true;
    if (is_told(plan, p))
        tell(w->sim, "planner", plan->end < plan->settings->start + plan->settings->horizon_yr ? "given up" : "ended",
             name_of(w, p), "present cost %.4g MCNY", (p->cost - p->financing) / 1e6);
}

/* Who has rented by the hour since the start goes on as before when choosing to: contracts end on the same days. */
static double next_anniversary(const struct planner *plan, const struct position *p)
{
    double term = p->row->term_yr;
    return plan->settings->start + (floor((p->began - plan->settings->start) / term + SLACK_YR) + 1) * term;
}

static void run_position(const struct world *w, struct position *p)
{
    const struct planner *plan = w->planner;
    if (!p->open && !p->closed && is_due(plan, p->began) && plan->now < plan->end - SLACK_YR) {
        p->open = true;
        p->next_order = p->began;
        p->next_move = next_anniversary(plan, p);
    }
    if (!p->open)
        return;
    place_orders(w, p);
    if (reserved_share(p->row) > 0 && is_due(plan, p->contract_ends))
        sign_contract(w, p);
    serve(w, p);
    finance(plan, p);
    if (plan->until >= plan->end - SLACK_YR)
        close_position(w, p);
}

/* Yesterday's level times a month of noise of mean 1, in months of the planner's calendar: the same path for any step.
 */
static void move_need(struct world *w)
{
    struct planner *plan = w->planner;
    const struct planner_settings *s = plan->settings;
    int month = (int)floor((plan->now - s->start) * MONTHS_PER_YEAR + SLACK_YR);
    double deviation = s->volatility * sqrt(1.0 / MONTHS_PER_YEAR);
    for (; plan->level_month < month; plan->level_month++) {
        struct stream luck =
            sim_stream(w->sim, &model_planner, identity(STREAM_OF_NEED, 0, (uint32_t)plan->level_month));
        plan->level *= det_exp(deviation * stream_normal(&luck) - deviation * deviation / 2);
    }
    for (int k = 0; k < WORKLOADS; k++)
        plan->need[k] = s->need_p[k] * plan->level * det_exp(s->growth_per_yr[k] * (plan->middle - s->start));
}

static void look_at_market(struct world *w)
{
    struct planner *plan = w->planner;
    double let = 0, competent = 0;
    for (size_t g = 0; g < w->generations.count; g++) {
        let += w->vintages.let_cards[g];
        competent += w->vintages.competent_cards[g];
    }
    plan->let_share = competent > 0 ? min_of(1, let / competent) : 0;
    plan->voucher = vouchers_are_granted(w) ? plan->settings->voucher : 0;
    for (int k = 0; k < WORKLOADS; k++)
        plan->spot[k] = spot_price(w, (enum workload)k, -1);
}

static void count_hours(struct world *w)
{
    struct planner *plan = w->planner;
    const struct planner_settings *s = plan->settings;
    for (int k = 0; k < WORKLOADS; k++) {
        double e = w->generations.effective_p[k][s->reference];
        double hours = plan->need[k] * s->load[k] * HOURS_PER_YEAR * plan->dt * plan->discount;
        plan->hours += hours;
        plan->card_hours += e > 0 ? hours / e : 0;
    }
}

/* What an alternative costs per effective P on the day of a decision: a buyer's price in place, a renter's price an
 * hour, a waiting planner's need. They are what the decision is taken on. */
static double ask_of(const struct world *w, const struct alternative *a)
{
    const struct planner *plan = w->planner;
    double need = plan->need[TRAINING] + plan->need[INFERENCE], sum = 0;
    if (a->kind == ALTERNATIVE_WAIT)
        return plan->now < plan->end - SLACK_YR ? need : 0;
    if (built_share(a) > 0)
        return procurement_cost_per_card(w, a->generation) * cards_for_need(w, a->generation) / need;
    for (int k = 0; k < WORKLOADS; k++) {
        double price = w->market.rent[k];
        if (a->kind == ALTERNATIVE_RESERVED)
            cheapest(w, (enum workload)k, (int)round(a->term_yr * MONTHS_PER_YEAR), &price);
        else
            price = spot_of(w, a, (enum workload)k);
        sum += plan->need[k] * price;
    }
    return sum / need;
}

/* On a date of decision, before anything is done on it. */
static void note_market(struct world *w)
{
    struct planner *plan = w->planner;
    if (plan->noted == plan->dates || !is_due(plan, plan->date[plan->noted]))
        return;
    for (size_t i = 0; i < plan->rows; i++) {
        plan->asked[plan->noted][i] = ask_of(w, &plan->row[i]);
        if (plan->row[i].kind == ALTERNATIVE_WAIT)
            plan->paid[plan->noted] = plan->position[i * plan->dates].cost;
    }
    plan->noted++;
}

static void decide(struct world *w)
{
    struct planner *plan = w->planner;
    const struct planner_settings *s = plan->settings;
    plan->now = w->sim->step_start;
    plan->until = w->sim->step_end;
    if (!is_due(plan, s->start) || plan->now >= s->start + s->horizon_yr - SLACK_YR)
        return;
    plan->dt = w->sim->dt;
    plan->middle = plan->now + plan->dt / 2;
    plan->discount = discount_at(plan, s->discount_per_yr, plan->middle);
    plan->discount_debt = discount_at(plan, s->debt_per_yr, plan->middle);
    move_need(w);
    look_at_market(w);
    note_market(w);
    for (size_t i = 0; i < plan->rows; i++)
        for (size_t d = 0; d < (plan->row[i].kind == ALTERNATIVE_WAIT ? 1 : plan->dates); d++)
            run_position(w, &plan->position[i * plan->dates + d]);
    if (plan->now < plan->end - SLACK_YR)
        count_hours(w);
}

/* -- start, outputs ------------------------------------------------------------------------------------------------ */

static void start(struct world *w)
{
    struct planner *plan = w->planner = arena_alloc(&w->sim->arena, sizeof *plan);
    const struct planner_settings *s = plan->settings = sim_settings(w->sim, &model_planner);
    plan->row = sim_rows(w->sim, &model_planner, ALTERNATIVE);
    plan->rows = sim_row_count(w->sim, ALTERNATIVE);
    plan->dates = planner_dates(s, plan->row, plan->rows, plan->date);
    plan->position = arena_array(&w->sim->arena, plan->rows * plan->dates, sizeof *plan->position);
    plan->level = 1;
    plan->end = s->start + s->horizon_yr;
    if (s->ends_per_yr > 0) {
        struct stream luck = sim_stream(w->sim, &model_planner, identity(STREAM_OF_END, 0, 0));
        plan->end = min_of(plan->end, s->start + stream_exponential(&luck) / s->ends_per_yr);
    }
    for (size_t i = 0; i < plan->rows; i++)
        for (size_t d = 0; d < plan->dates; d++) {
            plan->position[i * plan->dates + d] = (struct position){.row = &plan->row[i], .began = plan->date[d]};
            plan->asked[d][i] = NONE;
        }
    for (size_t d = 0; d < plan->dates; d++)
        sim_split_at(w->sim, plan->date[d]);
    sim_split_at(w->sim, s->start + s->horizon_yr);
}

#define COST(name, when)                                                                                               \
    {                                                                                                                  \
        name, OUTPUT_SCALAR, "CNY", ALTERNATIVE,                                                                       \
            "present cost at the start of all that follows from choosing it " when                                     \
    }
#define ASK(name, when)                                                                                                \
    {                                                                                                                  \
        name, OUTPUT_SCALAR, "CNY/P", ALTERNATIVE, "what it asks per effective P " when ": in place, or an hour"       \
    }
#define EVERY_DATE(OUTPUT, name)                                                                                       \
    OUTPUT(name, "at the start"), OUTPUT(name "_1", "on date 1"), OUTPUT(name "_2", "on date 2"),                      \
        OUTPUT(name "_3", "on date 3"), OUTPUT(name "_4", "on date 4"), OUTPUT(name "_5", "on date 5"),                \
        OUTPUT(name "_6", "on date 6"), OUTPUT(name "_7", "on date 7"), OUTPUT(name "_8", "on date 8")
#define PART(name, unit, help)                                                                                         \
    {                                                                                                                  \
        name, OUTPUT_SCALAR, unit, ALTERNATIVE, help                                                                   \
    }
/* clang-format off */
static const struct output outputs[] = {
    EVERY_DATE(COST, "plan.cost"),
    EVERY_DATE(ASK, "plan.ask"),
    PART("plan.unlevered", "CNY", "present cost at the start without the value of financing"),
    PART("plan.financing", "CNY", "present value of tax shields and subsidised loans"),
    PART("plan.usage", "CNY", "of the present cost: power of used own hours"),
    PART("plan.rented", "CNY", "of the present cost: rent by the hour"),
    PART("plan.sublet", "CNY", "present value of spare hours let to others"),
    PART("plan.spare_worth", "CNY", "what used own hours would have brought had they been let to others as spare ones"),
    PART("plan.delivered", "P-hour", "effective P-hours delivered"),
    {"plan.spent", OUTPUT_SERIES, "CNY", ALTERNATIVE, "paid so far after tax, unlevered, if begun at the start"},
    {"plan.p_hours", OUTPUT_SCALAR, "P-hour", NULL, "present value of the effective P-hours that are needed"},
    {"plan.card_hours", OUTPUT_SCALAR, "card-hour", NULL, "the same in hours of the reference card"},
    {0},
};
/* clang-format on */
_Static_assert(sizeof outputs / sizeof *outputs == PLAN_OUTPUTS + 1, "one row an output");

static void sample(struct world *w)
{
    const struct planner *plan = w->planner;
    for (size_t i = 0; i < plan->rows; i++)
        sim_record(w->sim, &model_planner, PLAN_SPENT, (int)i,
                   plan->row[i].kind == ALTERNATIVE_WAIT ? NONE : plan->position[i * plan->dates].spent, false);
}

/* Of a row that waits: what was paid until then. */
static void record_dates(struct world *w, size_t i)
{
    const struct planner *plan = w->planner;
    for (size_t d = 0; d < PLANNER_DATES; d++) {
        bool is_date = d < plan->dates, waits = plan->row[i].kind == ALTERNATIVE_WAIT;
        const struct position *p = &plan->position[i * plan->dates + (is_date ? d : 0)];
        double cost =
            waits ? (d < plan->noted ? plan->paid[d] : plan->position[i * plan->dates].cost) : p->cost - p->financing;
        sim_record(w->sim, &model_planner, (int)(PLAN_COST + d), (int)i, is_date ? cost : NONE, false);
        sim_record(w->sim, &model_planner, (int)(PLAN_ASK + d), (int)i, is_date ? plan->asked[d][i] : NONE, false);
    }
}

static void finish(struct world *w)
{
    const struct planner *plan = w->planner;
    for (size_t i = 0; i < plan->rows; i++) {
        const struct position *p = &plan->position[i * plan->dates];
        const double part[] = {p->cost, p->financing, p->usage, p->rented, p->sublet, p->spare_worth, p->delivered};
        record_dates(w, i);
        for (size_t k = 0; k < sizeof part / sizeof *part && plan->row[i].kind != ALTERNATIVE_WAIT; k++)
            sim_record(w->sim, &model_planner, PLAN_UNLEVERED + (int)k, (int)i, part[k], false);
    }
    sim_record(w->sim, &model_planner, PLAN_HOURS, -1, plan->hours, false);
    sim_record(w->sim, &model_planner, PLAN_CARD_HOURS, -1, plan->card_hours, false);
}

/* -- what is wrong with a plan as a whole -------------------------------------------------------------------------- */

static int owner(void)
{
    int m = 0;
    while (models[m] != &model_planner)
        m++;
    return m;
}

struct checking {
    const struct scenario *scenario;
    struct mistakes *mistakes;
    struct arena arena;
    const struct run_settings *run;
    const struct planner_settings *plan;
    const struct alternative *row;
    size_t rows;
};

#define complain(c, path, ...) scenario_complain((c)->scenario, (c)->mistakes, path, __VA_ARGS__)

static void check_window(struct checking *c)
{
    char from[DATE_TEXT_BYTES], to[DATE_TEXT_BYTES], text[DATE_TEXT_BYTES];
    date_text(c->run->start, from);
    date_text(c->run->end, to);
    if (c->plan->start < c->run->start || c->plan->start >= c->run->end)
        complain(c, "planner.start", "outside the run, %s; allowed: from %s to before %s",
                 date_text(c->plan->start, text), from, to);
    else if (c->plan->start + c->plan->horizon_yr > c->run->end + SLACK_YR)
        complain(c, "planner.horizon", "beyond the end of the run, %.4g years from %s; allowed: until %s",
                 c->plan->horizon_yr, date_text(c->plan->start, text), to);
}

static void check_row(struct checking *c, size_t i)
{
    const struct alternative *a = &c->row[i];
    const char *name = arena_printf(&c->arena, ALTERNATIVE ".%s", scenario_row_name(c->scenario, ALTERNATIVE, i));
    if (built_share(a) > 0 && a->generation < 0)
        complain(c, arena_printf(&c->arena, "%s.generation", name),
                 "missing, what is built; allowed: an entity of generations");
    if (a->kind == ALTERNATIVE_HYBRID && !(a->share > 0 && a->share < 1))
        complain(c, arena_printf(&c->arena, "%s.share", name),
                 "not a share of a hybrid, %.4g; allowed: above 0 and below 1", a->share);
    if (a->tranches != round(a->tranches))
        complain(c, arena_printf(&c->arena, "%s.tranches", name), "not a whole number, %.4g", a->tranches);
    if (a->kind != ALTERNATIVE_WAIT)
        return;
    if (a->until_yr < a->review_yr || a->until_yr >= c->plan->horizon_yr)
        complain(c, arena_printf(&c->arena, "%s.until", name),
                 "no time to wait, %.4g years; allowed: from review, %.4g, to before the horizon, %.4g", a->until_yr,
                 a->review_yr, c->plan->horizon_yr);
    else if (a->until_yr / a->review_yr > PLANNER_DATES - 1 + SLACK_YR)
        complain(c, arena_printf(&c->arena, "%s.review", name),
                 "too many dates, every %.4g years for %.4g years; allowed: up to %d", a->review_yr, a->until_yr,
                 PLANNER_DATES - 1);
}

static void check_rows(struct checking *c)
{
    size_t waiting = 0;
    for (size_t i = 0; i < c->rows; i++)
        waiting += c->row[i].kind == ALTERNATIVE_WAIT;
    if (c->rows == waiting || c->rows > PLANNER_ALTERNATIVES)
        complain(c, c->rows ? ALTERNATIVE : "planner", "%zu %s to choose from; allowed: 1 to %d, beside waiting",
                 c->rows - waiting, ALTERNATIVE, PLANNER_ALTERNATIVES);
    if (waiting > 1)
        complain(c, ALTERNATIVE, "%zu that wait; allowed: one", waiting);
    for (size_t i = 0; i < c->rows; i++)
        check_row(c, i);
}

static void check(const struct scenario *scenario, struct mistakes *mistakes)
{
    struct checking c = {.scenario = scenario, .mistakes = mistakes, .rows = scenario_row_count(scenario, ALTERNATIVE)};
    struct drawn medians = scenario_draw(scenario, &c.arena, NULL, NULL);
    c.run = drawn_block(scenario, &medians, "run", OWNER_SIMULATOR);
    c.plan = drawn_block(scenario, &medians, "planner", owner());
    c.row = drawn_block(scenario, &medians, ALTERNATIVE, owner());
    if (c.plan->need_p[TRAINING] + c.plan->need_p[INFERENCE] <= 0)
        complain(&c, "planner", "nothing is needed; allowed: need_training or need_inference above 0 P");
    check_window(&c);
    check_rows(&c);
    arena_free(&c.arena);
}

static const struct table tables[] = {{ALTERNATIVE, sizeof(struct alternative), "ways to meet the planner's need"},
                                      {0}};

const struct model model_planner = {
    .name = "planner",
    .help = "a buyer of compute: what building, renting and waiting would cost in this world",
    .without = "nobody asks; nothing else changes",
    .asleep = true,
    .tables = tables,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct planner_settings),
    .check = check,
    .start = start,
    .finish = finish,
    .phase = {[PHASE_DECIDE] = decide, [PHASE_SAMPLE] = sample},
};
