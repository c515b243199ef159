/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare.h"

#include "sim/base/memory.h"
#include "sim/engine/stream.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Kept pairs, resamples, and the fewest units (pairs, or two antithetic ones) of which an interval says something. */
enum { MOST_KEPT = 4096, RESAMPLES = 999, FEWEST_UNITS = 8 };

static const double SAME_TIME_YR = 1e-6, TAIL = 0.025;

/* Of the pairs of one cell. Means and sums of squared deviations of base, other and difference. */
struct sums {
    double base, other, difference;
    double base_squares, other_squares, difference_squares;
    uint32_t n, up, down;
};

/* In the order of replications; of antithetic ones two stand side by side. */
struct kept_pairs {
    size_t count, room;
    struct pair {
        double base, other;
    } * pair;
};

/* ---- What both have ---- */

/* `likely`: where it stands if both have the same mechanisms. */
static const struct channel *find_channel(const struct channel *list, size_t count, const char *name, size_t likely)
{
    if (likely < count && strcmp(list[likely].name, name) == 0)
        return &list[likely];
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].name, name) == 0)
            return &list[i];
    return NULL;
}

static void add_lone(struct comparison *c, const char *name, bool in_base)
{
    c->lone[c->lone_count++] = (struct lone){.name = name, .in_base = in_base};
}

/* Samples of the same date; the grids may differ. */
static void match_dates(struct comparison *c, const struct plan *base, const struct plan *other)
{
    c->date = arena_array(&c->arena, base->sample_count, sizeof *c->date);
    for (size_t i = 0, k = 0; i < base->sample_count && k < other->sample_count;) {
        double ahead = base->sample_at[i] - other->sample_at[k];
        if (fabs(ahead) < SAME_TIME_YR)
            c->date[c->date_count++] = (struct common_date){.base = i, .other = k, .year = base->sample_at[i]};
        i += ahead < SAME_TIME_YR;
        k += ahead > -SAME_TIME_YR;
    }
}

static bool is_date(const struct channel *channel)
{
    return strcmp(channel->output->unit, "date") == 0;
}

/* With its first cell in the rows of the two, and how many there are. */
static void add_common(struct comparison *c, struct common common)
{
    common.first = c->cell_count;
    c->cell_count += common.count;
    c->common[c->common_count++] = common;
}

static void match_series(struct comparison *c, const struct plan *base, const struct plan *other)
{
    for (size_t i = 0; i < base->series_count; i++) {
        const struct channel *twin = find_channel(other->series, other->series_count, base->series[i].name, i);
        if (!twin) {
            add_lone(c, base->series[i].name, true);
            continue;
        }
        add_common(c, (struct common){.name = twin->name,
                                      .kind = COMMON_SERIES,
                                      .channel = &base->series[i],
                                      .count = c->date_count,
                                      .base = i * base->sample_count,
                                      .other = (size_t)(twin - other->series) * other->sample_count});
    }
    for (size_t i = 0; i < other->series_count; i++)
        if (!find_channel(base->series, base->series_count, other->series[i].name, i))
            add_lone(c, other->series[i].name, false);
}

static void match_scalars(struct comparison *c, const struct plan *base, const struct plan *other)
{
    size_t before = base->series_count * base->sample_count, before_other = other->series_count * other->sample_count;
    for (size_t i = 0; i < base->scalar_count; i++) {
        const struct channel *channel = &base->scalar[i];
        const struct channel *twin = find_channel(other->scalar, other->scalar_count, channel->name, i);
        if (!twin) {
            add_lone(c, channel->name, true);
            continue;
        }
        add_common(c, (struct common){.name = channel->name,
                                      .kind = COMMON_SCALAR,
                                      .channel = channel,
                                      .count = 1,
                                      .base = before + i,
                                      .other = before_other + (size_t)(twin - other->scalar),
                                      .origin = is_date(channel) ? base->start : 0});
    }
    for (size_t i = 0; i < other->scalar_count; i++)
        if (!find_channel(base->scalar, base->scalar_count, other->scalar[i].name, i))
            add_lone(c, other->scalar[i].name, false);
}

static size_t cells_before_curves(const struct plan *plan)
{
    return plan_cells(plan) - plan->point_count;
}

