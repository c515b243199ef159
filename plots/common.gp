# SPDX-License-Identifier: GPL-3.0-or-later
# The looks of all pictures and what they share. Not a picture itself: it has no title line.
#
# The caller sets `format` (svg or png), `out` and `share` (the folder of this file); the working directory is that of
# the run.
# gnuplot has no procedures, so the functions below return commands as text, to be run by `eval`:
#
#     eval picture("Rent of an 8-card server")       the canvas, its title and the dated events over it
#     eval panel(1, 2, "thousand CNY a month")       the first of two panels, with the name of its axis
#     eval fan("rent.H100", "H100", blue, 1e3)       a fan chart of that output, divided by 1e3
#     eval draw                                      what was gathered since `panel`
#
# An output without a file or without a single number leaves no trace, nor do facts that do not exist.
#
# Texts of a scenario are data: they come as values of variables (context.gp) or as fields of tables, and a command that
# is run by `eval` names the variable, never the text. No script may start a program.

load 'context.gp'
set encoding utf8
set datafile columnheaders
set samples 2

# Fonts, lines and points of the two formats grow alike, so that the layout below holds for both. A point of text is
# a pixel in an SVG, but 1/72 inch of 96 pixels in a PNG.
png_scale = 1600. / 960
if (!exists('canvas_height')) { canvas_height = 540 } # a picture with many rows sets it before loading
from_top(pixels) = 1 - pixels / real(canvas_height)
if (format eq 'svg') { set terminal svg size 960,canvas_height enhanced font 'DejaVu Sans,12' background '#ffffff' \
       fontscale 96. / 72 } \
else { set terminal pngcairo size 1600,canvas_height * png_scale enhanced font 'DejaVu Sans,12' background '#ffffff' \
       fontscale png_scale linewidth png_scale pointscale png_scale }
set output out

# Colours after Okabe and Ito (2008), told apart by readers with any common colour blindness.
black = '#222222'; gray = '#777777'; blue = '#0072b2'; sky = '#56b4e9'; green = '#009e73'; orange = '#e69f00'
vermillion = '#d55e00'; purple = '#aa4499'

# One colour a generation: families share a hue, newer ones are darker. The order is that of stacking. One that is not
# listed is gray.
known_generations = 'A100 A800 H20 H800 H100 H200 B200 GB200 B300 GB300 R200 L20 RTX4090 RTXPro6000D ' \
    .'Ascend910 Ascend910B Ascend910C Ascend950PR Ascend950DT Ascend960 Ascend970 Cambricon590 MXC500 KunlunP800 PPU ' \
    .'MI300X MI325X MI355X TPUv5p TPUv6e TPUv7 Trainium2 Trainium3'
known_colours = '#bdd7e7 #6baed6 #99d8c9 #41ae76 #238b45 #00441b #dadaeb #bcbddc #9e9ac8 #756bb1 #54278f ' \
    .'#fde0dd #fcc5c0 #fa9fb5 ' \
    .'#fee6ce #fdd0a2 #fdae6b #fd8d3c #f16913 #d94801 #8c2d04 #f6e8c3 #dfc27d #bf812d #8c510a ' \
    .'#c994c7 #df65b0 #ce1256 #c7e9f1 #7fcdbb #1d91c0 #d9d9d9 #969696'
position(list, name) = sum [i = 1:words(list)] (word(list, i) eq name ? i : 0)
generation_colour(name) = position(known_generations, name) ? word(known_colours, position(known_generations, name)) \
    : '#bdbdbd'

# Lines of single generations want more contrast than stacked areas.
headlines = 'A800 H100 H20 H200 B200'
headline_colour(name) = word(orange.' '.blue.' '.green.' '.vermillion.' '.purple, position(headlines, name))

# The display name of a generation.
given_label(name) = position(generations, name) ? generation_label[position(generations, name)] : name
given_width(name) = position(generations, name) ? generation_label_width[position(generations, name)] : strlen(name)
label_of(name) = given_width(name) <= 13 ? given_label(name) : name # what the margin has room for

# A tic's label is a format of numbers, in which a percent sign stands for itself when it is doubled.
tic_text(text) = strstrt(text, '%') \
    ? text[1:strstrt(text, '%') - 1].'%%'.tic_text(text[strstrt(text, '%') + 1:*]) : text

# ---- Files -------------------------------------------------------------------------------------------------------

series(output) = 'series/'.output.'.dat'
rows(output) = strstrt(series_written, ' '.output.' ') ? series_rows : 0
is_number(text) = strstrt(' NaN nan -nan inf -inf ', ' '.text.' ') == 0

