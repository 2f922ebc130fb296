/* SPDX-License-Identifier: Apache-2.0 */
/* Gaps in main.db, written in the transaction that stores what came behind them. */
#include "collector/store/gaps.h"

#include "collector/store/internal.h"

const struct schema main_schema_gaps = {
    "gaps", (const char *const[]){"CREATE TABLE gap(number INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL,"
                                  " node TEXT NOT NULL, stream INTEGER NOT NULL, first INTEGER NOT NULL,"
                                  " count INTEGER NOT NULL, old_epoch INTEGER NOT NULL, epoch INTEGER NOT NULL);"
                                  "CREATE INDEX gap_node ON gap(node, number);",
                                  NULL}};

bool gaps_put(struct store *s, const struct store_batch *b, const struct store_position *was, uint64_t lost,
              int64_t now_us, struct fault *fault)
{
    return database_run(s->main, fault,
                        "INSERT INTO gap(time,node,stream,first,count,old_epoch,epoch) VALUES(?,?,?,?,?,?,?)",
                        "isiiiii", now_us, b->node, (int64_t)b->stream, (int64_t)was->next, (int64_t)lost,
                        (int64_t)was->epoch, (int64_t)b->epoch);
}

bool gaps_list(struct store_reader *r, const char *node, int64_t before, unsigned limit,
               bool (*row)(void *context, const struct gap_row *gap), void *context, struct fault *fault)
{
    int result;
    sqlite3_stmt *select =
        database_prepare(r->main,
                         "SELECT number, time, node, stream, first, count, old_epoch, epoch FROM gap WHERE"
                         " wl_in_scope(node) AND (?1 IS NULL OR node=?1) AND (?2=0 OR number<?2)"
                         " ORDER BY number DESC LIMIT ?3",
                         fault);
    if (!select) return false;
    database_bind(select, "sii", node, before, (int64_t)limit);
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
        struct gap_row found = {.number = sqlite3_column_int64(select, 0),
                                .time_us = sqlite3_column_int64(select, 1),
                                .node = database_text(select, 2),
                                .stream = (unsigned)sqlite3_column_int(select, 3),
                                .first = (uint64_t)sqlite3_column_int64(select, 4),
                                .count = (uint64_t)sqlite3_column_int64(select, 5),
                                .old_epoch = (uint64_t)sqlite3_column_int64(select, 6),
                                .epoch = (uint64_t)sqlite3_column_int64(select, 7)};
        if (!row(context, &found)) break;
    }
    sqlite3_finalize(select);
    return result == SQLITE_ROW || result == SQLITE_DONE || database_fault(r->main, fault, "reading gaps");
}
