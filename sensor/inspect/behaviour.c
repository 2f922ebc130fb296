/* SPDX-License-Identifier: Apache-2.0 */
/* Who does what to which object how often and with which values, summed up for the plant: told at once when new, then
 * every ten seconds while it goes on. Memory is fixed; what gives way to another is told first. */
#include "sensor/plant/behaviour.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "common/pages.h"
#include "parsers/registry.h"
#include "sensor/engine/worker.h"
#include "sensor/plant/plant.h"

enum { SETS_LOG = 11, WAYS = 4, DOING = WAYS << SETS_LOG, OBJECTS_OF_MESSAGE = 64 };
#define TELL_EVERY 10000000000ull /* ns */

/* What each message changes: one cache line. */
struct pace {
    uint64_t hash; /* what it is about; 0: free */
    uint64_t told_ns;
    uint64_t first_ns, last_ns; /* and the rest as in struct behaviour */
    uint64_t gap_sum_ns, gap_max_ns;
    uint32_t count, gaps;
    uint64_t unused;
};
_Static_assert(sizeof(struct pace) == 64, "a cache line");

struct doing {
    struct party device, peer;
    uint16_t parser;
    uint8_t class;
    bool valued;
    double before;
    uint64_t before_ns;
    struct behaviour b; /* without what its pace has, until it is told */
};

struct behaviours {
    struct worker *worker;
    bool all_objects, all_points;
    struct pace *paces; /* DOING of them, four to a set */
    struct doing doing[DOING];
};

static bool behaviours_open(void *self, struct worker *w, struct fault *fault)
{
    struct behaviours *s = self;
    s->worker = w;
    s->all_points = w->options->variable_points == VARIABLE_POINTS_ALL;
    s->all_objects = s->all_points || w->options->baseline_objects == BASELINE_OBJECTS_ALL;
    if (!w->plant || (w->options->baseline_mode == BASELINE_OFF && w->options->variable_points == VARIABLE_POINTS_NONE))
        return false;
    s->paces = pages_take(DOING * sizeof *s->paces);
    return s->paces || fault_set(fault, "behaviour: out of memory");
}

static bool changes_something(enum ot_class class)
{
    return class == OT_WRITE || class == OT_CONTROL || class == OT_MODE || class == OT_PROGRAM ||
           class == OT_FIRMWARE || class == OT_CONFIGURE || class == OT_FILE || class == OT_TIME;
}

static void behaviours_wants(void *self, enum ot_class class, uint8_t *want)
{
    const struct behaviours *s = self;
    if (!s->all_objects && !changes_something(class)) return;
    want[OT_FIELD_OBJECT] = want[OT_FIELD_VALUE] = 1;
}

static void tell(struct behaviours *s, struct pace *p)
{
    struct worker *w = s->worker;
    struct doing *d = &s->doing[p - s->paces];
    struct behaviour *b = &d->b;
    struct observation o = {.kind = OBSERVED_BEHAVIOUR,
                            .what = d->class,
                            .parser = d->parser,
                            .length = sizeof *b,
                            .time_ns = w->now_ns,
                            .frame = w->frame,
                            .device = d->device,
                            .peer = d->peer};
    b->count = p->count;
    b->first_ns = p->first_ns;
    b->last_ns = p->last_ns;
    b->gaps = p->gaps;
    b->gap_sum_ns = p->gap_sum_ns;
    b->gap_max_ns = p->gap_max_ns;
    if (p->count) plant_observe(w->plant, w->number, &o, b);
    p->told_ns = w->now_ns;
    p->count = p->gaps = 0;
    p->gap_sum_ns = p->gap_max_ns = 0;
    b->values = 0;
    b->changes = 0;
    b->sum = b->step = 0;
}

static void copy(char *out, size_t room, const void *text, size_t length)
{
    size_t n = length < room - 1 ? length : room - 1;
    memcpy(out, text, n);
    out[n] = 0;
}

static void begin(struct behaviours *s, struct pace *pace, uint64_t hash, const struct message *m,
                  const struct value *object)
{
    const struct packet_meta *p = m->packet;
    struct doing *d = &s->doing[pace - s->paces];
    char number[BEHAVIOUR_NAME];
    tell(s, pace);
    *pace = (struct pace){.hash = hash};
    *d = (struct doing){.parser = (uint16_t)registry_parser_index(m->parser), .class = m->operation_class};
    d->device.address = p->src;
    d->peer.address = p->dst;
    memcpy(d->device.mac, p->src_mac, 6);
    memcpy(d->peer.mac, p->dst_mac, 6);
    snprintf(number, sizeof number, "code_%u", m->operation_code);
    const char *name = m->operation ? m->operation->name : number;
    copy(d->b.operation, sizeof d->b.operation, name, strlen(name));
    d->b.unit = m->unit;
    d->b.has_unit = m->has_unit;
    d->b.answer = m->role == ROLE_RESPONSE;
    if (object) copy(d->b.object, sizeof d->b.object, object->bytes, object->length);
}

static bool number_of(const struct value *v, double *out)
{
    if (!v) return false;
    if (v->kind == VALUE_INT)
        *out = (double)v->i;
    else if (v->kind == VALUE_UINT)
        *out = (double)v->u;
    else if (v->kind == VALUE_DOUBLE)
        *out = v->f;
    else
        return false;
    return isfinite(*out);
}

