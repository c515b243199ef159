/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The planner's parameters: its section, its alternatives, and what a given world says about cards; and what can be wrong
 * with a plan as a whole. */
#include "inside.h"

#include "sim/scenario/scenario.h"

#define GENERATION "generations"
#define SERIES(S, in, member, key, units, low, high, explain)                                                          \
    {                                                                                                                  \
        .table = (in), .name = (key), .type = PARAM_SERIES, .unit = (units), .min = (low), .max = (high),              \
        .value = "none", .help = (explain), .offset = offsetof(S, member)                                              \
    }
#define QUOTE(member, key, units, low, high, explain)                                                                  \
    COLUMN(ALTERNATIVE, struct alternative, member, key, units, low, high, "none", UNCERTAIN, explain, NULL)
#define CARD(member, key, units, low, high, explain)                                                                   \
    COLUMN(GENERATION, struct given_card, member, key, units, low, high, "none", UNCERTAIN, explain, NULL)
#define DECLINE(member, key, explain)                                                                                  \
    COLUMN(GENERATION, struct given_card, member, key, "/yr", -3, 3, "0 /yr", UNCERTAIN, explain, NULL)
#define ALTERNATIVE PLANNER_TABLE
#define MINE(member, key, units, low, high, fallback, how, explain)                                                    \
    NUMBER(struct planner_settings, member, key, units, low, high, fallback, how, explain, NULL)
#define OF(member, key, units, low, high, fallback, explain)                                                           \
    COLUMN(ALTERNATIVE, struct alternative, member, key, units, low, high, fallback, UNCERTAIN, explain, NULL)
