/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger in main.db, written by outbox.c when the parent has acknowledged. */
#include "collector/store/ledger.h"

#include "collector/store/internal.h"

bool ledger_list(struct store_reader *r, int64_t before, unsigned limit,
                 bool (*row)(void *context, const struct ledger_row *row), void *context, struct fault *fault)
{
    int result;
    sqlite3_stmt *select = database_prepare(r->main,
                                            "SELECT number, time, stream, epoch, first, count, policy, hash FROM ledger"
                                            " WHERE length(hash)=32 AND (?1=0 OR number<?1) ORDER BY number DESC"
                                            " LIMIT ?2",
                                            fault);
    if (!select) return false;
    database_bind(select, "ii", before, (int64_t)limit);
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
        struct ledger_row found = {.number = sqlite3_column_int64(select, 0),
                                   .time_us = sqlite3_column_int64(select, 1),
                                   .stream = (unsigned)sqlite3_column_int(select, 2),
                                   .epoch = (uint64_t)sqlite3_column_int64(select, 3),
                                   .first = (uint64_t)sqlite3_column_int64(select, 4),
                                   .count = (uint64_t)sqlite3_column_int64(select, 5),
                                   .policy = database_text(select, 6),
                                   .hash = sqlite3_column_blob(select, 7)};
        if (!row(context, &found)) break;
    }
    sqlite3_finalize(select);
    return result == SQLITE_ROW || result == SQLITE_DONE || database_fault(r->main, fault, "reading the ledger");
}

uint64_t ledger_sum(struct store_reader *r)
{
    return (uint64_t)database_number(r->main, 0, "SELECT coalesce(sum(count),0) FROM ledger", "");
}
