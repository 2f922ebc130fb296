/* SPDX-License-Identifier: Apache-2.0 */
/* Alerts as threat intelligence: a STIX 2.1 bundle (docs.oasis-open.org/cti/stix/v2.1), and JSON by the eight
 * components of GB/T 36643-2018 网络安全威胁信息格式规范, which fixes their meaning and leaves the JSON open. */
#include <gnutls/crypto.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/api/handlers.h"
#include "collector/api/routes.h"
#include "collector/store/event_json.h"
#include "collector/store/internal.h"
#include "common/json_member.h"

enum { ALERTS_MOST = 1000, ID_MOST = 128, SEEN_MOST = 8 * ALERTS_MOST };

struct gathering {
    struct json *json;
    struct store_reader *reader;
    void (*put)(struct gathering *g, const json_t *event);
    struct fault *fault;
    char (*seen)[ID_MOST]; /* objects that are written: each appears once */
    unsigned seen_count;
};

static bool first_time(struct gathering *g, const char *id)
{
    for (unsigned i = 0; i < g->seen_count; i++)
        if (strcmp(g->seen[i], id) == 0) return false;
    if (g->seen_count < SEEN_MOST) snprintf(g->seen[g->seen_count++], ID_MOST, "%s", id);
    return true;
}

/* ---- STIX ---- */

/* Version 5 (RFC 4122 4.3). Objects that STIX identifies by their value use its namespace (2.9), ours the one of
 * Wanglou: the same alert has the same id in every export. */
static void stix_id(char out[ID_MOST], const char *type, const char *name)
{
    static const uint8_t observables[16] = {0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c,
                                            0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7},
                         own[16] = {0x5c, 0x1f, 0x0a, 0x6e, 0x35, 0x0b, 0x4a, 0x57,
                                    0x8d, 0x2e, 0x77, 0x61, 0x6e, 0x67, 0x6c, 0x75};
    uint8_t input[16 + 512], d[20];
    size_t n = strnlen(name, 512);
    memcpy(input, *name == '{' ? observables : own, 16);
    memcpy(input + 16, name, n);
    if (gnutls_hash_fast(GNUTLS_DIG_SHA1, input, 16 + n, d) != 0) memset(d, 0, sizeof d);
    d[6] = (uint8_t)((d[6] & 0x0f) | 0x50);
    d[8] = (uint8_t)((d[8] & 0x3f) | 0x80);
    snprintf(out, ID_MOST, "%s--%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", type, d[0], d[1],
             d[2], d[3], d[4], d[5], d[6], d[7], d[8], d[9], d[10], d[11], d[12], d[13], d[14], d[15]);
}

static void stix_time(char out[40], const json_t *event)
{
    const char *time = json_member_text(event, "timestamp");
    snprintf(out, 40, "%.*sZ", (int)(strcspn(time, "+") < 36 ? strcspn(time, "+") : 36), time);
}

static void begin_stix(struct json *j, const char *type, const char *id)
{
    json_begin_object(j, NULL);
    json_put_string(j, "type", type);
    json_put_string(j, "spec_version", "2.1");
    json_put_string(j, "id", id);
}

static void put_when(struct json *j, const char *time)
{
    json_put_string(j, "created", time);
    json_put_string(j, "modified", time);
}

/* An address as an observable; "" when there is none. */
static void put_address(struct gathering *g, const json_t *event, const char *ip_key, const char *mac_key,
                        char id[ID_MOST])
{
    char name[160];
    const char *ip = json_member_text(event, ip_key), *mac = json_member_text(event, mac_key), *value = *ip ? ip : mac,
               *type = !*ip              ? "mac-addr"
                       : strchr(ip, ':') ? "ipv6-addr"
                                         : "ipv4-addr";
    id[0] = 0;
    if (!*value) return;
    snprintf(name, sizeof name, "{\"value\":\"%s\"}", value);
    stix_id(id, type, name);
    if (!first_time(g, id)) return;
    begin_stix(g->json, type, id);
    json_put_string(g->json, "value", value);
    json_end_object(g->json);
}

