/* SPDX-License-Identifier: Apache-2.0 */
/* The layout of a file between levels (docs/hierarchy.md). */
#ifndef WANGLOU_COLLECTOR_SERVICE_CARRY_FILE_H
#define WANGLOU_COLLECTOR_SERVICE_CARRY_FILE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/keys.h"

/* Lines that are gathered for a file. */
struct carry_body {
    char *bytes;
    size_t used, room;
};
void carry_put(struct carry_body *body, const char *bytes, size_t length);

/* The file, signed; takes head and body over. To be freed. */
uint8_t *carry_pack(json_t *head, struct carry_body *body, const struct keys *keys, size_t *length);

struct carry_file {
    json_t *head;
    char *body;
    size_t length;
    const char *from, *direction; /* in the head */
    uint64_t number;
};
/* False: it is no such file. Whose signature it bears is not looked at. */
bool carry_unpack(struct carry_file *out, const uint8_t *file, size_t length);
void carry_file_free(struct carry_file *file);

#endif
