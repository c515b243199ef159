/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Streams against Random123's known answers, their own distributions, and each other. */
#include "sim/engine/isa.h"
#include "sim/engine/stream.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* philox4x32-10 of the file kat_vectors in Random123's distribution. */
static void philox_gives_the_published_answers(void **state)
{
    (void)state;
    static const struct {
        uint32_t counter[4], key[2], expected[4];
    } known[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint32_t block[4];
        philox(known[i].key, known[i].counter, block);
        assert_memory_equal(block, known[i].expected, sizeof block);
    }
}

static const struct streams some = {.seed = 0x0123456789abcdef, .replication = 17};

/* The words of one block, put together by hand. */
static void a_uniform_is_made_of_the_blocks_words_in_order(void **state)
{
    (void)state;
    struct stream s = stream_open(&some, identity(3, 5, 7));
    uint32_t block[4];
    for (uint32_t position = 0; position < 3; position++) {
        philox((uint32_t[]){0x89abcdef, 0x01234567}, (uint32_t[]){position, 17, 7, 3u << 16 | 5}, block);
        for (int half = 0; half < 2; half++) {
            uint64_t m = ((uint64_t)block[2 * half + 1] << 32 | block[2 * half]) >> 12;
            assert_true(stream_uniform(&s) == ldexp(2 * (double)m + 1, -53));
        }
    }
}

static void antithetic_draws_mirror_exactly(void **state)
{
    (void)state;
    struct streams mirrored = some;
    mirrored.antithetic = true;
    struct stream a = stream_open(&some, 99), b = stream_open(&mirrored, 99);
    double u[200], v[200];
    for (int i = 0; i < 100; i++)
        assert_true(stream_uniform(&a) == 1 - stream_uniform(&b));
    stream_fill_uniform(&a, u, 200);
    stream_fill_uniform(&b, v, 200);
    for (int i = 0; i < 200; i++)
        assert_true(u[i] == 1 - v[i]);
}

static void filling_gives_the_same_bits_as_drawing_one_by_one(void **state)
{
    (void)state;
    for (int antithetic = 0; antithetic < 2; antithetic++) {
        struct streams streams = some;
        streams.antithetic = antithetic;
        struct stream one = stream_open(&streams, 4), all = stream_open(&streams, 4);
        double filled[1000];
        for (size_t count = 0; count < 1000; count = 2 * count + 1) {
            stream_fill_uniform(&all, filled, count);
            for (size_t i = 0; i < count; i++)
                assert_true(filled[i] == stream_uniform(&one));
            stream_fill_exponential(&all, filled, count);
            for (size_t i = 0; i < count; i++)
                assert_true(filled[i] == stream_exponential(&one));
        }
        assert_true(stream_normal(&one) == stream_normal(&all));
    }
}

static void draws_are_picked_by_their_numbers(void **state)
{
    (void)state;
    const uint64_t number[2 * STREAM_PICKS] = {0, 1, 3, 2, 33, 200, 7, 7, 64, 65};
    for (int antithetic = 0; antithetic < 2; antithetic++) {
        struct streams streams = some;
        streams.antithetic = antithetic;
        struct stream all = stream_open(&streams, 4), s = all;
        double filled[201], picked[2 * STREAM_PICKS];
        stream_fill_exponential(&all, filled, 201);
        stream_pick_exponential(&s, number, picked, 10);
        for (int i = 0; i < 10; i++)
            assert_true(picked[i] == filled[number[i]]);
    }
}

static void many_streams_filled_at_once_give_the_same_bits_as_each_alone(void **state)
{
    (void)state;
    enum { STREAMS = 23, ROOM = 24 };
    for (int antithetic = 0; antithetic < 2; antithetic++) {
        struct streams streams = some;
        streams.antithetic = antithetic;
        uint64_t name[ROOM] = {0}, block[ROOM] = {0};
        double u[ROOM][DRAWS_AT_ONCE];
        for (uint32_t i = 0; i < STREAMS; i++) {
            name[i] = identity(i % 3, i, 0x12345678 * i);
            block[i] = i % 5;
        }
        streams_fill_uniform(&streams, name, block, STREAMS, u);
        for (uint32_t i = 0; i < STREAMS; i++) {
            struct stream alone = stream_open(&streams, name[i]);
            stream_skip_blocks(&alone, (uint32_t)block[i]);
            for (int k = 0; k < DRAWS_AT_ONCE; k++)
                assert_true(u[i][k] == stream_uniform(&alone));
        }
    }
}

