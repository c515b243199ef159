/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much models are used, and what work that is.
 *
 * U is tokens a day over those of January 2024 (T0). Two numbers were observed and are drawn independently of each
 * other: the level l = ln U reached on the date of the last published count (T1, June 2025) and the growth g1 on that
 * date. Before it growth falls exponentially to g1,
 *
 *     d ln U / dt = g1 + a (e^(-(t - T0) / tau) - e^(-(T1 - T0) / tau)) + waves,      a such that ln U(T1) = l,
 *
 * and before the first public assistants it is a constant. After T1 it is what more uses and cheaper tokens make of it:
 *
 *     U = V (1 + u) / (1 + u V / U(T1)),    V = A Y,    Y = (price of a token of the same quality over that of T1)^-eps
 *
 *   uses       d ln A / dt goes from its part of g1 to the long run, with a time constant, and has waves in it;
 *   prices     ln Y = eps (progress - weight) (t - T1) - eps ln(R (1 + markup) / those of T1), R the rent of inference;
 *   saturation the logistic above: 1/u is what people can read and agents do, as a multiple of June 2025;
 *   waves      reasoning, agents: steps of ln A that ramp up in some months; dated where known, else a Poisson process
 *              with lognormal sizes after T1. Each lifts training too, by a share of its size;
 *   weight     work = U omega, omega 1 at T1: omega falls with algorithmic progress (demand.progress_inference) and
 *              rises with heavier models and longer contexts, two different numbers;
 *   heavier    what Y would add to U and nobody reads goes, by a share h, into heavier models and longer thought:
 *              ln work = ln U(A Y) + ln omega + h (ln Y - ln U(A Y) + ln U(A)). So work has the elasticity
 *              eps (1 - (1 - h) F), where F is the share of what can be read that is read, and goes on growing with
 *              what progress saves when all have enough tokens: with falling prices users bought more intelligence,
 *              not more tokens (Demirer, Fradkin, Tadelis and Peng 2025: what is paid for a token stayed the same).
 *   price      p = R omega / (tokens of a P-hour) * (1 + markup), heavier tokens included. The markup moves after T1.
 *
 * Platforms' older work, recommendation and search, grows by itself.
 *
 * `observed` replaces the path after T1 by counted volumes, to its last date, and growth goes on from there at the
 * rents of that date: at what it would have been on the world's own path, and more by `learned` times the log of the
 * last count over that path. Growth and waves were drawn and not seen, so that a count tells of them: `learned` is the
 * slope of growth on the log of usage over draws (tests/test_model_usage.c). The difference of two counts tells
 * less: it has the errors of both. What was counted was counted at the rents of its date. Until the last count rents move, with the
 * same elasticity, not how much is read but the work in a token: where compute is dear it is done with smaller models
 * and from memory. What they saved by then stays.
 *
 * The output `tokens` is U. Level: published counts, so that they are inputs and no evidence; the shape in between is
 * tested against the counts of single platforms.
 *
 * Off (the mechanism): usage stands still. Neutral values: wave_rate 0, waves null; weight 0; saturation 1e9.
 */
#include "models/market/usage.h"
#include "models/models.h"
#include "models/supply/platform.h"
#include "models/world.h"

#include "sim/base/det.h"

struct settings {
    double tokens_per_day, level, growth_per_yr, growth_long_per_yr, base_per_yr, older_per_yr;
    double from, counted, settling_yr, reversion_yr;
    double learned_per_yr;
    double wave_rate_per_yr, wave_size, wave_spread, wave_ramp_yr, wave_training;
    double weight_per_yr, saturation, heavier;
    double tokens_per_p_hour, markup, markup_long, markup_reversion_yr;
    const struct dated_series *observed_per_day;
};

struct wave {
    const char *label;
    double date, size;
};

enum { MAX_WAVES = 16 };

