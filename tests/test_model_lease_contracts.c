/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contracts: billing modes, contracts per P, those that never start, who breaks them, waiting, blocks, regions,
 * coupling. */
#include "models_lab.h"

#include "models/leases/leasing.h"

/* One class of tenants of every kind, and nothing on but what a test says. */
#define PLAIN "leasing: null\nengineering: {enabled: false}\ncircular: {enabled: false}\nentry: {enabled: false}\n"
#define ALL_CLASSES(column, value)                                                                                     \
    "tenants.developer." column "=" value, "tenants.platform." column "=" value, "tenants.carmaker." column "=" value, \
        "tenants.industry." column "=" value, "tenants.startup." column "=" value
#define RESERVED ALL_CLASSES("on_demand", "0"), ALL_CLASSES("metered", "0"), ALL_CLASSES("package", "0")

/* What a probe counts over the live leases of every step. */
static struct {
    size_t leases, by_billing[BILLINGS], wrong, opaque, mixed;
    double rent_over_term, load;
} seen;

static struct world *run_with(struct lab *lab, const struct model *probe, const char *lines, const char *const *sets)
{
    memset(&seen, 0, sizeof seen);
    lab_open_with(lab, probe, lines, sets);
    return lab_run(lab, 0);
}

static double sum_of(const struct lab *lab, const char *series)
{
    double sum = 0;
    for (size_t k = 0; k < lab->plan->sample_count; k++)
        sum += isnan(lab_series(lab, series)[k]) ? 0 : lab_series(lab, series)[k];
    return sum;
}

/* -- billing ------------------------------------------------------------------------------------------------------- */

static void look_at_hours(struct world *w)
{
    for (size_t i = 0; i < w->leases.count; i++) {
        const struct lease *l = &w->leases.row[i];
        if (!l->live)
            continue;
        seen.leases++;
        double spot = supply_rent_factor(w, l->vintage) * w->market.rent_card[w->vintages.row[l->vintage].generation];
        seen.wrong += l->billing != BILLING_ON_DEMAND || fabs(l->rent / (1.3 * spot) - 1) > 1e-12;
    }
}

static const struct model clerk = {
    .name = "clerk", .help = "looks at rents by the hour", .phase = {[PHASE_HAZARD] = look_at_hours}};

static void an_hour_on_demand_costs_the_spot_rent_of_the_day_and_may_end_any_day(void **state)
{
    (void)state;
    struct lab lab;
    run_with(&lab, &clerk, PLAIN,
             LAB_SET("run.end=2024-01", ALL_CLASSES("on_demand", "1"), ALL_CLASSES("metered", "0"),
                     ALL_CLASSES("package", "0"), "leasing.on_demand_premium=0.3", "leasing.on_demand_leave=3 /yr"));
    assert_true(seen.leases > 5000);
    assert_int_equal(seen.wrong, 0);
    assert_true(isnan(lab_mean(&lab, "churn.rate", 2022, 2024))); /* there is no term to leave before */
    assert_near(lab_mean(&lab, "let_share.on_demand", 2022, 2024), 1, 1e-9);
    assert_near(sum_of(&lab, "penalties"), 0, 0);
    double ended = 0, exposed = 0; /* a hazard of 3 a year, those of tenants that leave come on top */
    const double *active = lab_series(&lab, "leases.active");
    for (size_t k = 0; k < lab.plan->sample_count; k++)
        exposed += active[k] / 12;
    ended = (double)lab.sim->world->leases.row[0].stamp; /* rows are used again: their stamps count leases */
    for (size_t i = 1; i < lab.sim->world->leases.count; i++)
        ended += lab.sim->world->leases.row[i].stamp;
    assert_true(ended / exposed > 3);
    lab_close(&lab);
}

static void an_hour_is_cheaper_than_the_spot_rent_where_much_stands_idle(void **state)
{
    (void)state;
    struct lab lab;
    double rent[2];
    for (int i = 0; i < 2; i++) {
        run_with(&lab, NULL, PLAIN,
                 LAB_SET("run.end=2026-01", i ? "leasing.on_demand_slope=1" : "leasing.on_demand_slope=0",
                         ALL_CLASSES("on_demand", "0.5"), ALL_CLASSES("metered", "0"), ALL_CLASSES("package", "0")));
        rent[i] = lab_mean(&lab, "rent_new.on_demand", 2025, 2026);
        assert_true(lab_mean(&lab, "rent_new.term", 2025, 2026) != rent[i]);
        lab_close(&lab);
    }
    assert_true(rent[1] < 0.97 * rent[0]); /* about 70 % of commissioned cards are let then, 80 % would be natural */
}

