/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What cards cost and bring: the buyer's own quotes first, then the world's prices.
 *
 * In a simulated world these are the market's. In a given one they are columns of the table of generations: a number, a
 * rate of decline from the start of the run, x(t) = x e^(-d (t - start)), or a series. There a contract costs the mean
 * of the rent over its term, discounted at the cost of debt, every card is delivered at once, and nothing is short.
 */
#include "inside.h"

static const struct given_card *given(const struct world *w, int g)
{
    return &planner_state(w)->card[g];
}

static double since_start(const struct world *w, double time)
{
    return time - w->sim->plan->start;
}

/* A number with a decline, or a series; NaN: neither. */
static double given_value(const struct world *w, double number, double decline, const struct dated_series *path,
                          double time)
{
    return path ? series_at(path, time) : number * det_exp(-decline * since_start(w, time));
}

static double given_rent(const struct world *w, int g, double time)
{
    const struct given_card *c = given(w, g);
    double month = HOURS_PER_YEAR / MONTHS_PER_YEAR;
    double rent = isnan(c->rent_cny) ? c->server_rent_cny / c->cards_per_server / month : c->rent_cny;
    return given_value(w, rent, c->rent_decline_per_yr, c->rent_path, time);
}

static double given_price(const struct world *w, int g, double time)
{
    const struct given_card *c = given(w, g);
    double price = isnan(c->price_cny) ? c->server_price_cny / c->cards_per_server : c->price_cny;
    return given_value(w, price, c->price_decline_per_yr, c->price_path, time);
}

double built_share(const struct alternative *a)
{
    return a->kind == ALTERNATIVE_BUILD || a->kind == ALTERNATIVE_HYBRID ? a->share : 0;
}

double reserved_share(const struct alternative *a)
{
    return a->kind == ALTERNATIVE_RESERVED ? a->share
           : built_share(a) > 0            ? max_of(0, 1 - built_share(a)) * a->rest_reserved
                                           : 0;
}

double offer_effective_p(const struct world *w, enum workload k, int g)
{
    return planner_state(w)->is_given ? given(w, g)->effective_p : w->generations.effective_p[k][g];
}

double offer_cards_per_server(const struct world *w, int g)
{
    return given(w, g)->cards_per_server;
}

bool offer_is_there(const struct world *w, int g, enum workload k)
{
    if (planner_state(w)->is_given)
        return given_rent(w, g, planner_state(w)->now) >= 0;
    return w->vintages.offered_cards[g] >= 1 && w->generations.effective_p[k][g] > 0;
}

double offer_rent(const struct world *w, int g)
{
    return planner_state(w)->is_given ? given_rent(w, g, planner_state(w)->middle) : w->market.rent_card[g];
}

/* The mean of a given rent over some years, discounted at the cost of debt as contracts are. */
static double given_rent_mean(const struct world *w, int g, double from, double years)
{
    enum { POINTS_A_YEAR = 12 };
    int points = (int)max_of(1, round(years * POINTS_A_YEAR));
    double sum = 0, weights = 0, rate = planner_state(w)->settings->debt_per_yr;
    for (int i = 0; i < points; i++) {
        double ahead = years * (i + 0.5) / points, weight = det_exp(-rate * ahead);
        sum += weight * given_rent(w, g, from + ahead);
        weights += weight;
    }
    return sum / weights;
}

static double term_rent(const struct world *w, int g, int months)
{
    if (planner_state(w)->is_given)
        return given_rent_mean(w, g, planner_state(w)->now, (double)months / MONTHS_PER_YEAR);
    return value_term_rent(w, g, months);
}

double offer_rent_ahead(const struct world *w, int g, double from_yr, double years)
{
    if (planner_state(w)->is_given)
        return given_rent_mean(w, g, planner_state(w)->now + from_yr, years);
    double until = (from_yr + years) * MONTHS_PER_YEAR, from = from_yr * MONTHS_PER_YEAR;
    int most = (int)min_of(LONGEST_TERM_MONTHS, max_of(1, round(until))), least = (int)min_of(most - 1, round(from));
    double before = least >= 1 ? least * term_rent(w, g, least) : 0;
    return max_of(0, (most * term_rent(w, g, most) - before) / (most - max_of(0, least)));
}

