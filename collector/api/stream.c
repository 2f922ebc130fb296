/* SPDX-License-Identifier: Apache-2.0 */
/* The live stream: server-sent events (HTML Living Standard §9.2) of alerts, devices and nodes as they change.
 *
 * A connection that has told everything is suspended and costs nothing; a commit resumes it. `id` is the number of the
 * change, so that a browser that comes back goes on where it was. */
#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/api/handlers.h"
#include "collector/api/routes.h"
#include "collector/service/log.h"
#include "collector/store/scope.h"

enum { STREAMS_MOST = 256, AT_ONCE = 100, BLOCK = 16 * 1024, NODES_KEPT = 64 };

struct stream {
    struct streams *hub;
    struct stream *next, *previous;
    struct MHD_Connection *connection;
    char token[SESSION_TOKEN + 1], scope[ACCOUNT_SCOPE_MAX + 1];
    bool suspended, ending;
    uint64_t woken, beat, nodes; /* as of the hub when last looked */
    int64_t change;              /* told up to here */
    char *text;                  /* not sent yet */
    size_t length, sent;
};

struct streams {
    struct api *api;
    pthread_mutex_t lock; /* guards all below, and `suspended` of every stream */
    struct stream *first;
    unsigned count;
    uint64_t woken, beat, nodes;
    char node[NODES_KEPT][NODE_NAME_MAX + 1]; /* that came or went: the n-th at n % NODES_KEPT */
    bool stopping;
};

struct streams *streams_make(struct api *api)
{
    struct streams *hub = calloc(1, sizeof *hub);
    if (!hub) abort();
    hub->api = api;
    pthread_mutex_init(&hub->lock, NULL);
    return hub;
}

void streams_free(struct streams *hub)
{
    if (!hub) return;
    pthread_mutex_destroy(&hub->lock);
    free(hub);
}

/* With the lock held. */
static void resume_all(struct streams *hub)
{
    for (struct stream *s = hub->first; s; s = s->next)
        if (s->suspended) {
            s->suspended = false;
            MHD_resume_connection(s->connection);
        }
}

void streams_wake(struct streams *hub)
{
    pthread_mutex_lock(&hub->lock);
    hub->woken++;
    resume_all(hub);
    pthread_mutex_unlock(&hub->lock);
}

void streams_node(struct streams *hub, const char *node)
{
    pthread_mutex_lock(&hub->lock);
    snprintf(hub->node[hub->nodes++ % NODES_KEPT], sizeof hub->node[0], "%s", node);
    hub->woken++;
    resume_all(hub);
    pthread_mutex_unlock(&hub->lock);
}

void streams_beat(struct streams *hub)
{
    pthread_mutex_lock(&hub->lock);
    hub->beat++;
    resume_all(hub);
    pthread_mutex_unlock(&hub->lock);
}

void streams_stop(struct streams *hub)
{
    pthread_mutex_lock(&hub->lock);
    hub->stopping = true;
    resume_all(hub);
    pthread_mutex_unlock(&hub->lock);
}

/* ---- what is told ---- */

struct telling {
    FILE *out;
    int64_t last;
    unsigned rows;
};

static void tell(struct telling *t, const char *event, int64_t change, const struct json *item)
{
    if (json_ok(item))
        fprintf(t->out, "id: %lld\nevent: %s\ndata: %.*s\n\n", (long long)change, event, (int)json_length(item),
                item->start);
    t->last = change;
    t->rows++;
}

static bool tell_alert(void *context, const struct alert_row *row)
{
    char memory[40 * 1024];
    struct json item = json_over(memory, sizeof memory);
    write_alert(&item, row);
    tell(context, "alert", row->change, &item);
    return true;
}

static bool tell_device(void *context, const struct device_row *row)
{
    char memory[16 * 1024];
    struct json item = json_over(memory, sizeof memory);
    write_device(&item, row);
    tell(context, "asset", row->change, &item);
    return true;
}

/* Nodes that came or went since this stream last looked. They have no number: after a reconnection the console asks. */
static void tell_nodes(struct stream *s, struct store_reader *reader, FILE *out)
{
    struct streams *hub = s->hub;
    char memory[4096], name[NODE_NAME_MAX + 1];
    for (;;) {
        pthread_mutex_lock(&hub->lock);
        if (hub->nodes - s->nodes > NODES_KEPT) s->nodes = hub->nodes - NODES_KEPT;
        bool more = s->nodes < hub->nodes;
        if (more) memcpy(name, hub->node[s->nodes++ % NODES_KEPT], sizeof name);
        pthread_mutex_unlock(&hub->lock);
        if (!more) return;
        struct json item = json_over(memory, sizeof memory);
        write_node(&item, hub->api, reader, name);
        if (json_ok(&item) && json_length(&item))
            fprintf(out, "event: node\ndata: %.*s\n\n", (int)json_length(&item), memory);
    }
}

/* Alerts and devices come from two lists with one numbering. When either had more than fits, only what both lists have
 * told completely counts as told: a few items may be told twice, none is left out. True when there is more. */
