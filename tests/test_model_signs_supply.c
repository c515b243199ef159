/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What moves what, and which way: projects, places, power, engineering, old cards. */
#include "signs.h"

/* Regions whose power has a cap that grows slowly, in both worlds; owners weigh old cards against new ones twice a
 * year. */
#define SHORT_OF_POWER                                                                                                 \
    "regions: {east: {power_cap: {2022-01: 100 MW, 2032-01: 180 MW}}, central: {power_cap: {2022-01: 40 MW, 2032-01: " \
    "72 MW}},\n"                                                                                                       \
    "          west: {power_cap: {2022-01: 60 MW, 2032-01: 108 MW}}}\n"                                                \
    "supply: {review_rate: 2 /yr, refresh_margin: 0.2}\n"
#define ALL_BUILD(time)                                                                                                \
    "operators.government.build_time=" time, "operators.neocloud.build_time=" time,                                    \
        "operators.carrier.build_time=" time, "operators.crossover.build_time=" time,                                  \
        "operators.hyperscaler.build_time=" time

/* clang-format off */
static const struct experiment experiments[] = {
    {"longer_building_deepens_the_cycle",
     {ALL_BUILD("1.8 yr")},
     "2032-01",
     {{"peak_to_trough", NULL, NULL, +1},
      {"rent_server_month.A100", "2023-06", "2024-06", +1},
      {"capacity.installed", "2024-01", "2025-01", -1}},
     "market: {offshore_wedge: 5}\npolicies: null\nshocks: null\n"}, /* only a pulse of funding; no price from abroad */
    {"guidance_in_the_boom_cuts_small_approvals_and_the_later_glut",
     {"policies.ndrc_guidance_2025.announced=2023-03", "policies.ndrc_guidance_2025.effective=2023-03", "policies.ndrc_guidance_2025.strength=0.8"},
     "2026-01",
     {{"approvals", "2023-04", "2024-01", -1},
      {"share_under_1000p", "2025-01", "2026-01", -1},
      {"capacity.installed", "2025-01", "2026-01", -1},
      {"price.inference", "2025-01", "2026-01", +1}}},
    {"a_cap_on_power_makes_projects_wait_and_raises_rents",
     {"regions.east.power_cap=60 MW", "regions.central.power_cap=30 MW", "regions.west.power_cap=30 MW"},
     "2026-01",
     {{"rent_server_month.A100", "2024-06", "2026-01", +1},
      {"power", "2025-01", "2026-01", -1},
      {"pipeline.approved", "2025-01", "2026-01", +1},
      {"capacity.installed", "2025-01", "2026-01", -1}}},
    {"a_slow_grid_delays_what_is_built",
     {"regions.east.connections=20 MW/yr", "regions.central.connections=10 MW/yr", "regions.west.connections=10 MW/yr", "regions.east.grid_wait=1 yr"},
     "2026-01",
     {{"build_months", NULL, NULL, +1}, {"capacity.installed", "2024-06", "2026-01", -1}, {"price.training", "2024-01", "2025-01", +1}}},
    {"where_power_is_not_short_rents_are_lower",
     {"regions.east.power_cap=none", "regions.central.power_cap=none", "regions.west.power_cap=none"},
     "2032-01",
     {{"rent_server_month.A100", "2025-01", "2028-01", -1}},
     SHORT_OF_POWER, .pairs = 144},
    {"faster_progress_lowers_the_age_at_scrapping",
     {"generations.B200.list_price_usd=18000 USD/card", "generations.B300.list_price_usd=20000 USD/card", "generations.R200.list_price_usd=20000 USD/card"},
     "2032-01",
     {{"mean_life.A800", NULL, NULL, -1}, {"mean_life.H100", NULL, NULL, -1}},
     SHORT_OF_POWER, .pairs = 96},
    {"incentives_move_projects_west",
     {"regions.west.incentive=0.2"},
     "2026-01",
     {{"approvals.share.west", "2025-01", "2026-01", +1}, {"approvals.share.east", "2025-01", "2026-01", -1}, {"incentives", "2024-01", "2026-01", +1}}},
    {"engineering_raises_effective_supply_and_lowers_rents",
     {"engineering.gain=0.3", "engineering.from=2023-01"},
     "2026-01",
     {{"capacity.effective", "2024-06", "2026-01", +1},
      {"rent_server_month.A100", "2024-06", "2026-01", -1},
      {"price.inference", "2024-06", "2026-01", -1},
      {"engineering.cards", "2024-06", "2026-01", +1}}},
    {"dear_engineering_is_bought_less",
     {"engineering.cost={lognormal: {median: 0.5, sigma: 0.7}}"},
     "2026-01",
     {{"engineering.cards", "2025-01", "2026-01", -1}, {"capacity.effective", "2025-06", "2026-01", -1}}},
    {"a_pause_of_internet_platforms_leaves_rents_higher",
     {"operators.hyperscaler.targets={step: {2022-01: 0.7, 2023-03: 0}}"},
     "2026-01",
     {{"capacity.installed", "2025-01", "2026-01", -1}, {"price.inference", "2025-01", "2026-01", +1}},
     "entry: {enabled: false}\n"},
    {"guidance_stops_projects_under_way",
     {"pipeline.guided_cancellation=6 /yr"},
     "2026-01",
     {{"cancellations", "2025-04", "2025-12", +1}, {"pipeline.approved", "2025-09", "2026-01", -1}}},
    {"parts_that_are_worth_more_shorten_lives",
     {"supply.scrap_value=0.5"},
     "2032-01",
     {{"capacity.retired", "2027-01", "2031-12", +1}, {"mean_life.A100", NULL, NULL, -1}},
     NULL,
     240},
};
/* clang-format on */

int main(void)
{
    return signs_run(experiments, sizeof experiments / sizeof *experiments, "run.end=2032-01");
}
