/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The planner's section and tables, for those who draw a decision from its outputs (sim/study/decision.c). */
#ifndef ICCSIM_MODELS_PLANNER_H
#define ICCSIM_MODELS_PLANNER_H

#include "models/world.h"

enum {
    PLANNER_DATES = 9, /* the start and up to eight later dates of decision */
    PLANNER_ALTERNATIVES = 12, /* at most */
    PLANNER_YEARS = 31, /* year 0, the day of the decision, and up to thirty years after it */
};
#define PLANNER_TABLE "alternatives"
#define BURST_TABLE "bursts"

enum alternative_kind {
    ALTERNATIVE_BUILD,
    ALTERNATIVE_ON_DEMAND,
    ALTERNATIVE_RESERVED,
    ALTERNATIVE_HYBRID,
    ALTERNATIVE_WAIT
};

/* Currency of the answer. The planner itself counts in CNY. */
enum planner_currency { CURRENCY_CNY, CURRENCY_USD, CURRENCY_EUR };

/* When a payment counts: as it is made, or at the end of its year of the plan, as in textbooks. */
enum planner_convention { CONVENTION_CONTINUOUS, CONVENTION_YEAR_END };

struct planner_settings {
    double start, end, horizon_yr; /* end: NaN: by the horizon */
    double need_p[WORKLOADS], growth_per_yr[WORKLOADS], load[WORKLOADS];
    double need_cards[WORKLOADS], need_servers[WORKLOADS], need_tokens_per_yr;
    const struct dated_series *profile[WORKLOADS];
    double volatility, ends_per_yr;
    double discount_per_yr, debt_per_yr, inflation_per_yr, tax, tax_life_yr;
    int rates_are_real, convention, tax_method, tax_convention, book_method;
    double tax_bonus, expense_below_cny, book_life_yr, book_salvage;
    double vat_rent, vat_equipment, vat_recovered;
    double on_demand_premium, reserved_premium, shortage, voucher, voucher_cny_per_yr;
    double tokens_per_p_hour; /* NaN: no such figure wanted */
    double swing, target_irr_per_yr; /* NaN: no target */
    int reference, currency;
};

enum burst_workload { BURST_OF_TRAINING = TRAINING, BURST_OF_INFERENCE = INFERENCE, BURST_OF_BOTH };
struct burst {
    double start, length_yr, every_yr, times; /* every_yr: NaN: once */
    int workload;
};

/* NaN in a quote: the market's, or the given world's. */
struct alternative {
    int kind, generation, channel, region;
    double share, rest_reserved;
    double tranches, tranche_yr, build_time_yr, headroom, prepaid, lost;
    bool invoice;
    double sublet, resale, service_life_yr, staff_cny_per_yr;
    double term_yr, recontracting_yr, penalty, displaced;
    double debt_share, loan_per_yr, loan_yr, dscr;
    int loan_kind;
    double until_yr, review_yr;
    /* quotes: the buyer's alone */
    double price_cny, server_price_cny, bulk_from_cards, bulk_discount, price_discount;
    const struct dated_series *price_path; /* CNY a card, or NULL */
    double lead_yr, pay_after_yr;
    double hall_cny_per_card, hall_life_yr, colocation_cny_per_kw_yr, power_cny_per_kwh, pue, power_w;
    double maintenance_per_yr, running_cny_per_card_yr;
    double rent_cny, server_rent_cny, rent_discount, escalator_per_yr, take_or_pay;
    double residual_guarantee, trade_in_cny;
};

/* What is paid and received, by year: the rows of cashflow.csv. Money out is negative. */
enum plan_item {
    ITEM_EQUIPMENT,
    ITEM_HALL,
    ITEM_SALE, /* of cards at the end, and what is left of the hall */
    ITEM_STAFF,
    ITEM_MAINTENANCE,
    ITEM_POWER,
    ITEM_COLOCATION,
    ITEM_RUNNING,
    ITEM_RENT_BY_HOUR,
    ITEM_RENT_BY_CONTRACT,
    ITEM_MOVING, /* double rent while one contract follows another */
    ITEM_PENALTY,
    ITEM_SUBLET,
    ITEM_TAX,
    ITEMS_UNLEVERED,
    ITEM_LOAN = ITEMS_UNLEVERED,
    ITEM_INTEREST,
    ITEM_PRINCIPAL,
    ITEM_DEPRECIATION, /* in the books: no money */
    PLAN_ITEMS
};

/* One input of the plan moved at a time, all else as it is: the bars of the tornado, each by `swing` down and up; and,
 * discounted at the wanted return, what price, rent or use would give it. */
enum plan_lens {
    LENS_PRICE,
    LENS_HOUR = 2,
    LENS_TERM = 4,
    LENS_USE = 6,
    LENS_RUNNING = 8, /* power, maintenance, staff, colocation */
    LENS_RESALE = 10,
    LENS_LIFE = 12,
    LENS_CAPITAL = 14, /* cost of capital */
    LENSES_SWUNG = 16,
    LENS_TARGET = LENSES_SWUNG, /* at the wanted return */
    LENS_TARGET_PRICE,
    LENS_TARGET_RENT,
    LENS_TARGET_USE,
    PLAN_LENSES
};

/* Outputs of the planner, in this order; those of a date stand date by date. */
enum planner_output {
    PLAN_COST, /* by alternative, for each date */
    PLAN_ASK = PLAN_COST + PLANNER_DATES, /* the same */
    PLAN_PAID = PLAN_ASK + PLANNER_DATES, /* for each date: by those who wait until then */
    PLAN_UNLEVERED = PLAN_PAID + PLANNER_DATES, /* from here on by alternative */
    PLAN_FINANCING,
    PLAN_USAGE,
    PLAN_RENTED,
    PLAN_SUBLET,
    PLAN_SPARE_WORTH,
    PLAN_DELIVERED,
    PLAN_ORDERED,
    PLAN_DEBT,
    PLAN_LEASE,
    PLAN_SAVES,
    PLAN_SPENT, /* a series */
    PLAN_CASH, /* a hidden curve: item by item, year by year */
    PLAN_SWING, /* a hidden curve: the present cost under each lens */
    PLAN_NEED_TRAINING,
    PLAN_NEED_INFERENCE,
    PLAN_HOURS,
    PLAN_CARD_HOURS,
    PLAN_OUTPUTS
};

/* What a sentence may quote of an alternative, by the names of decision.csv, and the inputs that the tornado moves;
 * both end with NULL. */
extern const char *const planner_numbers[], *const planner_inputs[];

/* When the planner may decide: start + k review, up to `until`; returns how many, at least 1. */
size_t planner_dates(const struct planner_settings *settings, const struct alternative *row, size_t rows,
                     double date[PLANNER_DATES]);

/* Share that a lens moves its input to: 1 - swing and 1 + swing, by turns. */
double planner_lens_factor(const struct planner_settings *settings, int lens);
/* Years from the start to the end of the plan. */
double planner_horizon(const struct planner_settings *settings);
/* Discount rate, continuous and nominal. */
double planner_rate(const struct planner_settings *settings);

#endif
