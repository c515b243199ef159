# SPDX-License-Identifier: GPL-3.0-or-later
# title: How long contracts and customers last
# caption: Left, contracts not ended before their term; right, customers that still lease, renewals included.
# needs: series/leases.active.dat curves
load share.'/common.gp'

curve(output, class) = 'curves/'.output.'.'.class.'.dat'
colour_of(i) = word(blue.' '.vermillion.' '.green.' '.orange.' '.purple.' '.sky.' '.black.' '.gray, 1 + (i - 1) % 8)
classes = words(tenants)
# One after the other as wide as they are; names where labels have no room.
class_width = 0.0081; class_gap = 0.025; first_class = 0.065
widths_before(i) = i < 2 ? 0 : sum [k = 1:i - 1] tenant_label_width[k]
labels_fit = first_class + class_width * widths_before(classes + 1) + class_gap * (classes - 1) < 0.985
class_label(i) = labels_fit ? tenant_label[i] : word(tenants, i)
class_at(i) = labels_fit ? first_class + class_width * widths_before(i) + class_gap * (i - 1) : first_class + 0.91 * (i - 1) / classes
end_of(i) = i == 1 ? 0.485 : 0.975
seen(name) = column('flag') > 0.5 ? NaN : 100 * column(name) # else most worlds have nobody of that age
begin_of(i) = i == 1 ? 0.065 : 0.555

# Classes of which most worlds have nobody at any age are said, not drawn.
left_out = ''
array is_seen[classes + 1]
do for [i = 1:classes] {
    is_seen[i] = 0
    stats curve('customer_retention', word(tenants, i)) using (is_seen[i] = is_seen[i] + (column('flag') <= 0.5 && column('months') > 0), 0) nooutput
    if (!is_seen[i]) { left_out = left_out.(strlen(left_out) ? ', ' : 'Not shown, for most worlds have none: ').tenant_label[i] }
}

eval picture('How long contracts and customers last')
set label 'Line: median. Bands: middle nine tenths of the replications. Kaplan-Meier; left, expiry and renewal end the ' \
    .'observation; right, a renewal continues it.' at screen 0.02, 0.025 left noenhanced font ',9' textcolor rgb gray
set label left_out at screen 0.98, from_top(18) right noenhanced font ',9' textcolor rgb gray
do for [i = 1:classes] {
    set label is_seen[i] ? class_label(i) : '' at screen class_at(i), 0.875 left noenhanced font ',10.5' textcolor rgb colour_of(i)
}
unset key
set xrange [0:60]
set yrange [0:100]
set xtics 12 format '%g'
set ytics 20 format '%g'
set mxtics 2
set tmargin at screen 0.79
set bmargin at screen 0.165
set xlabel 'months since signing' font ',10.5' textcolor rgb black
do for [panel_number = 1:2] {
    output = panel_number == 1 ? 'lease_survival' : 'customer_retention'
    set lmargin at screen begin_of(panel_number)
    set rmargin at screen end_of(panel_number)
    set label (panel_number == 1 ? '% of contracts' : '% of customers') at graph 0, 1.045 left noenhanced font ',10.5' \
        textcolor rgb black
    plot for [i = 1:classes] curve(output, word(tenants, i)) \
            using (column('months')):(seen('p05')):(seen('p95')) with filledcurves \
            fs transparent solid 0.13 noborder lc rgb colour_of(i), \
        for [i = 1:classes] curve(output, word(tenants, i)) using (column('months')):(seen('p50')) \
            with lines lw 2.2 lc rgb colour_of(i)
    unset label
    unset xlabel
    set xlabel 'months since the first contract' font ',10.5' textcolor rgb black
}