static void match_curves(struct comparison *c, const struct plan *base, const struct plan *other)
{
    for (size_t i = 0; i < base->curve_count; i++) {
        const struct channel *channel = &base->curve[i],
                             *twin = find_channel(other->curve, other->curve_count, channel->name, i);
        if (!twin) {
            add_lone(c, channel->name, true);
            continue;
        }
        add_common(c, (struct common){.name = channel->name,
                                      .kind = COMMON_CURVE,
                                      .channel = channel,
                                      .count = channel->output->x.points,
                                      .base = cells_before_curves(base) + channel->first_point,
                                      .other = cells_before_curves(other) + twin->first_point});
    }
    for (size_t i = 0; i < other->curve_count; i++)
        if (!find_channel(base->curve, base->curve_count, other->curve[i].name, i))
            add_lone(c, other->curve[i].name, false);
}

static const struct fact_target *find_fact(const struct fact_targets *targets, const struct fact *fact)
{
    for (size_t i = 0; i < targets->count; i++) {
        const struct fact_target *target = &targets->target[i];
        if (target->channel && target->fact->observed == fact->observed &&
            strcmp(target->fact->name, fact->name) == 0 && strcmp(target->fact->output, fact->output) == 0)
            return target;
    }
    return NULL;
}

static void match_facts(struct comparison *c, const struct fact_targets *base, const struct fact_targets *other)
{
    for (size_t i = 0; i < base->count; i++) {
        const struct fact_target *target = &base->target[i], *twin = find_fact(other, target->fact);
        if (!target->channel || !twin)
            continue;
        add_common(c, (struct common){.name = target->fact->name,
                                      .kind = target->fact->observed ? COMMON_FACT : COMMON_MEASURE,
                                      .channel = target->channel,
                                      .count = 1,
                                      .base = plan_cells(base->plan) + i,
                                      .other = plan_cells(other->plan) + (size_t)(twin - other->target),
                                      .origin = base->origin[i]});
    }
}

void comparison_open(struct comparison *c, const struct plan *base, const struct fact_targets *base_facts,
                     const struct plan *other, const struct fact_targets *other_facts, bool antithetic)
{
    *c = (struct comparison){.antithetic = antithetic};
    size_t channels = base->series_count + base->scalar_count + base->curve_count;
    size_t channels_of_other = other->series_count + other->scalar_count + other->curve_count;
    c->common = arena_array(&c->arena, channels + base_facts->count, sizeof *c->common);
    c->lone = arena_array(&c->arena, channels + channels_of_other, sizeof *c->lone);
    match_dates(c, base, other);
    match_series(c, base, other);
    match_scalars(c, base, other);
    match_curves(c, base, other);
    match_facts(c, base_facts, other_facts);
    c->sums = arena_array(&c->arena, c->cell_count, sizeof *c->sums);
    c->kept = arena_array(&c->arena, c->common_count, sizeof *c->kept);
    c->even_base = arena_array(&c->arena, antithetic ? c->cell_count : 0, sizeof *c->even_base);
    c->even_other = arena_array(&c->arena, antithetic ? c->cell_count : 0, sizeof *c->even_other);
}

void comparison_free(struct comparison *c)
{
    for (size_t i = 0; i < c->common_count; i++)
        free(c->kept[i].pair);
    arena_free(&c->arena);
    *c = (struct comparison){0};
}

/* ---- Sums ---- */

static void welford(double *mean, double *squares, double value, double n)
{
    double before = value - *mean;
    *mean += before / n;
    *squares += before * (value - *mean);
}

static void add_pair(struct sums *sums, double x, double y)
{
    if (!isfinite(x) || !isfinite(y))
        return;
    double n = ++sums->n;
    welford(&sums->base, &sums->base_squares, x, n);
    welford(&sums->other, &sums->other_squares, y, n);
    welford(&sums->difference, &sums->difference_squares, y - x, n);
    sums->up += y > x;
    sums->down += y < x;
}

/* Calls `add` with every cell and its two numbers. */
typedef void add_cell(struct comparison *c, size_t cell, double x, double y);

