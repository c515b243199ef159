/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verbs of channels.h that are inlined. Included by world.h. */
#ifndef ICCSIM_MODELS_SUPPLY_CHANNELS_INLINE_H
#define ICCSIM_MODELS_SUPPLY_CHANNELS_INLINE_H

/* The channel through which a generation can be ordered in this step, or -1. */
static inline int procurement_channel(const struct world *w, int generation)
{
    return w->channels.kind[generation];
}

#endif
