/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hardware generations and the effective compute of a card.
 *
 * With a the share of work done in FP8 (logistic in time) and r the card's FP8/FP16 ratio (1 without FP8), work mixes
 * harmonically: F = PFLOPS / (1 - a + a/r). That is the FP8 divide: as a grows, cards without FP8 fall behind. The
 * roofline (Williams, Waterman and Patterson 2009) normalised to a reference card gives
 *
 *     e_w = mfu_w F0 / ((1 - psi_w) F0/F + psi_w B0/B)
 *
 * with B the memory bandwidth and psi_w the bandwidth-bound share of workload w, small in training and large in
 * inference: by FLOPS alone an H20 would be worthless. mfu learns from its value at launch towards its ceiling;
 * domestic cards start near zero in training. A card with too little memory does not train.
 *
 * In time new software leaves an architecture out: fast kernels after five or six years, the maker's compiler after
 * eight or more. What runs goes on running, but models are replaced, and work moves away from the card at a rate mu a
 * year. From `support` years after the first card of its architecture on,
 *
 *     e_w = e_w(supported) e^(-mu (age of the architecture - support)).
 *
 * Small jobs run on any software. Owners do not foresee it. Neutral: support none.
 *
 * A launch that is still to come comes late with a probability, by a lognormal time. Neutral: slip_odds 0.
 */
#include "models/leases/goodput.h"
#include "models/models.h"
#include "models/world.h"

#include "sim/base/det.h"
#include "sim/engine/arrays.h"
#include "sim/scenario/run.h"

struct settings {
    double fp8_midpoint, fp8_steepness_per_yr, fp8_ceiling;
    double bandwidth_bound[WORKLOADS];
    double learning_per_yr, training_memory_gb, support_yr, leaving_per_yr;
    double slip_yr, slip_spread, slip_from;
    int reference;
};

struct row {
    const char *label, *vendor;
    int origin;
    double launch, architecture, end_of_production;
    double pflops_fp16, pflops_fp8, memory_gb, bandwidth_tb_per_s, power_w;
    double list_price_usd, list_price_decline_per_yr, cards_per_server;
    bool sold, high_end;
    double mfu[WORKLOADS], mfu_initial[WORKLOADS], supernode_gain, slip_odds;
};

struct technology {
    const struct settings *settings;
    const struct row *row;
    const struct dated_series *fx;
    /* columns of what does not change */
    double list_price_usd[MAX_GENERATIONS], decline_per_yr[MAX_GENERATIONS], fp8_ratio[MAX_GENERATIONS];
    double ceiling[WORKLOADS][MAX_GENERATIONS],
        to_learn[WORKLOADS][MAX_GENERATIONS]; /* of mfu: nil where memory is too small */
    double bandwidth_bound[WORKLOADS][MAX_GENERATIONS]; /* time on it, in units of the reference card's */
    double supported_until[MAX_GENERATIONS]; /* date */
    /* effective P at a date: a report asks for it at its end, the next step at its start */
    double uninterrupted[WORKLOADS]; /* share of its time that a block of the usual size works */
    double known_at, effective_p[WORKLOADS][MAX_GENERATIONS];
};

static inline struct technology *technology_state(const struct world *w)
{
    return w->state[STATE_technology];
}

enum { STREAM_OF_SLIP }; /* (generation, 0) */