struct usage {
    const struct settings *settings;
    const struct wave *dated;
    size_t dated_count;
    double wave_at[MAX_WAVES], wave_size[MAX_WAVES]; /* drawn, after T1 */
    double excess_per_yr; /* a */
    double since, log_level, growth_per_yr; /* where the forecast begins: T1, or the last observed date */
    double dated_then, drawn_then; /* waves so far, then */
    bool learns; /* what growth is then is not known yet */
    double log_rent_counted, log_rent_since; /* of inference at T1, and where the forecast begins; NaN: not yet */
    double log_odds, log_unfilled; /* of this step, at the rent of the last count: ln(F / (1 - F)), -ln(1 - F) */
    bool counted; /* volumes of this step are given, and known to be those of rents since T1 */
};

static inline struct usage *usage_state(const struct world *w)
{
    return w->state[STATE_usage];
}

static const double origin_yr = 2024; /* T0: January 2024, 0.1 T tokens a day */
enum { HOURS_PER_DAY = 24 };

#define WAVES "waves"
/* clang-format off */
static const struct param params[] = {
    NUMBER(struct settings, tokens_per_day, "tokens_2024", "token/day", 1, 1e18, "0.1 Ttoken/day", UNCERTAIN,
           "tokens a day in January 2024", "National Data Administration 2025-08: 0.1 T in January 2024"),
    NUMBER(struct settings, level, "level", "", 1, 1e6, "300", UNCERTAIN,
           "usage on the date of the last count, as a multiple of January 2024", "National Data Administration 2025-08: 30 T a day in June 2025"),
    NUMBER(struct settings, growth_per_yr, "growth", "/yr", -1, 10, "1 /yr", UNCERTAIN,
           "growth of usage on the date of the last count", NULL),
    NUMBER(struct settings, growth_long_per_yr, "growth_long", "/yr", -2, 5, "0.5 /yr", UNCERTAIN,
           "growth of usage in the long run at a constant price of tokens", "feasibility study: 0 to 1.8"),
    NUMBER(struct settings, base_per_yr, "growth_before", "/yr", -1, 10, "0.3 /yr", UNCERTAIN,
           "growth of usage before the first public assistants", NULL),
    NUMBER(struct settings, older_per_yr, "growth_older", "/yr", -1, 2, "0.1 /yr", UNCERTAIN,
           "growth of platforms' older work: recommendation, search", NULL),
    {.name = "from", .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2015, .max = 2024, .value = "2023-09",
     .help = "when the first public assistants come", .source = "first public assistants in China, August 2023",
     .offset = offsetof(struct settings, from)},
    {.name = "counted", .type = PARAM_DATE, .draw = FIXED, .min = 2024.25, .max = 2040, .value = "2025-06-30",
     .help = "date of the last published count of tokens that is an input", .source = "National Data Administration 2025-08: end of June 2025",
     .offset = offsetof(struct settings, counted)},
    NUMBER(struct settings, settling_yr, "settling", "yr", 0.05, 20, "0.6 years", UNCERTAIN,
           "time in which growth falls to that of the last count", NULL),
    NUMBER(struct settings, reversion_yr, "reversion", "yr", 0.05, 50, "2 years", UNCERTAIN,
           "time in which growth after the last count goes to its long run", NULL),
    NUMBER(struct settings, wave_rate_per_yr, "wave_rate", "/yr", 0, 20, "0 /yr", UNCERTAIN,
           "waves of new uses a year after the last count: reasoning, agents", NULL),
    NUMBER(struct settings, wave_size, "wave_size", "", 0, 5, "0.3", UNCERTAIN,
           "median size of a wave, in log usage", NULL),
    NUMBER(struct settings, wave_spread, "wave_spread", "", 0, 3, "0.5", UNCERTAIN,
           "standard deviation of the size of a wave, log", NULL),
    NUMBER(struct settings, wave_ramp_yr, "wave_ramp", "yr", 0.01, 10, "6 months", UNCERTAIN,
           "time in which a wave comes up to its size", NULL),
    NUMBER(struct settings, wave_training, "wave_training", "", 0, 3, "0.5", UNCERTAIN,
           "effect of a wave on the log of training over its effect on the log of usage", NULL),
    NUMBER(struct settings, weight_per_yr, "weight", "/yr", -2, 3, "0.5 /yr", UNCERTAIN,
           "growth of the work in a token, from heavier models and longer contexts, before algorithmic progress", NULL),
    NUMBER(struct settings, saturation, "saturation", "", 1, 1e9, "100", UNCERTAIN,
           "usage that people and agents can take in, as a multiple of the last count",
           "30 T a day are 21 k tokens a head; 2 M a head a day is a novel a minute"),
    NUMBER(struct settings, heavier, "heavier", "", 0, 1, "0", UNCERTAIN,
           "share of the unread part of what cheaper tokens would add that goes into heavier models instead", NULL),
    NUMBER(struct settings, tokens_per_p_hour, "tokens_per_p_hour", "token/P-hour", 1, 1e15, "70 Mtoken/P-hour", UNCERTAIN,
           "tokens of an effective P-hour on the date of the last count", NULL),
    NUMBER(struct settings, markup, "markup", "", -0.9, 5, "-0.1", UNCERTAIN,
           "price of tokens over their compute, less 1, until the last count", NULL),
    NUMBER(struct settings, markup_long, "markup_long", "", -0.9, 5, "-0.1", UNCERTAIN,
           "price of tokens over their compute, less 1, in the long run: price wars hold it down, few sellers lift it", NULL),
    NUMBER(struct settings, markup_reversion_yr, "markup_reversion", "yr", 0.05, 50, "2 years", UNCERTAIN,
           "time in which the markup on tokens goes to its long run", NULL),
    {.name = "observed", .type = PARAM_SERIES, .unit = "token/day", .min = 1, .max = 1e20, .value = "none",
     .help = "tokens a day counted after the last count, which replace the drawn path to their last date; none: a forecast",
     .offset = offsetof(struct settings, observed_per_day)},
    NUMBER(struct settings, learned_per_yr, "learned", "/yr", 0, 10, "0.5 /yr", UNCERTAIN,
           "growth that a world learns of from each unit of log by which the last of them is over its own path",
           "slope over draws of china.yml: the year after a surprise of 1 has .4 more"),
    {.name = "label", .table = WAVES, .type = PARAM_TEXT, .value = "none", .help = "short text for a chart",
     .offset = offsetof(struct wave, label)},
    {.name = "date", .table = WAVES, .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2000, .max = 2100,
     .help = "when it begins", .offset = offsetof(struct wave, date)},
    COLUMN(WAVES, struct wave, size, "size", "", -5, 5, NULL, UNCERTAIN, "addition of a wave to the log of usage", NULL),
    {0},
};
/* clang-format on */

