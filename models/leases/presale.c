/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contract first: projects that order cards only against a signed lease.
 *
 * A share of a class's projects has a site and money and waits for a customer: a tenant in the queue of unmet requests
 * that lacks at least a share of the block. It signs for three to five years at the term price of that day (value.c),
 * and asks nobody else until the centre is due. Lenders count more of a contracted rent (capital.c). When the centre
 * opens it has its customer at once, and the lease begins at the rent that was agreed, however rents have moved: what it
 * pays over the forward price is a reason to walk away (lease_exit.c). If the centre comes later than agreed by more
 * than a time of grace, the tenant may leave without a penalty, and does if it would pay less elsewhere: so ended
 * Jinji's 2,048 P in November 2024, ten months after they were signed, with the hardware not fully delivered. A tenant
 * that has left the market takes no centre. Where other cards came than were agreed, it takes as much of them as does the
 * same work, at the rent of that work.
 *
 * Imposed: shares, terms. Emerges: how many wait, what never starts. The queue is leasing's own: nothing is searched.
 * Phase: events, when a project would order or opens. Off: share 0, centres are built without customers.
 */
#include "leasing.h"

#include "models/supply/projects.h"

struct settings {
    double least_need, shortest_yr, longest_yr, grace_yr;
};

struct row {
    double share;
};

struct contract {
    uint32_t project, tenant;
    enum workload workload;
    int generation, months;
    double cards, rent, opens; /* of these cards; rent: CNY a card-hour; opens: date agreed */
};

struct presale {
    const struct settings *settings;
    const struct row *row;
    struct contract *contract; /* signed, and the centre is not open yet */
    size_t contracts, room;
    double missing, signed_, started, lost; /* since the last sample: projects that found nobody; contracts */
};

enum { STREAM_OF_PROJECT }; /* (class, k) */

#define OPERATOR "operators"
/* clang-format off */
static const struct param params[] = {
    NUMBER(struct settings, least_need, "least_need", "", 0.01, 1, "0.3", UNCERTAIN, "least share of a centre's cards that its first customer must lack", NULL),
    NUMBER(struct settings, shortest_yr, "shortest", "yr", 1.0 / 12, 15, "3 years", UNCERTAIN, "shortest lease signed before a centre is built", "listed lessors' filings 2023-2026: 36 to 60 months"),
    NUMBER(struct settings, longest_yr, "longest", "yr", 1.0 / 12, 15, "5 years", UNCERTAIN, "longest lease signed before a centre is built", "the same"),
    NUMBER(struct settings, grace_yr, "grace", "yr", 0, 5, "6 months", UNCERTAIN, "delay of a centre beyond which its customer may leave without a penalty", NULL),
    COLUMN(OPERATOR, struct row, share, "contract_first", "", 0, 1, "0", UNCERTAIN, "share of a class's projects that order cards only against a signed lease", NULL),
    {0},
};
/* clang-format on */

static struct presale *presale_state(const struct world *w)
{
    return w->state[STATE_presale];
}

static struct stream stream_of(const struct world *w, const struct project *p)
{
    return sim_stream(w->sim, &model_presale, identity(STREAM_OF_PROJECT, p->owner_class, p->k));
}

/* The first in the queue that lacks enough; takes it out. */
static bool take_from_queue(struct world *w, int g, double cards, struct unmet *found)
{
    struct leasing *leasing = leasing_state(w);
    double least = presale_state(w)->settings->least_need * cards;
    for (size_t i = 0; i < leasing->unmet_count; i++) {
        const struct unmet *u = &leasing->unmet[i];
        double p = w->generations.effective_p[u->workload][g];
        if (!w->tenants.row[u->tenant].present || !(u->lacks_p >= least * p) || p <= 0)
            continue;
        *found = *u;
        leasing->unmet[i] = leasing->unmet[--leasing->unmet_count];
        return true;
    }
    return false;
}

static enum customer sign(struct world *w, uint32_t id, int g, double cards, double opens, const struct unmet *u,
                          double uniform)
{
    struct presale *state = presale_state(w);
    const struct settings *s = state->settings;
    double unit = w->generations.cards_per_server[g],
           years = s->shortest_yr + uniform * (s->longest_yr - s->shortest_yr);
    double lacks = max_of(unit, round(u->lacks_p / w->generations.effective_p[u->workload][g] / unit) * unit);
    struct contract c = {.project = id, .tenant = u->tenant, .workload = u->workload, .generation = g, .opens = opens};
    c.months = (int)max_of(1, round(years * MONTHS_PER_YEAR));
    c.cards = min_of(cards, lacks);
    c.rent = value_term_rent(w, g, c.months);
    WORLD_GROW(w, state->contract, state->contracts, state->room);
    state->contract[state->contracts++] = c;
    state->signed_++;
    lease_keep_away(w, u->tenant, u->workload, opens + s->grace_yr);
    char name[64], tenant[64];
    tell(w->sim, "presale", "signed", pipeline_name(w, id, name), "%s takes %.0f %s cards for %d months at %.2f CNY/h",
         demand_tenant_name(w, u->tenant, tenant), c.cards, w->generations.name[g], c.months, c.rent);
    return CUSTOMER_SIGNED;
}