/* clang-format off */
const struct param planner_params[] = {
    {.name = "start",
     .type = PARAM_DATE,
     .min = 2000,
     .max = 2100,
     .help = "date of the decision",
     .offset = offsetof(struct planner_settings, start)},
    {.name = "end",
     .type = PARAM_DATE,
     .min = 2000,
     .max = 2150,
     .value = "none",
     .help = "date at which the need ends; none: by the horizon",
     .offset = offsetof(struct planner_settings, end)},
    {.name = "currency",
     .type = PARAM_CHOICE,
     .choices = "CNY USD EUR",
     .value = "CNY",
     .help = "currency of the decision's tables and files, at the rate (run.fx, run.fx_eur) of the day of the decision",
     .offset = offsetof(struct planner_settings, currency)},
    MINE(horizon_yr, "horizon", "yr", 0.25, HORIZON_MOST_YR, "5 years", FIXED, "length of the plan"),
    MINE(need_p[TRAINING], "need_training", "P", 0, 1e7, "0 P", UNCERTAIN,
         "effective P that training needs at its peak, at the start"),
    MINE(need_p[INFERENCE], "need_inference", "P", 0, 1e7, "0 P", UNCERTAIN,
         "effective P that inference needs at its peak, at the start"),
    MINE(need_cards[TRAINING], "cards_training", "card", 0, 1e8, "0 card", UNCERTAIN,
         "cards of the reference generation that training needs at its peak, in addition to the need in P"),
    MINE(need_cards[INFERENCE], "cards_inference", "card", 0, 1e8, "0 card", UNCERTAIN,
         "cards of the reference generation that inference needs at its peak, in addition to the need in P"),
    MINE(need_servers[TRAINING], "servers_training", "server", 0, 1e7, "0 server", UNCERTAIN, "servers of the reference generation that training needs at its peak, in addition"),
    MINE(need_servers[INFERENCE], "servers_inference", "server", 0, 1e7, "0 server", UNCERTAIN,
         "servers of the reference generation that inference needs at its peak, in addition"),
    MINE(need_tokens_per_yr, "tokens_needed", "token/yr", 0, 1e24, "0 token/yr", UNCERTAIN,
         "tokens a day that inference delivers on average, in addition; converted by `tokens` an effective P-hour"),
    SERIES(struct planner_settings, NULL, profile[TRAINING], "profile_training", "", 0, 1e4,
           "factor on the need for training by date: seasons, a series; `bursts` has short ones"),
    SERIES(struct planner_settings, NULL, profile[INFERENCE], "profile_inference", "", 0, 1e4,
           "factor on the need for inference by date"),
    MINE(growth_per_yr[TRAINING], "growth_training", "/yr", -3, 3, "0 /yr", UNCERTAIN,
         "growth of the need for training"),
    MINE(growth_per_yr[INFERENCE], "growth_inference", "/yr", -3, 3, "0 /yr", UNCERTAIN,
         "growth of the need for inference"),
    MINE(load[TRAINING], "load_training", "", 0.01, 1, "1", UNCERTAIN, "mean over peak of the need for training"),
    MINE(load[INFERENCE], "load_inference", "", 0.01, 1, "1", UNCERTAIN, "mean over peak of the need for inference"),
    MINE(volatility, "volatility", "", 0, 3, "0", UNCERTAIN, "standard deviation of the yearly change of the log need"),
    MINE(ends_per_yr, "ends", "/yr", 0, 10, "0 /yr", UNCERTAIN,
         "hazard that the need ends for good, when the product is given up"),
    MINE(discount_per_yr, "cost_of_capital", "/yr", -0.1, 1, "8 %/yr", UNCERTAIN,
         "discount rate of unlevered cash flows after tax"),
    {.name = "rates",
     .type = PARAM_CHOICE,
     .choices = "nominal real",
     .value = "nominal",
     .help = "basis of the cost of capital: nominal, or real, to which inflation is added",
     .offset = offsetof(struct planner_settings, rates_are_real)},
    MINE(inflation_per_yr, "inflation", "/yr", -0.2, 1, "0 /yr", UNCERTAIN,
         "rise of staff, colocation, running cost, and of quoted power and maintenance"),
    {.name = "convention",
     .type = PARAM_CHOICE,
     .choices = "continuous year_end",
     .value = "continuous",
     .help = "timing of payments: when they are made, or at the end of their year of the plan, as in textbooks",
     .offset = offsetof(struct planner_settings, convention)},
    MINE(debt_per_yr, "cost_of_debt", "/yr", 0, 1, "4 %/yr", UNCERTAIN,
         "market rate of loans to the planner"),
    MINE(tax, "tax", "", 0, 0.9, "0", UNCERTAIN, "income tax on what is saved or spent; 0 for a buyer that pays none"),
    MINE(tax_life_yr, "tax_life", "yr", 0, 20, "3 years", FIXED, "life of cards for tax; 0: expensed at once"),
    {.name = "tax_method",
     .type = PARAM_CHOICE,
     .choices = "straight_line declining sum_of_years units macrs chinese_double",
     .value = "straight_line",
     .help = "how cards are written off for tax, year of ownership by year of ownership",
     .offset = offsetof(struct planner_settings, tax_method)},
    {.name = "macrs_convention",
     .type = PARAM_CHOICE,
     .choices = "half_year quarter_1 quarter_2 quarter_3 quarter_4",
     .value = "half_year",
     .help = "what part of a first year MACRS counts: half, or from the middle of that quarter",
     .offset = offsetof(struct planner_settings, tax_convention)},
    MINE(tax_bonus, "bonus_depreciation", "", 0, 1, "0", UNCERTAIN, "share of equipment deducted at once"),
    MINE(expense_below_cny, "expense_below", "CNY/server", 0, 1e12, "0 CNY/server", UNCERTAIN,
         "equipment up to this price is deducted at once: 5 MCNY in China to the end of 2027"),
    {.name = "book_method",
     .type = PARAM_CHOICE,
     .choices = "straight_line declining sum_of_years units macrs chinese_double",
     .value = "straight_line",
     .help = "how cards are written off in the books, for statement.csv",
     .offset = offsetof(struct planner_settings, book_method)},
    MINE(book_life_yr, "book_life", "yr", 0.5, 30, "5 years", FIXED, "life of cards in the books"),
    MINE(book_salvage, "book_salvage", "", 0, 0.9, "0", FIXED, "share of the cost that the books keep"),
    NUMBER(struct planner_settings, vat_rent, "vat_rent", "", 0, 1, "6%", FIXED, "value added tax on rents", "statute"),
    NUMBER(struct planner_settings, vat_equipment, "vat_equipment", "", 0, 1, "13%", FIXED,
           "value added tax on equipment", "statute"),
    MINE(vat_recovered, "vat_recovered", "", 0, 1, "1", UNCERTAIN,
         "share of value added tax paid that is credited; 0: exempt buyers, public bodies"),
    MINE(on_demand_premium, "on_demand_premium", "", 0.1, 10, "1", UNCERTAIN,
         "what an hour costs by the hour over the market's monthly rent"),
    MINE(reserved_premium, "reserved_premium", "", 0.1, 10, "1", UNCERTAIN,
         "what a term contract costs over the forward curve's rent of that term"),
    MINE(shortage, "shortage", "", 1, 20, "1", UNCERTAIN,
         "price of capacity that the market does not have, over the rent by the hour"),
    MINE(voucher, "voucher", "", 0, 1, "0", UNCERTAIN, "share of rents that a voucher pays while the state grants any"),
    MINE(voucher_cny_per_yr, "voucher_cap", "CNY/yr", 0, 1e12, "1e12 CNY/yr", UNCERTAIN,
         "what a voucher pays a year at most"),
    MINE(swing, "swing", "", 0.01, 0.9, "20%", FIXED, "by how much the tornado moves each input, up and down"),
    {.name = "target_irr",
     .type = PARAM_NUMBER,
     .draw = FIXED,
     .unit = "/yr",
     .min = -0.5,
     .max = 3,
     .value = "none",
     .help = "target return of owning over renting, for the break-even price, rent and use",
     .offset = offsetof(struct planner_settings, target_irr_per_yr)},
    {.name = "tokens",
     .type = PARAM_NUMBER,
     .draw = UNCERTAIN,
     .unit = "token/P-hour",
     .min = 1,
     .max = 1e15,
     .value = "none",
     .help = "tokens that an effective P-hour gives, for the cost of a million of them",
     .offset = offsetof(struct planner_settings, tokens_per_p_hour)},
    {.name = "reference",
     .type = PARAM_REFERENCE,
     .of = "generations",
     .value = "H100",
     .help = "card in whose hours costs are also given, and in which a need in cards or servers is counted",
     .offset = offsetof(struct planner_settings, reference)},

    {.name = "kind",
     .table = ALTERNATIVE,
     .type = PARAM_CHOICE,
     .choices = "build rent_on_demand rent_reserved hybrid wait",
     .value = "rent_on_demand",
     .help = "kind of alternative: how the need is met",
     .offset = offsetof(struct alternative, kind)},
    {.name = "generation",
     .table = ALTERNATIVE,
     .type = PARAM_REFERENCE,
     .of = "generations",
     .value = "none",
     .help = "card that is built with, or insisted on when renting; none: the cheapest on offer for each workload",
     .offset = offsetof(struct alternative, generation)},
    {.name = "channel",
     .table = ALTERNATIVE,
     .type = PARAM_CHOICE,
     .choices = "official gray domestic any",
     .value = "any",
     .help = "channel that is bought through; orders wait until it is open",
     .offset = offsetof(struct alternative, channel)},
    {.name = "region",
     .table = ALTERNATIVE,
     .type = PARAM_REFERENCE,
     .of = "regions",
     .value = "none",
     .help = "where own cards stand; none: the region of reference",
     .offset = offsetof(struct alternative, region)},
    OF(share, "share", "", 0, 5, "1", "share of the peak need that is built, or reserved when renting"),
    OF(rest_reserved, "rest_reserved", "", 0, 1, "0", "share of what is not built that a term contract covers"),
    OF(tranches, "tranches", "", 1, MOST_TRANCHES, "1", "number of equal orders in which the capacity is built"),
    OF(tranche_yr, "tranche_every", "yr", 0, 10, "6 months", "time between two orders"),
    OF(build_time_yr, "build_time", "yr", 0, 10, "0 months",
       "from an order until the site is ready; cards may take longer"),
    OF(headroom, "headroom", "", -0.9, 5, "0", "capacity ordered beyond the need of the day, share of it"),
    OF(prepaid, "prepaid", "", 0, 1, "0", "share of the price paid with the order, the rest at delivery"),
    OF(lost, "lost", "", 0, 0.9, "0", "share of cards paid for that never arrive"),
    {.name = "invoice",
     .table = ALTERNATIVE,
     .type = PARAM_FLAG,
     .value = "true",
     .help = "whether cards are bought with an invoice, without which no value added tax is credited",
     .offset = offsetof(struct alternative, invoice)},
    OF(sublet, "sublet", "", 0, 1, "0", "share of own spare hours offered to others"),
    OF(resale, "resale", "", 0, 1, "0", "share of what cards can still earn that their sale at the end brings"),
    OF(service_life_yr, "service_life", "yr", 0.5, 30, "6.5 years", "physical life of own cards"),
    OF(staff_cny_per_yr, "staff", "CNY/yr", 0, 1e12, "0 CNY/yr", "staff to run it, beyond the market's upkeep"),
    OF(term_yr, "term", "yr", 1.0 / MONTHS_PER_YEAR, LONGEST_TERM_MONTHS / MONTHS_PER_YEAR, "1 year",
       "length of a rental contract"),
    OF(recontracting_yr, "recontracting", "yr", 0, 1, "0 weeks",
       "time for which rent is paid twice when one contract follows another"),
    OF(penalty, "penalty", "", 0, 1, "1", "share of rent still due that leaving a term contract costs"),
    OF(displaced, "displaced_debt", "", 0, 1, "0", "debt displaced by a yuan still due under a term contract"),
    OF(debt_share, "debt_share", "", 0, 1, "0", "share of what is built that is borrowed"),
    {.name = "loan_kind",
     .table = ALTERNATIVE,
     .type = PARAM_CHOICE,
     .choices = "equal_parts annuity bullet",
     .value = "equal_parts",
     .help = "repayment of the loan of an alternative",
     .offset = offsetof(struct alternative, loan_kind)},
    QUOTE(dscr, "dscr", "", 1, 10,
          "debt service cover: lends what expected cash flow bears at it, repaid in the same measure, instead of a share"),
    {.name = "loan_rate",
     .table = ALTERNATIVE,
     .type = PARAM_NUMBER,
     .draw = UNCERTAIN,
     .unit = "/yr",
     .min = 0,
     .max = 1,
     .value = "none",
     .help = "interest rate of the loan of an alternative; none: the cost of debt, without subsidy",
     .offset = offsetof(struct alternative, loan_per_yr)},
    OF(loan_yr, "loan_life", "yr", 0.5, 30, "5 years", "time over which the loan of an alternative is repaid"),
    QUOTE(price_cny, "price", "CNY/card", 0, 1e13, "quoted price of a card in place, without value added tax"),
    QUOTE(server_price_cny, "server_price", "CNY/server", 0, 1e13, "quoted price of a server in place, without value added tax"),
    SERIES(struct alternative, ALTERNATIVE, price_path, "price_path", "CNY/card", 0, 1e13,
           "quoted price of a card by date of order"),
    OF(price_discount, "price_discount", "", -5, 1, "0", "discount on the price, quoted or the market's"),
    OF(bulk_from_cards, "bulk_from", "card", 0, 1e9, "0 card", "cards ordered together from which the bulk discount holds"),
    OF(bulk_discount, "bulk_discount", "", -1, 1, "0", "discount on the price of a bulk order"),
    QUOTE(lead_yr, "lead", "yr", 0, 10, "quoted delivery time"),
    OF(pay_after_yr, "pay_after", "yr", 0, 10, "0 months", "from delivery until the rest of the price is paid"),
    OF(hall_cny_per_card, "hall", "CNY/card", 0, 1e13, "0 CNY/card", "a hall of one's own, for each card, beside its price"),
    OF(hall_life_yr, "hall_life", "yr", 1, 60, "20 years", "life of that hall"),
    OF(colocation_cny_per_kw_yr, "colocation", "CNY/kW/yr", 0, 1e7, "0 CNY/kW/yr", "fee of a colocation, without power"),
    QUOTE(power_cny_per_kwh, "power_price", "CNY/kWh", 0, 100, "quoted price of power"),
    QUOTE(pue, "pue", "", 1, 3, "facility power over computing power"),
    QUOTE(power_w, "card_power", "W", 0, 1e6, "power of a card in use with its share of the server"),
    QUOTE(maintenance_per_yr, "maintenance", "/yr", 0, 1, "maintenance and site staff, as a share of the price a year"),
    OF(running_cny_per_card_yr, "running", "CNY/card/yr", 0, 1e12, "0 CNY/card/yr", "further running cost of a card"),
    QUOTE(rent_cny, "rent", "CNY/card-hour", 0, 1e6,
          "quoted rent, by the hour or under contract, of the generation or else of the planner's reference"),
    QUOTE(server_rent_cny, "server_rent", "CNY/server-month", 0, 1e10, "quoted rent of a server a month"),
    OF(rent_discount, "rent_discount", "", -5, 1, "0", "discount on the rent, quoted or the market's"),
    OF(escalator_per_yr, "escalator", "/yr", -1, 1, "0 /yr", "rise of a quoted rent, and of a contract's while it runs"),
    OF(take_or_pay, "take_or_pay", "", 0, 1, "1", "share of contracted hours that is paid whether used or not"),
    OF(residual_guarantee, "residual_guarantee", "", 0, 1, "0", "guaranteed residual value of a card at the end, as a share of its price"),
    OF(trade_in_cny, "trade_in", "CNY/card", 0, 1e12, "0 CNY/card", "what the vendor gives for a card at the end"),
    OF(until_yr, "until", "yr", 0, HORIZON_MOST_YR, "1 year", "longest time that deciding is put off"),
    OF(review_yr, "review", "yr", 1.0 / MONTHS_PER_YEAR, 10, "3 months",
       "time between two looks at the market while waiting"),

    /* bursts of the need */
    {.name = "start",
     .table = BURST_TABLE,
     .type = PARAM_DATE,
     .min = 2000,
     .max = 2150,
     .help = "date on which a burst of the need begins",
     .offset = offsetof(struct burst, start)},
    COLUMN(BURST_TABLE, struct burst, length_yr, "length", "yr", 1.0 / 365, HORIZON_MOST_YR, "1 month", FIXED, "for how long", NULL),
    COLUMN(BURST_TABLE, struct burst, every_yr, "every", "yr", 7.0 / 365, HORIZON_MOST_YR, "none", FIXED, "time from the beginning of one burst to that of the next; none: there is one", NULL),
    COLUMN(BURST_TABLE, struct burst, times, "times", "", 0, 1e4, "1", UNCERTAIN, "multiple of the need during a burst", NULL),
    {.name = "workload",
     .table = BURST_TABLE,
     .type = PARAM_CHOICE,
     .choices = "training inference both",
     .value = "both",
     .help = "whose need it is",
     .offset = offsetof(struct burst, workload)},

    /* a world that is given */
    CARD(rent_cny, "rent", "CNY/card-hour", 0, 1e6, "rent by the hour ex VAT, in a given world"),
    CARD(server_rent_cny, "server_rent", "CNY/server-month", 0, 1e10, "rent of a server a month, in a given world"),
    DECLINE(rent_decline_per_yr, "rent_decline", "continuous decline of the rent from the start of the run, in a given world"),
    SERIES(struct given_card, GENERATION, rent_path, "rent_path", "CNY/card-hour", 0, 1e6, "rent by date, in a given world"),
    CARD(price_cny, "price", "CNY/card", 0, 1e13, "price in place ex VAT, in a given world"),
    CARD(server_price_cny, "server_price", "CNY/server", 0, 1e13, "price of a server in place, in a given world"),
    DECLINE(price_decline_per_yr, "price_decline", "continuous decline of the price in place, in a given world"),
    SERIES(struct given_card, GENERATION, price_path, "price_path", "CNY/card", 0, 1e13, "price in place by date, in a given world"),
    CARD(used_cny, "used_price", "CNY/card", 0, 1e13, "price of a used card at the start of the run, in a given world"),
    DECLINE(used_decline_per_yr, "used_price_decline", "continuous decline of the price of a used card, in a given world"),
    SERIES(struct given_card, GENERATION, used_path, "used_price_path", "CNY/card", 0, 1e13, "price of a used card by date, in a given world"),
    COLUMN(GENERATION, struct given_card, effective_p, "effective", "P", 1e-6, 1e6, "1 P", UNCERTAIN,
           "effective P of a card, in a given world", NULL),
    COLUMN(GENERATION, struct given_card, cards_per_server, "cards_per_server", "", 1, 128, "8", FIXED,
           "cards in the unit that is sold and let", NULL),
    CARD(power_w, "power_w", "W", 10, 20000, "power of a card at load"),
    {0},
};
/* clang-format on */

