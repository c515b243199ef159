/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sampling.h"

#include "sim/base/arena.h"
#include "sim/base/det.h"
#include "sim/engine/stream.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_qrng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double PI = 3.14159265358979323846;

static struct stream stream_for(uint64_t seed, size_t dimension)
{
    const struct streams all = {.seed = seed};
    struct streams own = streams_of(&all, "design of a sweep");
    return stream_open(&own, dimension);
}

/* ---- Designs ---- */

static void shuffle(struct stream *stream, uint32_t *order, size_t count)
{
    for (size_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
    for (size_t i = count; i > 1; i--) {
        uint32_t k = stream_below(stream, (uint32_t)i), kept = order[i - 1];
        order[i - 1] = order[k];
        order[k] = kept;
    }
}

void sample_latin(uint64_t seed, size_t points, size_t dimensions, double *u)
{
    struct arena arena = {0};
    uint32_t *order = arena_array(&arena, points, sizeof *order);
    for (size_t d = 0; d < dimensions; d++) {
        struct stream stream = stream_for(seed, d);
        shuffle(&stream, order, points);
        for (size_t i = 0; i < points; i++)
            u[i * dimensions + d] = (order[i] + stream_uniform(&stream)) / (double)points;
    }
    arena_free(&arena);
}

static double shifted(double x, double by)
{
    double sum = x + by;
    sum -= sum >= 1;
    return sum > 0 ? sum : 0x1p-53;
}

void sample_sobol(uint64_t seed, size_t points, size_t dimensions, double *u)
{
    sample_sobol_shifted(seed, 0, points, dimensions, u);
}

void sample_sobol_shifted(uint64_t seed, size_t copy, size_t points, size_t dimensions, double *u)
{
    double shift[MOST_SOBOL_DIMENSIONS], at[MOST_SOBOL_DIMENSIONS] = {0};
    assert(dimensions > 0 && dimensions <= MOST_SOBOL_DIMENSIONS);
    for (size_t d = 0; d < dimensions; d++) {
        struct stream stream = stream_for(seed, copy * MOST_SOBOL_DIMENSIONS + d);
        shift[d] = stream_uniform(&stream);
    }
    gsl_qrng *sequence = gsl_qrng_alloc(gsl_qrng_sobol, (unsigned)dimensions);
    for (size_t i = 0; i < points; i++) {
        for (size_t d = 0; d < dimensions; d++)
            u[i * dimensions + d] = shifted(at[d], shift[d]);
        gsl_qrng_get(sequence, at); /* begins behind the point 0 */
    }
    gsl_qrng_free(sequence);
}

/* ---- Correlations ---- */

static double score_of_rank(double rho)
{
    return 2 * det_sin(PI * rho / 6);
}

/* Cholesky's, of a matrix that may be singular: a pivot of nothing has a column of nothing. */
bool correlation_factor(const double *rank, size_t n, double *factor)
{
    static const double NOTHING = 1e-9;
    memset(factor, 0, n * n * sizeof *factor);
    for (size_t k = 0; k < n; k++)
        for (size_t i = k; i < n; i++) {
            double left = i == k ? 1 : score_of_rank(rank[i * n + k]);
            for (size_t j = 0; j < k; j++)
                left -= factor[i * n + j] * factor[k * n + j];
            double pivot = factor[k * n + k];
            if (i == k && left < -NOTHING)
                return false;
            if (i == k)
                factor[k * n + k] = left > NOTHING ? sqrt(left) : 0;
            else if (pivot > 0)
                factor[i * n + k] = left / pivot;
            else if (fabs(left) > sqrt(NOTHING))
                return false;
        }
    return true;
}

/* The nearest matrix with no eigenvalue below `least`. */
static void project_on_cone(gsl_matrix *a, double least)
{
    size_t n = a->size1;
    gsl_eigen_symmv_workspace *work = gsl_eigen_symmv_alloc(n);
    gsl_vector *value = gsl_vector_alloc(n);
    gsl_matrix *vector = gsl_matrix_alloc(n, n), *copy = gsl_matrix_alloc(n, n);
    gsl_matrix_memcpy(copy, a);
    gsl_eigen_symmv(copy, value, vector, work);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            double sum = 0;
            for (size_t e = 0; e < n; e++)
                sum +=
                    fmax(gsl_vector_get(value, e), least) * gsl_matrix_get(vector, i, e) * gsl_matrix_get(vector, k, e);
            gsl_matrix_set(a, i, k, sum);
        }
    gsl_eigen_symmv_free(work);
    gsl_vector_free(value);
    gsl_matrix_free(vector);
    gsl_matrix_free(copy);
}

