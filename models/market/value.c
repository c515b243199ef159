/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a card is worth: one forward curve behind levelised cost, Tobin's q, term prices and the economic ledger.
 *
 * The rent that pays for a new card (entry rent, the levelised cost of an effective P-hour under a believed decline
 * lambda) is
 *
 *     L = (K (1 - salvage e^(-rho T)) + PV(upkeep)) / (u int_0^T e^(-(rho + lambda) s) ds) + power,
 *
 * over the yield y (below). Where owners have noted that new centres wait f years for customers (entry.c), the rents
 * that pay for K come so much later and lower: its part of L grows by e^((rho + lambda) f). Of an effective P-hour it is
 * the least over the cards that can be had, less what small jobs pay for that card in any case; a card's own is what
 * its effective P rents for at these, and small jobs. With an `entry_horizon` it is that of the marginal card instead
 * (merit_order.c): the best card sets the long-run rent only if there will be enough of it. Today's rent R is expected
 * to return to it while it declines:
 *
 *     F(s) = L e^(-lambda s) + (R - L) e^(-k s)      (Schwartz and Smith 2000: long-run level and short-run deviation)
 *
 * Where beliefs differ (expectations.c), the curve is the mean over those who hold them: fundamentalists hold the one
 * above, extrapolators R exp(-lambda s + g tau (1 - e^(-s/tau))) with g the trend that they project. Both are linear in
 * L and R, so beliefs shift two columns of weights and nothing else. Owners who neglect a share theta of what others
 * will build expect k to be (1 - theta) k + theta min(k, lambda): at theta = 1 today's margin over the entry rent
 * lasts. The entry rent stays that of fundamentalists.
 *
 * A contract pays for all its hours, whereas spot rents are earned in hours let alone. A lessor who signs for T years
 * gives up the rent of the hours that would have been let and is spared the vacancy of the others, so the price that
 * leaves both sides as well off is the certainty equivalent
 *
 *     P_T = (u + (1 - u) e^(-T / tau)) * discounted mean of F over T,
 *
 * u being the occupancy expected and tau the time over which a vacancy, once it has come, is felt: a spell of spot
 * letting that is short against tau begins let, which is why P_T goes to the spot rent as T goes to 0, and a long one
 * averages u. Lessees reckon with the same price for what they would pay elsewhere (lease_exit.c), planners too.
 *
 * Whoever lets for long is therefore paid less than the spot rent for an hour let. The yield y is what it gets over the
 * spot rent: 1 for cards that are let by the hour, P_T over the mean of F for those under contract, at the term of the
 * contracts that run. That term is twice what is left of them on average, since on an average date half of a contract
 * is over. Off: vacancy_time none, y = 1, and a long contract pays for vacancy as if there were none.
 *
 * A card's value over the years left to it is the present value of occupancy * (y F - power) - upkeep while that is
 * positive: a card rests in a quarter in which it would lose money.
 */
#include "models/market/merit_order.h"
#include "models/models.h"
#include "models/planner/cashflow.h"
#include "models/world.h"

#include "sim/base/det.h"
#include "sim/engine/arrays.h"

struct settings {
    double discount_per_yr, decline_per_yr, reversion_per_yr, entry_life_yr, salvage, upkeep_per_yr;
    double occupancy_target, optimism, load, vacancy_yr, entry_horizon_yr;
};

struct value_state {
    const struct settings *settings;
    struct need_trend need; /* seen so far, if there is a horizon */
    struct tenor tenor[LONGEST_TERM_MONTHS + 1];
    int months; /* of the tenors, those worked out in this step */
    double projected; /* discounted sum of what extrapolators project over these months */
    struct beliefs mixed; /* into all this */
    /* at the middle of each quarter to come: what is left of the long-run rent and of today's excess over it, and the
     * present value of a quarter that earns 1 CNY an hour */
    double long_run[VALUE_STEPS], excess[VALUE_STEPS];
    double undisturbed[VALUE_STEPS]; /* what is left of the excess if all reckon with what others build */
    double discounted_hours[VALUE_STEPS];
    struct fundamentals *fundamentals; /* NULL: nobody believes anything else */
    double kept, upkeep_yr,
        entry_hours; /* over an entrant's life: share of the cost it must earn, years of upkeep, hours let */
};

static inline struct value_state *value_state(const struct world *w)
{
    return w->state[STATE_value];
}

