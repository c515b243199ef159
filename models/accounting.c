/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The books of the rental sector: one set of accounts for all rental centres, in CNY without VAT.
 *
 * A vintage is bought with debt and paid-in capital in fixed shares, written off in a straight line to its salvage value,
 * and earns the rent of its leases (prepayments lost with orders are a loss); it pays power for the hours it is let, upkeep and staff for standing. Debt is repaid in equal parts and
 * bears the base rate plus a spread. Profit of the state's platforms and of lessors is taxed apart, a loss is carried forward.
 * After every step
 *
 *     cash + book value = debt + paid-in capital + retained earnings
 *
 * or the replication fails. The economic ledger beside it is the present value of what the cards can still earn; book less
 * economic value is the stranded gap.
 */
#include "models.h"
#include "world.h"

struct settings {
    double life_yr, salvage, debt_share, debt_life_yr, spread_per_yr, tax, staff_share;
    const struct dated_series *base_per_yr;
};

struct accounting {
    const struct settings *settings;
    size_t known;               /* vintages already on the books */
    double retained, loss_carried[2]; /* of the state's platforms, of lessors */
};

static const struct param params[] = {
    NUMBER(struct settings, life_yr, "book_life", "yr", 0.5, 20, "5 years", UNCERTAIN, "life in the books, straight line",
           "filings of lessors: five years"),
    NUMBER(struct settings, salvage, "salvage", "", 0, 0.9, "0.05", UNCERTAIN, "salvage value, share of cost",
           "5 % in Chinese lessors' accounts"),
    NUMBER(struct settings, debt_share, "debt_share", "", 0, 1, "0.6", UNCERTAIN, "share of a vintage's cost that is borrowed",
           "debt over assets of 70-78 % at two listed lessors, 2025"),
    NUMBER(struct settings, debt_life_yr, "debt_life", "yr", 0.5, 30, "5 years", UNCERTAIN, "time over which debt is repaid", NULL),
    {.name = "base_rate", .type = PARAM_SERIES, .unit = "/yr", .min = -0.05, .max = 1, .value = "{2022-01: 3.7 %/yr}",
     .help = "base rate of loans", .source = "one-year loan prime rate", .offset = offsetof(struct settings, base_per_yr)},
    NUMBER(struct settings, spread_per_yr, "spread", "/yr", 0, 1, "2.5 %/yr", UNCERTAIN, "lessors' spread over the base rate",
           "bank loans of 5.35 to 7.5 % at one listed lessor, 2024"),
    NUMBER(struct settings, tax, "tax", "", 0, 1, "25%", FIXED, "corporate income tax", "statute"),
    NUMBER(struct settings, staff_share, "overhead", "", 0, 1, "0.08", UNCERTAIN, "selling and administration, share of revenue", NULL),
    {0},
};

static void buy_new(struct world *w)
{
    struct accounting *a = w->accounting;
    struct books *b = &w->books;
    for (; a->known < w->vintages.count; a->known++) {
        struct vintage *v = &w->vintages.row[a->known];
        double cost = v->cards * v->cost_per_card, borrowed = cost * a->settings->debt_share;
        v->book_per_card = v->cost_per_card;
        v->debt = borrowed;
        b->book_value += cost;
        b->debt += borrowed;
        b->capital_paid_in += cost - borrowed;
    }
}

/* Capacity standing at the start is partly written off and repaid. */
static void age_initial(struct world *w)
{
    struct accounting *a = w->accounting;
    struct books *b = &w->books;
    for (size_t i = 0; i < a->known; i++) {
        struct vintage *v = &w->vintages.row[i];
        double age = w->sim->now - v->delivered, share = min_of(1, age / a->settings->life_yr);
        double written = v->cards * v->cost_per_card * (1 - a->settings->salvage) * share;
        double repaid = v->debt * min_of(1, age / a->settings->debt_life_yr);
        v->book_per_card -= written / v->cards;
        v->debt -= repaid;
        b->book_value -= written;
        b->debt -= repaid;
        b->capital_paid_in += repaid - written;
    }
}

/* What a step does to a vintage, as shares of its cost or debt. */
struct rates {
    double written, salvage, repaid, interest;
};

static struct rates rates_of(const struct world *w)
{
    const struct settings *s = w->accounting->settings;
    double dt = w->sim->dt, interest_per_yr = series_at(s->base_per_yr, w->sim->step_start) + s->spread_per_yr;
    return (struct rates){.written = (1 - s->salvage) / s->life_yr * dt, .salvage = s->salvage,
                          .repaid = s->debt_share / s->debt_life_yr * dt, .interest = interest_per_yr * dt};
}

