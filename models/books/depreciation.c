/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each method as yearly amounts, with C = 1 the cost, S salvage, L the life, B what is left at a year's start, f the
 * part of a year that a life which is no whole number has in its last:
 *
 *     straight line         (1 - S) / L
 *     declining             max(factor / L * B, (B - S) / years left), not below S
 *     sum of years' digits  (1 - S) * years left / sum of years left       (digits L, L-1, ..., 1 for whole L)
 *     MACRS                 declining with S = 0, factor 2, 1.5 for lives of 15 and 20 years (26 USC 168(b)), and of
 *                           the first tax year the part that a convention counts: half of it, or from the middle of
 *                           the quarter of purchase on (26 USC 168(d)(4))
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

double depreciation_macrs_factor(double life_yr)
{
    static const struct {
        double life_yr, factor;
    } classes[] = {{3, 2}, {5, 2}, {7, 2}, {10, 2}, {15, 1.5}, {20, 1.5}};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (classes[i].life_yr == life_yr)
            return classes[i].factor;
    return 0;
}

/* The tax years: a part of the first year's amount, then declining or even, the rest of a year at the end. */
static void macrs(struct schedule *s, const struct depreciation_terms *t)
{
    double amount[SCHEDULE_YEARS + 1] = {0}, left = 1, life = t->life_yr, years_left = life;
    double factor = depreciation_macrs_factor(life), first = t->first_yr > 0 ? t->first_yr : 0.5;
    int years = 0;
    for (double length = first; years_left > 1e-9 && years < SCHEDULE_YEARS; length = least(1, years_left)) {
        double take = most(factor / life * left * length, left * length / years_left);
        amount[years++] = least(left, take);
        left -= amount[years - 1];
        years_left -= length;
    }
    schedule_of_amounts(s, amount, years);
    s->ahead_yr = 1 - first;
    s->left[1] = 1 - amount[0];
    s->left[0] = 1 + amount[0] * (1 - first) / first; /* so that the first part of age takes the first tax year whole */
    s->life_yr = life;
    s->left[years] = s->left[years - 1] - amount[years - 1] / (1 - first); /* and the last part the last */
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
