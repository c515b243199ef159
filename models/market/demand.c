/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tenants want: market demand is the sum of their desires.
 *
 * A tenant of need n (effective P at the reference rent R0 and the algorithms of a date) wants for workload w
 *
 *     n G share_w A_w^(eps_w - 1) ((1 - voucher) R_w / R0)^(-eps_w)
 *
 * with A_w algorithmic progress alone since that date (FP8 and utilisation enter supply, once): demand for compute rises
 * with progress only where eps > 1 (rebound: Saunders 1992). Where eps is uncertain, R0 and the date should be those at
 * which needs were seen: there all elasticities agree. Four things make G:
 *
 *   growth     of the tenant's own since it came, for some years (developers, car makers);
 *   usage      of platforms: their older work and that of models (usage.c), which has its own progress in it. Usage was
 *              counted over all, so that platforms share out what those of the start need on average, however many
 *              there are and however their sizes fall;
 *   overflow   of platforms: their own users need f = need / fleet of their own fleet, and what does not fit is f^c of
 *              the usual share, so it is convex in that need (c > 0) and falls with every card they buy (procurement.c);
 *   realised   the share that data and applications downstream let be realised, a dated series; the rest is reported.
 *
 * Waves of new uses lift training of all tenants. The work of models answers to rents as usage.c says: less when people
 * read what they can.
 *
 * Users who exist only below a price (the extensive margin) add a share n / (1 + (R_w / p)^s) to the demand of the
 * others, and want as much as these: beside its own elasticity demand has up to n s / 4 more around p.
 *
 * A tenant's work moves from training to inference as it gets older, share_w(age) from its first share to its late one
 * with one time constant: a training peak, then a product. Classes of tenants enter as Poisson processes, some in a
 * pulse of funding, and leave at a hazard. A shock is a jump in A (work gets cheaper), a drop of need, and a burst of
 * exits; tenants with purses (tenant_money.c) raise less for a while instead.
 *
 * Imposed: the pulse, the dates of shocks and what downstream lets be realised. Everything else follows.
 * Off: pulse_height 0; users_below 0; overflow 0; training_share_late none; realised none; shocks: null.
 */
#include "demand.h"
#include "models/market/usage.h"
#include "models/supply/platform.h"
#include "tenant_money.h"

#include "sim/base/det.h"

static void check(const struct scenario *scenario, struct mistakes *mistakes);
static void start(struct world *w);
static void update(struct world *w);
static void sample(struct world *w);
static void age_class(struct world *w, size_t class_);
static void update_per_need(struct world *w, double now);
static void update_tenants(struct world *w);

enum { OUT_TENANTS, OUT_ENTRIES, OUT_EXITS, OUT_FULLNESS, OUT_UNREALISED, OUT_USERS };
/* clang-format off */
static const struct output outputs[] = {
    [OUT_TENANTS] = {"tenants", OUTPUT_SERIES, "", TENANT, "tenants in the market, by class"},
    [OUT_ENTRIES] = {"tenants.entered", OUTPUT_SERIES, "", NULL, "tenants that entered since the last report"},
    [OUT_EXITS] = {"tenants.left", OUTPUT_SERIES, "", NULL, "tenants that left since the last report"},
    [OUT_FULLNESS] = {"fleet_fullness", OUTPUT_SERIES, "", NULL,
                      "need of platforms' own users over their own fleets, as a multiple of the start; none without platforms or overflow"},
    [OUT_UNREALISED] = {"unrealised_demand", OUTPUT_SERIES, "P", NULL,
                        "effective P not wanted for lack of data and applications downstream, at the reference rent"},
    [OUT_USERS] = {"users_below", OUTPUT_SERIES, "", NULL, "share of demand for inference from users who exist only below a price", .share = true},
    {0},
};
/* clang-format on */

/* clang-format off */
static const struct table tables[] = {
    {TENANT, sizeof(struct demand_row), "classes of tenants"},
    {SHOCKS, sizeof(struct shock), "dated shocks to demand"},
    {0},
};
/* clang-format on */

const struct model model_demand = {
    .name = "demand",
    .help = "tenants that come, grow, are shocked and leave; the sum of their desires",
    .tables = tables,
    .params = demand_params,
    .outputs = outputs,
    .settings_size = sizeof(struct demand_settings),
    STATE(demand, struct demand),
    .check = check,
    .start = start,
    .event = tenants_handle,
    .phase = {[PHASE_DEMAND] = update, [PHASE_SAMPLE] = sample},
};

enum { LONG_AGO_YR = 1000 };

