/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tenants' money, by class: a cohort that came at one time shares its fate, so a class has one purse for each unit of
 * what it costs to run.
 *
 * Let C be what a class pays for compute and staff a year, and U its usual cost, C averaged over the last year or so. The
 * purse m is years of usual cost, and
 *
 *     dm / dt = (e c - 1) C / U + r + i (k - m) + h m,
 *
 * e the share of its cost that a class earns from its users as boards expect it, c earnings over those expected
 * (platform_money.c), r funds that a tenant raises a year over its usual cost, i the rate at which new tenants enter, with
 * k each, and h the rate at which tenants leave, with nothing. The purse lasts for its runway
 *
 *     R = m / ((1 - e c) C / U - r),    infinite where more comes in than goes out.
 *
 * A tenant leaves at its hazard times 1 + b e^(-R / tau), and before that wants 1 - g e^(-R / tau) of what it would.
 *
 * Small tenants leave first: the hazard of a tenant of need n is (n / median)^-gamma that of the median, since investors
 * in a large one put in more so as not to lose it.
 *
 * A shock takes part of r away, for a while (shocks.*.funding_drop), and lowers C by what it does to needs and rents: it
 * has no other way to drive out a tenant that has a purse.
 *
 * Imposed: earnings and funds raised, dated series. Emerges: which tenants run out of money, and when. Classes without
 * `cash` have owners who pay. Off: all have. Neutral: exit_boost 0, cut 0, by_size 0.
 */
#include "tenant_money.h"

#include "models/models.h"
#include "models/supply/platform.h"

#include "sim/base/det.h"

struct settings {
    double exit_boost, cut, tau_yr, usual_yr;
};

struct row {
    double cash_yr, staff, by_size;
    const struct dated_series *earns, *raises;
};

struct purse {
    double money_yr, usual_cny_per_yr, runway_yr, count, hazard_per_yr;
    struct tenant_money_effect effect;
};

struct tenant_money {
    const struct settings *settings;
    const struct row *row;
    size_t classes;
    struct purse purse[MAX_TENANT_CLASSES];
};

#define TENANT "tenants"
enum { LONGEST_RUNWAY_YR = 20 };
/* clang-format off */
static const struct param params[] = {
    NUMBER(struct settings, exit_boost, "exit_boost", "", 0, 100, "4", UNCERTAIN,
           "increase of the hazard of leaving when a tenant's purse is empty, as a multiple of the hazard", NULL),
    NUMBER(struct settings, cut, "cut", "", 0, 1, "0.3", UNCERTAIN, "share of its demand that a tenant gives up as its purse runs out", NULL),
    NUMBER(struct settings, tau_yr, "short", "yr", 0.05, 10, "6 months", UNCERTAIN, "runway below which a tenant's purse counts as short", NULL),
    NUMBER(struct settings, usual_yr, "usual_time", "yr", 0.1, 10, "1 year", FIXED, "time over which a tenant's usual cost is averaged", NULL),
    COLUMN(TENANT, struct row, cash_yr, "cash", "yr", 0, 50, "none", UNCERTAIN,
           "cash of a tenant at entry, in years of its running cost; none: its owners pay", NULL),
    COLUMN(TENANT, struct row, staff, "staff", "", 0, 20, "0.5", UNCERTAIN, "cost of staff and all else over rent, of a tenant", NULL),
    COLUMN(TENANT, struct row, by_size, "exit_by_size", "", 0, 3, "0", UNCERTAIN,
           "exponent by which the hazard of leaving falls with a tenant's size; 0: size is no matter", NULL),
    {.name = "earns", .table = TENANT, .type = PARAM_SERIES, .unit = "", .min = 0, .max = 10, .value = "{2022: 0.5}",
     .help = "share of its cost that a tenant earns from users, as expected", .offset = offsetof(struct row, earns)},
    {.name = "raises", .table = TENANT, .type = PARAM_SERIES, .unit = "", .min = 0, .max = 10, .value = "{2022: 0.5}",
     .help = "funds that a tenant raises a year over its usual cost", .offset = offsetof(struct row, raises)},
    {0},
};
/* clang-format on */

static struct tenant_money *state_of(const struct world *w)
{
    return w->state[STATE_tenant_money];
}

/* -- what others ask ----------------------------------------------------------------------------------------------- */

struct tenant_money_effect tenant_money_effect(const struct world *w, size_t class_)
{
    const struct tenant_money *t = state_of(w);
    return t ? t->purse[class_].effect : (struct tenant_money_effect){1, 1};
}

bool tenant_money_has_purse(const struct world *w, size_t class_)
{
    const struct tenant_money *t = state_of(w);
    return t && t->row && !isnan(t->row[class_].cash_yr);
}

