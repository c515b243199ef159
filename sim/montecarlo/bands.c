/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moments by Welford's update, a lane a cell; order statistics by a sorting network that compares whole rows of lanes.
 *
 * Welford (1962): m' = m + (x - m)/n, s' = s + (x - m)(x - m'); variance of the mean s / (n - 1) / n. The network is
 * Batcher's merge exchange (Knuth, TAOCP 3, 5.2.2, algorithm M): which pairs it compares depends on their number alone,
 * so a pair is one vector minimum and maximum over all lanes.
 */
#include "bands.h"

#include "interval.h"
#include "sketch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LANES = 16 };
const double percentile_share[PERCENTILES] = {0.05, 0.25, 0.50, 0.75, 0.95};

/* Welford's m, s and n, a cell. */
struct moments {
    double *mean, *squares, *n;
};

struct bands {
    size_t cells, rows;
    double *origin; /* NULL: 0 */
    struct moments all, pairs; /* pairs: unused while nothing is paired */
    double *pair;
    double *flagged;
    double *kept[EXACT_ROWS]; /* all rows, while they are few */
    struct sketch *sketch; /* afterwards */
};

static void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size);
    if (!memory) {
        fprintf(stderr, "iccsim: out of memory (asked for %zu times %zu bytes)\n", count, size);
        exit(4);
    }
    return memory;
}

static struct moments moments_new(size_t cells)
{
    return (struct moments){.mean = allocate(cells, sizeof(double)),
                            .squares = allocate(cells, sizeof(double)),
                            .n = allocate(cells, sizeof(double))};
}

static void moments_free(struct moments *moments)
{
    free(moments->mean);
    free(moments->squares);
    free(moments->n);
}

struct bands *bands_new(size_t cells, const double *origin)
{
    struct bands *bands = allocate(1, sizeof *bands);
    bands->cells = cells;
    bands->all = moments_new(cells);
    bands->flagged = allocate(cells, sizeof *bands->flagged);
    if (origin) {
        bands->origin = allocate(cells, sizeof *bands->origin);
        memcpy(bands->origin, origin, cells * sizeof *origin);
    }
    return bands;
}

static void free_kept(struct bands *bands)
{
    for (size_t i = 0; i < EXACT_ROWS; i++) {
        free(bands->kept[i]);
        bands->kept[i] = NULL;
    }
}

void bands_free(struct bands *bands)
{
    if (!bands)
        return;
    for (size_t c = 0; bands->sketch && c < bands->cells; c++)
        sketch_free(&bands->sketch[c]);
    free(bands->sketch);
    free_kept(bands);
    free(bands->origin);
    moments_free(&bands->all);
    moments_free(&bands->pairs);
    free(bands->pair);
    free(bands->flagged);
    free(bands);
}

static void moments_add(struct moments *moments, const double *value, size_t cells)
{
    double *mean = moments->mean, *squares = moments->squares, *n = moments->n;
#pragma omp simd
    for (size_t c = 0; c < cells; c++) {
        double finite = fabs(value[c]) <= 1.7976931348623157e308 ? 1 : 0;
        double count = n[c] + finite;
        double before = finite > 0 ? value[c] - mean[c] : 0;
        double m = mean[c] + before / (count > 0 ? count : 1);
        double after = finite > 0 ? value[c] - m : 0;
        n[c] = count;
        mean[c] = m;
        squares[c] += before * after;
    }
}

static void add_flags(struct bands *bands, const double *value, const unsigned char *flag)
{
    double *flagged = bands->flagged;
#pragma omp simd
    for (size_t c = 0; c < bands->cells; c++)
        flagged[c] += fabs(value[c]) <= 1.7976931348623157e308 && flag[c] ? 1 : 0;
}

static void add_to_sketches(struct bands *bands, const double *value)
{
    for (size_t c = 0; c < bands->cells; c++)
        if (isfinite(value[c]))
            sketch_add(&bands->sketch[c], value[c] - (bands->origin ? bands->origin[c] : 0));
}

static void turn_to_sketches(struct bands *bands)
{
    bands->sketch = allocate(bands->cells, sizeof *bands->sketch);
    for (size_t i = 0; i < EXACT_ROWS; i++)
        add_to_sketches(bands, bands->kept[i]);
    free_kept(bands);
}

void bands_add(struct bands *bands, const double *value, const unsigned char *flag)
{
    moments_add(&bands->all, value, bands->cells);
    add_flags(bands, value, flag);
    if (bands->rows == EXACT_ROWS)
        turn_to_sketches(bands);
    if (bands->sketch) {
        add_to_sketches(bands, value);
    } else {
        bands->kept[bands->rows] = allocate(bands->cells, sizeof **bands->kept);
        memcpy(bands->kept[bands->rows], value, bands->cells * sizeof *value);
    }
    bands->rows++;
}

void bands_pair(struct bands *bands, const double *one, const double *other)
{
    if (!bands->pair) {
        bands->pair = allocate(bands->cells, sizeof *bands->pair);
        bands->pairs = moments_new(bands->cells);
    }
    for (size_t c = 0; c < bands->cells; c++)
        bands->pair[c] = (one[c] + other[c]) / 2;
    moments_add(&bands->pairs, bands->pair, bands->cells);
}

bool bands_are_exact(const struct bands *bands)
{
    return !bands->sketch;
}

/* A block of cells side by side, ready to be sorted a lane a cell. */
struct tile {
    double row[EXACT_ROWS][LANES];
};

static void exchange(double *low, double *high)
{
#pragma omp simd
    for (int lane = 0; lane < LANES; lane++) {
        double a = low[lane], b = high[lane];
        low[lane] = b < a ? b : a;
        high[lane] = b < a ? a : b;
    }
}

