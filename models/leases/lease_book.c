/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contracts: what they cost, when they end, who holds what.
 *
 * Rent of a card-hour, with F the discounted mean of the forward curve over the term (value.c) and R today's spot rent:
 *
 *     reserved    F
 *     on demand   R (1 + premium) (u / u*)^slope, set anew every step; u: share of commissioned cards of the generation
 *                 that is let
 *     metered     F (1 + premium) load, load of the lease drawn about the mean load of the market
 *     package     F (1 - discount), paid in advance
 *     per P       the pooled rent of a P of all idle cards, whatever this one delivers, less a discount: the card is
 *                 hidden
 *
 * A middleman keeps a margin of it. The odds of a middleman are those of 64 cards times 1 + b (sqrt(cards / 64) - 1).
 * Where training is coupled, the cards of a tenant wait for the slowest generation among them: one of generation g
 * counts e (1 - coupling (1 - min e / e_g)). Cards of an ended lease come back after a lag that is uniform about its
 * mean.
 */
#include "goodput.h"
#include "leasing.h"

static const double NO_END = 1e300; /* of a lease on demand: finite, unlike that of a free slot */

struct event leasing_event(const struct world *w, enum leasing_event kind, uint32_t id, uint32_t stamp)
{
    uint16_t model = (uint16_t)sim_model_index(w->sim, &model_leasing);
    return (struct event){.model = model, .kind = (uint16_t)kind, .id = id, .stamp = stamp};
}

/* -- the table ----------------------------------------------------------------------------------------------------- */

static uint32_t new_row(struct world *w)
{
    struct leases *t = &w->leases;
    if (t->free_count)
        return t->free_slot[--t->free_count];
    WORLD_GROW(w, t->row, t->count, t->capacity);
    t->row[t->count].stamp = 0;
    return (uint32_t)t->count++;
}

static void link_lease(struct world *w, uint32_t id)
{
    struct leasing *state = leasing_state(w);
    struct lease *l = &w->leases.row[id];
    uint32_t *of_tenant = &w->tenants.row[l->tenant].first_lease[l->workload];
    uint32_t *of_vintage = &w->vintages.row[l->vintage].first_lease;
    l->next = *of_tenant;
    *of_tenant = id;
    WORLD_GROW(w, state->entry, state->entries, state->entry_room);
    state->entry[state->entries] = (struct entry){.lease = id, .next = *of_vintage};
    l->entry = (uint32_t)state->entries++;
    *of_vintage = l->entry + 1;
}

/* Out of the tenant's list, which is short; its entry in that of the vintage stays. */
static void unlink_lease(struct world *w, uint32_t id)
{
    struct lease *row = w->leases.row;
    uint32_t *at = &w->tenants.row[row[id].tenant].first_lease[row[id].workload];
    while (*at != id)
        at = &row[*at].next;
    *at = row[id].next;
    leasing_state(w)->entry[row[id].entry].lease = UINT32_MAX;
}

/* -- signing ------------------------------------------------------------------------------------------------------- */

/* A billing mode by the shares of the tenant's class. Shares that were drawn and exceed one together are scaled to it.
 */
static enum billing billing_of(const struct leasing_row *row, double u)
{
    double on_demand = row->on_demand, metered = on_demand + row->metered, package = metered + row->package;
    u *= max_of(1, package);
    static const enum billing in_turn[] = {BILLING_ON_DEMAND, BILLING_METERED, BILLING_PACKAGE, BILLING_RESERVED};
    return in_turn[(u >= on_demand) + (u >= metered) + (u >= package)];
}

/* Middlemen sign wholesale: their odds grow with the size of a lease. */
static bool through_middleman(const struct leasing_settings *s, double cards, double u)
{
    double weight = 1 + s->middleman_size * (sqrt(cards / SIZE_OF_BASE) - 1), odds = s->middleman_share * weight;
    return u * (odds + 1 - s->middleman_share) < odds;
}

/* Writes price and end of a lease that has no slot, and takes one. */
static void write_terms(struct world *w, uint32_t id, double signed_on, int months, double exposure)
{
    struct lease *l = &w->leases.row[id];
    struct lease_clocks *clocks = &leasing_state(w)->clocks;
    double years = l->started ? (double)months / MONTHS_PER_YEAR : leasing_state(w)->settings->start_lag_yr;
    l->signed_on = signed_on;
    l->ends = l->billing == BILLING_ON_DEMAND ? NO_END : signed_on + years;
    uint32_t cell = lease_cell_of(w, l);
    lease_clocks_fetch(clocks, cell);
    double rent = l->started ? lease_rent_of(w, l, months) : 0;
    l->rent = lease_received(w, l) * rent;
    l->slot = lease_clocks_take(clocks, cell, l->ends, (struct clock_holder){.id = id, .stamp = l->stamp});
    lease_note_fresh(w, l, rent, exposure);
}

