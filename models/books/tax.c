/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Income tax. */
#include "accounting.h"

double tax_on_profit(struct world *w, struct firm *f, double profit)
{
    const struct accounting_settings *s = accounting_state(w)->settings;
    double taxable = profit + f->temporary_difference, gain = above_zero(taxable), loss = above_zero(-taxable);
    double offset = min_of(f->loss_carried, s->loss_offset * gain);
    f->temporary_difference = 0;
    f->loss_carried += loss - offset;
    return (gain - offset) * s->tax;
}