const struct table planner_tables[] = {
    {ALTERNATIVE, sizeof(struct alternative), "ways to meet the planner's need"},
    {BURST_TABLE, sizeof(struct burst), "times when the need is a multiple of itself"},
    {GENERATION, sizeof(struct given_card), "hardware generations"},
    {0}};

const char *const planner_numbers[] = {"cost",
                                       "cvar",
                                       "p05",
                                       "p25",
                                       "p50",
                                       "p75",
                                       "p95",
                                       "p90",
                                       "unlevered",
                                       "financing",
                                       "best",
                                       "hindsight_regret",
                                       "per_p_hour_before_tax",
                                       "per_card_hour_before_tax",
                                       "per_mtoken_before_tax",
                                       "a_year",
                                       "debt",
                                       "lease_liability",
                                       "never_ordered",
                                       "break_even_use",
                                       "break_even_rent",
                                       "break_even_price_share",
                                       "payback_yr",
                                       "irr",
                                       "mirr",
                                       "target_price_share",
                                       "target_rent_share",
                                       "target_use_share",
                                       "label",
                                       NULL};
const char *const planner_inputs[] = {"price", "rent", "contract", "use", "running", "resale", "life", "capital", NULL};

/* -- what is wrong with a plan as a whole -------------------------------------------------------------------------- */

