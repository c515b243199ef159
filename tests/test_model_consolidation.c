/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Auctions of centres in distress, concentration recomputed, and the mark-up against Cournot. */
#include "models_lab.h"

static void assert_same_bits(const struct lab *off, const struct lab *other)
{
    for (size_t i = 0; i < off->plan->series_count; i++) {
        const char *name = off->plan->series[i].name;
        assert_memory_equal(lab_series(off, name), lab_series(other, name), off->plan->sample_count * sizeof(double));
    }
}

static void without_bidders_and_conduct_nothing_changes(void **state)
{
    (void)state;
    struct lab off, neutral;
    lab_open(&off, NULL, LAB_SET("run.end=2024-01", "consolidation.enabled=false"));
    lab_open(&neutral, NULL,
             LAB_SET("run.end=2024-01", "consolidation.enabled=true", "operators.neocloud.absorbs=false",
                     "operators.carrier.absorbs=false", "operators.hyperscaler.absorbs=false"));
    lab_run(&off, 3);
    lab_run(&neutral, 3);
    assert_same_bits(&off, &neutral);
    lab_close(&off);
    lab_close(&neutral);
}

/* n equal firms: n e / (n e - 1), Cournot's; 6/2, 3/2 ... are the mark-ups of Grenadier 2002 less the option's factor
 * of two. */
static void the_markup_is_cournots(void **state)
{
    (void)state;
    assert_near(consolidation_markup(1, 1.5, 10), 3, 1e-12);
    assert_near(consolidation_markup(1. / 2, 1.5, 10), 1.5, 1e-12);
    assert_near(consolidation_markup(1. / 20, 1.5, 10), 30. / 29, 1e-12);
    assert_near(consolidation_markup(0, 0.3, 10), 1, 0);
    assert_near(consolidation_markup(0.2, 0.6, 1.2), 1.2, 0);
    assert_near(consolidation_markup(0.7, 0.6, 2.385), 2.385,
                0); /* less elastic than concentrated: only the law bounds it */
}

static void concentration_is_the_sum_of_squared_shares(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2024-07", "consolidation.enabled=true"));
    const struct world *w = lab_run(&lab, 1);
    double *share = arena_array(&lab.arena, w->firms.count, sizeof *share), all = 0, squares = 0;
    for (size_t i = 0; i < w->vintages.count; i++) {
        const struct vintage *v = &w->vintages.row[i];
        double phi = w->market.training_share[v->generation];
        double card = phi * w->generations.effective_p[TRAINING][v->generation] +
                      (1 - phi) * w->generations.effective_p[INFERENCE][v->generation];
        if (v->on_offer)
            share[v->firm] += v->cards * (double)v->quality * card, all += v->cards * (double)v->quality * card;
    }
    for (size_t i = 0; i < w->firms.count; i++)
        squares += pow(share[i] / all, 2);
    assert_near(lab_series(&lab, "hhi")[lab.plan->sample_count - 1], squares, 1e-12);
    assert_true(squares > 0.01 && squares < 0.5);
    lab_close(&lab);
}

/* A world that stands still comes to rest at rents mu times those of competition, its demand having constant
 * elasticity. */
static void rents_rise_by_the_markup(void **state)
{
    (void)state;
    static const char *const conduct[] = {"consolidation.conduct=0", "consolidation.conduct=1"};
    double price[2], markup[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open_bare(&lab, LAB_STILL,
                      LAB_SET("run.end=2025-01", "consolidation.enabled=true", "market.offshore_wedge=50", conduct[i],
                              "demand.elasticity_training=0.6", "demand.elasticity_inference=0.6"));
        struct world *w = lab_run(&lab, 0);
        price[i] = w->market.rent[INFERENCE];
        markup[i] = w->concentration.markup;
        assert_near(w->concentration.withheld, 1 - pow(markup[i], -0.6), 1e-9);
        lab_close(&lab);
    }
    assert_near(markup[0], 1, 0);
    assert_true(markup[1] > 1.05);
    assert_near(price[1] / price[0], markup[1], 0.01);
}

/* -- auctions ------------------------------------------------------------------------------------------------------ */

static double given_cny,
    owes_share; /* cash of every bidder; loan of each centre of the firm in distress over its worth */
static uint32_t poor; /* that firm */
static double apart; /* share of the cash by which each bidder has more than the one before */
static double second_cny; /* cash of the second richest */
static uint32_t first_sold; /* the first centre offered */

static double worth_of(const struct world *w, const struct vintage *v)
{
    double card = value_of_card(w, v->region, v->generation, v->retires - w->sim->now);
    return v->cards * (v->on_offer ? card : fmax(0, card - v->activation_cost_per_card));
}

static bool is_bidder(const struct world *w, uint32_t firm)
{
    return strcmp(sim_row_name(w->sim, "operators", w->firms.row[firm].owner_class), "neocloud") == 0;
}