/* Reference: logl. */
static void an_exponential_is_minus_the_logarithm_within_an_ulp(void **state)
{
    (void)state;
    struct stream u = stream_open(&some, 8), e = u;
    for (int i = 0; i < 200000; i++) {
        long double expected = -logl((long double)stream_uniform(&u));
        double got = stream_exponential(&e), rounded = (double)expected;
        assert_true(fabsl((long double)got - expected) <= (long double)(nextafter(rounded, HUGE_VAL) - rounded));
    }
}

/* Kolmogorov-Smirnov: sqrt(n) D exceeds 1.95 once in a thousand; the seed is fixed. */
static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double distance(double draw(struct stream *), double cdf(double), uint64_t seed)
{
    enum { COUNT = 1000000 };
    struct streams streams = {.seed = seed};
    struct stream s = stream_open(&streams, 0);
    double *x = malloc(COUNT * sizeof *x), d = 0;
    for (int i = 0; i < COUNT; i++)
        x[i] = draw(&s);
    qsort(x, COUNT, sizeof *x, compare_doubles);
    for (int i = 0; i < COUNT; i++)
        d = fmax(d, fmax(fabs(cdf(x[i]) - (double)i / COUNT), fabs(cdf(x[i]) - (i + 1.0) / COUNT)));
    free(x);
    return d * sqrt(COUNT);
}

static double uniform_cdf(double x)
{
    return x;
}

static double exponential_cdf(double x)
{
    return -expm1(-x);
}

static void draws_follow_their_distributions(void **state)
{
    (void)state;
    assert_true(distance(stream_uniform, uniform_cdf, 11) < 1.95);
    assert_true(distance(stream_exponential, exponential_cdf, 12) < 1.95);
    assert_true(distance(stream_normal, gsl_cdf_ugaussian_P, 13) < 1.95);
}

/* k is the quantile of u if P(K <= k-1) < u <= P(K <= k); GSL's distribution function is good to some 1e-12. */
static void a_poisson_draw_is_the_quantile(void **state)
{
    (void)state;
    static const double means[] = {0, 1e-9, 0.31, 1, 7.7, 63, 499.9, 500.1, 2385, 41234.5, 1e6};
    const double slack = 1e-11;
    struct stream s = stream_open(&some, 21);
    for (size_t m = 0; m < sizeof means / sizeof *means; m++) {
        for (int i = 0; i < 2000; i++) {
            double u = stream_uniform(&s);
            uint32_t k = poisson_quantile(u, means[m]);
            if (means[m] == 0) {
                assert_int_equal(k, 0);
                continue;
            }
            assert_true(gsl_cdf_poisson_P(k, means[m]) > u - slack);
            assert_true(k == 0 || gsl_cdf_poisson_P(k - 1, means[m]) < u + slack);
        }
        /* Four standard errors of the mean of 4000 draws. */
        double sum = 0;
        for (int i = 0; i < 4000; i++)
            sum += stream_poisson(&s, means[m]);
        assert_true(fabs(sum / 4000 - means[m]) <= 4 * sqrt(means[m] / 4000));
    }
}

static void a_poisson_draw_never_falls_when_u_rises(void **state)
{
    (void)state;
    static const double means[] = {0.4, 12.3, 480, 520, 9999, 1e6};
    for (size_t m = 0; m < sizeof means / sizeof *means; m++) {
        uint32_t last = poisson_quantile(0x1p-53, means[m]);
        for (int i = 1; i < 20000; i++) {
            uint32_t k = poisson_quantile(i / 20000.0, means[m]);
            assert_true(k >= last);
            last = k;
        }
        assert_true(poisson_quantile(1 - 0x1p-53, means[m]) >= last);
        assert_true(last < means[m] + 10 * sqrt(means[m]) + 40);
    }
}

/* A world of 100 entities that each draw twice. One of them draws once more in between. */
static void an_extra_draw_by_one_changes_nobody_elses(void **state)
{
    (void)state;
    enum { ENTITIES = 100, CURIOUS = 41 };
    double first[2][ENTITIES], second[2][ENTITIES];
    for (int extra = 0; extra < 2; extra++) {
        struct stream s[ENTITIES];
        for (uint32_t i = 0; i < ENTITIES; i++) {
            s[i] = stream_open(&some, identity(2, 1, i));
            first[extra][i] = stream_exponential(&s[i]);
            if (extra && i == CURIOUS)
                stream_normal(&s[i]);
        }
        for (uint32_t i = 0; i < ENTITIES; i++)
            second[extra][i] = stream_uniform(&s[i]);
    }
    for (int i = 0; i < ENTITIES; i++) {
        assert_true(first[0][i] == first[1][i]);
        assert_true((second[0][i] == second[1][i]) == (i != CURIOUS));
    }
}

