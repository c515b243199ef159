/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Net present value and its kin.
 *
 * With v = 1 / (1 + r) the net present value sum_k flow_k v^k is a polynomial, whose positive roots are the internal
 * rates: GSL gives all roots by the eigenvalues of the companion matrix, Newton's method polishes those that are real.
 * Descartes: there are at most as many as the flow changes sign, and the same parity.
 *
 *     capital recovery  r / (1 - (1 + r)^-n)
 *     levelised cost    (recovery capital + running) / (units use) + per_unit
 *     MIRR              (FV of what comes back / -PV of what is paid)^(1/n) - 1
 */
#include "cashflow.h"

#include "sim/base/det.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_poly.h>
#include <math.h>
#include <stdlib.h>

/* sum flow_k v^k, and its slope */
static double polynomial(const double *flow, size_t count, double v, double *slope)
{
    double sum = 0;
    *slope = 0;
    for (size_t k = count; k-- > 0;) {
        *slope = *slope * v + sum;
        sum = sum * v + flow[k];
    }
    return sum;
}

double cashflow_npv(double rate, const double *flow, size_t count)
{
    double slope;
    return polynomial(flow, count, 1 / (1 + rate), &slope);
}

static double polished(const double *flow, size_t count, double v)
{
    enum { STEPS = 20 };
    for (int i = 0; i < STEPS; i++) {
        double slope, value = polynomial(flow, count, v, &slope), next = v - value / slope;
        if (!(next > 0) || next == v)
            break;
        v = next;
    }
    return v;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The rates at the roots `v` that are real and positive; a double root counts once. */
static size_t rates_of(const double *flow, size_t count, const double *root, double *rate)
{
    const double real_enough = 1e-7, the_same = 1e-6;
    size_t found = 0, kept = 0;
    for (size_t i = 0; i + 1 < count; i++) {
        double re = root[2 * i], im = root[2 * i + 1];
        if (re > 0 && fabs(im) <= real_enough * re && im >= 0)
            rate[found++] = 1 / polished(flow, count, re) - 1;
    }
    qsort(rate, found, sizeof *rate, ascending);
    for (size_t i = 0; i < found; i++)
        if (!kept || rate[i] - rate[kept - 1] > the_same)
            rate[kept++] = rate[i];
    return kept;
}

size_t cashflow_irr(const double *flow, size_t count, double *rate)
{
    while (count && flow[count - 1] == 0)
        count--;
    while (count && flow[0] == 0) { /* a delay moves no root */
        flow++;
        count--;
    }
    if (count < 2)
        return 0;
    gsl_error_handler_t *before = gsl_set_error_handler_off();
    gsl_poly_complex_workspace *space = gsl_poly_complex_workspace_alloc(count);
    double *root = calloc(2 * count, sizeof *root);
    size_t found = 0;
    if (space && root && gsl_poly_complex_solve(flow, count, space, root) == GSL_SUCCESS)
        found = rates_of(flow, count, root, rate);
    free(root);
    gsl_poly_complex_workspace_free(space);
    gsl_set_error_handler(before);
    return found;
}

double cashflow_mirr(const double *flow, size_t count, double finance, double reinvest)
{
    double paid = 0, returned = 0, at_finance = 1, at_reinvest = 1;
    for (size_t k = 0; k < count; k++) {
        paid += flow[k] < 0 ? -flow[k] * at_finance : 0;
        returned += flow[k] > 0 ? flow[k] * at_reinvest : 0;
        at_finance /= 1 + finance;
        at_reinvest /= 1 + reinvest;
    }
    if (!(paid > 0 && returned > 0 && count > 1))
        return (double)NAN;
    double periods = (double)(count - 1);
    return det_pow(returned / paid, 1 / periods) * (1 + reinvest) - 1;
}

double cashflow_payback(const double *flow, size_t count)
{
    double sum = 0, at = 0;
    for (size_t k = 0; k < count; k++) {
        double before = sum;
        sum += flow[k];
        if (sum < 0)
            at = (double)NAN;
        else if (before < 0)
            at = (double)(k - 1) + before / (before - sum);
    }
    return at;
}

double cashflow_capital_recovery(double rate, double periods)
{
    return rate == 0 ? 1 / periods : rate / -det_expm1(-periods * det_log1p(rate));
}

static double a_period(const struct cashflow_machine *m)
{
    return cashflow_capital_recovery(m->rate, m->periods) * m->capital + m->running;
}

double cashflow_levelised(const struct cashflow_machine *m, double use)
{
    return a_period(m) / (m->units * use) + m->per_unit;
}

double cashflow_break_even_use(const struct cashflow_machine *m, double price)
{
    return a_period(m) / (m->units * (price - m->per_unit));
}

double cashflow_annuity(double rate, double years)
{
    return rate == 0 ? years : -det_expm1(-rate * years) / rate;
}

double cashflow_stream(double rate, double growth, double from, double years)
{
    return det_exp(-rate * from) * cashflow_annuity(rate - growth, years);
}
