/* SPDX-License-Identifier: Apache-2.0 */
/* What a rule matches, as loaded from YAML and compiled; read-only for the matchers.
 *
 * rule_load: one rule out of YAML · rule_parts: its clauses · ruleset: files, duplicates, the public list ·
 * ruleset_groups: which rules a message can concern · ruleset_choices: by the values of its fields · patterns: payload
 * patterns by Hyperscan · matcher: messages against rules · states: what is remembered between messages. */
#ifndef WANGLOU_SIGNATURES_RULE_H
#define WANGLOU_SIGNATURES_RULE_H

#include "common/region.h"
#include "common/yaml.h"
#include "signatures/marks.h"
#include "signatures/payload.h"
#include "signatures/sieve.h"
#include "signatures/signature.h"

enum { RULE_CAP = 65536, KEY_FIELDS = 6, STEP_CAP = 8, PATTERN_CAP = 16, SPAN_CAP = 8, COUNT_CAP = 1000000 };

/* A literal or expression in the bytes of a PDU or payload, as Hyperscan takes it. */
struct pattern {
    const char *expression;
    unsigned flags;
    uint64_t min_offset, max_offset; /* of the match's end; max 0: anywhere */
    bool absent;                     /* must not be there */
    uint32_t least;                  /* octets of the shortest match */
};

/* One message that is looked for. */
struct rule_condition {
    struct filter *where; /* NULL: any */
    struct pattern *patterns;
    unsigned pattern_count;
    struct sieve sieve;      /* of the patterns */
    unsigned number;         /* of this condition in the ruleset */
    struct payload *payload; /* NULL: none */
    bool stream;             /* the patterns are those of a connection's bytes, over segments and PDUs */
};

/* Fields whose values, taken together, are one party: counts and sequences are kept for each party apart. */
struct rule_key {
    const struct filter_field *fields[KEY_FIELDS];
    unsigned count;
};

struct rule_count {
    unsigned at_least; /* 0: the rule does not count */
    uint64_t within_ns;
    struct rule_key by;
    const struct filter_field *distinct; /* count its different values, not messages */
};

/* Times of the week, in minutes. */
struct span {
    uint8_t days; /* bit 0 is Monday */
    uint16_t from, to;
};
struct rule_hours {
    struct span spans[SPAN_CAP];
    unsigned count; /* 0: at any time */
    bool outside;   /* matches outside of the spans */
};

struct proof {
    unsigned fires;
    const char *traffic; /* signatures/traffic.h */
    const char *file;
    unsigned line, indent; /* for traffic_compile */
};

struct rule_body {
    struct rule_condition condition; /* of the rule without a sequence; the sequence's last step otherwise */
    struct rule_count count;
    struct {
        struct rule_condition steps[STEP_CAP]; /* in order; all but the last */
        unsigned count;                        /* 0: no sequence */
        uint64_t within_ns;
        struct rule_key by;
    } sequence;
    struct {
        struct rule_condition condition; /* seen within the time before: no match */
        uint64_t within_ns;              /* 0: no such clause */
        struct rule_key by;
    } without;
    struct rule_hours hours;
    struct rule_marks *marks; /* NULL: none */
    bool silent;              /* sets marks, tells nothing */
    uint64_t quiet_ns;        /* repeats for one party within it are counted, not told */
    struct rule_key quiet_by;
    bool common; /* messages of one of its parties may come to several workers, whose matchers must count together */
    const struct proof *proofs;
    unsigned proof_count;
};

/* Proofs of a rule, for `wanglou rules test` and the tests. */
const struct proof *rule_proofs(const struct rule *rule, unsigned *count);

/* ---- loading ----------------------------------------------------- */

struct loader {
    struct region *memory;
    const struct filter_sets *sets;
    struct fault *fault;
};

/* Fills both from one mapping; false and a fault. What was compiled is freed by rule_release. */
bool rule_load(struct loader *l, const struct yaml_node *node, struct rule *rule, struct rule_body *body);
void rule_release(struct rule_body *body);
/* The clauses (rule_parts.c). */
bool load_condition(struct loader *l, const struct yaml_node *node, struct rule_condition *out);
bool load_key(struct loader *l, const struct yaml_node *list, struct rule_key *out);
/* Do all messages of one party come to one worker? They are shared out by pairs of addresses (sensor/decode/share.c).
 */
