/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Projects, from a candidate to a running centre.
 *
 * Candidates of an owner class come at a fixed maximum rate and are accepted by thinning (candidates.h), so that
 * candidate (class, k) is the same project in every world:
 *
 *     lambda = candidate_rate * targets * min(q, q_max)^eta * guidance
 *
 * with q = Tobin's q of the best card that can be had, at the class's hurdle rate, in the places that the class goes
 * to. What makes classes differ is in their rows: city platforms and carriers follow `targets` and hardly q, lessors
 * live on q, internet platforms follow the dated targets of their spending, and buy for their own need at any q; a
 * class whose targets are nil pauses, its approved projects too.
 *
 * A project goes to region r with a probability in proportion to
 *
 *     project_share_r * (q_r)^location_slope,      q_r = value_r / (cost_r (1 - incentive_r)),
 *
 * a logit on value, incentives included (McFadden 1974): slope 0 is fixed shares. An approved project waits for money
 * and site, less long where the place approves fast, then for room under the region's power cap (power.c), first come
 * first served; then it orders cards and builds; it runs when the building, its power and the cards are there. Until
 * the cards are there a cancellation clock runs down, faster when q is low or guidance would not approve it today.
 * Which card it buys is a logit over cards and their channels:
 *
 *     utility = taste_slope ln(value / cost) - wait_cost * waiting time + preference of the class + Gumbel
 *
 * For owners who must earn their money, waiting is an alternative of its own, with utility taste_slope ln(waiting_q) +
 * Gumbel.
 *
 * Where a ban is feared, part of the approved projects order at once: the order wave that lands half a year later.
 *
 * The site of old cards can be taken over by new ones (supply.c decides when): a project without approval and building,
 * with the power that the old ones drew, which stand until the new ones are there.
 *
 * Neutral: location_slope 0, guided_cancellation 0, targets none.
 */
#include "candidates.h"
#include "models/models.h"
#include "models/world.h"

#include "sim/base/det.h"
#include "sim/engine/arrays.h"

struct settings {
    double q_max, taste_slope, wait_cost_per_yr, low_q_cancellation, least_q, waiting_q, rush, reorder_delay_yr,
        after_loss;
    double share_of_size, silent, rent_duration_yr, guided_cancellation_per_yr, refit_yr, least_power;
};

struct row {
    double candidate_per_yr, q_elasticity, cancellation_per_yr, domestic_preference, gray_preference, hurdle_per_yr,
        location_slope, first;
    bool own_need;
    const struct distribution *size_p, *approval_delay_yr, *build_time_yr;
    const struct dated_series *targets;
};

/* Projects of a region that wait for room under its power cap, in the order in which they had their money. */
struct queue {
    uint32_t *project;
    size_t count, capacity;
};

/* Clocks of cancellation of a class's projects, columns in the order of approval. One whose project cannot be given up
 * any more stays until it rings. */
struct clocks {
    size_t count, capacity, silent; /* silent: have rung, and are infinite */
    uint32_t *project;
    double *rings_at; /* hazard of the class, summed over time */
    double *size_p; /* infinite on the site of old cards: guidance is about new centres */
};

/* A candidate that passes in this step: all of its project that is known beforehand. */
struct approval {
    struct project project;
    double clock, delay_yr; /* hazard until it is given up; from approval to money */
};

struct pipeline {
    const struct settings *settings;
    const struct row *row;
    size_t operators, places; /* rows of their tables */
    struct candidates candidates[MAX_OPERATORS];
    struct approval *approval; /* of this step */
    size_t approvals, approval_capacity;
    double hazard_sum[MAX_OPERATORS]; /* of cancellation, over time */
    struct clocks clocks[MAX_OPERATORS];
    double log_least_q, log_q_max;
    size_t weighed; /* so many of the first projects have weighed the present fear of a ban */
    struct queue for_power[MAX_REGIONS];
    double log_hurdle[MAX_OPERATORS]; /* of the factor of the hurdle rate on value */
    double share_below[MAX_OPERATORS]
                      [MAX_REGIONS]; /* cumulative share of a class's new projects, in the order of the regions */
    double log_q[MAX_REGIONS]
                [MAX_GENERATIONS]; /* of every offer, value over cost at the market's discount rate; -inf: no value */
    double preference[MAX_OPERATORS][CHANNELS]; /* utility of an offer through a channel beyond that, for a class */
    double barred[MAX_GENERATIONS]; /* share of state-funded orders that may not be for an offer */
    double log_q_of[MAX_OPERATORS]; /* of the best card, for a class */
    double waiting; /* utility of waiting but for taste */
    /* of the centres opened: compute and cost since the last sample, time to build and the largest ever; others since
     * the last sample, but approved_in, ever */
    double sampled_p, sampled_cny, months, largest_p, begun, grants_cny, refreshed, refreshed_cny;
    double approved_in[MAX_REGIONS];
};

enum {
    STREAM_OF_ARRIVALS, /* (operator, 0): gaps between candidates and their acceptance */
    STREAM_OF_PROJECT, /* (operator, k): guidance, size, region, delays, luck */
    STREAM_OF_TASTE, /* (operator and round of orders, k): tastes for cards */
};
enum event_kind { APPROVAL, MONEY_READY, CENTRE_READY, REORDER, CANCELLED };
enum {
    REFRESHED = 0x01000000,
    MOST_ROUNDS = 0x40
}; /* added to a project's number each time new cards take over its site */

