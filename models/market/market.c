/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rents of two workloads that share the same cards.
 *
 * Natural vacancy (Rosen and Smith 1983): with u_w = D_w / S_w,
 *
 *     d ln R_w = kappa_w ln(u_w / u*_w) dt + sigma dW_w
 *
 * Cards go where they earn more, smoothly: phi_g = logistic(k ln(R_T e_gT / (R_I e_gI))) is the share of generation g
 * that trains, and S_T = sum n_g phi_g e_gT. The split moves with the rents inside the step: a split taken from the
 * last step gives a period-2 cobweb. So the pair x = (ln R_T, ln R_I) is linearised, x' = f + J (x - x0), and stepped
 * by the exponential of the 2x2 matrix J (exponential Euler: exact for the linearised pair, stable for any step), in
 * substeps of at most one noise cell. J has real eigenvalues because its off-diagonal terms are both positive.
 *
 * Noise comes in cells of 1/48 year that belong to the calendar, not to the step, and each is added where it ends:
 * halving the step sees the same path.
 *
 * Floor: the least avoidable cost per effective P-hour at which any card is offered. Ceiling: what the same work costs
 * offshore (rents abroad: abroad.c), an outside option of finite size that leaves by degrees and gets crowded
 * (outside.h); what a crowded price wins of the market there (abroad.c) comes to it in the time it takes to build.
 * Demand at home has the elasticity eps + slope * share: rents can pass the price there but not by much
 * while there is room. A rent on the floor, or at which more than half of demand is offshore, is flagged: its band is
 * no evidence; the outputs bound.* say in what share of worlds.
 *
 * The rent of a card is hedonic: b + sum_w phi_gw R_w e_gw, b being what any card earns for small jobs whatever its
 * speed: given, or what clears finitely many of them (small_jobs.c). It is the mean over the cards of the generation,
 * not the log-sum over workloads, so that rents received are rents paid. At b = 0 cards rent at parity of effective P;
 * b lifts old cards towards new ones.
 *
 * Tenants prefer fast cards at the same price per effective P (smaller clusters, fewer failures): a free card weighs
 * e_gw^rank when they choose (leasing.c). So what stays unlet is what is uncompetitive: clearing in rank order, as far
 * as rank > 0.
 *
 * Off: offshore_wedge out of reach, convenience 0, rank 0.
 */
#include "models/market/small_jobs.h"
#include "models/models.h"
#include "models/supply/platform.h"
#include "models/world.h"
#include "outside.h"
#include "relaxation.h"

#include "sim/base/det.h"
#include "sim/engine/arrays.h"

struct settings {
    double kappa_per_yr[WORKLOADS], target[WORKLOADS], noise_per_sqrt_yr, split_slope, offshore_wedge, offshore_slope;
    double convenience_cny_per_card_hour, small_jobs_cards, small_jobs_growth_per_yr, small_jobs_elasticity;
    double vat, initial_rent, rank;
    double offshore_capacity_p, offshore_growth_per_yr, offshore_build_yr;
    const struct dated_series *offshore_usd, *offshore_allowed;
    int reference;
};

struct market_state {
    const struct settings *settings;
    /* of this step */
    int launched[MAX_GENERATIONS], launched_count, offered[MAX_GENERATIONS],
        offered_count; /* offered: has commissioned cards */
    double log_advantage[MAX_GENERATIONS]; /* of the launched ones, training over inference: ln e_T / e_I */
    double log_e[WORKLOADS][MAX_GENERATIONS]; /* of the launched ones */
    double offered_advantage[MAX_GENERATIONS],
        offered_p[WORKLOADS][MAX_GENERATIONS]; /* the same; effective P of all its cards */
    double offered_log_e[WORKLOADS][MAX_GENERATIONS];
    double beside; /* supply of platforms that let of their own fleets, over that of centres */
    double log_low[WORKLOADS], log_offshore[WORKLOADS]; /* floor of the log rents, price offshore uncrowded */
    double offshore_capacity_p;
    double built_p; /* what crowding has added to the room offshore */
};

static inline struct market_state *market_state(const struct world *w)
{
    return w->state[STATE_market];
}

