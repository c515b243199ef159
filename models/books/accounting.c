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
 * surplus is carried forward as a credit. Whoever buys without an invoice, or is exempt, recovers none: it becomes part
 * of the cost.
 *
 * Neutral: straight line for book and tax, no impairment, no change of estimate, no VAT, loans repaid in equal parts.
 * Standards: CAS 4, 8; IAS 16, 36; ASC 360-10-35. Firms and the balance that must hold: firms.c.
 */
#include "depreciation.h"
#include "loans.h"
#include "models/models.h"
#include "models/supply/capital.h"
#include "models/world.h"
#include "tax.h"

#include "sim/base/det.h"
#include "sim/scenario/scenario.h"

#include <stdlib.h>

struct settings {
    double life_yr, salvage, factor, revised_life_yr, revised_on;
    double tax_life_yr, expense_below, expense_until, loss_offset, tax;
    double vat_output, vat_input, gray_invoiced;
    double impairment_share, wear_by_use;
    double debt_share, debt_life_yr, balloon, spread_per_yr, staff_share, fixed_staff_per_yr;
    const struct dated_series *base_per_yr, *bonus;
    const char *custom;
    int method, tax_method, convention, impairment, loan, entrants, curve_of;
};

/* An owner class may keep other books than the rest. */
struct row {
    double life_yr, salvage, debt_share, spread_over_per_yr;
    int method;
    bool vat_exempt;
};

enum { QUARTERS = 4 };

/* How a class keeps its books: schedules made at the start, and which one is followed now. */
struct class_books {
    struct schedule book, revised, loan;
    struct schedule tax[QUARTERS]; /* by the quarter of purchase */
    const struct schedule *now;
    bool by_use, taxed_as_booked, vat_exempt;
    double debt_share;
};

/* What a step makes of one firm's vintages: a line of the cache. */
union sums {
    struct {
        _Alignas(64) double rent_per_hour;
        double power, list_price, cost, economic, written, interest, repaid;
    };
    double each[8];
};

/* Vintages, by number. */
struct list {
    uint32_t *id;
    size_t count, capacity;
};

enum { TESTS_PER_YEAR = 1, AGES = 29, AGES_PER_YEAR = 4 };
static const double ENTRANT_YR = 1; /* who is an entrant */

/* Sums over vintages that stand, as of the last walk along them. */
struct ledgers {
    double tax, physical;
    uint32_t changes; /* that firms had seen */
};

/* Sums over vintages of an age: cost and the four ledgers. */
struct at_age {
    double cost, book, economic, tax, physical;
};

struct accounting {
    const struct settings *settings;
    const struct row *row;
    size_t known; /* vintages already on the books */
    union sums *sums; /* of each firm, in this step */
    struct class_books of_class[MAX_OPERATORS];
    struct closing closing[MAX_OPERATORS];
    struct flows year[MAX_OPERATORS], entrants_year; /* of each class and of entrants, since the year began */
    double year_of; /* which year that is */
    struct ledgers ledgers;
    struct list standing, owing, deducted; /* that stand; that only owe; with something left to deduct */
    struct list shown; /* of the generation whose ledgers are shown by age */
    union sums entrant_sums; /* of this step, and what was impaired */
    double entrants_impaired;
    double undiscounted[MAX_REGIONS][MAX_GENERATIONS][VALUE_STEPS + 1]; /* as value.card, without discount */
    struct at_age age[AGES];
};

static inline struct accounting *accounting_state(const struct world *w)
{
    return sim_state(w->sim, &model_accounting);
}

