/* SPDX-License-Identifier: Apache-2.0 */
/* Warnings, tasks, tickets and confirmed incidents in control.db: where each stands, and every step that it took, with
 * who, as what, when, and the person's or the node's Ed25519 signature over it. What may happen is steps.h; steps are
 * append-only. */
#ifndef WANGLOU_COLLECTOR_SERVICE_MATTERS_H
#define WANGLOU_COLLECTOR_SERVICE_MATTERS_H

#include <jansson.h>

#include "collector/service/control.h"
#include "collector/service/signing.h"
#include "collector/service/steps.h"
#include "common/event.h"
#include "common/keys.h"

enum { MATTER_TITLE_MAX = 255, MATTER_STATE_MAX = 31, MATTER_PERSON_MAX = 63, MATTER_WHY = 200 };

struct matter {
    int64_t number;
    enum matter_kind kind;
    char id[ULID_LENGTH + 1]; /* of a warning or a task: the same at every level */
    char state[MATTER_STATE_MAX + 1], title[MATTER_TITLE_MAX + 1];
    char author[MATTER_PERSON_MAX + 1], owner[MATTER_PERSON_MAX + 1];
    char issuer[NODE_NAME_MAX + 1]; /* node that it came from; "" : this one */
    int64_t created_us, changed_us, due_us;
    unsigned level, version;
    json_t *document;
    char item[ULID_LENGTH + 1]; /* the downward item of its last version; "" : none yet */
};
void matter_free(struct matter *matter);

/* False without a fault: there is none. */
bool matters_get(struct control *control, const char *id, struct matter *matter, struct fault *fault);

struct matter_query {
    unsigned kinds;     /* bits of enum matter_kind */
    const char *states; /* with commas; NULL: any */
    bool open;          /* those that are not in a last state */
    unsigned level;     /* 0: any */
    int64_t before;     /* number of the last one seen; 0: from the newest */
    unsigned limit;
};
typedef bool matter_row(void *context, const struct matter *matter);
/* Not to be asked for anything of control.db from within the row. */
bool matters_list(struct control *control, const struct matter_query *query, matter_row *row, void *context,
                  struct fault *fault);

/* One that begins: id, kind, title, author, issuer, due, level, version and document are taken from it. */
bool matters_begin(struct control *control, const struct signer *signer, struct matter *matter, const char *action,
                   const char *role, int64_t now_us, struct fault *fault);

/* A step that is asked for. */
struct matter_order {
    struct step_request request;
    const json_t *detail; /* what is kept of the request; may be NULL */
    int64_t now_us;
    int64_t due_us;           /* 0: as it was */
    unsigned level;           /* 0: as it was */
    unsigned version;         /* 0: as it was, one more when it is sent */
    const char *owner;        /* NULL: as it was */
    json_t *document;         /* replaces it; NULL: the detail's members go into it */
    const char *const *nodes; /* that it is sent to */
    unsigned node_count;
};
enum matter_result { MATTER_DONE, MATTER_REFUSED, MATTER_UNKNOWN, MATTER_FAILED };
/* REFUSED: `refusal` and the words say why. */
enum matter_result matters_step(struct control *control, const struct signer *signer, const char *id,
                                const struct matter_order *order, enum step_refusal *refusal, char zh[MATTER_WHY],
                                char en[MATTER_WHY], struct fault *fault);

struct matter_step {
    const char *action, *before, *after, *actor, *role, *detail; /* detail: JSON */
    const char *signer, *signature;                              /* base64 */
    int64_t time_us;
    unsigned version;
    bool verified; /* the signature holds, by the person's certified key or the node's */
    bool personal; /* by the person's own key, and it is the actor's */
};
typedef bool matter_step_row(void *context, const struct matter_step *step);
bool matters_steps(struct control *control, const struct keys *keys, const struct matter *matter, matter_step_row *row,
                   void *context, struct fault *fault);
/* Verifies every step of all matters over an open control.db. The fault tells the first that does not hold. */
struct steps_verified {
    uint64_t steps, personal;
};
bool matters_verify(sqlite3 *control, const uint8_t node_public[SIGN_PUBLIC], struct steps_verified *verified,
                    struct fault *fault);
/* The last time that `action` was done with this member in its detail; 0: never. */
int64_t matters_done(struct control *control, const struct matter *matter, const char *action, const char *member,
                     const char *value);

/* The nodes that it was sent to. */
bool matters_nodes(struct control *control, const struct matter *matter, bool (*row)(void *context, const char *node),
                   void *context, struct fault *fault);

/* What is still to be done: items to send down, answers to send up. The row is called outside the lock. */
enum matter_debt { DEBT_SEND, DEBT_ANSWER };
bool matters_owing(struct control *control, enum matter_debt debt, matter_row *row, void *context, struct fault *fault);
/* Settled, unless it has changed since. */
bool matters_settle(struct control *control, enum matter_debt debt, const struct matter *matter, struct fault *fault);

/* How far the inbox was read. */
int64_t matters_position(struct control *control);
bool matters_set_position(struct control *control, int64_t position, struct fault *fault);

#endif
