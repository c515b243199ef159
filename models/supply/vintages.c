/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of vintages: all that ever happens to one, from delivery to scrap. */
#include "supply.h"

/* Competent cards of a generation, and what they do: the only place where they are summed. */
static void count_offered(struct world *w, const struct vintage *v, double cards)
{
    w->vintages.offered_cards[v->generation] += cards;
    w->vintages.offered_work[v->generation] += cards * (double)v->quality;
}

static void list_add(struct world *w, uint32_t id)
{
    struct vintages *v = &w->vintages;
    int g = v->row[id].generation;
    WORLD_GROW(w, v->of_generation[g], v->generation_count[g], v->generation_capacity[g]);
    v->of_generation[g][v->generation_count[g]++] = id;
    count_offered(w, &v->row[id], v->row[id].cards);
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
    count_offered(w, &v->row[id], -v->row[id].cards);
}

const char *supply_name(const struct world *w, uint32_t id, char text[64])
{
    const struct vintage *v = &w->vintages.row[id];
    if (v->project == UINT32_MAX)
        snprintf(text, 64, "%s-%s-%u", sim_row_name(w->sim, OPERATOR, (size_t)v->owner_class),
                 v->number & FROM_THE_START ? "early" : "scheduled", v->number & 0xffffffu);
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

void vintages_fall_asleep(struct world *w, uint32_t id, double since, double clock)
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
void vintages_offer(struct world *w, uint32_t id)
{
    struct vintage *v = &w->vintages.row[id];
    char name[64];
    v->on_offer = v->woken = true;
    list_add(w, id);
    tell(w->sim, "supply", "commissioned", supply_name(w, id, name), "%.0f %s cards on offer", v->cards,
         w->generations.name[v->generation]);
}

void supply_wake(struct world *w, uint32_t id)
{
    leave_dormant(supply_state(w), id);
    vintages_offer(w, id);
}

void supply_improve(struct world *w, uint32_t id, double quality)
{
    struct vintage *v = &w->vintages.row[id];
    if (v->on_offer)
        w->vintages.offered_work[v->generation] += v->cards * ((double)(float)quality - (double)v->quality);
    if (!v->improved)
        w->vintages.improved_cards += v->cards;
    v->improved = true;
    v->quality = (float)quality;
}

static struct event event_for(const struct world *w, enum event_kind kind, uint32_t id)
{
    return (struct event){.model = (uint16_t)sim_model_index(w->sim, &model_supply), .kind = (uint16_t)kind, .id = id};
}

struct stream vintages_stream(const struct world *w, uint32_t owner_class, uint32_t number)
{
    return sim_stream(w->sim, &model_supply, identity(STREAM_OF_VINTAGE, owner_class, number));
}

/* Work on software that a buyer does once need not be done again. */
static double migration_factor(struct world *w, const struct vintage *v)
{
    double factor = supply_state(w)->settings->domestic_factor;
    return 1 + (factor - 1) * (1 - procurement_experience(w, v->firm, v->generation));
}

/* The first review, on a date of the vintage's own, or the next. */
void vintages_schedule_review(struct world *w, uint32_t id, double periods)
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
    struct stream random = vintages_stream(w, (uint32_t)vintage.owner_class, vintage.number);
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
    vintage.successor = UINT32_MAX;
    if (vintage.project == UINT32_MAX)
        vintage.quality = 1;
    memcpy(&table->row[id], &vintage, sizeof vintage); /* whole, with the columns of other rooms */
    firms_own(w, id);
    vintages_fall_asleep(w, id, vintage.delivered, clock);
    table->installed_cards[vintage.generation] += vintage.cards;
    table->added_cards += vintage.cards;
    power_draw(w, vintage.region, power_mw(w, vintage.region, vintage.generation, vintage.cards));
    sim_schedule(w->sim, max_of(vintage.retires, w->sim->now), 0, event_for(w, END_OF_LIFE, id));
    vintages_schedule_review(w, id, stream_uniform(&random));
    return id;
}

void supply_let(struct world *w, uint32_t id, double cards)
{
    w->vintages.row[id].let_cards += cards;
    w->vintages.let_cards[w->vintages.row[id].generation] += cards;
}

void supply_earn(struct world *w, uint32_t id, double rent)
{
    w->vintages.row[id].rent_sum += rent;
}

void supply_hand_over(struct world *w, uint32_t id, uint32_t to_firm)
{
    w->vintages.row[id].firm = (uint16_t)to_firm;
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

void vintages_stop_offering(struct world *w, uint32_t id, const char *why)
{
    char name[64];
    withdraw(w, id, 0);
    list_remove(w, id);
    w->vintages.row[id].on_offer = false;
    tell(w->sim, "supply", "dormant", supply_name(w, id, name), "%s", why);
}

/* The power of the site goes to those who take it over, if there are any. */
static void leave_site(struct world *w, const struct vintage *v)
{
    if (v->successor != UINT32_MAX)
        power_promise(w, v->successor, power_mw(w, v->region, v->generation, v->cards));
    if (v->project != UINT32_MAX)
        pipeline_retired(w, v->project);
}

double supply_salvage(const struct world *w, int generation)
{
    return supply_state(w)->settings->scrap_share * w->generations.list_price_cny[generation];
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
    if (v->on_offer)
        count_offered(w, v, -cards);
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

void vintages_scrap(struct world *w, uint32_t id, const char *why)
{
    end(w, id, supply_salvage(w, w->vintages.row[id].generation), why);
}

static void stop(struct world *w, uint32_t id)
{
    if (w->vintages.row[id].on_offer)
        vintages_stop_offering(w, id, "closing");
    else
        leave_dormant(supply_state(w), id);
}

void supply_close(struct world *w, uint32_t id, const char *why)
{
    if (!w->vintages.row[id].standing)
        return;
    stop(w, id);
    vintages_scrap(w, id, why);
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
    if (v->on_offer)
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
