/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Leases one by one: parameters, the leases of the start, outputs. Who gets what is in lease_match.c, what it costs in
 * lease_book.c, how it ends in lease_exit.c.
 *
 * One row is one lease of cards in one vintage to one tenant, even if a middleman stands between: a middleman's capacity is that of
 * its sub-tenants, so that cards are counted once, at their owner. Neutral values, at which a mechanism is absent and
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

#define TENANT "tenants"
#define OPERATOR "operators"
#define SETTINGS struct leasing_settings
/* clang-format off */
static const struct param params[] = {
    NUMBER(SETTINGS, b_gap, "gap_effect", "", 0, 20, "1.7", UNCERTAIN,
           "effect of the log gap between contract and forward price on the log hazard of leaving", "feasibility study"),
    NUMBER(SETTINGS, b_size, "size_effect", "", -5, 5, "0.14", UNCERTAIN, "effect of the log size of a lease on the log hazard of leaving",
           "feasibility study"),
    NUMBER(SETTINGS, b_middleman, "middleman_effect", "", -5, 5, "1.09", UNCERTAIN,
           "effect of a middleman between owner and user on the log hazard of leaving", "feasibility study"),
    NUMBER(SETTINGS, middleman_share, "middleman_share", "", 0, 1, "0.3", UNCERTAIN,
           "share of leases of 64 cards signed by middlemen", NULL),
    NUMBER(SETTINGS, middleman_size, "middleman_size", "", 0, 1, "0", UNCERTAIN,
           "weight of the root of the size in the odds of a middleman: middlemen sign wholesale", NULL),
    NUMBER(SETTINGS, middleman_margin, "middleman_margin", "", 0, 0.9, "0", UNCERTAIN, "share of the rent that a middleman keeps", NULL),
    NUMBER(SETTINGS, novation, "novation", "", 0, 1, "0", UNCERTAIN,
           "share of a failed middleman's sub-tenants that the owner takes over, at today's price", NULL),
    NUMBER(SETTINGS, penalty, "penalty", "", 0, 1, "0.2", UNCERTAIN,
           "penalty for leaving, share of the rent still due", "breach penalty of 20 % in a 2025 reservation"),
    NUMBER(SETTINGS, least_gap, "request_gap", "", 0.001, 0.99, "0.2", FIXED,
           "share of what it wants that a tenant must lack before it asks for more", NULL),
    NUMBER(SETTINGS, excess, "excess", "", 1, 100, "1.25", UNCERTAIN,
           "multiple of what it wants above which a tenant sheds what it can spare", NULL),
    NUMBER(SETTINGS, opaque_share, "opaque_share", "", 0, 1, "0", UNCERTAIN,
           "share of reserved contracts that are written per P of peak and do not name the card", NULL),
    NUMBER(SETTINGS, opaque_discount, "opaque_discount", "", 0, 1, "0", UNCERTAIN,
           "discount of a contract per P that does not name the card on the pooled rent of a P", NULL),
    NUMBER(SETTINGS, b_opaque, "opaque_effect", "", 0, 5, "0", UNCERTAIN,
           "effect on the log hazard of leaving once a tenant knows that it overpays under a contract per P", NULL),
    NUMBER(SETTINGS, found_out_yr, "found_out", "yr", 0.001, 10, "3 months", FIXED, "time until a tenant learns which card a contract per P stands for", NULL),
    NUMBER(SETTINGS, never_start, "never_start", "", 0, 1, "0", UNCERTAIN,
           "share of reserved contracts that are signed and never start", NULL),
    NUMBER(SETTINGS, start_lag_yr, "start_lag", "yr", 0.01, 5, "6 months", UNCERTAIN, "time for which a contract that never starts keeps its cards from others", NULL),
    NUMBER(SETTINGS, lessor_review_per_yr, "lessor_review", "/yr", 0, 20, "0 /yr", UNCERTAIN,
           "rate at which a lessor looks for a better tenant, and breaks the contract if that pays for the penalty", NULL),
    NUMBER(SETTINGS, renegotiation, "renegotiation", "", 0, 1, "0", UNCERTAIN,
           "share of the tenants about to leave because of the price with whom the lessor splits the difference", NULL),
    NUMBER(SETTINGS, reletting_lag_yr, "reletting_lag", "yr", 0, 5, "0 months", UNCERTAIN,
           "mean time until the cards of an ended lease are on offer again, uniform", NULL),
    NUMBER(SETTINGS, patience_yr, "patience", "yr", 0.01, 100, "none", UNCERTAIN,
           "mean time before a tenant gives up an unmet request, exponential; none: never", NULL),
    NUMBER(SETTINGS, away_yr, "away", "yr", 0.01, 100, "6 months", UNCERTAIN, "time after which a tenant that gave up asks again", NULL),
    NUMBER(SETTINGS, shock_jump, "shock_jump", "", 0, 1, "0", UNCERTAIN,
           "chance that a contract no longer needed after a shock ends at once", NULL),
    NUMBER(SETTINGS, coupling, "coupling", "", 0, 1, "0", UNCERTAIN,
           "share of a tenant's training that waits for the slowest of its cards", "weakest link: n min(e)"),
    NUMBER(SETTINGS, on_demand_premium, "on_demand_premium", "", -0.9, 10, "0.25", UNCERTAIN,
           "price of an hour on demand over the spot rent where the usual share of cards is let", NULL),
    NUMBER(SETTINGS, on_demand_slope, "on_demand_slope", "", 0, 10, "0", UNCERTAIN,
           "elasticity of the on-demand price to the share of cards let", NULL),
    NUMBER(SETTINGS, on_demand_leave_per_yr, "on_demand_leave", "/yr", 0, 365, "2 /yr", UNCERTAIN,
           "hazard of leaving cards rented by the hour", NULL),
    NUMBER(SETTINGS, metered_premium, "metered_premium", "", -0.9, 10, "0.5", UNCERTAIN,
           "price of a metered hour over that of a reserved one", NULL),
    NUMBER(SETTINGS, package_discount, "package_discount", "", 0, 1, "0.1", UNCERTAIN, "discount for paying in advance", NULL),
    NUMBER(SETTINGS, package_forfeit, "package_forfeit", "", 0, 1, "0.5", UNCERTAIN,
           "share of what was paid in advance that is lost by leaving", NULL),
    {.name = "term", .table = TENANT, .type = PARAM_NUMBER, .draw = HETEROGENEOUS, .unit = "yr", .min = 1.0 / 365, .max = 15,
     .value = "{lognormal: {median: 18 months, sigma: 0.6}}", .help = "terms of contracts",
     .offset = offsetof(struct leasing_row, term_yr)},
    COLUMN(TENANT, struct leasing_row, hazard_per_yr, "walk_away", "/yr", 0, 20, "0.1 /yr", UNCERTAIN,
           "hazard of leaving a contract of 64 cards at a fair price", "feasibility study: .097"),
    COLUMN(TENANT, struct leasing_row, largest_cards, "largest_lease", "card", 1, 1e6, "2048 card", FIXED,
           "largest block asked for at once", NULL),
    COLUMN(TENANT, struct leasing_row, least_cards, "least_lease", "card", 1, 1e6, "1 card", UNCERTAIN,
           "least block for training that must stand in one place, unless less is needed", NULL),
    COLUMN(TENANT, struct leasing_row, on_demand, "on_demand", "", 0, 1, "0", UNCERTAIN, "share of leases by the hour, at the spot price", NULL),
    COLUMN(TENANT, struct leasing_row, metered, "metered", "", 0, 1, "0", UNCERTAIN, "share of leases paid by their load", NULL),
    COLUMN(TENANT, struct leasing_row, package, "package", "", 0, 1, "0", UNCERTAIN, "share of leases paid in advance, at a discount", NULL),
    COLUMN(OPERATOR, struct leasing_owner, know_how, "know_how", "", 0.05, 1, "1", UNCERTAIN,
           "share of customers kept when their contracts end; vacated cards find new ones faster by the same factor", NULL),
    COLUMN(OPERATOR, struct leasing_owner, largest_cluster, "largest_cluster", "card", 1, 1e7, "1e7 card", UNCERTAIN,
           "largest block of cards let in one piece for training: big clouds offer nodes, not clusters", NULL),
    {0},
};
/* clang-format on */