/* Alternating projections with Dykstra's correction, until the ones on the diagonal stay. */
void correlation_nearest(const double *rank, size_t n, double *nearest)
{
    enum { MOST_ROUNDS = 1000 };
    static const double LEAST = 1e-4, ENOUGH = 1e-10;
    gsl_matrix *x = gsl_matrix_alloc(n, n), *y = gsl_matrix_alloc(n, n), *correction = gsl_matrix_calloc(n, n);
    for (size_t i = 0; i < n * n; i++)
        gsl_matrix_set(y, i / n, i % n, i % (n + 1) ? score_of_rank(rank[i]) : 1);
    double off = 1;
    for (int round = 0; round < MOST_ROUNDS && off > ENOUGH; round++) {
        gsl_matrix_memcpy(x, y);
        gsl_matrix_sub(x, correction);
        gsl_matrix_memcpy(correction, x);
        project_on_cone(x, LEAST);
        gsl_matrix_sub(correction, x);
        gsl_matrix_scale(correction, -1);
        gsl_matrix_memcpy(y, x);
        off = 0;
        for (size_t i = 0; i < n; i++) {
            off = fmax(off, fabs(gsl_matrix_get(x, i, i) - 1));
            gsl_matrix_set(y, i, i, 1);
        }
    }
    for (size_t i = 0; i < n * n; i++)
        nearest[i] = i % (n + 1) ? 6 / PI * asin(gsl_matrix_get(y, i / n, i % n) / 2) : 1;
    gsl_matrix_free(x);
    gsl_matrix_free(y);
    gsl_matrix_free(correction);
}

struct ranked {
    double score;
    size_t point;
};

static int by_score(const void *a, const void *b)
{
    const struct ranked *one = a, *other = b;
    if (one->score != other->score)
        return one->score < other->score ? -1 : 1;
    return one->point < other->point ? -1 : 1;
}

static int by_number(const void *a, const void *b)
{
    double one = *(const double *)a, other = *(const double *)b;
    return (one > other) - (one < other);
}

/* The point with the k-th score gets the k-th of the numbers of the dimension. */
static void reorder(struct ranked *ranked, double *sorted, size_t points, size_t dimensions, double *u)
{
    for (size_t i = 0; i < points; i++)
        sorted[i] = u[i * dimensions];
    qsort(sorted, points, sizeof *sorted, by_number);
    qsort(ranked, points, sizeof *ranked, by_score);
    for (size_t k = 0; k < points; k++)
        u[ranked[k].point * dimensions] = sorted[k];
}

void sample_correlate(const double *factor, size_t points, size_t dimensions, double *u)
{
    struct arena arena = {0};
    double *score = arena_array(&arena, points * dimensions, sizeof *score);
    double *sorted = arena_array(&arena, points, sizeof *sorted);
    struct ranked *ranked = arena_array(&arena, points, sizeof *ranked);
    for (size_t i = 0; i < points * dimensions; i++)
        score[i] = gsl_cdf_ugaussian_Pinv(u[i]);
    for (size_t d = 0; d < dimensions; d++) {
        for (size_t i = 0; i < points; i++) {
            ranked[i] = (struct ranked){.point = i};
            for (size_t k = 0; k <= d; k++)
                ranked[i].score += factor[d * dimensions + k] * score[i * dimensions + k];
        }
        reorder(ranked, sorted, points, dimensions, u + d);
    }
    arena_free(&arena);
}
