/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lifetable.h"

#include <math.h>

/* Nobody is known to be at risk in a cell in which somebody ends only by rounding. */
static double share_ending(double at_risk, double ended)
{
    return ended > 0 ? fmin(1, ended / fmax(at_risk, ended)) : 0;
}

double lifetable_median(const double *const *curve, const struct axis *axis)
{
    const double *entered = curve[LIFETABLE_ENTERED], *ended = curve[LIFETABLE_ENDED],
                 *censored = curve[LIFETABLE_CENSORED];
    double followed = 0, gone = 0, there = 0, alive = 1;
    for (size_t k = 0; k < axis->points; k++)
        followed += entered[k], gone += ended[k];
    if (!(gone > 0) || gone < 0.5 * followed)
        return (double)NAN;
    for (size_t k = 0; k < axis->points; k++) {
        double comes = k ? entered[k] : 0; /* at age 0 all come at once */
        there += k ? 0 : entered[k];
        double left = alive * (1 - share_ending(there + 0.5 * (comes - censored[k]), ended[k]));
        if (left <= 0.5)
            return axis->from + axis->step * ((double)k + (alive - 0.5) / (alive - left));
        alive = left;
        there += comes - ended[k] - censored[k];
    }
    return (double)NAN;
}
