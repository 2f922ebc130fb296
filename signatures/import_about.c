/* SPDX-License-Identifier: Apache-2.0 */
/* Protocol keywords, buffers, flow, flowbits and thresholds of Suricata and Snort rules (Suricata 7 User Guide, "HTTP
 * Keywords", "Flow Keywords", "Thresholding Keywords" and the protocols' chapters). */
#include <stdlib.h>
#include <string.h>

#include "signatures/import.h"

enum { MODBUS_DATA = 8 }; /* behind the MBAP header and the function code */

/* Buffers: "sticky" ones stand before their contents, the older ones behind. */
static const struct buffer {
    const char *name, *field, *layer;
    unsigned base;
    bool behind;
} buffers[] = {
    {"http.uri", "http.request.uri", "http", 0, false},
    {"http.uri.raw", "http.request.uri", "http", 0, false},
    {"http_uri", "http.request.uri", "http", 0, true},
    {"http_raw_uri", "http.request.uri", "http", 0, true},
    {"http.method", "http.request.method", "http", 0, false},
    {"http_method", "http.request.method", "http", 0, true},
    {"http.host", "http.host", "http", 0, false},
    {"http_host", "http.host", "http", 0, true},
    {"http.user_agent", "http.user_agent", "http", 0, false},
    {"http_user_agent", "http.user_agent", "http", 0, true},
    {"http.server", "http.server", "http", 0, false},
    {"tls.sni", "tls.handshake.extensions_server_name", "tls", 0, false},
    {"tls_sni", "tls.handshake.extensions_server_name", "tls", 0, false},
    {"dns.query", "dns.qry.name", "dns", 0, false},
    {"dns_query", "dns.qry.name", "dns", 0, false},
    {"modbus_data", NULL, "modbus", MODBUS_DATA, false},
};

static bool set_buffer(struct import_work *w, const struct buffer *b)
{
    w->message = true;
    if (!import_and(w, "%s", b->layer)) return false;
    if (!b->behind) {
        w->field = b->field;
        w->base = b->base;
        return true;
    }
    for (unsigned i = w->step_count; i-- > 0;)
        if (w->steps[i].literal) {
            w->steps[i].field = b->field;
            return true;
        }
    return import_no(w, "%s: no content stands before it", b->name);
}

/* Keywords whose value is a number of a field. */
static const struct {
    const char *name, *field;
} numbers[] = {
    {"modbus_func", "modbus.func_code"},
    {"modbus_unit", "mbtcp.unit_id"},
    {"dnp3_func", "dnp3.al.func"},
    {"enip_command", "enip.command"},
    {"s7commplus_func", "s7comm-plus.data.function"},
    {"s7commplus_opcode", "s7comm-plus.data.opcode"},
    {"ip_proto", "ip.proto"},
};

/* cip_service:76  cip_service:14,1,7: service, class, attribute */
static bool cip_service(struct import_work *w, char *rest)
{
    static const char *const fields[] = {"cip.service", "cip.class", "cip.attribute"};
    char *part;
    for (unsigned i = 0; i < 3 && (part = import_part(&rest, false)); i++)
        if (!import_and(w, *part == '!' ? "not %s == %s" : "%s == %s", fields[i], *part == '!' ? part + 1 : part))
            return false;
    return true;
}

static bool dnp3_obj(struct import_work *w, char *rest)
{
    char *group = import_part(&rest, false), *variation = import_part(&rest, false);
    if (!group || !variation) return import_no(w, "dnp3_obj: not well formed");
    return import_and(w, "dnp3.al.obj == %ld", strtol(group, NULL, 10) << 8 | strtol(variation, NULL, 10));
}

