/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contracts: what they cost, when they end, who holds what.
 *
 * Rent of a card-hour, with F the discounted mean of the forward curve over the term (value.c) and R today's spot rent:
 *
 *     reserved    F
 *     on demand   R (1 + premium) (u / u*)^slope, set anew every step; u: share of competent cards of the generation
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

#include "sim/base/det.h"
#include "sim/engine/arrays.h"

enum { STREAM_OF_LEASES }; /* (tenant, occasion): term, middleman, clock */
static const double NATURAL_LET = 0.8; /* u*: see target_training of market.c */
static const double NO_END = 1e300; /* of a lease on demand: finite, unlike that of a free slot */
static const double LEAST_RENT = 1e-6;
static const double SIZE_OF_BASE = 64; /* cards of the lease that walk_away is said of */

struct event leasing_event(const struct world *w, enum leasing_event kind, uint32_t id, uint32_t stamp)
{
    uint16_t model = (uint16_t)sim_model_index(w->sim, &model_leasing);
    return (struct event){.model = model, .kind = (uint16_t)kind, .id = id, .stamp = stamp};
}

static uint32_t tenant_identity(const struct tenant *t)
{
    return t->class_ << 20 | ((t->k >> 31) << 19) | (t->k & 0x7ffff);
}

uint64_t lease_identity(const struct world *w, uint32_t tenant, uint32_t occasion)
{
    return identity_pair(STREAM_OF_LEASES, tenant_identity(&w->tenants.row[tenant]), occasion);
}

struct stream lease_stream(const struct world *w, uint32_t tenant, uint32_t occasion)
{
    return sim_stream(w->sim, &model_leasing, lease_identity(w, tenant, occasion));
}

void lease_room_for_tenants(struct world *w)
{
    enum { ROOM_AT_FIRST = 512 };
    struct leasing *book = w->leasing;
    struct arena *arena = &w->sim->arena;
    size_t had = book->tenant_room, room = had ? had : ROOM_AT_FIRST;
    while (room < w->tenants.count)
        room *= 2;
    if (room == had)
        return;
    book->ahead = arena_grow(arena, book->ahead, had * sizeof *book->ahead, room * sizeof *book->ahead);
    book->waiting = arena_grow(arena, book->waiting, had * sizeof *book->waiting, room * sizeof *book->waiting);
    for (size_t i = had; i < room; i++) {
        book->ahead[i] = (struct ahead){.part = 0};
        book->waiting[i][TRAINING] = book->waiting[i][INFERENCE] = (struct waiting){0};
    }
    book->attended = arena_array(arena, words_of(room * WORKLOADS), sizeof *book->attended);
    book->tenant_room = room;
}

void lease_draw_ahead(struct world *w, uint32_t tenant, uint32_t part)
{
    enum { NUMBERS = OCCASIONS_AHEAD * DRAWS };
    struct ahead *ahead = &w->leasing->ahead[tenant];
    struct stream random = lease_stream(w, tenant, OCCASION_SIGN);
    stream_skip_blocks(&random, (part - 1) * NUMBERS / 2);
    if (!ahead->u)
        ahead->u = arena_alloc(&w->sim->arena, NUMBERS * sizeof *ahead->u);
    stream_fill_uniform(&random, ahead->u, NUMBERS);
    ahead->part = part;
}

/* -- terms --------------------------------------------------------------------------------------------------------- */

/* Terms are whole months: month m takes the probability of (m - 1/2, m + 1/2], so that a draw is a search, begun at
 * the first month that its part of (0, 1) can give; mostly it can give no other. */
void lease_tabulate_terms(struct leasing *book, size_t classes)
{
    for (size_t c = 0; c < classes; c++) {
        double *below = book->term_below[c];
        for (int m = 0; m < LONGEST_TERM_MONTHS; m++)
            below[m] = distribution_cdf(book->row[c].term_yr, (m + 0.5) / MONTHS_PER_YEAR);
        below[LONGEST_TERM_MONTHS] = 1;
        int months = 1;
        for (int part = 0; part <= TERM_PARTS; part++) {
            while (below[months] < (double)part / TERM_PARTS)
                months++;
            book->term_from[c][part] = (unsigned char)months;
        }
    }
}

