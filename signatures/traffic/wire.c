/* SPDX-License-Identifier: Apache-2.0 */
/* From the traffic script's payloads to packets in time: connections, sequence numbers, loss, fragments. */
#include "signatures/traffic/script.h"

#include <stdlib.h>

bool frame_emit(struct script *s, const uint8_t *frame, size_t length, unsigned cut)
{
    if (s->packet_count == s->packet_room) {
        unsigned room = s->packet_room ? s->packet_room * 2 : 256;
        struct packet *larger = realloc(s->packets, room * sizeof *larger);
        if (!larger) return script_wrong(s, s->at, "out of memory");
        s->packets = larger, s->packet_room = room;
    }
    size_t captured = cut && cut < length ? cut : length;
    struct packet *p = &s->packets[s->packet_count];
    *p =
        (struct packet){s->clock_ns, (uint32_t)s->frames.length, (uint32_t)captured, (uint32_t)length, s->packet_count};
    if (!output_append(&s->frames, frame, captured))
        return script_wrong(s, s->at, "the capture is larger than %d MiB", CAPTURE_ROOM >> 20);
    s->packet_count++;
    s->clock_ns += s->pace_ns;
    if (s->jitter_ns) s->clock_ns += (uint64_t)(script_random(s) * (double)s->jitter_ns);
    return true;
}

/* A packet that was held back arrives just behind the next one of its connection. */
static void overtake(struct script *s, struct connection *c)
{
    if (c->late) s->packets[c->late - 1].time_ns = s->packets[s->packet_count - 1].time_ns + 1000;
    c->late = 0;
}

static struct packet_path path_of(struct connection *c, unsigned side)
{
    struct packet_path path = side ? packet_reversed(&c->path) : c->path;
    path.ip_id = c->ip_id[side]++;
    return path;
}

/* The segment or datagram of `n` bytes in s->segment, whole or in fragments. */
static bool ip_emit(struct script *s, struct connection *c, unsigned side, size_t n, const struct manner *m)
{
    bool tcp = c->kind == CONNECTION_TCP;
    struct packet_path path = path_of(c, side);
    size_t step = m->fragment ? m->fragment : n + 20 > PACKET_MTU && !tcp ? PACKET_MTU - 20 : n;
    if (step < n && path.from.address.family == 6)
        return script_wrong(s, s->at, "only IPv4 is cut into fragments here");
    for (size_t at = 0; at < n; at += step) {
        size_t piece = n - at < step ? n - at : step;
        size_t length = packet_ip(s->frame, &path, tcp ? IP_PROTOCOL_TCP : IP_PROTOCOL_UDP, s->segment + at, piece, at,
                                  at + piece < n);
        if (!frame_emit(s, s->frame, length, m->cut)) return false;
    }
    return true;
}

/* One segment, datagram or frame, in the manner asked for. */
static bool emit(struct script *s, struct connection *c, unsigned side, size_t n, const struct manner *m)
{
    if (m->lost) {
        s->clock_ns += s->pace_ns;
        return true;
    }
    for (unsigned copies = m->twice ? 2 : 1; copies; copies--) {
        if (c->kind == CONNECTION_ETHER) {
            if (!frame_emit(s, s->frame, n, m->cut)) return false;
        } else if (!ip_emit(s, c, side, n, m)) {
            return false;
        }
    }
    overtake(s, c);
    if (m->late) c->late = s->packet_count;
    return true;
}

static bool tcp_send(struct script *s, struct connection *c, unsigned side, const struct output *data,
                     const struct manner *m)
{
    size_t most = m->split ? m->split : PACKET_MSS;
    uint32_t sequence = c->sequence[side] - m->back;
    struct packet_path path = side ? packet_reversed(&c->path) : c->path;
    for (size_t at = 0; at < data->length; at += most) {
        size_t n = data->length - at < most ? data->length - at : most;
        unsigned flags = TCP_ACK | (at + n == data->length ? TCP_PSH : 0);
        size_t length = packet_tcp(s->segment, &path, sequence, c->sequence[!side], flags, data->bytes + at, n);
        if (!emit(s, c, side, length, m)) return false;
        sequence += (uint32_t)n;
        if ((int32_t)(sequence - c->sequence[side]) > 0) c->sequence[side] = sequence;
    }
    return true;
}

static bool ether_send(struct script *s, struct connection *c, unsigned side, const struct output *data,
                       const struct manner *m)
{
    struct packet_path path = side ? packet_reversed(&c->path) : c->path;
    if (!c->ethertype && data->length > PACKET_MTU)
        return script_wrong(s, s->at, "an 802.3 frame carries at most %d bytes", PACKET_MTU);
    size_t head = packet_ethernet(s->frame, &path, c->ethertype ? c->ethertype : (uint16_t)data->length);
    if (data->length) memcpy(s->frame + head, data->bytes, data->length);
    return emit(s, c, side, packet_padded(s->frame, head + data->length), m);
}

bool connection_send(struct script *s, struct connection *c, unsigned side, const struct output *data,
                     const struct manner *m)
{
    if (c->kind != CONNECTION_TCP && (m->split || m->back)) return script_wrong(s, s->at, "split and back are for TCP");
    if (m->fragment % 8) return script_wrong(s, s->at, "fragments are multiples of 8 bytes");
    if (c->kind == CONNECTION_ETHER) return ether_send(s, c, side, data, m);
    if (c->kind == CONNECTION_TCP) return tcp_send(s, c, side, data, m);
    struct packet_path path = side ? packet_reversed(&c->path) : c->path;
    return emit(s, c, side, packet_udp(s->segment, &path, data->bytes, data->length), m);
}

bool connection_flags(struct script *s, struct connection *c, unsigned side, unsigned flags)
{
    static const struct manner plain;
    struct packet_path path = side ? packet_reversed(&c->path) : c->path;
    uint32_t acknowledged = flags & TCP_ACK ? c->sequence[!side] : 0;
    size_t length = packet_tcp(s->segment, &path, c->sequence[side], acknowledged, flags, NULL, 0);
    if (flags & (TCP_SYN | TCP_FIN)) c->sequence[side]++;
    return emit(s, c, side, length, &plain);
}

bool connection_open(struct script *s, struct connection *c, enum opening opening)
{
    for (unsigned side = 0; side < 2; side++) {
        const struct packet_end *end = side ? &c->path.to : &c->path.from;
        c->sequence[side] = (uint32_t)(s->packet_count + 1) * 2654435761u + end->port;
        c->ip_id[side] = (uint16_t)(c->sequence[side] >> 16);
    }
    if (c->kind != CONNECTION_TCP || opening == OPENING_MIDSTREAM) return true;
    if (!connection_flags(s, c, 0, TCP_SYN)) return false;
    if (opening == OPENING_SYN) return true;
    if (opening == OPENING_REFUSED) {
        c->sequence[1] = 0;
        return connection_flags(s, c, 1, TCP_RST | TCP_ACK);
    }
    return connection_flags(s, c, 1, TCP_SYN | TCP_ACK) && connection_flags(s, c, 0, TCP_ACK);
}
