/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The books of the rental sector, one set of accounts a firm, in nominal CNY without VAT, and four ledgers a vintage:
 *
 *     book      cost less what its method has written off over its life, less impairments (depreciation.h)
 *     tax       the same by the tax code's method; cheap units may be expensed at once
 *     economic  present value of what the cards can still earn (value.c)
 *     physical  cost times the share of service life that is left, by age and by use
 *
 * Book less economic value is the stranded gap. A vintage is bought with debt and capital paid in by owners, in fixed
 * shares. It earns the rent of its leases and pays power for the hours it is let, upkeep and staff for standing,
 * interest on its loan, which is repaid as its kind says (loans.h). Once a year it is tested for impairment. What
 * remains when it is scrapped is a loss. Estimates of life may change at a date: the rest is then written off over the
 * life that remains (IAS 8, CAS 28). Each firm's profit, corrected by the difference between tax and book ledgers, is
 * taxed; a loss is carried forward. Tenants pay VAT on rents; VAT on equipment and power is set off against it and a
 * surplus is carried forward as a credit. Owners that buy without an invoice, or are exempt, recover none: it becomes part
 * of the cost.
 *
 * Neutral: straight line for book and tax, no impairment, no change of estimate, no VAT, loans repaid in equal parts.
 * Standards: CAS 4, 8; IAS 16, 36; ASC 360-10-35. Firms and the balance that must hold: firms.c.
 */
#include "accounting.h"

static void start(struct world *w);
static void keep_books(struct world *w);

static const struct table tables[] = {{OPERATOR, sizeof(struct accounting_row), "classes of owners"}, {0}};

const struct model model_accounting = {
    .name = "accounting",
    .help = "books of every firm: four ledgers a vintage, loans, VAT and income tax",
    .without = "no books are kept; nothing else changes",
    .tables = tables,
    .params = accounting_params,
    .outputs = accounting_outputs,
    .settings_size = sizeof(struct accounting_settings),
    .check = accounting_check,
    STATE(accounting, struct accounting),
    .start = start,
    .finish = accounting_finish,
    .phase = {[PHASE_BOOKS] = keep_books, [PHASE_SAMPLE] = accounting_sample},
};

/* The account of entrants is of a calendar year, so far. */
static void begin_year(struct world *w)
{
    struct accounting *a = accounting_state(w);
    double year = floor(w->sim->step_start + 1e-9);
    if (year > a->year_of) {
        a->entrants_year = (struct flows){{0}};
        a->year_of = year;
    }
}

static void set_step(struct world *w, struct step *step)
{
    const struct accounting_settings *s = accounting_state(w)->settings;
    double dt = w->sim->dt;
    step->now = w->sim->now;
    step->dt = dt;
    step->base_rate = w->credit.base_per_yr = series_at(s->base_per_yr, w->sim->step_start);
    step->hours = HOURS_PER_YEAR * dt;
    step->wear_by_use = s->wear_by_use;
    step->reverses = s->impairment == IMPAIRMENT_IAS36;
    step->upkeep = value_upkeep(w, 1) * dt;
    step->fixed_staff = s->fixed_staff_per_yr * dt;
    for (size_t o = 0; o < MAX_OPERATORS; o++) {
        step->line_rate[o] = (step->base_rate + w->credit.spread_per_yr[o]) * dt;
    }
    memset(&step->sum, 0, sizeof step->sum);
    for (size_t r = 0; r < w->regions.count; r++) {
        double cny_per_kw = value_load(w) * w->regions.pue[r] * step->hours * w->regions.power_price_cny_per_kwh[r];
        for (size_t g = 0; g < w->generations.count; g++) {
            struct card *card = &step->card[r * MAX_GENERATIONS + g];
            card->full_kw = procurement_site_kw(w, (int)g);
            card->power = card->full_kw * cny_per_kw * (1 - w->policy.power_discount[g]);
            card->list_price = w->generations.list_price_cny[g];
            card->worth = w->value.card[r][g];
        }
    }
}

/* After a change of estimate the rest is written off otherwise. */
static void change_estimate(struct world *w)
{
    struct accounting *a = accounting_state(w);
    bool revised = !isnan(a->settings->revised_on) && w->sim->now > a->settings->revised_on + 1e-9;
    if (!revised || a->of_class[0].now == &a->of_class[0].revised)
        return;
    for (size_t o = 0; o < MAX_OPERATORS; o++)
        a->of_class[o].now = &a->of_class[o].revised;
    for (size_t i = 0; i < a->known; i++)
        w->vintages.row[i].steady_until = 0;
}

static void keep_books(struct world *w)
{
    struct accounting *a = accounting_state(w);
    struct step step;
    begin_year(w);
    purchases_enter(w);
    set_step(w, &step);
    change_estimate(w);
    a->entrant_sums = (union sums){{0}};
    a->entrants_impaired = 0;
    vintage_books_run_standing(w, &step);
    vintage_books_run_owing(w, &step);
    a->ledgers = (struct ledgers){vintage_books_run_deducted(w, &step), step.sum.physical, w->firms.changes};
    impairment_run(w);
    firm_books_post(w, &step);
    firm_books_show_entrants(w, &step);
    firm_books_use_energy(w, &step);
    if (!sim_enabled(w->sim, &model_finance))
        ledger_check(w); /* else once all money of the step has moved */
}

static void start(struct world *w)
{
    struct accounting *a = accounting_state(w);
    supply_follow(w, &accounting_follower);
    a->settings = sim_settings(w->sim, &model_accounting);
    a->row = sim_rows(w->sim, &model_accounting, OPERATOR);
    a->sums = arena_array(&w->sim->arena, w->firms.count, sizeof *a->sums);
    a->operators = sim_row_count(w->sim, OPERATOR);
    for (size_t o = 0; o < a->operators && o < MAX_OPERATORS; o++) {
        class_books_open(w, o, &a->of_class[o]);
        a->closing[o].vat_output = a->of_class[o].vat_exempt ? 0 : a->settings->vat_output;
        a->closing[o].vat_input = a->of_class[o].vat_exempt ? 0 : a->settings->vat_input;
        w->credit.spread_per_yr[o] = a->settings->spread_per_yr + a->row[o].spread_over_per_yr;
    }
    w->credit.debt_share = a->settings->debt_share;
    w->credit.tax = a->settings->tax;
    w->credit.base_per_yr = series_at(a->settings->base_per_yr, w->sim->now);
    w->credit.loan_yr = a->settings->debt_life_yr;
    w->books.overhead_share = a->settings->staff_share;
    w->firms.own_tax_ledger = a->settings->tax_method <= DEPRECIATION_CUSTOM;
    purchases_enter(w);
    purchases_age_initial(w);
    w->books.sum = ledger_sum(w);
}
