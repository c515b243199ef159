/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

static const double SAME_TIME_YR = 1e-6, TAIL = 0.025;

/* Of the pairs of one cell. Means and sums of squared deviations of base, other and difference. */
struct sums {
    double n, base, other, difference;
    double base_squares, other_squares, difference_squares;
    double up, down;
};

/* ---- What both have ---- */

static const struct channel *find_channel(const struct channel *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].name, name) == 0)
            return &list[i];
    return NULL;
}

static void add_lone(struct comparison *c, const char *name, bool in_base)
{
    c->lone[c->lone_count++] = (struct lone){.name = name, .in_base = in_base};
}

static void add_cell(struct comparison *c, size_t base, size_t other, double at)
{
    c->at[c->cell_count] = at;
    c->cell[c->cell_count++] = (struct cell){.base = base, .other = other};
}

/* Samples of the same date; the grids may differ. */
static void add_samples(struct comparison *c, const struct plan *base, size_t base_series, const struct plan *other,
                        size_t other_series)
{
    for (size_t i = 0, k = 0; i < base->sample_count && k < other->sample_count;) {
        double ahead = base->sample_at[i] - other->sample_at[k];
        if (fabs(ahead) < SAME_TIME_YR)
            add_cell(c, base_series * base->sample_count + i, other_series * other->sample_count + k,
                     base->sample_at[i]);
        i += ahead < SAME_TIME_YR;
        k += ahead > -SAME_TIME_YR;
    }
}

static bool is_date(const struct channel *channel)
{
    return strcmp(channel->output->unit, "date") == 0;
}

static struct common *add_common(struct comparison *c, enum common_kind kind, const char *name,
                                 const struct channel *channel, double origin)
{
    struct common *common = &c->common[c->common_count++];
    *common = (struct common){.name = name, .kind = kind, .channel = channel, .first = c->cell_count, .origin = origin};
    return common;
}

static void match_series(struct comparison *c, const struct plan *base, const struct plan *other)
{
    for (size_t i = 0; i < base->series_count; i++) {
        const struct channel *twin = find_channel(other->series, other->series_count, base->series[i].name);
        if (!twin) {
            add_lone(c, base->series[i].name, true);
            continue;
        }
        struct common *common = add_common(c, COMMON_SERIES, twin->name, &base->series[i], 0);
        add_samples(c, base, i, other, (size_t)(twin - other->series));
        common->count = c->cell_count - common->first;
    }
    for (size_t i = 0; i < other->series_count; i++)
        if (!find_channel(base->series, base->series_count, other->series[i].name))
            add_lone(c, other->series[i].name, false);
}

static void match_scalars(struct comparison *c, const struct plan *base, const struct plan *other)
{
    size_t before = base->series_count * base->sample_count, before_other = other->series_count * other->sample_count;
    for (size_t i = 0; i < base->scalar_count; i++) {
        const struct channel *channel = &base->scalar[i];
        const struct channel *twin = find_channel(other->scalar, other->scalar_count, channel->name);
        if (!twin) {
            add_lone(c, channel->name, true);
            continue;
        }
        struct common *common =
            add_common(c, COMMON_SCALAR, channel->name, channel, is_date(channel) ? base->start : 0);
        add_cell(c, before + i, before_other + (size_t)(twin - other->scalar), (double)NAN);
        common->count = 1;
    }
    for (size_t i = 0; i < other->scalar_count; i++)
        if (!find_channel(base->scalar, base->scalar_count, other->scalar[i].name))
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
                             *twin = find_channel(other->curve, other->curve_count, channel->name);
        if (!twin) {
            add_lone(c, channel->name, true);
            continue;
        }
        struct common *common = add_common(c, COMMON_CURVE, channel->name, channel, 0);
        const struct axis *x = &channel->output->x;
        for (common->count = 0; common->count < x->points; common->count++)
            add_cell(c, cells_before_curves(base) + channel->first_point + common->count,
                     cells_before_curves(other) + twin->first_point + common->count,
                     x->from + x->step * (double)common->count);
    }
    for (size_t i = 0; i < other->curve_count; i++)
        if (!find_channel(base->curve, base->curve_count, other->curve[i].name))
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
        enum common_kind kind = target->fact->observed ? COMMON_FACT : COMMON_MEASURE;
        struct common *common = add_common(c, kind, target->fact->name, target->channel, base->origin[i]);
        add_cell(c, plan_cells(base->plan) + i, plan_cells(other->plan) + (size_t)(twin - other->target), (double)NAN);
        common->count = 1;
    }
}

void comparison_open(struct comparison *c, const struct plan *base, const struct fact_targets *base_facts,
                     const struct plan *other, const struct fact_targets *other_facts, bool antithetic)
{
    *c = (struct comparison){.antithetic = antithetic};
    size_t channels = base->series_count + base->scalar_count + base->curve_count;
    size_t channels_of_other = other->series_count + other->scalar_count + other->curve_count;
    size_t most = plan_cells(base) + base_facts->count;
    c->common = arena_array(&c->arena, channels + base_facts->count, sizeof *c->common);
    c->lone = arena_array(&c->arena, channels + channels_of_other, sizeof *c->lone);
    c->cell = arena_array(&c->arena, most, sizeof *c->cell);
    c->at = arena_array(&c->arena, most, sizeof *c->at);
    match_series(c, base, other);
    match_scalars(c, base, other);
    match_curves(c, base, other);
    match_facts(c, base_facts, other_facts);
    c->sums = arena_array(&c->arena, c->cell_count, sizeof *c->sums);
    c->even_base = arena_array(&c->arena, antithetic ? c->cell_count : 0, sizeof *c->even_base);
    c->even_other = arena_array(&c->arena, antithetic ? c->cell_count : 0, sizeof *c->even_other);
}

void comparison_free(struct comparison *c)
{
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
    sums->n++;
    welford(&sums->base, &sums->base_squares, x, sums->n);
    welford(&sums->other, &sums->other_squares, y, sums->n);
    welford(&sums->difference, &sums->difference_squares, y - x, sums->n);
    sums->up += y > x;
    sums->down += y < x;
}

/* Antithetic replications are not independent, their means are. */
static void add_antithetic(struct comparison *c, const struct committed *base, const struct committed *other)
{
    bool is_even = base->replication % 2 == 0, worked = !base->failed && !other->failed;
    for (size_t i = 0; worked && i < c->cell_count; i++) {
        double x = base->row[c->cell[i].base], y = other->row[c->cell[i].other];
        if (is_even) {
            c->even_base[i] = x;
            c->even_other[i] = y;
        } else if (c->has_even) {
            add_pair(&c->sums[i], (c->even_base[i] + x) / 2, (c->even_other[i] + y) / 2);
        }
    }
    c->has_even = is_even && worked;
}

void comparison_add(struct comparison *c, const struct committed *base, const struct committed *other)
{
    if (c->antithetic)
        add_antithetic(c, base, other);
    else if (!base->failed && !other->failed)
        for (size_t i = 0; i < c->cell_count; i++)
            add_pair(&c->sums[i], base->row[c->cell[i].base], other->row[c->cell[i].other]);
}

static double share_of_same_sign(const struct sums *sums)
{
    double mean = sums->difference;
    return (mean > 0 ? sums->up : mean < 0 ? sums->down : sums->n - sums->up - sums->down) / sums->n;
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