static void update(struct world *w)
{
    for (size_t class_ = 0; class_ < demand_state(w)->classes; class_++)
        age_class(w, class_);
    update_per_need(w, w->sim->now);
    update_tenants(w);
    tenants_accept_entries(w);
}

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

static struct own_need own_need(const struct demand *d, const struct platform_work *now)
{
    double own = d->settings->own_usage, at_start = 1 + own * d->models_at_start;
    return (struct own_need){(now->older + own * now->models) / at_start, own * now->models / at_start};
}

struct own_need demand_own_need(const struct world *w, double year)
{
    const struct platform_work now = usage_work(w, year);
    return own_need(demand_state(w), &now);
}

/* Whether what platforms rent is what does not fit into their own fleets. */
static bool overflows(const struct world *w)
{
    return demand_state(w)->settings->overflow > 0 && platform_on(w);
}

/* Usage was counted over all tenants: a new one takes a share of it. Its need grows beyond usage as that of the first ones. */
static double usage_shared_out(const struct world *w, size_t c, double now)
{
    const struct demand_row *row = &demand_state(w)->row[c];
    double needs_p = cohort_need(&w->tenants.cohort[c]), shared_p = demand_state(w)->usage_need_p[c];
    if (!(needs_p > 0 && shared_p > 0))
        return 1;
    double years = min_of(now - w->sim->plan->start, row->growth_years);
    return shared_p / needs_p * (row->growth_per_yr != 0 ? det_exp(row->growth_per_yr * years) : 1);
}

/* Effective P wanted at the reference rent by a need of one that is all of this workload, now. Work of models has its
 * progress in it: see usage.c. */
static void update_per_need(struct world *w, double now)
{
    const struct demand *d = demand_state(w);
    const struct demand_settings *s = d->settings;
    const struct platform_work work = usage_work(w, now);
    double from = isnan(s->needs_at) ? w->sim->plan->start : s->needs_at, left = need_left(d, now);
    double progress[WORKLOADS];
    double overflow = overflows(w) ? det_pow(platform_fullness(w), s->overflow) : 1;
    for (int k = 0; k < WORKLOADS; k++)
        progress[k] = det_exp((s->elasticity[k] - 1) * log_progress(d, (enum workload)k, from, now));
    progress[TRAINING] *= work.training;
    demand_state(w)->models_share = s->model_work * work.models / (work.older + s->model_work * work.models);
    for (size_t c = 0; c < d->classes; c++) {
        const struct demand_row *row = &d->row[c];
        double paid = row->voucher ? 1 - w->policy.voucher_share[c] : 1;
        double used = row->usage ? usage_shared_out(w, c, now) * (work.older + s->model_work * work.models) : 1;
        double grown = (row->overflow ? overflow : 1) * (row->shocked ? left : 1) *
                       (row->realised ? series_at(row->realised, now) : 1) * tenant_money_effect(w, c).wants;
        for (int k = 0; k < WORKLOADS; k++) {
            double response = paid < 1 ? det_pow(max_of(paid, 0.01), -s->elasticity[k]) : 1;
            double saved = row->usage && k == INFERENCE ? 1 : progress[k];
            w->tenants.per_need[c][k] = grown * used * saved * response;
        }
    }
}

static void age(struct cohort *c, size_t place, size_t count, const struct demand_row *row, double yr)
{
    cohort_grow(c, place, count, row->growth_per_yr, yr);
    if (!c->alike)
        cohort_shift(c, place, count, row->training_share_late, det_exp(-yr / row->shift_yr));
}

/* All of a class age alike, but for those who came inside the step. */
static void age_class(struct world *w, size_t class_)
{
    const struct demand_row *row = &demand_state(w)->row[class_];
    struct cohort *c = &w->tenants.cohort[class_];
    age(c, 0, c->aged, row, w->sim->now - demand_state(w)->updated);
    for (; c->aged < c->count; c->aged++)
        age(c, c->aged, 1, row, max_of(0, w->sim->now - w->tenants.row[c->tenant[c->aged]].entered));
}

