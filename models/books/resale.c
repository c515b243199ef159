/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The market for used cards: what a card with some years left fetches, and whether there is a market at all.
 *
 * On offer are cards that stand idle without customers (dormant) and those that creditors hold (receivers.c). Owners
 * differ in what they make of a card; with V(T) what it earns in the T years left to it (value.c), those buy first that
 * are keenest on it, so that cards of a generation whose P is the share x of all that stands are worth
 *
 *     bid = V(T) * exp(s * Q(1 - x)),     Q the quantile of a standardised logistic distribution,
 *
 * to the last of them. While the card is sold new, nobody pays more for a used one than the same share of its price as
 * it has of a new card's earnings. Dealers keep a margin m:
 *
 *     U = (1 - m) * min(bid, P_new * V(T) / V(T_new))
 *
 * (levels of V cancel in the second: a used card is below a new one). V is what card and hall earn: prices are those of
 * the equipment, in its share of their cost. There is no price where nothing is offered or where parts fetch more.
 *
 * A firm that buys a card new shows that the card is worth its price to it, even where lessors could not earn that:
 * platforms and the state buy for needs of their own, in the street if they must. A used card is as good to them at the
 * second of the two prices. As long as the cards on offer are no more than what such buyers take new within `search` (at
 * their rate over about half a year), these buyers set the price. Cards beyond that go to the other owners.
 *
 * Imposed: spread of owners, margin, search. Emerges: prices, and that there is no trade. Phase: beliefs, after the
 * values. Off: no trade; search 0: buyers of new cards look at no used ones.
 */
#include "resale.h"

#include "sim/base/det.h"

struct settings {
    double spread, margin, search_yr;
};

struct resale {
    const struct settings *settings;
    double offered[MAX_GENERATIONS], years[MAX_GENERATIONS]; /* cards; cards times years left */
    double installed_p; /* of all generations */
    double seen[MAX_GENERATIONS], sold_per_yr[MAX_GENERATIONS]; /* new cards, up to the last step; of late */
    double price[MAX_GENERATIONS]; /* of one of the mean age on offer; NaN: no trade */
};

static inline struct resale *resale_state(const struct world *w)
{
    return w->state[STATE_resale];
}

/* clang-format off */
static const struct param params[] = {
    NUMBER(struct settings, spread, "spread", "", 0, 2, "0.15", UNCERTAIN, "standard deviation of what owners earn with the same card, log",
           "as entry.private_value"),
    NUMBER(struct settings, search_yr, "search", "yr", 0, 5, "0 yr", UNCERTAIN,
           "time within which used cards on offer find those who would else buy new ones; 0: these look at none", NULL),
    NUMBER(struct settings, margin, "margin", "", 0, 0.9, "0.07", UNCERTAIN, "dealers' margin, share of the price of a used card", NULL),
    {0},
};
/* clang-format on */

static const double NEW_CARD_YR = VALUE_YEARS / 2.0; /* life that owners give a new card: pipeline.c */

/* The quantile of a logistic distribution with mean 0 and deviation 1. */
static double keenness(double below)
{
    const double scale = 0.5513288954217921; /* sqrt(3) / pi */
    return scale * det_log(below / (1 - below));
}

/* Cost of a new card without its building. */
static double equipment(const struct world *w, int g)
{
    return procurement_cost_per_card(w, g) - procurement_building_cost_per_card(w, g);
}

/* What the last owner pays that takes so many cards, for card and hall. */
static double owners_bid(const struct world *w, int g, double worth, double cards)
{
    const struct settings *s = resale_state(w)->settings;
    const double edge = 0.01;
    double share = cards * w->generations.pflops_fp16[g] / max_of(resale_state(w)->installed_p, 1);
    return worth * det_exp(s->spread * keenness(1 - min_of(max_of(share, edge), 1 - edge)));
}

struct bids { /* for card and hall, CNY a card */
    double owners, best;
};

static struct bids bids(const struct world *w, int g, int region, double years_left, double offered)
{
    const struct resale *state = resale_state(w);
    double worth = value_of_card(w, region, g, years_left), whole = value_of_card(w, region, g, NEW_CARD_YR);
    double instead = state->settings->search_yr * state->sold_per_yr[g];
    double bid = owners_bid(w, g, worth, max_of(0, offered - instead));
    if (procurement_channel(w, g) < 0 || !(whole > 0))
        return (struct bids){bid, bid};
    double as_new = procurement_cost_per_card(w, g) * min_of(1, worth / whole);
    bid = min_of(bid, as_new);
    return (struct bids){bid, offered <= instead ? as_new : bid};
}

