/* SPDX-License-Identifier: Apache-2.0 */
/* Suppressions: made, listed, withdrawn; told to the sensors as downward items of kind "suppress". */
#include "collector/store/suppressions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "collector/api/handlers.h"
#include "collector/api/routes.h"
#include "collector/store/internal.h"

enum { SENSORS_MOST = 4096 };
#define LONGEST_US (366ll * 86400 * 1000000)

static void write_members(struct json *j, const struct suppression *p)
{
    const char *const texts[][2] = {{"rule", p->rule}, {"source", p->source}, {"target", p->target}};
    json_put_string(j, "id", p->id);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) json_put_string(j, texts[i][0], texts[i][1]);
    reply_time(j, "until", p->until_us);
    json_put_bool(j, "withdrawn", p->withdrawn_us != 0);
}

static bool list_row(void *context, const struct suppression *p)
{
    struct json *j = &((struct reply *)context)->json;
    json_begin_object(j, NULL);
    json_put_int(j, "number", p->number);
    write_members(j, p);
    json_put_string(j, "sensor", p->sensor);
    json_put_string(j, "reason", p->reason);
    json_put_string(j, "user", p->user);
    reply_time(j, "created", p->created_us);
    reply_time(j, "withdrawn_at", p->withdrawn_us);
    json_put_string(j, "withdrawn_by", p->withdrawn_by);
    json_put_bool(j, "in_force", !p->withdrawn_us && p->until_us > store_now_us());
    json_put_uint(j, "alerts", p->alerts);
    json_end_object(j);
    return true;
}

/* ---- to the sensors ---- */

struct sensors {
    char (*names)[NODE_NAME_MAX + 1];
    const char **pointers;
    unsigned count;
    const char *only; /* "": all */
};

static bool take_sensor(void *context, const struct collector_node *node)
{
    struct sensors *s = context;
    if (node->enrolled.role != NODE_SENSOR || node->enrolled.revoked) return true;
    if (*s->only && strcmp(s->only, node->enrolled.name) != 0) return true;
    snprintf(s->names[s->count], sizeof s->names[0], "%s", node->enrolled.name);
    s->pointers[s->count] = s->names[s->count];
    return ++s->count < SENSORS_MOST;
}

static bool tell_sensors(struct api *api, const struct suppression *p, struct fault *fault)
{
    char text[2048];
    struct json j = json_over(text, sizeof text);
    struct link_item item = {.kind = "suppress"};
    struct sensors sensors = {calloc(SENSORS_MOST, NODE_NAME_MAX + 1), calloc(SENSORS_MOST, sizeof(char *)), 0,
                              p->sensor};
    if (!sensors.names || !sensors.pointers) abort();
    json_begin_object(&j, NULL);
    write_members(&j, p);
    json_end_object(&j);
    if (p->withdrawn_us)
        store_ulid(item.id, store_now_us());
    else
        snprintf(item.id, sizeof item.id, "%s", p->id); /* told again to a sensor, it is still the same item */
    item.json = text;
    item.length = json_length(&j);
    bool good = collector_link_nodes(api->link, take_sensor, &sensors, fault) &&
                collector_link_send(api->link, &item, sensors.pointers, sensors.count, fault);
    free(sensors.names);
    free(sensors.pointers);
    return good;
}

/* ---- sensors that come later ---- */

static bool add_name(void *context, const struct collector_node *node)
{
    uint64_t *hash = context;
    if (node->enrolled.role != NODE_SENSOR || node->enrolled.revoked) return true;
    *hash = XXH3_64bits_withSeed(node->enrolled.name, strlen(node->enrolled.name), *hash);
    return true;
}

struct telling {
    struct api *api;
    struct fault *fault;
};

static bool tell_row(void *context, const struct suppression *p)
{
    struct telling *t = context;
    return tell_sensors(t->api, p, t->fault);
}

void suppressions_tick(struct api *api)
{
    struct fault fault = {""};
    struct telling telling = {api, &fault};
    uint64_t hash = 1;
    if (!collector_link_nodes(api->link, add_name, &hash, &fault) || hash == api->sensors_told) return;
    struct store_reader *reader = store_reader_open(api->store, &fault);
    if (reader && suppressions_list(reader, store_now_us(), tell_row, &telling, &fault) && !fault.text[0])
        api->sensors_told = hash;
    store_reader_close(reader);
}

/* ---- handlers ---- */

