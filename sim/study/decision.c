/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Intervals: mean +- 1.96 standard errors; a share by Wilson's score (1927); CVaR by its asymptotic variance
 * (Var[X | X > q] + a (CVaR - q)^2) / (n (1 - a)) (Manistre and Hancock 2005); ratios of means by the delta method.
 *
 * Break-even of owning. With the use of the need scaled by x and rents by m,
 *
 *     own(x, m) = F + x V + m (x R_own - S - (1 - x) Q),      rented(x, m) = m x R,
 *
 * F what does not depend on use, V power of used hours, R_own rent by the hour beside own cards, S spare hours let, Q
 * what used hours would bring if let; all means of present values. Exact where own cards cover the peak, else a
 * first-order answer.
 */
#include "decision_numbers.h"

#include "models/models.h"
#include "models/planner/cashflow.h"

#include "sim/base/det.h"
#include "sim/base/memory.h"
#include "sim/montecarlo/waiting.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double NORMAL_95 = 1.959963984540054, TAIL = 0.95;
static const double TIE = 1e-9; /* of a cost: what rounding leaves of the same payments, added up another way */
enum { MOST_KEPT = 100000 }; /* replications that a decision is taken on, at most */

/* -- what is kept -------------------------------------------------------------------------------------------------- */

static size_t planner_index(const struct plan *plan)
{
    size_t m = 0;
    while (m < plan->model_count && plan->models[m] != &model_planner)
        m++;
    return m;
}

/* All amounts of a decision are converted at one rate, so that no ranking depends on the currency. */
static void name_currency(struct decision *d)
{
    static const char *const names[] = {[CURRENCY_CNY] = "CNY", [CURRENCY_USD] = "USD", [CURRENCY_EUR] = "EUR"};
    struct run_settings run = study_settings(d->outcome->scenario);
    const struct dated_series *rate = d->settings->currency == CURRENCY_EUR ? run.fx_eur : run.fx;
    d->currency = names[d->settings->currency];
    d->cny_per_unit = d->settings->currency == CURRENCY_CNY ? 1 : series_at(rate, d->settings->start);
}

struct decision *decision_open(const struct outcome *outcome)
{
    const struct plan *plan = outcome->plan;
    size_t m = planner_index(plan);
    if (m == plan->model_count || !plan->enabled[m])
        return NULL;
    struct arena arena = {0};
    struct decision *d = arena_alloc(&arena, sizeof *d);
    d->outcome = outcome;
    d->model = m;
    d->rows = scenario_row_count(outcome->scenario, PLANNER_TABLE);
    struct drawn medians = scenario_draw(outcome->scenario, &arena, NULL, NULL);
    d->settings = drawn_block(outcome->scenario, &medians, "planner", (int)m);
    d->row = drawn_block(outcome->scenario, &medians, PLANNER_TABLE, (int)m);
    name_currency(d);
    d->dates = planner_dates(d->settings, d->row, d->rows, d->date);
    d->first = plan->first[m][0];
    d->width = plan->first[m][PLAN_CARD_HOURS] + 1 - d->first;
    d->arena = arena;
    return d;
}

void decision_free(struct decision *d)
{
    if (!d)
        return;
    free(d->scalar);
    struct arena arena = d->arena; /* it holds the decision itself */
    arena_free(&arena);
}

void decision_note(struct decision *d, const struct committed *one)
{
    if (one->failed || d->kept == MOST_KEPT)
        return;
    if (d->kept == d->room) {
        d->room = d->room ? 2 * d->room : 256;
        d->scalar = memory_grow(d->scalar, d->room * d->width, sizeof *d->scalar);
    }
    memcpy(d->scalar + d->kept++ * d->width, one->scalar + d->first, d->width * sizeof *d->scalar);
}

static bool is_money(int output)
{
    return output < PLAN_ASK || (output >= PLAN_PAID && output < PLAN_DELIVERED) || output == PLAN_DEBT ||
           output == PLAN_LEASE;
}

