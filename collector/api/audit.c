/* SPDX-License-Identifier: Apache-2.0 */
/* The auditor's view: the audit log, and whether its chain is whole. */
#include "collector/service/audit.h"

#include <stdio.h>
#include <stdlib.h>

#include "collector/api/export.h"
#include "collector/api/handlers.h"
#include "collector/api/routes.h"
#include "collector/service/work.h"

enum { EXPORT_ROWS = 500 };

struct listing {
    struct json *json;
    int64_t last;
    unsigned rows;
};

static bool list_row(void *context, const struct audit_record *record)
{
    struct listing *listing = context;
    struct json *j = listing->json;
    listing->last = record->number;
    listing->rows++;
    json_begin_object(j, NULL);
    json_put_int(j, "number", record->number);
    reply_time(j, "time", record->time_us);
    json_put_string(j, "actor", record->actor);
    json_put_string(j, "address", record->address);
    json_put_string(j, "action", record->action);
    json_put_string(j, "object", record->object);
    json_put_string(j, "detail", record->detail);
    json_put_string(j, "hash", record->hash);
    json_end_object(j);
    return true;
}

static struct audit_query query_of(const struct request *r)
{
    return (struct audit_query){.actor = request_text(r, "actor"),
                                .action = request_text(r, "action"),
                                .since_us = request_time(r, "since"),
                                .until_us = request_time(r, "until"),
                                .before = (int64_t)request_uint(r, "cursor", 0),
                                .limit = (unsigned)request_uint(r, "limit", 50)};
}

/* Writes the rows; `next` is where the following page begins, "" at the end. */
static bool write_rows(struct request *r, const struct audit_query *query, struct json *out, char next[64],
                       struct fault *fault)
{
    struct listing listing = {out, 0, 0};
    bool good = audit_list(r->api->control, query, list_row, &listing, fault);
    snprintf(next, 64, "%.0lld", listing.rows == query->limit ? (long long)listing.last : 0);
    return good;
}

static void audit_show(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    char next[64];
    struct audit_query query = query_of(r);
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    bool good = write_rows(r, &query, &reply->json, next, &fault);
    json_end_array(&reply->json);
    reply_next(reply, next);
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

static bool audit_page(struct request *r, struct store_reader *reader, const char *cursor, struct json *out,
                       char next[64], struct fault *fault)
{
    struct audit_query query = query_of(r);
    (void)reader;
    query.before = strtoll(cursor, NULL, 10);
    query.limit = EXPORT_ROWS;
    return write_rows(r, &query, out, next, fault);
}

static const struct export_column audit_columns[] = {
    {"number", "序号", "number"}, {"time", "时间", "time"},     {"actor", "操作者", "who"},
    {"address", "来自", "from"},  {"action", "动作", "action"}, {"object", "对象", "object"},
    {"detail", "内容", "detail"}, {"hash", "链值", "hash"},     {NULL, NULL, NULL},
};

static void audit_export(struct request *r, struct reply *reply)
{
    static const struct export_kind kind = {"audit", audit_columns, audit_page};
    export_send(r, reply, &kind);
}

static void audit_check(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    uint64_t records = 0;
    char head[AUDIT_HASH + 1];
    struct steps_verified steps = {0};
    bool whole = audit_verify(r->api->control, &records, head, &fault);
    if (whole) {
        whole = matters_verify(control_lock(r->api->control), work_keys(r->api->work)->sign_public, &steps, &fault);
        control_unlock(r->api->control);
    }
    json_begin_object(&reply->json, NULL);
    json_put_bool(&reply->json, "whole", whole);
    json_put_uint(&reply->json, "records", records);
    json_put_string(&reply->json, "head", head);
    json_put_uint(&reply->json, "steps", steps.steps);
    json_put_uint(&reply->json, "personal", steps.personal);
    if (!whole) json_put_string(&reply->json, "fault", fault.text);
    json_end_object(&reply->json);
    request_audit(r, "audit.verify", "", whole ? "whole" : "broken");
}

/* ---- routes ---- */

static const struct parameter audit_filters[] = {
    PAGE, SPAN, TEXT("actor", 64, "操作者", "who"), TEXT("action", 64, "动作（前缀）", "action, by its beginning"), END,
};
static const struct parameter audit_export_filters[] = {
    EXPORT_FORMAT,
    SPAN,
    TEXT("actor", 64, "操作者", "who"),
    TEXT("action", 64, "动作（前缀）", "action, by its beginning"),
    END,
};
const struct route routes_audit[] = {
    {"GET", "/audit", AUDITOR, 0, audit_show, audit_filters, NULL, "审计日志", "Audit log"},
    {"GET", "/audit/export", AUDITOR, 0, audit_export, audit_export_filters, NULL, "导出审计日志",
     "Export the audit log"},
    {"POST", "/audit/verify", AUDITOR, 0, audit_check, NULL, no_body, "校验审计日志的链和各步骤的签名",
     "Verify the audit log's chain and the signatures of all steps"},
    ROUTES_END,
};
