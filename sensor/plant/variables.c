/* SPDX-License-Identifier: Apache-2.0 */
/* Process values 过程量: every point whose values are seen, a sample of it each minute, set points with before, after
 * and who, and what breaks limits and invariants (docs/variables.md). */
#include "sensor/plant/variables.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "parsers/registry.h"
#define SECOND     VARIABLE_SECOND
#define MINUTE     VARIABLE_MINUTE
#define TELL_EVERY (10 * MINUTE) /* of one finding of one point while it lasts */
#define SAVE_EVERY MINUTE        /* while something is learned */

static const struct {
    const char *name;
    unsigned severity;
    const char *zh, *en;
} findings[] = {
#define X(id, name, severity, zh, en) {name, severity, zh, en},
    FINDINGS(X)
#undef X
};

static void variables_close(void *self)
{
    struct variables *v = self;
    free(v->points);
    free(v->slots);
    free(v->limits);
    invariants_free(v->invariants);
}

static bool variables_open(void *self, struct keeping *keeping, struct fault *fault)
{
    struct variables *v = self;
    const struct sensor_options *o = keeping->options;
    if (o->variable_points == VARIABLE_POINTS_NONE) return false;
    v->keeping = keeping;
    v->points = calloc(POINTS_AT_MOST, sizeof *v->points);
    v->slots = calloc(POINT_SLOTS, sizeof *v->slots);
    bool good = (v->points && v->slots) || fault_set(fault, "variables: out of memory");
    if (good && o->variable_limits) good = variable_limits_load(v, o->variable_limits, fault);
    if (good && o->invariants) good = (v->invariants = invariants_load(o->invariants, fault)) != NULL;
    if (good) return true;
    variables_close(v);
    return false;
}

struct point *variable_point(struct variables *v, const char *name)
{
    uint64_t i = XXH3_64bits(name, strlen(name));
    for (;; i++) {
        uint32_t at = v->slots[i % POINT_SLOTS];
        if (!at) break;
        if (strcmp(v->points[at - 1].name, name) == 0) return &v->points[at - 1];
    }
    if (v->count == POINTS_AT_MOST) {
        v->refused++;
        return NULL;
    }
    struct point *p = &v->points[v->count++];
    v->slots[i % POINT_SLOTS] = v->count;
    snprintf(p->name, sizeof p->name, "%s", name);
    for (uint32_t k = 0; k < v->limit_count; k++)
        if (strcmp(v->limits[k].point, name) == 0) p->limit = k + 1;
    p->watched = v->invariants && invariants_watch(v->invariants, name);
    return p;
}

struct json variable_begin(struct variables *v, const struct point *p, enum finding what)
{
    struct json j = event_begin(v->keeping->out, EVENT_VARIABLE, NULL, NULL);
    json_begin_object(&j, "variable");
    json_put_string(&j, "key", p->name);
    json_put_string(&j, "kind", findings[what].name);
    json_put_string(&j, "zh", findings[what].zh);
    json_put_string(&j, "en", findings[what].en);
    json_put_double(&j, "value", p->last);
    return j;
}

void variable_finish(struct variables *v, const struct point *p, enum finding what, struct json *j, uint64_t time_ns)
{
    json_end_object(j);
    event_send(v->keeping->out, j, EVENT_VARIABLE, findings[what].severity, time_ns,
               XXH3_64bits(p->name, strlen(p->name)), v->ordinal++);
}

void variable_tell(struct variables *v, struct point *p, enum finding what, uint64_t now, const char *key, double limit)
{
    if (p->told_ns[what] && now < p->told_ns[what] + TELL_EVERY) return;
    p->told_ns[what] = now;
    struct json j = variable_begin(v, p, what);
    json_put_double(&j, key, limit);
    variable_finish(v, p, what, &j, now);
}

/* A minute of the point is over. */
static void sample(struct variables *v, struct point *p)
{
    if (!p->count) return;
    struct json j = variable_begin(v, p, FINDING_SAMPLE);
    json_put_time(&j, "minute", p->minute_ns);
    json_put_double(&j, "low", p->low);
    json_put_double(&j, "high", p->high);
    json_put_double(&j, "mean", p->sum / p->count);
    json_put_uint(&j, "count", p->count);
    json_put_uint(&j, "changes", p->changes);
    variable_finish(v, p, FINDING_SAMPLE, &j, p->last_ns);
    p->count = p->changes = 0;
    p->sum = 0;
}

static void set_point(struct variables *v, struct point *p, const struct observation *o, const struct behaviour *b)
{
    char text[64];
    if (p->was_set && p->set != b->last) {
        struct json j = variable_begin(v, p, FINDING_SETPOINT);
        json_put_double(&j, "before", p->set);
        json_put_double(&j, "after", b->last);
        json_put_string(&j, "who",
                        o->device.address.family ? address_text(&o->device.address, text)
                                                 : mac_text(o->device.mac, text));
        json_put_string(&j, "operation", b->operation);
        json_put_uint(&j, "frame", o->frame);
        variable_finish(v, p, FINDING_SETPOINT, &j, b->last_ns);
    }
    v->keeping->changed |= !p->was_set || p->set != b->last;
    p->set = b->last;
    p->was_set = true;
}

/* Whose point it is: of who answers or reports it; otherwise of who is told to set it. */
static bool is_own(const struct observation *o, const struct behaviour *b)
{
    return b->answer || o->what == OT_NOTIFY || o->what == OT_ALARM;
}