static double kept(const struct decision *d, size_t replication, int output, size_t row)
{
    size_t channel = d->outcome->plan->first[d->model][output] + row;
    double number = d->scalar[replication * d->width + channel - d->first];
    return is_money(output) ? number / d->cny_per_unit : number;
}

static double *column(struct decision *d, int output, size_t row)
{
    double *x = arena_array(&d->arena, d->kept, sizeof *x);
    for (size_t i = 0; i < d->kept; i++)
        x[i] = kept(d, i, output, row);
    return x;
}

/* -- statistics ---------------------------------------------------------------------------------------------------- */

static double mean_of(const double *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return n ? sum / (double)n : (double)NAN;
}

static double variance_of(const double *x, size_t n, double mean)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (x[i] - mean) * (x[i] - mean);
    return n > 1 ? sum / (double)(n - 1) : (double)NAN;
}

static struct estimate around(double value, double se)
{
    return (struct estimate){value, value - NORMAL_95 * se, value + NORMAL_95 * se};
}

static struct estimate mean_estimate(const double *x, size_t n)
{
    double mean = mean_of(x, n);
    return around(mean, sqrt(variance_of(x, n, mean) / (double)n));
}

/* mean(x) / mean(y) */
static struct estimate ratio_estimate(const double *x, const double *y, size_t n)
{
    double below = mean_of(y, n), ratio = mean_of(x, n) / below, sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (x[i] - ratio * y[i]) * (x[i] - ratio * y[i]);
    return around(ratio, sqrt(sum / (double)n / (double)(n > 1 ? n - 1 : 1)) / fabs(below));
}

static struct estimate share_estimate(double count, double n)
{
    double share = count / n, z2 = NORMAL_95 * NORMAL_95 / n;
    double middle = (share + z2 / 2) / (1 + z2),
           half = NORMAL_95 * sqrt(share * (1 - share) / n + z2 / 4 / n) / (1 + z2);
    return (struct estimate){share, fmax(0, middle - half), fmin(1, middle + half)};
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Mean of the dearest twentieth; `sorted` is ascending. */
static struct estimate cvar_estimate(const double *sorted, size_t n)
{
    size_t from = (size_t)floor(TAIL * (double)n), worst = n - from;
    double quantile = sorted[from], mean = mean_of(sorted + from, worst),
           spread = variance_of(sorted + from, worst, mean);
    if (worst < 2)
        return (struct estimate){mean, (double)NAN, (double)NAN};
    return around(mean, sqrt((spread + TAIL * (mean - quantile) * (mean - quantile)) / (double)worst));
}

static double percentile_of(const double *sorted, size_t n, double share)
{
    double at = share * (double)(n - 1);
    size_t below = (size_t)at, above = below + 1 < n ? below + 1 : below;
    return sorted[below] + (at - (double)below) * (sorted[above] - sorted[below]);
}

/* Those of x whose twin in `like` is there; returns how many. */
static size_t where_finite(const double *x, const double *like, size_t n, double *into)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        if (isfinite(like[i]))
            into[count++] = x[i];
    return count;
}

/* What a level payment a year is worth: at the ends of years, or all through them. */
static double annuity_of(const struct planner_settings *s)
{
    double rate = planner_rate(s), annuity = 0;
    if (s->convention == CONVENTION_CONTINUOUS)
        return cashflow_annuity(rate, planner_horizon(s));
    for (int year = 1; year < planner_horizon(s) + 1; year++)
        annuity += fmin(1, planner_horizon(s) + 1 - year) * det_exp(-rate * year);
    return annuity;
}

static const struct estimate NOTHING = {(double)NAN, (double)NAN, (double)NAN};

/* The cost of an hour before income tax. */
static struct estimate before_tax(const struct decision *d, struct estimate e)
{
    double kept_of_it = 1 - d->settings->tax;
    return (struct estimate){e.value / kept_of_it, e.low / kept_of_it, e.high / kept_of_it};
}

