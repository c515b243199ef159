/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "near.h"
#include "sim/base/units.h"

static double convert(const char *quantity, const char *wanted)
{
    struct unit from, to;
    double number;
    const char *rest;
    assert_true(number_parse(quantity, &number, &rest));
    assert_true(unit_parse(rest, &from));
    assert_true(unit_parse(wanted, &to));
    assert_true(unit_same_dimension(&from, &to));
    return unit_convert(number, &from, &to);
}

static void quantities_arrive_in_the_wanted_unit_to_the_last_bit(void **state)
{
    (void)state;
    assert_true(convert("70 kCNY", "CNY") == 70000);
    assert_true(convert("2.3 MCNY", "CNY") == 2300000);
    assert_true(convert("1.5 bnCNY", "MCNY") == 1500);
    assert_true(convert("35%", "") == 0.35);
    assert_true(convert("0.35", "%") == 35);
    assert_true(convert("7 months", "month") == 7);
    assert_true(convert("18 months", "yr") == 1.5);
    assert_true(convert("300 TFLOPS", "P") == 0.3);
    assert_true(convert("3740 P", "kP") == 3.74);
    assert_true(convert("123.6 EFLOPS", "P") == 123600);
    assert_true(convert("700 W/card", "kW/card") == 0.7);
    assert_true(convert("80 GB", "TB") == 0.08);
}

static void time_has_twelve_equal_months_and_365_days(void **state)
{
    (void)state;
    assert_near(convert("1 month", "yr"), 1.0 / 12, 1e-16);
    assert_near(convert("1 week", "yr"), 7.0 / 365, 1e-16);
    assert_near(convert("1 h", "yr"), 1.0 / 8760, 1e-18);
    assert_near(convert("8760 hours", "days"), 365, 1e-10);
    assert_near(convert("1 TB/s", "GB/h"), 3.6e6, 1e-6);
}

static void power_is_energy_over_time(void **state)
{
    (void)state;
    assert_near(convert("1 kW", "kWh/yr"), 8760, 1e-9);
    assert_near(convert("2 MW-h", "kWh"), 2000, 1e-9);
    assert_near(convert("0.6 CNY/kWh", "CNY/MWh"), 600, 1e-9);
    assert_near(convert("0.58 kg/kWh", "t/MWh"), 0.58, 1e-12);
}

static void a_dash_binds_tighter_than_a_slash(void **state)
{
    (void)state;
    struct unit dash, slashes, star;
    assert_true(unit_parse("CNY/card-hour", &dash));
    assert_true(unit_parse("CNY/card/hour", &slashes));
    assert_true(unit_parse("CNY/card*hour", &star));
    assert_true(unit_same_dimension(&dash, &slashes));
    assert_false(unit_same_dimension(&dash, &star));
    assert_near(convert("29 CNY/card-hour", "kCNY/card-month"), 29 * 8760.0 / 12 / 1000, 1e-9);
}

/* 8 % a year, published, is 0.0769610411361283 a year, continuous: ln 1.08 from a table. */
static void a_published_rate_becomes_continuous(void **state)
{
    (void)state;
    assert_near(convert("8 %/yr", "/yr"), 0.0769610411361283, 1e-15);
    assert_near(convert("-23 %/year", "/yr"), -0.261364764134408, 1e-14);
    assert_near(convert("2 %/month", "/yr"), 12 * 0.0198026272961797, 1e-14);
    assert_near(convert("0.3 /yr", "/yr"), 0.3, 0);
    assert_near(convert("0.0769610411361283 /yr", "%/yr"), 8, 1e-12);
    assert_near(convert("8 %/yr", "%/yr"), 8, 0);
    assert_near(convert("0.025 /month", "/yr"), 0.3, 1e-15);
}

static void currencies_are_different_dimensions(void **state)
{
    (void)state;
    struct unit cny, usd;
    assert_true(unit_parse("kCNY", &cny));
    assert_true(unit_parse("kUSD", &usd));
    assert_false(unit_same_dimension(&cny, &usd));
}

static void only_what_is_written_as_p_has_a_basis(void **state)
{
    (void)state;
    struct unit unit;
    assert_true(unit_parse("kP", &unit));
    assert_int_equal(unit.p_exponent, 1);
    assert_true(unit_parse("PFLOPS", &unit));
    assert_int_equal(unit.p_exponent, 0);
    assert_true(unit_parse("CNY/P-month", &unit));
    assert_int_equal(unit.p_exponent, -1);
}

static void what_is_no_unit_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "apples", "k",    "CNY//h", "CNY/", "CNY h",    "/",   "kmonth", "mCNY", "Pcard",
        "cny",    "CNY-", "%%",     "MW^2", "CNY/kWh)", "TTB", "h-",     "-h",   "h-h-h-h-h-h-h-h-h-h-h-h-h-h-h-h-h-h"};
    struct unit unit;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(unit_parse(wrong[i], &unit));
}

static void numbers_have_underscores_and_exponents(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double number;
        const char *rest;
    } right[] = {{"1_200 P", 1200, "P"},
                 {"2.5e3CNY", 2500, "CNY"},
                 {"5 EFLOPS", 5, "EFLOPS"},
                 {"5EFLOPS", 5, "EFLOPS"},
                 {"-0.5", -0.5, ""},
                 {".25 h", 0.25, "h"},
                 {"1e-3", 1e-3, ""},
                 {"+7", 7, ""},
                 {"1,200 P", 1, ",200 P"},
                 {"3_", 3, "_"},
                 {"2e", 2, "e"},
                 {"0x10", 0, "x10"}};
    static const char *const wrong[] = {"", "P", "e5", "-", ".", "inf", "nan", "_1", "1e999"};
    double number;
    const char *rest;
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        assert_true(number_parse(right[i].text, &number, &rest));
        assert_true(number == right[i].number);
        assert_string_equal(rest, right[i].rest);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(number_parse(wrong[i], &number, &rest));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantities_arrive_in_the_wanted_unit_to_the_last_bit),
        cmocka_unit_test(time_has_twelve_equal_months_and_365_days),
        cmocka_unit_test(power_is_energy_over_time),
        cmocka_unit_test(a_dash_binds_tighter_than_a_slash),
        cmocka_unit_test(a_published_rate_becomes_continuous),
        cmocka_unit_test(currencies_are_different_dimensions),
        cmocka_unit_test(only_what_is_written_as_p_has_a_basis),
        cmocka_unit_test(what_is_no_unit_is_refused),
        cmocka_unit_test(numbers_have_underscores_and_exponents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
