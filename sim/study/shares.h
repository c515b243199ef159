/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The attribution of a run: its outcome shared out among mechanisms (scenario/attribution.c, montecarlo/shapley.h).
 *
 * A scenario with a section `attribution` of n mechanisms is run in all 2^n combinations of them, on common random
 * numbers and with the replications and threads of the run; the one with all of them is the scenario itself.
 */
#ifndef ICCSIM_COMMAND_SHARES_H
#define ICCSIM_COMMAND_SHARES_H

#include "job.h"

#include "sim/montecarlo/shapley.h"
#include "sim/output/json.h"
#include "sim/output/report.h"

struct shares {
    const struct attribution *what; /* NULL: the scenario has none, or the command line leaves it out */
    const struct outcome *base;
    struct fact_targets *targets; /* of each combination: a bit for each mechanism that is on */
    const char **unit; /* of each output's shares */
    struct shapley shapley;
    double *v, *derived; /* of one replication: [outputs][combinations], [outputs] */
    struct arena arena;
};

/* Loads all combinations into the job, to run along. Says what is wrong, and returns false. */
bool shares_open(struct shares *shares, struct job *job);
void shares_free(struct shares *shares);
/* Sets up the requests of the combinations, among those of the job. */
void shares_request(const struct shares *shares, const struct job *job, struct montecarlo *request);
/* attribution.dat, attribution.csv and attribution_context.gp. */
void shares_write(const struct shares *shares, struct stage *stage);
void shares_print(const struct shares *shares, FILE *to);
void shares_json(const struct shares *shares, struct json *json);
void shares_report(const struct shares *shares, struct report *report, struct arena *arena);

#endif
