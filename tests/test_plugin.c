/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mechanism is one constant in one file and one line in a list: here is one, a typhoon that closes a share of the
 * cards let.
 *
 * Nothing else knows it; yet it has a section and a table in scenarios, ranges and units that are checked, events, and
 * outputs.
 */
#include "models_lab.h"

struct typhoon_settings {
    double season, share;
};

struct harbour {
    double depth_m;
};

/* clang-format off */
static const struct param params[] = {
    {.name = "season", .type = PARAM_DATE, .draw = UNCERTAIN, .min = 2000, .max = 2100, .value = "none", .help = "when it comes",
     .offset = offsetof(struct typhoon_settings, season)},
    NUMBER(struct typhoon_settings, share, "share", "CNY/card-hour", 0, 3, "0.25 CNY/card-hour", UNCERTAIN, "what it does to a card", NULL),
    COLUMN("harbours", struct harbour, depth_m, "depth", "yr", 0.5, 40, "12 yr", FIXED, "how deep it is", NULL),
    {0},
};
/* clang-format on */

enum { OUT_DAMAGE, OUT_DEPTH };
/* clang-format off */
static const struct output outputs[] = {
    [OUT_DAMAGE] = {"damage", OUTPUT_SERIES, "CNY", NULL, "what it has cost so far"},
    [OUT_DEPTH] = {"depth", OUTPUT_SCALAR, "yr", "harbours", "how deep the harbours are"},
    {0},
};
/* clang-format on */

enum { STREAM_OF_WIND, STREAM_OF_RAIN, STREAMS }; /* numbers that other mechanisms use too */

/* Its own state lives behind the world of the others. */
struct larger_world {
    struct world world;
    double damage, wind;
};

static const struct model typhoon;

static struct larger_world *with_damage(struct world *w)
{
    return (struct larger_world *)(void *)w;
}

static void start(struct world *w)
{
    const struct typhoon_settings *s = sim_settings(w->sim, &typhoon);
    if (isnan(s->season))
        return;
    sim_split_at(w->sim, s->season);
    sim_schedule(w->sim, s->season, 0,
                 (struct event){.model = (uint16_t)sim_model_index(w->sim, &typhoon), .kind = 3, .data = 11});
}

static void strike(struct world *w, const struct event *event)
{
    const struct typhoon_settings *s = sim_settings(w->sim, &typhoon);
    assert_int_equal(event->kind, 3);
    with_damage(w)->damage = s->share * event->data;
    for (uint32_t purpose = 0; purpose < STREAMS; purpose++) {
        struct stream luck = sim_stream(w->sim, &typhoon, identity(purpose, 0, 0));
        with_damage(w)->wind += stream_exponential(&luck);
    }
}

static void grow(struct world *w)
{
    with_damage(w)->damage *= 2; /* whenever the market clears */
}

static void sample(struct world *w)
{
    sim_record(w->sim, &typhoon, OUT_DAMAGE, -1, with_damage(w)->damage, false);
}

static void finish(struct world *w)
{
    const struct harbour *harbour = sim_rows(w->sim, &typhoon, "harbours");
    for (size_t i = 0; i < sim_row_count(w->sim, "harbours"); i++)
        sim_record(w->sim, &typhoon, OUT_DEPTH, (int)i, harbour[i].depth_m, false);
}

static const struct table tables[] = {{"harbours", sizeof(struct harbour), "where ships lie"}, {0}};

static const struct model typhoon = {
    .name = "typhoon",
    .help = "storms",
    .without = "fair weather",
    .tables = tables,
    .params = params,
    .outputs = outputs,
    .settings_size = sizeof(struct typhoon_settings),
    .start = start,
    .event = strike,
    .finish = finish,
    .phase = {[PHASE_CLEAR] = grow, [PHASE_SAMPLE] = sample},
};

/* -- tests --------------------------------------------------------------------------------------------------------- */

static const char *const one_year[] = {"run.end=2023-01", NULL};
static const char *const with_harbours = "harbours: {ningbo: {}, shanghai: {depth: 17.5 yr}}\n";

static void open_typhoon(struct lab *lab, const char *const *sets)
{
    lab_list(lab, &typhoon, sizeof(struct larger_world));
    lab_ready(lab, with_harbours, sets);
}

static void a_new_mechanism_runs_with_what_the_scenario_says(void **state)
{
    (void)state;
    struct lab lab;
    open_typhoon(&lab, LAB_SET("run.end=2023-01", "typhoon.season=2022-06-16", "typhoon.share=0.75 CNY/card-hour"));
    lab_run(&lab, 0);
    const double *damage = lab_series(&lab, "damage");
    assert_near(damage[4], 0, 0); /* end of May */
    assert_near(damage[5], 0.75 * 11, 1e-12); /* in the half of June after the split */
    assert_near(damage[6], 0.75 * 11 * 2, 1e-11); /* July clears once: nothing else is dated in it */
    assert_near(lab_scalar(&lab, "depth.ningbo"), 12, 0);
    assert_near(lab_scalar(&lab, "depth.shanghai"), 17.5, 0);
    lab_close(&lab);
}

