/* SPDX-License-Identifier: Apache-2.0 */
/* Assesses what main.db knows: three ordered lists (devices, alerts, exposures) walked side by side. */
#include "collector/assess/assess.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/assess/own.h"
#include "collector/store/database.h"

#define DAY_US INT64_C(86400000000)

static const char devices_sql[] =
    "SELECT sensor, key, device, coalesce(json_extract(asset,'$.name'),''), coalesce(json_extract(asset,'$.role'),''),"
    " coalesce(json_extract(asset,'$.zone'),'unknown') FROM device WHERE" ASSESS_OWN " ORDER BY sensor, key";
/* The worst alert of each asset, whichever side it was on; what a person called false or suppressed is none. A year of
 * alerts is gone through once, pair by pair. */
static const char alerts_sql[] =
    "WITH pair AS MATERIALIZED (SELECT sensor, source, target, min(severity) AS severity, id, count(*) AS n FROM alert"
    "  WHERE id>=?1 AND id<?2 AND suppression=0 AND" ASSESS_OWN
    "  AND NOT EXISTS(SELECT 1 FROM alert_step s WHERE s.alert=alert.number AND s.reason='false_positive')"
    "  GROUP BY sensor, source, target)"
    " SELECT sensor, address, min(severity), id, sum(n) FROM (SELECT sensor, target AS address, severity, id, n FROM "
    "pair"
    "  UNION ALL SELECT sensor, source, severity, id, n FROM pair WHERE source<>target)"
    " GROUP BY sensor, address ORDER BY sensor, address";
static const char exposures_sql[] =
    "SELECT sensor, coalesce(json_extract(object,'$.asset'),json_extract(object,'$.address'),'') AS address,"
    " coalesce(json_extract(object,'$.kind'),''), " ASSESS_SEVERITY ", id,"
    " coalesce(json_extract(object,'$.id'),json_extract(object,'$.kind'),'') FROM state WHERE type='exposure' "
    "AND" ASSESS_OWN " ORDER BY sensor, address";
/* The last summary of each node directly below. */
static const char nodes_sql[] =
    "SELECT substr(sensor,1,instr(sensor,'/')-1), id, last_us, json_extract(object,'$.risk.score'),"
    " json_extract(object,'$.risk.weight')" ASSESS_BELOW " AND json_extract(object,'$.risk.weight')>0 ORDER BY sensor";

struct walk {
    sqlite3_stmt *select;
    bool row, failed;
};

static void step(struct walk *w)
{
    int result = sqlite3_step(w->select);
    w->row = result == SQLITE_ROW;
    w->failed = result != SQLITE_ROW && result != SQLITE_DONE;
}

static bool begin(struct walk *w, sqlite3 *main, const char *sql, struct fault *fault)
{
    w->select = database_prepare(main, sql, fault);
    return w->select;
}

/* Is the row one of this asset? Rows of assets that come earlier are passed over. */
static bool about(struct walk *w, const struct asset_risk *a)
{
    while (w->row) {
        int order = strcmp(database_text(w->select, 0), a->sensor);
        if (!order) order = strcmp(database_text(w->select, 1), a->address);
        if (order >= 0) return order == 0;
        step(w);
    }
    return false;
}

#define COPY(to, from) snprintf(to, sizeof(to), "%s", from)

static void take_alerts(struct asset_risk *a, const struct risk_model *m, struct walk *alerts)
{
    a->threat = risk_threat(m, 0);
    if (!about(alerts, a)) return;
    a->threat = risk_threat(m, (unsigned)sqlite3_column_int(alerts->select, 2));
    COPY(a->alert, database_text(alerts->select, 3));
    a->alerts = (uint64_t)sqlite3_column_int64(alerts->select, 4);
}

static void take_exposures(struct asset_risk *a, const struct risk_model *m, struct walk *exposures)
{
    a->vulnerability = risk_vulnerability(m, "none", "");
    for (; about(exposures, a); step(exposures)) {
        const struct risk_row *r =
            risk_vulnerability(m, database_text(exposures->select, 2), database_text(exposures->select, 3));
        if (!a->exposures++ || r->value > a->vulnerability->value) {
            a->vulnerability = r;
            COPY(a->exposure, database_text(exposures->select, 4));
            COPY(a->finding, database_text(exposures->select, 5));
        }
    }
}

static struct zone_risk *zone_of(struct assessment *out, const char *name)
{
    for (unsigned i = 0; i < out->zone_count; i++)
        if (strcmp(out->zones[i].name, name) == 0) return &out->zones[i];
    struct zone_risk *larger = realloc(out->zones, (out->zone_count + 1) * sizeof *larger);
    if (!larger) abort();
    out->zones = larger;
    struct zone_risk *z = &out->zones[out->zone_count++];
    *z = (struct zone_risk){0};
    COPY(z->name, name);
    return z;
}