static void describe(struct decision *d, struct choice *c)
{
    double *sorted = arena_array(&d->arena, d->kept, sizeof *sorted),
           *there = arena_array(&d->arena, d->kept, sizeof *there),
           *hours = arena_array(&d->arena, d->kept, sizeof *hours),
           *card_hours = arena_array(&d->arena, d->kept, sizeof *card_hours);
    size_t n = where_finite(c->sample, c->sample, d->kept, there);
    c->cost = c->cvar = c->per_p_hour = c->per_card_hour = c->per_mtoken = NOTHING;
    c->p90 = c->a_year = (double)NAN;
    for (int k = 0; k < DECISION_PERCENTILES; k++)
        c->percentile[k] = (double)NAN;
    c->never = 1 - (double)n / (double)d->kept;
    c->ranked = n > 0 && c->never <= 1 - TAIL;
    if (!n)
        return;
    memcpy(sorted, there, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, ascending);
    c->cost = mean_estimate(there, n);
    c->cvar = cvar_estimate(sorted, n);
    for (int k = 0; k < DECISION_PERCENTILES; k++)
        c->percentile[k] = percentile_of(sorted, n, percentile_share[k]);
    c->p90 = percentile_of(sorted, n, 0.9);
    c->a_year = c->cost.value / annuity_of(d->settings);
    where_finite(column(d, PLAN_HOURS, 0), c->sample, d->kept, hours);
    where_finite(column(d, PLAN_CARD_HOURS, 0), c->sample, d->kept, card_hours);
    double tokens = d->settings->tokens_per_p_hour / 1e6;
    c->per_p_hour = before_tax(d, ratio_estimate(there, hours, n));
    c->per_card_hour = before_tax(d, ratio_estimate(there, card_hours, n));
    c->per_mtoken =
        (struct estimate){c->per_p_hour.value / tokens, c->per_p_hour.low / tokens, c->per_p_hour.high / tokens};
}

/* -- waiting ------------------------------------------------------------------------------------------------------- */

/* What is seen on the dates: what each card costs in place, the first rent of each kind and, if someone waits, the
 * need. */
static size_t what_is_seen(const struct decision *d, size_t seen[PLANNER_ALTERNATIVES + 1])
{
    size_t count = 0;
    for (size_t i = 0; i < d->rows; i++) {
        bool is_new = d->row[i].kind != ALTERNATIVE_HYBRID;
        for (size_t k = 0; k < count; k++)
            is_new = is_new && (d->row[seen[k]].kind != d->row[i].kind || d->row[i].kind == ALTERNATIVE_BUILD);
        if (is_new)
            seen[count++] = i;
    }
    return count;
}

/* A price that nobody asked says nothing: the mean of the others stands in its place. */
static void fill_gaps(double *state, size_t paths, size_t stride)
{
    double sum = 0, count = 0;
    for (size_t i = 0; i < paths; i++)
        if (isfinite(state[i * stride]))
            sum += state[i * stride], count++;
    for (size_t i = 0; i < paths; i++)
        if (!isfinite(state[i * stride]))
            state[i * stride] = count > 0 ? sum / count : 0;
}

/* The richest basis that the replications can feed; at worst nothing is learnt but means. */
static void choose_basis(struct waiting *w)
{
    enum { ROWS_PER_TERM = 10 };
    w->knots = 1;
    w->products = true;
    if (w->paths / 2 < ROWS_PER_TERM * waiting_terms(w))
        w->products = false;
    if (w->paths / 2 < ROWS_PER_TERM * waiting_terms(w))
        w->knots = 0;
    if (w->paths / 2 < ROWS_PER_TERM * waiting_terms(w))
        w->states = 0;
}

