# SPDX-License-Identifier: GPL-3.0-or-later
# title: One factor at a time
# caption: Line: median over the replications of each point. Bands, where there is one line: middle half and middle nine tenths.
# needs: sweep/curves.dat sweep/context.gp
load 'sweep/context.gp'
panel_columns = curve_panels < 2 ? 1 : 2
panel_rows = (curve_panels + panel_columns - 1) / panel_columns
canvas_height = 100 + 260 * panel_rows
load share.'/common.gp'

eval picture('One factor at a time')
set label (curve_line_levels ? 'Lines: median over the replications, by '.curve_line_label.'.' : 'Line: median. Bands: middle 50 % and 90 % of the replications.') \
    at screen 0.02, 14. / canvas_height left noenhanced font ',9' textcolor rgb gray
left_edge = 0.075; right_edge = curve_line_levels ? 0.87 : 0.985
width = (right_edge - left_edge) / panel_columns
top_edge = from_top(62); height = (top_edge - 24. / canvas_height) / panel_rows
line_colour(i) = word(blue.' '.vermillion.' '.green.' '.orange.' '.purple.' '.sky.' '.black.' '.gray, i)
set ytics font ',9'
set xtics font ',9'
unset mxtics
is_in(p, line) = column('panel') == p && column('line') == line
do for [p = 1:curve_panels] {
    at_column = (p - 1) % panel_columns
    at_row = (p - 1) / panel_columns
    set lmargin at screen left_edge + width * at_column
    set rmargin at screen left_edge + width * (at_column + 1) - 0.07
    set tmargin at screen top_edge - height * at_row - 26. / canvas_height
    set bmargin at screen top_edge - height * (at_row + 1) + 50. / canvas_height
    span = curve_high[p] > curve_low[p] ? curve_high[p] - curve_low[p] : 1
    set ytics format (curve_high[p] >= 1e5 ? '%.4s%c' : '%g')
    set yrange [curve_low[p] - 0.06 * span:curve_high[p] + 0.06 * span]
    set label 101 curve_title[p] at graph 0, 1 offset 0, 0.8 left noenhanced font ',10.5' textcolor rgb black
    set xlabel curve_x_label font ',9.5' offset 0, 0.6 noenhanced
    if (curve_line_levels) {
        if (p == 1) { set key at screen 0.87, from_top(70) left top Left reverse vertical samplen 1.4 font ',9' noenhanced noautotitle } \
        else { unset key }
        plot for [k = 1:curve_line_levels] 'sweep/curves.dat' using (is_in(p, k) ? column('x') : NaN):(column('p50')) \
            with linespoints pt 7 ps 0.5 lw 2 lc rgb line_colour(k) title curve_line_text[k]
    } else {
        unset key
        plot 'sweep/curves.dat' using (is_in(p, 1) ? column('x') : NaN):(column('p05')):(column('p95')) \
                with filledcurves fs transparent solid 0.14 noborder lc rgb blue, \
            '' using (is_in(p, 1) ? column('x') : NaN):(column('p25')):(column('p75')) \
                with filledcurves fs transparent solid 0.26 noborder lc rgb blue, \
            '' using (is_in(p, 1) ? column('x') : NaN):(column('p50')) with linespoints pt 7 ps 0.5 lw 2 lc rgb blue
    }
    unset label
}
