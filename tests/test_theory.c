/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Queues through calendar, streams and hazard clocks against theory. */
#include "near.h"

#include "sim/engine/queue.h"

static double constant(struct stream *s)
{
    (void)s;
    return 1;
}

/* Mean 1, squared coefficient of variation 5: a tenth of the customers takes 5.5 times as long as the others' 0.5. */
static double uneven(struct stream *s)
{
    double mean = stream_uniform(s) < 0.1 ? 5.5 : 0.5;
    return mean * stream_exponential(s);
}

static const struct {
    const char *name;
    struct queue queue;
    double time;
} cases[] = {
    {"M/M/1", {.arrival_rate = 0.7, .service_rate = 1, .servers = 1}, 1.4e6},
    {"M/M/5", {.arrival_rate = 4.1, .service_rate = 1, .servers = 5}, 6e5},
    {"M/M/16", {.arrival_rate = 13.8, .service_rate = 1, .servers = 16}, 4e5},
    {"M/D/infinity", {.arrival_rate = 12.385, .service_rate = 1, .service = constant}, 1e5},
    {"M/H/infinity", {.arrival_rate = 12.385, .service_rate = 1, .service = uneven}, 1e5},
    {"machine repair", {.arrival_rate = 0.1, .service_rate = 0.9, .servers = 2, .population = 20}, 4e5},
    {"machines, one repairman", {.arrival_rate = 0.02, .service_rate = 1, .servers = 1, .population = 30}, 6e5},
    {"M/M/10+M", {.arrival_rate = 11, .service_rate = 1, .servers = 10, .patience_rate = 0.4}, 2e5},
    {"M/M/3+M, impatient", {.arrival_rate = 3.3, .service_rate = 1.3, .servers = 3, .patience_rate = 2.7}, 4e5},
};

static void judge(const char *name, const char *what, struct interval seen, double theory)
{
    double error = fabs(seen.mean - theory) / seen.half_width;
    print_message("%-24s %-7s theory %.6f seen %.6f +- %.6f (%.2f %%), error %.2f half-widths\n", name, what, theory,
                  seen.mean, seen.half_width, 100 * seen.half_width / theory, error);
    assert_true(error < 2);
    assert_true(seen.half_width < 0.02 * theory);
}

static void queues_agree_with_theory(void **state)
{
    (void)state;
    const struct streams streams = {.seed = 1917};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct queue_theory theory = queue_theory(&cases[i].queue);
        struct queue_observed seen = queue_observe(&cases[i].queue, &streams, cases[i].time);
        judge(cases[i].name, "number", seen.number, theory.number);
        if (cases[i].queue.servers)
            judge(cases[i].name, "wait", seen.wait, theory.wait);
        else
            assert_true(seen.wait.mean == 0);
        if (cases[i].queue.patience_rate > 0)
            judge(cases[i].name, "lost", seen.lost, theory.lost);
        else
            assert_true(seen.lost.mean == 0);
    }
}

/* By hand: one server, load a: a / (1 + a) and a; two servers, one Erlang: 1/5 and 1/3. Ten servers, load 8: tables
 * give .1217, .4092. */
static void erlangs_formulas_give_the_values_of_the_tables(void **state)
{
    (void)state;
    assert_near(erlang_b(1, 0.7), 0.7 / 1.7, 1e-15);
    assert_near(erlang_c(1, 0.7), 0.7, 1e-15);
    assert_near(erlang_b(2, 1), 0.2, 1e-15);
    assert_near(erlang_c(2, 1), 1 / 3.0, 1e-15);
    assert_near(erlang_b(10, 8), 0.1217, 5e-5);
    assert_near(erlang_c(10, 8), 0.4092, 5e-5);
}

/* The sum over states against closed forms: Erlang C for waits, Poisson for servers without end, for one impatient
 * server with patience as long as service the Poisson law again, Engset's binomial for a repairman to every machine. */
static void the_sum_over_states_agrees_with_closed_forms(void **state)
{
    (void)state;
    for (uint32_t c = 1; c < 200; c = 2 * c + 1) {
        double load = 0.93 * c;
        struct queue queue = {.arrival_rate = load * 1.7, .service_rate = 1.7, .servers = c};
        struct queue_theory t = queue_theory(&queue);
        double wait = erlang_c(c, load) / (1.7 * (c - load));
        assert_near(t.wait, wait, 1e-12 * wait);
        assert_near(t.number, load + load * 1.7 * wait, 1e-12 * t.number);
    }
    assert_near(queue_theory(&(struct queue){.arrival_rate = 50, .service_rate = 2}).number, 25, 1e-12);
    struct queue impatient = {.arrival_rate = 3, .service_rate = 1.5, .patience_rate = 1.5, .servers = 1};
    assert_near(queue_theory(&impatient).number, 2, 1e-14);
    assert_near(queue_theory(&impatient).lost, 1 - (1 - exp(-2)) / 2, 1e-14);
    struct queue machines = {.arrival_rate = 0.25, .service_rate = 1, .servers = 12, .population = 12};
    assert_near(queue_theory(&machines).number, 12 * 0.2, 1e-14);
    assert_near(queue_theory(&machines).wait, 0, 0);
}

/* Two machines, one repairman, rates 1: p = 1/5, 2/5, 2/5, so 4/5 arrivals and 2/5 waiting: number 6/5, wait 1/2. */
static void machine_repair_is_right_by_hand(void **state)
{
    (void)state;
    struct queue machines = {.arrival_rate = 1, .service_rate = 1, .servers = 1, .population = 2};
    struct queue_theory t = queue_theory(&machines);
    assert_near(t.number, 1.2, 1e-15);
    assert_near(t.wait, 0.5, 1e-15);
}

/* A service five per cent slower than said is found out, and so is one clock in twenty that never fires. */
static void a_wrong_queue_disagrees_with_theory(void **state)
{
    (void)state;
    const struct streams streams = {.seed = 1917};
    struct queue right = {.arrival_rate = 0.7, .service_rate = 1, .servers = 1}, wrong = right;
    wrong.service_rate = 0.95;
    struct interval number = queue_observe(&wrong, &streams, 1e6).number;
    assert_true(fabs(number.mean - queue_theory(&right).number) > 4 * number.half_width);
    struct queue machines = {.arrival_rate = 0.1, .service_rate = 0.9, .servers = 2, .population = 20};
    struct queue fewer = machines;
    fewer.population = 19;
    number = queue_observe(&fewer, &streams, 1e5).number;
    assert_true(fabs(number.mean - queue_theory(&machines).number) > 4 * number.half_width);
}

static void a_run_that_is_too_short_says_so(void **state)
{
    (void)state;
    const struct streams streams = {.seed = 3};
    struct queue slow = {.arrival_rate = 1, .service_rate = 0.001};
    assert_true(isnan(queue_observe(&slow, &streams, 500).number.mean));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queues_agree_with_theory),
        cmocka_unit_test(erlangs_formulas_give_the_values_of_the_tables),
        cmocka_unit_test(the_sum_over_states_agrees_with_closed_forms),
        cmocka_unit_test(machine_repair_is_right_by_hand),
        cmocka_unit_test(a_wrong_queue_disagrees_with_theory),
        cmocka_unit_test(a_run_that_is_too_short_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
