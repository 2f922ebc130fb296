/* SPDX-License-Identifier: Apache-2.0 */
/* The header of a Suricata or Snort rule as a `where`: protocol, addresses, ports, their lists, negations and variables
 * (Suricata 7 User Guide, "Rules Format"). Variables become $sets. */
#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "signatures/import.h"

bool import_no(struct import_work *w, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(w->why->text, sizeof w->why->text, format, arguments);
    va_end(arguments);
    return false;
}

bool import_and(struct import_work *w, const char *format, ...)
{
    size_t n = strlen(w->where), room = sizeof w->where - n;
    va_list arguments;
    if (n) {
        n += (size_t)snprintf(w->where + n, room, " and ");
        room = n < sizeof w->where ? sizeof w->where - n : 0;
    }
    va_start(arguments, format);
    int added = room ? vsnprintf(w->where + n, room, format, arguments) : -1;
    va_end(arguments);
    return added >= 0 && (size_t)added < room ? true : import_no(w, "header: too long");
}

/* ---- protocols --------------------------------------------------- */

enum { ANY_PORT, TCP_PORT, UDP_PORT };

/* `layer`: the rule is about messages of this protocol. */
static const struct protocol {
    const char *name, *where, *layer;
    unsigned ports;
} protocols[] = {
    {"ip", "", "", ANY_PORT},
    {"pkthdr", "", "", ANY_PORT},
    {"tcp", "tcp", "", TCP_PORT},
    {"tcp-pkt", "tcp", "", TCP_PORT},
    {"tcp-stream", "tcp", "", TCP_PORT},
    {"udp", "udp", "", UDP_PORT},
    {"http", "http", "http", TCP_PORT},
    {"http1", "http", "http", TCP_PORT},
    {"tls", "tls", "tls", TCP_PORT},
    {"ssl", "tls", "tls", TCP_PORT},
    {"dns", "dns", "dns", ANY_PORT},
    {"ftp", "ftp", "ftp", TCP_PORT},
    {"ssh", "ssh", "ssh", TCP_PORT},
    {"smb", "smb", "smb", TCP_PORT},
    {"snmp", "snmp", "snmp", UDP_PORT},
    {"mqtt", "mqtt", "mqtt", TCP_PORT},
    {"telnet", "telnet", "telnet", TCP_PORT},
    {"modbus", "modbus", "modbus", TCP_PORT},
    {"dnp3", "dnp3", "dnp3", ANY_PORT},
    {"enip", "enip", "enip", ANY_PORT},
};

static const struct protocol *protocol_of(const char *name)
{
    for (unsigned i = 0; i < sizeof protocols / sizeof *protocols; i++)
        if (strcmp(protocols[i].name, name) == 0) return &protocols[i];
    return NULL;
}

/* ---- lists ------------------------------------------------------- */

/* "$DNP3_SERVER" as "$imported_dnp3_server", kept for the file of sets. */
static bool put_variable(struct import_work *w, FILE *out, const char *field, const char *name)
{
    static const char before[] = "imported_"; /* not near any of the known sets */
    char *lower = region_take(w->memory, sizeof before + strlen(name));
    if (!lower) return import_no(w, "out of memory");
    sprintf(lower, "%s%s", before, name + 1);
    for (char *p = lower; *p; p++) *p = (char)tolower((unsigned char)*p);
    unsigned i = 0;
    while (i < *w->variable_count && strcmp(w->variables[i], lower) != 0) i++;
    if (i == IMPORT_VARIABLES) return import_no(w, "%s: more than %d variables", name, IMPORT_VARIABLES);
    if (i == *w->variable_count) w->variables[(*w->variable_count)++] = lower;
    fprintf(out, "%s in $%s", field, lower);
    return true;
}

/* "1024:" "[:1023]" "80": one item of a port list in our words. */
static void put_port(FILE *out, const char *field, const char *text)
{
    const char *colon = strchr(text, ':');
    if (!colon)
        fprintf(out, "%s == %s", field, text);
    else
        fprintf(out, "%s in {%.*s..%s}", field, colon == text ? 1 : (int)(colon - text), colon == text ? "0" : text,
                colon[1] ? colon + 1 : "65535");
}

static bool put_spec(struct import_work *w, FILE *out, const char *field, bool port, char *text);

