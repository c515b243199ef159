/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files in, typed values out. */
#include "fake_schema.h"
#include "near.h"
#include "sim/base/dates.h"
#include "sim/base/det.h"
#include "sim/scenario/distribution.h"
#include "sim/scenario/scenario.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct fixture {
    struct arena arena;
    struct schema schema;
    char folder[32];
    struct scenario *scenario;
    struct drawn drawn;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->schema = fake_schema(&f->arena);
    strcpy(f->folder, "/tmp/iccsim-test-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char command[64];
    scenario_free(f->scenario);
    snprintf(command, sizeof command, "rm -r %s", f->folder);
    assert_int_equal(system(command), 0);
    arena_free(&f->arena);
    free(f);
    return 0;
}

static const char *write_file(struct fixture *f, const char *name, const char *text)
{
    const char *path = arena_printf(&f->arena, "%s/%s", f->folder, name);
    FILE *to = fopen(path, "w");
    assert_non_null(to);
    assert_true(fputs(text, to) >= 0);
    assert_int_equal(fclose(to), 0);
    return path;
}

static struct scenario *try_load(struct fixture *f, const char *path, const char *variant, const char *const *sets,
                                 const char **messages)
{
    struct mistakes mistakes = {0};
    struct override override[8];
    struct load_request request = {.file = path, .variant = variant, .overrides = override};
    for (; sets && sets[request.override_count]; request.override_count++)
        override[request.override_count].argument = sets[request.override_count];
    struct scenario *scenario = scenario_load(&request, &f->schema, &mistakes);
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    mistakes_print(&mistakes, to);
    fclose(to);
    *messages = arena_text(&f->arena, text);
    free(text);
    mistakes_free(&mistakes);
    return scenario;
}

/* Loads the file and draws the medians. */
static void load(struct fixture *f, const char *path, const char *variant, const char *const *sets)
{
    const char *messages;
    scenario_free(f->scenario);
    f->scenario = try_load(f, path, variant, sets, &messages);
    if (!f->scenario)
        print_error("%s", messages);
    assert_non_null(f->scenario);
    f->drawn = scenario_draw(f->scenario, &f->arena, NULL, NULL);
}

static void load_text(struct fixture *f, const char *text)
{
    load(f, write_file(f, "study.yml", text), NULL, NULL);
}

static void expect_mistake(struct fixture *f, const char *text, const char *part)
{
    const char *messages;
    assert_null(try_load(f, write_file(f, "wrong.yml", text), NULL, NULL, &messages));
    if (!strstr(messages, part))
        print_error("no `%s` in:\n%s", part, messages);
    assert_non_null(strstr(messages, part));
}

static const struct fake_market *market(struct fixture *f)
{
    return drawn_block(f->scenario, &f->drawn, "market", OWNER_MARKET);
}

static const struct fake_generation *generation(struct fixture *f, size_t row)
{
    return (const struct fake_generation *)drawn_block(f->scenario, &f->drawn, "generations", OWNER_TECHNOLOGY) + row;
}

static const struct fake_operating_generation *operating(struct fixture *f, size_t row)
{
    return (const struct fake_operating_generation *)drawn_block(f->scenario, &f->drawn, "generations",
                                                                 OWNER_OPERATORS) +
           row;
}

static const struct fake_policy_event *policy_event(struct fixture *f, size_t row)
{
    return (const struct fake_policy_event *)drawn_block(f->scenario, &f->drawn, "policy_events", OWNER_POLICY) + row;
}

#define STUDY "title: A study\nmarket: {capacity: 3.5 kP}\n"

static void what_nobody_says_is_the_default(void **state)
{
    struct fixture *f = *state;
    load_text(f, STUDY);
    assert_near(market(f)->kappa_per_yr, 14, 0);
    assert_near(market(f)->share, 0.4, 0);
    assert_near(market(f)->cost_of_capital_per_yr, det_log1p(0.08), 1e-15);
    assert_true(isnan(market(f)->delay_months));
    assert_int_equal(market(f)->mode, 1);
    assert_int_equal(market(f)->reference_generation, -1);
    assert_null(market(f)->ceiling_cny);
    assert_null(market(f)->note);
    assert_false(market(f)->rationing);
    assert_true(market(f)->opening == 2022 + 2 / 12.0);
    assert_int_equal(scenario_row_count(f->scenario, "generations"), 0);
    assert_true(scenario_enabled(f->scenario, "market"));
    assert_false(scenario_enabled(f->scenario, "weather"));
    assert_string_equal(scenario_title(f->scenario), "A study");
    assert_string_equal(scenario_name(f->scenario), "study");
    assert_null(scenario_question(f->scenario));
}

