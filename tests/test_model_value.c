/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One forward curve behind everything: term rents, values and entry rents against GSL's quadrature of it. */
#include "models_lab.h"

#include <gsl/gsl_integration.h>

/* The forward curve of a card, written a second time. */
struct curve {
    double long_run, spot, decline, reversion, discount;
    double occupancy, yield, power, upkeep; /* of a let hour; of a standing hour */
};

static const double SERVER = 1.5; /* power of a server over that of its cards */

static struct curve curve_of(const struct world *w, int region, int g)
{
    const struct value *v = &w->value;
    double kw = SERVER * w->generations.power_kw[g] * value_load(w) * w->regions.pue[region];
    return (struct curve){.long_run = v->entry_rent_card[g],
                          .spot = w->market.rent_card[g],
                          .decline = v->decline_per_yr,
                          .reversion = v->reversion_per_yr,
                          .discount = v->discount_per_yr,
                          .occupancy = v->occupancy,
                          .yield = v->yield,
                          .power = kw * w->regions.power_price_cny_per_kwh[region] * (1 - w->policy.power_discount[g]),
                          .upkeep = value_upkeep(w, w->generations.list_price_cny[g]) / 8760};
}

static double forward(const struct curve *c, double s)
{
    return c->long_run * exp(-c->decline * s) + (c->spot - c->long_run) * exp(-c->reversion * s);
}

static double discounted_forward(double s, void *of)
{
    const struct curve *c = of;
    return forward(c, s) * exp(-c->discount * s);
}

static double discount_alone(double s, void *of)
{
    return exp(-((const struct curve *)of)->discount * s);
}

static double discounted_quasi_rent(double s, void *of)
{
    const struct curve *c = of;
    return 8760 * fmax(0, c->occupancy * (c->yield * forward(c, s) - c->power) - c->upkeep) * exp(-c->discount * s);
}

static double integral(double (*f)(double, void *), struct curve *c, double years)
{
    enum { ROOM = 200 };
    gsl_integration_workspace *room = gsl_integration_workspace_alloc(ROOM);
    gsl_function function = {.function = f, .params = c};
    double result, error;
    gsl_integration_qag(&function, 0, years, 0, 1e-10, ROOM, GSL_INTEG_GAUSS41, room, &result, &error);
    gsl_integration_workspace_free(room);
    return result;
}

static struct world *lively_world(struct lab *lab)
{
    lab_open(
        lab, NULL,
        LAB_SET("run.end=2024-09", "expectations.enabled=false", "value.vacancy_time=1 yr", "entry.enabled=false"));
    return lab_run(lab, 1);
}

static void a_mean_rent_is_the_discounted_mean_of_the_forward_curve(void **state)
{
    (void)state;
    static const int months[] = {1, 5, 12, 30, 60, 108};
    struct lab lab;
    struct world *w = lively_world(&lab);
    for (int g = 0; g < (int)w->generations.count; g++)
        for (size_t i = 0; w->generations.launched[g] && i < sizeof months / sizeof *months; i++) {
            struct curve c = curve_of(w, 0, g);
            double years = months[i] / 12.0,
                   mean = integral(discounted_forward, &c, years) / integral(discount_alone, &c, years);
            assert_near(value_mean_rent(w, g, months[i]), mean, 1e-8 * mean);
        }
    lab_close(&lab);
}

static void a_long_contract_is_priced_for_the_vacancy_that_it_spares(void **state)
{
    (void)state;
    static const int months[] = {1, 12, 36, 60};
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2024-09", "value.vacancy_time=2 yr"));
    struct world *w = lab_run(&lab, 1);
    double u = w->value.occupancy;
    int g = lab_generation(w, "H800");
    assert_true(u > 0.2 && u < 0.95);
    assert_near(value_term_rent(w, g, 1) / w->market.rent_card[g], 1, (1 - u) / 12 / 2 + 0.02); /* spot, at the end */
    for (size_t i = 0; i < sizeof months / sizeof *months; i++) {
        double certain = u + (1 - u) * exp(-months[i] / 12. / 2);
        assert_near(value_term_rent(w, g, months[i]), certain * value_mean_rent(w, g, months[i]), 1e-9);
    }
    lab_close(&lab);
}

