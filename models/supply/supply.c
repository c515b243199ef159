/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Installed, competent, let: vintages from delivery to scrap.
 *
 * A delivered vintage is dormant: it has cards but neither customers, staff nor software. It becomes competent at the
 * rate
 *
 *     rate * logistic(k ln(V / A)),
 *
 * V being what its cards can still earn and A the cost of activating them, which differs by owner class (lognormal) and
 * is higher for domestic cards. It goes dormant again when the rent is below its avoidable cost (hysteresis: Dixit
 * 1989). So idle centres depress rent and low rent idles more.
 *
 * Vintages retire at the end of their service life, or after too long a sleep; and when their owner, who reviews each
 * of them at intervals of 1 / review_rate, finds that
 *   - what they can still earn, at what their age and their place cost (life.c), is less than what they fetch as parts;
 *     or
 *   - the site earns more with new cards. With f the quasi-rent a year of a kW of old cards, and NPV what a kW of the
 * new cards that this owner would take earns beyond its cost on a standing site over N years at rate rho, the old ones
 * give way when
 *
 *         (1 + margin) f (1 - e^(-rho N)) / rho < NPV,
 *
 *     the rule for unequal lives by equivalent annuities (Preinreich 1940); where sites can be built, moreover, only if
 * the left side is less than the cost of a building, since new cards can stand elsewhere. Under a cap on power they
 * cannot. The new cards take over hall and power (pipeline.c), the old ones stand until they are there. Otherwise the
 * owner may buy engineering (engineering.c).
 *
 * Imposed: service life, costs, rates of review. Emerges: which generation is scrapped when. Neutral: review_rate 0.
 */
#include "entry.h"
#include "models/models.h"
#include "models/planner/cashflow.h"
#include "models/supply/engineering.h"
#include "models/supply/life.h"
#include "models/world.h"

#include "sim/base/det.h"
#include "sim/engine/arrays.h"

#include <stdlib.h>

struct settings {
    double slope, domestic_factor, high_end_factor, sleep_limit_yr, initial_p, initial_age_yr, initial_competent;
    double review_per_yr, refresh_margin, scrap_share;
    const struct distribution *life_yr;
    uint64_t initial;
};

struct row {
    const struct distribution *activation_cost;
    double activation_per_yr;
    bool state_funded, owns_initial;
};

struct sleeper { /* a dormant vintage: what its clock of activation asks for, a line of the cache at every step */
    double clock; /* hazard left */
    double since, retires, activation_cost_per_card;
    uint32_t id;
    uint8_t owner_class, region, generation;
};

struct supply {
    const struct settings *settings;
    const struct row *row;
    uint32_t numbered[MAX_OPERATORS];
    struct sleeper *dormant; /* ascending */
    size_t dormant_count, dormant_capacity;
    uint32_t *idle; /* competent vintages that do not pay, in a step */
    size_t idle_capacity;
    double retired_p; /* since the last sample */
    double annuity_yr; /* of a CNY a year over the life that owners give new cards, now */
};

static inline struct supply *supply_state(const struct world *w)
{
    return sim_state(w->sim, &model_supply);
}

enum { STREAM_OF_VINTAGE }; /* (operator, k): activation, service life */
enum event_kind { END_OF_LIFE, REVIEW };

