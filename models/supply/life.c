/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long a card earns more than it costs.
 *
 * Cards fail at the rate a year
 *
 *     f(a) = f0 + (m / theta) (a / theta)^(m - 1)
 *
 * of their age a: accidents, and wear (Weibull 1951). Under guarantee the maker replaces them. Later a repair costs a
 * share of the street price; it is made while a card can still earn more than that, else the card is lost. Cards fail as
 * expected, quarter by quarter, without dice; fractions of a card are carried over. What is beyond repair is taken out
 * of cards that are not let, as long as it is a small part of the vintage: a cluster has spares.
 *
 * A card occupies a hall whose kW could earn something else. That alternative bounds how long it may stay:
 *
 *     h = max(what a kW lets for outside times the occupancy of halls,
 *             min(NPV of the best new card, cost of building a kW) less the refit that it needs, as an annuity over
 *             the years for which owners plan).
 *
 * The cost of building bounds it only where one can build, which a cap on power forbids. A hall has the density of its
 * day, in kW a rack. A server that draws more than its racks allow needs a refit, whose cost and time count where owners
 * value the hall and for the new cards that take it over (card_choice.c, project.c).
 *
 * What a card is worth to an owner that may stop for good at the end of any quarter, at all these costs and overhead,
 * is what supply.c compares with its parts when it reviews a vintage. So age, power, new cards, halls and small jobs
 * decide when it goes; `service_life` is the limit of its materials. Forward values elsewhere (q, books, loans) leave
 * repairs and halls out: the first come late in a card's life, the second is part of the cost of a new centre and no
 * expense of one that stands.
 *
 * `economic_life` is the median age of cards that ever found users, lost ones included, by the life table of all
 * replications together (lifetable.h); cards of before the start come under observation at their age then, and what
 * stands at the horizon is censored.
 *
 * Off: failures 0, wear_scale none, hall_rent 0, hall_use false, refit_cost 0 and refit_time 0: supply.c then compares
 * value_of_card.
 */
#include "models/supply/life.h"
#include "models/leases/lease_income.h"
#include "models/models.h"
#include "models/planner/cashflow.h"
#include "models/world.h"

#include "sim/base/det.h"
#include "sim/montecarlo/lifetable.h"

#define REGION "regions"
#define GENERATION "generations"

struct settings {
    double failures_per_yr, wear_shape, wear_scale_yr, guarantee_yr, repair_share;
    double hall_occupancy, refit_cny_per_kw, refit_yr;
    const struct dated_series *density_kw;
    bool hall_use, contracts_count;
};

struct row {
    double hall_rent_per_kwh;
};

struct rack { /* of a generation */
    double cards;
};

enum { QUARTERS_OF_AGE = 4 * 32 }; /* failures are tabulated to this age */
enum { CELLS_PER_YEAR = 4, CELLS = 14 * CELLS_PER_YEAR }; /* of the life table; older cards count in the last one */
static const double PLANNED_YEARS = VALUE_YEARS / 2.0; /* over which owners reckon with new cards */
static const double SPARES = 0.05; /* share of a vintage that may be broken while it is let */

struct lives {
    double count[LIFETABLE_CURVES][CELLS]; /* cards */
};

/* The best that new cards make of a kW of a hall whose racks may draw so much: of those that fit, of all others. */
struct hall {
    double allows_kw, fitting, denser;
};
enum { HALLS = 8 }; /* kept a region: density has few steps */

struct life {
    const struct settings *settings;
    const struct row *row;
    const struct rack *rack;
    double failures[QUARTERS_OF_AGE]; /* a year, in each quarter of age */
    double surplus[MAX_REGIONS][MAX_GENERATIONS]; /* of a kW of new cards on a site that stands; */
    double surplus_on[MAX_REGIONS]; /* as of the step that began on this date */
    struct hall hall[MAX_REGIONS][HALLS]; /* as of the same step */
    size_t halls[MAX_REGIONS];
    double annuity, annuity_at; /* of a CNY a year over PLANNED_YEARS, at that discount rate */
    double draws_kw[MAX_GENERATIONS]; /* a rack of the cards, as of the same step */
    double repairs_cny; /* since the last report */
    double lost_cards;
    bool on; /* something is not neutral */
    struct lives *lives; /* a generation */
};

static inline struct life *life_state(const struct world *w)
{
    return w->state[STATE_life];
}

