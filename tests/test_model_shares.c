/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Outputs that are shares stay between 0 and 1: in the shipped scenarios where they are most at risk (slow_scenarios.sh
 * runs all of them), and a replication that records anything else fails. */
#include "models_lab.h"

static bool is_share(const struct lab *lab, const char *series)
{
    for (size_t m = 0; lab->models[m]; m++)
        for (const struct output *o = lab->models[m]->outputs; o && o->name; o++) {
            size_t length = strlen(o->name);
            if (!strncmp(o->name, series, length) && (series[length] == '\0' || (o->by && series[length] == '.')))
                return o->share;
        }
    return false;
}

static size_t look_at_shares(const struct lab *lab)
{
    size_t seen = 0;
    for (size_t i = 0; i < lab->plan->series_count; i++) {
        const double *value = lab_series(lab, lab->plan->series[i].name);
        for (size_t k = 0; k < lab->plan->sample_count && is_share(lab, lab->plan->series[i].name); k++) {
            assert_true(isnan(value[k]) || (value[k] > -1e-9 && value[k] < 1 + 1e-9));
            seen += !isnan(value[k]);
        }
    }
    return seen;
}

/* us-debt with money from its vendor had an organic share of 9e10: every lease had ended, and the rents, a running sum,
 * had a remainder below nothing. lessor let cards that were not yet on offer: 5.4 times those that were. */
static void every_share_is_between_0_and_1(void **state)
{
    (void)state;
    static const struct {
        const char *scenario, *variant;
    } risky[] = {{"us-debt", "vendor_money"}, {"circular-finance", NULL}, {"lessor", NULL}, {"one-server", NULL}};
    for (size_t i = 0; i < sizeof risky / sizeof *risky; i++) {
        struct lab lab;
        lab_list(&lab, NULL, models_world_size);
        lab.of = risky[i].scenario;
        lab.variant = risky[i].variant;
        lab_ready(&lab, NULL, NULL);
        for (uint32_t r = 0; r < 2; r++) {
            lab_run(&lab, r);
            assert_true(look_at_shares(&lab) > 500);
        }
        lab_close(&lab);
    }
}

static const struct output outputs[] = {{"half", OUTPUT_SERIES, "", NULL, "no half", .share = true}, {0}};
static void record_too_much(struct world *w);
static const struct model probe = {
    .name = "probe", .help = "records a share", .outputs = outputs, .phase = {[PHASE_SAMPLE] = record_too_much}};
static double recorded;

static void record_too_much(struct world *w)
{
    sim_record(w->sim, &probe, 0, -1, recorded, false);
}

static void a_replication_that_records_a_share_out_of_range_fails(void **state)
{
    (void)state;
    static const double good[] = {0, 1, -1e-10, 1 + 1e-10, (double)NAN}, bad[] = {-1e-6, 1.0001, 9e10};
    for (size_t i = 0; i < sizeof good / sizeof *good + sizeof bad / sizeof *bad; i++) {
        struct lab lab;
        bool fails = i >= sizeof good / sizeof *good;
        lab_open_with(&lab, &probe, NULL, LAB_SET("run.end=2022-03"));
        recorded = fails ? bad[i - sizeof good / sizeof *good] : good[i];
        assert_int_equal(!lab_try(&lab, 0), fails);
        lab_close(&lab);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_share_is_between_0_and_1),
        cmocka_unit_test(a_replication_that_records_a_share_out_of_range_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
