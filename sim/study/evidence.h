/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run's own draws say of its uncertain inputs: how much of each measure is due to which, and on what evidence
 * that rests (montecarlo/given.h, sensitivity.h). Costs no replication.
 *
 * Of a planner the lead of the cheapest alternative over the next is a measure too, and its tornado comes along.
 * Luck and interactions are one bar here; iccsim sensitivity separates them.
 */
#ifndef ICCSIM_STUDY_EVIDENCE_H
#define ICCSIM_STUDY_EVIDENCE_H

#include "outcome.h"
#include "sim/output/report.h"

struct evidence;

/* NULL if nothing is uncertain, or if replications are antithetic and so no draws of their own. */
struct evidence *evidence_open(const struct outcome *outcome);
void evidence_free(struct evidence *evidence);
/* Keeps a replication, in order; the first MOST_EVIDENCE_ROWS are enough. */
enum { MOST_EVIDENCE_ROWS = 20000 };
void evidence_note(struct evidence *evidence, const struct committed *one);
/* Once all are noted, and the decision is taken. */
void evidence_take(struct evidence *evidence);
/* sensitivity.csv and what its picture reads, into `folder` of the stage; nothing of too few replications. */
void evidence_write(const struct evidence *evidence, struct stage *stage, const char *folder);
/* What a measure is due to, in words, such as `usage.level 26 % (9 to 43); luck and interactions 50 % (31 to 69); 40 %
 * rests on sources of confidence C or none`. `evidence` may be NULL. */
const char *evidence_drivers(const struct evidence *evidence, const char *measure, struct arena *arena);
/* Adds a table, or a note that there are too few replications for one. */
void evidence_report(const struct evidence *evidence, struct report *report, struct arena *arena);

#endif
