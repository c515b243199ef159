/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Circular money: lessors or a vendor put money into tenants, directly or through a fund, and get it back as rent.
 *
 * A share of the tenants of a class is funded: each signs a letter of intent over some years of its own rent bill with
 * one investor, which may serve it before all others and at a discount (captive consumption). Part of the letters never
 * become cash. Of the others the investor pays a constant rate f while the programme lasts, into a fund that passes
 * money on at the rate fund / lag, or straight into the tenant's purse. A tenant with the funded money T in its purse
 * plans to spend T / runway a year, and wants
 *
 *     D = D0 (1 + a T / (runway B0))
 *
 * D0 being what it would want without, B0 what that costs at today's rents and a the additionality: the share of the
 * money that makes demand which would not exist otherwise. The rest replaces money of its own.
 *
 * Money is fungible: every payment out of a purse carries funded money in the proportion in which the purse holds it,
 * its tag. The part of the bill that the plan does not cover comes from the tenant's own means, an outside account that
 * closes the books; these reach little further than what it would want without funding at the rents it has signed.
 * Once the money stops, leases signed for more outlast the purse: the tenant defaults, all its leases end, and the
 * equity investment is written off. That may end the investor's own funding: an investor stops at a date or when its
 * equity (market value of its cards, cash and investments less debt; of a vendor, the rents that its cards earn) has
 * fallen by a share from its highest.
 *
 * At every step the five accounts sum to nothing, and what was invested is in the fund, in purses, paid as rent or
 * lost; a replication that breaks this fails. An investing firm's books hold the equity investment at cost, written
 * off with the tenant.
 *
 * Imposed: which tenants are funded, start and stop of the programme. Emerges: the share of demand that is not organic,
 * defaults, and the cascade. Neutral: no class is funded.
 */
#include "models/models.h"
#include "models/world.h"

#include "sim/base/det.h"

struct settings {
    double from, until, stop_fall, letter_yr, payout_yr, never_cash, additionality, runway_yr, slack, most_boost,
        fund_lag_yr, captive, discount;
    int investor;
};

enum { STREAM_OF_FUNDING }; /* (tenant class, k): whether it is funded, by whom, and whether a letter becomes cash */
enum investor_kind { BY_LESSORS, BY_VENDOR };

struct tenant_row {
    double funded;
};

struct operator_row {
    double invests;
};

struct funded {
    uint32_t tenant, firm; /* firm: UINT32_MAX for the vendor */
    double per_yr, until; /* cash that the letter becomes, and when it has */
    double fund, own, tagged; /* in the fund; in the purse: its own money, funded money */
    double invested, boost; /* all that was paid in; demand now over what it would be, less one */
};

struct circular {
    const struct settings *settings;
    const struct tenant_row *row;
    bool active;
    size_t seen; /* tenants looked at so far */
    struct funded *funded;
    size_t count, capacity;
    double passed_share; /* of a fund, to its tenant in this step */
    double rent_per_yr; /* that all tenants owe when funded ones pay theirs */
    double *highest; /* equity of each firm so far; of the vendor last */
    bool *stopped;
    uint32_t *investors; /* firms of the classes that invest */
    size_t investor_count;
    struct {
        double invested, returned, written_off, defaults;
    } sampled; /* as of the last report; defaults: since */
};

static inline struct circular *circular_state(const struct world *w)
{
    return w->state[STATE_circular];
}

