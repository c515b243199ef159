# SPDX-License-Identifier: GPL-3.0-or-later
# title: What matters, and how much that hangs on the rest
# caption: Morris's screening. To the right: moves the measure more; upwards: by an amount that hangs on the other parameters. Under the line sigma is below mu*: mostly alone.
# needs: sensitivity/morris.dat sensitivity/context.gp
load 'sensitivity/context.gp'
panel_columns = sensitivity_panels < 2 ? 1 : 2
panel_rows = (sensitivity_panels + panel_columns - 1) / panel_columns
canvas_height = 110 + 320 * panel_rows
load share.'/common.gp'

eval picture('What matters, and how much that hangs on the rest')
set label 'Each point is a parameter, with 95 % intervals; on the line sigma equals mu*.' \
    at screen 0.02, 14. / canvas_height left noenhanced font ',9' textcolor rgb gray
width = 0.985 / panel_columns
top_edge = from_top(58)
height = (top_edge - 30. / canvas_height) / panel_rows
unset key
unset mxtics
unset mytics
set xtics font ',8'
set ytics font ',8'
do for [p = 1:sensitivity_panels] {
    at_column = (p - 1) % panel_columns
    at_row = (p - 1) / panel_columns
    set lmargin at screen width * at_column + 0.075
    set rmargin at screen width * (at_column + 1) - 0.03
    set tmargin at screen top_edge - height * at_row - 30. / canvas_height
    set bmargin at screen top_edge - height * (at_row + 1) + 46. / canvas_height
    set label 101 sensitivity_title[p] at screen width * at_column + 0.02, top_edge - height * at_row - 12. / canvas_height \
        left noenhanced font ',10' textcolor rgb black
    set xrange [0:*]
    set yrange [0:*]
    set xlabel 'mu*'.(sensitivity_axis[p] eq '' ? '' : ', ').sensitivity_axis[p] font ',9' offset 0, 0.6 noenhanced
    set ylabel 'sigma' font ',9' offset 1.5, 0 noenhanced
    stats 'sensitivity/morris.dat' using (column('panel') == p ? column('mu_star') : NaN) nooutput
    most = STATS_max > 0 ? STATS_max : 1
    stats 'sensitivity/morris.dat' using (column('panel') == p ? column('sigma') : NaN) nooutput
    highest = STATS_max > 0 ? STATS_max : most
    set xrange [0:1.35 * most]
    set yrange [0:1.25 * highest]
    set arrow 301 from 0, 0 to (1.35 * most < 1.25 * highest ? 1.35 * most : 1.25 * highest), \
        (1.35 * most < 1.25 * highest ? 1.35 * most : 1.25 * highest) nohead dashtype 2 lc rgb gray
    plot 'sensitivity/morris.dat' using (column('panel') == p ? column('mu_star') : NaN):(column('sigma')) \
            :(column('mu_star_low')):(column('mu_star_high')):(column('sigma_low')):(column('sigma_high')) \
            with xyerrorbars pt 0 lw 0.7 lc rgb '#b5d3e6', \
        '' using (column('panel') == p ? column('mu_star') : NaN):(column('sigma')) with points pt 7 ps 0.6 lc rgb blue, \
        '' using (column('panel') == p ? column('mu_star') : NaN):(column('sigma')):(strcol('label')) \
            with labels left offset 0.8, 0.4 noenhanced font ',8' textcolor rgb black
}
