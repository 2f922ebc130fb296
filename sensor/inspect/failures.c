/* SPDX-License-Identifier: Apache-2.0 */
/* Signs of failure and of health, after the catalogue of failure modes, sent to the plant: each bad sign, the first
 * good one behind it, and every few seconds that a device still speaks, which is what exposure is counted from. */
#include "signatures/failures.h"

#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "parsers/registry.h"
#include "sensor/engine/worker.h"
#include "sensor/plant/plant.h"
#include "sensor/plant/sign.h"

enum { SEEN = 4096, SIGNS_AT_ONCE = 16, CALM = 8 };
#define ALIVE_EVERY 10000000000ull /* ns */
#define BAD_EVERY   1000000000ull  /* ns: of a sign that goes on and on */

/* A device that speaks one protocol in one flow. */
struct seen {
    uint64_t flow;
    const struct parser *parser;
    uint64_t told_ns, last_ns, bad_ns;
    uint64_t calm[CALM]; /* marks of messages without any sign, by their last bits: what is like them has none either */
    struct party device;
    uint16_t parser_index, signs; /* signs: bad ones since the last good one */
    bool from_client;
};

struct failures {
    struct worker *worker;
    const struct failure_mode *modes;
    unsigned count;
    /* By parser and status: numbers of the modes that can match, 0xff ends. */
    uint8_t **lists;
    uint8_t *read; /* by registry field: some mode reads it */
    uint64_t drops, tick_ns;
    struct seen seen[SEEN];
};

static bool can_match(const struct failure_mode *m, const struct parser *p, unsigned status, int class)
{
    struct filter_known known = {
        .parser = p, .any_operation = true, .class = class, .role = -1, .status = (int)status, .message = NULL};
    return filter_judge(m->where, &known) != FILTER_NO;
}

static uint8_t *list_of(const struct failures *s, const struct parser *p, unsigned status)
{
    uint8_t *list = malloc(s->count + 1);
    unsigned n = 0;
    for (unsigned i = 0; list && i < s->count; i++)
        if (can_match(&s->modes[i], p, status, -1)) list[n++] = (uint8_t)i;
    if (list) list[n] = UINT8_MAX;
    return list;
}

static void failures_close(void *self);

static bool failures_open(void *self, struct worker *w, struct fault *fault)
{
    struct failures *s = self;
    s->worker = w;
    if (!w->plant || !w->options->failures) return false;
    s->modes = failure_modes(w->options->failures, &s->count);
    if (s->count >= UINT8_MAX) s->count = UINT8_MAX - 1;
    unsigned parsers = registry()->parser_count;
    s->read = calloc(registry()->field_count, 1);
    for (unsigned i = 0; s->read && i < s->count; i++) filter_fields(s->modes[i].where, s->read);
    s->lists = calloc((size_t)parsers * STATUS_COUNT, sizeof *s->lists);
    for (unsigned i = 0; s->lists && i < parsers * STATUS_COUNT; i++)
        if (!(s->lists[i] = list_of(s, registry()->parsers[i / STATUS_COUNT], i % STATUS_COUNT)))
            return fault_set(fault, "failures: out of memory");
    return s->lists && s->read ? true : fault_set(fault, "failures: out of memory");
}

static void failures_wants(void *self, enum ot_class class, uint8_t *want)
{
    const struct failures *s = self;
    for (unsigned i = 0; i < s->count; i++) {
        bool possible = false;
        for (unsigned p = 1; !possible && p < registry()->parser_count; p++)
            possible = filter_prejudge_class(s->modes[i].where, registry()->parsers[p], class) != FILTER_NO;
        if (possible) filter_fields(s->modes[i].where, want);
    }
}

static void send(struct failures *s, const struct seen *e, enum sign_kind what, struct sign sign)
{
    struct worker *w = s->worker;
    struct observation o = {.kind = OBSERVED_SIGN,
                            .what = (uint8_t)what,
                            .parser = e->parser_index,
                            .length = sizeof sign,
                            .time_ns = w->now_ns,
                            .frame = w->frame,
                            .device = e->device};
    plant_observe(w->plant, w->number, &o, &sign);
}

/* What was seen of a device since it was last told, so that not a second of exposure is lost. */
static void flush(struct failures *s, struct seen *e)
{
    if (e->flow && e->last_ns > e->told_ns) send(s, e, SIGN_ALIVE, (struct sign){.time_ns = e->last_ns});
    e->flow = 0;
}

static void begin(struct failures *s, struct seen *e, const struct message *m, bool from_client, bool unanswered)
{
    const struct packet_meta *p = m->packet;
    flush(s, e);
    *e = (struct seen){.flow = p->flow_id, .parser = m->parser, .from_client = from_client};
    e->parser_index = (uint16_t)registry_parser_index(m->parser);
    e->device.address = unanswered ? p->dst : p->src;
    memcpy(e->device.mac, unanswered ? p->dst_mac : p->src_mac, 6);
}

