/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Projects, from a candidate to a running centre.
 *
 * Candidates of an owner class come at a fixed maximum rate and are accepted by thinning (candidates.h), so that candidate
 * (class, k) is the same project in every world:
 *
 *     lambda = candidate_rate * targets * min(q, q_max)^eta * guidance
 *
 * with q = Tobin's q of the best card that can be had, at the class's hurdle rate. An approved project waits for money and site,
 * then orders cards and builds; it runs when both the building and the cards are there. Until the cards are there a
 * cancellation clock runs down, faster when q is low. Which card it buys is a logit over cards and their channels:
 *
 *     utility = taste_slope ln(value / cost) - wait_cost * waiting time + preference of the class + Gumbel
 *
 * Where a ban is feared, part of the approved projects order at once: the order wave that lands half a year later.
 */
#include "candidates.h"
#include "models.h"
#include "world.h"

#include "../sim/base/det.h"

struct settings {
    double q_max, taste_slope, wait_cost_per_yr, low_q_cancellation, least_q, rush, reorder_delay_yr, after_loss, share_of_size, silent, rent_duration_yr;
};

struct row {
    double candidate_per_yr, q_elasticity, cancellation_per_yr, domestic_preference, gray_preference, hurdle_per_yr, first;
    const struct distribution *size_p, *approval_delay_yr, *build_time_yr;
    const struct dated_series *targets;
};

struct pipeline {
    const struct settings *settings;
    const struct row *row;
    size_t operators;
    struct candidates candidates[MAX_OPERATORS];
    double hazard_sum[MAX_OPERATORS];  /* of cancellation, over time */
    uint32_t *waiting;                 /* projects that do not run yet, and some that left since the last sweep */
    size_t waiting_count, waiting_capacity;
    double log_least_q;
    uint32_t fears;                    /* of bans so far */
    bool fearing;
    double log_hurdle[MAX_OPERATORS];  /* of the factor of the hurdle rate on value */
    double log_q[MAX_REGIONS][MAX_GENERATIONS]; /* of value over cost at the market's discount rate; -inf: not to be had */
    int offered[MAX_GENERATIONS], offered_count; /* generations that can be had in this step */
};

enum event_kind { APPROVAL, MONEY_READY, CENTRE_READY, REORDER, CANCELLED };

#define OPERATOR "operators"
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
    {.name = "first", .table = OPERATOR, .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2000, .max = 2100, .value = "none",
     .help = "when the class enters; none: from the start", .offset = offsetof(struct row, first)},
    {0},
};

const char *pipeline_name(const struct world *w, uint32_t id, char text[64])
{
    const struct project *p = &w->projects.row[id];
    bool announced = p->k & PROJECT_ANNOUNCED;
    snprintf(text, 64, "%s-%s%u", sim_row_name(w->sim, OPERATOR, p->operator), announced ? "announced-" : "", p->k & ~PROJECT_ANNOUNCED);
    return text;
}

static struct event event_for(const struct world *w, enum event_kind kind, uint32_t id, uint32_t stamp)
{
    return (struct event){.model = (uint16_t)sim_model_index(w->sim, &model_pipeline), .kind = (uint16_t)kind, .id = id,
                          .stamp = stamp};
}

static void set_state(struct world *w, uint32_t id, enum project_state state)
{
    struct project *p = &w->projects.row[id];
    w->projects.in_state[p->state]--;
    w->projects.in_state[state]++;
    p->state = state;
    p->stamp++; /* events of the old state no longer count */
}

/* -- which card -------------------------------------------------------------------------------------------------- */

/* Value over cost of every card in every region, once a step. */
static void update_log_q(struct world *w)
{
    struct pipeline *book = w->pipeline;
    book->offered_count = 0;
    for (int g = 0; g < (int)w->generations.count; g++) {
        bool offered = procurement_channel(w, g) >= 0;
        if (offered)
            book->offered[book->offered_count++] = g;
        for (int region = 0; region < (int)w->regions.count; region++) {
            double worth = offered ? value_of_card(w, region, g, VALUE_YEARS / 2.0) : 0;
            book->log_q[region][g] = worth > 0 ? det_log(worth / procurement_cost_per_card(w, g)) : -HUGE_VAL;
        }
    }
}

struct choice {
    int generation; /* -1: nothing worth buying */
    double utility;
};

/* Tastes belong to (project, round of orders, card), so that a card that drops out changes nobody's other tastes. They are
 * exponential: -ln of one is Gumbel. */
