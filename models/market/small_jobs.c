/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notebooks, courses, small models: jobs that fit on any card and pay for the card, not for its speed.
 *
 * Hours of a card differ in what small jobs would pay in them against the workloads. With Frechet shares of shape one
 * (Eaton and Kortum 2002) a card that earns w in the workloads gives small jobs the share b / (b + w) of its hours at
 * their price b, and its rent is b + w, the hedonic rent of market.c. The price clears the jobs there are:
 *
 *     sum_g n_g b / (b + w_g) = J (b / b0)^(-eps)
 *
 * So small jobs are finite: old cards can live on them while they are few, and not when a market has filled with cards.
 * In y = ln b the log of the left side is concave and rising, the right side's falls, and Newton's method finds the one
 * solution from any start. Neutral: market.small_jobs none, the price is `convenience` whatever stands.
 */
#include "models/market/small_jobs.h"

#include "sim/base/det.h"

#include <math.h>

double small_jobs_price(const struct small_jobs *jobs, const double *cards, const double *work_rent, int count,
                        double guess)
{
    enum { MOST_STEPS = 60 };
    const double longest_step = 2, close = 1e-10;
    double log_wanted = det_log(jobs->cards), log_reference = det_log(jobs->reference_price), y = det_log(guess);
    for (int step = 0; step < MOST_STEPS; step++) {
        double b = det_exp(y), given = 0, rises = 0;
        for (int i = 0; i < count; i++) {
            double share = b / (b + work_rent[i]);
            given += cards[i] * share;
            rises += cards[i] * share * (1 - share);
        }
        if (!(given > 0))
            return jobs->reference_price;
        double gap = det_log(given) - log_wanted + jobs->elasticity * (y - log_reference);
        double move = -gap / (rises / given + jobs->elasticity);
        y += fmax(-longest_step, fmin(longest_step, move));
        if (fabs(move) < close)
            break;
    }
    return det_exp(y);
}
