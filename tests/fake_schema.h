/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small set of mechanisms that has every kind of parameter, for tests of the loader. */
#ifndef ICCSIM_TESTS_FAKE_SCHEMA_H
#define ICCSIM_TESTS_FAKE_SCHEMA_H

#include "sim/scenario/run.h"
#include "sim/scenario/schema.h"

enum { OWNER_TECHNOLOGY, OWNER_MARKET, OWNER_POLICY, OWNER_OPERATORS };
enum { TAX_NONE, TAX_FULL };

struct fake_market {
    double kappa_per_yr, eps, share, floor_cny, cost_of_capital_per_yr, delay_months, capacity_p;
    double opening;
    int mode, reference_generation;
    const struct dated_series *ceiling_cny;
    const char *note;
    bool rationing;
};

struct fake_generation {
    double launch, pflops, price_usd, power_kw, life_yr;
};

struct fake_operating_generation {
    const struct distribution *activation_cny;
    double rent_cny_per_card_hour;
};

struct fake_policy_event {
    double announced, effective;
    uint64_t covers;
    int actor;
};

/* clang-format off */
static const struct param market_params[] = {
    NUMBER(struct fake_market, kappa_per_yr, "kappa", "/yr", 0.1, 100, "14 /yr", UNCERTAIN, "speed of rents", NULL),
    NUMBER(struct fake_market, eps, "eps", "", 0.01, 5, "0.6", UNCERTAIN, "price elasticity of demand", NULL),
    NUMBER(struct fake_market, share, "share", "", 0, 1, "40%", UNCERTAIN, "share of term contracts", NULL),
    NUMBER(struct fake_market, floor_cny, "floor", "CNY/card-hour", 0, 1000, "0", FIXED, "lowest rent", NULL),
    NUMBER(struct fake_market, cost_of_capital_per_yr, "cost_of_capital", "/yr", 0, 1, "8 %/yr", UNCERTAIN,
           "discount rate", NULL),
    NUMBER(struct fake_market, delay_months, "delay", "month", 0, 60, "none", UNCERTAIN, "re-letting lag", NULL),
    NUMBER(struct fake_market, capacity_p, "capacity", "P", 0, 1e9, NULL, UNCERTAIN, "capacity at the start", NULL),
    {.name = "opening",
     .type = PARAM_DATE,
     .draw = UNCERTAIN,
     .min = 2020,
     .max = 2035,
     .value = "2022-03",
     .help = "first day",
     .offset = offsetof(struct fake_market, opening)},
    {.name = "mode",
     .type = PARAM_CHOICE,
     .choices = "implicit exact",
     .value = "exact",
     .help = "how rents are stepped",
     .offset = offsetof(struct fake_market, mode)},
    {.name = "reference",
     .type = PARAM_REFERENCE,
     .of = "generations",
     .value = "none",
     .help = "card that effective P refers to",
     .offset = offsetof(struct fake_market, reference_generation)},
    {.name = "ceiling",
     .type = PARAM_SERIES,
     .unit = "CNY/card-hour",
     .min = 0,
     .max = 1e4,
     .value = "none",
     .help = "offshore rent",
     .offset = offsetof(struct fake_market, ceiling_cny)},
    {.name = "remark",
     .type = PARAM_TEXT,
     .value = "none",
     .help = "anything",
     .offset = offsetof(struct fake_market, note)},
    {.name = "rationing",
     .type = PARAM_FLAG,
     .value = "false",
     .help = "whether demand beyond supply is reported",
     .offset = offsetof(struct fake_market, rationing)},
    {0},
};
/* clang-format on */