#define OPERATOR "operators"
#define REGION "regions"
/* clang-format off */
static const struct param params[] = {
    NUMBER(struct settings, q_max, "q_max", "", 0.1, 100, "4", FIXED, "q beyond which approvals grow no further", NULL),
    NUMBER(struct settings, taste_slope, "taste_slope", "", 0, 50, "2.5", UNCERTAIN,
           "slope of the logit choice of cards in the log of value over cost", NULL),
    NUMBER(struct settings, wait_cost_per_yr, "wait_cost", "/yr", 0, 50, "4 /yr", UNCERTAIN,
           "utility lost for a year of waiting for cards", NULL),
    NUMBER(struct settings, low_q_cancellation, "low_q_cancellation", "", 0, 50, "2", UNCERTAIN,
           "how much faster projects are cancelled as q falls from one to zero, as a multiple", NULL),
    NUMBER(struct settings, least_q, "least_q", "", 0, 10, "0.35", UNCERTAIN,
           "no card is ordered by owners who are not state-funded below this q", NULL),
    NUMBER(struct settings, waiting_q, "waiting_q", "", 0, 100, "0", UNCERTAIN,
           "q at which waiting is worth as much to those owners as a card they have no taste for; 0: they do not wait", NULL),
    NUMBER(struct settings, rush, "rush", "", 0, 1, "0.5", UNCERTAIN,
           "share of approved projects that order at once when a ban on the card they want is feared", NULL),
    NUMBER(struct settings, reorder_delay_yr, "reorder_delay", "yr", 0, 3, "3 months", UNCERTAIN,
           "time to find another card after an order was caught or seized", NULL),
    NUMBER(struct settings, after_loss, "cancelled_after_loss", "", 0, 1, "0.25", UNCERTAIN,
           "share of projects given up when their order is caught or seized", NULL),
    NUMBER(struct settings, share_of_size, "built_share", "", 0.01, 1, "0.7", UNCERTAIN,
           "share of the announced size that is built", "10,000 P announced and 500 P built; 40,000 P and 3,000 P; most are nearer"),
    NUMBER(struct settings, rent_duration_yr, "rent_duration", "yr", 0, 20, "1.5 years", UNCERTAIN,
           "duration of a card's rents: what an owner's hurdle rate discounts beyond the market's rate", NULL),
    NUMBER(struct settings, silent, "silent", "", 0, 1, "0.85", UNCERTAIN,
           "share of cancelled projects that die without a public word", "11 public cancellations in 2023, over 100 in the 18 months after"),
    NUMBER(struct settings, guided_cancellation_per_yr, "guided_cancellation", "/yr", 0, 20, "0 /yr", UNCERTAIN,
           "further hazard of cancellation of projects that guidance in force would not approve, if it were full", NULL),
    NUMBER(struct settings, refit_yr, "refit", "yr", 0, 5, "2 months", UNCERTAIN,
           "time it takes to clear a standing hall and fit it for new cards", NULL),
    NUMBER(struct settings, least_power, "least_power", "", 0, 1, "0.5", UNCERTAIN,
           "share of the power it wants for which a project begins, and builds that much less, where a cap leaves no more", NULL),
    COLUMN(OPERATOR, struct row, candidate_per_yr, "candidate_rate", "/yr", 0, 1e5, NULL, UNCERTAIN,
           "projects approved when q is one", NULL),
    {.name = "targets", .table = OPERATOR, .type = PARAM_SERIES, .unit = "", .min = 0, .max = 100, .value = "none",
     .help = "factor on the candidate rate by plans and targets, over time; none: always one",
     .offset = offsetof(struct row, targets)},
    COLUMN(OPERATOR, struct row, q_elasticity, "q_elasticity", "", 0, 5, "0.8", UNCERTAIN,
           "elasticity of approvals in q", "feasibility study"),
    {.name = "size", .table = OPERATOR, .type = PARAM_NUMBER, .draw = HETEROGENEOUS, .unit = "P", .min = 1, .max = 1e6,
     .help = "announced size of a project", .offset = offsetof(struct row, size_p)},
    {.name = "approval_delay", .table = OPERATOR, .type = PARAM_NUMBER, .draw = HETEROGENEOUS, .unit = "yr", .min = 0, .max = 20,
     .help = "from approval to money and site", .offset = offsetof(struct row, approval_delay_yr)},
    {.name = "build_time", .table = OPERATOR, .type = PARAM_NUMBER, .draw = HETEROGENEOUS, .unit = "yr", .min = 0, .max = 20,
     .help = "from money to a building with power", .offset = offsetof(struct row, build_time_yr)},
    COLUMN(OPERATOR, struct row, cancellation_per_yr, "cancellation", "/yr", 0, 20, "0.33 /yr", UNCERTAIN,
           "hazard of cancellation before a project runs, at q of one or more", "feasibility study"),
    COLUMN(OPERATOR, struct row, domestic_preference, "domestic_preference", "", -20, 20, "0", UNCERTAIN,
           "utility of a domestic card beyond its value over cost", NULL),
    COLUMN(OPERATOR, struct row, gray_preference, "gray_access", "", -20, 20, "0", UNCERTAIN,
           "utility of a gray card beyond its value over cost", NULL),
    COLUMN(OPERATOR, struct row, hurdle_per_yr, "hurdle_rate", "/yr", 0, 1, "10 %/yr", UNCERTAIN,
           "rate of return the class wants", NULL),
    {.name = "own_need", .table = OPERATOR, .type = PARAM_FLAG, .value = "false",
     .help = "buys for its own need: neither waits for a better q nor gives up because of it", .offset = offsetof(struct row, own_need)},
    COLUMN(OPERATOR, struct row, location_slope, "location_slope", "", 0, 50, "0", UNCERTAIN,
           "slope of the choice of a place in the log of value over cost there, incentives included; 0: fixed shares", NULL),
    {.name = "first", .table = OPERATOR, .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2000, .max = 2100, .value = "none",
     .help = "when the class enters; none: from the start", .offset = offsetof(struct row, first)},
    {0},
};
/* clang-format on */

const char *pipeline_name(const struct world *w, uint32_t id, char text[64])
{
    const struct project *p = &w->projects.row[id];
    uint32_t rounds = p->k / REFRESHED % MOST_ROUNDS;
    const char *kind = p->k & FROM_THE_START ? "early-" : p->k & PROJECT_ANNOUNCED ? "announced-" : "";
    int length = snprintf(text, 64, "%s-%s%u", sim_row_name(w->sim, OPERATOR, p->owner_class), kind, p->k % REFRESHED);
    if (rounds && length > 0 && length < 64)
        snprintf(text + length, 64 - (size_t)length, "-refit%u", rounds);
    return text;
}

uint32_t pipeline_firm(const struct world *w, const struct project *p)
{
    return p->replaces == UINT32_MAX ? firms_heir(w, p->firm) : w->vintages.row[p->replaces].firm;
}

static struct event event_for(const struct world *w, enum event_kind kind, uint32_t id, uint32_t stamp)
{
    return (struct event){
        .model = (uint16_t)sim_model_index(w->sim, &model_pipeline), .kind = (uint16_t)kind, .id = id, .stamp = stamp};
}

static void set_state(struct world *w, uint32_t id, enum project_state state)
{
    struct project *p = &w->projects.row[id];
    w->projects.in_state[p->state]--;
    w->projects.in_state[state]++;
    p->state = (uint8_t)state;
    p->stamp++; /* events of the old state no longer count */
}

/* -- which card -------------------------------------------------------------------------------------------------- */

/* Columns are worked out in whole vectors: what is left over would be done one by one, as often as not mispredicted. */
enum { VECTOR = STREAM_PICKS };

static size_t whole_vectors(size_t count)
{
    return (count + VECTOR - 1) / VECTOR * VECTOR;
}

/* Log of value over cost, given the costs, of every offer in a place; minus infinity of those that earn nothing, and
 * behind them. */
