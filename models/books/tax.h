/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Income tax of a firm on the profit of its books, in which temporary differences to the tax ledger are set right. */
#ifndef ICCSIM_MODELS_BOOKS_TAX_H
#define ICCSIM_MODELS_BOOKS_TAX_H

struct world;
struct firm;

/* Tax due on a step's profit, CNY; differences are used up, losses carried forward and set off. */
double tax_on_profit(struct world *w, struct firm *f, double profit_cny);

#endif
