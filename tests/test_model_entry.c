/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Entry of owners who must earn their money: the oracle of free entry in steady growth, the trigger by its closed form,
 * private values, and what dearer credit does to projects. */
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

static struct steady run_steadily(double rate, double decline)
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
    lab_ready(&lab, lines, LAB_SET(hurdle, need));
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
            struct steady s = run_steadily(rate[i], decline[k]);
            double margin = margin_at_cost_of_capital(rate[i], decline[k], s.growth_of_investment);
            print_message(
                "rate %.2f decline %.2f: earned over cost %.3f, net margin %.3f (%.3f), investment grows %.3f\n",
                rate[i], decline[k], s.earned_over_cost, s.net_margin, margin, s.growth_of_investment);
            assert_near(s.earned_over_cost, 1, 0.03);
            assert_near(s.net_margin, margin, 0.03);
        }
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
        double believed = exp(w->projects.row[v->project].state_luck), is = (double)v->quality;
        expected += believed, found += is, squares += (is - believed) * (is - believed), count++;
    }
    assert_true(count > 300);
    assert_near(found, expected, 3.5 * sqrt(squares));
    assert_true(expected > 1.03 * count); /* they are not everybody */
    assert_near(sqrt(squares / count), 0.2 * sqrt(0.5), 0.03); /* and still do not know */
    lab_close(&lab);
}

/* -- the level of spreads ------------------------------------------------------------------------------------------ */

static double private_approvals(const char *spread)
{
    struct lab lab;
    double count = 0;
    lab_open(&lab, NULL, LAB_SET("run.end=2027-01", "entry.enabled=true", spread));
    for (uint32_t r = 0; r < 6; r++) {
        struct world *w = lab_run(&lab, r);
        for (size_t i = 0; i < w->projects.count; i++) {
            const struct project *p = &w->projects.row[i];
            bool planned = p->replaces == UINT32_MAX && !(p->k & PROJECT_ANNOUNCED); /* not for the share price */
            count += planned && entry_decides(w, p->owner_class);
        }
    }
    lab_close(&lab);
    return count;
}

static void dearer_credit_cuts_private_projects(void **state)
{
    (void)state;
    double cheap = private_approvals("accounting.spread=0.025 /yr"),
           dear = private_approvals("accounting.spread=0.075 /yr");
    print_message("approvals of lessors %.0f, five points dearer %.0f\n", cheap, dear);
    assert_true(dear < 0.98 * cheap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_trigger_is_that_of_grenadier),
        cmocka_unit_test(those_who_invest_suffer_no_winners_curse),
        cmocka_unit_test(dearer_credit_cuts_private_projects),
        cmocka_unit_test(free_entry_earns_the_cost_of_capital),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