static void every_part_of_the_identity_seed_and_replication_counts(void **state)
{
    (void)state;
    struct streams others[] = {some, some, some};
    others[1].seed ^= 1ull << 40;
    others[2].replication++;
    const uint64_t identities[] = {identity(1, 2, 3), identity(2, 2, 3), identity(1, 3, 3), identity(1, 2, 4)};
    double seen[12];
    for (int i = 0; i < 12; i++) {
        struct stream s = stream_open(&others[i / 4], identities[i % 4]);
        seen[i] = stream_uniform(&s);
        for (int k = 0; k < i; k++)
            assert_true(seen[k] != seen[i]);
    }
}

static void gsl_draws_the_same_numbers(void **state)
{
    (void)state;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_philox);
    struct streams streams = {.seed = 5};
    struct stream s = stream_open(&streams, 0);
    gsl_rng_set(rng, 5);
    assert_true(gsl_rng_uniform(rng) == stream_uniform(&s));
    double u = stream_uniform(&s);
    assert_int_equal(gsl_rng_get(rng), (unsigned long)(u * 0x1p32));
    struct stream named = stream_open(&some, identity(1, 1, 1));
    memcpy(gsl_rng_state(rng), &named, sizeof named);
    assert_true(gsl_rng_uniform(rng) == stream_uniform(&named));
    gsl_rng_free(rng);
}

/* By hand: FNV-1a of "" is its offset basis; the rest is the published finaliser, computed with Python's integers. */
static void names_have_distinct_well_mixed_identities(void **state)
{
    (void)state;
    assert_true(identity_of_text("") == 0xefd01f60ba992926);
    assert_true(identity_of_text("H100") == 0x4c56ba8a86d05591);
    assert_true(identity_of_text("a1") != identity_of_text("1a"));
    assert_true(identity_of_text("rent") >> 48 != identity_of_text("Rent") >> 48);
}

static uint64_t hash_of_draws(void)
{
    struct stream s = stream_open(&some, 77);
    uint64_t hash = 0;
    const uint64_t number[STREAM_PICKS] = {0, 1, 5, 8, 13, 21, 34, 55};
    double x[1003 + STREAM_PICKS];
    for (int round = 0; round < 20; round++) {
        stream_fill_exponential(&s, x, 1000);
        x[1000] = stream_normal(&s);
        x[1001] = stream_poisson(&s, 30.0 * (round + 1));
        x[1002] = stream_poisson(&s, 3000.0 * (round + 1));
        stream_pick_exponential(&s, number, x + 1003, STREAM_PICKS);
        for (int i = 0; i < 1003 + STREAM_PICKS; i++) {
            uint64_t bits;
            memcpy(&bits, &x[i], sizeof bits);
            hash = (hash ^ bits) * 0x100000001b3;
            hash ^= hash >> 31;
        }
    }
    return hash;
}

/* Runs this program again in a changed environment; returns its exit code and what it printed. */
static int run_again(const char *environment, char *text, size_t size)
{
    char self[4096], command[4400];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    assert_true(length > 0);
    self[length] = 0;
    snprintf(command, sizeof command, "%s '%s' --hash 2>&1", environment, self);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    text[fread(text, 1, size - 1, pipe)] = 0;
    return pclose(pipe) >> 8;
}

static void every_instruction_set_gives_the_same_bits(void **state)
{
    (void)state;
    char base[200], other[200], environment[200];
    assert_int_equal(run_again("ICCSIM_ISA=base", base, sizeof base), 0);
    for (enum isa isa = ISA_AVX2; isa < ISAS; isa++) {
        if (!isa_supported(isa))
            continue;
        snprintf(environment, sizeof environment, "ICCSIM_ISA=%s", isa_name(isa));
        assert_int_equal(run_again(environment, other, sizeof other), 0);
        assert_string_equal(base, other);
    }
    const char *masked = "GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2_Usable,-FMA_Usable,-AVX2,-FMA";
    assert_int_equal(run_again(masked, other, sizeof other), 0);
    assert_string_equal(base, other);
}

static void an_unknown_instruction_set_is_refused(void **state)
{
    (void)state;
    char text[200];
    assert_int_equal(run_again("ICCSIM_ISA=sse9", text, sizeof text), 2);
    assert_string_equal(text, "iccsim: ICCSIM_ISA=sse9: allowed are base, avx2 and avx512\n");
}

