/* SPDX-License-Identifier: Apache-2.0 */
/* `marks:` of a rule: what it notes about a flow, a station or a pair, and what must or must not have been noted
 * before, as Suricata's flowbits and xbits do (docs/writing-signatures.md). */
#ifndef WANGLOU_SIGNATURES_MARKS_H
#define WANGLOU_SIGNATURES_MARKS_H

#include "common/yaml.h"
#include "parsers/message.h"
#include "signatures/states.h"

enum { MARKS_AT_MOST = 8 };
enum mark_party { MARK_FLOW, MARK_SOURCE, MARK_DESTINATION, MARK_PAIR };

/* Names as hashes: rules of all files share them. */
struct mark_list {
    uint64_t names[MARKS_AT_MOST];
    unsigned count;
};
struct rule_marks {
    uint8_t of; /* enum mark_party */
    uint64_t within_ns;
    struct mark_list need, absent, set, clear;
};

struct loader;

bool load_marks(struct loader *l, const struct yaml_node *node, struct rule_marks **out);
bool marks_hold(const struct rule_marks *marks, struct states *states, const struct message *message);
/* May several workers see whom they are about? */
static inline bool marks_are_common(const struct rule_marks *marks)
{
    return marks->of == MARK_SOURCE || marks->of == MARK_DESTINATION;
}
void marks_make(const struct rule_marks *marks, struct states *states, const struct message *message);

#endif
