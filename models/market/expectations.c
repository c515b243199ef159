/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What owners believe of the rents to come: heterogeneous beliefs (Brock and Hommes 1998).
 *
 * Fundamentalists hold the forward curve of value.c. Extrapolators project the recent trend g of the log rent X,
 * bounded and fading, on top of hardware progress:
 *
 *     X(t + s) = X + g tau (1 - e^(-s/tau)) - lambda s,      g = b v / (b + |v|),   v = (X - m) / T,   dm = v dt
 *
 * with m the memory of X over T years and b the steepest trend that anybody projects. Both are judged by their
 * forecasts of X over a horizon h: when it is past, U <- U + (1 - e^(-dt/M)) (-(error)^2 - U). Of the owners who switch
 * at all,
 *
 *     n = 1 / (1 + exp(-beta (U_extrapolators - (U_fundamentalists - C))))
 *
 * extrapolate, C being what it costs to know fundamentals (switching.c). The mean belief shifts the forward curve,
 * hence the value of cards, Tobin's q, approvals and choice of cards, term prices, and the gap that makes tenants walk
 * away.
 *
 * Hoarding: owners who expect rents to rise hold cards back. Extrapolators withhold the share eta (1 - e^(-rise)) of their
 * cards, rise being what they expect over the horizon h; so a boom feeds on itself, and what was held back comes out
 * when the trend turns.
 *
 * Competition neglect theta (Greenwood and Hanson 2015): excess rents vanish because others build; owners who neglect a
 * share theta of that expect them to last: see value.c.
 *
 * X is the market's index of the rents of both workloads, free of their mix.
 * Imposed: how trends are formed, how many switch. Emerges: which belief is right when, and so when most owners extrapolate.
 * Neutral: no switchers, no hoarding, no neglect; value.c then keeps its bits.
 */
#include "models/models.h"
#include "models/world.h"
#include "switching.h"

#include "sim/base/det.h"

struct settings {
    double switchers, intensity, cost, memory_yr, horizon_yr, trend_memory_yr, steepest_per_yr, fade_yr, hoarding,
        neglect;
};

enum belief { FUNDAMENTALIST, EXTRAPOLATOR, BELIEFS };

struct forecast {
    double due, index[BELIEFS]; /* of the log rent */
};

struct expectations {
    const struct settings *settings;
    double remembered; /* m */
    double fitness[BELIEFS];
    struct forecast *forecast; /* in the order in which they come due */
    size_t first, count, capacity; /* first: not yet judged */
};

static inline struct expectations *expectations_state(const struct world *w)
{
    return w->state[STATE_expectations];
}

/* clang-format off */
static const struct param params[] = {
    NUMBER(struct settings, switchers, "switchers", "", 0, 1, "0", UNCERTAIN,
           "share of owners who switch between fundamentals and the trend; the others always follow fundamentals", NULL),
    NUMBER(struct settings, intensity, "intensity", "", 0, 1e6, "20", UNCERTAIN,
           "how strongly the share of extrapolators follows past success, per squared log error", "Brock and Hommes 1998: beta"),
    NUMBER(struct settings, cost, "research_cost", "", 0, 10, "0", UNCERTAIN,
           "cost of knowing fundamentals, in squared log error", "Brock and Hommes 1998: C"),
    NUMBER(struct settings, memory_yr, "memory", "yr", 0.01, 50, "1 yr", UNCERTAIN, "time over which past forecast errors are remembered", NULL),
    NUMBER(struct settings, horizon_yr, "horizon", "yr", 0.01, 10, "6 months", UNCERTAIN, "horizon of the forecasts by which beliefs are judged", NULL),
    NUMBER(struct settings, trend_memory_yr, "trend_memory", "yr", 0.02, 10, "6 months", UNCERTAIN,
           "time over which extrapolators measure the trend", NULL),
    NUMBER(struct settings, steepest_per_yr, "steepest_trend", "/yr", 0.01, 10, "1 /yr", UNCERTAIN,
           "steepest trend that extrapolators project", NULL),
    NUMBER(struct settings, fade_yr, "trend_fade", "yr", 0.05, 20, "1 yr", UNCERTAIN, "time in which extrapolators expect the trend to fade", NULL),
    NUMBER(struct settings, hoarding, "hoarding", "", 0, 1, "0", UNCERTAIN,
           "share of their cards that extrapolators would hold back if they expected rents to rise without bound", NULL),
    NUMBER(struct settings, neglect, "competition_neglect", "", 0, 1, "0", UNCERTAIN,
           "share of the fall of excess rents through others' building that owners neglect", "Greenwood and Hanson 2015"),
    {0},
};
/* clang-format on */

