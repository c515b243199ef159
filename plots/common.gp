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
#     eval draw                                      what was gathered since `panel` (panel.gp)
#
# An output without a file or without a single number leaves no trace, nor do facts that do not exist.
#
# The axis of a panel holds zero, medians, inner bands and facts; an outer band that would flatten them is cut at the frame,
# and the note below the picture says how far it goes. `axis_from` and `axis_to`, set before `draw`, are another axis. A
# panel of prices (`prices = 1` before `draw`) that span an order of magnitude gets a logarithmic axis, on which halving
# looks the same everywhere. Lines are named where they end.
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
black = '#222222'; gray = '#666666'; blue = '#0072b2'; sky = '#56b4e9'; green = '#009e73'; orange = '#e69f00'
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
# Without what stands in brackets where the margin has no room for it, the name where it has none for the rest.
bracket(text) = strstrt(text, ' (') ? strstrt(text, ' (') - 1 : strlen(text)
short_width(name) = given_width(name) - strlen(given_label(name)) + bracket(given_label(name))
label_of(name) = given_width(name) <= 13 ? given_label(name) : short_width(name) <= 15 ? given_label(name)[1:bracket(given_label(name))] : name

# Of variants. Of lines that coincide the one below shows between the dashes of the one above.
variant_colour(n) = word(blue.' '.vermillion.' '.green.' '.purple.' '.orange.' '.sky, 1 + (n - 1) % 6)
variant_dash(n) = int(word('1 2 4 3 5 2', 1 + (n - 1) % 6))

# A tic's label is a format of numbers, in which a percent sign stands for itself when it is doubled.
tic_text(text) = strstrt(text, '%') \
    ? text[1:strstrt(text, '%') - 1].'%%'.tic_text(text[strstrt(text, '%') + 1:*]) : text

# ---- Files -------------------------------------------------------------------------------------------------------

series(output) = 'series/'.output.'.dat'
rows(output) = strstrt(series_written, ' '.output.' ') ? series_rows : 0
is_number(text) = strstrt(' NaN nan -nan inf -inf ', ' '.text.' ') == 0

# Series are in CNY. Another currency of the study (`show: currency`) is read at the rate of each date.
is_money(output) = exchanged && strstrt(series_of_money, ' '.output.' ')
rate_row(year) = (year - exchange_start) / exchange_step + 0.5
exchange(year) = rate_row(year) < 1 ? exchange_rate[1] : rate_row(year) >= series_rows ? exchange_rate[series_rows] \
    : exchange_rate[int(rate_row(year)) + 1]
rate_of(output) = is_money(output) ? "exchange(column('year'))" : '1.'

# An output in the range shown: `found` rows with a number, `flagged` ones of them on a price bound, the extremes of its
# outer band, of its inner band and of its median, and the last median.
# A date at which few worlds have a number is left out: their median jumps with each that joins them.
found = 0
few_shown = 0
means_shown = 0
is_common(row) = column('n') > 0 && 4 * column('n') >= series_worlds
is_in_frame(row) = column('year') >= xstart && column('year') <= xend
is_measured(row) = is_common(0) && is_in_frame(0)
larger(a, b) = a > b ? a : b
smaller(a, b) = a < b ? a : b
nothing_measured = "found = 0; few = 0; flagged = 0; low90 = 1e300; low50 = 1e300; low_median = 1e300; high50 = -1e300; \
    high90 = -1e300; high_median = -1e300; last_median = NaN"
measure_file(file, rate) = nothing_measured."; stats '".file."' using (few = few + (is_in_frame(0) && column('n') > 0 && !is_common(0)), is_measured(0) ? (found = found + 1, \
    flagged = flagged + (column('flag') > 0), rate = ".rate.", last_median = column('p50') / rate, \
    low_median = smaller(low_median, last_median), high_median = larger(high_median, last_median), \
    low90 = smaller(low90, column('p05') / rate), low50 = smaller(low50, column('p25') / rate), \
    high50 = larger(high50, column('p75') / rate), high90 = larger(high90, column('p95') / rate)) : 0) nooutput"
