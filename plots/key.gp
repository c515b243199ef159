# SPDX-License-Identifier: GPL-3.0-or-later
# title: The number the study is about
# caption: Median and bands of all replications; medians of variants in colours.
# needs: key.gp context.gp
plot_right = 0.73
load share.'/common.gp'
load 'key.gp'

compared(n) = key_folder[n].'/series/'.key_output.'.dat'

if (key_others) {
    lines_note = 'Lines: medians. '
    bands_note = 'Gray: '.key_base.', with the middle 50 % and 90 % of the replications.'
}
eval picture(key_words)
eval panel(1, 1, key_axis)
prices = key_prices
eval fan(key_output, key_base_name[1], key_others ? gray : blue, key_scale)
do for [n = 1:key_others] {
    eval measure_file(compared(n), rate_of(key_output))
    if (found) {
        line_count = new_line(key_name[n], variant_colour(n), variant_dash(n), last_median / key_scale)
        eval holds('low_median', 'low_median', 'high_median', key_scale)
        lines = lines.sprintf(", '%s' using 'year'%s with lines lw 2.2 dt %d lc rgb '%s'", compared(n), \
            in_money(key_output, 'p50', key_scale), variant_dash(n), variant_colour(n))
    }
}
if (!key_others) { load share.'/single.gp' }
eval draw
