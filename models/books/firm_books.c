/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of a step: the books of firms are closed, what their vintages did goes to the accounts of their class. */
#include "accounting.h"

/* What the vintages of a firm or a class did, by account. */
static inline void flows_of(const struct world *w, const union sums *sums, const struct step *step,
                            double done[STEP_ACCOUNTS])
{
    double revenue = sums->rent_per_hour * step->hours;
    done[ACCOUNT_REVENUE - FIRST_OF_STEP] = revenue;
    done[ACCOUNT_POWER - FIRST_OF_STEP] = sums->power;
    done[ACCOUNT_UPKEEP - FIRST_OF_STEP] = sums->list_price * step->upkeep;
    done[ACCOUNT_OVERHEAD - FIRST_OF_STEP] =
        revenue * accounting_state(w)->settings->staff_share + sums->cost * step->fixed_staff;
    done[ACCOUNT_DEPRECIATION - FIRST_OF_STEP] = sums->written;
    done[ACCOUNT_INTEREST - FIRST_OF_STEP] = sums->interest;
}

static void add_flows(const struct world *w, struct flows *to, const struct flows *f)
{
    for (size_t a = BALANCES; a < w->ledger.count; a++)
        to->of[a] += f->of[a];
}

void firm_books_use_energy(struct world *w, const struct step *step)
{
    for (size_t r = 0; r < w->regions.count; r++) {
        double kwh = step->sum.full_kw[r] * value_load(w) * w->regions.pue[r] * step->hours;
        w->books.all.energy_kwh += kwh;
        w->books.all.carbon_t += kwh * w->regions.carbon_t_per_kwh[r];
    }
}

/* Posts what a class did in this step to the accounts, and pays the counterparties. */
static void add_class(struct world *w, size_t o, const union sums *sums, struct closing *c, const struct step *step)
{
    struct flows *flows = &c->collected;
    double done[STEP_ACCOUNTS];
    flows_of(w, sums, step, done);
    for (size_t k = 0; k < STEP_ACCOUNTS; k++)
        flows->of[FIRST_OF_STEP + k] = done[k];
    flows->of[ACCOUNT_INCOME_TAX] = c->tax;
    add_flows(w, &accounting_state(w)->done[o], flows);
    add_flows(w, &w->books.all, flows);
    if (pipeline_must_earn(w, (uint32_t)o))
        add_flows(w, &w->books.lessors, flows);
    ledger_pay(w, flows, c);
}

/* Rents received in advance and not yet earned: cash, and a contract liability until they are. */
static inline void take_prepaid(struct world *w, uint32_t firm)
{
    double more = leasing_prepaid_cny(w, firm) - w->ledger.sheet[firm].contract_liabilities;
    if (more < 0 || more > 0)
        ledger_post(w, firm, ACCOUNT_CONTRACT_LIABILITIES, more);
}

/* What the vintages of each firm did goes to its books and to the flows of its class. What is usual is proportional to
 * its sums, to which the interest on its credit line is added: a class's is found from theirs. */
void firm_books_post(struct world *w, struct step *step)
{
    union sums of_class[MAX_OPERATORS] = {{{0}}};
    struct closing *closing = accounting_state(w)->closing;
    for (size_t o = 0; o < MAX_OPERATORS && w->firms.of_class[o]; o++)
        ledger_begin_closing(w, o, &closing[o]);
    for (uint32_t k = 0; k < w->firms.active_count; k++) {
        uint32_t id = w->firms.active[k];
        struct firm *f = &w->firms.row[id];
        union sums *sums = &accounting_state(w)->sums[id];
        double done[STEP_ACCOUNTS];
        sums->interest += f->credit_line * step->line_rate[f->owner_class];
        f->economic = sums->economic;
        flows_of(w, sums, step, done);
        take_prepaid(w, id);
        ledger_close(w, id, done, sums->repaid, &closing[f->owner_class]);
        add_sums(&of_class[f->owner_class], sums);
        *sums = (union sums){{0}};
    }
    w->firms.economic = 0;
    for (size_t o = 0; o < MAX_OPERATORS && w->firms.of_class[o]; o++) {
        add_class(w, o, &of_class[o], &closing[o], step);
        w->firms.economic += of_class[o].economic;
    }
    w->books.sum = ledger_sum(w);
}

void firm_books_show_entrants(struct world *w, const struct step *step)
{
    struct accounting *a = accounting_state(w);
    double done[STEP_ACCOUNTS];
    flows_of(w, &a->entrant_sums, step, done);
    for (size_t k = 0; k < STEP_ACCOUNTS; k++)
        a->entrants_year.of[FIRST_OF_STEP + k] += done[k];
    a->entrants_year.of[ACCOUNT_IMPAIRMENT] += a->entrants_impaired;
}
