/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Circular money, followed unit by unit: through investors, fund, purses, rent and loss, and into the books of firms.
 */
#include "models_lab.h"

/* Paid directly from the first day on, no captive tenants, nobody funded yet; contracts at the mean rent, so that
 * lessors have something to invest. */
#define PLAIN                                                                                                          \
    "circular: {from: none, captive: 0, discount: 0, fund_lag: 0 yr}\n"                                                \
    "operators: {crossover: {invests: 0}, neocloud: {invests: 0}}\n"                                                   \
    "value: {vacancy_time: none}\n"                                                                                    \
    "entry: {enabled: false}\n"
#define NOBODY "tenants.developer.funded=0", "tenants.startup.funded=0"
#define ALL_FUNDED                                                                                                     \
    "tenants.developer.funded=1", "tenants.platform.funded=1", "tenants.industry.funded=1",                            \
        "tenants.carmaker.funded=1", "tenants.startup.funded=1"
#define ALL_INVEST "operators.neocloud.invests=1", "operators.crossover.invests=1", "operators.carrier.invests=1"
#define SOME                                                                                                           \
    "tenants.developer.funded=0.6", "tenants.startup.funded=0.4", "operators.neocloud.invests=0.5",                    \
        "operators.crossover.invests=0.3"

static double sum_of(const struct lab *lab, const char *output)
{
    double sum = 0;
    for (size_t k = 0; k < lab->plan->sample_count; k++)
        sum += lab_series(lab, output)[k];
    return sum;
}

static double last_of(const struct lab *lab, const char *output)
{
    return lab_series(lab, output)[lab->plan->sample_count - 1];
}

static void assert_same_bits(const struct lab *off, const struct lab *other)
{
    for (size_t i = 0; i < off->plan->series_count; i++) {
        const char *name = off->plan->series[i].name;
        assert_memory_equal(lab_series(off, name), lab_series(other, name), off->plan->sample_count * sizeof(double));
    }
}

static void without_funding_nothing_changes_nor_do_letters_that_never_become_cash(void **state)
{
    (void)state;
    struct lab off, neutral, letters;
    lab_open(&off, NULL, LAB_SET("run.end=2024-01", "circular.enabled=false"));
    lab_open(&neutral, NULL, LAB_SET("run.end=2024-01", ALL_INVEST, NOBODY));
    lab_open(&letters, NULL, LAB_SET("run.end=2024-01", SOME, "circular.never_cash=1"));
    lab_run(&off, 3);
    lab_run(&neutral, 3);
    lab_run(&letters, 3);
    assert_same_bits(&off, &neutral);
    assert_same_bits(&off, &letters);
    assert_true(last_of(&letters, "circular.letters") > 1e8);
    assert_near(sum_of(&letters, "circular.invested"), 0, 0);
    lab_close(&off);
    lab_close(&neutral);
    lab_close(&letters);
}

/* Looks at the money after every step's books, against sums of its own. */
static double invested_before;
static size_t looks;

static double all_stakes(const struct world *w)
{
    double sum = 0;
    for (size_t i = 0; i < w->firms.count; i++)
        sum += w->ledger.sheet[i].equity_investments;
    return sum;
}

static void follow(struct world *w)
{
    const struct money *m = &w->money;
    double sum = 0, size = 1;
    for (int k = 0; k < CIRCLES; k++)
        sum += m->account[k], size += fabs(m->account[k]);
    assert_near(sum, 0, 1e-9 * size);
    assert_near(m->tagged_fund + m->tagged_purses + m->tagged_rent + m->tagged_lost, m->invested, 1e-9 * size);
    assert_near(m->account[CIRCLE_INVESTORS], -m->invested, 1e-9 * size);
    assert_near(m->account[CIRCLE_FUND], m->tagged_fund, 1e-9 * size);
    assert_true(m->account[CIRCLE_TENANTS] >= m->tagged_purses - 1e-9 * size &&
                m->account[CIRCLE_LESSORS] >= m->tagged_rent - 1e-9 * size);
    assert_true(m->tagged_fund >= -1e-3 && m->tagged_purses >= -1e-3 && m->returned <= m->tagged_rent &&
                m->invested >= invested_before);
    assert_near(all_stakes(w), m->invested - m->written_off, 1e-9 * size);
    invested_before = m->invested;
    looks++;
}

