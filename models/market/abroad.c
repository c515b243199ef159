/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rents abroad after the last list that was seen.
 *
 * x = ln of the list rent of the reference card abroad, over its dated path (market.offshore_rent: lists to September
 * 2025, then the median of us.yml), in the two factors of Schwartz and Smith (2000):
 *
 *     x(t) = b (ln W(t) - ln W0(t)) + chi(t) - chi(T),      d chi = -kappa chi dt + sigma dz,      b = 1 / (eps + eta)
 *
 * W is models' work in this world (usage.c): the same growth, waves and weight as at home, since the world shares its
 * models; W0 is its dated median, which the path of us.yml was made with. eps is the elasticity of demand and eta that
 * of supply: what is built when rents rise by more than they would have. chi is what lists do by themselves; before T
 * they were seen, so x is 0.
 *
 * Fit (tests/test_model_abroad.c repeats it): 22 months of H100 lists from September 2023 to September 2025 have
 * monthly changes of sd .059, and changes over eight months of sd .21 from -.47 to +.25. sigma sqrt(1/12) = .058; over
 * eight months chi alone gives .14, and what the level of work moves the rest. kappa is weakly identified.
 *
 * Who pays e^L times the rent there finds room in a market of M effective P, as demand of others falls and supply rises,
 *
 *     M (e^(eta L) - e^(-eps L)),      M = dated median * (W / W0)^(b eta), what supply has made of the same work,
 *
 * so for who takes a share s of it supply has the elasticity (eta + (1 - s) eps) / s: large while s is small.
 *
 * Where lists reach the on-demand list of the largest clouds tenants go there: rent / (1 + (rent / ceiling)^s)^(1 / s).
 *
 * Off: the dated path, and no room but what is given (market.c). Neutral: let none.
 */
#include "models/market/usage.h"
#include "models/models.h"
#include "models/world.h"

#include "sim/base/det.h"

struct settings {
    double seen, reversion_per_yr, noise_per_sqrt_yr, supply_elasticity;
    double ceiling_slope;
    const struct dated_series *expected_work, *ceiling_usd, *let_p;
};

struct abroad_state {
    const struct settings *settings;
    double chi, chi_then, known_at; /* chi at the end of the last cell before known_at */
    double cell; /* the next whose noise is not in it yet */
};

static inline struct abroad_state *abroad_state(const struct world *w)
{
    return w->state[STATE_abroad];
}

/* clang-format off */
static const struct param params[] = {
    {.name = "seen", .type = PARAM_DATE, .draw = FIXED, .min = 2000, .max = 2100, .value = "2025-10-01",
     .help = "date of the last known list of rents abroad", .source = "gpu-price-index, September 2025",
     .offset = offsetof(struct settings, seen)},
    NUMBER(struct settings, reversion_per_yr, "reversion", "/yr", 0, 20, "1.2 /yr", UNCERTAIN,
           "speed at which rents abroad return to the level that work and supply imply", "22 months of H100 lists, weakly identified"),
    NUMBER(struct settings, noise_per_sqrt_yr, "noise", "", 0, 5, "0.2", UNCERTAIN,
           "standard deviation that a year of noise alone would give rents abroad, log", "22 months of H100 lists: .059 a month"),
    NUMBER(struct settings, supply_elasticity, "supply_elasticity", "", 0, 20, "1.5", UNCERTAIN,
           "elasticity of compute abroad to its rent", NULL),
    {.name = "expected_work", .type = PARAM_SERIES, .unit = "", .min = 1e-9, .max = 1e12, .value = "none",
     .help = "median of models' work that the dated rents were made with, over that of the last count; none: work does not matter",
     .offset = offsetof(struct settings, expected_work)},
    {.name = "let", .type = PARAM_SERIES, .unit = "P", .min = 1, .max = 1e12, .value = "none",
     .help = "effective P let abroad, of which tenants who pay more can win some; none: no more room than is given",
     .offset = offsetof(struct settings, let_p)},
    {.name = "ceiling", .type = PARAM_SERIES, .unit = "USD/card-hour", .min = 0.01, .max = 1000, .value = "none",
     .help = "on-demand list of the largest clouds, where tenants abroad go when lists of others reach it; none: no ceiling",
     .offset = offsetof(struct settings, ceiling_usd)},
    NUMBER(struct settings, ceiling_slope, "ceiling_slope", "", 1, 100, "12", UNCERTAIN,
           "steepness with which tenants abroad go to the largest clouds: slope of the share that has gone in the log of the rent", NULL),
    {0},
};
/* clang-format on */

