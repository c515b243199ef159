/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Usage of models: what was counted is met, growth is what it says, waves, weight, saturation and markup do what they
 * say. */
#include "models/market/usage.h"
#include "models_lab.h"

/* Every number that china.yml draws is fixed. */
#define USED_BUT(demand)                                                                                               \
    LAB_STILL_WITH(demand, "enabled: true, counted: 2025-07-01, level: 300, growth: 1 /yr, growth_long: 0.5 /yr, "     \
                           "weight: 0.5 /yr, saturation: 100, heavier: 0, reversion: 2 years, wave_rate: 0 /yr, "      \
                           "wave_size: 0.3, markup_long: -0.1")
#define USED USED_BUT("progress_inference: 0.9 /yr")
/* Only platforms, who lease nothing yet. */
#define PLATFORMS                                                                                                      \
    "tenants.developer.initial=0", "tenants.industry.initial=0", "tenants.startup.initial=0", "leasing.enabled=false"

static double at(const struct lab *lab, const char *output, double year)
{
    const double *series = lab_series(lab, output);
    for (size_t k = 0; k < lab->plan->sample_count; k++)
        if (fabs(lab->plan->sample_at[k] - year) < 1e-6)
            return series[k];
    fail_msg("no report at %g", year);
    return 0;
}

static void usage_meets_its_level_and_has_its_growth_on_the_date_of_the_count(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, USED "waves: {one: {date: 2025-05, size: 0.4}, two: {date: 2024-11, size: 0.2}}\n",
                  LAB_SET("run.end=2026-01", "run.step=0.1 months", "run.report=0.1 months", "usage.level=237",
                          "usage.growth=1.3 /yr", "usage.wave_ramp=1 months", "usage.growth_before=0.4 /yr",
                          "usage.from=2023-07"));
    lab_run(&lab, 0);
    const double *usage = lab_series(&lab, "usage"), *when = lab.plan->sample_at;
    size_t count = lab.plan->sample_count, start = 0, counted = 0, early = 0;
    for (size_t k = 0; k < count; k++) {
        start = fabs(when[k] - 2024) < 1e-6 ? k : start;
        counted = fabs(when[k] - 2025.5) < 1e-6 ? k : counted;
        early = when[k] < 2023.4 ? k : early;
    }
    assert_near(usage[start], 1, 1e-9);
    assert_near(usage[counted], 237, 237e-9);
    double h = when[counted] - when[counted - 1];
    double before = log(usage[counted] / usage[counted - 1]) / h, after = log(usage[counted + 1] / usage[counted]) / h;
    assert_near(before, 1.3, 0.05);
    assert_near(after, 1.3, 0.05);
    assert_near(log(usage[early] / usage[early - 1]) / (when[early] - when[early - 1]), 0.4, 1e-6);
    double steepest = log(usage[start + 1] / usage[start]) / h;
    assert_true(steepest > 5 * before); /* it falls towards the count */
    lab_close(&lab);
}

/* Growth goes from g1 to G = long + elasticity (progress - weight), and the integral is known. */
static void growth_goes_to_the_long_run_that_cheaper_tokens_add_to(void **state)
{
    (void)state;
    const double long_run = 0.35 + 0.6 * (0.9 - 0.25), growth = 1.1, years = 5, reversion = 1.7;
    struct lab lab;
    lab_open_bare(&lab, USED_BUT("elasticity_inference: 0.6\n  progress_inference: 0.9 /yr"),
                  LAB_SET("run.end=2030-08", "usage.level=150", "usage.growth=1.1 /yr", "usage.growth_long=0.35 /yr",
                          "usage.weight=0.25 /yr", "usage.reversion=1.7 yr", "usage.saturation=1e9"));
    lab_run(&lab, 0);
    double expected = long_run * years + (growth - long_run) * reversion * (1 - exp(-years / reversion));
    assert_near(log(at(&lab, "usage", 2030.5) / 150), expected, 1e-6);
    lab_close(&lab);
}

