/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scenario file, what it extends and what the command line sets, merged, checked against the schema and typed.
 *
 * Loading never stops at the first mistake: it returns NULL only after every mistake it could find is in `mistakes`.
 * A loaded scenario is immutable and may be shared by threads.
 */
#ifndef ICCSIM_SCENARIO_SCENARIO_H
#define ICCSIM_SCENARIO_SCENARIO_H

#include "schema.h"
#include "sim/base/arena.h"
#include "sim/base/mistakes.h"

#include <stdint.h>
#include <stdio.h>

struct scenario;

/* One `--set path=value`; `argument` is the whole text, for messages. */
struct override {
    const char *argument;
};

struct load_request {
    const char *file;
    const char *variant; /* NULL: the scenario itself */
    uint32_t off; /* a bit for each mechanism of its attribution that is switched off */
    const char *facts; /* a file whose facts replace those of `file`; NULL: none */
    const struct override *overrides;
    size_t override_count;
};

/* NULL after adding to `mistakes` all that is wrong. The schema must live as long; freed by scenario_free. */
struct scenario *scenario_load(const struct load_request *request, const struct schema *schema,
                               struct mistakes *mistakes);
/* Adds every mistake of the scenario and of each of its variants; false if there are any. */
bool scenario_check(const struct load_request *request, const struct schema *schema, struct mistakes *mistakes);
void scenario_free(struct scenario *scenario);

/* What the file says of itself. */
const char *scenario_name(const struct scenario *scenario); /* the file's name without folder and .yml */
const char *scenario_title(const struct scenario *scenario);
const char *scenario_question(const struct scenario *scenario);
const char *scenario_answer(const struct scenario *scenario);
/* The identity of the run that `answer` is about; NULL: not said. */
enum { IDENTITY_TEXT_BYTES = 16 + 1 };
const char *scenario_answer_of(const struct scenario *scenario);
size_t scenario_variant_count(const struct scenario *scenario);
const char *scenario_variant_name(const struct scenario *scenario, size_t i);

enum { MOST_VARIANTS = 256 };
/* What no variant may be called: the folders that a run writes beside theirs. Ends with NULL. */
extern const char *const reserved_variants[];

const char *scenario_variant_label(const struct scenario *scenario, size_t i); /* its `label`, else the name */

/* What it wants shown first (shown.c). */
enum { MOST_SHOWN_OUTPUTS = 14, MOST_SHOWN_DATES = 6, MOST_SHOWN_PICTURES = 32 };

/* What a study found, as a sentence whose numbers the run at hand fills in (finding.c). */
struct finding {
    size_t count; /* 0: it says none */
    bool is_own; /* of what was loaded: not of the base that a variant was made from */
    struct finding_part {
        const char *before; /* the words before the number */
        enum finding_kind {
            FINDING_TEXT,
            FINDING_NUMBER,
            FINDING_DIFFERENCE,
            FINDING_CHANGE,
            FINDING_DECISION,
            FINDING_DRIVERS
        } kind;
        /* Of a decision, what stands behind `decision.`, which its planner knows. */
        const char *measure, *variant; /* variant NULL: of the scenario itself */
        bool is_mean; /* else a median, or the difference of two */
        const char *less, *more; /* the words of a difference; NULL: the program's choice */
    } * part;
};

struct shown {
    const char *base; /* what the scenario itself is called beside its variants; NULL: nothing said */
    const char *key, *words; /* the output of the first picture, and what it is called; NULL: nothing said */
    const char *currency; /* of texts, tables and pictures; NULL: CNY, as in the files */
    struct finding finding;
    const char *picture[MOST_SHOWN_PICTURES];
    size_t picture_count; /* 0: all that can be drawn */
    const char *output[MOST_SHOWN_OUTPUTS];
    double date[MOST_SHOWN_DATES];
    size_t output_count, date_count; /* 0: nothing said */
    double from, to; /* of pictures; NaN: nothing said */
};
extern const char *const shown_currencies[]; /* ends with NULL */
/* Never NULL. */
const struct shown *scenario_shown(const struct scenario *scenario);

/* What its outcome is to be shared out among (attribution.c); no mechanisms: nothing. */
enum { MOST_MECHANISMS = 8 };
struct attribution {
    size_t mechanism_count, output_count;
    struct mechanism {
        const char *name, *label;
    } mechanism[MOST_MECHANISMS];
    struct fact *output; /* only where and when are meant, and the name to show */
    struct place *place; /* of each output, for messages */
};
const struct attribution *scenario_attribution(const struct scenario *scenario);

/* Every file read, in order of reading, for the manifest. */
size_t scenario_file_count(const struct scenario *scenario);
const char *scenario_file(const struct scenario *scenario, size_t i);

/* Whether a mechanism's section has `enabled: true`, as it has if nobody says otherwise. */
bool scenario_enabled(const struct scenario *scenario, const char *section);

/* For a section_check: adds a mistake at the place where the value `path` was written or, if nobody wrote it, at its
 * entity's or section's. */
