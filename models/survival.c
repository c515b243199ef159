/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "survival.h"

#include <math.h>

void survival_curve(const struct survival *s, double curve[SURVIVAL_MONTHS + 1])
{
    double left = 1;
    uint32_t at_risk = 0;
    curve[0] = 1;
    for (size_t cell = 1; cell <= SURVIVAL_CELLS; cell++) {
        at_risk += s->entered[cell] - s->gone[cell - 1];
        if (s->events[cell])
            left *= 1 - (double)s->events[cell] / at_risk;
        if (cell % SURVIVAL_PER_MONTH == 0)
            curve[cell / SURVIVAL_PER_MONTH] = at_risk ? left : (double)NAN;
    }
}
