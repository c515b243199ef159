/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long things last: the product-limit estimator against a published table, and clocks in segments against retention
 * laws. */
#include "near.h"

#include "models/leases/lease_clocks.h"
#include "models/leases/survival.h"
#include "sim/base/dates.h"
#include "sim/engine/stream.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

static const struct streams streams = {.seed = 57721};

/* Weeks of remission under 6-mercaptopurine, Freireich et al. 1963 as in Kalbfleisch and Prentice (1980, table 1.1),
 * read as months; negative: lost to sight. S: Cox and Oakes 1984, table 1.1. */
static void the_estimate_is_that_of_the_published_table(void **state)
{
    (void)state;
    static const int weeks[] = {6,   6,   6,   -6, 7,  -9,  10,  -10, -11, 13, 16,
                                -17, -19, -20, 22, 23, -25, -32, -32, -34, -35};
    static const struct {
        size_t at;
        double survival;
    } table[] = {{5, 1},      {6, 0.857},  {7, 0.807},  {9, 0.807},  {10, 0.753},
                 {13, 0.690}, {16, 0.627}, {22, 0.538}, {23, 0.448}, {35, 0.448}};
    static struct survival s;
    double curve[SURVIVAL_MONTHS + 1];
    for (size_t i = 0; i < sizeof weeks / sizeof *weeks; i++)
        survival_add(&s, 0, abs(weeks[i]) / (double)MONTHS_PER_YEAR, weeks[i] > 0);
    size_t observed = survival_curve(&s, curve);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_near(curve[table[i].at], table[i].survival, 0.0006);
    assert_int_equal(observed, 36); /* nobody is at risk any more: what was left is held */
    assert_true(curve[36] == curve[35] && curve[SURVIVAL_MONTHS] == curve[35]);
}

/* Those who enter late are at risk from then on only: two of four end at 10 months, two of the six that are there
 * at 20. */
static void who_enters_late_is_at_risk_from_then_on(void **state)
{
    (void)state;
    static struct survival s;
    double curve[SURVIVAL_MONTHS + 1], month = 1.0 / MONTHS_PER_YEAR;
    for (int i = 0; i < 4; i++)
        survival_add(&s, 0, (i < 2 ? 10 : 30) * month, i < 2);
    for (int i = 0; i < 4; i++)
        survival_add(&s, 15 * month, (i < 2 ? 20 : 30) * month, i < 2);
    survival_curve(&s, curve);
    assert_near(curve[9], 1, 0);
    assert_near(curve[10], 0.5, 1e-12);
    assert_near(curve[20], 0.5 * (1 - 2.0 / 6), 1e-12);
}

/* Of two worlds one loses half of its leases early and sees them all end by 12 months, the other one lasts: their mean
 * rose from 12 months on, when only the second was left in it. */
static void the_mean_of_curves_never_rises(void **state)
{
    (void)state;
    static struct survival s[2];
    double curve[2][SURVIVAL_MONTHS + 1], month = 1.0 / MONTHS_PER_YEAR;
    for (int i = 0; i < 4; i++) {
        survival_add(&s[0], 0, (i < 2 ? 6 : 12) * month, i < 2);
        survival_add(&s[1], 0, (i < 1 ? 24 : 48) * month, i < 1);
    }
    assert_int_equal(survival_curve(&s[0], curve[0]), 13);
    assert_int_equal(survival_curve(&s[1], curve[1]), 49);
    for (int m = 1; m <= SURVIVAL_MONTHS; m++)
        assert_true(curve[0][m] + curve[1][m] <= curve[0][m - 1] + curve[1][m - 1]);
    assert_near(curve[0][30] + curve[1][30], 0.5 + 0.75, 1e-12);
    static struct survival none;
    assert_int_equal(survival_curve(&none, curve[0]), 0);
}

static void what_lies_beyond_the_grid_is_at_risk_to_its_end(void **state)
{
    (void)state;
    static struct survival s;
    double curve[SURVIVAL_MONTHS + 1];
    survival_add(&s, 0, 9, true);
    survival_add(&s, 0, 1, true);
    survival_add(&s, 7, 8, true); /* never seen on it */
    survival_curve(&s, curve);
    assert_near(curve[SURVIVAL_MONTHS], 0.5, 1e-12);
}

/* Runs leases down month by month in cells of their own kind until all have fired or `years` are over. */
static void run_down(struct lease_clocks *c, const float *covariate, size_t years, const double *began,
                     struct survival *s, size_t count, bool *gone)
{
    for (size_t m = 0; m < years * MONTHS_PER_YEAR; m++) {
        size_t fired = lease_clocks_run(c, covariate, 1.0 / MONTHS_PER_YEAR);
        for (size_t i = 0; i < fired; i++) {
            uint32_t slot = c->fired[i], lease = c->holder[slot].id;
            survival_add(s, 0, (double)m / MONTHS_PER_YEAR + (double)c->after[i] - began[lease], true);
            gone[lease] = true;
            lease_clocks_give(c, slot);
        }
    }
    for (size_t i = 0; i < count; i++)
        if (!gone[i])
            survival_add(s, 0, (double)years - began[i], false);
}

/* Leases that end in a year with a chance of their own, beta-distributed, are retained as by the shifted beta-geometric
 * law of Fader and Hardie (2007), here with the alpha and beta of their regular customers: 1000, 631, 468, 382, 326. */
