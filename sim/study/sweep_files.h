/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that export a sweep share. */
#ifndef ICCSIM_STUDY_SWEEP_FILES_H
#define ICCSIM_STUDY_SWEEP_FILES_H

#include "sensitivity.h"
#include "sweep_export.h"

#include <stdio.h>

/* The folder in which the files are written, inside the sweep's. */
#define SWEEP_WORK ".exports"

struct sweep_files {
    struct sweep_export *request;
    struct arena *arena;
    const char *work; /* the folder SWEEP_WORK */
    const char **written; /* names, relative to the folder */
    size_t count, room;
    const char *error;
    size_t base; /* point */
    size_t done, all; /* points */
    struct sweep_sheet *sheet;
    struct sensitivity *sensitivity; /* NULL: the design is for something else */
};

FILE *sweep_file(struct sweep_files *files, const char *name); /* never NULL; NULL device after an error */
/* Closes what sweep_file gave, and notes the name among those written, or the error. */
void sweep_close_file(struct sweep_files *files, FILE *file, const char *name);
bool sweep_error(struct sweep_files *files, const char *what, const char *name); /* notes errno; returns false */

/* ---- sweep_sheet.c: what is kept of all points, for pictures and the page ---- */

enum {
    MOST_SHEET_MEASURES = 6,
    MOST_SHEET_ROWS = 4096,
    MOST_SHEET_LEVELS = 24
}; /* the most that pictures show: the first points */
struct sweep_cell {
    double mean, p05, p25, p50, p75, p95, difference, low, high;
};
struct sweep_sheet {
    size_t measure_count, measure[MOST_SHEET_MEASURES]; /* which are shown */
    size_t rows, room;
    size_t *point;
    double *x; /* a row: a number a factor, that of a word its place in order of appearance */
    struct sweep_cell *cell; /* a row: one a shown measure */
    const char ***word; /* a factor: its words in that order */
    size_t *words;
};
/* An empty sheet for the factors and shown measures of the sweep; memory is the arena's. */
struct sweep_sheet *sweep_sheet_new(struct sweep_files *files);
/* A row, as long as there is room: bands and differences (mean, low, high) have one a measure. */
void sweep_sheet_add(struct sweep_files *files, const struct stored_point *point, const struct band *band,
                     const double (*difference)[3]);
/* The different values of a factor, in rising order. */
struct sweep_levels {
    size_t factor, count; /* count: more than MOST_SHEET_LEVELS if there are too many to tell */
    double value[MOST_SHEET_LEVELS];
};
struct sweep_levels sweep_levels_of(const struct sweep_files *files, size_t factor);
const char *sweep_level_text(struct sweep_files *files, const struct sweep_levels *levels, size_t i);
/* sweep_finding.c: what a grid found, in words: of each measure its range, what each factor does to it in the mean over
 * the others and, where it changes its sign over two factors, where. NULL: the design is no grid. */
const char *sweep_finding(struct sweep_files *files);
/* The folder sweep/ and context.gp, for the scripts of pictures. */
void sweep_write_sheets(struct sweep_files *files);
/* report.html, after the pictures. */
void sweep_write_report(struct sweep_files *files);
/* manifest.json, last. */
void sweep_write_manifest(struct sweep_files *files);

#endif