/* -- waves --------------------------------------------------------------------------------------------------------- */

static double ramp(const struct settings *s, double begins, double now)
{
    return min_of(1, max_of(0, (now - begins) / s->wave_ramp_yr));
}

static double dated_waves(const struct usage *u, double now)
{
    double sum = 0;
    for (size_t i = 0; i < u->dated_count; i++)
        sum += u->dated[i].size * ramp(u->settings, u->dated[i].date, now);
    return sum;
}

static double drawn_waves(const struct usage *u, double now)
{
    double sum = 0;
    for (size_t k = 0; k < MAX_WAVES && u->wave_at[k] < now; k++)
        sum += u->wave_size[k] * ramp(u->settings, u->wave_at[k], now);
    return sum;
}

/* The k-th wave of a world comes earlier at a higher rate and is the same wave. */
static void draw_waves(struct world *w, struct usage *u)
{
    const struct settings *s = u->settings;
    double at = s->counted;
    for (uint32_t k = 0; k < MAX_WAVES; k++) {
        struct stream stream = sim_stream(w->sim, &model_usage, identity(0, 0, k));
        at += s->wave_rate_per_yr > 0 ? stream_exponential(&stream) / s->wave_rate_per_yr : HUGE_VAL;
        u->wave_at[k] = at;
        u->wave_size[k] = s->wave_size * det_exp(s->wave_spread * stream_normal(&stream));
    }
}

/* -- the path ------------------------------------------------------------------------------------------------------ */

