#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Scenarios whose every text tries something, and what must hold of their runs. To be sourced after it.sh.

# What a text may try, a line each; CANARY is a file that nobody makes. `\n` is a newline, as in YAML.
hostile_texts() {
    cat <<'END'
a `touch CANARY` $(touch CANARY)
a" ; system("touch CANARY") ; x = "b".system("touch CANARY")."
a' ; system('touch CANARY') ; x = 'b'.system('touch CANARY').'
'' doubled '' apostrophes ''
a\n!touch CANARY\nsystem "touch CANARY"\nb
@title @CANARY %s %n %d %% 100 %
]]> <script>alert(1)</script> & &amp; </svg> <!-- -->
< touch CANARY
| touch CANARY
a|b|c, d ; e # f
{/:Bold a} _b^c ~d \\ &{e} }{
a \\
{"a": [1}], *b &c !d - e
=cmd|' /C touch CANARY'!A0
每小时租用按月结算的长租合同与自建智算中心以及政府算力券补贴下的国产昇腾服务器集群方案甲乙丙丁戊己庚辛壬癸
END
}

# Every text of a scenario's files by one of them, in turn, beginning with number FIRST.
make_hostile() { # make_hostile FOLDER FIRST
    mkdir -p "$1/data"
    hostile_texts | sed "s|CANARY|$canary|g" >"$work/texts"
    for file in scenarios/*.yml scenarios/data/*.yml; do
        awk -v first="$2" -v texts="$work/texts" -v place="$file" '
            BEGIN {
                while ((getline line < texts) > 0) {
                    gsub(/"/, "\\\"", line)
                    text[count++] = line
                }
                next_one = first + length(place)
            }
            { all = all $0 "\n" }
            END {
                key = "(label|title|question|answer|source|note|vendor): +"
                value = "(\"([^\"\\\\]|\\\\.)*\"|[>|]-?\n(( [^\n]*)?\n)+|[^\",{}\n>|]([^}\n:]*[^,}\n:])?\n|[^\",{}\n>|][^,}\n]*)"
                while (match(all, "(^|[ \n{])" key value)) {
                    found = substr(all, RSTART, RLENGTH)
                    printf "%s%s\"%s\"%s", substr(all, 1, RSTART - 1), substr(found, 1, index(found, ":") + 1), \
                        text[next_one++ % count], found ~ /\n$/ ? "\n" : ""
                    all = substr(all, RSTART + RLENGTH)
                }
                printf "%s", all
            }' "$file" >"$1/${file#scenarios/}"
    done
}

nothing_was_run() {
    [ ! -e "$canary" ] || fail "a text was run"
}

# Everything that was drawn is there and well-formed, and nobody complained.
is_sound() { # is_sound RUN NEEDED-PICTURE...
    local run=$1 picture
    shift
    nothing_was_run
    ! grep -qi -e warning -e gnuplot "$work.err" || { cat "$work.err"; fail "it warned"; }
    for picture; do
        [ -s "$run/plots/$picture.svg" ] || fail "no $picture.svg"
    done
    find "$run" \( -name '*.svg' -o -name '*.html' \) -exec xmllint --noout {} + || fail "not well-formed"
    ! grep -rlF '<script>' "$run" --include='*.svg' --include='*.html' || fail "markup got through"
}

# Runs one study with its texts replaced, beginning with text number FIRST.
hostile_run() { # hostile_run SCENARIO FIRST OPTION... -- PICTURE...
    local scenario=$1 options=()
    make_hostile "$work/scenarios.$2" "$2"
    local run=$work/run.$2 file=$work/scenarios.$2/$scenario.yml
    shift 2
    while [ "$1" != -- ]; do options+=("$1") && shift; done
    shift
    exits 0 "$iccsim" run "$file" -s 7 -o "$run" "${options[@]}"
    is_sound "$run" "$@"
}
