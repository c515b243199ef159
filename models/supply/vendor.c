/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chip makers answer: list prices to rivals, capacity to the money they raise, memory prices to demand.
 *
 * List prices. With logit demand a maker asks p = c / (1 - 1/(a (1 - s))), s its share (Berry 1994), so that a loss of
 * share lowers its price. To first order in s,
 *
 *     d ln f = ((beta_v (s - s0) - ln f) / lag) dt,
 *
 * f a factor on the dated list price of its cards, s its share of the effective P sold in the last year or so, s0 that
 * share on the date until which list prices are as observed. Berry's own slope is 3 to 8 at the margins of the leader;
 * makers that are sold out answer less. A foreign card that is not sold here officially keeps its price: it is made
 * elsewhere.
 *
 * Memory. D is bytes, of the cards sold and of servers of inference, by the work of models; S is what is made. Both are
 * 1 on the date from which there is an answer, and S alone grows by a trend g:
 *
 *     d ln m = k ln(D / S) dt,     dS = (e^(g t) m^eta - S) / lag dt,
 *
 * and a card's list price is multiplied by 1 + h (m - 1), h the share of memory in it.
 *
 * Capacity. Domestic makers build what equity markets give them, late:
 *
 *     dK = (1 + e ln(raised / trend) - K) / lag dt,
 *
 * K a factor on their planned output and on the limits of process and memory; raised / trend a dated series, times e^x
 * with x the mean log premium of concept stocks (hype.c) times a pull, since one market prices both.
 *
 * Phase: technology, after the list prices of that step; the state moves once a step. Off: list prices and capacity are
 * as dated. Neutral: response 0, memory_share 0, raised_elasticity 0.
 */
#include "vendor_inside.h"

#include "models/market/usage.h"
#include "models/models.h"

#include "sim/base/det.h"

#define VENDOR "vendors"
#define GENERATION "generations"
/* clang-format off */
static const struct param params[] = {
    NUMBER(struct vendor_settings, lag_yr, "price_time", "yr", 0.05, 20, "1 year", UNCERTAIN, "time in which a list price adjusts", NULL),
    NUMBER(struct vendor_settings, memory_yr, "share_time", "yr", 0.05, 20, "1 year", FIXED, "time over which market shares are measured", NULL),
    {.name = "answer_from", .type = PARAM_DATE, .draw = FIXED, .min = 2015, .max = 2100, .value = "2025-12",
     .help = "date until which list prices and memory prices are as dated", .offset = offsetof(struct vendor_settings, from)},
    NUMBER(struct vendor_settings, memory_share, "memory_share", "", 0, 1, "0", UNCERTAIN, "share of memory in the list price of a card; 0: memory has no price", NULL),
    NUMBER(struct vendor_settings, memory_speed_per_yr, "memory_speed", "/yr", 0, 50, "3 /yr", UNCERTAIN,
           "speed of the memory price per log of demand over supply", NULL),
    NUMBER(struct vendor_settings, memory_elasticity, "memory_elasticity", "", 0, 5, "0.5", UNCERTAIN, "elasticity of memory supply to its price", NULL),
    NUMBER(struct vendor_settings, memory_lag_yr, "memory_time", "yr", 0.1, 20, "18 months", UNCERTAIN, "time in which memory makers build", NULL),
    NUMBER(struct vendor_settings, memory_growth_per_yr, "memory_growth", "/yr", -1, 5, "0.5 /yr", UNCERTAIN, "growth of memory supply at a constant price", NULL),
    NUMBER(struct vendor_settings, memory_inference, "memory_inference", "", 0, 1, "0.5", UNCERTAIN,
           "share of memory that goes with the work of inference, not with cards", NULL),
    {.name = "raised", .type = PARAM_SERIES, .unit = "", .min = 0.01, .max = 100, .value = "none",
     .help = "what domestic chip makers raise over the trend; none: the trend", .offset = offsetof(struct vendor_settings, raised)},
    NUMBER(struct vendor_settings, raised_elasticity, "raised_elasticity", "", 0, 5, "0", UNCERTAIN,
           "what domestic capacity gains per log of what makers raise over the trend; 0: capacity is as planned", NULL),
    NUMBER(struct vendor_settings, raised_lag_yr, "raised_time", "yr", 0.1, 20, "18 months", UNCERTAIN, "time in which funds raised become capacity", NULL),
    NUMBER(struct vendor_settings, sentiment, "sentiment", "", -5, 5, "0", UNCERTAIN,
           "what makers raise per log premium of concept stocks, in logs; 0: chip makers' issues have a market of their own", NULL),
    {.name = "label", .table = VENDOR, .type = PARAM_TEXT, .value = "none", .help = "name shown in pictures", .offset = offsetof(struct vendor_row, label)},
    {.name = "cards", .table = VENDOR, .type = PARAM_REFERENCES, .of = GENERATION, .value = "[]", .help = "generations that a chip maker makes",
     .offset = offsetof(struct vendor_row, cards)},
    COLUMN(VENDOR, struct vendor_row, response, "response", "", -5, 20, "0", UNCERTAIN, "effect of market share won on the log of its list prices; 0: none",
           "H20 10 % cheaper once Huawei had won about a sixth of the market, May 2024"),
    {0},
};
/* clang-format on */

