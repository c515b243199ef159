/* SPDX-License-Identifier: GPL-3.0-or-later */
/* iccsim backtest: what was observed against what would have been foretold. */
#include "command.h"
#include "pictures.h"
#include "sim/base/say.h"
#include "sim/study/interrupt.h"
#include "sim/study/manifest.h"
#include "sim/study/outcome.h"

#include "sim/base/dates.h"
#include "sim/montecarlo/backtest.h"
#include "sim/montecarlo/threads.h"
#include "sim/output/dat.h"
#include "sim/output/json.h"
#include "sim/output/listing.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A fact, scored. */
struct verdict {
    const struct fact_target *target;
    const struct band *band;
    struct score score;
    double width, error; /* of the band and of its median, over the observed value */
    enum fact_standing standing;
    bool is_shown, inside; /* shown: the run has such an output and date */
};

enum { RIVALS = 3, SCORED_FACTS_MOST = 256 }; /* climatology, last value, decay */

struct backtest {
    const struct options *options;
    struct outcome outcome;
    struct verdict *verdict;
    size_t count;
    int threads;
    time_t began;
    const volatile sig_atomic_t *stop;
    struct pictures pictures;
    struct stage stage;
    struct arena arena;
};

static void judge(struct backtest *b, const struct said *said)
{
    const struct fact_targets *targets = &b->outcome.facts;
    b->count = targets->count;
    b->verdict = arena_array(&b->arena, b->count, sizeof *b->verdict);
    for (size_t i = 0; i < b->count; i++) {
        const struct fact_target *target = &targets->target[i];
        const struct band *band = &b->outcome.ensemble.derived[i];
        struct score score = backtest_score(targets, i, said);
        b->verdict[i] = (struct verdict){
            .target = target,
            .band = band,
            .score = score,
            .width = (band->p95 - band->p05) / fabs(score.from_start),
            .is_shown = band->n > 0,
            .inside = band->n > 0 && outcome_fact_inside(target->fact, band),
            .error = backtest_median_error(targets, i, band->p50),
            .standing = outcome_fact_standing(&b->outcome, i),
        };
    }
}

static enum exit_code replicate(struct backtest *b)
{
    struct said said = {.facts = b->outcome.facts.count};
    struct montecarlo request = outcome_request(&b->outcome);
    request.threads = b->threads;
    request.commit = said_commit;
    request.commit_state = &said;
    request.stop = b->stop;
    request.progress = !b->options->quiet && isatty(STDERR_FILENO) ? stderr : NULL;
    montecarlo_run(&request, &b->outcome.ensemble);
    outcome_pool_measures(&b->outcome);
    judge(b, &said);
    said_free(&said);
    const struct ensemble *ensemble = &b->outcome.ensemble;
    if (ensemble->failed)
        say("iccsim backtest: %u of %u replications failed; the first, number %u: %s\n", ensemble->failed,
            ensemble->done, ensemble->failure[0].replication, ensemble->failure[0].reason);
    if (ensemble->done == ensemble->failed)
        return ensemble->stopped ? EXIT_INTERRUPTED : EXIT_FAILED;
    return EXIT_OK;
}

/* ---- Tables ---- */

/* A ratio to another date has none. */
static const char *unit_of(const struct verdict *v)
{
    return v->target->channel && isnan(v->target->fact->relative_to) ? v->target->channel->output->unit : "";
}

static bool is_evidence(const struct verdict *v)
{
    return v->is_shown && v->standing == FACT_EVIDENCE;
}

static const char *answer(const struct verdict *v, char *text, size_t size)
{
    if (!v->is_shown)
        return "not in this run";
    const char *standing = fact_standing_text(v->standing);
    snprintf(text, size, "%s%s%s", v->inside ? "yes" : "no", *standing ? ", " : "", standing);
    return text;
}

static const char *bound_of(const struct fact *fact)
{
    return fact->kind == FACT_LOWER ? "at least " : fact->kind == FACT_UPPER ? "at most " : "";
}

