/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What usage moves, and which way: the headline scenario on common random numbers, each value inside its own 90 %
 * interval. */
#include "signs.h"

/* clang-format off */
static const struct experiment experiments[] = {
    {"waves_of_new_uses_raise_both_rents",
     {"usage.wave_rate=1 /yr"},
     "2028-01",
     {{"usage", "2026-07", "2028-01", +1}, {"price.inference", "2026-07", "2028-01", +1}, {"price.training", "2026-07", "2028-01", +1}},
     "usage: {wave_rate: 0.25 /yr}\n"},
    {"usage_that_saturates_late_keeps_inference_dear",
     {"usage.saturation=480"},
     "2031-01",
     {{"usage", "2028-01", "2031-01", +1}, {"price.inference", "2029-01", "2031-01", +1}},
     "usage: {saturation: 21}\n"},
    {"heavier_tokens_raise_the_rent_of_inference",
     {"usage.weight=0.8 /yr"},
     "2028-01",
     {{"price.inference", "2026-07", "2028-01", +1}, {"inference_share", "2026-07", "2028-01", +1}, {"token_price", "2026-07", "2028-01", +1}},
     "usage: {weight: 0.2 /yr}\n"},
    {"a_higher_count_raises_rents_of_2025",
     {"usage.level=400"},
     "2026-01",
     {{"price.inference", "2025-01", "2026-01", +1}, {"rent_server_month.H100", "2025-01", "2026-01", +1}, {"tokens", "2025-07", "2026-01", +1}},
     "usage: {level: 225}\n"},
    {"sellers_who_take_more_for_tokens_are_read_less",
     {"usage.markup_long=0.45"},
     "2030-01", /* at once tokens are dearer; then lessors bear it, since cards stand; as fewer are built, less is read */
     {{"token_price", "2025-08", "2026-03", +1}, {"price.inference", "2026-07", "2028-01", -1}, {"tokens", "2028-07", "2030-01", -1}},
     "usage: {markup_long: -0.25}\n"},
};
/* clang-format on */

int main(void)
{
    return signs_run(experiments, sizeof experiments / sizeof *experiments, "run.end=2026-01");
}
