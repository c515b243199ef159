/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each channel sells in a step: which one a card goes through, and how many a year. */
#include "procurement.h"
#include "vendor.h"

#include "sim/base/det.h"

bool channels_gray_offered(const struct world *w, int g)
{
    const struct procurement *p = procurement_state(w);
    return !w->generations.domestic[g] && w->generations.sold[g] && p->row[g].gray_weight > 0 &&
           w->sim->now >= w->generations.launch[g] + p->settings->gray_lag_yr && p->gray_per_month > 0;
}

/* Share of its supply that a card has come up to at a date after its launch. */
static double ramped(const struct world *w, int g, double year)
{
    const struct procurement *p = procurement_state(w);
    double ramp = p->row[g].ramp_yr, since = year - w->generations.launch[g] + 1.0 / MONTHS_PER_YEAR;
    if (isnan(ramp))
        ramp = w->generations.domestic[g] ? p->settings->ramp_yr : 0;
    return ramp > 0 ? 1 - det_exp(-since / ramp) : 1;
}

double channels_rental_per_yr(const struct world *w, int g)
{
    const struct procurement *p = procurement_state(w);
    double factor = w->generations.domestic[g] ? p->settings->domestic_output * vendor_capacity(w) : 1;
    return p->row[g].supply_per_month * MONTHS_PER_YEAR * factor * ramped(w, g, w->sim->now);
}

/* How much a maker offers at a date; only the ratio of two dates means something. */
double channels_made_at(const struct world *w, int g, double year)
{
    const struct procurement_row *row = &procurement_state(w)->row[g];
    return platform_on(w) && row->output_per_month ? series_at(row->output_per_month, year - w->generations.slip_yr[g])
                                                   : ramped(w, g, year);
}

/* Cards a year that its maker would sell here with all gates open. */
double channels_made_per_yr(const struct world *w, int g)
{
    const struct procurement *p = procurement_state(w);
    double factor = w->generations.domestic[g] ? p->settings->domestic_output * vendor_capacity(w) : 1;
    if (!platform_on(w) || !p->row[g].output_per_month)
        return channels_rental_per_yr(w, g);
    double planned = w->sim->now - w->generations.slip_yr[g];
    return series_at(p->row[g].output_per_month, planned) * MONTHS_PER_YEAR * factor;
}

/* Share of official sales that passes both gates and the quota that a card shares with others of its licence. */
static double passes_now(const struct world *w, int g)
{
    double open = w->policy.official_open[g], sales = 0;
    if (w->policy.licence[g] < 0 || open <= 0)
        return open;
    for (int other = 0; other < (int)w->generations.count; other++)
        if (w->policy.licence[other] == w->policy.licence[g] && w->generations.in_production[other])
            sales += channels_rental_per_yr(w, other) * w->policy.official_open[other];
    double quota = w->policy.quota_per_month[g] * MONTHS_PER_YEAR;
    return sales > quota ? open * quota / sales : open;
}

static int channel_now(const struct world *w, int g)
{
    const struct procurement *p = procurement_state(w);
    const struct generations *gen = &w->generations;
    if (!gen->sold[g] || !gen->launched[g])
        return -1;
    bool made =
        gen->in_production[g] && (p->row[g].supply_per_month > 0 || (platform_on(w) && p->row[g].output_per_month));
    if (gen->domestic[g])
        return made ? CHANNEL_DOMESTIC : -1;
    if (made && p->passes[g] > 0)
        return CHANNEL_OFFICIAL;
    return channels_gray_offered(w, g) || p->stock[DEALERS][g] > 0 ? CHANNEL_GRAY : -1;
}

static double gray_capacity(const struct world *w, int g, double per_weight)
{
    const struct procurement *p = procurement_state(w);
    double end = p->row[g].for_this_market ? p->closed_on[g] : w->generations.end_of_production[g];
    double all = channels_gray_offered(w, g) ? per_weight * p->row[g].gray_weight : 0, since_end = w->sim->now - end;
    return since_end > 0 ? all * det_exp(-p->settings->stock_decay_per_yr * since_end) : all;
}