static void find_log_q(const struct world *w, int region, const double *cost, double log_q[MAX_GENERATIONS])
{
    const struct offers *o = &w->channels.offers;
    double q[MAX_GENERATIONS];
    size_t whole = whole_vectors(o->count);
    for (size_t i = 0; i < o->count; i++)
        q[i] = value_of_card(w, region, o->generation[i], VALUE_YEARS / 2.0) / cost[i];
    for (size_t i = o->count; i < whole; i++)
        q[i] = 0;
    for (size_t i = 0; i < whole; i++)
        log_q[i] = q[i] > 0 ? q[i] : 1; /* the logarithm of nothing takes long */
    array_log(log_q, log_q, whole);
    for (size_t i = 0; i < whole; i++)
        log_q[i] = q[i] > 0 ? log_q[i] : -HUGE_VAL;
}

/* What does not depend on the project that chooses, once a step. */
static void update_offers(struct world *w)
{
    struct pipeline *book = w->pipeline;
    const struct offers *o = &w->channels.offers;
    double cost[MAX_GENERATIONS], paid[MAX_GENERATIONS];
    for (size_t i = 0; i < o->count; i++) {
        cost[i] = procurement_cost_per_card(w, o->generation[i]);
        book->barred[i] = w->policy.barred_for_state[o->generation[i]];
    }
    for (int region = 0; region < (int)w->regions.count; region++) {
        for (size_t i = 0; i < o->count; i++)
            paid[i] = cost[i] * (1 - w->regions.incentive[region]);
        find_log_q(w, region, paid, book->log_q[region]);
    }
}

/* What a kW of new cards in a standing hall earns beyond its cost, CNY. */
static double npv_on_site(const struct world *w, int region, int g)
{
    double equipment = procurement_cost_per_card(w, g) - procurement_building_cost_per_card(w, g);
    return (value_of_card(w, region, g, VALUE_YEARS / 2.0) - equipment) / procurement_site_kw(w, g);
}

/* The same on the site of old cards: no building to pay for, and no place that pays. */
static void find_log_q_on_site(const struct world *w, int region, double log_q[MAX_GENERATIONS])
{
    const struct offers *o = &w->channels.offers;
    double cost[MAX_GENERATIONS];
    for (size_t i = 0; i < o->count; i++)
        cost[i] =
            procurement_cost_per_card(w, o->generation[i]) - procurement_building_cost_per_card(w, o->generation[i]);
    find_log_q(w, region, cost, log_q);
}

/* Whether a class must earn what it spends. */
static bool must_earn(const struct world *w, uint32_t owner_class)
{
    return !w->vintages.state_funded[owner_class] && !w->pipeline->row[owner_class].own_need;
}

/* What a project chooses from, with the utility of each but for taste: offers worth buying, and waiting. */
struct choice {
    size_t count;
    uint64_t what[MAX_GENERATIONS + VECTOR]; /* generation; their count: to wait */
    double utility[MAX_GENERATIONS + 1];
};

static void find_choice(const struct world *w, const struct project *p, struct choice *c)
{
    const struct pipeline *book = w->pipeline;
    const struct offers *o = &w->channels.offers;
    const double *log_q = book->log_q[p->region], *preference = book->preference[p->owner_class];
    double on_site[MAX_GENERATIONS], now = w->sim->now, hurdle = book->log_hurdle[p->owner_class];
    double least = must_earn(w, p->owner_class) ? book->log_least_q : -HUGE_VAL;
    double luck = w->vintages.state_funded[p->owner_class] ? p->state_luck : 1;
    double slope = book->settings->taste_slope, wait_cost = book->settings->wait_cost_per_yr;
    uint64_t runs = w->firms.row[p->firm].software;
    size_t kept = 0;
    if (p->replaces != UINT32_MAX) {
        find_log_q_on_site(w, p->region, on_site);
        log_q = on_site;
    }
    for (size_t i = 0; i < o->count; i++) {
        double log_value = log_q[i] + hurdle - o->log_migration[i] * !(runs & o->software[i]);
        double wait = o->lead_yr[i] + max_of(0, o->queue_free[i] - now);
        c->utility[kept] = slope * log_value - wait_cost * wait + preference[w->channels.kind[o->generation[i]]];
        c->what[kept] = (uint64_t)o->generation[i];
        kept += (log_value > least) & (luck >= book->barred[i]);
    }
    if (kept && must_earn(w, p->owner_class)) {
        c->what[kept] = w->generations.count;
        c->utility[kept++] = book->waiting;
    }
    c->count = kept;
}

/* Logs of what -ln u of a project's tastes is: utility less these has a Gumbel term, -ln(-ln u). They belong to
 * (project, round of orders, card), so that a card that drops out changes nobody's other tastes. */
static void draw_tastes(const struct world *w, const struct project *p, struct choice *c,
                        double taste[MAX_GENERATIONS + VECTOR])
{
    size_t whole = whole_vectors(c->count);
    struct stream s =
        sim_stream(w->sim, &model_pipeline, identity(STREAM_OF_TASTE, p->owner_class << 8 | (p->orders & 0xff), p->k));
    for (size_t i = 0; i < VECTOR; i++)
        c->what[c->count + i] = 0;
    stream_pick_exponential(&s, c->what, taste, whole);
    array_log(taste, taste, whole);
}

/* The card that project p would order now; -1: none is worth buying, or better wait. */
static int choose_card(const struct world *w, const struct project *p)
{
    struct choice c;
    double taste[MAX_GENERATIONS + VECTOR], most = -HUGE_VAL;
    size_t best = 0;
    find_choice(w, p, &c);
    if (!c.count)
        return -1;
    draw_tastes(w, p, &c, taste);
    for (size_t i = 0; i < c.count; i++) {
        double utility = c.utility[i] - taste[i];
        best = utility > most ? i : best;
        most = max_of(most, utility);
    }
    return c.what[best] < w->generations.count ? (int)c.what[best] : -1;
}

/* Where projects of a class go, and the q they find there: the mean of its log over the places. `pull` is the log of
 * what a place's q adds to its share. */
static double locate(struct world *w, size_t o, const double best[MAX_REGIONS], const double pull[MAX_REGIONS])
{
    double weight[MAX_REGIONS], sum = 0, log_q = 0, below = 0;
    for (size_t at = 0; at < w->regions.count; at++) {
        uint8_t r = w->regions.order[at];
        weight[r] = w->regions.project_share[r] * pull[r];
        sum += weight[r];
    }
    for (size_t at = 0; at < w->regions.count; at++) {
        uint8_t r = w->regions.order[at];
        below += weight[r];
        w->pipeline->share_below[o][at] = below / sum;
        log_q += weight[r] > 0 ? weight[r] / sum * best[r] : 0;
    }
    return log_q;
}

static void locate_all(struct world *w)
{
    struct pipeline *book = w->pipeline;
    double best[MAX_REGIONS], pull[MAX_OPERATORS][MAX_REGIONS] = {0};
    int here = w->regions.reference;
    for (size_t r = 0; r < w->regions.count; r++) {
        best[r] = -HUGE_VAL;
        for (size_t i = 0; i < w->channels.offers.count; i++)
            best[r] = max_of(best[r], book->log_q[r][i]);
    }
    for (size_t o = 0; o < book->operators; o++)
        for (size_t r = 0; r < w->regions.count && book->row[o].location_slope > 0 && best[here] > -HUGE_VAL; r++)
            pull[o][r] = book->row[o].location_slope * (best[r] - best[here]);
    array_exp(pull[0], pull[0], book->operators * MAX_REGIONS);
    for (size_t o = 0; o < book->operators; o++)
        book->log_q_of[o] = locate(w, o, best, pull[o]);
}

