/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tenants: who comes, leaves and is hit by a shock. */
#include "demand.h"
#include "tenant_money.h"

#include "sim/base/det.h"

struct event demand_event(const struct world *w, enum event_kind kind, uint32_t id)
{
    return (struct event){.model = (uint16_t)sim_model_index(w->sim, &model_demand), .kind = (uint16_t)kind, .id = id};
}

const char *demand_tenant_name(const struct world *w, uint32_t id, char text[64])
{
    const struct tenant *t = &w->tenants.row[id];
    bool early = t->k & FROM_THE_START;
    snprintf(text, 64, "%s-%s%u", sim_row_name(w->sim, TENANT, t->class_), early ? "early-" : "",
             t->k & ~FROM_THE_START);
    return text;
}

static uint32_t join_cohort(struct world *w, uint32_t tenant, double need_p, double exits_at)
{
    uint8_t class_ = w->tenants.row[tenant].class_;
    struct cohort *c = &w->tenants.cohort[class_];
    size_t place = cohort_join(w, c, tenant);
    c->need_p[place] = need_p;
    c->mature_p[place] = need_p * demand_state(w)->maturing[class_];
    c->training_share[place] = demand_state(w)->row[class_].training_share;
    c->exits_at[place] = exits_at;
    c->first_exit = min_of(c->first_exit, exits_at);
    return (uint32_t)place;
}

static void make_room_for_tenants(struct world *w)
{
    struct tenants *table = &w->tenants;
    size_t had = words_of(table->capacity);
    WORLD_GROW(w, table->row, table->count, table->capacity);
    size_t words = words_of(table->capacity);
    if (words == had)
        return;
    table->here = arena_grow(&w->sim->arena, table->here, had * sizeof *table->here, words * sizeof *table->here);
    memset(table->here + had, 0, (words - had) * sizeof *table->here);
}

static uint32_t tenants_add(struct world *w, uint32_t class_, uint32_t k, double entered)
{
    struct tenants *table = &w->tenants;
    struct stream s = sim_stream(w->sim, &model_demand, identity(STREAM_OF_TENANT, class_, k));
    make_room_for_tenants(w);
    uint32_t id = (uint32_t)table->count++;
    const struct tenant newcomer = {.class_ = (uint8_t)class_,
                                    .k = k,
                                    .present = true,
                                    .entered = entered,
                                    .first_lease = {UINT32_MAX, UINT32_MAX}};
    memcpy(&table->row[id], &newcomer, sizeof newcomer); /* whole, with the columns of leasing */
    double need_p = distribution_quantile(demand_state(w)->row[class_].need_p, stream_uniform(&s));
    double stays =
        stream_exponential(&s) * tenant_money_stay(w, class_, need_p / demand_state(w)->median_need_p[class_]);
    table->row[id].place = join_cohort(w, id, need_p, demand_state(w)->hazard_sum[class_] + stays);
    table->here[id / 64] |= (uint64_t)1 << id % 64;
    table->present++;
    demand_state(w)->entries++;
    return id;
}

void tenants_add_initial(struct world *w, size_t c)
{
    struct demand *d = demand_state(w);
    const struct demand_row *row = &d->row[c];
    double mean_stay = row->exit_per_yr > 0 ? min_of(row->growth_years, 1 / row->exit_per_yr) : row->growth_years;
    for (uint32_t k = 0; k < (uint32_t)round(row->initial); k++) {
        struct stream s = sim_stream(w->sim, &model_demand, identity(STREAM_OF_TENANT, (uint32_t)c | 0x4000, k));
        tenants_add(w, (uint32_t)c, FROM_THE_START | k, w->sim->plan->start - mean_stay * stream_uniform(&s));
    }
}

static double pulse(const struct demand_settings *s, double now)
{
    double z = (now - s->pulse_centre) / s->pulse_width_yr;
    return 1 + s->pulse_height * det_exp(-0.5 * z * z);
}

double tenants_most_entries_per_yr(const struct demand *d, size_t class_)
{
    return d->row[class_].entry_per_yr * (d->row[class_].pulse ? 1 + d->settings->pulse_height : 1);
}

/* Candidates of this step that are accepted at the rate of their date. */
void tenants_accept_entries(struct world *w)
{
    struct demand *d = demand_state(w);
    struct candidate next;
    for (size_t c = 0; c < d->classes; c++)
        while (candidates_next(&d->candidates[c], w->sim->step_end, 1, &next)) {
            double rate = d->row[c].entry_per_yr * (d->row[c].pulse ? pulse(d->settings, next.at) : 1);
            struct event entry = demand_event(w, ENTRY, (uint32_t)c);
            entry.data = next.k;
            if (next.accept < rate / d->candidates[c].per_yr)
                sim_schedule(w->sim, next.at, 0, entry);
        }
}

static void enter(struct world *w, uint32_t class_, uint32_t k)
{
    uint32_t id = tenants_add(w, class_, k, w->sim->now);
    char name[64];
    tell(w->sim, "demand", "entered", demand_tenant_name(w, id, name), "needs %.1f effective P",
         w->tenants.cohort[class_].need_p[w->tenants.row[id].place]);
}

void demand_follow(struct world *w, const struct tenant_follower *follower)
{
    if (w->tenants.followers == MAX_TENANT_FOLLOWERS)
        sim_fail(w->sim, "more than %d mechanisms follow tenants", MAX_TENANT_FOLLOWERS);
    else
        w->tenants.follower[w->tenants.followers++] = follower;
}