static void look_at_prices(struct world *w)
{
    for (size_t i = 0; i < w->leases.count; i++) {
        const struct lease *l = &w->leases.row[i];
        if (!l->live || l->signed_on < w->sim->step_start)
            continue;
        int months = (int)lround((l->ends - l->signed_on) * 12);
        seen.leases++;
        seen.by_billing[l->billing]++;
        seen.rent_over_term += l->rent / supply_rent_factor(w, l->vintage) /
                               value_term_rent(w, w->vintages.row[l->vintage].generation, months);
        seen.load += (double)l->load;
    }
}

static const struct model cashier = {
    .name = "cashier", .help = "looks at new contracts", .phase = {[PHASE_HAZARD] = look_at_prices}};

static void packages_are_cheaper_and_metered_hours_dearer_but_paid_by_load(void **state)
{
    (void)state;
    struct lab lab;
    run_with(&lab, &cashier, PLAIN,
             LAB_SET("run.end=2024-01", ALL_CLASSES("on_demand", "0"), ALL_CLASSES("metered", "0"),
                     ALL_CLASSES("package", "1"), "leasing.package_discount=0.15"));
    assert_int_equal(seen.by_billing[BILLING_PACKAGE], seen.leases);
    assert_near(seen.rent_over_term / (double)seen.leases, 0.85, 1e-9);
    assert_true(lab_mean(&lab, "prepaid", 2023, 2024) > 0);
    lab_close(&lab);
    run_with(&lab, &cashier, PLAIN,
             LAB_SET("run.end=2026-01", ALL_CLASSES("on_demand", "0"), ALL_CLASSES("metered", "1"),
                     ALL_CLASSES("package", "0"), "leasing.metered_premium=0.5", "value.load=0.6"));
    double n = (double)seen.leases; /* u^(2/3) has mean 0.6 and variance 3/7 - 0.36 */
    assert_near(seen.load / n, 0.6, 3.5 * sqrt((3.0 / 7 - 0.36) / n));
    assert_near(seen.rent_over_term, 1.5 * seen.load, 1e-6 * seen.load);
    lab_close(&lab);
}

static void tenants_choose_billing_by_the_shares_of_their_class(void **state)
{
    (void)state;
    static const double share[BILLINGS] = {
        [BILLING_RESERVED] = 0.3, [BILLING_ON_DEMAND] = 0.15, [BILLING_METERED] = 0.2, [BILLING_PACKAGE] = 0.35};
    struct lab lab;
    run_with(&lab, &cashier, PLAIN,
             LAB_SET("run.end=2026-01", ALL_CLASSES("on_demand", "0.15"), ALL_CLASSES("metered", "0.2"),
                     ALL_CLASSES("package", "0.35"), ALL_CLASSES("term", "14 yr")));
    for (int b = 0; b < BILLINGS; b++) /* contracts of 14 years: none of them is a renewal */
        assert_near((double)seen.by_billing[b] / (double)seen.leases, share[b], 3.5 * sqrt(0.25 / (double)seen.leases));
    lab_close(&lab);
}

static void shares_of_billing_above_one_are_refused(void **state)
{
    (void)state;
    struct lab lab;
    lab_list(&lab, NULL, models_world_size);
    const char *said = lab_load(&lab, NULL, LAB_SET("tenants.startup.on_demand=0.7", "tenants.startup.metered=0.4"));
    assert_non_null(said);
    assert_non_null(strstr(said, "--set tenants.startup.on_demand=0.7: tenants.startup.on_demand: on_demand, metered "
                                 "and package are 1.2 of its leases together"));
    lab_close(&lab);
}

/* -- contracts that are not what they seem ------------------------------------------------------------------------- */

static void a_contract_that_never_starts_blocks_cards_and_pays_nothing(void **state)
{
    (void)state;
    struct lab lab;
    struct world *w = run_with(
        &lab, NULL, PLAIN, LAB_SET("run.end=2024-01", RESERVED, "leasing.never_start=1", "leasing.start_lag=4 months"));
    double blocked = 0;
    for (size_t i = 0; i < w->leases.count; i++)
        if (w->leases.row[i].live && !w->leases.row[i].started) {
            assert_near(w->leases.row[i].rent, 0, 0);
            assert_near(w->leases.row[i].ends - w->leases.row[i].signed_on, 4.0 / 12, 1e-9);
            blocked += w->leases.row[i].cards;
        }
    assert_true(blocked > 1000);
    assert_true(sum_of(&lab, "leases.never_started") > 200);
    lab_close(&lab);
}