enum { CELLS_PER_YEAR = 48 };
enum { STREAM_OF_CELL, STREAM_OF_LAST_LIST }; /* noise of a calendar cell; what the last list had of it */

static double cell_noise(const struct world *w, double cell)
{
    struct stream s = sim_stream(w->sim, &model_abroad, identity(STREAM_OF_CELL, 0, (uint32_t)cell));
    return stream_normal(&s);
}

/* Exact for any step: cells belong to the calendar. */
static void advance(struct world *w, double now)
{
    struct abroad_state *a = abroad_state(w);
    const struct settings *s = a->settings;
    const double rounding = 1e-9, h = 1.0 / CELLS_PER_YEAR;
    double kept = det_exp(-s->reversion_per_yr * h);
    double sd = s->noise_per_sqrt_yr *
                (s->reversion_per_yr > 0 ? sqrt((1 - kept * kept) / (2 * s->reversion_per_yr)) : sqrt(h));
    for (; (a->cell + 1) * h <= now + rounding; a->cell++)
        a->chi = kept * a->chi + sd * cell_noise(w, a->cell);
}

static double pull_of_work(const struct world *w, double now)
{
    const struct settings *s = abroad_state(w)->settings;
    double work = usage_work(w, now).models;
    if (!s->expected_work || !(work > 0))
        return 0;
    double then = usage_work(w, s->seen).models / series_at(s->expected_work, s->seen);
    return det_log(work / series_at(s->expected_work, now) / then) /
           (demand_elasticity(w, INFERENCE) + s->supply_elasticity);
}

static void update(struct world *w)
{
    struct abroad_state *a = abroad_state(w);
    double now = w->sim->now;
    if (now <= a->settings->seen)
        return;
    advance(w, now);
    w->abroad.log_over_dated = pull_of_work(w, now) + a->chi - a->chi_then;
}

double abroad_rent_usd(const struct world *w, double dated_usd)
{
    const struct abroad_state *a = abroad_state(w);
    double rent = dated_usd * det_exp(w->abroad.log_over_dated);
    if (!a || !a->settings->ceiling_usd || w->sim->now <= a->settings->seen)
        return rent;
    double slope = a->settings->ceiling_slope, over = rent / series_at(a->settings->ceiling_usd, w->sim->now);
    return rent * det_pow(1 + det_pow(over, slope), -1 / slope);
}

double abroad_room_p(const struct world *w, double log_premium)
{
    const struct abroad_state *a = abroad_state(w);
    if (!a || !a->settings->let_p)
        return 0;
    double eta = a->settings->supply_elasticity, pull = w->abroad.log_over_dated - (a->chi - a->chi_then);
    double let_p = series_at(a->settings->let_p, w->sim->now) * det_exp(eta * pull);
    return let_p * (det_expm1(eta * log_premium) - det_expm1(-demand_elasticity(w, INFERENCE) * log_premium));
}

/* chi was in the last list: its stationary spread, of which nothing is known. */
static void start(struct world *w)
{
    struct abroad_state *a = abroad_state(w);
    const struct settings *s = a->settings = sim_settings(w->sim, &model_abroad);
    struct stream stream = sim_stream(w->sim, &model_abroad, identity(STREAM_OF_LAST_LIST, 0, 0));
    double spread = s->reversion_per_yr > 0 ? s->noise_per_sqrt_yr / sqrt(2 * s->reversion_per_yr) : 0;
    a->chi = a->chi_then = spread * stream_normal(&stream);
    a->cell = ceil(s->seen * CELLS_PER_YEAR - 1e-9);
}

const struct model model_abroad = {
    .name = "abroad",
    .help = "rents abroad as a process: driven by the same usage as rents at home, and by noise",
    .without = "rents abroad follow their dated path",
    .asleep = true,
    .params = params,
    .settings_size = sizeof(struct settings),
    STATE(abroad, struct abroad_state),
    .start = start,
    .phase = {[PHASE_DEMAND] = update},
};