#define GENERATION "generations"
/* clang-format off */
static const struct param params[] = {
    {.name = "fp8_midpoint", .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2020, .max = 2040, .value = "2025-06",
     .help = "when half of the work that will ever move to FP8 has moved", .source = "DeepSeek-V3 trained in FP8, December 2024",
     .offset = offsetof(struct settings, fp8_midpoint)},
    NUMBER(struct settings, fp8_steepness_per_yr, "fp8_steepness", "/yr", 0, 20, "2 /yr", UNCERTAIN,
           "steepness of the logistic shift of work to FP8", NULL),
    NUMBER(struct settings, fp8_ceiling, "fp8_ceiling", "", 0, 1, "0.7", UNCERTAIN,
           "share of work that ends up in FP8; 0 switches the FP8 divide off", NULL),
    NUMBER(struct settings, bandwidth_bound[TRAINING], "bandwidth_bound_training", "", 0, 1, "0.1", UNCERTAIN,
           "share of training time bound by memory bandwidth on the reference card", "roofline of dense transformers"),
    NUMBER(struct settings, bandwidth_bound[INFERENCE], "bandwidth_bound_inference", "", 0, 1, "0.55", UNCERTAIN,
           "share of inference time bound by memory bandwidth on the reference card", "decode is bandwidth-bound, prefill is not"),
    NUMBER(struct settings, learning_per_yr, "learning", "/yr", 0, 20, "0.8 /yr", UNCERTAIN,
           "speed at which mfu closes the gap to its ceiling after launch", NULL),
    NUMBER(struct settings, training_memory_gb, "training_memory", "GB", 0, 1000, "32 GB", FIXED,
           "cards with less memory do not train", NULL),
    NUMBER(struct settings, support_yr, "support", "yr", 1, 50, "none", UNCERTAIN,
           "age of an architecture from which new software leaves it out; none: it never does", NULL),
    NUMBER(struct settings, leaving_per_yr, "leaving", "/yr", 0, 10, "0.15 /yr", UNCERTAIN,
           "rate at which work moves to software that leaves out the architectures no longer supported", NULL),
    {.name = "reference", .type = PARAM_REFERENCE, .of = GENERATION, .value = "H100",
     .help = "card that effective compute is normalised to", .offset = offsetof(struct settings, reference)},
    NUMBER(struct settings, slip_yr, "slip", "yr", 0, 10, "6 months", UNCERTAIN, "median delay of a late launch", NULL),
    NUMBER(struct settings, slip_spread, "slip_spread", "", 0, 3, "0.5", UNCERTAIN, "standard deviation of the delay of a late launch, log", NULL),
    {.name = "slip_from", .type = PARAM_DATE, .draw = FIXED, .min = 2015, .max = 2100, .value = "2026",
     .help = "date before which launches are never late: they have been observed", .offset = offsetof(struct settings, slip_from)},
    {.name = "label", .table = GENERATION, .type = PARAM_TEXT, .value = "none", .help = "name shown in pictures",
     .offset = offsetof(struct row, label)},
    {.name = "vendor", .table = GENERATION, .type = PARAM_TEXT, .value = "none", .help = "designer of a generation",
     .offset = offsetof(struct row, vendor)},
    {.name = "origin", .table = GENERATION, .type = PARAM_CHOICE, .choices = "foreign domestic", .value = "foreign",
     .help = "whether export rules can cut a generation off", .offset = offsetof(struct row, origin)},
    {.name = "launch", .table = GENERATION, .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2015, .max = 2040,
     .help = "first shipments", .offset = offsetof(struct row, launch)},
    {.name = "architecture", .table = GENERATION, .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2005, .max = 2040, .value = "none",
     .help = "first shipments of its architecture; none: its own", .offset = offsetof(struct row, architecture)},
    {.name = "end_of_production", .table = GENERATION, .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2015, .max = 2060,
     .value = "none", .help = "date on which production of a generation ends",
     .offset = offsetof(struct row, end_of_production)},
    COLUMN(GENERATION, struct row, pflops_fp16, "pflops_fp16", "PFLOPS", 0.001, 1000, NULL, UNCERTAIN,
           "dense FP16/BF16 peak of a card", NULL),
    COLUMN(GENERATION, struct row, pflops_fp8, "pflops_fp8", "PFLOPS", 0, 1000, "0 PFLOPS", UNCERTAIN,
           "dense FP8 peak of a card, 0 if it has none", NULL),
    COLUMN(GENERATION, struct row, memory_gb, "memory_gb", "GB", 1, 10000, NULL, UNCERTAIN, "memory of a card", NULL),
    COLUMN(GENERATION, struct row, bandwidth_tb_per_s, "bandwidth_tb_per_s", "TB/s", 0.01, 1000, NULL, UNCERTAIN,
           "memory bandwidth of a card", NULL),
    COLUMN(GENERATION, struct row, power_w, "power_w", "W", 10, 20000, NULL, UNCERTAIN,
           "power of a card at load; the server around it is the region's overhead", NULL),
    COLUMN(GENERATION, struct row, list_price_usd, "list_price_usd", "USD/card", 10, 1e6, NULL, UNCERTAIN,
           "official price of a card at launch, without tax", NULL),
    COLUMN(GENERATION, struct row, list_price_decline_per_yr, "list_price_decline", "/yr", -1, 3, "0.05 /yr", UNCERTAIN,
           "continuous decline of the official price", NULL),
    COLUMN(GENERATION, struct row, cards_per_server, "cards_per_server", "", 1, 128, "8", FIXED,
           "cards in the unit that is sold and let", NULL),
    {.name = "sold", .table = GENERATION, .type = PARAM_FLAG, .value = "true",
     .help = "whether cards are sold to others than their maker", .offset = offsetof(struct row, sold)},
    {.name = "high_end", .table = GENERATION, .type = PARAM_FLAG, .value = "false",
     .help = "whether a generation is of the class that large training runs ask for", .offset = offsetof(struct row, high_end)},
    COLUMN(GENERATION, struct row, mfu[TRAINING], "mfu_train", "", 0, 1, "0.4", UNCERTAIN,
           "ceiling of model FLOPS utilisation in training", "0.38 to 0.45 in published H100 and A100 runs"),
    COLUMN(GENERATION, struct row, mfu_initial[TRAINING], "mfu_train_initial", "", 0, 1, "0.3", UNCERTAIN,
           "model FLOPS utilisation in training at launch", NULL),
    COLUMN(GENERATION, struct row, mfu[INFERENCE], "mfu_infer", "", 0, 1, "0.4", UNCERTAIN,
           "ceiling of utilisation in inference, relative to the roofline", NULL),
    COLUMN(GENERATION, struct row, mfu_initial[INFERENCE], "mfu_infer_initial", "", 0, 1, "0.3", UNCERTAIN,
           "utilisation in inference at launch", NULL),
    COLUMN(GENERATION, struct row, supernode_gain, "supernode_gain", "", 1, 3, "1", UNCERTAIN,
           "factor on both ceilings from tightly coupled racks", NULL),
    COLUMN(GENERATION, struct row, slip_odds, "slip_odds", "", 0, 1, "0", UNCERTAIN,
           "probability that a launch, and with it production, is late", NULL),
    {0},
};
/* clang-format on */