/* Rents and dates of the leases that run, looked at one by one. */
static void lessors_reckon_with_the_terms_at_which_they_let(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2024-09", "value.vacancy_time=1 yr"));
    struct world *w = lab_run(&lab, 1);
    double rent = 0, left = 0, cards = 0, hourly = 0, u = w->value.occupancy;
    for (size_t i = 0; i < w->leases.count; i++) {
        const struct lease *l = &w->leases.row[i];
        if (!l->live)
            continue;
        cards += l->cards;
        hourly += l->billing == BILLING_ON_DEMAND ? l->cards : 0;
        rent += l->billing == BILLING_ON_DEMAND ? 0 : l->cards * l->rent;
        left += l->billing == BILLING_ON_DEMAND ? 0 : l->cards * l->rent * (l->ends - w->sim->now);
    }
    double term = 2 * left / rent, yield = hourly / cards + (1 - hourly / cards) * (u + (1 - u) * exp(-term));
    assert_true(yield < 0.95 && yield > u);
    assert_near(w->value.yield, yield, 0.02); /* believed before the last step's leases were signed */
    lab_close(&lab);
    lab_open(&lab, NULL, LAB_SET("run.end=2024-09", "value.vacancy_time=none"));
    assert_near(lab_run(&lab, 1)->value.yield, 1, 0);
    lab_close(&lab);
}

static void a_term_lies_between_a_month_and_the_longest(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2024-09", "value.vacancy_time=none"));
    struct world *w = lab_run(&lab, 1);
    int g = lab_generation(w, "H800");
    assert_near(value_term_rent(w, g, -4), value_term_rent(w, g, 1), 0);
    assert_near(value_term_rent(w, g, LONGEST_TERM_MONTHS + 7), value_term_rent(w, g, LONGEST_TERM_MONTHS), 0);
    assert_near(value_term_rent(w, g, 1), w->market.rent_card[g], 0.03 * w->market.rent_card[g]);
    lab_close(&lab);
}

/* Cards that nobody has and nobody can buy are not valued. */
static bool is_valued(const struct world *w, int g)
{
    return w->vintages.installed_cards[g] > 0 || procurement_channel(w, g) >= 0;
}

/* By the midpoint rule in quarters: half a percent of the value and, where it ends inside one, five promille of the
 * list price. */
static void a_cards_value_is_the_present_value_of_its_quasi_rents(void **state)
{
    (void)state;
    static const double years[] = {0.1, 0.6, 1, 2.3, 3, 5, 8, 10};
    struct lab lab;
    struct world *w = lively_world(&lab);
    model_value.phase[PHASE_BELIEFS](w); /* cards delivered in the last step are valued from the next on */
    size_t worthless = 0, compared = 0;
    for (int region = 0; region < (int)w->regions.count; region++)
        for (int g = 0; g < (int)w->generations.count; g++)
            for (size_t i = 0; is_valued(w, g) && i < sizeof years / sizeof *years; i++) {
                struct curve c = curve_of(w, region, g);
                double worth = integral(discounted_quasi_rent, &c, years[i]);
                assert_near(value_of_card(w, region, g, years[i]), worth,
                            0.005 * worth + 0.005 * w->generations.list_price_cny[g]);
                worthless += worth == 0;
                compared++;
            }
    assert_true(compared > 200 && worthless < compared / 2);
    lab_close(&lab);
}

static void a_card_without_years_left_is_worth_nothing_and_more_years_never_less(void **state)
{
    (void)state;
    struct lab lab;
    struct world *w = lively_world(&lab);
    for (int g = 0; g < (int)w->generations.count; g++) {
        assert_near(value_of_card(w, 0, g, 0), 0, 0);
        assert_near(value_of_card(w, 0, g, -3), 0, 0);
        for (double years = 0.1; years < 12; years += 0.1)
            assert_true(value_of_card(w, 0, g, years) >= value_of_card(w, 0, g, years - 0.1));
        assert_near(value_of_card(w, 0, g, 12), value_of_card(w, 0, g, 10), 0);
    }
    lab_close(&lab);
}

