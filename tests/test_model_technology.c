/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a card delivers and what it lists at, against the formulas in models/technology.c worked with libm. */
#include "models_lab.h"

/* A card of odd numbers. The reference stays the H100: 0.989 PFLOPS, 3.35 TB/s. */
#define ODD_CARD                                                                                                       \
    "technology: {fp8_midpoint: 2024-06, fp8_steepness: 2.3 /yr, fp8_ceiling: 0.61, bandwidth_bound_training: 0.13,\n" \
    "             bandwidth_bound_inference: 0.52, learning: 0.9 /yr}\n"                                               \
    "generations:\n"                                                                                                   \
    "  Odd: {launch: 2022-03-16, pflops_fp16: 0.437 PFLOPS, pflops_fp8: 0.961 PFLOPS, memory_gb: 64 GB,\n"             \
    "        bandwidth_tb_per_s: 2.71 TB/s, power_w: 510 W, list_price_usd: 11300 USD/card, list_price_decline: 0.13 " \
    "/yr,\n"                                                                                                           \
    "        mfu_train: 0.43, mfu_train_initial: 0.22, mfu_infer: 0.37, mfu_infer_initial: 0.11, supernode_gain: "     \
    "1.2}\n"
static const double f0 = 0.989, b0 = 3.35, psi[WORKLOADS] = {0.13, 0.52};

static double odd_launch(void)
{
    return 2022 + 2.0 / 12 + 15.0 / 31 / 12;
}

static void effective_compute_is_the_roofline_over_the_harmonic_mix(void **state)
{
    (void)state;
    static const char *const ends[] = {"run.end=2022-05", "run.end=2024-01", "run.end=2027-06"};
    static const double ceiling[WORKLOADS] = {0.43 * 1.2, 0.37 * 1.2}, first[WORKLOADS] = {0.22, 0.11};
    for (int i = 0; i < 3; i++) {
        struct lab lab;
        lab_open(&lab, ODD_CARD, LAB_SET("leasing.enabled=false", "pipeline.enabled=false", ends[i]));
        struct world *w = lab_run(&lab, 0);
        double t = w->sim->step_start; /* what a card delivers is set when the step starts */
        double a = 0.61 / (1 + exp(-2.3 * (t - (2024 + 5.0 / 12))));
        double f = 0.437 / (1 - a + a / (0.961 / 0.437));
        for (int k = 0; k < WORKLOADS; k++) {
            double mfu = ceiling[k] - (ceiling[k] - first[k]) * exp(-0.9 * (t - odd_launch()));
            double expected = mfu * f0 / ((1 - psi[k]) * f0 / f + psi[k] * b0 / 2.71);
            assert_near(w->generations.effective_p[k][lab_generation(w, "Odd")], expected, 1e-12);
        }
        lab_close(&lab);
    }
}

/* Six years and a quarter after the first card of its architecture, here older than the card, work begins to leave it:
 * in both workloads alike, and only then. */
static void work_leaves_cards_that_software_no_longer_supports(void **state)
{
    (void)state;
    static const char *const ends[] = {"run.end=2025-05", "run.end=2027-05"};
    for (int i = 0; i < 2; i++) {
        double delivers[2][WORKLOADS], since = 0;
        for (int supported = 0; supported < 2; supported++) {
            struct lab lab;
            lab_open(&lab, ODD_CARD,
                     LAB_SET("leasing.enabled=false", "pipeline.enabled=false", ends[i],
                             "generations.Odd.architecture=2020-07", "technology.leaving=0.23 /yr",
                             supported ? "technology.support=none" : "technology.support=6.25 yr"));
            struct world *w = lab_run(&lab, 0);
            for (int k = 0; k < WORKLOADS; k++)
                delivers[supported][k] = w->generations.effective_p[k][lab_generation(w, "Odd")];
            since = w->sim->step_start - (2020.5 + 6.25);
            lab_close(&lab);
        }
        for (int k = 0; k < WORKLOADS; k++)
            assert_near(delivers[0][k] / delivers[1][k], i ? exp(-0.23 * since) : 1, 1e-12);
    }
}

/* In the step that begins with its launch, without FP8, the reference card delivers mfu times its peak, in either
 * workload. */
