/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Installed, commissioned, let: vintages from delivery to scrap.
 *
 * A delivered vintage is dormant: it has cards but neither customers, staff nor software. It is commissioned at the
 * rate
 *
 *     rate * logistic(k ln(V / A)),
 *
 * V being what its cards can still earn and A the cost of activating them, which differs by owner class (lognormal) and
 * is higher for domestic cards. It goes dormant again when the rent is below its avoidable cost (hysteresis: Dixit
 * 1989). So idle centres depress rent and low rent idles more.
 *
 * Vintages retire at the end of their service life, or after too long a sleep; and when their owner, in its reviews of
 * each of them at intervals of 1 / review_rate, finds that
 *   - what they can still earn, at what their age and their place cost (life.c), is less than what they fetch as parts;
 *     or
 *   - the site earns more with new cards. With f the quasi-rent a year of a kW of old cards, and NPV what a kW of the
 *     new cards that this owner would take earns beyond its cost on a standing site over N years at rate rho, the old
 *     ones give way when
 *
 *         (1 + margin) f (1 - e^(-rho N)) / rho < NPV,
 *
 *     the rule for unequal lives by equivalent annuities (Preinreich 1940). Where sites can be built the left side must
 *     also be less than the cost of a building, since new cards can stand elsewhere; under a cap on power they cannot.
 *     The new cards take over hall and power (pipeline.c), the old ones stand until they are there.
 * Otherwise the owner may buy engineering (engineering.c).
 *
 * Imposed: service life, costs, rates of review. Emerges: which generation is scrapped when. Neutral: review_rate 0.
 */
#include "supply.h"

static void check(const struct scenario *scenario, struct mistakes *mistakes);
static void start(struct world *w);
static void decide(struct world *w);

static const struct table tables[] = {{OPERATOR, sizeof(struct supply_row), "classes of owners"}, {0}};

const struct model model_supply = {
    .name = "supply",
    .help = "vintages: activation, dormancy, utilisation, retirement",
    .tables = tables,
    .params = supply_params,
    .outputs = supply_outputs,
    .settings_size = sizeof(struct supply_settings),
    .check = check,
    STATE(supply, struct supply),
    .start = start,
    .event = review_handle,
    .finish = supply_finish,
    .phase = {[PHASE_DECIDE] = decide, [PHASE_SAMPLE] = supply_sample},
};

static void decide(struct world *w)
{
    size_t idle = activation_find_idle(w);
    supply_state(w)->annuity_yr = review_annuity_yr(w);
    activation_run(w);
    for (size_t i = 0; i < idle; i++)
        activation_sleep_again(w, supply_state(w)->idle[i]);
}

/* Capacity standing at the start: one vintage a generation and month of age, owned in turn by every operator class. */
static void add_initial(struct world *w)
{
    struct supply *s = supply_state(w);
    const struct supply_settings *set = s->settings;
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
            double cards = max_of(1, round(set->initial_p / kinds / (double)ages / w->generations.pflops_fp16[g]));
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
            struct stream uniform = vintages_stream(w, owner_class | STREAM_START, w->vintages.row[id].number);
            if (stream_uniform(&uniform) < set->initial_offered)
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

static void check(const struct scenario *scenario, struct mistakes *mistakes)
{
    struct arena arena = {0};
    struct drawn highest = highest_values(scenario, &arena);
    const struct supply_row *row = checked_block(scenario, &highest, OPERATOR, &model_supply);
    size_t count = scenario_row_count(scenario, OPERATOR), owners = 0;
    for (size_t o = 0; o < count; o++)
        owners += row[o].owns_initial;
    check_row_count(scenario, mistakes, OPERATOR, 1, MAX_OPERATORS);
    if (count && !owners)
        scenario_complain(scenario, mistakes, OPERATOR,
                          "none has initial: true; allowed: at least one that owns what stands at the start");
    arena_free(&arena);
}
