/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The yearly test of what stands in the books against what it can still earn. */
#include "accounting.h"

#include "sim/base/det.h"

enum { TESTS_PER_YEAR = 1 };

/* Sums of the quasi-rents to come without discount: the first step of ASC 360. As value.c does with discount. */
static void sum_undiscounted(struct world *w)
{
    const struct value *v = &w->value;
    for (int g = 0; g < (int)w->generations.count; g++) {
        double long_run = v->entry_rent_card[g], excess = w->market.rent_card[g] - long_run;
        for (size_t r = 0; r < w->regions.count; r++) {
            double *sum = accounting_state(w)->undiscounted[r][g];
            sum[0] = 0;
            for (int k = 0; k < VALUE_STEPS; k++) {
                double years = (k + 0.5) / VALUE_STEPS_PER_YEAR;
                double rent =
                    long_run * det_exp(-v->decline_per_yr * years) + excess * det_exp(-v->reversion_per_yr * years);
                double quasi = v->occupancy * (v->yield * rent - v->cash_cost[r][g]);
                sum[k + 1] = sum[k] + max_of(0, quasi) * HOURS_PER_YEAR / VALUE_STEPS_PER_YEAR;
            }
        }
    }
}

static double undiscounted_per_card(const struct world *w, const struct vintage *v)
{
    double at = min_of(max_of(v->retires - w->sim->now, 0), VALUE_YEARS) * VALUE_STEPS_PER_YEAR;
    return accounting_state(w)->undiscounted[v->region][v->generation][(int)at];
}

/* At a year's end every standing vintage is tested. */
void impairment_run(struct world *w)
{
    struct accounting *a = accounting_state(w);
    enum impairment regime = (enum impairment)a->settings->impairment;
    bool due = floor(w->sim->now * TESTS_PER_YEAR + 1e-9) > floor((w->sim->now - w->sim->dt) * TESTS_PER_YEAR + 1e-9);
    if (regime == IMPAIRMENT_NONE || !due)
        return;
    if (regime == IMPAIRMENT_ASC360)
        sum_undiscounted(w);
    for (size_t i = 0; i < a->standing.count; i++) {
        struct vintage *v = &w->vintages.row[a->standing.id[i]];
        struct carrying c = {.book = v->book_per_card,
                             .unimpaired = v->unimpaired_per_card,
                             .recoverable = value_of_vintage(w, v),
                             .undiscounted = regime == IMPAIRMENT_ASC360 ? undiscounted_per_card(w, v) : 0};
        double loss = (v->book_per_card - impairment_test(regime, &c)) * a->settings->impairment_share;
        v->book_per_card -= loss;
        v->steady_until = 0;
        ledger_post(w, v->firm, ACCOUNT_IMPAIRMENT, loss * v->cards);
        if (is_entrant(v))
            a->entrants_impaired += loss * v->cards;
    }
}
