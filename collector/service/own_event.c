/* SPDX-License-Identifier: Apache-2.0 */
/* One event as a batch of its own (docs/link-protocol.md: epochs). */
#include "collector/service/own_event.h"

#include <stdlib.h>

#include "collector/api/api.h"
#include "collector/store/internal.h"

bool own_event(struct store *store, enum own_stream stream, enum event_type type, const char *object, size_t length,
               struct fault *fault)
{
    char id[ULID_LENGTH + 1];
    store_ulid(id, store_now_us());
    return own_event_as(store, stream, type, id, object, length, fault);
}

bool own_event_as(struct store *store, enum own_stream stream, enum event_type type, const char *id, const char *object,
                  size_t length, struct fault *fault)
{
    struct store_position position;
    struct store_put put = {0};
    int64_t now_us = store_now_us();
    struct json j = {.grow = json_grow_heap};
    json_begin_object(&j, NULL);
    json_put_time(&j, "timestamp", (uint64_t)now_us * 1000u);
    json_put_string(&j, "event_type", event_type_name[type]);
    json_put_string(&j, "sensor", OWN_SENSOR);
    json_put_string(&j, "id", id);
    json_put_uint(&j, "seq", 1);
    json_put_raw(&j, event_type_name[type], object, length);
    json_end_object(&j);
    bool good = json_ok(&j) || fault_set(fault, "what this node tells of itself is too long");
    good = good && store_node_position(store, OWN_SENSOR, stream, &position, fault);
    if (good) {
        /* Each is an epoch of its own: nothing is counted across starts. */
        struct store_batch batch = {
            .node = OWN_SENSOR, .stream = stream, .first = 1, .own = true, .lines = j.start, .length = json_length(&j)};
        batch.epoch = (uint64_t)now_us > position.epoch ? (uint64_t)now_us : position.epoch + 1;
        good = store_put_batches(store, &batch, 1, &put, fault);
    }
    if (good && put.refused) good = fault_set(fault, "the store refuses what this node tells of itself");
    free(j.start);
    return good;
}
