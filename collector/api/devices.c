/* SPDX-License-Identifier: Apache-2.0 */
/* Devices: the list, and one with its evidence, recent alerts and operations. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/api/export.h"
#include "collector/api/handlers.h"
#include "collector/api/routes.h"

enum { RECENT = 20, EXPORT_ROWS = 500 };

static void write_members(struct json *j, const struct device_row *row)
{
    json_put_int(j, "id", row->id);
    json_put_members(j, row->item);
    json_put_string(j, "first_seen", row->first_seen);
    json_put_string(j, "last_seen", row->last_seen);
    json_put_string(j, "sensor", row->sensor);
    json_put_uint(j, "alerts", row->alerts);
}

void write_device(struct json *j, const struct device_row *row)
{
    json_begin_object(j, NULL);
    write_members(j, row);
    json_end_object(j);
}

static bool list_row(void *context, const struct device_row *row)
{
    write_device(&((struct reply *)context)->json, row);
    return true;
}

static void devices_list(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    struct device_query query = {request_text(r, "q"), request_text(r, "sensor"), (int64_t)request_uint(r, "cursor", 0),
                                 (unsigned)request_uint(r, "limit", 50)};
    int64_t next = 0;
    uint64_t total = 0;
    if (!reader) return;
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    if (!devices_query(reader, &query, list_row, reply, &next, &fault) ||
        !devices_total(reader, &query, &total, &fault)) {
        reply_fault(reply, &fault);
        return;
    }
    json_end_array(&reply->json);
    if (next)
        json_put_format(&reply->json, "next", "%lld", (long long)next);
    else
        json_put_null(&reply->json, "next");
    json_put_uint(&reply->json, "total", total);
    json_end_object(&reply->json);
}

/* ---- as a file ---- */

static bool export_row(void *context, const struct device_row *row)
{
    write_device(context, row);
    return true;
}

static bool devices_page(struct request *r, struct store_reader *reader, const char *cursor, struct json *out,
                         char next[64], struct fault *fault)
{
    struct device_query query = {request_text(r, "q"), request_text(r, "sensor"), strtoll(cursor, NULL, 10),
                                 EXPORT_ROWS};
    int64_t last = 0;
    bool good = devices_query(reader, &query, export_row, out, &last, fault);
    if (last) snprintf(next, 64, "%lld", (long long)last);
    return good;
}

static const struct export_column device_columns[] = {
    {"address", "地址", "address"},
    {"mac", "MAC", "MAC"},
    {"name", "名称", "name"},
    {"role", "角色", "role"},
    {"vendor", "厂商", "vendor"},
    {"model", "型号", "model"},
    {"order_number", "订货号", "order number"},
    {"hardware", "硬件版本", "hardware"},
    {"firmware", "固件版本", "firmware"},
    {"serial", "序列号", "serial"},
    {"location", "位置", "location"},
    {"protocols", "规约", "protocols"},
    {"first_seen", "首次发现", "first seen"},
    {"last_seen", "最近发现", "last seen"},
    {"alerts", "告警数", "alerts"},
    {"sensor", "探针", "sensor"},
    {NULL, NULL, NULL},
};

static void devices_export(struct request *r, struct reply *reply)
{
    static const struct export_kind kind = {"devices", device_columns, devices_page};
    export_send(r, reply, &kind);
}

/* ---- one device ---- */

struct shown {
    struct json *json;
    char key[128], sensor[128];
    bool found;
};

static bool show_row(void *context, const struct device_row *row)
{
    struct shown *shown = context;
    json_error_t error;
    json_t *asset = json_loads(row->asset, 0, &error);
    char *evidence = json_dumps(json_object_get(asset, "evidence"), JSON_COMPACT);
    shown->found = true;
    snprintf(shown->key, sizeof shown->key, "%s", row->key);
    snprintf(shown->sensor, sizeof shown->sensor, "%s", row->sensor);
    json_begin_object(shown->json, NULL);
    write_members(shown->json, row);
    if (evidence) json_put_raw(shown->json, "evidence", evidence, strlen(evidence));
    json_put_raw(shown->json, "asset", row->asset, strlen(row->asset));
    free(evidence);
    json_decref(asset);
    return true;
}

static bool show_alert(void *context, const struct alert_row *row)
{
    write_alert(((struct shown *)context)->json, row);
    return true;
}

static bool show_operation(void *context, const char *id, const char *line, size_t length)
{
    (void)id;
    json_put_raw(((struct shown *)context)->json, NULL, line, length);
    return true;
}

static void devices_show(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    struct shown shown = {.json = &reply->json};
    char next[STORE_ID_LENGTH + 1];
    if (!reader) return;
    bool good = devices_one(reader, strtoll(r->id, NULL, 10), show_row, &shown, &fault);
    if (good && !shown.found) {
        reply_error(reply, API_NOT_FOUND, NULL);
        return;
    }
    struct alert_query alerts = {.address = shown.key, .limit = RECENT};
    struct store_query operations = {.types = "ot", .sensor = shown.sensor, .address = shown.key, .limit = RECENT};
    json_begin_array(shown.json, "recent_alerts");
    good = good && alerts_query(reader, &alerts, show_alert, &shown, next, &fault);
    json_end_array(shown.json);
    json_begin_array(shown.json, "recent_operations");
    good = good && store_query(reader, &operations, show_operation, &shown, next, &fault);
    json_end_array(shown.json);
    json_end_object(shown.json);
    if (!good) reply_fault(reply, &fault);
}

/* ---- routes ---- */

static const struct parameter device_filters[] = {
    PAGE,
    TEXT("q", 256, "检索词", "words to search for"),
    TEXT("sensor", 64, "探针", "sensor"),
    END,
};
static const struct parameter device_export[] = {
    EXPORT_FORMAT,
    TEXT("q", 256, "检索词", "words to search for"),
    TEXT("sensor", 64, "探针", "sensor"),
    END,
};
const struct route routes_devices[] = {
    {"GET", "/devices", OFFICER, 0, devices_list, device_filters, NULL, "设备列表", "Devices"},
    {"GET", "/devices/export", OFFICER, 0, devices_export, device_export, NULL, "导出设备", "Export devices"},
    {"GET", "/devices/{id}", OFFICER, 0, devices_show, NULL, NULL, "设备详情", "One device"},
    ROUTES_END,
};
