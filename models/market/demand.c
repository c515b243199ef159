/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tenants want: market demand is the sum of their desires.
 *
 * A tenant of need n (effective P at the reference rent) wants for workload w
 *
 *     n G share_w A_w^(eps_w - 1) ((1 - voucher) R_w / R0)^(-eps_w)
 *
 * with A_w algorithmic progress alone (FP8 and utilisation enter supply, once): demand for compute rises with progress
 * only where eps > 1 (rebound: Saunders 1992). Three things make G:
 *
 *   growth     of the tenant's own since it came, for some years (developers, car makers);
 *   usage      of platforms: their older work and that of models (usage.c), which has its own progress in it. Usage was
 *              counted over all, so that platforms share out what those of the start need on average, however many
 *              there are and however their sizes fall;
 *   overflow   of platforms: their own users need f = need / fleet of their own fleet, and what does not fit is f^c of
 * the usual share, so it is convex in that need (c > 0) and falls with every card they buy (procurement.c); realised
 * the share that data and applications downstream let be realised, a dated series; the rest is reported.
 *
 * Waves of new uses lift training of all tenants. The work of models answers to rents as usage.c says: less when people
 * read what they can.
 *
 * Users who exist only below a price (the extensive margin) add a share n / (1 + (R_w / p)^s) to the demand of the
 * others, and want as much as these: beside its own elasticity demand has up to n s / 4 more around p.
 *
 * A tenant's work moves from training to inference as it gets older, share_w(age) from its first share to its late one
 * with one time constant: a training peak, then a product. Classes of tenants enter as Poisson processes, some in a
 * pulse of funding, and leave at a hazard. A shock is a jump in A (work gets cheaper), a drop of need and a burst of
 * exits.
 *
 * Imposed: the pulse, the dates of shocks and what downstream lets be realised. Everything else follows.
 * Off: pulse_height 0; users_below 0; overflow 0; training_share_late none; realised none; shocks: null.
 */
#include "crowd.h"
#include "models/market/usage.h"
#include "models/models.h"
#include "models/supply/candidates.h"
#include "models/supply/platform.h"
#include "models/world.h"

#include "sim/base/det.h"

struct settings {
    double elasticity[WORKLOADS], progress_per_yr[WORKLOADS], reference_rent;
    double users_below, users_price, users_slope;
    double overflow, own_usage, model_work, fleet_cards;
    double pulse_height, pulse_centre, pulse_width_yr;
};

struct row {
    double training_share, training_share_late, shift_yr, entry_per_yr, initial, growth_per_yr, growth_years,
        exit_per_yr;
    const struct distribution *need_p;
    const struct dated_series *realised;
    bool usage, overflow, pulse, voucher, shocked;
};

struct shock {
    const char *label;
    double date, progress, need_drop, exit_boost, exit_decay_yr;
    bool chart;
};

struct demand {
    const struct settings *settings;
    const struct row *row;
    const struct shock *shock;
    size_t classes, shocks;
    struct candidates candidates[MAX_TENANT_CLASSES];
    double base[WORKLOADS]; /* sum of desires at the reference rent */
    double models_share, models_of_base; /* work of models in inference: of what follows usage, of all */
    double unrealised; /* what downstream keeps from being wanted, of both workloads */
    double fleet_p, fleet_p_at_start, fleet_seen[2],
        models_at_start; /* platforms' own, effective P in inference; purchases counted so far; work of
            models then, as a multiple of January 2024 */
    double log_reference_rent, log_users_price;
    double usage_need_p[MAX_TENANT_CLASSES]; /* of all who follow usage, at the usage of January 2024; NaN: others */
    double ripening[MAX_TENANT_CLASSES]; /* by what a need grows in all */
    double hazard_sum[MAX_TENANT_CLASSES]; /* of leaving, over time */
    double entries, exits; /* since the last sample */
    double updated; /* date of the needs */
};

enum { STREAM_OF_ARRIVALS, STREAM_OF_TENANT }; /* (class, 0); (class, k) */
enum event_kind { ENTRY, EXIT, SHOCK };
enum { LONG_AGO_YR = 1000 };

