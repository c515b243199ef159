/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Outputs of leasing. */
#include "leasing.h"

enum {
    OUT_ACTIVE,
    OUT_CHURN,
    OUT_CHURN_VALUE,
    OUT_TERMINATED_VALUE,
    OUT_TERMINATED,
    OUT_UNMET,
    OUT_MEAN_RENT,
    OUT_CLEARED_LESS_LET,
    OUT_NEW_ON_DEMAND,
    OUT_NEW_TERM,
    OUT_SHARE_ON_DEMAND,
    OUT_SHARE_METERED,
    OUT_SHARE_PACKAGE,
    OUT_SUBLET,
    OUT_RELET,
    OUT_OVERPAID,
    OUT_NEVER_STARTED,
    OUT_LESSOR_EXITS,
    OUT_RENEGOTIATED,
    OUT_RENEGED,
    OUT_VACATED,
    OUT_PENALTIES,
    OUT_MEAN_CHURN,
    OUT_SURVIVAL,
    OUT_RETENTION
};
#define BY_MONTHS                                                                                                      \
    {                                                                                                                  \
        "months", "month", 0, 1, SURVIVAL_MONTHS + 1                                                                   \
    }
/* clang-format off */
const struct output leasing_outputs[] = {
    [OUT_ACTIVE] = {"leases.active", OUTPUT_SERIES, "", NULL, "leases in force"},
    [OUT_CHURN] = {"churn.rate", OUTPUT_SERIES, "/yr", NULL,
                   "leases ended before their term by the tenant, a year, over leases in force that have a term"},
    [OUT_CHURN_VALUE] = {"churn.value_rate", OUTPUT_SERIES, "/yr", NULL, "rent still due on leases ended before their term by the tenant, a year, over rent still due on leases in force"},
    [OUT_TERMINATED_VALUE] = {"churn.terminated_value", OUTPUT_SERIES, "CNY", NULL,
                              "rent still due on leases ended before their term since the last report, ex VAT"},
    [OUT_TERMINATED] = {"churn.terminations", OUTPUT_SERIES, "", NULL, "leases ended before their term since the last report"},
    [OUT_UNMET] = {"unmet_demand", OUTPUT_SERIES, "P", NULL, "effective P that tenants want and do not hold"},
    [OUT_MEAN_RENT] = {"rent_in_force", OUTPUT_SERIES, "CNY/card-hour", NULL, "mean rent of the leases in force, ex VAT"},
    [OUT_CLEARED_LESS_LET] = {"cleared_less_let", OUTPUT_SERIES, "", NULL,
                              "effective P the market clears less what leases hold, share of what it clears", .percent = true},
    [OUT_NEW_ON_DEMAND] = {"rent_new.on_demand", OUTPUT_SERIES, "CNY/P-hour", NULL,
                           "rent of an effective P-hour in leases by the hour signed since the last report, ex VAT"},
    [OUT_NEW_TERM] = {"rent_new.term", OUTPUT_SERIES, "CNY/P-hour", NULL,
                      "rent of an effective P-hour in leases with a term signed or renewed since the last report, ex VAT"},
    [OUT_SHARE_ON_DEMAND] = {"let_share.on_demand", OUTPUT_SERIES, "", NULL, "share of the cards let that are let by the hour", .share = true},
    [OUT_SHARE_METERED] = {"let_share.metered", OUTPUT_SERIES, "", NULL, "share of the cards let that are paid by load", .share = true},
    [OUT_SHARE_PACKAGE] = {"let_share.package", OUTPUT_SERIES, "", NULL, "share of the cards let that were paid in advance", .share = true},
    [OUT_SUBLET] = {"let_share.middlemen", OUTPUT_SERIES, "", NULL, "share of the cards let that are sublet by middlemen", .share = true},
    [OUT_RELET] = {"churn.relet", OUTPUT_SERIES, "", NULL, "sub-tenants taken over by owners since the last report"},
    [OUT_OVERPAID] = {"opaque.overpaid", OUTPUT_SERIES, "", NULL,
                      "rent of contracts per P signed since the last report over the open price of the same cards, less one", .percent = true},
    [OUT_NEVER_STARTED] = {"leases.never_started", OUTPUT_SERIES, "", NULL, "contracts that lapsed before they began since the last report"},
    [OUT_LESSOR_EXITS] = {"churn.by_lessor", OUTPUT_SERIES, "", NULL, "contracts broken by the lessor since the last report"},
    [OUT_RENEGOTIATED] = {"leases.renegotiated", OUTPUT_SERIES, "", NULL, "contracts given a lower price since the last report"},
    [OUT_RENEGED] = {"unmet_demand.reneged", OUTPUT_SERIES, "P", NULL, "effective P of requests given up since the last report"},
    [OUT_VACATED] = {"vacated_share", OUTPUT_SERIES, "", NULL, "share of commissioned cards that wait to be on offer again", .share = true},
    [OUT_PENALTIES] = {"penalties", OUTPUT_SERIES, "CNY", NULL,
                       "penalties received by owners for contracts ended early, less those they paid, since the last report"},
    [OUT_MEAN_CHURN] = {"churn.mean", OUTPUT_SCALAR, "/yr", NULL, "churn over the whole horizon"},
    [OUT_SURVIVAL] = {"lease_survival", OUTPUT_CURVE, "", TENANT,
                      "share of contracts not ended before their term, by age; expiry and renewal end the observation", BY_MONTHS, .share = true},
    [OUT_RETENTION] = {"customer_retention", OUTPUT_CURVE, "", TENANT,
                       "share of customers that still lease, by age; a renewal continues the observation, leaving at the end of a contract ends it", BY_MONTHS, .share = true},
    {0},
};
/* clang-format on */