int lease_term_of(const struct leasing *book, uint32_t class_, double u)
{
    const unsigned char *from = &book->term_from[class_][(int)(u * TERM_PARTS)];
    int months = from[0];
    if (from[1] == months)
        return months;
    while (book->term_below[class_][months] < u)
        months++;
    return months;
}

void lease_open_cells(struct world *w)
{
    struct leasing *book = w->leasing;
    double horizon_yr = w->sim->plan->end - w->sim->plan->start;
    book->ends = (int)(horizon_yr * ENDS_PER_YEAR) + ENDS_AHEAD + 1;
    size_t cells = w->generations.count * (size_t)book->ends + 1;
    book->forward_power = arena_array(&w->sim->arena, cells, sizeof *book->forward_power);
    lease_clocks_open(&book->clocks, cells, &w->sim->arena);
}

static uint32_t open_cell(const struct world *w)
{
    return (uint32_t)w->generations.count * (uint32_t)w->leasing->ends;
}

static uint32_t cell_of(const struct world *w, const struct lease *l)
{
    if (l->billing == BILLING_ON_DEMAND)
        return open_cell(w);
    int end = (int)((l->ends - w->sim->plan->start) * ENDS_PER_YEAR);
    return (uint32_t)(l->generation * w->leasing->ends + (end < w->leasing->ends ? end : w->leasing->ends - 1));
}

/* -- sums ---------------------------------------------------------------------------------------------------------- */

/* Adds the rent of a package to those that a firm has been paid ahead, or takes it off. */
static void count_prepaid(struct world *w, uint32_t firm, double rent, double ends)
{
    w->leases.prepaid[firm].rent += rent;
    w->leases.prepaid[firm].until += rent * ends;
}

/* What is paid for it, in the sums. */
static inline void account_rent(struct world *w, const struct lease *l, double sign)
{
    double rent = sign * l->cards * l->rent;
    w->vintages.row[l->vintage].rent_sum += rent;
    w->leases.rent_of[l->class_][l->region] += rent;
    if (l->billing == BILLING_ON_DEMAND)
        return;
    w->leases.due_rent += rent;
    w->leases.due_until += rent * l->ends;
    if (l->billing == BILLING_PACKAGE)
        count_prepaid(w, w->vintages.row[l->vintage].firm, rent, l->ends);
}

/* Who buys a centre serves its packages, and gets of the seller what has been paid for that. */
void lease_hand_over(struct world *w, uint32_t vintage, uint32_t to_firm)
{
    uint32_t from = w->vintages.row[vintage].firm;
    double owed = 0;
    for (uint32_t at = w->vintages.row[vintage].first_lease; at != UINT32_MAX; at = w->leasing->entry[at].next) {
        uint32_t id = w->leasing->entry[at].lease;
        const struct lease *l = &w->leases.row[id != UINT32_MAX ? id : 0];
        if (id == UINT32_MAX || l->billing != BILLING_PACKAGE)
            continue;
        count_prepaid(w, from, -l->cards * l->rent, l->ends);
        count_prepaid(w, to_firm, l->cards * l->rent, l->ends);
        owed += l->cards * l->rent * lease_hours_left(w, l);
    }
    if (owed <= 0 || !sim_enabled(w->sim, &model_accounting))
        return;
    double before = leasing_prepaid_cny(w, from) + owed, recorded = w->ledger.sheet[from].contract_liabilities;
    ledger_post(w, from, ACCOUNT_CONTRACT_LIABILITIES, before - recorded);
    ledger_post_with(w, from, ACCOUNT_CONTRACT_LIABILITIES, COUNTERPARTY_NOBODY, -owed);
    ledger_post_with(w, to_firm, ACCOUNT_CONTRACT_LIABILITIES, COUNTERPARTY_NOBODY, owed);
}

/* -- prices -------------------------------------------------------------------------------------------------------- */

/* What an investor leaves its own tenant to pay. */
static double not_given_up(const struct world *w, const struct lease *l)
{
    bool own = w->tenants.row[l->tenant].supplier == w->vintages.row[l->vintage].firm + 1;
    return own ? 1 - w->money.discount : 1;
}

