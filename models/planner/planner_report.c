/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Outputs of the planner. */
#include "inside.h"

#define COST(name, when)                                                                                               \
    {                                                                                                                  \
        name, OUTPUT_SCALAR, "CNY", PLANNER_TABLE,                                                                     \
            "present cost at the start of all that follows from choosing it " when                                     \
    }
#define ASK(name, when)                                                                                                \
    {                                                                                                                  \
        name, OUTPUT_SCALAR, "CNY/P", PLANNER_TABLE, "what it asks per effective P " when ": in place, or an hour"     \
    }
#define PAID(name, when)                                                                                               \
    {                                                                                                                  \
        name, OUTPUT_SCALAR, "CNY", NULL, "present cost at the start of waiting until the decision " when              \
    }
#define EVERY_DATE(OUTPUT, name)                                                                                       \
    OUTPUT(name, "at the start"), OUTPUT(name "_1", "on date 1"), OUTPUT(name "_2", "on date 2"),                      \
        OUTPUT(name "_3", "on date 3"), OUTPUT(name "_4", "on date 4"), OUTPUT(name "_5", "on date 5"),                \
        OUTPUT(name "_6", "on date 6"), OUTPUT(name "_7", "on date 7"), OUTPUT(name "_8", "on date 8")
#define PART(name, unit, help)                                                                                         \
    {                                                                                                                  \
        name, OUTPUT_SCALAR, unit, PLANNER_TABLE, help                                                                 \
    }
/* clang-format off */
const struct output planner_outputs[] = {
    EVERY_DATE(COST, "plan.cost"),
    EVERY_DATE(ASK, "plan.ask"),
    EVERY_DATE(PAID, "plan.paid"),
    PART("plan.unlevered", "CNY", "present cost at the start without the value of financing"),
    PART("plan.financing", "CNY", "present value of tax shields and subsidised loans"),
    PART("plan.usage", "CNY", "of the present cost: power of used own hours"),
    PART("plan.rented", "CNY", "of the present cost: rent by the hour"),
    PART("plan.sublet", "CNY", "present value of spare hours let to others"),
    PART("plan.spare_worth", "CNY", "worth of used own hours had they been let to others like spare ones"),
    PART("plan.delivered", "P-hour", "effective P-hours delivered"),
    PART("plan.ordered", "", "share of its orders that were placed; 1 if it orders nothing"),
    PART("plan.debt", "CNY", "lent on what is built"),
    PART("plan.lease", "CNY", "lease liability and right of use when the first contract is signed"),
    PART("plan.saves", "", "saving over renting by the hour, as a share of the present cost of that"),
    {"plan.spent", OUTPUT_SERIES, "CNY", PLANNER_TABLE, "paid so far after tax, unlevered, if begun at the start"},
    {"plan.cash", OUTPUT_CURVE, "CNY", PLANNER_TABLE, "paid and received, item by item and year by year",
     {"item and year", "", 0, 1, PLAN_ITEMS * PLANNER_YEARS}, .hidden = true},
    {"plan.swing", OUTPUT_CURVE, "CNY", PLANNER_TABLE, "present cost with one input moved at a time",
     {"lens", "", 0, 1, PLAN_LENSES}, .hidden = true},
    {"plan.need_training", OUTPUT_SCALAR, "P", NULL, "effective P that training needs at the peak of the first day"},
    {"plan.need_inference", OUTPUT_SCALAR, "P", NULL, "effective P that inference needs at the peak of the first day"},
    {"plan.p_hours", OUTPUT_SCALAR, "P-hour", NULL, "present value of the effective P-hours that are needed"},
    {"plan.card_hours", OUTPUT_SCALAR, "card-hour", NULL, "present value of the hours of the reference card that are needed"},
    {0},
};
/* clang-format on */
_Static_assert(sizeof planner_outputs / sizeof *planner_outputs == PLAN_OUTPUTS + 1, "one row an output");

void planner_sample(struct world *w)
{
    const struct planner *plan = planner_state(w);
    for (size_t i = 0; i < plan->rows; i++)
        sim_record(w->sim, &model_planner, PLAN_SPENT, (int)i,
                   waits(plan, i) ? NONE : plan->position[i * plan->dates].spent, false);
}

