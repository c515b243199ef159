# SPDX-License-Identifier: GPL-3.0-or-later
# title: Which inputs the spread comes from
# caption: Bars: share of each measure's variance due to a parameter or group alone, by the confidence of its source, with the 95 % interval; ring: with everything it interacts with. After Morris: mu*, the mean effect of moving it over half of its distribution.
# needs: sensitivity/bars.dat sensitivity/context.gp
load 'sensitivity/context.gp'
panel_columns = sensitivity_panels < 2 ? 1 : 2
panel_rows = (sensitivity_panels + panel_columns - 1) / panel_columns
canvas_height = 130 + 250 * panel_rows
load share.'/common.gp'

eval picture(sensitivity_screens ? 'Which inputs move the results' : 'Which inputs the spread comes from')
colour_of(k) = k == 1 ? green : k == 2 ? blue : k == 3 ? orange : k == 4 ? vermillion : k == 5 ? sky : k == 6 ? gray : purple
name_of(k) = k < 4 ? 'source '.word('A B C', k) : k == 4 ? 'no source' : word('several luck interactions', k - 4)
# The key: one entry a colour.
do for [k = 1:7] {
    tag = 200 + k
    set object tag rectangle at screen 0.03 + 0.115 * (k - 1), 22. / canvas_height size screen 0.012, 11. / canvas_height \
        fillcolor rgb colour_of(k) fillstyle solid 0.8 noborder
    entry = name_of(k)
    set label tag entry at screen 0.042 + 0.115 * (k - 1), 22. / canvas_height left noenhanced font ',9' textcolor rgb black
}
set label 220 (sensitivity_screens ? '' : 'ring: with interactions') at screen 0.985, 22. / canvas_height right noenhanced font ',9' textcolor rgb gray

width = 1. / panel_columns
top_edge = from_top(58)
height = (top_edge - 46. / canvas_height) / panel_rows
unset key
unset mxtics
unset mytics
set xtics font ',8'
unset grid
set grid xtics lc rgb '#dcdcdc' lw 0.7 dashtype 1
set border 1

do for [p = 1:sensitivity_panels] {
    if (p > 1) { unset label; unset object } # the first panel has drawn what stands around all
    at_column = (p - 1) % panel_columns
    at_row = (p - 1) / panel_columns
    set lmargin at screen width * at_column + 0.205
    set rmargin at screen width * (at_column + 1) - 0.02
    set tmargin at screen top_edge - height * at_row - 30. / canvas_height
    set bmargin at screen top_edge - height * (at_row + 1) + 44. / canvas_height
    set label 101 sensitivity_title[p] at screen width * at_column + 0.02, top_edge - height * at_row - 12. / canvas_height \
        left noenhanced font ',10' textcolor rgb black
    set yrange [sensitivity_bars[p] + 0.6 : 0.4]
    unset ytics
    set ytics () font ',8' scale 0 noenhanced
    do for [k = 1:int(sensitivity_bars[p])] {
        set ytics add (tic_text(sensitivity_label[(p - 1) * int(sensitivity_bar_rows) + k]) k)
    }
    set xrange [0:*]
    if (!sensitivity_screens) { set xrange [0:*<100] }
    set xtics autofreq
    set xlabel sensitivity_axis[p] font ',9' offset 0, 0.6 noenhanced
    plot for [k = 1:7] 'sensitivity/bars.dat' using (0):(column('panel') == p && column('colour') == k ? column('row') : NaN) \
            :(0):(column('index') > 0 ? column('index') : 0):(column('row') - 0.34):(column('row') + 0.34) \
            with boxxyerror fs solid 0.8 noborder lc rgb colour_of(k), \
        '' using (column('panel') == p ? column('index') : NaN):(column('row')) \
            :(column('low') > 0 ? column('low') : 0):(column('high') > 0 ? column('high') : 0) \
            with xerrorbars pt 0 lw 1.3 lc rgb black, \
        '' using (column('panel') == p ? column('total') : NaN):(column('row')) with points pt 6 ps 0.9 lw 1.4 lc rgb black
}
