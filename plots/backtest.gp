# SPDX-License-Identifier: GPL-3.0-or-later
# title: Simulated bands against dated facts
# caption: All over the simulated median, sorted; hollow points sat on a price bound and are no evidence.
# needs: backtest.dat
set datafile columnheaders
stats 'backtest.dat' using (column('rank')) nooutput
facts_scored = int(STATS_max)
row_height = 14 # pixels: that of a label
canvas_height = 110 + row_height * facts_scored > 540 ? 110 + row_height * facts_scored : 540
load share.'/common.gp'

note = 'Bars: middle nine tenths. Points: observed, with its range. Hollow: on a price bound, no evidence. ' \
    .'Dates count from the start of the run. What is beyond 3 stands at 3.'
left = 0.3; right = 0.9
axis_high = 3.
clip(x) = x > axis_high ? axis_high : x < 0 ? 0 : x

# A row for each fact that the run has a band for, in the order of the file. What cannot be put over its median, as that is
# not positive, stands there in words.
has_band(row) = is_number(strcol('p50'))
is_on_axis(row) = is_number(strcol('p05_over')) && is_number(strcol('observed_over'))
in_words(row) = sprintf('observed %.3g; band %.3g to %.3g, median %.3g', column('observed'), column('p05'), column('p95'), \
    column('p50'))
array row_of[facts_scored]
array fact_name[facts_scored]
array fact_words[facts_scored]
shown = 0
stats 'backtest.dat' using (row_of[int(column('rank'))] = has_band(0) ? (shown = shown + 1, shown) : 0, \
    has_band(0) ? (fact_name[shown] = strcol('fact'), fact_words[shown] = is_on_axis(0) ? '' : in_words(0), 0) : 0) nooutput
y_of(is) = is ? row_of[int(column('rank'))] : NaN
hollow(row) = is_on_axis(0) && column('flag') > 0
filled(row) = is_on_axis(0) && column('flag') == 0

eval picture('Simulated bands against dated facts')
set lmargin at screen left; set rmargin at screen right
set tmargin at screen from_top(58); set bmargin at screen 70. / canvas_height
set xrange [0:axis_high]; set yrange [shown + 0.7:0.3]
set ytics () font ',8.5' noenhanced scale 0
do for [i = 1:shown] {
    set ytics add (fact_name[i] i)
    if (strlen(fact_words[i])) {
        set label fact_words[i] at first 1.04, first i left noenhanced font ',8.5' textcolor rgb gray
    }
}
set mytics 1
set xtics 0.5 format '%g'
set grid xtics noytics lc rgb '#dcdcdc' lw 0.7 dashtype 1
set arrow from 1, graph 0 to 1, graph 1 nohead back lw 1 lc rgb gray
set label 'over the simulated median' at screen 0.6, 30. / canvas_height center font ',10' textcolor rgb black
set label note at screen 0.02, 10. / canvas_height left noenhanced font ',9' textcolor rgb gray
unset key
plot '+' using (0):(-1e30) with dots, \
     'backtest.dat' using (1):(y_of(is_on_axis(0))):(clip(column('p05_over'))):(clip(column('p95_over'))) \
         :(y_of(is_on_axis(0)) - 0.32):(y_of(is_on_axis(0)) + 0.32) with boxxyerror fs solid 0.25 noborder lc rgb blue, \
     '' using (clip(column('observed_over'))):(y_of(filled(0))):(clip(column('low_over'))):(clip(column('high_over'))) \
         with xerrorbars pt 7 ps 0.7 lw 1.2 lc rgb black, \
     '' using (clip(column('observed_over'))):(y_of(hollow(0))):(clip(column('low_over'))):(clip(column('high_over'))) \
         with xerrorbars pt 6 ps 0.7 lw 1.2 lc rgb black