#define OPERATOR "operators"
/* clang-format off */
static const struct param params[] = {
    {.name = "book_method", .type = PARAM_CHOICE, .choices = DEPRECIATION_WORDS, .value = "straight_line",
     .help = "how cost is written off in the books", .source = "straight line in all filings seen", .offset = offsetof(struct settings, method)},
    NUMBER(struct settings, life_yr, "book_life", "yr", 0.5, 20, "5 years", UNCERTAIN, "life in the books",
           "filings of lessors: five years"),
    NUMBER(struct settings, salvage, "salvage", "", 0, 0.9, "0.05", UNCERTAIN, "salvage value, share of cost",
           "5 % in Chinese lessors' accounts"),
    NUMBER(struct settings, factor, "declining_factor", "", 1, 4, "2", FIXED, "declining balance: rate times life, 2 for double; MACRS has its own", NULL),
    {.name = "custom", .type = PARAM_TEXT, .value = "none",
     .help = "shares of cost written off year by year under the method custom, as in \"0.4 0.3 0.25\"", .offset = offsetof(struct settings, custom)},
    NUMBER(struct settings, revised_life_yr, "revised_life", "yr", 0.5, 20, "none", UNCERTAIN,
           "life in the books after the change of estimate; none: no change", NULL),
    {.name = "revised_on", .type = PARAM_DATE, .min = 2000, .max = 2100, .value = "none", .help = "when that estimate changes",
     .offset = offsetof(struct settings, revised_on)},
    {.name = "impairment", .type = PARAM_CHOICE, .choices = IMPAIRMENT_WORDS, .value = "none",
     .help = "regime under which books are tested every year's end", .offset = offsetof(struct settings, impairment)},
    NUMBER(struct settings, impairment_share, "impairment_share", "", 0, 1, "1", UNCERTAIN,
           "share of a shortfall that a test makes owners book; 1: by the letter of the standard", NULL),
    {.name = "tax_method", .type = PARAM_CHOICE, .choices = DEPRECIATION_WORDS " as_booked", .value = "as_booked",
     .help = "how cost is written off for tax", .offset = offsetof(struct settings, tax_method)},
    NUMBER(struct settings, tax_life_yr, "tax_life", "yr", 0.5, 20, "5 years", FIXED, "life for tax", "electronic equipment: at least three years in China; MACRS: five"),
    {.name = "tax_convention", .type = PARAM_CHOICE, .choices = "half_year mid_quarter", .value = "half_year",
     .help = "what MACRS counts of the first tax year: half of it, or from the middle of the quarter of purchase on",
     .source = "26 USC 168(d)", .offset = offsetof(struct settings, convention)},
    {.name = "bonus", .type = PARAM_SERIES, .unit = "", .min = 0, .max = 1, .value = "0",
     .help = "share of cost that is deducted from taxable profit at once, by the date of delivery, where tax has a ledger of its own",
     .source = "26 USC 168(k)", .offset = offsetof(struct settings, bonus)},
    NUMBER(struct settings, expense_below, "expense_below", "CNY/server", 0, 1e9, "0 CNY/server", FIXED,
           "servers up to this price are expensed for tax at once", NULL),
    {.name = "expense_until", .type = PARAM_DATE, .min = 2000, .max = 2100, .value = "none", .help = "when expensing at once ends; none: never",
     .offset = offsetof(struct settings, expense_until)},
    NUMBER(struct settings, loss_offset, "loss_offset", "", 0, 1, "1", FIXED, "share of a profit that losses carried forward may offset",
           "all in China; 80 % in the United States"),
    NUMBER(struct settings, tax, "tax", "", 0, 1, "25%", FIXED, "corporate income tax", "statute"),
    NUMBER(struct settings, vat_output, "vat_output", "", 0, 1, "0", FIXED, "VAT on rents", NULL),
    NUMBER(struct settings, vat_input, "vat_input", "", 0, 1, "0", FIXED, "VAT on equipment and power", NULL),
    NUMBER(struct settings, gray_invoiced, "gray_invoiced", "", 0, 1, "1", UNCERTAIN,
           "share of gray purchases that come with an invoice on which VAT is recovered", NULL),
    NUMBER(struct settings, wear_by_use, "wear_by_use", "", 0, 1, "0", UNCERTAIN, "share of wear that comes with use and not with age", NULL),
    {.name = "loan", .type = PARAM_CHOICE, .choices = LOAN_WORDS, .value = "equal_parts", .help = "how loans are repaid",
     .offset = offsetof(struct settings, loan)},
    NUMBER(struct settings, debt_share, "debt_share", "", 0, 1, "0.6", UNCERTAIN, "share of a vintage's cost that is borrowed",
           "debt over assets of 70-78 % at two listed lessors, 2025"),
    NUMBER(struct settings, debt_life_yr, "debt_life", "yr", 0.5, 30, "5 years", UNCERTAIN, "time over which debt is repaid", NULL),
    NUMBER(struct settings, balloon, "balloon", "", 0, 1, "0", UNCERTAIN, "share of a loan that is due at its end", NULL),
    {.name = "base_rate", .type = PARAM_SERIES, .unit = "/yr", .min = -0.05, .max = 1, .value = "{2022-01: 3.7 %/yr}",
     .help = "base rate of loans", .source = "one-year loan prime rate", .offset = offsetof(struct settings, base_per_yr)},
    NUMBER(struct settings, spread_per_yr, "spread", "/yr", 0, 1, "2.5 %/yr", UNCERTAIN, "lessors' spread over the base rate",
           "bank loans of 5.35 to 7.5 % at one listed lessor, 2024"),
    NUMBER(struct settings, staff_share, "overhead", "", 0, 1, "0.08", UNCERTAIN, "selling and administration, share of revenue", NULL),
    NUMBER(struct settings, fixed_staff_per_yr, "overhead_fixed", "/yr", 0, 1, "0 /yr", UNCERTAIN,
           "staff that is paid whether or not there is revenue, a year, share of the cost of what stands", NULL),
    {.name = "entrants", .type = PARAM_REFERENCE, .of = OPERATOR, .value = "none",
     .help = "class of owners whose centres in their first year are reported as entrants", .offset = offsetof(struct settings, entrants)},
    {.name = "value_curve", .type = PARAM_REFERENCE, .of = "generations", .value = "none",
     .help = "generation whose four ledgers are shown by age", .offset = offsetof(struct settings, curve_of)},
    {.name = "book_method", .table = OPERATOR, .type = PARAM_CHOICE, .choices = "as_all " DEPRECIATION_WORDS, .value = "as_all",
     .help = "how this class writes off cost in its books", .offset = offsetof(struct row, method)},
    COLUMN(OPERATOR, struct row, life_yr, "book_life", "yr", 0.5, 20, "none", UNCERTAIN, "life in the books of this class; none: as all", NULL),
    COLUMN(OPERATOR, struct row, salvage, "salvage", "", 0, 0.9, "none", UNCERTAIN, "salvage value in its books; none: as all", NULL),
    COLUMN(OPERATOR, struct row, debt_share, "debt_share", "", 0, 1, "none", UNCERTAIN, "share of cost that it borrows; none: as all", NULL),
    COLUMN(OPERATOR, struct row, spread_over_per_yr, "spread_over", "/yr", -0.2, 1, "0 /yr", UNCERTAIN,
           "spread of this class's loans over that of all lessors", NULL),
    {.name = "vat_exempt", .table = OPERATOR, .type = PARAM_FLAG, .value = "false",
     .help = "charges no VAT and recovers none", .offset = offsetof(struct row, vat_exempt)},
    {0},
};
/* clang-format on */

/* -- schedules ----------------------------------------------------------------------------------------------------- */

/* Reads the shares of a custom schedule; returns how many, 0 if the text is no list of shares that sum to at most one.
 */
static size_t read_custom(const char *text, double share[SCHEDULE_YEARS])
{
    size_t count = 0;
    double sum = 0;
    for (const char *at = text; at && *at;) {
        char *end;
        double value = strtod(at, &end);
        if (end == at || !(value >= 0) || count == SCHEDULE_YEARS)
            return 0;
        sum += share[count++] = value;
        at = end + strspn(end, " ,");
    }
    return sum > 0 && sum <= 1 + 1e-9 ? count : 0;
}

enum { HALF_YEAR, MID_QUARTER }; /* conventions */

static const struct schedule *tax_schedule(const struct class_books *c, const struct vintage *v)
{
    return &c->tax[(int)(QUARTERS * (v->delivered - (int)v->delivered))];
}