static void heterogeneous_leases_are_retained_as_by_the_shifted_beta_geometric_law(void **state)
{
    (void)state;
    enum { LEASES = 100000, CELLS = 7, YEARS = 4 };
    static const double retained[] = {1, 0.631, 0.468, 0.382, 0.326};
    static struct survival s;
    struct arena arena = {0};
    struct lease_clocks c;
    float covariate[CELLS];
    double *began = arena_array(&arena, LEASES, sizeof *began), curve[SURVIVAL_MONTHS + 1];
    bool *gone = arena_array(&arena, LEASES, sizeof *gone);
    lease_clocks_open(&c, CELLS, &arena);
    struct stream u = stream_open(&streams, 1);
    for (uint32_t i = 0; i < LEASES; i++) {
        uint32_t cell = i % CELLS;
        double chance = gsl_cdf_beta_Pinv(stream_uniform(&u), 0.7637, 1.2958),
               hazard = -log1p(-fmin(chance, 1 - 1e-12));
        uint32_t slot = lease_clocks_take(&c, cell, 100, (struct clock_holder){.id = i});
        *lease_clocks_left(&c, slot) = (float)stream_exponential(&u);
        *lease_clocks_base(&c, slot) =
            (float)(hazard / (1 + cell)); /* the cell's covariate times the slope makes up for it */
        *lease_clocks_slope(&c, slot) = 2;
    }
    for (int cell = 0; cell < CELLS; cell++)
        covariate[cell] = (float)(1 + cell) / 2;
    run_down(&c, covariate, YEARS, began, &s, LEASES, gone);
    survival_curve(&s, curve);
    for (size_t year = 0; year <= YEARS; year++) /* 3.5 standard errors of a share, and the rounding of the table */
        assert_near(curve[year * MONTHS_PER_YEAR], retained[year], 3.5 * sqrt(0.25 / LEASES) + 0.0005);
    arena_free(&arena);
}

/* -- segments ------------------------------------------------------------------------------------------------------ */

/* Against clocks of each lease alone, with slots taken, given back, cells closed and blocks used again. */
static void segments_fire_as_each_clock_alone(void **state)
{
    (void)state;
    enum { LEASES = 700, CELLS = 40, ROUNDS = 24 };
    struct arena arena = {0};
    struct lease_clocks c;
    float left[LEASES], base[LEASES], slope[LEASES], covariate[CELLS];
    uint32_t slot[LEASES], cell[LEASES];
    bool held[LEASES] = {false};
    lease_clocks_open(&c, CELLS, &arena);
    struct stream u = stream_open(&streams, 2);
    size_t fired_in_all = 0;
    for (int round_ = 0; round_ < ROUNDS; round_++) {
        uint32_t closed =
            (uint32_t)round_; /* nobody is let into a cell that was closed, as in half-years that are over */
        for (uint32_t i = 0; i < LEASES; i++) {
            if (held[i] && (cell[i] <= closed || stream_uniform(&u) < 0.1)) {
                lease_clocks_give(&c, slot[i]);
                held[i] = false;
            }
            if (!held[i] && stream_uniform(&u) < 0.5) {
                cell[i] = closed + 1 + (uint32_t)((CELLS - closed - 1) * stream_uniform(&u));
                slot[i] = lease_clocks_take(&c, cell[i], i, (struct clock_holder){.id = i, .stamp = ~i});
                left[i] = *lease_clocks_left(&c, slot[i]) = (float)stream_exponential(&u);
                base[i] = *lease_clocks_base(&c, slot[i]) = (float)stream_uniform(&u);
                slope[i] = *lease_clocks_slope(&c, slot[i]) = (float)(2 * stream_uniform(&u));
                held[i] = true;
            }
        }
        lease_clocks_close(&c, closed);
        for (int k = 0; k < CELLS; k++)
            covariate[k] = (float)(1.5 * stream_uniform(&u));
        size_t fired = lease_clocks_run(&c, covariate, 0.25), expected = 0;
        for (uint32_t i = 0; i < LEASES; i++) {
            if (!held[i])
                continue;
            assert_int_equal(lease_clocks_cell(&c, slot[i]), cell[i]);
            assert_int_equal(c.holder[slot[i]].id, i);
            assert_int_equal(c.holder[slot[i]].stamp, ~i);
            assert_true(lease_clocks_due(&c, slot[i] / CLOCK_BLOCK, i + 0.5) >> slot[i] % CLOCK_BLOCK & 1);
            assert_false(lease_clocks_due(&c, slot[i] / CLOCK_BLOCK, i) >> slot[i] % CLOCK_BLOCK & 1);
            float next = left[i] - clock_hazard(base[i], slope[i], covariate[cell[i]]) * 0.25f;
            expected += next <= 0 && left[i] > 0;
            left[i] = next;
            assert_true(*lease_clocks_left(&c, slot[i]) == next);
        }
        assert_int_equal(fired, expected);
        fired_in_all += fired;
        assert_true(c.slots < 3 * LEASES); /* blocks are used again */
    }
    assert_true(fired_in_all > 500);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_estimate_is_that_of_the_published_table),
        cmocka_unit_test(who_enters_late_is_at_risk_from_then_on),
        cmocka_unit_test(the_mean_of_curves_never_rises),
        cmocka_unit_test(what_lies_beyond_the_grid_is_at_risk_to_its_end),
        cmocka_unit_test(heterogeneous_leases_are_retained_as_by_the_shifted_beta_geometric_law),
        cmocka_unit_test(segments_fire_as_each_clock_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
