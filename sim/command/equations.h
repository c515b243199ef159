/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model as one page: phases, and for each mechanism what it does, its equations and sources as the head of its file
 * has them, parameters and outputs.
 */
#ifndef ICCSIM_COMMAND_EQUATIONS_H
#define ICCSIM_COMMAND_EQUATIONS_H

#include "sim/montecarlo/study.h"

#include <stdbool.h>
#include <stdio.h>

/* Markdown, or a page of HTML. */
void equations_print(const struct study *study, FILE *to, bool html);
/* What may stand in a parameter: `0.1 to 100 /yr`, the words of a choice, the table pointed into. */
const char *param_allowed(const struct param *param, struct arena *arena);

#endif
