/* SPDX-License-Identifier: Apache-2.0 */
/* What parsers call to fill a message (parser.h): bounded, counted, without allocation. */
#include "parsers/registry.h"

#include <stdarg.h>
#include <stdio.h>

struct value *emitter_append(struct emitter *e, uint16_t field)
{
    struct message *m = &e->message;
    if (m->value_count >= e->value_limit) {
        e->values_dropped++;
        return NULL;
    }
    struct value *v = &m->values[m->value_count++];
    v->field = field;
    return v;
}

static void append_raw(struct emitter *e, uint16_t field, enum value_kind kind, const void *bytes, size_t length)
{
    struct value *v = emitter_append(e, field);
    if (!v) return;
    v->kind = (uint8_t)kind;
    v->length = (uint32_t)length;
    v->bytes = bytes;
}

void emit_raw(struct pdu *p, unsigned field, enum value_kind kind, const void *bytes, size_t length)
{
    append_raw(p->emitter, (uint16_t)(p->field_base + field), kind, bytes, length);
}

static uint8_t *scratch_take(struct emitter *e, size_t n)
{
    if (n > (size_t)(e->scratch_end - e->scratch_at)) {
        e->scratch_dropped++;
        return NULL;
    }
    uint8_t *at = e->scratch_at;
    e->scratch_at += n;
    return at;
}

uint8_t *pdu_scratch(struct pdu *p, size_t n) { return scratch_take(p->emitter, n); }

static void append_format(struct emitter *e, uint16_t field, const char *format, va_list arguments)
{
    size_t room = (size_t)(e->scratch_end - e->scratch_at);
    int n = vsnprintf((char *)e->scratch_at, room, format, arguments);
    if (n < 0) return;
    uint8_t *text = scratch_take(e, (size_t)n + 1);
    if (text) append_raw(e, field, VALUE_TEXT, text, (size_t)n);
}

void emit_format(struct pdu *p, unsigned field, const char *format, ...)
{
    if (!p->want[field]) return;
    va_list arguments;
    va_start(arguments, format);
    append_format(p->emitter, (uint16_t)(p->field_base + field), format, arguments);
    va_end(arguments);
}

static void take_class(struct pdu *p, uint8_t class)
{
    p->message->operation_class = class;
    p->want = p->emitter->want_of_class[class] + p->field_base;
}

void message_operation(struct pdu *p, uint32_t code)
{
    struct message *m = p->message;
    m->operation = operation_at(p->field_base, p->parser, code);
    m->operation_code = code;
    m->has_operation = true;
    m->parser = p->parser;
    take_class(p, m->operation ? m->operation->class : OT_NONE);
}

void message_class(struct pdu *p, enum ot_class class) { take_class(p, (uint8_t) class); }
void message_role(struct pdu *p, enum ot_role role) { p->message->role = (uint8_t)role; }

void message_unit(struct pdu *p, uint32_t unit)
{
    p->message->unit = unit;
    p->message->has_unit = true;
}

void message_status(struct pdu *p, enum ot_status status, uint32_t code)
{
    p->message->status = (uint8_t)status;
    p->message->status_code = code;
    p->message->status_parser = p->parser;
}

void message_anomaly(struct pdu *p, unsigned anomaly)
{
    struct message *m = p->message;
    for (unsigned i = 0; i < m->anomaly_count; i++)
        if (m->anomalies[i].parser == p->parser && m->anomalies[i].anomaly == anomaly) return;
    if (m->anomaly_count == MESSAGE_ANOMALIES) return;
    m->anomalies[m->anomaly_count].parser = p->parser;
    m->anomalies[m->anomaly_count++].anomaly = (uint16_t)anomaly;
}

static const uint8_t *want_now(const struct pdu *p) { return p->want - p->field_base; }

bool wants_object(const struct pdu *p) { return want_now(p)[OT_FIELD_OBJECT] || want_now(p)[OT_FIELD_VALUE]; }

void message_object(struct pdu *p, const char *format, ...)
{
    if (!want_now(p)[OT_FIELD_OBJECT]) return;
    va_list arguments;
    va_start(arguments, format);
    append_format(p->emitter, OT_FIELD_OBJECT, format, arguments);
    va_end(arguments);
}

void message_object_text(struct pdu *p, struct bytes text)
{
    if (want_now(p)[OT_FIELD_OBJECT]) append_raw(p->emitter, OT_FIELD_OBJECT, VALUE_TEXT, text.at, bytes_left(&text));
}

void message_value_int(struct pdu *p, int64_t v)
{
    struct value *x = want_now(p)[OT_FIELD_VALUE] ? emitter_append(p->emitter, OT_FIELD_VALUE) : NULL;
    if (x) x->kind = VALUE_INT, x->i = v;
}

void message_value_double(struct pdu *p, double v)
{
    struct value *x = want_now(p)[OT_FIELD_VALUE] ? emitter_append(p->emitter, OT_FIELD_VALUE) : NULL;
    if (x) x->kind = VALUE_DOUBLE, x->f = v;
}

void message_value_text(struct pdu *p, struct bytes text)
{
    if (want_now(p)[OT_FIELD_VALUE]) append_raw(p->emitter, OT_FIELD_VALUE, VALUE_TEXT, text.at, bytes_left(&text));
}

void message_identity(struct pdu *p, enum identity what, struct bytes text)
{
    bool binary = what == IDENTITY_ADDRESS || what == IDENTITY_MAC;
    if (bytes_empty(&text) || !want_now(p)[OT_FIELD_IDENTITY + what]) return;
    append_raw(p->emitter, (uint16_t)(OT_FIELD_IDENTITY + what), binary ? VALUE_BYTES : VALUE_TEXT, text.at,
               bytes_left(&text));
    p->message->has_identity = true;
}

void message_identity_format(struct pdu *p, enum identity what, const char *format, ...)
{
    if (!want_now(p)[OT_FIELD_IDENTITY + what]) return;
    va_list arguments;
    va_start(arguments, format);
    append_format(p->emitter, (uint16_t)(OT_FIELD_IDENTITY + what), format, arguments);
    va_end(arguments);
    p->message->has_identity = true;
}
