/* SPDX-License-Identifier: Apache-2.0 */
/* Link header and routable session of GOOSE and sampled values. Follows IEC 61850-8-1:2011 annex C, IEC 61850-9-2:2011
 * clause 5.3 and IEC/TR 61850-90-5:2012 clause 11.3. */
#include "parsers/goose/transport.h"

enum { LINK_HEADER = 8, UNIT_DATA = 0x40, COMMON_HEADER = 0x80, SMALLEST_SESSION = 27 };

bool link_header_take(struct bytes in, struct link_header *header)
{
    size_t whole = bytes_left(&in);
    header->appid = bytes_be16(&in);
    header->length = bytes_be16(&in);
    header->simulation = bytes_be16(&in) & 0x8000;
    bytes_skip(&in, 2);
    header->length_wrong = header->length < LINK_HEADER || header->length > whole;
    header->apdu = header->length_wrong ? in : bytes_take(&in, header->length - (size_t)LINK_HEADER);
    return bytes_ok(&in);
}

bool session_header_take(struct bytes in, struct session_header *header)
{
    if (bytes_u8(&in) != 1 || bytes_u8(&in) != UNIT_DATA) return false;
    header->spdu = bytes_u8(&in);
    bytes_skip(&in, 1); /* length of the session header */
    if (bytes_u8(&in) != COMMON_HEADER) return false;
    bytes_skip(&in, 1 + 4); /* length of the common header, of the SPDU */
    header->number = bytes_be32(&in);
    header->version = bytes_be16(&in);
    bytes_skip(&in, 4 + 2); /* times of the keys */
    header->key_id = bytes_be32(&in);
    bytes_skip(&in, bytes_u8(&in)); /* initialisation vector */
    header->payload = bytes_take_upto(&in, bytes_be32(&in));
    return bytes_ok(&in);
}

bool session_header_fits(struct bytes in, uint8_t spdu)
{
    struct session_header header;
    return bytes_left(&in) >= SMALLEST_SESSION && session_header_take(in, &header) && header.spdu == spdu;
}

bool session_apdu_take(struct bytes *payload, struct session_apdu *out)
{
    if (bytes_empty(payload)) return false;
    out->tag = bytes_u8(payload);
    out->simulation = bytes_u8(payload) != 0;
    out->appid = bytes_be16(payload);
    uint16_t length = bytes_be16(payload);
    out->apdu = bytes_take_upto(payload, length);
    return bytes_ok(payload);
}

uint32_t publication_hash(struct bytes name)
{
    uint32_t h = (uint32_t)bytes_hash(name);
    return h ? h : 1;
}
