/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Leases one by one: request, match, exit, expiry, renewal.
 *
 * A tenant whose desire exceeds what it holds asks for the gap, one request per workload and month. The request goes to a
 * generation drawn in proportion to free capacity that serves the workload, and there to a vintage with room; it signs at the term price of
 * value.c. What finds no room waits and is reported as unmet.
 *
 * The tenant may walk away (退租) before the end. Its hazard is proportional:
 *
 *     h = h0_class exp(b_size ln(cards / 64) + b_middleman) * max(1, (contract / forward)^b_gap)
 *
 * with the forward price of the remaining term: the gap ln(contract / forward) counts only when positive. The exponential of
 * the gap is split into a number fixed at signing, contract^b_gap, and one a generation and half-year of the end,
 * forward^-b_gap, so that the sweep over all leases needs no exp. A clock that fires is acted on only if the saving exceeds the penalty, if the
 * tenant no longer needs the cards, or if the lessee is a middleman, who has nothing that a penalty could take; otherwise it
 * is wound up again. At expiry a tenant renews in place, at today's price, the cards that it still wants.
 */
#include "models.h"
#include "world.h"

#include "../sim/base/det.h"
#include "../sim/engine/clocks.h"

struct settings {
    double b_gap, b_size, b_middleman, middleman_share, penalty, least_gap, excess;
};

struct row {
    const struct distribution *term_yr;
    double hazard_per_yr, largest_cards;
};

enum { ENDS_PER_YEAR = 2, ENDS_AHEAD = 12 }; /* ends further ahead count as the last of these */

enum { TERM_PARTS = 128 };

/* The random numbers of a request, uniform, in this order. */
enum luck { LUCK_GENERATION, LUCK_PLACE, LUCK_TERM, LUCK_MIDDLEMAN, LUCK_CLOCK, LUCK_AGE, LUCKS };

struct leasing {
    const struct settings *settings;
    const struct row *row;
    double term_below[MAX_TENANT_CLASSES][LONGEST_TERM_MONTHS + 1]; /* share of terms of at most so many months */
    unsigned char term_from[MAX_TENANT_CLASSES][TERM_PARTS];        /* shortest term in each part of the share */
    uint32_t *fired;
    float *after;
    size_t fired_capacity;
    float *forward_power;                           /* forward ^ -b_gap by generation and end of the lease: see cell_of */
    int ends;                                       /* half-years in which a lease can end */
    int offered[MAX_GENERATIONS], offered_count;    /* generations with competent cards */
    double weight[WORKLOADS][MAX_GENERATIONS];      /* their free effective P, kept through the requests */
    double survived_yr, ended;                            /* exposure and ends before term, for the mean churn */
};

enum event_kind { EXPIRY, WALK_AWAY };

#define TENANT "tenants"
static const struct param params[] = {
    NUMBER(struct settings, b_gap, "gap_effect", "", 0, 20, "1.7", UNCERTAIN,
           "effect of the log gap between contract and forward price on the log hazard", "feasibility study"),
    NUMBER(struct settings, b_size, "size_effect", "", -5, 5, "0.14", UNCERTAIN, "effect of the log size on the log hazard",
           "feasibility study"),
    NUMBER(struct settings, b_middleman, "middleman_effect", "", -5, 5, "1.09", UNCERTAIN,
           "effect of not being the end user on the log hazard", "feasibility study"),
    NUMBER(struct settings, middleman_share, "middleman_share", "", 0, 1, "0.3", UNCERTAIN,
           "share of leases signed by who resells the capacity", NULL),
    NUMBER(struct settings, penalty, "penalty", "", 0, 1, "0.2", UNCERTAIN,
           "penalty for leaving, share of the rent still due", "breach penalty of 20 % in a 2025 reservation"),
    NUMBER(struct settings, least_gap, "request_gap", "", 0.001, 1, "0.2", FIXED,
           "a tenant asks when it lacks this share of what it wants", NULL),
    NUMBER(struct settings, excess, "excess", "", 1, 100, "1.25", UNCERTAIN,
           "a tenant that holds more than this multiple of what it wants sheds what it can spare", NULL),
    {.name = "term", .table = TENANT, .type = PARAM_NUMBER, .draw = HETEROGENEOUS, .unit = "yr", .min = 1.0 / 365, .max = 15,
     .value = "{lognormal: {median: 18 months, sigma: 0.6}}", .help = "length of a contract",
     .offset = offsetof(struct row, term_yr)},
    COLUMN(TENANT, struct row, hazard_per_yr, "walk_away", "/yr", 0, 20, "0.1 /yr", UNCERTAIN,
           "hazard of leaving a contract of 64 cards at a fair price", "feasibility study: .097"),
    COLUMN(TENANT, struct row, largest_cards, "largest_lease", "card", 1, 1e6, "2048 card", FIXED,
           "largest block asked for at once", NULL),
    {0},
};

