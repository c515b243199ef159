/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Deterministic functions under our names, and under libm's for the libraries we are linked with.
 *
 * SLEEF's, but for exp and log of ordinary arguments, which a replication asks for by the hundred thousand: these are
 * FreeBSD's e_exp.c and e_log.c (Sun Microsystems 1993, error below 1 ulp) without their branches, a third of the
 * instructions. They take only additions, multiplications, divisions and operations on bits, so every machine gives the
 * same.
 *
 * The dynamic linker looks names up in the executable first, so libgsl.so's calls of exp end here. The linker exports
 * a name by itself because a shared library on its command line asks for it: no flag is needed as long as GSL is
 * linked dynamically, and none if it is linked statically. The sanitizers leave these names alone but for sincos,
 * which they only define weakly. The list is what `nm -D --undefined-only libgsl.so` names, less what is exact.
 */
#include "det.h"

#include <float.h>
#include <math.h>
#include <sleef.h>
#include <stdint.h>
#include <string.h>

static const double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
#define ONE_BITS 0x3ff0000000000000u /* of 1.0 */
#define MANTISSA 0x000fffffffffffffu
#define SQRT_HALF_BITS 0x3fe6a09e667f3bcdu /* of sqrt(1/2) */

static inline uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double of_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* x = k ln 2 + r; e^r = 1 + 2 r / (R(r) - r) with R an even polynomial. */
double det_exp(double x)
{
    if (!(fabs(x) < 708)) /* beyond, 2^k or the result leaves the normal numbers */
        return Sleef_cinz_expd1_u10purec(x);
    const double to_integer = 0x1.8p52; /* added to a number, leaves the nearest integer in its last bits */
    double shifted = x * 1.44269504088896338700e+00 + to_integer, k = shifted - to_integer;
    double high = x - k * ln2_high, low = k * ln2_low, r = high - low, t = r * r;
    double t2 = t * t; /* the polynomial by pairs: its terms need not wait for each other */
    double upper = (6.61375632143793436117e-05 + t * -1.65339022054652515390e-06) + t2 * 4.13813679705723846039e-08;
    double even = t * ((1.66666666666666019037e-01 + t * -2.77777777770155933842e-03) + t2 * upper);
    double c = r - even, power = 1 - ((low - r * c / (2 - c)) - high);
    return power * of_bits((bits_of(shifted) << 52) + ONE_BITS);
}

/* x = z 2^k with z in [sqrt(1/2), sqrt(2)), f = z - 1, s = f / (2 + f); log(1 + f) = 2 atanh(s) = f - s (f - R(s)). */
double det_log(double x)
{
    if (!(x >= DBL_MIN && x <= DBL_MAX))
        return Sleef_cinz_logd1_u10purec(x);
    uint64_t bits = bits_of(x) + (ONE_BITS - SQRT_HALF_BITS);
    double k = (double)((int)(bits >> 52) - 1023), f = of_bits((bits & MANTISSA) + SQRT_HALF_BITS) - 1;
    double s = f / (2 + f), z = s * s, w = z * z;
    double odd = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    double even = z * (6.666666666666735130e-01 +
                       w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    double half_square = 0.5 * f * f;
    return k * ln2_high - ((half_square - (s * (half_square + (odd + even)) + k * ln2_low)) - f);
}

double det_pow(double x, double y)
{
    return Sleef_cinz_powd1_u10purec(x, y);
}

double det_log1p(double x)
{
    return Sleef_cinz_log1pd1_u10purec(x);
}

double det_expm1(double x)
{
    return Sleef_cinz_expm1d1_u10purec(x);
}

double exp(double x)
{
    return det_exp(x);
}

double expm1(double x)
{
    return Sleef_cinz_expm1d1_u10purec(x);
}

double log(double x)
{
    return det_log(x);
}

double log1p(double x)
{
    return Sleef_cinz_log1pd1_u10purec(x);
}

double pow(double x, double y)
{
    return Sleef_cinz_powd1_u10purec(x, y);
}

double hypot(double x, double y)
{
    return Sleef_cinz_hypotd1_u05purec(x, y);
}

double sin(double x)
{
    return Sleef_cinz_sind1_u10purec(x);
}

double cos(double x)
{
    return Sleef_cinz_cosd1_u10purec(x);
}

void sincos(double x, double *sine, double *cosine)
{
    *sine = Sleef_cinz_sind1_u10purec(x);
    *cosine = Sleef_cinz_cosd1_u10purec(x);
}

double tan(double x)
{
    return Sleef_cinz_tand1_u10purec(x);
}

double asin(double x)
{
    return Sleef_cinz_asind1_u10purec(x);
}

double acos(double x)
{
    return Sleef_cinz_acosd1_u10purec(x);
}

double atan(double x)
{
    return Sleef_cinz_atand1_u10purec(x);
}

double atan2(double y, double x)
{
    return Sleef_cinz_atan2d1_u10purec(y, x);
}

double sinh(double x)
{
    return Sleef_cinz_sinhd1_u10purec(x);
}

double cosh(double x)
{
    return Sleef_cinz_coshd1_u10purec(x);
}

double tanh(double x)
{
    return Sleef_cinz_tanhd1_u10purec(x);
}

double acosh(double x)
{
    return Sleef_cinz_acoshd1_u10purec(x);
}

double atanh(double x)
{
    return Sleef_cinz_atanhd1_u10purec(x);
}
