/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policy as data: a dated list of what states, and the markets that they depend on, do to prices and sales.
 *
 * A row is in force from `effective` until `until`. What `strength` means depends on the kind:
 *   ban               share of official sales of the covered cards that one side stops
 *   relax             share of what that side had stopped that is sold again
 *   licence           share of the revenue that one side takes for selling again: that side's gate opens, up to `quota`
 *                     of all covered cards together, and the official price rises to 1/(1 - strength), so that the
 *                     seller keeps what it kept
 *   guidance          share of approvals below `minimum_size` that is stopped
 *   tariff            rise of the price of the covered cards
 *   price_shock       the same by a market, such as that of memory
 *   enforcement       share of gray suppliers put out of business at once (procurement.c says for how long); while it
 *                     lasts a share `seizures` of gray deliveries is seized on top of the usual
 *   procurement_rule  share of orders of state-funded owners that may not be for the covered cards
 *   subsidy           share of the power bill of the covered cards that the state pays
 *   voucher           share of the rent that the state pays to eligible tenants of some `classes` for cards in some
 *                     `regions`, until the `budget` of the calendar year is used up
 *   note              nothing: a marker on charts
 *
 * Whatever the strength is of, it is there at once, or grows in a straight line over `build_up` and goes over `fade`
 * from `until` on. Exporter and importer each have a gate, and a card is sold officially to the share that both let
 * pass. Rows apply in order of their effective dates: a ban makes a gate open*(1 - strength), a relaxation 1 - (1 -
 * open)*(1 - strength), a licence 1. From `feared` (default: the announcement) to the effective date of a ban the
 * covered cards are bought ahead of it; a ban whose `until` comes first is one that was feared and never came. What a
 * policy does to orders, projects and tenants is decided where they live; this file only says what is in force, and
 * pays vouchers.
 *
 * Tenants live nowhere, so the share that a voucher of some regions pays to a class is the mean over what the class
 * rents, by rent.
 *
 * Imposed: all of it. Neutral: no rows; a strength of 0; no quota; no budget (unlimited); all regions and classes.
 */
#include "models/models.h"
#include "models/world.h"

enum kind { BAN, RELAX, LICENCE, GUIDANCE, TARIFF, PRICE_SHOCK, ENFORCEMENT, PROCUREMENT_RULE, SUBSIDY, VOUCHER, NOTE };
enum side { EXPORTER, IMPORTER, STATE, SIDES };

struct row {
    const char *label;
    int kind, by;
    double feared, announced, effective, until, build_up_yr, fade_yr, strength, minimum_size_p;
    double quota_per_month, seizures, budget_cny_per_yr;
    uint64_t covers, regions, classes;
    bool chart;
};

enum { MAX_POLICIES = 256 };
struct policy_state {
    const struct row *row;
    size_t count;
    size_t order[MAX_POLICIES]; /* rows by effective date */
    double gate[SIDES][MAX_GENERATIONS];
    double unpaid[MAX_TENANT_CLASSES][MAX_REGIONS]; /* share of rents that no voucher pays */
    size_t vouchers, voucher[MAX_POLICIES]; /* in force, by effective date */
    double as_of; /* when it was last looked at what is in force */
    double unchanged_until; /* but for what vouchers pay */
    double spent_cny[MAX_POLICIES]; /* of a voucher's budget, in this calendar year */
    double budget_year, voucher_cost_cny; /* the cost since the last report */
};

static inline struct policy_state *policy_state(const struct world *w)
{
    return w->state[STATE_policy];
}