static double fp8_share(const struct settings *s, double now)
{
    return s->fp8_ceiling / (1 + det_exp(-s->fp8_steepness_per_yr * (now - s->fp8_midpoint)));
}

/* Share of the work that still runs on a card. */
static double supported_share(const struct technology *t, size_t i, double now)
{
    double since = now - t->supported_until[i];
    return since > 0 ? det_exp(-t->settings->leaving_per_yr * since) : 1;
}

/* Effective P of cards; see the head of this file. What is not launched has none. */
static void find_effective_p(struct technology *t, const struct generations *g, double now)
{
    const struct settings *s = t->settings;
    double unlearned[MAX_GENERATIONS], mixed[MAX_GENERATIONS], runs[MAX_GENERATIONS];
    double fp8 = fp8_share(s, now), f0 = t->row[s->reference].pflops_fp16;
    if (t->known_at == now)
        return;
    t->known_at = now;
    for (size_t i = 0; i < g->count; i++) {
        unlearned[i] = -s->learning_per_yr * max_of(0, now - g->launch[i]);
        mixed[i] = g->pflops_fp16[i] / (1 - fp8 + fp8 / t->fp8_ratio[i]);
        runs[i] = supported_share(t, i, now);
    }
    array_exp(unlearned, unlearned, g->count);
    for (int k = 0; k < WORKLOADS; k++) {
        double compute_bound = (1 - s->bandwidth_bound[k]) * f0;
        for (size_t i = 0; i < g->count; i++) {
            double mfu = t->ceiling[k][i] - t->to_learn[k][i] * unlearned[i];
            double p = t->uninterrupted[k] * mfu * f0 / (compute_bound / mixed[i] + t->bandwidth_bound[k][i]);
            t->effective_p[k][i] = now >= g->launch[i] ? p * runs[i] : 0;
        }
    }
}

void technology_scale_price(struct world *w, int generation, double factor)
{
    w->generations.list_price_cny[generation] *= factor;
}

static void update(struct world *w)
{
    struct technology *t = technology_state(w);
    struct generations *g = &w->generations;
    double now = w->sim->now, cny_per_usd = series_at(t->fx, now), faded[MAX_GENERATIONS];
    for (size_t i = 0; i < g->count; i++)
        faded[i] = -t->decline_per_yr[i] * max_of(0, now - g->launch[i]);
    array_exp(faded, faded, g->count);
    for (size_t i = 0; i < g->count; i++) {
        bool was = g->launched[i];
        g->launched[i] = now >= g->launch[i];
        if (g->launched[i] && !was && w->sim->step_end > w->sim->plan->start)
            tell(w->sim, "technology", "launched", g->name[i], "%s, %.3g PFLOPS, list price %.0f USD",
                 t->row[i].vendor ? t->row[i].vendor : "unknown maker", g->pflops_fp16[i], t->list_price_usd[i]);
        g->in_production[i] = g->launched[i] && !(now >= g->end_of_production[i]);
        g->list_price_cny[i] = t->list_price_usd[i] * cny_per_usd * faded[i] * w->policy.price_factor[i];
    }
    find_effective_p(t, g, now);
    memcpy(g->effective_p, t->effective_p, sizeof g->effective_p);
}

/* Number of the first generation by the same vendor; without a vendor a generation has software of its own. */
static int stack_of(const struct row *row, size_t i)
{
    for (size_t k = 0; k < i && row[i].vendor; k++)
        if (row[k].vendor && !strcmp(row[k].vendor, row[i].vendor))
            return (int)k;
    return (int)i;
}