/* What the weights are without extrapolators, and what it takes to mix these in. */
struct fundamentals {
    double long_run[VALUE_STEPS], excess[VALUE_STEPS];
    struct tenor tenor[LONGEST_TERM_MONTHS];
    double fade[VALUE_STEPS], fade_by_month[LONGEST_TERM_MONTHS]; /* tau (1 - e^(-s/tau)), years of trend */
    double declined[LONGEST_TERM_MONTHS]; /* to the middle of a month, discounted */
    double discounts[LONGEST_TERM_MONTHS]; /* summed until a month is over */
};

/* clang-format off */
static const struct param params[] = {
    NUMBER(struct settings, discount_per_yr, "discount", "/yr", 0, 1, "10 %/yr", UNCERTAIN,
           "nominal discount rate of lessors", NULL),
    NUMBER(struct settings, decline_per_yr, "decline", "/yr", -1, 3, "0.15 /yr", UNCERTAIN,
           "believed decline of the entry rent: hardware progress", "price per fixed performance falls about 30 % a year"),
    NUMBER(struct settings, reversion_per_yr, "reversion", "/yr", 0, 20, "0.3 /yr", UNCERTAIN,
           "believed speed at which today's rent returns to the entry rent", NULL),
    NUMBER(struct settings, entry_life_yr, "entry_life", "yr", 0.5, 20, "5 years", UNCERTAIN,
           "life over which an entrant wants to earn a card back", "book lives of 4 to 6 years"),
    NUMBER(struct settings, entry_horizon_yr, "entry_horizon", "yr", 0.1, 20, "none", UNCERTAIN,
           "years of additions to the market whose dearest card sets the long-run rent, as far as queues let cards through; none: the cheapest card does, "
           "however few there are", NULL),
    NUMBER(struct settings, salvage, "salvage", "", 0, 1, "0.05", UNCERTAIN, "value left at the end of the entrant's life of a card, share of cost",
           "5 % residual value in Chinese lessors' accounts"),
    NUMBER(struct settings, upkeep_per_yr, "upkeep", "/yr", 0, 1, "0.03 /yr", UNCERTAIN,
           "maintenance and site staff a year, share of list price", "maintenance 10-15 % and labour 5-10 % of running cost"),
    NUMBER(struct settings, occupancy_target, "occupancy", "", 0.05, 1, "0.75", UNCERTAIN,
           "share of hours let in a normal market", NULL),
    NUMBER(struct settings, optimism, "optimism", "", 0, 1, "0.7", UNCERTAIN,
           "weight of that normal against today's occupancy in what owners expect: competition neglect",
           "Greenwood and Hanson 2015"),
    NUMBER(struct settings, vacancy_yr, "vacancy_time", "yr", 0.01, 100, "none", UNCERTAIN,
           "term over which a contract comes to be priced for the vacancy that spot letting suffers; none: it never is",
           "take-or-pay of 2024: 10.3 CNY for five years of H800 against a spot curve of 15.8"),
    NUMBER(struct settings, load, "load", "", 0, 1, "0.65", UNCERTAIN, "mean load of a let card, drives power", "feasibility study"),
    {0},
};
/* clang-format on */

double value_load(const struct world *w)
{
    return value_state(w)->settings->load;
}

static double power_cost(const struct world *w, int region, int g)
{
    return procurement_site_kw(w, g) * value_load(w) * w->regions.pue[region] *
           w->regions.power_price_cny_per_kwh[region] * (1 - w->policy.power_discount[g]);
}

double value_upkeep(const struct world *w, double list_price_cny)
{
    return list_price_cny * value_state(w)->settings->upkeep_per_yr;
}

/* Rent a let hour that pays for generation g bought now, CNY per card-hour. Scarcity premiums are left out: they are
 * rents themselves, and an entry rent that contained them would hold itself up. */
static double entry_rent_of_card(const struct world *w, int g, double hours)
{
    const struct value_state *state = value_state(w);
    double premium = w->channels.premium[g];
    double cost = procurement_cost_per_card(w, g) - w->channels.street_price_cny[g] * (1 - 1 / premium);
    double hour = (cost * state->kept + value_upkeep(w, w->generations.list_price_cny[g]) * state->upkeep_yr) / hours +
                  power_cost(w, w->regions.reference, g);
    return hour / w->value.yield;
}

