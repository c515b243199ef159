/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which instruction set the vector kernels use.
 *
 * A kernel is one source, NAME_kernel.h, included once per set with its own vector width and target attribute; the
 * results stand in a table indexed by enum isa. (target_clones would do this too, but breaks under ThreadSanitizer,
 * and clang 14 picks the slow version without a word.) The best set the processor has is used, or the one
 * ICCSIM_ISA=base|avx2|avx512 names; any other value, or one the processor lacks, ends the program with exit code 2
 * and a message. All sets give the same bits.
 */
#ifndef ICCSIM_ENGINE_ISA_H
#define ICCSIM_ENGINE_ISA_H

#include <stdbool.h>

enum isa { ISA_BASE, ISA_AVX2, ISA_AVX512, ISAS };

enum isa isa_in_use(void); /* decided at the first call */
/* By this processor, whatever ICCSIM_ISA says; and as ICCSIM_ISA spells it. */
bool isa_supported(enum isa isa);
const char *isa_name(enum isa isa);

#define ISA_BODY static inline __attribute__((always_inline))
#ifdef __x86_64__
#define ISA_TARGET_AVX2 __attribute__((target("avx2")))
#define ISA_TARGET_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))
#endif

#endif
