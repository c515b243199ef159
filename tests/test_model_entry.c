/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Entry of owners who must earn their money: the oracle of free entry in steady growth, the trigger by its closed form,
 * private values, what dearer credit does to projects, and what projects can be paid with. */
#include "models_lab.h"

#include "models/supply/entry.h"

/* -- what investments really earned -------------------------------------------------------------------------------- */

enum { MOST_VINTAGES = 100000, REPLICATIONS = 2 };
static double earned[MOST_VINTAGES]; /* of a vintage, CNY, discounted to the day on which it came */
static double discount;

static void add_up(struct world *w)
{
    for (size_t i = 0; i < w->vintages.count && i < MOST_VINTAGES; i++) {
        const struct vintage *v = &w->vintages.row[i];
        if (v->standing)
            earned[i] += v->rent_sum * HOURS_PER_YEAR * w->sim->dt * exp(-discount * (w->sim->now - v->delivered));
    }
}

static const struct model accountant = {.name = "accountant", .help = "adds up", .phase = {[PHASE_BOOKS] = add_up}};

static double annuity(double rate, double years)
{
    return fabs(rate) < 1e-9 ? years : (1 - exp(-rate * years)) / rate;
}

struct steady {
    double earned_over_cost, net_margin, growth_of_investment;
};

/* The plans of lessors grow as the quantity does: need by .2624, and what falling rents add at an elasticity of .6. */
static const char *plans(struct lab *lab, double decline)
{
    char *text = arena_text(&lab->arena, "operators: {lessor: {targets: {");
    for (int year = 0; year <= 15; year++)
        text = arena_printf(&lab->arena, "%s%d-01: %.5g%s", text, 2022 + year,
                            0.2 * exp((0.2623643 + 0.6 * decline) * year), year < 15 ? ", " : "}}}\n");
    return text;
}

static struct steady run_steadily(double rate, double decline, const char *more, const char *memory)
{
    struct lab lab;
    struct steady s = {0, 0, 0};
    double cost = 0, value = 0, first = 0, last = 0;
    discount = rate;
    lab_list(&lab, &accountant, models_world_size);
    lab.of = "steady-entry";
    const char *lines = arena_printf(
        &lab.arena,
        "%svalue: {discount: %.17g /yr, decline: %.17g /yr}\ngenerations: {card: {list_price_decline: %.17g /yr}}\n",
        plans(&lab, decline), rate, decline, decline);
    const char *hurdle = arena_printf(&lab.arena, "operators.lessor.hurdle_rate=%.17g /yr", rate);
    /* what stands at the start meets its need at about the entry rent */
    const char *need = arena_printf(&lab.arena, "tenants.user.need=%.17g P",
                                    0.29 * pow(annuity(0.1 + 0.15, 5) / annuity(rate + decline, 5), 0.6));
    lab_ready(&lab, lines, LAB_SET(hurdle, need, more, memory));
    for (uint32_t r = 0; r < REPLICATIONS; r++) {
        memset(earned, 0, sizeof earned);
        struct world *w = lab_run(&lab, r);
        assert_true(w->vintages.count < MOST_VINTAGES);
        for (size_t i = 0; i < w->vintages.count; i++) {
            const struct vintage *v = &w->vintages.row[i];
            if (v->project == UINT32_MAX || v->delivered < 2027 || v->delivered >= 2032)
                continue;
            cost += v->cards * v->cost_per_card;
            value += earned[i];
            *(v->delivered < 2029.5 ? &first : &last) += v->cards * v->cost_per_card;
        }
        s.net_margin += lab_mean(&lab, "margin.net", 2028, 2032) / REPLICATIONS;
    }
    s.earned_over_cost = value / cost;
    s.growth_of_investment = log(last / first) / 2.5;
    lab_close(&lab);
    return s;
}

/* A firm that earns its cost of capital on cards whose rents fall while it invests ever more: its net margin, all
 * equity, no running cost, straight line over five years. */