static void open_class(const struct world *w, size_t owner_class, struct class_books *c)
{
    const struct settings *s = accounting_state(w)->settings;
    const struct row *row = &accounting_state(w)->row[owner_class];
    double custom[SCHEDULE_YEARS], salvage = isnan(row->salvage) ? s->salvage : row->salvage;
    struct depreciation_terms terms = {.method = (enum depreciation)(row->method ? row->method - 1 : s->method),
                                       .life_yr = isnan(row->life_yr) ? s->life_yr : row->life_yr,
                                       .salvage = salvage,
                                       .factor = s->factor,
                                       .custom = custom};
    if (terms.method == DEPRECIATION_CUSTOM)
        terms.custom_years = read_custom(s->custom, custom);
    depreciation_schedule(&c->book, &terms);
    terms.life_yr = isnan(s->revised_life_yr) ? terms.life_yr : s->revised_life_yr;
    depreciation_schedule(&c->revised, &terms);
    c->by_use = terms.method == DEPRECIATION_UNITS;
    c->taxed_as_booked = s->tax_method > DEPRECIATION_CUSTOM;
    c->vat_exempt = row->vat_exempt;
    c->debt_share = isnan(row->debt_share) ? s->debt_share : row->debt_share;
    c->now = &c->book;
    if (!c->taxed_as_booked) {
        terms = (struct depreciation_terms){.method = (enum depreciation)s->tax_method,
                                            .life_yr = s->tax_life_yr,
                                            .salvage = s->tax_method == DEPRECIATION_MACRS ? 0 : salvage,
                                            .factor = s->factor,
                                            .custom = custom};
        if (terms.method == DEPRECIATION_CUSTOM)
            terms.custom_years = read_custom(s->custom, custom);
        for (int quarter = 0; quarter < QUARTERS; quarter++) {
            terms.first_yr = s->convention == MID_QUARTER ? (QUARTERS - quarter - 0.5) / QUARTERS : 0.5;
            depreciation_schedule(&c->tax[quarter], &terms);
        }
    }
    double rate = det_expm1(series_at(s->base_per_yr, w->sim->now) + s->spread_per_yr + row->spread_over_per_yr);
    struct loan_terms loan = {.kind = (enum loan)s->loan,
                              .life_yr = s->debt_life_yr,
                              .rate = rate,
                              .balloon = s->balloon,
                              .decline = -det_expm1(-w->value.decline_per_yr)};
    loan_schedule(&c->loan, &loan);
}

/* -- buying -------------------------------------------------------------------------------------------------------- */

/* VAT on the cost of a card that its buyer cannot recover. */
static double lost_vat(const struct world *w, const struct vintage *v)
{
    const struct settings *s = accounting_state(w)->settings;
    if (accounting_state(w)->of_class[v->owner_class].vat_exempt)
        return s->vat_input * v->cost_per_card;
    return v->channel == CHANNEL_GRAY ? (1 - s->gray_invoiced) * s->vat_input * v->cost_per_card : 0;
}

/* Small units may be deducted from taxable profit in the year they are bought. */
static bool expensed(const struct world *w, const struct vintage *v)
{
    const struct settings *s = accounting_state(w)->settings;
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
    const struct settings *s = accounting_state(w)->settings;
    const struct class_books *c = &accounting_state(w)->of_class[v->owner_class];
    if (v->paid_ahead > 0)
        settle_prepayment(w, v);
    v->base_per_card = v->book_per_card = v->unimpaired_per_card = v->cost_per_card + lost_vat(w, v);
    double at_once = c->taxed_as_booked ? 0 : expensed(w, v) ? 1 : series_at(s->bonus, v->delivered);
    v->tax_per_card = c->taxed_as_booked ? 0 : v->base_per_card * (1 - at_once);
    v->spread_per_yr = (float)w->credit.spread_per_yr[v->owner_class];
    v->entrant = v->owner_class == s->entrants && v->project != UINT32_MAX;
    double cost = v->cards * v->base_per_card, paid = v->cards * v->cost_per_card * (1 + s->vat_input);
    v->debt = cost * capital_debt_share(w, v->project, c->debt_share);
    raise_money(w, v->firm, v->debt, paid - v->debt);
    ledger_buy(w, v->firm, cost, paid);
    w->firms.row[v->firm].temporary_difference -= cost * at_once;
}

static void put_down(struct world *w, struct list *list, size_t vintage)
{
    WORLD_GROW(w, list->id, list->count, list->capacity);
    list->id[list->count++] = (uint32_t)vintage;
}

static void buy_new(struct world *w)
{
    struct accounting *a = accounting_state(w);
    for (; a->known < w->vintages.count; a->known++) {
        struct vintage *v = &w->vintages.row[a->known];
        buy(w, v);
        put_down(w, &a->standing, a->known);
        if (v->tax_per_card > 0)
            put_down(w, &a->deducted, a->known);
        if (v->generation == a->settings->curve_of)
            put_down(w, &a->shown, a->known);
    }
}

/* Capacity standing at the start is partly written off and repaid, its VAT set off, its cost no longer deducted.
 * Owners' capital is what is left. */
static void age_initial(struct world *w)
{
    struct accounting *a = accounting_state(w);
    for (size_t i = 0; i < a->known; i++) {
        struct vintage *v = &w->vintages.row[i];
        const struct class_books *c = &a->of_class[v->owner_class];
        double age = w->sim->now - v->delivered, base = v->base_per_card;
        double written = v->cards * base * (1 - schedule_left(&c->book, age)),
               repaid = v->debt * (1 - schedule_left(&c->loan, age));
        v->book_per_card = v->unimpaired_per_card = base * schedule_left(&c->book, age);
        v->tax_per_card *= c->taxed_as_booked ? 0 : schedule_left(tax_schedule(c, v), age);
        v->debt -= repaid;
        ledger_age(w, v->firm, written, repaid);
        w->firms.row[v->firm].temporary_difference = 0;
    }
}

/* -- a step of a vintage ------------------------------------------------------------------------------------------- */

