/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dominant tenant of platforms: a developer whose work is a share d of all that their fleets do for models. It takes
 * or pays for it, by contracts at a rent R_c that follows the market as they are renewed,
 *
 *     dR_c = (R - R_c) / term dt,
 *
 * where others pay for a share of their work at the rent of the day. From a date on it does not pay. A guarantor, a
 * shareholder or a state, pays the share `backstop` of what the contracts of that date say, for a while; then nobody
 * does. Of its work the share `moved` goes on with other providers, on everybody's terms; the rest is not wanted any
 * more, and the cards that did it stand idle. Boards see what is paid of what was due, as they see all monetisation.
 *
 * Neutral: dominant 0.
 */
#include "platform_inside.h"

#include "sim/base/det.h"

static bool has_failed(const struct platform_settings *s, double now)
{
    return now >= s->fails; /* not if it never does: NaN */
}

/* Share of what is due that somebody pays. */
static double share_paid(const struct platform_settings *s, double now)
{
    return !has_failed(s, now) ? 1 : now < s->fails + s->backstop_yr ? s->backstop : 0;
}

double platform_tenant_works(const struct platforms *b, double now)
{
    const struct platform_settings *s = b->settings;
    return has_failed(s, now) ? 1 - s->dominant * (1 - s->moved) : 1;
}

double platform_tenant_leaves(const struct platform_settings *s, double now)
{
    return has_failed(s, now) ? 1 : 1 - s->dominant;
}

void platform_tenant_contracts(const struct world *w, struct platforms *b, double dt)
{
    const struct platform_settings *s = b->settings;
    if (s->dominant <= 0 || has_failed(s, w->sim->now))
        return;
    double rent = w->market.rent[INFERENCE], before = isnan(b->contract_rent) ? rent : b->contract_rent;
    b->contract_rent = rent + (before - rent) * det_exp(-dt / s->contract_yr);
    for (size_t j = 0; j < b->count; j++)
        b->platform[j].contracted_p = s->dominant * b->platform[j].models_p;
}

double platform_tenant_pays(const struct platforms *b, size_t j, double now)
{
    if (b->settings->dominant <= 0)
        return 0;
    return share_paid(b->settings, now) * b->platform[j].contracted_p * HOURS_PER_YEAR * b->contract_rent;
}

double platform_tenant_paid_of_due(const struct world *w, const struct platforms *b)
{
    const struct platform_settings *s = b->settings;
    double paid = share_paid(s, w->sim->now);
    if (s->dominant <= 0 || paid >= 1)
        return 1;
    double due = s->dominant * b->contract_rent,
           others = (1 - s->dominant) * platform_paid_share(w, s) * w->market.rent[INFERENCE];
    return (due * paid + others) / (due + others);
}
