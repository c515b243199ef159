/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Channels: what a card costs, when it comes, and what a ban does to orders. */
#include "models_lab.h"

#define QUIET "leasing: {enabled: false}\naccounting: {enabled: false}\n"

static void a_card_costs_its_share_of_server_network_and_building(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, QUIET, LAB_SET("run.end=2023-09", "procurement.hardware_share=0.76", "procurement.building_cost=15300 CNY*h/kWh",
                                       "procurement.server_power_factor=1.4", "procurement.vat_equipment=13%"));
    struct world *w = lab_run(&lab, 0);
    const struct channels *c = &w->channels;
    for (int g = 0; g < (int)w->generations.count; g++) {
        if (!w->generations.launched[g])
            continue;
        double list = w->generations.list_price_cny[g], street = list * c->premium[g];
        assert_near(c->street_price_cny[g], street, 1e-9 * street);
        double cost = street / 0.76 + 15300 * w->generations.power_kw[g] * 1.4;
        assert_near(procurement_cost_per_card(w, g), cost, 1e-9 * cost);
        double server = street * w->generations.cards_per_server[g] / 0.76 * 1.13;
        assert_near(c->server_price_cny[g], server, 1e-9 * server);
        assert_true(c->premium[g] >= 1);
        assert_true(!w->generations.domestic[g] || c->premium[g] == 1);
    }
    lab_close(&lab);
}

static void a_card_goes_through_the_channel_that_is_open(void **state)
{
    (void)state;
    static const struct {
        const char *end, *card;
        int channel;
    } expected[] = {
        {"2023-09", "A800", CHANNEL_OFFICIAL}, {"2023-12", "A800", CHANNEL_GRAY}, {"2023-09", "H100", CHANNEL_GRAY},
        {"2022-10", "H100", -1},               {"2024-05", "H200", -1},           {"2025-02", "H200", CHANNEL_GRAY},
        {"2023-09", "Ascend910B", CHANNEL_DOMESTIC}, {"2023-09", "TPUv5p", -1},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct lab lab;
        char end[32];
        snprintf(end, sizeof end, "run.end=%s", expected[i].end);
        lab_open(&lab, QUIET, LAB_SET(end, "procurement.gray_lag=5 months"));
        struct world *w = lab_run(&lab, 0);
        assert_int_equal(procurement_channel(w, lab_generation(w, expected[i].card)), expected[i].channel);
        lab_close(&lab);
    }
}

/* -- orders ----------------------------------------------------------------------------------------------------------------------- */

static uint32_t waiting_project(const struct world *w)
{
    for (uint32_t id = 0; id < w->projects.count; id++)
        if (w->projects.row[id].state == PROJECT_APPROVED)
            return id;
    fail();
    return 0;
}

static void orders_are_served_in_turn_at_the_channels_capacity(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, QUIET, LAB_SET("run.end=2023-06", "procurement.lead_official=5 months", "generations.L20.launch=2022-01",
                                       "generations.L20.supply=1000 card/month", "operators.neocloud.candidate_rate=1 /month",
                                       "operators.government.candidate_rate=1 /month", "operators.carrier.candidate_rate=1 /month",
                                       "operators.crossover.candidate_rate=0 /yr", "operators.hyperscaler.candidate_rate=0 /yr"));
    struct world *w = lab_run(&lab, 0);
    int g = lab_generation(w, "L20");
    uint32_t id = waiting_project(w);
    double now = w->sim->now, wait = procurement_wait_years(w, g);
    struct channels before = w->channels;
    double first = procurement_order(w, id, g, 240);
    assert_near(first - now, wait + 240 / 12000.0, 1e-9);
    assert_true(first - now >= 5.0 / 12);
    double second = procurement_order(w, id, g, 60);
    assert_near(second - first, 60 / 12000.0, 1e-9);
    assert_near(w->channels.ordered - before.ordered, 300, 1e-9);
    assert_near(w->channels.backlog_cards[CHANNEL_OFFICIAL][g] - before.backlog_cards[CHANNEL_OFFICIAL][g], 300, 1e-9);
    procurement_cancel(w, id); /* the project's latest */
    assert_near(w->channels.refunded - before.refunded, 60, 1e-9);
    assert_near(w->channels.backlog_cards[CHANNEL_OFFICIAL][g] - before.backlog_cards[CHANNEL_OFFICIAL][g], 240, 1e-9);
    assert_near(w->channels.delivered, before.delivered, 0);
    lab_close(&lab);
}

