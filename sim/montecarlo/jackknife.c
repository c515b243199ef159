/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jackknife.h"

#include "interval.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

static struct bounded around(double value, double reach)
{
    return (struct bounded){value, value - reach, value + reach};
}

struct bounded bounded_normal(double value, double se)
{
    static const double QUANTILE = 1.959963984540054; /* of the normal distribution, at 97.5 % */
    return around(value, QUANTILE * se);
}

bool varies(double mean, double variance)
{
    static const double ROUNDING = 1e-12; /* of a sum of some thousand numbers, relative */
    return variance > ROUNDING * mean * ROUNDING * mean;
}

/* Mean and squares about it, of what is a number. */
struct sums {
    double n, mean, squares;
};

static struct sums sums_of(const double *x, size_t n)
{
    struct sums sums = {0};
    for (size_t i = 0; i < n; i++) {
        if (isnan(x[i]))
            continue;
        double off = x[i] - sums.mean;
        sums.n++;
        sums.mean += off / sums.n;
        sums.squares += off * (x[i] - sums.mean);
    }
    return sums;
}

static double student(double n)
{
    return gsl_cdf_tdist_Qinv(INTERVAL_TAIL, n - 1);
}

struct bounded jackknife(double all, const double *without, size_t n)
{
    struct sums sums = sums_of(without, n);
    if (sums.n < 2)
        return (struct bounded){all, (double)NAN, (double)NAN};
    double value = sums.n * all - (sums.n - 1) * sums.mean;
    return around(value, student(sums.n) * sqrt((sums.n - 1) / sums.n * sums.squares));
}

struct bounded bounded_mean(const double *x, size_t n)
{
    struct sums sums = sums_of(x, n);
    if (sums.n < 2)
        return (struct bounded){sums.n > 0 ? sums.mean : (double)NAN, (double)NAN, (double)NAN};
    return around(sums.mean, student(sums.n) * sqrt(sums.squares / (sums.n - 1) / sums.n));
}
