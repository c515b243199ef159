/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policy as data: a dated list of what states do to the market.
 *
 * A row is in force from `effective` until `until`. What `strength` means depends on the kind:
 *   ban               share of official sales of the covered cards that one side stops
 *   relax             share of what that side had stopped that is sold again
 *   guidance          share of approvals below `minimum_size` that is stopped
 *   tariff            rise of the price of the covered cards
 *   procurement_rule  share of orders of state-funded owners that may not be for the covered cards
 *   subsidy           share of the power bill of the covered cards that the state pays
 *   voucher           share of an eligible tenant's rent that the state pays
 *   note              nothing: a marker on charts
 * Exporter and importer each have a gate, and a card is sold officially to the share that both let pass. Rows apply in order of
 * their effective dates: a ban makes a gate open*(1 - strength), a relaxation 1 - (1 - open)*(1 - strength).
 * From `feared` (default: the announcement) to the effective date of a ban the covered cards are bought ahead of it. What
 * a policy does to orders, projects and tenants is decided where they live; this file only says what is in force.
 */
#include "models.h"
#include "world.h"

enum kind { BAN, RELAX, GUIDANCE, TARIFF, PROCUREMENT_RULE, SUBSIDY, VOUCHER, NOTE };
enum side { EXPORTER, IMPORTER, STATE, SIDES };

struct row {
    const char *label;
    int kind, by;
    double feared, announced, effective, until, strength, minimum_size_p;
    uint64_t covers;
    bool chart;
};

enum { MAX_POLICIES = 256 };
struct policy_book {
    const struct row *row;
    size_t count;
    size_t order[MAX_POLICIES]; /* rows by effective date */
    double gate[SIDES][MAX_GENERATIONS];
};

#define POLICY "policies"
static const struct param params[] = {
    {.name = "label", .table = POLICY, .type = PARAM_TEXT, .value = "none", .help = "short text for a chart",
     .offset = offsetof(struct row, label)},
    {.name = "kind", .table = POLICY, .type = PARAM_CHOICE,
     .choices = "ban relax guidance tariff procurement_rule subsidy voucher note", .help = "what it does; see models/policy.c",
     .offset = offsetof(struct row, kind)},
    {.name = "by", .table = POLICY, .type = PARAM_CHOICE, .choices = "exporter importer state", .value = "exporter",
     .help = "whose gate a ban or a relaxation moves; shown in the trace", .offset = offsetof(struct row, by)},
    {.name = "feared", .table = POLICY, .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2000, .max = 2100, .value = "none",
     .help = "when buyers begin to expect it; none: with the announcement", .offset = offsetof(struct row, feared)},
    {.name = "announced", .table = POLICY, .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2000, .max = 2100,
     .help = "announcement", .offset = offsetof(struct row, announced)},
    {.name = "effective", .table = POLICY, .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2000, .max = 2100,
     .help = "when it takes effect", .offset = offsetof(struct row, effective)},
    {.name = "until", .table = POLICY, .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2000, .max = 2100, .value = "none",
     .help = "when it ends; none: never", .offset = offsetof(struct row, until)},
    {.name = "covers", .table = POLICY, .type = PARAM_REFERENCES, .of = "generations", .value = "[]",
     .help = "generations that it is about", .offset = offsetof(struct row, covers)},
    COLUMN(POLICY, struct row, strength, "strength", "", 0, 1, "1", UNCERTAIN,
           "how much of it; the meaning depends on the kind", NULL),
    COLUMN(POLICY, struct row, minimum_size_p, "minimum_size", "P", 0, 1e6, "1000 P", UNCERTAIN,
           "guidance stops projects smaller than this", NULL),
    {.name = "chart", .table = POLICY, .type = PARAM_FLAG, .value = "false", .help = "marked on charts",
     .offset = offsetof(struct row, chart)},
    {0},
};

static bool in_force(const struct row *r, double now)
{
    return now >= r->effective && !(now >= r->until);
}

static void apply_to_generation(struct world *w, const struct row *r, size_t g)
{
    struct policy *p = &w->policy;
    double *gate = &w->policy_book->gate[r->by][g];
    switch ((enum kind)r->kind) {
    case BAN: *gate *= 1 - r->strength; break;
    case RELAX: *gate = 1 - (1 - *gate) * (1 - r->strength); break;
    case TARIFF: p->price_factor[g] *= 1 + r->strength; break;
    case PROCUREMENT_RULE: p->barred_for_state[g] = fmax(p->barred_for_state[g], r->strength); break;
    case SUBSIDY: p->power_discount[g] = 1 - (1 - p->power_discount[g]) * (1 - r->strength); break;
    case GUIDANCE:
    case VOUCHER:
    case NOTE: break;
    }
}

