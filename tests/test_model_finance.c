/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Credit: who owes what at every step, who fails, and what is left of it. */
#include "models_lab.h"

static struct {
    size_t steps, failed;
    double forgiven;
} audit;

/* A firm's debt is what its vintages and its line owe; a failed firm owes, owns and keeps nothing. */
static void audit_step(struct world *w)
{
    double *owed = calloc(w->firms.count, sizeof *owed);
    assert_non_null(owed);
    for (size_t i = 0; i < w->vintages.count; i++)
        owed[w->vintages.row[i].firm] += w->vintages.row[i].debt;
    audit.failed = 0;
    for (size_t i = 0; i < w->firms.count; i++) {
        const struct firm *f = &w->firms.row[i];
        assert_near(w->ledger.sheet[i].debt, owed[i] + f->credit_line, 1e-9 * (1e6 + owed[i] + f->credit_line));
        assert_true(f->credit_line >= 0);
        if (f->defaulted) {
            audit.failed++;
            assert_false(w->vintages.state_funded[f->owner_class]);
            assert_near(f->cards, 0, 1e-6);
            assert_near(w->ledger.sheet[i].debt, 0, 1);
        }
        if (w->vintages.state_funded[f->owner_class])
            assert_true(w->ledger.sheet[i].cash >= -1);
    }
    free(owed);
    audit.steps++;
}

static const struct model auditor = {
    .name = "auditor", .help = "checks who owes what", .phase = {[PHASE_FINANCE] = audit_step}};

static void every_debt_is_a_vintage_s_or_a_line_s_and_the_state_covers_its_own(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_with(
        &lab, &auditor, NULL,
        LAB_SET("run.end=2029-01", "accounting.balloon=0.3", "accounting.loan=sculpted", "entry.enabled=false"));
    for (uint32_t r = 0; r < 2; r++) {
        memset(&audit, 0, sizeof audit);
        lab_run(&lab, r);
        assert_int_equal(audit.steps, lab.result->steps);
        assert_true(audit.failed > 5);
        assert_near(lab_scalar(&lab, "defaults.all"), (double)audit.failed, 0);
        double recovered = lab_scalar(&lab, "recovery");
        assert_true(recovered > 0 && recovered < 1);
    }
    lab_close(&lab);
}

/* A firm with cash left is not in distress because of a margin call: what was repaid is no longer called. */
static size_t in_distress;

static void audit_calls(struct world *w)
{
    audit_step(w);
    for (size_t i = 0; i < w->firms.count; i++) {
        const struct firm *f = &w->firms.row[i];
        const union balance_sheet *sheet = &w->ledger.sheet[i];
        if (!f->distressed)
            continue;
        in_distress++;
        assert_true(sheet->cash < 1);
    }
}

static const struct model caller = {
    .name = "caller", .help = "checks called loans", .phase = {[PHASE_FINANCE] = audit_calls}};

static void a_called_loan_is_reduced_by_what_was_repaid(void **state)
{
    (void)state;
    static const char *const covenant[] = {"finance.loan_to_value=none", "finance.loan_to_value=0.5"};
    double debt[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        in_distress = 0;
        lab_open_with(&lab, &caller, NULL, LAB_SET("run.end=2025-01", covenant[i], "finance.payout=0"));
        lab_run(&lab, 0);
        debt[i] = lab_mean(&lab, "debt", 2023, 2025);
        lab_close(&lab);
    }
    assert_true(in_distress > 0);
    assert_true(debt[1] < debt[0]);
}

/* Below the covenant nothing is paid out; owners' money is what is left then. */
static void cash_is_trapped_below_the_covenant(void **state)
{
    (void)state;
    static const char *const covenant[] = {"finance.dscr_covenant=0", "finance.dscr_covenant=10"};
    double cash[2] = {0};
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open(&lab, NULL, LAB_SET("run.end=2026-01", covenant[i]));
        for (uint32_t r = 0; r < 4; r++) {
            lab_run(&lab, r);
            cash[i] += lab_mean(&lab, "cash", 2024, 2026) / 4;
        }
        lab_close(&lab);
    }
    print_message("cash %.4g MCNY, trapped %.4g MCNY\n", cash[0] / 1e6, cash[1] / 1e6);
    assert_true(cash[1] > 1.2 * cash[0]);
}