#define OPERATOR "operators"
/* clang-format off */
static const struct param params[] = {
    NUMBER(struct settings, slope, "activation_slope", "", 0, 20, "2", UNCERTAIN,
           "steepness of activation in the log of value over cost", NULL),
    NUMBER(struct settings, domestic_factor, "activation_domestic", "", 0, 100, "2.5", UNCERTAIN,
           "factor on the activation cost of domestic cards: migration of software", NULL),
    NUMBER(struct settings, high_end_factor, "activation_high_end", "", 0, 100, "0.25", UNCERTAIN,
           "factor on the activation cost of foreign high-end cards: customers come by themselves", NULL),
    NUMBER(struct settings, sleep_limit_yr, "sleep_limit", "yr", 0.1, 50, "3 years", UNCERTAIN,
           "a vintage dormant for so long is scrapped", NULL),
    {.name = "service_life", .type = PARAM_NUMBER, .draw = HETEROGENEOUS, .unit = "yr", .min = 0.5, .max = 20,
     .value = "{lognormal: {median: 6.5 years, sigma: 0.15}}", .help = "physical life of a vintage",
     .offset = offsetof(struct settings, life_yr)},
    NUMBER(struct settings, review_per_yr, "review_rate", "/yr", 0, 50, "0 /yr", UNCERTAIN,
           "how often an owner asks what to do with a vintage: scrap, replace, improve; 0: never", NULL),
    NUMBER(struct settings, refresh_margin, "refresh_margin", "", 0, 100, "none", UNCERTAIN,
           "by how much new cards must beat old ones on their site, a kW; none: sites are never refreshed", NULL),
    NUMBER(struct settings, scrap_share, "scrap_value", "", 0, 1, "0", UNCERTAIN,
           "what a scrapped card fetches as parts or in a clearance sale, share of its list price of the day", NULL),
    NUMBER(struct settings, initial_p, "initial_capacity", "P", 1, 1e8, "14000 P", UNCERTAIN,
           "capacity standing in the rental market at the start", NULL),
    NUMBER(struct settings, initial_age_yr, "initial_age", "yr", 0, 10, "18 months", FIXED,
           "age of the oldest capacity at the start; ages are uniform", NULL),
    NUMBER(struct settings, initial_competent, "initial_competent", "", 0, 1, "0.85", UNCERTAIN,
           "share of that capacity that is competent", NULL),
    {.name = "initial_generations", .type = PARAM_REFERENCES, .of = "generations", .value = "[A100]",
     .help = "generations of that capacity, in equal parts", .offset = offsetof(struct settings, initial)},
    {.name = "activation_cost", .table = OPERATOR, .type = PARAM_NUMBER, .draw = HETEROGENEOUS, .unit = "", .min = 1e-4,
     .max = 100, .value = "{lognormal: {median: 0.4, sigma: 0.8}}",
     .help = "cost of making a vintage competent, share of its price", .offset = offsetof(struct row, activation_cost)},
    COLUMN(OPERATOR, struct row, activation_per_yr, "activation_rate", "/yr", 0, 100, "2 /yr", UNCERTAIN,
           "rate at which a vintage becomes competent where that pays well", NULL),
    {.name = "state_funded", .table = OPERATOR, .type = PARAM_FLAG, .value = "false",
     .help = "bound by procurement rules, builds to targets at any q, and is no lessor in the accounts",
     .offset = offsetof(struct row, state_funded)},
    {.name = "initial", .table = OPERATOR, .type = PARAM_FLAG, .value = "true", .help = "owns a part of what stands at the start",
     .offset = offsetof(struct row, owns_initial)},
    {0},
};
/* clang-format on */

/* Competent cards of a generation, and what they do: the only place where they are summed. */
static void count_competent(struct world *w, const struct vintage *v, double cards)
{
    w->vintages.competent_cards[v->generation] += cards;
    w->vintages.competent_work[v->generation] += cards * (double)v->quality;
}

static void list_add(struct world *w, uint32_t id)
{
    struct vintages *v = &w->vintages;
    int g = v->row[id].generation;
    WORLD_GROW(w, v->of_generation[g], v->generation_count[g], v->generation_capacity[g]);
    v->of_generation[g][v->generation_count[g]++] = id;
    count_competent(w, &v->row[id], v->row[id].cards);
}

static void list_remove(struct world *w, uint32_t id)
{
    struct vintages *v = &w->vintages;
    int g = v->row[id].generation;
    uint32_t *list = v->of_generation[g];
    for (size_t i = 0; i < v->generation_count[g]; i++)
        if (list[i] == id) {
            memmove(&list[i], &list[i + 1], (--v->generation_count[g] - i) * sizeof *list);
            break;
        }
    count_competent(w, &v->row[id], -v->row[id].cards);
}

const char *supply_name(const struct world *w, uint32_t id, char text[64])
{
    const struct vintage *v = &w->vintages.row[id];
    if (v->project == UINT32_MAX)
        snprintf(text, 64, "%s-%s-%u", sim_row_name(w->sim, OPERATOR, (size_t)v->owner_class),
                 v->number & FROM_THE_START ? "early" : "told", v->number & 0xffffffu);
    else
        pipeline_name(w, v->project, text);
    return text;
}

/* The first sleeper that is not before `id`. */
static size_t place_among_dormant(const struct supply *s, uint32_t id)
{
    size_t from = 0, until = s->dormant_count;
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        if (s->dormant[middle].id < id)
            from = middle + 1;
        else
            until = middle;
    }
    return from;
}

static void fall_asleep(struct world *w, uint32_t id, double since, double clock)
{
    struct supply *s = supply_state(w);
    const struct vintage *v = &w->vintages.row[id];
    WORLD_GROW(w, s->dormant, s->dormant_count, s->dormant_capacity);
    struct sleeper *place = &s->dormant[place_among_dormant(s, id)];
    memmove(place + 1, place, (size_t)(s->dormant + s->dormant_count++ - place) * sizeof *place);
    *place = (struct sleeper){.clock = clock,
                              .since = since,
                              .retires = v->retires,
                              .id = id,
                              .owner_class = v->owner_class,
                              .activation_cost_per_card = v->activation_cost_per_card,
                              .region = v->region,
                              .generation = v->generation};
}

