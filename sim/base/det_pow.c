/* SPDX-License-Identifier: GPL-3.0-or-later */
/* x^y = e^(y log x), with the logarithm and the product to some 68 bits, and e^x - 1 by the same table of powers.
 *
 * The logarithm is table-driven (Tang 1990, "Table-driven implementation of the logarithm function", ACM TOMS 16):
 * x = 2^k z with z in [sqrt(1/2), sqrt(2)), j the integer nearest to 128 / z, r = z j / 128 - 1, |r| < .0056. With j
 * of eight bits r is exact, and log x = k log 2 - log(j / 128) + log(1 + r), of which the series' first two terms are
 * taken exactly. The exponential likewise (Tang 1989, ACM TOMS 15): e^x = 2^(n / 64) e^r, |r| < .0055.
 *
 * Errors against MPFR (tests/test_det.c): pow .51 ulp, so that a power that can be represented is exact.
 */
#include "det.h"
#include "det_bits.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

/* -log(j / 128), the upper part a multiple of 2^-42. */
enum { LOG_PARTS = 128, LOG_FIRST = 91, LOG_LAST = 181 };
/* clang-format off */
static const struct pair log_of_part[LOG_LAST - LOG_FIRST + 1] = {
    {0x1.5d5bddf596p-2, -0x1.a0b2a08a465dcp-47}, {0x1.522ae0738ap-2, 0x1.ebe708164c759p-45},
    {0x1.4718dc271cp-2, 0x1.06c18fb4c14c5p-44}, {0x1.3c25277333p-2, 0x1.83b54b606bd5cp-46},
    {0x1.314f1e1d36p-2, -0x1.8e27ad3213cb8p-45}, {0x1.269621134ep-2, -0x1.1b61f10522625p-44},
    {0x1.1bf99635a7p-2, -0x1.1ac89575c2125p-44}, {0x1.1178e8227ep-2, 0x1.1ef78ce2d07f2p-44},
    {0x1.07138604d6p-2, -0x1.e76324e912b17p-44}, {0x1.f991c6cb3cp-3, -0x1.90d04cd7cc834p-44},
    {0x1.e530effe72p-3, -0x1.fdbdbb13f7c18p-44}, {0x1.d1037f2656p-3, -0x1.84a7e75b6f6e4p-47},
    {0x1.bd087383bep-3, -0x1.d4bc4595412b6p-45}, {0x1.a93ed3c8aep-3, -0x1.8724350562169p-45},
    {0x1.95a5adcf7p-3, 0x1.7f22858a0ff6fp-47}, {0x1.823c16551ap-3, 0x1.e0ddb9a631e83p-46},
    {0x1.6f0128b756p-3, 0x1.577390d31ef0fp-44}, {0x1.5bf406b544p-3, -0x1.27023eb68981cp-46},
    {0x1.4913d8333cp-3, -0x1.53e43558124c4p-44}, {0x1.365fcb015ap-3, -0x1.fd3a0afb9691bp-44},
    {0x1.23d712a49cp-3, 0x1.00d238fd3df5cp-46}, {0x1.1178e8227ep-3, 0x1.1ef78ce2d07f2p-45},
    {0x1.fe89139dbcp-4, 0x1.56594d82f7a82p-44}, {0x1.da72763844p-4, 0x1.a89401fa71733p-46},
    {0x1.b6ac88dad4p-4, 0x1.b1bdff50225c7p-44}, {0x1.9335e5d594p-4, 0x1.3115c3abd47dap-45},
    {0x1.700d30aeacp-4, 0x1.c1e8da99ded32p-49}, {0x1.4d3115d208p-4, -0x1.53a2582f4e1efp-48},
    {0x1.2aa04a447p-4, 0x1.7a48ba8b1cb41p-44}, {0x1.08598b59e4p-4, -0x1.7e5dd7009902cp-46},
    {0x1.ccb73cddd8p-5, 0x1.965c36e09f5fep-44}, {0x1.894aa149f8p-5, 0x1.9a19a8be97661p-44},
    {0x1.466aed42ep-5, -0x1.c167375bdfd28p-45}, {0x1.0415d89e78p-5, -0x1.dddc7f461c516p-44},
    {0x1.8492528c9p-6, -0x1.aa0ba325a0c34p-45}, {0x1.020565893p-6, 0x1.611d27c8e8417p-44},
    {0x1.010157588p-7, 0x1.bce251998b506p-44}, {0, 0},
    {-0x1.fe02a6b1p-8, -0x1.9e23f0dda40e4p-46}, {-0x1.fc0a8b0fcp-7, -0x1.f1e7cf6d3a69cp-50},
    {-0x1.7b91b07d6p-6, 0x1.3b955b602ace4p-44}, {-0x1.f829b0e78p-6, -0x1.980267c7e09e4p-45},
    {-0x1.39e87b9fe8p-5, -0x1.eafd480ad9015p-44}, {-0x1.77458f633p-5, 0x1.181dce586af09p-44},
    {-0x1.b42dd71198p-5, 0x1.c827ae5d6704cp-46}, {-0x1.f0a30c0118p-5, 0x1.d599e83368e91p-45},
    {-0x1.16536eea38p-4, 0x1.47c5e768fa309p-46}, {-0x1.341d7961bcp-4, -0x1.1d0929983761p-44},
    {-0x1.51b073f06p-4, -0x1.83f69278e686ap-44}, {-0x1.6f0d28ae58p-4, 0x1.4b4641b664613p-44},
    {-0x1.8c345d6318p-4, -0x1.b20f5acb42a66p-44}, {-0x1.a926d3a4acp-4, -0x1.563650bd22a9cp-44},
    {-0x1.c5e548f5bcp-4, -0x1.d0c57585fbe06p-46}, {-0x1.e27076e2bp-4, 0x1.a342c2af0003cp-45},
    {-0x1.fec9131dcp-4, 0x1.54555d1ae6607p-44}, {-0x1.0d77e7cd08p-3, -0x1.cb2cd2ee2f482p-44},
    {-0x1.1b72ad52f6p-3, -0x1.e80a41811a396p-45}, {-0x1.29552f82p-3, 0x1.5b967f4471dfcp-44},
    {-0x1.371fc201e8p-3, -0x1.ee8779b2d8abcp-44}, {-0x1.44d2b6ccb8p-3, 0x1.70cc16135783cp-46},
    {-0x1.526e5e3a1cp-3, 0x1.790ba37fc5238p-44}, {-0x1.5ff3070a7ap-3, 0x1.8586f183bebf2p-44},
    {-0x1.6d60fe719ep-3, 0x1.bc6e557134767p-44}, {-0x1.7ab890210ep-3, 0x1.bdb9072534a58p-45},
    {-0x1.87fa06520cp-3, -0x1.22120401202fcp-44}, {-0x1.9525a9cf46p-3, 0x1.297137d9f158fp-44},
    {-0x1.a23bc1fe2cp-3, 0x1.539cd91dc9f0bp-44}, {-0x1.af3c94e80cp-3, 0x1.a4e633fcd9066p-52},
    {-0x1.bc286742d8p-3, -0x1.9ac53f39d121cp-44}, {-0x1.c8ff7c79aap-3, 0x1.7794f689f8434p-45},
    {-0x1.d5c216b4fcp-3, 0x1.1ba91bbca681bp-45}, {-0x1.e27076e2bp-3, 0x1.a342c2af0003cp-44},
    {-0x1.ef0adcbdc6p-3, 0x1.b26b79c86af24p-45}, {-0x1.fb9186d5e4p-3, 0x1.d572aab993c87p-47},
    {-0x1.0402594b4dp-2, -0x1.036b89ef42d7fp-48}, {-0x1.0a324e2739p-2, -0x1.c6bee7ef4030ep-47},
    {-0x1.1058bf9ae5p-2, 0x1.4ab9d817d52cdp-44}, {-0x1.1675cababap-2, -0x1.8380e731f55c4p-44},
    {-0x1.1c898c169ap-2, 0x1.81410e5c62affp-44}, {-0x1.22941fbcf8p-2, 0x1.a6976f5eb0963p-44},
    {-0x1.2895a13de8p-2, -0x1.a8d7ad24c13fp-44}, {-0x1.2e8e2bae12p-2, 0x1.67b1e99b72bd8p-45},
    {-0x1.347dd9a988p-2, 0x1.5594dd4c58092p-45}, {-0x1.3a64c55694p-2, -0x1.7a71cbcd735dp-44},
    {-0x1.404308686ap-2, -0x1.f8ef43049f7d3p-44}, {-0x1.4618bc21c6p-2, 0x1.3d82f484c84ccp-46},
    {-0x1.4be5f95778p-2, 0x1.d7c92cd9ad824p-44}, {-0x1.51aad872ep-2, 0x1.f4bd8db0a7cc1p-44},
    {-0x1.5767717456p-2, 0x1.64ead9524d7cap-44}, {-0x1.5d1bdbf581p-2, 0x1.8d6bdc9c7c238p-44},
    {-0x1.62c82f2b9cp-2, -0x1.e54bdbd7c8a98p-44},
};

