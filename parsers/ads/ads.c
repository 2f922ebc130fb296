/* SPDX-License-Identifier: Apache-2.0 */
/* Beckhoff AMS/ADS over TCP: header, commands and their answers, pairing (Beckhoff Information System, TE1000,
 * "AMS/TCP header", "ADS commands"). */
#include "parsers/ads/ads.h"

enum { TCP_HEADER = 6, AMS_HEADER = 32, MOST = 4 << 20, KEEP = 65536, TOLD_FROM = 256 };
enum { FLAG_RESPONSE = 1, FLAG_ADS = 4, FLAGS_DEFINED = 0x81ff };

static const struct field fields[] = {ADS_FIELDS(FIELD_ROW)};
static const struct anomaly anomalies[] = {ADS_ANOMALIES(ANOMALY_ROW)};
static const uint16_t tcp_ports[] = {48898, 0}, udp_ports[] = {48899, 48898, 0};

struct ads_note {
    uint32_t group, offset;
};

/* Length of the frame at the head, when both of its lengths fit each other; 0 otherwise. */
static size_t frame_length(const struct bytes *in)
{
    struct bytes look = *in;
    uint16_t reserved = bytes_le16(&look);
    uint32_t length = bytes_le32(&look);
    if (!bytes_ok(&look) || reserved || length < AMS_HEADER || length > MOST) return 0;
    bytes_skip(&look, 20);
    uint32_t data = bytes_le32(&look);
    return bytes_ok(&look) && data != length - AMS_HEADER ? 0 : TCP_HEADER + (size_t)length;
}

/* The AMS header alone, as mailbox data of an EtherCAT slave (ETG.1000.6 clause 5.4): its length must fit. */
static bool in_mailbox(const struct bytes *in)
{
    struct bytes look = *in;
    bytes_skip(&look, 20);
    uint32_t data = bytes_le32(&look);
    bytes_skip(&look, 8);
    return bytes_ok(&look) && data <= bytes_left(&look);
}

static enum verdict ads_probe(struct bytes in, const struct probe_hint *hint)
{
    if (hint->transport == OVER_ETHERCAT) return in_mailbox(&in) ? PROBE_YES : PROBE_NO;
    if (hint->transport == OVER_UDP) return ads_is_discovery(&in) ? PROBE_YES : PROBE_NO;
    if (bytes_left(&in) < TCP_HEADER + AMS_HEADER || !frame_length(&in)) return PROBE_NO;
    bytes_skip(&in, TCP_HEADER + 16);
    uint16_t command = bytes_le16(&in), flags = bytes_le16(&in);
    return command <= ADS_READ_WRITE && (flags & FLAG_ADS) && !(flags & ~FLAGS_DEFINED) ? PROBE_YES : PROBE_MAYBE;
}

static struct frame ads_frame(struct bytes in, const void *state, enum direction direction)
{
    (void)state, (void)direction;
    size_t left = bytes_left(&in), length;
    if (ads_is_discovery(&in)) return FRAME_OF(left);
    if (left < TCP_HEADER + AMS_HEADER && frame_length(&in)) return FRAME_NEEDS(TCP_HEADER + AMS_HEADER);
    if (left < TCP_HEADER) return FRAME_NEEDS(TCP_HEADER);
    /* What comes in later segments is data only: told with the first. */
    if ((length = frame_length(&in)))
        return (struct frame){FRAME_WHOLE, (uint32_t)length, left < length && left >= TOLD_FROM ? (uint32_t)left : 0};
    for (size_t i = 1; i + TCP_HEADER + AMS_HEADER <= left; i++) {
        bytes_skip(&in, 1);
        if (frame_length(&in)) return FRAME_SKIPS(i);
    }
    return FRAME_IS_LOST;
}