static void note_price(struct world *w, const struct lease *l, int months)
{
    struct leasing *state = leasing_state(w);
    int market = l->billing != BILLING_ON_DEMAND;
    state->signed_rent[market] += l->cards * l->rent;
    state->signed_p[market] += l->effective_p;
    if (l->workload == TRAINING)
        goodput_note(w, l->cards, w->vintages.row[l->vintage].improved);
    if (l->opaque) {
        state->opaque_paid += l->cards * l->rent;
        state->opaque_worth += l->cards * value_term_rent(w, l->generation, months);
    }
}

static void tell_of_signing(struct world *w, const struct lease *l, int months)
{
    static const char *const billing[] = {", reserved", ", on demand", ", metered", ", prepaid"};
    char name[64];
    tell(w->sim, "leasing", "let", demand_tenant_name(w, l->tenant, name),
         "%.0f %s cards for %s at %.2f CNY/h, %d months%s%s%s%s", l->cards, w->generations.name[l->generation],
         l->workload == TRAINING ? "training" : "inference", l->rent, months, billing[l->billing],
         l->middleman ? ", through a middleman" : "", l->opaque ? ", per P" : "",
         lease_not_given_up(w, l) < 1 ? ", from its own investor" : "");
}

/* What a card delivers now, quality included; of cards that train together, less what interrupts them. */
static double delivered_p(const struct world *w, const struct lease *l)
{
    const struct vintage *v = &w->vintages.row[l->vintage];
    double p = w->generations.effective_p[l->workload][l->generation] * (double)v->quality;
    return l->workload == TRAINING ? p * goodput_of(w, l->cards, v->improved) : p;
}

/* A row is written field by field: to clear it first would take longer than all of this. */
static void write_parties(const struct world *w, struct lease *l, uint32_t tenant, uint32_t vintage)
{
    const struct tenant *t = &w->tenants.row[tenant];
    const struct vintage *v = &w->vintages.row[vintage];
    l->stamp++;
    l->tenant = tenant;
    l->vintage = vintage;
    l->class_ = t->class_;
    l->owner_class = v->owner_class;
    l->region = v->region;
    l->generation = v->generation;
    l->request = t->requests;
    l->windings = 0;
}

static uint32_t sign(struct world *w, uint32_t tenant, enum workload workload, uint32_t vintage, double cards,
                     const struct uniform *uniform, enum billing billing, int months)
{
    const struct leasing_settings *s = leasing_state(w)->settings;
    struct tenant *t = &w->tenants.row[tenant];
    uint32_t id = new_row(w);
    struct lease *l = &w->leases.row[id];
    bool reserved = billing == BILLING_RESERVED, hourly = billing == BILLING_ON_DEMAND;
    write_parties(w, l, tenant, vintage);
    l->live = true;
    l->workload = (uint8_t)workload;
    l->billing = (uint8_t)billing;
    l->middleman = through_middleman(s, cards, kind_uniform(uniform, KIND_MIDDLEMAN));
    l->opaque = reserved & (kind_uniform(uniform, KIND_OPAQUE) < s->opaque_share);
    l->started = !reserved | (uniform->age > 0) | (kind_uniform(uniform, KIND_START) >= s->never_start);
    l->cards = cards;
    l->own_p = delivered_p(w, l);
    l->effective_p = cards * l->own_p;
    l->load = billing == BILLING_METERED ? lease_load_of(w, tenant, t->requests) : 1;
    l->vacancy_uniform = (float)uniform->vacancy;
    t->requests++;
    link_lease(w, id);
    w->leases.live++;
    w->leases.count_of[billing]++;
    w->leases.count_in[l->class_][l->region]++;
    w->leases.term_leases += !hourly;
    if (hourly)
        lease_note_hourly(w, l);
    double age = uniform->age * months / MONTHS_PER_YEAR * !hourly;
    l->since = w->sim->now - age;
    write_terms(w, id, l->since, months, uniform->clock);
    lease_count_rent(w, l, 1);
    lease_count_cards(w, l, cards);
    lease_count_p(w, l, 1);
    lease_couple_new(w, l);
    if (l->started && age <= 0)
        note_price(w, l, months);
    if (l->opaque)
        sim_schedule(w->sim, w->sim->now + s->found_out_yr, 1, leasing_event(w, EVENT_FOUND_OUT, id, l->stamp));
    tell_of_signing(w, l, months);
    return id;
}

