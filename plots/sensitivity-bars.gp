# SPDX-License-Identifier: GPL-3.0-or-later
# title: Which inputs the spread comes from
# caption: Bars: share of each measure's variance due to a parameter or group alone, by the confidence of its source, with the 95 % interval; ring: with everything it interacts with, where that is known within a third of the variance. After Morris: mu*, the mean effect of moving it over half of its distribution.
# needs: sensitivity/bars.dat sensitivity/context.gp
load 'sensitivity/context.gp'
# Rows of two lines take more room.
has_two_lines = sum [k = 1:|sensitivity_label|] (strstrt(sensitivity_label[k], "\n") > 0)
panel_columns = 1
panel_rows = sensitivity_panels
canvas_height = 130 + (has_two_lines ? 300 : 215) * panel_rows
load share.'/common.gp'

if (!sensitivity_tells) { eval nothing_to_show; sensitivity_panels = 0 }
eval picture(sensitivity_screens ? 'Which inputs move the results' : 'Which inputs the spread comes from')
colour_of(k) = k == 1 ? green : k == 2 ? blue : k == 3 ? orange : k == 4 ? vermillion : k == 5 ? sky : k == 6 ? gray : purple
name_of(k) = k < 4 ? 'confidence '.word('A B C', k) : k == 4 ? 'no source' : k == 5 ? 'mixed' : k == 6 ? 'luck' : is_used[6] ? 'interactions' : 'luck, interactions'
# The key: one entry a colour that is there.
array is_used[7]
do for [k = 1:7] { is_used[k] = 0 }
stats 'sensitivity/bars.dat' using (is_used[int(column('colour'))] = 1) nooutput
stats 'sensitivity/bars.dat' using (is_number(strcol('total')) ? 1 : 0) nooutput
has_totals = STATS_max > 0
entries = 0
do for [k = 1:7] {
    if (is_used[k]) {
        tag = 200 + k
        at_x = 0.03 + 0.125 * entries
        set object tag rectangle at screen at_x, 22. / canvas_height size screen 0.012, 11. / canvas_height \
            fillcolor rgb colour_of(k) fillstyle solid 0.8 noborder
        entry = name_of(k)
        set label tag entry at screen at_x + 0.012, 22. / canvas_height left noenhanced font ',9' textcolor rgb black
        entries = entries + 1
    }
}
set label 220 (sensitivity_screens || !has_totals ? '' : 'ring: with interactions') at screen 0.985, 22. / canvas_height right noenhanced font ',9' textcolor rgb gray

# A ring that may lie anywhere within a third of the axis says nothing.
is_known(row) = !(column('total_high') - column('total_low') > 33)
width = 1. / panel_columns
top_edge = from_top(58)
height = (top_edge - 46. / canvas_height) / panel_rows
unset key
unset mxtics
unset mytics
set xtics font ',9'
unset grid
set grid xtics lc rgb '#dcdcdc' lw 0.7 dashtype 1
set border 1

do for [p = 1:sensitivity_panels] {
    if (p > 1) { unset label; unset object } # the first panel has drawn what stands around all
    at_column = (p - 1) % panel_columns
    at_row = (p - 1) / panel_columns
    set lmargin at screen width * at_column + 0.42
    set rmargin at screen width * (at_column + 1) - 0.02
    set tmargin at screen top_edge - height * at_row - 30. / canvas_height
    set bmargin at screen top_edge - height * (at_row + 1) + 44. / canvas_height
    set label 101 sensitivity_title[p] at screen width * at_column + 0.02, top_edge - height * at_row - 12. / canvas_height \
        left noenhanced font ',11' textcolor rgb black
    set yrange [sensitivity_bars[p] + 0.6 : 0.4]
    unset ytics
    set ytics () font ',9' scale 0 noenhanced
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
        '' using (column('panel') == p && is_known(0) ? column('total') : NaN):(column('row')) with points pt 6 ps 0.9 lw 1.4 lc rgb black
}
