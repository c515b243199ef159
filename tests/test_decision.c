/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From replications to a decision: against closed forms in a market that stands still, and against the replications
 * themselves. */
#include "json_check.h"
#include "models_lab.h"

#include "models/planner/cashflow.h"
#include "sim/study/decision_numbers.h"

/* -- a market whose prices are given ------------------------------------------------------------------------------- */

static struct {
    double rent, card, card_growth_per_yr, spread; /* spread: of rents between replications */
    uint32_t closed_in; /* of eleven replications, in which no counter sells */
} fake;

static void tell_prices(struct world *w)
{
    double t = w->sim->step_start - 2025;
    for (size_t g = 0; g < w->generations.count; g++) {
        w->market.rent_card[g] = w->value.entry_rent_card[g] =
            fake.rent * (1 + fake.spread * (w->sim->streams.replication % 11 - 5.0) / 5);
        for (int k = 0; k < WORKLOADS; k++)
            w->generations.effective_p[k][g] = 0.4;
        w->channels.site_kw[g] = 0.7;
        w->channels.kind[g] = w->sim->streams.replication % 11 < fake.closed_in ? CHANNEL_GRAY : CHANNEL_OFFICIAL;
        w->channels.street_price_cny[g] = fake.card * exp(fake.card_growth_per_yr * t);
        w->vintages.offered_cards[g] = 1000;
        w->vintages.let_cards[g] = 1000;
    }
}

/* Reports are of the world as it is. */
static void take_back(struct world *w)
{
    for (size_t g = 0; g < w->generations.count; g++)
        w->vintages.let_cards[g] = 0;
}

static const struct model teller = {.name = "teller",
                                    .help = "says what cards cost",
                                    .phase = {[PHASE_BELIEFS] = tell_prices, [PHASE_FINANCE] = take_back}};

static const char plan[] =
    "title: \"A decision\"\n"
    "run: {start: 2024-12, end: 2030-01, report: 1 month}\n"
    "shocks: null\n"
    "pipeline: {enabled: false}\n"
    "leasing: {enabled: false}\n"
    "procurement: {hardware_share: 1, building_cost: 0 CNY*h/kWh, lead_official: 0 yr}\n"
    "value: {upkeep: 0 /yr, decline: 0 /yr}\n"
    "regions: {east: {pue: 1, power_price: 0.7 CNY/kWh}}\n"
    "planner: {enabled: true, start: 2025-01, horizon: 5 years, need_training: 0.001 P, load_training: 0.6, "
    "cost_of_capital: 0.1 /yr,\n"
    "  tokens: 49 Mtoken/P-hour}\n"
    "alternatives:\n"
    "  build: {kind: build, label: Build it, generation: H100, region: east, prepaid: 1, service_life: 10 yr}\n"
    "  rent: {kind: rent_on_demand}\n"
    "  wait: {kind: wait, until: 1 year, review: 6 months}\n";

struct bench {
    struct lab lab;
    struct outcome outcome;
};

static void note(void *decision, const struct committed *one)
{
    decision_note(decision, one);
}

static const struct decision *decide(struct bench *b, const char *const *sets, uint32_t replications)
{
    lab_open_with(&b->lab, &teller, plan, sets);
    b->outcome = (struct outcome){.study = &b->lab.study,
                                  .scenario = b->lab.scenario,
                                  .plan = b->lab.plan,
                                  .seed = 7,
                                  .replications = replications};
    struct montecarlo request = outcome_request(&b->outcome);
    struct decision *d = b->outcome.decision = decision_open(&b->outcome);
    assert_non_null(d);
    request.commit = note;
    request.commit_state = d;
    request.threads = 2;
    montecarlo_run(&request, &b->outcome.ensemble);
    decision_take(d);
    assert_non_null(d->choice);
    return d;
}

static void close_bench(struct bench *b)
{
    decision_free(b->outcome.decision);
    ensemble_free(&b->outcome.ensemble);
    lab_close(&b->lab);
}

static void quote_usual_prices(void)
{
    memset(&fake, 0, sizeof fake);
    fake.rent = 8;
    fake.card = 200e3;
}

/* What the terminal shows, its lines put back together; to be freed. */
static char *told(const struct decision *d)
{
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    decision_print(d, false, to);
    fclose(to);
    for (char *c = text; *c; c++)
        if (*c == '\n')
            *c = ' ';
    return text;
}

