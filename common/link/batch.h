/* SPDX-License-Identifier: Apache-2.0 */
/* Putting lines together to a batch and packing it (zstd). */
#ifndef WANGLOU_COMMON_LINK_BATCH_H
#define WANGLOU_COMMON_LINK_BATCH_H

#include "common/link.h"

struct link_builder {
    char *raw;
    uint8_t *packed;
    size_t used, room;
    uint32_t count; /* lines in it */
    void *zstd;
};

/* Which stream an event type (enum event_type) goes by: 0 what an officer must see first, 1 the rest. */
unsigned link_stream(unsigned type);

bool link_builder_open(struct link_builder *builder);
void link_builder_close(struct link_builder *builder);
/* Adds a line in two pieces, the second one with its '\n'; false when the batch is full or the line too long. */
bool link_builder_add(struct link_builder *builder, const char *line, size_t length, const char *tail,
                      size_t tail_length);
/* The packed batch, valid until the next call; its length, or 0 on a failure. */
size_t link_builder_pack(struct link_builder *builder);
void link_builder_empty(struct link_builder *builder);

#endif
