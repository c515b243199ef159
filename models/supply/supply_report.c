/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What supply shows, and that no card is lost. */
#include "supply.h"

/* Cards in = cards out; a broken promise fails the replication. */
static void check_conservation(struct world *w)
{
    const struct vintages *v = &w->vintages;
    double standing = 0;
    for (size_t g = 0; g < w->generations.count; g++)
        standing += v->installed_cards[g];
    double error = v->added_cards - standing - v->retired_cards;
    if (fabs(error) > 1e-9 * (1 + v->added_cards))
        sim_fail(w->sim, "%.3g cards neither stand nor are scrapped", error);
}

enum {
    OUT_INSTALLED,
    OUT_COMPETENT,
    OUT_LIT,
    OUT_BY_GENERATION,
    OUT_LIT_SHARE,
    OUT_UTILISATION,
    OUT_HIGH_END,
    OUT_EFFECTIVE,
    OUT_RETIRED,
    OUT_MEAN_LIFE,
    OUT_AGE_AT_RETIREMENT
};
/* clang-format off */
const struct output supply_outputs[] = {
    [OUT_INSTALLED] = {"capacity.installed", OUTPUT_SERIES, "P", NULL, "installed capacity of the rental market"},
    [OUT_COMPETENT] = {"capacity.competent", OUTPUT_SERIES, "P", NULL, "capacity with customers, staff and software: on offer"},
    [OUT_LIT] = {"capacity.lit", OUTPUT_SERIES, "P", NULL, "capacity let"},
    [OUT_BY_GENERATION] = {"capacity.by_generation", OUTPUT_SERIES, "P", "generations", "installed capacity of a generation"},
    [OUT_LIT_SHARE] = {"lit_share", OUTPUT_SERIES, "", NULL, "share of installed capacity that is let", .share = true},
    [OUT_UTILISATION] = {"utilisation", OUTPUT_SERIES, "", NULL, "share of installed capacity in use: the let share times the mean load", .share = true},
    [OUT_HIGH_END] = {"utilisation.high_end", OUTPUT_SERIES, "", NULL, "share of installed high-end capacity in use: the let share times the mean load", .share = true},
    [OUT_EFFECTIVE] = {"capacity.effective", OUTPUT_SERIES, "P", NULL, "effective P on offer, both workloads"},
    [OUT_RETIRED] = {"capacity.retired", OUTPUT_SERIES, "P", NULL, "capacity scrapped since the last report"},
    [OUT_MEAN_LIFE] = {"mean_life", OUTPUT_SCALAR, "years", "generations",
                           "mean life within their first seven years of cards that were ever let (Kaplan-Meier: cards that stand at the horizon are censored)"},
    [OUT_AGE_AT_RETIREMENT] = {"retirement_age", OUTPUT_SCALAR, "years", NULL,
                               "mean age of the cards scrapped within the horizon, those that never found a user included"},
    {0},
};
/* clang-format on */

void supply_sample(struct world *w)
{
    const struct generations *gen = &w->generations;
    const struct vintages *v = &w->vintages;
    double installed = 0, on_offer = 0, let_p = 0, high = 0, high_let_p = 0;
    for (int g = 0; g < (int)gen->count; g++) {
        double p = gen->pflops_fp16[g];
        installed += v->installed_cards[g] * p;
        on_offer += v->offered_cards[g] * p;
        let_p += v->let_cards[g] * p;
        if (gen->high_end[g])
            high += v->installed_cards[g] * p, high_let_p += v->let_cards[g] * p;
        sim_record(w->sim, &model_supply, OUT_BY_GENERATION, g, v->installed_cards[g] * p, false);
    }
    const double rounding_p = 1e-6; /* is left of sums when the last card goes */
    double load = value_load(w);
    sim_record(w->sim, &model_supply, OUT_INSTALLED, -1, installed, false);
    sim_record(w->sim, &model_supply, OUT_COMPETENT, -1, on_offer, false);
    sim_record(w->sim, &model_supply, OUT_LIT, -1, let_p, false);
    sim_record(w->sim, &model_supply, OUT_LIT_SHARE, -1, installed > rounding_p ? let_p / installed : NONE, false);
    sim_record(w->sim, &model_supply, OUT_UTILISATION, -1, installed > rounding_p ? let_p / installed * load : NONE,
               false);
    sim_record(w->sim, &model_supply, OUT_HIGH_END, -1, high > rounding_p ? high_let_p / high * load : NONE, false);
    sim_record(w->sim, &model_supply, OUT_EFFECTIVE, -1, w->market.supply[TRAINING] + w->market.supply[INFERENCE],
               false);
    sim_record(w->sim, &model_supply, OUT_RETIRED, -1, supply_state(w)->retired_p, false);
    supply_state(w)->retired_p = 0;
    check_conservation(w);
}

