# SPDX-License-Identifier: GPL-3.0-or-later
# title: Installed capacity by generation, and how much of it is let
# caption: Means, which add up. Commissioned is fit to be let; what lies above the lowest line stands idle.
# needs: series/capacity.installed.dat
load share.'/common.gp'

eval picture('Installed capacity by generation, and how much of it is let')
note = 'Areas: mean of each generation, stacked. Lines: means of all that is installed, commissioned and let.'
eval panel(1, 1, 'EFLOPS, dense FP16')

# Each generation's highest mean; those too small to be told apart are stacked together, so that the key has room.
max_layers = 14
in_order(i) = i <= words(known_generations) ? word(known_generations, i) \
    : word(generations, i - words(known_generations))
candidates = ''
do for [i = 1:words(known_generations) + words(generations)] {
    name = in_order(i)
    if (position(generations, name) && !position(candidates, name)) { candidates = candidates.' '.name }
}
array peak[words(generations) + 1]
whole_peak = 0
do for [i = 1:words(candidates)] {
    high_mean = 0.
    if (rows('capacity.by_generation.'.word(candidates, i)) > 0) {
        stats series('capacity.by_generation.'.word(candidates, i)) \
            using (is_measured(0) ? high_mean = larger(high_mean, column('mean')) : 0) nooutput
    }
    peak[i] = high_mean
    if (peak[i] > whole_peak) { whole_peak = peak[i] }
}
least = 0.
layers_above(limit) = sum [i = 1:words(candidates)] (peak[i] > limit)
while (layers_above(least) > max_layers) { least = least > 0 ? least * 1.2 : 0.001 * whole_peak }
is_small(i) = peak[i] > 0 && peak[i] <= least

# Running totals over the generations, by row; all files of a run have the same rows.
row_count = rows('capacity.installed') > 0 ? rows('capacity.installed') : 1
array running[row_count]
do for [row = 1:row_count] { running[row] = 0. }
array tops[row_count * (max_layers + 1)]
pile_up(output, layer) = sprintf("stats '%s' using (at = column(0) + 1, \
    running[at] = running[at] + (column('n') > 0 ? column('mean') : 0), tops[%d * row_count + at] = running[at]) nooutput", \
    series(output), layer)
layers = ''
do for [i = 1:words(candidates)] {
    if (peak[i] > least) {
        eval pile_up('capacity.by_generation.'.word(candidates, i), words(layers))
        layers = layers.' '.word(candidates, i)
    }
}
if (least > 0) {
    do for [i = 1:words(candidates)] {
        if (is_small(i)) { eval pile_up('capacity.by_generation.'.word(candidates, i), words(layers)) }
    }
    layers = layers.' others'
}

layer(k) = sprintf("'%s' using 'year':(tops[%d * row_count + column(0) + 1] / 1e3) \
    with filledcurves y1=0 fs solid 0.85 noborder lc rgb '%s' title label_of(word(layers, %d)), ", \
    series('capacity.installed'), k - 1, generation_colour(word(layers, k)), k)

# The highest area first, each later one covers its lower part.
drawn = words(layers)
do for [k = words(layers):1:-1] { behind = behind.', '.layer(k)[1:strlen(layer(k)) - 2] }
if (rows('capacity.installed') > 0) {
    stats series('capacity.installed') using (is_measured(0) ? panel_high = larger(panel_high, running[int(column(0)) + 1] / 1e3) : 0) nooutput
}
whole(output, name, dash) = "found = 0; high_mean = 0.; if (rows('".output."') > 0) { stats '".series(output)."' using \
    (is_measured(0) ? (found = found + 1, high_mean = larger(high_mean, column('mean'))) : 0) nooutput }; \
    if (found) { drawn = 1; lines = lines \
    .columns('".output."', scaled('mean', 1e3)).\" with lines lw 4.6 lc rgb '#ffffff' notitle\" \
    .columns('".output."', scaled('mean', 1e3)).\" with lines lw 2.2 dashtype ".dash." lc rgb black title '".name."'\"; \
    panel_high = high_mean / 1e3 > panel_high ? high_mean / 1e3 : panel_high }"
eval whole('capacity.installed', 'installed', '1')
eval whole('capacity.competent', 'commissioned', '(6, 3)')
eval whole('capacity.lit', 'let', '(2, 2)')
eval draw
