/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outside.h"

#include "sim/base/det.h"

/* Share that has gone at an advantage of `z` = slope (over - L). */
static double gone(double z)
{
    double odds = det_exp(-fabs(z));
    return z > 0 ? 1 / (1 + odds) : odds / (1 + odds);
}

/* The log of what stays. */
static double log_staying(double z)
{
    double rest = det_log(1 + det_exp(-fabs(z)));
    return z > 0 ? -z - rest : -rest;
}

/* What has gone at a crowding L, and its derivative by L. */
struct crowded {
    double p, slope;
};

static struct crowded crowded_at(double slope, const double wanted_p[WORKLOADS], const double over[WORKLOADS],
                                 double log_crowding)
{
    struct crowded c = {0, 0};
    for (int k = 0; k < WORKLOADS; k++) {
        double share = gone(slope * (over[k] - log_crowding));
        c.p += wanted_p[k] * share;
        c.slope -= wanted_p[k] * share * (1 - share) * slope;
    }
    return c;
}

/* The root of p(L) = capacity (1 - e^-L): one, since the left side falls and the right side rises. Newton's steps, kept
 * inside a bracket that is halved where they do not get smaller by half: where what goes falls exponentially, each would
 * go 1 / slope. */
static double solve(double slope, double capacity_p, const double wanted_p[WORKLOADS], const double over[WORKLOADS])
{
    enum { MOST_STEPS = 60 };
    const double enough = 1e-10;
    double low = 0, high = 1 + max_of(0, max_of(over[TRAINING], over[INFERENCE])) + 40 / slope, at = 0, last = high;
    for (int i = 0; i < MOST_STEPS; i++) {
        struct crowded c = crowded_at(slope, wanted_p, over, at);
        double left = det_exp(-at), error = c.p - capacity_p * (1 - left);
        if (error > 0)
            low = at;
        else
            high = at;
        double next = at - error / (c.slope - capacity_p * left);
        if (!(next >= low && next <= high) || fabs(next - at) > fabs(last) / 2)
            next = (low + high) / 2;
        last = next - at;
        if (fabs(next - at) < enough)
            return next;
        at = next;
    }
    return at;
}

struct outflow outside_clear(double slope, double capacity_p, const double wanted_p[WORKLOADS],
                             const double elasticity[WORKLOADS], const double over[WORKLOADS])
{
    struct outflow o = {.log_crowding = capacity_p < HUGE_VAL ? solve(slope, capacity_p, wanted_p, over) : 0};
    double answer[WORKLOADS], damping = 1, left = capacity_p * det_exp(-o.log_crowding); /* room outside */
    for (int k = 0; k < WORKLOADS; k++) {
        o.share[k] = gone(slope * (over[k] - o.log_crowding));
        o.log_stays[k] = log_staying(slope * (over[k] - o.log_crowding));
        double leaving = slope * (1 - o.share[k]), p = wanted_p[k] * o.share[k];
        answer[k] = p * (leaving - elasticity[k]);
        damping += capacity_p < HUGE_VAL ? p * leaving / left : 0;
    }
    for (int k = 0; k < WORKLOADS; k++) {
        double cohorts = capacity_p < HUGE_VAL ? answer[k] / damping / left : 0; /* dL / d ln rent */
        o.elasticity[k] = slope * o.share[k] * (1 - cohorts);
    }
    return o;
}