/* Work is tokens times what each takes; what saturation leaves is U (1 + u) / (1 + u U / level). */
static void work_has_weight_and_progress_in_it_and_saturates(void **state)
{
    (void)state;
    static const char *const weight[] = {"usage.weight=0.2 /yr", "usage.weight=0.8 /yr"};
    double wanted[2], before[2], after[2], used[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open_bare(
            &lab, USED, /* up to the count weight does not move usage */
            LAB_SET("run.end=2025-06", PLATFORMS, "demand.model_work=100", "usage.growth_older=-1 /yr", weight[i]));
        struct world *w = lab_run(&lab, 0);
        wanted[i] = demand_at_reference(w, INFERENCE);
        before[i] = log(usage_work(w, w->sim->step_start).models);
        after[i] = log(usage_work(w, 2027).models) - usage_log_volume(w, 2027);
        lab_close(&lab);
    }
    assert_near(before[1] - before[0], -0.6 * (2025.5 - (2025 + 4.0 / 12)), 1e-3); /* months differ */
    assert_near(after[1] - after[0], 0.6 * 1.5, 1e-9);
    assert_near(log(wanted[1] / wanted[0]), before[1] - before[0], 1e-3);
    static const char *const saturation[] = {"usage.saturation=1e9", "usage.saturation=8"};
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open_bare(&lab, USED, LAB_SET("run.end=2029-02", "usage.level=300", "usage.growth=2 /yr", saturation[i]));
        lab_run(&lab, 0);
        used[i] = at(&lab, "usage", 2029) / 300;
        lab_close(&lab);
    }
    assert_near(used[1], used[0] * (1 + 1 / 8.0) / (1 + used[0] / 8), 1e-6 * used[1]);
    assert_true(used[1] < 9 && used[0] > 20);
}

static void a_dated_wave_lifts_usage_and_training_and_ramps_up(void **state)
{
    (void)state;
    static const char wave[] = USED "waves: {agents: {date: 2026-01-01, size: 0.5}}\n";
    double usage[2][3], training[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open_bare(&lab, wave,
                      LAB_SET("run.end=2028-01", "usage.wave_ramp=1 yr", "usage.wave_training=0.7",
                              "usage.saturation=1e9", "leasing.enabled=false", "shocks=null",
                              i ? "waves.agents.size=0.5" : "waves.agents.size=0"));
        struct world *w = lab_run(&lab, 0);
        for (int k = 0; k < 3; k++)
            usage[i][k] = at(&lab, "usage", 2026 + k / 2.0);
        training[i] = demand_at_reference(w, TRAINING);
        lab_close(&lab);
    }
    assert_near(usage[1][0] / usage[0][0], 1, 1e-9);
    assert_near(log(usage[1][1] / usage[0][1]), 0.25, 1e-6);
    assert_near(log(usage[1][2] / usage[0][2]), 0.5, 1e-6);
    assert_true(training[1] / training[0] >= exp(0.35) * (1 - 1e-9)); /* platforms' training has usage in it too */
}

/* The number of waves in a time is Poisson, and their sizes are lognormal. */
static void drawn_waves_come_at_their_rate_after_the_count(void **state)
{
    (void)state;
    enum { WORLDS = 300 };
    struct lab lab;
    lab_open_bare(&lab, USED,
                  LAB_SET("run.end=2027-08", "run.step=6 months", "run.report=6 months", "usage.wave_rate=0.8 /yr",
                          "usage.wave_size=0.25", "usage.wave_spread=0", "usage.wave_ramp=0.01 yr",
                          "leasing.enabled=false"));
    double sum = 0, none = 0;
    for (uint32_t r = 0; r < WORLDS; r++) {
        lab_run(&lab, r);
        assert_near(at(&lab, "usage.waves", 2025.5), 1, 0); /* what was counted has them in it */
        double waves = log(at(&lab, "usage.waves", 2027.5)) / 0.25;
        sum += waves / WORLDS;
        none += (waves < 0.5) / (double)WORLDS;
    }
    assert_near(sum, 1.6, 4 * sqrt(1.6 / WORLDS));
    assert_near(none, exp(-1.6), 4 * sqrt(exp(-1.6) / WORLDS));
    lab_close(&lab);
}