static inline void for_each_cell(struct comparison *c, const double *base, const double *other, add_cell *add)
{
    for (size_t k = 0; k < c->common_count; k++) {
        const struct common *common = &c->common[k];
        const double *x = base + common->base, *y = other + common->other;
        for (size_t i = 0; i < common->count; i++)
            if (common->kind == COMMON_SERIES)
                add(c, common->first + i, x[c->date[i].base], y[c->date[i].other]);
            else
                add(c, common->first + i, x[i], y[i]);
    }
}

static void note_even(struct comparison *c, size_t cell, double x, double y)
{
    c->even_base[cell] = x;
    c->even_other[cell] = y;
}

static void add_odd(struct comparison *c, size_t cell, double x, double y)
{
    add_pair(&c->sums[cell], (c->even_base[cell] + x) / 2, (c->even_other[cell] + y) / 2);
}

static void add_one(struct comparison *c, size_t cell, double x, double y)
{
    add_pair(&c->sums[cell], x, y);
}

static void keep_pair(struct kept_pairs *kept, struct pair pair)
{
    if (kept->count == kept->room) {
        enum { FIRST_ROOM = 64 };
        kept->room = kept->room ? 2 * kept->room : FIRST_ROOM;
        kept->pair = memory_grow(kept->pair, kept->room, sizeof *kept->pair);
    }
    kept->pair[kept->count++] = pair;
}

static bool is_kept(const struct comparison *c, size_t common)
{
    return (c->common[common].kind == COMMON_FACT || c->common[common].kind == COMMON_MEASURE) &&
           c->kept[common].count < MOST_KEPT;
}

/* The pair of the two rows, and before it that of the even replication if there is one. */
static void keep_pairs(struct comparison *c, const double *base, const double *other, bool with_even)
{
    for (size_t i = 0; i < c->common_count; i++) {
        size_t k = c->common[i].first;
        struct pair pair = {base[c->common[i].base], other[c->common[i].other]};
        if (!is_kept(c, i) || !isfinite(pair.base) || !isfinite(pair.other) ||
            (with_even && (!isfinite(c->even_base[k]) || !isfinite(c->even_other[k]))))
            continue;
        if (with_even)
            keep_pair(&c->kept[i], (struct pair){c->even_base[k], c->even_other[k]});
        keep_pair(&c->kept[i], pair);
    }
}

/* Antithetic replications are not independent, their means are. */
static void add_antithetic(struct comparison *c, const struct committed *base, const struct committed *other)
{
    bool is_even = base->replication % 2 == 0, worked = !base->failed && !other->failed;
    if (worked && is_even)
        for_each_cell(c, base->row, other->row, note_even);
    if (worked && !is_even && c->has_even) {
        for_each_cell(c, base->row, other->row, add_odd);
        keep_pairs(c, base->row, other->row, true);
    }
    c->has_even = is_even && worked;
}

void comparison_add(struct comparison *c, const struct committed *base, const struct committed *other)
{
    if (c->antithetic) {
        add_antithetic(c, base, other);
    } else if (!base->failed && !other->failed) {
        for_each_cell(c, base->row, other->row, add_one);
        keep_pairs(c, base->row, other->row, false);
    }
}

double comparison_at(const struct comparison *c, const struct common *common, size_t cell)
{
    const struct axis *x = &common->channel->output->x;
    return common->kind == COMMON_SERIES  ? c->date[cell].year
           : common->kind == COMMON_CURVE ? x->from + x->step * (double)cell
                                          : (double)NAN;
}

static double share_of_same_sign(const struct sums *sums)
{
    double mean = sums->difference;
    return (double)(mean > 0 ? sums->up : mean < 0 ? sums->down : sums->n - sums->up - sums->down) / sums->n;
}

struct difference comparison_cell(const struct comparison *c, const struct common *common, size_t cell)
{
    const struct sums *sums = &c->sums[common->first + cell];
    double n = sums->n, apart = sums->base_squares + sums->other_squares, nan = (double)NAN;
    if (n < 1)
        return (struct difference){nan, nan, nan, nan, nan, nan, nan, nan, nan, 0};
    double se = n > 1 ? sqrt(sums->difference_squares / (n - 1) / n) : nan;
    double reach = n > 1 ? gsl_cdf_tdist_Qinv(TAIL, n - 1) * se : nan;
    return (struct difference){
        .base = sums->base,
        .other = sums->other,
        .mean = sums->difference,
        .se = se,
        .low = sums->difference - reach,
        .high = sums->difference + reach,
        .relative = sums->difference / fabs(sums->base - common->origin),
        .same_sign = share_of_same_sign(sums),
        .reduction = sums->difference_squares > 0 ? apart / sums->difference_squares : nan,
        .n = n,
    };
}

