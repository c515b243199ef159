/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Concept stocks: announcements, premia against shot noise, sentiment against its closed form, what is built of it. */
#include "models_lab.h"

/* What china.yml says of news, taken out; more news may follow. */
#define NO_NEWS "chatgpt: null, nvidia_guidance: null, chip_ipos: null"

/* Rents do not matter, premia call nobody in. */
#define QUIET "hype.rent_pull=0", "hype.fame=0", "hype.unwinding=0"

static double sum_of(const struct lab *lab, const char *output)
{
    double sum = 0;
    for (size_t k = 0; k < lab->plan->sample_count; k++)
        sum += lab_series(lab, output)[k];
    return sum;
}

static size_t announced_projects(const struct world *w)
{
    size_t count = 0;
    for (size_t i = 0; i < w->projects.count; i++)
        count += (w->projects.row[i].k & PROJECT_ANNOUNCED) != 0;
    return count;
}

static void without_stocks_nothing_changes(void **state)
{
    (void)state;
    struct lab off, neutral;
    lab_open(&off, NULL, LAB_SET("run.end=2024-01", "hype.enabled=false"));
    lab_open(&neutral, NULL, LAB_SET("run.end=2024-01", "hype.stocks=0"));
    lab_run(&off, 3);
    lab_run(&neutral, 3);
    for (size_t i = 0; i < off.plan->series_count; i++) {
        const char *name = off.plan->series[i].name;
        assert_memory_equal(lab_series(&off, name), lab_series(&neutral, name),
                            off.plan->sample_count * sizeof(double));
    }
    assert_near(sum_of(&neutral, "announcements"), 0, 0);
    lab_close(&off);
    lab_close(&neutral);
}

/* 400 firms, .7 a year each, four years: 1120 expected, deviation 33. */
static void in_a_quiet_world_announcements_come_at_their_rate(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, "news: {" NO_NEWS "}\n",
                  LAB_SET("run.end=2026-01", QUIET, "hype.stocks=400", "hype.rate=0.7 /yr"));
    lab_run(&lab, 0);
    assert_near(sum_of(&lab, "announcements"), 1120, 3 * 33);
    const double *sentiment = lab_series(&lab, "sentiment"), *stocks = lab_series(&lab, "concept_stocks");
    assert_near(sentiment[20], 1, 1e-15);
    assert_near(stocks[lab.plan->sample_count - 1], 400 * (1 - exp(-2.8)), 3 * 5); /* those with at least one */
    lab_close(&lab);
}

/* Campbell's theorem: a premium of jumps J at a rate r that decay in a time T has the mean r J T, here .45, and the
 * deviation J sqrt(r T) a stock. Nearly all of 3000 have announced after six lives. */
static void the_mean_premium_is_that_of_shot_noise(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, "news: {" NO_NEWS "}\n",
                  LAB_SET("run.end=2025-01", QUIET, "hype.stocks=3000", "hype.rate=3 /yr", "hype.jump=0.3",
                          "hype.premium_life=0.5 yr", "hype.paper=1"));
    lab_run(&lab, 0);
    double log_premium = log(1 + lab_series(&lab, "concept_premium")[lab.plan->sample_count - 1]);
    assert_near(log_premium, 0.45, 4 * 0.3 * sqrt(1.5 / 3000) + 0.02); /* and half a step of decay */
    assert_true(lab_series(&lab, "concept_premium.leader")[30] > lab_series(&lab, "concept_premium")[30]);
    lab_close(&lab);
}

static void news_lifts_sentiment_and_is_forgotten(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, "news: {" NO_NEWS ", big: {date: 2023-01, jump: 1.3}}\n",
                  LAB_SET("run.end=2025-01", QUIET, "hype.stocks=10", "hype.sentiment_memory=0.8 yr"));
    lab_run(&lab, 0);
    const double *sentiment = lab_series(&lab, "sentiment");
    for (size_t k = 0; k < lab.plan->sample_count; k++) {
        double since = lab.plan->sample_at[k] - 2023;
        assert_near(sentiment[k], since > 0 ? exp(1.3 * exp(-since / 0.8)) : 1, 1e-9);
    }
    lab_close(&lab);
}

static void rents_that_rise_lift_it(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, "news: {" NO_NEWS "}\n", LAB_SET("run.end=2025-10", "hype.stocks=10"));
    lab_run(&lab, 0);
    assert_true(lab_mean(&lab, "sentiment", 2023.2, 2023.8) > 1.1); /* the boom */
    assert_true(lab_mean(&lab, "sentiment", 2024.5, 2025.5) < 0.8);
    lab_close(&lab);
}

static void a_leader_calls_others_in(void **state)
{
    (void)state;
    static const char *const herding[] = {"hype.herding=0", "hype.herding=1"};
    double announcements[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open_bare(&lab, "news: {" NO_NEWS "}\n",
                      LAB_SET("run.end=2026-01", "hype.rent_pull=0", "hype.fame=1.5", "hype.stocks=200", herding[i]));
        lab_run(&lab, 0);
        announcements[i] = sum_of(&lab, "announcements");
        lab_close(&lab);
    }
    assert_true(announcements[1] > 1.3 * announcements[0]);
}