static void assert_told(const char *text, const char *sentence)
{
    if (!strstr(text, sentence))
        fail_msg("`%s` is not said in\n%s", sentence, text);
}

static const double years = 5, rho = 0.1, load = 0.6, cards = 0.001 / 0.4, power = 0.7 * 0.7;

static double hours(void)
{
    return HOURS_PER_YEAR * (1 - exp(-rho * years)) / rho;
}

enum { BUILD, RENT, WAIT, CHOICES };

static void break_evens_are_those_of_the_closed_form(void **state)
{
    (void)state;
    quote_usual_prices();
    struct bench b;
    const struct decision *d = decide(&b, NULL, 4);
    assert_int_equal(d->owners, 1);
    const struct ownership *o = &d->owner[0];
    double use = fake.card / ((fake.rent - power) * hours()), rent = fake.card / (load * hours()) + power;
    assert_near(o->use.value / use, 1, 1e-5);
    assert_near(o->rent.value / rent, 1, 1e-5);
    assert_near(d->use, load, 1e-12);
    assert_near(d->rent / fake.rent, 1, 1e-5);
    assert_near(decision_frontier_rent(d, o, load) / rent, 1, 1e-5);
    assert_near(decision_frontier_rent(d, o, use) / fake.rent, 1, 1e-5);
    close_bench(&b);
}

/* K now, (r - power) l hours a month for sixty months. */
static void returns_are_those_of_the_savings(void **state)
{
    (void)state;
    quote_usual_prices();
    fake.rent = 12;
    struct bench b;
    const struct decision *d = decide(&b, NULL, 4);
    enum { MONTHS = 60 };
    double a_month = (fake.rent - power) * load * HOURS_PER_YEAR / 12, flow[MONTHS + 1] = {-fake.card}, rate[MONTHS];
    for (int k = 1; k <= MONTHS; k++)
        flow[k] = a_month;
    const struct ownership *o = &d->owner[0];
    assert_int_equal(o->irr_count, 1);
    assert_int_equal(cashflow_irr(flow, MONTHS + 1, rate), 1);
    assert_near(o->payback_yr, fake.card / a_month / 12, 1e-6);
    assert_near(o->irr[0], pow(1 + rate[0], 12) - 1, 1e-6);
    assert_near(o->mirr, pow(1 + cashflow_mirr(flow, MONTHS + 1, exp(rho / 12) - 1, exp(rho / 12) - 1), 12) - 1, 1e-6);
    close_bench(&b);
}

/* With a tax of a quarter and even write-offs over the five years, the buyer gets back a quarter of the price in
 * sixty parts and keeps three quarters of the savings. */
static void returns_are_told_after_tax_and_hours_before_it(void **state)
{
    (void)state;
    quote_usual_prices();
    fake.rent = 12;
    struct bench b;
    const struct decision *d =
        decide(&b, LAB_SET("planner.tax=0.25", "planner.tax_life=5 years", "planner.tax_method=straight_line"), 4);
    enum { MONTHS = 60 };
    double tax = 0.25, saved = (fake.rent - power) * load * HOURS_PER_YEAR / 12,
           flow[2][MONTHS + 1] = {{-fake.card}, {-fake.card}}, rate[MONTHS], irr[2];
    for (int k = 1; k <= MONTHS; k++) {
        flow[0][k] = saved;
        flow[1][k] = saved * (1 - tax) + tax * fake.card / MONTHS;
    }
    for (int i = 0; i < 2; i++) {
        assert_int_equal(cashflow_irr(flow[i], MONTHS + 1, rate), 1);
        irr[i] = pow(1 + rate[0], 12) - 1;
    }
    assert_true(irr[1] < irr[0] - 0.02);
    assert_near(d->owner[0].irr[0], irr[1], 1e-6);
    for (size_t c = 0; c < CHOICES; c++)
        assert_near(d->choice[c].per_card_hour.value * (1 - tax) * cards * load * hours() / d->choice[c].cost.value, 1,
                    1e-3);
    struct report report = {0};
    struct arena arena = {0};
    decision_report(d, &report, &arena);
    assert_told(report.tables[1].note, "IRR and MIRR are of the expected savings after tax");
    assert_told(report.tables[0].note, "An hour is told before income tax");
    for (const struct report_table *t = report.tables; t < report.tables + report.table_count; t++)
        for (size_t c = 0; c < t->column_count; c++)
            if (strstr(t->columns[c], "-hour"))
                assert_told(t->columns[c], "before tax");
    arena_free(&arena);
    close_bench(&b);
}