static void put_indicator(struct gathering *g, const json_t *alert, const char *time, char id[ID_MOST])
{
    struct json *j = g->json;
    char name[160];
    snprintf(name, sizeof name, "rule:%s", json_member_text(alert, "rule"));
    stix_id(id, "indicator", name);
    if (!first_time(g, id)) return;
    begin_stix(j, "indicator", id);
    put_when(j, time);
    json_put_string(j, "name", json_member_text(alert, "signature"));
    json_put_string(j, "description", json_member_text(alert, "signature_en"));
    json_put_string(j, "pattern", json_member_text(alert, "rule"));
    json_put_string(j, "pattern_type", "wanglou");
    json_put_string(j, "valid_from", time);
    json_end_object(j);
}

static void put_technique(struct gathering *g, const char *technique, const char *time, const char *indicator)
{
    struct json *j = g->json;
    char id[ID_MOST], name[160], relation[ID_MOST];
    snprintf(name, sizeof name, "technique:%s", technique);
    stix_id(id, "attack-pattern", name);
    if (first_time(g, id)) {
        begin_stix(j, "attack-pattern", id);
        put_when(j, time);
        json_put_string(j, "name", technique);
        json_begin_array(j, "external_references");
        json_begin_object(j, NULL);
        json_put_string(j, "source_name", "mitre-attack");
        json_put_string(j, "external_id", technique);
        json_put_format(j, "url", "https://attack.mitre.org/techniques/%s", technique);
        json_end_object(j);
        json_end_array(j);
        json_end_object(j);
    }
    snprintf(name, sizeof name, "indicates:%.60s:%s", indicator, technique);
    stix_id(relation, "relationship", name);
    if (!first_time(g, relation)) return;
    begin_stix(j, "relationship", relation);
    put_when(j, time);
    json_put_string(j, "relationship_type", "indicates");
    json_put_string(j, "source_ref", indicator);
    json_put_string(j, "target_ref", id);
    json_end_object(j);
}

static void put_traffic(struct gathering *g, const json_t *event, const char *source, const char *target,
                        char id[ID_MOST])
{
    struct json *j = g->json;
    char name[160];
    const json_t *from = json_object_get(event, "src_port"), *to = json_object_get(event, "dest_port");
    snprintf(name, sizeof name, "traffic:%s", json_member_text(event, "id"));
    stix_id(id, "network-traffic", name);
    begin_stix(j, "network-traffic", id);
    json_put_string(j, "src_ref", source);
    json_put_string(j, "dst_ref", target);
    if (from) json_put_uint(j, "src_port", (uint64_t)json_number_value(from));
    if (to) json_put_uint(j, "dst_port", (uint64_t)json_number_value(to));
    json_begin_array(j, "protocols");
    json_put_string(j, NULL,
                    !*json_member_text(event, "src_ip")              ? "ethernet"
                    : strchr(json_member_text(event, "src_ip"), ':') ? "ipv6"
                                                                     : "ipv4");
    if (strcmp(json_member_text(event, "proto"), "TCP") == 0) json_put_string(j, NULL, "tcp");
    if (strcmp(json_member_text(event, "proto"), "UDP") == 0) json_put_string(j, NULL, "udp");
    if (*json_member_text(event, "app_proto")) json_put_string(j, NULL, json_member_text(event, "app_proto"));
    json_end_array(j);
    json_end_object(j);
}