/* Share of orders placed; 1 for an alternative that only rents. */
static double ordered_share(const struct position *p)
{
    return built_share(p->row) > 0 ? p->ordered / round(p->row->tranches) : 1;
}

/* The cost of a position that was opened; NaN if its order was never placed, 0 if the need ended before. */
static double cost_of(const struct position *p)
{
    return (p->open || p->closed) && ordered_share(p) <= 0 ? NONE : p->cost - p->financing;
}

/* What waiting costs in the end is known after all replications only (sim/study/decision.c). */
static void record_dates(struct world *w, size_t i)
{
    const struct planner *plan = planner_state(w);
    for (size_t d = 0; d < PLANNER_DATES; d++) {
        bool is_date = d < plan->dates;
        const struct position *p = &plan->position[i * plan->dates + (is_date ? d : 0)];
        double cost = waits(plan, i) || !is_date ? NONE : cost_of(p);
        sim_record(w->sim, &model_planner, (int)(PLAN_COST + d), (int)i, cost, false);
        sim_record(w->sim, &model_planner, (int)(PLAN_ASK + d), (int)i, is_date ? plan->asked[d][i] : NONE, false);
        if (waits(plan, i) && is_date)
            sim_record(w->sim, &model_planner, (int)(PLAN_PAID + d), -1,
                       d < plan->noted ? plan->paid[d] : plan->position[i * plan->dates].cost, false);
    }
}

static void record_curves(struct world *w, size_t i, const struct position *p)
{
    const struct planner *plan = planner_state(w);
    int lenses = isnan(plan->settings->target_irr_per_yr) ? LENSES_SWUNG : PLAN_LENSES;
    if (ordered_share(p) <= 0)
        return;
    for (int item = 0; item < PLAN_ITEMS; item++)
        for (int year = 0; year <= plan_year(plan, plan->settings->start + planner_horizon(plan->settings)); year++) {
            size_t at = (size_t)(item * PLANNER_YEARS + year);
            sim_record_point(w->sim, &model_planner, PLAN_CASH, (int)i, at, p->cash[at]);
        }
    for (int k = 0; k < lenses; k++) {
        const struct position *swung = &plan->swung[i * PLAN_LENSES + (size_t)k];
        sim_record_point(w->sim, &model_planner, PLAN_SWING, (int)i, (size_t)k, swung->cost - swung->financing);
    }
}

/* The cost of the first alternative that rents by the hour; NaN: there is none. */
static double cost_by_the_hour(const struct planner *plan)
{
    for (size_t i = 0; i < plan->rows; i++)
        if (plan->row[i].kind == ALTERNATIVE_ON_DEMAND)
            return cost_of(&plan->position[i * plan->dates]);
    return NONE;
}

void planner_finish(struct world *w)
{
    const struct planner *plan = planner_state(w);
    double by_the_hour = cost_by_the_hour(plan);
    for (size_t i = 0; i < plan->rows; i++) {
        const struct position *p = &plan->position[i * plan->dates];
        const double part[] = {p->cost,        p->financing, p->usage,         p->rented, p->sublet,
                               p->spare_worth, p->delivered, ordered_share(p), p->lent,   p->lease};
        record_dates(w, i);
        if (waits(plan, i))
            continue;
        for (size_t k = 0; k < sizeof part / sizeof *part; k++)
            sim_record(w->sim, &model_planner, PLAN_UNLEVERED + (int)k, (int)i, part[k], false);
        sim_record(w->sim, &model_planner, PLAN_SAVES, (int)i, 1 - cost_of(p) / by_the_hour, false);
        record_curves(w, i, p);
    }
    for (int k = 0; k < WORKLOADS; k++)
        sim_record(w->sim, &model_planner, PLAN_NEED_TRAINING + k, -1, plan->need_at_start[k], false);
    sim_record(w->sim, &model_planner, PLAN_HOURS, -1, plan->hours, false);
    sim_record(w->sim, &model_planner, PLAN_CARD_HOURS, -1, plan->card_hours, false);
}
