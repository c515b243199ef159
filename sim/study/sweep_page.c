/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.html and manifest.json of a sweep. */
#include "sweep_files.h"

#include "sim/base/say.h"
#include "sim/engine/clocks.h"
#include "sim/output/amount.h"
#include "sim/output/inventory.h"
#include "sim/output/json.h"
#include "sim/output/listing.h"
#include "sim/output/report.h"
#include "sim/output/sha256.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

static const char *get(struct sweep_files *files, const char *key)
{
    const char *value = store_get(files->request->store, key);
    return value ? value : "";
}

/* ---- The page ---- */

enum { PICTURES = 3, MOST_ROWS = 60 };

static void add_pictures(struct sweep_files *files, struct report *report)
{
    const struct picture *from = NULL;
    const char *scripts = files->request->scripts;
    size_t count = scripts ? pictures_list(scripts, files->arena, &from, say_stream()) : 0, kept = 0;
    struct report_picture *to = arena_array(files->arena, count, sizeof *to);
    for (size_t i = 0; i < count; i++)
        if (!strncmp(from[i].name, "sweep-", strlen("sweep-")) ||
            !strncmp(from[i].name, "sensitivity-", strlen("sensitivity-")))
            to[kept++] = (struct report_picture){.file = arena_printf(files->arena, "plots/%s.svg", from[i].name),
                                                 .title = from[i].title,
                                                 .caption = from[i].caption};
    report->pictures = to;
    report->picture_count = kept;
}

static const char *quantity(struct sweep_files *files, double value, const char *unit)
{
    char text[AMOUNT_BYTES];
    if (isnan(value))
        return "";
    return arena_text(files->arena,
                      !strcmp(unit, "date") ? short_quantity(value, unit, text) : amount_text(value, text));
}

static const char *factor_cell(struct sweep_files *files, size_t row, size_t factor)
{
    const struct sweep_sheet *sheet = files->sheet;
    const struct store *store = files->request->store;
    double x = sheet->x[row * store->factor_count + factor];
    if (sheet->words[factor])
        return isnan(x) ? "" : sheet->word[factor][(size_t)x - 1];
    return quantity(files, x, store->factor[factor].unit);
}

/* A measure: each point's mean, band and difference to the base. */
static void add_table(struct sweep_files *files, size_t k, struct report_table *table)
{
    const struct store *store = files->request->store;
    const struct sweep_sheet *sheet = files->sheet;
    const struct store_column *measure = &store->measure[sheet->measure[k]];
    size_t rows = sheet->rows < MOST_ROWS ? sheet->rows : MOST_ROWS, columns = 1 + store->factor_count + 4, at = 0;
    bool is_date = !strcmp(measure->unit, "date");
    const char **head = arena_array(files->arena, columns, sizeof *head);
    const char **cell = arena_array(files->arena, columns * rows, sizeof *cell);
    head[at++] = "|point";
    for (size_t f = 0; f < store->factor_count; f++) {
        const struct store_column *factor = &store->factor[f];
        const char *name = *factor->unit && strcmp(factor->unit, "date") != 0
                               ? arena_printf(files->arena, "%s, %s", factor->label, factor->unit)
                               : factor->label;
        head[at++] = sheet->words[f] ? name : arena_printf(files->arena, "|%s", name);
    }
    head[at++] = "|mean";
    head[at++] = "|p05";
    head[at++] = "|p95";
    head[at++] = is_date ? "|difference to the base, years" : "|difference to the base";
    at = 0;
    for (size_t i = 0; i < rows; i++) {
        const struct sweep_cell *c = &sheet->cell[i * sheet->measure_count + k];
        cell[at++] = arena_printf(files->arena, "%zu", sheet->point[i]);
        for (size_t f = 0; f < store->factor_count; f++)
            cell[at++] = factor_cell(files, i, f);
        cell[at++] = quantity(files, c->mean, measure->unit);
        cell[at++] = quantity(files, c->p05, measure->unit);
        cell[at++] = quantity(files, c->p95, measure->unit);
        cell[at++] = isnan(c->low) ? quantity(files, c->difference, "")
                                   : arena_printf(files->arena, "%s (%s to %s)", quantity(files, c->difference, ""),
                                                  quantity(files, c->low, ""), quantity(files, c->high, ""));
    }
    const char *more =
        sheet->rows > rows ? arena_printf(files->arena, " The first %zu points; all are in results.csv.", rows) : "";
    *table = (struct report_table){
        .title = *measure->unit && !is_date ? arena_printf(files->arena, "%s, %s", measure->label, measure->unit)
                                            : measure->label,
        .note = arena_printf(files->arena,
                             "Differences are paired, with their 95 %% interval: replication k has the "
                             "same luck at all points.%s",
                             more),
        .columns = head,
        .column_count = columns,
        .cells = cell,
        .row_count = rows};
}

static void add_inputs(struct sweep_files *files, struct report *report)
{
    enum { MOST_INPUTS = 1000 };
    struct report_input *input = arena_array(files->arena, MOST_INPUTS, sizeof *input);
    size_t count = 0;
    const char *value;
    while (count < MOST_INPUTS && *(value = get(files, arena_printf(files->arena, "input.%04zu", count)))) {
        const char *space = strchr(value, ' ');
        size_t length = space ? (size_t)(space - value) : strlen(value);
        input[count++] = (struct report_input){.sha256 = arena_printf(files->arena, "%.*s", (int)length, value),
                                               .file = space ? space + 1 : ""};
    }
    report->inputs = input;
    report->input_count = count;
}