static struct event event_for(const struct world *w, enum event_kind kind, uint32_t id)
{
    return (struct event){.model = (uint16_t)sim_model_index(w->sim, &model_leasing), .kind = (uint16_t)kind, .id = id,
                          .stamp = w->leases.row[id].stamp};
}

/* -- the table ------------------------------------------------------------------------------------------------------- */

/* Every column has room for one more row. */
static void grow(struct world *w)
{
    struct leases *t = &w->leases;
    size_t room[8];
    for (int i = 0; i < 8; i++)
        room[i] = t->capacity;
    WORLD_GROW(w, t->row, t->count, room[0]);
    WORLD_GROW(w, t->clock, t->count, room[1]);
    WORLD_GROW(w, t->base, t->count, room[2]);
    WORLD_GROW(w, t->slope, t->count, room[3]);
    WORLD_GROW(w, t->contract_power, t->count, room[4]);
    WORLD_GROW(w, t->cell, t->count, room[5]);
    WORLD_GROW(w, t->due, t->count, room[6]);
    WORLD_GROW(w, t->free_slot, t->count, room[7]);
    t->capacity = room[0];
}

static uint32_t slot(struct world *w)
{
    struct leases *t = &w->leases;
    if (t->free_count)
        return t->free_slot[--t->free_count];
    grow(w);
    t->row[t->count].stamp = 0;
    return (uint32_t)t->count++;
}

static uint32_t tenant_identity(const struct tenant *t)
{
    return t->class_ << 20 | ((t->k >> 31) << 19) | (t->k & 0x7ffff);
}

/* The stream of a lease: (tenant, its request number). */
static struct stream lease_stream(const struct world *w, uint32_t tenant, uint32_t request)
{
    return stream_open(&w->sim->streams, identity_pair(PURPOSE_LEASE, tenant_identity(&w->tenants.row[tenant]), request));
}

static void account(struct world *w, const struct lease *l, double sign)
{
    supply_let(w, l->vintage, sign * l->cards);
    w->tenants.row[l->tenant].held[l->workload] += sign * l->effective_p;
    w->leases.live_cards += sign * l->cards;
    w->leases.live_p += sign * l->effective_p;
    w->vintages.row[l->vintage].rent_sum += sign * l->cards * l->rent;
    w->leases.rent_of[w->tenants.row[l->tenant].class_][w->vintages.row[l->vintage].region] += sign * l->cards * l->rent;
}

static void link_lease(struct world *w, uint32_t id)
{
    struct lease *row = w->leases.row;
    uint32_t *of_tenant = &w->tenants.row[row[id].tenant].first_lease;
    uint32_t *of_vintage = &w->vintages.row[row[id].vintage].first_lease;
    row[id].next = *of_tenant;
    row[id].next_of_vintage = *of_vintage;
    if (*of_vintage != UINT32_MAX)
        row[*of_vintage].previous_of_vintage = id;
    *of_tenant = *of_vintage = id;
}

/* A tenant has a few leases, a vintage may have hundreds. */
static void unlink_lease(struct world *w, uint32_t id)
{
    struct lease *row = w->leases.row;
    uint32_t *at = &w->tenants.row[row[id].tenant].first_lease, *first = &w->vintages.row[row[id].vintage].first_lease;
    while (*at != id)
        at = &row[*at].next;
    *at = row[id].next;
    *(*first == id ? first : &row[row[id].previous_of_vintage].next_of_vintage) = row[id].next_of_vintage;
    if (row[id].next_of_vintage != UINT32_MAX)
        row[row[id].next_of_vintage].previous_of_vintage = row[id].previous_of_vintage;
}

