#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Which constants do the rents of 2031 hang on? Every number and series of usage, demand, rents abroad, the outside option, the market
# and platforms that china.yml fixes (what it draws has an interval already), at two thirds and at four thirds of itself, on the same luck.
# Prints those that move a median rent of 2031 by more than 10 %, with what they rest on: as CSV, the largest first. From the root of the
# tree:
#     scenarios/data/thirds.sh build/release/iccsim 60 >thirds.csv && mv thirds.csv scenarios/data/
set -e
program=$1 replications=${2:-60} sections=${3:-usage waves demand tenants shocks abroad market platform platforms}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# path, value, source, confidence of what is a number or a series, fixed, of a mechanism that is on
"$program" show scenarios/china.yml | awk -v sections=" $sections " '
    function quoted(key,    text) {
        if (!match($0, key ": (\"[^\"]*\"|[^,}\"]*)")) return ""
        text = substr($0, RSTART + length(key) + 2, RLENGTH - length(key) - 2)
        gsub(/"/, "", text)
        return text
    }
    /^[a-z_]+:/ { section = substr($1, 1, length($1) - 1); entity = ""; on = index(sections, " " section " ") > 0 }
    !on { next }
    /^  enabled: false/ { on = 0; next }
    /^  [A-Za-z0-9_]+: *(#.*)?$/ { entity = substr($1, 1, length($1) - 1) "."; next }
    /^  [A-Za-z0-9_]+:/ && !/^   / { entity = "" }
    /^ +[a-z_0-9]+: / {
        name = substr($1, 1, length($1) - 1); rest = $0; sub(/^ +[a-z_0-9]+: /, "", rest); sub(/ +# [^"]*$/, "", rest)
        value = rest
        if (value ~ /^\{value: /) { sub(/^\{value: /, "", value); if (value ~ /^\{/) sub(/\}.*/, "}", value); else sub(/[,}].*/, "", value) }
        sub(/ +$/, "", value)
        dated = value ~ /^\{[0-9]{4}/
        if (section == "tenants" && name == "need" && match(rest, /median: [0-9.]+ [^,]*,/)) { # they differ: the middle of all
            median = substr(rest, RSTART + 8, RLENGTH - 9); about = rest; sub(/^\{value: /, "", about); sub(/\}\}.*/, "}}", about)
            print section "." entity name "\t" median "\t" quoted("source") "\t" quoted("confidence") "\t" about; next
        }
        if (!dated && value !~ /^-?[0-9.]+([eE][-+0-9]+)?( |%|$)/) next
        if (value ~ / to / || value ~ /^[0-9]{4}-[0-9]{2}/ || value ~ /^0( |%|$)/) next
        source = quoted("source"); if (source == "") source = "default"
        print section "." entity name "\t" (dated ? "series" : value) "\t" source "\t" quoted("confidence")
    }' >"$folder/constants"

sweep() {
    cat <<END
title: "Thirds"
question: "Which constants do rents of 2031 hang on?"
extends: [$PWD/scenarios/china.yml]
run: {replications: $replications}
measures:
  rent_boom: null
  rent_mid_2025: null
  rent_end_2026: null
  let_2025: null
  h100: {output: rent_server_month.H100, from: 2031-01, to: 2031-12, stat: mean}
  training: {output: price.training, from: 2031-01, to: 2031-12, stat: mean}
  inference: {output: price.inference, from: 2031-01, to: 2031-12, stat: mean}
show: null
sweep:
  design: list
  factors:
$(awk -F '\t' '{printf "    c%d: {%s: %s}\n", NR, $5 == "" ? "scale" : "set", $1}' "$folder/constants")
  rows:
$(awk -F '\t' -v beyond="$(tr '\n' ' ' <"$folder/beyond")" '{ for (k = 0; k < 2; k++) {
        row = (k ? "up" : "down") FNR; times = k ? 1.3333 : 0.6667; value = times
        if ($5 != "") { split($2, part, " "); value = $5; sub(/median: [0-9.]+/, "median: " part[1] * times, value) }
        if (index(" " beyond, " " row " ") == 0) printf "    %s: {c%d: %s}\n", row, FNR, value } }' \
    "$folder/constants")
END
}

# What a parameter may not be is left out. `check` names one such point at a time.
: >"$folder/beyond"
sweep >"$folder/thirds.yml"
until "$program" check "$folder/thirds.yml" >/dev/null 2>"$folder/refused"; do
    sed -n 's/.*sweep\.factors\.c\([0-9]*\): .* scaled by 1\.3333.*/up\1/p; s/.*sweep\.factors\.c\([0-9]*\): .* scaled by 0\.6667.*/down\1/p' \
        "$folder/refused" >"$folder/one"
    [ -s "$folder/one" ] || { cat "$folder/refused" >&2; exit 1; }
    cat "$folder/one" >>"$folder/beyond"
    sweep >"$folder/thirds.yml"
done
"$program" sweep "$folder/thirds.yml" -o "$folder/out" --no-plots --keep -q

# Mean change of the log, pair by pair: what rents of 2031 do in a world in the middle, whatever the dear ones do.
echo "constant,value,rent,at two thirds,at four thirds,standard error,source,confidence"
awk -v constants="$folder/constants" -v points="$folder/out/points.csv" '
    BEGIN {
        FS = "\t"
        while ((getline <constants) > 0) { path[++n] = $1; value[n] = $2; source[n] = $3; confidence[n] = $4 }
        FS = ","
        while ((getline <points) > 0) {
            if ($1 == "point") for (i = 1; i <= NF; i++) { if ($i == "name") at = i }
            else name[$1] = $at
        }
        split("h100 training inference", rent, " ")
        label["h100"] = "H100"; label["training"] = "training"; label["inference"] = "inference"
    }
    FNR == 1 { for (i = 1; i <= NF; i++) { column = $i; sub(/ .*/, "", column); for (k = 1; k <= 3; k++) if (column == rent[k]) of[k] = i }; next }
    $1 == 0 { for (k = 1; k <= 3; k++) base[$2, k] = $(of[k]); next }
    { for (k = 1; k <= 3; k++) if ($(of[k]) > 0 && base[$2, k] > 0) {
        x = log($(of[k]) / base[$2, k]); sum[name[$1], k] += x; square[name[$1], k] += x * x; count[name[$1], k]++ } }
    function mean(row, k) { return count[row, k] ? sum[row, k] / count[row, k] : 0 }
    function error(row, k,    m) { m = mean(row, k); return count[row, k] > 1 ? sqrt(max(0, square[row, k] / count[row, k] - m * m) / (count[row, k] - 1)) : 0 }
    function max(a, b) { return a > b ? a : b }
    function size(x) { return x < 0 ? -x : x }
    function percent(row, k) { return count[row, k] ? sprintf("%+.0f %%", 100 * (exp(mean(row, k)) - 1)) : "not allowed" }
    END {
        for (i = 1; i <= n; i++) {
            most = 1
            for (k = 1; k <= 3; k++) { moved[k] = max(size(exp(mean("down" i, k)) - 1), size(exp(mean("up" i, k)) - 1)); if (moved[k] > moved[most]) most = k }
            if (moved[most] <= 0.1) continue
            printf "%.4f\t%s,%s,%s,%s,%s,%.0f %%,\"%s\",%s\n", moved[most], path[i], value[i], label[rent[most]], percent("down" i, most), percent("up" i, most),
                100 * max(error("down" i, most), error("up" i, most)), source[i], confidence[i]
        }
    }' "$folder/out/replications.csv" | sort -rn | cut -f 2
