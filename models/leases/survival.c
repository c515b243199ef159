/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "survival.h"

#include <math.h>

size_t survival_curve(const struct survival *s, double curve[SURVIVAL_MONTHS + 1])
{
    double left = 1;
    uint32_t at_risk = 0;
    size_t observed = 0;
    curve[0] = 1;
    for (size_t cell = 1; cell <= SURVIVAL_CELLS; cell++) {
        at_risk += s->cell[cell].entered - s->cell[cell - 1].gone;
        if (s->cell[cell].events)
            left *= 1 - (double)s->cell[cell].events / at_risk;
        if (cell % SURVIVAL_PER_MONTH == 0)
            curve[cell / SURVIVAL_PER_MONTH] = left;
        if (at_risk)
            observed = cell / SURVIVAL_PER_MONTH + 1;
    }
    return observed;
}
