/* SPDX-License-Identifier: Apache-2.0 */
/* The `ot` object: a message's meaning in words and its decoded fields (docs/events.md). */
#include <string.h>

#include "parsers/registry.h"
#include "sensor/inspect/event.h"

/* A block read can hold thousands of points; an event shows the first of each field and says how many there were. */
enum { SHOWN_PER_FIELD = 64, FIELDS_SHOWN = 256, PLACES = 512, TEXT_AT_MOST = 4096 };

static void put_value(struct json *j, const char *key, const struct value *v)
{
    char text[TEXT_AT_MOST];
    const struct field *f = field_of(v->field);
    if (v->kind == VALUE_UINT && f->type == FIELD_BOOL) {
        json_put_bool(j, key, v->u != 0);
    } else if (v->kind == VALUE_UINT && f->type != FIELD_IPV4) {
        json_put_uint(j, key, v->u);
    } else if (v->kind == VALUE_INT) {
        json_put_int(j, key, v->i);
    } else if (v->kind == VALUE_DOUBLE) {
        json_put_double(j, key, v->f);
    } else if (v->kind == VALUE_TEXT) {
        json_put_text(j, key, v->bytes, v->length < TEXT_AT_MOST ? v->length : TEXT_AT_MOST);
    } else {
        size_t n = value_print(v, text, sizeof text);
        json_put_text(j, key, text, n < sizeof text ? n : sizeof text - 1);
    }
}

static void put_all(struct json *j, const char *key, const struct message *m, uint32_t first)
{
    unsigned shown = 0;
    json_begin_array(j, key);
    for (uint32_t i = first; i < m->value_count && shown < SHOWN_PER_FIELD; i++)
        if (m->values[i].field == m->values[first].field) put_value(j, NULL, &m->values[i]), shown++;
    json_end_array(j);
}

/* The fields of a message: where each comes first, and how often it comes. */
struct tally {
    unsigned count;
    bool full;
    struct counted {
        uint32_t first, times;
    } fields[FIELDS_SHOWN];
    uint16_t places[PLACES]; /* + 1, by hash of the field */
};

static struct counted *counted_of(struct tally *t, const struct message *m, uint32_t i)
{
    uint16_t field = m->values[i].field;
    for (unsigned at = field * 40503u;; at++) {
        uint16_t *place = &t->places[at % PLACES];
        if (*place) {
            struct counted *c = &t->fields[*place - 1];
            if (m->values[c->first].field == field) return c;
            continue;
        }
        if (t->count == FIELDS_SHOWN) return NULL;
        t->fields[t->count] = (struct counted){i, 0};
        *place = (uint16_t)++t->count;
        return &t->fields[*place - 1];
    }
}

static void tally(struct tally *t, const struct message *m)
{
    t->count = 0;
    t->full = false;
    memset(t->places, 0, sizeof t->places);
    for (uint32_t i = 0; i < m->value_count; i++) {
        struct counted *c = counted_of(t, m, i);
        if (c)
            c->times++;
        else
            t->full = true;
    }
}

static void put_list(struct json *j, const char *key, const char *count_key, const struct message *m,
                     const struct tally *t, uint16_t field)
{
    for (unsigned i = 0; i < t->count; i++) {
        const struct counted *c = &t->fields[i];
        if (m->values[c->first].field != field) continue;
        put_all(j, key, m, c->first);
        if (c->times > SHOWN_PER_FIELD) json_put_uint(j, count_key, c->times);
        return;
    }
}

static void put_fields(struct json *j, const struct message *m, const struct tally *t)
{
    bool cut = t->full;
    json_begin_object(j, "fields");
    for (unsigned i = 0; i < t->count; i++) {
        const struct counted *c = &t->fields[i];
        const struct value *v = &m->values[c->first];
        if (field_parser(v->field) == registry()->parsers[0]) continue;
        cut |= c->times > SHOWN_PER_FIELD;
        if (c->times == 1)
            put_value(j, field_of(v->field)->name, v);
        else
            put_all(j, field_of(v->field)->name, m, c->first);
    }
    json_end_object(j);
    if (cut) json_put_bool(j, "fields_cut", true);
}

static void put_status(struct json *j, const struct message *m)
{
    const struct status_name *s = NULL;
    json_put_string(j, "status", ot_status_name[m->status]);
    if (!m->status_parser) return;
    json_put_uint(j, "status_code", m->status_code);
    s = status_find(m->status_parser, m->status_code);
    if (!s) return;
    json_put_string(j, "status_zh", s->zh);
    json_put_string(j, "status_en", s->en);
}

static void put_anomalies(struct json *j, const struct message *m)
{
    static const char *const severities[] = {"note", "odd", "hostile"};
    if (!m->anomaly_count) return;
    json_begin_array(j, "anomalies");
    for (unsigned i = 0; i < m->anomaly_count; i++) {
        const struct parser *p = m->anomalies[i].parser;
        const struct anomaly *a = &p->anomalies[m->anomalies[i].anomaly];
        json_begin_object(j, NULL);
        json_put_format(j, "name", "%s.%s", p->name, a->name);
        json_put_string(j, "severity", severities[a->severity]);
        json_put_string(j, "zh", a->zh);
        json_put_string(j, "en", a->en);
        json_end_object(j);
    }
    json_end_array(j);
}

void event_ot(struct json *j, const struct message *m)
{
    struct tally t;
    tally(&t, m);
    json_begin_object(j, "ot");
    json_put_string(j, "protocol", m->parser->name);
    json_put_string(j, "class", ot_class_name[m->operation_class]);
    json_put_string(j, "class_zh", ot_class_zh[m->operation_class]);
    if (m->operation) {
        json_put_string(j, "operation", m->operation->name);
        json_put_string(j, "operation_zh", m->operation->zh);
        json_put_string(j, "operation_en", m->operation->en);
    }
    if (m->has_operation) json_put_uint(j, "code", m->operation_code);
    json_put_string(j, "role", ot_role_name[m->role]);
    put_status(j, m);
    if (m->has_unit) json_put_uint(j, "unit", m->unit);
    put_list(j, "objects", "object_count", m, &t, OT_FIELD_OBJECT);
    put_list(j, "values", "value_count", m, &t, OT_FIELD_VALUE);
    if (m->latency_ns) json_put_double(j, "latency", (double)m->latency_ns / 1e9);
    if (m->request_frame) json_put_uint(j, "request_frame", m->request_frame);
    put_anomalies(j, m);
    put_fields(j, m, &t);
    json_end_object(j);
}
