/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bubbles in pure form, driven by the same choice between beliefs as the market's expectations. */
#include "oracle.h"

#include "models/market/switching.h"
#include "models/world.h"

#include <math.h>

/* Asset prices of Brock and Hommes 1998, section 4.1: fundamentalists at a cost C against a trend g, return R, risk
 * aversion times variance one. x is the price less its fundamental value:
 *
 *     R x(t) = n g x(t-1),   n by the profits of both beliefs, the one traded on last. */
static const double gross_return = 1.1, chase = 1.2, research_cost = 1;

/* Beyond beta* = ln(n/(1-n))/C with n = R/g the fundamental price is no longer stable: sought where the chasers' share
 * at rest passes R/g. */
static double pitchfork_error(double mistake)
{
    const double expected = 2.3978952727983716;
    double low = 0, high = 10;
    for (int i = 0; i < 200; i++) {
        double beta = (low + high) / 2;
        *(switching_share(beta, 0, -research_cost) * (1 + mistake) < gross_return / chase ? &low : &high) = beta;
    }
    return fabs(low - expected);
}

static double price_after(double beta, int periods, double mistake)
{
    double x = 0.1, before = x, long_before = x;
    for (int i = 0; i < periods; i++) {
        double excess_return = x - gross_return * before;
        double chasers = excess_return * (chase * long_before - gross_return * before);
        double fundamentalists = excess_return * (0 - gross_return * before) - research_cost;
        double next = switching_share(beta, chasers, fundamentalists) * chase * x / gross_return * (1 + mistake);
        long_before = before;
        before = x;
        x = next;
    }
    return x;
}

/* Just below beta* the bubble dies, just above it settles where beta (C - (R - 1) g x^2) = ln(n/(1-n)): at .0855. */
static double bubble_error(double mistake)
{
    enum { PERIODS = 40000 };
    const double below = 2.39, above = 2.40, threshold = 2.3978952727983716;
    double settled = sqrt((research_cost - threshold / above) / ((gross_return - 1) * chase));
    return fmax(fabs(price_after(below, PERIODS, mistake)), fabs(price_after(above, PERIODS, mistake) - settled));
}

/* Cobweb (Ezekiel 1938): demand falls by b, supply follows the expected price by d, so a price off its rest by x is off
 * by -d/b x in the next round if all expect today's. With fundamentalists who expect the rest in a share 1 - n it is -n
 * d/b x: n comes from the switch, which intensity 0 leaves at a half. */
static double cobweb_round(double x, double demand_slope, double supply_slope, double naive)
{
    return -naive * supply_slope / demand_slope * x;
}

static double cobweb_error(double mistake)
{
    static const double slopes[][3] = {{1, 0.8, -0.8}, {1, 1, -1}, {2, 2.2, -1.1}}; /* b, d, eigenvalue */
    double worst = 0;
    for (int i = 0; i < 3; i++) {
        double all_naive = switching_share(1e9, 1, 0), half = switching_share(0, 1, 0) * (1 + mistake);
        double ratio = cobweb_round(2.385, slopes[i][0], slopes[i][1], all_naive) / 2.385;
        double mixed = cobweb_round(2.385, slopes[i][0], slopes[i][1], half) / 2.385;
        worst = fmax(worst, fmax(fabs(ratio - slopes[i][2]), fabs(mixed - slopes[i][2] / 2)));
    }
    return worst;
}

/* Investment of n equal firms (Grenadier 2002): the price at which they build is the mark-up of Cournot times that of
 * waiting, beta1 / (beta1 - 1). Elasticity 1.5, n = 1, 2, 5, 20. */
static double markup_error(double mistake)
{
    static const double n[] = {1, 2, 5, 20}, expected[] = {6, 3, 2.3076923076923075, 2.0689655172413794};
    const double gamma = 1.5, beta1 = 2, unbounded = 1e9;
    double worst = 0;
    for (int i = 0; i < 4; i++)
        worst = fmax(worst, fabs(beta1 / (beta1 - 1) * consolidation_markup((1 + mistake) / n[i], gamma, unbounded) -
                                 expected[i]));
    return worst;
}

/* clang-format off */
const struct oracle oracles_bubble[] = {
    {"bubble.bh_pitchfork", "intensity of choice at which the fundamental price loses its stability",
     "Brock and Hommes 1998: ln(n/(1-n))/C, n = R/g", pitchfork_error, 1e-12, "of beta", 1e-3},
    {"bubble.bh_price", "price off its fundamental just below and above that", "closed form: 0 and .0855", bubble_error, 1e-5,
     "price", 1e-3},
    {"bubble.cobweb", "next round over this one in a linear cobweb", "Ezekiel 1938: -d/b", cobweb_error, 1e-12, "ratio", 1e-3},
    {"bubble.grenadier_markup", "price over cost at which 1, 2, 5, 20 equal firms build", "Grenadier 2002", markup_error, 1e-12,
     "ratio", 1e-3},
    {0},
};
/* clang-format on */
