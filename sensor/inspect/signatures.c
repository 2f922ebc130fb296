/* SPDX-License-Identifier: Apache-2.0 */
/* Risk signatures over messages and unclaimed payloads; each match that is to be told becomes an `alert` event. */
#include <string.h>

#include "parsers/registry.h"
#include "sensor/engine/turns.h"
#include "sensor/engine/worker.h"
#include "sensor/inspect/event.h"
#include "sensor/inspect/evidence.h"
#include "sensor/plant/maintenance.h"
#include "sensor/rules/rules.h"

struct signatures {
    struct worker *worker;
    struct rules_share *share;
    struct matcher_commons commons;
    struct matcher_counters last;
    bool streams; /* a rule looks at the bytes of connections */
    bool packets; /* a rule looks at the payload of every packet */
};

static void use(struct signatures *s, struct rules_share *share)
{
    s->share = share;
    s->packets = ruleset_wants_packets(share->ruleset);
    s->streams = ruleset_wants_streams(share->ruleset);
    s->worker->matching = matcher_counters(share->matcher);
    if (s->commons.states) matcher_join(share->matcher, &s->commons);
}

/* The plant learns how far this worker is before it waits: it may be the plant that another one waits for. */
static void enter(void *context)
{
    struct worker *w = context;
    struct turns *turns = w->options->turns;
    if (turns_must_wait(turns, w->number, w->place)) worker_mark(w);
    turns_enter(turns, w->number, w->place);
}

static void leave(void *context) { turns_leave(((struct worker *)context)->options->turns); }

static bool signatures_open(void *self, struct worker *w, struct fault *fault)
{
    struct signatures *s = self;
    s->worker = w;
    if (!w->options->rules || !w->out.publisher) return false;
    struct rules_share *share = rules_take(w->options->rules, w->number, NULL);
    if (!share) return fault_set(fault, "signatures: out of memory");
    if (w->options->turns) s->commons = (struct matcher_commons){turns_states(w->options->turns), enter, leave, w};
    use(s, share);
    return true;
}

static void signatures_wants(void *self, enum ot_class class, uint8_t *want)
{
    const struct signatures *s = self;
    size_t fields = registry()->field_count;
    const uint8_t *wants = s->share->wants + class * fields;
    for (size_t i = 0; i < fields; i++) want[i] |= wants[i];
}

/* Between two frames: the place where rules change. */
static void signatures_tick(void *self, uint64_t now_ns)
{
    struct signatures *s = self;
    (void)now_ns;
    struct rules_share *share = rules_take(s->worker->options->rules, s->worker->number, s->share);
    if (!share) {
        matcher_counters(s->share->matcher); /* brought up to date for `stats` */
        return;
    }
    use(s, share);
    worker_want(s->worker);
}

static void put_strings(struct json *j, const char *key, const char *const *items)
{
    if (!*items) return;
    json_begin_array(j, key);
    for (; *items; items++) json_put_string(j, NULL, *items);
    json_end_array(j);
}

static void put_party(struct json *j, const char *key, const struct address *a, const uint8_t mac[6])
{
    char text[64];
    json_begin_object(j, key);
    if (a->family) json_put_string(j, "ip", address_text(a, text));
    json_put_string(j, "mac", mac_text(mac, text));
    json_end_object(j);
}

/* Who commands is the source, whichever side sent this packet. */
static void put_parties(struct json *j, const struct message *m)
{
    const struct packet_meta *p = m->packet;
    bool answer = m->role == ROLE_RESPONSE;
    put_party(j, "source", answer ? &p->dst : &p->src, answer ? p->dst_mac : p->src_mac);
    put_party(j, "target", answer ? &p->src : &p->dst, answer ? p->src_mac : p->dst_mac);
}

/* Of which devices the rule speaks; whether the target is one of them, the inventory knows. */
static void put_affected(struct json *j, const struct rule *r)
{
    if (!r->affected_count) return;
    json_begin_array(j, "affected");
    for (unsigned i = 0; i < r->affected_count; i++) {
        const struct rule_product *p = &r->affected[i];
        json_begin_object(j, NULL);
        json_put_string(j, "vendor", p->vendor);
        put_strings(j, "models", p->models);
        if (p->from) json_put_string(j, "from", p->from);
        if (p->before) json_put_string(j, "before", p->before);
        if (p->through) json_put_string(j, "through", p->through);
        json_end_object(j);
    }
    json_end_array(j);
}

