/* SPDX-License-Identifier: Apache-2.0 */
/* What the bench's sessions say: Modbus, S7comm, IEC 104, DNP3, EtherNet/IP, BACnet/IP and GOOSE, each by its norm. */
#include "tests/bench/plant.h"

static void put(struct speech *out, const void *bytes, size_t n)
{
    memcpy(out->bytes + out->length, bytes, n);
    out->length += n;
}
#define PUT(out, literal) put((out), (literal), sizeof(literal) - 1)

static void put_be(struct speech *out, uint64_t v, unsigned size)
{
    for (unsigned i = size; i > 0; i--) out->bytes[out->length++] = (uint8_t)(v >> 8 * (i - 1));
}

static void put_le(struct speech *out, uint64_t v, unsigned size)
{
    for (unsigned i = 0; i < size; i++) out->bytes[out->length++] = (uint8_t)(v >> 8 * i);
}

static void set_be16(struct speech *out, size_t at, size_t v)
{
    out->bytes[at] = (uint8_t)(v >> 8), out->bytes[at + 1] = (uint8_t)v;
}

/* A process value that moves. */
static float measured(const struct talk *t) { return 20 + (float)(t->turn % 600) / 10; }

static uint32_t float_bits(float f)
{
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    return bits;
}

/* ---- Modbus Application Protocol V1.1b3 ---------------------------------------------------------------------- */

static void modbus(struct talk *t, unsigned side, struct speech *out)
{
    put_be(out, t->turn & 0xffff, 2);
    PUT(out, "\0\0\0\6\1");
    if (t->write) {
        put_be(out, 6, 1), put_be(out, t->turn % 100, 2), put_be(out, t->turn & 0xffff, 2);
    } else if (side == 0) {
        PUT(out, "\3\0\0\0\x0a");
    } else {
        PUT(out, "\3\x14");
        for (unsigned i = 0; i < 10; i++) put_be(out, (t->turn + i) & 0xffff, 2);
        set_be16(out, 4, out->length - 6);
    }
}

/* ---- S7comm over RFC 1006 ------------------------------------------------------------------------------------ */

static void s7_header(struct talk *t, unsigned side, unsigned parameter, unsigned data, struct speech *out)
{
    PUT(out, "\3\0\0\0\2\xf0\x80\x32");
    put_be(out, side ? 3 : 1, 1), put_be(out, 0, 2), put_be(out, t->turn & 0xffff, 2);
    put_be(out, parameter, 2), put_be(out, data, 2);
    if (side) put_be(out, 0, 2);
}

static void s7(struct talk *t, unsigned side, struct speech *out)
{
    if (t->turn == 0) {
        if (side == 0)
            PUT(out, "\3\0\0\x16\x11\xe0\0\0\0\1\0\xc1\2\1\0\xc2\2\1\2\xc0\1\x0a");
        else
            PUT(out, "\3\0\0\x16\x11\xd0\0\1\0\2\0\xc1\2\1\0\xc2\2\1\2\xc0\1\x0a");
        return;
    }
    if (t->turn == 1) {
        s7_header(t, side, 8, 0, out);
        PUT(out, "\xf0\0\0\1\0\1\1\xe0");
    } else if (t->write && side == 0) {
        s7_header(t, side, 14, 8, out);
        PUT(out, "\5\1\x12\x0a\x10\2\0\4\0\x0b\x84\0\0\0\0\4\0\x20");
        put_be(out, float_bits(measured(t)), 4);
    } else if (t->write) {
        s7_header(t, side, 2, 1, out);
        PUT(out, "\5\1\xff");
    } else if (side == 0) {
        s7_header(t, side, 14, 0, out);
        PUT(out, "\4\1\x12\x0a\x10\2\0\x10\0\x0a\x84\0\0\0");
    } else {
        s7_header(t, side, 2, 20, out);
        PUT(out, "\4\1\xff\4\0\x80");
        for (unsigned i = 0; i < 4; i++) put_be(out, float_bits(measured(t) + (float)i), 4);
    }
    set_be16(out, 2, out->length);
}