static void end_lease(struct world *w, uint32_t id, enum lease_end how)
{
    struct leases *t = &w->leases;
    struct lease *l = &t->row[id];
    double now = w->sim->now;
    account(w, l, -1);
    unlink_lease(w, id);
    l->live = false;
    l->stamp++;
    t->live--;
    t->free_slot[t->free_count++] = id;
    t->ended_since_sample[how]++;
    if (how == LEASE_TERMINATED || how == LEASE_TENANT_LEFT) {
        t->terminated_value_since_sample += l->cards * l->rent * HOURS_PER_YEAR * max_of(0, l->ends - now);
        w->leasing->ended++;
    }
    t->clock[id] = INFINITY;
    t->base[id] = 0;
    t->due[id] = INFINITY;
    static const char *const verb[] = {"expired", "terminated", "ended", "ended"};
    static const char *const why[] = {"not renewed", "the tenant walked away", "the tenant left the market", "the centre closed"};
    char tenant[64];
    tell(w->sim, "leasing", verb[how], demand_tenant_name(w, l->tenant, tenant), "%.0f %s cards at %.2f CNY/h after %.1f years: %s",
         l->cards, w->generations.name[w->vintages.row[l->vintage].generation], l->rent, now - l->signed_on, why[how]);
}

void leasing_tenant_left(struct world *w, uint32_t tenant)
{
    for (uint32_t id = w->tenants.row[tenant].first_lease, next; id != UINT32_MAX; id = next) {
        next = w->leases.row[id].next;
        end_lease(w, id, LEASE_TENANT_LEFT);
    }
}

void leasing_centre_closed(struct world *w, uint32_t vintage)
{
    while (w->vintages.row[vintage].first_lease != UINT32_MAX)
        end_lease(w, w->vintages.row[vintage].first_lease, LEASE_CENTRE_CLOSED);
}

/* -- signing ----------------------------------------------------------------------------------------------------------- */

/* Where in the table of forward prices a lease stands until its end. */
static uint16_t cell_of(const struct world *w, int g, double ends)
{
    int end = (int)((ends - w->sim->plan->start) * ENDS_PER_YEAR);
    return (uint16_t)(g * w->leasing->ends + (end < w->leasing->ends ? end : w->leasing->ends - 1));
}

static void write_terms(struct world *w, uint32_t id, double signed_on, int months, double clock)
{
    struct lease *l = &w->leases.row[id];
    int g = w->vintages.row[l->vintage].generation;
    double rent = value_term_rent(w, g, months);
    l->rent = rent * supply_rent_factor(w, l->vintage);
    if (w->tenants.row[l->tenant].supplier == w->vintages.row[l->vintage].firm + 1)
        l->rent *= 1 - w->money.discount;
    l->signed_on = signed_on;
    l->ends = w->leases.due[id] = signed_on + (double)months / MONTHS_PER_YEAR;
    w->leases.cell[id] = cell_of(w, g, l->ends);
    w->leases.contract_power[id] = (float)det_exp(w->leasing->settings->b_gap * det_log(max_of(rent, 1e-6)));
    w->leases.base[id] = l->hazard_per_yr;
    w->leases.clock[id] = (float)clock;
}

/* Terms are whole months: month m takes the probability of (m - 1/2, m + 1/2], so that a draw is a search, begun at
 * the first month that its part of (0, 1) can give. */
static void tabulate_terms(struct leasing *book, size_t classes)
{
    for (size_t c = 0; c < classes; c++) {
        double *below = book->term_below[c];
        for (int m = 0; m < LONGEST_TERM_MONTHS; m++)
            below[m] = distribution_cdf(book->row[c].term_yr, (m + 0.5) / MONTHS_PER_YEAR);
        below[LONGEST_TERM_MONTHS] = 1;
        int months = 1;
        for (int part = 0; part < TERM_PARTS; part++) {
            while (below[months] < (double)part / TERM_PARTS)
                months++;
            book->term_from[c][part] = (unsigned char)months;
        }
    }
}