#define TENANT "tenants"
#define OPERATOR "operators"
/* clang-format off */
static const struct param params[] = {
    {.name = "from", .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2000, .max = 2100, .value = "none",
     .help = "date on which the funding of tenants begins; none: the start", .offset = offsetof(struct settings, from)},
    {.name = "until", .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2000, .max = 2100, .value = "none",
     .help = "date on which all funding of tenants stops; none: only with the investor's equity", .offset = offsetof(struct settings, until)},
    {.name = "investor", .type = PARAM_CHOICE, .choices = "lessors vendor", .value = "lessors",
     .help = "investor: firms of the classes that invest, or the maker of the cards", .offset = offsetof(struct settings, investor)},
    NUMBER(struct settings, stop_fall, "stop_fall", "", 0, 1, "0.5", UNCERTAIN,
           "fall of an investor's equity from its peak at which it stops funding; 1: never", NULL),
    NUMBER(struct settings, letter_yr, "letter", "yr", 0, 50, "2 yr", UNCERTAIN,
           "size of a letter of intent in years of the tenant's own rent bill", NULL),
    NUMBER(struct settings, payout_yr, "payout", "yr", 0.05, 20, "2 yr", UNCERTAIN, "time over which a letter of intent becomes cash", NULL),
    NUMBER(struct settings, never_cash, "never_cash", "", 0, 1, "0.3", UNCERTAIN, "share of letters of intent that never become cash", NULL),
    NUMBER(struct settings, additionality, "additionality", "", 0, 1, "0.7", UNCERTAIN,
           "share of funded spending that would not exist otherwise", NULL),
    NUMBER(struct settings, runway_yr, "runway", "yr", 0.05, 10, "9 months", UNCERTAIN, "time over which tenants plan to spend their funds", NULL),
    NUMBER(struct settings, slack, "slack", "", 0, 100, "0.3", UNCERTAIN,
           "what a tenant can pay of its own beyond what it would want at the rents it has signed, as a share of that", NULL),
    NUMBER(struct settings, most_boost, "most_boost", "", 0, 100, "4", FIXED,
           "demand that funding can add, as a multiple of what a tenant would want without", NULL),
    NUMBER(struct settings, fund_lag_yr, "fund_lag", "yr", 0, 10, "0 yr", UNCERTAIN,
           "time that money stays in a fund between investor and tenant; 0: paid directly", NULL),
    NUMBER(struct settings, captive, "captive", "", 0, 1, "0", UNCERTAIN, "share of funded tenants that rent from their investor first", NULL),
    NUMBER(struct settings, discount, "discount", "", 0, 0.99, "0", UNCERTAIN, "discount that an investor gives its own tenants on rent", NULL),
    COLUMN(TENANT, struct tenant_row, funded, "funded", "", 0, 1, "0", UNCERTAIN, "share of the tenants of a class that get a letter of intent", NULL),
    COLUMN(OPERATOR, struct operator_row, invests, "invests", "", 0, 1, "0", UNCERTAIN, "share of the firms of a class of owners that invest in tenants", NULL),
    {0},
};
/* clang-format on */

/* -- accounts ------------------------------------------------------------------------------------------------------ */

static void pay(struct world *w, enum circle from, enum circle to, double cny)
{
    w->money.account[from] -= cny;
    w->money.account[to] += cny;
}

/* In the books of firms: the investor's cash becomes an equity investment, and the money is with its tenant. */
static void book_investment(struct world *w, uint32_t firm, double cny)
{
    if (firm == UINT32_MAX)
        ledger_between(w, COUNTERPARTY_VENDORS, COUNTERPARTY_TENANTS, cny);
    else
        ledger_post(w, firm, ACCOUNT_EQUITY_INVESTMENTS, cny);
}

static void write_off(struct world *w, struct funded *f)
{
    w->money.written_off += f->invested;
    if (f->firm != UINT32_MAX)
        ledger_post(w, f->firm, ACCOUNT_INVESTMENTS_LOST, f->invested);
}

static void check(struct world *w)
{
    const struct money *m = &w->money;
    double sum = 0, size = 1;
    for (int k = 0; k < CIRCLES; k++) {
        sum += m->account[k];
        size += fabs(m->account[k]);
    }
    double found = m->tagged_fund + m->tagged_purses + m->tagged_rent + m->tagged_lost;
    if (!(fabs(sum) <= 1e-9 * size) || !(fabs(found - m->invested) <= 1e-9 * (1 + m->invested)))
        sim_fail(w->sim, "circular money does not add up: %.6g CNY made; %.9g of %.9g CNY invested found", sum, found,
                 m->invested);
}

/* -- funding ------------------------------------------------------------------------------------------------------ */

