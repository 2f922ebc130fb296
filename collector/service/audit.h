/* SPDX-License-Identifier: Apache-2.0 */
/* The audit log: who did what, append-only, each record chained to the one before it by SHA-256.
 *
 * A record's hash is over its canonical line, a JSON array without blanks:
 *     ["HASH OF THE RECORD BEFORE",NUMBER,TIME IN MICROSECONDS,"actor","address","action","object","detail"]
 * so that an export can be checked with sha256sum alone; the first record's predecessor is 64 zeros. */
#ifndef WANGLOU_COLLECTOR_SERVICE_AUDIT_H
#define WANGLOU_COLLECTOR_SERVICE_AUDIT_H

#include "collector/service/control.h"
#include "common/digest.h"

enum { AUDIT_HASH = DIGEST_TEXT, AUDIT_DETAIL_MAX = 4096 };

struct audit_record {
    int64_t number, time_us;
    const char *actor;   /* account, "system" for the collector itself */
    const char *address; /* from where; "" for the system */
    const char *action;  /* "session.sign_in", "alert.state" … */
    const char *object;  /* what it was done to */
    const char *detail;  /* JSON or words; at most AUDIT_DETAIL_MAX bytes are kept */
    const char *hash;    /* not read by audit_write */
};

/* Appends; number, time and hash are filled here. */
bool audit_write(struct control *control, const struct audit_record *record, struct fault *fault);

typedef bool audit_row(void *context, const struct audit_record *record);
struct audit_query {
    const char *actor, *action; /* NULL: any; the action by its beginning */
    int64_t since_us, until_us; /* 0: any */
    int64_t before;             /* number of the last one seen; 0: from the newest */
    unsigned limit;
};
bool audit_list(struct control *control, const struct audit_query *query, audit_row *row, void *context,
                struct fault *fault);

/* Walks the whole chain. True: unbroken; `records` is their count and `head` the last hash. False: the fault tells the
 * first record that does not fit. */
bool audit_verify(struct control *control, uint64_t *records, char head[AUDIT_HASH + 1], struct fault *fault);

#endif
