/* SPDX-License-Identifier: Apache-2.0 */
/* Traffic scripts: from the text to a pcap file in memory, and walking over it. */
#include "signatures/traffic.h"

#include "signatures/traffic/script.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { SCRIPT_ROOM = 4 << 20 };

static const uint64_t start_ns = 1767571200000000000; /* 2026-01-05 08:00 in Zhanjiang */

bool script_wrong(struct script *s, const char *at, const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (at < s->text || at > s->end) at = s->call_site ? s->call_site : s->text;
    unsigned line = s->line, column = 1;
    for (const char *p = s->text; p < at; p++) {
        column++;
        if (*p == '\n') line++, column = 1;
    }
    return fault_at(s->fault, s->file, line, column + s->column, "%s", text);
}

static int earlier(const void *left, const void *right)
{
    const struct packet *a = left, *b = right;
    if (a->time_ns != b->time_ns) return a->time_ns < b->time_ns ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

static bool assemble(struct script *s, struct traffic *traffic)
{
    size_t room = PCAP_HEADER + s->frames.length + (size_t)s->packet_count * PCAP_RECORD;
    uint8_t *at = traffic->pcap = malloc(room);
    if (!at) return fault_set(s->fault, "%s: out of memory", s->file);
    if (s->packet_count) qsort(s->packets, s->packet_count, sizeof *s->packets, earlier);
    pcap_header(at);
    at += PCAP_HEADER;
    for (unsigned i = 0; i < s->packet_count; i++) {
        const struct packet *p = &s->packets[i];
        pcap_record(at, p->time_ns, p->captured, p->length);
        memcpy(at + PCAP_RECORD, s->frames.bytes + p->offset, p->captured);
        at += PCAP_RECORD + p->captured;
    }
    traffic->length = room;
    traffic->packets = s->packet_count;
    return true;
}

bool traffic_compile(const char *text, const char *file, unsigned line, unsigned column, struct traffic *traffic,
                     struct fault *fault)
{
    struct script s = {.text = text,
                       .end = text + strlen(text),
                       .at = text,
                       .file = file,
                       .line = line,
                       .column = column,
                       .fault = fault,
                       .clock_ns = start_ns,
                       .pace_ns = 1000000,
                       .random = 88172645463325252,
                       .hosts = calloc(HOSTS, sizeof *s.hosts),
                       .connections = calloc(CONNECTIONS, sizeof *s.connections),
                       .connection_count = 1, /* [0]: the one without a name */
                       .variables = calloc(VARIABLES, sizeof *s.variables),
                       .macros = calloc(MACROS, sizeof *s.macros),
                       .frames = {.most = CAPTURE_ROOM},
                       .segment = malloc(PACKET_ROOM),
                       .frame = malloc(PACKET_ROOM)};
    memset(traffic, 0, sizeof *traffic);
    bool done = s.hosts && s.connections && s.variables && s.macros && s.segment && s.frame;
    if (!done) fault_set(fault, "%s: out of memory", file);
    done = done && prelude_define(&s) && script_run(&s) && assemble(&s, traffic);
    free(s.hosts);
    free(s.connections);
    free(s.variables);
    free(s.macros);
    free(s.segment);
    free(s.frame);
    free(s.frames.bytes);
    free(s.packets);
    return done;
}

bool traffic_load(const char *path, struct traffic *traffic, struct fault *fault)
{
    memset(traffic, 0, sizeof *traffic);
    FILE *f = fopen(path, "rb");
    char *text = f ? malloc(SCRIPT_ROOM + 1) : NULL;
    if (!text) {
        fault_set(fault, "%s: %s", path, strerror(errno));
        if (f) fclose(f);
        return false;
    }
    size_t n = fread(text, 1, SCRIPT_ROOM + 1, f);
    bool done = !ferror(f) && n <= SCRIPT_ROOM;
    if (!done) fault_set(fault, "%s: cannot be read, or larger than %d MiB", path, SCRIPT_ROOM >> 20);
    fclose(f);
    if (done) {
        text[n] = 0;
        done = strlen(text) == n || fault_set(fault, "%s: contains a NUL: not a script", path);
    }
    done = done && traffic_compile(text, path, 1, 0, traffic, fault);
    free(text);
    return done;
}

void traffic_free(struct traffic *traffic)
{
    free(traffic->pcap);
    memset(traffic, 0, sizeof *traffic);
}

bool traffic_save(const struct traffic *traffic, const char *path, struct fault *fault)
{
    FILE *f = fopen(path, "wb");
    bool done = f && fwrite(traffic->pcap, 1, traffic->length, f) == traffic->length;
    if (f && fclose(f) != 0) done = false;
    return done || fault_set(fault, "%s: %s", path, strerror(errno));
}

bool traffic_next(const struct traffic *traffic, size_t *offset, struct traffic_packet *packet)
{
    struct bytes in = bytes_over(traffic->pcap, traffic->length);
    bytes_skip(&in, *offset ? *offset : PCAP_HEADER);
    uint32_t seconds = bytes_le32(&in), microseconds = bytes_le32(&in), captured = bytes_le32(&in);
    packet->time_ns = seconds * 1000000000ull + microseconds * 1000ull;
    packet->length = bytes_le32(&in);
    packet->frame = bytes_take(&in, captured);
    if (!bytes_ok(&in)) return false;
    *offset = (size_t)(in.at - traffic->pcap);
    return true;
}