static double weight(const struct world *w, int k)
{
    return w->market.supply[k] / (w->market.supply[TRAINING] + w->market.supply[INFERENCE]);
}

static void remember(struct world *w)
{
    struct expectations *e = expectations_state(w);
    e->remembered += (w->market.log_index - e->remembered) * -det_expm1(-w->sim->dt / e->settings->trend_memory_yr);
}

static double trend(const struct world *w)
{
    const struct expectations *e = expectations_state(w);
    double seen = (w->market.log_index - e->remembered) / e->settings->trend_memory_yr,
           most = e->settings->steepest_per_yr;
    return most * seen / (most + fabs(seen));
}

/* Forecasts that have come due are held against what came. */
static void judge(struct world *w)
{
    struct expectations *e = expectations_state(w);
    double learned = -det_expm1(-w->sim->dt / e->settings->memory_yr);
    for (; e->first < e->count && e->forecast[e->first].due <= w->sim->step_end; e->first++)
        for (int b = 0; b < BELIEFS; b++) {
            double error = w->market.log_index - e->forecast[e->first].index[b];
            e->fitness[b] += learned * (-error * error - e->fitness[b]);
        }
}

/* Log change of the index over the horizon on the curve of value.c. */
static double fundamental_change(const struct world *w)
{
    const double least = 1e-6;
    double h = expectations_state(w)->settings->horizon_yr, sum = 0;
    double long_run = det_exp(-w->value.decline_per_yr * h), excess = det_exp(-w->value.reversion_per_yr * h);
    for (int k = 0; k < WORKLOADS; k++) {
        double now = w->market.rent[k], entry = w->value.entry_rent[k];
        sum += weight(w, k) * det_log(max_of(least, (entry * long_run + (now - entry) * excess) / now));
    }
    return sum;
}

/* The same as extrapolators see it. */
static double projected_change(const struct world *w)
{
    const struct settings *s = expectations_state(w)->settings;
    double years_of_trend = s->fade_yr * -det_expm1(-s->horizon_yr / s->fade_yr);
    return trend(w) * years_of_trend - w->value.decline_per_yr * s->horizon_yr;
}

static void make_forecasts(struct world *w)
{
    struct expectations *e = expectations_state(w);
    const struct settings *s = e->settings;
    WORLD_GROW(w, e->forecast, e->count, e->capacity);
    e->forecast[e->count++] =
        (struct forecast){.due = w->sim->step_end + s->horizon_yr,
                          .index = {[FUNDAMENTALIST] = w->market.log_index + fundamental_change(w),
                                    [EXTRAPOLATOR] = w->market.log_index + projected_change(w)}};
}

static void form_beliefs(struct world *w)
{
    const struct expectations *e = expectations_state(w);
    double share = switching_share(e->settings->intensity, e->fitness[EXTRAPOLATOR],
                                   e->fitness[FUNDAMENTALIST] - e->settings->cost);
    w->beliefs.extrapolators = e->settings->switchers * share;
    w->beliefs.trend_per_yr = trend(w);
    if (e->settings->hoarding > 0)
        w->beliefs.withheld =
            w->beliefs.extrapolators * e->settings->hoarding * -det_expm1(-max_of(0, projected_change(w)));
}

static void update(struct world *w)
{
    if (expectations_state(w)->settings->switchers <= 0)
        return;
    remember(w);
    judge(w);
    form_beliefs(w);
    make_forecasts(w);
}

