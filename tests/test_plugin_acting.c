/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mechanism that acts, in one file and one line of a list: fires take cards, and insurance pays for them.
 *
 * It has a state, a stream and a hazard of its own, takes cards by supply.c's verb, and moves money through two rows
 * that it adds to the chart of accounts. Nothing else knows it.
 */
#include "models_lab.h"

struct settings {
    double fires_per_yr, damage, premium_per_yr, covered;
};

struct insurance {
    const struct settings *settings;
    enum account premiums, payouts;
    double cards_burnt, paid_cny, premium_cny;
};

static const struct model insurance;

static struct insurance *insurance_state(const struct world *w)
{
    return sim_state(w->sim, &insurance);
}

/* clang-format off */
static const struct param params[] = {
    NUMBER(struct settings, fires_per_yr, "fires", "/yr", 0, 10, "0.1 /yr", UNCERTAIN, "how often a centre burns", NULL),
    NUMBER(struct settings, damage, "damage", "", 0, 1, "0.4", UNCERTAIN, "share of its cards that a fire takes", NULL),
    NUMBER(struct settings, premium_per_yr, "premium", "/yr", 0, 1, "1 %/yr", UNCERTAIN, "premium over the book value of what is insured", NULL),
    NUMBER(struct settings, covered, "covered", "", 0, 1, "0.8", UNCERTAIN, "share of the book value lost that is paid for", NULL),
    {0},
};
static const struct account_row premiums = {
    .name = "premiums", .help = "premiums of fire insurance", .class_ = CLASS_EXPENSE, .against = ACCOUNT_CASH,
    .counterparty = COUNTERPARTY_INSURERS, .posted = POSTED_AT_CLOSING, .taxed = TAX_TAXED, .line = LINE_OTHER,
};
static const struct account_row payouts = {
    .name = "payouts", .help = "payouts of fire insurance", .class_ = CLASS_INCOME, .against = ACCOUNT_CASH,
    .counterparty = COUNTERPARTY_INSURERS, .posted = POSTED_AT_CLOSING, .taxed = TAX_TAXED, .line = LINE_IMPAIRMENT,
};
enum { OUT_BURNT };
static const struct output outputs[] = {
    [OUT_BURNT] = {"burnt", OUTPUT_SERIES, "card", NULL, "cards lost to fires so far"},
    {0},
};
/* clang-format on */

static void start(struct world *w)
{
    struct insurance *s = insurance_state(w);
    s->settings = sim_settings(w->sim, &insurance);
    s->premiums = ledger_add(w, &premiums);
    s->payouts = ledger_add(w, &payouts);
}

static void burn(struct world *w, uint32_t id)
{
    struct insurance *s = insurance_state(w);
    const struct vintage *v = &w->vintages.row[id];
    uint32_t firm = v->firm;
    double book = v->book_per_card, cards = supply_lose(w, id, s->settings->damage * v->cards, "fire");
    ledger_post(w, firm, s->payouts, s->settings->covered * cards * book);
    s->paid_cny += s->settings->covered * cards * book;
    s->cards_burnt += cards;
}

/* Each vintage burns or does not, on a number of its own and of the step's. */
static void fires(struct world *w)
{
    struct insurance *s = insurance_state(w);
    for (uint32_t id = 0; id < w->vintages.count; id++) {
        const struct vintage *v = &w->vintages.row[id];
        if (!v->standing)
            continue;
        struct stream random =
            sim_stream(w->sim, &insurance, (uint64_t)v->owner_class << 56 | (uint64_t)v->number << 16 | w->sim->step);
        double premium = s->settings->premium_per_yr * v->cards * v->book_per_card * w->sim->dt;
        ledger_post(w, v->firm, s->premiums, premium);
        s->premium_cny += premium;
        if (stream_exponential(&random) < s->settings->fires_per_yr * w->sim->dt)
            burn(w, id);
    }
}

static void sample(struct world *w)
{
    sim_record(w->sim, &insurance, OUT_BURNT, -1, insurance_state(w)->cards_burnt, false);
}

static const struct model insurance = {
    .name = "insurance",
    .help = "fires, and who pays for them",
    .without = "nothing burns",
    .asleep = true,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    .state_size = sizeof(struct insurance),
    .start = start,
    .phase = {[PHASE_HAZARD] = fires, [PHASE_SAMPLE] = sample},
};