static void update_q(struct world *w)
{
    struct pipeline *book = w->pipeline;
    update_offers(w);
    locate_all(w);
    for (size_t o = 0; o < book->operators; o++) {
        double over_market = book->row[o].hurdle_per_yr + w->credit.dearer_per_yr[o] - w->value.discount_per_yr;
        book->log_hurdle[o] = -over_market * book->settings->rent_duration_yr;
        book->log_q_of[o] += book->log_hurdle[o];
    }
    array_exp(book->log_q_of, w->projects.tobins_q, MAX_OPERATORS);
}

/* -- life of a project ------------------------------------------------------------------------------------------------
 */

/* A project's own random numbers, uniform, in this order: what approval asks for, and what few live to need; of these
 * the even ones cost less. */
enum luck {
    LUCK_GUIDANCE,
    LUCK_SIZE,
    LUCK_REGION,
    LUCK_DELAY,
    LUCK_STATE,
    LUCK_FIRM,
    LUCK_SILENT,
    LUCK_CANCEL,
    LUCKS,
    LUCK_BUILD_TIME = LUCKS,
    LUCK_AFTER_LOSS,
    LUCK_RUSH
};

static double series_max(const struct dated_series *series)
{
    double most = series ? 0 : 1;
    for (size_t i = 0; series && i < series->count; i++)
        most = max_of(most, series->value[i]);
    return most;
}

static double most_candidates_per_yr(const struct pipeline *book, size_t o)
{
    const struct row *row = &book->row[o];
    return row->candidate_per_yr * det_pow(max_of(1, book->settings->q_max), row->q_elasticity) *
           series_max(row->targets);
}

static double targets_now(const struct world *w, size_t o)
{
    const struct row *row = &w->pipeline->row[o];
    return row->targets ? series_at(row->targets, w->sim->now) : 1;
}

static double acceptance(const struct world *w, size_t o)
{
    const struct pipeline *book = w->pipeline;
    const struct row *row = &book->row[o];
    double log_q = min_of(book->log_q_of[o], book->log_q_max), most_per_yr = book->candidates[o].per_yr;
    if (!(most_per_yr > 0 && log_q > -HUGE_VAL))
        return 0;
    return row->candidate_per_yr * targets_now(w, o) * det_exp(row->q_elasticity * log_q) / most_per_yr;
}

static uint8_t region_of(const struct world *w, uint32_t owner_class, double u)
{
    size_t at = 0;
    while (at + 1 < w->regions.count && u > w->pipeline->share_below[owner_class][at])
        at++;
    return w->regions.order[at];
}

static void grow_clocks(struct arena *arena, struct clocks *c)
{
    size_t n = c->count, room = c->capacity ? 2 * c->capacity : 512;
    c->project = arena_grow(arena, c->project, n * sizeof *c->project, room * sizeof *c->project);
    c->rings_at = arena_grow(arena, c->rings_at, n * sizeof *c->rings_at, room * sizeof *c->rings_at);
    c->size_p = arena_grow(arena, c->size_p, n * sizeof *c->size_p, room * sizeof *c->size_p);
    c->capacity = room;
}

static void start_clock(struct world *w, uint32_t id, double hazard)
{
    const struct project *p = &w->projects.row[id];
    struct clocks *c = &w->pipeline->clocks[p->owner_class];
    if (c->count == c->capacity)
        grow_clocks(&w->sim->arena, c);
    c->project[c->count] = id;
    c->rings_at[c->count] = w->pipeline->hazard_sum[p->owner_class] + hazard;
    c->size_p[c->count++] = p->replaces == UINT32_MAX ? p->size_p : (double)INFINITY;
}

static const struct project new_project = {.state = PROJECT_APPROVED,
                                           .generation = -1,
                                           .replaces = UINT32_MAX,
                                           .order = UINT32_MAX,
                                           .building_since = NONE,
                                           .ready = NONE,
                                           .site_ready = NONE,
                                           .connected = NONE};

/* A row for a project, known to the cancellation clocks. */
static uint32_t add_project(struct world *w, const struct project *project, double clock)
{
    struct projects *table = &w->projects;
    WORLD_GROW(w, table->row, table->count, table->capacity);
    uint32_t id = (uint32_t)table->count++;
    struct project *p = &table->row[id];
    *p = *project;
    p->approved = w->sim->now;
    p->firm = (uint16_t)pipeline_firm(w, p);
    table->in_state[p->state]++;
    start_clock(w, id, clock);
    return id;
}

static void draw_luck(const struct world *w, struct project *p, double luck[LUCKS])
{
    struct stream random = sim_stream(w->sim, &model_pipeline, identity(STREAM_OF_PROJECT, p->owner_class, p->k));
    stream_fill_uniform(&random, luck, LUCKS);
    p->state_luck = luck[LUCK_STATE];
    p->silent = luck[LUCK_SILENT] < w->pipeline->settings->silent;
}

static double late_luck(const struct world *w, const struct project *p, enum luck which)
{
    struct stream random = sim_stream(w->sim, &model_pipeline, identity(STREAM_OF_PROJECT, p->owner_class, p->k));
    stream_skip_blocks(&random, which / 2);
    double luck = stream_uniform(&random);
    return which % 2 ? stream_uniform(&random) : luck;
}

/* Whether a candidate that q let pass also passes the guidance on its size; if so, its project. */
static bool passes(const struct world *w, uint32_t owner_class, uint32_t k, struct approval *a)
{
    const struct row *row = &w->pipeline->row[owner_class];
    double luck[LUCKS];
    a->project = new_project;
    a->project.owner_class = (uint8_t)owner_class;
    a->project.k = k;
    draw_luck(w, &a->project, luck);
    a->project.size_p = distribution_quantile(row->size_p, luck[LUCK_SIZE]);
    if (!(luck[LUCK_GUIDANCE] < (a->project.size_p < w->policy.minimum_size_p ? w->policy.approvals_factor : 1)))
        return false;
    a->project.region = region_of(w, owner_class, luck[LUCK_REGION]);
    a->project.firm = (uint16_t)firms_drawn(w, owner_class, luck[LUCK_FIRM]);
    a->clock = -det_log(luck[LUCK_CANCEL]);
    a->delay_yr =
        distribution_quantile(row->approval_delay_yr, luck[LUCK_DELAY]) * w->regions.approval_factor[a->project.region];
    return true;
}

