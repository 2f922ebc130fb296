/* SPDX-License-Identifier: Apache-2.0 */
/* Who does what to which object how often and with which values, summed up for the plant: told at once when new, then
 * every ten seconds while it goes on. Memory is fixed; what gives way to another is told first. */
#include "sensor/plant/behaviour.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "parsers/registry.h"
#include "sensor/engine/worker.h"
#include "sensor/plant/plant.h"

enum { SETS_LOG = 11, WAYS = 4, DOING = WAYS << SETS_LOG, OBJECTS_OF_MESSAGE = 64 };
#define TELL_EVERY 10000000000ull /* ns */

struct doing {
    uint64_t told_ns;
    struct party device, peer;
    uint16_t parser;
    uint8_t class;
    bool valued;
    double before;
    uint64_t before_ns;
    struct behaviour b;
};

struct behaviours {
    struct worker *worker;
    bool all_objects, all_points;
    uint64_t hashes[DOING]; /* what `doing` is about, four to a set; 0: free */
    struct doing doing[DOING];
};

static bool behaviours_open(void *self, struct worker *w, struct fault *fault)
{
    struct behaviours *s = self;
    (void)fault;
    s->worker = w;
    s->all_points = w->options->variable_points == VARIABLE_POINTS_ALL;
    s->all_objects = s->all_points || w->options->baseline_objects == BASELINE_OBJECTS_ALL;
    return w->plant &&
           (w->options->baseline_mode != BASELINE_OFF || w->options->variable_points != VARIABLE_POINTS_NONE);
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

static void tell(struct behaviours *s, struct doing *d)
{
    struct worker *w = s->worker;
    struct observation o = {.kind = OBSERVED_BEHAVIOUR,
                            .what = d->class,
                            .parser = d->parser,
                            .length = sizeof d->b,
                            .time_ns = w->now_ns,
                            .frame = w->frame,
                            .device = d->device,
                            .peer = d->peer};
    if (d->b.count) plant_observe(w->plant, w->number, &o, &d->b);
    d->told_ns = w->now_ns;
    d->b.count = d->b.values = d->b.gaps = 0;
    d->b.gap_sum_ns = d->b.gap_max_ns = d->b.changes = 0;
    d->b.sum = d->b.step = 0;
}

static void copy(char *out, size_t room, const void *text, size_t length)
{
    size_t n = length < room - 1 ? length : room - 1;
    memcpy(out, text, n);
    out[n] = 0;
}

static void begin(struct behaviours *s, struct doing *d, const struct message *m, const struct value *object)
{
    const struct packet_meta *p = m->packet;
    char number[BEHAVIOUR_NAME];
    tell(s, d);
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
static struct doing *doing_of(struct behaviours *s, uint64_t hash, bool *fresh)
{
    size_t first = (hash >> (64 - SETS_LOG)) * WAYS, give = first;
    for (size_t i = first; i < first + WAYS; i++)
        if (s->hashes[i] == hash) return &s->doing[i];
    for (size_t i = first; i < first + WAYS && s->hashes[give]; i++)
        if (!s->hashes[i] || s->doing[i].told_ns < s->doing[give].told_ns) give = i;
    s->hashes[give] = hash;
    *fresh = true;
    return &s->doing[give];
}

static void take(struct behaviours *s, const struct message *m, uint64_t base, const struct value *object,
                 const struct value *value)
{
    uint64_t now = m->packet->time_ns, hash = base;
    double x;
    if (object) hash = XXH3_64bits_withSeed(object->bytes, object->length, base);
    bool fresh = false;
    struct doing *d = doing_of(s, hash | 1, &fresh);
    if (fresh) begin(s, d, m, object);
    struct behaviour *b = &d->b;
    if (!fresh) {
        uint64_t gap = now > b->last_ns ? now - b->last_ns : 0;
        b->gap_sum_ns += gap;
        b->gaps++;
        if (gap > b->gap_max_ns) b->gap_max_ns = gap;
    }
    if (!b->count) b->first_ns = now;
    b->last_ns = now;
    b->count++;
    if (number_of(value, &x)) add_value(d, x, now);
    if (fresh || now - d->told_ns >= TELL_EVERY || (b->changes && changes_something(d->class))) tell(s, d);
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
    if (!answer) take(s, m, base, NULL, NULL);
    if (!s->all_objects && !changes_something(m->operation_class)) return;
    unsigned taken = 0;
    for (uint32_t i = 0; i < m->value_count && taken < OBJECTS_OF_MESSAGE; i++) {
        const struct value *v = &m->values[i];
        if (v->field != OT_FIELD_OBJECT || v->kind != VALUE_TEXT) continue;
        const struct value *next = i + 1 < m->value_count ? v + 1 : NULL;
        if (next && next->field != OT_FIELD_VALUE) next = NULL;
        if (!answer || next) take(s, m, base, v, next);
        taken++;
    }
}

static void behaviours_close(void *self)
{
    struct behaviours *s = self;
    for (unsigned i = 0; i < DOING; i++) tell(s, &s->doing[i]);
}

const struct inspector inspector_behaviour = {.name = "behaviour",
                                              .size = sizeof(struct behaviours),
                                              .open = behaviours_open,
                                              .wants = behaviours_wants,
                                              .cares = behaviours_cares,
                                              .on_message = behaviours_message,
                                              .close = behaviours_close};
