/* SPDX-License-Identifier: Apache-2.0 */
/* ClickHouse's HTTP interface by libcurl: one statement, one answer. */
#ifndef WANGLOU_COLLECTOR_STORE_CLICKHOUSE_HTTP_H
#define WANGLOU_COLLECTOR_STORE_CLICKHOUSE_HTTP_H

#include <stddef.h>

#include "common/fault.h"

struct clickhouse_text {
    char *text; /* to be freed; ends with NUL */
    size_t length, room;
};
void text_add(struct clickhouse_text *out, const char *text, size_t length);
void text_format(struct clickhouse_text *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* As a literal of SQL: in quotes, with quotes and backslashes escaped. */
void text_literal(struct clickhouse_text *out, const char *text, size_t length);
/* As a cell of TabSeparated. */
void text_cell(struct clickhouse_text *out, const char *text, size_t length);
/* A cell read in place; its new length. */
size_t text_unescape(char *cell, size_t length);

/* `query` goes into the URL when there is a `body` (of an INSERT), else it is the body. `settings` "a=1&b=2".
 * Thread-safe: a connection of its own for each thread that asks at a time. */
struct clickhouse_http;
struct clickhouse_http *http_open(const char *url, const char *user, const char *password);
void http_close(struct clickhouse_http *http);
bool http_run(struct clickhouse_http *http, const char *settings, const char *query, const struct clickhouse_text *body,
              struct clickhouse_text *answer, struct fault *fault);

#endif
