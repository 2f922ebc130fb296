/* SPDX-License-Identifier: Apache-2.0 */
/* Process values 过程量: every point whose values are seen, a sample of it each minute, set points with before, after
 * and who, and what breaks the limits an officer has set (docs/variables.md). Learned ranges are the baseline's. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "common/yaml.h"
#include "parsers/registry.h"
#include "sensor/plant/behaviour.h"
#include "sensor/plant/keeper.h"

enum { POINTS_AT_MOST = 65536, POINT_SLOTS = 131072, POINT_TEXT = 192, LIMITS_AT_MOST = 4096 };
#define SECOND     1000000000ull
#define MINUTE     (60 * SECOND)
#define TELL_EVERY (10 * MINUTE) /* of one finding of one point while it lasts */

/* X(id, name, severity, zh, en) */
#define FINDINGS(X)                                                                                                    \
    X(LOW, "low", 2, "低于下限", "below its limit")                                                                    \
    X(HIGH, "high", 2, "高于上限", "above its limit")                                                                  \
    X(RATE, "rate", 3, "变化过快", "changes too fast")                                                                 \
    X(STUCK, "stuck", 3, "长时间不变", "does not change")                                                              \
    X(STALE, "stale", 3, "长时间无更新", "is not updated")                                                             \
    X(TOGGLING, "toggling", 3, "频繁翻转", "toggles")                                                                  \
    X(SETPOINT, "setpoint", 4, "设定值被修改", "set point changed")                                                    \
    X(SAMPLE, "sample", 0, "采样", "sample")
enum finding {
#define X(id, name, severity, zh, en) FINDING_##id,
    FINDINGS(X)
#undef X
        FINDING_COUNT
};
static const struct {
    const char *name;
    unsigned severity;
    const char *zh, *en;
} findings[] = {
#define X(id, name, severity, zh, en) {name, severity, zh, en},
    FINDINGS(X)
#undef X
};

struct limit {
    char point[POINT_TEXT];
    double low, high, rate;                /* NAN none; rate: change per second */
    uint64_t stuck_ns, stale_ns, toggling; /* 0 none; toggling: changes a minute */
};

struct point {
    char name[POINT_TEXT]; /* "10.1.1.10/modbus/1/40017" */
    uint32_t limit;        /* + 1; 0 none */
    uint32_t count, changes;
    uint64_t minute_ns, last_ns, changed_ns;
    double low, high, sum, last, set; /* set: the last set point */
    bool was_set;
    uint64_t told_ns[FINDING_COUNT];
};

struct variables {
    struct keeping *keeping;
    struct point *points;
    uint32_t *slots; /* point + 1 */
    struct limit *limits;
    uint32_t count, limit_count;
    uint64_t refused, ordinal, due_ns;
};

static void variables_close(void *self)
{
    struct variables *v = self;
    free(v->points);
    free(v->slots);
    free(v->limits);
}

static bool load_limit(const struct yaml_node *n, struct limit *l, struct fault *fault)
{
    static const char *const keys[] = {"point", "low", "high", "rate", "stuck", "stale", "toggling", NULL};
    const struct yaml_node *point;
    const char *text;
    const uint64_t day = 86400 * SECOND;
    l->low = l->high = l->rate = NAN;
    if (!yaml_keys(n, keys, fault) || !(point = yaml_required(n, "point", fault)) || !yaml_text(point, &text, fault))
        return false;
    if (strlen(text) >= POINT_TEXT) return yaml_fault(point, fault, "longer than %d bytes", POINT_TEXT - 1);
    strcpy(l->point, text);
    return yaml_double(yaml_get(n, "low"), -1e308, 1e308, &l->low, fault) &&
           yaml_double(yaml_get(n, "high"), -1e308, 1e308, &l->high, fault) &&
           yaml_double(yaml_get(n, "rate"), 0, 1e308, &l->rate, fault) &&
           yaml_duration(yaml_get(n, "stuck"), SECOND, 365 * day, &l->stuck_ns, fault) &&
           yaml_duration(yaml_get(n, "stale"), SECOND, 365 * day, &l->stale_ns, fault) &&
           yaml_uint(yaml_get(n, "toggling"), 1, 1000000, &l->toggling, fault);
}

static bool load_limits(struct variables *v, const char *path, struct fault *fault)
{
    struct yaml *document = yaml_load_file(path, fault);
    bool good = document && yaml_is_list(yaml_root(document), fault);
    if (good && yaml_root(document)->count > LIMITS_AT_MOST)
        good = yaml_fault(yaml_root(document), fault, "more than %d limits", LIMITS_AT_MOST);
    if (good && !(v->limits = calloc(yaml_root(document)->count + 1, sizeof *v->limits)))
        good = fault_set(fault, "out of memory");
    for (const struct yaml_node *n = good ? yaml_root(document)->first : NULL; good && n; n = n->next)
        good = load_limit(n, &v->limits[v->limit_count++], fault);
    yaml_close(document);
    return good;
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
    if (good && (!o->variable_limits || load_limits(v, o->variable_limits, fault))) return true;
    variables_close(v);
    return false;
}

static struct point *point_of(struct variables *v, const char *name)
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
    return p;
}

static struct json begin(struct variables *v, const struct point *p, enum finding what)
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