/* 2^(i / 64) */
enum { POWERS = 64 };
static const struct pair power_of_2[POWERS] = {
    {0x1p0, 0}, {0x1.02c9a3e778061p0, -0x1.19083535b085dp-56},
    {0x1.059b0d3158574p0, 0x1.d73e2a475b465p-55}, {0x1.0874518759bc8p0, 0x1.186be4bb284ffp-57},
    {0x1.0b5586cf9890fp0, 0x1.8a62e4adc610bp-54}, {0x1.0e3ec32d3d1a2p0, 0x1.03a1727c57b53p-59},
    {0x1.11301d0125b51p0, -0x1.6c51039449b3ap-54}, {0x1.1429aaea92dep0, -0x1.32fbf9af1369ep-54},
    {0x1.172b83c7d517bp0, -0x1.19041b9d78a76p-55}, {0x1.1a35beb6fcb75p0, 0x1.e5b4c7b4968e4p-55},
    {0x1.1d4873168b9aap0, 0x1.e016e00a2643cp-54}, {0x1.2063b88628cd6p0, 0x1.dc775814a8495p-55},
    {0x1.2387a6e756238p0, 0x1.9b07eb6c70573p-54}, {0x1.26b4565e27cddp0, 0x1.2bd339940e9d9p-55},
    {0x1.29e9df51fdee1p0, 0x1.612e8afad1255p-55}, {0x1.2d285a6e4030bp0, 0x1.0024754db41d5p-54},
    {0x1.306fe0a31b715p0, 0x1.6f46ad23182e4p-55}, {0x1.33c08b26416ffp0, 0x1.32721843659a6p-54},
    {0x1.371a7373aa9cbp0, -0x1.63aeabf42eae2p-54}, {0x1.3a7db34e59ff7p0, -0x1.5e436d661f5e3p-56},
    {0x1.3dea64c123422p0, 0x1.ada0911f09ebcp-55}, {0x1.4160a21f72e2ap0, -0x1.ef3691c309278p-58},
    {0x1.44e086061892dp0, 0x1.89b7a04ef80dp-59}, {0x1.486a2b5c13cdp0, 0x1.3c1a3b69062fp-56},
    {0x1.4bfdad5362a27p0, 0x1.d4397afec42e2p-56}, {0x1.4f9b2769d2ca7p0, -0x1.4b309d25957e3p-54},
    {0x1.5342b569d4f82p0, -0x1.07abe1db13cadp-55}, {0x1.56f4736b527dap0, 0x1.9bb2c011d93adp-54},
    {0x1.5ab07dd485429p0, 0x1.6324c054647adp-54}, {0x1.5e76f15ad2148p0, 0x1.ba6f93080e65ep-54},
    {0x1.6247eb03a5585p0, -0x1.383c17e40b497p-54}, {0x1.6623882552225p0, -0x1.bb60987591c34p-54},
    {0x1.6a09e667f3bcdp0, -0x1.bdd3413b26456p-54}, {0x1.6dfb23c651a2fp0, -0x1.bbe3a683c88abp-57},
    {0x1.71f75e8ec5f74p0, -0x1.16e4786887a99p-55}, {0x1.75feb564267c9p0, -0x1.0245957316dd3p-54},
    {0x1.7a11473eb0187p0, -0x1.41577ee04992fp-55}, {0x1.7e2f336cf4e62p0, 0x1.05d02ba15797ep-56},
    {0x1.82589994cce13p0, -0x1.d4c1dd41532d8p-54}, {0x1.868d99b4492edp0, -0x1.fc6f89bd4f6bap-54},
    {0x1.8ace5422aa0dbp0, 0x1.6e9f156864b27p-54}, {0x1.8f1ae99157736p0, 0x1.5cc13a2e3976cp-55},
    {0x1.93737b0cdc5e5p0, -0x1.75fc781b57ebcp-57}, {0x1.97d829fde4e5p0, -0x1.d185b7c1b85d1p-54},
    {0x1.9c49182a3f09p0, 0x1.c7c46b071f2bep-56}, {0x1.a0c667b5de565p0, -0x1.359495d1cd533p-54},
    {0x1.a5503b23e255dp0, -0x1.d2f6edb8d41e1p-54}, {0x1.a9e6b5579fdbfp0, 0x1.0fac90ef7fd31p-54},
    {0x1.ae89f995ad3adp0, 0x1.7a1cd345dcc81p-54}, {0x1.b33a2b84f15fbp0, -0x1.2805e3084d708p-57},
    {0x1.b7f76f2fb5e47p0, -0x1.5584f7e54ac3bp-56}, {0x1.bcc1e904bc1d2p0, 0x1.23dd07a2d9e84p-55},
    {0x1.c199bdd85529cp0, 0x1.11065895048ddp-55}, {0x1.c67f12e57d14bp0, 0x1.2884dff483cadp-54},
    {0x1.cb720dcef9069p0, 0x1.503cbd1e949dbp-56}, {0x1.d072d4a07897cp0, -0x1.cbc3743797a9cp-54},
    {0x1.d5818dcfba487p0, 0x1.2ed02d75b3707p-55}, {0x1.da9e603db3285p0, 0x1.c2300696db532p-54},
    {0x1.dfc97337b9b5fp0, -0x1.1a5cd4f184b5cp-54}, {0x1.e502ee78b3ff6p0, 0x1.39e8980a9cc8fp-55},
    {0x1.ea4afa2a490dap0, -0x1.e9c23179c2893p-54}, {0x1.efa1bee615a27p0, 0x1.dc7f486a4b6bp-54},
    {0x1.f50765b6e454p0, 0x1.9d3e12dd8a18bp-54}, {0x1.fa7c1819e90d8p0, 0x1.74853f3a5931ep-55},
};
/* clang-format on */

