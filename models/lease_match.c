/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests and matching: who lacks something, where there is room for it, and how long it waits.
 *
 * A tenant has one request outstanding per need. It goes to a generation drawn in proportion to free capacity that
 * serves the workload (where training is coupled, first to the generation that the tenant holds), and there to a vintage with
 * room. A cluster for training must stand in one place: a vintage with less room than the least block of the class will not
 * do, nor will a big cloud that lets nodes and no clusters of that size. Inference in real time needs a region near the users. What
 * finds no room waits, up to a patience that is drawn anew for each wait, then gives up for a while.
 */
#include "leasing.h"

#include "../sim/base/det.h"

/* Free effective P of generation g that serves a workload, idle cards times the split, as tenants rank it. */
static double free_for(const struct world *w, enum workload k, int g)
{
    const struct vintages *v = &w->vintages;
    double idle = max_of(0, v->competent_cards[g] - v->let_cards[g] - v->vacated_cards[g]);
    double quality = v->competent_cards[g] > 0 ? v->competent_work[g] / v->competent_cards[g] : 1;
    double share = k == TRAINING ? w->market.training_share[g] : 1 - w->market.training_share[g];
    return idle * quality * share * w->generations.effective_p[k][g] * w->market.preference[k][g];
}

/* Brings the weights of generation g up to date. */
static void weigh(struct world *w, int g)
{
    for (int k = 0; k < WORKLOADS; k++)
        w->leasing->weight[k][g] = free_for(w, (enum workload)k, g);
}

void lease_weigh_all(struct world *w)
{
    struct leasing *book = w->leasing;
    book->offered_count = 0;
    for (int g = 0; g < (int)w->generations.count; g++)
        if (w->vintages.competent_cards[g] > 0) {
            book->offered[book->offered_count++] = g;
            weigh(w, g);
        }
}

/* What decides where a request goes: free effective P, or for who cannot see the card its peak, whatever it delivers. */
static void weights_for(const struct world *w, enum workload k, bool hidden, double weight[MAX_GENERATIONS])
{
    const struct leasing *book = w->leasing;
    for (int i = 0; i < book->offered_count; i++) {
        int g = book->offered[i];
        double free = book->weight[k][g], e = w->generations.effective_p[k][g] * w->market.preference[k][g];
        weight[i] = !hidden ? free : e > 0 ? free / e * w->generations.pflops_fp16[g] : 0;
    }
}

/* The place of one drawn in proportion to its weight, or -1 if there is none left. */
static int draw_place(const double *weight, int count, double u)
{
    double sum = 0;
    int last = -1;
    for (int i = 0; i < count; i++)
        sum += weight[i];
    double target = u * sum;
    for (int i = 0; sum > 0 && i < count && target >= 0; i++)
        if (weight[i] > 0) {
            last = i;
            target -= weight[i];
        }
    return last;
}

/* Whole servers, but whole cards for who needs less than one. */
static double whole_units(double cards, double unit)
{
    return cards < unit ? ceil(cards) : floor(cards / unit + 0.5) * unit;
}

/* What a vintage must have. */
struct wish {
    double cards, least;      /* in one place */
    uint32_t owners, regions; /* bits of those that will do */
};

static double room_in(const struct world *w, uint32_t vintage)
{
    const struct vintage *v = &w->vintages.row[vintage];
    return v->cards - v->let_cards - lease_vacated(w, vintage);
}

/* A vintage of g with room for all cards, else the one with the most room, looked for from a random place; UINT32_MAX if none
 * has room for the least. */
static uint32_t find_vintage(const struct world *w, int g, const struct wish *wish, double u)
{
    const struct vintages *v = &w->vintages;
    size_t n = v->generation_count[g], from = (size_t)(u * (double)n);
    uint32_t best = UINT32_MAX;
    double most = wish->least - 0.5;
    for (size_t i = from; i < from + n; i++) {
        uint32_t id = v->of_generation[g][i < n ? i : i - n];
        const struct vintage *row = &v->row[id];
        double room = room_in(w, id);
        if (room <= most || !(wish->owners >> row->operator & wish->regions >> row->region & 1))
            continue;
        best = id, most = room;
        if (room >= wish->cards)
            break;
    }
    return best;
}

static uint32_t owners_of_clusters(const struct leasing *book, double cards)
{
    uint32_t bits = 0;
    for (size_t o = 0; o < book->owners; o++)
        bits |= (uint32_t)(book->owner[o].largest_cluster >= cards) << o;
    return bits;
}