static double quote(const struct world *w, int g, int region, double years_left, double offered)
{
    double bid = bids(w, g, region, years_left, offered).best;
    return (1 - resale_state(w)->settings->margin) * bid * equipment(w, g) / procurement_cost_per_card(w, g);
}

/* Of its generation, if the vintage is for sale. */
static double offered_with(const struct world *w, const struct vintage *v)
{
    return resale_state(w)->offered[v->generation] + (v->on_offer && !firms_in_possession(w, v->firm) ? v->cards : 0);
}

double resale_per_card(const struct world *w, uint32_t id)
{
    const struct vintage *v = &w->vintages.row[id];
    double price = quote(w, v->generation, v->region, v->retires - w->sim->now, offered_with(w, v));
    return price > supply_salvage(w, v->generation) ? price : 0;
}

bool resale_beyond_owners(const struct world *w, uint32_t id)
{
    const struct vintage *v = &w->vintages.row[id];
    struct bids b = bids(w, v->generation, v->region, v->retires - w->sim->now, offered_with(w, v));
    return b.best > b.owners;
}

static void count_offers(struct world *w)
{
    struct resale *state = resale_state(w);
    memset(state->offered, 0, sizeof state->offered);
    memset(state->years, 0, sizeof state->years);
    for (const struct vintage *v = w->vintages.row, *end = v + w->vintages.count; v < end; v++) {
        if (!v->standing || (v->on_offer && !firms_in_possession(w, v->firm)))
            continue;
        state->offered[v->generation] += v->cards;
        state->years[v->generation] += v->cards * max_of(0, v->retires - w->sim->now);
    }
}

static void watch_sales(struct world *w)
{
    struct resale *state = resale_state(w);
    const double memory_yr = 0.5;
    double kept = det_exp(-w->sim->dt / memory_yr);
    for (size_t g = 0; g < w->generations.count; g++) {
        double sold = w->channels.sold_cards[g];
        state->sold_per_yr[g] = kept * state->sold_per_yr[g] + (sold - state->seen[g]) / memory_yr;
        state->seen[g] = sold;
    }
}

static void update(struct world *w)
{
    struct resale *state = resale_state(w);
    count_offers(w);
    if (state->settings->search_yr > 0)
        watch_sales(w);
    state->installed_p = 0;
    for (size_t g = 0; g < w->generations.count; g++)
        state->installed_p += w->vintages.installed_cards[g] * w->generations.pflops_fp16[g];
    for (int g = 0; g < (int)w->generations.count; g++) {
        double offered = state->offered[g];
        double price = offered > 0 ? quote(w, g, w->regions.reference, state->years[g] / offered, offered) : 0;
        state->price[g] = price > supply_salvage(w, g) ? price : NONE;
    }
}

static void start(struct world *w)
{
    resale_state(w)->settings = sim_settings(w->sim, &model_resale);
    for (size_t g = 0; g < MAX_GENERATIONS; g++)
        resale_state(w)->price[g] = NONE;
}

enum { OUT_PRICE, OUT_OFFERED };
/* clang-format off */
static const struct output outputs[] = {
    [OUT_PRICE] = {"used_price", OUTPUT_SERIES, "CNY/server", "generations",
                   "price of a used server with the mean age of those on offer, ex VAT; no number: no trade"},
    [OUT_OFFERED] = {"used_offered", OUTPUT_SERIES, "card", "generations", "used cards on offer: idle without customers, or held by creditors"},
    {0},
};
/* clang-format on */

static void sample(struct world *w)
{
    const struct resale *state = resale_state(w);
    for (int g = 0; g < (int)w->generations.count; g++) {
        sim_record(w->sim, &model_resale, OUT_PRICE, g, state->price[g] * w->generations.cards_per_server[g], false);
        sim_record(w->sim, &model_resale, OUT_OFFERED, g, state->offered[g], false);
    }
}

const struct model model_resale = {
    .name = "resale",
    .help = "the market for used cards: their price, or that nobody buys",
    .without = "used cards are not traded",
    .asleep = true,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    STATE(resale, struct resale),
    .start = start,
    .phase = {[PHASE_BELIEFS] = update, [PHASE_SAMPLE] = sample},
};