/* clang-format off */
static const struct param params[] = {
    NUMBER(struct settings, kappa_per_yr[TRAINING], "kappa_training", "/yr", 0.1, 100, "10 /yr", UNCERTAIN,
           "speed at which training rents close the gap to natural vacancy", "feasibility study: 5 to 15, weakly identified"),
    NUMBER(struct settings, kappa_per_yr[INFERENCE], "kappa_inference", "/yr", 0.1, 100, "9 /yr", UNCERTAIN,
           "speed at which inference rents close the gap to natural vacancy", "feasibility study: 5 to 15, weakly identified"),
    NUMBER(struct settings, target[TRAINING], "target_training", "", 0.05, 1, "0.85", UNCERTAIN,
           "demand over commissioned supply at which training rents neither rise nor fall", "feasibility study: 0.8, high end 0.88"),
    NUMBER(struct settings, target[INFERENCE], "target_inference", "", 0.05, 1, "0.8", UNCERTAIN,
           "demand over commissioned supply at which inference rents neither rise nor fall", "feasibility study"),
    NUMBER(struct settings, noise_per_sqrt_yr, "noise", "", 0, 5, "0.13", UNCERTAIN,
           "standard deviation that a year of noise alone would give the log rent", "feasibility study: .037 a month"),
    NUMBER(struct settings, split_slope, "split_slope", "", 0.1, 100, "4", UNCERTAIN,
           "slope of the split of cards between workloads in the log of what these pay", NULL),
    {.name = "offshore_rent", .type = PARAM_SERIES, .unit = "USD/card-hour", .min = 0.01, .max = 1000,
     .value = "{2022-01: 4.7 USD/card-hour, 2024-03: 4.7 USD/card-hour, 2024-06: 4.4 USD/card-hour, 2024-09: 3.7 USD/card-hour, "
              "2024-12: 3.0 USD/card-hour, 2025-08: 2.93 USD/card-hour}",
     .help = "on-demand rent of the reference card abroad", .source = "median of provider list prices restated to one good",
     .offset = offsetof(struct settings, offshore_usd)},
    NUMBER(struct settings, offshore_wedge, "offshore_wedge", "", 0.01, 100, "0.82", UNCERTAIN,
           "cost of the same work offshore for the median Chinese tenant over the list rent abroad: discounts less transfer and risk", NULL),
    NUMBER(struct settings, offshore_slope, "offshore_slope", "", 1, 100, "12", UNCERTAIN,
           "slope of the share of demand that is offshore in the log of the rent: the less tenants differ, the steeper", NULL),
    NUMBER(struct settings, offshore_capacity_p, "offshore_capacity", "P", 1, 1e9, "none", UNCERTAIN,
           "effective P that tenants can rent offshore in January 2024; none: no limit", NULL),
    NUMBER(struct settings, offshore_growth_per_yr, "offshore_growth", "/yr", -2, 5, "60 %/yr", UNCERTAIN,
           "growth of that", NULL),
    NUMBER(struct settings, offshore_build_yr, "offshore_build_time", "yr", 0.05, 20, "14 months", UNCERTAIN,
           "time in which more of it is won from the market abroad, or let to others again", "Johor: a campus stood 14 months after its land was bought"),
    {.name = "offshore_allowed", .type = PARAM_SERIES, .unit = "", .min = 1e-6, .max = 1, .value = "none",
     .help = "share of offshore capacity that rules leave open, over time; none: all", .offset = offsetof(struct settings, offshore_allowed)},
    {.name = "reference", .type = PARAM_REFERENCE, .of = "generations", .value = "H100",
     .help = "card for which the offshore rent is quoted", .offset = offsetof(struct settings, reference)},
    NUMBER(struct settings, convenience_cny_per_card_hour, "convenience", "CNY/card-hour", 0, 100, "1.2 CNY/card-hour", UNCERTAIN,
           "price of an hour of any card for small jobs, whatever its speed", "list rents do not clear at FLOP parity"),
    NUMBER(struct settings, small_jobs_cards, "small_jobs", "card", 1, 1e9, "none", UNCERTAIN,
           "cards that small jobs would fill at that price at the start of 2023; none: all there are", NULL),
    NUMBER(struct settings, small_jobs_growth_per_yr, "small_jobs_growth", "/yr", -1, 5, "0.1 /yr", UNCERTAIN,
           "growth of the number of cards that small jobs would fill", NULL),
    NUMBER(struct settings, small_jobs_elasticity, "small_jobs_elasticity", "", 0.05, 20, "1", UNCERTAIN,
           "elasticity in the price of the number of cards that small jobs fill", NULL),
    NUMBER(struct settings, rank, "rank", "", 0, 20, "0", UNCERTAIN,
           "weight of a free card in tenants' choice, as a power of its effective P: clearing in rank order; 0: all alike", NULL),
    NUMBER(struct settings, vat, "vat_rent", "", 0, 1, "6%", FIXED, "value added tax on rents", "statute"),
    NUMBER(struct settings, initial_rent, "initial_rent", "CNY/P-hour", 0.1, 1e4, "60 CNY/P-hour", FIXED,
           "first guess of the search for the rents of the start", NULL),
    {0},
};
/* clang-format on */