static void approve(struct world *w, const struct approval *a)
{
    char name[64];
    uint32_t id = add_project(w, &a->project, a->clock);
    w->projects.approvals_since_sample++;
    w->pipeline->approved_in[a->project.region]++;
    tell(w->sim, "pipeline", "approved", pipeline_name(w, id, name), "%.0f P in %s", a->project.size_p,
         w->regions.name[a->project.region]);
    sim_schedule(w->sim, w->sim->now + a->delay_yr, 0, event_for(w, MONEY_READY, id, w->projects.row[id].stamp));
}

/* A class without a date has been there from the start. */
static bool has_entered(const struct world *w, uint32_t owner_class, double date)
{
    return !(date < w->pipeline->row[owner_class].first);
}

bool pipeline_propose(struct world *w, uint32_t owner_class, uint32_t k)
{
    struct approval approval;
    if (!has_entered(w, owner_class, w->sim->now))
        return false;
    if (passes(w, owner_class, PROJECT_ANNOUNCED | k, &approval))
        approve(w, &approval);
    return true;
}

/* Candidates of this step that are accepted at its q and under its guidance. */
static void accept_candidates(struct world *w, uint32_t owner_class)
{
    struct pipeline *book = w->pipeline;
    double accepted = acceptance(w, owner_class);
    struct candidate next;
    while (candidates_next(&book->candidates[owner_class], w->sim->step_end, accepted, &next)) {
        if (!has_entered(w, owner_class, next.at))
            continue;
        WORLD_GROW(w, book->approval, book->approvals, book->approval_capacity);
        if (!passes(w, owner_class, next.k, &book->approval[book->approvals]))
            continue;
        struct event approval = event_for(w, APPROVAL, 0, 0);
        approval.data = (uint32_t)book->approvals++;
        sim_schedule(w->sim, next.at, 0, approval);
    }
}

/* What a project in the queue for power asks for. */
static void ask(struct world *w, struct project *p, double mw)
{
    w->power.wanted_mw[p->region] += mw - p->asked_mw;
    p->asked_mw = mw;
}

static void cancel(struct world *w, uint32_t id, const char *why)
{
    struct project *p = &w->projects.row[id];
    if (p->state == PROJECT_APPROVED)
        ask(w, p, 0);
    char name[64];
    procurement_cancel(w, id);
    power_withdraw(w, id);
    set_state(w, id, PROJECT_CANCELLED);
    tell(w->sim, "pipeline", p->silent ? "died silently" : "cancelled", pipeline_name(w, id, name), "%s", why);
    if (p->replaces != UINT32_MAX) {
        w->projects.refreshing--;
        supply_keep(w, p->replaces);
        return;
    }
    *(p->silent ? &w->projects.deaths_since_sample : &w->projects.cancellations_since_sample) += 1;
}

/* Cards of generation g in whole servers: what its size asks for, no more than its power feeds where power is short,
 * and on the site of old cards what the power there feeds. */
static double cards_for(const struct world *w, const struct project *p, int g)
{
    double unit = w->generations.cards_per_server[g], server_mw = power_mw(w, p->region, g, unit);
    if (p->replaces != UINT32_MAX)
        return floor(p->asked_mw / server_mw) * unit;
    double servers =
        max_of(1, round(p->size_p * w->pipeline->settings->share_of_size / w->generations.pflops_fp16[g] / unit));
    if (p->power_mw > 0 && power_limited(w, p->region))
        servers = min_of(servers, floor(p->power_mw / server_mw + 1e-9));
    return servers * unit;
}

/* A new centre applies for the power of what it orders, unless it keeps a place that is dear. */
static void apply_for_power(struct world *w, uint32_t id, int g, double cards)
{
    const struct project *p = &w->projects.row[id];
    if (p->replaces != UINT32_MAX || (p->power_mw > 0 && power_limited(w, p->region)))
        return;
    power_withdraw(w, id);
    power_promise(w, id, power_mw(w, p->region, g, cards));
}

/* Orders the best card now; if there is none, tries again after the reorder delay. */
static void order_cards(struct world *w, uint32_t id)
{
    struct project *p = &w->projects.row[id];
    int g = choose_card(w, p);
    double cards = g < 0 ? 0 : cards_for(w, p, g);
    if (cards <= 0) {
        sim_schedule(w->sim, w->sim->now + max_of(w->pipeline->settings->reorder_delay_yr, 1.0 / MONTHS_PER_YEAR), 0,
                     event_for(w, REORDER, id, p->stamp));
        return;
    }
    p->generation = (int8_t)g;
    apply_for_power(w, id, g, cards);
    double due = procurement_order(w, id, g, cards);
    p->orders++;
    static const char *const through[] = {"officially", "through the gray channel", "from a domestic maker"};
    char name[64], date[DATE_TEXT_BYTES];
    tell(w->sim, "procurement", "ordered", pipeline_name(w, id, name), "%.0f %s cards %s at %.0f CNY each, due %s",
         cards, w->generations.name[g], through[procurement_channel(w, g)], w->channels.street_price_cny[g],
         date_text(due, date));
}

/* Where power has a cap it takes what it wishes, or what there is. */
static void begin_building(struct world *w, uint32_t id, double wish_mw)
{
    struct project *p = &w->projects.row[id];
    ask(w, p, 0);
    set_state(w, id, PROJECT_BUILDING);
    if (isfinite(w->power.cap_mw[p->region]))
        power_promise(w, id, min_of(wish_mw, power_room_mw(w, p->region)));
    p->building_since = w->sim->now;
    p->site_ready = w->sim->now + distribution_quantile(w->pipeline->row[p->owner_class].build_time_yr,
                                                        late_luck(w, p, LUCK_BUILD_TIME));
    w->pipeline->begun++;
    order_cards(w, id);
}

/* -- power under a cap
 * ---------------------------------------------------------------------------------------------------- */

enum room { NO_WISH, NO_ROOM, BEGUN };

/* Room for enough of what a project wishes. */
static bool has_room(const struct world *w, int region, double wish_mw)
{
    return power_room_mw(w, region) >= wish_mw * w->pipeline->settings->least_power;
}

/* Power of the cards that it would order today; nil if it would order none. */
static double wish_of(const struct world *w, const struct project *p)
{
    int g = choose_card(w, p);
    return g < 0 ? 0 : power_mw(w, p->region, g, cards_for(w, p, g));
}

/* Begins if there is a card worth ordering and power for it. */
static enum room begin_if_room(struct world *w, uint32_t id)
{
    struct project *p = &w->projects.row[id];
    ask(w, p, wish_of(w, p));
    if (p->asked_mw <= 0)
        return NO_WISH;
    if (!has_room(w, p->region, p->asked_mw))
        return NO_ROOM;
    begin_building(w, id, p->asked_mw);
    return BEGUN;
}