static void leave_dormant(struct supply *s, uint32_t id)
{
    struct sleeper *place = &s->dormant[place_among_dormant(s, id)];
    memmove(place, place + 1, (size_t)(s->dormant + --s->dormant_count - place) * sizeof *place);
}

/* One that is no longer among the dormant is on offer. */
static void offer(struct world *w, uint32_t id)
{
    struct vintage *v = &w->vintages.row[id];
    char name[64];
    v->competent = v->woken = true;
    list_add(w, id);
    tell(w->sim, "supply", "competent", supply_name(w, id, name), "%.0f %s cards on offer", v->cards,
         w->generations.name[v->generation]);
}

void supply_wake(struct world *w, uint32_t id)
{
    leave_dormant(supply_state(w), id);
    offer(w, id);
}

void supply_improve(struct world *w, uint32_t id, double quality)
{
    struct vintage *v = &w->vintages.row[id];
    if (v->competent)
        w->vintages.competent_work[v->generation] += v->cards * ((double)(float)quality - (double)v->quality);
    if (!v->improved)
        w->vintages.improved_cards += v->cards;
    v->improved = true;
    v->quality = (float)quality;
}

static struct event event_for(const struct world *w, enum event_kind kind, uint32_t id)
{
    return (struct event){.model = (uint16_t)sim_model_index(w->sim, &model_supply), .kind = (uint16_t)kind, .id = id};
}

static struct stream vintage_stream(const struct world *w, uint32_t owner_class, uint32_t number)
{
    return sim_stream(w->sim, &model_supply, identity(STREAM_OF_VINTAGE, owner_class, number));
}

/* Work on software that a buyer does once need not be done again. */
static double migration_factor(struct world *w, const struct vintage *v)
{
    double factor = supply_state(w)->settings->domestic_factor;
    return 1 + (factor - 1) * (1 - procurement_experience(w, v->firm, v->generation));
}

enum { STREAM_START = 0x4000, STREAM_SLEEPS = 0x8000 }; /* of a vintage, beside its first */

/* The first review, on a date of the vintage's own, or the next. */
static void schedule_review(struct world *w, uint32_t id, double periods)
{
    double per_yr = supply_state(w)->settings->review_per_yr;
    if (per_yr > 0)
        sim_schedule(w->sim, w->sim->now + periods / per_yr, 0, event_for(w, REVIEW, id));
}

uint32_t supply_add(struct world *w, const struct vintage *terms)
{
    struct vintage vintage = *terms;
    struct vintages *table = &w->vintages;
    struct supply *s = supply_state(w);
    WORLD_GROW(w, table->row, table->count, table->capacity);
    uint32_t id = (uint32_t)table->count++;
    struct stream random = vintage_stream(w, (uint32_t)vintage.owner_class, vintage.number);
    double life = distribution_quantile(s->settings->life_yr, stream_uniform(&random));
    vintage.firm = (uint16_t)(vintage.project == UINT32_MAX ? firms_owner(w, vintage.owner_class, vintage.number)
                                                            : pipeline_firm(w, &w->projects.row[vintage.project]));
    double clock = stream_exponential(&random);
    vintage.activation_cost_per_card =
        distribution_quantile(s->row[vintage.owner_class].activation_cost, stream_uniform(&random)) *
        vintage.cost_per_card / (1 - w->regions.incentive[vintage.region]);
    if (w->generations.domestic[vintage.generation])
        vintage.activation_cost_per_card *= migration_factor(w, &vintage);
    else if (w->generations.high_end[vintage.generation])
        vintage.activation_cost_per_card *= s->settings->high_end_factor;
    procurement_gain_experience(w, vintage.firm, vintage.generation);
    vintage.retires = vintage.delivered + life;
    firms_count(w, vintage.firm, vintage.cards);
    vintage.standing = true;
    vintage.first_lease = UINT32_MAX;
    vintage.successor = UINT32_MAX;
    vintage.quality = vintage.project == UINT32_MAX ? 1 : (float)entry_quality(w, vintage.owner_class, vintage.number);
    table->row[id] = vintage;
    firms_own(w, id);
    fall_asleep(w, id, vintage.delivered, clock);
    table->installed_cards[vintage.generation] += vintage.cards;
    table->added_cards += vintage.cards;
    power_draw(w, vintage.region, power_mw(w, vintage.region, vintage.generation, vintage.cards));
    sim_schedule(w->sim, max_of(vintage.retires, w->sim->now), 0, event_for(w, END_OF_LIFE, id));
    schedule_review(w, id, stream_uniform(&random));
    return id;
}

