#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What every study says it found is what its files say (tests/finding.awk).
source "$(dirname "$0")/it.sh"

the_numbers_of_every_finding_are_those_of_its_run() {
    local compared=0 studies=0
    case $build in *san*) set -- scenarios/no-ban.yml ;; *) set -- scenarios/*.yml ;; esac
    for scenario; do
        grep -q '^  finding: ' "$scenario" || continue
        exits 0 "$iccsim" run "$scenario" -n 2 --no-plots --no-attribution -q -o "$work/run"
        awk -f tests/finding.awk TEMPLATE="$scenario" FOLDER="$work/run" >"$work/said" || { cat "$work/said"; fail "$scenario"; }
        compared=$((compared + $(tail -n 1 "$work/said"))) studies=$((studies + 1))
    done
    [ $# = 1 ] || [ "$compared" -ge 50 ] || fail "only $compared numbers of $studies studies were compared"
}

# The reader itself: a number that was said wrong is found.
a_wrong_number_is_found() {
    exits 0 "$iccsim" run scenarios/no-ban.yml -n 2 --no-plots -q -o "$work/run"
    awk -f tests/finding.awk TEMPLATE=scenarios/no-ban.yml FOLDER="$work/run"
    sed -i '/"measures"/,$ s/"p50": \([0-9]\)/"p50": 1\1/' "$work/run/no_bans/summary.json"
    ! awk -f tests/finding.awk TEMPLATE=scenarios/no-ban.yml FOLDER="$work/run" || fail "nothing is wrong"
}

it the_numbers_of_every_finding_are_those_of_its_run a_wrong_number_is_found
finish