#define POLICY "policies"
/* clang-format off */
static const struct param params[] = {
    {.name = "label", .table = POLICY, .type = PARAM_TEXT, .value = "none", .help = "short text for a chart",
     .offset = offsetof(struct row, label)},
    {.name = "kind", .table = POLICY, .type = PARAM_CHOICE,
     .choices = "ban relax licence guidance tariff price_shock enforcement procurement_rule subsidy voucher note",
     .help = "kind of measure: ban, licence, guidance and so on (models/hardware/policy.c)",
     .offset = offsetof(struct row, kind)},
    {.name = "by", .table = POLICY, .type = PARAM_CHOICE, .choices = "exporter importer state", .value = "exporter",
     .help = "state whose gate a ban, a relaxation or a licence moves", .offset = offsetof(struct row, by)},
    {.name = "feared", .table = POLICY, .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2000, .max = 2100, .value = "none",
     .help = "date from which buyers expect a measure; none: that of its announcement", .offset = offsetof(struct row, feared)},
    {.name = "announced", .table = POLICY, .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2000, .max = 2100,
     .help = "announcement", .offset = offsetof(struct row, announced)},
    {.name = "effective", .table = POLICY, .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2000, .max = 2100,
     .help = "date on which a measure takes effect", .offset = offsetof(struct row, effective)},
    {.name = "until", .table = POLICY, .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2000, .max = 2100, .value = "none",
     .help = "date on which a measure ends or, if earlier than its effect, is called off; none: never", .offset = offsetof(struct row, until)},
    COLUMN(POLICY, struct row, build_up_yr, "build_up", "yr", 0, 20, "0 yr", UNCERTAIN,
           "time over which a measure reaches its full strength", NULL),
    COLUMN(POLICY, struct row, fade_yr, "fade", "yr", 0, 20, "0 yr", UNCERTAIN, "time over which a measure fades after its end", NULL),
    {.name = "covers", .table = POLICY, .type = PARAM_REFERENCES, .of = "generations", .value = "[]",
     .help = "generations that a measure covers", .offset = offsetof(struct row, covers)},
    COLUMN(POLICY, struct row, strength, "strength", "", 0, 1, "1", UNCERTAIN,
           "strength of a measure; its meaning depends on the kind", NULL),
    COLUMN(POLICY, struct row, minimum_size_p, "minimum_size", "P", 0, 1e6, "1000 P", UNCERTAIN,
           "size below which guidance stops a project", NULL),
    COLUMN(POLICY, struct row, quota_per_month, "quota", "card/month", 0, 1e8, "none", UNCERTAIN,
           "cards of all covered generations that a licence lets pass to this market; fleets are cut in proportion; none: all", NULL),
    COLUMN(POLICY, struct row, seizures, "seizures", "", 0, 1, "0", UNCERTAIN,
           "share of gray deliveries that an enforcement seizes on top of the usual", NULL),
    COLUMN(POLICY, struct row, budget_cny_per_yr, "budget", "CNY/yr", 0, 1e15, "none", UNCERTAIN,
           "budget of a voucher for a calendar year; none: no limit", NULL),
    {.name = "regions", .table = POLICY, .type = PARAM_REFERENCES, .of = "regions", .value = "all",
     .help = "regions in which a voucher helps to rent cards", .offset = offsetof(struct row, regions)},
    {.name = "classes", .table = POLICY, .type = PARAM_REFERENCES, .of = "tenants", .value = "all",
     .help = "classes of tenants that a voucher is for, if they are eligible at all", .offset = offsetof(struct row, classes)},
    {.name = "chart", .table = POLICY, .type = PARAM_FLAG, .value = "false", .help = "marked on charts",
     .offset = offsetof(struct row, chart)},
    {0},
};
/* clang-format on */

/* Share of its strength that a row has on a day: 0 before and after, less than 1 while it builds up or fades. */
static double weight(const struct row *r, double now)
{
    if (!(now >= r->effective) || r->until <= r->effective)
        return 0;
    bool over = now >= r->until;
    double in_force = (over ? r->until : now) - r->effective;
    double level = r->build_up_yr > 0 ? fmin(1, in_force / r->build_up_yr) : 1;
    if (over)
        level *= r->fade_yr > 0 ? fmax(0, 1 - (now - r->until) / r->fade_yr) : 0;
    return level;
}

static void license(struct world *w, size_t i, double strength, size_t g)
{
    struct policy *p = &w->policy;
    const struct row *r = &policy_state(w)->row[i];
    policy_state(w)->gate[r->by][g] = 1;
    p->ban_announced[g] = NONE;
    p->licence_price[g] /= 1 - strength;
    if (r->quota_per_month < p->quota_per_month[g]) { /* false where there is none */
        p->licence[g] = (int)i;
        p->quota_per_month[g] = r->quota_per_month;
    }
}

