/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How leases end: clocks, walking away (退租), renegotiation, the lessor's own exit, expiry and renewal.
 *
 * The hazard of a contract with a term is proportional (Cox 1972):
 *
 *     h = h0_class exp(b_size ln(cards / 64) + b_middleman) * max(1, (contract / forward)^b_gap) + r
 *
 * with the forward price of the remaining term: the gap ln(contract / forward) counts only when positive. The
 * exponential of the gap is split into a number fixed at signing, contract^b_gap, and one a generation and half-year of
 * the end, forward^-b_gap: leases are segmented by these, so that the sweep over all leases is a broadcast without exp.
 * r is the rate at which lessors look at the contract; the sweep runs the bound (h0 + r) max(1, ...) down, and what
 * fires is thinned (Lewis and Shedler 1979): it was the tenant, the lessor, or nothing.
 *
 * A tenant's clock is acted on only if the saving exceeds the penalty or the tenant no longer needs the cards; a
 * share of lessors then meets it in the middle. A middleman has nothing that a penalty could take: it gives up whenever
 * its clock fires, and the owner takes over a share of its sub-tenants at today's price. A lessor breaks a contract
 * that is below the forward by more than the penalty it owes. At expiry a tenant renews in place, at today's price, the
 * cards that it still wants, if the owner knows how to keep it. A contract per P hides its card: no gap is seen until
 * the tenant finds out; if it pays too much its hazard is exp(b_opaque) times that from then on. A shock ends at once a
 * share of the contracts that are no longer needed.
 */
#include "leasing.h"

#include "sim/base/det.h"
#include "sim/engine/arrays.h"

static int months_left(const struct world *w, const struct lease *l)
{
    return (int)round((l->ends - w->sim->now) * MONTHS_PER_YEAR);
}

/* What the same cards cost the tenant of this lease for the rest of the term. */
static double forward_rent(const struct world *w, const struct lease *l)
{
    return lease_received(w, l) * value_term_rent(w, l->generation, months_left(w, l));
}

/* Whole cards of a lease that its tenant could do without, once it holds clearly more than it wants. */
static double cards_to_spare(const struct world *w, const struct lease *l)
{
    double held = demand_held(w, l->tenant, l->workload),
           desire = demand_desire(w, l->tenant, (enum workload)l->workload);
    if (held <= leasing_state(w)->settings->excess * desire)
        return 0;
    return min_of(l->cards, floor((held - desire) / l->effective_p * l->cards));
}

/* -- clocks -------------------------------------------------------------------------------------------------------- */

static int half_year_of(const struct world *w, double date)
{
    return (int)((date - w->sim->plan->start) * ENDS_PER_YEAR);
}

/* Gives back half-years that were over when the step before began: what rounding had left of them expired in it. */
static void close_cells(struct world *w)
{
    struct leasing *state = leasing_state(w);
    for (; state->closed < state->over; state->closed++)
        for (size_t g = 0; g < w->generations.count; g++)
            lease_clocks_close(&state->clocks, (uint32_t)(g * (size_t)state->ends) + (uint32_t)state->closed);
    state->over = half_year_of(w, w->sim->now);
}

/* Generations of which anything is let. */
static int list_let(const struct world *w, int let[MAX_GENERATIONS])
{
    int count = 0;
    for (int g = 0; g < (int)w->generations.count; g++)
        if (w->vintages.let_cards[g] > 0)
            let[count++] = g;
    return count;
}

/* x -> x^-b, of all. */
static void raise(double *x, size_t count, double b)
{
    array_log(x, x, count);
    for (size_t i = 0; i < count; i++)
        x[i] *= -b;
    array_exp(x, x, count);
}

/* Cells that anyone is in, or that stand for later ends, of the half-years to come: where they are and which half-year
 * it is. */
struct prospect {
    uint32_t cell[MAX_GENERATIONS * ENDS_AHEAD];
    int generation[MAX_GENERATIONS * ENDS_AHEAD], end[MAX_GENERATIONS * ENDS_AHEAD];
    double rent[MAX_GENERATIONS * ENDS_AHEAD];
    size_t count;
};

static void look_ahead(const struct world *w, struct prospect *a)
{
    const struct leasing *state = leasing_state(w);
    int let[MAX_GENERATIONS], lets = list_let(w, let);
    a->count = 0;
    for (int k = 0; k < lets; k++)
        for (int i = 0; i < ENDS_AHEAD; i++) {
            uint32_t cell = (uint32_t)(let[k] * state->ends + state->closed + i);
            if (state->clocks.first_block[cell] == NO_BLOCK && i + 1 < ENDS_AHEAD)
                continue;
            a->cell[a->count] = cell, a->generation[a->count] = let[k], a->end[a->count++] = i;
        }
}