/* An entrant that earns L on let hours, falling at the believed rate, and pays for power falling alike, breaks even. */
static void an_entrant_at_the_entry_rent_breaks_even(void **state)
{
    (void)state;
    static const double life = 4.3, salvage = 0.07, occupancy = 0.71, discount = 0.11, decline = 0.19, upkeep = 0.035;
    struct lab lab;
    lab_open_bare(&lab,
                  LAB_STILL
                  "value: {decline: 0.19 /yr, entry_life: 4.3 yr, salvage: 0.07, upkeep: 0.035 /yr, occupancy: 0.71}\n",
                  LAB_SET("run.end=2022-03", "value.discount={uniform: {low: 0.10999999 /yr, high: 0.11000001 /yr}}"));
    struct world *w = lab_run(&lab, 0);
    double least[WORKLOADS] = {HUGE_VAL, HUGE_VAL}, best[WORKLOADS] = {0}, jobs = w->market.small_job_rent;
    assert_true(jobs > 0);
    for (int g = 0; g < (int)w->generations.count; g++) {
        if (procurement_channel(w, g) < 0)
            continue;
        struct curve rent = {.long_run = 1, .spot = 1, .decline = decline, .reversion = decline, .discount = discount};
        double hours =
            8760 * occupancy * integral(discounted_forward, &rent, life); /* let hours, discounted and declining */
        double card = w->generations.list_price_cny[g];
        double cost =
            procurement_cost_per_card(w, g) - (w->channels.street_price_cny[g] - card); /* scarcity left out */
        double spent =
            cost * (1 - salvage * exp(-discount * life)) + upkeep * card * integral(discount_alone, &rent, life);
        double power =
            SERVER * w->generations.power_kw[g] * 0.65 * w->regions.pue[0] * w->regions.power_price_cny_per_kwh[0];
        for (int k = 0; k < WORKLOADS; k++)
            if (w->generations.effective_p[k][g] > 0) {
                double p = w->generations.effective_p[k][g], hour = (spent / hours + power) / w->value.yield;
                best[k] = hour / p < least[k] ? p : best[k];
                least[k] = fmin(least[k], hour / p);
            }
    }
    for (int k = 0; k < WORKLOADS; k++)
        assert_near(w->value.entry_rent[k], least[k] - jobs / best[k], 1e-6 * least[k]);
    lab_close(&lab);
}

static void believing_in_faster_progress_raises_the_rent_an_entrant_wants(void **state)
{
    (void)state;
    static const char *const decline[] = {"value.decline=0 /yr", "value.decline=0.15 /yr", "value.decline=0.3 /yr"};
    double before = 0;
    for (int i = 0; i < 3; i++) {
        struct lab lab;
        lab_open_bare(&lab, LAB_STILL, LAB_SET("run.end=2022-03", decline[i]));
        double now = lab_run(&lab, 0)->value.entry_rent[TRAINING];
        assert_true(now > before * 1.1);
        before = now;
        lab_close(&lab);
    }
}

/* A server of 2.5 MCNY earned back over five years at 8 %, let 83.5 % of its hours, with nothing left and nothing to
 * pay: 61 kCNY a month if rents stay, 111 kCNY if they are believed to fall by .3 a year. By hand: 2.5 M / (12 * .835 *
 * (1 - e^(-5 r)) / r), r = .08, .38. */
static void the_entry_rent_of_a_server_is_61_or_111_thousand_a_month(void **state)
{
    (void)state;
    static const char *const decline[] = {"value.decline=0 /yr", "value.decline=0.3 /yr"};
    static const double rate[] = {0.08, 0.38}, thousand[] = {61, 111};
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open_bare(&lab,
                      LAB_STILL "value: {salvage: 0, upkeep: 0 /yr, occupancy: 0.835, discount: 0.08 /yr, entry_life: "
                                "5 yr, load: 0, vacancy_time: none}\n",
                      LAB_SET("run.end=2022-03", decline[i]));
        struct world *w = lab_run(&lab, 0);
        int g = lab_generation(w, "A100"); /* the only card on sale that trains */
        double per_card_hour =
            w->value.entry_rent[TRAINING] * w->generations.effective_p[TRAINING][g] + w->market.small_job_rent;
        double cost =
            procurement_cost_per_card(w, g) - w->channels.street_price_cny[g] * (1 - 1 / w->channels.premium[g]);
        double month = per_card_hour / cost * 2.5e6 * 8760 / 12;
        assert_near(month, 2.5e6 / (12 * 0.835 * (1 - exp(-5 * rate[i])) / rate[i]), 1e-6 * month);
        assert_near(month / 1000, thousand[i], 0.5);
        lab_close(&lab);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mean_rent_is_the_discounted_mean_of_the_forward_curve),
        cmocka_unit_test(a_long_contract_is_priced_for_the_vacancy_that_it_spares),
        cmocka_unit_test(lessors_reckon_with_the_terms_at_which_they_let),
        cmocka_unit_test(a_term_lies_between_a_month_and_the_longest),
        cmocka_unit_test(a_cards_value_is_the_present_value_of_its_quasi_rents),
        cmocka_unit_test(a_card_without_years_left_is_worth_nothing_and_more_years_never_less),
        cmocka_unit_test(an_entrant_at_the_entry_rent_breaks_even),
        cmocka_unit_test(the_entry_rent_of_a_server_is_61_or_111_thousand_a_month),
        cmocka_unit_test(believing_in_faster_progress_raises_the_rent_an_entrant_wants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