static void values_arrive_in_the_unit_of_their_parameter(void **state)
{
    struct fixture *f = *state;
    load_text(f, "title: A study\n"
                 "market: {capacity: 2.385 EFLOPS, floor: 0.9 CNY/card-hour, delay: 6 weeks, remark: 'two: words',\n"
                 "  rationing: true,"
                 "  mode: implicit, opening: 2024Q2, eps: 1.7, cost_of_capital: 0.5 %/month}\n");
    assert_near(market(f)->capacity_p, 2385, 1e-9);
    assert_near(market(f)->floor_cny, 0.9, 0);
    assert_near(market(f)->delay_months, 6 * 7 / 365.0 * 12, 1e-12);
    assert_string_equal(market(f)->note, "two: words");
    assert_true(market(f)->rationing);
    assert_int_equal(market(f)->mode, 0);
    assert_near(market(f)->opening, 2024.25, 0);
    assert_near(market(f)->eps, 1.7, 0);
    assert_near(market(f)->cost_of_capital_per_yr, 12 * det_log1p(0.005), 1e-15);
}

#define TWO_CARDS                                                                                                      \
    "generations:\n"                                                                                                   \
    "  A100: {launch: 2020-05, pflops: 312 TFLOPS/card}\n"                                                             \
    "  H100: {label: Hopper, launch: 2022-09-20, pflops: 0.989 PFLOPS/card, price: 31 kUSD/card, power: 0.7 "          \
    "kW/card}\n"

static void every_owner_of_a_table_gets_its_own_rows(void **state)
{
    struct fixture *f = *state;
    load_text(f, STUDY TWO_CARDS);
    assert_int_equal(scenario_row_count(f->scenario, "generations"), 2);
    assert_string_equal(scenario_row_name(f->scenario, "generations", 1), "H100");
    assert_string_equal(scenario_row_label(f->scenario, "generations", 0), "A100");
    assert_string_equal(scenario_row_label(f->scenario, "generations", 1), "Hopper");
    assert_near(generation(f, 0)->pflops, 0.312, 0);
    assert_near(generation(f, 1)->price_usd, 31000, 0);
    assert_near(generation(f, 0)->price_usd, 10000, 0);
    assert_near(generation(f, 1)->power_kw, 0.7, 1e-15);
    assert_true(isnan(operating(f, 1)->rent_cny_per_card_hour));
    assert_near(distribution_quantile(operating(f, 0)->activation_cny, 0.5), 20, 1e-12);
}

static void references_point_at_rows_even_further_down(void **state)
{
    struct fixture *f = *state;
    load_text(f, "title: A study\nmarket: {capacity: 1 P, reference: H100}\n"
                 "policy_events:\n  ban: {effective: 2023-10-17, covers: [H100], actor: china}\n"
                 "  rule: {effective: 2024, announced: 2023-11}\n  note: {effective: 2024, covers: []}\n" TWO_CARDS);
    assert_int_equal(market(f)->reference_generation, 1);
    assert_int_equal(policy_event(f, 0)->covers, 2);
    assert_int_equal(policy_event(f, 0)->actor, 1);
    assert_true(isnan(policy_event(f, 0)->announced));
    assert_int_equal(policy_event(f, 1)->covers, 3);
    assert_near(policy_event(f, 1)->announced, 2023 + 10 / 12.0, 1e-12);
    assert_int_equal(policy_event(f, 2)->covers, 0);
}

static void foreign_money_is_converted_at_its_own_date(void **state)
{
    struct fixture *f = *state;
    load_text(f, "title: A study\n"
                 "run: {fx: {2022-01: 6 CNY/USD, 2023-01: 7 CNY/USD}}\n"
                 "market:\n  capacity: 1 P\n  floor: {value: 0.5 USD/card-hour, as_of: 2022-07}\n"
                 "  ceiling: {2021: 2 USD/card-hour, 2022-10: 20 CNY/card-hour, 2024: 3 USD/card-hour}\n"
                 "generations:\n  A: {launch: 2020, pflops: 1 PFLOPS/card,\n"
                 "    price: {uniform: {low: 65 kCNY/card, high: 20 kUSD/card}, as_of: 2022-07}}\n");
    assert_near(market(f)->floor_cny, 0.5 * 6.5, 1e-12);
    assert_near(series_at(market(f)->ceiling_cny, 2019), 12, 1e-12);
    assert_near(series_at(market(f)->ceiling_cny, 2022.75), 20, 1e-12);
    assert_near(series_at(market(f)->ceiling_cny, 2022.75 + 1.25 / 2), (20 + 21) / 2.0, 1e-9);
    assert_near(series_at(market(f)->ceiling_cny, 2030), 21, 1e-12);
    assert_near(generation(f, 0)->price_usd, 15000, 1e-9); /* between 10 and 20 k */
}

