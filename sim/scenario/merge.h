/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scenario file with everything it extends, one variant and the command line, as one tree. */
#ifndef ICCSIM_SCENARIO_MERGE_H
#define ICCSIM_SCENARIO_MERGE_H

#include "scenario.h"
#include "tree.h"

struct source_file {
    const char *name; /* as opened */
    const char *real; /* canonical: the same file is read once */
    const struct node *tree; /* with what it extends; NULL while that is being read, or if it is wrong */
    bool open;
};

struct sources {
    struct source_file *list;
    size_t count, capacity;
};

/* The merged tree, a map; NULL if a file cannot be read at all. Mistakes may have been added in either case. */
const struct node *merge_request(struct arena *arena, const struct load_request *request, const struct schema *schema,
                                 struct sources *sources, struct mistakes *mistakes);

#endif
