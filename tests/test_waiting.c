/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The option to wait, on a fake world whose only price is a geometric Brownian motion V with drift r - delta: who
 * invests pays I = 1 and has V. */
#include "near.h"

#include "sim/engine/stream.h"
#include "sim/montecarlo/waiting.h"

#include <stdlib.h>

static const double rate = 0.04, yield = 0.04, sigma = 0.2, price = 1;

enum { INVEST, NEVER, CHOICES };

struct fake {
    struct waiting waiting;
    double *cost, *paid, *state;
    struct waited *result;
    double step_yr;
};

static struct fake new_world(size_t paths, size_t dates, double step_yr, double first, uint64_t seed)
{
    struct fake f = {.waiting = {.paths = paths, .dates = dates, .choices = CHOICES, .states = 1, .knots = 6},
                     .step_yr = step_yr};
    f.cost = calloc(paths * dates * CHOICES, sizeof *f.cost);
    f.paid = calloc(paths * dates, sizeof *f.paid);
    f.state = calloc(paths * dates, sizeof *f.state);
    f.result = calloc(paths, sizeof *f.result);
    for (size_t path = 0; path < paths; path++) {
        struct streams streams = {.seed = seed, .replication = (uint32_t)path};
        struct stream s = stream_open(&streams, identity(1, 0, 0));
        double log_v = log(first);
        for (size_t d = 0; d < dates; d++) {
            size_t at = path * dates + d;
            f.state[at] = exp(log_v);
            f.cost[at * CHOICES + INVEST] = (price - f.state[at]) * exp(-rate * (double)d * step_yr);
            f.cost[at * CHOICES + NEVER] = d + 1 == dates ? 0 : (double)NAN;
            log_v += (rate - yield - sigma * sigma / 2) * step_yr + sigma * sqrt(step_yr) * stream_normal(&s);
        }
    }
    f.waiting.cost = f.cost;
    f.waiting.paid = f.paid;
    f.waiting.state = f.state;
    return f;
}

static void free_world(struct fake *f)
{
    free(f->cost);
    free(f->paid);
    free(f->state);
    free(f->result);
}

static double mean_value(const struct fake *f, double *se)
{
    double sum = 0, squares = 0, n = (double)f->waiting.paths;
    for (size_t path = 0; path < f->waiting.paths; path++)
        sum -= f->result[path].cost, squares += f->result[path].cost * f->result[path].cost;
    *se = sqrt((squares / n - sum * sum / n / n) / (n - 1));
    return sum / n;
}

/* The value of V between those at which everybody waits and those at which everybody invests, on one date: the value
 * that the fewest contradict. */
static double boundary(const struct fake *f, size_t date)
{
    double best = 0;
    size_t least = SIZE_MAX;
    for (double v = 1; v < 4; v += 0.01) {
        size_t wrong = 0;
        for (size_t path = 0; path < f->waiting.paths; path++) {
            const struct waited *r = &f->result[path];
            double x = f->state[path * f->waiting.dates + date];
            if (r->date >= date)
                wrong += (x > v) != (r->date == date);
        }
        if (wrong < least) {
            least = wrong;
            best = v;
        }
    }
    return best;
}

/* Dixit and Pindyck 1994, chapter 5: with r = delta = .04 and sigma = .2, beta = 2, V* = 2 I, and at V = I the option
 * is worth (V / V*)^2 (V* - I) = 1/4. Eighty years are nearly for ever. An investor who looks only once a year acts earlier, at V*
 * e^(-.5826 sigma sqrt(dt)): Broadie, Glasserman and Kou 1997, -zeta(1/2) / sqrt(2 pi) = .5826. */
