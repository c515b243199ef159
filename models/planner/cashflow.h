/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a row of payments is worth: pure functions, in whatever money and periods the caller counts.
 *
 * flow[k] is paid at the end of period k, flow[0] now; rates are per period and effective unless said to be continuous.
 */
#ifndef ICCSIM_MODELS_CASHFLOW_H
#define ICCSIM_MODELS_CASHFLOW_H

#include <stddef.h>

/* Net present value at time 0: the sum of flow[k] / (1 + rate)^k; rate > -1. */
double cashflow_npv(double rate, const double *flow, size_t count);

/* Every rate above -1 at which the net present value is zero, ascending; returns how many. If there are several,
 * none of them means anything, and the caller must say so. `rate` has room for count - 1. */
size_t cashflow_irr(const double *flow, size_t count, double *rate);

/* Modified internal rate: what is paid in is financed at one rate, what comes back reinvested at another. NaN if one is
 * missing. */
double cashflow_mirr(const double *flow, size_t count, double finance, double reinvest);

/* Periods until the sum is no longer negative for good, straight lines between; NaN if it never is. */
double cashflow_payback(const double *flow, size_t count);

double cashflow_capital_recovery(double rate, double periods); /* level payment a period over the capital */

/* A machine with a capital cost, a running cost a period whether used or not, and a cost a unit of use. */
struct cashflow_machine {
    double capital, periods, rate, running, per_unit, units; /* units: of use a period, at full use */
};
double cashflow_levelised(const struct cashflow_machine *machine, double use); /* cost a unit at a use of 0..1 */
double cashflow_break_even_use(const struct cashflow_machine *machine, double price); /* above 1: never */

/* Continuous rates. */
double cashflow_annuity(double rate, double years); /* int_0^years e^(-rate s) ds */
/* Present value of a stream of 1 a year that begins `from` years ahead, runs for `years` and grows at `growth`. */
double cashflow_stream(double rate, double growth, double from, double years);

#endif