static void a_sparse_p_is_half_a_dense_one(void **state)
{
    struct fixture *f = *state;
    load_text(f, "title: A study\nrun: {basis: sparse}\nmarket: {capacity: 300 P}\n"
                 "generations: {A: {launch: 2020, pflops: 2 P/card}, B: {launch: 2020, pflops: 2 PFLOPS/card}}\n");
    assert_near(market(f)->capacity_p, 150, 0);
    assert_near(generation(f, 0)->pflops, 1, 0);
    assert_near(generation(f, 1)->pflops, 2, 0);
}

static void a_step_series_holds_and_a_plain_one_slopes(void **state)
{
    struct fixture *f = *state;
    load_text(
        f,
        "title: A study\nmarket: {capacity: 1 P, ceiling: {step: {2023: 30 CNY/card-hour, 2022: 20 CNY/card-hour}}}\n");
    assert_near(series_at(market(f)->ceiling_cny, 2022.99), 20, 0);
    assert_near(series_at(market(f)->ceiling_cny, 2023), 30, 0);
    load_text(f,
              "title: A study\nmarket: {capacity: 1 P, ceiling: {2023: 30 CNY/card-hour, 2022: 20 CNY/card-hour}}\n");
    assert_near(series_at(market(f)->ceiling_cny, 2022.25), 22.5, 1e-12);
    load_text(f, "title: A study\nmarket: {capacity: 1 P, ceiling: 17 CNY/card-hour}\n");
    assert_near(series_at(market(f)->ceiling_cny, 1999), 17, 0);
}

static void extending_merges_maps_and_later_wins(void **state)
{
    struct fixture *f = *state;
    write_file(f, "a.yml",
               TWO_CARDS "market: {eps: 0.9, kappa: 3 /yr}\npolicy_events: {ban: {effective: 2023, covers: [A100]}}\n");
    write_file(f, "b.yml",
               "market: {kappa: {value: 4 /yr, source: b}, ceiling: {2022: 1 CNY/card-hour, 2024: 5 CNY/card-hour}}\n"
               "generations: {H100: {price: {normal: {mean: 30 kUSD/card, sd: 1 kUSD/card}, source: b}}}\n");
    load_text(f, "title: A study\nextends: [a.yml, b.yml]\n"
                 "market: {capacity: 1 P, eps: null, kappa: {value: 5 /yr}, ceiling: {2023: 4 CNY/card-hour}}\n"
                 "generations: {A100: null, H100: {price: {uniform: {low: 1 kUSD/card, high: 3 kUSD/card}}},\n"
                 "  B200: {launch: 2024-12, pflops: 2.25 PFLOPS/card}}\n"
                 "policy_events: {ban: {covers: [B200]}}\n");
    assert_near(market(f)->eps, 0.6, 0);
    assert_near(market(f)->kappa_per_yr, 5, 0);
    assert_near(series_at(market(f)->ceiling_cny, 2022.5), 4, 0);
    assert_int_equal(scenario_row_count(f->scenario, "generations"), 2);
    assert_string_equal(scenario_row_name(f->scenario, "generations", 0), "H100");
    assert_near(generation(f, 0)->price_usd, 2000, 1e-9);
    assert_int_equal(policy_event(f, 0)->covers, 2);
    assert_near(policy_event(f, 0)->effective, 2023, 0);
    assert_int_equal(scenario_file_count(f->scenario), 3);
    for (size_t i = 0; i < scenario_assumption_count(f->scenario); i++)
        if (!strcmp(scenario_assumption(f->scenario, i).path, "market.kappa"))
            assert_null(scenario_assumption(f->scenario, i).source); /* not that of the value it replaced */
}

static void null_takes_away_what_a_file_before_gave(void **state)
{
    struct fixture *f = *state;
    write_file(f, "a.yml",
               TWO_CARDS "market: {eps: 0.9, kappa: 3 /yr}\nfacts: {x: {output: utilisation, at: 2025, value: 0.3}}\n"
                         "variants: {v: {market.eps: 1}}\n");
    write_file(f, "b.yml", "market: {eps: null}\ngenerations: {A100: null}\nfacts: {x: null}\nvariants: {v: null}\n");
    load_text(f, "title: A study\nextends: [a.yml, b.yml]\nmarket: {capacity: 1 P}\n");
    assert_near(market(f)->eps, 0.6, 0);
    assert_int_equal(scenario_row_count(f->scenario, "generations"), 1);
    assert_int_equal(scenario_fact_count(f->scenario), 0);
    assert_int_equal(scenario_variant_count(f->scenario), 0);
    load_text(f, "title: A study\nextends: [a.yml, b.yml]\nmarket: {capacity: 1 P}\n"
                 "generations: {A100: {launch: 2021, pflops: 1 P/card}}\n");
    assert_int_equal(scenario_row_count(f->scenario, "generations"), 2);
    assert_near(generation(f, 0)->launch, 2021, 0);
}