# Whether an output is anything but one number at all dates in all replications.
moves(output) = measure(output)."; is_moving = found > 0 && (high90 > low90 || high_median > low_median)"
# Said by a script instead of a picture without any content.
nothing_to_show = "print 'iccsim: nothing to show'"
measure(output) = rows(output) < 1 ? nothing_measured : measure_file(series(output), rate_of(output))

# Facts of an output in absolute numbers; a ratio to an earlier date has no place on the axis, nor has a bound, which may
# lie anywhere.
is_fact(output) = strcol('output') eq output && strcol('kind') eq 'value' && !is_number(strcol('relative_to')) && is_number(strcol('year')) \
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
per_step(unused) = is_step(1 / 12.) ? 'a month' : is_step(7 / 365.) ? 'a week' : is_step(1 / 4.) ? 'a quarter' \
    : is_step(1.) ? 'a year' \
    : 'between reports'
fact_scale(row) = strcol('stat') eq 'sum' ? (fact_to(0) - fact_from(0)) / report_step : 1.
has_facts(output) = strstrt(series_with_facts, ' '.output.' ') > 0
measure_facts(output) = "facts = 0; lowest_fact = 1e300; highest_fact = -1e300;" . (!has_facts(output) ? '' : \
    "stats 'facts.dat' using (meant = is_fact('".output."') && column('year') >= xstart && column('year') <= xend, \
    facts = facts + meant, rate = meant ? fact_scale(0) * ".rate_of(output)." : 1., \
    lowest_fact = meant ? smaller(lowest_fact, fact_low(0) / rate) : lowest_fact, \
    highest_fact = meant ? larger(highest_fact, fact_high(0) / rate) : highest_fact, \
    0) nooutput")

# ---- Layout, in fractions of the canvas --------------------------------------------------------------------------

if (!exists('plot_right')) { plot_right = 0.83 } # a picture with long names sets it before loading
left = 0.098; right = plot_right; top = 0.78; bottom = 0.105; gap = 0.04
label_rows = 4; label_row_height = 0.0285; letter_width = 0.0071
screen_x(year) = left + (right - left) * (year - xstart) / real(xend - xstart)
row_y(row) = top + 0.006 + label_row_height * (row - 0.5)

# ---- Events ------------------------------------------------------------------------------------------------------
# Each label stands beside its line, in the lowest row where it runs into no other; lines pass behind labels. Bans and
# shocks choose first, then what else moves the market; a dotted line remains of those for which there is no room. What
# is only worth knowing (notes, vouchers) is left out.

event_count = 0
array event_year[dated_events + 1]
array event_label[dated_events + 1]
array event_width[dated_events + 1]
array event_kind[dated_events + 1]
array event_row[dated_events + 1]
array event_left[dated_events + 1]
# 1 for bans and shocks, 2 for what else moves the market, 3 for what is only worth knowing.
rank_of_kind(kind) = position('ban shock', kind) ? 1 \
    : position('relax licence guidance tariff price_shock procurement_rule subsidy', kind) ? 2 : 3
