/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A date counts months from year 0 and divides once: equal dates are equal numbers however they were reached. */
#include "dates.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>

/* A millionth of a day: far above the rounding of a decimal year, far below anything a date can say. */
static const double ROUNDING_MONTHS = 1e-6 / 31;

static int days_in_month(int year, int month)
{
    static const int days[MONTHS_PER_YEAR] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

/* Reads exactly `digits` digits; NULL if they are not there. */
static const char *read_digits(const char *text, int digits, int *value)
{
    *value = 0;
    for (int i = 0; i < digits; i++) {
        if (!isdigit((unsigned char)text[i]))
            return NULL;
        *value = 10 * *value + (text[i] - '0');
    }
    return text + digits;
}

static double months_to_year(double months)
{
    return months / MONTHS_PER_YEAR;
}

bool date_parse(const char *text, double *year)
{
    int y, month = 1, day = 1, quarter;
    const char *at = read_digits(text, 4, &y);
    if (!at)
        return false;
    if (*at == 'Q') {
        at = read_digits(at + 1, 1, &quarter);
        if (!at || quarter < 1 || quarter > 4)
            return false;
        month = 3 * quarter - 2;
    } else if (*at == '-') {
        at = read_digits(at + 1, 2, &month);
        if (!at || month < 1 || month > MONTHS_PER_YEAR)
            return false;
        if (*at == '-') {
            at = read_digits(at + 1, 2, &day);
            if (!at || day < 1 || day > days_in_month(y, month))
                return false;
        }
    }
    if (*at)
        return false;
    *year = months_to_year(MONTHS_PER_YEAR * y + month - 1 + (double)(day - 1) / days_in_month(y, month));
    return true;
}

const char *date_text(double year, char text[DATE_TEXT_BYTES])
{
    double months = year * MONTHS_PER_YEAR + ROUNDING_MONTHS;
    double whole = floor(months);
    int y = (int)floor(whole / MONTHS_PER_YEAR);
    unsigned month = (unsigned)(whole - (double)y * MONTHS_PER_YEAR) % MONTHS_PER_YEAR + 1;
    unsigned day = (unsigned)((months - whole) * days_in_month(y, (int)month)) % 31 + 1;
    snprintf(text, DATE_TEXT_BYTES, "%04d-%02u-%02u", y, month, day);
    return text;
}

double date_add_months(double year, int months)
{
    double total = year * MONTHS_PER_YEAR, whole = round(total);
    return months_to_year((fabs(total - whole) < ROUNDING_MONTHS ? whole : total) + months);
}

/* `month` counts from year 0, `day` from 0. */
static double day_of(double month, double day)
{
    int year = (int)floor(month / MONTHS_PER_YEAR), of_year = (int)(month - (double)year * MONTHS_PER_YEAR);
    int days = days_in_month(year, of_year + 1);
    return months_to_year(month + fmin(day, days - 1) / days);
}

double date_shift(double year, double months)
{
    double total = year * MONTHS_PER_YEAR, month = floor(total + ROUNDING_MONTHS);
    int y = (int)floor(month / MONTHS_PER_YEAR);
    int days = days_in_month(y, (int)(month - (double)y * MONTHS_PER_YEAR) + 1);
    double day = (total - month) * days;
    if (fabs(day - round(day)) > ROUNDING_MONTHS * days)
        return months_to_year(total + months);
    if (months == round(months))
        return day_of(month + months, round(day));
    double to = total + months, to_month = floor(to + ROUNDING_MONTHS);
    y = (int)floor(to_month / MONTHS_PER_YEAR);
    days = days_in_month(y, (int)(to_month - (double)y * MONTHS_PER_YEAR) + 1);
    return day_of(to_month, fmax(0, round((to - to_month) * days)));
}
