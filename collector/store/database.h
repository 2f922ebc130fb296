/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite opened and used our way: WAL, synchronous=FULL, defensive; schema by numbered steps; values always bound. */
#ifndef WANGLOU_COLLECTOR_STORE_DATABASE_H
#define WANGLOU_COLLECTOR_STORE_DATABASE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/fault.h"

/* Opens for writing and makes the file (mode 0600) when missing; brings the schema up to date: steps[user_version…]
 * are run in one transaction each. A file of a later version is refused. `steps` ends with NULL. */
sqlite3 *database_open(const char *path, const char *const *steps, struct fault *fault);
/* What a room adds to a database: its tables, brought up to date by steps of its own, likewise. A file of a room has
 *     const struct schema control_schema_ROOM = {"ROOM", (const char *const[]){"CREATE TABLE …;", NULL}};
 * (or main_schema_ROOM), and `make` finds it by that line. Steps are only ever added at the end. */
struct schema {
    const char *room;
    const char *const *steps;
};
extern const struct schema *const control_schemas[], *const main_schemas[]; /* end with NULL */
bool database_rooms(sqlite3 *database, const struct schema *const *schemas, struct fault *fault);

/* Opens an existing file for reading only. */
sqlite3 *database_open_reader(const char *path, struct fault *fault);
/* All statements must be finalized (not by sqlite3_next_stmt: FTS5's own would be among them). NULL is nothing. */
void database_close(sqlite3 *database);

/* Runs `PRAGMA quick_check`. False: damaged (the fault says where) or unreadable. */
bool database_check(sqlite3 *database, struct fault *fault);
/* Behind a failed check: is it the file that is at fault? Otherwise it could not be read at this moment. */
bool database_damaged(sqlite3 *database);

/* A prepared statement, NULL and a fault when the SQL is wrong or the database cannot be read. */
sqlite3_stmt *database_prepare(sqlite3 *database, const char *sql, struct fault *fault);

/* Binds from the first parameter on, by `types`: s text that outlives the statement's run (NULL binds NULL),
 * i int64_t, d double, b const void * and size_t, n nothing (NULL). */
void database_bind(sqlite3_stmt *statement, const char *types, ...);

/* Prepares, binds, runs to the end, finalizes. `types` as database_bind. */
bool database_run(sqlite3 *database, struct fault *fault, const char *sql, const char *types, ...);
/* One row's first column as a number; `otherwise` when there is no row or it is NULL. */
int64_t database_number(sqlite3 *database, int64_t otherwise, const char *sql, const char *types, ...);

/* Fills the fault with what the database says and the statement's purpose. Returns false. */
bool database_fault(sqlite3 *database, struct fault *fault, const char *doing);

/* Text of a column, "" for NULL; valid until the next step. */
static inline const char *database_text(sqlite3_stmt *statement, int column)
{
    const unsigned char *text = sqlite3_column_text(statement, column);
    return text ? (const char *)text : "";
}

#endif