static void draw_tastes(const struct world *w, const struct project *p, double taste[MAX_GENERATIONS])
{
    struct stream s = stream_open(&w->sim->streams, identity(PURPOSE_TASTE, p->operator << 8 | (p->orders & 0xff), p->k));
    stream_fill_exponential(&s, taste, w->generations.count);
}

/* The cards worth buying and their utility but for taste; returns how many. */
static int weigh_cards(const struct world *w, const struct project *p, struct choice worth_buying[MAX_GENERATIONS])
{
    const struct pipeline *book = w->pipeline;
    const struct row *row = &book->row[p->operator];
    const double preference[CHANNELS] = {[CHANNEL_GRAY] = row->gray_preference, [CHANNEL_DOMESTIC] = row->domestic_preference};
    bool state_funded = w->vintages.state_funded[p->operator];
    double least = state_funded ? -HUGE_VAL : book->log_least_q;
    int count = 0;
    for (int i = 0; i < book->offered_count; i++) {
        int g = book->offered[i];
        double log_q = book->log_q[p->region][g] + book->log_hurdle[p->operator] -
                       procurement_log_migration(w, p->firm, g);
        if (!(log_q > least) || (state_funded && p->state_luck < w->policy.barred_for_state[g]))
            continue;
        double utility = book->settings->taste_slope * log_q - book->settings->wait_cost_per_yr * procurement_wait_years(w, g);
        worth_buying[count++] = (struct choice){g, utility + preference[procurement_channel(w, g)]};
    }
    return count;
}

static struct choice choose_card(const struct world *w, const struct project *p)
{
    struct choice best = {-1, -HUGE_VAL}, worth_buying[MAX_GENERATIONS];
    double taste[MAX_GENERATIONS];
    int count = weigh_cards(w, p, worth_buying);
    if (!count)
        return best;
    draw_tastes(w, p, taste);
    for (int i = 0; i < count; i++) {
        double with_taste = worth_buying[i].utility - det_log(taste[worth_buying[i].generation]);
        if (with_taste > best.utility)
            best = (struct choice){worth_buying[i].generation, with_taste};
    }
    return best;
}

static void update_q(struct world *w)
{
    update_log_q(w);
    double best = -HUGE_VAL;
    for (int g = 0; g < (int)w->generations.count; g++)
        best = max_of(best, w->pipeline->log_q[0][g]);
    struct pipeline *book = w->pipeline;
    for (size_t o = 0; o < book->operators; o++) {
        double over_market = book->row[o].hurdle_per_yr - w->value.discount_per_yr;
        book->log_hurdle[o] = -over_market * book->settings->rent_duration_yr;
        w->projects.tobins_q[o] = best > -HUGE_VAL ? det_exp(best + book->log_hurdle[o]) : 0;
    }
}

/* -- life of a project ------------------------------------------------------------------------------------------------ */

/* A project's own random numbers, uniform, in this order. */
enum luck { LUCK_GUIDANCE, LUCK_SIZE, LUCK_REGION, LUCK_DELAY, LUCK_BUILD_TIME, LUCK_RUSH, LUCK_STATE, LUCK_AFTER_LOSS, LUCK_SILENT,
            LUCK_CANCEL, LUCKS };

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
    return row->candidate_per_yr * det_pow(max_of(1, book->settings->q_max), row->q_elasticity) * series_max(row->targets);
}

static double acceptance(const struct world *w, size_t o)
{
    const struct pipeline *book = w->pipeline;
    const struct row *row = &book->row[o];
    double q = min_of(w->projects.tobins_q[o], book->settings->q_max);
    double targets = row->targets ? series_at(row->targets, w->sim->now) : 1;
    double most_per_yr = book->candidates[o].per_yr;
    return most_per_yr > 0 && q > 0 ? row->candidate_per_yr * targets * det_pow(q, row->q_elasticity) / most_per_yr : 0;
}

static int region_of(const struct world *w, double u)
{
    int region = 0;
    while (region + 1 < (int)w->regions.count && u > w->regions.project_share_below[region])
        region++;
    return region;
}