struct checking {
    const struct scenario *scenario;
    struct mistakes *mistakes;
    struct arena arena;
    const struct run_settings *run;
    const struct planner_settings *plan;
    const struct alternative *row;
    const struct given_card *card;
    const struct burst *burst;
    size_t rows, bursts;
};

#define complain(c, path, ...) scenario_complain((c)->scenario, (c)->mistakes, path, __VA_ARGS__)

/* MACRS knows classes of lives. */
static void check_macrs(struct checking *c, const char *path, int method, double life_yr)
{
    if (method == DEPRECIATION_MACRS && !(depreciation_macrs_factor(life_yr) > 0))
        complain(c, path, "no class of MACRS, %.4g years; allowed: 3, 5, 7, 10, 15 or 20 years", life_yr);
}

static void check_window(struct checking *c)
{
    char from[DATE_TEXT_BYTES], to[DATE_TEXT_BYTES], text[DATE_TEXT_BYTES];
    date_text(c->run->start, from);
    date_text(c->run->end, to);
    if (c->plan->start < c->run->start || c->plan->start >= c->run->end)
        complain(c, "planner.start", "outside the run, %s; allowed: from %s to before %s",
                 date_text(c->plan->start, text), from, to);
    else if (planner_horizon(c->plan) < 0.25 - SLACK_YR || planner_horizon(c->plan) > HORIZON_MOST_YR + SLACK_YR)
        complain(c, "planner.end", "%.4g years from %s; allowed: 0.25 to %d years", planner_horizon(c->plan),
                 date_text(c->plan->start, text), HORIZON_MOST_YR);
    else if (c->plan->start + planner_horizon(c->plan) > c->run->end + SLACK_YR)
        complain(c, isnan(c->plan->end) ? "planner.horizon" : "planner.end",
                 "beyond the end of the run, %.4g years from %s; allowed: until %s", planner_horizon(c->plan),
                 date_text(c->plan->start, text), to);
}

