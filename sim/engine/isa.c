/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The choice among the kernels' instruction sets. */
#include "isa.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UNDECIDED = -1, EXIT_USAGE = 2 };

static const char *const names[ISAS] = {[ISA_BASE] = "base", [ISA_AVX2] = "avx2", [ISA_AVX512] = "avx512"};

const char *isa_name(enum isa isa)
{
    return names[isa];
}

bool isa_supported(enum isa isa)
{
#ifdef __x86_64__
    if (isa == ISA_AVX2)
        return __builtin_cpu_supports("avx2");
    if (isa == ISA_AVX512)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#endif
    return isa == ISA_BASE;
}

static enum isa isa_named(const char *name)
{
    for (int isa = 0; isa < ISAS; isa++) {
        if (strcmp(name, names[isa]) != 0)
            continue;
        if (isa_supported((enum isa)isa))
            return (enum isa)isa;
        fprintf(stderr, "iccsim: ICCSIM_ISA=%s: this processor does not have it\n", name);
        exit(EXIT_USAGE);
    }
    fprintf(stderr, "iccsim: ICCSIM_ISA=%s: allowed are base, avx2 and avx512\n", name);
    exit(EXIT_USAGE);
}

static enum isa best(void)
{
    enum isa isa = ISAS - 1;
    while (!isa_supported(isa))
        isa--;
    return isa;
}

/* Threads that come here together find the same answer, so it does not matter whose is kept. */
enum isa isa_in_use(void)
{
    static atomic_int decided = UNDECIDED;
    int isa = atomic_load_explicit(&decided, memory_order_relaxed);
    if (isa == UNDECIDED) {
        const char *forced = getenv("ICCSIM_ISA");
        isa = forced ? isa_named(forced) : best();
        atomic_store_explicit(&decided, isa, memory_order_relaxed);
    }
    return (enum isa)isa;
}
