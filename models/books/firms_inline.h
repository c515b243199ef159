/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verbs of firms.h that are inlined. Included by world.h. */
#ifndef ICCSIM_MODELS_BOOKS_FIRMS_INLINE_H
#define ICCSIM_MODELS_BOOKS_FIRMS_INLINE_H

/* Whether it is a servicer of creditors: receivers.c. */
static inline bool firms_in_possession(const struct world *w, uint32_t firm)
{
    return firm >= w->firms.ordinary;
}

#endif
