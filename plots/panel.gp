# SPDX-License-Identifier: GPL-3.0-or-later
# A panel as it was gathered since `panel`: axes, marks, and the names of lines where they end. Not a picture itself.

# ---- Axes --------------------------------------------------------------------------------------------------------
# An outer band may take a third of the axis.
core_high = larger(panel_high, 0.); core_low = smaller(panel_low, 0.); span = core_high - core_low
is_flattened = outer_high > core_high + 0.5 * span
is_sunk = outer_low < core_low - 0.5 * span
axis_high = round_up(is_flattened ? core_high + 0.2 * span : larger(core_high, outer_high))
axis_low = -round_up(-(is_sunk ? core_low - 0.2 * span : smaller(core_low, outer_low)))
if (axis_from > 0) { axis_low = axis_from; axis_high = axis_to; is_flattened = 0; is_sunk = 0 }
if (axis_high <= axis_low) { axis_high = axis_low + 1. }
is_log = prices && panel_least > 0 && panel_least < 1e299 \
    && larger(panel_high, outer_high) > 10 * smaller(panel_least, outer_least)
# As many tics as there is room for.
rough_step = (axis_high - axis_low) / (2. + 7 * panel_height(panel_count))
step_power = 10. ** floor(log10(rough_step))
set ytics step_power * (rough_step < 1.5 * step_power ? 1 : rough_step < 3.5 * step_power ? 2 : rough_step < 7.5 * step_power ? 5 : 10)
axis_foot = -1e300
if (is_log) {
    # As far as the outer band goes, but not beyond a quarter and four times what else is shown.
    axis_low = larger(smaller(panel_least, outer_least) / 1.05, panel_least / 4)
    axis_high = smaller(larger(panel_high, outer_high) * 1.05, 4 * panel_high)
    is_flattened = outer_high > axis_high
    is_sunk = outer_least < axis_low
    axis_foot = axis_low
    set logscale y
    set mytics 1
    set ytics ()
    do for [decade = floor(log10(axis_low)):ceil(log10(axis_high))] {
        do for [step in '1 2 5'] {
            tic = step * 10. ** decade
            if (tic >= axis_low && tic <= axis_high) { set ytics add (sprintf('%g', tic) tic) }
        }
    }
    axis_name = axis_name.' (logarithmic)'
}
short(x) = abs(x) >= 1e5 ? (x < 0 ? 'below -100000' : 'above 100000') : abs(x) >= 100 ? sprintf('%.0f', x) : sprintf('%.2g', x)
place = panel_count == 1 ? ' The' : panel_number == 1 ? ' Above, the' : ' Below, the'
if (is_flattened && is_sunk && !is_log) {
    cut_note = cut_note.place.sprintf(' outer band spans %s to %s.', short(outer_low), short(outer_high))
} else {
    if (is_flattened) { cut_note = cut_note.place.sprintf(' outer band reaches %s.', short(outer_high)) }
    if (is_sunk && !is_log) { cut_note = cut_note.place.sprintf(' outer band falls to %s.', short(outer_low)) }
}
set label axis_name at screen 0.021, panel_top(panel_number, panel_count) - panel_height(panel_count) / 2 \
    rotate center noenhanced font ',10.5' textcolor rgb black
year_step = ceil((xend - xstart) / 14.)
set xrange [xstart:xend]
set yrange [axis_low:axis_high]
if (panel_number == panel_count) { set xtics year_step format '%g' } else { set xtics year_step format '' }
if (panel_number == panel_count) {
    set label reading(0) at screen 0.02, (is_long_reading(0) ? 0.038 : 0.025) left noenhanced font ',9' textcolor rgb gray
}
if (axis_low < 0) { set arrow from graph 0, first 0 to graph 1, first 0 nohead back lw 0.8 lc rgb gray }
panels_drawn = (panel_number == 1 ? 0 : panels_drawn) + drawn
if (panel_number == panel_count && !panels_drawn) { eval nothing_to_show }
if (!drawn) { set label 'no numbers in this run' at graph 0.5, 0.5 center font ',12' textcolor rgb gray }

# ---- Names of lines ----------------------------------------------------------------------------------------------
# From the lowest to the highest, each at the end of its line or just above the one before; then down again from the top.
at_height(value) = is_log ? log(larger(value, axis_low) / axis_low) / log(axis_high / axis_low) \
    : (value - axis_low) / (axis_high - axis_low)
in_frame(x) = x < 0 ? 0 : x > 1 ? 1 : x
name_rows(i) = 1 + (strstrt(line_name[i], "\n") > 0)
name_height = 16. / canvas_height / panel_height(panel_count)
array name_of[max_lines]
array name_at[max_lines]
names = 0
do for [i = first_line:line_count] {
    if (line_end[i] < 1e299) { names = names + 1; name_of[names] = i }
}
do for [i = 2:names] {
    k = i
    while (k > 1 && line_end[name_of[k > 1 ? k - 1 : 1]] > line_end[name_of[k]]) {
        swapped = name_of[k]; name_of[k] = name_of[k - 1]; name_of[k - 1] = swapped; k = k - 1
    }
}
do for [k = 1:names] {
    wanted = in_frame(at_height(line_end[name_of[k]])) + 0.5 * name_height * (name_rows(name_of[k]) - 1)
    lowest = k > 1 ? name_at[k - 1] + name_height * name_rows(name_of[k]) : -0.02
    name_at[k] = wanted > lowest ? wanted : lowest
}
highest = 1.0 - 0.3 * name_height # what stands higher meets the names of events
do for [k = names:1:-1] {
    if (name_at[k] > highest) { name_at[k] = highest }
    highest = name_at[k] - name_height * name_rows(name_of[k])
}
do for [k = 1:names] {
    set arrow from screen right + 0.008, graph name_at[k] to screen right + 0.026, graph name_at[k] nohead front \
        lw 2.2 dashtype line_dash[name_of[k]] lc rgb line_colour[name_of[k]]
    set label line_name[name_of[k]] at screen right + 0.031, graph name_at[k] left noenhanced font ',10' textcolor rgb black
}

# The first element is a point outside: gnuplot wants one even when there is nothing to show.
eval "plot '+' using (xstart):(is_log ? axis_low / 1e30 : axis_low - 1e30) with dots notitle".behind.lines.above
