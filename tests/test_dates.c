/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "near.h"
#include "sim/base/dates.h"

#include <stdio.h>
#include <string.h>

static double parsed(const char *text)
{
    double year = -1;
    assert_true(date_parse(text, &year));
    return year;
}

static void a_date_is_the_first_instant_of_what_it_names(void **state)
{
    (void)state;
    assert_true(parsed("2023") == 2023);
    assert_true(parsed("2023-10") == 2023.75);
    assert_true(parsed("2023Q4") == 2023.75);
    assert_true(parsed("2023-01-01") == 2023);
    assert_near(parsed("2023-10-17"), 2023 + 9.0 / 12 + 16.0 / 31 / 12, 1e-12);
    assert_near(parsed("2024-02-29"), 2024 + 1.0 / 12 + 28.0 / 29 / 12, 1e-12);
}

static void what_is_no_date_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",          "23",         "20231",  "2023-",  "2023-00", "2023-13", "2023-1", "2023-02-29",       "2023-04-31",
        "2023-10-0", "2023-10-00", "2023Q0", "2023Q5", "2023q4",  "2023 ",   " 2023",  "2023-10-17T00:00", "2023/10"};
    double year;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(date_parse(wrong[i], &year));
}

/* Every day of 24 years with their leap days, there and back. */
static void every_day_reads_back_as_itself(void **state)
{
    (void)state;
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    double before = 0;
    for (int y = 2012; y < 2036; y++)
        for (int m = 1; m <= 12; m++)
            for (int d = 1; d <= days[m - 1] + (m == 2 && y % 4 == 0); d++) {
                char text[DATE_TEXT_BYTES], back[DATE_TEXT_BYTES];
                snprintf(text, sizeof text, "%04d-%02u-%02u", y, (unsigned)m % 13, (unsigned)d % 32);
                double year = parsed(text);
                assert_true(year > before);
                assert_string_equal(date_text(year, back), text);
                before = year;
            }
}

static void the_last_instant_of_a_day_still_belongs_to_it(void **state)
{
    (void)state;
    char text[DATE_TEXT_BYTES];
    assert_string_equal(date_text(parsed("2023-10-17") + 0.99 / 372, text), "2023-10-17");
    assert_string_equal(date_text(nextafter(2024, 0), text), "2024-01-01"); /* rounding, not a day */
    assert_string_equal(date_text(2024 - 1e-6, text), "2023-12-31");
}

static void whole_months_add_up_exactly(void **state)
{
    (void)state;
    double year = parsed("2022-01");
    for (int i = 0; i < 119; i++)
        year = date_add_months(year, 1);
    assert_true(year == parsed("2031-12"));
    assert_true(date_add_months(parsed("2022-03"), 7) == parsed("2022-10"));
    assert_true(date_add_months(parsed("2022-03"), -3) == parsed("2021-12"));
    assert_near(date_add_months(parsed("2022-03-16"), 2), parsed("2022-03-16") + 2.0 / 12, 1e-12);
}

static void a_shifted_day_is_a_day(void **state)
{
    (void)state;
    assert_true(date_shift(parsed("2023-10-17"), 6) == parsed("2024-04-17"));
    assert_true(date_shift(parsed("2023-10-17"), -21) == parsed("2022-01-17"));
    assert_true(date_shift(parsed("2024-01-31"), 1) == parsed("2024-02-29")); /* the last day of a shorter month */
    assert_true(date_shift(parsed("2023-03"), 0.5) == parsed("2023-03-17")); /* 15.5 days are rounded up */
    assert_true(date_shift(parsed("2023-12-20"), 0.9) == parsed("2024-01-17"));
    assert_true(date_shift(parsed("2023-10-17"), 0) == parsed("2023-10-17"));
    assert_near(date_shift(2023.0001, 6), 2023.5001, 1e-12); /* no day */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_date_is_the_first_instant_of_what_it_names),
        cmocka_unit_test(what_is_no_date_is_refused),
        cmocka_unit_test(every_day_reads_back_as_itself),
        cmocka_unit_test(the_last_instant_of_a_day_still_belongs_to_it),
        cmocka_unit_test(whole_months_add_up_exactly),
        cmocka_unit_test(a_shifted_day_is_a_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
