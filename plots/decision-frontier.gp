# SPDX-License-Identifier: GPL-3.0-or-later
# title: When owning is cheaper than renting by the hour
# caption: Above a line owning is cheaper, below it renting. The point is where this plan stands.
# needs: decision/frontier.dat decision/choices.dat decision/context.gp
load share.'/common.gp'
load 'decision/context.gp'

colours = blue.' '.sky.' '.vermillion.' '.orange.' '.green.' '.purple
index_of(name) = position(alternatives, name)
colour_of(name) = word(colours, 1 + (index_of(name) - 1) % words(colours))
highest = round_up(plan_rent * 3)

longest = 0
do for [i = 1:words(alternatives)] {
    if (alternative_label_width[i] > longest) { longest = alternative_label_width[i] }
}
right = 0.945 - 0.0078 * longest

eval picture('When owning is cheaper than renting by the hour')
set lmargin at screen 0.085; set rmargin at screen right; set tmargin at screen 0.86; set bmargin at screen 0.15
set xrange [0:100]
set yrange [0:highest]
set xlabel 'mean use of the peak need, %' font ',10' offset 0, 0.4
set ylabel 'rent by the hour, all told, '.plan_currency.' a card-hour ('.plan_card.')' font ',10' offset 1, 0 noenhanced
set key at screen right + 0.01, graph 1 left top Left reverse vertical samplen 1.4 spacing 1.25 font ',10' noenhanced noautotitle
set label 'this plan' at 100 * plan_use, plan_rent left front offset 1.2, 0.9 font ',10' textcolor rgb black
set label 'Lines: rent at which owning breaks even in expectation, with the prices of cards as they are; rents and what spare hours earn move together.' \
    at screen 0.02, 0.022 left noenhanced font ',9' textcolor rgb gray
plot for [name in plan_owners] 'decision/frontier.dat' using (100 * column('use')):(column(name)) with lines lw 2.4 \
        lc rgb colour_of(name) title alternative_label[index_of(name)], \
    '+' using (100 * plan_use):(plan_rent) every ::0::0 with points pt 7 ps 1.4 lc rgb black
