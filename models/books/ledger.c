/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Double entry: with a the account of a posting of x and b the one against it,
 *
 *     asset       a + x    cash - x            income     retained + x    b + x (asset), b - x (debt)
 *     debt, equity  a + x  cash + x            expense    retained - x    b - x (asset), b + x (debt)
 *
 * and where b is cash the counterparty is richer by what cash is poorer. So assets = debt + equity at every instant,
 * and cash and counterparties sum to nothing; both are checked whenever books were closed.
 */
#include "ledger.h"

#include "models/models.h"
#include "models/world.h"
#include "tax.h"

/* clang-format off */
static const struct account_row chart[] = {
#define BALANCE(id, text, class_is, with, output, says)                                                                \
    [ACCOUNT_##id] = {.name = #text, .help = says, .class_ = CLASS_##class_is, .against = ACCOUNT_CASH,                \
                      .counterparty = COUNTERPARTY_##with, .posted = POSTED_AT_ONCE, .taxed = TAX_UNTAXED},
#define FLOW(id, text, class_is, other, with, when, tax, with_vat, shown, says)                                        \
    [ACCOUNT_##id] = {.name = #text, .help = says, .class_ = CLASS_##class_is, .against = ACCOUNT_##other,             \
                      .counterparty = COUNTERPARTY_##with, .posted = POSTED_##when, .taxed = TAX_##tax,                \
                      .vat = VAT_##with_vat, .line = LINE_##shown},
#include "accounts.def"
#undef FLOW
#undef BALANCE
};
/* clang-format on */

static const double SMALL_CNY =
    1e6; /* what a firm once was leaves rounding errors behind: none counts as smaller than this */

/* What the ledger keeps to itself. */
struct ledger_books {
    union balance_sheet *sheet;
    size_t closing_count;
    enum account closing[MAX_ACCOUNTS]; /* accounts posted at closing */
    double *collected[MAX_ACCOUNTS]; /* of each firm, since its books were closed: of these accounts */
    bool *collects; /* of each firm: there is some */
    struct flows at_once[MAX_OPERATORS]; /* of each class, since its books were closed */
};

static inline struct ledger_books *ledger_books(const struct world *w)
{
    return w->state[STATE_ledger];
}

static bool is_asset(enum account balance)
{
    return chart[balance].class_ == CLASS_ASSET;
}

static void collect(struct world *w, enum account account)
{
    struct ledger_books *l = ledger_books(w);
    l->collected[account] = arena_array(&w->sim->arena, w->firms.count, sizeof(double));
    l->closing[l->closing_count++] = account;
}

static void start(struct world *w)
{
    struct ledger_books *l = ledger_books(w);
    l->sheet = arena_array(&w->sim->arena, w->firms.count, sizeof *l->sheet);
    l->collects = arena_array(&w->sim->arena, w->firms.count, sizeof *l->collects);
    w->ledger.sheet = l->sheet;
    memcpy(w->ledger.account, chart, sizeof chart);
    w->ledger.count = ACCOUNTS_BUILT_IN;
    for (size_t a = 0; a < ACCOUNTS_BUILT_IN; a++)
        if (chart[a].posted == POSTED_AT_CLOSING)
            collect(w, (enum account)a);
}

enum account ledger_add(struct world *w, const struct account_row *account)
{
    struct ledger *l = &w->ledger;
    if (l->count == MAX_ACCOUNTS || account->class_ < CLASS_INCOME || account->against >= BALANCES ||
        (account->posted != POSTED_AT_CLOSING && account->posted != POSTED_AT_ONCE))
        sim_fail(w->sim, "account %s: no room, or no income or expense that others may post", account->name);
    l->account[l->count] = *account;
    if (account->posted == POSTED_AT_CLOSING)
        collect(w, (enum account)l->count);
    return (enum account)l->count++;
}

/* -- posting ------------------------------------------------------------------------------------------------------ */

/* Cash moves between a firm, whose sheet it is, and a counterparty. */
static inline void receive(struct world *w, union balance_sheet *sheet, enum counterparty from, double cny)
{
    sheet->cash += cny;
    if (from != COUNTERPARTY_NOBODY)
        w->ledger.counterparty[from] -= cny;
}

void ledger_post_with(struct world *w, uint32_t firm, enum account balance, enum counterparty with, double cny)
{
    union balance_sheet *sheet = &ledger_books(w)->sheet[firm];
    firms_begin(w, firm);
    sheet->of[balance] += cny;
    receive(w, sheet, with, is_asset(balance) ? -cny : cny);
}

/* What a flow does to retained earnings and to the balance against it. */
static void move_at_once(struct world *w, uint32_t firm, const struct account_row *a, double cny)
{
    union balance_sheet *sheet = &ledger_books(w)->sheet[firm];
    double profit = a->class_ == CLASS_INCOME ? cny : -cny;
    sheet->retained += profit;
    if (a->against == ACCOUNT_CASH)
        receive(w, sheet, a->counterparty, profit);
    else
        sheet->of[a->against] += is_asset(a->against) ? profit : -profit;
}

void ledger_post(struct world *w, uint32_t firm, enum account account, double cny)
{
    struct ledger_books *l = ledger_books(w);
    const struct account_row *a = &w->ledger.account[account];
    if (account < BALANCES) {
        ledger_post_with(w, firm, account, a->counterparty, cny);
        return;
    }
    firms_begin(w, firm);
    if (a->posted == POSTED_AT_ONCE) {
        l->at_once[w->firms.row[firm].owner_class].of[account] += cny;
        move_at_once(w, firm, a, cny);
    } else {
        l->collected[account][firm] += cny;
        l->collects[firm] = true;
    }
}

void ledger_buy(struct world *w, uint32_t firm, double cny, double paid_cny)
{
    union balance_sheet *sheet = &ledger_books(w)->sheet[firm];
    firms_begin(w, firm);
    receive(w, sheet, COUNTERPARTY_VENDORS, -paid_cny);
    sheet->book += cny;
    sheet->vat_credit += paid_cny - cny;
}

void ledger_age(struct world *w, uint32_t firm, double written_cny, double repaid_cny)
{
    union balance_sheet *sheet = &ledger_books(w)->sheet[firm];
    sheet->book -= written_cny;
    sheet->debt -= repaid_cny;
    sheet->paid_in += repaid_cny - written_cny - sheet->vat_credit;
    receive(w, sheet, COUNTERPARTY_BANKS, -repaid_cny);
    receive(w, sheet, COUNTERPARTY_OWNERS, repaid_cny - sheet->vat_credit);
    receive(w, sheet, COUNTERPARTY_STATE, sheet->vat_credit);
    sheet->vat_credit = 0;
}

void ledger_sell(struct world *w, uint32_t from, uint32_t to, double book_cny, double debt_cny, double price_cny)
{
    union balance_sheet *seller = &ledger_books(w)->sheet[from], *buyer = &ledger_books(w)->sheet[to];
    double paid = price_cny - debt_cny, gain = price_cny - book_cny;
    firms_begin(w, to);
    seller->cash += paid;
    seller->book -= book_cny;
    seller->debt -= debt_cny;
    seller->retained += gain;
    ledger_books(w)->at_once[w->firms.row[from].owner_class].of[ACCOUNT_SALE_GAIN] += gain;
    buyer->cash -= paid;
    buyer->book += price_cny;
    buyer->debt += debt_cny;
}

void ledger_between(struct world *w, enum counterparty from, enum counterparty to, double cny)
{
    w->ledger.counterparty[from] -= cny;
    w->ledger.counterparty[to] += cny;
}

/* -- closing the books of a step ---------------------------------------------------------------------------------- */

/* Flows of a firm by what they are closed against. */
struct tally {
    double income, costs, finance, written; /* cash; of costs, to banks; no cash: against the book */
    double temporary_differences; /* of all that, income that is not taxed now, less expenses that are not deducted */
    double vat;
};

static inline void add_to_tally(struct tally *t, const struct account_row *a, double cny)
{
    if (a->against != ACCOUNT_CASH)
        t->written += cny;
    else if (a->class_ == CLASS_INCOME)
        t->income += cny;
    else if (a->line == LINE_FINANCE)
        t->finance += cny;
    else
        t->costs += cny;
    if (a->taxed == TAX_UNTAXED && a->against == ACCOUNT_CASH)
        t->temporary_differences += a->class_ == CLASS_INCOME ? cny : -cny;
}

/* What was collected of a firm is taken off its list and added to the flows of its class. */
static struct tally take_collected(struct world *w, uint32_t firm, struct flows *of_class)
{
    struct ledger_books *l = ledger_books(w);
    struct tally t = {0};
    for (size_t k = 0; k < l->closing_count; k++) {
        enum account a = l->closing[k];
        double cny = l->collected[a][firm];
        add_to_tally(&t, &w->ledger.account[a], cny);
        of_class->of[a] += cny;
        l->collected[a][firm] = 0;
    }
    l->collects[firm] = false;
    return t;
}

void ledger_begin_closing(struct world *w, size_t owner_class, struct closing *c)
{
    struct flows *at_once = &ledger_books(w)->at_once[owner_class];
    c->collected = *at_once;
    c->tax = c->repaid = 0;
    *at_once = (struct flows){{0}};
}

void ledger_close(struct world *w, uint32_t firm, const double done[STEP_ACCOUNTS], double repaid_cny,
                  struct closing *c)
{
    struct firm *f = &w->firms.row[firm];
    const struct ledger_books *books = ledger_books(w);
    union balance_sheet *sheet = &books->sheet[firm];
    struct tally t = {0};
    double vat = 0, written_off = 0;
#pragma GCC unroll 8 /* what the rows say is then known to the compiler */
    for (size_t k = 0; k < STEP_ACCOUNTS; k++) {
        const struct account_row *a = &chart[FIRST_OF_STEP + k];
        add_to_tally(&t, a, done[k]);
        vat += a->vat == VAT_OUTPUT ? c->vat_output * done[k] : a->vat == VAT_INPUT ? -(c->vat_input * done[k]) : 0;
    }
    if (books->collects[firm]) {
        struct tally more = take_collected(w, firm, &c->collected);
        written_off = more.written;
        t.costs += more.costs;
        t.income += more.income;
        t.finance += more.finance;
        t.written += more.written;
        t.temporary_differences += more.temporary_differences;
    }
    double before_tax = t.income - t.costs, deducted = w->firms.own_tax_ledger ? 0 : t.written;
    double tax = tax_on_profit(w, f, before_tax - t.finance - deducted - t.temporary_differences);
    double left = before_tax - tax - t.finance, due = above_zero(vat - sheet->vat_credit);
    f->cfads = before_tax - tax;
    f->interest = t.finance;
    f->written_off = written_off;
    f->principal = repaid_cny;
    sheet->vat_credit = above_zero(sheet->vat_credit - vat);
    sheet->book -= t.written;
    sheet->debt -= repaid_cny;
    sheet->retained += left - t.written;
    sheet->cash += left - repaid_cny + (vat - due);
    w->ledger.counterparty[COUNTERPARTY_STATE] += due;
    c->tax += tax;
    c->repaid += repaid_cny;
}

void ledger_pay(struct world *w, const struct flows *flows, const struct closing *c)
{
    double *counterparty = w->ledger.counterparty;
    for (size_t k = BALANCES; k < w->ledger.count; k++) {
        const struct account_row *a = &w->ledger.account[k];
        if (a->against != ACCOUNT_CASH || a->counterparty == COUNTERPARTY_NOBODY || a->posted == POSTED_AT_ONCE)
            continue;
        double vat = a->vat == VAT_OUTPUT ? c->vat_output : a->vat == VAT_INPUT ? c->vat_input : 0;
        counterparty[a->counterparty] += (a->class_ == CLASS_INCOME ? -flows->of[k] : flows->of[k]) * (1 + vat);
    }
    counterparty[COUNTERPARTY_BANKS] += c->repaid;
}

/* -- what it adds up to ------------------------------------------------------------------------------------------- */

double ledger_statement(const struct world *w, const struct flows *flows, double line[LINES])
{
    for (int l = 0; l < LINES; l++)
        line[l] = 0;
    for (size_t k = BALANCES; k < w->ledger.count; k++) {
        const struct account_row *a = &w->ledger.account[k];
        bool adds = (a->class_ == CLASS_EXPENSE) == (a->line != LINE_REVENUE);
        line[a->line] += adds ? flows->of[k] : -flows->of[k];
    }
    double profit = line[LINE_REVENUE];
    for (int l = LINE_COST; l < LINE_EXCEPTIONAL; l++)
        profit -= line[l];
    return profit;
}

union balance_sheet ledger_sum(const struct world *w)
{
    union balance_sheet sum = {.of = {0}};
    for (uint32_t k = 0; k < w->firms.active_count; k++) {
        const union balance_sheet *sheet = &w->ledger.sheet[w->firms.active[k]];
        for (size_t a = 0; a < BALANCES; a++)
            sum.of[a] += sheet->of[a];
    }
    return sum;
}

/* -- what must hold ----------------------------------------------------------------------------------------------- */

/* Assets less debt and equity. */
static inline double gap(const union balance_sheet *sheet)
{
    double assets = 0, claims = 0;
    for (size_t a = 0; a < BALANCES; a++)
        if (chart[a].class_ == CLASS_ASSET)
            assets += sheet->of[a];
        else
            claims += sheet->of[a];
    return assets - claims;
}

static void check_size(struct world *w, uint32_t firm)
{
    const union balance_sheet *sheet = &w->ledger.sheet[firm];
    double size = 0;
    char name[64];
    for (size_t a = 0; a < BALANCES; a++)
        size += fabs(sheet->of[a]);
    if (!(fabs(gap(sheet)) <= 1e-9 * (SMALL_CNY + size)))
        sim_fail(w->sim, "the books of %s do not balance: assets exceed debt and equity by %.9g CNY",
                 firms_name(w, firm, name), gap(sheet));
}

void ledger_check(struct world *w)
{
    const double rounding = 1e-9 * SMALL_CNY;
    double money = 0, turned_over = 0;
    bool all_balance = true;
    for (size_t k = 0; k < w->firms.active_count; k++) {
        const union balance_sheet *sheet = &w->ledger.sheet[w->firms.active[k]];
        all_balance &= fabs(gap(sheet)) <= rounding;
        money += sheet->cash;
        turned_over += fabs(sheet->cash);
    }
    for (size_t k = 0; k < w->firms.active_count && !all_balance; k++) /* else nobody need ask how large they are */
        check_size(w, w->firms.active[k]);
    for (int k = 0; k < COUNTERPARTIES; k++) {
        money += w->ledger.counterparty[k];
        turned_over += fabs(w->ledger.counterparty[k]);
    }
    if (!(fabs(money) <= 1e-9 * (SMALL_CNY + turned_over)))
        sim_fail(w->sim, "%.6g CNY were made or lost", money);
}

const struct model model_ledger = {
    .name = "ledger",
    .help = "balance sheets of firms: what is posted to them, and that they balance",
    STATE(ledger, struct ledger_books),
    .start = start,
};
