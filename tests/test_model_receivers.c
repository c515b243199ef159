/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Creditors in possession: what they take, keep, close and sell, and what a wave of failures then does to rents. */
#include "models_lab.h"

#define ON "receivers.enabled=true"
#define OFF "receivers.enabled=false"

static struct {
    bool *stood; /* vintages, before finance */
    size_t room, closed, closed_paying;
    double taken, leases_before;
} audit;

static void note_what_stands(struct world *w)
{
    if (w->vintages.count > audit.room) {
        audit.room = 2 * w->vintages.count;
        audit.stood = realloc(audit.stood, audit.room * sizeof *audit.stood);
        assert_non_null(audit.stood);
    }
    for (size_t i = 0; i < w->vintages.count; i++)
        audit.stood[i] = w->vintages.row[i].standing;
    audit.leases_before = w->leases.live_cards;
}

/* What the step's failures closed, and what of that earned more than its avoidable cost. */
static void look_at_closures(struct world *w)
{
    size_t closed = 0;
    for (size_t i = 0; i < w->vintages.count; i++) {
        const struct vintage *v = &w->vintages.row[i];
        if (!audit.stood[i] || v->standing)
            continue;
        closed++;
        audit.closed_paying += w->market.rent_card[v->generation] > w->value.cash_cost[v->region][v->generation];
    }
    audit.closed += closed;
    if (!closed) /* its tenants stay, whichever firm owns the centre */
        assert_near(w->leases.live_cards, audit.leases_before, 0);
}

/* A servicer owes nothing, keeps only what tenants have paid ahead, and banks get the rest. */
static void look_at_servicers(struct world *w)
{
    for (uint32_t i = w->firms.ordinary; i < w->firms.count; i++) {
        const union balance_sheet *sheet = &w->ledger.sheet[i];
        assert_near(sheet->debt, 0, 0);
        audit.taken += w->firms.row[i].cards;
    }
    double share = w->firms.in_possession;
    assert_true(share >= 0 && share <= 1);
    look_at_closures(w);
}

static const struct model auditor = {.name = "auditor",
                                     .help = "looks at failures",
                                     .phase = {[PHASE_BOOKS] = note_what_stands, [PHASE_FINANCE] = look_at_servicers}};

static void watch(struct lab *lab, const char *lines, const char *const *sets, const char *scenario,
                  const char *variant)
{
    memset(&audit, 0, sizeof audit);
    lab_list(lab, &auditor, models_world_size);
    lab->of = scenario;
    lab->variant = variant;
    lab_ready(lab, lines, sets);
}

static void nothing_is_closed_that_earns_more_than_its_avoidable_cost(void **state)
{
    (void)state;
    static const char *const scenario[] = {"us-debt", "minsky-moment"}, *const variant[] = {"debt", "margin_calls"};
    for (int s = 0; s < 2; s++)
        for (int on = 0; on < 2; on++) {
            struct lab lab;
            watch(&lab, NULL, LAB_SET("run.end=2028-01", on ? ON : OFF), scenario[s], variant[s]);
            for (uint32_t r = 0; r < 6; r++)
                lab_run(&lab, r);
            print_message("%s, %s: %zu closed, %zu of them paid\n", scenario[s], on ? "taken" : "sold at once",
                          audit.closed, audit.closed_paying);
            if (on)
                assert_int_equal(audit.closed_paying, 0);
            else
                assert_true(audit.closed_paying > 10);
            assert_true(!on || audit.taken > 1000);
            free(audit.stood);
            lab_close(&lab);
        }
}

/* -- one centre, by hand ------------------------------------------------------------------------------------------ */

/* The firm that owns most; it has cash of a thousandth of its debts after this, for ever. */
static uint32_t ruined;

static uint32_t largest(const struct world *w)
{
    uint32_t best = UINT32_MAX;
    for (uint32_t k = 0; k < w->firms.active_count; k++) {
        uint32_t firm = w->firms.active[k];
        if (!w->vintages.state_funded[w->firms.row[firm].owner_class] && w->ledger.sheet[firm].debt > 1e6 &&
            (best == UINT32_MAX || w->firms.row[firm].cards > w->firms.row[best].cards))
            best = firm;
    }
    return best;
}

static void ruin(struct world *w)
{
    if (w->sim->now < 2024.4)
        return;
    if (ruined == UINT32_MAX)
        ruined = largest(w);
    if (ruined != UINT32_MAX && !w->firms.row[ruined].defaulted && w->sim->now < 2024.6)
        ledger_post(w, ruined, ACCOUNT_PAID_IN, -2.385e9); /* its owners take all they can */
}

