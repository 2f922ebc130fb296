/* SPDX-License-Identifier: Apache-2.0 */
/* The audit log as a hash chain (FIPS 180-4 SHA-256). */
#include "collector/service/audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/json.h"

enum { TEXTS = 5, TEXT_KEPT = 1024, LINE_BYTES = 6 * (AUDIT_DETAIL_MAX + (TEXTS - 1) * TEXT_KEPT) + 256 };

static const char first_hash[AUDIT_HASH + 1] = "0000000000000000000000000000000000000000000000000000000000000000";

static void hash_of(const char *before, const struct audit_record *r, char out[AUDIT_HASH + 1])
{
    char line[LINE_BYTES];
    struct json j = json_over(line, sizeof line);
    json_begin_array(&j, NULL);
    json_put_string(&j, NULL, before);
    json_put_int(&j, NULL, r->number);
    json_put_int(&j, NULL, r->time_us);
    const char *const texts[TEXTS] = {r->actor, r->address, r->action, r->object, r->detail};
    for (int i = 0; i < TEXTS; i++) json_put_string(&j, NULL, texts[i]);
    json_end_array(&j);
    digest_text(line, json_length(&j), out);
}

static void last_hash(sqlite3 *database, char out[AUDIT_HASH + 1], int64_t *number)
{
    memcpy(out, first_hash, AUDIT_HASH + 1);
    *number = 0;
    sqlite3_stmt *last =
        database_prepare(database, "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1", NULL);
    if (last && sqlite3_step(last) == SQLITE_ROW) {
        *number = sqlite3_column_int64(last, 0);
        snprintf(out, AUDIT_HASH + 1, "%s", database_text(last, 1));
    }
    sqlite3_finalize(last);
}

/* Copies what is kept of a text: not more than `most` bytes, and no half character at the end. */
static void keep(char *out, const char *text, size_t most)
{
    size_t n = text ? strnlen(text, most + 1) : 0;
    if (n > most)
        for (n = most; n && (text[n] & 0xc0) == 0x80;) n--;
    memcpy(out, text ? text : "", n);
    out[n] = 0;
}

bool audit_write(struct control *control, const struct audit_record *record, struct fault *fault)
{
    char before[AUDIT_HASH + 1], hash[AUDIT_HASH + 1], texts[TEXTS][AUDIT_DETAIL_MAX + 1];
    const char *const given[TEXTS] = {record->actor, record->address, record->action, record->object, record->detail};
    for (int i = 0; i < TEXTS; i++) keep(texts[i], given[i], i == TEXTS - 1 ? AUDIT_DETAIL_MAX : TEXT_KEPT);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    struct audit_record r = {
        0, (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000, texts[0], texts[1], texts[2], texts[3], texts[4], NULL};
    sqlite3 *database = control_lock(control);
    last_hash(database, before, &r.number);
    r.number++;
    hash_of(before, &r, hash);
    bool good = database_run(database, fault, "INSERT INTO audit VALUES(?,?,?,?,?,?,?,?)", "iissssss", r.number,
                             r.time_us, r.actor, r.address, r.action, r.object, r.detail, hash);
    control_unlock(control);
    return good;
}

static struct audit_record record_of(sqlite3_stmt *select)
{
    return (struct audit_record){sqlite3_column_int64(select, 0), sqlite3_column_int64(select, 1),
                                 database_text(select, 2),        database_text(select, 3),
                                 database_text(select, 4),        database_text(select, 5),
                                 database_text(select, 6),        database_text(select, 7)};
}

bool audit_list(struct control *control, const struct audit_query *q, audit_row *row, void *context,
                struct fault *fault)
{
    sqlite3 *database = control_lock(control);
    sqlite3_stmt *select = database_prepare(
        database,
        "SELECT * FROM audit WHERE (?1 IS NULL OR actor=?1) AND (?2 IS NULL OR substr(action,1,length(?2))=?2)"
        " AND (?3=0 OR time>=?3) AND (?4=0 OR time<?4) AND (?5=0 OR number<?5) ORDER BY number DESC LIMIT ?6",
        fault);
    int result = SQLITE_ERROR;
    if (select) {
        database_bind(select, "ssiiii", q->actor, q->action, q->since_us, q->until_us, q->before, (int64_t)q->limit);
        while ((result = sqlite3_step(select)) == SQLITE_ROW) {
            struct audit_record record = record_of(select);
            if (!row(context, &record)) break;
        }
        if (result != SQLITE_ROW && result != SQLITE_DONE) database_fault(database, fault, "reading the audit log");
        sqlite3_finalize(select);
    }
    control_unlock(control);
    return result == SQLITE_ROW || result == SQLITE_DONE;
}

static bool verify_chain(sqlite3 *database, uint64_t *records, char head[AUDIT_HASH + 1], struct fault *fault)
{
    char hash[AUDIT_HASH + 1];
    memcpy(head, first_hash, AUDIT_HASH + 1);
    *records = 0;
    sqlite3_stmt *select = database_prepare(database, "SELECT * FROM audit ORDER BY number", fault);
    int result = SQLITE_DONE;
    bool good = select;
    while (good && (result = sqlite3_step(select)) == SQLITE_ROW) {
        struct audit_record record = record_of(select);
        hash_of(head, &record, hash);
        if (record.number != (int64_t)++ * records)
            good = fault_set(fault, "audit log: record %llu is missing", (unsigned long long)*records);
        else if (strcmp(hash, record.hash) != 0)
            good =
                fault_set(fault, "audit log: record %lld was changed, or the one before it", (long long)record.number);
        memcpy(head, hash, sizeof hash);
    }
    if (good && result != SQLITE_DONE) good = database_fault(database, fault, "reading the audit log");
    sqlite3_finalize(select);
    return good;
}

bool audit_verify(struct control *control, uint64_t *records, char head[AUDIT_HASH + 1], struct fault *fault)
{
    bool good = verify_chain(control_lock(control), records, head, fault);
    control_unlock(control);
    return good;
}