/* Rent a let hour of an effective P in each card that can be had; infinite: in no other. */
static void rents_of_cards(const struct world *w, double rent[WORKLOADS][MAX_GENERATIONS])
{
    const double least_for_work = 0.5; /* share of its cost that nobody expects small jobs to pay */
    double jobs = w->market.small_job_rent, wait_yr = w->projects.fill_yr, hours = value_state(w)->entry_hours;
    if (wait_yr > 0)
        hours *= det_exp(-(w->value.discount_per_yr + w->value.decline_per_yr) * wait_yr);
    for (int g = 0; g < (int)w->generations.count; g++) {
        bool offer = procurement_channel(w, g) >= 0;
        double card = offer ? entry_rent_of_card(w, g, hours) : (double)INFINITY;
        for (int k = 0; k < WORKLOADS; k++) {
            double p = w->generations.effective_p[k][g];
            rent[k][g] = offer && p > 0 ? max_of(least_for_work * card, card - jobs) / p : (double)INFINITY;
        }
    }
}

static double cheapest(const struct world *w, const double rent[MAX_GENERATIONS])
{
    double least = INFINITY;
    for (size_t g = 0; g < w->generations.count; g++)
        least = min_of(least, rent[g]);
    return least;
}

static void update_entry_rents(struct world *w)
{
    struct value_state *state = value_state(w);
    struct value *v = &w->value;
    double rent[WORKLOADS][MAX_GENERATIONS], jobs = w->market.small_job_rent,
                                             horizon = state->settings->entry_horizon_yr;
    rents_of_cards(w, rent);
    for (int k = 0; k < WORKLOADS; k++) {
        double least = cheapest(w, rent[k]);
        v->entry_rent[k] = !isfinite(least) ? w->market.rent[k]
                           : isnan(horizon) ? least
                                            : merit_order_rent(w, &state->need, (enum workload)k, rent[k], horizon,
                                                               state->settings->entry_life_yr);
    }
    for (size_t g = 0; g < w->generations.count; g++) {
        double share = w->market.training_share[g];
        v->entry_rent_card[g] = jobs + share * v->entry_rent[TRAINING] * w->generations.effective_p[TRAINING][g] +
                                (1 - share) * v->entry_rent[INFERENCE] * w->generations.effective_p[INFERENCE][g];
    }
}

static double middle_of_quarter(int k)
{
    return (k + 0.5) / VALUE_STEPS_PER_YEAR;
}

/* What fundamentalists make of the quarters to come and of an entrant's life; it does not change. */
static void tabulate(struct value_state *state, const struct value *v)
{
    const struct settings *s = state->settings;
    for (int k = 0; k < VALUE_STEPS; k++) {
        double years = middle_of_quarter(k);
        state->undisturbed[k] = det_exp(-s->reversion_per_yr * years);
        state->long_run[k] = det_exp(-v->decline_per_yr * years);
        state->excess[k] = det_exp(-v->reversion_per_yr * years);
        state->discounted_hours[k] = det_exp(-v->discount_per_yr * years) * HOURS_PER_YEAR / VALUE_STEPS_PER_YEAR;
    }
    state->kept = 1 - s->salvage * det_exp(-v->discount_per_yr * s->entry_life_yr);
    state->upkeep_yr = cashflow_annuity(v->discount_per_yr, s->entry_life_yr);
    state->entry_hours = HOURS_PER_YEAR * s->occupancy_target *
                         cashflow_annuity(v->discount_per_yr + v->decline_per_yr, s->entry_life_yr);
}

/* Fills the present values over 0, 1/4, 2/4 ... years to come, by the midpoint rule, for all regions. */
static void value_curves(struct world *w, int g)
{
    const struct value_state *state = value_state(w);
    struct value *v = &w->value;
    double long_run = v->entry_rent_card[g], excess = w->market.rent_card[g] - long_run;
    double upkeep = value_upkeep(w, w->generations.list_price_cny[g]) / HOURS_PER_YEAR, before_power[VALUE_STEPS];
    double paid = v->occupancy * v->yield, let_long_run = paid * long_run, let_excess = paid * excess;
    for (int k = 0; k < VALUE_STEPS; k++)
        before_power[k] = let_long_run * state->long_run[k] + let_excess * state->excess[k] - upkeep;
    for (int region = 0; region < (int)w->regions.count; region++) {
        double power = power_cost(w, region, g), used = v->occupancy * power, sum = 0, *card = v->card[region][g];
        card[0] = 0;
        for (int k = 0; k < VALUE_STEPS;) /* two years by themselves: gcc unrolls them; and no branch */
            for (int end = k + 2 * VALUE_STEPS_PER_YEAR; k < end; k++)
                card[k + 1] = sum += (max_of(before_power[k], used) - used) * state->discounted_hours[k];
        v->cash_cost[region][g] = power + upkeep / v->occupancy;
    }
}