static void check_given(struct checking *c, size_t i, const char *name);

static void check_row(struct checking *c, size_t i)
{
    const struct alternative *a = &c->row[i];
    const char *name = arena_printf(&c->arena, ALTERNATIVE ".%s", scenario_row_name(c->scenario, ALTERNATIVE, i));
    if (built_share(a) > 0 && a->generation < 0)
        complain(c, arena_printf(&c->arena, "%s.generation", name),
                 "missing, what is built; allowed: an entity of generations");
    if (a->kind == ALTERNATIVE_HYBRID && !(a->share > 0 && a->share < 1))
        complain(c, arena_printf(&c->arena, "%s.share", name),
                 "not a share of a hybrid, %.4g; allowed: above 0 and below 1", a->share);
    if (a->tranches != round(a->tranches))
        complain(c, arena_printf(&c->arena, "%s.tranches", name), "not a whole number, %.4g", a->tranches);
    if (!scenario_enabled(c->scenario, "market"))
        check_given(c, i, name);
    if (a->take_or_pay < 1 && a->kind != ALTERNATIVE_RESERVED && a->kind != ALTERNATIVE_HYBRID)
        complain(c, arena_printf(&c->arena, "%s.take_or_pay", name),
                 "not a contract; allowed: for rent_reserved and hybrid");
    if (a->kind != ALTERNATIVE_WAIT)
        return;
    if (a->until_yr < a->review_yr || a->until_yr >= planner_horizon(c->plan))
        complain(c, arena_printf(&c->arena, "%s.until", name),
                 "no time to wait, %.4g years; allowed: from review, %.4g, to before the horizon, %.4g", a->until_yr,
                 a->review_yr, planner_horizon(c->plan));
    else if (a->until_yr / a->review_yr > PLANNER_DATES - 1 + SLACK_YR)
        complain(c, arena_printf(&c->arena, "%s.review", name),
                 "too many dates, every %.4g years for %.4g years; allowed: up to %d", a->review_yr, a->until_yr,
                 PLANNER_DATES - 1);
}

