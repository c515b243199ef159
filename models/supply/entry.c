/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Entry of owners who must earn their money: when they invest, and how many of them think of it.
 *
 * Trigger. A project invests in the best card it can have iff
 *
 *     ln q + E[ln a | signal] > ln q*,     q* = n beta / (n beta - 1),
 *     beta = 1/2 + sqrt(1/4 + 2 (rho + lambda) / sigma^2)
 *
 * q is the present value of the card over its cost, at the class's own return, from the day on which it can run. The
 * forward curve behind it already returns to the entry rent, so that competition is priced and free entry alone would
 * mean q* = 1 (Leahy 1993; Caballero and Pindyck 1996); q* is what n rivals leave of the option to wait (Grenadier
 * 2002). rho is the class's hurdle rate, lambda the believed decline of rents, sigma the deviation a year of the log
 * rent in the last two years or so, never below a floor; n is one over the Herfindahl index of firms' shares of private
 * approvals over the last year or so, in [1, most_rivals]. Both memories are exponential.
 * For rho .1, lambda .15 and sigma .25: beta 3.37, q* 1.42 for one firm alone and 1.03 for ten.
 *
 * Private value. What a lessor makes of its cards differs: a ~ exp N(-s_a^2/2, s_a^2) multiplies what they deliver
 * (struct vintage, quality). Before it invests it sees ln a + N(0, s_e^2), and reckons with the expectation of a given
 * that, so that there is no winner's curse.
 *
 * Volume. The candidates m of a class, over those at a q of one, follow the gap:
 *
 *     d ln m / dt = gamma (ln q - ln q*) - ln m / tau,     least <= m <= most
 *
 * and are thinned from a Poisson process at the highest rate (candidates.h).
 *
 * First customers. A new centre stands idle until it has customers, dormant and then on offer. Owners note what share of
 * the cards of their kind that are younger than two years is let, against the share of hours that they expect of old
 * ones, over the last year or so; that is how many years later than its opening the rents of a centre begin, and the
 * rent that pays for a new card pays for that wait (value.c). Without this memory they count on customers from the first
 * day, whatever becomes of those who opened before them.
 *
 * What a listed class gains in its share price by announcing computing, a share of the cost for a premium of one
 * (hype.c), is taken off that cost.
 *
 * Entry eats the rent only where owners can order as they like. Where the gate keeps a card out, where the street or a
 * maker's queue rations it, or power or funds are short, q stays above the trigger and what is scarce has the rent:
 * entry.held says what share of the money that is, entry.q_free at what q the rest was spent.
 *
 * The level of credit spreads enters rho: d (1 - tax) (spread - reference_spread), d being the share that is borrowed.
 *
 * Phase: decide, before the pipeline, with the q of the step before. Off: lessors choose among cards and waiting by one
 * logit, and approvals follow q^q_elasticity (pipeline.c).
 */
#include "entry.h"

#include "pipeline.h"

#include "sim/base/det.h"

struct settings {
    double signal_sd, error_sd, speed_per_yr, memory_yr, least, most;
    double least_sigma, sigma_memory_yr, rivals_memory_yr, most_rivals, reference_spread_per_yr, announcement_gain;
    double fill_memory_yr, young_yr;
};

struct entry {
    const struct settings *settings;
    size_t operators;
    double log_trigger[MAX_OPERATORS], log_volume[MAX_OPERATORS];
    double log_index; /* of rents, that has been seen */
    double change, square, time; /* of the log rent: sums over steps with exponential memory */
    double *approvals; /* of each firm, times e^(date / memory): of their shares only ratios count */
    double approvals_sum, approvals_squared, approvals_from;
    uint32_t young_from; /* vintages before this one are older than entrants */
    double shrinkage, log_mean; /* of a signal: weight of what is seen; what is added */
    /* since the last sample */
    double committed_cny, own_value_cny, below_one_cny, held_cny, held_value_cny;
};

