/* SPDX-License-Identifier: Apache-2.0 */
/* The assessment of a node: the risk of each asset out of inventory, alerts, exposures and vulnerabilities, rolled up
 * to zones, to the enterprise, and (out of the summaries from below) to district and city. Each score names its
 * evidence: the event behind each of its factors and the row of the model that gave the value. */
#ifndef WANGLOU_COLLECTOR_ASSESS_ASSESS_H
#define WANGLOU_COLLECTOR_ASSESS_ASSESS_H

#include <sqlite3.h>
#include <stdint.h>

#include "collector/assess/risk.h"
#include "common/event.h"
#include "common/json.h"

enum { ASSESS_NAME = 128 };

struct asset_risk {
    int64_t device;
    char sensor[ASSESS_NAME], address[64], name[ASSESS_NAME], role[64], zone[ASSESS_NAME];
    const struct risk_row *importance, *threat, *vulnerability; /* of the model */
    char alert[ULID_LENGTH + 1];                                /* the worst within the model's days; "" none */
    uint64_t alerts;                                            /* within them */
    char exposure[ULID_LENGTH + 1], finding[ASSESS_NAME]; /* the event of the worst exposure, and its kind or id */
    uint64_t exposures;
    struct risk risk;
    unsigned level;
};

struct zone_risk {
    char name[ASSESS_NAME];
    struct rollup assets;
};

struct node_risk { /* a node below, as its last summary tells */
    char name[ASSESS_NAME], summary[ULID_LENGTH + 1];
    double score, weight;
    int64_t told_us;
};

struct assessment {
    const struct risk_model *model;
    int64_t since_us, until_us;
    struct asset_risk *assets; /* the highest risk first */
    struct zone_risk *zones;
    struct node_risk *nodes;
    unsigned asset_count, zone_count, node_count;
    unsigned levels[RISK_LEVELS]; /* assets of each level */
    struct rollup own, whole;     /* zones; own and the nodes below */
    double own_score, score;
    unsigned level;
};

/* `main`: main.db, with wl_in_scope() there (a reader's, or assess_database). */
bool assess_read(struct assessment *out, sqlite3 *main, const struct risk_model *model, int64_t now_us,
                 struct fault *fault);
void assess_free(struct assessment *assessment);
/* DIRECTORY/main.db for reading, all of it in scope. */
sqlite3 *assess_database(const char *directory, struct fault *fault);

/* The document in hand: members of model, score, zones, nodes, and the `most` riskiest assets, each explained. */
void assess_put(struct json *j, const struct assessment *assessment, unsigned most);

#endif