static double hourly_rent(const struct world *w, const struct lease *l)
{
    return not_given_up(w, l) * w->leasing->on_demand_rent[l->generation];
}

/* The rent over lease_received. */
static double rent_of(const struct world *w, const struct lease *l, int months)
{
    const struct leasing *book = w->leasing;
    const struct leasing_settings *s = book->settings;
    int g = l->generation;
    if (l->billing == BILLING_ON_DEMAND)
        return hourly_rent(w, l);
    double rent = not_given_up(w, l) * value_term_rent(w, g, months);
    if (l->opaque)
        rent *= book->opaque_rent[l->workload] * w->generations.pflops_fp16[g] / w->market.rent_card[g] *
                (1 - s->opaque_discount);
    if (l->billing == BILLING_METERED)
        return rent * (1 + s->metered_premium) * (double)l->load;
    return l->billing == BILLING_PACKAGE ? rent * (1 - s->package_discount) : rent;
}

/* A load between 0 and 1 with the mean of the market: u^((1 - m) / m). */
static float load_of(const struct world *w, uint32_t tenant, uint32_t request)
{
    struct stream random = lease_stream(w, tenant, OCCASION_LOAD | request);
    double mean = max_of(value_load(w), 0.01);
    return (float)det_exp((1 - mean) / mean * det_log(stream_uniform(&random)));
}

static void price_on_demand(struct world *w)
{
    struct leasing *book = w->leasing;
    const struct leasing_settings *s = book->settings;
    double let[MAX_GENERATIONS];
    size_t count = (size_t)book->offered_count;
    if (count == 0)
        return;
    for (size_t i = 0; i < count; i++) {
        int g = book->offered[i];
        let[i] = max_of(w->vintages.let_cards[g] / max_of(w->vintages.competent_cards[g], 1), 0.01);
        let[i] = min_of(let[i], 1) / NATURAL_LET;
    }
    array_log(let, let, count);
    for (size_t i = 0; i < count; i++)
        let[i] *= s->on_demand_slope;
    array_exp(let, let, count);
    for (size_t i = 0; i < count; i++)
        book->on_demand_rent[book->offered[i]] =
            w->market.rent_card[book->offered[i]] * (1 + s->on_demand_premium) * let[i];
}

static void reprice_on_demand(struct world *w)
{
    const struct lease_clocks *c = &w->leasing->clocks;
    for (uint32_t block = c->first_block[open_cell(w)]; block != NO_BLOCK; block = c->next[block])
        for (unsigned held = lease_clocks_due(c, block, (double)INFINITY); held; held &= held - 1) {
            struct lease *l = &w->leases.row[c->holder[block * CLOCK_BLOCK + (unsigned)__builtin_ctz(held)].id];
            double paid = l->cards * l->rent, rent = lease_received(w, l) * hourly_rent(w, l), pays = l->cards * rent;
            double *of_vintage = &w->vintages.row[l->vintage].rent_sum,
                   *of_class = &w->leases.rent_of[l->class_][l->region];
            l->rent = rent;
            *of_vintage = *of_vintage - paid + pays;
            *of_class = *of_class - paid + pays;
        }
}

/* The pooled rent of a P of peak that is idle and serves a workload. */
static double pooled_rent(const struct world *w, enum workload k)
{
    double paid = 0, peak = 0;
    for (int i = 0; i < w->leasing->offered_count; i++) {
        int g = w->leasing->offered[i];
        double e = w->generations.effective_p[k][g] * w->market.preference[k][g],
               cards = e > 0 ? w->leasing->weight[k][i] / e : 0;
        paid += cards * w->market.rent_card[g];
        peak += cards * w->generations.pflops_fp16[g];
    }
    return peak > 0 ? paid / peak : 0;
}

/* Prices that are not term rents, once a step. */
void lease_price_markets(struct world *w)
{
    struct leasing *book = w->leasing;
    price_on_demand(w);
    for (int k = 0; k < WORKLOADS && book->settings->opaque_share > 0; k++)
        book->opaque_rent[k] = pooled_rent(w, (enum workload)k);
    reprice_on_demand(w);
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
    struct leasing *book = w->leasing;
    struct lease *l = &w->leases.row[id];
    uint32_t *of_tenant = &w->tenants.row[l->tenant].first_lease[l->workload];
    uint32_t *of_vintage = &w->vintages.row[l->vintage].first_lease;
    l->next = *of_tenant;
    *of_tenant = id;
    WORLD_GROW(w, book->entry, book->entries, book->entry_room);
    book->entry[book->entries] = (struct entry){.lease = id, .next = *of_vintage};
    l->entry = *of_vintage = (uint32_t)book->entries++;
}