static void apply_to_generation(struct world *w, size_t i, double strength, size_t g)
{
    struct policy *p = &w->policy;
    const struct row *r = &policy_state(w)->row[i];
    double *gate = &policy_state(w)->gate[r->by][g];
    switch ((enum kind)r->kind) {
    case BAN:
        *gate *= 1 - strength;
        p->ban_announced[g] = r->announced;
        break;
    case RELAX:
        *gate = 1 - (1 - *gate) * (1 - strength);
        p->ban_announced[g] = NONE;
        break;
    case LICENCE:
        license(w, i, strength, g);
        break;
    case TARIFF:
    case PRICE_SHOCK:
        p->price_factor[g] *= 1 + strength;
        break;
    case PROCUREMENT_RULE:
        p->barred_for_state[g] = fmax(p->barred_for_state[g], strength);
        break;
    case SUBSIDY:
        p->power_discount[g] = 1 - (1 - p->power_discount[g]) * (1 - strength);
        break;
    case GUIDANCE:
    case ENFORCEMENT:
    case VOUCHER:
    case NOTE:
        break;
    }
}

/* The identity of an act is its name, so that an act added or left out changes nobody else's luck (FNV-1a). */
static uint32_t identity_of(const char *name)
{
    uint32_t hash = 2166136261u;
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 16777619u;
    return hash;
}

static void enforcement(struct world *w, const struct row *r, double strength, const char *name)
{
    struct policy *p = &w->policy;
    p->enforcement[p->enforcements++] = (struct enforcement){.act = identity_of(name), .strength = strength};
    p->enforced_seizure = 1 - (1 - p->enforced_seizure) * (1 - r->seizures);
}

/* Share of the rents of class c in region r that this row pays of what is left unpaid by rows before it. */
static double voucher_share(const struct world *w, size_t i, double strength, size_t c, size_t r)
{
    const struct policy_state *state = policy_state(w);
    const struct row *row = &state->row[i];
    bool used_up = state->spent_cny[i] >= row->budget_cny_per_yr;
    return !used_up && row->classes >> c & 1 && row->regions >> r & 1 ? strength : 0;
}

static void apply_voucher(struct world *w, size_t i, double strength)
{
    struct policy_state *state = policy_state(w);
    state->voucher[state->vouchers++] = i;
    for (size_t c = 0; c < MAX_TENANT_CLASSES; c++)
        for (size_t r = 0; r < w->regions.count; r++)
            state->unpaid[c][r] *= 1 - voucher_share(w, i, strength, c, r);
}

static void apply(struct world *w, size_t i, double strength)
{
    struct policy *p = &w->policy;
    const struct row *r = &policy_state(w)->row[i];
    for (uint64_t left = r->covers; left; left &= left - 1)
        apply_to_generation(w, i, strength, (size_t)__builtin_ctzll(left));
    if (r->kind == GUIDANCE) {
        p->approvals_factor *= 1 - strength;
        p->minimum_size_p = fmax(p->minimum_size_p, r->minimum_size_p);
    } else if (r->kind == ENFORCEMENT) {
        enforcement(w, r, strength, sim_row_name(w->sim, POLICY, i));
    } else if (r->kind == VOUCHER) {
        apply_voucher(w, i, strength);
    }
}

static double feared_from(const struct row *r)
{
    return isnan(r->feared) ? r->announced : r->feared;
}

static void fear(struct world *w, const struct row *r, double now)
{
    if (r->kind != BAN || now < feared_from(r) || now >= r->effective || now >= r->until)
        return;
    for (uint64_t left = r->covers; left; left &= left - 1) {
        int g = __builtin_ctzll(left);
        w->policy.feared[g] = true;
        if (now >= r->announced)
            w->policy.ban_announced[g] = r->announced;
    }
}

