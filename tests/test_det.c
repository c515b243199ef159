/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same bits whatever glibc makes of the processor; GSL gets our functions. `test_det --bits` prints what is
 * compared. */
#include "sim/base/det.h"

#include <dlfcn.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

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
    {"det_expm1", det_expm1}, {"ugaussian_Pinv", gsl_cdf_ugaussian_Pinv},
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

/* What this program prints when glibc is told that the processor lacks some of its features. */
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
    static const char *const names[] = {"exp",  "expm1",  "log",  "log1p", "pow",  "hypot", "sin",
                                        "cos",  "sincos", "tan",  "asin",  "acos", "atan",  "atan2",
                                        "sinh", "cosh",   "tanh", "acosh", "atanh"};
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

/* Reference: long double functions, whose 64 bits are enough to judge one ulp of 53. */
static void near(double got, long double expected, double ulps)
{
    double unit = nextafter(fabs((double)expected), HUGE_VAL) - fabs((double)expected);
    if (fabsl((long double)got - expected) > (long double)(ulps * unit))
        fail_msg("%.17g, expected %.20Lg", got, expected);
}

static void values_are_within_an_ulp(void **state)
{
    (void)state;
    for (int i = 1; i < 4000; i++) {
        double x = 0.01373 * i, y = 0.0171 * (i - 2000);
        near(det_exp(y), expl((long double)y), 1.01);
        near(det_expm1(y), expm1l((long double)y), 1.01);
        near(det_log(x), logl((long double)x), 1.01);
        near(det_log1p(x), log1pl((long double)x), 1.01);
        near(det_pow(x, y / 10), powl((long double)x, (long double)(y / 10)), 1.01);
    }
}

static void ends_of_the_range_are_as_in_the_standard(void **state)
{
    (void)state;
    assert_true(det_exp(0) == 1 && det_exp(-HUGE_VAL) == 0 && det_exp(1000) == HUGE_VAL && det_exp(-800) == 0);
    assert_true(det_log(1) == 0 && det_log(0) == -HUGE_VAL && isnan(det_log(-1)) && det_log(HUGE_VAL) == HUGE_VAL);
    assert_true(det_pow(0, 0) == 1 && det_pow(2, 10) == 1024 && det_pow(0, 2) == 0 && isnan(det_pow(-1, 0.5)));
    assert_true(det_log1p(-1) == -HUGE_VAL && det_log1p(0) == 0 && det_expm1(0) == 0 && det_expm1(-HUGE_VAL) == -1);
    assert_true(isnan(det_exp((double)NAN)) && isnan(det_log((double)NAN)) && isnan(det_pow((double)NAN, 2)));
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
        cmocka_unit_test(ends_of_the_range_are_as_in_the_standard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