/* State of the pair at given log rents. */
struct pair {
    double supply[WORKLOADS], pull[WORKLOADS]; /* pull: d ln S_w / d (x_T - x_I), in absolute value */
};

/* The split of cards whose log advantage in training is given. */
static void split_of(const struct world *w, const double *log_advantage, int count, const double x[WORKLOADS],
                     double *share)
{
    double slope = market_state(w)->settings->split_slope, ahead = x[TRAINING] - x[INFERENCE];
    for (int i = 0; i < count; i++)
        share[i] = -slope * (ahead + log_advantage[i]);
    array_exp(share, share, (size_t)count);
    for (int i = 0; i < count; i++)
        share[i] = 1 / (1 + share[i]);
}

static struct pair pair_at(const struct world *w, const double x[WORKLOADS])
{
    const struct market_state *state = market_state(w);
    struct pair p = {{0}, {0}};
    double phi[MAX_GENERATIONS] = {0};
    split_of(w, state->offered_advantage, state->offered_count, x, phi);
    for (int i = 0; i < state->offered_count; i++) {
        double turn = phi[i] * (1 - phi[i]), t = state->offered_p[TRAINING][i], in = state->offered_p[INFERENCE][i];
        p.supply[TRAINING] += t * phi[i];
        p.supply[INFERENCE] += in * (1 - phi[i]);
        p.pull[TRAINING] += t * turn;
        p.pull[INFERENCE] += in * turn;
    }
    double held_back = (1 - w->beliefs.withheld) * (1 - w->concentration.withheld), seized = w->firms.in_possession;
    for (int k = 0; k < WORKLOADS; k++) {
        double offered = (held_back * (1 - seized) + seized / state->settings->target[k]) * (1 + state->beside);
        p.supply[k] = max_of(p.supply[k] * offered, 1e-6);
        p.pull[k] *= state->settings->split_slope * offered / p.supply[k];
    }
    return p;
}

/* Demand over its level at the reference rent, at log rents. */
struct response {
    double log_at_home[WORKLOADS], elasticity[WORKLOADS]; /* of what stays at home */
    double outflow_p[WORKLOADS], log_crowding;
    bool mostly_offshore[WORKLOADS];
};

static struct response response_at(const struct world *w, const double x[WORKLOADS])
{
    const struct market_state *state = market_state(w);
    double wanted_p[WORKLOADS], elasticity[WORKLOADS], over[WORKLOADS];
    struct response r;
    for (int k = 0; k < WORKLOADS; k++) {
        struct demand_response all = demand_response(w, (enum workload)k, x[k]);
        r.log_at_home[k] = all.log;
        elasticity[k] = all.elasticity;
        wanted_p[k] = demand_at_reference(w, (enum workload)k) * det_exp(r.log_at_home[k]);
        over[k] = x[k] - state->log_offshore[k];
    }
    struct outflow out =
        outside_clear(state->settings->offshore_slope, state->offshore_capacity_p, wanted_p, elasticity, over);
    r.log_crowding = out.log_crowding;
    for (int k = 0; k < WORKLOADS; k++) {
        r.log_at_home[k] += out.log_stays[k];
        r.elasticity[k] = elasticity[k] + out.elasticity[k];
        r.outflow_p[k] = wanted_p[k] * out.share[k];
        r.mostly_offshore[k] = out.share[k] >= 0.5;
    }
    return r;
}

