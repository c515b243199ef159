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
           "block in which cards train as a rule: of which effective P is told", NULL),
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

static double left_over(const struct settings *s, double cards, double share_lost)
{
    const double least = 0.05; /* nobody trains in blocks that stand still */
    return max_of(least, 1 - share_lost * goodput_lost(s->failures_per_yr, s->checkpoint_s, s->restart_s, cards));
}

double goodput_usual(const struct world *w)
{
    const struct settings *s = sim_settings(w->sim, &model_goodput);
    return s->failures_per_yr > 0 ? left_over(s, s->block_cards, 1) : 1;
}

double goodput_of(const struct world *w, double cards, bool engineered)
{
    const struct settings *s = sim_settings(w->sim, &model_goodput);
    if (s->failures_per_yr <= 0)
        return 1;
    return left_over(s, cards, engineered ? 1 - s->engineered : 1) / left_over(s, s->block_cards, 1);
}

const struct model model_goodput = {
    .name = "goodput",
    .help = "interruptions of training: large blocks deliver less",
    .params = params,
    .settings_size = sizeof(struct settings),
};
