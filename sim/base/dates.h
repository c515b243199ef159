/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calendar dates and the model's time, which is a decimal year.
 *
 * Every month is one twelfth of a year and its days are equal parts of it: 2023-10-17 is
 * 2023 + 9/12 + (16/31)/12. So rents and depreciation are the same every month, month steps are exactly equal, and
 * dates map to time and back without a table. A week is 7/365 of a year.
 */
#ifndef ICCSIM_BASE_DATES_H
#define ICCSIM_BASE_DATES_H

#include <stdbool.h>
#include <stddef.h>

enum { MONTHS_PER_YEAR = 12 };
#define DAYS_PER_YEAR 365.0
#define HOURS_PER_YEAR 8760.0

/* Reads 2023, 2023-10, 2023-10-17 or 2023Q4 (the first instant of it); false if the text is none of these. */
bool date_parse(const char *text, double *year);

enum { DATE_TEXT_BYTES = 24 };
/* Writes ISO 8601, YYYY-MM-DD, of the day that contains `year`; returns `text`. */
const char *date_text(double year, char text[DATE_TEXT_BYTES]);

/* The time `months` whole months after `year`. */
double date_add_months(double year, int months);
/* The date `months` later or earlier. Days stay days: whole months keep the day of the month, or take the last one of a
 * shorter month; parts of a month go to the nearest day. What is no day, as the median of uncertain dates, just moves.
 */
double date_shift(double year, double months);

#endif