void supply_let(struct world *w, uint32_t id, double cards)
{
    w->vintages.row[id].let_cards += cards;
    w->vintages.let_cards[w->vintages.row[id].generation] += cards;
}

void supply_follow(struct world *w, const struct vintage_follower *follower)
{
    if (w->vintages.followers == MAX_FOLLOWERS)
        sim_fail(w->sim, "more than %d mechanisms follow vintages", MAX_FOLLOWERS);
    w->vintages.follower[w->vintages.followers++] = follower;
}

static void withdraw(struct world *w, uint32_t id, double kept)
{
    for (size_t k = 0; k < w->vintages.followers; k++)
        if (w->vintages.follower[k]->withdrawn)
            w->vintages.follower[k]->withdrawn(w, id, kept);
}

static void stop_offering(struct world *w, uint32_t id, const char *why)
{
    char name[64];
    withdraw(w, id, 0);
    list_remove(w, id);
    w->vintages.row[id].competent = false;
    tell(w->sim, "supply", "dormant", supply_name(w, id, name), "%s", why);
}

static void sleep_again(struct world *w, uint32_t id)
{
    struct vintage *v = &w->vintages.row[id];
    struct stream random = vintage_stream(w, v->owner_class | STREAM_SLEEPS, v->number);
    double clock = stream_exponential(&random);
    for (int i = 0; i < v->sleeps; i++)
        clock = stream_exponential(&random);
    v->sleeps++;
    stop_offering(w, id, "rent below avoidable cost");
    fall_asleep(w, id, w->sim->now, clock);
}

/* The power of the site goes to those who take it over, if there are any. */
static void leave_site(struct world *w, const struct vintage *v)
{
    if (v->successor != UINT32_MAX)
        power_promise(w, v->successor, power_mw(w, v->region, v->generation, v->cards));
    if (v->project != UINT32_MAX)
        pipeline_retired(w, v->project);
}

static double scrap_per_card(const struct world *w, int g)
{
    return supply_state(w)->settings->scrap_share * w->generations.list_price_cny[g];
}

double supply_salvage(const struct world *w, int generation)
{
    return scrap_per_card(w, generation);
}

/* Takes cards out of every sum that counts them. */
static void take_cards(struct world *w, uint32_t id, double cards)
{
    const struct vintage *v = &w->vintages.row[id];
    struct vintages *table = &w->vintages;
    firms_count(w, v->firm, -cards);
    power_draw(w, v->region, -power_mw(w, v->region, v->generation, cards));
    table->installed_cards[v->generation] -= cards;
    table->retired_cards += cards;
    table->improved_cards -= v->improved ? cards : 0;
    table->retired_age_sum += cards * (w->sim->now - v->delivered);
    supply_state(w)->retired_p += cards * w->generations.pflops_fp16[v->generation];
    if (v->competent)
        count_competent(w, v, -cards);
    for (size_t k = 0; k < table->followers; k++)
        if (table->follower[k]->lost)
            table->follower[k]->lost(w, id, cards);
}

/* The end of a vintage that the caller has taken off offer, or out of the dormant. */
static void end(struct world *w, uint32_t id, double cny_per_card, const char *why)
{
    struct vintage *v = &w->vintages.row[id];
    char name[64];
    v->standing = false;
    v->retired_on = w->sim->now;
    take_cards(w, id, v->cards);
    leave_site(w, v);
    w->vintages.scrap_cny += v->cards * cny_per_card;
    ledger_post(w, v->firm, ACCOUNT_SCRAP, v->cards * cny_per_card);
    tell(w->sim, "supply", "retired", supply_name(w, id, name), "%.0f %s cards, %s", v->cards,
         w->generations.name[v->generation], why);
}

static void scrap(struct world *w, uint32_t id, const char *why)
{
    end(w, id, scrap_per_card(w, w->vintages.row[id].generation), why);
}

static void stop(struct world *w, uint32_t id)
{
    if (w->vintages.row[id].competent)
        stop_offering(w, id, "closing");
    else
        leave_dormant(supply_state(w), id);
}

void supply_close(struct world *w, uint32_t id, const char *why)
{
    if (!w->vintages.row[id].standing)
        return;
    stop(w, id);
    scrap(w, id, why);
}

