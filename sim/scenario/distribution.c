/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A shape is a constant: quantile, cumulative probability and mean of one family. A form makes one from arguments. */
#include "distribution.h"

#include "sim/base/det.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct shape {
    double (*quantile)(const struct distribution *d, double u);
    double (*cdf)(const struct distribution *d, double x);
    double (*mean)(const struct distribution *d);
};

struct distribution {
    const struct shape *shape;
    double a, b; /* location and scale, or shape parameters */
    double low, high; /* support, where bounded */
    double u_low, u_high; /* truncated: the part of `of` that is left */
    size_t count; /* of a discrete or a mixture */
    bool apart; /* mixture: no component overlaps the next */
    const double *value; /* discrete: ascending */
    const double *weight; /* discrete: cumulated, the last is 1; mixture: adds up to 1 */
    const struct distribution *const *of;
};

/* The least and the largest u that a stream draws: quantiles are finite from one to the other. */
static const double SMALLEST_U = 0x1p-53, LARGEST_U = 1 - 0x1p-53;

/* The 95 % point of the standard normal: half the width of a 90 % interval. */
static const double Z95 = 1.6448536269514722;

double distribution_quantile(const struct distribution *d, double u)
{
    return d->shape->quantile(d, u);
}

double distribution_cdf(const struct distribution *d, double x)
{
    return d->shape->cdf(d, x);
}

double distribution_mean(const struct distribution *d)
{
    return d->shape->mean(d);
}

/* Doubles in ascending order, numbered: neighbours differ by one, so that halving the distance ends after 64 steps
 * however small the numbers are. */
static int64_t rank(double x)
{
    int64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits < 0 ? INT64_MIN - bits : bits;
}

