/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Firms: who owns what. */
#ifndef ICCSIM_MODELS_BOOKS_FIRMS_H
#define ICCSIM_MODELS_BOOKS_FIRMS_H

#include "models/conventions.h"

struct firm {
    uint8_t owner_class; /* its class */
    bool active, distressed, defaulted, left; /* active: it has owned, ordered or owed something; left: exits.c */
    double credit_line; /* of its debt: drawn on no vintage */
    double cfads, interest, principal; /* in the last step: cash flow available for debt service; what was due */
    double written_off; /* in the last step, off schedule: impairments and disposals less reversals, CNY */
    double economic; /* what its cards that stand can still earn */
    double temporary_difference; /* of taxable profit over that of the books, since these were closed */
    double loss_carried; /* against later taxable profit */
    double cards; /* that stand */
    uint64_t software; /* whose software it runs, a bit a vendor: procurement.c */
    double first_delivery; /* NaN: nothing yet */
};
struct firms { /* owner: firms.c */
    size_t count;
    OF_BOOKS struct firm *row;
    OF_BOOKS uint32_t *active, active_count; /* all others have empty books */
    OF_BOOKS uint32_t *first_vintage, *last_vintage; /* of each: a list, ascending; UINT32_MAX: none */
    uint32_t distressed; /* how many are at present; written by finance.c */
    uint32_t owners; /* how many have cards that stand */
    uint32_t changes; /* of what they have, so far: a vintage came, was closed or sold */
    double economic; /* what all can still earn */
    uint32_t first[MAX_OPERATORS], of_class[MAX_OPERATORS]; /* a class's firms are neighbours */
    bool own_tax_ledger; /* taxable profit is not that of the books; written by accounting.c */
    uint32_t ordinary; /* these come first; the others are creditors' servicers, one a class: receivers.c */
    double in_possession; /* share of effective capacity on offer that servicers have; written by receivers.c */
};
/* The firm of a class that a uniform number stands for, and the one to which vintage `number` of a class belongs. */
uint32_t firms_drawn(const struct world *w, uint32_t owner_class, double u);
/* The first firm from a random one on that is wanted, servicers and `except` left out; u in [0, 1). UINT32_MAX: there is
 * none. */
uint32_t firms_search(const struct world *w, double u, uint32_t except,
                      bool wanted(const struct world *w, uint32_t firm));
uint32_t firms_owner(const struct world *w, uint32_t owner_class, uint32_t number);
/* The firm, or the next of its class where it has defaulted. */
uint32_t firms_heir(const struct world *w, uint32_t firm);
/* Sells a vintage for `price`, free of debt: book and loan move to the buyer, who pays the price less the loan; the
 * seller books the gain or loss. Leases go on (transfer.c). */
void vintage_transfer(struct world *w, uint32_t vintage, uint32_t to_firm, double price_cny);
/* A firm has books from now on. */
void firms_begin(struct world *w, uint32_t firm);
/* Cards that come to stand with a firm; negative: that no longer do. */
void firms_count(struct world *w, uint32_t firm, double cards);
/* It runs the software of these vendors too: bits. */
void firms_gain_software(struct world *w, uint32_t firm, uint64_t software);
/* A new vintage is put down to its firm. */
void firms_own(struct world *w, uint32_t vintage);
void firms_disown(struct world *w, uint32_t vintage); /* it is taken off the list of its firm */
const char *firms_name(const struct world *w, uint32_t firm, char text[64]);

#endif
