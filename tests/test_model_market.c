/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two rents over one stock of cards: rest, relaxation against an independent solution, noise, bounds.
 *
 * Most tests use a world that stands still (LAB_STILL), whose only motion is the market's. They take the tables of the
 * world at the horizon, push the rents away and let the market clear over a step of their own.
 */
#include "models_lab.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_multiroots.h>
#include <gsl/gsl_odeiv2.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_statistics.h>

static const double target[WORKLOADS] = {0.83, 0.77};
static const double kappa[WORKLOADS] = {11.3, 8.9};
static const double elasticity[WORKLOADS] = {0.57, 0.73};
static const double slope = 3.9;

#define KNOWN                                                                                                          \
    "market: {noise: 0, target_training: 0.83, target_inference: 0.77, kappa_training: 11.3 /yr, kappa_inference: "    \
    "8.9 /yr,\n"                                                                                                       \
    "         split_slope: 3.9, offshore_wedge: 50, convenience: 0.47 CNY/card-hour}\n"                                \
    "demand: {elasticity_training: 0.57, elasticity_inference: 0.73, progress_training: 0 /yr, progress_inference: 0 " \
    "/yr}\nusage: {enabled: false}\n"                                                                                  \
    "technology: {learning: 0 /yr, fp8_ceiling: 0}\n"                                                                  \
    "pipeline: {enabled: false}\nfinance: {enabled: false}\nexpectations: {enabled: false}\ncircular: {enabled: "      \
    "false}\n"                                                                                                         \
    "supply: {service_life: 20 yr, initial_competent: 1, sleep_limit: 50 yr, initial_generations: [A100, L20], "       \
    "review_rate: 0 /yr, initial_capacity: 14000 P}\n"                                                                 \
    "generations: {L20: {launch: 2020-01}}\n" LAB_STILL_TENANTS

static struct world *still_world(struct lab *lab)
{
    lab_open_bare(lab, KNOWN, LAB_SET("run.end=2022-04"));
    return lab_run(lab, 0);
}

static void clear_over(struct world *w, double years)
{
    w->sim->step_start = w->sim->step_end;
    w->sim->now = w->sim->step_start;
    w->sim->step_end = w->sim->step_start + years;
    w->sim->dt = years;
    model_market.phase[PHASE_CLEAR](w);
}

static void set_rents(struct world *w, double training, double inference)
{
    w->market.rent[TRAINING] = training;
    w->market.rent[INFERENCE] = inference;
}

static void a_market_left_alone_rests_at_natural_vacancy(void **state)
{
    (void)state;
    struct lab lab;
    struct world *w = still_world(&lab);
    for (int k = 0; k < WORKLOADS; k++) {
        assert_near(w->market.demand[k] / w->market.supply[k], target[k], 1e-9);
        assert_false(w->market.on_ceiling[k] || w->market.on_floor[k]);
    }
    const double *training = lab_series(&lab, "price.training"), *inference = lab_series(&lab, "price.inference");
    for (size_t k = 1; k < lab.plan->sample_count; k++) {
        assert_near(training[k] / training[0], 1, 1e-9);
        assert_near(inference[k] / inference[0], 1, 1e-9);
    }
    lab_close(&lab);
}

/* However long the step, rents come back without swinging round their rest: a pair with real eigenvalues crosses it
 * once at most. */
static void no_step_makes_the_rents_swing(void **state)
{
    (void)state;
    static const double steps[] = {1.0 / 365, 1.0 / 52, 1.0 / 48, 1.0 / 24, 1.0 / 12, 0.25, 1, 5};
    struct lab lab;
    struct world *w = still_world(&lab);
    const double rest[WORKLOADS] = {w->market.rent[TRAINING], w->market.rent[INFERENCE]};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        set_rents(w, rest[TRAINING] * 1.7, rest[INFERENCE] * 0.6);
        int turns[WORKLOADS] = {0};
        double was[WORKLOADS] = {1, -1}, first = 0, last = 0;
        for (double t = 0; t < 3; t += steps[i]) {
            clear_over(w, steps[i]);
            for (int k = 0; k < WORKLOADS; k++) {
                double away = log(w->market.rent[k] / rest[k]);
                turns[k] += fabs(away) > 1e-10 && (away > 0) != (was[k] > 0);
                was[k] = fabs(away) > 1e-10 ? away : was[k];
                last = fabs(away);
                first = fmax(first, last);
            }
        }
        assert_true(turns[TRAINING] <= 1 && turns[INFERENCE] <= 1);
        assert_true(first < log(1.71));
        assert_near(last, 0, 1e-6);
    }
    lab_close(&lab);
}

