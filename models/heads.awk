# SPDX-License-Identifier: GPL-3.0-or-later
# The heads of the models' files as rows of C, {file, mechanism or NULL, lines}: the equations and their sources, for
# `iccsim list equations`. Files without a head, and heads of one line that no mechanism stands behind, are left out.
function quoted(text) { gsub(/\\/, "\\\\", text); gsub(/"/, "\\\"", text); return "\"" text "\"" }
function flush_file() {
    if (count > 1 || (count && mechanism != ""))
        printf "{%s, %s, (const char *const[]){%sNULL}},\n", quoted(file), mechanism == "" ? "NULL" : quoted(mechanism), lines
}
FNR == 1 { if (file != "") flush_file(); file = FILENAME; mechanism = lines = ""; count = 0; inside = 0 }
FNR == 2 && /^\/\*/ { inside = 1 }
inside {
    text = $0
    sub(/^(\/\*| \*\/| \*) ?/, "", text)
    if (sub(/ *\*\/ *$/, "", text) || $0 ~ /\*\/ *$/) inside = 0
    if (inside || text != "") { lines = lines quoted(text) ", "; count++ }
}
match($0, /^const struct model model_[a-z_]+/) { mechanism = substr($0, RSTART + 25, RLENGTH - 25) }
END { flush_file() }