static void take(struct variables *v, struct point *p, const struct observation *o, const struct behaviour *b)
{
    uint64_t minute = b->last_ns - b->last_ns % MINUTE;
    if (p->minute_ns != minute) sample(v, p);
    p->minute_ns = minute;
    if (!p->count || b->low < p->low) p->low = b->low;
    if (!p->count || b->high > p->high) p->high = b->high;
    if (!p->changed_ns || b->changes || b->last != p->last) p->changed_ns = b->last_ns;
    p->sum += b->sum;
    p->count += b->values;
    p->changes += (uint32_t)b->changes;
    p->last = b->last;
    p->last_ns = b->last_ns;
    p->told_ns[FINDING_STALE] = 0;
    if (o->what == OT_WRITE || o->what == OT_CONTROL) set_point(v, p, o, b);
    variable_judge(v, p, b);
    if (is_own(o, b)) variable_learn(v, p, b);
    if (p->watched) invariants_take(v, p, b->last_ns);
    if (p->learned == LEARNING && b->last_ns >= v->save_ns) {
        v->save_ns = b->last_ns + SAVE_EVERY;
        v->keeping->changed = true;
    }
}

/* No look at it is needed before. */
static uint64_t due_of(const struct variables *v, const struct point *p)
{
    const struct limit *l = p->limit ? &v->limits[p->limit - 1] : NULL;
    uint64_t due = p->count ? p->minute_ns + 2 * MINUTE : UINT64_MAX;
    if (l && l->stale_ns) {
        uint64_t told = p->told_ns[FINDING_STALE], stale = told ? told + TELL_EVERY : p->last_ns + l->stale_ns;
        if (stale < due) due = stale;
    }
    if (l && l->stuck_ns && p->last_ns > p->changed_ns + l->stuck_ns) {
        uint64_t told = p->told_ns[FINDING_STUCK], stuck = told ? told + TELL_EVERY : 0;
        if (stuck < due) due = stuck;
    }
    return due;
}

static void variables_observe(void *self, const struct observation *o, const void *payload)
{
    struct variables *v = self;
    struct behaviour b;
    char name[POINT_TEXT], address[64], unit[16] = "-";
    if (o->kind != OBSERVED_BEHAVIOUR || o->length != sizeof b) return;
    memcpy(&b, payload, sizeof b);
    if (!b.values || !b.object[0]) return;
    const struct party *owner = is_own(o, &b) ? &o->device : &o->peer;
    if (b.has_unit) snprintf(unit, sizeof unit, "%u", b.unit);
    snprintf(name, sizeof name, "%s/%s/%s/%s",
             owner->address.family ? address_text(&owner->address, address) : mac_text(owner->mac, address),
             registry()->parsers[o->parser]->name, unit, b.object);
    struct point *p = variable_point(v, name);
    if (!p) return;
    take(v, p, o, &b);
    keeper_due(v->keeping, due_of(v, p));
}

static void variables_tick(void *self, uint64_t now)
{
    struct variables *v = self;
    uint64_t since = v->looked_ns > v->keeping->wide_ns ? v->looked_ns : v->keeping->wide_ns;
    if (v->looked_ns && (now - since) % (10 * SECOND)) return; /* every ten seconds, and behind each wide step */
    v->looked_ns = now;
    v->keeping->due_ns = UINT64_MAX;
    for (uint32_t i = 0; i < v->count; i++) {
        struct point *p = &v->points[i];
        const struct limit *l = p->limit ? &v->limits[p->limit - 1] : NULL;
        if (p->count && now >= p->minute_ns + 2 * MINUTE) sample(v, p);
        if (!l) continue;
        if (l->stale_ns && now > p->last_ns + l->stale_ns)
            variable_tell(v, p, FINDING_STALE, now, "seconds", (double)(now - p->last_ns) / 1e9);
        else if (l->stuck_ns && p->last_ns > p->changed_ns + l->stuck_ns)
            variable_tell(v, p, FINDING_STUCK, now, "seconds", (double)(p->last_ns - p->changed_ns) / 1e9);
    }
    for (uint32_t i = 0; i < v->count; i++) keeper_due(v->keeping, due_of(v, &v->points[i]));
}

static void variables_finish(void *self, uint64_t now)
{
    struct variables *v = self;
    (void)now;
    v->keeping->changed = v->count != 0;
    for (uint32_t i = 0; i < v->count; i++) sample(v, &v->points[i]);
}

static void variables_counters(void *self, struct json *j)
{
    const struct variables *v = self;
    json_put_uint(j, "points", v->count);
    json_put_uint(j, "refused", v->refused);
    uint32_t learned = 0;
    for (uint32_t i = 0; i < v->count; i++) learned += v->points[i].learned == LEARNED_LIMITS;
    json_put_uint(j, "learned", learned);
}

const struct keeper keeper_variables = {.name = "variables",
                                        .size = sizeof(struct variables),
                                        .version = 1u << 16 | sizeof(struct point), /* as in memory */
                                        .open = variables_open,
                                        .observe = variables_observe,
                                        .tick = variables_tick,
                                        .finish = variables_finish,
                                        .save = variables_save,
                                        .load = variables_load,
                                        .counters = variables_counters,
                                        .close = variables_close};
