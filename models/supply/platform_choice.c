/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which cards platforms order. Nested logit (McFadden 1978) in ln of the cost of an effective P of a platform's own mix
 * of work, power included: cards on the software that it runs; cards of other vendors, to which training moves at a
 * cost that inference does not have, so that lock-in weakens with the share of inference; its own chips; and renting a
 * P instead. What is short of its first choice is spread over what is left with the same weights, and so on until it is
 * ordered, rented, or there is nothing left; nobody goes to smugglers because makers are sold out.
 * Where orders of all exceed what a channel sells, makers serve platforms before lessors, by orders times priority
 * (procurement.c); what both wait for gets dearer in the street.
 *
 * Whoever was cut off once wants cards that nobody can cut off: domestic ones gain utility with the share of high-end
 * foreign cards that gates stop.
 *
 * Platforms that make no chips have one taste, and differ in what they want and can pay. So a round is one mix of cards
 * a nest, and a quantity a platform.
 */
#include "platform_inside.h"

#include "sim/base/det.h"
#include "sim/engine/arrays.h"

static void offer(const struct world *w, struct platforms *b, int g, enum nest nest, double price_cny, double room)
{
    struct choice *c = &b->choice;
    const struct offers *o = &w->channels.offers;
    size_t i = c->count++;
    double running = b->settings->running_yr * HOURS_PER_YEAR * w->value.cash_cost[w->regions.reference][g];
    double moving = nest == OTHERS ? o->log_migration[o->place[g]] * b->settings->training_share : 0;
    bool gray = nest != OWN && procurement_channel(w, g) == CHANNEL_GRAY;
    double taste = gray ? b->settings->gray_taste : 0;
    double per_p = 1 / platform_effective_p(w, b->settings, g);
    c->generation[i] = g;
    c->nest[i] = (uint8_t)nest;
    c->gray[i] = gray;
    c->room[i] = room;
    b->cost_of[g] = price_cny;
    c->per_p[i] = per_p;
    c->cny_per_p[i] = price_cny * per_p;
    c->utility[i] = (price_cny + running) * per_p;
    c->e[i] = taste - b->settings->slope * moving + (w->generations.domestic[g] ? b->security : 0);
    b->known |= (uint64_t)1 << g;
}

/* A chip of one's own in place: at its listed price, and no street between. */
static double own_chip_cny(const struct world *w, const struct platforms *b, int g)
{
    double building = procurement_building_cost_per_card(w, g), equipment = procurement_cost_per_card(w, g) - building;
    double over_list = w->channels.street_price_cny[g] / w->generations.list_price_cny[g];
    return building + equipment / over_list * b->settings->own_cost;
}

/* Utilities of what is on offer, and the odds inside the nests. */
static void weigh(struct platforms *b)
{
    struct choice *c = &b->choice;
    size_t whole = (c->count + VECTOR - 1) / VECTOR * VECTOR;
    double per_nesting = 1 / b->settings->nesting;
    for (size_t i = c->count; i < whole; i++)
        c->utility[i] = 1;
    array_log(c->utility, c->utility, whole);
    for (int n = 0; n < OWN; n++)
        c->most[n] = -HUGE_VAL, c->inside[n] = 0;
    for (size_t i = 0; i < c->count; i++) {
        c->utility[i] = c->e[i] - b->settings->slope * c->utility[i];
        if (c->nest[i] < OWN)
            c->most[c->nest[i]] = max_of(c->most[c->nest[i]], c->utility[i]);
    }
    for (size_t i = 0; i < whole; i++)
        c->e[i] = i < c->count && c->nest[i] < OWN ? (c->utility[i] - c->most[c->nest[i]]) * per_nesting : -700;
    array_exp(c->e, c->e, whole);
    for (size_t i = 0; i < c->count; i++)
        if (c->nest[i] < OWN)
            c->inside[c->nest[i]] += c->e[i];
        else
            c->e[i] = 0;
}

/* What security of supply adds now. */
static double security(const struct world *w, const struct platform_settings *s)
{
    double stopped = 0, all = 0;
    for (size_t g = 0; g < w->generations.count && s->security > 0; g++)
        if (w->generations.launched[g] && w->generations.high_end[g] && w->generations.sold[g] &&
            !w->generations.domestic[g]) {
            stopped += 1 - w->policy.official_open[g];
            all++;
        }
    return all > 0 ? s->security * stopped / all : 0;
}

static void list_cards(struct world *w, struct platforms *b)
{
    const struct fleet_market *market = procurement_fleets(w);
    int incumbent = b->settings->incumbent, ours = incumbent >= 0 ? w->generations.stack[incumbent] : -1;
    double now = w->sim->now;
    b->choice.count = 0;
    b->security = security(w, b->settings);
    for (int g = 0; g < (int)w->generations.count; g++) {
        if (w->generations.effective_p[INFERENCE][g] <= 0)
            continue;
        if (procurement_channel(w, g) >= 0 && market->capacity[g] > 0)
            offer(w, b, g, ours < 0 || w->generations.stack[g] == ours ? ON_OUR_SOFTWARE : OTHERS,
                  procurement_cost_per_card(w, g), market->room[g]);
        else if (now >= b->own_from[g])
            offer(w, b, g, OWN, own_chip_cny(w, b, g), series_at(b->card[g].own_output, now) * MONTHS_PER_YEAR);
    }
    weigh(b);
}

