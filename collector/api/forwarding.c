/* SPDX-License-Identifier: Apache-2.0 */
/* What leaves this node 外发: the forwarding policy in force, what it does to real events, and the ledger of what left.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "collector/api/handlers.h"
#include "collector/api/routes.h"
#include "collector/link/parent.h"
#include "collector/service/hierarchy.h"
#include "collector/store/ledger.h"

enum { RECENT = 1000 }; /* events that the sums by type look at */

/* What would leave: under the policy in force, or, without a parent, under the built-in one with a key of this answer
 * alone. */
struct leaving {
    struct parent *parent;
    struct forward_policy *built_in;
    char *out; /* STORE_LINE_MAX */
};

static bool leaving_open(struct request *r, struct reply *reply, struct leaving *l)
{
    struct fault fault = {""};
    uint8_t key[FORWARD_KEY];
    const struct hierarchy *h = r->api->hierarchy;
    *l = (struct leaving){.parent = h->options.parent};
    if (!request_in_scope(r, reply, STORE_OWN_NODE)) return false;
    randombytes_buf(key, sizeof key);
    l->built_in = forward_policy_open(NULL, key, h->keys.name, &fault);
    if (!l->built_in) {
        reply_fault(reply, &fault);
        return false;
    }
    if (!(l->out = malloc(STORE_LINE_MAX))) abort();
    return true;
}

static void leaving_close(struct leaving *l)
{
    forward_policy_close(l->built_in);
    free(l->out);
}

/* Calls back with the policy, which stays in force meanwhile. */
static void under_policy(struct leaving *l, void (*work)(void *context, const struct forward_policy *policy),
                         void *context)
{
    if (l->parent)
        parent_with_policy(l->parent, work, context);
    else
        work(context, l->built_in);
}

/* Length of what leaves of the line, in `l->out`. */
static size_t leaves(struct leaving *l, const struct event_envelope *e, const char *line, size_t length)
{
    return l->parent ? parent_forward(l->parent, e, line, length, l->out, STORE_LINE_MAX)
                     : forward_apply(l->built_in, e, line, length, l->out, STORE_LINE_MAX);
}

static void put_names(struct json *j, const char *key, const char *const *names)
{
    json_begin_array(j, key);
    for (; *names; names++) json_put_string(j, NULL, *names);
    json_end_array(j);
}

static void put_policy(struct json *j, const struct forward_policy *policy)
{
    char digest[2 * FORWARD_DIGEST + 1];
    struct forward_view view;
    forward_policy_digest(policy, digest);
    forward_policy_view(policy, &view);
    json_begin_object(j, "policy");
    json_put_string(j, "digest", digest);
    json_begin_array(j, "types");
    for (unsigned i = 0; i < EVENT_TYPE_COUNT; i++)
        if (view.types[i]) json_put_string(j, NULL, event_type_name[i]);
    json_end_array(j);
    json_put_uint(j, "severity", view.severity);
    put_names(j, "fields", view.fields);
    put_names(j, "pseudonyms", view.pseudonyms);
    json_put_bool(j, "public_addresses", view.public_addresses);
    json_end_object(j);
}

/* ---- the policy, and what it came to lately ---- */

struct sums {
    struct leaving *leaving;
    struct store_reader *reader;
    struct json *json;
    struct fault fault;
    struct sum {
        uint64_t events, leave, bytes, bytes_leave;
    } types[EVENT_TYPE_COUNT];
    uint64_t looked;
};

static bool sum_row(void *context, const char *id, const char *line, size_t length)
{
    struct sums *s = context;
    struct event_envelope e;
    (void)id;
    if (!event_scan(line, length, &e) || (unsigned)e.type >= EVENT_TYPE_COUNT) return true;
    struct sum *sum = &s->types[e.type];
    size_t n = leaves(s->leaving, &e, line, length);
    s->looked++;
    sum->events++;
    sum->bytes += length;
    sum->leave += n > 0;
    sum->bytes_leave += n;
    return true;
}

static void put_sums(struct json *j, const struct sums *s)
{
    json_begin_object(j, "recent");
    json_put_uint(j, "looked", s->looked);
    json_begin_array(j, "types");
    for (unsigned i = 0; i < EVENT_TYPE_COUNT; i++) {
        const struct sum *sum = &s->types[i];
        if (!sum->events) continue;
        json_begin_object(j, NULL);
        json_put_string(j, "type", event_type_name[i]);
        json_put_uint(j, "events", sum->events);
        json_put_uint(j, "leave", sum->leave);
        json_put_uint(j, "bytes", sum->bytes);
        json_put_uint(j, "bytes_leave", sum->bytes_leave);
        json_end_object(j);
    }
    json_end_array(j);
    json_end_object(j);
}

static bool same_policy(const struct forward_policy *one, const struct forward_policy *other)
{
    char digests[2][2 * FORWARD_DIGEST + 1];
    forward_policy_digest(one, digests[0]);
    forward_policy_digest(other, digests[1]);
    return strcmp(digests[0], digests[1]) == 0;
}

