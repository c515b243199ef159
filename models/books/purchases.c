/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a vintage comes to the books: what it cost, what it was paid with, what is deducted at once. */
#include "accounting.h"

/* VAT on the cost of a card that its buyer cannot recover. */
static double lost_vat(const struct world *w, const struct vintage *v)
{
    const struct accounting_settings *s = accounting_state(w)->settings;
    if (accounting_state(w)->of_class[v->owner_class].vat_exempt)
        return s->vat_input * v->cost_per_card;
    return v->channel == CHANNEL_GRAY ? (1 - s->gray_invoiced) * s->vat_input * v->cost_per_card : 0;
}

/* Small units may be deducted from taxable profit in the year they are bought. */
static bool expensed(const struct world *w, const struct vintage *v)
{
    const struct accounting_settings *s = accounting_state(w)->settings;
    bool in_time = isnan(s->expense_until) || v->delivered < s->expense_until;
    return in_time && v->cost_per_card * w->generations.cards_per_server[v->generation] <= s->expense_below;
}

/* What a purchase is paid with: a loan and what owners pay in, VAT included. */
static void raise_money(struct world *w, uint32_t firm, double borrowed, double paid_in)
{
    ledger_post(w, firm, ACCOUNT_DEBT, borrowed);
    ledger_post(w, firm, ACCOUNT_PAID_IN, paid_in);
}

void accounting_pay_ahead(struct world *w, uint32_t firm, double cost)
{
    struct firm *f = &w->firms.row[firm];
    if (!sim_enabled(w->sim, &model_accounting))
        return;
    double borrowed = cost * accounting_state(w)->of_class[f->owner_class].debt_share;
    raise_money(w, firm, borrowed, cost - borrowed);
    f->credit_line += borrowed;
    ledger_post(w, firm, ACCOUNT_PREPAYMENTS, cost);
}

/* What was paid ahead comes back, so that the purchase can be posted whole. */
static void settle_prepayment(struct world *w, const struct vintage *v)
{
    struct firm *f = &w->firms.row[v->firm];
    double cost = min_of(w->ledger.sheet[v->firm].prepayments, v->paid_ahead),
           borrowed = min_of(f->credit_line, cost * accounting_state(w)->of_class[v->owner_class].debt_share);
    f->credit_line -= borrowed;
    raise_money(w, v->firm, -borrowed, borrowed - cost);
    ledger_post(w, v->firm, ACCOUNT_PREPAYMENTS, -cost);
}

static void buy(struct world *w, struct vintage *v)
{
    const struct accounting_settings *s = accounting_state(w)->settings;
    const struct class_books *c = &accounting_state(w)->of_class[v->owner_class];
    if (v->paid_ahead > 0)
        settle_prepayment(w, v);
    v->base_per_card = v->book_per_card = v->unimpaired_per_card = v->cost_per_card + lost_vat(w, v);
    double at_once = c->taxed_as_booked ? 0 : expensed(w, v) ? 1 : series_at(s->bonus, v->delivered);
    v->tax_per_card = c->taxed_as_booked ? 0 : v->base_per_card * (1 - at_once);
    v->spread_per_yr = (float)w->credit.spread_per_yr[v->owner_class];
    v->entrant = v->owner_class == s->entrants && v->project != UINT32_MAX;
    double cost = v->cards * v->base_per_card, paid = v->cards * v->cost_per_card * (1 + s->vat_input);
    v->debt = cost * (v->most_debt_share > 0 ? min_of(c->debt_share, (double)v->most_debt_share) : c->debt_share);
    raise_money(w, v->firm, v->debt, paid - v->debt);
    ledger_buy(w, v->firm, cost, paid);
    w->firms.row[v->firm].temporary_difference -= cost * at_once;
}

void purchases_enter(struct world *w)
{
    struct accounting *a = accounting_state(w);
    for (; a->known < w->vintages.count; a->known++) {
        struct vintage *v = &w->vintages.row[a->known];
        buy(w, v);
        accounting_put_down(w, &a->standing, a->known);
        if (v->tax_per_card > 0)
            accounting_put_down(w, &a->deducted, a->known);
        if (v->generation == a->settings->curve_of)
            accounting_put_down(w, &a->shown, a->known);
    }
}

/* Capacity standing at the start is partly written off and repaid, its VAT set off, its cost no longer deducted.
 * Owners' capital is what is left. */
void purchases_age_initial(struct world *w)
{
    struct accounting *a = accounting_state(w);
    for (size_t i = 0; i < a->known; i++) {
        struct vintage *v = &w->vintages.row[i];
        const struct class_books *c = &a->of_class[v->owner_class];
        double age = w->sim->now - v->delivered, base = v->base_per_card;
        double written = v->cards * base * (1 - schedule_left(&c->book, age)),
               repaid = v->debt * (1 - schedule_left(&c->loan, age));
        v->book_per_card = v->unimpaired_per_card = base * schedule_left(&c->book, age);
        v->tax_per_card *= c->taxed_as_booked ? 0 : schedule_left(class_books_tax_schedule(c, v), age);
        v->debt -= repaid;
        ledger_age(w, v->firm, written, repaid);
        w->firms.row[v->firm].temporary_difference = 0;
    }
}
