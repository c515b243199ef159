/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmocka with what it needs before it, and equality of doubles up to a stated difference. */
#ifndef ICCSIM_TESTS_NEAR_H
#define ICCSIM_TESTS_NEAR_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

static inline void near_or_fail(double is, double should, double difference, const char *file, int line)
{
    if (fabs(is - should) <= difference)
        return;
    print_error("%.17g is not %.17g (allowed difference %g)\n", is, should, difference);
    _fail(file, line);
}

#define assert_near(is, should, difference) near_or_fail((is), (should), (difference), __FILE__, __LINE__)

#endif
