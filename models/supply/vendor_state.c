/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What others ask of chip makers: it calls no other mechanism. */
#include "vendor_inside.h"

#include "models/models.h"

double vendor_capacity(const struct world *w)
{
    if (!sim_enabled(w->sim, &model_vendor))
        return 1;
    const struct vendors *b = w->state[STATE_vendor];
    return b->capacity;
}
