/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a list of dated acts amounts to on a day. */
#include "models_lab.h"

/* The policy in force at the end of the run, with the rows of `rows` alone. */
static struct world *world_with(struct lab *lab, const char *rows, const char *end)
{
    char lines[4096], horizon[32];
    snprintf(horizon, sizeof horizon, "run.end=%s", end);
    snprintf(lines, sizeof lines, "leasing: {enabled: false}\npipeline: {enabled: false}\n%s", rows);
    lab_open_bare(lab, lines, LAB_SET(horizon));
    return lab_run(lab, 0);
}

static double gate(const char *rows, const char *end, const char *card)
{
    struct lab lab;
    struct world *w = world_with(&lab, rows, end);
    double open = w->policy.official_open[lab_generation(w, card)];
    lab_close(&lab);
    return open;
}

#define BAN(name, date, strength, side)                                                                                \
    "  " name ": {kind: ban, announced: " date ", effective: " date ", covers: [A800, H800], strength: " strength      \
    ", by: " side "}\n"
#define RELAX(name, date, strength, side)                                                                              \
    "  " name ": {kind: relax, announced: " date ", effective: " date ", covers: [A800], strength: " strength          \
    ", by: " side "}\n"

static void with_no_act_every_card_is_sold_freely(void **state)
{
    (void)state;
    struct lab lab;
    struct world *w = world_with(&lab, "", "2023-01");
    for (size_t g = 0; g < w->generations.count; g++) {
        assert_near(w->policy.official_open[g], 1, 0);
        assert_near(w->policy.price_factor[g], 1, 0);
        assert_false(w->policy.feared[g]);
    }
    assert_near(w->policy.approvals_factor, 1, 0);
    assert_near(w->policy.voucher_share[0], 0, 0);
    lab_close(&lab);
}

static void bans_multiply_and_cover_what_they_cover(void **state)
{
    (void)state;
    const char *rows = "policies:\n" BAN("one", "2022-03", "0.7", "exporter") BAN("two", "2022-05", "0.4", "exporter");
    assert_near(gate(rows, "2022-03", "A800"), 1, 0);
    assert_near(gate(rows, "2022-04", "A800"), 0.3, 1e-15);
    assert_near(gate(rows, "2022-06", "A800"), 0.3 * 0.6, 1e-15);
    assert_near(gate(rows, "2022-06", "H800"), 0.3 * 0.6, 1e-15);
    assert_near(gate(rows, "2022-06", "A100"), 1, 0);
}

static void a_relaxation_reopens_a_share_of_what_its_side_had_closed(void **state)
{
    (void)state;
    const char *rows = "policies:\n" RELAX("later", "2022-05", "0.25", "exporter")
        BAN("sooner", "2022-03", "0.7", "exporter") BAN("customs", "2022-04", "0.2", "importer");
    assert_near(gate(rows, "2022-06", "A800"), (1 - 0.7 * 0.75) * 0.8, 1e-15); /* by date, not by place in the file */
    assert_near(gate(rows, "2022-06", "H800"), 0.3 * 0.8, 1e-15);
    const char *other_side =
        "policies:\n" BAN("sooner", "2022-03", "0.7", "exporter") RELAX("later", "2022-05", "1", "importer");
    assert_near(gate(other_side, "2022-06", "A800"), 0.3, 1e-15);
}

static void an_act_that_ends_is_as_if_it_had_not_been(void **state)
{
    (void)state;
    const char *rows = "policies:\n  letter: {kind: ban, announced: 2022-02, effective: 2022-03, until: 2022-05, "
                       "covers: [A800], strength: 0.6}\n" BAN("rule", "2022-04", "0.5", "exporter");
    assert_near(gate(rows, "2022-04", "A800"), 0.4, 1e-15);
    assert_near(gate(rows, "2022-05", "A800"), 0.2, 1e-15);
    assert_near(gate(rows, "2022-06", "A800"), 0.5, 1e-15);
}