int offer_cheapest(const struct world *w, enum workload k, int months, double *price)
{
    int best = -1;
    for (int g = 0; g < (int)planner_state(w)->cards; g++) {
        if (!offer_is_there(w, g, k))
            continue;
        double each = (months ? term_rent(w, g, months) : offer_rent(w, g)) / offer_effective_p(w, k, g);
        if (best < 0 || each < *price) {
            best = g;
            *price = each;
        }
    }
    return best;
}

double offer_market_rent(const struct world *w, enum workload k)
{
    return planner_state(w)->is_given ? NONE : w->market.rent[k];
}

double offer_shortage(const struct world *w, enum workload k)
{
    return !planner_state(w)->is_given && w->market.demand[k] > 0
               ? min_of(1, w->leases.unmet_p[k] / w->market.demand[k])
               : 0;
}

double offer_let_share(const struct world *w)
{
    double let = 0, on_offer = 0;
    if (planner_state(w)->is_given)
        return 1;
    for (size_t g = 0; g < w->generations.count; g++) {
        let += w->vintages.let_cards[g];
        on_offer += w->vintages.offered_cards[g];
    }
    return on_offer > 0 ? min_of(1, let / on_offer) : 0;
}

bool offer_vouchers(const struct world *w)
{
    if (planner_state(w)->is_given)
        return true;
    for (int c = 0; c < MAX_TENANT_CLASSES; c++)
        if (w->policy.voucher_share[c] > 0)
            return true;
    return false;
}

/* -- of one alternative -------------------------------------------------------------------------------------------- */

double of_a_rent(const struct planner_settings *s)
{
    return 1 + s->vat_rent * (1 - s->vat_recovered);
}

/* Cards that never arrive are paid for too. */
double of_a_price(const struct planner_settings *s, const struct alternative *a)
{
    return (1 + s->vat_equipment * (1 - (a->invoice ? s->vat_recovered : 0))) / (1 - a->lost);
}

static bool quotes_rent(const struct alternative *a)
{
    return !isnan(a->rent_cny) || !isnan(a->server_rent_cny);
}

static bool rents_only(const struct alternative *a)
{
    return a->kind == ALTERNATIVE_ON_DEMAND || a->kind == ALTERNATIVE_RESERVED || a->kind == ALTERNATIVE_WAIT;
}

int quote_card(const struct world *w, const struct alternative *a)
{
    if (rents_only(a) && a->generation >= 0)
        return a->generation;
    return quotes_rent(a) ? planner_state(w)->settings->reference : -1;
}

double quote_rent(const struct world *w, const struct alternative *a, int months, int g)
{
    double month = HOURS_PER_YEAR / MONTHS_PER_YEAR;
    if (!isnan(a->rent_cny))
        return a->rent_cny * (1 - a->rent_discount);
    if (!isnan(a->server_rent_cny))
        return a->server_rent_cny / offer_cards_per_server(w, g) / month * (1 - a->rent_discount);
    return (months ? term_rent(w, g, months) : offer_rent(w, g)) * (1 - a->rent_discount);
}

double spot_price(const struct world *w, enum workload k, int generation)
{
    const struct planner_settings *s = planner_state(w)->settings;
    double price = offer_market_rent(w, k);
    if (generation >= 0 && offer_is_there(w, generation, k))
        price = offer_rent(w, generation) / offer_effective_p(w, k, generation);
    else
        offer_cheapest(w, k, 0, &price);
    return price * s->on_demand_premium * (1 + offer_shortage(w, k) * (s->shortage - 1)) * of_a_rent(s);
}

/* By the hour, everything included. A quote is what is paid: no premium on it, no shortage. */
double spot_of(const struct world *w, const struct position *p, enum workload k)
{
    const struct alternative *a = p->row;
    int g = quote_card(w, a);
    double price = planner_state(w)->spot[k];
    if (quotes_rent(a) && a->kind == ALTERNATIVE_ON_DEMAND)
        price = quote_rent(w, a, 0, g) * det_exp(a->escalator_per_yr * (planner_state(w)->middle - p->began)) /
                offer_effective_p(w, k, g) * of_a_rent(planner_state(w)->settings);
    else if (rents_only(a) && a->generation >= 0)
        price = spot_price(w, k, g);
    if (!quotes_rent(a) && a->kind == ALTERNATIVE_ON_DEMAND)
        price *= 1 - a->rent_discount;
    return price * p->lens->hour;
}

