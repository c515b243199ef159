/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rents abroad: the fit to lists that were seen, the law of the process, the outside option of finite size, and that
 * the headline agrees with the American market. */
#include "models_lab.h"

#include "models/market/outside.h"

/* ---- The fit ---- */

/* H100 lists, USD a card-hour, as months since September 2023: gpu-price-index, as in facts-abroad.yml by quarter. */
static const struct {
    int month;
    double usd;
} lists[] = {{0, 3.38},  {4, 4.78},  {5, 4.84},  {6, 4.59},  {7, 4.59},  {8, 4.33},  {9, 4.26},  {10, 3.84},
             {11, 3.84}, {12, 3.51}, {13, 3.04}, {14, 2.93}, {15, 3.03}, {16, 3.03}, {17, 3.15}, {18, 3.33},
             {19, 3.03}, {20, 3.23}, {21, 3.14}, {22, 2.89}, {23, 2.88}, {24, 3.03}};
enum { LISTS = sizeof lists / sizeof *lists };

/* Standard deviation of log changes over that many months, and their ends; NaN is never among them. */
static double spread_over(int months, double ends[2])
{
    double sum = 0, squares = 0;
    int n = 0;
    for (int i = 0; i < LISTS; i++)
        for (int k = 0; k < i; k++)
            if (lists[i].month - lists[k].month == months) {
                double change = log(lists[i].usd / lists[k].usd);
                ends[0] = n ? fmin(ends[0], change) : change;
                ends[1] = n ? fmax(ends[1], change) : change;
                sum += change;
                squares += change * change;
                n++;
            }
    return sqrt((squares - sum * sum / n) / (n - 1));
}

static struct lab *headline(void)
{
    static struct lab lab;
    if (!lab.plan)
        lab_open(&lab, NULL, LAB_SET("run.end=2032-01"));
    return &lab;
}

/* The default noise a month, and the noise of eight months with what work adds, against the lists before 2026. */
static void noise_and_spread_are_those_of_the_lists_before_2026(void **state)
{
    (void)state;
    double ends[2], month = spread_over(1, ends), eight = spread_over(8, ends);
    assert_near(month, 0.059, 0.003);
    assert_near(eight, 0.21, 0.02);
    assert_near(ends[0], -0.47, 0.03);
    double sigma = 0.2, kappa = 1.2, n = 20;
    double chi_month = sigma * sqrt((1 - exp(-2 * kappa / 12)) / (2 * kappa));
    assert_near(chi_month, month, 2 * month / sqrt(2 * n)); /* two standard errors of a standard deviation */
    assert_true(sigma * sqrt((1 - exp(-kappa * 8 / 12)) / kappa) < eight); /* chi alone is less: work does the rest */
}

/* ---- The process ---- */

#define ALONE                                                                                                          \
    LAB_STILL "abroad: {enabled: true, seen: 2022-03-01, noise: 0.24, reversion: 1.5 /yr, expected_work: none, "       \
              "ceiling: none}\n"

static double log_rent(const struct lab *lab, double year)
{
    const double *rent = lab_series(lab, "offshore_rent");
    for (size_t k = 0; k < lab->plan->sample_count; k++)
        if (fabs(lab->plan->sample_at[k] - year) < 1e-6)
            return log(rent[k]);
    fail_msg("no report at %g", year);
    return 0;
}

static void lists_move_by_an_ornstein_uhlenbeck_process_from_the_last_that_was_seen(void **state)
{
    (void)state;
    enum { WORLDS = 400 };
    struct lab lab;
    lab_open_bare(&lab, ALONE,
                  LAB_SET("run.end=2024-01", "run.step=6 months", "run.report=6 months", "leasing.enabled=false",
                          "market.offshore_rent={2022-01: 4 USD/card-hour}"));
    double squares = 0, sum = 0;
    for (uint32_t r = 0; r < WORLDS; r++) {
        lab_run(&lab, r);
        double over = log_rent(&lab, 2023.5) - log(4);
        sum += over / WORLDS;
        squares += over * over / WORLDS;
    }
    double years = 2023.0 - (2022 + 2.0 / 12); /* the step's start has the rent in force */
    double variance = 0.24 * 0.24 / 1.5 * (1 - exp(-1.5 * years)); /* of chi(t) - chi(T), both stationary */
    assert_near(squares / variance, 1, 4 * sqrt(2.0 / WORLDS));
    assert_near(sum, 0, 4 * sqrt(variance / WORLDS));
    lab_close(&lab);
}