static int term_of(const struct leasing *book, uint32_t class_, double u)
{
    int months = book->term_from[class_][(int)(u * TERM_PARTS)];
    while (book->term_below[class_][months] < u)
        months++;
    return months;
}

static float hazard_of(const struct leasing *book, uint32_t class_, double cards, bool middleman)
{
    const struct settings *s = book->settings;
    double log_hazard = s->b_size * det_log(cards / 64) + (middleman ? s->b_middleman : 0);
    return (float)(book->row[class_].hazard_per_yr * det_exp(log_hazard));
}

/* Signs cards of a vintage; a lease of the start may have been signed in the past. */
static void sign(struct world *w, uint32_t tenant, enum workload workload, uint32_t vintage, double cards, double age_share,
                 const double luck[LUCKS])
{
    struct leasing *book = w->leasing;
    struct tenant *t = &w->tenants.row[tenant];
    int months = term_of(book, t->class_, luck[LUCK_TERM]);
    uint32_t id = slot(w);
    struct lease *l = &w->leases.row[id];
    int g = w->vintages.row[vintage].generation;
    uint32_t stamp = l->stamp + 1;
    *l = (struct lease){.tenant = tenant, .vintage = vintage, .stamp = stamp, .workload = workload,
                        .live = true, .cards = cards, .request = t->requests++,
                        .effective_p = cards * w->generations.effective_p[workload][g] * (double)w->vintages.row[vintage].quality,
                        .middleman = luck[LUCK_MIDDLEMAN] < book->settings->middleman_share};
    l->hazard_per_yr = hazard_of(book, t->class_, cards, l->middleman);
    link_lease(w, id);
    w->leases.live++;
    double age = age_share * months / MONTHS_PER_YEAR;
    write_terms(w, id, w->sim->now - age, months, -det_log(luck[LUCK_CLOCK]));
    account(w, l, 1);
    char name[64];
    tell(w->sim, "leasing", "let", demand_tenant_name(w, tenant, name), "%.0f %s cards for %s at %.2f CNY/h, %d months%s", cards,
         w->generations.name[g], workload == TRAINING ? "training" : "inference", l->rent, months,
         l->middleman ? ", through a middleman" : "");
}

/* Free effective P of generation g that serves a workload, idle cards times the split, as tenants rank it. */
static double free_for(const struct world *w, enum workload k, int g)
{
    double idle = max_of(0, w->vintages.competent_cards[g] - w->vintages.let_cards[g]);
    double quality = w->vintages.competent_cards[g] > 0 ? w->vintages.competent_work[g] / w->vintages.competent_cards[g] : 1;
    double share = k == TRAINING ? w->market.training_share[g] : 1 - w->market.training_share[g];
    return idle * quality * share * w->generations.effective_p[k][g] * w->market.preference[k][g];
}

/* Brings the weights of generation g up to date. */
static void weigh(struct world *w, int g)
{
    struct leasing *book = w->leasing;
    for (int k = 0; k < WORKLOADS; k++)
        book->weight[k][g] = free_for(w, (enum workload)k, g);
}

static void weigh_all(struct world *w)
{
    struct leasing *book = w->leasing;
    book->offered_count = 0;
    for (int g = 0; g < (int)w->generations.count; g++)
        if (w->vintages.competent_cards[g] > 0) {
            book->offered[book->offered_count++] = g;
            weigh(w, g);
        }
}

/* A generation drawn in proportion to its weight, or -1 if nothing is free. */
static int generation_of(const struct leasing *book, enum workload k, double u)
{
    const double *weight = book->weight[k];
    double sum = 0;
    for (int i = 0; i < book->offered_count; i++)
        sum += weight[book->offered[i]];
    if (sum <= 0)
        return -1;
    double target = u * sum;
    int last = -1;
    for (int i = 0; i < book->offered_count && target >= 0; i++)
        if (weight[book->offered[i]] > 0) {
            last = book->offered[i];
            target -= weight[last];
        }
    return last;
}

