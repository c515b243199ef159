/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "given.h"

#include "sim/base/det.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* ---- Order ---- */

struct placed {
    double x;
    uint32_t row;
};

static int by_number(const void *a, const void *b)
{
    const struct placed *one = a, *other = b;
    if (one->x != other->x)
        return one->x < other->x ? -1 : 1;
    return one->row < other->row ? -1 : 1;
}

/* Rows by `x`, those with equal numbers as they come. */
static void sort_rows(const double *x, size_t rows, struct placed *work, uint32_t *order)
{
    for (size_t i = 0; i < rows; i++)
        work[i] = (struct placed){x[i], (uint32_t)i};
    qsort(work, rows, sizeof *work, by_number);
    for (size_t i = 0; i < rows; i++)
        order[i] = work[i].row;
}

void given_open(struct given *given, const double *x, size_t rows, size_t inputs, const size_t *set_of, size_t sets)
{
    struct arena arena = {0};
    *given = (struct given){.rows = rows, .inputs = inputs, .sets = sets, .x = x, .set_of = set_of};
    struct placed *work = arena_array(&arena, rows, sizeof *work);
    given->order = arena_array(&given->arena, rows * inputs, sizeof *given->order);
    for (size_t i = 0; i < inputs; i++)
        sort_rows(x + i * rows, rows, work, given->order + i * rows);
    arena_free(&arena);
}

void given_free(struct given *given)
{
    arena_free(&given->arena);
    *given = (struct given){0};
}

/* ---- Rows of one measure ---- */

/* `y` and `within` are indexed by row; NaN: the measure does not exist there. */
struct sample {
    const struct given *given;
    size_t used, replications, classes;
    double n, mean, spread, within_mean, variance; /* spread: of y; variance: V */
    double *y, *within; /* y: less the mean */
    double *share_influence; /* work: of one share */
    double *rest_influence, *set_influence; /* rest: [row]; set: [set][row] */
    double *rank; /* of y, by row */
};

static void take_row(struct sample *s, size_t row, const double *y)
{
    double sum = 0, squares = 0, r = (double)s->replications;
    for (size_t k = 0; k < s->replications; k++)
        sum += y[k];
    double mean = sum / r;
    for (size_t k = 0; k < s->replications; k++)
        squares += (y[k] - mean) * (y[k] - mean);
    s->y[row] = mean;
    s->within[row] = s->replications > 1 ? squares / (r - 1) : 0;
    s->used += !isnan(mean);
}

static void centre(struct sample *s)
{
    double sum = 0, within = 0, squares = 0;
    for (size_t i = 0; i < s->given->rows; i++)
        if (!isnan(s->y[i]))
            sum += s->y[i], within += s->within[i];
    s->n = (double)s->used;
    s->mean = sum / s->n;
    s->within_mean = within / s->n;
    for (size_t i = 0; i < s->given->rows; i++) {
        s->y[i] -= s->mean;
        if (!isnan(s->y[i]))
            squares += s->y[i] * s->y[i];
    }
    s->spread = squares / (s->n - 1);
    s->variance = s->spread + (1 - 1 / (double)s->replications) * s->within_mean;
}

/* ---- Shares ---- */

/* The influence of a row on V. */
static double on_variance(const struct sample *s, size_t row)
{
    return s->y[row] * s->y[row] - s->spread + (1 - 1 / (double)s->replications) * (s->within[row] - s->within_mean);
}

/* 95 % from an influence function; `excess` and `noise`: variances of the share to take off and to add. */
static struct bounded bounds(const struct sample *s, double share, const double *influence, double excess, double noise)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < s->given->rows; i++)
        if (!isnan(s->y[i]))
            sum += influence[i], squares += influence[i] * influence[i];
    double variance = (squares - sum * sum / s->n) / (s->n * s->n);
    return bounded_normal(share, sqrt(fmax(variance - excess, 0) + noise));
}

/* For each row the mean of y over the others of its class, so that a row's own number does not seem to confirm its
 * class; returns the squares between classes. */
