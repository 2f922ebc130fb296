/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence on request 取证申请: a parent asks a node for what its forwarding policy keeps back, a capture or the real
 * address behind a pseudonym; an officer there approves or refuses within a time. Both ends keep every step, signed by
 * the node (Ed25519); the answer leaves once, for the one who asked, with a hash over its content (SHA-256).
 *
 * A node further below is asked through the one above it, whose officer forwards the request, and decides about the
 * answer in turn: nobody gets evidence past anybody. */
#ifndef WANGLOU_COLLECTOR_SERVICE_REQUESTS_H
#define WANGLOU_COLLECTOR_SERVICE_REQUESTS_H

#include "collector/service/hierarchy.h"
#include "common/digest.h"

/* X(id, name, zh, en) */
#define REQUEST_KINDS(X)                                                                                               \
    X(CAPTURE, "capture", "告警前后的报文", "packets around an alert")                                                 \
    X(ADDRESS, "address", "假名对应的真实地址", "the address behind a pseudonym")
enum request_kind {
#define X(id, name, zh, en) REQUEST_##id,
    REQUEST_KINDS(X)
#undef X
        REQUEST_KIND_COUNT
};
extern const char *const request_kind_name[]; /* ends with NULL */
extern const char *const request_kind_zh[], *const request_kind_en[];

/* X(id, name, zh, en, over). Those that were asked here and those that came from above share them. */
#define REQUEST_STATES(X)                                                                                              \
    X(ASKED, "asked", "已提出", "asked", false)                                                                        \
    X(RECEIVED, "received", "待审批", "to be decided", false)                                                          \
    X(FORWARDED, "forwarded", "已转下级，待答复", "forwarded below", false)                                            \
    X(ANSWERED, "answered", "已提供", "answered", true)                                                                \
    X(REFUSED, "refused", "已拒绝", "refused", true)                                                                   \
    X(EXPIRED, "expired", "逾期未答复", "expired", true)                                                               \
    X(CANCELLED, "cancelled", "已取消", "cancelled", true)                                                             \
    X(SPOILED, "spoiled", "内容与校验值不符", "its content is not what its hash says", true)
enum request_state {
#define X(id, name, zh, en, over) REQUEST_##id,
    REQUEST_STATES(X)
#undef X
        REQUEST_STATE_COUNT
};
extern const char *const request_state_name[REQUEST_STATE_COUNT], *const request_state_zh[REQUEST_STATE_COUNT],
                                                                      *const request_state_en[REQUEST_STATE_COUNT];
bool request_over(enum request_state state);

enum { REQUEST_SUBJECT = 127, REQUEST_TEXT = 2000, REQUEST_HASH = DIGEST_TEXT, CONTENT_MOST = 180 << 10 };

struct evidence_request {
    int64_t number;
    char id[ULID_LENGTH + 1];     /* the same at both ends of a link */
    bool received;                /* from the parent; else asked here */
    char node[NODE_NAME_MAX + 1]; /* directly below that is asked; or the parent that asks */
    char below[256];              /* further down, as that node sees it; "": itself */
    enum request_kind kind;
    enum request_state state;
    char subject[REQUEST_SUBJECT + 1]; /* id of an alert, or a pseudonym */
    char reason[REQUEST_TEXT + 1], author[64];
    char linked[ULID_LENGTH +
                1]; /* received: the request that it was forwarded as; asked: the one that it was made for */
    char item[ULID_LENGTH + 1]; /* of the downward item, or of the event that answers */
    int64_t created_us, changed_us, due_us;
    char hash[REQUEST_HASH + 1];
    json_t *content; /* of the answer; NULL: none */
};
void request_free(struct evidence_request *request);

bool requests_get(struct control *control, const char *id, struct evidence_request *request, struct fault *fault);
typedef bool request_row(void *context, const struct evidence_request *request);
bool requests_list(struct control *control, bool open, int64_t before, unsigned limit, request_row *row, void *context,
                   struct fault *fault);

/* Asks; id, times and state are filled. `node` may go further down ("xiashan/plant-a"). */
bool requests_ask(struct hierarchy *hierarchy, struct evidence_request *request, const char *node, struct fault *fault);

/* What may be done with one, as a table. */
struct request_step {
    const char *action;
    unsigned from; /* bits of enum request_state */
    bool received; /* at which end */
    enum request_state to;
    bool comment; /* is needed */
    const char *zh, *en;
};
extern const struct request_step request_steps[]; /* ends with a NULL action */
const struct request_step *request_step_of(const struct evidence_request *request, const char *action);

enum request_result { REQUEST_DONE, REQUEST_NOT_NOW, REQUEST_NOTHING, REQUEST_FAILED };
/* NOTHING: approved, but there is nothing to be had (no such alert or packets; nothing has that pseudonym). */
enum request_result requests_step(struct hierarchy *hierarchy, struct store_reader *reader, const char *id,
                                  const char *action, const char *actor, const char *comment, struct fault *fault);

struct request_done {
    const char *action, *before, *after, *actor, *comment, *signer;
    int64_t time_us;
    bool verified; /* the signature is this node's and holds */
};
bool requests_history(struct hierarchy *hierarchy, const struct evidence_request *request,
                      bool (*row)(void *context, const struct request_done *done), void *context, struct fault *fault);

bool requests_tick(struct hierarchy *hierarchy, struct fault *fault);

/* ---- between the files of this room ---- */

/* What is asked for, to be given; NULL: there is nothing of the kind. (requests_content.c) */
json_t *request_content(struct hierarchy *hierarchy, struct store_reader *reader,
                        const struct evidence_request *request, struct fault *fault);
/* SHA-256 over the content, its members sorted. */
void request_hash(const json_t *content, char out[REQUEST_HASH + 1]);
/* The address here, real or itself a pseudonym from below, whose pseudonym this is; false: none. */
bool request_resolve(struct hierarchy *hierarchy, struct store_reader *reader, const char *pseudonym,
                     char out[REQUEST_SUBJECT + 1], struct fault *fault);
/* Moves it to the state, with a signed step on record. The lock of control.db is held, in a transaction. */
bool request_move(sqlite3 *control, const struct keys *keys, struct evidence_request *request, const char *action,
                  enum request_state to, const char *actor, const char *comment, struct fault *fault);
bool request_find(sqlite3 *control, const char *id, struct evidence_request *request, struct fault *fault);
bool request_insert(sqlite3 *control, const struct keys *keys, struct evidence_request *request, const char *actor,
                    struct fault *fault);
bool request_set_content(sqlite3 *control, const struct evidence_request *request, struct fault *fault);

#endif
