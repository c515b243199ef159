/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The life of a project, from a candidate that passes to the centre that opens: pipeline.c has the equations. */
#include "capital.h"
#include "entry.h"
#include "models/supply/life.h"
#include "pipeline.h"

#include "sim/base/det.h"

static double series_max(const struct dated_series *series)
{
    double most = series ? 0 : 1;
    for (size_t i = 0; series && i < series->count; i++)
        most = max_of(most, series->value[i]);
    return most;
}

double project_most_candidates_per_yr(const struct world *w, size_t o)
{
    const struct pipeline *state = pipeline_state(w);
    const struct pipeline_row *row = &state->row[o];
    double most = entry_decides(w, (uint32_t)o) ? entry_most_volume(w)
                                                : det_pow(max_of(1, state->settings->q_max), row->q_elasticity);
    return row->candidate_per_yr * most * series_max(row->targets);
}

static double targets_now(const struct world *w, size_t o)
{
    const struct pipeline_row *row = &pipeline_state(w)->row[o];
    return row->targets ? series_at(row->targets, w->sim->now) : 1;
}

static double acceptance(const struct world *w, size_t o)
{
    const struct pipeline *state = pipeline_state(w);
    const struct pipeline_row *row = &state->row[o];
    double log_q = min_of(state->log_q_of[o], state->log_q_max), most_per_yr = state->candidates[o].per_yr;
    if (!(most_per_yr > 0 && log_q > -HUGE_VAL))
        return 0;
    double volume = entry_decides(w, (uint32_t)o) ? entry_volume(w, (uint32_t)o) : det_exp(row->q_elasticity * log_q);
    return row->candidate_per_yr * targets_now(w, o) * volume / most_per_yr;
}

static uint8_t region_of(const struct world *w, uint32_t owner_class, double u)
{
    size_t at = 0;
    while (at + 1 < w->regions.count && u > pipeline_state(w)->share_below[owner_class][at])
        at++;
    return w->regions.order[at];
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
    cancellation_start_clock(w, id, clock);
    return id;
}

static void draw_uniforms(const struct world *w, struct project *p, double uniform[UNIFORMS])
{
    struct stream random = sim_stream(w->sim, &model_pipeline, identity(STREAM_OF_PROJECT, p->owner_class, p->k));
    stream_fill_uniform(&random, uniform, UNIFORMS);
    p->own_uniform =
        entry_decides(w, p->owner_class) ? entry_log_signal(w, p->owner_class, p->k) : uniform[UNIFORM_STATE];
    p->silent = uniform[UNIFORM_SILENT] < pipeline_state(w)->settings->silent;
}

double project_late_uniform(const struct world *w, const struct project *p, enum uniform which)
{
    struct stream random = sim_stream(w->sim, &model_pipeline, identity(STREAM_OF_PROJECT, p->owner_class, p->k));
    stream_skip_blocks(&random, which / 2);
    double uniform = stream_uniform(&random);
    return which % 2 ? stream_uniform(&random) : uniform;
}

static double cards_for(const struct world *w, const struct project *p, int g);

/* Whether its owner could begin a project today, if there is a card worth ordering. */
static bool can_pay(const struct world *w, const struct project *p)
{
    int g = capital_binds(w, p->owner_class) ? choice_card(w, p) : -1;
    return g < 0 || capital_can_begin(w, p, g, cards_for(w, p, g));
}

/* Whether a candidate that q let pass also passes the guidance on its size; if so, its project. */
static bool passes(struct world *w, uint32_t owner_class, uint32_t k, struct approval *a)
{
    const struct pipeline_row *row = &pipeline_state(w)->row[owner_class];
    double uniform[UNIFORMS];
    a->project = new_project;
    a->project.owner_class = (uint8_t)owner_class;
    a->project.k = k;
    draw_uniforms(w, &a->project, uniform);
    a->project.size_p = distribution_quantile(row->size_p, uniform[UNIFORM_SIZE]);
    if (!(uniform[UNIFORM_GUIDANCE] < (a->project.size_p < w->policy.minimum_size_p ? w->policy.approvals_factor : 1)))
        return false;
    a->project.region = region_of(w, owner_class, uniform[UNIFORM_REGION]);
    a->project.firm = (uint16_t)firms_drawn(w, owner_class, uniform[UNIFORM_FIRM]);
    if (!can_pay(w, &a->project)) {
        capital_refused(w);
        return false;
    }
    a->clock = -det_log(uniform[UNIFORM_CANCEL]);
    a->delay_yr = distribution_quantile(row->approval_delay_yr, uniform[UNIFORM_DELAY]) *
                  w->regions.approval_factor[a->project.region];
    return true;
}