/* In the last step the firm with the most worth that may not bid is out of cash; all of its bookings balance. */
static void make_poor(struct world *w)
{
    if (w->sim->step_end < w->sim->plan->end)
        return;
    for (size_t k = 0; k < w->firms.active_count; k++) {
        uint32_t i = w->firms.active[k];
        if (!is_bidder(w, i) && (poor == UINT32_MAX || w->firms.row[i].economic > w->firms.row[poor].economic))
            poor = i;
    }
    double richest = 0;
    for (size_t k = 0; k < w->firms.active_count; k++) {
        uint32_t i = w->firms.active[k];
        double cash = w->ledger.sheet[i].cash, has = given_cny * (1 + apart * (double)k);
        ledger_post(w, i, ACCOUNT_PAID_IN, is_bidder(w, i) ? has - cash : i == poor ? -1e9 - cash : 0);
        second_cny = is_bidder(w, i) ? richest : second_cny;
        richest = is_bidder(w, i) ? has : richest;
    }
    for (first_sold = 0; w->vintages.row[first_sold].firm != poor || !w->vintages.row[first_sold].standing;
         first_sold++)
        ;
    struct firm *f = &w->firms.row[poor];
    f->distressed = true;
    w->firms.distressed = 1;
    for (size_t i = 0; i < w->vintages.count; i++) {
        struct vintage *v = &w->vintages.row[i];
        if (v->firm != poor)
            continue;
        double more = owes_share * worth_of(w, v) - v->debt;
        v->debt += more;
        ledger_post(w, poor, ACCOUNT_DEBT_FORGIVEN, -more);
    }
}

static const struct model probe = {.name = "probe", .help = "makes a firm poor", .phase = {[PHASE_BOOKS] = make_poor}};

static struct world *hold_auction(struct lab *lab, double cash, double owes, const char *const *sets)
{
    given_cny = cash;
    owes_share = owes;
    poor = UINT32_MAX;
    lab_open_with(lab, &probe, NULL, sets);
    return lab_run(lab, 0);
}

#define AUCTION                                                                                                        \
    "consolidation.enabled=true", "run.end=2025-04", "finance.enabled=false", "operators.neocloud.absorbs=true",       \
        "operators.carrier.absorbs=false", "operators.hyperscaler.absorbs=false", "operators.neocloud.first=2022-01",  \
        "entry.enabled=false"

static void bidders_of_one_mind_pay_what_it_is_worth(void **state)
{
    (void)state;
    struct lab lab;
    struct world *w = hold_auction(&lab, 1e12, 0, LAB_SET(AUCTION, "consolidation.outlook_spread=0"));
    size_t sold = 0;
    for (size_t i = 0; i < w->vintages.count; i++) {
        const struct vintage *v = &w->vintages.row[i];
        if (w->firms.row[v->firm].owner_class == v->owner_class)
            continue;
        assert_near(v->book_per_card * v->cards, worth_of(w, v), 1e-9 * worth_of(w, v));
        sold++;
    }
    assert_true(sold > 0);
    assert_true(lab_mean(&lab, "consolidation.sold", 2025.24, 2025.26) > 0);
    ledger_check(w);
    lab_close(&lab);
}

static void the_winner_pays_no_more_than_the_second_or_new(void **state)
{
    (void)state;
    struct lab lab;
    struct world *w = hold_auction(&lab, 1e12, 0, LAB_SET(AUCTION, "consolidation.outlook_spread=0.4"));
    size_t at = lab_channel(lab.plan->scalar, lab.plan->scalar_count, "consolidation.price");
    double of_new = lab.result->scalar[at];
    assert_true(of_new > 0 && of_new <= 1 + 1e-9);
    assert_true(w->ledger.sheet[poor].cash > -1e9);
    ledger_check(w);
    lab_close(&lab);
}

/* Bidders who may spend a tenth of their cash, which is less than the centre is worth, bid that much; the richest wins
 * and pays what the next one bid. */
static void the_second_highest_bid_is_paid(void **state)
{
    (void)state;
    struct lab lab;
    apart = 0.25;
    struct world *w = hold_auction(
        &lab, 1e6, 0,
        LAB_SET(AUCTION, "consolidation.outlook_spread=0", "consolidation.reserve=0", "consolidation.cash_share=0.1"));
    apart = 0;
    const struct vintage *v = &w->vintages.row[first_sold];
    assert_true(worth_of(w, v) > 1e7);
    assert_true(is_bidder(w, v->firm));
    assert_near(v->book_per_card * v->cards, 0.1 * second_cny, 1e-6);
    assert_true(second_cny > 0);
    lab_close(&lab);
}

static void who_has_no_cash_or_takes_on_too_large_a_loan_buys_nothing(void **state)
{
    (void)state;
    static const double cash[] = {0, 1e12}, owes[] = {0, 5};
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        struct world *w = hold_auction(&lab, cash[i], owes[i], LAB_SET(AUCTION));
        assert_near(lab_mean(&lab, "consolidation.sold", 2025.24, 2025.26), 0, 0);
        assert_true(w->ledger.sheet[poor].cash <= -1e9 + 1);
        lab_close(&lab);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_bidders_and_conduct_nothing_changes),
        cmocka_unit_test(the_markup_is_cournots),
        cmocka_unit_test(concentration_is_the_sum_of_squared_shares),
        cmocka_unit_test(rents_rise_by_the_markup),
        cmocka_unit_test(the_second_highest_bid_is_paid),
        cmocka_unit_test(bidders_of_one_mind_pay_what_it_is_worth),
        cmocka_unit_test(the_winner_pays_no_more_than_the_second_or_new),
        cmocka_unit_test(who_has_no_cash_or_takes_on_too_large_a_loan_buys_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
