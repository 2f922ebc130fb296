/* SPDX-License-Identifier: Apache-2.0 */
/* The auditor's view: the audit log, and whether its chain is whole. */
#include "collector/service/audit.h"

#include "collector/api/handlers.h"
#include "collector/api/routes.h"

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

static void audit_show(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct listing listing = {&reply->json, 0, 0};
    struct audit_query query = {.actor = request_text(r, "actor"),
                                .action = request_text(r, "action"),
                                .since_us = request_time(r, "since"),
                                .until_us = request_time(r, "until"),
                                .before = (int64_t)request_uint(r, "cursor", 0),
                                .limit = (unsigned)request_uint(r, "limit", 50)};
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    if (!audit_list(r->api->control, &query, list_row, &listing, &fault)) {
        reply_fault(reply, &fault);
        return;
    }
    json_end_array(&reply->json);
    if (listing.rows == query.limit)
        json_put_format(&reply->json, "next", "%lld", (long long)listing.last);
    else
        json_put_null(&reply->json, "next");
    json_end_object(&reply->json);
}

static void audit_check(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    uint64_t records = 0;
    char head[AUDIT_HASH + 1];
    bool whole = audit_verify(r->api->control, &records, head, &fault);
    json_begin_object(&reply->json, NULL);
    json_put_bool(&reply->json, "whole", whole);
    json_put_uint(&reply->json, "records", records);
    json_put_string(&reply->json, "head", head);
    if (!whole) json_put_string(&reply->json, "fault", fault.text);
    json_end_object(&reply->json);
    request_audit(r, "audit.verify", "", whole ? "whole" : "broken");
}

/* ---- routes ---- */

static const struct parameter audit_filters[] = {
    PAGE, SPAN, TEXT("actor", 64, "操作者", "who"), TEXT("action", 64, "动作（前缀）", "action, by its beginning"), END,
};
const struct route routes_audit[] = {
    {"GET", "/audit", AUDITOR, 0, audit_show, audit_filters, NULL, "审计日志", "Audit log"},
    {"POST", "/audit/verify", AUDITOR, 0, audit_check, NULL, no_body, "校验审计日志", "Verify the audit log's chain"},
    ROUTES_END,
};
