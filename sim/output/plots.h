/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of a run's folder by gnuplot.
 *
 * A picture is a script in the folder of scripts with a line `# title:`; it may have a line `# caption:`, and `# needs:
 * FILE...`: it is skipped when one of those is missing. It runs with these variables set and the run's folder as
 * working directory, so that no absolute path gets into a picture:
 *
 *     format = "svg"    out = "plots/rents.svg"    share = the folder of scripts
 *
 * Texts reach scripts as values of variables (gnuplot.h) or as fields of tables, and no script may start a program.
 * Scripts read series/<output>.dat, curves/<output>.dat, scalars.dat, facts.dat, events.dat, index.dat and context.gp.
 */
#ifndef ICCSIM_OUTPUT_PLOTS_H
#define ICCSIM_OUTPUT_PLOTS_H

#include "sim/base/arena.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* The folder `name` that belongs to the program: below $ICCSIM_SHARE, else in the tree the program was built in, else
 * where it was installed. NULL if there is none. */
const char *share_folder(const char *name, struct arena *arena);

/* What a script says of its picture. */
struct picture {
    const char *name, *title, *caption; /* rents; caption "" if it has none */
    const char *needs; /* files, separated by blanks; NULL: none */
};
/* The pictures that the scripts of a folder draw, by name. What cannot be read is left out, with a warning to `words`
 * unless that is NULL. */
size_t pictures_list(const char *scripts, struct arena *arena, const struct picture **picture, FILE *words);

struct plots_request {
    const char *folder, *scripts;
    const char *names; /* of the pictures, separated by commas; NULL: all that have what they need */
    bool png; /* beside SVG */
    FILE *words; /* what could not be drawn, and why: one warning for each reason */
    const volatile sig_atomic_t *stop; /* nonzero: to end early; NULL or nonzero before: to go on */
    double seconds; /* that one picture may take; 0: a minute */
};

struct plots {
    size_t drawn, skipped, failed; /* pictures, counted by format */
    bool no_gnuplot, stopped;
};

/* Draws pictures of `folder` into its `plots/`. That some could not be drawn is no error of the run. Each comes out the
 * same whichever others are drawn and however many at once. gnuplot gets an environment of its own, ends with us, and
 * leaves nothing running. */
struct plots plots_draw(const struct plots_request *request);

/* False if one of `names` is that of no script; `nearest` is then a known name like it, or NULL. */
bool plots_know(const char *scripts, const char *names, struct arena *arena, const char **unknown,
                const char **nearest);

#endif
