/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Platforms: what they order fits into what channels leave them, gates and money bind, and what they buy moves lessors.
 */
#include "models_lab.h"

#include "models/supply/platform.h"

static void open_world(struct lab *lab, const struct model *probe, const char *const *sets)
{
    lab_list(lab, probe, models_world_size);
    lab->of = "ai-winter";
    lab_ready(lab, NULL, sets);
}

/* -- orders -------------------------------------------------------------------------------------------------------- */

static size_t looks, short_cards;

static void look_at_orders(struct world *w)
{
    const struct fleet_market *f = procurement_fleets(w);
    const double rounding = 1 + 1e-9;
    if (w->sim->now > w->sim->whole_start) /* orders are placed once a step */
        return;
    for (size_t g = 0; g < w->generations.count; g++) {
        if (procurement_channel(w, (int)g) < 0)
            continue;
        assert_true(f->room[g] <= f->capacity[g] * rounding);
        assert_true(f->ordered[g] <= f->room[g] * rounding + 1e-6);
        assert_true(f->ordered[g] <= f->wanted[g] * rounding + 1e-6);
        short_cards += f->wanted[g] > 1.5 * f->room[g];
        looks++;
    }
}

static const struct model probe = {
    .name = "probe", .help = "looks at orders", .phase = {[PHASE_DECIDE] = look_at_orders}};

static void platforms_order_no_more_than_lessors_leave_them(void **state)
{
    (void)state;
    struct lab lab;
    open_world(&lab, &probe, LAB_SET("run.end=2027-01"));
    looks = short_cards = 0;
    lab_run(&lab, 3);
    assert_true(looks > 500 && short_cards > 50);
    lab_close(&lab);
}

/* A card is launched in mid February 2025, first ordered in March and bought in April: with what was made until then. */
static void what_is_made_before_the_first_orders_comes_with_them(void **state)
{
    (void)state;
    struct lab lab;
    lab_list(&lab, NULL, models_world_size);
    lab.of = "us";
    lab_ready(&lab, NULL, LAB_SET("run.end=2025-07"));
    double sum[2] = {0};
    for (uint32_t r = 0; r < 8; r++) {
        lab_run(&lab, r);
        const double *cards = lab_series(&lab, "platform_cards.by.GB200");
        size_t first = 0;
        while (isnan(cards[first]))
            first++;
        assert_true(first + 1 < lab.plan->sample_count);
        sum[0] += cards[first];
        sum[1] += cards[first + 1];
    }
    print_message("    %.0f cards in the first month, %.0f in the second\n", sum[0] / 8, sum[1] / 8);
    assert_true(sum[0] > 1.8 * sum[1]);
    lab_close(&lab);
}

/* -- pairs of worlds ----------------------------------------------------------------------------------------------- */

enum { PAIRS = 40 };

static double mean_between(const struct lab *lab, const char *output, const char *from, const char *to)
{
    double begin = 0, end = 0;
    assert_true(date_parse(from, &begin) && date_parse(to, &end));
    return lab_mean_of(lab->plan, lab_series(lab, output), begin, end);
}

/* The mean paired difference has the sign, is beyond 2 % of the mean and 3 of its standard errors. */
static void moves(const char *const *base, const char *const *changed, const char *output, const char *from,
                  const char *to, int sign)
{
    double first[PAIRS], sum = 0, square = 0, level = 0, count = 0;
    for (int which = 0; which < 2; which++) {
        struct lab lab;
        open_world(&lab, NULL, which ? changed : base);
        for (uint32_t r = 0; r < PAIRS; r++) {
            lab_run(&lab, r);
            double value = mean_between(&lab, output, from, to);
            if (!which)
                first[r] = value;
            else if (!isnan(value) && !isnan(first[r])) {
                double difference = sign * (value - first[r]);
                sum += difference;
                square += difference * difference;
                level += fabs(first[r]);
                count++;
            }
        }
        lab_close(&lab);
    }
    assert_true(count > PAIRS / 2);
    double mean = sum / count, error = sqrt(max_of(0, square / count - mean * mean) / (count - 1));
    print_message("    %s %s to %s: %+.1f %% (%.1f)\n", output, from, to, 100 * sign * sum / level, mean / error);
    assert_true(mean > 0.02 * level / count);
    assert_true(mean > 3 * error);
}

#define UNTIL "run.end=2026-07"

