/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run found, in words: the sentence of the scenario's `show.finding` with the numbers of this run, and the
 * differences of variants from their base. Numbers are means over replications, differences are means over pairs on
 * common random numbers with their 95 % intervals.
 */
#ifndef ICCSIM_STUDY_FINDING_H
#define ICCSIM_STUDY_FINDING_H

#include "contest.h"
#include "sim/output/report.h"

/* One sentence or a few; NULL if the scenario names no numbers. Where the sentence needs variants that were not run,
 * the numbers it speaks of with their labels. */
const char *finding_text(const struct outcome *outcome, const struct contest *contest, struct arena *arena);
/* A sentence on what a decision's run found; its planner decides. */
const char *finding_of_run(const struct outcome *outcome, const struct contest *contest, struct arena *arena);

/* A number with its unit: `42,300 CNY a month`; a year and month where the unit is `date`. */
const char *quantity_in_words(double value, const char *unit, struct arena *arena);
/* `CNY/card-hour` is read `CNY a card-hour`. */
const char *unit_in_words(const char *unit, struct arena *arena);
/* Three digits, thousands with commas: 0.342, 60.2, 42,300, 1.82 million. */
const char *number_in_words(double value, struct arena *arena);

/* How other variants differ in the numbers that the study names, else in its headline outputs at the last date: for
 * each number a row a variant. */
struct finding_table {
    size_t count;
    struct finding_row {
        const char *what, *variant, *base, *other, *change; /* change: `12 % lower (9 to 15)` */
    } * row;
};
struct finding_table finding_differences(const struct contest *contest, struct arena *arena);
void finding_differences_print(const struct contest *contest, FILE *to);
/* The table of the report. */
struct report_table finding_report(const struct contest *contest, struct arena *arena);

/* What options changed of the study as it is written, `--set a=b; 20 replications instead of 200`; NULL: nothing. */
struct options;
struct replicated {
    uint64_t times, written; /* how often it was, and how often the study says */
};
const char *finding_changes(const struct outcome *outcome, struct replicated replicated, const struct options *options,
                            struct arena *arena);
const char *finding_changes_of_run(const struct outcome *outcome, const struct options *options, struct arena *arena);

/* Question, finding, what was changed, and differences on the terminal. `contest` NULL or empty: no variants. */
void finding_print(const struct outcome *outcome, const struct contest *contest, const struct options *options,
                   FILE *to);
enum { WORDS_COLUMNS = 80 };
/* Text in lines of at most `columns`, each after `indent` blanks. */
void print_wrapped(FILE *to, const char *text, size_t indent, size_t columns);

#endif
