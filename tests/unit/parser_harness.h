/* SPDX-License-Identifier: Apache-2.0 */
/* For parser tests: bytes of one conversation in, what the messages said out, through the real engine.
 *
 *     struct harness *h = harness_open(OVER_TCP, 49152, 502);
 *     harness_send(h, TO_SERVER, "0001 0000 0006 01 03 006b 0003");
 *     assert_string_equal(harness_text(h, "modbus.func_code"), "3");
 *     harness_close(h);
 *
 * harness_text joins the values of all messages since the last harness_send with commas, as tshark -T fields does. */
#ifndef WANGLOU_TESTS_UNIT_PARSER_HARNESS_H
#define WANGLOU_TESTS_UNIT_PARSER_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/options.h"
#include "parsers/registry.h"
#include "sensor/engine/worker.h"

enum { HARNESS_VALUES = 4096, HARNESS_MESSAGES = 64, HARNESS_TEXT = 65536 };

struct harness_message { /* a copy: outlives the call */
    const struct parser *parser;
    const struct operation *operation;
    uint32_t operation_code, status_code, unit;
    uint8_t role, status, operation_class, anomaly_count;
    char anomalies[MESSAGE_ANOMALIES][64];
    uint64_t request_frame;
    unsigned first_value, value_count;
};

struct harness {
    struct sensor_options options;
    struct options *loaded;
    struct worker *worker;
    struct flow *flow;
    uint64_t frame;
    struct harness_message messages[HARNESS_MESSAGES];
    unsigned message_count, value_count;
    uint16_t fields[HARNESS_VALUES];
    char *values[HARNESS_VALUES];
    char text[HARNESS_TEXT];
};

static struct harness *harness_of_worker;

static void harness_wants(void *self, enum ot_class class, uint8_t *want)
{
    (void)self, (void)class;
    memset(want, 1, registry()->field_count);
}

/* For tests/operations/run: what was said is written to the file that the environment names. */
static void harness_note(const struct message *m)
{
    const char *path = getenv("WANGLOU_OPERATIONS_SEEN");
    FILE *f = path && m->operation ? fopen(path, "a") : NULL;
    if (!f) return;
    fprintf(f, "%s\t%s\n", m->parser->name, m->operation->name);
    fclose(f);
}

static void harness_message(void *self, const struct message *m)
{
    struct harness *h = harness_of_worker;
    (void)self;
    harness_note(m);
    assert_true(h->message_count < HARNESS_MESSAGES);
    struct harness_message *c = &h->messages[h->message_count++];
    *c = (struct harness_message){.parser = m->parser,
                                  .operation = m->operation,
                                  .operation_code = m->operation_code,
                                  .status_code = m->status_code,
                                  .unit = m->unit,
                                  .role = m->role,
                                  .status = m->status,
                                  .operation_class = m->operation_class,
                                  .anomaly_count = m->anomaly_count,
                                  .request_frame = m->request_frame,
                                  .first_value = h->value_count};
    for (unsigned i = 0; i < m->anomaly_count; i++)
        snprintf(c->anomalies[i], sizeof c->anomalies[i], "%s",
                 m->anomalies[i].parser->anomalies[m->anomalies[i].anomaly].name);
    for (uint32_t i = 0; i < m->value_count; i++) {
        size_t n = value_print(&m->values[i], NULL, 0);
        assert_true(h->value_count < HARNESS_VALUES);
        h->values[h->value_count] = malloc(n + 1);
        value_print(&m->values[i], h->values[h->value_count], n + 1);
        h->fields[h->value_count++] = m->values[i].field;
    }
    c->value_count = h->value_count - c->first_value;
}

static const struct inspector harness_inspector = {
    .name = "harness", .wants = harness_wants, .on_message = harness_message};

static inline void harness_forget(struct harness *h)
{
    for (unsigned i = 0; i < h->value_count; i++) free(h->values[i]);
    h->value_count = h->message_count = 0;
}