static void the_reference_card_delivers_mfu_times_peak_at_its_launch(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("technology.fp8_ceiling=0", "run.end=2022-10", "run.step=1 month"));
    struct world *w = lab_run(&lab, 0);
    int h100 = lab_generation(w, "H100");
    assert_near(w->sim->step_start, w->generations.launch[h100], 1e-12);
    assert_near(w->generations.effective_p[TRAINING][h100], 0.25 * 0.989, 1e-12);
    assert_near(w->generations.effective_p[INFERENCE][h100], 0.20 * 0.989, 1e-12);
    lab_close(&lab);
}

static double ratio_2028(const char *fp8_ceiling, const char *a, const char *b)
{
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("leasing.enabled=false", "pipeline.enabled=false", "run.end=2028-01", fp8_ceiling));
    struct world *w = lab_run(&lab, 0);
    const double *e = w->generations.effective_p[TRAINING];
    double ratio = e[lab_generation(w, a)] / e[lab_generation(w, b)];
    lab_close(&lab);
    return ratio;
}

static void the_move_to_fp8_leaves_cards_without_it_behind(void **state)
{
    (void)state;
    double divided = ratio_2028("technology.fp8_ceiling=0.7", "A100", "H100");
    double level = ratio_2028("technology.fp8_ceiling=0", "A100", "H100");
    assert_true(divided < 0.8 * level);
    /* two cards without FP8 stay as they are to each other */
    assert_near(ratio_2028("technology.fp8_ceiling=0.7", "A100", "A800"),
                ratio_2028("technology.fp8_ceiling=0", "A100", "A800"), 1e-3);
}

static void bandwidth_gives_the_h20_a_place_in_inference(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL,
             LAB_SET("leasing.enabled=false", "pipeline.enabled=false", "run.end=2025-01", "technology.fp8_ceiling=0"));
    struct world *w = lab_run(&lab, 0);
    int h20 = lab_generation(w, "H20"), h100 = lab_generation(w, "H100");
    double by_flops = w->generations.pflops_fp16[h20] / w->generations.pflops_fp16[h100];
    double inference = w->generations.effective_p[INFERENCE][h20] / w->generations.effective_p[INFERENCE][h100];
    assert_true(inference > 1.5 * by_flops);
    lab_close(&lab);
}

static void a_card_with_too_little_memory_does_not_train(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, ODD_CARD, LAB_SET("run.end=2022-05", "technology.training_memory=64.5 GB"));
    struct world *w = lab_run(&lab, 0);
    int odd = lab_generation(w, "Odd");
    assert_near(w->generations.effective_p[TRAINING][odd], 0, 0);
    assert_true(w->generations.effective_p[INFERENCE][odd] > 0);
    lab_close(&lab);
}

static void before_its_launch_a_card_delivers_nothing_and_shows_nothing(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, ODD_CARD, LAB_SET("run.end=2022-07", "run.step=1 month"));
    lab_run(&lab, 0);
    const double *shown = lab_series(&lab, "effective.training.Odd");
    assert_true(isnan(shown[0]) && isnan(shown[1]));
    assert_true(shown[2] > 0); /* the step was split at its launch */
    lab_close(&lab);
}

static void a_list_price_falls_from_its_launch_in_the_exchange_rate_of_the_day(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(
        &lab,
        ODD_CARD
        "policies: {duty: {kind: tariff, announced: 2022-01, effective: 2022-06, covers: [Odd], strength: 0.17}}\n",
        LAB_SET("run.end=2023-07", "run.fx={2022-01: 6 CNY/USD, 2024-01: 7 CNY/USD}"));
    struct world *w = lab_run(&lab, 0);
    double t = w->sim->step_start, fx = 6 + (t - 2022) / 2;
    double expected = 11300 * fx * exp(-0.13 * (t - odd_launch())) * 1.17;
    assert_near(w->generations.list_price_cny[lab_generation(w, "Odd")], expected, 1e-9 * expected);
    lab_close(&lab);
}

static void utilisation_is_learned_up_to_its_ceiling(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, ODD_CARD,
             LAB_SET("run.end=2032-01", "technology.fp8_ceiling=0", "leasing.enabled=false", "pipeline.enabled=false"));
    lab_run(&lab, 0);
    const double *e = lab_series(&lab, "effective.inference.Odd");
    for (size_t k = 4; k < lab.plan->sample_count; k++)
        assert_true(e[k] > e[k - 1]);
    double ceiling = 0.37 * 1.2 * f0 / (0.48 * f0 / 0.437 + 0.52 * b0 / 2.71);
    assert_near(e[lab.plan->sample_count - 1], ceiling, 2e-3 * ceiling);
    lab_close(&lab);
}

