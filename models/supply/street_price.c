/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a card costs: the premium of the street over list price, and the cost in place. */
#include "procurement.h"

#include "sim/base/det.h"

double procurement_site_kw(const struct world *w, int g)
{
    return w->channels.site_kw[g];
}

double procurement_building_cost_per_card(const struct world *w, int g)
{
    return procurement_state(w)->settings->building_cny_per_kw * procurement_site_kw(w, g);
}

double procurement_cost_per_card(const struct world *w, int g)
{
    return w->channels.street_price_cny[g] / procurement_state(w)->settings->hardware_share +
           procurement_building_cost_per_card(w, g);
}

/* Cards a year that buyers are after: the rate of orders, or the queue over the normal lead time if that is more. */
static double pressure(const struct world *w, int g)
{
    int channel = procurement_channel(w, g);
    if (channel < 0)
        return procurement_state(w)->orders_per_yr[g];
    double queue = w->channels.backlog_cards[channel][g] /
                   max_of(procurement_state(w)->settings->lead_yr[channel], 1.0 / MONTHS_PER_YEAR);
    return max_of(procurement_state(w)->orders_per_yr[g], queue);
}

/* Price of a card without scarcity: in the street nobody pays for the licence. */
static double asked_cny(const struct world *w, int g)
{
    return w->generations.list_price_cny[g] *
           (procurement_channel(w, g) == CHANNEL_OFFICIAL ? w->policy.licence_price[g] : 1);
}

/* What the keenest buyers pay over the present value of rents. When a ban is announced, those who cannot wait pay more
 * for a while. */
static double keenness(const struct world *w, int g)
{
    const struct procurement_settings *s = procurement_state(w)->settings;
    double since = w->sim->now - w->policy.ban_announced[g]; /* NaN: no ban */
    return s->panic > 0 && since >= 0 ? s->own_use * (1 + s->panic * det_exp(-since / s->panic_fade_yr)) : s->own_use;
}

static void price_scarcity(struct world *w, int g, double speed_per_yr, double dt)
{
    enum { RATIO_BOUND = 20 }; /* orders over capacity beyond which the premium moves no faster */
    const struct procurement_settings *s = procurement_state(w)->settings;
    struct channels *c = &w->channels;
    int channel = procurement_channel(w, g);
    const struct fleet_market *fleets = &procurement_state(w)->fleets; /* both nil while platforms are off */
    double capacity = procurement_state(w)->capacity_per_yr[g] + fleets->ordered[g],
           wanted = pressure(w, g) + fleets->wanted[g];
    double ratio = min_of(RATIO_BOUND, max_of(1.0 / RATIO_BOUND, wanted / max_of(capacity, 1e-9)));
    double premium = c->premium[g] * det_exp(speed_per_yr * det_log(ratio) * dt);
    double floor_ = channel == CHANNEL_OFFICIAL || w->generations.domestic[g] ? 1 : s->gray_floor;
    double earns = keenness(w, g) * value_of_card(w, w->regions.reference, g, VALUE_YEARS / 2.0) -
                   procurement_building_cost_per_card(w, g);
    double worth = earns * s->hardware_share / asked_cny(w, g);
    if (channel == CHANNEL_OFFICIAL && worth > s->official_premium) /* not if there is none: NaN */
        worth = s->official_premium;
    double most = max_of(floor_, worth);
    c->premium_on_bound[g] = (premium >= most || premium <= floor_) && dt > 0;
    c->premium[g] = max_of(floor_, min_of(most, premium));
}

void street_price_update(struct world *w, double dt)
{
    struct channels *c = &w->channels;
    const struct procurement_settings *s = procurement_state(w)->settings;
    double remembered = det_exp(-dt / s->order_memory_yr);
    for (int g = 0; g < (int)w->generations.count; g++) {
        procurement_state(w)->orders_per_yr[g] *= remembered;
        if (!w->generations.launched[g])
            continue;
        if (!w->generations.domestic[g])
            price_scarcity(w, g, s->premium_speed_per_yr, dt);
        else if (s->domestic_speed_per_yr > 0)
            price_scarcity(w, g, s->domestic_speed_per_yr, dt);
        else
            c->premium[g] = 1;
        c->street_price_cny[g] = asked_cny(w, g) * c->premium[g];
        c->server_price_cny[g] =
            c->street_price_cny[g] * w->generations.cards_per_server[g] / s->hardware_share * (1 + s->vat);
    }
}
