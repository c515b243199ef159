# SPDX-License-Identifier: GPL-3.0-or-later
# The single worlds of worlds.dat over the panel of the key output. Not a picture itself.
world_rate(row) = is_money(key_output) ? exchange(column('year')) : 1.
world_colour(n) = word(vermillion.' '.black.' '.purple, n)
if (key_worlds) { note = reading(0).' Thin: single worlds.' }
do for [n = 1:key_worlds] {
    last_of_world = NaN
    stats 'worlds.dat' using (last_of_world = column('year') >= xstart && column('year') <= xend && is_number(strcol(key_world[n])) \
        ? column(key_world[n]) / key_scale / world_rate(0) : last_of_world, last_of_world) nooutput
    line_count = new_line(key_world_label[n], world_colour(n), 1, last_of_world)
    lines = lines.sprintf(", 'worlds.dat' using 'year'%s with lines lw 1.1 lc rgb '%s'", \
        in_money(key_output, key_world[n], key_scale), world_colour(n))
}