static void apply(struct world *w, const struct row *r)
{
    struct policy *p = &w->policy;
    for (size_t g = 0; g < w->generations.count; g++)
        if (r->covers >> g & 1)
            apply_to_generation(w, r, g);
    if (r->kind == GUIDANCE) {
        p->approvals_factor *= 1 - r->strength;
        p->minimum_size_p = fmax(p->minimum_size_p, r->minimum_size_p);
    } else if (r->kind == VOUCHER) {
        p->voucher_share = 1 - (1 - p->voucher_share) * (1 - r->strength);
    }
}

static void fear(struct world *w, const struct row *r, double now)
{
    double from = isnan(r->feared) ? r->announced : r->feared;
    if (r->kind != BAN || now < from || now >= r->effective)
        return;
    for (size_t g = 0; g < w->generations.count; g++)
        if (r->covers >> g & 1)
            w->policy.feared[g] = true;
}

static void nothing_in_force(struct world *w)
{
    w->policy = (struct policy){.approvals_factor = 1};
    for (size_t g = 0; g < MAX_GENERATIONS; g++)
        w->policy.official_open[g] = w->policy.price_factor[g] = 1;
}

static void tell_changes(const struct world *w, const struct policy_book *book)
{
    static const char *const by[] = {"the exporting side", "the importing side", "the state"};
    for (size_t i = 0; i < book->count; i++) {
        const struct row *r = &book->row[i];
        const char *label = r->label ? r->label : sim_row_name(w->sim, POLICY, i);
        const double date[] = {r->announced, r->effective, r->until};
        static const char *const verb[] = {"announced", "in force", "ended"};
        for (int k = 0; k < 3; k++)
            if (date[k] >= w->sim->step_start && date[k] < w->sim->step_end)
                tell(w->sim, "policy", verb[k], label, "by %s", by[r->by]);
    }
}

static void update(struct world *w)
{
    struct policy_book *book = w->policy_book;
    double now = w->sim->now;
    nothing_in_force(w);
    for (int side = 0; side < SIDES; side++)
        for (size_t g = 0; g < MAX_GENERATIONS; g++)
            book->gate[side][g] = 1;
    for (size_t k = 0; k < book->count; k++) {
        const struct row *r = &book->row[book->order[k]];
        if (in_force(r, now))
            apply(w, r);
        else
            fear(w, r, now);
    }
    for (size_t g = 0; g < w->generations.count; g++)
        for (int side = 0; side < SIDES; side++)
            w->policy.official_open[g] *= book->gate[side][g];
    if (w->sim->trace)
        tell_changes(w, book);
}

static void sort_by_effect(struct policy_book *book)
{
    for (size_t i = 0; i < book->count; i++) {
        size_t k = i;
        for (; k > 0 && book->row[book->order[k - 1]].effective > book->row[i].effective; k--)
            book->order[k] = book->order[k - 1];
        book->order[k] = i;
    }
}

static void start(struct world *w)
{
    struct policy_book *book = w->policy_book = arena_alloc(&w->sim->arena, sizeof *book);
    book->row = sim_rows(w->sim, &model_policy, POLICY);
    book->count = sim_row_count(w->sim, POLICY);
    if (book->count > MAX_POLICIES)
        sim_fail(w->sim, "more than %d policies", MAX_POLICIES);
    sort_by_effect(book);
    for (size_t i = 0; i < book->count; i++) {
        const struct row *r = &book->row[i];
        const double date[] = {r->feared, r->announced, r->effective, r->until};
        for (size_t k = 0; k < sizeof date / sizeof *date && r->kind != NOTE; k++)
            if (!isnan(date[k]))
                sim_split_at(w->sim, date[k]);
    }
    w->generations.count = sim_row_count(w->sim, "generations");
    update(w);
}

static const struct table tables[] = {{POLICY, sizeof(struct row), "dated acts of states"}, {0}};

const struct model model_policy = {
    .name = "policy",
    .help = "bans, relaxations, guidance, tariffs, procurement rules, subsidies, vouchers, each with its dates",
    .without = "every card is sold freely, nothing is subsidised or guided",
    .tables = tables,
    .params = params,
    .start = start,
    .off = nothing_in_force,
    .phase = {[PHASE_TECHNOLOGY] = update},
};