/* `over`: OVER_TCP, OVER_UDP or OVER_LINK (then `server` is the link type). The parser must claim the bytes itself. */
static inline struct harness *harness_open(enum transport over, uint16_t client, uint32_t server)
{
    struct harness *h = calloc(1, sizeof *h);
    struct fault fault = {0};
    assert_non_null(h);
    harness_of_worker = h;
    assert_non_null(registry_open(fault.text, sizeof fault.text));
    h->loaded = sensor_options_load(NULL, NULL, &h->options, &fault);
    assert_non_null(h->loaded);
    h->worker = worker_open(&h->options, NULL, NULL, 0, &fault);
    assert_non_null(h->worker);
    struct worker *w = h->worker;
    w->inspector_count = w->on_frame_count = 0;
    kinds_clear(&w->kinds);
    worker_listen(w, &harness_inspector, NULL);
    for (unsigned c = 0; c < OT_CLASS_COUNT; c++)
        memset((uint8_t *)w->emitter.want_of_class[c], 1, registry()->field_count);
    struct packet *p = w->packet;
    struct flow_key key;
    unsigned side;
    p->kind = over == OVER_TCP ? PACKET_TCP : over == OVER_UDP ? PACKET_UDP : PACKET_LINK;
    p->link_type = over == OVER_LINK ? server : 0;
    p->meta.src = (struct address){4, {10, 0, 0, 1}};
    p->meta.dst = (struct address){4, {10, 0, 0, 2}};
    p->meta.src_mac[5] = 1;
    p->meta.dst_mac[5] = 2;
    p->meta.src_port = over == OVER_LINK ? 0 : client;
    p->meta.dst_port = over == OVER_LINK ? 0 : (uint16_t)server;
    p->meta.ip_proto = over == OVER_TCP ? 6 : over == OVER_UDP ? 17 : 0;
    p->meta.time_ns = w->now_ns = 1000000000u;
    assert_true(flow_key_of(&key, p, &side));
    h->flow = flow_get(&w->flows, &key, flow_hash(&key), side, NULL, p, NULL, NULL);
    h->flow->client = 0; /* the client's address sorts first */
    h->flow->client_known = over == OVER_TCP;
    return h;
}

static inline void harness_send_bytes(struct harness *h, enum direction to, const uint8_t *bytes, size_t n)
{
    struct packet_meta *m = &h->worker->packet->meta;
    unsigned side = to == TO_CLIENT;
    harness_forget(h);
    m->frame = ++h->frame;
    m->time_ns = h->worker->now_ns += 1000000;
    m->src = (struct address){4, {10, 0, 0, (uint8_t)(side ? 2 : 1)}};
    m->dst = (struct address){4, {10, 0, 0, (uint8_t)(side ? 1 : 2)}};
    m->src_port = h->flow->key.port[side];
    m->dst_port = h->flow->key.port[!side];
    m->from_client = !side;
    m->direction_known = h->flow->client_known;
    struct bytes data = bytes_over(bytes, n);
    if (h->flow->kind == PACKET_TCP)
        feed_stream(h->worker, h->flow, side, data);
    else
        feed_datagram(h->worker, h->flow, side, data);
}

/* Hex digits; blanks are passed over. One segment or datagram. */
static inline void harness_send(struct harness *h, enum direction to, const char *hex)
{
    size_t n = 0;
    uint8_t *bytes = malloc(strlen(hex) / 2 + 1); /* exact size: ASan sees a read past the end */
    for (const char *p = hex; *p;) {
        unsigned v;
        if (*p == ' ' || *p == '\n') {
            p++;
            continue;
        }
        assert_int_equal(sscanf(p, "%2x", &v), 1);
        bytes[n++] = (uint8_t)v;
        p += 2;
    }
    uint8_t *exact = malloc(n ? n : 1);
    memcpy(exact, bytes, n);
    harness_send_bytes(h, to, exact, n);
    free(exact);
    free(bytes);
}

static inline const char *harness_text(struct harness *h, const char *field)
{
    int number = registry_field(field);
    size_t n = 0;
    if (number < 0) fail_msg("no such field: %s", field);
    h->text[0] = 0;
    for (unsigned i = 0; i < h->value_count; i++) {
        if (h->fields[i] != number) continue;
        n += (size_t)snprintf(h->text + n, sizeof h->text - n, "%s%s", n ? "," : "", h->values[i]);
        assert_true(n < sizeof h->text);
    }
    return h->text;
}

/* Name of the operation of the n-th message ("" when it is not in the table). */
static inline const char *harness_operation(const struct harness *h, unsigned n)
{
    assert_true(n < h->message_count);
    return h->messages[n].operation ? h->messages[n].operation->name : "";
}

static inline bool harness_has_anomaly(const struct harness *h, const char *name)
{
    for (unsigned i = 0; i < h->message_count; i++)
        for (unsigned j = 0; j < h->messages[i].anomaly_count; j++)
            if (strcmp(h->messages[i].anomalies[j], name) == 0) return true;
    return false;
}

static inline void harness_close(struct harness *h)
{
    harness_forget(h);
    session_end(h->worker, h->flow);
    h->worker->inspector_count = 0;
    worker_close(h->worker);
    options_free(h->loaded);
    free(h);
}

#endif