static void look_at_hidden(struct world *w)
{
    for (size_t i = 0; i < w->leases.count; i++) {
        const struct lease *l = &w->leases.row[i];
        seen.opaque += l->live && l->opaque;
        seen.wrong +=
            l->live && l->opaque && w->sim->now - l->signed_on > 0.5 + 1e-9 && l->signed_on >= w->sim->plan->start;
    }
}

static const struct model auditor = {
    .name = "auditor", .help = "looks at contracts per P", .phase = {[PHASE_BOOKS] = look_at_hidden}};

static void the_card_behind_a_contract_per_p_is_found_out_in_time(void **state)
{
    (void)state;
    struct lab lab;
    run_with(&lab, &auditor, PLAIN,
             LAB_SET("run.end=2025-01", RESERVED, "leasing.opaque_share=0.5", "leasing.found_out=0.5 yr",
                     "leasing.opaque_discount=0.1"));
    assert_true(seen.opaque > 500);
    assert_int_equal(seen.wrong, 0);
    double overpaid = lab_mean(&lab, "opaque.overpaid", 2022, 2022.2); /* one generation: the pool is that card */
    assert_near(overpaid, -0.1, 1e-9);
    size_t apart = 0; /* several: it is not */
    for (size_t k = 24; k < lab.plan->sample_count; k++)
        apart += fabs(lab_series(&lab, "opaque.overpaid")[k] + 0.1) > 0.02;
    assert_true(apart > 2);
    lab_close(&lab);
}

/* -- who ends them ------------------------------------------------------------------------------------------------- */

static void a_lessor_breaks_a_contract_only_for_more_than_the_penalty(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, PLAIN LAB_STILL,
                  LAB_SET("run.end=2026-01", RESERVED, "leasing.lessor_review=6 /yr", "leasing.penalty=0.9",
                          "value.vacancy_time=none"));
    lab_run(&lab, 0);
    assert_near(sum_of(&lab, "churn.by_lessor"), 0,
                0); /* hardly anything moves: no contract is that far below the forward */
    lab_close(&lab);
    run_with(&lab, NULL, PLAIN, LAB_SET("run.end=2025-01", RESERVED, "leasing.lessor_review=6 /yr"));
    double many = sum_of(&lab, "churn.by_lessor");
    lab_close(&lab);
    run_with(&lab, NULL, PLAIN,
             LAB_SET("run.end=2025-01", RESERVED, "leasing.lessor_review=6 /yr", "leasing.penalty=1"));
    double few = sum_of(&lab, "churn.by_lessor");
    lab_close(&lab);
    assert_true(many > 50 && few < many / 3);
}

/* With a penalty of nine tenths only a tenant that no longer needs the cards gains by leaving. */
static void a_tenant_that_needs_no_cards_leaves_at_any_penalty(void **state)
{
    (void)state;
    double terminated[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        run_with(&lab, NULL, PLAIN,
                 LAB_SET("run.end=2026-01", RESERVED, ALL_CLASSES("exit", "0 /yr"), "leasing.middleman_share=0",
                         "leasing.penalty=0.9", "leasing.shock_jump=0",
                         i ? "leasing.excess=1.1" : "leasing.excess=100"));
        terminated[i] = sum_of(&lab, "churn.terminations");
        lab_close(&lab);
    }
    print_message("left: %g while all is needed, %g\n", terminated[0], terminated[1]);
    assert_near(terminated[0], 0, 0);
    assert_true(terminated[1] >= 5);
}

/* One contract is ended in the same step of the same world: by its tenant, by its lessor, or because the tenant is no
 * more, which costs nobody anything. */
static struct {
    enum lease_end how;
    enum billing billing;
    uint32_t firm;
    double left, cash, tenants;
} ended;

