/* SPDX-License-Identifier: Apache-2.0 */
/* Deviations from the baseline as `baseline` events. */
#include <stdio.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "parsers/registry.h"
#include "sensor/plant/baseline.h"

#define TELL_EVERY 3600000000000ull /* ns: one deviation of one thing, again while it lasts */

static const struct {
    const char *name, *zh, *en;
} words[DEVIATION_COUNT] = {
#define X(id, name, zh, en) {name, zh, en},
    DEVIATIONS(X)
#undef X
};

static void put_member(struct json *j, const char *key, const char *text)
{
    if (text && *text) json_put_string(j, key, text);
}

/* Changes of mode, program and firmware weigh most, then what acts on the process. */
static unsigned severity_of(const struct node *n, enum deviation what)
{
    if (n->class == OT_MODE || n->class == OT_PROGRAM || n->class == OT_FIRMWARE) return 2;
    if (what == DEVIATION_DEVICE || what == DEVIATION_PAIR || n->class == OT_WRITE || n->class == OT_CONTROL) return 3;
    return 4;
}

static void key_of(const struct baseline_line *l, enum deviation what, char key[BASELINE_KEY])
{
    snprintf(key, BASELINE_KEY, "%s:%s>%s/%s/%s.%s/%s/%s", words[what].name, l->device, l->peer, l->protocol, l->class,
             l->operation, l->unit, l->object);
}

void baseline_key(const struct baseline_keeper *k, const struct node *n, enum deviation what, char key[BASELINE_KEY])
{
    struct baseline_line l;
    baseline_line_of(k, n, &l);
    key_of(&l, what, key);
}

/* An event in the making: what it is about is worked out once. */
struct deviating {
    struct baseline_line line;
    char key[BASELINE_KEY];
    unsigned severity;
    struct json json;
};

static void begin(struct baseline_keeper *k, const struct node *n, enum deviation what, const char *state,
                  unsigned severity, struct deviating *d)
{
    const struct baseline_line *l = &d->line;
    struct json *j = &d->json;
    baseline_line_of(k, n, &d->line);
    key_of(l, what, d->key);
    d->severity = severity;
    *j = event_begin(k->keeping->out, EVENT_BASELINE, NULL, l->protocol[0] ? l->protocol : NULL);
    json_begin_object(j, "baseline");
    json_put_string(j, "key", d->key);
    json_put_string(j, "kind", words[what].name);
    json_put_string(j, "zh", words[what].zh);
    json_put_string(j, "en", words[what].en);
    json_put_string(j, "state", state);
    json_put_uint(j, "severity", severity);
    put_member(j, "device", l->device);
    put_member(j, "peer", l->peer);
    put_member(j, "protocol", l->protocol);
    put_member(j, "class", l->class);
    put_member(j, "operation", l->operation);
    put_member(j, "unit", l->unit);
    put_member(j, "object", l->object);
}

static void finish(struct baseline_keeper *k, struct deviating *d, uint64_t at)
{
    json_end_object(&d->json);
    event_send(k->keeping->out, &d->json, EVENT_BASELINE, d->severity, at, XXH3_64bits(d->key, strlen(d->key)),
               k->ordinal++);
}

static bool is_planned(const struct baseline_keeper *k, const struct baseline_line *l, uint64_t at)
{
    const struct maintenance *windows = k->keeping->options->windows;
    return maintenance_planned(windows, l->device, at) || (l->peer[0] && maintenance_planned(windows, l->peer, at));
}

void baseline_tell(struct baseline_keeper *k, struct node *n, enum deviation what, const struct observation *o,
                   const char *was, const char *now)
{
    struct deviating d;
    uint64_t at = o ? o->time_ns : k->now_ns;
    if (n->told_ns[what] && at < n->told_ns[what] + TELL_EVERY) return;
    n->told_ns[what] = at ? at : 1;
    k->deviations++;
    bool rejected = n->state == BASELINE_REJECTED;
    begin(k, n, what, baseline_state_name[rejected ? BASELINE_REJECTED : BASELINE_DEVIATION], severity_of(n, what), &d);
    put_member(&d.json, "was", was);
    put_member(&d.json, "now", now);
    if (o) json_put_uint(&d.json, "frame", o->frame);
    json_put_bool(&d.json, "planned", is_planned(k, &d.line, at));
    finish(k, &d, at);
}

void baseline_tell_answer(struct baseline_keeper *k, const struct node *n, enum deviation what, bool accepted,
                          const char *by, const char *reason)
{
    const char *state = baseline_state_name[accepted ? BASELINE_ACCEPTED : BASELINE_REJECTED];
    unsigned severity = accepted ? 4 : severity_of(n, what);
    struct deviating d;
    begin(k, n, what, state, severity, &d);
    put_member(&d.json, "by", by);
    put_member(&d.json, "reason", reason);
    finish(k, &d, k->keeping->out->now_ns);
}
