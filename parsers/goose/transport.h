/* SPDX-License-Identifier: Apache-2.0 */
/* What GOOSE and sampled values come in: the header behind their EtherTypes, and the session protocol that carries both
 * over UDP. Shared by the parsers goose and sv. */
#ifndef WANGLOU_PARSERS_GOOSE_TRANSPORT_H
#define WANGLOU_PARSERS_GOOSE_TRANSPORT_H

#include "parsers/parser.h"

enum { SPDU_GOOSE = 0xa1, SPDU_SAMPLES = 0xa2, SPDU_MANAGEMENT = 0xa3, PAYLOAD_GOOSE = 0x81, PAYLOAD_SAMPLES = 0x82 };

/* IEC 61850-8-1 annex C, 61850-9-2 clause 5.3: eight octets before the APDU. */
struct link_header {
    uint16_t appid, length; /* `length` counts these eight octets and the APDU */
    bool simulation;        /* first bit of the first reserved field */
    bool length_wrong;
    struct bytes apdu;
};

bool link_header_take(struct bytes in, struct link_header *header);

/* IEC/TR 61850-90-5 (IEC 61850-8-1:2011+A1 annex I): session header over ITU-T X.234 over UDP. */
struct session_header {
    uint8_t spdu;
    uint32_t number;
    uint16_t version;
    uint32_t key_id; /* 0: neither signed nor encrypted */
    struct bytes payload;
};

bool session_header_take(struct bytes in, struct session_header *header);
bool session_header_fits(struct bytes in, uint8_t spdu); /* for probes */

/* The next APDU of a session payload. */
struct session_apdu {
    uint8_t tag;
    bool simulation;
    uint16_t appid;
    struct bytes apdu;
};

bool session_apdu_take(struct bytes *payload, struct session_apdu *out);

/* A number for the name of a control block or stream, never 0: what state is kept under. */
uint32_t publication_hash(struct bytes name);

#endif