static void print_table(const struct backtest *b)
{
    static const char *const header[] = {"fact",  "output", "observed",    "median [p05, p95]", "inside", "width",
                                         "error", "CRPS",   "climatology", "last value",        "decay"};
    struct listing listing = {.columns = sizeof header / sizeof *header};
    for (size_t i = 0; i < listing.columns; i++)
        listing_add(&listing, "%s", header[i]);
    for (size_t i = 0; i < b->count; i++) {
        const struct verdict *v = &b->verdict[i];
        char standing[64], p05[SHORT_NUMBER_BYTES], p50[SHORT_NUMBER_BYTES], p95[SHORT_NUMBER_BYTES];
        const char *unit = unit_of(v);
        listing_add(&listing, "%s", v->target->fact->name);
        listing_add(&listing, "%s", v->target->fact->output);
        listing_add(&listing, "%s%s%s", bound_of(v->target->fact), short_quantity(v->score.observed, unit, p50),
                    isnan(v->target->fact->value) ? " (middle)" : "");
        if (v->is_shown)
            listing_add(&listing, "%s [%s, %s]", short_quantity(v->band->p50, unit, p50),
                        short_quantity(v->band->p05, unit, p05), short_quantity(v->band->p95, unit, p95));
        else
            listing_add(&listing, "-");
        listing_add(&listing, "%s", answer(v, standing, sizeof standing));
        const double numbers[] = {v->width,           v->error,           v->score.crps, v->score.crps_climate,
                                  v->score.crps_last, v->score.crps_decay};
        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
            listing_add(&listing, "%s", short_number(numbers[k], p50));
    }
    listing_print(&listing, stdout, false);
    listing_free(&listing);
}

static const char *kind_word(const struct fact *fact)
{
    return fact->kind == FACT_LOWER ? "lower" : fact->kind == FACT_UPPER ? "upper" : "value";
}

static void print_csv(const struct backtest *b)
{
    struct listing listing = {0};
    for (const char *const *name =
             (const char *const[]){"fact", "output", "observed", "p05", "p50", "p95", "inside", "width", "flag", "crps",
                                   "crps_last", "crps_decay", "kind", "standing", "error", "crps_climate", NULL};
         *name; name++, listing.columns++)
        listing_add(&listing, "%s", *name);
    for (size_t i = 0; i < b->count; i++) {
        const struct verdict *v = &b->verdict[i];
        char text[NUMBER_TEXT_BYTES];
        listing_add(&listing, "%s", v->target->fact->name);
        listing_add(&listing, "%s", v->target->fact->output);
        const double before[] = {v->score.observed, v->band->p05, v->band->p50, v->band->p95};
        const double after[] = {v->score.crps, v->score.crps_last, v->score.crps_decay};
        for (size_t k = 0; k < sizeof before / sizeof *before; k++)
            listing_add(&listing, "%s", number_text(before[k], text));
        listing_add(&listing, "%s", !v->is_shown ? "" : v->inside ? "1" : "0");
        listing_add(&listing, "%s", number_text(v->width, text));
        listing_add(&listing, "%d", v->standing != FACT_EVIDENCE);
        for (size_t k = 0; k < sizeof after / sizeof *after; k++)
            listing_add(&listing, "%s", number_text(after[k], text));
        listing_add(&listing, "%s", kind_word(v->target->fact));
        listing_add(&listing, "%s", fact_standing_text(v->standing));
        listing_add(&listing, "%s", number_text(v->error, text));
        listing_add(&listing, "%s", number_text(v->score.crps_climate, text));
    }
    listing_print(&listing, stdout, true);
    listing_free(&listing);
}

/* ---- Summary ---- */

/* Facts of one mechanism; NULL: of all. */
struct group {
    const char *name;
    size_t facts, inside, evidence, inside_of_evidence;
    double error[SCORED_FACTS_MOST]; /* of the medians, absolute */
    /* sums of CRPS over observed value of those with a forecast to compare with */
    double ours[RIVALS], theirs[RIVALS];
    size_t compared[RIVALS];
};