void demand_scale(struct world *w, uint32_t tenant, double factor)
{
    const struct tenant *t = &w->tenants.row[tenant];
    w->tenants.cohort[t->class_].need_p[t->place] *= factor;
    w->tenants.cohort[t->class_].mature_p[t->place] *= factor;
}

void demand_hold(struct world *w, uint32_t tenant, int workload, double held_p)
{
    const struct tenant *t = &w->tenants.row[tenant];
    w->tenants.cohort[t->class_].held[workload][t->place] = held_p;
}

void demand_note_hourly(struct world *w, uint32_t tenant, int workload, double least_p)
{
    const struct tenant *t = &w->tenants.row[tenant];
    w->tenants.cohort[t->class_].hourly_p[workload][t->place] = least_p;
}

void demand_set_supplier(struct world *w, uint32_t tenant, uint32_t firm)
{
    w->tenants.row[tenant].supplier = (uint16_t)(firm + 1);
}

void demand_leave(struct world *w, uint32_t id)
{
    struct tenant *t = &w->tenants.row[id];
    char name[64];
    if (!t->present)
        return;
    t->present = false;
    w->tenants.here[id / 64] &= ~((uint64_t)1 << id % 64);
    w->tenants.present--;
    demand_state(w)->exits++;
    tell(w->sim, "demand", "left", demand_tenant_name(w, id, name), "after %.1f years", w->sim->now - t->entered);
    for (size_t k = 0; k < w->tenants.followers; k++)
        if (w->tenants.follower[k]->left)
            w->tenants.follower[k]->left(w, id);
    cohort_leave(w, &w->tenants.cohort[t->class_], t->place);
}

/* A bit for each class that shocks hit. */
static uint32_t shocked_classes(const struct demand *d)
{
    uint32_t bits = 0;
    for (size_t c = 0; c < d->classes; c++)
        bits |= (uint32_t)d->row[c].shocked << c;
    return bits;
}

void tenants_handle(struct world *w, const struct event *event)
{
    switch ((enum event_kind)event->kind) {
    case ENTRY:
        enter(w, event->id, event->data);
        break;
    case EXIT:
        demand_leave(w, event->id);
        break;
    case SHOCK: {
        const struct shock *shock = &demand_state(w)->shock[event->id];
        for (size_t k = 0; k < w->tenants.followers; k++)
            if (w->tenants.follower[k]->shocked)
                w->tenants.follower[k]->shocked(w, shocked_classes(demand_state(w)), shock->need_drop);
        tell(w->sim, "demand", "shock", shock->label ? shock->label : sim_row_name(w->sim, SHOCKS, event->id),
             "progress %+.0f %%, need -%.0f %%, exits x%.1f", 100 * (det_exp(shock->progress) - 1),
             100 * shock->need_drop, 1 + shock->exit_boost);
    }
    }
}

/* Those with purses leave when these are empty (tenant_money.c): a shock that drove them out besides would count twice. */
static bool driven_out(const struct world *w, size_t class_)
{
    return demand_state(w)->row[class_].shocked && !tenant_money_has_purse(w, class_);
}

double demand_funds_left(const struct world *w, size_t class_)
{
    const struct demand *d = demand_state(w);
    double left = 1;
    for (size_t i = 0; i < d->shocks && d->row[class_].shocked; i++) {
        double since = w->sim->now - d->shock[i].date;
        left *= since >= 0 ? 1 - d->shock[i].funding_drop * det_exp(-since / d->shock[i].exit_decay_yr) : 1;
    }
    return left;
}

static double exit_boost(const struct demand *d, double now)
{
    double boost = 1;
    for (size_t i = 0; i < d->shocks; i++)
        if (now >= d->shock[i].date)
            boost += d->shock[i].exit_boost * det_exp(-(now - d->shock[i].date) / d->shock[i].exit_decay_yr);
    return boost;
}

struct exits tenants_run_hazards(struct world *w)
{
    struct demand *d = demand_state(w);
    struct exits e = {{0}, {0}};
    double boost = exit_boost(d, w->sim->now);
    for (size_t c = 0; c < d->classes; c++) {
        e.hazard[c] = d->row[c].exit_per_yr * (driven_out(w, c) ? boost : 1) * tenant_money_effect(w, c).exits;
        tenant_money_note_hazard(w, c, e.hazard[c]);
        e.before[c] = d->hazard_sum[c];
        d->hazard_sum[c] += e.hazard[c] * w->sim->dt;
    }
    return e;
}

static void schedule_exit(struct world *w, size_t class_, size_t place, const struct exits *e)
{
    const struct cohort *c = &w->tenants.cohort[class_];
    double after = max_of(0, c->exits_at[place] - e->before[class_]) / e->hazard[class_];
    sim_schedule(w->sim, w->sim->now + after, 0, demand_event(w, EXIT, c->tenant[place]));
}

void tenants_schedule_exits(struct world *w, size_t class_, const struct exits *exits)
{
    struct cohort *c = &w->tenants.cohort[class_];
    double until = demand_state(w)->hazard_sum[class_], next = INFINITY;
    if (c->first_exit > until)
        return;
    for (size_t i = 0; i < c->count; i++)
        if (c->exits_at[i] <= until)
            schedule_exit(w, class_, i, exits);
        else
            next = min_of(next, c->exits_at[i]);
    c->first_exit = next;
}
