/* SPDX-License-Identifier: Apache-2.0 */
/* DNP3 over TCP and UDP: one link frame in, link, transport and application meaning out (IEEE Std 1815-2012). */
#include "parsers/dnp3/dnp3.h"

static const struct field fields[] = {DNP3_FIELDS(FIELD_ROW)};
static const struct anomaly anomalies[] = {DNP3_ANOMALIES(ANOMALY_ROW)};
static const uint16_t ports[] = {20000, 0};

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    (void)hint;
    if (!bytes_starts(&in, "\x05\x64")) return PROBE_NO;
    return dnp3_begins(in) ? PROBE_YES : PROBE_MAYBE;
}

static bool defined_function(const struct dnp3_link *link)
{
    static const uint16_t defined[2] = {1 << 0 | 1 << 1 | 1 << 11 | 1 << 15,
                                        1 << 0 | 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 9};
    return defined[link->primary] >> (link->control & 15) & 1;
}

/* Reset, test and request of the link status are answered by the other side's data link layer (clause 9.2.6). */
static void pair_link(struct pdu *p, const struct dnp3_link *link)
{
    const uint64_t own_keys = (uint64_t)1 << 48;
    unsigned function = link->control & 15;
    if (link->primary) {
        if (function == 0 || function == 2 || function == 9)
            pdu_request(p, own_keys | (uint32_t)link->source << 16 | link->destination);
        return;
    }
    struct request *r = pdu_answers(p, own_keys | (uint32_t)link->destination << 16 | link->source);
    if (r) request_done(r);
    message_status(p, function == 1 || function == 15 ? STATUS_REFUSED : STATUS_OK, 0);
}

/* A frame of the link layer's own, or a transport segment that completes nothing. */
static void link_message(struct pdu *p, const struct dnp3_link *link, struct bytes user, bool carries)
{
    message_operation(p, LINK_OPERATION | (link->control & (LINK_PRIMARY | 15)));
    message_role(p, (carries ? link->from_master : link->primary) ? ROLE_REQUEST : ROLE_RESPONSE);
    message_unit(p, link->outstation);
    dnp3_emit_link(p, link);
    if (!carries)
        pair_link(p, link);
    else if (!bytes_empty(&user))
        dnp3_emit_transport(p, bytes_peek(&user, 0));
    else
        message_anomaly(p, A_NO_APPLICATION);
}

static void damaged(struct pdu *p, unsigned anomaly)
{
    message_operation(p, DAMAGED_OPERATION);
    message_anomaly(p, anomaly);
}

static void parse(struct pdu *p)
{
    struct bytes in = p->in, user = bytes_over(NULL, 0), fragment;
    struct dnp3_link link;
    if (!dnp3_link_header(&in, &link)) {
        damaged(p, A_HEADER_CRC);
        return;
    }
    if (link.length < 5) {
        damaged(p, A_LINK_LENGTH);
        return;
    }
    /* Functions 0, 9 and 11 of either side never carry user data. */
    bool carries = !((1 << 0 | 1 << 9 | 1 << 11) >> (link.control & 15) & 1);
    bool crc_wrong = false, gap = false;
    if (carries) user = dnp3_user_data(p, in, &link, &crc_wrong);
    if (carries && !bytes_empty(&user) && !crc_wrong && !link.cut && dnp3_transport(p, &link, user, &fragment, &gap) &&
        bytes_left(&fragment) >= 2)
        dnp3_application(p, &link, bytes_peek(&user, 0), fragment);
    else
        link_message(p, &link, user, carries);

    if (crc_wrong) message_anomaly(p, A_DATA_CRC), emit_present(p, F_CHUNK_CRC_BAD);
    if (link.cut) message_anomaly(p, A_LINK_CUT);
    if (gap) message_anomaly(p, A_TRANSPORT_GAP);
    if (!defined_function(&link)) message_anomaly(p, A_LINK_FUNCTION);
}

static void gap(void *state, enum direction direction)
{
    (void)direction;
    struct dnp3_state *s = state;
    for (unsigned i = 0; i < STREAMS; i++) s->streams[i].open = false;
}

const struct parser parser_dnp3 = {
    .name = "dnp3",
    .zh = "DNP3 配电与水务远动规约",
    .en = "Distributed Network Protocol 3",
    .specification = "IEEE Std 1815-2012",
    .transports = OVER_TCP | OVER_UDP,
    .tcp_ports = ports,
    .udp_ports = ports,
    .fields = fields,
    .field_count = COUNT_OF(fields),
    .operations = dnp3_operations,
    .operation_count = DNP3_OPERATION_COUNT,
    .anomalies = anomalies,
    .anomaly_count = COUNT_OF(anomalies),
    .statuses = dnp3_statuses,
    .status_count = DNP3_STATUS_COUNT,
    .state_size = sizeof(struct dnp3_state),
    .request_slots = 16,
    .max_pdu = 65536,
    .probe = probe,
    .frame = dnp3_frame,
    .parse = parse,
    .gap = gap,
};
