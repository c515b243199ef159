# SPDX-License-Identifier: GPL-3.0-or-later
# title: Contracts not ended before their term, compared
# caption: One panel a class of tenants: the base in gray, the others in colour; means over all replications.
# needs: compare/context.gp series/leases.active.dat curves
load share.'/common.gp'
load 'compare/context.gp'

others = compared_others
classes = words(tenants) < 6 ? words(tenants) : 6
compared(n, class) = compared_folder[n].'/curves/lease_survival.'.class.'.dat'
column_of(i) = (place[i] - 1) % columns_of_classes
row_of(i) = (place[i] - 1) / columns_of_classes

# Lines that lie on each other within five points say nothing.
farthest = 0.
array place[classes + 1]; places = 0 # of those that the base and another have
do for [i = 1:classes] {
    pairs = 0
    do for [n = 1:others] {
        stats compared(n, word(tenants, i)) using (is_number(strcol('other')) && is_number(strcol('base')) && column('months') <= 60 \
            ? (pairs = pairs + 1, farthest = larger(farthest, abs(column('other') - column('base')))) : 0) nooutput
    }
    if (pairs) { places = places + 1 }
    place[i] = pairs ? places : 0
}
columns_of_classes = places > 4 ? 3 : 2
panel_pitch = 0.96 / columns_of_classes
if (farthest < 0.05) { eval nothing_to_show; classes = 0 }

eval picture('Contracts not ended before their term, compared')
set label 'Share of contracts in %, by months since signing; means. Kaplan-Meier: expiry and renewal end the observation.' at screen 0.02, 0.022 left noenhanced font ',9' textcolor rgb gray
# One after the other as wide as they are, in as many rows as that takes.
letter = 0.0082; at_x = 0.055; at_y = 0.885
set label 'base: '.compared_base at screen at_x, at_y left noenhanced font ',10.5' textcolor rgb gray
at_x = at_x + letter * (strlen(compared_base) + 9)
do for [n = 1:others] {
    if (at_x + letter * compared_name_width[n] > 0.985) { at_x = 0.055; at_y = at_y - 0.034 }
    set label compared_name[n] at screen at_x, at_y left noenhanced font ',10.5' textcolor rgb variant_colour(n)
    at_x = at_x + letter * (compared_name_width[n] + 3)
}
top_edge = at_y - 0.045
panel_tall = (top_edge - 0.09) / 2
set xrange [0:60]
set yrange [0:100]
set xtics 12
set ytics 20
set mxtics 2
unset key
do for [i = 1:classes] {
    if (!place[i]) { continue }
    set lmargin at screen 0.055 + panel_pitch * column_of(i)
    set rmargin at screen 0.005 + panel_pitch * (column_of(i) + 1)
    set tmargin at screen top_edge - panel_tall * row_of(i)
    set bmargin at screen top_edge - panel_tall * (row_of(i) + 1) + 0.085
    set label tenant_label[i] at graph 0, 1.045 left noenhanced font ',10' textcolor rgb black
    plot compared(1, word(tenants, i)) using (column('months')):(100 * column('base')) with lines lw 2.4 lc rgb gray, \
        for [n = 1:others] compared(n, word(tenants, i)) using (column('months')):(100 * column('other')) \
            with lines lw 2 dashtype variant_dash(n) lc rgb variant_colour(n)
    unset label
}