static double margin_at_cost_of_capital(double rate, double decline, double growth)
{
    double revenue = annuity(growth + decline, 5) / annuity(rate + decline, 5);
    return 1 - annuity(growth, 5) / 5 / revenue;
}

static void free_entry_earns_the_cost_of_capital(void **state)
{
    (void)state;
    static const double rate[] = {0.1, 0.15}, decline[] = {0.15, 0.22};
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < 2; k++) {
            struct steady s = run_steadily(rate[i], decline[k], "entry.fill_memory=none", "entry.private_value=0");
            double margin = margin_at_cost_of_capital(rate[i], decline[k], s.growth_of_investment);
            print_message(
                "rate %.2f decline %.2f: earned over cost %.3f, net margin %.3f (%.3f), investment grows %.3f\n",
                rate[i], decline[k], s.earned_over_cost, s.net_margin, margin, s.growth_of_investment);
            assert_near(s.earned_over_cost, 1, 0.03);
            assert_near(s.net_margin, margin, 0.03);
        }
}

/* A centre that wakes at a rate of 1.5 a year stands idle for eight months. Who counts on customers from the first day never earns
 * what it paid, however often it has seen that; who has noted how long others waited does. */
static void owners_learn_how_long_new_centres_wait(void **state)
{
    (void)state;
    const char *slow = "operators.lessor.activation_rate=1.5 /yr";
    struct steady never = run_steadily(0.1, 0.15, slow, "entry.fill_memory=none"),
                  noted = run_steadily(0.1, 0.15, slow, "entry.fill_memory=1 year");
    print_message("    earned over cost %.3f, with a memory %.3f\n", never.earned_over_cost, noted.earned_over_cost);
    assert_true(never.earned_over_cost < 0.9);
    assert_near(noted.earned_over_cost, 1, 0.08);
}

/* -- the trigger --------------------------------------------------------------------------------------------------- */

/* Grenadier 2002 at rho .1, lambda .15, sigma .25: 1.4216 for one firm, 1.0305 for ten. */
static void the_trigger_is_that_of_grenadier(void **state)
{
    (void)state;
    static const char *const firms[] = {"operators.lessor.firms=1", "operators.lessor.firms=1000"};
    static const double expected[] = {1.4216, 1.03056};
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_list(&lab, NULL, models_world_size);
        lab.of = "steady-entry";
        lab_ready(&lab, NULL,
                  LAB_SET("run.end=2024-01", "entry.least_sigma=0.25", "entry.most_rivals=10", firms[i],
                          "run.step=1 months"));
        lab_run(&lab, 0);
        assert_near(lab_series(&lab, "entry.trigger.lessor")[lab.plan->sample_count - 1], expected[i], 1e-4);
        lab_close(&lab);
    }
}

/* -- entry eats the rent ------------------------------------------------------------------------------------------- */

enum { WORLDS = 24, YEARS = 10, CELLS = WORLDS * YEARS * 12 };

/* Of money ordered in a year, over worlds and months: its amount, what was held back, what was below a true q of one. */
struct ordered {
    double cny, value_cny, held_cny, below_cny;
    struct part {
        double q, cny;
    } all[CELLS], free[CELLS];
    size_t alls, frees;
};

static int by_q(const void *a, const void *b)
{
    double x = ((const struct part *)a)->q, y = ((const struct part *)b)->q;
    return (x > y) - (x < y);
}

static double median_q(struct part *part, size_t count)
{
    double all = 0, below = 0;
    qsort(part, count, sizeof *part, by_q);
    for (size_t i = 0; i < count; i++)
        all += part[i].cny;
    for (size_t i = 0; i < count; i++)
        if ((below += part[i].cny) >= all / 2)
            return part[i].q;
    return 0;
}

