/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Within an ulp of MPFR's values; the same bits whatever glibc makes of the processor; GSL gets our functions.
 * `test_det --bits` prints what is compared. */
#include "sim/base/det.h"

#include <dlfcn.h>
#include <float.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <mpfr.h>

/* One hash per function over many arguments. */
struct probe {
    const char *name;
    double (*value)(double u); /* u in (0, 1) */
};

static double gamma_quantile(double u)
{
    return gsl_cdf_gamma_Pinv(u, 2.385, 1.7);
}

static double beta_quantile(double u)
{
    return gsl_cdf_beta_Pinv(u, 2.3, 4.1);
}

static double weibull_quantile(double u)
{
    return gsl_cdf_weibull_Pinv(u, 3.1, 1.37);
}

static double lognormal_quantile(double u)
{
    return gsl_cdf_lognormal_Pinv(u, 0.3, 1.5);
}

static double poisson_p(double u)
{
    return gsl_cdf_poisson_P(20, 40 * u);
}

static double log_gamma(double u)
{
    return gsl_sf_lngamma(30 * u);
}

static double power(double u)
{
    return det_pow(3 * u, 17 * u - 5);
}

static double exponential(double u)
{
    return det_exp(50 * u - 25);
}

/* clang-format off */
static const struct probe probes[] = {
    {"det_exp", exponential}, {"det_log", det_log}, {"det_pow", power}, {"det_log1p", det_log1p},
    {"det_expm1", det_expm1}, {"det_sin", det_sin}, {"det_cos", det_cos}, {"det_tan", det_tan}, {"ugaussian_Pinv", gsl_cdf_ugaussian_Pinv},
    {"gamma_Pinv", gamma_quantile}, {"beta_Pinv", beta_quantile},
    {"weibull_Pinv", weibull_quantile}, {"lognormal_Pinv", lognormal_quantile}, {"poisson_P", poisson_p},
    {"lngamma", log_gamma},
};
/* clang-format on */

static uint64_t hash_of(const struct probe *probe)
{
    enum { POINTS = 2000 };
    uint64_t hash = 0xcbf29ce484222325;
    for (int i = 0; i < POINTS; i++) {
        double y = probe->value((i + 0.5) / POINTS);
        uint64_t bits;
        memcpy(&bits, &y, sizeof bits);
        hash = (hash ^ bits) * 0x100000001b3;
        hash ^= hash >> 29;
    }
    return hash;
}

static void print_bits(FILE *to)
{
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++)
        fprintf(to, "%s %016llx\n", probes[i].name, (unsigned long long)hash_of(&probes[i]));
}

/* What this program prints when glibc believes that the processor lacks some of its features. */
static void read_bits(const char *tunables, char *text, size_t size)
{
    char self[4096], command[4400];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    assert_true(length > 0);
    self[length] = 0;
    snprintf(command, sizeof command, "GLIBC_TUNABLES='%s' '%s' --bits", tunables, self);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    size_t got = fread(text, 1, size - 1, pipe);
    text[got] = 0;
    assert_int_equal(pclose(pipe), 0);
    assert_true(got > 100);
}

static void masking_fma_and_avx2_changes_no_bit(void **state)
{
    (void)state;
    char all[4096], masked[4096];
    read_bits("", all, sizeof all);
    read_bits("glibc.cpu.hwcaps=-AVX2_Usable,-FMA_Usable,-AVX2,-FMA,-AVX512F,-FMA4", masked, sizeof masked);
    assert_string_equal(all, masked);
}

/* The dynamic linker's answer for the name, as a library would get it, lies in this program. */
static void shared_libraries_find_our_functions(void **state)
{
    (void)state;
    static const char *const names[] = {"exp", "expm1", "log", "log1p", "pow", "hypot", "sin", "cos", "sincos", "tan"};
    Dl_info here, found;
    assert_true(dladdr(&probes, &here));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        void *symbol = dlsym(RTLD_DEFAULT, names[i]);
        assert_non_null(symbol);
        assert_true(dladdr(symbol, &found));
        if (found.dli_fbase != here.dli_fbase)
            fail_msg("%s comes from %s", names[i], found.dli_fname);
    }
}

