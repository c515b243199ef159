/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "equations.h"

#include "sim/output/report.h"

#include <inttypes.h>
#include <string.h>

/* The heads of the files of models/ by name: models/heads.awk makes heads.inc of them. */
static const struct head {
    const char *file, *mechanism; /* mechanism NULL: what several share */
    const char *const *line; /* ends with NULL */
} heads[] = {
#include "heads.inc"
};
enum { HEADS = sizeof heads / sizeof *heads };

static const char *const phases[PHASES] = {
    [PHASE_TECHNOLOGY] = "technology: launches, learning, policy in force",
    [PHASE_SUPPLY] = "supply: what is delivered, commissioned and on offer; prices of channels",
    [PHASE_DEMAND] = "demand: what tenants want at today's rents",
    [PHASE_CLEAR] = "clear: the split of cards between workloads, rents",
    [PHASE_BELIEFS] = "beliefs: forward curves, which see the new rent",
    [PHASE_DECIDE] = "decide: approvals, orders, activation",
    [PHASE_REQUEST] = "request: tenants ask for cards, and are matched to centres",
    [PHASE_HAZARD] = "hazard: clocks run down; what fires becomes an event at its date, or acts at once",
    [PHASE_EVENTS] = "events: those of this step, in total order",
    [PHASE_BOOKS] = "books: revenue, costs, depreciation",
    [PHASE_FINANCE] = "finance",
    [PHASE_SAMPLE] = "sample: outputs, at every report",
};

const char *param_allowed(const struct param *param, struct arena *arena)
{
    static const char *const names[] = {[PARAM_NUMBER] = "number",      [PARAM_DATE] = "date",
                                        [PARAM_FLAG] = "true or false", [PARAM_CHOICE] = "choice",
                                        [PARAM_TEXT] = "text",          [PARAM_REFERENCE] = "reference",
                                        [PARAM_SERIES] = "series",      [PARAM_REFERENCES] = "references",
                                        [PARAM_WHOLE] = "whole number"};
    const char *type = names[param->type], *unit = param->unit ? param->unit : "", *blank = *unit ? " " : "";
    if (param->type == PARAM_CHOICE)
        return param->choices;
    if (param->type == PARAM_REFERENCE || param->type == PARAM_REFERENCES)
        return arena_printf(arena, "%s of %s", type, param->of);
    if (param->type == PARAM_WHOLE)
        return arena_printf(arena, "whole number, %" PRIu64 " to %" PRIu64, (uint64_t)param->min,
                            param->max >= 0x1p64 ? UINT64_MAX : (uint64_t)param->max);
    if ((param->type != PARAM_NUMBER && param->type != PARAM_SERIES) || (param->min == 0 && param->max == 0))
        return arena_printf(arena, "%s%s%s", type, blank, unit);
    return arena_printf(arena, "%s%g to %g%s%s", param->type == PARAM_SERIES ? "series, " : "", param->min, param->max,
                        blank, unit);
}

struct page {
    FILE *to;
    bool html;
    struct arena arena;
};

static void text(const struct page *page, const char *words)
{
    if (page->html)
        report_escaped(page->to, words);
    else
        fputs(words, page->to);
}

static void heading(const struct page *page, int level, const char *words)
{
    if (page->html)
        fprintf(page->to, "<h%d>", level);
    else
        fprintf(page->to, "\n%.*s ", level, "###");
    text(page, words);
    if (page->html)
        fprintf(page->to, "</h%d>\n", level);
    else
        fputs("\n\n", page->to);
}

static void paragraph(const struct page *page, const char *words)
{
    fputs(page->html ? "<p>" : "", page->to);
    text(page, words);
    fputs(page->html ? "</p>\n" : "\n", page->to);
}

static void print_head(const struct page *page, const struct head *head)
{
    fputs(page->html ? "<pre>" : "\n```text\n", page->to);
    for (const char *const *line = head->line; *line; line++) {
        text(page, *line);
        putc('\n', page->to);
    }
    fputs(page->html ? "</pre>\n" : "```\n", page->to);
}

