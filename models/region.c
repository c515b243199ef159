/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Regions: what power costs, how much of it cooling takes, how clean it is, and where new projects go. */
#include "models.h"
#include "world.h"

struct row {
    const char *label;
    double power_price_cny_per_kwh, pue, carbon_t_per_mwh, project_share;
};

#define REGION "regions"
static const struct param params[] = {
    {.name = "label", .table = REGION, .type = PARAM_TEXT, .value = "none", .help = "name shown in pictures",
     .offset = offsetof(struct row, label)},
    COLUMN(REGION, struct row, power_price_cny_per_kwh, "power_price", "CNY/kWh", 0, 10, NULL, UNCERTAIN,
           "price of power delivered to a centre, without tax", NULL),
    COLUMN(REGION, struct row, pue, "pue", "", 1, 3, NULL, UNCERTAIN, "facility power over computing power", NULL),
    COLUMN(REGION, struct row, carbon_t_per_mwh, "carbon", "t/MWh", 0, 2, "0.55 t/MWh", UNCERTAIN,
           "carbon dioxide of the power", NULL),
    COLUMN(REGION, struct row, project_share, "project_share", "", 0, 1, NULL, FIXED,
           "share of new projects; shares are scaled to add up to one", NULL),
    {0},
};

/* One region at the national average: what the world is without regions. */
static void one_region(struct world *w)
{
    w->regions = (struct regions){.count = 1, .name = {"all"}, .label = {"all"}, .power_price_cny_per_kwh = {0.65},
                                  .pue = {1.42}, .carbon_t_per_kwh = {0.00055}, .project_share_below = {1}};
}

static void start(struct world *w)
{
    const struct row *row = sim_rows(w->sim, &model_region, REGION);
    struct regions *r = &w->regions;
    r->count = sim_row_count(w->sim, REGION);
    if (r->count > MAX_REGIONS)
        sim_fail(w->sim, "more than %d regions", MAX_REGIONS);
    if (r->count == 0) {
        one_region(w);
        return;
    }
    double sum = 0, below = 0;
    for (size_t i = 0; i < r->count; i++)
        sum += row[i].project_share;
    for (size_t i = 0; i < r->count; i++) {
        r->name[i] = sim_row_name(w->sim, REGION, i);
        r->label[i] = row[i].label ? row[i].label : r->name[i];
        r->power_price_cny_per_kwh[i] = row[i].power_price_cny_per_kwh;
        r->pue[i] = row[i].pue;
        r->carbon_t_per_kwh[i] = row[i].carbon_t_per_mwh / 1000;
        below += row[i].project_share;
        r->project_share_below[i] = sum > 0 ? below / sum : (double)(i + 1) / (double)r->count;
    }
}

static const struct table tables[] = {{REGION, sizeof(struct row), "where centres stand"}, {0}};

const struct model model_region = {
    .name = "region",
    .help = "power price, overhead and carbon by region, and the regions' shares of new projects",
    .without = "one region with China's average power price, overhead and carbon",
    .tables = tables,
    .params = params,
    .start = start,
    .off = one_region,
};
