/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lease book (lease_book.h), a model that knows nothing of the economics, against what other programs found.
 *
 * Means of 4,000 replications with 500 centres, found alike by implementations on this engine, on Cimba, on SimPy and
 * in NumPy; their standard errors are beside them.
 */
#include "lease_book.h"
#include "near.h"

enum { REPLICATIONS = 160, CENTRES = 500 };

static const struct {
    double mean, error;
} known[BOOK_OUTPUTS] = {
    [BOOK_UTILISATION] = {.62218, .0002}, [BOOK_TERMINATED] = {1208.8, .9}, [BOOK_EXPIRED] = {4930.3, 1.9},
    [BOOK_RENEGED] = {26.04, .18},        [BOOK_REVENUE] = {25400, 38},
};

static void its_means_are_those_of_other_implementations(void **state)
{
    (void)state;
    double sum[BOOK_OUTPUTS] = {0}, squares[BOOK_OUTPUTS] = {0};
    struct book_lab lab;
    book_lab_open(&lab, CENTRES);
    for (uint32_t r = 0; r < REPLICATIONS; r++) {
        assert_true(book_lab_run(&lab, 2385, r));
        for (int i = 0; i < BOOK_OUTPUTS; i++) {
            sum[i] += lab.result->scalar[i];
            squares[i] += lab.result->scalar[i] * lab.result->scalar[i];
        }
    }
    book_lab_close(&lab);
    for (int i = 0; i < BOOK_OUTPUTS; i++) {
        double mean = sum[i] / REPLICATIONS, variance = (squares[i] - sum[i] * mean) / (REPLICATIONS - 1);
        double error = sqrt(variance / REPLICATIONS + known[i].error * known[i].error);
        print_message("    %-12s %10.5g, known %10.5g, standard error %.3g\n", book_outputs[i].name, mean,
                      known[i].mean, error);
        assert_near(mean, known[i].mean, 3.3 * error); /* one in a thousand */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_means_are_those_of_other_implementations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