/* -- the differential equation, written a second time -------------------------------------------------------------- */

struct system {
    int count;
    double cards[MAX_GENERATIONS], e[WORKLOADS][MAX_GENERATIONS];
    double demand[WORKLOADS], rest[WORKLOADS]; /* demand at the rents of rest */
};

static struct system system_of(const struct world *w)
{
    struct system s = {.count = (int)w->generations.count};
    memcpy(s.cards, w->vintages.offered_cards, sizeof s.cards);
    memcpy(s.e, w->generations.effective_p, sizeof s.e);
    memcpy(s.demand, w->market.demand, sizeof s.demand);
    memcpy(s.rest, w->market.rent, sizeof s.rest);
    return s;
}

static int rates(double t, const double x[], double dxdt[], void *of)
{
    (void)t;
    const struct system *s = of;
    double supply[WORKLOADS] = {0};
    for (int g = 0; g < s->count; g++) {
        if (s->cards[g] <= 0)
            continue;
        double a = pow(exp(x[TRAINING]) * s->e[TRAINING][g], slope),
               b = pow(exp(x[INFERENCE]) * s->e[INFERENCE][g], slope);
        supply[TRAINING] += s->cards[g] * s->e[TRAINING][g] * a / (a + b);
        supply[INFERENCE] += s->cards[g] * s->e[INFERENCE][g] * b / (a + b);
    }
    for (int k = 0; k < WORKLOADS; k++) {
        double demand = s->demand[k] * pow(exp(x[k]) / s->rest[k], -elasticity[k]);
        dxdt[k] = kappa[k] * log(demand / supply[k] / target[k]);
    }
    return GSL_SUCCESS;
}

static void solve(struct system *s, double x[WORKLOADS], double years)
{
    gsl_odeiv2_system equations = {.function = rates, .dimension = WORKLOADS, .params = s};
    gsl_odeiv2_driver *driver = gsl_odeiv2_driver_alloc_y_new(&equations, gsl_odeiv2_step_rk8pd, 1e-4, 1e-13, 1e-13);
    double t = 0;
    assert_int_equal(gsl_odeiv2_driver_apply(driver, &t, years, x), GSL_SUCCESS);
    gsl_odeiv2_driver_free(driver);
}

/* Exact for the linear pair, second order beyond it: a hundredth of the push leaves a ten-thousandth of the error. */
static void a_relaxation_follows_the_differential_equation(void **state)
{
    (void)state;
    static const double pushes[] = {0.4, 0.004}, allowed[] = {1e-2, 1e-6};
    static const double years[] = {1.0 / 365, 1.0 / 48, 1.0 / 12, 0.31};
    struct lab lab;
    struct world *w = still_world(&lab);
    struct system s = system_of(w);
    for (size_t p = 0; p < 2; p++)
        for (size_t i = 0; i < sizeof years / sizeof *years; i++) {
            double x[WORKLOADS] = {log(s.rest[TRAINING]) + pushes[p], log(s.rest[INFERENCE]) - 0.7 * pushes[p]};
            set_rents(w, exp(x[TRAINING]), exp(x[INFERENCE]));
            clear_over(w, years[i]);
            solve(&s, x, years[i]);
            for (int k = 0; k < WORKLOADS; k++)
                assert_near(log(w->market.rent[k]), x[k], allowed[p]);
        }
    lab_close(&lab);
}

static void the_split_is_the_logistic_of_what_the_workloads_pay(void **state)
{
    (void)state;
    struct lab lab;
    struct world *w = still_world(&lab);
    double supply = 0;
    for (int g = 0; g < (int)w->generations.count; g++) {
        double t = w->market.rent[TRAINING] * w->generations.effective_p[TRAINING][g];
        double i = w->market.rent[INFERENCE] * w->generations.effective_p[INFERENCE][g];
        if (t <= 0 || i <= 0)
            continue;
        double share = 1 / (1 + pow(i / t, slope));
        assert_near(w->market.training_share[g], share, 1e-12);
        assert_near(w->market.rent_card[g], 0.47 + share * t + (1 - share) * i, 1e-9);
        supply += w->vintages.offered_cards[g] * share * w->generations.effective_p[TRAINING][g];
    }
    assert_near(w->market.supply[TRAINING], supply, 1e-9 * supply);
    lab_close(&lab);
}