static void an_empty_section_changes_nothing(void **state)
{
    struct fixture *f = *state;
    write_file(f, "a.yml", TWO_CARDS "market: {eps: 0.9, capacity: 1 P}\n");
    load_text(f, "title: A study\nextends: a.yml\nmarket:\n  # eps: 0.8\ngenerations:\n  A100:\n");
    assert_near(market(f)->eps, 0.9, 0);
    assert_near(generation(f, 0)->pflops, 0.312, 0);
}

static void a_series_replaces_a_series(void **state)
{
    struct fixture *f = *state;
    write_file(f, "a.yml",
               "market: {capacity: 1 P, ceiling: {2022-01: 10 CNY/card-hour, 2023-01: 20 CNY/card-hour}}\n");
    load_text(f, "title: A study\nextends: a.yml\nmarket: {ceiling: {2022-01: 12 CNY/card-hour}}\n");
    assert_int_equal(market(f)->ceiling_cny->count, 1);
    assert_near(series_at(market(f)->ceiling_cny, 2023.5), 12, 0); /* flat: nothing is left of the other */
    load_text(f, "title: A study\nextends: a.yml\nmarket: {ceiling: {step: {2022-06: 12 CNY/card-hour}}}\n");
    assert_int_equal(market(f)->ceiling_cny->count, 1);
}

static void a_path_ends_at_one_date_of_a_series(void **state)
{
    struct fixture *f = *state;
    write_file(f, "a.yml",
               "market: {capacity: 1 P, ceiling: {2022-01: 10 CNY/card-hour, 2023-01: 20 CNY/card-hour}}\n");
    const char *study = write_file(f, "study.yml",
                                   "title: A study\nextends: a.yml\n"
                                   "variants: {dearer: {market.ceiling.2023-01: 30 CNY/card-hour}}\n");
    load(f, study, "dearer", NULL);
    assert_int_equal(market(f)->ceiling_cny->count, 2);
    assert_near(series_at(market(f)->ceiling_cny, 2022.5), 20, 1e-12);
    const char *const said[] = {"market.ceiling={value: {2022-01: 10 CNY/card-hour}, source: s}",
                                "market.ceiling.2023-01=16 CNY/card-hour", NULL};
    load(f, study, NULL, said);
    assert_near(series_at(market(f)->ceiling_cny, 2022.5), 13, 1e-12);
}

static void the_same_file_may_be_extended_twice_but_not_by_itself(void **state)
{
    struct fixture *f = *state;
    const char *messages;
    write_file(f, "ground.yml", TWO_CARDS);
    write_file(f, "left.yml", "extends: ground.yml\nmarket: {eps: 0.7}\n");
    write_file(f, "right.yml", "extends: ground.yml\nmarket: {capacity: 7 P}\n");
    load_text(f, "title: A study\nextends: [left.yml, right.yml]\n");
    assert_near(market(f)->eps, 0.7, 0);
    assert_near(market(f)->capacity_p, 7, 0);
    write_file(f, "ground.yml", "extends: study.yml\n");
    assert_null(try_load(f, write_file(f, "study.yml", "title: x\nextends: left.yml\n"), NULL, NULL, &messages));
    assert_non_null(strstr(messages, "extends itself"));
}

static void a_variant_changes_only_what_it_names(void **state)
{
    struct fixture *f = *state;
    const char *path = write_file(
        f, "study.yml",
        STUDY TWO_CARDS "policy_events: {ban: {effective: 2023-10-17}, rule: {effective: 2024}}\n"
                        "variants:\n  no_ban: {policy_events.ban: null}\n"
                        "  later: {policy_events.ban.effective: 2024-10, market: {eps: 0.8}, title: The later ban}\n");
    load(f, path, NULL, NULL);
    assert_int_equal(scenario_variant_count(f->scenario), 2);
    assert_string_equal(scenario_variant_name(f->scenario, 1), "later");
    assert_int_equal(scenario_row_count(f->scenario, "policy_events"), 2);
    load(f, path, "no_ban", NULL);
    assert_int_equal(scenario_row_count(f->scenario, "policy_events"), 1);
    load(f, path, "later", NULL);
    assert_near(policy_event(f, 0)->effective, 2024.75, 0);
    assert_near(market(f)->eps, 0.8, 0);
    assert_near(market(f)->capacity_p, 3500, 0);
    assert_string_equal(scenario_title(f->scenario), "The later ban");
}