static double delivered_through(const struct world *w, enum channel_kind channel, int g)
{
    double cards = 0;
    for (size_t i = 0; i < w->projects.count; i++) {
        const struct project *p = &w->projects.row[i];
        cards += p->cards > 0 && p->channel == channel && (g < 0 || p->generation == g) ? p->cards : 0;
    }
    return cards;
}

static void no_channel_delivers_more_than_its_capacity(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, QUIET, LAB_SET("run.end=2026-01", "procurement.gray_capacity={2022-01: 300 card/month}", "procurement.stock_decay=0 /yr",
                                  "generations.Ascend910B.supply=900 card/month", "procurement.domestic_ramp=0 yr",
                                  "procurement.domestic_output=1", "procurement.stockpile=0", "generations.A800.supply=500 card/month"));
    double used[CHANNELS] = {0};
    for (uint32_t r = 0; r < 4; r++) {
        struct world *w = lab_run(&lab, r);
        int a800 = lab_generation(w, "A800"), ascend = lab_generation(w, "Ascend910B");
        double gray = delivered_through(w, CHANNEL_GRAY, -1), official = delivered_through(w, CHANNEL_OFFICIAL, a800);
        double domestic = delivered_through(w, CHANNEL_DOMESTIC, ascend);
        double most[CHANNELS] = {500 * 12 * (2024 - w->generations.launch[a800]), 300 * 12 * 4,
                                 900 * 12 * (2026 - w->generations.launch[ascend])};
        assert_true(gray <= most[CHANNEL_GRAY] && official <= most[CHANNEL_OFFICIAL] && domestic <= most[CHANNEL_DOMESTIC]);
        used[CHANNEL_GRAY] += gray / most[CHANNEL_GRAY];
        used[CHANNEL_OFFICIAL] += official / most[CHANNEL_OFFICIAL];
        used[CHANNEL_DOMESTIC] += domestic / most[CHANNEL_DOMESTIC];
    }
    for (int channel = 0; channel < CHANNELS; channel++)
        assert_true(used[channel] > 0.2); /* of 4: so that the bound means something */
    lab_close(&lab);
}

static double first_arrival(const char *card, const char *lag)
{
    struct lab lab;
    lab_open(&lab, QUIET, LAB_SET("run.end=2026-06", "procurement.lead_gray=5 weeks", lag));
    char output[64];
    snprintf(output, sizeof output, "first_arrival.%s", card);
    double earliest = HUGE_VAL;
    for (uint32_t r = 0; r < 6; r++) {
        lab_run(&lab, r);
        earliest = fmin(earliest, lab_scalar(&lab, output));
    }
    lab_close(&lab);
    return earliest;
}

static void a_banned_card_comes_late_by_lag_and_lead(void **state)
{
    (void)state;
    double lead = 5 * 7 / 365.0, launch = NONE;
    struct lab lab;
    lab_open(&lab, QUIET, LAB_SET("run.end=2022-02"));
    struct world *w = lab_run(&lab, 0);
    launch = w->generations.launch[lab_generation(w, "H200")];
    lab_close(&lab);
    double soon = first_arrival("H200", "procurement.gray_lag=2 months"), late = first_arrival("H200", "procurement.gray_lag=11 months");
    assert_true(soon >= launch + 2 / 12.0 + lead && soon < launch + 6 / 12.0);
    assert_true(late >= launch + 11 / 12.0 + lead && late < launch + 15 / 12.0);
}

