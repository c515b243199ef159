/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Over sorted members x_0 <= ... <= x_(n-1) the sum over all pairs is 2 sum (2 i + 1 - n) x_i. */
#include "backtest.h"

#include "sim/base/det.h"
#include "sim/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double crps(double *member, size_t count, double observed)
{
    if (!count)
        return (double)NAN;
    qsort(member, count, sizeof *member, by_size);
    double n = (double)count, away = 0, apart = 0;
    for (size_t i = 0; i < count; i++) {
        away += fabs(member[i] - observed);
        apart += (2 * (double)i + 1 - n) * (member[i] - observed); /* shifted: the weights sum to 0 */
    }
    return away / n - apart / n / n;
}

void said_commit(void *state, const struct committed *one)
{
    struct said *said = state;
    if (one->failed || said->rows == SCORED_MOST)
        return;
    if (said->rows == said->room) {
        said->room = said->room ? 2 * said->room : 64;
        said->value = memory_grow(said->value, said->room * (said->facts + 1), sizeof *said->value);
    }
    memcpy(said->value + said->rows++ * said->facts, one->derived, said->facts * sizeof *said->value);
}

void said_free(struct said *said)
{
    free(said->value);
    *said = (struct said){0};
}

/* ---- Forecasts ---- */

struct point {
    double at, value; /* the middle of its window; NaN: none */
};

static double middle(const struct fact *fact)
{
    return isnan(fact->value) ? (fact->low + fact->high) / 2 : fact->value;
}

static double report_interval(const struct plan *plan)
{
    return (plan->end - plan->start) / (double)plan->sample_count;
}

/* A window `from: 2025-01, to: 2025-12` holds both its months. */
static double length(const struct fact *fact, const struct plan *plan)
{
    return fact->to - fact->from + report_interval(plan);
}

/* A bound is no observation of the output, so nothing is forecast from it. */
static bool is_comparable(const struct fact *fact, const struct fact *other)
{
    bool both_absolute = isnan(fact->relative_to) && isnan(other->relative_to);
    return other != fact && strcmp(fact->output, other->output) == 0 &&
           (both_absolute || fact->relative_to == other->relative_to) &&
           (fact->stat == FACT_SUM) == (other->stat == FACT_SUM) && other->kind == FACT_VALUE;
}

static struct point point_of(const struct fact *earlier, const struct fact *fact, const struct plan *plan)
{
    double scale = fact->stat == FACT_SUM ? length(fact, plan) / length(earlier, plan) : 1;
    return (struct point){.at = (earlier->from + earlier->to) / 2, .value = scale * middle(earlier)};
}

/* The last point known before `fact` that lies before `before`. Of two at the same time, the one further down in the file. */
static struct point last_before(const struct fact_targets *targets, const struct fact *fact, double before)
{
    struct point last = {.at = (double)NAN, .value = (double)NAN};
    if (fact->relative_to < fact->from && fact->relative_to < before)
        last = (struct point){.at = fact->relative_to, .value = 1};
    for (size_t i = 0; i < targets->count; i++) {
        const struct fact *earlier = targets->target[i].fact;
        if (!is_comparable(fact, earlier) || !(earlier->to < fact->from))
            continue;
        struct point point = point_of(earlier, fact, targets->plan);
        if (point.at < before && !(point.at < last.at))
            last = point;
    }
    return last;
}

static double exponential_through(struct point earlier, struct point later, double at)
{
    if (!(earlier.value > 0 && later.value > 0))
        return (double)NAN;
    double rate = (det_log(later.value) - det_log(earlier.value)) / (later.at - earlier.at);
    return later.value * det_exp(rate * (at - later.at));
}

static void forecast(const struct fact_targets *targets, const struct fact *fact, struct score *score)
{
    struct point later = last_before(targets, fact, (double)INFINITY), earlier = last_before(targets, fact, later.at);
    score->last = later.value;
    score->decay = exponential_through(earlier, later, (fact->from + fact->to) / 2);
}

/* Beyond a bound all values count as the bound itself (chaining function of the threshold-weighted score). */
static double chained(const struct fact *fact, double value)
{
    double bound = middle(fact);
    bool beyond = (fact->kind == FACT_LOWER && value > bound) || (fact->kind == FACT_UPPER && value < bound);
    return beyond ? bound : value;
}

static double crps_of_climate(const struct fact_targets *targets, const struct fact *fact)
{
    double *member = memory_new(targets->count + 1, sizeof *member);
    size_t count = 0;
    for (size_t i = 0; i < targets->count; i++)
        if (is_comparable(fact, targets->target[i].fact))
            member[count++] = chained(fact, point_of(targets->target[i].fact, fact, targets->plan).value);
    double score = count > 1 ? crps(member, count, middle(fact)) : (double)NAN;
    free(member);
    return score;
}

static double crps_of_column(const struct said *said, size_t i, const struct fact *fact)
{
    double *member = memory_new(said->rows + 1, sizeof *member);
    size_t count = 0;
    for (size_t r = 0; r < said->rows; r++)
        if (isfinite(said->value[r * said->facts + i]))
            member[count++] = chained(fact, said->value[r * said->facts + i]);
    double score = crps(member, count, middle(fact));
    free(member);
    return score;
}

struct score backtest_score(const struct fact_targets *targets, size_t i, const struct said *said)
{
    const struct fact *fact = targets->target[i].fact;
    struct score score = {.observed = middle(fact)};
    score.from_start = score.observed - targets->origin[i];
    forecast(targets, fact, &score);
    score.crps = crps_of_column(said, i, fact);
    score.crps_climate = crps_of_climate(targets, fact);
    score.crps_last = fabs(chained(fact, score.last) - score.observed);
    score.crps_decay = fabs(chained(fact, score.decay) - score.observed);
    return score;
}

double backtest_median_error(const struct fact_targets *targets, size_t i, double median)
{
    const struct fact *fact = targets->target[i].fact;
    double from_start = middle(fact) - targets->origin[i];
    return (chained(fact, median) - middle(fact)) / fabs(from_start);
}