static struct wish wish_for(const struct world *w, const struct tenant *t, enum workload k, int g, double lacks,
                            const double luck[LUCKS])
{
    const struct leasing *book = w->leasing;
    const struct leasing_row *row = &book->row[t->class_];
    double unit = w->generations.cards_per_server[g];
    double cards = min_of(row->largest_cards, whole_units(lacks / w->generations.effective_p[k][g], unit));
    double least = k == TRAINING ? min_of(cards, row->least_cards) : 1;
    bool near = k == INFERENCE && kind_luck(luck, KIND_REALTIME) < w->regions.realtime_share_now;
    return (struct wish){.cards = cards, .least = least, .owners = least <= book->any_cluster ? UINT32_MAX : owners_of_clusters(book, least), .regions = near ? book->near : UINT32_MAX};
}

/* The generation of the tenant's cluster, if training is coupled and it has one; else -1. */
static int own_generation(const struct world *w, const struct tenant *t, enum workload k)
{
    if (w->leasing->settings->coupling <= 0 || k != TRAINING)
        return -1;
    for (uint32_t id = t->first_lease; id != UINT32_MAX; id = w->leases.row[id].next)
        if (w->leases.row[id].workload == TRAINING)
            return w->vintages.row[w->leases.row[id].vintage].generation;
    return -1;
}

/* A vintage of that generation for what the tenant lacks, and how many of its cards. */
static uint32_t look_in(const struct world *w, const struct tenant *t, enum workload k, int g, double lacks, const double luck[LUCKS],
                        double *cards)
{
    struct wish wish = wish_for(w, t, k, g, lacks, luck);
    uint32_t vintage = find_vintage(w, g, &wish, luck[LUCK_PLACE]);
    if (vintage == UINT32_MAX)
        return vintage;
    double quality = (double)w->vintages.row[vintage].quality;
    if (quality > 1)
        wish.cards = min_of(wish.cards, whole_units(lacks / w->generations.effective_p[k][g] / quality, w->generations.cards_per_server[g]));
    *cards = min_of(wish.cards, room_in(w, vintage));
    return vintage;
}

/* Asks for generation after generation, each drawn by what is left, until one has what it takes. */
static uint32_t look_around(const struct world *w, const struct tenant *t, enum workload k, double lacks, const double luck[LUCKS],
                            double *cards)
{
    enum { MOST_TRIED = 4 };
    const struct leasing *book = w->leasing;
    double weight[MAX_GENERATIONS];
    weights_for(w, k, kind_luck(luck, KIND_OPAQUE) < book->settings->opaque_share, weight);
    for (int tried = 0; tried < MOST_TRIED; tried++) {
        int place = draw_place(weight, book->offered_count, luck[LUCK_GENERATION]);
        uint32_t vintage = place < 0 ? UINT32_MAX : look_in(w, t, k, book->offered[place], lacks, luck, cards);
        if (vintage != UINT32_MAX || place < 0)
            return vintage;
        weight[place] = 0;
    }
    return UINT32_MAX;
}

/* The vintage of the tenant's own supplier with the most room for a workload, and how many of its cards. */
static uint32_t look_at_supplier(const struct world *w, const struct tenant *t, enum workload k, double lacks, const double luck[LUCKS],
                                 double *cards)
{
    const struct vintages *v = &w->vintages;
    uint32_t best = UINT32_MAX, firm = t->supplier - 1u;
    double most = 0;
    for (int i = 0; i < w->leasing->offered_count; i++) {
        int g = w->leasing->offered[i];
        for (size_t n = 0; n < v->generation_count[g]; n++) {
            uint32_t id = v->of_generation[g][n];
            double room = v->row[id].firm == firm ? room_in(w, id) * w->generations.effective_p[k][g] : 0;
            if (room > most)
                best = id, most = room;
        }
    }
    if (best != UINT32_MAX)
        *cards = min_of(room_in(w, best), wish_for(w, t, k, v->row[best].generation, lacks, luck).cards);
    return best;
}

/* The halves of a uniform number. */
static void split_in_two(double u, double *high, double *low)
{
    uint64_t bits = (uint64_t)(u * 0x1p52);
    *high = ((double)(bits >> 26) + 0.5) * 0x1p-26;
    *low = ((double)(bits & 0x3ffffff) + 0.5) * 0x1p-26;
}