static void relax(const struct world *w, double x[WORKLOADS], double h)
{
    const struct settings *s = market_state(w)->settings;
    struct pair p = pair_at(w, x);
    struct response response = response_at(w, x);
    const double *elasticity = response.elasticity;
    double f[WORKLOADS];
    for (int k = 0; k < WORKLOADS; k++) {
        double demand = max_of(1e-9, demand_at_reference(w, (enum workload)k));
        f[k] = s->kappa_per_yr[k] * (det_log(demand / p.supply[k] / s->target[k]) + response.log_at_home[k]);
    }
    double kt = s->kappa_per_yr[TRAINING], ki = s->kappa_per_yr[INFERENCE];
    relaxation_step(-kt * (elasticity[TRAINING] + p.pull[TRAINING]), kt * p.pull[TRAINING], ki * p.pull[INFERENCE],
                    -ki * (elasticity[INFERENCE] + p.pull[INFERENCE]), f, h, x);
}

/* Rent of the reference card; before its launch, that of its PFLOPS at the rate of the best card there is. */
static double reference_effective_p(const struct world *w, enum workload k)
{
    const struct generations *gen = &w->generations;
    int reference = market_state(w)->settings->reference, best = reference;
    for (int g = 0; g < (int)gen->count && !gen->launched[reference]; g++)
        best = gen->effective_p[k][g] > gen->effective_p[k][best] ? g : best;
    return gen->effective_p[k][best] * gen->pflops_fp16[reference] / gen->pflops_fp16[best];
}

static double offshore_usd(const struct world *w)
{
    return abroad_rent_usd(w, series_at(market_state(w)->settings->offshore_usd, w->sim->now));
}

/* Effective P that tenants can rent offshore in all. */
static double offshore_capacity(const struct world *w)
{
    const struct settings *s = market_state(w)->settings;
    if (isnan(s->offshore_capacity_p))
        return HUGE_VAL;
    double given_p = s->offshore_capacity_p * det_exp(s->offshore_growth_per_yr * (w->sim->now - 2024));
    return (given_p + market_state(w)->built_p) *
           (s->offshore_allowed ? series_at(s->offshore_allowed, w->sim->now) : 1);
}

static double offshore_price(const struct world *w, enum workload k)
{
    const struct settings *s = market_state(w)->settings;
    double card = offshore_usd(w) * series_at(run_settings(w->sim)->fx, w->sim->now) * s->offshore_wedge;
    double e = reference_effective_p(w, k);
    return e > 0 ? card / e : HUGE_VAL;
}

/* What the last generation that is still offered costs to run on the coast, where power is dearest and cards fall
 * asleep first. */
static double floor_of(const struct world *w, enum workload k)
{
    const struct market_state *state = market_state(w);
    double least = HUGE_VAL;
    for (int i = 0; i < state->offered_count; i++) {
        int g = state->offered[i];
        double e = w->generations.effective_p[k][g];
        if (e > 0)
            least = min_of(least, (w->value.cash_cost[w->regions.reference][g] - w->market.small_job_rent) / e);
    }
    return isfinite(least) ? max_of(least, 1e-3) : 1e-3;
}

static void bound(struct world *w, double x[WORKLOADS])
{
    struct market *m = &w->market;
    for (int k = 0; k < WORKLOADS; k++) {
        m->on_floor[k] = x[k] <= market_state(w)->log_low[k];
        x[k] = max_of(market_state(w)->log_low[k], x[k]);
    }
}

/* What the launched generations deliver in training over inference; next to nothing where there is nothing, which keeps
 * logistic and power finite. */
