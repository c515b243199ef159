# SPDX-License-Identifier: GPL-3.0-or-later
# title: What would change the choice
# caption: Lead of the cheapest over the next, of those that do not wait, if one input is lower or higher, the input that moves it most on top; left of zero another is the cheapest.
# needs: decision/tornado.dat decision/context.gp
load share.'/common.gp'
load 'decision/context.gp'

scaled_lead(name) = column(name) / plan_scale
stats 'decision/tornado.dat' using (scaled_lead('lead_low')) nooutput
least = STATS_min; most = STATS_max
stats 'decision/tornado.dat' using (scaled_lead('lead_high')) nooutput
if (STATS_min < least) { least = STATS_min }
if (STATS_max > most) { most = STATS_max }
room = (most > 0 ? most : 0) - (least < 0 ? least : 0)
if (room <= 0) { room = 1 }
low = (least < 0 ? least : 0) - 0.04 * room; high = (most > 0 ? most : 0) + 0.04 * room
row_of(i) = plan_bars - 1 - i

eval picture('What would change the choice: lead of the cheapest, '.plan_unit)
set lmargin at screen 0.24; set rmargin at screen 0.84; set tmargin at screen 0.86; set bmargin at screen 0.15
set xrange [low:high]
set yrange [-0.6:plan_bars - 0.4]
unset ytics
unset key
set border 1
set grid xtics lc rgb '#dcdcdc' lw 0.7 dashtype 1
lead_as_planned = real(plan_lead) / plan_scale
set arrow from lead_as_planned, graph 0 to lead_as_planned, graph 1 nohead lc rgb gray dashtype 2
set arrow from 0, graph 0 to 0, graph 1 nohead lc rgb black lw 1.4
set xlabel plan_lead_words.', '.plan_unit font ',10' offset 0, 0.4 noenhanced
set label 'flips at, of plan' at screen 0.86, 0.885 left noenhanced font ',9.5' textcolor rgb gray
set label sprintf('Each input %.0f %% lower (blue) and higher (orange), all else as it is; dashed: as planned.', 100 * plan_swing) \
    at screen 0.02, 0.022 left noenhanced font ',9' textcolor rgb gray
plot 'decision/tornado.dat' using (lead_as_planned):(row_of(column(0))):(lead_as_planned):(scaled_lead('lead_low')) \
        :(row_of(column(0)) + 0.02):(row_of(column(0)) + 0.34) with boxxyerror fs solid 0.8 noborder lc rgb blue, \
    '' using (lead_as_planned):(row_of(column(0))):(lead_as_planned):(scaled_lead('lead_high')) \
        :(row_of(column(0)) - 0.34):(row_of(column(0)) - 0.02) with boxxyerror fs solid 0.8 noborder lc rgb orange, \
    '' using (low):(row_of(column(0))):(strcol('label')) with labels right offset -1, 0 noenhanced font ',11' \
        textcolor rgb black, \
    '' using (high):(row_of(column(0))):(strcol('flips')) with labels left offset 3, 0 noenhanced font ',11' \
        textcolor rgb black