/* -- noise --------------------------------------------------------------------------------------------------------- */

static void halving_the_step_sees_the_same_noise(void **state)
{
    (void)state;
    static const char *const steps[] = {"run.step=1 month", "run.step=0.5 month", "run.step=0.25 month"};
    double path[2][24];
    for (int i = 0; i < 3; i++) {
        struct lab lab;
        lab_open_bare(&lab, KNOWN, LAB_SET("run.end=2024-01", "market.noise=0.2", steps[i]));
        lab_run(&lab, 5);
        assert_int_equal(lab.plan->sample_count, 24);
        memcpy(path[i > 0], lab_series(&lab, "price.training"), sizeof path[0]);
        for (size_t k = 0; i > 0 && k < 24; k++)
            assert_near(path[1][k] / path[0][k], 1, 1e-9);
        lab_close(&lab);
    }
    assert_true(fabs(path[0][11] / path[0][0] - 1) > 1e-3);
}

/* x' = J x with shocks of variance v at the end of each cell: the stationary covariance is the sum of A^n v A^n', A =
 * e^(J h). */
static void stationary_variance(struct system *s, double sigma, double variance[WORKLOADS])
{
    enum { CELLS = 48, TERMS = 2000 };
    const double push = 1e-5;
    double a[WORKLOADS][WORKLOADS], power[WORKLOADS][WORKLOADS] = {{1, 0}, {0, 1}};
    for (int j = 0; j < WORKLOADS; j++) {
        double x[WORKLOADS] = {log(s->rest[0]), log(s->rest[1])};
        x[j] += push;
        solve(s, x, 1.0 / CELLS);
        for (int i = 0; i < WORKLOADS; i++)
            a[i][j] = (x[i] - log(s->rest[i])) / push;
    }
    variance[0] = variance[1] = 0;
    for (int n = 0; n < TERMS; n++) {
        double next[WORKLOADS][WORKLOADS] = {{0}};
        for (int i = 0; i < WORKLOADS; i++)
            for (int j = 0; j < WORKLOADS; j++) {
                variance[i] += power[i][j] * power[i][j] * sigma * sigma / CELLS;
                for (int l = 0; l < WORKLOADS; l++)
                    next[i][j] += a[i][l] * power[l][j];
            }
        memcpy(power, next, sizeof power);
    }
}

static void noise_has_the_variance_of_the_relaxation(void **state)
{
    (void)state;
    enum { WORLDS = 40, FIRST = 24 }; /* samples from the third year on */
    static const double sigma = 0.11;
    struct lab lab;
    struct system s = system_of(still_world(&lab));
    lab_close(&lab);
    double expected[WORKLOADS], square[WORKLOADS] = {0}, count = 0;
    stationary_variance(&s, sigma, expected);
    lab_open_bare(&lab, KNOWN,
                  LAB_SET("run.end=2032-01", "market.noise=0.11", "leasing.enabled=false", "accounting.enabled=false"));
    for (uint32_t r = 0; r < WORLDS; r++) {
        lab_run(&lab, r);
        const double *price[WORKLOADS] = {lab_series(&lab, "price.training"), lab_series(&lab, "price.inference")};
        for (size_t t = FIRST; t < lab.plan->sample_count; t++, count++)
            for (int k = 0; k < WORKLOADS; k++) {
                double away = log(price[k][t] / s.rest[k]);
                square[k] += away * away;
            }
    }
    /* about a tenth of the 3840 monthly samples are independent: standard error 7 % */
    for (int k = 0; k < WORKLOADS; k++)
        assert_near(square[k] / count / expected[k], 1, 0.2);
    lab_close(&lab);
}

/* -- bounds -------------------------------------------------------------------------------------------------------- */

/* A tenth of the cards that are wanted: rents end where demand at home, D (R / R0)^-eps (1 - share gone), meets them.
 * Both the share and the rent are worked out by hand. */
