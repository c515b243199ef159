/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What others read of platforms. It asks nothing of anybody. */
#include "platform_inside.h"

#include "sim/base/det.h"

/* Some ask before platforms start. */
static const struct platform_settings *settings_of(const struct world *w)
{
    const struct platforms *b = w->state[STATE_platform];
    return b && b->settings ? b->settings : sim_settings(w->sim, &model_platform);
}

bool platform_on(const struct world *w)
{
    return sim_enabled(w->sim, &model_platform);
}

double platform_lag_yr(const struct world *w)
{
    return settings_of(w)->lag_yr;
}

double platform_priority(const struct world *w)
{
    return settings_of(w)->priority;
}

double platform_effective_p(const struct world *w, const struct platform_settings *s, int g)
{
    return s->training_share * w->generations.effective_p[TRAINING][g] +
           (1 - s->training_share) * w->generations.effective_p[INFERENCE][g];
}

double platform_fullness(const struct world *w)
{
    const struct platforms *b = w->state[STATE_platform];
    double need = 0, fleet = 0;
    for (size_t j = 0; j < b->count; j++) {
        need += b->platform[j].need;
        fleet += b->platform[j].fleet_p;
    }
    return need / fleet / b->fullness_at_start;
}

double platform_let_p(const struct world *w)
{
    const struct platforms *b = w->state[STATE_platform];
    double p = 0;
    for (size_t j = 0; j < b->count && b->settings->let > 0; j++) {
        const struct platform *f = &b->platform[j];
        p += b->settings->let * max_of(0, f->fleet_p - f->need / b->settings->load);
    }
    return p;
}

double platform_earned_over_expected(const struct world *w)
{
    if (!platform_on(w))
        return 1;
    const struct platform_settings *s = settings_of(w);
    double since = w->sim->now - s->monetised_from;
    return 1 + (s->monetised - 1) * (since > 0 ? -det_expm1(-since / s->monetised_over_yr) : 0);
}

double platform_serves(const struct world *w)
{
    if (!platform_on(w) || settings_of(w)->rationing <= 0)
        return 1;
    return det_pow(max_of(1e-6, platform_earned_over_expected(w)), settings_of(w)->rationing);
}

double platform_paid_share(const struct world *w, const struct platform_settings *s)
{
    return series_at(s->paid, w->sim->now) * platform_earned_over_expected(w) / platform_serves(w);
}
