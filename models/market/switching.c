/* SPDX-License-Identifier: GPL-3.0-or-later */
/* n_a = 1 / (1 + exp(-beta (U_a - U_b))), the exponent bounded where the share is zero or one in any case. */
#include "switching.h"

#include "sim/base/det.h"

double switching_share(double intensity, double fitness_a, double fitness_b)
{
    const double beyond = 700;
    double odds = intensity * (fitness_a - fitness_b);
    return 1 / (1 + det_exp(odds > beyond ? -beyond : odds < -beyond ? beyond : -odds));
}
