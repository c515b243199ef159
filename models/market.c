/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rents of two workloads that share the same cards.
 *
 * Natural vacancy (Rosen and Smith 1983): with u_w = D_w / S_w,
 *
 *     d ln R_w = kappa_w ln(u_w / u*_w) dt + sigma dW_w
 *
 * Cards go where they earn more, smoothly: phi_g = logistic(k ln(R_T e_gT / (R_I e_gI))) is the share of generation g that trains,
 * and S_T = sum n_g phi_g e_gT. The split moves with the rents inside the step: a split taken from the last step gives a period-2
 * cobweb. So the pair x = (ln R_T, ln R_I) is linearised, x' = f + J (x - x0), and stepped by the exponential of the
 * 2x2 matrix J (exponential Euler: exact for the linearised pair, stable for any step), in substeps of at most one noise
 * cell. J has real eigenvalues because its off-diagonal terms are both positive.
 *
 * Noise comes in cells of 1/48 year that belong to the calendar, not to the step, and each is added where it ends: halving the
 * step sees the same path. Floor: the least avoidable cost per effective P-hour at which any card is offered. Ceiling:
 * what the same work costs offshore, an outside option; demand beyond it goes there. A price on a bound is flagged.
 */
#include "models.h"
#include "relaxation.h"
#include "world.h"

#include "../sim/base/det.h"

struct settings {
    double kappa_per_yr[WORKLOADS], target[WORKLOADS], noise_per_sqrt_yr, split_slope, offshore_wedge, floor_cny_per_card_hour, vat;
    double initial_rent;
    const struct dated_series *offshore_usd;
    int reference;
};

struct market_book {
    const struct settings *settings;
    /* of this step */
    double log_advantage[MAX_GENERATIONS];     /* of training over inference: ln e_T / e_I */
    double log_low[WORKLOADS], log_high[WORKLOADS]; /* bounds of the log rents */
};

static const struct param params[] = {
    NUMBER(struct settings, kappa_per_yr[TRAINING], "kappa_training", "/yr", 0.1, 100, "10 /yr", UNCERTAIN,
           "speed at which training rents close the gap to natural vacancy", "feasibility study: 5 to 15, weakly identified"),
    NUMBER(struct settings, kappa_per_yr[INFERENCE], "kappa_inference", "/yr", 0.1, 100, "9 /yr", UNCERTAIN,
           "speed at which inference rents close the gap to natural vacancy", "feasibility study: 5 to 15, weakly identified"),
    NUMBER(struct settings, target[TRAINING], "target_training", "", 0.05, 1, "0.85", UNCERTAIN,
           "demand over competent supply at which training rents rest", "feasibility study: 0.8, high end 0.88"),
    NUMBER(struct settings, target[INFERENCE], "target_inference", "", 0.05, 1, "0.8", UNCERTAIN,
           "demand over competent supply at which inference rents rest", "feasibility study"),
    NUMBER(struct settings, noise_per_sqrt_yr, "noise", "", 0, 5, "0.13", UNCERTAIN,
           "deviation of the log rent that a year of noise alone would give", "feasibility study: .037 a month"),
    NUMBER(struct settings, split_slope, "split_slope", "", 0.1, 100, "4", UNCERTAIN,
           "slope of the split of cards in the log of what the workloads pay", NULL),
    {.name = "offshore_rent", .type = PARAM_SERIES, .unit = "USD/card-hour", .min = 0.01, .max = 1000,
     .value = "{2022-01: 4.7 USD/card-hour, 2024-03: 4.7 USD/card-hour, 2024-06: 4.4 USD/card-hour, 2024-09: 3.7 USD/card-hour, "
              "2024-12: 3.0 USD/card-hour, 2025-08: 2.93 USD/card-hour, 2028-01: 2.0 USD/card-hour}",
     .help = "on-demand rent of the reference card abroad", .source = "median of provider list prices restated to one good",
     .offset = offsetof(struct settings, offshore_usd)},
    NUMBER(struct settings, offshore_wedge, "offshore_wedge", "", 0.01, 100, "0.82", UNCERTAIN,
           "what the same work costs a Chinese tenant offshore over that rent: discounts against transfer and risk", NULL),
    {.name = "reference", .type = PARAM_REFERENCE, .of = "generations", .value = "H100",
     .help = "card of the offshore rent", .offset = offsetof(struct settings, reference)},
    NUMBER(struct settings, floor_cny_per_card_hour, "convenience", "CNY/card-hour", 0, 100, "1.2 CNY/card-hour", UNCERTAIN,
           "what any card earns for small jobs whatever its speed", "list rents do not clear at FLOP parity"),
    NUMBER(struct settings, vat, "vat_rent", "", 0, 1, "6%", FIXED, "value added tax on rents", "statute"),
    NUMBER(struct settings, initial_rent, "initial_rent", "CNY/P-hour", 0.1, 1e4, "60 CNY/P-hour", FIXED,
           "where the search for the rents of the start begins", NULL),
    {0},
};