void lease_sign(struct world *w, uint32_t tenant, enum workload workload, uint32_t vintage, double cards,
                const struct uniform *uniform)
{
    const struct leasing *state = leasing_state(w);
    uint32_t class_ = w->tenants.row[tenant].class_;
    enum billing billing = billing_of(&state->row[class_], kind_uniform(uniform, KIND_BILLING));
    sign(w, tenant, workload, vintage, cards, uniform, billing, lease_term_of(state, class_, uniform->term));
}

void lease_begin(struct world *w, uint32_t tenant, enum workload workload, uint32_t vintage, double cards, int months,
                 double rent)
{
    enum { KINDS = 10, STARTS_AND_SEES = 0x3ff };
    const double *draw = lease_draws(w, tenant);
    int64_t kinds = (int64_t)(draw[DRAW_KINDS] * 0x1p52);
    kinds |= (int64_t)STARTS_AND_SEES << KINDS * KIND_START | (int64_t)STARTS_AND_SEES << KINDS * KIND_OPAQUE;
    struct uniform uniform = {.kinds = kinds, .clock = draw[DRAW_CLOCK], .vacancy = draw[DRAW_TERM]};
    double exposure = uniform.clock;
    uint32_t id = sign(w, tenant, workload, vintage, cards, &uniform, BILLING_RESERVED, months);
    lease_reprice(w, id, lease_received(w, &w->leases.row[id]) * rent, exposure);
}

/* -- ending -------------------------------------------------------------------------------------------------------- */

/* A contract and, if `customer`, a customer's stay are over or lost to sight. */
static void note_survival(struct world *w, const struct lease *l, bool contract_event, bool customer,
                          bool customer_event)
{
    double begin = w->sim->plan->start, now = w->sim->now;
    if (l->billing != BILLING_ON_DEMAND && l->started)
        survival_add(&leasing_state(w)->contract[l->class_], max_of(0, begin - l->signed_on), now - l->signed_on,
                     contract_event);
    if (customer && l->started)
        survival_add(&leasing_state(w)->customer[l->class_], max_of(0, begin - l->since), now - l->since,
                     customer_event);
}

void lease_lose_sight(struct world *w)
{
    for (size_t id = 0; id < w->leases.count; id++)
        if (w->leases.row[id].live)
            note_survival(w, &w->leases.row[id], false, true, false);
}

/* Ends before the term, of those that have one, by the tenant's side. */
static void note_churn(struct world *w, const struct lease *l)
{
    if (l->billing == BILLING_ON_DEMAND)
        return;
    w->leases.terminated_value_since_sample += l->cards * l->rent * lease_hours_left(w, l);
    leasing_state(w)->ended++;
}

static void pay_penalty(struct world *w, const struct lease *l, enum lease_end how)
{
    double share = leasing_penalty(leasing_state(w)->settings, l);
    if ((how != LEASE_TERMINATED && how != LEASE_BROKEN) || (how == LEASE_TERMINATED && l->middleman))
        return;
    double penalty = share * l->cards * l->rent * lease_hours_left(w, l);
    ledger_post(w, w->vintages.row[l->vintage].firm,
                how == LEASE_BROKEN ? ACCOUNT_PENALTIES_PAID : ACCOUNT_PENALTIES_RECEIVED, penalty);
    leasing_state(w)->penalties_cny += how == LEASE_BROKEN ? -penalty : penalty;
}

/* What rounding leaves of a running sum over leases when the last of them ends is nothing. */
static void clear_remainders(struct world *w, const struct lease *l)
{
    struct leases *t = &w->leases;
    if (t->count_in[l->class_][l->region] == 0)
        t->rent_of[l->class_][l->region] = 0;
    if (t->count_of[l->billing] == 0)
        t->live_of[l->billing] = 0;
    if (t->count_of[BILLING_PACKAGE] == 0)
        memset(t->prepaid, 0, w->firms.count * sizeof *t->prepaid);
    if (t->term_leases == 0)
        t->due_rent = t->due_until = 0;
    if (t->live == 0)
        t->live_cards = t->live_p = t->sublet_cards = 0;
}

