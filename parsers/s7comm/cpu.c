/* SPDX-License-Identifier: Apache-2.0 */
/* S7 user data, group 4: messages and alarms of the CPU. Facts as named in s7comm.h. */
#include "parsers/s7comm/s7comm.h"

enum {
    READ_SZL = 0x01,
    MESSAGE_SERVICE = 0x02,
    DIAGNOSTIC = 0x03,
    ALARM_8 = 0x05,
    NOTIFY = 0x06,
    ALARM_LOCK = 0x07,
    ALARM_UNLOCK = 0x08,
    SCAN = 0x09,
    ALARM_ACK = 0x0b,
    ALARM_ACK_INDICATION = 0x0c,
    ALARM_LOCK_INDICATION = 0x0d,
    ALARM_UNLOCK_INDICATION = 0x0e,
    ALARM_SQ = 0x11,
    ALARM_S = 0x12,
    ALARM_QUERY = 0x13,
    NOTIFY_8 = 0x16
};
enum { SET_LOCK = 0x15, SET_ALARM = 0x16, SET_ACK = 0x19, SET_QUERY = 0x1a, SET_NOTIFY = 0x1c };

/* 20 octets of the diagnostic buffer: event, priority class, OB, data, time. */
void s7_parse_diagnostic(struct pdu *p, struct bytes *in)
{
    uint16_t event = bytes_be16(in);
    uint8_t priority = bytes_u8(in), ob = bytes_u8(in);
    bytes_skip(in, 8);
    if (!bytes_ok(in)) return;
    emit_uint(p, F_DIAGNOSTIC_EVENT, event);
    emit_uint(p, F_DIAGNOSTIC_PRIORITY, priority);
    emit_uint(p, F_DIAGNOSTIC_OB, ob);
    message_object(p, "event 0x%04x", event);
    char time[32];
    if (wants_object(p) && s7_clock_text(in, false, time)) {
        uint8_t *text = pdu_scratch(p, strlen(time));
        if (text) message_value_text(p, bytes_over(memcpy(text, time, strlen(time)), strlen(time)));
    }
}

static void parse_message_service(struct pdu *p, const struct s7_userdata *u, struct bytes in)
{
    enum { ALARMS = 0x80 };
    if (u->type == S7_REQUEST) {
        uint8_t events = bytes_u8(&in);
        bytes_skip(&in, 1);
        struct bytes user = bytes_take(&in, 8);
        if (!bytes_ok(&user)) return;
        emit_uint(p, F_MESSAGE_EVENTS, events);
        emit_text(p, F_MESSAGE_USER, user);
        if (events & ALARMS && !bytes_empty(&in)) emit_uint(p, F_MESSAGE_ALARM_TYPE, bytes_u8(&in));
    } else if (u->type == S7_RESPONSE) {
        bytes_skip(&in, 2);
        if (!bytes_empty(&in)) emit_uint(p, F_MESSAGE_ALARM_TYPE, bytes_u8(&in));
    }
}

static void parse_states(struct pdu *p, struct bytes *in, uint8_t set)
{
    if (set == SET_ALARM || set == SET_NOTIFY) {
        emit_uint(p, F_ALARM_EVENT_STATE, bytes_u8(in));
        emit_uint(p, F_ALARM_STATE, bytes_u8(in));
    }
    if (set == SET_ALARM || set == SET_NOTIFY || set == SET_ACK) {
        emit_uint(p, F_ALARM_ACK_GOING, bytes_u8(in));
        emit_uint(p, F_ALARM_ACK_COMING, bytes_u8(in));
    }
    if (set == SET_NOTIFY) bytes_skip(in, 4);
}

static void parse_query_set(struct pdu *p, struct bytes *in)
{
    enum { BY_TYPE = 1, BY_EVENT = 3 };
    bytes_skip(in, 1);
    uint8_t query = bytes_u8(in);
    bytes_skip(in, 1);
    uint32_t value = bytes_be32(in);
    if (!bytes_ok(in)) return;
    emit_uint(p, F_ALARM_QUERY_TYPE, query);
    if (query == BY_TYPE) emit_uint(p, F_ALARM_QUERY_ALARM, value);
    if (query == BY_EVENT) emit_uint(p, F_ALARM_EVENT, value);
}