#define TENANT "tenants"
#define SHOCKS "shocks"
/* clang-format off */
static const struct param params[] = {
    NUMBER(struct settings, elasticity[TRAINING], "elasticity_training", "", 0.05, 5, "0.55", UNCERTAIN,
           "price elasticity of demand for training", "feasibility study"),
    NUMBER(struct settings, elasticity[INFERENCE], "elasticity_inference", "", 0.05, 5, "0.71", UNCERTAIN,
           "price elasticity of demand for inference", "feasibility study"),
    NUMBER(struct settings, progress_per_yr[TRAINING], "progress_training", "/yr", -1, 5, "0.5 /yr", UNCERTAIN,
           "algorithmic progress in training", NULL),
    NUMBER(struct settings, progress_per_yr[INFERENCE], "progress_inference", "/yr", -1, 5, "1.1 /yr", UNCERTAIN,
           "algorithmic progress in inference", "feasibility study"),
    NUMBER(struct settings, reference_rent, "reference_rent", "CNY/P-hour", 0.1, 1e4, "60 CNY/P-hour", FIXED,
           "rent of an effective P-hour at which needs are stated", "feasibility study"),
    NUMBER(struct settings, users_below, "users_below", "", 0, 10, "0", UNCERTAIN,
           "users who exist only below a price: their need if all came, over that of the others", NULL),
    NUMBER(struct settings, users_price, "users_price", "CNY/P-hour", 0.01, 1e4, "12 CNY/P-hour", UNCERTAIN,
           "rent at which half of them have come", NULL),
    NUMBER(struct settings, users_slope, "users_slope", "", 0.1, 20, "1.7", UNCERTAIN,
           "slope of the share that has come in the log of the rent; 1.7: prices differ as a lognormal with a deviation of 1", NULL),
    NUMBER(struct settings, overflow, "overflow", "", 0, 5, "0", UNCERTAIN,
           "elasticity of what platforms rent in the fullness of their own fleets; 0: fleets do not matter", NULL),
    NUMBER(struct settings, own_usage, "own_usage", "", 0, 100, "0.007", UNCERTAIN,
           "work of models in platforms' own fleets, over their older work at the start, at the usage of January 2024 and "
           "the work in a token of the last count", NULL),
    NUMBER(struct settings, model_work, "model_work", "", 0, 100, "0.28", UNCERTAIN,
           "the same in what they rent", NULL),
    NUMBER(struct settings, fleet_cards, "fleet", "card", 1, 1e8, "1200000 card", UNCERTAIN,
           "cards in platforms' own fleets at the start", NULL),
    NUMBER(struct settings, pulse_height, "pulse_height", "", 0, 100, "7", UNCERTAIN,
           "funding pulse: entries at its peak are 1 + this times the normal", NULL),
    {.name = "pulse_centre", .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2000, .max = 2100, .value = "2023-05",
     .help = "peak of the funding pulse", .source = "model launches in China peak in mid 2023",
     .offset = offsetof(struct settings, pulse_centre)},
    NUMBER(struct settings, pulse_width_yr, "pulse_width", "yr", 0.02, 10, "5 months", UNCERTAIN,
           "standard deviation of the pulse in time", NULL),
    COLUMN(TENANT, struct row, training_share, "training_share", "", 0, 1, NULL, UNCERTAIN,
           "share of its need that is training when it comes", NULL),
    COLUMN(TENANT, struct row, training_share_late, "training_share_late", "", 0, 1, "none", UNCERTAIN,
           "the same when it is old; none: it stays", NULL),
    COLUMN(TENANT, struct row, shift_yr, "shift_time", "yr", 0.05, 50, "3 years", UNCERTAIN,
           "time in which its work moves from training to inference", NULL),
    COLUMN(TENANT, struct row, entry_per_yr, "entry", "/yr", 0, 1e5, "0 /yr", UNCERTAIN, "tenants that come in a year", NULL),
    COLUMN(TENANT, struct row, initial, "initial", "", 0, 1e5, "0", UNCERTAIN, "tenants present at the start", NULL),
    {.name = "need", .table = TENANT, .type = PARAM_NUMBER, .draw = HETEROGENEOUS, .unit = "P", .min = 1e-3, .max = 1e6,
     .help = "effective P that a tenant wants at the reference rent when it comes", .offset = offsetof(struct row, need_p)},
    COLUMN(TENANT, struct row, growth_per_yr, "growth", "/yr", -2, 5, "0 /yr", UNCERTAIN, "growth of a tenant's need since it came", NULL),
    COLUMN(TENANT, struct row, growth_years, "growth_years", "yr", 0, 100, "5 years", UNCERTAIN, "for how long it grows", NULL),
    COLUMN(TENANT, struct row, exit_per_yr, "exit", "/yr", 0, 20, "0.14 /yr", UNCERTAIN, "hazard of leaving the market", NULL),
    {.name = "realised", .table = TENANT, .type = PARAM_SERIES, .unit = "", .min = 0, .max = 1, .value = "none",
     .help = "share of its need that data and applications downstream let be realised; none: all",
     .offset = offsetof(struct row, realised)},
    {.name = "overflow", .table = TENANT, .type = PARAM_FLAG, .value = "false",
     .help = "its need is what does not fit into own fleets", .offset = offsetof(struct row, overflow)},
    {.name = "usage", .table = TENANT, .type = PARAM_FLAG, .value = "false", .help = "its need is a share of usage",
     .offset = offsetof(struct row, usage)},
    {.name = "pulse", .table = TENANT, .type = PARAM_FLAG, .value = "false", .help = "its entries follow the funding pulse",
     .offset = offsetof(struct row, pulse)},
    {.name = "voucher", .table = TENANT, .type = PARAM_FLAG, .value = "false", .help = "eligible for compute vouchers",
     .offset = offsetof(struct row, voucher)},
    {.name = "shocked", .table = TENANT, .type = PARAM_FLAG, .value = "false", .help = "hit by shocks",
     .offset = offsetof(struct row, shocked)},
    {.name = "label", .table = SHOCKS, .type = PARAM_TEXT, .value = "none", .help = "short text for a chart",
     .offset = offsetof(struct shock, label)},
    {.name = "date", .table = SHOCKS, .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2000, .max = 2100, .help = "when it strikes",
     .offset = offsetof(struct shock, date)},
    COLUMN(SHOCKS, struct shock, progress, "progress", "", -5, 5, "0", UNCERTAIN, "jump in the log of algorithmic progress in training", NULL),
    COLUMN(SHOCKS, struct shock, need_drop, "need_drop", "", 0, 1, "0", UNCERTAIN, "share of need that goes for good", NULL),
    COLUMN(SHOCKS, struct shock, exit_boost, "exit_boost", "", 0, 100, "0", UNCERTAIN, "exits just after it, as a multiple of the normal on top", NULL),
    COLUMN(SHOCKS, struct shock, exit_decay_yr, "exit_decay", "yr", 0.01, 20, "6 months", UNCERTAIN, "time in which that excess fades", NULL),
    {.name = "chart", .table = SHOCKS, .type = PARAM_FLAG, .value = "true", .help = "marked on charts",
     .offset = offsetof(struct shock, chart)},
    {0},
};
/* clang-format on */