double value_fundamental(const struct world *w, int region, int g, double years_left)
{
    const struct value_state *state = value_state(w);
    const struct value *v = &w->value;
    double upkeep = value_upkeep(w, w->generations.list_price_cny[g]) / HOURS_PER_YEAR, sum = 0;
    double paid = v->occupancy * v->yield;
    double long_run = paid * v->entry_rent_card[g], excess = paid * w->market.rent_card[g] - long_run;
    double used = v->occupancy * power_cost(w, region, g) + upkeep;
    double quarters = min_of(max_of(years_left, 0), VALUE_YEARS) * VALUE_STEPS_PER_YEAR;
    const double *declined = state->fundamentals ? state->fundamentals->long_run : state->long_run;
    int whole = (int)quarters;
    for (int k = 0; k < whole; k++)
        sum +=
            (max_of(long_run * declined[k] + excess * state->undisturbed[k], used) - used) * state->discounted_hours[k];
    if (whole < quarters) {
        double earned = max_of(long_run * declined[whole] + excess * state->undisturbed[whole], used) - used;
        sum += earned * state->discounted_hours[whole] * (quarters - whole);
    }
    return sum;
}

double value_of_staying(const struct world *w, int region, int g, const struct staying *staying)
{
    const struct value_state *state = value_state(w);
    const struct value *v = &w->value;
    double long_run = v->entry_rent_card[g], excess = w->market.rent_card[g] - long_run;
    double power = power_cost(w, region, g), upkeep = value_upkeep(w, w->generations.list_price_cny[g]);
    double kept = 1 - w->books.overhead_share, paid = v->occupancy * v->yield * staying->rent_factor * kept;
    double used = v->occupancy * power, sum = 0, best = 0, earned[VALUE_STEPS];
    int count = staying->quarters < VALUE_STEPS ? staying->quarters : VALUE_STEPS;
    for (int k = 0; k < count; k++) { /* by itself, so that compilers take several at a time */
        double rent = long_run * state->long_run[k] + excess * state->excess[k], free = 1 - staying->contracted[k];
        double let = kept * staying->contract_rent[k] - staying->contracted[k] * power + free * (paid * rent - used);
        earned[k] = (let - (upkeep + staying->cost_cny_per_yr[k]) / HOURS_PER_YEAR) * state->discounted_hours[k];
    }
    for (int k = 0; k < count; k++) {
        sum += earned[k];
        best = max_of(best, sum);
    }
    return best;
}

static struct tenor tenor_of(const struct value_state *state, const struct value *v, double years)
{
    double whole = cashflow_annuity(v->discount_per_yr, years), vacancy_yr = state->settings->vacancy_yr;
    return (struct tenor){.long_run = cashflow_annuity(v->discount_per_yr + v->decline_per_yr, years) / whole,
                          .excess = cashflow_annuity(v->discount_per_yr + v->reversion_per_yr, years) / whole,
                          .vacancy = isnan(vacancy_yr) ? 0 : -det_expm1(-years / vacancy_yr)};
}

/* -- other beliefs ------------------------------------------------------------------------------------------------- */

static double years_of_trend(double fade_yr, double years)
{
    return -fade_yr * det_expm1(-years / fade_yr);
}

static struct fundamentals *keep_fundamentals(const struct world *w)
{
    const struct value_state *state = value_state(w);
    struct fundamentals *f = arena_alloc(&w->sim->arena, sizeof *f);
    double discounts = 0;
    memcpy(f->long_run, state->long_run, sizeof f->long_run);
    memcpy(f->excess, state->excess, sizeof f->excess);
    memcpy(f->tenor, state->tenor + 1, sizeof f->tenor);
    for (int k = 0; k < VALUE_STEPS; k++)
        f->fade[k] = years_of_trend(w->beliefs.fade_yr, middle_of_quarter(k));
    for (int month = 0; month < LONGEST_TERM_MONTHS; month++) {
        double years = (month + 0.5) / MONTHS_PER_YEAR, discounted = det_exp(-w->value.discount_per_yr * years);
        f->fade_by_month[month] = years_of_trend(w->beliefs.fade_yr, years);
        f->declined[month] = discounted * det_exp(-w->value.decline_per_yr * years);
        f->discounts[month] = discounts += discounted;
    }
    return f;
}

/* Adds a share of those who expect today's rent times `projected`, long run or not. */
static double mix(double fundamental, double share, double projected)
{
    return (1 - share) * fundamental + share * projected;
}