static void draw_luck(struct world *w, uint32_t tenant, bool in_the_past, double luck[LUCKS])
{
    const double *draw = lease_draws(w, tenant);
    split_in_two(draw[DRAW_WHERE], &luck[LUCK_GENERATION], &luck[LUCK_PLACE]);
    split_in_two(draw[DRAW_TERM], &luck[LUCK_TERM], &luck[LUCK_VACANCY]);
    luck[LUCK_KINDS] = draw[DRAW_KINDS];
    luck[LUCK_CLOCK] = draw[DRAW_CLOCK];
    luck[LUCK_AGE] = 0;
    if (in_the_past) {
        struct stream random = lease_stream(w, tenant, OCCASION_AGE | w->tenants.row[tenant].requests);
        luck[LUCK_AGE] = stream_uniform(&random);
    }
}

/* Finds a tenant what it lacks of a workload, as far as it goes: at its own supplier first. */
void lease_serve(struct world *w, uint32_t tenant, enum workload k, double lacks, bool in_the_past)
{
    const struct tenant *t = &w->tenants.row[tenant];
    double luck[LUCKS], cards = 0;
    draw_luck(w, tenant, in_the_past, luck);
    int own = own_generation(w, t, k);
    uint32_t vintage = t->supplier ? look_at_supplier(w, t, k, lacks, luck, &cards) : UINT32_MAX;
    if (vintage == UINT32_MAX && own >= 0)
        vintage = look_in(w, t, k, own, lacks, luck, &cards);
    if (vintage == UINT32_MAX)
        vintage = look_around(w, t, k, lacks, luck, &cards);
    if (vintage == UINT32_MAX)
        return;
    lease_sign(w, tenant, k, vintage, cards, luck[LUCK_AGE], luck);
    weigh(w, w->vintages.row[vintage].generation);
}

/* -- waiting --------------------------------------------------------------------------------------------------------------- */

enum { OCCASION_MASK = 0x1fffff };

static void make_room_to_wait(struct world *w)
{
    struct leasing *book = w->leasing;
    size_t room = w->tenants.capacity * WORKLOADS;
    if (book->waiting_room >= room || isnan(book->settings->patience_yr))
        return;
    book->waiting = arena_grow(&w->sim->arena, book->waiting, book->waiting_room * sizeof *book->waiting, room * sizeof *book->waiting);
    for (; book->waiting_room < room; book->waiting_room++)
        book->waiting[book->waiting_room] = (struct waiting){0};
}

static bool is_away(const struct world *w, uint32_t tenant, enum workload k)
{
    const struct waiting *waiting = w->leasing->waiting;
    return waiting && (double)waiting[tenant * WORKLOADS + k].away_until > w->sim->now;
}

/* A need that was not met in this step: its wait begins, goes on, or ends with the patience. */
static void wait_for(struct world *w, uint32_t tenant, enum workload k, double lacks)
{
    struct leasing *book = w->leasing;
    if (!book->waiting)
        return;
    struct waiting *wait = &book->waiting[tenant * WORKLOADS + k];
    uint32_t step = (uint32_t)w->sim->step + 1;
    if (wait->seen + 1 < step) {
        struct stream s = lease_stream(w, tenant, OCCASION_WAIT | ((w->tenants.row[tenant].requests * WORKLOADS + k) & OCCASION_MASK));
        wait->gives_up = (float)(w->sim->now + book->settings->patience_yr * stream_exponential(&s));
    }
    wait->seen = step;
    if ((double)wait->gives_up > w->sim->now)
        return;
    wait->away_until = (float)(w->sim->now + book->settings->away_yr);
    wait->seen = 0;
    book->reneged_p += lacks;
}

/* -- requests --------------------------------------------------------------------------------------------------------------- */

/* A tenant asks when it holds less than the least, and sheds hours on demand when it holds more than the most; a need of one. */
static void range_held(const struct world *w, double least[MAX_TENANT_CLASSES][WORKLOADS], double most[MAX_TENANT_CLASSES][WORKLOADS])
{
    const struct leasing_settings *s = w->leasing->settings;
    for (int c = 0; c < MAX_TENANT_CLASSES; c++)
        for (int k = 0; k < WORKLOADS; k++) {
            least[c][k] = w->tenants.wanted[c][k] * (1 - s->least_gap);
            most[c][k] = w->tenants.wanted[c][k] * s->excess;
        }
}