static void demand_flows_out_around_the_offshore_price_and_is_flagged_beyond(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, LAB_STILL,
                  LAB_SET("run.end=2022-04", "supply.initial_capacity=300 P",
                          "market.offshore_rent={2022-01: 5 USD/card-hour}", "market.offshore_wedge=0.8",
                          "run.fx={2022-01: 6.5 CNY/USD}", "market.reference=A100", "market.offshore_slope=9",
                          "market.offshore_capacity=none"));
    struct world *w = lab_run(&lab, 0);
    double outflow = 0;
    for (int k = 0; k < WORKLOADS; k++) {
        double offshore = 5 * 6.5 * 0.8 / w->generations.effective_p[k][lab_generation(w, "A100")],
               rent = w->market.rent[k];
        double wanted =
            demand_at_reference(w, (enum workload)k) * pow(rent / 60, -demand_elasticity(w, (enum workload)k));
        double gone = 1 / (1 + pow(offshore / rent, 9));
        assert_near(w->market.demand[k], wanted * (1 - gone), 1e-6 * wanted);
        assert_near(w->market.outflow[k], wanted * gone, 1e-6 * wanted);
        assert_true(w->market.on_ceiling[k] == (rent > offshore));
        assert_true(rent > offshore && rent < 1.6 * offshore);
        outflow += wanted * gone;
    }
    size_t last = lab.plan->sample_count - 1;
    assert_near(lab_series(&lab, "offshore_outflow")[last], outflow, 1e-6 * outflow);
    size_t series = lab_channel(lab.plan->series, lab.plan->series_count, "price.training");
    assert_int_equal(lab.result->flag[series * lab.plan->sample_count + last], 1);
    lab_close(&lab);
}

static void a_rent_stops_where_no_card_pays_its_running_cost(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(
        &lab, LAB_STILL,
        LAB_SET("run.end=2022-06", "supply.initial_capacity=1000000 P", "market.convenience=0 CNY/card-hour"));
    struct world *w = lab_run(&lab, 0);
    int g = lab_generation(w, "A100");
    for (int k = 0; k < WORKLOADS; k++) {
        double floor_ = w->value.cash_cost[0][g] / w->generations.effective_p[k][g];
        assert_true(w->market.on_floor[k]);
        assert_near(w->market.rent[k], floor_,
                    0.04 * floor_); /* the cost is of the step before, and rises with the dollar */
    }
    lab_close(&lab);
}

/* -- where supply and demand meet ---------------------------------------------------------------------------------- */

/* A market of random cards and tenants, and its excess demand written a second time, in levels. */
struct instance {
    struct system system;
    double offshore[WORKLOADS], reference[WORKLOADS];
};

static int excess(const gsl_vector *at, void *of, gsl_vector *f)
{
    const struct instance *it = of;
    double x[WORKLOADS] = {gsl_vector_get(at, 0), gsl_vector_get(at, 1)}, supply[WORKLOADS] = {0};
    for (int g = 0; g < it->system.count; g++) {
        double a = exp(x[TRAINING]) * it->system.e[TRAINING][g], b = exp(x[INFERENCE]) * it->system.e[INFERENCE][g];
        double trains = a <= 0 ? 0 : b <= 0 ? 1 : 1 / (1 + pow(b / a, slope));
        supply[TRAINING] += it->system.cards[g] * it->system.e[TRAINING][g] * trains;
        supply[INFERENCE] += it->system.cards[g] * it->system.e[INFERENCE][g] * (1 - trains);
    }
    for (int k = 0; k < WORKLOADS; k++) {
        double stays = 1 / (1 + pow(exp(x[k]) / it->offshore[k], 12));
        double demand = it->reference[k] * pow(exp(x[k]) / 60, -elasticity[k]) * stays;
        gsl_vector_set(f, (size_t)k, log(demand / supply[k] / target[k]));
    }
    return GSL_SUCCESS;
}

static double norm(const gsl_vector *f)
{
    return fabs(gsl_vector_get(f, 0)) + fabs(gsl_vector_get(f, 1));
}

