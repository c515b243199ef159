# SPDX-License-Identifier: GPL-3.0-or-later
# title: The number the study is about
# caption: Its median and nine tenths of the replications; beside variants, these in gray and their medians in colours.
# needs: key.gp context.gp
plot_right = 0.73
load share.'/common.gp'
load 'key.gp'

drawn_others = key_others
colour_of(n) = word(blue.' '.vermillion.' '.green.' '.purple.' '.orange.' '.sky, 1 + (n - 1) % 6)
# Of lines that coincide the one below shows between the dashes of the one above.
dash_of(n) = n % 3 == 1 ? 1 : n % 3 == 2 ? 2 : 4
compared(n) = key_folder[n].'/series/'.key_output.'.dat'

note = drawn_others ? 'Lines: medians. Gray: '.key_base.', with the middle half and nine tenths of the replications.' : ''
eval picture(key_words)
eval panel(1, 1, key_axis)
eval fan(key_output, key_base, drawn_others ? gray : blue, key_scale)
do for [n = 1:drawn_others] {
    line_count = line_count + 1
    line_name[line_count] = key_name[n]
    lines = lines.sprintf(", '%s' using (column('year')):(column('p50') / %.17g) with lines lw 2.2 dt %d lc rgb '%s' \
title line_name[%d]", compared(n), key_scale, dash_of(n), colour_of(n), line_count)
    panel_high = key_high[n] / key_scale > panel_high ? key_high[n] / key_scale : panel_high
    panel_low = key_low[n] / key_scale < panel_low ? key_low[n] / key_scale : panel_low
}
eval draw
