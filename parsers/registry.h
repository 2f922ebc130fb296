/* SPDX-License-Identifier: Apache-2.0 */
/* All parsers and one number for each of their fields: what outputs, rules and generated references are made from.
 *
 * Built once by registry_open() before any thread starts, read-only afterwards. */
#ifndef WANGLOU_PARSERS_REGISTRY_H
#define WANGLOU_PARSERS_REGISTRY_H

#include "parsers/parser.h"

struct registry {
    const struct parser *const *parsers; /* parsers[0] is `ot`: the fields every message has */
    uint16_t parser_count;
    const uint16_t *field_base; /* of each parser */
    uint16_t field_count;       /* of all */
};

/* Checks every table (names unique, rows sorted and titled, sizes in bounds). Returns NULL and writes the first
 * fault to `fault` when a table is wrong: a programming error that the unit tests find. */
const struct registry *registry_open(char *fault, size_t fault_size);
const struct registry *registry(void); /* after registry_open */

int registry_parser_index(const struct parser *parser);
const struct parser *registry_parser(const char *name);
int registry_field(const char *name);          /* registry-wide number or -1 */
const struct field *field_of(uint16_t number); /* never NULL for a registered number */
const struct parser *field_parser(uint16_t number);
const struct operation *operation_find(const struct parser *parser, uint32_t code); /* NULL: unknown */
/* The same, faster, for the parser whose fields begin at `base`. */
const struct operation *operation_at(uint16_t base, const struct parser *parser, uint32_t code);
const struct operation *operation_named(const struct parser *parser, const char *name);
const struct status_name *status_find(const struct parser *parser, uint32_t code);
const struct value_name *value_name_find(const struct field *field, uint64_t value);

/* Prints a value as tshark -T fields does, into `out` (always terminated). Returns the length it needed. */
size_t value_print(const struct value *v, char *out, size_t size);

extern const char *const ot_class_name[OT_CLASS_COUNT], *const ot_class_zh[OT_CLASS_COUNT],
                                                            *const ot_class_en[OT_CLASS_COUNT];
extern const char *const ot_role_name[ROLE_COUNT], *const ot_status_name[STATUS_COUNT];

/* Fields of the pseudo-parser `ot` (parsers/ot.c): its registry numbers begin at 0. */
enum ot_field {
    OT_FIELD_PROTOCOL,
    OT_FIELD_CLASS,
    OT_FIELD_OPERATION,
    OT_FIELD_CODE,
    OT_FIELD_STATUS,
    OT_FIELD_STATUS_CODE,
    OT_FIELD_ROLE,
    OT_FIELD_UNIT,
    OT_FIELD_OBJECT,
    OT_FIELD_VALUE,
    OT_FIELD_LATENCY,
    OT_FIELD_ANOMALY,
    OT_FIELD_IDENTITY, /* + enum identity */
};

#endif