/* The share and the trend of extrapolators in the weights of this step. */
static void mix_beliefs(struct world *w)
{
    struct value_state *state = value_state(w);
    const struct fundamentals *f = state->fundamentals;
    double share = w->beliefs.extrapolators, grown[VALUE_STEPS];
    for (int k = 0; k < VALUE_STEPS; k++)
        grown[k] = w->beliefs.trend_per_yr * f->fade[k];
    array_exp(grown, grown, VALUE_STEPS);
    for (int k = 0; k < VALUE_STEPS; k++) {
        state->long_run[k] = mix(f->long_run[k], share, f->long_run[k] * grown[k]);
        state->excess[k] = mix(f->excess[k], share, f->long_run[k] * grown[k]);
    }
    state->mixed = w->beliefs;
    state->months = 0;
    state->projected = 0;
}

/* The same for the tenors of some more months: terms of many years are rare. */
static void mix_more_months(struct value_state *state)
{
    enum { MONTHS = 36 };
    _Static_assert(LONGEST_TERM_MONTHS % MONTHS == 0, "the last ones end with the longest term");
    const struct fundamentals *f = state->fundamentals;
    double share = state->mixed.extrapolators, grown[MONTHS];
    for (int i = 0; i < MONTHS; i++)
        grown[i] = state->mixed.trend_per_yr * f->fade_by_month[state->months + i];
    array_exp(grown, grown, MONTHS);
    for (int i = 0; i < MONTHS; i++) {
        int month = state->months + i;
        state->projected += f->declined[month] * grown[i];
        double projected = state->projected / f->discounts[month];
        state->tenor[month + 1] = (struct tenor){.long_run = mix(f->tenor[month].long_run, share, projected),
                                                 .excess = mix(f->tenor[month].excess, share, projected),
                                                 .vacancy = f->tenor[month].vacancy};
    }
    state->months += MONTHS;
}

/* -- terms --------------------------------------------------------------------------------------------------------- */

const struct tenor *value_tenor(const struct world *w, int months)
{
    int at = months < 1 ? 1 : months > LONGEST_TERM_MONTHS ? LONGEST_TERM_MONTHS : months;
    struct value_state *state = value_state(w);
    while (state->months < at)
        mix_more_months(state);
    return &state->tenor[at];
}

static double mean_rent(const struct world *w, int g, const struct tenor *tenor)
{
    double long_run = w->value.entry_rent_card[g];
    return long_run * tenor->long_run + (w->market.rent_card[g] - long_run) * tenor->excess;
}

double value_mean_rent(const struct world *w, int g, int months)
{
    return mean_rent(w, g, value_tenor(w, months));
}

/* What a contract pays for an hour over the mean of the spot rents of its term. */
static double certainty(const struct world *w, const struct tenor *tenor)
{
    return 1 - (1 - w->value.occupancy) * tenor->vacancy;
}

double value_term_rent_with(const struct world *w, int g, const struct tenor *tenor)
{
    return mean_rent(w, g, tenor) * certainty(w, tenor);
}

double value_term_rent(const struct world *w, int g, int months)
{
    return value_term_rent_with(w, g, value_tenor(w, months));
}

/* -- every step ---------------------------------------------------------------------------------------------------- */

/* Share of cards let, today. */
static double occupancy_now(const struct world *w)
{
    double let = 0, installed = 0;
    for (size_t g = 0; g < w->generations.count; g++) {
        let += w->vintages.let_cards[g];
        installed += w->vintages.offered_cards[g];
    }
    return installed > 0 ? let / installed : value_state(w)->settings->occupancy_target;
}

/* Nobody who keeps a card on offer expects to let it for less than this share of the hours. Without a bound the cost of
 * an hour is infinite wherever nothing is let yet and owners look at today alone. */
static const double LEAST_OCCUPANCY = 0.01;

static double yield_now(const struct world *w)
{
    const struct leases *l = &w->leases;
    if (isnan(value_state(w)->settings->vacancy_yr) || !(l->due_rent > 0) || !(l->live_cards > 0))
        return 1;
    double left_yr = l->due_until / l->due_rent - w->sim->now;
    double by_the_hour = min_of(1, l->live_of[BILLING_ON_DEMAND] / l->live_cards);
    const struct tenor *tenor = value_tenor(w, (int)round(2 * left_yr * MONTHS_PER_YEAR));
    return by_the_hour + (1 - by_the_hour) * certainty(w, tenor);
}