static void observed_volumes_replace_the_drawn_path_to_their_last_date(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, USED,
                  LAB_SET("run.end=2027-02", "usage.level=300", "usage.saturation=1e9",
                          "usage.observed={2025-07: 30 Ttoken/day, 2026-01: 60 Ttoken/day, 2026-07: 150 Ttoken/day}"));
    lab_run(&lab, 0);
    assert_near(at(&lab, "usage", 2025 + 9.0 / 12), 450, 1.5);
    assert_near(at(&lab, "usage", 2026), 600, 1e-6);
    assert_near(at(&lab, "usage", 2026.5), 1500, 1e-6);
    lab_close(&lab);
}

static double next_year(const char *observed, const char *learned)
{
    struct lab lab;
    lab_open_bare(&lab, USED,
                  LAB_SET("run.end=2027-08", "usage.level=300", "usage.saturation=1e9", "usage.growth=1.2 /yr",
                          "usage.growth_long=0.4 /yr", "usage.reversion=2 yr", "demand.progress_inference=0.5 /yr",
                          "usage.weight=0.5 /yr", "usage.wave_rate=0 /yr", observed, learned));
    lab_run(&lab, 0);
    double grown = log(at(&lab, "usage", 2027.5) / at(&lab, "usage", 2026.5));
    lab_close(&lab);
    return grown;
}

/* A count on a world's own path changes nothing; one that is e times as high is followed by more growth, which fades. */
static void a_count_tells_of_growth_by_how_far_it_is_over_a_worlds_own_path(void **state)
{
    (void)state;
    const double year_passed = 1.0027, fades = 2 * (1 - exp(-0.5)); /* from the end of June to July */
    double own = 30e12 * exp(0.4 * year_passed + 0.8 * 2 * (1 - exp(-year_passed / 2)));
    struct arena arena = {0};
    const char *as_own = arena_printf(&arena, "usage.observed={2025-07: 30 Ttoken/day, 2026-07: %.12g token/day}", own);
    const char *more =
        arena_printf(&arena, "usage.observed={2025-07: 30 Ttoken/day, 2026-07: %.12g token/day}", own * M_E);
    double forecast = next_year("usage.observed=none", "usage.learned=0.5 /yr");
    assert_near(next_year(as_own, "usage.learned=0.5 /yr"), forecast, 1e-3);
    assert_near(next_year(more, "usage.learned=0.5 /yr"), forecast + 0.5 * fades, 1e-3);
    assert_near(next_year(more, "usage.learned=0 /yr"), forecast, 1e-3);
    arena_free(&arena);
}

/* Where volumes are no forecast yet the headline's draws say how much more usage grows in the year after a year in which
 * it grew by one more: `learned` fades to that. */
static void draws_of_the_headline_tell_what_a_count_teaches(void **state)
{
    (void)state;
    enum { WORLDS = 400 };
    struct lab lab;
    lab.of = NULL;
    lab_open(&lab, "usage: {level: 300}\n", LAB_SET("run.end=2027-08", "pipeline.enabled=false"));
    double x = 0, y = 0, xx = 0, xy = 0;
    for (uint32_t r = 0; r < WORLDS; r++) {
        lab_run(&lab, r);
        double first = log(at(&lab, "usage", 2026.5) / at(&lab, "usage", 2025.5)),
               second = log(at(&lab, "usage", 2027.5) / at(&lab, "usage", 2026.5));
        x += first / WORLDS, y += second / WORLDS, xx += first * first / WORLDS, xy += first * second / WORLDS;
    }
    double slope = (xy - x * y) / (xx - x * x), fades = 2 * (1 - exp(-0.5));
    print_message("a year after a surprise of 1: %.2f\n", slope);
    assert_near(slope, 0.5 * fades, 0.12);
    lab_close(&lab);
}

