/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the condition language (filter.h): the tree a text is compiled to, and what its leaves read.
 *
 * filter_lex: text to tokens · filter_parse: tokens to the tree · filter_literal: literals and sets, typed by the
 * field they meet · filter_field: what can be read from a message · filter_eval: the tree over a message ·
 * filter_judge: the tree over what is known before the message is. */
#ifndef WANGLOU_SIGNATURES_FILTER_PRIVATE_H
#define WANGLOU_SIGNATURES_FILTER_PRIVATE_H

#include "common/region.h"
#include "signatures/filter.h"
#include "signatures/regex.h"

/* Holds every integer, MAC, IPv4 and IPv6 address in one order. */
__extension__ typedef __int128 wide;

/* ---- what is read from a message --------------------------------- */

enum datum_kind { DATUM_NUMBER, DATUM_REAL, DATUM_BYTES, DATUM_PRESENT };
enum { FAMILY_PLAIN = 0, FAMILY_IPV4 = 4, FAMILY_IPV6 = 6, FAMILY_ETHER = 48 };

struct datum {
    uint8_t kind;         /* enum datum_kind */
    uint8_t family;       /* of a number: a plain one, or the kind of address it is */
    uint32_t length;      /* of `bytes`; a number may have them, too */
    wide number;          /* of 16 bytes: less 2^127, which keeps their order */
    double real;          /* DATUM_REAL */
    const uint8_t *bytes; /* NULL: none */
};

/* Types that a field can have for literals; the registry's many integer types are one. */
enum term { TERM_NONE, TERM_INTEGER, TERM_REAL, TERM_TEXT, TERM_BYTES, TERM_ETHER, TERM_IPV4, TERM_IPV6, TERM_ADDRESS };

/* Fields with few possible values are compared once, when the filter is compiled. */
enum universe {
    UNIVERSE_OPEN,
    UNIVERSE_CLASS,
    UNIVERSE_STATUS,
    UNIVERSE_ROLE,
    UNIVERSE_PROTOCOL,
    UNIVERSE_OPERATION,
    UNIVERSE_ANOMALY
};

/* What a computed field's value follows from: messages that agree in it agree in the field (matcher_settled.c). */
enum settled_by {
    SETTLED_BY_NOTHING,
    SETTLED_BY_PACKET,   /* addresses, ports, flags, tags, and who speaks */
    SETTLED_BY_OPERATION /* where the operation is in its parser's table */
};

/* A field that is not in message->values: of the frame, or the message's own. */
struct computed {
    const char *name;
    uint8_t term, universe;
    uint8_t hex_digits; /* prints as 0x with so many digits; 0: decimal */
    uint8_t bits;       /* of an integer, for the check of literals */
    bool of_frame;      /* is there even when no protocol spoke */
    uint8_t settled;    /* enum settled_by */
    bool (*get)(const struct message *m, unsigned index, struct datum *out);
};

extern const struct computed computed_fields[];
extern const size_t computed_field_count;

struct filter_field {
    const struct computed *computed; /* NULL: registry field `number` */
    uint16_t number;
};

enum term field_term(const struct filter_field *field);
/* The occurrences of a field, one after the other; `cursor` begins at 0. */
bool field_next(const struct filter_field *field, const struct message *m, uint32_t *cursor, struct datum *out);
wide number_of_bytes(const uint8_t *bytes, unsigned count);

/* These fill `out` and return true. */
bool datum_number(struct datum *out, uint64_t n);
bool datum_real(struct datum *out, double r);
bool datum_text(struct datum *out, const char *s);
bool datum_octets(struct datum *out, uint8_t family, const uint8_t *bytes, unsigned length);

/* Names of frame layers without fields of their own ("tcp", "ip"): true when the frame has it. */
typedef bool layer_test(const struct message *m);
layer_test *layer_named(const char *name);
const char *layer_name(unsigned index); /* NULL at the end */
/* The parser whose protocol Wireshark calls so ("modbus", "mbtcp", "iec60870_asdu"), or NULL. */
const struct parser *protocol_named(const char *name);

/* ---- literals ---------------------------------------------------- */

struct range {
    wide low, high;
    double real_low, real_high;
    uint8_t family;
};

struct octets {
    const uint8_t *bytes;
    uint32_t length;
};

struct literals {
    struct range *ranges; /* sorted by family and `low`, apart from one another */
    unsigned range_count;
    struct octets *texts; /* sorted by bytes */
    unsigned text_count;
};

/* ---- the tree ---------------------------------------------------- */