/* Equity at market value. */
static double equity(const struct world *w, uint32_t firm)
{
    if (firm == UINT32_MAX)
        return det_exp(w->market.log_index);
    const union balance_sheet *sheet = &w->ledger.sheet[firm];
    return sheet->cash + w->firms.row[firm].economic + sheet->equity_investments + sheet->vat_credit - sheet->debt -
           sheet->contract_liabilities;
}

static void watch_investors(struct world *w)
{
    struct circular *c = circular_state(w);
    size_t count = c->settings->investor == BY_VENDOR ? 1 : c->investor_count;
    for (size_t i = 0; i < count; i++) {
        uint32_t firm = c->settings->investor == BY_VENDOR ? UINT32_MAX : c->investors[i];
        size_t at = firm == UINT32_MAX ? w->firms.count : firm;
        double now = equity(w, firm);
        c->highest[at] = max_of(c->highest[at], now);
        bool failed = firm != UINT32_MAX && w->firms.row[firm].defaulted;
        if (failed || (c->settings->stop_fall < 1 && now < (1 - c->settings->stop_fall) * c->highest[at]))
            c->stopped[at] = true;
    }
}

static bool still_pays(const struct world *w, const struct funded *f)
{
    const struct circular *c = circular_state(w);
    bool over = !isnan(c->settings->until) && w->sim->step_start >= c->settings->until;
    return !over && w->sim->step_start < f->until && !c->stopped[f->firm == UINT32_MAX ? w->firms.count : f->firm];
}

/* An investor that has cards and still pays, sought from a random place; UINT32_MAX if there is none. */
static uint32_t find_investor(const struct world *w, double u)
{
    const struct circular *c = circular_state(w);
    size_t n = c->investor_count, from = (size_t)(u * (double)n);
    for (size_t i = from; i < from + n; i++) {
        uint32_t firm = c->investors[i < n ? i : i - n];
        if (!c->stopped[firm] && w->firms.row[firm].cards > 0)
            return firm;
    }
    return UINT32_MAX;
}

/* What a tenant wants without funding: effective P by workload and in all, and what that costs a year at today's rents.
 */
struct desires {
    double of[WORKLOADS], p, cny_per_yr;
};

static struct desires organic_desires(const struct world *w, uint32_t tenant, double boost)
{
    struct desires desires = {.p = 0};
    for (int k = 0; k < WORKLOADS; k++) {
        double p = demand_desire(w, tenant, (enum workload)k) / (1 + boost);
        desires.of[k] = p;
        desires.p += p;
        desires.cny_per_yr += p * w->market.rent[k] * HOURS_PER_YEAR;
    }
    return desires;
}

enum uniform { UNIFORM_FUNDED, UNIFORM_INVESTOR, UNIFORM_CASH, UNIFORM_CAPTIVE, UNIFORMS };

static void sign_letter(struct world *w, uint32_t tenant, const double uniform[UNIFORMS])
{
    struct circular *c = circular_state(w);
    const struct settings *s = c->settings;
    uint32_t firm = UINT32_MAX;
    if (s->investor == BY_LESSORS) {
        firm = find_investor(w, uniform[UNIFORM_INVESTOR]);
        if (firm == UINT32_MAX)
            return;
    } else if (c->stopped[w->firms.count]) {
        return;
    }
    double promised = s->letter_yr * organic_desires(w, tenant, 0).cny_per_yr;
    bool cash = uniform[UNIFORM_CASH] >= s->never_cash;
    char name[64], by[64] = "the vendor";
    w->money.letters += promised;
    if (firm != UINT32_MAX)
        firms_name(w, firm, by);
    tell(w->sim, "circular", "letter of intent", demand_tenant_name(w, tenant, name), "%.4g MCNY from %s%s",
         promised / 1e6, by, cash ? "" : ", never paid");
    if (!cash)
        return;
    WORLD_GROW(w, c->funded, c->count, c->capacity);
    c->funded[c->count++] = (struct funded){
        .tenant = tenant, .firm = firm, .per_yr = promised / s->payout_yr, .until = w->sim->step_start + s->payout_yr};
    if (firm != UINT32_MAX && uniform[UNIFORM_CAPTIVE] < s->captive)
        demand_set_supplier(w, tenant, firm);
}

