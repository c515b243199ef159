/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which card a project would order, and where its class builds: pipeline.c has the equations. */
#include "entry.h"
#include "pipeline.h"

#include "models/planner/cashflow.h"
#include "models/supply/life.h"

#include "sim/engine/arrays.h"

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
    struct pipeline *state = pipeline_state(w);
    const struct offers *o = &w->channels.offers;
    double cost[MAX_GENERATIONS], paid[MAX_GENERATIONS];
    for (size_t i = 0; i < o->count; i++) {
        cost[i] = procurement_cost_per_card(w, o->generation[i]);
        state->barred[i] = w->policy.barred_for_state[o->generation[i]];
    }
    for (int region = 0; region < (int)w->regions.count; region++) {
        for (size_t i = 0; i < o->count; i++)
            paid[i] = cost[i] * (1 - w->regions.incentive[region]);
        find_log_q(w, region, paid, state->log_q[region]);
    }
}

double choice_cost_on_site(const struct world *w, uint32_t vintage, int g)
{
    return procurement_cost_per_card(w, g) - procurement_building_cost_per_card(w, g) +
           life_refit_per_card(w, vintage, g);
}

/* What a kW of new cards in the hall of a vintage earns beyond its cost, CNY. */
double choice_npv_on_site(const struct world *w, uint32_t vintage, int g)
{
    double worth = value_of_card(w, w->vintages.row[vintage].region, g, VALUE_YEARS / 2.0);
    return (worth - choice_cost_on_site(w, vintage, g)) / procurement_site_kw(w, g);
}

/* The same on the site of old cards, where no place pays. */
static void find_log_q_on_site(const struct world *w, const struct project *p, double log_q[MAX_GENERATIONS])
{
    const struct offers *o = &w->channels.offers;
    double cost[MAX_GENERATIONS];
    for (size_t i = 0; i < o->count; i++)
        cost[i] = choice_cost_on_site(w, p->replaces, o->generation[i]);
    find_log_q(w, p->region, cost, log_q);
}

/* -- owners who decide by entry.c ---------------------------------------------------------------------------------- */

/* When the cards of an offer to a class can run, in years, and what a CNY of then is worth to those who pay today. */
struct waits {
    double until[MAX_GENERATIONS], grown[MAX_GENERATIONS];
    double fill_yr; /* from then on, until they have customers */
};

static void find_waits(const struct world *w, uint32_t o, struct waits *waits)
{
    const double years = VALUE_YEARS / 2.0, rate = w->value.discount_per_yr;
    const struct offers *offers = &w->channels.offers;
    double build_yr = pipeline_state(w)->build_yr[o];
    size_t whole = whole_vectors(offers->count);
    for (size_t i = 0; i < whole; i++) {
        bool offer = i < offers->count;
        double wait = offer ? offers->lead_yr[i] + max_of(0, offers->queue_free[i] - w->sim->now) : 0;
        waits->until[i] = min_of(max_of(wait, build_yr), years);
        waits->grown[i] = rate * waits->until[i];
    }
    array_exp(waits->grown, waits->grown, whole);
    waits->fill_yr = w->projects.fill_yr;
}

/* Log of value over cost of every offer to a class in a place: quasi-rents from the day on which the cards run and have
 * customers, less the overhead that rents must pay, at the class's own return. */
static void find_own_log_q(const struct world *w, uint32_t o, int region, const struct waits *waits, const double *cost,
                           double log_q[MAX_GENERATIONS])
{
    const double years = VALUE_YEARS / 2.0;
    const struct pipeline *state = pipeline_state(w);
    const struct offers *offers = &w->channels.offers;
    double q[MAX_GENERATIONS], overhead = w->books.overhead_share, log_hurdle = state->log_hurdle[o];
    double hours = HOURS_PER_YEAR * w->value.occupancy * cashflow_annuity(w->value.discount_per_yr, years);
    size_t whole = whole_vectors(offers->count);
    for (size_t i = 0; i < offers->count; i++) {
        int g = offers->generation[i];
        const double *card = w->value.card[region][g];
        double from = waits->until[i] + waits->fill_yr;
        double worth = (value_at(card, from + years) - value_at(card, from)) * waits->grown[i];
        double net = worth - overhead * (worth + w->value.cash_cost[region][g] * hours);
        q[i] = net > 0 ? net / cost[i] : 0;
        log_q[i] = q[i] > 0 ? q[i] : 1;
    }
    for (size_t i = offers->count; i < whole; i++)
        q[i] = 0, log_q[i] = 1;
    array_log(log_q, log_q, whole);
    for (size_t i = 0; i < whole; i++)
        log_q[i] = q[i] > 0 ? log_q[i] + log_hurdle : -HUGE_VAL;
}

