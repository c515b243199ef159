/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What matters: how much of each measure is due to which parameter, to luck and to interactions, and on what evidence
 * that rests.
 *
 * Made of a store, by design (morris, saltelli) or from draws, or of the draws of a run (evidence.h); written and shown
 * the same way (sensitivity_show.c). Needs no scenario, so a merged store gives the same.
 *
 *     sensitivity.csv   measure, parameter, method, index, low, high, confidence
 *
 * `method` is first or total (shares of the variance), rank (correlation), mu_star, mu or sigma (Morris, in the unit of
 * the measure), or evidence: the share of all parameters whose source has a confidence, which is then `parameter`.
 * luck, interactions and, of a run, luck_and_interactions are parameters too. A run with a planner has the measure
 * decision_lead, what the cheapest alternative costs less than the next, and of its tornado tornado (low and high: the
 * lead if the input is lower or higher; index: their distance) and flip (the share of the input at which the choice
 * flips). An empty cell is a number that does not exist.
 */
#ifndef ICCSIM_STUDY_SENSITIVITY_H
#define ICCSIM_STUDY_SENSITIVITY_H

#include "sim/base/arena.h"
#include "sim/montecarlo/given.h"
#include "sim/montecarlo/jackknife.h"
#include "sim/output/report.h"
#include "store.h"

#include <stdio.h>

enum { CONFIDENCES = 4 };
extern const char *const sensitivity_confidence[CONFIDENCES]; /* A, B, C, none */
/* The place of a confidence in that list; "" is none. */
size_t sensitivity_confidence_of(const char *confidence);

enum sensitivity_method {
    METHOD_FIRST,
    METHOD_TOTAL,
    METHOD_RANK,
    METHOD_MU_STAR,
    METHOD_MU,
    METHOD_SIGMA,
    METHOD_EVIDENCE,
    METHOD_TORNADO,
    METHOD_FLIP
};
enum sensitivity_kind { KIND_PARAMETER, KIND_LUCK, KIND_INTERACTIONS, KIND_REST, KIND_CONFIDENCE, KIND_SWING };

struct sensitivity_row {
    const char *name, *label, *confidence;
    const char *words; /* what a parameter is, for people; NULL: its label says it */
    enum sensitivity_method method;
    enum sensitivity_kind kind;
    bool member; /* of a group whose own share stands in another row: shares of members are parts of it */
    struct bounded index;
};

struct sensitivity_measure {
    const char *name, *label, *unit;
    bool is_fact, is_logarithm; /* of what is shared out */
    double failed, absent; /* shares of all replications; absent: of those that did not fail */
    double mean, deviation; /* deviation: of one replication */
    size_t count;
    struct sensitivity_row *row;
};

struct sensitivity {
    const char *design; /* draws, morris, saltelli; run: of a run's own draws */
    size_t rows, replications; /* replications: of each row or point */
    size_t parameters; /* that were varied */
    bool joint; /* some are drawn together: shares overlap, and do not add up to one */
    size_t failures; /* replications */
    const char *reason; /* of the first failure; "" */
    size_t count, shown; /* measures; those to show come first: those that vary, facts if no other does */
    struct sensitivity_measure *measure;
    struct arena arena;
};

/* False, with the store's error, if it cannot be read. The result holds no pointer into the store. */
bool sensitivity_of_store(struct sensitivity *sensitivity, struct store *store);
bool sensitivity_is_of(struct store *store); /* whether its design is one for sensitivity */
void sensitivity_free(struct sensitivity *sensitivity);

/* ---- For those who make one ---- */

/* Room for `rows` rows of each measure, added by sensitivity_add. */
void sensitivity_add(struct sensitivity *sensitivity, struct sensitivity_measure *measure,
                     const struct sensitivity_row *row);
/* Rows of what given data say: first and rank of each input, luck and the rest, evidence. `member` as above, of the
 * inputs; then neither luck nor the rest is added. `name`, `label` and `confidence` have one an input. */
struct given_names {
    const char *const *name, *const *label, *const *confidence;
    const char *const *words; /* or NULL */
    bool member, no_first; /* no_first: their shares are known from the design already */
};
void sensitivity_add_given(struct sensitivity *sensitivity, struct sensitivity_measure *measure,
                           const struct given *given, size_t replications, const double *y,
                           const struct given_names *names);
/* The measure of this number: itself or its logarithm, NaN if it has none. */
double sensitivity_number(const struct sensitivity_measure *measure, double number);
/* Puts the measures that are shown first. */
void sensitivity_order(struct sensitivity *sensitivity);

/* ---- sensitivity_show.c ---- */

/* The table sensitivity.csv: a row a measure and input. */
void sensitivity_csv(const struct sensitivity *sensitivity, FILE *to);
/* sensitivity/bars.dat, sensitivity/morris.dat and sensitivity/context.gp for pictures. */
void sensitivity_bars_dat(const struct sensitivity *sensitivity, FILE *to);
void sensitivity_morris_dat(const struct sensitivity *sensitivity, FILE *to);
void sensitivity_context(const struct sensitivity *sensitivity, FILE *to);
bool sensitivity_is_screening(const struct sensitivity *sensitivity); /* effects, no shares */
/* What one measure is due to, in words, and how much of that rests on weak evidence. */
const char *sensitivity_due_to(const struct sensitivity *sensitivity, const struct sensitivity_measure *measure,
                               struct arena *arena);
/* For people: one sentence a measure, on what matters; and one on how sure that is. */
const char *sensitivity_finding(const struct sensitivity *sensitivity, struct arena *arena);
void sensitivity_print(const struct sensitivity *sensitivity, FILE *to);
/* Tables for the report: a measure each, and the evidence. Returns how many; `table` has room for SENSITIVITY_TABLES.
 */
enum { SENSITIVITY_TABLES = 8, MOST_SENSITIVITY_MEASURES = 6 };
size_t sensitivity_tables(const struct sensitivity *sensitivity, struct arena *arena, struct report_table *table);
/* The evidence alone. */
struct report_table sensitivity_evidence(const struct sensitivity *sensitivity, struct arena *arena);
/* Failures, measures that do not exist everywhere, too few rows: sentences; returns how many, at most `most`. */
enum { SENSITIVITY_NOTES = 4 + MOST_SENSITIVITY_MEASURES };
size_t sensitivity_notes(const struct sensitivity *sensitivity, struct arena *arena, const char **note);

#endif