static double log_rise(const struct world *w, const struct platforms *b)
{
    double lacks = 0, offered = w->market.supply[TRAINING] + w->market.supply[INFERENCE];
    for (size_t j = 0; j < b->count; j++)
        lacks += b->platform[j].wanted_p * b->settings->lag_yr;
    return det_log(1 + lacks / offered) / demand_elasticity(w, INFERENCE);
}

/* Log of what an effective P costs that is rented for as long as a card would serve, used as a fleet is. If platforms
 * rented all that they lack, rents would rise as the elasticity of others' demand says: nobody can rent a fleet at the
 * price of a server. */
static double log_cost_of_renting(const struct world *w, const struct platforms *b)
{
    double training = b->settings->training_share;
    const double decay_per_yr = w->value.discount_per_yr + w->value.decline_per_yr;
    double rent = training * w->market.rent[TRAINING] + (1 - training) * w->market.rent[INFERENCE];
    double years = -det_expm1(-decay_per_yr * b->settings->life_yr) / decay_per_yr;
    return det_log(max_of(1e-9, rent * HOURS_PER_YEAR * years * b->settings->load)) + b->log_rise;
}

/* Chips of its own that platform j can choose, taken out of the nests of others; their utilities in own_weight. */
static double list_own(const struct world *w, struct platforms *b, size_t j, double inside[OWN])
{
    const struct platform_settings *s = b->settings;
    const struct choice *c = &b->choice;
    const struct offers *o = &w->channels.offers;
    struct platform *p = &b->platform[j];
    double most = -HUGE_VAL;
    p->own_count = 0;
    for (size_t i = 0; i < c->count && b->row[j].own; i++) {
        int g = c->generation[i];
        if (!(b->row[j].own >> g & 1))
            continue;
        double moving = c->nest[i] == OTHERS ? s->slope * o->log_migration[o->place[g]] * s->training_share : 0;
        if (c->nest[i] < OWN)
            inside[c->nest[i]] = max_of(0, inside[c->nest[i]] - c->e[i]);
        double utility = b->taste[j].own_weight[p->own_count] = c->utility[i] + moving;
        most = max_of(most, utility);
        p->own[p->own_count++] = (uint8_t)i;
    }
    return most;
}

/* Probabilities of cards and of renting, given the sums inside the nests that all buy from. */
static void find_taste(const struct platforms *b, double renting, const double inside[OWN], double own_most,
                       size_t own_count, struct taste *t)
{
    const struct platform_settings *s = b->settings;
    const struct choice *c = &b->choice;
    double sum, best = max_of(renting, own_most), of_nest[NESTS] = {0}, own_inside = 0;
    for (int n = 0; n < OWN; n++)
        best = max_of(best, c->most[n]);
    sum = t->renting = det_exp(renting - best);
    for (int n = 0; n < OWN; n++)
        if (inside[n] > 0)
            sum += of_nest[n] = det_exp(c->most[n] - best) * det_pow(inside[n], s->nesting);
    for (size_t i = 0; i < own_count; i++)
        own_inside += t->own_weight[i] = det_exp((t->own_weight[i] - own_most) / s->nesting);
    if (own_count)
        sum += of_nest[OWN] = det_exp(own_most - best) * det_pow(own_inside, s->nesting);
    t->renting /= sum;
    for (int n = 0; n < OWN; n++)
        t->factor[n] = inside[n] > 0 ? of_nest[n] / inside[n] / sum : 0;
    for (size_t i = 0; i < own_count; i++)
        t->own_weight[i] *= of_nest[OWN] / own_inside / sum;
    t->log_cost = -(best + det_log(sum)) / s->slope;
}

void platform_look(struct world *w, struct platforms *b)
{
    list_cards(w, b);
    b->log_rise = log_rise(w, b);
    double renting = -b->settings->slope * log_cost_of_renting(w, b);
    find_taste(b, renting, b->choice.inside, -HUGE_VAL, 0, &b->common);
    b->log_cost_new = 0;
    for (size_t j = 0; j < b->count; j++) {
        struct taste *t = &b->taste[j];
        double inside[OWN];
        memcpy(inside, b->choice.inside, sizeof inside);
        double own_most = list_own(w, b, j, inside);
        if (b->platform[j].own_count)
            find_taste(b, renting, inside, own_most, b->platform[j].own_count, t);
        else
            *t = b->common;
        b->log_cost_new += b->row[j].share * t->log_cost;
    }
}

/* Of the cards of a nest with room: what they weigh, and what effective P of that mix cost. */
struct stall {
    double weight[OWN], cost[OWN];
};

static struct stall stall_of(const struct choice *c, const double *served)
{
    struct stall s = {{0}, {0}};
    for (size_t i = 0; i < c->count; i++) {
        double e = served[i] * c->e[i]; /* of an own chip nil */
        s.weight[c->nest[i] % OWN] += e;
        s.cost[c->nest[i] % OWN] += e * c->cny_per_p[i];
    }
    return s;
}

