/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Build, rent or wait: against closed forms in a market that stands still, and by sign in China's. */
#include "models_lab.h"

#include "models/planner/planner.h"

/* -- a market whose prices are given ------------------------------------------------------------------------------- */

static struct {
    double rent, decline_per_yr, card, effective_p, power_kw, worth; /* of every card */
    double unmet, let;
    double later; /* factor on all prices from 2027 on; 0: 1 */
} fake;

/* The market has cleared; before anyone decides, all it says of cards is replaced. */
static void tell_prices(struct world *w)
{
    double later = fake.later > 0 && w->sim->step_start >= 2027 - 1e-6 ? fake.later : 1;
    double rent = later * fake.rent * exp(-fake.decline_per_yr * (w->sim->step_start + w->sim->dt / 2 - 2025));
    for (size_t g = 0; g < w->generations.count; g++) {
        w->market.rent_card[g] = w->value.entry_rent_card[g] = rent;
        for (int k = 0; k < WORKLOADS; k++)
            w->generations.effective_p[k][g] = fake.effective_p;
        w->channels.site_kw[g] = fake.power_kw;
        w->channels.kind[g] = CHANNEL_OFFICIAL;
        w->channels.street_price_cny[g] = fake.card * later;
        w->vintages.offered_cards[g] = 1000;
        w->vintages.let_cards[g] = 1000 * fake.let;
        for (size_t r = 0; r < w->regions.count; r++)
            for (int i = 0; i <= VALUE_STEPS; i++)
                w->value.card[r][g][i] = fake.worth * i / VALUE_STEPS;
    }
    for (int k = 0; k < WORKLOADS; k++) {
        w->market.demand[k] = 1;
        w->leases.unmet_p[k] = fake.unmet;
    }
}

/* Reports are of the world as it is. */
static void take_back(struct world *w)
{
    for (size_t g = 0; g < w->generations.count; g++)
        w->vintages.let_cards[g] = 0;
}

static const struct model teller = {.name = "teller",
                                    .help = "says what cards cost",
                                    .phase = {[PHASE_BELIEFS] = tell_prices, [PHASE_FINANCE] = take_back}};

/* A tiny planner, so that it waits in no queue. */
#define PLAN                                                                                                           \
    "run: {start: 2024-12, end: 2030-01}\n"                                                                            \
    "pipeline: {enabled: false}\n"                                                                                     \
    "leasing: {enabled: false}\n"                                                                                      \
    "expectations: {enabled: false}\n"                                                                                 \
    "procurement: {hardware_share: 1, building_cost: 0 CNY*h/kWh, lead_official: 0 yr}\n"                              \
    "value: {upkeep: 0 /yr, decline: 0 /yr, vacancy_time: none}\n"                                                     \
    "regions: {east: {pue: 1, power_price: 0.7 CNY/kWh}}\n"                                                            \
    "planner:\n"                                                                                                       \
    "  enabled: true\n"                                                                                                \
    "  start: 2025-01\n"                                                                                               \
    "  horizon: 5 years\n"                                                                                             \
    "  need_training: 0.001 P\n"                                                                                       \
    "  cost_of_capital: 0.1 /yr\n"                                                                                     \
    "  cost_of_debt: 0.06 /yr\n"
#define ROWS                                                                                                           \
    "alternatives:\n"                                                                                                  \
    "  build: {kind: build, generation: H100, region: east, prepaid: 1, service_life: 10 yr}\n"                        \
    "  rent: {kind: rent_on_demand}\n"                                                                                 \
    "  term: {kind: rent_reserved, term: 2 years}\n"                                                                   \
    "  half: {kind: hybrid, generation: H100, region: east, prepaid: 1, service_life: 10 yr, share: 0.5}\n"

static void quote_usual_prices(void)
{
    memset(&fake, 0, sizeof fake);
    fake.rent = 8;
    fake.card = 200e3;
    fake.effective_p = 0.4;
    fake.power_kw = 0.7;
    fake.let = 1;
}

static void open_fake(struct lab *lab, const char *lines, const char *const *sets)
{
    char *all = NULL;
    assert_true(asprintf(&all, "%s%s%s", PLAN, ROWS, lines) >= 0);
    lab_open_with(lab, &teller, all, sets);
    free(all);
    lab_run(lab, 0);
}

static double cost_once(const char *const *sets, const char *output)
{
    struct lab lab;
    open_fake(&lab, "", sets);
    double cost = lab_scalar(&lab, output);
    lab_close(&lab);
    return cost;
}