static void choices_are_judged_by_their_replications(void **state)
{
    (void)state;
    quote_usual_prices();
    fake.rent = 8.8;
    fake.spread = 0.4;
    struct bench b;
    const struct decision *d = decide(&b, NULL, 88);
    double won[CHOICES] = {0}, mean[CHOICES] = {0}, regret[CHOICES] = {0};
    for (size_t i = 0; i < d->kept; i++) {
        size_t best = 0;
        for (size_t c = 0; c < CHOICES; c++) {
            mean[c] += d->choice[c].sample[i] / (double)d->kept;
            best = d->choice[c].sample[i] < d->choice[best].sample[i] * (1 - 1e-9) ? c : best;
        }
        won[best] += 1 / (double)d->kept;
        for (size_t c = 0; c < CHOICES; c++)
            regret[c] += (d->choice[c].sample[i] - d->choice[best].sample[i]) / (double)d->kept;
    }
    for (size_t c = 0; c < CHOICES; c++) {
        const struct choice *choice = &d->choice[c];
        assert_near(choice->cost.value / mean[c], 1, 1e-12);
        assert_near(choice->best.value, won[c], 1e-12);
        assert_near(choice->regret.value / (regret[c] + 1e-9), 1, 1e-6);
        assert_true(choice->best.low <= choice->best.value && choice->best.value <= choice->best.high);
        assert_true(choice->cost.value >= d->choice[d->best].cost.value);
        assert_true(choice->cvar.value >= choice->percentile[4] - 1e-9 &&
                    choice->percentile[4] >= choice->percentile[2]);
        assert_near(choice->per_p_hour.value, mean[c] / (0.001 * load * hours()), 1e-3);
        assert_near(choice->per_card_hour.value, choice->per_p_hour.value * 0.4, 1e-9);
        assert_near(choice->per_mtoken.value, choice->per_p_hour.value / 49, 1e-9);
    }
    assert_true(won[BUILD] > 0.2 && won[RENT] > 0.2);
    close_bench(&b);
}

/* Rents differ by replication and are seen on the first day: choosing by them loses nothing, waiting loses some
 * building. */
static void who_sees_all_chooses_at_once_and_gains_nothing_by_waiting(void **state)
{
    (void)state;
    quote_usual_prices();
    fake.rent = 8.8;
    fake.spread = 0.4;
    struct bench b;
    const struct decision *d = decide(&b, NULL, 88);
    double perfect = 0;
    for (size_t i = 0; i < d->kept; i++)
        perfect += fmin(d->choice[BUILD].sample[i], d->choice[RENT].sample[i]) / (double)d->kept;
    assert_near(d->at_once.value / perfect, 1, 0.01);
    assert_true(d->waiting.value < 0);
    assert_near(d->waiting.value, d->at_once.value - d->choice[WAIT].cost.value, 1e-6);
    assert_near(d->stops[0], 0, 0);
    close_bench(&b);
}

/* The mean of the worst five of a hundred. */
static void the_tail_is_the_mean_of_the_dearest_twentieth(void **state)
{
    (void)state;
    quote_usual_prices();
    fake.spread = 0.4;
    struct bench b;
    const struct decision *d =
        decide(&b, NULL, 110); /* ten replications of each of eleven rents; five and a half are the tail */
    double dearest = cards * fake.rent * 1.4 * load * hours();
    assert_near(d->choice[RENT].cvar.value / dearest, 1, 1e-4);
    close_bench(&b);
}