static void end_one(struct world *w)
{
    if (ended.firm != UINT32_MAX || w->sim->now < 2022.4)
        return;
    for (uint32_t id = 0; id < w->leases.count && ended.firm == UINT32_MAX; id++) {
        const struct lease *l = &w->leases.row[id];
        if (!l->live || l->billing != ended.billing || l->middleman || !l->started || lease_hours_left(w, l) < 4000)
            continue;
        ended.firm = w->vintages.row[l->vintage].firm;
        ended.left = l->cards * l->rent * lease_hours_left(w, l);
        lease_end(w, id, ended.how);
    }
}

static void look_at_purse(struct world *w)
{
    if (ended.firm == UINT32_MAX || !isnan(ended.cash))
        return;
    ended.cash = w->ledger.sheet[ended.firm].cash;
    ended.tenants = w->ledger.counterparty[COUNTERPARTY_TENANTS];
}

static void penalties_go_from_one_purse_to_the_other(void **state)
{
    (void)state;
    static const struct model breaker = {.name = "breaker",
                                         .help = "ends a contract",
                                         .phase = {[PHASE_HAZARD] = end_one, [PHASE_BOOKS] = look_at_purse}};
    static const struct {
        enum billing billing;
        double by_tenant, by_lessor; /* shares of the rent still due that the owner receives */
    } terms[] = {{BILLING_RESERVED, 0.25, -0.25}, {BILLING_PACKAGE, 0.4, -0.4}, {BILLING_METERED, 0, 0}};
    static const enum lease_end how[] = {LEASE_TENANT_LEFT, LEASE_TERMINATED, LEASE_BROKEN};
    for (size_t k = 0; k < 3; k++) {
        double cash[3], tenants[3];
        for (size_t i = 0; i < 3; i++) {
            struct lab lab;
            ended.how = how[i], ended.billing = terms[k].billing, ended.firm = UINT32_MAX, ended.cash = NONE;
            run_with(&lab, &breaker, NULL,
                     LAB_SET("run.end=2022-09", "leasing.penalty=0.25", "leasing.package_forfeit=0.4",
                             "accounting.tax=0", ALL_CLASSES("package", "0.3"), ALL_CLASSES("metered", "0.3")));
            cash[i] = ended.cash, tenants[i] = ended.tenants;
            lab_close(&lab);
        }
        assert_true(ended.left > 1e4);
        assert_near((cash[1] - cash[0]) / ended.left, terms[k].by_tenant, 1e-6);
        assert_near((cash[2] - cash[0]) / ended.left, terms[k].by_lessor, 1e-6);
        assert_near((tenants[1] - tenants[0]) / ended.left, -terms[k].by_tenant, 1e-6);
        assert_near((tenants[2] - tenants[0]) / ended.left, -terms[k].by_lessor, 1e-6);
    }
}

static void who_meets_in_the_middle_keeps_its_tenants(void **state)
{
    (void)state;
    double terminated[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        run_with(&lab, NULL, PLAIN,
                 LAB_SET("run.end=2026-01", RESERVED, "leasing.middleman_share=0", "leasing.penalty=0.05",
                         i ? "leasing.renegotiation=1" : "leasing.renegotiation=0"));
        terminated[i] = sum_of(&lab, "churn.terminations");
        assert_true((sum_of(&lab, "leases.renegotiated") > 100) == (i == 1));
        lab_close(&lab);
    }
    assert_true(terminated[1] < 0.9 * terminated[0]);
}

static void owners_take_over_the_sub_tenants_of_middlemen(void **state)
{
    (void)state;
    struct lab lab;
    struct world *w = run_with(&lab, NULL, PLAIN,
                               LAB_SET("run.end=2025-01", RESERVED, "leasing.middleman_share=0.9", "leasing.novation=1",
                                       "leasing.middleman_margin=0.2", "leasing.excess=100"));
    assert_true(sum_of(&lab, "churn.relet") > 300);
    assert_true(lab_mean(&lab, "let_share.middlemen", 2022, 2022.3) > 0.8);
    assert_true(w->leases.sublet_cards < 0.85 * w->leases.live_cards);
    for (size_t i = 0; i < w->leases.count; i++) { /* the margin is the middleman's, not the owner's */
        const struct lease *l = &w->leases.row[i];
        if (l->live && l->signed_on > 2024.99)
            assert_near(l->rent / supply_rent_factor(w, l->vintage) /
                            value_term_rent(w, w->vintages.row[l->vintage].generation,
                                            (int)lround(12 * (l->ends - l->signed_on))),
                        l->middleman ? 0.8 : 1, 0.02);
    }
    lab_close(&lab);
}

