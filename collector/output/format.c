/* SPDX-License-Identifier: Apache-2.0 */
/* Alerts as syslog messages: RFC 5424 with the text in Chinese and English, ArcSight's CEF (Common Event Format, rev.
 * 25), QRadar's LEEF 2.0, or the event itself as JSON. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "collector/output/output.h"
#include "collector/store/event_json.h"
#include "collector/store/internal.h"
#include "common/json_member.h"
#include "common/version.h"

const char *const output_format_name[OUTPUT_FORMAT_COUNT + 1] = {"plain", "cef", "leef", "json", NULL};

enum { FACILITY_LOCAL0 = 16, SEVERITIES = 5 };

/* By the alert's severity, 1 the worst: RFC 5424 6.2.1, and 0 to 10 of CEF and LEEF. */
static const struct {
    unsigned syslog, ten;
} severities[SEVERITIES] = {{6, 0}, {2, 10}, {3, 8}, {4, 5}, {5, 3}};

/* A text with a backslash before each of `escaped`; ends of lines become blanks. */
static void put_escaped(FILE *out, const char *text, const char *escaped)
{
    for (; *text; text++) {
        if (strchr(escaped, *text)) fputc('\\', out);
        fputc((unsigned char)*text < ' ' || *text == 127 ? ' ' : *text, out);
    }
}

/* RFC 5424 6: printable US-ASCII without blanks, "-" for nothing. */
static void put_name(FILE *out, const char *text, int most)
{
    if (!*text) fputc('-', out);
    for (int i = 0; *text && i < most; text++, i++) fputc(*text > ' ' && *text < 127 ? *text : '_', out);
}

static void put_time(FILE *out, const json_t *event)
{
    /* "…123456+0000" of EVE is "…123456Z" in RFC 3339. */
    const char *time = json_member_text(event, "timestamp");
    int n = (int)strcspn(time, "+");
    if (*time)
        fprintf(out, "%.*sZ", n, time);
    else
        fputc('-', out);
}

static void put_plain(FILE *out, const json_t *event, const json_t *alert, unsigned severity)
{
    const char *const members[][2] = {
        {"rule", json_member_text(alert, "rule")},         {"id", json_member_text(event, "id")},
        {"sensor", json_member_text(event, "sensor")},     {"src", json_member_text(event, "src_ip")},
        {"dst", json_member_text(event, "dest_ip")},       {"protocol", json_member_text(event, "app_proto")},
        {"category", json_member_text(alert, "category")}, {"technique", ""}};
    fprintf(out, "[wanglou@32473 severity=\"%u\"", severity); /* 32473: RFC 5612, for who has no number of their own */
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const char *value = members[i][1];
        if (strcmp(members[i][0], "technique") == 0) {
            const char *first = json_string_value(json_array_get(json_object_get(alert, "techniques"), 0));
            value = first ? first : "";
        }
        if (!*value) continue;
        fprintf(out, " %s=\"", members[i][0]);
        put_escaped(out, value, "\"\\]");
        fputc('"', out);
    }
    fputs("] \xef\xbb\xbf", out);
    put_escaped(out, json_member_text(alert, "signature"), "");
    fputs(" · ", out);
    put_escaped(out, json_member_text(alert, "signature_en"), "");
    fprintf(out, " · %s -> %s",
            *json_member_text(event, "src_ip") ? json_member_text(event, "src_ip") : json_member_text(event, "src_mac"),
            *json_member_text(event, "dest_ip") ? json_member_text(event, "dest_ip")
                                                : json_member_text(event, "dest_mac"));
}

/* CEF and LEEF differ in names and in what parts and escapes. */
struct pair {
    const char *cef, *leef, *object, *key; /* object NULL: the event's own */
};
static const struct pair pairs[] = {
    {"externalId", "externalId", NULL, "id"}, {"src", "src", NULL, "src_ip"},
    {"smac", "srcMAC", NULL, "src_mac"},      {"spt", "srcPort", NULL, "src_port"},
    {"dst", "dst", NULL, "dest_ip"},          {"dmac", "dstMAC", NULL, "dest_mac"},
    {"dpt", "dstPort", NULL, "dest_port"},    {"proto", "proto", NULL, "proto"},
    {"app", "app", NULL, "app_proto"},        {"deviceExternalId", "sensor", NULL, "sensor"},
    {"cat", "cat", "alert", "category"},      {"msg", "msg", "alert", "signature"},
    {"act", "operation", "ot", "operation"},  {"outcome", "outcome", "ot", "status"},
};

static void put_pairs(FILE *out, const json_t *event, bool leef)
{
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const json_t *object = pairs[i].object ? json_object_get(event, pairs[i].object) : event,
                     *value = json_object_get(object, pairs[i].key);
        if (!value) continue;
        fprintf(out, "%s%s=", leef ? "\t" : " ", leef ? pairs[i].leef : pairs[i].cef);
        if (json_is_string(value))
            put_escaped(out, json_string_value(value), leef ? "" : "\\=");
        else
            fprintf(out, "%.0f", json_number_value(value));
    }
}

static void put_technique(FILE *out, const json_t *alert, bool leef)
{
    const char *technique = json_string_value(json_array_get(json_object_get(alert, "techniques"), 0));
    if (technique && leef) fprintf(out, "\ttechnique=%s", technique);
    if (technique && !leef) fprintf(out, " cs1Label=technique cs1=%s", technique);
}

static void put_cef(FILE *out, const json_t *event, const json_t *alert, unsigned severity)
{
    const char *time = json_member_text(event, "timestamp");
    fputs("- CEF:0|Wanglou|wanglou|" WANGLOU_VERSION "|", out);
    put_escaped(out, json_member_text(alert, "rule"), "\\|");
    fputc('|', out);
    put_escaped(out, json_member_text(alert, "signature_en"), "\\|");
    fprintf(out, "|%u|rt=%lld", severities[severity].ten, (long long)store_time_us(time, strlen(time)) / 1000);
    put_pairs(out, event, false);
    put_technique(out, alert, false);
}

static void put_leef(FILE *out, const json_t *event, const json_t *alert, unsigned severity)
{
    const char *time = json_member_text(event, "timestamp");
    fputs("- LEEF:2.0|Wanglou|wanglou|" WANGLOU_VERSION "|", out);
    put_escaped(out, json_member_text(alert, "rule"), "\\|");
    fprintf(out, "|x09|devTime=%lld\tsev=%u", (long long)store_time_us(time, strlen(time)) / 1000,
            severities[severity].ten);
    put_pairs(out, event, true);
    put_technique(out, alert, true);
}

bool output_syslog(FILE *out, enum output_format format, const char *collector, const char *line, size_t length)
{
    json_t *event = event_json(line, length);
    const json_t *alert = json_object_get(event, "alert");
    double given = json_number_value(json_object_get(alert, "severity"));
    unsigned severity = given >= 1 && given < SEVERITIES ? (unsigned)given : 0;
    if (alert) {
        fprintf(out, "<%u>1 ", FACILITY_LOCAL0 * 8 + severities[severity].syslog);
        put_time(out, event);
        fputc(' ', out);
        put_name(out, collector, 255);
        fputs(" wanglou - alert ", out);
        if (format == FORMAT_PLAIN) put_plain(out, event, alert, severity);
        if (format == FORMAT_CEF) put_cef(out, event, alert, severity);
        if (format == FORMAT_LEEF) put_leef(out, event, alert, severity);
        if (format == FORMAT_JSON) fprintf(out, "- %.*s", (int)length, line);
    }
    json_decref(event);
    return alert;
}