/* What a platform's own chips weigh beyond what they weigh among those that all can buy. */
static double own_beyond(const struct platforms *b, size_t j, size_t k)
{
    const struct choice *c = &b->choice;
    const struct taste *t = &b->taste[j];
    size_t i = b->platform[j].own[k];
    return t->own_weight[k] - c->e[i] * t->factor[c->nest[i] % OWN];
}

/* Effective P a year that platform j asks for a unit of weight, out of what is left; renting takes its part, or all if
 * everything is sold out. */
static double ask(const struct platforms *b, size_t j, const struct stall *stall, struct left *left)
{
    const struct choice *c = &b->choice;
    const struct taste *t = &b->taste[j];
    double bought = 0, cost = 0;
    for (int n = 0; n < OWN; n++) {
        bought += t->factor[n] * stall->weight[n];
        cost += t->factor[n] * stall->cost[n];
    }
    for (size_t k = 0; k < b->platform[j].own_count; k++) {
        size_t i = b->platform[j].own[k];
        double beyond = c->room[i] > 0 ? own_beyond(b, j, k) : 0;
        bought += beyond;
        cost += beyond * c->cny_per_p[i];
    }
    if (bought <= 0)
        return 0;
    double unit = left->p / (t->renting + bought),
           paid_for = unit * cost > left->cny ? max_of(0, left->cny) / (unit * cost) : 1;
    left->p -= unit * t->renting;
    return unit * paid_for;
}

/* What platform j gets of what it asked for in a round. */
static void take(struct platforms *b, size_t j, int round, double unit, const double *served, const struct stall *sold,
                 struct left *left)
{
    const struct choice *c = &b->choice;
    struct platform *p = &b->platform[j];
    for (int n = 0; n < OWN; n++) {
        double mix = p->mix[round][n] = unit * b->taste[j].factor[n];
        left->p -= mix * sold->weight[n];
        left->cny -= mix * sold->cost[n];
    }
    for (size_t k = 0; k < p->own_count; k++) {
        size_t i = p->own[k];
        double own_p = unit * own_beyond(b, j, k) * served[i];
        p->own_orders[k] += own_p * c->per_p[i];
        left->p -= own_p;
        left->cny -= own_p * c->cny_per_p[i];
    }
}

/* Whether some of what was asked for was sold out. */
static bool buy_round(struct world *w, struct platforms *b, int round, struct left left[MAX_PLATFORMS])
{
    bool sold_out = false;
    struct choice *c = &b->choice;
    struct fleet_market *market = procurement_fleets(w);
    double unit[MAX_PLATFORMS], per_nest[NESTS] = {0}, all[MAX_GENERATIONS], served[MAX_GENERATIONS];
    for (size_t i = 0; i < c->count; i++)
        served[i] = c->room[i] > 0 && (round == 0 || !c->gray[i]);
    struct stall stall = stall_of(c, served);
    for (size_t j = 0; j < b->count; j++) {
        unit[j] = ask(b, j, &stall, &left[j]);
        for (int n = 0; n < OWN; n++)
            per_nest[n] += unit[j] * b->taste[j].factor[n];
    }
    for (size_t i = 0; i < c->count; i++)
        all[i] = served[i] * per_nest[c->nest[i]] * c->e[i] * c->per_p[i];
    for (size_t j = 0; j < b->count; j++)
        for (size_t k = 0; k < b->platform[j].own_count; k++) {
            size_t i = b->platform[j].own[k];
            all[i] += served[i] * unit[j] * own_beyond(b, j, k) * c->per_p[i];
        }
    for (size_t i = 0; i < c->count; i++) {
        int g = c->generation[i];
        sold_out = sold_out || all[i] > c->room[i];
        served[i] = all[i] > c->room[i] ? c->room[i] / all[i] : served[i];
        market->wanted[g] = max_of(market->wanted[g], market->ordered[g] + all[i]);
        market->ordered[g] += all[i] * served[i];
        c->room[i] = max_of(0, c->room[i] - all[i]);
        c->mix[round][i] = c->e[i] * served[i] * c->per_p[i];
    }
    struct stall sold = stall_of(c, served);
    for (size_t j = 0; j < b->count; j++)
        take(b, j, round, unit[j], served, &sold, &left[j]);
    return sold_out;
}

void platform_buy(struct world *w, struct platforms *b, struct left left[MAX_PLATFORMS])
{
    struct fleet_market *market = procurement_fleets(w);
    memset(market->ordered, 0, w->generations.count * sizeof *market->ordered);
    memset(market->wanted, 0, w->generations.count * sizeof *market->wanted);
    for (size_t j = 0; j < b->count; j++)
        memset(b->platform[j].own_orders, 0, b->platform[j].own_count * sizeof(double));
    b->choice.rounds = 0;
    for (bool sold_out = true; sold_out && b->choice.rounds < MOST_ROUNDS; b->choice.rounds++)
        sold_out = buy_round(w, b, b->choice.rounds, left);
}