static void a_study_says_what_is_shown_of_it(void **state)
{
    struct fixture *f = *state;
    write_file(f, "base.yml", "show: {base: as it was, from: 2023, outputs: [utilisation]}\n");
    const char *path = write_file(
        f, "study.yml",
        STUDY TWO_CARDS "extends: base.yml\nshow: {outputs: [rent.H100, utilisation], dates: [2024-03, 2025Q3]}\n"
                        "variants: {dear: {label: Dear money, market.eps: 0.5}, plain: {market.eps: 0.7}}\n");
    load(f, path, NULL, NULL);
    const struct shown *shown = scenario_shown(f->scenario);
    assert_string_equal(shown->base, "as it was");
    assert_int_equal(shown->output_count, 2);
    assert_string_equal(shown->output[0], "rent.H100");
    assert_int_equal(shown->date_count, 2);
    assert_near(shown->date[1], 2025.5, 1e-12);
    assert_near(shown->from, 2023, 0);
    assert_true(isnan(shown->to));
    assert_string_equal(scenario_variant_label(f->scenario, 0), "Dear money");
    assert_string_equal(scenario_variant_label(f->scenario, 1), "plain");
    load(f, path, "dear", NULL);
    assert_near(market(f)->eps, 0.5, 0);
}

static void mechanisms_are_switched_off_one_by_one_and_together(void **state)
{
    struct fixture *f = *state;
    write_file(f, "base.yml",
               "attribution: {mechanisms: {gone: {market.eps: 4}, cards: {generations.A100: null}}, outputs: [npv]}\n");
    const char *path = write_file(
        f, "study.yml",
        STUDY TWO_CARDS
        "extends: base.yml\nattribution:\n"
        "  mechanisms: {gone: null, price: {label: Price response, market.eps: 0.1, market.floor: 2 CNY/card-hour}}\n"
        "  outputs: [npv, utilisation@2024-03, {output: rent.H100, from: 2023, to: 2024-06, stat: max, label: "
        "peak}]\n");
    load(f, path, NULL, NULL);
    const struct attribution *a = scenario_attribution(f->scenario);
    assert_int_equal(a->mechanism_count, 2);
    assert_string_equal(a->mechanism[0].name, "cards");
    assert_string_equal(a->mechanism[1].label, "Price response");
    assert_int_equal(a->output_count, 3);
    assert_true(isnan(a->output[0].from));
    assert_string_equal(a->output[1].name, "utilisation@2024-03");
    assert_string_equal(a->output[1].output, "utilisation");
    assert_near(a->output[1].from, 2024 + 2 / 12.0, 1e-9);
    assert_near(a->output[2].to, 2024 + 5 / 12.0, 1e-9);
    assert_int_equal(a->output[2].stat, FACT_MAX);
    assert_near(market(f)->eps, 0.6, 0);
    struct mistakes mistakes = {0};
    for (uint32_t off = 0; off < 4; off++) {
        const struct load_request request = {.file = path, .off = off};
        struct scenario *without = scenario_load(&request, &f->schema, &mistakes);
        assert_non_null(without);
        struct drawn drawn = scenario_draw(without, &f->arena, NULL, NULL);
        const struct fake_market *settings = drawn_block(without, &drawn, "market", OWNER_MARKET);
        assert_int_equal(scenario_row_count(without, "generations"), off & 1 ? 1 : 2);
        assert_near(settings->eps, off & 2 ? 0.1 : 0.6, 0);
        assert_near(settings->floor_cny, off & 2 ? 2 : 0, 0);
        scenario_free(without);
    }
    mistakes_free(&mistakes);
}

static void the_command_line_has_the_last_word(void **state)
{
    struct fixture *f = *state;
    const char *path = write_file(f, "study.yml", STUDY TWO_CARDS "variants: {v: {market.eps: 0.8}}\n");
    const char *const sets[] = {"market.eps=0.9",
                                "market.kappa=2 to 8 /yr",
                                "generations.B200={launch: 2024-12, pflops: 2.25 PFLOPS/card}",
                                "generations.H100.price=40 kUSD/card",
                                "market.rationing=true",
                                "generations.A100.launch={uniform: {low: 2020-01, high: 2021-01}}",
                                NULL};
    load(f, path, "v", sets);
    assert_near(market(f)->eps, 0.9, 0);
    assert_near(market(f)->kappa_per_yr, 4, 1e-12); /* the median of a lognormal interval is its geometric middle */
    assert_near(generation(f, 2)->pflops, 2.25, 0);
    assert_near(generation(f, 1)->price_usd, 40000, 0);
    assert_near(generation(f, 0)->launch, 2020.5, 1e-9);
    assert_true(market(f)->rationing);
}

/* Uniform numbers by path, to see which were asked for. */
struct asked {
    size_t count;
    const char *path[32];
    double u;
};

static double answer(void *state, const char *path)
{
    struct asked *asked = state;
    asked->path[asked->count++] = path;
    return asked->u;
}

