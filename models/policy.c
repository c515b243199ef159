/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policy as data: a dated list of what states do to the market.
 *
 * A row is in force from `effective` until `until`. What `strength` means depends on the kind:
 *   ban               share of official sales of the covered cards that stops (either side may close the gate)
 *   relax             share of official sales that is allowed again, overriding bans that took effect before it
 *   guidance          share of approvals below `minimum_size` that is stopped
 *   tariff            rise of the price of foreign cards
 *   procurement_rule  share of orders of state-funded owners that must be domestic
 *   subsidy           share of the power bill of domestic cards that the state pays
 *   voucher           share of an eligible tenant's rent that the state pays
 * From `feared` (default: the announcement) to the effective date of a ban the covered cards are bought ahead of it.
 * What a policy does to orders, projects and tenants is decided where they live; this file only says what is in force.
 */
#include "models.h"
#include "world.h"

enum kind { BAN, RELAX, GUIDANCE, TARIFF, PROCUREMENT_RULE, SUBSIDY, VOUCHER };

struct row {
    const char *label;
    int kind, by;
    double feared, announced, effective, until, strength, minimum_size_p;
    uint64_t covers;
};

struct policy_book {
    const struct row *row;
    size_t count;
};

#define POLICY "policies"
static const struct param params[] = {
    {.name = "label", .table = POLICY, .type = PARAM_TEXT, .value = "none", .help = "short text for a chart",
     .offset = offsetof(struct row, label)},
    {.name = "kind", .table = POLICY, .type = PARAM_CHOICE,
     .choices = "ban relax guidance tariff procurement_rule subsidy voucher", .help = "what it does; see models/policy.c",
     .offset = offsetof(struct row, kind)},
    {.name = "by", .table = POLICY, .type = PARAM_CHOICE, .choices = "exporter importer state", .value = "exporter",
     .help = "who acts; shown in the trace", .offset = offsetof(struct row, by)},
    {.name = "feared", .table = POLICY, .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2000, .max = 2100, .value = "none",
     .help = "when buyers begin to expect it; none: with the announcement", .offset = offsetof(struct row, feared)},
    {.name = "announced", .table = POLICY, .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2000, .max = 2100,
     .help = "announcement", .offset = offsetof(struct row, announced)},
    {.name = "effective", .table = POLICY, .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2000, .max = 2100,
     .help = "when it takes effect", .offset = offsetof(struct row, effective)},
    {.name = "until", .table = POLICY, .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2000, .max = 2100, .value = "none",
     .help = "when it ends; none: never", .offset = offsetof(struct row, until)},
    {.name = "covers", .table = POLICY, .type = PARAM_REFERENCES, .of = "generations", .value = "[]",
     .help = "generations that a ban or a relaxation covers", .offset = offsetof(struct row, covers)},
    COLUMN(POLICY, struct row, strength, "strength", "", 0, 1, "1", UNCERTAIN,
           "how much of it; the meaning depends on the kind", NULL),
    COLUMN(POLICY, struct row, minimum_size_p, "minimum_size", "P", 0, 1e6, "1000 P", UNCERTAIN,
           "guidance stops projects smaller than this", NULL),
    {0},
};

static bool in_force(const struct row *r, double now)
{
    return now >= r->effective && !(now >= r->until);
}

static void apply_gate(struct world *w, const struct row *r, double now)
{
    double feared = isnan(r->feared) ? r->announced : r->feared;
    for (size_t g = 0; g < w->generations.count; g++) {
        if (!(r->covers >> g & 1))
            continue;
        if (in_force(r, now))
            w->policy.official_open[g] = r->kind == BAN ? w->policy.official_open[g] * (1 - r->strength)
                                                        : fmax(w->policy.official_open[g], r->strength);
        else if (r->kind == BAN && now >= feared && now < r->effective)
            w->policy.feared[g] = true;
    }
}

static void apply(struct world *w, const struct row *r, double now)
{
    struct policy *p = &w->policy;
    if (r->kind == BAN || r->kind == RELAX) {
        apply_gate(w, r, now);
        return;
    }
    if (!in_force(r, now))
        return;
    switch ((enum kind)r->kind) {
    case GUIDANCE:
        p->approvals_factor *= 1 - r->strength;
        p->minimum_size_p = fmax(p->minimum_size_p, r->minimum_size_p);
        break;
    case TARIFF: p->price_factor *= 1 + r->strength; break;
    case PROCUREMENT_RULE: p->state_domestic_share = fmax(p->state_domestic_share, r->strength); break;
    case SUBSIDY: p->domestic_power_discount = fmax(p->domestic_power_discount, r->strength); break;
    case VOUCHER: p->voucher_share = fmax(p->voucher_share, r->strength); break;
    case BAN:
    case RELAX: break;
    }
}

static void nothing_in_force(struct world *w)
{
    w->policy = (struct policy){.price_factor = 1, .approvals_factor = 1};
    for (size_t g = 0; g < MAX_GENERATIONS; g++)
        w->policy.official_open[g] = 1;
}

static void tell_changes(const struct world *w, const struct policy_book *book, double now)
{
    static const char *const by[] = {"the exporting side", "the importing side", "the state"};
    for (size_t i = 0; i < book->count; i++) {
        const struct row *r = &book->row[i];
        const char *label = r->label ? r->label : sim_row_name(w->sim, POLICY, i);
        if (r->announced == now)
            tell(w->sim, "policy", "announced", label, "by %s", by[r->by]);
        if (r->effective == now)
            tell(w->sim, "policy", "in force", label, "by %s", by[r->by]);
        if (r->until == now)
            tell(w->sim, "policy", "ended", label, "by %s", by[r->by]);
    }
}

/* Rows apply in order of their effective dates, so that a relaxation overrides the bans before it and not those after. */
static void update(struct world *w)
{
    struct policy_book *book = w->policy_book;
    double now = w->sim->now;
    nothing_in_force(w);
    size_t order[256];
    for (size_t i = 0; i < book->count; i++) {
        size_t k = i;
        for (; k > 0 && book->row[order[k - 1]].effective > book->row[i].effective; k--)
            order[k] = order[k - 1];
        order[k] = i;
    }
    for (size_t k = 0; k < book->count; k++)
        apply(w, &book->row[order[k]], now);
    if (w->sim->trace)
        tell_changes(w, book, now);
}

static void start(struct world *w)
{
    struct policy_book *book = w->policy_book = arena_alloc(&w->sim->arena, sizeof *book);
    book->row = sim_rows(w->sim, &model_policy, POLICY);
    book->count = sim_row_count(w->sim, POLICY);
    if (book->count > 256)
        sim_fail(w->sim, "more than 256 policies");
    for (size_t i = 0; i < book->count; i++) {
        const struct row *r = &book->row[i];
        const double date[] = {r->feared, r->announced, r->effective, r->until};
        for (size_t k = 0; k < sizeof date / sizeof *date; k++)
            if (!isnan(date[k]))
                sim_split_at(w->sim, date[k]);
    }
    w->generations.count = sim_row_count(w->sim, "generations");
    update(w);
}

static const struct table tables[] = {{POLICY, sizeof(struct row), "dated acts of states"}, {0}};

const struct model model_policy = {
    .name = "policy",
    .help = "bans, relaxations, guidance, tariffs, procurement rules, subsidies and vouchers, each with its dates",
    .without = "every card is sold freely, nothing is subsidised or guided",
    .tables = tables,
    .params = params,
    .start = start,
    .off = nothing_in_force,
    .phase = {[PHASE_TECHNOLOGY] = update},
};
