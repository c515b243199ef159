/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One scenario or variant, run: what all writers and tables read. */
#ifndef ICCSIM_COMMAND_OUTCOME_H
#define ICCSIM_COMMAND_OUTCOME_H

#include "sim/montecarlo/facts.h"
#include "sim/montecarlo/montecarlo.h"
#include "sim/montecarlo/study.h"
#include "sim/output/sha256.h"
#include "sim/output/stage.h"

#include <stdbool.h>

/* A file that was read. Its hash is taken at once, before anyone has time to edit it. */
struct input {
    const char *path, *sha256; /* sha256 NULL: it could not be read again */
};

struct outcome {
    const struct study *study;
    struct scenario *scenario;
    const char *variant; /* NULL: the scenario itself */
    const struct plan *plan;
    struct fact_targets facts, measures; /* measures: the facts, then the others */
    struct input *input;
    size_t input_count;
    uint64_t seed;
    uint32_t first, replications; /* the number of the first, and how many are asked for */
    bool antithetic, intervals; /* intervals: of percentiles, are to be written */
    struct ensemble ensemble;
    struct decision *decision; /* of its planner, or NULL */
    struct worlds *worlds; /* single ones to show, or NULL */
    struct evidence *evidence; /* what its own draws say of its inputs, or NULL */
    const struct shares *shares; /* its attribution, or NULL */
    const struct contest *contest; /* of a base: its variants that were run along with it, or NULL */
    struct arena arena;
};

struct options;

/* Loads argument `i` of the command line and makes its plan; says on stderr what is wrong, and returns false. */
bool outcome_open(struct outcome *outcome, const struct options *options, const struct study *study, size_t i,
                  const char *variant);
/* What its variant is called in words; NULL if it is none. */
const char *outcome_variant_label(const struct outcome *outcome);
/* The same as outcome_open with mechanisms of the scenario's attribution switched off, a bit each. */
bool outcome_open_without(struct outcome *outcome, const struct options *options, const struct study *study, size_t i,
                          const char *variant, uint32_t off);
void outcome_free(struct outcome *outcome);
/* After it has run: measures of pooled scalars are those of all replications together. */
void outcome_pool_measures(struct outcome *outcome);
/* What to run, without threads, progress and commit. Points into `outcome`. */
struct montecarlo outcome_request(const struct outcome *outcome);

/* A band against an observation: its range, or its value and tolerance, overlaps [p05, p95]. Of a lower bound, the band
 * reaches it or lies above; of an upper bound, below. */
bool outcome_fact_inside(const struct fact *fact, const struct band *band);

/* Whether agreement with fact `i` is evidence for the model. */
enum fact_standing {
    FACT_EVIDENCE,
    FACT_STATED, /* no: an input states what was observed */
    FACT_ON_BOUND, /* no: in most replications the price sat on its floor or ceiling when the fact was observed */
    FACT_NO_FORECAST, /* no: the band is narrower than a hundredth of the median, so the number is an input in disguise
                       */
};
enum fact_standing outcome_fact_standing(const struct outcome *outcome, size_t i);
/* "on a bound"; "" for evidence. */
const char *fact_standing_text(enum fact_standing standing);

/* level.c: whether the level of an output in money is evidence: what the best of the facts about it says. */
enum level {
    LEVEL_NONE, /* it is not money */
    LEVEL_TESTED, /* a fact of its value that no input states */
    LEVEL_BOUNDED, /* facts of a part of it or of a wider scope */
    LEVEL_STATED, /* only facts that inputs state */
    LEVEL_UNTESTED, /* no fact */
};
enum level outcome_level(const struct outcome *outcome, const struct channel *channel);
const char *outcome_level_text(enum level level); /* "" for LEVEL_NONE */

/* headline.c: the outputs to show first, and the samples to show them at: those of the scenario's `show`, else our
 * choice. */
enum { HEADLINE_SERIES = MOST_SHOWN_OUTPUTS, HEADLINE_SAMPLES = MOST_SHOWN_DATES };
size_t outcome_headline_series(const struct outcome *outcome, size_t series[HEADLINE_SERIES]);
/* The key output of the study, else its first headline output, among the plan's series; its series_count: none. */
size_t outcome_key_series(const struct outcome *outcome);
size_t outcome_headline_samples(const struct outcome *outcome, size_t sample[HEADLINE_SAMPLES]);
size_t outcome_headline_points(const struct axis *x, size_t point[HEADLINE_SAMPLES]); /* of a curve */

/* write.c: whether any replication has a number of a series at any date. One of which none has gets no file. */
bool outcome_has_series(const struct outcome *outcome, size_t series);
/* write.c: the files of one run into `folder` of the stage, "" or "variant/". */
void outcome_write(const struct outcome *outcome, struct stage *stage, const char *folder);
/* What scripts of pictures need beside their numbers: events.dat and context.gp. */
void outcome_write_events(const struct outcome *outcome, FILE *to);
void outcome_write_context(const struct outcome *outcome, FILE *to);
/* replications.csv and inputs.csv, a row as each replication is committed. */
struct row_writer {
    const struct outcome *outcome;
    FILE *to;
    int error; /* errno of the first write that failed, perhaps in another thread than the one that closes the file */
};
void row_writer_begin(struct row_writer *writer);
void row_writer_commit(void *writer, const struct committed *one); /* a montecarlo_commit */
/* inputs.csv, which a scenario can take as its `draws`: what was drawn, to the last bit. */
void input_writer_begin(struct row_writer *writer);
void input_writer_commit(void *writer, const struct committed *one); /* a montecarlo_commit */

/* page.c: report.html into `folder` of the stage; pictures by the scripts in `scripts`, or NULL. */
void outcome_write_report(const struct outcome *outcome, const struct options *options, struct stage *stage,
                          const char *folder, const char *scripts);

/* summary.c: the tables on the terminal. */
void outcome_print(const struct outcome *outcome, FILE *to, bool csv);

#endif