static void add_notes(struct sweep_files *files, struct report *report)
{
    const char **note = arena_array(files->arena, 4 + SENSITIVITY_NOTES, sizeof *note);
    size_t failed = store_count(files->request->store, "failed");
    if (*get(files, "answer_withheld"))
        note[report->note_count++] = get(files, "answer_withheld");
    if (files->done < files->all)
        note[report->note_count++] = arena_printf(files->arena, "%zu of %zu points have not been run yet.",
                                                  files->all - files->done, files->all);
    if (failed)
        note[report->note_count++] = arena_printf(files->arena, "At %zu points every replication failed.", failed);
    if (files->sensitivity)
        report->note_count += sensitivity_notes(files->sensitivity, files->arena, note + report->note_count);
    report->notes = note;
}

void sweep_write_report(struct sweep_files *files)
{
    const struct sweep_sheet *sheet = files->sheet;
    size_t room = sheet->measure_count + SENSITIVITY_TABLES;
    struct report_table *table = arena_array(files->arena, room, sizeof *table);
    struct report report = {
        .title = get(files, "title"),
        .question = get(files, "question"),
        .answer = get(files, "answer"),
        .changes = get(files, "changes"),
        .version = arena_printf(files->arena, "%s, commit %s", get(files, "identity.version"), get(files, "commit")),
        .command = get(files, "command"),
        .seed = strtoull(get(files, "identity.seed"), NULL, 10),
        .replications = strtoull(get(files, "identity.replications"), NULL, 10),
        .tables = table,
        .table_count = files->sensitivity ? 0 : sheet->measure_count,
    };
    for (size_t k = 0; k < report.table_count; k++)
        add_table(files, k, &table[k]);
    if (!files->sensitivity)
        report.finding = sweep_finding(files);
    if (files->sensitivity) {
        report.table_count = sensitivity_tables(files->sensitivity, files->arena, table);
        report.finding = sensitivity_finding(files->sensitivity, files->arena);
    }
    add_inputs(files, &report);
    add_notes(files, &report);
    add_pictures(files, &report);
    int inside = open(files->work, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    FILE *to = sweep_file(files, "report.html");
    if (inside < 0 || !report_write(to, inside, &report))
        sweep_error(files, "cannot write", "report.html");
    sweep_close_file(files, to, "report.html");
    if (inside >= 0)
        close(inside);
}

/* ---- The manifest ---- */

static void json_inputs(struct sweep_files *files, struct json *json)
{
    struct report inputs = {0};
    add_inputs(files, &inputs);
    json_open(json, "inputs", '[');
    for (size_t i = 0; i < inputs.input_count; i++) {
        json_open(json, NULL, '{');
        json_text(json, "path", inputs.inputs[i].file);
        json_text(json, "sha256", inputs.inputs[i].sha256);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void json_outputs(struct sweep_files *files, struct json *json)
{
    char hash[SHA256_TEXT_BYTES];
    json_open(json, "outputs", '[');
    for (size_t i = 0; i < files->count; i++) {
        if (!strcmp(files->written[i], INVENTORY_FILE))
            continue;
        json_open(json, NULL, '{');
        json_text(json, "path", files->written[i]);
        bool read = sha256_file(arena_printf(files->arena, "%s/%s", files->work, files->written[i]), hash);
        json_text(json, "sha256", read ? hash : NULL);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void json_files(struct sweep_files *files, struct json *json)
{
    struct stat status;
    json_open(json, "files", '{');
    for (size_t i = 0; i < files->count; i++)
        if (strcmp(files->written[i], INVENTORY_FILE) != 0 &&
            stat(arena_printf(files->arena, "%s/%s", files->work, files->written[i]), &status) == 0)
            json_count(json, files->written[i], (uint64_t)status.st_size);
    json_close(json, '}');
}

void sweep_write_manifest(struct sweep_files *files)
{
    FILE *to = sweep_file(files, INVENTORY_FILE);
    struct json json = {.to = to};
    struct utsname host;
    bool known = uname(&host) == 0;
    json_open(&json, NULL, '{');
    json_text(&json, "program", INVENTORY_PROGRAM);
    json_text(&json, "version", get(files, "identity.version"));
    json_text(&json, "commit", get(files, "commit"));
    json_text(&json, "command", files->request->command);
    json_text(&json, "command_line", get(files, "command"));
    json_text(&json, "scenario", get(files, "scenario"));
    json_text(&json, "seed", get(files, "identity.seed"));
    json_text(&json, "replications", get(files, "identity.replications"));
    json_text(&json, "design", get(files, "design"));
    json_count(&json, "points", files->all);
    json_count(&json, "points_done", files->done);
    if (!files->sensitivity)
        json_count(&json, "base", files->base);
    json_inputs(files, &json);
    json_outputs(files, &json);
    json_time(&json, "started", files->request->began);
    json_time(&json, "finished", time(NULL));
    json_open(&json, "host", '{');
    json_text(&json, "name", known ? host.nodename : NULL);
    json_text(&json, "machine", known ? host.machine : NULL);
    json_text(&json, "instruction_set", clocks_isa());
    json_count(&json, "threads", (uint64_t)files->request->threads);
    json_close(&json, '}');
    json_files(files, &json);
    json_close(&json, '}');
    sweep_close_file(files, to, INVENTORY_FILE);
}
