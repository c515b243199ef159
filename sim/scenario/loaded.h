/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A loaded scenario, as the files of this folder see it. */
#ifndef ICCSIM_SCENARIO_LOADED_H
#define ICCSIM_SCENARIO_LOADED_H

#include "merge.h"
#include "scenario.h"
#include "value.h"

/* One parameter of one section or row. */
struct value {
    const char *path; /* market.kappa_training */
    const struct param *param;
    const struct node *node; /* as written; the default if nobody wrote it; NULL if it is missing */
    bool given;
    bool repeated; /* an earlier part of the section has the same key */
    struct given said; /* given: with its source and the like */
};

/* A number that is drawn for every replication. */
struct uncertain {
    size_t block, offset;
    const struct distribution *distribution;
    const char *path;
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
    const char *name, *title, *question, *answer;
    const struct node *variants, *facts, *measures; /* maps, or NULL */
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
};

size_t scenario_section_index(const struct scenario *scenario, const char *name); /* schema->count if there is none */
ptrdiff_t scenario_row(const struct scenario *scenario, const char *table, const char *name);
size_t section_param_count(const struct section_part *part);

/* outputs.c: the output of that name, of the whole schema; NULL if there is none. */
const struct schema_output *output_find(const struct scenario *scenario, const char *name);
/* "; did you mean X", or "". */
const char *output_hint(struct scenario *scenario, const char *name);

bool is_entity_name(const char *name);

/* Reads facts and measures into the scenario; `reading` has the exchange rates. */
void measures_load(struct scenario *scenario, const struct reading *reading);
/* Reads of a map {output, at or from and to, stat, relative_to, label} which number of a replication is meant. False if
 * it is wrong, which was said under `path`. */
bool fact_read_window(struct scenario *scenario, const struct reading *reading, const char *path,
                      const struct node *map, struct fact *fact);
/* Reads the map at `attribution`; NULL: there is none. */
void attribution_load(struct scenario *scenario, const struct node *map, const struct reading *reading);
/* Reads the map at `show`; NULL: there is none. */
void shown_load(struct scenario *scenario, const struct node *map, const struct reading *reading);

#endif
