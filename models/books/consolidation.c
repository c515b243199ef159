/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Consolidation: centres of firms in distress go to firms that have cash and think them worth it, and fewer firms set
 * rents.
 *
 * A firm in distress (finance.c) offers its centres until it can pay. Each firm of a class that absorbs values a centre
 * at what its cards can still earn (value.c, less the cost of activation if it is dormant) times an outlook of its own,
 *
 *     bid = min(outlook * worth, replacement cost, cash it may spend + loan that goes with the centre),
 *     ln outlook ~ N(0, spread^2),
 *
 * replacement cost being that of as much effective capacity bought new today. The highest bid wins and pays the second
 * (Vickrey 1961), but no less than a reserve in shares of the worth, below which the centre is not sold, nor than the
 * loan, which moves with it. Of what the seller gets beyond that, it first repays what the centre secured of its credit
 * line.
 *
 * With H the sum of squares of firms' shares of the effective capacity on offer and e the price elasticity of demand,
 * firms that choose quantities hold rents at the mark-up
 *
 *     mu = 1 / (1 - c H / e)
 *
 * over competition (Cournot; c = 1; c = 0 is competition) by offering the share mu^-e of their capacity. The ceiling of
 * market.c bounds what that can do.
 *
 * Imposed: which classes may buy, conduct. Emerges: the firms that are left, concentration, and the rise of rents after
 * it. Neutral: nobody absorbs, conduct 0.
 */
#include "models/models.h"
#include "models/world.h"

#include "sim/base/det.h"

struct settings {
    double conduct, most_markup, spread, reserve, cash_share;
};

struct row {
    bool absorbs;
};

struct consolidation {
    const struct settings *settings;
    uint32_t *bidders; /* firms of the classes that absorb */
    size_t bidder_count;
    double *outlook, keenest; /* of each bidder; the highest */
    double *capacity; /* of each firm, on offer, effective P */
    uint32_t *seller; /* firms that must sell as the step's auctions begin */
    double sold_since_sample, sold_cny, replacement_cny;
};

static inline struct consolidation *consolidation_state(const struct world *w)
{
    return w->state[STATE_consolidation];
}

#define OPERATOR "operators"
enum { STREAM_OF_OUTLOOK }; /* (0, firm): how much more than others it thinks a centre is worth */

/* clang-format off */
static const struct param params[] = {
    NUMBER(struct settings, conduct, "conduct", "", 0, 1, "0", UNCERTAIN,
           "share of Cournot's market power that firms use; 0: none, as in competition", NULL),
    NUMBER(struct settings, most_markup, "most_markup", "", 1, 10, "2", FIXED, "mark-up at which competition law intervenes", NULL),
    NUMBER(struct settings, spread, "outlook_spread", "", 0, 3, "0.3", UNCERTAIN, "standard deviation of bidders' outlooks, log", NULL),
    NUMBER(struct settings, reserve, "reserve", "", 0, 1, "0.3", UNCERTAIN,
           "reserve price of a centre, share of its value: the proceeds of parts and clearance", NULL),
    NUMBER(struct settings, cash_share, "cash_share", "", 0, 1, "0.5", UNCERTAIN, "share of its cash that a bidder spends on one centre", NULL),
    {.name = "absorbs", .table = OPERATOR, .type = PARAM_FLAG, .value = "false",
     .help = "whether firms of a class of owners bid for centres of firms in distress", .offset = offsetof(struct row, absorbs)},
    {0},
};
/* clang-format on */

/* -- auctions ------------------------------------------------------------------------------------------------------ */

/* Effective P of a card in the use that its generation has now. */
static double effective_now(const struct world *w, int g)
{
    double share = w->market.training_share[g];
    return share * w->generations.effective_p[TRAINING][g] + (1 - share) * w->generations.effective_p[INFERENCE][g];
}

/* What as much effective capacity costs new; infinite while nothing is sold. */
static double replacement_of(const struct world *w, const struct vintage *v)
{
    double least = INFINITY;
    for (int g = 0; g < (int)w->generations.count; g++)
        if (procurement_channel(w, g) >= 0 && effective_now(w, g) > 0)
            least = min_of(least, procurement_cost_per_card(w, g) / effective_now(w, g));
    return isfinite(least) ? least * v->cards * effective_now(w, v->generation) : (double)INFINITY;
}

static bool may_bid(const struct world *w, uint32_t firm, uint32_t seller)
{
    const struct firm *f = &w->firms.row[firm];
    return firm != seller && !f->distressed && !f->defaulted && w->ledger.sheet[firm].cash > 0;
}

struct bids {
    uint32_t best;
    double highest, second;
};