/* Asked before this mechanism starts, for those of the start. */
double tenant_money_stay(const struct world *w, size_t class_, double over_median)
{
    if (!sim_enabled(w->sim, &model_tenant_money))
        return 1;
    const struct tenant_money *t = state_of(w);
    const struct row *row = t->row ? t->row : sim_rows(w->sim, &model_tenant_money, TENANT);
    return row[class_].by_size > 0 ? det_pow(over_median, row[class_].by_size) : 1;
}

/* -- the purse ----------------------------------------------------------------------------------------------------- */

static double cost_cny_per_yr(const struct world *w, const struct row *row, size_t class_)
{
    double cny_per_hour = 0;
    for (size_t r = 0; r < w->regions.count; r++)
        cny_per_hour += w->leases.rent_of[class_][r];
    return cny_per_hour * HOURS_PER_YEAR * (1 + row->staff);
}

static void note_effect(const struct settings *s, struct purse *p)
{
    double empty = det_exp(-p->runway_yr / s->tau_yr);
    p->effect = (struct tenant_money_effect){1 + s->exit_boost * empty, 1 - s->cut * empty};
}

static void run_purse(const struct world *w, const struct tenant_money *t, size_t c, struct purse *p, double earned)
{
    const struct row *row = &t->row[c];
    double now = w->sim->now, dt = w->sim->whole_end - w->sim->whole_start, cost = cost_cny_per_yr(w, row, c),
           count = (double)w->tenants.cohort[c].count;
    if (cost <= 0)
        return;
    if (isnan(p->usual_cny_per_yr))
        p->usual_cny_per_yr = cost;
    p->usual_cny_per_yr = cost + (p->usual_cny_per_yr - cost) * det_exp(-dt / t->settings->usual_yr);
    double over_usual = cost / p->usual_cny_per_yr, raised = series_at(row->raises, now) * demand_funds_left(w, c),
           burnt = (1 - series_at(row->earns, now) * earned) * over_usual - raised;
    double came = count > 0 ? max_of(0, (count - p->count) / count + p->hazard_per_yr * dt) : 0;
    p->money_yr += -burnt * dt + came * (row->cash_yr - p->money_yr) + p->hazard_per_yr * dt * p->money_yr;
    p->money_yr = max_of(0, min_of(LONGEST_RUNWAY_YR, p->money_yr));
    p->runway_yr = burnt * LONGEST_RUNWAY_YR > p->money_yr ? p->money_yr / burnt : LONGEST_RUNWAY_YR;
    p->count = count;
    note_effect(t->settings, p);
}

static void update(struct world *w)
{
    struct tenant_money *t = state_of(w);
    if (w->sim->now > w->sim->whole_start)
        return;
    double earned = platform_earned_over_expected(w);
    for (size_t c = 0; c < t->classes; c++)
        if (!isnan(t->row[c].cash_yr))
            run_purse(w, t, c, &t->purse[c], earned);
}

void tenant_money_note_hazard(const struct world *w, size_t class_, double per_yr)
{
    struct tenant_money *t = state_of(w);
    if (t)
        t->purse[class_].hazard_per_yr = per_yr;
}

static void start(struct world *w)
{
    struct tenant_money *t = state_of(w);
    t->settings = sim_settings(w->sim, &model_tenant_money);
    t->row = sim_rows(w->sim, &model_tenant_money, TENANT);
    t->classes = sim_row_count(w->sim, TENANT);
    for (size_t c = 0; c < t->classes; c++) {
        struct purse *p = &t->purse[c];
        *p = (struct purse){.money_yr = isnan(t->row[c].cash_yr) ? LONGEST_RUNWAY_YR : t->row[c].cash_yr,
                            .usual_cny_per_yr = NONE,
                            .runway_yr = LONGEST_RUNWAY_YR,
                            .count = (double)w->tenants.cohort[c].count,
                            .effect = {1, 1}};
    }
}

enum { OUT_RUNWAY };
/* clang-format off */
static const struct output outputs[] = {
    [OUT_RUNWAY] = {"tenants.runway", OUTPUT_SERIES, "years", TENANT, "runway of a class of tenants: time its purses last at the rate at which they empty; none: its owners pay"},
    {0},
};
/* clang-format on */

static void sample(struct world *w)
{
    const struct tenant_money *t = state_of(w);
    for (size_t c = 0; c < t->classes; c++)
        if (!isnan(t->row[c].cash_yr))
            sim_record(w->sim, &model_tenant_money, OUT_RUNWAY, (int)c, t->purse[c].runway_yr, false);
}

static const struct table tables[] = {{TENANT, sizeof(struct row), "classes of tenants"}, {0}};

const struct model model_tenant_money = {
    .name = "tenant_money",
    .help = "purses of classes of tenants: what they earn, raise and spend, and which run out",
    .without = "owners pay whatever tenants need",
    .asleep = true,
    .tables = tables,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    STATE(tenant_money, struct tenant_money),
    .start = start,
    .phase = {[PHASE_DEMAND] = update, [PHASE_SAMPLE] = sample},
};
