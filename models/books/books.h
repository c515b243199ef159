/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The books of the rental sector as a whole. */
#ifndef ICCSIM_MODELS_BOOKS_BOOKS_H
#define ICCSIM_MODELS_BOOKS_BOOKS_H

#include "models/books/ledger.h"
#include "models/conventions.h"

struct books { /* owner: accounting.c; the rental sector as a whole, CNY, ex VAT */
    struct flows all, lessors; /* since the last sample; lessors: owners that must earn what they spend */
    double economic_value;
    double overhead_share; /* staff, selling and administration, of revenue */
    union balance_sheet sum; /* of all firms, when books were closed last */
};
/* A firm pays its vendors before they deliver, with debt and capital as for any purchase. The vintage that is delivered
 * later says how much (`paid_ahead`), and the prepayment is then settled. */
void accounting_pay_ahead(struct world *w, uint32_t firm, double cost);
/* A vintage stands in the ledgers at what its new owner paid. */
void accounting_sold(struct world *w, uint32_t vintage, double price);

#endif