static void what_is_never_ordered_is_said_and_not_ranked(void **state)
{
    (void)state;
    quote_usual_prices();
    fake.card = 1e3; /* far below renting, if it could be bought */
    fake.closed_in = 11;
    struct bench b;
    const struct decision *d = decide(&b, LAB_SET("alternatives.build.channel=official"), 22);
    assert_near(d->choice[BUILD].never, 1, 0);
    assert_false(d->choice[BUILD].ranked);
    assert_int_equal(d->best, RENT); /* not waiting, which has nothing else to wait for and costs the same */
    assert_near(d->choice[WAIT].tied, 1, 1e-12);
    assert_int_equal(d->owners, 0);
    char *text = told(d);
    assert_told(text, "never ordered in 100 % ");
    assert_told(text, "Build it is never ordered in 100 % of the replications and is not ranked.");
    assert_told(text, "; its lead over \"wait\" is 0 CNY, which is not significant.");
    assert_told(text, "Value of waiting: 0 CNY");
    assert_null(strstr(text, "\"Build it\" has the least expected cost"));
    assert_null(strstr(text, "payback"));
    free(text);
    close_bench(&b);

    fake.closed_in = 3;
    d = decide(&b, LAB_SET("alternatives.build.channel=official"), 22);
    assert_near(d->choice[BUILD].never, 3 / 11.0, 1e-12);
    assert_near(d->choice[BUILD].best.value, 8 / 11.0, 1e-12);
    text = told(d);
    assert_told(text, "Build it is never ordered in 27 % of the replications");
    free(text);
    close_bench(&b);
}

static void where_nothing_can_be_ordered_nothing_is_ranked(void **state)
{
    (void)state;
    quote_usual_prices();
    fake.closed_in = 11;
    struct bench b;
    struct arena arena = {0};
    const struct decision *d = decide(
        &b, LAB_SET("alternatives.build.channel=official", "alternatives.rent=null", "alternatives.wait=null"), 4);
    assert_true(d->best >= d->choices);
    char *text = told(d);
    assert_told(text, "Nothing can be ranked: no order is placed.");
    free(text);
    assert_null(decision_quote(d, "best", &arena));
    arena_free(&arena);
    close_bench(&b);
}

static void assert_quoted(const struct decision *d, const char *path, const char *expected)
{
    struct arena arena = {0};
    const char *quoted = decision_quote(d, path, &arena);
    if (!quoted || !expected ? quoted != expected : !strstr(quoted, expected))
        fail_msg("%s is `%s`, not `%s`", path, quoted ? quoted : "nothing", expected ? expected : "nothing");
    arena_free(&arena);
}

static void sentences_quote_the_decision(void **state)
{
    (void)state;
    static const char *const quotes[][2] = {
        {"best", "Build it"},
        {"second", "wait"},
        {"lead", " CNY"},
        {"waiting", " CNY"},
        {"build.label", "Build it"},
        {"build.cost", " CNY"},
        {"build.irr", " %"},
        {"build.payback_yr", " years"},
        {"build.never_ordered", "0 %"},
        {"rent.irr", NULL},
        {"build.nothing", NULL},
        {"nobody.cost", NULL},
        {"nothing", NULL},
        {"flip.price", " %"},
        {"flip.price.to", "rent"},
        {"flip.nothing", NULL},
        {"flips.price", "\"rent\" becomes cheaper if the price of what is built rises to "},
        {"flips.resale", "no other alternative becomes cheaper"}};
    quote_usual_prices();
    fake.rent = 12;
    struct bench b;
    const struct decision *d = decide(&b, NULL, 4);
    for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++)
        assert_quoted(d, quotes[i][0], quotes[i][1]);
    struct arena arena = {0};
    const char *clause = decision_quote(d, "flips.price.rent.use", &arena), *named = strstr(clause, "\"rent\"");
    assert_non_null(named); /* once, whatever it is that makes it cheaper */
    assert_non_null(strstr(clause, " or the "));
    assert_null(strstr(named + 1, "\"rent\""));
    assert_null(strstr(strstr(clause, "of what is assumed") + 1, "of what is assumed"));
    arena_free(&arena);
    close_bench(&b);
    fake.closed_in = 11;
    d = decide(&b, LAB_SET("alternatives.build.channel=official", "alternatives.wait=null"), 4);
    assert_quoted(d, "best", "rent");
    assert_quoted(d, "second", "none");
    assert_quoted(d, "waiting", NULL);
    assert_quoted(d, "build.cost", "none");
    assert_quoted(d, "build.never_ordered", "100 %");
    assert_quoted(d, "flip.price", "never");
    assert_quoted(d, "flip.price.to", "none");
    close_bench(&b);
}

/* Both cost the same to the last digit in every replication: the one named first wins, and both say so. */
static void ties_are_said(void **state)
{
    (void)state;
    quote_usual_prices();
    struct bench b;
    const struct decision *d = decide(&b, LAB_SET("alternatives.twin={kind: rent_on_demand, label: A twin}"), 4);
    char *text = told(d);
    assert_told(text, "A twin ties with the cheapest in 100 %.");
    free(text);
    close_bench(&b);
}

