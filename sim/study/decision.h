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

void decision_print(const struct decision *decision, FILE *to); /* on the terminal */
/* decision.csv and decision/.dat, into `folder` of the stage. */
void decision_write(const struct decision *decision, struct stage *stage, const char *folder);
void decision_json(const struct decision *decision, struct json *json);
/* What it found, in a sentence or two; NULL: too few replications. */
const char *decision_finding(const struct decision *decision, struct arena *arena);
/* What stands behind `decision.` in a scenario's own sentence, as words: `40.5 million USD`; NULL: not in this run. */
const char *decision_quote(const struct decision *decision, const char *path, struct arena *arena);
void decision_report(const struct decision *decision, struct report *report, struct arena *arena);

#endif