static void finish(struct variables *v, const struct point *p, enum finding what, struct json *j, uint64_t time_ns)
{
    json_end_object(j);
    event_send(v->keeping->out, j, EVENT_VARIABLE, findings[what].severity, time_ns,
               XXH3_64bits(p->name, strlen(p->name)), v->ordinal++);
}

static void tell(struct variables *v, struct point *p, enum finding what, uint64_t now, const char *key, double limit)
{
    if (p->told_ns[what] && now < p->told_ns[what] + TELL_EVERY) return;
    p->told_ns[what] = now;
    struct json j = begin(v, p, what);
    json_put_double(&j, key, limit);
    finish(v, p, what, &j, now);
}

/* A minute of the point is over. */
static void sample(struct variables *v, struct point *p)
{
    if (!p->count) return;
    struct json j = begin(v, p, FINDING_SAMPLE);
    json_put_time(&j, "minute", p->minute_ns);
    json_put_double(&j, "low", p->low);
    json_put_double(&j, "high", p->high);
    json_put_double(&j, "mean", p->sum / p->count);
    json_put_uint(&j, "count", p->count);
    json_put_uint(&j, "changes", p->changes);
    finish(v, p, FINDING_SAMPLE, &j, p->last_ns);
    p->count = p->changes = 0;
    p->sum = 0;
}

static void judge(struct variables *v, struct point *p, const struct behaviour *b)
{
    const struct limit *l = p->limit ? &v->limits[p->limit - 1] : NULL;
    if (!l) return;
    if (b->low < l->low) tell(v, p, FINDING_LOW, b->last_ns, "limit", l->low);
    if (b->high > l->high) tell(v, p, FINDING_HIGH, b->last_ns, "limit", l->high);
    if (b->step > l->rate) tell(v, p, FINDING_RATE, b->last_ns, "limit", l->rate);
    if (l->toggling && p->changes > l->toggling) tell(v, p, FINDING_TOGGLING, b->last_ns, "limit", (double)l->toggling);
}

static void set_point(struct variables *v, struct point *p, const struct observation *o, const struct behaviour *b)
{
    char text[64];
    if (p->was_set && p->set != b->last) {
        struct json j = begin(v, p, FINDING_SETPOINT);
        json_put_double(&j, "before", p->set);
        json_put_double(&j, "after", b->last);
        json_put_string(&j, "who",
                        o->device.address.family ? address_text(&o->device.address, text)
                                                 : mac_text(o->device.mac, text));
        json_put_string(&j, "operation", b->operation);
        json_put_uint(&j, "frame", o->frame);
        finish(v, p, FINDING_SETPOINT, &j, b->last_ns);
    }
    p->set = b->last;
    p->was_set = true;
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
    judge(v, p, b);
}

static void variables_observe(void *self, const struct observation *o, const void *payload)
{
    struct variables *v = self;
    struct behaviour b;
    char name[POINT_TEXT], address[64], unit[16] = "-";
    if (o->kind != OBSERVED_BEHAVIOUR || o->length != sizeof b) return;
    memcpy(&b, payload, sizeof b);
    if (!b.values || !b.object[0]) return;
    /* whose point it is: of who answers or reports it, of who is told to set it */
    bool own = b.answer || o->what == OT_NOTIFY || o->what == OT_ALARM;
    const struct party *owner = own ? &o->device : &o->peer;
    if (b.has_unit) snprintf(unit, sizeof unit, "%u", b.unit);
    snprintf(name, sizeof name, "%s/%s/%s/%s",
             owner->address.family ? address_text(&owner->address, address) : mac_text(owner->mac, address),
             registry()->parsers[o->parser]->name, unit, b.object);
    struct point *p = point_of(v, name);
    if (p) take(v, p, o, &b);
}

static void variables_tick(void *self, uint64_t now)
{
    struct variables *v = self;
    if (now < v->due_ns) return;
    v->due_ns = now + 10 * SECOND;
    for (uint32_t i = 0; i < v->count; i++) {
        struct point *p = &v->points[i];
        const struct limit *l = p->limit ? &v->limits[p->limit - 1] : NULL;
        if (p->count && now >= p->minute_ns + 2 * MINUTE) sample(v, p);
        if (!l) continue;
        if (l->stale_ns && now > p->last_ns + l->stale_ns)
            tell(v, p, FINDING_STALE, now, "seconds", (double)(now - p->last_ns) / 1e9);
        else if (l->stuck_ns && p->last_ns > p->changed_ns + l->stuck_ns)
            tell(v, p, FINDING_STUCK, now, "seconds", (double)(p->last_ns - p->changed_ns) / 1e9);
    }
}

static void variables_finish(void *self, uint64_t now)
{
    struct variables *v = self;
    (void)now;
    for (uint32_t i = 0; i < v->count; i++) sample(v, &v->points[i]);
}

static void variables_counters(void *self, struct json *j)
{
    const struct variables *v = self;
    json_put_uint(j, "points", v->count);
    json_put_uint(j, "refused", v->refused);
}

const struct keeper keeper_variables = {.name = "variables",
                                        .size = sizeof(struct variables),
                                        .open = variables_open,
                                        .observe = variables_observe,
                                        .tick = variables_tick,
                                        .finish = variables_finish,
                                        .counters = variables_counters,
                                        .close = variables_close};
