/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Orders, from the day they are placed to delivery, refund or loss. */
#include "procurement.h"

#include "sim/base/det.h"

#include <assert.h>

static uint32_t free_order(struct world *w)
{
    struct procurement *p = procurement_state(w);
    uint32_t id = p->free_order;
    if (id == UINT32_MAX) {
        WORLD_GROW(w, p->order, p->count, p->capacity);
        return (uint32_t)p->count++;
    }
    p->free_order = p->order[id].next_free;
    return id;
}

double procurement_order(struct world *w, uint32_t project, int g, double cards)
{
    struct procurement *p = procurement_state(w);
    int channel = procurement_channel(w, g);
    assert(channel >= 0);
    double now = w->sim->now, capacity = p->capacity_per_yr[g], *free_at = &p->queue_free[channel][g];
    const struct project *buyer = &w->projects.row[project];
    double migration = det_exp(procurement_log_migration(w, buyer->firm, g));
    double turn = max_of(now, *free_at);
    double made = channels_made_at(w, g, now);
    if (channel != CHANNEL_GRAY && turn > now && made > 0) /* by then output has come up further */
        capacity *= channels_made_at(w, g, turn) / made;
    *free_at = turn + cards / max_of(capacity, 1);
    w->channels.offers.queue_free[w->channels.offers.place[g]] = *free_at;
    double due = *free_at + p->settings->lead_yr[channel];
    uint32_t id = free_order(w);
    p->order[id] = (struct order){.project = project,
                                  .generation = g,
                                  .channel = (enum channel_kind)channel,
                                  .cards = cards,
                                  .cost_per_card = procurement_cost_per_card(w, g) * migration,
                                  .due = due,
                                  .live = true};
    p->order[id].handle = sim_schedule_handle(
        w->sim, due, 0, (struct event){.model = (uint16_t)sim_model_index(w->sim, &model_procurement), .id = id});
    p->orders_per_yr[g] += cards / p->settings->order_memory_yr;
    stockpile_sell(w, g, cards);
    w->projects.row[project].order = id;
    w->channels.ordered += cards;
    w->channels.sold_cards[g] += cards;
    p->placed += cards;
    w->channels.backlog_cards[channel][g] += cards;
    return due;
}

static void close_order(struct world *w, struct order *o, double *account)
{
    o->live = false;
    o->next_free = procurement_state(w)->free_order;
    procurement_state(w)->free_order = (uint32_t)(o - procurement_state(w)->order);
    *account += o->cards;
    w->channels.backlog_cards[o->channel][o->generation] -= o->cards;
    w->projects.row[o->project].order = UINT32_MAX;
}

/* Neither cards nor money come back; `account` says where the cards went. */
static void lose_order(struct world *w, struct order *o, double *account)
{
    double paid = procurement_state(w)->settings->prepaid * o->cards * o->cost_per_card;
    const struct project *project = &w->projects.row[o->project];
    uint32_t firm = pipeline_firm(w, project);
    ledger_post(w, firm, ACCOUNT_PREPAYMENTS_LOST, paid);
    w->channels.all_prepayments_lost_cny += paid;
    close_order(w, o, account);
}

void procurement_cancel(struct world *w, uint32_t project)
{
    uint32_t id = w->projects.row[project].order;
    if (id == UINT32_MAX)
        return;
    struct order *o = &procurement_state(w)->order[id];
    calendar_cancel(w->sim->calendar, o->handle);
    close_order(w, o, &w->channels.refunded);
}

/* Uniform numbers that belong to this order, in this order. */
enum uniform { UNIFORM_MISHAP, UNIFORM_CAUGHT, UNIFORMS };
static void order_uniforms(const struct world *w, const struct order *o, double uniform[UNIFORMS])
{
    const struct project *project = &w->projects.row[o->project];
    struct stream s = sim_stream(w->sim, &model_procurement,
                                 identity(STREAM_OF_ORDER + project->orders, project->owner_class, project->k));
    stream_fill_uniform(&s, uniform, UNIFORMS);
}