static void add_value(struct doing *d, double x, uint64_t now)
{
    struct behaviour *b = &d->b;
    if (!b->values || x < b->low) b->low = x;
    if (!b->values || x > b->high) b->high = x;
    b->sum += x;
    b->values++;
    if (d->valued && x != d->before) {
        double seconds = (double)(now - d->before_ns) / 1e9,
               step = fabs(x - d->before) / (seconds > 1e-3 ? seconds : 1e-3);
        b->changes++;
        if (step > b->step) b->step = step;
    }
    b->last = d->before = x;
    d->before_ns = now;
    d->valued = true;
}

/* Of the set's four: this one, a free one, or the one told longest ago, which then is told what it has. */
static struct pace *pace_of(struct behaviours *s, uint64_t hash, bool *fresh)
{
    struct pace *set = &s->paces[(hash >> (64 - SETS_LOG)) * WAYS], *give = set;
    for (unsigned i = 0; i < WAYS; i++)
        if (set[i].hash == hash) return &set[i];
    for (unsigned i = 0; i < WAYS && give->hash; i++)
        if (!set[i].hash || set[i].told_ns < give->told_ns) give = &set[i];
    *fresh = true;
    return give;
}

static void go_on(struct pace *p, uint64_t now)
{
    uint64_t gap = now > p->last_ns ? now - p->last_ns : 0;
    p->gap_sum_ns += gap;
    p->gaps++;
    if (gap > p->gap_max_ns) p->gap_max_ns = gap;
}

static void take(struct behaviours *s, const struct message *m, struct pace *p, bool fresh, const struct value *value)
{
    uint64_t now = m->packet->time_ns;
    double x;
    bool told = false;
    if (!fresh) go_on(p, now);
    if (!p->count) p->first_ns = now;
    p->last_ns = now;
    p->count++;
    if (number_of(value, &x)) {
        struct doing *d = &s->doing[p - s->paces];
        add_value(d, x, now);
        told = d->b.changes && changes_something(d->class);
    }
    if (fresh || told || now - p->told_ns >= TELL_EVERY) tell(s, p);
}

/* What is done at all; the flow remembers where it stands. */
static void take_operation(struct behaviours *s, const struct message *m, uint64_t hash)
{
    struct session *session = s->worker->session;
    void **place = session ? &session->places[s->worker->side][PLACE_BEHAVIOUR] : NULL;
    struct pace *p = place ? *place : NULL;
    bool fresh = false;
    if (!p || p->hash != hash) {
        p = pace_of(s, hash, &fresh);
        if (fresh) begin(s, p, hash, m, NULL);
        if (place) *place = p;
    }
    take(s, m, p, fresh, NULL);
}

static void take_object(struct behaviours *s, const struct message *m, uint64_t base, const struct value *object,
                        const struct value *value)
{
    uint64_t hash = XXH3_64bits_withSeed(object->bytes, object->length, base) | 1;
    bool fresh = false;
    struct pace *p = pace_of(s, hash, &fresh);
    if (fresh) begin(s, p, hash, m, object);
    take(s, m, p, fresh, value);
}

static bool behaviours_cares(void *self, const struct kind *kind)
{
    const struct behaviours *s = self;
    if (kind->status == STATUS_UNANSWERED || kind->role == ROLE_UNKNOWN) return false;
    return kind->role != ROLE_RESPONSE || s->all_points;
}

static void behaviours_message(void *self, const struct message *m)
{
    struct behaviours *s = self;
    const struct packet_meta *p = m->packet;
    bool answer = m->role == ROLE_RESPONSE;
    struct {
        uint64_t flow, operation;
        uint32_t unit, direction;
    } key = {p->flow_id, m->operation_code + ((uint64_t)m->parser->field_count << 32), m->unit,
             (uint32_t)p->from_client << 8 | m->role};
    uint64_t base = (key.flow * 0x9e3779b97f4a7c15ull ^ key.operation) * 0xd6e8feb86659fd93ull;
    base = (base ^ base >> 32 ^ ((uint64_t)key.unit << 16 | key.direction)) * 0xd6e8feb86659fd93ull;
    if (!answer) take_operation(s, m, base | 1);
    if (!s->all_objects && !changes_something(m->operation_class)) return;
    unsigned taken = 0;
    for (uint32_t i = 0; i < m->value_count && taken < OBJECTS_OF_MESSAGE; i++) {
        const struct value *v = &m->values[i];
        if (v->field != OT_FIELD_OBJECT || v->kind != VALUE_TEXT) continue;
        const struct value *next = i + 1 < m->value_count ? v + 1 : NULL;
        if (next && next->field != OT_FIELD_VALUE) next = NULL;
        if (!answer || next) take_object(s, m, base, v, next);
        taken++;
    }
}

static void behaviours_close(void *self)
{
    struct behaviours *s = self;
    for (unsigned i = 0; i < DOING; i++) tell(s, &s->paces[i]);
    pages_give(s->paces, DOING * sizeof *s->paces);
}

const struct inspector inspector_behaviour = {.name = "behaviour",
                                              .size = sizeof(struct behaviours),
                                              .open = behaviours_open,
                                              .wants = behaviours_wants,
                                              .cares = behaviours_cares,
                                              .on_message = behaviours_message,
                                              .close = behaviours_close};
