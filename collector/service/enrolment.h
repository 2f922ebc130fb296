/* SPDX-License-Identifier: Apache-2.0 */
/* How a node comes to be enrolled: an administrator makes a code that is good for minutes and for one use; the node's
 * side sends it with its public keys; both sides compare the fingerprint by word of mouth; the administrator approves.
 * control.db holds the code's hash alone. Thread-safe. */
#ifndef WANGLOU_COLLECTOR_SERVICE_ENROLMENT_H
#define WANGLOU_COLLECTOR_SERVICE_ENROLMENT_H

#include "collector/service/control.h"
#include "common/keys.h"

enum { ENROLMENT_CODE = 9 /* "XXXX-XXXX" */, ENROLMENTS_MOST = 1000 };

struct enrolment {
    struct keys keys; /* its name and public halves */
    unsigned role;    /* enum node_role */
    int64_t time;     /* seconds since 1970: when it asked */
    char address[64]; /* from where */
};

enum enrolment_result { ENROLMENT_DONE, ENROLMENT_WRONG, ENROLMENT_CONFLICT, ENROLMENT_FAILED };

/* A code for one node of this role. */
bool enrolment_code(struct control *control, unsigned role, const char *user, int64_t now, int64_t seconds,
                    char code[ENROLMENT_CODE + 1], struct fault *fault);
/* Uses the code up and puts the node among those that wait. WRONG: no such code, used, or too late; CONFLICT: a node of
 * this name waits already, or too many do. `role` gets the code's. */
enum enrolment_result enrolment_ask(struct control *control, const char *code, struct enrolment *asked, int64_t now,
                                    struct fault *fault);
typedef bool enrolment_row(void *context, const struct enrolment *row);
bool enrolment_waiting(struct control *control, enrolment_row *row, void *context, struct fault *fault);
/* Takes it from those that wait; false: there is none of this name. */
bool enrolment_take(struct control *control, const char *name, struct enrolment *taken);
/* Looks at it only. */
bool enrolment_look(struct control *control, const char *name, struct enrolment *seen);

#endif