static bool is_seized(const struct world *w, const struct order *o)
{
    double uniform[UNIFORMS], passes = (1 - procurement_state(w)->settings->seizure) * (1 - w->policy.enforced_seizure);
    order_uniforms(w, o, uniform);
    return uniform[UNIFORM_MISHAP] < 1 - passes;
}

void orders_arrive(struct world *w, const struct event *event)
{
    struct order *o = &procurement_state(w)->order[event->id];
    struct channels *c = &w->channels;
    if (o->channel == CHANNEL_GRAY && is_seized(w, o)) {
        lose_order(w, o, &c->seized);
        w->channels.follower->lost(w, o->project, o->cards, "seized on the way");
        return;
    }
    close_order(w, o, &c->delivered);
    procurement_state(w)->arrived += o->cards;
    if (isnan(c->first_arrival[o->generation]))
        c->first_arrival[o->generation] = w->sim->now;
    *(w->generations.domestic[o->generation] ? &c->step_delivered_domestic : &c->step_delivered_foreign) += o->cards;
    w->channels.follower->delivered(w, o->project, o->cards, o->cost_per_card, o->channel);
}

/* A gate has closed to a share of what passed: that share of what is not yet on its way is caught. */
static void catch_orders(struct world *w, int g, double share)
{
    struct procurement *p = procurement_state(w);
    double now = w->sim->now;
    for (size_t i = 0; i < p->count; i++) {
        struct order *o = &p->order[i];
        if (!o->live || o->generation != g || o->channel != CHANNEL_OFFICIAL || o->due <= now + p->settings->shipped_yr)
            continue;
        double uniform[UNIFORMS];
        order_uniforms(w, o, uniform);
        if (uniform[UNIFORM_CAUGHT] >= share)
            continue;
        bool refunded = uniform[UNIFORM_MISHAP] < p->settings->refunded;
        calendar_cancel(w->sim->calendar, o->handle);
        if (refunded)
            close_order(w, o, &w->channels.refunded);
        else
            lose_order(w, o, &w->channels.lost);
        w->channels.follower->lost(w, o->project, o->cards,
                                   refunded ? "caught by the ban, refunded" : "caught by the ban, prepayment lost");
    }
    if (share >= 1)
        p->queue_free[CHANNEL_OFFICIAL][g] = now;
}

static bool is_far_along(const struct world *w, const struct project *p)
{
    double all = p->site_ready - p->building_since, done = w->sim->now - p->building_since;
    return done >= procurement_state(w)->settings->far_along * all;
}

/* A rule bars card g from state-funded centres: those newly barred that are not far along give their orders back. */
static void give_back_orders(struct world *w, int g, double was_barred)
{
    struct procurement *p = procurement_state(w);
    for (size_t i = 0; i < p->count; i++) {
        struct order *o = &p->order[i];
        if (!o->live || o->generation != g)
            continue;
        const struct project *project = &w->projects.row[o->project];
        bool barred = project->own_uniform < w->policy.barred_for_state[g] && project->own_uniform >= was_barred;
        if (!barred || !w->vintages.state_funded[project->owner_class] || is_far_along(w, project))
            continue;
        calendar_cancel(w->sim->calendar, o->handle);
        close_order(w, o, &w->channels.refunded);
        w->channels.follower->lost(w, o->project, o->cards, "given back: barred from state-funded centres");
    }
}

/* What closing gates and new rules do to orders outstanding. */
void orders_obey_gates(struct world *w)
{
    struct procurement *p = procurement_state(w);
    for (int g = 0; g < (int)w->generations.count; g++) {
        double passes = p->passes[g], passed = p->passed[g], barred = w->policy.barred_for_state[g];
        if (passes > 0)
            p->closed_on[g] = NONE;
        else if (passed > 0)
            p->closed_on[g] = w->sim->now;
        if (passes < passed)
            catch_orders(w, g, 1 - passes / passed);
        if (barred > p->barred[g])
            give_back_orders(w, g, p->barred[g]);
        p->passed[g] = passes;
        p->barred[g] = barred;
    }
}