void ads_emit_net(struct pdu *p, unsigned field, struct bytes net)
{
    if (!wants(p, field)) return;
    emit_format(p, field, "%u.%u.%u.%u.%u.%u", bytes_peek(&net, 0), bytes_peek(&net, 1), bytes_peek(&net, 2),
                bytes_peek(&net, 3), bytes_peek(&net, 4), bytes_peek(&net, 5));
}

/* ---- objects and values -------------------------------------------------------------------------------------- */

static void object(struct pdu *p, uint32_t group, uint32_t offset)
{
    if (wants_object(p)) message_object(p, "%X:%X", group, offset);
}

/* The type is not in the protocol: what has the size of an integer is told as one. */
static void value(struct pdu *p, struct bytes data)
{
    size_t n = bytes_left(&data);
    if (!wants_object(p)) return;
    if (n == 1 || n == 2 || n == 4 || n == 8) message_value_int(p, (int64_t)bytes_le(&data, n));
}

static void symbol(struct pdu *p, struct bytes data)
{
    struct bytes name = bytes_trimmed(data);
    emit_text(p, F_SYMBOL, name);
    if (wants_object(p)) message_object_text(p, name);
}

/* ---- requests ------------------------------------------------------------------------------------------------- */

static void address(struct pdu *p, struct bytes *in, struct ads_note *note)
{
    note->group = bytes_le32(in);
    note->offset = bytes_le32(in);
    if (!bytes_ok(in)) return;
    emit_uint(p, F_GROUP, note->group);
    emit_uint(p, F_OFFSET, note->offset);
}

static void transfer(struct pdu *p, uint16_t command, struct bytes in, const struct ads_note *note)
{
    uint32_t read_length = command == ADS_READ_WRITE ? bytes_le32(&in) : 0, length = bytes_le32(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    if (command == ADS_READ_WRITE) {
        emit_uint(p, F_READ_LENGTH, read_length);
        emit_uint(p, F_WRITE_LENGTH, length);
    } else {
        emit_uint(p, F_LENGTH, length);
    }
    if (command != ADS_READ && length != bytes_left(&in)) message_anomaly(p, A_LENGTH);
    bool by_name = note->group == ADS_SYMBOL_HANDLE || note->group == ADS_SYMBOL_VALUE || note->group == 0xf007 ||
                   note->group == 0xf009;
    if (command == ADS_READ_WRITE && by_name) {
        symbol(p, in);
        return;
    }
    object(p, note->group, note->offset);
    if (command == ADS_WRITE) value(p, in);
}

static void notification(struct pdu *p, struct bytes in)
{
    uint32_t length = bytes_le32(&in), stamps = bytes_le32(&in);
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_LENGTH, length);
    emit_uint(p, F_STAMPS, stamps);
    if (!wants_object(p)) return;
    while (stamps-- && !bytes_empty(&in)) {
        bytes_skip(&in, 8); /* FILETIME */
        uint32_t samples = bytes_le32(&in);
        while (samples-- && !bytes_empty(&in)) {
            uint32_t handle = bytes_le32(&in), size = bytes_le32(&in);
            struct bytes data = bytes_take(&in, size);
            if (!bytes_ok(&in)) {
                message_anomaly(p, A_TRUNCATED);
                return;
            }
            message_object(p, "handle %u", handle);
            value(p, data);
        }
    }
}

