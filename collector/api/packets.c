/* SPDX-License-Identifier: Apache-2.0 */
/* The packets before and after an alert, from its `evidence` events: as JSON with hex, and as a capture file
 * (draft-ietf-opsawg-pcap: magic 0xa1b2c3d4, microseconds, one LINKTYPE). */
#include <microhttpd.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/api/handlers.h"
#include "collector/api/routes.h"
#include "collector/store/evidence.h"
#include "collector/store/internal.h"

enum { PACKET_MOST = 256 * 1024, ETHERNET = 1, SNAP = 262144 };

struct packet {
    const json_t *about;
    int64_t time_us;
    uint32_t link;
    uint8_t *bytes;
    size_t captured, length;
};
typedef bool packet_function(void *context, const struct packet *packet);

struct walk {
    packet_function *packet;
    void *context;
    uint8_t *bytes;
    unsigned events;
    bool truncated;
};

static void take_packet(struct walk *w, const json_t *about)
{
    const char *data = json_string_value(json_object_get(about, "data")),
               *time = json_string_value(json_object_get(about, "time"));
    struct packet p = {about, time ? store_time_us(time, strlen(time)) : 0, ETHERNET, w->bytes, 0, 0};
    const json_t *link = json_object_get(about, "link");
    if (json_is_integer(link)) p.link = (uint32_t)json_integer_value(link);
    if (!data || sodium_base642bin(w->bytes, PACKET_MOST, data, strlen(data), NULL, &p.captured, NULL,
                                   sodium_base64_VARIANT_ORIGINAL))
        return;
    p.length = (size_t)json_integer_value(json_object_get(about, "length"));
    if (p.length < p.captured) p.length = p.captured;
    w->packet(w->context, &p);
}

static bool take_event(void *context, const char *id, const char *line, size_t length)
{
    struct walk *w = context;
    size_t i;
    json_t *about;
    json_error_t error;
    (void)id;
    json_t *event = json_loadb(line, length, 0, &error), *evidence = json_object_get(event, "evidence");
    w->events++;
    w->truncated |= json_is_true(json_object_get(evidence, "truncated"));
    json_array_foreach(json_object_get(evidence, "packets"), i, about) take_packet(w, about);
    json_decref(event);
    return true;
}

/* False: the reply is an error. */
static bool walk_packets(struct request *r, struct reply *reply, struct walk *w)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    if (!reader) return false;
    w->bytes = malloc(PACKET_MOST);
    if (!w->bytes) abort();
    bool good = evidence_of_alert(reader, r->id, take_event, w, &fault);
    free(w->bytes);
    if (!good)
        reply_fault(reply, &fault);
    else if (!w->events)
        reply_error(reply, API_NOT_FOUND, "packets");
    return good && w->events;
}

/* ---- JSON ---- */

static bool write_packet(void *context, const struct packet *p)
{
    struct json *j = &((struct reply *)context)->json;
    char *hex = malloc(2 * p->captured + 1);
    if (!hex) abort();
    sodium_bin2hex(hex, 2 * p->captured + 1, p->bytes, p->captured);
    json_begin_object(j, NULL);
    reply_time(j, "time", p->time_us);
    const json_t *frame = json_object_get(p->about, "frame");
    if (json_is_integer(frame)) json_put_int(j, "frame", json_integer_value(frame));
    json_put_uint(j, "length", p->length);
    json_put_uint(j, "link", p->link);
    json_put_string(j, "hex", hex);
    json_end_object(j);
    free(hex);
    return true;
}

static void show(struct request *r, struct reply *reply)
{
    struct walk walk = {.packet = write_packet, .context = reply};
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    if (!walk_packets(r, reply, &walk)) return;
    json_end_array(&reply->json);
    json_put_null(&reply->json, "next");
    json_put_bool(&reply->json, "truncated", walk.truncated);
    json_end_object(&reply->json);
}

/* ---- capture file ---- */

struct capture {
    FILE *out;
    bool begun;
    uint32_t link; /* a file has one; packets of another are left out */
};

static void put32(FILE *out, uint32_t value) { fwrite(&value, sizeof value, 1, out); }

static bool add_packet(void *context, const struct packet *p)
{
    struct capture *c = context;
    if (!c->begun) {
        const uint32_t head[] = {0xa1b2c3d4u, 2 | 4u << 16, 0, 0, SNAP, p->link};
        for (size_t i = 0; i < sizeof head / sizeof *head; i++) put32(c->out, head[i]);
        c->begun = true;
        c->link = p->link;
    }
    if (p->link != c->link) return true;
    put32(c->out, (uint32_t)(p->time_us / 1000000));
    put32(c->out, (uint32_t)(p->time_us % 1000000));
    put32(c->out, (uint32_t)p->captured);
    put32(c->out, (uint32_t)p->length);
    fwrite(p->bytes, 1, p->captured, c->out);
    return true;
}

static void download(struct request *r, struct reply *reply)
{
    char *text = NULL, disposition[128];
    size_t length = 0;
    struct capture capture = {.out = open_memstream(&text, &length)};
    struct walk walk = {.packet = add_packet, .context = &capture};
    if (!capture.out) abort();
    bool good = walk_packets(r, reply, &walk);
    fclose(capture.out);
    if (!good) {
        free(text);
        return;
    }
    request_audit(r, "packets.download", r->id, "");
    reply->response = MHD_create_response_from_buffer(length, text, MHD_RESPMEM_MUST_FREE);
    if (!reply->response) abort();
    snprintf(disposition, sizeof disposition, "attachment; filename=\"%s.pcap\"", r->id);
    MHD_add_response_header(reply->response, "Content-Type", "application/vnd.tcpdump.pcap");
    MHD_add_response_header(reply->response, "Content-Disposition", disposition);
}

const struct route routes_packets[] = {
    {"GET", "/alerts/{id}/packets", OFFICER, 0, show, NULL, NULL, "告警前后的报文",
     "Packets before and after an alert"},
    {"GET", "/alerts/{id}/packets.pcap", OFFICER, 0, download, NULL, NULL, "下载告警前后的报文（pcap）",
     "The same as a capture file"},
    ROUTES_END,
};
