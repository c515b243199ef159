/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The price of small jobs: one for a card of any speed. */
#ifndef ICCSIM_MODELS_MARKET_SMALL_JOBS_H
#define ICCSIM_MODELS_MARKET_SMALL_JOBS_H

struct small_jobs {
    double cards; /* that they fill at the reference price, > 0 */
    double reference_price; /* CNY per card-hour, > 0 */
    double elasticity; /* of these cards in the price, > 0 */
};

/* CNY per card-hour at which small jobs fill the hours that `count` kinds of card give them; kind i has cards[i] and
 * earns work_rent[i] in the workloads. The reference price where there are no cards. `guess` > 0: near it. */
double small_jobs_price(const struct small_jobs *jobs, const double *cards, const double *work_rent, int count,
                        double guess);

#endif