/* A vintage of g with room for `cards`, else the one with the most room, looked for from a random place; UINT32_MAX if all are full. */
static uint32_t find_vintage(const struct world *w, int g, double cards, double u)
{
    const struct vintages *v = &w->vintages;
    size_t n = v->generation_count[g], from = (size_t)(u * (double)n);
    uint32_t best = UINT32_MAX;
    double most = 0;
    for (size_t i = from; i < from + n; i++) {
        uint32_t id = v->of_generation[g][i < n ? i : i - n];
        double room = v->row[id].cards - v->row[id].let_cards;
        if (room > most + 0.5)
            best = id, most = room;
        if (room >= cards)
            break;
    }
    return best;
}

/* The vintage of a firm with the most room for a workload; UINT32_MAX if it has none. */
static uint32_t find_of_firm(const struct world *w, uint32_t firm, enum workload k)
{
    const struct vintages *v = &w->vintages;
    uint32_t best = UINT32_MAX;
    double most = 0;
    for (int i = 0; i < w->leasing->offered_count; i++) {
        int g = w->leasing->offered[i];
        for (size_t n = 0; n < v->generation_count[g]; n++) {
            const struct vintage *row = &v->row[v->of_generation[g][n]];
            double room = row->firm == firm ? (row->cards - row->let_cards) * w->generations.effective_p[k][g] : 0;
            if (room > most)
                best = v->of_generation[g][n], most = room;
        }
    }
    return best;
}

/* Whole servers, but whole cards for who needs less than one. */
static double whole_units(double cards, double unit)
{
    return cards < unit ? ceil(cards) : round(cards / unit) * unit;
}

/* Finds a tenant what it lacks of a workload, as far as it goes: at its own supplier first. */
static void serve(struct world *w, uint32_t tenant, enum workload k, double lacks, bool in_the_past)
{
    const struct tenant *t = &w->tenants.row[tenant];
    struct stream random = lease_stream(w, tenant, t->requests);
    double luck[LUCKS];
    stream_fill_uniform(&random, luck, LUCKS);
    uint32_t own = t->supplier ? find_of_firm(w, t->supplier - 1u, k) : UINT32_MAX;
    int g = own != UINT32_MAX ? w->vintages.row[own].generation : generation_of(w->leasing, k, luck[LUCK_GENERATION]);
    if (g < 0)
        return;
    double unit = w->generations.cards_per_server[g];
    double largest = w->leasing->row[t->class_].largest_cards;
    double cards = min_of(largest, whole_units(lacks / w->generations.effective_p[k][g], unit));
    uint32_t vintage = own != UINT32_MAX ? own : find_vintage(w, g, cards, luck[LUCK_PLACE]);
    if (vintage == UINT32_MAX)
        return;
    double room = w->vintages.row[vintage].cards - w->vintages.row[vintage].let_cards;
    if (w->vintages.row[vintage].quality > 1)
        cards = min_of(cards, whole_units(lacks / w->generations.effective_p[k][g] / (double)w->vintages.row[vintage].quality, unit));
    sign(w, tenant, k, vintage, min_of(cards, room), in_the_past ? luck[LUCK_AGE] : 0, luck);
    weigh(w, g);
}

/* A tenant asks when it holds less than this, a need of one. */
static void least_held(const struct world *w, double least[MAX_TENANT_CLASSES][WORKLOADS])
{
    for (int c = 0; c < MAX_TENANT_CLASSES; c++)
        for (int k = 0; k < WORKLOADS; k++)
            least[c][k] = w->tenants.wanted[c][k] * (1 - w->leasing->settings->least_gap);
}

/* A tenant reviews its needs once a month, on a day of its own: letting must not go faster because steps are shorter. */
static bool reviews(const struct world *w, const struct tenant *t)
{
    double day = (double)t->review;
    double from = w->sim->step_start * MONTHS_PER_YEAR - day, to = w->sim->step_end * MONTHS_PER_YEAR - day;
    return (long)to > (long)from;
}