static struct waiting waiting_problem(struct decision *d, size_t dates)
{
    size_t seen[PLANNER_ALTERNATIVES + 1], states = what_is_seen(d, seen),
                                           waiter = d->waits < d->choices ? d->waits : d->rows;
    double *cost = arena_array(&d->arena, d->kept * dates * d->rows, sizeof *cost);
    double *paid = arena_array(&d->arena, d->kept * dates, sizeof *paid);
    double *state = arena_array(&d->arena, d->kept * dates * states, sizeof *state);
    for (size_t i = 0; i < d->kept; i++)
        for (size_t date = 0; date < dates; date++) {
            size_t at = i * dates + date;
            paid[at] = waiter < d->rows && date ? kept(d, i, PLAN_PAID + (int)date, 0) : 0;
            for (size_t r = 0; r < d->rows; r++)
                cost[at * d->rows + r] = r == waiter ? (double)NAN : kept(d, i, PLAN_COST + (int)date, r);
            for (size_t k = 0; k < states; k++)
                state[at * states + k] = kept(d, i, PLAN_ASK + (int)date, seen[k]);
        }
    for (size_t k = 0; k < dates * states; k++)
        fill_gaps(state + k, d->kept, dates * states);
    struct waiting w = {.paths = d->kept,
                        .dates = dates,
                        .choices = d->rows,
                        .states = states,
                        .cost = cost,
                        .paid = paid,
                        .state = state};
    choose_basis(&w);
    return w;
}

bool decision_is_cheaper(double cost, double than)
{
    return cost < than - TIE * fabs(than);
}

static double saved_against(double cost, double than)
{
    return fabs(than - cost) <= TIE * fabs(than) ? 0 : than - cost;
}

/* The choice that waits gets its costs; what it saves is held against choosing at once. */
static void wait(struct decision *d)
{
    struct waiting at_start = waiting_problem(d, 1), later = waiting_problem(d, d->dates);
    struct waited *at_once = arena_array(&d->arena, d->kept, sizeof *at_once),
                  *waited = arena_array(&d->arena, d->kept, sizeof *waited);
    double *cost = arena_array(&d->arena, d->kept, sizeof *cost),
           *saved = arena_array(&d->arena, d->kept, sizeof *saved);
    waiting_solve(&at_start, 0, at_once);
    waiting_solve(&later, 1, waited);
    d->stops = arena_array(&d->arena, d->dates, sizeof *d->stops);
    d->takes = arena_array(&d->arena, d->rows, sizeof *d->takes);
    for (size_t i = 0; i < d->kept; i++) {
        d->choice[d->waits].sample[i] = waited[i].cost;
        cost[i] = at_once[i].cost;
        saved[i] = saved_against(waited[i].cost, at_once[i].cost);
        d->stops[waited[i].date] += 1 / (double)d->kept;
        d->takes[waited[i].choice] += 1 / (double)d->kept;
    }
    d->at_once = mean_estimate(cost, d->kept);
    d->waiting = mean_estimate(saved, d->kept);
}

/* -- who is best --------------------------------------------------------------------------------------------------- */

/* By how much the best is ahead of the next: costs of one replication go together, so the pairs say more than the
 * intervals. */
static void find_lead(struct decision *d)
{
    double *lead = arena_array(&d->arena, d->kept, sizeof *lead);
    size_t n = 0;
    d->second = d->choices;
    for (size_t c = 0; c < d->choices; c++)
        if (c != d->best && d->choice[c].ranked &&
            (d->second == d->choices || decision_is_cheaper(d->choice[c].cost.value, d->choice[d->second].cost.value)))
            d->second = c;
    for (size_t i = 0; i < d->kept && d->second < d->choices; i++) {
        double ahead = saved_against(d->choice[d->best].sample[i], d->choice[d->second].sample[i]);
        if (isfinite(ahead))
            lead[n++] = ahead;
    }
    d->lead = n ? mean_estimate(lead, n) : NOTHING;
}

/* The cheapest of a replication among those that could be had; `choices`: none could. */
static size_t cheapest_in(const struct decision *d, size_t i)
{
    size_t best = d->choices;
    for (size_t c = 0; c < d->choices; c++) {
        double cost = d->choice[c].sample[i];
        if (isfinite(cost) && (best == d->choices || decision_is_cheaper(cost, d->choice[best].sample[i])))
            best = c;
    }
    return best;
}

