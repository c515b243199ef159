/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SLEEF's deterministic functions under our names, and under libm's for the libraries we are linked with.
 *
 * The dynamic linker looks names up in the executable first, so libgsl.so's calls of exp end here. The linker exports
 * a name by itself because a shared library on its command line asks for it: no flag is needed as long as GSL is
 * linked dynamically, and none if it is linked statically. The sanitizers leave these names alone but for sincos,
 * which they only define weakly. The list is what `nm -D --undefined-only libgsl.so` names, less what is exact.
 */
#include "det.h"

#include <math.h>
#include <sleef.h>

double det_exp(double x)
{
    return Sleef_cinz_expd1_u10purec(x);
}

double det_log(double x)
{
    return Sleef_cinz_logd1_u10purec(x);
}

double det_pow(double x, double y)
{
    return Sleef_cinz_powd1_u10purec(x, y);
}

double det_log1p(double x)
{
    return Sleef_cinz_log1pd1_u10purec(x);
}

double det_expm1(double x)
{
    return Sleef_cinz_expm1d1_u10purec(x);
}

double exp(double x)
{
    return Sleef_cinz_expd1_u10purec(x);
}

double expm1(double x)
{
    return Sleef_cinz_expm1d1_u10purec(x);
}

double log(double x)
{
    return Sleef_cinz_logd1_u10purec(x);
}

double log1p(double x)
{
    return Sleef_cinz_log1pd1_u10purec(x);
}

double pow(double x, double y)
{
    return Sleef_cinz_powd1_u10purec(x, y);
}

double hypot(double x, double y)
{
    return Sleef_cinz_hypotd1_u05purec(x, y);
}

double sin(double x)
{
    return Sleef_cinz_sind1_u10purec(x);
}

double cos(double x)
{
    return Sleef_cinz_cosd1_u10purec(x);
}

void sincos(double x, double *sine, double *cosine)
{
    *sine = Sleef_cinz_sind1_u10purec(x);
    *cosine = Sleef_cinz_cosd1_u10purec(x);
}

double tan(double x)
{
    return Sleef_cinz_tand1_u10purec(x);
}

double asin(double x)
{
    return Sleef_cinz_asind1_u10purec(x);
}

double acos(double x)
{
    return Sleef_cinz_acosd1_u10purec(x);
}

double atan(double x)
{
    return Sleef_cinz_atand1_u10purec(x);
}

double atan2(double y, double x)
{
    return Sleef_cinz_atan2d1_u10purec(y, x);
}

double sinh(double x)
{
    return Sleef_cinz_sinhd1_u10purec(x);
}

double cosh(double x)
{
    return Sleef_cinz_coshd1_u10purec(x);
}

double tanh(double x)
{
    return Sleef_cinz_tanhd1_u10purec(x);
}

double acosh(double x)
{
    return Sleef_cinz_acoshd1_u10purec(x);
}

double atanh(double x)
{
    return Sleef_cinz_atanhd1_u10purec(x);
}
