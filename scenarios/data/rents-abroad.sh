#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Writes scenarios/data/rents-abroad.yml: lists of H100 as they were seen to September 2025, then the median of us.yml over its
# value then, and the median of models' work in china.yml, which belongs to it. From the root of the tree:
#     scenarios/data/rents-abroad.sh build/release/iccsim 500 >rents-abroad.yml && mv rents-abroad.yml scenarios/data/
set -e
program=$1 replications=${2:-500} folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$program" run scenarios/us.yml -n "$replications" --no-variants --no-plots -q -o "$folder/us" >/dev/null
"$program" run scenarios/china.yml -n "$replications" --no-variants --no-plots -q -o "$folder/china" >/dev/null
rent=$folder/us/series/rent.H100.dat work=$folder/china/series/usage.work.dat

# A report of a date ends on it. Median over that of 1 October 2025, every quarter.
path() {
    awk -v from="$2" -v scale="$3" -v unit="$4" '
        $1 ~ /^20/ && $1 >= "2025-10-01" { if (!first) first = $7
            month = substr($1, 6, 2)
            if ($1 > from && (month == "01" || month == "04" || month == "07" || month == "10"))
                printf "%s%s: %.4g%s", n++ ? n % 4 == 1 ? ",\n      " : ", " : "      ", substr($1, 1, 7), scale * $7 / first, unit }' "$1"
}

# Median of effective P in January, in kP.
let() {
    awk '$1 ~ /^20..-01-01/ { printf "%s%s: %.3g kP", n++ ? n % 6 == 1 ? ",\n      " : ", " : "      ", substr($1, 1, 7), $7 / 1000 }' "$1"
}

cat <<EOF
# SPDX-License-Identifier: GPL-3.0-or-later
# Rents abroad. Lists of H100 SXM, median of the sellers' medians, by month from September 2023; before that the level of the next
# quarter's lists, since spot at over 8 USD is hearsay. From October 2025 on nothing was seen: the path is the median of us.yml
# over its value then (at the exchange rate that holds from then on), written by rents-abroad.sh with $replications replications.
# expected_work is the median of models' work in china.yml that belongs to it; let is the median of what us.yml has on offer.
market:
  offshore_rent:
    value: {
      2022-01: 4.7 USD/card-hour, 2024-01: 4.78 USD/card-hour, 2024-02: 4.84 USD/card-hour, 2024-03: 4.59 USD/card-hour,
      2024-04: 4.59 USD/card-hour, 2024-05: 4.33 USD/card-hour, 2024-06: 4.26 USD/card-hour, 2024-07: 3.84 USD/card-hour,
      2024-08: 3.84 USD/card-hour, 2024-09: 3.51 USD/card-hour, 2024-10: 3.04 USD/card-hour, 2024-11: 2.93 USD/card-hour,
      2024-12: 3.03 USD/card-hour, 2025-01: 3.03 USD/card-hour, 2025-02: 3.15 USD/card-hour, 2025-03: 3.33 USD/card-hour,
      2025-04: 3.03 USD/card-hour, 2025-05: 3.23 USD/card-hour, 2025-06: 3.14 USD/card-hour, 2025-07: 2.89 USD/card-hour,
      2025-08: 2.88 USD/card-hour, 2025-09: 3.03 USD/card-hour, 2025-10: 2.93 USD/card-hour,
$(path "$rent" 2025-10-01 2.93 " USD/card-hour")}
    source: "gpu-price-index (henryzhangpku) to September 2025; us.yml from then on"
    as_of: 2025-09
    confidence: C
abroad:
  ceiling: {value: {2025-06: 6.9 USD/card-hour, 2030-01: 6 USD/card-hour}, source: "AWS p5 on demand from June 2025, as in us.yml", confidence: B}
  expected_work:
    value: {
      2025-10: 1,
$(path "$work" 2025-10-01 1 "")}
    source: "china.yml"
    confidence: C
  let:
    value: {
$(let "$folder/us/series/capacity.effective.dat")}
    source: "us.yml: rented compute of the United States alone"
    confidence: C
EOF