static void show_under(void *context, const struct forward_policy *policy)
{
    struct sums *s = context;
    struct store_query query = {.limit = RECENT};
    char next[STORE_ID_LENGTH + 1];
    json_put_bool(s->json, "built_in", same_policy(policy, s->leaving->built_in));
    put_policy(s->json, policy);
    if (store_query(s->reader, &query, sum_row, s, next, &s->fault)) put_sums(s->json, s);
}

static void show(struct request *r, struct reply *reply)
{
    struct leaving leaving;
    struct json *j = &reply->json;
    struct store_reader *reader = request_reader(r, reply);
    if (!reader || !leaving_open(r, reply, &leaving)) return;
    struct sums sums = {.leaving = &leaving, .reader = reader, .json = j};
    json_begin_object(j, NULL);
    if (leaving.parent)
        json_put_string(j, "parent", parent_name(leaving.parent));
    else
        json_put_null(j, "parent");
    json_put_bool(j, "carried", leaving.parent && parent_carried(leaving.parent));
    under_policy(&leaving, show_under, &sums);
    json_put_uint(j, "left", ledger_sum(reader));
    json_end_object(j);
    if (sums.fault.text[0]) reply_fault(reply, &sums.fault);
    leaving_close(&leaving);
}

/* ---- event by event ---- */

struct preview {
    struct leaving *leaving;
    struct json *json;
    struct store_reader *reader;
    struct store_query query;
    char next[STORE_ID_LENGTH + 1];
    struct fault fault;
};

static bool preview_row(void *context, const char *id, const char *line, size_t length)
{
    struct preview *p = context;
    struct event_envelope e;
    size_t n = event_scan(line, length, &e) ? leaves(p->leaving, &e, line, length) : 0;
    json_begin_object(p->json, NULL);
    json_put_string(p->json, "id", id);
    json_put_raw(p->json, "before", line, length);
    if (n)
        json_put_raw(p->json, "after", p->leaving->out, n);
    else
        json_put_null(p->json, "after");
    json_end_object(p->json);
    return true;
}

static void preview_under(void *context, const struct forward_policy *policy)
{
    struct preview *p = context;
    (void)policy; /* leaves() knows it */
    store_query(p->reader, &p->query, preview_row, p, p->next, &p->fault);
}

static void preview(struct request *r, struct reply *reply)
{
    struct leaving leaving;
    struct preview p = {.leaving = &leaving,
                        .json = &reply->json,
                        .query = {.types = request_text(r, "type"),
                                  .cursor = request_text(r, "cursor"),
                                  .limit = (unsigned)request_uint(r, "limit", 20)}};
    if (p.query.cursor && !store_cursor_valid(p.query.cursor)) {
        reply_error(reply, API_BAD_PARAMETER, "cursor");
        return;
    }
    p.reader = request_reader(r, reply);
    if (!p.reader || !leaving_open(r, reply, &leaving)) return;
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    under_policy(&leaving, preview_under, &p);
    json_end_array(&reply->json);
    reply_next(reply, p.next);
    json_end_object(&reply->json);
    if (p.fault.text[0]) reply_fault(reply, &p.fault);
    leaving_close(&leaving);
}

/* ---- what left ---- */

struct listing {
    struct json *json;
    struct list_page page;
};

static bool ledger_row(void *context, const struct ledger_row *row)
{
    struct listing *l = context;
    struct json *j = l->json;
    char hash[2 * LEDGER_HASH + 1];
    sodium_bin2hex(hash, sizeof hash, row->hash, LEDGER_HASH);
    json_begin_object(j, NULL);
    json_put_int(j, "number", row->number);
    reply_time(j, "time", row->time_us);
    json_put_uint(j, "stream", row->stream);
    json_put_uint(j, "epoch", row->epoch);
    json_put_uint(j, "first", row->first);
    json_put_uint(j, "count", row->count);
    json_put_string(j, "policy", row->policy);
    json_put_string(j, "hash", hash);
    json_end_object(j);
    page_take(&l->page, row->number);
    return true;
}

static void ledger(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    struct listing listing = {&reply->json, request_page(r)};
    if (!reader || !request_in_scope(r, reply, STORE_OWN_NODE)) return;
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    bool good = ledger_list(reader, listing.page.before, listing.page.limit, ledger_row, &listing, &fault);
    json_end_array(&reply->json);
    reply_next_page(reply, &listing.page);
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

static const struct parameter preview_filters[] = {
    {"limit", PARAMETER_UINT, 1, 200, NULL, false, "每页条数，默认 20", "items a page, 20 unless told"},
    TEXT("cursor", 64, "上一页给出的 next", "`next` of the page before"),
    TEXT("type", 256, "事件类型，逗号分隔", "event types, with commas"),
    END,
};
static const struct parameter ledger_filters[] = {PAGE, END};
const struct route routes_forwarding[] = {
    {"GET", "/forwarding", OFFICER, 0, show, NULL, NULL, "上报策略，最近的事件按它外发多少",
     "The forwarding policy, and what of the latest events leaves under it"},
    {"GET", "/forwarding/preview", OFFICER, 0, preview, preview_filters, NULL, "外发预览：逐条对照外发前后",
     "Preview: each event before, and as it leaves"},
    {"GET", "/forwarding/ledger", OFFICER | AUDITOR, 0, ledger, ledger_filters, NULL, "外发台账",
     "Ledger of what left"},
    ROUTES_END,
};