static const double years = 5, rho = 0.1, cards = 0.001 / 0.4, power = 0.7 * 0.7; /* CNY a card-hour */

static double annuity(double rate, double time)
{
    return (1 - exp(-rate * time)) / rate;
}

static double hours(double rate)
{
    return annuity(rate, years) * HOURS_PER_YEAR;
}

static void costs_agree(const char *step)
{
    quote_usual_prices();
    double load = 0.6;
    struct lab lab;
    open_fake(&lab, "", LAB_SET("planner.load_training=0.6", step));
    double build = cards * (fake.card + power * load * hours(rho)), rent = cards * fake.rent * load * hours(rho);
    double term = cards * fake.rent * hours(rho); /* used or not */
    assert_near(lab_scalar(&lab, "plan.cost.build") / build, 1, 1e-5);
    assert_near(lab_scalar(&lab, "plan.cost.rent") / rent, 1, 1e-5);
    assert_near(lab_scalar(&lab, "plan.cost.term") / term, 1, 1e-5);
    assert_near(lab_scalar(&lab, "plan.usage.build") / (cards * power * load * hours(rho)), 1, 1e-5);
    assert_near(lab_scalar(&lab, "plan.p_hours") / (0.001 * load * hours(rho)), 1, 1e-5);
    assert_near(lab_scalar(&lab, "plan.delivered.rent") / (0.001 * load * years * HOURS_PER_YEAR), 1, 1e-9);
    lab_close(&lab);
}

static void costs_are_those_of_the_closed_form_at_any_step(void **state)
{
    (void)state;
    costs_agree("run.step=1 month");
    costs_agree("run.step=1 week");
}

/* K = (r - power) l H: above that use building is cheaper, below it renting. */
static void build_beats_rent_exactly_above_the_break_even_use(void **state)
{
    (void)state;
    quote_usual_prices();
    double break_even = fake.card / ((fake.rent - power) * hours(rho));
    assert_true(break_even > 0.5 && break_even < 0.9);
    for (int sign = -1; sign <= 1; sign += 2) {
        struct lab lab;
        char set[64];
        snprintf(set, sizeof set, "planner.load_training=%.17g", break_even * (1 + sign * 1e-4));
        open_fake(&lab, "", LAB_SET(set));
        double saved = lab_scalar(&lab, "plan.cost.rent") - lab_scalar(&lab, "plan.cost.build");
        assert_true(sign * saved > 0);
        lab_close(&lab);
    }
}

/* Half of the peak, used first, delivers 1 - (1/2)^(1/l) of all hours. */
static void the_first_cards_are_used_most(void **state)
{
    (void)state;
    quote_usual_prices();
    double load = 0.4, below = 1 - pow(0.5, 1 / load);
    struct lab lab;
    open_fake(&lab, "", LAB_SET("planner.load_training=0.4"));
    double rest = cards * fake.rent * load * (1 - below) * hours(rho);
    assert_near(lab_scalar(&lab, "plan.rented.half") / rest, 1, 1e-5);
    assert_near(lab_scalar(&lab, "plan.usage.half") / (cards * power * load * below * hours(rho)), 1, 1e-5);
    lab_close(&lab);
}

static void every_alternative_delivers_the_same_hours(void **state)
{
    (void)state;
    quote_usual_prices();
    struct lab lab;
    open_fake(&lab, "",
              LAB_SET("planner.load_training=0.5", "planner.need_inference=0.002 P", "planner.load_inference=0.3",
                      "planner.volatility=0.4", "planner.growth_training=0.3 /yr", "planner.ends=0.3 /yr",
                      "alternatives.build.headroom=-0.3", "alternatives.half.build_time=1 yr"));
    for (uint32_t r = 0; r < 12; r++) {
        lab_run(&lab, r);
        double rent = lab_scalar(&lab, "plan.delivered.rent");
        assert_true(rent > 0);
        assert_near(lab_scalar(&lab, "plan.delivered.build") / rent, 1, 1e-12);
        assert_near(lab_scalar(&lab, "plan.delivered.term") / rent, 1, 1e-12);
        assert_near(lab_scalar(&lab, "plan.delivered.half") / rent, 1, 1e-12);
    }
    lab_close(&lab);
}

