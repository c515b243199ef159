/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verbs of tenants.h that are inlined. Included by world.h. */
#ifndef ICCSIM_MODELS_MARKET_TENANTS_INLINE_H
#define ICCSIM_MODELS_MARKET_TENANTS_INLINE_H

/* Effective P at the reference rent; while the tenant is present. */
static inline double demand_need(const struct world *w, uint32_t tenant, enum workload workload)
{
    const struct tenant *t = &w->tenants.row[tenant];
    const struct cohort *c = &w->tenants.cohort[t->class_];
    double training = c->training_share[t->place * !c->alike]; /* no branches: either is as likely */
    return c->need_p[t->place] * fabs(workload - training);
}

/* Effective P at the rents of today; none once it has left. */
static inline double demand_desire(const struct world *w, uint32_t tenant, enum workload workload)
{
    const struct tenant *t = &w->tenants.row[tenant];
    return t->present ? demand_need(w, tenant, workload) * w->tenants.wanted[t->class_][workload] : 0;
}

/* Effective P under lease; while the tenant is present. */
static inline double demand_held(const struct world *w, uint32_t tenant, int workload)
{
    const struct tenant *t = &w->tenants.row[tenant];
    return w->tenants.cohort[t->class_].held[workload][t->place];
}

#endif
