#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Same bits: compilers, threads, instruction sets, and a C library that may not use AVX2 or FMA.
source "$(dirname "$0")/it.sh"
masked=glibc.cpu.hwcaps=-AVX2_Usable,-FMA_Usable,-AVX512F_Usable,-AVX2,-FMA,-AVX512F

run() { # run FOLDER OPTION...: the headline, with the program $iccsim
    local folder=$1
    shift
    exits 0 "$iccsim" run scenarios/china.yml -n 8 -s 7 --no-plots -q -o "$folder" "$@"
}

reference=$scratch/reference
make_reference() {
    run "$reference" -j 2
}

one_thread_gives_the_same_bits() {
    run "$work/run" -j 1
    same "$reference" "$work/run"
}

more_threads_than_cores_give_the_same_bits() {
    run "$work/run" -j 5
    same "$reference" "$work/run"
}

every_instruction_set_gives_the_same_bits() {
    for isa in base avx2 avx512; do
        export ICCSIM_ISA=$isa
        if ! "$iccsim" run scenarios/china.yml -n 8 -s 7 --no-plots -q -o "$work/$isa" 2>"$work.err"; then
            says err "this processor does not have it"
            continue
        fi
        same "$reference" "$work/$isa"
    done
}

a_masked_c_library_gives_the_same_bits() {
    export GLIBC_TUNABLES=$masked
    run "$work/run"
    same "$reference" "$work/run"
    export ICCSIM_ISA=base
    run "$work/base"
    same "$reference" "$work/base"
}

clang_gives_the_same_bits() {
    iccsim=$root/build/clang/iccsim
    run "$work/run"
    same "$reference" "$work/run"
    export GLIBC_TUNABLES=$masked ICCSIM_ISA=base
    run "$work/masked"
    same "$reference" "$work/masked"
}

sanitizers_and_other_optimisation_give_the_same_bits() {
    iccsim=$root/build/san/iccsim
    run "$work/run"
    same "$reference" "$work/run"
}

another_seed_gives_others() {
    exits 0 "$iccsim" run scenarios/china.yml -n 8 -s 8 --no-plots -q -o "$work/run"
    ! same "$reference" "$work/run" || fail "seed 8 gave the same as seed 7"
}

it make_reference one_thread_gives_the_same_bits more_threads_than_cores_give_the_same_bits \
    every_instruction_set_gives_the_same_bits a_masked_c_library_gives_the_same_bits clang_gives_the_same_bits \
    sanitizers_and_other_optimisation_give_the_same_bits another_seed_gives_others
finish