/* Tokens answer to rents since the count: before it they are as counted; a dearer token is read less. */
static void tokens_answer_to_rents_and_markups_after_the_count(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, USED_BUT("elasticity_inference: 0.6\n  progress_inference: 0 /yr"),
                  LAB_SET("run.end=2027-02", "usage.markup=-0.2", "usage.markup_long=0.6",
                          "usage.markup_reversion=0.5 yr", "usage.tokens_per_p_hour=40 Mtoken/P-hour",
                          "usage.weight=0.3 /yr", "usage.level=200", "usage.saturation=1e9"));
    lab_run(&lab, 0);
    assert_near(at(&lab, "tokens", 2025.5), 0.1e12 * 200, 0.1e12 * 200e-9);
    double then = at(&lab, "price.inference", 2025.5), now = at(&lab, "price.inference", 2027);
    double markup = 0.6 - 0.8 * exp(-1.5 / 0.5);
    double expected = 0.1e12 * at(&lab, "usage", 2027) * pow((1 + markup) / 0.8, -0.6) * pow(now / then, -0.6);
    assert_near(at(&lab, "tokens", 2027) / expected, 1, 1e-6);
    assert_near(at(&lab, "token_price", 2027) / (now * exp(0.3 * 1.5) / 40 * (1 + markup)), 1, 1e-6);
    lab_close(&lab);
}

/* The answer to rents and markups saturates with the rest: U = V (1 + u) / (1 + u V). */
static void nobody_reads_more_than_can_be_read_however_cheap_it_gets(void **state)
{
    (void)state;
    static const char *const saturation[] = {"usage.saturation=1e9", "usage.saturation=4"};
    double answer[2], tokens[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open_bare(&lab, USED_BUT("elasticity_inference: 0.7\n  progress_inference: 0.9 /yr"),
                      LAB_SET("run.end=2030-02", "usage.growth=1.7 /yr", "usage.level=200", "usage.markup=0.1",
                              "usage.markup_long=-0.4", "usage.markup_reversion=0.5 yr", saturation[i]));
        lab_run(&lab, 0);
        double log_rent = log(at(&lab, "price.inference", 2030) / at(&lab, "price.inference", 2025.5));
        answer[i] = -0.7 * (log_rent + log((0.6 + 0.5 * exp(-4.5 / 0.5)) / 1.1));
        tokens[i] = at(&lab, "tokens", 2030) / (0.1e12 * 200);
        double free = at(&lab, "usage", 2030) / 200;
        if (i == 0)
            assert_near(tokens[0] / free, exp(answer[0]), 1e-6 * exp(answer[0]));
        lab_close(&lab);
    }
    double free = tokens[0] / exp(answer[0]) * exp(answer[1]);
    assert_near(tokens[1], free * 1.25 / (1 + free / 4), 1e-6 * tokens[1]);
    assert_true(tokens[1] < 5 && free > 12);
}

