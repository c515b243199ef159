/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moving to a vendor's software: what it costs a firm, and what its experience saves. */
#include "procurement.h"

#include "sim/base/det.h"

static bool runs_software_of(const struct world *w, uint32_t firm, int g)
{
    return w->firms.row[firm].software >> w->generations.stack[g] & 1;
}

double procurement_log_migration(const struct world *w, uint32_t firm, int g)
{
    return runs_software_of(w, firm, g) ? 0 : procurement_state(w)->log_migration[g];
}

double procurement_experience(const struct world *w, uint32_t firm, int g)
{
    return runs_software_of(w, firm, g) ? procurement_state(w)->settings->reuse : 0;
}

void procurement_gain_experience(struct world *w, uint32_t firm, int g)
{
    firms_gain_software(w, firm, (uint64_t)1 << w->generations.stack[g]);
}

void software_open(struct world *w)
{
    struct procurement *p = procurement_state(w);
    for (size_t g = 0; g < w->generations.count; g++)
        p->log_migration[g] = det_log(1 + p->row[g].migration_cost);
}
