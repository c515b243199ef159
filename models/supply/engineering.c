/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Engineering service: better use of old cards instead of new ones (M19, M25).
 *
 * A service for storage, network, start-up time and throughput raises what a vintage's cards deliver by `gain`, at a
 * cost that differs from centre to centre. The owner looks at the offer when it reviews the vintage (supply.c), and
 * buys if what it gains is worth more than it costs. For cards on offer that is, over the T years left to them,
 *
 *     gain * share of the rent paid for work * occupancy * present value of the forward rents of T years > cost;
 *
 * for dormant ones, which earn nothing, it is all that they would earn once awake, less what waking them costs: the
 * service finds them users, and they are on offer at once. A vintage is improved once. What is let stays as it was
 * signed, until it is let anew; from then on a lease holds more effective P, at a rent higher by the part of it that is
 * paid for work (supply_rent_factor).
 *
 * Imposed: gain, cost, date. Emerges: who buys, when new cards are better. Off, or gain 0: nobody buys.
 */
#include "models/supply/engineering.h"
#include "models/models.h"
#include "models/world.h"

#include "sim/base/det.h"

struct settings {
    double gain, from;
    const struct distribution *cost;
};

struct engineering {
    const struct settings *settings;
    double *cost; /* of the service to a vintage, share of what its cards cost; NaN: not asked yet */
    size_t asked, capacity;
    double spent_cny; /* since the last sample */
};

static inline struct engineering *engineering_state(const struct world *w)
{
    return w->state[STATE_engineering];
}

enum { STREAM_OF_COST }; /* (operator, k): what it costs a vintage */

/* clang-format off */
static const struct param params[] = {
    NUMBER(struct settings, gain, "gain", "", 0, 2, "0", UNCERTAIN,
           "gain of effective output of a vintage by engineering service, as a share; 0: no such service", NULL),
    {.name = "cost", .type = PARAM_NUMBER, .draw = HETEROGENEOUS, .unit = "", .min = 0, .max = 10,
     .value = "{lognormal: {median: 0.05, sigma: 0.7}}", .help = "price of engineering service, share of the cost of the cards",
     .offset = offsetof(struct settings, cost)},
    {.name = "from", .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2000, .max = 2100, .value = "none",
     .help = "date from which engineering service is offered; none: the start", .offset = offsetof(struct settings, from)},
    {0},
};
/* clang-format on */

/* Present value of the rents a card is let for over the years left to it, CNY: before any cost. */
static double rents_of_card(const struct world *w, int g, double years)
{
    double rate = w->value.discount_per_yr, annuity = rate > 0 ? (1 - det_exp(-rate * years)) / rate : years;
    double hours = w->value.occupancy * HOURS_PER_YEAR * annuity;
    return hours * w->value.yield * value_mean_rent(w, g, (int)round(years * MONTHS_PER_YEAR));
}

static double gain_per_card(const struct world *w, const struct vintage *v)
{
    double years = min_of(max_of(v->retires - w->sim->now, 0), VALUE_YEARS);
    double more = engineering_state(w)->settings->gain * w->market.work_share[v->generation] *
                  rents_of_card(w, v->generation, years);
    if (v->on_offer)
        return more;
    return value_of_card(w, v->region, v->generation, years) + more - v->activation_cost_per_card;
}

/* Drawn at the first review, and kept for the next. */
static double cost_per_card(struct world *w, uint32_t id)
{
    struct engineering *state = engineering_state(w);
    const struct vintage *v = &w->vintages.row[id];
    while (state->asked <= id) {
        WORLD_GROW(w, state->cost, state->asked, state->capacity);
        state->cost[state->asked++] = NONE;
    }
    if (isnan(state->cost[id])) {
        struct stream uniform =
            sim_stream(w->sim, &model_engineering, identity(STREAM_OF_COST, v->owner_class, v->number));
        state->cost[id] = distribution_quantile(state->settings->cost, stream_uniform(&uniform));
    }
    return state->cost[id] * v->cost_per_card;
}

static void buy(struct world *w, uint32_t id, double cost_cny)
{
    struct vintage *v = &w->vintages.row[id];
    w->vintages.engineering_cny += cost_cny;
    ledger_post(w, v->firm, ACCOUNT_ENGINEERING, cost_cny);
    engineering_state(w)->spent_cny += cost_cny;
    char name[64];
    tell(w->sim, "engineering", "improved", supply_name(w, id, name),
         "%.0f %s cards deliver %.0f %% more, for %.3g CNY%s", v->cards, w->generations.name[v->generation],
         100 * engineering_state(w)->settings->gain, cost_cny, v->on_offer ? "" : ", and find users");
    supply_improve(w, id, (double)v->quality * (1 + engineering_state(w)->settings->gain));
    if (!v->on_offer)
        supply_wake(w, id);
}

void engineering_review(struct world *w, uint32_t id)
{
    const struct engineering *state = engineering_state(w);
    const struct vintage *v = &w->vintages.row[id];
    if (!state || state->settings->gain <= 0 || v->improved || w->sim->now < state->settings->from)
        return;
    double cost = cost_per_card(w, id);
    if (gain_per_card(w, v) > cost)
        buy(w, id, cost * v->cards);
}

static void start(struct world *w)
{
    engineering_state(w)->settings = sim_settings(w->sim, &model_engineering);
}

enum { OUT_CARDS, OUT_COST };
/* clang-format off */
static const struct output outputs[] = {
    [OUT_CARDS] = {"engineering.cards", OUTPUT_SERIES, "cards", NULL, "standing cards improved by engineering"},
    [OUT_COST] = {"engineering.cost", OUTPUT_SERIES, "CNY", NULL, "spent on engineering since the last report"},
    {0},
};
/* clang-format on */

static void sample(struct world *w)
{
    sim_record(w->sim, &model_engineering, OUT_CARDS, -1, w->vintages.improved_cards, false);
    sim_record(w->sim, &model_engineering, OUT_COST, -1, engineering_state(w)->spent_cny, false);
    engineering_state(w)->spent_cny = 0;
}

const struct model model_engineering = {
    .name = "engineering",
    .help = "engineering service: more effective output from standing cards, bought where it pays",
    .without = "cards deliver what their generation delivers",
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    STATE(engineering, struct engineering),
    .start = start,
    .phase = {[PHASE_SAMPLE] = sample},
};
