/* SPDX-License-Identifier: Apache-2.0 */
/* Sightings and regional incidents in main.db, where the alerts are: one transaction moves the position with them. */
#include "collector/service/regional.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/service/rollouts.h"
#include "collector/store/exercises.h"
#include "collector/store/internal.h"
#include "common/embed.h"
#include "common/public_address.h"
#include "common/yaml.h"

EMBED(regional_yaml, "collector/models/regional.yaml")

enum { ALERTS_A_TICK = 500, VALUES_MOST = 24, NODE_MAX = 255 };
#define BUCKET_US (600ll * 1000000) /* sightings are kept by ten minutes */
#define KEPT_US   (30ll * 86400 * 1000000)
#define PURGE_US  (600ll * 1000000)

const struct schema main_schema_regional = {
    "regional",
    (const char *const[]){
        "CREATE TABLE sighting(kind INTEGER NOT NULL, value TEXT NOT NULL, bucket INTEGER NOT NULL, node TEXT NOT NULL,"
        " first INTEGER NOT NULL, last INTEGER NOT NULL, alerts INTEGER NOT NULL, severity INTEGER NOT NULL,"
        " alert TEXT NOT NULL, PRIMARY KEY(kind, value, bucket, node)) WITHOUT ROWID;"
        "CREATE INDEX sighting_bucket ON sighting(bucket);"
        "CREATE TABLE regional(regional INTEGER PRIMARY KEY AUTOINCREMENT, kind INTEGER NOT NULL, value TEXT NOT NULL,"
        " first INTEGER NOT NULL, last INTEGER NOT NULL, closed INTEGER NOT NULL DEFAULT 0,"
        " closed_by TEXT NOT NULL DEFAULT '', comment TEXT NOT NULL DEFAULT '');"
        "CREATE INDEX regional_value ON regional(kind, value);"
        "CREATE TABLE regional_node(regional INTEGER NOT NULL REFERENCES regional(regional), node TEXT NOT NULL,"
        " first INTEGER NOT NULL, last INTEGER NOT NULL, alerts INTEGER NOT NULL, severity INTEGER NOT NULL,"
        " alert TEXT NOT NULL, PRIMARY KEY(regional, node)) WITHOUT ROWID;"
        "CREATE TABLE regional_position(number INTEGER NOT NULL);"
        "INSERT INTO regional_position VALUES(0);",
        NULL}};

#define X(id, name) name,
const char *const regional_kind_name[] = {REGIONAL_KINDS(X) NULL};
#undef X

/* ---- the model ---- */

struct regional_model {
    struct yaml *document;
    struct regional_threshold kinds[REGIONAL_KIND_COUNT];
};

static bool take_kind(const struct yaml_node *n, struct regional_model *m, struct fault *fault)
{
    static const char *const keys[] = {"kind",     "zh",     "en",        "enterprises", "window",
                                       "severity", "reason", "reason_en", NULL};
    struct regional_threshold t = {0};
    unsigned kind;
    uint64_t window_ns;
    const struct yaml_node *which = yaml_required(n, "kind", fault);
    if (!which || !yaml_keys(n, keys, fault) || !yaml_choice(which, regional_kind_name, &kind, fault) ||
        !yaml_text(yaml_required(n, "zh", fault), &t.zh, fault) ||
        !yaml_text(yaml_required(n, "en", fault), &t.en, fault) ||
        !yaml_text(yaml_required(n, "reason", fault), &t.reason, fault) ||
        !yaml_text(yaml_get(n, "reason_en"), &t.reason_en, fault) ||
        !yaml_uint(yaml_required(n, "enterprises", fault), 2, 1000, &t.enterprises, fault) ||
        !yaml_uint(yaml_required(n, "severity", fault), 1, 4, &t.severity, fault) ||
        !yaml_duration(yaml_required(n, "window", fault), 600ull * 1000000000, 720ull * 3600 * 1000000000, &window_ns,
                       fault))
        return false;
    t.window_us = window_ns / 1000;
    if (!t.reason_en) t.reason_en = t.reason;
    m->kinds[kind] = t;
    return true;
}

static bool take_model(struct regional_model *m, struct fault *fault)
{
    static const char *const keys[] = {"source", "certainty", "certainty_en", "kinds", NULL};
    const struct yaml_node *root = yaml_root(m->document), *kinds = yaml_required(root, "kinds", fault);
    if (!kinds || !yaml_keys(root, keys, fault) || !yaml_is_list(kinds, fault)) return false;
    for (const struct yaml_node *n = kinds->first; n; n = n->next)
        if (!take_kind(n, m, fault)) return false;
    return true;
}