static bool quotes_price(const struct alternative *a)
{
    return !isnan(a->price_cny) || !isnan(a->server_price_cny) || a->price_path;
}

bool quote_is_open(const struct world *w, const struct alternative *a)
{
    if (quotes_price(a))
        return true;
    if (planner_state(w)->is_given)
        return given_price(w, a->generation, planner_state(w)->now) >= 0;
    int channel = procurement_channel(w, a->generation);
    return channel >= 0 && (a->channel == CHANNELS || a->channel == channel);
}

double quote_price(const struct world *w, const struct alternative *a, double cards)
{
    double price;
    if (a->price_path)
        price = series_at(a->price_path, planner_state(w)->now);
    else if (!isnan(a->price_cny))
        price = a->price_cny;
    else if (!isnan(a->server_price_cny))
        price = a->server_price_cny / offer_cards_per_server(w, a->generation);
    else
        price = planner_state(w)->is_given ? given_price(w, a->generation, planner_state(w)->now)
                                           : procurement_cost_per_card(w, a->generation);
    return price * (1 - a->price_discount) * (cards >= a->bulk_from_cards ? 1 - a->bulk_discount : 1);
}

double quote_wait_yr(const struct world *w, const struct alternative *a, double cards)
{
    if (!isnan(a->lead_yr))
        return a->lead_yr;
    if (planner_state(w)->is_given || quotes_price(a))
        return 0;
    return procurement_wait_years(w, a->generation) + procurement_queue_years(w, a->generation, cards);
}

double quote_maintenance(const struct world *w, const struct alternative *a, double cards, double paid_per_card)
{
    if (!isnan(a->maintenance_per_yr))
        return a->maintenance_per_yr * paid_per_card * cards *
               plan_prices_rise(planner_state(w), planner_state(w)->middle);
    return planner_state(w)->is_given ? 0 : value_upkeep(w, w->generations.list_price_cny[a->generation] * cards);
}

static int region_of(const struct world *w, const struct alternative *a)
{
    return a->region >= 0 && a->region < (int)w->regions.count ? a->region : w->regions.reference;
}

double quote_site_kw(const struct world *w, const struct alternative *a)
{
    if (!isnan(a->power_w))
        return a->power_w / 1000;
    double listed = given(w, a->generation)->power_w / 1000;
    return !planner_state(w)->is_given ? procurement_site_kw(w, a->generation) : isnan(listed) ? 0 : listed;
}

double quote_power(const struct world *w, const struct alternative *a)
{
    bool is_given = planner_state(w)->is_given;
    int r = region_of(w, a);
    double discount = is_given ? 0 : w->policy.power_discount[a->generation];
    double price = !isnan(a->power_cny_per_kwh)
                       ? a->power_cny_per_kwh * plan_prices_rise(planner_state(w), planner_state(w)->middle)
                   : is_given ? 0
                              : w->regions.power_price_cny_per_kwh[r] * (1 - discount);
    double pue = !isnan(a->pue) ? a->pue : is_given ? 1 : w->regions.pue[r];
    return quote_site_kw(w, a) * pue * price;
}

double quote_used_price(const struct world *w, const struct alternative *a, double years_left)
{
    if (planner_state(w)->is_given) {
        const struct given_card *c = given(w, a->generation);
        double used = given_value(w, c->used_cny, c->used_decline_per_yr, c->used_path, planner_state(w)->until);
        return isnan(used) ? 0 : used;
    }
    return min_of(value_of_card(w, region_of(w, a), a->generation, years_left),
                  max_of(w->channels.street_price_cny[a->generation], 0));
}

double cards_for(const struct world *w, int g, const double need[WORKLOADS])
{
    double cards = 0;
    for (int k = 0; k < WORKLOADS; k++)
        if (offer_effective_p(w, (enum workload)k, g) > 0)
            cards += need[k] / offer_effective_p(w, (enum workload)k, g);
    return cards;
}
