/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and changing the directory of enrolled nodes. */
#include "common/nodes.h"
#include "common/yaml.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const node_role_name[NODE_ROLE_COUNT + 1] = {"sensor", "collector", "subscriber", NULL};

static bool parse(const struct yaml_node *root, struct node *node, struct fault *fault)
{
    static const char *const names[] = {"name", "role", "curve-public", "sign-public", "enrolled", "revoked", NULL};
    const char *name = NULL, *curve = NULL, *sign = NULL;
    if (!yaml_keys(root, names, fault) || !yaml_text(yaml_required(root, "name", fault), &name, fault) || !name ||
        !yaml_text(yaml_required(root, "curve-public", fault), &curve, fault) || !curve ||
        !yaml_text(yaml_required(root, "sign-public", fault), &sign, fault) || !sign ||
        !yaml_choice(yaml_get(root, "role"), node_role_name, &node->role, fault) ||
        !yaml_uint(yaml_get(root, "enrolled"), 0, INT64_MAX, &node->enrolled, fault) ||
        !yaml_uint(yaml_get(root, "revoked"), 0, INT64_MAX, &node->revoked, fault))
        return false;
    if (!node_name_valid(name) || strlen(curve) != CURVE_TEXT || !sign_key_parse(sign, node->sign_public, SIGN_PUBLIC))
        return yaml_fault(root, fault, "its name or one of its keys is not valid");
    memcpy(node->name, name, strlen(name) + 1);
    memcpy(node->curve_public, curve, CURVE_TEXT + 1);
    return true;
}

static bool load_one(const char *path, const char *file, struct node *node, struct fault *fault)
{
    struct yaml *document = yaml_load_file(path, fault);
    *node = (struct node){0};
    bool good = document && parse(yaml_root(document), node, fault);
    if (good && (strncmp(node->name, file, strlen(node->name)) != 0 || file[strlen(node->name)] != '.'))
        good = fault_set(fault, "%s: the name in it is another one: %s", path, node->name);
    if (document) yaml_close(document);
    return good;
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct node *)a)->curve_public, ((const struct node *)b)->curve_public);
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n > m && strcmp(text + n - m, end) == 0;
}

bool nodes_load(struct nodes *nodes, const char *directory, struct fault *notice, struct fault *fault)
{
    struct stat about;
    struct dirent *entry;
    *nodes = (struct nodes){0};
    if (mkdir(directory, 0700) && errno != EEXIST)
        return fault_set(fault, "%s: cannot be made: %s", directory, strerror(errno));
    DIR *list = opendir(directory);
    if (!list || fstat(dirfd(list), &about)) {
        fault_set(fault, "%s: cannot be read: %s", directory, strerror(errno));
        if (list) closedir(list);
        return false;
    }
    /* Taken before the files are read: what changes meanwhile makes the list stale again. A change within the same
     * tick of the file system's clock would not show: a time that is still fresh is not trusted. */
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    nodes->changed = about.st_mtim;
    if (now.tv_sec - about.st_mtim.tv_sec <= 1) nodes->changed.tv_nsec = -1;
    for (size_t room = 0; (entry = readdir(list));) {
        char path[PATH_MAX];
        if (entry->d_name[0] == '.') continue;
        if (!ends_with(entry->d_name, ".node") && !ends_with(entry->d_name, ".revoked")) continue;
        if (nodes->count == room) {
            struct node *more = realloc(nodes->rows, (room = room ? 2 * room : 16) * sizeof *more);
            if (!more) break;
            nodes->rows = more;
        }
        snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
        nodes->count += load_one(path, entry->d_name, &nodes->rows[nodes->count], notice);
    }
    closedir(list);
    if (nodes->count) qsort(nodes->rows, nodes->count, sizeof *nodes->rows, by_key);
    return true;
}

void nodes_free(struct nodes *nodes)
{
    free(nodes->rows);
    *nodes = (struct nodes){0};
}

bool nodes_stale(const struct nodes *nodes, const char *directory)
{
    struct stat about;
    return stat(directory, &about) == 0 &&
           (about.st_mtim.tv_sec != nodes->changed.tv_sec || about.st_mtim.tv_nsec != nodes->changed.tv_nsec);
}