static void nothing_in_force(struct world *w)
{
    w->policy = (struct policy){.approvals_factor = 1};
    for (size_t g = 0; g < MAX_GENERATIONS; g++) {
        w->policy.official_open[g] = w->policy.price_factor[g] = w->policy.licence_price[g] = 1;
        w->policy.licence[g] = -1;
        w->policy.ban_announced[g] = NONE;
        w->policy.quota_per_month[g] = INFINITY;
    }
}

enum act { ANNOUNCED, IN_FORCE, ENDED, ACTS };

static double date_of(const struct row *r, enum act act)
{
    const double date[] = {r->announced, r->effective, r->until};
    return date[act];
}

static void tell_of(const struct world *w, size_t i, enum act act)
{
    static const char *const by[] = {"the exporting side", "the importing side", "the state"};
    static const char *const verb[] = {"announced", "in force", "ended"};
    const struct row *r = &policy_state(w)->row[i];
    const char *name = r->label ? r->label : sim_row_name(w->sim, POLICY, i);
    if (r->kind != NOTE) {
        tell(w->sim, "policy", verb[act], name, "by %s", by[r->by]);
        return;
    }
    bool at_once = r->announced == r->effective; /* nobody announced it: it is traced once */
    if (!(at_once && act == IN_FORCE))
        tell(w->sim, "policy", at_once && act == ANNOUNCED ? "happened" : verb[act], name, "worth knowing");
}

/* Acts that split the step are traced before their consequences, the others on their day. */
static bool splits(const struct world *w, double date)
{
    return fabs(date - w->sim->step_start) < 1e-9;
}

static void tell_changes(const struct world *w, const struct policy_state *state)
{
    for (size_t i = 0; i < state->count; i++)
        for (int act = 0; act < ACTS; act++)
            if (splits(w, date_of(&state->row[i], (enum act)act)))
                tell_of(w, i, (enum act)act);
}

static void handle(struct world *w, const struct event *event)
{
    if (!splits(w, w->sim->now))
        tell_of(w, event->id, (enum act)event->kind);
}

static void begin(struct world *w)
{
    struct policy_state *state = policy_state(w);
    nothing_in_force(w);
    state->vouchers = 0;
    state->unchanged_until = (double)INFINITY;
    for (int side = 0; side < SIDES; side++)
        for (size_t g = 0; g < MAX_GENERATIONS; g++)
            state->gate[side][g] = 1;
    for (size_t c = 0; c < MAX_TENANT_CLASSES; c++)
        for (size_t r = 0; r < MAX_REGIONS; r++)
            state->unpaid[c][r] = 1;
}

/* Every voucher has its whole budget again. */
static void begin_year(struct policy_state *state, double now)
{
    double year = floor(now + 1e-9);
    if (year <= state->budget_year)
        return;
    state->budget_year = year;
    memset(state->spent_cny, 0, sizeof state->spent_cny);
    state->unchanged_until = now;
}

/* Until when a row leaves things as they are: not at all while it builds up or fades. */
static double unchanged_until(const struct row *r, double now, double level)
{
    if (now >= r->effective && (now >= r->until ? level > 0 : level < 1))
        return now;
    double until = (double)INFINITY;
    const double date[] = {feared_from(r), r->effective, r->until, r->announced};
    for (int k = 0; k < (r->kind == BAN ? 4 : 3); k++)
        until = date[k] > now ? min_of(until, date[k]) : until;
    return until;
}

/* Mean over the regions, by what the class rents there; alike where it rents nothing. */
static void average_vouchers(struct world *w)
{
    const struct policy_state *state = policy_state(w);
    for (size_t c = 0; c < MAX_TENANT_CLASSES; c++) {
        double paid = 0, rents = 0, alike = 0;
        for (size_t r = 0; r < w->regions.count; r++) {
            paid += (1 - state->unpaid[c][r]) * w->leases.rent_of[c][r];
            rents += w->leases.rent_of[c][r];
            alike += (1 - state->unpaid[c][r]) / (double)w->regions.count;
        }
        w->policy.voucher_share[c] = rents > 0 ? paid / rents : alike;
    }
}

