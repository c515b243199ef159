/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How amounts are written for readers: three digits, thousands with commas, and million, billion or trillion in words.
 * A column of a table says its scale once, in its heading, and then holds bare numbers.
 */
#ifndef ICCSIM_OUTPUT_AMOUNT_H
#define ICCSIM_OUTPUT_AMOUNT_H

enum { AMOUNT_BYTES = 48, AMOUNT_BAND_BYTES = 3 * AMOUNT_BYTES };

/* 0.342, 60.2, 42,300, 1.82 million; `-` for NaN. Returns `text`. */
const char *amount_text(double value, char text[AMOUNT_BYTES]);
/* `84.3 (78.9 to 89.8) million`, or a word behind each number where they differ; the value alone if low and high say no
 * more than it does. */
const char *amount_band(double value, double low, double high, char text[AMOUNT_BAND_BYTES]);

/* In which a column of amounts is written. */
struct amount_scale {
    double size; /* 1e6 */
    const char *word; /* `million `, before a unit; "" for one */
    int decimals;
};
/* For amounts none of which is larger than `largest`, so that this one has `digits` digits. */
struct amount_scale amount_scale(double largest, int digits);
/* `1,234.5`; `-` for NaN. Returns `text`. */
const char *amount_scaled(struct amount_scale scale, double value, char text[AMOUNT_BYTES]);
const char *amount_scaled_band(struct amount_scale scale, double value, double low, double high,
                               char text[AMOUNT_BAND_BYTES]);

#endif