/* -- tests -------------------------------------------------------------------------------------------------------- */

static double last(const struct lab *lab, const char *name)
{
    return lab_series(lab, name)[lab->plan->sample_count - 1];
}

static void asleep_it_changes_no_bit_of_any_other_output(void **state)
{
    (void)state;
    struct lab with, without;
    lab_open(&without, NULL, LAB_SET("run.end=2024-01"));
    lab_open_with(&with, &insurance, NULL, LAB_SET("run.end=2024-01"));
    for (uint32_t r = 0; r < 2; r++) {
        lab_run(&with, r);
        lab_run(&without, r);
        for (size_t i = 0; i < without.plan->series_count; i++) {
            const char *name = without.plan->series[i].name;
            assert_memory_equal(lab_series(&with, name), lab_series(&without, name),
                                without.plan->sample_count * sizeof(double));
        }
    }
    lab_close(&with);
    lab_close(&without);
}

/* Cards in the table, in its sums and under leases are the same cards. */
static void audit(struct world *w)
{
    double installed = 0, summed = 0, offered = 0, summed_offered = 0, let = 0, leased = 0;
    for (size_t i = 0; i < w->vintages.count; i++) {
        const struct vintage *v = &w->vintages.row[i];
        installed += v->standing ? v->cards : 0;
        offered += v->standing && v->on_offer ? v->cards : 0;
        let += v->let_cards;
        assert_true(!v->standing || v->let_cards <= v->cards + 1e-6);
    }
    for (size_t g = 0; g < w->generations.count; g++) {
        summed += w->vintages.installed_cards[g];
        summed_offered += w->vintages.offered_cards[g];
    }
    for (size_t i = 0; i < w->leases.count; i++)
        leased += w->leases.row[i].live ? w->leases.row[i].cards : 0;
    assert_near(installed, summed, 1e-3);
    assert_near(offered, summed_offered, 1e-3);
    assert_near(let, leased, 1e-3);
}

static const struct model auditor = {
    .name = "auditor", .help = "counts cards", .phase = {[PHASE_BOOKS] = audit, [PHASE_FINANCE] = audit}};

static void open_insurance(struct lab *lab, const char *const *sets)
{
    lab_list(lab, NULL, models_world_size);
    size_t count = 0;
    while (lab->models[count])
        count++;
    lab->models[count] = &insurance;
    lab->models[count + 1] = &auditor;
    study_close(&lab->study);
    study_open(&lab->study, lab->models, models_world_size);
    lab_ready(lab, NULL, sets);
}

static void fires_take_cards_out_of_every_sum_and_the_books_balance(void **state)
{
    (void)state;
    static const char *const damage[] = {"insurance.damage=0.4", "insurance.damage=1"};
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        open_insurance(&lab,
                       LAB_SET("run.end=2025-01", "insurance.enabled=true", "insurance.fires=0.5 /yr", damage[i]));
        const struct world *w = lab_run(&lab, 0); /* supply and ledger fail it where anything does not add up */
        assert_true(last(&lab, "burnt") > 1000);
        const struct insurance *s = insurance_state(w);
        double net = w->ledger.counterparty[COUNTERPARTY_INSURERS];
        assert_true(s->paid_cny > 1e6 && s->premium_cny > 1e6);
        assert_near(net, s->premium_cny - s->paid_cny, 1e-9 * (s->premium_cny + s->paid_cny));
        lab_close(&lab);
    }
}

static void premiums_and_payouts_are_in_the_statements(void **state)
{
    (void)state;
    static const char *const premium[] = {"insurance.premium=0 /yr", "insurance.premium=10 %/yr"};
    double other[2], net[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        open_insurance(&lab, LAB_SET("run.end=2023-01", "finance.enabled=false", "insurance.enabled=true",
                                     "insurance.fires=0 /yr", premium[i]));
        lab_run(&lab, 0);
        other[i] = lab_series(&lab, "pnl.other.neocloud")[10];
        net[i] = lab_series(&lab, "pnl.net.neocloud")[10];
        lab_close(&lab);
    }
    assert_true(other[1] > other[0] + 0.01);
    assert_true(net[1] < net[0] - 0.01);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asleep_it_changes_no_bit_of_any_other_output),
        cmocka_unit_test(fires_take_cards_out_of_every_sum_and_the_books_balance),
        cmocka_unit_test(premiums_and_payouts_are_in_the_statements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
