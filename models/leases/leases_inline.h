/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verbs of leases.h that are inlined. Included by world.h. */
#ifndef ICCSIM_MODELS_LEASES_LEASES_INLINE_H
#define ICCSIM_MODELS_LEASES_LEASES_INLINE_H

/* Rents of packages that a firm has received and not yet earned, CNY. */
static inline double leasing_prepaid_cny(const struct world *w, uint32_t firm)
{
    const struct prepaid *of = w->leases.prepaid;
    return of ? HOURS_PER_YEAR * max_of(0, of[firm].until - w->sim->now * of[firm].rent) : 0;
}

#endif