static void only_uncertain_values_are_drawn_each_by_its_path(void **state)
{
    struct fixture *f = *state;
    load_text(f, "title: A study\n"
                 "market: {capacity: {lognormal: {median: 150 P, sigma: 1.5}},\n"
                 "  kappa: 5 to 10 /yr, opening: 2026-01 to 2026-07}\n" TWO_CARDS);
    struct asked asked = {.u = 0.95};
    f->drawn = scenario_draw(f->scenario, &f->arena, answer, &asked);
    assert_int_equal(asked.count, 5);
    assert_string_equal(asked.path[0], "generations.A100.life");
    assert_string_equal(asked.path[1], "generations.H100.life");
    assert_string_equal(asked.path[2], "market.kappa");
    assert_near(market(f)->kappa_per_yr, 10, 1e-9);
    assert_near(market(f)->opening, 2026.5, 1e-9);
    assert_near(market(f)->capacity_p, 150 * det_exp(1.5 * 1.6448536269514722), 1e-9);
    assert_near(generation(f, 0)->life_yr, 6 * det_pow(-det_log(0.05), 1 / 3.0),
                1e-3); /* a little is cut off at 0.5 yr */
}

static void draws_stay_in_the_range_of_their_parameter(void **state)
{
    struct fixture *f = *state;
    load_text(f, STUDY
              "generations: {A: {launch: 2020, pflops: 1 P/card, life: {lognormal: {median: 5 yr, sigma: 0.55}}}}\n");
    for (double u = 0.0005; u < 1; u += 0.01) {
        struct asked asked = {.u = u};
        f->drawn = scenario_draw(f->scenario, &f->arena, answer, &asked);
        assert_true(generation(f, 0)->life_yr >= 0.5 && generation(f, 0)->life_yr <= 20);
    }
    struct asked asked = {.u = 1 - 1e-9};
    f->drawn = scenario_draw(f->scenario, &f->arena, answer, &asked);
    assert_near(generation(f, 0)->life_yr, 20, 1e-4);
}

static void what_is_off_need_not_be_complete(void **state)
{
    struct fixture *f = *state;
    load_text(f, "title: A study\nmarket: {enabled: false}\n");
    assert_false(scenario_enabled(f->scenario, "market"));
    assert_true(scenario_enabled(f->scenario, "policy"));
    assert_true(isnan(market(f)->capacity_p));
}

static void facts_come_in_the_unit_of_their_output(void **state)
{
    struct fixture *f = *state;
    load_text(f, STUDY TWO_CARDS
              "run: {fx: 7 CNY/USD}\n"
              "facts:\n"
              "  rent: {output: rent.H100, at: 2024-10, value: 2 USD/card-hour, tolerance: 15%, source: s,\n"
              "    confidence: B, weight: 2}\n"
              "  used: {output: utilisation, from: 2025-01, to: 2025-12, stat: max, range: [20%, 35%]}\n"
              "  here: {output: first_arrival.A100, value: 2024-09, tolerance: 2 months}\n"
              "  slide: {output: rent.A100, at: 2025-09, relative_to: 2024-02, value: 0.77, tolerance: 0.05}\n"
              "  npv: {output: npv, value: 1.2 bnCNY}\n");
    assert_int_equal(scenario_fact_count(f->scenario), 5);
    const struct fact *rent = scenario_fact(f->scenario, 0), *used = scenario_fact(f->scenario, 1);
    assert_string_equal(rent->output, "rent.H100");
    assert_near(rent->value, 14, 1e-12);
    assert_near(rent->low, 14 * 0.85, 1e-12);
    assert_near(rent->high, 14 * 1.15, 1e-12);
    assert_near(rent->from, 2024.75, 0);
    assert_near(rent->to, 2024.75, 0);
    assert_near(rent->weight, 2, 0);
    assert_string_equal(rent->confidence, "B");
    assert_true(isnan(rent->relative_to));
    assert_true(isnan(used->value));
    assert_near(used->high, 0.35, 0);
    assert_int_equal(used->stat, FACT_MAX);
    assert_near(scenario_fact(f->scenario, 2)->low, 2024 + 6 / 12.0, 1e-9);
    assert_true(isnan(scenario_fact(f->scenario, 2)->from));
    assert_near(scenario_fact(f->scenario, 3)->relative_to, 2024 + 1 / 12.0, 1e-9);
    assert_near(scenario_fact(f->scenario, 3)->low, 0.72, 1e-12);
    assert_near(scenario_fact(f->scenario, 4)->value, 1200, 1e-9);
}

static const char *shown(struct fixture *f)
{
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    scenario_show(f->scenario, to);
    fclose(to);
    const char *copy = arena_text(&f->arena, text);
    free(text);
    return copy;
}

static size_t values_without_origin(const char *shown_text, char *to)
{
    size_t length = 0;
    for (const char *line = shown_text; *line; line = strchr(line, '\n') + 1) {
        const char *hash = strstr(line, " # "), *end = strchr(line, '\n');
        if (hash && hash < end)
            end = hash;
        while (end > line && end[-1] == ' ')
            end--;
        memcpy(to + length, line, (size_t)(end - line));
        length += (size_t)(end - line);
        to[length++] = '\n';
    }
    to[length] = 0;
    return length;
}