static double of_both(const double x[WORKLOADS])
{
    return x[TRAINING] + x[INFERENCE];
}

static void check_need(struct checking *c)
{
    const struct planner_settings *s = c->plan;
    if (of_both(s->need_p) + of_both(s->need_cards) + of_both(s->need_servers) + s->need_tokens_per_yr <= 0)
        complain(c, "planner",
                 "nothing is needed; allowed: need_training or need_inference above 0 P, or cards_*, servers_* or "
                 "tokens_needed");
    if (s->need_tokens_per_yr > 0 && isnan(s->tokens_per_p_hour))
        complain(c, "planner.tokens_needed",
                 "how many an effective P-hour gives is not said; allowed: with planner.tokens");
}

/* What a given world says of cards is read in no other. */
static void check_cards(struct checking *c)
{
    if (scenario_enabled(c->scenario, "market"))
        for (size_t g = 0; g < scenario_row_count(c->scenario, GENERATION); g++) {
            const struct given_card *card = &c->card[g];
            const struct {
                const char *key;
                bool is_set;
            } set[] = {{"rent", !isnan(card->rent_cny)},
                       {"server_rent", !isnan(card->server_rent_cny)},
                       {"rent_path", card->rent_path != NULL},
                       {"price", !isnan(card->price_cny)},
                       {"server_price", !isnan(card->server_price_cny)},
                       {"price_path", card->price_path != NULL},
                       {"used_price", !isnan(card->used_cny)},
                       {"used_price_path", card->used_path != NULL}};
            for (size_t i = 0; i < sizeof set / sizeof *set; i++)
                if (set[i].is_set)
                    complain(c,
                             arena_printf(&c->arena, GENERATION ".%s.%s", scenario_row_name(c->scenario, GENERATION, g),
                                          set[i].key),
                             "the market of this world makes it; allowed: with world: given");
        }
}

