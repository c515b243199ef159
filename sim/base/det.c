/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Deterministic functions under our names, and under libm's for the libraries we are linked with.
 *
 * exp, log and log1p, which a replication asks for by the hundred thousand, are FreeBSD's e_exp.c, e_log.c and
 * s_log1p.c (Sun Microsystems 1993, error below 1 ulp) without their branches. All functions, those of det_pow.c and
 * det_trig.c included, take only additions, multiplications, divisions, square roots and operations on bits, so every
 * machine gives the same.
 *
 * The dynamic linker looks names up in the executable first, so libgsl.so's calls of exp end here. The linker exports
 * a name by itself because a shared library on its command line asks for it: no flag is needed as long as GSL is
 * linked dynamically, and none if it is linked statically. The sanitizers leave these names alone but for sincos,
 * which they only define weakly. The list is what GSL's functions that we call (quantiles, distribution functions,
 * least squares) reach of libm, less what is exact: arcs and hyperbolic functions, which GSL takes for complex numbers
 * alone, stay the platform's. tests/test_program.sh watches that no run reaches them.
 */
#include "det.h"
#include "det_bits.h"

#include <float.h>
#include <math.h>

/* x = k ln 2 + r; e^r = 1 + 2 r / (R(r) - r) with R an even polynomial. */
double det_exp(double x)
{
    if (!(fabs(x) < 708)) /* beyond, 2^k or the result leaves the normal numbers */
        return det_exp_of_large(x);
    double shifted = x * 1.44269504088896338700e+00 + TO_INTEGER, k = shifted - TO_INTEGER;
    double high = x - k * ln2_high, low = k * ln2_low, r = high - low, t = r * r;
    double t2 = t * t; /* the polynomial by pairs: its terms need not wait for each other */
    double upper = (6.61375632143793436117e-05 + t * -1.65339022054652515390e-06) + t2 * 4.13813679705723846039e-08;
    double even = t * ((1.66666666666666019037e-01 + t * -2.77777777770155933842e-03) + t2 * upper);
    double c = r - even, power = 1 - ((low - r * c / (2 - c)) - high);
    return power * of_bits((bits_of(shifted) << 52) + ONE_BITS);
}

/* With s = f / (2 + f), log(1 + f) = 2 atanh(s) = f - (f^2 / 2 - what this gives), for 1 + f in [sqrt(1/2), sqrt(2)].
 */
static inline double log_rest(double f, double half_square)
{
    double s = f / (2 + f), z = s * s, w = z * z;
    double odd = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    double even = z * (6.666666666666735130e-01 +
                       w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    return s * (half_square + (odd + even));
}

/* x = 2^k (1 + f), x normal and positive. */
static inline double log_parts(double x, double *f)
{
    uint64_t bits = bits_of(x) + (ONE_BITS - SQRT_HALF_BITS);
    *f = of_bits((bits & MANTISSA) + SQRT_HALF_BITS) - 1;
    return (double)((int)(bits >> 52) - 1023);
}

static double log_of_extreme(double x)
{
    if (x == 0)
        return -HUGE_VAL;
    if (!(x > 0))
        return (double)NAN;
    if (x > DBL_MAX)
        return x;
    double f, k = log_parts(x * 0x1p54, &f) - 54, half_square = 0.5 * f * f;
    return k * ln2_high - ((half_square - (log_rest(f, half_square) + k * ln2_low)) - f);
}

double det_log(double x)
{
    if (!(x >= DBL_MIN && x <= DBL_MAX))
        return log_of_extreme(x);
    double f, k = log_parts(x, &f), half_square = 0.5 * f * f;
    return k * ln2_high - ((half_square - (log_rest(f, half_square) + k * ln2_low)) - f);
}

/* log(1 + x) = log(u) + c / u, with u and its rounding error c, wherever u = 1 + f of k = 0 would not be exact. */
double det_log1p(double x)
{
    if (!(x > -1 && x <= DBL_MAX))
        return x == -1 ? -HUGE_VAL : x > 0 ? x : (double)NAN;
    if (x > -0.29 && x < 0.41) {
        double half_square = 0.5 * x * x;
        return x - (half_square - log_rest(x, half_square));
    }
    struct pair u = sum_of(1, x);
    double f, k = log_parts(u.high, &f), half_square = 0.5 * f * f, c = u.low / u.high;
    return k * ln2_high - ((half_square - (log_rest(f, half_square) + (k * ln2_low + c))) - f);
}

/* For GSL */

double exp(double x)
{
    return det_exp(x);
}

double expm1(double x)
{
    return det_expm1(x);
}

double log(double x)
{
    return det_log(x);
}

double log1p(double x)
{
    return det_log1p(x);
}

double pow(double x, double y)
{
    return det_pow(x, y);
}

double hypot(double x, double y)
{
    return det_hypot(x, y);
}

double sin(double x)
{
    return det_sin(x);
}

double cos(double x)
{
    return det_cos(x);
}

void sincos(double x, double *sine, double *cosine)
{
    *sine = det_sin(x);
    *cosine = det_cos(x);
}

double tan(double x)
{
    return det_tan(x);
}