/* Tenants that entered since the last step, and at first all that are present. */
static void look_at_newcomers(struct world *w)
{
    struct circular *c = circular_state(w);
    for (; c->seen < w->tenants.count; c->seen++) {
        const struct tenant *t = &w->tenants.row[c->seen];
        if (!t->present || c->row[t->class_].funded <= 0)
            continue;
        struct stream random = sim_stream(w->sim, &model_circular, identity(STREAM_OF_FUNDING, t->class_, t->k));
        double uniform[UNIFORMS];
        stream_fill_uniform(&random, uniform, UNIFORMS);
        if (uniform[UNIFORM_FUNDED] < c->row[t->class_].funded)
            sign_letter(w, (uint32_t)c->seen, uniform);
    }
}

/* Share of its bill that a tenant can pay of its own: of what it holds, what it would want without funding at what it
 * pays. */
static double affordable(const struct world *w, const struct desires *desires, double held_p, double bill_cny_per_yr)
{
    if (held_p <= 0 || desires->p <= 0 || bill_cny_per_yr <= 0)
        return 1;
    double log_dearer = det_log(bill_cny_per_yr / held_p / (desires->cny_per_yr / desires->p)), wanted = 0;
    for (int k = 0; k < WORKLOADS; k++)
        wanted += desires->of[k] * det_exp(-demand_elasticity(w, (enum workload)k) * log_dearer);
    return min_of(1, (1 + circular_state(w)->settings->slack) * wanted / held_p);
}

/* -- a step of a funded tenant ------------------------------------------------------------------------------------- */

struct bill {
    double cny, to_investor; /* a year; of that to its own investor */
};

static struct bill bill_of(const struct world *w, const struct funded *f)
{
    struct bill bill = {0, 0};
    const uint32_t *first = w->tenants.row[f->tenant].first_lease;
    for (int k = 0; k < WORKLOADS; k++)
        for (uint32_t id = first[k]; id != UINT32_MAX; id = w->leases.row[id].next) {
            const struct lease *l = &w->leases.row[id];
            double cny = l->cards * l->rent * HOURS_PER_YEAR;
            bill.cny += cny;
            if (w->vintages.row[l->vintage].firm == f->firm)
                bill.to_investor += cny;
        }
    return bill;
}

/* From the investor into the fund, and from the fund into the purse. */
static void pass_on(struct world *w, struct funded *f)
{
    double dt = w->sim->dt, paid = still_pays(w, f) ? f->per_yr * dt : 0;
    pay(w, CIRCLE_INVESTORS, CIRCLE_FUND, paid);
    book_investment(w, f->firm, paid);
    f->invested += paid;
    f->fund += paid;
    w->money.invested += paid;
    double passed = f->fund * circular_state(w)->passed_share;
    pay(w, CIRCLE_FUND, CIRCLE_TENANTS, passed);
    f->fund -= passed;
    f->tagged += passed;
    w->money.tagged_fund += paid - passed;
    w->money.tagged_purses += passed;
}

/* Pays the step's rent, or nothing: funded money goes out in the proportion in which the purse holds it. Returns
 * whether there was enough. */
static bool pay_rent(struct world *w, struct funded *f, const struct desires *desires)
{
    const double rounding = 1e-9, held_p = demand_held(w, f->tenant, TRAINING) + demand_held(w, f->tenant, INFERENCE);
    double dt = w->sim->dt;
    struct bill bill = bill_of(w, f);
    double own_share = affordable(w, desires, held_p, bill.cny);
    double due = bill.cny * dt, planned = f->tagged / circular_state(w)->settings->runway_yr * dt;
    double means = min_of(max_of(0, due - planned), due * own_share);
    pay(w, CIRCLE_OUTSIDE, CIRCLE_TENANTS, means);
    f->own += means;
    double purse = f->own + f->tagged;
    if (purse < due * (1 - rounding))
        return false;
    double paid = min_of(due, purse), tag = purse > 0 ? f->tagged / purse : 0;
    pay(w, CIRCLE_TENANTS, CIRCLE_LESSORS, paid);
    f->tagged -= paid * tag;
    f->own -= paid * (1 - tag);
    w->money.tagged_purses -= paid * tag;
    w->money.tagged_rent += paid * tag;
    w->money.tagged_rent_per_yr += paid * tag / dt;
    w->money.returned += bill.cny > 0 ? paid * tag * bill.to_investor / bill.cny : 0;
    return true;
}