double supply_lose(struct world *w, uint32_t id, double cards, const char *why)
{
    struct vintage *v = &w->vintages.row[id];
    double all = v->cards;
    char name[64];
    if (!v->standing || !(cards > 0))
        return 0;
    if (cards >= all) {
        stop(w, id);
        end(w, id, 0, why);
        return all;
    }
    if (v->competent)
        withdraw(w, id, all - cards);
    take_cards(w, id, cards);
    v->cards -= cards;
    tell(w->sim, "supply", "lost", supply_name(w, id, name), "%.0f %s cards, %s", cards,
         w->generations.name[v->generation], why);
    return cards;
}

void supply_replace(struct world *w, uint32_t id)
{
    supply_close(w, id, "new cards take over the site");
}

void supply_keep(struct world *w, uint32_t id)
{
    w->vintages.row[id].successor = UINT32_MAX;
}

/* -- reviews: scrap, replace, improve ------------------------------------------------------------------------------ */

static bool refreshes(const struct world *w)
{
    return w->pipeline && supply_state(w)->settings->review_per_yr > 0 &&
           !isnan(supply_state(w)->settings->refresh_margin);
}

/* What a site is worth that must earn a CNY a year over the life that owners give new cards. */
static double annuity_yr(const struct world *w)
{
    return cashflow_annuity(w->value.discount_per_yr, VALUE_YEARS / 2.0);
}

/* What a kW of new cards must earn beyond its cost to beat what stands; infinite if the site is not worth so much. */
static double price_to_beat(const struct world *w, uint32_t id)
{
    const struct vintage *v = &w->vintages.row[id];
    int g = v->generation, r = v->region;
    double kw = procurement_site_kw(w, g), rent = w->value.yield * w->market.rent_card[g] * supply_rent_factor(w, id);
    double old = max_of(0, w->value.occupancy * (rent - w->value.cash_cost[r][g])) * HOURS_PER_YEAR / kw;
    double price = old * (1 + supply_state(w)->settings->refresh_margin) * supply_state(w)->annuity_yr;
    bool can_build = !isfinite(w->power.cap_mw[r]);
    return can_build && price > procurement_building_cost_per_card(w, g) / kw ? (double)INFINITY : price;
}

static void refresh(struct world *w, uint32_t id, double least_cny_per_kw)
{
    if (!isfinite(least_cny_per_kw))
        return;
    uint32_t successor = pipeline_refresh(w, id, least_cny_per_kw);
    w->vintages.row[id].successor = successor;
    char name[64];
    if (successor != UINT32_MAX)
        tell(w->sim, "supply", "outdated", supply_name(w, id, name), "new cards are ordered for the site");
}

/* New cards take over a site that is worth having, or it is left. */
static void give_up(struct world *w, uint32_t id)
{
    double hall = life_hall_value_per_kw(w, id);
    if (hall > 0 && w->vintages.row[id].competent && refreshes(w))
        refresh(w, id, hall);
    if (w->vintages.row[id].successor == UINT32_MAX)
        supply_close(w, id, "worth more as parts");
}

static void review(struct world *w, uint32_t id)
{
    const struct vintage *v = &w->vintages.row[id];
    if (!v->standing)
        return;
    schedule_review(w, id, 1);
    if (v->successor != UINT32_MAX || firms_in_possession(w, v->firm))
        return;
    if (life_value_left(w, id) < scrap_per_card(w, v->generation))
        give_up(w, id);
    else if (v->competent && refreshes(w))
        refresh(w, id, price_to_beat(w, id));
    if (v->standing && v->successor == UINT32_MAX)
        engineering_review(w, id);
}

/* Worn out. A site with users gets new cards, if they pay there. */
static void end_of_life(struct world *w, uint32_t id)
{
    const struct vintage *v = &w->vintages.row[id];
    if (v->competent && v->successor == UINT32_MAX && !firms_in_possession(w, v->firm) && refreshes(w))
        refresh(w, id, 0);
    supply_close(w, id, "end of service life");
}

static void handle(struct world *w, const struct event *event)
{
    if (event->kind == REVIEW)
        review(w, event->id);
    else
        end_of_life(w, event->id);
}

/* -- waking and sleeping ------------------------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Adds the competent vintages of a generation that stand where its rent is below the avoidable cost. */
static size_t add_idle(struct world *w, int g, size_t found)
{
    const struct vintages *v = &w->vintages;
    struct supply *s = supply_state(w);
    for (size_t i = 0; i < v->generation_count[g]; i++)
        if (w->market.rent_card[g] < w->value.cash_cost[v->row[v->of_generation[g][i]].region][g]) {
            WORLD_GROW(w, s->idle, found, s->idle_capacity);
            s->idle[found++] = v->of_generation[g][i];
        }
    return found;
}

