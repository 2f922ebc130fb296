/* SPDX-License-Identifier: Apache-2.0 */
/* What is settled for all messages that are alike (struct filter_known): which conditions remain to be asked, and under
 * which key each remembers. Most messages of a plant repeat one another thousands of times a minute. */
#ifndef WANGLOU_SIGNATURES_SETTLED_H
#define WANGLOU_SIGNATURES_SETTLED_H

#include "signatures/rule.h"
#include "signatures/states.h"

enum { SETTLED_CANDIDATES = 14 };

/* A condition that may still hold. */
struct question {
    const struct candidate *candidate;
    const struct pattern_group *patterns; /* of its group, when it has patterns */
    bool certain;                         /* it holds: the filter need not be run */
    uint64_t key;                         /* of the state it begins with; 0: not settled */
    struct state_place place;
};

struct settled {
    const struct parser *parser;
    const struct operation *operation;
    uint64_t layers; /* of all parsers that spoke */
    uint8_t class, role, status;
    bool used;
    bool many; /* more than there is room for: ask the groups themselves */
    uint8_t count;
    uint8_t packet[PACKET_LIKE];
    struct question questions[SETTLED_CANDIDATES];
};

struct settled_table;

/* One a matcher. NULL: no memory. */
struct settled_table *settled_open(void);
void settled_close(struct settled_table *table);
/* Forgets all; for another ruleset. */
void settled_clear(struct settled_table *table);

/* What is settled of the messages like this one, which has no anomalies; worked out when it is new. */
struct settled *settled_of(struct settled_table *table, const struct ruleset *ruleset, const struct message *message);

/* The key of one party of one rule; never 0. `purpose`: enum state_purpose. */
uint64_t rule_key_hash(const struct rule *rule, unsigned purpose, const struct rule_key *by,
                       const struct message *message);
/* The key under which a condition of a rule remembers what it counts, awaits or excuses; never 0. */
uint64_t question_key(const struct candidate *candidate, const struct message *message);

#endif
