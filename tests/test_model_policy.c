/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a list of dated acts amounts to on a day. */
#include "models_lab.h"

/* The policy in force at the end of the run, with the rows of `rows` alone. */
static struct world *world_with(struct lab *lab, const char *rows, const char *end)
{
    char lines[4096], horizon[32];
    snprintf(horizon, sizeof horizon, "run.end=%s", end);
    snprintf(lines, sizeof lines, "leasing: {enabled: false}\npipeline: {enabled: false}\n%s", rows);
    lab_open_bare(lab, lines, LAB_SET(horizon));
    return lab_run(lab, 0);
}

static double gate(const char *rows, const char *end, const char *card)
{
    struct lab lab;
    struct world *w = world_with(&lab, rows, end);
    double open = w->policy.official_open[lab_generation(w, card)];
    lab_close(&lab);
    return open;
}

#define BAN(name, date, strength, side) \
    "  " name ": {kind: ban, announced: " date ", effective: " date ", covers: [A800, H800], strength: " strength ", by: " side "}\n"
#define RELAX(name, date, strength, side) \
    "  " name ": {kind: relax, announced: " date ", effective: " date ", covers: [A800], strength: " strength ", by: " side "}\n"

static void with_no_act_every_card_is_sold_freely(void **state)
{
    (void)state;
    struct lab lab;
    struct world *w = world_with(&lab, "", "2023-01");
    for (size_t g = 0; g < w->generations.count; g++) {
        assert_near(w->policy.official_open[g], 1, 0);
        assert_near(w->policy.price_factor[g], 1, 0);
        assert_false(w->policy.feared[g]);
    }
    assert_near(w->policy.approvals_factor, 1, 0);
    assert_near(w->policy.voucher_share[0], 0, 0);
    lab_close(&lab);
}

static void bans_multiply_and_cover_what_they_cover(void **state)
{
    (void)state;
    const char *rows = "policies:\n" BAN("one", "2022-03", "0.7", "exporter") BAN("two", "2022-05", "0.4", "exporter");
    assert_near(gate(rows, "2022-03", "A800"), 1, 0);
    assert_near(gate(rows, "2022-04", "A800"), 0.3, 1e-15);
    assert_near(gate(rows, "2022-06", "A800"), 0.3 * 0.6, 1e-15);
    assert_near(gate(rows, "2022-06", "H800"), 0.3 * 0.6, 1e-15);
    assert_near(gate(rows, "2022-06", "A100"), 1, 0);
}

static void a_relaxation_reopens_a_share_of_what_its_side_had_closed(void **state)
{
    (void)state;
    const char *rows = "policies:\n" RELAX("later", "2022-05", "0.25", "exporter") BAN("sooner", "2022-03", "0.7", "exporter")
        BAN("customs", "2022-04", "0.2", "importer");
    assert_near(gate(rows, "2022-06", "A800"), (1 - 0.7 * 0.75) * 0.8, 1e-15); /* by date, not by place in the file */
    assert_near(gate(rows, "2022-06", "H800"), 0.3 * 0.8, 1e-15);
    const char *other_side = "policies:\n" BAN("sooner", "2022-03", "0.7", "exporter") RELAX("later", "2022-05", "1", "importer");
    assert_near(gate(other_side, "2022-06", "A800"), 0.3, 1e-15);
}

static void an_act_that_ends_is_as_if_it_had_not_been(void **state)
{
    (void)state;
    const char *rows = "policies:\n  letter: {kind: ban, announced: 2022-02, effective: 2022-03, until: 2022-05, covers: [A800], strength: 0.6}\n"
        BAN("rule", "2022-04", "0.5", "exporter");
    assert_near(gate(rows, "2022-04", "A800"), 0.4, 1e-15);
    assert_near(gate(rows, "2022-05", "A800"), 0.2, 1e-15);
    assert_near(gate(rows, "2022-06", "A800"), 0.5, 1e-15);
}

static void a_ban_is_feared_from_the_rumour_until_it_bites(void **state)
{
    (void)state;
    const char *rows = "policies:\n"
        "  rumoured: {kind: ban, feared: 2022-03, announced: 2022-05, effective: 2022-06, covers: [A800]}\n"
        "  announced: {kind: ban, announced: 2022-05, effective: 2022-06, covers: [H800]}\n"
        "  relaxed: {kind: relax, announced: 2022-03, effective: 2022-06, covers: [H20]}\n";
    static const struct {
        const char *end;
        bool a800, h800;
    } when[] = {{"2022-03", false, false}, {"2022-04", true, false}, {"2022-06", true, true}, {"2022-07", false, false}};
    for (size_t i = 0; i < sizeof when / sizeof *when; i++) {
        struct lab lab;
        struct world *w = world_with(&lab, rows, when[i].end);
        assert_int_equal(w->policy.feared[lab_generation(w, "A800")], when[i].a800);
        assert_int_equal(w->policy.feared[lab_generation(w, "H800")], when[i].h800);
        assert_false(w->policy.feared[lab_generation(w, "H20")]);
        lab_close(&lab);
    }
}