static void its_parameter_changes_its_output(void **state)
{
    (void)state;
    double damage[2];
    static const char *const share[] = {"typhoon.share=0.5 CNY/card-hour", "typhoon.share=1.5 CNY/card-hour"};
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        open_typhoon(&lab, LAB_SET("run.end=2023-01", "typhoon.season=2022-03", share[i]));
        lab_run(&lab, 0);
        damage[i] = lab_series(&lab, "damage")[11];
        lab_close(&lab);
    }
    assert_true(damage[0] > 0);
    assert_near(damage[1], 3 * damage[0], 1e-9 * damage[1]);
}

static void it_moves_no_number_of_the_others(void **state)
{
    (void)state;
    struct lab with, without;
    open_typhoon(&with, LAB_SET("run.end=2023-01", "typhoon.season=2022-04"));
    lab_open(&without, NULL, one_year);
    lab_run(&with, 0);
    lab_run(&without, 0);
    assert_int_equal(with.plan->series_count, without.plan->series_count + 1);
    assert_memory_equal(with.result->series, without.result->series,
                        without.plan->series_count * without.plan->sample_count * sizeof(double));
    lab_close(&with);
    lab_close(&without);
}

/* Wherever it stands in the list, drawing on purposes with the numbers of others. */
static void inserted_anywhere_it_changes_nobodys_draws(void **state)
{
    (void)state;
    struct lab without;
    lab_open(&without, NULL, one_year);
    lab_run(&without, 0);
    size_t count = 0;
    while (models[count])
        count++;
    for (size_t place = 0; place <= count; place++) {
        struct lab with;
        lab_list_at(&with, place, &typhoon, sizeof(struct larger_world));
        lab_ready(&with, with_harbours, LAB_SET("run.end=2023-01", "typhoon.season=2022-04"));
        lab_run(&with, 0);
        assert_true(with_damage(with.sim->world)->wind > 0);
        for (size_t i = 0; i < without.plan->series_count; i++)
            assert_memory_equal(lab_series(&with, without.plan->series[i].name),
                                lab_series(&without, without.plan->series[i].name),
                                without.plan->sample_count * sizeof(double));
        lab_close(&with);
    }
    lab_close(&without);
}

static void its_streams_are_not_those_of_others_with_the_same_number(void **state)
{
    (void)state;
    struct lab lab;
    open_typhoon(&lab, LAB_SET("run.end=2023-01"));
    lab_run(&lab, 0);
    struct stream own = sim_stream(lab.sim, &typhoon, identity(STREAM_OF_RAIN, 2, 3));
    double u = stream_uniform(&own);
    for (size_t m = 0; lab.models[m] != &typhoon; m++) {
        struct stream other = sim_stream(lab.sim, lab.models[m], identity(STREAM_OF_RAIN, 2, 3));
        assert_true(stream_uniform(&other) != u);
    }
    struct stream again = sim_stream(lab.sim, &typhoon, identity(STREAM_OF_RAIN, 2, 3));
    assert_true(stream_uniform(&again) == u);
    lab_close(&lab);
}

static void it_can_be_switched_off(void **state)
{
    (void)state;
    struct lab lab;
    open_typhoon(&lab, LAB_SET("run.end=2023-01", "typhoon.season=2022-04", "typhoon.enabled=false"));
    lab_run(&lab, 0);
    for (size_t i = 0; i < lab.plan->series_count; i++)
        assert_string_not_equal(lab.plan->series[i].name, "damage");
    lab_close(&lab);
}

static void refuses(const char *set, const char *part)
{
    struct lab lab;
    lab_list(&lab, &typhoon, sizeof(struct larger_world));
    const char *said = lab_load(&lab, with_harbours, LAB_SET("run.end=2023-01", set));
    assert_non_null(said);
    if (!strstr(said, part))
        print_error("no `%s` in: %s", part, said);
    assert_non_null(strstr(said, part));
    lab_close(&lab);
}

static void wrong_values_are_refused_with_range_and_unit(void **state)
{
    (void)state;
    refuses("typhoon.share=3.5 CNY/card-hour", "allowed: 0 to 3 CNY/card-hour");
    refuses("typhoon.share=2 USD/card-hour", "CNY/card-hour");
    refuses("typhoon.share=12 kW", "CNY/card-hour");
    refuses("typhoon.season=1999-01", "2000-01-01 to 2100-01-01");
    refuses("harbours.ningbo.depth=60 yr", "allowed: 0.5 to 40 yr");
}

static void a_slip_of_the_pen_gets_the_nearest_name(void **state)
{
    (void)state;
    refuses("typhoon.shar=1 CNY/card-hour", "did you mean share");
    refuses("typhon.share=1 CNY/card-hour", "did you mean typhoon");
    refuses("harbours.ningbo.deph=1 yr", "did you mean depth");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_mechanism_runs_with_what_the_scenario_says),
        cmocka_unit_test(its_parameter_changes_its_output),
        cmocka_unit_test(it_moves_no_number_of_the_others),
        cmocka_unit_test(inserted_anywhere_it_changes_nobodys_draws),
        cmocka_unit_test(its_streams_are_not_those_of_others_with_the_same_number),
        cmocka_unit_test(it_can_be_switched_off),
        cmocka_unit_test(wrong_values_are_refused_with_range_and_unit),
        cmocka_unit_test(a_slip_of_the_pen_gets_the_nearest_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
