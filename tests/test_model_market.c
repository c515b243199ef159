/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two rents over one stock of cards: rest, relaxation, bounds, noise. */
#include "models_lab.h"

static void dump(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, LAB_STILL, LAB_SET("run.end=2024-01"));
    struct world *w = lab_run(&lab, 0);
    for (int k = 0; k < 2; k++)
        print_message("rent %g u %.12g\n", w->market.rent[k], w->market.demand[k] / w->market.supply[k]);
    const double *r = lab_series(&lab, "price.training");
    print_message("%.15g %.15g %d %d\n", r[0], r[23], w->market.on_ceiling[0], w->market.on_floor[0]);
    lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(dump)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