/* How many competent vintages do not pay: mostly none, and no vintage is looked at. */
static size_t find_idle(struct world *w)
{
    size_t found = 0;
    for (int g = 0; g < (int)w->generations.count; g++) {
        bool idles = false;
        for (size_t r = 0; r < w->regions.count && w->vintages.generation_count[g]; r++)
            idles |= w->market.rent_card[g] < w->value.cash_cost[r][g];
        if (idles)
            found = add_idle(w, g, found);
    }
    if (found > 1)
        qsort(supply_state(w)->idle, found, sizeof *supply_state(w)->idle, ascending);
    return found;
}

enum { DORMANT_AT_ONCE = 64 };

/* Odds of waking, at first worth over cost of activation, to the power of the slope. */
static void find_odds(const struct world *w, const struct sleeper *dormant, size_t count, double odds[DORMANT_AT_ONCE])
{
    for (size_t i = 0; i < count; i++) {
        const struct sleeper *d = &dormant[i];
        double worth = value_of_card(w, d->region, d->generation, d->retires - w->sim->now);
        odds[i] = max_of(worth, 1) / max_of(d->activation_cost_per_card, 1);
    }
    array_log(odds, odds, count);
    for (size_t i = 0; i < count; i++)
        odds[i] *= supply_state(w)->settings->slope;
    array_exp(odds, odds, count);
}

/* The clocks of dormant vintages run down over the step; with hazards constant in the step this is exact, and the
 * waking counts from the next step's market. */
static void run_activation(struct world *w)
{
    struct supply *s = supply_state(w);
    double odds[DORMANT_AT_ONCE], now = w->sim->now;
    size_t kept = 0;
    for (size_t i = 0; i < s->dormant_count; i++) {
        if (i % DORMANT_AT_ONCE == 0)
            find_odds(w, &s->dormant[i],
                      i + DORMANT_AT_ONCE < s->dormant_count ? DORMANT_AT_ONCE : s->dormant_count - i, odds);
        struct sleeper *d = &s->dormant[i];
        double odd = odds[i % DORMANT_AT_ONCE];
        d->clock -= s->row[d->owner_class].activation_per_yr * odd / (1 + odd) * w->sim->dt;
        if (now - d->since > s->settings->sleep_limit_yr)
            scrap(w, d->id, "dormant too long");
        else if (d->clock <= 0)
            offer(w, d->id);
        else if (kept++ < i)
            s->dormant[kept - 1] = *d;
    }
    s->dormant_count = kept;
}

static void decide(struct world *w)
{
    size_t idle = find_idle(w);
    supply_state(w)->annuity_yr = annuity_yr(w);
    run_activation(w);
    for (size_t i = 0; i < idle; i++)
        sleep_again(w, supply_state(w)->idle[i]);
}

/* Capacity standing at the start: one vintage a generation and month of age, owned in turn by every operator class. */
static void add_initial(struct world *w)
{
    struct supply *s = supply_state(w);
    const struct settings *set = s->settings;
    size_t operators = 0, owner[MAX_OPERATORS], ages = (size_t)max_of(1, round(set->initial_age_yr * MONTHS_PER_YEAR));
    int kinds = __builtin_popcountll(set->initial);
    double start_year = w->sim->plan->start;
    size_t turn = 0;
    for (size_t o = 0; o < sim_row_count(w->sim, OPERATOR); o++)
        if (s->row[o].owns_initial)
            owner[operators++] = o;
    for (int g = 0; g < (int)w->generations.count; g++) {
        if (!(set->initial >> g & 1))
            continue;
        for (size_t age = 0; age < ages; age++, turn++) {
            double cards = set->initial_p / kinds / (double)ages / w->generations.pflops_fp16[g];
            uint32_t owner_class = (uint32_t)owner[turn % operators];
            double delivered = start_year - ((double)age + 0.5) / (double)ages * set->initial_age_yr;
            uint32_t id =
                supply_add(w, &(struct vintage){.project = UINT32_MAX,
                                                .owner_class = (uint8_t)owner_class,
                                                .number = FROM_THE_START | s->numbered[owner_class]++,
                                                .region = w->regions.order[turn / operators % w->regions.count],
                                                .generation = (uint8_t)g,
                                                .channel = CHANNEL_OFFICIAL,
                                                .delivered = delivered,
                                                .cards = cards,
                                                .cost_per_card = procurement_cost_per_card(w, g)});
            struct stream luck = vintage_stream(w, owner_class | STREAM_START, w->vintages.row[id].number);
            if (stream_uniform(&luck) < set->initial_competent)
                supply_wake(w, id);
        }
    }
}

static void start(struct world *w)
{
    struct supply *s = supply_state(w);
    s->settings = sim_settings(w->sim, &model_supply);
    s->row = sim_rows(w->sim, &model_supply, OPERATOR);
    size_t operators = sim_row_count(w->sim, OPERATOR);
    for (size_t o = 0; o < operators; o++)
        w->vintages.state_funded[o] = s->row[o].state_funded;
    add_initial(w);
}