static void compare_workloads(struct world *w)
{
    const double nothing = 1e-30;
    struct market_state *state = market_state(w);
    int count = 0;
    for (int g = 0; g < (int)w->generations.count; g++) {
        if (!w->generations.launched[g])
            continue;
        for (int k = 0; k < WORKLOADS; k++)
            state->log_e[k][count] = max_of(nothing, w->generations.effective_p[k][g]);
        state->launched[count++] = g;
    }
    state->launched_count = count;
    for (int k = 0; k < WORKLOADS; k++)
        array_log(state->log_e[k], state->log_e[k], (size_t)count);
    for (int i = 0; i < count; i++)
        state->log_advantage[i] = state->log_e[TRAINING][i] - state->log_e[INFERENCE][i];
}

/* How tenants rank what is offered. */
static void rank_generations(struct world *w)
{
    const struct market_state *state = market_state(w);
    double rank = state->settings->rank, preference[MAX_GENERATIONS];
    for (int k = 0; k < WORKLOADS && rank > 0; k++) {
        const double *log_e = state->offered_log_e[k];
        double best = -HUGE_VAL;
        for (int i = 0; i < state->offered_count; i++)
            best = max_of(best, log_e[i]);
        for (int i = 0; i < state->offered_count; i++)
            preference[i] = rank * (log_e[i] - best);
        array_exp(preference, preference, (size_t)state->offered_count);
        for (int i = 0; i < state->offered_count; i++)
            w->market.preference[k][state->offered[i]] = preference[i];
    }
}

/* What stands still while the rents move inside a step. */
static void prepare(struct world *w)
{
    struct market_state *state = market_state(w);
    compare_workloads(w);
    state->offered_count = 0;
    for (int i = 0; i < state->launched_count; i++) {
        int g = state->launched[i], at = state->offered_count;
        if (w->vintages.offered_cards[g] <= 0)
            continue;
        state->offered[state->offered_count++] = g;
        state->offered_advantage[at] = state->log_advantage[i];
        for (int k = 0; k < WORKLOADS; k++) {
            state->offered_p[k][at] = w->vintages.offered_work[g] * w->generations.effective_p[k][g];
            state->offered_log_e[k][at] = state->log_e[k][i];
        }
    }
    double let_p = platform_on(w) ? platform_let_p(w) : 0, centres_p = 0;
    for (int i = 0; i < state->offered_count && let_p > 0; i++)
        centres_p += state->offered_p[INFERENCE][i];
    state->beside = centres_p > 0 ? let_p / centres_p : 0;
    rank_generations(w);
    state->offshore_capacity_p = offshore_capacity(w);
    for (int k = 0; k < WORKLOADS; k++) {
        state->log_low[k] = det_log(floor_of(w, (enum workload)k));
        state->log_offshore[k] = det_log(offshore_price(w, (enum workload)k));
    }
}

/* -- noise in calendar cells --------------------------------------------------------------------------------------- */

enum { STREAM_OF_RENT }; /* (workload, cell) */
enum { CELLS_PER_YEAR = 48 };

static double cell_noise(const struct world *w, enum workload k, double cell)
{
    struct stream s = sim_stream(w->sim, &model_market, identity(STREAM_OF_RENT, (uint32_t)k, (uint32_t)cell));
    return market_state(w)->settings->noise_per_sqrt_yr * sqrt(1.0 / CELLS_PER_YEAR) * stream_normal(&s);
}

/* Steps the pair from t to `until`, adding each cell's noise where the cell ends. */
static void step_pair(struct world *w, double x[WORKLOADS], double t, double until)
{
    const double rounding = 1e-9;
    while (t < until - rounding) {
        double cell = floor(t * CELLS_PER_YEAR + rounding);
        double cell_end = (cell + 1) / CELLS_PER_YEAR, next = min_of(until, cell_end);
        relax(w, x, next - t);
        if (cell_end <= until + rounding)
            for (int k = 0; k < WORKLOADS; k++)
                x[k] += cell_noise(w, (enum workload)k, cell);
        bound(w, x);
        t = next;
    }
}

static double work_rent(const struct world *w, enum workload k, int g)
{
    double share = w->market.training_share[g];
    return (k == TRAINING ? share : 1 - share) * w->market.rent[k] * w->generations.effective_p[k][g];
}