static const struct model ruiner = {.name = "ruiner", .help = "ruins a firm", .phase = {[PHASE_HAZARD] = ruin}};

static double ruin_one(struct lab *lab, const char *const *sets)
{
    ruined = UINT32_MAX;
    lab_open_with(lab, &ruiner, NULL, sets);
    lab_run(lab, 0);
    return lab_scalar(lab, "recovery");
}

#define FATE                                                                                                           \
    "run.end=2027-01", ON, "finance.grace=0 yr", "finance.support=0", "finance.advance=0", "finance.default_effect=0", \
        "finance.stranded_effect=0 /yr", "resale.enabled=false"

static void what_a_firm_owned_is_taken_whole_and_it_ends_with_nothing(void **state)
{
    (void)state;
    struct lab lab;
    ruin_one(&lab, LAB_SET("run.end=2024-09", ON, "finance.grace=0 yr", "finance.support=0", "finance.advance=0",
                           "receivers.visit_rate=0 /yr"));
    const struct world *w = lab.sim->world;
    assert_true(w->firms.row[ruined].defaulted);
    assert_near(w->firms.row[ruined].cards, 0, 1e-6);
    const union balance_sheet *sheet = &w->ledger.sheet[ruined];

    assert_near(sheet->debt + fabs(sheet->cash) + sheet->book + sheet->contract_liabilities, 0, 10);
    uint32_t servicer = w->firms.ordinary + w->firms.row[ruined].owner_class;
    double standing = 0, let = 0;
    for (size_t i = 0; i < w->vintages.count; i++) {
        const struct vintage *v = &w->vintages.row[i];
        if (v->firm == servicer && v->standing)
            standing += v->cards, let += v->let_cards;
    }
    assert_true(standing > 100 && let > 0.3 * standing);
    assert_near(w->firms.row[servicer].cards, standing, 1e-6);
    char name[64];
    assert_non_null(strstr(firms_name(w, servicer, name), "-servicer"));
    lab_close(&lab);
}

static void nobody_buys_what_nobody_looks_at_and_impatience_costs_recovery(void **state)
{
    (void)state;
    struct lab lab;
    double held = ruin_one(&lab, LAB_SET(FATE, "receivers.visit_rate=0 /yr"));
    assert_true(isnan(lab_scalar(&lab, "possession.years")));
    double share = lab_mean(&lab, "possession", 2026, 2027);
    assert_true(share > 0);
    lab_close(&lab);
    double sold = ruin_one(&lab, LAB_SET(FATE, "receivers.visit_rate=12 /yr", "receivers.outlook_spread=0"));
    double price = lab_scalar(&lab, "possession.price");
    print_message("sold after %.2f years at %.2f of their worth\n", lab_scalar(&lab, "possession.years"), price);
    assert_true(lab_scalar(&lab, "possession.years") < 0.35);
    assert_true(price > 0.8 && price <= 0.9);
    assert_true(lab_mean(&lab, "possession", 2026, 2027) < share / 2);
    lab_close(&lab);
    double given = ruin_one(
        &lab, LAB_SET(FATE, "receivers.visit_rate=12 /yr", "receivers.first_ask=0.3", "receivers.outlook_spread=0"));
    assert_true(lab_scalar(&lab, "possession.price") <= 0.3);
    lab_close(&lab);
    double dear = ruin_one(&lab, LAB_SET(FATE, "receivers.visit_rate=0 /yr", "receivers.fee=0.5"));
    lab_close(&lab);
    print_message("recovered: held %.2f, sold %.2f, given away %.2f, at half the takings %.2f\n", held, sold, given,
                  dear);
    assert_true(given < sold - 0.05 && dear < held - 0.02);
}

/* With a market for used cards creditors sell for no less than that pays. */
static void creditors_ask_no_less_than_used_cards_fetch(void **state)
{
    (void)state;
    static const char *const market[] = {"resale.enabled=false", "resale.enabled=true"};
    double price[2], recovered[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        recovered[i] = ruin_one(&lab, LAB_SET("run.end=2027-01", ON, "finance.grace=0 yr", "finance.support=0",
                                              "finance.advance=0", "finance.default_effect=0",
                                              "finance.stranded_effect=0 /yr", "receivers.visit_rate=12 /yr",
                                              "receivers.first_ask=0.2", "receivers.outlook_spread=0", market[i]));
        price[i] = lab_scalar(&lab, "possession.price");
        lab_close(&lab);
    }
    print_message("sold at %.2f of their worth, with a market at %.2f; recovered %.2f, %.2f\n", price[0], price[1],
                  recovered[0], recovered[1]);
    assert_true(price[0] <= 0.2 && price[1] > 0.4);
    assert_true(recovered[1] > recovered[0] + 0.05);
}