/* Of each kind of draw, whatever the reserve holds when it is asked. */
static void a_reserve_gives_the_same_bits_as_draws_one_by_one(void **state)
{
    (void)state;
    static const struct {
        stream_fill *fill;
        double (*one)(struct stream *s);
    } kinds[] = {{stream_fill_uniform, stream_uniform},
                 {stream_fill_exponential, stream_exponential},
                 {stream_fill_normal, stream_normal}};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        struct stream alone = stream_open(&some, 31 + k);
        struct reserve reserve;
        reserve_open(&reserve, alone, kinds[k].fill);
        for (int i = 0; i < 5 * RESERVE_DRAWS / 2; i++)
            assert_true(reserve_next(&reserve) == kinds[k].one(&alone));
    }
    struct stream alone = stream_open(&some, 41);
    struct reserve reserve;
    reserve_open(&reserve, alone, stream_fill_uniform);
    for (uint32_t n = 1; n < 300; n++)
        assert_int_equal(reserve_below(&reserve, n), stream_below(&alone, n));
}

/* Chi squared with 6 degrees of freedom: below 22.5 in 999 of 1,000. A share of
 * draws is refused: of each k the same number of 52-bit numbers is left, counted at the ends of its range. */
static void integers_below_a_bound_are_equally_likely(void **state)
{
    (void)state;
    enum { N = 7, DRAWS = 70000 };
    double count[N] = {0}, chi = 0;
    struct stream s = stream_open(&some, 51);
    for (int i = 0; i < DRAWS; i++)
        count[stream_below(&s, N)]++;
    for (int k = 0; k < N; k++)
        chi += (count[k] - DRAWS / N) * (count[k] - DRAWS / N) / (DRAWS / N);
    assert_true(chi < 22.5 && chi > 0.4);
    for (uint32_t n = 3; n < 4000000000u; n = n * 5 + 2) {
        uint64_t whole = UINT64_C(1) << 52, refused = 0;
        for (uint32_t k = 0; k < 5 && k < n;
             k++) { /* the first number of the k-th range is the one that may be refused */
            uint64_t first = (uint64_t)(((__extension__(unsigned __int128) k << 52) + n - 1) / n);
            uint32_t got, before;
            refused += !below_of_uniform(((double)first + 0.5) / 0x1p52, n, &got);
            assert_int_equal(got, k);
            if (first)
                assert_true(below_of_uniform(((double)first - 0.5) / 0x1p52, n, &before) && before == k - 1);
        }
        assert_true(refused > 0 && whole % n != 0); /* the range of 0 begins with a number too many */
    }
}

static void choices_follow_their_weights(void **state)
{
    (void)state;
    static const double weight[] = {0, 1.5, 0, 4.5, 0};
    assert_int_equal(weighted_choice(0x1p-53, weight, 5), 1);
    assert_int_equal(weighted_choice(0.2499, weight, 5), 1);
    assert_int_equal(weighted_choice(0.2501, weight, 5), 3);
    assert_int_equal(weighted_choice(1 - 0x1p-53, weight, 5), 3);
    static const double thirds[] = {.1, .1, .1};
    assert_int_equal(weighted_choice(1 - 0x1p-53, thirds, 3), 2);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--hash") == 0) {
        printf("%016llx\n", (unsigned long long)hash_of_draws());
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_gives_the_published_answers),
        cmocka_unit_test(a_uniform_is_made_of_the_blocks_words_in_order),
        cmocka_unit_test(antithetic_draws_mirror_exactly),
        cmocka_unit_test(filling_gives_the_same_bits_as_drawing_one_by_one),
        cmocka_unit_test(draws_are_picked_by_their_numbers),
        cmocka_unit_test(many_streams_filled_at_once_give_the_same_bits_as_each_alone),
        cmocka_unit_test(an_exponential_is_minus_the_logarithm_within_an_ulp),
        cmocka_unit_test(draws_follow_their_distributions),
        cmocka_unit_test(a_poisson_draw_is_the_quantile),
        cmocka_unit_test(a_poisson_draw_never_falls_when_u_rises),
        cmocka_unit_test(an_extra_draw_by_one_changes_nobody_elses),
        cmocka_unit_test(every_part_of_the_identity_seed_and_replication_counts),
        cmocka_unit_test(gsl_draws_the_same_numbers),
        cmocka_unit_test(names_have_distinct_well_mixed_identities),
        cmocka_unit_test(every_instruction_set_gives_the_same_bits),
        cmocka_unit_test(an_unknown_instruction_set_is_refused),
        cmocka_unit_test(a_reserve_gives_the_same_bits_as_draws_one_by_one),
        cmocka_unit_test(integers_below_a_bound_are_equally_likely),
        cmocka_unit_test(choices_follow_their_weights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
