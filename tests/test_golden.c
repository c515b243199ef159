/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The headline scenario's numbers as they were last agreed on, to the last bit.
 *
 * A change of the model that moves them belongs in one commit with the new file: `test_golden --update` writes it.
 */
#include "files.h"
#include "models_lab.h"

#include <stdio.h>

enum { REPLICATIONS = 4, SEED = 7, SHOWN = 40 };

static const char *const outputs[] = {
    "price.training",     "price.inference", "rent.A800",      "premium.H100",      "capacity.installed",
    "capacity.competent", "capacity.lit",    "domestic_share", "pipeline.building", "leases.active",
    "churn.rate",         "book_value",      "economic_value", "tobins_q.neocloud",
};

static void write_row(FILE *to, const char *name, const char *date, const double value[REPLICATIONS])
{
    fprintf(to, "%s %s", name, date);
    for (size_t r = 0; r < REPLICATIONS; r++)
        fprintf(to, " %.17g", value[r]);
    putc('\n', to);
}

static void write_series(FILE *to, const struct lab *lab, double *const numbers[REPLICATIONS], const char *name)
{
    const struct plan *plan = lab->plan;
    size_t series = lab_channel(plan->series, plan->series_count, name);
    for (size_t k = 0; k < plan->sample_count; k++) {
        double value[REPLICATIONS];
        char date[DATE_TEXT_BYTES];
        for (size_t r = 0; r < REPLICATIONS; r++)
            value[r] = numbers[r][series * plan->sample_count + k];
        if (strcmp(date_text(plan->sample_at[k], date) + 4, "-01-01") == 0)
            write_row(to, name, date, value);
    }
}

/* The scenario's numbers as a text, for free(). */
static char *numbers_now(void)
{
    struct lab lab;
    lab_open_of(&lab, "china", NULL);
    lab.request.seed = SEED;
    const struct plan *plan = lab.plan;
    size_t cells = plan->series_count * plan->sample_count;
    double *numbers[REPLICATIONS];
    for (uint32_t r = 0; r < REPLICATIONS; r++) {
        lab_run(&lab, r);
        numbers[r] = arena_array(&lab.arena, cells + plan->scalar_count, sizeof(double));
        memcpy(numbers[r], lab.result->series, cells * sizeof(double));
        memcpy(numbers[r] + cells, lab.result->scalar, plan->scalar_count * sizeof(double));
    }
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    fprintf(to, "# scenarios/china.yml, seed %d, replications 0 to %d: output, date, a value a replication\n", SEED,
            REPLICATIONS - 1);
    for (size_t i = 0; i < plan->scalar_count; i++) {
        double value[REPLICATIONS];
        for (size_t r = 0; r < REPLICATIONS; r++)
            value[r] = numbers[r][cells + i];
        write_row(to, plan->scalar[i].name, "-", value);
    }
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++)
        write_series(to, &lab, numbers, outputs[i]);
    fclose(to);
    lab_close(&lab);
    return text;
}

static const char *golden_path(struct arena *arena)
{
    return arena_printf(arena, "%s/tests/golden/china.txt", lab_source(arena));
}

struct row {
    char name[64], date[32];
    double value[REPLICATIONS];
};

static bool read_row(const char *line, struct row *row)
{
    int used;
    if (sscanf(line, "%63s %31s%n", row->name, row->date, &used) != 2)
        return false;
    char *end = (char *)(uintptr_t)line + used;
    for (size_t r = 0; r < REPLICATIONS; r++)
        row->value[r] = strtod(end, &end);
    return true;
}

/* Shows what moved from one line to the other, and by how much. */
static void show_difference(const char *before, const char *after)
{
    struct row old, new;
    if (!read_row(before, &old) || !read_row(after, &new) || strcmp(old.name, new.name) != 0 ||
        strcmp(old.date, new.date) != 0) {
        print_error("- %s\n+ %s\n", before, after);
        return;
    }
    for (size_t r = 0; r < REPLICATIONS; r++) {
        bool moved =
            memcmp(&old.value[r], &new.value[r], sizeof(double)) != 0 && !(isnan(old.value[r]) && isnan(new.value[r]));
        if (moved)
            print_error("%s %s replication %zu: %.6g -> %.6g (%+.2g %%)\n", new.name, new.date, r, old.value[r],
                        new.value[r], 100 * (new.value[r] / old.value[r] - 1));
    }
}

static size_t compare(char *golden, char *now)
{
    size_t moved = 0;
    char *after_old, *after_new;
    char *old = strtok_r(golden, "\n", &after_old), *new = strtok_r(now, "\n", &after_new);
    while (old || new) {
        if (!old || !new || strcmp(old, new) != 0) {
            if (moved++ < SHOWN)
                show_difference(old ? old : "", new ? new : "");
        }
        old = old ? strtok_r(NULL, "\n", &after_old) : NULL;
        new = new ? strtok_r(NULL, "\n", &after_new) : NULL;
    }
    if (moved > SHOWN)
        print_error("and %zu rows more\n", moved - SHOWN);
    return moved;
}

static void the_headline_scenario_gives_the_agreed_numbers(void **state)
{
    (void)state;
    struct arena arena = {0};
    char *golden = whole_file(golden_path(&arena)), *now = numbers_now();
    assert_non_null(golden);
    size_t moved = compare(golden, now);
    if (moved)
        print_error(
            "%zu rows moved; if they should, run this program with --update and commit the file with the cause\n",
            moved);
    assert_int_equal(moved, 0);
    free(golden);
    free(now);
    arena_free(&arena);
}

static int update(void)
{
    struct arena arena = {0};
    char *now = numbers_now();
    FILE *to = fopen(golden_path(&arena), "w");
    bool written = to && fputs(now, to) >= 0;
    if (to && fclose(to) != 0)
        written = false;
    if (!written)
        perror(golden_path(&arena));
    free(now);
    arena_free(&arena);
    return written ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--update") == 0)
        return update();
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_headline_scenario_gives_the_agreed_numbers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
