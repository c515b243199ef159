/* SPDX-License-Identifier: GPL-3.0-or-later */
/* iccsim list: what there is to choose from, read from the tables. */
#include "command.h"
#include "equations.h"

#include "sim/base/say.h"
#include "sim/output/listing.h"
#include "sim/output/plots.h"
#include "sim/scenario/distribution.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static void add_row(struct listing *listing, const char *const *cell)
{
    for (size_t i = 0; i < listing->columns; i++)
        listing_add(listing, "%s", cell[i] ? cell[i] : "");
}

static bool list_models(const struct study *study, struct listing *listing, bool csv)
{
    (void)csv;
    listing->columns = 3;
    add_row(listing, (const char *const[]){"mechanism", "what it does", "without it"});
    for (size_t m = 0; m < study->model_count; m++)
        add_row(listing, (const char *const[]){study->models[m]->name, study->models[m]->help,
                                               study->models[m]->without ? study->models[m]->without : "(always on)"});
    return true;
}

static const char *draw_name(enum param_draw draw)
{
    static const char *const names[] = {
        [FIXED] = "fixed", [UNCERTAIN] = "a replication", [HETEROGENEOUS] = "an entity"};
    return names[draw];
}

static void add_param(struct listing *listing, const struct section *section, const struct param *param, bool csv)
{
    char *path = arena_printf(&listing->arena, "%s.%s%s", section->name, section->is_table ? "*." : "", param->name);
    enum { SHOWN = 36 }; /* characters of a default on the terminal: a series is long */
    const char *fallback = param->value ? param->value : "(must be given)";
    if (!csv && strlen(fallback) > SHOWN)
        fallback = arena_printf(&listing->arena, "%.*s...", SHOWN, fallback);
    const char *range = param_allowed(param, &listing->arena);
    if (csv)
        add_row(listing,
                (const char *const[]){path, range, fallback, draw_name(param->draw), param->help, param->source});
    else
        add_row(listing, (const char *const[]){path, range, fallback, param->help});
}

static bool list_parameters(const struct study *study, struct listing *listing, bool csv)
{
    listing->columns = csv ? 6 : 4;
    add_row(listing, csv ? (const char *const[]){"parameter", "allowed", "default", "drawn for", "meaning", "source"}
                         : (const char *const[]){"parameter", "allowed", "default", "meaning"});
    for (size_t s = 0; s < study->schema.count; s++) {
        const struct section *section = &study->schema.section[s];
        for (size_t p = 0; p < section->part_count; p++)
            for (const struct param *param = section->part[p].params; param && param->name; param++)
                if (!schema_has(section, p, param->name))
                    add_param(listing, section, param, csv);
    }
    return true;
}

static bool list_outputs(const struct study *study, struct listing *listing, bool csv)
{
    (void)csv;
    listing->columns = 5;
    add_row(listing, (const char *const[]){"output", "kind", "unit", "mechanism", "meaning"});
    for (size_t m = 0; m < study->model_count; m++)
        for (const struct output *o = study->models[m]->outputs; o && o->name; o++) {
            char *name = arena_printf(&listing->arena, "%s%s%s", o->name, o->by ? "." : "", o->by ? o->by : "");
            const char *kind = o->kind == OUTPUT_CURVE    ? arena_printf(&listing->arena, "curve by %s", o->x.name)
                               : o->kind == OUTPUT_SCALAR ? "scalar"
                                                          : "series";
            add_row(listing, (const char *const[]){name, kind, o->unit, study->models[m]->name, o->help});
        }
    return true;
}

/* How a distribution is written: `{lognormal: {median: POINT, sigma: NUMBER}}`, with what may be left out in brackets.
 */
static const char *spelling(const struct distribution_form *form, struct arena *arena)
{
    static const char *const kinds[] = {[ARGUMENT_NONE] = "",
                                        [ARGUMENT_POINT] = "VALUE",
                                        [ARGUMENT_SPREAD] = "DIFFERENCE",
                                        [ARGUMENT_NUMBER] = "NUMBER",
                                        [ARGUMENT_POINTS] = "[VALUE, ...]",
                                        [ARGUMENT_NUMBERS] = "[NUMBER, ...]",
                                        [ARGUMENT_DISTRIBUTION] = "DISTRIBUTION",
                                        [ARGUMENT_DISTRIBUTIONS] = "[DISTRIBUTION, ...]"};
    const char *text = "";
    for (size_t i = 0; i < MOST_ARGUMENTS && form->argument[i].name; i++)
        text = arena_printf(arena, "%s%s%s%s: %s%s", text, i ? ", " : "", i < form->required ? "" : "(",
                            form->argument[i].name, kinds[form->argument[i].kind], i < form->required ? "" : ")");
    return arena_printf(arena, "{%s: {%s}}", form->type, text);
}

