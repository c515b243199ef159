#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# How the economics are built: small files in rooms, which do not call each other in circles. Calls are looked up in the
# objects; those through a notice (a pointer that who follows a table leaves with its owner) are no calls by name, and are
# how a lower room speaks to a higher one.
source "$(dirname "$0")/it.sh"

# Lines `FROM TO`, files of models/ such as supply/vintages: a function of the first calls one of the second.
calls() {
    local object objects=()
    for object in models/*.c models/*/*.c; do
        objects+=("${object%.c}.o")
    done
    (cd "$build" && nm -A "${objects[@]}") | sed 's|^models/||; s|\.o:| |' >"$work/symbols"
    awk 'NR == FNR { if ($(NF - 1) == "T") owner[$NF] = $1; next }
         $(NF - 1) == "U" && $NF in owner && owner[$NF] != $1 { print $1, owner[$NF] }' "$work/symbols" "$work/symbols" | sort -u
}

a_circle_is_found() {
    printf 'a/x b/y\nb/y c/z\nc/z a/x\nc/z d/w\nd/w e/v\ne/v d/w\nf/u a/x\n' | awk -f tests/circles.awk |
        tr ' ' '\n' | sort | tr '\n' ' ' >"$work/found"
    [ "$(cat "$work/found")" = 'a/x b/y c/z d/w e/v ' ] || fail "found: $(cat "$work/found")"
}

files_of_different_rooms_do_not_call_each_other_in_circles_and_never_more_than_three() {
    calls >"$work/calls"
    [ "$(wc -l <"$work/calls")" -gt 200 ] || fail "only $(wc -l <"$work/calls") calls were found"
    awk -f tests/circles.awk "$work/calls" | awk '{
        line = $0
        sub(/\/.*/, "", $1)
        for (i = 2; i <= NF; i++) {
            sub(/\/.*/, "", $i)
            if ($i != $1 || i > 3) { print line; next }
        }
    }' >"$work/circles"
    [ ! -s "$work/circles" ] || { cat "$work/circles"; fail "these call each other in a circle"; }
}

no_file_of_the_economics_is_long() {
    local lines file
    for file in models/*.[ch] models/*/*.[ch]; do
        lines=$(wc -l <"$file")
        [ "$lines" -le 600 ] || fail "$file has $lines lines; at most 600"
    done
    lines=$(wc -l <models/world.h)
    [ "$lines" -le 200 ] || fail "models/world.h has $lines lines; at most 200: tables stand in their owners' headers"
}

it a_circle_is_found
it files_of_different_rooms_do_not_call_each_other_in_circles_and_never_more_than_three
it no_file_of_the_economics_is_long
finish