static void start(struct world *w)
{
    struct expectations *e = expectations_state(w);
    const struct settings *s = e->settings = sim_settings(w->sim, &model_expectations);
    w->beliefs.competition_neglect = s->neglect;
    if (s->switchers <= 0)
        return;
    w->beliefs.fade_yr = s->fade_yr;
    form_beliefs(w);
}

enum { OUT_EXTRAPOLATORS, OUT_BUBBLE, OUT_DECLINE, OUT_TREND, OUT_WITHHELD };
/* clang-format off */
static const struct output outputs[] = {
    [OUT_EXTRAPOLATORS] = {"extrapolators", OUTPUT_SERIES, "", NULL, "share of owners who project the recent trend of the rent", .share = true},
    [OUT_BUBBLE] = {"bubble_index", OUTPUT_SERIES, "", NULL,
                    "value of the installed cards at the market's beliefs over that to fundamentalists, who take account of what others build; of cards with five years left"},
    [OUT_DECLINE] = {"believed_decline", OUTPUT_SERIES, "/yr", NULL, "fall of the rent over the next year as believed, log, mean of both workloads"},
    [OUT_TREND] = {"rent_trend", OUTPUT_SERIES, "/yr", NULL, "trend of the log rent that extrapolators project"},
    [OUT_WITHHELD] = {"withheld", OUTPUT_SERIES, "", NULL, "share of commissioned capacity that its owners hold back from the market", .share = true},
    {0},
};
/* clang-format on */

static double bubble_index(const struct world *w)
{
    const double years = 5;
    double price = 0, fundamental = 0;
    for (int g = 0; g < (int)w->generations.count; g++) {
        double cards = w->vintages.installed_cards[g];
        if (cards <= 0)
            continue;
        price += cards * value_of_card(w, w->regions.reference, g, years);
        fundamental += cards * value_fundamental(w, w->regions.reference, g, years);
    }
    return fundamental > 0 ? price / fundamental : NONE;
}

/* Decline of the rent over a year under the mean belief. */
static double believed_decline(const struct world *w)
{
    const double year = 1, least = 1e-6;
    const struct beliefs *b = &w->beliefs;
    double long_run = det_exp(-w->value.decline_per_yr * year), excess = det_exp(-w->value.reversion_per_yr * year),
           sum = 0;
    double projected =
        b->fade_yr > 0 ? long_run * det_exp(b->trend_per_yr * b->fade_yr * -det_expm1(-year / b->fade_yr)) : 0;
    for (int k = 0; k < WORKLOADS; k++) {
        double now = w->market.rent[k], entry = w->value.entry_rent[k];
        double fundamental = (entry * long_run + (now - entry) * excess) / now;
        sum -=
            weight(w, k) * det_log(max_of(least, (1 - b->extrapolators) * fundamental + b->extrapolators * projected));
    }
    return sum / year;
}

static void sample(struct world *w)
{
    sim_record(w->sim, &model_expectations, OUT_EXTRAPOLATORS, -1, w->beliefs.extrapolators, false);
    sim_record(w->sim, &model_expectations, OUT_BUBBLE, -1, bubble_index(w), false);
    sim_record(w->sim, &model_expectations, OUT_DECLINE, -1, believed_decline(w), false);
    sim_record(w->sim, &model_expectations, OUT_TREND, -1, w->beliefs.trend_per_yr, false);
    sim_record(w->sim, &model_expectations, OUT_WITHHELD, -1, w->beliefs.withheld, false);
}

const struct model model_expectations = {
    .name = "expectations",
    .help = "beliefs about rents: fundamentalists and extrapolators, who switch by success, and neglect of competition",
    .without = "everybody holds the forward curve of `value` and reckons with what others build",
    .asleep = true,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    STATE(expectations, struct expectations),
    .start = start,
    .phase = {[PHASE_BELIEFS] = update, [PHASE_SAMPLE] = sample},
};
