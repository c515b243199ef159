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

const void *checked_block(const struct scenario *scenario, const struct drawn *drawn, const char *section,
                          const struct model *model)
{
    return drawn_block(scenario, drawn, section, scenario_owner(scenario, model));
}

/* The largest number that stream_uniform draws. */
static double almost_one(void *state, const char *path)
{
    (void)state;
    (void)path;
    return 1 - 0x1p-53;
}

struct drawn highest_values(const struct scenario *scenario, struct arena *arena)
{
    return scenario_draw(scenario, arena, almost_one, NULL);
}

void check_row_count(const struct scenario *scenario, struct mistakes *mistakes, const char *table, size_t least,
                     size_t most)
{
    size_t count = scenario_row_count(scenario, table);
    if (count < least)
        scenario_complain(scenario, mistakes, table, "%zu of them; allowed: %zu to %zu", count, least, most);
    else if (count > most)
        scenario_complain(scenario, mistakes, table, "too many, %zu; allowed: %zu to %zu", count, least, most);
}