static bool tell_changes(struct stream *s, struct store_reader *reader, FILE *out)
{
    struct fault fault = {""};
    struct telling alerts = {out, s->change, 0}, devices = {out, s->change, 0};
    if (!alerts_after(reader, s->change, AT_ONCE, tell_alert, &alerts, &fault) ||
        !devices_after(reader, s->change, AT_ONCE, tell_device, &devices, &fault)) {
        log_line(LOG_LINE_ERROR, "live stream: %s", fault.text);
        return false;
    }
    bool alerts_full = alerts.rows == AT_ONCE, devices_full = devices.rows == AT_ONCE;
    int64_t last = alerts.last > devices.last ? alerts.last : devices.last;
    if (alerts_full && alerts.last < last) last = alerts.last;
    if (devices_full && devices.last < last) last = devices.last;
    s->change = last;
    return alerts_full || devices_full;
}

/* Fills `text` with what is new, if anything is. */
static void gather(struct stream *s, bool changes, bool beat)
{
    struct api *api = s->hub->api;
    struct session session;
    struct fault fault = {""};
    struct store_reader *reader = changes ? readers_take(api->readers, &fault) : NULL;
    if (reader) store_reader_scope(reader, s->scope);
    free(s->text);
    s->text = NULL;
    s->sent = s->length = 0;
    FILE *out = open_memstream(&s->text, &s->length);
    if (!out) abort();
    if (reader && tell_changes(s, reader, out)) s->woken = 0; /* there is more: come again at once */
    if (reader) tell_nodes(s, reader, out);
    if (fault.text[0]) log_line(LOG_LINE_ERROR, "live stream: %s", fault.text);
    if (beat) {
        s->ending = !sessions_find(api->sessions, s->token, false, &session);
        fputs(s->ending ? "event: end\ndata: {}\n\n" : ": \n\n", out);
    }
    fclose(out);
    readers_give(api->readers, reader);
}

static ssize_t read_stream(void *context, uint64_t position, char *out, size_t most)
{
    struct stream *s = context;
    struct streams *hub = s->hub;
    (void)position;
    while (s->sent == s->length) {
        if (s->ending) return MHD_CONTENT_READER_END_OF_STREAM;
        pthread_mutex_lock(&hub->lock);
        bool stopping = hub->stopping, changes = s->woken != hub->woken, beat = s->beat != hub->beat;
        if (!stopping && !changes && !beat) {
            s->suspended = true;
            MHD_suspend_connection(s->connection);
            pthread_mutex_unlock(&hub->lock);
            return 0;
        }
        s->woken = hub->woken;
        s->beat = hub->beat;
        pthread_mutex_unlock(&hub->lock);
        if (stopping) return MHD_CONTENT_READER_END_OF_STREAM;
        gather(s, changes, beat);
    }
    size_t n = s->length - s->sent < most ? s->length - s->sent : most;
    memcpy(out, s->text + s->sent, n);
    s->sent += n;
    return (ssize_t)n;
}

static void end_stream(void *context)
{
    struct stream *s = context;
    struct streams *hub = s->hub;
    pthread_mutex_lock(&hub->lock);
    if (s->previous)
        s->previous->next = s->next;
    else
        hub->first = s->next;
    if (s->next) s->next->previous = s->previous;
    hub->count--;
    pthread_mutex_unlock(&hub->lock);
    free(s->text);
    free(s);
}

static bool enter(struct streams *hub, struct stream *s)
{
    pthread_mutex_lock(&hub->lock);
    bool room = hub->count < STREAMS_MOST && !hub->stopping;
    if (room) {
        s->beat = hub->beat;
        s->nodes = hub->nodes;
        s->woken = 0; /* look once at the beginning */
        hub->woken += !hub->woken;
        s->next = hub->first;
        if (s->next) s->next->previous = s;
        hub->first = s;
        hub->count++;
    }
    pthread_mutex_unlock(&hub->lock);
    return room;
}

static void stream_open(struct request *r, struct reply *reply)
{
    const char *last = request_header(r, "Last-Event-ID");
    struct store_reader *reader = request_reader(r, reply);
    if (!reader) return;
    struct stream *s = calloc(1, sizeof *s);
    if (!s) abort();
    int64_t newest = store_last_change(reader);
    s->hub = r->api->streams;
    s->connection = r->connection;
    memcpy(s->token, r->token, sizeof s->token);
    memcpy(s->scope, r->session.account.scope, sizeof s->scope);
    s->change = last && *last ? strtoll(last, NULL, 10) : (int64_t)request_uint(r, "after", (uint64_t)newest);
    if (s->change < 0 || s->change > newest) s->change = newest;
    s->text = strdup("retry: 3000\n\n");
    s->length = s->text ? strlen(s->text) : 0;
    if (!enter(s->hub, s)) {
        free(s->text);
        free(s);
        reply_error(reply, API_BUSY, "streams");
        return;
    }
    reply->response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, read_stream, s, end_stream);
    if (!reply->response) {
        end_stream(s);
        reply_error(reply, API_BUSY, NULL);
        return;
    }
    MHD_add_response_header(reply->response, "Content-Type", "text/event-stream; charset=utf-8");
    reply->status = MHD_HTTP_OK;
}

/* ---- routes ---- */

static const struct parameter stream_parameters[] = {
    {"after", PARAMETER_UINT, 0, INT64_MAX, NULL, false, "从该变更号之后开始", "begin after this change"},
    END,
};
const struct route routes_stream[] = {
    {"GET", "/stream", OFFICER, ROUTE_PERSON, stream_open, stream_parameters, NULL, "实时推送", "Server-sent events"},
    ROUTES_END,
};