/* -- growth, progress, shocks as functions of the date ------------------------------------------------------------- */

static double log_progress(const struct demand *d, enum workload k, double from, double now)
{
    double sum = d->settings->progress_per_yr[k] * (now - from);
    if (k == TRAINING)
        for (size_t i = 0; i < d->shocks; i++)
            sum += now >= d->shock[i].date ? d->shock[i].progress : 0;
    return sum;
}

static double need_left(const struct demand *d, double now)
{
    double left = 1;
    for (size_t i = 0; i < d->shocks; i++)
        left *= now >= d->shock[i].date ? 1 - d->shock[i].need_drop : 1;
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

static struct own_need own_need(const struct demand *d, const struct platform_work *now)
{
    double own = d->settings->own_usage, at_start = 1 + own * d->models_at_start;
    return (struct own_need){(now->older + own * now->models) / at_start, own * now->models / at_start};
}

struct own_need demand_own_need(const struct world *w, double year)
{
    const struct platform_work now = usage_work(w, year);
    return own_need(w->demand, &now);
}

/* Need of platforms' own users over their own fleets, as a multiple of the start. */
static double fullness(const struct world *w, const struct platform_work *now)
{
    const struct demand *d = w->demand;
    return platform_on(w) ? platform_fullness(w) : own_need(d, now).all * d->fleet_p_at_start / d->fleet_p;
}

static double pulse(const struct settings *s, double now)
{
    double z = (now - s->pulse_centre) / s->pulse_width_yr;
    return 1 + s->pulse_height * det_exp(-0.5 * z * z);
}

/* -- entry and exit ------------------------------------------------------------------------------------------------ */

static struct event event_for(const struct world *w, enum event_kind kind, uint32_t id)
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

static uint32_t join_crowd(struct world *w, uint32_t tenant, double need_p, double exits_at)
{
    uint8_t class_ = w->tenants.row[tenant].class_;
    struct crowd *c = &w->tenants.crowd[class_];
    size_t place = crowd_join(w, c, tenant);
    c->need_p[place] = need_p;
    c->ripe_p[place] = need_p * w->demand->ripening[class_];
    c->training_share[place] = w->demand->row[class_].training_share;
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

static uint32_t tenant_add(struct world *w, uint32_t class_, uint32_t k, double entered)
{
    struct tenants *table = &w->tenants;
    struct stream s = sim_stream(w->sim, &model_demand, identity(STREAM_OF_TENANT, class_, k));
    make_room_for_tenants(w);
    uint32_t id = (uint32_t)table->count++;
    table->row[id] = (struct tenant){.class_ = (uint8_t)class_,
                                     .k = k,
                                     .present = true,
                                     .entered = entered,
                                     .first_lease = {UINT32_MAX, UINT32_MAX}};
    double need_p = distribution_quantile(w->demand->row[class_].need_p, stream_uniform(&s));
    table->row[id].place = join_crowd(w, id, need_p, w->demand->hazard_sum[class_] + stream_exponential(&s));
    table->here[id / 64] |= (uint64_t)1 << id % 64;
    table->present++;
    w->demand->entries++;
    return id;
}

static double most_entries_per_yr(const struct demand *d, size_t class_)
{
    return d->row[class_].entry_per_yr * (d->row[class_].pulse ? 1 + d->settings->pulse_height : 1);
}

/* Candidates of this step that are accepted at the rate of their date. */
static void accept_entries(struct world *w)
{
    struct demand *d = w->demand;
    struct candidate next;
    for (size_t c = 0; c < d->classes; c++)
        while (candidates_next(&d->candidates[c], w->sim->step_end, 1, &next)) {
            double rate = d->row[c].entry_per_yr * (d->row[c].pulse ? pulse(d->settings, next.at) : 1);
            struct event entry = event_for(w, ENTRY, (uint32_t)c);
            entry.data = next.k;
            if (next.accept < rate / d->candidates[c].per_yr)
                sim_schedule(w->sim, next.at, 0, entry);
        }
}

static void enter(struct world *w, uint32_t class_, uint32_t k)
{
    uint32_t id = tenant_add(w, class_, k, w->sim->now);
    char name[64];
    tell(w->sim, "demand", "entered", demand_tenant_name(w, id, name), "needs %.1f effective P",
         w->tenants.crowd[class_].need_p[w->tenants.row[id].place]);
}

void demand_scale(struct world *w, uint32_t tenant, double factor)
{
    const struct tenant *t = &w->tenants.row[tenant];
    w->tenants.crowd[t->class_].need_p[t->place] *= factor;
    w->tenants.crowd[t->class_].ripe_p[t->place] *= factor;
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
    w->demand->exits++;
    tell(w->sim, "demand", "left", demand_tenant_name(w, id, name), "after %.1f years", w->sim->now - t->entered);
    leasing_tenant_left(w, id);
    crowd_leave(w, &w->tenants.crowd[t->class_], t->place);
}

/* A bit for each class that shocks hit. */
static uint32_t shocked_classes(const struct demand *d)
{
    uint32_t bits = 0;
    for (size_t c = 0; c < d->classes; c++)
        bits |= (uint32_t)d->row[c].shocked << c;
    return bits;
}

static void handle(struct world *w, const struct event *event)
{
    switch ((enum event_kind)event->kind) {
    case ENTRY:
        enter(w, event->id, event->data);
        break;
    case EXIT:
        demand_leave(w, event->id);
        break;
    case SHOCK: {
        const struct shock *shock = &w->demand->shock[event->id];
        leasing_shock(w, shocked_classes(w->demand), shock->need_drop);
        tell(w->sim, "demand", "shock", shock->label ? shock->label : sim_row_name(w->sim, SHOCKS, event->id),
             "progress %+.0f %%, need -%.0f %%, exits x%.1f", 100 * (det_exp(shock->progress) - 1),
             100 * shock->need_drop, 1 + shock->exit_boost);
    }
    }
}

/* All tenants of a class run the same hazard, so one sum stands for all their clocks. */
struct exits {
    double hazard[MAX_TENANT_CLASSES], before[MAX_TENANT_CLASSES]; /* in this step; summed until its start */
};

static struct exits hazards(struct world *w)
{
    struct demand *d = w->demand;
    struct exits e = {{0}, {0}};
    double boost = exit_boost(d, w->sim->now);
    for (size_t c = 0; c < d->classes; c++) {
        e.hazard[c] = d->row[c].exit_per_yr * (d->row[c].shocked ? boost : 1);
        e.before[c] = d->hazard_sum[c];
        d->hazard_sum[c] += e.hazard[c] * w->sim->dt;
    }
    return e;
}

static void schedule_exit(struct world *w, size_t class_, size_t place, const struct exits *e)
{
    const struct crowd *c = &w->tenants.crowd[class_];
    double after = max_of(0, c->exits_at[place] - e->before[class_]) / e->hazard[class_];
    sim_schedule(w->sim, w->sim->now + after, 0, event_for(w, EXIT, c->tenant[place]));
}

/* -- desires ------------------------------------------------------------------------------------------------------- */

/* Adds what platforms bought since the last step, at the speed of the best card that they could buy. */
static void grow_fleet(struct world *w)
{
    struct demand *d = w->demand;
    double best[2] = {0, 0};
    for (size_t g = 0; g < w->generations.count; g++) {
        bool domestic = w->generations.domestic[g], open = domestic || w->policy.official_open[g] > 0.5;
        if (open && w->generations.sold[g] && w->generations.launched[g])
            best[domestic] = max_of(best[domestic], w->generations.effective_p[INFERENCE][g]);
    }
    for (int domestic = 0; domestic < 2; domestic++) {
        d->fleet_p += (w->channels.fleet_cards[domestic] - d->fleet_seen[domestic]) * best[domestic];
        d->fleet_seen[domestic] = w->channels.fleet_cards[domestic];
    }
    if (d->fleet_p_at_start <= 0)
        d->fleet_p = d->fleet_p_at_start = max_of(1e-3, d->settings->fleet_cards * max_of(best[0], best[1]));
}

/* Usage was counted over all: who comes takes a share of it. It grows beyond usage as one of the start does. */
static double usage_shared_out(const struct world *w, size_t c, double now)
{
    const struct row *row = &w->demand->row[c];
    double needs_p = crowd_need(&w->tenants.crowd[c]), shared_p = w->demand->usage_need_p[c];
    if (!(needs_p > 0 && shared_p > 0))
        return 1;
    double years = min_of(now - w->sim->plan->start, row->growth_years);
    return shared_p / needs_p * (row->growth_per_yr != 0 ? det_exp(row->growth_per_yr * years) : 1);
}

/* Effective P wanted at the reference rent by a need of one that is all of this workload, now. Work of models has its
 * progress in it: see usage.c. */
static void update_per_need(struct world *w, double now)
{
    const struct demand *d = w->demand;
    const struct settings *s = d->settings;
    const struct platform_work work = usage_work(w, now);
    double from = w->sim->plan->start, left = need_left(d, now), progress[WORKLOADS];
    double overflow = s->overflow > 0 ? det_pow(fullness(w, &work), s->overflow) : 1;
    for (int k = 0; k < WORKLOADS; k++)
        progress[k] = det_exp((s->elasticity[k] - 1) * log_progress(d, (enum workload)k, from, now));
    progress[TRAINING] *= work.training;
    w->demand->models_share = s->model_work * work.models / (work.older + s->model_work * work.models);
    for (size_t c = 0; c < d->classes; c++) {
        const struct row *row = &d->row[c];
        double paid = row->voucher ? 1 - w->policy.voucher_share[c] : 1;
        double used = row->usage ? usage_shared_out(w, c, now) * (work.older + s->model_work * work.models) : 1;
        double grown = (row->overflow ? overflow : 1) * (row->shocked ? left : 1) *
                       (row->realised ? series_at(row->realised, now) : 1);
        for (int k = 0; k < WORKLOADS; k++) {
            double response = paid < 1 ? det_pow(max_of(paid, 0.01), -s->elasticity[k]) : 1;
            double saved = row->usage && k == INFERENCE ? 1 : progress[k];
            w->tenants.per_need[c][k] = grown * used * saved * response;
        }
    }
}

static void age(struct crowd *c, size_t place, size_t count, const struct row *row, double yr)
{
    crowd_grow(c, place, count, row->growth_per_yr, yr);
    if (!c->alike)
        crowd_shift(c, place, count, row->training_share_late, det_exp(-yr / row->shift_yr));
}

/* All of a class age alike, but for those who came inside the step. */
static void age_class(struct world *w, size_t class_)
{
    const struct row *row = &w->demand->row[class_];
    struct crowd *c = &w->tenants.crowd[class_];
    age(c, 0, c->aged, row, w->sim->now - w->demand->updated);
    for (; c->aged < c->count; c->aged++)
        age(c, c->aged, 1, row, max_of(0, w->sim->now - w->tenants.row[c->tenant[c->aged]].entered));
}

static void sum_desires(struct world *w, double need_p[MAX_TENANT_CLASSES][WORKLOADS])
{
    struct demand *d = w->demand;
    double of_models = 0;
    d->base[TRAINING] = d->base[INFERENCE] = d->unrealised = 0;
    for (size_t c = 0; c < d->classes; c++) {
        double realised = d->row[c].realised ? series_at(d->row[c].realised, w->sim->now) : 1;
        for (int k = 0; k < WORKLOADS; k++) {
            double wanted = need_p[c][k] * w->tenants.per_need[c][k];
            d->base[k] += wanted;
            of_models += d->row[c].usage && k == INFERENCE ? wanted * d->models_share : 0;
            d->unrealised += realised > 0 ? wanted * (1 / realised - 1) : 0;
        }
    }
    d->models_of_base = d->base[INFERENCE] > 0 ? of_models / d->base[INFERENCE] : 0;
}

static void sum_needs(const struct crowd *c, const struct row *row, double need_p[WORKLOADS])
{
    double all = crowd_need(c);
    need_p[TRAINING] = c->alike ? all * row->training_share : crowd_training(c);
    need_p[INFERENCE] = all - need_p[TRAINING];
}

static void schedule_exits(struct world *w, size_t class_, const struct exits *exits)
{
    struct crowd *c = &w->tenants.crowd[class_];
    double until = w->demand->hazard_sum[class_], next = INFINITY;
    if (c->first_exit > until)
        return;
    for (size_t i = 0; i < c->count; i++)
        if (c->exits_at[i] <= until)
            schedule_exit(w, class_, i, exits);
        else
            next = min_of(next, c->exits_at[i]);
    c->first_exit = next;
}

/* Needs of all tenants now, the sums of their desires at the reference rent, and who leaves in this step. */
static void update_tenants(struct world *w)
{
    struct demand *d = w->demand;
    double need_p[MAX_TENANT_CLASSES][WORKLOADS];
    struct exits exits = hazards(w);
    for (size_t class_ = 0; class_ < d->classes; class_++) {
        sum_needs(&w->tenants.crowd[class_], &d->row[class_], need_p[class_]);
        schedule_exits(w, class_, &exits);
    }
    sum_desires(w, need_p);
    d->updated = w->sim->now;
}

static void update(struct world *w)
{
    if (w->demand->settings->overflow > 0 && !platform_on(w))
        grow_fleet(w);
    for (size_t class_ = 0; class_ < w->demand->classes; class_++)
        age_class(w, class_);
    update_per_need(w, w->sim->now);
    update_tenants(w);
    accept_entries(w);
}

double demand_elasticity(const struct world *w, enum workload k)
{
    return w->demand->settings->elasticity[k];
}

double demand_progress(const struct world *w, enum workload k)
{
    return w->demand->settings->progress_per_yr[k];
}

/* Users of the extensive margin who have come at a rent, over all others. */
static double users_who_come(const struct demand *d, double log_rent, double *elasticity)
{
    const struct settings *s = d->settings;
    if (s->users_below <= 0)
        return *elasticity = 0;
    double share = 1 / (1 + det_exp(s->users_slope * (log_rent - d->log_users_price)));
    double come = s->users_below * share;
    *elasticity = come * s->users_slope * (1 - share) / (1 + come);
    return come;
}

struct demand_response demand_response(const struct world *w, enum workload k, double log_rent)
{
    const struct demand *d = w->demand;
    double own = d->settings->elasticity[k], users_elasticity, users = users_who_come(d, log_rent, &users_elasticity);
    struct demand_response r = {-own * (log_rent - d->log_reference_rent), own};
    if (users > 0)
        r.log += det_log1p(users);
    if (k == INFERENCE && d->models_of_base > 0) {
        struct usage_response used = usage_response(w, log_rent);
        double others = 1 - d->models_of_base, of_models = d->models_of_base * det_exp(used.log);
        r.log += det_log(others + of_models);
        r.elasticity = (others * own + of_models * used.elasticity) / (others + of_models);
    }
    r.elasticity += users_elasticity;
    return r;
}

double demand_at_reference(const struct world *w, enum workload k)
{
    return w->demand->base[k];
}

/* Work of models answers to rents in its own way, the rest alike. */
void demand_at_rents(struct world *w, const double log_rent[WORKLOADS], const double at_home[WORKLOADS])
{
    const struct demand *d = w->demand;
    double used = det_expm1(usage_response(w, log_rent[INFERENCE]).log);
    double mean = 1 + d->models_of_base * used, follows_usage = 1 + d->models_share * used;
    for (size_t c = 0; c < d->classes; c++) {
        w->tenants.wanted[c][TRAINING] = w->tenants.per_need[c][TRAINING] * at_home[TRAINING];
        w->tenants.wanted[c][INFERENCE] =
            w->tenants.per_need[c][INFERENCE] * at_home[INFERENCE] * (d->row[c].usage ? follows_usage : 1) / mean;
    }
}

static void add_initial(struct world *w, size_t c)
{
    struct demand *d = w->demand;
    const struct row *row = &d->row[c];
    double mean_stay = row->exit_per_yr > 0 ? min_of(row->growth_years, 1 / row->exit_per_yr) : row->growth_years;
    for (uint32_t k = 0; k < (uint32_t)round(row->initial); k++) {
        struct stream s = sim_stream(w->sim, &model_demand, identity(STREAM_OF_TENANT, (uint32_t)c | 0x4000, k));
        tenant_add(w, (uint32_t)c, FROM_THE_START | k, w->sim->plan->start - mean_stay * stream_uniform(&s));
    }
}

/* Mean by the middles of equal shares: low by some 2 % for a deviation of 1 in the logarithm, and the same in all worlds.
 * The exact mean of a distribution that is cut asks for memory. */
static double mean_need(const struct distribution *need_p)
{
    enum { SHARES = 128 };
    double sum = 0;
    for (int i = 0; i < SHARES; i++)
        sum += distribution_quantile(need_p, (i + 0.5) / SHARES);
    return sum / SHARES;
}

static void start(struct world *w)
{
    struct demand *d = w->demand = arena_alloc(&w->sim->arena, sizeof *d);
    d->settings = sim_settings(w->sim, &model_demand);
    d->row = sim_rows(w->sim, &model_demand, TENANT);
    d->shock = sim_rows(w->sim, &model_demand, SHOCKS);
    d->log_reference_rent = det_log(d->settings->reference_rent);
    d->log_users_price = det_log(d->settings->users_price);
    d->classes = sim_row_count(w->sim, TENANT);
    d->shocks = sim_row_count(w->sim, SHOCKS);
    for (size_t c = 0; c < d->classes; c++) {
        w->tenants.eligible[c] = d->row[c].voucher;
        d->usage_need_p[c] = d->row[c].usage ? round(d->row[c].initial) * mean_need(d->row[c].need_p) : NONE;
        d->ripening[c] = det_exp(d->row[c].growth_per_yr * d->row[c].growth_years);
        w->tenants.crowd[c].first_exit = INFINITY;
        w->tenants.crowd[c].alike = isnan(d->row[c].training_share_late);
        candidates_open(&d->candidates[c],
                        sim_stream(w->sim, &model_demand, identity(STREAM_OF_ARRIVALS, (uint32_t)c, 0)),
                        most_entries_per_yr(d, c), w->sim->now);
        add_initial(w, c);
    }
    for (size_t i = 0; i < d->shocks; i++) {
        sim_split_at(w->sim, d->shock[i].date);
        if (d->shock[i].date >= w->sim->now)
            sim_schedule(w->sim, d->shock[i].date, -1, event_for(w, SHOCK, (uint32_t)i));
    }
    d->models_at_start = usage_work(w, w->sim->now).models;
    d->entries = 0;
    d->updated = w->sim->plan->start - LONG_AGO_YR; /* those of the start have grown since they came */
    update(w);
}

enum { OUT_TENANTS, OUT_ENTRIES, OUT_EXITS, OUT_FULLNESS, OUT_UNREALISED, OUT_USERS };
/* clang-format off */
static const struct output outputs[] = {
    [OUT_TENANTS] = {"tenants", OUTPUT_SERIES, "", TENANT, "tenants in the market, by class"},
    [OUT_ENTRIES] = {"tenants.entered", OUTPUT_SERIES, "", NULL, "tenants that entered since the last report"},
    [OUT_EXITS] = {"tenants.left", OUTPUT_SERIES, "", NULL, "tenants that left since the last report"},
    [OUT_FULLNESS] = {"fleet_fullness", OUTPUT_SERIES, "", NULL,
                      "need of platforms' own users over their own fleets, as a multiple of the start; none without overflow"},
    [OUT_UNREALISED] = {"unrealised_demand", OUTPUT_SERIES, "P", NULL,
                        "effective P not wanted for lack of data and applications downstream, at the reference rent"},
    [OUT_USERS] = {"users_below", OUTPUT_SERIES, "", NULL, "share of demand for inference from users who exist only below a price", .share = true},
    {0},
};
/* clang-format on */

static void sample(struct world *w)
{
    struct demand *d = w->demand;
    for (size_t c = 0; c < d->classes; c++)
        sim_record(w->sim, &model_demand, OUT_TENANTS, (int)c, (double)w->tenants.crowd[c].count, false);
    sim_record(w->sim, &model_demand, OUT_ENTRIES, -1, d->entries, false);
    sim_record(w->sim, &model_demand, OUT_EXITS, -1, d->exits, false);
    const struct platform_work work = usage_work(w, w->sim->now);
    sim_record(w->sim, &model_demand, OUT_FULLNESS, -1, d->settings->overflow > 0 ? fullness(w, &work) : NONE, false);
    sim_record(w->sim, &model_demand, OUT_UNREALISED, -1, d->unrealised, false);
    double ignored, come = users_who_come(d, det_log(w->market.rent[INFERENCE]), &ignored);
    sim_record(w->sim, &model_demand, OUT_USERS, -1, come / (1 + come), false);
    d->entries = d->exits = 0;
}

/* clang-format off */
static const struct table tables[] = {
    {TENANT, sizeof(struct row), "classes of tenants"},
    {SHOCKS, sizeof(struct shock), "dated shocks to demand"},
    {0},
};
/* clang-format on */

static void check(const struct scenario *scenario, struct mistakes *mistakes)
{
    check_row_count(scenario, mistakes, TENANT, 1, MAX_TENANT_CLASSES);
}

const struct model model_demand = {
    .name = "demand",
    .help = "tenants that come, grow, are shocked and leave; the sum of their desires",
    .tables = tables,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    .check = check,
    .start = start,
    .event = handle,
    .phase = {[PHASE_DEMAND] = update, [PHASE_SAMPLE] = sample},
};