/* clang-format off */
static const struct param params[] = {
    NUMBER(struct settings, failures_per_yr, "failures", "/yr", 0, 10, "0 /yr", UNCERTAIN,
           "rate at which cards fail whatever their age", "Meta 2024: 9 % of cards interrupt a year, about half are replaced"),
    NUMBER(struct settings, wear_shape, "wear_shape", "", 1, 20, "4", UNCERTAIN,
           "how steeply failures by wear rise with age: shape of a Weibull law", NULL),
    NUMBER(struct settings, wear_scale_yr, "wear_scale", "yr", 0.5, 100, "none", UNCERTAIN,
           "age by which wear alone would have broken 63 %; none: cards do not wear", NULL),
    NUMBER(struct settings, guarantee_yr, "guarantee", "yr", 0, 20, "3 years", UNCERTAIN,
           "age until which the maker replaces what fails", "usual terms of servers"),
    NUMBER(struct settings, repair_share, "repair", "", 0, 100, "0.25", UNCERTAIN,
           "cost of a repair, share of what the card costs in the street", NULL),
    {.name = "hall_use", .type = PARAM_FLAG, .value = "false", .help = "whether owners count what a hall could earn with new cards",
     .offset = offsetof(struct settings, hall_use)},
    {.name = "contracts", .type = PARAM_FLAG, .value = "false", .help = "whether owners count what running contracts still pay before they scrap cards",
     .offset = offsetof(struct settings, contracts_count)},
    NUMBER(struct settings, hall_occupancy, "hall_occupancy", "", 0, 1, "0.6", UNCERTAIN,
           "share of the time for which a hall offered to others is let", NULL),
    NUMBER(struct settings, refit_cny_per_kw, "refit_cost", "CNY*h/kWh", 0, 1e6, "0 CNY*h/kWh", UNCERTAIN,
           "cost of making a kW of a hall fit for denser racks", NULL),
    NUMBER(struct settings, refit_yr, "refit_time", "yr", 0, 10, "0 yr", UNCERTAIN, "time it takes to make a hall fit for denser racks", NULL),
    {.name = "hall_density", .type = PARAM_SERIES, .unit = "kW", .min = 1, .max = 10000,
     .value = "{step: {2010: 15 kW, 2023-01: 40 kW, 2025-01: 130 kW, 2027-01: 250 kW}}",
     .help = "what a rack may draw in a hall opened on a date", .offset = offsetof(struct settings, density_kw)},
    COLUMN(REGION, struct row, hall_rent_per_kwh, "hall_rent", "CNY/kWh", 0, 100, "0 CNY/kWh", UNCERTAIN,
           "rent of a kW of a hall for an hour, to customers who bring machines of their own", NULL),
    COLUMN(GENERATION, struct rack, cards, "cards_per_rack", "", 1, 10000, "none", FIXED,
           "cards that come in one rack; none: those of a server", NULL),
    {0},
};
/* clang-format on */

/* -- halls */

/* What a rack may draw in the hall of a vintage: of the day on which it was opened, since sites are taken over from
 * vintage to vintage. */
static double rack_allows_kw(const struct world *w, const struct vintage *v)
{
    while (v->project != UINT32_MAX && w->projects.row[v->project].replaces != UINT32_MAX)
        v = &w->vintages.row[w->projects.row[v->project].replaces];
    return series_at(life_state(w)->settings->density_kw, v->delivered);
}

/* A server has a rack of its own, unless the maker delivers whole racks. */
static double rack_draws_kw(const struct world *w, int g)
{
    double whole = life_state(w)->rack[g].cards, cards = isnan(whole) ? w->generations.cards_per_server[g] : whole;
    return procurement_site_kw(w, g) * cards;
}

static bool fits(const struct world *w, double rack_allows_kw, int g)
{
    return rack_draws_kw(w, g) <= rack_allows_kw;
}

double life_refit_per_card(const struct world *w, uint32_t vintage, int g)
{
    const struct settings *s = life_state(w)->settings;
    if (s->refit_cny_per_kw <= 0 || fits(w, rack_allows_kw(w, &w->vintages.row[vintage]), g))
        return 0;
    return s->refit_cny_per_kw * procurement_site_kw(w, g);
}

double life_refit_yr(const struct world *w, uint32_t vintage, int g)
{
    const struct settings *s = life_state(w)->settings;
    return s->refit_yr <= 0 || fits(w, rack_allows_kw(w, &w->vintages.row[vintage]), g) ? 0 : s->refit_yr;
}