void pipeline_follow(struct world *w, const struct project_follower *follower)
{
    w->projects.follower = follower;
}

void project_approve(struct world *w, const struct approval *a)
{
    char name[64];
    uint32_t id = add_project(w, &a->project, a->clock);
    w->projects.approvals_since_sample++;
    if (entry_decides(w, a->project.owner_class))
        entry_approved(w, w->projects.row[id].firm);
    pipeline_state(w)->approved_in[a->project.region]++;
    tell(w->sim, "pipeline", "approved", pipeline_name(w, id, name), "%.0f P in %s", a->project.size_p,
         w->regions.name[a->project.region]);
    sim_schedule(w->sim, w->sim->now + a->delay_yr, 0, project_event(w, MONEY_READY, id, w->projects.row[id].stamp));
}

/* A class without a date has been there from the start. */
static bool has_entered(const struct world *w, uint32_t owner_class, double date)
{
    return !(date < pipeline_state(w)->row[owner_class].first);
}

bool pipeline_propose(struct world *w, uint32_t owner_class, uint32_t k)
{
    struct approval approval;
    if (!has_entered(w, owner_class, w->sim->now))
        return false;
    if (passes(w, owner_class, PROJECT_ANNOUNCED | k, &approval))
        project_approve(w, &approval);
    return true;
}

/* Candidates of this step that are accepted at its q and under its guidance. */
void project_accept_candidates(struct world *w, uint32_t owner_class)
{
    struct pipeline *state = pipeline_state(w);
    double accepted = acceptance(w, owner_class);
    struct candidate next;
    while (candidates_next(&state->candidates[owner_class], w->sim->step_end, accepted, &next)) {
        if (!has_entered(w, owner_class, next.at))
            continue;
        WORLD_GROW(w, state->approval, state->approvals, state->approval_capacity);
        if (!passes(w, owner_class, next.k, &state->approval[state->approvals]))
            continue;
        struct event approval = project_event(w, APPROVAL, 0, 0);
        approval.data = (uint32_t)state->approvals++;
        sim_schedule(w->sim, next.at, 0, approval);
    }
}

/* What a project in the queue for power asks for. */
static void ask(struct world *w, struct project *p, double mw)
{
    power_want(w, p->region, mw - p->asked_mw);
    p->asked_mw = mw;
}

void project_cancel(struct world *w, uint32_t id, const char *why)
{
    struct project *p = &w->projects.row[id];
    if (p->state == PROJECT_APPROVED)
        ask(w, p, 0);
    char name[64];
    procurement_cancel(w, id);
    power_withdraw(w, id);
    capital_release(w, id, false);
    project_set_state(w, id, PROJECT_CANCELLED);
    tell(w->sim, "pipeline", p->silent ? "died silently" : "cancelled", pipeline_name(w, id, name), "%s", why);
    if (p->replaces != UINT32_MAX) {
        w->projects.refreshing--;
        supply_keep(w, p->replaces);
        return;
    }
    *(p->silent ? &w->projects.deaths_since_sample : &w->projects.cancellations_since_sample) += 1;
}

/* P of generation g that a project of one P stands for: it is a sum of money, and P get cheaper. */
static double p_for_a_p(const struct world *w, int g)
{
    double stated = pipeline_state(w)->settings->size_cost_cny_per_p;
    double cost = procurement_cost_per_card(w, g) / w->generations.pflops_fp16[g];
    return stated > cost ? stated / cost : 1;
}

/* Cards of generation g in whole servers: what its size asks for, no more than its power feeds where power is short,
 * and on the site of old cards what the power there feeds. */
