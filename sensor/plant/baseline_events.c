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

void baseline_key(const struct baseline_keeper *k, const struct node *n, enum deviation what, char key[BASELINE_KEY])
{
    struct baseline_line l;
    baseline_line_of(k, n, &l);
    snprintf(key, BASELINE_KEY, "%s:%s>%s/%s/%s.%s/%s/%s", words[what].name, l.device, l.peer, l.protocol, l.class,
             l.operation, l.unit, l.object);
}

static struct json begin(struct baseline_keeper *k, const struct node *n, enum deviation what, const char *state,
                         unsigned severity)
{
    struct baseline_line l;
    char key[BASELINE_KEY];
    baseline_line_of(k, n, &l);
    baseline_key(k, n, what, key);
    struct json j = event_begin(k->keeping->out, EVENT_BASELINE, NULL, l.protocol[0] ? l.protocol : NULL);
    json_begin_object(&j, "baseline");
    json_put_string(&j, "key", key);
    json_put_string(&j, "kind", words[what].name);
    json_put_string(&j, "zh", words[what].zh);
    json_put_string(&j, "en", words[what].en);
    json_put_string(&j, "state", state);
    json_put_uint(&j, "severity", severity);
    put_member(&j, "device", l.device);
    put_member(&j, "peer", l.peer);
    put_member(&j, "protocol", l.protocol);
    put_member(&j, "class", l.class);
    put_member(&j, "operation", l.operation);
    put_member(&j, "unit", l.unit);
    put_member(&j, "object", l.object);
    return j;
}

static void finish(struct baseline_keeper *k, const struct node *n, enum deviation what, struct json *j,
                   unsigned severity, uint64_t at)
{
    char key[BASELINE_KEY];
    baseline_key(k, n, what, key);
    json_end_object(j);
    event_send(k->keeping->out, j, EVENT_BASELINE, severity, at, XXH3_64bits(key, strlen(key)), k->ordinal++);
}

void baseline_tell(struct baseline_keeper *k, struct node *n, enum deviation what, const struct observation *o,
                   const char *was, const char *now)
{
    struct baseline_line l;
    uint64_t at = o ? o->time_ns : k->now_ns;
    if (n->told_ns[what] && at < n->told_ns[what] + TELL_EVERY) return;
    n->told_ns[what] = at ? at : 1;
    k->deviations++;
    bool rejected = n->state == BASELINE_REJECTED;
    struct json j =
        begin(k, n, what, baseline_state_name[rejected ? BASELINE_REJECTED : BASELINE_DEVIATION], severity_of(n, what));
    put_member(&j, "was", was);
    put_member(&j, "now", now);
    if (o) json_put_uint(&j, "frame", o->frame);
    baseline_line_of(k, n, &l);
    json_put_bool(&j, "planned",
                  maintenance_planned(k->maintenance, l.device, at) ||
                      (l.peer[0] && maintenance_planned(k->maintenance, l.peer, at)));
    finish(k, n, what, &j, severity_of(n, what), at);
}

void baseline_tell_answer(struct baseline_keeper *k, const struct node *n, enum deviation what, bool accepted,
                          const char *by, const char *reason)
{
    const char *state = baseline_state_name[accepted ? BASELINE_ACCEPTED : BASELINE_REJECTED];
    unsigned severity = accepted ? 4 : severity_of(n, what);
    struct json j = begin(k, n, what, state, severity);
    put_member(&j, "by", by);
    put_member(&j, "reason", reason);
    finish(k, n, what, &j, severity, k->keeping->out->now_ns);
}