/* ---- IEC 60870-5-104:2006 ------------------------------------------------------------------------------------ */

static void iec104_i(struct talk *t, unsigned side, struct speech *out)
{
    PUT(out, "\x68\0");
    put_le(out, (unsigned)t->sent[side] << 1, 2), put_le(out, (unsigned)t->sent[!side] << 1, 2);
    t->sent[side] = (uint16_t)((t->sent[side] + 1) & 0x7fff);
}

static void iec104(struct talk *t, unsigned side, struct speech *out)
{
    if (t->turn == 0) {
        if (side == 0)
            PUT(out, "\x68\4\7\0\0\0");
        else
            PUT(out, "\x68\4\x0b\0\0\0");
    } else if (t->write) { /* a single command and its confirmation */
        iec104_i(t, side, out);
        PUT(out, "\x2d\1");
        put_le(out, side ? 7 : 6, 2), put_le(out, 1, 2), put_le(out, 5000 + t->turn % 16, 3);
        put_le(out, t->turn & 1, 1);
        out->bytes[1] = (uint8_t)(out->length - 2);
    } else if (side == 0) {
        PUT(out, "\x68\4\1\0");
        put_le(out, (unsigned)t->sent[1] << 1, 2);
    } else {
        iec104_i(t, side, out);
        PUT(out, "\x0d\4\3\0\1\0");
        for (unsigned i = 0; i < 4; i++) {
            put_le(out, 4001 + i, 3), put_le(out, float_bits(measured(t) + (float)i), 4);
            put_le(out, 0, 1);
        }
        out->bytes[1] = (uint8_t)(out->length - 2);
    }
}

/* ---- IEEE 1815-2012 ------------------------------------------------------------------------------------------ */

static void dnp3_block(struct speech *out, const uint8_t *at, size_t n)
{
    put(out, at, n);
    put_le(out, (uint16_t)~packet_crc16(at, n, 0, 0xa6bc), 2);
}

static void dnp3(struct talk *t, unsigned side, struct speech *out)
{
    struct speech inner = {.length = 0};
    put_be(&inner, 0xc0 | (t->turn & 63), 1), put_be(&inner, 0xc0 | (t->turn & 15), 1);
    if (t->write) { /* direct operate of an output block */
        if (side == 0)
            PUT(&inner, "\5");
        else
            PUT(&inner, "\x81\0\0");
        PUT(&inner, "\x0c\1\x17\1\3\x41\1\xe8\3\0\0\0\0\0\0\0");
    } else if (side == 0) {
        PUT(&inner, "\1\x3c\2\6\x3c\3\6\x3c\4\6");
    } else {
        PUT(&inner, "\x81\0\0\x20\1\x17\4");
        for (unsigned i = 0; i < 4; i++) put_le(&inner, i, 1), put_le(&inner, 1, 1), put_le(&inner, t->turn + i, 4);
    }
    uint8_t head[8] = {0x05, 0x64, (uint8_t)(5 + inner.length), side ? 0x44 : 0xc4, 0, 0, 0, 0};
    head[side ? 4 : 6] = 1, head[side ? 6 : 4] = 10;
    dnp3_block(out, head, sizeof head);
    for (size_t i = 0; i < inner.length; i += 16)
        dnp3_block(out, inner.bytes + i, inner.length - i < 16 ? inner.length - i : 16);
}

/* ---- EtherNet/IP, The CIP Networks Library, volume 2, chapter 2 ------------------------------------------------ */

