# SPDX-License-Identifier: GPL-3.0-or-later
# title: Where the revenue of a lessor goes, year by year
# caption: Bars: medians of the shares of a year's revenue, stacked, as in all pictures; where they end above 100 the year loses money; narrow bars are its reports. Medians of the parts need not add up to that of the whole. Points: its annual reports.
# needs: series/pnl.net.lianhua.dat series/pnl.cost.lianhua.dat
load share.'/common.gp'

# A year's account stands at its end, in the row of the next January or the last one before it.
items = 'cost finance impairment other'
item_name(k) = word('cost interest impairment other', k)
item_colour(k) = word(gray.' '.blue.' '.vermillion.' '.orange, k)
item(k) = 'pnl.'.word(items, k).'.lianhua'
first_year = floor(xstart + 0.5); years = ceil(xend) - first_year
years = years < 1 ? 1 : years
array closed[years]; array pile[years * words(items)]; array net[years]
do for [y = 1:years] { closed[y] = 0 }
ends(row) = column('n') > 0 && abs(column('year') - floor(column('year') + 0.5)) < 0.02 && column('year') > first_year + 0.5 \
    && floor(column('year') + 0.5) <= first_year + years
year_of(row) = floor(column('year') + 0.5) - first_year
do for [y = 1:years] { do for [k = 1:words(items)] { pile[(y - 1) * words(items) + k] = 0. } }
do for [k = 1:words(items)] {
    if (rows(item(k)) > 0) {
        stats series(item(k)) using (ends(0) ? pile[(year_of(0) - 1) * words(items) + k] = 100 * column('p50') : 0) nooutput
    }
}
stats series('pnl.net.lianhua') using (ends(0) ? (closed[year_of(0)] = 1, net[year_of(0)] = 100 * column('p50')) : 0) nooutput
up_to(y, k) = k < 1 ? 0. : sum [j = 1:k] pile[(y - 1) * words(items) + j]

# What the reports say, beside the bar of the year.
array told[years * words(items)]; array is_told[years]
do for [y = 1:years] { is_told[y] = 0; do for [k = 1:words(items)] { told[(y - 1) * words(items) + k] = 0. } }
is_report(output) = is_fact(output) && ends_year(0) && year_of(0) >= 1 && year_of(0) <= years
ends_year(row) = abs(column('year') - floor(column('year') + 0.5)) < 0.02
do for [k = 1:words(items)] {
    if (fact_rows > 0 && has_facts(item(k))) {
        stats 'facts.dat' using (is_report(item(k)) ? (told[(year_of(0) - 1) * words(items) + k] = 100 * fact_value(0), \
            is_told[year_of(0)] = 1) : 0) nooutput
    }
}
told_to(y, k) = k < 1 ? 0. : sum [j = 1:k] told[(y - 1) * words(items) + j]

note = 'Wide bars: medians of the replications; parts add up to about 100 % less the profit. Narrow bars and points: annual reports.'
bar = 0.27 # half its width, in years
left_of(y) = first_year + y - 0.5 - bar
right_of(y) = first_year + y - 0.5 + bar
swatch(k) = sprintf(", NaN with boxes fs solid 0.85 noborder lc rgb '%s' title line_name[%d]", item_colour(k), line_count)
# A report on a year is of its end, its bar in the middle.
reports(output, colour) = sprintf(", 'facts.dat' using (is_fact('%s') ? column('year') - 0.5 : NaN)", output) \
    .":(100 * fact_value(0)):(100 * fact_low(0)):(100 * fact_high(0)) with yerrorbars pt 7 ps 0.75 lw 1.2 lc rgb '".colour."'"

eval picture('Where the revenue of a lessor goes, year by year')
eval panel(1, 2, '% of revenue')
do for [y = 1:years] {
    do for [k = 1:words(items)] {
        if (closed[y] && up_to(y, k) > up_to(y, k - 1)) {
            set object rectangle from left_of(y), up_to(y, k - 1) to right_of(y), up_to(y, k) \
                fillcolor rgb item_colour(k) fillstyle solid 0.85 noborder
        }
    }
    if (closed[y] && up_to(y, words(items)) > panel_high) { panel_high = up_to(y, words(items)) }
    do for [k = 1:words(items)] {
        if (is_told[y] && told_to(y, k) > told_to(y, k - 1)) {
            set object rectangle from right_of(y) + 0.02, told_to(y, k - 1) to right_of(y) + 0.14, told_to(y, k) \
                fillcolor rgb item_colour(k) fillstyle solid 0.85 border lc rgb black
        }
    }
    if (told_to(y, words(items)) > panel_high) { panel_high = told_to(y, words(items)) }
}
do for [k = words(items):1:-1] {
    line_count = line_count + 1
    line_name[line_count] = item_name(k)
    lines = lines.swatch(k)
}
drawn = 1
panel_high = panel_high > 100 ? panel_high : 100
eval draw
unset object
eval panel(2, 2, 'profit or loss, % of revenue')
do for [y = 1:years] {
    if (closed[y]) {
        set object rectangle from left_of(y), 0 to right_of(y), net[y] fillcolor rgb green fillstyle solid 0.85 noborder
        panel_low = net[y] < panel_low ? net[y] : panel_low
        panel_high = net[y] > panel_high ? net[y] : panel_high
    }
}
panel_low = 1.3 * panel_low
panel_high = panel_high > 10 ? panel_high : 10
line_count = line_count + 1
line_name[line_count] = 'profit or loss'
lines = lines.sprintf(", NaN with boxes fs solid 0.85 noborder lc rgb '%s' title line_name[%d]", green, line_count)
if (fact_rows > 0) { above = above.reports('pnl.net.lianhua', black) }
drawn = 1
eval draw
unset object
