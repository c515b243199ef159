/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inventory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include <yaml.h>

enum { MOST_BYTES = 16 << 20 };

struct inventory_file {
    const char *path;
    off_t bytes;
};

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct inventory_file *)a)->path, ((const struct inventory_file *)b)->path);
}

static const char *text_of(yaml_document_t *document, int node)
{
    yaml_node_t *found = yaml_document_get_node(document, node);
    return found && found->type == YAML_SCALAR_NODE ? (const char *)found->data.scalar.value : "";
}

static yaml_node_t *member(yaml_document_t *document, const char *key)
{
    yaml_node_t *root = yaml_document_get_root_node(document);
    if (!root || root->type != YAML_MAPPING_NODE)
        return NULL;
    for (yaml_node_pair_t *pair = root->data.mapping.pairs.start; pair < root->data.mapping.pairs.top; pair++)
        if (strcmp(text_of(document, pair->key), key) == 0)
            return yaml_document_get_node(document, pair->value);
    return NULL;
}

static void take_files(struct inventory *inventory, yaml_document_t *document, const yaml_node_t *files,
                       struct arena *arena)
{
    const yaml_node_pair_t *pair = files->data.mapping.pairs.start, *end = files->data.mapping.pairs.top;
    inventory->file = arena_array(arena, (size_t)(end - pair) + 1, sizeof *inventory->file);
    for (; pair < end; pair++)
        inventory->file[inventory->count++] = (struct inventory_file){
            .path = arena_text(arena, text_of(document, pair->key)),
            .bytes = (off_t)strtoll(text_of(document, pair->value), NULL, 10),
        };
    qsort(inventory->file, inventory->count, sizeof *inventory->file, by_path);
}

static enum inventory_found take(struct inventory *inventory, yaml_document_t *document, struct arena *arena)
{
    const yaml_node_t *program = member(document, "program"), *files = member(document, "files");
    if (!program || program->type != YAML_SCALAR_NODE ||
        strcmp((const char *)program->data.scalar.value, INVENTORY_PROGRAM) != 0)
        return INVENTORY_NONE;
    if (!files || files->type != YAML_MAPPING_NODE)
        return INVENTORY_SILENT;
    take_files(inventory, document, files, arena);
    return INVENTORY_READ;
}

/* JSON is YAML. */
static enum inventory_found parse(struct inventory *inventory, FILE *from, struct arena *arena)
{
    yaml_parser_t parser;
    yaml_document_t document;
    if (!yaml_parser_initialize(&parser))
        return INVENTORY_NONE;
    yaml_parser_set_input_file(&parser, from);
    enum inventory_found found = INVENTORY_NONE;
    if (yaml_parser_load(&parser, &document)) {
        found = take(inventory, &document, arena);
        yaml_document_delete(&document);
    }
    yaml_parser_delete(&parser);
    return found;
}

/* Over NFS only a file that is open for writing can be locked. */
static int open_manifest(int folder)
{
    enum { FLAGS = O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC };
    int manifest = openat(folder, INVENTORY_FILE, O_RDWR | FLAGS);
    if (manifest < 0 && (errno == EACCES || errno == EROFS))
        manifest = openat(folder, INVENTORY_FILE, O_RDONLY | FLAGS);
    struct stat status;
    if (manifest >= 0 && fstat(manifest, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= MOST_BYTES)
        return manifest;
    if (manifest >= 0)
        close(manifest);
    return -1;
}

static enum inventory_found read_locked(struct inventory *inventory, struct arena *arena)
{
    if (flock(inventory->manifest, LOCK_EX | LOCK_NB) != 0)
        return INVENTORY_LOCKED;
    int copy = fcntl(inventory->manifest, F_DUPFD_CLOEXEC, 0);
    FILE *from = copy < 0 ? NULL : fdopen(copy, "rb");
    if (!from) {
        if (copy >= 0)
            close(copy);
        return INVENTORY_NONE;
    }
    enum inventory_found found = parse(inventory, from, arena);
    fclose(from);
    return found;
}

enum inventory_found inventory_open(struct inventory *inventory, int folder, struct arena *arena)
{
    *inventory = (struct inventory){.manifest = open_manifest(folder)};
    if (inventory->manifest < 0)
        return INVENTORY_NONE;
    enum inventory_found found = read_locked(inventory, arena);
    int why = errno;
    if (found != INVENTORY_READ)
        inventory_close(inventory);
    errno = why;
    return found;
}

void inventory_close(struct inventory *inventory)
{
    if (inventory->manifest >= 0)
        close(inventory->manifest);
    inventory->manifest = -1;
}

bool inventory_knows(const struct inventory *inventory, const char *path, const struct stat *status)
{
    if (!S_ISREG(status->st_mode))
        return false;
    if (strcmp(path, INVENTORY_FILE) == 0)
        return true;
    struct inventory_file key = {.path = path};
    const struct inventory_file *file = bsearch(&key, inventory->file, inventory->count, sizeof key, by_path);
    return file && file->bytes == status->st_size;
}