/* The mean of the need does not depend on its volatility. */
static void noise_has_mean_one(void **state)
{
    (void)state;
    quote_usual_prices();
    struct lab lab;
    open_fake(&lab, "", LAB_SET("planner.volatility=0.3", "run.start=2024-12"));
    double sum = 0, squares = 0;
    enum { RUNS = 150 };
    for (uint32_t r = 0; r < RUNS; r++) {
        lab_run(&lab, r);
        double delivered = lab_scalar(&lab, "plan.delivered.rent") / (0.001 * years * HOURS_PER_YEAR);
        sum += delivered / RUNS, squares += delivered * delivered / RUNS;
    }
    double se = sqrt((squares - sum * sum) / (RUNS - 1));
    assert_true(se > 0.01);
    assert_near(sum, 1, 3 * se);
    lab_close(&lab);
}

/* -- one thing at a time ------------------------------------------------------------------------------------------- */

static double ratio(const char *const *sets, const char *output)
{
    quote_usual_prices();
    double before = cost_once(NULL, output);
    return cost_once(sets, output) / before;
}

static void taxes_that_are_not_credited_are_paid(void **state)
{
    (void)state;
    assert_near(ratio(LAB_SET("planner.vat_recovered=0"), "plan.cost.rent"), 1.06, 1e-9);
    assert_near(ratio(LAB_SET("planner.vat_recovered=0"), "plan.cost.term"), 1.06, 1e-9);
    quote_usual_prices();
    double equipment = cards * fake.card;
    double more = cost_once(LAB_SET("planner.vat_recovered=0"), "plan.cost.build") - cost_once(NULL, "plan.cost.build");
    assert_near(more / equipment, 0.13, 1e-9);
    double street =
        cost_once(LAB_SET("alternatives.build.invoice=false"), "plan.cost.build") - cost_once(NULL, "plan.cost.build");
    assert_near(street / equipment, 0.13, 1e-9);
}

static void rent_by_the_hour_bears_premium_and_shortage(void **state)
{
    (void)state;
    assert_near(ratio(LAB_SET("planner.on_demand_premium=1.3"), "plan.cost.rent"), 1.3, 1e-9);
    assert_near(ratio(LAB_SET("planner.on_demand_premium=1.3"), "plan.cost.term"), 1, 1e-9);
    assert_near(ratio(LAB_SET("planner.reserved_premium=0.9"), "plan.cost.term"), 0.9, 1e-9);
    quote_usual_prices();
    fake.unmet = 0.25;
    assert_near(cost_once(LAB_SET("planner.shortage=3"), "plan.cost.rent") / cost_once(NULL, "plan.cost.rent"), 1.5,
                1e-9);
}

/* Two, two and one year: the tenant of a longer contract pays for fewer empty hours. */
static void a_reserved_card_costs_what_a_long_contract_does(void **state)
{
    (void)state;
    quote_usual_prices();
    struct lab lab;
    open_fake(&lab, "", LAB_SET("value.vacancy_time=1 yr"));
    const struct world *w = lab_run(&lab, 0);
    double u = w->value.occupancy, paid = 0;
    for (double from = 0; from < 5; from += 2) {
        double term = fmin(2, 5 - from);
        paid += (u + (1 - u) * exp(-term)) * exp(-rho * from) * annuity(rho, term);
    }
    assert_true(u < 0.9);
    assert_near(lab_scalar(&lab, "plan.cost.term") / (cards * fake.rent * HOURS_PER_YEAR * paid), 1, 1e-3);
    lab_close(&lab);
}

/* Contracts of two years in five: signed again after two and after four. */
static void a_new_contract_costs_double_rent_for_a_while(void **state)
{
    (void)state;
    quote_usual_prices();
    const char *const *sets = LAB_SET("alternatives.term.recontracting=0.1 yr");
    double more = cost_once(sets, "plan.cost.term") - cost_once(NULL, "plan.cost.term"),
           a_year = cards * fake.rent * HOURS_PER_YEAR;
    double middle = 1 / 24.; /* paid over the step */
    assert_near(more / (0.1 * a_year * (exp(-rho * (2 + middle)) + exp(-rho * (4 + middle)))), 1, 1e-6);
}

/* Spare: what the need does not use. */
static void spare_hours_earn_rent_less_power(void **state)
{
    (void)state;
    quote_usual_prices();
    fake.let = 0.5;
    const char *const *sets = LAB_SET("planner.load_training=0.6", "alternatives.build.sublet=0.8");
    double earned = 0.8 * 0.5 * cards * (1 - 0.6) * (fake.rent - power) * hours(rho);
    assert_near(cost_once(sets, "plan.sublet.build") / earned, 1, 1e-5);
}

