/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scheduled purchases: a firm that a study looks at buys these cards on these dates, at any price.
 *
 * Each row is one vintage of a class of owners, ordered and paid at one date and delivered at another; in between its
 * cost is an advance on which interest runs. From delivery on it is a vintage like any other, let at the market's rents
 * to the market's tenants; but a share of it may have a customer of its own, outside the market, who pays a rent given
 * here from one date to another. Without a cost it costs what everybody pays on the day of the order.
 *
 * Neutral: no rows.
 */
#include "models/models.h"
#include "models/world.h"

#include "sim/scenario/scenario.h"

struct row {
    int owner, generation, region;
    double ordered, delivered, servers, cny_per_server;
    double let_share, rent_per_month, let_from, let_until;
};

enum event_kind { ORDERED, DELIVERED, LET, GIVEN_BACK };

struct lessor {
    const struct row *row;
    uint32_t rows;
    struct told {
        double cost_per_card; /* ex VAT, as ordered */
        double let_cards; /* to its own customer, now */
        uint32_t vintage;
    } * told;
};

static inline struct lessor *lessor_state(const struct world *w)
{
    return w->state[STATE_lessor];
}

#define PURCHASE "purchases"
#define TOLD 0x40000000u /* in a vintage's number: of a scheduled purchase */
/* clang-format off */
static const struct param params[] = {
    {.name = "owner", .table = PURCHASE, .type = PARAM_REFERENCE, .of = "operators", .help = "who buys", .offset = offsetof(struct row, owner)},
    {.name = "generation", .table = PURCHASE, .type = PARAM_REFERENCE, .of = "generations", .help = "which cards",
     .offset = offsetof(struct row, generation)},
    {.name = "region", .table = PURCHASE, .type = PARAM_REFERENCE, .of = "regions", .help = "where they stand", .offset = offsetof(struct row, region)},
    {.name = "ordered", .table = PURCHASE, .type = PARAM_DATE, .min = 2000, .max = 2100, .value = "none",
     .help = "date on which the servers of a purchase are ordered and paid; none: at delivery", .offset = offsetof(struct row, ordered)},
    {.name = "delivered", .table = PURCHASE, .type = PARAM_DATE, .min = 2000, .max = 2100, .help = "when they arrive",
     .offset = offsetof(struct row, delivered)},
    COLUMN(PURCHASE, struct row, servers, "servers", "server", 0.125, 1e6, NULL, UNCERTAIN, "how many", NULL),
    COLUMN(PURCHASE, struct row, cny_per_server, "cost", "CNY/server", 1, 1e9, "none", UNCERTAIN,
           "cost of a server with its share of network, storage and building, ex VAT; none: the market's", NULL),
    COLUMN(PURCHASE, struct row, let_share, "let_share", "", 0, 1, "0", UNCERTAIN, "share of the purchased servers let to a customer of the lessor's own", NULL),
    COLUMN(PURCHASE, struct row, rent_per_month, "rent", "CNY/month", 0, 1e7, "0 CNY/month", UNCERTAIN,
           "rent that a lessor's own customer pays for a server, ex VAT", NULL),
    {.name = "let_from", .table = PURCHASE, .type = PARAM_DATE, .min = 2000, .max = 2100, .value = "none",
     .help = "date on which a lessor's own customer begins; none: at delivery", .offset = offsetof(struct row, let_from)},
    {.name = "let_until", .table = PURCHASE, .type = PARAM_DATE, .min = 2000, .max = 2100, .value = "none",
     .help = "date on which a lessor's own customer leaves; none: never", .offset = offsetof(struct row, let_until)},
    {0},
};
/* clang-format on */

static double cards_of(const struct world *w, const struct row *r)
{
    return r->servers * w->generations.cards_per_server[r->generation];
}

static double price_card(const struct world *w, const struct row *r)
{
    return isnan(r->cny_per_server) ? procurement_cost_per_card(w, r->generation)
                                    : r->cny_per_server / w->generations.cards_per_server[r->generation];
}

static void order(struct world *w, uint32_t id)
{
    const struct row *r = &lessor_state(w)->row[id];
    lessor_state(w)->told[id].cost_per_card = price_card(w, r);
    if (r->ordered < r->delivered)
        accounting_pay_ahead(w, firms_owner(w, (uint32_t)r->owner, TOLD | id),
                             cards_of(w, r) * lessor_state(w)->told[id].cost_per_card);
    tell(w->sim, "lessor", "ordered", sim_row_name(w->sim, PURCHASE, id), "%.0f %s servers", r->servers,
         w->generations.name[r->generation]);
}

static void deliver(struct world *w, uint32_t id)
{
    const struct row *r = &lessor_state(w)->row[id];
    struct told *told = &lessor_state(w)->told[id];
    double cards = cards_of(w, r);
    told->vintage =
        supply_add(w, &(struct vintage){.project = UINT32_MAX,
                                        .number = TOLD | id,
                                        .owner_class = (uint8_t)r->owner,
                                        .region = (uint8_t)r->region,
                                        .generation = (uint8_t)r->generation,
                                        .channel = CHANNEL_OFFICIAL,
                                        .delivered = w->sim->now,
                                        .cards = cards,
                                        .cost_per_card = told->cost_per_card,
                                        .paid_ahead = r->ordered < r->delivered ? cards * told->cost_per_card : 0});
    tell(w->sim, "lessor", "delivered", sim_row_name(w->sim, PURCHASE, id), "%.0f %s servers", r->servers,
         w->generations.name[r->generation]);
}