enum {
    OUT_INSTALLED,
    OUT_COMPETENT,
    OUT_LIT,
    OUT_BY_GENERATION,
    OUT_LIT_SHARE,
    OUT_UTILISATION,
    OUT_HIGH_END,
    OUT_EFFECTIVE,
    OUT_RETIRED,
    OUT_MEAN_LIFE,
    OUT_AGE_AT_RETIREMENT
};
/* clang-format off */
static const struct output outputs[] = {
    [OUT_INSTALLED] = {"capacity.installed", OUTPUT_SERIES, "P", NULL, "installed capacity of the rental market"},
    [OUT_COMPETENT] = {"capacity.competent", OUTPUT_SERIES, "P", NULL, "capacity with customers, staff and software: on offer"},
    [OUT_LIT] = {"capacity.lit", OUTPUT_SERIES, "P", NULL, "capacity let"},
    [OUT_BY_GENERATION] = {"capacity.by_generation", OUTPUT_SERIES, "P", "generations", "installed capacity of a generation"},
    [OUT_LIT_SHARE] = {"lit_share", OUTPUT_SERIES, "", NULL, "share of installed capacity that is let", .share = true},
    [OUT_UTILISATION] = {"utilisation", OUTPUT_SERIES, "", NULL, "share of installed capacity in use: the let share times the mean load", .share = true},
    [OUT_HIGH_END] = {"utilisation.high_end", OUTPUT_SERIES, "", NULL, "share of installed high-end capacity in use: the let share times the mean load", .share = true},
    [OUT_EFFECTIVE] = {"capacity.effective", OUTPUT_SERIES, "P", NULL, "effective P on offer, both workloads"},
    [OUT_RETIRED] = {"capacity.retired", OUTPUT_SERIES, "P", NULL, "capacity scrapped since the last report"},
    [OUT_MEAN_LIFE] = {"mean_life", OUTPUT_SCALAR, "years", "generations",
                           "mean life within their first seven years of cards that were ever let (Kaplan-Meier: cards that stand at the horizon are censored)"},
    [OUT_AGE_AT_RETIREMENT] = {"retirement_age", OUTPUT_SCALAR, "years", NULL,
                               "mean age of the cards scrapped within the horizon, those that never found a user included"},
    {0},
};
/* clang-format on */

/* Cards in = cards out; a broken promise fails the replication. */
static void check_conservation(struct world *w)
{
    const struct vintages *v = &w->vintages;
    double standing = 0;
    for (size_t g = 0; g < w->generations.count; g++)
        standing += v->installed_cards[g];
    double error = v->added_cards - standing - v->retired_cards;
    if (fabs(error) > 1e-9 * (1 + v->added_cards))
        sim_fail(w->sim, "%.3g cards neither stand nor are scrapped", error);
}

static void sample(struct world *w)
{
    const struct generations *gen = &w->generations;
    const struct vintages *v = &w->vintages;
    double installed = 0, competent = 0, lit = 0, high = 0, high_lit = 0;
    for (int g = 0; g < (int)gen->count; g++) {
        double p = gen->pflops_fp16[g];
        installed += v->installed_cards[g] * p;
        competent += v->competent_cards[g] * p;
        lit += v->let_cards[g] * p;
        if (gen->high_end[g])
            high += v->installed_cards[g] * p, high_lit += v->let_cards[g] * p;
        sim_record(w->sim, &model_supply, OUT_BY_GENERATION, g, v->installed_cards[g] * p, false);
    }
    const double rounding_p = 1e-6; /* is left of sums when the last card goes */
    double load = value_load(w);
    sim_record(w->sim, &model_supply, OUT_INSTALLED, -1, installed, false);
    sim_record(w->sim, &model_supply, OUT_COMPETENT, -1, competent, false);
    sim_record(w->sim, &model_supply, OUT_LIT, -1, lit, false);
    sim_record(w->sim, &model_supply, OUT_LIT_SHARE, -1, installed > rounding_p ? lit / installed : NONE, false);
    sim_record(w->sim, &model_supply, OUT_UTILISATION, -1, installed > rounding_p ? lit / installed * load : NONE,
               false);
    sim_record(w->sim, &model_supply, OUT_HIGH_END, -1, high > rounding_p ? high_lit / high * load : NONE, false);
    sim_record(w->sim, &model_supply, OUT_EFFECTIVE, -1, w->market.supply[TRAINING] + w->market.supply[INFERENCE],
               false);
    sim_record(w->sim, &model_supply, OUT_RETIRED, -1, supply_state(w)->retired_p, false);
    supply_state(w)->retired_p = 0;
    check_conservation(w);
}