enum { STREAM_OF_SIGNAL, STREAM_OF_VALUE }; /* (operator, k) */

#define OPERATOR "operators"
/* clang-format off */
static const struct param params[] = {
    NUMBER(struct settings, signal_sd, "private_value", "", 0, 2, "0.15", UNCERTAIN,
           "standard deviation of lessors' private values of the same cards, log", NULL),
    NUMBER(struct settings, error_sd, "signal_error", "", 0, 2, "0.1", UNCERTAIN,
           "standard deviation of the error of a lessor's signal of its private value before it invests, log", NULL),
    NUMBER(struct settings, speed_per_yr, "volume_speed", "/yr", 0, 100, "2 /yr", UNCERTAIN,
           "growth of the number of candidates for a log q of one above the trigger", NULL),
    NUMBER(struct settings, memory_yr, "volume_memory", "yr", 0.05, 1000, "2 years", UNCERTAIN,
           "time in which the number of candidates reverts to that at a q of one", NULL),
    NUMBER(struct settings, least, "least_volume", "", 0.001, 1, "0.05", FIXED, "lower bound of the number of candidates over that at a q of one", NULL),
    NUMBER(struct settings, most, "most_volume", "", 1, 1000, "20", FIXED, "upper bound of the number of candidates over that at a q of one", NULL),
    NUMBER(struct settings, least_sigma, "least_sigma", "", 0.01, 2, "0.15", UNCERTAIN,
           "least volatility of rents that owners assume", NULL),
    NUMBER(struct settings, sigma_memory_yr, "sigma_memory", "yr", 0.1, 20, "2 years", FIXED, "time over which owners measure the volatility of rents", NULL),
    NUMBER(struct settings, rivals_memory_yr, "rivals_memory", "yr", 0.1, 20, "1 year", FIXED,
           "time over which approvals make a firm a rival", NULL),
    NUMBER(struct settings, most_rivals, "most_rivals", "", 1, 1000, "50", FIXED, "largest number of rivals that an owner assumes", NULL),
    NUMBER(struct settings, reference_spread_per_yr, "reference_spread", "/yr", 0, 1, "2.5 %/yr", UNCERTAIN,
           "credit spread at which hurdle rates are stated", NULL),
    NUMBER(struct settings, announcement_gain, "announcement_gain", "", 0, 0.5, "0.1", UNCERTAIN,
           "share of the cost of its cards that a listed class gains by announcing them, at a concept premium of one", NULL),
    NUMBER(struct settings, fill_memory_yr, "fill_memory", "yr", 0.1, 20, "none", FIXED,
           "time over which owners note how long new centres wait for customers; none: they count on customers from the first day", NULL),
    NUMBER(struct settings, young_yr, "young", "yr", 0.1, 20, "2 years", FIXED, "age up to which a centre counts as one that opened lately, for fill_memory", NULL),
    {0},
};
/* clang-format on */

static struct entry *state_of(const struct world *w)
{
    return w->state[STATE_entry];
}

bool entry_decides(const struct world *w, uint32_t owner_class)
{
    return state_of(w) && pipeline_must_earn(w, owner_class);
}

double entry_log_trigger(const struct world *w, uint32_t owner_class)
{
    return state_of(w)->log_trigger[owner_class];
}

double entry_volume(const struct world *w, uint32_t owner_class)
{
    return det_exp(state_of(w)->log_volume[owner_class]);
}

double entry_most_volume(const struct world *w)
{
    return ((const struct settings *)sim_settings(w->sim, &model_entry))->most;
}

double entry_dearer_per_yr(const struct world *w, uint32_t owner_class)
{
    double over = w->credit.spread_per_yr[owner_class] - state_of(w)->settings->reference_spread_per_yr;
    return w->credit.debt_share * (1 - w->credit.tax) * over;
}