bool key_is_of_pair(const struct rule_key *key);
bool load_count(struct loader *l, const struct yaml_node *node, struct rule_count *out);
bool load_hours(struct loader *l, const struct yaml_node *node, struct rule_hours *out);
/* The bytes of a literal, from one of its two ways of writing (patterns.c). */
bool literal_bytes(struct loader *l, const struct yaml_node *text, const struct yaml_node *hex, uint8_t *bytes,
                   size_t room, size_t *length);
/* `patterns:` of a condition (patterns.c). */
bool load_patterns(struct loader *l, const struct yaml_node *list, struct rule_condition *out);
const char *loader_text(struct loader *l, const char *text);
/* {zh: ..., en: ...}, or one text for both. */
bool load_words(struct loader *l, const struct yaml_node *node, struct words *out);
/* Keys of a rule; ends with NULL. */
extern const char *const rule_keys[], *const rule_severities[];
/* `affected:` of a rule (rule_products.c). */
bool load_products(struct loader *l, const struct yaml_node *list, struct rule *rule);
bool load_id(struct loader *l, const struct yaml_node *node, const char **out); /* a-z 0-9 - */

/* Is the time within the rule's hours? `utc_offset_s` turns UTC into the plant's clock. */
bool hours_match(const struct rule_hours *hours, uint64_t time_ns, int64_t utc_offset_s);

/* ---- the compiled whole ------------------------------------------ */

enum condition_kind { CONDITION_MATCH, CONDITION_STEP, CONDITION_WITHOUT };

/* A condition to be asked about a message, and what it is to its rule. */
struct candidate {
    const struct rule *rule;
    const struct rule_condition *condition;
    uint32_t first_pattern; /* number of its first pattern in the group's database */
    uint8_t kind;           /* enum condition_kind */
    uint8_t step;           /* of a sequence */
    bool certain;           /* the filter need not be run: it holds */
    uint8_t choice_count;
    const struct filter_choice *choices; /* by which it can be kept */
};

/* Candidates kept by the values of one field. */
struct chosen {
    uint64_t key;
    const struct candidate *const *candidates;
    unsigned count; /* 0: free */
};
struct choices {
    const struct filter_field *field;
    struct chosen *table; /* open addressing */
    uint32_t mask;
    struct chosen all;
};
enum { CHOICE_FIELDS = 4, CHOICE_VALUES = 128 };

/* Conditions that a message of one protocol and operation can fulfil. */
struct group {
    const struct candidate *candidates; /* all; those without patterns first */
    unsigned count, plain_count;
    const struct pattern_group *patterns; /* NULL when none has any */
    const struct candidate *const *asked; /* those that no value keeps */
    unsigned asked_count, choice_count;
    struct choices choices[CHOICE_FIELDS];
};

struct ruleset {
    struct region memory;
    const struct rule **rules; /* in the order of files */
    unsigned rule_count;
    int64_t utc_offset_s;
    struct groups *groups;     /* ruleset_groups.c */
    struct port_groups *ports; /* ruleset_ports.c */
    struct pattern_group *pattern_groups;
    struct packet_rules *packet_rules; /* NULL: none */
    struct stream_rules *stream_rules; /* NULL: none */
};

/* Sorts the rules into groups and compiles their patterns. */
bool groups_make(struct ruleset *ruleset, struct fault *fault);
const struct group *group_of(const struct ruleset *ruleset, const struct message *message);

/* Finds by which values a candidate can be kept; puts those of a group aside that are. False: no memory. */
bool choices_find(struct region *memory, struct candidate *candidate);
bool choices_make(struct region *memory, struct group *group);
/* What is kept under the values that the message has, each list once: up to CHOICE_VALUES of them. */
unsigned choices_of(const struct choices *choices, const struct message *message, const struct chosen **out);