static bool same_blocks(struct fixture *f, const struct drawn *a, const struct drawn *b, const char *section, int owner,
                        size_t bytes)
{
    return !memcmp(drawn_block(f->scenario, a, section, owner), drawn_block(f->scenario, b, section, owner), bytes);
}

/* The rate of 2022 is 6 yuan, that of 2024 is 8. */
static void a_fact_may_be_in_money_of_its_own_date(void **state)
{
    struct fixture *f = *state;
    load_text(f, STUDY TWO_CARDS
              "run: {fx: {2022-01: 6 CNY/USD, 2024-01: 8 CNY/USD}, as_of: 2024-01}\n"
              "facts:\n"
              "  now: {output: rent.H100, at: 2024-10, value: 2 USD/card-hour, tolerance: 15%}\n"
              "  then: {output: rent.H100, at: 2024-10, value: {value: 2 USD/card-hour, as_of: 2022-01},\n"
              "    tolerance: {value: 0.5 USD/card-hour, as_of: 2022-01}}\n");
    assert_near(scenario_fact(f->scenario, 0)->value, 16, 1e-12);
    assert_near(scenario_fact(f->scenario, 1)->value, 12, 1e-12);
    assert_near(scenario_fact(f->scenario, 1)->low, 9, 1e-12);
}

static void what_show_prints_loads_to_the_same_values(void **state)
{
    struct fixture *f = *state;
    write_file(f, "base.yml", TWO_CARDS "run: {fx: {2022: 6.7 CNY/USD}}\n");
    const char *path = write_file(
        f, "study.yml",
        "title: \"Quotes \\\" and: colons # and\\ttabs, 算力\"\nquestion: |\n  two\n  lines\nextends: base.yml\n"
        "market:\n  capacity: {lognormal: {median: 150 P, sigma: 1.5}, source: 'a, b: c'}\n"
        "  floor: {value: 0.5 USD/card-hour, as_of: 2022-07}\n  remark: '- no list: {but} text #'\n"
        "  share: {mixture: {weights: [1, 2], of: [10% to 20%, {uniform: {low: 0.3, high: 0.4}}]}}\n"
        "  cost_of_capital: {discrete: {values: [8 %/yr, 10 %/yr], weights: [0.3, 0.7]}}\n"
        "  delay: {truncated: {of: {gamma: {shape: 2, scale: 1 month}}, high: 9 months}}\n"
        "policy_events: {ban: {effective: {uniform: {low: 2023-10, high: 2024-02}}, covers: [H100]}}\n"
        "facts: {used: {output: utilisation, at: 2025, value: 25%}}\n"
        "show: {base: 'as it was: # so', outputs: [utilisation], from: 2023-02}\n"
        "variants: {no_ban: {label: No ban, policy_events.ban: null, market.eps: 0.5 to 0.7}}\n");
    const char *const sets[] = {"market.eps=0.7", NULL};
    struct asked first = {.u = 0.37}, second = {.u = 0.37};
    load(f, path, NULL, sets);
    struct drawn before = scenario_draw(f->scenario, &f->arena, answer, &first);
    const char *once = shown(f);
    struct scenario *original = f->scenario;
    f->scenario = NULL;
    load(f, write_file(f, "shown.yml", once), NULL, NULL);
    struct drawn after = scenario_draw(f->scenario, &f->arena, answer, &second);
    assert_int_equal(first.count, second.count);
    struct fake_market a = *(struct fake_market *)drawn_block(f->scenario, &before, "market", OWNER_MARKET);
    struct fake_market b = *(struct fake_market *)drawn_block(f->scenario, &after, "market", OWNER_MARKET);
    assert_near(a.capacity_p, b.capacity_p, 0);
    assert_near(a.share, b.share, 0);
    assert_near(a.delay_months, b.delay_months, 0);
    assert_near(a.floor_cny, b.floor_cny, 0);
    assert_near(a.eps, b.eps, 0);
    assert_string_equal(a.note, b.note);
    assert_true(same_blocks(f, &before, &after, "generations", OWNER_TECHNOLOGY, 2 * sizeof(struct fake_generation)));
    assert_true(same_blocks(f, &before, &after, "policy_events", OWNER_POLICY, sizeof(struct fake_policy_event)));
    const char *twice = shown(f);
    char *left = arena_alloc(&f->arena, 2 * strlen(once) + 1), *right = arena_alloc(&f->arena, 2 * strlen(twice) + 1);
    assert_int_equal(values_without_origin(once, left), values_without_origin(twice, right));
    assert_string_equal(left, right);
    scenario_free(original);
}