/* Forward prices of the term that is left to the middle of each half-year. Later ends count as the last one. */
static void update_forward(struct world *w)
{
    struct leasing *state = leasing_state(w);
    struct prospect a;
    const struct tenor *tenor[ENDS_AHEAD];
    double since = w->sim->now - w->sim->plan->start;
    look_ahead(w, &a);
    for (int i = 0; i < ENDS_AHEAD; i++)
        tenor[i] = value_tenor(w, (int)round(((state->closed + i + 0.5) / ENDS_PER_YEAR - since) * MONTHS_PER_YEAR));
    for (size_t i = 0; i < a.count; i++)
        a.rent[i] = max_of(value_term_rent_with(w, a.generation[i], tenor[a.end[i]]), 1e-6);
    raise(a.rent, a.count, state->settings->b_gap);
    for (size_t i = 0; i < a.count; i++) {
        state->forward_power[a.cell[i]] = (float)a.rent[i];
        int later = a.end[i] + 1 == ENDS_AHEAD ? state->ends - state->closed - ENDS_AHEAD : 0;
        for (int end = 1; end <= later; end++)
            state->forward_power[a.cell[i] + (uint32_t)end] = (float)a.rent[i];
    }
}

static void schedule_expiry(struct world *w, uint32_t slot)
{
    const struct lease_clocks *c = &leasing_state(w)->clocks;
    const struct clock_holder *holder = &c->holder[slot];
    sim_schedule(w->sim, max_of(w->sim->now, c->due[slot]), 1,
                 leasing_event(w, EVENT_EXPIRY, holder->id, holder->stamp));
}

/* `winding`: which of this step's. One that rounding puts behind the step's end draws its own. */
#define OWN_WINDING UINT32_MAX
static void schedule_exit(struct world *w, const struct clock_holder *holder, float after, uint32_t winding)
{
    double time = w->sim->now + (double)after;
    struct event event = leasing_event(w, EVENT_WALK_AWAY, holder->id, holder->stamp);
    event.data = time < w->sim->whole_end ? winding : OWN_WINDING;
    sim_schedule(w->sim, time, 0, event);
}

/* Its clock rings in this step. */
static void fetch(struct world *w, uint32_t id)
{
    struct leasing *state = leasing_state(w);
    WORLD_GROW(w, state->due, state->dues, state->due_room);
    state->due[state->dues++] = id;
    __builtin_prefetch(&w->leases.row[id]);
    __builtin_prefetch(&w->leases.row[id].signed_on);
}

/* Where it is counted how long it lasted, if it ends by that date. */
static void fetch_survival(const struct leasing *state, const struct lease *l, double by)
{
    __builtin_prefetch(&state->contract[l->class_].cell[survival_cell_of(by - l->signed_on)], 1);
    __builtin_prefetch(&state->customer[l->class_].cell[survival_cell_of(by - l->since)], 1);
}

/* What the events of leases that are due read beside the lease. */
static void fetch_more(struct world *w)
{
    struct leasing *state = leasing_state(w);
    const struct lease_clocks *c = &state->clocks;
    const struct lease *row = w->leases.row;
    for (size_t i = 0; i < state->dues; i++) {
        const struct lease *l = &row[state->due[i]];
        __builtin_prefetch(&w->tenants.row[l->tenant]);
        __builtin_prefetch(&state->ahead[l->tenant]);
        __builtin_prefetch(&w->vintages.row[l->vintage]);
        __builtin_prefetch(&state->entry[l->entry]);
        __builtin_prefetch(&c->block[l->slot / CLOCK_BLOCK]);
        __builtin_prefetch(&c->due[l->slot]);
        fetch_survival(state, l, w->sim->whole_end);
    }
    for (size_t i = 0; i < state->dues; i++) {
        const struct lease *l = &row[state->due[i]];
        const struct tenant *t = &w->tenants.row[l->tenant];
        const struct cohort *cohort = &w->tenants.cohort[l->class_];
        const double *u = state->ahead[l->tenant].u;
        __builtin_prefetch(&cohort->held[l->workload][t->place]);
        __builtin_prefetch(&cohort->need_p[t->place]);
        if (u)
            __builtin_prefetch(u + t->requests % OCCASIONS_AHEAD * DRAWS);
        if (t->first_lease[l->workload] != UINT32_MAX)
            __builtin_prefetch(&row[t->first_lease[l->workload]]);
    }
    for (size_t i = 0; i < state->dues; i++) {
        const struct lease *l = &row[state->due[i]];
        uint32_t newest = w->tenants.row[l->tenant].first_lease[l->workload];
        uint32_t next = newest != UINT32_MAX ? row[newest].next : UINT32_MAX;
        if (next != UINT32_MAX)
            __builtin_prefetch(&row[next]);
    }
    state->dues = 0;
}

