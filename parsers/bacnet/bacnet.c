/* SPDX-License-Identifier: Apache-2.0 */
/* BACnet over IP, IPv6, Ethernet and, as captured from a Cimetrics U+4, MS/TP (ASHRAE 135-2020 clauses 7 and 9,
 * annexes J and U). */
#include "parsers/bacnet/bacnet.h"

static const struct field fields[] = {BACNET_FIELDS(FIELD_ROW)};
static const struct anomaly anomalies[] = {BACNET_ANOMALIES(ANOMALY_ROW)};
static const uint16_t ports[] = {47808, 47809, 47810, 47811, 47812, 47813, 47814, 47815, 0};
enum { LLC_BACNET = 0x82, LLC_SNAP = 0xaa };
static const uint32_t link_types[] = {LINK_LLC(LLC_BACNET), LINK_LLC(LLC_SNAP), 0};

enum { BVLL_IP = 0x81, BVLL_IP6 = 0x82, BVLC_HEADER = 4 };
enum bvlc_function {
    BVLC_RESULT,
    BVLC_WRITE_TABLE,
    BVLC_READ_TABLE,
    BVLC_READ_TABLE_ACK,
    BVLC_FORWARDED,
    BVLC_REGISTER,
    BVLC_READ_FOREIGN,
    BVLC_READ_FOREIGN_ACK,
    BVLC_DELETE_FOREIGN,
    BVLC_DISTRIBUTE,
    BVLC_UNICAST,
    BVLC_BROADCAST,
    BVLC_SECURE,
    BVLC_FUNCTIONS
};

static bool npdu_like(struct bytes in)
{
    uint8_t version = bytes_u8(&in), control = bytes_u8(&in);
    return bytes_ok(&in) && version == 1 && !(control & 0x50);
}

/* Annex G.1: the header CRC, whose complement is sent. */
static uint8_t mstp_header_crc(struct bytes header)
{
    unsigned crc = 0xff;
    while (!bytes_empty(&header)) {
        unsigned value = crc ^ bytes_u8(&header);
        value ^= value << 1 ^ value << 2 ^ value << 3 ^ value << 4 ^ value << 5 ^ value << 6 ^ value << 7;
        crc = (value & 0xfe) ^ (value >> 8 & 1);
    }
    return (uint8_t)~crc;
}

enum { CIMETRICS_HEADER = 3, MSTP_HEADER = 6 };

static enum verdict probe_link(struct bytes in)
{
    if (bytes_starts(&in, "\x82\x82\x03")) {
        bytes_skip(&in, 3);
        return npdu_like(in) ? PROBE_YES : PROBE_NO;
    }
    bytes_skip(&in, CIMETRICS_HEADER);
    struct bytes header = bytes_take(&in, MSTP_HEADER - 1);
    uint8_t crc = bytes_u8(&in);
    return bytes_ok(&in) && mstp_header_crc(header) == crc ? PROBE_YES : PROBE_NO;
}

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    if (hint->transport == OVER_LINK) return probe_link(in);
    size_t all = bytes_left(&in);
    uint8_t type = bytes_u8(&in), function = bytes_u8(&in);
    uint16_t length = bytes_be16(&in);
    if (!bytes_ok(&in) || length != all) return PROBE_NO;
    if (type != BVLL_IP) return type == BVLL_IP6 && function <= 12 ? PROBE_MAYBE : PROBE_NO;
    if (function == BVLC_FORWARDED) bytes_skip(&in, 6);
    if (function == BVLC_FORWARDED || (function >= BVLC_DISTRIBUTE && function <= BVLC_BROADCAST))
        return npdu_like(in) ? PROBE_YES : PROBE_MAYBE;
    static const uint8_t exact[BVLC_FUNCTIONS] = {[BVLC_RESULT] = 6,
                                                  [BVLC_READ_TABLE] = 4,
                                                  [BVLC_REGISTER] = 6,
                                                  [BVLC_READ_FOREIGN] = 4,
                                                  [BVLC_DELETE_FOREIGN] = 10};
    if (function >= BVLC_FUNCTIONS) return PROBE_NO;
    return !exact[function] || exact[function] == length ? PROBE_MAYBE : PROBE_NO;
}

