/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What GSL's configure finds where the lab runs: C17, IEEE arithmetic, no extended registers. */
#define HAVE_DECL_EXPM1 1
#define HAVE_DECL_FREXP 1
#define HAVE_DECL_HYPOT 1
#define HAVE_DECL_ISFINITE 1
#define HAVE_DECL_ISINF 1
#define HAVE_DECL_ISNAN 1
#define HAVE_DECL_LDEXP 1
#define HAVE_DECL_LOG1P 1
#define HAVE_DENORMALS 1
#define HAVE_IEEE_COMPARISONS 1
#define HAVE_MEMCPY 1
#define HAVE_MEMMOVE 1
#define HAVE_STRDUP 1
#define HAVE_STRTOL 1
#define HAVE_VPRINTF 1
#define RELEASED
#define GSL_COERCE_DBL(x) (x)
#define GSL_DISABLE_DEPRECATED 1
#define GSL_RANGE_CHECK 0
#define DISCARD_POINTER(p) ((void)(p))
#define RETURN_IF_NULL(x)                                                                                              \
    if (!x)                                                                                                            \
    return