/* modbus: function 8, subfunction 4 · unit 10 · access write holding, address 100 */
static bool modbus(struct import_work *w, char *rest)
{
    char *part;
    while ((part = import_part(&rest, false))) {
        char *value = strchr(part, ' ');
        if (value) *value++ = 0;
        if (value && strcmp(part, "function") == 0 && strspn(value, "0123456789") == strlen(value)) {
            if (!import_and(w, "modbus.func_code == %s", value)) return false;
        } else if (value && strcmp(part, "unit") == 0 && strspn(value, "0123456789") == strlen(value)) {
            if (!import_and(w, "mbtcp.unit_id == %s", value)) return false;
        } else if (value && strcmp(part, "access") == 0 && strncmp(value, "write", 5) == 0) {
            if (!import_and(w, "ot.class == write")) return false;
            if (value[5]) return import_no(w, "modbus: access %s", value);
        } else if (value && strcmp(part, "access") == 0 && strcmp(value, "read") == 0) {
            if (!import_and(w, "ot.class == read")) return false;
        } else {
            return import_no(w, "modbus: %s", part);
        }
    }
    return true;
}

static bool app_layer(struct import_work *w, char *text)
{
    w->message = false; /* the name alone: the bytes are still the packet's, or there are none */
    return import_and(w, *text == '!' ? "not %s" : "%s", *text == '!' ? text + 1 : text);
}

static bool sameip(struct import_work *w, char *text)
{
    (void)text;
    return import_and(w, "(ip.src == ip.dst or ipv6.src == ipv6.dst)");
}

/* flags:S  flags:SF,12 */
static bool flags(struct import_work *w, char *rest)
{
    static const char letters[] = "FSRPAUEC";
    char *set = import_part(&rest, false);
    unsigned value = 0;
    for (const char *p = set; p && *p; p++) {
        const char *at = strchr(letters, *p);
        if (!at) return import_no(w, "flags: %s", set);
        value |= 1u << (at - letters);
    }
    return import_and(w, "tcp.flags & 0x3f == %u", value);
}

static bool urilen(struct import_work *w, char *text)
{
    const char *compare = *text == '>' || *text == '<' ? (char[]){*text, 0} : "==";
    char *digits = text + strspn(text, "<> ");
    if (strstr(digits, "<>")) return import_no(w, "urilen: a range");
    w->message = true;
    return import_and(w, "len(http.request.uri) %s %lu", compare, strtoul(digits, NULL, 10));
}

bool import_fields(struct import_work *w, const struct import_option *o, bool *taken)
{
    static const struct {
        const char *name;
        bool (*take)(struct import_work *w, char *value);
        bool message;
    } keywords[] = {{"cip_service", cip_service, true},
                    {"dnp3_obj", dnp3_obj, true},
                    {"modbus", modbus, true},
                    {"app-layer-protocol", app_layer, false},
                    {"sameip", sameip, false},
                    {"flags", flags, false},
                    {"urilen", urilen, true}};
    *taken = true;
    for (unsigned i = 0; i < sizeof buffers / sizeof *buffers; i++)
        if (strcmp(buffers[i].name, o->name) == 0) return set_buffer(w, &buffers[i]);
    if (strcmp(o->name, "pkt_data") == 0) return w->field = NULL, w->base = 0, true;
    for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (strcmp(numbers[i].name, o->name) == 0) {
            w->message |= strcmp(o->name, "ip_proto") != 0;
            return import_and(w, "%s == %s", numbers[i].field, o->value);
        }
    for (unsigned i = 0; i < sizeof keywords / sizeof *keywords; i++) {
        if (strcmp(keywords[i].name, o->name) != 0) continue;
        char *copy = region_text(w->memory, o->value, strlen(o->value));
        w->message |= keywords[i].message;
        return copy ? keywords[i].take(w, copy) : import_no(w, "out of memory");
    }
    *taken = false;
    return true;
}

/* ---- flow, marks, thresholds ------------------------------------- */

static bool flow(struct import_work *w, char *rest)
{
    static const char *const ignored[] = {"stateless", "no_stream", "only_stream", "no_frag", "only_frag", NULL};
    char *part;
    while ((part = import_part(&rest, false))) {
        bool known = false;
        for (unsigned i = 0; ignored[i]; i++) known |= strcmp(part, ignored[i]) == 0;
        if (strcmp(part, "established") == 0)
            w->established = known = true;
        else if (strcmp(part, "to_server") == 0 || strcmp(part, "from_client") == 0)
            w->direction = 1, known = true;
        else if (strcmp(part, "to_client") == 0 || strcmp(part, "from_server") == 0)
            w->direction = 2, known = true;
        if (!known) return import_no(w, "flow: %s", part);
    }
    return true;
}