static const struct model probe = {.name = "probe", .help = "follows the money", .phase = {[PHASE_FINANCE] = follow}};

static void every_funded_unit_is_followed_through_investment_rent_and_loss(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_with(&lab, &probe, PLAIN,
                  LAB_SET("run.end=2027-01", SOME, "circular.from=2022-07", "circular.until=2024-07",
                          "circular.fund_lag=4 months", "circular.captive=0.5", "circular.discount=0.2"));
    for (uint32_t r = 0; r < 3; r++) {
        invested_before = 0;
        const struct world *w = lab_run(&lab, r);
        assert_true(w->money.invested > 1e8 && w->money.tagged_rent > 1e7 && w->money.tagged_lost > 0 &&
                    w->money.written_off > 0);
    }
    assert_true(looks > 3 * 50);
    lab_close(&lab);
}

/* With all tenants funded from the first step on, the rents in the books of all firms are those of the circle. */
static void the_rents_of_the_circle_are_those_in_the_books_of_firms(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, PLAIN,
             LAB_SET("run.end=2024-01", ALL_FUNDED, ALL_INVEST, "circular.never_cash=0", "circular.stop_fall=1",
                     "accounting.vat_output=0%", "leasing.penalty=0", "leasing.package_forfeit=0",
                     "finance.enabled=false"));
    const struct world *w = lab_run(&lab, 0);
    double rent = w->money.invested - w->ledger.counterparty[COUNTERPARTY_TENANTS] - w->books.sum.contract_liabilities;
    assert_true(rent > 1e9);
    assert_near(w->money.account[CIRCLE_LESSORS], rent, 1e-9 * rent);
    lab_close(&lab);
}

/* VAT that the state owes an investor is its own: what it paid for that in cash takes nothing from its equity. */
static bool credited;

static void credit_all(struct world *w)
{
    if (!credited || w->sim->now < 2023.6 || w->sim->now > 2023.7)
        return;
    for (uint32_t k = 0; k < w->firms.active_count; k++)
        ledger_post(w, w->firms.active[k], ACCOUNT_VAT_CREDIT, 2.385e10);
}

static void a_vat_credit_is_equity_of_investors(void **state)
{
    (void)state;
    static const struct model creditor = {
        .name = "creditor", .help = "pays VAT", .phase = {[PHASE_HAZARD] = credit_all}};
    double invested[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        credited = i == 1;
        lab_open_with(&lab, &creditor, PLAIN,
                      LAB_SET("run.end=2024-07", SOME, "circular.stop_fall=0.3", "finance.enabled=false"));
        invested[i] = lab_run(&lab, 1)->money.invested;
        lab_close(&lab);
    }
    assert_true(invested[0] > 1e8);
    assert_near(invested[1], invested[0], 1e-9 * invested[0]);
}

/* All tenants of a world that stands still get a fifth of their bill a year for good and do not spend more for it: once
 * purses have filled, a fifth of every payment is funded money. */