enum relation { IS_EQUAL, IS_UNEQUAL, IS_LESS, IS_LESS_EQUAL, IS_GREATER, IS_GREATER_EQUAL, IS_IN, CONTAINS, MATCHES };
enum operand_function { FUNCTION_NONE, FUNCTION_LEN, FUNCTION_COUNT, FUNCTION_FOLD };

struct operand {
    const struct filter_field *field;
    uint8_t function;
    bool sliced;
    int32_t slice_start;  /* negative: from the end */
    int32_t slice_length; /* -1: to the end */
    bool masked;
    uint64_t mask; /* `field & mask` */
};
/* Nothing but the values of a parser's field. */
static inline bool operand_is_plain(const struct operand *o)
{
    return !o->field->computed && o->function == FUNCTION_NONE && !o->sliced && !o->masked;
}

enum node_op {
    NODE_AND,
    NODE_OR,
    NODE_XOR,
    NODE_NOT,
    NODE_CONSTANT, /* `truth` */
    NODE_EXISTS,   /* left.field */
    NODE_PROTOCOL, /* `parser` spoke in some layer */
    NODE_LAYER,    /* `layer` */
    NODE_LITERAL,  /* left against `literals` */
    NODE_REGEX,    /* left against `regex` */
    NODE_FIELD,    /* left against right */
    NODE_BITS,     /* a universe of at most 64 values: bit set in `bits` */
    NODE_POINTERS  /* a universe of table rows: row in `pointers`, or not in it when `negated` */
};

struct node {
    uint8_t op;       /* enum node_op */
    uint8_t relation; /* enum relation */
    bool all;         /* every occurrence, not any */
    bool truth, negated;
    uint8_t universe;
    uint16_t cost; /* relative; cheap ones are asked first */
    struct node *first, *next;
    struct operand left, right;
    struct literals literals;
    struct regex *regex;
    struct node *next_regex;
    layer_test *layer;
    const struct parser *parser;
    uint64_t bits;
    const void *const *pointers;
    unsigned pointer_count;
    uint8_t quick;                  /* enum quick */
    uint64_t quick_low, quick_high; /* of QUICK_RANGE */
};

/* Tests of a parser's field that need no more than a look at the values: most of them. */
enum quick { QUICK_NOT, QUICK_EXISTS, QUICK_RANGE };
void node_quicken(struct node *node);

struct filter {
    struct region memory;
    struct node *root;
    struct node *regexes; /* nodes with an expression to free, by `next_regex` */
};

bool node_match(const struct node *node, const struct message *message);
/* Does one occurrence stand in the node's relation to its literals or expression? */
bool datum_holds(const struct node *node, const struct datum *d);

/* ---- compiling --------------------------------------------------- */

enum token_kind {
    TOKEN_END,
    TOKEN_WORD,   /* a name or a literal */
    TOKEN_STRING, /* decoded in `text` */
    TOKEN_SET,    /* `text` without the dollar sign */
    TOKEN_RELATION,
    TOKEN_AND,
    TOKEN_OR,
    TOKEN_XOR,
    TOKEN_NOT,
    TOKEN_ANY,
    TOKEN_ALL,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_BRACE_OPEN,
    TOKEN_BRACE_CLOSE,
    TOKEN_BRACKET_OPEN,
    TOKEN_BRACKET_CLOSE,
    TOKEN_COMMA,
    TOKEN_RANGE, /* .. */
    TOKEN_MASK   /* & */
};

struct token {
    uint8_t kind, relation;
    bool all;         /* of a relation: === and !=, which ask every occurrence */
    const char *text; /* NUL-terminated copy; "" at the end */
    uint32_t length;
    unsigned line, column;
};

struct compiler {
    struct filter *filter;
    const struct filter_sets *sets;
    struct fault *fault;
    const char *file;
    const char *at; /* next character */
    unsigned line, column;
    struct token token; /* the one looked at */
    unsigned depth, nodes;
};

/* Reads the next token into c->token. In a slice a word ends at ':' and '-'. */
bool filter_next_token(struct compiler *c, bool in_slice);
bool compile_fault(struct compiler *c, const struct token *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* One value written in the filter or a set, `low` alone or `low`..`high`. */
struct literal_text {
    struct token low, high;
    bool is_range, from_set;
};
/* Collects `count` of them for the node's left operand: ranges or texts, typed by its field. */
bool literals_compile(struct compiler *c, struct node *node, const struct literal_text *items, unsigned count);
/* Turns a test of a field with few possible values into NODE_BITS or NODE_POINTERS. */
bool universe_compile(struct compiler *c, struct node *node, const struct literal_text *items, unsigned count);
enum term operand_term(const struct operand *operand);

#endif
