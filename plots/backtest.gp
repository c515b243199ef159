# SPDX-License-Identifier: GPL-3.0-or-later
# title: Simulated bands against dated facts
# caption: All over the simulated median, sorted; hollow points sat on a price bound and are no evidence.
# needs: backtest.dat
load share.'/common.gp'

note = 'Bars: middle nine tenths of the replications. Points: observed, with its range. ' \
    .'Hollow: on a price bound, no evidence. Dates count from the start of the run.'

left = 0.3; right = 0.9
is_on_axis(row) = is_number(strcol('p05_over')) && is_number(strcol('observed_over'))
hollow(row) = is_on_axis(0) && column('flag') > 0
filled(row) = is_on_axis(0) && column('flag') == 0
shown(is) = is ? column('rank') : NaN
last = 0
stats 'backtest.dat' using (last = is_on_axis(0) ? column('rank') : last) nooutput
axis_high = 3.

eval picture('Simulated bands against dated facts')
set lmargin at screen left; set rmargin at screen right
set tmargin at screen 0.89; set bmargin at screen 0.13
set xrange [0:axis_high]; set yrange [last + 1:0]
set ytics font ',7' noenhanced scale 0
set xtics 0.5 format '%g'
set grid xtics noytics lc rgb '#dcdcdc' lw 0.7 dashtype 1
set arrow from 1, graph 0 to 1, graph 1 nohead back lw 1 lc rgb gray
set label 'over the simulated median' at screen 0.6, 0.055 center font ',10' textcolor rgb black
set label note at screen 0.02, 0.018 left noenhanced font ',9' textcolor rgb gray
unset key
clip(x) = x > axis_high ? axis_high : x < 0 ? 0 : x
plot '+' using (0):(-1e30) with dots, \
     'backtest.dat' using (1):(shown(is_on_axis(0))):(clip(column('p05_over'))):(clip(column('p95_over'))) \
         :(column('rank') - 0.32):(column('rank') + 0.32):ytic(stringcolumn('fact')) \
         with boxxyerror fs solid 0.25 noborder lc rgb blue, \
     '' using (clip(column('observed_over'))):(shown(filled(0))):(clip(column('low_over'))) \
         :(clip(column('high_over'))) with xerrorbars pt 7 ps 0.7 lw 1.2 lc rgb black, \
     '' using (clip(column('observed_over'))):(shown(hollow(0))):(clip(column('low_over'))) \
         :(clip(column('high_over'))) with xerrorbars pt 6 ps 0.7 lw 1.2 lc rgb black
