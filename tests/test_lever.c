/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Levers: paths found, values moved in a copy, everything that is wrong said once. */
#include "fake_schema.h"
#include "near.h"
#include "sim/base/dates.h"
#include "sim/scenario/distribution.h"
#include "sim/scenario/lever.h"
#include "sim/scenario/tree.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char text[] = "title: A study\n"
                           "run: {start: 2022-01, end: 2026-01, fx: {2022-01: 6.4 CNY/USD}}\n"
                           "market: {capacity: 100 to 200 P, floor: 2.385 CNY/card-hour, reference: H100,\n"
                           "  ceiling: {2022-01: 5 CNY/card-hour, 2024-01: 9 CNY/card-hour}}\n"
                           "generations:\n"
                           "  Ascend910: {launch: 2019-08-31, pflops: 0.3 P/card, price: 5 to 9 kUSD/card}\n"
                           "  Ascend920: {launch: 2024-11, pflops: 0.8 P/card, price: 14 kUSD/card}\n"
                           "  H100: {launch: 2022-10 to 2023-03, pflops: 1 P/card, rent: 9.5 CNY/card-hour}\n"
                           "policy_events:\n"
                           "  ban: {announced: 2023-10-17, effective: 2023-10-23}\n"
                           "  old: {effective: 2022-08-31}\n";

struct fixture {
    struct arena arena;
    struct schema schema;
    char folder[32];
    struct scenario *scenario, *copy;
    struct mistakes mistakes;
};

