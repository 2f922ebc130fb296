/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the table of facts out of main.db and control.db. */
#include "collector/report/facts.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/report/fact_table.h"
#include "collector/service/uploads.h"
#include "collector/store/database.h"
#include "common/event.h"

enum { PATH_MAX_HERE = 512 };
#define DAY_US INT64_C(86400000000)

struct facts {
    struct period period;
    struct fact *list;
    char first[ULID_LENGTH + 1], end[ULID_LENGTH + 1];
};

static void *grown(void *memory, size_t size)
{
    void *larger = realloc(memory, size);
    if (!larger) abort();
    return larger;
}

/* ---- SQL's helper ---- */

static void report_ms(sqlite3_context *context, int count, sqlite3_value **values)
{
    const char *id = (const char *)sqlite3_value_text(values[0]);
    (void)count;
    if (id && ulid_valid(id, strlen(id)))
        sqlite3_result_int64(context, (int64_t)ulid_time_ms(id));
    else
        sqlite3_result_null(context);
}

/* A key that sorts the numbers within a text by their value: 10.1.0.9 before 10.1.0.10. */
static void report_order(sqlite3_context *context, int count, sqlite3_value **values)
{
    enum { DIGITS = 10, ROOM = 512 };
    char key[ROOM];
    size_t used = 0;
    const char *text = (const char *)sqlite3_value_text(values[0]);
    (void)count;
    while (text && *text && used + DIGITS + 1 < ROOM) {
        size_t n = strspn(text, "0123456789");
        for (size_t pad = n; pad && pad < DIGITS; pad++) key[used++] = '0';
        if (n > DIGITS) n = DIGITS;
        if (!n) n = 1;
        memcpy(key + used, text, n);
        used += n;
        text += n;
    }
    sqlite3_result_text(context, key, (int)used, SQLITE_TRANSIENT);
}

static sqlite3 *open_database(const char *directory, const char *name, struct fault *fault)
{
    char path[PATH_MAX_HERE];
    if ((size_t)snprintf(path, sizeof path, "%s/%s", directory, name) >= sizeof path) {
        fault_set(fault, "%s: the path is too long", directory);
        return NULL;
    }
    sqlite3 *database = database_open_reader(path, fault);
    if (database && (sqlite3_create_function_v2(database, "report_ms", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
                                                report_ms, NULL, NULL, NULL) != SQLITE_OK ||
                     sqlite3_create_function_v2(database, "report_order", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
                                                report_order, NULL, NULL, NULL) != SQLITE_OK)) {
        database_fault(database, fault, "opening");
        database_close(database);
        return NULL;
    }
    return database;
}

/* A year of links and of alerts is gone through once, not for each fact. The connection stays read-only; the sums lie
 * in memory. */
static bool sum_up(sqlite3 *database, const struct facts *facts, struct fault *fault)
{
    const struct period *p = &facts->period;
    return database_run(database, fault, "PRAGMA query_only=OFF", "") &&
           database_run(database, fault, "PRAGMA temp_store=MEMORY", "") &&
           database_run(database, fault,
                        "CREATE TEMP TABLE links AS SELECT source, target, protocol, class, sum(operations) operations,"
                        " sum(flows) flows, sum(bytes) bytes FROM main.link WHERE day>=?1 AND day<?2"
                        " AND sensor NOT GLOB '" UPLOAD_EXERCISE "*' GROUP BY source, target, protocol, class",
                        "ii", p->since_us / DAY_US, (p->until_us + DAY_US - 1) / DAY_US) &&
           /* last: the newest of them, for its words */
           database_run(database, fault,
                        "CREATE TEMP TABLE alerts AS SELECT strftime('%m',report_ms(id)/1000,'unixepoch','+8 hours')"
                        " month, severity, category, rule, state, count(*) alerts, max(number) last FROM main.alert"
                        " WHERE id>=?1 AND id<?2 AND suppression=0 AND sensor NOT GLOB '" UPLOAD_EXERCISE "*'"
                        " GROUP BY 1, 2, 3, 4, 5",
                        "ss", facts->first, facts->end) &&
           sqlite3_exec(database, "BEGIN", NULL, NULL, NULL) == SQLITE_OK;
}

/* ---- one fact ---- */

static void hash_text(crypto_hash_sha256_state *hash, const char *text)
{
    crypto_hash_sha256_update(hash, (const unsigned char *)text, strlen(text) + 1); /* its NUL keeps columns apart */
}

