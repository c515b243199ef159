#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The program itself under the sanitizers: wrong input, every scenario, two threads; and under valgrind, if it is there.
source "$(dirname "$0")/it.sh"

is_free_of_faults() { # is_free_of_faults FILE
    ! grep -E 'Sanitizer|runtime error' "$1" || fail "a sanitizer complains"
}

wrong_input_is_refused_without_a_fault() {
    cp -a tests/bad "$work/bad"
    find "$work" | sort >"$scratch/before"
    for file in tests/bad/*.yml; do
        local status=0
        "$root/build/san/iccsim" check "$file" >"$scratch/out" 2>"$scratch/err" || status=$?
        [ $status = 3 ] || { cat "$scratch/err"; fail "$file: exit status $status"; }
        is_free_of_faults "$scratch/err"
    done
    cd "$work"
    for file in bad/*.yml; do
        "$root/build/san/iccsim" run "$file" -n 1 >"$scratch/out" 2>"$scratch/err" || true
        is_free_of_faults "$scratch/err"
    done
    find "$work" | sort | diff "$scratch/before" -
}

every_scenario_runs_without_a_fault() {
    for scenario in scenarios/*.yml; do
        exits 0 "$root/build/san/iccsim" run "$scenario" -n 2 --no-plots -o "$work/run"
        is_free_of_faults "$work.err"
    done
    exits 0 "$root/build/san/iccsim" trace scenarios/china.yml
    exits 0 "$root/build/san/iccsim" show scenarios/china.yml
    exits 0 "$root/build/san/iccsim" schema
}

two_threads_do_not_race() {
    # The runtime of OpenMP is not compiled with the sanitizer; Archer tells it what is synchronised.
    export TSAN_OPTIONS="ignore_noninstrumented_modules=1 halt_on_error=1"
    exits 0 "$root/build/tsan/iccsim" run scenarios/china.yml -n 4 -j 2 --no-plots -q -o "$work/two"
    is_free_of_faults "$work.err"
    exits 0 "$iccsim" run scenarios/china.yml -n 4 -j 1 --no-plots -q -o "$work/one"
    same "$work/one" "$work/two"
}

valgrind_finds_nothing() {
    command -v valgrind || return 0
    # Valgrind knows no AVX-512.
    export ICCSIM_ISA=base
    exits 0 valgrind --quiet --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite \
        "$iccsim" run scenarios/china.yml -n 1 -j 1 --no-plots -q -o "$work/run"
}

it wrong_input_is_refused_without_a_fault every_scenario_runs_without_a_fault two_threads_do_not_race valgrind_finds_nothing
finish