/* State of the pair at given log rents. */
struct pair {
    double supply[WORKLOADS], pull[WORKLOADS]; /* pull: d ln S_w / d (x_T - x_I), in absolute value */
};

static double split_of(const struct world *w, int g, const double x[WORKLOADS])
{
    double e_t = w->generations.effective_p[TRAINING][g], e_i = w->generations.effective_p[INFERENCE][g];
    if (e_t <= 0 || e_i <= 0)
        return e_t > 0 ? 1 : 0;
    double log_ratio = x[TRAINING] - x[INFERENCE] + w->market_book->log_advantage[g];
    return 1 / (1 + det_exp(-w->market_book->settings->split_slope * log_ratio));
}

static struct pair pair_at(const struct world *w, const double x[WORKLOADS])
{
    struct pair p = {{0}, {0}};
    double k = w->market_book->settings->split_slope;
    for (int g = 0; g < (int)w->generations.count; g++) {
        double n = w->vintages.competent_work[g];
        if (n <= 0)
            continue;
        double phi = split_of(w, g, x), turn = k * phi * (1 - phi);
        double t = n * w->generations.effective_p[TRAINING][g], i = n * w->generations.effective_p[INFERENCE][g];
        p.supply[TRAINING] += t * phi;
        p.supply[INFERENCE] += i * (1 - phi);
        p.pull[TRAINING] += t * turn;
        p.pull[INFERENCE] += i * turn;
    }
    for (int k2 = 0; k2 < WORKLOADS; k2++) {
        p.supply[k2] = max_of(p.supply[k2], 1e-6);
        p.pull[k2] /= p.supply[k2];
    }
    return p;
}

static void relax(const struct world *w, double x[WORKLOADS], double h)
{
    const struct settings *s = w->market_book->settings;
    struct pair p = pair_at(w, x);
    double f[WORKLOADS];
    for (int k = 0; k < WORKLOADS; k++) {
        double demand = max_of(1e-9, demand_at_reference(w, (enum workload)k));
        f[k] = s->kappa_per_yr[k] * (det_log(demand / p.supply[k] / s->target[k]) + demand_log_response(w, (enum workload)k, x[k]));
    }
    double kt = s->kappa_per_yr[TRAINING], ki = s->kappa_per_yr[INFERENCE];
    relaxation_step(-kt * (demand_elasticity(w, TRAINING) + p.pull[TRAINING]), kt * p.pull[TRAINING], ki * p.pull[INFERENCE],
                    -ki * (demand_elasticity(w, INFERENCE) + p.pull[INFERENCE]), f, h, x);
}

static double ceiling_of(const struct world *w, enum workload k)
{
    const struct settings *s = w->market_book->settings;
    double card = series_at(s->offshore_usd, w->sim->now) * series_at(run_settings(w->sim)->fx, w->sim->now) * s->offshore_wedge;
    double e = w->generations.effective_p[k][s->reference];
    return e > 0 ? card / e : (double)INFINITY;
}

static double floor_of(const struct world *w, enum workload k)
{
    double least = INFINITY;
    for (int g = 0; g < (int)w->generations.count; g++) {
        double e = w->generations.effective_p[k][g];
        if (w->vintages.competent_cards[g] > 0 && e > 0)
            least = min_of(least, max_of(0, w->value.cash_cost[0][g] - w->market_book->settings->floor_cny_per_card_hour) / e);
    }
    return isfinite(least) ? max_of(least, 1e-3) : 1e-3;
}

