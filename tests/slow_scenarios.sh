#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every scenario of the repository runs, with its variants and its pictures, and no replication fails: one does when an
# output that is a share leaves [0, 1].
source "$(dirname "$0")/it.sh"

# What a page and the tables of a run say was found: the same sentence, and no number that this run does not have.
says_what_it_found() { # says_what_it_found FOLDER
    local page summary
    page=$(sed -n 's/.*<p class="finding">\(.*\)<\/p>.*/\1/p' "$1/report.html" | sed 's/&quot;/"/g; s/&#39;/'"'"'/g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g')
    summary=$(sed -n 's/^ *"finding": "\(.*\)",\{0,1\}$/\1/p' "$1/summary.json" | sed 's/\\"/"/g; s/\\\\/\\/g')
    [ "$page" ] && [ "$page" = "$summary" ] || fail "$1: the page says \"$page\", the summary \"$summary\""
    case $page in *'no number in this run'* | *'{'*) fail "$1: $page" ;; esac
    ! grep -qiwE 'nan|inf|infinity' <<<"$page" || fail "$1: $page"
    ! grep -qE '\<([a-z]+ [a-z]+) \1\>' <<<"$page" || fail "$1: it says twice what a number is of: $page"
}

every_scenario_runs_and_is_drawn() {
    for scenario in scenarios/*.yml; do
        exits 0 "$iccsim" run "$scenario" -n 2 -o "$work/run"
        ! grep warning "$work.err" || fail "$scenario"
        ! grep 'replications failed' "$work.err" || fail "$scenario"
        grep -q '^Found: \|has the least expected cost' "$work.out" || fail "$scenario: it does not say what it found"
        ! grep -q '^answer:' "$scenario" || fail "$scenario: an answer is of the run of one day"
        for folder in "$work/run" "$work"/run/*/; do
            [ ! -e "$folder/report.html" ] || says_what_it_found "$folder"
        done
        [ -n "$(find "$work/run/plots" -name '*.svg' -size +0)" ] || fail "$scenario: no pictures"
        [ -z "$(find "$work/run" -type f -size 0)" ] || fail "$scenario: empty files"
    done
}

it every_scenario_runs_and_is_drawn
finish