/* -- start --------------------------------------------------------------------------------------------------------- */

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

/* -- outputs ------------------------------------------------------------------------------------------------------- */

enum {
    OUT_ACTIVE,
    OUT_CHURN,
    OUT_CHURN_VALUE,
    OUT_TERMINATED_VALUE,
    OUT_TERMINATED,
    OUT_UNMET,
    OUT_MEAN_RENT,
    OUT_CLEARED_LESS_LET,
    OUT_NEW_ON_DEMAND,
    OUT_NEW_TERM,
    OUT_SHARE_ON_DEMAND,
    OUT_SHARE_METERED,
    OUT_SHARE_PACKAGE,
    OUT_SUBLET,
    OUT_RELET,
    OUT_OVERPAID,
    OUT_NEVER_STARTED,
    OUT_LESSOR_EXITS,
    OUT_RENEGOTIATED,
    OUT_RENEGED,
    OUT_VACATED,
    OUT_PENALTIES,
    OUT_MEAN_CHURN,
    OUT_SURVIVAL,
    OUT_RETENTION
};
#define BY_MONTHS                                                                                                      \
    {                                                                                                                  \
        "months", "month", 0, 1, SURVIVAL_MONTHS + 1                                                                   \
    }
/* clang-format off */
static const struct output outputs[] = {
    [OUT_ACTIVE] = {"leases.active", OUTPUT_SERIES, "", NULL, "leases in force"},
    [OUT_CHURN] = {"churn.rate", OUTPUT_SERIES, "/yr", NULL,
                   "leases ended before their term by the tenant, a year, over leases in force that have a term"},
    [OUT_CHURN_VALUE] = {"churn.value_rate", OUTPUT_SERIES, "/yr", NULL, "rent still due on leases ended before their term by the tenant, a year, over rent still due on leases in force"},
    [OUT_TERMINATED_VALUE] = {"churn.terminated_value", OUTPUT_SERIES, "CNY", NULL,
                              "rent still due on leases ended before their term since the last report, ex VAT"},
    [OUT_TERMINATED] = {"churn.terminations", OUTPUT_SERIES, "", NULL, "leases ended before their term since the last report"},
    [OUT_UNMET] = {"unmet_demand", OUTPUT_SERIES, "P", NULL, "effective P that tenants want and do not hold"},
    [OUT_MEAN_RENT] = {"rent_in_force", OUTPUT_SERIES, "CNY/card-hour", NULL, "mean rent of the leases in force, ex VAT"},
    [OUT_CLEARED_LESS_LET] = {"cleared_less_let", OUTPUT_SERIES, "", NULL,
                              "effective P the market clears less what leases hold, share of what it clears", .percent = true},
    [OUT_NEW_ON_DEMAND] = {"rent_new.on_demand", OUTPUT_SERIES, "CNY/P-hour", NULL,
                           "rent of an effective P-hour in leases by the hour signed since the last report, ex VAT"},
    [OUT_NEW_TERM] = {"rent_new.term", OUTPUT_SERIES, "CNY/P-hour", NULL,
                      "rent of an effective P-hour in leases with a term signed or renewed since the last report, ex VAT"},
    [OUT_SHARE_ON_DEMAND] = {"let_share.on_demand", OUTPUT_SERIES, "", NULL, "share of the cards let that are let by the hour", .share = true},
    [OUT_SHARE_METERED] = {"let_share.metered", OUTPUT_SERIES, "", NULL, "share of the cards let that are paid by load", .share = true},
    [OUT_SHARE_PACKAGE] = {"let_share.package", OUTPUT_SERIES, "", NULL, "share of the cards let that were paid in advance", .share = true},
    [OUT_SUBLET] = {"let_share.middlemen", OUTPUT_SERIES, "", NULL, "share of the cards let that are sublet by middlemen", .share = true},
    [OUT_RELET] = {"churn.relet", OUTPUT_SERIES, "", NULL, "sub-tenants taken over by owners since the last report"},
    [OUT_OVERPAID] = {"opaque.overpaid", OUTPUT_SERIES, "", NULL,
                      "rent of contracts per P signed since the last report over the open price of the same cards, less one", .percent = true},
    [OUT_NEVER_STARTED] = {"leases.never_started", OUTPUT_SERIES, "", NULL, "contracts that lapsed before they began since the last report"},
    [OUT_LESSOR_EXITS] = {"churn.by_lessor", OUTPUT_SERIES, "", NULL, "contracts broken by the lessor since the last report"},
    [OUT_RENEGOTIATED] = {"leases.renegotiated", OUTPUT_SERIES, "", NULL, "contracts given a lower price since the last report"},
    [OUT_RENEGED] = {"unmet_demand.reneged", OUTPUT_SERIES, "P", NULL, "effective P of requests given up since the last report"},
    [OUT_VACATED] = {"vacated_share", OUTPUT_SERIES, "", NULL, "share of commissioned cards that wait to be on offer again", .share = true},
    [OUT_PENALTIES] = {"penalties", OUTPUT_SERIES, "CNY", NULL,
                       "penalties received by owners for contracts ended early, less those they paid, since the last report"},
    [OUT_MEAN_CHURN] = {"churn.mean", OUTPUT_SCALAR, "/yr", NULL, "churn over the whole horizon"},
    [OUT_SURVIVAL] = {"lease_survival", OUTPUT_CURVE, "", TENANT,
                      "share of contracts not ended before their term, by age; expiry and renewal end the observation", BY_MONTHS, .share = true},
    [OUT_RETENTION] = {"customer_retention", OUTPUT_CURVE, "", TENANT,
                       "share of customers that still lease, by age; a renewal continues the observation, leaving at the end of a contract ends it", BY_MONTHS, .share = true},
    {0},
};
/* clang-format on */