static void take_row(struct fact *f, sqlite3_stmt *select, crypto_hash_sha256_state *hash)
{
    f->rows = grown(f->rows, (f->row_count + 1) * sizeof *f->rows);
    char **row = f->rows[f->row_count++] = grown(NULL, (f->columns + 1) * sizeof *row);
    for (unsigned i = 0; i < f->columns; i++) {
        const char *text = database_text(select, (int)i);
        hash_text(hash, text);
        if (!(row[i] = strdup(text))) abort();
    }
    row[f->columns] = NULL;
}

static bool read_fact(struct facts *facts, struct fact *f, sqlite3 *database, struct fault *fault)
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state hash;
    const struct period *p = &facts->period;
    sqlite3_stmt *select = database_prepare(database, f->kind->sql, fault);
    int result;
    if (!select) {
        char text[sizeof fault->text];
        snprintf(text, sizeof text, "%s", fault->text);
        return fault_set(fault, "the figure %s: %.200s", f->kind->key, text);
    }
    const struct {
        const char *text;
        int64_t number;
    } values[] = {{facts->first, 0},
                  {facts->end, 0},
                  {NULL, p->since_us},
                  {NULL, p->until_us},
                  {NULL, p->since_us / DAY_US},
                  {NULL, (p->until_us + DAY_US - 1) / DAY_US}};
    for (int i = 1; i <= sqlite3_bind_parameter_count(select) && i <= 6; i++) {
        if (values[i - 1].text)
            sqlite3_bind_text(select, i, values[i - 1].text, -1, SQLITE_STATIC);
        else
            sqlite3_bind_int64(select, i, values[i - 1].number);
    }
    f->columns = (unsigned)sqlite3_column_count(select);
    if (f->columns > FACT_COLUMNS) f->columns = FACT_COLUMNS;
    crypto_hash_sha256_init(&hash);
    hash_text(&hash, f->kind->key);
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
        if (!f->kind->columns) {
            f->known = sqlite3_column_type(select, 0) != SQLITE_NULL;
            f->value = sqlite3_column_double(select, 0);
            hash_text(&hash, database_text(select, 0));
        } else {
            take_row(f, select, &hash);
        }
    }
    if (f->kind->columns) f->known = true, f->value = f->row_count;
    crypto_hash_sha256_final(&hash, digest);
    sodium_bin2hex(f->hash, sizeof f->hash, digest, sizeof digest);
    bool good = result == SQLITE_DONE || database_fault(database, fault, f->kind->key);
    sqlite3_finalize(select);
    return good;
}

struct facts *facts_read(const char *directory, const struct period *period, struct fault *fault)
{
    struct facts *facts = grown(NULL, sizeof *facts);
    *facts = (struct facts){.period = *period, .list = calloc(fact_table_count, sizeof *facts->list)};
    if (!facts->list) abort();
    ulid_make(facts->first, (uint64_t)period->since_us * 1000, 0, 0);
    ulid_make(facts->end, (uint64_t)period->until_us * 1000, 0, 0);
    sqlite3 *main = open_database(directory, "main.db", fault);
    sqlite3 *control = main ? open_database(directory, "control.db", fault) : NULL;
    bool good = main && control && sum_up(main, facts, fault);
    for (unsigned i = 0; i < fact_table_count; i++) {
        facts->list[i].kind = &fact_table[i];
        if (good) good = read_fact(facts, &facts->list[i], fact_table[i].control ? control : main, fault);
    }
    database_close(main);
    database_close(control);
    if (good) return facts;
    facts_free(facts);
    return NULL;
}

void facts_free(struct facts *facts)
{
    if (!facts) return;
    for (unsigned i = 0; i < fact_table_count; i++) {
        struct fact *f = &facts->list[i];
        for (unsigned r = 0; r < f->row_count; r++) {
            for (char **column = f->rows[r]; *column; column++) free(*column);
            free(f->rows[r]);
        }
        free(f->rows);
    }
    free(facts->list);
    free(facts);
}

/* ---- looking them up ---- */

bool facts_known(const char *key)
{
    for (unsigned i = 0; i < fact_table_count; i++)
        if (strcmp(fact_table[i].key, key) == 0) return true;
    return false;
}

const struct fact *facts_get(const struct facts *facts, const char *key)
{
    for (unsigned i = 0; i < fact_table_count; i++)
        if (strcmp(fact_table[i].key, key) == 0) return &facts->list[i];
    return NULL;
}

unsigned facts_number(const struct facts *facts, const struct fact *fact) { return (unsigned)(fact - facts->list) + 1; }
unsigned facts_count(const struct facts *facts)
{
    (void)facts;
    return fact_table_count;
}
const struct fact *facts_at(const struct facts *facts, unsigned index) { return &facts->list[index]; }
const struct period *facts_period(const struct facts *facts) { return &facts->period; }