struct regional_model *regional_model_open(const char *directory, struct fault *fault)
{
    char path[512];
    struct regional_model *m = calloc(1, sizeof *m);
    if (!m) abort();
    snprintf(path, sizeof path, "%s/regional.yaml", directory ? directory : "");
    /* Only where there is none the built-in table counts; one that cannot be opened is a fault. */
    bool own = directory && *directory && (access(path, F_OK) == 0 || errno != ENOENT);
    m->document =
        own ? yaml_load_file(path, fault)
            : yaml_load_text("regional.yaml", regional_yaml, (size_t)(regional_yaml_end - regional_yaml), fault);
    if (m->document && take_model(m, fault)) return m;
    regional_model_close(m);
    return NULL;
}

void regional_model_close(struct regional_model *m)
{
    if (!m) return;
    if (m->document) yaml_close(m->document);
    free(m);
}

void regional_certainty(const struct regional_model *m, const char **zh, const char **en)
{
    const struct yaml_node *root = yaml_root(m->document), *chinese = yaml_get(root, "certainty"),
                           *english = yaml_get(root, "certainty_en");
    *zh = chinese ? chinese->text : "";
    *en = english ? english->text : *zh;
}

const struct regional_threshold *regional_threshold(const struct regional_model *m, enum regional_kind kind)
{
    return &m->kinds[kind];
}

/* ---- what an alert is a sighting of ---- */

struct sighting {
    enum regional_kind kind;
    char value[96];
};
struct seen_alert {
    char id[ULID_LENGTH + 1], node[NODE_MAX + 1];
    int64_t number, time_us;
    unsigned severity, count;
    struct sighting values[VALUES_MOST];
};

static void add(struct seen_alert *a, enum regional_kind kind, const char *value)
{
    if (!*value || a->count == VALUES_MOST || strlen(value) >= sizeof a->values[0].value) return;
    struct sighting *s = &a->values[a->count++];
    s->kind = kind;
    snprintf(s->value, sizeof s->value, "%s", value);
}

/* The enterprise is what stands before the sensor's own name; false: the alert is of this node, or an exercise. */
static bool enterprise_of(const char *sensor, char node[NODE_MAX + 1])
{
    const char *slash = strrchr(sensor, '/');
    if (!slash || slash == sensor || strncmp(slash + 1, STORE_EXERCISE, strlen(STORE_EXERCISE)) == 0) return false;
    return snprintf(node, NODE_MAX + 1, "%.*s", (int)(slash - sensor), sensor) <= NODE_MAX;
}

/* Values of the lists of indicators that are in force, as a set. */
static bool add_list(void *context, const struct rollout *r)
{
    json_t *wanted = context;
    if (r->kind == ROLLOUT_INDICATORS && (!r->until_us || r->until_us > store_now_us()))
        json_array_append_new(wanted, json_string(r->id));
    return true;
}

static json_t *indicators_in_force(struct hierarchy *h)
{
    struct fault ignored = {""};
    json_t *lists = json_array(), *values = json_object(), *id, *item;
    struct rollout_query query = {.kind = ROLLOUT_INDICATORS, .active = true, .limit = 200};
    size_t i, k;
    rollouts_list(h->options.control, &query, add_list, lists, &ignored);
    json_array_foreach(lists, i, id)
    {
        struct rollout r = {0};
        size_t length = 0;
        snprintf(r.id, sizeof r.id, "%s", json_string_value(id));
        uint8_t *text = rollouts_content(h->options.control, &r, &length, &ignored);
        json_t *items = text ? json_loadb((const char *)text, length, 0, NULL) : NULL;
        json_array_foreach(items, k, item) json_object_set_new(values, hierarchy_text(item, "value"), json_true());
        json_decref(items);
        free(text);
    }
    json_decref(lists);
    return values;
}

static bool read_alert(sqlite3_stmt *row, const json_t *indicators, struct seen_alert *a)
{
    size_t i;
    const json_t *technique;
    const char *const sides[] = {database_text(row, 4), database_text(row, 5)};
    *a = (struct seen_alert){.number = sqlite3_column_int64(row, 0), .severity = (unsigned)sqlite3_column_int(row, 2)};
    snprintf(a->id, sizeof a->id, "%s", database_text(row, 1));
    if (!enterprise_of(database_text(row, 6), a->node)) return false;
    a->time_us = (int64_t)ulid_time_ms(a->id) * 1000;
    add(a, REGIONAL_RULE, database_text(row, 3));
    if (is_public_address(sides[0])) add(a, REGIONAL_SOURCE, sides[0]);
    for (i = 0; i < 2; i++)
        if (json_object_get(indicators, sides[i])) add(a, REGIONAL_INDICATOR, sides[i]);
    char *whole = malloc((size_t)sqlite3_column_bytes(row, 7) + 3); /* the row keeps the members alone */
    if (!whole) abort();
    sprintf(whole, "{%s}", database_text(row, 7));
    json_t *item = json_loads(whole, JSON_DECODE_INT_AS_REAL, NULL);
    free(whole);
    json_array_foreach(json_object_get(item, "techniques"), i, technique) if (json_is_string(technique))
        add(a, REGIONAL_TECHNIQUE, json_string_value(technique));
    json_decref(item);
    return true;
}

