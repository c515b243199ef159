/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One value as it is written, read as what is wanted of it: a quantity, a date, a distribution, a series.
 *
 * Every function adds what is wrong to the mistakes and then returns false or NULL.
 */
#ifndef ICCSIM_SCENARIO_VALUE_H
#define ICCSIM_SCENARIO_VALUE_H

#include "distribution.h"
#include "schema.h"
#include "sim/base/units.h"
#include "tree.h"

/* What values are read with. */
struct reading {
    struct arena *arena;
    struct mistakes *mistakes;
    struct exchange { /* CNY per unit of a currency; NULL: no conversion */
        const struct dated_series *rate;
        bool always; /* it is one number for all dates, and needs none */
    } usd, eur;
    double as_of; /* the date of money that says none; NaN: it must say one */
    bool sparse; /* P is written on the sparse basis: two of them are one dense */
};

/* What is wanted of a value. */
struct wanted {
    const char *path; /* for messages */
    bool is_date;
    const char *unit_text; /* of a quantity */
    struct unit unit;
    double low, high; /* allowed; infinite: any */
    double as_of; /* whose exchange rate applies; NaN: unknown */
};

/* A value without what is said about it: `{value: X, source: ..., as_of: ..., confidence: ..., note: ...}`. */
struct given {
    const struct node *value;
    const char *source, *confidence, *note;
    const char *as_of;
    double as_of_year; /* NaN if unknown */
};
struct given value_unwrap(const struct reading *reading, const char *path, const struct node *node);

/* A number with its unit, in the unit that is wanted and within its range; false after adding what is wrong. */
bool value_read_quantity(const struct reading *reading, const struct wanted *wanted, const struct node *node,
                         double *value);
/* A whole number without a unit: digits, `_` between them; or a number such as 1e6 that is whole and exact. */
bool value_read_whole(const struct reading *reading, const struct wanted *wanted, const struct node *node,
                      uint64_t *value);
bool value_is_distribution(const struct node *node); /* by its form; a wrong one too */
/* A single quantity gives a constant. What lies outside the allowed range is cut off, if it is at most 1 %. */
const struct distribution *value_read_distribution(const struct reading *reading, const struct wanted *wanted,
                                                   const struct node *node);
const struct dated_series *value_read_series(const struct reading *reading, const struct wanted *wanted,
                                             const struct node *node);

/* `d` without what lies outside the allowed range; NULL if that is too much of it. */
const struct distribution *value_cut_distribution(struct arena *arena, const struct wanted *wanted,
                                                  const struct distribution *d);

/* A number with its unit, or a date. */
const char *value_number_text(struct arena *arena, double number, const struct wanted *wanted);
/* What may stand there, for messages: `0.1 to 100 /yr`, `a quantity in CNY`, `a date`. */
const char *value_allowed(struct arena *arena, const struct wanted *wanted);
/* How it is written, short enough for a message. */
const char *value_written(struct arena *arena, const struct node *node);

#endif
