/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parameters of supply. */
#include "supply.h"

/* clang-format off */
const struct param supply_params[] = {
    NUMBER(struct supply_settings, slope, "activation_slope", "", 0, 20, "2", UNCERTAIN,
           "steepness of activation in the log of value over cost", NULL),
    NUMBER(struct supply_settings, domestic_factor, "activation_domestic", "", 0, 100, "2.5", UNCERTAIN,
           "factor on the activation cost of domestic cards: migration of software", NULL),
    NUMBER(struct supply_settings, high_end_factor, "activation_high_end", "", 0, 100, "0.25", UNCERTAIN,
           "factor on the activation cost of foreign high-end cards: customers come by themselves", NULL),
    NUMBER(struct supply_settings, sleep_limit_yr, "sleep_limit", "yr", 0.1, 50, "3 years", UNCERTAIN,
           "time dormant after which a vintage is scrapped", NULL),
    {.name = "service_life", .type = PARAM_NUMBER, .draw = HETEROGENEOUS, .unit = "yr", .min = 0.5, .max = 20,
     .value = "{lognormal: {median: 6.5 years, sigma: 0.15}}", .help = "physical life of a vintage",
     .offset = offsetof(struct supply_settings, life_yr)},
    NUMBER(struct supply_settings, review_per_yr, "review_rate", "/yr", 0, 50, "0 /yr", UNCERTAIN,
           "rate at which an owner reviews a vintage: scrap, replace, improve; 0: never", NULL),
    NUMBER(struct supply_settings, refresh_margin, "refresh_margin", "", 0, 100, "none", UNCERTAIN,
           "margin by which new cards must beat old ones on their site, per kW; none: sites are never refreshed", NULL),
    NUMBER(struct supply_settings, scrap_share, "scrap_value", "", 0, 1, "0", UNCERTAIN,
           "price of a scrapped card as parts or in a clearance sale, share of its list price of the day", NULL),
    NUMBER(struct supply_settings, initial_p, "initial_capacity", "P", 1, 1e8, "14000 P", UNCERTAIN,
           "capacity standing in the rental market at the start", NULL),
    NUMBER(struct supply_settings, initial_age_yr, "initial_age", "yr", 0, 10, "18 months", FIXED,
           "age of the oldest capacity at the start; ages are uniform", NULL),
    NUMBER(struct supply_settings, initial_offered, "initial_competent", "", 0, 1, "0.85", UNCERTAIN,
           "share of the capacity at the start that is commissioned: it has customers, staff and software", NULL),
    {.name = "initial_generations", .type = PARAM_REFERENCES, .of = "generations", .value = "[A100]",
     .help = "generations of the capacity at the start, in equal parts", .offset = offsetof(struct supply_settings, initial)},
    {.name = "activation_cost", .table = OPERATOR, .type = PARAM_NUMBER, .draw = HETEROGENEOUS, .unit = "", .min = 1e-4,
     .max = 100, .value = "{lognormal: {median: 0.4, sigma: 0.8}}",
     .help = "cost of commissioning a vintage (customers, staff, software), share of its price", .offset = offsetof(struct supply_row, activation_cost)},
    COLUMN(OPERATOR, struct supply_row, activation_per_yr, "activation_rate", "/yr", 0, 100, "2 /yr", UNCERTAIN,
           "rate at which a vintage is commissioned where that pays well", NULL),
    {.name = "state_funded", .table = OPERATOR, .type = PARAM_FLAG, .value = "false",
     .help = "whether a class is state-funded: bound by procurement rules, builds to targets at any q, and is no lessor in the accounts",
     .offset = offsetof(struct supply_row, state_funded)},
    {.name = "initial", .table = OPERATOR, .type = PARAM_FLAG, .value = "true", .help = "whether a class owns a part of the capacity at the start",
     .offset = offsetof(struct supply_row, owns_initial)},
    {0},
};
/* clang-format on */
