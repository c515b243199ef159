/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Regions: where projects go and what power is like there; and what the world is without regions, and without policy.
 */
#include "models_lab.h"

static void projects_go_where_their_shares_say(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, LAB_FIXED_PLACES "leasing: {enabled: false}\naccounting: {enabled: false}\n",
             LAB_SET("run.end=2026-01", "regions.east.project_share=0.3", "regions.central.project_share=0.12",
                     "regions.west.project_share=0.18"));
    double in[3] = {0}, all = 0;
    for (uint32_t r = 0; r < 6; r++) {
        struct world *w = lab_run(&lab, r);
        for (size_t i = 0; i < w->projects.count; i++, all++)
            in[w->projects.row[i].region]++;
    }
    static const double share[] = {0.5, 0.2, 0.3}; /* scaled to add up to one */
    for (int i = 0; i < 3; i++)
        assert_near(in[i] / all, share[i], 3.5 * sqrt(share[i] * (1 - share[i]) / all));
    lab_close(&lab);
}

static void power_is_what_the_scenario_says(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL,
             LAB_SET("run.end=2022-02", "regions.west.power_price=0.437 CNY/kWh", "regions.west.pue=1.19",
                     "regions.west.carbon=0.41 t/MWh"));
    struct world *w = lab_run(&lab, 0);
    assert_int_equal(w->regions.count, 3);
    assert_string_equal(w->regions.name[2], "west");
    assert_near(w->regions.power_price_cny_per_kwh[2], 0.437, 1e-12);
    assert_near(w->regions.pue[2], 1.19, 1e-12);
    assert_near(w->regions.carbon_t_per_kwh[2], 0.00041, 1e-15);
    lab_close(&lab);
}

static void without_regions_there_is_one_at_the_national_average(void **state)
{
    (void)state;
    static const char *const without[] = {"region.enabled=false", "regions=null"};
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open(&lab, NULL, LAB_SET("run.end=2026-01", without[i]));
        struct world *w = lab_run(&lab, 0);
        assert_int_equal(w->regions.count, 1);
        assert_near(w->regions.power_price_cny_per_kwh[0], 0.65, 1e-12);
        assert_near(w->regions.pue[0], 1.42, 1e-12);
        assert_near(w->regions.carbon_t_per_kwh[0], 0.00055, 1e-12);
        for (size_t k = 0; k < w->projects.count; k++)
            assert_int_equal(w->projects.row[k].region, 0);
        assert_true(w->projects.count > 100);
        lab_close(&lab);
    }
}

/* Switched off, policy leaves the same world as an empty list of acts; only the dates of acts still split steps in
 * neither. */
static void without_policy_the_world_is_that_of_an_empty_list(void **state)
{
    (void)state;
    struct lab off, empty;
    lab_open(&off, NULL, LAB_SET("run.end=2026-01", "policy.enabled=false"));
    lab_open(&empty, NULL, LAB_SET("run.end=2026-01", "policies=null"));
    lab_run(&off, 2);
    lab_run(&empty, 2);
    assert_true(off.plan->series_count > 100);
    size_t samples = off.plan->sample_count;
    for (size_t i = 0; i < off.plan->series_count; i++) { /* the other world reports what policy costs, too */
        size_t k = lab_channel(empty.plan->series, empty.plan->series_count, off.plan->series[i].name);
        assert_memory_equal(off.result->series + i * samples, empty.result->series + k * samples,
                            samples * sizeof(double));
    }
    lab_close(&off);
    lab_close(&empty);
}

static void what_the_world_cannot_do_without_has_no_switch(void **state)
{
    (void)state;
    static const char *const needed[] = {"technology.enabled=false", "procurement.enabled=false",
                                         "supply.enabled=false",     "demand.enabled=false",
                                         "market.enabled=false",     "value.enabled=false"};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        struct lab lab;
        lab_list(&lab, NULL, models_world_size);
        const char *said = lab_load(&lab, NULL, LAB_SET("run.end=2022-06", needed[i]));
        if (!said)
            print_error("%s was taken\n", needed[i]);
        assert_non_null(said);
        assert_non_null(strstr(said, "enabled"));
        lab_close(&lab);
    }
}

/* The need is straight between the dates of the network; the world at the end of June is that of its last step's start.
 */
