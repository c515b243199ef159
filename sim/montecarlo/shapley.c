/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shapley.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

/* The numbers kept of an output: these, then a share a player, then all pairs. */
enum { CELL_NONE, CELL_ALL, CELL_GAIN, FIRST_SHARE };
static const double TAIL = 0.025;

struct moments { /* Welford's */
    double n, mean, squares;
};

static double factorial(size_t n)
{
    double product = 1;
    for (size_t i = 2; i <= n; i++)
        product *= (double)i;
    return product;
}

/* Weight of a coalition of `others` that i, or i and j, join, of `n` where the joining ones are one. */
static double weight(size_t others, size_t n)
{
    return factorial(others) * factorial(n - others - 1) / factorial(n);
}

static double share_of(size_t players, const double *v, size_t i)
{
    size_t bit = (size_t)1 << i;
    double sum = 0;
    for (size_t s = 0; s < (size_t)1 << players; s++)
        if (!(s & bit))
            sum += weight((size_t)__builtin_popcountll(s), players) * (v[s | bit] - v[s]);
    return sum;
}

static double pair_of(size_t players, const double *v, size_t i, size_t j)
{
    size_t a = (size_t)1 << i, b = (size_t)1 << j;
    double sum = 0;
    for (size_t s = 0; s < (size_t)1 << players; s++)
        if (!(s & (a | b)))
            sum += weight((size_t)__builtin_popcountll(s), players - 1) * (v[s | a | b] - v[s | a] - v[s | b] + v[s]);
    return sum;
}

void shapley_of_game(size_t players, const double *v, double *share, double *pair)
{
    for (size_t i = 0; i < players; i++) {
        share[i] = share_of(players, v, i);
        for (size_t j = 0; j < players; j++)
            pair[i * players + j] = i == j ? 0 : pair_of(players, v, i, j);
    }
}

void shapley_open(struct shapley *s, size_t players, size_t outputs, bool antithetic)
{
    *s = (struct shapley){
        .players = players, .coalitions = (size_t)1 << players, .outputs = outputs, .antithetic = antithetic};
    s->cells = FIRST_SHARE + players + players * players;
    s->moments = arena_array(&s->arena, outputs * s->cells, sizeof *s->moments);
    s->row = arena_array(&s->arena, outputs * s->cells, sizeof *s->row);
    s->even = arena_array(&s->arena, outputs * s->cells, sizeof *s->even);
}

void shapley_free(struct shapley *s)
{
    arena_free(&s->arena);
    *s = (struct shapley){0};
}

static double largest_of(const double *v, size_t count)
{
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabs(v[i]));
    return largest;
}

/* That the shares add up is checked in every replication, not believed. */
static void check_sum(struct shapley *s, const double *cell, const double *v)
{
    double gap = cell[CELL_GAIN], largest = largest_of(v, s->coalitions);
    for (size_t i = 0; i < s->players; i++)
        gap -= cell[FIRST_SHARE + i];
    if (largest > 0)
        s->largest_gap = fmax(s->largest_gap, fabs(gap) / largest);
}

static void fill(struct shapley *s, double *cell, const double *v)
{
    double sum = 0;
    for (size_t i = 0; i < s->coalitions; i++)
        sum += v[i];
    if (!isfinite(sum)) {
        for (size_t i = 0; i < s->cells; i++)
            cell[i] = (double)NAN;
        return;
    }
    cell[CELL_NONE] = v[0];
    cell[CELL_ALL] = v[s->coalitions - 1];
    cell[CELL_GAIN] = cell[CELL_ALL] - cell[CELL_NONE];
    shapley_of_game(s->players, v, cell + FIRST_SHARE, cell + FIRST_SHARE + s->players);
    check_sum(s, cell, v);
}

static void welford(struct moments *m, double value)
{
    if (!isfinite(value))
        return;
    double before = value - m->mean;
    m->n++;
    m->mean += before / m->n;
    m->squares += before * (value - m->mean);
}

void shapley_add(struct shapley *s, uint32_t replication, const double *v)
{
    bool is_even = replication % 2 == 0, counts = v && (!s->antithetic || (!is_even && s->has_even));
    for (size_t o = 0; v && o < s->outputs; o++)
        fill(s, s->row + o * s->cells, v + o * s->coalitions);
    for (size_t i = 0; counts && i < s->outputs * s->cells; i++)
        welford(&s->moments[i], s->antithetic ? (s->row[i] + s->even[i]) / 2 : s->row[i]);
    s->has_even = v && is_even;
    if (s->has_even)
        memcpy(s->even, s->row, s->outputs * s->cells * sizeof *s->even);
}

static struct estimate estimate_of(const struct shapley *s, size_t output, size_t cell)
{
    const struct moments *m = &s->moments[output * s->cells + cell];
    double nan = (double)NAN, se = m->n > 1 ? sqrt(m->squares / (m->n - 1) / m->n) : nan;
    double reach = m->n > 1 ? gsl_cdf_tdist_Qinv(TAIL, m->n - 1) * se : nan, mean = m->n > 0 ? m->mean : nan;
    return (struct estimate){.mean = mean, .se = se, .low = mean - reach, .high = mean + reach, .n = m->n};
}

struct estimate shapley_none(const struct shapley *s, size_t output)
{
    return estimate_of(s, output, CELL_NONE);
}

struct estimate shapley_all(const struct shapley *s, size_t output)
{
    return estimate_of(s, output, CELL_ALL);
}

struct estimate shapley_gain(const struct shapley *s, size_t output)
{
    return estimate_of(s, output, CELL_GAIN);
}

struct estimate shapley_share(const struct shapley *s, size_t output, size_t player)
{
    return estimate_of(s, output, FIRST_SHARE + player);
}

struct estimate shapley_pair(const struct shapley *s, size_t output, size_t one, size_t other)
{
    return estimate_of(s, output, FIRST_SHARE + s->players + one * s->players + other);
}