static bool list_distributions(const struct study *study, struct listing *listing, bool csv)
{
    (void)study, (void)csv;
    listing->columns = 2;
    add_row(listing, (const char *const[]){"distribution", "meaning"});
    add_row(listing,
            (const char *const[]){"LOW to HIGH", "90 % interval: lognormal if both are positive, else normal"});
    for (const struct distribution_form *form = distribution_forms; form->type; form++)
        add_row(listing, (const char *const[]){spelling(form, &listing->arena), form->help});
    return true;
}

static int is_scenario(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > strlen(".yml") && strcmp(entry->d_name + length - strlen(".yml"), ".yml") == 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void add_scenario(struct listing *listing, const struct study *study, const char *file)
{
    struct mistakes mistakes = {0};
    struct load_request request = {.file = file};
    struct scenario *scenario = scenario_load(&request, &study->schema, &mistakes);
    if (scenario)
        add_row(listing, (const char *const[]){file, scenario_title(scenario), scenario_question(scenario)});
    else
        add_row(listing, (const char *const[]){file, "(invalid: see iccsim check)", ""});
    scenario_free(scenario);
    mistakes_free(&mistakes);
}

static bool list_scenarios(const struct study *study, struct listing *listing, bool csv)
{
    (void)csv;
    const char *folder = share_folder("scenarios", &listing->arena);
    struct dirent **entry = NULL;
    int count = folder ? scandir(folder, &entry, is_scenario, by_bytes) : -1;
    if (count < 0) {
        say("iccsim list: no folder `scenarios`; set ICCSIM_SHARE\n");
        return false;
    }
    listing->columns = 3;
    add_row(listing, (const char *const[]){"scenario", "title", "question"});
    for (int i = 0; i < count; i++) {
        add_scenario(listing, study, arena_printf(&listing->arena, "%s/%s", folder, entry[i]->d_name));
        free(entry[i]);
    }
    free(entry);
    return true;
}

static const struct {
    const char *name, *what;
    bool (*list)(const struct study *study, struct listing *listing, bool csv); /* NULL: a text, not a table */
} lists[] = {{"models", "mechanisms, and the world without each", list_models},
             {"parameters", "what can be set, with unit, range and default", list_parameters},
             {"outputs", "what a run gives, with unit and mechanism", list_outputs},
             {"distributions", "how an uncertain number is written", list_distributions},
             {"scenarios", "the studies that come with the program", list_scenarios},
             {"equations", "the whole model as one text", NULL}};
enum { LISTS = sizeof lists / sizeof *lists };

static enum exit_code list_lists(bool csv)
{
    struct listing listing = {.columns = 2};
    add_row(&listing, (const char *const[]){"iccsim list", "what it lists"});
    for (size_t i = 0; i < LISTS; i++)
        add_row(&listing, (const char *const[]){lists[i].name, lists[i].what});
    listing_print(&listing, stdout, csv);
    listing_free(&listing);
    return EXIT_OK;
}

static enum exit_code no_such_list(const char *name)
{
    const char *names[LISTS + 1] = {0};
    for (size_t i = 0; i < LISTS; i++)
        names[i] = lists[i].name;
    const char *near = nearest_name(name, names);
    say("iccsim list: no list `%s`", name);
    if (near)
        say(" (did you mean %s?)", near);
    say("; there are");
    for (size_t i = 0; i < LISTS; i++)
        say(" %s", names[i]);
    say("\n");
    return EXIT_USAGE;
}

static enum exit_code run(const struct options *options, const struct study *study)
{
    if (!options->argument_count)
        return list_lists(options->csv);
    bool equations = strcmp(options->argument[0], "equations") == 0;
    if (equations ? options->csv : options->html) {
        say("iccsim list: %s\n", equations ? "equations are a text: --html makes a page of it, --csv nothing"
                                           : "--html is for `iccsim list equations`");
        return EXIT_USAGE;
    }
    if (equations)
        return equations_print(study, stdout, options->html), EXIT_OK;
    for (size_t i = 0; i < LISTS; i++)
        if (lists[i].list && strcmp(lists[i].name, options->argument[0]) == 0) {
            struct listing listing = {0};
            bool listed = lists[i].list(study, &listing, options->csv);
            if (listed)
                listing_print(&listing, stdout, options->csv);
            listing_free(&listing);
            return listed ? EXIT_OK : EXIT_FAILED;
        }
    return no_such_list(options->argument[0]);
}

const struct command command_list = {
    .name = "list",
    .arguments = "[WHAT]",
    .help = "what there is: models, parameters, outputs, distributions, scenarios, equations",
    .details =
        "equations: the whole model as one text, phase by phase, from the heads of its files, with the parameters and\n"
        "outputs of each mechanism.",
    .takes = "csv html",
    .least = 0,
    .most = 1,
    .run = run,
};
