/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What interruptions leave of a training run: goodput.
 *
 * A block of n cards that train together stops whenever one of them does: n f times a year. It writes a checkpoint every
 * sqrt(2 c / (n f)) years, which is best to first order when one takes c (Young 1974; Daly 2006), and so loses
 * sqrt(2 c n f) of its time to checkpoints and to work done since the last one, and n f t_r to starting again:
 *
 *     g(n) = 1 - sqrt(2 c n f) - n f t_r.
 *
 * With f .17 a year (Meta 2024: 419 interruptions of 16,384 cards in 54 days), c 15 s and t_r 5 min that is .922 at
 * 16,384 cards, where Meta reports more than .90, and .985 at 1,024. Engineering service (engineering.c) takes a share
 * off what is lost.
 *
 * Effective P of training is that of the usual block: technology.c multiplies it by g of that. A lease delivers g of its
 * own block over it, so that large ones need more cards for the same work. Inference goes on with the other servers.
 * Off: failures 0, g = 1.
 */
#include "goodput.h"

#include "models/models.h"

struct settings {
    double failures_per_yr, checkpoint_s, restart_s, block_cards, engineered;
};

static const double SECONDS_PER_YEAR = HOURS_PER_YEAR * 3600;

/* clang-format off */
static const struct param params[] = {
    NUMBER(struct settings, failures_per_yr, "interruptions", "/card/yr", 0, 100, "0 /card/yr", UNCERTAIN,
           "times a year that a card stops the block it trains in", "Meta 2024: 419 in 54 days of 16,384 cards"),
    NUMBER(struct settings, checkpoint_s, "checkpoint", "s", 0, 3600, "15 s", UNCERTAIN, "time that a checkpoint takes", NULL),
    NUMBER(struct settings, restart_s, "restart", "s", 0, 86400, "300 s", UNCERTAIN, "time to find the fault and start again", NULL),
    NUMBER(struct settings, block_cards, "block", "card", 1, 1e6, "256 card", UNCERTAIN,
           "block in which cards usually train: the one for which effective P is stated", NULL),
    NUMBER(struct settings, engineered, "engineered", "", 0, 1, "0.5", UNCERTAIN,
           "share of what is lost that engineering service wins back", NULL),
    {0},
};
/* clang-format on */

double goodput_lost(double failures_per_yr, double checkpoint_s, double restart_s, double cards)
{
    double per_s = cards * failures_per_yr / SECONDS_PER_YEAR;
    return min_of(1, sqrt(2 * checkpoint_s * per_s) + per_s * restart_s);
}

/* What is lost is root * sqrt(n) + each * n. */
struct goodput {
    double root, each, usual, per_usual, engineered; /* per_usual: one over what is left to the usual block */
    double let_cards, lost_cards; /* for training since the last report; of them what is lost */
};

static const struct goodput *goodput_state(const struct world *w)
{
    return w->state[STATE_goodput];
}

static double left_over(const struct goodput *g, double cards, double share_lost)
{
    const double least = 0.05; /* nobody trains in blocks that stand still */
    return max_of(least, 1 - share_lost * (g->root * sqrt(cards) + g->each * cards));
}

void goodput_note(struct world *w, double cards, bool engineered)
{
    struct goodput *g = w->state[STATE_goodput];
    g->let_cards += cards;
    g->lost_cards += cards * (1 - goodput_of(w, cards, engineered) * g->usual);
}

double goodput_usual(const struct world *w)
{
    return goodput_state(w)->usual;
}

double goodput_of(const struct world *w, double cards, bool engineered)
{
    const struct goodput *g = goodput_state(w);
    return left_over(g, cards, engineered ? g->engineered : 1) * g->per_usual;
}

static void start(struct world *w)
{
    const struct settings *s = sim_settings(w->sim, &model_goodput);
    struct goodput *g = w->state[STATE_goodput];
    double per_s = s->failures_per_yr / SECONDS_PER_YEAR;
    g->root = sqrt(2 * s->checkpoint_s * per_s);
    g->each = per_s * s->restart_s;
    g->engineered = 1 - s->engineered;
    g->usual = left_over(g, s->block_cards, 1);
    g->per_usual = 1 / g->usual;
}

static const struct output outputs[] = {
    {"training_lost", OUTPUT_SERIES, "", NULL,
     "share of their time that clusters let for training since the last report lose to interruptions", .share = true},
    {0},
};

static void sample(struct world *w)
{
    struct goodput *g = w->state[STATE_goodput];
    sim_record(w->sim, &model_goodput, 0, -1, g->let_cards > 0 ? g->lost_cards / g->let_cards : NONE, false);
    g->let_cards = g->lost_cards = 0;
}

const struct model model_goodput = {
    .name = "goodput",
    .help = "interruptions of training: large blocks deliver less",
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    STATE(goodput, struct goodput),
    .start = start,
    .phase = {[PHASE_SAMPLE] = sample},
};
