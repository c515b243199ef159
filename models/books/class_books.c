/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The schedules by which a class of owners writes off cost, in the books and for tax, and repays loans. */
#include "accounting.h"

#include "sim/base/det.h"

#include <stdlib.h>

enum { HALF_YEAR, MID_QUARTER }; /* conventions */

/* Reads the shares of a custom schedule; returns how many, 0 if the text is no list of shares that sum to at most one.
 */
size_t class_books_read_custom(const char *text, double share[SCHEDULE_YEARS])
{
    size_t count = 0;
    double sum = 0;
    for (const char *at = text; at && *at;) {
        char *end;
        double value = strtod(at, &end);
        if (end == at || !(value >= 0) || count == SCHEDULE_YEARS)
            return 0;
        sum += share[count++] = value;
        at = end + strspn(end, " ,");
    }
    return sum > 0 && sum <= 1 + 1e-9 ? count : 0;
}

const struct schedule *class_books_tax_schedule(const struct class_books *c, const struct vintage *v)
{
    return &c->tax[(int)(QUARTERS * (v->delivered - (int)v->delivered))];
}

void class_books_open(const struct world *w, size_t owner_class, struct class_books *c)
{
    const struct accounting_settings *s = accounting_state(w)->settings;
    const struct accounting_row *row = &accounting_state(w)->row[owner_class];
    double custom[SCHEDULE_YEARS], salvage = isnan(row->salvage) ? s->salvage : row->salvage;
    struct depreciation_terms terms = {.method = (enum depreciation)(row->method ? row->method - 1 : s->method),
                                       .life_yr = isnan(row->life_yr) ? s->life_yr : row->life_yr,
                                       .salvage = salvage,
                                       .factor = s->factor,
                                       .custom = custom};
    if (terms.method == DEPRECIATION_CUSTOM)
        terms.custom_years = class_books_read_custom(s->custom, custom);
    depreciation_schedule(&c->book, &terms);
    terms.life_yr = isnan(s->revised_life_yr) ? terms.life_yr : s->revised_life_yr;
    depreciation_schedule(&c->revised, &terms);
    c->by_use = terms.method == DEPRECIATION_UNITS;
    c->taxed_as_booked = s->tax_method > DEPRECIATION_CUSTOM;
    c->vat_exempt = row->vat_exempt;
    c->debt_share = isnan(row->debt_share) ? s->debt_share : row->debt_share;
    c->now = &c->book;
    if (!c->taxed_as_booked) {
        terms = (struct depreciation_terms){.method = (enum depreciation)s->tax_method,
                                            .life_yr = s->tax_life_yr,
                                            .salvage = s->tax_method == DEPRECIATION_MACRS ? 0 : salvage,
                                            .factor = s->factor,
                                            .custom = custom};
        if (terms.method == DEPRECIATION_CUSTOM)
            terms.custom_years = class_books_read_custom(s->custom, custom);
        for (int quarter = 0; quarter < QUARTERS; quarter++) {
            terms.first_yr = s->convention == MID_QUARTER ? (QUARTERS - quarter - 0.5) / QUARTERS : 0.5;
            depreciation_schedule(&c->tax[quarter], &terms);
        }
    }
    double rate = det_expm1(series_at(s->base_per_yr, w->sim->now) + s->spread_per_yr + row->spread_over_per_yr);
    struct loan_terms loan = {.kind = (enum loan)s->loan,
                              .life_yr = s->debt_life_yr,
                              .rate = rate,
                              .balloon = s->balloon,
                              .decline = -det_expm1(-w->value.decline_per_yr)};
    loan_schedule(&c->loan, &loan);
}
