/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How people are shown a number. Files keep every output in its own unit, money in CNY; sentences, tables and pictures
 * show money in the study's currency (`show: currency`) at the rate of the number's date, shares and other parts of a
 * whole in percent, and rates in percent a year.
 */
#ifndef ICCSIM_STUDY_DISPLAY_H
#define ICCSIM_STUDY_DISPLAY_H

#include "outcome.h"

struct display {
    const char *unit; /* of what is shown: `USD/card-hour`, `%`, `%/yr`; "date" and other units as they are */
    double factor; /* times the number of the output */
    bool is_percent; /* of a whole: differences are told in points */
};

/* `year` is what money is exchanged at; NaN, as of a number without a date: it stays in CNY. */
struct display display_of(const struct outcome *outcome, const struct output *output, double year, struct arena *arena);
/* Of a fact or measure, at the middle of its window; a ratio to an earlier date has no unit. */
struct display display_of_target(const struct outcome *outcome, const struct fact_target *target, struct arena *arena);
/* CNY per unit of the currency that the study shows, 1 for CNY. */
double display_rate(const struct outcome *outcome, double year);
/* "CNY" where nothing is said. */
const char *display_currency(const struct outcome *outcome);
bool display_is_money(const char *unit);
/* Money per something: it spans orders of magnitude, and halving matters alike everywhere. */
bool display_is_price(const char *unit);
struct band display_band(const struct band *band, struct display display);

#endif
