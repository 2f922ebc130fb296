/* SPDX-License-Identifier: Apache-2.0 */
/* A spool as the source of a sender's stream: its records are packed batches already. */
#include "common/link/source.h"

static void look(void *context, struct link_position *position)
{
    struct spool_state state;
    spool_look(context, &state);
    *position = (struct link_position){state.epoch, state.first, state.next};
}

static bool read_batch(void *context, uint64_t from, uint64_t *first, uint32_t *count, const uint8_t **data,
                       size_t *length)
{
    struct spool_record record;
    if (!spool_read(context, from, &record)) return false;
    *first = record.first;
    *count = record.count;
    *data = record.data;
    *length = record.length;
    return true;
}

static void acknowledge(void *context, uint64_t next) { spool_acknowledge(context, next); }

static void renew(void *context, uint64_t after) { spool_renew(context, after); }

struct link_source link_spool_source(struct spool *spool)
{
    return (struct link_source){spool, look, read_batch, acknowledge, renew};
}
