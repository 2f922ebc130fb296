/* SPDX-License-Identifier: Apache-2.0 */
/* An officer's word on deviations from the baseline, for the sensor that told them: a downward item of the kind
 * "baseline-accept". The sensor's answer comes back as a `baseline` event of the same key. */
#include <string.h>

#include "collector/api/handlers.h"
#include "collector/api/routes.h"
#include "collector/store/internal.h"

enum { KEYS_AT_MOST = 256, KEY_LENGTH = 512, KEYS_BYTES = 56 * 1024 };

struct sought {
    const char *name;
    bool found;
};

static bool seek_sensor(void *context, const struct collector_node *node)
{
    struct sought *s = context;
    s->found |=
        node->enrolled.role == NODE_SENSOR && !node->enrolled.revoked && strcmp(node->enrolled.name, s->name) == 0;
    return !s->found;
}

/* One key a line. 0: none, too many, or one that is too long. */
static unsigned put_keys(struct json *j, const char *lines)
{
    unsigned count = 0;
    json_begin_array(j, "keys");
    for (const char *at = lines; *at;) {
        size_t n = strcspn(at, "\n");
        if (n >= KEY_LENGTH || (n && ++count > KEYS_AT_MOST)) return 0;
        if (n) json_put_text(j, NULL, at, n);
        at += n + (at[n] == '\n');
    }
    json_end_array(j);
    return count;
}

static void accept(struct request *r, struct reply *reply)
{
    static _Thread_local char text[LINK_ITEM_MAX];
    struct fault fault = {""};
    struct json j = json_over(text, sizeof text);
    struct link_item item = {.kind = "baseline-accept"};
    struct sought sought = {request_body_text(r, "sensor"), false};
    const char *const names[] = {sought.name};
    char detail[256];
    bool accepted = !json_is_false(json_object_get(r->body, "accepted")); /* absent: true */
    if (!request_in_scope(r, reply, sought.name)) return;
    if (!collector_link_nodes(r->api->link, seek_sensor, &sought, &fault)) {
        reply_fault(reply, &fault);
        return;
    }
    if (!sought.found) {
        reply_error(reply, API_NOT_FOUND, "sensor");
        return;
    }
    store_ulid(item.id, store_now_us());
    json_begin_object(&j, NULL);
    json_put_string(&j, "id", item.id);
    unsigned count = put_keys(&j, request_body_text(r, "keys"));
    json_put_bool(&j, "accepted", accepted);
    json_put_string(&j, "by", r->session.account.name);
    json_put_string(&j, "reason", request_body_text(r, "reason"));
    json_end_object(&j);
    if (!count || !json_ok(&j)) {
        reply_error(reply, API_BAD_BODY, "keys");
        return;
    }
    item.json = text;
    item.length = json_length(&j);
    if (!collector_link_send(r->api->link, &item, names, 1, &fault)) {
        reply_fault(reply, &fault);
        return;
    }
    snprintf(detail, sizeof detail, "sensor=%s keys=%u item=%s reason=%.100s", sought.name, count, item.id,
             request_body_text(r, "reason"));
    request_audit(r, accepted ? "baseline.accept" : "baseline.reject", item.id, detail);
    reply->status = 202;
    json_begin_object(&reply->json, NULL);
    json_put_string(&reply->json, "id", item.id);
    json_put_string(&reply->json, "sensor", sought.name);
    json_put_uint(&reply->json, "keys", count);
    json_end_object(&reply->json);
}

static const struct parameter accept_body[] = {
    REQUIRED("sensor", 63, "探针", "sensor"),
    REQUIRED("keys", KEYS_BYTES, "偏离项的 key，每行一个，至多256个", "`key` of deviations, one a line, 256 at most"),
    {"accepted", PARAMETER_BOOL, 0, 0, NULL, false, "false：驳回，再现时继续提示",
     "false: reject; it is told again when it recurs"},
    REQUIRED("reason", 400, "原因", "reason"),
    END,
};
const struct route routes_baseline[] = {
    {"POST", "/baseline/accept", OFFICER, ROUTE_PERSON, accept, NULL, accept_body, "将偏离确认为正常，或驳回",
     "Learn deviations as normal, or reject them"},
    ROUTES_END,
};
