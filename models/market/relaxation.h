/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One step of a pair that relaxes: exponential Euler for x' = f + J (x - x0), exact if that is what it obeys. */
#ifndef ICCSIM_MODELS_RELAXATION_H
#define ICCSIM_MODELS_RELAXATION_H

/* J = [a b; c d] with b c >= 0, so that its eigenvalues are real; `f` is x' at x. */
void relaxation_step(double a, double b, double c, double d, const double f[2], double h, double x[2]);

#endif