double entry_log_gain(const struct world *w, uint32_t owner_class)
{
    const double most = 0.5;
    double gain = state_of(w)->settings->announcement_gain * w->projects.concept_premium[owner_class];
    return -det_log(1 - min_of(gain, most));
}

/* -- private value ------------------------------------------------------------------------------------------------- */

static double seen(const struct world *w, uint32_t owner_class, uint32_t k)
{
    const struct settings *s = state_of(w)->settings;
    double sd = sqrt(s->signal_sd * s->signal_sd + s->error_sd * s->error_sd);
    struct stream random = sim_stream(w->sim, &model_entry, identity(STREAM_OF_SIGNAL, owner_class, k));
    return sd * stream_normal(&random);
}

double entry_log_signal(const struct world *w, uint32_t owner_class, uint32_t k)
{
    const struct entry *e = state_of(w);
    return e->settings->signal_sd > 0 ? e->log_mean + e->shrinkage * seen(w, owner_class, k) : 0;
}

/* What is seen is drawn first, and the value given that: its mean is the shrunk signal, its variance what is left. */
double entry_quality(const struct world *w, uint32_t owner_class, uint32_t number)
{
    const struct entry *e = state_of(w);
    if (!e || !pipeline_must_earn(w, owner_class) || !(e->settings->signal_sd > 0))
        return 1;
    const struct settings *s = e->settings;
    struct stream random = sim_stream(w->sim, &model_entry, identity(STREAM_OF_VALUE, owner_class, number));
    double left = sqrt(e->shrinkage) * s->error_sd;
    return det_exp(-s->signal_sd * s->signal_sd / 2 + e->shrinkage * seen(w, owner_class, number) +
                   left * stream_normal(&random));
}

/* -- the trigger and the volume ------------------------------------------------------------------------------------ */

void entry_approved(struct world *w, uint32_t firm)
{
    struct entry *e = state_of(w);
    double *of_firm = &e->approvals[firm];
    double one = det_exp((w->sim->now - e->approvals_from) / e->settings->rivals_memory_yr);
    e->approvals_squared += one * (2 * *of_firm + one);
    e->approvals_sum += one;
    *of_firm += one;
}

static double rivals(const struct entry *e)
{
    double n = e->approvals_squared > 0 ? e->approvals_sum * e->approvals_sum / e->approvals_squared : 1;
    return min_of(n, e->settings->most_rivals);
}

static void watch_rents(struct world *w, struct entry *e)
{
    double dt = w->sim->dt, kept = det_exp(-dt / e->settings->sigma_memory_yr);
    double change = w->market.log_index - e->log_index;
    e->log_index = w->market.log_index;
    e->change = kept * e->change + change;
    e->square = kept * e->square + change * change;
    e->time = kept * e->time + dt;
}

static double sigma(const struct world *w, const struct entry *e)
{
    double least = e->settings->least_sigma;
    if (!(e->time > 0))
        return least;
    double trend = e->change / e->time, per_yr = e->square / e->time - trend * trend * w->sim->dt;
    return max_of(least, sqrt(max_of(0, per_yr)));
}

/* -- first customers ----------------------------------------------------------------------------------------------- */

/* Cards of young centres, and of those the cards that are let. Vintages are in the order in which they came. */
static void count_young(const struct world *w, struct entry *e, double *cards, double *let)
{
    const struct vintage *row = w->vintages.row;
    size_t count = w->vintages.count;
    while (e->young_from < count && row[e->young_from].delivered < w->sim->now - e->settings->young_yr)
        e->young_from++;
    for (size_t id = e->young_from; id < count; id++) {
        const struct vintage *v = &row[id];
        bool counts = v->standing && v->project != UINT32_MAX && pipeline_must_earn(w, v->owner_class);
        *cards += counts ? v->cards : 0;
        *let += counts ? v->let_cards : 0;
    }
}

