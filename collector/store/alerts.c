/* SPDX-License-Identifier: Apache-2.0 */
/* Alerts in main.db: the list with its filters, state and history. */
#include "collector/store/alerts.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/store/internal.h"

#define X(id, name, zh, en) name,
const char *const alert_state_name[ALERT_STATE_COUNT] = {ALERT_STATES(X)};
#undef X

int alert_state_find(const char *name)
{
    for (int i = 0; i < ALERT_STATE_COUNT; i++)
        if (strcmp(alert_state_name[i], name) == 0) return i;
    return -1;
}

/* ---- the list ---- */

enum { SQL_MAX = 4096, PARAMETERS_MAX = 32, TEXT_WORDS_MAX = 8, TEXT_WORD_BYTES = 128 };

/* The condition as it is put together: SQL and the texts and numbers that belong to its question marks. */
struct where {
    char sql[SQL_MAX];
    size_t length;
    int count;
    struct {
        const char *text; /* NULL: the number */
        int64_t number;
    } parameters[PARAMETERS_MAX];
    char patterns[TEXT_WORDS_MAX][TEXT_WORD_BYTES + 2]; /* "%word%" */
    char least[ULID_LENGTH + 1], most[ULID_LENGTH + 1];
};

static void add(struct where *w, const char *sql, const char *text, int64_t number)
{
    w->length += (size_t)snprintf(w->sql + w->length, sizeof w->sql - w->length, "%s", sql);
    for (const char *p = sql; (p = strchr(p, '?')); p++) {
        w->parameters[w->count].text = text;
        w->parameters[w->count++].number = number;
    }
}

static void add_text(struct where *w, const char *sql, const char *text)
{
    if (text && *text) add(w, sql, text, 0);
}

/* One of the numbers whose bits are set. */
static void add_bits(struct where *w, const char *column, unsigned bits)
{
    char sql[256];
    size_t n = (size_t)snprintf(sql, sizeof sql, " AND %s IN (", column);
    if (!bits) return;
    for (unsigned i = 0; i < 16; i++)
        if (bits >> i & 1) n += (size_t)snprintf(sql + n, sizeof sql - n, "%u,", i);
    sql[n - 1] = ')';
    add(w, sql, NULL, 0);
}

/* Has the text three characters on end that are no wildcards? Only then does the trigram index answer a LIKE. */
static bool trigrams(const char *text, size_t length)
{
    unsigned run = 0;
    for (size_t i = 0; i < length && run < 3; i++)
        if ((text[i] & 0xc0) != 0x80) run = text[i] == '%' || text[i] == '_' ? 0 : run + 1;
    return run >= 3;
}

/* Each word in the words of the alert, or in an address. */
static void add_search(struct where *w, const char *text)
{
    for (int i = 0; text && i < TEXT_WORDS_MAX; i++) {
        while (isspace((unsigned char)*text)) text++;
        size_t n = strcspn(text, " \t\r\n");
        if (!n) break;
        size_t kept = n < TEXT_WORD_BYTES - 1 ? n : TEXT_WORD_BYTES - 1;
        snprintf(w->patterns[i], sizeof w->patterns[i], "%%%.*s%%", (int)kept, text);
        add(w,
            trigrams(text, kept)
                ? " AND (words IN (SELECT rowid FROM words_index WHERE text LIKE ?) OR source LIKE ? OR target LIKE ?)"
                : " AND (words IN (SELECT words FROM words WHERE text LIKE ?) OR source LIKE ? OR target LIKE ?)",
            w->patterns[i], 0);
        text += n;
    }
}

static void add_address(struct where *w, const char *address)
{
    int64_t least, most;
    if (!address || !*address) return;
    if (!day_network(address, &least, &most)) {
        add(w, " AND (source=? OR target=?)", address, 0);
        return;
    }
    add(w, " AND (wl_address(source) BETWEEN ?", NULL, least);
    add(w, " AND ?", NULL, most);
    add(w, " OR wl_address(target) BETWEEN ?", NULL, least);
    add(w, " AND ?)", NULL, most);
}

static void ulid_at(char out[ULID_LENGTH + 1], int64_t time_us)
{
    ulid_make(out, (uint64_t)(time_us > 0 ? time_us : 0) * 1000u, 0, 0);
}

static void where_of(struct where *w, const struct store_reader *r, const struct alert_query *q)
{
    w->length = 0;
    w->count = 0;
    add(w, r->scope[0] ? " WHERE wl_in_scope(sensor)" : " WHERE 1", NULL, 0);
    add_bits(w, "severity", q->severities);
    add_bits(w, "state", q->states);
    add_text(w, " AND rule=?", q->rule);
    add_text(w, " AND instr(sensor||'/', ?||'/')=1", q->sensor); /* it, or what lies below that node */
    add_text(w, " AND protocol=?", q->protocol);
    add_text(w, " AND category=?", q->category);
    if (q->incident) add(w, " AND incident=?", NULL, q->incident);
    if (q->suppressed)
        add(w, q->suppressed == ALERTS_SUPPRESSED ? " AND suppression<>0" : " AND suppression=0", NULL, 0);
    add_text(w, " AND assignee=?", q->assignee);
    add_address(w, q->address);
    add_search(w, q->text);
    if (q->since_us) ulid_at(w->least, q->since_us), add(w, " AND id>=?", w->least, 0);
    if (q->until_us) ulid_at(w->most, q->until_us), add(w, " AND id<?", w->most, 0);
}