/* What is left in purse and fund is lost to its creditors, and the equity investment with it. */
static void close_account(struct world *w, struct funded *f)
{
    pay(w, CIRCLE_TENANTS, CIRCLE_OUTSIDE, f->own + f->tagged);
    pay(w, CIRCLE_FUND, CIRCLE_OUTSIDE, f->fund);
    w->money.tagged_purses -= f->tagged;
    w->money.tagged_fund -= f->fund;
    w->money.tagged_lost += f->tagged + f->fund;
    write_off(w, f);
}

static void fail_tenant(struct world *w, struct funded *f)
{
    char name[64];
    tell(w->sim, "circular", "defaulted", demand_tenant_name(w, f->tenant, name), "funded with %.4g MCNY",
         f->invested / 1e6);
    circular_state(w)->sampled.defaults++;
    close_account(w, f);
    demand_leave(w, f->tenant);
}

/* Returns whether its account stays open. */
static bool run_tenant(struct world *w, struct funded *f)
{
    const struct settings *s = circular_state(w)->settings;
    if (!w->tenants.row[f->tenant].present) {
        close_account(w, f);
        return false;
    }
    pass_on(w, f);
    struct desires desires = organic_desires(w, f->tenant, f->boost);
    if (!pay_rent(w, f, &desires)) {
        fail_tenant(w, f);
        return false;
    }
    double boost = desires.cny_per_yr > 0
                       ? min_of(s->most_boost, s->additionality * f->tagged / s->runway_yr / desires.cny_per_yr)
                       : 0;
    demand_scale(w, f->tenant, (1 + boost) / (1 + f->boost));
    f->boost = boost;
    w->money.funded_p += desires.p * boost;
    return true;
}

static double rent_per_yr(const struct world *w)
{
    double sum = w->vintages.rent_of_told;
    for (size_t c = 0; c < MAX_TENANT_CLASSES; c++)
        for (size_t r = 0; r < w->regions.count; r++)
            sum += w->leases.rent_of[c][r];
    return sum * HOURS_PER_YEAR;
}

static void run(struct world *w)
{
    struct circular *c = circular_state(w);
    double now = w->sim->step_start;
    if (!c->active || (!isnan(c->settings->from) && now < c->settings->from))
        return;
    watch_investors(w);
    if (isnan(c->settings->until) || now < c->settings->until)
        look_at_newcomers(w);
    w->money.tagged_rent_per_yr = w->money.funded_p = 0;
    c->rent_per_yr = rent_per_yr(w);
    c->passed_share = c->settings->fund_lag_yr > 0 ? 1 - det_exp(-w->sim->dt / c->settings->fund_lag_yr) : 1;
    size_t kept = 0;
    for (size_t i = 0; i < c->count; i++) {
        if (run_tenant(w, &c->funded[i]))
            c->funded[kept++] = c->funded[i];
    }
    c->count = kept;
    check(w);
}

/* -- start, outputs ------------------------------------------------------------------------------------------------ */

/* The first firms of every class that invests. */
static void list_investors(struct world *w)
{
    struct circular *c = circular_state(w);
    const struct operator_row *row = sim_rows(w->sim, &model_circular, OPERATOR);
    c->investors = arena_array(&w->sim->arena, w->firms.count + 1, sizeof *c->investors);
    for (size_t o = 0; o < sim_row_count(w->sim, OPERATOR); o++) {
        uint32_t investing = (uint32_t)ceil(row[o].invests * w->firms.of_class[o]);
        for (uint32_t i = 0; i < investing; i++)
            c->investors[c->investor_count++] = w->firms.first[o] + i;
    }
}

