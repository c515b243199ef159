/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chart of accounts: every row is posted by somebody and shown by something, and no posting unbalances a firm. */
#include "models_lab.h"

/* -- who posts ---------------------------------------------------------------------------------------------------- */

static double moved[MAX_ACCOUNTS]; /* largest amount ever seen on an account */

static void look(struct world *w)
{
    for (size_t a = 0; a < w->ledger.count; a++)
        for (size_t k = 0; a < BALANCES && k < w->firms.active_count; k++)
            moved[a] = fmax(moved[a], fabs(w->ledger.sheet[w->firms.active[k]].of[a]));
    for (size_t a = BALANCES; a < w->ledger.count; a++)
        moved[a] = fmax(moved[a], fabs(w->books.all.of[a]));
}

/* Owners take their money out of firms that have paid ahead, or been paid ahead, and banks do not wait. */
static void ruin_who_paid_or_was_paid_ahead(struct world *w)
{
    for (size_t k = 0; k < w->firms.active_count; k++) {
        uint32_t firm = w->firms.active[k];
        const union balance_sheet *sheet = &w->ledger.sheet[firm];
        if ((sheet->prepayments > 0 || sheet->contract_liabilities > 0) && w->sim->now > 2023)
            ledger_post(w, firm, ACCOUNT_PAID_IN, -1e12);
    }
    look(w);
}

static const struct model looker = {
    .name = "looker", .help = "looks at the books", .phase = {[PHASE_FINANCE] = look, [PHASE_BOOKS] = look}};
static const struct model ruiner = {
    .name = "ruiner",
    .help = "ruins firms",
    .phase = {[PHASE_BOOKS] = look, [PHASE_FINANCE] = look, [PHASE_HAZARD] = ruin_who_paid_or_was_paid_ahead}};

/* clang-format off */
#define PURCHASE                                                                                                       \
    "purchases: {p: {owner: neocloud, generation: A800, region: east, servers: 100 servers, cost: 1 MCNY/server, "     \
    "ordered: 2022-09, delivered: 2023-05}}\n"
/* clang-format on */

static void run_world(const struct model *own, const char *scenario, const char *lines, const char *const *sets)
{
    struct lab lab;
    lab_list(&lab, own, models_world_size);
    lab.of = scenario;
    lab_ready(&lab, lines, sets);
    lab_run(&lab, 0);
    lab_close(&lab);
}

static void every_account_is_posted_by_somebody(void **state)
{
    (void)state;
    run_world(&looker, "consolidation", NULL,
              LAB_SET("run.end=2027-01", "operators.neocloud.absorbs=true", "accounting.impairment=ias36"));
    run_world(&looker, "circular-finance", NULL,
              LAB_SET("run.end=2025-01", "tenants.developer.funded=0.5", "circular.until=2023-06"));
    run_world(
        &looker, "china", NULL,
        LAB_SET("run.end=2026-01", "engineering.gain=0.3", "engineering.cost=0.0001", "engineering.from=2022-01"));
    run_world(&looker, "china", NULL,
              LAB_SET("run.end=2023-01", "life.failures=0.2 /yr", "life.guarantee=0 years", "life.repair=0.01"));
    run_world(&ruiner, NULL, PURCHASE,
              LAB_SET("run.end=2024-06", "finance.grace=0 yr", "finance.support=0", "receivers.enabled=false",
                      "tenants.startup.package=0.3", "tenants.industry.package=0.3"));
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2022-03"));
    const struct world *w = lab_run(&lab, 0);
    for (size_t a = 0; a < ACCOUNTS_BUILT_IN; a++) {
        if (!(moved[a] > 1))
            print_error("nobody posts to %s: no world above does, so add one in which its mechanism is awake\n",
                        w->ledger.account[a].name);
        assert_true(moved[a] > 1);
    }
    lab_close(&lab);
}

/* -- what shows --------------------------------------------------------------------------------------------------- */

static enum account posted;
static bool done;

/* One firm of the class, once, in the second year. */
static void post_once(struct world *w)
{
    if (done || w->sim->now < 2023.4 || posted == MAX_ACCOUNTS)
        return;
    ledger_post(w, w->firms.first[3], posted, 2.385e9);
    if (posted == ACCOUNT_SALE_GAIN) /* another firm pays */
        ledger_post(w, w->firms.first[1], posted, -2.385e9);
    done = true;
}

static const struct model poster = {.name = "poster", .help = "posts", .phase = {[PHASE_HAZARD] = post_once}};

static void open_poster(struct lab *lab, enum account account)
{
    posted = account;
    done = false;
    lab_open_with(lab, &poster, NULL, LAB_SET("run.end=2023-09", "finance.enabled=false"));
    lab_run(lab, 0);
}

