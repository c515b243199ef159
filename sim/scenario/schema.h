/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parameter tables: the only place where a parameter is described.
 *
 * The loader, its messages, `list`, `show`, the JSON Schema, the reference and the tests all read them. A mechanism
 * writes one row a parameter beside the struct that the value lands in:
 *
 *     static const struct param params[] = {
 *         NUMBER(struct market_settings, kappa_training_per_yr, "kappa_training", "/yr", 0.1, 100, "14 /yr",
 *                UNCERTAIN, "speed at which training rents close the gap to natural vacancy", "feasibility study"),
 *         {0}
 *     };
 *
 * A row whose `table` is NULL is a key of the mechanism's own section (the section is named like the mechanism); else it is a
 * column of that entity table, a top-level map keyed by entity name. Several mechanisms may add columns to one table, each
 * into a row struct of its own.
 */
#ifndef ICCSIM_SCENARIO_SCHEMA_H
#define ICCSIM_SCENARIO_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum param_type {       /* what the loader writes at `offset` */
    PARAM_NUMBER,       /* double, in `unit`; NaN for `none` where the default is none. If draw is HETEROGENEOUS:
                           const struct distribution *, quantiles in `unit` */
    PARAM_DATE,         /* double, decimal year; NaN for `none` */
    PARAM_FLAG,         /* bool; only `true` and `false` are read */
    PARAM_CHOICE,       /* int, the index in `choices` */
    PARAM_TEXT,         /* const char *, or NULL for none */
    PARAM_REFERENCE,    /* int, the row in table `of`; -1 for none */
    PARAM_REFERENCES,   /* uint64_t, a bit for each row of table `of` (at most 64 rows); `all` is every row */
    PARAM_SERIES,       /* const struct dated_series *, values in `unit`; NULL for none */
};

enum param_draw {
    FIXED,         /* a distribution is a mistake here */
    UNCERTAIN,     /* a distribution means we do not know the number: one draw a replication */
    HETEROGENEOUS, /* a distribution means entities differ: one draw an entity, made by the mechanism */
};

struct param {
    const char *name;    /* the key in the file */
    const char *table;   /* NULL: the mechanism's own section */
    enum param_type type;
    enum param_draw draw;
    const char *unit;    /* as in base/units.h; "" for a pure number; NULL where the type has none */
    double min, max;     /* allowed range in `unit`, inclusive; dates in decimal years */
    const char *value;   /* default in the scenario's own grammar; "none": absent; NULL: the file must give it */
    const char *choices; /* CHOICE: the words, separated by a blank */
    const char *of;      /* REFERENCE(S): the table pointed into */
    const char *help;    /* one sentence, lower case, no full stop */
    const char *source;  /* where the default comes from; NULL if it is only a neutral choice */
    size_t offset;       /* in the mechanism's settings or row struct */
};

struct dated_series {
    size_t count;
    const double *year, *value; /* ascending years */
    bool step;                  /* holds each value until the next (written `step: {...}`); else straight lines between */
};
/* The value at `year`; the first before it begins and the last after it ends. */
double series_at(const struct dated_series *series, double year);

#define NUMBER(S, member, key, units, low, high, fallback, how, explain, from)                                        \
    {.name = (key), .type = PARAM_NUMBER, .draw = (how), .unit = (units), .min = (low), .max = (high),               \
     .value = (fallback), .help = (explain), .source = (from), .offset = offsetof(S, member)}
#define COLUMN(in, S, member, key, units, low, high, fallback, how, explain, from)                                    \
    {.table = (in), .name = (key), .type = PARAM_NUMBER, .draw = (how), .unit = (units), .min = (low), .max = (high), \
     .value = (fallback), .help = (explain), .source = (from), .offset = offsetof(S, member)}

/* An entity table that a mechanism has columns in. */
struct table {
    const char *name;
    size_t row_size;  /* of this mechanism's row struct */
    const char *help;
};

/* One top-level key of a scenario, put together from all who have parameters there. */
struct section_part {
    const struct param *params; /* ends with a row without a name */
    size_t size;                /* bytes of the settings or of one row */
    int owner;                  /* index of the mechanism; -1: the simulator itself (section `run`) */
};
enum { SECTION_PARTS = 16 };
struct section {
    const char *name, *help;
    bool is_table;
    size_t part_count;
    struct section_part part[SECTION_PARTS];
};
struct schema {
    size_t count;
    struct section *section; /* in order of first appearance */
    const char *const *outputs; /* names that facts may point at, `rent.*` for one name per row; ends with NULL; may be NULL */
};

#endif