const struct node *nodes_by_key(const struct nodes *nodes, const char *curve_public)
{
    struct node wanted = {0};
    if (!nodes->count || strlen(curve_public) != CURVE_TEXT) return NULL;
    memcpy(wanted.curve_public, curve_public, CURVE_TEXT + 1);
    return bsearch(&wanted, nodes->rows, nodes->count, sizeof *nodes->rows, by_key);
}

const struct node *nodes_by_name(const struct nodes *nodes, const char *name)
{
    const struct node *found = NULL;
    for (size_t i = 0; i < nodes->count; i++) {
        const struct node *row = &nodes->rows[i];
        if (strcmp(row->name, name) == 0 && (!found || row->revoked == 0)) found = row;
    }
    return found;
}

static bool write_node(const char *directory, const struct node *node, struct fault *fault)
{
    char path[PATH_MAX], part[PATH_MAX], sign[64];
    sign_key_print(node->sign_public, SIGN_PUBLIC, sign, sizeof sign);
    snprintf(path, sizeof path, "%s/%s.node", directory, node->name);
    snprintf(part, sizeof part, "%s/.%s.part", directory, node->name);
    int descriptor = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    if (!file) return fault_set(fault, "%s: cannot be written: %s", part, strerror(errno));
    fprintf(file, "name: %s\nrole: %s\ncurve-public: \"%s\"\nsign-public: \"%s\"\nenrolled: %" PRIu64 "\n", node->name,
            node_role_name[node->role], node->curve_public, sign, node->enrolled);
    if (node->revoked) fprintf(file, "revoked: %" PRIu64 "\n", node->revoked);
    bool done = fflush(file) == 0 && fsync(descriptor) == 0;
    done = fclose(file) == 0 && done && rename(part, path) == 0;
    return done || fault_set(fault, "%s: cannot be written: %s", path, strerror(errno));
}

/* A name that gets a new key: the file of its revoked one makes room, and is still read. */
static void set_aside(const char *directory, const struct node *revoked)
{
    char path[PATH_MAX], aside[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s.node", directory, revoked->name);
    snprintf(aside, sizeof aside, "%s/%s.%" PRIu64 ".revoked", directory, revoked->name, revoked->revoked);
    rename(path, aside);
}

/* Names under which a collector keeps what no node sent: its own summary, uploads, exercises. */
static bool name_is_taken(const char *name)
{
    return strcmp(name, "self") == 0 || strcmp(name, "upload") == 0 || strncmp(name, "exercise-", 9) == 0;
}

bool nodes_enrol(const char *directory, const struct keys *keys, unsigned role, struct fault *fault)
{
    struct nodes nodes;
    struct node node = {.role = role, .enrolled = (uint64_t)time(NULL)};
    if (!nodes_load(&nodes, directory, NULL, fault)) return false;
    const struct node *named = nodes_by_name(&nodes, keys->name), *keyed = nodes_by_key(&nodes, keys->curve_public);
    bool free_to = false;
    if (name_is_taken(keys->name))
        fault_set(fault, "%s: a collector keeps this name for itself; choose another", keys->name);
    else if (keyed && keyed->revoked)
        fault_set(fault, "%s: this key was revoked as \"%s\"; make a new one with `wanglou keys`", keys->name,
                  keyed->name);
    else if (keyed)
        fault_set(fault, "%s: this key is enrolled already as \"%s\"", keys->name, keyed->name);
    else if (named && !named->revoked)
        fault_set(fault, "%s: this name is enrolled with another key; revoke that one first", keys->name);
    else
        free_to = true;
    if (free_to && named) set_aside(directory, named);
    nodes_free(&nodes);
    memcpy(node.name, keys->name, sizeof node.name);
    memcpy(node.curve_public, keys->curve_public, sizeof node.curve_public);
    memcpy(node.sign_public, keys->sign_public, sizeof node.sign_public);
    return free_to && write_node(directory, &node, fault);
}

bool nodes_revoke(const char *directory, const char *name, struct fault *fault)
{
    struct nodes nodes;
    if (!nodes_load(&nodes, directory, NULL, fault)) return false;
    const struct node *found = nodes_by_name(&nodes, name);
    struct node node = found ? *found : (struct node){0};
    nodes_free(&nodes);
    if (!found) return fault_set(fault, "%s: no such node in %s", name, directory);
    if (node.revoked) return fault_set(fault, "%s: was revoked already", name);
    node.revoked = (uint64_t)time(NULL);
    return write_node(directory, &node, fault);
}