static double last(const struct lab *lab, const char *name)
{
    return lab_series(lab, name)[lab->plan->sample_count - 1];
}

static void every_balance_is_shown(void **state)
{
    (void)state;
    static const char *const name[BALANCES] = {
#define BALANCE(id, text, class_is, with, output, says) [ACCOUNT_##id] = output,
#define FLOW(id, ...)
#include "models/books/accounts.def"
#undef FLOW
#undef BALANCE
    };
    struct lab without, with;
    open_poster(&without, MAX_ACCOUNTS);
    for (size_t a = ACCOUNT_CASH + 1; a < BALANCES; a++) {
        open_poster(&with, (enum account)a);
        double cash = with.sim->world->ledger.account[a].class_ == CLASS_ASSET ? -2.385e9 : 2.385e9;
        if (a == ACCOUNT_CONTRACT_LIABILITIES) { /* it is what leases say: the next closing corrects it */
            assert_near(last(&with, name[a]), last(&without, name[a]), 1);
            assert_near(last(&with, "cash"), last(&without, "cash"), 1);
            assert_true(last(&with, name[a]) > 1e6);
        } else if (a != ACCOUNT_VAT_CREDIT) { /* it is set off against VAT collected */
            assert_near(last(&with, name[a]) - last(&without, name[a]), 2.385e9, 1e3);
            assert_near(last(&with, "cash") - last(&without, "cash"), cash, 1e3);
        } else {
            assert_true(last(&with, name[a]) > last(&without, name[a]) + 2e9);
        }
        lab_close(&with);
    }
    lab_close(&without);
}

/* A posting to a flow moves the line of its row, profit unless it is exceptional, and retained earnings. */
static void every_income_and_expense_is_shown(void **state)
{
    (void)state;
    static const char *const line[LINES] = {[LINE_COST] = "pnl.cost.neocloud",
                                            [LINE_FINANCE] = "pnl.finance.neocloud",
                                            [LINE_IMPAIRMENT] = "pnl.impairment.neocloud",
                                            [LINE_OTHER] = "pnl.other.neocloud",
                                            [LINE_EXCEPTIONAL] = "pnl.exceptional.neocloud"};
    struct lab without, with;
    open_poster(&without, MAX_ACCOUNTS);
    for (size_t a = BALANCES; a < ACCOUNTS_BUILT_IN; a++) {
        const struct account_row row = without.sim->world->ledger.account[a];
        if (row.posted == POSTED_EVERY_STEP || row.posted == POSTED_BY_CLOSING)
            continue; /* by accounting: what they are is shown by test_model_accounting */
        open_poster(&with, (enum account)a);
        double moves = last(&with, line[row.line]) - last(&without, line[row.line]);
        double net = last(&with, "pnl.net.neocloud") - last(&without, "pnl.net.neocloud");
        double kept = last(&with, "retained_earnings") - last(&without, "retained_earnings");
        assert_true(row.class_ == CLASS_EXPENSE ? moves > 0.01 : moves < -0.01);
        if (a != ACCOUNT_SALE_GAIN)
            assert_true(row.class_ == CLASS_EXPENSE ? kept < -1e9 : kept > 1e9);
        if (row.line == LINE_EXCEPTIONAL)
            assert_near(net, 0, 1e-9);
        else
            assert_true(row.class_ == CLASS_EXPENSE ? net < -0.01 : net > 0.01);
        lab_close(&with);
    }
    lab_close(&without);
}

/* The outputs are a balance sheet: what they show balances, in every sample. */
static void what_is_shown_balances(void **state)
{
    (void)state;
    struct lab lab;
    lab_list(&lab, NULL, models_world_size);
    lab.of = "circular-finance";
    lab_ready(&lab, PURCHASE, LAB_SET("run.end=2026-01", "tenants.developer.funded=0.5"));
    lab_run(&lab, 0);
    static const struct {
        const char *name;
        double sign;
    } balance[BALANCES] = {
#define BALANCE(id, text, class_is, with, output, says) {output, CLASS_##class_is == CLASS_ASSET ? 1 : -1},
#define FLOW(id, ...)
#include "models/books/accounts.def"
#undef FLOW
#undef BALANCE
    };
    for (size_t k = 0; k < lab.plan->sample_count; k++) {
        double sum = 0, size = 0;
        for (size_t a = 0; a < BALANCES; a++) {
            sum += balance[a].sign * lab_series(&lab, balance[a].name)[k];
            size += fabs(lab_series(&lab, balance[a].name)[k]);
        }
        assert_near(sum, 0, 1e-9 * size);
    }
    lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_account_is_posted_by_somebody),
        cmocka_unit_test(every_balance_is_shown),
        cmocka_unit_test(every_income_and_expense_is_shown),
        cmocka_unit_test(what_is_shown_balances),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