static bool is_priced(const struct given_card *card)
{
    return !isnan(card->price_cny) || !isnan(card->server_price_cny) || card->price_path;
}

static bool some_rent_is_given(const struct checking *c)
{
    for (size_t g = 0; g < scenario_row_count(c->scenario, GENERATION); g++)
        if (!isnan(c->card[g].rent_cny) || !isnan(c->card[g].server_rent_cny) || c->card[g].rent_path)
            return true;
    return false;
}

/* Whether own cards or quoted rents cover every hour, however the need moves. */
static bool needs_no_rent(const struct checking *c, const struct alternative *a)
{
    const struct planner_settings *s = c->plan;
    bool quotes = !isnan(a->rent_cny) || !isnan(a->server_rent_cny), is_flat = s->volatility == 0 && c->bursts == 0;
    for (int k = 0; k < WORKLOADS; k++)
        is_flat = is_flat && s->growth_per_yr[k] <= 0 && !s->profile[k];
    if (a->kind == ALTERNATIVE_ON_DEMAND)
        return quotes;
    if (a->kind == ALTERNATIVE_RESERVED)
        return quotes && is_flat && a->share >= 1;
    double lead = isnan(a->lead_yr) ? 0 : a->lead_yr;
    return a->kind == ALTERNATIVE_BUILD && is_flat && a->share * (1 + a->headroom) >= 1 && a->tranches <= 1 &&
           lead <= 0 && a->build_time_yr <= 0 && a->service_life_yr >= planner_horizon(s) - SLACK_YR;
}

/* In a given world every price that a plan needs must be stated. */
static void check_given(struct checking *c, size_t i, const char *name)
{
    const struct alternative *a = &c->row[i];
    bool quotes = !isnan(a->price_cny) || !isnan(a->server_price_cny) || a->price_path;
    if (built_share(a) > 0 && a->generation >= 0 && !quotes && !is_priced(&c->card[a->generation]))
        complain(c, name,
                 "no price is given for what is built; allowed: with price or server_price here or at " GENERATION);
    if (!needs_no_rent(c, a) && !some_rent_is_given(c))
        complain(c, name,
                 "no rent is given for hours that are rented; allowed: with rent or server_rent at " GENERATION
                 ", or quoted here");
}

static void check_rows(struct checking *c)
{
    size_t waiting = 0;
    for (size_t i = 0; i < c->rows; i++)
        waiting += c->row[i].kind == ALTERNATIVE_WAIT;
    if (c->rows == waiting || c->rows > PLANNER_ALTERNATIVES)
        complain(c, c->rows ? ALTERNATIVE : "planner", "%zu %s to choose from; allowed: 1 to %d, beside waiting",
                 c->rows - waiting, ALTERNATIVE, PLANNER_ALTERNATIVES);
    if (waiting > 1)
        complain(c, ALTERNATIVE, "%zu that wait; allowed: one", waiting);
    for (size_t i = 0; i < c->rows; i++)
        check_row(c, i);
}

static bool is_one_of(const char *word, const char *const *words)
{
    while (*words && strcmp(*words, word) != 0)
        words++;
    return *words;
}