/* Out of the tenant's list, which is short; its entry in that of the vintage stays. */
static void unlink_lease(struct world *w, uint32_t id)
{
    struct lease *row = w->leases.row;
    uint32_t *at = &w->tenants.row[row[id].tenant].first_lease[row[id].workload];
    while (*at != id)
        at = &row[*at].next;
    *at = row[id].next;
    w->leasing->entry[row[id].entry].lease = UINT32_MAX;
}

static void account_cards(struct world *w, const struct lease *l, double cards)
{
    supply_let(w, l->vintage, cards);
    w->leases.live_cards += cards;
    w->leases.live_of[l->billing] += cards;
    w->leases.sublet_cards += cards * l->middleman;
}

static void account_p(struct world *w, const struct lease *l, double sign)
{
    *demand_held(w, l->tenant, l->workload) += sign * l->effective_p;
    w->leases.live_p += sign * l->effective_p;
}

/* Counts the training cards of a tenant anew after a lease came or went that was, or is, of another generation. */
static void couple(struct world *w, uint32_t tenant)
{
    struct tenant *t = &w->tenants.row[tenant];
    struct lease *row = w->leases.row;
    const double *p = w->generations.effective_p[TRAINING];
    bool was_mixed = t->mixed;
    double least = INFINITY, coupling = w->leasing->settings->coupling, sum = 0;
    uint64_t generations = 0; /* bits */
    for (uint32_t id = t->first_lease[TRAINING]; id != UINT32_MAX; id = row[id].next) {
        least = min_of(least, p[row[id].generation]);
        generations |= (uint64_t)1 << row[id].generation;
    }
    t->mixed = generations & (generations - 1);
    if (!was_mixed && !t->mixed)
        return;
    for (uint32_t id = t->first_lease[TRAINING]; id != UINT32_MAX; id = row[id].next) {
        struct lease *l = &row[id];
        l->effective_p = l->cards * l->own_p * (1 - coupling * (1 - least / p[l->generation]));
        sum += l->effective_p;
        if (l->billing == BILLING_ON_DEMAND)
            lease_note_hourly(w, l);
    }
    double *held = demand_held(w, tenant, TRAINING);
    w->leases.live_p += sum - *held;
    *held = sum;
}

/* A lease came: the first of its list. Mostly it is of the generation of the others. */
static void couple_new(struct world *w, const struct lease *l)
{
    if (w->leasing->settings->coupling <= 0 || l->workload != TRAINING)
        return;
    bool alike = l->next == UINT32_MAX || w->leases.row[l->next].generation == l->generation;
    if (w->tenants.row[l->tenant].mixed || !alike)
        couple(w, l->tenant);
}

static void couple_rest(struct world *w, const struct lease *l)
{
    if ((l->workload == TRAINING) & w->tenants.row[l->tenant].mixed)
        couple(w, l->tenant);
}

/* -- cards that come back ------------------------------------------------------------------------------------------ */

void lease_room_for_vacated(struct world *w)
{
    struct leasing *book = w->leasing;
    while (book->vacated_room < w->vintages.count) {
        size_t had = book->vacated_room;
        WORLD_GROW(w, book->vacated, had, book->vacated_room);
        memset(book->vacated + had, 0, (book->vacated_room - had) * sizeof *book->vacated);
    }
}