/* First come, first served; who would order nothing today keeps its place and lets others pass. */
static void serve_power(struct world *w, int region)
{
    struct queue *queue = &w->pipeline->for_power[region];
    size_t kept = 0;
    bool room = true;
    for (size_t i = 0; i < queue->count; i++) {
        uint32_t id = queue->project[i];
        if (w->projects.row[id].state != PROJECT_APPROVED)
            continue;
        if (room) {
            enum room found = begin_if_room(w, id);
            room = found != NO_ROOM;
            if (found == BEGUN)
                continue;
        }
        queue->project[kept++] = id;
    }
    queue->count = kept;
}

static void wait_for_power(struct world *w, uint32_t id)
{
    struct queue *queue = &w->pipeline->for_power[w->projects.row[id].region];
    WORLD_GROW(w, queue->project, queue->count, queue->capacity);
    queue->project[queue->count++] = id;
    ask(w, &w->projects.row[id], wish_of(w, &w->projects.row[id]));
}

/* A project has money and site. Where its class pauses it waits; where power has a cap it queues. */
static void money_ready(struct world *w, uint32_t id)
{
    const struct project *p = &w->projects.row[id];
    if (targets_now(w, p->owner_class) <= 0) {
        sim_schedule(w->sim, w->sim->now + 1.0 / MONTHS_PER_YEAR, 0, event_for(w, MONEY_READY, id, p->stamp));
    } else if (isfinite(w->power.cap_mw[p->region])) {
        wait_for_power(w, id);
        if (w->pipeline->for_power[p->region].count == 1)
            serve_power(w, p->region);
    } else {
        begin_building(w, id, 0);
    }
}

/* -- delivery and opening
 * -------------------------------------------------------------------------------------------------- */

void pipeline_order_lost(struct world *w, uint32_t id, double cards, const char *why)
{
    struct project *p = &w->projects.row[id];
    char name[64];
    tell(w->sim, "procurement", "order lost", pipeline_name(w, id, name), "%.0f %s cards %s", cards,
         w->generations.name[p->generation], why);
    if (late_luck(w, p, LUCK_AFTER_LOSS) < w->pipeline->settings->after_loss) {
        cancel(w, id, why);
        return;
    }
    sim_schedule(w->sim, w->sim->now + w->pipeline->settings->reorder_delay_yr, 0, event_for(w, REORDER, id, p->stamp));
}

/* Once the cards are there and the date of the connection is known. */
static void schedule_opening(struct world *w, uint32_t id)
{
    const struct project *p = &w->projects.row[id];
    if (p->cards > 0 && !isnan(p->connected))
        sim_schedule(w->sim, max_of(w->sim->now, max_of(p->site_ready, p->connected)), 0,
                     event_for(w, CENTRE_READY, id, p->stamp));
}

void pipeline_connected(struct world *w, uint32_t id, double when)
{
    struct project *p = &w->projects.row[id];
    if (!isnan(p->connected))
        return;
    p->connected = when;
    schedule_opening(w, id);
}

void pipeline_delivered(struct world *w, uint32_t id, double cards, double cost_per_card, enum channel_kind channel)
{
    struct project *p = &w->projects.row[id];
    char name[64];
    bool built = p->replaces == UINT32_MAX;
    double gross = cost_per_card - (built ? 0 : procurement_building_cost_per_card(w, p->generation));
    double grant = built ? gross * w->regions.incentive[p->region] : 0;
    p->cards = cards;
    p->cost_per_card = gross - grant;
    p->grant_cny = grant * cards;
    p->channel = (uint8_t)channel;
    tell(w->sim, "procurement", "delivered", pipeline_name(w, id, name), "%.0f %s cards", cards,
         w->generations.name[p->generation]);
    schedule_opening(w, id);
}

void pipeline_retired(struct world *w, uint32_t id)
{
    set_state(w, id, PROJECT_RETIRED);
}

uint32_t pipeline_refresh(struct world *w, uint32_t vintage, double least_cny_per_kw)
{
    const struct vintage *v = &w->vintages.row[vintage];
    struct project project = new_project;
    project.owner_class = v->owner_class;
    project.k = v->number + REFRESHED;
    project.state = PROJECT_BUILDING;
    project.region = v->region;
    project.size_p = v->cards * w->generations.pflops_fp16[v->generation];
    project.replaces = vintage;
    project.asked_mw = power_mw(w, v->region, v->generation, v->cards);
    double luck[LUCKS];
    draw_luck(w, &project, luck);
    project.firm = v->firm;
    int g = choose_card(w, &project);
    if (g < 0 || cards_for(w, &project, g) <= 0 || !(npv_on_site(w, project.region, g) > least_cny_per_kw))
        return UINT32_MAX;
    uint32_t id = add_project(w, &project, -det_log(luck[LUCK_CANCEL]));
    struct project *p = &w->projects.row[id];
    p->building_since = p->connected = w->sim->now;
    p->site_ready = w->sim->now + w->pipeline->settings->refit_yr;
    w->projects.refreshing++;
    order_cards(w, id);
    return id;
}

static void count_opening(struct world *w, const struct project *p)
{
    struct pipeline *book = w->pipeline;
    double built_p = p->cards * w->generations.pflops_fp16[p->generation];
    w->projects.opened++;
    w->projects.opened_below_1000p += p->size_p < 1000;
    book->sampled_p += built_p;
    book->sampled_cny += p->cards * p->cost_per_card + p->grant_cny;
    book->grants_cny += p->grant_cny;
    book->months += (p->ready - p->building_since) * MONTHS_PER_YEAR;
    book->largest_p = max_of(book->largest_p, built_p);
}

static void open_centre(struct world *w, uint32_t id)
{
    struct project *p = &w->projects.row[id];
    char name[64];
    p->ready = w->sim->now;
    if (p->replaces != UINT32_MAX) {
        w->projects.refreshing--;
        w->pipeline->refreshed++;
        w->pipeline->refreshed_cny += p->cards * p->cost_per_card;
        supply_replace(w, p->replaces);
    } else {
        count_opening(w, p);
    }
    power_withdraw(w, id);
    set_state(w, id, PROJECT_OPERATING);
    supply_add(w, &(struct vintage){.project = id,
                                    .number = p->k,
                                    .owner_class = p->owner_class,
                                    .region = p->region,
                                    .generation = (uint8_t)p->generation,
                                    .channel = p->channel,
                                    .delivered = w->sim->now,
                                    .cards = p->cards,
                                    .cost_per_card = p->cost_per_card});
    tell(w->sim, "pipeline", "opened", pipeline_name(w, id, name), "%.0f %s cards, %.1f years after %s", p->cards,
         w->generations.name[p->generation], w->sim->now - p->approved,
         p->replaces == UINT32_MAX ? "approval" : "the order");
}

/* Until the cards are there: nobody gives up a centre with its cards in store. */
static bool may_be_given_up(const struct project *p)
{
    return p->state <= PROJECT_BUILDING && !(p->cards > 0);
}