static void add_orders(const struct lab *lab, struct ordered year[YEARS])
{
    const double *cny = lab_series(lab, "entry.committed"), *q = lab_series(lab, "entry.q"),
                 *held = lab_series(lab, "entry.held"), *free_q = lab_series(lab, "entry.q_free"),
                 *below = lab_series(lab, "entry.below_one");
    for (size_t k = 0; k < lab->plan->sample_count; k++) {
        struct ordered *y = &year[(int)(lab->plan->sample_at[k] - 1e-6) - 2022];
        if (!(cny[k] > 0))
            continue;
        y->cny += cny[k];
        y->value_cny += q[k] * cny[k];
        y->held_cny += held[k] * cny[k];
        y->below_cny += below[k] * cny[k];
        y->all[y->alls++] = (struct part){q[k], cny[k]};
        if (!isnan(free_q[k]))
            y->free[y->frees++] = (struct part){free_q[k], (1 - held[k]) * cny[k]};
    }
}

static struct ordered ordered[YEARS];

static void watch_orders(const char *scenario, const char *variant)
{
    struct lab lab;
    lab_list(&lab, NULL, models_world_size);
    lab.of = scenario;
    lab.variant = variant;
    lab_ready(&lab, NULL, NULL);
    memset(ordered, 0, sizeof ordered);
    for (uint32_t r = 0; r < WORLDS; r++) {
        lab_run(&lab, r);
        add_orders(&lab, ordered);
    }
    lab_close(&lab);
}

/* Where q is far above one, much of the money meets something scarce; where all gates are open, it seldom is. */
static void entry_eats_the_rent_that_scarcity_leaves(void **state)
{
    (void)state;
    static const char *const world[][2] = {{"china", NULL}, {"no-ban", "no_bans"}, {"us", NULL}};
    const double most = 1.3;
    for (int i = 0; i < 3; i++) {
        double cny = 0, below = 0;
        int years = 0;
        watch_orders(world[i][0], world[i][1]);
        for (int y = 0; y < YEARS; y++) {
            struct ordered *o = &ordered[y];
            if (!(o->cny > 0))
                continue;
            double q = median_q(o->all, o->alls), free_q = median_q(o->free, o->frees), held = o->held_cny / o->cny;
            print_message(
                "    %s %d: %.3g bn CNY a world at a median q of %.2f, %.2f of it held back, the rest at %.2f\n",
                world[i][1] ? world[i][1] : world[i][0], 2022 + y, o->cny / WORLDS / 1e9, q, held, free_q);
            cny += o->cny, below += o->below_cny;
            assert_true(o->value_cny >= o->cny);
            assert_true(q <= most || held > 0.4);
            years += q > most;
        }
        assert_true(i != 1 || years <= 2); /* of ten: a year's median is that of few projects */
        assert_true(cny > 0 && below <= 0.15 * cny);
    }
}

/* -- private values ------------------------------------------------------------------------------------------------ */

/* Those who invest have good signals, and earn on average what they expected: the signal is shrunk. */
static void those_who_invest_suffer_no_winners_curse(void **state)
{
    (void)state;
    struct lab lab;
    lab_list(&lab, NULL, models_world_size);
    lab.of = "steady-entry";
    lab_ready(&lab, NULL,
              LAB_SET("run.end=2029-01", "run.step=1 months", "entry.private_value=0.2", "entry.signal_error=0.2"));
    struct world *w = lab_run(&lab, 0);
    double expected = 0, found = 0, squares = 0, count = 0;
    for (size_t i = 0; i < w->vintages.count; i++) {
        const struct vintage *v = &w->vintages.row[i];
        if (v->project == UINT32_MAX)
            continue;
        double believed = exp(w->projects.row[v->project].own_uniform), is = (double)v->quality;
        expected += believed, found += is, squares += (is - believed) * (is - believed), count++;
    }
    assert_true(count > 300);
    assert_near(found, expected, 3.5 * sqrt(squares));
    assert_true(expected > 1.03 * count); /* they are not everybody */
    assert_near(sqrt(squares / count), 0.2 * sqrt(0.5), 0.03); /* and still do not know */
    lab_close(&lab);
}

/* -- the level of spreads ------------------------------------------------------------------------------------------ */

enum { PAIRS = 24 };

