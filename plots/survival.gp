# SPDX-License-Identifier: GPL-3.0-or-later
# title: How long contracts and customers last
# caption: Left, contracts not ended before their term; right, customers that still lease, renewals included.
# needs: series/leases.active.dat curves
load share.'/common.gp'

curve(output, class) = 'curves/'.output.'.'.class.'.dat'
colour_of(i) = word(blue.' '.vermillion.' '.green.' '.orange.' '.purple.' '.sky.' '.black.' '.gray, 1 + (i - 1) % 8)
classes = words(tenants)
# One after the other as wide as they are, in as many rows as that takes.
class_width = 0.0081; class_gap = 0.025; first_class = 0.065; class_row = 0.036
array class_at[classes + 1]
array class_height[classes + 1]
end_of(i) = i == 1 ? 0.485 : 0.975
seen(name) = column('flag') > 0.5 ? NaN : 100 * column(name) # else most worlds have nobody of that age
begin_of(i) = i == 1 ? 0.065 : 0.555

# Classes of which most worlds have nobody at any age are said, not drawn.
left_out = ''
array is_seen[classes + 1]
do for [i = 1:classes] {
    is_seen[i] = 0
    stats curve('customer_retention', word(tenants, i)) using (is_seen[i] = is_seen[i] + (column('n') > 0 && column('flag') <= 0.5 && column('months') > 0), 0) nooutput
    if (!is_seen[i]) { left_out = left_out.(strlen(left_out) ? ', ' : 'Not shown, for most worlds have none: ').tenant_label[i] }
}

at_x = first_class; at_y = 0.875
do for [i = 1:classes] {
    if (is_seen[i]) {
        if (at_x > first_class && at_x + class_width * tenant_label_width[i] > 0.985) { at_x = first_class; at_y = at_y - class_row }
        class_at[i] = at_x; class_height[i] = at_y
        at_x = at_x + class_width * tenant_label_width[i] + class_gap
    }
}

eval picture('How long contracts and customers last')
set label 'Line: median, where most worlds have some. Bands: nine tenths. Kaplan-Meier; left, expiry and renewal end the ' \
    .'observation; right, renewal continues it.' at screen 0.02, 0.025 left noenhanced font ',9' textcolor rgb gray
set label left_out at screen 0.98, from_top(18) right noenhanced font ',9' textcolor rgb gray
do for [i = 1:classes] {
    if (is_seen[i]) { set label tenant_label[i] at screen class_at[i], class_height[i] left noenhanced font ',10.5' textcolor rgb colour_of(i) }
}
unset key
set xrange [0:60]
set yrange [0:100]
set xtics 12 format '%g'
set ytics 20 format '%g'
set mxtics 2
set tmargin at screen at_y - 0.085
set bmargin at screen 0.165
set xlabel 'months since signing' font ',10.5' textcolor rgb black
# A frame in which most worlds have nobody says so.
array nobody[2]; nobody[1] = 'no contract with a term'; nobody[2] = 'no customer whose contract ended'
do for [panel_number = 1:2] {
    output = panel_number == 1 ? 'lease_survival' : 'customer_retention'
    set lmargin at screen begin_of(panel_number)
    set rmargin at screen end_of(panel_number)
    set label (panel_number == 1 ? '% of contracts' : '% of customers') at graph 0, 1.045 left noenhanced font ',10.5' \
        textcolor rgb black
    drawn = 0
    do for [i = 1:classes] {
        stats curve(output, word(tenants, i)) using (drawn = drawn + (column('n') > 0 && column('flag') <= 0.5), 0) nooutput
    }
    set label (drawn ? '' : nobody[panel_number]) at graph 0.5, 0.5 center noenhanced font ',11' textcolor rgb gray
    plot for [i = 1:classes] curve(output, word(tenants, i)) \
            using (column('months')):(seen('p05')):(seen('p95')) with filledcurves \
            fs transparent solid 0.13 noborder lc rgb colour_of(i), \
        for [i = 1:classes] curve(output, word(tenants, i)) using (column('months')):(seen('p50')) \
            with lines lw 2.2 lc rgb colour_of(i)
    unset label
    unset xlabel
    set xlabel 'months since the first contract' font ',10.5' textcolor rgb black
}