static struct scenario *load(struct fixture *f, const char *set, const char *more)
{
    struct override override = {.argument = set};
    const char *path = arena_printf(&f->arena, "%s/study.yml", f->folder);
    FILE *to = fopen(path, "w");
    assert_non_null(to);
    assert_true(fprintf(to, "%s%s", text, more) > 0);
    assert_int_equal(fclose(to), 0);
    struct load_request request = {.file = path, .overrides = &override, .override_count = set != NULL};
    return scenario_load(&request, &f->schema, &f->mistakes);
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->schema = fake_schema(&f->arena);
    strcpy(f->folder, "/tmp/iccsim-test-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    f->scenario = load(f, NULL, "");
    mistakes_print(&f->mistakes, stderr);
    assert_non_null(f->scenario);
    f->copy = scenario_copy(f->scenario);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    unlink(arena_printf(&f->arena, "%s/study.yml", f->folder));
    rmdir(f->folder);
    scenario_free(f->copy);
    scenario_free(f->scenario);
    mistakes_free(&f->mistakes);
    arena_free(&f->arena);
    free(f);
    return 0;
}

static const struct node *node(struct fixture *f, const char *yaml)
{
    return tree_read_text(&f->arena, yaml, "lever", &f->mistakes);
}

static const struct lever *find(struct fixture *f, const char *map)
{
    const struct lever *lever = lever_read(f->scenario, "lever", node(f, map), &f->mistakes);
    mistakes_print(&f->mistakes, stderr);
    assert_non_null(lever);
    return lever;
}

/* Moves the copy as it is; false if that was refused. */
static bool move(struct fixture *f, const char *map, const char *to)
{
    const struct lever *lever = find(f, map);
    struct lever_value value;
    return lever_value_read(f->scenario, lever, "lever", node(f, to), &value, &f->mistakes) &&
           lever_apply(lever, &value, f->copy, &f->mistakes) && scenario_recheck(f->copy, &f->mistakes);
}

static void moved(struct fixture *f, const char *map, const char *to)
{
    bool right = move(f, map, to);
    mistakes_print(&f->mistakes, stderr);
    assert_true(right);
}

/* All that was wrong since the last question, which is forgotten. */
static const char *wrong(struct fixture *f)
{
    char *said = NULL;
    size_t length;
    FILE *to = open_memstream(&said, &length);
    mistakes_print(&f->mistakes, to);
    fclose(to);
    const char *kept = arena_text(&f->arena, said);
    free(said);
    mistakes_free(&f->mistakes);
    f->mistakes = (struct mistakes){0};
    return kept;
}

static double uniform(void *u, const char *path)
{
    (void)path;
    return *(double *)u;
}

static const struct fake_market *market(struct fixture *f, const struct scenario *s, double u)
{
    struct drawn drawn = scenario_draw(s, &f->arena, u > 0 ? uniform : NULL, &u);
    return drawn_block(s, &drawn, "market", OWNER_MARKET);
}

static const struct fake_generation *generation(struct fixture *f, const struct scenario *s, size_t row, double u)
{
    struct drawn drawn = scenario_draw(s, &f->arena, u > 0 ? uniform : NULL, &u);
    return (const struct fake_generation *)drawn_block(s, &drawn, "generations", OWNER_TECHNOLOGY) + row;
}

static const struct fake_policy_event *event(struct fixture *f, const struct scenario *s, size_t row)
{
    struct drawn drawn = scenario_draw(s, &f->arena, NULL, NULL);
    return (const struct fake_policy_event *)drawn_block(s, &drawn, "policy_events", OWNER_POLICY) + row;
}

/* ---- What they do ---- */

static void a_value_that_is_set_is_the_one_that_set_on_the_command_line_gives(void **state)
{
    struct fixture *f = *state;
    struct scenario *set = load(f, "market.floor=3 CNY/card-hour", "");
    assert_non_null(set);
    moved(f, "{set: market.floor}", "3 CNY/card-hour");
    assert_true(market(f, f->copy, 0)->floor_cny == market(f, set, 0)->floor_cny);
    assert_true(market(f, f->scenario, 0)->floor_cny == 2.385);
    scenario_free(set);
}

static void money_of_another_currency_needs_a_date(void **state)
{
    struct fixture *f = *state;
    assert_false(move(f, "{set: generations.H100.price}", "64 kCNY/card"));
    assert_non_null(strstr(wrong(f), "as_of"));
    moved(f, "{set: generations.H100.price}", "{value: 64 kCNY/card, as_of: 2023-01}");
    assert_near(generation(f, f->copy, 2, 0)->price_usd, 10000, 1e-6);
}

static void dates_are_shifted_by_the_calendar(void **state)
{
    struct fixture *f = *state;
    double should;
    moved(f, "{shift: [policy_events.ban.announced, policy_events.ban.effective]}", "6 months");
    assert_true(date_parse("2024-04-17", &should) && event(f, f->copy, 0)->announced == should);
    assert_true(date_parse("2024-04-23", &should) && event(f, f->copy, 0)->effective == should);
    assert_true(event(f, f->copy, 1)->effective == event(f, f->scenario, 1)->effective);
}

static void levers_act_one_after_the_other_until_the_copy_is_restored(void **state)
{
    struct fixture *f = *state;
    moved(f, "{scale: market.floor}", "2");
    moved(f, "{shift: market.floor}", "1 CNY/card-hour");
    assert_near(market(f, f->copy, 0)->floor_cny, 5.77, 1e-12);
    scenario_restore(f->copy, f->scenario);
    assert_true(market(f, f->copy, 0)->floor_cny == 2.385);
}

static void a_wildcard_moves_all_entities_that_are_called_so(void **state)
{
    struct fixture *f = *state;
    moved(f, "{scale: generations.Ascend*.pflops}", "50%");
    assert_near(generation(f, f->copy, 0, 0)->pflops, 0.15, 1e-15);
    assert_near(generation(f, f->copy, 1, 0)->pflops, 0.4, 1e-15);
    assert_near(generation(f, f->copy, 2, 0)->pflops, 1, 1e-15);
}

static void what_is_uncertain_is_moved_with_its_whole_distribution(void **state)
{
    struct fixture *f = *state;
    moved(f, "{scale: market.capacity}", "3");
    moved(f, "{shift: generations.*.launch}", "1 month");
    for (double u = 0.05; u < 1; u += 0.15) {
        assert_near(market(f, f->copy, u)->capacity_p, 3 * market(f, f->scenario, u)->capacity_p, 1e-9);
        assert_near(generation(f, f->copy, 2, u)->launch, generation(f, f->scenario, 2, u)->launch + 1.0 / 12, 1e-9);
    }
    assert_near(market(f, f->copy, 0)->capacity_p, 3 * market(f, f->scenario, 0)->capacity_p, 1e-9);
}

static void a_number_that_is_set_is_uncertain_no_more_and_a_distribution_makes_it_so(void **state)
{
    struct fixture *f = *state;
    moved(f, "{set: market.capacity}", "150 P");
    assert_true(market(f, f->copy, 0.01)->capacity_p == 150 && market(f, f->copy, 0.99)->capacity_p == 150);
    moved(f, "{set: market.capacity}", "{uniform: {low: 100 P, high: 300 P}}");
    assert_near(market(f, f->copy, 0.25)->capacity_p, 150, 1e-9);
    moved(f, "{set: market.eps}", "{uniform: {low: 1, high: 2}}");
    assert_near(market(f, f->copy, 0.25)->eps, 1.25, 1e-12);
}

static void what_may_be_none_can_be_set_to_none(void **state)
{
    struct fixture *f = *state;
    moved(f, "{set: market.delay}", "6 months");
    assert_near(market(f, f->copy, 0)->delay_months, 6, 1e-12);
    moved(f, "{set: market.delay}", "none");
    assert_true(isnan(market(f, f->copy, 0)->delay_months));
    moved(f, "{set: policy_events.*.announced}", "none");
    assert_true(isnan(event(f, f->copy, 0)->announced));
    assert_false(move(f, "{set: market.floor}", "none"));
    assert_non_null(strstr(wrong(f), "not a quantity, none"));
    assert_false(move(f, "{shift: policy_events.ban.announced}", "none"));
    assert_non_null(strstr(wrong(f), "none"));
}

static void a_list_of_values_is_a_distribution(void **state)
{
    struct fixture *f = *state;
    moved(f, "{set: market.capacity}", "{empirical: [100 P, 300 P]}");
    assert_near(market(f, f->copy, 0.2)->capacity_p, 100, 1e-9);
    assert_near(market(f, f->copy, 0.8)->capacity_p, 300, 1e-9);
    assert_false(move(f, "{set: market.capacity}", "{uniform: 300 P}"));
    const char *said = wrong(f);
    if (!strstr(said, "arguments of uniform"))
        fail_msg("%s", said);
    assert_false(move(f, "{set: market.capacity}", "{uniform: [100 P, 300 P]}"));
    assert_non_null(strstr(wrong(f), "arguments of uniform"));
}

static void a_distribution_is_moved_out_of_its_range_as_a_whole(void **state)
{
    struct fixture *f = *state;
    assert_false(move(f, "{scale: generations.Ascend910.price}", "1000"));
    assert_non_null(strstr(wrong(f), "100 % of a distribution"));
    moved(f, "{scale: generations.H100.activation}", "0");
    struct drawn drawn = scenario_draw(f->copy, &f->arena, NULL, NULL);
    const struct fake_operating_generation *h100 =
        (const struct fake_operating_generation *)drawn_block(f->copy, &drawn, "generations", OWNER_OPERATORS) + 2;
    assert_near(distribution_quantile(h100->activation_cny, 0.9), 0, 0);
}

static void a_distribution_is_sampled_by_its_quantiles(void **state)
{
    struct fixture *f = *state;
    const struct lever *lever = find(f, "{scale: market.floor}");
    struct lever_value value;
    assert_true(
        lever_value_read(f->scenario, lever, "lever", node(f, "{uniform: {low: 1, high: 3}}"), &value, &f->mistakes));
    struct lever_value at = lever_value_at(&value, 0.25);
    assert_true(lever_apply(lever, &at, f->copy, &f->mistakes));
    assert_near(market(f, f->copy, 0)->floor_cny, 1.5 * 2.385, 1e-12);
    assert_false(lever_apply(lever, &value, f->copy, &f->mistakes));
    assert_non_null(strstr(wrong(f), "can be set or sampled"));
}

static void words_are_set(void **state)
{
    struct fixture *f = *state;
    moved(f, "{set: market.mode}", "implicit");
    moved(f, "{set: market.rationing}", "true");
    moved(f, "{set: market.reference}", "Ascend920");
    moved(f, "{set: market.remark}", "a word");
    moved(f, "{set: policy_events.*.covers}", "[H100]");
    const struct fake_market *m = market(f, f->copy, 0);
    assert_int_equal(m->mode, 0);
    assert_true(m->rationing);
    assert_int_equal(m->reference_generation, 1);
    assert_string_equal(m->note, "a word");
    assert_int_equal(event(f, f->copy, 1)->covers, 4);
}

static void a_mechanism_is_switched_off_and_on(void **state)
{
    struct fixture *f = *state;
    const struct lever *lever = find(f, "{set: policy.enabled}");
    assert_true(lever_moves_plan(lever));
    moved(f, "{set: policy.enabled}", "false");
    assert_false(scenario_enabled(f->copy, "policy"));
    assert_true(scenario_enabled(f->scenario, "policy"));
    struct scenario *off = load(f, "market={enabled: false, capacity: null}", "");
    assert_non_null(off);
    scenario_restore(f->copy, off);
    struct scenario *was = f->scenario;
    f->scenario = off;
    assert_false(move(f, "{set: market.enabled}", "true"));
    assert_non_null(strstr(wrong(f), "market.capacity: missing"));
    f->scenario = was;
    scenario_restore(f->copy, was);
    scenario_free(off);
}

static void a_series_is_scaled_in_its_values_and_shifted_in_its_dates(void **state)
{
    struct fixture *f = *state;
    moved(f, "{scale: market.ceiling}", "2");
    moved(f, "{shift: market.ceiling}", "12 months");
    const struct dated_series *series = market(f, f->copy, 0)->ceiling_cny;
    assert_near(series_at(series, 2023), 10, 1e-12);
    assert_near(series_at(series, 2024), 14, 1e-12);
    moved(f, "{set: market.ceiling}", "{2022: 1 CNY/card-hour, 2023: 2 CNY/card-hour}");
    assert_near(series_at(market(f, f->copy, 0)->ceiling_cny, 2022.5), 1.5, 1e-12);
}

static void what_differs_between_entities_is_moved_too(void **state)
{
    struct fixture *f = *state;
    double u = 0.5;
    moved(f, "{scale: generations.*.activation}", "2");
    struct drawn drawn = scenario_draw(f->copy, &f->arena, uniform, &u);
    const struct fake_operating_generation *row = drawn_block(f->copy, &drawn, "generations", OWNER_OPERATORS);
    assert_near(distribution_quantile(row->activation_cny, 0.5), 40, 1e-9);
    moved(f, "{set: generations.*.activation}", "7 kCNY/card");
    drawn = scenario_draw(f->copy, &f->arena, uniform, &u);
    row = drawn_block(f->copy, &drawn, "generations", OWNER_OPERATORS);
    assert_near(distribution_quantile(row[1].activation_cny, 0.01), 7, 1e-12);
}

static void what_was_never_given_is_passed_over_by_a_wildcard_only(void **state)
{
    struct fixture *f = *state;
    const struct lever *lever = find(f, "{shift: policy_events.*.announced}");
    assert_int_equal(lever_target_count(lever), 1);
    assert_string_equal(lever_target(lever, 0), "policy_events.ban.announced");
    assert_null(lever_read(f->scenario, "lever", node(f, "{shift: policy_events.old.announced}"), &f->mistakes));
    assert_non_null(strstr(wrong(f), "none is given, so there is nothing to shift, policy_events.old.announced"));
}

static void a_lever_says_what_it_is(void **state)
{
    struct fixture *f = *state;
    const struct lever *ban = find(f, "{shift: policy_events.*.effective}"), *mode = find(f, "{set: market.mode}");
    const struct lever *capacity = find(f, "{set: market.capacity}"), *all = find(f, "{scale: [market.capacity]}");
    assert_string_equal(lever_unit(ban), "month");
    assert_string_equal(lever_unit(capacity), "P");
    assert_string_equal(lever_unit(find(f, "{set: policy_events.ban.effective}")), "date");
    assert_true(lever_is_number(ban) && !lever_is_number(mode));
    assert_near(lever_now(capacity, f->scenario), market(f, f->scenario, 0)->capacity_p, 1e-9);
    assert_true(lever_now(ban, f->scenario) == 0 && lever_now(all, f->scenario) == 1);
    assert_string_equal(lever_in_common(capacity, all), "market.capacity");
    assert_null(lever_in_common(ban, all));
    assert_false(lever_moves_plan(ban));
    assert_true(lever_moves_plan(find(f, "{set: run.end}")));
}

static void moving_to_the_value_it_has_changes_no_draw(void **state)
{
    struct fixture *f = *state;
    moved(f, "{scale: [market.capacity, generations.*.price]}", "1");
    moved(f, "{shift: generations.*.launch}", "0 months");
    for (double u = 0.1; u < 1; u += 0.2)
        for (size_t row = 0; row < 3; row++)
            assert_memory_equal(generation(f, f->copy, row, u), generation(f, f->scenario, row, u),
                                sizeof(struct fake_generation));
}

/* ---- What is wrong ---- */

static void refused(struct fixture *f, const char *map, const char *part)
{
    assert_null(lever_read(f->scenario, "lever", node(f, map), &f->mistakes));
    assert_int_equal(f->mistakes.count, 1);
    const char *said = wrong(f);
    if (!strstr(said, part))
        print_error("no `%s` in %s", part, said);
    assert_non_null(strstr(said, part));
}

static void paths_that_lead_nowhere_are_told(void **state)
{
    struct fixture *f = *state;
    refused(f, "{set: markets.floor}", "no such section, markets; did you mean market");
    refused(f, "{set: market.flor}", "unknown key, flor; did you mean floor");
    refused(f, "{set: market}", "not a path to a value, market; allowed: market.KEY");
    refused(f, "{set: market.floor.more}", "not a path to a value");
    refused(f, "{set: generations.launch}", "allowed: generations.ENTITY.KEY");
    refused(f, "{set: generations.H10.launch}", "no such entity of generations, H10; did you mean H100");
    refused(f, "{shift: generations.TPU*.launch}", "no entity of generations is called like TPU*");
    refused(f, "{set: []}", "no path");
    refused(f, "{set: [[market.floor]]}", "not a path");
    refused(f, "{sett: market.floor}", "moves nothing; allowed: one of set, shift and scale");
    refused(f, "{set: market.floor, scale: market.floor}", "moves in two ways");
    refused(f, "{set: run.fx}", "the file was read with run.fx");
    refused(f, "{set: run.fx_eur}", "the file was read with run.fx_eur");
    refused(f, "{set: run.as_of}", "the file was read with run.as_of");
    refused(f, "{set: run.basis}", "the file was read with run.basis");
    refused(f, "{set: generations.H100.label}", "a label changes no number");
}

static void types_that_do_not_fit_are_told(void **state)
{
    struct fixture *f = *state;
    refused(f, "{scale: policy_events.ban.announced}", "is a date, which cannot be scaled; allowed: set or shift");
    refused(f, "{shift: market.mode}", "market.mode is no number, which cannot be shifted; allowed: set");
    refused(f, "{set: [market.floor, market.capacity]}", "cannot be meant for both market.floor and market.capacity");
    refused(f, "{shift: [market.opening, market.floor]}", "cannot be meant for both");
    refused(f, "{set: [market.mode, market.rationing]}", "cannot be meant for both");
    assert_false(move(f, "{shift: market.floor}", "6 months"));
    assert_string_equal(wrong(f), "lever: lever: wrong unit, 6 months; allowed: CNY/card-hour\n");
    assert_false(move(f, "{shift: market.opening}", "3 P"));
    assert_non_null(strstr(wrong(f), "wrong unit, 3 P; allowed: month"));
    assert_false(move(f, "{scale: market.floor}", "-1"));
    assert_non_null(strstr(wrong(f), "out of range, -1"));
    assert_false(move(f, "{set: market.floor}", "1 to 2 CNY/card-hour"));
    assert_non_null(strstr(wrong(f), "a distribution where one value belongs"));
}

static void what_leaves_its_range_is_told(void **state)
{
    struct fixture *f = *state;
    assert_false(move(f, "{scale: generations.*.pflops}", "1000"));
    assert_non_null(strstr(wrong(f), "generations.Ascend910.pflops scaled by 1000, out of range: 300 PFLOPS/card"));
    assert_false(move(f, "{shift: generations.*.launch}", "-60 months"));
    assert_non_null(strstr(wrong(f), "allowed: 2015-01-01 to 2040-01-01"));
    assert_false(move(f, "{scale: market.eps}", "100"));
    assert_non_null(strstr(wrong(f), "allowed: 0.01 to 5"));
    assert_false(move(f, "{set: run.end}", "2021-01"));
    assert_non_null(strstr(wrong(f), "run.end: not after run.start"));
}

/* ---- The section ---- */

static void the_section_gives_sliders_and_switches(void **state)
{
    struct fixture *f = *state;
    struct scenario *s = load(f, NULL,
                              "levers:\n"
                              "  ban: {shift: policy_events.ban.*, from: -12 months, to: 12 months}\n");
    assert_null(s);
    assert_non_null(strstr(wrong(f), "levers.ban: unknown key, *"));
    s = load(f, NULL,
             "levers:\n"
             "  ban: {shift: [policy_events.ban.announced, policy_events.ban.effective], from: -12 months,\n"
             "        to: 1 yr, label: The ban, label_zh: 禁令}\n"
             "  queue: {set: market.rationing}\n");
    mistakes_print(&f->mistakes, stderr);
    assert_non_null(s);
    assert_int_equal(scenario_slider_count(s), 2);
    const struct slider *ban = scenario_slider(s, 0), *queue = scenario_slider(s, 1);
    assert_string_equal(ban->label, "The ban");
    assert_string_equal(ban->label_zh, "禁令");
    assert_near(ban->from.number, -12, 1e-12);
    assert_near(ban->to.number, 12, 1e-12);
    assert_string_equal(ban->from.text, "-12 months");
    assert_string_equal(queue->label, "queue");
    assert_null(queue->label_zh);
    assert_false(lever_is_number(queue->lever));
    scenario_free(s);
}

static void a_section_that_is_wrong_is_told(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *lever, *part;
    } cases[] = {
        {"{set: market.floor, from: 1 CNY/card-hour}", "to is missing"},
        {"{set: market.floor, from: 2 CNY/card-hour, to: 1 CNY/card-hour}", "to is not above from"},
        {"{set: market.floor, from: 1 CNY/card-hour, to: 5000 CNY/card-hour}", "out of range, 5000"},
        {"{scale: market.floor, from: 0, to: 1000}", "market.floor scaled by 1000, out of range"},
        {"{set: market.rationing, from: 0, to: 1}", "is no number, so it has no ends"},
        {"{set: market.floor, form: 1, to: 2}", "unknown key, form; did you mean from"},
        {"{scale: market.floor, from: 0, to: 1 to 2}", "an end is one value"},
        {"{scale: market.floor, from: 0, to: 2, label: [a]}", "label: not a text"},
        {"market.floor", "not a map"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_null(load(f, NULL, arena_printf(&f->arena, "levers: {one: %s}\n", cases[i].lever)));
        const char *said = wrong(f);
        if (!strstr(said, cases[i].part))
            print_error("no `%s` in %s", cases[i].part, said);
        assert_non_null(strstr(said, cases[i].part));
    }
}

static void a_lever_that_stands_somewhere_has_moved_the_scenario(void **state)
{
    struct fixture *f = *state;
    struct scenario *s =
        load(f, "levers.floor.at=2.5 CNY/card-hour",
             "levers:\n"
             "  floor: {set: market.floor, from: 1 CNY/card-hour, to: 3 CNY/card-hour}\n"
             "  room: {scale: market.capacity, from: 1, to: 3, at: 2}\n"
             "  more: {shift: market.capacity, from: 0 P, to: 9 P, at: 5 P}\n"
             "  ban: {shift: policy_events.ban.effective, from: -6 months, to: 6 months, at: 2 months}\n");
    mistakes_print(&f->mistakes, stderr);
    assert_non_null(s);
    assert_near(market(f, s, 0)->floor_cny, 2.5, 0);
    assert_near(market(f, s, 0.3)->capacity_p, 2 * market(f, f->scenario, 0.3)->capacity_p + 5, 1e-9);
    assert_near(event(f, s, 0)->effective, date_shift(event(f, f->scenario, 0)->effective, 2), 0);
    assert_true(scenario_slider(s, 0)->is_moved);
    scenario_free(s);
}

static void a_lever_that_stands_nowhere_leaves_the_scenario_alone(void **state)
{
    struct fixture *f = *state;
    struct scenario *s = load(f, NULL, "levers: {room: {scale: market.capacity, from: 1, to: 3, at: null}}\n");
    assert_non_null(s);
    assert_near(market(f, s, 0.3)->capacity_p, market(f, f->scenario, 0.3)->capacity_p, 0);
    assert_false(scenario_slider(s, 0)->is_moved);
    scenario_free(s);
}

static void a_lever_of_another_file_goes_with_what_it_moves(void **state)
{
    struct fixture *f = *state;
    const char *path = arena_printf(&f->arena, "%s/levers.yml", f->folder);
    FILE *to = fopen(path, "w");
    assert_non_null(to);
    fputs("levers:\n"
          "  bam: {shift: [policy_events.bam.announced, policy_events.ban.effective], from: 0 months, to: 3 months}\n"
          "  old: {shift: policy_events.old.effective, from: 0 months, to: 3 months}\n",
          to);
    assert_int_equal(fclose(to), 0);
    struct scenario *s = load(f, NULL, "extends: [levers.yml]\n");
    mistakes_print(&f->mistakes, stderr);
    assert_non_null(s);
    assert_int_equal(scenario_slider_count(s), 1);
    assert_string_equal(scenario_slider(s, 0)->name, "old");
    scenario_free(s);
    unlink(path);
    assert_null(load(f, NULL, "levers: {bam: {shift: policy_events.bam.announced, from: 0 months, to: 3 months}}\n"));
    assert_non_null(strstr(wrong(f), "no such entity of policy_events, bam"));
}

static void a_lever_beyond_its_ends_is_told(void **state)
{
    struct fixture *f = *state;
    assert_null(load(f, NULL, "levers: {room: {scale: market.capacity, from: 1, to: 3, at: 4}}\n"));
    assert_non_null(strstr(wrong(f), "levers.room.at: 4 is not between its ends; allowed: 1 to 3"));
    assert_null(load(f, NULL, "levers: {room: {scale: market.capacity, from: 1, to: 3, at: 1 to 2}}\n"));
    assert_non_null(strstr(wrong(f), "levers.room.at: a lever stands at one value, not at a distribution, 1 to 2"));
}

static void a_lever_says_the_words_it_may_be_set_to(void **state)
{
    struct fixture *f = *state;
    const struct lever *number = find(f, "{set: market.floor}");
    assert_null(lever_word(number, 0, &f->arena));
    const struct lever *on = find(f, "{set: market.enabled}");
    assert_string_equal(lever_word(on, lever_word_now(on, f->scenario), &f->arena), "true");
    assert_string_equal(lever_word(on, 0, &f->arena), "false");
    assert_null(lever_word(on, 2, &f->arena));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_value_that_is_set_is_the_one_that_set_on_the_command_line_gives),
        TEST(money_of_another_currency_needs_a_date),
        TEST(dates_are_shifted_by_the_calendar),
        TEST(levers_act_one_after_the_other_until_the_copy_is_restored),
        TEST(a_wildcard_moves_all_entities_that_are_called_so),
        TEST(what_is_uncertain_is_moved_with_its_whole_distribution),
        TEST(a_number_that_is_set_is_uncertain_no_more_and_a_distribution_makes_it_so),
        TEST(what_may_be_none_can_be_set_to_none),
        TEST(a_list_of_values_is_a_distribution),
        TEST(a_distribution_is_moved_out_of_its_range_as_a_whole),
        TEST(a_distribution_is_sampled_by_its_quantiles),
        TEST(words_are_set),
        TEST(a_mechanism_is_switched_off_and_on),
        TEST(a_series_is_scaled_in_its_values_and_shifted_in_its_dates),
        TEST(what_differs_between_entities_is_moved_too),
        TEST(what_was_never_given_is_passed_over_by_a_wildcard_only),
        TEST(a_lever_says_what_it_is),
        TEST(moving_to_the_value_it_has_changes_no_draw),
        TEST(paths_that_lead_nowhere_are_told),
        TEST(types_that_do_not_fit_are_told),
        TEST(what_leaves_its_range_is_told),
        TEST(the_section_gives_sliders_and_switches),
        TEST(a_section_that_is_wrong_is_told),
        TEST(a_lever_that_stands_somewhere_has_moved_the_scenario),
        TEST(a_lever_that_stands_nowhere_leaves_the_scenario_alone),
        TEST(a_lever_of_another_file_goes_with_what_it_moves),
        TEST(a_lever_beyond_its_ends_is_told),
        TEST(a_lever_says_the_words_it_may_be_set_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
