/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a store holds, as tables, pictures and a page in its folder. Needs no scenario, so a merged store has the same.
 *
 *     points.csv        point, status, a column a factor, name, replications, failed, base
 *     results.csv       point, a column a factor, measure, unit, n, failed, mean, se, p05 ... p95, difference, low,
 * high replications.csv  point, replication, failed, a column a measure                      (--keep) series/OUTPUT.dat
 * bands by point and date sweep/, context.gp, plots/, report.html, scenario.yml, manifest.json
 *
 * `difference` is the mean over replications of what the point has and the base has not, low and high its 95 % interval
 * (Student's); that of dates is in years. An empty cell is a number that does not exist.
 *
 * A design for sensitivity has sensitivity.csv (sensitivity.h) in the place of results.csv.
 *
 * Each file is written beside the others and renamed into its place, so a reader finds all of it, old or new.
 */
#ifndef ICCSIM_STUDY_SWEEP_EXPORT_H
#define ICCSIM_STUDY_SWEEP_EXPORT_H

#include "sim/output/plots.h"
#include "store.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>

struct sweep_export {
    struct store *store;
    const char *folder;
    bool keep; /* write replications.csv */
    const char *scripts; /* of pictures; NULL: none are drawn */
    const char *pictures; /* names, separated by commas; NULL: all */
    bool png;
    const volatile sig_atomic_t *stop;
    const char *command; /* sweep, or merge: for manifest.json */
    int threads;
    time_t began;
    FILE *tell; /* what a design for sensitivity found, in words; NULL: nowhere */
    struct plots drawn; /* out */
    struct arena arena;
};

/* False after saying on stderr what could not be written; what was there before is then still there. */
bool sweep_export(struct sweep_export *request);

#endif
