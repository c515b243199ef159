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

what_show_prints_is_right_too() {
    for scenario in scenarios/*.yml; do
        "$iccsim" show "$scenario" >"$work/merged.yml"
        exits 0 "$iccsim" check "$work/merged.yml"
    done
    "$iccsim" show scenarios/china.yml --set run.end=2024-06 >"$work/merged.yml"
    exits 0 "$iccsim" check "$work/merged.yml"
    grep -q 'at: 2026-12, .*beyond_run: true' "$work/merged.yml" || fail "no measure beyond the run is marked"
}

# Their variants delete what an inherited lever moves; their runs end before an inherited measure.
a_merged_scenario_and_its_variants_have_the_same_replications() {
    for scenario in no-ban bubble-anatomy; do
        run=("$iccsim" run --no-plots --no-attribution -q -n 1 -s 7 --set run.end=2024-06)
        exits 0 "${run[@]}" scenarios/$scenario.yml -o "$work/$scenario"
        exits 0 "${run[@]}" "$work/$scenario/scenario.yml" -o "$work/$scenario-again"
        (cd "$work/$scenario" && find . -name replications.csv) >"$work/tables"
        while read -r table; do
            cmp "$work/$scenario/$table" "$work/$scenario-again/$table"
        done <"$work/tables"
    done
    [ "$(find "$work/no-ban-again" -name replications.csv | wc -l)" = 3 ] || fail "variants are missing"
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

it whatever_check_finds_right_runs what_show_prints_is_right_too \
    a_merged_scenario_and_its_variants_have_the_same_replications \
    a_seed_is_the_same_in_a_file_and_on_the_command_line
finish