# An output in the range shown: `found` rows with a number, `flagged` ones of them on a price bound, and the extremes of
# its outer band, of its inner band and of its median.
found = 0
is_measured(row) = column('n') > 0 && column('year') >= xstart && column('year') <= xend
larger(a, b) = a > b ? a : b
smaller(a, b) = a < b ? a : b
measure(output) = "found = 0; flagged = 0; low90 = 0.; low50 = 0.; high50 = 0.; high90 = 0.; high_median = 0.;" \
    .(rows(output) < 1 ? '' : "stats '".series(output)."' using (is_measured(0) ? (found = found + 1, \
    flagged = flagged + (column('flag') > 0), low90 = smaller(low90, column('p05')), \
    low50 = smaller(low50, column('p25')), high_median = larger(high_median, column('p50')), \
    high50 = larger(high50, column('p75')), high90 = larger(high90, column('p95'))) : 0) nooutput")

# Facts of an output in absolute numbers; a ratio to an earlier date has no place on the axis.
is_fact(output) = strcol('output') eq output && !is_number(strcol('relative_to')) && is_number(strcol('year')) \
    && (is_number(strcol('value')) || is_number(strcol('low')))
fact_low(row) = is_number(strcol('low')) ? column('low') : column('value')
fact_high(row) = is_number(strcol('high')) ? column('high') : column('value')
fact_value(row) = is_number(strcol('value')) ? column('value') : (fact_low(0) + fact_high(0)) / 2
fact_from(row) = is_number(strcol('from')) ? column('from') : column('year')
fact_to(row) = is_number(strcol('to')) ? column('to') : column('year')
# A sum over a window stands on the axis of a count between two reports as its mean.
report_step = 1 / 12.
measure_step(output) = rows(output) < 2 ? '' : "stats '".series(output)."' using (column('year')) nooutput; \
    report_step = (STATS_max - STATS_min) / (STATS_records - 1)"
is_step(years) = abs(report_step / years - 1) < 0.05
per_step(unused) = is_step(1 / 12.) ? 'a month' : is_step(7 / 365.) ? 'a week' : is_step(1.) ? 'a year' \
    : 'between reports'
fact_scale(row) = strcol('stat') eq 'sum' ? (fact_to(0) - fact_from(0)) / report_step : 1.
measure_facts(output) = "facts = 0; highest_fact = 0;" . (fact_rows < 1 ? '' : \
    "stats 'facts.dat' using (meant = is_fact('".output."') && column('year') >= xstart && column('year') <= xend, \
    facts = facts + meant, \
    highest_fact = meant && fact_high(0) / fact_scale(0) > highest_fact ? fact_high(0) / fact_scale(0) : highest_fact, \
    0) nooutput")

# ---- Layout, in fractions of the canvas --------------------------------------------------------------------------

if (!exists('plot_right')) { plot_right = 0.83 } # a picture with long names sets it before loading
left = 0.098; right = plot_right; top = 0.78; bottom = 0.105; gap = 0.04
label_rows = 6; label_row_height = 0.0195; letter_width = 0.0062
screen_x(year) = left + (right - left) * (year - xstart) / real(xend - xstart)
row_y(row) = top + 0.004 + label_row_height * (row - 0.5)

# ---- Events ------------------------------------------------------------------------------------------------------
# Each label stands right of its line, in the lowest row where it runs into no other; lines pass behind labels. Bans and
# shocks choose first, then what else moves the market; a dotted line remains of those for which there is no room. What
# is only worth knowing (notes, vouchers) is left out.

event_count = 0
array event_year[dated_events + 1]
array event_label[dated_events + 1]
array event_width[dated_events + 1]
array event_kind[dated_events + 1]
array event_row[dated_events + 1]
do for [i = 1:dated_events] {
    if (dated_event_year[i] >= xstart && dated_event_year[i] <= xend) {
        event_count = event_count + 1
        event_year[event_count] = dated_event_year[i]
        event_label[event_count] = dated_event_label[i]
        event_width[event_count] = dated_event_label_width[i]
        event_kind[event_count] = dated_event_kind[i]
    }
}
# A picture about events may end some years after the last of them: it sets `years_after_events` before loading.
if (exists('years_after_events')) {
    last_year = 0
    do for [i = 1:event_count] { if (event_year[i] > last_year) { last_year = event_year[i] } }
    if (last_year > 0 && last_year + years_after_events < xend) { xend = ceil(last_year + years_after_events) }
}

label_end(i) = screen_x(event_year[i]) + letter_width * (event_width[i] + 1.5)
event_rank(i) = position('ban shock', event_kind[i]) ? 1 \
    : position('relax licence guidance tariff price_shock procurement_rule subsidy', event_kind[i]) ? 2 : 3
