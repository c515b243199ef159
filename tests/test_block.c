/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks of replications: split, written, read, joined in any order. */
#include "fake_models.h"
#include "near.h"

#include "sim/montecarlo/block.h"
#include "sim/montecarlo/facts.h"
#include "sim/montecarlo/ladder.h"
#include "sim/montecarlo/study.h"

#include <stdlib.h>
#include <string.h>

struct fixture {
    char folder[64];
    struct study study;
    struct scenario *scenario;
    struct plan *plan;
    struct fact_targets facts;
    struct arena arena;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    strcpy(f->folder, "/tmp/iccsim-test-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    study_open(&f->study, fake_models, sizeof(struct world));
    struct override override = {.argument = "walk.failing_share=10%"};
    struct load_request request = {
        .file = fake_file(f->folder, "walk", fake_scenario), .overrides = &override, .override_count = 1};
    struct mistakes mistakes = {0};
    f->scenario = scenario_load(&request, &f->study.schema, &mistakes);
    assert_non_null(f->scenario);
    f->plan = study_plan(&f->study, f->scenario, &f->arena);
    f->facts = facts_find(f->scenario, f->plan, &f->arena);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    unlink(arena_printf(&f->arena, "%s/walk.yml", f->folder));
    rmdir(f->folder);
    scenario_free(f->scenario);
    study_close(&f->study);
    arena_free(&f->arena);
    free(f);
    return 0;
}

static struct montecarlo request_of(const struct fixture *f, uint32_t first, uint32_t replications)
{
    return (struct montecarlo){.plan = f->plan,
                               .seed = 11,
                               .first = first,
                               .replications = replications,
                               .threads = 2,
                               .draw = study_draw,
                               .draw_state = f->scenario,
                               .input_count = scenario_input_count(f->scenario),
                               .inputs = study_inputs,
                               .derived_count = f->facts.count,
                               .derive = facts_match,
                               .derive_state = &f->facts,
                               .derived_origin = f->facts.origin};
}

static void assert_same_block(const struct block *a, const struct block *b)
{
    struct bytes x = {0}, y = {0};
    block_write(a, &x);
    block_write(b, &y);
    assert_int_equal(x.count, y.count);
    assert_memory_equal(x.data, y.data, x.count);
    bytes_free(&x);
    bytes_free(&y);
}

/* As if it came from elsewhere. */
static struct block *posted(const struct montecarlo *study, struct block *block)
{
    struct bytes bytes = {0};
    const char *wrong;
    block_write(block, &bytes);
    block_free(block);
    block = block_read(study, bytes.data, bytes.count, &wrong);
    assert_null(wrong);
    assert_non_null(block);
    bytes_free(&bytes);
    return block;
}

static unsigned below(unsigned *state, unsigned end)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) % end;
}

/* Cuts at random, runs the pieces in random order, half of them through bytes, and joins what comes. */
static struct block *in_pieces(const struct montecarlo *study, unsigned pieces, unsigned *state)
{
    enum { MOST = 12 };
    uint32_t cut[MOST + 1] = {0, [MOST] = 0}, order[MOST];
    assert_true(pieces <= MOST);
    cut[pieces] = study->replications;
    for (unsigned i = 1; i < pieces; i++) {
        cut[i] = below(state, study->replications + 1);
        if (study->antithetic)
            cut[i] &= ~1u;
    }
    for (unsigned i = 1; i < pieces; i++)
        for (unsigned k = i + 1; k < pieces; k++)
            if (cut[k] < cut[i]) {
                uint32_t kept = cut[i];
                cut[i] = cut[k];
                cut[k] = kept;
            }
    for (unsigned i = 0; i < pieces; i++)
        order[i] = i;
    for (unsigned i = pieces; i > 1; i--) {
        unsigned k = below(state, i);
        uint32_t kept = order[i - 1];
        order[i - 1] = order[k];
        order[k] = kept;
    }
    struct blocks blocks = {0};
    for (unsigned i = 0; i < pieces; i++) {
        struct montecarlo piece = *study;
        const char *wrong;
        piece.first = study->first + cut[order[i]];
        piece.replications = cut[order[i] + 1] - cut[order[i]];
        if (!piece.replications)
            continue;
        struct block *block = block_run(&piece);
        assert_true(blocks_add(&blocks, below(state, 2) ? posted(study, block) : block, &wrong));
        assert_null(wrong);
    }
    assert_int_equal(blocks.count, 1);
    struct block *all = blocks.block[0];
    blocks.count = 0;
    blocks_free(&blocks);
    return all;
}