/* Sums over the vintages of one kind of owner. */
struct sums {
    double rent_per_hour, list_price, written, interest, repaid;
    double full_kw[MAX_REGIONS], paid_kw[MAX_REGIONS]; /* of let cards at full load, and less what the state pays */
};

static void run_vintage(const struct world *w, struct vintage *v, const struct rates *rates, struct sums *sums)
{
    int g = v->generation, r = v->region;
    double line = v->book_per_card; /* scrapped: what is left is a loss */
    if (v->standing) {
        line = min_of(rates->written * v->cost_per_card, max_of(0, line - rates->salvage * v->cost_per_card));
        sums->list_price += w->generations.list_price_cny[g] * v->cards;
    }
    double repaid = min_of(v->debt, v->cards * v->cost_per_card * rates->repaid);
    double kw = v->let_cards * w->generations.power_kw[g];
    sums->rent_per_hour += v->rent_sum;
    sums->full_kw[r] += kw;
    sums->paid_kw[r] += kw * (1 - w->policy.power_discount[g]);
    sums->written += line * v->cards;
    sums->interest += v->debt * rates->interest;
    sums->repaid += repaid;
    v->book_per_card -= line;
    v->debt -= repaid;
}

static struct flows flows_of(const struct world *w, const struct sums *sums)
{
    double hours = HOURS_PER_YEAR * w->sim->dt;
    struct flows f = {.revenue = sums->rent_per_hour * hours, .depreciation = sums->written, .interest = sums->interest};
    f.overhead = f.revenue * w->accounting->settings->staff_share;
    f.upkeep = value_upkeep(w, sums->list_price) * w->sim->dt;
    for (size_t r = 0; r < w->regions.count; r++) {
        double used_hours = value_load(w) * w->regions.pue[r] * hours;
        f.energy_kwh += sums->full_kw[r] * used_hours;
        f.carbon_t += sums->full_kw[r] * used_hours * w->regions.carbon_t_per_kwh[r];
        f.power += sums->paid_kw[r] * used_hours * w->regions.power_price_cny_per_kwh[r];
    }
    return f;
}

static double profit_before_tax(const struct flows *f)
{
    return f->revenue - f->power - f->upkeep - f->overhead - f->depreciation - f->interest - f->prepayments_lost;
}

static void add_flows(struct flows *to, const struct flows *f)
{
    to->revenue += f->revenue;
    to->power += f->power;
    to->upkeep += f->upkeep;
    to->overhead += f->overhead;
    to->depreciation += f->depreciation;
    to->interest += f->interest;
    to->prepayments_lost += f->prepayments_lost;
    to->tax += f->tax;
    to->energy_kwh += f->energy_kwh;
    to->carbon_t += f->carbon_t;
}

/* Taxes the profit of one kind of owner, and posts its flows. */
static void post(struct world *w, struct flows *f, double *loss_carried)
{
    struct accounting *a = w->accounting;
    struct books *b = &w->books;
    double profit = profit_before_tax(f), taxable = profit - *loss_carried;
    *loss_carried = max_of(0, -taxable);
    f->tax = max_of(0, taxable) * a->settings->tax;
    b->book_value -= f->depreciation;
    b->cash += profit + f->depreciation - f->tax;
    a->retained += profit - f->tax;
    b->equity = b->capital_paid_in + a->retained;
    add_flows(&b->all, f);
}

static void check_balance(struct world *w)
{
    const struct books *b = &w->books;
    double assets = b->cash + b->book_value, claims = b->debt + b->equity;
    if (fabs(assets - claims) > 1e-9 * (1 + fabs(b->book_value) + fabs(b->cash)))
        sim_fail(w->sim, "the books do not balance: assets %.6g, debt and equity %.6g", assets, claims);
}

static void keep_books(struct world *w)
{
    buy_new(w);
    struct sums sums[2] = {{0}, {0}}; /* state-funded owners, lessors */
    struct rates rates = rates_of(w);
    for (size_t i = 0; i < w->vintages.count; i++) {
        struct vintage *v = &w->vintages.row[i];
        if (v->standing || v->book_per_card > 0 || v->debt > 0)
            run_vintage(w, v, &rates, &sums[!w->vintages.state_funded[v->operator]]);
    }
    for (int lessor = 0; lessor < 2; lessor++) {
        struct flows flows = flows_of(w, &sums[lessor]);
        flows.prepayments_lost = w->channels.prepayments_lost_cny[lessor];
        w->channels.prepayments_lost_cny[lessor] = 0;
        w->books.debt -= sums[lessor].repaid;
        w->books.cash -= sums[lessor].repaid;
        post(w, &flows, &w->accounting->loss_carried[lessor]);
        if (lessor)
            add_flows(&w->books.lessors, &flows);
    }
    check_balance(w);
}