static void schedule_expiries_of(struct world *w, uint32_t cell)
{
    const struct lease_clocks *c = &leasing_state(w)->clocks;
    double step_end = w->sim->whole_end;
    for (uint32_t block = c->first_block[cell]; block != NO_BLOCK; block = c->next[block])
        for (unsigned due = lease_clocks_due(c, block, step_end); due; due &= due - 1) {
            uint32_t slot = block * CLOCK_BLOCK + (unsigned)__builtin_ctz(due);
            fetch(w, c->holder[slot].id);
            schedule_expiry(w, slot);
        }
}

/* An expiry becomes an event in the step in which it comes: every other lease ends before. */
static void schedule_expiries(struct world *w)
{
    const struct leasing *state = leasing_state(w);
    int last = half_year_of(w, w->sim->whole_end);
    for (int end = state->closed; end <= last && end < state->ends; end++)
        for (size_t g = 0; g < w->generations.count; g++)
            schedule_expiries_of(w, (uint32_t)(g * (size_t)state->ends) + (uint32_t)end);
}

static uint32_t next_winding(const struct lease *l)
{
    return BLOCKS_A_WINDING * l->windings;
}

static void make_room_for_windings(struct world *w, size_t room)
{
    struct windings *all = &leasing_state(w)->windings;
    all->room = room;
    all->identity = arena_array(&w->sim->arena, room, sizeof *all->identity);
    all->block = arena_array(&w->sim->arena, room, sizeof *all->block);
    all->chance = arena_array(&w->sim->arena, room, sizeof *all->chance);
}

static void draw_windings(struct world *w, const uint32_t *fired, size_t count)
{
    struct windings *all = &leasing_state(w)->windings;
    if (count > all->room)
        make_room_for_windings(w, 2 * (count + STREAMS_AT_ONCE) / STREAMS_AT_ONCE * STREAMS_AT_ONCE);
    for (size_t i = 0; i < count; i++)
        fetch(w, leasing_state(w)->clocks.holder[fired[i]].id);
    for (size_t i = 0; i < count; i++) {
        const struct lease *l = &w->leases.row[leasing_state(w)->clocks.holder[fired[i]].id];
        all->identity[i] = lease_identity(w, l->tenant, OCCASION_WINDING | l->request);
        all->block[i] = next_winding(l);
    }
    streams_fill_uniform(sim_streams(w->sim, &model_leasing), all->identity, all->block, count, all->chance);
}

void lease_run_clocks(struct world *w)
{
    struct leasing *state = leasing_state(w);
    struct lease_clocks *c = &state->clocks;
    close_cells(w);
    lease_set_fresh_clocks(w);
    schedule_expiries(w);
    update_forward(w);
    size_t fired = lease_clocks_run(c, state->forward_power, w->sim->dt);
    draw_windings(w, c->fired, fired);
    fetch_more(w);
    for (size_t i = 0; i < fired; i++)
        schedule_exit(w, &c->holder[c->fired[i]], c->after[i], (uint32_t)i);
    state->survived_yr += (double)w->leases.term_leases * w->sim->dt;
}

/* -- what a clock that fired means --------------------------------------------------------------------------------- */

/* The numbers of this winding of the lease's clock. */
static void draw_chances(struct world *w, struct lease *l, uint32_t winding, double chance[CHANCES])
{
    if (winding != OWN_WINDING) {
        memcpy(chance, leasing_state(w)->windings.chance[winding], sizeof *leasing_state(w)->windings.chance);
    } else {
        struct stream random = lease_stream(w, l->tenant, OCCASION_WINDING | l->request);
        stream_skip_blocks(&random, next_winding(l));
        stream_fill_uniform(&random, chance, CHANCES);
    }
    l->windings++;
}

/* Per card-hour of the remaining term: the rent, less what it costs to rent anew what is still needed, exceeds the
 * penalty. */