/* Tenants are served in an order that starts elsewhere every step, so that none is always first. */
static void request(struct world *w)
{
    size_t n = w->tenants.present, from = n ? w->sim->step * 7919 % n : 0;
    double least[MAX_TENANT_CLASSES][WORKLOADS], *unmet_p = w->leases.unmet_p;
    unmet_p[TRAINING] = unmet_p[INFERENCE] = 0;
    least_held(w, least);
    weigh_all(w);
    for (size_t i = from; i < from + n; i++) {
        uint32_t tenant = w->tenants.here[i < n ? i : i - n];
        const struct tenant *t = &w->tenants.row[tenant];
        for (int k = 0; k < WORKLOADS; k++) {
            if (t->held[k] >= t->need_p * tenant_share(t, (enum workload)k) * least[t->class_][k])
                continue;
            double desire = demand_desire(w, tenant, (enum workload)k);
            if (reviews(w, t))
                serve(w, tenant, (enum workload)k, desire - t->held[k], false);
            unmet_p[k] += max_of(0, desire - t->held[k]);
        }
    }
}

/* -- leaving --------------------------------------------------------------------------------------------------------------- */

/* Forward prices of the term that is left to the middle of each half-year. */
static void update_forward(struct world *w)
{
    const struct leasing *book = w->leasing;
    double since = w->sim->now - w->sim->plan->start;
    int first = (int)(since * ENDS_PER_YEAR);
    for (int end = first; end < book->ends && end < first + ENDS_AHEAD; end++) {
        int months = (int)round(((end + 0.5) / ENDS_PER_YEAR - since) * MONTHS_PER_YEAR);
        const struct tenor *tenor = value_tenor(w, months);
        for (int g = 0; g < (int)w->generations.count; g++)
            if (w->vintages.let_cards[g] > 0) {
                double log_rent = det_log(max_of(value_term_rent_with(w, g, tenor), 1e-6));
                book->forward_power[g * book->ends + end] = (float)det_exp(-book->settings->b_gap * log_rent);
            }
    }
    for (int g = 0; g < (int)w->generations.count; g++)
        for (int end = first + ENDS_AHEAD; w->vintages.let_cards[g] > 0 && end < book->ends; end++)
            book->forward_power[g * book->ends + end] = book->forward_power[g * book->ends + first + ENDS_AHEAD - 1];
}

static void room_for_fired(struct world *w)
{
    struct leasing *book = w->leasing;
    if (book->fired_capacity >= w->leases.count)
        return;
    book->fired_capacity = w->leases.capacity;
    book->fired = arena_array(&w->sim->arena, book->fired_capacity, sizeof *book->fired);
    book->after = arena_array(&w->sim->arena, book->fired_capacity, sizeof *book->after);
}

static void schedule_expiry(struct world *w, uint32_t id)
{
    sim_schedule(w->sim, max_of(w->sim->now, w->leases.due[id]), 1, event_for(w, EXPIRY, id));
}

/* An expiry becomes an event in the step in which it comes: every other lease ends before. */
static void schedule_expiries(struct world *w)
{
    const double *due = w->leases.due, step_end = w->sim->step_end;
    size_t count = w->leases.count;
    for (size_t id = 0; id < count; id++)
        if (due[id] < step_end)
            schedule_expiry(w, (uint32_t)id);
}

static void update_slopes(struct world *w)
{
    const float *contract_power = w->leases.contract_power, *forward_power = w->leasing->forward_power;
    const uint16_t *cell = w->leases.cell;
    float *slope = w->leases.slope;
    size_t count = w->leases.count;
    for (size_t id = 0; id < count; id++)
        slope[id] = contract_power[id] * forward_power[cell[id]];
}

static void run_clocks(struct world *w)
{
    struct leases *t = &w->leases;
    struct leasing *book = w->leasing;
    schedule_expiries(w);
    update_forward(w);
    update_slopes(w);
    room_for_fired(w);
    struct clock_columns columns = {.left = t->clock, .base = t->base, .slope = t->slope, .count = t->count};
    size_t fired = clocks_sweep(columns, 1, (float)w->sim->dt, book->fired, book->after);
    for (size_t i = 0; i < fired; i++)
        sim_schedule(w->sim, w->sim->now + (double)book->after[i], 0, event_for(w, WALK_AWAY, book->fired[i]));
    book->survived_yr += (double)t->live * w->sim->dt;
}