static void a_ban_is_feared_from_the_rumour_until_it_bites(void **state)
{
    (void)state;
    const char *rows =
        "policies:\n"
        "  rumoured: {kind: ban, feared: 2022-03, announced: 2022-05, effective: 2022-06, covers: [A800]}\n"
        "  announced: {kind: ban, announced: 2022-05, effective: 2022-06, covers: [H800]}\n"
        "  relaxed: {kind: relax, announced: 2022-03, effective: 2022-06, covers: [H20]}\n";
    static const struct {
        const char *end;
        bool a800, h800;
    } when[] = {
        {"2022-03", false, false}, {"2022-04", true, false}, {"2022-06", true, true}, {"2022-07", false, false}};
    for (size_t i = 0; i < sizeof when / sizeof *when; i++) {
        struct lab lab;
        struct world *w = world_with(&lab, rows, when[i].end);
        assert_int_equal(w->policy.feared[lab_generation(w, "A800")], when[i].a800);
        assert_int_equal(w->policy.feared[lab_generation(w, "H800")], when[i].h800);
        assert_false(w->policy.feared[lab_generation(w, "H20")]);
        lab_close(&lab);
    }
}

static void tariffs_subsidies_vouchers_rules_and_guidance_add_up_each_in_its_way(void **state)
{
    (void)state;
    const char *rows =
        "policies:\n"
        "  duty: {kind: tariff, announced: 2022-02, effective: 2022-02, covers: [A800], strength: 0.1}\n"
        "  cut: {kind: tariff, announced: 2022-02, effective: 2022-02, covers: [A800, H20], strength: 0.25}\n"
        "  power: {kind: subsidy, announced: 2022-02, effective: 2022-02, covers: [Ascend910B], strength: 0.4}\n"
        "  more_power: {kind: subsidy, announced: 2022-02, effective: 2022-02, covers: [Ascend910B], strength: 0.5}\n"
        "  voucher: {kind: voucher, announced: 2022-02, effective: 2022-02, strength: 0.1}\n"
        "  more_voucher: {kind: voucher, announced: 2022-02, effective: 2022-02, strength: 0.2}\n"
        "  rule: {kind: procurement_rule, announced: 2022-02, effective: 2022-02, covers: [A800], strength: 0.6}\n"
        "  stricter: {kind: procurement_rule, announced: 2022-02, effective: 2022-02, covers: [A800], strength: 0.8}\n"
        "  slow: {kind: guidance, announced: 2022-02, effective: 2022-02, strength: 0.3, minimum_size: 800 P}\n"
        "  slower: {kind: guidance, announced: 2022-02, effective: 2022-02, strength: 0.5, minimum_size: 300 P}\n"
        "  remark: {kind: note, announced: 2022-02, effective: 2022-02, covers: [A800], strength: 1}\n";
    struct lab lab;
    struct world *w = world_with(&lab, rows, "2022-04");
    const struct policy *p = &w->policy;
    int a800 = lab_generation(w, "A800"), h20 = lab_generation(w, "H20"), ascend = lab_generation(w, "Ascend910B");
    assert_near(p->price_factor[a800], 1.1 * 1.25, 1e-15);
    assert_near(p->price_factor[h20], 1.25, 0);
    assert_near(p->power_discount[ascend], 1 - 0.6 * 0.5, 1e-15);
    assert_near(p->power_discount[a800], 0, 0);
    assert_near(p->voucher_share[0], 1 - 0.9 * 0.8, 1e-15);
    assert_near(p->barred_for_state[a800], 0.8, 0);
    assert_near(p->barred_for_state[h20], 0, 0);
    assert_near(p->approvals_factor, 0.7 * 0.5, 1e-15);
    assert_near(p->minimum_size_p, 800, 0);
    assert_near(p->official_open[a800], 1, 0);
    lab_close(&lab);
}

/* -- at its instant ------------------------------------------------------------------------------------------------ */

static struct {
    double from[64], to[64], open[64];
    size_t count;
} steps;

static void watch(struct world *w)
{
    assert_true(steps.count < 64);
    steps.from[steps.count] = w->sim->step_start;
    steps.to[steps.count] = w->sim->step_end;
    steps.open[steps.count++] = w->policy.official_open[lab_generation(w, "A800")];
}

static const struct model watcher = {.name = "watcher", .help = "looks at the gate", .phase = {[PHASE_SUPPLY] = watch}};