static bool pays_to_leave(const struct world *w, const struct lease *l)
{
    double penalty = leasing_penalty(leasing_state(w)->settings, l);
    double needed = 1 - cards_to_spare(w, l) / l->cards;
    return penalty <= 0 || l->rent - needed * forward_rent(w, l) > penalty * l->rent;
}

/* The owner lets to the sub-tenant, or nobody does. */
static void give_up(struct world *w, uint32_t id, const double chance[CHANCES])
{
    struct lease *l = &w->leases.row[id];
    if (chance[CHANCE_STAY] >= leasing_state(w)->settings->novation || cards_to_spare(w, l) >= l->cards) {
        lease_end(w, id, LEASE_TERMINATED);
        return;
    }
    lease_novate(w, id, lease_term_of(leasing_state(w), l->class_, chance[CHANCE_TERM]), chance[CHANCE_CLOCK]);
}

static void wind_up(struct world *w, const struct lease *l, const double chance[CHANCES])
{
    *lease_clocks_left(&leasing_state(w)->clocks, l->slot) = (float)-det_log(chance[CHANCE_CLOCK]);
}

static void tenant_acts(struct world *w, uint32_t id, const double chance[CHANCES])
{
    struct lease *l = &w->leases.row[id];
    double forward = 0;
    if (!l->middleman && !pays_to_leave(w, l)) {
        wind_up(w, l, chance);
        return;
    }
    if (l->middleman) {
        give_up(w, id, chance);
    } else if (chance[CHANCE_STAY] < leasing_state(w)->settings->renegotiation && cards_to_spare(w, l) < l->cards &&
               (forward = forward_rent(w, l)) < l->rent) {
        lease_reprice(w, id, (l->rent + forward) / 2, chance[CHANCE_CLOCK]);
        leasing_state(w)->renegotiated++;
    } else {
        lease_end(w, id, LEASE_TERMINATED);
    }
}

static void lessor_acts(struct world *w, uint32_t id, const double chance[CHANCES])
{
    struct lease *l = &w->leases.row[id];
    if (forward_rent(w, l) - l->rent <= leasing_penalty(leasing_state(w)->settings, l) * l->rent) {
        wind_up(w, l, chance);
        return;
    }
    leasing_state(w)->lessor_exits++;
    lease_end(w, id, LEASE_BROKEN);
}

static void walk_away(struct world *w, uint32_t id, uint32_t winding)
{
    const struct leasing *state = leasing_state(w);
    const struct lease_clocks *c = &state->clocks;
    struct lease *l = &w->leases.row[id];
    if (l->billing == BILLING_ON_DEMAND) {
        lease_end(w, id, LEASE_TERMINATED);
        return;
    }
    double chance[CHANCES], review = state->settings->lessor_review_per_yr;
    draw_chances(w, l, winding, chance);
    double factor =
        (double)clock_hazard(1, *lease_clocks_slope(c, l->slot), state->forward_power[lease_clocks_cell(c, l->slot)]);
    double of_tenant = ((double)*lease_clocks_base(c, l->slot) - review) * factor, bound = of_tenant + review * factor;
    if (review <= 0 || chance[CHANCE_CAUSE] * bound < of_tenant)
        tenant_acts(w, id, chance);
    else if (chance[CHANCE_CAUSE] * bound < of_tenant + review)
        lessor_acts(w, id, chance);
    else
        wind_up(w, l, chance);
}

/* -- expiry, and what else has a date ------------------------------------------------------------------------------ */

static void expire(struct world *w, uint32_t id)
{
    struct lease *l = &w->leases.row[id];
    if (!l->started) {
        leasing_state(w)->never_started++;
        lease_end(w, id, LEASE_NOT_STARTED);
        return;
    }
    double spare = cards_to_spare(w, l), know_how = leasing_state(w)->owner[l->owner_class].know_how;
    const double *draw = lease_draws(w, l->tenant);
    double u = draw[DRAW_TERM];
    w->tenants.row[l->tenant].requests++;
    if (spare >= l->cards || u >= know_how) {
        lease_end(w, id, LEASE_EXPIRED);
        return;
    }
    int months = lease_term_of(leasing_state(w), l->class_, u / know_how); /* uniform once it stays */
    lease_renew(w, id, months, spare, draw[DRAW_CLOCK]);
    if (l->ends < w->sim->whole_end)
        schedule_expiry(w, l->slot);
}