static double ranked(int64_t rank)
{
    int64_t bits = rank < 0 ? INT64_MIN - rank : rank;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The least x in (low, high] with F(x) >= u, to the last bit; F may jump. */
static double bisect(const struct distribution *d, double u, double low, double high)
{
    int64_t below = rank(low), above = rank(high);
    while (true) {
        int64_t middle = (below & above) + ((below ^ above) >> 1); /* their mean, without overflow */
        if (middle <= below || middle >= above)
            return ranked(above);
        if (distribution_cdf(d, ranked(middle)) >= u)
            above = middle;
        else
            below = middle;
    }
}

/* Whether x is the quantile u, to about eight digits of the tail that it is in: GSL's iterations give up, which shows, or
 * stop at a number far out in the tail, which does not. */
static bool is_quantile(const struct distribution *d, double u, double x)
{
    const double close = 1e-8;
    return isfinite(x) && fabs(distribution_cdf(d, x) - u) <= close * u * (1 - u);
}

/* constant */

static double constant_quantile(const struct distribution *d, double u)
{
    (void)u;
    return d->a;
}

static double constant_cdf(const struct distribution *d, double x)
{
    return x >= d->a;
}

static double constant_mean(const struct distribution *d)
{
    return d->a;
}

static const struct shape constant = {constant_quantile, constant_cdf, constant_mean};

/* normal: mean a, deviation b */

static double normal_quantile(const struct distribution *d, double u)
{
    return d->a + d->b * gsl_cdf_ugaussian_Pinv(u);
}

static double normal_cdf(const struct distribution *d, double x)
{
    return gsl_cdf_ugaussian_P((x - d->a) / d->b);
}

static const struct shape normal = {normal_quantile, normal_cdf, constant_mean};

/* lognormal: the logarithm is normal with mean a, deviation b */

static double lognormal_quantile(const struct distribution *d, double u)
{
    return det_exp(d->a + d->b * gsl_cdf_ugaussian_Pinv(u));
}

static double lognormal_cdf(const struct distribution *d, double x)
{
    return x <= 0 ? 0 : gsl_cdf_ugaussian_P((det_log(x) - d->a) / d->b);
}

static double lognormal_mean(const struct distribution *d)
{
    return det_exp(d->a + d->b * d->b / 2);
}

static const struct shape lognormal = {lognormal_quantile, lognormal_cdf, lognormal_mean};

/* uniform on [low, high] */

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

static double uniform_quantile(const struct distribution *d, double u)
{
    return clamp(d->low + u * (d->high - d->low), d->low, d->high);
}

static double uniform_cdf(const struct distribution *d, double x)
{
    return clamp((x - d->low) / (d->high - d->low), 0, 1);
}

static double uniform_mean(const struct distribution *d)
{
    return d->low + (d->high - d->low) / 2;
}

static const struct shape uniform = {uniform_quantile, uniform_cdf, uniform_mean};

/* loguniform on [low, high]: the logarithm is uniform */

static double loguniform_quantile(const struct distribution *d, double u)
{
    return clamp(d->low * det_exp(u * det_log(d->high / d->low)), d->low, d->high);
}

static double loguniform_cdf(const struct distribution *d, double x)
{
    return x <= d->low ? 0 : clamp(det_log(x / d->low) / det_log(d->high / d->low), 0, 1);
}

static double loguniform_mean(const struct distribution *d)
{
    return (d->high - d->low) / det_log(d->high / d->low);
}

static const struct shape loguniform = {loguniform_quantile, loguniform_cdf, loguniform_mean};

/* Pareto on [low, high] with shape a: F = (1 - (low/x)^a) / (1 - (low/high)^a) */

static double pareto_quantile(const struct distribution *d, double u)
{
    double mass = -det_expm1(d->a * det_log(d->low / d->high));
    return clamp(d->low * det_exp(-det_log1p(-u * mass) / d->a), d->low, d->high);
}

static double pareto_cdf(const struct distribution *d, double x)
{
    if (x <= d->low || x >= d->high)
        return x >= d->high;
    return det_expm1(d->a * det_log(d->low / x)) / det_expm1(d->a * det_log(d->low / d->high));
}

static double pareto_mean(const struct distribution *d)
{
    double length = det_log(d->high / d->low), over = d->a - 1, mass = -det_expm1(-d->a * length);
    double held = fabs(over) > 1e-9 ? -det_expm1(-over * length) / over : length;
    return d->a * d->low * held / mass;
}

static const struct shape pareto = {pareto_quantile, pareto_cdf, pareto_mean};

/* triangular on [low, high] with mode a */

static double triangular_quantile(const struct distribution *d, double u)
{
    double width = d->high - d->low, left = d->a - d->low, right = d->high - d->a;
    if (u * width < left)
        return clamp(d->low + sqrt(u * width * left), d->low, d->a);
    return clamp(d->high - sqrt((1 - u) * width * right), d->a, d->high);
}

static double triangular_cdf(const struct distribution *d, double x)
{
    double width = d->high - d->low;
    if (x <= d->low || x >= d->high)
        return x >= d->high;
    if (x < d->a)
        return (x - d->low) * (x - d->low) / (width * (d->a - d->low));
    return 1 - (d->high - x) * (d->high - x) / (width * (d->high - d->a));
}

static double triangular_mean(const struct distribution *d)
{
    return (d->low + d->a + d->high) / 3;
}

static const struct shape triangular = {triangular_quantile, triangular_cdf, triangular_mean};

/* beta with exponents a and b, stretched over [low, high] */

static double beta_cdf(const struct distribution *d, double x)
{
    if (x <= d->low || x >= d->high)
        return x >= d->high;
    return gsl_cdf_beta_P((x - d->low) / (d->high - d->low), d->a, d->b);
}

/* GSL's iteration fails where the density has a pole. */
static double beta_quantile(const struct distribution *d, double u)
{
    double x = d->low + gsl_cdf_beta_Pinv(u, d->a, d->b) * (d->high - d->low);
    return x >= d->low && x <= d->high && is_quantile(d, u, x) ? x : bisect(d, u, d->low, d->high);
}

static double beta_mean(const struct distribution *d)
{
    return d->low + (d->high - d->low) * d->a / (d->a + d->b);
}

static const struct shape beta = {beta_quantile, beta_cdf, beta_mean};

/* gamma with shape a and scale b */

static double gamma_cdf(const struct distribution *d, double x)
{
    return x <= 0 ? 0 : gsl_cdf_gamma_P(x / d->b, d->a, 1);
}

/* GSL's iteration fails now and then: above a shape of 1000 and below .1, for a few u of 10,000. */
static double gamma_quantile(const struct distribution *d, double u)
{
    double x = d->b * gsl_cdf_gamma_Pinv(u, d->a, 1), high = d->b * (1 + d->a);
    if (is_quantile(d, u, x))
        return x;
    while (gamma_cdf(d, high) < u)
        high *= 2;
    return bisect(d, u, 0, high);
}

static double gamma_mean(const struct distribution *d)
{
    return d->a * d->b;
}

static const struct shape gamma_shape = {gamma_quantile, gamma_cdf, gamma_mean};

/* weibull with shape a and scale b: F = 1 - exp(-(x/b)^a); an exponential has a = 1 */

static double weibull_quantile(const struct distribution *d, double u)
{
    double exposure = -det_log1p(-u);
    return d->b * (d->a == 1 ? exposure : det_pow(exposure, 1 / d->a));
}

static double weibull_cdf(const struct distribution *d, double x)
{
    return x <= 0 ? 0 : -det_expm1(-(d->a == 1 ? x / d->b : det_pow(x / d->b, d->a)));
}

static double weibull_mean(const struct distribution *d)
{
    return d->b * gsl_sf_gamma(1 + 1 / d->a);
}

static const struct shape weibull = {weibull_quantile, weibull_cdf, weibull_mean};

/* discrete: a few values, each with its weight */

static double discrete_quantile(const struct distribution *d, double u)
{
    size_t i = 0;
    while (i + 1 < d->count && d->weight[i] < u)
        i++;
    return d->value[i];
}

static double discrete_cdf(const struct distribution *d, double x)
{
    double below = 0;
    for (size_t i = 0; i < d->count && d->value[i] <= x; i++)
        below = d->weight[i];
    return below;
}

static double discrete_mean(const struct distribution *d)
{
    double mean = 0, before = 0;
    for (size_t i = 0; i < d->count; i++) {
        mean += d->value[i] * (d->weight[i] - before);
        before = d->weight[i];
    }
    return mean;
}

static const struct shape discrete = {discrete_quantile, discrete_cdf, discrete_mean};

/* mixture: its quantile lies between the least and the largest of its components' quantiles */

static double mixture_cdf(const struct distribution *d, double x)
{
    double sum = 0;
    for (size_t i = 0; i < d->count; i++)
        sum += d->weight[i] * distribution_cdf(d->of[i], x);
    return sum;
}

/* Where each component ends before the next begins, the one that u falls into has it. */
static double quantile_apart(const struct distribution *d, double u)
{
    double below = 0;
    size_t i = 0;
    while (i + 1 < d->count && u > below + d->weight[i])
        below += d->weight[i++];
    double inside = d->weight[i] > 0 ? (u - below) / d->weight[i] : 0;
    return distribution_quantile(d->of[i], clamp(inside, SMALLEST_U, LARGEST_U));
}

static double mixture_quantile(const struct distribution *d, double u)
{
    if (d->apart)
        return quantile_apart(d, u);
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (size_t i = 0; i < d->count; i++) {
        double x = distribution_quantile(d->of[i], u);
        low = x < low ? x : low;
        high = x > high ? x : high;
    }
    return distribution_cdf(d, low) >= u ? low : bisect(d, u, low, high);
}

static double mixture_mean(const struct distribution *d)
{
    double sum = 0;
    for (size_t i = 0; i < d->count; i++)
        sum += d->weight[i] * distribution_mean(d->of[i]);
    return sum;
}

static const struct shape mixture = {mixture_quantile, mixture_cdf, mixture_mean};

/* truncated: of[0] on condition that it lies in [low, high] */

static double truncated_quantile(const struct distribution *d, double u)
{
    double inside = d->u_low + u * (d->u_high - d->u_low);
    return clamp(distribution_quantile(d->of[0], inside < LARGEST_U ? inside : LARGEST_U), d->low, d->high);
}

static double truncated_cdf(const struct distribution *d, double x)
{
    if (x < d->low || x >= d->high)
        return x >= d->high;
    return clamp((distribution_cdf(d->of[0], x) - d->u_low) / (d->u_high - d->u_low), 0, 1);
}

static double quantile_at(double u, void *d)
{
    return distribution_quantile(d, u);
}

/* The mean is the integral of the quantile; its ends may be steep. */
static double truncated_mean(const struct distribution *d)
{
    enum { INTERVALS = 200 };
    struct distribution copy = *d;
    gsl_function quantile = {.function = quantile_at, .params = &copy};
    gsl_integration_workspace *work = gsl_integration_workspace_alloc(INTERVALS);
    double mean, error;
    gsl_integration_qags(&quantile, 0, 1, 0, 1e-9, INTERVALS, work, &mean, &error);
    gsl_integration_workspace_free(work);
    return mean;
}

static const struct shape truncated = {truncated_quantile, truncated_cdf, truncated_mean};

/* Forms: each fills `d` and returns NULL, or says what is wrong with its arguments. */

/* moved: a times of[0] plus b, a > 0 */

static double moved_quantile(const struct distribution *d, double u)
{
    return d->a * distribution_quantile(d->of[0], u) + d->b;
}

static double moved_cdf(const struct distribution *d, double x)
{
    return distribution_cdf(d->of[0], (x - d->b) / d->a);
}

static double moved_mean(const struct distribution *d)
{
    return d->a * distribution_mean(d->of[0]) + d->b;
}

static const struct shape moved = {moved_quantile, moved_cdf, moved_mean};

static const char *make_normal(struct distribution *d, struct arena *arena, const struct argument *x)
{
    (void)arena;
    *d = (struct distribution){.shape = &normal, .a = x[0].number, .b = x[1].number};
    return d->b > 0 ? NULL : "sd must be positive";
}

static const char *make_normal_interval(struct distribution *d, struct arena *arena, const struct argument *x)
{
    (void)arena;
    double low = x[0].number, high = x[1].number;
    *d = (struct distribution){.shape = &normal, .a = low + (high - low) / 2, .b = (high - low) / (2 * Z95)};
    return low < high ? NULL : "low must be below high";
}

static const char *make_lognormal(struct distribution *d, struct arena *arena, const struct argument *x)
{
    (void)arena;
    if (x[0].number <= 0)
        return "median must be positive";
    *d = (struct distribution){.shape = &lognormal, .a = det_log(x[0].number), .b = x[1].number};
    return d->b > 0 ? NULL : "sigma must be positive";
}

static const char *make_lognormal_moments(struct distribution *d, struct arena *arena, const struct argument *x)
{
    (void)arena;
    double mean = x[0].number, sd = x[1].number;
    if (mean <= 0 || sd <= 0)
        return "mean and sd must be positive";
    double variance = det_log1p(sd / mean * (sd / mean));
    *d = (struct distribution){.shape = &lognormal, .a = det_log(mean) - variance / 2, .b = sqrt(variance)};
    return NULL;
}

static const char *make_lognormal_interval(struct distribution *d, struct arena *arena, const struct argument *x)
{
    (void)arena;
    if (x[0].number <= 0 || x[0].number >= x[1].number)
        return "low must be positive and below high";
    double low = det_log(x[0].number), high = det_log(x[1].number);
    *d = (struct distribution){.shape = &lognormal, .a = (low + high) / 2, .b = (high - low) / (2 * Z95)};
    return NULL;
}

static const char *make_uniform(struct distribution *d, struct arena *arena, const struct argument *x)
{
    (void)arena;
    *d = (struct distribution){.shape = &uniform, .low = x[0].number, .high = x[1].number};
    return d->low < d->high ? NULL : "low must be below high";
}

static const char *make_loguniform(struct distribution *d, struct arena *arena, const struct argument *x)
{
    (void)arena;
    *d = (struct distribution){.shape = &loguniform, .low = x[0].number, .high = x[1].number};
    return d->low > 0 && d->low < d->high ? NULL : "low must be positive and below high";
}

static const char *make_pareto(struct distribution *d, struct arena *arena, const struct argument *x)
{
    (void)arena;
    *d = (struct distribution){.shape = &pareto, .a = x[0].number, .low = x[1].number, .high = x[2].number};
    if (!(d->low > 0 && d->low < d->high))
        return "low must be positive and below high";
    return d->a > 0 ? NULL : "shape must be positive";
}

static const char *make_triangular(struct distribution *d, struct arena *arena, const struct argument *x)
{
    (void)arena;
    *d = (struct distribution){.shape = &triangular, .low = x[0].number, .a = x[1].number, .high = x[2].number};
    return d->low <= d->a && d->a <= d->high && d->low < d->high ? NULL : "low, mode and high must ascend";
}

/* PERT: a beta whose mean is (low + 4 mode + high) / 6. */
static const char *make_pert(struct distribution *d, struct arena *arena, const struct argument *x)
{
    (void)arena;
    double low = x[0].number, mode = x[1].number, high = x[2].number;
    if (!(low <= mode && mode <= high && low < high))
        return "low, mode and high must ascend";
    *d = (struct distribution){.shape = &beta, .low = low, .high = high};
    d->a = 1 + 4 * (mode - low) / (high - low);
    d->b = 1 + 4 * (high - mode) / (high - low);
    return NULL;
}

static const char *make_beta(struct distribution *d, struct arena *arena, const struct argument *x)
{
    (void)arena;
    *d = (struct distribution){.shape = &beta, .a = x[0].number, .b = x[1].number, .low = 0, .high = 1};
    if (x[2].given)
        d->low = x[2].number;
    if (x[3].given)
        d->high = x[3].number;
    if (!(d->a > 0 && d->b > 0))
        return "alpha and beta must be positive";
    return d->low < d->high ? NULL : "low (0 if not given) must be below high (1 if not given)";
}

static const char *make_gamma(struct distribution *d, struct arena *arena, const struct argument *x)
{
    (void)arena;
    *d = (struct distribution){.shape = &gamma_shape, .a = x[0].number, .b = x[1].number};
    return d->a > 0 && d->b > 0 ? NULL : "shape and scale must be positive";
}

static const char *make_gamma_moments(struct distribution *d, struct arena *arena, const struct argument *x)
{
    (void)arena;
    double mean = x[0].number, sd = x[1].number;
    if (!(mean > 0 && sd > 0))
        return "mean and sd must be positive";
    *d = (struct distribution){.shape = &gamma_shape, .a = mean / sd * (mean / sd), .b = sd / mean * sd};
    return NULL;
}

static const char *make_weibull(struct distribution *d, struct arena *arena, const struct argument *x)
{
    (void)arena;
    *d = (struct distribution){.shape = &weibull, .a = x[0].number, .b = x[1].number};
    return d->a > 0 && d->b > 0 ? NULL : "shape and scale must be positive";
}

static const char *make_exponential(struct distribution *d, struct arena *arena, const struct argument *x)
{
    (void)arena;
    *d = (struct distribution){.shape = &weibull, .a = 1, .b = x[0].number};
    return d->b > 0 ? NULL : "mean must be positive";
}

struct atom {
    double value, weight;
};

static int compare_atoms(const void *left, const void *right)
{
    const struct atom *a = left, *b = right;
    return a->value < b->value ? -1 : a->value > b->value;
}

/* Weights that add up to 1, or NULL. */
static double *normalised(struct arena *arena, const double *weight, size_t count)
{
    double sum = 0, *share = arena_array(arena, count, sizeof *share);
    for (size_t i = 0; i < count; i++) {
        if (!(weight[i] >= 0))
            return NULL;
        sum += weight[i];
    }
    if (!(sum > 0))
        return NULL;
    for (size_t i = 0; i < count; i++)
        share[i] = weight[i] / sum;
    return share;
}

static const char *make_atoms(struct distribution *d, struct arena *arena, const double *value, const double *share,
                              size_t count)
{
    struct atom *atom = arena_array(arena, count, sizeof *atom);
    double *sorted = arena_array(arena, count, sizeof *sorted);
    double *cumulated = arena_array(arena, count, sizeof *cumulated);
    for (size_t i = 0; i < count; i++)
        atom[i] = (struct atom){.value = value[i], .weight = share[i]};
    qsort(atom, count, sizeof *atom, compare_atoms);
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sorted[i] = atom[i].value;
        cumulated[i] = i + 1 < count ? sum += atom[i].weight : 1;
    }
    *d = (struct distribution){.shape = &discrete, .count = count, .value = sorted, .weight = cumulated};
    return NULL;
}