/* Its own customer takes cards (negative: gives them back to the market). */
static void let_cards(struct world *w, uint32_t id, double cards)
{
    const struct row *r = &lessor_state(w)->row[id];
    struct told *told = &lessor_state(w)->told[id];
    told->let_cards += cards;
    supply_let(w, told->vintage, cards);
    double rent =
        cards * r->rent_per_month * MONTHS_PER_YEAR / HOURS_PER_YEAR / w->generations.cards_per_server[r->generation];
    supply_earn(w, told->vintage, rent);
    w->vintages.rent_of_told += rent;
    tell(w->sim, "lessor", cards > 0 ? "let" : "given back", sim_row_name(w->sim, PURCHASE, id), "%.0f cards",
         fabs(cards));
}

/* Those that are free, or all of them back for good. */
static void let(struct world *w, uint32_t id, bool begins)
{
    const struct row *r = &lessor_state(w)->row[id];
    const struct told *told = &lessor_state(w)->told[id];
    const struct vintage *v = &w->vintages.row[told->vintage];
    let_cards(w, id, begins ? min_of(r->let_share * v->cards, v->cards - v->let_cards) : -told->let_cards);
}

/* Cards that have a customer are on offer to others too; those that are scrapped by then find none. */
static void begin_let(struct world *w, uint32_t id)
{
    uint32_t vintage = lessor_state(w)->told[id].vintage;
    if (!w->vintages.row[vintage].standing)
        return;
    if (!w->vintages.row[vintage].on_offer)
        supply_wake(w, vintage);
    let(w, id, true);
}

static void give_back(struct world *w, uint32_t id)
{
    if (lessor_state(w)->told[id].let_cards > 0)
        let(w, id, false);
}

/* Where cards are withdrawn or lost, the customer keeps at most those that are left. */
static void cards_withdrawn(struct world *w, uint32_t vintage, double kept)
{
    struct lessor *p = lessor_state(w);
    for (uint32_t i = 0; i < p->rows; i++)
        if (p->told[i].let_cards > kept && p->told[i].vintage == vintage)
            let_cards(w, i, kept - p->told[i].let_cards);
}

static const struct vintage_follower follower = {.withdrawn = cards_withdrawn};

static void handle(struct world *w, const struct event *event)
{
    switch ((enum event_kind)event->kind) {
    case ORDERED:
        order(w, event->id);
        break;
    case DELIVERED:
        deliver(w, event->id);
        break;
    case LET:
        begin_let(w, event->id);
        break;
    case GIVEN_BACK:
        give_back(w, event->id);
        break;
    }
}

/* Dates before the world begins count as its first. */
static void schedule(struct world *w, enum event_kind kind, size_t id, double date)
{
    struct event event = {
        .model = (uint16_t)sim_model_index(w->sim, &model_lessor), .kind = (uint16_t)kind, .id = (uint32_t)id};
    if (!isnan(date))
        sim_schedule(w->sim, max_of(w->sim->plan->start, date), kind, event);
}

static void start(struct world *w)
{
    struct lessor *p = lessor_state(w);
    supply_follow(w, &follower);
    size_t rows = p->rows = (uint32_t)sim_row_count(w->sim, PURCHASE);
    p->row = sim_rows(w->sim, &model_lessor, PURCHASE);
    p->told = arena_array(&w->sim->arena, rows, sizeof *p->told);
    for (size_t i = 0; i < rows; i++) {
        const struct row *r = &p->row[i];
        double ordered = isnan(r->ordered) ? r->delivered : r->ordered,
               from = isnan(r->let_from) ? r->delivered : r->let_from;
        schedule(w, ORDERED, i, ordered);
        schedule(w, DELIVERED, i, r->delivered);
        schedule(w, LET, i, from);
        schedule(w, GIVEN_BACK, i, r->let_until);
    }
}

static void check(const struct scenario *scenario, struct mistakes *mistakes)
{
    struct arena arena = {0};
    struct drawn drawn = scenario_draw(scenario, &arena, NULL, NULL);
    const struct row *row = checked_block(scenario, &drawn, PURCHASE, &model_lessor);
    for (size_t i = 0; i < scenario_row_count(scenario, PURCHASE); i++) {
        const struct row *r = &row[i];
        double from = isnan(r->let_from) ? r->delivered : r->let_from;
        const char *name = scenario_row_name(scenario, PURCHASE, i);
        if (r->ordered > r->delivered)
            scenario_complain(scenario, mistakes, arena_printf(&arena, PURCHASE ".%s.ordered", name),
                              "after it is delivered");
        if (from < r->delivered)
            scenario_complain(scenario, mistakes, arena_printf(&arena, PURCHASE ".%s.let_from", name),
                              "before it is delivered");
        if (r->let_until < from)
            scenario_complain(scenario, mistakes, arena_printf(&arena, PURCHASE ".%s.let_until", name),
                              "before it is let");
    }
    arena_free(&arena);
}

static const struct table tables[] = {{PURCHASE, sizeof(struct row), "scheduled purchases"}, {0}};

const struct model model_lessor = {
    .name = "lessor",
    .help = "a lessor that a study looks at: what it buys and when, as scheduled",
    .without = "no purchase is scheduled",
    .tables = tables,
    .params = params,
    .check = check,
    STATE(lessor, struct lessor),
    .start = start,
    .event = handle,
};
