/* SPDX-License-Identifier: GPL-3.0-or-later */
/* x += h phi1(h J) f with phi1(z) = (e^z - 1) / z, by Sylvester's formula. */
#include "relaxation.h"

#include "../sim/base/det.h"

#include <math.h>

static double phi1(double z)
{
    return fabs(z) < 1e-8 ? 1 + z / 2 : det_expm1(z) / z;
}

void relaxation_step(double a, double b, double c, double d, const double f[2], double h, double x[2])
{
    double mean = (a + d) / 2, spread = sqrt(fmax(0, (a - d) * (a - d) / 4 + b * c));
    double p1 = phi1(h * (mean + spread)), p2 = phi1(h * (mean - spread));
    double even = (p1 + p2) / 2;
    double odd = spread > 1e-9 ? (p1 - p2) / (2 * spread) : 0;
    x[0] += h * (even * f[0] + odd * ((a - mean) * f[0] + b * f[1]));
    x[1] += h * (even * f[1] + odd * (c * f[0] + (d - mean) * f[1]));
}