static const char *make_discrete(struct distribution *d, struct arena *arena, const struct argument *x)
{
    if (!x[0].count || x[0].count != x[1].count)
        return "values and weights must be as many, and at least one";
    const double *share = normalised(arena, x[1].list, x[1].count);
    return share ? make_atoms(d, arena, x[0].list, share, x[0].count) : "weights must not be negative, nor all zero";
}

static const char *make_empirical(struct distribution *d, struct arena *arena, const struct argument *x)
{
    if (!x[0].count)
        return "at least one value";
    double *share = arena_array(arena, x[0].count, sizeof *share);
    for (size_t i = 0; i < x[0].count; i++)
        share[i] = 1.0 / (double)x[0].count;
    return make_atoms(d, arena, x[0].list, share, x[0].count);
}

static const char *make_mixture(struct distribution *d, struct arena *arena, const struct argument *x)
{
    if (!x[1].count || x[0].count != x[1].count)
        return "weights and of must be as many, and at least one";
    *d = (struct distribution){.shape = &mixture, .count = x[1].count, .of = x[1].of};
    d->weight = normalised(arena, x[0].list, x[0].count);
    if (!d->weight)
        return "weights must not be negative, nor all zero";
    d->apart = true;
    for (size_t i = 0; i + 1 < d->count; i++)
        d->apart = d->apart && d->weight[i] > 0 && d->weight[i + 1] > 0 &&
                   distribution_quantile(d->of[i], LARGEST_U) <= distribution_quantile(d->of[i + 1], SMALLEST_U);
    return NULL;
}

