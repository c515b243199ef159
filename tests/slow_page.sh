#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The report of ten studies in headless Chromium (tests/lab/pages.js), and every picture of theirs as XML. `make test-all`
# installs Chromium and npm first. ICCSIM_LOOK=FOLDER keeps screenshots and PDFs.
source "$(dirname "$0")/it.sh"

studies="china no-ban late-ban deepseek-shock lessor one-server bubble-anatomy car-maker-10kp h200-china-2000 us"

reports_are_read_in_a_browser() {
    exits 0 make --no-print-directory -f plots/lab/Makefile build/lab/npm/ready
    for study in $studies; do
        exits 0 "$iccsim" run "scenarios/$study.yml" -n 20 -q -o "$work/$study"
    done
    find "$work" -name '*.svg' >"$work.svg"
    [ "$(wc -l <"$work.svg")" -gt 100 ] || fail "$(wc -l <"$work.svg") pictures"
    xargs xmllint --noout <"$work.svg" || fail "a picture is no XML"
    exits 0 node tests/lab/pages.js $(printf "$work/%s " $studies)
}

it reports_are_read_in_a_browser
finish
