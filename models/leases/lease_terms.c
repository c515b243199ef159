/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long contracts run, and the cells of the clocks, in which they end. */
#include "leasing.h"

/* Terms are whole months: month m takes the probability of (m - 1/2, m + 1/2], so that a draw is a search, begun at
 * the first month that its part of (0, 1) can give; mostly it can give no other. */
void lease_tabulate_terms(struct leasing *state, size_t classes)
{
    for (size_t c = 0; c < classes; c++) {
        double *below = state->term_below[c];
        for (int m = 0; m < LONGEST_TERM_MONTHS; m++)
            below[m] = distribution_cdf(state->row[c].term_yr, (m + 0.5) / MONTHS_PER_YEAR);
        below[LONGEST_TERM_MONTHS] = 1;
        int months = 1;
        for (int part = 0; part <= TERM_PARTS; part++) {
            while (below[months] < (double)part / TERM_PARTS)
                months++;
            state->term_from[c][part] = (unsigned char)months;
        }
    }
}

int lease_term_of(const struct leasing *state, uint32_t class_, double u)
{
    const unsigned char *from = &state->term_from[class_][(int)(u * TERM_PARTS)];
    int months = from[0];
    if (from[1] == months)
        return months;
    while (state->term_below[class_][months] < u)
        months++;
    return months;
}

void lease_open_cells(struct world *w)
{
    struct leasing *state = leasing_state(w);
    double horizon_yr = w->sim->plan->end - w->sim->plan->start;
    state->ends = (int)(horizon_yr * ENDS_PER_YEAR) + ENDS_AHEAD + 1;
    size_t cells = w->generations.count * (size_t)state->ends + 1;
    state->forward_power = arena_array(&w->sim->arena, cells, sizeof *state->forward_power);
    lease_clocks_open(&state->clocks, cells, &w->sim->arena);
}

uint32_t lease_open_cell(const struct world *w)
{
    return (uint32_t)w->generations.count * (uint32_t)leasing_state(w)->ends;
}

uint32_t lease_cell_of(const struct world *w, const struct lease *l)
{
    if (l->billing == BILLING_ON_DEMAND)
        return lease_open_cell(w);
    int end = (int)((l->ends - w->sim->plan->start) * ENDS_PER_YEAR);
    return (uint32_t)(l->generation * leasing_state(w)->ends +
                      (end < leasing_state(w)->ends ? end : leasing_state(w)->ends - 1));
}