static struct vendors *state_of(const struct world *w)
{
    return w->state[STATE_vendor];
}

/* -- capacity ------------------------------------------------------------------------------------------------------ */

static void raise(const struct world *w, struct vendors *b, double dt)
{
    const struct vendor_settings *s = b->settings;
    if (s->raised_elasticity <= 0)
        return;
    double log_raised = s->raised ? det_log(series_at(s->raised, w->sim->now)) : 0, premium = 0;
    for (uint32_t o = 0; s->sentiment != 0 && o < sim_row_count(w->sim, "operators"); o++)
        premium = max_of(premium, w->projects.concept_premium[o]);
    double aim = max_of(0, 1 + s->raised_elasticity * (log_raised + s->sentiment * premium));
    b->capacity = aim + (b->capacity - aim) * det_exp(-dt / s->raised_lag_yr);
}

/* -- prices -------------------------------------------------------------------------------------------------------- */

/* Takes what was sold in the last step into memory. */
static void count_sales(const struct world *w, struct vendors *b, double dt)
{
    double kept = det_exp(-dt / b->settings->memory_yr);
    b->sold_gb *= kept;
    for (size_t v = 0; v < b->count; v++)
        b->vendor[v].sold_p *= kept;
    for (size_t g = 0; g < w->generations.count; g++) {
        double cards = w->channels.sold_cards[g] - b->seen[g];
        if (cards <= 0)
            continue;
        b->seen[g] = w->channels.sold_cards[g];
        b->sold_gb += cards * w->generations.memory_gb[g];
        for (size_t v = 0; v < b->count; v++)
            if (b->row[v].cards >> g & 1) {
                struct vendor *maker = &b->vendor[v];
                maker->sold_p += cards * w->generations.effective_p[INFERENCE][g];
                maker->cards += cards;
                maker->cny += cards * w->channels.street_price_cny[g];
            }
    }
}

static void answer_rivals(const struct world *w, struct vendors *b, double dt)
{
    const struct vendor_settings *s = b->settings;
    double all_p = 0, moved = -det_expm1(-dt / s->lag_yr);
    for (size_t v = 0; v < b->count; v++)
        all_p += b->vendor[v].sold_p;
    for (size_t v = 0; v < b->count && all_p > 0; v++) {
        struct vendor *maker = &b->vendor[v];
        double share = maker->sold_p / all_p;
        if (w->sim->now < s->from || isnan(maker->share_before))
            maker->share_before = share;
        maker->log_factor += (b->row[v].response * (share - maker->share_before) - maker->log_factor) * moved;
    }
}

static void price_memory(const struct world *w, struct vendors *b, double dt)
{
    const double most_log = 2; /* of the price, either way */
    const struct vendor_settings *s = b->settings;
    if (s->memory_share <= 0 || w->sim->now < s->from || b->sold_gb <= 0)
        return;
    double log_gb = det_log(b->sold_gb), log_work = det_log(max_of(1e-9, usage_work(w, w->sim->now).models));
    if (isnan(b->log_gb_before)) {
        b->log_gb_before = log_gb;
        b->log_work_before = log_work;
    }
    double log_demand =
        s->memory_inference * (log_work - b->log_work_before) + (1 - s->memory_inference) * (log_gb - b->log_gb_before);
    double change = s->memory_speed_per_yr * (log_demand - det_log(b->memory_supply)) * dt;
    b->log_memory = max_of(-most_log, min_of(most_log, b->log_memory + change));
    double aim = det_exp(s->memory_growth_per_yr * (w->sim->now - s->from) + s->memory_elasticity * b->log_memory);
    b->memory_supply = aim + (b->memory_supply - aim) * det_exp(-dt / s->memory_lag_yr);
}

static double memory_factor(const struct vendors *b)
{
    return 1 + b->settings->memory_share * det_expm1(b->log_memory);
}

static void set_prices(struct world *w, const struct vendors *b)
{
    const struct generations *gen = &w->generations;
    double memory = b->log_memory != 0 ? memory_factor(b) : 1;
    for (size_t g = 0; g < gen->count; g++)
        technology_scale_price(w, (int)g, memory);
    for (size_t v = 0; v < b->count; v++) {
        if (b->vendor[v].log_factor == 0)
            continue;
        double factor = det_exp(b->vendor[v].log_factor);
        for (size_t g = 0; g < gen->count; g++)
            if (b->row[v].cards >> g & 1 && (gen->domestic[g] || w->channels.kind[g] == CHANNEL_OFFICIAL))
                technology_scale_price(w, (int)g, factor);
    }
}