static void what_is_seized_never_arrives(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, QUIET, LAB_SET("run.end=2025-01", "procurement.seizure=1"));
    struct world *w = lab_run(&lab, 0);
    assert_near(delivered_through(w, CHANNEL_GRAY, -1), 0, 0);
    assert_true(w->channels.lost > 0);
    lab_close(&lab);
    lab_open_bare(&lab, QUIET, LAB_SET("run.end=2025-01", "procurement.seizure=0"));
    assert_near(lab_run(&lab, 0)->channels.lost, 0, 0);
    lab_close(&lab);
}

/* Refunded and lost cards of the first months after a ban on the A800. */
static struct channels after_a_ban(const char *shipped, const char *refunded)
{
    struct lab lab;
    lab_open_bare(&lab, QUIET "policies: {rule: {kind: ban, announced: 2023-09, effective: 2023-09, covers: [A800]}}\n",
                  LAB_SET("run.end=2023-10", "procurement.seizure=0", "procurement.lead_official=6 months", shipped, refunded));
    struct channels c = lab_run(&lab, 3)->channels;
    lab_close(&lab);
    return c;
}

static void a_ban_catches_what_is_not_on_its_way(void **state)
{
    (void)state;
    struct channels refunded = after_a_ban("procurement.shipped=0 yr", "procurement.refunded=1");
    struct channels lost = after_a_ban("procurement.shipped=0 yr", "procurement.refunded=0");
    struct channels shipped = after_a_ban("procurement.shipped=1 yr", "procurement.refunded=0");
    assert_near(refunded.lost, 0, 0);
    assert_true(lost.lost > 500);
    assert_near(shipped.lost, 0, 0);
    assert_near(refunded.refunded, lost.refunded + lost.lost, 1e-6);
}

/* -- hyperscalers' fleets -------------------------------------------------------------------------------------------------------- */

static double last_domestic_share(const char *lines)
{
    struct lab lab;
    lab_open_bare(&lab, lines, LAB_SET("run.end=2022-07", "pipeline.enabled=false", "procurement.fleet_purchases={2022-01: 80000 card/month}",
                                       "procurement.fleet_domestic={2022-01: 20000 card/month}", "procurement.fleet_captive=0.6",
                                       "procurement.domestic_output=1"));
    lab_run(&lab, 0);
    double share = lab_series(&lab, "domestic_share")[lab.plan->sample_count - 1];
    lab_close(&lab);
    return share;
}

static void fleets_buy_at_home_what_they_cannot_buy_abroad(void **state)
{
    (void)state;
    assert_near(last_domestic_share(QUIET), 0.6 * 20 / 80, 1e-12);
    const char *shut = QUIET "policies: {wall: {kind: ban, announced: 2022-02, effective: 2022-02, covers: all, strength: 1}}\n";
    assert_near(last_domestic_share(shut), 1, 1e-12);
    const char *half = QUIET "policies: {fence: {kind: ban, announced: 2022-02, effective: 2022-02, covers: all, strength: 0.5}}\n";
    double home = 20 * (0.6 + 0.4 * 0.5), abroad = (80 - home) * 0.5;
    assert_near(last_domestic_share(half), home / (home + abroad), 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_card_costs_its_share_of_server_network_and_building),
        cmocka_unit_test(a_card_goes_through_the_channel_that_is_open),
        cmocka_unit_test(orders_are_served_in_turn_at_the_channels_capacity),
        cmocka_unit_test(no_channel_delivers_more_than_its_capacity),
        cmocka_unit_test(a_banned_card_comes_late_by_lag_and_lead),
        cmocka_unit_test(what_is_seized_never_arrives),
        cmocka_unit_test(a_ban_catches_what_is_not_on_its_way),
        cmocka_unit_test(fleets_buy_at_home_what_they_cannot_buy_abroad),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