/* The best of a grid over four orders of magnitude in each rent, then Powell's hybrid method without derivatives. */
static void solve_by_force(struct instance *it, double x[WORKLOADS])
{
    enum { GRID = 40, ROUNDS = 200 };
    gsl_vector *at = gsl_vector_alloc(2), *f = gsl_vector_alloc(2), *best = gsl_vector_alloc(2);
    double least = HUGE_VAL;
    for (int i = 0; i <= GRID; i++)
        for (int j = 0; j <= GRID; j++) {
            gsl_vector_set(at, 0, log(60) - 5 + 10.0 * i / GRID);
            gsl_vector_set(at, 1, log(60) - 5 + 10.0 * j / GRID);
            excess(at, it, f);
            if (norm(f) < least)
                least = norm(f), gsl_vector_memcpy(best, at);
        }
    gsl_multiroot_function function = {.f = excess, .n = 2, .params = it};
    gsl_multiroot_fsolver *solver = gsl_multiroot_fsolver_alloc(gsl_multiroot_fsolver_hybrids, 2);
    gsl_multiroot_fsolver_set(solver, &function, best);
    for (int i = 0; i < ROUNDS && gsl_multiroot_test_residual(solver->f, 1e-12) != GSL_SUCCESS; i++)
        if (gsl_multiroot_fsolver_iterate(solver))
            break;
    assert_true(norm(solver->f) < 1e-9);
    x[0] = gsl_vector_get(solver->x, 0);
    x[1] = gsl_vector_get(solver->x, 1);
    gsl_multiroot_fsolver_free(solver);
    gsl_vector_free(at);
    gsl_vector_free(f);
    gsl_vector_free(best);
}

/* Makes the tables of the world into a random instance: some cards cannot train, some are missing, the offshore price
 * may bind. */
static struct instance randomise(struct world *w, gsl_rng *random)
{
    struct instance it = {.system.count = (int)w->generations.count};
    double scale = exp(gsl_ran_gaussian(random, 0.7));
    for (int g = 0; g < it.system.count; g++) {
        bool offered = gsl_rng_uniform(random) < 0.4, trains = gsl_rng_uniform(random) < 0.8;
        w->generations.launched[g] = true;
        w->vintages.offered_cards[g] = w->vintages.offered_work[g] =
            offered ? exp(8 + gsl_ran_gaussian(random, 1.5)) : 0;
        w->generations.effective_p[TRAINING][g] = trains ? exp(-1.5 + gsl_ran_gaussian(random, 0.8)) : 0;
        w->generations.effective_p[INFERENCE][g] = exp(-1.7 + gsl_ran_gaussian(random, 0.6));
    }
    int h100 = lab_generation(w, "H100");
    w->vintages.offered_cards[h100] = w->vintages.offered_work[h100] = 10000;
    w->generations.effective_p[TRAINING][h100] = 0.4;
    memset(w->value.cash_cost, 0, sizeof w->value.cash_cost);
    for (size_t i = 0; i < w->tenants.count; i++)
        demand_scale(w, (uint32_t)i,
                     scale * exp(4.7 + gsl_ran_gaussian(random, 1)) /
                         w->tenants.cohort[w->tenants.row[i].class_].need_p[w->tenants.row[i].place]);
    model_demand.phase[PHASE_DEMAND](w);
    memcpy(it.system.cards, w->vintages.offered_cards, sizeof it.system.cards);
    memcpy(it.system.e, w->generations.effective_p, sizeof it.system.e);
    for (int k = 0; k < WORKLOADS; k++) {
        it.reference[k] = demand_at_reference(w, (enum workload)k);
        it.offshore[k] = 5 * 6.5 * 0.8 / w->generations.effective_p[k][h100];
    }
    return it;
}

static void clearing_agrees_with_a_solver_by_brute_force_on_random_instances(void **state)
{
    (void)state;
    enum { INSTANCES = 60 };
    struct lab lab;
    lab_open_bare(&lab, KNOWN,
                  LAB_SET("run.end=2022-03", "market.offshore_wedge=0.8",
                          "market.offshore_rent={2022-01: 5 USD/card-hour}", "run.fx={2022-01: 6.5 CNY/USD}",
                          "market.convenience=5 CNY/card-hour"));
    struct world *w = lab_run(&lab, 0);
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    int flagged = 0;
    for (int i = 0; i < INSTANCES; i++) {
        struct instance it = randomise(w, random);
        double x[WORKLOADS];
        set_rents(w, exp(4 + gsl_ran_gaussian(random, 1)), exp(4 + gsl_ran_gaussian(random, 1)));
        clear_over(w, 60);
        solve_by_force(&it, x);
        for (int k = 0; k < WORKLOADS; k++) {
            assert_near(log(w->market.rent[k]), x[k], 1e-7);
            assert_true(w->market.on_ceiling[k] == (exp(x[k]) > it.offshore[k]));
            flagged += w->market.on_ceiling[k];
        }
    }
    assert_true(flagged > 5 && flagged < 2 * INSTANCES - 5);
    gsl_rng_free(random);
    lab_close(&lab);
}

