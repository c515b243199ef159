/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A distribution as it is written: the first byte picks what is wanted. One that is read has quantiles that are numbers
 * in its range and rise. */
#include "fuzz.h"
#include "sim/scenario/value.h"

#include <math.h>

static const struct {
    const char *unit;
    bool is_date;
    double low, high;
} kinds[] = {{"", false, -HUGE_VAL, HUGE_VAL}, {"", false, 0, 1},      {"yr", false, 0.5, 20},
             {"/yr", false, 0, 1e5},           {"", true, 2000, 2100}, {"CNY/card-hour", false, 0, HUGE_VAL},
             {"kW", false, 1e-3, 1e9},         {"", true, -1e9, 1e9}};

static void check_quantiles(const struct distribution *d, double low, double high)
{
    static const double u[] = {0x1p-53, 1e-12, 1e-4, 0.05, 0.31, 0.5, 0.72, 0.95, 0.9999, 1 - 1e-12, 1 - 0x1p-53};
    double before = -HUGE_VAL;
    for (size_t i = 0; i < sizeof u / sizeof *u; i++) {
        double x = distribution_quantile(d, u[i]);
        promise(!isnan(x));
        promise(x >= low && x <= high);
        promise(x >= before - 1e-9 * fabs(before));
        before = x;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct mistakes mistakes = {0};
    if (size == 0)
        return 0;
    size_t k = data[0] % (sizeof kinds / sizeof *kinds);
    struct reading reading = {.arena = &arena, .mistakes = &mistakes};
    struct wanted wanted = {.path = "value",
                            .is_date = kinds[k].is_date,
                            .unit_text = kinds[k].unit,
                            .low = kinds[k].low,
                            .high = kinds[k].high,
                            .as_of = nan("")};
    promise(unit_parse(wanted.unit_text, &wanted.unit));
    const struct node *node = tree_read_text(&arena, fuzz_text(&arena, data + 1, size - 1), "text", &mistakes);
    const struct distribution *d = node ? value_read_distribution(&reading, &wanted, node) : NULL;
    promise(d || mistakes.count > 0); /* both: an unknown key beside a value */
    if (d)
        check_quantiles(d, wanted.low, wanted.high);
    mistakes_free(&mistakes);
    arena_free(&arena);
    return 0;
}