/* A vintage's age when it was scrapped, or at the horizon. */
struct age {
    double years, cards;
    bool scrapped;
};

static bool before(const struct age *a, const struct age *b)
{
    return a->years < b->years || (a->years == b->years && a->scrapped && !b->scrapped);
}

/* Vintages that ever woke, by generation: those of g are woken[first[g]] to woken[first[g + 1] - 1]. */
static void list_woken(const struct world *w, uint32_t *woken, size_t first[MAX_GENERATIONS + 1])
{
    const struct vintages *v = &w->vintages;
    size_t count[MAX_GENERATIONS] = {0};
    for (size_t i = 0; i < v->count; i++)
        count[v->row[i].generation] += v->row[i].woken;
    first[0] = 0;
    for (size_t g = 0; g < w->generations.count; g++)
        first[g + 1] = first[g] + count[g];
    for (uint32_t i = 0; i < v->count; i++)
        if (v->row[i].woken)
            woken[first[v->row[i].generation + 1] - count[v->row[i].generation]--] = i;
}

/* Ages of these vintages, ascending, as inserted into `sorted`; the cards in them. */
static double sort_ages(const struct world *w, const uint32_t *vintage, size_t count, struct age *sorted)
{
    double cards = 0;
    for (size_t i = 0; i < count; i++) {
        const struct vintage *v = &w->vintages.row[vintage[i]];
        struct age age = {(v->standing ? w->sim->now : v->retired_on) - v->delivered, v->cards, !v->standing};
        size_t at = i;
        for (; at > 0 && before(&age, &sorted[at - 1]); at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = age;
        cards += age.cards;
    }
    return cards;
}

/* The area under the Kaplan-Meier curve up to `limit` years: NaN if nothing was followed that long. */
static double restricted_mean(const struct age *age, size_t n, double at_risk, double limit)
{
    double alive = 1, since = 0, area = 0;
    for (size_t i = 0; i < n && age[i].years < limit; i++) {
        area += alive * (age[i].years - since);
        since = age[i].years;
        if (age[i].scrapped)
            alive *= max_of(0, 1 - age[i].cards / at_risk);
        at_risk -= age[i].cards;
    }
    bool followed = n > 0 && age[n - 1].years >= limit;
    if (n > 0 && !followed && age[n - 1].scrapped)
        followed = true, alive = 0; /* none is left */
    return followed ? area + alive * (limit - since) : NONE;
}

void supply_finish(struct world *w)
{
    const double limit = 7;
    struct age *sorted = arena_array(&w->sim->arena, w->vintages.count, sizeof *sorted);
    uint32_t *woken = arena_array(&w->sim->arena, w->vintages.count, sizeof *woken);
    size_t first[MAX_GENERATIONS + 1];
    list_woken(w, woken, first);
    for (int g = 0; g < (int)w->generations.count; g++) {
        size_t n = first[g + 1] - first[g];
        double cards = sort_ages(w, woken + first[g], n, sorted);
        sim_record(w->sim, &model_supply, OUT_MEAN_LIFE, g, restricted_mean(sorted, n, cards, limit), false);
    }
    double all = w->vintages.retired_cards;
    sim_record(w->sim, &model_supply, OUT_AGE_AT_RETIREMENT, -1, all > 0 ? w->vintages.retired_age_sum / all : NONE,
               false);
}