/* NPV of a kW of every card that can be had, on a standing site, CNY; once a step, as values are. */
static const double *surpluses(const struct world *w, int region)
{
    struct life *life = life_state(w);
    double *surplus = life->surplus[region];
    if (life->surplus_on[region] == w->sim->step_start)
        return surplus;
    life->surplus_on[region] = w->sim->step_start;
    life->halls[region] = 0;
    for (int g = 0; g < (int)w->generations.count; g++) {
        surplus[g] = -(double)INFINITY;
        life->draws_kw[g] = rack_draws_kw(w, g);
        if (procurement_channel(w, g) < 0)
            continue;
        double equipment = procurement_cost_per_card(w, g) - procurement_building_cost_per_card(w, g);
        surplus[g] = (value_of_card(w, region, g, PLANNED_YEARS) - equipment) / procurement_site_kw(w, g);
    }
    return surplus;
}

static struct hall best_of_hall(const struct world *w, int region, double allows_kw)
{
    const double *surplus = surpluses(w, region), *draws_kw = life_state(w)->draws_kw;
    struct hall hall = {allows_kw, -HUGE_VAL, -HUGE_VAL};
    for (int g = 0; g < (int)w->generations.count; g++) {
        double *best = draws_kw[g] <= allows_kw ? &hall.fitting : &hall.denser;
        *best = max_of(*best, surplus[g]);
    }
    return hall;
}

static const struct hall *hall_of(const struct world *w, int region, double allows_kw)
{
    struct life *life = life_state(w);
    surpluses(w, region); /* of an earlier step, no hall is kept */
    struct hall *hall = life->hall[region];
    size_t k = 0;
    while (k < life->halls[region] && hall[k].allows_kw != allows_kw)
        k++;
    if (k < life->halls[region])
        return &hall[k];
    k = life->halls[region] < HALLS ? life->halls[region]++ : 0;
    hall[k] = best_of_hall(w, region, allows_kw);
    return &hall[k];
}

/* What a kW of a hall is worth to the best new card, CNY: no more than building elsewhere costs. */
static double new_cards_per_kw(const struct world *w, const struct vintage *v)
{
    const struct settings *s = life_state(w)->settings;
    const struct hall *hall = hall_of(w, v->region, rack_allows_kw(w, v));
    double delayed = 1 - w->value.discount_per_yr * s->refit_yr, elsewhere = INFINITY;
    if (!power_limited(w, v->region))
        elsewhere = procurement_building_cost_per_card(w, v->generation) / procurement_site_kw(w, v->generation);
    double best = max_of(0, min_of(hall->fitting, elsewhere));
    return hall->denser > 0 ? max_of(best, min_of(hall->denser, elsewhere) * delayed - s->refit_cny_per_kw) : best;
}

/* Present value of a CNY a year over the years that owners plan for. */
static double planned_annuity(const struct world *w)
{
    struct life *life = life_state(w);
    if (life->annuity_at != w->value.discount_per_yr || life->annuity == 0) {
        life->annuity_at = w->value.discount_per_yr;
        life->annuity = cashflow_annuity(life->annuity_at, PLANNED_YEARS);
    }
    return life->annuity;
}

static double outside_cny_per_kw_yr(const struct world *w, int region)
{
    const struct life *life = life_state(w);
    return life->row[region].hall_rent_per_kwh * life->settings->hall_occupancy * HOURS_PER_YEAR;
}

double life_hall_value_per_kw(const struct world *w, uint32_t id)
{
    return outside_cny_per_kw_yr(w, w->vintages.row[id].region) * planned_annuity(w);
}

/* What a kW of the hall could earn in the best other use, CNY a year. */
static double hall_cny_per_kw_yr(const struct world *w, const struct vintage *v)
{
    double outside = outside_cny_per_kw_yr(w, v->region);
    if (!life_state(w)->settings->hall_use)
        return outside;
    return max_of(outside, new_cards_per_kw(w, v) / planned_annuity(w));
}

/* -- failures and repairs */

static double failures_at(const struct life *life, double age)
{
    int quarter = (int)(max_of(age, 0) * VALUE_STEPS_PER_YEAR);
    return life->failures[quarter < QUARTERS_OF_AGE ? quarter : QUARTERS_OF_AGE - 1];
}

static double repair_cny(const struct world *w, int g)
{
    return life_state(w)->settings->repair_share * w->generations.list_price_cny[g] * max_of(1, w->channels.premium[g]);
}

