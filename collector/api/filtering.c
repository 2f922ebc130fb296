/* SPDX-License-Identifier: Apache-2.0 */
/* Display filters over alerts and events. */
#include "collector/api/filtering.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "collector/service/event_filter.h"

enum { PAGE_ROWS = 500 };

bool filter_of(struct request *r, struct event_filter **filter, struct fault *fault)
{
    const char *text = request_text(r, "filter");
    *filter = text ? event_filter_compile(text, fault) : NULL;
    return !text || *filter;
}

bool request_filter(struct request *r, struct reply *reply, struct event_filter **filter)
{
    struct fault fault = {""};
    if (filter_of(r, filter, &fault)) return true;
    reply_error(reply, API_BAD_FILTER, fault.text);
    return false;
}

struct walk {
    struct store_reader *reader;
    struct event_filter *filter;
    alert_row_function *alert;
    store_row *event;
    void *context;
    unsigned left, looked;
    int64_t begun_ms;
    char last[STORE_ID_LENGTH + 1]; /* of the last row that was looked at */
    bool matches;
    struct fault *fault;
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool in_time(const struct walk *w) { return now_ms() - w->begun_ms < FILTER_MS; }

static bool look(void *context, const char *id, const char *line, size_t length)
{
    struct walk *w = context;
    (void)id;
    w->matches = event_filter_match(w->filter, line, length);
    return false;
}

static bool look_at_alert(void *context, const struct alert_row *row)
{
    struct walk *w = context;
    w->looked++;
    w->matches = false;
    snprintf(w->last, sizeof w->last, "%s", row->id);
    if (!store_event(w->reader, row->id, look, w, w->fault)) return false;
    if (!w->matches) return true;
    w->left--;
    return w->alert(w->context, row) && w->left;
}

bool filtered_alerts(struct store_reader *reader, struct event_filter *filter, const struct alert_query *query,
                     alert_row_function *row, void *context, char next[STORE_ID_LENGTH + 1], unsigned *looked,
                     struct fault *fault)
{
    char page[STORE_ID_LENGTH + 1] = "";
    struct fault inner = {""};
    struct walk w = {.reader = reader,
                     .filter = filter,
                     .alert = row,
                     .context = context,
                     .left = query->limit,
                     .begun_ms = now_ms(),
                     .fault = &inner};
    struct alert_query q = *query;
    bool good = true, more = true;
    *looked = 0;
    if (!filter) return alerts_query(reader, query, row, context, next, fault);
    q.limit = PAGE_ROWS;
    while (good && more && w.left && w.looked < FILTER_ALERTS_AT_ONCE && in_time(&w)) {
        char cursor[STORE_ID_LENGTH + 1];
        if (w.last[0]) memcpy(cursor, w.last, sizeof cursor), q.cursor = cursor;
        good = alerts_query(reader, &q, look_at_alert, &w, page, &inner) && !inner.text[0];
        more = page[0];
    }
    snprintf(next, STORE_ID_LENGTH + 1, "%s", more || !w.left ? w.last : "");
    *looked = w.looked;
    return good || fault_set(fault, "%s", inner.text);
}

static bool look_at_event(void *context, const char *id, const char *line, size_t length)
{
    struct walk *w = context;
    w->looked++;
    if (!event_filter_match(w->filter, line, length)) return true;
    w->left--;
    return w->event(w->context, id, line, length) && w->left;
}

/* A query that its callback ended gives the cursor of the row it ended at. */
bool filtered_events(struct store_reader *reader, struct event_filter *filter, const struct store_query *query,
                     store_row *row, void *context, char next[STORE_ID_LENGTH + 1], unsigned *looked,
                     struct fault *fault)
{
    char cursor[STORE_ID_LENGTH + 1];
    struct walk w = {.reader = reader,
                     .filter = filter,
                     .event = row,
                     .context = context,
                     .left = query->limit,
                     .begun_ms = now_ms(),
                     .fault = fault};
    struct store_query q = *query;
    bool good = true;
    *looked = 0;
    if (!filter) return store_query(reader, query, row, context, next, fault);
    next[0] = 0;
    q.limit = PAGE_ROWS;
    do {
        if (next[0]) memcpy(cursor, next, sizeof cursor), q.cursor = cursor;
        good = store_query(reader, &q, look_at_event, &w, next, fault);
    } while (good && next[0] && w.left && w.looked < FILTER_EVENTS_AT_ONCE && in_time(&w));
    *looked = w.looked;
    return good;
}
