/* SPDX-License-Identifier: Apache-2.0 */
/* The one reader of YAML files (options, rules, catalogues, models): a document as a tree in which every node knows
 * its file, line and column. Follows YAML 1.1 as libyaml reads it, less what makes files unsafe or ambiguous:
 * anchors, aliases, tags, several documents, keys twice, NUL. Size, depth and number of nodes are capped.
 *
 *     struct yaml *document = yaml_load_file(path, fault);
 *     const struct yaml_node *root = yaml_root(document);
 *     if (!yaml_keys(root, (const char *const[]){"port", "name", NULL}, fault) ||
 *         !yaml_uint(yaml_get(root, "port"), 1, 65535, &port, fault)) ...
 *     for (const struct yaml_node *item = yaml_get(root, "list")->first; item; item = item->next) ...
 *     yaml_close(document);
 *
 * Getters return false and fill `fault` ("file:line:column: ...") when the value is not what was asked for. A NULL
 * node (a key that is not there) leaves `out` alone and is no fault: defaults stand. Everything a node points to
 * lives as long as the document. */
#ifndef WANGLOU_COMMON_YAML_H
#define WANGLOU_COMMON_YAML_H

#include "common/fault.h"

#include <stddef.h>
#include <stdint.h>

enum { YAML_FILE_CAP = 8 << 20, YAML_DEPTH_CAP = 24, YAML_NODE_CAP = 1 << 20 };

/* NULL: `key:` with nothing behind it, `~` or `null`. */
enum yaml_kind { YAML_NULL, YAML_SCALAR, YAML_LIST, YAML_MAPPING };

struct yaml_node {
    uint8_t kind;                /* enum yaml_kind */
    bool quoted;                 /* the scalar stood in quotes or in a block: it is text, whatever it looks like */
    unsigned line, column;       /* of its first character, from 1; columns count characters, not bytes */
    unsigned count;              /* items of a list, pairs of a mapping */
    const char *file;            /* name given to the loader */
    const char *text;            /* of a scalar, NUL-terminated UTF-8; "" otherwise */
    const struct yaml_node *key; /* of a mapping's value: the scalar before the colon; NULL otherwise */
    const struct yaml_node *first, *next; /* items of a list; values of a mapping, in the order of the file */
    const char *source; /* a scalar of one line: its text; of several lines: the lines as they stand in the file */
    unsigned source_line, source_column; /* of the first character of `source` */
};

struct yaml;

/* NULL and a fault when the file cannot be read, is too large, or is not YAML. */
struct yaml *yaml_load_file(const char *path, struct fault *fault);
/* The same over memory; `name` stands in faults as the file's name. */
struct yaml *yaml_load_text(const char *name, const char *text, size_t length, struct fault *fault);
/* (Not yaml_free: libyaml itself exports that name.) */
void yaml_close(struct yaml *document);
/* Never NULL: an empty file holds a YAML_NULL. */
const struct yaml_node *yaml_root(const struct yaml *document);

/* Calls `take` with `path` itself, or with every *.yaml below it when it is a directory, in the order of names, until
 * one returns false. */
bool yaml_each_file(const char *path, bool (*take)(void *context, const char *path), void *context,
                    struct fault *fault);

/* The value of a key, or NULL when the mapping lacks it or is no mapping. */
const struct yaml_node *yaml_get(const struct yaml_node *mapping, const char *key);
/* The same, but a missing key is a fault. */
const struct yaml_node *yaml_required(const struct yaml_node *mapping, const char *key, struct fault *fault);

/* Is it a mapping with no other keys than `names` (ends with NULL)? The fault tells the nearest right name. */
bool yaml_keys(const struct yaml_node *mapping, const char *const *names, struct fault *fault);
bool yaml_is_list(const struct yaml_node *node, struct fault *fault);
bool yaml_is_mapping(const struct yaml_node *node, struct fault *fault);

bool yaml_text(const struct yaml_node *node, const char **out, struct fault *fault); /* never empty */
bool yaml_bool(const struct yaml_node *node, bool *out, struct fault *fault);        /* true, false */
/* Decimal or 0x hexadecimal. */
bool yaml_uint(const struct yaml_node *node, uint64_t least, uint64_t most, uint64_t *out, struct fault *fault);
bool yaml_int(const struct yaml_node *node, int64_t least, int64_t most, int64_t *out, struct fault *fault);
bool yaml_double(const struct yaml_node *node, double least, double most, double *out, struct fault *fault);
/* "200ms" "60s" "5m" "2h" "7d", as nanoseconds. A bare number other than 0 is refused. */
bool yaml_duration(const struct yaml_node *node, uint64_t least_ns, uint64_t most_ns, uint64_t *out,
                   struct fault *fault);
/* "512" "64K" "10M" "2G", binary multiples, as bytes. */
bool yaml_size(const struct yaml_node *node, uint64_t least, uint64_t most, uint64_t *out, struct fault *fault);
/* One of `names` (ends with NULL); `out` is its index. */
bool yaml_choice(const struct yaml_node *node, const char *const *names, unsigned *out, struct fault *fault);

/* "file:line:column: ..." of this node. Returns false. */
bool yaml_fault(const struct yaml_node *node, struct fault *fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
