/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sale of a vintage from one firm to another: its lists, its ledgers, its leases. */
#include "models/world.h"

void vintage_transfer(struct world *w, uint32_t vintage, uint32_t to_firm, double price_cny)
{
    struct vintage *v = &w->vintages.row[vintage];
    struct firm *seller = &w->firms.row[v->firm], *buyer = &w->firms.row[to_firm];
    double book = v->book_per_card * v->cards;
    for (size_t k = 0; k < w->vintages.followers; k++)
        if (w->vintages.follower[k]->sold)
            w->vintages.follower[k]->sold(w, vintage, to_firm);
    ledger_sell(w, v->firm, to_firm, book, v->debt, price_cny);
    seller->temporary_difference += price_cny - (w->firms.own_tax_ledger ? v->tax_per_card * v->cards : book);
    accounting_sold(w, vintage, price_cny);
    if (v->standing) {
        w->firms.owners -= (seller->cards > 0) + (buyer->cards > 0);
        seller->cards -= v->cards;
        buyer->cards += v->cards;
        w->firms.owners += (seller->cards > 0) + (buyer->cards > 0);
    }
    char name[64], to[64];
    tell(w->sim, "firms", "sold", firms_name(w, v->firm, name), "%.0f %s cards to %s for %.4g MCNY", v->cards,
         w->generations.name[v->generation], firms_name(w, to_firm, to), price_cny / 1e6);
    firms_disown(w, vintage);
    supply_hand_over(w, vintage, to_firm);
    firms_own(w, vintage);
}
