#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# `make install` and `make uninstall`: the program finds its plots and scenarios there, and nothing is left.
source "$(dirname "$0")/it.sh"

install() { # install WHAT VARIABLE=VALUE...: in a folder of its own, since PREFIX is compiled in
    exits 0 make -j2 --no-print-directory B="$scratch/build" "$@"
}

an_installed_program_runs_from_elsewhere() {
    install install PREFIX="$work/prefix"
    cd "$work"
    exits 0 prefix/bin/iccsim run prefix/share/iccsim/scenarios/china.yml -n 2
    [ -s out/china/plots/rents.svg ] || { cat "$work.err"; fail "no pictures"; }
    cmp out/china/summary.json <("$iccsim" run "$root/scenarios/china.yml" -n 2 -q --no-plots -o here && cat here/summary.json)
}

a_staged_installation_holds_what_is_needed_and_goes_again() {
    install install DESTDIR="$work" PREFIX=/opt/iccsim
    for file in bin/iccsim share/iccsim/plots/common.gp share/iccsim/scenarios/china.yml share/iccsim/scenarios/data/policy.yml; do
        [ -s "$work/opt/iccsim/$file" ] || fail "no $file"
    done
    install uninstall DESTDIR="$work" PREFIX=/opt/iccsim
    [ -z "$(find "$work/opt" -type f)" ] || fail "left: $(find "$work/opt" -type f)"
}

it an_installed_program_runs_from_elsewhere a_staged_installation_holds_what_is_needed_and_goes_again
finish
