/* SPDX-License-Identifier: Apache-2.0 */
/* Signs of failure and of health, after the catalogue of failure modes, sent to the plant: each bad sign, the first
 * good one behind it, and every few seconds that a device still speaks, which is what exposure is counted from. */
#include "signatures/failures.h"

#include <stdlib.h>
#include <string.h>

#include "common/pages.h"
#include "parsers/registry.h"
#include "sensor/engine/worker.h"
#include "sensor/plant/plant.h"
#include "sensor/plant/sign.h"

enum {
    SETS_LOG = 10,
    WAYS = 4,
    SEEN = WAYS << SETS_LOG,
    SIGNS_AT_ONCE = 16,
    MODE_WORDS = FAILURE_MODES_AT_MOST / 64,
    NEEDS = 256
};
#define ALIVE_EVERY 10000000000ull /* ns */
#define BAD_EVERY   1000000000ull  /* ns: of a sign that goes on and on */

/* A device that speaks one protocol in one flow: a cache line. */
struct seen {
    uint64_t key; /* 0: free */
    const struct parser *parser;
    uint64_t told_ns, last_ns, bad_ns;
    uint64_t latency_ns; /* of `latencies` answers since it was last told */
    uint32_t latencies;
    uint16_t parser_index, signs; /* signs: bad ones since the last good one */
    uint64_t unused;
};
_Static_assert(sizeof(struct seen) == 64, "a cache line");

/* A bit for each mode of the catalogue. */
struct modes {
    uint64_t bits[MODE_WORDS];
};

/* What is left to ask of messages of one kind. */
struct possible {
    struct modes modes, always; /* those that can match; of them those that need no value of a field */
    bool any, some;             /* are there any; are there some that need one */
};

struct failures {
    struct worker *worker;
    const struct failure_mode *modes;
    unsigned count, words;     /* words: of the bits that are used */
    struct modes needy;        /* that need a value of some field (filter_needs): */
    uint64_t *values;          /* of each registry field, which */
    uint8_t *need_of;          /* and of each registry field, where in `needs`; 0: nobody */
    struct modes needs[NEEDS]; /* who needs it */
    unsigned need_count;
    uint64_t drops, tick_ns;
    struct seen *seen;                              /* SEEN of them, four to a set */
    struct party devices[SEEN];                     /* of each */
    struct possible possible[KINDS_AT_MOST + 1][2]; /* by the kind's number; [1]: without anomalies */
};

static void add_mode(struct modes *m, unsigned mode) { m->bits[mode / 64] |= 1ull << mode % 64; }
static bool has_mode(const struct modes *m, unsigned mode) { return m->bits[mode / 64] >> mode % 64 & 1; }

struct asking {
    struct failures *failures;
    unsigned mode;
    bool full;
};

static void add_need(void *context, uint16_t field, uint64_t values)
{
    struct asking *a = context;
    struct failures *s = a->failures;
    if (!s->need_of[field]) {
        if (s->need_count + 1 == NEEDS) {
            a->full = true;
            return;
        }
        s->need_of[field] = (uint8_t)++s->need_count;
    }
    s->values[field] |= values;
    add_mode(&s->needs[s->need_of[field]], a->mode);
}

