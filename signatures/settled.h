/* SPDX-License-Identifier: Apache-2.0 */
/* What is settled for all messages that are alike (struct filter_known): which conditions remain to be asked, and under
 * which key each remembers. Most messages of a plant repeat one another thousands of times a minute. */
#ifndef WANGLOU_SIGNATURES_SETTLED_H
#define WANGLOU_SIGNATURES_SETTLED_H

#include "signatures/rule.h"
#include "signatures/states.h"

enum { SETTLED_CANDIDATES = 20, QUESTION_PARTS = 2, GROUPS_OF_MESSAGE = 3 /* its own, those of its two ports */ };

/* A condition that may still hold. */
struct question {
    const struct candidate *candidate;
    const struct pattern_group *patterns;            /* of its group, when it has patterns */
    bool certain;                                    /* it holds: the filter need not be run */
    uint8_t part_count;                              /* 0: run the whole filter */
    const struct filter_part *parts[QUESTION_PARTS]; /* all that is left of the filter */
    uint64_t key;                                    /* of the state it begins with; 0: not settled */
    struct state_place place;
};

/* What asking a question would come to, when that can be told without asking it. */
enum shortcut {
    SHORT_NOT,
    SHORT_SAME,  /* counts different values, and this one's is counted until `until_ns` */
    SHORT_COUNT, /* counts one more in the state's newest window, while that is not enough */
    SHORT_EXCUSE /* excuses for some time from now on */
};

/* The few words of a question that most messages need; the rest lies in other cache lines. */
struct quick_question {
    uint8_t kind;     /* enum shortcut: what it may get */
    uint8_t shortcut; /* enum shortcut: what it has, as long as `epoch` is that of the states */
    bool sieved;      /* the payload must pass `sieve` */
    bool direct;      /* nothing else is to be asked before */
    uint16_t field;   /* of SHORT_SAME: the value's in the registry; NO_FIELD: the value is settled */
    uint32_t epoch;
    uint32_t at_least;
    const struct sieve *sieve;
    union {
        uint64_t until_ns;   /* of SHORT_SAME */
        struct state *state; /* of the others */
    };
    union {
        uint64_t value;     /* of SHORT_SAME */
        uint64_t within_ns; /* of SHORT_EXCUSE */
    };
};
enum { NO_FIELD = UINT16_MAX };

struct settled {
    const struct parser *parser;
    const struct operation *operation;
    uint64_t layers; /* of all parsers that spoke */
    uint8_t class, role, status;
    bool used;
    bool many; /* more than there is room for: ask the groups themselves */
    uint8_t count;
    const struct group *keeping[GROUPS_OF_MESSAGE]; /* those of whose candidates some are kept by values yet unknown */
    uint8_t packet[PACKET_LIKE];
    struct quick_question quick[SETTLED_CANDIDATES];
    struct question questions[SETTLED_CANDIDATES];
};

struct settled_table;

/* One a matcher. NULL: no memory. */
struct settled_table *settled_open(void);
void settled_close(struct settled_table *table);
/* Forgets all; for another ruleset. */
void settled_clear(struct settled_table *table);

/* What is settled of the messages like this one, which has no anomalies; worked out when it is new. */
/* The flow's own pointer, where the message has one, is tried first. */
struct settled *settled_of(struct settled_table *table, const struct ruleset *ruleset, const struct message *message);

/* The key of one party of one rule; never 0. `purpose`: enum state_purpose. */
uint64_t rule_key_hash(const struct rule *rule, unsigned purpose, const struct rule_key *by,
                       const struct message *message);
/* The key under which a condition of a rule remembers what it counts, awaits or excuses; never 0. */
uint64_t question_key(const struct candidate *candidate, const struct message *message);

#endif
