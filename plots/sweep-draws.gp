# SPDX-License-Identifier: GPL-3.0-or-later
# title: Draws of the factors
# caption: A dot is a point of the design: what was drawn of a factor, and the mean over its replications.
# needs: sweep/draws.dat sweep/context.gp
load 'sweep/context.gp'
panel_columns = int(draws_columns)
panel_rows = (draws_panels + panel_columns - 1) / panel_columns
canvas_height = 100 + 240 * panel_rows
load share.'/common.gp'

eval picture('Draws of the factors')
set label 'A dot is a point of the design: what was drawn of a factor, and the mean over its replications.' \
    at screen 0.02, 14. / canvas_height left noenhanced font ',9' textcolor rgb gray
left_edge = 0.075; width = (0.985 - left_edge) / panel_columns
top_edge = from_top(62); height = (top_edge - 24. / canvas_height) / panel_rows
unset key
unset mxtics
set ytics font ',8'
set xtics font ',8'
do for [p = 1:draws_panels] {
    at_column = (p - 1) % panel_columns
    at_row = (p - 1) / panel_columns
    set lmargin at screen left_edge + width * at_column
    set rmargin at screen left_edge + width * (at_column + 1) - 0.06
    set tmargin at screen top_edge - height * at_row - 26. / canvas_height
    set bmargin at screen top_edge - height * (at_row + 1) + 50. / canvas_height
    span = draws_high[p] > draws_low[p] ? draws_high[p] - draws_low[p] : 1
    set ytics format (draws_high[p] >= 1e5 ? '%.4s%c' : '%g')
    set yrange [draws_low[p] - 0.06 * span:draws_high[p] + 0.06 * span]
    if (at_column == 0) { set label 101 draws_title[p] at graph 0, 1 offset 0, 0.8 left noenhanced font ',10' textcolor rgb black }
    set xlabel draws_x_of[p] font ',9' offset 0, 0.6 noenhanced
    plot 'sweep/draws.dat' using (column('panel') == p ? column('x') : NaN):(column('y')) with points pt 7 ps 0.35 lc rgb blue
    unset label
}
