/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Usage of models: the work of platforms, and how it answers to rents. */
#ifndef ICCSIM_MODELS_MARKET_USAGE_H
#define ICCSIM_MODELS_MARKET_USAGE_H

#include "models/conventions.h"

struct platform_work { /* at a date */
    double older; /* recommendation and search, as a multiple of the start */
    double models; /* work of models: usage over January 2024 times the work in a token over that of the last count; 0:
                      no usage */
    double training; /* factor of waves on everybody's training */
};
/* usage.c: neutral if the mechanism is off. Asks demand for elasticity and progress, so not before demand starts. */
struct platform_work usage_work(const struct world *w, double now);
/* What a rent of inference makes of the work of models, over what the elasticity of demand alone does. */
struct usage_response {
    double log, elasticity; /* elasticity of that work in all: positive */
};
struct usage_response usage_response(const struct world *w, double log_rent);
/* Log of tokens a day over January 2024, at the rents and markups of the last count; 0 if the mechanism is off. */
double usage_log_volume(const struct world *w, double now);

#endif
