# SPDX-License-Identifier: GPL-3.0-or-later
# title: What a server is worth as it ages: four ledgers
# caption: Cards of the generation in the title (accounting.value_curve). Share of cost left in the books, for tax, as cards that work, and as what they can still earn.
# needs: curves/value_by_age.book.dat curves/value_by_age.economic.dat
load share.'/common.gp'

ledgers = 'book economic tax physical'
array names[4] = ['in the books', 'economic', 'for tax', 'physical']
dash_of(i) = i < 3 ? 1 : i - 1 # where ledgers agree all are seen
colour_of(i) = word(gray.' '.green.' '.orange.' '.sky, i)
curve(i) = 'curves/value_by_age.'.word(ledgers, i).'.dat'
set style data lines

# Ages that cards reach in half of the worlds and more; a band is cut at the frame where it would flatten the lines.
stats curve(2) using (column('n')) nooutput
most_worlds = STATS_max
if (most_worlds == 0) { eval nothing_to_show } # such cards stand in no world
often(name) = column('n') * 2 >= most_worlds ? 100 * column(name) : NaN
top = 110.
highest = 0.
oldest = 1.
do for [i = 1:4] {
    stats curve(i) using (is_number(strcol('p75')) && column('n') * 2 >= most_worlds \
        ? (oldest = larger(oldest, column('age')), top = larger(top, 110 * column('p75')), highest = larger(highest, 100 * column('p95'))) : 0) nooutput
}

eval picture((strlen(value_curve) ? 'What a server of '.given_label(value_curve) : 'What a server').' is worth as it ages: four ledgers')
set label 'Line: median. Bands: nine tenths of the replications. Cards that stand, the oldest bought first; economic: what they can still earn.' \
    .(highest > top ? sprintf(' The band reaches %.0f.', highest) : '') at screen 0.02, 0.025 left noenhanced font ',9' textcolor rgb gray
set label '% of cost' at graph 0, 1.035 left noenhanced font ',10.5' textcolor rgb black
set lmargin at screen left
set rmargin at screen right
set tmargin at screen 0.83
set bmargin at screen 0.165
set xrange [0:oldest]
set yrange [0:top]
set xtics 1 format '%g'
set ytics format '%g'
set xlabel 'age in years' font ',10.5' textcolor rgb black
plot for [i = 1:4] curve(i) using (column('age')):(often('p05')):(often('p95')) with filledcurves \
        fs transparent solid 0.13 noborder lc rgb colour_of(i), \
    for [i = 1:4] curve(i) using (column('age')):(often('p50')) with lines lw 2.4 dashtype dash_of(i) lc rgb colour_of(i) title names[i], \
    0 with lines lw 0.5 lc rgb gray notitle # where no such card stands there is nothing else to draw