static void splits_change_nothing(const struct montecarlo *study, unsigned seed)
{
    struct block *one = block_run(study);
    assert_int_equal(block_count(one), study->replications);
    assert_true(block_failed(one) > 0);
    for (unsigned i = 0, state = seed; i < 6; i++) {
        struct block *many = in_pieces(study, 2 + below(&state, 10), &state);
        assert_same_block(one, many);
        block_free(many);
    }
    block_free(one);
}

static void any_split_in_any_order_gives_the_bytes_of_one_run(void **state)
{
    struct fixture *f = *state;
    struct montecarlo study = request_of(f, 0, 200);
    splits_change_nothing(&study, 1);
    study = request_of(f, 37, 150); /* from anywhere */
    splits_change_nothing(&study, 2);
    study = request_of(f, 0, 1500); /* with sketches */
    splits_change_nothing(&study, 3);
}

static void antithetic_pairs_are_split_between_pairs(void **state)
{
    struct fixture *f = *state;
    const char *wrong;
    struct montecarlo study = request_of(f, 0, 120);
    study.antithetic = true;
    splits_change_nothing(&study, 4);
    study.replications = 7;
    struct block *a = block_run(&study);
    study.first = 7;
    struct block *b = block_run(&study);
    assert_false(block_merge(a, b, &wrong));
    assert_string_equal(wrong, "a block that splits an antithetic pair");
    block_free(a);
    block_free(b);
}

static void measures_alone_can_be_kept(void **state)
{
    struct fixture *f = *state;
    struct montecarlo study = request_of(f, 3, 90);
    study.keep = study.derived_only = true;
    splits_change_nothing(&study, 5);
    struct block *block = block_run(&study);
    struct montecarlo whole = request_of(f, 3, 90);
    struct ensemble ensemble;
    struct band band[5];
    montecarlo_run(&whole, &ensemble);
    block_measure(block, &study, band);
    assert_int_equal(f->facts.count, 5);
    assert_memory_equal(band, ensemble.derived, sizeof band);
    uint32_t failed = 0;
    for (uint32_t i = 0; i < block_count(block); i++) {
        struct kept one = block_kept(block, i);
        failed += one.failed;
        assert_true(one.failed == isnan(one.derived[0]));
        assert_true(one.input[0] >= 0 && one.input[0] <= 2);
    }
    assert_int_equal(failed, block_failed(block));
    ensemble_free(&ensemble);
    block_free(block);
}

static void a_run_is_a_block_that_is_finished(void **state)
{
    struct fixture *f = *state;
    struct montecarlo study = request_of(f, 0, 130);
    struct ensemble run, finished;
    unsigned random = 6;
    montecarlo_run(&study, &run);
    struct block *block = in_pieces(&study, 5, &random);
    block_finish(block, &study, &finished);
    assert_int_equal(run.done, finished.done);
    assert_int_equal(run.failed, finished.failed);
    assert_int_equal(run.events, finished.events);
    assert_int_equal(run.steps, finished.steps);
    assert_int_equal(run.failure_count, finished.failure_count);
    assert_string_equal(run.failure[0].reason, finished.failure[0].reason);
    assert_memory_equal(run.series, finished.series, (plan_cells(f->plan) + f->facts.count) * sizeof *run.series);
    ensemble_free(&run);
    ensemble_free(&finished);
    block_free(block);
}

static void a_workplace_serves_many_runs(void **state)
{
    struct fixture *f = *state;
    struct montecarlo study = request_of(f, 0, 30);
    struct block *one = block_run(&study);
    struct blocks blocks = {0};
    const char *wrong;
    study.threads = 1;
    study.workplace = workplace_new(f->plan);
    for (study.first = 0, study.replications = 1; study.first < 30; study.first++)
        assert_true(blocks_add(&blocks, block_run(&study), &wrong));
    assert_same_block(one, blocks.block[0]);
    blocks_free(&blocks);
    workplace_free(study.workplace);
    block_free(one);
}