/* What comes in beyond a claim is the failed firm's owners': with 10 % borrowed the first sale pays all that is owed. */
static void creditors_get_no_more_than_they_are_owed(void **state)
{
    (void)state;
    static const char *const share[] = {"accounting.debt_share=0.1", "accounting.debt_share=0.9"};
    double recovered[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        recovered[i] = ruin_one(&lab, LAB_SET(FATE, "finance.support=10", "receivers.visit_rate=12 /yr", share[i]));
        lab_close(&lab);
    }
    print_message("recovered %.4f of little, %.4f of much\n", recovered[0], recovered[1]);
    assert_true(recovered[0] > 0.9 && recovered[0] <= 1 && recovered[1] < recovered[0] - 0.05);
}

static void who_has_no_funds_does_not_buy(void **state)
{
    (void)state;
    static const char *const funds[][3] = {
        {"operators.hyperscaler.own_funds=1 CNY", "operators.neocloud.own_funds=1 CNY",
         "operators.crossover.own_funds=1 CNY"},
        {"operators.hyperscaler.own_funds=1e12 CNY", "operators.neocloud.own_funds=1e12 CNY",
         "operators.crossover.own_funds=1e12 CNY"}};
    double years[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        ruin_one(&lab,
                 LAB_SET(FATE, "receivers.visit_rate=12 /yr", "receivers.outlook_spread=0", "receivers.cash_share=0",
                         "capital.enabled=true", "capital.issues=0 /yr", "operators.hyperscaler.own_need=false",
                         "entry.enabled=true", funds[i][0], funds[i][1], funds[i][2]));
        years[i] = lab_scalar(&lab, "possession.years");
        lab_close(&lab);
    }
    print_message("sold after %.2f years to who has cash alone, after %.2f to who has funds\n", years[0], years[1]);
    assert_true(years[0] > years[1] + 0.3);
}

static void groups_pay_for_firms_that_they_back(void **state)
{
    (void)state;
    struct lab lab;
    ruin_one(&lab, LAB_SET(FATE, "operators.hyperscaler.backed=true", "operators.neocloud.backed=true",
                           "operators.crossover.backed=true"));
    assert_near(lab_scalar(&lab, "defaults.all"), 0, 0);
    assert_true(ruined != UINT32_MAX && lab.sim->world->ledger.sheet[ruined].cash > -1);
    lab_close(&lab);
}

/* A buyer pays half of it with a loan and moves the rest from its purse or its owners'. */
static void a_buyer_borrows_its_share_of_the_price(void **state)
{
    (void)state;
    static const char *const share[] = {"receivers.debt_share=0", "receivers.debt_share=0.9"};
    double debt[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        ruin_one(&lab, LAB_SET("run.end=2025-03", ON, "finance.grace=0 yr", "finance.support=0", "finance.advance=0",
                               "receivers.visit_rate=50 /yr", "receivers.outlook_spread=0", share[i]));
        assert_true(lab_scalar(&lab, "possession.price") > 0.5);
        debt[i] = 0;
        for (uint32_t firm = 0; firm < lab.sim->world->firms.ordinary; firm++)
            debt[i] += lab.sim->world->firms.row[firm].credit_line;
        lab_close(&lab);
    }
    assert_true(debt[1] > debt[0] + 1e6);
}

/* Cards that cost more than they earn are scrapped after the time of patience. */
static void a_centre_below_avoidable_cost_is_scrapped_after_a_year(void **state)
{
    (void)state;
    double scrapped[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        ruin_one(&lab, LAB_SET(FATE, "receivers.visit_rate=0 /yr", "market.convenience=0 CNY/card-hour",
                               "regions.east.power_price=4 CNY/kWh", "regions.central.power_price=10 CNY/kWh",
                               "regions.west.power_price=4 CNY/kWh",
                               i ? "receivers.patience=1 yr" : "receivers.patience=20 yr"));
        scrapped[i] = lab_scalar(&lab, "possession.scrapped");
        lab_close(&lab);
    }
    assert_near(scrapped[0], 0, 0);
    assert_true(scrapped[1] > 0.03);
}

/* -- waves -------------------------------------------------------------------------------------------------------- */

enum { WORLDS = 32 };

struct wave {
    double rent, projects, owed, returned, years, sold;
};

