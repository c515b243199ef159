#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Bytes and mutants against the loader and the simulator under the sanitizers.
#
# Each target of tests/fuzz (`make fuzz BUILD=fuzz`) starts from its corpus and runs for FUZZ_SECONDS (60). MUTANTS (200)
# of the shipped scenarios, from MUTANT_FROM (1) on, go through `check` and, if that finds them right, run twice:
# whatever comes, no crash, no hang, and nothing that is no number where one is promised.
source "$(dirname "$0")/it.sh"

fuzz() { # fuzz TARGET [LONGEST [MORE-INPUTS]]
    mkdir "$work/found"
    "$root/build/fuzz/tests/fuzz/fuzz_$1" -max_total_time="${FUZZ_SECONDS:-60}" -timeout=20 -max_len="${2:-4096}" \
        -rss_limit_mb=4096 -print_final_stats=1 -artifact_prefix="$work/" "$work/found" "tests/fuzz/corpus/$1" ${3-} \
        >"$work.out" 2>&1 &
    local target=$! # its files: fuzz_file() in tests/fuzz/fuzz.h
    wait $target || {
        rm -rf "/dev/shm/iccsim-fuzz-$target"
        tail -n 40 "$work.out"
        for input in "$work"/crash-* "$work"/timeout-* "$work"/oom-*; do
            [ -e "$input" ] && { echo "$input, base64:"; base64 "$input"; }
        done
        fail "$1: a promise is broken"
    }
    rm -rf "/dev/shm/iccsim-fuzz-$target"
    sed -n 's/^stat::number_of_executed_units: */    inputs: /p' "$work.out"
}

scenarios_of_any_bytes() { fuzz loader 4096 tests/bad; }
files_laid_over_one_another() { fuzz overlay; }
settings_of_the_command_line() { fuzz set 512; }
tables_of_any_bytes() { fuzz tables 1024; }
facts_of_any_bytes() { fuzz facts; }
distributions_of_any_bytes() { fuzz distribution 256; }
units_of_any_bytes() { fuzz units 64; }
dates_of_any_bytes() { fuzz dates 16; }

# One mutant; `bad` collects what must not be.
try_mutant() {
    local seed=$1 shown=("$work"/shown/*) status=0
    local from=${shown[$((seed % ${#shown[@]}))]}
    "$root/build/san/tests/fuzz/mutate" "$seed" <"$from" >"$work/mutant.yml"
    "$root/build/san/iccsim" check "$work/mutant.yml" >"$work.out" 2>"$work.err" || status=$?
    [ $status = 3 ] && { [ -s "$work.err" ] || echo "mutant $seed: refused without a word"; return; }
    [ $status = 0 ] || { echo "mutant $seed of ${from##*/}: check ends in $status"; tail -n 30 "$work.err"; return; }
    right=$((right + 1))
    (ulimit -t 20; "$root/build/san/iccsim" run "$work/mutant.yml" -n 2 -j 1 --no-plots --no-variants \
        --no-attribution -q -o "$work/run") >"$work.out" 2>"$work.err" || status=$?
    case $status in
    0 | 4) ;;
    *) echo "mutant $seed of ${from##*/}: run ends in $status"; tail -n 30 "$work.err" ;;
    esac
    [ $status != 4 ] || failed_runs=$((failed_runs + 1))
    [ $status != 0 ] || ! grep -rlwiE --include='*.dat' --include='*.csv' --include='*.json' -e '[-+]?inf' "$work/run" ||
        echo "mutant $seed of ${from##*/}: an infinity"
    rm -rf "$work/run" "$work"/run.*
}

mutants_of_what_ships_do_no_harm() {
    mkdir "$work/shown"
    for scenario in scenarios/*.yml; do
        "$root/$build/iccsim" show "$scenario" >"$work/shown/$(basename "$scenario")"
    done
    local first=${MUTANT_FROM:-1} right=0 failed_runs=0
    for seed in $(seq "$first" $((first + ${MUTANTS:-200} - 1))); do
        try_mutant "$seed"
    done >"$work.bad"
    [ ! -s "$work.bad" ] || { cat "$work.bad"; fail "mutants do harm"; }
    echo "    right: $right of ${MUTANTS:-200}, in which every replication fails: $failed_runs"
    [ $((5 * right)) -gt "${MUTANTS:-200}" ] || fail "hardly a mutant is right enough to run"
}

it scenarios_of_any_bytes files_laid_over_one_another settings_of_the_command_line tables_of_any_bytes facts_of_any_bytes \
    distributions_of_any_bytes units_of_any_bytes dates_of_any_bytes mutants_of_what_ships_do_no_harm
finish