/* Merge exchange. p, q, r and d are Knuth's. */
static void tile_sort(struct tile *tile, size_t rows)
{
    size_t top = 1;
    while (2 * top < rows)
        top *= 2;
    for (size_t p = rows > 1 ? top : 0; p > 0; p /= 2)
        for (size_t q = top, r = 0, d = p;; d = q - p, q /= 2, r = p) {
            for (size_t i = 0; i + d < rows; i++)
                if ((i & p) == r)
                    exchange(tile->row[i], tile->row[i + d]);
            if (q == p)
                break;
        }
}

/* Gathers cells from `first` on; what is not finite goes to the end as +infinity. */
static void tile_fill(struct tile *tile, const struct bands *bands, size_t first, size_t lanes)
{
    for (size_t i = 0; i < bands->rows; i++)
        for (size_t lane = 0; lane < LANES; lane++) {
            double value = lane < lanes ? bands->kept[i][first + lane] : (double)INFINITY;
            tile->row[i][lane] = isfinite(value) ? value : (double)INFINITY;
        }
}

/* The k-th smallest of one cell, however it is kept. */
typedef double order_statistic(const void *from, size_t lane, size_t k);

static double tile_order(const void *tile, size_t lane, size_t k)
{
    return ((const struct tile *)tile)->row[k][lane];
}

static double sketches_order(const void *sketch, size_t lane, size_t k)
{
    return sketch_order(&((const struct sketch *)sketch)[lane], k);
}

static double percentile(order_statistic *order, const void *from, size_t lane, double n, double p)
{
    if (n < 1)
        return (double)NAN;
    double at = (n - 1) * p, below = floor(at);
    double low = order(from, lane, (size_t)below);
    if (at == below) /* exact */
        return low;
    double high = order(from, lane, (size_t)below + 1);
    return low + (at - below) * (high - low);
}

/* Ranks for samples of one size, which is mostly that of the cell before. */
struct known_ranks {
    double n;
    struct ranks of[PERCENTILES];
};

static const struct ranks *ranks_for(struct known_ranks *known, double n)
{
    for (size_t i = 0; known->n != n && i < PERCENTILES; i++)
        known->of[i] = interval_ranks((uint64_t)n, percentile_share[i]);
    known->n = n;
    return known->of;
}

static double standard_error(const struct moments *moments, size_t c)
{
    double n = moments->n[c];
    return n > 1 ? sqrt(moments->squares[c] / (n - 1) / n) : (double)NAN;
}

static void find_intervals(struct band *band, order_statistic *order, const void *from, size_t lane, double origin,
                           struct known_ranks *known)
{
    const struct ranks *ranks = band->n > 0 ? ranks_for(known, band->n) : NULL;
    for (size_t i = 0; i < PERCENTILES; i++) {
        bool has_low = ranks && ranks[i].low >= 0, has_high = ranks && (double)ranks[i].high < band->n;
        band->low[i] = has_low ? origin + order(from, lane, (size_t)ranks[i].low) : (double)NAN;
        band->high[i] = has_high ? origin + order(from, lane, (size_t)ranks[i].high) : (double)NAN;
    }
}

static struct band summarise(const struct bands *bands, size_t c, order_statistic *order, const void *from, size_t lane,
                             struct known_ranks *known)
{
    double n = bands->all.n[c], origin = bands->sketch && bands->origin ? bands->origin[c] : 0;
    double value[PERCENTILES];
    for (size_t i = 0; i < PERCENTILES; i++)
        value[i] = origin + percentile(order, from, lane, n, percentile_share[i]);
    struct band band = {
        .mean = n > 0 ? bands->all.mean[c] : (double)NAN,
        .se = standard_error(bands->pair ? &bands->pairs : &bands->all, c),
        .p05 = value[0],
        .p25 = value[1],
        .p50 = value[2],
        .p75 = value[3],
        .p95 = value[4],
        .n = n,
        .flag = n > 0 ? bands->flagged[c] / n : (double)NAN,
    };
    find_intervals(&band, order, from, lane, origin, known);
    return band;
}

/* As many cells from `first` on as a tile has lanes for. */
static void finish_tile(const struct bands *bands, struct tile *tile, size_t first, size_t lanes, struct band *band,
                        struct known_ranks *known)
{
    tile_fill(tile, bands, first, lanes);
    tile_sort(tile, bands->rows);
    for (size_t lane = 0; lane < lanes; lane++)
        band[lane] = summarise(bands, first + lane, tile_order, tile, lane, known);
}

static void finish_exact(const struct bands *bands, struct band *band, int threads)
{
#pragma omp parallel num_threads(threads)
    {
        struct tile *tile = allocate(1, sizeof *tile);
        struct known_ranks known = {0};
#pragma omp for
        for (size_t first = 0; first < bands->cells; first += LANES)
            finish_tile(bands, tile, first, bands->cells - first < LANES ? bands->cells - first : LANES, &band[first],
                        &known);
        free(tile);
    }
}

void bands_finish(const struct bands *bands, struct band *band, int threads)
{
    if (!bands->sketch) {
        finish_exact(bands, band, threads);
        return;
    }
#pragma omp parallel num_threads(threads)
    {
        struct known_ranks known = {0};
#pragma omp for
        for (size_t c = 0; c < bands->cells; c++)
            band[c] = summarise(bands, c, sketches_order, &bands->sketch[c], 0, &known);
    }
}

struct band bands_cell(const struct bands *bands, size_t cell)
{
    struct known_ranks known = {0};
    if (bands->sketch)
        return summarise(bands, cell, sketches_order, &bands->sketch[cell], 0, &known);
    struct tile *tile = allocate(1, sizeof *tile);
    struct band band;
    finish_tile(bands, tile, cell, 1, &band, &known);
    free(tile);
    return band;
}
