/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The oracles hold, and would not if something were wrong. */
#include "near.h"
#include "theory_queues.h"

#include "sim/selftest/oracle.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct oracle *const tables[] = {oracles_engine, oracles_models, oracles_finance,
                                              oracles_books,  oracles_bubble, NULL};

static void every_oracle_holds_and_notices_a_mistake(void **state)
{
    (void)state;
    int blind = 0;
    for (size_t t = 0; tables[t]; t++)
        for (const struct oracle *o = tables[t]; o->id; o++) {
            double right = o->error(0), wrong = o->error(o->notices);
            bool sound = right >= 0 && right <= o->tolerance && wrong > o->tolerance;
            if (!sound)
                print_error("%s: error %g, with a mistake of %g %g; tolerance %g %s\n", o->id, right, o->notices, wrong,
                            o->tolerance, o->unit);
            blind += !sound;
        }
    assert_int_equal(blind, 0);
}

static void every_oracle_says_what_it_is_and_whence(void **state)
{
    (void)state;
    for (size_t t = 0; tables[t]; t++)
        for (const struct oracle *o = tables[t]; o->id; o++) {
            assert_true(o->what[0] && o->source[0] && o->unit[0] && o->notices > 0);
            for (size_t u = 0; u <= t; u++)
                for (const struct oracle *other = tables[u]; other->id && other != o; other++)
                    assert_string_not_equal(other->id, o->id);
        }
}

static double far_off(double mistake)
{
    return 2.385 + mistake;
}

static double unknown(double mistake)
{
    return mistake + (double)NAN;
}

static double exact(double mistake)
{
    return mistake;
}

static void what_does_not_hold_is_counted_and_named(void **state)
{
    (void)state;
    const struct oracle some[] = {{"a", "is far off", "nowhere", far_off, 2, "m", 1},
                                  {"b", "is no number", "nowhere", unknown, 2, "m", 1},
                                  {"c", "is right", "nowhere", exact, 0, "m", 1},
                                  {0}};
    const struct oracle *const wrong[] = {some, some + 2, NULL};
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    assert_int_equal(oracles_ask(wrong, to, true), 2);
    fclose(to);
    assert_string_equal(text, "oracle,what,error,tolerance,unit,verdict,right answer from\n"
                              "a,is far off,2.385,2,m,WRONG,nowhere\n"
                              "b,is no number,NaN,2,m,WRONG,nowhere\n"
                              "c,is right,0,0,m,holds,nowhere\n"
                              "c,is right,0,0,m,holds,nowhere\n");
    free(text);
}

/* The program beside the tests, with its standard output read. */
static int run_program(const char *arguments, char *text, size_t size)
{
    char program[4096], command[4400];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    assert_true(length > 0);
    program[length] = '\0';
    *strrchr(program, '/') = '\0'; /* .../tests */
    *strrchr(program, '/') = '\0';
    snprintf(command, sizeof command, "'%s/iccsim' %s 2>/dev/null", program, arguments);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    text[fread(text, 1, size - 1, pipe)] = '\0';
    int status = pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void the_command_prints_a_row_an_oracle(void **state)
{
    (void)state;
    static char text[65536];
    assert_int_equal(run_program("selftest --csv", text, sizeof text), 0);
    for (size_t t = 0; tables[t]; t++)
        for (const struct oracle *o = tables[t]; o->id; o++) {
            char row[200];
            snprintf(row, sizeof row, "\n%s,", o->id);
            assert_non_null(strstr(text, row));
        }
    assert_null(strstr(text, "WRONG"));
    assert_int_equal(run_program("selftest more", text, sizeof text), 2);
}

/* What `make bench` times is a right queue: load .8, 4 customers on average, deviation of the mean .019 here. */
static void the_queue_of_the_bench_is_right(void **state)
{
    (void)state;
    const struct streams streams = {.seed = 7};
    assert_near(queue_mm1(&streams, 0.8, 4000000), 4, 0.08);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_oracle_holds_and_notices_a_mistake),
        cmocka_unit_test(every_oracle_says_what_it_is_and_whence),
        cmocka_unit_test(what_does_not_hold_is_counted_and_named),
        cmocka_unit_test(the_command_prints_a_row_an_oracle),
        cmocka_unit_test(the_queue_of_the_bench_is_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
