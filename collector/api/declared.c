/* SPDX-License-Identifier: Apache-2.0 */
/* The assets a plant says it has: imported from a list, and compared with what was seen. */
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/api/handlers.h"
#include "collector/api/routes.h"
#include "collector/service/asset_csv.h"
#include "collector/store/internal.h"

enum { FILE_MOST = 8 << 20, FAULTS_TOLD = 200 };

const struct schema main_schema_declared = {
    "declared",
    (const char *const[]){"CREATE TABLE declared(declared INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE,"
                          " address TEXT NOT NULL, mac TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL,"
                          " vendor TEXT NOT NULL, model TEXT NOT NULL, firmware TEXT NOT NULL,"
                          " serial TEXT NOT NULL, zone TEXT NOT NULL, location TEXT NOT NULL,"
                          " imported_us INTEGER NOT NULL, user TEXT NOT NULL);",
                          NULL}};

/* ---- import ---- */

struct import {
    struct request *request;
    struct json *json;
    struct fault fault;
    sqlite3 *database; /* NULL: a trial */
    int64_t now_us;
    unsigned rows, faults;
};

static void tell_fault(void *context, unsigned line, unsigned column, const char *zh, const char *en)
{
    struct import *i = context;
    if (i->faults++ >= FAULTS_TOLD) return;
    json_begin_object(i->json, NULL);
    json_put_uint(i->json, "line", line);
    if (column) json_put_uint(i->json, "column", column);
    json_put_string(i->json, "zh", zh);
    json_put_string(i->json, "en", en);
    json_end_object(i->json);
}

static bool take_row(void *context, unsigned line, const char *const v[DECLARED_MEMBER_COUNT])
{
    struct import *i = context;
    (void)line;
    i->rows++;
    return !i->database ||
           database_run(
               i->database, &i->fault,
               "INSERT INTO declared(key,address,mac,name,role,vendor,model,firmware,serial,zone,location,"
               "imported_us,user) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13) ON CONFLICT(key) DO UPDATE"
               " SET address=?2, mac=?3, name=?4, role=?5, vendor=?6, model=?7, firmware=?8, serial=?9, zone=?10,"
               " location=?11, imported_us=?12, user=?13",
               "sssssssssssis", *v[DECLARED_ADDRESS] ? v[DECLARED_ADDRESS] : v[DECLARED_MAC], v[DECLARED_ADDRESS],
               v[DECLARED_MAC], v[DECLARED_NAME], v[DECLARED_ROLE], v[DECLARED_VENDOR], v[DECLARED_MODEL],
               v[DECLARED_FIRMWARE], v[DECLARED_SERIAL], v[DECLARED_ZONE], v[DECLARED_LOCATION], i->now_us,
               i->request->session.account.name);
}

/* The uploaded file as a text; NULL: it is too large, or gone. */
static char *read_file(const char *path, size_t *length)
{
    FILE *in = fopen(path, "rbe");
    char *text = malloc(FILE_MOST + 1);
    if (!text) abort();
    *length = in ? fread(text, 1, FILE_MOST + 1, in) : FILE_MOST + 1;
    if (in) fclose(in);
    if (*length <= FILE_MOST) {
        text[*length] = 0;
        return text;
    }
    free(text);
    return NULL;
}

static void import(struct request *r, struct reply *reply)
{
    size_t length;
    const char *trial = request_text(r, "trial");
    struct store *s = r->api->store;
    if (!request_in_scope(r, reply, "")) return; /* the list is the whole plant's */
    struct import i = {.request = r, .json = &reply->json, .now_us = store_now_us()};
    const struct asset_csv_report report = {&i, take_row, tell_fault};
    bool keep = !trial || strcmp(trial, "true") != 0;
    char *text = read_file(r->upload, &length);
    if (!text) {
        reply_error(reply, API_TOO_LARGE, NULL);
        return;
    }
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "errors");
    bool good = !keep || store_begin(s, &i.fault);
    if (keep) i.database = s->main;
    good = good && asset_csv_read(text, length, request_text(r, "mapping"), &report);
    if (keep) store_end_change(s, good && !i.fault.text[0], &i.fault);
    free(text);
    json_end_array(&reply->json);
    json_put_uint(&reply->json, "good", i.rows);
    json_put_uint(&reply->json, "bad", i.faults);
    json_put_bool(&reply->json, "imported", keep && good);
    json_end_object(&reply->json);
    if (i.fault.text[0]) {
        reply_fault(reply, &i.fault);
        return;
    }
    char detail[64];
    snprintf(detail, sizeof detail, "%u good, %u bad", i.rows, i.faults);
    if (keep) request_audit(r, "devices.import", "", detail);
    if (!good) reply->status = MHD_HTTP_UNPROCESSABLE_CONTENT;
}