static double cards_for(const struct world *w, const struct project *p, int g)
{
    double unit = w->generations.cards_per_server[g], server_mw = power_mw(w, p->region, g, unit);
    if (p->replaces != UINT32_MAX)
        return floor(p->asked_mw / server_mw) * unit;
    double wanted_p = p->size_p * pipeline_state(w)->settings->share_of_size * p_for_a_p(w, g);
    double servers = max_of(1, round(wanted_p / w->generations.pflops_fp16[g] / unit));
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

/* Whether a project that orders only against a signed lease has none, for the cards that it would order. */
static bool lacks_customer(struct world *w, uint32_t id)
{
    const struct project_follower *follower = w->projects.follower;
    struct project *p = &w->projects.row[id];
    if (!follower || p->contracted)
        return false;
    int g = choice_card(w, p);
    if (g < 0)
        return false;
    double opens = w->sim->now + pipeline_state(w)->build_yr[p->owner_class];
    enum customer customer = follower->customer(w, id, g, cards_for(w, p, g), opens);
    w->projects.row[id].contracted = customer == CUSTOMER_SIGNED;
    return customer == CUSTOMER_MISSING;
}

static void wait_for_cards(struct world *w, uint32_t id, enum event_kind then)
{
    double delay_yr = max_of(pipeline_state(w)->settings->reorder_delay_yr, 1.0 / MONTHS_PER_YEAR);
    sim_schedule(w->sim, w->sim->now + delay_yr, 0, project_event(w, then, id, w->projects.row[id].stamp));
}

/* New cards on the site of old ones cost what these could still earn besides. */
static void note_commitment(struct world *w, const struct project *p, int g, double cards, bool short_of_funds)
{
    bool on_site = p->replaces != UINT32_MAX;
    double cost = cards * (on_site ? choice_cost_on_site(w, p->replaces, g) : procurement_cost_per_card(w, g));
    const struct vintage *old = on_site ? &w->vintages.row[p->replaces] : NULL;
    double given_up = old ? old->cards * value_of_vintage(w, old) : 0, all = cost + given_up;
    entry_committed(w, p, g, all, choice_own_log_q(w, p, g) - det_log(all / cost), short_of_funds);
}

/* Orders the best card now; if there is none, tries again after the reorder delay. */
void project_order(struct world *w, uint32_t id)
{
    struct project *p = &w->projects.row[id];
    int g = choice_card(w, p);
    double wanted = g < 0 ? 0 : cards_for(w, p, g);
    capital_release(w, id, false);
    double cards = g < 0 ? 0 : capital_cards(w, p, g, wanted);
    if (cards <= 0) {
        wait_for_cards(w, id, REORDER);
        return;
    }
    p->generation = (int8_t)g;
    apply_for_power(w, id, g, cards);
    if (entry_decides(w, p->owner_class))
        note_commitment(w, p, g, cards, cards < wanted);
    capital_commit(w, id, g, cards, wanted);
    double due = procurement_order(w, id, g, cards);
    p->orders++;
    static const char *const through[] = {"officially", "through the gray channel", "from a domestic maker"};
    char name[64], date[DATE_TEXT_BYTES];
    tell(w->sim, "procurement", "ordered", pipeline_name(w, id, name), "%.0f %s cards %s at %.0f CNY each, due %s",
         cards, w->generations.name[g], through[procurement_channel(w, g)], w->channels.street_price_cny[g],
         date_text(due, date));
}

/* Where power has a cap it takes what it wishes, or what there is. */
static void begin_building(struct world *w, uint32_t id, double requested_mw)
{
    struct project *p = &w->projects.row[id];
    ask(w, p, 0);
    project_set_state(w, id, PROJECT_BUILDING);
    if (isfinite(w->power.cap_mw[p->region]))
        power_promise(w, id, min_of(requested_mw, power_room_mw(w, p->region)));
    p->building_since = w->sim->now;
    p->site_ready = w->sim->now + distribution_quantile(pipeline_state(w)->row[p->owner_class].build_time_yr,
                                                        project_late_uniform(w, p, UNIFORM_BUILD_TIME));
    pipeline_state(w)->begun++;
    project_order(w, id);
}

/* -- power under a cap --------------------------------------------------------------------------------------------- */

enum room { NO_REQUEST, NO_ROOM, BEGUN };

/* Room for enough of what a project wishes. */
static bool has_room(const struct world *w, int region, double requested_mw)
{
    return power_room_mw(w, region) >= requested_mw * pipeline_state(w)->settings->least_power;
}

/* Power of the cards that it would order today; nil if it would order none. */
static double requested_by(const struct world *w, const struct project *p)
{
    int g = choice_card(w, p);
    return g < 0 ? 0 : power_mw(w, p->region, g, cards_for(w, p, g));
}

/* Begins if there is a card worth ordering and power for it. */
static enum room begin_if_room(struct world *w, uint32_t id)
{
    struct project *p = &w->projects.row[id];
    ask(w, p, requested_by(w, p));
    if (p->asked_mw <= 0)
        return NO_REQUEST;
    if (!has_room(w, p->region, p->asked_mw))
        return NO_ROOM;
    begin_building(w, id, p->asked_mw);
    return BEGUN;
}

/* First come, first served; a project that would order nothing today keeps its place and lets others pass. */
void project_serve_power(struct world *w, int region)
{
    struct queue *queue = &pipeline_state(w)->for_power[region];
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
    struct queue *queue = &pipeline_state(w)->for_power[w->projects.row[id].region];
    WORLD_GROW(w, queue->project, queue->count, queue->capacity);
    queue->project[queue->count++] = id;
    ask(w, &w->projects.row[id], requested_by(w, &w->projects.row[id]));
}

/* A project has money and site. Where its class pauses it waits; where power has a cap it queues; where it must earn
 * and no card pays, it asks again later. */
void project_money_ready(struct world *w, uint32_t id)
{
    const struct project *p = &w->projects.row[id];
    if (targets_now(w, p->owner_class) <= 0) {
        sim_schedule(w->sim, w->sim->now + 1.0 / MONTHS_PER_YEAR, 0, project_event(w, MONEY_READY, id, p->stamp));
    } else if (!can_pay(w, p) && entry_decides(w, p->owner_class)) {
        capital_refused(w);
        project_cancel(w, id, "no money");
    } else if (!can_pay(w, p) || lacks_customer(w, id)) {
        wait_for_cards(w, id, MONEY_READY);
    } else if (isfinite(w->power.cap_mw[p->region])) {
        wait_for_power(w, id);
        if (pipeline_state(w)->for_power[p->region].count == 1)
            project_serve_power(w, p->region);
    } else if (entry_decides(w, p->owner_class) && choice_card(w, p) < 0) {
        wait_for_cards(w, id, MONEY_READY);
    } else {
        begin_building(w, id, 0);
    }
}
/* -- delivery and opening ------------------------------------------------------------------------------------------ */

static void order_lost(struct world *w, uint32_t id, double cards, const char *why)
{
    struct project *p = &w->projects.row[id];
    char name[64];
    tell(w->sim, "procurement", "order lost", pipeline_name(w, id, name), "%.0f %s cards %s", cards,
         w->generations.name[p->generation], why);
    if (project_late_uniform(w, p, UNIFORM_AFTER_LOSS) < pipeline_state(w)->settings->after_loss) {
        project_cancel(w, id, why);
        return;
    }
    sim_schedule(w->sim, w->sim->now + pipeline_state(w)->settings->reorder_delay_yr, 0,
                 project_event(w, REORDER, id, p->stamp));
}

static void delivered(struct world *w, uint32_t id, double cards, double cost_per_card, enum channel_kind channel)
{
    struct project *p = &w->projects.row[id];
    char name[64];
    bool built = p->replaces == UINT32_MAX;
    double building = built ? 0 : procurement_building_cost_per_card(w, p->generation);
    double gross = cost_per_card - building + (built ? 0 : life_refit_per_card(w, p->replaces, p->generation));
    double grant = built ? gross * w->regions.incentive[p->region] : 0;
    p->cards = cards;
    p->cost_per_card = gross - grant;
    p->grant_cny = grant * cards;
    p->channel = (uint8_t)channel;
    tell(w->sim, "procurement", "delivered", pipeline_name(w, id, name), "%.0f %s cards", cards,
         w->generations.name[p->generation]);
    project_schedule_opening(w, id);
}

const struct order_follower pipeline_follows_orders = {.delivered = delivered, .lost = order_lost};

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
    double uniform[UNIFORMS];
    draw_uniforms(w, &project, uniform);
    project.firm = v->firm;
    int g = choice_card(w, &project);
    if (g < 0 || capital_cards(w, &project, g, cards_for(w, &project, g)) <= 0 ||
        !(choice_npv_on_site(w, vintage, g) > least_cny_per_kw))
        return UINT32_MAX;
    uint32_t id = add_project(w, &project, -det_log(uniform[UNIFORM_CANCEL]));
    struct project *p = &w->projects.row[id];
    p->building_since = p->connected = w->sim->now;
    p->site_ready = w->sim->now + pipeline_state(w)->settings->refit_yr + life_refit_yr(w, vintage, g);
    w->projects.refreshing++;
    project_order(w, id);
    return id;
}