/* log(2^shift x) for a normal positive x. */
static struct pair log_in_full(double x, int shift)
{
    uint64_t bits = bits_of(x) + (ONE_BITS - SQRT_HALF_BITS);
    double k = (double)((int)(bits >> 52) - 1023 + shift), z = of_bits((bits & MANTISSA) + SQRT_HALF_BITS);
    double nearest = LOG_PARTS / z + TO_INTEGER, part = (nearest - TO_INTEGER) / LOG_PARTS;
    const struct pair *known = &log_of_part[(bits_of(nearest) & 0xff) - LOG_FIRST];
    double z_high = of_bits(bits_of(z) & ~(uint64_t)UINT32_MAX);
    double r = (z_high * part - 1) + (z - z_high) * part;
    double r_high = upper_bits(r), half_square = 0.5 * r_high * r_high, square_left = 0.5 * (r - r_high) * (r + r_high);
    double s = r * r,
           rest = r * s * ((1 / 3. - r / 4) + s * ((1 / 5. - r / 6) + s * ((1 / 7. - r / 8) + s * (1 / 9.))));
    struct pair first = sum_of_larger(k * ln2_high + known->high, r), second = sum_of_larger(first.high, -half_square);
    double low = known->low + k * ln2_low + (first.low + second.low) + (rest - square_left);
    return sum_of_larger(second.high, low);
}

