#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Where a replication of the headline scenario spends its instructions: millions of a replication, callees included.
# Usage: profile.sh ICCSIM, in the source tree.
set -eu
replications=2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
valgrind --tool=callgrind --callgrind-out-file="$work/profile" --toggle-collect=sim_run \
    "$1" run scenarios/china.yml -n $replications -j 1 --no-plots -q -o "$work/out" >"$work/log" 2>&1 ||
    { cat "$work/log"; exit 1; }
callgrind_annotate --auto=no --inclusive=yes --threshold=99.99 "$work/profile" >"$work/text"
# Whole-program optimisation lists a function by file and by path, inlined or not: the largest line counts.
awk -v n=$replications '
    function millions(text) { gsub(",", "", text); return text / n / 1e6 }
    /PROGRAM TOTALS/ { printf "%7.1f all\n", millions($1) }
    match($0, /(models|models\/[a-z_]*|sim\/engine|sim\/base)\/[a-z_]*\.[ch]:[a-z_0-9]+/) {
        name = substr($0, RSTART, RLENGTH)
        if (millions($1) > most[name]) most[name] = millions($1)
    }
    END { for (name in most) if (most[name] >= 0.5) printf "%7.1f %s\n", most[name], name | "sort -rn" }' "$work/text"