static void vacate(struct world *w, const struct lease *l, double cards)
{
    struct leasing *book = w->leasing;
    double lag = book->settings->reletting_lag_yr;
    if (lag <= 0)
        return;
    lag *= 2 * (double)l->vacancy_luck / book->owner[l->owner_class].know_how;
    size_t week = (size_t)((w->sim->now + lag - w->sim->plan->start) * RELEASES_PER_YEAR) + 1;
    if (week >= book->weeks)
        week = book->weeks; /* beyond the horizon */
    uint32_t id = book->spare_release;
    if (id != NO_RELEASE) {
        book->spare_release = book->release[id].next;
    } else {
        WORLD_GROW(w, book->release, book->releases, book->release_room);
        id = (uint32_t)book->releases++;
    }
    book->release[id] = (struct release){.vintage = l->vintage,
                                         .sleeps = w->vintages.row[l->vintage].sleeps,
                                         .next = book->release_in[week],
                                         .cards = (float)cards};
    book->release_in[week] = id;
    float *vacated = &book->vacated[l->vintage], before = *vacated;
    *vacated += (float)cards;
    w->vintages.vacated_cards[l->generation] += (double)*vacated - (double)before; /* as rounded: sums stay sums */
}

static void release(struct world *w, const struct release *r)
{
    const struct vintage *v = &w->vintages.row[r->vintage];
    float *vacated = &w->leasing->vacated[r->vintage], before = *vacated;
    if (!v->competent || v->sleeps != r->sleeps)
        return;
    *vacated = before > r->cards ? before - r->cards : 0;
    w->vintages.vacated_cards[v->generation] -= (double)before - (double)*vacated;
}

void lease_forget_vacated(struct world *w, uint32_t vintage)
{
    if (lease_vacated(w, vintage) <= 0)
        return;
    w->vintages.vacated_cards[w->vintages.row[vintage].generation] -= lease_vacated(w, vintage);
    w->leasing->vacated[vintage] = 0;
}

void lease_release_vacated(struct world *w)
{
    struct leasing *book = w->leasing;
    const double rounding = 1e-6;
    double weeks = (w->sim->now - w->sim->plan->start) * RELEASES_PER_YEAR + rounding;
    for (; (double)book->released <= weeks && book->released < book->weeks; book->released++)
        for (uint32_t id = book->release_in[book->released], next; id != NO_RELEASE; id = next) {
            next = book->release[id].next;
            release(w, &book->release[id]);
            book->release[id].next = book->spare_release;
            book->spare_release = id;
        }
}

/* -- clocks -------------------------------------------------------------------------------------------------------- */

static void make_room_for_fresh(struct world *w)
{
    struct fresh *f = &w->leasing->fresh;
    struct arena *arena = &w->sim->arena;
    size_t room = f->room ? 2 * f->room : 256;
    f->clock = arena_grow(arena, f->clock, f->room * sizeof *f->clock, room * sizeof *f->clock);
    f->rent = arena_grow(arena, f->rent, f->room * sizeof *f->rent, room * sizeof *f->rent);
    f->exposure = arena_grow(arena, f->exposure, f->room * sizeof *f->exposure, room * sizeof *f->exposure);
    f->cards = arena_grow(arena, f->cards, f->room * sizeof *f->cards, room * sizeof *f->cards);
    f->room = room;
}

/* Its clock is set, to this exposure (uniform), when the clocks are next run down; `rent`: over lease_received. */
static inline void note_fresh(struct world *w, const struct lease *l, double rent, double exposure)
{
    const struct leasing *book = w->leasing;
    const struct leasing_settings *s = book->settings;
    struct fresh *f = &w->leasing->fresh;
    bool leaves = l->billing == BILLING_ON_DEMAND;
    double fixed = leaves ? s->on_demand_leave_per_yr : s->lessor_review_per_yr;
    if (f->count == f->room)
        make_room_for_fresh(w);
    f->clock[f->count] =
        (struct fresh_clock){.slot = l->slot,
                             .sees_gap = !leaves & !l->opaque,
                             .middleman = l->middleman,
                             .of_size = (leaves | !l->started) ? 0 : book->row[l->class_].hazard_per_yr,
                             .fixed = l->started ? fixed : 0};
    f->rent[f->count] = max_of(rent, LEAST_RENT);
    f->exposure[f->count] = exposure;
    f->cards[f->count++] = l->cards / SIZE_OF_BASE;
}