static void compare(struct decision *d)
{
    double *won = arena_array(&d->arena, d->choices, sizeof *won), n = (double)d->kept;
    double *regret = arena_array(&d->arena, d->choices * d->kept, sizeof *regret);
    size_t *counted = arena_array(&d->arena, d->choices, sizeof *counted);
    for (size_t i = 0; i < d->kept; i++) {
        size_t best = cheapest_in(d, i);
        for (size_t c = 0; c < d->choices && best < d->choices; c++) {
            double cost = d->choice[c].sample[i], least = d->choice[best].sample[i];
            won[c] += c == best;
            d->choice[c].tied += c != best && saved_against(least, cost) == 0 ? 1 / n : 0;
            if (isfinite(cost))
                regret[c * d->kept + counted[c]++] = saved_against(least, cost);
        }
    }
    d->best = d->choices;
    for (size_t c = 0; c < d->choices; c++) {
        d->choice[c].best = share_estimate(won[c], n);
        d->choice[c].regret = counted[c] ? mean_estimate(regret + c * d->kept, counted[c]) : NOTHING;
        if (d->choice[c].ranked &&
            (d->best == d->choices || decision_is_cheaper(d->choice[c].cost.value, d->choice[d->best].cost.value)))
            d->best = c;
    }
    if (d->best < d->choices)
        find_lead(d);
}

/* -- owning against renting ---------------------------------------------------------------------------------------- */

static double least(double use)
{
    return use > 1e-9 ? use : 1e-9;
}

double decision_frontier_rent(const struct decision *d, const struct ownership *o, double use)
{
    double x = use / least(d->use),
           saved = x * (d->rented->cost.value - o->topped_up) + o->sublet + (1 - x) * o->spare_worth;
    return saved > 0 ? (o->fixed + x * o->usage) / saved * d->rent : (double)NAN;
}

/* Savings by owning, from report to report: the mean over replications. */
static size_t savings(struct decision *d, size_t owner, size_t renter, double **flow)
{
    const struct plan *plan = d->outcome->plan;
    const struct band *band = d->outcome->ensemble.series;
    size_t first = plan->first[d->model][PLAN_SPENT], samples = plan->sample_count, count = 0;
    const struct band *own = band + (first + owner) * samples, *rent = band + (first + renter) * samples;
    double before = 0, end = d->settings->start + planner_horizon(d->settings);
    *flow = arena_array(&d->arena, samples + 1, sizeof **flow);
    for (int item = 0; item < ITEMS_UNLEVERED; item++) /* what is paid on the day of the decision */
        before += decision_cash(d, owner, item, 0) - decision_cash(d, renter, item, 0);
    (*flow)[count++] = before;
    for (size_t k = 0; k < samples && plan->sample_at[k] < end + 1e-6; k++) {
        if (plan->sample_at[k] <= d->settings->start + 1e-6)
            continue;
        double so_far = (rent[k].mean - own[k].mean) / d->cny_per_unit;
        (*flow)[count++] = so_far - before;
        before = so_far;
    }
    return count;
}

static void returns_of(struct decision *d, struct ownership *o, size_t renter)
{
    double *flow, period_yr = study_settings(d->outcome->scenario).report_yr;
    size_t count = savings(d, (size_t)(o->choice - d->choice), renter, &flow);
    double *rate = arena_array(&d->arena, count, sizeof *rate),
           hurdle = det_expm1(d->settings->discount_per_yr * period_yr);
    o->irr_count = cashflow_irr(flow, count, rate);
    for (size_t i = 0; i < o->irr_count && i < 3; i++)
        o->irr[i] = det_expm1(det_log1p(rate[i]) / period_yr);
    o->mirr = det_expm1(det_log1p(cashflow_mirr(flow, count, hurdle, hurdle)) / period_yr);
    o->payback_yr = cashflow_payback(flow, count) * period_yr;
}

/* The share of an input at which owning and renting cost the same, from two points of a straight line. */
static double share_at_zero(double lead, double lead_moved, double moved)
{
    double slope = (lead_moved - lead) / (moved - 1), share = 1 - lead / slope;
    return isfinite(share) && share > 0 ? share : (double)NAN;
}

