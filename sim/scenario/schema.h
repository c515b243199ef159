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
 * A row whose `table` is NULL is a key of the mechanism's own section (the section is named like the mechanism); else
 * it is a column of that entity table, a top-level map keyed by entity name. Several mechanisms may add columns to one
 * table, each into a row struct of its own.
 */
#ifndef ICCSIM_SCENARIO_SCHEMA_H
#define ICCSIM_SCENARIO_SCHEMA_H

#include "sim/base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum param_type { /* what the loader writes at `offset` */
                  PARAM_NUMBER, /* double, in `unit`; NaN for `none` where the default is none. If draw is
                                   HETEROGENEOUS: const struct distribution *, quantiles in `unit` */
                  PARAM_WHOLE, /* uint64_t, exact; no unit, no distribution, no `none`. A max of 2^64 is its largest */
                  PARAM_DATE, /* double, decimal year; NaN for `none` */
                  PARAM_FLAG, /* bool; only `true` and `false` are read */
                  PARAM_CHOICE, /* int, the index in `choices` */
                  PARAM_TEXT, /* const char *, or NULL for none */
                  PARAM_REFERENCE, /* int, the row in table `of`; -1 for none */
                  PARAM_REFERENCES, /* uint64_t, a bit for each row of table `of` (at most 64 rows); `all` is every row
                                     */
                  PARAM_SERIES, /* const struct dated_series *, values in `unit`; NULL for none */
};

enum param_draw {
    FIXED, /* a distribution is a mistake here */
    UNCERTAIN, /* a distribution means we do not know the number: one draw a replication */
    HETEROGENEOUS, /* a distribution means entities differ: one draw an entity, made by the mechanism */
};

struct param {
    const char *name; /* the key in the file */
    const char *table; /* NULL: the mechanism's own section */
    enum param_type type;
    enum param_draw draw;
    const char *unit; /* as in base/units.h; "" for a pure number; NULL where the type has none */
    double min, max; /* allowed range in `unit`, inclusive; dates in decimal years; both 0: any */
    const char *value; /* default in the scenario's own grammar; "none": absent; NULL: the file must give it */
    const char *choices; /* CHOICE: the words, separated by a blank */
    const char *of; /* REFERENCE(S): the table pointed into */
    const char *help; /* one sentence, lower case, no full stop */
    const char *source; /* where the default comes from; NULL if it is only a neutral choice */
    size_t offset; /* in the mechanism's settings or row struct */
};

struct dated_series {
    size_t count;
    const double *year, *value; /* ascending years */
    bool step; /* holds each value until the next (written `step: {...}`); else straight lines between */
};
/* The value at `year`; the first before it begins and the last after it ends. */
double series_at(const struct dated_series *series, double year);

#define NUMBER(S, member, key, units, low, high, fallback, how, explain, from)                                         \
    {                                                                                                                  \
        .name = (key), .type = PARAM_NUMBER, .draw = (how), .unit = (units), .min = (low), .max = (high),              \
        .value = (fallback), .help = (explain), .source = (from), .offset = offsetof(S, member)                        \
    }
#define WHOLE(S, member, key, low, high, fallback, explain)                                                            \
    {                                                                                                                  \
        .name = (key), .type = PARAM_WHOLE, .min = (low), .max = (high), .value = (fallback), .help = (explain),       \
        .offset = offsetof(S, member)                                                                                  \
    }
#define COLUMN(in, S, member, key, units, low, high, fallback, how, explain, from)                                     \
    {                                                                                                                  \
        .table = (in), .name = (key), .type = PARAM_NUMBER, .draw = (how), .unit = (units), .min = (low),              \
        .max = (high), .value = (fallback), .help = (explain), .source = (from), .offset = offsetof(S, member)         \
    }

/* An entity table that a mechanism has columns in. */
struct table {
    const char *name;
    size_t row_size; /* of this mechanism's row struct */
    const char *help;
};

/* Adds what is wrong with the values of a section taken together. Asked only when the section is on and each value in
 * the scenario is sound by itself. */
struct scenario;
struct mistakes;
typedef void section_check(const struct scenario *scenario, struct mistakes *mistakes);

/* One top-level key of a scenario, put together from all who have parameters there. */
struct section_part {
    const struct param *params; /* ends with a row without a name */
    size_t size; /* bytes of the settings or of one row */
    int owner; /* index of the mechanism, or one of section_owner */
};
enum section_owner {
    OWNER_SIMULATOR = -1, /* section `run` */
    OWNER_SCENARIO = -2, /* `enabled` of every mechanism that may be off, `label` of every table */
};
enum { SECTION_PARTS = 16 };
struct section {
    const char *name, *help;
    bool is_table;
    bool alone; /* runs where the world is given even if it is switched off; all others do not */
    size_t part_count;
    struct section_part part[SECTION_PARTS];
    section_check *check; /* or NULL */
};
/* What a fact may point at. */
struct schema_output {
    const char *name; /* `rent`; with `table`, one output a row: rent.H100 */
    const char *unit; /* as in base/units.h; "date": a decimal year */
    const char *table; /* or NULL */
    bool is_scalar, is_curve; /* else a series; facts are about series and scalars */
};

struct model;
struct schema {
    const struct model *const *models; /* by index, as owners; NULL: without mechanisms */
    size_t count;
    struct section *section; /* in order of first appearance */
    const struct schema_output *outputs; /* ends with a row without a name; may be NULL */
};

/* Makes the section of a mechanism that may be switched off, with its flag `enabled`; `on`: if nobody says otherwise.
 */
void schema_add_switch(struct schema *schema, struct arena *arena, const char *section, const char *help, bool on);
/* The section must be there. */
void schema_set_check(struct schema *schema, const char *section, section_check *check);
void schema_set_alone(struct schema *schema, const char *section);
/* Adds one owner's part to a section, which is made at its first part. Takes the rows of `params` that belong there:
 * those of table `section` if `is_table`, else those without a table. The first part of a mechanism's section is the
 * flag `enabled`, of a table the text `label`. */
void schema_add(struct schema *schema, struct arena *arena, const char *section, bool is_table, const char *help,
                const struct param *params, size_t size, int owner);
/* The section of that name, or NULL. */
const struct section *schema_section(const struct schema *schema, const char *name);
/* Whether one of the first `parts` parts has the key. Several owners may read one key: it is still one value. */
bool schema_has(const struct section *section, size_t parts, const char *key);
/* How many parts all sections have: one block each. */
size_t schema_part_count(const struct schema *schema);

#endif
