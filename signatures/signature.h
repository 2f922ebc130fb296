/* SPDX-License-Identifier: Apache-2.0 */
/* Risk signatures 风险特征: rules loaded from YAML, and the matcher that each worker runs over its messages.
 *
 * A ruleset is read-only after loading and shared by all workers; a matcher belongs to one worker, holds what has to be
 * remembered (counts, sequences, marks, Hyperscan scratch) in fixed memory, and counts what it had to forget.
 * The language is described in docs/writing-signatures.md. */
#ifndef WANGLOU_SIGNATURES_SIGNATURE_H
#define WANGLOU_SIGNATURES_SIGNATURE_H

#include "signatures/filter.h"

struct words {
    const char *zh, *en; /* NULL where the rule says nothing */
};

enum rule_severity { SEVERITY_CRITICAL = 1, SEVERITY_HIGH, SEVERITY_MEDIUM, SEVERITY_LOW };

/* Devices that a rule is about, as the library of vulnerabilities names them (signatures/vulnerability.h). */
struct rule_product {
    const char *vendor;
    const char *const *models;           /* file-name patterns over model and order number */
    const char *from, *before, *through; /* firmware; NULL: no such end */
};

struct rule_body; /* what it matches: signatures/rule.h */

/* What a reader is told of a rule. Lists end with NULL and are never NULL themselves. */
struct rule {
    const char *id; /* "wl-s7-0001" */
    uint32_t sid, revision;
    uint8_t severity;
    struct words name, description, impact, check, false_positive;
    const char *category;          /* a key of signatures/categories.yaml, "unsafe-operation" */
    const char *const *techniques; /* ATT&CK for ICS, "T0858" */
    const char *const *references; /* "cve:CVE-2015-5374", "url:…" */
    const struct rule_product *affected;
    unsigned affected_count;
    bool maintenance_quiet; /* tells nothing of machines that are under maintenance */
    const char *file;
    unsigned line;
    const struct rule_body *body;
};

struct alert {
    const struct rule *rule;
    const struct message *message; /* the one that completed it; parser NULL: a packet that no parser claimed */
    uint64_t count;                /* matches this alert stands for, repeats since the last one included */
    uint64_t first_ns;             /* time of the first of them */
    const char *key;               /* "src=10.0.0.5 unit=3": what was counted by; "" for none; valid in the callback */
};

/* Of the rule language; a bundle made for a later one is refused. Raise it when a key or keyword is added. */
enum { SIGNATURE_ENGINE = 3 };

struct ruleset;
struct bundle;

/* A file or every *.yaml below a directory. NULL and one line in `fault` on the first error: nothing half-loaded. */
struct ruleset *ruleset_load(const char *path, const struct filter_sets *sets, struct fault *fault);
/* The same from several places, of which an earlier one prevails: a rule whose id it has is left out of the later ones,
 * and counted in `shadowed`. No place at all: a ruleset without rules. */
struct ruleset_source {
    const char *path;            /* a file or directory; NULL: the bundle */
    const struct bundle *bundle; /* open; needed during the call only */
};
struct ruleset *ruleset_load_all(const struct ruleset_source *sources, unsigned count, const struct filter_sets *sets,
                                 unsigned *shadowed, struct fault *fault);
void ruleset_free(struct ruleset *ruleset);
const struct rule *const *ruleset_rules(const struct ruleset *ruleset, unsigned *count);
/* Registry fields that rules read; never clears. */
void ruleset_fields(const struct ruleset *ruleset, uint8_t *want);
/* As above, only what rules that can match a message of this class read. */
void ruleset_fields_of_class(const struct ruleset *ruleset, enum ot_class class, uint8_t *want);
/* Does any rule look at payloads of flows that no parser claimed? */
bool ruleset_wants_payload(const struct ruleset *ruleset);
/* Does any rule look at the bytes of connections? */
bool ruleset_wants_streams(const struct ruleset *ruleset);
/* Does any rule look at the payload of every packet? */
bool ruleset_wants_packets(const struct ruleset *ruleset);

/* X(name, zh, en): told in `stats`. */
#define MATCHER_COUNTERS(X)                                                                                            \
    X(messages, "已判断的报文", "messages judged")                                                                     \
    X(evaluated, "条件判断次数", "filters run")                                                                        \
    X(matched, "命中", "matches")                                                                                      \
    X(alerts, "告警", "alerts")                                                                                        \
    X(suppressed, "静默期内的重复", "repeats within a quiet time")                                                     \
    X(states, "状态数", "states remembered")                                                                           \
    X(evicted, "状态表满而遗忘", "states forgotten for want of room")                                                  \
    X(payloads, "已扫描的载荷", "payloads searched")                                                                   \
    X(pattern_hits, "特征串命中", "patterns found")                                                                    \
    X(streams_evicted, "连接字节流跟踪表满而放弃", "connections whose bytes are searched no more, for want of room")   \
    X(searches_cut, "到限放弃的搜索", "searches given up at the limit of work")
struct matcher_counters {
#define X(name, zh, en) uint64_t name;
    MATCHER_COUNTERS(X)
#undef X
};

struct matcher;

struct matcher *matcher_open(const struct ruleset *ruleset);
void matcher_close(struct matcher *matcher);
const struct matcher_counters *matcher_counters(struct matcher *matcher);

/* Takes a newer ruleset; counts and sequences begin anew. The old one is the caller's to free. */
bool matcher_swap(struct matcher *matcher, const struct ruleset *ruleset);
/* Takes over what another one remembers, has counted and has given to flows, which gets this one's: counts, marks,
 * quiet times of rules with the same sid go on. Only the one that took over may be asked from then on. Waits for
 * nothing. */
void matcher_inherit(struct matcher *matcher, struct matcher *from);

/* What the matchers of several workers remember together: of rules whose parties several of them see. `enter` waits for
 * this worker's turn and keeps the others out until `leave`. */
struct states;
struct states *matcher_states_open(void); /* NULL: no memory */
void matcher_states_close(struct states *states);
struct matcher_commons {
    struct states *states;
    void (*enter)(void *context), (*leave)(void *context);
    void *context;
};
/* Before its first message; `commons` stays the caller's. */
void matcher_join(struct matcher *matcher, const struct matcher_commons *commons);

typedef void alert_call(void *context, const struct alert *alert);

void matcher_message(struct matcher *matcher, const struct message *message, alert_call *on_alert, void *context);
/* One segment or datagram of a flow that no parser claimed. */
void matcher_payload(struct matcher *matcher, const struct packet_meta *packet, struct bytes payload,
                     alert_call *on_alert, void *context);
/* The next bytes of a side of a TCP connection, in order. `packet` is the one that completed them. */
void matcher_stream(struct matcher *matcher, unsigned side, const struct packet_meta *packet, struct bytes bytes,
                    alert_call *on_alert, void *context);
/* Bytes are missing, or the connection is over: what was found of it is forgotten. */
void matcher_stream_end(struct matcher *matcher, uint64_t flow_id);
/* The payload of any packet, whatever protocol spoke. */
void matcher_packet(struct matcher *matcher, const struct packet_meta *packet, struct bytes payload,
                    alert_call *on_alert, void *context);

#endif
