/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models.h"

#include "world.h"

const struct model *const models[] = {
#define MODEL(name) &model_##name,
#include "models.def"
#undef MODEL
    NULL,
};

const size_t models_world_size = sizeof(struct world);