/* clang-format off */
static const struct param technology_params[] = {
    {.name = "launch",
     .table = "generations",
     .type = PARAM_DATE,
     .draw = UNCERTAIN,
     .min = 2015,
     .max = 2040,
     .help = "first delivery",
     .offset = offsetof(struct fake_generation, launch)},
    COLUMN("generations", struct fake_generation, pflops, "pflops", "PFLOPS/card", 1e-3, 100, NULL, FIXED, "dense FP16",
           NULL),
    COLUMN("generations", struct fake_generation, price_usd, "price", "USD/card", 1, 1e6, "10000 USD/card", UNCERTAIN,
           "list price", NULL),
    COLUMN("generations", struct fake_generation, power_kw, "power", "kW/card", 0, 10, "700 W/card", FIXED,
           "at full load", NULL),
    COLUMN("generations", struct fake_generation, life_yr, "life", "yr", 0.5, 20, "{weibull: {shape: 3, scale: 6 yr}}",
           UNCERTAIN, "until it fails", NULL),
    {0},
};
/* clang-format on */

/* clang-format off */
static const struct param operator_params[] = {
    COLUMN("generations", struct fake_operating_generation, activation_cny, "activation", "kCNY/card", 0, 1e4,
           "{lognormal: {median: 20 kCNY/card, sigma: 0.5}}", HETEROGENEOUS, "cost of making it work", NULL),
    COLUMN("generations", struct fake_operating_generation, rent_cny_per_card_hour, "rent", "CNY/card-hour", 0, 1e3,
           "none", FIXED, "observed rent", NULL),
    {0},
};
/* clang-format on */

/* clang-format off */
static const struct param policy_params[] = {
    {.name = "announced",
     .table = "policy_events",
     .type = PARAM_DATE,
     .draw = UNCERTAIN,
     .value = "none",
     .help = "when it is made known",
     .offset = offsetof(struct fake_policy_event, announced)},
    {.name = "effective",
     .table = "policy_events",
     .type = PARAM_DATE,
     .draw = UNCERTAIN,
     .help = "when it takes effect",
     .offset = offsetof(struct fake_policy_event, effective)},
    {.name = "covers",
     .table = "policy_events",
     .type = PARAM_REFERENCES,
     .of = "generations",
     .value = "all",
     .help = "cards it is about",
     .offset = offsetof(struct fake_policy_event, covers)},
    {.name = "actor",
     .table = "policy_events",
     .type = PARAM_CHOICE,
     .choices = "us china",
     .value = "us",
     .help = "who closes the gate",
     .offset = offsetof(struct fake_policy_event, actor)},
    {0},
};
/* clang-format on */

/* clang-format off */
static const struct schema_output fake_outputs[] = {
    {.name = "rent", .unit = "CNY/card-hour", .table = "generations"},
    {.name = "utilisation", .unit = ""},
    {.name = "capacity.lit", .unit = "P"},
    {.name = "first_arrival", .unit = "date", .table = "generations", .is_scalar = true},
    {.name = "npv", .unit = "MCNY", .is_scalar = true},
    {0},
};
/* clang-format on */

static inline struct schema fake_schema(struct arena *arena)
{
    struct schema schema = {.outputs = fake_outputs};
    schema_add(&schema, arena, "run", false, "the run", run_params, sizeof(struct run_settings), OWNER_SIMULATOR);
    schema_add_switch(&schema, arena, "technology", "cards", true);
    schema_add(&schema, arena, "technology", false, "cards", NULL, 0, OWNER_TECHNOLOGY);
    schema_add(&schema, arena, "generations", true, "generations of cards", technology_params,
               sizeof(struct fake_generation), OWNER_TECHNOLOGY);
    schema_add_switch(&schema, arena, "market", "rents", true);
    schema_add(&schema, arena, "market", false, "rents", market_params, sizeof(struct fake_market), OWNER_MARKET);
    schema_add_switch(&schema, arena, "policy", "bans", true);
    schema_add(&schema, arena, "policy", false, "bans", policy_params, 0, OWNER_POLICY);
    schema_add(&schema, arena, "policy_events", true, "bans", policy_params, sizeof(struct fake_policy_event),
               OWNER_POLICY);
    schema_add(&schema, arena, "generations", true, "generations of cards", operator_params,
               sizeof(struct fake_operating_generation), OWNER_OPERATORS);
    return schema;
}

#endif