/* ---- incidents ---- */

static bool into_incident(sqlite3 *db, int64_t number, const char *node, int64_t first, int64_t last, int64_t alerts,
                          int64_t severity, const char *alert, struct fault *fault)
{
    return database_run(
               db, fault,
               "INSERT INTO regional_node VALUES(?1,?2,?3,?4,?5,?6,?7) ON CONFLICT DO UPDATE SET first=min(first,?3),"
               " last=max(last,?4), alerts=alerts+?5, severity=min(severity,?6)",
               "isiiiis", number, node, first, last, alerts, severity, alert) &&
           database_run(db, fault, "UPDATE regional SET first=min(first,?2), last=max(last,?3) WHERE regional=?1",
                        "iii", number, first, last);
}

/* All sightings of the value within the window, when they come from enough enterprises. */
static bool begin_incident(sqlite3 *db, const struct seen_alert *a, const struct sighting *s,
                           const struct regional_threshold *t, struct fault *fault)
{
    int64_t from = (a->time_us - (int64_t)t->window_us) / BUCKET_US,
            to = (a->time_us + (int64_t)t->window_us) / BUCKET_US;
    int64_t enterprises = database_number(
        db, 0, "SELECT count(DISTINCT node) FROM sighting WHERE kind=? AND value=? AND bucket>=? AND bucket<=?", "isii",
        (int64_t)s->kind, s->value, from, to);
    if (enterprises < (int64_t)t->enterprises) return true;
    if (!database_run(db, fault, "INSERT INTO regional(kind,value,first,last) VALUES(?,?,?,?)", "isii",
                      (int64_t)s->kind, s->value, a->time_us, a->time_us))
        return false;
    int64_t number = sqlite3_last_insert_rowid(db);
    bool good = true;
    sqlite3_stmt *select = database_prepare(db,
                                            "SELECT node, min(first), max(last), sum(alerts), min(severity), "
                                            "min(alert) FROM sighting WHERE kind=? AND value=?"
                                            " AND bucket>=? AND bucket<=? GROUP BY node",
                                            fault);
    if (select) database_bind(select, "isii", (int64_t)s->kind, s->value, from, to);
    while (good && select && sqlite3_step(select) == SQLITE_ROW)
        good = into_incident(db, number, database_text(select, 0), sqlite3_column_int64(select, 1),
                             sqlite3_column_int64(select, 2), sqlite3_column_int64(select, 3),
                             sqlite3_column_int64(select, 4), database_text(select, 5), fault);
    sqlite3_finalize(select);
    return good && select;
}

static bool see(sqlite3 *db, const struct seen_alert *a, const struct sighting *s, const struct regional_threshold *t,
                struct fault *fault)
{
    if (!t->enterprises || a->severity > t->severity) return true;
    if (!database_run(
            db, fault,
            "INSERT INTO sighting VALUES(?1,?2,?3,?4,?5,?5,1,?6,?7) ON CONFLICT DO UPDATE SET first=min(first,?5),"
            " last=max(last,?5), alerts=alerts+1, severity=min(severity,?6)",
            "isisiis", (int64_t)s->kind, s->value, a->time_us / BUCKET_US, a->node, a->time_us, (int64_t)a->severity,
            a->id))
        return false;
    int64_t open =
        database_number(db, 0,
                        "SELECT regional FROM regional WHERE kind=?1 AND value=?2 AND closed=0 AND first-?4<=?3 AND"
                        " last+?4>=?3 ORDER BY regional DESC LIMIT 1",
                        "isii", (int64_t)s->kind, s->value, a->time_us, (int64_t)t->window_us);
    return open ? into_incident(db, open, a->node, a->time_us, a->time_us, 1, (int64_t)a->severity, a->id, fault)
                : begin_incident(db, a, s, t, fault);
}

static bool take_new(struct hierarchy *h, sqlite3 *db, const json_t *indicators, struct fault *fault)
{
    int64_t position = database_number(db, 0, "SELECT number FROM regional_position", "");
    bool good = true;
    struct seen_alert a;
    sqlite3_stmt *select =
        database_prepare(db,
                         "SELECT number, id, severity, rule, source, target, sensor, item, suppression FROM alert WHERE"
                         " number>? ORDER BY number LIMIT ?",
                         fault);
    if (select) database_bind(select, "ii", position, (int64_t)ALERTS_A_TICK);
    while (good && select && sqlite3_step(select) == SQLITE_ROW) {
        bool below = read_alert(select, indicators, &a) && !sqlite3_column_int64(select, 8);
        for (unsigned i = 0; below && good && i < a.count; i++)
            good = see(db, &a, &a.values[i], &h->regional->kinds[a.values[i].kind], fault);
        position = a.number;
    }
    sqlite3_finalize(select);
    return good && select && database_run(db, fault, "UPDATE regional_position SET number=?", "i", position);
}

