/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "saltelli.h"

#include "sim/base/arena.h"
#include "sim/engine/stream.h"
#include "sim/scenario/sampling.h"

#include <math.h>
#include <string.h>

/* ---- The sample ---- */

enum { SET_COLUMNS = MOST_SOBOL_DIMENSIONS / 2 };

/* A random order of the rows, for columns beyond the first set. */
static void shuffle(uint64_t seed, size_t which, uint32_t *order, size_t count)
{
    const struct streams all = {.seed = seed};
    struct streams own = streams_of(&all, "order of a set of Sobol's points");
    struct stream stream = stream_open(&own, which);
    for (size_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
    for (size_t i = count; which && i > 1; i--) {
        uint32_t k = stream_below(&stream, (uint32_t)i), kept = order[i - 1];
        order[i - 1] = order[k];
        order[k] = kept;
    }
}

/* Columns `first` to `first + columns - 1` of one copy. */
static void sample_set(uint64_t seed, const struct saltelli *d, size_t copy, size_t first, size_t columns, double *u)
{
    struct arena arena = {0};
    size_t set = first / SET_COLUMNS, sets = (d->columns + SET_COLUMNS - 1) / SET_COLUMNS;
    double *point = arena_array(&arena, d->rows * 2 * columns, sizeof *point);
    uint32_t *order = arena_array(&arena, d->rows, sizeof *order);
    sample_sobol_shifted(seed, copy * sets + set, d->rows, 2 * columns, point);
    shuffle(seed, set ? copy * sets + set : 0, order, d->rows);
    for (size_t j = 0; j < d->rows; j++)
        for (size_t half = 0; half < 2; half++)
            memcpy(u + ((half * d->copies + copy) * d->rows + j) * d->columns + first,
                   point + ((size_t)order[j] * 2 + half) * columns, columns * sizeof *u);
    arena_free(&arena);
}

void saltelli_sample(uint64_t seed, const struct saltelli *d, double *u)
{
    for (size_t copy = 0; copy < d->copies; copy++)
        for (size_t first = 0; first < d->columns; first += SET_COLUMNS) {
            size_t left = d->columns - first;
            sample_set(seed, d, copy, first, left < SET_COLUMNS ? left : SET_COLUMNS, u);
        }
}

/* ---- Sums of one copy, or of all ---- */

struct mean_of {
    double n, sum;
};

struct sums {
    double centre; /* taken off the values */
    struct mean_of value, square, within;
    struct mean_of *first, *total; /* by unit */
};

static void add(struct mean_of *mean, double x)
{
    if (isnan(x))
        return;
    mean->n++;
    mean->sum += x;
}

/* What is left of `all` without `part`. */
static double less(const struct mean_of *all, const struct mean_of *part)
{
    double n = all->n - (part ? part->n : 0), sum = all->sum - (part ? part->sum : 0);
    return n > 0 ? sum / n : (double)NAN;
}

static void join(struct mean_of *all, const struct mean_of *part)
{
    all->n += part->n;
    all->sum += part->sum;
}

/* The variance over the replications of a point, of those that exist; NaN of fewer than two. */
static double scatter(const double *y, size_t replications)
{
    double n = 0, mean = 0, squares = 0;
    for (size_t r = 0; r < replications; r++) {
        if (isnan(y[r]))
            continue;
        double off = y[r] - mean;
        n++;
        mean += off / n;
        squares += off * (y[r] - mean);
    }
    return n > 1 ? squares / (n - 1) : (double)NAN;
}

static void add_unit(const double *a, const double *b, const double *ab, size_t replications, double centre,
                     struct mean_of *first, struct mean_of *total)
{
    for (size_t r = 0; r < replications; r++) {
        add(total, (a[r] - ab[r]) * (a[r] - ab[r]) / 2);
        for (size_t s = 0; s < replications; s++)
            if (r != s || replications == 1)
                add(first, (b[r] - centre) * (ab[s] - a[s]));
    }
}

static void add_row(const struct saltelli *d, size_t replications, const double *y, double centre, struct sums *sums)
{
    const double *a = y, *b = y + replications;
    for (size_t k = 0; k < 2 * replications; k++) {
        add(&sums->value, y[k] - centre);
        add(&sums->square, (y[k] - centre) * (y[k] - centre));
    }
    for (size_t p = 0; p < 2 + d->units; p++)
        add(&sums->within, scatter(y + p * replications, replications));
    for (size_t i = 0; i < d->units; i++)
        add_unit(a, b, y + (2 + i) * replications, replications, centre, &sums->first[i], &sums->total[i]);
}

static void join_sums(const struct saltelli *d, struct sums *all, const struct sums *part)
{
    join(&all->value, &part->value);
    join(&all->square, &part->square);
    join(&all->within, &part->within);
    for (size_t i = 0; i < d->units; i++) {
        join(&all->first[i], &part->first[i]);
        join(&all->total[i], &part->total[i]);
    }
}

/* ---- Indices ---- */

/* Of all copies but `part`. NaN if there is none. */
static double variance_of(const struct sums *all, const struct sums *part)
{
    double mean = less(&all->value, part ? &part->value : NULL);
    double variance = less(&all->square, part ? &part->square : NULL) - mean * mean;
    return varies(all->centre, variance) ? variance : (double)NAN;
}

struct copies {
    const struct saltelli *d;
    const struct sums *all, *copy;
    double *without; /* a statistic, without each of the copies */
};

/* What `of` gives, over the variance. */
static struct bounded share(const struct copies *c, double (*of)(const struct sums *, const struct sums *, size_t),
                            size_t unit)
{
    for (size_t k = 0; k < c->d->copies; k++)
        c->without[k] = of(c->all, &c->copy[k], unit) / variance_of(c->all, &c->copy[k]);
    return jackknife(of(c->all, NULL, unit) / variance_of(c->all, NULL), c->without, c->d->copies);
}

static double first_of(const struct sums *all, const struct sums *part, size_t unit)
{
    return less(&all->first[unit], part ? &part->first[unit] : NULL);
}

static double total_of(const struct sums *all, const struct sums *part, size_t unit)
{
    return less(&all->total[unit], part ? &part->total[unit] : NULL);
}

static double luck_of(const struct sums *all, const struct sums *part, size_t unit)
{
    (void)unit;
    return less(&all->within, part ? &part->within : NULL);
}

/* The variance that neither luck nor a unit alone has. */
static double rest_of(const struct sums *all, const struct sums *part, size_t units)
{
    double luck = luck_of(all, part, 0), rest = variance_of(all, part) - (isnan(luck) ? 0 : luck);
    for (size_t i = 0; i < units; i++)
        rest -= first_of(all, part, i);
    return rest;
}

static double centre_of(const struct saltelli *d, size_t replications, const double *y)
{
    struct mean_of mean = {0};
    for (size_t row = 0; row < d->copies * d->rows; row++)
        for (size_t k = 0; k < 2 * replications; k++)
            add(&mean, y[row * (2 + d->units) * replications + k]);
    return less(&mean, NULL);
}

static double share_present(const double *y, size_t count)
{
    size_t there = 0;
    for (size_t i = 0; i < count; i++)
        there += !isnan(y[i]);
    return (double)there / (double)count;
}

static void open_sums(struct arena *arena, const struct saltelli *d, struct sums *sums)
{
    *sums = (struct sums){.first = arena_array(arena, d->units, sizeof *sums->first),
                          .total = arena_array(arena, d->units, sizeof *sums->total)};
}

void saltelli_analyse(const struct saltelli *d, size_t replications, const double *y, struct saltelli_indices *indices)
{
    struct arena arena = {0};
    size_t width = (2 + d->units) * replications;
    struct sums all, *copy = arena_array(&arena, d->copies, sizeof *copy);
    double centre = centre_of(d, replications, y);
    open_sums(&arena, d, &all);
    all.centre = centre;
    for (size_t c = 0; c < d->copies; c++) {
        open_sums(&arena, d, &copy[c]);
        for (size_t j = 0; j < d->rows; j++)
            add_row(d, replications, y + (c * d->rows + j) * width, centre, &copy[c]);
        join_sums(d, &all, &copy[c]);
    }
    const struct copies copies = {
        .d = d, .all = &all, .copy = copy, .without = arena_array(&arena, d->copies, sizeof(double))};
    indices->present = share_present(y, d->copies * d->rows * width);
    indices->mean = centre;
    indices->variance = variance_of(&all, NULL);
    indices->luck = share(&copies, luck_of, 0);
    indices->interactions = share(&copies, rest_of, d->units);
    for (size_t i = 0; i < d->units; i++) {
        indices->first[i] = share(&copies, first_of, i);
        indices->total[i] = share(&copies, total_of, i);
    }
    arena_free(&arena);
}
