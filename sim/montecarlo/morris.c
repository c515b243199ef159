/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "morris.h"

#include "sim/base/arena.h"
#include "sim/engine/stream.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* ---- Trajectories ---- */

static void draw_order(struct stream *stream, struct morris_step *step, size_t units)
{
    for (size_t i = 0; i < units; i++)
        step[i].unit = i;
    for (size_t i = units; i > 1; i--) {
        size_t k = stream_below(stream, (uint32_t)i), kept = step[i - 1].unit;
        step[i - 1].unit = step[k].unit;
        step[k].unit = kept;
    }
}

/* Levels below the middle move up, the others down. */
static int direction_of(const struct morris *d, uint32_t level)
{
    return level < d->levels / 2 ? 1 : -1;
}

static void note_signs(const struct morris *d, const uint32_t *level, struct morris_step *step)
{
    for (size_t i = 0; i < d->units; i++) {
        size_t column = 0;
        while (d->unit_of[column] != step[i].unit)
            column++;
        step[i].sign = direction_of(d, level[column]);
    }
}

static void write_points(const struct morris *d, uint32_t *level, const struct morris_step *step, double *u)
{
    for (size_t point = 0; point <= d->units; point++) {
        for (size_t k = 0; k < d->columns; k++) {
            if (point > 0 && d->unit_of[k] == step[point - 1].unit)
                level[k] += (uint32_t)direction_of(d, level[k]) * (uint32_t)(d->levels / 2);
            u[point * d->columns + k] = (level[k] + 0.5) / (double)d->levels;
        }
    }
}

void morris_sample(uint64_t seed, const struct morris *d, double *u, struct morris_step *step)
{
    struct arena arena = {0};
    const struct streams all = {.seed = seed};
    struct streams own = streams_of(&all, "trajectories of Morris");
    uint32_t *level = arena_array(&arena, d->columns, sizeof *level);
    struct morris_step *mine = arena_array(&arena, d->units, sizeof *mine);
    for (size_t t = 0; t < d->trajectories; t++) {
        struct stream stream = stream_open(&own, t);
        for (size_t k = 0; k < d->columns; k++)
            level[k] = stream_below(&stream, (uint32_t)d->levels);
        draw_order(&stream, mine, d->units);
        note_signs(d, level, mine);
        if (step)
            memcpy(step + t * d->units, mine, d->units * sizeof *mine);
        if (u)
            write_points(d, level, mine, u + t * (1 + d->units) * d->columns);
    }
    arena_free(&arena);
}

/* ---- Effects ---- */

static const double QUANTILE_STEP = 0.5;

/* The mean change over the replications that both points have; NaN: none. */
static double change(const double *before, const double *after, size_t replications)
{
    double n = 0, sum = 0;
    for (size_t r = 0; r < replications; r++)
        if (!isnan(after[r]) && !isnan(before[r]))
            n++, sum += after[r] - before[r];
    return n > 0 ? sum / n : (double)NAN;
}

/* The mean distance between two replications of a point, over the points of a trajectory. */
static double distance(const double *y, size_t points, size_t replications)
{
    double n = 0, sum = 0;
    for (size_t p = 0; p < points; p++)
        for (size_t r = 0; r < replications; r++)
            for (size_t s = 0; s < r; s++) {
                double d = fabs(y[p * replications + r] - y[p * replications + s]);
                if (!isnan(d))
                    n++, sum += d;
            }
    return n > 0 ? sum / n : (double)NAN;
}

static double deviation_without(const double *x, size_t n, size_t without)
{
    double count = 0, mean = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        if (i == without || isnan(x[i]))
            continue;
        double off = x[i] - mean;
        count++;
        mean += off / count;
        squares += off * (x[i] - mean);
    }
    return count > 1 ? sqrt(squares / (count - 1)) : (double)NAN;
}

static struct bounded deviation(const double *x, size_t n, double *without)
{
    for (size_t i = 0; i < n; i++)
        without[i] = isnan(x[i]) ? (double)NAN : deviation_without(x, n, i);
    return jackknife(deviation_without(x, n, n), without, n);
}

static size_t members(const struct morris *d, size_t unit)
{
    size_t count = 0;
    for (size_t k = 0; k < d->columns; k++)
        count += d->unit_of[k] == unit;
    return count;
}

static void summarise(const struct morris *d, size_t unit, double *effect, double *work, struct morris_effects *effects)
{
    const struct bounded unknown = {(double)NAN, (double)NAN, (double)NAN};
    bool single = members(d, unit) == 1;
    effects->mu[unit] = single ? bounded_mean(effect, d->trajectories) : unknown;
    effects->sigma[unit] = single ? deviation(effect, d->trajectories, work) : unknown;
    for (size_t t = 0; t < d->trajectories; t++)
        effect[t] = fabs(effect[t]);
    effects->mu_star[unit] = bounded_mean(effect, d->trajectories);
}

static void find_luck(const struct morris *d, size_t replications, const double *y, double *work,
                      struct morris_effects *effects)
{
    static const double AS_LINEAR = 3;
    size_t points = 1 + d->units;
    for (size_t t = 0; t < d->trajectories; t++)
        work[t] = AS_LINEAR * distance(y + t * points * replications, points, replications);
    effects->luck = bounded_mean(work, d->trajectories);
}

static void find_mean(const double *y, size_t count, struct morris_effects *effects)
{
    double n = 0, sum = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(y[i]))
            n++, sum += y[i];
    effects->present = n / (double)count;
    effects->mean = n > 0 ? sum / n : (double)NAN;
}

void morris_analyse(const struct morris *d, const struct morris_step *step, size_t replications, const double *y,
                    struct morris_effects *effects)
{
    struct arena arena = {0};
    size_t width = (1 + d->units) * replications;
    double *effect = arena_array(&arena, d->units * d->trajectories, sizeof *effect);
    double *work = arena_array(&arena, d->trajectories, sizeof *work);
    for (size_t t = 0; t < d->trajectories; t++)
        for (size_t k = 0; k < d->units; k++) {
            const struct morris_step *one = &step[t * d->units + k];
            const double *before = y + t * width + k * replications;
            effect[one->unit * d->trajectories + t] =
                change(before, before + replications, replications) / (one->sign * QUANTILE_STEP);
        }
    find_mean(y, d->trajectories * width, effects);
    find_luck(d, replications, y, work, effects);
    for (size_t i = 0; i < d->units; i++)
        summarise(d, i, effect + i * d->trajectories, work, effects);
    arena_free(&arena);
}