static void apply_all(struct world *w)
{
    struct policy_state *state = policy_state(w);
    double now = state->as_of = w->sim->now;
    begin(w);
    for (size_t k = 0; k < state->count; k++) {
        const struct row *r = &state->row[state->order[k]];
        double level = weight(r, now);
        if (level > 0)
            apply(w, state->order[k], r->strength * level);
        else
            fear(w, r, now);
        state->unchanged_until = min_of(state->unchanged_until, unchanged_until(r, now, level));
    }
    for (int side = 0; side < SIDES; side++)
        for (size_t g = 0; g < MAX_GENERATIONS; g++)
            w->policy.official_open[g] *= state->gate[side][g];
}

static void update(struct world *w)
{
    struct policy_state *state = policy_state(w);
    begin_year(state, w->sim->now);
    if (w->sim->now >= state->unchanged_until)
        apply_all(w);
    if (state->vouchers)
        average_vouchers(w);
    if (w->sim->trace)
        tell_changes(w, state);
}

/* -- vouchers ------------------------------------------------------------------------------------------------------ */

/* What a voucher pays for the rents of a step if its budget allows; leaves what it does not pay in `unpaid`. Like all
 * flows in the books these are the rents and rules at the step's end. */
static double claims(const struct world *w, size_t i, double unpaid[MAX_TENANT_CLASSES][MAX_REGIONS])
{
    const struct row *row = &policy_state(w)->row[i];
    double sum = 0, strength = row->strength * weight(row, policy_state(w)->as_of);
    for (size_t c = 0; c < MAX_TENANT_CLASSES; c++)
        for (size_t r = 0; r < w->regions.count && w->tenants.eligible[c]; r++) {
            double share = voucher_share(w, i, strength, c, r);
            sum += w->leases.rent_of[c][r] * unpaid[c][r] * share;
            unpaid[c][r] *= 1 - share;
        }
    return sum * HOURS_PER_YEAR * w->sim->dt;
}

/* Pays for the leases at the end of the step, in the order of the rows' effective dates, each out of its own budget. */
static void pay_vouchers(struct world *w)
{
    struct policy_state *state = policy_state(w);
    if (!state->vouchers)
        return;
    double unpaid[MAX_TENANT_CLASSES][MAX_REGIONS];
    for (size_t c = 0; c < MAX_TENANT_CLASSES; c++)
        for (size_t r = 0; r < MAX_REGIONS; r++)
            unpaid[c][r] = 1;
    for (size_t k = 0; k < state->vouchers; k++) {
        size_t i = state->voucher[k];
        const struct row *row = &state->row[i];
        if (state->spent_cny[i] >= row->budget_cny_per_yr)
            continue;
        double paid = fmin(claims(w, i, unpaid),
                           isnan(row->budget_cny_per_yr) ? HUGE_VAL : row->budget_cny_per_yr - state->spent_cny[i]);
        state->spent_cny[i] += paid;
        state->voucher_cost_cny += paid;
        if (!(state->spent_cny[i] >= row->budget_cny_per_yr))
            continue;
        state->unchanged_until = w->sim->now;
        tell(w->sim, "policy", "used up", sim_row_name(w->sim, POLICY, i), "%.3g CNY until the end of the year",
             row->budget_cny_per_yr);
    }
}

enum { OUT_VOUCHER_COST };
/* clang-format off */
static const struct output outputs[] = {
    [OUT_VOUCHER_COST] = {"voucher_cost", OUTPUT_SERIES, "CNY", NULL, "compute vouchers paid since the last report"},
    {0},
};
/* clang-format on */

static void sample(struct world *w)
{
    sim_record(w->sim, &model_policy, OUT_VOUCHER_COST, -1, policy_state(w)->voucher_cost_cny, false);
    policy_state(w)->voucher_cost_cny = 0;
}

static void sort_by_effect(struct policy_state *state)
{
    for (size_t i = 0; i < state->count; i++) {
        size_t k = i;
        for (; k > 0 && state->row[state->order[k - 1]].effective > state->row[i].effective; k--)
            state->order[k] = state->order[k - 1];
        state->order[k] = i;
    }
}

