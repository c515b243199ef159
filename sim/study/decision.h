/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a planner should do, from what each alternative cost in every replication.
 *
 * Expected cost and the mean of the worst twentieth (CVaR) with 95 % intervals from their asymptotic variances,
 * levelised cost, how often each alternative turns out cheapest, break-evens of owning, the value of waiting
 * (montecarlo/waiting.h), and hindsight regret: what choosing it cost beyond the cheapest of the same replication,
 * which nobody can know beforehand.
 */
#ifndef ICCSIM_COMMAND_DECISION_H
#define ICCSIM_COMMAND_DECISION_H

#include "outcome.h"

#include "sim/output/json.h"
#include "sim/output/report.h"

struct decision;

/* NULL if the scenario has no planner. */
struct decision *decision_open(const struct outcome *outcome);
void decision_note(struct decision *decision, const struct committed *one);
void decision_take(struct decision *decision); /* once all are noted and the bands are there */
void decision_free(struct decision *decision);

/* On the terminal; `brief`: what is best alone. */
void decision_print(const struct decision *decision, bool brief, FILE *to);
/* decision.csv and decision/.dat, into `folder` of the stage. */
void decision_write(const struct decision *decision, struct stage *stage, const char *folder);
void decision_json(const struct decision *decision, struct json *json);
/* What the cheapest alternative that does not wait is ahead of the next, in each replication that worked, in order and in
 * the decision's currency; NaN where one of them is not to be had. NULL if there are no two. `text` says which they are. */
const double *decision_leads(const struct decision *decision, size_t *count, struct arena *arena, const char **text);
const char *decision_currency(const struct decision *decision);
/* The tornado: what that lead is if an input is lower or higher, and the share of the input at which the choice flips,
 * NaN: at none; to which. */
struct decision_swing {
    const char *input, *label, *flips_to;
    double lead_low, lead_high, flip;
};
void decision_each_swing(const struct decision *decision, void (*use)(void *state, const struct decision_swing *swing),
                         void *state);
/* What it found, in a sentence or two; NULL: too few replications. */
const char *decision_finding(const struct decision *decision, struct arena *arena);
/* What stands behind `decision.` in a scenario's own sentence, as words: `40.5 million USD`; NULL: not in this run. */
const char *decision_quote(const struct decision *decision, const char *path, struct arena *arena);
void decision_report(const struct decision *decision, struct report *report, struct arena *arena);

#endif