/* Whole cards of a lease that its tenant could do without, once it holds clearly more than it wants. */
static double cards_to_spare(const struct world *w, const struct lease *l)
{
    double held = w->tenants.row[l->tenant].held[l->workload], desire = demand_desire(w, l->tenant, l->workload);
    if (held <= w->leasing->settings->excess * desire)
        return 0;
    return min_of(l->cards, floor((held - desire) / l->effective_p * l->cards));
}

/* Per card-hour of the remaining term: the rent, less what it costs to rent anew what is still needed, exceeds the penalty. */
static bool pays_to_leave(const struct world *w, const struct lease *l)
{
    double left = l->ends - w->sim->now, penalty = w->leasing->settings->penalty * l->rent;
    double replacement = value_term_rent(w, w->vintages.row[l->vintage].generation, (int)round(left * MONTHS_PER_YEAR));
    double needed = (1 - cards_to_spare(w, l) / l->cards) * supply_rent_factor(w, l->vintage);
    return l->rent - needed * replacement > penalty || w->leasing->settings->penalty <= 0;
}

static void walk_away(struct world *w, uint32_t id)
{
    struct lease *l = &w->leases.row[id];
    if (pays_to_leave(w, l) || l->middleman) {
        end_lease(w, id, LEASE_TERMINATED);
        return;
    }
    struct stream random = lease_stream(w, l->tenant, 0xc00000u | l->request);
    for (uint32_t i = 0; i <= l->windings; i++)
        w->leases.clock[id] = (float)stream_exponential(&random);
    l->windings++;
}

static void expire(struct world *w, uint32_t id)
{
    struct lease *l = &w->leases.row[id];
    double spare = cards_to_spare(w, l);
    if (spare >= l->cards) {
        end_lease(w, id, LEASE_EXPIRED);
        return;
    }
    struct stream random = lease_stream(w, l->tenant, 0x400000u | w->tenants.row[l->tenant].requests++);
    int months = term_of(w->leasing, w->tenants.row[l->tenant].class_, stream_uniform(&random));
    account(w, l, -1);
    int g = w->vintages.row[l->vintage].generation;
    l->cards -= spare;
    l->effective_p = l->cards * w->generations.effective_p[l->workload][g] * (double)w->vintages.row[l->vintage].quality;
    write_terms(w, id, w->sim->now, months, stream_exponential(&random));
    account(w, l, 1);
    l->stamp++;
    if (l->ends < w->sim->step_end)
        schedule_expiry(w, id);
}

static void handle(struct world *w, const struct event *event)
{
    struct lease *l = &w->leases.row[event->id];
    if (!l->live || l->stamp != event->stamp)
        return;
    if (event->kind == EXPIRY)
        expire(w, event->id);
    else
        walk_away(w, event->id);
}

/* -- start, outputs -------------------------------------------------------------------------------------------------------- */

/* Leases at the start are at their stationary age: their share elapsed is uniform. */
static void start(struct world *w)
{
    enum { ROUNDS = 8 };
    struct leasing *book = w->leasing = arena_alloc(&w->sim->arena, sizeof *book);
    book->settings = sim_settings(w->sim, &model_leasing);
    book->row = sim_rows(w->sim, &model_leasing, TENANT);
    double horizon_yr = w->sim->plan->end - w->sim->plan->start;
    book->ends = (int)(horizon_yr * ENDS_PER_YEAR) + ENDS_AHEAD + 1;
    book->forward_power = arena_array(&w->sim->arena, w->generations.count * (size_t)book->ends, sizeof *book->forward_power);
    tabulate_terms(book, sim_row_count(w->sim, TENANT));
    weigh_all(w);
    for (int round_ = 0; round_ < ROUNDS; round_++)
        for (uint32_t tenant = 0; tenant < w->tenants.count; tenant++)
            for (int k = 0; k < WORKLOADS; k++) {
                double desire = demand_desire(w, tenant, (enum workload)k), lacks = desire - w->tenants.row[tenant].held[k];
                if (lacks > book->settings->least_gap * desire)
                    serve(w, tenant, (enum workload)k, lacks, true);
            }
}

