# SPDX-License-Identifier: GPL-3.0-or-later
# title: What each alternative costs
# caption: The cheapest on top. Mean with its interval, middle half and nine tenths of the replications, mean of the dearest twentieth.
# needs: decision/choices.dat decision/context.gp
load share.'/common.gp'
load 'decision/context.gp'

choices = words(alternatives)
colours = blue.' '.sky.' '.vermillion.' '.orange.' '.green.' '.purple
colour_of(i) = word(colours, 1 + (i - 1) % words(colours))
scaled_cost(name) = column(name) / plan_scale
# The axis holds bands and means. The dearest twentieth may be many times as dear: what lies beyond a third more than the
# rest is said at the frame.
stats 'decision/choices.dat' using (scaled_cost('p95')) nooutput
highest = STATS_max
stats 'decision/choices.dat' using (scaled_cost(is_number(strcol('cost_high')) ? 'cost_high' : 'cost')) nooutput
highest = 1.01 * larger(highest, STATS_max)
stats 'decision/choices.dat' using (scaled_cost('cvar')) nooutput
highest = round_up(larger(highest, smaller(STATS_max * 1.03, 1.35 * highest)))
array tail[choices]
stats 'decision/choices.dat' using (tail[int(column(0)) + 1] = is_number(strcol('cvar')) ? scaled_cost('cvar') : -1., 0) nooutput
in_frame(name) = scaled_cost('cvar') > highest ? NaN : scaled_cost(is_number(strcol(name)) ? name : 'cvar')
three_digits(x) = abs(x) >= 100 ? sprintf('%.0f', x) : sprintf('%.3g', x)
# The cheapest on top; what has no cost, at the foot.
array mean_cost[choices]
stats 'decision/choices.dat' using (mean_cost[int(column(0)) + 1] = is_number(strcol('cost')) ? column('cost') : 1e300, 0) nooutput
cheaper(j, i) = mean_cost[j] < mean_cost[i] || (mean_cost[j] == mean_cost[i] && j < i)
row_of(i) = choices - sum [j = 1:choices] cheaper(j, i)
array best[choices]
stats 'decision/choices.dat' using (best[int(column(0)) + 1] = column('best'), 0) nooutput

longest = 0
do for [i = 1:words(alternatives)] {
    if (alternative_label_width[i] > longest) { longest = alternative_label_width[i] }
}
names_end = 0.03 + 0.0086 * longest

eval picture('What each alternative costs: present value, '.plan_unit)
set lmargin at screen names_end + 0.005; set rmargin at screen 0.80; set tmargin at screen 0.86; set bmargin at screen 0.15
set xrange [0:highest]
set yrange [0.4:choices + 0.6]
unset ytics
unset key
set border 1
set grid xtics lc rgb '#dcdcdc' lw 0.7 dashtype 1
set xlabel 'present value at the start, after tax, '.plan_unit font ',10' offset 0, 0.4
do for [i = 1:choices] {
    set label alternative_label[i] at screen names_end, first row_of(i) right noenhanced font ',11' textcolor rgb black
    if (tail[i] > highest) {
        set label '◇ '.three_digits(tail[i]).' →' at screen 0.798, first row_of(i) + 0.27 right noenhanced font ',10' textcolor rgb colour_of(i)
    }
    set label sprintf('%.0f %%', 100 * best[i]) at screen 0.87, first row_of(i) right noenhanced font ',12' textcolor rgb black
}
set label 'cheapest in' at screen 0.87, 0.885 right noenhanced font ',9.5' textcolor rgb gray
set label 'Point: mean, 95 % interval. Dark: middle half; light: nine tenths. Diamond: mean of the dearest twentieth.' \
    at screen 0.02, 0.022 left noenhanced font ',9' textcolor rgb gray
plot for [i = 1:choices] 'decision/choices.dat' every ::(i - 1)::(i - 1) using (scaled_cost('p50')):(row_of(i)) \
        :(scaled_cost('p05')):(scaled_cost('p95')):(row_of(i) - 0.17):(row_of(i) + 0.17) with boxxyerror \
        fs transparent solid 0.22 noborder lc rgb colour_of(i), \
    for [i = 1:choices] 'decision/choices.dat' every ::(i - 1)::(i - 1) using (scaled_cost('p50')):(row_of(i)) \
        :(scaled_cost('p25')):(scaled_cost('p75')):(row_of(i) - 0.17):(row_of(i) + 0.17) with boxxyerror \
        fs transparent solid 0.45 noborder lc rgb colour_of(i), \
    for [i = 1:choices] 'decision/choices.dat' every ::(i - 1)::(i - 1) using (scaled_cost('cost')):(row_of(i)) \
        :(scaled_cost('cost_low')):(scaled_cost('cost_high')) with xerrorbars pt 7 ps 0.9 lw 1.6 lc rgb black, \
    for [i = 1:choices] 'decision/choices.dat' every ::(i - 1)::(i - 1) using (in_frame('cvar')):(row_of(i)) \
        with points pt 12 ps 1.1 lw 1.2 lc rgb colour_of(i)
