/* SPDX-License-Identifier: Apache-2.0 */
/* TCP order, overlap, loss and wrap-around (RFC 9293 §3.4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sensor/flow/stream.h"

struct heard {
    char text[256];
    size_t n;
};

static void on_bytes(void *context, struct flow *f, unsigned side, struct bytes data)
{
    struct heard *h = context;
    (void)f, (void)side;
    memcpy(h->text + h->n, data.at, bytes_left(&data));
    h->n += bytes_left(&data);
}

static void on_gap(void *context, struct flow *f, unsigned side, uint32_t lost)
{
    struct heard *h = context;
    (void)f, (void)side;
    h->n += (size_t)sprintf(h->text + h->n, "[%u]", lost);
}

struct bench {
    struct heard heard;
    struct arena arena;
    struct stream_order order;
    struct packet_meta packet;
    struct flow flow;
};

static struct bench *open_bench(void)
{
    struct bench *b = calloc(1, sizeof *b);
    assert_non_null(b);
    assert_true(arena_open(&b->arena, 16 << 20));
    b->order = (struct stream_order){.arena = &b->arena, .packet = &b->packet, .sink = {on_bytes, on_gap, &b->heard}};
    return b;
}

static void segment(struct bench *b, unsigned side, uint32_t seq, const char *text, uint8_t flags, uint32_t ack)
{
    struct packet p = {.kind = PACKET_TCP, .tcp_seq = seq, .tcp_ack = ack, .meta.tcp_flags = flags};
    p.payload = bytes_over(text, strlen(text));
    p.payload_wire = (uint32_t)strlen(text);
    stream_packet(&b->order, &b->flow, side, &p);
    b->flow.side[side].bytes += strlen(text);
}

static void check(struct bench *b, const char *expected)
{
    stream_end(&b->order, &b->flow);
    b->heard.text[b->heard.n] = 0;
    assert_string_equal(b->heard.text, expected);
    assert_int_equal(b->arena.used, 0);
    arena_close(&b->arena);
    free(b);
}

static void in_order(void **state)
{
    struct bench *b = open_bench();
    (void)state;
    segment(b, 0, 99, "", TCP_SYN, 0);
    segment(b, 0, 100, "abc", TCP_ACK, 0);
    segment(b, 0, 103, "def", TCP_ACK, 0);
    check(b, "abcdef");
}

static void reordered_over_the_wrap(void **state)
{
    struct bench *b = open_bench();
    (void)state;
    segment(b, 0, 0xfffffffe, "ab", 0, 0);
    segment(b, 0, 3, "fgh", 0, 0);
    segment(b, 0, 0, "cde", 0, 0);
    check(b, "abcdefgh");
}

static void retransmitted_and_overlapping(void **state)
{
    struct bench *b = open_bench();
    (void)state;
    segment(b, 0, 10, "abcd", 0, 0);
    segment(b, 0, 10, "abcd", 0, 0);
    segment(b, 0, 12, "XXef", 0, 0); /* the first octets stand */
    assert_int_equal(b->flow.retransmissions, 1);
    assert_int_equal(b->flow.overlaps, 1);
    check(b, "abcdef");
}

static void lost_and_acknowledged(void **state)
{
    struct bench *b = open_bench();
    (void)state;
    segment(b, 0, 10, "ab", 0, 0);
    segment(b, 0, 15, "fg", 0, 0);
    assert_int_equal(b->heard.n, 2);
    segment(b, 1, 500, "", TCP_ACK, 17);
    assert_int_equal(b->flow.gaps, 1);
    check(b, "ab[3]fg");
}

static void acknowledged_before_it_came(void **state)
{
    struct bench *b = open_bench();
    (void)state;
    segment(b, 0, 10, "ab", 0, 0);
    segment(b, 1, 500, "", TCP_ACK, 15);
    segment(b, 0, 15, "fg", 0, 0);
    check(b, "ab[3]fg");
}

static void held_at_the_end(void **state)
{
    struct bench *b = open_bench();
    (void)state;
    segment(b, 0, 10, "ab", 0, 0);
    segment(b, 0, 13, "d", 0, 0);
    segment(b, 0, 15, "f", 0, 0);
    check(b, "ab[1]d[1]f");
}

static void keep_alive_is_no_retransmission(void **state)
{
    struct bench *b = open_bench();
    (void)state;
    segment(b, 0, 10, "ab", 0, 0);
    segment(b, 0, 11, "b", TCP_ACK, 0);
    assert_int_equal(b->flow.retransmissions, 0);
    assert_int_equal(b->order.counters.keepalives, 1);
    check(b, "ab");
}

static void on_end(void *context, struct flow *f, unsigned side)
{
    struct heard *h = context;
    (void)f;
    h->n += (size_t)sprintf(h->text + h->n, "(end %u)", side);
}

/* RFC 9293 3.6: a FIN comes behind all data of its side; a RST ends both sides at once. */
static void ends_are_told(void **state)
{
    struct bench *b = open_bench();
    (void)state;
    b->order.sink.end = on_end;
    segment(b, 0, 99, "", TCP_SYN, 0);
    segment(b, 0, 100, "abc", TCP_ACK | TCP_FIN, 0);
    segment(b, 0, 103, "", TCP_ACK | TCP_FIN, 0); /* once more */
    check(b, "abc(end 0)");
    b = open_bench();
    b->order.sink.end = on_end;
    segment(b, 0, 99, "", TCP_SYN, 0);
    segment(b, 0, 106, "", TCP_ACK | TCP_FIN, 0); /* what it ends is lost: told all the same, nothing is held */
    segment(b, 1, 500, "", TCP_RST, 0);
    check(b, "(end 0)(end 1)(end 0)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_are_told),           cmocka_unit_test(in_order),
        cmocka_unit_test(reordered_over_the_wrap), cmocka_unit_test(retransmitted_and_overlapping),
        cmocka_unit_test(lost_and_acknowledged),   cmocka_unit_test(acknowledged_before_it_came),
        cmocka_unit_test(held_at_the_end),         cmocka_unit_test(keep_alive_is_no_retransmission),
    };
    return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