/* What a step does, the same for all vintages of a kind. */
struct step {
    double now, dt, base_rate, hours, wear_by_use;
    bool reverses; /* impairments */
    double upkeep, fixed_staff; /* of a list price, of a cost */
    double line_rate[MAX_OPERATORS]; /* of credit lines of a class */
    struct card {
        double power, full_kw, list_price; /* power: what it costs if it is let, CNY */
        const double *worth; /* over the quarters to come: value.c */
    } card[MAX_REGIONS * MAX_GENERATIONS];
    struct { /* on the way */
        double full_kw[MAX_REGIONS]; /* of let cards */
        double physical;
    } sum;
};

static void set_step(struct world *w, struct step *step)
{
    const struct settings *s = accounting_state(w)->settings;
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

/* Share of what a card's ledger holds above salvage that this step writes off. */
static double book_share(const struct class_books *c, const struct vintage *v, double age, double used, double dt)
{
    if (!c->by_use)
        return schedule_share(c->now, age - dt, age);
    double left = c->now->life_yr - v->let_yr;
    return left > used ? used / left : 1;
}

/* Returns what is written off, CNY a card. */
static double write_off(const struct class_books *c, struct vintage *v, double age, double used,
                        const struct step *step)
{
    double floor_ = c->now->salvage * v->base_per_card, above = max_of(0, v->book_per_card - floor_);
    double share = book_share(c, v, age, used, step->dt);
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

/* Of a vintage that goes on with fewer; one that is closed is disposed of whole. */
static void cards_lost(struct world *w, uint32_t id, double cards)
{
    if (!w->vintages.row[id].standing)
        return;
    buy_new(w);
    const struct vintage *v = &w->vintages.row[id];
    ledger_post(w, v->firm, ACCOUNT_DISPOSAL, cards * v->book_per_card);
    w->firms.row[v->firm].temporary_difference -= cards * v->tax_per_card;
}

static const struct vintage_follower follower = {.lost = cards_lost};

/* Share of a loan that is repaid between two ages. */
static double loan_share(const struct schedule *loan, double from, double to)
{
    double share = schedule_share(loan, from, to), balloon = loan->salvage;
    return balloon > 0 && share < 1 ? share * (1 - balloon / schedule_left(loan, from)) : share;
}

/* What book and loan lose is the same every year as long as neither schedule has a kink and nothing happens to the
 * vintage: then months cost little. Whoever changes book or debt says that it is steady no more. */
static void look_ahead(const struct class_books *c, struct vintage *v, double age, const struct step *step)
{
    const struct schedule *loan = &c->loan;
    double kink = schedule_kink(c->now, age), due = schedule_kink(loan, age);
    double above = max_of(0, v->book_per_card - c->now->salvage * v->base_per_card);
    v->written_per_yr = kink < HUGE_VAL ? above * schedule_share(c->now, age, kink) / (kink - age) : 0;
    v->repaid_per_yr = 0;
    if (v->debt > 0 && due < HUGE_VAL) {
        double before_balloon = v->debt * (1 - loan->salvage / schedule_left(loan, age));
        v->repaid_per_yr = before_balloon * schedule_share(loan, age, due) / (due - age);
    }
    bool never = v->standing && (c->by_use || step->reverses);
    double until = min_of(v->standing ? kink : HUGE_VAL, v->debt > 0 ? due : HUGE_VAL);
    v->steady_until = never ? 0 : v->delivered + until;
}

/* What a step does to a vintage's book and loan. */
struct losses {
    double written, interest, repaid;
};

static struct losses lose_unsteadily(struct world *w, struct vintage *v, double used, const struct step *step)
{
    const struct class_books *c = &accounting_state(w)->of_class[v->owner_class];
    double age = step->now - v->delivered, dt = min_of(step->dt, age);
    double written = v->standing ? write_off(c, v, age, used, step) : 0;
    struct losses l = {.written = written * v->cards};
    v->book_per_card -= written;
    l.interest = v->debt * (step->base_rate + (double)v->spread_per_yr) * dt;
    l.repaid = v->debt * loan_share(&c->loan, age - dt, age);
    v->debt -= l.repaid;
    look_ahead(c, v, age, step);
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

/* Cost times the share of service life that is left, age and use counted. */
static inline double physical_per_card(const struct vintage *v, double age, double by_use)
{
    double worn = (1 - by_use) * age + by_use * v->let_yr;
    return v->base_per_card * max_of(0, 1 - worn / (v->retires - v->delivered));
}

/* Adds what a vintage is in the ledgers that are only summed, `times` over. */
static void add_to_ledgers(const struct world *w, const struct vintage *v, double times, struct ledgers *to)
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
        add_to_ledgers(w, v, -1, &a->ledgers);
    v->book_per_card = v->base_per_card = v->unimpaired_per_card = price / v->cards;
    v->tax_per_card = w->firms.own_tax_ledger ? v->book_per_card : 0;
    v->steady_until = 0;
    if (a && v->standing)
        add_to_ledgers(w, v, 1, &a->ledgers);
    if (a && w->firms.own_tax_ledger && !listed)
        put_down(w, &a->deducted, vintage);
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

/* A centre on offer, perhaps in its first year. */
static inline bool is_entrant(const struct vintage *v)
{
    return v->entrant & v->competent;
}

/* -- impairment
 * -------------------------------------------------------------------------------------------------------------------
 */

/* Sums of the quasi-rents to come without discount: the first step of ASC 360. As value.c does with discount. */
static void sum_undiscounted(struct world *w)
{
    const struct value *v = &w->value;
    for (int g = 0; g < (int)w->generations.count; g++) {
        double long_run = v->entry_rent_card[g], excess = w->market.rent_card[g] - long_run;
        for (size_t r = 0; r < w->regions.count; r++) {
            double *sum = accounting_state(w)->undiscounted[r][g];
            sum[0] = 0;
            for (int k = 0; k < VALUE_STEPS; k++) {
                double years = (k + 0.5) / VALUE_STEPS_PER_YEAR;
                double rent =
                    long_run * det_exp(-v->decline_per_yr * years) + excess * det_exp(-v->reversion_per_yr * years);
                double quasi = v->occupancy * (v->yield * rent - v->cash_cost[r][g]);
                sum[k + 1] = sum[k] + max_of(0, quasi) * HOURS_PER_YEAR / VALUE_STEPS_PER_YEAR;
            }
        }
    }
}

static double undiscounted_per_card(const struct world *w, const struct vintage *v)
{
    double at = min_of(max_of(v->retires - w->sim->now, 0), VALUE_YEARS) * VALUE_STEPS_PER_YEAR;
    return accounting_state(w)->undiscounted[v->region][v->generation][(int)at];
}

/* At a year's end every standing vintage is tested. */
static void test_impairment(struct world *w)
{
    struct accounting *a = accounting_state(w);
    enum impairment regime = (enum impairment)a->settings->impairment;
    bool due = floor(w->sim->now * TESTS_PER_YEAR + 1e-9) > floor((w->sim->now - w->sim->dt) * TESTS_PER_YEAR + 1e-9);
    if (regime == IMPAIRMENT_NONE || !due)
        return;
    if (regime == IMPAIRMENT_ASC360)
        sum_undiscounted(w);
    for (size_t i = 0; i < a->standing.count; i++) {
        struct vintage *v = &w->vintages.row[a->standing.id[i]];
        struct carrying c = {.book = v->book_per_card,
                             .unimpaired = v->unimpaired_per_card,
                             .recoverable = value_of_vintage(w, v),
                             .undiscounted = regime == IMPAIRMENT_ASC360 ? undiscounted_per_card(w, v) : 0};
        double loss = (v->book_per_card - impairment_test(regime, &c)) * a->settings->impairment_share;
        v->book_per_card -= loss;
        v->steady_until = 0;
        ledger_post(w, v->firm, ACCOUNT_IMPAIRMENT, loss * v->cards);
        if (is_entrant(v))
            a->entrants_impaired += loss * v->cards;
    }
}

/* -- a step of a firm ---------------------------------------------------------------------------------------------- */

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

double tax_on_profit(struct world *w, struct firm *f, double profit)
{
    const struct settings *s = accounting_state(w)->settings;
    double taxable = profit + f->temporary_difference, gain = above_zero(taxable), loss = above_zero(-taxable);
    double offset = min_of(f->loss_carried, s->loss_offset * gain);
    f->temporary_difference = 0;
    f->loss_carried += loss - offset;
    return (gain - offset) * s->tax;
}

static inline void add_sums(union sums *to, const union sums *s)
{
    for (int k = 0; k < 8; k++)
        to->each[k] += s->each[k];
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
static void run_standing(struct world *w, struct step *step)
{
    struct accounting *a = accounting_state(w);
    size_t kept = 0;
    for (size_t i = 0; i < a->standing.count; i++) {
        uint32_t id = a->standing.id[i];
        struct vintage *v = &w->vintages.row[id];
        if (!v->standing) {
            dispose(w, v);
            put_down(w, &a->owing, id);
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
static void run_owing(struct world *w, const struct step *step)
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
static double run_deducted(struct world *w, const struct step *step)
{
    struct accounting *a = accounting_state(w);
    size_t kept = 0;
    double left = 0;
    for (size_t i = 0; i < a->deducted.count; i++) {
        struct vintage *v = &w->vintages.row[a->deducted.id[i]];
        if (v->tax_per_card <= 0)
            continue;
        a->deducted.id[kept++] = a->deducted.id[i];
        const struct schedule *tax = tax_schedule(&a->of_class[v->owner_class], v);
        double age = step->now - v->delivered, above = max_of(0, v->tax_per_card - tax->salvage * v->base_per_card);
        double line = above * schedule_share(tax, age - step->dt, age);
        v->tax_per_card -= line;
        w->firms.row[v->firm].temporary_difference -= line * v->cards;
        left += v->tax_per_card * v->cards;
    }
    a->deducted.count = kept;
    return left;
}

static void use_energy(struct world *w, const struct step *step)
{
    for (size_t r = 0; r < w->regions.count; r++) {
        double kwh = step->sum.full_kw[r] * value_load(w) * w->regions.pue[r] * step->hours;
        w->books.all.energy_kwh += kwh;
        w->books.all.carbon_t += kwh * w->regions.carbon_t_per_kwh[r];
    }
}

/* Accounts are of a calendar year, so far. */
static void begin_year(struct world *w)
{
    struct accounting *a = accounting_state(w);
    double year = floor(w->sim->step_start + 1e-9);
    if (year > a->year_of) {
        memset(a->year, 0, sizeof a->year);
        a->entrants_year = (struct flows){{0}};
        a->year_of = year;
    }
}

/* What a class did in this step: to the accounts, and to who was paid. */
static void add_class(struct world *w, size_t o, const union sums *sums, struct closing *c, const struct step *step)
{
    struct flows *flows = &c->collected;
    double done[STEP_ACCOUNTS];
    flows_of(w, sums, step, done);
    for (size_t k = 0; k < STEP_ACCOUNTS; k++)
        flows->of[FIRST_OF_STEP + k] = done[k];
    flows->of[ACCOUNT_INCOME_TAX] = c->tax;
    add_flows(w, &accounting_state(w)->year[o], flows);
    add_flows(w, &w->books.all, flows);
    if (pipeline_must_earn(w, (uint32_t)o))
        add_flows(w, &w->books.lessors, flows);
    ledger_pay(w, flows, c);
}

/* What tenants have paid ahead beyond what was earned of it: cash, and a liability until it is. */
static inline void take_prepaid(struct world *w, uint32_t firm)
{
    double more = leasing_prepaid_cny(w, firm) - w->ledger.sheet[firm].contract_liabilities;
    if (more < 0 || more > 0)
        ledger_post(w, firm, ACCOUNT_CONTRACT_LIABILITIES, more);
}

/* What the vintages of each firm did goes to its books and to the flows of its class. What is usual is proportional to
 * its sums, to which the interest on its credit line is added: a class's is found from theirs. */
static void post_firms(struct world *w, struct step *step)
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

static void show_entrants(struct world *w, const struct step *step)
{
    struct accounting *a = accounting_state(w);
    double done[STEP_ACCOUNTS];
    flows_of(w, &a->entrant_sums, step, done);
    for (size_t k = 0; k < STEP_ACCOUNTS; k++)
        a->entrants_year.of[FIRST_OF_STEP + k] += done[k];
    a->entrants_year.of[ACCOUNT_IMPAIRMENT] += a->entrants_impaired;
}

static void keep_books(struct world *w)
{
    struct accounting *a = accounting_state(w);
    struct step step;
    begin_year(w);
    buy_new(w);
    set_step(w, &step);
    change_estimate(w);
    a->entrant_sums = (union sums){{0}};
    a->entrants_impaired = 0;
    run_standing(w, &step);
    run_owing(w, &step);
    a->ledgers = (struct ledgers){run_deducted(w, &step), step.sum.physical, w->firms.changes};
    test_impairment(w);
    post_firms(w, &step);
    show_entrants(w, &step);
    use_energy(w, &step);
    if (!sim_enabled(w->sim, &model_finance))
        ledger_check(w); /* else once all money of the step has moved */
}

/* -- outputs
 * ------------------------------------------------------------------------------------------------------------------------
 */

enum {
    OUT_BALANCE, /* the first of BALANCES */
    OUT_ECONOMIC = OUT_BALANCE + BALANCES,
    OUT_TAX_VALUE,
    OUT_PHYSICAL,
    OUT_GAP,
    OUT_GROSS,
    OUT_NET,
    OUT_IMPAIRMENT,
    OUT_COST_OF,
    OUT_FINANCE_OF,
    OUT_IMPAIRMENT_OF,
    OUT_OTHER_OF,
    OUT_EXCEPTIONAL_OF,
    OUT_NET_OF,
    OUT_ENTRANT_COST,
    OUT_ENTRANT_FINANCE,
    OUT_ENTRANT_IMPAIRMENT,
    OUT_ENTRANT_OTHER,
    OUT_ENTRANT_NET,
    OUT_REVENUE,
    OUT_ENERGY,
    OUT_CARBON,
    OUT_AGE_BOOK,
    OUT_AGE_ECONOMIC,
    OUT_AGE_TAX,
    OUT_AGE_PHYSICAL
};
#define BY_AGE                                                                                                         \
    {                                                                                                                  \
        "age", "yr", 0, 1.0 / AGES_PER_YEAR, AGES                                                                      \
    }
/* clang-format off */
static const struct output outputs[] = {
#define BALANCE(id, text, class_is, with, output, says)                                                                \
    [OUT_BALANCE + ACCOUNT_##id] = {output, OUTPUT_SERIES, "CNY", NULL, says},
#define FLOW(id, ...)
#include "accounts.def"
#undef FLOW
#undef BALANCE
    [OUT_ECONOMIC] = {"economic_value", OUTPUT_SERIES, "CNY", NULL, "present value of what rental centres' cards can still earn"},
    [OUT_TAX_VALUE] = {"tax_value", OUTPUT_SERIES, "CNY", NULL, "tax value of rental centres: what is still to be deducted from taxable profit"},
    [OUT_PHYSICAL] = {"physical_value", OUTPUT_SERIES, "CNY", NULL, "cost of rental centres times the share of physical life that is left"},
    [OUT_GAP] = {"stranded_gap", OUTPUT_SERIES, "CNY", NULL, "book value less economic value"},
    [OUT_GROSS] = {"margin.gross", OUTPUT_SERIES, "", NULL, "revenue of lessors (neither state-funded nor for their own need) less power, upkeep and depreciation, over revenue"},
    [OUT_NET] = {"margin.net", OUTPUT_SERIES, "", NULL, "profit of lessors (neither state-funded nor for their own need) after overhead, interest, penalties and tax, before impairments, disposals and prepayments lost, over revenue"},
    [OUT_IMPAIRMENT] = {"impairment", OUTPUT_SERIES, "CNY", NULL, "book value impaired (less what was reversed) since the last report"},
    [OUT_COST_OF] = {"pnl.cost", OUTPUT_SERIES, "", OPERATOR, "power, upkeep and depreciation of a class of owners in the calendar year so far, over revenue"},
    [OUT_FINANCE_OF] = {"pnl.finance", OUTPUT_SERIES, "", OPERATOR, "interest of a class of owners in the calendar year so far, over revenue"},
    [OUT_IMPAIRMENT_OF] = {"pnl.impairment", OUTPUT_SERIES, "", OPERATOR, "impairments, disposals and prepayments lost of a class of owners in the calendar year so far, over revenue"},
    [OUT_OTHER_OF] = {"pnl.other", OUTPUT_SERIES, "", OPERATOR, "its staff, administration, penalties paid less those received, and tax, over revenue"},
    [OUT_EXCEPTIONAL_OF] = {"pnl.exceptional", OUTPUT_SERIES, "", OPERATOR, "non-recurring losses less gains (centres sold, investments in tenants, debt forgiven) of a class of owners in the calendar year so far, over revenue; not part of its profit"},
    [OUT_NET_OF] = {"pnl.net", OUTPUT_SERIES, "", OPERATOR, "profit of a class of owners in the calendar year so far, over revenue"},
    [OUT_ENTRANT_COST] = {"entrant_margin.cost", OUTPUT_SERIES, "", NULL, "power, upkeep and depreciation of entrants (centres of accounting.entrants in their first year on offer), over revenue"},
    [OUT_ENTRANT_FINANCE] = {"entrant_margin.finance", OUTPUT_SERIES, "", NULL, "interest of entrants, over revenue"},
    [OUT_ENTRANT_IMPAIRMENT] = {"entrant_margin.impairment", OUTPUT_SERIES, "", NULL, "impairments and disposals of entrants, over revenue"},
    [OUT_ENTRANT_OTHER] = {"entrant_margin.other", OUTPUT_SERIES, "", NULL, "staff, administration and tax of entrants, over revenue"},
    [OUT_ENTRANT_NET] = {"entrant_margin.net", OUTPUT_SERIES, "", NULL, "profit of entrants, over revenue"},
    [OUT_REVENUE] = {"revenue", OUTPUT_SERIES, "CNY", NULL, "rents since the last report, ex VAT"},
    [OUT_ENERGY] = {"energy", OUTPUT_SERIES, "kWh", NULL, "energy used by let cards and their cooling since the last report"},
    [OUT_CARBON] = {"carbon", OUTPUT_SERIES, "t", NULL, "carbon dioxide of the energy used since the last report"},
    [OUT_AGE_BOOK] = {"value_by_age.book", OUTPUT_CURVE, "", NULL, "book value of standing cards of one generation by age, over cost", BY_AGE},
    [OUT_AGE_ECONOMIC] = {"value_by_age.economic", OUTPUT_CURVE, "", NULL, "economic value of standing cards of one generation by age, over cost", BY_AGE},
    [OUT_AGE_TAX] = {"value_by_age.tax", OUTPUT_CURVE, "", NULL, "tax value of standing cards of one generation by age, over cost", BY_AGE},
    [OUT_AGE_PHYSICAL] = {"value_by_age.physical", OUTPUT_CURVE, "", NULL, "physical value of standing cards of one generation by age, over cost", BY_AGE},
    {0},
};
/* clang-format on */

/* A vintage counts for a point of the curve in the month in which it is of that age. */
static void count_by_age(const struct world *w, const struct vintage *v)
{
    struct accounting *a = accounting_state(w);
    double years = w->sim->now - v->delivered, age = years * AGES_PER_YEAR, point = round(age);
    if (!v->standing || fabs(age - point) > 0.5 * AGES_PER_YEAR / MONTHS_PER_YEAR || point >= AGES)
        return;
    struct at_age *at = &a->age[(size_t)point];
    at->cost += v->cards * v->base_per_card;
    at->book += v->cards * v->book_per_card;
    at->economic += v->cards * value_of_vintage(w, v);
    at->tax += v->cards * (w->firms.own_tax_ledger ? v->tax_per_card : v->book_per_card);
    at->physical += v->cards * physical_per_card(v, years, a->settings->wear_by_use);
}

/* What was added up as books were kept, anew if a centre was closed since or if the tax ledger is the book. */
static struct ledgers ledgers_now(const struct world *w)
{
    const struct accounting *a = accounting_state(w);
    struct ledgers sum = {0, 0, w->firms.changes};
    if (a->ledgers.changes == w->firms.changes && w->firms.own_tax_ledger)
        return a->ledgers;
    for (size_t i = 0; i < a->standing.count; i++) {
        const struct vintage *v = &w->vintages.row[a->standing.id[i]];
        if (v->standing)
            add_to_ledgers(w, v, 1, &sum);
    }
    return sum;
}

static void sample_ledgers(struct world *w)
{
    struct accounting *a = accounting_state(w);
    struct ledgers sum = ledgers_now(w);
    for (size_t k = 0; k < a->shown.count; k++)
        count_by_age(w, &w->vintages.row[a->shown.id[k]]);
    sim_record(w->sim, &model_accounting, OUT_TAX_VALUE, -1, sum.tax, false);
    sim_record(w->sim, &model_accounting, OUT_PHYSICAL, -1, sum.physical, false);
}

/* The lines of a year's accounts and the profit, over revenue if there is any; `out` says which outputs they are. */
static void record_accounts(struct world *w, const struct flows *f, const int out[LINES], int out_net, int row)
{
    double part[LINES], profit = ledger_statement(w, f, part), revenue = part[LINE_REVENUE];
    if (revenue <= 0)
        return;
    for (int line = 0; line < LINES; line++)
        if (out[line] >= 0)
            sim_record(w->sim, &model_accounting, out[line], row, part[line] / revenue, false);
    sim_record(w->sim, &model_accounting, out_net, row, profit / revenue, false);
}

static const int of_class[LINES] = {[LINE_REVENUE] = -1,
                                    [LINE_COST] = OUT_COST_OF,
                                    [LINE_FINANCE] = OUT_FINANCE_OF,
                                    [LINE_IMPAIRMENT] = OUT_IMPAIRMENT_OF,
                                    [LINE_OTHER] = OUT_OTHER_OF,
                                    [LINE_EXCEPTIONAL] = OUT_EXCEPTIONAL_OF};
static const int of_entrants[LINES] = {[LINE_REVENUE] = -1,
                                       [LINE_COST] = OUT_ENTRANT_COST,
                                       [LINE_FINANCE] = OUT_ENTRANT_FINANCE,
                                       [LINE_IMPAIRMENT] = OUT_ENTRANT_IMPAIRMENT,
                                       [LINE_OTHER] = OUT_ENTRANT_OTHER,
                                       [LINE_EXCEPTIONAL] = -1};

static void sample_accounts(struct world *w)
{
    struct flows entrants = accounting_state(w)->entrants_year;
    double line[LINES], profit = ledger_statement(w, &entrants, line);
    entrants.of[ACCOUNT_INCOME_TAX] = max_of(0, profit) * accounting_state(w)->settings->tax;
    record_accounts(w, &entrants, of_entrants, OUT_ENTRANT_NET, -1);
    for (size_t o = 0, operators = sim_row_count(w->sim, OPERATOR); o < operators; o++)
        record_accounts(w, &accounting_state(w)->year[o], of_class, OUT_NET_OF, (int)o);
}

static void sample(struct world *w)
{
    const struct model *m = &model_accounting;
    struct books *b = &w->books;
    b->economic_value = w->firms.economic;
    const double *f = b->lessors.of, revenue = f[ACCOUNT_REVENUE];
    double gross = revenue - f[ACCOUNT_POWER] - f[ACCOUNT_UPKEEP] - f[ACCOUNT_DEPRECIATION],
           net = gross - f[ACCOUNT_OVERHEAD] - f[ACCOUNT_ENGINEERING] - f[ACCOUNT_INTEREST] +
                 f[ACCOUNT_PENALTIES_RECEIVED] - f[ACCOUNT_PENALTIES_PAID] - f[ACCOUNT_INCOME_TAX];
    for (int balance = 0; balance < BALANCES; balance++)
        sim_record(w->sim, m, OUT_BALANCE + balance, -1, b->sum.of[balance], false);
    sim_record(w->sim, m, OUT_ECONOMIC, -1, b->economic_value, false);
    sim_record(w->sim, m, OUT_GAP, -1, b->sum.book - b->economic_value, false);
    sim_record(w->sim, m, OUT_GROSS, -1, revenue > 0 ? gross / revenue : NONE, false);
    sim_record(w->sim, m, OUT_NET, -1, revenue > 0 ? net / revenue : NONE, false);
    sim_record(w->sim, m, OUT_IMPAIRMENT, -1, b->all.of[ACCOUNT_IMPAIRMENT], false);
    sim_record(w->sim, m, OUT_REVENUE, -1, b->all.of[ACCOUNT_REVENUE], false);
    sim_record(w->sim, m, OUT_ENERGY, -1, b->all.energy_kwh, false);
    sim_record(w->sim, m, OUT_CARBON, -1, b->all.carbon_t, false);
    sample_ledgers(w);
    sample_accounts(w);
    b->all = b->lessors = (struct flows){{0}};
}

static void finish(struct world *w)
{
    for (size_t k = 0; k < AGES; k++) {
        const struct at_age *at = &accounting_state(w)->age[k];
        const double value[] = {at->book, at->economic, at->tax, at->physical};
        for (int ledger = 0; ledger < 4; ledger++)
            sim_record_point(w->sim, &model_accounting, OUT_AGE_BOOK + ledger, -1, k,
                             at->cost > 0 ? value[ledger] / at->cost : NONE);
    }
}

static void start(struct world *w)
{
    struct accounting *a = accounting_state(w);
    supply_follow(w, &follower);
    a->settings = sim_settings(w->sim, &model_accounting);
    a->row = sim_rows(w->sim, &model_accounting, OPERATOR);
    a->sums = arena_array(&w->sim->arena, w->firms.count, sizeof *a->sums);
    size_t operators = sim_row_count(w->sim, OPERATOR);
    for (size_t o = 0; o < operators && o < MAX_OPERATORS; o++) {
        open_class(w, o, &a->of_class[o]);
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
    buy_new(w);
    age_initial(w);
    w->books.sum = ledger_sum(w);
}

static const struct table tables[] = {{OPERATOR, sizeof(struct row), "classes of owners"}, {0}};

/* -- what is wrong with the settings as a whole -------------------------------------------------------------------- */

static bool is_custom(const struct scenario *scenario, const struct drawn *drawn, const struct settings *s)
{
    const struct row *row = checked_block(scenario, drawn, OPERATOR, &model_accounting);
    bool custom = s->method == DEPRECIATION_CUSTOM || s->tax_method == DEPRECIATION_CUSTOM;
    for (size_t o = 0; o < scenario_row_count(scenario, OPERATOR); o++)
        custom = custom || row[o].method == DEPRECIATION_CUSTOM + 1;
    return custom;
}

/* Lives that no class of MACRS has, be it the middle of a distribution or its end. */
static void check_macrs(const struct scenario *scenario, struct mistakes *mistakes, const char *path, int method,
                        double life_yr)
{
    if (method == DEPRECIATION_MACRS && !isnan(life_yr) && depreciation_macrs_factor(life_yr) == 0)
        scenario_complain(scenario, mistakes, path,
                          "%g years are no class of MACRS; allowed: 3, 5, 7, 10, 15, 20 years", life_yr);
}

static void check_lives(const struct scenario *scenario, struct mistakes *mistakes, const struct drawn *drawn)
{
    const struct settings *s = checked_block(scenario, drawn, "accounting", &model_accounting);
    check_macrs(scenario, mistakes, "accounting.tax_life", s->tax_method, s->tax_life_yr);
    check_macrs(scenario, mistakes, "accounting.book_life", s->method, s->life_yr);
    check_macrs(scenario, mistakes, "accounting.revised_life", s->method, s->revised_life_yr);
    const struct row *row = checked_block(scenario, drawn, OPERATOR, &model_accounting);
    for (size_t o = 0; o < scenario_row_count(scenario, OPERATOR); o++) {
        char path[128];
        bool own = !isnan(row[o].life_yr);
        snprintf(path, sizeof path, "operators.%s.%s", scenario_row_name(scenario, OPERATOR, o),
                 own ? "book_life" : "book_method");
        if (own || row[o].method)
            check_macrs(scenario, mistakes, path, row[o].method ? row[o].method - 1 : s->method,
                        own ? row[o].life_yr : s->life_yr);
    }
}

static void check(const struct scenario *scenario, struct mistakes *mistakes)
{
    struct arena arena = {0};
    struct drawn drawn = scenario_draw(scenario, &arena, NULL, NULL), highest = highest_values(scenario, &arena);
    size_t before = mistakes->count;
    check_lives(scenario, mistakes, &drawn);
    if (mistakes->count == before)
        check_lives(scenario, mistakes, &highest);
    const struct settings *s = checked_block(scenario, &drawn, "accounting", &model_accounting);
    double share[SCHEDULE_YEARS];
    if (is_custom(scenario, &drawn, s) && !read_custom(s->custom, share))
        scenario_complain(scenario, mistakes, "accounting.custom",
                          "not a list of shares, %s; allowed: numbers from 0, one a year, that sum to at most 1",
                          s->custom ? s->custom : "nothing");
    if (isnan(s->revised_life_yr) != isnan(s->revised_on))
        scenario_complain(scenario, mistakes,
                          isnan(s->revised_on) ? "accounting.revised_life" : "accounting.revised_on",
                          "a change of estimate needs both revised_life and revised_on");
    arena_free(&arena);
}

const struct model model_accounting = {
    .name = "accounting",
    .help = "books of every firm: four ledgers a vintage, loans, VAT and income tax",
    .without = "no books are kept; nothing else changes",
    .tables = tables,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    .check = check,
    .state_size = sizeof(struct accounting),
    .start = start,
    .finish = finish,
    .phase = {[PHASE_BOOKS] = keep_books, [PHASE_SAMPLE] = sample},
};