static double rent_an_hour(const struct world *w)
{
    double sum = 0;
    for (size_t c = 0; c < MAX_TENANT_CLASSES; c++)
        for (size_t r = 0; r < w->regions.count; r++)
            sum += w->leases.rent_of[c][r];
    return sum;
}

static double ratio(double part, double whole)
{
    return whole > 1e-9 ? part / whole : NONE;
}

static void record(struct world *w, int output, double value)
{
    sim_record(w->sim, &model_leasing, output, -1, value, false);
}

static void sample_churn(struct world *w)
{
    struct leases *t = &w->leases;
    struct leasing *state = leasing_state(w);
    double since = w->sim->now - (w->sim->sample ? w->sim->plan->sample_at[w->sim->sample - 1] : w->sim->plan->start);
    double ended = t->ended_since_sample[LEASE_TERMINATED] + t->ended_since_sample[LEASE_TENANT_LEFT];
    record(w, OUT_CHURN, ratio(ended, since * (double)t->term_leases));
    record(
        w, OUT_CHURN_VALUE,
        ratio(t->terminated_value_since_sample, since * HOURS_PER_YEAR * (t->due_until - w->sim->now * t->due_rent)));
    record(w, OUT_TERMINATED_VALUE, t->terminated_value_since_sample);
    record(w, OUT_TERMINATED, ended);
    record(w, OUT_RELET, state->relet);
    record(w, OUT_NEVER_STARTED, state->never_started);
    record(w, OUT_LESSOR_EXITS, state->lessor_exits);
    record(w, OUT_RENEGOTIATED, state->renegotiated);
    record(w, OUT_RENEGED, state->reneged_p);
    record(w, OUT_PENALTIES, state->penalties_cny);
    memset(t->ended_since_sample, 0, sizeof t->ended_since_sample);
    t->terminated_value_since_sample = state->relet = state->never_started = state->lessor_exits = 0;
    state->renegotiated = state->reneged_p = state->penalties_cny = 0;
}

