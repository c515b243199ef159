/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ledger: every firm's balance sheet, and all that is ever posted to it. Nobody else writes one.
 *
 * accounts.def is the chart. A mechanism that moves money adds its rows there (or, from outside, by ledger_add) and
 * calls ledger_post: balances, tax, counterparties, statements and the check that every firm balances follow from the
 * row. Income and expenses posted AT_CLOSING are collected and move balances when accounting closes the step's books;
 * everything else moves them at once.
 *
 * Amounts are CNY without VAT; positive makes an account larger: an asset, debt, income, an expense.
 */
#ifndef ICCSIM_MODELS_BOOKS_LEDGER_H
#define ICCSIM_MODELS_BOOKS_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;

enum account {
#define BALANCE(id, ...) ACCOUNT_##id,
#define FLOW(id, ...)
#include "accounts.def"
#undef FLOW
    BALANCES,
    BALANCES_BEFORE_FLOWS_ = BALANCES - 1, /* flows go on from here */
#define FLOW(id, ...) ACCOUNT_##id,
#undef BALANCE
#define BALANCE(id, ...)
#include "accounts.def"
#undef FLOW
#undef BALANCE
    ACCOUNTS_BUILT_IN,
    MAX_ACCOUNTS = 40
};

enum account_class { CLASS_ASSET, CLASS_LIABILITY, CLASS_EQUITY, CLASS_INCOME, CLASS_EXPENSE };

/* Everybody else: what firms receive these pay, what firms pay these receive. */
enum counterparty {
    COUNTERPARTY_TENANTS,
    COUNTERPARTY_VENDORS,
    COUNTERPARTY_UTILITIES,
    COUNTERPARTY_STAFF,
    COUNTERPARTY_STATE,
    COUNTERPARTY_BANKS,
    COUNTERPARTY_OWNERS,
    COUNTERPARTY_INSURERS,
    COUNTERPARTIES,
    COUNTERPARTY_NOBODY = COUNTERPARTIES /* another firm, or no cash moves */
};

/* When an income or an expense is posted. */
enum posted {
    POSTED_EVERY_STEP, /* by accounting alone, for what all vintages do in a step */
    POSTED_AT_CLOSING, /* by anybody, at any time: collected until the step's books are closed */
    POSTED_BY_CLOSING, /* by the closing itself: tax */
    POSTED_AT_ONCE /* by anybody: balances move now */
};

enum taxed {
    TAX_TAXED, /* part of taxable profit */
    TAX_AS_BOOKED, /* only where there is no tax ledger beside the book: against the book alone */
    TAX_UNTAXED
};

enum vat { VAT_NONE, VAT_OUTPUT, VAT_INPUT };

/* Lines of the statement: revenue is the whole of which the others are shares (pnl.* of accounting). */
enum statement { LINE_REVENUE, LINE_COST, LINE_FINANCE, LINE_IMPAIRMENT, LINE_OTHER, LINE_EXCEPTIONAL, LINES };

struct account_row {
    const char *name, *help;
    enum account_class class_;
    enum account against; /* balance that moves too */
    enum counterparty counterparty; /* where that balance is cash */
    enum posted posted; /* of a flow, as are */
    enum taxed taxed;
    enum vat vat;
    enum statement line;
};

/* What a firm has and owes, CNY: by account or by name. A line of the cache. */
union balance_sheet {
    _Alignas(64) double of[BALANCES];
    struct {
#define BALANCE(id, name, ...) double name;
#define FLOW(id, ...)
#include "accounts.def"
#undef FLOW
#undef BALANCE
    };
};

/* Income and expenses of a period by account, CNY; the first BALANCES are nothing. */
struct flows {
    double of[MAX_ACCOUNTS];
    double energy_kwh, carbon_t;
};

struct ledger { /* owner: ledger.c */
    const union balance_sheet *sheet; /* of each firm */
    double counterparty[COUNTERPARTIES]; /* received since the start, less paid */
    size_t count; /* accounts */
    struct account_row account[MAX_ACCOUNTS];
};

/* Adds a row of income or expense to the chart of this replication, POSTED_AT_CLOSING or POSTED_AT_ONCE: at the start
 * of a mechanism that accounts.def does not know. Returns its number. */
enum account ledger_add(struct world *w, const struct account_row *account);
/* Posts to an account of a firm, which has books from now on. */
void ledger_post(struct world *w, uint32_t firm, enum account account, double cny);
/* Posts to a balance where the other side is not the one of its row. */
void ledger_post_with(struct world *w, uint32_t firm, enum account balance, enum counterparty with, double cny);
/* Buys something from vendors: cny become book value, the rest of what is paid is VAT that can be recovered. */
void ledger_buy(struct world *w, uint32_t firm, double cny, double paid_cny);
/* What was written off and repaid before the world began, of a firm whose centres stood then; its VAT credit is gone.
 */
void ledger_age(struct world *w, uint32_t firm, double written_cny, double repaid_cny);
/* One firm sells what stands in its books at `book_cny` to another for `price_cny`; a loan goes with it. */
void ledger_sell(struct world *w, uint32_t seller, uint32_t buyer, double book_cny, double debt_cny, double price_cny);
/* Money that moves between two others. */
void ledger_between(struct world *w, enum counterparty from, enum counterparty to, double cny);
/* Fails the replication unless every firm balances and no money was made or lost. */
void ledger_check(struct world *w);
/* Sums of all firms' balances. */
union balance_sheet ledger_sum(const struct world *w);

/* -- closing the books of a step: for accounting alone ------------------------------------------------------------ */

struct closing { /* of a class of owners, in a step */
    double vat_output, vat_input; /* rates */
    struct flows collected; /* posted at closing or at once by its firms */
    double tax, repaid;
};
/* Begins with what was posted at once. */
void ledger_begin_closing(struct world *w, size_t owner_class, struct closing *c);

/* What the vintages of a firm did in a step, CNY: the accounts posted EVERY_STEP, in their order. */
enum { FIRST_OF_STEP = ACCOUNT_REVENUE, STEP_ACCOUNTS = ACCOUNT_INTEREST + 1 - ACCOUNT_REVENUE };
/* Closes a firm's books: what was done and what was collected becomes cash, retained earnings and tax. */
void ledger_close(struct world *w, uint32_t firm, const double done[STEP_ACCOUNTS], double repaid_cny,
                  struct closing *of_class);
/* Pays counterparties for the flows of a class. */
void ledger_pay(struct world *w, const struct flows *flows, const struct closing *of_class);
/* The lines of a period's statement, CNY: revenue, and expenses less income of each other line. Returns the profit, of
 * which exceptional items are no part. */
double ledger_statement(const struct world *w, const struct flows *flows, double line[LINES]);

#endif
