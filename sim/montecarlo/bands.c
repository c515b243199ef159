/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moments by Welford's update, a lane a cell; order statistics by a sorting network that compares whole rows of lanes.
 *
 * Welford (1962): m' = m + (x - m)/n, s' = s + (x - m)(x - m'); variance of the mean s / (n - 1) / n. The network is
 * Batcher's merge exchange (Knuth, TAOCP 3, 5.2.2, algorithm M): which pairs it compares depends on their number alone,
 * so a pair is one vector minimum and maximum over all lanes.
 */
#include "bands.h"

#include "sketch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LANES = 16 };

struct bands {
    size_t cells, rows;
    double *origin;             /* NULL: 0 */
    double *mean, *squares, *n; /* Welford's m, s and n */
    double *flagged;
    double *kept[EXACT_ROWS];   /* all rows, while they are few */
    struct sketch *sketch;      /* afterwards */
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

struct bands *bands_new(size_t cells, const double *origin)
{
    struct bands *bands = allocate(1, sizeof *bands);
    bands->cells = cells;
    bands->mean = allocate(cells, sizeof *bands->mean);
    bands->squares = allocate(cells, sizeof *bands->squares);
    bands->n = allocate(cells, sizeof *bands->n);
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
    free(bands->mean);
    free(bands->squares);
    free(bands->n);
    free(bands->flagged);
    free(bands);
}

static void add_moments(struct bands *bands, const double *value, const unsigned char *flag)
{
    double *mean = bands->mean, *squares = bands->squares, *n = bands->n, *flagged = bands->flagged;
#pragma omp simd
    for (size_t c = 0; c < bands->cells; c++) {
        double finite = fabs(value[c]) <= 1.7976931348623157e308 ? 1 : 0;
        double count = n[c] + finite;
        double before = finite > 0 ? value[c] - mean[c] : 0;
        double m = mean[c] + before / (count > 0 ? count : 1);
        double after = finite > 0 ? value[c] - m : 0;
        n[c] = count;
        mean[c] = m;
        squares[c] += before * after;
        flagged[c] += finite > 0 && flag[c] ? 1 : 0;
    }
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
    add_moments(bands, value, flag);
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

static struct band summarise(const struct bands *bands, size_t c, order_statistic *order, const void *from, size_t lane)
{
    double n = bands->n[c], origin = bands->sketch && bands->origin ? bands->origin[c] : 0;
    return (struct band){
        .mean = n > 0 ? bands->mean[c] : (double)NAN,
        .se = n > 1 ? sqrt(bands->squares[c] / (n - 1) / n) : (double)NAN,
        .p05 = origin + percentile(order, from, lane, n, 0.05),
        .p25 = origin + percentile(order, from, lane, n, 0.25),
        .p50 = origin + percentile(order, from, lane, n, 0.50),
        .p75 = origin + percentile(order, from, lane, n, 0.75),
        .p95 = origin + percentile(order, from, lane, n, 0.95),
        .n = n,
        .flag = n > 0 ? bands->flagged[c] / n : (double)NAN,
    };
}

static void finish_exact(const struct bands *bands, struct band *band, int threads)
{
#pragma omp parallel num_threads(threads)
    {
        struct tile *tile = allocate(1, sizeof *tile);
#pragma omp for
        for (size_t first = 0; first < bands->cells; first += LANES) {
            size_t lanes = bands->cells - first < LANES ? bands->cells - first : LANES;
            tile_fill(tile, bands, first, lanes);
            tile_sort(tile, bands->rows);
            for (size_t lane = 0; lane < lanes; lane++)
                band[first + lane] = summarise(bands, first + lane, tile_order, tile, lane);
        }
        free(tile);
    }
}

void bands_finish(const struct bands *bands, struct band *band, int threads)
{
    if (!bands->sketch) {
        finish_exact(bands, band, threads);
        return;
    }
#pragma omp parallel for num_threads(threads)
    for (size_t c = 0; c < bands->cells; c++)
        band[c] = summarise(bands, c, sketches_order, &bands->sketch[c], 0);
}
