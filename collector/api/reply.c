/* SPDX-License-Identifier: Apache-2.0 */
/* Replies: errors in both languages, faults to the log, and the readers that requests share. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "collector/api/api.h"
#include "collector/service/log.h"
#include "collector/store/scope.h"

static const struct {
    unsigned status;
    const char *code, *zh, *en;
} errors[API_ERROR_COUNT] = {
#define X(id, status, code, zh, en) {status, code, zh, en},
    API_ERRORS(X)
#undef X
};

void reply_error(struct reply *reply, enum api_error error, const char *detail)
{
    struct json *j = &reply->json;
    j->at = j->start;
    j->comma = j->full = false;
    reply->status = errors[error].status;
    json_begin_object(j, NULL);
    json_begin_object(j, "error");
    json_put_string(j, "code", errors[error].code);
    json_put_string(j, "zh", errors[error].zh);
    json_put_string(j, "en", errors[error].en);
    if (detail) json_put_string(j, "detail", detail);
    json_end_object(j);
    json_end_object(j);
}

void reply_fault(struct reply *reply, const struct fault *fault)
{
    log_line(LOG_LINE_ERROR, "%s", fault->text);
    reply_error(reply, API_INTERNAL, NULL);
}

void reply_time(struct json *json, const char *key, int64_t time_us)
{
    if (time_us > 0)
        json_put_time(json, key, (uint64_t)time_us * 1000u);
    else
        json_put_null(json, key);
}

void reply_next(struct reply *reply, const char *cursor)
{
    if (*cursor)
        json_put_string(&reply->json, "next", cursor);
    else
        json_put_null(&reply->json, "next");
}

/* ---- readers ---- */

enum { READERS_MOST = 64 };

struct readers {
    pthread_mutex_t lock;
    struct store *store;
    struct store_reader *idle[READERS_MOST];
    unsigned count;
};

struct readers *readers_make(struct store *store)
{
    struct readers *r = calloc(1, sizeof *r);
    if (!r) abort();
    pthread_mutex_init(&r->lock, NULL);
    r->store = store;
    return r;
}

void readers_free(struct readers *r)
{
    if (!r) return;
    for (unsigned i = 0; i < r->count; i++) store_reader_close(r->idle[i]);
    pthread_mutex_destroy(&r->lock);
    free(r);
}

struct store_reader *readers_take(struct readers *r, struct fault *fault)
{
    struct store_reader *reader = NULL;
    pthread_mutex_lock(&r->lock);
    if (r->count) reader = r->idle[--r->count];
    pthread_mutex_unlock(&r->lock);
    return reader ? reader : store_reader_open(r->store, fault);
}

void readers_give(struct readers *r, struct store_reader *reader)
{
    if (!reader) return;
    pthread_mutex_lock(&r->lock);
    if (r->count < READERS_MOST) {
        r->idle[r->count++] = reader;
        reader = NULL;
    }
    pthread_mutex_unlock(&r->lock);
    store_reader_close(reader);
}

struct store_reader *request_reader(struct request *request, struct reply *reply)
{
    struct fault fault = {""};
    if (!request->reader) request->reader = readers_take(request->api->readers, &fault);
    if (!request->reader)
        reply_fault(reply, &fault);
    else
        store_reader_scope(request->reader, request->session.account.scope);
    return request->reader;
}

void reply_absent(struct reply *reply, const struct fault *fault)
{
    if (fault->text[0])
        reply_fault(reply, fault);
    else
        reply_error(reply, API_NOT_FOUND, NULL);
}

void reply_next_page(struct reply *reply, const struct list_page *page)
{
    char next[24] = "";
    if (page->count == page->limit) snprintf(next, sizeof next, "%lld", (long long)page->last);
    reply_next(reply, next);
}

void reply_words(struct json *j, const char *key, const char *name, const char *zh, const char *en)
{
    json_begin_object(j, key);
    json_put_string(j, "name", name);
    json_put_string(j, "zh", zh);
    json_put_string(j, "en", en);
    json_end_object(j);
}