/* Integral over `years` of a growth rate that goes from `now` to `later` with a time constant. */
static double settled(double now, double later, double time_yr, double years)
{
    return later * years + (now - later) * time_yr * -det_expm1(-years / time_yr);
}

static double until_counted(const struct usage *u, double now)
{
    const struct settings *s = u->settings;
    double since = max_of(now, s->from) - origin_yr;
    double last = s->growth_per_yr - u->excess_per_yr * det_exp(-(s->counted - origin_yr) / s->settling_yr);
    return s->base_per_yr * min_of(0, now - s->from) + settled(last + u->excess_per_yr, last, s->settling_yr, since) +
           dated_waves(u, now);
}

/* Growth that cheaper tokens add at constant rents, while there is room. */
static double growth_by_progress(const struct world *w)
{
    double cheaper = demand_progress(w, INFERENCE) - usage_state(w)->settings->weight_per_yr;
    return demand_elasticity(w, INFERENCE) * cheaper;
}

/* ln A after the last count. */
static double log_uses(const struct world *w, double now)
{
    const struct usage *u = usage_state(w);
    double by_uses = u->growth_per_yr - growth_by_progress(w);
    return u->log_level + settled(by_uses, u->settings->growth_long_per_yr, u->settings->reversion_yr, now - u->since) +
           dated_waves(u, now) - u->dated_then + (drawn_waves(u, now) - u->drawn_then);
}

static double softplus(double x)
{
    const double plain = 40; /* e^-40 is beyond a double's last bit */
    return x > plain ? x : det_log1p(det_exp(x));
}

/* Log of the odds that a token which can be read is read, if ln V is this. */
static double log_odds(const struct usage *u, double log_free)
{
    return log_free - det_log(u->settings->saturation * u->settings->level);
}

/* What is read, and what prices would add to it and nobody reads, as logs. */
struct reading {
    double tokens, beyond;
};

/* `log_y`: what prices since the last count make of usage, but for progress at constant rents. */
static struct reading reading(const struct world *w, double now, double log_y)
{
    const struct usage *u = usage_state(w);
    const struct settings *s = u->settings;
    if (now < u->since) {
        double counted =
            now > s->counted ? det_log(series_at(s->observed_per_day, now) / s->tokens_per_day) : until_counted(u, now);
        return (struct reading){counted, 0};
    }
    double uses = log_uses(w, now), prices = growth_by_progress(w) * (now - u->since) + log_y;
    double filled = softplus(log_odds(u, uses + prices));
    return (struct reading){uses + prices + softplus(log_odds(u, u->log_level)) - filled,
                            filled - softplus(log_odds(u, uses))};
}

static double log_weight(const struct world *w, double now)
{
    return (usage_state(w)->settings->weight_per_yr - demand_progress(w, INFERENCE)) *
           (now - usage_state(w)->settings->counted);
}

/* ln of tokens times the work in each. */
static double log_work(const struct world *w, double now, double log_y)
{
    struct reading r = reading(w, now, log_y);
    return r.tokens + usage_state(w)->settings->heavier * r.beyond + log_weight(w, now);
}

static double markup(const struct settings *s, double now)
{
    double since = max_of(0, now - s->counted);
    return s->markup_long + (s->markup - s->markup_long) * det_exp(-since / s->markup_reversion_yr);
}

/* What the markup since the last count makes of usage, if there is room. */
static double log_answer_to_markup(const struct world *w, double now)
{
    const struct settings *s = usage_state(w)->settings;
    return -demand_elasticity(w, INFERENCE) *
           det_log((1 + markup(s, now)) / (1 + markup(s, max_of(s->counted, usage_state(w)->since))));
}

/* Usage at a rent. */
static double log_answer_to_rent(const struct world *w, double log_rent)
{
    const struct usage *u = usage_state(w);
    return isnan(u->log_rent_since) ? 0 : -demand_elasticity(w, INFERENCE) * (log_rent - u->log_rent_since);
}

