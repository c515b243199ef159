/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a step does to a vintage: its four ledgers, its loan, its sale, its loss. */
#include "accounting.h"

static const double ENTRANT_YR = 1; /* age up to which a centre is an entrant */

/* Share of what a card's ledger holds above salvage that this step writes off. */
static double book_share(const struct class_books *c, double age, double let_yr, double used, double dt)
{
    if (!c->by_use)
        return schedule_share(c->now, age - dt, age);
    double left = c->now->life_yr - let_yr;
    return left > used ? used / left : 1;
}

/* By how much a vintage is younger in the books than it is, years: what is bought used has at least half its life there. */
static double younger_by(const struct world *w, const struct vintage *v)
{
    return v->resold ? (double)accounting_state(w)->younger_yr[v - w->vintages.row] : 0;
}

static void make_younger(struct world *w, uint32_t vintage)
{
    struct accounting *a = accounting_state(w);
    struct vintage *v = &w->vintages.row[vintage];
    const struct class_books *c = &a->of_class[v->owner_class];
    while (a->younger_capacity < w->vintages.count) {
        size_t had = a->younger_capacity, more = w->vintages.capacity;
        a->younger_yr =
            arena_grow(&w->sim->arena, a->younger_yr, had * sizeof *a->younger_yr, more * sizeof *a->younger_yr);
        a->younger_capacity = more;
    }
    double age = c->by_use ? v->let_yr : w->sim->now - v->delivered;
    a->younger_yr[vintage] = (float)max_of(0, age - c->now->life_yr / 2);
    v->resold = true;
}

/* Returns what is written off, CNY a card. */
static double write_off(const struct class_books *c, struct vintage *v, double younger, double used,
                        const struct step *step)
{
    double floor_ = c->now->salvage * v->base_per_card, above = max_of(0, v->book_per_card - floor_);
    double share = book_share(c, step->now - v->delivered - younger, v->let_yr - younger, used, step->dt);
    if (step->reverses)
        v->unimpaired_per_card -= max_of(0, v->unimpaired_per_card - floor_) * share;
    return above * share;
}

/* Scrapped: what is left in the ledgers is a loss. */
static void dispose(struct world *w, struct vintage *v)
{
    ledger_post(w, v->firm, ACCOUNT_DISPOSAL, v->cards * v->book_per_card);
    w->firms.row[v->firm].temporary_difference -= v->cards * v->tax_per_card;
    v->base_per_card = v->book_per_card = v->tax_per_card = v->written_per_yr = 0;
}

/* Disposal of lost cards of a vintage that goes on with fewer; a closed one is disposed of as a whole. */
static void cards_lost(struct world *w, uint32_t id, double cards)
{
    if (!w->vintages.row[id].standing)
        return;
    purchases_enter(w);
    const struct vintage *v = &w->vintages.row[id];
    ledger_post(w, v->firm, ACCOUNT_DISPOSAL, cards * v->book_per_card);
    w->firms.row[v->firm].temporary_difference -= cards * v->tax_per_card;
}

const struct vintage_follower accounting_follower = {.lost = cards_lost};

/* Share of a loan that is repaid between two ages. */
static double loan_share(const struct schedule *loan, double from, double to)
{
    double share = schedule_share(loan, from, to), balloon = loan->salvage;
    return balloon > 0 && share < 1 ? share * (1 - balloon / schedule_left(loan, from)) : share;
}

/* What book and loan lose is the same every year as long as neither schedule has a kink and nothing happens to the
 * vintage: then months cost little. A change of book or debt must end that (steady_until). */
static void look_ahead(const struct class_books *c, struct vintage *v, double age, double younger,
                       const struct step *step)
{
    const struct schedule *loan = &c->loan;
    double in_books = age - younger, kink = schedule_kink(c->now, in_books), due = schedule_kink(loan, age);
    double above = max_of(0, v->book_per_card - c->now->salvage * v->base_per_card);
    v->written_per_yr = kink < HUGE_VAL ? above * schedule_share(c->now, in_books, kink) / (kink - in_books) : 0;
    v->repaid_per_yr = 0;
    if (v->debt > 0 && due < HUGE_VAL) {
        double before_balloon = v->debt * (1 - loan->salvage / schedule_left(loan, age));
        v->repaid_per_yr = before_balloon * schedule_share(loan, age, due) / (due - age);
    }
    bool never = v->standing && (c->by_use || step->reverses);
    double until = min_of(v->standing ? kink + younger : HUGE_VAL, v->debt > 0 ? due : HUGE_VAL);
    v->steady_until = never ? 0 : v->delivered + until;
}

/* What a step does to a vintage's book and loan. */
struct losses {
    double written, interest, repaid;
};

static struct losses lose_unsteadily(struct world *w, struct vintage *v, double used, const struct step *step)
{
    const struct class_books *c = &accounting_state(w)->of_class[v->owner_class];
    double age = step->now - v->delivered, dt = min_of(step->dt, age), younger = younger_by(w, v);
    double written = v->standing ? write_off(c, v, younger, used, step) : 0;
    struct losses l = {.written = written * v->cards};
    v->book_per_card -= written;
    l.interest = v->debt * (step->base_rate + (double)v->spread_per_yr) * dt;
    l.repaid = v->debt * loan_share(&c->loan, age - dt, age);
    v->debt -= l.repaid;
    look_ahead(c, v, age, younger, step);
    return l;
}