/* At these rents of the workloads and this split. */
static void price_small_jobs(struct world *w)
{
    const struct market_state *state = market_state(w);
    const struct settings *s = state->settings;
    double cards[MAX_GENERATIONS], earns[MAX_GENERATIONS];
    const double counted_from = 2023;
    if (isnan(s->small_jobs_cards) || s->convenience_cny_per_card_hour <= 0)
        return;
    for (int i = 0; i < state->offered_count; i++) {
        int g = state->offered[i];
        cards[i] = w->vintages.offered_cards[g];
        earns[i] = work_rent(w, TRAINING, g) + work_rent(w, INFERENCE, g);
    }
    struct small_jobs jobs = {.cards = s->small_jobs_cards *
                                       det_exp(s->small_jobs_growth_per_yr * (w->sim->now - counted_from)),
                              .reference_price = s->convenience_cny_per_card_hour,
                              .elasticity = s->small_jobs_elasticity};
    w->market.small_job_rent = small_jobs_price(&jobs, cards, earns, state->offered_count, w->market.small_job_rent);
}

/* Room offshore goes to what a crowded price wins there. */
static void build_offshore(struct world *w, double log_crowding)
{
    struct market_state *state = market_state(w);
    double won_p = abroad_room_p(w, log_crowding);
    state->built_p += (won_p - state->built_p) * -det_expm1(-w->sim->dt / state->settings->offshore_build_yr);
}

/* Puts log rents into force: rents, split, supply, rents of cards, demand at these rents. Returns how crowded it is
 * offshore. */
static double publish(struct world *w, const double x[WORKLOADS])
{
    struct market *m = &w->market;
    struct pair p = pair_at(w, x);
    struct response response = response_at(w, x);
    double at_home[WORKLOADS], share[MAX_GENERATIONS] = {0};
    for (int k = 0; k < WORKLOADS; k++) {
        m->rent[k] = det_exp(x[k]);
        m->supply[k] = p.supply[k];
        at_home[k] = det_exp(response.log_at_home[k]);
        m->demand[k] = demand_at_reference(w, (enum workload)k) * at_home[k];
        at_home[k] /= 1 + market_state(w)->beside;
        m->outflow[k] = response.outflow_p[k];
        m->on_ceiling[k] = response.mostly_offshore[k];
    }
    const struct market_state *state = market_state(w);
    split_of(w, state->log_advantage, state->launched_count, x, share);
    for (int i = 0; i < state->launched_count; i++)
        m->training_share[state->launched[i]] = share[i];
    price_small_jobs(w);
    for (int i = 0; i < state->launched_count; i++) {
        int g = state->launched[i];
        m->rent_card[g] = m->small_job_rent + work_rent(w, TRAINING, g) + work_rent(w, INFERENCE, g);
        m->work_share[g] = m->rent_card[g] > 0 ? 1 - m->small_job_rent / m->rent_card[g] : 0;
    }
    demand_at_rents(w, x, at_home);
    return response.log_crowding;
}

static void clear(struct world *w)
{
    double x[WORKLOADS] = {det_log(w->market.rent[TRAINING]), det_log(w->market.rent[INFERENCE])};
    double before[WORKLOADS] = {x[TRAINING], x[INFERENCE]};
    prepare(w);
    step_pair(w, x, w->sim->step_start, w->sim->step_end);
    build_offshore(w, publish(w, x));
    const double *supply = w->market.supply, all = supply[TRAINING] + supply[INFERENCE];
    for (int k = 0; k < WORKLOADS; k++)
        w->market.log_index += supply[k] / all * (x[k] - before[k]);
}

/* The world starts at rest: the pair is relaxed without noise until it stands still, by leaps of a year, which are
 * nearly Newton's steps. */
static void start(struct world *w)
{
    enum { STEPS = 4000 };
    struct market_state *state = market_state(w);
    state->settings = sim_settings(w->sim, &model_market);
    double x[WORKLOADS] = {det_log(state->settings->initial_rent), det_log(state->settings->initial_rent)};
    w->market.small_job_rent = state->settings->convenience_cny_per_card_hour;
    for (int g = 0; g < MAX_GENERATIONS; g++)
        w->market.preference[TRAINING][g] = w->market.preference[INFERENCE][g] = 1;
    prepare(w);
    for (int i = 0; i < STEPS; i++) {
        double before[WORKLOADS] = {x[0], x[1]};
        relax(w, x, 1);
        bound(w, x);
        if (fabs(x[0] - before[0]) + fabs(x[1] - before[1]) < 1e-12)
            break;
    }
    publish(w, x);
}

