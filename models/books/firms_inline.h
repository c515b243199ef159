/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verbs of firms.h that are inlined. Included by world.h. */
#ifndef ICCSIM_MODELS_BOOKS_FIRMS_INLINE_H
#define ICCSIM_MODELS_BOOKS_FIRMS_INLINE_H

/* Whether it is a servicer of creditors: receivers.c. */
static inline bool firms_in_possession(const struct world *w, uint32_t firm)
{
    return firm >= w->firms.ordinary;
}

/* A firm has books from now on. */
static inline void firms_begin(struct world *w, uint32_t firm)
{
    if (!w->firms.row[firm].active)
        w->firms.active[w->firms.active_count++] = firm;
    w->firms.row[firm].active = true;
}

/* Cards that come to stand with a firm (negative: that stand no more). */
static inline void firms_count(struct world *w, uint32_t firm, double cards)
{
    struct firm *f = &w->firms.row[firm];
    firms_begin(w, firm);
    w->firms.changes++;
    w->firms.owners -= f->cards > 0;
    f->cards += cards;
    w->firms.owners += f->cards > 0;
    if (isnan(f->first_delivery))
        f->first_delivery = w->sim->now;
}

#endif