static void approve(struct world *w, uint32_t operator, uint32_t k, const double luck[LUCKS], double size_p)
{
    struct projects *table = &w->projects;
    struct pipeline *book = w->pipeline;
    const struct row *row = &book->row[operator];
    double now = w->sim->now;
    char name[64];
    WORLD_GROW(w, table->row, table->count, table->capacity);
    uint32_t id = (uint32_t)table->count++;
    table->row[id] = (struct project){.operator = operator, .k = k, .state = PROJECT_APPROVED, .generation = -1,
                                      .region = region_of(w, luck[LUCK_REGION]),
                                      .firm = (uint16_t)firms_owner(w, operator, k), .size_p = size_p, .approved = now,
                                      .cancels_at = book->hazard_sum[operator] - det_log(luck[LUCK_CANCEL]),
                                      .rush = luck[LUCK_RUSH], .state_luck = luck[LUCK_STATE],
                                      .after_loss = luck[LUCK_AFTER_LOSS], .silent = luck[LUCK_SILENT],
                                      .build_time_yr = distribution_quantile(row->build_time_yr, luck[LUCK_BUILD_TIME]),
                                      .order = UINT32_MAX, .ready = NONE, .site_ready = NONE};
    WORLD_GROW(w, book->waiting, book->waiting_count, book->waiting_capacity);
    book->waiting[book->waiting_count++] = id;
    table->in_state[PROJECT_APPROVED]++;
    table->approvals_since_sample++;
    tell(w->sim, "pipeline", "approved", pipeline_name(w, id, name), "%.0f P in %s", size_p,
         w->regions.name[table->row[id].region]);
    double at = now + distribution_quantile(row->approval_delay_yr, luck[LUCK_DELAY]);
    sim_schedule(w->sim, at, 0, event_for(w, MONEY_READY, id, table->row[id].stamp));
}

/* A candidate that q let pass must also pass the guidance on its size. */
static void consider(struct world *w, uint32_t operator, uint32_t k)
{
    struct stream random = stream_open(&w->sim->streams, identity(PURPOSE_PROJECT, operator, k));
    double luck[LUCKS];
    stream_fill_uniform(&random, luck, LUCKS);
    double size_p = distribution_quantile(w->pipeline->row[operator].size_p, luck[LUCK_SIZE]);
    double guided = size_p < w->policy.minimum_size_p ? w->policy.approvals_factor : 1;
    if (luck[LUCK_GUIDANCE] < guided)
        approve(w, operator, k, luck, size_p);
}

void pipeline_propose(struct world *w, uint32_t operator, uint32_t k)
{
    consider(w, operator, PROJECT_ANNOUNCED | k);
}

/* Candidates of this step that are accepted at its q. */
static void accept_candidates(struct world *w, uint32_t operator)
{
    struct pipeline *book = w->pipeline;
    double accepted = acceptance(w, operator);
    struct candidate next;
    while (candidates_next(&book->candidates[operator], w->sim->step_end, &next))
        if (next.accept < accepted && next.at >= book->row[operator].first) {
            struct event approval = event_for(w, APPROVAL, operator, 0);
            approval.data = next.k;
            sim_schedule(w->sim, next.at, 0, approval);
        }
}

static void cancel(struct world *w, uint32_t id, const char *why)
{
    const struct project *p = &w->projects.row[id];
    bool silent = p->silent < w->pipeline->settings->silent;
    char name[64];
    procurement_cancel(w, id);
    set_state(w, id, PROJECT_CANCELLED);
    *(silent ? &w->projects.deaths_since_sample : &w->projects.cancellations_since_sample) += 1;
    tell(w->sim, "pipeline", silent ? "died silently" : "cancelled", pipeline_name(w, id, name), "%s", why);
}

/* Orders the best card now; if there is none, tries again after the reorder delay. */
static void order_cards(struct world *w, uint32_t id)
{
    struct project *p = &w->projects.row[id];
    struct choice choice = choose_card(w, p);
    if (choice.generation < 0) {
        sim_schedule(w->sim, w->sim->now + max_of(w->pipeline->settings->reorder_delay_yr, 1.0 / MONTHS_PER_YEAR), 0,
                     event_for(w, REORDER, id, p->stamp));
        return;
    }
    const struct generations *gen = &w->generations;
    double unit = gen->cards_per_server[choice.generation];
    double built_p = p->size_p * w->pipeline->settings->share_of_size;
    double cards = max_of(1, round(built_p / gen->pflops_fp16[choice.generation] / unit)) * unit;
    p->generation = choice.generation;
    double due = procurement_order(w, id, choice.generation, cards);
    p->orders++;
    static const char *const through[] = {"officially", "through the gray channel", "from a domestic maker"};
    char name[64], date[DATE_TEXT_BYTES];
    tell(w->sim, "procurement", "ordered", pipeline_name(w, id, name), "%.0f %s cards %s at %.0f CNY each, due %s", cards,
         gen->name[choice.generation], through[procurement_channel(w, choice.generation)],
         w->channels.street_price_cny[choice.generation], date_text(due, date));
}