/* Items that may hold are joined by "or", those that must not stand behind. */
static bool put_list(struct import_work *w, FILE *out, const char *field, bool port, char *text)
{
    char *items[256], *at = text;
    unsigned count = 0, positive = 0, written = 0;
    unsigned depth = 0;
    for (char *start = at;; at++) {
        depth += *at == '[';
        if (*at == ']') depth--;
        if (*at && (*at != ',' || depth)) continue;
        if (count == 256) return import_no(w, "header: more than 256 items in a list");
        bool last = !*at;
        *at = 0;
        while (isspace((unsigned char)*start)) start++;
        items[count++] = start;
        positive += *start != '!';
        if (last) break;
        start = at + 1;
    }
    for (unsigned negative = 0; negative < 2; negative++)
        for (unsigned i = 0; i < count; i++) {
            if ((*items[i] == '!') != negative) continue;
            fprintf(out, "%s", !written ? "(" : negative ? (written == positive ? ") and (" : " and ") : " or ");
            if (!put_spec(w, out, field, port, items[i])) return false;
            written++;
        }
    fprintf(out, ")");
    return true;
}

static bool put_spec(struct import_work *w, FILE *out, const char *field, bool port, char *text)
{
    size_t n = strlen(text);
    while (n && isspace((unsigned char)text[n - 1])) text[--n] = 0;
    if (*text == '!') {
        fprintf(out, "not (");
        if (!put_spec(w, out, field, port, text + 1)) return false;
        fprintf(out, ")");
        return true;
    }
    if (*text == '[' && n && text[n - 1] == ']') {
        text[n - 1] = 0;
        return put_list(w, out, field, port, text + 1);
    }
    if (*text == '$') return put_variable(w, out, field, text);
    if (!*text || strcmp(text, "any") == 0) return import_no(w, "header: \"any\" inside a list or behind \"!\"");
    if (port)
        put_port(out, field, text);
    else
        fprintf(out, strchr(text, '/') ? "%s in {%s}" : "%s == %s", field, text);
    return true;
}

/* "" for any. */
static const char *spec(struct import_work *w, const char *field, bool port, const char *text)
{
    char *copy = region_text(w->memory, text, strlen(text)), *out = NULL;
    size_t length = 0;
    if (strcmp(text, "any") == 0) return "";
    FILE *f = open_memstream(&out, &length);
    bool good = f && copy && put_spec(w, f, field, port, copy);
    if (f) fclose(f);
    const char *kept = good ? region_text(w->memory, out, length) : NULL;
    free(out);
    return kept;
}

static const char *ports(struct import_work *w, const struct protocol *p, bool source, const char *text)
{
    static const char *const names[][2] = {{"", ""}, {"tcp.dstport", "tcp.srcport"}, {"udp.dstport", "udp.srcport"}};
    if (p->ports != ANY_PORT) return spec(w, names[p->ports][source], true, text);
    const char *tcp = spec(w, names[TCP_PORT][source], true, text);
    const char *udp = tcp ? spec(w, names[UDP_PORT][source], true, text) : NULL;
    if (!tcp || !udp || !*tcp) return tcp;
    size_t room = strlen(tcp) + strlen(udp) + 8;
    char *both = region_take(w->memory, room);
    if (both) snprintf(both, room, "(%s or %s)", tcp, udp);
    return both;
}

/* One way through: addresses and ports, joined. */
static bool way(struct import_work *w, const struct protocol *p, bool back, char *out, size_t room)
{
    const struct import_rule *r = w->rule;
    const char *const parts[] = {
        ports(w, p, back, r->destination_port),
        ports(w, p, !back, r->source_port),
        spec(w, back ? "ot.destination" : "ot.source", false, r->source),
        spec(w, back ? "ot.source" : "ot.destination", false, r->destination),
    };
    size_t n = 0;
    out[0] = 0;
    for (unsigned i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!parts[i]) return false;
        if (!*parts[i]) continue;
        n += (size_t)snprintf(out + n, room - n, "%s%s", n ? " and " : "", parts[i]);
        if (n >= room) return import_no(w, "header: too long");
    }
    return true;
}

bool import_header(struct import_work *w)
{
    const struct import_rule *r = w->rule;
    const struct protocol *p = protocol_of(r->protocol);
    char there[2048], back[2048] = "";
    if (!p) return import_no(w, "protocol %s: not known here", r->protocol);
    if (*p->layer) w->message = true;
    bool both = strcmp(r->direction, "<>") == 0;
    if (!way(w, p, false, there, sizeof there) || (both && !way(w, p, true, back, sizeof back))) return false;
    if (*p->where && !import_and(w, "%s", p->where)) return false;
    if (!*there) return true;
    return both && strcmp(there, back) != 0 ? import_and(w, "((%s) or (%s))", there, back) : import_and(w, "%s", there);
}
