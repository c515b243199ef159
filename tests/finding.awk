# SPDX-License-Identifier: GPL-3.0-or-later
# Reads the sentence of a study's run against the numbers of the run's files:
#
#     awk -f tests/finding.awk TEMPLATE=scenarios/no-ban.yml FOLDER=out/no-ban
#
# Every number of a measure must be the median (or the mean, where `mean` is asked for) of summary.json, of the run itself or
# of its variant; every change that of the two, with its sign in words. Prints what differs, and last how many numbers it
# compared. Numbers of decisions and of drivers are other tests'.

function trimmed(text) { gsub(/[ \t\n]+/, " ", text); return text }

# `show.finding` of a scenario, folded to a line.
function template_of(file,    line, text, inside) {
    while ((getline line < file) > 0) {
        if (inside && line !~ /^    /) break
        if (inside) text = text " " line
        else if (line ~ /^  finding: >/) inside = 1
        else if (line ~ /^  finding: /) { sub(/^  finding: */, "", line); gsub(/^"|"$/, "", line); text = line; break }
    }
    close(file)
    sub(/^ +/, "", text); text = trimmed(text); sub(/ $/, "", text)
    return text
}

# Numbers of `facts` and `measures` of a run's summary.json: number[FOLDER, NAME, KEY]; measures win.
function read_summary(folder,    file, line, section, name, part) {
    if (folder in was_read) return
    was_read[folder] = 1
    file = folder "/summary.json"
    while ((getline line < file) > 0) {
        if (line ~ /^  "/) { section = line; gsub(/^  "|".*$/, "", section) }
        if (section == "finding" && !finding[folder]) {
            finding[folder] = line
            sub(/^  "finding": "/, "", finding[folder]); sub(/",?$/, "", finding[folder]); gsub(/\\"/, "\"", finding[folder])
        }
        if (section != "facts" && section != "measures") continue
        if (line ~ /^    "/) { name = line; gsub(/^ *"|".*$/, "", name) }
        if (line ~ /^      "(mean|p50|n|output|unit|exchange_rate)": /) {
            split(line, part, /"/)
            sub(/^[^:]*: /, "", line); gsub(/[",]/, "", line)
            number[folder, name, part[2]] = line
        }
    }
    close(file)
}

# The number that a text begins with, in units of one: `1,230 CNY`, `3.2 million P`, `18 %`. Its length is left in `taken`.
function number_at(text,    digits, value) {
    taken = 0
    if (!match(text, /^-?[0-9][0-9,]*(\.[0-9]+)?(e[-+][0-9]+)?/)) return "none"
    digits = substr(text, 1, RLENGTH); taken = RLENGTH
    sub(/,$/, "", digits); gsub(/,/, "", digits)
    value = digits + 0
    text = substr(text, taken + 1)
    if (text ~ /^ million/) value *= 1e6
    if (text ~ /^ billion/) value *= 1e9
    if (text ~ /^ trillion/) value *= 1e12
    is_percent = text ~ /^ %/
    return value
}

function near(a, b,    size) { size = b < 0 ? -b : b; return a - b <= 0.006 * size + 1e-12 && b - a <= 0.006 * size + 1e-12 }
function wrong(what) { print what; failures++ }

function check_level(said, expected, what,    value) {
    value = number_at(said)
    if (value == "none") { # a date, or no number
        if (expected == "null" || expected ~ /^[0-9]+-/) return
        wrong(what ": no number in `" said "`"); return
    }
    if (said ~ /^[12][0-9][0-9][0-9]-[01][0-9]/) return
    compared++
    if (is_percent) value /= 100
    if (!near(value, expected)) wrong(what ": `" said "`, and the file has " expected)
}

# `13 % lower (11 to 15)`, or `between 4 % lower and 2 % higher`, or `neither lower nor higher`. Whole per cents and points
# are rounded more, and other differences to two digits.
function check_change(said, base, other, relative, less, more, what,    expected, value, room, parts, share) {
    expected = relative ? 100 * (other - base) / (base < 0 ? -base : base) : other - base
    if (said ~ /^\(no number|^neither/) return
    if (index(said, "between ") == 1) {
        sub(/^between /, "", said)
        value = number_at(said); low = index(said, less) ? -value : value
        split(said, parts, / and /)
        value = number_at(parts[2]); high = value
        if (said ~ / points/) expected *= 100
        if (said ~ / months/) expected *= 12
        compared++
        share = said ~ /%| points/ ? 0.006 : 0.051
        room = share * (value < 0 ? -value : value) + (said ~ /%| points/ ? 0.6 : 0)
        if (expected < low - room - share * (low < 0 ? -low : low) || expected > high + room)
            wrong(what ": " expected " is not in `" said "`")
        return
    }
    if (sub(/^up to /, "", said)) { # from about nothing on
        value = number_at(said); compared++
        if (said ~ /^[0-9.,]+ points/) expected *= 100
        if (index(said, less)) expected = -expected
        if (expected < -0.06 || expected > 1.006 * value + 0.51) wrong(what ": " expected " is not in `up to " said "`")
        return
    }
    value = number_at(said)
    if (value == "none") { wrong(what ": no change in `" said "`"); return }
    if (said ~ /^[0-9.,]+ points/) expected *= 100
    if (said ~ /^[0-9.,]+ months/) expected *= 12
    compared++
    if (expected < 0 ? !index(said, less) : !index(said, more)) wrong(what ": " expected " is said as `" said "`")
    if (expected < 0) expected = -expected
    room = (said ~ /^[0-9.,]+ (%|points)/ ? 0.006 : 0.051) * expected + (said ~ /^[0-9.,]+ (%|points)/ && expected >= 9.9 ? 0.51 : 0.051 * (said ~ /^[0-9.,]+ (%|points)/))
    if (value - expected > room + 1e-12 || expected - value > room + 1e-12)
        wrong(what ": `" said "`, and the files make it " expected)
}

function check(formula, said,    words, less, more, key, measure, variant, parts, relative, absolute, count, home) {
    less = more = ""
    count = split(formula, words, / *\| */)
    if (count == 3) { less = words[2]; more = words[3]; sub(/ $/, "", more) }
    formula = words[1]
    if (formula ~ /^(decision|drivers)\./) return
    key = "p50"
    if (formula ~ /^mean /) { key = "mean"; sub(/^mean +/, "", formula) }
    relative = formula ~ / % /; absolute = formula ~ / - /
    sub(/ +[-%] .*/, "", formula); sub(/ +$/, "", formula)
    count = split(formula, parts, /\./)
    measure = parts[1]; variant = count > 1 ? parts[2] : ""
    home = variant ? FOLDER "/" variant : FOLDER
    read_summary(home)
    if (!((home, measure, key) in number)) { wrong(measure ": not in " home); return }
    rate = (home, measure, "exchange_rate") in number ? number[home, measure, "exchange_rate"] : 1
    if (!relative && !absolute) { check_level(said, number[home, measure, key] == "null" ? "null" : number[home, measure, key] / rate, formula); return }
    if (less == "") { less = relative ? "lower" : "less"; more = relative ? "higher" : "more" }
    if (number[FOLDER, measure, "unit"] == "date") { less = words[2] ? less : "earlier"; more = words[2] ? more : "later" }
    check_change(said, number[FOLDER, measure, key] / rate, number[home, measure, key] / rate, relative, less, more, formula)
}

BEGIN {
    for (i = 1; i < ARGC; i++) { split(ARGV[i], argument, "="); if (argument[1] == "TEMPLATE") TEMPLATE = argument[2]; else FOLDER = argument[2] }
    template = template_of(TEMPLATE)
    read_summary(FOLDER)
    said = trimmed(finding[FOLDER])
    if (!template || !said) { print "no finding"; exit 1 }
    while (match(template, /\{[^}]*\}/)) {
        before = substr(template, 1, RSTART - 1)
        formula = substr(template, RSTART + 1, RLENGTH - 2)
        template = substr(template, RSTART + RLENGTH)
        if (substr(said, 1, length(before)) != before) { wrong("`" substr(said, 1, 60) "` does not go on with `" before "`"); break }
        said = substr(said, length(before) + 1)
        after = template; sub(/\{.*/, "", after)
        end = template ~ /\{/ ? index(said, after) : length(said) - length(after) + 1 # a full stop ends numbers, too
        if (!end) { wrong("nowhere: `" after "`"); break }
        check(trimmed(formula), substr(said, 1, end - 1))
        said = substr(said, end)
    }
    print compared + 0
    exit failures > 0
}
