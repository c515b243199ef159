/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Power: what centres draw, what the grid of a region can give, and how long a connection takes.
 *
 * A centre is sized for all its machines at full load,
 *
 *     MW = cards * power of a card * server factor * PUE / 1000,
 *
 * and draws on its region's cap from the day its power is promised until its cards are scrapped. Where the cap leaves
 * no room a project waits, first come first served, and orders nothing (pipeline.c); what is scrapped makes room. A
 * promise is kept by a connection: the grid serves the promises of a region one by one at `connections` MW a year, and
 * `grid_wait` comes on top. A centre opens when building, cards and connection are there, so cards may wait for power.
 * A place in the queue is lost when its project is given up.
 *
 * Imposed: caps, connection rates, waits. Emerge: queues, which cards are worth their power, what is scrapped for
 * others. Off: no region has a cap or a queue; power comes with the building.
 */
#include "models/models.h"
#include "models/world.h"

struct row {
    const struct dated_series *cap_mw, *connections_mw_per_yr;
    double wait_yr;
};

struct promise {
    uint32_t project, stamp;
    double mw, since;
};

struct connection_queue { /* promises of a region that are not connected yet, in order */
    struct promise *promise;
    size_t first, count, capacity;
    double free_at; /* when the grid has served the one before the first */
};

struct power_state {
    const struct row *row; /* NULL: no region has a limit */
    size_t rows;
    struct connection_queue queue[MAX_REGIONS];
};

static inline struct power_state *power_state(const struct world *w)
{
    return w->state[STATE_power];
}

/* NULL: no region has a limit. */
static const struct row *rows_of(const struct world *w)
{
    const struct power_state *state = power_state(w);
    return state ? state->row : NULL;
}

#define REGION "regions"
/* clang-format off */
static const struct param params[] = {
    {.name = "power_cap", .table = REGION, .type = PARAM_SERIES, .unit = "MW", .min = 0, .max = 1e6, .value = "none",
     .help = "power that all rental centres of the region can have, over time; none: no limit", .offset = offsetof(struct row, cap_mw)},
    {.name = "connections", .table = REGION, .type = PARAM_SERIES, .unit = "MW/yr", .min = 1e-3, .max = 1e6, .value = "none",
     .help = "power that the grid connects a year, first come first served, over time; none: at once",
     .offset = offsetof(struct row, connections_mw_per_yr)},
    COLUMN(REGION, struct row, wait_yr, "grid_wait", "yr", 0, 20, "0 yr", UNCERTAIN,
           "time from an application to a connection when nothing is queued", NULL),
    {0},
};
/* clang-format on */

double power_mw(const struct world *w, int region, int g, double cards)
{
    return cards * procurement_site_kw(w, g) * w->regions.pue[region] / 1000;
}

double power_room_mw(const struct world *w, int region)
{
    const struct power *p = &w->power;
    return p->cap_mw[region] - p->drawn_mw[region] - p->promised_mw[region];
}

bool power_limited(const struct world *w, int region)
{
    const struct row *row = rows_of(w);
    return row && (row[region].cap_mw || row[region].connections_mw_per_yr);
}

void power_want(struct world *w, int region, double mw)
{
    w->power.wanted_mw[region] += mw;
}

void power_draw(struct world *w, int region, double mw)
{
    w->power.drawn_mw[region] += mw;
}

void power_promise(struct world *w, uint32_t id, double mw)
{
    const struct project *p = &w->projects.row[id];
    const struct row *row = rows_of(w);
    double now = w->sim->now;
    pipeline_promised(w, id, mw);
    w->power.promised_mw[p->region] += mw;
    if (!row || !row[p->region].connections_mw_per_yr) {
        pipeline_connected(w, id, now + (row ? row[p->region].wait_yr : 0));
        return;
    }
    struct connection_queue *queue = &power_state(w)->queue[p->region];
    WORLD_GROW(w, queue->promise, queue->count, queue->capacity);
    queue->promise[queue->count++] = (struct promise){.project = id, .stamp = p->stamp, .mw = mw, .since = now};
}

void power_withdraw(struct world *w, uint32_t id)
{
    const struct project *p = &w->projects.row[id];
    w->power.promised_mw[p->region] -= p->power_mw;
    pipeline_promised(w, id, 0);
}