struct platform_work usage_work(const struct world *w, double now)
{
    if (!usage_state(w))
        return (struct platform_work){.older = 1, .training = 1};
    const struct settings *s = usage_state(w)->settings;
    double waves = dated_waves(usage_state(w), now) + drawn_waves(usage_state(w), now);
    return (struct platform_work){
        .older = det_exp(s->older_per_yr * (now - w->sim->plan->start)),
        .models = det_exp(log_work(w, now, log_answer_to_markup(w, now))) * platform_serves(w),
        .training = det_exp(s->wave_training * waves),
    };
}

double usage_log_volume(const struct world *w, double now)
{
    return usage_state(w) ? reading(w, now, 0).tokens : 0;
}

struct usage_response usage_response(const struct world *w, double log_rent)
{
    const struct usage *u = usage_state(w);
    double elasticity = demand_elasticity(w, INFERENCE);
    if (!u || isnan(u->log_rent_since) || u->counted)
        return (struct usage_response){0, elasticity};
    double lost = 1 - u->settings->heavier, log_unfilled = softplus(u->log_odds + log_answer_to_rent(w, log_rent));
    return (struct usage_response){lost * (u->log_unfilled - log_unfilled),
                                   elasticity * (1 + lost * det_expm1(-log_unfilled))};
}

/* Log of what rents between the two last counts have made of the work in a token. */
static double log_lighter(const struct world *w)
{
    const struct usage *u = usage_state(w);
    return isnan(u->log_rent_counted) ? 0
                                      : -demand_elasticity(w, INFERENCE) * (u->log_rent_since - u->log_rent_counted);
}

/* Where the forecast begins: at `date`, with this level. */
static void begin_at(struct usage *u, double date, double log_level)
{
    u->since = date;
    u->log_level = log_level;
    u->dated_then = dated_waves(u, date);
    u->drawn_then = drawn_waves(u, date);
}

/* Growth on the last of the counts, from the world's own path and how far the count is over it. */
static void learn(struct world *w)
{
    struct usage *u = usage_state(w);
    const struct settings *s = u->settings;
    double last = u->since, log_count = u->log_level, by_progress = growth_by_progress(w);
    begin_at(u, s->counted, det_log(s->level));
    double own = reading(w, last, 0).tokens, kept = det_exp(-(last - s->counted) / s->reversion_yr);
    double by_uses = s->growth_long_per_yr + (s->growth_per_yr - by_progress - s->growth_long_per_yr) * kept;
    u->growth_per_yr = by_uses + by_progress + s->learned_per_yr * (log_count - own);
    begin_at(u, last, log_count);
    u->learns = false;
}

/* How the work of models answers to rents in this step. */
static void prepare(struct world *w)
{
    struct usage *u = usage_state(w);
    double now = w->sim->now;
    if (u->learns)
        learn(w);
    u->counted = now < u->since && !isnan(u->log_rent_counted);
    if (now < u->since)
        return;
    double markup = log_answer_to_markup(w, now);
    u->log_odds = log_odds(u, log_uses(w, now) + growth_by_progress(w) * (now - u->since) + markup);
    u->log_unfilled = softplus(u->log_odds);
}

/* -- start and outputs --------------------------------------------------------------------------------------------- */

/* What growth has to lose since January 2024 to end at the level of the last count. */
static double solve_excess(const struct usage *u)
{
    const struct settings *s = u->settings;
    double years = s->counted - origin_yr, left = det_exp(-years / s->settling_yr);
    double smooth = det_log(s->level) - dated_waves(u, s->counted) - s->growth_per_yr * years;
    return smooth / (s->settling_yr * (1 - left) - years * left);
}

static void begin_forecast(struct usage *u)
{
    const struct settings *s = u->settings;
    const struct dated_series *seen = s->observed_per_day;
    u->growth_per_yr = s->growth_per_yr;
    begin_at(u, s->counted, det_log(s->level));
    u->learns = seen && seen->year[seen->count - 1] > s->counted;
    if (u->learns)
        begin_at(u, seen->year[seen->count - 1], det_log(seen->value[seen->count - 1] / s->tokens_per_day));
}

