/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a lab keeps; for its own files. */
#ifndef ICCSIM_LAB_LAB_STATE_H
#define ICCSIM_LAB_LAB_STATE_H

#include "lab.h"
#include "sim/montecarlo/block.h"
#include "sim/scenario/lever.h"
#include "sim/study/outcome.h"

struct numbers { /* a derive_state: where the numbers of a replication are found */
    struct fact_targets measures;
    size_t series_count, sample_count, series[HEADLINE_SERIES]; /* series: of the world's plan; NOT_THERE */
};
#define NOT_THERE SIZE_MAX

struct lab_side { /* one of the two worlds */
    const struct scenario *scenario;
    const struct plan *plan;
    struct numbers numbers;
    struct arena arena; /* of the plan, if it is the moved world's own */
    uint64_t identity;
    struct workplace *workplace;
    struct blocks blocks;
};

struct lab {
    struct study study;
    const char *file;
    struct scenario *scenario, *moved;
    struct outcome outcome; /* of the base */
    uint64_t seed, next_seed;
    size_t lever_count;
    const char **text; /* a lever: where it is to stand, or "" */
    struct lever_value *value;
    struct lab_side side[LAB_WORLDS];
    size_t shown[HEADLINE_SERIES], shown_count; /* series of the base */
    double *origin; /* a number */
    struct bytes bytes;
    double *band, *difference, *one;
    struct mistakes mistakes;
    char *message, *description, *trace, *yaml;
    struct arena arena;
};

#endif
