/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Regions: what power costs, how much of it cooling takes, how clean it is, what a place does for new projects, and how
 * far the users are.
 *
 * A lower-tier city pays a share of a centre's cost and approves fast; what that moves is decided in pipeline.c.
 *
 * A share of inference requests answers a user in real time and must be served near him, unless the national scheduling
 * network reaches that far: what leasing.c holds to its regions is
 *
 *     realtime_share * (1 - network(t)).
 *
 * Neutral: no incentive, approval_factor 1, realtime_share 0.
 */
#include "models/models.h"
#include "models/world.h"

#include <string.h>

struct settings {
    double realtime_share;
    int reference;
    const struct dated_series *network;
};

struct row {
    double power_price_cny_per_kwh, pue, carbon_t_per_mwh, project_share, approval_factor;
    const struct dated_series *incentive;
    bool realtime;
};

struct region_state {
    const struct settings *settings;
    const struct row *row; /* NULL: one region for all */
};

static inline struct region_state *region_state(const struct world *w)
{
    return w->state[STATE_region];
}

#define REGION "regions"
/* clang-format off */
static const struct param params[] = {
    NUMBER(struct settings, realtime_share, "realtime_share", "", 0, 1, "0", UNCERTAIN,
           "share of inference requests that must be served near the users", NULL),
    {.name = "reference", .type = PARAM_REFERENCE, .of = REGION, .value = "none",
     .help = "region at whose cost of power rents find their floor and cards their street and resale prices; none: that with most projects",
     .offset = offsetof(struct settings, reference)},
    {.name = "network", .type = PARAM_SERIES, .unit = "", .min = 0, .max = 1, .value = "none",
     .help = "share of the need for real-time inference that a scheduling network can serve from anywhere, over time; none: zero",
     .offset = offsetof(struct settings, network)},
    COLUMN(REGION, struct row, power_price_cny_per_kwh, "power_price", "CNY/kWh", 0, 10, NULL, UNCERTAIN,
           "price of power delivered to a centre, without tax", NULL),
    COLUMN(REGION, struct row, pue, "pue", "", 1, 3, NULL, UNCERTAIN, "facility power over computing power", NULL),
    COLUMN(REGION, struct row, carbon_t_per_mwh, "carbon", "t/MWh", 0, 2, "0.55 t/MWh", UNCERTAIN,
           "carbon dioxide of the power", NULL),
    COLUMN(REGION, struct row, project_share, "project_share", "", 0, 1, NULL, FIXED,
           "share of new projects where places are worth the same to them; shares are scaled to add up to one", NULL),
    {.name = "incentive", .table = REGION, .type = PARAM_SERIES, .unit = "", .min = 0, .max = 0.9, .value = "none",
     .help = "share of a new centre's cost that the place pays, in tax, cash and land, over time; none: zero",
     .offset = offsetof(struct row, incentive)},
    COLUMN(REGION, struct row, approval_factor, "approval_factor", "", 0, 10, "1", UNCERTAIN,
           "factor on the time from approval to money and site", NULL),
    {.name = "realtime", .table = REGION, .type = PARAM_FLAG, .value = "true",
     .help = "whether a region is near enough to the users for inference in real time", .offset = offsetof(struct row, realtime)},
    {0},
};
/* clang-format on */

static void update(struct world *w)
{
    const struct region_state *state = region_state(w);
    const struct settings *s = state->settings;
    for (size_t i = 0; state->row && i < w->regions.count; i++)
        w->regions.incentive[i] = state->row[i].incentive ? series_at(state->row[i].incentive, w->sim->now) : 0;
    w->regions.realtime_share_now = s->realtime_share * (1 - (s->network ? series_at(s->network, w->sim->now) : 0));
}

/* One region at the national average: what the world is without regions. */
static void one_region(struct world *w)
{
    w->regions = (struct regions){.count = 1,
                                  .name = {"all"},
                                  .realtime = {true},
                                  .power_price_cny_per_kwh = {0.65},
                                  .pue = {1.42},
                                  .carbon_t_per_kwh = {0.00055},
                                  .project_share = {1},
                                  .approval_factor = {1}};
}

/* The one with most projects, of equals the first by name. */
static int largest(const struct regions *r)
{
    int best = 0;
    for (int i = 1; i < (int)r->count; i++)
        if (r->project_share[i] > r->project_share[best] ||
            (r->project_share[i] == r->project_share[best] && strcmp(r->name[i], r->name[best]) < 0))
            best = i;
    return best;
}

static bool comes_before(const struct regions *r, int i, int k)
{
    return i == r->reference || (k != r->reference && strcmp(r->name[i], r->name[k]) < 0);
}

static void put_in_order(struct regions *r)
{
    for (size_t i = 0; i < r->count; i++) {
        size_t at = i;
        for (; at > 0 && comes_before(r, (int)i, r->order[at - 1]); at--)
            r->order[at] = r->order[at - 1];
        r->order[at] = (uint8_t)i;
    }
}

static void start(struct world *w)
{
    const struct row *row = sim_rows(w->sim, &model_region, REGION);
    region_state(w)->settings = sim_settings(w->sim, &model_region);
    struct regions *r = &w->regions;
    r->count = sim_row_count(w->sim, REGION);
    if (r->count == 0) {
        one_region(w);
        return;
    }
    double sum = 0;
    for (size_t i = 0; i < r->count; i++)
        sum += row[i].project_share;
    for (size_t i = 0; i < r->count; i++) {
        r->name[i] = sim_row_name(w->sim, REGION, i);
        r->realtime[i] = row[i].realtime;
        r->power_price_cny_per_kwh[i] = row[i].power_price_cny_per_kwh;
        r->pue[i] = row[i].pue;
        r->carbon_t_per_kwh[i] = row[i].carbon_t_per_mwh / 1000;
        r->project_share[i] = sum > 0 ? row[i].project_share / sum : 1 / (double)r->count;
        r->approval_factor[i] = row[i].approval_factor;
    }
    int named = region_state(w)->settings->reference;
    r->reference = named >= 0 ? named : largest(r);
    put_in_order(r);
    region_state(w)->row = row;
    update(w);
}

static void check(const struct scenario *scenario, struct mistakes *mistakes)
{
    struct arena arena = {0};
    struct drawn highest = highest_values(scenario, &arena);
    const struct settings *s = checked_block(scenario, &highest, "region", &model_region);
    const struct row *row = checked_block(scenario, &highest, REGION, &model_region);
    size_t count = scenario_row_count(scenario, REGION), near = 0;
    for (size_t i = 0; i < count; i++)
        near += row[i].realtime;
    if (count && !near && s->realtime_share > 0)
        scenario_complain(scenario, mistakes, "region.realtime_share",
                          "up to %.4g, and no region serves in real time; allowed: 0, or a region with realtime: true",
                          s->realtime_share);
    check_row_count(scenario, mistakes, REGION, 0, MAX_REGIONS);
    arena_free(&arena);
}

static const struct table tables[] = {{REGION, sizeof(struct row), "where centres stand"}, {0}};

const struct model model_region = {
    .name = "region",
    .help = "power price, overhead and carbon by region, and the regions' shares of new projects",
    .without = "one region with China's average power price, overhead and carbon",
    .tables = tables,
    .params = params,
    .settings_size = sizeof(struct settings),
    STATE(region, struct region_state),
    .check = check,
    .start = start,
    .off = one_region,
    .phase = {[PHASE_TECHNOLOGY] = update},
};
