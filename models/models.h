/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of mechanisms, made from models.def. */
#ifndef ICCSIM_MODELS_MODELS_H
#define ICCSIM_MODELS_MODELS_H

#include "sim/engine/model.h"
#include "sim/scenario/scenario.h"

#define MODEL(name) extern const struct model model_##name;
#include "models.def"
#undef MODEL

extern const struct model *const models[]; /* ends with NULL */
extern const size_t models_world_size; /* bytes of struct world */

/* For a mechanism's check: its settings, or its rows of a table, among drawn values; NULL if it has none there. */
const void *checked_block(const struct scenario *scenario, const struct drawn *drawn, const char *section,
                          const struct model *model);
/* For a mechanism's check: every uncertain number as high as it can be drawn. The memory is the arena's. */
struct drawn highest_values(const struct scenario *scenario, struct arena *arena);
/* For a mechanism's check: complains of a table that has fewer or more rows than it can handle. */
void check_row_count(const struct scenario *scenario, struct mistakes *mistakes, const char *table, size_t least,
                     size_t most);

#endif