static void start(struct world *w)
{
    struct circular *c = circular_state(w);
    c->settings = sim_settings(w->sim, &model_circular);
    c->row = sim_rows(w->sim, &model_circular, TENANT);
    for (size_t i = 0; i < sim_row_count(w->sim, TENANT); i++)
        c->active = c->active || c->row[i].funded > 0;
    if (!c->active)
        return;
    list_investors(w);
    c->highest = arena_array(&w->sim->arena, w->firms.count + 1, sizeof *c->highest);
    c->stopped = arena_array(&w->sim->arena, w->firms.count + 1, sizeof *c->stopped);
    w->money.discount = c->settings->discount;
}

enum { OUT_ORGANIC, OUT_FUNDED_P, OUT_LETTERS, OUT_INVESTED, OUT_RETURNED, OUT_WRITTEN_OFF, OUT_DEFAULTS };
/* clang-format off */
static const struct output outputs[] = {
    [OUT_ORGANIC] = {"organic_share", OUTPUT_SERIES, "", NULL, "share of rents that is not paid with money from investors in tenants", .share = true},
    [OUT_FUNDED_P] = {"funded_demand", OUTPUT_SERIES, "P", NULL, "effective P that tenants want only because investors fund them"},
    [OUT_LETTERS] = {"circular.letters", OUTPUT_SERIES, "CNY", NULL, "funds promised to tenants in letters of intent, since the start"},
    [OUT_INVESTED] = {"circular.invested", OUTPUT_SERIES, "CNY", NULL, "investors' money put into tenants since the last report"},
    [OUT_RETURNED] = {"circular.returned", OUTPUT_SERIES, "CNY", NULL, "rent paid to investors that had funded the tenant, since the last report"},
    [OUT_WRITTEN_OFF] = {"circular.written_off", OUTPUT_SERIES, "CNY", NULL, "equity investments in tenants written off since the last report"},
    [OUT_DEFAULTS] = {"tenant_defaults", OUTPUT_SERIES, "", NULL, "funded tenants that could not pay their rent since the last report"},
    {0},
};
/* clang-format on */

static void sample(struct world *w)
{
    struct circular *c = circular_state(w);
    const struct money *m = &w->money;
    const struct model *self = &model_circular;
    const double rounding_cny_per_yr = 1; /* what sums keep of leases that have all ended, either way */
    double organic = 1;
    if (m->tagged_rent_per_yr > 0 && c->rent_per_yr > rounding_cny_per_yr)
        organic -= min_of(1, m->tagged_rent_per_yr / c->rent_per_yr); /* of the same bills: those paid may be ended */
    sim_record(w->sim, self, OUT_ORGANIC, -1, organic, false);
    sim_record(w->sim, self, OUT_FUNDED_P, -1, m->funded_p, false);
    sim_record(w->sim, self, OUT_LETTERS, -1, m->letters, false);
    sim_record(w->sim, self, OUT_INVESTED, -1, m->invested - c->sampled.invested, false);
    sim_record(w->sim, self, OUT_RETURNED, -1, m->returned - c->sampled.returned, false);
    sim_record(w->sim, self, OUT_WRITTEN_OFF, -1, m->written_off - c->sampled.written_off, false);
    sim_record(w->sim, self, OUT_DEFAULTS, -1, c->sampled.defaults, false);
    c->sampled.invested = m->invested;
    c->sampled.returned = m->returned;
    c->sampled.written_off = m->written_off;
    c->sampled.defaults = 0;
}

/* clang-format off */
static const struct table tables[] = {
    {TENANT, sizeof(struct tenant_row), "classes of tenants"},
    {OPERATOR, sizeof(struct operator_row), "classes of owners"},
    {0},
};
/* clang-format on */

const struct model model_circular = {
    .name = "circular",
    .help = "lessors or a vendor that fund tenants, who pay them rent with it; letters of intent, stop, defaults",
    .without = "tenants pay with money of their own",
    .tables = tables,
    .asleep = true,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    STATE(circular, struct circular),
    .start = start,
    .phase = {[PHASE_BOOKS] = run, [PHASE_SAMPLE] = sample},
};
