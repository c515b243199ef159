/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A loaded scenario, as the files of this folder see it. */
#ifndef ICCSIM_SCENARIO_LOADED_H
#define ICCSIM_SCENARIO_LOADED_H

#include "lever.h"
#include "merge.h"
#include "scenario.h"
#include "sweep.h"
#include "value.h"

/* One parameter of one section or row. */
struct value {
    const char *path; /* market.kappa_training */
    const struct param *param;
    const struct node *node; /* as written; the default if nobody wrote it; NULL if it is missing */
    bool given;
    bool unread; /* the default of a mechanism that is off, which names what this scenario has not got */
    bool repeated; /* an earlier part of the section has the same key */
    struct given said; /* given: with its source and the like */
};

/* A number that is drawn for every replication. */
struct uncertain {
    size_t block, offset;
    const struct distribution *distribution;
    const double *column; /* of the file of draws; NULL: drawn from the distribution */
    const struct value *value;
};

/* draws.c: the file of joint draws. */
struct draws {
    const char *file; /* NULL: none */
    size_t rows;
    bool numbered; /* row i is of replication first + i; else replication k takes row order[k], and so on again */
    uint32_t first;
    const uint32_t *order;
};

/* What the loader writes into a block, whatever the type. */
union typed {
    double number;
    const struct distribution *distribution;
    const struct dated_series *series;
    const char *text;
    uint64_t set;
    int index;
    bool flag;
};

struct rows {
    size_t count; /* 1 for a section that is no table */
    const char **name, **label;
    const struct node **key, **node;
    size_t first_value; /* its values: by part, then by parameter, then by row */
    size_t first_block;
    bool enabled;
    bool broken; /* some could not be read: a name that is not among them may be right */
};

struct block {
    size_t bytes;
    void *template; /* fixed values, and the medians of the uncertain ones */
};

struct scenario {
    struct arena arena;
    const struct schema *schema;
    const struct node *root;
    struct sources sources;
    const char *name, *title, *question, *answer, *answer_of;
    const struct node *variants, *facts, *measures, *levers; /* maps, or NULL */
    struct rows *rows; /* by section of the schema */
    struct block *block;
    size_t block_count;
    struct value *value;
    size_t value_count;
    struct uncertain *uncertain;
    size_t uncertain_count;
    struct fact *measure; /* facts, then measures without an observation */
    size_t fact_count, measure_count;
    struct assumption *assumption;
    size_t assumption_count;
    struct shown shown;
    struct attribution attribution;
    struct exchange usd, eur; /* what values were read with */
    double as_of;
    bool sparse;
    bool is_given; /* world: given */
    bool is_variant; /* one of its variants, not the base */
    struct slider *slider;
    size_t slider_count;
    struct draws draws;
    const struct sweep *sweep; /* or NULL */
};

size_t scenario_section_index(const struct scenario *scenario, const char *name); /* schema->count if there is none */
/* Number of a row of a table by its name; NOT_FOUND. */
ptrdiff_t scenario_row(const struct scenario *scenario, const char *table, const char *name);
/* Parameters of one mechanism in a section. */
size_t section_param_count(const struct section_part *part);

/* outputs.c: the output of that name, of the whole schema; NULL if there is none. */
const struct schema_output *output_find(const struct scenario *scenario, const char *name);
/* "; did you mean X", or "". */
const char *output_hint(struct scenario *scenario, const char *name);

/* Letters, digits, `_` and `-`: what a row of a table may be called. */
bool is_entity_name(const char *name);

/* What further values of a loaded scenario are read with. */
struct reading scenario_reading(struct scenario *scenario, struct mistakes *mistakes);
/* What is wanted of a parameter; `as_of` dates the exchange rate. */
struct wanted value_wanted(const struct param *param, const char *path, double as_of);
/* Reads `node` as it would be read in the place of `value`, which stays as it is. An uncertain number leaves its median
 * in `typed` and itself in `drawn`. */
bool scenario_read_value(struct scenario *scenario, struct mistakes *mistakes, const struct value *value,
                         const struct node *node, union typed *typed, const struct distribution **drawn);
/* A file is looked for beside the one that names it; what --set names, where the program runs. */
const char *file_beside(struct scenario *scenario, const struct node *name);
/* So that its hash is noted. */
void note_source_file(struct scenario *scenario, const char *file);
/* Reads the file at `draws` into a scenario that is sound without it. */
void draws_load(struct scenario *scenario, struct mistakes *mistakes);
size_t draws_row(const struct draws *draws, uint32_t replication);
/* Reads the section `levers` of a scenario that is sound without it. */
void levers_load(struct scenario *scenario, struct mistakes *mistakes);
/* Reads the section `sweep` of a scenario that is sound without it. */
void sweep_load(struct scenario *scenario, struct mistakes *mistakes);
/* The checks of whole sections; and that the run ends after it begins. */
void scenario_check_sections(const struct scenario *scenario, struct mistakes *mistakes);

/* Reads facts and measures into the scenario; `reading` has the exchange rates. */
void measures_load(struct scenario *scenario, const struct reading *reading);
/* Whether the map of a measure holds a date that the run does not reach. */
bool measure_is_beyond_run(const struct scenario *scenario, const struct node *measure);
/* Reads of a map {output, at or from and to, stat, relative_to, label} which number of a replication is meant. False if
 * it is wrong, which was said under `path`. */
bool fact_read_window(struct scenario *scenario, const struct reading *reading, const char *path,
                      const struct node *map, struct fact *fact);
/* Reads the map at `attribution`; NULL: there is none. */
void attribution_load(struct scenario *scenario, const struct node *map, const struct reading *reading);
/* Reads the map at `show`; NULL: there is none. */
/* Reads `finding` of `show`, a text, into the scenario. */
void finding_read(struct scenario *scenario, const struct reading *reading, const struct node *text);
void shown_load(struct scenario *scenario, const struct node *map, const struct reading *reading);

#endif