event_colour(i) = event_kind[i] eq 'ban' ? '#a6402a' : event_kind[i] eq 'shock' ? '#1f4e79' : '#777777'
overlap(i, j) = screen_x(event_year[i]) < label_end(j) && screen_x(event_year[j]) < label_end(i)
free(i, row) = 0 == sum [j = 1:event_count] (event_row[j] == row && overlap(i, j))
do for [i = 1:event_count] { event_row[i] = 0 }
do for [rank = 1:2] {
    do for [i = 1:event_count] {
        if (event_rank(i) == rank && label_end(i) < 0.995) {
            do for [row = 1:label_rows] { if (event_row[i] == 0 && free(i, row)) { event_row[i] = row } }
        }
    }
}

# The panels take the rows that no label needs.
rows_used = 0
do for [i = 1:event_count] { if (event_row[i] > rows_used) { rows_used = event_row[i] } }
top = top + label_row_height * (label_rows - (rows_used > 1 ? rows_used : 1))

# Lines run over all panels; they are set in the first one, which lies below what the others draw.
event_lines(first) = event_count == 0 ? '' : "do for [i = 1:event_count] { \
    if (event_rank(i) < 3) { \
        set arrow from first event_year[i], screen bottom to first event_year[i], \
            screen (event_row[i] ? row_y(event_row[i]) + 0.007 : top) nohead back lw 0.7 \
            dashtype 3 - 2 * (event_row[i] > 0) lc rgb event_colour(i) }; \
    if (event_row[i]) { set label event_label[i] at first event_year[i], screen row_y(event_row[i]) \
        left front boxed noenhanced offset character 0.4, 0 font ',8' textcolor rgb event_colour(i) } }"

# ---- Pictures and panels -----------------------------------------------------------------------------------------

picture(name) = (picture_name = name, "set multiplot; set label '{/:Bold '.picture_name.'}' at screen 0.02, from_top(18) left \
        font ',15' textcolor rgb black; \
    set label title.(strlen(subtitle) ? ' · '.subtitle : '') at screen 0.02, from_top(40) left noenhanced \
        font ',11' textcolor rgb gray;")

# Under the picture: how to read it. It names only what the picture holds; `note` says it otherwise.
note = ''
bands_note = 'Bands: middle half and middle nine tenths of the replications.'
facts_shown = 0
flags_shown = 0
reading(unused) = strlen(note) ? note \
    : 'Line: median. '.bands_note \
      .(facts_shown ? ' Points: dated facts with their range.' : '') \
      .(flags_shown ? ' Rings: on a price bound.' : '')

panel_height(panels) = (top - bottom - (panels - 1) * gap) / panels
panel_top(i, panels) = top - (i - 1) * (panel_height(panels) + gap)
panel(i, panels, axis) = (axis_name = axis, sprintf("panel_number = %d; panel_count = %d;", i, panels) \
    ."set lmargin at screen left; set rmargin at screen right; \
    set tmargin at screen panel_top(panel_number, panel_count); \
    set bmargin at screen panel_top(panel_number, panel_count) - panel_height(panel_count); \
    set autoscale; \
    panel_low = 0.; panel_high = 0.; drawn = 0; behind = ''; lines = ''; above = '';" \
    .(i == 1 ? event_lines(0) : 'unset arrow; unset label') \
    .sprintf("; set label axis_name at screen 0.021, %.4f rotate center noenhanced font ',10.5' textcolor rgb black", \
             panel_top(i, panels) - panel_height(panels) / 2))

# A round number at or above x, so that the axis ends on a tic.
power(x) = 10. ** floor(log10(x))
steps = '1 1.2 1.4 1.6 1.8 2 2.5 3 3.5 4 5 6 7 8 10'
steps_below(x) = sum [i = 1:words(steps)] (real(word(steps, i)) < x * 0.999999)
round_up(x) = x <= 0 ? 0. : power(x) * word(steps, steps_below(x / power(x)) + 1)

# Axes, then everything gathered. The first element is a point outside: gnuplot wants one even when there is nothing
# to show.
draw = "year_step = ceil((xend - xstart) / 14.); set xrange [xstart:xend]; \
    set yrange [-round_up(-panel_low):(panel_high > 0 || panel_low < 0 ? round_up(panel_high) : 1.)]; \
    if (panel_number == panel_count) { set xtics year_step format '%g' } else { set xtics year_step format '' }; \
    if (panel_number == panel_count) { \
        set label reading(0) at screen 0.02, 0.025 left noenhanced font ',9' textcolor rgb gray }; \
    if (panel_low < 0) { set arrow from graph 0, first 0 to graph 1, first 0 nohead back lw 0.8 lc rgb gray }; \
    if (!drawn) { set label 'no numbers in this run' at graph 0.5, 0.5 center font ',12' textcolor rgb gray }; \
    eval \"plot '+' using (xstart):(panel_low - 1e30) with dots notitle\".behind.lines.above"