static void solve(struct decision *d, struct ownership *o, size_t renter)
{
    size_t row = (size_t)(o->choice - d->choice);
    const struct planner_settings *s = d->settings;
    double lead[PLAN_LENSES], base = d->rented->cost.value - o->choice->cost.value;
    for (int lens = 0; lens < PLAN_LENSES; lens++)
        lead[lens] = decision_swing(d, renter, lens) - decision_swing(d, row, lens);
    double moved = planner_lens_factor(s, LENS_PRICE + 1);
    o->price = share_at_zero(base, lead[LENS_PRICE + 1], moved);
    o->target_price = share_at_zero(lead[LENS_TARGET], lead[LENS_TARGET_PRICE], moved);
    o->target_rent = share_at_zero(lead[LENS_TARGET], lead[LENS_TARGET_RENT], moved);
    o->target_use = share_at_zero(lead[LENS_TARGET], lead[LENS_TARGET_USE], moved);
}

/* Break-evens from the parts of each replication: numerator over denominator, by the delta method. */
static void break_even(struct decision *d, struct ownership *o, size_t renter)
{
    size_t row = (size_t)(o->choice - d->choice), n = 0;
    const double *own = d->choice[row].sample, *other = d->choice[renter].sample;
    double *part[5], *rented = arena_array(&d->arena, d->kept, sizeof *rented),
                     *above = arena_array(&d->arena, d->kept, sizeof *above),
                     *below = arena_array(&d->arena, d->kept, sizeof *below);
    for (int k = 0; k < 5; k++) {
        part[k] = arena_array(&d->arena, d->kept, sizeof *part[k]);
        n = where_finite(k ? column(d, PLAN_USAGE + k - 1, row) : own, own, d->kept, part[k]);
    }
    where_finite(other, own, d->kept, rented);
    o->use = o->rent = NOTHING;
    if (!n)
        return;
    for (size_t i = 0; i < n; i++)
        part[0][i] += part[3][i] - part[1][i] - part[2][i];
    double *mean[] = {&o->fixed, &o->usage, &o->topped_up, &o->sublet, &o->spare_worth};
    for (int k = 0; k < 5; k++)
        *mean[k] = mean_of(part[k], n);
    for (size_t i = 0; i < n; i++) {
        above[i] = part[0][i] - part[3][i] - part[4][i];
        below[i] = (rented[i] - part[1][i] - part[2][i] - part[4][i]) / d->use;
    }
    if (mean_of(below, n) > 0)
        o->use = ratio_estimate(above, below, n);
    for (size_t i = 0; i < n; i++) {
        above[i] = (part[0][i] + part[1][i]) * d->rent;
        below[i] = rented[i] - part[2][i] + part[3][i];
    }
    o->rent = ratio_estimate(above, below, n);
}

static void hold_against(struct decision *d)
{
    size_t renter = d->rows;
    for (size_t i = d->rows; i-- > 0;)
        if (d->row[i].kind == ALTERNATIVE_ON_DEMAND)
            renter = i;
    if (renter == d->rows)
        return;
    d->rented = &d->choice[renter];
    d->rent = d->rented->per_card_hour.value;
    d->owner = arena_array(&d->arena, d->rows, sizeof *d->owner);
    for (size_t i = 0; i < d->rows; i++)
        if ((d->row[i].kind == ALTERNATIVE_BUILD || d->row[i].kind == ALTERNATIVE_HYBRID) && d->choice[i].never < 1) {
            struct ownership *o = &d->owner[d->owners++];
            o->choice = &d->choice[i];
            break_even(d, o, renter);
            returns_of(d, o, renter);
            solve(d, o, renter);
        }
}

/* -- what moves, and what is paid when ----------------------------------------------------------------------------- */

/* Of a curve in money. */
static double mean_point(const struct decision *d, int output, size_t row, size_t point)
{
    const struct plan *plan = d->outcome->plan;
    const struct channel *curve = &plan->curve[plan->first[d->model][output] + row];
    const struct band *band = &d->outcome->ensemble.point[curve->first_point + point];
    return band->n > 0 ? band->mean / d->cny_per_unit : (double)NAN;
}

