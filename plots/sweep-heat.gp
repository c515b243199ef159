# SPDX-License-Identifier: GPL-3.0-or-later
# title: Two factors together
# caption: Mean over the replications of each point; the same luck at all of them. A panel a measure, or a value of the third factor. Where a measure has both signs, blue is above zero and orange below.
# needs: sweep/heat.dat sweep/context.gp
load 'sweep/context.gp'
panel_columns = heat_panels < 2 ? 1 : 2
panel_rows = (heat_panels + panel_columns - 1) / panel_columns
canvas_height = 100 + 330 * panel_rows
load share.'/common.gp'

eval picture('Two factors together')
set label 'Mean over the replications of each point.' at screen 0.02, 14. / canvas_height left noenhanced font ',9' textcolor rgb gray
left_edge = 0.09; width = (0.99 - left_edge) / panel_columns
top_edge = from_top(62); height = (top_edge - 24. / canvas_height) / panel_rows
set style fill solid noborder
unset colorbox
unset key
unset grid
set xrange [0.5:heat_x_levels + 0.5]
set yrange [0.5:heat_y_levels + 0.5]
set border 0
unset mxtics
set xtics scale 0 font ',9'
set ytics scale 0 font ',9'
set xtics ()
set ytics ()
do for [i = 1:heat_x_levels] { set xtics add (tic_text(heat_x_text[i]) i) }
do for [i = 1:heat_y_levels] { set ytics add (tic_text(heat_y_text[i]) i) }
number_size = heat_x_levels * panel_columns > 14 ? 7 : 9
has_both_signs(p) = heat_low[p] < 0 && heat_high[p] > 0
is_dark(value) = has_both_signs(p) ? (value > 0.6 * heat_high[p] || value < 0.8 * heat_low[p]) \
                                   : value > heat_low[p] + 0.55 * (heat_high[p] - heat_low[p])
do for [p = 1:heat_panels] {
    at_column = (p - 1) % panel_columns
    at_row = (p - 1) / panel_columns
    set lmargin at screen left_edge + width * at_column
    set rmargin at screen left_edge + width * (at_column + 1) - 0.075
    set tmargin at screen top_edge - height * at_row - 26. / canvas_height
    set bmargin at screen top_edge - height * (at_row + 1) + 52. / canvas_height
    if (has_both_signs(p)) {
        set palette defined (heat_low[p] '#a63603', 0.4 * heat_low[p] '#fdae6b', 0 '#f7f7f7', 0.4 * heat_high[p] '#9ecae1', heat_high[p] '#08519c')
    } else {
        set palette defined (0 '#f7fbff', 1 '#9ecae1', 2 '#3182bd', 3 '#08306b')
    }
    set cbrange [heat_low[p]:(heat_high[p] > heat_low[p] ? heat_high[p] : heat_low[p] + 1)]
    set label 101 heat_title[p] at graph 0, 1 offset 0, 0.8 left noenhanced font ',10.5' textcolor rgb black
    set xlabel heat_x_label font ',9.5' offset 0, 0.6 noenhanced
    set ylabel heat_y_label font ',9.5' offset 1, 0 noenhanced
    plot 'sweep/heat.dat' using (column('panel') == p ? column('x') : NaN):(column('y')):(column('x') - 0.49) \
            :(column('x') + 0.49):(column('y') - 0.48):(column('y') + 0.48):(column('value')) with boxxyerror fc palette, \
        '' using (column('panel') == p && !is_dark(column('value')) ? column('x') : NaN):(column('y')):(strcol('text')) \
            with labels noenhanced font ','.number_size textcolor rgb black, \
        '' using (column('panel') == p && is_dark(column('value')) ? column('x') : NaN):(column('y')):(strcol('text')) \
            with labels noenhanced font ','.number_size textcolor rgb '#ffffff'
    unset label
}