static void the_three_states_share_all_of_lessors_debt(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2027-01"));
    lab_run(&lab, 3);
    const double *hedge = lab_series(&lab, "minsky.hedge"), *speculative = lab_series(&lab, "minsky.speculative"),
                 *ponzi = lab_series(&lab, "minsky.ponzi");
    double least = 1, most = 0;
    assert_true(isnan(hedge[0]) && isnan(ponzi[0])); /* nothing has fallen due */
    for (size_t k = 1; k < lab.plan->sample_count; k++) {
        assert_near(hedge[k] + speculative[k] + ponzi[k], 1, 1e-9);
        least = fmin(least, hedge[k]);
        most = fmax(most, hedge[k]);
    }
    assert_true(least < 0.6 && most > 0.8);
    lab_close(&lab);
}

/* Nobody wants anything from 2022 on: lessors earn nothing and cannot pay. */
#define NOBODY                                                                                                         \
    "tenants:\n"                                                                                                       \
    "  developer: {entry: 0 /yr, need: 0.01 P}\n"                                                                      \
    "  platform: {entry: 0 /yr, need: 0.01 P}\n"                                                                       \
    "  industry: {entry: 0 /yr, need: 0.01 P}\n"                                                                       \
    "  startup: {entry: 0 /yr, need: 0.01 P}\n"

static double lessors_in(const struct world *w, bool defaulted)
{
    double count = 0;
    for (uint32_t k = 0; k < w->firms.active_count; k++) {
        const struct firm *f = &w->firms.row[w->firms.active[k]];
        count += !firms_in_possession(w, w->firms.active[k]) && !w->vintages.state_funded[f->owner_class] &&
                 f->defaulted == defaulted && (f->defaulted || f->cards > 0);
    }
    return count;
}

static void without_tenants_lessors_fail_and_with_patient_owners_they_do_not(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, NOBODY,
                  LAB_SET("run.end=2025-01", "finance.support=0.1", "finance.advance=0", "receivers.enabled=false"));
    double failed = 0, left = 0;
    for (uint32_t r = 0; r < 16; r++) { /* which firms own the first centres is luck */
        struct world *w = lab_run(&lab, r);
        failed += lessors_in(w, true);
        left += lessors_in(w, false);
    }
    assert_true(failed > 3 * left);
    lab_close(&lab);
    lab_open_bare(&lab, NOBODY, LAB_SET("run.end=2025-01", "finance.support=10"));
    assert_near(lessors_in(lab_run(&lab, 0), true), 0, 0);
    lab_close(&lab);
}

/* Whether let or not, all that stands is looked after: vendors get upkeep of its list price. */
static void unlet_cards_cost_upkeep(void **state)
{
    (void)state;
    static const char *const upkeep[] = {"value.upkeep=0 /yr", "value.upkeep=0.05 /yr"};
    double vendors[2], due = 0, let = 0, all = 0;
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open_bare(&lab, NOBODY,
                      LAB_SET("run.end=2022-07", "finance.enabled=false", "accounting.vat_input=0", upkeep[i]));
        const struct world *w = lab_run(&lab, 0);
        vendors[i] = w->ledger.counterparty[COUNTERPARTY_VENDORS];
        for (size_t k = 0; i == 0 && k < w->vintages.count; k++) {
            const struct vintage *v = &w->vintages.row[k];
            double stood = w->sim->now - fmax(v->delivered, 2022);
            due += v->cards * w->generations.list_price_cny[v->generation] * 0.05 * stood;
            let += v->let_cards, all += v->cards;
        }
        lab_close(&lab);
    }
    print_message("upkeep %.4g MCNY, due %.4g MCNY, let %.2g of the cards\n", (vendors[1] - vendors[0]) / 1e6,
                  due / 1e6, let / all);
    assert_true(let < 0.85 * all);
    assert_near(vendors[1] - vendors[0], due, 0.1 * due);
}

