/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernels of each instruction set. */
#include "arrays.h"

#include "sim/base/det.h"

#include <float.h>
#include <stdint.h>
#include <string.h>

static const double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
#define ONE_BITS 0x3ff0000000000000u /* of 1.0 */
#define TWO_52_BITS 0x4330000000000000u /* of 2^52 */
#define MANTISSA 0x000fffffffffffffu
#define SQRT_HALF_BITS 0x3fe6a09e667f3bcdu /* of sqrt(1/2) */

#define LANES 2
#define NAME(x) x##_base
#define TARGET
#include "arrays_kernel.h"

#ifdef __x86_64__
#define LANES 4
#define NAME(x) x##_avx2
#define TARGET ISA_TARGET_AVX2
#include "arrays_kernel.h"

#define LANES 8
#define NAME(x) x##_avx512
#define TARGET ISA_TARGET_AVX512
#include "arrays_kernel.h"
#endif

typedef void kernel(const double *x, double *y, size_t count);

static const struct {
    kernel *exp, *log;
} kernels[ISAS] = {
    [ISA_BASE] = {exp_array_base, log_array_base},
#ifdef __x86_64__
    [ISA_AVX2] = {exp_array_avx2, log_array_avx2},
    [ISA_AVX512] = {exp_array_avx512, log_array_avx512},
#endif
};

void array_exp_with(enum isa isa, const double *x, double *y, size_t count)
{
    kernels[isa].exp(x, y, count);
}

void array_log_with(enum isa isa, const double *x, double *y, size_t count)
{
    kernels[isa].log(x, y, count);
}

void array_exp(const double *x, double *y, size_t count)
{
    array_exp_with(isa_in_use(), x, y, count);
}

void array_log(const double *x, double *y, size_t count)
{
    array_log_with(isa_in_use(), x, y, count);
}