double decision_cash(const struct decision *d, size_t row, int item, int year)
{
    double paid = mean_point(d, PLAN_CASH, row, (size_t)(item * PLANNER_YEARS + year));
    return isnan(paid) ? 0 : paid;
}

int decision_years(const struct decision *d)
{
    return (int)fmin(PLANNER_YEARS - 1, ceil(planner_horizon(d->settings) - 1e-6));
}

double decision_swing(const struct decision *d, size_t row, int lens)
{
    return mean_point(d, PLAN_SWING, row, (size_t)lens);
}

size_t decision_best_now(const struct decision *d)
{
    size_t best = d->choices;
    for (size_t c = 0; c < d->choices; c++)
        if (c != d->waits && d->choice[c].ranked &&
            (best == d->choices || decision_is_cheaper(d->choice[c].cost.value, d->choice[best].cost.value)))
            best = c;
    return best;
}

/* Where a line through the lead at 1 and at a moved share comes to nothing, on that side. */
static double nearest_zero(double lead, const double moved_lead[2], const double moved[2], double most)
{
    double nearest = (double)NAN;
    for (int side = 0; side < 2; side++) {
        double share = share_at_zero(lead, moved_lead[side], moved[side]);
        bool lies_there = side ? share > 1 && share <= most : share < 1;
        if (lies_there && !(fabs(share - 1) > fabs(nearest - 1)))
            nearest = share;
    }
    return nearest;
}

double decision_flip(const struct decision *d, int lens, size_t *rival)
{
    size_t best = decision_best_now(d);
    double nearest = (double)NAN, most = lens == LENS_USE ? 1 / d->use : 3;
    double moved[2] = {planner_lens_factor(d->settings, lens), planner_lens_factor(d->settings, lens + 1)};
    for (size_t c = 0; c < d->choices && best < d->choices; c++) {
        double lead = d->choice[c].cost.value - d->choice[best].cost.value, moved_lead[2];
        if (c == best || c == d->waits || !d->choice[c].ranked)
            continue;
        for (int side = 0; side < 2; side++)
            moved_lead[side] = decision_swing(d, c, lens + side) - decision_swing(d, best, lens + side);
        double share = nearest_zero(lead, moved_lead, moved, most);
        if (!isnan(share) && !(fabs(share - 1) > fabs(nearest - 1))) {
            nearest = share;
            *rival = c;
        }
    }
    return nearest;
}

static void measure_need(struct decision *d)
{
    const struct planner_settings *s = d->settings;
    double all = 0, busy = 0;
    for (int k = 0; k < WORKLOADS; k++) {
        d->need[k] = mean_of(column(d, PLAN_NEED_TRAINING + k, 0), d->kept);
        all += d->need[k];
        busy += d->need[k] * s->load[k];
    }
    d->use = busy / all;
}

void decision_take(struct decision *d)
{
    const struct scenario *scenario = d->outcome->scenario;
    d->choices = d->waits = d->rows;
    if (d->kept < 2)
        return;
    d->choice = arena_array(&d->arena, d->choices, sizeof *d->choice);
    for (size_t i = 0; i < d->rows; i++) {
        d->choice[i] = (struct choice){.name = scenario_row_name(scenario, PLANNER_TABLE, i),
                                       .label = scenario_row_label(scenario, PLANNER_TABLE, i),
                                       .kind = d->row[i].kind};
        d->choice[i].sample = column(d, PLAN_COST, i);
        if (d->row[i].kind == ALTERNATIVE_WAIT)
            d->waits = i;
        d->choice[i].unlevered = mean_of(column(d, PLAN_UNLEVERED, i), d->kept);
        d->choice[i].financing = mean_of(column(d, PLAN_FINANCING, i), d->kept);
        d->choice[i].debt = mean_of(column(d, PLAN_DEBT, i), d->kept);
        d->choice[i].lease = mean_of(column(d, PLAN_LEASE, i), d->kept);
    }
    measure_need(d);
    if (d->waits < d->choices)
        wait(d);
    for (size_t i = 0; i < d->choices; i++)
        describe(d, &d->choice[i]);
    compare(d);
    hold_against(d);
}
