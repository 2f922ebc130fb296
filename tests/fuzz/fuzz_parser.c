/* SPDX-License-Identifier: Apache-2.0 */
/* libFuzzer: a conversation through one parser, by the real engine. WANGLOU_PARSER names it; unset: probes decide.
 *
 * Input: records of one byte of flags (bit 0 direction, bit 1 a gap before it, bits 2.. of the first: transport) and a
 * length of two octets, then that many bytes. */
#include "tests/support/listener.h"

static const struct parser *wanted;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *name = getenv("WANGLOU_PARSER");
    char fault[512];
    (void)argc, (void)argv;
    if (!registry_open(fault, sizeof fault)) abort();
    if (name && *name && !(wanted = registry_parser(name))) {
        fprintf(stderr, "no such parser: %s\n", name);
        exit(2);
    }
    return 0;
}

static struct listener *shared(void)
{
    static struct listener *l;
    if (!l) l = listener_open(false);
    return l;
}

static uint8_t transport_of(uint8_t flags)
{
    static const uint8_t all[] = {OVER_TCP, OVER_UDP, OVER_LINK};
    if (!wanted) return all[(flags >> 2) % 3];
    for (unsigned i = 0; i < 8; i++)
        if (wanted->transports >> i & 1) return (uint8_t)(1u << i);
    return OVER_TCP;
}

static void claim(struct worker *w, struct session *s, uint8_t transport)
{
    struct layer *l = &s->layers[s->layer_count++];
    int index = registry_parser_index(wanted);
    *l = (struct layer){.parser = wanted,
                        .transport = transport,
                        .number = (uint16_t)index,
                        .field_base = registry()->field_base[index]};
    if (!wanted->state_size) return;
    l->state = arena_take(&w->arena, wanted->state_size);
    memset(l->state, 0, wanted->state_size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct worker *w = shared()->worker;
    struct bytes in = bytes_over(data, size);
    uint8_t transport = transport_of(bytes_peek(&in, 0));
    struct packet *p = w->packet;
    p->kind = transport == OVER_UDP ? PACKET_UDP : transport == OVER_LINK ? PACKET_LINK : PACKET_TCP;
    struct flow f = {.kind = (uint8_t)p->kind, .client = 0, .client_known = true};
    f.key.family = 4;
    f.key.proto = p->meta.ip_proto = transport == OVER_UDP ? 17 : transport == OVER_LINK ? 0 : 6;
    f.key.link_type = transport == OVER_LINK && wanted && wanted->link_types ? wanted->link_types[0] : 0x88ba;
    f.key.port[0] = 40000;
    f.key.port[1] = wanted && wanted->tcp_ports ? wanted->tcp_ports[0] : 102;
    p->meta.src.family = p->meta.dst.family = 4;
    if (wanted && session_of(w, &f)) claim(w, f.session, transport);
    while (!bytes_empty(&in)) {
        unsigned flags = bytes_u8(&in), side = flags & 1, n = bytes_be16(&in);
        struct bytes piece = bytes_take_upto(&in, n);
        size_t length = bytes_left(&piece);
        uint8_t *exact = malloc(length ? length : 1); /* so that a read past its end is seen */
        if (length) memcpy(exact, piece.at, length);
        p->meta.frame++;
        p->meta.time_ns = w->now_ns += 1000000;
        p->meta.src_port = f.key.port[side];
        p->meta.dst_port = f.key.port[!side];
        p->meta.from_client = !side;
        if (flags & 2) feed_gap(w, &f, side);
        if (!length) {
        } else if (p->kind == PACKET_TCP) {
            feed_stream(w, &f, side, bytes_over(exact, length));
        } else {
            feed_datagram(w, &f, side, bytes_over(exact, length));
        }
        free(exact);
    }
    end_requests(w, &f);
    session_end(w, &f);
    if (w->arena.used) abort(); /* something was taken and not given back */
    return 0;
}
