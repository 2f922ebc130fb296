/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the room of the signatures in force: what its files share. All of it belongs to the thread of the rules, but
 * for the slots. */
#ifndef WANGLOU_SENSOR_RULES_PRIVATE_H
#define WANGLOU_SENSOR_RULES_PRIVATE_H

#include <jansson.h>
#include <limits.h>
#include <pthread.h>

#include "sensor/inspect/event.h"
#include "sensor/rules/received.h"
#include "sensor/rules/rules.h"
#include "signatures/bundle.h"

enum { BUNDLES_AT_MOST = 16, KEPT_AT_MOST = 4, WORKERS_AT_MOST = 64, LISTS_AT_MOST = 64, DIRECTORY_ROOM = 400 };

/* In the order in which they prevail. */
#define PRECEDENCES(X)                                                                                                 \
    X(UPSTREAM_ONLY, "upstream-only") X(UPSTREAM_PREVAILS, "upstream-prevails") X(LOCAL_PREVAILS, "local-prevails")
enum precedence {
#define X(id, name) PRECEDENCE_##id,
    PRECEDENCES(X)
#undef X
        PRECEDENCE_COUNT
};
extern const char *const precedence_names[];

/* A bundle in force, or one that would be. */
struct held {
    char name[BUNDLE_NAME + 1], digest[BUNDLE_DIGEST + 1], item[ULID_LENGTH + 1];
    uint64_t version;
    unsigned precedence;
    int64_t rank;
    bool own;              /* the one of signatures.path */
    struct bundle *bundle; /* open while rules are loaded; NULL: not in force */
};
struct holding {
    struct held rows[BUNDLES_AT_MOST];
    unsigned count;
};
/* What was in force when the process ended and is no longer fit. */
struct unfit {
    struct held held;
    enum bundle_refusal why;
    struct fault fault;
};

/* A list of indicators. */
struct indicators {
    char id[SUPPRESSION_ID + 1], name[64];
    uint64_t until_ns; /* 0: no end */
    json_t *items;
};

/* Everything that the workers' shares point to; read-only once they have it. */
struct generation {
    struct ruleset *ruleset;
    uint8_t *wants;
    struct suppressions *suppressions;
};

struct slot {
    _Atomic(struct rules_share *) next, retired;
    _Atomic bool gone;
};

struct rules {
    const struct sensor_options *options;
    char directory[DIRECTORY_ROOM]; /* of what is kept; "": nothing is */
    struct trust *trust;
    struct holding holding;
    struct unfit unfit[BUNDLES_AT_MOST];
    unsigned unfit_count;
    char kept[BUNDLES_AT_MOST * KEPT_AT_MOST][2]
             [BUNDLE_DIGEST + 1]; /* name and digest of bundles on the disk, the oldest first */
    unsigned kept_count;
    struct indicators lists[LISTS_AT_MOST];
    unsigned list_count;
    struct generation now;
    unsigned shadowed; /* rules that another place prevailed over */
    struct received *received;
    struct slot slots[WORKERS_AT_MOST];
    _Atomic(struct plant *) plant;
    unsigned workers; /* that have a share */
    struct event_out out;
    uint64_t ordinal;
    uint64_t stamp, looked; /* of the files: as loaded, as seen last */
    volatile sig_atomic_t *reload;
    pthread_t thread;
    _Atomic bool stopping;
    bool started;
};

/* ---- rules.c ----------------------------------------------------- */

/* Loads the rules of these bundles and the operator's own, and hands them to the workers. False: the former stay, and
 * bundles that are only in `holding` are closed. */
bool rules_bring(struct rules *r, struct holding *holding, struct fault *fault);
/* The same rules with another list of suppressions, which this owns from now on. */
bool rules_suppress(struct rules *r, struct suppressions *list, struct fault *fault);
uint64_t rules_clock(void);

/* ---- holding.c --------------------------------------------------- */

/* The bundle or the files of signatures.path, as they are now. */
bool holding_open_own(struct rules *r, struct holding *holding, enum bundle_refusal *why, struct fault *fault);
/* May it take the place of the one in force under its name? */
bool holding_in_order(const struct holding *holding, const struct bundle_manifest *m, bool rollback,
                      enum bundle_refusal *why, struct fault *fault);
/* Puts it in the place of the one of its name, or of the operator's own. False: no room. */
bool holding_put(struct holding *holding, const struct held *held);
const struct held *holding_find(const struct holding *holding, const char *name, bool own);
/* Where rules are loaded from, the prevailing first; returns how many. */
unsigned holding_sources(const struct rules *r, const struct holding *holding,
                         struct ruleset_source out[BUNDLES_AT_MOST + 1]);
/* Closes the bundles that are in `old` and not in `kept`. */
void holding_close(struct holding *old, const struct holding *kept);

/* ---- items.c, items_bundle.c: what the collector sends ----------- */

void items_act(struct rules *r);
/* Bundles in force that the list of revocations takes back go out of force. */
void items_drop_revoked(struct rules *r);
void items_bundle(struct rules *r, const json_t *item);
const char *item_text(const json_t *item, const char *key, size_t most); /* NULL: not there, or too long */

/* ---- indicators.c ------------------------------------------------ */

/* Puts, replaces or withdraws the list of the item. */
bool indicators_take(struct rules *r, const json_t *item, struct fault *fault);
/* The $sets with the lists in them; to be freed. */
struct sets *indicators_sets(const struct rules *r, struct fault *fault);
void indicators_close(struct rules *r);

/* ---- keep.c: what outlives the process --------------------------- */

bool keep_save(const struct rules *r);
/* Opens what was in force; what is no longer fit is told when the thread begins. */
bool keep_load(struct rules *r, struct fault *fault);
/* The bundle's file is there, and one more of its name: the oldest of more than four go. */
void keep_bundle(struct rules *r, const char *name, const char *digest);
bool keep_path(const struct rules *r, const char *name, const char *suffix, char out[PATH_MAX]);

/* ---- tell.c ------------------------------------------------------ */

struct told {
    const char *kind;  /* bundle suppression indicators files revocations */
    const char *key;   /* behind "KIND/"; NULL: the kind alone */
    const char *state; /* in_force refused held waiting withdrawn expired */
    enum bundle_refusal why;
    const char *item, *name, *digest, *key_id, *detail; /* NULL: none */
    uint64_t version, alerts;
    bool counted; /* say how many alerts were not told */
};
void rules_tell(struct rules *r, const struct told *told);

#endif
