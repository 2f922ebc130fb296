/* SPDX-License-Identifier: Apache-2.0 */
/* MQTT 3.1, 3.1.1 and 5.0 over TCP: fixed header, the contents of each packet type, Sparkplug B topic names
 * (OASIS MQTT 3.1.1 and 5.0; Eclipse Sparkplug 3.0). */
#include "parsers/mqtt/mqtt.h"

enum {
    MOST = 1 << 20,
    TOPIC_PROOF = 6,
    KEEP = 262144,
    VERSION_3_1 = 3,
    VERSION_5 = 5,
    REFUSED_FROM = 128,
    PROPERTY_TOPIC_ALIAS = 0x23
};
enum { FLAG_USER = 0x80, FLAG_PASSWORD = 0x40, FLAG_WILL = 0x04 };

static const struct field fields[] = {MQTT_FIELDS(FIELD_ROW)};
static const struct anomaly anomalies[] = {MQTT_ANOMALIES(ANOMALY_ROW)};
static const uint16_t ports[] = {1883, 0};

struct mqtt_state {
    uint8_t version; /* of the CONNECT; 0: not seen */
};

/* ---- framing --------------------------------------------------------------------------------------------------- */

/* A variable byte integer, 5.0 clause 1.5.5; sets `bad` when it has more than four bytes. */
static uint32_t variable(struct bytes *in)
{
    uint32_t v = 0;
    for (unsigned shift = 0; shift < 28; shift += 7) {
        uint8_t b = bytes_u8(in);
        v |= (uint32_t)(b & 0x7f) << shift;
        if (!(b & 0x80)) return v;
    }
    in->bad = true;
    return v;
}

/* Clause 2.1.3: the flags of each type but PUBLISH are fixed. */
static bool flags_sound(uint8_t first)
{
    unsigned type = first >> 4, flags = first & 15;
    if (type == MQTT_PUBLISH) return (flags & 6) != 6;
    return flags == (type == MQTT_PUBREL || type == MQTT_SUBSCRIBE || type == MQTT_UNSUBSCRIBE ? 2 : 0);
}

/* Whole length of the packet at the head, 0 when there can be none; `exact` when its length octets are all there. */
static size_t packet_length(struct bytes in, bool *exact)
{
    size_t all = bytes_left(&in);
    uint8_t first = bytes_u8(&in);
    *exact = false;
    if (first >> 4 == 0) return 0;
    uint32_t length = variable(&in);
    if (bytes_ok(&in)) {
        *exact = true;
        return all - bytes_left(&in) + length;
    }
    return all < 5 ? all + 1 : 0;
}

/* Does the content fit the type? For resynchronising and probing. */
static bool shape(struct bytes in, size_t length)
{
    uint8_t first = bytes_u8(&in);
    if (!flags_sound(first)) return false;
    uint32_t left = variable(&in);
    switch (first >> 4) {
    case MQTT_CONNECT:
        return length >= 12 && (bytes_starts(&in, "\0\4MQTT") || bytes_starts(&in, "\0\6MQIsdp"));
    case MQTT_CONNACK:
        return left >= 2 && bytes_peek(&in, 0) <= 1;
    case MQTT_PUBLISH: {
        uint16_t topic = bytes_peek_be16(&in, 0);
        bool known = left >= 2u + topic && (topic == 0 || utf8_length(in.at, bytes_left(&in)));
        return known && length <= MOST;
    }
    case MQTT_SUBSCRIBE:
    case MQTT_UNSUBSCRIBE:
        return left >= 5;
    case MQTT_SUBACK:
        return left >= 3;
    case MQTT_PINGREQ:
    case MQTT_PINGRESP:
        return left == 0;
    case MQTT_UNSUBACK:
        return left >= 2;
    case MQTT_DISCONNECT:
    case MQTT_AUTH:
        return left < 1024;
    default:
        return left >= 2 && left < 1024;
    }
}