static void watch_young(struct world *w, struct entry *e)
{
    double cards = 0, let = 0;
    count_young(w, e, &cards, &let);
    if (!(cards > 0))
        return;
    double idle_yr = e->settings->young_yr * above_zero(1 - let / (cards * w->value.occupancy));
    w->projects.fill_yr += (idle_yr - w->projects.fill_yr) * -det_expm1(-w->sim->dt / e->settings->fill_memory_yr);
}

static double log_trigger(double rate_per_yr, double sigma, double n)
{
    double beta = 0.5 + sqrt(0.25 + 2 * max_of(rate_per_yr, 1e-3) / (sigma * sigma));
    return -det_log(1 - 1 / max_of(n * beta, 1.01));
}

static void follow_gap(const struct world *w, struct entry *e, size_t o)
{
    const struct settings *s = e->settings;
    const double furthest = 2; /* log: nothing that can be had is worth anything */
    double q = w->projects.tobins_q[o], log_q = q > 0 ? max_of(-furthest, det_log(q)) : -furthest;
    double kept = det_exp(-w->sim->dt / s->memory_yr);
    double rest = s->speed_per_yr * (log_q - e->log_trigger[o]) * s->memory_yr;
    double moved = rest + (e->log_volume[o] - rest) * kept;
    e->log_volume[o] = max_of(det_log(s->least), min_of(det_log(s->most), moved));
}

static void decide(struct world *w)
{
    struct entry *e = state_of(w);
    if (!pipeline_state(w))
        return;
    watch_rents(w, e);
    if (!isnan(e->settings->fill_memory_yr))
        watch_young(w, e);
    double deviation = sigma(w, e), n = rivals(e);
    for (size_t o = 0; o < pipeline_state(w)->operators; o++) {
        if (!pipeline_must_earn(w, (uint32_t)o))
            continue;
        double rate = pipeline_state(w)->row[o].hurdle_per_yr + w->value.decline_per_yr;
        e->log_trigger[o] = log_trigger(rate, deviation, n);
        follow_gap(w, e, o);
    }
}

/* Whether something else than q bounds what is ordered of a card: it is not sold here and comes through the street, it
 * costs more than its maker asks, its maker has a queue, power is short, or funds are. */
static bool held_back(const struct world *w, const struct project *p, int g, bool short_of_funds)
{
    const struct channels *c = &w->channels;
    bool closed = procurement_channel(w, g) == CHANNEL_GRAY, dear = c->premium[g] > 1;
    double queue_yr = c->offers.queue_free[c->offers.place[g]] - w->sim->now;
    return closed || dear || queue_yr > 1.0 / MONTHS_PER_YEAR || power_limited(w, p->region) || short_of_funds;
}

void entry_committed(struct world *w, const struct project *p, int g, double cost_cny, double log_q,
                     bool short_of_funds)
{
    struct entry *e = state_of(w);
    if (held_back(w, p, g, short_of_funds)) {
        e->held_cny += cost_cny;
        e->held_value_cny += cost_cny * det_exp(log_q);
    }
    double all = value_fundamental(w, p->region, g, VALUE_YEARS / 2.0) / procurement_cost_per_card(w, g);
    double fundamental = all * det_exp(p->own_uniform); /* what this owner makes more of its cards is real */
    e->committed_cny += cost_cny;
    e->own_value_cny += cost_cny * det_exp(log_q);
    e->below_one_cny += fundamental < 1 ? cost_cny : 0;
}

static void start(struct world *w)
{
    struct entry *e = state_of(w);
    const struct settings *s = e->settings = sim_settings(w->sim, &model_entry);
    e->operators = sim_row_count(w->sim, OPERATOR);
    e->approvals = arena_array(&w->sim->arena, w->firms.count, sizeof *e->approvals);
    e->approvals_from = w->sim->now;
    double of_value = s->signal_sd * s->signal_sd, of_error = s->error_sd * s->error_sd;
    e->shrinkage = of_value > 0 ? of_value / (of_value + of_error) : 0;
    e->log_mean = (e->shrinkage * of_error - of_value) / 2;
}

