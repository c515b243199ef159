/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sin, cos, tan and hypot for GSL, which takes them for gamma functions, Student's t and singular values.
 *
 * x = n pi/2 + y. Up to 2^20 n pi/2 is subtracted in parts of 33 bits (Cody and Waite 1980), which leaves 118 correct
 * bits; beyond, x is multiplied by the bits of 2/pi that matter, as integers (Payne and Hanek 1983). On [-pi/4, pi/4]
 * sine and cosine are the polynomials of k_sin.c and k_cos.c (Sun Microsystems 1993), with their rounding errors kept,
 * so that the quotient is the tangent within an ulp.
 */
#include "det.h"
#include "det_bits.h"

#include <math.h>

struct angle {
    struct pair rest; /* in [-pi/4, pi/4], but for rounding */
    unsigned quarters; /* of a turn */
};

static const struct pair pi_half = {0x1.921fb54442d18p0, 0x1.1a62633145c07p-54};

__extension__ typedef unsigned __int128 wide;

/* 2/pi after the point, behind 64 zeros. */
/* clang-format off */
static const uint64_t two_over_pi[] = {
    0,
    0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561, 0xb7246e3a424dd2e0,
    0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484, 0xe99c7026b45f7e41, 0x3991d639835339f4,
    0x9c845f8bbdf9283b, 0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d,
    0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab, 0xf0cfbc209af4361d,
};
/* clang-format on */

static uint64_t bits_from(unsigned at) /* 64 of the above */
{
    unsigned word = at / 64, shift = at % 64;
    return shift ? two_over_pi[word] << shift | two_over_pi[word + 1] >> (64 - shift) : two_over_pi[word];
}

/* x pi/2 2^-128 for an integer: its upper 53 bits, and the 53 behind them. */
static struct pair times_pi_half(wide x)
{
    int zeros = 0;
    for (; x && !(x >> 127); zeros++)
        x <<= 1;
    double high = (double)(uint64_t)(x >> 75), low = (double)((uint64_t)(x >> 22) & (MANTISSA | LEADING_BIT)) * 0x1p-53;
    struct pair product = product_of(high, pi_half.high);
    struct pair sum = sum_of_larger(product.high, product.low + (high * pi_half.low + low * pi_half.high));
    double scale = ldexp(1, -53 - zeros);
    return (struct pair){sum.high * scale, sum.low * scale};
}

/* |x| = m 2^e. Of 2/pi the bits above 2^(2-e) give whole turns, and 192 from there on are enough. */
static struct angle reduced_large(double x)
{
    uint64_t bits = bits_of(x), m = (bits & MANTISSA) | LEADING_BIT;
    unsigned at = (unsigned)((int)(bits >> 52 & 0x7ff) - 1075 - 2 + 64);
    wide upper = (wide)m * bits_from(at), middle = (wide)m * bits_from(at + 64), lower = (wide)m * bits_from(at + 128);
    wide turns = (upper << 64) + middle + (lower >> 64), fraction = turns << 2;
    unsigned quarters = (unsigned)(turns >> 126);
    struct angle a = {.quarters = quarters};
    if (fraction >> 127) {
        a.rest = times_pi_half(-fraction);
        a.rest = (struct pair){-a.rest.high, -a.rest.low};
        a.quarters++;
    } else {
        a.rest = times_pi_half(fraction);
    }
    if (x < 0)
        a = (struct angle){{-a.rest.high, -a.rest.low}, -a.quarters};
    return a;
}

/* pi/2 in parts of 33 bits, of which multiples by integers below 2^20 are exact, and what is left. */
static struct angle reduced_by_parts(double x)
{
    double n = (x * 6.36619772367581382433e-01 + TO_INTEGER) - TO_INTEGER;
    struct pair first = sum_of(x - n * 1.57079632673412561417e+00, -n * 6.07710050630396597660e-11);
    struct pair second = sum_of(first.high, -n * 2.02226624871116645580e-21);
    double low = (first.low + second.low) - n * 8.47842766036889956997e-32;
    return (struct angle){sum_of_larger(second.high, low), (unsigned)(int)n};
}

static struct angle reduced(double x)
{
    if (fabs(x) <= 0x1.921fb54442d18p-1)
        return (struct angle){{x, 0}, 0};
    if (fabs(x) < 0x1p20)
        return reduced_by_parts(x);
    return reduced_large(x);
}

static struct pair sine(struct pair y)
{
    double x = y.high, z = x * x, w = z * z, v = z * x;
    double r = 8.33333333332248946124e-03 + z * (-1.98412698298579493134e-04 + z * 2.75573137070700676789e-06) +
               z * w * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10);
    return sum_of_larger(x, v * -1.66666666666666324348e-01 - (z * (0.5 * y.low - v * r) - y.low));
}

static struct pair cosine(struct pair y)
{
    double x = y.high, z = x * x, w = z * z, half = 0.5 * z;
    double r =
        z * (4.16666666666666019037e-02 + z * (-1.38888888888741095749e-03 + z * 2.48015872894767294178e-05)) +
        w * w * (-2.75573143513906633035e-07 + z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11));
    struct pair start = sum_of_larger(1, -half);
    return sum_of_larger(start.high, start.low + (z * r - x * y.low));
}

/* Numerator over denominator. */
static double quotient(struct pair a, struct pair b)
{
    double q = a.high / b.high;
    struct pair product = product_of(q, b.high);
    return q + ((a.high - product.high) - product.low + a.low - q * b.low) / b.high;
}

double det_sin(double x)
{
    if (!isfinite(x))
        return (double)NAN;
    if (fabs(x) < 0x1p-27)
        return x;
    struct angle a = reduced(x);
    double size = a.quarters & 1 ? cosine(a.rest).high : sine(a.rest).high;
    return a.quarters & 2 ? -size : size;
}

double det_cos(double x)
{
    if (!isfinite(x))
        return (double)NAN;
    struct angle a = reduced(x);
    double size = a.quarters & 1 ? sine(a.rest).high : cosine(a.rest).high;
    return (a.quarters + 1) & 2 ? -size : size;
}

double det_tan(double x)
{
    if (!isfinite(x))
        return (double)NAN;
    if (fabs(x) < 0x1p-27)
        return x;
    struct angle a = reduced(x);
    struct pair s = sine(a.rest), c = cosine(a.rest);
    return a.quarters & 1 ? -quotient(c, s) : quotient(s, c);
}

/* sqrt(x^2 + y^2), squares to 106 bits, scaled so that none leaves the normal numbers. */
double det_hypot(double x, double y)
{
    double a = fmax(fabs(x), fabs(y)), b = fmin(fabs(x), fabs(y));
    if (isinf(x) || isinf(y))
        return HUGE_VAL;
    if (isnan(x) || isnan(y))
        return (double)NAN;
    if (b <= a * 0x1p-54)
        return a + b;
    double scale = a > 0x1p500 ? 0x1p-600 : a < 0x1p-450 ? 0x1p600 : 1;
    struct pair large = product_of(a * scale, a * scale), small = product_of(b * scale, b * scale);
    return sqrt((small.low + large.low) + small.high + large.high) / scale;
}