static void tell_bad(struct failures *s, struct seen *e, const struct message *m, unsigned mode)
{
    uint64_t now = s->worker->now_ns;
    if (e->signs >= SIGNS_AT_ONCE && now - e->bad_ns < BAD_EVERY) return;
    e->signs++;
    e->bad_ns = now;
    send(s, e, SIGN_BAD,
         (struct sign){.time_ns = m->packet->time_ns, .frame = m->packet->frame, .mode = (uint16_t)mode});
}

/* All that the modes look at in a message, in one number: most messages of a flow are alike in it. */
static uint64_t mark_of(const struct failures *s, const struct message *m)
{
    const uint64_t odd = 0x9e3779b97f4a7c15ull;
    uint64_t h = ((uint64_t)m->operation_code << 32 | m->status_code) ^ (uint64_t)m->role << 24 ^
                 (uint64_t)m->operation_class << 16 ^ (uint64_t)m->status << 8 ^ m->has_operation;
    h = (h ^ h >> 29) * odd;
    for (unsigned i = 0; i < m->anomaly_count; i++)
        h = (h ^ h >> 29 ^ ((uintptr_t)m->anomalies[i].parser + m->anomalies[i].anomaly)) * odd;
    for (uint32_t i = 0; i < m->value_count; i++) {
        const struct value *v = &m->values[i];
        if (!s->read[v->field]) continue;
        uint64_t x = v->kind == VALUE_NONE ? 0 : v->u;
        if (v->kind == VALUE_TEXT || v->kind == VALUE_BYTES) x = XXH3_64bits(v->bytes, v->length);
        h = (h ^ h >> 29 ^ x ^ (uint64_t)v->field << 48) * odd;
    }
    return h | 1;
}

static bool seek_signs(struct failures *s, struct seen *e, const struct message *m)
{
    const uint8_t *at = s->lists[e->parser_index * STATUS_COUNT + m->status];
    bool bad = false;
    if (*at == UINT8_MAX) return false;
    uint64_t mark = mark_of(s, m);
    uint64_t *calm = &e->calm[mark >> 32 & (CALM - 1)];
    if (mark == *calm) return false;
    for (; *at != UINT8_MAX; at++) {
        if (!filter_match(s->modes[*at].where, m)) continue;
        tell_bad(s, e, m, *at);
        bad = true;
    }
    if (!bad) *calm = mark;
    return bad;
}

static void failures_message(void *self, const struct message *m)
{
    struct failures *s = self;
    const struct packet_meta *p = m->packet;
    bool unanswered = m->status == STATUS_UNANSWERED, from_client = p->from_client != unanswered;
    if (m->role == ROLE_REQUEST && !unanswered) return;
    uint64_t h = (p->flow_id * 2 + from_client + ((uint64_t)m->parser->field_count << 48)) * 0x9e3779b97f4a7c15ull;
    struct seen *e = &s->seen[(h >> 32) % SEEN];
    if (e->flow != p->flow_id || e->parser != m->parser || e->from_client != from_client)
        begin(s, e, m, from_client, unanswered);
    bool bad = seek_signs(s, e, m);
    if (unanswered) return;
    e->last_ns = p->time_ns;
    if (bad || (!e->signs && p->time_ns - e->told_ns < ALIVE_EVERY)) return;
    bool good = m->status != STATUS_REFUSED;
    send(s, e, good ? SIGN_GOOD : SIGN_ALIVE, (struct sign){.time_ns = p->time_ns, .frame = p->frame});
    e->told_ns = p->time_ns;
    if (good) e->signs = 0;
}

/* Packets lost by the capture: what happened in that second is not known. */
static void failures_tick(void *self, uint64_t now)
{
    struct failures *s = self;
    static const struct seen nobody;
    uint64_t drops = s->worker->kernel_drops;
    if (s->tick_ns && drops != s->drops)
        send(s, &nobody, SIGN_BLIND, (struct sign){.time_ns = s->tick_ns, .until_ns = now});
    s->drops = drops;
    s->tick_ns = now;
}

static void failures_close(void *self)
{
    struct failures *s = self;
    for (unsigned i = 0; i < SEEN; i++) flush(s, &s->seen[i]);
    for (unsigned i = 0; s->lists && i < registry()->parser_count * STATUS_COUNT; i++) free(s->lists[i]);
    free(s->lists);
    free(s->read);
}

const struct inspector inspector_failures = {.name = "failures",
                                             .size = sizeof(struct failures),
                                             .open = failures_open,
                                             .wants = failures_wants,
                                             .on_message = failures_message,
                                             .on_tick = failures_tick,
                                             .close = failures_close};