static void handle(struct world *w, const struct event *event)
{
    if (event->kind == APPROVAL) {
        approve(w, &w->pipeline->approval[event->data]);
        return;
    }
    const struct project *p = &w->projects.row[event->id];
    if (event->kind == CANCELLED) {
        if (may_be_given_up(p))
            cancel(w, event->id, "given up");
        return;
    }
    if (event->stamp != p->stamp)
        return;
    switch ((enum event_kind)event->kind) {
    case MONEY_READY:
        money_ready(w, event->id);
        break;
    case CENTRE_READY:
        open_centre(w, event->id);
        break;
    case REORDER:
        order_cards(w, event->id);
        break;
    case CANCELLED:
    case APPROVAL:
        break;
    }
}

/* -- phases
 * --------------------------------------------------------------------------------------------------------------- */

static bool ban_feared(const struct world *w)
{
    for (size_t g = 0; g < w->generations.count; g++)
        if (w->policy.feared[g])
            return true;
    return false;
}

/* Approved projects that order ahead of a feared ban, while the gate is still open. */
static void rush(struct world *w, uint32_t id)
{
    const struct project *p = &w->projects.row[id];
    int g = late_luck(w, p, LUCK_RUSH) < w->pipeline->settings->rush ? choose_card(w, p) : -1;
    if (g < 0 || !w->policy.feared[g])
        return;
    double mw = power_mw(w, p->region, g, cards_for(w, p, g));
    if (!has_room(w, p->region, mw))
        return;
    char name[64];
    tell(w->sim, "pipeline", "rushed", pipeline_name(w, id, name), "fears a ban on %s", w->generations.name[g]);
    begin_building(w, id, mw);
}

/* Each project weighs a fear once. */
static void weigh_fear(struct world *w)
{
    size_t *weighed = &w->pipeline->weighed;
    if (!ban_feared(w))
        *weighed = 0;
    else
        for (; *weighed < w->projects.count; ++*weighed)
            if (w->projects.row[*weighed].state == PROJECT_APPROVED)
                rush(w, (uint32_t)*weighed);
}

static void decide(struct world *w)
{
    struct pipeline *book = w->pipeline;
    update_q(w);
    for (int r = 0; r < (int)w->regions.count; r++)
        if (book->for_power[r].count)
            serve_power(w, r);
    book->approvals = 0;
    for (size_t o = 0; o < book->operators; o++)
        accept_candidates(w, (uint32_t)o);
    weigh_fear(w);
}

/* Years into the step of `dt` at which a clock with so much hazard left ends; at once if there is none. */
static double when(double left, double per_yr, double dt)
{
    return left > 0 && per_yr > 0 ? min_of(left / per_yr, dt) : 0;
}

/* Guidance in force moves the end of the clock of those that it would not approve. */
static void hasten(struct clocks *c, double below_p, double by)
{
    for (size_t i = 0; i < c->count; i++)
        c->rings_at[i] -= c->size_p[i] < below_p ? by : 0;
}

/* Whoever has heard its clock needs it no more. */
static void ring(struct world *w, struct clocks *c, size_t i, double after_yr)
{
    if (may_be_given_up(&w->projects.row[c->project[i]]))
        sim_schedule(w->sim, w->sim->now + after_yr, 0, event_for(w, CANCELLED, c->project[i], 0));
    c->rings_at[i] = (double)INFINITY;
    c->silent++;
}

static void sweep_silent(struct clocks *c)
{
    size_t kept = 0;
    for (size_t i = 0; i < c->count; i++) {
        c->project[kept] = c->project[i];
        c->rings_at[kept] = c->rings_at[i];
        c->size_p[kept] = c->size_p[i];
        kept += c->rings_at[i] < (double)INFINITY;
    }
    c->count = kept;
    c->silent = 0;
}

/* All projects of a class run the same hazard, so one sum stands for all their clocks. */
static void run_cancellation(struct world *w)
{
    struct pipeline *book = w->pipeline;
    double dt = w->sim->dt, guided = book->settings->guided_cancellation_per_yr * (1 - w->policy.approvals_factor) * dt;
    for (size_t o = 0; o < book->operators; o++) {
        struct clocks *c = &book->clocks[o];
        double short_of_one = book->row[o].own_need ? 0 : max_of(0, 1 - w->projects.tobins_q[o]);
        double hazard = book->row[o].cancellation_per_yr * (1 + book->settings->low_q_cancellation * short_of_one);
        double before = book->hazard_sum[o], after = book->hazard_sum[o] += hazard * dt;
        if (guided > 0)
            hasten(c, w->policy.minimum_size_p, guided);
        for (size_t i = 0; i < c->count; i++)
            if (c->rings_at[i] <= after)
                ring(w, c, i, when(c->rings_at[i] - before, hazard, dt));
        if (2 * c->silent > c->count)
            sweep_silent(c);
    }
}

static void start(struct world *w)
{
    struct pipeline *book = w->pipeline = arena_alloc(&w->sim->arena, sizeof *book);
    book->settings = sim_settings(w->sim, &model_pipeline);
    book->row = sim_rows(w->sim, &model_pipeline, OPERATOR);
    book->operators = sim_row_count(w->sim, OPERATOR);
    book->places = sim_row_count(w->sim, REGION);
    book->log_least_q = det_log(book->settings->least_q);
    book->log_q_max = det_log(book->settings->q_max);
    book->waiting =
        book->settings->waiting_q > 0 ? book->settings->taste_slope * det_log(book->settings->waiting_q) : -HUGE_VAL;
    for (size_t o = 0; o < book->operators; o++) {
        candidates_open(&book->candidates[o],
                        sim_stream(w->sim, &model_pipeline, identity(STREAM_OF_ARRIVALS, (uint32_t)o, 0)),
                        most_candidates_per_yr(book, o), w->sim->now);
        w->projects.tobins_q[o] = 1;
        book->preference[o][CHANNEL_GRAY] = book->row[o].gray_preference;
        book->preference[o][CHANNEL_DOMESTIC] = book->row[o].domestic_preference;
    }
}

