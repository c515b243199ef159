/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The books of the rental sector, one set of accounts a firm, in CNY without VAT.
 *
 * A vintage is bought with debt and paid-in capital in fixed shares, written off in a straight line to its salvage value,
 * and earns the rent of its leases (prepayments lost with orders are a loss); it pays power for the hours it is let, upkeep and staff for standing. Debt is repaid in equal parts and
 * bears the base rate plus a spread. Each firm's profit is taxed, a loss is carried forward; firms.c checks that its balance
 * sheet balances. The economic ledger beside it is the present value of what the cards can still earn; book less
 * economic value is the stranded gap.
 */
#include "models.h"
#include "world.h"

struct settings {
    double life_yr, salvage, debt_share, debt_life_yr, spread_per_yr, tax, staff_share;
    const struct dated_series *base_per_yr;
};

/* What a step makes of one firm's vintages. */
struct sums {
    double rent_per_hour, power, list_price, written, interest, repaid;
};

struct accounting {
    const struct settings *settings;
    size_t known;      /* vintages already on the books */
    struct sums *sums; /* of each firm, in this step */
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

/* A purchase is paid with debt and what owners pay in. */
static void buy(struct world *w, struct vintage *v)
{
    struct firm *f = &w->firms.row[v->firm];
    double cost = v->cards * v->cost_per_card, borrowed = cost * w->accounting->settings->debt_share;
    v->book_per_card = v->cost_per_card;
    v->debt = borrowed;
    f->book += cost;
    f->debt += borrowed;
    f->paid_in += cost - borrowed;
    firms_receive(w, v->firm, OUTSIDE_BANKS, borrowed);
    firms_receive(w, v->firm, OUTSIDE_OWNERS, cost - borrowed);
    firms_receive(w, v->firm, OUTSIDE_VENDORS, -cost);
}

static void buy_new(struct world *w)
{
    struct accounting *a = w->accounting;
    for (; a->known < w->vintages.count; a->known++)
        buy(w, &w->vintages.row[a->known]);
}

/* Capacity standing at the start is partly written off and repaid; owners' capital is what is left. */
static void age_initial(struct world *w)
{
    struct accounting *a = w->accounting;
    for (size_t i = 0; i < a->known; i++) {
        struct vintage *v = &w->vintages.row[i];
        struct firm *f = &w->firms.row[v->firm];
        double age = w->sim->now - v->delivered, share = min_of(1, age / a->settings->life_yr);
        double written = v->cards * v->cost_per_card * (1 - a->settings->salvage) * share;
        double repaid = v->debt * min_of(1, age / a->settings->debt_life_yr);
        v->book_per_card -= written / v->cards;
        v->debt -= repaid;
        f->book -= written;
        f->debt -= repaid;
        f->paid_in += repaid - written;
        firms_receive(w, v->firm, OUTSIDE_BANKS, -repaid);
        firms_receive(w, v->firm, OUTSIDE_OWNERS, repaid);
    }
}

/* What a step does to a vintage, as shares of its cost or debt; and what power costs a card that is let, CNY. */
struct rates {
    double written, salvage, repaid, interest;
    double power[MAX_REGIONS][MAX_GENERATIONS];
};

static void set_rates(const struct world *w, struct rates *rates)
{
    const struct settings *s = w->accounting->settings;
    double dt = w->sim->dt, interest_per_yr = series_at(s->base_per_yr, w->sim->step_start) + s->spread_per_yr;
    rates->written = (1 - s->salvage) / s->life_yr * dt;
    rates->salvage = s->salvage;
    rates->repaid = s->debt_share / s->debt_life_yr * dt;
    rates->interest = interest_per_yr * dt;
    for (size_t r = 0; r < w->regions.count; r++) {
        double cny_per_kw = value_load(w) * w->regions.pue[r] * HOURS_PER_YEAR * dt * w->regions.power_price_cny_per_kwh[r];
        for (size_t g = 0; g < w->generations.count; g++)
            rates->power[r][g] = w->generations.power_kw[g] * cny_per_kw * (1 - w->policy.power_discount[g]);
    }
}

static void run_vintage(const struct world *w, struct vintage *v, const struct rates *rates, struct sums *sums)
{
    int g = v->generation;
    double line = v->book_per_card; /* scrapped: what is left is a loss */
    if (v->standing) {
        line = min_of(rates->written * v->cost_per_card, max_of(0, line - rates->salvage * v->cost_per_card));
        sums->list_price += w->generations.list_price_cny[g] * v->cards;
    }
    double repaid = min_of(v->debt, v->cards * v->cost_per_card * rates->repaid);
    sums->rent_per_hour += v->rent_sum;
    sums->power += v->let_cards * rates->power[v->region][g];
    sums->written += line * v->cards;
    sums->interest += v->debt * rates->interest;
    sums->repaid += repaid;
    v->book_per_card -= line;
    v->debt -= repaid;
}

static struct flows flows_of(const struct world *w, const struct sums *sums)
{
    struct flows f = {.revenue = sums->rent_per_hour * HOURS_PER_YEAR * w->sim->dt, .power = sums->power,
                      .depreciation = sums->written, .interest = sums->interest};
    f.overhead = f.revenue * w->accounting->settings->staff_share;
    f.upkeep = value_upkeep(w, sums->list_price) * w->sim->dt;
    return f;
}

static double profit_before_tax(const struct flows *f)
{
    return f->revenue - f->power - f->upkeep - f->overhead - f->depreciation - f->interest - f->prepayments_lost - f->engineering +
           f->scrap;
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
    to->engineering += f->engineering;
    to->scrap += f->scrap;
    to->tax += f->tax;
}

/* Taxes a firm's profit and posts its flows: profit to retained earnings, each payment to who receives it. */
static void post(struct world *w, uint32_t firm, struct flows *f, double repaid)
{
    struct firm *row = &w->firms.row[firm];
    double profit = profit_before_tax(f), taxable = profit - row->loss_carried;
    row->loss_carried = max_of(0, -taxable);
    f->tax = max_of(0, taxable) * w->accounting->settings->tax;
    row->book -= f->depreciation;
    row->debt -= repaid;
    row->retained += profit - f->tax;
    firms_receive(w, firm, OUTSIDE_TENANTS, f->revenue);
    firms_receive(w, firm, OUTSIDE_UTILITIES, -f->power);
    firms_receive(w, firm, OUTSIDE_STAFF, -f->overhead);
    firms_receive(w, firm, OUTSIDE_VENDORS, f->scrap - f->upkeep - f->prepayments_lost - f->engineering);
    firms_receive(w, firm, OUTSIDE_STATE, -f->tax);
    firms_receive(w, firm, OUTSIDE_BANKS, -f->interest - repaid);
}

/* Energy and its carbon are counted by card and region, not by firm. */
static void use_energy(struct world *w)
{
    struct flows *all = &w->books.all;
    double full_kw[MAX_REGIONS] = {0}, hours = HOURS_PER_YEAR * w->sim->dt;
    for (size_t i = 0; i < w->vintages.count; i++) {
        const struct vintage *v = &w->vintages.row[i];
        full_kw[v->region] += v->let_cards * w->generations.power_kw[v->generation];
    }
    for (size_t r = 0; r < w->regions.count; r++) {
        double kwh = full_kw[r] * value_load(w) * w->regions.pue[r] * hours;
        all->energy_kwh += kwh;
        all->carbon_t += kwh * w->regions.carbon_t_per_kwh[r];
    }
}

static void sum_firms(struct world *w)
{
    struct books *b = &w->books;
    b->book_value = b->debt = b->cash = b->equity = b->capital_paid_in = 0;
    for (size_t i = 0; i < w->firms.count; i++) {
        const struct firm *f = &w->firms.row[i];
        b->book_value += f->book;
        b->debt += f->debt;
        b->cash += f->cash;
        b->capital_paid_in += f->paid_in;
        b->equity += f->paid_in + f->retained;
    }
}

static void keep_books(struct world *w)
{
    struct accounting *a = w->accounting;
    struct rates rates;
    buy_new(w);
    set_rates(w, &rates);
    memset(a->sums, 0, w->firms.count * sizeof *a->sums);
    for (size_t i = 0; i < w->vintages.count; i++) {
        struct vintage *v = &w->vintages.row[i];
        if (v->standing || v->book_per_card > 0 || v->debt > 0)
            run_vintage(w, v, &rates, &a->sums[v->firm]);
    }
    for (uint32_t i = 0; i < w->firms.count; i++) {
        struct firm *f = &w->firms.row[i];
        struct flows flows = flows_of(w, &a->sums[i]);
        flows.prepayments_lost = f->prepayments_lost;
        flows.engineering = f->engineering;
        flows.scrap = f->scrap;
        f->prepayments_lost = f->engineering = f->scrap = 0;
        post(w, i, &flows, a->sums[i].repaid);
        add_flows(&w->books.all, &flows);
        if (!w->vintages.state_funded[f->operator])
            add_flows(&w->books.lessors, &flows);
    }
    use_energy(w);
    firms_check(w);
    sum_firms(w);
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
    b->economic_value = 0;
    for (size_t i = 0; i < w->firms.count; i++)
        b->economic_value += w->firms.row[i].economic;
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
    a->sums = arena_array(&w->sim->arena, w->firms.count, sizeof *a->sums);
    buy_new(w);
    age_initial(w);
    sum_firms(w);
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