static void enip(struct talk *t, unsigned side, struct speech *out)
{
    bool opening = t->turn == 0;
    put_le(out, opening ? 0x65 : 0x6f, 2), put_le(out, 0, 2);
    put_le(out, opening && side == 0 ? 0 : 0x11223344, 4), put_le(out, 0, 4);
    put_be(out, t->turn, 8), put_le(out, 0, 4);
    if (opening) {
        PUT(out, "\1\0\0\0");
    } else {
        struct speech cip = {.length = 0};
        if (side == 0) { /* Read Tag, Write Tag of the tag "Level" */
            put_le(&cip, t->write ? 0x4d : 0x4c, 1);
            PUT(&cip, "\4\x91\5Level\0");
            if (t->write) PUT(&cip, "\xca\0");
            put_le(&cip, 1, 2);
            if (t->write) put_le(&cip, float_bits(measured(t)), 4);
        } else {
            put_le(&cip, t->write ? 0xcd : 0xcc, 1);
            PUT(&cip, "\0\0\0");
            if (!t->write) PUT(&cip, "\xca\0"), put_le(&cip, float_bits(measured(t)), 4);
        }
        PUT(out, "\0\0\0\0\x0a\0\2\0\0\0\0\0\xb2\0");
        put_le(out, cip.length, 2);
        put(out, cip.bytes, cip.length);
    }
    out->bytes[2] = (uint8_t)(out->length - 24), out->bytes[3] = 0;
}

/* ---- ASHRAE 135-2020, Annex J ---------------------------------------------------------------------------------- */

static void bacnet(struct talk *t, unsigned side, struct speech *out)
{
    uint8_t invoke = (uint8_t)t->turn;
    PUT(out, "\x81\x0a\0\0\1");
    put_be(out, side ? 0 : 4, 1);
    if (side == 0)
        PUT(out, "\0\5");
    else
        put_be(out, t->write ? 0x20 : 0x30, 1);
    put_be(out, invoke, 1);
    put_be(out, t->write ? 15 : 12, 1);
    if (!(t->write && side)) PUT(out, "\x0c\0\x40\0\1\x19\x55"); /* analog output 1, present value */
    if (t->write != (side == 1)) PUT(out, "\x3e\x44"), put_be(out, float_bits(measured(t)), 4), PUT(out, "\x3f");
    set_be16(out, 2, out->length);
}

/* ---- IEC 61850-8-1:2011, GOOSE: only one side speaks ------------------------------------------------------------ */

static void goose(struct talk *t, unsigned side, struct speech *out)
{
    if (side == 0) return;
    PUT(out, "\0\1\0\0\0\0\0\0\x61\0\x80\x10IED1LLN0$GO$gcb1\x81\2\x07\xd0\x82\x0dIED1LLN0$ds01\x83\4"
             "gcb1");
    PUT(out, "\x84\x08\x69\xa4\xd5\0\0\0\0\x0a\x85\2");
    put_be(out, 1 + t->turn / 1000 % 30000, 2);
    PUT(out, "\x86\2");
    put_be(out, t->turn % 1000, 2);
    PUT(out, "\x87\1\0\x88\1\1\x89\1\0\x8a\1\2\xab\6\x83\1");
    put_be(out, t->turn / 1000 % 2, 1);
    PUT(out, "\x83\1\0");
    set_be16(out, 2, out->length);
    out->bytes[9] = (uint8_t)(out->length - 10);
}

const struct protocol protocols[] = {
    {"modbus", 502, IP_PROTOCOL_TCP, 0, 0, modbus},
    {"s7", 102, IP_PROTOCOL_TCP, 0, 2, s7},
    {"iec104", 2404, IP_PROTOCOL_TCP, 0, 1, iec104},
    {"dnp3", 20000, IP_PROTOCOL_TCP, 0, 0, dnp3},
    {"enip", 44818, IP_PROTOCOL_TCP, 0, 1, enip},
    {"bacnet", 47808, IP_PROTOCOL_UDP, 0, 0, bacnet},
    {"goose", 0, 0, 0x88b8, 0, goose},
};
const unsigned protocol_count = sizeof protocols / sizeof *protocols;
