/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contract first: who waits for a customer, who has one when the centre opens, what is agreed and what never begins. */
#include "models_lab.h"

#define FIRST "presale.enabled=true", "operators.crossover.contract_first=1", "operators.neocloud.contract_first=1"

static double sum_of(const struct lab *lab, const char *name)
{
    const double *sample = lab_series(lab, name);
    double sum = 0;
    for (size_t i = 0; i < lab->plan->sample_count; i++)
        sum += isnan(sample[i]) ? 0 : sample[i];
    return sum;
}

/* New centres of projects with a contract that have been seen, of those the ones that were let as they opened, and the
 * private projects that began without one. */
static struct {
    size_t seen, opened, let, uncontracted;
    double cards, let_cards;
} audit;

static void look_at_openings(struct world *w)
{
    for (; audit.seen < w->vintages.count; audit.seen++) {
        const struct vintage *v = &w->vintages.row[audit.seen];
        const struct project *p = v->project < w->projects.count ? &w->projects.row[v->project] : NULL;
        if (!p || p->replaces != UINT32_MAX || !pipeline_must_earn(w, v->owner_class))
            continue;
        audit.uncontracted += !p->contracted;
        audit.opened += p->contracted;
        audit.let += p->contracted && v->let_cards > 0 && v->on_offer;
        audit.cards += p->contracted ? v->cards : 0;
        audit.let_cards += p->contracted ? v->let_cards : 0;
    }
}

static const struct model auditor = {
    .name = "auditor", .help = "looks at openings", .phase = {[PHASE_BOOKS] = look_at_openings}};

static void open_audited(struct lab *lab, const char *const *sets)
{
    memset(&audit, 0, sizeof audit);
    lab_open_with(lab, &auditor, NULL, sets);
}

static void a_centre_with_a_contract_is_let_as_it_opens_and_none_is_built_without(void **state)
{
    (void)state;
    struct lab lab;
    open_audited(&lab, LAB_SET("run.end=2026-01", FIRST));
    double started = 0, lost = 0, signed_ = 0, missing = 0;
    for (uint32_t r = 0; r < 12; r++) {
        audit.seen = 0;
        lab_run(&lab, r);
        signed_ += sum_of(&lab, "presale.signed"), started += sum_of(&lab, "presale.started");
        lost += sum_of(&lab, "presale.lost"), missing += sum_of(&lab, "presale.missing");
    }
    print_message("%.0f signed, %.0f started, %.0f lost, %.0f times nobody; %zu opened, %zu let, %.2f of their cards; "
                  "%zu without\n",
                  signed_, started, lost, missing, audit.opened, audit.let, audit.let_cards / audit.cards,
                  audit.uncontracted);
    assert_true(started > 20 && lost > 0 && missing > 0 && started + lost <= signed_);
    assert_true(audit.opened >= (size_t)started && audit.let >= 0.9 * started);
    assert_true(audit.let_cards > 0.3 * audit.cards * started / (double)audit.opened);
    assert_true(audit.uncontracted == 0);
    lab_close(&lab);
}

static void a_class_without_a_share_builds_as_if_there_were_no_such_contracts(void **state)
{
    (void)state;
    double rent[2], projects[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open(&lab, NULL,
                 LAB_SET("run.end=2025-01", i ? "presale.enabled=true" : "presale.enabled=false",
                         "operators.crossover.contract_first=0", "operators.neocloud.contract_first=0"));
        lab_run(&lab, 3);
        rent[i] = lab_mean(&lab, "rent_server_month.H100", 2024, 2025);
        projects[i] = lab_mean(&lab, "building_starts", 2022, 2025);
        lab_close(&lab);
    }
    assert_near(rent[0], rent[1], 0);
    assert_near(projects[0], projects[1], 0);
}

/* Sums over some worlds of two outputs. */
static void sums(const char *const *sets, const char *const name[2], double sum[2])
{
    struct lab lab;
    sum[0] = sum[1] = 0;
    lab_open(&lab, NULL, sets);
    for (uint32_t r = 0; r < 16; r++) {
        lab_run(&lab, r);
        for (int k = 0; k < 2; k++)
            sum[k] += sum_of(&lab, name[k]);
    }
    lab_close(&lab);
}

static void fewer_tenants_are_large_enough_for_more_of_a_centre(void **state)
{
    (void)state;
    static const char *const name[2] = {"presale.signed", "presale.missing"};
    double small[2], large[2];
    sums(LAB_SET("run.end=2025-06", FIRST, "presale.least_need=0.1"), name, small);
    sums(LAB_SET("run.end=2025-06", FIRST, "presale.least_need=1"), name, large);
    print_message("signed %.0f and %.0f, nobody %.0f and %.0f times\n", small[0], large[0], small[1], large[1]);
    assert_true(large[0] < 0.9 * small[0] && large[1] > 1.2 * small[1]);
}

/* Between signing and opening rents fall: who may leave a late centre does. */
static void who_may_leave_a_late_centre_does_when_rents_have_fallen(void **state)
{
    (void)state;
    static const char *const name[2] = {"presale.started", "presale.lost"};
    double hard[2], soft[2];
    sums(LAB_SET("run.end=2026-01", FIRST, "presale.grace=0 yr"), name, hard);
    sums(LAB_SET("run.end=2026-01", FIRST, "presale.grace=5 yr"), name, soft);
    print_message("started %.0f and %.0f, lost %.0f and %.0f\n", hard[0], soft[0], hard[1], soft[1]);
    assert_true(hard[1] > 1.15 * soft[1] && hard[0] < soft[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_centre_with_a_contract_is_let_as_it_opens_and_none_is_built_without),
        cmocka_unit_test(a_class_without_a_share_builds_as_if_there_were_no_such_contracts),
        cmocka_unit_test(fewer_tenants_are_large_enough_for_more_of_a_centre),
        cmocka_unit_test(who_may_leave_a_late_centre_does_when_rents_have_fallen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
