/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lab: a scenario whose levers somebody moves while looking, and two worlds on the same luck, as it stands and as
 * it was moved. What a page in a browser calls; all arguments are pointers and plain numbers.
 *
 *     struct lab *lab = lab_open("scenarios/china.yml");            *lab_message(lab): what is wrong, "" if nothing
 *     lab_describe(lab)                                             JSON: texts, levers, outputs, facts, events
 *     lab_move(lab, 0, "6 months"); lab_settle(lab);                false: lab_message says what is wrong
 *     lab_run(lab, LAB_MOVED, 0, 10); lab_data(lab), lab_size(lab)  a block of replications as bytes
 *     lab_take(other, LAB_MOVED, data, size)                        in another lab, whose levers stand alike
 *     lab_bands(other, LAB_MOVED)
 *
 * Nothing is parsed but the words a lever is moved to, and no file is read after lab_open (but for lab_scenario). The
 * numbers of a replication are those of the measures, facts first, then the series that are shown, a sample each. What
 * a function returns belongs to the lab and is good until the next call of the same function.
 */
#ifndef ICCSIM_LAB_LAB_H
#define ICCSIM_LAB_LAB_H

#include <stdbool.h>
#include <stddef.h>

enum lab_world { LAB_BASE, LAB_MOVED, LAB_WORLDS };

struct lab;

struct lab *lab_open(const char *file); /* never NULL */
/* Frees it and all that it returned. */
void lab_close(struct lab *lab);
/* What is wrong, "" if nothing; the page's JSON, as above. */
const char *lab_message(const struct lab *lab);
const char *lab_describe(struct lab *lab);

/* The next lab_settle takes it; "": where the scenario has it. False if that cannot be read. */
bool lab_move(struct lab *lab, size_t lever, const char *text);
bool lab_seed(struct lab *lab, const char *text); /* a whole number */
/* Writes seed and levers into the moved world and forgets blocks that no longer hold: those of the base if the seed is
 * another one. False: lab_message says what the levers together make impossible. */
bool lab_settle(struct lab *lab);

/* Replications first to first + count - 1 of one world. */
void lab_run(struct lab *lab, enum lab_world world, unsigned first, unsigned count);
const void *lab_data(const struct lab *lab);
size_t lab_size(const struct lab *lab);
/* A block that another lab ran; false if it is of another world, or has come before. */
bool lab_take(struct lab *lab, enum lab_world world, const void *data, size_t size);

/* How many replications from 0 on are there without a gap, and how many of these failed. */
unsigned lab_count(const struct lab *lab, enum lab_world world);
unsigned lab_failed(const struct lab *lab, enum lab_world world);
/* How many numbers a replication has. */
size_t lab_width(const struct lab *lab);
/* Of each number LAB_BAND doubles: mean, standard error, percentiles 5, 25, 50, 75 and 95, how many are finite. Of the
 * first `count` replications, which must be there. */
enum { LAB_BAND = 8 };
const double *lab_bands(struct lab *lab, enum lab_world world, unsigned count);
/* Of each number LAB_DIFFERENCE doubles over pairs, moved less base: mean, standard error, both ends of Student's 95 %
 * interval, pairs. */
enum { LAB_DIFFERENCE = 5 };
const double *lab_differences(struct lab *lab, unsigned count);

/* One replication: its numbers (NULL if it failed), and who did what when, a JSON object a line. */
const double *lab_one(struct lab *lab, enum lab_world world, unsigned replication);
const char *lab_trace(const struct lab *lab);

/* The moved scenario, for the program; `replications` are what it will run. NULL: lab_message says why not. */
const char *lab_scenario(struct lab *lab, unsigned replications);

#endif
