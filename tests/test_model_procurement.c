/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Channels: what a card costs, when it comes, and what a ban does to orders. */
#include "models_lab.h"

#define STILL "leasing: {enabled: false}\naccounting: {enabled: false}\npipeline: {enabled: false}\n"
#define QUIET "leasing: {enabled: false}\naccounting: {enabled: false}\nentry: {enabled: false}\n"

static void a_card_costs_its_share_of_server_network_and_building(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, QUIET,
                  LAB_SET("run.end=2023-09", "procurement.hardware_share=0.76",
                          "procurement.building_cost=15300 CNY*h/kWh", "procurement.server_power_factor=1.4",
                          "procurement.vat_equipment=13%"));
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
        {"2023-09", "A800", CHANNEL_OFFICIAL},
        {"2023-12", "A800", CHANNEL_GRAY},
        {"2023-09", "H100", CHANNEL_GRAY},
        {"2022-10", "H100", -1},
        {"2024-05", "H200", -1},
        {"2025-02", "H200", CHANNEL_GRAY},
        {"2023-09", "Ascend910B", CHANNEL_DOMESTIC},
        {"2023-09", "TPUv5p", -1},
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

/* -- orders -------------------------------------------------------------------------------------------------------- */

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
    lab_open_bare(&lab, QUIET,
                  LAB_SET("run.end=2023-06", "procurement.lead_official=5 months", "generations.L20.launch=2022-01",
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
    lab_open(&lab, QUIET,
             LAB_SET("run.end=2026-01", "procurement.gray_capacity={2022-01: 300 card/month}",
                     "procurement.stock_decay=0 /yr", "generations.Ascend910B.supply=900 card/month",
                     "procurement.domestic_ramp=0 yr", "procurement.domestic_output=1", "procurement.stockpile=0",
                     "generations.A800.supply=500 card/month"));
    double used[CHANNELS] = {0};
    for (uint32_t r = 0; r < 4; r++) {
        struct world *w = lab_run(&lab, r);
        int a800 = lab_generation(w, "A800"), ascend = lab_generation(w, "Ascend910B");
        double gray = delivered_through(w, CHANNEL_GRAY, -1), official = delivered_through(w, CHANNEL_OFFICIAL, a800);
        double domestic = delivered_through(w, CHANNEL_DOMESTIC, ascend);
        double most[CHANNELS] = {500 * 12 * (2024 - w->generations.launch[a800]), 300 * 12 * 4,
                                 900 * 12 * (2026 - w->generations.launch[ascend])};
        /* the cards share it by weights that move while orders wait */
        assert_true(gray <= 1.05 * most[CHANNEL_GRAY] && official <= most[CHANNEL_OFFICIAL] &&
                    domestic <= most[CHANNEL_DOMESTIC]);
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
    for (uint32_t r = 0; r < 24; r++) {
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
    double soon = first_arrival("H200", "procurement.gray_lag=2 months"),
           late = first_arrival("H200", "procurement.gray_lag=11 months");
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
    assert_true(w->channels.seized > 0);
    assert_near(lab_scalar(&lab, "orders.seized"), w->channels.seized, 0);
    lab_close(&lab);
    lab_open_bare(&lab, QUIET, LAB_SET("run.end=2025-01", "procurement.seizure=0"));
    assert_near(lab_run(&lab, 0)->channels.seized, 0, 0);
    lab_close(&lab);
    lab_open_bare(
        &lab,
        QUIET
        "policies: {raid: {kind: enforcement, announced: 2022-01, effective: 2022-01, strength: 0, seizures: 1}}\n",
        LAB_SET("run.end=2025-01", "procurement.seizure=0"));
    assert_near(delivered_through(lab_run(&lab, 0), CHANNEL_GRAY, -1), 0, 0);
    lab_close(&lab);
}

/* Refunded and lost cards of the first months after a ban on the A800. */
static struct channels after_a_ban(const char *shipped, const char *refunded)
{
    struct lab lab;
    lab_open_bare(
        &lab, QUIET "policies: {rule: {kind: ban, announced: 2023-09, effective: 2023-09, covers: [A800]}}\n",
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

static void a_ban_that_stops_half_catches_about_half(void **state)
{
    (void)state;
    struct lab lab;
    double caught[2] = {0};
    for (int half = 0; half < 2; half++) {
        lab_open_bare(
            &lab, QUIET "policies: {rule: {kind: ban, announced: 2023-09, effective: 2023-09, covers: [A800, H800]}}\n",
            LAB_SET("run.end=2023-10", "procurement.seizure=0", "procurement.lead_official=6 months",
                    "procurement.shipped=0 yr", "procurement.stockpile=0", "pipeline.cancelled_after_loss=0",
                    "operators.neocloud.cancellation=0 /yr", "operators.government.cancellation=0 /yr",
                    "operators.carrier.cancellation=0 /yr", "operators.crossover.cancellation=0 /yr",
                    "operators.hyperscaler.cancellation=0 /yr",
                    half ? "policies.rule.strength=0.5" : "policies.rule.strength=1"));
        for (uint32_t r = 0; r < 12; r++) {
            struct world *w = lab_run(&lab, r);
            caught[half] += w->channels.refunded + w->channels.lost;
        }
        lab_close(&lab);
    }
    assert_true(caught[1] > 0.35 * caught[0] && caught[1] < 0.65 * caught[0]);
}

/* -- quotas, and two ways to a card -------------------------------------------------------------------------------- */

/* Cards a year of a generation that a channel brings in: what a small order adds to the queue says it. */
static double capacity_of(struct world *w, int g)
{
    uint32_t id = waiting_project(w);
    double first = procurement_order(w, id, g, 8), second = procurement_order(w, id, g, 8);
    return 8 / (second - first);
}

#define WALL "rule: {kind: ban, announced: 2022-01, effective: 2022-01, covers: [H200, MI325X]}"
#define LICENCE(quota)                                                                                                 \
    "licence: {kind: licence, announced: 2022-02, effective: 2022-02, covers: [H200, MI325X], strength: 0.2, "         \
    "quota: " quota "}"

static void cards_of_one_licence_share_its_quota(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, QUIET "policies: {" WALL ", " LICENCE("600 card/month") "}\n",
                  LAB_SET("run.end=2025-06", "generations.H200.supply=2000 card/month",
                          "generations.MI325X.supply=1000 card/month", "generations.H200.gray_weight=0"));
    struct world *w = lab_run(&lab, 0);
    int h200 = lab_generation(w, "H200"), mi325x = lab_generation(w, "MI325X");
    assert_int_equal(procurement_channel(w, h200), CHANNEL_OFFICIAL);
    assert_near(capacity_of(w, h200), 400 * 12, 1e-3);
    assert_near(capacity_of(w, mi325x), 200 * 12, 1e-3);
    lab_close(&lab);
    lab_open_bare(
        &lab, QUIET "policies: {" WALL ", " LICENCE("6000 card/month") "}\n",
        LAB_SET("run.end=2025-06", "generations.H200.supply=2000 card/month", "generations.H200.gray_weight=0"));
    w = lab_run(&lab, 0);
    assert_near(capacity_of(w, h200), 2000 * 12, 1e-3); /* more than is made for this market is not sold */
    lab_close(&lab);
}

static void a_card_comes_the_way_that_has_more_of_it(void **state)
{
    (void)state;
    static const struct {
        const char *quota;
        int channel;
    } expected[] = {{"policies.licence.quota=20 card/month", CHANNEL_GRAY},
                    {"policies.licence.quota=1500 card/month", CHANNEL_OFFICIAL}};
    for (size_t i = 0; i < 2; i++) {
        struct lab lab;
        lab_open_bare(&lab, QUIET "policies: {" WALL ", " LICENCE("none") "}\n",
                      LAB_SET("run.end=2025-06", "generations.H200.supply=2000 card/month", expected[i].quota,
                              "procurement.gray_capacity={2022-01: 900 card/month}"));
        struct world *w = lab_run(&lab, 0);
        assert_int_equal(procurement_channel(w, lab_generation(w, "H200")), expected[i].channel);
        lab_close(&lab);
    }
}

/* -- gray suppliers ------------------------------------------------------------------------------------------------ */

#define RAID(strength)                                                                                                 \
    "policies: {raid: {kind: enforcement, announced: 2023-06, effective: 2023-06, strength: " strength "}}\n"

static void enforcement_puts_suppliers_out_of_business_for_a_time(void **state)
{
    (void)state;
    struct lab lab;
    double before = 2023 + 4.5 / 12, after = 2023 + 6.5 / 12;
    lab_open_bare(&lab, QUIET RAID("1"),
                  LAB_SET("run.end=2026-01", "procurement.gray_suppliers=5", "procurement.raid_recovery=6 months",
                          "procurement.gray_capacity={2022-01: 900 card/month}"));
    double recovered = 0;
    for (uint32_t r = 0; r < 40; r++) {
        lab_run(&lab, r);
        assert_near(lab_mean(&lab, "gray.suppliers", before, before + 0.05), 5, 0);
        assert_near(lab_mean(&lab, "gray.capacity", before, before + 0.05), 900, 1e-9);
        assert_true(lab_mean(&lab, "gray.suppliers", after - 0.05, after) <= 3); /* six weeks later few are back */
        recovered += lab_mean(&lab, "gray.suppliers", 2023 + 10.9 / 12, 2023 + 11.1 / 12); /* half a year later */
    }
    double expected = 5 * (1 - exp(-1)), error = sqrt(5 * 40 * exp(-1) * (1 - exp(-1)));
    assert_near(recovered, 40 * expected, 3 * error);
    assert_near(lab_series(&lab, "gray.suppliers")[lab.plan->sample_count - 1], 5, 1);
    lab_close(&lab);
}

static void suppliers_differ_in_size_and_a_raid_takes_their_share(void **state)
{
    (void)state;
    struct lab lab;
    static const double harmonic = 1 + 1 / 2.0 + 1 / 3.0 + 1 / 4.0;
    lab_open_bare(&lab, QUIET RAID("0.5"),
                  LAB_SET("run.end=2023-07", "procurement.gray_suppliers=4", "procurement.gray_concentration=1",
                          "procurement.raid_recovery=20 yr", "procurement.gray_capacity={2022-01: 1000 card/month}"));
    double hit = 0;
    for (uint32_t r = 0; r < 60; r++) {
        lab_run(&lab, r);
        size_t last = lab.plan->sample_count - 1;
        double left = lab_series(&lab, "gray.suppliers")[last], capacity = lab_series(&lab, "gray.capacity")[last];
        hit += 4 - left;
        bool possible = false;
        for (int set = 0; set < 16; set++) {
            double share = 0;
            for (int k = 0; k < 4; k++)
                share += set >> k & 1 ? 1.0 / (k + 1) / harmonic : 0;
            possible =
                possible || (__builtin_popcount((unsigned)set) == (int)left && fabs(share * 1000 - capacity) < 1e-6);
        }
        assert_true(possible);
    }
    assert_near(hit, 120, 3 * sqrt(240 * 0.25));
    lab_close(&lab);
}

/* -- the premium is bounded by what the card can earn -------------------------------------------------------------- */

static double closest; /* to the bound */
static int seen[3]; /* premia at the floor, at the ceiling, between */
static void check_premium(struct world *w)
{
    for (int g = 0; g < (int)w->generations.count; g++) {
        if (!w->generations.launched[g] || w->generations.domestic[g])
            continue;
        double building = procurement_cost_per_card(w, g) - w->channels.street_price_cny[g] / 0.8;
        double earns = 1.35 * value_of_card(w, 0, g, 5) - building;
        double most =
            fmax(w->channels.kind[g] == CHANNEL_OFFICIAL ? 1 : 1.1, earns * 0.8 / w->generations.list_price_cny[g]);
        double least = w->channels.kind[g] == CHANNEL_OFFICIAL ? 1 : 1.1, premium = w->channels.premium[g];
        assert_true(premium <= most * (1 + 1e-9));
        bool on_bound = premium <= least || premium >= most * (1 - 1e-9);
        assert_true(w->channels.premium_on_bound[g] == on_bound || w->sim->dt == 0);
        seen[premium <= least ? 0 : on_bound ? 1 : 2]++;
        closest = fmax(closest, w->channels.premium[g] / most);
    }
}
static const struct model appraiser = {
    .name = "appraiser", .help = "checks premiums", .phase = {[PHASE_SUPPLY] = check_premium}};

static void no_premium_is_above_what_the_card_can_earn_and_both_bounds_are_flagged(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_with(&lab, &appraiser, NULL,
                  LAB_SET("run.end=2025-01", "procurement.hardware_share=0.8", "procurement.own_use=1.35",
                          "procurement.gray_floor=1.1", "procurement.panic=0"));
    closest = 0;
    memset(seen, 0, sizeof seen);
    lab_run(&lab, 0);
    assert_true(seen[0] > 10 && seen[1] > 10 && seen[2] > 10);
    assert_near(closest, 1, 1e-9); /* and it is met */
    lab_close(&lab);
}

/* Price of an A800 server over that of a week before the ban, a week after it and a year after it. */
static void price_over_that_before_the_ban(const char *panic, double ratio[2])
{
    struct lab lab;
    lab_open_bare(&lab,
                  QUIET
                  "run: {report: 7 days, step: 7 days}\n"
                  "policies: {rule: {kind: ban, announced: 2023-10-17, effective: 2023-10-23, covers: [A800, H800]}}\n",
                  LAB_SET("run.end=2024-11", panic, "procurement.panic_fade=3 months", "procurement.stockpile=0"));
    ratio[0] = ratio[1] = 0;
    for (uint32_t r = 0; r < 8; r++) {
        lab_run(&lab, r);
        double before = lab_mean(&lab, "server_price.A800", 2023 + 9.3 / 12, 2023 + 9.7 / 12);
        ratio[0] += lab_mean(&lab, "server_price.A800", 2023 + 9.9 / 12, 2023 + 10.2 / 12) / before / 8;
        ratio[1] += lab_mean(&lab, "server_price.A800", 2024 + 9.5 / 12, 2024 + 10.0 / 12) / before / 8;
    }
    lab_close(&lab);
}

static void a_ban_moves_prices_at_once_and_the_panic_fades(void **state)
{
    (void)state;
    double calm[2], panic[2];
    price_over_that_before_the_ban("procurement.panic=0", calm);
    price_over_that_before_the_ban("procurement.panic=0.5", panic);
    assert_true(panic[0] > 1.2 && panic[0] < 1.6); /* 1.43 was seen, at the highest */
    assert_true(panic[0] > 1.15 * calm[0]);
    assert_true(fabs(panic[1] / calm[1] - 1) < 0.05);
}

/* Between the announcement and the day on which the gate closes, those who cannot wait pay more already: the bound on
 * what is paid moves with the announcement, and fades from then on. */
static void panic_counts_from_the_announcement(void **state)
{
    (void)state;
    enum { WORLDS = 24 };
    double before[2] = {0}, between[2] = {0};
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open(&lab, "policies: {ban_a800_h800_2023: {announced: 2023-10-17, effective: 2024-01-20}}\n",
                 LAB_SET("run.end=2024-02", i ? "procurement.panic=0.5" : "procurement.panic=0",
                         "procurement.panic_fade=3 months"));
        for (uint32_t r = 0; r < WORLDS; r++) {
            lab_run(&lab, r);
            before[i] += lab_mean(&lab, "server_price.A800", 2023.6, 2023 + 10.1 / 12) / WORLDS;
            between[i] += lab_mean(&lab, "server_price.A800", 2023 + 10.9 / 12, 2024 + 0.1 / 12) / WORLDS;
        }
        lab_close(&lab);
    }
    print_message("before %.4g, with panic %.4g; between %.4g, %.4g\n", before[0], before[1], between[0], between[1]);
    assert_true(fabs(before[1] / before[0] - 1) < 0.1);
    assert_true(between[1] / before[1] > 1.1 * between[0] / before[0]);
}

/* What a licence costs is in the official price alone. */
static void a_licence_is_paid_for_at_the_counter_and_not_in_the_street(void **state)
{
    (void)state;
    for (int open = 0; open < 2; open++) {
        struct lab lab;
        lab_open_bare(
            &lab, QUIET "policies: {" WALL ", " LICENCE("none") "}\n",
            LAB_SET("run.end=2025-06", "pipeline.enabled=false",
                    open ? "generations.H200.supply=2000 card/month" : "generations.H200.supply=0 card/month"));
        struct world *w = lab_run(&lab, 0);
        int g = lab_generation(w, "H200");
        assert_int_equal(procurement_channel(w, g), open ? CHANNEL_OFFICIAL : CHANNEL_GRAY);
        double over_list = w->channels.street_price_cny[g] / w->generations.list_price_cny[g];
        assert_near(over_list, open ? 1 / 0.8 : 1.1, 1e-9); /* nobody buys: list, or the floor of the street */
        assert_near(lab_series(&lab, "premium.H200")[lab.plan->sample_count - 1], over_list, 1e-9);
        lab_close(&lab);
    }
}

/* -- stockpiles ---------------------------------------------------------------------------------------------------- */

#define SCARE                                                                                                          \
    "policies: {rule: {kind: ban, feared: 2023-06, announced: 2023-09, effective: 2023-10, covers: [A800, H800]}}\n"

static struct world *hoard(struct lab *lab, const char *end, const char *until, const char *stockpile)
{
    lab_open_bare(lab, QUIET SCARE,
                  LAB_SET(end, until, stockpile, "procurement.stockpile_dealers=0.25",
                          "procurement.stockpile_surge=0.4", "procurement.stockpile_release=4 months",
                          "procurement.gray_lag=3 months"));
    return lab_run(lab, 2);
}

static void cards_bought_ahead_of_a_ban_are_sold_on_used_or_held(void **state)
{
    (void)state;
    struct lab lab;
    struct world *w = hoard(&lab, "run.end=2025-06", "policies.rule.until=none", "procurement.stockpile=0.8");
    const double *held = lab_series(&lab, "stockpile");
    size_t before = 16, last_feared = 20, later = 40; /* reports at the ends of May 2023, September 2023, May 2025 */
    assert_near(held[before], 0, 0);
    for (size_t k = before + 1; k <= last_feared; k++)
        assert_true(held[k] > held[k - 1]);
    for (size_t k = last_feared + 2; k <= later; k++)
        assert_true(held[k] <= held[k - 1]);
    assert_true(held[later] < 0.1 * held[last_feared]);
    assert_near(w->channels.stock_bought, w->channels.stock_released + w->channels.stock_held, 1e-6);
    assert_true(w->channels.stock_bought >= held[last_feared] * (1 - 1e-9));
    lab_close(&lab);
    w = hoard(&lab, "run.end=2024-01", "policies.rule.until=none", "procurement.stockpile=0");
    assert_near(w->channels.stock_bought, 0, 0);
    assert_near(lab_mean(&lab, "stockpile.gain", 2022, 2024), 0, 0);
    lab_close(&lab);
}

static void a_stockpile_gains_if_the_ban_comes_and_loses_if_it_does_not(void **state)
{
    (void)state;
    static const char *const until[] = {"policies.rule.until=none",
                                        "policies.rule.until=2023-09"}; /* called off a month ahead */
    double gain[2];
    for (int off = 0; off < 2; off++) {
        struct lab lab;
        hoard(&lab, "run.end=2024-03", until[off], "procurement.stockpile=0.8");
        gain[off] = lab_mean(&lab, "stockpile.gain", 2023 + 10.5 / 12, 2024 + 0.5 / 12);
        lab_close(&lab);
    }
    assert_true(gain[1] < 0);
    assert_true(gain[0] > gain[1] + 1e8);
}

/* -- what a domestic card takes ------------------------------------------------------------------------------------ */

static void process_and_memory_cut_all_domestic_cards_alike(void **state)
{
    (void)state;
    struct lab lab;
    static const char *const sets[][2] = {
        {"procurement.domestic_memory={2022-01: 0.4 PB/month}", "procurement.domestic_process=none"},
        {"procurement.domestic_memory=none", "procurement.domestic_process={2022-01: 1 kP/month}"},
        {"procurement.domestic_memory=none", "procurement.domestic_process=none"}};
    for (size_t i = 0; i < 3; i++) {
        lab_open_bare(&lab, QUIET,
                      LAB_SET("run.end=2023-06", "procurement.domestic_output=0.9", "procurement.domestic_ramp=0 yr",
                              "generations.Ascend910.supply=2000 card/month",
                              "generations.Ascend910B.supply=9000 card/month", "generations.MXC500.launch=2025-01",
                              "generations.Cambricon590.launch=2025-01", sets[i][0], sets[i][1]));
        struct world *w = lab_run(&lab, 0);
        int old = lab_generation(w, "Ascend910"), new = lab_generation(w, "Ascend910B");
        double memory = 2000 * w->generations.memory_gb[old] + 9000 * w->generations.memory_gb[new];
        double compute = 2000 * w->generations.pflops_fp16[old] + 9000 * w->generations.pflops_fp16[new];
        double share = i == 0 ? 400000 / memory : i == 1 ? 1000 / compute : 1;
        assert_near(capacity_of(w, old), 0.9 * 2000 * 12 * share, 1e-3);
        assert_near(capacity_of(w, new), 0.9 * 9000 * 12 * share, 1e-3);
        assert_near(lab_series(&lab, "domestic.cut")[lab.plan->sample_count - 1], 1 - share, 1e-12);
        lab_close(&lab);
    }
}

static void a_firm_moves_to_a_vendors_software_once(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, QUIET,
             LAB_SET("run.end=2025-01", "generations.Ascend910B.migration_cost=0.17",
                     "generations.Ascend910.migration_cost=0.17", "generations.Ascend910C.migration_cost=0.09",
                     "procurement.migration_reuse=0.3", "operators.government.firms=300",
                     "operators.carrier.firms=1000"));
    struct world *w = lab_run(&lab, 0);
    int b = lab_generation(w, "Ascend910B"), c = lab_generation(w, "Ascend910C"), h100 = lab_generation(w, "H100");
    static bool runs[4000];
    size_t experienced = 0;
    memset(runs, 0, sizeof runs);
    assert_true(w->firms.count < 4000);
    for (size_t i = 0; i < w->vintages.count; i++) {
        const struct vintage *v = &w->vintages.row[i];
        if (w->generations.stack[v->generation] == w->generations.stack[b])
            runs[v->firm] = true;
    }
    for (uint32_t firm = 0; firm < w->firms.count; firm++) {
        assert_near(procurement_log_migration(w, firm, b), runs[firm] ? 0 : log(1.17), 1e-12);
        assert_near(procurement_log_migration(w, firm, c), runs[firm] ? 0 : log(1.09), 1e-12);
        assert_near(procurement_experience(w, firm, c), runs[firm] ? 0.3 : 0, 0);
        assert_near(procurement_log_migration(w, firm, h100), 0, 0);
        experienced += runs[firm];
    }
    assert_true(experienced > 20 && w->firms.count - experienced > 20);
    assert_true(w->generations.stack[lab_generation(w, "Cambricon590")] != w->generations.stack[b]);
    lab_close(&lab);
}

/* The order of somebody who never bought domestic costs the move as well; the second one of the same firm does not. */
static void moving_is_in_the_cost_of_the_order_and_eases_the_next_activation(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, QUIET,
                  LAB_SET("run.end=2023-06", "generations.Ascend910.migration_cost=0",
                          "generations.Ascend910B.migration_cost=0.17", "procurement.migration_reuse=0.5",
                          "supply.activation_domestic=3", "operators.government.activation_cost=0.2",
                          "operators.government.firms=1000"));
    struct world *w = lab_run(&lab, 0);
    int g = lab_generation(w, "Ascend910B");
    struct vintage v = {.project = UINT32_MAX,
                        .owner_class = 0,
                        .number = 999,
                        .generation = (uint8_t)g,
                        .delivered = w->sim->now,
                        .cards = 8,
                        .cost_per_card = 100000};
    assert_near(w->vintages.row[supply_add(w, &v)].activation_cost_per_card, 0.2 * 100000 * 3, 1e-6);
    assert_near(w->vintages.row[supply_add(w, &v)].activation_cost_per_card, 0.2 * 100000 * 2, 1e-6);
    lab_close(&lab);
}

static void a_rule_for_state_funded_centres_takes_back_orders_that_are_not_far_along(void **state)
{
    (void)state;
    static const char *const share[] = {"procurement.far_along=0", "procurement.far_along=0.3",
                                        "procurement.far_along=1"};
    double refunded[3];
    for (int i = 0; i < 3; i++) {
        struct lab lab;
        lab_open_bare(
            &lab,
            QUIET "policies: {rule: {kind: procurement_rule, announced: 2023-09, effective: 2023-09, covers: all}}\n",
            LAB_SET("run.end=2023-10", share[i], "procurement.lead_official=9 months",
                    "pipeline.cancelled_after_loss=0", "operators.government.domestic_preference=-8"));
        refunded[i] = 0;
        for (uint32_t r = 0; r < 4; r++)
            refunded[i] += lab_run(&lab, r)->channels.refunded;
        lab_close(&lab);
    }
    assert_true(refunded[1] > refunded[0] + 100);
    assert_true(refunded[2] > refunded[1] + 100);
}

static void moving_is_paid_with_the_first_order_alone(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(
        &lab, "leasing: {enabled: false}\n",
        LAB_SET("run.end=2026-01", "run.fx={2022-01: 7 CNY/USD}", "generations.Ascend910B.migration_cost=0.17",
                "generations.Ascend910B.list_price_decline=0 /yr", "procurement.hardware_share=0.8",
                "procurement.building_cost=0 CNY*h/kWh", "operators.government.firms=4", "operators.carrier.firms=4",
                "regions.central.incentive=none", "regions.west.incentive=none"));
    struct world *w = lab_run(&lab, 0);
    int g = lab_generation(w, "Ascend910B");
    double list = w->generations.list_price_cny[g] / 0.8;
    size_t moved = 0, later = 0;
    for (size_t i = 0; i < w->vintages.count; i++) {
        const struct vintage *v = &w->vintages.row[i];
        if (v->generation != g)
            continue;
        bool paid = v->cost_per_card > 1.1 * list;
        assert_near(v->cost_per_card, paid ? 1.17 * list : list, 1e-9 * list);
        *(paid ? &moved : &later) += 1;
    }
    assert_true(moved > 0 && later > 5);
    lab_close(&lab);
}

/* -- prices of the day --------------------------------------------------------------------------------------------- */

static void a_tariff_raises_quotes_and_its_truce_takes_them_back(void **state)
{
    (void)state;
    static const char *const policies[] = {
        "", "policies: {tariff_2025: {kind: tariff, announced: 2025-04-02, effective: 2025-04-09, until: 2025-05-14, "
            "covers: [H200, B200], strength: 0.175}}\n"};
    double before[2], during[2], after[2];
    for (int tariff = 0; tariff < 2; tariff++) {
        struct lab lab;
        char lines[512];
        snprintf(lines, sizeof lines, QUIET "run: {report: 7 days, step: 7 days}\n%s", policies[tariff]);
        lab_open_bare(&lab, lines, LAB_SET("run.end=2025-09", "pipeline.enabled=false", "procurement.gray_floor=1.2"));
        lab_run(&lab, 0);
        before[tariff] = lab_mean(&lab, "server_price.H200", 2025 + 2.0 / 12, 2025 + 3.2 / 12);
        during[tariff] = lab_mean(&lab, "server_price.H200", 2025 + 3.6 / 12, 2025 + 4.4 / 12);
        after[tariff] = lab_mean(&lab, "server_price.H200", 2025 + 4.8 / 12, 2025 + 8.0 / 12);
        lab_close(&lab);
    }
    assert_near(before[1] / before[0], 1, 1e-3);
    assert_near(during[1] / during[0], 1.175, 1e-3); /* quotes rose by 15 to 20 % in April 2025 */
    assert_near(after[1] / after[0], 1, 1e-3); /* the splits at its dates move quotes by days */
}

/* An H200 server was some 0.2 MCNY above one with H100 in May 2025. */
static void an_h200_server_costs_some_hundred_thousand_more_than_an_h100_one(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2025-07"));
    double difference = 0, from = 2025 + 3.9 / 12, to = 2025 + 6.1 / 12;
    for (uint32_t r = 0; r < 8; r++) {
        lab_run(&lab, r);
        difference +=
            (lab_mean(&lab, "server_price.H200", from, to) - lab_mean(&lab, "server_price.H100", from, to)) / 8;
    }
    assert_true(difference > 0.1e6 && difference < 0.4e6);
    lab_close(&lab);
}

/* -- conservation -------------------------------------------------------------------------------------------------- */

/* After every phase from the first, in every step: what was ordered is somewhere, and so is what was bought ahead. */
static size_t looks;
static void look_at_cards(struct world *w)
{
    const struct channels *c = &w->channels;
    double in_flight = 0;
    for (int k = 0; k < CHANNELS; k++)
        for (size_t g = 0; g < w->generations.count; g++) {
            assert_true(c->backlog_cards[k][g] > -1e-6);
            in_flight += c->backlog_cards[k][g];
        }
    assert_near(c->ordered, c->delivered + c->refunded + c->lost + c->seized + in_flight, 1e-6 * (1 + c->ordered));
    assert_near(c->stock_bought, c->stock_released + c->stock_held, 1e-6 * (1 + c->stock_bought));
    assert_true(c->seized >= 0 && c->lost >= 0 && c->refunded >= 0 && c->stock_held > -1e-6);
    looks++;
}

static const struct model auditor = {.name = "auditor",
                                     .help = "counts cards",
                                     .phase = {[PHASE_SUPPLY] = look_at_cards,
                                               [PHASE_DECIDE] = look_at_cards,
                                               [PHASE_EVENTS] = look_at_cards,
                                               [PHASE_BOOKS] = look_at_cards,
                                               [PHASE_SAMPLE] = look_at_cards}};

static void cards_are_conserved_at_every_step(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_with(&lab, &auditor, "leasing: {enabled: false}\n", LAB_SET("run.end=2029-01", "procurement.seizure=0.2"));
    looks = 0;
    struct world *w = lab_run(&lab, 5);
    assert_true(looks > 4 * 12 * 7);
    assert_true(w->channels.seized > 0 && w->channels.refunded > 0 && w->channels.lost > 0 &&
                w->channels.stock_released > 0);
    lab_close(&lab);
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
        cmocka_unit_test(a_ban_that_stops_half_catches_about_half),
        cmocka_unit_test(cards_of_one_licence_share_its_quota),
        cmocka_unit_test(a_card_comes_the_way_that_has_more_of_it),
        cmocka_unit_test(enforcement_puts_suppliers_out_of_business_for_a_time),
        cmocka_unit_test(suppliers_differ_in_size_and_a_raid_takes_their_share),
        cmocka_unit_test(no_premium_is_above_what_the_card_can_earn_and_both_bounds_are_flagged),
        cmocka_unit_test(panic_counts_from_the_announcement),
        cmocka_unit_test(a_ban_moves_prices_at_once_and_the_panic_fades),
        cmocka_unit_test(a_licence_is_paid_for_at_the_counter_and_not_in_the_street),
        cmocka_unit_test(cards_bought_ahead_of_a_ban_are_sold_on_used_or_held),
        cmocka_unit_test(a_stockpile_gains_if_the_ban_comes_and_loses_if_it_does_not),
        cmocka_unit_test(process_and_memory_cut_all_domestic_cards_alike),
        cmocka_unit_test(a_firm_moves_to_a_vendors_software_once),
        cmocka_unit_test(moving_is_in_the_cost_of_the_order_and_eases_the_next_activation),
        cmocka_unit_test(a_rule_for_state_funded_centres_takes_back_orders_that_are_not_far_along),
        cmocka_unit_test(moving_is_paid_with_the_first_order_alone),
        cmocka_unit_test(a_tariff_raises_quotes_and_its_truce_takes_them_back),
        cmocka_unit_test(an_h200_server_costs_some_hundred_thousand_more_than_an_h100_one),
        cmocka_unit_test(cards_are_conserved_at_every_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
