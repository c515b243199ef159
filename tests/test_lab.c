/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lab, as the page uses it: the same numbers as a run of the program, however its blocks came. */
#include "near.h"

#include "models/models.h"
#include "sim/lab/lab_state.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORLDS = 4 };

static int setup(void **state)
{
    struct lab *lab = lab_open("scenarios/china.yml");
    print_message("%s", lab_message(lab));
    assert_string_equal(lab_message(lab), "");
    *state = lab;
    return 0;
}

static int teardown(void **state)
{
    lab_close(*state);
    return 0;
}

static size_t lever_named(const struct lab *lab, const char *name)
{
    for (size_t i = 0; i < lab->lever_count; i++)
        if (strcmp(scenario_slider(lab->scenario, i)->name, name) == 0)
            return i;
    fail_msg("no lever %s", name);
    return 0;
}

static void move(struct lab *lab, const char *lever, const char *text)
{
    bool right = lab_move(lab, lever_named(lab, lever), text) && lab_settle(lab);
    print_message("%s", lab_message(lab));
    assert_true(right);
}

static void pass(struct lab *from, struct lab *to, enum lab_world world, unsigned first, unsigned count)
{
    lab_run(from, world, first, count);
    assert_true(lab_take(to, world, lab_data(from), lab_size(from)));
}

static void assert_same_bits(const double *a, const double *b, size_t count)
{
    assert_memory_equal(a, b, count * sizeof *a);
}

/* What the program makes of a scenario: medians, means and errors of the series that a lab shows. */
static void assert_as_the_program(struct lab *lab, enum lab_world world, const char *file)
{
    struct study study;
    struct mistakes mistakes = {0};
    struct outcome outcome = {.study = &study, .replications = WORLDS};
    study_open(&study, models, models_world_size);
    outcome.scenario = scenario_load(&(struct load_request){.file = file}, &study.schema, &mistakes);
    mistakes_print(&mistakes, stderr);
    assert_non_null(outcome.scenario);
    outcome.plan = study_plan(&study, outcome.scenario, &outcome.arena);
    outcome.seed = study_settings(outcome.scenario).seed;
    outcome.measures = facts_find(outcome.scenario, outcome.plan, &outcome.arena);
    struct montecarlo request = outcome_request(&outcome);
    montecarlo_run(&request, &outcome.ensemble);
    const double *band = lab_bands(lab, world, WORLDS);
    size_t samples = outcome.plan->sample_count, at = outcome.measures.count, compared = 0;
    for (size_t i = 0; i < lab->shown_count; i++)
        for (size_t k = 0; k < samples; k++, at++) {
            const struct band *should = &outcome.ensemble.series[lab->shown[i] * samples + k];
            const double row[LAB_BAND] = {should->mean, should->se,  should->p05, should->p25,
                                          should->p50,  should->p75, should->p95, should->n};
            for (size_t c = 0; c < LAB_BAND; c++)
                assert_true(band[at * LAB_BAND + c] == row[c] || (isnan(row[c]) && isnan(band[at * LAB_BAND + c])));
            compared += should->n == WORLDS;
        }
    assert_true(compared > samples);
    outcome_free(&outcome);
    study_close(&study);
}

static void the_base_has_the_numbers_of_the_program(void **state)
{
    struct lab *lab = *state;
    pass(lab, lab, LAB_BASE, 0, WORLDS);
    assert_int_equal(lab_count(lab, LAB_BASE), WORLDS);
    assert_int_equal(lab_failed(lab, LAB_BASE), 0);
    assert_as_the_program(lab, LAB_BASE, "scenarios/china.yml");
}

static void the_scenario_it_gives_away_has_the_numbers_of_the_moved_world(void **state)
{
    struct lab *lab = *state;
    move(lab, "ban", "6 months");
    move(lab, "elastic", "0.9");
    move(lab, "domestic", "1.7");
    move(lab, "circular", "false");
    assert_true(lab_seed(lab, "77") && lab_settle(lab));
    pass(lab, lab, LAB_MOVED, 0, WORLDS);
    const char *yaml = lab_scenario(lab, WORLDS);
    assert_non_null(yaml);
    char file[] = "/tmp/iccsim-lab-XXXXXX";
    int descriptor = mkstemp(file);
    assert_true(descriptor >= 0);
    FILE *to = fdopen(descriptor, "w");
    assert_non_null(to);
    assert_true(fputs(yaml, to) >= 0);
    assert_int_equal(fclose(to), 0);
    assert_as_the_program(lab, LAB_MOVED, file);
    unlink(file);
}

static void blocks_of_other_labs_in_any_order_give_the_same_bits(void **state)
{
    struct lab *lab = *state, *other = lab_open("scenarios/china.yml");
    move(lab, "shock", "0.5");
    move(other, "shock", "0.5");
    pass(other, lab, LAB_MOVED, 3, 1);
    assert_int_equal(lab_count(lab, LAB_MOVED), 0);
    pass(lab, lab, LAB_MOVED, 0, 1);
    pass(other, lab, LAB_MOVED, 1, 2);
    assert_int_equal(lab_count(lab, LAB_MOVED), WORLDS);
    pass(other, other, LAB_MOVED, 0, WORLDS);
    assert_same_bits(lab_bands(lab, LAB_MOVED, WORLDS), lab_bands(other, LAB_MOVED, WORLDS), lab_width(lab) * LAB_BAND);
    assert_null(lab_bands(lab, LAB_MOVED, WORLDS + 1));
    lab_close(other);
}

