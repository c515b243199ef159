/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Firms: every one balances at every step, no money is made or lost, and what is sold changes hands whole. */
#include "models_lab.h"

static double received(const struct world *w, enum counterparty who)
{
    return w->ledger.counterparty[who];
}

static double cash_of_all(const struct world *w)
{
    double sum = 0;
    for (size_t i = 0; i < w->firms.count; i++)
        sum += w->ledger.sheet[i].cash;
    return sum;
}

static struct {
    size_t steps;
    double rents, besides, before; /* penalties, and packages of failed firms; of that, since the last report */
} audit;

/* What tenants paid: rents, VAT of 6 % included, penalties, and what packages still owe them. What a failed firm does
 * not return is theirs to bear. */
static void audit_rents(struct world *w)
{
    const double *flows = w->books.all.of;
    double besides =
        flows[ACCOUNT_PENALTIES_RECEIVED] - flows[ACCOUNT_PENALTIES_PAID] + flows[ACCOUNT_PACKAGES_FORFEITED];
    double ahead = 0;
    for (size_t i = 0; i < w->leases.count; i++) {
        const struct lease *l = &w->leases.row[i];
        double rent = l->live ? l->cards * l->rent * 8760 : 0;
        audit.rents += rent * w->sim->dt;
        ahead += l->billing == BILLING_PACKAGE ? rent * (l->ends - w->sim->now) : 0;
    }
    audit.besides += besides - audit.before;
    audit.before = w->sim->sampling ? 0 : besides;
    assert_near(w->books.sum.contract_liabilities, ahead, 1e-6 * (1e6 + ahead));
    assert_near(received(w, COUNTERPARTY_TENANTS), -(audit.rents * 1.06 + audit.besides + ahead), 1e-8 * audit.rents);
}

/* What firms own, by the vintages alone, once all money of the step has moved. */
static void audit_step(struct world *w)
{
    double all = cash_of_all(w), turned_over = fabs(all), book = 0, cards = 0;
    for (int k = 0; k < COUNTERPARTIES; k++) {
        all += w->ledger.counterparty[k];
        turned_over += fabs(w->ledger.counterparty[k]);
    }
    assert_near(all, 0, 1e-9 * turned_over);
    for (size_t i = 0; i < w->firms.count; i++) {
        const struct firm *f = &w->firms.row[i];
        const union balance_sheet *b = &w->ledger.sheet[i];
        double assets = b->cash + b->book + b->vat_credit + b->prepayments,
               claims = b->debt + b->contract_liabilities + b->paid_in + b->retained;
        assert_near(assets, claims, 1e-9 * (1 + b->book + fabs(b->cash) + b->debt + b->paid_in));
        book += b->book;
        cards += f->cards;
    }
    for (size_t i = 0; i < w->vintages.count; i++) {
        const struct vintage *v = &w->vintages.row[i];
        book -= v->cards * v->book_per_card;
        cards -= v->standing ? v->cards : 0;
    }
    assert_near(book, 0, 1e-9 * (1 + w->books.sum.book));
    assert_near(cards, 0, 1e-6);
    audit.steps++;
}

static const struct model auditor = {.name = "auditor",
                                     .help = "checks the firms",
                                     .phase = {[PHASE_BOOKS] = audit_rents, [PHASE_FINANCE] = audit_step}};

static void every_firm_balances_and_no_money_is_made_at_any_step(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_with(&lab, &auditor, NULL, LAB_SET("run.end=2030-01", "circular.enabled=false"));
    for (uint32_t r = 0; r < 2; r++) {
        memset(&audit, 0, sizeof audit);
        lab_run(&lab, r);
        assert_int_equal(audit.steps, lab.result->steps);
    }
    lab_close(&lab);
}

static void a_project_belongs_to_the_same_firm_in_every_world(void **state)
{
    (void)state;
    struct lab with, without;
    lab_open(&with, NULL, LAB_SET("run.end=2024-09", "finance.enabled=false"));
    lab_open(&without, NULL, LAB_SET("run.end=2024-09", "finance.enabled=false", "policies.ban_a800_h800_2023=null"));
    struct world *a = lab_run(&with, 0), *b = lab_run(&without, 0);
    size_t met = 0;
    for (size_t i = 0; i < a->vintages.count; i++)
        for (size_t k = 0; k < b->vintages.count; k++) {
            const struct vintage *x = &a->vintages.row[i], *y = &b->vintages.row[k];
            if (x->owner_class != y->owner_class || x->number != y->number)
                continue;
            assert_int_equal(x->firm, y->firm);
            met++;
        }
    assert_true(met > 60 && (met < a->vintages.count || met < b->vintages.count));
    lab_close(&with);
    lab_close(&without);
}

