# SPDX-License-Identifier: GPL-3.0-or-later
# title: What differs, on common random numbers
# caption: Above, means of the base (gray) and of the others over the worlds that have both; below, the paired difference with its 95 % interval. Upright: bans and shocks.
# needs: compare/context.gp events.dat
load 'compare/context.gp'
rows_of_panels = (words(compared_outputs) + 2) / 3
canvas_height = rows_of_panels > 1 ? 680 : 540
load share.'/common.gp'

compared(n, i) = compared_folder[n].'/series/'.word(compared_outputs, i).'.dat'
others = compared_others
shown_outputs = words(compared_outputs)
# Of panel i at the date of the row.
scale_of(i) = compared_scale[i] * (exchanged && compared_money[i] ? exchange(column('year')) : 1.)
columns_of_panels = shown_outputs < 3 ? shown_outputs : 3

eval picture('What differs, on common random numbers')
set label 'base: '.compared_base at screen 0.98, 0.966 right noenhanced font ',10' textcolor rgb gray
do for [n = 1:others] {
    set label compared_name[n] at screen 0.98, 0.966 - 0.026 * n right noenhanced font ',10' \
        textcolor rgb variant_colour(n)
}
set label 'Above: means over worlds that have both, the base in gray. Below: other less base, 95 % interval. Gaps: most worlds lack one.' \
    .(compared_is_cut ? "\nAxes are cut at a few extreme dates." : '') at screen 0.02, compared_is_cut ? 0.033 : 0.022 left noenhanced font ',9' textcolor rgb gray

first_top = 0.87 - 0.026 * (others > 3 ? others - 3 : 0)
width = 0.95 / columns_of_panels
height = (first_top - 0.07) / rows_of_panels
# What hardly any pair has would have the widest interval.
if_common(value) = 2 * column('n') >= compared_units ? value : NaN
from_left(i) = 0.015 + width * ((i - 1) % 3)
from_top(i) = first_top - height * ((i - 1) / 3)
# A round step that cuts a range into three or four.
power_of(x) = 10.0 ** floor(log10(x))
round_step(x) = x / power_of(x) < 1.5 ? power_of(x) : x / power_of(x) < 3.5 ? 2 * power_of(x) : \
                x / power_of(x) < 7.5 ? 5 * power_of(x) : 10 * power_of(x)
step_of(low, high) = high > low ? round_step((high - low) / 3.5) : 1
set xrange [xstart:xend]
year_step = xend - xstart > 11 ? 4 : xend - xstart > 5 ? 2 : 1
set xtics year_step font ',8.5'
set ytics font ',8.5'
unset key

do for [i = 1:shown_outputs] {
    set lmargin at screen from_left(i) + 0.055
    set rmargin at screen from_left(i) + width - 0.005
    set tmargin at screen from_top(i) - 0.055
    set bmargin at screen from_top(i) - 0.545 * height
    set label compared_label[i] at screen from_left(i) + 0.01, from_top(i) - 0.011 left noenhanced font ',9' \
        textcolor rgb black
    set xtics format ''
    set yrange [compared_bottom[i]:compared_top[i] + 0.04 * (compared_top[i] - compared_bottom[i])]
    set ytics step_of(compared_bottom[i], compared_top[i])
    do for [k = 1:event_count] {
        if (event_rank(k) == 1) {
            set arrow from event_year[k], graph 0 to event_year[k], graph 1 nohead back lw 0.7 dashtype 3 \
                lc rgb event_colour(k)
        }
    }
    # The base is drawn of every pair: what one variant lacks has no pair, and so no base, in its file.
    plot for [n = 1:others] compared(n, i) using (column('year')):(if_common(column('base')) / scale_of(i)) with lines lw 2.2 \
            lc rgb gray, \
        for [n = 1:others] compared(n, i) using (column('year')):(if_common(column('other')) / scale_of(i)) with lines lw 1.8 \
            dashtype variant_dash(n) lc rgb variant_colour(n)
    unset label
    set tmargin at screen from_top(i) - 0.6 * height
    set bmargin at screen from_top(i) - 0.885 * height
    set xtics format '%g'
    lowest = compared_low[i]
    highest = compared_high[i]
    set yrange [lowest:highest]
    set ytics step_of(lowest, highest)
    plot '+' using (0):(0) with lines lw 0.8 lc rgb gray, \
        for [n = 1:others] compared(n, i) using (column('year')):(if_common(column('low')) / scale_of(i)) \
            :(column('high') / scale_of(i)) with filledcurves fs transparent solid 0.25 noborder lc rgb variant_colour(n), \
        for [n = 1:others] compared(n, i) using (column('year')):(if_common(column('diff')) / scale_of(i)) with lines lw 1.6 \
            dashtype variant_dash(n) lc rgb variant_colour(n)
    unset arrow
}