static void a_block_of_another_world_is_refused(void **state)
{
    struct lab *lab = *state, *other = lab_open("scenarios/china.yml");
    move(other, "shock", "0.5");
    lab_run(other, LAB_MOVED, 0, 1);
    assert_false(lab_take(lab, LAB_MOVED, lab_data(other), lab_size(other)));
    assert_false(lab_take(lab, LAB_BASE, lab_data(other), lab_size(other)));
    assert_false(lab_take(lab, LAB_BASE, "no block", 8));
    lab_close(other);
}

static void worlds_that_are_moved_to_where_they_are_do_not_differ(void **state)
{
    struct lab *lab = *state;
    move(lab, "ban", "0 months");
    move(lab, "domestic", "1");
    pass(lab, lab, LAB_BASE, 0, WORLDS);
    pass(lab, lab, LAB_MOVED, 0, WORLDS);
    const double *difference = lab_differences(lab, WORLDS);
    size_t paired = 0;
    for (size_t i = 0; i < lab_width(lab); i++)
        if (difference[i * LAB_DIFFERENCE + 4] > 0) {
            assert_true(difference[i * LAB_DIFFERENCE] == 0);
            paired++;
        }
    assert_true(paired > 1000);
}

static void differences_are_those_of_pairs(void **state)
{
    struct lab *lab = *state;
    move(lab, "shock", "0");
    pass(lab, lab, LAB_BASE, 0, WORLDS);
    pass(lab, lab, LAB_MOVED, 0, WORLDS);
    size_t at = lab_width(lab) - 1;
    while (lab_bands(lab, LAB_BASE, WORLDS)[at * LAB_BAND + 7] < WORLDS ||
           lab_bands(lab, LAB_MOVED, WORLDS)[at * LAB_BAND + 7] < WORLDS)
        at--;
    double off[WORLDS], sum = 0, squares = 0;
    for (unsigned i = 0; i < WORLDS; i++) {
        double base = lab_one(lab, LAB_BASE, i)[at];
        sum += off[i] = lab_one(lab, LAB_MOVED, i)[at] - base;
    }
    for (unsigned i = 0; i < WORLDS; i++)
        squares += (off[i] - sum / WORLDS) * (off[i] - sum / WORLDS);
    const double *difference = lab_differences(lab, WORLDS) + at * LAB_DIFFERENCE;
    double se = sqrt(squares / (WORLDS - 1) / WORLDS), t = 3.182446305284263; /* Student, 3 degrees, 97.5 % (R: qt) */
    assert_true(sum != 0);
    assert_near(difference[0], sum / WORLDS, 1e-12 * fabs(sum));
    assert_near(difference[1], se, 1e-9 * se);
    assert_near(difference[3] - difference[2], 2 * t * se, 1e-9 * se);
    assert_near(difference[4], WORLDS, 0);
}

static void another_seed_forgets_the_base_and_another_lever_does_not(void **state)
{
    struct lab *lab = *state;
    pass(lab, lab, LAB_BASE, 0, 1);
    move(lab, "ban", "3 months");
    assert_int_equal(lab_count(lab, LAB_BASE), 1);
    assert_true(lab_seed(lab, "7") && lab_settle(lab));
    assert_int_equal(lab_count(lab, LAB_BASE), 0);
}

static void what_cannot_be_is_told(void **state)
{
    struct lab *lab = *state;
    assert_false(lab_move(lab, lever_named(lab, "elastic"), "5 parsecs"));
    assert_non_null(strstr(lab_message(lab), "levers.elastic"));
    assert_false(lab_move(lab, lever_named(lab, "elastic"), "0.4 to 0.5"));
    assert_non_null(strstr(lab_message(lab), "one value is wanted"));
    assert_false(lab_seed(lab, "-3"));
    assert_non_null(strstr(lab_message(lab), "seed: not a whole number, -3"));
    assert_false(lab_move(lab, lever_named(lab, "building"), "7"));
    assert_non_null(strstr(lab_message(lab), "levers.building: 7 is not between its ends; allowed: 0.25 to 2"));
    struct lab *none = lab_open("scenarios/no-such-file.yml");
    assert_non_null(strstr(lab_message(none), "no-such-file.yml"));
    lab_close(none);
}

static void it_says_what_it_shows(void **state)
{
    struct lab *lab = *state;
    const char *said = lab_describe(lab);
    assert_non_null(strstr(said, "\"label\": \"ban of October 2023: earlier or later\""));
    assert_non_null(strstr(said, "\"rent_server_month.H100\""));
    assert_non_null(strstr(said, "\"DeepSeek V3, R1\""));
    assert_non_null(lab_one(lab, LAB_BASE, 2));
    assert_non_null(strstr(lab_trace(lab), "\"verb\":\"approved\""));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_base_has_the_numbers_of_the_program),
        TEST(the_scenario_it_gives_away_has_the_numbers_of_the_moved_world),
        TEST(blocks_of_other_labs_in_any_order_give_the_same_bits),
        TEST(a_block_of_another_world_is_refused),
        TEST(worlds_that_are_moved_to_where_they_are_do_not_differ),
        TEST(differences_are_those_of_pairs),
        TEST(another_seed_forgets_the_base_and_another_lever_does_not),
        TEST(what_cannot_be_is_told),
        TEST(it_says_what_it_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