static void who_can_wait_for_ever_invests_at_twice_the_price(void **state)
{
    (void)state;
    struct fake f = new_world(10000, 81, 1, 1, 2385);
    waiting_solve(&f.waiting, 0, f.result);
    double se, value = mean_value(&f, &se), sum = 0, count = 0;
    for (size_t date = 4; date <= 30; date++, count++)
        sum += boundary(&f, date);
    print_message("value %.4f +- %.4f, boundary %.3f\n", value, se, sum / count);
    assert_near(value, 0.25, 3 * se + 0.01);
    assert_near(sum / count, 2 * exp(-0.5826 * sigma), 0.05);
    free_world(&f);
}

/* Cox, Ross and Rubinstein 1979 with exercise on the same dates only. */
static double by_tree(double years, int dates, double first)
{
    enum { STEPS = 2400 };
    static double value[STEPS + 1];
    double dt = years / STEPS, up = exp(sigma * sqrt(dt)), down = 1 / up;
    double p = (exp((rate - yield) * dt) - down) / (up - down), discount = exp(-rate * dt);
    int between = STEPS / (dates - 1);
    for (int i = 0; i <= STEPS; i++)
        value[i] = fmax(0, first * pow(up, 2 * i - STEPS) - price);
    for (int n = STEPS - 1; n >= 0; n--)
        for (int i = 0; i <= n; i++) {
            value[i] = discount * (p * value[i + 1] + (1 - p) * value[i]);
            if (n % between == 0)
                value[i] = fmax(value[i], first * pow(up, 2 * i - n) - price);
        }
    return value[0];
}

static void a_finite_horizon_agrees_with_a_binomial_tree(void **state)
{
    (void)state;
    for (double first = 0.9; first < 1.4; first += 0.2) {
        struct fake f = new_world(16000, 13, 0.25, first, 7);
        waiting_solve(&f.waiting, 0, f.result);
        double se, value = mean_value(&f, &se), tree = by_tree(3, 13, first);
        print_message("V %.1f: %.4f +- %.4f, tree %.4f\n", first, value, se, tree);
        assert_near(value, tree, 3 * se + 0.002);
        assert_true(value < tree + 3 * se); /* no rule beats the best one */
        free_world(&f);
    }
}

static void who_must_decide_at_once_gains_nothing_by_waiting(void **state)
{
    (void)state;
    struct fake f = new_world(1000, 5, 0.25, 1.3, 11);
    waiting_solve(&f.waiting, 4, f.result);
    for (size_t path = 0; path < 1000; path++) {
        assert_int_equal(f.result[path].date, 4);
        double v = f.state[path * 5 + 4];
        if (fabs(v - price) > 0.02)
            assert_int_equal(f.result[path].choice, v > price ? INVEST : NEVER);
    }
    free_world(&f);
}

/* A world without luck: waiting costs what it costs, and the cheaper moment is taken. */
static void what_is_certain_is_decided_rightly(void **state)
{
    (void)state;
    enum { PATHS = 40, DATES = 3 };
    static double cost[PATHS][DATES][1], paid[PATHS][DATES], seen[PATHS][DATES][2];
    struct waited result[PATHS];
    for (int path = 0; path < PATHS; path++)
        for (int d = 0; d < DATES; d++) {
            cost[path][d][0] = 10 - 3 * d;
            paid[path][d] = d == 2 ? 9.5 : 2.385 * d;
            seen[path][d][0] = 0.7;
            seen[path][d][1] = path % 7;
        }
    struct waiting w = {.paths = PATHS,
                        .dates = DATES,
                        .choices = 1,
                        .states = 2,
                        .knots = 1,
                        .products = true,
                        .cost = &cost[0][0][0],
                        .paid = &paid[0][0],
                        .state = &seen[0][0][0]};
    waiting_solve(&w, 0, result);
    for (int path = 0; path < PATHS; path++) {
        assert_int_equal(result[path].date, 1);
        assert_near(result[path].cost, 7 + 2.385, 1e-9);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_can_wait_for_ever_invests_at_twice_the_price),
        cmocka_unit_test(a_finite_horizon_agrees_with_a_binomial_tree),
        cmocka_unit_test(who_must_decide_at_once_gains_nothing_by_waiting),
        cmocka_unit_test(what_is_certain_is_decided_rightly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