static void bad_sentiment_lets_the_air_out(void **state)
{
    (void)state;
    static const char *const unwinding[] = {"hype.unwinding=0", "hype.unwinding=4"};
    double premium[2];
    for (int i = 0; i < 2; i++) {
        struct lab lab;
        lab_open_bare(&lab, "news: {" NO_NEWS ", crash: {date: 2023-01, jump: -1.5}}\n",
                      LAB_SET("run.end=2024-01", "hype.rent_pull=0", "hype.fame=0", "hype.stocks=300",
                              "hype.rate=0.8 /yr", unwinding[i]));
        lab_run(&lab, 0);
        premium[i] = lab_mean(&lab, "concept_premium", 2023.4, 2023.6);
        lab_close(&lab);
    }
    assert_true(premium[0] > 0.05 && premium[1] < 0.5 * premium[0]);
}

static void what_is_not_on_paper_becomes_a_project_of_the_listed(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab, "news: {" NO_NEWS "}\n",
                  LAB_SET("run.end=2024-01", QUIET, "hype.stocks=100", "hype.rate=1 /yr", "hype.paper=0",
                          "operators.crossover.listed=true", "operators.crossover.first=none",
                          "capital.enabled=false"));
    struct world *w = lab_run(&lab, 0);
    assert_int_equal(announced_projects(w), (size_t)sum_of(&lab, "announcements"));
    for (size_t i = 0; i < w->projects.count; i++)
        if (w->projects.row[i].k & PROJECT_ANNOUNCED) {
            assert_string_equal(sim_row_name(w->sim, "operators", w->projects.row[i].owner_class), "crossover");
            char name[64];
            assert_non_null(strstr(pipeline_name(w, (uint32_t)i, name), "crossover-announced-"));
        }
    lab_close(&lab);
    lab_open_bare(&lab, "news: {" NO_NEWS "}\n",
                  LAB_SET("run.end=2024-01", QUIET, "hype.stocks=100", "hype.paper=1",
                          "operators.crossover.listed=true", "operators.crossover.first=none"));
    assert_int_equal(announced_projects(lab_run(&lab, 0)), 0);
    lab_close(&lab);
    lab_open_bare(&lab, "news: {" NO_NEWS "}\n",
                  LAB_SET("run.end=2024-01", QUIET, "hype.stocks=100", "operators.crossover.listed=false"));
    assert_int_equal(announced_projects(lab_run(&lab, 0)), 0);
    lab_close(&lab);
}

/* The size of the announced project k, NaN if there is none. */
static double size_of(const struct world *w, uint32_t k)
{
    for (size_t i = 0; i < w->projects.count; i++)
        if (w->projects.row[i].k == (PROJECT_ANNOUNCED | k))
            return w->projects.row[i].size_p;
    return NONE;
}

static void an_announced_project_is_the_same_in_every_world(void **state)
{
    (void)state;
    struct lab calm, wild;
    lab_open(&calm, "news: {" NO_NEWS "}\n",
             LAB_SET("run.end=2024-01", "hype.stocks=100", "operators.crossover.listed=true",
                     "operators.crossover.first=none", "hype.fame=0"));
    lab_open(&wild, "news: {" NO_NEWS "}\n",
             LAB_SET("run.end=2024-01", "hype.stocks=100", "operators.crossover.listed=true",
                     "operators.crossover.first=none", "hype.fame=3"));
    size_t shared = 0;
    for (uint32_t r = 0; r < 3; r++) {
        struct world *in_calm = lab_run(&calm, r), *in_wild = lab_run(&wild, r);
        for (size_t i = 0; i < in_calm->projects.count; i++) {
            const struct project *p = &in_calm->projects.row[i];
            if (!(p->k & PROJECT_ANNOUNCED))
                continue;
            double size = size_of(in_wild, p->k & ~(uint32_t)PROJECT_ANNOUNCED);
            shared += size == p->size_p;
            assert_true(isnan(size) || size == p->size_p);
        }
        assert_true(announced_projects(in_wild) > announced_projects(in_calm));
    }
    assert_true(shared > 6);
    lab_close(&calm);
    lab_close(&wild);
}

static void most_of_what_is_announced_is_never_built(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL,
             LAB_SET("hype.stocks=150", "operators.crossover.listed=true", "operators.crossover.first=none",
                     "hype.paper=0.5"));
    lab_run(&lab, 0);
    size_t at = lab_channel(lab.plan->scalar, lab.plan->scalar_count, "announcements.never_built");
    double never = lab.result->scalar[at];
    assert_true(never > 0.5 && never < 1);
    lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_stocks_nothing_changes),
        cmocka_unit_test(in_a_quiet_world_announcements_come_at_their_rate),
        cmocka_unit_test(the_mean_premium_is_that_of_shot_noise),
        cmocka_unit_test(news_lifts_sentiment_and_is_forgotten),
        cmocka_unit_test(rents_that_rise_lift_it),
        cmocka_unit_test(a_leader_calls_others_in),
        cmocka_unit_test(bad_sentiment_lets_the_air_out),
        cmocka_unit_test(what_is_not_on_paper_becomes_a_project_of_the_listed),
        cmocka_unit_test(an_announced_project_is_the_same_in_every_world),
        cmocka_unit_test(most_of_what_is_announced_is_never_built),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
