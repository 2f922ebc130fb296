/* SPDX-License-Identifier: Apache-2.0 */
/* The nodes a collector has enrolled: a directory with one file for each, NAME.node.
 *
 * A directory rather than a table, so that enrolling and revoking work whatever state the collector or its database
 * is in, by the tool or the console alike: a file is replaced by rename, which the collector sees by the directory's
 * time of change. A revoked node keeps its file: its key must never be enrolled by mistake again. */
#ifndef WANGLOU_COMMON_NODES_H
#define WANGLOU_COMMON_NODES_H

#include "common/keys.h"

#include <time.h>

enum node_role { NODE_SENSOR, NODE_COLLECTOR, NODE_SUBSCRIBER, NODE_ROLE_COUNT };
extern const char *const node_role_name[NODE_ROLE_COUNT + 1]; /* ends with NULL */

struct node {
    char name[NODE_NAME_MAX + 1];
    char curve_public[CURVE_TEXT + 1];
    uint8_t sign_public[SIGN_PUBLIC];
    unsigned role;              /* enum node_role */
    uint64_t enrolled, revoked; /* seconds since 1970; revoked 0: in force */
};

struct nodes {
    struct node *rows; /* sorted by curve_public */
    size_t count;
    struct timespec changed; /* of the directory when it was read */
};

/* Reads the directory (made when missing). A file that is wrong is left out and told in `notice`. */
bool nodes_load(struct nodes *nodes, const char *directory, struct fault *notice, struct fault *fault);
void nodes_free(struct nodes *nodes);
/* Has the directory changed since? */
bool nodes_stale(const struct nodes *nodes, const char *directory);
/* NULL when nobody has this key (Z85). */
const struct node *nodes_by_key(const struct nodes *nodes, const char *curve_public);
const struct node *nodes_by_name(const struct nodes *nodes, const char *name);

/* False when the name or one of the keys is enrolled already, or was revoked. */
bool nodes_enrol(const char *directory, const struct keys *keys, unsigned role, struct fault *fault);
bool nodes_revoke(const char *directory, const char *name, struct fault *fault);

#endif