enum { OUT_TRIGGER, OUT_VOLUME, OUT_COMMITTED, OUT_Q, OUT_BELOW_ONE, OUT_HELD, OUT_FREE_Q, OUT_FILL };
/* clang-format off */
static const struct output outputs[] = {
    [OUT_TRIGGER] = {"entry.trigger", OUTPUT_SERIES, "", OPERATOR, "present value over cost beyond which a class of owners invests"},
    [OUT_VOLUME] = {"entry.volume", OUTPUT_SERIES, "", OPERATOR, "projects that a class of owners proposes, over those at a q of one"},
    [OUT_COMMITTED] = {"entry.committed", OUTPUT_SERIES, "CNY", NULL,
                       "cost of the cards ordered since the last report by owners who must earn their money, building included, ex VAT"},
    [OUT_Q] = {"entry.q", OUTPUT_SERIES, "", NULL,
               "present value over cost, as owners who must earn their money believed when they ordered, weighted by cost"},
    [OUT_BELOW_ONE] = {"entry.below_one", OUTPUT_SERIES, "", NULL,
                       "share of that cost for which it was below one to fundamentalists who reckon with what others build, and know what the owner knows of itself"},
    [OUT_HELD] = {"entry.held", OUTPUT_SERIES, "", NULL,
                  "share of that cost for cards that the gate keeps out, that cost more than their makers ask or are sold out, or where power or funds were short", .share = true},
    [OUT_FREE_Q] = {"entry.q_free", OUTPUT_SERIES, "", NULL,
                    "the same as entry.q for the rest of that cost, where nothing but q bounds what is ordered; none: all was held back"},
    [OUT_FILL] = {"entry.fill", OUTPUT_SERIES, "yr", NULL, "time that owners expect a new centre to wait for customers; none: they do not ask (entry.fill_memory)"},
    {0},
};
/* clang-format on */

static void sample(struct world *w)
{
    struct entry *e = state_of(w);
    const struct model *m = &model_entry;
    double cny = e->committed_cny;
    size_t operators = e->operators;
    for (size_t o = 0; o < operators; o++) {
        bool decides = sim_enabled(w->sim, &model_pipeline) && pipeline_must_earn(w, (uint32_t)o);
        sim_record(w->sim, m, OUT_TRIGGER, (int)o, decides ? det_exp(e->log_trigger[o]) : NONE, false);
        sim_record(w->sim, m, OUT_VOLUME, (int)o, decides ? det_exp(e->log_volume[o]) : NONE, false);
    }
    sim_record(w->sim, m, OUT_COMMITTED, -1, cny, false);
    sim_record(w->sim, m, OUT_Q, -1, cny > 0 ? e->own_value_cny / cny : NONE, false);
    sim_record(w->sim, m, OUT_BELOW_ONE, -1, cny > 0 ? e->below_one_cny / cny : NONE, false);
    double free_cny = cny - e->held_cny;
    sim_record(w->sim, m, OUT_HELD, -1, cny > 0 ? e->held_cny / cny : NONE, false);
    sim_record(w->sim, m, OUT_FREE_Q, -1,
               free_cny > 1e-9 * cny ? (e->own_value_cny - e->held_value_cny) / free_cny : NONE, false);
    sim_record(w->sim, m, OUT_FILL, -1, isnan(e->settings->fill_memory_yr) ? NONE : w->projects.fill_yr, false);
    e->committed_cny = e->own_value_cny = e->below_one_cny = e->held_cny = e->held_value_cny = 0;
}

const struct model model_entry = {
    .name = "entry",
    .help = "owners who must earn their money: when they invest, how many propose, and what each can make of its cards",
    .without = "lessors choose among all cards and waiting by one logit, approvals follow a power of q",
    .asleep = true,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    STATE(entry, struct entry),
    .start = start,
    .phase = {[PHASE_DECIDE] = decide, [PHASE_SAMPLE] = sample},
};