static void update_own(struct world *w)
{
    struct pipeline *state = pipeline_state(w);
    const struct offers *offers = &w->channels.offers;
    double cost[MAX_GENERATIONS], paid[MAX_REGIONS][MAX_GENERATIONS];
    for (size_t i = 0; i < offers->count; i++)
        cost[i] = procurement_cost_per_card(w, offers->generation[i]);
    for (int region = 0; region < (int)w->regions.count; region++)
        for (size_t i = 0; i < offers->count; i++)
            paid[region][i] = cost[i] * (1 - w->regions.incentive[region]);
    for (uint32_t o = 0; o < state->operators; o++) {
        struct waits waits;
        if (!entry_decides(w, o))
            continue;
        find_waits(w, o, &waits);
        for (int region = 0; region < (int)w->regions.count; region++)
            find_own_log_q(w, o, region, &waits, paid[region], state->own_log_q[o][region]);
    }
}

/* Logs of what a project makes of every offer, without the software it would have to move. */
static const double *own_log_q(const struct world *w, const struct project *p, double on_site[MAX_GENERATIONS])
{
    const struct offers *o = &w->channels.offers;
    double cost[MAX_GENERATIONS];
    if (p->replaces == UINT32_MAX)
        return pipeline_state(w)->own_log_q[p->owner_class][p->region];
    struct waits waits;
    for (size_t i = 0; i < o->count; i++)
        cost[i] = choice_cost_on_site(w, p->replaces, o->generation[i]);
    find_waits(w, p->owner_class, &waits);
    find_own_log_q(w, p->owner_class, p->region, &waits, cost, on_site);
    return on_site;
}

/* The card that suits a project best among those that it may invest in; -1: it waits. */
static int choose_to_invest(const struct world *w, const struct project *p)
{
    const struct pipeline *state = pipeline_state(w);
    const struct offers *o = &w->channels.offers;
    const double *preference = state->preference[p->owner_class];
    double on_site[MAX_GENERATIONS], most = -HUGE_VAL, now = w->sim->now;
    const double *log_q = own_log_q(w, p, on_site);
    double trigger = entry_log_trigger(w, p->owner_class) - p->own_uniform;
    uint64_t runs = w->firms.row[p->firm].software;
    int best = -1;
    for (size_t i = 0; i < o->count; i++) {
        double value = log_q[i] - o->log_migration[i] * !(runs & o->software[i]);
        double wait = o->lead_yr[i] + max_of(0, o->queue_free[i] - now);
        double utility = state->settings->taste_slope * value - state->settings->wait_cost_per_yr * wait +
                         preference[w->channels.kind[o->generation[i]]];
        if (value > trigger && utility > most)
            most = utility, best = o->generation[i];
    }
    return best;
}

double choice_own_log_q(const struct world *w, const struct project *p, int g)
{
    const struct offers *o = &w->channels.offers;
    double on_site[MAX_GENERATIONS];
    const double *log_q = own_log_q(w, p, on_site);
    for (size_t i = 0; i < o->count; i++)
        if (o->generation[i] == g)
            return log_q[i] - o->log_migration[i] * !(w->firms.row[p->firm].software & o->software[i]) + p->own_uniform;
    return -HUGE_VAL;
}

/* -- all others ---------------------------------------------------------------------------------------------------- */

/* What a project chooses from, with the utility of each but for taste: offers worth buying, and waiting. */
struct choice {
    size_t count;
    uint64_t what[MAX_GENERATIONS + VECTOR]; /* generation; their count: to wait */
    double utility[MAX_GENERATIONS + 1];
};