static void sum_desires(struct world *w, double need_p[MAX_TENANT_CLASSES][WORKLOADS])
{
    struct demand *d = demand_state(w);
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

static void sum_needs(const struct cohort *c, const struct demand_row *row, double need_p[WORKLOADS])
{
    double all = cohort_need(c);
    need_p[TRAINING] = c->alike ? all * row->training_share : cohort_training(c);
    need_p[INFERENCE] = all - need_p[TRAINING];
}

/* Needs of all tenants now, the sums of their desires at the reference rent, and those who leave in this step. */
static void update_tenants(struct world *w)
{
    struct demand *d = demand_state(w);
    double need_p[MAX_TENANT_CLASSES][WORKLOADS];
    struct exits exits = tenants_run_hazards(w);
    for (size_t class_ = 0; class_ < d->classes; class_++) {
        sum_needs(&w->tenants.cohort[class_], &d->row[class_], need_p[class_]);
        tenants_schedule_exits(w, class_, &exits);
    }
    sum_desires(w, need_p);
    d->updated = w->sim->now;
}

double demand_elasticity(const struct world *w, enum workload k)
{
    return demand_state(w)->settings->elasticity[k];
}

double demand_progress(const struct world *w, enum workload k)
{
    return demand_state(w)->settings->progress_per_yr[k];
}

/* Users of the extensive margin who have come at a rent, over all others. */
static double users_who_come(const struct demand *d, double log_rent, double *elasticity)
{
    const struct demand_settings *s = d->settings;
    if (s->users_below <= 0)
        return *elasticity = 0;
    double share = 1 / (1 + det_exp(s->users_slope * (log_rent - d->log_users_price)));
    double come = s->users_below * share;
    *elasticity = come * s->users_slope * (1 - share) / (1 + come);
    return come;
}

struct demand_response demand_response(const struct world *w, enum workload k, double log_rent)
{
    const struct demand *d = demand_state(w);
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
    return demand_state(w)->base[k];
}

/* Work of models answers to rents in its own way, the rest alike. */
void demand_at_rents(struct world *w, const double log_rent[WORKLOADS], const double at_home[WORKLOADS])
{
    const struct demand *d = demand_state(w);
    double used = det_expm1(usage_response(w, log_rent[INFERENCE]).log);
    double mean = 1 + d->models_of_base * used, follows_usage = 1 + d->models_share * used;
    for (size_t c = 0; c < d->classes; c++) {
        w->tenants.wanted[c][TRAINING] = w->tenants.per_need[c][TRAINING] * at_home[TRAINING];
        w->tenants.wanted[c][INFERENCE] =
            w->tenants.per_need[c][INFERENCE] * at_home[INFERENCE] * (d->row[c].usage ? follows_usage : 1) / mean;
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
    struct demand *d = demand_state(w);
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
        d->median_need_p[c] = distribution_quantile(d->row[c].need_p, 0.5);
        d->maturing[c] = det_exp(d->row[c].growth_per_yr * d->row[c].growth_years);
        w->tenants.cohort[c].first_exit = INFINITY;
        w->tenants.cohort[c].alike = isnan(d->row[c].training_share_late);
        candidates_open(&d->candidates[c],
                        sim_stream(w->sim, &model_demand, identity(STREAM_OF_ARRIVALS, (uint32_t)c, 0)),
                        tenants_most_entries_per_yr(d, c), w->sim->now);
        tenants_add_initial(w, c);
    }
    for (size_t i = 0; i < d->shocks; i++) {
        sim_split_at(w->sim, d->shock[i].date);
        if (d->shock[i].date >= w->sim->now)
            sim_schedule(w->sim, d->shock[i].date, -1, demand_event(w, SHOCK, (uint32_t)i));
    }
    d->models_at_start = usage_work(w, w->sim->now).models;
    d->entries = 0;
    d->updated = w->sim->plan->start - LONG_AGO_YR; /* those of the start have grown since they came */
    update(w);
}

static void sample(struct world *w)
{
    struct demand *d = demand_state(w);
    for (size_t c = 0; c < d->classes; c++)
        sim_record(w->sim, &model_demand, OUT_TENANTS, (int)c, (double)w->tenants.cohort[c].count, false);
    sim_record(w->sim, &model_demand, OUT_ENTRIES, -1, d->entries, false);
    sim_record(w->sim, &model_demand, OUT_EXITS, -1, d->exits, false);
    sim_record(w->sim, &model_demand, OUT_FULLNESS, -1, overflows(w) ? platform_fullness(w) : NONE, false);
    sim_record(w->sim, &model_demand, OUT_UNREALISED, -1, d->unrealised, false);
    double ignored, come = users_who_come(d, det_log(w->market.rent[INFERENCE]), &ignored);
    sim_record(w->sim, &model_demand, OUT_USERS, -1, come / (1 + come), false);
    d->entries = d->exits = 0;
}

static void check(const struct scenario *scenario, struct mistakes *mistakes)
{
    check_row_count(scenario, mistakes, TENANT, 1, MAX_TENANT_CLASSES);
}