/* A shock to supply moves the rent; the slope of what is then wanted, and let, gives the elasticity back. */
static void a_price_shock_gives_the_elasticity_back(void **state)
{
    (void)state;
    static const char *const capacity[] = {"supply.initial_capacity=9000 P", "supply.initial_capacity=12000 P",
                                           "supply.initial_capacity=16000 P", "supply.initial_capacity=22000 P",
                                           "supply.initial_capacity=30000 P"};
    enum { SHOCKS = 5 };
    double rent[WORKLOADS][SHOCKS], wanted[WORKLOADS][SHOCKS], let[SHOCKS], both[SHOCKS];
    for (int i = 0; i < SHOCKS; i++) {
        struct lab lab;
        lab_open_bare(&lab, KNOWN,
                      LAB_SET("run.end=2022-07", "leasing.request_gap=0.02", "market.rank=0", capacity[i]));
        struct world *w = lab_run(&lab, 0);
        for (int k = 0; k < WORKLOADS; k++) {
            rent[k][i] = log(w->market.rent[k]);
            wanted[k][i] = log(w->market.demand[k]);
        }
        let[i] = log(w->leases.live_p);
        both[i] = log(w->market.demand[TRAINING] + w->market.demand[INFERENCE]);
        lab_close(&lab);
    }
    double c0, c1, cov00, cov01, cov11, sum;
    for (int k = 0; k < WORKLOADS; k++) {
        gsl_fit_linear(rent[k], 1, wanted[k], 1, SHOCKS, &c0, &c1, &cov00, &cov01, &cov11, &sum);
        assert_near(c1, -elasticity[k], 1e-6);
    }
    gsl_fit_linear(both, 1, let, 1, SHOCKS, &c0, &c1, &cov00, &cov01, &cov11, &sum);
    assert_near(c1, 1, 0.15);
}

/* -- no cobweb ----------------------------------------------------------------------------------------------------- */

enum { MOST_STEPS = 640 };
struct path {
    struct world world; /* first */
    size_t count;
    double x[WORKLOADS][MOST_STEPS];
};

static void note_rents(struct world *w)
{
    struct path *path = (struct path *)(void *)w;
    for (int k = 0; k < WORKLOADS && path->count < MOST_STEPS; k++)
        path->x[k][path->count] = log(w->market.rent[k]);
    path->count++;
}

static const struct model watcher = {
    .name = "watcher", .help = "rents at every step", .phase = {[PHASE_BELIEFS] = note_rents}};

/* Correlation of a change with the next: -1 in a period-2 cycle, 0 in a random walk. */
static double correlation_of_changes(const double *x, size_t count)
{
    double change[MOST_STEPS];
    for (size_t i = 0; i + 1 < count; i++)
        change[i] = x[i + 1] - x[i];
    return gsl_stats_lag1_autocorrelation(change, 1, count - 1);
}

static void no_step_of_the_headline_swings_with_period_two(void **state)
{
    (void)state;
    static const char *const steps[] = {"run.step=1 month", "run.step=0.5 months", "run.step=1 week"};
    for (int i = 0; i < 3; i++) {
        struct lab lab;
        lab_list(&lab, &watcher, sizeof(struct path));
        lab_ready(&lab, NULL, LAB_SET("market.noise=0", steps[i]));
        struct path *path = (struct path *)(void *)lab_run(&lab, 3);
        assert_true(path->count > 100 && path->count < MOST_STEPS);
        for (int k = 0; k < WORKLOADS; k++)
            assert_true(correlation_of_changes(path->x[k], path->count) > -0.1);
        lab_close(&lab);
    }
}

/* What the test above looks for: the same market by Euler's steps of a month, each with the split at the rents before
 * it. */
static void the_split_of_the_month_before_would_swing(void **state)
{
    (void)state;
    enum { STEPS = 7 };
    struct lab lab;
    struct system s = system_of(still_world(&lab));
    double x[WORKLOADS] = {log(s.rest[TRAINING]) + 0.1, log(s.rest[INFERENCE]) - 0.1}, path[STEPS];
    for (int i = 0; i < STEPS; i++) {
        double dxdt[WORKLOADS];
        rates(0, x, dxdt, &s);
        for (int k = 0; k < WORKLOADS; k++)
            x[k] += dxdt[k] / 12;
        path[i] = x[TRAINING];
    }
    assert_true(correlation_of_changes(path, STEPS) < -0.5);
    lab_close(&lab);
}

/* -- rents of cards ------------------------------------------------------------------------------------------------ */

