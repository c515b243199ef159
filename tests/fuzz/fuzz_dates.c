/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A date. What is read is written as the same day, and that is read as the same instant. */
#include "fuzz.h"
#include "sim/base/dates.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    double year, again;
    char text[DATE_TEXT_BYTES];
    const char *given = fuzz_text(&arena, data, size);
    if (date_parse(given, &year)) {
        promise(year >= 0 && year < 10000);
        promise(date_parse(date_text(year, text), &again));
        promise(again == year);
        promise(date_add_months(date_add_months(year, 1), -1) - year < 1e-9);
    }
    arena_free(&arena);
    return 0;
}
