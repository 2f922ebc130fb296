/* SPDX-License-Identifier: Apache-2.0 */
/* The rooms of the hierarchy opened together and ticked in turn. */
#include "collector/service/hierarchy.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "collector/api/api.h"
#include "collector/service/audit.h"
#include "collector/service/regional.h"
#include "collector/service/rollouts.h"
#include "collector/store/internal.h"
#include "common/json.h"

enum { STREAM = 2 }; /* of "self": 0 is the summary's, 1 that of answers to warnings and tasks */

const char hierarchy_self[] = "self";

struct hierarchy *hierarchy_open(const struct hierarchy_options *options, struct fault *fault)
{
    struct hierarchy *h = calloc(1, sizeof *h);
    if (!h) abort();
    h->options = *options;
    if (keys_load_secret(&h->keys, options->key_file, fault) &&
        (h->reader = store_reader_open(options->store, fault)) &&
        (h->regional = regional_model_open(options->models, fault)))
        return h;
    hierarchy_close(h);
    return NULL;
}

void hierarchy_close(struct hierarchy *h)
{
    if (!h) return;
    regional_model_close(h->regional);
    if (h->reader) store_reader_close(h->reader);
    keys_forget(&h->keys);
    free(h);
}

void hierarchy_tick(struct hierarchy *h)
{
    static bool (*const rooms[])(struct hierarchy *, struct fault *) = {rollouts_tick, regional_tick};
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
        struct fault fault = {""};
        if (!rooms[i](h, &fault)) h->options.notice(fault.text);
    }
    h->ticks++;
}

/* ---- shared ---- */

void hierarchy_ulid(char out[ULID_LENGTH + 1])
{
    uint64_t low;
    randombytes_buf(&low, sizeof low);
    ulid_make(out, (uint64_t)store_now_us() * 1000u, (uint16_t)randombytes_random(), low);
}

bool hierarchy_tell(struct hierarchy *h, enum event_type type, const char *object, struct fault *fault)
{
    struct json j = {.grow = json_grow_heap};
    struct store_position position;
    struct store_put put = {0};
    char id[ULID_LENGTH + 1];
    int64_t now_us = store_now_us();
    hierarchy_ulid(id);
    json_begin_object(&j, NULL);
    json_put_time(&j, "timestamp", (uint64_t)now_us * 1000u);
    json_put_string(&j, "event_type", event_type_name[type]);
    json_put_string(&j, "sensor", hierarchy_self);
    json_put_string(&j, "id", id);
    json_put_uint(&j, "seq", 1);
    json_put_raw(&j, event_type_name[type], object, strlen(object));
    json_end_object(&j);
    bool good = store_node_position(h->options.store, hierarchy_self, STREAM, &position, fault);
    struct store_batch batch = {
        .node = hierarchy_self, .stream = STREAM, .first = 1, .lines = j.start, .length = json_length(&j)};
    /* Each its own epoch: nothing is counted across starts. */
    batch.epoch = (uint64_t)now_us > position.epoch ? (uint64_t)now_us : position.epoch + 1;
    good = good && store_put_batches(h->options.store, &batch, 1, &put, fault);
    if (good && put.refused) good = fault_set(fault, "the store refuses an event of this node's own");
    free(j.start);
    return good;
}

void hierarchy_record(struct hierarchy *h, const char *action, const char *object, const char *detail)
{
    struct fault fault = {""};
    struct audit_record r = {.actor = "system", .action = action, .object = object, .detail = detail};
    if (!audit_write(h->options.control, &r, &fault)) h->options.notice(fault.text);
}

const char *hierarchy_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}