/* e^(x.high + x.low) as 2^exponent (power->high + more), for |x| < 2^19. */
struct exponential {
    const struct pair *power;
    double more;
    int64_t exponent;
};

static inline struct exponential exponential_of(struct pair x)
{
    const double per_step = POWERS * 1.44269504088896338700e+00;
    double shifted = x.high * per_step + TO_INTEGER, n = shifted - TO_INTEGER;
    double r = (x.high - n * (ln2_high / POWERS)) + (x.low - n * (ln2_low / POWERS));
    double s = r * r, p = r + s * ((1 / 2. + r / 6) + s * ((1 / 24. + r / 120) + s * (1 / 720.)));
    int64_t steps = (int64_t)n;
    const struct pair *power = &power_of_2[steps & (POWERS - 1)];
    return (struct exponential){power, power->low + power->high * p, (steps - (steps & (POWERS - 1))) / POWERS};
}

static inline double two_to(int64_t k) /* a normal number */
{
    return of_bits((uint64_t)(1023 + k) << 52);
}

static double exp_in_full(struct pair x)
{
    if (x.high > 710)
        return HUGE_VAL;
    if (x.high < -746)
        return 0;
    struct exponential e = exponential_of(x);
    double value = e.power->high + e.more;
    if (e.exponent < DBL_MIN_EXP) /* value may be just below 1, and rounds once more if the result is subnormal */
        return value * two_to(e.exponent + 100) * 0x1p-100;
    return e.exponent < DBL_MAX_EXP ? value * two_to(e.exponent) : value * 2 * two_to(e.exponent - 1);
}

