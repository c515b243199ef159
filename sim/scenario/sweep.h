/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The section `sweep` of a scenario: which values are varied together, and how.
 *
 *     sweep:
 *       design: grid                              # grid zip list csv lhs sobol
 *       points: 256                               # of lhs and sobol
 *       replications: 100                         # a point; the same luck at all
 *       factors:
 *         ban:   {shift: [policies.ban.announced, policies.ban.effective], values: [-6 months, 0 months, 6 months]}
 *         cards: {scale: generations.Ascend*.supply, values: [0.5, 1, 2], label: "domestic supply"}
 *       except: {late: {ban: 6 months, cards: 2}} # points left out
 *       rows: {bold: {ban: -6 months, cards: 2}}  # the points of a list; what a row does not name stays as it is
 *       file: points.csv                          # of csv: a header of factors, a row a point
 *       correlate: {ban: {cards: -0.4}}           # rank correlations, of lhs and sobol
 *       series: [utilisation]                     # outputs whose bands are kept, a table for each
 *
 * grid and zip take lists of values, lhs and sobol distributions, list and csv none.
 *
 * Three designs find out what matters (iccsim sensitivity). Without `factors` they vary every uncertain parameter, each
 * with its own distribution; so does a factor that sets an uncertain parameter and has no `values`.
 *
 *       design: draws                             # the scenario's own draws, all of them: given data
 *       points: 500
 *
 *       design: morris                            # screening (montecarlo/morris.h)
 *       trajectories: 20
 *       levels: 4
 *
 *       design: saltelli                          # Sobol's indices (montecarlo/saltelli.h)
 *       points: 1024                              # rows of the design, of 2 points and one for each group or factor
 *       copies: 16                                # that many sequences, each with its share of the rows
 *       groups:                                   # of morris and saltelli: factors that are varied together
 *         usage: [usage.*, demand.*]
 *         prices: {factors: market.*, label: "how prices move"}
 *       correlate: {boom: {cards: -0.4}}          # of saltelli: inside a group
 *
 *       logarithms: [rent_2027]                   # measures whose logarithm is shared out: positive ones with a long tail
 */
#ifndef ICCSIM_SCENARIO_SWEEP_H
#define ICCSIM_SCENARIO_SWEEP_H

#include "lever.h"

enum sweep_design {
    SWEEP_GRID,
    SWEEP_ZIP,
    SWEEP_LIST,
    SWEEP_CSV,
    SWEEP_LHS,
    SWEEP_SOBOL,
    SWEEP_DRAWS,
    SWEEP_MORRIS,
    SWEEP_SALTELLI
};
extern const char *const sweep_designs[]; /* their names; ends with NULL */

struct sweep_factor {
    const char *name, *label; /* label: the name if none is given */
    const char *words; /* what it is, if it is an uncertain parameter that is called like its path; else NULL */
    const struct lever *lever;
    size_t count;
    const struct lever_value *value; /* of grid and zip */
    struct lever_value distribution; /* of designs that sample */
    const char *confidence; /* of the source of the first value it moves: A, B, C, or "" */
    size_t unit; /* of morris and saltelli: what it is varied with */
};

/* Factors that are varied together: a group, or a factor alone. */
struct sweep_unit {
    const char *name, *label;
    size_t count; /* factors */
    bool is_group;
};

/* A value for each factor; NULL: not given. */
struct sweep_row {
    const char *name;
    struct place place;
    const struct lever_value **value;
};

struct sweep {
    enum sweep_design design;
    struct place place; /* for messages about the whole */
    size_t points; /* of lhs and sobol; rows of draws and saltelli; trajectories of morris */
    size_t copies, levels, unit_count;
    struct sweep_unit *unit; /* of morris and saltelli */
    uint32_t replications; /* 0: those of the scenario */
    size_t factor_count, row_count, except_count, series_count;
    struct sweep_factor *factor;
    struct sweep_row *row, *except; /* row: of list and csv */
    const char **logarithm; /* measures */
    size_t logarithm_count;
    const double *correlation; /* rank correlations, factor_count x factor_count; NULL: none */
    const char **series;
};

enum { MOST_SWEEP_POINTS = 10000000, MOST_SALTELLI_UNITS = 20, MOST_MORRIS_LEVELS = 64 };

/* NULL: the scenario has no such section. */
const struct sweep *scenario_sweep(const struct scenario *scenario);
/* A grid of `--vary PATH=v1,v2,...`, each a factor that is called like its path. NULL after adding what is wrong. Lives
 * as long as the scenario. */
const struct sweep *sweep_vary(struct scenario *scenario, const struct override *vary, size_t count,
                               struct mistakes *mistakes);
/* What `iccsim sensitivity` does: the section `sweep` if its design is one of the three, else draws, as many as the
 * run has replications. NULL after adding what is wrong. */
const struct sweep *sweep_for_sensitivity(struct scenario *scenario, size_t replications, struct mistakes *mistakes);
bool sweep_is_for_sensitivity(const struct sweep *sweep);
bool sweep_takes_logarithm(const struct sweep *sweep, const char *measure); /* `sweep` may be NULL */
/* Whether two values of one lever are the same. */
bool sweep_same_value(const struct lever_value *a, const struct lever_value *b);

#endif