void scenario_complain(const struct scenario *scenario, struct mistakes *mistakes, const char *path, const char *format,
                       ...) __attribute__((format(printf, 4, 5)));

/* Tables. */
size_t scenario_row_count(const struct scenario *scenario, const char *table);
const char *scenario_row_name(const struct scenario *scenario, const char *table, size_t row);
const char *scenario_row_label(const struct scenario *scenario, const char *table,
                               size_t row); /* `label`, else the name */

/* Values as one replication sees them. The memory comes from `arena`: for each section part of the schema, in the
 * schema's order, one block: the settings struct, or row_count row structs. UNCERTAIN values are drawn by inverse CDF
 * with the uniform number `uniform(state, path)`; `path` is the value's full name, `market.kappa_training`. With
 * uniform NULL the medians are taken. */
typedef double scenario_uniform(void *state, const char *path);
struct drawn {
    size_t count;
    void **block;
};
struct drawn scenario_draw(const struct scenario *scenario, struct arena *arena, scenario_uniform *uniform,
                           void *state);
/* The same for replication `replication`, which has a row of its own in a file of draws. */
struct drawn scenario_draw_for(const struct scenario *scenario, struct arena *arena, scenario_uniform *uniform,
                               void *state, uint32_t replication);
/* Whether a file of draws that is numbered by replication has all of these; else adds what is wrong. */
bool scenario_check_draws(const struct scenario *scenario, uint32_t first, uint32_t replications,
                          struct mistakes *mistakes);

/* The uncertain parameters that are drawn, each once. A copy whose levers were moved may have others. */
struct drawn_parameter {
    const char *path, *unit; /* unit: `date` for a decimal year, "" for a pure number */
    const char *help; /* what it is, as its mechanism says it */
    const char *of; /* label of the row of the table that it stands in; NULL: in none */
    const char *confidence; /* of its source: A, B, C, or "" */
    bool joint; /* from a file of draws */
};
size_t scenario_input_count(const struct scenario *scenario);
struct drawn_parameter scenario_input(const struct scenario *scenario, size_t i);
/* What it is in a few words: `Huawei: effect of market share won on the log of its list prices`. */
const char *drawn_parameter_words(const struct drawn_parameter *parameter, struct arena *arena);
/* What was drawn of each. */
void scenario_inputs(const struct scenario *scenario, const struct drawn *drawn, double *input);

/* The block of one mechanism in one section, or NULL. */
void *drawn_block(const struct scenario *scenario, const struct drawn *drawn, const char *section, int owner);
/* The owner that a mechanism is in this scenario's schema, where it must be. */
struct model;
int scenario_owner(const struct scenario *scenario, const struct model *model);

/* A measure is a named number of a replication: an output at a date, over a window, or relative to another date. A fact
 * is a measure with an observed value, for pictures and backtests. */
struct fact {
    bool observed; /* a fact; else a measure alone, whose value, low and high are NaN */
    const char *name, *label, *output, *source, *confidence, *note; /* label: the name if none is given */
    enum fact_kind { FACT_VALUE, FACT_LOWER, FACT_UPPER } kind; /* what the number bounds: a part or a wider scope */
    const char *counts, *counted_by; /* what was counted, and by whom; NULL: the output itself, the source */
    const char *stated_by; /* inputs that state it, separated by blanks: then it is no evidence; NULL: none */
    double from, to; /* decimal years; equal for a single date; NaN for a scalar */
    enum fact_stat { FACT_MEAN, FACT_SUM, FACT_MIN, FACT_MAX, FACT_LAST } stat;
    double value, low, high; /* in the output's unit; `range` or value -+ tolerance; value NaN if only a range */
    double relative_to; /* decimal year the value is relative to; NaN if absolute */
    double weight;
};
size_t scenario_fact_count(const struct scenario *scenario);
const struct fact *scenario_fact(const struct scenario *scenario, size_t i); /* they lie one behind the other */
size_t scenario_measure_count(const struct scenario *scenario);
const struct fact *scenario_measure(const struct scenario *scenario, size_t i); /* all: the facts first */

/* Prints the merged scenario as YAML, each value followed by a comment with its origin: default, file:line or --set. */
void scenario_show(const struct scenario *scenario, FILE *to);
/* What decides the numbers of its replications, without origins: the same text, the same numbers, but for files of data
 * that it names. */
void scenario_show_values(const struct scenario *scenario, FILE *to);
/* The same with what decides the numbers of its study beyond: levers, sweep, attribution and variants. */
void scenario_show_study(const struct scenario *scenario, FILE *to);

/* Every value that was given by a file or the command line, with its provenance, for the report. */
struct assumption {
    const char *path, *text, *origin, *source, *as_of, *confidence;
};
size_t scenario_assumption_count(const struct scenario *scenario);
struct assumption scenario_assumption(const struct scenario *scenario, size_t i);
/* The same for what nobody gave in a section: its defaults and their sources. `list` has room for them all, or is NULL;
 * returns how many there are. */
size_t scenario_defaults(const struct scenario *scenario, const char *section, struct assumption *list);

#endif
