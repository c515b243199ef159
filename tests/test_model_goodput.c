/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What interruptions leave of training: the published numbers, and leases that deliver it. */
#include "models_lab.h"

#include "models/leases/goodput.h"

#define META "goodput.interruptions=0.17 /card/yr"

/* Llama 3 (Meta 2024): 419 interruptions of 16,384 cards in 54 days, more than 90 % of the time effective. */
static void meta_loses_less_than_a_tenth_of_16384_cards(void **state)
{
    (void)state;
    double per_yr = 419 / 16384. / (54 / 365.25);
    assert_near(per_yr, 0.17, 0.005);
    double left = 1 - goodput_lost(per_yr, 15, 300, 16384);
    assert_true(left > 0.9);
    assert_near(left, 0.92, 0.005);
    assert_near(1 - goodput_lost(per_yr, 15, 300, 1024), 0.98, 0.01);
}

/* The interval of Young is the best of all: what is lost to checkpoints every t seconds, c / t, and to work done since the
 * last, n f t / 2, is least there. */
static void no_other_interval_of_checkpoints_loses_less(void **state)
{
    (void)state;
    double per_s = 4096 * 0.17 / (8760 * 3600.), least = 1;
    for (double t = 60; t < 86400; t *= 1.01)
        least = fmin(least, 15 / t + per_s * t / 2);
    assert_near(goodput_lost(0.17, 15, 0, 4096), least, 1e-4 * least);
}

static void a_lease_of_many_cards_delivers_less_a_card(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, "leasing: {coupling: 0}\n", LAB_SET("run.end=2023-06", META, "technology.learning=0 /yr"));
    struct world *w = lab_run(&lab, 0);
    size_t trains = 0;
    double least = 1, most = 0;
    for (size_t i = 0; i < w->leases.count; i++) {
        const struct lease *l = &w->leases.row[i];
        if (!l->live || l->workload != TRAINING)
            continue;
        const struct vintage *v = &w->vintages.row[l->vintage];
        double own = l->own_p / w->generations.effective_p[TRAINING][l->generation] / (double)v->quality;
        least = fmin(least, own), most = fmax(most, own), trains++;
        if (w->generations.launch[l->generation] < 2021)
            assert_near(own, goodput_of(w, l->cards, v->improved), 0.02); /* FP8 and time move what a card does */
    }
    assert_true(trains > 100);
    assert_true(least < 0.995 && most > 1);
    assert_near(goodput_of(w, 256, false), 1, 1e-15);
    assert_true(goodput_of(w, 256, true) > 1);
    lab_close(&lab);
}

static void without_interruptions_every_block_delivers_the_same(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2022-02", "goodput.interruptions=0 /card/yr"));
    struct world *w = lab_run(&lab, 0);
    assert_near(goodput_usual(w), 1, 0);
    assert_near(goodput_of(w, 16384, false), 1, 0);
    double whole = w->generations.effective_p[TRAINING][lab_generation(w, "A100")];
    lab_close(&lab);
    lab_open(&lab, NULL, LAB_SET("run.end=2022-02", META));
    w = lab_run(&lab, 0);
    assert_near(w->generations.effective_p[TRAINING][lab_generation(w, "A100")] / whole,
                1 - goodput_lost(0.17, 15, 300, 256), 1e-9);
    lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(meta_loses_less_than_a_tenth_of_16384_cards),
        cmocka_unit_test(no_other_interval_of_checkpoints_loses_less),
        cmocka_unit_test(a_lease_of_many_cards_delivers_less_a_card),
        cmocka_unit_test(without_interruptions_every_block_delivers_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
