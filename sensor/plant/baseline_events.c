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

void baseline_tell(struct baseline_keeper *k, struct node *n, enum deviation what, const struct observation *o,
                   const char *was, const char *now)
{
    struct event_out *out = k->keeping->out;
    struct baseline_line l;
    char key[7 * BASELINE_TEXT];
    uint64_t at = o ? o->time_ns : k->now_ns;
    if (n->told_ns[what] && at < n->told_ns[what] + TELL_EVERY) return;
    n->told_ns[what] = at ? at : 1;
    k->deviations++;
    baseline_line_of(k, n, &l);
    snprintf(key, sizeof key, "%s:%s>%s/%s/%s.%s/%s/%s", words[what].name, l.device, l.peer, l.protocol, l.class,
             l.operation, l.unit, l.object);
    struct json j = event_begin(out, EVENT_BASELINE, NULL, l.protocol[0] ? l.protocol : NULL);
    json_begin_object(&j, "baseline");
    json_put_string(&j, "key", key);
    json_put_string(&j, "kind", words[what].name);
    json_put_string(&j, "zh", words[what].zh);
    json_put_string(&j, "en", words[what].en);
    json_put_uint(&j, "severity", severity_of(n, what));
    put_member(&j, "device", l.device);
    put_member(&j, "peer", l.peer);
    put_member(&j, "protocol", l.protocol);
    put_member(&j, "class", l.class);
    put_member(&j, "operation", l.operation);
    put_member(&j, "unit", l.unit);
    put_member(&j, "object", l.object);
    put_member(&j, "was", was);
    put_member(&j, "now", now);
    if (o) json_put_uint(&j, "frame", o->frame);
    json_put_bool(&j, "planned",
                  maintenance_planned(k->maintenance, l.device, at) ||
                      (l.peer[0] && maintenance_planned(k->maintenance, l.peer, at)));
    json_end_object(&j);
    event_send(out, &j, EVENT_BASELINE, severity_of(n, what), at, XXH3_64bits(key, strlen(key)), k->ordinal++);
}
