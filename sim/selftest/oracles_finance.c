/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Oracles of payments and of waiting. */
#include "oracle.h"

#include "models/planner/cashflow.h"

#include "sim/engine/stream.h"
#include "sim/montecarlo/waiting.h"

#include <math.h>
#include <stdlib.h>

static void lent(double mistake, double flow[6])
{
    for (int k = 0; k < 6; k++)
        flow[k] = k ? 30 : -100 * (1 + mistake);
}

static double npv_error(double mistake)
{
    double flow[6];
    lent(mistake, flow);
    return fabs(cashflow_npv(0.1, flow, 6) - 13.723603082253423);
}

static double irr_error(double mistake)
{
    double flow[6], rate[6];
    lent(mistake, flow);
    return cashflow_irr(flow, 6, rate) == 1 ? fabs(rate[0] - 0.15238237116630649) : (double)NAN;
}

/* -100 (1 + r - 1.1) (1 + r - 1.2) */
static double irr_multiple_error(double mistake)
{
    const double flow[] = {-100, 230, -132 * (1 + mistake)};
    double rate[3];
    return cashflow_irr(flow, 3, rate) == 2 ? fmax(fabs(rate[0] - 0.1), fabs(rate[1] - 0.2)) : (double)NAN;
}

static double crf_error(double mistake)
{
    return fabs(cashflow_capital_recovery(0.1 * (1 + mistake), 5) - 0.26379748079474524);
}

static struct cashflow_machine machine(double mistake, double per_unit)
{
    return (struct cashflow_machine){.capital = 50000 * (1 + mistake),
                                     .periods = 5,
                                     .rate = 0.1,
                                     .running = 6000,
                                     .per_unit = per_unit,
                                     .units = 8760};
}

static double levelised_error(double mistake)
{
    struct cashflow_machine m = machine(mistake, 0);
    return fabs(cashflow_levelised(&m, 0.7) - 3.1294641291156653);
}

static double break_even_error(double mistake)
{
    struct cashflow_machine m = machine(mistake, 0.15);
    return fabs(cashflow_break_even_use(&m, 2.5) - 0.9321808044174322);
}

/* A price that is a geometric Brownian motion from 1 with r = delta = .04, sigma = .2: an investor who may pay 1 for it at any time,
 * yearly for eighty years, has (V/2)^2 = 1/4. */
enum { PATHS = 6000, DATES = 81, CHOICES = 2 };

static void fill(double *cost, double *state, double sigma)
{
    const double rate = 0.04;
    for (size_t path = 0; path < PATHS; path++) {
        struct streams streams = {.seed = 1994, .replication = (uint32_t)path};
        struct stream s = stream_open(&streams, identity(1, 0, 0));
        double log_v = 0;
        for (size_t d = 0; d < DATES; d++) {
            double *here = cost + (path * DATES + d) * CHOICES;
            state[path * DATES + d] = exp(log_v);
            here[0] = (1 - exp(log_v)) * exp(-rate * (double)d);
            here[1] = d + 1 == DATES ? 0 : (double)NAN;
            log_v += -sigma * sigma / 2 + sigma * stream_normal(&s);
        }
    }
}

static double dixit_pindyck_error(double mistake)
{
    double *cost = calloc(PATHS * DATES * CHOICES, sizeof *cost), *state = calloc(PATHS * DATES, sizeof *state);
    double *paid = calloc(PATHS * DATES, sizeof *paid), worth = 0;
    struct waited *result = calloc(PATHS, sizeof *result);
    if (cost && state && paid && result) {
        fill(cost, state, 0.2 * (1 + mistake));
        struct waiting w = {.paths = PATHS,
                            .dates = DATES,
                            .choices = CHOICES,
                            .states = 1,
                            .knots = 6,
                            .cost = cost,
                            .paid = paid,
                            .state = state};
        waiting_solve(&w, 0, result);
        for (size_t path = 0; path < PATHS; path++)
            worth -= result[path].cost / PATHS;
    }
    free(cost);
    free(state);
    free(paid);
    free(result);
    return fabs(worth - 0.25);
}

/* clang-format off */
const struct oracle oracles_finance[] = {
    {"fin.npv", "-100 and five times 30 at 10 %", "by definition", npv_error, 1e-10, "CNY", 1e-9},
    {"fin.irr", "-100 and five times 30", "bisection", irr_error, 1e-9, "rate", 1e-7},
    {"fin.irr_multiple", "-100, 230, -132: 10 and 20 %", "by construction", irr_multiple_error, 1e-9, "rate", 1e-7},
    {"fin.crf", "capital recovery at 10 %, 5 periods", "by definition", crf_error, 1e-12, "a period", 1e-9},
    {"fin.lcoc_annuity", "50000 over 5 years at 10 %, 6000 a year, used 70 %", "(FCR ICC + FOC) / AEP", levelised_error,
     1e-12, "CNY/hour", 1e-9},
    {"fin.breakeven_util", "the same at a price of 2.5, .15 an hour of use", "by algebra", break_even_error, 1e-12,
     "use", 1e-9},
    {"bubble.dixit_pindyck", "option to invest at V* = 2 I, now V = I", "(V/V*)^2 (V* - I) = 1/4", dixit_pindyck_error,
     0.02, "I", 0.4},
    {0},
};
/* clang-format on */