/* A tenant reviews its needs once a month, on a day of its own: letting must not go faster because steps are shorter. */
static bool reviews(const struct world *w, const struct tenant *t)
{
    double day = (double)t->review;
    double from = w->sim->step_start * MONTHS_PER_YEAR - day, to = w->sim->step_end * MONTHS_PER_YEAR - day;
    return (long)to > (long)from;
}

static void ask(struct world *w, uint32_t tenant, enum workload k)
{
    const struct tenant *t = &w->tenants.row[tenant];
    double desire = demand_desire(w, tenant, k);
    if (is_away(w, tenant, k))
        return;
    if (reviews(w, t))
        lease_serve(w, tenant, k, desire - t->held[k], false);
    double lacks = max_of(0, desire - w->tenants.row[tenant].held[k]);
    w->leases.unmet_p[k] += lacks;
    if (lacks > w->leasing->settings->least_gap * desire)
        wait_for(w, tenant, k, lacks);
}

/* Hours on demand end the day they are not needed. */
static void shed_on_demand(struct world *w, uint32_t tenant, enum workload k)
{
    double desire = demand_desire(w, tenant, k);
    w->tenants.row[tenant].hourly = false;
    for (uint32_t id = w->tenants.row[tenant].first_lease, next; id != UINT32_MAX; id = next) {
        const struct lease *l = &w->leases.row[id];
        next = l->next;
        if (l->billing != BILLING_ON_DEMAND)
            continue;
        w->tenants.row[tenant].hourly = true; /* it had some */
        if (l->workload == k && w->tenants.row[tenant].held[k] - l->effective_p >= desire)
            lease_end(w, id, LEASE_TERMINATED);
    }
}

/* Of the tenants listed, those that lack something or hold too much of it: most do not. */
static size_t list_attended(const struct world *w, const uint32_t *here, size_t n, double least[MAX_TENANT_CLASSES][WORKLOADS],
                            double most[MAX_TENANT_CLASSES][WORKLOADS], uint32_t *attended)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        const struct tenant *t = &w->tenants.row[here[i]];
        const double *low = least[t->class_], *high = most[t->class_];
        double training_p = t->need_p * tenant_share(t, TRAINING), inference_p = t->need_p * tenant_share(t, INFERENCE);
        attended[count] = here[i];
        count += (t->held[TRAINING] < training_p * low[TRAINING]) | (t->held[INFERENCE] < inference_p * low[INFERENCE]) |
                 (t->hourly && (t->held[TRAINING] > training_p * high[TRAINING] || t->held[INFERENCE] > inference_p * high[INFERENCE]));
    }
    return count;
}

static void attend_to(struct world *w, uint32_t tenant, double least[MAX_TENANT_CLASSES][WORKLOADS],
                      double most[MAX_TENANT_CLASSES][WORKLOADS])
{
    const struct tenant *t = &w->tenants.row[tenant];
    for (int k = 0; k < WORKLOADS; k++) {
        double need_p = t->need_p * tenant_share(t, (enum workload)k);
        if (t->held[k] < need_p * least[t->class_][k])
            ask(w, tenant, (enum workload)k);
        else if (t->hourly && t->held[k] > need_p * most[t->class_][k])
            shed_on_demand(w, tenant, (enum workload)k);
    }
}

/* Tenants are served in an order that starts elsewhere every step, so that none is always first. */
void lease_request(struct world *w)
{
    size_t n = w->tenants.present, from = n ? w->sim->step * 7919 % n : 0;
    double least[MAX_TENANT_CLASSES][WORKLOADS], most[MAX_TENANT_CLASSES][WORKLOADS];
    w->leases.unmet_p[TRAINING] = w->leases.unmet_p[INFERENCE] = 0;
    w->leases.penalties_cny[0] = w->leases.penalties_cny[1] = 0;
    range_held(w, least, most);
    lease_release_vacated(w);
    lease_weigh_all(w);
    lease_price_markets(w);
    make_room_to_wait(w);
    lease_room_for_tenants(w);
    size_t count = list_attended(w, w->tenants.here + from, n - from, least, most, w->leasing->attended);
    count += list_attended(w, w->tenants.here, from, least, most, w->leasing->attended + count);
    for (size_t i = 0; i < count; i++)
        attend_to(w, w->leasing->attended[i], least, most);
}