/* One object of an alarm message or order; false when nothing more can follow. */
static bool parse_alarm_object(struct pdu *p, struct bytes *in)
{
    uint8_t specification = bytes_u8(in), length = bytes_u8(in), set = bytes_u8(in);
    if (!bytes_ok(in)) return false;
    emit_uint(p, F_ITEM_SPEC, specification);
    emit_uint(p, F_ITEM_SPEC_LENGTH, length);
    emit_uint(p, F_SYNTAX_ID, set);
    if (set == SET_QUERY) {
        parse_query_set(p, in);
        return bytes_ok(in);
    }
    if (set != SET_LOCK && set != SET_ALARM && set != SET_ACK && set != SET_NOTIFY) {
        bytes_skip(in, length ? length - 1u : 0);
        return bytes_ok(in);
    }
    uint8_t values = bytes_u8(in);
    uint32_t event = bytes_be32(in);
    if (!bytes_ok(in)) return false;
    emit_uint(p, F_ALARM_VALUES, values);
    emit_uint(p, F_ALARM_EVENT, event);
    message_object(p, "alarm 0x%08x", event);
    parse_states(p, in, set);
    if (values && (set == SET_ALARM || set == SET_NOTIFY)) s7_parse_values(p, in, values, NULL);
    return bytes_ok(in);
}

static void parse_alarm(struct pdu *p, const struct s7_userdata *u, struct bytes in)
{
    enum { TIME = 8 };
    switch (u->subfunction) {
    case SCAN:
        bytes_skip(&in, 2 + TIME + 2);
        break;
    case ALARM_8:
    case ALARM_ACK_INDICATION:
    case ALARM_SQ:
    case ALARM_S:
    case NOTIFY:
    case NOTIFY_8:
        bytes_skip(&in, TIME);
        break;
    }
    uint8_t function = bytes_u8(&in), objects = bytes_u8(&in);
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_ALARM_FUNCTION, function);
    emit_uint(p, F_ALARM_OBJECTS, objects);
    for (unsigned i = 0; i < objects && !bytes_empty(&in); i++) {
        if (u->type == S7_RESPONSE)
            emit_uint(p, F_RETURN_CODE, bytes_u8(&in));
        else if (!parse_alarm_object(p, &in))
            break;
    }
    if (bytes_left(&in) == 0 && in.bad) message_anomaly(p, A_TRUNCATED);
}

/* Alarms that are pending: records of varying length, up to a length or (0xffff) to a zero octet. */
static void parse_query_answer(struct pdu *p, struct bytes in)
{
    enum { ALARM_S_TYPE = 4, TO_ZERO = 0xffff };
    uint8_t function = bytes_u8(&in), objects = bytes_u8(&in), code = bytes_u8(&in), size = bytes_u8(&in);
    uint16_t complete = bytes_be16(&in);
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_ALARM_FUNCTION, function);
    emit_uint(p, F_ALARM_OBJECTS, objects);
    emit_uint(p, F_RETURN_CODE, code);
    emit_uint(p, F_DATA_SIZE, size);
    if (code != S7_RETURN_OK) return;
    size_t start = bytes_left(&in);
    do {
        bytes_skip(&in, 3);
        uint8_t type = bytes_u8(&in);
        uint32_t event = bytes_be32(&in);
        bytes_skip(&in, 1);
        uint8_t state = bytes_u8(&in), going = bytes_u8(&in), coming = bytes_u8(&in);
        if (!bytes_ok(&in)) return;
        emit_uint(p, F_ALARM_QUERY_ALARM, type);
        emit_uint(p, F_ALARM_EVENT, event);
        emit_uint(p, F_ALARM_EVENT_STATE, state);
        emit_uint(p, F_ALARM_ACK_GOING, going);
        emit_uint(p, F_ALARM_ACK_COMING, coming);
        message_object(p, "alarm 0x%08x", event);
        for (unsigned i = 0; i < 2 && type == ALARM_S_TYPE; i++) { /* coming, going: time and a value */
            bytes_skip(&in, 8);
            s7_parse_values(p, &in, 1, NULL);
        }
        if (!bytes_ok(&in)) return;
    } while (complete == TO_ZERO ? bytes_peek(&in, 0) != 0 : start - bytes_left(&in) < complete);
}

void s7_parse_cpu(struct pdu *p, const struct s7_userdata *u, struct bytes in)
{
    switch (u->subfunction) {
    case READ_SZL:
        s7_parse_szl(p, u, in);
        break;
    case MESSAGE_SERVICE:
        parse_message_service(p, u, in);
        break;
    case DIAGNOSTIC:
        s7_parse_diagnostic(p, &in);
        break;
    case ALARM_QUERY:
        if (u->type == S7_RESPONSE)
            parse_query_answer(p, in);
        else
            parse_alarm(p, u, in);
        break;
    case ALARM_8:
    case NOTIFY:
    case ALARM_LOCK:
    case ALARM_UNLOCK:
    case SCAN:
    case ALARM_ACK:
    case ALARM_ACK_INDICATION:
    case ALARM_LOCK_INDICATION:
    case ALARM_UNLOCK_INDICATION:
    case ALARM_SQ:
    case ALARM_S:
    case NOTIFY_8:
        parse_alarm(p, u, in);
        break;
    default:
        emit_bytes(p, F_USERDATA_DATA, in);
        break;
    }
}