static void bytes_that_are_cut_short_or_damaged_are_refused(void **state)
{
    struct fixture *f = *state;
    struct montecarlo study = request_of(f, 0, 20);
    struct block *block = block_run(&study);
    struct bytes bytes = {0};
    const char *wrong;
    block_write(block, &bytes);
    for (size_t count = 0; count < bytes.count; count += count < 400 ? 1 : 97) {
        assert_null(block_read(&study, bytes.data, count, &wrong));
        assert_non_null(wrong);
    }
    bytes_put_count(&bytes, 0); /* too long */
    assert_null(block_read(&study, bytes.data, bytes.count, &wrong));
    assert_string_equal(wrong, "a block that is cut short or damaged");
    bytes.count -= sizeof(uint64_t);
    bytes.data[13] ^= 1; /* the version */
    assert_null(block_read(&study, bytes.data, bytes.count, &wrong));
    assert_string_equal(wrong, "not a block, or one of another version");
    bytes_free(&bytes);
    block_free(block);
}

/* Every eight bytes in turn take the place of a count, an index or a number. What is taken all the same is a block: it
 * is written, and read again, to the same bytes. */
static size_t damage_one_by_one(const struct montecarlo *study, struct bytes *bytes, size_t stride)
{
    static const uint64_t other[] = {0, 1, UINT32_MAX, UINT64_MAX, (uint64_t)1 << 40};
    size_t refused = 0;
    const char *wrong;
    for (size_t at = 16; at + sizeof other[0] <= bytes->count; at += stride)
        for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
            uint64_t kept;
            memcpy(&kept, bytes->data + at, sizeof kept);
            memcpy(bytes->data + at, &other[i], sizeof kept);
            struct block *block = block_read(study, bytes->data, bytes->count, &wrong);
            if (block) {
                struct bytes once = {0}, twice = {0};
                block_write(block, &once);
                block = posted(study, block);
                block_write(block, &twice);
                assert_int_equal(once.count, twice.count);
                assert_memory_equal(once.data, twice.data, once.count);
                bytes_free(&once);
                bytes_free(&twice);
                block_free(block);
            } else {
                assert_non_null(wrong);
                refused++;
            }
            memcpy(bytes->data + at, &kept, sizeof kept);
        }
    return refused;
}

static void a_block_with_one_number_changed_is_refused_or_is_a_block(void **state)
{
    struct fixture *f = *state;
    static const uint32_t sizes[] = {20, 1500}; /* rows, and sketches */
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct montecarlo study = request_of(f, 0, sizes[i]);
        study.keep = sizes[i] < 100;
        struct block *block = block_run(&study);
        struct bytes bytes = {0};
        block_write(block, &bytes);
        assert_true(damage_one_by_one(&study, &bytes, 8 * (1 + bytes.count / 1600)) > 5);
        bytes_free(&bytes);
        block_free(block);
    }
}

/* So many rows that they are sketched. */
static void sketches_travel_as_bytes_and_go_on(void **state)
{
    struct fixture *f = *state;
    struct montecarlo all = request_of(f, 0, 1600), first = request_of(f, 0, 1500), rest = request_of(f, 1500, 100);
    struct block *one = block_run(&all);
    struct blocks blocks = {0};
    const char *wrong;
    assert_true(blocks_add(&blocks, posted(&first, block_run(&first)), &wrong));
    assert_true(blocks_add(&blocks, block_run(&rest), &wrong));
    assert_int_equal(blocks.count, 1);
    assert_same_block(one, blocks.block[0]);
    blocks_free(&blocks);
    block_free(one);
}