/* Process and memory suffice for a part of the domestic cards that are planned; all are cut alike. */
static void cut_domestic(struct world *w)
{
    struct procurement *p = procurement_state(w);
    const struct procurement_settings *s = p->settings;
    double compute = 0, memory = 0, now = w->sim->now;
    p->domestic_cut = 0;
    if (!s->process_per_month && !s->memory_per_month)
        return;
    for (int g = 0; g < (int)w->generations.count; g++)
        if (procurement_channel(w, g) == CHANNEL_DOMESTIC) {
            compute += p->capacity_per_yr[g] * w->generations.pflops_fp16[g];
            memory += p->capacity_per_yr[g] * w->generations.memory_gb[g];
        }
    double grown = s->domestic_growth_per_yr * max_of(0, now - s->domestic_growth_from);
    double share = 1, factor = s->domestic_output * vendor_capacity(w) * MONTHS_PER_YEAR * det_exp(grown);
    if (s->process_per_month && compute > 0)
        share = min_of(share, series_at(s->process_per_month, now) * factor / compute);
    if (s->memory_per_month && memory > 0)
        share = min_of(share, series_at(s->memory_per_month, now) * factor / memory);
    for (int g = 0; g < (int)w->generations.count; g++)
        if (procurement_channel(w, g) == CHANNEL_DOMESTIC)
            p->capacity_per_yr[g] *= share;
    p->domestic_cut = 1 - share;
}

/* Channels and their capacities in this step; the cards in the gray channel share its capacity by weight. A card that
 * comes through either is counted as gray if that gives more of it. */
void channels_update(struct world *w)
{
    struct procurement *p = procurement_state(w);
    int *kind = w->channels.kind;
    p->gray_per_month = gray_suppliers_per_month(w);
    double weight = 0, gray_per_yr = p->gray_per_month * MONTHS_PER_YEAR;
    for (int g = 0; g < (int)w->generations.count; g++) {
        p->passes[g] = passes_now(w, g);
        kind[g] = channel_now(w, g);
        weight += kind[g] == CHANNEL_GRAY ? p->row[g].gray_weight : 0;
    }
    for (int g = 0; g < (int)w->generations.count; g++)
        if (kind[g] == CHANNEL_OFFICIAL && p->passes[g] < 1 && channels_gray_offered(w, g)) {
            double with_it = weight + p->row[g].gray_weight;
            if (gray_capacity(w, g, gray_per_yr / with_it) > channels_made_per_yr(w, g) * p->passes[g]) {
                kind[g] = CHANNEL_GRAY;
                weight = with_it;
            }
        }
    for (int g = 0; g < (int)w->generations.count; g++) {
        double *capacity = &p->capacity_per_yr[g];
        switch (kind[g]) {
        case CHANNEL_OFFICIAL:
            *capacity = channels_made_per_yr(w, g) * p->passes[g];
            break;
        case CHANNEL_GRAY:
            *capacity = weight > 0 ? gray_capacity(w, g, gray_per_yr / weight) : 0;
            break;
        case CHANNEL_DOMESTIC:
            *capacity = channels_made_per_yr(w, g);
            break;
        default:
            *capacity = 0;
        }
    }
    cut_domestic(w);
}

double procurement_wait_years(const struct world *w, int g)
{
    int channel = procurement_channel(w, g);
    return channel < 0 ? 0
                       : procurement_state(w)->settings->lead_yr[channel] +
                             max_of(0, procurement_state(w)->queue_free[channel][g] - w->sim->now);
}

double procurement_queue_years(const struct world *w, int g, double cards)
{
    double capacity = procurement_state(w)->capacity_per_yr[g];
    return procurement_channel(w, g) >= 0 && capacity > 0 ? cards / capacity : 0;
}

void channels_list_offers(struct world *w)
{
    const struct procurement *p = procurement_state(w);
    struct offers *o = &w->channels.offers;
    o->count = 0;
    for (int g = 0; g < (int)w->generations.count; g++) {
        int channel = procurement_channel(w, g);
        if (channel < 0)
            continue;
        size_t place = o->count++;
        o->generation[place] = g;
        o->place[g] = (int)place;
        o->lead_yr[place] = p->settings->lead_yr[channel];
        o->queue_free[place] = p->queue_free[channel][g];
        o->log_migration[place] = p->log_migration[g];
        o->software[place] = (uint64_t)1 << w->generations.stack[g];
    }
}