static void a_ban_in_the_middle_of_a_step_splits_it(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_with(&lab, &watcher,
                  "policies: {ban: {kind: ban, announced: 2022-06-05, effective: 2022-06-19, covers: [A800]}}\n",
                  LAB_SET("run.end=2022-08"));
    steps.count = 0;
    lab_run(&lab, 0);
    double bites = 2022 + 5.0 / 12 + 18.0 / 30 / 12;
    size_t around = 0;
    for (size_t i = 0; i < steps.count; i++) {
        assert_false(steps.from[i] < bites - 1e-9 && steps.to[i] > bites + 1e-9);
        assert_near(steps.open[i], steps.from[i] < bites - 1e-9 ? 1 : 0, 0);
        around += fabs(steps.from[i] - bites) < 1e-9;
    }
    assert_int_equal(around, 1);
    lab_close(&lab);
}

/* The lines of one replication's trace that policy wrote, for free(). */
static char *told_by_policy(struct lab *lab)
{
    char *all = NULL, *lines = NULL;
    size_t length;
    struct trace trace = {.to = open_memstream(&all, &length), .format = TRACE_TEXT};
    assert_true(montecarlo_replicate(&lab->request, 0, lab->sim, &lab->draws, &trace, lab->result));
    fclose(trace.to);
    FILE *to = open_memstream(&lines, &length);
    for (const char *line = strtok(all, "\n"); line; line = strtok(NULL, "\n"))
        if (!strncmp(line + 12, "policy ", 7))
            fprintf(to, "%.*s %s\n", 10, line, line + 25);
    fclose(to);
    free(all);
    return lines;
}

/* Of a ban that was feared before, the announcement was traced, and acted on, on the first of its month: 13 of china's 34
 * acts. */
static void every_act_is_told_on_its_day(void **state)
{
    (void)state;
    struct lab lab;
    lab_open_bare(&lab,
                  "policies:\n"
                  "  ban: {kind: ban, feared: 2022-02-11, announced: 2022-03-17, effective: 2022-03-23, until: "
                  "2022-05-09, covers: [A800]}\n"
                  "  word: {kind: note, announced: 2022-04-07, effective: 2022-04-19, by: state}\n"
                  "  help: {kind: voucher, announced: 2022-02-24, effective: 2022-04-02, by: state}\n",
                  LAB_SET("run.end=2022-07", "leasing.enabled=false", "pipeline.enabled=false"));
    char *lines = told_by_policy(&lab);
    static const char *const told[] = {"2022-02-24 announced        help", "2022-03-17 announced        ban",
                                       "2022-03-23 in force         ban",  "2022-04-02 in force         help",
                                       "2022-04-07 announced        word", "2022-04-19 in force         word",
                                       "2022-05-09 ended            ban"};
    const char *from = lines;
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        const char *found = strstr(from, told[i]);
        if (!found)
            print_error("%s not in its place in\n%s", told[i], lines);
        assert_non_null(found);
        from = found;
    }
    free(lines);
    lab_close(&lab);
}