do for [i = 1:dated_events] {
    if (dated_event_year[i] >= xstart && dated_event_year[i] <= xend && rank_of_kind(dated_event_kind[i]) < 3) {
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

# A label is right of its line, or left of it where there is more room.
label_width(i) = letter_width * (event_width[i] + 2.2)
label_begin(i, is_left) = screen_x(event_year[i]) - is_left * label_width(i)
event_rank(i) = rank_of_kind(event_kind[i])
nameless_colour = '#9a9a9a' # of its own: arrows of one colour are drawn with one dash
event_colour(i) = event_kind[i] eq 'ban' ? '#a6402a' : event_kind[i] eq 'shock' ? '#1f4e79' : '#666666'
overlap(i, is_left, j) = label_begin(i, is_left) < label_begin(j, event_left[j]) + label_width(j) \
    && label_begin(j, event_left[j]) < label_begin(i, is_left) + label_width(i)
is_inside(i, is_left) = label_begin(i, is_left) > 0.02 && label_begin(i, is_left) + label_width(i) < 0.995
free(i, is_left, row) = is_inside(i, is_left) \
    && 0 == sum [j = 1:event_count] (event_row[j] == row && overlap(i, is_left, j))
do for [i = 1:event_count] { event_row[i] = 0; event_left[i] = 0 }
do for [rank = 1:2] {
    do for [i = 1:event_count] {
        if (event_rank(i) == rank) {
            do for [row = 1:label_rows] {
                do for [is_left = 0:1] {
                    if (event_row[i] == 0 && free(i, is_left, row)) { event_left[i] = is_left; event_row[i] = row }
                }
            }
        }
    }
}

# The panels take the rows that no label needs.
nameless = 0 < sum [i = 1:event_count] (event_row[i] == 0)
rows_used = 0
do for [i = 1:event_count] { if (event_row[i] > rows_used) { rows_used = event_row[i] } }
top = top + label_row_height * (label_rows - (rows_used > 1 ? rows_used : 1))

# Lines run over all panels; they are set in the first one, which lies below what the others draw.
event_lines(first) = event_count == 0 ? '' : "do for [i = 1:event_count] { \
    if (event_rank(i) < 3) { \
        set arrow from first event_year[i], screen bottom to first event_year[i], \
            screen (event_row[i] ? row_y(event_row[i]) + 0.009 : top) nohead back lw 0.7 \
            dashtype 3 - 2 * (event_row[i] > 0) lc rgb (event_row[i] ? event_colour(i) : nameless_colour) }; \
    if (event_row[i] && event_left[i]) { set label event_label[i] at first event_year[i], screen row_y(event_row[i]) \
        right front boxed noenhanced offset character -0.4, 0 font ',9' textcolor rgb event_colour(i) }; \
    if (event_row[i] && !event_left[i]) { set label event_label[i] at first event_year[i], screen row_y(event_row[i]) \
        left front boxed noenhanced offset character 0.4, 0 font ',9' textcolor rgb event_colour(i) } }"

# ---- Pictures and panels -----------------------------------------------------------------------------------------

# A text in which nothing is markup: only titles are set as enhanced text, to be bold.
plain(text) = strlen(text) == 0 ? '' : (strstrt('{}_^@&~\', text[1:1]) ? '\' : '').text[1:1].plain(text[2:*])
picture(name) = (picture_name = name, "set multiplot; set label '{/:Bold '.plain(picture_name).'}' at screen 0.02, from_top(18) left \
        font ',15' textcolor rgb black; \
    set label title.(strlen(subtitle) ? ' · '.subtitle : '') at screen 0.02, from_top(40) left noenhanced \
        font ',11' textcolor rgb gray;")

# Under the picture: how to read it. It names only what the picture holds; `note` says it otherwise.
note = ''
lines_note = 'Line: median. '
bands_note = '' # what the bands are, unless a script says it
outer_bands = 0
half_bands = 0
bands_read(unused) = strlen(bands_note) ? bands_note : !half_bands ? 'Bands: middle 50 % and 90 % of the replications.' \
    : outer_bands ? 'Bands: middle 50 % and, where there are two, 90 % of the replications.' : 'Bands: middle 50 % of the replications.'
facts_shown = 0
flags_shown = 0
cut_note = ''
what_is_seen(unused) = strlen(note) ? note \
    : lines_note.(means_shown ? 'Counts: mean. ' : '').bands_read(0)
what_else(unused) = (strlen(note) ? '' \
    : (facts_shown ? ' Points: dated facts.' : '').(flags_shown ? ' Rings: on a price bound.' : '') \
      .(nameless ? ' Dotted: further events.' : '').(few_shown ? ' Gaps: fewer than a quarter of the worlds.' : '')).cut_note
# In one line, or in two.
reading(unused) = what_is_seen(0).(is_long_reading(0) ? "\n".what_else(0)[2:*] : what_else(0))
is_long_reading(unused) = strlen(what_is_seen(0).what_else(0)) > 150

panel_height(panels) = (top - bottom - (panels - 1) * gap) / panels
panel_top(i, panels) = top - (i - 1) * (panel_height(panels) + gap)
panel(i, panels, axis) = (axis_name = axis, sprintf("panel_number = %d; panel_count = %d;", i, panels) \
    ."set lmargin at screen left; set rmargin at screen right; \
    set tmargin at screen panel_top(panel_number, panel_count); \
    set bmargin at screen panel_top(panel_number, panel_count) - panel_height(panel_count); \
    unset logscale y; set ytics autofreq; set mytics default; set autoscale; \
    panel_low = 0.; panel_high = 0.; panel_least = 1e300; outer_low = 0.; outer_high = 0.; outer_least = 1e300; \
    prices = 0; axis_from = 0.; axis_to = 0.; drawn = 0; behind = ''; lines = ''; above = ''; first_line = line_count + 1;" \
    .(i == 1 ? event_lines(0) : 'unset arrow; unset label'))

# A round number at or above x, so that the axis ends on a tic.
power(x) = 10. ** floor(log10(x))
steps = '1 1.2 1.4 1.6 1.8 2 2.5 3 3.5 4 5 6 7 8 10'
steps_below(x) = sum [i = 1:words(steps)] (real(word(steps, i)) < x * 0.999999)
round_up(x) = x <= 0 ? 0. : power(x) * word(steps, steps_below(x / power(x)) + 1)

draw = "load share.'/panel.gp'"

# A line is known to commands by the number of its name; it is named where it ends, at `line_end`.
max_lines = 64
array line_name[max_lines]
array line_colour[max_lines]
array line_dash[max_lines]
array line_end[max_lines]
do for [i = 1:max_lines] { line_end[i] = 1e300 } # it is not named
line_count = 0
new_line(name, colour, dash, end) = (line_count = line_count + 1, line_name[line_count] = name, \
    line_colour[line_count] = colour, line_dash[line_count] = dash, line_end[line_count] = end, line_count)

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
in_money(output, name, unit) = sprintf(":(is_common(0) ? shown(column('%s') / %.17g / %s) : NaN)", name, unit, rate_of(output))
# Nothing at or below zero stands on a logarithmic axis: what is lower is drawn at its foot.
axis_foot = -1e300
shown(value) = value < axis_foot ? axis_foot : value
solid(colour, opacity) = sprintf(" with filledcurves fs transparent solid %.2f noborder lc rgb '%s'", opacity, colour)
half_band(output, colour, unit) = columns(output, in_money(output, 'p25', unit).in_money(output, 'p75', unit)) \
    .solid(colour, 0.26)
bands(output, colour, unit) = columns(output, in_money(output, 'p05', unit).in_money(output, 'p95', unit)) \
    .solid(colour, 0.14).half_band(output, colour, unit)
middle(output, colour, unit, dash) = columns(output, in_money(output, 'p50', unit)) \
    .sprintf(" with lines lw 2.2 dashtype %d lc rgb '%s'", dash, colour)
# Every third row on a bound wears a ring.
is_ringed(row) = column('flag') > 0 && int(row) % 3 == 0
rings(output, colour, unit) = sprintf(", '%s' using (is_ringed(column(0)) ? column('year') : NaN)", series(output)) \
    .in_money(output, 'p50', unit).sprintf(" with points pt 6 ps 0.75 lw 1.2 lc rgb '%s'", colour)

at_facts(output) = sprintf(", 'facts.dat' using (is_fact('%s') ? column('year') : NaN)", output)
fact_part(output, part, unit) = sprintf(":(shown(fact_%s(0) / fact_scale(0) / %.17g / %s))", part, unit, rate_of(output))
fact_marks(output, colour, unit) = at_facts(output).fact_part(output, 'value', unit).":(fact_from(0)):(fact_to(0))" \
    .fact_part(output, 'low', unit).fact_part(output, 'high', unit) \
    .sprintf(" with xyerrorbars pt 7 ps 0.75 lw 1.2 lc rgb '%s'", black) \
    .at_facts(output).fact_part(output, 'value', unit).sprintf(" with points pt 7 ps 0.45 lc rgb '%s'", colour)

# A line that lies on the one before it is dashed, so that both are seen.
before_last = NaN; before_low = NaN; before_high = NaN
is_near(a, b) = abs(a - b) <= 1e-3 * larger(abs(a), abs(b))
coincides(unit) = (coinciding = line_count >= first_line && is_near(last_median / unit, before_last) \
    && is_near(low_median / unit, before_low) && is_near(high_median / unit, before_high), \
    before_last = last_median / unit, before_low = low_median / unit, before_high = high_median / unit, coinciding)

# What the axis holds at any rate, and what is cut if it would flatten that.
holds(least, low, high, unit) = sprintf("drawn = 1; panel_low = smaller(panel_low, %s / %.17g); \
    panel_high = larger(panel_high, %s / %.17g); panel_least = smaller(panel_least, %s / %.17g);", \
    low, unit, high, unit, least, unit)
may_hold(low, high, unit) = sprintf("outer_low = smaller(outer_low, %s / %.17g); outer_high = larger(outer_high, \
    %s / %.17g); outer_least = smaller(outer_least, %s / %.17g);", low, unit, high, unit, low, unit)
add_facts(output, colour, unit) = measure_facts(output)."; if (facts) { facts_shown = facts_shown + facts;" \
    .holds('lowest_fact', 'lowest_fact', 'highest_fact', unit) \
    .sprintf("above = above.fact_marks('%s', '%s', %.17g) };", output, colour, unit)
add_line(output, colour, unit) = "flags_shown = flags_shown + flagged; few_shown = few_shown + few;" \
    .sprintf("lines = lines.middle('%s', '%s', %.17g, new_dash)", output, colour, unit) \
    .sprintf(".(flagged ? rings('%s', '%s', %.17g) : '');", output, colour, unit)
add_band(band, output, colour, unit) = sprintf("behind = behind.%s('%s', '%s', %.17g);", band, output, colour, unit)
add_all(band, output, name, colour, unit) = (offered_name = name, measure(output)."; if (found) {" \
    .sprintf("new_dash = coincides(%.17g) ? 2 : 1;", unit) \
    .holds('low50', 'low50', 'high50', unit).(band eq 'bands' ? may_hold('low90', 'high90', unit) : '') \
    .(band eq 'bands' ? 'outer_bands = 1;' : 'half_bands = 1;').add_band(band, output, colour, unit).add_line(output, colour, unit) \
    .sprintf("line_count = new_line(offered_name, '%s', new_dash, last_median / %.17g)};", colour, unit) \
    .add_facts(output, colour, unit))

fan(output, name, colour, unit) = add_all('bands', output, name, colour, unit)
# A count: its mean, since the median of a few is a comb; and where there are but a few, bands are steps and left out.
mean_line(output, colour) = columns(output, in_money(output, 'mean', 1)).sprintf(" with lines lw 2.2 lc rgb '%s'", colour)
count_fan(output, name, colour) = (offered_name = name, measure(output)."; high_mean = 0.; last_mean = 0.; if (found) { \
    means_shown = 1; stats '".series(output)."' using (is_measured(0) ? (last_mean = column('mean'), \
    high_mean = larger(high_mean, last_mean)) : 0) nooutput;".holds('0.', '0.', 'high_mean', 1) \
    ."if (high_median >= 4) { outer_bands = 1;".holds('low50', 'low50', 'high50', 1).may_hold('low90', 'high90', 1) \
    .add_band('bands', output, colour, 1)."};" \
    .sprintf("lines = lines.mean_line('%s', '%s'); line_count = new_line(offered_name, '%s', 1, last_mean) };", output, colour, colour) \
    .add_facts(output, colour, 1))
# The median alone.
median_line(output, name, colour, unit) = (offered_name = name, measure(output)."; if (found) {" \
    .sprintf("new_dash = coincides(%.17g) ? 2 : 1;", unit).holds('low_median', 'low_median', 'high_median', unit) \
    .add_line(output, colour, unit).sprintf("line_count = new_line(offered_name, '%s', new_dash, last_median / %.17g)};", colour, unit))
# Without the outer band, for panels with many outputs.
half_fan(output, name, colour, unit) = add_all('half_band', output, name, colour, unit)