static void cards_are_sold_for_a_share_of_what_they_earn_but_not_above_the_street_price(void **state)
{
    (void)state;
    quote_usual_prices();
    fake.worth = 100e3; /* over ten years; five are left */
    double base = cost_once(NULL, "plan.cost.build"), end = exp(-rho * years);
    assert_near((base - cost_once(LAB_SET("alternatives.build.resale=0.7"), "plan.cost.build")) /
                    (cards * 0.7 * 50e3 * end),
                1, 1e-4);
    fake.worth = 1e6;
    base = cost_once(NULL, "plan.cost.build");
    assert_near((base - cost_once(LAB_SET("alternatives.build.resale=0.7"), "plan.cost.build")) /
                    (cards * 0.7 * fake.card * end),
                1, 1e-4);
}

/* Tax takes its share of all costs; cards are deducted over three years in a straight line. */
static void tax_shares_costs_when_they_are_deducted(void **state)
{
    (void)state;
    assert_near(ratio(LAB_SET("planner.tax=25%"), "plan.cost.rent"), 0.75, 1e-9);
    quote_usual_prices();
    double running = cards * power * hours(rho), write_offs = annuity(rho, 3) / 3;
    double is = cost_once(LAB_SET("planner.tax=25%"), "plan.cost.build");
    assert_near(is / (cards * fake.card * (1 - 0.25 * write_offs) + 0.75 * running), 1, 1e-5);
    is = cost_once(LAB_SET("planner.tax=25%", "planner.tax_life=0 yr"), "plan.cost.build");
    assert_near(is / (cards * fake.card * (1 - 0.25) + 0.75 * running), 1, 2e-3); /* within the month of delivery */
}

/* A loan B repaid in equal parts over L: int T r B (1 - t/L) e^(-r t) dt = T B (1 - a(L)/L); at a lower rate r_l the
 * gain a year is r - r_l + T r_l instead of T r. */
static void a_loan_adds_its_tax_shield_and_its_subsidy(void **state)
{
    (void)state;
    quote_usual_prices();
    double r = 0.06, life = 4, loan = 0.5 * cards * fake.card, outstanding = loan * (1 - annuity(r, life) / life) / r;
    const char *const *plain =
        LAB_SET("planner.tax=25%", "alternatives.build.debt_share=0.5", "alternatives.build.loan_life=4 yr");
    assert_near(cost_once(plain, "plan.financing.build") / (0.25 * r * outstanding), 1, 0.02);
    const char *const *cheap = LAB_SET("planner.tax=25%", "alternatives.build.debt_share=0.5",
                                       "alternatives.build.loan_life=4 yr", "alternatives.build.loan_rate=0.02 /yr");
    assert_near(cost_once(cheap, "plan.financing.build") / ((0.04 + 0.25 * 0.02) * outstanding), 1, 0.02);
    assert_near(cost_once(cheap, "plan.cost.build"),
                cost_once(cheap, "plan.unlevered.build") - cost_once(cheap, "plan.financing.build"), 1e-9);
}

/* Rent still due displaces debt: over a term M the loss is T r int (M - t) c e^(-r t) dt. */
static void term_contracts_displace_debt(void **state)
{
    (void)state;
    quote_usual_prices();
    double r = 0.06, rent = cards * fake.rent * HOURS_PER_YEAR, loss = 0;
    for (double from = 0; from < 5; from += 2) {
        double term = fmin(2, 5 - from);
        loss += 0.25 * r * rent * exp(-r * from) * (term - annuity(r, term)) / r;
    }
    const char *const *sets = LAB_SET("planner.tax=25%", "alternatives.term.displaced_debt=1");
    assert_near(cost_once(sets, "plan.financing.term") / -loss, 1, 1e-3);
}

