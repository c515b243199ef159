/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exp and log of whole arrays: the same bits as det_exp and det_log one by one, at a fifth of their cost. */
#ifndef ICCSIM_ENGINE_ARRAYS_H
#define ICCSIM_ENGINE_ARRAYS_H

#include "isa.h"

#include <stddef.h>

/* y[i] = f(x[i]); y may be x, and may not otherwise overlap it. */
void array_exp(const double *x, double *y, size_t count);
void array_log(const double *x, double *y, size_t count);

/* The same with an instruction set of the caller's choice; it must be supported. */
void array_exp_with(enum isa isa, const double *x, double *y, size_t count);
void array_log_with(enum isa isa, const double *x, double *y, size_t count);

#endif