static struct bids take_bids(const struct world *w, const struct vintage *v, double worth, double replacement)
{
    const struct consolidation *state = consolidation_state(w);
    struct bids bids = {UINT32_MAX, 0, 0};
    for (size_t i = 0; i < state->bidder_count; i++) {
        uint32_t firm = state->bidders[i];
        if (!may_bid(w, firm, v->firm))
            continue;
        double means = w->ledger.sheet[firm].cash * state->settings->cash_share + v->debt;
        double bid = min_of(min_of(state->outlook[i] * worth, replacement), means);
        if (bid > bids.highest)
            bids = (struct bids){firm, bid, bids.highest};
        else
            bids.second = max_of(bids.second, bid);
    }
    return bids;
}

/* Banks release a centre that secures a credit line only against its part of the line. */
static void repay_line(struct world *w, uint32_t seller, double worth, double proceeds)
{
    struct firm *f = &w->firms.row[seller];
    double part = f->credit_line * min_of(1, worth / max_of(f->economic, worth)), repaid = min_of(part, proceeds);
    f->economic = max_of(0, f->economic - worth);
    if (repaid <= 0)
        return;
    f->credit_line -= repaid;
    ledger_post(w, seller, ACCOUNT_DEBT, -repaid);
}

double consolidation_auction(struct world *w, uint32_t id)
{
    struct consolidation *state = consolidation_state(w);
    const struct vintage *v = &w->vintages.row[id];
    double worth = v->cards * value_of_vintage(w, v);
    if (worth <= 0 || v->debt > worth * state->keenest)
        return 0;
    double replacement = replacement_of(w, v);
    if (v->debt > replacement)
        return 0;
    struct bids bids = take_bids(w, v, worth, replacement);
    double least = max_of(state->settings->reserve * worth, v->debt), price = max_of(bids.second, least);
    if (bids.best == UINT32_MAX || bids.highest < least || price <= 0)
        return 0;
    double proceeds = price - v->debt;
    uint32_t seller = v->firm;
    vintage_transfer(w, id, bids.best, price);
    repay_line(w, seller, worth, proceeds);
    state->sold_since_sample += v->cards;
    if (isfinite(replacement)) {
        state->sold_cny += price;
        state->replacement_cny += replacement;
    }
    return price;
}

static bool must_sell(const struct world *w, uint32_t firm)
{
    return w->firms.row[firm].distressed && w->ledger.sheet[firm].cash < 0;
}

/* The first centre from `from` on that stands and whose firm must sell; UINT32_MAX if there is none. */
static uint32_t next_offered(const struct world *w, size_t sellers, uint32_t from)
{
    uint32_t first = UINT32_MAX;
    for (size_t i = 0; i < sellers; i++) {
        uint32_t firm = consolidation_state(w)->seller[i], id = w->firms.first_vintage[firm];
        while (id < first && (id < from || !w->vintages.row[id].standing))
            id = w->vintages.row[id].next_of_firm;
        if (id < first && must_sell(w, firm))
            first = id;
    }
    return first;
}

/* The centres of firms in distress one by one, until they can pay. */
static void offer_centres(struct world *w)
{
    size_t sellers = 0;
    for (size_t i = 0; i < w->firms.active_count; i++)
        if (must_sell(w, w->firms.active[i]))
            consolidation_state(w)->seller[sellers++] = w->firms.active[i];
    for (uint32_t id = next_offered(w, sellers, 0); id != UINT32_MAX; id = next_offered(w, sellers, id + 1))
        consolidation_auction(w, id);
}

/* -- market power -------------------------------------------------------------------------------------------------- */

double consolidation_markup(double concentration, double elasticity, double most)
{
    double inverse = 1 - concentration / elasticity;
    return inverse * most > 1 ? 1 / inverse : most;
}

static double elasticity(const struct world *w)
{
    const double *demand = w->market.demand;
    double all = demand[TRAINING] + demand[INFERENCE];
    if (all <= 0)
        return demand_elasticity(w, TRAINING);
    return (demand[TRAINING] * demand_elasticity(w, TRAINING) + demand[INFERENCE] * demand_elasticity(w, INFERENCE)) /
           all;
}

/* Of all owners, or of those who would hold out for more: servicers of creditors hold out for nothing. */
static double herfindahl(struct world *w, bool holding_out)
{
    double *capacity = consolidation_state(w)->capacity, all = 0, squares = 0;
    memset(capacity, 0, w->firms.count * sizeof *capacity);
    for (int g = 0; g < (int)w->generations.count; g++) {
        double effective = effective_now(w, g);
        for (size_t i = 0; i < w->vintages.generation_count[g]; i++) {
            const struct vintage *v = &w->vintages.row[w->vintages.of_generation[g][i]];
            double more = v->cards * (double)v->quality * effective, *has = &capacity[v->firm];
            squares += holding_out && firms_in_possession(w, v->firm) ? 0 : more * (more + 2 * *has);
            all += more;
            *has += more;
        }
    }
    return all > 0 ? squares / (all * all) : 0;
}