static void a_firm_is_lent_no_more_than_its_cards_allow(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2025-06", "finance.advance=0"));
    struct world *w = lab_run(&lab, 0);
    for (size_t i = 0; i < w->firms.count; i++)
        assert_near(w->firms.row[i].credit_line, 0, 0);
    lab_close(&lab);
    lab_open(&lab, NULL, LAB_SET("run.end=2025-06", "finance.advance=0.9", "capital.enabled=false"));
    double drawn = 0;
    for (uint32_t r = 0; r < 4; r++) { /* which firms run short of cash is chance */
        w = lab_run(&lab, r);
        for (size_t i = 0; i < w->firms.count; i++)
            drawn += w->firms.row[i].credit_line;
    }
    print_message("drawn %.4g MCNY\n", drawn / 1e6);
    assert_true(drawn > 1e7);
    lab_close(&lab);
}

static void centres_of_the_state_are_shown_apart_with_what_it_pays_for_them(void **state)
{
    (void)state;
    double paid[2] = {0, 0};
    for (int empty = 0; empty < 2; empty++) {
        struct lab lab;
        lab_open_bare(&lab, empty ? NOBODY : NULL, LAB_SET("run.end=2025-01"));
        const struct world *w = lab_run(&lab, 0);
        size_t last = lab.plan->sample_count - 1;
        double capacity = 0, offered = 0;
        for (size_t i = 0; i < w->vintages.count; i++) {
            const struct vintage *v = &w->vintages.row[i];
            double p = v->standing && w->vintages.state_funded[v->owner_class] ? v->cards : 0;
            capacity += p * w->generations.pflops_fp16[v->generation];
            offered += v->on_offer ? p * w->generations.pflops_fp16[v->generation] : 0;
        }
        assert_true(capacity > 0);
        assert_near(lab_series(&lab, "state.capacity")[last], capacity, 1e-9 * capacity);
        assert_near(lab_series(&lab, "state.dormant")[last], 1 - offered / capacity, 1e-9);
        for (size_t k = 0; k <= last; k++)
            paid[empty] += lab_series(&lab, "state.support")[k];
        lab_close(&lab);
    }
    print_message("the state paid %.3g bn CNY, without tenants %.3g\n", paid[0] / 1e9, paid[1] / 1e9);
    assert_true(paid[0] > 0 && paid[1] > 1.05 * paid[0]);
}

static void switched_off_nobody_fails_and_spreads_stay(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2028-01", "finance.enabled=false", "accounting.spread=2.385 %/yr"));
    struct world *w = lab_run(&lab, 0);
    for (size_t i = 0; i < w->firms.count; i++)
        assert_false(w->firms.row[i].defaulted || w->firms.row[i].distressed);
    for (size_t i = 0; i < w->vintages.count; i++)
        assert_near((double)w->vintages.row[i].spread_per_yr, log(1.02385), 1e-8);
    for (size_t o = 0; o < 5; o++)
        assert_near(w->credit.dearer_per_yr[o], 0, 0);
    lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_debt_is_a_vintage_s_or_a_line_s_and_the_state_covers_its_own),
        cmocka_unit_test(unlet_cards_cost_upkeep),
        cmocka_unit_test(a_called_loan_is_reduced_by_what_was_repaid),
        cmocka_unit_test(cash_is_trapped_below_the_covenant),
        cmocka_unit_test(the_three_states_share_all_of_lessors_debt),
        cmocka_unit_test(without_tenants_lessors_fail_and_with_patient_owners_they_do_not),
        cmocka_unit_test(a_firm_is_lent_no_more_than_its_cards_allow),
        cmocka_unit_test(centres_of_the_state_are_shown_apart_with_what_it_pays_for_them),
        cmocka_unit_test(switched_off_nobody_fails_and_spreads_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