/* ---- the list ---- */

static void list(struct request *r, struct reply *reply)
{
    static const char sql[] =
        "SELECT d.declared, d.address, d.mac, d.name, d.role, d.vendor, d.model, d.firmware, d.serial, d.zone, "
        "d.location,"
        " (SELECT device FROM device WHERE wl_in_scope(sensor) AND (key=d.key OR (d.mac<>'' AND key=d.mac)) LIMIT 1) "
        "AS seen,"
        " d.imported_us, d.user FROM declared d WHERE d.declared>?1 AND (?2 IS NULL OR (?2='true')=(seen IS NOT NULL))"
        " ORDER BY d.declared LIMIT ?3";
    struct fault fault = {""};
    char next[24] = "";
    struct store_reader *reader = request_reader(r, reply);
    int64_t limit = (int64_t)request_uint(r, "limit", 50), rows = 0;
    int result = SQLITE_ERROR;
    if (!reader || !request_in_scope(r, reply, "")) return;
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    sqlite3_stmt *select = database_prepare(reader->main, sql, &fault);
    if (select) database_bind(select, "isi", (int64_t)request_uint(r, "cursor", 0), request_text(r, "seen"), limit);
    while (select && (result = sqlite3_step(select)) == SQLITE_ROW) {
        struct json *j = &reply->json;
        json_begin_object(j, NULL);
        json_put_int(j, "id", sqlite3_column_int64(select, 0));
        for (int m = 0; m < DECLARED_MEMBER_COUNT; m++)
            if (*database_text(select, m + 1)) json_put_string(j, declared_name[m], database_text(select, m + 1));
        if (sqlite3_column_type(select, DECLARED_MEMBER_COUNT + 1) == SQLITE_NULL)
            json_put_null(j, "device");
        else
            json_put_int(j, "device", sqlite3_column_int64(select, DECLARED_MEMBER_COUNT + 1));
        reply_time(j, "imported", sqlite3_column_int64(select, DECLARED_MEMBER_COUNT + 2));
        json_put_string(j, "user", database_text(select, DECLARED_MEMBER_COUNT + 3));
        json_end_object(j);
        if (++rows == limit) snprintf(next, sizeof next, "%lld", (long long)sqlite3_column_int64(select, 0));
    }
    if (select && result != SQLITE_DONE) database_fault(reader->main, &fault, "reading declared assets");
    sqlite3_finalize(select);
    json_end_array(&reply->json);
    reply_next(reply, next);
    json_end_object(&reply->json);
    if (fault.text[0]) reply_fault(reply, &fault);
}

static const struct parameter declared_filters[] = {
    PAGE,
    {"seen", PARAMETER_BOOL, 0, 0, NULL, false, "是否已被探针看到", "were they seen by a sensor"},
    END,
};
static const struct parameter import_parameters[] = {
    TEXT("mapping", 1000, "列对应关系，如 address:IP地址,name:设备名",
         "which heading means what, as address:IP,name:Host"),
    {"trial", PARAMETER_BOOL, 0, 0, NULL, false, "只检查，不导入", "only look, import nothing"},
    END,
};
const struct route routes_declared[] = {
    {"GET", "/devices/declared", OFFICER, 0, list, declared_filters, NULL, "台账资产", "Assets that were declared"},
    {"POST", "/devices/import", OFFICER, ROUTE_FILE, import, import_parameters, NULL, "导入资产台账（CSV 为请求体）",
     "Import a list of assets: the body is the CSV file"},
    ROUTES_END,
};