static void china_today_lets_pass_what_the_acts_of_both_sides_leave(void **state)
{
    (void)state;
    struct lab lab;
    lab_open(&lab, NULL, LAB_SET("run.end=2026-08", "leasing.enabled=false", "pipeline.enabled=false"));
    struct world *w = lab_run(&lab, 0);
    static const struct {
        const char *card;
        double open;
    } expected[] = {
        {"A100", 0},
        {"H100", 0},
        {"A800", 0},
        {"H800", 0},
        {"B200", 0},
        {"H20", 0.05}, /* licensed by one side, talked down by the other */
        {"H200", 1 - 0.95 * 0.75}, /* licensed; a quarter of what customs stopped */
        {"Ascend910B", 1},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_near(w->policy.official_open[lab_generation(w, expected[i].card)], expected[i].open, 1e-12);
    int h200 = lab_generation(w, "H200"), mi325x = lab_generation(w, "MI325X");
    assert_true(w->policy.licence[h200] >= 0 && w->policy.licence[h200] == w->policy.licence[mi325x]);
    assert_near(w->policy.quota_per_month[h200], 4500, 0);
    assert_near(w->policy.price_factor[h200], 1.15, 1e-12); /* memory */
    assert_near(w->policy.licence_price[h200], 1 / 0.75, 1e-12);
    lab_close(&lab);
}

/* -- licences ------------------------------------------------------------------------------------------------------ */

#define LICENCE(name, date, share, quota)                                                                              \
    "  " name ": {kind: licence, announced: " date ", effective: " date ", covers: [A800, H800], strength: " share     \
    ", quota: " quota "}\n"

static void a_licence_opens_its_sides_gate_for_a_share_of_the_revenue(void **state)
{
    (void)state;
    const char *rows =
        "policies:\n" BAN("rule", "2022-02", "1", "exporter") BAN("customs", "2022-02", "0.3", "importer")
            LICENCE("one", "2022-03", "0.15", "700 card/month") LICENCE("two", "2022-04", "0.2", "400 card/month");
    struct lab lab;
    struct world *w = world_with(&lab, rows, "2022-04");
    int a800 = lab_generation(w, "A800"), a100 = lab_generation(w, "A100");
    assert_near(w->policy.official_open[a800], 0.7, 1e-15); /* customs still stop three in ten */
    assert_near(w->policy.licence_price[a800], 1 / 0.85, 1e-15);
    assert_near(w->policy.quota_per_month[a800], 700, 0);
    assert_int_equal(w->policy.licence[a100], -1);
    lab_close(&lab);
    w = world_with(&lab, rows, "2022-06");
    assert_near(w->policy.licence_price[a800], 1 / 0.85 / 0.8, 1e-15);
    assert_near(w->policy.price_factor[a800], 1, 0);
    assert_near(w->policy.quota_per_month[a800], 400, 0); /* the tighter */
    lab_close(&lab);
    w = world_with(&lab,
                   "policies:\n" LICENCE("one", "2022-03", "0.15", "none") BAN("again", "2022-04", "0.6", "exporter"),
                   "2022-06");
    assert_near(w->policy.official_open[a800], 0.4, 1e-15); /* by date */
    assert_int_equal(w->policy.licence[a800], -1);
    lab_close(&lab);
}

/* Refused when it is loaded, on the bare scenario, with `part` in what is said. */
static void refused(const char *rows, const char *part)
{
    struct lab lab;
    lab_list(&lab, NULL, models_world_size);
    lab.bare = true;
    const char *said = lab_load(&lab, rows, NULL);
    assert_non_null(said);
    assert_non_null(strstr(said, part));
    lab_close(&lab);
}

static void a_licence_that_takes_everything_is_refused(void **state)
{
    (void)state;
    refused("policies:\n" LICENCE("greedy", "2022-03", "1", "none"),
            "policies.greedy.strength: a licence that takes all");
    refused("policies:\n" LICENCE("likely", "2022-03", "{uniform: {low: 0.5, high: 1}}", "none"),
            "policies.likely.strength: a licence that takes all");
}

/* -- what comes and goes by degrees -------------------------------------------------------------------------------- */

static double list_factor(const char *end)
{
    struct lab lab;
    struct world *w =
        world_with(&lab,
                   "policies: {memory: {kind: price_shock, announced: 2022-02, effective: 2022-03, build_up: 4 months, "
                   "until: 2022-09, fade: 6 months, covers: [A800], strength: 0.24}}\n",
                   end);
    double factor = w->policy.price_factor[lab_generation(w, "A800")]; /* as of a month before the end */
    lab_close(&lab);
    return factor;
}

static void a_price_shock_builds_up_and_fades(void **state)
{
    (void)state;
    assert_near(list_factor("2022-04"), 1, 0); /* it begins at zero */
    assert_near(list_factor("2022-05"), 1 + 0.24 / 4, 1e-9);
    assert_near(list_factor("2022-09"), 1.24, 1e-12);
    assert_near(list_factor("2022-12"), 1 + 0.24 * 4 / 6, 1e-9);
    assert_near(list_factor("2023-05"), 1, 0);
}

static void a_ban_called_off_before_it_bites_is_feared_until_then(void **state)
{
    (void)state;
    const char *rows =
        "policies: {scare: {kind: ban, announced: 2022-02, effective: 2022-09, until: 2022-05, covers: [A800]}}\n";
    static const struct {
        const char *end;
        bool feared;
    } when[] = {{"2022-04", true}, {"2022-05", true}, {"2022-06", false}, {"2022-12", false}};
    for (size_t i = 0; i < sizeof when / sizeof *when; i++) {
        struct lab lab;
        struct world *w = world_with(&lab, rows, when[i].end);
        int a800 = lab_generation(w, "A800");
        assert_int_equal(w->policy.feared[a800], when[i].feared);
        assert_near(w->policy.official_open[a800], 1, 0);
        lab_close(&lab);
    }
}

static void enforcement_adds_up_what_is_seized(void **state)
{
    (void)state;
    struct lab lab;
    struct world *w = world_with(
        &lab,
        "policies:\n"
        "  one: {kind: enforcement, announced: 2022-02, effective: 2022-02, strength: 0.4, seizures: 0.1}\n"
        "  two: {kind: enforcement, announced: 2022-03, effective: 2022-03, strength: 0.2, seizures: 0.25}\n"
        "  over: {kind: enforcement, announced: 2022-02, effective: 2022-02, until: 2022-03, seizures: 0.5}\n",
        "2022-05");
    assert_int_equal(w->policy.enforcements, 2);
    assert_near(w->policy.enforced_seizure, 1 - 0.9 * 0.75, 1e-15);
    assert_true(w->policy.enforcement[0].act != w->policy.enforcement[1].act);
    lab_close(&lab);
}

static void too_many_acts_of_enforcement_are_refused(void **state)
{
    (void)state;
    char rows[4096] = "policies:\n";
    for (int i = 0; i <= MAX_ENFORCEMENTS; i++)
        snprintf(rows + strlen(rows), sizeof rows - strlen(rows),
                 "  act%d: {kind: enforcement, announced: 2022-02, effective: 2022-02}\n", i);
    refused(rows, "policies: too many of kind enforcement, 17; allowed: up to 16");
}

/* -- vouchers ------------------------------------------------------------------------------------------------------ */

/* What eligible tenants owe outside and in the west between reports, summed where vouchers are paid; and the west's
 * share of it. */
static double owed[2][32], west_share[32];
static size_t reports;
static void note_rents(struct world *w)
{
    for (size_t c = 0; c < MAX_TENANT_CLASSES; c++)
        for (size_t r = 0; r < w->regions.count; r++)
            if (w->tenants.eligible[c])
                owed[r == 2][reports] += w->leases.rent_of[c][r] * HOURS_PER_YEAR * w->sim->dt;
    size_t startup = 3;
    double all = 0;
    for (size_t r = 0; r < w->regions.count; r++)
        all += w->leases.rent_of[startup][r];
    west_share[reports] = w->leases.rent_of[startup][2] / all;
    reports += w->sim->sampling;
}
static const struct model cashier = {.name = "cashier", .help = "notes rents", .phase = {[PHASE_BOOKS] = note_rents}};

static const double *costs_of(struct lab *lab, const char *row)
{
    char lines[512];
    snprintf(lines, sizeof lines,
             "run: {report: 1 month}\npolicies: {scrip: {kind: voucher, announced: 2022-02, effective: 2022-02, %s}}\n",
             row);
    lab_list(lab, &cashier, models_world_size);
    lab->bare = true;
    lab_ready(lab, lines, LAB_SET("run.end=2024-02"));
    reports = 0;
    memset(owed, 0, sizeof owed);
    lab_run(lab, 1);
    assert_int_equal(reports, 25);
    return lab_series(lab, "voucher_cost");
}

static void a_voucher_costs_its_share_of_eligible_rents_where_it_holds(void **state)
{
    (void)state;
    struct lab lab;
    const double *cost = costs_of(&lab, "strength: 0.37");
    assert_near(cost[0], 0, 0);
    for (size_t k = 1; k < 25; k++) {
        double rents = owed[0][k] + owed[1][k];
        assert_near(cost[k], 0.37 * rents, 1e-9 * rents);
    }
    assert_near(lab.sim->world->policy.voucher_share[3], 0.37, 1e-12);
    lab_close(&lab);
    cost = costs_of(&lab, "strength: 0.37, regions: [west]");
    for (size_t k = 1; k < 25; k++)
        assert_near(cost[k], 0.37 * owed[1][k], 1e-9 * owed[1][k]);
    /* a tenant rents everywhere: its voucher is worth the share of what it rents there */
    assert_near(lab.sim->world->policy.voucher_share[3], 0.37 * west_share[23], 1e-12);
    lab_close(&lab);
    cost = costs_of(&lab, "strength: 0.37, classes: [industry]"); /* tenants that are not eligible */
    assert_near(cost[12], 0, 0);
    lab_close(&lab);
}

static void a_budget_that_is_used_up_pays_again_the_next_year(void **state)
{
    (void)state;
    struct lab lab;
    const double *cost = costs_of(&lab, "strength: 0.37");
    double half_year = 0, all_year = 0;
    for (size_t k = 12; k < 24; k++)
        all_year += cost[k], half_year += k < 18 ? cost[k] : 0;
    lab_close(&lab);
    char row[96];
    snprintf(row, sizeof row, "strength: 0.37, budget: %.6f CNY/yr", half_year);
    cost = costs_of(&lab, row);
    double years[2] = {0};
    for (size_t k = 0; k < 24; k++)
        years[k / 12] += cost[k];
    assert_true(years[0] <= half_year * (1 + 1e-9));
    assert_near(years[1], half_year, 1e-6 * half_year);
    assert_near(cost[23], 0, 0);
    assert_true(cost[24] > 0);
    assert_true(half_year < 0.7 * all_year);
    lab_close(&lab);
}

/* -- dates --------------------------------------------------------------------------------------------------------- */

static void a_date_may_be_a_distribution_and_may_be_set(void **state)
{
    (void)state;
    const char *rows = "policies: {rule: {kind: ban, announced: 2022-01, effective: {uniform: {low: 2022-03, high: "
                       "2022-09}}, covers: [A800]}}\n";
    struct lab lab;
    lab_open_with(&lab, &watcher, rows, LAB_SET("run.end=2023-01", "leasing.enabled=false", "pipeline.enabled=false"));
    double first = 2030, last = 0;
    for (uint32_t r = 0; r < 12; r++) {
        steps.count = 0;
        lab_run(&lab, r);
        double bites = NONE;
        for (size_t i = 0; i < steps.count && isnan(bites); i++)
            bites = steps.open[i] < 1 ? steps.from[i] : NONE;
        assert_true(bites >= 2022 + 2 / 12.0 && bites <= 2022 + 8 / 12.0);
        first = fmin(first, bites), last = fmax(last, bites);
    }
    assert_true(last - first > 0.2);
    lab_close(&lab);
    lab_open_with(&lab, &watcher, rows,
                  LAB_SET("run.end=2023-01", "leasing.enabled=false", "pipeline.enabled=false",
                          "policies.rule.effective=2022-11"));
    steps.count = 0;
    struct world *w = lab_run(&lab, 0);
    for (size_t i = 0; i < steps.count; i++)
        assert_near(steps.open[i], steps.from[i] < 2022 + 10 / 12.0 - 1e-9 ? 1 : 0, 0);
    assert_near(w->policy.official_open[lab_generation(w, "A800")], 0, 0);
    lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_no_act_every_card_is_sold_freely),
        cmocka_unit_test(bans_multiply_and_cover_what_they_cover),
        cmocka_unit_test(a_relaxation_reopens_a_share_of_what_its_side_had_closed),
        cmocka_unit_test(an_act_that_ends_is_as_if_it_had_not_been),
        cmocka_unit_test(a_ban_is_feared_from_the_rumour_until_it_bites),
        cmocka_unit_test(tariffs_subsidies_vouchers_rules_and_guidance_add_up_each_in_its_way),
        cmocka_unit_test(a_ban_in_the_middle_of_a_step_splits_it),
        cmocka_unit_test(every_act_is_told_on_its_day),
        cmocka_unit_test(china_today_lets_pass_what_the_acts_of_both_sides_leave),
        cmocka_unit_test(a_licence_opens_its_sides_gate_for_a_share_of_the_revenue),
        cmocka_unit_test(a_licence_that_takes_everything_is_refused),
        cmocka_unit_test(a_price_shock_builds_up_and_fades),
        cmocka_unit_test(a_ban_called_off_before_it_bites_is_feared_until_then),
        cmocka_unit_test(enforcement_adds_up_what_is_seized),
        cmocka_unit_test(too_many_acts_of_enforcement_are_refused),
        cmocka_unit_test(a_voucher_costs_its_share_of_eligible_rents_where_it_holds),
        cmocka_unit_test(a_budget_that_is_used_up_pays_again_the_next_year),
        cmocka_unit_test(a_date_may_be_a_distribution_and_may_be_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