static void request(struct pdu *p, uint16_t command, struct bytes in, struct ads_note *note)
{
    switch (command) {
    case ADS_READ:
    case ADS_WRITE:
    case ADS_READ_WRITE:
        address(p, &in, note);
        transfer(p, command, in, note);
        break;
    case ADS_WRITE_CONTROL: {
        uint16_t state = bytes_le16(&in), device = bytes_le16(&in);
        uint32_t length = bytes_le32(&in);
        if (!bytes_ok(&in)) break;
        emit_uint(p, F_STATE, state);
        emit_uint(p, F_DEVICE_STATE, device);
        emit_uint(p, F_LENGTH, length);
        break;
    }
    case ADS_ADD_NOTIFICATION: {
        address(p, &in, note);
        uint32_t length = bytes_le32(&in), mode = bytes_le32(&in), delay = bytes_le32(&in), cycle = bytes_le32(&in);
        if (!bytes_ok(&in)) break;
        emit_uint(p, F_LENGTH, length);
        emit_uint(p, F_TRANSMISSION, mode);
        emit_uint(p, F_MAXIMUM_DELAY, delay);
        emit_uint(p, F_CYCLE_TIME, cycle);
        object(p, note->group, note->offset);
        break;
    }
    case ADS_DELETE_NOTIFICATION: {
        uint32_t handle = bytes_le32(&in);
        if (bytes_ok(&in)) emit_uint(p, F_HANDLE, handle);
        break;
    }
    case ADS_NOTIFICATION:
        notification(p, in);
        break;
    default:
        break;
    }
    if (!bytes_ok(&in)) message_anomaly(p, A_TRUNCATED);
}

/* ---- answers --------------------------------------------------------------------------------------------------- */

static void device_info(struct pdu *p, struct bytes in)
{
    uint8_t major = bytes_u8(&in), minor = bytes_u8(&in);
    uint16_t build = bytes_le16(&in);
    if (!bytes_ok(&in)) return;
    struct bytes field = bytes_take_upto(&in, 16), name = bytes_cstring(&field);
    emit_uint(p, F_VERSION_MAJOR, major);
    emit_uint(p, F_VERSION_MINOR, minor);
    emit_uint(p, F_VERSION_BUILD, build);
    emit_text(p, F_DEVICE_NAME, name);
    message_identity_format(p, IDENTITY_VENDOR, "Beckhoff");
    message_identity_format(p, IDENTITY_ROLE, "plc");
    /* each AMS port is a program of its own, with its own version */
    message_identity_format(p, IDENTITY_SLOT, "ams %u", p->message->unit);
    message_identity(p, IDENTITY_MODEL, name);
    message_identity_format(p, IDENTITY_FIRMWARE, "%u.%u.%u", major, minor, build);
}

static void response(struct pdu *p, uint16_t command, struct bytes in, const struct request *asked)
{
    uint32_t result = bytes_le32(&in);
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_RESULT, result);
    if (result && p->message->status != STATUS_REFUSED) {
        message_status(p, STATUS_REFUSED, result);
        message_class(p, OT_ERROR);
    }
    if (command == ADS_READ_STATE) {
        uint16_t state = bytes_le16(&in), device = bytes_le16(&in);
        if (!bytes_ok(&in)) return;
        emit_uint(p, F_STATE, state);
        emit_uint(p, F_DEVICE_STATE, device);
    } else if (command == ADS_READ_DEVICE_INFO) {
        device_info(p, in);
    } else if (command == ADS_ADD_NOTIFICATION) {
        uint32_t handle = bytes_le32(&in);
        if (bytes_ok(&in)) emit_uint(p, F_HANDLE, handle);
    } else if (command == ADS_READ || command == ADS_READ_WRITE) {
        uint32_t length = bytes_le32(&in);
        if (!bytes_ok(&in)) return;
        emit_uint(p, F_LENGTH, length);
        if (length != bytes_left(&in)) message_anomaly(p, A_LENGTH);
        if (!asked || command != ADS_READ) return;
        struct ads_note note;
        memcpy(&note, asked->note, sizeof note);
        object(p, note.group, note.offset);
        value(p, in);
    }
}

/* ---- header ---------------------------------------------------------------------------------------------------- */