/* F just below x: an atom at x itself is inside. */
static double mass_below(const struct distribution *d, double x)
{
    return x > -HUGE_VAL ? distribution_cdf(d, nextafter(x, -HUGE_VAL)) : 0;
}

static double mass_up_to(const struct distribution *d, double x)
{
    return x < HUGE_VAL ? distribution_cdf(d, x) : 1;
}

static const char *make_truncated(struct distribution *d, struct arena *arena, const struct argument *x)
{
    double low = x[1].given ? x[1].number : -HUGE_VAL, high = x[2].given ? x[2].number : HUGE_VAL;
    if (!(low < high))
        return "low must be below high";
    *d = (struct distribution){.shape = &truncated, .low = low, .high = high};
    d->u_low = mass_below(x[0].of[0], low);
    d->u_high = mass_up_to(x[0].of[0], high);
    const struct distribution **of = arena_array(arena, 1, sizeof *of);
    of[0] = x[0].of[0];
    d->of = of;
    return d->u_high - d->u_low > 1e-6 ? NULL : "next to nothing lies between low and high";
}

#define POINT(key)                                                                                                     \
    {                                                                                                                  \
        key, ARGUMENT_POINT                                                                                            \
    }
#define SPREAD(key)                                                                                                    \
    {                                                                                                                  \
        key, ARGUMENT_SPREAD                                                                                           \
    }