static void start(struct world *w)
{
    struct policy_state *state = policy_state(w);
    state->row = sim_rows(w->sim, &model_policy, POLICY);
    state->count = sim_row_count(w->sim, POLICY);
    sort_by_effect(state);
    for (size_t i = 0; i < state->count; i++) {
        const struct row *r = &state->row[i];
        const double date[] = {r->effective, r->until, feared_from(r), r->announced}; /* the last two of bans alone */
        for (size_t k = 0; k < (r->kind == BAN ? 4 : 2) && r->kind != NOTE; k++)
            if (!isnan(date[k]))
                sim_split_at(w->sim, date[k]);
        for (int act = 0; act < ACTS; act++)
            if (date_of(r, (enum act)act) >= w->sim->plan->start)
                sim_schedule(w->sim, date_of(r, (enum act)act), 0,
                             (struct event){.model = (uint16_t)sim_model_index(w->sim, &model_policy),
                                            .kind = (uint16_t)act,
                                            .id = (uint32_t)i});
    }
    w->generations.count = sim_row_count(w->sim, "generations"); /* until their owners start */
    w->regions.count = sim_row_count(w->sim, "regions");
    update(w);
}

enum { LONGEST_PATH = 256 };

static void complain(const struct scenario *scenario, struct mistakes *mistakes, size_t i, const char *key,
                     const char *what)
{
    char path[LONGEST_PATH];
    snprintf(path, sizeof path, POLICY ".%s.%s", scenario_row_name(scenario, POLICY, i), key);
    scenario_complain(scenario, mistakes, path, "%s", what);
}

static void check_dates(const struct scenario *scenario, struct mistakes *mistakes, struct arena *arena)
{
    struct drawn medians = scenario_draw(scenario, arena, NULL, NULL);
    const struct row *row = checked_block(scenario, &medians, POLICY, &model_policy);
    for (size_t i = 0; i < scenario_row_count(scenario, POLICY); i++) {
        char effective[DATE_TEXT_BYTES], announced[DATE_TEXT_BYTES];
        if (row[i].effective < row[i].announced)
            complain(scenario, mistakes, i, "effective",
                     arena_printf(arena, "before it is announced, %s; allowed: from %s, or another date in announced",
                                  date_text(row[i].effective, effective), date_text(row[i].announced, announced)));
    }
}

static void check(const struct scenario *scenario, struct mistakes *mistakes)
{
    struct arena arena = {0};
    struct drawn highest = highest_values(scenario, &arena);
    const struct row *row = checked_block(scenario, &highest, POLICY, &model_policy);
    size_t count = scenario_row_count(scenario, POLICY), enforcements = 0;
    for (size_t i = 0; i < count; i++) {
        enforcements += row[i].kind == ENFORCEMENT;
        if (row[i].kind == LICENCE && row[i].strength >= 1)
            complain(scenario, mistakes, i, "strength",
                     "a licence that takes all the revenue; allowed: below 1, or nobody would sell");
    }
    if (enforcements > MAX_ENFORCEMENTS)
        scenario_complain(scenario, mistakes, POLICY, "too many of kind enforcement, %zu; allowed: up to %d",
                          enforcements, MAX_ENFORCEMENTS);
    check_dates(scenario, mistakes, &arena);
    check_row_count(scenario, mistakes, POLICY, 0, MAX_POLICIES);
    arena_free(&arena);
}

static const struct table tables[] = {{POLICY, sizeof(struct row), "dated acts of states"}, {0}};

const struct model model_policy = {
    .name = "policy",
    .help = "bans, licences, guidance, tariffs, price shocks, enforcement, procurement rules, subsidies, vouchers, "
            "each with its dates",
    .without = "every card is sold freely, nothing is subsidised or guided",
    .tables = tables,
    .params = params,
    .outputs = outputs,
    .check = check,
    STATE(policy, struct policy_state),
    .start = start,
    .event = handle,
    .off = nothing_in_force,
    .phase = {[PHASE_TECHNOLOGY] = update, [PHASE_BOOKS] = pay_vouchers, [PHASE_SAMPLE] = sample},
};
