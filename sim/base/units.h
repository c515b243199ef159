/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantities with units: `7 months`, `0.55 CNY/kWh`, `2.3 MCNY`, `300 P`, `40%`, `29 CNY/card-hour`.
 *
 * A unit is a scale and a vector of whole exponents of the base dimensions. A parameter names its unit in the same
 * grammar and gets its value in it. CNY, USD and EUR are different dimensions; only dated exchange rates join
 * them.
 * Rates: `0.3 /yr` is a continuous rate; `8 %/yr` is a published annual rate and becomes ln(1.08) /yr.
 */
#ifndef ICCSIM_BASE_UNITS_H
#define ICCSIM_BASE_UNITS_H

#include "arena.h"

#include <stdbool.h>

enum dimension { /* base unit of each in brackets */
                 DIM_TIME, /* year */
                 DIM_CNY, /* yuan */
                 DIM_USD, /* dollar */
                 DIM_EUR, /* euro */
                 DIM_COMPUTE, /* PFLOP/s dense FP16 (P) */
                 DIM_ENERGY, /* kWh */
                 DIM_MEMORY, /* GB */
                 DIM_CARD,
                 DIM_SERVER,
                 DIM_RACK,
                 DIM_TOKEN,
                 DIM_CARBON, /* tonne */
                 DIMENSIONS
};

struct unit {
    double scale; /* how many base units one of it is */
    signed char exponent[DIMENSIONS];
    signed char p_exponent; /* how often DIM_COMPUTE was written as P, whose basis a scenario states, not as PFLOPS */
    bool effective_rate; /* %/yr (or %/month ...): a published rate per period, x % = ln(1 + x) per period */
};

/* Reads a unit; "" and "1" are the pure number. False if the text is not a unit. */
bool unit_parse(const char *text, struct unit *unit);
bool unit_same_dimension(const struct unit *a, const struct unit *b);
/* `value` in unit `from`, expressed in unit `to` of the same dimension. */
double unit_convert(double value, const struct unit *from, const struct unit *to);

/* An extended regular expression, which JavaScript reads alike, of what unit_parse reads; the empty unit is not in it.
 * The text lives in `arena`. */
const char *unit_pattern(struct arena *arena);

/* Reads the number a quantity begins with, `_` and an exponent allowed; `rest` is what follows, blanks skipped. */
bool number_parse(const char *text, double *number, const char **rest);

#endif