/* What a request does lies in its index group or its new state, too. */
static uint32_t operation_code(uint16_t command, uint16_t port, const struct bytes *body)
{
    uint32_t sub = bytes_peek_le16(body, 0), high = bytes_peek_le16(body, 2), code = ADS_SUB(command, sub);
    if (command != ADS_READ && command != ADS_WRITE && command != ADS_READ_WRITE && command != ADS_WRITE_CONTROL)
        return command;
    if (command != ADS_WRITE_CONTROL && high) return command;
    return command != ADS_WRITE_CONTROL && port == ADS_SYSTEM_SERVICE ? ADS_SERVICE | code : code;
}

static void ads_parse(struct pdu *p)
{
    struct bytes in = p->in;
    if (ads_is_discovery(&in)) {
        ads_discovery(p);
        return;
    }
    if (p->transport != OVER_ETHERCAT) bytes_skip(&in, TCP_HEADER);
    struct bytes target = bytes_take(&in, 6);
    uint16_t target_port = bytes_le16(&in);
    struct bytes sender = bytes_take(&in, 6);
    uint16_t sender_port = bytes_le16(&in), command = bytes_le16(&in), flags = bytes_le16(&in);
    uint32_t length = bytes_le32(&in), error = bytes_le32(&in), invoke = bytes_le32(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    bool answer = flags & FLAG_RESPONSE;
    uint16_t client_port = answer ? target_port : sender_port, server_port = answer ? sender_port : target_port;
    uint64_t key = (uint64_t)invoke << 32 | (uint32_t)client_port << 16 | command;
    struct request *asked = answer ? pdu_answers(p, key) : NULL;
    uint32_t code = asked ? asked->operation_code : answer ? command : operation_code(command, target_port, &in);
    message_operation(p, code);
    if (!p->message->operation) message_operation(p, command);
    if (command == 0 || command > ADS_READ_WRITE) message_anomaly(p, A_COMMAND);
    message_role(p, answer ? ROLE_RESPONSE : command == ADS_NOTIFICATION ? ROLE_NOTIFY : ROLE_REQUEST);
    message_unit(p, server_port);
    if (answer) message_status(p, error ? STATUS_REFUSED : STATUS_OK, error);
    if (error && answer) message_class(p, OT_ERROR);
    ads_emit_net(p, F_TARGET_NET, target);
    emit_uint(p, F_TARGET_PORT, target_port);
    ads_emit_net(p, F_SENDER_NET, sender);
    emit_uint(p, F_SENDER_PORT, sender_port);
    emit_uint(p, F_COMMAND, command);
    emit_uint(p, F_STATE_FLAGS, flags);
    emit_uint(p, F_RESPONSE, answer);
    emit_uint(p, F_DATA_LENGTH, length);
    emit_uint(p, F_ERROR_CODE, error);
    emit_uint(p, F_INVOKE_ID, invoke);
    if (!(flags & FLAG_ADS)) return;
    struct bytes body = bytes_take_upto(&in, length);
    if (answer) {
        response(p, command, body, asked);
        if (asked) request_done(asked);
        return;
    }
    struct ads_note note = {0};
    struct request *waits = command == ADS_NOTIFICATION ? NULL : pdu_request(p, key);
    request(p, command, body, &note);
    if (waits) memcpy(waits->note, &note, sizeof note);
}

const struct parser parser_ads = {
    .name = "ads",
    .zh = "倍福ADS",
    .en = "Beckhoff AMS/ADS",
    .specification = "Beckhoff Information System, TwinCAT 3 ADS (TE1000)",
    .transports = OVER_TCP | OVER_UDP | OVER_ETHERCAT,
    .tcp_ports = tcp_ports,
    .udp_ports = udp_ports,
    .fields = fields,
    .field_count = COUNT_OF(fields),
    .operations = ads_operations,
    .operation_count = ADS_OPERATIONS,
    .anomalies = anomalies,
    .anomaly_count = COUNT_OF(anomalies),
    .statuses = ads_statuses,
    .status_count = ADS_STATUSES,
    .request_slots = 32,
    .max_pdu = KEEP,
    .probe = ads_probe,
    .frame = ads_frame,
    .parse = ads_parse,
};