static void an_owner_without_know_how_loses_its_customers(void **state)
{
    (void)state;
    double kept[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        run_with(&lab, NULL, PLAIN,
                 LAB_SET("run.end=2025-01", RESERVED,
                         i ? "operators.government.know_how=0.1" : "operators.government.know_how=1",
                         i ? "operators.carrier.know_how=0.1" : "operators.carrier.know_how=1",
                         i ? "operators.crossover.know_how=0.1" : "operators.crossover.know_how=1"));
        kept[i] =
            lab.result
                ->point[lab.plan
                            ->curve[lab_channel(lab.plan->curve, lab.plan->curve_count, "customer_retention.startup")]
                            .first_point +
                        24];
        lab_close(&lab);
    }
    assert_true(kept[1] < 0.8 * kept[0]);
}

static void a_shock_ends_at_once_what_is_no_longer_needed(void **state)
{
    (void)state;
    double terminated[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        run_with(&lab, NULL, PLAIN,
                 LAB_SET("run.end=2025-03", RESERVED, "shocks.deepseek_2025.need_drop=0.6",
                         i ? "leasing.shock_jump=1" : "leasing.shock_jump=0"));
        terminated[i] = lab_series(&lab, "churn.terminations")[36]; /* January 2025 */
        lab_close(&lab);
    }
    assert_true(terminated[1] > terminated[0] + 20);
}

/* -- finding a place ----------------------------------------------------------------------------------------------- */

static void look_at_places(struct world *w)
{
    for (size_t i = 0; i < w->leases.count; i++) {
        const struct lease *l = &w->leases.row[i];
        if (!l->live)
            continue;
        const struct vintage *v = &w->vintages.row[l->vintage];
        bool big_cloud = strcmp(sim_row_name(w->sim, "operators", v->owner_class), "hyperscaler") == 0;
        seen.leases += big_cloud;
        seen.wrong += big_cloud && l->workload == TRAINING && l->cards > 16;
        seen.mixed += l->workload == INFERENCE && !w->regions.realtime[v->region] && l->signed_on >= w->sim->step_start;
    }
}

static const struct model surveyor = {
    .name = "surveyor", .help = "looks at where leases are", .phase = {[PHASE_HAZARD] = look_at_places}};

static void big_clouds_let_no_clusters(void **state)
{
    (void)state;
    struct lab lab;
    run_with(&lab, &surveyor, PLAIN,
             LAB_SET("run.end=2026-01", RESERVED, "operators.hyperscaler.largest_cluster=16 card",
                     ALL_CLASSES("least_lease", "1000 card")));
    assert_true(seen.leases > 1000);
    assert_int_equal(seen.wrong, 0);
    lab_close(&lab);
}

static void real_time_inference_stays_near_its_users(void **state)
{
    (void)state;
    struct lab lab;
    run_with(&lab, &surveyor, PLAIN "region: {realtime_share: 1, network: null}\n",
             LAB_SET("run.end=2024-01", RESERVED, "leasing.penalty=1", ALL_CLASSES("term", "14 yr")));
    size_t all = seen.mixed;
    lab_close(&lab);
    run_with(&lab, &surveyor, PLAIN "region: {realtime_share: 0, network: null}\n",
             LAB_SET("run.end=2024-01", RESERVED, "leasing.penalty=1", ALL_CLASSES("term", "14 yr")));
    assert_int_equal(all, 0);
    assert_true(seen.mixed > 50);
    lab_close(&lab);
}

static void who_waits_too_long_gives_up_for_a_while(void **state)
{
    (void)state;
    double unmet[2] = {0}, reneged[2] = {0};
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open_bare(&lab, PLAIN,
                      LAB_SET("run.end=2026-01", RESERVED, i ? "leasing.patience=1 month" : "leasing.patience=none",
                              "leasing.away=1 yr", "tenants.industry.entry=50 /yr"));
        for (uint32_t r = 0; r < 12; r++) {
            lab_run(&lab, r);
            unmet[i] += sum_of(&lab, "unmet_demand");
            reneged[i] += sum_of(&lab, "unmet_demand.reneged");
        }
        lab_close(&lab);
    }
    assert_near(reneged[0], 0, 0);
    assert_true(reneged[1] > 0 && unmet[1] < 0.95 * unmet[0]);
}

