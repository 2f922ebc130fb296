/* SPDX-License-Identifier: Apache-2.0 */
/* Synchrophasor data transfer over TCP and UDP: frames, checksums, commands (IEEE Std C37.118.2-2011). */
#include "parsers/c37118/c37118.h"

static const struct field fields[] = {C37118_FIELDS(FIELD_ROW)};
static const struct anomaly anomalies[] = {C37118_ANOMALIES(ANOMALY_ROW)};
static const uint16_t tcp_ports[] = {4712, 4713, 0};
static const uint16_t udp_ports[] = {4713, 4712, 0};

/* Frame types as they are; commands at 0x100. */
enum { OPERATION_OF_COMMAND = 0x100 };
static const struct operation operations[] = {
    {TYPE_DATA, "data_frame", OT_NOTIFY, NULL, "数据帧", "Data frame"},
    {TYPE_HEADER, "header_frame", OT_IDENTIFY, NULL, "头帧", "Header frame"},
    {TYPE_CONFIGURATION_1, "configuration_frame_1", OT_IDENTIFY, NULL, "配置帧1", "Configuration frame 1"},
    {TYPE_CONFIGURATION_2, "configuration_frame_2", OT_IDENTIFY, NULL, "配置帧2", "Configuration frame 2"},
    {TYPE_CONFIGURATION_3, "configuration_frame_3", OT_IDENTIFY, NULL, "配置帧3", "Configuration frame 3"},
    {OPERATION_OF_COMMAND | 1, "turn_off_transmission", OT_CONTROL, "T0815", "停止发送数据", "Turn off transmission"},
    {OPERATION_OF_COMMAND | 2, "turn_on_transmission", OT_CONTROL, NULL, "开始发送数据", "Turn on transmission"},
    {OPERATION_OF_COMMAND | 3, "send_header", OT_IDENTIFY, "T0888", "召唤头帧", "Send header frame"},
    {OPERATION_OF_COMMAND | 4, "send_configuration_1", OT_IDENTIFY, "T0888", "召唤配置帧1", "Send configuration 1"},
    {OPERATION_OF_COMMAND | 5, "send_configuration_2", OT_IDENTIFY, "T0888", "召唤配置帧2", "Send configuration 2"},
    {OPERATION_OF_COMMAND | 6, "send_configuration_3", OT_IDENTIFY, "T0888", "召唤配置帧3", "Send configuration 3"},
    {OPERATION_OF_COMMAND | 8, "extended_command", OT_CONTROL, "T0855", "扩展命令", "Extended command"},
};

/* USUAL: frames above it exist, but a search does not bet on them. */
enum { SYNC = 0xaa, HEAD = 14, LEAST = HEAD + 2, USUAL = 8192 };

static bool intact(struct bytes frame)
{
    struct bytes covered = bytes_take(&frame, bytes_left(&frame) - 2);
    return c37118_checksum(covered) == bytes_be16(&frame);
}

static bool plausible(const struct bytes *in, size_t at)
{
    uint8_t kind = bytes_peek(in, at + 1);
    return bytes_peek(in, at) == SYNC && kind >> 4 < TYPE_COUNT && kind & 15 && (kind & 15) <= 3 &&
           bytes_peek_be16(in, at + 2) >= LEAST;
}

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    (void)hint;
    if (bytes_left(&in) < 4 || !plausible(&in, 0)) return PROBE_NO;
    size_t size = bytes_peek_be16(&in, 2);
    if (size > bytes_left(&in)) return PROBE_MAYBE;
    return intact(bytes_take(&in, size)) ? PROBE_YES : PROBE_MAYBE;
}

/* Where a frame begins behind the first octet: one whose checksum is right, else the first that runs on into what has
 * not arrived. Few checksums are tried, so that a flood of sync octets costs no more than other garbage. */
static size_t search(const struct bytes *in)
{
    enum { TRIES = 8 };
    size_t left = bytes_left(in), open = left;
    unsigned tries = 0;
    for (size_t at = 1; at < left && tries < TRIES; at++) {
        bool cut = left - at < 4;
        if (bytes_peek(in, at) != SYNC || (!cut && !plausible(in, at))) continue;
        size_t size = bytes_peek_be16(in, at + 2);
        if (cut || size > left - at) {
            if (open == left && size <= USUAL) open = at;
            continue;
        }
        struct bytes candidate = *in;
        bytes_skip(&candidate, at);
        tries++;
        if (intact(bytes_take(&candidate, size))) return at;
    }
    return open;
}

static struct frame frame(struct bytes in, const void *state, enum direction direction)
{
    (void)state, (void)direction;
    if (bytes_peek(&in, 0) == SYNC) {
        if (bytes_left(&in) < 4) return FRAME_NEEDS(4);
        if (bytes_peek_be16(&in, 2) >= LEAST) return FRAME_OF(bytes_peek_be16(&in, 2));
    }
    return FRAME_SKIPS(search(&in));
}