/* Projects of lessors approved, those announced for the share price apart. */
static void private_approvals(const char *spread, double count[PAIRS])
{
    struct lab lab;
    lab_list(&lab, NULL, models_world_size);
    lab.of = "china"; /* as it is shipped */
    lab_ready(&lab, NULL, LAB_SET("run.end=2026-07", spread));
    for (uint32_t r = 0; r < PAIRS; r++) {
        struct world *w = lab_run(&lab, r);
        count[r] = 0;
        for (size_t i = 0; i < w->projects.count; i++) {
            const struct project *p = &w->projects.row[i];
            bool planned = p->replaces == UINT32_MAX && !(p->k & PROJECT_ANNOUNCED);
            count[r] += planned && entry_decides(w, p->owner_class);
        }
    }
    lab_close(&lab);
}

static void five_points_dearer_credit_cuts_private_projects(void **state)
{
    (void)state;
    double cheap[PAIRS], dear[PAIRS], sum = 0, squares = 0, level = 0;
    private_approvals("accounting.spread=0.025 /yr", cheap);
    private_approvals("accounting.spread=0.075 /yr", dear);
    for (int r = 0; r < PAIRS; r++)
        sum += cheap[r] - dear[r], squares += (cheap[r] - dear[r]) * (cheap[r] - dear[r]), level += cheap[r];
    double mean = sum / PAIRS, error = sqrt((squares / PAIRS - mean * mean) / (PAIRS - 1));
    print_message("    %.0f projects of lessors, five points dearer %.3g less, se %.2g\n", level / PAIRS, mean, error);
    assert_true(mean > 0.05 * level / PAIRS && mean > 3 * error);
}

/* -- capital ------------------------------------------------------------------------------------------------------- */

static double mean_seen(const struct lab *lab, const char *output)
{
    const double *series = lab_series(lab, output);
    double sum = 0, count = 0;
    for (size_t k = 0; k < lab->plan->sample_count; k++)
        if (!isnan(series[k]))
            sum += series[k], count++;
    return sum / count;
}

static double cards_of_lessors(const struct world *w)
{
    double cards = 0;
    for (size_t i = 0; i < w->vintages.count; i++)
        if (w->vintages.row[i].project != UINT32_MAX && entry_decides(w, w->vintages.row[i].owner_class))
            cards += w->vintages.row[i].cards;
    return cards;
}

static void who_has_little_builds_small_or_not_at_all(void **state)
{
    (void)state;
    static const char *const funds[] = {"5 MCNY", "50 MCNY", "5000 MCNY"};
    double cards[3] = {0}, cut[3] = {0}, refused[3] = {0};
    for (int i = 0; i < 3; i++) {
        struct lab lab;
        const char *neocloud, *crossover;
        lab_list(&lab, NULL, models_world_size);
        neocloud = arena_printf(&lab.arena, "operators.neocloud.own_funds=%s", funds[i]);
        crossover = arena_printf(&lab.arena, "operators.crossover.own_funds=%s", funds[i]);
        lab_ready(&lab, NULL,
                  LAB_SET("run.end=2025-01", "capital.own_funds_sigma=0", "capital.issues=0", neocloud, crossover,
                          "operators.government.budget=none"));
        for (uint32_t r = 0; r < 6; r++) {
            cards[i] += cards_of_lessors(lab_run(&lab, r));
            cut[i] += mean_seen(&lab, "capital.short") / 6;
            refused[i] += mean_seen(&lab, "capital.refused") / 6;
        }
        lab_close(&lab);
    }
    print_message("    cards %.0f, %.0f, %.0f; not paid for %.2f, %.2f, %.2f; refused a month %.2f, %.2f, %.2f\n",
                  cards[0], cards[1], cards[2], cut[0], cut[1], cut[2], refused[0], refused[1], refused[2]);
    assert_true(cards[0] < 0.5 * cards[1] && cards[0] < 0.5 * cards[2]);
    assert_true(cut[0] > cut[1] && cut[1] > cut[2]);
    assert_true(refused[0] > refused[1] && refused[2] < 0.1 * refused[0]);
}

