/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of mechanisms, made from models.def. */
#ifndef ICCSIM_MODELS_MODELS_H
#define ICCSIM_MODELS_MODELS_H

#include "sim/engine/model.h"

#define MODEL(name) extern const struct model model_##name;
#include "models.def"
#undef MODEL

extern const struct model *const models[]; /* ends with NULL */
extern const size_t models_world_size; /* bytes of struct world */

#endif
