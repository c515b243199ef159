/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How amounts are written for readers. */
#include "sim/output/amount.h"

#include "near.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void amounts_have_three_digits_and_a_word(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0, "0"},
                 {2.385, "2.38"},
                 {-0.05, "-0.05"},
                 {0.34249, "0.342"},
                 {999.6, "1,000"},
                 {42317, "42,300"},
                 {999499, "999,000"},
                 {999500, "1 million"},
                 {1.8237e6, "1.82 million"},
                 {-7.4e9, "-7.4 billion"},
                 {3.14159e12, "3.14 trillion"},
                 {2.386e17, "239,000 trillion"},
                 {0.00002384, "2.38e-05"},
                 {-1e-300, "-1e-300"},
                 {-0.0, "0"},
                 {(double)NAN, "-"}};
    char text[AMOUNT_BYTES];
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(amount_text(cases[i].value, text), cases[i].text);
}

static void an_interval_says_its_word_once_if_there_is_one(void **state)
{
    (void)state;
    static const struct {
        double value, low, high;
        const char *text;
    } cases[] = {{84.32e6, 78.9e6, 89.83e6, "84.3 (78.9 to 89.8) million"},
                 {84.3e6, 978e3, 1.2e9, "84.3 million (978,000 to 1.2 billion)"},
                 {12.34, -3.5, 1234, "12.3 (-3.5 to 1,230)"},
                 {5, 5, 5, "5"},
                 {5, (double)NAN, (double)NAN, "5"},
                 {(double)NAN, 1, 2, "-"}};
    char text[AMOUNT_BAND_BYTES];
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(amount_band(cases[i].value, cases[i].low, cases[i].high, text), cases[i].text);
}

static void a_column_has_one_scale(void **state)
{
    (void)state;
    static const struct {
        double largest;
        int digits;
        double value;
        const char *word, *text;
    } cases[] = {{596e6, 3, 254.4e6, "million ", "254"},
                 {596e6, 4, 0.31e6, "million ", "0.3"},
                 {596e6, 3, -0.31e6, "million ", "0"},
                 {2.571e9, 3, 19.6e6, "billion ", "0.02"},
                 {9.996e9, 3, -2.5713e9, "billion ", "-2.6"},
                 {45210, 3, 1234.5, "", "1,234"},
                 {1234567e12, 3, 1234567e12, "trillion ", "1,234,567"},
                 {0.0123, 3, 0.00456, "", "0.0046"},
                 {0, 3, 0, "", "0"},
                 {7, 3, (double)NAN, "", "-"}};
    char text[AMOUNT_BYTES];
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct amount_scale scale = amount_scale(cases[i].largest, cases[i].digits);
        assert_string_equal(scale.word, cases[i].word);
        assert_string_equal(amount_scaled(scale, cases[i].value, text), cases[i].text);
    }
    char band[AMOUNT_BAND_BYTES];
    assert_string_equal(amount_scaled_band(amount_scale(596e6, 3), 254e6, 240e6, 268e6, band), "254 (240 to 268)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_have_three_digits_and_a_word),
        cmocka_unit_test(an_interval_says_its_word_once_if_there_is_one),
        cmocka_unit_test(a_column_has_one_scale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
