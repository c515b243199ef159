# SPDX-License-Identifier: GPL-3.0-or-later
# title: What has been paid so far, by alternative
# caption: Mean over the replications, after tax, not discounted; cards are paid at the start and sold at the end.
# needs: decision/choices.dat decision/context.gp
load share.'/common.gp'
load 'decision/context.gp'
xstart = plan_start
xend = plan_end
event_count = 0
top = 0.86
note = 'Mean over the replications, after tax, not discounted. Own cards are sold at the end of the horizon.' \
    .(plan_waits ? ' What waits follows what it chooses later.' : '')

colours = blue.' '.sky.' '.vermillion.' '.orange.' '.green.' '.purple
colour_of(i) = word(colours, 1 + (i - 1) % words(colours))
spent(i) = 'plan.spent.'.word(alternatives, i)
longest = 0
do for [i = 1:words(alternatives)] {
    if (alternative_label_width[i] > longest) { longest = alternative_label_width[i] }
}
right = 0.945 - 0.0078 * longest
in_plan(value) = column('year') >= xstart - 1e-6 && column('year') <= xend + 1e-6 ? value : NaN
# A buyer that waits pays for what it chooses later: not a path of its own.
paid(i) = "measure_mean = 0.; first_year = 1e300; first_mean = 0.; low_mean = 0.; known = 0; stats '".series(spent(i))."' using \
    (known = known + is_number(strcol('mean')), measure_mean = is_number(strcol('mean')) && column('mean') > measure_mean \
    ? column('mean') : measure_mean, first_year = column('year') > xstart - 1e-6 && is_number(strcol('mean')) && first_year > column('year') \
    ? (first_mean = column('mean'), column('year')) : first_year, 0) nooutput; if (known) { drawn = 1; \
    if (first_year > xstart + 0.01) { set arrow from first xstart, 0 to first first_year, first_mean / plan_series_scale nohead lw 2.4 lc rgb colour_of(".i.") }; \
    panel_high = measure_mean / plan_series_scale > panel_high ? measure_mean / plan_series_scale : panel_high; \
    lines = lines.\", '".series(spent(i))."' using (column('year')):(in_plan(column('mean')) / plan_series_scale) with lines lw 2.4 \
    lc rgb '".colour_of(i)."' title alternative_label[".i."]\" }"

eval picture('What has been paid so far, '.plan_unit)
set key at screen right + 0.01, graph 1 left top Left reverse vertical samplen 1.4 spacing 1.25 font ',10' noenhanced noautotitle
eval panel(1, 1, plan_unit)
do for [i = 1:words(alternatives)] { eval paid(i) }
eval draw