static void tabulate_failures(struct life *life)
{
    const struct settings *s = life->settings;
    for (int k = 0; k < QUARTERS_OF_AGE; k++) {
        double age = (k + 0.5) / VALUE_STEPS_PER_YEAR, wear = 0;
        if (!isnan(s->wear_scale_yr))
            wear = s->wear_shape / s->wear_scale_yr * det_exp((s->wear_shape - 1) * det_log(age / s->wear_scale_yr));
        life->failures[k] = s->failures_per_yr + wear;
    }
}

static bool fails(const struct life *life)
{
    return life->settings->failures_per_yr > 0 || !isnan(life->settings->wear_scale_yr);
}

/* Failures of a vintage in a quarter. */
static void let_fail(struct world *w, uint32_t id)
{
    struct life *life = life_state(w);
    struct vintage *v = &w->vintages.row[id];
    double age = w->sim->now - v->delivered, repair = repair_cny(w, v->generation);
    if (age < life->settings->guarantee_yr)
        return;
    double failing = v->cards * min_of(1, failures_at(life, age) / VALUE_STEPS_PER_YEAR);
    if (repair < value_of_card(w, v->region, v->generation, v->retires - w->sim->now)) {
        life->repairs_cny += failing * repair;
        ledger_post(w, v->firm, ACCOUNT_REPAIRS, failing * repair);
        return;
    }
    double broken = (double)v->broken + failing, whole = floor(broken);
    if (broken < SPARES * v->cards)
        whole = min_of(whole, floor(max_of(0, v->cards - v->let_cards)));
    v->broken = (float)(broken - whole);
    life->lost_cards += supply_lose(w, id, whole, "broken, and not worth a repair");
}

static void decide(struct world *w)
{
    const struct life *life = life_state(w);
    double now = w->sim->now * VALUE_STEPS_PER_YEAR, before = (w->sim->now - w->sim->dt) * VALUE_STEPS_PER_YEAR;
    bool due = floor(now + 1e-9) > floor(before + 1e-9);
    if (!due || !fails(life))
        return;
    for (uint32_t id = 0; id < w->vintages.count; id++)
        if (w->vintages.row[id].standing && w->vintages.row[id].on_offer)
            let_fail(w, id);
}

/* -- what is left */

/* In the middle of the k-th quarter to come. */
static double age_after(double age, int k)
{
    return age + (k + 0.5) / VALUE_STEPS_PER_YEAR;
}

/* What its contracts pay for a card. */
static void add_contracts(const struct world *w, uint32_t id, struct staying *staying)
{
    struct lease_income income;
    double cards = w->vintages.row[id].cards;
    lease_income_of(w, id, &income);
    for (int k = 0; k < income.quarters; k++) {
        staying->contract_rent[k] = income.rent[k] / cards;
        staying->contracted[k] = min_of(1, income.cards[k] / cards);
    }
}

double life_value_left(const struct world *w, uint32_t id)
{
    const struct life *life = life_state(w);
    const struct vintage *v = &w->vintages.row[id];
    if (!life->on)
        return value_of_card(w, v->region, v->generation, v->retires - w->sim->now);
    struct staying staying = {.rent_factor = supply_rent_factor(w, id)};
    double age = w->sim->now - v->delivered, repair = repair_cny(w, v->generation);
    double hall = hall_cny_per_kw_yr(w, v) * procurement_site_kw(w, v->generation);
    int quarters = (int)ceil(min_of(max_of(v->retires - w->sim->now, 0), VALUE_YEARS) * VALUE_STEPS_PER_YEAR);
    for (int k = 0; k < quarters; k++) {
        bool replaced = age_after(age, k) < life->settings->guarantee_yr;
        staying.cost_cny_per_yr[k] = hall + (replaced ? 0 : failures_at(life, age_after(age, k)) * repair);
    }
    staying.quarters = quarters;
    if (life->settings->contracts_count)
        add_contracts(w, id, &staying);
    return value_of_staying(w, v->region, v->generation, &staying);
}

/* -- statistics */

static size_t cell_of(double years)
{
    size_t cell = (size_t)(max_of(0, years) * CELLS_PER_YEAR);
    return cell < CELLS ? cell : CELLS - 1;
}