/* What cheaper tokens would add and nobody reads is work all the same, by that share; and costs what it costs. */
static void what_nobody_reads_goes_into_heavier_tokens(void **state)
{
    (void)state;
    static const char *const heavier[] = {"usage.heavier=0", "usage.heavier=0.6"};
    const double cheaper = 0.7 * (0.9 - 0.5) * 4.5, uses = 1.7 - 0.7 * (0.9 - 0.5), settling = 2;
    double per_token[2], work[2], price[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open_bare(
            &lab, USED_BUT("elasticity_inference: 0.7\n  progress_inference: 0.9 /yr"),
            LAB_SET("run.end=2030-02", "usage.growth=1.7 /yr", "usage.level=200", "usage.saturation=4", heavier[i]));
        struct world *w = lab_run(&lab, 0);
        double tokens = at(&lab, "tokens", 2030), rent = at(&lab, "price.inference", 2030);
        double answer = -0.7 * log(rent / at(&lab, "price.inference", 2025.5));
        double a = exp(0.5 * 4.5 + (uses - 0.5) * settling * (1 - exp(-4.5 / settling))), y = exp(cheaper + answer);
        double unread = log(y) - log(y * (1 + a / 4) / (1 + a * y / 4));
        per_token[i] = log(at(&lab, "usage.compute", 2030) / tokens) - (i ? 0.6 * unread : 0);
        price[i] = log(at(&lab, "token_price", 2030) / rent) - (i ? 0.6 * unread : 0);
        work[i] = log(usage_work(w, 2030).models) - usage_log_volume(w, 2030) -
                  (i ? 0.6 * (cheaper - log(exp(cheaper) * (1 + a / 4) / (1 + a * exp(cheaper) / 4))) : 0);
        assert_true(unread > 0.2);
        lab_close(&lab);
    }
    assert_near(per_token[1], per_token[0], 1e-6);
    assert_near(price[1], price[0], 1e-6);
    assert_near(work[1], work[0], 1e-6);
}

/* The rest of demand keeps its elasticity; that of what is read falls as people have enough: by finite differences. */
static void demand_for_inference_has_the_elasticity_that_it_says(void **state)
{
    (void)state;
    const double h = 1e-5;
    struct lab lab;
    lab_open(&lab, USED,
             LAB_SET("run.end=2029-07", "usage.saturation=20", "usage.heavier=0.3", "demand.users_below=0.3"));
    struct world *w = lab_run(&lab, 1);
    for (double rent = 1; rent < 100; rent *= 3) {
        double x = log(rent), own = demand_elasticity(w, INFERENCE);
        struct demand_response low = demand_response(w, INFERENCE, x - h), high = demand_response(w, INFERENCE, x + h);
        double elasticity = demand_response(w, INFERENCE, x).elasticity;
        assert_near(-(high.log - low.log) / (2 * h), elasticity, 1e-6);
        struct usage_response read = usage_response(w, x);
        double finite = (usage_response(w, x - h).log - usage_response(w, x + h).log) / (2 * h);
        assert_near(own + finite, read.elasticity, 1e-6);
        assert_true(read.elasticity > 0.3 * own && read.elasticity < own);
    }
    lab_close(&lab);
}

/* A count is one at the rents of its date: what moves rents until the last count does not move volumes. */
static void volumes_that_were_observed_come_out_whatever_rents_do(void **state)
{
    (void)state;
    static const char *const work[] = {"demand.model_work=3", "demand.model_work=0.3"};
    double rent[2], since[2], later[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open_bare(
            &lab, USED,
            LAB_SET("run.end=2027-02", "usage.level=300", work[i],
                    "usage.observed={2025-07: 30 Ttoken/day, 2026-01: 60 Ttoken/day, 2026-07: 150 Ttoken/day}"));
        lab_run(&lab, 0);
        assert_near(at(&lab, "tokens", 2026), 60e12, 60e12 * 1e-9);
        assert_near(at(&lab, "tokens", 2026.5), 150e12, 150e12 * 1e-9);
        rent[i] = at(&lab, "price.inference", 2026.5);
        since[i] = at(&lab, "price.inference", 2027) / rent[i];
        later[i] = at(&lab, "tokens", 2027) / 0.1e12 / at(&lab, "usage", 2027);
        lab_close(&lab);
    }
    assert_true(rent[1] < 0.8 * rent[0]);
    for (int i = 0; i < 2; i++) /* afterwards usage answers to what has changed since */
        assert_near(later[i], pow(since[i], -0.71), 0.05 * later[i]);
}

