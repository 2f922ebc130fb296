/* SPDX-License-Identifier: Apache-2.0 */
/* A device in time: what changed at it, what was done to it, its values; and the history of one value. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/api/handlers.h"
#include "collector/api/routes.h"
#include "collector/store/device_changes.h"
#include "collector/store/states.h"

/* ---- changes ---- */

struct changes {
    struct json *json;
    unsigned rows;
    int64_t last;
};

static void put_value(struct json *j, const char *key, const char *value)
{
    if (*value)
        json_put_raw(j, key, value, strlen(value));
    else
        json_put_null(j, key);
}

static bool change_row(void *context, const struct device_change *c)
{
    struct changes *changes = context;
    struct json *j = changes->json;
    changes->rows++;
    changes->last = c->number;
    json_begin_object(j, NULL);
    json_put_int(j, "device", c->device);
    json_put_string(j, "sensor", c->sensor);
    json_put_string(j, "address", c->key);
    reply_time(j, "time", c->time_us);
    json_put_string(j, "change", c->member[0] ? "changed" : "appeared");
    if (c->member[0]) {
        json_put_string(j, "member", c->member);
        put_value(j, "before", c->before);
        put_value(j, "after", c->after);
    }
    json_end_object(j);
    return true;
}

static void list_changes(struct request *r, struct reply *reply, int64_t device)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    char next[24] = "";
    struct changes changes = {&reply->json, 0, 0};
    struct device_change_query query = {.device = device,
                                        .sensor = request_text(r, "sensor"),
                                        .since_us = request_time(r, "since"),
                                        .until_us = request_time(r, "until"),
                                        .before = (int64_t)request_uint(r, "cursor", 0),
                                        .limit = (unsigned)request_uint(r, "limit", 50)};
    if (!reader) return;
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    bool good = device_changes_query(reader, &query, change_row, &changes, &fault);
    json_end_array(&reply->json);
    if (changes.rows == query.limit) snprintf(next, sizeof next, "%lld", (long long)changes.last);
    reply_next(reply, next);
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

static void all_changes(struct request *r, struct reply *reply) { list_changes(r, reply, 0); }
/* ---- operations and values ---- */

struct known {
    char key[128], sensor[128];
    bool found;
};

static bool know(void *context, const struct device_row *row)
{
    struct known *k = context;
    snprintf(k->key, sizeof k->key, "%s", row->key);
    snprintf(k->sensor, sizeof k->sensor, "%s", row->sensor);
    k->found = true;
    return true;
}

static struct store_reader *device_of(struct request *r, struct reply *reply, struct known *known)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    if (!reader) return NULL;
    *known = (struct known){.found = false};
    if (!devices_one(reader, strtoll(r->id, NULL, 10), know, known, &fault))
        reply_fault(reply, &fault);
    else if (!known->found)
        reply_error(reply, API_NOT_FOUND, NULL);
    return known->found ? reader : NULL;
}

static void own_changes(struct request *r, struct reply *reply)
{
    struct known known;
    if (device_of(r, reply, &known)) list_changes(r, reply, strtoll(r->id, NULL, 10));
}

static bool event_row(void *context, const char *id, const char *line, size_t length)
{
    (void)id;
    json_put_raw(&((struct reply *)context)->json, NULL, line, length);
    return true;
}

static void operations(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct known known;
    char next[STORE_ID_LENGTH + 1];
    struct store_reader *reader = device_of(r, reply, &known);
    struct store_query query = {.types = "ot",
                                .sensor = known.sensor,
                                .address = known.key,
                                .classes = request_text(r, "class"),
                                .since_us = request_time(r, "since"),
                                .until_us = request_time(r, "until"),
                                .cursor = request_text(r, "cursor"),
                                .limit = (unsigned)request_uint(r, "limit", 50)};
    if (!reader) return;
    if (query.cursor && !store_cursor_valid(query.cursor)) {
        reply_error(reply, API_BAD_PARAMETER, "cursor");
        return;
    }
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    bool good = store_query(reader, &query, event_row, reply, next, &fault);
    json_end_array(&reply->json);
    reply_next(reply, next);
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

/* ---- the history of one value ---- */

enum { HISTORY_PAGE = 1000, HISTORY_PAGES = 20 };

struct history {
    struct json *json;
    const char *key;
};

static bool history_row(void *context, const char *id, const char *line, size_t length)
{
    struct history *h = context;
    json_error_t error;
    (void)id;
    json_t *event = json_loadb(line, length, 0, &error), *object = json_object_get(event, "variable");
    const char *key = json_string_value(json_object_get(object, "key"));
    if (key && strcmp(key, h->key) == 0) {
        char *text = json_dumps(object, JSON_COMPACT);
        json_begin_object(h->json, NULL);
        json_put_string(h->json, "time", json_string_value(json_object_get(event, "timestamp")));
        if (text) json_put_raw(h->json, "variable", text, strlen(text));
        json_end_object(h->json);
        free(text);
    }
    json_decref(event);
    return true;
}

static void variable_history(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    struct history history = {&reply->json, request_text(r, "key")};
    char next[STORE_ID_LENGTH + 1] = "", cursor[STORE_ID_LENGTH + 1] = "";
    struct store_query query = {.types = "variable",
                                .sensor = request_text(r, "sensor"),
                                .address = request_text(r, "ip"),
                                .since_us = request_time(r, "since"),
                                .until_us = request_time(r, "until"),
                                .cursor = cursor,
                                .limit = HISTORY_PAGE};
    if (!reader) return;
    if (!history.key) {
        reply_error(reply, API_BAD_PARAMETER, "key");
        return;
    }
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    bool good = true, more = true;
    for (int page = 0; good && more && page < HISTORY_PAGES; page++) {
        good = store_query(reader, &query, history_row, &history, next, &fault);
        memcpy(cursor, next, sizeof cursor);
        more = next[0];
    }
    json_end_array(&reply->json);
    json_put_null(&reply->json, "next");
    json_put_bool(&reply->json, "complete", !more); /* false: ask for a shorter span */
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

/* ---- routes ---- */

static const struct parameter change_filters[] = {PAGE, SPAN, TEXT("sensor", 64, "探针", "sensor"), END};
static const struct parameter operation_filters[] = {
    PAGE, SPAN, TEXT("class", 256, "操作类别，逗号分隔", "classes of operation, with commas"), END};
static const struct parameter history_filters[] = {
    SPAN,
    {"key", PARAMETER_TEXT, 0, 256, NULL, true, "过程量标识", "key of the value"},
    TEXT("sensor", 64, "探针", "sensor"),
    TEXT("ip", 64, "设备地址", "address of the device"),
    END,
};
const struct route routes_device_history[] = {
    {"GET", "/devices/changes", OFFICER, 0, all_changes, change_filters, NULL, "设备变化", "Changes of devices"},
    {"GET", "/devices/{id}/changes", OFFICER, 0, own_changes, change_filters, NULL, "某设备的变化",
     "Changes of one device"},
    {"GET", "/devices/{id}/operations", OFFICER, 0, operations, operation_filters, NULL, "对某设备的操作",
     "Operations on one device"},
    {"GET", "/variables/history", OFFICER, 0, variable_history, history_filters, NULL, "过程量历史",
     "History of one process value"},
    ROUTES_END,
};