/* Rents in mid 2024: at b = 0 they clear at parity of effective P; with b old cards hold up better. */
static void convenience_lifts_old_cards_towards_new_ones(void **state)
{
    (void)state;
    static const char *const convenience[] = {"market.convenience=0 CNY/card-hour",
                                              "market.convenience=1.2 CNY/card-hour",
                                              "market.convenience=6 CNY/card-hour"};
    double ratio[3];
    for (int i = 0; i < 3; i++) {
        struct lab lab;
        lab_open(&lab, NULL, LAB_SET("run.end=2024-07", "entry.enabled=false", convenience[i]));
        struct world *w = lab_run(&lab, 3);
        int a100 = lab_generation(w, "A100"), h100 = lab_generation(w, "H100");
        ratio[i] = w->market.rent_card[a100] / w->market.rent_card[h100];
        if (i == 0)
            for (int k = 0; k < WORKLOADS; k++) {
                double parity = w->generations.effective_p[k][a100] / w->generations.effective_p[k][h100];
                assert_true(k == TRAINING ? ratio[0] > parity : ratio[0] < parity);
            }
        lab_close(&lab);
    }
    assert_true(ratio[0] < 0.47 && ratio[1] > ratio[0] + 0.02 && ratio[2] > ratio[1] + 0.1);
}

static void tenants_in_rank_order_leave_slow_cards_unlet(void **state)
{
    (void)state;
    enum { WORLDS = 8 };
    static const char *const rank[] = {"market.rank=0", "market.rank=2"};
    double fast[2] = {0, 0}, slow[2] = {0, 0};
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open(&lab, NULL, LAB_SET("run.end=2025-07", rank[i]));
        for (uint32_t r = 0; r < WORLDS; r++) {
            struct world *w = lab_run(&lab, r);
            for (int k = 0; k < WORKLOADS; k++)
                for (size_t g = 0; g < w->generations.count; g++)
                    assert_true(w->market.preference[k][g] >= 0 && (i == 1 || w->market.preference[k][g] == 1));
            fast[i] += lab_mean(&lab, "let_share.H100", 2024.5, 2025.5);
            slow[i] += lab_mean(&lab, "let_share.A100", 2024.5, 2025.5);
        }
        lab_close(&lab);
    }
    assert_true(fast[1] > 1.1 * fast[0] && fast[1] - slow[1] > fast[0] - slow[0] + 0.1);
}

static void the_crash_is_the_first_fall_of_thirty_percent(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2026-01", "market.reference=A100"));
    for (uint32_t r = 0; r < 4; r++) {
        lab_run(&lab, r);
        const double *rent = lab_series(&lab, "rent.A100");
        double peak = 0, deepest = 0, crash = NONE;
        for (size_t k = 0; k < lab.plan->sample_count; k++) {
            peak = fmax(peak, rent[k]);
            deepest = fmax(deepest, 1 - rent[k] / peak);
            if (isnan(crash) && deepest >= 0.3)
                crash = lab.plan->sample_at[k];
        }
        assert_near(lab_scalar(&lab, "peak_to_trough"), deepest, 1e-12);
        assert_near(lab_scalar(&lab, "crash_date"), crash, 1e-12);
    }
    lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_market_left_alone_rests_at_natural_vacancy),
        cmocka_unit_test(no_step_makes_the_rents_swing),
        cmocka_unit_test(a_relaxation_follows_the_differential_equation),
        cmocka_unit_test(the_split_is_the_logistic_of_what_the_workloads_pay),
        cmocka_unit_test(halving_the_step_sees_the_same_noise),
        cmocka_unit_test(noise_has_the_variance_of_the_relaxation),
        cmocka_unit_test(demand_flows_out_around_the_offshore_price_and_is_flagged_beyond),
        cmocka_unit_test(a_rent_stops_where_no_card_pays_its_running_cost),
        cmocka_unit_test(clearing_agrees_with_a_solver_by_brute_force_on_random_instances),
        cmocka_unit_test(a_price_shock_gives_the_elasticity_back),
        cmocka_unit_test(no_step_of_the_headline_swings_with_period_two),
        cmocka_unit_test(the_split_of_the_month_before_would_swing),
        cmocka_unit_test(convenience_lifts_old_cards_towards_new_ones),
        cmocka_unit_test(tenants_in_rank_order_leave_slow_cards_unlet),
        cmocka_unit_test(the_crash_is_the_first_fall_of_thirty_percent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