static enum customer find_customer(struct world *w, uint32_t id, int g, double cards, double opens)
{
    struct presale *state = presale_state(w);
    const struct project *p = &w->projects.row[id];
    struct stream random = stream_of(w, p);
    struct unmet unmet;
    if (p->replaces != UINT32_MAX || !(stream_uniform(&random) < state->row[p->owner_class].share))
        return CUSTOMER_NOT_NEEDED;
    if (take_from_queue(w, g, cards, &unmet))
        return sign(w, id, g, cards, opens, &unmet, stream_uniform(&random));
    state->missing++;
    return CUSTOMER_MISSING;
}

/* What a card of the vintage does over one of those that were agreed: others may have come. */
static double exchange(const struct world *w, const struct contract *c, uint32_t vintage)
{
    const double *p = w->generations.effective_p[c->workload];
    int g = w->vintages.row[vintage].generation;
    return g == c->generation ? 1 : p[c->generation] > 0 ? p[g] / p[c->generation] : 0;
}

/* A tenant whose centre is late beyond its grace leaves if it would pay less elsewhere now. */
static bool begins(const struct world *w, const struct contract *c, uint32_t vintage)
{
    const struct vintage *v = &w->vintages.row[vintage];
    bool late = w->sim->now > c->opens + presale_state(w)->settings->grace_yr;
    double rent = c->rent * exchange(w, c, vintage);
    return w->tenants.row[c->tenant].present && rent > 0 &&
           !(late && value_term_rent(w, v->generation, c->months) < rent);
}

static void begin(struct world *w, const struct contract *c, uint32_t vintage)
{
    struct presale *state = presale_state(w);
    char name[64];
    lease_keep_away(w, c->tenant, c->workload, w->sim->now);
    if (!begins(w, c, vintage)) {
        state->lost++;
        tell(w->sim, "presale", "lost", supply_name(w, vintage, name), "its customer has left");
        return;
    }
    state->started++;
    supply_wake(w, vintage);
    double one = exchange(w, c, vintage), cards = max_of(1, round(c->cards / one));
    lease_begin(w, c->tenant, c->workload, vintage, min_of(cards, w->vintages.row[vintage].cards), c->months,
                c->rent * one);
}

static void opened(struct world *w, uint32_t project, uint32_t vintage)
{
    struct presale *state = presale_state(w);
    for (size_t i = 0; i < state->contracts; i++)
        if (state->contract[i].project == project) {
            struct contract c = state->contract[i];
            state->contract[i] = state->contract[--state->contracts];
            begin(w, &c, vintage);
            return;
        }
}

/* Customers of projects that were given up are free to ask elsewhere. */
static void forget_cancelled(struct world *w)
{
    struct presale *state = presale_state(w);
    size_t kept = 0;
    for (size_t i = 0; i < state->contracts; i++) {
        const struct contract *c = &state->contract[i];
        if (w->projects.row[c->project].state != PROJECT_CANCELLED) {
            state->contract[kept++] = *c;
            continue;
        }
        lease_keep_away(w, c->tenant, c->workload, w->sim->now);
        state->lost++;
    }
    state->contracts = kept;
}

static const struct project_follower follower = {.customer = find_customer, .opened = opened};

static void start(struct world *w)
{
    struct presale *state = presale_state(w);
    state->settings = sim_settings(w->sim, &model_presale);
    state->row = sim_rows(w->sim, &model_presale, OPERATOR);
    if (sim_enabled(w->sim, &model_leasing)) /* without leases nobody waits for one */
        pipeline_follow(w, &follower);
}

enum { OUT_SIGNED, OUT_MISSING, OUT_STARTED, OUT_LOST };
/* clang-format off */
static const struct output outputs[] = {
    [OUT_SIGNED] = {"presale.signed", OUTPUT_SERIES, "", NULL, "leases signed since the last report for centres to be built"},
    [OUT_MISSING] = {"presale.missing", OUTPUT_SERIES, "", NULL, "projects that could have ordered since the last report and found no customer"},
    [OUT_STARTED] = {"presale.started", OUTPUT_SERIES, "", NULL, "leases signed before that have begun since the last report"},
    [OUT_LOST] = {"presale.lost", OUTPUT_SERIES, "", NULL, "leases signed before that will not begin, since the last report: the customer left, or the project was given up"},
    {0},
};
/* clang-format on */

static void sample(struct world *w)
{
    struct presale *state = presale_state(w);
    const double value[] = {[OUT_SIGNED] = state->signed_,
                            [OUT_MISSING] = state->missing,
                            [OUT_STARTED] = state->started,
                            [OUT_LOST] = state->lost};
    for (int out = OUT_SIGNED; out <= OUT_LOST; out++)
        sim_record(w->sim, &model_presale, out, -1, value[out], false);
    state->signed_ = state->missing = state->started = state->lost = 0;
}

static const struct table tables[] = {{OPERATOR, sizeof(struct row), "classes of owners"}, {0}};

const struct model model_presale = {
    .name = "presale",
    .help = "contract first: projects that order cards only against a signed lease",
    .without = "centres are built without customers",
    .tables = tables,
    .asleep = true,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    STATE(presale, struct presale),
    .start = start,
    .phase = {[PHASE_REQUEST] = forget_cancelled, [PHASE_SAMPLE] = sample},
};
