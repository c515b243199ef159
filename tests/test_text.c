/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How wide texts are, and their shortening. */
#include "near.h"

#include "sim/base/text.h"

#include <string.h>

static struct arena arena;

static void columns_are_those_of_a_terminal(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t columns;
    } cases[] = {{"", 0},     {"plain", 5}, {"算力中心", 8}, {"é", 1}, {"e\u0301", 1},  {"Ｈ１００", 8},
                 {"한국", 4}, {"a…b", 3},   {"€", 1},        {"🚀", 2}, {"\xff\xfe", 2}, {"\xe7\xae", 2}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (text_columns(cases[i].text) != cases[i].columns)
            fail_msg("%s: %zu", cases[i].text, text_columns(cases[i].text));
}

static void texts_are_cut_between_characters(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t columns;
        const char *cut;
    } cases[] = {
        {"as it is", 8, "as it is"}, {"as it was", 8, "as it w…"}, {"one two", 5, "one…"}, {"算力中心", 8, "算力中心"},
        {"算力中心", 7, "算力中…"},  {"算力中心", 6, "算力…"},     {"算力", 1, "…"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(text_cut(&arena, cases[i].text, cases[i].columns), cases[i].cut);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_those_of_a_terminal),
        cmocka_unit_test(texts_are_cut_between_characters),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&arena);
    return failed;
}
