/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shapley values of games whose values are known, and the axioms on random games. */
#include "near.h"

#include "sim/montecarlo/shapley.h"

#include <stdlib.h>

static double uniform(uint64_t *state) /* splitmix64, Vigna 2015 */
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

static size_t bits(size_t s)
{
    return (size_t)__builtin_popcountll(s);
}

static void a_right_glove_among_two_left_ones_takes_two_thirds(void **state)
{
    (void)state;
    /* Players 0 and 1 hold a left glove, 2 a right one; a pair is worth 1: 1/6, 1/6, 2/3 (Shapley 1953's classroom
     * example). */
    double v[8], share[3], pair[9];
    for (size_t s = 0; s < 8; s++)
        v[s] = (s & 4) && (s & 3);
    shapley_of_game(3, v, share, pair);
    assert_near(share[0], 1 / 6.0, 1e-15);
    assert_near(share[1], 1 / 6.0, 1e-15);
    assert_near(share[2], 2 / 3.0, 1e-15);
    assert_near(pair[0 * 3 + 1], -1 / 2.0,
                1e-15); /* one left glove makes the other worthless where the right one is: half of the S */
    assert_near(pair[0 * 3 + 2], 1 / 2.0, 1e-15);
    assert_near(pair[2 * 3 + 0], pair[0 * 3 + 2], 0);
}

static void who_only_adds_gets_what_it_adds(void **state)
{
    (void)state;
    const double worth[4] = {2.385, -7.25, 0, 1e3};
    double v[16], share[4], pair[16];
    for (size_t s = 0; s < 16; s++) {
        v[s] = 17.5;
        for (size_t i = 0; i < 4; i++)
            v[s] += s >> i & 1 ? worth[i] : 0;
    }
    shapley_of_game(4, v, share, pair);
    for (size_t i = 0; i < 4; i++) {
        assert_near(share[i], worth[i], 1e-12);
        for (size_t j = 0; j < 4; j++)
            assert_near(pair[i * 4 + j], 0, 1e-12);
    }
}

static void an_airport_runway_is_paid_by_who_needs_its_length(void **state)
{
    (void)state;
    /* Littlechild and Owen 1973: v(S) is the cost of the longest runway in S, here 8, 11, 13, 18:
     * 8/4, + 3/3, + 2/2, + 5/1. */
    const double cost[4] = {8, 11, 13, 18}, should[4] = {2, 3, 4, 9};
    double v[16], share[4], pair[16];
    for (size_t s = 0; s < 16; s++) {
        v[s] = 0;
        for (size_t i = 0; i < 4; i++)
            v[s] = s >> i & 1 && cost[i] > v[s] ? cost[i] : v[s];
    }
    shapley_of_game(4, v, share, pair);
    for (size_t i = 0; i < 4; i++)
        assert_near(share[i], should[i], 1e-12);
}

static void equals_are_treated_equally_and_all_is_shared_out(void **state)
{
    (void)state;
    uint64_t seed = 91;
    for (size_t players = 1; players <= MOST_PLAYERS; players++) {
        double v[1 << MOST_PLAYERS], share[MOST_PLAYERS], pair[MOST_PLAYERS * MOST_PLAYERS], sum = 0;
        size_t all = (size_t)1 << players;
        for (size_t s = 0; s < all; s++)
            v[s] = 100 * uniform(&seed);
        shapley_of_game(players, v, share, pair);
        for (size_t i = 0; i < players; i++)
            sum += share[i];
        assert_near(sum, v[all - 1] - v[0], 1e-11);
        double by_size[MOST_PLAYERS + 1];
        for (size_t k = 0; k <= players; k++)
            by_size[k] = uniform(&seed);
        for (size_t s = 0; s < all; s++)
            v[s] = by_size[bits(s)];
        shapley_of_game(players, v, share, pair);
        for (size_t i = 0; i < players; i++)
            assert_near(share[i], (v[all - 1] - v[0]) / (double)players, 1e-13);
    }
}

/* The definition itself: the mean contribution over all orders of joining. */
static double by_orders(size_t players, const double *v, size_t player)
{
    size_t order[MOST_PLAYERS] = {0}, count = 0;
    double sum = 0;
    for (size_t i = 0; i < players; i++)
        order[i] = i;
    for (;;) { /* orders one after the other, as a dictionary has them */
        size_t joined = 0;
        for (size_t i = 0; order[i] != player; i++)
            joined |= (size_t)1 << order[i];
        sum += v[joined | (size_t)1 << player] - v[joined];
        count++;
        size_t i = players - 1;
        while (i > 0 && order[i - 1] > order[i])
            i--;
        if (i == 0)
            return sum / (double)count;
        size_t k = players - 1;
        while (order[k] < order[i - 1])
            k--;
        size_t swapped = order[k];
        order[k] = order[i - 1];
        order[i - 1] = swapped;
        for (size_t a = i, b = players - 1; a < b; a++, b--) {
            swapped = order[a];
            order[a] = order[b];
            order[b] = swapped;
        }
    }
}