static void use_power(struct world *w)
{
    const struct settings *s = consolidation_state(w)->settings;
    double e = elasticity(w);
    w->concentration.hhi = herfindahl(w, true);
    w->concentration.markup = consolidation_markup(s->conduct * w->concentration.hhi, e, s->most_markup);
    w->concentration.withheld = 1 - det_pow(w->concentration.markup, -e);
}

static void run(struct world *w)
{
    if (consolidation_state(w)->bidder_count && w->firms.distressed)
        offer_centres(w);
    if (consolidation_state(w)->settings->conduct > 0)
        use_power(w);
}

static void start(struct world *w)
{
    struct consolidation *state = consolidation_state(w);
    const struct row *row = sim_rows(w->sim, &model_consolidation, OPERATOR);
    state->settings = sim_settings(w->sim, &model_consolidation);
    state->capacity = arena_array(&w->sim->arena, w->firms.count, sizeof *state->capacity);
    state->seller = arena_array(&w->sim->arena, w->firms.count, sizeof *state->seller);
    state->outlook = arena_array(&w->sim->arena, w->firms.count, sizeof *state->outlook);
    state->bidders = arena_array(&w->sim->arena, w->firms.count, sizeof *state->bidders);
    for (uint32_t i = 0; i < w->firms.ordinary; i++) {
        if (!row[w->firms.row[i].owner_class].absorbs)
            continue;
        struct stream random = sim_stream(w->sim, &model_consolidation, identity(STREAM_OF_OUTLOOK, 0, i));
        state->outlook[state->bidder_count] = det_exp(state->settings->spread * stream_normal(&random));
        state->keenest = max_of(state->keenest, state->outlook[state->bidder_count]);
        state->bidders[state->bidder_count++] = i;
    }
    w->concentration.markup = 1;
}

enum { OUT_HHI, OUT_MARKUP, OUT_SOLD, OUT_OWNERS, OUT_PRICE };
/* clang-format off */
static const struct output outputs[] = {
    [OUT_HHI] = {"hhi", OUTPUT_SERIES, "", NULL, "sum of squares of firms' shares of effective capacity on offer", .share = true},
    [OUT_MARKUP] = {"markup", OUTPUT_SERIES, "", NULL, "rents over those of perfect competition, from capacity held back"},
    [OUT_SOLD] = {"consolidation.sold", OUTPUT_SERIES, "card", NULL, "cards of firms in distress sold by bids since the last report"},
    [OUT_OWNERS] = {"owners", OUTPUT_SERIES, "", NULL, "firms with cards that stand"},
    [OUT_PRICE] = {"consolidation.price", OUTPUT_SCALAR, "", NULL, "price of centres of firms in distress sold by bids over the cost of new ones"},
    {0},
};
/* clang-format on */

static void sample(struct world *w)
{
    struct consolidation *state = consolidation_state(w);
    sim_record(w->sim, &model_consolidation, OUT_HHI, -1, herfindahl(w, false), false);
    sim_record(w->sim, &model_consolidation, OUT_MARKUP, -1, w->concentration.markup, false);
    sim_record(w->sim, &model_consolidation, OUT_SOLD, -1, state->sold_since_sample, false);
    sim_record(w->sim, &model_consolidation, OUT_OWNERS, -1, w->firms.owners, false);
    state->sold_since_sample = 0;
}

static void finish(struct world *w)
{
    const struct consolidation *state = consolidation_state(w);
    double replacement = state->replacement_cny;
    sim_record(w->sim, &model_consolidation, OUT_PRICE, -1, replacement > 0 ? state->sold_cny / replacement : NONE,
               false);
}

static const struct table tables[] = {{OPERATOR, sizeof(struct row), "classes of owners"}, {0}};

const struct model model_consolidation = {
    .name = "consolidation",
    .help = "centres in distress sold by bids, concentration of owners, and the rents it allows",
    .without = "nobody buys the centres of others at an auction, and no owner is large enough to matter for rents",
    .tables = tables,
    .asleep = true,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    STATE(consolidation, struct consolidation),
    .start = start,
    .finish = finish,
    .phase = {[PHASE_FINANCE] = run, [PHASE_SAMPLE] = sample},
};