static sqlite3_stmt *prepare_where(sqlite3 *database, struct where *w, struct fault *fault)
{
    sqlite3_stmt *statement = database_prepare(database, w->sql, fault);
    for (int i = 0; statement && i < w->count; i++)
        if (w->parameters[i].text)
            sqlite3_bind_text(statement, i + 1, w->parameters[i].text, -1, SQLITE_STATIC);
        else
            sqlite3_bind_int64(statement, i + 1, w->parameters[i].number);
    return statement;
}

#define ALERT_COLUMNS "SELECT changed, id, item, state, assignee, incident, suppression FROM alert"

/* Calls the row for each result; `last` keeps the id of the last one. Returns rows seen, -1 on a fault. */
static int rows_of(struct store_reader *r, sqlite3_stmt *select, alert_row_function *row, void *context,
                   char last[STORE_ID_LENGTH + 1], struct fault *fault)
{
    int result, rows = 0;
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
        const char *id = database_text(select, 1), *item = database_text(select, 2);
        struct alert_row found = {sqlite3_column_int64(select, 0),
                                  id,
                                  item,
                                  (enum alert_state)sqlite3_column_int(select, 3),
                                  database_text(select, 4),
                                  sqlite3_column_int64(select, 5),
                                  sqlite3_column_int64(select, 6)};
        if (last) snprintf(last, STORE_ID_LENGTH + 1, "%s", id);
        rows++;
        if (!row(context, &found)) break;
    }
    if (result != SQLITE_ROW && result != SQLITE_DONE) {
        database_fault(r->main, fault, "reading alerts");
        rows = -1;
    }
    sqlite3_finalize(select);
    return rows;
}

bool alerts_query(struct store_reader *r, const struct alert_query *q, alert_row_function *row, void *context,
                  char next[STORE_ID_LENGTH + 1], struct fault *fault)
{
    struct where *w = malloc(sizeof *w);
    char tail[STORE_ID_LENGTH + 1] = "";
    if (!w) return fault_set(fault, "out of memory");
    where_of(w, r, q);
    if (q->cursor && *q->cursor) add(w, q->oldest_first ? " AND id>?" : " AND id<?", q->cursor, 0);
    add(w, q->oldest_first ? " ORDER BY id LIMIT ?" : " ORDER BY id DESC LIMIT ?", NULL, q->limit);
    memmove(w->sql + sizeof ALERT_COLUMNS - 1, w->sql, w->length + 1);
    memcpy(w->sql, ALERT_COLUMNS, sizeof ALERT_COLUMNS - 1);
    sqlite3_stmt *select = prepare_where(r->main, w, fault);
    int rows = select ? rows_of(r, select, row, context, tail, fault) : -1;
    free(w);
    snprintf(next, STORE_ID_LENGTH + 1, "%s", rows == (int)q->limit ? tail : "");
    return rows >= 0;
}

bool alerts_count(struct store_reader *r, const struct alert_query *q, uint64_t most, uint64_t *count,
                  struct fault *fault)
{
    static const char head[] = "SELECT count(*) FROM (SELECT 1 FROM alert";
    struct where *w = malloc(sizeof *w);
    if (!w) return fault_set(fault, "out of memory");
    where_of(w, r, q);
    add(w, " LIMIT ?)", NULL, (int64_t)most);
    memmove(w->sql + sizeof head - 1, w->sql, w->length + 1);
    memcpy(w->sql, head, sizeof head - 1);
    sqlite3_stmt *select = prepare_where(r->main, w, fault);
    bool good = select && (sqlite3_step(select) == SQLITE_ROW || database_fault(r->main, fault, "counting alerts"));
    if (good) *count = (uint64_t)sqlite3_column_int64(select, 0);
    sqlite3_finalize(select);
    free(w);
    return good;
}

bool alerts_one(struct store_reader *r, const char *id, alert_row_function *row, void *context, struct fault *fault)
{
    sqlite3_stmt *select = database_prepare(r->main, ALERT_COLUMNS " WHERE id=? AND wl_in_scope(sensor)", fault);
    if (!select) return false;
    database_bind(select, "s", id);
    return rows_of(r, select, row, context, NULL, fault) >= 0;
}

bool alerts_after(struct store_reader *r, int64_t change, unsigned limit, alert_row_function *row, void *context,
                  struct fault *fault)
{
    sqlite3_stmt *select = database_prepare(
        r->main, ALERT_COLUMNS " WHERE changed>? AND wl_in_scope(sensor) ORDER BY changed LIMIT ?", fault);
    if (!select) return false;
    database_bind(select, "ii", change, (int64_t)limit);
    return rows_of(r, select, row, context, NULL, fault) >= 0;
}