static void put_sighting(struct gathering *g, const json_t *event, const char *time, const char *indicator,
                         const char *const refs[3])
{
    struct json *j = g->json;
    char data[ID_MOST], id[ID_MOST], name[160];
    double count = json_number_value(json_object_get(json_object_get(event, "alert"), "count"));
    uint64_t times = count >= 1 && count < 1e9 ? (uint64_t)count : 1;
    snprintf(name, sizeof name, "observed:%s", json_member_text(event, "id"));
    stix_id(data, "observed-data", name);
    begin_stix(j, "observed-data", data);
    put_when(j, time);
    json_put_string(j, "first_observed", time);
    json_put_string(j, "last_observed", time);
    json_put_uint(j, "number_observed", times);
    json_begin_array(j, "object_refs");
    for (int i = 0; i < 3; i++)
        if (*refs[i]) json_put_string(j, NULL, refs[i]);
    json_end_array(j);
    json_end_object(j);
    snprintf(name, sizeof name, "sighting:%s", json_member_text(event, "id"));
    stix_id(id, "sighting", name);
    begin_stix(j, "sighting", id);
    put_when(j, time);
    json_put_uint(j, "count", times);
    json_put_string(j, "sighting_of_ref", indicator);
    json_begin_array(j, "observed_data_refs");
    json_put_string(j, NULL, data);
    json_end_array(j);
    json_end_object(j);
}

static void put_stix(struct gathering *g, const json_t *event)
{
    char time[40], source[ID_MOST], target[ID_MOST], traffic[ID_MOST] = "", indicator[ID_MOST];
    const json_t *alert = json_object_get(event, "alert");
    size_t i;
    json_t *technique;
    stix_time(time, event);
    put_address(g, event, "src_ip", "src_mac", source);
    put_address(g, event, "dest_ip", "dest_mac", target);
    if (*source && *target) put_traffic(g, event, source, target, traffic);
    put_indicator(g, alert, time, indicator);
    json_array_foreach(json_object_get(alert, "techniques"), i, technique) if (json_is_string(technique))
        put_technique(g, json_string_value(technique), time, indicator);
    if (*source || *target) put_sighting(g, event, time, indicator, (const char *const[]){source, target, traffic});
}

/* ---- GB/T 36643 ---- */

/* One alert as the components that it has something to say of; the others (攻击活动, 威胁主体) a sensor cannot know. */
static void put_gbt(struct gathering *g, const json_t *event)
{
    struct json *j = g->json;
    const json_t *alert = json_object_get(event, "alert"), *check = json_object_get(alert, "check"),
                 *techniques = json_object_get(alert, "techniques");
    static const char *const levels[] = {"", "超危", "高危", "中危", "低危"}; /* GB/T 30279 */
    unsigned severity = (unsigned)json_number_value(json_object_get(alert, "severity"));
    size_t i;
    json_t *technique;
    json_begin_object(j, NULL);
    json_put_string(j, "id", json_member_text(event, "id"));
    json_begin_object(j, "可观测数据");
    static const char *const seen[] = {"timestamp", "src_ip", "src_mac",   "dest_ip",
                                       "dest_mac",  "proto",  "app_proto", "sensor"};
    for (size_t k = 0; k < sizeof seen / sizeof *seen; k++)
        if (*json_member_text(event, seen[k])) json_put_string(j, seen[k], json_member_text(event, seen[k]));
    json_end_object(j);
    json_begin_object(j, "攻击指标");
    json_put_string(j, "编号", json_member_text(alert, "rule"));
    json_put_string(j, "名称", json_member_text(alert, "signature"));
    json_end_object(j);
    json_begin_object(j, "安全事件");
    json_put_string(j, "类别", json_member_text(alert, "category"));
    json_put_string(j, "级别", severity < 5 ? levels[severity] : "");
    json_put_uint(j, "次数", (uint64_t)json_number_value(json_object_get(alert, "count")));
    json_end_object(j);
    json_begin_object(j, "攻击方法");
    json_begin_array(j, "ATT&CK");
    json_array_foreach(techniques, i, technique) if (json_is_string(technique))
        json_put_string(j, NULL, json_string_value(technique));
    json_end_array(j);
    json_end_object(j);
    json_begin_object(j, "攻击目标");
    json_put_string(j, "地址",
                    *json_member_text(event, "dest_ip") ? json_member_text(event, "dest_ip")
                                                        : json_member_text(event, "dest_mac"));
    json_end_object(j);
    json_begin_object(j, "应对措施");
    json_put_string(j, "核查", json_member_text(check, "zh"));
    json_end_object(j);
    json_end_object(j);
}

