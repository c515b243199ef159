/* SPDX-License-Identifier: GPL-3.0-or-later */
/* iccsim selftest: is this program, built like this, on this machine, right? */
#include "command.h"
#include "sim/base/say.h"
#include "sim/selftest/oracle.h"

#include "sim/engine/clocks.h"
#include "sim/output/json.h"
#include "sim/output/listing.h"

static void add_row(struct listing *listing, const struct oracle *oracle, double error, bool csv)
{
    char text[NUMBER_TEXT_BYTES];
    listing_add(listing, "%s", oracle->id);
    listing_add(listing, "%s", oracle->what);
    if (csv)
        listing_add(listing, "%s", number_text(error, text));
    else
        listing_add(listing, "%.2g", error);
    listing_add(listing, "%.3g", oracle->tolerance);
    listing_add(listing, "%s", oracle->unit);
    listing_add(listing, "%s", error <= oracle->tolerance ? "holds" : "WRONG");
    listing_add(listing, "%s", oracle->source);
}

size_t oracles_ask(const struct oracle *const *tables, FILE *to, bool csv)
{
    static const char *const header[] = {"oracle",           "what", "error", "tolerance", "unit", "verdict",
                                         "right answer from"};
    struct listing listing = {.columns = sizeof header / sizeof *header};
    size_t wrong = 0;
    for (size_t i = 0; i < listing.columns; i++)
        listing_add(&listing, "%s", header[i]);
    for (; *tables; tables++)
        for (const struct oracle *oracle = *tables; oracle->id; oracle++) {
            double error = oracle->error(0);
            wrong += !(error <= oracle->tolerance);
            add_row(&listing, oracle, error, csv);
        }
    listing_print(&listing, to, csv);
    listing_free(&listing);
    return wrong;
}

/* Which instruction sets there are, the one in use first: they all take part in clock.sweep. */
static void name_instruction_sets(FILE *to)
{
    fprintf(to, "instruction set in use: %s; compared:", clocks_isa());
    for (enum isa isa = ISA_BASE; isa < ISAS; isa++)
        if (isa_supported(isa))
            fprintf(to, " %s", isa_name(isa));
    fputs("\n", to);
}

static enum exit_code run(const struct options *options, const struct study *study)
{
    (void)study;
    static const struct oracle *const tables[] = {oracles_engine, oracles_models, oracles_finance,
                                                  oracles_books,  oracles_bubble, NULL};
    name_instruction_sets(options->csv ? say_stream() : stdout);
    size_t wrong = oracles_ask(tables, stdout, options->csv);
    if (wrong)
        say("iccsim selftest: %zu oracles do not hold\n", wrong);
    return wrong ? EXIT_FAILED : EXIT_OK;
}

const struct command command_selftest = {
    .name = "selftest",
    .arguments = "",
    .help = "hold engine and mechanisms against answers known from elsewhere",
    .takes = "csv",
    .run = run,
};
