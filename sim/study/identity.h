/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run is known by: a hash of all that decides its numbers, but for the program. The words of an author are about
 * one run, and no other may say them. */
#ifndef ICCSIM_STUDY_IDENTITY_H
#define ICCSIM_STUDY_IDENTITY_H

#include "outcome.h"

/* The first digits of the sha256 of the merged values with variants, attribution and sweep, the files of data that they
 * name, seed, replications and antithetic pairs. */
const char *identity_of_run(const struct outcome *outcome, uint32_t replications, struct arena *arena);

/* The scenario's `answer` if it is one of this run; else NULL. */
const char *identity_answer(const struct outcome *outcome, uint32_t replications, struct arena *arena);
/* Why the scenario's `answer` is not repeated, a sentence; NULL: it is, or there is none. */
const char *identity_answer_withheld(const struct outcome *outcome, uint32_t replications, struct arena *arena);

/* What `print` writes of a scenario. */
char *identity_text(struct arena *arena, const struct scenario *scenario,
                    void (*print)(const struct scenario *, FILE *));
/* The sha256 of a text; of the files of data that a run reads, "" if there are none. */
const char *identity_hash(struct arena *arena, const char *text);
const char *identity_of_data(const struct outcome *outcome, struct arena *arena);

#endif
