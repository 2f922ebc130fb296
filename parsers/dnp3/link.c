/* SPDX-License-Identifier: Apache-2.0 */
/* DNP3 data link layer: frames on a byte stream, block CRCs, addresses (IEEE Std 1815-2012 clause 9). */
#include "parsers/dnp3/dnp3.h"

/* Clause 9.2.4.3 and annex E: generator x16+x13+x12+x11+x10+x8+x6+x5+x2+1, bit-reversed, sent inverted. */
static const uint16_t crc_table[256] = {
    0x0000, 0x365e, 0x6cbc, 0x5ae2, 0xd978, 0xef26, 0xb5c4, 0x839a, 0xff89, 0xc9d7, 0x9335, 0xa56b, 0x26f1, 0x10af,
    0x4a4d, 0x7c13, 0xb26b, 0x8435, 0xded7, 0xe889, 0x6b13, 0x5d4d, 0x07af, 0x31f1, 0x4de2, 0x7bbc, 0x215e, 0x1700,
    0x949a, 0xa2c4, 0xf826, 0xce78, 0x29af, 0x1ff1, 0x4513, 0x734d, 0xf0d7, 0xc689, 0x9c6b, 0xaa35, 0xd626, 0xe078,
    0xba9a, 0x8cc4, 0x0f5e, 0x3900, 0x63e2, 0x55bc, 0x9bc4, 0xad9a, 0xf778, 0xc126, 0x42bc, 0x74e2, 0x2e00, 0x185e,
    0x644d, 0x5213, 0x08f1, 0x3eaf, 0xbd35, 0x8b6b, 0xd189, 0xe7d7, 0x535e, 0x6500, 0x3fe2, 0x09bc, 0x8a26, 0xbc78,
    0xe69a, 0xd0c4, 0xacd7, 0x9a89, 0xc06b, 0xf635, 0x75af, 0x43f1, 0x1913, 0x2f4d, 0xe135, 0xd76b, 0x8d89, 0xbbd7,
    0x384d, 0x0e13, 0x54f1, 0x62af, 0x1ebc, 0x28e2, 0x7200, 0x445e, 0xc7c4, 0xf19a, 0xab78, 0x9d26, 0x7af1, 0x4caf,
    0x164d, 0x2013, 0xa389, 0x95d7, 0xcf35, 0xf96b, 0x8578, 0xb326, 0xe9c4, 0xdf9a, 0x5c00, 0x6a5e, 0x30bc, 0x06e2,
    0xc89a, 0xfec4, 0xa426, 0x9278, 0x11e2, 0x27bc, 0x7d5e, 0x4b00, 0x3713, 0x014d, 0x5baf, 0x6df1, 0xee6b, 0xd835,
    0x82d7, 0xb489, 0xa6bc, 0x90e2, 0xca00, 0xfc5e, 0x7fc4, 0x499a, 0x1378, 0x2526, 0x5935, 0x6f6b, 0x3589, 0x03d7,
    0x804d, 0xb613, 0xecf1, 0xdaaf, 0x14d7, 0x2289, 0x786b, 0x4e35, 0xcdaf, 0xfbf1, 0xa113, 0x974d, 0xeb5e, 0xdd00,
    0x87e2, 0xb1bc, 0x3226, 0x0478, 0x5e9a, 0x68c4, 0x8f13, 0xb94d, 0xe3af, 0xd5f1, 0x566b, 0x6035, 0x3ad7, 0x0c89,
    0x709a, 0x46c4, 0x1c26, 0x2a78, 0xa9e2, 0x9fbc, 0xc55e, 0xf300, 0x3d78, 0x0b26, 0x51c4, 0x679a, 0xe400, 0xd25e,
    0x88bc, 0xbee2, 0xc2f1, 0xf4af, 0xae4d, 0x9813, 0x1b89, 0x2dd7, 0x7735, 0x416b, 0xf5e2, 0xc3bc, 0x995e, 0xaf00,
    0x2c9a, 0x1ac4, 0x4026, 0x7678, 0x0a6b, 0x3c35, 0x66d7, 0x5089, 0xd313, 0xe54d, 0xbfaf, 0x89f1, 0x4789, 0x71d7,
    0x2b35, 0x1d6b, 0x9ef1, 0xa8af, 0xf24d, 0xc413, 0xb800, 0x8e5e, 0xd4bc, 0xe2e2, 0x6178, 0x5726, 0x0dc4, 0x3b9a,
    0xdc4d, 0xea13, 0xb0f1, 0x86af, 0x0535, 0x336b, 0x6989, 0x5fd7, 0x23c4, 0x159a, 0x4f78, 0x7926, 0xfabc, 0xcce2,
    0x9600, 0xa05e, 0x6e26, 0x5878, 0x029a, 0x34c4, 0xb75e, 0x8100, 0xdbe2, 0xedbc, 0x91af, 0xa7f1, 0xfd13, 0xcb4d,
    0x48d7, 0x7e89, 0x246b, 0x1235,
};

