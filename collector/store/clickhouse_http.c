/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP to ClickHouse (clickhouse.com/docs/en/interfaces/http), and the texts that go there and back. */
#include "collector/store/clickhouse_http.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IDLE_MOST = 8, CONNECT_SECONDS = 3, SECONDS = 60, START_ROOM = 4096, URL_MOST = 4096 };
#define ANSWER_MOST ((size_t)512 << 20)

/* ---- texts ---- */

static char *more_room(struct clickhouse_text *t, size_t length)
{
    if (t->length + length + 1 > t->room) {
        while (t->room < t->length + length + 1) t->room = t->room ? 2 * t->room : START_ROOM;
        t->text = realloc(t->text, t->room);
        if (!t->text) abort();
    }
    return t->text + t->length;
}

void text_add(struct clickhouse_text *t, const char *text, size_t length)
{
    memcpy(more_room(t, length), text, length);
    t->length += length;
    t->text[t->length] = 0;
}

void text_format(struct clickhouse_text *t, const char *format, ...)
{
    char small[1024];
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(small, sizeof small, format, arguments);
    va_end(arguments);
    text_add(t, small, n < 0 ? 0 : (size_t)n < sizeof small ? (size_t)n : sizeof small - 1);
}

static void add_escaped(struct clickhouse_text *t, const char *text, size_t length, bool quote)
{
    char *out = more_room(t, 2 * length), *at = out;
    for (size_t i = 0; i < length; i++) {
        char c = text[i], short_name = c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : c == 0 ? '0' : 0;
        if (c == '\\' || short_name || (quote && c == '\'')) *at++ = '\\';
        *at++ = short_name ? short_name : c;
    }
    t->length += (size_t)(at - out);
    *at = 0;
}

void text_literal(struct clickhouse_text *t, const char *text, size_t length)
{
    text_add(t, "'", 1);
    add_escaped(t, text, length, true);
    text_add(t, "'", 1);
}

void text_cell(struct clickhouse_text *t, const char *text, size_t length) { add_escaped(t, text, length, false); }

size_t text_unescape(char *cell, size_t length)
{
    static const char from[] = "tnr0bf", to[] = "\t\n\r\0\b\f";
    char *out = cell;
    for (size_t i = 0; i < length; i++) {
        if (cell[i] != '\\' || i + 1 == length) {
            *out++ = cell[i];
            continue;
        }
        const char *known = strchr(from, cell[++i]);
        *out++ = known && *known ? to[known - from] : cell[i];
    }
    return (size_t)(out - cell);
}

/* ---- requests ---- */

struct clickhouse_http {
    char url[1024], user[128], password[256];
    pthread_mutex_t lock;
    CURL *idle[IDLE_MOST];
    unsigned count;
};

struct clickhouse_http *http_open(const char *url, const char *user, const char *password)
{
    struct clickhouse_http *h = calloc(1, sizeof *h);
    if (!h) abort();
    snprintf(h->url, sizeof h->url, "%s", url);
    snprintf(h->user, sizeof h->user, "%s", user ? user : "");
    snprintf(h->password, sizeof h->password, "%s", password ? password : "");
    pthread_mutex_init(&h->lock, NULL);
    return h;
}

void http_close(struct clickhouse_http *h)
{
    if (!h) return;
    for (unsigned i = 0; i < h->count; i++) curl_easy_cleanup(h->idle[i]);
    pthread_mutex_destroy(&h->lock);
    free(h);
}

static CURL *take(struct clickhouse_http *h)
{
    CURL *curl = NULL;
    pthread_mutex_lock(&h->lock);
    if (h->count) curl = h->idle[--h->count];
    pthread_mutex_unlock(&h->lock);
    if (!curl) curl = curl_easy_init();
    if (!curl) abort();
    curl_easy_reset(curl);
    return curl;
}

static void give(struct clickhouse_http *h, CURL *curl)
{
    pthread_mutex_lock(&h->lock);
    if (h->count < IDLE_MOST) {
        h->idle[h->count++] = curl;
        curl = NULL;
    }
    pthread_mutex_unlock(&h->lock);
    if (curl) curl_easy_cleanup(curl);
}

static size_t take_answer(char *data, size_t size, size_t count, void *context)
{
    struct clickhouse_text *answer = context;
    if (answer->length + size * count > ANSWER_MOST) return 0;
    text_add(answer, data, size * count);
    return size * count;
}

static bool url_of(char url[URL_MOST], CURL *curl, const struct clickhouse_http *h, const char *settings,
                   const char *query)
{
    char *escaped = query ? curl_easy_escape(curl, query, 0) : NULL;
    int n = snprintf(url, URL_MOST, "%s/?%s%s%s", h->url, settings, query ? "&query=" : "", query ? escaped : "");
    curl_free(escaped);
    return n > 0 && n < URL_MOST;
}

bool http_run(struct clickhouse_http *h, const char *settings, const char *query, const struct clickhouse_text *body,
              struct clickhouse_text *answer, struct fault *fault)
{
    char url[URL_MOST], *end;
    long status = 0;
    CURL *curl = take(h);
    if (!url_of(url, curl, h, settings, body ? query : NULL)) {
        give(h, curl);
        return fault_set(fault, "clickhouse: the statement is too long");
    }
    struct curl_slist *headers = curl_slist_append(NULL, "Expect:");
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1l);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)SECONDS);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)(body ? body->length : strlen(query)));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body ? body->text : query);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_answer);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    if (h->user[0]) curl_easy_setopt(curl, CURLOPT_USERNAME, h->user);
    if (h->password[0]) curl_easy_setopt(curl, CURLOPT_PASSWORD, h->password);
    CURLcode result = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    give(h, curl);
    if (result == CURLE_OK && status == 200) return true;
    if (result == CURLE_OK && answer->text && (end = strchr(answer->text, '\n'))) *end = 0;
    return fault_set(fault, "clickhouse: %s: %.300s", h->url,
                     result != CURLE_OK ? curl_easy_strerror(result)
                     : answer->text     ? answer->text
                                        : "no answer");
}