/* Logarithms and exponentials of all new contracts at once. */
void lease_set_fresh_clocks(struct world *w)
{
    struct leasing *book = w->leasing;
    const struct leasing_settings *s = book->settings;
    const double of_middleman[] = {0, s->b_middleman};
    struct lease_clocks *c = &book->clocks;
    struct fresh *f = &book->fresh;
    array_log(f->rent, f->rent, f->count);
    array_log(f->exposure, f->exposure, f->count);
    array_log(f->cards, f->cards, f->count);
    for (size_t i = 0; i < f->count; i++) {
        f->rent[i] *= s->b_gap;
        f->cards[i] = s->b_size * f->cards[i] + of_middleman[f->clock[i].middleman];
    }
    array_exp(f->rent, f->rent, f->count);
    array_exp(f->cards, f->cards, f->count);
    for (size_t i = 0; i < f->count; i++) {
        const struct fresh_clock *fresh = &f->clock[i];
        if (lease_clocks_free(c, fresh->slot)) /* it has ended already */
            continue;
        *lease_clocks_left(c, fresh->slot) = (float)-f->exposure[i];
        *lease_clocks_base(c, fresh->slot) = (float)(fresh->of_size * f->cards[i] + fresh->fixed);
        *lease_clocks_slope(c, fresh->slot) = (float)f->rent[i] * (float)fresh->sees_gap;
    }
    f->count = 0;
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

/* Who resells signs wholesale: the odds of a middleman grow with the size. */
static bool through_middleman(const struct leasing_settings *s, double cards, double u)
{
    double weight = 1 + s->middleman_size * (sqrt(cards / SIZE_OF_BASE) - 1), odds = s->middleman_share * weight;
    return u * (odds + 1 - s->middleman_share) < odds;
}

/* Writes price and end of a lease that has no slot, and takes one. */
static void write_terms(struct world *w, uint32_t id, double signed_on, int months, double exposure)
{
    struct lease *l = &w->leases.row[id];
    double rent = l->started ? rent_of(w, l, months) : 0;
    l->rent = lease_received(w, l) * rent;
    l->signed_on = signed_on;
    double years = l->started ? (double)months / MONTHS_PER_YEAR : w->leasing->settings->start_lag_yr;
    l->ends = l->billing == BILLING_ON_DEMAND ? NO_END : signed_on + years;
    struct clock_holder holder = {.id = id, .stamp = l->stamp};
    l->slot = lease_clocks_take(&w->leasing->clocks, cell_of(w, l), l->ends, holder);
    note_fresh(w, l, rent, exposure);
}

static void note_price(struct world *w, const struct lease *l, int months)
{
    struct leasing *book = w->leasing;
    int market = l->billing != BILLING_ON_DEMAND;
    book->signed_rent[market] += l->cards * l->rent;
    book->signed_p[market] += l->effective_p;
    if (l->opaque) {
        book->opaque_paid += l->cards * l->rent;
        book->opaque_worth += l->cards * value_term_rent(w, l->generation, months);
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
         not_given_up(w, l) < 1 ? ", from its own investor" : "");
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

void lease_sign(struct world *w, uint32_t tenant, enum workload workload, uint32_t vintage, double cards,
                const struct luck *luck)
{
    struct leasing *book = w->leasing;
    const struct leasing_settings *s = book->settings;
    struct tenant *t = &w->tenants.row[tenant];
    int months = lease_term_of(book, t->class_, luck->term);
    uint32_t id = new_row(w);
    struct lease *l = &w->leases.row[id];
    enum billing billing = billing_of(&book->row[t->class_], kind_luck(luck, KIND_BILLING));
    bool reserved = billing == BILLING_RESERVED, hourly = billing == BILLING_ON_DEMAND;
    write_parties(w, l, tenant, vintage);
    l->live = true;
    l->workload = (uint8_t)workload;
    l->billing = (uint8_t)billing;
    l->middleman = through_middleman(s, cards, kind_luck(luck, KIND_MIDDLEMAN));
    l->opaque = reserved & (kind_luck(luck, KIND_OPAQUE) < s->opaque_share);
    l->started = !reserved | (luck->age > 0) | (kind_luck(luck, KIND_START) >= s->never_start);
    l->cards = cards;
    l->own_p = delivered_p(w, l);
    l->effective_p = cards * l->own_p;
    l->load = billing == BILLING_METERED ? load_of(w, tenant, t->requests) : 1;
    l->vacancy_luck = (float)luck->vacancy;
    t->requests++;
    link_lease(w, id);
    w->leases.live++;
    w->leases.count_of[billing]++;
    w->leases.count_in[l->class_][l->region]++;
    w->leases.term_leases += !hourly;
    if (hourly)
        lease_note_hourly(w, l);
    double age = luck->age * months / MONTHS_PER_YEAR * !hourly;
    l->since = w->sim->now - age;
    write_terms(w, id, l->since, months, luck->clock);
    account_rent(w, l, 1);
    account_cards(w, l, cards);
    account_p(w, l, 1);
    couple_new(w, l);
    if (l->started && age <= 0)
        note_price(w, l, months);
    if (l->opaque)
        sim_schedule(w->sim, w->sim->now + s->found_out_yr, 1, leasing_event(w, EVENT_FOUND_OUT, id, l->stamp));
    tell_of_signing(w, l, months);
}

/* -- ending -------------------------------------------------------------------------------------------------------- */

double lease_hours_left(const struct world *w, const struct lease *l)
{
    return l->billing == BILLING_ON_DEMAND ? 0 : HOURS_PER_YEAR * max_of(0, l->ends - w->sim->now);
}

/* A contract and, if `customer`, a customer's stay are over or lost to sight. */
static void note_survival(struct world *w, const struct lease *l, bool contract_event, bool customer,
                          bool customer_event)
{
    double begin = w->sim->plan->start, now = w->sim->now;
    if (l->billing != BILLING_ON_DEMAND && l->started)
        survival_add(&w->leasing->contract[l->class_], max_of(0, begin - l->signed_on), now - l->signed_on,
                     contract_event);
    if (customer && l->started)
        survival_add(&w->leasing->customer[l->class_], max_of(0, begin - l->since), now - l->since, customer_event);
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
    w->leasing->ended++;
}

static void pay_penalty(struct world *w, const struct lease *l, enum lease_end how)
{
    double share = leasing_penalty(w->leasing->settings, l);
    if ((how != LEASE_TERMINATED && how != LEASE_BROKEN) || (how == LEASE_TERMINATED && l->middleman))
        return;
    double penalty = share * l->cards * l->rent * lease_hours_left(w, l);
    ledger_post(w, w->vintages.row[l->vintage].firm,
                how == LEASE_BROKEN ? ACCOUNT_PENALTIES_PAID : ACCOUNT_PENALTIES_RECEIVED, penalty);
    w->leasing->penalties_cny += how == LEASE_BROKEN ? -penalty : penalty;
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
    account_rent(w, l, -1);
    account_cards(w, l, -l->cards);
    account_p(w, l, -1);
    unlink_lease(w, id);
    couple_rest(w, l);
    note_survival(w, l, by_tenant || how == LEASE_BROKEN, true, how != LEASE_CENTRE_CLOSED);
    pay_penalty(w, l, how);
    if (how != LEASE_CENTRE_CLOSED)
        vacate(w, l, l->cards);
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
    lease_clocks_give(&w->leasing->clocks, l->slot);
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
        account_cards(w, l, -spare);
        vacate(w, l, spare);
        l->cards -= spare;
    }
    account_p(w, l, -1);
    l->own_p = delivered_p(w, l);
    l->effective_p = l->cards * l->own_p;
    account_p(w, l, 1);
    couple_rest(w, l);
}

/* New terms for a lease whose rent is out of the sums. */
static void begin_anew(struct world *w, uint32_t id, int months, double exposure)
{
    struct lease *l = &w->leases.row[id];
    lease_clocks_give(&w->leasing->clocks, l->slot);
    l->stamp++;
    write_terms(w, id, w->sim->now, months, exposure);
    account_rent(w, l, 1);
    note_price(w, l, months);
}

void lease_renew(struct world *w, uint32_t id, int months, double spare, double exposure)
{
    struct lease *l = &w->leases.row[id];
    note_survival(w, l, false, false, false);
    account_rent(w, l, -1);
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
    w->leasing->relet++;
    account_rent(w, l, -1);
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
    account_rent(w, l, -1);
    l->rent = rent;
    account_rent(w, l, 1);
    *lease_clocks_left(&w->leasing->clocks, l->slot) = INFINITY;
    note_fresh(w, l, rent / lease_received(w, l), exposure);
}
