/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verbs of vintages.h that are inlined. Included by world.h. */
#ifndef ICCSIM_MODELS_SUPPLY_VINTAGES_INLINE_H
#define ICCSIM_MODELS_SUPPLY_VINTAGES_INLINE_H

/* Rent of a card of this vintage over that of a named card of its generation: the part paid for work grows with
 * quality. */
static inline double supply_rent_factor(const struct world *w, uint32_t vintage)
{
    const struct vintage *v = &w->vintages.row[vintage];
    return 1 + ((double)v->quality - 1) * w->market.work_share[v->generation];
}

#endif