static void a_supernode_raises_both_ceilings_until_they_are_full(void **state)
{
    (void)state;
    double e[3][WORKLOADS];
    static const char *const gain[] = {"generations.Odd.supernode_gain=1", "generations.Odd.supernode_gain=1.3",
                                       "generations.Odd.supernode_gain=3"};
    for (int i = 0; i < 3; i++) {
        struct lab lab;
        lab_open(&lab, ODD_CARD,
                 LAB_SET("run.end=2032-01", "technology.learning=20 /yr", "leasing.enabled=false",
                         "pipeline.enabled=false", gain[i]));
        struct world *w = lab_run(&lab, 0);
        for (int k = 0; k < WORKLOADS; k++)
            e[i][k] = w->generations.effective_p[k][lab_generation(w, "Odd")];
        lab_close(&lab);
    }
    for (int k = 0; k < WORKLOADS; k++)
        assert_near(e[1][k] / e[0][k], 1.3, 1e-9);
    assert_near(e[2][TRAINING] / e[0][TRAINING], 1 / 0.43, 1e-9); /* no card uses more than all of itself */
}

static void cards_of_one_vendor_share_their_software(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, ODD_CARD, LAB_SET("run.end=2022-02"));
    struct world *w = lab_run(&lab, 0);
    const int *stack = w->generations.stack;
    assert_int_equal(stack[lab_generation(w, "Ascend910B")], stack[lab_generation(w, "Ascend970")]);
    assert_int_equal(stack[lab_generation(w, "A100")], stack[lab_generation(w, "H20")]);
    assert_int_equal(stack[lab_generation(w, "TPUv5p")], stack[lab_generation(w, "TPUv7")]);
    assert_true(stack[lab_generation(w, "A100")] != stack[lab_generation(w, "MI300X")]);
    assert_true(stack[lab_generation(w, "Odd")] == lab_generation(w, "Odd")); /* a vendor unnamed is nobody else's */
    lab_close(&lab);
}

/* TPU, Trainium and MI are not sold, or not to China; a world may say otherwise without touching the catalogue. */
static void a_competing_line_can_be_opened_with_set(void **state)
{
    (void)state;
    static const char *const cards[] = {"TPUv6e", "Trainium2", "MI300X"};
    for (size_t i = 0; i < sizeof cards / sizeof *cards; i++) {
        struct lab lab;
        char sold[64], supply[64];
        snprintf(sold, sizeof sold, "generations.%s.sold=true", cards[i]);
        snprintf(supply, sizeof supply, "generations.%s.supply=5000 card/month", cards[i]);
        lab_open(&lab, NULL, LAB_SET("run.end=2026-01", "leasing.enabled=false", supply));
        struct world *w = lab_run(&lab, 0);
        int g = lab_generation(w, cards[i]);
        assert_int_equal(procurement_channel(w, g), -1);
        lab_close(&lab);
        lab_open(&lab, NULL,
                 LAB_SET("run.end=2026-01", "leasing.enabled=false", supply, sold,
                         "policies.ban_from_launch.covers=[H100, H200]", "policies.state_funded_domestic_2025=null"));
        w = lab_run(&lab, 0);
        assert_int_equal(procurement_channel(w, g), CHANNEL_OFFICIAL);
        assert_true(w->vintages.installed_cards[g] > 0);
        lab_close(&lab);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(effective_compute_is_the_roofline_over_the_harmonic_mix),
        cmocka_unit_test(work_leaves_cards_that_software_no_longer_supports),
        cmocka_unit_test(the_reference_card_delivers_mfu_times_peak_at_its_launch),
        cmocka_unit_test(the_move_to_fp8_leaves_cards_without_it_behind),
        cmocka_unit_test(bandwidth_gives_the_h20_a_place_in_inference),
        cmocka_unit_test(a_card_with_too_little_memory_does_not_train),
        cmocka_unit_test(before_its_launch_a_card_delivers_nothing_and_shows_nothing),
        cmocka_unit_test(a_list_price_falls_from_its_launch_in_the_exchange_rate_of_the_day),
        cmocka_unit_test(utilisation_is_learned_up_to_its_ceiling),
        cmocka_unit_test(a_supernode_raises_both_ceilings_until_they_are_full),
        cmocka_unit_test(cards_of_one_vendor_share_their_software),
        cmocka_unit_test(a_competing_line_can_be_opened_with_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
