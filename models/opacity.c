/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contracts by the P: the tenant buys so many P and is not told on which card.
 *
 * A share s of the leases of a vintage names no card; s differs by channel, since cards that nobody may have are hidden best. Not
 * knowing what it gets, nor who stands behind it, the tenant takes a discount d off the rent that a named card has (quality
 * uncertainty: Akerlof 1970), and each of l layers of resale between it and the owner keeps a margin m. So the owner receives
 *
 *     r (1 - s + s (1 - d) (1 - m)^l)
 *
 * for a card that rents at r. What middlemen keep leaves the market. Buyers of cards see it: it bounds the gray premium (procurement.c)
 * and weighs in the choice of cards and in Tobin's q (pipeline.c). Shown beside it is what a P rents at whatever the card,
 *
 *     sum n_g r_g / sum n_g P_g      (n cards on offer, P dense PFLOPS),
 *
 * the unit in which such contracts are quoted.
 *
 * Imposed: the shares, the discount, the layers. Neutral: shares of 0.
 */
#include "models.h"
#include "world.h"

#include "../sim/base/det.h"

struct settings {
    double share[CHANNELS], discount, margin, layers;
};

static const struct param params[] = {
    NUMBER(struct settings, share[CHANNEL_GRAY], "gray_share", "", 0, 1, "0", UNCERTAIN,
           "share of leases on gray cards that are by the P and hide the card", NULL),
    NUMBER(struct settings, share[CHANNEL_OFFICIAL], "official_share", "", 0, 1, "0", UNCERTAIN,
           "the same for cards bought officially", NULL),
    NUMBER(struct settings, share[CHANNEL_DOMESTIC], "domestic_share", "", 0, 1, "0", UNCERTAIN, "the same for domestic cards", NULL),
    NUMBER(struct settings, discount, "discount", "", 0, 1, "0.1", UNCERTAIN,
           "what a tenant takes off the rent of a card that it is not told", NULL),
    NUMBER(struct settings, margin, "margin", "", 0, 1, "0.05", UNCERTAIN, "what a layer of resale keeps of such a rent", NULL),
    NUMBER(struct settings, layers, "layers", "", 0, 10, "1", UNCERTAIN, "layers of resale between owner and user", NULL),
    {0},
};

static void nothing_hidden(struct world *w)
{
    for (int channel = 0; channel < CHANNELS; channel++)
        w->opacity.rent_factor[channel] = 1;
}

static double mean_rent_of_a_p(const struct world *w)
{
    double rent = 0, p = 0;
    for (size_t g = 0; g < w->generations.count; g++) {
        rent += w->vintages.competent_cards[g] * w->market.rent_card[g];
        p += w->vintages.competent_cards[g] * w->generations.pflops_fp16[g];
    }
    return p > 0 ? rent / p : NONE;
}

static void update(struct world *w)
{
    w->opacity.rent_per_p = mean_rent_of_a_p(w);
}

static void start(struct world *w)
{
    const struct settings *s = sim_settings(w->sim, &model_opacity);
    double received = (1 - s->discount) * det_pow(1 - s->margin, s->layers);
    for (int channel = 0; channel < CHANNELS; channel++)
        w->opacity.rent_factor[channel] = 1 - s->share[channel] * (1 - received);
    update(w);
}

enum { OUT_RENT_OF_A_P };
static const struct output outputs[] = {
    [OUT_RENT_OF_A_P] = {"rent_of_a_p", OUTPUT_SERIES, "CNY/P-hour", NULL,
                         "rent of a dense P whatever the card, mean of the cards on offer, spot, ex VAT"},
    {0},
};

static void sample(struct world *w)
{
    sim_record(w->sim, &model_opacity, OUT_RENT_OF_A_P, -1, w->opacity.rent_per_p, false);
}

const struct model model_opacity = {
    .name = "opacity",
    .help = "contracts by the P that hide the card, and layers of resale",
    .without = "every lease names its card",
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct settings),
    .start = start,
    .off = nothing_hidden,
    .phase = {[PHASE_BELIEFS] = update, [PHASE_SAMPLE] = sample},
};