/* A PUBLISH or SUBSCRIBE that is the whole segment and names a readable topic (clause 4.7): proof on any port. */
static bool names_topic(struct bytes in, size_t length)
{
    uint8_t type = bytes_peek(&in, 0) >> 4;
    if ((type != MQTT_PUBLISH && type != MQTT_SUBSCRIBE) || length != bytes_left(&in)) return false;
    bytes_skip(&in, 1);
    (void)variable(&in);
    if (type == MQTT_SUBSCRIBE) bytes_skip(&in, 2);
    struct bytes topic = bytes_take(&in, bytes_be16(&in));
    bool readable = bytes_ok(&in) && bytes_left(&topic) >= TOPIC_PROOF;
    if (type == MQTT_SUBSCRIBE && (bytes_peek(&in, 0) > 2 || bytes_empty(&in))) return false;
    while (readable && !bytes_empty(&topic)) {
        uint8_t c = bytes_u8(&topic);
        readable = c > ' ' && c < 0x7f && (type == MQTT_SUBSCRIBE || (c != '#' && c != '+'));
    }
    return readable;
}

static enum verdict mqtt_probe(struct bytes in, const struct probe_hint *hint)
{
    bool exact;
    size_t length = packet_length(in, &exact);
    (void)hint;
    if (!length || !exact || !shape(in, length)) return PROBE_NO;
    return bytes_peek(&in, 0) >> 4 == MQTT_CONNECT || names_topic(in, length) ? PROBE_YES : PROBE_MAYBE;
}

static struct frame mqtt_frame(struct bytes in, const void *state, enum direction direction)
{
    bool exact;
    (void)state, (void)direction;
    size_t length = packet_length(in, &exact);
    if (length && !exact) return FRAME_NEEDS(length);
    if (length) return (struct frame){FRAME_WHOLE, (uint32_t)length, length > KEEP ? KEEP : 0};
    return FRAME_IS_LOST;
}

/* ---- contents -------------------------------------------------------------------------------------------------- */

static struct bytes text(struct bytes *in)
{
    uint16_t length = bytes_be16(in);
    return bytes_take(in, length);
}

/* Properties, 5.0 clause 2.2.2: only those that matter are looked at, the others are passed over by their types. */
static void properties(struct pdu *p, struct bytes *in)
{
    uint32_t length = variable(in);
    struct bytes list = bytes_take(in, length);
    while (!bytes_empty(&list)) {
        uint8_t id = bytes_u8(&list);
        switch (id) {
        case 0x01:
        case 0x17:
        case 0x19:
        case 0x24:
        case 0x25:
        case 0x28:
        case 0x29:
        case 0x2a:
            bytes_skip(&list, 1);
            break;
        case PROPERTY_TOPIC_ALIAS: {
            uint16_t alias = bytes_be16(&list);
            if (bytes_ok(&list)) emit_uint(p, F_TOPIC_ALIAS, alias);
            break;
        }
        case 0x13:
        case 0x21:
        case 0x22:
            bytes_skip(&list, 2);
            break;
        case 0x02:
        case 0x11:
        case 0x18:
        case 0x27:
            bytes_skip(&list, 4);
            break;
        case 0x0b:
            (void)variable(&list);
            break;
        case 0x26:
            (void)text(&list);
            (void)text(&list);
            break;
        default:
            (void)text(&list);
            break;
        }
    }
    if (!bytes_ok(&list)) message_anomaly(p, A_TRUNCATED);
}