bool regional_tick(struct hierarchy *h, struct fault *fault)
{
    sqlite3 *reader = h->reader->main;
    if (!database_number(reader, 0,
                         "SELECT EXISTS(SELECT 1 FROM alert WHERE number>(SELECT number FROM regional_position))", ""))
        return true;
    json_t *indicators = indicators_in_force(h);
    bool good = store_begin(h->options.store, fault) && take_new(h, h->options.store->main, indicators, fault);
    bool purge = store_now_us() - h->purged_us > PURGE_US;
    if (purge) h->purged_us = store_now_us();
    if (good && purge)
        good = database_run(h->options.store->main, fault, "DELETE FROM sighting WHERE bucket<?", "i",
                            (store_now_us() - KEPT_US) / BUCKET_US);
    json_decref(indicators);
    return store_end(h->options.store, good, fault);
}

/* ---- reading ---- */

bool regional_list(struct store_reader *r, const struct regional_query *q, regional_row_function *row, void *context,
                   struct fault *fault)
{
    int result;
    sqlite3_stmt *select = database_prepare(
        r->main,
        "SELECT regional, kind, value, min(n.first), max(n.last), min(n.severity), count(*), sum(n.alerts), closed_by, "
        "comment"
        " FROM regional JOIN regional_node n USING(regional) WHERE wl_in_scope(n.node) AND (?1=0 OR regional=?1) AND"
        " (?2<0 OR kind=?2) AND (?3=0 OR closed=0) AND (?4=0 OR regional.last>=?4) AND (?5=0 OR regional<?5)"
        " GROUP BY regional ORDER BY regional DESC LIMIT ?6",
        fault);
    if (!select) return false;
    database_bind(select, "iiiiii", q->number, (int64_t)q->kind, (int64_t)q->open, q->since_us, q->before,
                  (int64_t)q->limit);
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
        struct regional_row found = {.number = sqlite3_column_int64(select, 0),
                                     .kind = (enum regional_kind)sqlite3_column_int(select, 1),
                                     .value = database_text(select, 2),
                                     .first_us = sqlite3_column_int64(select, 3),
                                     .last_us = sqlite3_column_int64(select, 4),
                                     .severity = (unsigned)sqlite3_column_int(select, 5),
                                     .enterprises = (uint64_t)sqlite3_column_int64(select, 6),
                                     .alerts = (uint64_t)sqlite3_column_int64(select, 7),
                                     .closed_by = database_text(select, 8),
                                     .comment = database_text(select, 9)};
        if (!row(context, &found)) break;
    }
    sqlite3_finalize(select);
    return result == SQLITE_ROW || result == SQLITE_DONE ||
           database_fault(r->main, fault, "reading regional incidents");
}

bool regional_nodes(struct store_reader *r, int64_t number,
                    bool (*row)(void *context, const struct regional_node *node), void *context, struct fault *fault)
{
    int result;
    sqlite3_stmt *select = database_prepare(r->main,
                                            "SELECT node, first, last, alerts, severity, alert FROM regional_node WHERE"
                                            " regional=? AND wl_in_scope(node) ORDER BY first",
                                            fault);
    if (!select) return false;
    database_bind(select, "i", number);
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
        struct regional_node n = {.node = database_text(select, 0),
                                  .first_us = sqlite3_column_int64(select, 1),
                                  .last_us = sqlite3_column_int64(select, 2),
                                  .alerts = (uint64_t)sqlite3_column_int64(select, 3),
                                  .severity = (unsigned)sqlite3_column_int(select, 4),
                                  .alert = database_text(select, 5)};
        if (!row(context, &n)) break;
    }
    sqlite3_finalize(select);
    return result == SQLITE_ROW || result == SQLITE_DONE ||
           database_fault(r->main, fault, "reading regional incidents");
}

bool regional_close(struct store *s, int64_t number, const char *user, const char *comment, struct fault *fault)
{
    bool good = store_begin(s, fault) &&
                database_run(s->main, fault,
                             "UPDATE regional SET closed=?2, closed_by=?3, comment=?4 WHERE regional=?1 AND closed=0",
                             "iiss", number, store_now_us(), user, comment);
    bool closed = good && sqlite3_changes(s->main) == 1;
    return store_end(s, good, fault) && closed;
}
