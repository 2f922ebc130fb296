/* SPDX-License-Identifier: Apache-2.0 */
/* Scopes of readers, in C and as a function in SQL. */
#include "collector/store/scope.h"

#include <stdio.h>
#include <string.h>

#include "collector/store/internal.h"

bool scope_holds(const char *scope, const char *sensor, size_t length)
{
    if (!scope || !*scope) return true;
    for (const char *p = scope; *p; p += strcspn(p, ","), p += *p == ',') {
        size_t n = strcspn(p, ",");
        if (n && length >= n && memcmp(p, sensor, n) == 0 && (length == n || sensor[n] == '/')) return true;
    }
    return false;
}

/* Is the node one above a part of the scope? */
static bool is_above(const char *scope, const char *node, size_t length)
{
    for (const char *p = scope; *p; p += strcspn(p, ","), p += *p == ',')
        if (strcspn(p, ",") > length && memcmp(p, node, length) == 0 && p[length] == '/') return true;
    return false;
}

bool scope_meets(const char *scope, const char *node)
{
    size_t length = strlen(node);
    return scope_holds(scope, node, length) || is_above(scope, node, length);
}

const char *store_reader_scope_of(const struct store_reader *r) { return r->scope; }

void store_reader_scope(struct store_reader *r, const char *scope)
{
    snprintf(r->scope, sizeof r->scope, "%s", scope ? scope : "");
    r->foreign = false;
}

bool store_reader_foreign(const struct store_reader *r) { return r->foreign; }

bool reader_may_see(struct store_reader *r, const char *sensor, size_t length)
{
    bool holds = scope_holds(r->scope, sensor ? sensor : "", length);
    r->foreign |= !holds;
    return holds;
}

void sql_in_scope(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct store_reader *r = sqlite3_user_data(context);
    (void)count;
    const char *sensor = (const char *)sqlite3_value_text(values[0]);
    sqlite3_result_int(context, reader_may_see(r, sensor, (size_t)sqlite3_value_bytes(values[0])));
}