static inline struct losses lose(struct world *w, struct vintage *v, double used, const struct step *step)
{
    if (step->now > v->steady_until)
        return lose_unsteadily(w, v, used, step);
    double written = v->written_per_yr * step->dt, rate = step->base_rate + (double)v->spread_per_yr;
    struct losses l = {written * v->cards, v->debt * rate * step->dt, v->repaid_per_yr * step->dt};
    v->book_per_card -= written;
    v->debt -= l.repaid;
    return l;
}

/* Adds what a vintage is in the ledgers that are only summed, `times` over. */
void vintage_books_add_to_ledgers(const struct world *w, const struct vintage *v, double times, struct ledgers *to)
{
    double cards = v->cards * times;
    to->tax += cards * (w->firms.own_tax_ledger ? v->tax_per_card : v->book_per_card);
    to->physical +=
        cards * physical_per_card(v, w->sim->now - v->delivered, accounting_state(w)->settings->wear_by_use);
}

void accounting_sold(struct world *w, uint32_t vintage, double price)
{
    struct accounting *a = accounting_state(w);
    struct vintage *v = &w->vintages.row[vintage];
    bool listed = v->tax_per_card > 0;
    if (a && v->standing)
        vintage_books_add_to_ledgers(w, v, -1, &a->ledgers);
    v->book_per_card = v->base_per_card = v->unimpaired_per_card = price / v->cards;
    v->tax_per_card = w->firms.own_tax_ledger ? v->book_per_card : 0;
    v->steady_until = 0;
    if (a)
        make_younger(w, vintage);
    if (a && v->standing)
        vintage_books_add_to_ledgers(w, v, 1, &a->ledgers);
    if (a && w->firms.own_tax_ledger && !listed)
        accounting_put_down(w, &a->deducted, vintage);
}

/* A vintage that stands. */
static inline void operate(struct world *w, struct vintage *v, struct step *step, union sums *sums)
{
    const struct card *card = &step->card[v->region * MAX_GENERATIONS + v->generation];
    double used = v->let_cards / v->cards * step->dt;
    struct losses l = lose(w, v, used, step);
    v->let_yr += used;
    sums->rent_per_hour += v->rent_sum;
    sums->power += v->let_cards * card->power;
    sums->list_price += v->cards * card->list_price;
    sums->cost += v->cards * v->base_per_card;
    sums->economic += v->cards * value_when_woken(v, value_at(card->worth, v->retires - step->now));
    sums->written += l.written;
    sums->interest += l.interest;
    sums->repaid += l.repaid;
    step->sum.full_kw[v->region] += v->let_cards * card->full_kw;
    step->sum.physical += v->cards * physical_per_card(v, step->now - v->delivered, step->wear_by_use);
}

/* What an entrant does is shown besides, as long as it is one. */
static void operate_entrant(struct world *w, struct vintage *v, struct step *step)
{
    union sums alone = {{0}};
    operate(w, v, step, &alone);
    add_sums(&accounting_state(w)->sums[v->firm], &alone);
    v->entrant = w->sim->now - v->delivered <= ENTRANT_YR;
    if (v->entrant)
        add_sums(&accounting_state(w)->entrant_sums, &alone);
}

/* Those that stand; others leave the list, and the books at a loss. */
void vintage_books_run_standing(struct world *w, struct step *step)
{
    struct accounting *a = accounting_state(w);
    size_t kept = 0;
    for (size_t i = 0; i < a->standing.count; i++) {
        uint32_t id = a->standing.id[i];
        struct vintage *v = &w->vintages.row[id];
        if (!v->standing) {
            dispose(w, v);
            accounting_put_down(w, &a->owing, id);
            continue;
        }
        a->standing.id[kept++] = id;
        if (is_entrant(v))
            operate_entrant(w, v, step);
        else
            operate(w, v, step, &a->sums[v->firm]);
    }
    a->standing.count = kept;
}

/* Loans outlive what they bought. */
void vintage_books_run_owing(struct world *w, const struct step *step)
{
    struct accounting *a = accounting_state(w);
    size_t kept = 0;
    for (size_t i = 0; i < a->owing.count; i++) {
        struct vintage *v = &w->vintages.row[a->owing.id[i]];
        if (v->debt <= 0)
            continue;
        a->owing.id[kept++] = a->owing.id[i];
        struct losses l = lose(w, v, 0, step);
        a->sums[v->firm].interest += l.interest;
        a->sums[v->firm].repaid += l.repaid;
    }
    a->owing.count = kept;
}

/* What is left to deduct is written off for tax; returns what then is. */
double vintage_books_run_deducted(struct world *w, const struct step *step)
{
    struct accounting *a = accounting_state(w);
    size_t kept = 0;
    double left = 0;
    for (size_t i = 0; i < a->deducted.count; i++) {
        struct vintage *v = &w->vintages.row[a->deducted.id[i]];
        if (v->tax_per_card <= 0)
            continue;
        a->deducted.id[kept++] = a->deducted.id[i];
        const struct schedule *tax = class_books_tax_schedule(&a->of_class[v->owner_class], v);
        double age = step->now - v->delivered, above = max_of(0, v->tax_per_card - tax->salvage * v->base_per_card);
        double line = above * schedule_share(tax, age - step->dt, age);
        v->tax_per_card -= line;
        w->firms.row[v->firm].temporary_difference -= line * v->cards;
        left += v->tax_per_card * v->cards;
    }
    a->deducted.count = kept;
    return left;
}