static void tags_settle_at_the_share_of_what_comes_in(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, LAB_STILL PLAIN "leasing: {penalty: 1, middleman_share: 0, excess: 100}\n",
                  LAB_SET("run.end=2030-01", ALL_FUNDED, ALL_INVEST, "circular.never_cash=0", "circular.stop_fall=1",
                          "circular.letter=4 yr", "circular.payout=20 yr", "circular.additionality=0",
                          "circular.runway=3 months", "circular.slack=100"));
    struct world *w = lab_run(&lab, 0);
    double invested_yr = sum_of(&lab, "circular.invested") / 8, rent_yr = 0;
    for (size_t i = 0; i < w->vintages.count; i++)
        rent_yr += w->vintages.row[i].rent_sum * HOURS_PER_YEAR;
    assert_near(1 - last_of(&lab, "organic_share"), invested_yr / rent_yr, 0.02 * invested_yr / rent_yr);
    assert_true(last_of(&lab, "organic_share") < 0.9);
    assert_near(last_of(&lab, "funded_demand"), 0, 0);
    lab_close(&lab);
}

static void additional_money_makes_demand_and_rents(void **state)
{
    (void)state;
    static const char *const share[] = {"circular.additionality=0", "circular.additionality=1"};
    double rent[2], funded[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open(&lab, PLAIN, LAB_SET("run.end=2024-01", SOME, "circular.from=2022-07", share[i]));
        lab_run(&lab, 0);
        rent[i] = lab_mean(&lab, "price.training", 2023, 2024);
        funded[i] = last_of(&lab, "funded_demand");
        lab_close(&lab);
    }
    assert_true(funded[0] <= 0 && funded[1] > 50);
    assert_true(rent[1] > 1.02 * rent[0]);
}

static void funding_stops_at_its_date(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, PLAIN, LAB_SET("run.end=2025-01", SOME, "circular.from=2022-07", "circular.until=2023-10"));
    lab_run(&lab, 0);
    const double *invested = lab_series(&lab, "circular.invested"), *letters = lab_series(&lab, "circular.letters");
    for (size_t k = 0; k < lab.plan->sample_count; k++) {
        double at = lab.plan->sample_at[k];
        assert_int_equal(invested[k] > 0, at > 2022.5 && at < 2023.76);
        assert_true(k == 0 || letters[k] >= letters[k - 1]);
        assert_true(at < 2023.8 || letters[k] == letters[k - 1]);
    }
    lab_close(&lab);
}

static void or_when_the_investor_loses_its_equity(void **state)
{
    (void)state;
    static const char *const fall[] = {"circular.stop_fall=0.05", "circular.stop_fall=1"};
    static const char *const investor[] = {"circular.investor=lessors", "circular.investor=vendor"};
    for (int by = 0; by < 2; by++) {
        double invested[2];
        for (int i = 0; i < 2; i++) {
            struct lab lab;
            lab_open(&lab, PLAIN, LAB_SET("run.end=2025-10", SOME, "circular.from=2022-07", fall[i], investor[by]));
            lab_run(&lab, 0);
            invested[i] = sum_of(&lab, "circular.invested");
            lab_close(&lab);
        }
        assert_true(invested[1] > 1e8);
        assert_true(invested[0] < 0.95 * invested[1]);
    }
}

/* Five-year leases that cannot be left, and money that doubles what tenants want: when it stops they fail. */
#define BOUND_TENANTS "leasing: {penalty: 1, middleman_share: 0, excess: 100}\n"
#define LONG_TERMS                                                                                                     \
    "tenants.developer.term=5 yr", "tenants.platform.term=5 yr", "tenants.industry.term=5 yr",                         \
        "tenants.startup.term=5 yr"
#define LAVISH                                                                                                         \
    ALL_FUNDED, ALL_INVEST, "circular.never_cash=0", "circular.stop_fall=1", "circular.letter=6 yr",                   \
        "circular.payout=6 yr", "circular.additionality=1", "circular.runway=6 months", "circular.slack=0.1",          \
        LONG_TERMS

