#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What `check` finds right runs: the scenarios of tests/neighbours, each beside a broken one of tests/bad.
source "$(dirname "$0")/it.sh"

whatever_check_finds_right_runs() {
    exits 0 "$iccsim" check tests/neighbours/*.yml
    for scenario in tests/neighbours/*.yml; do
        exits 0 "$iccsim" run "$scenario" --no-plots -q -o "$work/run"
        [ ! -s "$work.err" ] || { cat "$work.err"; fail "$scenario: it warned"; }
    done
}

# 2^53 + 1, which no double holds.
a_seed_is_the_same_in_a_file_and_on_the_command_line() {
    local seed=9007199254740993 run=("$iccsim" run scenarios/china.yml --set run.end=2022-06 --no-plots -q -n 1)
    exits 0 "${run[@]}" -s $seed -o "$work/option"
    exits 0 "${run[@]}" --set run.seed=$seed -o "$work/set"
    exits 0 "${run[@]}" --set run.seed=9_007_199_254_740_993 -o "$work/spelt"
    exits 0 "${run[@]}" -s 9007199254740992 -o "$work/next"
    cmp "$work/option/replications.csv" "$work/set/replications.csv"
    cmp "$work/option/replications.csv" "$work/spelt/replications.csv"
    grep -q $seed "$work/set/manifest.json" || fail "the manifest names another seed"
    ! cmp -s "$work/set/replications.csv" "$work/next/replications.csv" || fail "the seed was rounded"
    exits 0 "${run[@]}" --set run.seed=18446744073709551615 -o "$work/largest"
    exits 3 "${run[@]}" --set run.seed=18446744073709551616 -o "$work/beyond"
    exits 2 "${run[@]}" -s 18446744073709551616 -o "$work/beyond"
}

it whatever_check_finds_right_runs a_seed_is_the_same_in_a_file_and_on_the_command_line
finish