#define PURE(key)                                                                                                      \
    {                                                                                                                  \
        key, ARGUMENT_NUMBER                                                                                           \
    }

/* clang-format off */
const struct distribution_form distribution_forms[] = {
    {"normal", {POINT("mean"), SPREAD("sd")}, 2, "bell curve", make_normal},
    {"normal", {POINT("low"), POINT("high")}, 2, "bell curve, 90 % of it between low and high", make_normal_interval},
    {"lognormal", {POINT("median"), PURE("sigma")}, 2, "its logarithm is normal with deviation sigma", make_lognormal},
    {"lognormal", {POINT("mean"), SPREAD("sd")}, 2, "by its own mean and deviation", make_lognormal_moments},
    {"lognormal", {POINT("low"), POINT("high")}, 2, "90 % of it between low and high", make_lognormal_interval},
    {"uniform", {POINT("low"), POINT("high")}, 2, "all values between alike", make_uniform},
    {"loguniform", {POINT("low"), POINT("high")}, 2, "its logarithm is uniform", make_loguniform},
    {"pareto", {PURE("shape"), POINT("low"), POINT("high")}, 3, "a heavy tail from low on, cut at high", make_pareto},
    {"triangular", {POINT("low"), POINT("mode"), POINT("high")}, 3, "straight up to the mode and down",
     make_triangular},
    {"pert", {POINT("low"), POINT("mode"), POINT("high")}, 3, "a beta with mean (low + 4 mode + high) / 6", make_pert},
    {"beta", {PURE("alpha"), PURE("beta"), POINT("low"), POINT("high")}, 2, "stretched over low to high, else 0 to 1",
     make_beta},
    {"gamma", {PURE("shape"), SPREAD("scale")}, 2, "mean shape x scale", make_gamma},
    {"gamma", {SPREAD("mean"), SPREAD("sd")}, 2, "by its mean and deviation", make_gamma_moments},
    {"weibull", {PURE("shape"), SPREAD("scale")}, 2, "hazard falls (shape < 1) or rises (> 1) with age", make_weibull},
    {"exponential", {SPREAD("mean")}, 1, "no memory", make_exponential},
    {"discrete", {{"values", ARGUMENT_POINTS}, {"weights", ARGUMENT_NUMBERS}}, 2, "one of a few values", make_discrete},
    {"empirical", {{"values", ARGUMENT_POINTS}}, 1, "one of the values, each as likely", make_empirical},
    {"truncated", {{"of", ARGUMENT_DISTRIBUTION}, POINT("low"), POINT("high")}, 1, "on condition that it is in between",
     make_truncated},
    {"mixture", {{"weights", ARGUMENT_NUMBERS}, {"of", ARGUMENT_DISTRIBUTIONS}}, 2, "one of several, by weight",
     make_mixture},
    {0},
};
/* clang-format on */