static bool stands(const struct world *w, const struct promise *promise)
{
    const struct project *p = &w->projects.row[promise->project];
    return p->stamp == promise->stamp && p->power_mw > 0;
}

/* Connects what the grid can serve until the end of the step. */
static void serve(struct world *w, int region)
{
    struct connection_queue *queue = &power_state(w)->queue[region];
    const struct row *row = &power_state(w)->row[region];
    double per_yr = series_at(row->connections_mw_per_yr, w->sim->now);
    for (; queue->first < queue->count; queue->first++) {
        const struct promise *next = &queue->promise[queue->first];
        if (!stands(w, next))
            continue;
        double done = max_of(queue->free_at, next->since) + next->mw / per_yr;
        if (done > w->sim->step_end)
            return;
        queue->free_at = done;
        pipeline_connected(w, next->project, done + row->wait_yr);
    }
}

static void update_caps(struct world *w)
{
    const struct row *row = power_state(w)->row;
    for (size_t r = 0; r < w->regions.count; r++)
        w->power.cap_mw[r] = row && row[r].cap_mw ? series_at(row[r].cap_mw, w->sim->now) : (double)INFINITY;
}

static void run_grid(struct world *w)
{
    update_caps(w);
    const struct row *row = power_state(w)->row;
    for (size_t r = 0; row && r < w->regions.count; r++)
        if (row[r].connections_mw_per_yr)
            serve(w, (int)r);
}

static void no_limits(struct world *w)
{
    for (size_t r = 0; r < w->regions.count; r++)
        w->power.cap_mw[r] = (double)INFINITY;
}

static void start(struct world *w)
{
    struct power_state *state = power_state(w);
    state->rows = sim_row_count(w->sim, REGION);
    if (sim_enabled(w->sim, &model_region) && state->rows)
        state->row = sim_rows(w->sim, &model_power, REGION);
    update_caps(w);
}

enum { OUT_DRAWN, OUT_QUEUE, OUT_BY_REGION };
/* clang-format off */
static const struct output outputs[] = {
    [OUT_DRAWN] = {"power", OUTPUT_SERIES, "MW", NULL, "power of all rental centres that stand, at full load, cooling included"},
    [OUT_QUEUE] = {"power.queue", OUTPUT_SERIES, "MW", NULL,
                   "power wanted by projects that would order and find no room, or promised and not yet connected"},
    [OUT_BY_REGION] = {"power.by_region", OUTPUT_SERIES, "MW", REGION, "power of the rental centres of a region"},
    {0},
};
/* clang-format on */

static double unconnected_mw(const struct world *w, int region)
{
    const struct connection_queue *queue = &power_state(w)->queue[region];
    double sum = 0;
    for (size_t i = queue->first; i < queue->count; i++)
        sum += stands(w, &queue->promise[i]) ? queue->promise[i].mw : 0;
    return sum;
}

static void sample(struct world *w)
{
    const struct model *m = &model_power;
    double drawn = 0, queue = 0;
    for (size_t r = 0; r < w->regions.count; r++) {
        drawn += w->power.drawn_mw[r];
        queue += w->power.wanted_mw[r] + unconnected_mw(w, (int)r);
    }
    sim_record(w->sim, m, OUT_DRAWN, -1, drawn, false);
    sim_record(w->sim, m, OUT_QUEUE, -1, queue, false);
    bool by_region = sim_enabled(w->sim, &model_region);
    for (size_t r = 0; r < power_state(w)->rows; r++)
        sim_record(w->sim, m, OUT_BY_REGION, (int)r, by_region ? w->power.drawn_mw[r] : NONE, false);
}

static const struct table tables[] = {{REGION, sizeof(struct row), "where centres stand"}, {0}};

const struct model model_power = {
    .name = "power",
    .help = "power drawn by centres, caps of regions, the queue for connections",
    .without = "no region runs out of power, and connections come with the building",
    .tables = tables,
    .params = params,
    .outputs = outputs,
    STATE(power, struct power_state),
    .start = start,
    .off = no_limits,
    .phase = {[PHASE_SUPPLY] = run_grid, [PHASE_SAMPLE] = sample},
};