static void the_network_moves_the_need_for_near_compute(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL,
             LAB_SET("run.end=2022-07", "region.realtime_share=0.37", "region.network={2022-01: 0.1, 2022-06: 0.6}"));
    struct world *w = lab_run(&lab, 0);
    assert_true(w->regions.realtime[0]);
    assert_false(w->regions.realtime[1] || w->regions.realtime[2]);
    assert_near(w->regions.realtime_share_now, 0.37 * (1 - 0.6), 1e-12);
    lab_close(&lab);
    lab_open(&lab, NULL, LAB_SET("run.end=2022-07", "region.enabled=false"));
    w = lab_run(&lab, 0);
    assert_true(w->regions.realtime[0]);
    assert_near(w->regions.realtime_share_now, 0, 0);
    lab_close(&lab);
}

/* China's regions with a power price and an overhead each, in this order. */
static const char *regions_in(struct arena *arena, const char *const order[3])
{
    static const char *const region[][2] = {
        {"east", "{power_price: 0.83 CNY/kWh, pue: 1.42, project_share: 50%, realtime: true}"},
        {"central", "{power_price: 0.61 CNY/kWh, pue: 1.38, project_share: 23%, realtime: false}"},
        {"west", "{power_price: 0.37 CNY/kWh, pue: 1.19, project_share: 27%, realtime: false}"}};
    const char *text = "regions:\n";
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++)
            if (!strcmp(order[i], region[k][0]))
                text = arena_printf(arena, "%s  %s: %s\n", text, region[k][0], region[k][1]);
    return text;
}

/* Floors, street prices, resale and the bubble index were reckoned in the region that came first in the file, and who
 * goes where was drawn in its order. */
static void the_order_of_regions_in_the_file_changes_nothing(void **state)
{
    (void)state;
    static const char *const output[] = {"price.training", "rent.A800", "premium.H100",      "resale.A800",
                                         "bubble_index",   "approvals", "capacity.installed"};
    static const char *const order[][3] = {
        {"east", "central", "west"}, {"west", "central", "east"}, {"central", "west", "east"}};
    enum { OUTPUTS = sizeof output / sizeof *output };
    double seen[3][OUTPUTS];
    for (int i = 0; i < 3; i++) {
        struct lab lab;
        lab_list(&lab, NULL, models_world_size);
        lab.beneath = "regions: null\n";
        lab_ready(&lab, regions_in(&lab.arena, order[i]), LAB_SET("run.end=2025-01"));
        lab_run(&lab, 1);
        for (size_t k = 0; k < OUTPUTS; k++) {
            seen[i][k] = lab_mean(&lab, output[k], 2022, 2025);
            assert_near(seen[i][k], seen[0][k], 1e-9 * fabs(seen[0][k]));
        }
        lab_close(&lab);
    }
}

static void the_reference_is_where_most_projects_go_or_what_the_scenario_says(void **state)
{
    (void)state;
    double resale[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open(&lab, NULL, LAB_SET("run.end=2023-01", i ? "region.reference=west" : "region.reference=none"));
        struct world *w = lab_run(&lab, 0);
        assert_string_equal(w->regions.name[w->regions.reference], i ? "west" : "east");
        assert_int_equal(w->regions.order[0], w->regions.reference);
        resale[i] = lab_mean(&lab, "resale.A100", 2022.5, 2023);
        lab_close(&lab);
    }
    assert_true(resale[1] > 1.005 * resale[0]); /* power is cheaper there */
}

static void somebody_must_be_near_the_users(void **state)
{
    (void)state;
    struct lab lab;
    lab_list(&lab, NULL, models_world_size);
    const char *said = lab_load(&lab, NULL, LAB_SET("regions.east.realtime=false", "region.realtime_share=0.2"));
    assert_non_null(said);
    assert_non_null(strstr(said, "no region serves in real time"));
    lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(projects_go_where_their_shares_say),
        cmocka_unit_test(power_is_what_the_scenario_says),
        cmocka_unit_test(the_network_moves_the_need_for_near_compute),
        cmocka_unit_test(the_order_of_regions_in_the_file_changes_nothing),
        cmocka_unit_test(the_reference_is_where_most_projects_go_or_what_the_scenario_says),
        cmocka_unit_test(somebody_must_be_near_the_users),
        cmocka_unit_test(without_regions_there_is_one_at_the_national_average),
        cmocka_unit_test(without_policy_the_world_is_that_of_an_empty_list),
        cmocka_unit_test(what_the_world_cannot_do_without_has_no_switch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