/* One function, where to try it and how far it may be from the truth. */
struct claim {
    const char *name;
    double (*ours)(double x, double y);
    int (*truth)(mpfr_t value, double x, double y);
    double x_from, x_to, y_from, y_to; /* x goes through its range by powers if both ends are positive */
    double ulps;
};

#define OF_ONE(name)                                                                                                   \
    static double our_##name(double x, double y)                                                                       \
    {                                                                                                                  \
        (void)y;                                                                                                       \
        return det_##name(x);                                                                                          \
    }                                                                                                                  \
    static int true_##name(mpfr_t value, double x, double y)                                                           \
    {                                                                                                                  \
        (void)y;                                                                                                       \
        mpfr_set_d(value, x, MPFR_RNDN);                                                                               \
        return mpfr_##name(value, value, MPFR_RNDN);                                                                   \
    }
#define OF_TWO(name)                                                                                                   \
    static int true_##name(mpfr_t value, double x, double y)                                                           \
    {                                                                                                                  \
        mpfr_t other;                                                                                                  \
        mpfr_init2(other, 53);                                                                                         \
        mpfr_set_d(value, x, MPFR_RNDN);                                                                               \
        mpfr_set_d(other, y, MPFR_RNDN);                                                                               \
        int inexact = mpfr_##name(value, value, other, MPFR_RNDN);                                                     \
        mpfr_clear(other);                                                                                             \
        return inexact;                                                                                                \
    }
OF_ONE(exp)
OF_ONE(log)
OF_ONE(log1p)
OF_ONE(expm1)
OF_ONE(sin)
OF_ONE(cos)
OF_ONE(tan)
OF_TWO(pow)
OF_TWO(hypot)

enum { POINTS_OF_A_CLAIM = 20000 };
/* clang-format off */
static const struct claim claims[] = {
    {"exp", our_exp, true_exp, -708, 708, 0, 0, 0.9},
    {"exp near 0", our_exp, true_exp, -0.4, 0.4, 0, 0, 0.9},
    {"exp of the largest", our_exp, true_exp, 707.9, 709.78, 0, 0, 0.9},
    {"exp to the subnormals", our_exp, true_exp, -746, -707.9, 0, 0, 0.8},
    {"log", our_log, true_log, 0x1p-1022, 0x1p1023, 0, 0, 0.9},
    {"log near 1", our_log, true_log, 0.7, 1.5, 0, 0, 0.9},
    {"log of subnormals", our_log, true_log, 0x1p-1074, 0x1p-1022, 0, 0, 0.9},
    {"log1p", our_log1p, true_log1p, 1e-300, 1e300, 0, 0, 0.9},
    {"log1p near 0", our_log1p, true_log1p, -0.3, 0.5, 0, 0, 0.9},
    {"log1p down to -1", our_log1p, true_log1p, -0.9999999, -0.2, 0, 0, 0.9},
    {"expm1", our_expm1, true_expm1, -50, 50, 0, 0, 0.9},
    {"expm1 near 0", our_expm1, true_expm1, -0.8, 0.8, 0, 0, 0.9},
    {"expm1 of small", our_expm1, true_expm1, 1e-300, 1, 0, 0, 0.9},
    {"expm1 of large", our_expm1, true_expm1, 40, 709.7, 0, 0, 0.9},
    {"pow", det_pow, true_pow, 1e-9, 1e9, -34, 34, 0.52},
    {"pow of all", det_pow, true_pow, 1e-300, 1e300, -1, 1, 0.52},
    {"pow near 1", det_pow, true_pow, 0.99, 1.01, -60000, 60000, 0.52},
    {"pow of subnormals", det_pow, true_pow, 0x1p-1074, 0x1p-1022, -0.9, 0.9, 0.52},
    {"pow to subnormals", det_pow, true_pow, 2, 3, -1080, -640, 0.8},
    {"sin", our_sin, true_sin, -10, 10, 0, 0, 0.9},
    {"sin of large", our_sin, true_sin, 1, 0x1p1023, 0, 0, 0.9},
    {"cos", our_cos, true_cos, -10, 10, 0, 0, 0.9},
    {"cos of large", our_cos, true_cos, 1, 0x1p1023, 0, 0, 0.9},
    {"tan", our_tan, true_tan, -10, 10, 0, 0, 0.9},
    {"tan of large", our_tan, true_tan, 1, 0x1p1023, 0, 0, 0.9},
    {"tan of small", our_tan, true_tan, 1e-12, 2, 0, 0, 0.9},
    {"hypot", det_hypot, true_hypot, -10, 10, -10, 10, 0.99},
    {"hypot of small", det_hypot, true_hypot, 1e-300, 1e-150, -1e-200, 1e-200, 0.9},
    {"hypot of large", det_hypot, true_hypot, 1e150, 1e300, -1e300, 1e300, 0.9},
};
/* clang-format on */