/* ---- Medians ---- */

/* One side of the kept pairs, in order of size: values, and whose they are. */
struct ordered {
    struct ordered_value {
        double value;
        size_t pair;
    } * by_size;
    size_t count;
};

static int by_value(const void *a, const void *b)
{
    const struct ordered_value *x = a, *y = b;
    return x->value != y->value ? (x->value > y->value) - (x->value < y->value)
                                : (x->pair > y->pair) - (x->pair < y->pair);
}

static struct ordered order(const struct kept_pairs *kept, bool other, struct arena *arena)
{
    struct ordered ordered = {.by_size = arena_array(arena, kept->count, sizeof *ordered.by_size),
                              .count = kept->count};
    for (size_t i = 0; i < kept->count; i++)
        ordered.by_size[i] = (struct ordered_value){other ? kept->pair[i].other : kept->pair[i].base, i};
    qsort(ordered.by_size, ordered.count, sizeof *ordered.by_size, by_value);
    return ordered;
}

/* The median when the unit number u was drawn times[u] times. */
static double drawn_median(const struct ordered *ordered, const uint32_t *times, size_t pairs_a_unit)
{
    size_t upper = ordered->count / 2, lower = ordered->count % 2 ? upper : upper - 1, seen = 0, i = 0;
    while ((seen += times[ordered->by_size[i].pair / pairs_a_unit]) <= lower)
        i++;
    double first = ordered->by_size[i].value;
    while (seen <= upper)
        seen += times[ordered->by_size[++i].pair / pairs_a_unit];
    return (first + ordered->by_size[i].value) / 2;
}

void comparison_medians(const struct comparison *c, const struct common *common, double *base, double *other)
{
    const struct kept_pairs *kept = &c->kept[common - c->common];
    size_t lower = kept->count ? (kept->count - 1) / 2 : 0, upper = kept->count / 2;
    struct arena arena = {0};
    double *const median[] = {base, other};
    for (size_t i = 0; i < 2; i++) {
        struct ordered ordered = order(kept, i == 1, &arena);
        *median[i] = kept->count ? (ordered.by_size[lower].value + ordered.by_size[upper].value) / 2 : (double)NAN;
    }
    arena_free(&arena);
}

static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

bool comparison_median_interval(const struct comparison *c, const struct common *common, bool relative,
                                double difference, double *low, double *high)
{
    const struct kept_pairs *kept = &c->kept[common - c->common];
    size_t pairs_a_unit = c->antithetic ? 2 : 1, units = kept->count / pairs_a_unit;
    if (units < FEWEST_UNITS)
        return false;
    struct arena arena = {0};
    struct ordered base = order(kept, false, &arena), other = order(kept, true, &arena);
    uint32_t *times = arena_array(&arena, units, sizeof *times);
    double *drawn = arena_array(&arena, RESAMPLES, sizeof *drawn);
    struct streams streams = streams_of(&(struct streams){0}, "median interval");
    for (uint32_t r = 0; r < RESAMPLES; r++) {
        struct stream stream = stream_open(&streams, identity(0, 0, r));
        memset(times, 0, units * sizeof *times);
        for (size_t u = 0; u < units; u++)
            times[stream_below(&stream, (uint32_t)units)]++;
        double middle = drawn_median(&base, times, pairs_a_unit);
        drawn[r] = (drawn_median(&other, times, pairs_a_unit) - middle) / (relative ? fabs(middle) : 1);
    }
    qsort(drawn, RESAMPLES, sizeof *drawn, by_number);
    const size_t outside = (size_t)(TAIL * (RESAMPLES + 1));
    double narrower =
        sqrt((double)kept->count / fmax((double)kept->count, c->sums[common->first].n * (double)pairs_a_unit));
    *low = fmin(difference, difference + (drawn[outside - 1] - difference) * narrower);
    *high = fmax(difference, difference + (drawn[RESAMPLES - outside] - difference) * narrower);
    arena_free(&arena);
    return isfinite(*low) && isfinite(*high);
}
