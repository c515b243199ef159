/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "near.h"
#include "sim/base/mistakes.h"

#include <stdlib.h>
#include <string.h>

static char *printed(struct mistakes *mistakes)
{
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    mistakes_print(mistakes, to);
    fclose(to);
    return text;
}

static void mistakes_come_in_the_order_of_the_file_and_once(void **state)
{
    (void)state;
    struct mistakes mistakes = {0};
    mistake_add(&mistakes, (struct place){"b.yml", 2, 1}, "six");
    mistake_add(&mistakes, (struct place){"a.yml", 10, 1}, "five");
    mistake_add(&mistakes, (struct place){"a.yml", 9, 7}, "three");
    mistake_add(&mistakes, (struct place){"a.yml", 9, 7}, "four");
    mistake_add(&mistakes, (struct place){"a.yml", 9, 7}, "three");
    mistake_add(&mistakes, (struct place){"a.yml", 9, 2}, "%s", "two\nlines");
    mistake_add(&mistakes, (struct place){0}, "nowhere %d", 1);
    mistake_add(&mistakes, (struct place){.file = "--set a=1"}, "zero");
    char *text = printed(&mistakes);
    assert_string_equal(text,
                        "iccsim: nowhere 1\n--set a=1: zero\na.yml:9:2: two lines\na.yml:9:7: three\na.yml:9:7: four\n"
                        "a.yml:10:1: five\nb.yml:2:1: six\n");
    free(text);
    mistakes_free(&mistakes);
    text = printed(&mistakes);
    assert_string_equal(text, "");
    free(text);
}

static void a_slip_finds_the_name_that_was_meant(void **state)
{
    (void)state;
    static const char *const names[] = {"kappa_training", "kappa_inference", "noise", "vat_rent", "as", "H100", NULL};
    static const struct {
        const char *typed, *meant;
    } slips[] = {{"kapa_training", "kappa_training"},
                 {"kappa-training", "kappa_training"},
                 {"Noise", "noise"},
                 {"niose", "noise"},
                 {"kappa_inferense", "kappa_inference"},
                 {"vat", NULL},
                 {"weather", NULL},
                 {"h100", "H100"},
                 {"at", "as"},
                 {"xy", NULL},
                 {"", NULL},
                 {"kappa_trianing", "kappa_training"}};
    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
        const char *nearest = nearest_name(slips[i].typed, names);
        if (!slips[i].meant)
            assert_null(nearest);
        else
            assert_string_equal(nearest ? nearest : "(none)", slips[i].meant);
    }
}

static void mistakes_of_another_pass_can_be_appended(void **state)
{
    (void)state;
    struct mistakes first = {0}, second = {0};
    for (int i = 0; i < 40; i++)
        mistake_add(&second, (struct place){"a.yml", 40 - i, 1}, "%d%%", 40 - i);
    mistakes_append(&first, &second);
    mistakes_free(&second);
    assert_int_equal(first.count, 40);
    char *text = printed(&first);
    assert_memory_equal(text, "a.yml:1:1: 1%\na.yml:2:1: 2%\n", 28);
    free(text);
    mistakes_free(&first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_come_in_the_order_of_the_file_and_once),
        cmocka_unit_test(a_slip_finds_the_name_that_was_meant),
        cmocka_unit_test(mistakes_of_another_pass_can_be_appended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