static void halving_the_step_sees_the_same_lists(void **state)
{
    (void)state;
    static const char *const step[] = {"run.step=1 months", "run.step=0.5 months"};
    double at[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open_bare(&lab, ALONE,
                      LAB_SET("run.end=2023-08", "leasing.enabled=false", step[i],
                              "market.offshore_rent={2022-01: 4 USD/card-hour}"));
        struct world *w = lab_run(&lab, 3);
        at[i] = w->abroad.log_over_dated;
        if (i) { /* half a month on */
            lab_close(&lab);
            lab_open_bare(&lab, ALONE,
                          LAB_SET("run.end=2023-07-16", "leasing.enabled=false", step[1],
                                  "market.offshore_rent={2022-01: 4 USD/card-hour}"));
            at[i] = lab_run(&lab, 3)->abroad.log_over_dated;
        }
        lab_close(&lab);
    }
    assert_near(at[0], at[1], 1e-12);
}

/* ---- The outside option ---- */

static void what_has_gone_solves_its_equation_and_stays_below_its_room(void **state)
{
    (void)state;
    uint64_t seed = 2385;
    for (int i = 0; i < 500; i++) {
        double u[6];
        for (int k = 0; k < 6; k++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            u[k] = (double)(seed >> 11) * 0x1p-53;
        }
        double much = i % 2 ? 1e5 : 1e10; /* also where what goes falls over many times 1 / slope */
        double wanted[WORKLOADS] = {much * u[0], much * u[1]}, over[WORKLOADS] = {3 * u[2] - 1.5, 3 * u[3] - 1.5},
               elasticity[WORKLOADS] = {0.57, 0.73}, capacity = 100 + 5e4 * u[4], slope = 2 + 20 * u[5];
        struct outflow o = outside_clear(slope, capacity, wanted, elasticity, over);
        double gone = 0;
        for (int k = 0; k < WORKLOADS; k++) {
            double share = 1 / (1 + exp(-slope * (over[k] - o.log_crowding)));
            assert_near(o.share[k], share, 1e-9);
            assert_near(o.log_stays[k], log1p(-share), 1e-7 * (1 + fabs(log1p(-share))));
            gone += wanted[k] * share;
        }
        assert_true(gone < capacity);
        assert_near(o.log_crowding, -log1p(-gone / capacity), 1e-6);
    }
}

/* What stays answers to the rent as the finite difference says: of one workload, at its own rent. */
static void what_stays_has_the_elasticity_that_is_told(void **state)
{
    (void)state;
    const double h = 1e-5, elasticity[WORKLOADS] = {0.57, 0.73}, reference[WORKLOADS] = {3e4, 2e4};
    for (int k = 0; k < WORKLOADS; k++)
        for (double capacity = 3e3; capacity < 1e6; capacity *= 6) {
            double log_stays[2], told = 0;
            for (int i = 0; i < 3; i++) {
                double over[WORKLOADS] = {0.2, 0.1}, wanted[WORKLOADS];
                over[k] += i < 2 ? (2 * i - 1) * h : 0;
                for (int j = 0; j < WORKLOADS; j++)
                    wanted[j] = reference[j] * exp(-elasticity[j] * over[j]);
                struct outflow o = outside_clear(9, capacity, wanted, elasticity, over);
                if (i < 2)
                    log_stays[i] = o.log_stays[k];
                told = o.elasticity[k];
            }
            assert_near(-(log_stays[1] - log_stays[0]) / (2 * h), told, 1e-3 * (1 + told));
        }
}

static void without_a_limit_nothing_is_crowded(void **state)
{
    (void)state;
    const double wanted[WORKLOADS] = {1e6, 1e6}, elasticity[WORKLOADS] = {0.5, 0.5}, over[WORKLOADS] = {0.3, -40};
    struct outflow o = outside_clear(10, HUGE_VAL, wanted, elasticity, over);
    assert_true(o.log_crowding == 0);
    assert_near(o.share[TRAINING], 1 / (1 + exp(-3)), 1e-12);
    assert_near(o.elasticity[TRAINING], 10 * o.share[TRAINING], 1e-12);
    assert_true(o.share[INFERENCE] < 1e-100 && o.log_stays[INFERENCE] <= 0);
}

