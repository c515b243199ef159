/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

FILE *input_open(const char *path)
{
    struct stat status;
    int file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (file < 0)
        return NULL;
    bool known = fstat(file, &status) == 0;
    FILE *opened = known && S_ISREG(status.st_mode) ? fdopen(file, "rb") : NULL;
    int why = !known || S_ISREG(status.st_mode) ? errno : S_ISDIR(status.st_mode) ? EISDIR : 0;
    if (!opened)
        close(file);
    errno = why;
    return opened;
}

const char *input_error(int error)
{
    return error ? strerror(error) : "it is no regular file";
}