/* What is identified is growth less what progress saves: long + (1 - elasticity) (weight - progress). */
static void compute_grows_by_usage_less_what_progress_saves(void **state)
{
    (void)state;
    static const char *const progress[] = {"demand.progress_inference=0.2 /yr", "demand.progress_inference=1.4 /yr"};
    static const char *const long_run[] = {"usage.growth_long=0.4 /yr", "usage.growth_long=0.88 /yr"};
    double demand[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open_bare(&lab, USED,
                      LAB_SET("run.end=2030-02", PLATFORMS, "demand.elasticity_inference=0.6",
                              "usage.growth_older=-1 /yr", "usage.weight=0.3 /yr", "usage.saturation=1e9", progress[i],
                              long_run[i], "usage.reversion=0.05 yr", "usage.growth=0.4 /yr"));
        struct world *w = lab_run(&lab, 0);
        double now = w->sim->step_start;
        demand[i] = log(usage_work(w, now).models / usage_work(w, 2026.5).models) / (now - 2026.5);
        lab_close(&lab);
    }
    assert_near(demand[0], 0.4 + 0.4 * (0.3 - 0.2), 1e-6);
    assert_near(demand[1], demand[0], 1e-6);
}

/* Half of compute is inference's by the first half of 2026 at the latest (Morgan Stanley 2025-12), a third in 2023 (Deloitte 2025-11). */
static void demand_moves_from_training_to_inference_in_the_headline(void **state)
{
    (void)state;
    enum { WORLDS = 16 };
    struct lab lab;
    double early = 0, late = 0;
    lab_open(&lab, NULL, LAB_SET("run.end=2027-01"));
    for (uint32_t r = 0; r < WORLDS; r++) {
        lab_run(&lab, r);
        early += lab_mean(&lab, "inference_share", 2023, 2024) / WORLDS;
        late += lab_mean(&lab, "inference_share", 2026, 2026.5) / WORLDS;
    }
    lab_close(&lab);
    print_message("inference: %.2f of compute in 2023, %.2f in early 2026\n", early, late);
    assert_near(early, 0.36, 0.08);
    assert_true(late > 0.5 && late < 0.8);
}

static void switched_off_it_leaves_platforms_their_older_work(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, LAB_STILL, LAB_SET("run.end=2024-02", "usage.enabled=false"));
    struct world *w = lab_run(&lab, 0);
    struct platform_work work = usage_work(w, w->sim->now);
    assert_true(work.older == 1 && work.models == 0 && work.training == 1 && usage_log_volume(w, 2024) == 0);
    lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(usage_meets_its_level_and_has_its_growth_on_the_date_of_the_count),
        cmocka_unit_test(growth_goes_to_the_long_run_that_cheaper_tokens_add_to),
        cmocka_unit_test(work_has_weight_and_progress_in_it_and_saturates),
        cmocka_unit_test(a_dated_wave_lifts_usage_and_training_and_ramps_up),
        cmocka_unit_test(drawn_waves_come_at_their_rate_after_the_count),
        cmocka_unit_test(observed_volumes_replace_the_drawn_path_to_their_last_date),
        cmocka_unit_test(a_count_tells_of_growth_by_how_far_it_is_over_a_worlds_own_path),
        cmocka_unit_test(draws_of_the_headline_tell_what_a_count_teaches),
        cmocka_unit_test(tokens_answer_to_rents_and_markups_after_the_count),
        cmocka_unit_test(nobody_reads_more_than_can_be_read_however_cheap_it_gets),
        cmocka_unit_test(what_nobody_reads_goes_into_heavier_tokens),
        cmocka_unit_test(demand_for_inference_has_the_elasticity_that_it_says),
        cmocka_unit_test(volumes_that_were_observed_come_out_whatever_rents_do),
        cmocka_unit_test(compute_grows_by_usage_less_what_progress_saves),
        cmocka_unit_test(demand_moves_from_training_to_inference_in_the_headline),
        cmocka_unit_test(switched_off_it_leaves_platforms_their_older_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