static void a_class_has_as_many_firms_as_it_is_given_and_all_own_something(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL,
             LAB_SET("run.end=2028-01", "finance.enabled=false", "operators.neocloud.firms=7",
                     "operators.carrier.firms=1", "entry.enabled=false"));
    struct world *w = lab_run(&lab, 0);
    assert_int_equal(w->firms.of_class[1], 1);
    assert_int_equal(w->firms.of_class[3], 7);
    assert_int_equal(w->firms.first[3], w->firms.first[2] + w->firms.of_class[2]);
    for (uint32_t i = 0; i < 7; i++) {
        const struct firm *f = &w->firms.row[w->firms.first[3] + i];
        assert_int_equal(f->owner_class, 3);
        assert_true(f->cards > 0);
        assert_true(f->economic > 0);
        assert_true(f->first_delivery >= 2022 && f->first_delivery < 2028);
    }
    lab_close(&lab);
}

static void a_failed_firm_gets_no_more_projects(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2022-03"));
    struct world *w = lab_run(&lab, 0);
    for (uint32_t k = 0; k < 200; k++) {
        uint32_t first = firms_owner(w, 3, k);
        w->firms.row[first].defaulted = true;
        uint32_t next = firms_owner(w, 3, k);
        assert_true(next != first);
        assert_int_equal(w->firms.row[next].owner_class, 3);
        w->firms.row[first].defaulted = false;
        assert_int_equal(firms_owner(w, 3, k), first);
    }
    lab_close(&lab);
}

static bool has_package(const struct world *w, uint32_t vintage)
{
    for (size_t i = 0; i < w->leases.count; i++)
        if (w->leases.row[i].live && w->leases.row[i].vintage == vintage && w->leases.row[i].billing == BILLING_PACKAGE)
            return true;
    return false;
}

static void a_sale_moves_book_loan_and_cash_and_books_the_gain(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2024-06", "tenants.startup.package=0.3", "tenants.industry.package=0.3"));
    struct world *w = lab_run(&lab, 0);
    uint32_t id = (uint32_t)w->vintages.count - 1;
    while (!w->vintages.row[id].rent_sum || !w->vintages.row[id].debt || !has_package(w, id))
        id--;
    struct vintage *v = &w->vintages.row[id];
    uint32_t from = v->firm, to = (from + 1) % (uint32_t)w->firms.count;
    union balance_sheet seller = w->ledger.sheet[from], buyer = w->ledger.sheet[to];
    double cards = w->firms.row[to].cards;
    double ahead[2] = {leasing_prepaid_cny(w, from), leasing_prepaid_cny(w, to)};
    double price = 2.385e7, loan = v->debt, book = v->book_per_card * v->cards, cash = cash_of_all(w);
    assert_true(loan > 0);
    vintage_transfer(w, id, to, price);
    const union balance_sheet *s = &w->ledger.sheet[from], *b = &w->ledger.sheet[to];
    assert_int_equal(v->firm, to);
    double served = leasing_prepaid_cny(w, to) - ahead[1]; /* packages go with the centre, and the money for them */
    assert_true(served > 1e5);
    assert_near(ahead[0] - leasing_prepaid_cny(w, from), served, 1);
    assert_near(b->contract_liabilities - buyer.contract_liabilities, served, 1);
    assert_near(s->cash - seller.cash, price - loan - served, 1);
    assert_near(b->cash - buyer.cash, loan - price + served, 1);
    assert_near(s->retained - seller.retained, price - book, 1);
    assert_near(b->retained, buyer.retained, 0);
    assert_near(seller.debt - s->debt, loan, 1);
    assert_near(b->debt - buyer.debt, loan, 1);
    assert_near(b->book - buyer.book, price, 1);
    assert_near(v->book_per_card * v->cards, price, 1);
    assert_near(w->firms.row[to].cards - cards, v->cards, 1e-9);
    assert_near(cash_of_all(w), cash, 1);
    ledger_check(w);
    lab_close(&lab);
}

/* Money from nowhere. */
static void mint(struct world *w)
{
    if (w->sim->now > 2022.9)
        *(double *)(uintptr_t)&w->ledger.sheet[w->firms.active[3]].cash += 1e4;
}

static void money_from_nowhere_fails_the_replication(void **state)
{
    (void)state;
    static const struct model minter = {.name = "minter", .help = "makes money", .phase = {[PHASE_HAZARD] = mint}};
    struct lab lab;
    lab_open_with(&lab, &minter, NULL, LAB_SET("run.end=2023-06"));
    assert_false(lab_try(&lab, 0));
    assert_non_null(strstr(lab.result->failed, "do not balance"));
    lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_firm_balances_and_no_money_is_made_at_any_step),
        cmocka_unit_test(a_project_belongs_to_the_same_firm_in_every_world),
        cmocka_unit_test(a_class_has_as_many_firms_as_it_is_given_and_all_own_something),
        cmocka_unit_test(a_failed_firm_gets_no_more_projects),
        cmocka_unit_test(a_sale_moves_book_loan_and_cash_and_books_the_gain),
        cmocka_unit_test(money_from_nowhere_fails_the_replication),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