set style textbox opaque noborder fillcolor rgb '#ffffff' margins 0.4, 0.2
set border 3 lc rgb gray lw 0.8
set xtics nomirror scale 0.6, 0.3 textcolor rgb black font ',10.5'
set ytics nomirror scale 0.6 textcolor rgb black font ',10.5'
set mxtics 4
set grid ytics lc rgb '#dcdcdc' lw 0.7 dashtype 1
set key at screen right + 0.01, graph 1 left top Left reverse vertical samplen 1.4 spacing 1.15 font ',10' \
    noenhanced noautotitle

# ---- What a panel shows ------------------------------------------------------------------------------------------

columns(output, from) = sprintf(", '%s' using 'year'", series(output)).from
scaled(name, unit) = sprintf(":(column('%s') / %.17g)", name, unit)
solid(colour, opacity) = sprintf(" with filledcurves fs transparent solid %.2f noborder lc rgb '%s'", opacity, colour)
half_band(output, colour, unit) = columns(output, scaled('p25', unit).scaled('p75', unit)).solid(colour, 0.26)
bands(output, colour, unit) = columns(output, scaled('p05', unit).scaled('p95', unit)).solid(colour, 0.14) \
    .half_band(output, colour, unit)
# A line is known to commands by the number of its name.
max_lines = 64
array line_name[max_lines]
line_count = 0
middle(output, line, colour, unit) = columns(output, scaled('p50', unit)) \
    .sprintf(" with lines lw 2.2 lc rgb '%s' title line_name[%d]", colour, line)
# Every third row on a bound wears a ring.
is_ringed(row) = column('flag') > 0 && int(row) % 3 == 0
rings(output, colour, unit) = sprintf(", '%s' using (is_ringed(column(0)) ? column('year') : NaN)", series(output)) \
    .scaled('p50', unit).sprintf(" with points pt 6 ps 0.75 lw 1.2 lc rgb '%s'", colour)

at_facts(output) = sprintf(", 'facts.dat' using (is_fact('%s') ? column('year') : NaN)", output)
fact_part(part, unit) = sprintf(":(fact_%s(0) / fact_scale(0) / %.17g)", part, unit)
fact_marks(output, colour, unit) = at_facts(output).fact_part('value', unit).":(fact_from(0)):(fact_to(0))" \
    .fact_part('low', unit).fact_part('high', unit) \
    .sprintf(" with xyerrorbars pt 7 ps 0.75 lw 1.2 lc rgb '%s'", black) \
    .at_facts(output).fact_part('value', unit).sprintf(" with points pt 7 ps 0.45 lc rgb '%s'", colour)

# The axis holds all that is drawn.
widen(low, high, unit) = sprintf("drawn = 1; panel_low = %s / %.17g < panel_low ? %s / %.17g : panel_low; \
    panel_high = %s / %.17g > panel_high ? %s / %.17g : panel_high;", low, unit, low, unit, high, unit, high, unit)
add_facts(output, colour, unit) = measure_facts(output)."; if (facts) { facts_shown = facts_shown + facts;" \
    .widen('0', 'highest_fact', unit) \
    .sprintf("above = above.fact_marks('%s', '%s', %.17g) };", output, colour, unit)
add_line(output, line, colour, unit) = "flags_shown = flags_shown + flagged;" \
    .sprintf("lines = lines.middle('%s', %d, '%s', %.17g)", output, line, colour, unit) \
    .sprintf(".rings('%s', '%s', %.17g);", output, colour, unit)
add_band(band, output, colour, unit) = sprintf("behind = behind.%s('%s', '%s', %.17g);", band, output, colour, unit)
add_all(band, low, high, output, name, colour, unit) = (line_count = line_count + 1, line_name[line_count] = name, \
    measure(output)."; if (found) {".widen(low, high, unit).add_band(band, output, colour, unit) \
    .add_line(output, line_count, colour, unit)."};".add_facts(output, colour, unit))

fan(output, name, colour, unit) = add_all('bands', 'low90', 'high90', output, name, colour, unit)
# Without the outer band, for panels with many outputs.
half_fan(output, name, colour, unit) = add_all('half_band', 'low50', 'high50', output, name, colour, unit)
