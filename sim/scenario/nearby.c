/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nearby.h"

#include "sim/base/mistakes.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool has_suffix(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot && dot > name && (!strcmp(dot, ".yml") || !strcmp(dot, ".yaml"));
}

static int is_scenario(const struct dirent *entry)
{
    return has_suffix(entry->d_name);
}

/* `folder` ends with a slash or is empty. */
static const char *nearest_in(struct arena *arena, const char *folder, const char *name)
{
    struct dirent **entry = NULL;
    int count = scandir(*folder ? folder : ".", &entry, is_scenario, alphasort);
    if (count < 0)
        return NULL;
    const char **names = arena_array(arena, (size_t)count + 1, sizeof *names);
    for (int i = 0; i < count; i++) {
        names[i] = arena_text(arena, entry[i]->d_name);
        free(entry[i]);
    }
    free(entry);
    const char *nearest = nearest_name(name, names);
    return nearest ? arena_printf(arena, "%s%s", folder, nearest) : NULL;
}

const char *file_meant(struct arena *arena, const char *file)
{
    const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
    const char *folder = arena_printf(arena, "%.*s", (int)(name - file), file);
    if (!has_suffix(name))
        name = arena_printf(arena, "%s.yml", name);
    const char *meant = nearest_in(arena, folder, name);
    return meant ? meant : nearest_in(arena, arena_printf(arena, "%sscenarios/", folder), name);
}