enum {
    OUT_RENT,
    OUT_SERVER_MONTH,
    OUT_TRAINING,
    OUT_INFERENCE,
    OUT_INFERENCE_SHARE,
    OUT_OUTFLOW,
    OUT_SMALL_JOBS,
    OUT_TIGHT_TRAINING,
    OUT_TIGHT_INFERENCE,
    OUT_HIGH_END_LIT,
    OUT_LET_SHARE,
    OUT_OFFSHORE_RENT,
    OUT_OFFSHORE_CAPACITY,
    OUT_ON_FLOOR,
    OUT_ON_CEILING,
    OUT_CRASH,
    OUT_PEAK_TO_TROUGH
};
/* clang-format off */
static const struct output outputs[] = {
    [OUT_RENT] = {"rent", OUTPUT_SERIES, "CNY/card-hour", "generations", "rent of a card, spot, ex VAT"},
    [OUT_SERVER_MONTH] = {"rent_server_month", OUTPUT_SERIES, "CNY/month", "generations",
                          "rent of a server with all its cards for a month, spot, incl VAT"},
    [OUT_TRAINING] = {"price.training", OUTPUT_SERIES, "CNY/P-hour", NULL, "rent of an effective P-hour of training, ex VAT"},
    [OUT_INFERENCE] = {"price.inference", OUTPUT_SERIES, "CNY/P-hour", NULL, "rent of an effective P-hour of inference, ex VAT"},
    [OUT_INFERENCE_SHARE] = {"inference_share", OUTPUT_SERIES, "", NULL, "inference share of compute in demand", .share = true},
    [OUT_OUTFLOW] = {"offshore_outflow", OUTPUT_SERIES, "P", NULL, "effective P that tenants buy offshore"},
    [OUT_SMALL_JOBS] = {"small_job_rent", OUTPUT_SERIES, "CNY/card-hour", NULL, "what small jobs pay for a card of any speed, ex VAT"},
    [OUT_TIGHT_TRAINING] = {"tightness.training", OUTPUT_SERIES, "", NULL, "demand over commissioned supply, training"},
    [OUT_TIGHT_INFERENCE] = {"tightness.inference", OUTPUT_SERIES, "", NULL, "demand over commissioned supply, inference"},
    [OUT_HIGH_END_LIT] = {"lit_share.high_end", OUTPUT_SERIES, "", NULL, "share of installed high-end capacity that is let", .share = true},
    [OUT_LET_SHARE] = {"let_share", OUTPUT_SERIES, "", "generations", "share of a generation's commissioned cards that is let", .share = true},
    [OUT_OFFSHORE_RENT] = {"offshore_rent", OUTPUT_SERIES, "USD/card-hour", NULL, "list rent of the reference card abroad"},
    [OUT_OFFSHORE_CAPACITY] = {"offshore_capacity", OUTPUT_SERIES, "P", NULL, "effective P that tenants can rent offshore; none without a limit"},
    [OUT_ON_FLOOR] = {"bound.floor", OUTPUT_SERIES, "", NULL, "1 if a rent is on its floor: the mean is the share of worlds", .share = true},
    [OUT_ON_CEILING] = {"bound.ceiling", OUTPUT_SERIES, "", NULL,
                        "1 if more than half of the demand of a workload is offshore: the mean is the share of worlds", .share = true},
    [OUT_CRASH] = {"crash_date", OUTPUT_SCALAR, "date", NULL, "first time the reference rent is 30 % below its highest so far"},
    [OUT_PEAK_TO_TROUGH] = {"peak_to_trough", OUTPUT_SCALAR, "", NULL, "largest fall of the reference rent from its highest so far", .share = true},
    {0},
};
/* clang-format on */