static const char *mechanism_of(const struct backtest *b, const struct verdict *v)
{
    return v->target->channel ? b->outcome.plan->models[v->target->channel->model]->name : NULL;
}

static void count(struct group *group, const struct verdict *v)
{
    const double rival[RIVALS] = {v->score.crps_climate, v->score.crps_last, v->score.crps_decay};
    double scale = fabs(v->score.from_start);
    group->facts++;
    group->inside += v->inside;
    if (!is_evidence(v))
        return;
    if (group->evidence < SCORED_FACTS_MOST)
        group->error[group->evidence] = fabs(v->error);
    group->evidence++;
    group->inside_of_evidence += v->inside;
    for (size_t k = 0; k < RIVALS; k++)
        if (!isnan(rival[k]) && scale > 0) {
            group->ours[k] += v->score.crps / scale;
            group->theirs[k] += rival[k] / scale;
            group->compared[k]++;
        }
}

static void count_all(const struct backtest *b, struct group *group)
{
    for (size_t i = 0; i < b->count; i++) {
        const struct verdict *v = &b->verdict[i];
        const char *mechanism = mechanism_of(b, v);
        if (v->is_shown && (!group->name || strcmp(group->name, mechanism) == 0))
            count(group, v);
    }
}

static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median of the medians' errors: one wild fact does not make it. */
static double typical_error(struct group *group)
{
    size_t n = group->evidence < SCORED_FACTS_MOST ? group->evidence : SCORED_FACTS_MOST;
    qsort(group->error, n, sizeof *group->error, by_number);
    return n ? (group->error[(n - 1) / 2] + group->error[n / 2]) / 2 : (double)NAN;
}

static void add_group(struct listing *listing, struct group *group)
{
    char text[SHORT_NUMBER_BYTES];
    if (!group->facts)
        return;
    listing_add(listing, "%s", group->name ? group->name : "all");
    listing_add(listing, "%zu of %zu", group->inside, group->facts);
    listing_add(listing, "%zu of %zu", group->inside_of_evidence, group->evidence);
    listing_add(listing, "%s", short_number(typical_error(group), text));
    for (size_t k = 0; k < RIVALS; k++)
        if (group->theirs[k] > 0)
            listing_add(listing, "%s (%zu)", short_number(1 - group->ours[k] / group->theirs[k], text),
                        group->compared[k]);
        else
            listing_add(listing, "-");
}

static void print_groups(const struct backtest *b)
{
    static const char *const header[] = {
        "mechanism", "inside", "evidence inside", "error of the median", "skill: climatology", "last value", "decay"};
    struct listing listing = {.columns = sizeof header / sizeof *header};
    for (size_t i = 0; i < listing.columns; i++)
        listing_add(&listing, "%s", header[i]);
    for (size_t m = 0; m < b->outcome.plan->model_count; m++) {
        struct group group = {.name = b->outcome.plan->models[m]->name};
        count_all(b, &group);
        add_group(&listing, &group);
    }
    struct group all = {0};
    count_all(b, &all);
    add_group(&listing, &all);
    listing_print(&listing, stdout, false);
    listing_free(&listing);
    puts("Skill is 1 less the mean CRPS over that of the forecast (facts that have one): above 0 is better, and a wide "
         "band "
         "cannot win it.\nThe error of the median is that of the middle fact, over the observed value.");
}

static size_t standing_count(const struct backtest *b, enum fact_standing standing)
{
    size_t n = 0;
    for (size_t i = 0; i < b->count; i++)
        n += b->verdict[i].is_shown && b->verdict[i].standing == standing;
    return n;
}