static struct wave run_wave(const char *scenario, const char *variant, const char *const *sets)
{
    struct lab lab;
    struct wave wave = {0, 0, 0, 0, 0, 0};
    watch(&lab, NULL, sets, scenario, variant);
    for (uint32_t r = 0; r < WORLDS; r++) {
        lab_run(&lab, r);
        wave.rent += lab_mean(&lab, "price.inference", 2025, 2027) / WORLDS;
        wave.projects += lab_mean(&lab, "approvals", 2025, 2027) / WORLDS;
        wave.owed += lab_scalar(&lab, "recovery.claims");
        wave.returned += lab_scalar(&lab, "recovery.returned");
        if (!isnan(lab_scalar(&lab, "possession.years")))
            wave.years += lab_scalar(&lab, "possession.years"), wave.sold++;
    }
    free(audit.stood);
    lab_close(&lab);
    return wave;
}

/* What creditors get back of all claims of a study, a world with large debts counting for more. */
static double pooled(const struct wave *a, const struct wave *b)
{
    return (a->returned + b->returned) / (a->owed + b->owed);
}

static void a_wave_of_failures_lowers_rents_and_projects_however_many_firms_there_are(void **state)
{
    (void)state;
    static const char *const many[] = {"1", "5", "40"};
    double all_years = 0, all_sold = 0;
    for (int i = 0; i < 3; i++) {
        char set[3][64];
        static const char *const class_[] = {"hyperscaler", "neocloud", "newcomer"};
        for (int k = 0; k < 3; k++)
            snprintf(set[k], sizeof set[k], "operators.%s.firms=%s", class_[k], many[i]);
        const char *const sets[] = {"run.end=2030-01", ON, set[0], set[1], set[2], NULL};
        struct wave before = run_wave("us-debt", "belief", sets), wave = run_wave("us-debt", "debt", sets);
        double recovery = pooled(&before, &wave), years = wave.years / wave.sold;
        print_message("%s firms: rent %+.1f %%, projects %+.1f %%, recovered %.2f, sold after %.2f years\n", many[i],
                      100 * (wave.rent / before.rent - 1), 100 * (wave.projects / before.projects - 1), recovery,
                      years);
        assert_true(wave.rent < before.rent);
        assert_true(wave.projects < before.projects);
        assert_true(recovery > 0.3 && recovery < 0.65);
        all_years += wave.years;
        all_sold += wave.sold;
    }
    assert_true(all_years / all_sold > 1 && all_years / all_sold < 2); /* with one firm a class few fail */
}

/* Debt that falls due with prices, or more of it: rents are no higher afterwards, and less is built. */
static void in_china_too_a_wave_lowers_rents_and_projects(void **state)
{
    (void)state;
    const char *const sets[] = {"run.end=2028-01", ON, NULL};
    struct wave before = run_wave("minsky-moment", NULL, sets), wave = run_wave("minsky-moment", "margin_calls", sets);
    print_message("rent %+.1f %%, projects %+.1f %%, recovered %.2f\n", 100 * (wave.rent / before.rent - 1),
                  100 * (wave.projects / before.projects - 1), pooled(&before, &wave));
    assert_true(wave.rent < before.rent);
    assert_true(wave.projects < before.projects);
    assert_true(pooled(&before, &wave) > 0.3 && pooled(&before, &wave) < 0.65);
}

/* Of a firm that sold its centres before it failed, what it repaid with the prices is recovered. */
static void a_claim_dates_from_the_first_bill_left_unpaid(void **state)
{
    (void)state;
    struct wave wave = run_wave("minsky-moment", "low_debt", LAB_SET("run.end=2028-01", ON));
    print_message("recovered %.2f of %.3g MCNY a world\n", wave.returned / wave.owed, wave.owed / WORLDS / 1e6);
    assert_true(wave.owed > 0 && wave.returned > 0.3 * wave.owed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_closed_that_earns_more_than_its_avoidable_cost),
        cmocka_unit_test(what_a_firm_owned_is_taken_whole_and_it_ends_with_nothing),
        cmocka_unit_test(nobody_buys_what_nobody_looks_at_and_impatience_costs_recovery),
        cmocka_unit_test(creditors_ask_no_less_than_used_cards_fetch),
        cmocka_unit_test(creditors_get_no_more_than_they_are_owed),
        cmocka_unit_test(who_has_no_funds_does_not_buy),
        cmocka_unit_test(groups_pay_for_firms_that_they_back),
        cmocka_unit_test(a_buyer_borrows_its_share_of_the_price),
        cmocka_unit_test(a_centre_below_avoidable_cost_is_scrapped_after_a_year),
        cmocka_unit_test(a_wave_of_failures_lowers_rents_and_projects_however_many_firms_there_are),
        cmocka_unit_test(in_china_too_a_wave_lowers_rents_and_projects),
        cmocka_unit_test(a_claim_dates_from_the_first_bill_left_unpaid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