static void begin_table(const struct page *page, const char *const *column, size_t columns)
{
    fputs(page->html ? "<div class=\"wide\"><table><tr>" : "\n|", page->to);
    for (size_t i = 0; i < columns; i++)
        fprintf(page->to, page->html ? "<th scope=\"col\">%s</th>" : " %s |", column[i]);
    fputs(page->html ? "</tr>\n" : "\n|", page->to);
    for (size_t i = 0; i < columns && !page->html; i++)
        fputs("---|", page->to);
    fputs(page->html ? "" : "\n", page->to);
}

static void row(const struct page *page, const char *const *cell, size_t columns)
{
    fputs(page->html ? "<tr>" : "|", page->to);
    for (size_t i = 0; i < columns; i++) {
        fputs(page->html ? "<td>" : " ", page->to);
        text(page, cell[i] ? cell[i] : "");
        fputs(page->html ? "</td>" : " |", page->to);
    }
    fputs(page->html ? "</tr>\n" : "\n", page->to);
}

static void end_table(const struct page *page)
{
    fputs(page->html ? "</table></div>\n" : "", page->to);
}

static void print_params(struct page *page, const struct study *study, int owner)
{
    bool any = false;
    for (size_t s = 0; s < study->schema.count; s++) {
        const struct section *section = &study->schema.section[s];
        for (size_t p = 0; p < section->part_count; p++)
            for (const struct param *param = section->part[p].params;
                 section->part[p].owner == owner && param && param->name; param++) {
                if (!any)
                    begin_table(page, (const char *const[]){"parameter", "allowed", "default", "meaning", "source"}, 5);
                any = true;
                const char *path =
                    arena_printf(&page->arena, "%s.%s%s", section->name, section->is_table ? "*." : "", param->name);
                row(page,
                    (const char *const[]){path, param_allowed(param, &page->arena),
                                          param->value ? param->value : "(must be given)", param->help, param->source},
                    5);
            }
    }
    if (any)
        end_table(page);
}

static void print_outputs(struct page *page, const struct model *model)
{
    if (!model->outputs || !model->outputs->name)
        return;
    begin_table(page, (const char *const[]){"output", "unit", "meaning"}, 3);
    for (const struct output *o = model->outputs; o->name; o++)
        row(page,
            (const char *const[]){arena_printf(&page->arena, "%s%s%s", o->name, o->by ? "." : "", o->by ? o->by : ""),
                                  o->unit, o->help},
            3);
    end_table(page);
}

static void print_phases(struct page *page, const struct study *study)
{
    heading(page, 2, "A step, phase by phase");
    begin_table(page, (const char *const[]){"phase", "mechanisms, in order"}, 2);
    for (int phase = 0; phase < PHASES; phase++) {
        const char *names = "";
        for (size_t m = 0; m < study->model_count; m++) {
            const struct model *model = study->models[m];
            bool acts = phase == PHASE_EVENTS ? model->event != NULL : model->phase[phase] != NULL;
            if (acts)
                names = arena_printf(&page->arena, "%s%s%s", names, *names ? ", " : "", model->name);
        }
        row(page, (const char *const[]){phases[phase], names}, 2);
    }
    end_table(page);
}

static void print_mechanism(struct page *page, const struct study *study, size_t m)
{
    const struct model *model = study->models[m];
    heading(page, 2, model->name);
    paragraph(page, arena_printf(&page->arena, "%s. Without it: %s.", model->help,
                                 model->without ? model->without : "(it is always on)"));
    for (size_t h = 0; h < HEADS; h++)
        if (heads[h].mechanism && strcmp(heads[h].mechanism, model->name) == 0)
            print_head(page, &heads[h]);
    print_params(page, study, (int)m);
    print_outputs(page, model);
}

void equations_print(const struct study *study, FILE *to, bool html)
{
    struct page page = {.to = to, .html = html};
    if (html)
        report_begin_page(to, "The model of iccsim");
    heading(&page, 1, "The model of iccsim");
    paragraph(&page, "Made of the heads of the models' files and of the tables of parameters and outputs.");
    print_phases(&page, study);
    for (size_t m = 0; m < study->model_count; m++)
        print_mechanism(&page, study, m);
    heading(&page, 2, "What mechanisms share");
    for (size_t h = 0; h < HEADS; h++)
        if (!heads[h].mechanism) {
            heading(&page, 3, heads[h].file);
            print_head(&page, &heads[h]);
        }
    if (html)
        report_end_page(to);
    arena_free(&page.arena);
}
