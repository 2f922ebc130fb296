/* SPDX-License-Identifier: Apache-2.0 */
/* Lists as files: each time the client has taken what was written, the next page is read. */
#include "collector/api/export.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/service/log.h"
#include "collector/store/scope.h"

enum { BLOCK = 64 * 1024, PATH_BYTES = 64 };

const char *const export_formats[] = {"csv", "ndjson", NULL}, *const export_languages[] = {"zh", "en", NULL};

struct export
{
    struct api *api;
    struct request *request; /* lives until the reply is sent, not until it is forgotten */
    const struct export_kind *kind;
    struct store_reader *reader;
    bool csv, begun, ended;
    char cursor[64];
    char *text;
    size_t length, sent;
};

/* A cell that begins like a formula would be run by a spreadsheet: it gets an apostrophe (OWASP, "CSV Injection"). */
static void put_cell(FILE *out, const char *text)
{
    fputc('"', out);
    if (*text && strchr("=+-@\t\r", *text)) fputc('\'', out);
    for (; *text; text++) {
        if (*text == '"') fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static const json_t *member(const json_t *item, const char *path)
{
    char name[PATH_BYTES];
    const char *dot = strchr(path, '.');
    if (!dot || (size_t)(dot - path) >= sizeof name) return json_object_get(item, path);
    snprintf(name, sizeof name, "%.*s", (int)(dot - path), path);
    return member(json_object_get(item, name), dot + 1);
}

static void put_value(FILE *out, const json_t *value)
{
    if (!value || json_is_null(value)) return;
    if (json_is_number(value)) {
        char *number = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
        if (number) fputs(number, out);
        free(number);
        return;
    }
    char *text = json_is_string(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    put_cell(out, text ? text : json_is_string(value) ? json_string_value(value) : "");
    free(text);
}

static void put_head(FILE *out, const struct export *e)
{
    const char *language = request_text(e->request, "lang");
    bool english = language && strcmp(language, "en") == 0;
    fputs("\xef\xbb\xbf", out);
    for (const struct export_column *c = e->kind->columns; c->path; c++) {
        if (c != e->kind->columns) fputc(',', out);
        put_cell(out, english ? c->en : c->zh);
    }
    fputs("\r\n", out);
}

static void put_row(FILE *out, const struct export *e, const json_t *item)
{
    if (!e->csv) {
        char *line = json_dumps(item, JSON_COMPACT);
        fprintf(out, "%s\n", line ? line : "{}");
        free(line);
        return;
    }
    for (const struct export_column *c = e->kind->columns; c->path; c++) {
        if (c != e->kind->columns) fputc(',', out);
        put_value(out, member(item, c->path));
    }
    fputs("\r\n", out);
}

/* Reads a page and writes it as the file has it. False: the client gets no more, and sees that the file is cut. */
static bool next_page(struct export *e)
{
    struct fault fault = {""};
    struct json page = {.grow = json_grow_heap};
    char next[64] = "";
    json_error_t error = {.text = "too large"};
    size_t i;
    json_t *item;
    json_begin_array(&page, NULL);
    bool good = e->kind->page(e->request, e->reader, e->cursor, &page, next, &fault);
    json_end_array(&page);
    json_t *items = good && json_ok(&page) ? json_loadb(page.start, json_length(&page), 0, &error) : NULL;
    if (good && json_ok(&page) && !items)
        items = json_loadb(page.start, json_length(&page), JSON_DECODE_INT_AS_REAL, &error);
    free(page.start);
    free(e->text);
    e->text = NULL;
    e->length = e->sent = 0;
    FILE *out = open_memstream(&e->text, &e->length);
    if (!out) abort();
    if (!e->begun && e->csv) put_head(out, e);
    json_array_foreach(items, i, item) put_row(out, e, item);
    fclose(out);
    if (!items) log_line(LOG_LINE_ERROR, "export of %s: %s", e->kind->name, fault.text[0] ? fault.text : error.text);
    json_decref(items);
    e->begun = true;
    e->ended = !next[0];
    snprintf(e->cursor, sizeof e->cursor, "%s", next);
    return items;
}

static ssize_t read_export(void *context, uint64_t position, char *out, size_t most)
{
    struct export *e = context;
    (void)position;
    while (e->sent == e->length) {
        if (e->ended) return MHD_CONTENT_READER_END_OF_STREAM;
        if (!next_page(e)) return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    size_t n = e->length - e->sent < most ? e->length - e->sent : most;
    memcpy(out, e->text + e->sent, n);
    e->sent += n;
    return (ssize_t)n;
}

static void end_export(void *context)
{
    struct export *e = context;
    readers_give(e->api->readers, e->reader);
    free(e->text);
    free(e);
}

void export_send(struct request *r, struct reply *reply, const struct export_kind *kind)
{
    struct fault fault = {""};
    char disposition[96];
    const char *format = request_text(r, "format");
    struct export *e = calloc(1, sizeof *e);
    if (!e) abort();
    e->api = r->api;
    e->request = r;
    e->kind = kind;
    e->csv = !format || strcmp(format, "csv") == 0;
    e->reader = readers_take(r->api->readers, &fault);
    if (!e->reader) {
        free(e);
        reply_fault(reply, &fault);
        return;
    }
    store_reader_scope(e->reader, r->session.account.scope);
    reply->response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, read_export, e, end_export);
    if (!reply->response) abort();
    request_audit(r, "export", kind->name, e->csv ? "csv" : "ndjson");
    snprintf(disposition, sizeof disposition, "attachment; filename=\"wanglou-%s.%s\"", kind->name,
             e->csv ? "csv" : "ndjson");
    MHD_add_response_header(reply->response, "Content-Type",
                            e->csv ? "text/csv; charset=utf-8" : "application/x-ndjson; charset=utf-8");
    MHD_add_response_header(reply->response, "Content-Disposition", disposition);
}