/* A fraction in (0, 1) with all its bits at work (Weyl's sequence). */
static double fraction(uint64_t i, uint64_t step)
{
    return (double)(((i + 1) * step) >> 11) * 0x1p-53 + 0x1p-54;
}

/* MPFR has more digits than its answer needs; the unit is that of the answer rounded to a double. */
static double error_ulps(double got, const mpfr_t truth)
{
    double rounded = mpfr_get_d(truth, MPFR_RNDN);
    if (fabs(rounded) > DBL_MAX || got == rounded)
        return got == rounded ? 0 : HUGE_VAL;
    mpfr_t error;
    mpfr_init2(error, 200);
    mpfr_sub_d(error, truth, got, MPFR_RNDN);
    mpfr_div_d(error, error, nextafter(fabs(rounded), HUGE_VAL) - fabs(rounded), MPFR_RNDN);
    double ulps = fabs(mpfr_get_d(error, MPFR_RNDN));
    mpfr_clear(error);
    return ulps;
}

static double worst_of(const struct claim *claim, int points, double *x_worst, double *y_worst)
{
    double worst = 0;
    mpfr_t truth;
    mpfr_init2(truth, 200);
    for (int i = 0; i < points; i++) {
        double u = fraction((uint64_t)i, 0x9e3779b97f4a7c15), v = fraction((uint64_t)i, 0xd1342543de82ef95);
        double x = claim->x_from > 0 ? exp2(log2(claim->x_from) + u * (log2(claim->x_to) - log2(claim->x_from)))
                                     : claim->x_from + u * (claim->x_to - claim->x_from);
        double y = claim->y_from + v * (claim->y_to - claim->y_from);
        claim->truth(truth, x, y);
        double ulps = error_ulps(claim->ours(x, y), truth);
        if (ulps > worst) {
            worst = ulps;
            *x_worst = x;
            *y_worst = y;
        }
    }
    mpfr_clear(truth);
    return worst;
}

static void values_are_within_an_ulp(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof claims / sizeof *claims; i++) {
        double x = 0, y = 0, worst = worst_of(&claims[i], POINTS_OF_A_CLAIM, &x, &y);
        if (!(worst <= claims[i].ulps))
            fail_msg("%s(%a, %a) is %.4f ulp off, allowed %.4f", claims[i].name, x, y, worst, claims[i].ulps);
    }
}

/* The integers closest to a multiple of pi/2 among doubles, and numbers next to 1 (Muller 2010, section 11). */
static void hard_arguments_are_within_an_ulp(void **state)
{
    (void)state;
    static const double hard[] = {0x1.8p0,
                                  0x1.921fb54442d18p0,
                                  0x1.921fb54442d18p1,
                                  0x1.2d97c7f3321d2p2,
                                  0x1.6ac5b262ca1ffp849,
                                  0x1.0000000000001p0,
                                  0x1.fffffffffffffp-1,
                                  0x1.6a09e667f3bccp0,
                                  0x1.6a09e667f3bcdp0,
                                  0x1.6a09e667f3bcdp-1,
                                  0x1.6a09e667f3bcep-1,
                                  0x1p20,
                                  0x1.fffffffffffffp19};
    for (size_t c = 0; c < sizeof claims / sizeof *claims; c++)
        for (size_t i = 0; i < sizeof hard / sizeof *hard; i++) {
            mpfr_t truth;
            mpfr_init2(truth, 200);
            claims[c].truth(truth, hard[i], 3.7);
            double ulps = error_ulps(claims[c].ours(hard[i], 3.7), truth);
            mpfr_clear(truth);
            if (!(ulps <= claims[c].ulps))
                fail_msg("%s(%a) is %.4f ulp off", claims[c].name, hard[i], ulps);
        }
}

