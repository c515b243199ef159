/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run.h"

/* clang-format off */
const struct param run_params[] = {
    {.name = "start", .type = PARAM_DATE, .min = 1990, .max = 2100, .value = "2022-01", .help = "first instant of the world",
     .offset = offsetof(struct run_settings, start)},
    {.name = "end", .type = PARAM_DATE, .min = 1990, .max = 2150, .value = "2032-01", .help = "horizon",
     .offset = offsetof(struct run_settings, end)},
    NUMBER(struct run_settings, step_yr, "step", "yr", 1.0 / 365, 1, "1 month", FIXED,
           "how often the market clears and the books are kept; dated shocks split a step", NULL),
    NUMBER(struct run_settings, report_yr, "report", "yr", 1.0 / 365, 10, "1 month", FIXED,
           "reporting grid of the series, a whole number of steps", NULL),
    WHOLE(struct run_settings, replications, "replications", 1, UINT32_MAX, "500", "worlds to run"),
    WHOLE(struct run_settings, seed, "seed", 0, 0x1p64, "1", "seed of all random numbers"),
    {.name = "fx", .type = PARAM_SERIES, .unit = "CNY/USD", .min = 0.1, .max = 100, .value = "{2022-01: 6.4 CNY/USD}",
     .help = "exchange rate", .offset = offsetof(struct run_settings, fx)},
    {.name = "fx_eur", .type = PARAM_SERIES, .unit = "CNY/EUR", .min = 0.1, .max = 100, .value = "{2022-01: 7.2 CNY/EUR}",
     .help = "exchange rate of the euro", .offset = offsetof(struct run_settings, fx_eur)},
    {.name = "as_of", .type = PARAM_DATE, .min = 1990, .max = 2150, .value = "none",
     .help = "date of the exchange rate of money that says none; none: such money must say `as_of`",
     .offset = offsetof(struct run_settings, as_of)},
    {.name = "basis", .type = PARAM_CHOICE, .choices = "dense sparse", .value = "dense",
     .help = "what a P in the files means: quoted P is ambiguous by two", .offset = offsetof(struct run_settings, basis)},
    {0},
};
/* clang-format on */