static void print_summary(const struct backtest *b)
{
    size_t shown = 0, inside = 0, inside_of_rest = 0;
    for (size_t i = 0; i < b->count; i++) {
        const struct verdict *v = &b->verdict[i];
        shown += v->is_shown;
        inside += v->inside;
        inside_of_rest += v->inside && is_evidence(v);
    }
    printf("\n%zu of %zu facts inside their band", inside, shown);
    if (shown < b->count)
        printf(" (%zu not in this run)", b->count - shown);
    printf(
        "; no evidence because stated by an input: %zu, on a price bound: %zu, without width: %zu; of the rest %zu of "
        "%zu inside\n\n",
        standing_count(b, FACT_STATED), standing_count(b, FACT_ON_BOUND), standing_count(b, FACT_NO_FORECAST),
        inside_of_rest, standing_count(b, FACT_EVIDENCE));
    print_groups(b);
}

static void print(const struct backtest *b)
{
    if (b->options->csv) {
        print_csv(b);
        return;
    }
    printf("%s%s%s: %" PRIu32 " replications, seed %" PRIu64 "\n\n", scenario_name(b->outcome.scenario),
           b->outcome.variant ? ", variant " : "", b->outcome.variant ? b->outcome.variant : "",
           b->outcome.ensemble.done, b->outcome.seed);
    print_table(b);
    print_summary(b);
}

/* ---- Files ---- */

/* Facts of all units on one axis: over the band's median, dates counted from the start of the run. */
static double over_median(const struct backtest *b, const struct verdict *v, double value)
{
    double origin = b->outcome.facts.origin[v->target - b->outcome.facts.target];
    return v->band->p50 > origin ? (value - origin) / (v->band->p50 - origin) : (double)NAN;
}

static int by_observed_over_median(const void *x, const void *y, void *backtest)
{
    const struct backtest *b = backtest;
    const struct verdict *v = *(const struct verdict *const *)x, *w = *(const struct verdict *const *)y;
    double at = over_median(b, v, v->score.observed), other = over_median(b, w, w->score.observed);
    if (isfinite(at) != isfinite(other))
        return isfinite(at) ? -1 : 1;
    return isfinite(at) && at != other ? (at > other) - (at < other)
                                       : strcmp(v->target->fact->name, w->target->fact->name);
}

static void write_remarks(const struct backtest *b, struct dat *dat)
{
    struct arena arena = {0};
    dat_remark(dat, "program", "iccsim " ICCSIM_VERSION);
    dat_remark(dat, "scenario", scenario_name(b->outcome.scenario));
    dat_remark(dat, "seed", arena_printf(&arena, "%" PRIu64, b->outcome.seed));
    dat_remark(dat, "replications", arena_printf(&arena, "%" PRIu32, b->outcome.ensemble.done));
    dat_remark(dat, "observed", "the middle where only a range is known");
    dat_remark(
        dat, "over_median",
        "from observed_over on: over the median, NaN unless that is positive; dates count from the start of the run");
    dat_remark(dat, "flag",
               "1: stated by an input, on a price bound in most replications, or a band without width: no evidence");
    arena_free(&arena);
}

static void write_row(const struct backtest *b, const struct verdict *v, size_t rank, struct dat *dat)
{
    const struct fact *fact = v->target->fact;
    dat_number(dat, (double)rank);
    dat_word(dat, fact->name);
    dat_word(dat, fact->output);
    const double before[] = {v->score.observed,
                             fact->low,
                             fact->high,
                             v->band->p05,
                             v->band->p50,
                             v->band->p95,
                             v->is_shown ? v->inside : (double)NAN,
                             v->width,
                             v->standing != FACT_EVIDENCE};
    const double after[] = {v->score.crps,
                            v->score.crps_last,
                            v->score.crps_decay,
                            over_median(b, v, v->score.observed),
                            over_median(b, v, fact->low),
                            over_median(b, v, fact->high),
                            over_median(b, v, v->band->p05),
                            over_median(b, v, v->band->p95)};
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        dat_number(dat, before[i]);
    for (size_t i = 0; i < sizeof after / sizeof *after; i++)
        dat_number(dat, after[i]);
    dat_end_row(dat);
}