static void find_choice(const struct world *w, const struct project *p, struct choice *c)
{
    const struct pipeline *state = pipeline_state(w);
    const struct offers *o = &w->channels.offers;
    const double *log_q = state->log_q[p->region], *preference = state->preference[p->owner_class];
    double on_site[MAX_GENERATIONS], now = w->sim->now, hurdle = state->log_hurdle[p->owner_class];
    double least = pipeline_must_earn(w, p->owner_class) ? state->log_least_q : -HUGE_VAL;
    double uniform = w->vintages.state_funded[p->owner_class] ? p->own_uniform : 1;
    double slope = state->settings->taste_slope, wait_cost = state->settings->wait_cost_per_yr;
    uint64_t runs = w->firms.row[p->firm].software;
    size_t kept = 0;
    if (p->replaces != UINT32_MAX) {
        find_log_q_on_site(w, p, on_site);
        log_q = on_site;
    }
    for (size_t i = 0; i < o->count; i++) {
        double log_value = log_q[i] + hurdle - o->log_migration[i] * !(runs & o->software[i]);
        double wait = o->lead_yr[i] + max_of(0, o->queue_free[i] - now);
        c->utility[kept] = slope * log_value - wait_cost * wait + preference[w->channels.kind[o->generation[i]]];
        c->what[kept] = (uint64_t)o->generation[i];
        kept += (log_value > least) & (uniform >= state->barred[i]);
    }
    if (kept && pipeline_must_earn(w, p->owner_class)) {
        c->what[kept] = w->generations.count;
        c->utility[kept++] = state->waiting;
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
static int choose(const struct world *w, const struct project *p)
{
    struct choice c;
    double taste[MAX_GENERATIONS + VECTOR], most = -HUGE_VAL;
    size_t best = 0;
    if (entry_decides(w, p->owner_class))
        return choose_to_invest(w, p);
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

/* Nothing that a choice depends on changes inside an event, unless the project orders. */
int choice_card(const struct world *w, const struct project *p)
{
    struct asked *last = &pipeline_state(w)->asked;
    if (last->known && last->k == p->k && last->events == w->sim->result->events && last->at == w->sim->now &&
        last->orders == p->orders && last->replaces == p->replaces && last->firm == p->firm &&
        last->owner_class == p->owner_class && last->region == p->region)
        return last->answer;
    *last = (struct asked){.events = w->sim->result->events,
                           .at = w->sim->now,
                           .k = p->k,
                           .orders = p->orders,
                           .replaces = p->replaces,
                           .firm = p->firm,
                           .owner_class = p->owner_class,
                           .region = p->region,
                           .known = true,
                           .answer = (int8_t)choose(w, p)};
    return last->answer;
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
        pipeline_state(w)->share_below[o][at] = below / sum;
        log_q += weight[r] > 0 ? weight[r] / sum * best[r] : 0;
    }
    return log_q;
}

static double best_of(const struct world *w, const double log_q[MAX_GENERATIONS])
{
    double best = -HUGE_VAL;
    for (size_t i = 0; i < w->channels.offers.count; i++)
        best = max_of(best, log_q[i]);
    return best;
}

static void locate_all(struct world *w)
{
    struct pipeline *state = pipeline_state(w);
    double best[MAX_REGIONS], pull[MAX_OPERATORS][MAX_REGIONS] = {0};
    int here = w->regions.reference;
    for (size_t r = 0; r < w->regions.count; r++)
        best[r] = best_of(w, state->log_q[r]);
    for (size_t o = 0; o < state->operators; o++)
        for (size_t r = 0; r < w->regions.count && state->row[o].location_slope > 0 && best[here] > -HUGE_VAL; r++)
            pull[o][r] = state->row[o].location_slope * (best[r] - best[here]);
    array_exp(pull[0], pull[0], state->operators * MAX_REGIONS);
    for (size_t o = 0; o < state->operators; o++) {
        double own[MAX_REGIONS];
        for (size_t r = 0; r < w->regions.count && entry_decides(w, (uint32_t)o); r++)
            own[r] = best_of(w, state->own_log_q[o][r]);
        state->log_q_of[o] = entry_decides(w, (uint32_t)o) ? locate(w, o, own, pull[o])
                                                           : locate(w, o, best, pull[o]) + state->log_hurdle[o];
    }
}

void choice_update(struct world *w)
{
    struct pipeline *state = pipeline_state(w);
    state->asked.known = false;
    for (uint32_t o = 0; o < state->operators; o++) {
        double dearer = entry_decides(w, o) ? entry_dearer_per_yr(w, o) : w->credit.dearer_per_yr[o];
        double over_market = state->row[o].hurdle_per_yr + dearer - w->value.discount_per_yr;
        state->log_hurdle[o] = -over_market * state->settings->rent_duration_yr;
        if (entry_decides(w, o))
            state->log_hurdle[o] += entry_log_gain(w, o);
    }
    update_offers(w);
    update_own(w);
    locate_all(w);
    array_exp(state->log_q_of, w->projects.tobins_q, MAX_OPERATORS);
}