static bool failures_open(void *self, struct worker *w, struct fault *fault)
{
    struct failures *s = self;
    s->worker = w;
    if (!w->plant || !w->options->failures) return false;
    s->modes = failure_modes(w->options->failures, &s->count);
    s->words = (s->count + 63) / 64;
    s->need_of = calloc(registry()->field_count, 1);
    s->values = calloc(registry()->field_count, sizeof *s->values);
    s->seen = pages_take(SEEN * sizeof *s->seen);
    if (!s->need_of || !s->values || !s->seen) return fault_set(fault, "failures: out of memory");
    for (unsigned i = 0; i < s->count; i++) {
        struct asking a = {s, i, false};
        if (filter_needs(s->modes[i].where, add_need, &a) && !a.full) add_mode(&s->needy, i);
    }
    return true;
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

static void send(struct failures *s, struct seen *e, enum sign_kind what, struct sign sign)
{
    struct worker *w = s->worker;
    struct observation o = {.kind = OBSERVED_SIGN,
                            .what = (uint8_t)what,
                            .parser = e ? e->parser_index : 0,
                            .length = sizeof sign,
                            .time_ns = w->now_ns,
                            .frame = w->frame};
    if (e) o.device = s->devices[e - s->seen];
    if (e && e->latencies && what != SIGN_BAD) {
        sign.latency = (double)e->latency_ns / e->latencies / 1e9;
        sign.latencies = e->latencies;
        e->latency_ns = e->latencies = 0;
    }
    plant_observe(w->plant, w->number, &o, &sign);
}

/* What was seen of a device since it was last told, so that not a second of exposure is lost. */
static void flush(struct failures *s, struct seen *e)
{
    if (e->last_ns > e->told_ns) send(s, e, SIGN_ALIVE, (struct sign){.time_ns = e->last_ns});
}

static void begin(struct failures *s, struct seen *e, uint64_t key, const struct message *m, bool unanswered)
{
    const struct packet_meta *p = m->packet;
    struct party *device = &s->devices[e - s->seen];
    flush(s, e);
    *e = (struct seen){.key = key, .parser = m->parser};
    e->parser_index = (uint16_t)registry_parser_index(m->parser);
    *device = (struct party){.address = unanswered ? p->dst : p->src};
    memcpy(device->mac, unanswered ? p->dst_mac : p->src_mac, 6);
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

/* A request tells nothing of its sender's health; one that stays unanswered tells of the other. */
static bool failures_cares(void *self, const struct kind *kind)
{
    struct failures *s = self;
    struct filter_known known = {.parser = kind->parser,
                                 .operation = kind->operation,
                                 .class = kind->class,
                                 .role = kind->role,
                                 .status = kind->status};
    if (kind->role == ROLE_REQUEST && kind->status != STATUS_UNANSWERED) return false;
    for (unsigned calm = 0; calm < 2; calm++) {
        struct possible *p = &s->possible[kind->number][calm];
        known.calm = calm;
        *p = (struct possible){0};
        for (unsigned i = 0; i < s->count; i++) {
            if (filter_judge(s->modes[i].where, &known) == FILTER_NO) continue;
            bool needy = has_mode(&s->needy, i);
            add_mode(&p->modes, i);
            if (!needy) add_mode(&p->always, i);
            p->any = true;
            p->some |= needy;
        }
    }
    return true;
}

/* Adds the modes of which the message has what they need. */
static void sift(const struct failures *s, const struct message *m, struct modes *asked)
{
    for (uint32_t i = 0; i < m->value_count; i++) {
        const struct value *v = &m->values[i];
        if (!s->need_of[v->field]) continue;
        uint64_t bit = v->u < FILTER_NEED_MORE ? v->u : FILTER_NEED_MORE;
        if (!(s->values[v->field] >> bit & 1)) continue;
        const struct modes *modes = &s->needs[s->need_of[v->field]];
        for (unsigned k = 0; k < s->words; k++) asked->bits[k] |= modes->bits[k];
    }
}

static bool seek_signs(struct failures *s, struct seen *e, const struct message *m)
{
    const struct possible *possible = &s->possible[s->worker->kind->number][!m->anomaly_count];
    bool bad = false;
    if (!possible->any) return false;
    struct modes asked = possible->always;
    if (possible->some) sift(s, m, &asked);
    for (unsigned i = 0; i < s->words; i++) {
        for (uint64_t left = asked.bits[i] & possible->modes.bits[i]; left; left &= left - 1) {
            unsigned mode = i * 64 + (unsigned)__builtin_ctzll(left);
            if (!filter_match(s->modes[mode].where, m)) continue;
            tell_bad(s, e, m, mode);
            bad = true;
        }
    }
    return bad;
}

/* Of the set's four: this one, a free one, or the one not heard for longest, which is told first. */
static struct seen *seen_of(struct failures *s, uint64_t key, const struct message *m, bool unanswered)
{
    struct seen *set = &s->seen[(key >> (64 - SETS_LOG)) * WAYS], *give = set;
    for (unsigned i = 0; i < WAYS; i++)
        if (set[i].key == key && set[i].parser == m->parser) return &set[i];
    for (unsigned i = 0; i < WAYS && give->key; i++)
        if (!set[i].key || set[i].last_ns < give->last_ns) give = &set[i];
    begin(s, give, key, m, unanswered);
    return give;
}

/* The flow remembers where it stands. */
static struct seen *seen_again(struct failures *s, uint64_t key, const struct message *m)
{
    struct session *session = s->worker->session;
    if (!session) return seen_of(s, key, m, false);
    void **place = &session->places[s->worker->side][PLACE_FAILURES];
    struct seen *e = *place;
    if (!e || e->key != key || e->parser != m->parser) *place = e = seen_of(s, key, m, false);
    return e;
}

static void failures_message(void *self, const struct message *m)
{
    struct failures *s = self;
    const struct packet_meta *p = m->packet;
    bool unanswered = m->status == STATUS_UNANSWERED, from_client = p->from_client != unanswered;
    uint64_t h = (p->flow_id * 2 + from_client + ((uint64_t)m->parser->field_count << 48)) * 0x9e3779b97f4a7c15ull;
    struct seen *e = unanswered ? seen_of(s, h | 1, m, true) : seen_again(s, h | 1, m);
    bool bad = seek_signs(s, e, m);
    if (unanswered) return;
    e->last_ns = p->time_ns;
    e->latency_ns += m->latency_ns;
    e->latencies += m->latency_ns != 0;
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
    uint64_t drops = s->worker->kernel_drops;
    if (s->tick_ns && drops != s->drops)
        send(s, NULL, SIGN_BLIND, (struct sign){.time_ns = s->tick_ns, .until_ns = now});
    s->drops = drops;
    s->tick_ns = now;
}

static void failures_close(void *self)
{
    struct failures *s = self;
    for (unsigned i = 0; i < SEEN; i++) flush(s, &s->seen[i]);
    pages_give(s->seen, SEEN * sizeof *s->seen);
    free(s->need_of);
    free(s->values);
}

const struct inspector inspector_failures = {.name = "failures",
                                             .size = sizeof(struct failures),
                                             .open = failures_open,
                                             .wants = failures_wants,
                                             .cares = failures_cares,
                                             .on_message = failures_message,
                                             .on_tick = failures_tick,
                                             .close = failures_close};
