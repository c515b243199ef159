/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Schedules: what is left of a cost or of a loan at each age, as shares of the whole.
 *
 * A schedule is fixed by yearly amounts, spread evenly over the months of their year, so what is left is a broken line.
 * Pure functions: nothing of the world is known here.
 */
#ifndef ICCSIM_MODELS_DEPRECIATION_H
#define ICCSIM_MODELS_DEPRECIATION_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

enum depreciation {
    DEPRECIATION_STRAIGHT_LINE,
    DEPRECIATION_DECLINING, /* factor / life of what is left; a straight line once that writes off more */
    DEPRECIATION_SUM_OF_YEARS, /* in proportion to the years left */
    DEPRECIATION_UNITS, /* of production: by use, not by age; as a schedule, by full use */
    DEPRECIATION_MACRS, /* declining to nothing with switch, parts of a year in the first and last tax year; class lives
                         */
    DEPRECIATION_CHINESE_DOUBLE, /* 2 / life of what is left, the last two years in a straight line */
    DEPRECIATION_CUSTOM, /* shares of the cost, year by year */
};
#define DEPRECIATION_WORDS "straight_line declining sum_of_years units macrs chinese_double custom"

enum { SCHEDULE_YEARS = 41 };

struct schedule {
    double life_yr; /* nothing changes after it */
    double salvage; /* what is left then */
    bool straight; /* one line from the whole to salvage */
    double ahead_yr; /* under MACRS the second tax year begins at age 1 - ahead_yr: 1/2 by the half-year convention */
    double left[SCHEDULE_YEARS + 2]; /* at the end of each year, age plus `ahead_yr` */
};

struct depreciation_terms {
    enum depreciation method;
    double life_yr; /* at most SCHEDULE_YEARS - 1 */
    double salvage; /* share of the cost; MACRS knows none */
    double factor; /* DECLINING: 2 for double declining */
    double first_yr; /* MACRS: part of the first tax year that counts, below 1; 0: one half */
    const double *custom; /* CUSTOM: shares written off in each of `custom_years`; what they leave is salvage */
    size_t custom_years;
};

/* The factor of MACRS for a class life: 2 for 3, 5, 7 and 10 years, 1.5 for 15 and 20; 0: no class has this life. */
double depreciation_macrs_factor(double life_yr);

/* Fills in `s`; the terms must be within the bounds above, and a custom one must have its shares. */
void depreciation_schedule(struct schedule *s, const struct depreciation_terms *terms);

/* From yearly amounts written off, which may sum to less than one; the last year may be short. */
void schedule_of_amounts(struct schedule *s, const double *amount, double life_yr);
/* Share of the whole left at an age; the whole before age zero. Inline: the books ask it for every vintage at every
 * step. */
static inline double schedule_left(const struct schedule *s, double age_yr)
{
    if (age_yr >= s->life_yr)
        return s->salvage;
    double at = age_yr > 0 ? age_yr + s->ahead_yr : s->ahead_yr;
    int year = (int)at;
    return s->left[year] + (at - year) * (s->left[year + 1] - s->left[year]);
}
/* Share of what is left above salvage that goes between two ages, the second at least zero. It holds right after an
 * impairment, a sale or a change of estimate, which are all followed by writing off the rest over the life that
 * remains. */
static inline double schedule_share(const struct schedule *s, double from_age_yr, double to_age_yr)
{
    double from = from_age_yr > 0 ? from_age_yr : 0;
    if (to_age_yr >= s->life_yr)
        return 1;
    if (s->straight)
        return (to_age_yr - from) / (s->life_yr - from);
    double before = schedule_left(s, from) - s->salvage, after = schedule_left(s, to_age_yr) - s->salvage;
    return before > 0 ? (before - after) / before : 1;
}

/* The next age after this one, not below zero, at which it does not go on as it does now; infinite after its life. */
static inline double schedule_kink(const struct schedule *s, double age_yr)
{
    if (age_yr >= s->life_yr)
        return HUGE_VAL;
    double year_end = (int)(age_yr + s->ahead_yr) + 1 - s->ahead_yr;
    return s->straight || year_end > s->life_yr ? s->life_yr : year_end;
}

/* Impairment: what a regime makes of a carrying amount. */
enum impairment { IMPAIRMENT_NONE, IMPAIRMENT_CAS8, IMPAIRMENT_IAS36, IMPAIRMENT_ASC360 };
#define IMPAIRMENT_WORDS "none cas8 ias36 asc360"

struct carrying {
    double book; /* now */
    double unimpaired; /* what it would be had it never been impaired */
    double recoverable; /* discounted, or what it can be sold for if that is more */
    double undiscounted; /* sum of future cash flows */
};
/* The carrying amount after a test. CAS 8 never reverses; IAS 36 does, up to `unimpaired`; ASC 360 tests the
 * undiscounted sum first, writes down to the recoverable amount, and never reverses. */
double impairment_test(enum impairment regime, const struct carrying *c);

#endif