double det_exp_of_large(double x)
{
    return isnan(x) ? x : exp_in_full((struct pair){x, 0});
}

/* For a normal positive x and any y but NaN. Beyond 2^65 each y has the power that 2^65 has: 0, 1 or infinity. */
static double power_of_positive(double x, int shift, double y)
{
    double limited = fabs(y) < 0x1p65 ? y : copysign(0x1p65, y);
    struct pair log = log_in_full(x, shift), product = product_of(limited, log.high);
    product.low += limited * log.low;
    return exp_in_full(product);
}

static bool is_odd(double y)
{
    return fabs(y) < 0x1p53 && floor(y / 2) != y / 2;
}

/* Zeros, infinities, subnormal and negative numbers: C17, F.10.4.4. */
static double special_power(double x, double y)
{
    if (y == 0 || x == 1)
        return 1;
    if (isnan(x) || isnan(y))
        return (double)NAN;
    double size = fabs(x);
    bool whole = floor(y) == y, extreme = size == 0 || size > DBL_MAX;
    if (x < 0 && !whole && !extreme)
        return (double)NAN;
    double sign = signbit(x) && whole && is_odd(y) ? -1 : 1;
    if (extreme)
        return sign * ((size == 0) == (y < 0) ? HUGE_VAL : 0);
    bool tiny = size < DBL_MIN;
    return sign * power_of_positive(tiny ? size * 0x1p54 : size, tiny ? -54 : 0, y);
}

double det_pow(double x, double y)
{
    if (!(x >= DBL_MIN && x <= DBL_MAX) || isnan(y))
        return special_power(x, y);
    return power_of_positive(x, 0, y);
}

/* e^x - 1 for |x| <= .35: x + x^2 / 2 + ... as a fraction in which the even function r, 1 - x^2/60 + x^4/2520 - ..., is
 * the polynomial of s_expm1.c (Sun Microsystems 1993). */
static double expm1_of_small(double x)
{
    double half = 0.5 * x, t = x * half;
    double r = 1 + t * (-3.33333333333331316428e-02 +
                        t * (1.58730158725481460165e-03 +
                             t * (-7.93650757867487942473e-05 +
                                  t * (4.00821782732936239552e-06 + t * -2.01099218183624371326e-07))));
    double u = 3 - r * half;
    return x - (x * (t * ((r - u) / (6 - x * u))) - t);
}

double det_expm1(double x)
{
    if (fabs(x) <= 0.35)
        return x == 0 ? x : expm1_of_small(x);
    if (!(fabs(x) < 45)) /* 2^65: beside it 1 is nothing */
        return x < 0 ? -1 : det_exp(x);
    struct exponential e = exponential_of((struct pair){x, 0});
    double scale = two_to(e.exponent);
    struct pair difference = sum_of(scale * e.power->high, -1);
    return difference.high + (difference.low + scale * e.more);
}
