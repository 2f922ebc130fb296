/* SPDX-License-Identifier: Apache-2.0 */
/* `payload:` of a rule: literals, expressions and numbers at places in a packet's payload or a PDU, each where the one
 * before ended if it says so. Follows no standard; it can say what Suricata's content, pcre, isdataat, byte_test,
 * byte_jump, byte_extract and byte_math say (docs/writing-signatures.md). */
#ifndef WANGLOU_SIGNATURES_PAYLOAD_H
#define WANGLOU_SIGNATURES_PAYLOAD_H

#include "common/bytes.h"
#include "common/yaml.h"
#include "signatures/filter.h"

enum { PAYLOAD_STEPS = 32, PAYLOAD_NAMES = 8, PAYLOAD_LITERAL = 1024 };

enum payload_step_kind { STEP_LITERAL, STEP_REGEX, STEP_NUMBER, STEP_DATA };
enum payload_jump { JUMP_NOT, JUMP_HERE, JUMP_START, JUMP_END };
enum payload_operator {
    OPERATOR_NONE,
    OPERATOR_EQUAL,
    OPERATOR_UNEQUAL,
    OPERATOR_LESS,
    OPERATOR_LESS_EQUAL,
    OPERATOR_GREATER,
    OPERATOR_GREATER_EQUAL,
    OPERATOR_BITS,
    OPERATOR_PLUS,
    OPERATOR_MINUS,
    OPERATOR_TIMES,
    OPERATOR_DIVIDE,
    OPERATOR_LEFT,
    OPERATOR_RIGHT
};

/* A number, or one that an earlier step saved. */
struct operand {
    int64_t value;
    int8_t saved; /* -1: `value` */
};

struct payload_step {
    uint8_t kind; /* enum payload_step_kind */
    bool absent, relative, nocase, end, little;
    uint8_t jump, base, width;  /* enum payload_jump; 0: binary, else digits of that base; octets of a number */
    uint8_t compare, calculate; /* enum payload_operator */
    int8_t save;                /* where the number is kept; -1: nowhere */
    uint16_t length;            /* of `literal` */
    uint8_t align;              /* a jump is rounded up to this; 0: not */
    const uint8_t *literal;
    struct operand offset, depth;  /* from the start, or from where the step before ended; depth 0: no limit */
    struct operand than, by;       /* of `compare` and `calculate` */
    uint64_t mask;                 /* of a number; 0: none */
    int64_t beyond;                /* added to a jump */
    void *database;                /* hs_database_t of an expression */
    const char *expression;        /* its text */
    const struct filter_field *in; /* the buffer; NULL: the payload itself */
};

struct payload {
    bool packet;          /* every packet's own payload, else the message's PDU */
    bool established;     /* TCP: not the handshake */
    uint8_t direction;    /* 0: both, 1: to the server, 2: to the client */
    uint32_t least, most; /* octets of the whole payload; most 0: no limit */
    unsigned count;
    struct payload_step steps[PAYLOAD_STEPS];
};

/* Does the number stand in the step's relation to the other? True where it asks for none. */
bool payload_compare(const struct payload_step *step, int64_t v, int64_t than);
/* Can packets of this direction and with these flags fulfil it? */
bool payload_can_fit(const struct payload *payload, const struct packet_meta *packet);

struct loader;
struct hs_scratch;

/* NULL and a fault. In the loader's memory; payload_release frees the expressions. */
struct payload *payload_load(struct loader *l, const struct yaml_node *node);
void payload_release(struct payload *payload);
/* One step (payload_step.c); `names` are those that steps before saved. */
struct payload_names {
    const char *names[PAYLOAD_NAMES];
    unsigned count;
};
bool payload_step_load(struct loader *l, const struct yaml_node *node, struct payload_names *names,
                       struct payload_step *out);
/* Makes `scratch` large enough. */
bool payload_prepare(const struct payload *payload, struct hs_scratch **scratch);
/* Does the message's packet go the way the rule asks, and do all steps hold? `*cut` counts searches given up at the
 * limit of work. */
bool payload_match(const struct payload *payload, const struct message *message, struct hs_scratch *scratch,
                   uint64_t *cut);
/* The literal that is rarest to be met by chance, for a search over all rules at once; NULL: there is none. */
const struct payload_step *payload_anchor(const struct payload *payload);

#endif
