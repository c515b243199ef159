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
    double width; /* of the band, over the observed value */
    bool is_shown, inside, no_evidence; /* shown: the run has such an output and date */
};

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
            .no_evidence = outcome_fact_on_bound(&b->outcome, target),
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

static const char *answer(const struct verdict *v)
{
    if (!v->is_shown)
        return "not in this run";
    if (v->no_evidence)
        return v->inside ? "yes, no evidence" : "no, on a bound";
    return v->inside ? "yes" : "no";
}

static void print_table(const struct backtest *b)
{
    static const char *const header[] = {"fact", "output",     "observed", "median [p05, p95]", "inside", "width",
                                         "CRPS", "last value", "decay"};
    struct listing listing = {.columns = sizeof header / sizeof *header};
    for (size_t i = 0; i < listing.columns; i++)
        listing_add(&listing, "%s", header[i]);
    for (size_t i = 0; i < b->count; i++) {
        const struct verdict *v = &b->verdict[i];
        char p05[SHORT_NUMBER_BYTES], p50[SHORT_NUMBER_BYTES], p95[SHORT_NUMBER_BYTES];
        const char *unit = unit_of(v);
        listing_add(&listing, "%s", v->target->fact->name);
        listing_add(&listing, "%s", v->target->fact->output);
        listing_add(&listing, "%s%s", short_quantity(v->score.observed, unit, p50),
                    isnan(v->target->fact->value) ? " (middle)" : "");
        if (v->is_shown)
            listing_add(&listing, "%s [%s, %s]", short_quantity(v->band->p50, unit, p50),
                        short_quantity(v->band->p05, unit, p05), short_quantity(v->band->p95, unit, p95));
        else
            listing_add(&listing, "-");
        listing_add(&listing, "%s", answer(v));
        const double numbers[] = {v->width, v->score.crps, v->score.crps_last, v->score.crps_decay};
        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
            listing_add(&listing, "%s", short_number(numbers[k], p50));
    }
    listing_print(&listing, stdout, false);
    listing_free(&listing);
}

static void print_csv(const struct backtest *b)
{
    struct listing listing = {.columns = 12};
    for (const char *const *name = (const char *const[]){"fact", "output", "observed", "p05", "p50", "p95", "inside",
                                                         "width", "flag", "crps", "crps_last", "crps_decay", NULL};
         *name; name++)
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
        listing_add(&listing, "%d", v->no_evidence);
        for (size_t k = 0; k < sizeof after / sizeof *after; k++)
            listing_add(&listing, "%s", number_text(after[k], text));
    }
    listing_print(&listing, stdout, true);
    listing_free(&listing);
}

/* ---- Summary ---- */

/* The mean of CRPS over observed value against that of one naive forecast, over the facts that have both and are
 * evidence. */
static void print_against(const struct backtest *b, const char *name, size_t naive)
{
    double ours = 0, theirs = 0;
    size_t count = 0;
    for (size_t i = 0; i < b->count; i++) {
        const struct score *score = &b->verdict[i].score;
        double other = naive == 0 ? score->crps_last : score->crps_decay, scale = fabs(score->from_start);
        if (b->verdict[i].no_evidence || !b->verdict[i].is_shown || isnan(other) || !(scale > 0))
            continue;
        ours += score->crps / scale;
        theirs += other / scale;
        count++;
    }
    double n = count ? (double)count : (double)NAN;
    char ratio[SHORT_NUMBER_BYTES], mine[SHORT_NUMBER_BYTES], its[SHORT_NUMBER_BYTES];
    if (count)
        printf("Mean CRPS over the observed value: %s, against %s by %s: ratio %s (%zu facts, below 1 is better)\n",
               short_number(ours / n, mine), short_number(theirs / n, its), name, short_number(ours / theirs, ratio),
               count);
}

static void print_summary(const struct backtest *b)
{
    size_t shown = 0, inside = 0, no_evidence = 0, inside_of_rest = 0;
    for (size_t i = 0; i < b->count; i++) {
        const struct verdict *v = &b->verdict[i];
        shown += v->is_shown;
        inside += v->inside;
        no_evidence += v->is_shown && v->no_evidence;
        inside_of_rest += v->inside && !v->no_evidence;
    }
    printf("\n%zu of %zu facts inside their band", inside, shown);
    if (shown < b->count)
        printf(" (%zu not in this run)", b->count - shown);
    printf("; on a price bound, so no evidence: %zu; of the rest %zu of %zu inside\n", no_evidence, inside_of_rest,
           shown - no_evidence);
    print_against(b, "the last value", 0);
    print_against(b, "constant decay", 1);
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
    dat_remark(dat, "flag", "1: a price bound was in force in most replications, so agreement is no evidence");
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
                             v->no_evidence};
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
               "perfect, in the unit of the output) beside that of two forecasts that know only earlier facts of the "
               "same output:\n"
               "the last value, and constant decay through the last two. A range counts as its middle. Where a price "
               "sat on its\n"
               "floor or ceiling, agreement is no evidence. With -o, DIR gets backtest.dat and a picture.",
    .takes = "replications threads seed set variant facts output force no-plots png csv quiet",
    .least = 1,
    .most = 1,
    .run = run,
};