/* The card behind a contract per P: from now on the gap is seen, and who pays too much for it is more likely to leave.
 */
static void find_out(struct world *w, uint32_t id)
{
    struct leasing *state = leasing_state(w);
    struct lease_clocks *c = &state->clocks;
    struct lease *l = &w->leases.row[id];
    if (!l->opaque)
        return;
    l->opaque = false;
    c->holder[l->slot].stamp = ++l->stamp; /* events announced for the rest of this step no longer hold */
    float covariate = state->forward_power[lease_clocks_cell(c, l->slot)], after;
    float *base = lease_clocks_base(c, l->slot), *slope = lease_clocks_slope(c, l->slot);
    float before = clock_hazard(*base, *slope, covariate);
    double review = state->settings->lessor_review_per_yr;
    if (l->rent > forward_rent(w, l))
        *base = (float)(((double)*base - review) * det_exp(state->settings->b_opaque) + review);
    *slope = (float)det_exp(state->settings->b_gap * det_log(max_of(l->rent / lease_received(w, l), 1e-6)));
    float now = clock_hazard(*base, *slope, covariate);
    if (clock_settle(lease_clocks_left(c, l->slot), before, now, (float)(w->sim->whole_end - w->sim->now), &after))
        schedule_exit(w, &c->holder[l->slot], after, OWN_WINDING);
    if (l->ends < w->sim->whole_end)
        schedule_expiry(w, l->slot);
}

void lease_handle(struct world *w, const struct event *event)
{
    const struct lease *l = &w->leases.row[event->id];
    if (!l->live || l->stamp != event->stamp)
        return;
    if (event->kind == EVENT_FOUND_OUT)
        find_out(w, event->id);
    else if (event->kind == EVENT_EXPIRY)
        expire(w, event->id);
    else
        walk_away(w, event->id, event->data);
}

/* -- asked for by others ------------------------------------------------------------------------------------------- */

static void tenant_left(struct world *w, uint32_t tenant)
{
    const uint32_t *first = w->tenants.row[tenant].first_lease;
    for (int k = 0; k < WORKLOADS; k++)
        while (first[k] != UINT32_MAX)
            lease_end(w, first[k], LEASE_TENANT_LEFT);
}

/* Ends leases on a vintage, those first that were signed last, until what is let fits into the cards that are kept. */
static void cards_withdrawn(struct world *w, uint32_t vintage, double kept)
{
    const struct vintage *v = &w->vintages.row[vintage];
    uint32_t *first = &w->vintages.row[vintage].first_lease;
    for (; *first && (kept <= 0 || v->let_cards > kept); *first = leasing_state(w)->entry[*first - 1].next) {
        uint32_t id = leasing_state(w)->entry[*first - 1].lease;
        if (id != UINT32_MAX)
            lease_end(w, id, LEASE_CENTRE_CLOSED);
    }
    if (kept <= 0 || v->let_cards + lease_vacated(w, vintage) > kept)
        lease_forget_vacated(w, vintage);
}

const struct vintage_follower leasing_follower = {.withdrawn = cards_withdrawn, .sold = lease_hand_over};

/* Ends contracts of one tenant for a workload, with the chance of the jump, while it holds more than the shock left it
 * to want. */
static void jump(struct world *w, uint32_t tenant, enum workload k, double left)
{
    double desire = left * demand_desire(w, tenant, k);
    for (uint32_t id = w->tenants.row[tenant].first_lease[k], next; id != UINT32_MAX; id = next) {
        const struct lease *l = &w->leases.row[id];
        next = l->next;
        struct stream random = lease_stream(w, tenant, OCCASION_SHOCK | l->request);
        if (demand_held(w, tenant, k) - l->effective_p >= desire &&
            stream_uniform(&random) < leasing_state(w)->settings->shock_jump)
            lease_end(w, id, LEASE_TERMINATED);
    }
}

static void tenants_shocked(struct world *w, uint32_t classes, double share)
{
    if (leasing_state(w)->settings->shock_jump <= 0 || share <= 0)
        return;
    for (uint32_t tenant = 0; tenant < w->tenants.count; tenant++)
        if (w->tenants.row[tenant].present && classes >> w->tenants.row[tenant].class_ & 1)
            for (int k = 0; k < WORKLOADS; k++)
                jump(w, tenant, (enum workload)k, 1 - share);
}

const struct tenant_follower leasing_follows_tenants = {.left = tenant_left, .shocked = tenants_shocked};
