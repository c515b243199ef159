/* SPDX-License-Identifier: GPL-3.0-or-later */
/* BUILD=cov links this with --wrap=_exit: a child that a test forks ends by _exit, which writes no counts by itself. */
#include <gcov.h>
#include <unistd.h>

_Noreturn void __real__exit(int status);
_Noreturn void __wrap__exit(int status);

_Noreturn void __wrap__exit(int status)
{
    __gcov_dump();
    __real__exit(status);
}