/* ---- The headline ---- */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* What a crowded price wins of the market abroad comes in the time it takes: M (e^(eta L) - e^(-eps L)), L of each step. */
static void room_is_won_where_it_is_crowded_and_is_a_given_path_without_a_market(void **state)
{
    (void)state;
    const double kept = exp(-1 / 12.0 / 1.5), let_p = 30e3, eta = 1.4, eps = 0.7;
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open(&lab, "usage: {level: 1500, growth: 1.8 /yr}\n",
                 LAB_SET("run.end=2028-01", "run.step=1 months", "run.report=1 months", "market.offshore_growth=0 /yr",
                         "market.offshore_capacity=4000 P", "market.offshore_allowed={2022: 1}",
                         "market.offshore_build_time=1.5 yr", "abroad.noise=0", "abroad.expected_work=none",
                         "abroad.supply_elasticity=1.4", "demand.elasticity_inference=0.7",
                         i ? "abroad.let={2022: 30 kP}" : "abroad.let=none"));
        lab_run(&lab, 0);
        const double *room = lab_series(&lab, "offshore_capacity"), *gone = lab_series(&lab, "offshore_outflow");
        size_t last = lab.plan->sample_count - 1;
        double built = 0; /* steps that a date splits see more of L than their ends */
        for (size_t k = 0; k < last; k++) {
            double crowding = -log1p(-gone[k] / room[k]);
            double wanted = i * let_p * (exp(eta * crowding) - exp(-eps * crowding));
            built = wanted + (built - wanted) * kept;
        }
        assert_near(room[last] - 4000, built, 0.03 * built + 1e-6);
        assert_true(i ? room[last] > 2 * 4000 : gone[last] > 0.9 * room[last]);
        lab_close(&lab);
    }
}

/* The process leaves the dated path where it is in the median: that path is us.yml's (rents-abroad.sh). */
static void the_median_of_the_process_keeps_to_the_path_of_the_american_market(void **state)
{
    (void)state;
    enum { WORLDS = 101, DATES = 3 };
    static const double year[DATES] = {2026.5, 2028, 2030};
    double path[DATES];
    struct lab dated;
    lab_open(&dated, NULL, LAB_SET("run.end=2030-02", "abroad.enabled=false"));
    lab_run(&dated, 0);
    for (int k = 0; k < DATES; k++)
        path[k] = exp(log_rent(&dated, year[k]));
    lab_close(&dated);
    double rent[DATES][WORLDS], outflow[WORLDS], room[WORLDS];
    struct lab *lab = headline();
    for (uint32_t r = 0; r < WORLDS; r++) {
        lab_run(lab, r);
        for (int k = 0; k < DATES; k++)
            rent[k][r] = exp(log_rent(lab, year[k]));
        size_t last = lab->plan->sample_count - 1;
        outflow[r] = room[r] = 0;
        for (size_t k = 0; k <= last; k++)
            if (lab_series(lab, "offshore_outflow")[k] / lab_series(lab, "offshore_capacity")[k] >=
                outflow[r] / fmax(1, room[r])) {
                outflow[r] = lab_series(lab, "offshore_outflow")[k];
                room[r] = lab_series(lab, "offshore_capacity")[k];
            }
        assert_true(outflow[r] < room[r]);
    }
    for (int k = 0; k < DATES; k++) {
        qsort(rent[k], WORLDS, sizeof(double), by_size);
        print_message("%.1f: %.2f USD, path %.2f\n", year[k], rent[k][WORLDS / 2], path[k]);
        assert_near(rent[k][WORLDS / 2] / path[k], 1, 0.1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(noise_and_spread_are_those_of_the_lists_before_2026),
        cmocka_unit_test(lists_move_by_an_ornstein_uhlenbeck_process_from_the_last_that_was_seen),
        cmocka_unit_test(halving_the_step_sees_the_same_lists),
        cmocka_unit_test(what_has_gone_solves_its_equation_and_stays_below_its_room),
        cmocka_unit_test(what_stays_has_the_elasticity_that_is_told),
        cmocka_unit_test(without_a_limit_nothing_is_crowded),
        cmocka_unit_test(room_is_won_where_it_is_crowded_and_is_a_given_path_without_a_market),
        cmocka_unit_test(the_median_of_the_process_keeps_to_the_path_of_the_american_market),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
