/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gray suppliers: their shares, and what enforcement does to them. */
#include "procurement.h"

#include "sim/base/det.h"

/* An act strikes once, when it comes into force. */
static void strike(struct world *w, const struct enforcement *enforcement)
{
    struct procurement *p = procurement_state(w);
    for (size_t k = 0; k < p->suppliers; k++) {
        struct stream s =
            sim_stream(w->sim, &model_procurement, identity_pair(STREAM_OF_ENFORCEMENT, enforcement->act, (uint32_t)k));
        double uniform = stream_uniform(&s), out_yr = p->settings->gray_recovery_yr * stream_exponential(&s);
        if (uniform >= enforcement->strength || p->back_on[k] > w->sim->now)
            continue;
        p->back_on[k] = w->sim->now + out_yr;
        tell(w->sim, "procurement", "put out of business", "gray supplier",
             "the one with %.0f %% of the market is out for %.1f years", 100 * p->supplier_share[k], out_yr);
    }
}

void gray_suppliers_update(struct world *w)
{
    struct procurement *p = procurement_state(w);
    for (size_t i = 0; i < w->policy.enforcements; i++) {
        bool struck = false;
        for (size_t k = 0; k < p->enforcements; k++)
            struck = struck || p->enforcement[k] == w->policy.enforcement[i].act;
        if (struck)
            continue;
        p->enforcement[p->enforcements++] = w->policy.enforcement[i].act;
        strike(w, &w->policy.enforcement[i]);
    }
}

/* Cards a month that the gray suppliers in business can bring in. */
double gray_suppliers_per_month(const struct world *w)
{
    const struct procurement *p = procurement_state(w);
    double share = 0;
    for (size_t k = 0; k < p->suppliers; k++)
        share += p->back_on[k] <= w->sim->now ? p->supplier_share[k] : 0;
    return share * series_at(p->settings->gray_per_month, w->sim->now);
}

void gray_suppliers_open(struct procurement *p)
{
    double sum = 0;
    p->suppliers = (size_t)round(p->settings->suppliers);
    for (size_t k = 0; k < p->suppliers; k++)
        sum += p->supplier_share[k] = det_pow((double)(k + 1), -p->settings->concentration);
    for (size_t k = 0; k < p->suppliers; k++)
        p->supplier_share[k] /= sum;
}

double gray_suppliers_in_business(const struct world *w)
{
    double count = 0;
    for (size_t k = 0; k < procurement_state(w)->suppliers; k++)
        count += procurement_state(w)->back_on[k] <= w->sim->now;
    return count;
}