enum { OUT_ACTIVE, OUT_CHURN, OUT_TERMINATED_VALUE, OUT_TERMINATED, OUT_UNMET, OUT_MEAN_RENT, OUT_CLEARED_LESS_LET, OUT_MEAN_CHURN };
static const struct output outputs[] = {
    [OUT_ACTIVE] = {"leases.active", OUTPUT_SERIES, "", NULL, "leases in force"},
    [OUT_CHURN] = {"churn.rate", OUTPUT_SERIES, "/yr", NULL, "leases ended before their term by the tenant, a year, over leases in force"},
    [OUT_TERMINATED_VALUE] = {"churn.terminated_value", OUTPUT_SERIES, "CNY", NULL,
                              "rent still due on leases ended before their term since the last report, ex VAT"},
    [OUT_TERMINATED] = {"churn.terminations", OUTPUT_SERIES, "", NULL, "leases ended before their term since the last report"},
    [OUT_UNMET] = {"unmet_demand", OUTPUT_SERIES, "P", NULL, "effective P that tenants want and do not hold"},
    [OUT_MEAN_RENT] = {"rent_in_force", OUTPUT_SERIES, "CNY/card-hour", NULL, "mean rent of the leases in force, ex VAT"},
    [OUT_CLEARED_LESS_LET] = {"cleared_less_let", OUTPUT_SERIES, "", NULL,
                              "effective P the market clears less what leases hold, share of what it clears"},
    [OUT_MEAN_CHURN] = {"churn.mean", OUTPUT_SCALAR, "/yr", NULL, "churn over the whole horizon"},
    {0},
};

static double rent_in_force(const struct world *w)
{
    double sum = 0;
    for (size_t i = 0; i < w->vintages.count; i++)
        sum += w->vintages.row[i].rent_sum;
    return w->leases.live_cards > 0.5 ? sum / w->leases.live_cards : NONE;
}

static void sample(struct world *w)
{
    struct leases *t = &w->leases;
    const struct model *m = &model_leasing;
    double since = w->sim->now - (w->sim->sample ? w->sim->plan->sample_at[w->sim->sample - 1] : w->sim->plan->start);
    double ended = t->ended_since_sample[LEASE_TERMINATED] + t->ended_since_sample[LEASE_TENANT_LEFT];
    double held = t->live_p, cleared = 0;
    for (int k = 0; k < WORKLOADS; k++)
        cleared += min_of(w->market.demand[k], w->market.supply[k]);
    sim_record(w->sim, m, OUT_ACTIVE, -1, (double)t->live, false);
    sim_record(w->sim, m, OUT_CHURN, -1, since > 0 && t->live ? ended / since / (double)t->live : NONE, false);
    sim_record(w->sim, m, OUT_TERMINATED_VALUE, -1, t->terminated_value_since_sample, false);
    sim_record(w->sim, m, OUT_TERMINATED, -1, ended, false);
    sim_record(w->sim, m, OUT_UNMET, -1, t->unmet_p[TRAINING] + t->unmet_p[INFERENCE], false);
    sim_record(w->sim, m, OUT_MEAN_RENT, -1, rent_in_force(w), false);
    sim_record(w->sim, m, OUT_CLEARED_LESS_LET, -1, cleared > 0 ? (cleared - held) / cleared : NONE, false);
    memset(t->ended_since_sample, 0, sizeof t->ended_since_sample);
    t->terminated_value_since_sample = 0;
}

static void finish(struct world *w)
{
    const struct leasing *book = w->leasing;
    sim_record(w->sim, &model_leasing, OUT_MEAN_CHURN, -1, book->survived_yr > 0 ? book->ended / book->survived_yr : NONE, false);
}

static const struct table tables[] = {{TENANT, sizeof(struct row), "classes of tenants"}, {0}};

const struct model model_leasing = {
    .name = "leasing",
    .help = "requests, matching, leases and their churn",
    .without = "nothing is let: utilisation is nil, rents clear on desires alone",
    .tables = tables,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    .start = start,
    .event = handle,
    .finish = finish,
    .phase = {[PHASE_REQUEST] = request, [PHASE_HAZARD] = run_clocks, [PHASE_SAMPLE] = sample},
};
