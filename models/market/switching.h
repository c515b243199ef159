/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Choice between two beliefs by how well they did (Brock and Hommes 1998). Pure: the market's expectations and the
 * models that validate them use the same function. */
#ifndef ICCSIM_MODELS_SWITCHING_H
#define ICCSIM_MODELS_SWITCHING_H

/* Share of those who hold belief a: the logit of the difference in fitness, which intensity 0 ignores. */
double switching_share(double intensity, double fitness_a, double fitness_b);

#endif