static void update(struct world *w)
{
    const struct settings *s = value_state(w)->settings;
    struct value *v = &w->value;
    v->occupancy = max_of(LEAST_OCCUPANCY, s->optimism * s->occupancy_target + (1 - s->optimism) * occupancy_now(w));
    v->yield = yield_now(w);
    if (!isnan(s->entry_horizon_yr))
        merit_order_watch(w, &value_state(w)->need);
    update_entry_rents(w);
    if (w->beliefs.fade_yr > 0) {
        if (!value_state(w)->fundamentals)
            value_state(w)->fundamentals = keep_fundamentals(w);
        mix_beliefs(w);
    }
    for (int g = 0; g < (int)w->generations.count; g++)
        if (w->vintages.installed_cards[g] > 0 || procurement_channel(w, g) >= 0)
            value_curves(w, g);
}

static void start(struct world *w)
{
    struct value_state *state = value_state(w);
    state->settings = sim_settings(w->sim, &model_value);
    w->value.discount_per_yr = state->settings->discount_per_yr;
    w->value.decline_per_yr = state->settings->decline_per_yr;
    double reversion = state->settings->reversion_per_yr, neglect = w->beliefs.competition_neglect;
    w->value.reversion_per_yr = (1 - neglect) * reversion + neglect * min_of(reversion, w->value.decline_per_yr);
    tabulate(state, &w->value);
    for (int months = 1; months <= LONGEST_TERM_MONTHS; months++)
        state->tenor[months] = tenor_of(state, &w->value, (double)months / MONTHS_PER_YEAR);
    state->months = LONGEST_TERM_MONTHS;
    update(w);
}

enum { OUT_ENTRY_TRAINING, OUT_ENTRY_INFERENCE, OUT_RESALE, OUT_CONTRACT_1, OUT_CONTRACT_3, OUT_CONTRACT_5 };
/* clang-format off */
static const struct output outputs[] = {
    [OUT_ENTRY_TRAINING] = {"entry_rent.training", OUTPUT_SERIES, "CNY/P-hour", NULL,
                            "rent that pays for the new card that sets it in training, per effective P-hour: the cheapest, or the marginal one (value.entry_horizon)"},
    [OUT_ENTRY_INFERENCE] = {"entry_rent.inference", OUTPUT_SERIES, "CNY/P-hour", NULL,
                             "rent that pays for the new card that sets it in inference, per effective P-hour: the cheapest, or the marginal one (value.entry_horizon)"},
    [OUT_RESALE] = {"resale", OUTPUT_SERIES, "CNY/server", "generations",
                    "present value of a server's rents, with three years left, ex VAT"},
    [OUT_CONTRACT_1] = {"contract.12m", OUTPUT_SERIES, "CNY/card-hour", "generations", "rent in a one-year contract signed now, ex VAT"},
    [OUT_CONTRACT_3] = {"contract.36m", OUTPUT_SERIES, "CNY/card-hour", "generations", "rent in a three-year contract signed now, ex VAT"},
    [OUT_CONTRACT_5] = {"contract.60m", OUTPUT_SERIES, "CNY/card-hour", "generations", "rent in a five-year contract signed now, ex VAT"},
    {0},
};
/* clang-format on */

static void sample(struct world *w)
{
    const struct model *m = &model_value;
    const struct tenor *tenor[3];
    for (int k = 0; k < 3; k++)
        tenor[k] = value_tenor(w, MONTHS_PER_YEAR * (1 + 2 * k));
    for (int k = 0; k < WORKLOADS; k++)
        sim_record(w->sim, m, OUT_ENTRY_TRAINING + k, -1, w->value.entry_rent[k], false);
    for (int g = 0; g < (int)w->generations.count; g++) {
        if (w->vintages.installed_cards[g] <= 0) /* NONE, as before anything is recorded */
            continue;
        sim_record(w->sim, m, OUT_RESALE, g,
                   value_of_card(w, w->regions.reference, g, 3) * w->generations.cards_per_server[g], false);
        for (int k = 0; k < 3; k++)
            sim_record(w->sim, m, OUT_CONTRACT_1 + k, g, value_term_rent_with(w, g, tenor[k]), false);
    }
}

const struct model model_value = {
    .name = "value",
    .help = "forward curve: entry rent, term price, present value of a card",
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    STATE(value, struct value_state),
    .start = start,
    .phase = {[PHASE_BELIEFS] = update, [PHASE_SAMPLE] = sample},
};
