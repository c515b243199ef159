/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each method as yearly amounts, with C = 1 the cost, S salvage, L the life, B what is left at a year's start, f the
 * part of a year that a life which is no whole number has in its last:
 *
 *     straight line         (1 - S) / L
 *     declining             max(factor / L * B, (B - S) / years left), not below S
 *     sum of years' digits  (1 - S) * years left / sum of years left       (digits L, L-1, ..., 1 for whole L)
 *     MACRS                 declining with S = 0 and half a year's amount in the first tax year (26 USC 168(d)(4)(A))
 *     Chinese double        2 / L * B, the last two years (B - S) / 2 each (enterprise accounting standard 4)
 *
 * Cost 100, salvage 5, five years: 40, 24, 14.4, 8.64, 7.96 declining; 40, 24, 14.4, 8.3, 8.3 Chinese.
 */
#include "depreciation.h"

static double least(double a, double b)
{
    return a < b ? a : b;
}

static double most(double a, double b)
{
    return a > b ? a : b;
}

void schedule_of_amounts(struct schedule *s, const double *amount, double life_yr)
{
    *s = (struct schedule){.life_yr = life_yr};
    s->left[0] = 1;
    int year = 0;
    for (; year < SCHEDULE_YEARS && year < life_yr; year++) {
        double length = least(1, life_yr - year); /* a short last year falls as steeply as it must to be done in time */
        s->left[year + 1] = s->left[year] - amount[year] / length;
        s->salvage = s->left[year] - amount[year];
    }
    for (; year <= SCHEDULE_YEARS; year++)
        s->left[year + 1] = s->salvage;
}

/* What year writes off by a method that looks at what is left, B, with `years_left` of the life ahead. */
static double year_amount(const struct depreciation_terms *t, double left, double years_left)
{
    double length = least(1, years_left), above = most(0, left - t->salvage), even = above * length / years_left;
    double declining = least(above, t->factor / t->life_yr * left * length);
    switch (t->method) {
    case DEPRECIATION_DECLINING:
        return most(declining, even);
    case DEPRECIATION_CHINESE_DOUBLE:
        return years_left <= 2 ? even : least(above, 2 / t->life_yr * left);
    default:
        return even;
    }
}

static void sum_of_years(const struct depreciation_terms *t, double *amount)
{
    double sum = 0;
    for (int year = 0; year < t->life_yr; year++) {
        double years_left = t->life_yr - year;
        sum += amount[year] = years_left * least(1, years_left);
    }
    for (int year = 0; year < t->life_yr; year++)
        amount[year] *= (1 - t->salvage) / sum;
}

/* Class lives are whole years. The tax years: half of the first year's amount, then declining or even, the last half
 * year at the end. */
static void macrs(struct schedule *s, const struct depreciation_terms *t)
{
    double amount[SCHEDULE_YEARS + 1] = {0}, left = 1, life = most(1, (int)(t->life_yr + 0.5)), years_left = life;
    int years = 0;
    for (double length = 0.5; years_left > 1e-9 && years < SCHEDULE_YEARS; length = least(1, years_left)) {
        double take = most(t->factor / life * left * length, left * length / years_left);
        amount[years++] = least(left, take);
        left -= amount[years - 1];
        years_left -= length;
    }
    schedule_of_amounts(s, amount, years);
    s->ahead_yr = 0.5;
    s->left[0] += amount[0]; /* so that the first half year of age takes the whole of the first tax year */
    s->life_yr = life;
    s->left[years] = s->left[years - 1] - 2 * amount[years - 1]; /* and the last half year the whole of the last */
    s->salvage = 0;
}

void depreciation_schedule(struct schedule *s, const struct depreciation_terms *t)
{
    double amount[SCHEDULE_YEARS + 1] = {0};
    switch (t->method) {
    case DEPRECIATION_MACRS:
        macrs(s, t);
        return;
    case DEPRECIATION_SUM_OF_YEARS:
        sum_of_years(t, amount);
        break;
    case DEPRECIATION_CUSTOM:
        schedule_of_amounts(s, t->custom, (double)t->custom_years);
        return;
    default: {
        double left = 1;
        for (int year = 0; year < SCHEDULE_YEARS && year < t->life_yr; year++)
            left -= amount[year] = year_amount(t, left, t->life_yr - year);
    }
    }
    schedule_of_amounts(s, amount, t->life_yr);
    s->salvage = t->salvage;
    s->straight = t->method == DEPRECIATION_STRAIGHT_LINE || t->method == DEPRECIATION_UNITS;
}

double impairment_test(enum impairment regime, const struct carrying *c)
{
    double written_down = least(c->book, c->recoverable);
    switch (regime) {
    case IMPAIRMENT_CAS8:
        return written_down;
    case IMPAIRMENT_IAS36:
        return least(most(c->book, c->unimpaired), most(written_down, c->recoverable));
    case IMPAIRMENT_ASC360:
        return c->undiscounted < c->book ? written_down : c->book;
    case IMPAIRMENT_NONE:
        break;
    }
    return c->book;
}
