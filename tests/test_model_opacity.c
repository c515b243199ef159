/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contracts by the P: what owners of cards that nobody names receive. */
#include "models_lab.h"

static size_t signed_by_channel[CHANNELS];

/* Leases signed in this step pay the term's rent times their vintage's share of it. */
static void check_new_leases(struct world *w)
{
    for (size_t i = 0; i < w->leases.count; i++) {
        const struct lease *l = &w->leases.row[i];
        if (!l->live || l->signed_on != w->sim->now || l->signed_on == w->sim->plan->start ||
            l->billing != BILLING_RESERVED || l->opaque || !l->started) /* those have prices of their own */
            continue;
        const struct vintage *v = &w->vintages.row[l->vintage];
        static const double kept[CHANNELS] = {[CHANNEL_OFFICIAL] = 1 - 0.15 * (1 - 0.7 * 0.92 * 0.92 * 0.92),
                                              [CHANNEL_GRAY] = 1 - 0.6 * (1 - 0.7 * 0.92 * 0.92 * 0.92), [CHANNEL_DOMESTIC] = 1};
        int months = (int)round((l->ends - l->signed_on) * MONTHS_PER_YEAR);
        double work = 1 + ((double)v->quality - 1) * w->market.work_share[v->generation];
        assert_near(l->rent / value_term_rent(w, v->generation, months), kept[v->channel] * work, 1e-9);
        signed_by_channel[v->channel]++;
    }
}
static const struct model notary = {.name = "notary", .help = "reads leases", .phase = {[PHASE_REQUEST] = check_new_leases}};

static void owners_receive_what_discount_and_layers_leave(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_with(&lab, &notary, NULL, LAB_SET("run.end=2025-06", "circular.enabled=false", "opacity.gray_share=0.6", "opacity.official_share=0.15",
                                               "opacity.domestic_share=0", "opacity.discount=0.3", "opacity.margin=0.08", "opacity.layers=3"));
    memset(signed_by_channel, 0, sizeof signed_by_channel);
    lab_run(&lab, 0);
    for (int channel = 0; channel < CHANNELS; channel++)
        assert_true(signed_by_channel[channel] > 20);
    lab_close(&lab);
}

static void without_it_every_lease_names_its_card(void **state)
{
    (void)state;
    static const char *const off[] = {"opacity.enabled=false", "opacity.gray_share=0"};
    double premium[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open(&lab, NULL, LAB_SET("run.end=2024-07", off[i]));
        struct world *w = lab_run(&lab, 1);
        for (uint32_t v = 0; v < w->vintages.count; v++)
            assert_true(w->vintages.row[v].quality > 1 || supply_rent_factor(w, v) == 1);
        premium[i] = lab_mean(&lab, "premium.H100", 2023, 2024.5);
        lab_close(&lab);
    }
    assert_near(premium[0], premium[1], 0);
}

static void a_p_rents_at_the_mean_of_the_cards_on_offer(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2024-07"));
    struct world *w = lab_run(&lab, 1);
    double least = HUGE_VAL, most = 0;
    for (size_t g = 0; g < w->generations.count; g++)
        if (w->vintages.competent_cards[g] > 0) {
            double of_a_p = w->market.rent_card[g] / w->generations.pflops_fp16[g];
            least = fmin(least, of_a_p), most = fmax(most, of_a_p);
        }
    double p = lab_series(&lab, "rent_of_a_p")[lab.plan->sample_count - 1];
    assert_true(p > least && p < most);
    lab_close(&lab);
    lab_open_bare(&lab, LAB_STILL, LAB_SET("run.end=2022-06")); /* of one kind of card */
    w = lab_run(&lab, 0);
    int a100 = lab_generation(w, "A100");
    assert_near(w->opacity.rent_per_p, w->market.rent_card[a100] / w->generations.pflops_fp16[a100], 1e-9);
    lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(owners_receive_what_discount_and_layers_leave),
        cmocka_unit_test(without_it_every_lease_names_its_card),
        cmocka_unit_test(a_p_rents_at_the_mean_of_the_cards_on_offer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