static void sample_prices(struct world *w, double rent)
{
    struct leasing *state = leasing_state(w);
    const struct leases *t = &w->leases;
    record(w, OUT_MEAN_RENT, ratio(rent, t->live_cards));
    record(w, OUT_NEW_ON_DEMAND, ratio(state->signed_rent[0], state->signed_p[0]));
    record(w, OUT_NEW_TERM, ratio(state->signed_rent[1], state->signed_p[1]));
    record(w, OUT_OVERPAID, ratio(state->opaque_paid, state->opaque_worth) - 1);
    state->signed_rent[0] = state->signed_rent[1] = state->signed_p[0] = state->signed_p[1] = 0;
    state->opaque_paid = state->opaque_worth = 0;
}

static void sample(struct world *w)
{
    const struct leases *t = &w->leases;
    double rent = rent_an_hour(w), cleared = 0, vacated = 0, on_offer = 0;
    for (int k = 0; k < WORKLOADS; k++)
        cleared += min_of(w->market.demand[k], w->market.supply[k]);
    for (size_t g = 0; g < w->generations.count; g++) {
        vacated += w->leases.vacated_cards[g];
        on_offer += w->vintages.offered_cards[g];
    }
    record(w, OUT_ACTIVE, (double)t->live);
    record(w, OUT_UNMET, t->unmet_p[TRAINING] + t->unmet_p[INFERENCE]);
    record(w, OUT_CLEARED_LESS_LET, ratio(cleared - t->live_p, cleared));
    record(w, OUT_SHARE_ON_DEMAND, ratio(t->live_of[BILLING_ON_DEMAND], t->live_cards));
    record(w, OUT_SHARE_METERED, ratio(t->live_of[BILLING_METERED], t->live_cards));
    record(w, OUT_SHARE_PACKAGE, ratio(t->live_of[BILLING_PACKAGE], t->live_cards));
    record(w, OUT_SUBLET, ratio(t->sublet_cards, t->live_cards));
    record(w, OUT_VACATED, ratio(vacated, on_offer));
    sample_prices(w, rent);
    sample_churn(w);
}

