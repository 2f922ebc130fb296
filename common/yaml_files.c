/* SPDX-License-Identifier: Apache-2.0 */
/* The YAML files of a directory, in the order of names, so that what is loaded does not depend on the file system. */
#include "common/yaml.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DIRECTORY_DEPTH = 8, PATH_ROOM = 4096 };

struct walk {
    bool (*take)(void *context, const char *path);
    void *context;
    struct fault *fault;
};

static bool is_yaml(const char *name)
{
    size_t n = strlen(name);
    return name[0] != '.' && n > 5 && strcmp(name + n - 5, ".yaml") == 0;
}

static bool walk_path(struct walk *w, const char *path, unsigned depth);

static bool walk_directory(struct walk *w, const char *path, unsigned depth)
{
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    bool good = count >= 0 ? true : fault_set(w->fault, "%s: cannot be read: %s", path, strerror(errno));
    for (int i = 0; i < count; i++) {
        char below[PATH_ROOM];
        struct stat status;
        const char *name = entries[i]->d_name;
        int n = snprintf(below, sizeof below, "%s/%s", path, name);
        bool fits = n > 0 && (size_t)n < sizeof below && name[0] != '.';
        if (good && fits && stat(below, &status) == 0 && (S_ISDIR(status.st_mode) || is_yaml(name)))
            good = walk_path(w, below, depth + 1);
        free(entries[i]);
    }
    if (count >= 0) free(entries);
    return good;
}

static bool walk_path(struct walk *w, const char *path, unsigned depth)
{
    struct stat status;
    if (stat(path, &status) != 0) return fault_set(w->fault, "%s: %s", path, strerror(errno));
    if (!S_ISDIR(status.st_mode)) return w->take(w->context, path);
    if (depth > DIRECTORY_DEPTH)
        return fault_set(w->fault, "%s: directories nested more than %d deep", path, DIRECTORY_DEPTH);
    return walk_directory(w, path, depth);
}

bool yaml_each_file(const char *path, bool (*take)(void *context, const char *path), void *context, struct fault *fault)
{
    struct walk w = {take, context, fault};
    return walk_path(&w, path, 0);
}