static void update(struct world *w)
{
    struct vendors *b = state_of(w);
    double dt = w->sim->whole_end - w->sim->whole_start;
    if (w->sim->now <= w->sim->whole_start) {
        count_sales(w, b, dt);
        answer_rivals(w, b, dt);
        price_memory(w, b, dt);
        raise(w, b, dt);
    }
    set_prices(w, b);
}

static void start(struct world *w)
{
    struct vendors *b = state_of(w);
    b->settings = sim_settings(w->sim, &model_vendor);
    b->row = sim_rows(w->sim, &model_vendor, VENDOR);
    b->count = sim_row_count(w->sim, VENDOR);
    for (size_t v = 0; v < b->count; v++)
        b->vendor[v].share_before = NONE;
    b->log_gb_before = b->log_work_before = NONE;
    b->memory_supply = b->capacity = 1;
}

/* -- outputs ------------------------------------------------------------------------------------------------------- */

enum { OUT_SHARE, OUT_VALUE_SHARE, OUT_PRICE, OUT_MEMORY, OUT_CAPACITY, OUT_DOMESTIC };
/* clang-format off */
static const struct output outputs[] = {
    [OUT_SHARE] = {"vendor.share", OUTPUT_SERIES, "", VENDOR, "share of a chip maker in the cards sold since the last report", .share = true},
    [OUT_VALUE_SHARE] = {"vendor.value_share", OUTPUT_SERIES, "", VENDOR, "the share of a chip maker in what was paid for cards since the last report, at street prices", .share = true},
    [OUT_PRICE] = {"vendor.price", OUTPUT_SERIES, "", VENDOR, "factor on a chip maker's list prices that comes of its rivals"},
    [OUT_MEMORY] = {"memory.price", OUTPUT_SERIES, "", NULL, "price of memory over that of the date until which prices are as dated"},
    [OUT_CAPACITY] = {"domestic.capacity", OUTPUT_SERIES, "", NULL, "capacity of domestic chip makers over what is planned"},
    [OUT_DOMESTIC] = {"domestic_value", OUTPUT_SERIES, "", NULL, "domestic share of what all buyers paid for cards in the last twelve months, at street prices", .share = true},
    {0},
};
/* clang-format on */

/* Domestic share of what was paid for cards in the twelve months that end with this report; NaN in the first year. */
static double domestic_share_of_year(const struct world *w, struct vendors *b)
{
    size_t number = (size_t)(w->sim->now * WEEKS);
    struct week *week = &b->week[number % WEEKS];
    double domestic = 0, all = 0;
    if (week->number != number)
        *week = (struct week){.number = number};
    for (size_t g = 0; g < w->generations.count; g++) {
        double cny = (w->channels.sold_cards[g] - b->reported[g]) * w->channels.street_price_cny[g];
        b->reported[g] = w->channels.sold_cards[g];
        week->all_cny += cny;
        week->domestic_cny += w->generations.domestic[g] ? cny : 0;
    }
    for (size_t i = 0; i < WEEKS; i++)
        if (b->week[i].number + WEEKS > number) {
            domestic += b->week[i].domestic_cny;
            all += b->week[i].all_cny;
        }
    return w->sim->now >= w->sim->plan->start + 1 && all > 0 ? domestic / all : NONE;
}

static void sample(struct world *w)
{
    struct vendors *b = state_of(w);
    const struct model *m = &model_vendor;
    double cards = 0, cny = 0;
    for (size_t v = 0; v < b->count; v++) {
        cards += b->vendor[v].cards;
        cny += b->vendor[v].cny;
    }
    for (size_t v = 0; v < b->count; v++) {
        struct vendor *maker = &b->vendor[v];
        sim_record(w->sim, m, OUT_SHARE, (int)v, cards > 0 ? maker->cards / cards : NONE, false);
        sim_record(w->sim, m, OUT_VALUE_SHARE, (int)v, cny > 0 ? maker->cny / cny : NONE, false);
        sim_record(w->sim, m, OUT_PRICE, (int)v, det_exp(maker->log_factor), false);
        maker->cards = maker->cny = 0;
    }
    sim_record(w->sim, m, OUT_MEMORY, -1, det_exp(b->log_memory), false);
    sim_record(w->sim, m, OUT_CAPACITY, -1, b->capacity, false);
    sim_record(w->sim, m, OUT_DOMESTIC, -1, domestic_share_of_year(w, b), false);
}

/* clang-format off */
static const struct table tables[] = {
    {VENDOR, sizeof(struct vendor_row), "chip makers"},
    {0},
};
/* clang-format on */

static void check(const struct scenario *scenario, struct mistakes *mistakes)
{
    check_row_count(scenario, mistakes, VENDOR, 0, MAX_VENDORS);
}

const struct model model_vendor = {
    .name = "vendor",
    .help = "chip makers: list prices that answer to rivals and to memory, capacity that follows money",
    .without = "list prices and domestic capacity are as dated",
    .asleep = true,
    .tables = tables,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct vendor_settings),
    STATE(vendor, struct vendors),
    .check = check,
    .start = start,
    .phase = {[PHASE_TECHNOLOGY] = update, [PHASE_SAMPLE] = sample},
};
