#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The page's core is linked of a list of sources (plots/lab/Makefile), by a compiler that `make test` does not need. What
# these call of ours must be among them: it is looked up in the native objects.
source "$(dirname "$0")/it.sh"

nothing_of_ours_is_missing_in_the_core_of_the_page() {
    local sources
    sources=$(make -s -f plots/lab/Makefile --eval 'list-sources: ; @echo $(SRC)' list-sources) || fail "no list of sources"
    [ "$(wc -w <<<"$sources")" -gt 80 ] || fail "a list of $(wc -w <<<"$sources") sources"
    for source in $sources; do
        [ -e "$source" ] || fail "no $source"
        [ "$source" = plots/lab/compat.c ] || echo "$build/${source%.c}.o"
    done >"$work/objects"
    nm -g --defined-only $(cat "$work/objects") | awk 'NF == 3 {print $3}' | sort -u >"$work/there"
    find "$build/sim" "$build/models" -name '*.o' -exec nm -g --defined-only {} + | awk 'NF == 3 {print $3}' | sort -u >"$work/ours"
    nm -u $(cat "$work/objects") | awk '$1 == "U" {print $2}' | sort -u >"$work/called"
    comm -12 "$work/called" "$work/ours" | comm -23 - "$work/there" >"$work/missing"
    while read -r name; do
        grep -q "\b$name(" plots/lab/compat.c || fail "$name is missing: add its file to SRC in plots/lab/Makefile"
    done <"$work/missing"
}

it nothing_of_ours_is_missing_in_the_core_of_the_page
finish