static void record_curve(struct world *w, int output, size_t class_, const struct survival *survival)
{
    double curve[SURVIVAL_MONTHS + 1];
    size_t observed = survival_curve(survival, curve);
    for (size_t m = 0; m <= SURVIVAL_MONTHS && observed > 0; m++)
        sim_record_point(w->sim, &model_leasing, output, (int)class_, m, curve[m]);
    for (size_t m = observed; m <= SURVIVAL_MONTHS && observed > 0; m++)
        sim_flag_point(w->sim, &model_leasing, output, (int)class_, m);
}

static void finish(struct world *w)
{
    const struct leasing *state = leasing_state(w);
    record(w, OUT_MEAN_CHURN, ratio(state->ended, state->survived_yr));
    lease_lose_sight(w);
    for (size_t c = 0; c < sim_row_count(w->sim, TENANT); c++) {
        record_curve(w, OUT_SURVIVAL, c, &state->contract[c]);
        record_curve(w, OUT_RETENTION, c, &state->customer[c]);
    }
}

/* clang-format off */
static const struct table tables[] = {
    {TENANT, sizeof(struct leasing_row), "classes of tenants"},
    {OPERATOR, sizeof(struct leasing_owner), "classes of owners"},
    {0},
};
/* clang-format on */

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

const struct model model_leasing = {
    .name = "leasing",
    .help = "requests, matching, leases and their churn",
    .without = "nothing is let: utilisation is zero, rents clear on desires alone",
    .tables = tables,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(SETTINGS),
    STATE(leasing, struct leasing),
    .check = check,
    .start = start,
    .event = lease_handle,
    .finish = finish,
    .phase = {[PHASE_REQUEST] = lease_request, [PHASE_HAZARD] = lease_run_clocks, [PHASE_SAMPLE] = sample},
};