static void connect_packet(struct pdu *p, struct bytes in)
{
    struct mqtt_state *s = p->state;
    struct bytes name = text(&in);
    uint8_t version = bytes_u8(&in), flags = bytes_u8(&in);
    uint16_t keep_alive = bytes_be16(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    if (s->version) message_anomaly(p, A_SECOND);
    s->version = version;
    pdu_direction(p, TO_SERVER);
    emit_text(p, F_PROTOCOL, name);
    emit_uint(p, F_VERSION, version);
    emit_uint(p, F_CONNECT_FLAGS, flags);
    emit_uint(p, F_KEEP_ALIVE, keep_alive);
    if (version < 3 || version > VERSION_5) message_anomaly(p, A_VERSION);
    if (version == VERSION_5) properties(p, &in);
    struct bytes client = text(&in);
    if (bytes_ok(&in)) {
        emit_text(p, F_CLIENT, client);
        if (!bytes_empty(&client)) message_identity(p, IDENTITY_NAME, client);
    }
    if (flags & FLAG_WILL) {
        if (version == VERSION_5) properties(p, &in);
        struct bytes topic = text(&in);
        if (bytes_ok(&in)) emit_text(p, F_WILL_TOPIC, topic);
        (void)text(&in);
    }
    if (flags & FLAG_USER) {
        struct bytes user = text(&in);
        if (bytes_ok(&in)) {
            emit_text(p, F_USER, user);
            message_identity(p, IDENTITY_USER, user);
        }
    } else {
        message_anomaly(p, A_NO_USER);
    }
    if (flags & FLAG_PASSWORD) {
        (void)text(&in);
        message_anomaly(p, A_PASSWORD);
    }
    if (!bytes_ok(&in)) message_anomaly(p, A_TRUNCATED);
    (void)pdu_request(p, MQTT_CONNECT);
}

static void refuse_or_accept(struct pdu *p, uint8_t code, bool refused)
{
    message_status(p, refused ? STATUS_REFUSED : STATUS_OK, code);
    if (refused) message_class(p, OT_ERROR);
}

static void connack(struct pdu *p, struct bytes in)
{
    struct mqtt_state *s = p->state;
    struct request *asked = pdu_answers(p, MQTT_CONNECT);
    uint8_t flags = bytes_u8(&in), code = bytes_u8(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    pdu_direction(p, TO_CLIENT);
    emit_uint(p, F_CONNACK_FLAGS, flags);
    /* Of an unknown version (connected before the capture) only what both mean alike is told: the status. */
    if (s->version) emit_uint(p, s->version == VERSION_5 ? F_REASON : F_CONNACK_CODE, code);
    refuse_or_accept(p, code, code != 0);
    if (s->version == VERSION_5) properties(p, &in);
    if (asked) request_done(asked);
}

/* "spBv1.0/GROUP/TYPE/NODE[/DEVICE]", Sparkplug 3.0 clause 4.1. */
static void sparkplug(struct pdu *p, struct bytes topic)
{
    static const struct {
        const char *name;
        uint32_t code;
    } types[] = {{"NBIRTH", SPARKPLUG_NBIRTH}, {"NDEATH", SPARKPLUG_NDEATH}, {"DBIRTH", SPARKPLUG_DBIRTH},
                 {"DDEATH", SPARKPLUG_DDEATH}, {"NDATA", SPARKPLUG_NDATA},   {"DDATA", SPARKPLUG_DDATA},
                 {"NCMD", SPARKPLUG_NCMD},     {"DCMD", SPARKPLUG_DCMD},     {"STATE", SPARKPLUG_STATE}};
    struct bytes part[4];
    if (!bytes_starts(&topic, "spBv1.0/")) return;
    bytes_skip(&topic, 8);
    for (unsigned i = 0; i < COUNT_OF(part); i++) {
        ptrdiff_t n = i == 3 ? -1 : bytes_find(&topic, '/');
        part[i] = bytes_take(&topic, n < 0 ? bytes_left(&topic) : (size_t)n);
        if (n >= 0) bytes_skip(&topic, 1);
    }
    const struct bytes *type = bytes_starts(&part[0], "STATE") ? &part[0] : &part[1];
    for (unsigned i = 0; i < COUNT_OF(types); i++)
        if (bytes_left(type) == strlen(types[i].name) && bytes_starts_with(type, types[i].name, strlen(types[i].name)))
            message_operation(p, types[i].code);
    if (type == &part[0]) return;
    emit_text(p, F_SPARKPLUG_GROUP, part[0]);
    emit_text(p, F_SPARKPLUG_NODE, part[2]);
    if (!bytes_empty(&part[3])) emit_text(p, F_SPARKPLUG_DEVICE, part[3]);
}

static void publish(struct pdu *p, struct bytes in, unsigned qos)
{
    struct mqtt_state *s = p->state;
    struct bytes topic = text(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    sparkplug(p, topic);
    emit_text(p, F_TOPIC, topic);
    if (bytes_find(&topic, '#') >= 0 || bytes_find(&topic, '+') >= 0) message_anomaly(p, A_WILDCARD);
    if (qos) {
        uint16_t id = bytes_be16(&in);
        if (bytes_ok(&in)) emit_uint(p, F_MESSAGE_ID, id);
        (void)pdu_request(p, (uint64_t)MQTT_PUBLISH << 16 | id);
    }
    if (s->version == VERSION_5) properties(p, &in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    emit_bytes(p, F_MESSAGE, in);
    if (!wants_object(p)) return;
    message_object_text(p, topic);
    if (bytes_left(&in) && bytes_left(&in) <= 256 && bytes_find(&in, 0) < 0) message_value_text(p, in);
}

static void acknowledgement(struct pdu *p, struct bytes in, unsigned type)
{
    const struct mqtt_state *s = p->state;
    uint16_t id = bytes_be16(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    emit_uint(p, F_MESSAGE_ID, id);
    if (type == MQTT_PUBACK || type == MQTT_PUBREC) {
        struct request *asked = pdu_answers(p, (uint64_t)MQTT_PUBLISH << 16 | id);
        if (asked) request_done(asked);
    }
    if (type == MQTT_PUBREL) (void)pdu_request(p, (uint64_t)MQTT_PUBREL << 16 | id);
    if (type == MQTT_PUBCOMP) {
        struct request *asked = pdu_answers(p, (uint64_t)MQTT_PUBREL << 16 | id);
        if (asked) request_done(asked);
    }
    if (s->version != VERSION_5 || bytes_empty(&in)) {
        if (type != MQTT_PUBREL) message_status(p, STATUS_OK, 0);
        return;
    }
    uint8_t reason = bytes_u8(&in);
    emit_uint(p, F_REASON, reason);
    refuse_or_accept(p, reason, reason >= REFUSED_FROM);
    if (!bytes_empty(&in)) properties(p, &in);
}

static void subscription(struct pdu *p, struct bytes in, unsigned type)
{
    const struct mqtt_state *s = p->state;
    uint16_t id = bytes_be16(&in);
    if (bytes_ok(&in)) emit_uint(p, F_MESSAGE_ID, id);
    (void)pdu_request(p, (uint64_t)type << 16 | id);
    if (s->version == VERSION_5) properties(p, &in);
    while (!bytes_empty(&in)) {
        struct bytes topic = text(&in);
        uint8_t options = type == MQTT_SUBSCRIBE ? bytes_u8(&in) : 0;
        if (!bytes_ok(&in)) break;
        emit_text(p, F_TOPIC, topic);
        if (type == MQTT_SUBSCRIBE) {
            emit_uint(p, F_SUBSCRIPTION_QOS, options & 3);
            if ((options & 3) == 3) message_anomaly(p, A_QOS);
            if (bytes_left(&topic) == 1 && bytes_starts(&topic, "#")) message_anomaly(p, A_EVERYTHING);
        }
        if (wants_object(p)) message_object_text(p, topic);
    }
    if (!bytes_ok(&in)) message_anomaly(p, A_TRUNCATED);
}

static void subscription_answer(struct pdu *p, struct bytes in, unsigned type)
{
    const struct mqtt_state *s = p->state;
    uint16_t id = bytes_be16(&in);
    uint8_t worst = 0;
    if (bytes_ok(&in)) emit_uint(p, F_MESSAGE_ID, id);
    struct request *asked = pdu_answers(p, (uint64_t)(type - 1) << 16 | id);
    if (asked) request_done(asked);
    if (s->version == VERSION_5) properties(p, &in);
    while (!bytes_empty(&in)) {
        uint8_t code = bytes_u8(&in);
        emit_uint(p, type == MQTT_SUBACK && s->version != VERSION_5 ? F_GRANTED_QOS : F_REASON, code);
        if (code > worst) worst = code;
    }
    refuse_or_accept(p, worst >= REFUSED_FROM ? worst : 0, worst >= REFUSED_FROM);
    if (!bytes_ok(&in)) message_anomaly(p, A_TRUNCATED);
}

static void mqtt_parse(struct pdu *p)
{
    struct bytes in = p->in;
    uint8_t first = bytes_u8(&in);
    unsigned type = first >> 4, qos = first >> 1 & 3;
    uint32_t length = variable(&in);
    const struct mqtt_state *s = p->state;
    message_operation(p, type);
    message_role(p, type == MQTT_PUBLISH ? ROLE_NOTIFY
                    : type == MQTT_CONNECT || type == MQTT_SUBSCRIBE || type == MQTT_UNSUBSCRIBE ||
                            type == MQTT_PINGREQ || type == MQTT_DISCONNECT || type == MQTT_PUBREL
                        ? ROLE_REQUEST
                        : ROLE_RESPONSE);
    emit_uint(p, F_TYPE, type);
    if (!flags_sound(first)) message_anomaly(p, type == MQTT_PUBLISH ? A_QOS : A_FLAGS);
    if (type == MQTT_PUBLISH) {
        emit_uint(p, F_DUP, first >> 3 & 1);
        emit_uint(p, F_QOS, qos);
        emit_uint(p, F_RETAIN, first & 1);
    }
    /* MQTT 3.1 clause 2.1: these, too, are sent with a quality of service, and may be sent again. */
    bool delivered = type == MQTT_PUBREL || type == MQTT_SUBSCRIBE || type == MQTT_UNSUBSCRIBE;
    if (delivered && s->version == VERSION_3_1) {
        emit_uint(p, F_DUP, first >> 3 & 1);
        emit_uint(p, F_QOS, qos);
    }
    emit_uint(p, F_LENGTH, length);
    if (length > bytes_left(&in) && length + 5 <= KEEP) message_anomaly(p, A_TRUNCATED);
    struct bytes body = bytes_take_upto(&in, length);
    switch (type) {
    case MQTT_CONNECT:
        connect_packet(p, body);
        break;
    case MQTT_CONNACK:
        connack(p, body);
        break;
    case MQTT_PUBLISH:
        publish(p, body, qos);
        break;
    case MQTT_PUBACK:
    case MQTT_PUBREC:
    case MQTT_PUBREL:
    case MQTT_PUBCOMP:
        acknowledgement(p, body, type);
        break;
    case MQTT_SUBSCRIBE:
    case MQTT_UNSUBSCRIBE:
        subscription(p, body, type);
        break;
    case MQTT_SUBACK:
    case MQTT_UNSUBACK:
        subscription_answer(p, body, type);
        break;
    case MQTT_PINGREQ:
        (void)pdu_request(p, MQTT_PINGREQ);
        break;
    case MQTT_PINGRESP: {
        struct request *asked = pdu_answers(p, MQTT_PINGREQ);
        if (asked) request_done(asked);
        break;
    }
    case MQTT_DISCONNECT:
    case MQTT_AUTH:
        if (s->version == VERSION_5 && !bytes_empty(&body)) {
            uint8_t reason = bytes_u8(&body);
            emit_uint(p, F_REASON, reason);
            refuse_or_accept(p, reason, reason >= REFUSED_FROM);
            if (!bytes_empty(&body)) properties(p, &body);
        }
        break;
    default:
        break;
    }
}

const struct parser parser_mqtt = {
    .name = "mqtt",
    .zh = "MQTT消息",
    .en = "MQTT",
    .specification = "OASIS MQTT 3.1.1 and 5.0; Eclipse Sparkplug 3.0",
    .transports = OVER_TCP,
    .tcp_ports = ports,
    .fields = fields,
    .field_count = COUNT_OF(fields),
    .operations = mqtt_operations,
    .operation_count = MQTT_OPERATIONS,
    .anomalies = anomalies,
    .anomaly_count = COUNT_OF(anomalies),
    .statuses = mqtt_statuses,
    .status_count = MQTT_STATUSES,
    .state_size = sizeof(struct mqtt_state),
    .request_slots = 32,
    .max_pdu = KEEP,
    .probe = mqtt_probe,
    .frame = mqtt_frame,
    .parse = mqtt_parse,
};
