/* SPDX-License-Identifier: Apache-2.0 */
/* The condition language of `-Y` and of the signatures' `where`: Wireshark's display-filter syntax over messages.
 *
 * Compiled once (names, operators, sets and types are checked there), evaluated without allocation or lock by any
 * number of threads. Follows the Wireshark 4.0 User's Guide, "Building Display Filter Expressions": a field that
 * occurs several times fulfils `==` `<` `contains`… when any occurrence does, `!=` when none is equal. */
#ifndef WANGLOU_SIGNATURES_FILTER_H
#define WANGLOU_SIGNATURES_FILTER_H

#include "common/fault.h"
#include "parsers/registry.h"

/* `$name`: a list of literals ("10.1.0.0/16", "0x10", "aa:bb:cc:dd:ee:ff", "5..9") typed by the field it meets.
 * An empty set is known and holds nothing; a bare `$name` is true when the set is filled. */
struct filter_set {
    const char *name; /* without the dollar sign */
    const char *const *items;
    unsigned item_count;
};
struct filter_sets {
    const struct filter_set *sets;
    unsigned count;
};

struct filter;
struct filter_field;

/* `line` and `column` are those of the first character of `text` in `file`. The sets are needed during the call only.
 * Returns NULL and fills `fault` for an unknown field, operator, set or name, and for a value of the wrong type. */
struct filter *filter_compile(const char *text, const struct filter_sets *sets, struct fault *fault, const char *file,
                              unsigned line, unsigned column);
void filter_free(struct filter *filter);

/* `message->parser` may be NULL (a frame of which no protocol spoke): packet fields still match. */
bool filter_match(const struct filter *filter, const struct message *message);

/* The filter holds only for a message in which one of these registry fields (each is told, some more than once) has a
 * value whose bit is set; the highest bit stands for all values from FILTER_NEED_MORE on, and below 0. False: no such
 * thing can be said of it, and none is told. */
enum { FILTER_NEED_MORE = 63 };
typedef void filter_need(void *context, uint16_t field, uint64_t values);
bool filter_needs(const struct filter *filter, filter_need *each, void *context);

/* Adds to want[field] (parser.h, enum want) for each registry field the filter reads; never clears. */
void filter_fields(const struct filter *filter, uint8_t *want);

/* What can be told before the message is seen. `operation` NULL: a code that is not in the parser's table.
 * The class is the operation's own; filter_prejudge_class takes the class of a message whose parser knew better
 * (then `operation` NULL means: any). `parser` NULL: a packet without a message. */
enum filter_verdict { FILTER_NO, FILTER_YES, FILTER_DEPENDS };
enum filter_verdict filter_prejudge(const struct filter *filter, const struct parser *parser,
                                    const struct operation *operation);
enum filter_verdict filter_prejudge_class(const struct filter *filter, const struct parser *parser,
                                          enum ot_class class);

/* The same with more that is known. */
struct filter_known {
    const struct parser *parser; /* NULL: no protocol spoke */
    bool any_operation;          /* it can be any, or none */
    const struct operation *operation;
    int class, role, status; /* enum ot_class, ot_role, ot_status; -1: any */
    bool calm;               /* the message has no anomalies */
    /* NULL, or one of the messages meant: they are alike in their packet's addresses, ports, flags and tags, in who
     * speaks, and in what stands above. */
    const struct message *message;
};
enum filter_verdict filter_judge(const struct filter *filter, const struct filter_known *known);

/* What is left of a filter once all that is known is taken off: a message like those meant fulfils the filter when it
 * fulfils all of these parts. At most `room`; more than `room`: it is not so divided, ask the filter itself. */
struct filter_part;
unsigned filter_rest(const struct filter *filter, const struct filter_known *known, const struct filter_part **parts,
                     unsigned room);
bool filter_part_match(const struct filter_part *part, const struct message *message);

/* Ports of which a packet must have one for the filter to hold: an index for rules about packets. False: any port. */
enum { FILTER_PORTS = 16 };
struct filter_ports {
    uint8_t ip_proto;
    bool destination; /* else source */
    unsigned count;
    uint16_t ports[FILTER_PORTS];
};
bool filter_ports(const struct filter *filter, struct filter_ports *out);

/* A field of which a message must have one of a few values for the filter to hold, each as a key; other values seldom
 * have the same. An index for many filters. */
enum { FILTER_CHOICES = 6, FILTER_CHOICE_KEYS = 16 };
struct filter_choice {
    const struct filter_field *field;
    unsigned count;
    uint64_t keys[FILTER_CHOICE_KEYS];
};
unsigned filter_choices(const struct filter *filter, struct filter_choice out[FILTER_CHOICES]); /* how many */
/* The keys of all values that the message has of a field; more than `room`: that cannot be told. */
unsigned filter_field_keys(const struct filter_field *field, const struct message *message, uint64_t *keys,
                           unsigned room);

/* A field's occurrences as text or key, for counting rules: registry fields, ot.*, and packet fields by one name. */
const struct filter_field *filter_field_find(const char *name); /* NULL: unknown */
const char *filter_field_name(const struct filter_field *field);
const char *filter_field_nearest(const char *name);          /* nearest right name or NULL */
int filter_field_registry(const struct filter_field *field); /* its registry number, -1: a packet field */
/* Has it the same value in all messages like this one (struct filter_known)? */
bool filter_field_settled(const struct filter_field *field, const struct message *message);
/* Calls `each` with the bytes of every occurrence (numbers as 8 bytes) and returns how many there were. */
unsigned filter_field_each(const struct filter_field *field, const struct message *message,
                           void (*each)(void *context, const void *bytes, size_t length), void *context);
/* The first occurrence as a reader expects it ("10.0.0.1", "40001"); returns the length, 0 when absent. */
size_t filter_field_print(const struct filter_field *field, const struct message *message, char *out, size_t size);

#endif