void lease_end(struct world *w, uint32_t id, enum lease_end how)
{
    struct leases *t = &w->leases;
    struct lease *l = &t->row[id];
    bool by_tenant = how == LEASE_TERMINATED || how == LEASE_TENANT_LEFT;
    lease_count_rent(w, l, -1);
    lease_count_cards(w, l, -l->cards);
    lease_count_p(w, l, -1);
    unlink_lease(w, id);
    lease_couple_rest(w, l);
    note_survival(w, l, by_tenant || how == LEASE_BROKEN, true, how != LEASE_CENTRE_CLOSED);
    pay_penalty(w, l, how);
    if (how != LEASE_CENTRE_CLOSED)
        lease_vacate(w, l, l->cards);
    if (by_tenant && l->started)
        note_churn(w, l);
    l->live = false;
    l->stamp++;
    t->live--;
    t->term_leases -= l->billing != BILLING_ON_DEMAND;
    t->count_of[l->billing]--;
    t->count_in[l->class_][l->region]--;
    clear_remainders(w, l);
    WORLD_GROW(w, t->free_slot, t->free_count, t->free_capacity);
    t->free_slot[t->free_count++] = id;
    t->ended_since_sample[how] += l->billing != BILLING_ON_DEMAND;
    lease_clocks_give(&leasing_state(w)->clocks, l->slot);
    static const char *const verb[] = {"expired", "terminated", "ended", "ended", "broken", "lapsed"};
    static const char *const why[] = {
        "not renewed",       "the tenant walked away",           "the tenant left the market",
        "the centre closed", "the lessor found a better tenant", "never used"};
    char tenant[64];
    tell(w->sim, "leasing", verb[how], demand_tenant_name(w, l->tenant, tenant),
         "%.0f %s cards at %.2f CNY/h after %.1f years: %s", l->cards, w->generations.name[l->generation], l->rent,
         w->sim->now - l->signed_on, l->middleman && how == LEASE_TERMINATED ? "the middleman gave up" : why[how]);
}

/* Gives back what it can spare; what stays counts as what it delivers by now. */
static void count_anew(struct world *w, struct lease *l, double spare)
{
    if (spare > 0) {
        lease_count_cards(w, l, -spare);
        lease_vacate(w, l, spare);
        l->cards -= spare;
    }
    lease_count_p(w, l, -1);
    l->own_p = delivered_p(w, l);
    l->effective_p = l->cards * l->own_p;
    lease_count_p(w, l, 1);
    lease_couple_rest(w, l);
}

/* New terms for a lease whose rent is out of the sums. */
static void begin_anew(struct world *w, uint32_t id, int months, double exposure)
{
    struct lease *l = &w->leases.row[id];
    lease_clocks_give(&leasing_state(w)->clocks, l->slot);
    l->stamp++;
    write_terms(w, id, w->sim->now, months, exposure);
    lease_count_rent(w, l, 1);
    note_price(w, l, months);
}

void lease_renew(struct world *w, uint32_t id, int months, double spare, double exposure)
{
    struct lease *l = &w->leases.row[id];
    note_survival(w, l, false, false, false);
    lease_count_rent(w, l, -1);
    count_anew(w, l, spare);
    l->opaque = false; /* it knows the card by now */
    begin_anew(w, id, months, exposure);
}

void lease_novate(struct world *w, uint32_t id, int months, double exposure)
{
    struct lease *l = &w->leases.row[id];
    char tenant[64];
    note_survival(w, l, true, false, false);
    note_churn(w, l);
    w->leases.ended_since_sample[LEASE_TERMINATED]++;
    leasing_state(w)->relet++;
    lease_count_rent(w, l, -1);
    w->leases.sublet_cards -= l->cards;
    l->middleman = false;
    begin_anew(w, id, months, exposure);
    tell(w->sim, "leasing", "relet", demand_tenant_name(w, l->tenant, tenant),
         "%.0f %s cards at %.2f CNY/h by their owner: the middleman gave up", l->cards,
         w->generations.name[l->generation], l->rent);
}

void lease_reprice(struct world *w, uint32_t id, double rent, double exposure)
{
    struct lease *l = &w->leases.row[id];
    lease_count_rent(w, l, -1);
    l->rent = rent;
    lease_count_rent(w, l, 1);
    *lease_clocks_left(&leasing_state(w)->clocks, l->slot) = INFINITY;
    lease_note_fresh(w, l, rent / lease_received(w, l), exposure);
}
