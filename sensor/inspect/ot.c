/* SPDX-License-Identifier: Apache-2.0 */
/* Records of industrial operations: every one that changes something (the audit trail), or every message on request. */
#include "parsers/registry.h"
#include "sensor/engine/worker.h"
#include "sensor/inspect/event.h"

struct ot {
    struct worker *worker;
    bool all;
    const struct filter *filter;
};

static bool audited(enum ot_class class)
{
    switch (class) {
    case OT_WRITE:
    case OT_CONTROL:
    case OT_MODE:
    case OT_PROGRAM:
    case OT_FIRMWARE:
    case OT_CONFIGURE:
    case OT_FILE:
    case OT_TIME:
        return true;
    default:
        return false;
    }
}

static bool ot_open(void *self, struct worker *w, struct fault *fault)
{
    struct ot *s = self;
    (void)fault;
    s->worker = w;
    s->all = w->options->ot == OT_EVENTS_ALL;
    s->filter = w->options->filter;
    return w->out.publisher && w->options->ot != OT_EVENTS_NONE;
}

static void ot_wants(void *self, enum ot_class class, uint8_t *want)
{
    const struct ot *s = self;
    if (s->filter) filter_fields(s->filter, want);
    if (!s->all && !audited(class)) return;
    for (unsigned i = 0; i < registry()->field_count; i++) want[i] = 1;
}

static bool ot_cares(void *self, const struct kind *kind)
{
    const struct ot *s = self;
    return s->all || audited(kind->class);
}

static void ot_message(void *self, const struct message *m)
{
    struct ot *s = self;
    if (s->filter && !filter_match(s->filter, m)) return;
    struct json j = event_begin(&s->worker->out, EVENT_OT, m->packet, m->parser->name);
    event_ot(&j, m);
    event_send_frame(&s->worker->out, &j, EVENT_OT, 0, m->packet);
}

const struct inspector inspector_ot = {.name = "ot",
                                       .size = sizeof(struct ot),
                                       .open = ot_open,
                                       .wants = ot_wants,
                                       .cares = ot_cares,
                                       .on_message = ot_message};