static void take_asset(struct assessment *out, sqlite3_stmt *d, struct walk *alerts, struct walk *exposures)
{
    const struct risk_model *m = out->model;
    struct asset_risk a = {.device = sqlite3_column_int64(d, 2)};
    if (!(out->asset_count & (out->asset_count + 1))) {
        struct asset_risk *larger = realloc(out->assets, 2 * (out->asset_count + 1) * sizeof *larger);
        if (!larger) abort();
        out->assets = larger;
    }
    COPY(a.sensor, database_text(d, 0));
    COPY(a.address, database_text(d, 1));
    COPY(a.name, database_text(d, 3));
    COPY(a.role, database_text(d, 4));
    COPY(a.zone, database_text(d, 5));
    a.importance = risk_importance(m, a.role);
    take_alerts(&a, m, alerts);
    take_exposures(&a, m, exposures);
    a.risk = risk_of(a.importance->value, a.threat->value, a.vulnerability->value);
    a.level = risk_level(m, a.risk.risk);
    out->levels[a.level - 1]++;
    rollup_add(&zone_of(out, a.zone)->assets, a.risk.risk, a.importance->value);
    out->assets[out->asset_count++] = a;
}

static bool read_assets(struct assessment *out, sqlite3 *main, struct fault *fault)
{
    struct walk devices = {0}, alerts = {0}, exposures = {0};
    char first[ULID_LENGTH + 1], end[ULID_LENGTH + 1];
    bool good = begin(&devices, main, devices_sql, fault) && begin(&alerts, main, alerts_sql, fault) &&
                begin(&exposures, main, exposures_sql, fault);
    if (good) {
        ulid_make(first, (uint64_t)out->since_us * 1000, 0, 0);
        ulid_make(end, (uint64_t)out->until_us * 1000, 0, 0);
        database_bind(alerts.select, "ss", first, end);
        step(&alerts);
        step(&exposures);
        for (step(&devices); devices.row; step(&devices)) take_asset(out, devices.select, &alerts, &exposures);
        if (devices.failed || alerts.failed || exposures.failed)
            good = database_fault(main, fault, "reading assets, alerts and exposures");
    }
    sqlite3_finalize(devices.select);
    sqlite3_finalize(alerts.select);
    sqlite3_finalize(exposures.select);
    return good;
}

static bool read_nodes(struct assessment *out, sqlite3 *main, struct fault *fault)
{
    struct walk w = {0};
    if (!begin(&w, main, nodes_sql, fault)) return false;
    for (step(&w); w.row; step(&w)) {
        struct node_risk *larger = realloc(out->nodes, (out->node_count + 1) * sizeof *larger);
        if (!larger) abort();
        out->nodes = larger;
        struct node_risk *n = &out->nodes[out->node_count++];
        COPY(n->name, database_text(w.select, 0));
        COPY(n->summary, database_text(w.select, 1));
        n->told_us = sqlite3_column_int64(w.select, 2);
        n->score = sqlite3_column_double(w.select, 3);
        n->weight = sqlite3_column_double(w.select, 4);
    }
    bool good = !w.failed || database_fault(main, fault, "reading summaries");
    sqlite3_finalize(w.select);
    return good;
}

static int riskier(const void *a, const void *b)
{
    const struct asset_risk *x = a, *y = b;
    if (x->risk.risk != y->risk.risk) return x->risk.risk < y->risk.risk ? 1 : -1;
    int order = strcmp(x->sensor, y->sensor);
    return order ? order : strcmp(x->address, y->address);
}

bool assess_read(struct assessment *out, sqlite3 *main, const struct risk_model *model, int64_t now_us,
                 struct fault *fault)
{
    *out = (struct assessment){.model = model, .since_us = now_us - model->days * DAY_US, .until_us = now_us};
    if (!read_assets(out, main, fault) || !read_nodes(out, main, fault)) {
        assess_free(out);
        return false;
    }
    if (out->asset_count) qsort(out->assets, out->asset_count, sizeof *out->assets, riskier);
    for (unsigned i = 0; i < out->zone_count; i++)
        rollup_add(&out->own, rollup_score(&out->zones[i].assets, model->share), out->zones[i].assets.weight);
    out->own_score = rollup_score(&out->own, model->share);
    if (out->own.parts) rollup_add(&out->whole, out->own_score, out->own.weight);
    for (unsigned i = 0; i < out->node_count; i++) rollup_add(&out->whole, out->nodes[i].score, out->nodes[i].weight);
    /* one part alone is the whole: share * x + (1 - share) * x */
    out->score = rollup_score(&out->whole, model->share);
    out->level = risk_level(model, out->score);
    return true;
}

void assess_free(struct assessment *a)
{
    free(a->assets);
    free(a->zones);
    free(a->nodes);
    a->assets = NULL, a->zones = NULL, a->nodes = NULL;
}

static void everything(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count, (void)values;
    sqlite3_result_int(context, 1);
}

sqlite3 *assess_database(const char *directory, struct fault *fault)
{
    char path[512];
    if ((size_t)snprintf(path, sizeof path, "%s/main.db", directory) >= sizeof path) {
        fault_set(fault, "%s: the path is too long", directory);
        return NULL;
    }
    sqlite3 *main = database_open_reader(path, fault);
    if (main && sqlite3_create_function_v2(main, "wl_in_scope", 1, SQLITE_UTF8, NULL, everything, NULL, NULL, NULL)) {
        database_fault(main, fault, "opening main.db");
        database_close(main);
        return NULL;
    }
    return main;
}