static void waiting_pays_by_the_hour_until_the_date(void **state)
{
    (void)state;
    quote_usual_prices();
    struct lab lab;
    open_fake(&lab, "  later: {kind: wait, until: 1 year, review: 6 months}\n", NULL);
    double a_year = cards * fake.rent * HOURS_PER_YEAR;
    assert_true(isnan(lab_scalar(&lab, "plan.cost.later"))); /* known after all replications: decision.csv */
    assert_near(lab_scalar(&lab, "plan.paid"), 0, 0);
    assert_near(lab_scalar(&lab, "plan.paid_1") / (a_year * annuity(rho, 0.5)), 1, 1e-5);
    assert_near(lab_scalar(&lab, "plan.paid_2") / (a_year * annuity(rho, 1)), 1, 1e-5);
    assert_true(isnan(lab_scalar(&lab, "plan.paid_3")));
    double after = lab_scalar(&lab, "plan.cost_2.build"); /* from then on, seen from the start */
    assert_near(after / (exp(-rho) * cards * (fake.card + power * annuity(rho, 4) * HOURS_PER_YEAR)), 1, 1e-5);
    assert_near(lab_scalar(&lab, "plan.ask.build") / (fake.card / 0.4), 1, 1e-9);
    assert_near(lab_scalar(&lab, "plan.ask.rent") / (fake.rent / 0.4), 1, 1e-9);
    lab_close(&lab);
}

/* Domestic cards come through no gray channel. */
static void an_order_that_is_never_placed_has_no_cost(void **state)
{
    (void)state;
    quote_usual_prices();
    const char *const *sets = LAB_SET("alternatives.build.channel=gray", "alternatives.half.share=0.25");
    struct lab lab;
    open_fake(&lab, "", sets);
    assert_true(isnan(lab_scalar(&lab, "plan.cost.build")));
    assert_near(lab_scalar(&lab, "plan.ordered.build"), 0, 0);
    assert_near(lab_scalar(&lab, "plan.ordered.half"), 1, 0);
    assert_near(lab_scalar(&lab, "plan.ordered.rent"), 1, 0);
    lab_close(&lab);
}

/* Prices from 2027 on do not change what was done and paid before. */
static void nobody_sees_the_future(void **state)
{
    (void)state;
    static const char *const spent[] = {"plan.spent.build", "plan.spent.rent", "plan.spent.term", "plan.spent.half"};
    quote_usual_prices();
    struct lab lab, other;
    const char *const *sets =
        LAB_SET("planner.volatility=0.3", "alternatives.build.tranches=3", "alternatives.build.tranche_every=1 yr");
    open_fake(&lab, "", sets);
    fake.later = 1.7;
    open_fake(&other, "", sets);
    for (size_t i = 0; i < sizeof spent / sizeof *spent; i++) {
        const double *before = lab_series(&lab, spent[i]), *after = lab_series(&other, spent[i]);
        bool moved = false;
        for (size_t k = 0; k < lab.plan->sample_count; k++) {
            if (lab.plan->sample_at[k] <= 2027 + 1e-6)
                assert_true(before[k] == after[k]);
            else
                moved = moved || before[k] != after[k];
        }
        assert_true(moved);
    }
    lab_close(&lab);
    lab_close(&other);
}

/* -- signs --------------------------------------------------------------------------------------------------------- */

static double advantage_of_building(const char *const *sets)
{
    return cost_once(sets, "plan.cost.rent") - cost_once(sets, "plan.cost.build");
}

static void falling_rents_favour_renting(void **state)
{
    (void)state;
    quote_usual_prices();
    double still = advantage_of_building(NULL);
    fake.decline_per_yr = 0.2;
    double falling = advantage_of_building(NULL);
    fake.decline_per_yr = 0.4;
    double faster = advantage_of_building(NULL);
    assert_true(still - falling > 0.02 * still && falling > faster);
    assert_near(cost_once(NULL, "plan.cost.rent") / (cards * fake.rent * HOURS_PER_YEAR * annuity(rho + 0.4, years)), 1,
                1e-4);
}

static void use_favours_building(void **state)
{
    (void)state;
    quote_usual_prices();
    assert_true(advantage_of_building(LAB_SET("planner.load_training=0.9")) >
                advantage_of_building(LAB_SET("planner.load_training=0.6")));
}

/* A year of renting dear hours before own cards come. */
static void delay_favours_renting(void **state)
{
    (void)state;
    quote_usual_prices();
    const char *const *dear = LAB_SET("planner.on_demand_premium=1.5"), *const *late = LAB_SET(
                                                                            "planner.on_demand_premium=1.5",
                                                                            "alternatives.build.build_time=1 yr");
    assert_true(advantage_of_building(late) < 0.98 * advantage_of_building(dear));
}

/* -- in China's market --------------------------------------------------------------------------------------------- */