static double part(const struct sample *s, const uint32_t *order)
{
    double squares = 0, *mean = s->share_influence;
    size_t next = 0, seen = 0, first = 0;
    for (size_t c = 0; c < s->classes; c++) {
        size_t end = (c + 1) * s->used / s->classes;
        double sum = 0, n = (double)(end - seen);
        for (first = next; seen < end; next++)
            if (!isnan(s->y[order[next]]))
                sum += s->y[order[next]], seen++;
        for (size_t k = first; k < next; k++)
            mean[order[k]] = (sum - s->y[order[k]]) / (n - 1);
        squares += sum * sum / n;
    }
    return squares;
}

static bool is_constant(const struct given *given, size_t input)
{
    const double *x = given->x + input * given->rows;
    const uint32_t *order = given->order + input * given->rows;
    return x[order[0]] == x[order[given->rows - 1]];
}

struct noise {
    double excess, added;
};

/* The first-order share of an input; its influence goes to its set and from the rest. */
static struct bounded first_of(const struct sample *s, size_t input, struct noise *noise)
{
    const struct given *g = s->given;
    double m = (double)s->classes, n = s->n, all = s->spread * (n - 1);
    if (is_constant(g, input))
        return (struct bounded){0, 0, 0};
    double eta = part(s, g->order + input * g->rows) / all;
    double ratio = 1 - (n - 1) / (n - m) * (1 - eta), known = ratio * s->spread, share = known / s->variance;
    double unknown = (s->spread - known) / s->variance;
    double *set = g->set_of ? s->set_influence + g->set_of[input] * g->rows : NULL;
    for (size_t i = 0; i < g->rows; i++) {
        if (isnan(s->y[i]))
            continue;
        double mean = s->share_influence[i];
        double influence = (2 * mean * s->y[i] - mean * mean - known - share * on_variance(s, i)) / s->variance;
        s->share_influence[i] = influence;
        s->rest_influence[i] -= influence;
        if (set)
            set[i] += influence;
    }
    *noise = (struct noise){4 * m * unknown * unknown / (n * n), 2 * (m - 1) * unknown * unknown / (n * n)};
    return bounds(s, share, s->share_influence, noise->excess, noise->added);
}

static struct bounded luck_of(const struct sample *s)
{
    double share = s->within_mean / s->variance;
    if (s->replications < 2)
        return (struct bounded){(double)NAN, (double)NAN, (double)NAN};
    for (size_t i = 0; i < s->given->rows; i++) {
        if (isnan(s->y[i]))
            continue;
        s->share_influence[i] = (s->within[i] - s->within_mean - share * on_variance(s, i)) / s->variance;
        s->rest_influence[i] -= s->share_influence[i];
    }
    return bounds(s, share, s->share_influence, 0, 0);
}

/* ---- Rank correlation ---- */

/* Ranks among the used rows, from 1; equal numbers have the mean of theirs. */
static void rank_rows(const struct sample *s, const double *x, const uint32_t *order, double *rank)
{
    size_t rows = s->given->rows, at = 0;
    for (size_t k = 0; k < rows;) {
        size_t end = k, count = 0;
        for (; end < rows && x[order[end]] == x[order[k]]; end++)
            count += !isnan(s->y[order[end]]);
        for (; k < end; k++)
            rank[order[k]] = (double)at + ((double)count + 1) / 2;
        at += count;
    }
}

/* Of y, whose missing rows come last in no order. */
static void rank_measure(struct sample *s, struct arena *arena)
{
    size_t rows = s->given->rows;
    double *x = arena_array(arena, rows, sizeof *x);
    uint32_t *order = arena_array(arena, rows, sizeof *order);
    for (size_t i = 0; i < rows; i++)
        x[i] = isnan(s->y[i]) ? HUGE_VAL : s->y[i];
    sort_rows(x, rows, arena_array(arena, rows, sizeof(struct placed)), order);
    rank_rows(s, x, order, s->rank);
}

static double correlation(const struct sample *s, const double *a, const double *b)
{
    double middle = (s->n + 1) / 2, ab = 0, aa = 0, bb = 0;
    for (size_t i = 0; i < s->given->rows; i++) {
        if (isnan(s->y[i]))
            continue;
        ab += (a[i] - middle) * (b[i] - middle);
        aa += (a[i] - middle) * (a[i] - middle);
        bb += (b[i] - middle) * (b[i] - middle);
    }
    return aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : (double)NAN;
}