static void without_bans_platforms_buy_less_at_home(void **state)
{
    (void)state;
    moves(LAB_SET(UNTIL), LAB_SET(UNTIL, "policy.enabled=false"), "domestic_share", "2025-01", "2025-12", -1);
    moves(LAB_SET(UNTIL), LAB_SET(UNTIL, "policy.enabled=false"), "platforms.domestic_value", "2025-01", "2025-12", -1);
}

static void what_cannot_be_bought_abroad_is_bought_at_home(void **state)
{
    (void)state;
    struct lab lab;
    open_world(&lab, NULL,
               LAB_SET("run.end=2026-01", "policies.h20_licence_2025.effective=2024-06",
                       "policies.h20_licence_2025.announced=2024-06", "policies.h20_licence_2025.feared=2024-06",
                       "policies.h20_licence_2025.by=importer",
                       "policies.h20_licence_2025.covers=[A100, A800, H100, H800, H20, H200, B200, B300, R200, L20, "
                       "RTX4090, RTXPro6000D, MI300X]",
                       "procurement.gray_capacity={2022-10: 0 card/month}"));
    lab_run(&lab, 1);
    assert_true(mean_between(&lab, "domestic_share", "2024-08", "2025-12") > 0.95);
    assert_true(mean_between(&lab, "fleet_purchases", "2024-08", "2025-12") > 10000);
    lab_close(&lab);
}

static void no_money_buys_no_cards(void **state)
{
    (void)state;
    struct lab lab;
    open_world(&lab, NULL,
               LAB_SET("run.end=2024-01", "platform.cash_share=0", "platform.turns=0", "platform.drawdown=1000 yr",
                       "platform.paid={2022: 0}"));
    lab_run(&lab, 0);
    assert_true(mean_between(&lab, "fleet_purchases", "2022-02", "2023-12") < 20);
    lab_close(&lab);
}

static void money_buys_cards(void **state)
{
    (void)state;
    const char *const *once = LAB_SET("run.end=2027-01", "platform.cash_share=0.3"), *const *twice = LAB_SET(
                                                                                         "run.end=2027-01",
                                                                                         "platform.cash_share=0.6");
    moves(once, twice, "fleet_purchases", "2025-03", "2026-12", +1);
}

static void a_stop_of_credit_cuts_purchases(void **state)
{
    (void)state;
    const char *const *open = LAB_SET("run.end=2027-01", "platform.cash_share=0.3", "platform.turns=1"),
                      *const *shut = LAB_SET("run.end=2027-01", "platform.cash_share=0.3", "platform.turns=1",
                                             "platform.credit={2022: 1, 2024-06: 1, 2024-07: 0}");
    moves(open, shut, "platforms.debt", "2025-06", "2026-12", -1);
    moves(open, shut, "fleet_purchases", "2025-01", "2026-12", -1);
}

static void rivals_answer_each_other(void **state)
{
    (void)state;
    moves(LAB_SET("run.end=2027-01", "platform.rivalry=0"), LAB_SET("run.end=2027-01", "platform.rivalry=0.5"),
          "fleet_purchases", "2024-01", "2026-12", +1);
}

static void weak_monetisation_cuts_spending(void **state)
{
    (void)state;
    const char *const *base = LAB_SET("run.end=2029-01"), *const *changed =
                                                              LAB_SET("run.end=2029-01", "platform.monetised=0.25");
    moves(base, changed, "platforms.capex", "2027-06", "2028-12", -1);
    moves(base, changed, "platforms.belief", "2027-06", "2028-12", -1);
}

static void what_nobody_pays_for_is_rationed(void **state)
{
    (void)state;
    const char *const *freely = LAB_SET("run.end=2029-01", "platform.monetised=0.25", "platform.rationing=0"),
                      *const *rationed =
                          LAB_SET("run.end=2029-01", "platform.monetised=0.25", "platform.rationing=0.4");
    moves(freely, rationed, "fleet_fullness", "2027-06", "2028-12", -1);
    moves(freely, rationed, "price.inference", "2027-06", "2028-12", -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(platforms_order_no_more_than_lessors_leave_them),
        cmocka_unit_test(what_is_made_before_the_first_orders_comes_with_them),
        cmocka_unit_test(without_bans_platforms_buy_less_at_home),
        cmocka_unit_test(what_cannot_be_bought_abroad_is_bought_at_home),
        cmocka_unit_test(no_money_buys_no_cards),
        cmocka_unit_test(money_buys_cards),
        cmocka_unit_test(a_stop_of_credit_cuts_purchases),
        cmocka_unit_test(rivals_answer_each_other),
        cmocka_unit_test(weak_monetisation_cuts_spending),
        cmocka_unit_test(what_nobody_pays_for_is_rationed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