static double economic_value(const struct world *w)
{
    double sum = 0;
    for (size_t i = 0; i < w->vintages.count; i++) {
        const struct vintage *v = &w->vintages.row[i];
        if (!v->standing)
            continue;
        double worth = value_of_card(w, v->region, v->generation, v->retires - w->sim->now);
        sum += v->cards * (v->competent ? worth : max_of(0, worth - v->activation_cost_per_card));
    }
    return sum;
}

enum { OUT_BOOK, OUT_ECONOMIC, OUT_GAP, OUT_GROSS, OUT_NET, OUT_REVENUE, OUT_DEBT, OUT_CASH, OUT_ENERGY, OUT_CARBON };
static const struct output outputs[] = {
    [OUT_BOOK] = {"book_value", OUTPUT_SERIES, "CNY", NULL, "book value of rental centres"},
    [OUT_ECONOMIC] = {"economic_value", OUTPUT_SERIES, "CNY", NULL, "present value of what their cards can still earn"},
    [OUT_GAP] = {"stranded_gap", OUTPUT_SERIES, "CNY", NULL, "book value less economic value"},
    [OUT_GROSS] = {"margin.gross", OUTPUT_SERIES, "", NULL, "lessors' (not state-funded) revenue less power, upkeep and depreciation, over revenue"},
    [OUT_NET] = {"margin.net", OUTPUT_SERIES, "", NULL, "lessors' (not state-funded) profit after overhead, interest and tax, before prepayments lost, over revenue"},
    [OUT_REVENUE] = {"revenue", OUTPUT_SERIES, "CNY", NULL, "rents since the last report, ex VAT"},
    [OUT_DEBT] = {"debt", OUTPUT_SERIES, "CNY", NULL, "debt of rental centres"},
    [OUT_CASH] = {"cash", OUTPUT_SERIES, "CNY", NULL, "cash of rental centres; owners cover what is negative"},
    [OUT_ENERGY] = {"energy", OUTPUT_SERIES, "kWh", NULL, "energy used by let cards and their cooling since the last report"},
    [OUT_CARBON] = {"carbon", OUTPUT_SERIES, "t", NULL, "carbon dioxide of that energy"},
    {0},
};

static void sample(struct world *w)
{
    const struct model *m = &model_accounting;
    struct books *b = &w->books;
    b->economic_value = economic_value(w);
    const struct flows *f = &b->lessors;
    double gross = f->revenue - f->power - f->upkeep - f->depreciation, net = profit_before_tax(f) + f->prepayments_lost - f->tax;
    sim_record(w->sim, m, OUT_BOOK, -1, b->book_value, false);
    sim_record(w->sim, m, OUT_ECONOMIC, -1, b->economic_value, false);
    sim_record(w->sim, m, OUT_GAP, -1, b->book_value - b->economic_value, false);
    sim_record(w->sim, m, OUT_GROSS, -1, f->revenue > 0 ? gross / f->revenue : NONE, false);
    sim_record(w->sim, m, OUT_NET, -1, f->revenue > 0 ? net / f->revenue : NONE, false);
    sim_record(w->sim, m, OUT_REVENUE, -1, b->all.revenue, false);
    sim_record(w->sim, m, OUT_DEBT, -1, b->debt, false);
    sim_record(w->sim, m, OUT_CASH, -1, b->cash, false);
    sim_record(w->sim, m, OUT_ENERGY, -1, b->all.energy_kwh, false);
    sim_record(w->sim, m, OUT_CARBON, -1, b->all.carbon_t, false);
    b->all = b->lessors = (struct flows){0};
}

static void start(struct world *w)
{
    struct accounting *a = w->accounting = arena_alloc(&w->sim->arena, sizeof *a);
    a->settings = sim_settings(w->sim, &model_accounting);
    buy_new(w);
    age_initial(w);
    w->books.equity = w->books.capital_paid_in;
}

const struct model model_accounting = {
    .name = "accounting",
    .help = "straight-line books, cash, debt, tax and the economic ledger of the rental sector",
    .without = "no books are kept; nothing else changes",
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    .start = start,
    .phase = {[PHASE_BOOKS] = keep_books, [PHASE_SAMPLE] = sample},
};