static void start(struct world *w)
{
    struct usage *u = usage_state(w);
    u->settings = sim_settings(w->sim, &model_usage);
    u->dated = sim_rows(w->sim, &model_usage, WAVES);
    u->dated_count = sim_row_count(w->sim, WAVES);
    u->excess_per_yr = solve_excess(u);
    u->log_rent_counted = u->log_rent_since = NONE;
    draw_waves(w, u);
    begin_forecast(u);
    u->log_odds = log_odds(u, u->log_level);
    u->log_unfilled = softplus(u->log_odds);
    sim_split_at(w->sim, u->settings->counted);
    if (u->since > u->settings->counted)
        sim_split_at(w->sim, u->since);
}

/* A count was made at the rent of its date. */
static void remember(struct world *w)
{
    struct usage *u = usage_state(w);
    double end = w->sim->step_end, log_rent = det_log(w->market.rent[INFERENCE]);
    if (end >= u->settings->counted && isnan(u->log_rent_counted))
        u->log_rent_counted = u->log_rent_since = log_rent;
    else if (end >= u->settings->counted && end <= u->since)
        u->log_rent_since = log_rent;
}

enum { OUT_USAGE, OUT_TOKENS, OUT_PRICE, OUT_WAVES, OUT_WORK, OUT_COMPUTE };
/* clang-format off */
static const struct output outputs[] = {
    [OUT_USAGE] = {"usage", OUTPUT_SERIES, "", NULL, "usage of models as a multiple of January 2024, at the rents and markup of the last count"},
    [OUT_TOKENS] = {"tokens", OUTPUT_SERIES, "token/day", NULL, "tokens a day that models read and write"},
    [OUT_PRICE] = {"token_price", OUTPUT_SERIES, "CNY/Mtoken", NULL, "price of a million tokens, ex VAT: their compute and the markup"},
    [OUT_WAVES] = {"usage.waves", OUTPUT_SERIES, "", NULL, "factor on usage by waves of new uses"},
    [OUT_WORK] = {"usage.work", OUTPUT_SERIES, "", NULL, "usage times the work in a token over that of the last count, at the same rents and markup"},
    [OUT_COMPUTE] = {"usage.compute", OUTPUT_SERIES, "P", NULL, "effective P that run day and night for the tokens that models read and write"},
    {0},
};
/* clang-format on */

static void sample(struct world *w)
{
    const struct usage *u = usage_state(w);
    const struct settings *s = u->settings;
    double now = w->sim->now, rent = w->market.rent[INFERENCE];
    double prices = log_answer_to_markup(w, now) + log_answer_to_rent(w, det_log(rent));
    struct reading read = reading(w, now, prices);
    const double million = 1e6;
    double tokens = s->tokens_per_day * det_exp(read.tokens);
    double p_hours_per_token =
        det_exp(log_weight(w, now) + s->heavier * read.beyond + log_lighter(w)) / s->tokens_per_p_hour;
    sim_record(w->sim, &model_usage, OUT_USAGE, -1, det_exp(reading(w, now, 0).tokens), false);
    sim_record(w->sim, &model_usage, OUT_TOKENS, -1, tokens, false);
    sim_record(w->sim, &model_usage, OUT_PRICE, -1, million * rent * p_hours_per_token * (1 + markup(s, now)), false);
    sim_record(w->sim, &model_usage, OUT_WORK, -1, det_exp(log_work(w, now, 0)), false);
    sim_record(w->sim, &model_usage, OUT_COMPUTE, -1, tokens / HOURS_PER_DAY * p_hours_per_token, false);
    sim_record(w->sim, &model_usage, OUT_WAVES, -1, det_exp(dated_waves(u, now) + drawn_waves(u, now)), false);
}

static const struct table tables[] = {{WAVES, sizeof(struct wave), "dated waves of new uses of models"}, {0}};

const struct model model_usage = {
    .name = "usage",
    .help = "tokens that models read and write: level and growth as counted, waves, weight, saturation, price",
    .without = "usage of models stands still and platforms have their older work alone",
    .asleep = true,
    .tables = tables,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    STATE(usage, struct usage),
    .start = start,
    .phase = {[PHASE_DEMAND] = prepare, [PHASE_BELIEFS] = remember, [PHASE_SAMPLE] = sample},
};