uint16_t dnp3_crc(const uint8_t *bytes, size_t n)
{
    uint16_t crc = 0;
    for (size_t i = 0; i < n; i++) crc = (uint16_t)(crc >> 8 ^ crc_table[(crc ^ bytes[i]) & 0xff]);
    return (uint16_t)~crc;
}

/* LENGTH counts control, addresses and user data; a CRC follows each block of up to 16 octets. */
static size_t wire_length(uint8_t length)
{
    size_t user = length - 5u;
    return LINK_HEADER + user + 2 * ((user + LINK_BLOCK - 1) / LINK_BLOCK);
}

static bool header_intact(const struct bytes *in)
{
    return dnp3_crc(in->at, LINK_HEADER - 2) == bytes_peek_le16(in, LINK_HEADER - 2);
}

/* Of a header that is wrong no octet can be trusted: it reaches to the next start word, if there is one within it. */
static size_t damaged_length(struct bytes header)
{
    bytes_skip(&header, 2);
    for (size_t at = 0; at + 4 < LINK_HEADER; at++)
        if (bytes_peek(&header, at) == 0x05 && bytes_peek(&header, at + 1) == 0x64) return at + 2;
    return LINK_HEADER;
}

/* A header with a wrong CRC or length is handed on alone, to be told. */
struct frame dnp3_frame(struct bytes in, const void *state, enum direction direction)
{
    (void)state, (void)direction;
    struct bytes rest = in;
    for (;;) {
        ptrdiff_t at = bytes_find(&rest, 0x05);
        if (at < 0) return FRAME_SKIPS(bytes_left(&in));
        bytes_skip(&rest, (size_t)at);
        if (bytes_left(&rest) == 1 || bytes_peek(&rest, 1) == 0x64) break;
        bytes_skip(&rest, 1);
    }
    size_t before = bytes_left(&in) - bytes_left(&rest);
    if (before) return FRAME_SKIPS(before);
    if (bytes_left(&in) < LINK_HEADER) return FRAME_NEEDS(LINK_HEADER);
    uint8_t length = bytes_peek(&in, 2);
    return FRAME_OF(length < 5 || !header_intact(&in) ? damaged_length(in) : wire_length(length));
}

bool dnp3_link_header(struct bytes *in, struct dnp3_link *link)
{
    bool intact = bytes_left(in) >= LINK_HEADER && header_intact(in);
    bytes_skip(in, 2);
    link->length = bytes_u8(in);
    link->control = bytes_u8(in);
    link->destination = bytes_le16(in);
    link->source = bytes_le16(in);
    link->crc = bytes_le16(in);
    link->from_master = link->control & LINK_FROM_MASTER;
    link->primary = link->control & LINK_PRIMARY;
    link->outstation = link->from_master ? link->destination : link->source;
    link->master = link->from_master ? link->source : link->destination;
    link->cut = intact && link->length >= 5 && bytes_left(in) < wire_length(link->length) - LINK_HEADER;
    return intact;
}

struct bytes dnp3_user_data(struct pdu *p, struct bytes in, const struct dnp3_link *link, bool *crc_wrong)
{
    size_t left = link->length - 5u;
    struct bytes block = bytes_take_upto(&in, left < LINK_BLOCK ? left : LINK_BLOCK);
    *crc_wrong = bytes_left(&in) >= 2 && dnp3_crc(block.at, bytes_left(&block)) != bytes_le16(&in);
    if (left <= LINK_BLOCK || *crc_wrong || link->cut) return block;

    uint8_t *user = pdu_scratch(p, left);
    size_t have = 0;
    if (!user) return bytes_over(NULL, 0);
    for (;;) {
        size_t n = bytes_left(&block);
        if (n) memcpy(user + have, block.at, n);
        have += n;
        left -= n;
        if (!left) return bytes_over(user, have);
        block = bytes_take_upto(&in, left < LINK_BLOCK ? left : LINK_BLOCK);
        if (dnp3_crc(block.at, bytes_left(&block)) != bytes_le16(&in)) {
            *crc_wrong = true;
            return bytes_over(user, have);
        }
    }
}

void dnp3_emit_link(struct pdu *p, const struct dnp3_link *link)
{
    emit_uint(p, F_START, 0x0564);
    emit_uint(p, F_LEN, link->length);
    emit_uint(p, F_CTL, link->control);
    emit_uint(p, F_CTL_DIR, link->from_master);
    emit_uint(p, F_CTL_PRM, link->primary);
    if (link->primary) {
        emit_uint(p, F_CTL_FCB, link->control >> 5 & 1);
        emit_uint(p, F_CTL_FCV, link->control >> 4 & 1);
        emit_uint(p, F_CTL_PRIFUNC, link->control & 15);
    } else {
        emit_uint(p, F_CTL_DFC, link->control >> 4 & 1);
        emit_uint(p, F_CTL_SECFUNC, link->control & 15);
    }
    emit_uint(p, F_DST, link->destination);
    emit_uint(p, F_ADDR, link->destination);
    emit_uint(p, F_SRC, link->source);
    emit_uint(p, F_ADDR, link->source);
    emit_uint(p, F_HEADER_CRC, link->crc);
}
