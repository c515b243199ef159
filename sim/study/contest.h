/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scenario and others that were run together with it: their paired differences, as tables and files. */
#ifndef ICCSIM_COMMAND_CONTEST_H
#define ICCSIM_COMMAND_CONTEST_H

#include "outcome.h"

#include "sim/montecarlo/compare.h"

struct contender {
    const char *name; /* of several, of its folder */
    const char *label; /* for people */
    const struct outcome *outcome;
    struct comparison comparison;
};

struct contest {
    const struct outcome *base;
    const char *label; /* of the base */
    size_t count;
    struct contender *other;
    struct arena arena;
};

/* The first outcome against all others; `name` and `label` have one for each. */
void contest_open(struct contest *contest, struct outcome *const *outcome, const char *const *name,
                  const char *const *label, size_t count);
void contest_commit(void *contest, const struct committed *all); /* a montecarlo_commit_all */
void contest_free(struct contest *contest);

/* compare/series/<output>.dat, compare/curves/<output>.dat, compare/scalars.dat and compare/context.gp; of several
 * others, compare/<name>/series/... */
void contest_write(const struct contest *contest, struct stage *stage);
/* How a series of `other` differs at a date in decimal years; false: not both have it there. */
bool contest_difference(const struct contender *other, const char *series, double at, struct difference *difference);
/* What key.svg shows: the output that the study is about and, of a base, how its variants differ. False: there is no
 * such output in this run. With `to` NULL nothing is written. */
bool contest_write_key(const struct outcome *outcome, FILE *to);
/* Whether the first picture has others beside the base: some differ from it there. */
bool contest_moves_key(const struct outcome *outcome);
/* For each other: what moved most, headline outputs at a few dates, what only one has. */
void contest_print(const struct contest *contest, FILE *to, bool csv);

#endif
