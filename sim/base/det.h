/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transcendental functions whose bits are the same on every processor, compiler and C library.
 *
 * glibc picks exp, log and pow by what the processor can do, so the last bit of a result moves between machines.
 * Whatever can reach a result uses these instead: exact arithmetic in a fixed order by published algorithms, within an
 * ulp. det.c also defines the functions that GSL takes from libm on the way to a result under libm's names (exp, log,
 * pow, ...) for the whole program, so that GSL's quantiles get the same ones. sqrt, floor, fabs, ldexp, fmod and
 * fma-free arithmetic are exact in IEEE 754.
 */
#ifndef ICCSIM_BASE_DET_H
#define ICCSIM_BASE_DET_H

/* As their namesakes in C: the same domain, NaN outside of it, the same limits. */
double det_exp(double x);
double det_log(double x);
double det_pow(double x, double y);
double det_log1p(double x);
double det_expm1(double x);
double det_sin(double x);
double det_cos(double x);
double det_tan(double x);
double det_hypot(double x, double y);

#endif