static void watch_crash(struct world *w)
{
    const double crash = 0.3;
    struct market *m = &w->market;
    double rent = m->rent_card[market_state(w)->settings->reference];
    if (!(w->generations.launched[market_state(w)->settings->reference]))
        return;
    m->peak = max_of(m->peak, rent);
    double fall = 1 - rent / m->peak;
    if (fall >= crash && m->deepest < crash)
        m->crash = w->sim->now;
    m->deepest = max_of(m->deepest, fall);
}

/* What is let, of what tenants can choose from: see rank. */
static void sample_let(struct world *w)
{
    const struct vintages *v = &w->vintages;
    const double rounding_p = 1e-6;
    double high = 0, high_let = 0;
    for (int g = 0; g < (int)w->generations.count; g++) {
        if (w->generations.high_end[g]) {
            high += v->installed_cards[g] * w->generations.pflops_fp16[g];
            high_let += v->let_cards[g] * w->generations.pflops_fp16[g];
        }
        if (v->offered_cards[g] > 0.5)
            sim_record(w->sim, &model_market, OUT_LET_SHARE, g, v->let_cards[g] / v->offered_cards[g], false);
    }
    sim_record(w->sim, &model_market, OUT_HIGH_END_LIT, -1, high > rounding_p ? high_let / high : NONE, false);
}

static void sample(struct world *w)
{
    const struct market *m = &w->market;
    const struct model *self = &model_market;
    watch_crash(w);
    sample_let(w);
    for (int g = 0; g < (int)w->generations.count; g++) {
        if (w->vintages.installed_cards[g] <= 0) /* NONE, as before anything is recorded */
            continue;
        enum workload k = m->training_share[g] >= 0.5 ? TRAINING : INFERENCE;
        bool at_bound = m->on_ceiling[k] || m->on_floor[k];
        double month = m->rent_card[g] * w->generations.cards_per_server[g] * HOURS_PER_YEAR / MONTHS_PER_YEAR;
        sim_record(w->sim, self, OUT_RENT, g, m->rent_card[g], at_bound);
        sim_record(w->sim, self, OUT_SERVER_MONTH, g, month * (1 + market_state(w)->settings->vat), at_bound);
    }
    for (int k = 0; k < WORKLOADS; k++) {
        sim_record(w->sim, self, OUT_TRAINING + k, -1, m->rent[k], m->on_ceiling[k] || m->on_floor[k]);
        sim_record(w->sim, self, OUT_TIGHT_TRAINING + k, -1, m->demand[k] / m->supply[k], false);
    }
    double inference = m->demand[INFERENCE] + m->outflow[INFERENCE],
           all = m->demand[TRAINING] + m->outflow[TRAINING] + inference;
    sim_record(w->sim, self, OUT_INFERENCE_SHARE, -1, all > 0 ? inference / all : NONE, false);
    sim_record(w->sim, self, OUT_SMALL_JOBS, -1, m->small_job_rent, false);
    sim_record(w->sim, self, OUT_OUTFLOW, -1, m->outflow[TRAINING] + m->outflow[INFERENCE], false);
    double capacity = market_state(w)->offshore_capacity_p;
    sim_record(w->sim, self, OUT_OFFSHORE_RENT, -1, offshore_usd(w), false);
    sim_record(w->sim, self, OUT_OFFSHORE_CAPACITY, -1, isfinite(capacity) ? capacity : NONE, false);
    sim_record(w->sim, self, OUT_ON_FLOOR, -1, m->on_floor[TRAINING] || m->on_floor[INFERENCE], false);
    sim_record(w->sim, self, OUT_ON_CEILING, -1, m->on_ceiling[TRAINING] || m->on_ceiling[INFERENCE], false);
}

static void finish(struct world *w)
{
    const struct market *m = &w->market;
    sim_record(w->sim, &model_market, OUT_CRASH, -1, m->crash > 0 ? m->crash : NONE, false);
    sim_record(w->sim, &model_market, OUT_PEAK_TO_TROUGH, -1, m->peak > 0 ? m->deepest : NONE, false);
}

const struct model model_market = {
    .name = "market",
    .help = "rents of training and inference by natural vacancy, the split of cards, floor and offshore ceiling",
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    STATE(market, struct market_state),
    .start = start,
    .finish = finish,
    .phase = {[PHASE_CLEAR] = clear, [PHASE_SAMPLE] = sample},
};