static void put_alert(struct json *j, const struct alert *a, bool planned, struct evidence *evidence)
{
    const struct rule *r = a->rule;
    json_begin_object(j, "alert");
    json_put_string(j, "action", "allowed");
    json_put_uint(j, "gid", 1);
    json_put_uint(j, "signature_id", r->sid);
    json_put_string(j, "rule", r->id);
    json_put_uint(j, "rev", r->revision);
    json_put_uint(j, "severity", r->severity);
    json_put_string(j, "category", r->category ? r->category : "");
    json_put_string(j, "signature", r->name.zh ? r->name.zh : "");
    json_put_string(j, "signature_en", r->name.en ? r->name.en : "");
    event_words(j, "description", r->description.zh, r->description.en);
    event_words(j, "impact", r->impact.zh, r->impact.en);
    event_words(j, "check", r->check.zh, r->check.en);
    event_words(j, "false_positive", r->false_positive.zh, r->false_positive.en);
    put_strings(j, "techniques", r->techniques);
    put_strings(j, "references", r->references);
    put_affected(j, r);
    if (planned) json_put_bool(j, "planned", true);
    json_put_uint(j, "count", a->count);
    json_put_time(j, "first", a->first_ns);
    if (a->key[0]) json_put_string(j, "key", a->key);
    put_parties(j, a->message);
    if (evidence) evidence_for_alert(evidence, j, a->message->packet);
    json_end_object(j);
}

static struct suppression_party party_of(const struct address *a, const uint8_t mac[6])
{
    struct suppression_party p;
    address_text(a, p.ip);
    mac_text(mac, p.mac);
    return p;
}

/* Who commands and who is commanded, as texts. */
struct parties {
    struct suppression_party source, target;
};

static struct parties parties_of(const struct message *m)
{
    const struct packet_meta *p = m->packet;
    struct suppression_party from = party_of(&p->src, p->src_mac), to = party_of(&p->dst, p->dst_mac);
    bool answer = m->role == ROLE_RESPONSE;
    return (struct parties){answer ? to : from, answer ? from : to};
}

static bool is_planned(const struct signatures *s, const struct parties *p, uint64_t now_ns)
{
    const struct maintenance *m = s->share->maintenance;
    return m && (maintenance_planned(m, p->source.ip, now_ns) || maintenance_planned(m, p->target.ip, now_ns) ||
                 maintenance_planned(m, p->source.mac, now_ns) || maintenance_planned(m, p->target.mac, now_ns));
}

/* Is nothing to be told? `*planned`: of a machine under maintenance. */
static bool is_suppressed(const struct signatures *s, const struct alert *a, bool *planned)
{
    *planned = false;
    if (!s->share->suppressions->count && !s->share->maintenance) return false;
    struct parties p = parties_of(a->message);
    uint64_t now_ns = a->message->packet->time_ns;
    *planned = is_planned(s, &p, now_ns);
    return (*planned && a->rule->maintenance_quiet) ||
           suppressions_hold(s->share->suppressions, a->rule->id, &p.source, &p.target, now_ns);
}

static void on_alert(void *context, const struct alert *a)
{
    struct signatures *s = context;
    const struct message *m = a->message;
    bool planned;
    if (is_suppressed(s, a, &planned)) {
        s->worker->alerts_suppressed++;
        return;
    }
    struct json j = event_begin(&s->worker->out, EVENT_ALERT, m->packet, m->parser ? m->parser->name : NULL);
    put_alert(&j, a, planned, s->worker->evidence);
    if (m->parser) event_ot(&j, m);
    bool sent = event_send_frame(&s->worker->out, &j, EVENT_ALERT, a->rule->severity, m->packet);
    if (sent && s->worker->evidence) evidence_alert_sent(s->worker->evidence, s->worker->out.id);
}

static void signatures_message(void *self, const struct message *m)
{
    struct signatures *s = self;
    matcher_message(s->share->matcher, m, on_alert, s);
}

static void signatures_payload(void *self, const struct packet_meta *packet, struct bytes payload)
{
    struct signatures *s = self;
    matcher_payload(s->share->matcher, packet, payload, on_alert, s);
}

static void signatures_close(void *self)
{
    struct signatures *s = self;
    s->last = *matcher_counters(s->share->matcher);
    s->worker->matching = &s->last; /* `stats` closes behind this */
    rules_leave(s->worker->options->rules, s->worker->number, s->share);
}

/* ---- rules about the bytes of connections ---- */

static void signatures_stream(void *self, const struct flow *flow, unsigned side, struct bytes bytes)
{
    struct signatures *s = self;
    (void)flow;
    if (s->streams) matcher_stream(s->share->matcher, side, &s->worker->packet->meta, bytes, on_alert, s);
}

static void signatures_gap(void *self, const struct flow *flow)
{
    const struct signatures *s = self;
    if (s->streams) matcher_stream_end(s->share->matcher, flow->id);
}

static void signatures_flow_end(void *self, const struct flow *flow, enum flow_end_reason reason)
{
    (void)reason;
    signatures_gap(self, flow);
}

/* ---- rules about the payload of every packet ---- */

static void signatures_frame(void *self, const struct packet *packet)
{
    struct signatures *s = self;
    if (!s->packets || bytes_empty(&packet->payload)) return;
    matcher_packet(s->share->matcher, &packet->meta, packet->payload, on_alert, s);
}

const struct inspector inspector_signatures = {
    .name = "signatures",
    .size = sizeof(struct signatures),
    .open = signatures_open,
    .wants = signatures_wants,
    .on_message = signatures_message,
    .on_payload = signatures_payload,
    .on_frame = signatures_frame,
    .on_stream = signatures_stream,
    .on_gap = signatures_gap,
    .on_flow_end = signatures_flow_end,
    .on_tick = signatures_tick,
    .close = signatures_close,
};