static void powers_that_can_be_represented_are_exact(void **state)
{
    (void)state;
    for (int base = 2; base < 100; base++) {
        double power = 1;
        for (int n = 1; power * base <= 0x1p53; n++) {
            power *= base;
            assert_true(det_pow(base, n) == power && det_pow(-base, n) == (n % 2 ? -power : power));
        }
    }
    for (int k = -1074; k < 1024; k++)
        assert_true(det_pow(2, k) == ldexp(1, k));
}

static void ends_of_the_range_are_as_in_the_standard(void **state)
{
    (void)state;
    const double inf = HUGE_VAL, nan = (double)NAN;
    assert_true(det_exp(0) == 1 && det_exp(-inf) == 0 && det_exp(1000) == inf && det_exp(-800) == 0 &&
                det_exp(inf) == inf);
    assert_true(det_log(1) == 0 && det_log(0) == -inf && isnan(det_log(-1)) && det_log(inf) == inf &&
                isnan(det_log(-inf)));
    assert_true(det_log1p(-1) == -inf && det_log1p(0) == 0 && isnan(det_log1p(-2)) && det_log1p(inf) == inf);
    assert_true(signbit(det_log1p(-0.0)) && signbit(det_expm1(-0.0)) && signbit(det_sin(-0.0)) &&
                signbit(det_tan(-0.0)));
    assert_true(det_expm1(0) == 0 && det_expm1(-inf) == -1 && det_expm1(inf) == inf && det_expm1(-50) == -1);
    assert_true(isnan(det_sin(inf)) && isnan(det_cos(-inf)) && isnan(det_tan(inf)) && det_cos(0) == 1 &&
                det_sin(0) == 0);
    assert_true(det_hypot(inf, nan) == inf && isnan(det_hypot(1, nan)) && det_hypot(0, -3) == 3 &&
                det_hypot(3, 4) == 5);
    assert_true(isnan(det_exp(nan)) && isnan(det_log(nan)) && isnan(det_log1p(nan)) && isnan(det_expm1(nan)));
}

/* C17, F.10.4.4: all pairs of special numbers, as the platform's function has them. */
static void powers_of_special_numbers_are_as_in_the_standard(void **state)
{
    (void)state;
    static const double special[] = {0,      1,      2,       3,       4,         0.5,        0.7,
                                     1.5,    2.5,    1e300,   1e-300,  0x1p-1074, 0x1p52 + 1, 0x1p53,
                                     0x1p65, 0x1p70, DBL_MAX, DBL_MIN, HUGE_VAL,  (double)NAN};
    enum { SPECIAL = sizeof special / sizeof *special };
    for (int i = 0; i < 4 * SPECIAL * SPECIAL; i++) {
        double x = special[i / 4 % SPECIAL] * (i & 1 ? -1 : 1), y = special[i / 4 / SPECIAL] * (i & 2 ? -1 : 1);
        double got = det_pow(x, y);
        mpfr_t truth;
        mpfr_init2(truth, 200);
        true_pow(truth, x, y);
        double expected = mpfr_get_d(truth, MPFR_RNDN);
        mpfr_clear(truth);
        bool same = isnan(expected) ? isnan(got) : fabs(got - expected) <= 1e-15 * fabs(expected) || got == expected;
        if (!same || (!isnan(got) && signbit(got) != signbit(expected)))
            fail_msg("pow(%a, %a) is %a, expected %a", x, y, got, expected);
    }
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--bits") == 0) {
        print_bits(stdout);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(masking_fma_and_avx2_changes_no_bit),
        cmocka_unit_test(shared_libraries_find_our_functions),
        cmocka_unit_test(values_are_within_an_ulp),
        cmocka_unit_test(hard_arguments_are_within_an_ulp),
        cmocka_unit_test(powers_that_can_be_represented_are_exact),
        cmocka_unit_test(ends_of_the_range_are_as_in_the_standard),
        cmocka_unit_test(powers_of_special_numbers_are_as_in_the_standard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