/* A port of one end as a key of tables, never 0; and the place in a table where its search begins. */
static inline uint32_t port_key(uint8_t ip_proto, bool destination, uint16_t port)
{
    return (uint32_t)ip_proto << 24 | (uint32_t)destination << 16 | port;
}
static inline uint32_t port_slot(uint32_t key) { return key * 2654435761u >> 8; }

/* Rules about packets of a few ports are asked only of those: takes them out of the list and makes their groups. */
bool ports_make(struct ruleset *ruleset, struct candidate *list, unsigned *count, struct fault *fault);
/* The group of the packet's destination or source port, NULL when there is none. */
const struct group *group_of_port(const struct ruleset *ruleset, const struct packet_meta *packet, bool destination);
/* All of them, for what rules read. */
const struct candidate *port_candidates(const struct ruleset *ruleset, unsigned *count);

/* ---- rules about every packet's payload (packet_rules.c) --------- */

/* Takes them out of the list and makes their search. */
bool packet_rules_make(struct ruleset *ruleset, struct candidate *list, unsigned *count, struct fault *fault);
void packet_rules_free(struct packet_rules *rules);
/* What is settled for all packets that are alike, of one matcher: which rules of those without a literal remain. */
struct packet_likes;
struct packet_likes *packet_likes_open(void); /* NULL: no memory */
void packet_likes_close(struct packet_likes *likes);
void packet_likes_clear(struct packet_likes *likes); /* for other rules */
bool packet_rules_prepare(const struct packet_rules *rules, struct hs_scratch **scratch);
/* Calls `each` for those that can hold: those that have no literal (or one that is found everywhere), then the others.
 * `certain`: its filter holds. The message is the packet's alone. */
void packet_rules_search(const struct packet_rules *rules, struct packet_likes *likes, const struct message *message,
                         struct hs_scratch *scratch,
                         void (*each)(void *context, const struct candidate *candidate, bool certain), void *context);

/* ---- rules about the bytes of connections (stream_rules.c) ------- */

/* Takes them out of the list and makes their search. */
bool stream_rules_make(struct ruleset *ruleset, struct candidate *list, unsigned *count, struct fault *fault);
void stream_rules_free(struct stream_rules *rules);
/* Streams of one matcher, all made beforehand; `scratch` is made large enough. NULL: no memory. */
struct stream_pool;
struct stream_pool *stream_pool_open(const struct stream_rules *rules, struct hs_scratch **scratch);
void stream_pool_close(struct stream_pool *pool);
void stream_pool_forget(struct stream_pool *pool, uint64_t flow_id);
/* The next bytes of a side; the message is the packet's alone. Calls `each` for a rule all of whose patterns were found
 * up to here, once a connection's side; false: not yet, ask again. */
void stream_rules_search(const struct stream_rules *rules, struct stream_pool *pool, unsigned side,
                         const struct message *message, struct hs_scratch *scratch, uint64_t *evicted,
                         bool (*each)(void *context, const struct candidate *candidate), void *context);

/* ---- payload patterns (patterns.c) ------------------------------- */

struct pattern_group; /* one Hyperscan database */
struct hs_scratch;

/* The database of these candidates' patterns, which get their numbers in it; an equal one is shared. NULL and a
 * fault. */
const struct pattern_group *patterns_compile(struct ruleset *ruleset, struct candidate *candidates, unsigned count,
                                             struct fault *fault);
/* The number of a condition's first pattern in the group. */
uint32_t patterns_first(const struct pattern_group *group, const struct rule_condition *condition);
void patterns_free(struct pattern_group *first);
/* Makes `scratch` and `bits` (one for each pattern) large enough for all groups; false: no memory. */
bool patterns_prepare(const struct pattern_group *first, struct hs_scratch **scratch, uint64_t **bits);
/* One scan: sets the bits of the patterns found and returns how many. */
unsigned patterns_scan(const struct pattern_group *group, struct bytes payload, struct hs_scratch *scratch,
                       uint64_t *bits);
bool patterns_hold(const struct rule_condition *condition, uint32_t first, const uint64_t *bits);

#endif