static void fill_columns(struct technology *t, size_t i)
{
    const struct settings *s = t->settings;
    const struct row *r = &t->row[i];
    t->list_price_usd[i] = r->list_price_usd;
    t->decline_per_yr[i] = r->list_price_decline_per_yr;
    t->fp8_ratio[i] = r->pflops_fp8 > r->pflops_fp16 ? r->pflops_fp8 / r->pflops_fp16 : 1;
    for (int k = 0; k < WORKLOADS; k++) {
        bool fits = k != TRAINING || r->memory_gb >= s->training_memory_gb;
        double ceiling = fits ? min_of(1, r->mfu[k] * r->supernode_gain) : 0;
        t->ceiling[k][i] = ceiling;
        t->to_learn[k][i] = ceiling - min_of(ceiling, r->mfu_initial[k]);
        t->bandwidth_bound[k][i] =
            s->bandwidth_bound[k] * t->row[s->reference].bandwidth_tb_per_s / r->bandwidth_tb_per_s;
    }
}

static double slip_yr(const struct world *w, size_t i)
{
    const struct technology *t = technology_state(w);
    if (t->row[i].launch < t->settings->slip_from || t->row[i].slip_odds <= 0)
        return 0;
    struct stream uniform = sim_stream(w->sim, &model_technology, identity(STREAM_OF_SLIP, (uint32_t)i, 0));
    bool late = stream_uniform(&uniform) < t->row[i].slip_odds;
    double by = t->settings->slip_yr * det_exp(t->settings->slip_spread * stream_normal(&uniform));
    return late ? by : 0;
}

static void start(struct world *w)
{
    struct technology *t = technology_state(w);
    t->settings = sim_settings(w->sim, &model_technology);
    t->row = sim_rows(w->sim, &model_technology, GENERATION);
    t->fx = run_settings(w->sim)->fx;
    t->known_at = NONE;
    t->uninterrupted[TRAINING] = goodput_usual(w);
    t->uninterrupted[INFERENCE] = 1;
    struct generations *g = &w->generations;
    g->count = sim_row_count(w->sim, GENERATION);
    for (size_t i = 0; i < g->count; i++) {
        const struct row *r = &t->row[i];
        g->name[i] = sim_row_name(w->sim, GENERATION, i);
        g->label[i] = r->label ? r->label : g->name[i];
        g->domestic[i] = r->origin == 1;
        g->high_end[i] = r->high_end;
        g->sold[i] = r->sold;
        g->slip_yr[i] = slip_yr(w, i);
        g->launch[i] = r->launch + g->slip_yr[i];
        g->end_of_production[i] = r->end_of_production;
        g->pflops_fp16[i] = r->pflops_fp16;
        g->power_kw[i] = r->power_w / 1000;
        g->cards_per_server[i] = r->cards_per_server;
        g->memory_gb[i] = r->memory_gb;
        g->stack[i] = stack_of(t->row, i);
        fill_columns(t, i);
        double since = isnan(r->architecture) ? g->launch[i] : r->architecture;
        t->supported_until[i] = isnan(t->settings->support_yr) ? (double)INFINITY : since + t->settings->support_yr;
        sim_split_at(w->sim, g->launch[i]);
    }
    update(w);
}

enum { OUT_EFFECTIVE_TRAINING, OUT_EFFECTIVE_INFERENCE };
/* clang-format off */
static const struct output outputs[] = {
    [OUT_EFFECTIVE_TRAINING] = {"effective.training", OUTPUT_SERIES, "P/card", GENERATION,
                                "effective P of a card in training"},
    [OUT_EFFECTIVE_INFERENCE] = {"effective.inference", OUTPUT_SERIES, "P/card", GENERATION,
                                 "effective P of a card in inference"},
    {0},
};
/* clang-format on */

/* At the date of the report, not at the start of the step that ends there: splits of steps must not show. */
static void sample(struct world *w)
{
    struct technology *t = technology_state(w);
    const struct generations *g = &w->generations;
    find_effective_p(t, g, w->sim->now);
    for (size_t i = 0; i < g->count; i++)
        for (int k = 0; k < WORKLOADS && g->launched[i]; k++)
            sim_record(w->sim, &model_technology, OUT_EFFECTIVE_TRAINING + k, (int)i, t->effective_p[k][i], false);
}

static const struct table tables[] = {{GENERATION, sizeof(struct row), "hardware generations"}, {0}};

static void check(const struct scenario *scenario, struct mistakes *mistakes)
{
    check_row_count(scenario, mistakes, GENERATION, 0, MAX_GENERATIONS);
}

const struct model model_technology = {
    .name = "technology",
    .help = "hardware generations: launch, effective compute by workload, list price",
    .tables = tables,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    STATE(technology, struct technology),
    .check = check,
    .start = start,
    .phase = {[PHASE_TECHNOLOGY] = update, [PHASE_SAMPLE] = sample},
};
