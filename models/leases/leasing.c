/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Leases one by one: the mechanism and the leases of the start. Matching is in lease_match.c, prices and terms in
 * lease_book.c, ends in lease_exit.c.
 *
 * One row is one lease of cards in one vintage to one tenant, even if a middleman stands between: a middleman's capacity
 * is that of its sub-tenants, so that cards are counted once, at their owner. Neutral values, at which a mechanism is absent and
 * costs nothing: shares of billing modes, `opaque_share`, `never_start`, `lessor_review`, `renegotiation`, `novation`,
 * `middleman_margin`, `middleman_size`, `reletting_lag`, `shock_jump` and `coupling` 0, `patience` none, `know_how` 1,
 * `least_lease` 1 card, `largest_cluster` beyond any need.
 *
 * Survival is the product-limit estimator of Kaplan and Meier (1958), see survival.h. Of contracts (lease_survival):
 * the event is an end before the term by the tenant, its middleman or the lessor; expiry, renewed or not, and the
 * closing of a centre only end the observation. Of customers (customer_retention): a renewal continues the stay, and
 * the end of the last contract for any reason but the closing of the centre is the event, so that it can be held
 * against the shifted beta-geometric law (Fader and Hardie 2007). Beyond the last age at which somebody is at risk a
 * curve keeps its value and is flagged.
 */
#include "leasing.h"

static void start(struct world *w);
static void check(const struct scenario *scenario, struct mistakes *mistakes);

/* clang-format off */
static const struct table tables[] = {
    {TENANT, sizeof(struct leasing_row), "classes of tenants"},
    {OPERATOR, sizeof(struct leasing_owner), "classes of owners"},
    {0},
};
/* clang-format on */

const struct model model_leasing = {
    .name = "leasing",
    .help = "requests, matching, leases and their churn",
    .without = "nothing is let: utilisation is zero, rents clear on desires alone",
    .tables = tables,
    .params = leasing_params,
    .outputs = leasing_outputs,
    .settings_size = sizeof(struct leasing_settings),
    STATE(leasing, struct leasing),
    .check = check,
    .start = start,
    .event = lease_handle,
    .finish = leasing_finish,
    .phase = {[PHASE_REQUEST] = lease_request, [PHASE_HAZARD] = lease_run_clocks, [PHASE_SAMPLE] = leasing_sample},
};

static void check(const struct scenario *scenario, struct mistakes *mistakes)
{
    enum { LONGEST_PATH = 256 };
    struct arena arena = {0};
    struct drawn medians = scenario_draw(scenario, &arena, NULL, NULL);
    const struct leasing_row *row = checked_block(scenario, &medians, TENANT, &model_leasing);
    for (size_t c = 0; c < scenario_row_count(scenario, TENANT); c++) {
        char path[LONGEST_PATH];
        const double on_demand = row[c].on_demand, metered = row[c].metered, package = row[c].package;
        const char *largest = on_demand >= max_of(metered, package) ? "on_demand"
                              : metered >= package                  ? "metered"
                                                                    : "package";
        snprintf(path, sizeof path, TENANT ".%s.%s", scenario_row_name(scenario, TENANT, c), largest);
        if (on_demand + metered + package > 1)
            scenario_complain(scenario, mistakes, path,
                              "on_demand, metered and package are %.4g of its leases together; allowed: up to 1",
                              on_demand + metered + package);
    }
    arena_free(&arena);
}

static void note_owners_and_regions(struct world *w)
{
    struct leasing *state = leasing_state(w);
    state->owners = sim_row_count(w->sim, OPERATOR);
    state->any_cluster = INFINITY;
    for (size_t o = 0; o < state->owners; o++)
        state->any_cluster = min_of(state->any_cluster, state->owner[o].largest_cluster);
    for (size_t r = 0; r < w->regions.count; r++)
        state->near |= (uint32_t)w->regions.realtime[r] << r;
}

static void open_releases(struct world *w)
{
    struct leasing *state = leasing_state(w);
    state->spare_release = NO_RELEASE;
    state->weeks = (size_t)((w->sim->plan->end - w->sim->plan->start) * RELEASES_PER_YEAR) + 1;
    w->leases.prepaid = arena_array(&w->sim->arena, w->firms.count, sizeof *w->leases.prepaid);
    state->release_in = arena_array(&w->sim->arena, state->weeks + 1, sizeof *state->release_in);
    for (size_t i = 0; i <= state->weeks; i++)
        state->release_in[i] = NO_RELEASE;
}

/* Leases at the start are at their stationary age: their share elapsed is uniform. */
static void let_at_the_start(struct world *w)
{
    enum { ROUNDS = 8 };
    for (int round_ = 0; round_ < ROUNDS; round_++)
        for (uint32_t tenant = 0; tenant < w->tenants.count; tenant++)
            for (int k = 0; k < WORKLOADS; k++) {
                double desire = demand_desire(w, tenant, (enum workload)k), lacks = desire - demand_held(w, tenant, k);
                if (lacks > leasing_state(w)->settings->least_gap * desire)
                    lease_serve(w, tenant, (enum workload)k, lacks, true);
            }
}

static void start(struct world *w)
{
    struct leasing *state = leasing_state(w);
    state->settings = sim_settings(w->sim, &model_leasing);
    state->row = sim_rows(w->sim, &model_leasing, TENANT);
    state->owner = sim_rows(w->sim, &model_leasing, OPERATOR);
    supply_follow(w, &leasing_follower);
    demand_follow(w, &leasing_follows_tenants);
    note_owners_and_regions(w);
    lease_open_cells(w);
    lease_tabulate_terms(state, sim_row_count(w->sim, TENANT));
    open_releases(w);
    lease_room_for_tenants(w);
    lease_weigh_all(w);
    lease_price_markets(w);
    let_at_the_start(w);
}