static void count_opening(struct world *w, const struct project *p)
{
    struct pipeline *state = pipeline_state(w);
    double built_p = p->cards * w->generations.pflops_fp16[p->generation];
    bool announced = !state->row[p->owner_class].own_need;
    w->projects.opened++;
    w->projects.opened_announced += announced;
    w->projects.opened_below_1000p += announced && p->size_p < 1000;
    state->sampled_p += built_p;
    state->sampled_cny += p->cards * p->cost_per_card + p->grant_cny;
    state->grants_cny += p->grant_cny;
    state->months += (p->ready - p->building_since) * MONTHS_PER_YEAR;
    state->largest_p = max_of(state->largest_p, built_p);
}

void project_open(struct world *w, uint32_t id)
{
    struct project *p = &w->projects.row[id];
    char name[64];
    p->ready = w->sim->now;
    if (p->replaces != UINT32_MAX) {
        w->projects.refreshing--;
        pipeline_state(w)->refreshed++;
        pipeline_state(w)->refreshed_cny += p->cards * p->cost_per_card;
        supply_replace(w, p->replaces);
    } else {
        count_opening(w, p);
    }
    power_withdraw(w, id);
    capital_release(w, id, true);
    project_set_state(w, id, PROJECT_OPERATING);
    uint32_t vintage = supply_add(w, &(struct vintage){.project = id,
                                                       .number = p->k,
                                                       .owner_class = p->owner_class,
                                                       .region = p->region,
                                                       .generation = (uint8_t)p->generation,
                                                       .channel = p->channel,
                                                       .delivered = w->sim->now,
                                                       .cards = p->cards,
                                                       .cost_per_card = p->cost_per_card,
                                                       .quality = (float)entry_quality(w, p->owner_class, p->k),
                                                       .most_debt_share = (float)capital_debt_share(w, id)});
    if (p->contracted)
        w->projects.follower->opened(w, id, vintage);
    tell(w->sim, "pipeline", "opened", pipeline_name(w, id, name), "%.0f %s cards, %.1f years after %s", p->cards,
         w->generations.name[p->generation], w->sim->now - p->approved,
         p->replaces == UINT32_MAX ? "approval" : "the order");
}
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
    int g = project_late_uniform(w, p, UNIFORM_RUSH) < pipeline_state(w)->settings->rush ? choice_card(w, p) : -1;
    if (g < 0 || !w->policy.feared[g] || lacks_customer(w, id))
        return;
    double mw = power_mw(w, p->region, g, cards_for(w, p, g));
    if (!has_room(w, p->region, mw))
        return;
    char name[64];
    tell(w->sim, "pipeline", "rushed", pipeline_name(w, id, name), "fears a ban on %s", w->generations.name[g]);
    begin_building(w, id, mw);
}

/* Each project weighs a fear once. */
void project_weigh_fear(struct world *w)
{
    size_t *weighed = &pipeline_state(w)->weighed;
    if (!ban_feared(w))
        *weighed = 0;
    else
        for (; *weighed < w->projects.count; ++*weighed)
            if (w->projects.row[*weighed].state == PROJECT_APPROVED)
                rush(w, (uint32_t)*weighed);
}
