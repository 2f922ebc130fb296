/* SPDX-License-Identifier: Apache-2.0 */
/* The short way of decode says of every frame that it takes what the long way says: over whole, cut and damaged frames,
 * fixed seed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pcap/dlt.h>

#include "sensor/decode/layers.h"
#include "sensor/flow/arena.h"

enum { TRIES = 400000, ROOM = 128 };

static uint64_t random_state = 20261124;
static unsigned roll(unsigned sides)
{
    random_state = random_state * 6364136223846793005ull + 1442695040888963407ull;
    return (unsigned)(random_state >> 33) % sides;
}

/* Ethernet, IPv4, TCP with an option or UDP, some octets, perhaps padding. */
static size_t usual_frame(uint8_t *f)
{
    bool tcp = roll(2);
    unsigned options = tcp ? roll(3) * 4 : 0, payload = roll(24), transport = tcp ? 20 + options : 8;
    unsigned total = 20 + transport + payload;
    for (unsigned i = 0; i < ROOM; i++) f[i] = (uint8_t)roll(256);
    f[12] = 8, f[13] = 0;
    f[14] = 0x45;
    f[16] = 0, f[17] = (uint8_t)total;
    f[20] = roll(2) ? 0x40 : 0, f[21] = 0;
    f[23] = tcp ? 6 : 17;
    f[46] = tcp ? (uint8_t)(transport << 2) : f[46];
    if (!tcp) f[38] = 0, f[39] = (uint8_t)(8 + payload);
    return 14 + total + roll(3) * 6;
}

static void damage(uint8_t *f, size_t *captured, uint32_t *length)
{
    static const uint8_t telling[] = {0, 1, 0x20, 0x45, 0x46, 6, 17, 0x88, 0xfb, 0x12, 0xb5, 0xff};
    for (unsigned n = roll(3); n; n--) f[12 + roll(36)] = telling[roll(sizeof telling)];
    if (!roll(4)) *captured = roll((unsigned)*captured + 1);
    if (!roll(8)) *length = (uint32_t)*captured + roll(40);
    if (*captured > 60 && !roll(4)) { /* a trailer of PRP, its size right or nearly so */
        uint8_t *end = f + *captured;
        end[-4] = (uint8_t)(0xa0 + roll(2) * 16);
        end[-3] = (uint8_t)(*captured - 14 + roll(2));
        end[-2] = 0x88, end[-1] = 0xfb;
    }
}

static void assert_same(const struct packet *a, const struct packet *b)
{
    assert_int_equal(a->kind, b->kind);
    assert_ptr_equal(a->payload.at, b->payload.at);
    assert_ptr_equal(a->payload.end, b->payload.end);
    assert_int_equal(a->payload.bad, b->payload.bad);
    assert_int_equal(a->payload_wire, b->payload_wire);
    assert_ptr_equal(a->ip.at, b->ip.at);
    assert_ptr_equal(a->ip.end, b->ip.end);
    assert_int_equal(a->tunnel, b->tunnel);
    assert_int_equal(a->depth, b->depth);
    assert_int_equal(a->oddities, b->oddities);
    if (a->kind == PACKET_TCP) {
        assert_int_equal(a->tcp_seq, b->tcp_seq);
        assert_int_equal(a->tcp_ack, b->tcp_ack);
    }
    assert_int_equal(a->meta.flow_id, b->meta.flow_id);
    assert_memory_equal(packet_like(&a->meta), packet_like(&b->meta), PACKET_LIKE);
}

static void test_the_short_way_says_the_same(void **state)
{
    struct arena arena;
    unsigned taken = 0;
    (void)state;
    assert_true(arena_open(&arena, 1 << 20));
    for (unsigned i = 0; i < TRIES; i++) {
        uint8_t room[ROOM];
        size_t captured = usual_frame(room);
        uint32_t length = (uint32_t)captured;
        damage(room, &captured, &length);
        uint8_t *frame = malloc(captured ? captured : 1); /* so that a read past its end is seen */
        memcpy(frame, room, captured);
        struct packet brief, lengthy;
        memset(&brief, 0xa5, sizeof brief);
        memset(&lengthy, 0x5a, sizeof lengthy);
        brief.meta.from_client = lengthy.meta.from_client = false; /* the caller's */
        brief.meta.direction_known = lengthy.meta.direction_known = false;
        brief.meta.length = lengthy.meta.length = length;
        brief.meta.time_ns = lengthy.meta.time_ns = i;
        uint32_t wire = length < captured ? (uint32_t)captured : length;
        if (decode_usual(&brief, frame, captured, wire)) {
            struct decoder *d = decoder_open(&arena);
            decode_any(d, &lengthy, DLT_EN10MB, frame, captured, wire);
            assert_same(&brief, &lengthy);
            decoder_close(d);
            taken++;
        }
        free(frame);
    }
    arena_close(&arena);
    assert_true(taken > TRIES / 8 && taken < TRIES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_short_way_says_the_same)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