/* A loan whose service the counted rents cover 1.2 times is in proportion to what is counted, until it meets the usual
 * share; it is what stands in the books. */
static void lenders_count_some_of_the_rents(void **state)
{
    (void)state;
    static const char *const counted[] = {"capital.counted=0.15", "capital.counted=0.3", "capital.counted=1"};
    double share[3];
    for (int i = 0; i < 3; i++) {
        struct lab lab;
        lab_open(&lab, NULL, LAB_SET("run.end=2024-07", "finance.enabled=false", counted[i]));
        struct world *w = lab_run(&lab, 0);
        double debt = 0, cost = 0;
        for (size_t k = 0; k < w->vintages.count; k++) {
            const struct vintage *v = &w->vintages.row[k];
            bool bought_now = v->project != UINT32_MAX && w->sim->now - v->delivered < 0.15;
            if (bought_now && entry_decides(w, v->owner_class))
                debt += v->debt, cost += v->cards * v->base_per_card;
        }
        share[i] = mean_seen(&lab, "capital.borrowed");
        assert_true(!(cost > 0) || debt / cost < share[i] + 0.25);
        lab_close(&lab);
    }
    print_message("    borrowed %.3f, %.3f, %.3f\n", share[0], share[1], share[2]);
    assert_near(share[1] / share[0], 2, 0.3);
    assert_near(share[2], 0.6, 0.02);
}

static void listed_firms_issue_shares_while_they_are_dear(void **state)
{
    (void)state;
    double left[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open(&lab, NULL, LAB_SET("run.end=2024-01", i ? "capital.issues=0.3 /yr" : "capital.issues=0 /yr"));
        lab_run(&lab, 0);
        left[i] = lab_series(&lab, "capital.free.crossover")[lab.plan->sample_count - 1];
        lab_close(&lab);
    }
    assert_true(left[1] > 1.02 * left[0]);
}

/* Nothing is approved before there is money, and what is ordered is never more than what was committed. */
static void the_state_builds_what_it_has_money_for(void **state)
{
    (void)state;
    static const char *const budget[] = {
        "operators.government.budget=none",
        "operators.government.budget={2022-01: 0 CNY/yr, 2023-12-31: 0 CNY/yr, 2024-01: 500 MCNY/yr}"};
    double cny[2] = {0}, early = 0;
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open(&lab, NULL, LAB_SET("run.end=2026-01", budget[i]));
        struct world *w = lab_run(&lab, 0);
        for (size_t k = 0; k < w->projects.count; k++)
            early += i && w->projects.row[k].owner_class == 0 && w->projects.row[k].approved < 2024;
        for (size_t k = 0; k < w->vintages.count; k++) {
            const struct vintage *v = &w->vintages.row[k];
            cny[i] += v->project != UINT32_MAX && v->owner_class == 0 ? v->cards * v->cost_per_card : 0;
        }
        if (i) {
            double left = lab_series(&lab, "budget.left.government")[lab.plan->sample_count - 1];
            assert_true(left >= -1 && left < 1000e6);
        }
        lab_close(&lab);
    }
    assert_near(early, 0, 0);
    assert_true(cny[0] > 2e9 && cny[1] > 0 && cny[1] <= 1000e6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(owners_learn_how_long_new_centres_wait),
        cmocka_unit_test(the_trigger_is_that_of_grenadier),
        cmocka_unit_test(entry_eats_the_rent_that_scarcity_leaves),
        cmocka_unit_test(those_who_invest_suffer_no_winners_curse),
        cmocka_unit_test(five_points_dearer_credit_cuts_private_projects),
        cmocka_unit_test(who_has_little_builds_small_or_not_at_all),
        cmocka_unit_test(lenders_count_some_of_the_rents),
        cmocka_unit_test(listed_firms_issue_shares_while_they_are_dear),
        cmocka_unit_test(the_state_builds_what_it_has_money_for),
        cmocka_unit_test(free_entry_earns_the_cost_of_capital),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
