/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Binomial probabilities relative to that of the mode, from term to term: P(k+1) / P(k) = (n-k) / (k+1) * p / (1-p). */
#include "interval.h"

#include <math.h>

/* What is less likely, relative to the mode, counts as impossible. */
static const double NEGLIGIBLE = 1e-25;

static double step_up(uint64_t n, double p, double k)
{
    return ((double)n - k) / (k + 1) * (p / (1 - p));
}

/* The sum of terms from the mode on in one direction, the mode left out. */
static double sum_from_mode(uint64_t n, double p, double mode, int direction)
{
    double term = 1, sum = 0;
    for (double k = mode; direction > 0 ? k < (double)n : k > 0; k += direction) {
        term = direction > 0 ? term * step_up(n, p, k) : term / step_up(n, p, k - 1);
        if (term < NEGLIGIBLE)
            break;
        sum += term;
    }
    return sum;
}

/* The rank furthest inside whose tail, itself included, is still at most `tail` of all: it leaves the mode outwards. */
static double outermost(uint64_t n, double p, double mode, int direction, double sum, double tail)
{
    double term = 1, rest = sum + 1, k = mode; /* rest: of k and everything beyond */
    while (rest > tail && k >= 0 && k <= (double)n) {
        rest -= term;
        term = direction > 0 ? term * step_up(n, p, k) : k > 0 ? term / step_up(n, p, k - 1) : 0;
        k += direction;
    }
    return k;
}

struct ranks interval_ranks(uint64_t n, double p)
{
    double mode = floor(((double)n + 1) * p);
    mode = mode > (double)n ? (double)n : mode;
    double below = sum_from_mode(n, p, mode, -1), above = sum_from_mode(n, p, mode, 1);
    double tail = INTERVAL_TAIL * (below + 1 + above);
    /* P(B <= low) and P(B >= high + 1) are the tails. */
    double low = outermost(n, p, mode, -1, below, tail), high = outermost(n, p, mode, 1, above, tail) - 1;
    return (struct ranks){.low = (int64_t)low, .high = (int64_t)high};
}