static void take_table(struct pdu *p, struct bytes in)
{
    while (bytes_left(&in) >= 10) {
        uint32_t ip = bytes_be32(&in);
        emit_uint(p, F_BDT_IP, ip);
        emit_uint(p, F_BDT_PORT, bytes_be16(&in));
        emit_bytes(p, F_BDT_MASK, bytes_take(&in, 4));
        message_object(p, "%u.%u.%u.%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255, ip & 255);
    }
    if (!bytes_empty(&in)) message_anomaly(p, A_LENGTH_MISMATCH);
}

static void take_foreign(struct pdu *p, struct bytes in)
{
    while (bytes_left(&in) >= 10) {
        emit_uint(p, F_FDT_IP, bytes_be32(&in));
        emit_uint(p, F_FDT_PORT, bytes_be16(&in));
        emit_uint(p, F_FDT_TTL, bytes_be16(&in));
        emit_uint(p, F_FDT_TIMEOUT, bytes_be16(&in));
    }
}

static void settle(struct pdu *p, uint8_t function)
{
    bool answer = function == BVLC_RESULT || function == BVLC_READ_TABLE_ACK || function == BVLC_READ_FOREIGN_ACK;
    const uint64_t own_keys = (uint64_t)1 << 48;
    message_role(p, answer ? ROLE_RESPONSE : ROLE_REQUEST);
    if (!answer && function != BVLC_SECURE) {
        pdu_request(p, own_keys | p->packet->from_client);
        return;
    }
    struct request *r = pdu_answers(p, own_keys | !p->packet->from_client);
    if (r) request_done(r);
    if (function != BVLC_RESULT) message_status(p, STATUS_OK, 0);
}

/* Annex J.2: what the BVLL itself says. */
static void bvlc_message(struct pdu *p, uint8_t function, struct bytes in)
{
    uint16_t number;
    switch (function) {
    case BVLC_RESULT:
        number = bytes_be16(&in);
        emit_uint(p, F_BVLC_RESULT, number);
        message_status(p, number ? STATUS_REFUSED : STATUS_OK, number ? BACNET_BVLC_NAK | number : 0);
        break;
    case BVLC_WRITE_TABLE:
        message_anomaly(p, A_FOREIGN);
        take_table(p, in);
        break;
    case BVLC_READ_TABLE_ACK:
        take_table(p, in);
        break;
    case BVLC_REGISTER:
        number = bytes_be16(&in);
        if (bytes_ok(&in)) emit_uint(p, F_REG_TTL, number);
        message_value_int(p, number);
        break;
    case BVLC_READ_FOREIGN_ACK:
        take_foreign(p, in);
        break;
    case BVLC_DELETE_FOREIGN:
        emit_uint(p, F_FDT_IP, bytes_be32(&in));
        emit_uint(p, F_FDT_PORT, bytes_be16(&in));
        break;
    default:
        break;
    }
    if (!bytes_ok(&in)) message_anomaly(p, A_TRUNCATED);
}

static void parse_ip(struct pdu *p, struct bytes in)
{
    struct bacnet_route route = {0};
    size_t all = bytes_left(&in);
    uint8_t type = bytes_u8(&in), function = bytes_u8(&in);
    uint16_t length = bytes_be16(&in);
    bool forwarded = function == BVLC_FORWARDED;
    bool carries = forwarded || (function >= BVLC_DISTRIBUTE && function <= BVLC_BROADCAST);
    struct bytes npdu = in;
    if (forwarded) bytes_skip(&npdu, 6);
    if (!carries)
        message_operation(p, BACNET_BVLC | function);
    else
        bacnet_foretell(p, npdu);
    emit_uint(p, F_BVLC_TYPE, type);
    emit_uint(p, F_BVLC_FUNCTION, function);
    emit_uint(p, F_BVLC_LENGTH, length);
    if (length != all) message_anomaly(p, A_LENGTH_MISMATCH);
    if (!carries) {
        settle(p, function);
        bvlc_message(p, function, in);
        return;
    }
    if (forwarded) {
        struct bytes origin = bytes_take(&in, 4);
        uint16_t port = bytes_be16(&in);
        if (bytes_ok(&in)) {
            emit_bytes(p, F_FWD_IP, origin);
            emit_uint(p, F_FWD_PORT, port);
            route.forwarded = origin;
        }
    }
    route.broadcast = function != BVLC_UNICAST;
    bacnet_npdu(p, in, &route);
}

/* Annex U.2: the source's virtual address stands in all functions, the destination's in some. */
static void parse_ip6(struct pdu *p, struct bytes in)
{
    struct bacnet_route route = {0};
    size_t all = bytes_left(&in);
    uint8_t type = bytes_u8(&in), function = bytes_u8(&in);
    uint16_t length = bytes_be16(&in);
    enum {
        RESULT,
        UNICAST,
        BROADCAST,
        FORWARDED_RESOLUTION = 4,
        FORWARDED = 8,
        REGISTER_FOREIGN,
        DELETE_FOREIGN,
        DISTRIBUTE = 12
    };
    bool carries = function == UNICAST || function == BROADCAST || function == FORWARDED || function == DISTRIBUTE;
    bool to_one = function == UNICAST || (function >= 3 && function <= 7 && function != 6);
    if (!carries) message_operation(p, BACNET_BVLC6 | function);
    emit_uint(p, F_BVLC_TYPE, type);
    emit_uint(p, F_BVLC_FUNCTION_6, function);
    emit_uint(p, F_BVLC_LENGTH, length);
    if (length != all) message_anomaly(p, A_LENGTH_MISMATCH);
    emit_uint(p, F_BVLC_SOURCE, bytes_be24(&in));
    if (to_one) emit_uint(p, F_BVLC_DESTINATION, bytes_be24(&in));
    if (function == RESULT) {
        uint16_t result = bytes_be16(&in);
        emit_uint(p, F_BVLC_RESULT, result);
        message_status(p, result ? STATUS_REFUSED : STATUS_OK, result ? BACNET_BVLC_NAK | result : 0);
    }
    if (function == REGISTER_FOREIGN) emit_uint(p, F_REG_TTL, bytes_be16(&in));
    if (function == FORWARDED || function == FORWARDED_RESOLUTION || function == DELETE_FOREIGN) {
        bool deletes = function == DELETE_FOREIGN;
        struct bytes address = bytes_take(&in, 16);
        uint16_t port = bytes_be16(&in);
        if (bytes_ok(&in)) {
            emit_bytes(p, deletes ? F_FDT_IP_6 : F_ORIGIN_6, address);
            emit_uint(p, deletes ? F_FDT_PORT : F_ORIGIN_PORT_6, port);
            if (function == FORWARDED) route.forwarded = address;
        }
    }
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    route.broadcast = function != UNICAST;
    if (carries) bacnet_npdu(p, in, &route);
}

/* Clause 9.3: only data frames carry an NPDU; the tokens around them say nothing to an officer. */
static void parse_mstp(struct pdu *p, struct bytes in)
{
    enum { DATA_EXPECTING_REPLY = 5, DATA_NOT_EXPECTING_REPLY = 6, BROADCAST = 255 };
    struct bacnet_route route = {0};
    bytes_skip(&in, CIMETRICS_HEADER);
    uint8_t type = bytes_u8(&in), destination = bytes_u8(&in);
    bytes_skip(&in, 1);
    uint16_t length = bytes_be16(&in);
    bytes_skip(&in, 1);
    if (type != DATA_EXPECTING_REPLY && type != DATA_NOT_EXPECTING_REPLY) return;
    route.broadcast = destination == BROADCAST;
    struct bytes npdu = bytes_take_upto(&in, length);
    bacnet_foretell(p, npdu);
    bacnet_npdu(p, npdu, &route);
}

static void parse(struct pdu *p)
{
    struct bytes in = p->in;
    if (p->transport == OVER_LINK) {
        struct bacnet_route route = {0};
        if (!bytes_starts(&in, "\x82\x82\x03")) {
            parse_mstp(p, in);
            return;
        }
        bytes_skip(&in, 3);
        bacnet_foretell(p, in);
        bacnet_npdu(p, in, &route);
    } else if (bytes_peek(&in, 0) == BVLL_IP6) {
        parse_ip6(p, in);
    } else if (bytes_peek(&in, 0) == BVLL_IP && bytes_left(&in) >= BVLC_HEADER) {
        parse_ip(p, in);
    } else {
        message_anomaly(p, A_TRUNCATED);
    }
}

const struct parser parser_bacnet = {
    .name = "bacnet",
    .zh = "BACnet 楼宇自控",
    .en = "Building Automation and Control Networks",
    .specification = "ANSI/ASHRAE 135-2020",
    .transports = OVER_UDP | OVER_LINK,
    .udp_ports = ports,
    .link_types = link_types,
    .fields = fields,
    .field_count = COUNT_OF(fields),
    .operations = bacnet_operations,
    .operation_count = BACNET_OPERATIONS,
    .anomalies = anomalies,
    .anomaly_count = COUNT_OF(anomalies),
    .statuses = bacnet_statuses,
    .status_count = BACNET_STATUSES,
    .state_size = sizeof(struct bacnet_state),
    .request_slots = 32,
    .max_pdu = 65536,
    .probe = probe,
    .parse = parse,
};