enum {
    OUT_APPROVED,
    OUT_BUILDING,
    OUT_OPERATING,
    OUT_APPROVALS,
    OUT_CANCELLATIONS,
    OUT_DEATHS,
    OUT_Q,
    OUT_BELOW_1000P,
    OUT_STARTS,
    OUT_BEGUN,
    OUT_COST,
    OUT_LARGEST,
    OUT_GRANTS,
    OUT_REFRESHES,
    OUT_IN_REGION,
    OUT_APPROVED_SHARE,
    OUT_BUILDING_SHARE,
    OUT_OPERATING_SHARE,
    OUT_INVESTMENT,
    OUT_MONTHS
};
/* clang-format off */
static const struct output outputs[] = {
    [OUT_APPROVED] = {"pipeline.approved", OUTPUT_SERIES, "", NULL, "projects approved that wait for money, site or power"},
    [OUT_BUILDING] = {"pipeline.building", OUTPUT_SERIES, "", NULL, "new centres being built or waiting for cards"},
    [OUT_OPERATING] = {"pipeline.operating", OUTPUT_SERIES, "", NULL,
                       "projects of this world in operation: not those standing at the start with their first cards, not those scrapped"},
    [OUT_APPROVALS] = {"approvals", OUTPUT_SERIES, "", NULL, "projects approved since the last report"},
    [OUT_CANCELLATIONS] = {"cancellations", OUTPUT_SERIES, "", NULL, "projects publicly cancelled since the last report"},
    [OUT_DEATHS] = {"cancellations.silent", OUTPUT_SERIES, "", NULL, "projects that died without a public word since the last report"},
    [OUT_Q] = {"tobins_q", OUTPUT_SERIES, "", OPERATOR, "present value over cost of the best card a class of owners can buy"},
    [OUT_BELOW_1000P] = {"share_under_1000p", OUTPUT_SERIES, "", NULL,
                         "share of the centres opened so far that were announced below 1000 P", .share = true},
    [OUT_STARTS] = {"building_starts", OUTPUT_SERIES, "", NULL, "new centres that began to build and order since the last report"},
    [OUT_BEGUN] = {"pipeline.built_or_building", OUTPUT_SERIES, "", NULL, "new centres being built, and projects in operation"},
    [OUT_COST] = {"cost_per_p", OUTPUT_SERIES, "CNY/P", NULL,
                  "cost of the centres opened since the last report, building included, ex VAT, before grants, over their compute"},
    [OUT_LARGEST] = {"largest_centre", OUTPUT_SERIES, "P", NULL, "compute of the largest centre opened so far"},
    [OUT_GRANTS] = {"incentives", OUTPUT_SERIES, "CNY", NULL, "paid by places for the centres opened since the last report"},
    [OUT_REFRESHES] = {"refreshes", OUTPUT_SERIES, "", NULL, "centres whose old cards gave way to new ones since the last report"},
    [OUT_IN_REGION] = {"approvals.share", OUTPUT_SERIES, "", REGION, "share of the projects approved so far that go to a region", .share = true},
    [OUT_APPROVED_SHARE] = {"pipeline.approved_share", OUTPUT_SERIES, "", NULL, "share of the projects alive that wait for money, site or power", .share = true},
    [OUT_BUILDING_SHARE] = {"pipeline.building_share", OUTPUT_SERIES, "", NULL, "share of the projects alive that are being built or wait for cards", .share = true},
    [OUT_OPERATING_SHARE] = {"pipeline.operating_share", OUTPUT_SERIES, "", NULL, "share of the projects alive that operate", .share = true},
    [OUT_INVESTMENT] = {"investment", OUTPUT_SERIES, "CNY", NULL,
                        "cost of the rental centres opened or refreshed since the last report, building included, ex VAT, before grants"},
    [OUT_MONTHS] = {"build_months", OUTPUT_SCALAR, "months", NULL, "mean time from the start of building to opening, of the centres opened"},
    {0},
};
/* clang-format on */

static void sample_stages(struct world *w)
{
    struct projects *p = &w->projects;
    const struct model *m = &model_pipeline;
    const double stage[] = {(double)p->in_state[PROJECT_APPROVED],
                            (double)(p->in_state[PROJECT_BUILDING] - p->refreshing),
                            (double)p->in_state[PROJECT_OPERATING]};
    double alive = stage[0] + stage[1] + stage[2];
    for (int s = 0; s < 3; s++) {
        sim_record(w->sim, m, OUT_APPROVED + s, -1, stage[s], false);
        sim_record(w->sim, m, OUT_APPROVED_SHARE + s, -1, alive > 0 ? stage[s] / alive : NONE, false);
    }
    sim_record(w->sim, m, OUT_BEGUN, -1, stage[1] + stage[2], false);
    sim_record(w->sim, m, OUT_APPROVALS, -1, p->approvals_since_sample, false);
    sim_record(w->sim, m, OUT_CANCELLATIONS, -1, p->cancellations_since_sample, false);
    sim_record(w->sim, m, OUT_DEATHS, -1, p->deaths_since_sample, false);
    p->approvals_since_sample = p->cancellations_since_sample = p->deaths_since_sample = 0;
}

static void sample_places(struct world *w)
{
    const double *in = w->pipeline->approved_in;
    double all = 0;
    for (size_t r = 0; r < w->regions.count; r++)
        all += in[r];
    bool by_region = sim_enabled(w->sim, &model_region) && all > 0;
    for (size_t r = 0; r < w->pipeline->places; r++)
        sim_record(w->sim, &model_pipeline, OUT_IN_REGION, (int)r, by_region ? in[r] / all : NONE, false);
}

static void sample(struct world *w)
{
    struct pipeline *book = w->pipeline;
    const struct projects *p = &w->projects;
    const struct model *m = &model_pipeline;
    sample_stages(w);
    sample_places(w);
    for (size_t o = 0; o < book->operators; o++)
        sim_record(w->sim, m, OUT_Q, (int)o, p->tobins_q[o], false);
    sim_record(w->sim, m, OUT_BELOW_1000P, -1, p->opened > 0 ? p->opened_below_1000p / p->opened : NONE, false);
    sim_record(w->sim, m, OUT_STARTS, -1, book->begun, false);
    sim_record(w->sim, m, OUT_COST, -1, book->sampled_p > 0 ? book->sampled_cny / book->sampled_p : NONE, false);
    sim_record(w->sim, m, OUT_LARGEST, -1, book->largest_p, false);
    sim_record(w->sim, m, OUT_GRANTS, -1, book->grants_cny, false);
    sim_record(w->sim, m, OUT_REFRESHES, -1, book->refreshed, false);
    sim_record(w->sim, m, OUT_INVESTMENT, -1, book->sampled_cny + book->refreshed_cny, false);
    book->refreshed_cny = book->begun = book->sampled_p = book->sampled_cny = book->grants_cny = book->refreshed = 0;
}

static void finish(struct world *w)
{
    const struct pipeline *book = w->pipeline;
    double opened = w->projects.opened;
    sim_record(w->sim, &model_pipeline, OUT_MONTHS, -1, opened > 0 ? book->months / opened : NONE, false);
}

static const struct table tables[] = {{OPERATOR, sizeof(struct row), "classes of owners"}, {0}};

const struct model model_pipeline = {
    .name = "pipeline",
    .help = "projects: approval by Tobin's q, money, building, cards, cancellation, opening",
    .without = "no centre is added to those standing at the start",
    .tables = tables,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    .start = start,
    .event = handle,
    .finish = finish,
    .phase = {[PHASE_DECIDE] = decide, [PHASE_HAZARD] = run_cancellation, [PHASE_SAMPLE] = sample},
};
