/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Joint draws from a file, and what was drawn. */
#include "fake_models.h"
#include "near.h"

#include "sim/montecarlo/montecarlo.h"
#include "sim/montecarlo/study.h"
#include "sim/scenario/lever.h"
#include "sim/scenario/tree.h"

#include <stdlib.h>
#include <string.h>

enum { MOST = 40 };

struct fixture {
    char folder[64];
    struct study study;
    struct arena arena;
    struct scenario *scenario;
    double input[MOST], last[MOST]; /* of each replication */
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    strcpy(f->folder, "/tmp/iccsim-test-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    study_open(&f->study, fake_models, sizeof(struct world));
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    unlink(arena_printf(&f->arena, "%s/walk.yml", f->folder));
    unlink(arena_printf(&f->arena, "%s/draws.csv", f->folder));
    rmdir(f->folder);
    scenario_free(f->scenario);
    study_close(&f->study);
    arena_free(&f->arena);
    free(f);
    return 0;
}

/* Loads with `csv` as draws and one --set, either of them NULL. */
static bool load(struct fixture *f, const char *csv, const char *set)
{
    FILE *to = csv ? fopen(arena_printf(&f->arena, "%s/draws.csv", f->folder), "w") : NULL;
    if (to)
        fputs(csv, to);
    if (to)
        fclose(to);
    const char *text = arena_printf(&f->arena, "%s%s", fake_scenario, csv ? "draws: draws.csv\n" : "");
    struct override override = {.argument = set};
    struct load_request request = {
        .file = fake_file(f->folder, "walk", text), .overrides = &override, .override_count = set != NULL};
    struct mistakes mistakes = {0};
    scenario_free(f->scenario);
    f->scenario = scenario_load(&request, &f->study.schema, &mistakes);
    mistakes_print(&mistakes, stderr);
    mistakes_free(&mistakes);
    return f->scenario != NULL;
}

static void note(void *state, const struct committed *one)
{
    struct fixture *f = state;
    f->input[one->replication] = one->input[0];
    f->last[one->replication] = one->scalar[0];
}

static void run(struct fixture *f, const struct scenario *scenario, uint32_t replications)
{
    struct montecarlo request = {.plan = study_plan(&f->study, scenario, &f->arena),
                                 .seed = 11,
                                 .replications = replications,
                                 .threads = 2,
                                 .draw = study_draw,
                                 .draw_state = scenario,
                                 .input_count = scenario_input_count(scenario),
                                 .inputs = study_inputs,
                                 .commit = note,
                                 .commit_state = f};
    struct ensemble ensemble;
    assert_int_equal(request.input_count, 1);
    montecarlo_run(&request, &ensemble);
    ensemble_free(&ensemble);
}

static const char *as_csv(struct fixture *f, const double *input, size_t count)
{
    const char *csv = "replication,walk.drift [CNY]\n";
    for (size_t i = 0; i < count; i++)
        csv = arena_printf(&f->arena, "%s%zu,%.17g\n", csv, i, input[i]);
    return csv;
}

static void a_run_on_its_own_draws_gives_the_same_bits(void **state)
{
    struct fixture *f = *state;
    double input[MOST], last[MOST];
    assert_true(load(f, NULL, NULL));
    struct drawn_parameter drift = scenario_input(f->scenario, 0);
    assert_string_equal(drift.path, "walk.drift");
    assert_string_equal(drift.unit, "CNY");
    run(f, f->scenario, MOST);
    memcpy(input, f->input, sizeof input);
    memcpy(last, f->last, sizeof last);
    assert_true(input[0] != input[1]);
    assert_true(load(f, as_csv(f, input, MOST), NULL));
    memset(f->last, 0, sizeof f->last);
    run(f, f->scenario, MOST);
    assert_memory_equal(input, f->input, sizeof input);
    assert_memory_equal(last, f->last, sizeof last);
}

/* 30 draws, 1 to 30, in thousandths. */
static const char *thirty(struct fixture *f)
{
    const char *csv = "walk.drift [kCNY]\n";
    for (int i = 1; i <= 30; i++)
        csv = arena_printf(&f->arena, "%s%g\n", csv, i / 1000.0);
    return csv;
}

static void rows_without_a_number_are_taken_in_a_fixed_order_each_once_and_again(void **state)
{
    struct fixture *f = *state;
    assert_true(load(f, thirty(f), NULL));
    run(f, f->scenario, MOST);
    double few[5];
    bool seen[31] = {false}, in_order = true;
    for (size_t i = 0; i < 30; i++) {
        int value = (int)lround(f->input[i]);
        assert_near(f->input[i], value, 1e-9);
        assert_false(seen[value]);
        seen[value] = true;
        in_order &= value == (int)i + 1;
    }
    assert_false(in_order);
    assert_memory_equal(&f->input[0], &f->input[30], 10 * sizeof *f->input);
    memcpy(few, f->input, sizeof few);
    memset(f->input, 0, sizeof f->input);
    run(f, f->scenario, 5);
    assert_memory_equal(few, f->input, sizeof few);
}

static void what_the_command_line_says_replaces_draws(void **state)
{
    struct fixture *f = *state;
    assert_true(load(f, thirty(f), "walk.drift={uniform: {low: 50 CNY, high: 60 CNY}}"));
    run(f, f->scenario, MOST);
    for (size_t i = 0; i < MOST; i++)
        assert_true(f->input[i] >= 50);
}

static void levers_move_draws_and_replace_them(void **state)
{
    struct fixture *f = *state;
    struct mistakes mistakes = {0};
    double input[MOST];
    assert_true(load(f, thirty(f), NULL));
    run(f, f->scenario, MOST);
    memcpy(input, f->input, sizeof input);
    struct scenario *copy = scenario_copy(f->scenario);
    const struct node *map = tree_read_text(&f->arena, "{scale: walk.drift}", "lever", &mistakes);
    struct lever_value twice = lever_value_of(2);
    assert_true(lever_apply(lever_read(f->scenario, "lever", map, &mistakes), &twice, copy, &mistakes));
    run(f, copy, MOST);
    for (size_t i = 0; i < MOST; i++)
        assert_true(f->input[i] == 2 * input[i]);
    map = tree_read_text(&f->arena, "{set: walk.drift}", "lever", &mistakes);
    assert_true(lever_apply(lever_read(f->scenario, "lever", map, &mistakes), &twice, copy, &mistakes));
    assert_int_equal(scenario_input_count(copy), 0);
    scenario_free(copy);
}

static void the_replications_of_a_numbered_file_must_suffice(void **state)
{
    struct fixture *f = *state;
    struct mistakes mistakes = {0};
    assert_true(load(f, "replication,walk.drift\r\n5,1\r\n6,2\r\n7,3\r\n", NULL));
    assert_true(scenario_check_draws(f->scenario, 5, 3, &mistakes));
    assert_true(scenario_check_draws(f->scenario, 6, 1, &mistakes));
    assert_false(scenario_check_draws(f->scenario, 5, 4, &mistakes));
    assert_false(scenario_check_draws(f->scenario, 4, 2, &mistakes));
    assert_int_equal(mistakes.count, 2);
    mistakes_free(&mistakes);
    assert_true(load(f, thirty(f), NULL));
    assert_true(scenario_check_draws(f->scenario, 0, 100000, &mistakes));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_run_on_its_own_draws_gives_the_same_bits),
        TEST(rows_without_a_number_are_taken_in_a_fixed_order_each_once_and_again),
        TEST(what_the_command_line_says_replaces_draws),
        TEST(levers_move_draws_and_replace_them),
        TEST(the_replications_of_a_numbered_file_must_suffice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