static void write_dat(struct backtest *b, FILE *to)
{
    const struct verdict **order = arena_array(&b->arena, b->count, sizeof *order);
    for (size_t i = 0; i < b->count; i++)
        order[i] = &b->verdict[i];
    qsort_r(order, b->count, sizeof *order, by_observed_over_median, b);
    struct dat dat = {.to = to};
    write_remarks(b, &dat);
    dat_word(&dat, "rank fact output observed low high p05 p50 p95 inside width flag crps crps_last crps_decay "
                   "observed_over low_over high_over p05_over p95_over");
    dat_end_row(&dat);
    for (size_t i = 0; i < b->count; i++)
        write_row(b, order[i], i + 1, &dat);
}

static enum exit_code write_folder(struct backtest *b)
{
    struct outcome *outcome = &b->outcome;
    FILE *to = stage_file(&b->stage, "backtest.dat");
    write_dat(b, to);
    stage_close_file(&b->stage, to);
    to = stage_file(&b->stage, "context.gp");
    outcome_write_context(outcome, to);
    stage_close_file(&b->stage, to);
    pictures_draw(&b->pictures, &b->stage, "", b->stop);
    struct manifest manifest = {
        .command = "backtest",
        .options = b->options,
        .outcome = &outcome,
        .count = 1,
        .interrupted = outcome->ensemble.stopped,
        .pictures = b->pictures.sum.drawn,
        .threads = b->threads,
        .began = b->began,
    };
    manifest_write(&manifest, &b->stage);
    bool committed = stage_commit(&b->stage);
    if (!committed)
        say("iccsim backtest: %s\n", b->stage.error);
    if (b->stage.remark)
        say("iccsim backtest: warning: %s\n", b->stage.remark);
    return committed ? pictures_tell(&b->pictures, b->stage.target) : EXIT_FAILED;
}

static enum exit_code carry_out(struct backtest *b)
{
    if (!pictures_open(&b->pictures, b->options, "backtest", &b->arena))
        return EXIT_USAGE;
    if (!outcome_open(&b->outcome, b->options, b->outcome.study, 0, b->options->variant))
        return EXIT_INVALID;
    if (!b->outcome.facts.count) {
        say("iccsim backtest: the scenario has no dated facts; --facts FILE gives it those of another file\n");
        return EXIT_INVALID;
    }
    b->stop = interrupt_watch();
    if (b->options->out && !stage_open(&b->stage, b->options->out, b->options->force)) {
        say("iccsim backtest: %s\n", b->stage.error);
        return EXIT_USAGE;
    }
    enum exit_code code = replicate(b);
    if (code != EXIT_OK)
        return code;
    if (b->options->out)
        code = write_folder(b);
    if ((code == EXIT_OK || b->pictures.sum.failed) && !b->options->quiet)
        print(b);
    return code == EXIT_OK && b->outcome.ensemble.stopped ? EXIT_INTERRUPTED : code;
}

static enum exit_code run(const struct options *options, const struct study *study)
{
    struct backtest b = {
        .options = options,
        .outcome.study = study,
        .threads = threads_start((int)options->threads),
        .began = time(NULL),
    };
    enum exit_code code = carry_out(&b);
    stage_abandon(&b.stage);
    stage_free(&b.stage);
    outcome_free(&b.outcome);
    arena_free(&b.arena);
    return code;
}

const struct command command_backtest = {
    .name = "backtest",
    .arguments = "FILE",
    .help = "simulated bands against the dated facts",
    .details = "For each fact: the band, whether it holds what was observed, its width over the observed value, and "
               "the CRPS (0 is\n"
               "perfect, in the unit of the output) beside that of three forecasts: the other facts of the same output "
               "(climatology),\n"
               "its last value, and constant decay through its last two. A range counts as its middle. Where an input "
               "states what was\n"
               "observed, a price sat on its floor or ceiling, or the band has no width, agreement is no evidence. "
               "With -o, DIR gets backtest.dat and a picture.",
    .takes = "replications threads seed set variant facts output force no-plots png csv quiet",
    .least = 1,
    .most = 1,
    .run = run,
};
