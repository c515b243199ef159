# SPDX-License-Identifier: GPL-3.0-or-later
# title: What a server is worth as it ages: four ledgers
# caption: Share of cost left in the books, for tax, as cards that work, and as what they can still earn.
# needs: curves/value_by_age.book.dat curves/value_by_age.economic.dat
load share.'/common.gp'

ledgers = 'book economic tax physical'
array names[4] = ['in the books', 'economic', 'for tax', 'physical']
colour_of(i) = word(gray.' '.green.' '.orange.' '.sky, i)
curve(i) = 'curves/value_by_age.'.word(ledgers, i).'.dat'
set style data lines

eval picture('What a server is worth as it ages: four ledgers')
set label 'Line: median. Bands: middle nine tenths of the replications. Standing cards of all dates of purchase; economic: present ' \
    .'value of what they can still earn.' at screen 0.02, 0.025 left noenhanced font ',9' textcolor rgb gray
set label '% of cost' at graph 0, 1.035 left noenhanced font ',10.5' textcolor rgb black
set lmargin at screen left
set rmargin at screen right
set tmargin at screen 0.83
set bmargin at screen 0.165
set xrange [0:7]
set yrange [0:]
set xtics 1 format '%g'
set ytics format '%g'
set xlabel 'age in years' font ',10.5' textcolor rgb black
plot for [i = 1:4] curve(i) using (column('age')):(100 * column('p05')):(100 * column('p95')) with filledcurves \
        fs transparent solid 0.13 noborder lc rgb colour_of(i), \
    for [i = 1:4] curve(i) using (column('age')):(100 * column('p50')) with lines lw 2.4 lc rgb colour_of(i) title names[i], \
    0 with lines lw 0.5 lc rgb gray notitle # where no such card stands there is nothing else to draw