static void begin_building(struct world *w, uint32_t id, double site_from)
{
    struct project *p = &w->projects.row[id];
    set_state(w, id, PROJECT_BUILDING);
    p->building_since = w->sim->now;
    p->site_ready = site_from + p->build_time_yr;
    order_cards(w, id);
}

void pipeline_order_lost(struct world *w, uint32_t id, double cards, const char *why)
{
    struct project *p = &w->projects.row[id];
    char name[64];
    tell(w->sim, "procurement", "order lost", pipeline_name(w, id, name), "%.0f %s cards %s", cards, w->generations.name[p->generation],
         why);
    if (p->after_loss < w->pipeline->settings->after_loss) {
        cancel(w, id, why);
        return;
    }
    sim_schedule(w->sim, w->sim->now + w->pipeline->settings->reorder_delay_yr, 0, event_for(w, REORDER, id, p->stamp));
}

void pipeline_delivered(struct world *w, uint32_t id, double cards, double cost_per_card, enum channel_kind channel)
{
    struct project *p = &w->projects.row[id];
    char name[64];
    p->cards = cards;
    p->cost_per_card = cost_per_card;
    p->channel = channel;
    tell(w->sim, "procurement", "delivered", pipeline_name(w, id, name), "%.0f %s cards", cards,
         w->generations.name[p->generation]);
    sim_schedule(w->sim, max_of(w->sim->now, p->site_ready), 0, event_for(w, CENTRE_READY, id, p->stamp));
}

void pipeline_retired(struct world *w, uint32_t id)
{
    set_state(w, id, PROJECT_RETIRED);
}

static void open_centre(struct world *w, uint32_t id)
{
    struct project *p = &w->projects.row[id];
    char name[64];
    set_state(w, id, PROJECT_OPERATING);
    p->ready = w->sim->now;
    w->projects.opened++;
    w->projects.opened_below_1000p += p->size_p < 1000;
    supply_add(w, (struct vintage){.project = id, .number = p->k, .operator = (uint8_t)p->operator, .region = (uint8_t)p->region,
                                   .generation = (uint8_t)p->generation, .channel = p->channel, .delivered = w->sim->now,
                                   .cards = p->cards, .cost_per_card = p->cost_per_card});
    tell(w->sim, "pipeline", "opened", pipeline_name(w, id, name), "%.0f %s cards, %.1f years after approval", p->cards,
         w->generations.name[p->generation], w->sim->now - p->approved);
}

/* Until the cards are there: nobody gives up a centre with its cards in store. */
static bool may_be_given_up(const struct project *p)
{
    return p->state <= PROJECT_BUILDING && !(p->cards > 0);
}

static void handle(struct world *w, const struct event *event)
{
    if (event->kind == APPROVAL) {
        consider(w, event->id, event->data);
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
    case MONEY_READY: begin_building(w, event->id, w->sim->now); break;
    case CENTRE_READY: open_centre(w, event->id); break;
    case REORDER: order_cards(w, event->id); break;
    case CANCELLED:
    case APPROVAL: break;
    }
}

/* -- phases --------------------------------------------------------------------------------------------------------------- */

static bool ban_feared(const struct world *w)
{
    for (size_t g = 0; g < w->generations.count; g++)
        if (w->policy.feared[g])
            return true;
    return false;
}

/* Approved projects that order ahead of a feared ban, while the gate is still open. Each weighs a fear once. */
static void rush(struct world *w)
{
    for (size_t i = 0; i < w->pipeline->waiting_count; i++) {
        uint32_t id = w->pipeline->waiting[i];
        struct project *p = &w->projects.row[id];
        if (p->state != PROJECT_APPROVED || p->feared == w->pipeline->fears)
            continue;
        p->feared = w->pipeline->fears;
        struct choice choice = {-1, 0};
        if (p->rush < w->pipeline->settings->rush)
            choice = choose_card(w, p);
        if (choice.generation < 0 || !w->policy.feared[choice.generation])
            continue;
        char name[64];
        tell(w->sim, "pipeline", "rushed", pipeline_name(w, id, name), "fears a ban on %s", w->generations.name[choice.generation]);
        begin_building(w, id, w->sim->now);
    }
}

static void decide(struct world *w)
{
    struct pipeline *book = w->pipeline;
    update_q(w);
    for (size_t o = 0; o < book->operators; o++)
        accept_candidates(w, (uint32_t)o);
    bool fearing = ban_feared(w);
    book->fears += fearing && !book->fearing;
    book->fearing = fearing;
    if (fearing)
        rush(w);
}