static bool inverts_at(const struct distribution *d, double u)
{
    const double slack = 1e-6;
    double x = distribution_quantile(d, u);
    return isfinite(x) && mass_below(d, x) <= u + slack && distribution_cdf(d, x) >= u - slack;
}

/* Extreme parameters overflow, or are beyond what GSL can do: better no distribution than a wrong one. */
static bool inverts(const struct distribution *d)
{
    static const double probe[] = {0.001, 0.05, 0.3, 0.5, 0.7, 0.95, 0.999};
    bool all = inverts_at(d, SMALLEST_U) && inverts_at(d, LARGEST_U);
    for (size_t i = 0; all && i < sizeof probe / sizeof *probe; i++)
        all = inverts_at(d, probe[i]);
    return all;
}

const struct distribution *distribution_new(struct arena *arena, const struct distribution_form *form,
                                            const struct argument *argument, const char **wrong)
{
    gsl_set_error_handler_off(); /* its default ends the program; a NaN is found by inverts() */
    struct distribution *d = arena_alloc(arena, sizeof *d);
    *wrong = form->make(d, arena, argument);
    if (!*wrong && !inverts(d))
        *wrong = "too extreme to draw from";
    return *wrong ? NULL : d;
}

const struct distribution *distribution_interval(struct arena *arena, double low, double high, bool always_normal,
                                                 const char **wrong)
{
    struct distribution *d = arena_alloc(arena, sizeof *d);
    const struct argument ends[] = {{.given = true, .number = low}, {.given = true, .number = high}};
    *wrong = low > 0 && !always_normal ? make_lognormal_interval(d, arena, ends) : make_normal_interval(d, arena, ends);
    if (!*wrong && !inverts(d))
        *wrong = "too extreme to draw from";
    return *wrong ? NULL : d;
}

const struct distribution *distribution_constant(struct arena *arena, double value)
{
    struct distribution *d = arena_alloc(arena, sizeof *d);
    *d = (struct distribution){.shape = &constant, .a = value};
    return d;
}

double distribution_outside(const struct distribution *d, double low, double high)
{
    return mass_below(d, low) + (1 - mass_up_to(d, high));
}

const struct distribution *distribution_truncate(struct arena *arena, const struct distribution *d, double low,
                                                 double high)
{
    if (distribution_outside(d, low, high) <= 0)
        return d;
    const struct argument x[] = {
        {.count = 1, .of = &d}, {.given = true, .number = low}, {.given = true, .number = high}};
    struct distribution *cut = arena_alloc(arena, sizeof *cut);
    make_truncated(cut, arena, x);
    return cut;
}

const struct distribution *distribution_moved(struct arena *arena, const struct distribution *d, double scale,
                                              double shift)
{
    if (scale == 0)
        return distribution_constant(arena, shift);
    const struct distribution **of = arena_array(arena, 1, sizeof *of);
    struct distribution *to = arena_alloc(arena, sizeof *to);
    of[0] = d;
    *to = (struct distribution){.shape = &moved, .a = scale, .b = shift, .of = of};
    return to;
}
