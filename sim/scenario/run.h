/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The section `run`: what belongs to the run as a whole and to no mechanism. */
#ifndef ICCSIM_SCENARIO_RUN_H
#define ICCSIM_SCENARIO_RUN_H

#include "schema.h"

struct run_settings {
    double start, end; /* decimal years */
    double step_yr, report_yr; /* whole months are stepped by the calendar */
    uint64_t replications, seed;
    const struct dated_series *fx, *fx_eur; /* CNY per USD, per EUR */
    double as_of; /* date of money in another currency that says none; NaN: it must say one */
    int basis; /* of the unit P in the files: 0 dense, 1 sparse */
};

extern const struct param run_params[];

#endif