/* Cards of a vintage, from when they were first seen until now. */
static void follow(struct world *w, const struct vintage *v, double cards, enum lifetable_curve how)
{
    struct lives *lives = &life_state(w)->lives[v->generation];
    lives->count[LIFETABLE_ENTERED][cell_of(w->sim->plan->start - v->delivered)] += cards;
    lives->count[how][cell_of(w->sim->now - v->delivered)] += cards;
}

static void lost(struct world *w, uint32_t id, double cards)
{
    if (w->vintages.row[id].woken)
        follow(w, &w->vintages.row[id], cards, LIFETABLE_ENDED);
}

static const struct vintage_follower follower = {.lost = lost};

static void start(struct world *w)
{
    struct life *life = life_state(w);
    const struct settings *s = life->settings = sim_settings(w->sim, &model_life);
    life->row = sim_rows(w->sim, &model_life, REGION);
    life->rack = sim_rows(w->sim, &model_life, GENERATION);
    life->lives = arena_array(&w->sim->arena, w->generations.count, sizeof *life->lives);
    life->on = fails(life) || s->hall_use;
    for (size_t r = 0; r < w->regions.count; r++)
        life->on |= life->row[r].hall_rent_per_kwh > 0;
    tabulate_failures(life);
    supply_follow(w, &follower);
}

enum { OUT_ECONOMIC_LIFE, OUT_FOLLOWED, OUT_ENDED, OUT_CENSORED, OUT_REPAIRS, OUT_LOST };
_Static_assert(OUT_CENSORED - OUT_FOLLOWED + 1 == LIFETABLE_CURVES, "the curves of the life table, in its order");
static const struct pool median_life = {.first = OUT_FOLLOWED, .curves = LIFETABLE_CURVES, .number = lifetable_median};
#define BY_AGE                                                                                                         \
    {                                                                                                                  \
        "age", "yr", 0, 1.0 / CELLS_PER_YEAR, CELLS                                                                    \
    }
/* clang-format off */
static const struct output outputs[] = {
    [OUT_ECONOMIC_LIFE] = {"economic_life", OUTPUT_SCALAR, "years", "generations",
                           "median life of cards that ever found users, of all replications together (Kaplan-Meier: what stands at the "
                           "horizon is censored); none where less than half are gone", .pool = &median_life},
    [OUT_FOLLOWED] = {"lives.followed", OUTPUT_CURVE, "cards", "generations", "cards that came under observation, by their age then", BY_AGE,
                      .hidden = true},
    [OUT_ENDED] = {"lives.ended", OUTPUT_CURVE, "cards", "generations", "cards scrapped or lost, by age", BY_AGE, .hidden = true},
    [OUT_CENSORED] = {"lives.standing", OUTPUT_CURVE, "cards", "generations", "cards that stood at the horizon, by age", BY_AGE, .hidden = true},
    [OUT_REPAIRS] = {"repairs", OUTPUT_SERIES, "CNY", NULL, "spent on repairs since the last report"},
    [OUT_LOST] = {"cards_broken", OUTPUT_SERIES, "cards", NULL, "cards that failed and were not worth a repair since the last report"},
    {0},
};
/* clang-format on */

static void sample(struct world *w)
{
    struct life *life = life_state(w);
    sim_record(w->sim, &model_life, OUT_REPAIRS, -1, life->repairs_cny, false);
    sim_record(w->sim, &model_life, OUT_LOST, -1, life->lost_cards, false);
    life->repairs_cny = life->lost_cards = 0;
}

static void finish(struct world *w)
{
    for (size_t i = 0; i < w->vintages.count; i++)
        if (w->vintages.row[i].standing && w->vintages.row[i].woken)
            follow(w, &w->vintages.row[i], w->vintages.row[i].cards, LIFETABLE_CENSORED);
    for (int g = 0; g < (int)w->generations.count; g++)
        for (int c = 0; c < LIFETABLE_CURVES; c++)
            for (size_t k = 0; k < CELLS; k++)
                sim_record_point(w->sim, &model_life, OUT_FOLLOWED + c, g, k, life_state(w)->lives[g].count[c][k]);
}

static const struct table tables[] = {{REGION, sizeof(struct row), "where centres stand"},
                                      {GENERATION, sizeof(struct rack), "hardware generations"},
                                      {0}};

const struct model model_life = {
    .name = "life",
    .help = "failures, repairs, what a hall could earn otherwise: how long a card earns more than it costs",
    .tables = tables,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    STATE(life, struct life),
    .start = start,
    .finish = finish,
    .phase = {[PHASE_DECIDE] = decide, [PHASE_SAMPLE] = sample},
};