/* Over TCP the answer to "send" is the frame it asks for; over UDP it goes to another port. */
static void pair(struct pdu *p, unsigned type, unsigned command)
{
    static const uint8_t answers[] = {
        [3] = TYPE_HEADER, [4] = TYPE_CONFIGURATION_1, [5] = TYPE_CONFIGURATION_2, [6] = TYPE_CONFIGURATION_3};
    if (type == TYPE_COMMAND) {
        message_role(p, ROLE_REQUEST);
        pdu_direction(p, TO_SERVER);
        if (command >= 3 && command < COUNT_OF(answers) && p->transport == OVER_TCP) pdu_request(p, answers[command]);
        return;
    }
    message_role(p, type == TYPE_DATA ? ROLE_NOTIFY : ROLE_RESPONSE);
    if (type == TYPE_DATA) return;
    struct request *r = pdu_answers(p, type);
    if (!r) return;
    pdu_direction(p, TO_CLIENT);
    message_status(p, STATUS_OK, 0);
    request_done(r);
}

static void emit_head(struct pdu *p, struct bytes *in)
{
    uint16_t sync = bytes_be16(in);
    emit_uint(p, F_SYNC, sync);
    emit_uint(p, F_FRTYPE, sync >> 4 & 7);
    emit_uint(p, F_VERSION, sync & 15);
    emit_uint(p, F_FRSIZE, bytes_be16(in));
    emit_uint(p, F_STREAM, bytes_be16(in));
    emit_uint(p, F_SOC, (uint64_t)bytes_be32(in) * 1000000000);
    uint32_t fraction = bytes_be32(in);
    emit_uint(p, F_LEAP_DIRECTION, fraction >> 30 & 1);
    emit_uint(p, F_LEAP_OCCURRED, fraction >> 29 & 1);
    emit_uint(p, F_LEAP_PENDING, fraction >> 28 & 1);
    emit_uint(p, F_TIME_QUALITY, fraction >> 24 & 15);
    emit_uint(p, F_FRACSEC, fraction & 0xffffff);
    if (!(sync & 15) || (sync & 15) > 3) message_anomaly(p, A_VERSION);
    if ((sync >> 4 & 7) >= TYPE_COUNT) message_anomaly(p, A_TYPE);
}

static void command_body(struct pdu *p, struct bytes body)
{
    uint16_t command = bytes_be16(&body);
    if (!bytes_ok(&body)) return;
    emit_uint(p, F_COMMAND, command);
    if (!bytes_empty(&body)) emit_bytes(p, F_EXTENDED, body);
    /* Codes above 255 are the user's own. */
    if (!p->message->operation && command < 256) message_anomaly(p, A_COMMAND);
}

/* 6.5.3: pieces of a configuration frame 3 are numbered from 1, the last is 65535, an undivided one 0. */
static void third_configuration(struct pdu *p, struct bytes body, uint16_t stream)
{
    uint16_t index = bytes_be16(&body);
    struct bytes whole = body;
    emit_uint(p, F_CONTINUATION, index);
    if (!bytes_ok(&body)) return;
    if (index == 0 || pdu_join(p, 0, body, index == 1, index == 0xffff, &whole))
        c37118_configuration(p, whole, stream, true, true);
}

static void parse(struct pdu *p)
{
    struct bytes in = p->in, body = in;
    unsigned type = bytes_peek(&in, 1) >> 4 & 7, command = bytes_peek_be16(&in, HEAD);
    uint16_t stream = bytes_peek_be16(&in, 4);
    message_operation(p, type == TYPE_COMMAND ? OPERATION_OF_COMMAND | command : type);
    message_unit(p, stream);
    pair(p, type, command);
    emit_head(p, &in);
    bytes_skip(&body, HEAD);
    if (bytes_left(&p->in) != bytes_peek_be16(&p->in, 2) || bytes_left(&body) < 2) {
        message_anomaly(p, A_SIZE);
        return;
    }
    body.end -= 2;
    struct bytes tail = bytes_over(body.end, 2);
    emit_uint(p, F_CHECKSUM, bytes_be16(&tail));
    if (!intact(p->in)) {
        message_anomaly(p, A_CHECKSUM);
        return;
    }
    switch (type) {
    case TYPE_DATA:
        c37118_data(p, body, stream);
        break;
    case TYPE_HEADER:
        emit_text(p, F_HEADER, body);
        break;
    case TYPE_CONFIGURATION_1:
    case TYPE_CONFIGURATION_2:
        c37118_configuration(p, body, stream, false, type == TYPE_CONFIGURATION_2);
        break;
    case TYPE_CONFIGURATION_3:
        third_configuration(p, body, stream);
        break;
    case TYPE_COMMAND:
        command_body(p, body);
        break;
    }
}

const struct parser parser_c37118 = {
    .name = "c37118",
    .zh = "同步相量(PMU)数据传输",
    .en = "IEEE C37.118 synchrophasor",
    .specification = "IEEE Std C37.118.2-2011",
    .transports = OVER_TCP | OVER_UDP,
    .tcp_ports = tcp_ports,
    .udp_ports = udp_ports,
    .fields = fields,
    .field_count = COUNT_OF(fields),
    .operations = operations,
    .operation_count = COUNT_OF(operations),
    .anomalies = anomalies,
    .anomaly_count = COUNT_OF(anomalies),
    .state_size = sizeof(struct c37118_state),
    .request_slots = 4,
    .max_pdu = 65536,
    .probe = probe,
    .frame = frame,
    .parse = parse,
};