static void tariffs_subsidies_vouchers_rules_and_guidance_add_up_each_in_its_way(void **state)
{
    (void)state;
    const char *rows = "policies:\n"
        "  duty: {kind: tariff, announced: 2022-02, effective: 2022-02, covers: [A800], strength: 0.1}\n"
        "  cut: {kind: tariff, announced: 2022-02, effective: 2022-02, covers: [A800, H20], strength: 0.25}\n"
        "  power: {kind: subsidy, announced: 2022-02, effective: 2022-02, covers: [Ascend910B], strength: 0.4}\n"
        "  more_power: {kind: subsidy, announced: 2022-02, effective: 2022-02, covers: [Ascend910B], strength: 0.5}\n"
        "  voucher: {kind: voucher, announced: 2022-02, effective: 2022-02, strength: 0.1}\n"
        "  more_voucher: {kind: voucher, announced: 2022-02, effective: 2022-02, strength: 0.2}\n"
        "  rule: {kind: procurement_rule, announced: 2022-02, effective: 2022-02, covers: [A800], strength: 0.6}\n"
        "  stricter: {kind: procurement_rule, announced: 2022-02, effective: 2022-02, covers: [A800], strength: 0.8}\n"
        "  slow: {kind: guidance, announced: 2022-02, effective: 2022-02, strength: 0.3, minimum_size: 800 P}\n"
        "  slower: {kind: guidance, announced: 2022-02, effective: 2022-02, strength: 0.5, minimum_size: 300 P}\n"
        "  remark: {kind: note, announced: 2022-02, effective: 2022-02, covers: [A800], strength: 1}\n";
    struct lab lab;
    struct world *w = world_with(&lab, rows, "2022-04");
    const struct policy *p = &w->policy;
    int a800 = lab_generation(w, "A800"), h20 = lab_generation(w, "H20"), ascend = lab_generation(w, "Ascend910B");
    assert_near(p->price_factor[a800], 1.1 * 1.25, 1e-15);
    assert_near(p->price_factor[h20], 1.25, 0);
    assert_near(p->power_discount[ascend], 1 - 0.6 * 0.5, 1e-15);
    assert_near(p->power_discount[a800], 0, 0);
    assert_near(p->voucher_share[0], 1 - 0.9 * 0.8, 1e-15);
    assert_near(p->barred_for_state[a800], 0.8, 0);
    assert_near(p->barred_for_state[h20], 0, 0);
    assert_near(p->approvals_factor, 0.7 * 0.5, 1e-15);
    assert_near(p->minimum_size_p, 800, 0);
    assert_near(p->official_open[a800], 1, 0);
    lab_close(&lab);
}

/* -- at its instant ------------------------------------------------------------------------------------------------------------ */

static struct {
    double from[64], to[64], open[64];
    size_t count;
} steps;

static void watch(struct world *w)
{
    assert_true(steps.count < 64);
    steps.from[steps.count] = w->sim->step_start;
    steps.to[steps.count] = w->sim->step_end;
    steps.open[steps.count++] = w->policy.official_open[lab_generation(w, "A800")];
}

static const struct model watcher = {.name = "watcher", .help = "looks at the gate", .phase = {[PHASE_SUPPLY] = watch}};

static void a_ban_in_the_middle_of_a_step_splits_it(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_with(&lab, &watcher, "policies: {ban: {kind: ban, announced: 2022-06-05, effective: 2022-06-19, covers: [A800]}}\n",
                  LAB_SET("run.end=2022-08"));
    steps.count = 0;
    lab_run(&lab, 0);
    double bites = 2022 + 5.0 / 12 + 18.0 / 30 / 12;
    size_t around = 0;
    for (size_t i = 0; i < steps.count; i++) {
        assert_false(steps.from[i] < bites - 1e-9 && steps.to[i] > bites + 1e-9);
        assert_near(steps.open[i], steps.from[i] < bites - 1e-9 ? 1 : 0, 0);
        around += fabs(steps.from[i] - bites) < 1e-9;
    }
    assert_int_equal(around, 1);
    lab_close(&lab);
}

static void china_today_lets_pass_what_the_acts_of_both_sides_leave(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2026-07", "leasing.enabled=false", "pipeline.enabled=false"));
    struct world *w = lab_run(&lab, 0);
    static const struct {
        const char *card;
        double open;
    } expected[] = {
        {"A100", 0}, {"H100", 0}, {"A800", 0}, {"H800", 0}, {"B200", 0},
        {"H20", 0.6 * 0.05},                       /* licences again, customs and regulators against */
        {"H200", 0.5 * (1 - 0.95 * 0.75)},         /* half a relaxation after a ban; a quarter of what customs stopped */
        {"Ascend910B", 1},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_near(w->policy.official_open[lab_generation(w, expected[i].card)], expected[i].open, 1e-12);
    lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_no_act_every_card_is_sold_freely),
        cmocka_unit_test(bans_multiply_and_cover_what_they_cover),
        cmocka_unit_test(a_relaxation_reopens_a_share_of_what_its_side_had_closed),
        cmocka_unit_test(an_act_that_ends_is_as_if_it_had_not_been),
        cmocka_unit_test(a_ban_is_feared_from_the_rumour_until_it_bites),
        cmocka_unit_test(tariffs_subsidies_vouchers_rules_and_guidance_add_up_each_in_its_way),
        cmocka_unit_test(a_ban_in_the_middle_of_a_step_splits_it),
        cmocka_unit_test(china_today_lets_pass_what_the_acts_of_both_sides_leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
