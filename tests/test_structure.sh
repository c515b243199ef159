#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# How the economics are built: small files in rooms, which do not call each other in circles. Calls are looked up in the
# objects; those through a notice (a pointer that the follower of a table leaves with its owner) are no calls by name, and are
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

# compiles ROOM STATEMENT: in a file of that room
compiles() {
    printf '#include "models/world.h"\nvoid f(struct world *w);\nvoid f(struct world *w) { %s; }\n' "$2" |
        "${CC:-cc}" -std=c17 -D_GNU_SOURCE "-DROOM=ROOM_$1" -I. -Werror -fsyntax-only -x c - 2>"$work.err"
}

the_tables_of_other_rooms_are_const() {
    local owner room write='w->vintages.row[0].cards = 1;w->vintages.row[0].debt = 1;w->leases.row[0].rent = 1;w->power.drawn_mw[0] = 1;w->market.peak = 1;w->firms.row[0].cards = 1'
    for owner in supply books leases hardware market books; do
        for room in hardware market supply leases books planner; do
            if [ $room = $owner ]; then
                compiles $room "${write%%;*}" || { cat "$work.err"; fail "$owner cannot write: ${write%%;*}"; }
            else
                ! compiles $room "${write%%;*}" || fail "$room can write what is of $owner: ${write%%;*}"
                says err read-only || says err const || fail "it is wrong otherwise"
            fi
        done
        write=${write#*;}
    done
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

# A mechanism that keeps something to itself keeps it in its state.
the_world_holds_tables_and_nothing_of_a_mechanism() {
    awk '/^struct world \{/ { inside = 1; next }
         inside && /^\};/ { exit }
         inside && !/^ *(\/?\*|OF_|struct sim \*sim;|void \*state\[STATES\];)/' models/world.h >"$work/others"
    [ ! -s "$work/others" ] || { cat "$work/others"; fail "these are neither tables nor the engine"; }
}

every_mechanism_has_its_row_on_the_page() {
    local name file
    for name in $(sed -n 's/^MODEL(\(.*\))$/\1/p' models/models.def); do
        file=$(grep -l "^const struct model model_$name = {" models/*/*.c)
        grep -q "^| .*\`${file#models/}\`" models/README.md || fail "models/README.md has no row for ${file#models/}"
    done
}

every_study_is_in_the_readme() {
    local scenario name
    for scenario in scenarios/*.yml; do
        name=$(basename "$scenario" .yml)
        grep -q "\`$name\`\|scenarios/$name\.yml" README.md || fail "README.md does not name $name"
    done
}

it a_circle_is_found
it files_of_different_rooms_do_not_call_each_other_in_circles_and_never_more_than_three
it the_tables_of_other_rooms_are_const
it no_file_of_the_economics_is_long
it every_mechanism_has_its_row_on_the_page
it the_world_holds_tables_and_nothing_of_a_mechanism
it every_study_is_in_the_readme
finish
