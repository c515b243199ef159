/* SPDX-License-Identifier: GPL-3.0-or-later */
/* x += h phi1(h J) f with phi1(z) = (e^z - 1) / z, by Sylvester's formula. */
#include "relaxation.h"

#include "sim/base/det.h"

#include <math.h>

/* (e^z - 1) / z: near 0 its series, to the last bits. */
static double phi1(double z)
{
    if (fabs(z) > 0.1)
        return (det_exp(z) - 1) / z;
    return 1 + z / 2 * (1 + z / 3 * (1 + z / 4 * (1 + z / 5 * (1 + z / 6 * (1 + z / 7 * (1 + z / 8 * (1 + z / 9)))))));
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