/* Whatever bit is wrong: it is refused, or it is in a number. */
static void damaged_sketches_do_no_harm(void **state)
{
    struct fixture *f = *state;
    struct montecarlo study = request_of(f, 0, 1100);
    struct block *block = block_run(&study);
    struct bytes bytes = {0};
    const char *wrong;
    size_t refused = 0, tried = 0;
    block_write(block, &bytes);
    for (size_t at = 0; at < bytes.count; at += 1 + bytes.count / 700, tried++) {
        bytes.data[at] ^= (unsigned char)(1u << at % 8);
        struct block *other = block_read(&study, bytes.data, bytes.count, &wrong);
        refused += !other;
        block_free(other);
        bytes.data[at] ^= (unsigned char)(1u << at % 8);
    }
    print_message("%zu of %zu damages refused\n", refused, tried);
    assert_true(refused > 0); /* most bytes are numbers */
    for (size_t count = 0; count < bytes.count; count += 1 + bytes.count / 300)
        assert_null(block_read(&study, bytes.data, count, &wrong));
    bytes_free(&bytes);
    block_free(block);
}

static void blocks_of_another_study_are_refused(void **state)
{
    struct fixture *f = *state;
    struct montecarlo study = request_of(f, 0, 20), other = study;
    struct block *block = block_run(&study);
    struct bytes bytes = {0};
    const char *wrong;
    block_write(block, &bytes);
    other.seed = 12;
    assert_null(block_read(&other, bytes.data, bytes.count, &wrong));
    assert_string_equal(wrong, "a block of another study");
    other = study;
    other.identity = 1;
    assert_null(block_read(&other, bytes.data, bytes.count, &wrong));
    other = study;
    other.derived_count--;
    assert_null(block_read(&other, bytes.data, bytes.count, &wrong));
    other = study;
    other.keep = true;
    assert_null(block_read(&other, bytes.data, bytes.count, &wrong));
    bytes_free(&bytes);
    block_free(block);
}

static void blocks_that_overlap_or_leave_a_gap_are_not_joined(void **state)
{
    struct fixture *f = *state;
    struct blocks blocks = {0};
    const char *wrong;
    static const struct {
        uint32_t first, count;
        bool right;
        size_t blocks;
    } cases[] = {{10, 10, true, 1}, {30, 5, true, 2},  {15, 3, false, 2},
                 {5, 6, false, 2},  {20, 10, true, 1}, {0, 10, true, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct montecarlo piece = request_of(f, cases[i].first, cases[i].count);
        assert_int_equal(blocks_add(&blocks, block_run(&piece), &wrong), cases[i].right);
        assert_int_equal(blocks.count, cases[i].blocks);
    }
    assert_int_equal(block_first(blocks.block[0]), 0);
    assert_int_equal(block_count(blocks.block[0]), 35);
    blocks_free(&blocks);
}

static void a_ladder_has_the_moments_of_its_rows(void **state)
{
    (void)state;
    struct ladder ladder;
    double x[77], mean = 0, squares = 0;
    ladder_open(&ladder, 1, 5);
    for (int i = 0; i < 77; i++) {
        x[i] = 1e6 + (i * 7919 % 101) / 3.0;
        ladder_add(&ladder, &x[i]);
        mean += x[i] / 77;
    }
    ladder_add(&ladder, NULL);
    ladder_add(&ladder, &(double){(double)NAN});
    for (int i = 0; i < 77; i++)
        squares += (x[i] - mean) * (x[i] - mean);
    struct moment moment = ladder_cell(&ladder, 0);
    assert_true(moment.n == 77);
    assert_near(moment.mean, mean, 1e-8);
    assert_near(moment.squares / squares, 1, 1e-9);
    ladder_free(&ladder);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(any_split_in_any_order_gives_the_bytes_of_one_run),
        TEST(antithetic_pairs_are_split_between_pairs),
        TEST(measures_alone_can_be_kept),
        TEST(a_run_is_a_block_that_is_finished),
        TEST(a_workplace_serves_many_runs),
        TEST(bytes_that_are_cut_short_or_damaged_are_refused),
        TEST(a_block_with_one_number_changed_is_refused_or_is_a_block),
        TEST(sketches_travel_as_bytes_and_go_on),
        TEST(damaged_sketches_do_no_harm),
        TEST(blocks_of_another_study_are_refused),
        TEST(blocks_that_overlap_or_leave_a_gap_are_not_joined),
        cmocka_unit_test(a_ladder_has_the_moments_of_its_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
