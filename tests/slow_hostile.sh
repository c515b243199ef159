#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every study with hostile texts in the place of all of its own: run, compared and scored. See test_hostile.sh.
source "$(dirname "$0")/it.sh"
source tests/hostile.sh

every_study_runs_whatever_its_texts_say() {
    canary=$work/canary
    local first=0 scenario name
    for scenario in scenarios/*.yml; do
        name=$(basename "$scenario" .yml)
        hostile_run "$name" "$first" -n 2 --
        rm -rf "$work/run.$first" "$work/scenarios.$first"
        first=$((first + 1))
    done
}

every_study_is_told_whatever_its_texts_say() {
    canary=$work/canary
    make_hostile "$work/scenarios" 5
    local scenario
    for scenario in "$work"/scenarios/*.yml; do
        exits 0 "$iccsim" check "$scenario"
        exits 0 "$iccsim" show "$scenario"
        nothing_was_run
        ! grep -q "$(printf '\033')" "$work.out" || fail "$scenario: an escape sequence got through"
    done
    exits 0 "$iccsim" compare "$work/scenarios/no-ban.yml" -n 2 -o "$work/compared"
    is_sound "$work/compared" compare
}

it every_study_runs_whatever_its_texts_say every_study_is_told_whatever_its_texts_say
finish
