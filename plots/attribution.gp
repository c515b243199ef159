# SPDX-License-Identifier: GPL-3.0-or-later
# title: What did it: the share of each mechanism
# caption: Shapley values: each mechanism's contribution, averaged over all orders of switching the mechanisms on, with its 95 % interval. The bars of a panel add up from all off to all on.
# needs: attribution.dat attribution_context.gp
load share.'/common.gp'
load 'attribution_context.gp'

enough = 6
shown = attributed_outputs < enough ? attributed_outputs : enough
mechanisms = attributed_mechanisms
columns_of_panels = shown < 3 ? shown : 3
rows_of_panels = (shown + columns_of_panels - 1) / columns_of_panels
colour_of(k) = word(blue.' '.vermillion.' '.green.' '.purple.' '.orange.' '.sky.' '.black.' '.gray, 1 + (k - 1) % 8)

eval picture('What did it: the share of each mechanism')
set label 'Shapley values with their 95 % interval; the bars of a panel add up from all mechanisms off to all on' \
    at screen 0.02, 0.022 left noenhanced font ',9' textcolor rgb gray

first_left = 0.17
width = (0.985 - first_left) / columns_of_panels
top = 0.875
height = (top - 0.055) / rows_of_panels
# A round step that cuts a range into three or four.
power_of(x) = 10.0 ** floor(log10(x))
round_step(x) = x / power_of(x) < 1.5 ? power_of(x) : x / power_of(x) < 3.5 ? 2 * power_of(x) : \
                x / power_of(x) < 7.5 ? 5 * power_of(x) : 10 * power_of(x)
# Each output has rows for all off, all on, every mechanism and every pair of them.
row_of(i, k) = (i - 1) * (2 + mechanisms + mechanisms * (mechanisms - 1) / 2) + 1 + k
set yrange [mechanisms + 0.5 : 0.5]
set xtics font ',8'
set ytics font ',9' scale 0
set mytics 1
unset grid
set grid xtics lc rgb '#dcdcdc' lw 0.7 dashtype 1
unset key

do for [i = 1:shown] {
    column = (i - 1) % columns_of_panels
    low = attributed_low[i]
    high = attributed_high[i]
    if (high <= low) { low = -1; high = 1 }
    span = high - low
    scale = attributed_scale[i]
    set lmargin at screen first_left + width * column
    set rmargin at screen first_left + width * (column + 1) - 0.025
    set tmargin at screen top - height * ((i - 1) / columns_of_panels) - 0.055
    set bmargin at screen top - height * ((i - 1) / columns_of_panels) - height + 0.065
    set label 101 attributed_output[i] at graph 0, 1 offset 0, 1.7 left noenhanced font ',10' textcolor rgb black
    set label 102 attributed_head[i] at graph 0, 1 offset 0, 0.7 left noenhanced font ',8' textcolor rgb gray
    unset ytics
    if (column == 0) {
        set ytics () font ',9' scale 0 noenhanced
        do for [k = 1:mechanisms] {
            set ytics add (tic_text(mechanism_label[k]) k)
        }
    }
    set arrow 101 from first 0, graph 0 to first 0, graph 1 nohead back lw 0.8 lc rgb gray
    set xrange [low - 0.04 * span : high + 0.04 * span]
    set xtics round_step(span / 3.5)
    plot for [k = 1:mechanisms] 'attribution.dat' every ::row_of(i, k)::row_of(i, k) using (0):(k):(0) \
            :(column('mean') / scale):(k - 0.32):(k + 0.32) with boxxyerror fs solid 0.75 noborder lc rgb colour_of(k), \
        for [k = 1:mechanisms] 'attribution.dat' every ::row_of(i, k)::row_of(i, k) using (column('mean') / scale):(k) \
            :(column('low') / scale):(column('high') / scale) with xerrorbars pt 0 lw 1.4 lc rgb black
    unset label
}