static void bound(struct world *w, double x[WORKLOADS])
{
    struct market *m = &w->market;
    for (int k = 0; k < WORKLOADS; k++) {
        double low = w->market_book->log_low[k], high = w->market_book->log_high[k];
        m->on_floor[k] = x[k] <= low;
        m->on_ceiling[k] = x[k] >= high;
        x[k] = min_of(high, max_of(low, x[k]));
    }
}

/* What stands still while the rents move inside a step. */
static void prepare(struct world *w)
{
    struct market_book *book = w->market_book;
    for (int k = 0; k < WORKLOADS; k++) {
        book->log_low[k] = det_log(floor_of(w, (enum workload)k));
        book->log_high[k] = det_log(ceiling_of(w, (enum workload)k));
    }
    for (int g = 0; g < (int)w->generations.count; g++) {
        double e_t = w->generations.effective_p[TRAINING][g], e_i = w->generations.effective_p[INFERENCE][g];
        book->log_advantage[g] = e_t > 0 && e_i > 0 ? det_log(e_t / e_i) : 0;
    }
}

/* -- noise in calendar cells -------------------------------------------------------------------------------------------- */

enum { CELLS_PER_YEAR = 48 };

static double cell_noise(const struct world *w, enum workload k, double cell)
{
    struct stream s = stream_open(&w->sim->streams, identity(PURPOSE_RENT_NOISE, (uint32_t)k, (uint32_t)cell));
    return w->market_book->settings->noise_per_sqrt_yr * sqrt(1.0 / CELLS_PER_YEAR) * stream_normal(&s);
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

/* Puts log rents into force: rents, split, supply, rents of cards, demand at these rents. */
static void publish(struct world *w, const double x[WORKLOADS])
{
    struct market *m = &w->market;
    struct pair p = pair_at(w, x);
    m->outflow = 0;
    for (int k = 0; k < WORKLOADS; k++) {
        m->rent[k] = det_exp(x[k]);
        m->supply[k] = p.supply[k];
        m->demand[k] = demand_at_reference(w, (enum workload)k) * det_exp(demand_log_response(w, (enum workload)k, x[k]));
        if (m->on_ceiling[k])
            m->outflow += max_of(0, m->demand[k] - m->supply[k] * w->market_book->settings->target[k]);
    }
    for (int g = 0; g < (int)w->generations.count; g++) {
        double phi = m->training_share[g] = split_of(w, g, x);
        m->rent_card[g] = w->market_book->settings->floor_cny_per_card_hour +
                          phi * m->rent[TRAINING] * w->generations.effective_p[TRAINING][g] +
                          (1 - phi) * m->rent[INFERENCE] * w->generations.effective_p[INFERENCE][g];
        m->work_share[g] = m->rent_card[g] > 0 ? 1 - w->market_book->settings->floor_cny_per_card_hour / m->rent_card[g] : 0;
    }
    demand_at_rents(w, x);
}

static void clear(struct world *w)
{
    double x[WORKLOADS] = {det_log(w->market.rent[TRAINING]), det_log(w->market.rent[INFERENCE])};
    prepare(w);
    step_pair(w, x, w->sim->step_start, w->sim->step_end);
    publish(w, x);
}

/* The world starts at rest: the pair is relaxed without noise until it stands still. */
static void start(struct world *w)
{
    enum { STEPS = 4000 };
    struct market_book *book = w->market_book = arena_alloc(&w->sim->arena, sizeof *book);
    book->settings = sim_settings(w->sim, &model_market);
    double x[WORKLOADS] = {det_log(book->settings->initial_rent), det_log(book->settings->initial_rent)};
    prepare(w);
    for (int i = 0; i < STEPS; i++) {
        double before[WORKLOADS] = {x[0], x[1]};
        relax(w, x, 1.0 / CELLS_PER_YEAR);
        bound(w, x);
        if (fabs(x[0] - before[0]) + fabs(x[1] - before[1]) < 1e-12)
            break;
    }
    publish(w, x);
}

enum { OUT_RENT, OUT_SERVER_MONTH, OUT_TRAINING, OUT_INFERENCE, OUT_INFERENCE_SHARE, OUT_OUTFLOW, OUT_TIGHT_TRAINING,
       OUT_TIGHT_INFERENCE, OUT_CRASH, OUT_PEAK_TO_TROUGH };
static const struct output outputs[] = {
    [OUT_RENT] = {"rent", OUTPUT_SERIES, "CNY/card-hour", "generations", "rent of a card, spot, ex VAT"},
    [OUT_SERVER_MONTH] = {"rent_server_month", OUTPUT_SERIES, "CNY/month", "generations",
                          "rent of a server with all its cards for a month, spot, incl VAT"},
    [OUT_TRAINING] = {"price.training", OUTPUT_SERIES, "CNY/P-hour", NULL, "rent of an effective P-hour of training, ex VAT"},
    [OUT_INFERENCE] = {"price.inference", OUTPUT_SERIES, "CNY/P-hour", NULL, "rent of an effective P-hour of inference, ex VAT"},
    [OUT_INFERENCE_SHARE] = {"inference_share", OUTPUT_SERIES, "", NULL, "inference share of compute in demand"},
    [OUT_OUTFLOW] = {"offshore_outflow", OUTPUT_SERIES, "P", NULL, "effective P that tenants buy offshore"},
    [OUT_TIGHT_TRAINING] = {"tightness.training", OUTPUT_SERIES, "", NULL, "demand over competent supply, training"},
    [OUT_TIGHT_INFERENCE] = {"tightness.inference", OUTPUT_SERIES, "", NULL, "demand over competent supply, inference"},
    [OUT_CRASH] = {"crash_date", OUTPUT_SCALAR, "date", NULL, "first time the reference rent is 30 % below its highest so far"},
    [OUT_PEAK_TO_TROUGH] = {"peak_to_trough", OUTPUT_SCALAR, "", NULL, "largest fall of the reference rent from its highest so far"},
    {0},
};

static void watch_crash(struct world *w)
{
    const double crash = 0.3;
    struct market *m = &w->market;
    double rent = m->rent_card[w->market_book->settings->reference];
    if (!(w->generations.launched[w->market_book->settings->reference]))
        return;
    m->peak = max_of(m->peak, rent);
    double fall = 1 - rent / m->peak;
    if (fall >= crash && m->deepest < crash)
        m->crash = w->sim->now;
    m->deepest = max_of(m->deepest, fall);
}

static void sample(struct world *w)
{
    const struct market *m = &w->market;
    const struct model *self = &model_market;
    watch_crash(w);
    for (int g = 0; g < (int)w->generations.count; g++) {
        bool exists = w->vintages.installed_cards[g] > 0;
        enum workload k = m->training_share[g] >= 0.5 ? TRAINING : INFERENCE;
        bool at_bound = m->on_ceiling[k] || m->on_floor[k];
        double month = m->rent_card[g] * w->generations.cards_per_server[g] * HOURS_PER_YEAR / MONTHS_PER_YEAR;
        sim_record(w->sim, self, OUT_RENT, g, exists ? m->rent_card[g] : NONE, at_bound);
        sim_record(w->sim, self, OUT_SERVER_MONTH, g, exists ? month * (1 + w->market_book->settings->vat) : NONE, at_bound);
    }
    for (int k = 0; k < WORKLOADS; k++) {
        sim_record(w->sim, self, OUT_TRAINING + k, -1, m->rent[k], m->on_ceiling[k] || m->on_floor[k]);
        sim_record(w->sim, self, OUT_TIGHT_TRAINING + k, -1, m->demand[k] / m->supply[k], false);
    }
    double all = m->demand[TRAINING] + m->demand[INFERENCE];
    sim_record(w->sim, self, OUT_INFERENCE_SHARE, -1, all > 0 ? m->demand[INFERENCE] / all : NONE, false);
    sim_record(w->sim, self, OUT_OUTFLOW, -1, m->outflow, false);
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
    .start = start,
    .finish = finish,
    .phase = {[PHASE_CLEAR] = clear, [PHASE_SAMPLE] = sample},
};