/* ---- both ---- */

static bool take_event(void *context, const char *id, const char *line, size_t length)
{
    struct gathering *g = context;
    (void)id;
    json_t *event = event_json(line, length);
    if (event) g->put(g, event);
    json_decref(event);
    return false;
}

static bool take_alert(void *context, const struct alert_row *row)
{
    struct gathering *g = context;
    return store_event(g->reader, row->id, take_event, g, g->fault);
}

static void gather(struct request *r, struct reply *reply, const char *list, const char *file,
                   void (*put)(struct gathering *g, const json_t *event))
{
    struct fault fault = {""};
    char next[STORE_ID_LENGTH + 1];
    struct store_reader *reader = request_reader(r, reply);
    struct alert_query query = {.severities = request_bits(r, "severity") << 1,
                                .rule = request_text(r, "rule"),
                                .sensor = request_text(r, "sensor"),
                                .address = request_text(r, "ip"),
                                .since_us = request_time(r, "since"),
                                .until_us = request_time(r, "until"),
                                .incident = (int64_t)request_uint(r, "incident", 0),
                                .limit = ALERTS_MOST};
    if (!reader) return;
    struct gathering g = {
        .json = &reply->json, .reader = reader, .put = put, .fault = &fault, .seen = calloc(SEEN_MOST, ID_MOST)};
    if (!g.seen) abort();
    json_begin_array(&reply->json, list);
    bool good = alerts_query(reader, &query, take_alert, &g, next, &fault) && !fault.text[0];
    json_end_array(&reply->json);
    free(g.seen);
    json_end_object(&reply->json);
    if (!good)
        reply_fault(reply, &fault);
    else
        request_audit(r, "export", "alerts", file);
}

static void stix_export(struct request *r, struct reply *reply)
{
    char id[ID_MOST], name[64];
    snprintf(name, sizeof name, "bundle:%lld", (long long)store_now_us());
    stix_id(id, "bundle", name);
    json_begin_object(&reply->json, NULL);
    json_put_string(&reply->json, "type", "bundle");
    json_put_string(&reply->json, "id", id);
    gather(r, reply, "objects", "stix", put_stix);
}

static void gbt_export(struct request *r, struct reply *reply)
{
    json_begin_object(&reply->json, NULL);
    json_put_string(&reply->json, "标准", "GB/T 36643-2018");
    gather(r, reply, "威胁信息", "gbt36643", put_gbt);
}

static const struct parameter intelligence_filters[] = {
    SPAN,
    {"severity", PARAMETER_NAMES, 0, 0, alert_severities, false, "级别，1 最重", "severities, 1 the worst"},
    TEXT("rule", 64, "特征编号", "rule"),
    TEXT("sensor", 64, "探针", "sensor"),
    TEXT("ip", 64, "任一方的地址、网段或 MAC", "address, network or MAC of either side"),
    {"incident", PARAMETER_UINT, 1, INT64_MAX, NULL, false, "事件组编号", "incident"},
    END,
};
const struct route routes_intelligence[] = {
    {"GET", "/alerts/stix", OFFICER, 0, stix_export, intelligence_filters, NULL, "导出为 STIX 2.1（最近 1000 条）",
     "Alerts as a STIX 2.1 bundle, the latest 1,000"},
    {"GET", "/alerts/gbt36643", OFFICER, 0, gbt_export, intelligence_filters, NULL,
     "导出为 GB/T 36643 威胁信息（最近 1000 条）", "Alerts by GB/T 36643, the latest 1,000"},
    ROUTES_END,
};
