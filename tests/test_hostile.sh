#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Texts of a scenario are data wherever they go: not code, not markup, not a list, not a format. Every text of studies
# with every kind of picture is replaced by a hostile one; nothing may be run, warned of, left out or malformed.
source "$(dirname "$0")/it.sh"

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
                value = "(\"([^\"\\\\]|\\\\.)*\"|[>|]-?\n(( [^\n]*)?\n)+|[^\",}\n>|]([^}\n:]*[^,}\n:])?\n|[^\",}\n>|][^,}\n]*)"
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

markets_are_drawn_whatever_their_texts_say() {
    canary=$work/canary
    hostile_run china 0 -n 2 -- approvals beliefs books capacity circular consolidation credit demand domestic funnel gray hype \
        leases margins prices rents survival utilisation value-by-age
}

decisions_are_drawn_whatever_their_texts_say() {
    canary=$work/canary
    for first in 0 1 2; do
        hostile_run university-lab "$first" -n 2 --no-variants -- decision decision-paid decision-frontier
    done
}

variants_are_drawn_whatever_their_texts_say() {
    canary=$work/canary
    hostile_run useful-life-3-vs-6 1 -n 2 -- compare survival-compared
}

shares_are_drawn_whatever_their_texts_say() {
    canary=$work/canary
    hostile_run bubble-anatomy 2 -n 1 -- attribution
}

backtests_are_drawn_whatever_their_texts_say() {
    canary=$work/canary
    make_hostile "$work/scenarios" 2
    exits 0 "$iccsim" backtest "$work/scenarios/china.yml" -n 2 -s 7 -o "$work/run"
    is_sound "$work/run" backtest
}

# The names of folders are no code either.
folders_may_have_any_name() {
    canary=$work/canary
    local home="$work/it's \"a\" \`touch canary\` \$(touch canary) 'home"
    mkdir -p "$home"
    cp -r plots scenarios "$home"
    cd "$work"
    exits 0 env ICCSIM_SHARE="$home" "$iccsim" run "$home/scenarios/university-lab.yml" -n 2 -o "$home/run"
    is_sound "$home/run" decision decision-paid decision-frontier
}

no_script_starts_a_program() {
    ! grep -nE '^[^#]*(system|shell|`|["'\''][<|]|^ *!)' plots/*.gp || fail "a script can start a program"
}

it markets_are_drawn_whatever_their_texts_say decisions_are_drawn_whatever_their_texts_say \
    variants_are_drawn_whatever_their_texts_say shares_are_drawn_whatever_their_texts_say \
    backtests_are_drawn_whatever_their_texts_say folders_may_have_any_name no_script_starts_a_program
finish