/* A vintage's age when it was scrapped, or at the horizon. */
struct age {
    double years, cards;
    bool scrapped;
};

static bool before(const struct age *a, const struct age *b)
{
    return a->years < b->years || (a->years == b->years && a->scrapped && !b->scrapped);
}

/* Vintages that ever woke, by generation: those of g are woken[first[g]] to woken[first[g + 1] - 1]. */
static void list_woken(const struct world *w, uint32_t *woken, size_t first[MAX_GENERATIONS + 1])
{
    const struct vintages *v = &w->vintages;
    size_t count[MAX_GENERATIONS] = {0};
    for (size_t i = 0; i < v->count; i++)
        count[v->row[i].generation] += v->row[i].woken;
    first[0] = 0;
    for (size_t g = 0; g < w->generations.count; g++)
        first[g + 1] = first[g] + count[g];
    for (uint32_t i = 0; i < v->count; i++)
        if (v->row[i].woken)
            woken[first[v->row[i].generation + 1] - count[v->row[i].generation]--] = i;
}

/* Ages of these vintages, ascending, as inserted into `sorted`; the cards in them. */
static double sort_ages(const struct world *w, const uint32_t *vintage, size_t count, struct age *sorted)
{
    double cards = 0;
    for (size_t i = 0; i < count; i++) {
        const struct vintage *v = &w->vintages.row[vintage[i]];
        struct age age = {(v->standing ? w->sim->now : v->retired_on) - v->delivered, v->cards, !v->standing};
        size_t at = i;
        for (; at > 0 && before(&age, &sorted[at - 1]); at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = age;
        cards += age.cards;
    }
    return cards;
}

/* The area under the Kaplan-Meier curve up to `limit` years: NaN if nothing was followed for so long. */
static double restricted_mean(const struct age *age, size_t n, double at_risk, double limit)
{
    double alive = 1, since = 0, area = 0;
    for (size_t i = 0; i < n && age[i].years < limit; i++) {
        area += alive * (age[i].years - since);
        since = age[i].years;
        if (age[i].scrapped)
            alive *= max_of(0, 1 - age[i].cards / at_risk);
        at_risk -= age[i].cards;
    }
    bool followed = n > 0 && age[n - 1].years >= limit;
    if (n > 0 && !followed && age[n - 1].scrapped)
        followed = true, alive = 0; /* none is left */
    return followed ? area + alive * (limit - since) : NONE;
}

static void finish(struct world *w)
{
    const double limit = 7;
    struct age *sorted = arena_array(&w->sim->arena, w->vintages.count, sizeof *sorted);
    uint32_t *woken = arena_array(&w->sim->arena, w->vintages.count, sizeof *woken);
    size_t first[MAX_GENERATIONS + 1];
    list_woken(w, woken, first);
    for (int g = 0; g < (int)w->generations.count; g++) {
        size_t n = first[g + 1] - first[g];
        double cards = sort_ages(w, woken + first[g], n, sorted);
        sim_record(w->sim, &model_supply, OUT_MEAN_LIFE, g, restricted_mean(sorted, n, cards, limit), false);
    }
    double all = w->vintages.retired_cards;
    sim_record(w->sim, &model_supply, OUT_AGE_AT_RETIREMENT, -1, all > 0 ? w->vintages.retired_age_sum / all : NONE,
               false);
}

static void check(const struct scenario *scenario, struct mistakes *mistakes)
{
    struct arena arena = {0};
    struct drawn highest = highest_values(scenario, &arena);
    const struct row *row = checked_block(scenario, &highest, OPERATOR, &model_supply);
    size_t count = scenario_row_count(scenario, OPERATOR), owners = 0;
    for (size_t o = 0; o < count; o++)
        owners += row[o].owns_initial;
    check_row_count(scenario, mistakes, OPERATOR, 1, MAX_OPERATORS);
    if (count && !owners)
        scenario_complain(scenario, mistakes, OPERATOR,
                          "none has initial: true; allowed: at least one that owns what stands at the start");
    arena_free(&arena);
}

static const struct table tables[] = {{OPERATOR, sizeof(struct row), "classes of owners"}, {0}};

const struct model model_supply = {
    .name = "supply",
    .help = "vintages: activation, dormancy, utilisation, retirement",
    .tables = tables,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    .check = check,
    .state_size = sizeof(struct supply),
    .start = start,
    .event = handle,
    .finish = finish,
    .phase = {[PHASE_DECIDE] = decide, [PHASE_SAMPLE] = sample},
};