/* A second half of the cards, dear and late: savings change sign three times. */
static void several_internal_rates_are_warned_of(void **state)
{
    (void)state;
    quote_usual_prices();
    fake.card = 100e3;
    fake.card_growth_per_yr = 0.2;
    struct bench b;
    const struct decision *d = decide(
        &b,
        LAB_SET("planner.load_training=1", "alternatives.build.tranches=2", "alternatives.build.tranche_every=4.9 yr"),
        4);
    assert_int_equal(d->owner[0].irr_count, 2);
    char *text = told(d);
    assert_told(text, "Warning: the savings of Build it change sign more than once and have 2 internal rates");
    assert_told(text, " not unique (2) "); /* and neither of them */
    assert_quoted(d, "build.irr", "no single rate");
    free(text);
    close_bench(&b);
}

static void it_is_told_and_written(void **state)
{
    (void)state;
    quote_usual_prices();
    struct bench b;
    const struct decision *d = decide(&b, NULL, 4);
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    struct json json = {.to = to};
    json_open(&json, NULL, '{');
    decision_json(d, &json);
    json_close(&json, '}');
    fclose(to);
    assert_true(json_is_valid(text));
    assert_non_null(strstr(text, "\"value_of_waiting\""));
    free(text);
    to = open_memstream(&text, &length);
    decision_print(d, false, to);
    fclose(to);
    static const char *const said[] = {"Decision of 2025-01 for 5 years",
                                       "Build it",
                                       " has the least expected cost, ",
                                       "Value of waiting:",
                                       "break-even use",
                                       "a million tokens",
                                       "2025-07 in "};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (!strstr(text, said[i]))
            fail_msg("`%s` is not said in\n%s", said[i], text);
    free(text);
    struct report report = {0};
    struct arena arena = {0};
    decision_report(d, &report, &arena);
    assert_int_equal(report.table_count, 4);
    assert_int_equal(report.tables[0].row_count, CHOICES);
    arena_free(&arena);
    close_bench(&b);
}

static double mean_of_scalar(const struct bench *b, const char *name)
{
    return b->outcome.ensemble.scalar[lab_channel(b->lab.plan->scalar, b->lab.plan->scalar_count, name)].mean;
}

/* Its cost is known to the decision alone, which sees all replications: none of these has it. It was a nothing that
 * counted as a number. */
static void what_waiting_costs_is_told_by_the_decision_alone(void **state)
{
    (void)state;
    quote_usual_prices();
    struct bench b;
    const struct decision *d = decide(&b, NULL, 4);
    assert_near(mean_of_scalar(&b, "plan.cost.rent") / d->choice[RENT].cost.value, 1, 1e-12);
    assert_true(isnan(mean_of_scalar(&b, "plan.cost.wait")));
    assert_true(d->choice[WAIT].cost.value > 0);
    close_bench(&b);
}

static void without_a_planner_there_is_no_decision(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2022-03"));
    struct outcome outcome = {.study = &lab.study, .scenario = lab.scenario, .plan = lab.plan};
    assert_null(decision_open(&outcome));
    lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(break_evens_are_those_of_the_closed_form),
        cmocka_unit_test(returns_are_those_of_the_savings),
        cmocka_unit_test(returns_are_told_after_tax_and_hours_before_it),
        cmocka_unit_test(choices_are_judged_by_their_replications),
        cmocka_unit_test(who_sees_all_chooses_at_once_and_gains_nothing_by_waiting),
        cmocka_unit_test(the_tail_is_the_mean_of_the_dearest_twentieth),
        cmocka_unit_test(what_is_never_ordered_is_said_and_not_ranked),
        cmocka_unit_test(where_nothing_can_be_ordered_nothing_is_ranked),
        cmocka_unit_test(sentences_quote_the_decision),
        cmocka_unit_test(ties_are_said),
        cmocka_unit_test(several_internal_rates_are_warned_of),
        cmocka_unit_test(it_is_told_and_written),
        cmocka_unit_test(what_waiting_costs_is_told_by_the_decision_alone),
        cmocka_unit_test(without_a_planner_there_is_no_decision),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
