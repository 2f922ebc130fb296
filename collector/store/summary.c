/* SPDX-License-Identifier: Apache-2.0 */
/* The figures of the first page, from indexes and the minute counts of the days: nothing is scanned. */
#include "collector/store/summary.h"

#include <string.h>

#include "collector/store/clickhouse.h"
#include "collector/store/exercises.h"
#include "collector/store/internal.h"

/* Adds what the statement counts by state and severity, or takes it away. */
static bool count_by(struct store_reader *r, const char *sql, bool away, struct store_summary *summary,
                     struct fault *fault)
{
    sqlite3_stmt *select = database_prepare(r->main, sql, fault);
    if (!select) return false;
    int result;
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
        int64_t state = sqlite3_column_int64(select, 0), severity = sqlite3_column_int64(select, 1);
        uint64_t count = (uint64_t)sqlite3_column_int64(select, 2);
        if (away) count = 0 - count; /* sums of unsigned numbers wrap, and so come out right */
        if (state >= 0 && state < ALERT_STATE_COUNT) summary->by_state[state] += count;
        if (state == ALERT_OPEN && severity >= 0 && severity < SUMMARY_SEVERITIES)
            summary->open_by_severity[severity] += count;
    }
    if (result != SQLITE_DONE) database_fault(r->main, fault, "counting alerts");
    sqlite3_finalize(select);
    return result == SQLITE_DONE;
}

#define COUNTED(condition)                                                                                             \
    "SELECT state, severity, count(*) FROM alert WHERE suppression=0" condition " GROUP BY state, severity"

/* All of them by one index, less the exercises by another: no row is looked at. */
static bool count_alerts(struct store_reader *r, struct store_summary *summary, struct fault *fault)
{
    if (r->scope[0])
        return count_by(r, COUNTED(" AND wl_in_scope(sensor) AND NOT(" IS_EXERCISE ")"), false, summary, fault);
    return count_by(r, COUNTED(""), false, summary, fault) &&
           count_by(r, COUNTED(" AND " IS_EXERCISE), true, summary, fault);
}

/* May it be seen, and is it no exercise? */
static bool counts(struct store_reader *r, const char *sensor)
{
    const char *name = strrchr(sensor, '/');
    return strncmp(name ? name + 1 : sensor, STORE_EXERCISE, strlen(STORE_EXERCISE)) != 0 &&
           reader_may_see(r, sensor, strlen(sensor));
}

static bool count_minutes(struct store_reader *r, int day, int64_t now_minute, struct store_summary *summary,
                          struct fault *fault)
{
    struct fault inner = {""};
    sqlite3 *database = days_for_reading(r, day, &inner);
    if (!database) return !inner.text[0] || fault_set(fault, "%s", inner.text);
    int64_t first_of_day = (int64_t)day * 1440, least = now_minute - SUMMARY_MINUTES + 1 - first_of_day;
    sqlite3_stmt *select =
        database_prepare(database,
                         "SELECT minute, sum(events), sum(CASE type WHEN 'alert' THEN events END), sensor"
                         " FROM minute JOIN kind USING(kind) WHERE minute>=? GROUP BY minute, sensor",
                         fault);
    if (!select) return false;
    database_bind(select, "i", least);
    int result;
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
        int64_t back = now_minute - first_of_day - sqlite3_column_int64(select, 0);
        const char *sensor = database_text(select, 3);
        if (back < 0 || back >= SUMMARY_MINUTES || !counts(r, sensor)) continue;
        summary->per_minute[SUMMARY_MINUTES - 1 - back] += (uint64_t)sqlite3_column_int64(select, 1);
        summary->alerts_per_minute[SUMMARY_MINUTES - 1 - back] += (uint64_t)sqlite3_column_int64(select, 2);
    }
    if (result != SQLITE_DONE) database_fault(database, fault, "counting events");
    sqlite3_finalize(select);
    return result == SQLITE_DONE;
}

struct minutes {
    struct store_reader *reader;
    struct store_summary *summary;
    int64_t now_minute;
};

static void take_minute(void *context, int64_t minute, const char *sensor, uint64_t events, uint64_t alerts)
{
    struct minutes *m = context;
    int64_t back = m->now_minute - minute;
    if (back < 0 || back >= SUMMARY_MINUTES || !counts(m->reader, sensor)) return;
    m->summary->per_minute[SUMMARY_MINUTES - 1 - back] += events;
    m->summary->alerts_per_minute[SUMMARY_MINUTES - 1 - back] += alerts;
}

bool store_summary(struct store_reader *r, int64_t now_us, int64_t today_us, struct store_summary *summary,
                   struct fault *fault)
{
    char today[ULID_LENGTH + 1];
    int64_t now_minute = now_us / 60000000;
    int day = (int)(now_minute / 1440);
    memset(summary, 0, sizeof *summary);
    ulid_make(today, (uint64_t)today_us * 1000u, 0, 0);
    summary->today = (uint64_t)database_number(
        r->main, 0, "SELECT count(*) FROM alert WHERE id>=? AND NOT(" IS_EXERCISE ") AND wl_in_scope(sensor)", "s",
        today);
    summary->devices = (uint64_t)database_number(
        r->main, 0, "SELECT count(*) FROM device WHERE NOT(" IS_EXERCISE ") AND wl_in_scope(sensor)", "");
    struct minutes minutes = {r, summary, now_minute};
    if (r->store->clickhouse)
        return count_alerts(r, summary, fault) &&
               clickhouse_minutes(r->store->clickhouse, (now_minute - SUMMARY_MINUTES + 1) * 60000000, take_minute,
                                  &minutes, fault);
    return count_alerts(r, summary, fault) && count_minutes(r, day, now_minute, summary, fault) &&
           (now_minute % 1440 >= SUMMARY_MINUTES || count_minutes(r, day - 1, now_minute, summary, fault));
}

bool store_nodes(struct store_reader *r, node_row_function *row, void *context, struct fault *fault)
{
    sqlite3_stmt *select = database_prepare(
        r->main, "SELECT node, first_seen, last_seen, stored, duplicates, refused, gap FROM node ORDER BY node", fault);
    if (!select) return false;
    int result;
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
        struct node_row found = {database_text(select, 0),
                                 sqlite3_column_int64(select, 1),
                                 sqlite3_column_int64(select, 2),
                                 (uint64_t)sqlite3_column_int64(select, 3),
                                 (uint64_t)sqlite3_column_int64(select, 4),
                                 (uint64_t)sqlite3_column_int64(select, 5),
                                 (uint64_t)sqlite3_column_int64(select, 6)};
        if (!row(context, &found)) break;
    }
    if (result != SQLITE_ROW && result != SQLITE_DONE) database_fault(r->main, fault, "reading nodes");
    sqlite3_finalize(select);
    return result == SQLITE_ROW || result == SQLITE_DONE;
}