static void values_are_means_over_all_orders_of_joining(void **state)
{
    (void)state;
    enum { PLAYERS = 6 };
    uint64_t seed = 4;
    double v[1 << PLAYERS], share[PLAYERS], pair[PLAYERS * PLAYERS];
    for (size_t s = 0; s < 1 << PLAYERS; s++)
        v[s] = uniform(&seed);
    shapley_of_game(PLAYERS, v, share, pair);
    for (size_t i = 0; i < PLAYERS; i++)
        assert_near(share[i], by_orders(PLAYERS, v, i), 1e-13);
}

/* v = a + b + c ab with a, b drawn anew: shares a + c/2 and b + c/2 of the product's mean, interaction its own. */
static void draw_game(uint64_t *seed, double v[4])
{
    double a = uniform(seed), b = 2 * uniform(seed);
    v[0] = 3;
    v[1] = 3 + a;
    v[2] = 3 + b;
    v[3] = 3 + a + b + 4 * a * b;
}

static void means_over_replications_have_their_interval(void **state)
{
    (void)state;
    enum { REPLICATIONS = 4000 };
    struct shapley s;
    uint64_t seed = 7;
    double squares = 0, sum = 0;
    shapley_open(&s, 2, 1, false);
    for (uint32_t r = 0; r < REPLICATIONS; r++) {
        double v[4], share[2], pair[4];
        draw_game(&seed, v);
        shapley_of_game(2, v, share, pair);
        sum += share[0];
        squares += share[0] * share[0];
        shapley_add(&s, r, v);
    }
    struct estimate first = shapley_share(&s, 0, 0), pair = shapley_pair(&s, 0, 0, 1), gain = shapley_gain(&s, 0);
    double mean = sum / REPLICATIONS, se = sqrt((squares / REPLICATIONS - mean * mean) / (REPLICATIONS - 1));
    assert_near(first.mean, mean, 1e-12);
    assert_near(first.se, se, 1e-12);
    assert_near(first.high - first.mean, 1.9605 * se, 1e-4 * se); /* Student with 3999 degrees */
    assert_true(first.low < 1.5 && first.high > 1.5); /* E a + 4 E a E b / 2 = 1/2 + 1 */
    assert_true(pair.low < 2 && pair.high > 2);
    assert_near(gain.mean, first.mean + shapley_share(&s, 0, 1).mean, 1e-12);
    assert_near(shapley_none(&s, 0).mean, 3, 0);
    assert_near(shapley_none(&s, 0).se, 0, 0);
    assert_true(s.largest_gap < 1e-15);
    shapley_free(&s);
}

static void what_lacks_a_number_does_not_count_for_that_output_alone(void **state)
{
    (void)state;
    struct shapley s;
    shapley_open(&s, 1, 2, false);
    const double whole[4] = {1, 2, 10, 30}, lacking[4] = {1, (double)NAN, 10, 50};
    shapley_add(&s, 0, whole);
    shapley_add(&s, 1, lacking);
    shapley_add(&s, 2, NULL);
    assert_near(shapley_share(&s, 0, 0).n, 1, 0);
    assert_true(isnan(shapley_share(&s, 0, 0).se));
    assert_near(shapley_share(&s, 1, 0).n, 2, 0);
    assert_near(shapley_share(&s, 1, 0).mean, 30, 0);
    shapley_free(&s);
    shapley_open(&s, 1, 1, false);
    assert_true(isnan(shapley_share(&s, 0, 0).mean));
    shapley_free(&s);
}

static void antithetic_pairs_count_as_one(void **state)
{
    (void)state;
    struct shapley s;
    shapley_open(&s, 1, 1, true);
    const double gain[6] = {1, 3, 2, 6, 5, 7};
    for (uint32_t r = 0; r < 6; r++)
        shapley_add(&s, r, r == 4 ? NULL : (const double[]){0, gain[r]});
    assert_near(shapley_share(&s, 0, 0).n, 2, 0);
    assert_near(shapley_share(&s, 0, 0).mean, 3, 0);
    assert_near(shapley_share(&s, 0, 0).se, 1, 1e-15);
    shapley_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_right_glove_among_two_left_ones_takes_two_thirds),
        cmocka_unit_test(who_only_adds_gets_what_it_adds),
        cmocka_unit_test(an_airport_runway_is_paid_by_who_needs_its_length),
        cmocka_unit_test(equals_are_treated_equally_and_all_is_shared_out),
        cmocka_unit_test(values_are_means_over_all_orders_of_joining),
        cmocka_unit_test(means_over_replications_have_their_interval),
        cmocka_unit_test(what_lacks_a_number_does_not_count_for_that_output_alone),
        cmocka_unit_test(antithetic_pairs_count_as_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
