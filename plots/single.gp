# SPDX-License-Identifier: GPL-3.0-or-later
# The single worlds of worlds.dat over the panel of the key output. Not a picture itself.
world_rate(row) = is_money(key_output) ? exchange(column('year')) : 1.
world_colour(n) = word(vermillion.' '.black.' '.purple, n)
if (key_worlds) { lines_note = 'Line: median, thin: single worlds. ' }
do for [n = 1:key_worlds] {
    last_of_world = NaN
    low_of_world = 1e300; high_of_world = -1e300
    stats 'worlds.dat' using (is_in_frame(0) && is_number(strcol(key_world[n])) \
        ? (last_of_world = column(key_world[n]) / key_scale / world_rate(0), low_of_world = smaller(low_of_world, last_of_world), \
        high_of_world = larger(high_of_world, last_of_world)) : 0) nooutput
    # As far as twice what nine tenths of the worlds reach they are not cut.
    if (high_of_world > panel_high) { panel_high = larger(panel_high, smaller(high_of_world, 2 * larger(outer_high, panel_high))) }
    if (low_of_world < panel_low) { panel_low = smaller(panel_low, larger(low_of_world, 2 * smaller(outer_low, panel_low))) }
    if (low_of_world < panel_least) { panel_least = smaller(panel_least, larger(low_of_world, outer_least / 2)) }
    if (high_of_world > 1.001 * larger(panel_high, outer_high)) { cut_note = cut_note.sprintf(' A world reaches %.3g.', high_of_world) }
    if (low_of_world < 1.001 * smaller(panel_low, outer_low)) { cut_note = cut_note.sprintf(' A world falls to %.3g.', low_of_world) }
    line_count = new_line(key_world_label[n], world_colour(n), 1, last_of_world)
    lines = lines.sprintf(", 'worlds.dat' using (column('year')):(shown(column('%s') / key_scale / world_rate(0))) \
        with lines lw 1.1 lc rgb '%s'", key_world[n], world_colour(n))
}
