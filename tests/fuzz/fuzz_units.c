/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A number and its unit. What is read matches the pattern of the schema, and comes back from a conversion. */
#include "fuzz.h"
#include "sim/base/units.h"

#include <math.h>
#include <regex.h>

static bool matches(const char *text)
{
    static regex_t pattern;
    static bool compiled;
    struct arena arena = {0};
    if (!compiled) {
        const char *unit = arena_printf(&arena, "^ *(%s)? *$", unit_pattern(&arena));
        promise(regcomp(&pattern, unit, REG_EXTENDED | REG_NOSUB) == 0);
        compiled = true;
    }
    arena_free(&arena);
    return regexec(&pattern, text, 0, NULL, 0) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    const char *text = fuzz_text(&arena, data, size), *rest = text;
    double number = 1;
    struct unit unit, base = {.scale = 1};
    if (number_parse(text, &number, &rest))
        promise(isfinite(number) && rest >= text && rest <= text + size);
    if (unit_parse(rest, &unit)) {
        promise(matches(rest));
        promise(unit.scale > 0 && isfinite(unit.scale));
        memcpy(base.exponent, unit.exponent, sizeof base.exponent);
        promise(unit_same_dimension(&unit, &base));
        double there = unit_convert(number, &unit, &base), back = unit_convert(there, &base, &unit);
        if (fabs(number) < 90 && isfinite(there) && fabs(there) > 1e-290)
            promise(fabs(back - number) <= 1e-9 * fmax(1, fabs(number)));
    }
    arena_free(&arena);
    return 0;
}
