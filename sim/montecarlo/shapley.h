/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each mechanism contributes to an outcome: Shapley values over all combinations of them, on common random
 * numbers.
 *
 * A coalition is a set of players (mechanisms) that take part, a bit each; v(S) is the outcome with those on and the
 * others off. With n players the Shapley value of i is its contribution v(S + i) - v(S), averaged over all orders of
 * joining,
 *
 *     phi_i = sum over S without i of |S|! (n - |S| - 1)! / n! (v(S + i) - v(S))
 *
 * (Shapley 1953), the one share-out that adds up to v(all) - v(none), treats equals equally, gives nothing to who
 * changes nothing, and is linear in v. The interaction of a pair is how much the one's contribution rises by the
 * other's presence,
 *
 *     I_ij = sum over S without i, j of |S|! (n - |S| - 2)! / (n - 1)! (v(S + ij) - v(S + i) - v(S + j) + v(S))
 *
 * (Grabisch and Roubens 1999): 0 if the two just add up, positive if they feed each other. Because both are linear,
 * each replication has its own, from coalitions that met the same luck; means over replications have Student's
 * interval. A replication counts for an output if all its coalitions have that number.
 */
#ifndef ICCSIM_MONTECARLO_SHAPLEY_H
#define ICCSIM_MONTECARLO_SHAPLEY_H

#include "sim/base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MOST_PLAYERS = 8 };

/* Of one game: v has 2^players numbers, `share` room for `players`, `pair` for players * players (symmetric, 0 on the
 * diagonal). */
void shapley_of_game(size_t players, const double *v, double *share, double *pair);

struct estimate {
    double mean, se, low, high; /* 95 % interval of the mean */
    double n;
};

struct shapley {
    size_t players, coalitions, outputs, cells; /* cells: numbers kept of each output */
    struct moments *moments; /* [outputs][cells] */
    double *row, *even; /* of one replication; antithetic: of 2k, until 2k + 1 comes */
    bool antithetic; /* what is counted as one is the mean of replications 2k and 2k + 1 */
    bool has_even;
    double largest_gap; /* between the sum of values and v(all) - v(none), over the largest |v| */
    struct arena arena;
};

/* Zeroed sums for that many players, at most MOST_PLAYERS, and outputs. */
void shapley_open(struct shapley *shapley, size_t players, size_t outputs, bool antithetic);
/* One replication: v[outputs][coalitions]; NULL: it failed. In the order of replications. */
void shapley_add(struct shapley *shapley, uint32_t replication, const double *v);
/* Over the replications so far: v without and with all players, their difference, what a player and a pair add to it. */
struct estimate shapley_none(const struct shapley *shapley, size_t output);
struct estimate shapley_all(const struct shapley *shapley, size_t output);
struct estimate shapley_gain(const struct shapley *shapley, size_t output); /* all less none */
struct estimate shapley_share(const struct shapley *shapley, size_t output, size_t player);
struct estimate shapley_pair(const struct shapley *shapley, size_t output, size_t one, size_t other);
void shapley_free(struct shapley *shapley);

#endif
