#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every scenario of the repository runs, with its variants and its pictures, and no replication fails: one does when an
# output that is a share leaves [0, 1].
source "$(dirname "$0")/it.sh"

every_scenario_runs_and_is_drawn() {
    for scenario in scenarios/*.yml; do
        exits 0 "$iccsim" run "$scenario" -n 2 -o "$work/run"
        ! grep warning "$work.err" || fail "$scenario"
        ! grep 'replications failed' "$work.err" || fail "$scenario"
        grep -q '^Found: \|^Least expected cost' "$work.out" || fail "$scenario: it does not say what it found"
        ! grep -q '^answer:' "$scenario" || fail "$scenario: an answer is of the run of one day"
        [ -n "$(find "$work/run/plots" -name '*.svg' -size +0)" ] || fail "$scenario: no pictures"
        [ -z "$(find "$work/run" -type f -size 0)" ] || fail "$scenario: empty files"
    done
}

it every_scenario_runs_and_is_drawn
finish