static double rent_an_hour(const struct world *w)
{
    double sum = 0;
    for (size_t c = 0; c < MAX_TENANT_CLASSES; c++)
        for (size_t r = 0; r < w->regions.count; r++)
            sum += w->leases.rent_of[c][r];
    return sum;
}

static double ratio(double part, double whole)
{
    return whole > 1e-9 ? part / whole : NONE;
}

static void record(struct world *w, int output, double value)
{
    sim_record(w->sim, &model_leasing, output, -1, value, false);
}

static void sample_churn(struct world *w)
{
    struct leases *t = &w->leases;
    struct leasing *state = leasing_state(w);
    double since = w->sim->now - (w->sim->sample ? w->sim->plan->sample_at[w->sim->sample - 1] : w->sim->plan->start);
    double ended = t->ended_since_sample[LEASE_TERMINATED] + t->ended_since_sample[LEASE_TENANT_LEFT];
    record(w, OUT_CHURN, ratio(ended, since * (double)t->term_leases));
    record(
        w, OUT_CHURN_VALUE,
        ratio(t->terminated_value_since_sample, since * HOURS_PER_YEAR * (t->due_until - w->sim->now * t->due_rent)));
    record(w, OUT_TERMINATED_VALUE, t->terminated_value_since_sample);
    record(w, OUT_TERMINATED, ended);
    record(w, OUT_RELET, state->relet);
    record(w, OUT_NEVER_STARTED, state->never_started);
    record(w, OUT_LESSOR_EXITS, state->lessor_exits);
    record(w, OUT_RENEGOTIATED, state->renegotiated);
    record(w, OUT_RENEGED, state->reneged_p);
    record(w, OUT_PENALTIES, state->penalties_cny);
    memset(t->ended_since_sample, 0, sizeof t->ended_since_sample);
    t->terminated_value_since_sample = state->relet = state->never_started = state->lessor_exits = 0;
    state->renegotiated = state->reneged_p = state->penalties_cny = 0;
}

static void sample_prices(struct world *w, double rent)
{
    struct leasing *state = leasing_state(w);
    const struct leases *t = &w->leases;
    record(w, OUT_MEAN_RENT, ratio(rent, t->live_cards));
    record(w, OUT_NEW_ON_DEMAND, ratio(state->signed_rent[0], state->signed_p[0]));
    record(w, OUT_NEW_TERM, ratio(state->signed_rent[1], state->signed_p[1]));
    record(w, OUT_OVERPAID, ratio(state->opaque_paid, state->opaque_worth) - 1);
    state->signed_rent[0] = state->signed_rent[1] = state->signed_p[0] = state->signed_p[1] = 0;
    state->opaque_paid = state->opaque_worth = 0;
}

void leasing_sample(struct world *w)
{
    const struct leases *t = &w->leases;
    double rent = rent_an_hour(w), cleared = 0, vacated = 0, on_offer = 0;
    for (int k = 0; k < WORKLOADS; k++)
        cleared += min_of(w->market.demand[k], w->market.supply[k]);
    for (size_t g = 0; g < w->generations.count; g++) {
        vacated += w->leases.vacated_cards[g];
        on_offer += w->vintages.offered_cards[g];
    }
    record(w, OUT_ACTIVE, (double)t->live);
    record(w, OUT_UNMET, t->unmet_p[TRAINING] + t->unmet_p[INFERENCE]);
    record(w, OUT_CLEARED_LESS_LET, ratio(cleared - t->live_p, cleared));
    record(w, OUT_SHARE_ON_DEMAND, ratio(t->live_of[BILLING_ON_DEMAND], t->live_cards));
    record(w, OUT_SHARE_METERED, ratio(t->live_of[BILLING_METERED], t->live_cards));
    record(w, OUT_SHARE_PACKAGE, ratio(t->live_of[BILLING_PACKAGE], t->live_cards));
    record(w, OUT_SUBLET, ratio(t->sublet_cards, t->live_cards));
    record(w, OUT_VACATED, ratio(vacated, on_offer));
    sample_prices(w, rent);
    sample_churn(w);
}

static void record_curve(struct world *w, int output, size_t class_, const struct survival *survival)
{
    double curve[SURVIVAL_MONTHS + 1];
    size_t observed = survival_curve(survival, curve);
    for (size_t m = 0; m <= SURVIVAL_MONTHS && observed > 0; m++)
        sim_record_point(w->sim, &model_leasing, output, (int)class_, m, curve[m]);
    for (size_t m = observed; m <= SURVIVAL_MONTHS && observed > 0; m++)
        sim_flag_point(w->sim, &model_leasing, output, (int)class_, m);
}

void leasing_finish(struct world *w)
{
    const struct leasing *state = leasing_state(w);
    record(w, OUT_MEAN_CHURN, ratio(state->ended, state->survived_yr));
    lease_lose_sight(w);
    for (size_t c = 0; c < sim_row_count(w->sim, TENANT); c++) {
        record_curve(w, OUT_SURVIVAL, c, &state->contract[c]);
        record_curve(w, OUT_RETENTION, c, &state->customer[c]);
    }
}