static bool is_alternative(const struct checking *c, const char *name)
{
    size_t i = 0;
    while (i < c->rows && strcmp(scenario_row_name(c->scenario, ALTERNATIVE, i), name) != 0)
        i++;
    return i < c->rows;
}

static bool are_inputs(struct checking *c, const char *path)
{
    const char *dot = strchr(path, '.'), *end = dot ? dot : path + strlen(path);
    return is_one_of(arena_printf(&c->arena, "%.*s", (int)(end - path), path), planner_inputs) &&
           (!dot || are_inputs(c, dot + 1));
}

/* `contract.cost`, `flip.price.to`, `flips.price.use`: what a finding quotes of the decision. */
static bool can_be_quoted(struct checking *c, const char *path)
{
    static const char *const alone[] = {"best", "second", "lead", "waiting", NULL};
    const char *dot = strchr(path, '.');
    if (!dot)
        return is_one_of(path, alone);
    const char *first = arena_printf(&c->arena, "%.*s", (int)(dot - path), path), *rest = dot + 1;
    if (strcmp(first, "flips") == 0)
        return are_inputs(c, rest);
    if (strcmp(first, "flip") != 0)
        return is_alternative(c, first) && is_one_of(rest, planner_numbers);
    dot = strchr(rest, '.');
    if (dot && strcmp(dot, ".to") != 0)
        return false;
    return is_one_of(dot ? arena_printf(&c->arena, "%.*s", (int)(dot - rest), rest) : rest, planner_inputs);
}

static void check_bursts(struct checking *c)
{
    char text[DATE_TEXT_BYTES], from[DATE_TEXT_BYTES], to[DATE_TEXT_BYTES];
    double start = c->plan->start, end = start + planner_horizon(c->plan);
    for (size_t i = 0; i < c->bursts; i++) {
        const struct burst *b = &c->burst[i];
        const char *name = scenario_row_name(c->scenario, BURST_TABLE, i);
        if (b->start < start - SLACK_YR || b->start >= end)
            complain(c, arena_printf(&c->arena, BURST_TABLE ".%s.start", name),
                     "outside the plan, %s; allowed: from %s to before %s", date_text(b->start, text),
                     date_text(start, from), date_text(end, to));
        if (b->every_yr < b->length_yr)
            complain(c, arena_printf(&c->arena, BURST_TABLE ".%s.every", name),
                     "the next begins before it ends, %.4g years; allowed: from its length, %.4g years, on",
                     b->every_yr, b->length_yr);
    }
}

static void check_finding(struct checking *c)
{
    const struct finding *finding = &scenario_shown(c->scenario)->finding;
    for (size_t i = 0; i < finding->count && finding->is_own; i++) {
        const struct finding_part *part = &finding->part[i];
        if (part->kind == FINDING_DECISION && !can_be_quoted(c, part->measure))
            complain(c, "show.finding",
                     "not a number of this decision, decision.%s; allowed: decision.best, second, lead, waiting, "
                     "decision.ALTERNATIVE.NUMBER with a column of decision.csv, decision.flip.INPUT with a row of "
                     "tornado.csv, decision.flips.INPUT.INPUT",
                     part->measure);
    }
}

void planner_check(const struct scenario *scenario, struct mistakes *mistakes)
{
    struct checking c = {.scenario = scenario, .mistakes = mistakes, .rows = scenario_row_count(scenario, ALTERNATIVE)};
    struct drawn medians = scenario_draw(scenario, &c.arena, NULL, NULL);
    c.run = drawn_block(scenario, &medians, "run", OWNER_SIMULATOR);
    c.plan = checked_block(scenario, &medians, "planner", &model_planner);
    c.row = checked_block(scenario, &medians, ALTERNATIVE, &model_planner);
    c.card = checked_block(scenario, &medians, GENERATION, &model_planner);
    c.burst = checked_block(scenario, &medians, BURST_TABLE, &model_planner);
    c.bursts = scenario_row_count(scenario, BURST_TABLE);
    check_need(&c);
    if (c.plan->tax_life_yr > 0)
        check_macrs(&c, "planner.tax_life", c.plan->tax_method, c.plan->tax_life_yr);
    check_macrs(&c, "planner.book_life", c.plan->book_method, c.plan->book_life_yr);
    check_window(&c);
    check_cards(&c);
    check_rows(&c);
    check_bursts(&c);
    check_finding(&c);
    arena_free(&c.arena);
}