static void cards_of_an_ended_lease_come_back_after_a_lag(void **state)
{
    (void)state;
    double vacated[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        run_with(&lab, NULL, PLAIN,
                 LAB_SET("run.end=2025-01", RESERVED,
                         i ? "leasing.reletting_lag=2 months" : "leasing.reletting_lag=1 month",
                         "tenants.startup.walk_away=2 /yr", "leasing.penalty=0"));
        vacated[i] = lab_mean(&lab, "vacated_share", 2023, 2025);
        lab_close(&lab);
    }
    assert_true(vacated[0] > 0.005);
    assert_near(vacated[1] / vacated[0], 2,
                0.6); /* Little: the stock is the flow, here a little less, times the time */
}

static void look_at_coupling(struct world *w)
{
    for (size_t t = 0; t < w->tenants.count; t++) {
        double held = 0;
        int generations = 0;
        for (uint32_t id = w->tenants.row[t].first_lease[TRAINING]; id != UINT32_MAX; id = w->leases.row[id].next) {
            const struct lease *l = &w->leases.row[id];
            generations |= 1 << w->vintages.row[l->vintage].generation;
            double lost = 1 - l->effective_p / (l->cards * l->own_p);
            held += l->effective_p;
            seen.mixed += lost > 0.01;
            seen.wrong += lost < -1e-9 || lost > 0.6;
        }
        bool mixed = generations & (generations - 1);
        seen.wrong += mixed != w->tenants.row[t].mixed;
        seen.wrong +=
            w->tenants.row[t].present && fabs(held - demand_held(w, (uint32_t)t, TRAINING)) > 1e-6 * (1 + held);
    }
}

static const struct model engineer = {
    .name = "engineer", .help = "looks at mixed clusters", .phase = {[PHASE_SAMPLE] = look_at_coupling}};

static void coupled_training_waits_for_the_slowest_card(void **state)
{
    (void)state;
    struct lab lab;
    run_with(&lab, &engineer, PLAIN, LAB_SET("run.end=2026-01", RESERVED, "leasing.coupling=0.6"));
    lab_run(&lab, 1);
    lab_run(&lab, 2);
    assert_true(seen.mixed > 40);
    assert_int_equal(seen.wrong, 0);
    lab_close(&lab);
}

/* -- what is cleared, and what is let ------------------------------------------------------------------------------ */

static void what_the_market_clears_is_let_but_for_a_third_at_most(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2029-01"));
    for (uint32_t r = 0; r < 6; r++) {
        lab_run(&lab, r);
        for (int year = 2023; year < 2029; year++) {
            double gap = lab_mean(&lab, "cleared_less_let", year, year + 1);
            assert_true(gap > -0.1 && gap < 0.35);
        }
    }
    lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_hour_on_demand_costs_the_spot_rent_of_the_day_and_may_end_any_day),
        cmocka_unit_test(an_hour_is_cheaper_than_the_spot_rent_where_much_stands_idle),
        cmocka_unit_test(packages_are_cheaper_and_metered_hours_dearer_but_paid_by_load),
        cmocka_unit_test(tenants_choose_billing_by_the_shares_of_their_class),
        cmocka_unit_test(shares_of_billing_above_one_are_refused),
        cmocka_unit_test(a_contract_that_never_starts_blocks_cards_and_pays_nothing),
        cmocka_unit_test(the_card_behind_a_contract_per_p_is_found_out_in_time),
        cmocka_unit_test(a_lessor_breaks_a_contract_only_for_more_than_the_penalty),
        cmocka_unit_test(a_tenant_that_needs_no_cards_leaves_at_any_penalty),
        cmocka_unit_test(penalties_go_from_one_purse_to_the_other),
        cmocka_unit_test(who_meets_in_the_middle_keeps_its_tenants),
        cmocka_unit_test(owners_take_over_the_sub_tenants_of_middlemen),
        cmocka_unit_test(an_owner_without_know_how_loses_its_customers),
        cmocka_unit_test(a_shock_ends_at_once_what_is_no_longer_needed),
        cmocka_unit_test(big_clouds_let_no_clusters),
        cmocka_unit_test(real_time_inference_stays_near_its_users),
        cmocka_unit_test(who_waits_too_long_gives_up_for_a_while),
        cmocka_unit_test(cards_of_an_ended_lease_come_back_after_a_lag),
        cmocka_unit_test(coupled_training_waits_for_the_slowest_card),
        cmocka_unit_test(what_the_market_clears_is_let_but_for_a_third_at_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