#define CHINA                                                                                                          \
    "run: {end: 2029-01, report: 1 year}\n"                                                                            \
    "planner: {enabled: true, start: 2025-01, horizon: 4 years, need_training: 400 P, load_training: 0.8, "            \
    "on_demand_premium: 1.2}\n"                                                                                        \
    "alternatives:\n"                                                                                                  \
    "  build: {kind: build, generation: H100, region: west, build_time: 3 months, resale: 0.7}\n"                      \
    "  rent: {kind: rent_on_demand}\n"

enum { RUNS = 32 };

static void china(const char *const *sets, double advantage[RUNS])
{
    struct lab lab;
    lab_open(&lab, CHINA, sets);
    for (uint32_t r = 0; r < RUNS; r++) {
        lab_run(&lab, r);
        advantage[r] = (lab_scalar(&lab, "plan.cost.rent") - lab_scalar(&lab, "plan.cost.build")) / 1e6;
    }
    lab_close(&lab);
}

/* Beyond three paired standard errors, and 2 % of the mean size of the advantage. */
static void moves(const double *before, const double *after, int sign)
{
    double sum = 0, squares = 0, size = 0;
    for (int r = 0; r < RUNS; r++) {
        double d = after[r] - before[r];
        sum += d / RUNS, squares += d * d / RUNS, size += fabs(before[r]) / RUNS;
    }
    double se = sqrt((squares - sum * sum) / (RUNS - 1));
    print_message("    effect %+.4g MCNY, se %.3g, of %.4g\n", sum, se, size);
    assert_true(sign * sum > 3 * se && sign * sum > 0.02 * size);
}

static void what_favours_building_in_china(void **state)
{
    (void)state;
    double base[RUNS], changed[RUNS];
    china(NULL, base);
    china(LAB_SET("planner.load_training=0.95"), changed);
    moves(base, changed, +1);
    china(LAB_SET("usage.growth_long=-0.13 /yr"), changed); /* rents fall faster */
    moves(base, changed, -1);
    china(LAB_SET("alternatives.build.build_time=15 months"), changed);
    moves(base, changed, -1);
}

static void a_planner_leaves_the_world_alone(void **state)
{
    (void)state;
    struct lab with, without;
    lab_open(&with, CHINA, NULL);
    lab_open(&without, "run: {end: 2029-01, report: 1 year}\n", NULL);
    lab_run(&with, 3);
    lab_run(&without, 3);
    static const char *const outputs[] = {"rent.H100", "price.inference", "leases.active", "cash"};
    for (size_t i = 0; i < 4; i++)
        assert_memory_equal(lab_series(&with, outputs[i]), lab_series(&without, outputs[i]),
                            with.plan->sample_count * sizeof(double));
    assert_true(without.plan->scalar_count < with.plan->scalar_count);
    lab_close(&with);
    lab_close(&without);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(costs_are_those_of_the_closed_form_at_any_step),
        cmocka_unit_test(build_beats_rent_exactly_above_the_break_even_use),
        cmocka_unit_test(the_first_cards_are_used_most),
        cmocka_unit_test(every_alternative_delivers_the_same_hours),
        cmocka_unit_test(noise_has_mean_one),
        cmocka_unit_test(taxes_that_are_not_credited_are_paid),
        cmocka_unit_test(rent_by_the_hour_bears_premium_and_shortage),
        cmocka_unit_test(a_reserved_card_costs_what_a_long_contract_does),
        cmocka_unit_test(a_new_contract_costs_double_rent_for_a_while),
        cmocka_unit_test(spare_hours_earn_rent_less_power),
        cmocka_unit_test(cards_are_sold_for_a_share_of_what_they_earn_but_not_above_the_street_price),
        cmocka_unit_test(tax_shares_costs_when_they_are_deducted),
        cmocka_unit_test(a_loan_adds_its_tax_shield_and_its_subsidy),
        cmocka_unit_test(term_contracts_displace_debt),
        cmocka_unit_test(waiting_pays_by_the_hour_until_the_date),
        cmocka_unit_test(an_order_that_is_never_placed_has_no_cost),
        cmocka_unit_test(nobody_sees_the_future),
        cmocka_unit_test(falling_rents_favour_renting),
        cmocka_unit_test(use_favours_building),
        cmocka_unit_test(delay_favours_renting),
        cmocka_unit_test(what_favours_building_in_china),
        cmocka_unit_test(a_planner_leaves_the_world_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