static void list(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    if (!reader) return;
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    bool good = suppressions_list(reader, request_flag(r, "all") ? 0 : store_now_us(), list_row, reply, &fault);
    json_end_array(&reply->json);
    json_put_null(&reply->json, "next");
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

static void create(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    char id[ULID_LENGTH + 1], detail[512];
    const char *until = request_body_text(r, "until");
    int64_t now_us = store_now_us();
    struct suppression p = {.id = id,
                            .rule = request_body_text(r, "rule"),
                            .source = request_body_text(r, "source"),
                            .target = request_body_text(r, "target"),
                            .sensor = request_body_text(r, "sensor"),
                            .reason = request_body_text(r, "reason"),
                            .user = r->session.account.name,
                            .withdrawn_by = "",
                            .until_us = store_time_us(until, strlen(until)),
                            .created_us = now_us};
    if (p.until_us <= now_us || p.until_us > now_us + LONGEST_US) {
        reply_error(reply, API_BAD_BODY, "until");
        return;
    }
    if (!p.rule[0] && !p.source[0] && !p.target[0]) { /* it would hide everything */
        reply_error(reply, API_BAD_BODY, "rule");
        return;
    }
    if (!request_in_scope(r, reply, p.sensor)) return;
    store_ulid(id, now_us);
    if (!suppressions_add(r->api->store, &p, &fault) || !tell_sensors(r->api, &p, &fault)) {
        reply_fault(reply, &fault);
        return;
    }
    snprintf(detail, sizeof detail, "rule=%s source=%s target=%s sensor=%s until=%s alerts=%llu", p.rule, p.source,
             p.target, p.sensor, until, (unsigned long long)p.alerts);
    request_audit(r, "suppression.create", id, detail);
    reply->status = 201;
    list_row(reply, &p);
}

/* What the sensors must hear, kept until the store's lock is given back. */
struct kept {
    struct reply *reply;
    struct suppression suppression;
    char texts[5][STORE_NODE_MAX + 65];
};

static bool keep_row(void *context, const struct suppression *p)
{
    struct kept *k = context;
    const char *const from[] = {p->id, p->rule, p->source, p->target, p->sensor};
    for (size_t i = 0; i < sizeof from / sizeof *from; i++) snprintf(k->texts[i], sizeof k->texts[i], "%s", from[i]);
    k->suppression = (struct suppression){.id = k->texts[0],
                                          .rule = k->texts[1],
                                          .source = k->texts[2],
                                          .target = k->texts[3],
                                          .sensor = k->texts[4],
                                          .until_us = p->until_us,
                                          .withdrawn_us = p->withdrawn_us};
    return list_row(k->reply, p);
}

struct sought {
    int64_t number;
    bool found;
};

static bool seek_row(void *context, const struct suppression *p)
{
    struct sought *s = context;
    s->found |= p->number == s->number;
    return !s->found;
}

static void withdraw(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct kept kept = {.reply = reply};
    struct sought sought = {strtoll(r->id, NULL, 10), false};
    struct store_reader *reader = request_reader(r, reply);
    if (!reader) return;
    if (!suppressions_list(reader, 0, seek_row, &sought, &fault)) {
        reply_fault(reply, &fault);
        return;
    }
    if (!sought.found) {
        reply_error(reply, API_NOT_FOUND, NULL);
        return;
    }
    switch (suppressions_withdraw(r->api->store, strtoll(r->id, NULL, 10), r->session.account.name, store_now_us(),
                                  keep_row, &kept, &fault)) {
    case SUPPRESSION_WITHDRAWN:
        request_audit(r, "suppression.withdraw", kept.suppression.id, "");
        if (!tell_sensors(r->api, &kept.suppression, &fault)) reply_fault(reply, &fault);
        return;
    case SUPPRESSION_UNKNOWN:
        reply_error(reply, API_NOT_FOUND, NULL);
        return;
    case SUPPRESSION_FAILED:
        reply_fault(reply, &fault);
    }
}

static const struct parameter suppression_body[] = {
    TEXT("rule", 64, "特征编号", "rule"),
    TEXT("source", 64, "源地址（IP 或 MAC）", "source, IP or MAC"),
    TEXT("target", 64, "目的地址（IP 或 MAC）", "target, IP or MAC"),
    TEXT("sensor", 63, "探针，空为全部", "sensor; empty: all"),
    {"until", PARAMETER_TIME, 0, 0, NULL, true, "到期时间，一年以内", "expiry, within a year"},
    REQUIRED("reason", 1000, "原因", "reason"),
    END,
};
static const struct parameter suppression_filters[] = {
    {"all", PARAMETER_BOOL, 0, 0, NULL, false, "也列出已到期、已撤销的", "those that are over, too"},
    END,
};
const struct route routes_suppressions[] = {
    {"GET", "/suppressions", OFFICER, 0, list, suppression_filters, NULL, "屏蔽规则", "Suppressions"},
    {"POST", "/suppressions", OFFICER, 0, create, NULL, suppression_body, "新建屏蔽", "Suppress alerts for a time"},
    {"POST", "/suppressions/{id}/withdraw", OFFICER, 0, withdraw, NULL, no_body, "撤销屏蔽", "Withdraw a suppression"},
    ROUTES_END,
};