static void show_tells_where_each_value_comes_from(void **state)
{
    struct fixture *f = *state;
    const char *const sets[] = {"market.eps=0.7", NULL};
    load(f, write_file(f, "study.yml", STUDY "variants: {v: {market.kappa: 7 /yr}}\n"), "v", sets);
    const char *text = shown(f), *eps = strstr(text, "eps: 0.7"), *kappa = strstr(text, "kappa: 7 /yr");
    assert_non_null(eps);
    assert_memory_equal(strchr(eps, '#'), "# --set market.eps=0.7\n", 23);
    assert_non_null(kappa);
    assert_non_null(strstr(kappa, "study.yml:3 (variant v)\n"));
    assert_memory_equal(strchr(strstr(text, "mode: exact"), '#'), "# default\n", 10);
}

static void every_mistake_of_every_variant_is_found(void **state)
{
    struct fixture *f = *state;
    struct mistakes mistakes = {0};
    const char *path =
        write_file(f, "study.yml", STUDY "variants: {a: {market.epz: 1}, b: {market.eps: -1}, c: {market.eps: 0.5}}\n");
    const struct load_request request = {.file = path};
    assert_false(scenario_check(&request, &f->schema, &mistakes));
    assert_int_equal(mistakes.count, 2);
    mistakes_free(&mistakes);
}

static void mistakes_tell_how_to_mend_them(void **state)
{
    struct fixture *f = *state;
    expect_mistake(f, STUDY "policy: {enabled: yes}\n",
                   "wrong.yml:3:19: policy.enabled: not a flag, yes; allowed: true or false (");
    expect_mistake(f, "title: t\nmarket:\n  capacity: 1,200 P\n",
                   "wrong.yml:3:13: market.capacity: a comma in a number, \"1,200 P\"; write 1200 or 1_200");
    expect_mistake(f, "title: t\nmarket: {capacity: 5}\n", "the unit is missing, 5; allowed: 5 P");
    expect_mistake(f, STUDY "generations: {A: {launch: 2020, pflops: 1 P/card, price: 5 kCNY/card}}\n",
                   "{value: 5 kCNY/card, as_of: 2024-06}");
    expect_mistake(f, "market: {capacity: 5 P}\n", "title: missing");
    expect_mistake(f, "title: t\nmarket: {}\nkapa: 3\n",
                   "market.capacity: missing, capacity at the start; allowed: 0 to 1000000000 P");
    expect_mistake(f, "title: t\nmarket:\ncapacity: 3 P\n",
                   "capacity is a key of market: is it indented one level too little?");
    expect_mistake(f, "title: t\nmarket: {capacity: 3 P, floor: 1 to 2 CNY/card-hour}\n",
                   "a distribution where one value belongs");
    expect_mistake(f, "title: t\nmarket: {capacity: 3 P, share: {normal: {mean: 0.5, sd: 0.4}}}\n",
                   "21.1 % of the distribution lies out of range");
}

static void unset_values_of_a_mistaken_command_line_are_placed_there(void **state)
{
    struct fixture *f = *state;
    const char *messages, *path = write_file(f, "study.yml", STUDY);
    const char *const sets[] = {"market.kapa=3 /yr", "market.eps=7", "market", NULL};
    assert_null(try_load(f, path, NULL, sets, &messages));
    assert_string_equal(messages, "--set market: no value; allowed: --set path=value\n"
                                  "--set market.eps=7: market.eps: out of range, 7; allowed: 0.01 to 5\n"
                                  "--set market.kapa=3 /yr: market: unknown key, kapa; did you mean kappa\n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(what_nobody_says_is_the_default),
        TEST(values_arrive_in_the_unit_of_their_parameter),
        TEST(every_owner_of_a_table_gets_its_own_rows),
        TEST(references_point_at_rows_even_further_down),
        TEST(foreign_money_is_converted_at_its_own_date),
        TEST(a_sparse_p_is_half_a_dense_one),
        TEST(a_step_series_holds_and_a_plain_one_slopes),
        TEST(extending_merges_maps_and_later_wins),
        TEST(null_takes_away_what_a_file_before_gave),
        TEST(an_empty_section_changes_nothing),
        TEST(a_series_replaces_a_series),
        TEST(a_path_ends_at_one_date_of_a_series),
        TEST(the_same_file_may_be_extended_twice_but_not_by_itself),
        TEST(a_variant_changes_only_what_it_names),
        TEST(a_study_says_what_is_shown_of_it),
        TEST(mechanisms_are_switched_off_one_by_one_and_together),
        TEST(the_command_line_has_the_last_word),
        TEST(only_uncertain_values_are_drawn_each_by_its_path),
        TEST(draws_stay_in_the_range_of_their_parameter),
        TEST(what_is_off_need_not_be_complete),
        TEST(facts_come_in_the_unit_of_their_output),
        TEST(a_fact_may_be_in_money_of_its_own_date),
        TEST(what_show_prints_loads_to_the_same_values),
        TEST(show_tells_where_each_value_comes_from),
        TEST(every_mistake_of_every_variant_is_found),
        TEST(mistakes_tell_how_to_mend_them),
        TEST(unset_values_of_a_mistaken_command_line_are_placed_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