static double hyperbolic_tangent(double z)
{
    double e = det_expm1(2 * z);
    return e / (e + 2);
}

static struct bounded rank_of(const struct sample *s, size_t input)
{
    const struct given *g = s->given;
    double *rank = s->share_influence;
    rank_rows(s, g->x + input * g->rows, g->order + input * g->rows, rank);
    double r = correlation(s, rank, s->rank);
    if (isnan(r) || fabs(r) >= 1)
        return (struct bounded){r, r, r};
    double z = (det_log1p(r) - det_log1p(-r)) / 2;
    struct bounded bounded = bounded_normal(z, sqrt((1 + r * r / 2) / (s->n - 3)));
    return (struct bounded){r, hyperbolic_tangent(bounded.low), hyperbolic_tangent(bounded.high)};
}

/* ---- The whole ---- */

static void open_sample(struct sample *s, const struct given *g, size_t replications, struct arena *arena)
{
    *s = (struct sample){.given = g, .replications = replications};
    s->y = arena_array(arena, g->rows, sizeof *s->y);
    s->within = arena_array(arena, g->rows, sizeof *s->within);
    s->rank = arena_array(arena, g->rows, sizeof *s->rank);
    s->share_influence = arena_array(arena, g->rows, sizeof *s->share_influence);
    s->rest_influence = arena_array(arena, g->rows, sizeof *s->rest_influence);
    s->set_influence = arena_array(arena, g->rows * g->sets, sizeof *s->set_influence);
}

static void nothing(const struct given *g, struct given_indices *indices)
{
    const struct bounded unknown = {(double)NAN, (double)NAN, (double)NAN};
    indices->mean = indices->variance = (double)NAN;
    indices->luck = indices->rest = unknown;
    for (size_t i = 0; i < g->inputs; i++)
        indices->first[i] = indices->rank[i] = unknown;
    for (size_t i = 0; i < g->sets; i++)
        indices->set[i] = unknown;
}

/* What the noise of an input's class means adds to the variances of the sums it belongs to. */
static void add_noise(struct noise *sum, const struct noise *one)
{
    sum->excess += one->excess;
    sum->added += one->added;
}

static void share_out(const struct sample *s, struct given_indices *indices, struct arena *arena)
{
    const struct given *g = s->given;
    struct noise all = {0}, *of_set = arena_array(arena, g->sets, sizeof *of_set);
    double rest = 1, *sum = arena_array(arena, g->sets, sizeof *sum);
    for (size_t i = 0; i < g->inputs; i++) {
        struct noise noise = {0};
        indices->first[i] = first_of(s, i, &noise);
        indices->rank[i] = rank_of(s, i);
        rest -= indices->first[i].value;
        add_noise(&all, &noise);
        if (!g->set_of)
            continue;
        sum[g->set_of[i]] += indices->first[i].value;
        add_noise(&of_set[g->set_of[i]], &noise);
    }
    for (size_t i = 0; i < g->sets; i++)
        indices->set[i] = bounds(s, sum[i], s->set_influence + i * g->rows, of_set[i].excess, of_set[i].added);
    indices->luck = luck_of(s);
    rest -= s->replications > 1 ? indices->luck.value : 0;
    indices->rest = bounds(s, rest, s->rest_influence, all.excess, all.added);
}

void given_analyse(const struct given *g, size_t replications, const double *y, struct given_indices *indices)
{
    struct arena arena = {0};
    struct sample s;
    open_sample(&s, g, replications, &arena);
    for (size_t i = 0; i < g->rows; i++)
        take_row(&s, i, y + i * replications);
    indices->used = s.used;
    if (s.used)
        centre(&s);
    s.classes = (size_t)sqrt((double)s.used);
    if (s.used < LEAST_GIVEN_ROWS || !varies(s.mean, s.variance)) {
        nothing(g, indices);
    } else {
        indices->mean = s.mean;
        indices->variance = s.variance;
        rank_measure(&s, &arena);
        share_out(&s, indices, &arena);
    }
    arena_free(&arena);
}