static void tenants_whose_money_stops_default_on_their_leases(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, LAB_STILL PLAIN BOUND_TENANTS, LAB_SET("run.end=2025-01", LAVISH, "circular.until=2023-07"));
    lab_run(&lab, 0);
    double defaults = sum_of(&lab, "tenant_defaults"), before = 0;
    for (size_t k = 0; lab.plan->sample_at[k] <= 2023.5; k++)
        before += lab_series(&lab, "tenant_defaults")[k];
    assert_true(defaults > 50);
    assert_true(before < 0.05 * defaults); /* a tenant may have signed for more than its money reaches */
    assert_true(last_of(&lab, "leases.active") < lab_series(&lab, "leases.active")[17]);
    lab_close(&lab);
    lab_open_bare(&lab, LAB_STILL PLAIN BOUND_TENANTS, LAB_SET("run.end=2025-01", LAVISH));
    lab_run(&lab, 0);
    assert_true(sum_of(&lab, "tenant_defaults") < 0.05 * defaults);
    lab_close(&lab);
}

/* Of contracts signed lately: count and sum of rent over term price, of other tenants and of the investor's own. */
static void add_ratios(const struct world *w, double ratio[2], double leases[2])
{
    for (size_t id = 0; id < w->leases.count; id++) {
        const struct lease *l = &w->leases.row[id];
        const struct vintage *v = &w->vintages.row[l->vintage];
        if (!l->live || !l->started || l->opaque || l->billing != BILLING_RESERVED || l->signed_on < 2024.2)
            continue;
        bool own = w->tenants.row[l->tenant].supplier == v->firm + 1;
        int months = (int)lround((l->ends - l->signed_on) * 12);
        ratio[own] += l->rent / value_term_rent(w, v->generation, months);
        leases[own]++;
    }
}

static void captive_tenants_bring_the_money_back(void **state)
{
    (void)state;
    enum { WORLDS = 12 };
    static const char *const captive[] = {"circular.captive=0", "circular.captive=1"};
    double returned[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open(&lab, PLAIN,
                 LAB_SET("run.end=2024-07", SOME, "circular.from=2022-07", "circular.discount=0.25", captive[i]));
        double back = 0, rent = 0, ratio[2] = {0, 0}, leases[2] = {0, 0};
        for (uint32_t r = 0; r < WORLDS; r++) {
            const struct world *w = lab_run(&lab, r);
            back += w->money.returned;
            rent += w->money.tagged_rent;
            add_ratios(w, ratio, leases);
        }
        returned[i] = back / rent;
        if (i)
            assert_near(ratio[1] / leases[1] / (ratio[0] / leases[0]), 0.75, 0.1);
        assert_int_equal(leases[1] > 0, i);
        lab_close(&lab);
    }
    assert_true(returned[1] > 1.3 * returned[0] && returned[1] < 1);
}

static void a_fund_holds_money_for_a_time(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, PLAIN, LAB_SET("run.end=2023-07", SOME, "circular.from=2022-07", "circular.fund_lag=1 yr"));
    const struct world *w = lab_run(&lab, 0);
    assert_true(w->money.tagged_fund > 0.3 * w->money.invested);
    lab_close(&lab);
    lab_open(&lab, PLAIN, LAB_SET("run.end=2023-07", SOME, "circular.from=2022-07"));
    w = lab_run(&lab, 0);
    assert_near(w->money.tagged_fund, 0, 1e-9 * w->money.invested);
    lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_funding_nothing_changes_nor_do_letters_that_never_become_cash),
        cmocka_unit_test(every_funded_unit_is_followed_through_investment_rent_and_loss),
        cmocka_unit_test(a_vat_credit_is_equity_of_investors),
        cmocka_unit_test(the_rents_of_the_circle_are_those_in_the_books_of_firms),
        cmocka_unit_test(tags_settle_at_the_share_of_what_comes_in),
        cmocka_unit_test(additional_money_makes_demand_and_rents),
        cmocka_unit_test(funding_stops_at_its_date),
        cmocka_unit_test(or_when_the_investor_loses_its_equity),
        cmocka_unit_test(tenants_whose_money_stops_default_on_their_leases),
        cmocka_unit_test(captive_tenants_bring_the_money_back),
        cmocka_unit_test(a_fund_holds_money_for_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