/* All projects of a class run the same hazard, so one sum stands for all their clocks. */
static void run_cancellation(struct world *w)
{
    struct pipeline *book = w->pipeline;
    double now = w->sim->now, hazard[MAX_OPERATORS], before[MAX_OPERATORS];
    for (size_t o = 0; o < book->operators; o++) {
        double short_of_one = max_of(0, 1 - w->projects.tobins_q[o]);
        hazard[o] = book->row[o].cancellation_per_yr * (1 + book->settings->low_q_cancellation * short_of_one);
        before[o] = book->hazard_sum[o];
        book->hazard_sum[o] += hazard[o] * w->sim->dt;
    }
    size_t kept = 0;
    for (size_t i = 0; i < book->waiting_count; i++) {
        const struct project *p = &w->projects.row[book->waiting[i]];
        if (!may_be_given_up(p))
            continue;
        if (p->cancels_at <= book->hazard_sum[p->operator])
            sim_schedule(w->sim, now + max_of(0, p->cancels_at - before[p->operator]) / hazard[p->operator], 0,
                         event_for(w, CANCELLED, book->waiting[i], p->stamp));
        book->waiting[kept++] = book->waiting[i];
    }
    book->waiting_count = kept;
}

static void start(struct world *w)
{
    struct pipeline *book = w->pipeline = arena_alloc(&w->sim->arena, sizeof *book);
    book->settings = sim_settings(w->sim, &model_pipeline);
    book->row = sim_rows(w->sim, &model_pipeline, OPERATOR);
    book->operators = sim_row_count(w->sim, OPERATOR);
    book->log_least_q = book->settings->least_q > 0 ? det_log(book->settings->least_q) : -HUGE_VAL;
    for (size_t o = 0; o < book->operators; o++) {
        candidates_open(&book->candidates[o], stream_open(&w->sim->streams, identity(PURPOSE_PROJECT_ARRIVAL, (uint32_t)o, 0)),
                        most_candidates_per_yr(book, o), w->sim->now);
        w->projects.tobins_q[o] = 1;
    }
}

enum { OUT_APPROVED, OUT_BUILDING, OUT_OPERATING, OUT_APPROVALS, OUT_CANCELLATIONS, OUT_DEATHS, OUT_Q, OUT_BELOW_1000P };
static const struct output outputs[] = {
    [OUT_APPROVED] = {"pipeline.approved", OUTPUT_SERIES, "", NULL, "projects approved that wait for money and site"},
    [OUT_BUILDING] = {"pipeline.building", OUTPUT_SERIES, "", NULL, "projects being built or waiting for cards"},
    [OUT_OPERATING] = {"pipeline.operating", OUTPUT_SERIES, "", NULL, "projects of this world in operation: not those standing at the start, not those scrapped"},
    [OUT_APPROVALS] = {"approvals", OUTPUT_SERIES, "", NULL, "projects approved since the last report"},
    [OUT_CANCELLATIONS] = {"cancellations", OUTPUT_SERIES, "", NULL, "projects publicly cancelled since the last report"},
    [OUT_DEATHS] = {"cancellations.silent", OUTPUT_SERIES, "", NULL, "projects that died without a public word since the last report"},
    [OUT_Q] = {"tobins_q", OUTPUT_SERIES, "", OPERATOR, "present value over cost of the best card a class of owners can buy"},
    [OUT_BELOW_1000P] = {"share_under_1000p", OUTPUT_SCALAR, "", NULL, "share of centres opened that were announced below 1000 P"},
    {0},
};

static void sample(struct world *w)
{
    struct projects *p = &w->projects;
    const struct model *m = &model_pipeline;
    for (int state = PROJECT_APPROVED; state <= PROJECT_OPERATING; state++)
        sim_record(w->sim, m, OUT_APPROVED + state, -1, (double)p->in_state[state], false);
    sim_record(w->sim, m, OUT_APPROVALS, -1, p->approvals_since_sample, false);
    sim_record(w->sim, m, OUT_CANCELLATIONS, -1, p->cancellations_since_sample, false);
    sim_record(w->sim, m, OUT_DEATHS, -1, p->deaths_since_sample, false);
    for (size_t o = 0; o < w->pipeline->operators; o++)
        sim_record(w->sim, m, OUT_Q, (int)o, p->tobins_q[o], false);
    p->approvals_since_sample = p->cancellations_since_sample = p->deaths_since_sample = 0;
}

static void finish(struct world *w)
{
    const struct projects *p = &w->projects;
    sim_record(w->sim, &model_pipeline, OUT_BELOW_1000P, -1, p->opened > 0 ? p->opened_below_1000p / p->opened : NONE, false);
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