/* set,name · isset,name · noalert; xbits name their party: set,name,track ip_src,expire 60 */
static bool bits(struct import_work *w, const char *keyword, char *rest, const char *party)
{
    static const char *const verbs[] = {"isset", "isnotset", "set", "unset", NULL};
    char *verb = import_part(&rest, false), *name = import_part(&rest, false), *part;
    if (!verb) return import_no(w, "%s: not well formed", keyword);
    if (strcmp(verb, "noalert") == 0) return w->silent = true;
    while ((part = import_part(&rest, false))) {
        if (strcmp(part, "track ip_src") == 0) party = "source";
        if (strcmp(part, "track ip_dst") == 0) party = "destination";
        if (strcmp(part, "track ip_pair") == 0) party = "pair";
    }
    for (unsigned i = 0; name && verbs[i]; i++) {
        if (strcmp(verbs[i], verb) != 0) continue;
        if (strpbrk(name, "|&")) return import_no(w, "%s: several names in one", keyword);
        if (w->mark_party && strcmp(w->mark_party, party) != 0)
            return import_no(w, "%s: marks of different parties in one rule", keyword);
        w->mark_party = party;
        size_t n = strlen(w->marks[i]);
        int added = snprintf(w->marks[i] + n, sizeof w->marks[i] - n, "%s\"%s\"", n ? ", " : "", name);
        return (size_t)added < sizeof w->marks[i] - n ? true : import_no(w, "%s: too many names", keyword);
    }
    return import_no(w, "%s: %s", keyword, verb);
}

static bool flowbits(struct import_work *w, char *rest) { return bits(w, "flowbits", rest, "flow"); }
static bool xbits(struct import_work *w, char *rest) { return bits(w, "xbits", rest, "source"); }

static bool threshold(struct import_work *w, char *rest)
{
    const char *type = "detection", *by = "[ot.source]";
    unsigned count = 1, seconds = 60;
    for (char *part; (part = import_part(&rest, false));) {
        char *value = part + strcspn(part, " ");
        if (*value) *value++ = 0;
        value += strspn(value, " ");
        if (strcmp(part, "type") == 0) type = value;
        if (strcmp(part, "count") == 0) count = (unsigned)strtoul(value, NULL, 10);
        if (strcmp(part, "seconds") == 0) seconds = (unsigned)strtoul(value, NULL, 10);
        if (strcmp(part, "track") == 0 && strcmp(value, "by_dst") == 0) by = "[ot.destination]";
        if (strcmp(part, "track") == 0 && (strcmp(value, "by_both") == 0 || strcmp(value, "by_flow") == 0))
            by = "[ot.source, ot.destination]";
    }
    bool limit = strcmp(type, "limit") == 0, both = strcmp(type, "both") == 0;
    if (strcmp(type, "detection") == 0) count++; /* told from the match behind `count` on */
    if (!seconds) seconds = 1;
    if (!limit && count > 1)
        snprintf(w->count, sizeof w->count, "{at_least: %u, within: %us, by: %s}", count, seconds, by);
    if (limit || both)
        snprintf(w->quiet, sizeof w->quiet, "{for: %us, by: %s}", seconds, by);
    else if (strcmp(type, "threshold") == 0)
        snprintf(w->quiet, sizeof w->quiet, "0");
    return true;
}

bool import_limits(struct import_work *w, const struct import_option *o, bool *taken)
{
    static const struct {
        const char *name;
        bool (*take)(struct import_work *w, char *value);
    } keywords[] = {{"flow", flow},
                    {"flowbits", flowbits},
                    {"xbits", xbits},
                    {"threshold", threshold},
                    {"detection_filter", threshold}};
    *taken = true;
    for (unsigned i = 0; i < sizeof keywords / sizeof *keywords; i++) {
        if (strcmp(keywords[i].name, o->name) != 0) continue;
        char *copy = region_text(w->memory, o->value, strlen(o->value));
        return copy ? keywords[i].take(w, copy) : import_no(w, "out of memory");
    }
    *taken = false;
    return true;
}
