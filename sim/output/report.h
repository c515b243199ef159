/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.html: one offline page about a run, to be read, mailed and printed.
 *
 * The page holds its pictures and needs nothing else: no script, no font, no address. It depends on the rows given here
 * and on the picture files only; so the caller keeps times, hosts and absolute paths out of them, and two identical
 * runs give identical bytes. Texts are plain UTF-8 and escaped here; NULL or "" leaves a text out, NaN a number.
 */
#ifndef ICCSIM_OUTPUT_REPORT_H
#define ICCSIM_OUTPUT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct report_picture {
    const char *file; /* an SVG, relative to the run's folder: plots/rents.svg */
    const char *title, *caption;
};

/* One headline number with its band over the replications. */
struct report_number {
    const char *label, *unit;
    const char *when; /* the date or window it is for, or NULL */
    bool is_date; /* p05, p50 and p95 are decimal years */
    double p05, p50, p95;
};

enum report_verdict {
    REPORT_INSIDE,
    REPORT_OUTSIDE,
    REPORT_STATED, /* an input states what was observed */
    REPORT_NO_FORECAST, /* the band has no width */
    REPORT_ON_BOUND, /* the price sat on its floor or ceiling: agreement would be no evidence */
    REPORT_NOT_SHOWN, /* the run has no such output or date */
};

/* A dated fact against the simulated band, in the output's unit. */
struct report_fact {
    const char *name, *output, *unit, *when, *source, *confidence;
    const char *counted; /* what, by whom, and which way it bounds the output; or NULL */
    bool is_date; /* the numbers are decimal years */
    double value, low, high; /* observed; value NaN if only a range is known */
    double p05, p50, p95;
    enum report_verdict verdict;
};

/* A table of words with a sentence above it; a heading with a bar before it is that of a column of numbers. */
struct report_table {
    const char *title, *note;
    const char *const *columns;
    size_t column_count, row_count;
    const char *const *cells; /* row by row */
};

struct report_assumption {
    const char *section; /* market */
    const char *name; /* kappa_training, or H100.launch */
    const char *value; /* as the scenario gives it, with or without its unit */
    const char *unit, *source, *date, *confidence;
};

struct report_input {
    const char *file, *sha256; /* as the command or the scenario names it */
};

/* To the page of a variant. */
struct report_link {
    const char *text, *to; /* `to` is relative to the page */
};

struct report {
    const char *title, *question;
    const char *finding; /* with the numbers of this run */
    const char *answer; /* words of the author */
    const char *changes; /* what is not as the study was written */
    struct report_table differences; /* from a base; no rows: none */
    const struct report_link *links;
    size_t link_count;
    const char *version, *command; /* to reproduce the run, without -o */
    unsigned long long seed;
    size_t replications;
    const struct report_input *inputs;
    size_t input_count;
    const char *const *notes; /* what a reader must know: failed replications and why, an interruption */
    size_t note_count;
    const struct report_table *tables; /* what the page is about, before the pictures */
    size_t table_count;
    const struct report_picture *pictures; /* those whose file does not exist are left out */
    size_t picture_count;
    struct report_table worlds; /* single replications; no rows: none */
    const struct report_number *numbers;
    size_t number_count;
    const struct report_fact *facts;
    size_t fact_count;
    const struct report_assumption *assumptions; /* in any order: the page sorts them by section and name */
    size_t assumption_count;
};

/* Writes the page; pictures are read in the open folder `folder`. False with errno set if that or writing fails. */
bool report_write(FILE *to, int folder, const struct report *report);

/* For pages of another content: the same look, a text without markup. */
void report_begin_page(FILE *to, const char *title);
void report_end_page(FILE *to);
void report_escaped(FILE *to, const char *text);

#endif
